/* order.c - see order.h. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "gateway/order.h"

/* The four objects: which input is what, and where the new number stands.
 * Inputs persist in an object, so a new one is made for each order. */
struct form {
	const char *progid;
	int side, account, product, code, original, qty, price; /* -1: none */
	int condition, kind;
	int number; /* header */
};

static const struct form form_new = { "CpTrade.CpTd0311", .side = 0,
	.account = 1, .product = 2, .code = 3, .original = -1, .qty = 4,
	.price = 5, .condition = 7, .kind = 8, .number = 8 };
static const struct form form_price = { "CpTrade.CpTd0313", .side = -1,
	.account = 2, .product = 3, .code = 4, .original = 1, .qty = 5,
	.price = 6, .condition = -1, .kind = -1, .number = 7 };
static const struct form form_kind = { "CpTrade.CpTd0303", .side = -1,
	.account = 2, .product = 3, .code = 4, .original = 1, .qty = 5,
	.price = 6, .condition = 8, .kind = 9, .number = 8 };
static const struct form form_cancel = { "CpTrade.CpTd0314", .side = -1,
	.account = 2, .product = 3, .code = 4, .original = 1, .qty = 5,
	.price = -1, .condition = -1, .kind = -1, .number = 6 };

static const struct form *
form_of(const struct ask *a)
{
	switch (a->action) {
	case ACTION_NEW:
		return &form_new;
	case ACTION_AMEND:
		return a->is_market ? &form_kind : &form_price;
	default:
		return &form_cancel;
	}
}

static int
put_text(struct dib *d, int index, const char *s, struct err *e)
{
	return index == -1 ? 0 : dib_put(d, index, com_text(s), e);
}

static int
put_long(struct dib *d, int index, int64_t n, struct err *e)
{
	return index == -1 ? 0 : dib_put(d, index, com_long(n), e);
}

static int
fill_in(struct dib *d, const struct form *f, struct session *s,
    const struct ask *a, struct err *e)
{
	char spelt[16];

	if (session_spell(s, a->code, spelt, e) == -1 ||
	    put_text(d, f->side, a->side == SIDE_SELL ? "1" : "2", e) == -1 ||
	    put_text(d, f->account, session_account(s), e) == -1 ||
	    put_text(d, f->product, session_product(s), e) == -1 ||
	    put_text(d, f->code, spelt, e) == -1 ||
	    put_long(d, f->original, a->order, e) == -1 ||
	    /* Of an amend and a cancel 0: all that remains. */
	    put_long(d, f->qty, a->n, e) == -1 ||
	    put_long(d, f->price, a->price, e) == -1 ||
	    put_text(d, f->condition, "0", e) == -1 ||
	    put_text(d, f->kind, a->is_market ? "03" : "01", e) == -1)
		return -1;
	return 0;
}

static void
reject(struct result *r, const char *why, const char *words)
{
	char reason[2 * sizeof(r->reason)];

	r->outcome = OUTCOME_REJECTED;
	snprintf(reason, sizeof(reason), "%s%s%s", why,
	    words[0] != '\0' ? ": " : "", words);
	utf8_cut(r->reason, sizeof(r->reason), reason);
}

static void
unknown(struct result *r, const char *why, const char *words)
{
	reject(r, why, words);
	r->outcome = OUTCOME_UNKNOWN;
}

/* CREON said no.  That a status of -1 is a refusal is what programs take it
 * for; no document says so.  A number beside it says otherwise. */
static void
judge_refusal(const struct dib_answer *a, const struct com_value *number,
    struct result *r)
{
	char why[64];
	int64_t n;

	if (!com_is_int(number, &n) || n <= 0) {
		reject(r, a->message[0] != '\0' ? a->message : "refused", "");
		return;
	}
	snprintf(why, sizeof(why), "CREON refused it, and gave it number %lld",
	    (long long)n);
	unknown(r, why, a->message);
}

void
order_judge(const struct dib_answer *a, const struct com_value *number,
    struct result *r)
{
	*r = (struct result){ .was_answered = a->was_answered,
		.ret = a->ret,
		.status = a->status };
	snprintf(r->message, sizeof(r->message), "%s", a->message);
	switch (a->code) {
	case DIB_GOOD:
		if (com_is_int(number, &r->order) && r->order > 0 &&
		    r->order <= ASK_MOST) {
			r->outcome = OUTCOME_ACCEPTED;
			return;
		}
		r->order = 0;
		unknown(r, "CREON gave no order number", a->message);
		return;
	case DIB_REFUSED:
		judge_refusal(a, number, r);
		return;
	case DIB_CANCELLED:
		reject(r, "cancelled in CREON's confirmation window", "");
		return;
	case DIB_LIMITED:
		r->is_limited = r->is_unsent = true;
		reject(r, "CREON's limit of order requests", a->message);
		return;
	case DIB_NOT_ASKED:
		r->is_unsent = true;
		reject(r, "not sent", a->message);
		return;
	case DIB_FAILED:
		unknown(r, "CREON's call failed", a->message);
		return;
	}
}

/* Ask, and read the number, of a refusal too: where it cannot be read, there
 * may be one. */
static void
request(struct dib *d, const struct form *f, struct dib_answer *answer)
{
	const struct dib_want want = {
		.header = &f->number, .n_headers = 1, .count = -1
	};
	struct err e = { 0 };

	dib_request(d, &want, answer);
	if (answer->code != DIB_REFUSED ||
	    dib_header(d, f->number, &answer->header[0], &e) == 0)
		return;
	log_warn("%s", e.msg);
	answer->code = DIB_FAILED;
}

void
order_make(struct session *s, const struct ask *a, struct result *r)
{
	static const struct com_value none = { 0 };
	const struct form *f = form_of(a);
	struct dib_answer answer = { .code = DIB_NOT_ASKED };
	struct limit limit = { 0 };
	struct err e = { 0 };
	struct dib *d = dib_new(f->progid, &e);

	if (d == NULL || fill_in(d, f, s, a, &e) == -1) {
		utf8_cut(answer.message, sizeof(answer.message), e.msg);
		order_judge(&answer, &none, r);
	} else {
		request(d, f, &answer);
		order_judge(&answer, &answer.header[0], r);
	}
	if (r->is_limited && session_limit(s, LIMIT_TRADE, &limit, &e) == 0)
		r->retry_after_ms = limit_wait_ms(&limit);
	dib_answer_fini(&answer);
	dib_free(d);
}
