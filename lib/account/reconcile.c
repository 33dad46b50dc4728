/* reconcile.c - see reconcile.h. */
#include "account/reconcile.h"

#include "account/again.h"
#include "account/follow.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "store/books.h"
#include "store/fills.h"
#include "store/log.h"
#include "store/quotes.h"
#include "store/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGREE_AFTER 60  /* seconds between two that agree, at least */
#define COUNTS_BY   120 /* seconds until a balance counts a fill, at the most */
#define READINGS    4   /* until no fill comes in between */
#define EMPTY       "empty account"
#define ACCEPT_REASON                                \
	"shares that no strategy bought: look, then" \
	" sync-account --accept"

struct reading {
	struct broker_cash cash;
	struct broker_holdings held;
	int64_t fill; /* the last one booked before it */
	enum reconcile_how how;
	bool is_doubtful; /* it says that there is nothing */
};

/* Collect differences; `done` says what was done. */
static void
note(struct differences *d, const char *kind, const char *code, int64_t book,
    int64_t broker, const char *done)
{
	struct difference *x;

	if (d->n == d->cap) {
		d->cap = d->cap ? 2 * d->cap : 8;
		d->item = xrealloc(d->item, (size_t)d->cap, sizeof(*d->item));
	}
	x = &d->item[d->n++];
	*x = (struct difference){ .book = book, .broker = broker };
	snprintf(x->kind, sizeof(x->kind), "%s", kind);
	snprintf(x->code, sizeof(x->code), "%s", code);
	snprintf(x->action, sizeof(x->action), "%s", done);
}

static int
log_drift(
    struct live *v, const char *code, qty n, const char *words, struct err *e)
{
	struct log_row r = { .at = v->now->now,
		.day = v->date,
		.program = v->program,
		.event = "drift",
		.code = code[0] != '\0' ? code : NULL,
		.quantity = n,
		.message = words };

	return store_log(v->db, &r, e);
}

static int
read_account(struct live *v, struct reading *r, struct err *e)
{
	free(r->held.item);
	r->held = (struct broker_holdings){ 0 };
	return store_last_fill(v->db, &r->fill, e) == -1 ||
		v->broker->ops->cash(v->broker, &r->cash, e) == -1 ||
		v->broker->ops->holdings(v->broker, &r->held, e) == -1 ?
	    -1 :
	    0;
}

static qty
broker_holds(const struct reading *r, const char *code, won *cost)
{
	for (int i = 0; i < r->held.n; i++) {
		if (strcmp(r->held.item[i].code, code) == 0) {
			*cost = r->held.item[i].cost;
			return r->held.item[i].n;
		}
	}
	*cost = -1;
	return 0;
}

/* ---- Shares ---------------------------------------------------------------------- */

static int
move_shares(struct live *v, const char *strategy, const char *code, qty n,
    const char *kind, const char *why, struct err *e)
{
	struct share_row s = { .day = v->date,
		.strategy = strategy,
		.code = code,
		.n = n,
		.kind = kind,
		.note = why,
		.at = v->now->now };

	return store_add_shares(v->db, &s, e);
}

/* Shares came that no strategy bought. */
static int
add_manual(struct live *v, const char *code, qty n, won cost, const char *why,
    struct err *e)
{
	struct lot_row l = { .n = n,
		.cost = cost > 0 ? cost : 0,
		.entry_date = v->date,
		.entry_time = v->at };

	snprintf(l.strategy, sizeof(l.strategy), "%s", MANUAL);
	snprintf(l.code, sizeof(l.code), "%s", code);
	return store_put_lot(v->db, &l, e) == -1 ?
	    -1 :
	    move_shares(v, MANUAL, code, n, "sync", why, e);
}

/* Take n shares out of the lots of one owner, oldest first; *left is what
 * they could not give. */
static int
take_from(struct live *v, struct lot_row *lot, int nlot, const char *code,
    bool manual, qty *left, const char *why, struct err *e)
{
	for (int i = 0; i<nlot && * left> 0; i++) {
		struct lot_row *l = &lot[i];
		qty take = *left < l->n ? *left : l->n;

		if (strcmp(l->code, code) != 0 || l->n == 0 ||
		    (strcmp(l->strategy, MANUAL) == 0) != manual)
			continue;
		l->cost -= muldiv_floor(l->cost, take, l->n);
		l->fees -= muldiv_floor(l->fees, take, l->n);
		l->n -= take;
		*left -= take;
		if (store_put_lot(v->db, l, e) == -1 ||
		    move_shares(v, l->strategy, code, -take, "sync", why, e) ==
			-1)
			return -1;
	}
	return 0;
}

/* Shares went by hand: MANUAL first, then the oldest lots (T24). */
static int
take_shares(
    struct live *v, const char *code, qty n, const char *why, struct err *e)
{
	struct lot_row *lot;
	int nlot, rc;

	if (store_lots(v->db, &lot, &nlot, e) == -1)
		return -1;
	rc = take_from(v, lot, nlot, code, true, &n, why, e);
	if (rc == 0)
		rc = take_from(v, lot, nlot, code, false, &n, why, e);
	free(lot);
	return rc;
}

/* A sell that a pass has planned of them, and not yet sent, is of more than
 * there is: it would sell another's. */
static int
drop_sells(struct live *v, const char *code, struct err *e)
{
	static const char why[] = "its shares are not all there any more";

	for (int i = 0; i < v->nrow; i++) {
		const struct order_row *o = &v->row[i];

		if (v->b.order[i].state != ORDER_PLANNED ||
		    o->side != SIDE_SELL || strcmp(o->code, code) != 0)
			continue;
		log_warn("order %lld: not sent: %s", (long long)o->id, why);
		if (expire_again(v, o, "planned", why, why, e) == -1)
			return -1;
	}
	return 0;
}

static qty
book_holds(const struct live *v, const char *code, won *cost)
{
	int k = codes_find(&v->codes, code);
	qty n = 0;

	*cost = 0;
	for (int i = 0; k >= 0 && i < v->b.nlot; i++) {
		if (v->b.lot[i].stock == k) {
			n += v->b.lot[i].n;
			*cost += v->b.lot[i].cost;
		}
	}
	return n;
}

/* What comes or goes otherwise than by our trading is no profit and no loss of
 * the day. */
static int
adjust_day(struct live *v, won value, struct err *e)
{
	struct day_row day;
	int rc = store_day(v->db, v->date, &day, e);

	if (rc != 1)
		return rc;
	day.start_equity += value;
	day.peak_equity += value;
	return store_put_day(v->db, &day, e);
}

static int
adjust_for_shares(
    struct live *v, const char *code, qty diff, won cost, struct err *e)
{
	struct quote_row q;
	won price, value;

	if (store_quote(v->db, code, &q, e) == -1)
		return -1;
	price = q.last != 0 ? q.last : q.base;
	if (price <= 0 || __builtin_mul_overflow(price, diff, &value))
		value = diff > 0 ? cost : 0;
	return adjust_day(v, value, e);
}

static int
repair_shares(struct live *v, const char *code, qty diff, won cost,
    const char *why, struct err *e)
{
	char words[120];

	snprintf(words, sizeof(words), "%+lld shares: %s", (long long)diff,
	    diff > 0 ? "to MANUAL" : "from MANUAL, then the oldest lots");
	log_info("%s: %s (%s)", code, words, why);
	if (log_drift(v, code, diff, words, e) == -1)
		return -1;
	if (diff > 0)
		return add_manual(v, code, diff, cost, why, e);
	return take_shares(v, code, -diff, why, e) == -1 ?
	    -1 :
	    drop_sells(v, code, e);
}

/* Is an order of this stock (NULL: of any) not yet final? */
static bool
is_busy(const struct live *v, const char *code)
{
	for (int i = 0; i < v->nrow; i++) {
		if (order_is_final(v->b.order[i].state) ||
		    v->b.order[i].state == ORDER_PLANNED)
			continue;
		if (code == NULL || strcmp(v->row[i].code, code) == 0)
			return true;
	}
	return false;
}

/*
 * How long a difference has been seen, in seconds, or longer: by the clock that
 * nobody sets, for two looks at one wrong answer are a minute apart as soon as
 * the clock on the wall is put forward.  What was found before this boot has been
 * there for longer than that.
 */
static int64_t
waited(const struct live *v, const struct drift_row *d)
{
	int64_t up = v->now->up_ms;

	if (up == 0 || d->first_ms == 0)
		return d->last_at - d->first_at;
	return (d->first_ms <= up ? up - d->first_ms : up) / 1000;
}

/* Can fills that were booked after this one, and after `from`, be all of the
 * difference?  1, 0, -1. */
static int
is_filled(struct live *v, const struct drift_row *d, int64_t fill, epoch from,
    struct err *e)
{
	enum side side = d->difference < 0 ? SIDE_BUY : SIDE_SELL;
	qty n;

	if (store_filled_after(v->db, d->code, side, fill, from, &n, e) == -1)
		return -1;
	return n >= llabs(d->difference);
}

/*
 * May it be no more than fills that the balance has not counted yet?  Two
 * readings can agree on that, and the shares that a strategy has just bought
 * would be nobody's.  If they came since it was found, it is another difference
 * from now on; if before, nobody can say when, for the clock may have been set.
 * Shares alone: money that is bound a minute too long or too short stops no
 * stop.  1, 0, -1.
 */
static int
is_uncounted(
    struct live *v, const struct reading *r, struct drift_row *d, struct err *e)
{
	bool is_fixed = v->now->up_ms == 0; /* time is what the person says */
	int rc;

	if (d->code[0] == '\0')
		return 0;
	if ((rc = is_filled(v, d, d->first_fill, 0, e)) == 1) {
		d->first_ms = v->now->up_ms;
		d->first_fill = r->fill;
		return store_restart_drift(v->db, d, v->now->now, e) == -1 ?
		    -1 :
		    1;
	}
	if (rc == -1 || waited(v, d) >= COUNTS_BY)
		return rc;
	return is_filled(v, d, 0, is_fixed ? v->now->now - COUNTS_BY : 0, e);
}

/* See a difference; 1 if it may be repaired now, 0 if it only stands, -1. */
static int
see(struct live *v, const struct reading *r, const char *kind, const char *code,
    int64_t book, int64_t broker, struct drift_row *d, struct err *e)
{
	int rc;

	*d = (struct drift_row){ .day = v->date,
		.book = book,
		.broker = broker,
		.difference = broker - book,
		.first_ms = v->now->up_ms,
		.first_fill = r->fill };
	snprintf(d->kind, sizeof(d->kind), "%s", kind);
	snprintf(d->code, sizeof(d->code), "%s", code);
	snprintf(d->name, sizeof(d->name), "unexplained");
	if (store_see_drift(v->db, d, v->now->now, e) == -1)
		return -1;
	if (d->seen == 1) {
		log_warn("%s: the broker has %lld, the book %lld%s",
		    code[0] != '\0' ? code : "cash", (long long)broker,
		    (long long)book, "; no entries there until it is settled");
		if (log_drift(v, code, broker - book, "difference found", e) ==
		    -1)
			return -1;
	}
	if (is_busy(v, code[0] != '\0' ? code : NULL))
		return 0;
	if (r->how == RECONCILE_ACCEPT)
		return 1;
	if (d->seen < 2 || waited(v, d) < AGREE_AFTER || r->is_doubtful)
		return 0;
	rc = is_uncounted(v, r, d, e);
	return rc == -1 ? -1 : rc == 0;
}

static int
compare_stock(struct live *v, const struct reading *r, const char *code,
    struct differences *out, struct err *e)
{
	struct drift_row d;
	won cost, book_cost;
	qty broker = broker_holds(r, code, &cost);
	qty book = book_holds(v, code, &book_cost), diff = broker - book;
	int rc;

	if (diff == 0)
		return 0;
	if (r->how == RECONCILE_CHECK) {
		note(out, "shares", code, book, broker, "");
		return 0;
	}
	rc = see(v, r, "shares", code, book, broker, &d, e);
	if (rc == 1) {
		won came = cost > book_cost ? cost - book_cost : 0;

		if (repair_shares(v, code, diff, came, "traded by hand", e) ==
			-1 ||
		    adjust_for_shares(v, code, diff, came, e) == -1 ||
		    store_end_drift(v->db, d.id, "repaired", "traded by hand",
			diff > 0 ? "to MANUAL" :
				   "taken from"
				   " MANUAL, then the oldest lots",
			v->now->now, e) == -1)
			return -1;
	}
	if (rc != -1)
		note(out, "shares", code, book, broker,
		    rc == 1 ? "repaired" : "seen; repaired when seen again");
	return rc == -1 ? -1 : 0;
}

static int
compare_shares(struct live *v, const struct reading *r, struct differences *out,
    struct err *e)
{
	struct codes all = { 0 };
	int rc = 0;

	for (int i = 0; i < v->codes.n; i++)
		codes_add(&all, v->codes.item[i]);
	for (int i = 0; i < r->held.n; i++)
		if (codes_find(&v->codes, r->held.item[i].code) < 0)
			codes_add(&all, r->held.item[i].code);
	for (int i = 0; i < all.n && rc == 0; i++)
		rc = compare_stock(v, r, all.item[i], out, e);
	codes_fini(&all);
	return rc;
}

/* ---- Cash ------------------------------------------------------------------------- */

static int
put_cash(struct live *v, won amount, const char *kind, const char *why,
    struct err *e)
{
	struct cash_row r = { .day = v->date,
		.amount = amount,
		.kind = kind,
		.note = why,
		.at = v->now->now };

	return store_add_cash(v->db, &r, e);
}

/* What a difference in cash is taken for. */
static const char *
cash_name(won diff)
{
	if (diff > -1000 && diff < 1000)
		return "fee rounding";
	return diff > 0 ? "deposit" : "withdrawal";
}

/* A deposit counts from the next session, a withdrawal at once; the day's
 * result leaves both out. */
static int
take_transfer(struct live *v, won diff, struct err *e)
{
	const struct session *next = calendar_next(v->cal, v->date);

	if (store_add_transfer(v->db, v->date, diff,
		diff > 0 && next != NULL ? next->date : v->date,
		cash_name(diff), v->now->now, e) == -1)
		return -1;
	return adjust_day(v, diff, e);
}

static int
repair_cash(struct live *v, won diff, struct err *e)
{
	const char *name = cash_name(diff);
	bool is_fee = strcmp(name, "fee rounding") == 0;
	char words[96];

	snprintf(words, sizeof(words), "%+lld won: %s", (long long)diff, name);
	log_info("cash: %s", words);
	if (put_cash(v, diff, is_fee ? "fee" : "transfer", name, e) == -1 ||
	    log_drift(v, "", 0, words, e) == -1)
		return -1;
	return is_fee ? 0 : take_transfer(v, diff, e);
}

static int
compare_cash(struct live *v, const struct reading *r, struct differences *out,
    struct err *e)
{
	struct drift_row d;
	won diff = r->cash.settled - v->b.cash;
	int rc;

	if (diff == 0)
		return 0;
	if (r->how == RECONCILE_CHECK) {
		note(out, "cash", "", v->b.cash, r->cash.settled, "");
		return 0;
	}
	rc = see(v, r, "cash", "", v->b.cash, r->cash.settled, &d, e);
	if (rc == 1 &&
	    (repair_cash(v, diff, e) == -1 ||
		store_end_drift(v->db, d.id, "repaired", cash_name(diff), "",
		    v->now->now, e) == -1))
		return -1;
	if (rc != -1)
		note(out, "cash", "", v->b.cash, r->cash.settled,
		    rc == 1 ? cash_name(diff) :
			      "seen; taken over when seen again");
	return rc == -1 ? -1 : 0;
}

/* ---- The first run ------------------------------------------------------------------ */

/* A pass before the first synchronisation has begun the day with nothing; with
 * that no strategy would have any capital until tomorrow. */
static int
open_day(struct live *v, const struct reading *r, struct err *e)
{
	struct day_row day;
	int rc = store_day(v->db, v->date, &day, e);

	if (rc != 1)
		return rc;
	day.start_cash = day.start_equity = r->cash.settled;
	for (int i = 0; i < r->held.n; i++)
		day.start_equity += r->held.item[i].cost;
	day.peak_equity = day.start_equity;
	return store_put_day(v->db, &day, e);
}

static int
open_account(struct live *v, const struct reading *r, struct differences *out,
    struct err *e)
{
	struct halt_row h = { .scope = HALT_ENTRIES, .since = v->now->now };

	if (put_cash(v, r->cash.settled, "opening", "first synchronisation",
		e) == -1 ||
	    open_day(v, r, e) == -1)
		return -1;
	for (int i = 0; i < r->held.n; i++) {
		const struct broker_holding *b = &r->held.item[i];

		if (b->n <= 0)
			continue;
		if (repair_shares(v, b->code, b->n, b->cost,
			"held at the first synchronisation", e) == -1)
			return -1;
		note(out, "shares", b->code, 0, b->n, "MANUAL");
	}
	if (out->n == 0 || r->how == RECONCILE_ACCEPT)
		return 0;
	snprintf(h.reason, sizeof(h.reason), ACCEPT_REASON);
	log_warn("the account holds shares that no strategy bought; entries are"
		 " off until sync-account --accept");
	return store_halt(v->db, &h, e) == -1 ? -1 : 0;
}

/* ---- All of it ------------------------------------------------------------------------ */

/* "Empty is not none": no shares at all where the book has some, or no cash. */
static int
judge_emptiness(struct live *v, struct reading *r, struct err *e)
{
	static const char words[] =
	    "the broker says that the account is empty;"
	    " look at its own screen, and if that is so: sync-account --accept";
	bool holds = false;
	int rc;

	for (int i = 0; i < r->held.n; i++)
		holds = holds || r->held.item[i].n > 0;
	r->is_doubtful = r->how != RECONCILE_ACCEPT &&
	    ((!holds && v->b.nlot > 0) ||
		(r->cash.settled == 0 && v->b.cash > 0));
	if (r->how == RECONCILE_CHECK)
		return 0;
	if (!r->is_doubtful)
		return store_alert_clear(v->db, EMPTY, v->now->now, e) == -1 ?
		    -1 :
		    0;
	rc = store_alert(v->db, EMPTY, v->program, words, 600, v->now->now, e);
	if (rc == 1)
		log_warn("%s", words);
	return rc == -1 ? -1 : 0;
}

static int
compare(
    struct live *v, struct reading *r, struct differences *out, struct err *e)
{
	won cash;
	int rc = store_cash(v->db, &cash, e);

	if (rc == -1)
		return -1;
	if (rc == 0 && r->how == RECONCILE_CHECK) {
		note(out, "cash", "", 0, r->cash.settled, "");
		return 0;
	}
	if (rc == 0)
		return open_account(v, r, out, e);
	if (judge_emptiness(v, r, e) == -1 ||
	    compare_shares(v, r, out, e) == -1 ||
	    compare_cash(v, r, out, e) == -1)
		return -1;
	if (r->how == RECONCILE_CHECK)
		return 0;
	if (out->n == 0 &&
	    store_alert_clear(v->db, MISFITS, v->now->now, e) == -1)
		return -1;
	return store_drifts_gone(v->db, v->now->now, e) == -1 ? -1 : 0;
}

/* A person has looked: entries that were off since the first run go on. */
static int
note_acceptance(struct live *v, struct err *e)
{
	struct log_row row = { .at = v->now->now,
		.day = v->date,
		.program = v->program,
		.event = "accept",
		.message = "the person accepts the account as it is" };
	struct halt_row *h;
	int n, rc = 0;

	if (store_halts(v->db, &h, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc != -1; i++)
		if (h[i].scope == HALT_ENTRIES &&
		    strcmp(h[i].reason, ACCEPT_REASON) == 0)
			rc = store_resume(v->db, HALT_ENTRIES, "", e);
	free(h);
	return rc == -1 ? -1 : store_log(v->db, &row, e);
}

/* In a transaction.  1: a fill was booked since the account was read, so that
 * the two are of different moments; read again. */
static int
reconcile_once(
    struct live *v, struct reading *r, struct differences *out, struct err *e)
{
	int64_t fill;

	if ((r->how != RECONCILE_CHECK &&
		store_lease_check(v->db, &v->lease, e) == -1) ||
	    store_last_fill(v->db, &fill, e) == -1)
		return -1;
	if (fill != r->fill)
		return 1;
	if (live_load(v, LOAD_NO_BARS, e) == -1 ||
	    (r->how == RECONCILE_ACCEPT && note_acceptance(v, e) == -1) ||
	    compare(v, r, out, e) == -1)
		return -1;
	return r->how == RECONCILE_CHECK ? 0 : store_commit(v->db, e);
}

int
reconcile(struct live *v, enum reconcile_how how, struct differences *out,
    struct err *e)
{
	struct reading r = { .how = how };
	struct follow_counts n;
	int rc = 1;

	for (int i = 0; i < READINGS && rc == 1; i++) {
		/* Fills up to the moment of the reading, or they would be
		 * differences. */
		if (read_account(v, &r, e) == -1 ||
		    (how != RECONCILE_CHECK && follow_orders(v, &n, e) == -1) ||
		    store_begin(v->db, e) == -1) {
			rc = -1;
			break;
		}
		rc = reconcile_once(v, &r, out, e);
		store_rollback(v->db);
	}
	if (rc == 1)
		rc = err_set(e, E_FAIL,
		    "fills come faster than the account"
		    " can be read; try again");
	free(r.held.item);
	return rc;
}

/* Move up to *left shares of one MANUAL lot to a strategy: a new lot with its
 * part of the cost. */
static int
adopt_lot(struct live *v, struct lot_row *l, const char *strategy, qty *left,
    struct err *e)
{
	struct lot_row to = *l;
	qty take = *left < l->n ? *left : l->n;

	to.id = 0;
	to.n = take;
	to.cost = muldiv_floor(l->cost, take, l->n);
	to.fees = muldiv_floor(l->fees, take, l->n);
	snprintf(to.strategy, sizeof(to.strategy), "%s", strategy);
	l->n -= take;
	l->cost -= to.cost;
	l->fees -= to.fees;
	*left -= take;
	return store_put_lot(v->db, &to, e) == -1 ||
		store_put_lot(v->db, l, e) == -1 ||
		move_shares(v, MANUAL, l->code, -take, "adopt", strategy, e) ==
		    -1 ||
		move_shares(v, strategy, l->code, take, "adopt", "from MANUAL",
		    e) == -1 ?
	    -1 :
	    0;
}

int
reconcile_adopt(struct live *v, const char *code, const char *strategy, qty n,
    struct err *e)
{
	struct log_row row = { .at = v->now->now,
		.day = v->date,
		.program = v->program,
		.event = "adopt",
		.strategy = strategy,
		.code = code,
		.quantity = n,
		.message = "MANUAL shares handed"
			   " to a strategy by the person" };
	struct strategy_row s;
	struct lot_row *lot = NULL;
	qty left = n;
	int nlot = 0, rc;

	if (store_begin(v->db, e) == -1)
		return -1;
	rc = store_strategy(v->db, strategy, &s, e);
	if (rc == 0)
		rc = err_set(e, E_USAGE,
		    "%s: no such strategy (see"
		    " set-strategy --list)",
		    strategy);
	if (rc == 1)
		rc = store_lots(v->db, &lot, &nlot, e);
	for (int i = 0; i < nlot && rc != -1 && left > 0; i++)
		if (strcmp(lot[i].code, code) == 0 && lot[i].n > 0 &&
		    strcmp(lot[i].strategy, MANUAL) == 0)
			rc = adopt_lot(v, &lot[i], strategy, &left, e);
	free(lot);
	if (rc != -1 && left > 0)
		rc = err_set(e, E_USAGE, "%s: only %lld shares are MANUAL",
		    code, (long long)(n - left));
	if (rc != -1)
		rc = store_log(v->db, &row, e);
	if (rc == -1 || v->dry_run) {
		store_rollback(v->db);
		return rc == -1 ? -1 : 0;
	}
	return store_commit(v->db, e);
}
