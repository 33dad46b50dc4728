/* totals.c - see totals.h. */
#include "account/totals.h"

#include "account/fills.h"
#include "base/log.h"
#include "store/fills.h"
#include "store/settings.h"

#include <stdio.h>
#include <string.h>

/* The minute that the growth is booked for.  It came between the last look and
 * this one; a look at the full minute is of the minute that has just ended. */
static hhmm
minute_of_growth(const struct follow *f, ymd day)
{
	const struct session *ses = calendar_day(f->v->cal, day);
	hhmm at = clock_hhmm(&(struct clock){ .now = f->read_at - 1 });

	if (ses == NULL || !ses->is_open)
		return at;
	if (day < f->v->date || at > ses->close)
		return ses->close;
	return at < ses->open ? ses->open : at;
}

/* The broker lists less than it did.  A list that was asked for before the last
 * fill was booked is older than it, and no lie. */
static int
tell_shrunk(struct follow *f, const struct order_row *row,
    const struct broker_order *bo, qty n, won amount, struct err *e)
{
	struct live *v = f->v;
	char msg[200];
	int rc;

	f->shrunk++;
	snprintf(msg, sizeof(msg),
	    "order %lld: %lld for %lld won are booked, and the broker says %lld"
	    " for %lld; what is booked stays; look at its own screen",
	    (long long)row->id, (long long)n, (long long)amount,
	    (long long)bo->filled, (long long)bo->filled_won);
	rc = store_alert(
	    v->db, SHRUNK, v->program, msg, ALERT_EVERY, v->now->now, e);
	if (rc == 1)
		log_warn("%s", msg);
	return rc == -1 ? -1 : 0;
}

/* Book bf->n shares for that much: whole prices, the amount exact. */
static int
book_growth(struct follow *f, int i, struct broker_fill *bf, won amount,
    qty reached, struct err *e)
{
	qty all = bf->n, dearer = amount % all;

	bf->price = amount / all;
	if (!fills_fit(&f->v->b.order[i], &f->v->row[i], bf))
		return fills_misfit(f, &f->v->row[i], bf, e);
	bf->n = all - dearer;
	bf->fill_no = reached - dearer;
	if (fills_book_one(f, i, bf, e) == -1)
		return -1;
	bf->n = dearer;
	bf->fill_no = reached;
	bf->price++;
	return dearer == 0 ? 0 : fills_book_one(f, i, bf, e);
}

static int
book_total(struct follow *f, const struct lists *l, int k, struct err *e)
{
	const struct broker_order *bo = &l->orders.item[k];
	int i = l->ours[k], settled;
	struct broker_fill bf = { .side = bo->side,
		.date = l->day,
		.time = minute_of_growth(f, l->day),
		.commission = -1,
		.tax = -1 };
	int64_t id = f->v->row[i].id;
	won amount;
	epoch last;
	qty n;

	if (store_fill_sum(
		f->v->db, id, bo->broker_no, &n, &amount, &last, e) == -1)
		return -1;
	if (bo->filled == n && bo->filled_won == amount)
		return 0;
	settled = store_fill_known(
	    f->v->db, id, SETTLED, f->v->row[i].day, 1, e);
	if (settled != 0)
		return settled == 1 ? 0 : -1;
	if (bo->filled < n || bo->filled_won < amount) {
		l->is_old[k] = true;
		return last >= f->read_at ?
		    0 :
		    tell_shrunk(f, &f->v->row[i], bo, n, amount, e);
	}
	memcpy(bf.broker_no, bo->broker_no, sizeof(bf.broker_no));
	memcpy(bf.code, bo->code, sizeof(bf.code));
	bf.n = bo->filled - n;
	return bf.n == 0 ?
	    fills_misfit(f, &f->v->row[i], &bf, e) :
	    book_growth(f, i, &bf, bo->filled_won - amount, bo->filled, e);
}

int
totals_book(struct follow *f, struct lists *l, struct err *e)
{
	for (int k = 0; k < l->orders.n; k++)
		if (l->ours[k] >= 0 && book_total(f, l, k, e) == -1)
			return -1;
	return 0;
}

int
totals_judge(struct follow *f, struct err *e)
{
	struct live *v = f->v;

	if (!(v->broker->caps & CAP_TOTAL_FILLS) || f->shrunk > 0)
		return 0;
	return store_alert_clear(v->db, SHRUNK, v->now->now, e) == -1 ? -1 : 0;
}
