/*
 * facts.c - what a client of CREON relies on, asked through gateway/com.h:
 * types, pages, limits, sequences of events, refusals.
 *
 * Linked with the model it runs in a millisecond; as a Windows program it
 * asks the fake's COM server the same.  tests/creon.bash lays out the market:
 * 005930 and 035420 at 10000 won, a thousand shares in each minute of
 * 2025-03-14, an account of ten million won.  CREON_TRAPS is the file of traps.
 */
#include <stdlib.h>

#include "gateway/com.h"
#include "unit/tap.h"

#define ACCOUNT "335123456"
#define PRODUCT "10"

static struct com_fault fault;
static struct com_object *clock_object, *conclusion;

/* ---- Asking ---------------------------------------------------------------- */

static struct com_object *
object(const char *progid)
{
	struct com_object *o = com_new(progid, &fault);

	if (o == NULL) {
		printf("Bail out! %s: %s\n", progid, fault.text);
		exit(1);
	}
	return o;
}

/* Call a member with these arguments, which are freed. */
static int
invoke(struct com_object *o, const char *member, struct com_value *arg, int n,
    struct com_value *out)
{
	int rc = com_invoke(o, member, arg, n, out, &fault);

	for (int i = 0; i < n; i++)
		com_value_fini(&arg[i]);
	return rc;
}

static int64_t
number(struct com_object *o, const char *member)
{
	struct com_value v;
	int64_t n = invoke(o, member, NULL, 0, &v) == -1 ? -99 : com_int(&v);

	com_value_fini(&v);
	return n;
}

static void
input(struct com_object *o, int index, struct com_value v)
{
	struct com_value arg[2] = { com_long(index), v };

	if (invoke(o, "SetInputValue", arg, 2, NULL) == -1)
		ok(false, "SetInputValue: %s", fault.text);
}

/* Headers and cells; the caller looks at the value until the next one. */
static const struct com_value *
header(struct com_object *o, int index)
{
	static struct com_value v;
	struct com_value arg = com_long(index);

	com_value_fini(&v);
	invoke(o, "GetHeaderValue", &arg, 1, &v);
	return &v;
}

static const struct com_value *
cell(struct com_object *o, int column, int row)
{
	static struct com_value v;
	struct com_value arg[2] = { com_long(column), com_long(row) };

	com_value_fini(&v);
	invoke(o, "GetDataValue", arg, 2, &v);
	return &v;
}

static const char *
text(const struct com_value *v)
{
	static char buf[256];

	return com_str(v, buf, sizeof(buf));
}

/* BlockRequest: its return code, -99 where it raised. */
static int
request(struct com_object *o)
{
	return (int)number(o, "BlockRequest");
}

static int
status(struct com_object *o)
{
	return (int)number(o, "GetDibStatus");
}

static void
at(const char *time)
{
	char now[32];
	struct com_value arg;

	snprintf(now, sizeof(now), "2025-03-14 %s", time);
	arg = com_text(now);
	if (invoke(clock_object, "SetNow", &arg, 1, NULL) == -1)
		ok(false, "SetNow %s: %s", now, fault.text);
}

static void
trap(const char *line)
{
	FILE *f = fopen(getenv("CREON_TRAPS"), "wb");

	if (f == NULL) {
		ok(false, "cannot write CREON_TRAPS");
		return;
	}
	fputs(line, f);
	fputs(line[0] != '\0' ? "\n" : "", f);
	fclose(f);
}

static void
account_inputs(struct com_object *o, int index)
{
	input(o, index, com_text(ACCOUNT));
	input(o, index + 1, com_text(PRODUCT));
}

/* ---- Orders ---------------------------------------------------------------- */

/* A limit order, 0311; the object, for its answer. */
static struct com_object *
order(const char *side, const char *code, int n, int price)
{
	struct com_object *o = object("CpTrade.CpTd0311");

	input(o, 0, com_text(side));
	account_inputs(o, 1);
	input(o, 3, com_text(code));
	input(o, 4, com_long(n));
	input(o, 5, com_long(price));
	input(o, 7, com_text("0"));
	input(o, 8, com_text(price > 0 ? "01" : "03"));
	return o;
}

static int64_t
buy(int n, int price)
{
	struct com_object *o = order("2", "A005930", n, price);
	int64_t no = 0;

	if (request(o) == 0 && status(o) == 0)
		no = com_int(header(o, 8));
	com_free(o);
	return no;
}

/* 0313 and 0314 of all that remains; the new number, 0 where refused. */
static int64_t
change(const char *progid, int64_t no, int price, int number_header)
{
	struct com_object *o = object(progid);
	int64_t new = 0;

	input(o, 1, com_long(no));
	account_inputs(o, 2);
	input(o, 4, com_text("A005930"));
	input(o, 5, com_long(0));
	if (price > 0)
		input(o, 6, com_long(price));
	if (request(o) == 0 && status(o) == 0)
		new = com_int(header(o, number_header));
	com_free(o);
	return new;
}

/* ---- Events ------------------------------------------------------------------ */

static char heard[1024];

/* "4/1 no=1 orig=0 n=5" of each event. */
static void
hear(void *arg)
{
	size_t used = strlen(heard);
	char what[8], class[8];

	(void)arg;
	snprintf(what, sizeof(what), "%s", text(header(conclusion, 14)));
	snprintf(class, sizeof(class), "%s", text(header(conclusion, 16)));
	used += (size_t)snprintf(heard + used, sizeof(heard) - used, "%s%s/%s",
	    used > 0 ? " " : "", what, class);
	used += (size_t)snprintf(heard + used, sizeof(heard) - used,
	    " no=%" PRId64, com_int(header(conclusion, 5)));
	used += (size_t)snprintf(heard + used, sizeof(heard) - used,
	    " orig=%" PRId64, com_int(header(conclusion, 6)));
	snprintf(heard + used, sizeof(heard) - used, " n=%" PRId64,
	    com_int(header(conclusion, 3)));
}

/* What is heard while messages are pumped for a while. */
static const char *
pumped(void)
{
	for (int i = 0; i < 15; i++)
		com_wait(20);
	return heard;
}

static void
hears(const char *want, const char *name)
{
	is_str(pumped(), want, "%s", name);
	heard[0] = '\0';
}

/* ---- The facts ------------------------------------------------------------------ */

static void
session(void)
{
	struct com_object *cybos = object("CpUtil.CpCybos.1");
	struct com_object *util = object("cptrade.cptdutil");
	struct com_object *o = object("CpTrade.CpTd6033");
	struct com_value arg[2], v;

	is_int(number(cybos, "IsConnect"), 1, "connected");
	is_int(number(cybos, "servertype"), 1, "names know no case");
	is_int(com_invoke(cybos, "NoSuch", NULL, 0, NULL, &fault), -1,
	    "an unknown name raises");
	is_int(fault.hresult, COM_NO_MEMBER, "DISP_E_UNKNOWNNAME");
	is_int(com_invoke(cybos, "GetLimitRemainCount", NULL, 0, NULL, &fault),
	    -1, "so does a wrong number of arguments");
	is_int(fault.hresult, COM_BAD_COUNT, "DISP_E_BADPARAMCOUNT");

	is_int(request(o), -99, "no account before TradeInit");
	trap("once trade-init 2");
	arg[0] = com_long(0);
	is_int(invoke(util, "TradeInit", arg, 1, &v) == 0 ? com_int(&v) : -99,
	    2, "TradeInit: a wrong password");
	is_int(number(util, "TradeInit"), 0, "TradeInit without its argument");

	is_int(invoke(util, "AccountNumber", NULL, 0, &v), 0, "accounts");
	is_int(v.type, COM_ARRAY, "an array");
	is_int(v.vt, COM_VT_ARRAY | COM_VT_BSTR, "of strings");
	is_str(v.n > 0 ? text(&v.item[0]) : "", ACCOUNT, "the main account");
	com_value_fini(&v);
	trap("arrays-of-variant");
	arg[0] = com_text(ACCOUNT);
	arg[1] = com_long(1);
	is_int(invoke(util, "GoodsList", arg, 2, &v), 0, "products");
	is_int(v.vt, COM_VT_ARRAY | COM_VT_VARIANT, "of variants, it may be");
	is_str(v.n > 0 ? text(&v.item[0]) : "", PRODUCT, "the product");
	com_value_fini(&v);
	trap("");
	com_free(o);
	com_free(util);
	com_free(cybos);
}

static void
orders(void)
{
	struct com_object *o = order("2", "A005930", 10, 9900);
	int64_t no, amended, cancel;

	at("10:00:00");
	is_int(request(o), 0, "a buy");
	is_int(status(o), 0, "taken");
	no = com_int(header(o, 8));
	ok(no > 0, "has a number");
	is_int(header(o, 8)->vt, COM_VT_I4, "a long");
	is_str(text(header(o, 3)), "A005930", "codes have their A");
	is_str(text(header(o, 10)), "삼성전자", "a name in Korean");
	com_free(o);
	hears("4/1 no=1 orig=0 n=10", "accepted");

	amended = change("CpTrade.CpTd0313", no, 9950, 7);
	ok(amended > no, "an amended order has a new number");
	hears("4/2 no=2 orig=1 n=10 2/2 no=2 orig=1 n=10", "amended");
	is_int(change("CpTrade.CpTd0314", no, 0, 6), 0,
	    "the old number cannot be cancelled");
	cancel = change("CpTrade.CpTd0314", amended, 0, 6);
	ok(cancel > amended, "a cancel has a number of its own");
	pumped();
	ok(strstr(heard, "4/3") == heard && strstr(heard, "2/3") != NULL &&
		strstr(heard, "orig=2") != NULL,
	    "cancelled (%s)", heard);
	heard[0] = '\0';

	o = order("2", "A005930", 10, 9903);
	is_int(request(o), 0, "a price off the tick");
	is_int(status(o), -1, "is refused by the server");
	com_free(o);
	o = order("2", "A005930", 10, 10000);
	input(o, 2, com_text("01"));
	is_int(request(o), 0, "another product");
	is_int(status(o), -1, "is refused");
	com_free(o);
	hears("", "a refusal is no event");
}

static void
fills(void)
{
	struct com_object *o;
	int64_t cash;

	at("10:10:00");
	ok(buy(30, 10100) > 0, "a buy that fills");
	hears("4/1 no=3 orig=0 n=30", "accepted");
	at("10:11:00");
	hears("1/1 no=3 orig=0 n=30", "filled in the next minute");

	o = object("CpTrade.CpTd5341");
	account_inputs(o, 0);
	input(o, 2, com_text(""));
	input(o, 3, com_long(0));
	input(o, 4, com_char('0'));
	input(o, 5, com_long(20));
	input(o, 6, com_char('2'));
	is_int(request(o), 0, "the day");
	is_int(com_int(header(o, 6)), 4, "three orders and a cancel");
	is_int(com_int(cell(o, 1, 2)), 3, "the third");
	is_int(com_int(cell(o, 10, 2)), 30, "filled");
	is_int(com_int(cell(o, 11, 2)), 10000, "at the price of the bar");
	is_str(text(cell(o, 36, 3)), "3", "the cancel's class");
	is_int(com_int(cell(o, 2, 3)), 2, "and the order it cancelled");
	input(o, 5, com_long(3));
	is_int(request(o), 0, "by pages");
	is_int(number(o, "Continue"), 1, "there is more");
	is_int(request(o), 0, "the next");
	is_int(com_int(header(o, 6)), 1, "the rest");
	is_int(number(o, "Continue"), 0, "that was all");
	com_free(o);

	o = object("CpTrade.CpTd6033");
	account_inputs(o, 0);
	input(o, 2, com_long(50));
	is_int(request(o), 0, "positions");
	is_int(com_int(header(o, 7)), 1, "one");
	is_int(com_int(cell(o, 7, 0)), 30, "thirty shares");
	is_int(cell(o, 1, 0)->vt, COM_VT_I1, "a char is a number");
	is_int(header(o, 9)->vt, COM_VT_I8, "cash is a longlong");
	ok(com_int(header(o, 9)) <= 10000000 - 300000, "and is less");
	cash = com_int(header(o, 9));
	trap("once numbers-as-decimal");
	is_int(request(o), 0, "the same as DECIMAL");
	is_int(header(o, 9)->vt, COM_VT_DECIMAL, "is one");
	is_int(com_int(header(o, 9)), cash, "and of the same worth");
	com_free(o);
}

static void
prices(void)
{
	static const int fields[] = { 4, 0, 17, 10 };
	static const char *const codes[] = { "A035420", "A999999", "A005930" };
	static const int bar[] = { 0, 1, 2, 5, 8 };
	struct com_object *o = object("CpSysDib.MarketEye");

	input(o, 0, com_longs(fields, 4));
	input(o, 1, com_texts(codes, 3));
	input(o, 2, com_char('1'));
	is_int(request(o), 0, "MarketEye");
	is_int(com_int(header(o, 2)), 2, "unknown codes are left out");
	is_str(text(cell(o, 0, 1)), "A005930", "fields ascend: the code");
	is_int(com_int(cell(o, 1, 1)), 10000, "the price");
	is_int(cell(o, 2, 1)->vt, COM_VT_UI4, "the volume");
	is_str(text(cell(o, 3, 0)), "네이버", "the name");
	com_free(o);

	o = object("CpSysDib.StockChart");
	at("09:03:00");
	input(o, 0, com_text("A005930"));
	input(o, 1, com_char('2'));
	input(o, 4, com_long(10));
	input(o, 5, com_longs(bar, 5));
	input(o, 6, com_char('m'));
	input(o, 7, com_short(1));
	input(o, 9, com_char('1'));
	is_int(request(o), 0, "minutes by count");
	is_int(com_int(header(o, 3)), 4, "the running one is among them");
	is_int(com_int(cell(o, 1, 3)), 901, "the first is labelled by its end");
	is_int(com_int(cell(o, 1, 0)), 904, "the newest is row 0");
	is_int(com_int(cell(o, 4, 3)), 1000, "volume");
	at("15:40:00");
	is_int(request(o), 0, "after the close");
	is_int(com_int(cell(o, 1, 0)), 1530, "the auction's bar");
	is_int(com_int(cell(o, 1, 1)), 1520, "and the one before");
	is_int(number(o, "Continue"), 1, "by count it goes on");
	com_free(o);
}

static void
codes(void)
{
	struct com_object *o = object("CpUtil.CpCodeMgr");
	struct com_value arg = com_long(1), v;

	is_int(invoke(o, "GetStockListByMarket", &arg, 1, &v), 0, "KOSPI");
	is_int(v.n, 2, "two stocks");
	com_value_fini(&v);
	arg = com_text("A005930");
	is_int(invoke(o, "GetStockSectionKind", &arg, 1, &v), 0, "section");
	is_int(com_int(&v), 1, "a share");
	trap("halted 005930");
	arg = com_text("A005930");
	is_int(invoke(o, "GetStockStatusKind", &arg, 1, &v), 0, "status");
	is_int(com_int(&v), 1, "halted");
	trap("");
	com_free(o);
}

static void
traps(void)
{
	struct com_object *o = order("2", "A005930", 1, 10100);
	int64_t before;

	at("11:00:00");
	trap("once lose-answer");
	is_int(request(o), 1, "an answer is lost");
	pumped();
	ok(strstr(heard, "4/1") != NULL, "and the order was taken");
	heard[0] = '\0';
	trap("once lose-request 3");
	is_int(request(o), 3, "a request is lost");
	hears("", "and nothing was taken");
	trap("once confirm-window 10");
	is_int(request(o), 2, "a window is cancelled");
	trap("once accept-first");
	before = (int64_t)strlen(heard);
	is_int(request(o), 0, "while it waits");
	ok((int64_t)strlen(heard) > before, "the accept is heard");
	heard[0] = '\0';
	trap("once event-twice");
	request(o);
	pumped();
	ok(strstr(heard, "4/1") != NULL &&
		strstr(strstr(heard, "4/1") + 1, "4/1") != NULL,
	    "an event comes twice");
	heard[0] = '\0';
	trap("once event-lost");
	request(o);
	hears("", "an event is lost");
	trap("once status-waiting");
	is_int(request(o), 3, "the object waits for an answer");
	is_int(status(o), 1, "and says so");
	trap("not-connected");
	is_int(request(o), -99, "not connected: it raises");
	is_int(fault.hresult, COM_NOT_CONNECTED, "0x8000000A");
	trap("");
	com_free(o);
}

/* The rest of the window: CREON_MODEL says 40 account requests a second. */
static void
limits(void)
{
	struct com_object *cybos = object("CpUtil.CpCybos");
	struct com_object *o = object("CpTrade.CpTdNew5331A");
	int n = 0, ret = 0;

	account_inputs(o, 0);
	while (n < 100 && (ret = request(o)) == 0)
		n++;
	is_int(ret, 4, "the limit of orders, after %d", n);
	ok(number(cybos, "LimitRequestRemainTime") <= 1000, "time is left");
	com_free(o);
	com_free(cybos);
}

int
main(void)
{
	if (com_begin(&fault) == -1) {
		printf("Bail out! %s\n", fault.text);
		return 1;
	}
	trap("");
	clock_object = object(COM_FAKE);
	at("09:30:00");
	session();
	conclusion = object("DsCbo1.CpConclusion");
	is_int(com_listen(conclusion, hear, NULL, &fault), 0, "a listener");
	is_int(number(conclusion, "Subscribe"), 0, "subscribed");
	orders();
	fills();
	prices();
	codes();
	traps();
	limits();
	com_free(conclusion);
	com_free(clock_object);
	com_end();
	return done_testing();
}
