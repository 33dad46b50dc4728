/* The paper broker, fed from bars made by hand. */
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/rng.h"
#include "broker/paper.h"
#include "tap.h"

#define A  "005930" /* closed at 55,000 the day before */
#define B  "000660"
#define D1 20250313
#define D2 20250314 /* a Friday */
#define D3 20250317

/* ---- A world ------------------------------------------------------------ */

struct feed {
	char code[CODE_SIZE];
	struct bar bar;
};

static struct {
	char dir[64], books[96], conf_path[96];
	struct feed minute[2048], day[64];
	int nminute, nday;
	struct clock clock;
	struct calendar *cal;
	struct conf *conf;
	struct broker *br;
	bool source_fails;
	won opening_cash; /* of a firm: its amends renumber, too */
} w;

static int
feed_minutes(void *arg, const char *code, ymd d, hhmm from, hhmm to,
    struct bar_store *out, struct err *e)
{
	(void)arg;
	if (w.source_fails)
		return err_set(e, E_FAIL, "no prices");
	for (int i = 0; i < w.nminute; i++) {
		const struct feed *f = &w.minute[i];

		if (strcmp(f->code, code) == 0 && f->bar.date == d &&
		    f->bar.time >= from && f->bar.time <= to)
			bar_store_add(out, &f->bar);
	}
	return 0;
}

static int
feed_days(void *arg, const char *code, ymd from, ymd to, struct bar_store *out,
    struct err *e)
{
	(void)arg, (void)e;
	for (int i = 0; i < w.nday; i++) {
		const struct feed *f = &w.day[i];

		if (strcmp(f->code, code) == 0 && f->bar.date >= from &&
		    f->bar.date <= to)
			bar_store_add(out, &f->bar);
	}
	return 0;
}

static int
feed_stocks(void *arg, struct broker_stocks *out, struct err *e)
{
	(void)arg, (void)out, (void)e;
	return 0;
}

static int
feed_kind(
    void *arg, const char *code, enum kind *kind, int *leverage, struct err *e)
{
	(void)arg, (void)code, (void)e;
	*kind = KIND_KOSPI;
	*leverage = 1;
	return 0;
}

static void
day_bar(const char *code, ymd d, won close)
{
	struct feed *f = &w.day[w.nday++];

	snprintf(f->code, sizeof(f->code), "%s", code);
	f->bar = (struct bar){ d, 0, close, close, close, close, 1000000 };
}

static void
bar(const char *code, ymd d, hhmm t, won open, won high, won low, won close,
    qty volume)
{
	struct feed *f = &w.minute[w.nminute++];

	snprintf(f->code, sizeof(f->code), "%s", code);
	f->bar = (struct bar){ d, t, open, high, low, close, volume };
}

static void
at(ymd d, hhmm t)
{
	w.clock = (struct clock){ clock_epoch_at(d, t, 0), true };
}

static struct broker *
handle(struct err *e)
{
	struct broker_env env = {
		.clock = &w.clock,
		.cal = w.cal,
		.conf = w.conf,
		/* 0.015 % on both sides, 0.15 % tax, no slippage. */
		.costs = { 150000, 150000, 1500000, 0 },
		.source = { NULL, feed_minutes, feed_days, feed_stocks,
		    feed_kind },
		.db_path = xasprintf("%s/trade.db", w.dir),
		.opening_cash = w.opening_cash,
		.renumbers = w.opening_cash > 0,
	};
	struct broker *br = broker_open(&env, e);

	free((void *)env.db_path);
	return br;
}

static void
end_world(void)
{
	char *cmd = xasprintf("rm -rf '%s'", w.dir);

	broker_close(w.br);
	conf_close(w.conf);
	calendar_free(w.cal);
	if (w.dir[0] != '\0' && system(cmd) != 0)
		printf("# %s failed\n", cmd);
	free(cmd);
	memset(&w, 0, sizeof(w));
}

static void
new_world(const char *conf)
{
	static const struct session day[] = {
		{ D1, true, 830, 900, 0, 0, 1520, 1530 },
		{ D2, true, 830, 900, 0, 0, 1520, 1530 },
		{ 20250315, false, 0, 0, 0, 0, 0, 0 },
		{ 20250316, false, 0, 0, 0, 0, 0, 0 },
		{ D3, true, 830, 900, 0, 0, 1520, 1530 },
	};
	struct err e = { 0 };
	FILE *f;

	end_world();
	snprintf(w.dir, sizeof(w.dir), "/tmp/paper-XXXXXX");
	if (mkdtemp(w.dir) == NULL)
		abort();
	snprintf(w.books, sizeof(w.books), "%s/trade-paper.db", w.dir);
	snprintf(w.conf_path, sizeof(w.conf_path), "%s/conf", w.dir);
	if ((f = fopen(w.conf_path, "w")) == NULL)
		abort();
	fprintf(f, "[paper]\nsync = normal\n%s", conf);
	fclose(f);
	chmod(w.conf_path, 0600);
	w.conf = conf_open(w.conf_path, true, &e);
	w.cal = calendar_new(day, NELEM(day));
	day_bar(A, 20250312, 54000);
	day_bar(A, D1, 55000);
	day_bar(B, D1, 200000);
	at(D2, 905);
	if ((w.br = handle(&e)) == NULL)
		printf("# %s\n", e.msg);
}

/* A fresh process. */
static void
reopen(void)
{
	struct err e = { 0 };

	broker_close(w.br);
	if ((w.br = handle(&e)) == NULL)
		printf("# %s\n", e.msg);
}

/* ---- Short forms -------------------------------------------------------- */

static struct ack ack;

static enum place
send(struct broker *br, enum side side, const char *code, qty n, won limit)
{
	static int serial;
	struct broker_request r = {
		.side = side, .n = n, .limit = limit, .is_market = limit == 0
	};

	snprintf(r.key, sizeof(r.key), "k%d", ++serial);
	snprintf(r.code, sizeof(r.code), "%s", code);
	return br->ops->place(br, &r, &ack);
}

static enum place
buy(const char *code, qty n, won limit)
{
	return send(w.br, SIDE_BUY, code, n, limit);
}

static enum place
sell(const char *code, qty n, won limit)
{
	return send(w.br, SIDE_SELL, code, n, limit);
}

static enum place
amend(int no, won limit)
{
	struct broker_request r = {
		.key = "amend", .limit = limit, .is_market = limit == 0
	};

	snprintf(r.broker_no, sizeof(r.broker_no), "%d", no);
	return w.br->ops->amend(w.br, &r, &ack);
}

static enum place
cancel(int no)
{
	struct broker_request r = { .key = "cancel" };

	snprintf(r.broker_no, sizeof(r.broker_no), "%d", no);
	return w.br->ops->cancel(w.br, &r, &ack);
}

/* The day's order of that number; n = -1 where the list has it not. */
static struct broker_order
order_of(ymd d, int no)
{
	struct broker_orders l = { 0 };
	struct broker_order o = { .n = -1 };
	struct err e = { 0 };
	char text[16];

	snprintf(text, sizeof(text), "%d", no);
	if (w.br->ops->orders(w.br, d, &l, &e) == -1)
		printf("# %s\n", e.msg);
	for (int i = 0; i < l.n; i++)
		if (strcmp(l.item[i].broker_no, text) == 0)
			o = l.item[i];
	free(l.item);
	return o;
}

static int
count_orders(ymd d)
{
	struct broker_orders l = { 0 };
	struct err e = { 0 };
	int n;

	n = w.br->ops->orders(w.br, d, &l, &e) == -1 ? -1 : l.n;
	free(l.item);
	return n;
}

/* "no/fill:n@price time" of the day, with spaces between. */
static const char *
fill_list(ymd d)
{
	static char text[1024];
	struct broker_fills l = { 0 };
	struct err e = { 0 };
	size_t used = 0;

	text[0] = '\0';
	if (w.br->ops->fills(w.br, d, &l, &e) == -1)
		snprintf(text, sizeof(text), "%s", e.msg);
	for (int i = 0; i < l.n && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%s/%d:%d@%d %04d", i == 0 ? "" : " ",
		    l.item[i].broker_no, (int)l.item[i].fill_no,
		    (int)l.item[i].n, (int)l.item[i].price, l.item[i].time);
	free(l.item);
	return text;
}

static struct broker_cash
cash(void)
{
	struct broker_cash c = { -1, -1 };
	struct err e = { 0 };

	if (w.br->ops->cash(w.br, &c, &e) == -1)
		printf("# %s\n", e.msg);
	return c;
}

static struct broker_holding
holding(const char *code)
{
	struct broker_holdings l = { 0 };
	struct broker_holding h = { .n = 0 };
	struct err e = { 0 };

	if (w.br->ops->holdings(w.br, &l, &e) == -1)
		printf("# %s\n", e.msg);
	for (int i = 0; i < l.n; i++)
		if (strcmp(l.item[i].code, code) == 0)
			h = l.item[i];
	free(l.item);
	return h;
}

/* ---- Fills -------------------------------------------------------------- */

static void
plain_fills(void)
{
	new_world("");
	bar(A, D2, 904, 54900, 54900, 54900, 54900, 1000);
	bar(A, D2, 905, 55000, 55200, 54800, 55100, 1000);
	bar(A, D2, 906, 55100, 55300, 55100, 55300, 1000);
	is_int(cash().settled, 10000000, "opening cash");
	is_int(buy(A, 10, 55100), PLACE_ACCEPTED, "a limit buy is taken");
	is_str(ack.broker_no, "1", "numbers begin at 1");
	is_str(fill_list(D2), "", "its own minute is not over");
	is_int(cash().buyable, 10000000 - 551000 - 83,
	    "a working buy binds limit and commission");
	is_int(order_of(D2, 1).at, 905, "the order says when it was taken");
	at(D2, 906);
	is_str(fill_list(D2), "1/1:10@55000 0905", "filled at the open");
	is_int(order_of(D2, 1).state, BO_FILLED, "and complete");
	is_int(order_of(D2, 1).filled_won, 550000, "with its amount");
	is_int(cash().settled, 10000000 - 550000 - 82, "amount and commission");
	is_int(cash().buyable, cash().settled, "nothing is bound any more");
	is_int(holding(A).n, 10, "held");
	is_int(holding(A).cost, 550000, "at cost without commission");
	is_int(sell(A, 4, 0), PLACE_ACCEPTED, "a market sell");
	is_int(holding(A).sellable, 6, "binds its shares");
	at(D2, 907);
	is_str(fill_list(D2), "1/1:10@55000 0905 2/1:4@55100 0906",
	    "fills at the next bar's open");
	is_int(cash().settled, 10000000 - 550082 + 220400 - 33 - 330,
	    "commission and tax are floored");
	is_int(holding(A).cost, 330000, "the average cost stays");
	is_int(sell(A, 6, 0), PLACE_ACCEPTED, "the rest");
	bar(A, D2, 907, 55000, 55000, 55000, 55000, 1000);
	at(D2, 908);
	is_int(holding(A).n, 0, "is gone");
}

static void
limits_wait(void)
{
	new_world("");
	bar(A, D2, 905, 55000, 55200, 54800, 55100, 1000);
	bar(A, D2, 906, 54900, 54900, 54400, 54500, 1000);
	bar(A, D2, 908, 54000, 54000, 54000, 54000, 1000);
	is_int(buy(A, 10, 54700), PLACE_ACCEPTED, "below the range");
	is_int(buy(A, 10, 54200), PLACE_ACCEPTED, "further below");
	at(D2, 906);
	is_str(fill_list(D2), "", "waits");
	at(D2, 907);
	is_str(fill_list(D2), "1/1:10@54700 0906", "fills at its limit");
	at(D2, 909);
	is_str(fill_list(D2), "1/1:10@54700 0906 2/1:10@54000 0908",
	    "a gap below fills at the open; a missing minute is nothing");
}

static void
capacity(void)
{
	new_world("");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 59);
	bar(A, D2, 906, 55000, 55000, 55000, 55000, 100);
	bar(A, D2, 907, 55000, 55000, 55000, 55000, 0);
	bar(A, D2, 908, 55000, 55000, 55000, 55000, 9);
	bar(A, D2, 909, 55000, 55000, 55000, 55000, 200);
	buy(A, 7, 55100);
	buy(A, 10, 55200);
	at(D2, 906);
	is_str(fill_list(D2), "1/1:5@55000 0905",
	    "a tenth of the volume, first come first served");
	is_int(order_of(D2, 1).state, BO_WORKING, "the rest waits");
	at(D2, 907);
	is_str(fill_list(D2),
	    "1/1:5@55000 0905 1/2:2@55000 0906"
	    " 2/1:8@55000 0906",
	    "all orders share a bar");
	at(D2, 909);
	is_int(order_of(D2, 2).filled, 8, "no volume, no fill");
	at(D2, 910);
	is_int(order_of(D2, 2).filled, 10, "complete at last");
	is_int(cash().settled, 10000000 - 41 - 16 - 66 - 16 - 17 * 55000,
	    "each fill's commission is floored");
}

/* However the minutes are cut into calls, the end is the same. */
static void
steps(void)
{
	char want[1024];

	for (int step = 1; step <= 30; step = step == 1 ? 7 : step + 23) {
		new_world("");
		for (int i = 0; i < 30; i++)
			bar(A, D2, 905 + i, 55000 + i % 3 * 100, 55400, 54700,
			    55000, 40 + 7 * (i % 5));
		buy(A, 60, 54900);
		buy(A, 25, 55100);
		for (int i = step; i <= 30; i += step) {
			at(D2, 905 + i);
			fill_list(D2);
		}
		at(D2, 936);
		if (step == 1)
			snprintf(want, sizeof(want), "%s", fill_list(D2));
		else
			is_str(fill_list(D2), want, "in steps of %d", step);
	}
	ok(strlen(want) > 100, "and there were fills");
}

static void
late_bars(void)
{
	new_world("");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 50);
	buy(A, 100, 55100);
	at(D2, 908);
	is_int(order_of(D2, 1).filled, 5, "one bar so far");
	bar(A, D2, 906, 55000, 55000, 55000, 55000, 60);
	is_int(order_of(D2, 1).filled, 11, "a bar that comes late counts");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 9000);
	is_int(order_of(D2, 1).filled, 11, "an old one does not");
	is_int(buy(A, 1, 55200), PLACE_ACCEPTED, "another order at 908");
	bar(A, D2, 907, 55000, 55000, 55000, 55000, 9000);
	is_int(order_of(D2, 1).filled, 100, "the late bar fills the old one");
	is_int(order_of(D2, 2).filled, 0, "and not the one after it");
}

/* ---- The day ------------------------------------------------------------ */

static void
entry_phase(void)
{
	new_world("");
	bar(A, D2, 900, 56000, 56500, 55500, 56000, 1000);
	at(D2, 829);
	is_int(buy(A, 1, 55000), PLACE_REJECTED, "too early");
	ok(ack.is_market_closed, "is told as closed");
	at(D2, 850);
	is_int(buy(A, 1, 56700), PLACE_ACCEPTED, "the entry phase takes it");
	is_int(buy(A, 1, 55700), PLACE_ACCEPTED, "a lower one too");
	at(D2, 855);
	is_int(amend(2, 55600), PLACE_ACCEPTED, "amended before the open");
	at(D2, 900);
	is_str(fill_list(D2), "", "nothing before the first bar is over");
	at(D2, 901);
	is_str(fill_list(D2), "1/1:1@56000 0900 2/1:1@55600 0900",
	    "the gap's open, and the limit");
}

static void
closing(void)
{
	new_world("");
	bar(A, D2, 1519, 55000, 55000, 55000, 55000, 100);
	bar(A, D2, 1525, 50000, 55000, 50000, 55000, 100000);
	bar(A, D2, 1530, 55300, 55300, 55300, 55300, 100);
	at(D2, 1519);
	buy(A, 15, 55300);
	at(D2, 1522);
	is_str(fill_list(D2), "1/1:10@55000 1519", "the last minute");
	buy(A, 30, 55500);
	at(D2, 1529);
	buy(A, 1, 55400);
	is_str(fill_list(D2), "1/1:10@55000 1519",
	    "a minute that the session has not fills nothing");
	at(D2, 1530);
	is_int(cancel(3), PLACE_REJECTED, "too late to cancel at the close");
	ok(ack.is_market_closed, "as closed");
	is_int(buy(A, 1, 55400), PLACE_REJECTED, "and to order");
	is_int(order_of(D2, 3).state, BO_WORKING, "but not over yet");
	at(D2, 1531);
	is_str(fill_list(D2),
	    "1/1:10@55000 1519 1/2:5@55300 1530"
	    " 2/1:5@55300 1530",
	    "the closing price");
	is_int(order_of(D2, 2).state, BO_EXPIRED, "what is left expires");
	is_int(order_of(D2, 2).filled, 5, "partly filled");
	is_int(order_of(D2, 3).state, BO_EXPIRED, "all of it");
	is_int(cash().buyable, cash().settled, "nothing stays bound");
}

static void
days_later(void)
{
	new_world("");
	at(D2, 1400);
	buy(A, 30, 55500);
	at(D2, 1405);
	bar(A, D2, 1404, 55000, 55000, 55000, 55000, 100);
	bar(A, D2, 1530, 55300, 55300, 55300, 55300, 70);
	bar(A, D3, 900, 55000, 55000, 55000, 55000, 10000);
	at(D3, 905);
	reopen();
	is_int(buy(A, 1, 55000), PLACE_ACCEPTED, "a new day, a new order");
	is_str(ack.broker_no, "1", "numbers begin again");
	is_str(fill_list(D2), "1/1:10@55000 1404 1/2:7@55300 1530",
	    "the old day was played to its end");
	is_int(order_of(D2, 1).state, BO_EXPIRED, "and no further");
	is_int(holding(A).n, 17, "into the holding");
	at(D3, 1531);
	is_int(order_of(D3, 1).state, BO_EXPIRED, "the new one is of its day");
}

static void
closed_days(void)
{
	new_world("");
	at(20250315, 1000);
	is_int(buy(A, 1, 55000), PLACE_REJECTED, "a Saturday");
	ok(ack.is_market_closed, "is closed");
	at(20250401, 1000);
	is_int(buy(A, 1, 55000), PLACE_REJECTED, "a day without a row");
	ok(ack.is_market_closed, "counts as closed");
	is_int(count_orders(20250401), 0, "what is refused is not listed");
}

/* ---- Refusals ----------------------------------------------------------- */

static void
refusals(void)
{
	static const struct {
		enum side side;
		const char *code;
		qty n;
		won limit;
		const char *why;
		enum refusal kind;
	} t[] = {
		{ SIDE_BUY, A, 0, 55000, "0 is no quantity" },
		{ SIDE_BUY, A, -3, 55000, "-3 is no quantity" },
		{ SIDE_BUY, A, 1, 55050,
		    "55050 is not on a tick (100 won here)", REFUSED_TICK },
		{ SIDE_BUY, A, 1, -100, "a limit order needs a price",
		    REFUSED_TICK },
		{ SIDE_BUY, A, 1, 71600, "71600 is above the upper limit 71500",
		    REFUSED_BAND },
		{ SIDE_BUY, A, 1, 38400, "38400 is below the lower limit 38500",
		    REFUSED_BAND },
		{ SIDE_BUY, A, 200, 55000,
		    "not enough cash: needs 11001650,"
		    " there are 10000000",
		    REFUSED_CASH },
		{ SIDE_BUY, A, 140, 0,
		    "not enough cash: needs 10011502,"
		    " there are 10000000",
		    REFUSED_CASH },
		{ SIDE_BUY, A, INT64_MAX / 10, 55000, NULL, REFUSED_CASH },
		{ SIDE_SELL, A, 1, 55000,
		    "not enough shares: to sell 1,"
		    " there are 0",
		    REFUSED_SHARES },
		{ SIDE_BUY, "123450", 1, 0,
		    "no price of 123450 is known, so"
		    " a market order cannot be covered",
		    REFUSED_CASH },
		{ SIDE_BUY, "", 1, 1000, "no stock is named" },
	};

	new_world("");
	for (size_t i = 0; i < NELEM(t); i++) {
		is_int(send(w.br, t[i].side, t[i].code, t[i].n, t[i].limit),
		    PLACE_REJECTED, "refused %zu", i);
		if (t[i].why != NULL)
			is_str(ack.reason, t[i].why, "because %zu", i);
		is_int(ack.why, t[i].kind, "which is of a kind %zu", i);
		ok(!ack.is_market_closed, "not for the hour %zu", i);
	}
	is_int(count_orders(D2), 0, "none is listed");
	is_int(cash().buyable, 10000000, "nothing is bound");
	is_int(buy(A, 1, 71500), PLACE_ACCEPTED, "the upper limit is legal");
	is_int(buy(A, 1, 38500), PLACE_ACCEPTED, "the lower limit too");
	is_int(buy("123450", 1, 1000), PLACE_ACCEPTED,
	    "no limits where no base is known");
	is_int(
	    buy(A, 181, 55000), PLACE_REJECTED, "other orders bind the cash");
}

static void
no_shorts(void)
{
	new_world("");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 10, 55000);
	is_int(sell(A, 10, 55000), PLACE_REJECTED, "not held yet");
	at(D2, 906);
	is_int(sell(A, 6, 60000), PLACE_ACCEPTED, "six of ten");
	is_int(sell(A, 5, 60000), PLACE_REJECTED, "only four are left");
	is_int(sell(A, 4, 60000), PLACE_ACCEPTED, "four");
	is_int(holding(A).sellable, 0, "all bound");
	is_int(cancel(2), PLACE_ACCEPTED, "six free again");
	is_int(holding(A).sellable, 6, "and sellable");
	is_int(buy(A, 1, 50000), PLACE_ACCEPTED,
	    "both sides at once is not the broker's business");
}

/* ---- Amend and cancel --------------------------------------------------- */

static void
amends(void)
{
	new_world("");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 100);
	bar(A, D2, 906, 55000, 55000, 55000, 55000, 100);
	bar(A, D2, 907, 55000, 55000, 55000, 55000, 100);
	buy(A, 15, 54000);
	buy(A, 15, 55000);
	at(D2, 906);
	is_str(fill_list(D2), "2/1:10@55000 0905", "the first waits");
	is_int(amend(1, 54950), PLACE_REJECTED, "not on a tick");
	is_int(amend(1, 80000), PLACE_REJECTED, "beyond the limit");
	is_int(amend(1, 55000), PLACE_ACCEPTED, "amended");
	is_str(ack.broker_no, "1", "keeps its number");
	is_int(order_of(D2, 1).limit, 55000, "shows its new limit");
	is_int(cash().buyable, cash().settled - 20 * 55000 - 124 - 42,
	    "and binds by it");
	at(D2, 907);
	is_str(fill_list(D2), "2/1:10@55000 0905 1/1:10@55000 0906",
	    "and its place before the second");
	is_int(amend(1, 0), PLACE_ACCEPTED, "to market");
	at(D2, 908);
	is_int(order_of(D2, 1).state, BO_FILLED, "filled");
	is_int(amend(1, 55000), PLACE_REJECTED, "final");
	is_str(ack.reason, "order 1 is already filled", "and says so");
	is_int(cancel(1), PLACE_REJECTED, "nor cancelled");
	is_int(amend(9, 55000), PLACE_REJECTED, "no such order");
	is_int(cancel(2), PLACE_REJECTED, "filled as well");
	buy(A, 1, 50000);
	is_int(cancel(3), PLACE_ACCEPTED, "a working one is cancelled");
	is_int(order_of(D2, 3).state, BO_CANCELLED, "at once");
	is_int(cancel(3), PLACE_REJECTED, "not twice");
	is_int(cash().buyable, cash().settled, "its cash is free");
	buy(A, 100, 50000);
	is_int(amend(4, 71500), PLACE_ACCEPTED, "a dearer limit");
	is_int(amend(4, 0), PLACE_ACCEPTED, "market binds the same here");
	buy(A, 20, 50000);
	is_int(amend(5, 71500), PLACE_REJECTED, "no cash for the rest");
}

static void
renumbers(void)
{
	new_world("renumber = yes\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 100);
	bar(A, D2, 906, 55000, 55000, 55000, 55000, 100);
	buy(A, 15, 55000);
	buy(A, 15, 55000);
	at(D2, 906);
	is_int(amend(1, 55100), PLACE_ACCEPTED, "amended");
	is_str(ack.broker_no, "3", "under a new number");
	is_int(order_of(D2, 1).state, BO_CANCELLED, "the old one is final");
	is_int(order_of(D2, 1).filled, 10, "with its fills");
	is_int(order_of(D2, 3).n, 5, "the new one is the rest");
	is_str(order_of(D2, 3).orig_no, "1", "and names the old");
	is_str(order_of(D2, 3).key, "amend", "with the amend's key");
	at(D2, 907);
	is_str(fill_list(D2),
	    "1/1:10@55000 0905 3/1:5@55000 0906"
	    " 2/1:5@55000 0906",
	    "it kept its place");
}

/* A program that is the firm says how its books begin, and renumbers. */
static void
firm(void)
{
	struct err e = { 0 };

	new_world("renumber = no\ncash = 7\n");
	broker_close(w.br);
	unlink(w.books);
	w.opening_cash = 200000;
	w.br = handle(&e);
	if (!ok(w.br != NULL, "opened as the firm"))
		return;
	is_int(cash().settled, 200000, "with its cash");
	is_int(buy(A, 1, 55000), PLACE_ACCEPTED, "an order");
	is_int(amend(1, 55100), PLACE_ACCEPTED, "amended");
	is_str(ack.broker_no, "2", "under a new number");
	is_int(cancel(1), PLACE_REJECTED, "the old one is gone");
	is_int(ack.why, REFUSED_GONE, "which the firm can tell");
	at(D2, 1700);
	is_int(buy(A, 1, 55000), PLACE_REJECTED, "after the close");
	is_int(ack.why, REFUSED_CLOSED, "which it can tell as well");
}

/* ---- Prices ------------------------------------------------------------- */

static void
no_future(void)
{
	struct bar_store m, d;
	struct broker_quote q = { .code = A };
	struct err e = { 0 };

	new_world("");
	day_bar(A, D2, 56000);
	day_bar(A, D3, 57000);
	bar(A, D2, 900, 55000, 55000, 55000, 55000, 10);
	bar(A, D2, 905, 55500, 55500, 55500, 55500, 20);
	bar(A, D2, 906, 55600, 55600, 55600, 55600, 30);
	bar(A, D3, 900, 57000, 57000, 57000, 57000, 40);
	bar_store_init(&m, true);
	bar_store_init(&d, false);
	at(D2, 906);
	w.br->ops->minute_bars(w.br, A, D2, 0, 2359, &m, &e);
	is_int(m.n, 2, "minutes that are over");
	w.br->ops->minute_bars(w.br, A, D3, 0, 2359, &m, &e);
	is_int(m.n, 2, "no other day's");
	w.br->ops->daily_bars(w.br, A, 0, 20991231, &d, &e);
	is_int(d.n, 2, "days that are over");
	w.br->ops->quotes(w.br, &q, 1, &e);
	is_int(q.last, 55500, "last price");
	is_int(q.volume, 30, "volume");
	is_int(q.base, 55000, "base is the close of the day before");
	is_int(q.upper, 71500, "upper limit");
	is_int(q.lower, 38500, "lower limit");
	is_int(q.bid + q.ask, 0, "no book");
	at(D2, 900);
	w.br->ops->quotes(w.br, &q, 1, &e);
	is_int(q.last, 0, "not traded yet");
	at(D2, 1530);
	bar_store_clear(&d);
	w.br->ops->daily_bars(w.br, A, 0, 20991231, &d, &e);
	is_int(d.n, 2, "the day is not over at the close's minute");
	at(D2, 1531);
	bar_store_clear(&d);
	w.br->ops->daily_bars(w.br, A, 0, 20991231, &d, &e);
	is_int(d.n, 3, "but after it");
	at(D3, 0);
	w.br->ops->minute_bars(w.br, A, D3, 0, 2359, &m, &e);
	is_int(m.n, 2, "midnight");
	bar_store_fini(&m);
	bar_store_fini(&d);
}

static void
locked_at_limit(void)
{
	new_world("");
	bar(A, D2, 905, 71500, 71500, 71500, 71500, 1000);
	bar(A, D2, 906, 71500, 71500, 71400, 71500, 1000);
	buy(A, 10, 71500);
	at(D2, 906);
	is_str(fill_list(D2), "", "nobody buys at limit-up");
	at(D2, 907);
	is_str(fill_list(D2), "1/1:10@71500 0906", "until it opens");
}

/* ---- Two at once -------------------------------------------------------- */

static void
two_handles(void)
{
	struct err e = { 0 };
	struct broker *other;
	struct broker_cash c;

	new_world("");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 100);
	other = handle(&e);
	ok(other != NULL, "a second program opens the books");
	is_int(buy(A, 100, 55000), PLACE_ACCEPTED, "one buys");
	is_int(send(other, SIDE_BUY, A, 100, 55000), PLACE_REJECTED,
	    "the other sees the cash bound");
	is_int(other->ops->wait_event(other, 0, &e), 1, "and has news");
	is_int(other->ops->wait_event(other, 0, &e), 0, "once");
	at(D2, 906);
	fill_list(D2);
	is_int(other->ops->wait_event(other, 0, &e), 1, "a fill is news");
	other->ops->cash(other, &c, &e);
	is_int(c.settled, cash().settled, "both see the same cash");
	is_str(fill_list(D2), "1/1:10@55000 0905", "the bar matched once");
	broker_close(other);
}

/* Programs that make the books at one moment make them once; all orders of
 * all of them are there. */
static void
racing(void)
{
	struct paper_requests r = { 0 };
	struct err e = { 0 };
	int status, failed = 0;
	char *cmd;

	new_world("");
	broker_close(w.br);
	cmd = xasprintf("rm -f '%s'*", w.books);
	is_int(system(cmd), 0, "no books");
	free(cmd);
	for (int i = 0; i < 8; i++) {
		if (fork() != 0)
			continue;
		if ((w.br = handle(&e)) == NULL)
			_exit(2);
		for (int k = 0; k < 5; k++)
			if (buy(A, 1, 50000) != PLACE_ACCEPTED)
				_exit(3);
		broker_close(w.br);
		_exit(0);
	}
	while (wait(&status) > 0)
		failed += status != 0;
	is_int(failed, 0, "eight programs at once");
	w.br = handle(&e);
	is_int(count_orders(D2), 40, "each order once, each with its number");
	is_int(cash().settled, 10000000, "opened once");
	paper_requests(w.br, &r, &e);
	is_int(r.n, 40, "all logged");
	free(r.item);
}

/* ---- The books balance -------------------------------------------------- */

struct sums {
	won cash;
	qty n;
	int wrong; /* orders that their fills do not explain */
};

/* From the broker's own lists. */
static struct sums
add_up(ymd d)
{
	struct broker_fills f = { 0 };
	struct broker_orders o = { 0 };
	struct sums s = { 0, 0, 0 };
	struct err e = { 0 };

	w.br->ops->fills(w.br, d, &f, &e);
	w.br->ops->orders(w.br, d, &o, &e);
	for (int i = 0; i < f.n; i++) {
		const struct broker_fill *x = &f.item[i];
		won amount = x->n * x->price;

		s.cash -= x->commission + x->tax;
		s.cash += x->side == SIDE_BUY ? -amount : amount;
		s.n += x->side == SIDE_BUY ? x->n : -x->n;
	}
	for (int i = 0; i < o.n; i++) {
		const struct broker_order *x = &o.item[i];
		qty n = 0;
		won amount = 0;

		for (int k = 0; k < f.n; k++) {
			if (strcmp(f.item[k].broker_no, x->broker_no) != 0)
				continue;
			n += f.item[k].n;
			amount += f.item[k].n * f.item[k].price;
		}
		s.wrong += n != x->filled || n > x->n ||
		    amount != x->filled_won;
	}
	free(f.item);
	free(o.item);
	return s;
}

static void
random_request(struct rng *rng)
{
	won limit = 54500 + 100 * (won)rng_below(rng, 30);
	won price = rng_below(rng, 4) == 0 ? 0 : limit;
	int no = 1 + (int)rng_below(rng, 40);

	switch (rng_below(rng, 5)) {
	case 0:
	case 1:
		buy(A, 1 + (qty)rng_below(rng, 40), price);
		break;
	case 2:
		sell(A, 1 + (qty)rng_below(rng, 20), price);
		break;
	case 3:
		amend(no, price);
		break;
	default:
		cancel(no);
		break;
	}
}

/* An hour of random requests, each of a process of its own. */
static void
random_hour(uint64_t seed, const char *conf)
{
	struct rng rng = rng_seed(seed);
	struct sums s;
	int bad = 0;

	new_world(conf);
	for (hhmm t = 900; t < 960; t++) {
		won p = 55000 + 100 * (won)rng_below(&rng, 20);

		bar(A, D2, t, p, p + 300, p - 300, p + 100,
		    (qty)rng_below(&rng, 500));
	}
	bar(A, D2, 1530, 55000, 55000, 55000, 55000, 300);
	for (int i = 0; i < 120; i++) {
		at(D2, i < 12 ? 850 : 900 + i / 2 - 6);
		random_request(&rng);
		paper_by_hand(w.br);
		s = add_up(D2);
		bad += cash().settled != 10000000 + s.cash ||
		    cash().settled < 0 || holding(A).n != s.n || s.n < 0 ||
		    s.wrong != 0 || cash().buyable > cash().settled;
		reopen();
	}
	is_int(bad, 0, "seed %d: cash, shares and orders add up", (int)seed);
	at(D2, 1531);
	paper_by_hand(w.br);
	s = add_up(D2);
	is_int(cash().settled, 10000000 + s.cash, "at the end too");
	is_int(cash().buyable, cash().settled, "nothing is bound");
	ok(s.cash != 0, "and something was traded");
}

static void
random_hours(void)
{
	for (uint64_t seed = 1; seed <= 6; seed++)
		random_hour(seed,
		    seed % 2 == 0 ?
			"renumber = yes\n" :
			"fault = lose-answer:0.1, lose-request:0.1, delay:0.1,"
			" split-fills:0.3, partial:0.3, cancel-loses:0.3\n");
}

/* ---- Faults ------------------------------------------------------------- */

static void
lost(void)
{
	struct paper_requests r = { 0 };
	struct err e = { 0 };

	new_world("will = none, lose-answer lose-request\n");
	is_int(buy(A, 1, 55000), PLACE_ACCEPTED, "the first is answered");
	is_int(buy(A, 2, 55000), PLACE_UNKNOWN, "the second's answer is lost");
	is_str(ack.broker_no, "", "with its number");
	is_int(count_orders(D2), 2, "but it is there");
	is_int(order_of(D2, 2).n, 2, "in full");
	reopen();
	is_int(buy(A, 3, 55000), PLACE_UNKNOWN, "the third is lost");
	is_int(count_orders(D2), 2, "on its way");
	is_int(buy(A, 4, 55000), PLACE_ACCEPTED, "the fourth is answered");
	is_int(paper_requests(w.br, &r, &e), 0, "the log");
	is_int(r.n, 4, "knows of all");
	is_str(r.item[1].fault, "lose-answer", "what befell");
	is_str(r.item[2].outcome, "lost", "what became of it");
	free(r.item);
}

static void
asked_for(void)
{
	struct err e = { 0 };

	new_world("");
	buy(A, 1, 55000);
	is_int(paper_will(w.br, "lose-answer:cancel", &e), 0, "asked for");
	is_int(paper_will(w.br, "lose-request:amend", &e), 0, "both");
	is_int(amend(1, 54000), PLACE_UNKNOWN, "an amend is lost");
	is_int(order_of(D2, 1).limit, 55000, "and not done");
	is_int(amend(1, 54000), PLACE_ACCEPTED, "the next one is");
	is_int(cancel(1), PLACE_UNKNOWN, "a cancel's answer is lost");
	is_int(order_of(D2, 1).state, BO_CANCELLED, "it is done");
	is_int(paper_will(w.br, "cancel-loses", &e), 0, "a cancel loses");
	buy(A, 1, 55000);
	is_int(cancel(2), PLACE_REJECTED, "to a fill");
	is_int(order_of(D2, 2).state, BO_FILLED, "that was first");
	is_int(paper_will(w.br, "late-reject", &e), 0, "refused later");
	is_int(buy(A, 1, 55000), PLACE_ACCEPTED, "is taken");
	is_int(order_of(D2, 3).state, BO_REJECTED, "and refused");
	is_int(paper_will(w.br, "late-list", &e), 0, "listed late");
	is_int(buy(A, 1, 55000), PLACE_ACCEPTED, "is taken");
	is_int(count_orders(D2), 3, "not seen");
	at(D2, 906);
	is_int(count_orders(D2), 4, "until later");
	is_int(paper_will(w.br, "reject", &e), 0, "refused");
	is_int(buy(A, 1, 55000), PLACE_REJECTED, "at once");
	is_int(paper_will(w.br, "nonsense", &e), -1, "an unknown word");
	is_int(e.kind, E_USAGE, "is a mistake");
	is_int(paper_will(w.br, "cancel-loses:new", &e), -1, "so is this");
}

static void
delayed(void)
{
	struct err e = { 0 };

	new_world("delay_seconds = 90\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	bar(A, D2, 907, 55100, 55100, 55100, 55100, 1000);
	paper_will(w.br, "delay", &e);
	is_int(buy(A, 5, 55200), PLACE_UNKNOWN, "no answer");
	at(D2, 906);
	is_int(count_orders(D2), 0, "not there after a minute");
	at(D2, 907);
	is_int(count_orders(D2), 1, "but after two");
	at(D2, 908);
	is_str(fill_list(D2), "1/1:5@55100 0907", "and fills from then on");

	/* Nobody asks between its coming and the next day. */
	new_world("delay_seconds = 90\n");
	bar(A, D2, 1000, 55000, 55000, 55000, 55000, 1000);
	bar(A, D2, 1003, 55100, 55100, 55100, 55100, 1000);
	at(D2, 1000);
	paper_will(w.br, "delay", &e);
	is_int(buy(A, 5, 55200), PLACE_UNKNOWN, "no answer in the morning");
	at(D2, 1529);
	paper_will(w.br, "delay", &e);
	is_int(buy(A, 5, 55200), PLACE_UNKNOWN, "nor before the close");
	at(D3, 859);
	is_int(count_orders(D3), 0, "no order of last night is one of today");
	is_int(count_orders(D2), 1, "what came after the close was refused");
	is_str(fill_list(D2), "1/1:5@55100 1003",
	    "and the other filled when it came");
}

static bool
quoted(const char *code, struct broker_quote *q)
{
	struct err e = { 0 };

	memset(q, 0, sizeof(*q));
	snprintf(q->code, sizeof(q->code), "%s", code);
	return w.br->ops->quotes(w.br, q, 1, &e) == 0;
}

/* From ten o'clock until five minutes after, a bar in each minute. */
static void
paused_world(const char *conf)
{
	char text[200];

	snprintf(text, sizeof(text), "cash = 100000000\n%s", conf);
	new_world(text);
	for (hhmm t = 958; t <= 1010; t = hhmm_add(t, 1))
		bar(A, D2, t, 55000 + t % 100, 56000, 54000, 55000, 1000);
	for (hhmm t = 958; t <= 1010; t = hhmm_add(t, 1))
		bar(B, D2, t, 200000, 200000, 200000, 200000, 1000);
	at(D2, 959);
}

static void
halted(void)
{
	struct bar_store bars;
	struct broker_quote q;
	struct err e = { 0 };

	paused_world("halted = " A ":1000-1005, 000010\n");
	is_int(buy(A, 150, 54000), PLACE_ACCEPTED, "an order before a halt");
	at(D2, 1000);
	is_int(order_of(D2, 1).filled, 100, "fills in part");
	ok(quoted(A, &q) && q.is_halted && q.no_entry, "the quote says halted");
	ok(quoted(B, &q) && !q.is_halted, "another's does not");
	is_int(buy(A, 1, 55000), PLACE_REJECTED, "no order is taken");
	is_int(ack.why, REFUSED_HALTED, "for that reason");
	is_str(ack.reason, A " is halted", "in words");
	is_int(amend(1, 54500), PLACE_REJECTED, "nor an amend");
	is_int(buy(B, 1, 200000), PLACE_ACCEPTED, "of another it is");
	at(D2, 1005);
	is_int(order_of(D2, 1).filled, 100, "nothing filled");
	is_int(order_of(D2, 2).filled, 1, "but the other's");
	bar_store_init(&bars, true);
	w.br->ops->minute_bars(w.br, A, D2, 0, 2359, &bars, &e);
	is_int(bars.n, 2, "there are no bars of a halt");
	bar_store_fini(&bars);
	ok(quoted(A, &q) && !q.is_halted && q.last == 55000, "it is over");
	is_int(amend(1, 54500), PLACE_ACCEPTED, "and the order works");
	at(D2, 1006);
	is_int(order_of(D2, 1).filled, 150, "and fills");

	paused_world("halted = " A ":1000-1005\n");
	buy(A, 150, 54000);
	at(D2, 1002);
	paper_will(w.br, "cancel-loses", &e);
	is_int(cancel(1), PLACE_ACCEPTED, "a cancel is taken, and wins");

	paused_world("halted = " A "\n");
	is_int(buy(A, 1, 55000), PLACE_REJECTED, "halted all day");
	ok(quoted(A, &q) && q.is_halted && q.last == 0, "without a price");
}

/* A volatility interruption: orders gather, and meet its end. */
static void
interrupted(void)
{
	struct broker_quote q;

	paused_world("interrupted = " A ":1000-1002\n");
	at(D2, 1000);
	ok(quoted(A, &q) && !q.is_halted && q.no_entry, "no entries");
	is_int(buy(A, 10, 56000), PLACE_ACCEPTED, "an order is taken");
	at(D2, 1001);
	is_int(amend(1, 55900), PLACE_ACCEPTED, "and amended");
	at(D2, 1002);
	is_str(fill_list(D2), "", "and does not fill");
	at(D2, 1003);
	is_str(fill_list(D2), "1/1:10@55002 1002", "until the auction");
	ok(quoted(A, &q) && !q.no_entry, "then all is as ever");
}

/* Designated: it trades, and its quote says that it should not be bought. */
static void
designated(void)
{
	struct broker_quote q;

	paused_world(
	    "designated = " A ", " B ":1001-1002\nhalted = " A ":1003-1004\n");
	at(D2, 1000);
	ok(quoted(A, &q) && !q.is_halted && q.no_entry && q.has_status,
	    "no entries");
	ok(paper_is_designated(w.br, A), "for that reason");
	ok(quoted(B, &q) && !q.no_entry && q.has_status &&
		!paper_is_designated(w.br, B),
	    "another is not");
	is_int(buy(A, 10, 56000), PLACE_ACCEPTED, "an order is taken");
	at(D2, 1001);
	is_str(fill_list(D2), "1/1:10@55000 1000", "and fills");
	ok(quoted(B, &q) && q.no_entry, "nor for ever");
	at(D2, 1003);
	ok(quoted(A, &q) && q.is_halted && q.no_entry, "it can be halted too");
}

static void
bad_pauses(void)
{
	static const char *const bad[] = { "0059", "00593x:1000", "005930:1000",
		"005930:1000-0900", "005930:1000-1000", "005930:1000-2500",
		"005930-1000-1001", "005930:1000-1001-1002", "0059301" };
	char line[80];

	for (size_t i = 0; i < NELEM(bad); i++) {
		snprintf(line, sizeof(line), "halted = %s\n", bad[i]);
		new_world(line);
		ok(w.br == NULL, "halted = %s is refused", bad[i]);
	}
}

static void
odd_fills(void)
{
	new_world("fault = repeat-fills, split-fills, partial:0\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	ok(strncmp(fill_list(D2), "1/1:2@55000 0905 1/2:3@55000 0905 1/", 36) ==
		0,
	    "split and repeated");
	is_int(holding(A).n, 5, "and booked once");

	new_world("fault = partial, late-fills\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	is_int(order_of(D2, 1).filled, 3, "in part");
	is_int(holding(A).n, 3, "held");
	is_str(fill_list(D2), "", "before the list of fills says so");
	at(D2, 907);
	is_str(fill_list(D2), "1/1:3@55000 0905", "then it does");

	new_world("fault = late-balance\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	is_str(fill_list(D2), "1/1:5@55000 0905", "filled");
	is_int(holding(A).n, 0, "before the holding says so");
	is_int(cash().settled, 10000000, "and the cash");
	at(D2, 907);
	is_int(holding(A).n, 5, "then it does");
	is_int(holding(A).cost, 275000, "and its cost");
	is_int(cash().settled, 10000000 - 275000 - 41, "and the cash");
}

/* The same seed draws the same, and goes on in the next process. */
static void
drawn(void)
{
	char got[3][64] = { "", "", "" };
	int lost_n = 0;

	for (int run = 0; run < 3; run++) {
		new_world(run == 2 ? "fault = lose-answer:0.5\n"
				     "fault_seed = 8\n" :
				     "fault = lose-answer:0.5\n"
				     "fault_seed = 7\n");
		for (int i = 0; i < 40; i++) {
			got[run][i] = buy(A, 1, 55000) == PLACE_UNKNOWN ? 'x' :
									  '.';
			if (run == 1)
				reopen();
		}
		is_int(count_orders(D2), 40, "all arrived");
	}
	is_str(got[1], got[0], "fresh processes draw the same sequence");
	ok(strcmp(got[2], got[0]) != 0, "another seed another one");
	for (int i = 0; i < 40; i++)
		lost_n += got[0][i] == 'x';
	ok(lost_n > 8 && lost_n < 32, "about half of them (%d)", lost_n);
}

/* How often a fault has struck, as the books say. */
static int
struck(const char *fault)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int n = 0;

	if (sqlite3_open(paper_path(w.br), &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT n FROM struck WHERE fault = ?1", -1,
		&st, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_text(st, 1, fault, -1, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

/* What says that all is well, and is not all. */
static void
empty_answers(void)
{
	new_world("fault = short-fills\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	is_str(fill_list(D2), "", "a list of fills without its end");
	is_int(order_of(D2, 1).filled, 5, "the order tells");
	is_int(holding(A).n, 5, "and what is held");
	paper_by_hand(w.br);
	is_str(fill_list(D2), "1/1:5@55000 0905", "and the fill");

	new_world("fault = empty-balance\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	is_int(holding(A).n, 0, "a holding that is not told");
	is_int(cash().settled, 0, "nor the cash");
	is_int(cash().buyable, 0, "nor what it can buy");
	is_str(fill_list(D2), "1/1:5@55000 0905", "the lists go on");
	is_int(struck("empty-balance"), 3, "each time is counted");
	is_int(struck("short-fills"), 0, "of its own fault");
	paper_by_hand(w.br);
	is_int(holding(A).n, 5, "nothing is lost");
}

/* What is filled of order 1 as its list has it: "3 for 165000, working". */
static const char *
total(void)
{
	static char text[80];
	struct broker_order o = order_of(D2, 1);

	snprintf(text, sizeof(text), "%d for %d, %s", (int)o.filled,
	    (int)o.filled_won, paper_state_name(o.state));
	return text;
}

/* A broker that tells totals and not each fill. */
static void
totals(void)
{
	struct broker_fills l = { 0 };
	struct err e = { 0 };

	new_world("fills = total\n");
	ok(w.br->caps & CAP_TOTAL_FILLS, "it says so");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 30);
	bar(A, D2, 906, 54900, 54900, 54900, 54900, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	is_str(total(), "3 for 165000, working", "in part");
	is_int(w.br->ops->fills(w.br, D2, &l, &e), -1, "no list of fills");
	at(D2, 907);
	is_str(total(), "5 for 274800, filled", "in all");
	paper_by_hand(w.br);
	is_str(fill_list(D2), "1/1:3@55000 0905 1/2:2@54900 0906",
	    "the person sees each");

	new_world("fills = total\nfault = late-fills\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	is_str(total(), "0 for 0, working", "late is the whole row");
	at(D2, 907);
	is_str(total(), "5 for 275000, filled", "then it comes");

	new_world("fills = total\nfault = short-fills\n");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 30);
	bar(A, D2, 906, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	is_str(total(), "0 for 0, working", "a total that goes back");
	at(D2, 907);
	is_str(total(), "5 for 275000, filled", "but not of what has ended");

	new_world("fills = total\nfault = repeat-fills, reorder-fills\n");
	for (int i = 0; i < 4; i++)
		buy(A, 1, 55000);
	ok(count_orders(D2) > 4, "rows that come twice");
	is_int(order_of(D2, 4).n, 1, "and none is missing");
	new_world("fills = some\n");
	ok(w.br == NULL, "no third way");
}

static void
down(void)
{
	struct err e = { 0 };
	struct broker_cash c;

	new_world("down_from = 10:00\ndown_until = 10:30\n");
	is_int(buy(A, 1, 50000), PLACE_ACCEPTED, "before");
	at(D2, 1000);
	is_int(buy(A, 1, 50000), PLACE_UNKNOWN, "no answer");
	is_int(w.br->ops->cash(w.br, &c, &e), -1, "nor here");
	is_int(e.kind, E_BROKER, "out of reach");
	at(D2, 1030);
	is_int(count_orders(D2), 1, "back, and nothing had arrived");
	new_world("fault = down\n");
	is_int(w.br->ops->cash(w.br, &c, &e), -1, "by chance");
	paper_by_hand(w.br);
	is_int(w.br->ops->cash(w.br, &c, &e), 0, "the phone works");
}

static void
source_trouble(void)
{
	struct err e = { 0 };
	struct broker_cash c;

	new_world("");
	bar(A, D2, 905, 55000, 55000, 55000, 55000, 1000);
	buy(A, 5, 55000);
	at(D2, 906);
	w.source_fails = true;
	is_int(w.br->ops->cash(w.br, &c, &e), -1,
	    "no answer while it cannot be right");
	is_int(buy(A, 5, 55000), PLACE_UNKNOWN, "nor to an order");
	w.source_fails = false;
	is_int(count_orders(D2), 1, "which was not taken");
	is_int(holding(A).n, 5, "and nothing is lost");
}

/* ---- By hand, and opening ----------------------------------------------- */

/* Books of before faults were counted. */
static void
old_books(void)
{
	struct err e = { 0 };
	sqlite3 *db;
	char path[300];

	new_world("fault = empty-balance\n");
	snprintf(path, sizeof(path), "%s", paper_path(w.br));
	buy(A, 5, 50000);
	broker_close(w.br);
	ok(sqlite3_open(path, &db) == SQLITE_OK &&
		sqlite3_exec(db, "DROP TABLE struck; PRAGMA user_version = 1",
		    NULL, NULL, NULL) == SQLITE_OK,
	    "books of the first version");
	sqlite3_close(db);
	if ((w.br = handle(&e)) == NULL)
		printf("# %s\n", e.msg);
	is_int(count_orders(D2), 1, "are read");
	is_int(cash().settled, 0, "and worked with");
	is_int(struck("empty-balance"), 1, "as new ones are");
}

static void
by_hand(void)
{
	struct err e = { 0 };

	new_world("");
	is_int(paper_transfer(w.br, 500, "gift", &e), 0, "a deposit");
	is_int(cash().settled, 10000500, "arrives");
	is_int(paper_transfer(w.br, -10000501, "", &e), -1, "too much");
	is_int(e.kind, E_USAGE, "is refused");
	is_int(paper_set_holding(w.br, B, 7, 1400000, &e), 0, "shares");
	is_int(holding(B).n, 7, "from elsewhere");
	is_int(sell(B, 7, 200000), PLACE_ACCEPTED, "can be sold");
	is_int(paper_set_holding(w.br, B, 6, 0, &e), -1, "and are bound");
	is_int(cancel(1), PLACE_ACCEPTED, "until cancelled");
	is_int(paper_set_holding(w.br, B, 0, 0, &e), 0, "then");
	is_int(holding(B).n, 0, "they may go");
}

static void
opening(void)
{
	struct err e = { 0 };
	struct broker *br;
	char *cmd;

	new_world("cash = 123\n");
	is_int(cash().settled, 123, "the opening cash");
	ok(access(w.books, F_OK) == 0, "beside the database");
	is_str(paper_path(w.br), w.books, "where it says");
	is_int(w.br->caps & (CAP_REAL_MONEY | CAP_STREAM), 0, "caps");
	new_world("[broker]\nkind = nobody\n");
	ok(w.br == NULL, "an unknown broker");
	br = handle(&e);
	ok(br == NULL && e.kind == E_CONFIG, "is a matter of configuration");
	printf("# %s\n", e.msg);
	new_world("fault = nothing-such:1\n");
	ok(w.br == NULL, "an unknown fault");
	new_world("more_faults = nothing-such:1\n");
	ok(w.br == NULL, "nor on the second line");
	new_world("fault = down:0\nmore_faults = lose-answer\n");
	is_int(buy(A, 1, 55000), PLACE_UNKNOWN, "faults of the second line");
	new_world("fault = lose-answer:1.5\n");
	ok(w.br == NULL, "an impossible chance");
	new_world("will = down\n");
	ok(w.br == NULL, "no fault of an order");
	new_world("");
	broker_close(w.br);
	cmd = xasprintf("echo 'not a database, and long enough to tell that"
			" it is none at all, by its first hundred bytes, or"
			" so' > '%s'; rm -f '%s-wal' '%s-shm'",
	    w.books, w.books, w.books);
	is_int(system(cmd), 0, "another file in its place");
	free(cmd);
	w.br = handle(&e);
	ok(w.br == NULL && e.kind == E_DATA, "is not taken for books");
	printf("# %s\n", e.msg);
}

/* What constraints keep out and a damaged file may have. */
static void
damage(const char *sql)
{
	char *cmd = xasprintf(
	    "sqlite3 '%s' 'PRAGMA ignore_check_constraints = ON; %s'", w.books,
	    sql);

	is_int(system(cmd), 0, "%s", sql);
	free(cmd);
}

static void
damaged(void)
{
	struct broker_orders orders = { 0 };
	struct broker_cash cash;
	struct broker_request r = {
		.key = "k", .code = A, .side = SIDE_BUY, .limit = 50000, .n = 1
	};
	struct ack answer;
	struct err e = { 0 };

	new_world("");
	at(D2, 1000);
	is_int(w.br->ops->place(w.br, &r, &answer), PLACE_ACCEPTED, "an order");
	damage("UPDATE orders SET state = \"maybe\"");
	ok(w.br->ops->orders(w.br, D2, &orders, &e) == -1 && e.kind == E_DATA &&
		strstr(e.msg, "order 1 is damaged") != NULL,
	    "a state that is none: %s", e.msg);
	damage("UPDATE orders SET state = \"working\", n = -1");
	e = (struct err){ 0 };
	ok(w.br->ops->orders(w.br, D2, &orders, &e) == -1 && e.kind == E_DATA,
	    "shares below zero: %s", e.msg);
	damage("UPDATE orders SET n = 1; DELETE FROM account");
	e = (struct err){ 0 };
	ok(w.br->ops->cash(w.br, &cash, &e) == -1 && e.kind == E_DATA &&
		e.msg[0] != '\0',
	    "no account: %s", e.msg);
	free(orders.item);
}

int
main(void)
{
	plain_fills();
	limits_wait();
	capacity();
	steps();
	late_bars();
	entry_phase();
	closing();
	days_later();
	closed_days();
	refusals();
	no_shorts();
	amends();
	renumbers();
	firm();
	no_future();
	locked_at_limit();
	two_handles();
	racing();
	random_hours();
	lost();
	asked_for();
	delayed();
	halted();
	interrupted();
	designated();
	bad_pauses();
	odd_fills();
	drawn();
	empty_answers();
	totals();
	old_books();
	down();
	source_trouble();
	by_hand();
	damaged();
	opening();
	end_world();
	return done_testing();
}
