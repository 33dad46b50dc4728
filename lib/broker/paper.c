/*
 * paper.c - the paper broker: the default, with nothing to install.
 *
 * A firm in a file.  It keeps its own books (paper_books.c), fills orders
 * from the bars it is fed (paper_match.c), checks requests as the exchange
 * and a careful firm do (paper_order.c), says what became of them
 * (paper_lists.c), and misbehaves when told to (paper_fault.c).  Time is the
 * caller's clock, so a past day can be traded minute by minute with --now.
 *
 * It is fed from bars that may reach into the future; whatever leaves this
 * file is cut off at now.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "broker/kinds.h"
#include "broker/paper.h"
#include "broker/paper_inner.h"

#define OPENING_CASH 10000000
#define POLL_MS      200

const char *const paper_keys[] = { "books", "cash", "sync", "renumber", "fills",
	/* lib/account/feed.c */
	"feed",
	/* paper_fault.c */
	"fault", "more_faults", "fault_seed", "delay_seconds", "will",
	"down_from", "down_until",
	/* paper_pause.c */
	"halted", "interrupted", "designated", NULL };

/* ---- Open --------------------------------------------------------------- */

/* The file named by the program, by "[paper] books", or the database's path
 * with -paper.db for .db. */
static char *
books_file(const struct broker_env *env, struct err *e)
{
	const char *path = env->books;
	size_t n;

	if (path == NULL && env->conf != NULL)
		path = conf_get(env->conf, "paper", "books", NULL);
	if (path != NULL)
		return xstrdup(path);
	if (env->db_path == NULL) {
		err_set(e, E_CONFIG,
		    "the paper broker has no file: set"
		    " [paper] books");
		return NULL;
	}
	n = strlen(env->db_path);
	if (n > 3 && strcmp(env->db_path + n - 3, ".db") == 0)
		n -= 3;
	return xasprintf("%.*s-paper.db", (int)n, env->db_path);
}

/* A setting that is one of two words, the first where it is not set. */
static int
read_word(const struct conf *c, const char *key, const char *first,
    const char *second, bool *is_first, struct err *e)
{
	const char *s = c == NULL ? first : conf_get(c, "paper", key, first);

	*is_first = strcmp(s, first) == 0;
	if (!*is_first && strcmp(s, second) != 0)
		return err_set(e, E_CONFIG,
		    "%s: [paper] %s = %s: neither %s nor %s", conf_path(c), key,
		    s, first, second);
	return 0;
}

static void
paper_close(struct broker *br)
{
	struct paper *p = br->self;

	if (p == NULL)
		return;
	books_close(p->books);
	free(p->pauses);
	free(p);
	br->self = NULL;
}

static int
paper_open(struct broker *br, struct err *e)
{
	const struct conf *c = br->env.conf;
	struct paper *p = xcalloc(1, sizeof(*p));
	won cash = OPENING_CASH;
	char *path = NULL;
	bool is_full, tells_each;

	br->self = p;
	p->clock = br->env.clock;
	if (c != NULL &&
	    (conf_int(c, "paper", "cash", 0, INT64_C(1000000000000000),
		 OPENING_CASH, &cash, e) == -1 ||
		conf_bool(c, "paper", "renumber", false, &p->renumbers, e) ==
		    -1))
		goto fail;
	if (br->env.opening_cash > 0)
		cash = br->env.opening_cash;
	p->renumbers = p->renumbers || br->env.renumbers;
	if (read_word(c, "sync", "full", "normal", &is_full, e) == -1 ||
	    read_word(c, "fills", "each", "total", &tells_each, e) == -1 ||
	    fault_init(&p->faults, c, e) == -1 || pause_init(p, c, e) == -1)
		goto fail;
	if ((path = books_file(&br->env, e)) == NULL)
		goto fail;
	p->books = books_open(path, cash, br->env.clock->now, is_full, e);
	free(path);
	if (!tells_each)
		br->caps |= CAP_TOTAL_FILLS;
	if (p->books == NULL || (p->changes = books_changes(p->books, e)) == -1)
		goto fail;
	return 0;
fail:
	paper_close(br);
	return -1;
}

/* ---- Being reached ------------------------------------------------------ */

/* Out of reach, by the clock or by chance?  0 reached, -1 not. */
static int
reach(struct broker *br, struct err *e)
{
	struct paper *p = br->self;
	hhmm now = clock_hhmm(br->env.clock);
	int rc;

	if (p->is_by_hand)
		return 0;
	if (p->faults.down_from != -1 && now >= p->faults.down_from &&
	    now < p->faults.down_until)
		return err_set(e, E_BROKER,
		    "the paper broker is out of reach"
		    " from %04d to %04d ([paper] down_from)",
		    p->faults.down_from, p->faults.down_until);
	if ((rc = fault_strikes(p, FAULT_DOWN, e)) == 1)
		return err_set(e, E_BROKER,
		    "the paper broker is out of reach"
		    " ([paper] fault = down)");
	return rc;
}

/* Before a query: reached, and the books at now. */
int
paper_settle(struct broker *br, struct err *e)
{
	struct paper *p = br->self;
	int rc;

	if (reach(br, e) == -1)
		return -1;
	if ((rc = books_busy(p->books, e)) != 1)
		return rc;
	if (books_begin(p->books, e) == -1)
		return -1;
	if (paper_advance(br, e) == -1 || books_commit(p->books, e) == -1) {
		books_rollback(p->books);
		return -1;
	}
	return 0;
}

/* ---- Requests ----------------------------------------------------------- */

static enum place
no_answer(struct ack *ack, const char *why)
{
	memset(ack, 0, sizeof(*ack));
	snprintf(ack->reason, sizeof(ack->reason), "%.*s",
	    (int)sizeof(ack->reason) - 1, why);
	return PLACE_UNKNOWN;
}

static int
log_request(struct broker *br, enum paper_kind kind,
    const struct broker_request *req, const struct ack *ack,
    const char *outcome, enum fault fault, struct err *e)
{
	struct paper *p = br->self;
	struct paper_request r = {
		.date = clock_ymd(br->env.clock),
		.at = clock_hhmm(br->env.clock),
	};

	snprintf(r.kind, sizeof(r.kind), "%s", paper_kind_name[kind]);
	memcpy(r.key, req->key, sizeof(r.key));
	memcpy(r.code, req->code, sizeof(r.code));
	memcpy(r.broker_no,
	    ack->broker_no[0] != '\0' ? ack->broker_no : req->broker_no,
	    sizeof(r.broker_no));
	snprintf(r.outcome, sizeof(r.outcome), "%s", outcome);
	snprintf(r.fault, sizeof(r.fault), "%s", fault_name(fault));
	memcpy(r.reason, ack->reason, sizeof(r.reason));
	return books_request_add(p->books, br->env.clock->now, &r, e);
}

/* Inside the transaction: *place and *ack as the customer will see them. */
static int
receive(struct broker *br, enum paper_kind kind,
    const struct broker_request *req, struct ack *ack, enum place *place,
    struct err *e)
{
	struct paper *p = br->self;
	const char *outcome;
	int fault, rc;

	if (paper_advance(br, e) == -1 ||
	    (fault = fault_of_request(p, kind, e)) == -1)
		return -1;
	switch (fault) {
	case FAULT_LOSE_REQUEST:
		outcome = "lost";
		break;
	case FAULT_DELAY:
		outcome = "delayed";
		if (books_delay(p->books, kind, req,
			paper_late_now(br) + p->faults.delay_seconds, e) == -1)
			return -1;
		break;
	case FAULT_REJECT:
		outcome = "rejected";
		snprintf(ack->reason, sizeof(ack->reason), "refused (fault)");
		*place = PLACE_REJECTED;
		break;
	default:
		if ((rc = paper_carry_out(
			 br, kind, req, (enum fault)fault, ack, e)) == -1)
			return -1;
		outcome = rc == 1 ? "accepted" : "rejected";
		*place = rc == 1 ? PLACE_ACCEPTED : PLACE_REJECTED;
		break;
	}
	if (log_request(br, kind, req, ack, outcome, (enum fault)fault, e) ==
	    -1)
		return -1;
	if (fault == FAULT_LOSE_REQUEST || fault == FAULT_DELAY ||
	    fault == FAULT_LOSE_ANSWER)
		*place = no_answer(ack, "no answer from the paper broker");
	return 0;
}

/*
 * One request, one transaction.  Trouble of our own (a lock, a disk) is told
 * as not knowing, which is what a customer behind a wire would be left with.
 */
static enum place
request(struct broker *br, enum paper_kind kind,
    const struct broker_request *req, struct ack *ack)
{
	struct paper *p = br->self;
	enum place place = PLACE_UNKNOWN;
	struct err e = { 0 };

	memset(ack, 0, sizeof(*ack));
	if (reach(br, &e) == -1 || books_begin(p->books, &e) == -1)
		return no_answer(ack, e.msg);
	if (receive(br, kind, req, ack, &place, &e) == -1 ||
	    books_commit(p->books, &e) == -1) {
		books_rollback(p->books);
		return no_answer(ack, e.msg);
	}
	return place;
}

static enum place
paper_place(
    struct broker *br, const struct broker_request *req, struct ack *ack)
{
	return request(br, PAPER_NEW, req, ack);
}

static enum place
paper_amend(
    struct broker *br, const struct broker_request *req, struct ack *ack)
{
	return request(br, PAPER_AMEND, req, ack);
}

static enum place
paper_cancel(
    struct broker *br, const struct broker_request *req, struct ack *ack)
{
	return request(br, PAPER_CANCEL, req, ack);
}

/* ---- The account -------------------------------------------------------- */

static int
free_cash(struct broker *br, won *cash, won *buyable, struct err *e)
{
	struct paper *p = br->self;
	won bound;

	if (books_cash(p->books, cash, e) == -1 ||
	    paper_bound_cash(br, &bound, e) == -1)
		return -1;
	*buyable = *cash > bound ? *cash - bound : 0;
	return 0;
}

static int
paper_cash(struct broker *br, struct broker_cash *out, struct err *e)
{
	struct paper *p = br->self;
	won uncounted;
	int rc;

	if (paper_settle(br, e) == -1 ||
	    free_cash(br, &out->settled, &out->buyable, e) == -1 ||
	    books_uncounted(p->books, paper_late_now(br), &uncounted, e) == -1)
		return -1;
	if (!p->is_by_hand)
		out->settled += uncounted;
	if ((rc = fault_strikes(p, FAULT_EMPTY_BALANCE, e)) == 1)
		*out = (struct broker_cash){ 0 };
	return rc == -1 ? -1 : 0;
}

static int
paper_holdings(struct broker *br, struct broker_holdings *out, struct err *e)
{
	struct paper *p = br->self;
	qty bound;
	int rc;

	if (paper_settle(br, e) == -1 ||
	    books_holdings(p->books,
		p->is_by_hand ? INT64_MAX : paper_late_now(br), out, e) == -1)
		return -1;
	for (int i = 0; i < out->n; i++) {
		if (paper_bound_shares(br, out->item[i].code, &bound, e) == -1)
			return -1;
		out->item[i].sellable -= bound;
		if (out->item[i].sellable < 0)
			out->item[i].sellable = 0;
	}
	if ((rc = fault_strikes(p, FAULT_EMPTY_BALANCE, e)) == 1)
		out->n = 0;
	return rc == -1 ? -1 : 0;
}

static int
paper_buyable(
    struct broker *br, const char *code, won price, won *out, struct err *e)
{
	won cash;

	(void)code;
	(void)price;
	if (paper_settle(br, e) == -1)
		return -1;
	return free_cash(br, &cash, out, e);
}

static int
paper_sellable(struct broker *br, const char *code, qty *out, struct err *e)
{
	struct paper *p = br->self;
	qty held, bound;
	won cost;

	if (paper_settle(br, e) == -1 ||
	    books_holding(p->books, code, &held, &cost, e) == -1 ||
	    paper_bound_shares(br, code, &bound, e) == -1)
		return -1;
	*out = held > bound ? held - bound : 0;
	return 0;
}

/* ---- Prices, never past now --------------------------------------------- */

static int
known_minutes(struct broker *br, const char *code, ymd day, hhmm from, hhmm to,
    struct bar_store *out, struct err *e)
{
	ymd today = clock_ymd(br->env.clock);
	hhmm now = clock_hhmm(br->env.clock);

	if (day > today || (day == today && now == 0))
		return 0;
	if (day == today && to >= now)
		to = hhmm_add(now, -1);
	if (from > to)
		return 0;
	return paper_minutes(br, code, day, from, to, out, e);
}

static int
quote_one(struct broker *br, struct broker_quote *q, struct bar_store *bars,
    struct err *e)
{
	ymd today = clock_ymd(br->env.clock);
	enum paused paused = pause_at(
	    br->self, q->code, clock_hhmm(br->env.clock));
	struct paper_stock stock;

	bar_store_clear(bars);
	if (paper_stock(br, q->code, today, &stock, e) == -1 ||
	    known_minutes(br, q->code, today, 0, 2359, bars, e) == -1)
		return -1;
	q->last = bars->n > 0 ? bars->close[bars->n - 1] : 0;
	q->bid = q->ask = 0;
	q->base = stock.base;
	q->lower = stock.limits.lower;
	q->upper = stock.limits.upper;
	q->is_halted = paused == PAUSED_HALT;
	q->no_entry = paused != PAUSED_NOT || paper_is_designated(br, q->code);
	q->has_status = true;
	q->volume = 0;
	for (int i = 0; i < bars->n; i++)
		q->volume += bars->volume[i];
	return 0;
}

static int
paper_quotes(
    struct broker *br, struct broker_quote *quote, int n, struct err *e)
{
	struct bar_store bars;
	int rc = 0;

	if (reach(br, e) == -1)
		return -1;
	bar_store_init(&bars, true);
	for (int i = 0; i < n && rc == 0; i++)
		rc = quote_one(br, &quote[i], &bars, e);
	bar_store_fini(&bars);
	return rc;
}

static int
paper_minute_bars(struct broker *br, const char *code, ymd day, hhmm from,
    hhmm to, struct bar_store *out, struct err *e)
{
	if (reach(br, e) == -1)
		return -1;
	return known_minutes(br, code, day, from, to, out, e);
}

static int
paper_daily_bars(struct broker *br, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *e)
{
	const struct price_source *src = &br->env.source;
	ymd today = clock_ymd(br->env.clock), last = ymd_add(today, -1);
	const struct session *ses = br->env.cal == NULL ?
	    NULL :
	    calendar_day(br->env.cal, today);

	if (reach(br, e) == -1)
		return -1;
	if (ses != NULL && ses->is_open &&
	    clock_hhmm(br->env.clock) > ses->close)
		last = today;
	if (to > last)
		to = last;
	return from > to ? 0 : src->days(src->arg, code, from, to, out, e);
}

static int
paper_stocks(struct broker *br, struct broker_stocks *out, struct err *e)
{
	const struct price_source *src = &br->env.source;

	if (reach(br, e) == -1)
		return -1;
	return src->stocks(src->arg, out, e);
}

/* ---- Waiting ------------------------------------------------------------ */

/* Other programs, and the person, change the books while we wait; our own
 * clock does not move until the caller moves it. */
static int
paper_wait_event(struct broker *br, int timeout_ms, struct err *e)
{
	struct paper *p = br->self;
	int64_t until = monotonic_ms() + timeout_ms, left, changes;

	for (;;) {
		if (paper_settle(br, e) == -1 ||
		    (changes = books_changes(p->books, e)) == -1)
			return -1;
		if (changes != p->changes) {
			p->changes = changes;
			return 1;
		}
		if ((left = until - monotonic_ms()) <= 0)
			return 0;
		sleep_ms(left < POLL_MS ? (int)left : POLL_MS);
	}
}

static int
paper_time(struct broker *br, epoch *out, struct err *e)
{
	if (reach(br, e) == -1)
		return -1;
	*out = br->env.clock->now;
	return 0;
}

const struct broker_ops paper_ops = {
	.name = "paper",
	.caps = CAP_KEY | CAP_AT_OPEN | CAP_MARKET_AMEND | CAP_STATUS |
	    CAP_PAST_MINUTES,
	.open = paper_open,
	.close = paper_close,
	.place = paper_place,
	.amend = paper_amend,
	.cancel = paper_cancel,
	.orders = paper_orders,
	.fills = paper_fills,
	.cash = paper_cash,
	.holdings = paper_holdings,
	.buyable = paper_buyable,
	.sellable = paper_sellable,
	.quotes = paper_quotes,
	.minute_bars = paper_minute_bars,
	.daily_bars = paper_daily_bars,
	.stocks = paper_stocks,
	.wait_event = paper_wait_event,
	.time = paper_time,
};

/* ---- By hand ------------------------------------------------------------ */

bool
paper_is(const struct broker *br)
{
	return br->ops == &paper_ops;
}

const char *
paper_path(const struct broker *br)
{
	const struct paper *p = br->self;

	return books_path(p->books);
}

void
paper_by_hand(struct broker *br)
{
	struct paper *p = br->self;

	p->is_by_hand = true;
}

int
paper_transfer(struct broker *br, won delta, const char *note, struct err *e)
{
	struct paper *p = br->self;
	won cash, buyable;

	if (books_begin(p->books, e) == -1)
		return -1;
	if (paper_advance(br, e) == -1 ||
	    free_cash(br, &cash, &buyable, e) == -1)
		goto fail;
	if (delta < 0 && -delta > buyable) {
		err_set(e, E_USAGE,
		    "cannot withdraw %" PRId64 " won: %" PRId64 " are free",
		    -delta, buyable);
		goto fail;
	}
	if (books_transfer(
		p->books, br->env.clock->now, delta, "", 0, note, e) == -1 ||
	    books_commit(p->books, e) == -1)
		goto fail;
	return 0;
fail:
	books_rollback(p->books);
	return -1;
}

int
paper_set_holding(
    struct broker *br, const char *code, qty n, won cost, struct err *e)
{
	struct paper *p = br->self;
	qty held, bound;
	won old_cost;

	if (books_begin(p->books, e) == -1)
		return -1;
	if (paper_advance(br, e) == -1 ||
	    books_holding(p->books, code, &held, &old_cost, e) == -1 ||
	    paper_bound_shares(br, code, &bound, e) == -1)
		goto fail;
	if (n < bound) {
		err_set(e, E_USAGE,
		    "cannot hold %" PRId64 " of %s: working"
		    " sells bind %" PRId64,
		    n, code, bound);
		goto fail;
	}
	if (books_set_holding(p->books, code, n, cost, e) == -1 ||
	    books_transfer(p->books, br->env.clock->now, 0, code, n - held,
		"shares moved", e) == -1 ||
	    books_commit(p->books, e) == -1)
		goto fail;
	return 0;
fail:
	books_rollback(p->books);
	return -1;
}

int
paper_will(struct broker *br, const char *fault, struct err *e)
{
	struct paper *p = br->self;
	enum paper_kind kind;
	enum fault f;

	if (fault_parse_will(fault, &f, &kind, e) == -1)
		return -1;
	return books_add_will(p->books, paper_kind_name[kind],
	    f == FAULT_NONE ? "none" : fault_name(f), e);
}

int
paper_requests(struct broker *br, struct paper_requests *out, struct err *e)
{
	struct paper *p = br->self;

	return books_requests(p->books, out, e);
}
