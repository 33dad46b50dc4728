/*
 * Rows of Korea Investment & Securities: orders with their amends and cancels,
 * shares and cash, quotes and bars.  Rows are composed from the fields that
 * each case changes, over one that is as the firm's papers show it.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "broker/kis_parse.h"
#include "tap.h"

static struct err e;

#include "refused.h"

static const struct session session = { .date = 20261123,
	.is_open = true,
	.entry = 820,
	.open = 900,
	.auction = 1520,
	.close = 1530 };

/* A document of rows under a name; the last one NULL. */
static struct json *
document(const char *name, const char *const *row)
{
	struct json *d;
	char *text = xasprintf("{\"%s\":[", name), *longer;

	for (int i = 0; row[i] != NULL; i++) {
		longer = xasprintf("%s%s{%s}", text, i > 0 ? "," : "", row[i]);
		free(text);
		text = longer;
	}
	longer = xasprintf("%s]}", text);
	d = json_parse(longer, strlen(longer), &e);
	if (d == NULL)
		printf("Bail out! %s: %s\n", e.msg, longer), exit(1);
	free(longer);
	free(text);
	return d;
}

/* ---- Orders -------------------------------------------------------------------- */

#define ROW(odno, orgn, qty, filled, won, rest, more)                         \
	"\"ord_dt\":\"20261123\",\"ord_gno_brno\":\"91252\",\"odno\":\"" odno \
	"\",\"orgn_odno\":\"" orgn "\",\"sll_buy_dvsn_cd\":\"02\",\"pdno\":"  \
	"\"005930\",\"ord_qty\":\"" qty "\",\"ord_unpr\":\"70000\","          \
	"\"ord_tmd\":\"101153\",\"tot_ccld_qty\":\"" filled                   \
	"\",\"tot_ccld_amt\":\"" won "\",\"rmn_qty\":\"" rest                 \
	"\",\"ord_dvsn_cd\":\"00\",\"excg_id_dvsn_Cd\":\"KRX\"" more

static int others; /* rows of what is no stock, in the last list */

static struct broker_orders
orders_at(hhmm at, const char *const *row)
{
	struct kis_moment m = { 20261123, &session, at };
	struct broker_orders out = { 0 };
	struct kis_orders l = { 0 };
	struct json *d = document("output1", row);

	others = kis_parse_orders(d, &m, &l, &e);
	if (others == -1)
		out.n = -1;
	else
		kis_orders_settle(&l, &m, &out);
	free(l.item);
	json_free(d);
	return out;
}

#define ORDERS(...) orders_at(1100, (const char *const[]){ __VA_ARGS__, NULL })

static void
test_states(void)
{
	static const struct {
		const char *row;
		hhmm at;
		enum broker_state state;
		const char *name;
	} t[] = {
		{ ROW("1", "", "10", "0", "0", "10", ""), 1100, BO_WORKING,
		    "open" },
		{ ROW("1", "", "10", "4", "280000", "6", ""), 1100, BO_WORKING,
		    "filled in part" },
		{ ROW("1", "", "10", "10", "700000", "0", ""), 1100, BO_FILLED,
		    "filled" },
		{ ROW("1", "", "10", "4", "280000", "0",
		      ",\"cncl_cfrm_qty\":\"6\""),
		    1100, BO_CANCELLED, "cancelled, as the example writes it" },
		{ ROW("1", "", "10", "4", "280000", "0",
		      ",\"cnc_cfrm_qty\":\"6\""),
		    1100, BO_CANCELLED, "cancelled, as the table writes it" },
		{ ROW("1", "", "10", "4", "280000", "0",
		      ",\"cncl_cfrm_qty\":\"6\""),
		    1531, BO_EXPIRED,
		    "at the close the exchange takes back what rests" },
		{ ROW("1", "", "10", "0", "0", "0", ",\"cncl_yn\":\"Y\""), 1100,
		    BO_CANCELLED, "cancelled, by its flag" },
		{ ROW("1", "", "10", "0", "0", "10", ",\"cncl_yn\":\"Y\""),
		    1100, BO_WORKING, "a flag while it rests means nothing" },
		{ ROW("1", "", "10", "0", "0", "0", ",\"rjct_qty\":\"10\""),
		    1100, BO_REJECTED, "refused by the exchange" },
		{ ROW("1", "", "10", "0", "0", "0", ""), 1100, BO_WORKING,
		    "nothing rests and nobody says why: not ended" },
		{ ROW("1", "", "10", "0", "0", "10", ""), 1539, BO_WORKING,
		    "at the close it still may fill" },
		{ ROW("1", "", "10", "0", "0", "10", ""), 1540, BO_EXPIRED,
		    "later it cannot" },
		{ ROW("1", "", "10", "0", "0", "0", ""), 2400, BO_EXPIRED,
		    "nor on another day" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		const char *row[] = { t[i].row, NULL };
		struct broker_orders l = orders_at(t[i].at, row);

		ok(l.n == 1 && l.item[0].state == t[i].state, "%s", t[i].name);
		free(l.item);
	}
}

/* At this price, of this kind. */
#define PRICED(price, kind)                                                  \
	"\"ord_dt\":\"20261123\",\"ord_gno_brno\":\"91252\",\"odno\":\"1\"," \
	"\"sll_buy_dvsn_cd\":\"02\",\"pdno\":\"005930\",\"ord_qty\":\"10\"," \
	"\"tot_ccld_qty\":\"0\",\"rmn_qty\":\"10\",\"ord_unpr\":" price      \
	",\"ord_dvsn_cd\":" kind

static void
test_order_fields(void)
{
	struct broker_orders l = ORDERS(
	    ROW("0000117057", "", "10", "4", "280000", "6", ""),
	    "\"ord_dt\":\"20261123\",\"ord_gno_brno\":\"00950\",\"odno\":"
	    "\"        12\",\"sll_buy_dvsn_cd\":\"01\",\"pdno\":\"A035720\","
	    "\"ord_qty\":\"3\",\"ord_unpr\":\"0\",\"tot_ccld_qty\":\"3\","
	    "\"avg_prvs\":\"45100.0000\",\"rmn_qty\":\"0\",\"ord_dvsn_cd\":"
	    "\"01\",\"ord_tmd\":\"9\"",
	    ROW("2", "", "10", "0", "0", "10", ",\"prdt_type_cd\":\"301\""));
	const struct broker_order *o = l.item;

	ok(l.n == 2, "an order of another kind of security is left out");
	is_str(o[0].broker_no, "91252-117057-KRX", "its number");
	ok(strcmp(o[0].code, "005930") == 0 && o[0].side == SIDE_BUY &&
		!o[0].is_market && o[0].limit == 70000 && o[0].n == 10 &&
		o[0].filled == 4 && o[0].filled_won == 280000 &&
		o[0].at == 1011 && o[0].orig_no[0] == '\0' &&
		o[0].key[0] == '\0',
	    "a limit order");
	is_str(o[1].broker_no, "950-12-KRX", "no exchange is KRX");
	ok(strcmp(o[1].code, "035720") == 0 && o[1].side == SIDE_SELL &&
		o[1].is_market && o[1].limit == 0 && o[1].filled == 3 &&
		o[1].filled_won == 135300 && o[1].at == -1,
	    "a market order: its amount by the average, its time unknown");
	free(l.item);
	l = ORDERS(PRICED("\"7\"", "\"00\""));
	ok(l.n == 1 && l.item[0].limit == 7, "no more than that is needed");
	free(l.item);
	l = ORDERS(ROW("1", "", "10", "0", "0", "10", ""),
	    ROW("2", "", "10", "0", "0", "10", ""),
	    ROW("0001", "", "10", "4", "280000", "6", ""));
	ok(l.n == 2 && l.item[0].filled == 4,
	    "a row on two pages is one order, as read last");
	free(l.item);
}

static void
test_requests(void)
{
	struct broker_orders l = ORDERS(ROW("1", "", "10", "0", "0", "10", ""),
	    ROW("2", "0000000001", "10", "0", "0", "10", ""));

	ok(l.n == 1 && l.item[0].state == BO_WORKING,
	    "a cancel on its way changes nothing");
	free(l.item);
	l = ORDERS(ROW("1", "", "10", "4", "280000", "0", ""),
	    ROW("2", "1", "6", "0", "0", "6", ""));
	ok(l.n == 2 && l.item[0].state == BO_CANCELLED &&
		l.item[1].state == BO_WORKING && l.item[1].n == 6 &&
		strcmp(l.item[1].orig_no, "91252-1-KRX") == 0,
	    "an amend that took effect is the order that goes on");
	free(l.item);
	l = ORDERS(ROW("2", "1", "6", "0", "0", "0", ""),
	    ROW("3", "2", "6", "2", "140000", "4", ""),
	    ROW("1", "", "10", "4", "280000", "0", ""));
	ok(l.n == 3 && l.item[0].state == BO_CANCELLED &&
		strcmp(l.item[1].orig_no, "91252-2-KRX") == 0 &&
		l.item[1].filled == 2,
	    "amended twice, in any order");
	free(l.item);
	l = ORDERS(ROW("1", "", "10", "0", "0", "0", ""),
	    ROW("2", "1", "10", "0", "0", "0", ""));
	ok(l.n == 2 && l.item[0].state == BO_CANCELLED &&
		l.item[1].state == BO_CANCELLED,
	    "a cancel that took effect ends it");
	free(l.item);
	l = ORDERS(ROW("1", "", "10", "10", "700000", "0", ""),
	    ROW("2", "1", "10", "0", "0", "10", ""));
	ok(l.n == 1 && l.item[0].state == BO_FILLED,
	    "one that came too late does not");
	free(l.item);
	l = ORDERS(ROW("1", "", "10", "0", "0", "10", ""),
	    ROW("2", "1", "10", "0", "0", "0", ",\"rjct_qty\":\"10\""));
	ok(l.n == 1 && l.item[0].state == BO_WORKING,
	    "nor one that was refused");
	free(l.item);
	l = ORDERS(ROW("2", "1", "6", "0", "0", "6", ""));
	ok(l.n == 1 && strcmp(l.item[0].orig_no, "91252-1-KRX") == 0,
	    "an amend of an order of another day");
	free(l.item);
	l = ORDERS(ROW("1", "", "10", "0", "0", "0", ""),
	    ROW("2", "1", "0", "0", "0", "0", ""));
	ok(l.n == 1 && l.item[0].state == BO_CANCELLED,
	    "a cancel that says no quantity");
	free(l.item);
}

static void
test_bad_orders(void)
{
	static const char *const bad[] = {
		ROW("", "", "10", "0", "0", "10", ""),
		ROW("0000", "", "10", "0", "0", "10", ""),
		ROW("1-2", "", "10", "0", "0", "10", ""),
		ROW("123456789012", "", "10", "0", "0", "10", ""),
		ROW("1", "1 2", "10", "0", "0", "10", ""),
		ROW("1", "", "0", "0", "0", "0", ""),
		ROW("1", "", "", "0", "0", "10", ""),
		ROW("1", "", "10", "11", "770000", "0", ""),
		ROW("1", "", "10", "4", "280000", "7", ""),
		ROW("1", "", "10", "-1", "0", "10", ""),
		ROW("1", "", "10", "x", "0", "10", ""),
		ROW("1", "", "10", "4", "", "6", ""),
		ROW("1", "", "10", "0", "280000", "10", ""),
		ROW("1", "", "10", "4", "9000000000000000", "6", ""),
		ROW("1", "", "10", "0", "0", "", ""),
		ROW("1", "", "10", "0", "0", "10", ",\"rjct_qty\":\"?\""),
		PRICED("null", "\"00\""),
		PRICED("\"7\"", "\"\""),
		"\"odno\":\"1\"",
		"",
	};

	for (size_t i = 0; i < NELEM(bad); i++) {
		struct broker_orders l = ORDERS(
		    ROW("9", "", "1", "0", "0", "1", ""), bad[i]);

		refused(l.n == -1, E_DATA, "", bad[i]);
	}
}

#define OF(code)                                                             \
	"\"ord_dt\":\"20261123\",\"ord_gno_brno\":\"91252\",\"odno\":\"5\"," \
	"\"pdno\":\"" code "\",\"ord_qty\":\"0.5\""

/* Orders of what is no stock cost their own rows alone. */
static void
test_other_orders(void)
{
	static const char *const code[] = { "J00593001", "X005930", "A00593z",
		"F12345", "KR6079161D74", "KR7005930003" };
	struct broker_orders l;

	for (size_t i = 0; i < NELEM(code); i++) {
		char *row = xasprintf(OF("%s"), code[i]);

		e = (struct err){ 0 };
		l = ORDERS(ROW("9", "", "1", "0", "0", "1", ""), row, row);
		ok(l.n == 1 && strcmp(l.item[0].code, "005930") == 0 &&
			others == 2,
		    "%s: %s", code[i], e.msg);
		ok(strstr(e.msg, "order 91252-5-KRX: ") != NULL, "is named");
		free(l.item);
		free(row);
	}
	l = ORDERS(OF("?"));
	refused(l.n == -1, E_DATA, "", "what is no code at all is an error");
	l = ORDERS("\"ord_dt\":\"20261122\",\"odno\":\"5\","
		   "\"ord_gno_brno\":\"1\",\"pdno\":\"F12345\"");
	ok(l.n == 0 && others == 0, "of another day: of no concern");
}

/* ---- The account ---------------------------------------------------------------- */

static int
holdings(struct broker_holdings *out, const char *const *row)
{
	struct json *d = document("output1", row);
	int rc = kis_parse_holdings(d, out, &e);

	json_free(d);
	return rc;
}

#define HELD(code, n, free_, cost)                                     \
	"\"pdno\":\"" code "\",\"hldg_qty\":\"" n                      \
	"\",\"ord_psbl_qty\":\"" free_ "\",\"pchs_amt\":\"" cost "\"," \
	"\"pchs_avg_pric\":\"70000.1234\""

static void
test_holdings(void)
{
	struct broker_holdings l = { 0 };

	ok(holdings(&l,
	       (const char *const[]){ HELD("005930", "10", "4", "700001"),
		   HELD("035720", "0", "0", "0"),
		   HELD("000660", "0000000003", "3", "600000.0000"), NULL }) ==
		    0 &&
		l.n == 2,
	    "shares; what is sold out today is not held");
	ok(strcmp(l.item[0].code, "005930") == 0 && l.item[0].n == 10 &&
		l.item[0].sellable == 4 && l.item[0].cost == 700001 &&
		l.item[1].n == 3 && l.item[1].cost == 600000,
	    "how many, what can be sold, what they cost");
	refused(holdings(&l,
		    (const char *const[]){
			HELD("005930", "1", "1", "70000"), NULL }) == -1,
	    E_DATA, "twice", "a stock on two pages is not added up");
	for (int i = 0; i < 4; i++) {
		static const char *const bad[] = {
			HELD("005930", "", "4", "1"),
			HELD("005930", "1", "2", "1"),
			HELD("?", "1", "1", "1"),
			HELD("005930", "1", "1", "-1"),
		};

		l.n = 0;
		refused(
		    holdings(&l, (const char *const[]){ bad[i], NULL }) == -1,
		    E_DATA, "", bad[i]);
	}
	l.n = 0;
	is_int(holdings(&l,
		   (const char *const[]){ HELD("KR6079161D74", "0.5", "x", ""),
		       HELD("005930", "1", "1", "70000"),
		       HELD("F12345", "000", "0", "0"),
		       HELD("J00593x", "1", "1", "1"),
		       HELD("F12345", "1", "0", "0"), NULL }),
	    3, "what is no stock costs its own row: %s", e.msg);
	ok(l.n == 1 && strstr(e.msg, "12 characters") != NULL, "is named");
	free(l.item);
}

static void
test_cash(void)
{
	static const char doc[] =
	    "{\"output2\":[{\"dnca_tot_amt\":\"5000000\",\"nxdy_excc_amt\":"
	    "\"5000000\",\"prvs_rcdl_excc_amt\":\"4719988\"}],\"output\":{"
	    "\"nrcvb_buy_amt\":\"478180\",\"max_buy_amt\":\"900000\","
	    "\"ord_psbl_qty\":\"7\"}}";
	static const char other[] = "{\"output\":{\"nrcvb_buy_amt\":\"-5\"},"
				    "\"output2\":{},\"output1\":{"
				    "\"ord_psbl_qty\":\"8\"}}";
	struct json *d = json_parse(doc, strlen(doc), &e);
	won w;
	qty n;

	ok(kis_parse_settled(d, &w, &e) == 1 && w == 4719988,
	    "cash is that of D+2");
	ok(kis_parse_buyable(d, &w, &e) == 0 && w == 478180,
	    "buyable is without credit");
	ok(kis_parse_sellable(d, &n, &e) == 0 && n == 7, "sellable");
	json_free(d);
	d = json_parse(other, strlen(other), &e);
	ok(kis_parse_buyable(d, &w, &e) == 0 && w == 0,
	    "a deficit buys nothing");
	refused(kis_parse_settled(d, &w, &e) == -1, E_DATA, "missing",
	    "cash that is not said is not none");
	json_free(d);
	d = json_parse("{}", 2, &e);
	refused(
	    kis_parse_buyable(d, &w, &e) == -1, E_DATA, "output", "nothing");
	w = 7;
	ok(kis_parse_settled(d, &w, &e) == 0 && w == 7,
	    "a page without a sum leaves what another said");
	refused(kis_parse_sellable(d, &n, &e) == -1, E_DATA, "output1", "all");
	json_free(d);
}

/* ---- Prices --------------------------------------------------------------------- */

/* Each word that closes a stock, alone; and those that do not. */
static void
test_status(void)
{
	static const char *const name[] = { "iscd_stat_cls_code",
		"mrkt_warn_cls_code", "sltr_yn", "mang_issu_cls_code",
		"short_over_yn", "temp_stop_yn" };
	static const struct {
		const char *value[NELEM(name)];
		bool is_halted, no_entry;
	} given[] = {
		{ { "55", "00", "N", "N", "N", "N" }, false, false },
		{ { "00", "", "", "", "", "" }, false, false },
		{ { "54", "01", "N", "N", "N", "N" }, false, false },
		{ { "57", "00", "N", "N", "N", "N" }, false, false },
		{ { "51", "00", "N", "N", "N", "N" }, false, true },
		{ { "52", "00", "N", "N", "N", "N" }, false, true },
		{ { "53", "00", "N", "N", "N", "N" }, false, true },
		{ { "59", "00", "N", "N", "N", "N" }, false, true },
		{ { "57", "02", "N", "N", "N", "N" }, false, true },
		{ { "57", "03", "N", "N", "N", "N" }, false, true },
		{ { "57", "00", "Y", "N", "N", "N" }, false, true },
		{ { "57", "00", "N", "Y", "N", "N" }, false, true },
		{ { "57", "00", "N", "N", "Y", "N" }, false, true },
		{ { "58", "00", "N", "N", "N", "N" }, true, false },
		{ { "58", "00", "N", "Y", "N", "N" }, true, true },
		{ { "55", "00", "N", "N", "N", "Y" }, true, false },
	};

	for (size_t i = 0; i < NELEM(given); i++) {
		struct broker_quote q = { .code = "005930" };
		struct json *d;
		char text[500];

		snprintf(text, sizeof(text),
		    "{\"output\":{\"stck_prpr\":\"70300\",\"acml_vol\":"
		    "\"12\",\"stck_sdpr\":\"70000\"");
		for (size_t k = 0; k < NELEM(name); k++)
			snprintf(text + strlen(text),
			    sizeof(text) - strlen(text), ",\"%s\":\"%s\"",
			    name[k], given[i].value[k]);
		snprintf(
		    text + strlen(text), sizeof(text) - strlen(text), "}}");
		d = json_parse(text, strlen(text), &e);
		ok(kis_parse_price(d, &q, &e) == 0 && q.has_status &&
			q.is_halted == given[i].is_halted &&
			q.no_entry == given[i].no_entry,
		    "%s", strstr(text, "iscd"));
		json_free(d);
	}
}

static void
test_quotes(void)
{
	static const char one[] =
	    "{\"output\":{\"stck_prpr\":\"70300\",\"acml_vol\":\"12\","
	    "\"stck_sdpr\":\"70000\",\"stck_mxpr\":\"91000\",\"stck_llam\":"
	    "\"49000\",\"iscd_stat_cls_code\":\"55\",\"temp_stop_yn\":\"N\"}}";
	static const char halted[] =
	    "{\"output\":{\"stck_prpr\":\"70300\",\"acml_vol\":\"0\","
	    "\"stck_sdpr\":\"70000\",\"iscd_stat_cls_code\":\"58\","
	    "\"mrkt_warn_cls_code\":\"03\"}}";
	static const char *const many[] = {
		"\"inter_shrn_iscd\":\"000660\",\"inter2_prpr\":\"200500\","
		"\"acml_vol\":\"5\",\"inter2_sdpr\":\"200000\",\"inter2_mxpr\":"
		"\"260000\",\"inter2_llam\":\"140000\",\"inter2_askp\":"
		"\"201000\",\"inter2_bidp\":\"200500\"",
		"\"inter_shrn_iscd\":\"      \"",
		"\"inter_shrn_iscd\":\"035720\"", NULL
	};
	struct broker_quote q[2] = { { .code = "005930" },
		{ .code = "000660" } };
	struct json *d = json_parse(one, strlen(one), &e);

	ok(kis_parse_price(d, &q[0], &e) == 0 && q[0].last == 70300 &&
		q[0].base == 70000 && q[0].upper == 91000 &&
		q[0].lower == 49000 && q[0].volume == 12 && !q[0].is_halted &&
		!q[0].no_entry && q[0].has_status,
	    "a quote");
	json_free(d);
	d = json_parse(halted, strlen(halted), &e);
	ok(kis_parse_price(d, &q[0], &e) == 0 && q[0].last == 0 &&
		q[0].is_halted && q[0].no_entry && q[0].has_status,
	    "not traded yet, halted, warned of");
	json_free(d);
	d = document("output", many);
	ok(kis_parse_prices(d, q, 2, &e) == 0 && q[1].last == 200500 &&
		q[1].bid == 200500 && q[1].ask == 201000 &&
		q[1].base == 200000 && q[0].base == 70000 && !q[1].has_status,
	    "many at once, without status, and some that were not asked"
	    " for");
	json_free(d);
	d = json_parse("{\"output\":{\"stck_prpr\":\"\"}}", 26, &e);
	refused(kis_parse_price(d, &q[0], &e) == -1, E_DATA, "005930",
	    "a quote without a price");
	json_free(d);
}

/* A list in which some rows cannot be read: each costs its own stock alone. */
static void
test_bad_quotes(void)
{
#define MANY(code, price, ask)                                                   \
	"\"inter_shrn_iscd\":\"" code "\",\"inter2_prpr\":\"" price              \
	"\",\"acml_vol\":\"5\",\"inter2_sdpr\":\"70000\",\"inter2_askp\":\"" ask \
	"\""
	static const char *const rows[] = { MANY("005930", "70100", "70200"),
		MANY("000660", "", "70200"), MANY("035720", "70300", "?"),
		MANY("035420", "70400", ""), NULL };
	struct broker_quote q[4] = { { .code = "005930" }, { .code = "000660" },
		{ .code = "035720" }, { .code = "035420" } };
	struct json *d = document("output", rows);

	e = (struct err){ 0 };
	is_int(kis_parse_prices(d, q, 4, &e), 2, "two rows cannot be read");
	is_str(e.msg, "000660: kis: inter2_prpr is missing", "the first told");
	ok(q[0].last == 70100 && q[0].ask == 70200 && q[3].last == 70400,
	    "those before and behind them are kept");
	ok(q[1].last == 0 && q[1].base == 0 && q[1].volume == 0 &&
		q[2].last == 0 && q[2].base == 0,
	    "of theirs nothing is known");
	json_free(d);
	d = json_parse("{\"output\":\"\"}", 13, &e);
	refused(kis_parse_prices(d, q, 4, &e) == -1, E_DATA, "no list",
	    "no list at all");
	json_free(d);
}

#define DAY(date, o, h, l, c, v)                             \
	"\"stck_bsop_date\":\"" date "\",\"stck_oprc\":\"" o \
	"\",\"stck_hgpr\":\"" h "\",\"stck_lwpr\":\"" l      \
	"\",\"stck_clpr\":\"" c "\",\"acml_vol\":\"" v "\""
#define MINUTE(date, time, o, h, l, c, v)                                      \
	"\"stck_bsop_date\":\"" date "\",\"stck_cntg_hour\":\"" time           \
	"\",\"stck_oprc\":\"" o "\",\"stck_hgpr\":\"" h                        \
	"\",\"stck_lwpr\":\"" l "\",\"stck_prpr\":\"" c "\",\"cntg_vol\":\"" v \
	"\""

static void
test_bars(void)
{
	static const char *const days[] = {
		DAY("20261123", "70000", "70500", "69900", "70300", "12"),
		DAY("20261120", "0", "0", "0", "69000", "0"), "",
		DAY("20261119", "68000", "69500", "67900", "69000", "50"), NULL
	};
	static const char *const minutes[] = {
		MINUTE("20261123", "091200", "10", "12", "9", "11", "5"),
		MINUTE("20261123", "091100", "10", "10", "10", "10", "0"),
		MINUTE("20261123", "091000", "10", "10", "10", "10", "1"),
		MINUTE("20261123", "090900", "10", "10", "10", "10", "1"),
		MINUTE("20261120", "153000", "10", "10", "10", "10", "1"), NULL
	};
	static const char *const bad[] = {
		DAY("20261123", "70000", "69000", "69900", "70300", "12"),
		DAY("20261123", "70000", "70500", "70100", "70300", "12"),
		DAY("20261323", "70000", "70500", "69900", "70300", "12"),
		DAY("20261123", "70000", "70500", "69900", "0", "12"),
		DAY("20261123", "0", "0", "0", "70300", "12"),
		DAY("20261123", "70000", "70500", "69900", "70300", "-1"),
		DAY("20261123", "70000", "70500", "69900", "70300", ""),
		"\"stck_bsop_date\":\"20261123\",\"stck_oprc\":\"7\","
		"\"stck_hgpr\":\"8\",\"stck_lwpr\":\"6\",\"stck_clpr\":"
		"\"7\",\"acml_vol\":null",
	};
	struct bar_store s;
	struct json *d = document("output2", days);
	ymd oldest;
	hhmm first;

	bar_store_init(&s, false);
	ok(kis_parse_days(d, 20261120, 20261130, &s, &oldest, &e) == 0 &&
		s.n == 2 && oldest == 20261119,
	    "days, newest first, and how far the page went");
	ok(s.open[0] == 70000 && s.high[0] == 70500 && s.low[0] == 69900 &&
		s.close[0] == 70300 && s.volume[0] == 12,
	    "a day");
	ok(s.date[1] == 20261120 && s.open[1] == 69000 && s.low[1] == 69000 &&
		s.volume[1] == 0,
	    "a day without trades is the last close");
	json_free(d);
	for (size_t i = 0; i < NELEM(bad); i++) {
		d = document("output2", (const char *const[]){ bad[i], NULL });
		refused(kis_parse_days(
			    d, 19900101, 20261130, &s, &oldest, &e) == -1,
		    E_DATA, "kis:", bad[i]);
		json_free(d);
	}
	bar_store_fini(&s);
	bar_store_init(&s, true);
	d = document("output2", minutes);
	ok(kis_parse_minutes(d, 20261123, 910, 912, &s, &first, &e) == 0 &&
		s.n == 2 && first == 909 && s.time[0] == 912 &&
		s.close[0] == 11 && s.time[1] == 910,
	    "minutes of the day, without those that saw no trade");
	json_free(d);
	d = document("output2",
	    (const char *const[]){
		MINUTE("20261123", "096000", "1", "1", "1", "1", "1"), NULL });
	refused(kis_parse_minutes(d, 20261123, 0, 2359, &s, &first, &e) == -1,
	    E_DATA, "096000", "a minute that is none");
	json_free(d);
	bar_store_fini(&s);
}

int
main(void)
{
	test_states();
	test_order_fields();
	test_requests();
	test_bad_orders();
	test_other_orders();
	test_holdings();
	test_cash();
	test_quotes();
	test_bad_quotes();
	test_status();
	test_bars();
	return done_testing();
}
