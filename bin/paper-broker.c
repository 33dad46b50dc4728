/*
 * paper-broker.c - the paper account by hand: what a person does by phone.
 *
 * The other programs must live with an account that somebody else uses too:
 * shares sold by hand, money taken out, orders that are not theirs.  This is
 * how that happens to the paper account.  It acts on the paper books whatever
 * broker is configured, and meets none of the faults it can ask for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/config.h"
#include "account/feed.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/money.h"
#include "base/code.h"
#include "base/opt.h"
#include "base/table.h"
#include "broker/kinds.h"
#include "broker/paper.h"
#include "store/stocks.h"

#define WON_MAX    INT64_C(1000000000000000)
#define SHARES_MAX INT64_C(9000000000) /* more than a company has */

static const char *books;
static ymd date;

static const struct opt_def options[] = { { 0, "books", "FILE",
					      "the books of this paper account",
					      OPT_TEXT, &books, 0, 0, NULL },
	{ 0, "date", "D", "orders and fills of that day (default: today)",
	    OPT_YMD, &date, 0, 0, NULL },
	{ 0 } };

static const struct tool tool = {
	.name = "paper-broker",
	.synopsis = "buy|sell CODE QTY [PRICE]\n"
		    "cancel NO\n"
		    "deposit|withdraw WON\n"
		    "hold CODE QTY [COST]\n"
		    "will FAULT[:new|:amend|:cancel]\n"
		    "orders|fills|requests|holdings|cash",
	.summary = "use the paper account by hand",
	.options = options,
	.more = "buy, sell  order; without a price at market\n"
		"cancel     the day's order of that number\n"
		"deposit    money comes in; withdraw: goes out\n"
		"hold       the account holds so many shares, which cost COST\n"
		"           won in all: moved from elsewhere, split, gone\n"
		"will       the next order (amend, cancel) of a program meets\n"
		"           this fault; see docs/brokers/paper.md\n"
		"requests   all that was sent to the broker, and what became\n"
		"           of it",
	.max_operands = 4,
};

/* ---- Operands ------------------------------------------------------------ */

static const char *
code_of(const char *s)
{
	if (!code_valid(s))
		opt_fail("'%s' is not a stock code (like 005930)", s);
	return s;
}

static int64_t
number(const char *s, const char *what, int64_t min)
{
	int64_t v;

	if (int_parse(s, min, WON_MAX, &v) == -1)
		opt_fail("bad %s '%s'", what, s);
	return v;
}

static qty
shares(const char *s, qty min)
{
	int64_t n = number(s, "quantity", min);

	if (n > SHARES_MAX)
		opt_fail("bad quantity '%s': a stock has %lld shares at most",
		    s, (long long)SHARES_MAX);
	return n;
}

/* ---- Acts ---------------------------------------------------------------- */

/* What the broker said to a person; the number of the order as data. */
static int
answer(
    enum place place, const struct ack *ack, const struct opt *o, struct err *e)
{
	static const struct column cols[] = { { "no", COL_TEXT, 0 } };
	struct table *t;

	if (place == PLACE_REJECTED)
		return err_set(e, E_FAIL, "refused: %s", ack->reason);
	if (place == PLACE_UNKNOWN)
		return err_set(e, E_BROKER, "%s", ack->reason);
	t = table_new(stdout, o->format, cols, NELEM(cols));
	table_text(t, ack->broker_no);
	table_end_row(t);
	table_finish(t);
	return 0;
}

static int
order(struct broker *br, enum side side, char **arg, int n, const struct opt *o,
    struct err *e)
{
	struct broker_request r = { .side = side };
	enum place place;
	struct ack ack;

	snprintf(r.code, sizeof(r.code), "%s", code_of(arg[0]));
	r.n = shares(arg[1], 1);
	r.is_market = n < 3;
	if (n == 3)
		r.limit = number(arg[2], "price", 1);
	if (br == NULL)
		return 0;
	place = br->ops->place(br, &r, &ack);
	return answer(place, &ack, o, e);
}

static int
do_buy(struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	return order(br, SIDE_BUY, arg, n, o, e);
}

static int
do_sell(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	return order(br, SIDE_SELL, arg, n, o, e);
}

static int
do_cancel(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	struct broker_request r = { .n = 0 };
	enum place place;
	struct ack ack;

	(void)n;
	number(arg[0], "order number", 1);
	snprintf(r.broker_no, sizeof(r.broker_no), "%s", arg[0]);
	if (br == NULL)
		return 0;
	place = br->ops->cancel(br, &r, &ack);
	return answer(place, &ack, o, e);
}

static int
do_deposit(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	won v = number(arg[0], "amount", 1);

	(void)n, (void)o;
	return br == NULL ? 0 : paper_transfer(br, v, "deposit", e);
}

static int
do_withdraw(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	won v = number(arg[0], "amount", 1);

	(void)n, (void)o;
	return br == NULL ? 0 : paper_transfer(br, -v, "withdrawal", e);
}

static int
do_hold(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	const char *code = code_of(arg[0]);
	qty held = shares(arg[1], 0);
	won cost = n == 3 ? number(arg[2], "cost", 0) : 0;

	(void)o;
	return br == NULL ? 0 : paper_set_holding(br, code, held, cost, e);
}

static int
do_will(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	(void)n, (void)o;
	return br == NULL ? 0 : paper_will(br, arg[0], e);
}

/* ---- Lists --------------------------------------------------------------- */

static const char *
side_word(enum side s)
{
	return s == SIDE_BUY ? "buy" : "sell";
}

static int
list_orders(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	static const struct column cols[] = { { "no", COL_TEXT, 0 },
		{ "orig_no", COL_TEXT, 0 }, { "time", COL_HHMM, 0 },
		{ "code", COL_TEXT, 0 }, { "side", COL_TEXT, 0 },
		{ "type", COL_TEXT, 0 }, { "price", COL_WON, 0 },
		{ "quantity", COL_WON, 0 }, { "filled", COL_WON, 0 },
		{ "amount", COL_WON, 0 }, { "state", COL_TEXT, 0 },
		{ "key", COL_TEXT, 0 }, { "reason", COL_TEXT, 0 } };
	struct broker_orders l = { 0 };
	struct table *t;

	(void)arg, (void)n;
	if (br->ops->orders(br, date, &l, e) == -1) {
		free(l.item);
		return -1;
	}
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; i < l.n; i++) {
		const struct broker_order *x = &l.item[i];

		table_text(t, x->broker_no);
		table_text(t, x->orig_no);
		table_int(t, x->at);
		table_text(t, x->code);
		table_text(t, side_word(x->side));
		table_text(t, x->is_market ? "market" : "limit");
		table_int(t, x->limit);
		table_int(t, x->n);
		table_int(t, x->filled);
		table_int(t, x->filled_won);
		table_text(t, paper_state_name(x->state));
		table_text(t, x->key);
		table_text(t, x->reason);
		table_end_row(t);
	}
	table_finish(t);
	free(l.item);
	return 0;
}

static int
list_fills(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	static const struct column cols[] = { { "no", COL_TEXT, 0 },
		{ "fill_no", COL_INT, 0 }, { "date", COL_YMD, 0 },
		{ "time", COL_HHMM, 0 }, { "code", COL_TEXT, 0 },
		{ "side", COL_TEXT, 0 }, { "quantity", COL_WON, 0 },
		{ "price", COL_WON, 0 }, { "commission", COL_WON, 0 },
		{ "tax", COL_WON, 0 } };
	struct broker_fills l = { 0 };
	struct table *t;

	(void)arg, (void)n;
	if (br->ops->fills(br, date, &l, e) == -1) {
		free(l.item);
		return -1;
	}
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; i < l.n; i++) {
		const struct broker_fill *x = &l.item[i];

		table_text(t, x->broker_no);
		table_int(t, x->fill_no);
		table_int(t, x->date);
		table_int(t, x->time);
		table_text(t, x->code);
		table_text(t, side_word(x->side));
		table_int(t, x->n);
		table_int(t, x->price);
		table_int(t, x->commission);
		table_int(t, x->tax);
		table_end_row(t);
	}
	table_finish(t);
	free(l.item);
	return 0;
}

static int
list_requests(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	static const struct column cols[] = { { "id", COL_INT, 0 },
		{ "date", COL_YMD, 0 }, { "time", COL_HHMM, 0 },
		{ "request", COL_TEXT, 0 }, { "key", COL_TEXT, 0 },
		{ "code", COL_TEXT, 0 }, { "no", COL_TEXT, 0 },
		{ "outcome", COL_TEXT, 0 }, { "fault", COL_TEXT, 0 },
		{ "reason", COL_TEXT, 0 } };
	struct paper_requests l = { 0 };
	struct table *t;

	(void)arg, (void)n;
	if (paper_requests(br, &l, e) == -1) {
		free(l.item);
		return -1;
	}
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; i < l.n; i++) {
		const struct paper_request *x = &l.item[i];

		table_int(t, x->id);
		table_int(t, x->date);
		table_int(t, x->at);
		table_text(t, x->kind);
		table_text(t, x->key);
		table_text(t, x->code);
		table_text(t, x->broker_no);
		table_text(t, x->outcome);
		table_text(t, x->fault);
		table_text(t, x->reason);
		table_end_row(t);
	}
	table_finish(t);
	free(l.item);
	return 0;
}

static int
list_holdings(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	static const struct column cols[] = { { "code", COL_TEXT, 0 },
		{ "quantity", COL_WON, 0 }, { "sellable", COL_WON, 0 },
		{ "cost", COL_WON, 0 } };
	struct broker_holdings l = { 0 };
	struct table *t;

	(void)arg, (void)n;
	if (br->ops->holdings(br, &l, e) == -1) {
		free(l.item);
		return -1;
	}
	t = table_new(stdout, o->format, cols, NELEM(cols));
	for (int i = 0; i < l.n; i++) {
		table_text(t, l.item[i].code);
		table_int(t, l.item[i].n);
		table_int(t, l.item[i].sellable);
		table_int(t, l.item[i].cost);
		table_end_row(t);
	}
	table_finish(t);
	free(l.item);
	return 0;
}

static int
list_cash(
    struct broker *br, char **arg, int n, const struct opt *o, struct err *e)
{
	static const struct column cols[] = { { "cash", COL_WON, 0 },
		{ "buyable", COL_WON, 0 } };
	struct broker_cash c;
	struct table *t;

	(void)arg, (void)n;
	if (br->ops->cash(br, &c, e) == -1)
		return -1;
	t = table_new(stdout, o->format, cols, NELEM(cols));
	table_int(t, c.settled);
	table_int(t, c.buyable);
	table_end_row(t);
	table_finish(t);
	return 0;
}

/* ---- The program --------------------------------------------------------- */

struct command {
	const char *name;
	int min, max; /* operands behind it */
	bool acts;    /* --dry-run checks the operands only (br is NULL) */
	int (*run)(struct broker *br, char **arg, int n, const struct opt *o,
	    struct err *e);
};

static const struct command commands[] = {
	{ "buy", 2, 3, true, do_buy },
	{ "sell", 2, 3, true, do_sell },
	{ "cancel", 1, 1, true, do_cancel },
	{ "deposit", 1, 1, true, do_deposit },
	{ "withdraw", 1, 1, true, do_withdraw },
	{ "hold", 2, 3, true, do_hold },
	{ "will", 1, 1, true, do_will },
	{ "orders", 0, 0, false, list_orders },
	{ "fills", 0, 0, false, list_fills },
	{ "requests", 0, 0, false, list_requests },
	{ "holdings", 0, 0, false, list_holdings },
	{ "cash", 0, 0, false, list_cash },
};

static const struct command *
find_command(int n, char **arg)
{
	if (n < 1)
		opt_fail("buy, sell, orders, cash ...?");
	for (size_t i = 0; i < NELEM(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(arg[0], c->name) != 0)
			continue;
		if (n - 1 < c->min || n - 1 > c->max)
			opt_fail("%s takes %s", c->name,
			    c->max == 0         ? "no operand" :
				c->max == 1     ? "one operand" :
				c->min < c->max ? "two or three operands" :
						  "two operands");
		return c;
	}
	opt_fail("unknown command '%s'", arg[0]);
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	int i = opt_parse(&opt, argc, argv, &tool);
	const struct command *c = find_command(argc - i, argv + i);
	struct broker_env env = { .clock = &opt.now, .db_path = opt.db };
	struct calendar *cal = NULL;
	struct store *db = NULL, *feed = NULL;
	struct broker *br = NULL;
	struct limits l;
	int rc = -1;

	if (date == 0)
		date = clock_ymd(&opt.now);
	env.books = books;
	if (books != NULL && access(books, F_OK) == -1) {
		err_set(&e, E_CONFIG, "%s: no such books", books);
		goto out;
	}
	if (opt.dry_run && c->acts) {
		rc = c->run(NULL, argv + i + 1, argc - i - 1, &opt, &e);
		goto out;
	}
	if ((env.conf = broker_conf_open(opt.config, opt.config_given, &e)) ==
		NULL ||
	    (db = store_open(opt.db, STORE_READ, &e)) == NULL ||
	    (cal = store_calendar(db, 0, &e)) == NULL ||
	    config_limits(db, &l, &e) == -1 ||
	    account_feed_open(env.conf, db, &feed, &env.source, &e) == -1)
		goto out;
	env.costs = l.costs;
	env.cal = cal;
	if ((br = broker_open_as(&paper_ops, &env, &e)) == NULL)
		goto out;
	paper_by_hand(br);
	rc = c->run(br, argv + i + 1, argc - i - 1, &opt, &e);
out:
	broker_close(br);
	calendar_free(cal);
	store_close(feed);
	store_close(db);
	conf_close((struct conf *)env.conf);
	return rc == -1 ? log_exit(&e) : out_finish();
}
