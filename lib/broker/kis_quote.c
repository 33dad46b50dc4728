/*
 * kis_quote.c - quotes: thirty a call where the host offers that.
 *
 * The call for one stock tells halts and warnings too, which that for thirty
 * does not; so few stocks are asked one by one, and of many the list is asked
 * and no status is told.  Who needs one asks for that stock alone.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "broker/away.h"
#include "broker/kis_inner.h"
#include "broker/kis_parse.h"

#define AT_ONCE 30
#define FEW     6

static int
quote_one(struct kis *k, struct broker_quote *q, struct err *e)
{
	char code[CODE_SIZE];
	const struct kis_param p[] = {
		{ "FID_COND_MRKT_DIV_CODE", "J" },
		{ "FID_INPUT_ISCD", kis_code(k, q->code, code) },
	};
	struct kis_reply r;
	int rc;

	if (kis_get(k, KIS_PRICE, p, NELEM(p), "", &r, e) == -1)
		return -1;
	rc = r.verdict == KIS_NOTHING ?
	    0 :
	    kis_parsed(k, kis_parse_price(r.doc, q, e), e);
	kis_reply_free(&r);
	return rc;
}

static int
quote_some(struct kis *k, struct broker_quote *q, int n, struct err *e)
{
	char name[2 * AT_ONCE][28], code[AT_ONCE][CODE_SIZE];
	struct kis_param p[2 * AT_ONCE];
	struct kis_reply r;
	int rc;

	for (int i = 0; i < n; i++) {
		snprintf(name[2 * i], sizeof(name[0]),
		    "FID_COND_MRKT_DIV_CODE_%d", i + 1);
		snprintf(name[2 * i + 1], sizeof(name[0]), "FID_INPUT_ISCD_%d",
		    i + 1);
		p[2 * i] = (struct kis_param){ name[2 * i], "J" };
		p[2 * i + 1] = (struct kis_param){ name[2 * i + 1],
			kis_code(k, q[i].code, code[i]) };
	}
	if (kis_get(k, KIS_PRICES, p, 2 * n, "", &r, e) == -1)
		return -1;
	rc = r.verdict == KIS_NOTHING ? 0 : kis_parse_prices(r.doc, q, n, e);
	if (rc != 0) /* some rows, too, have an error */
		kis_hide_secrets(k, e->msg, sizeof(e->msg));
	kis_reply_free(&r);
	return rc;
}

/* The stocks whose quote failed, and why the first of them did. */
struct failures {
	int n, unasked; /* of n: behind those in vain */
	struct err first;
};

static void
note(struct failures *f, int stocks, const struct err *e)
{
	if (f->n == 0)
		f->first = *e;
	f->n += stocks;
}

/* One line, however many: the same trouble has as a rule struck all. */
static void
tell(const struct failures *f)
{
	if (f->unasked > 0)
		log_warn("%s; %d more stocks have no quote, of which %d were"
			 " not asked for, as nobody answers",
		    f->first.msg, f->n - 1, f->unasked);
	else if (f->n == 1)
		log_warn("%s", f->first.msg);
	else if (f->n > 1)
		log_warn(
		    "%s; %d more stocks have no quote", f->first.msg, f->n - 1);
}

/* What is known of a stock begins with its code alone. */
static void
forget(struct broker_quote *q)
{
	struct broker_quote none = { 0 };

	memcpy(none.code, q->code, sizeof(none.code));
	*q = none;
}

/* One stock that the firm does not know, or whose row cannot be read, must not
 * keep the others from their prices. */
int
kis_quotes(struct broker *br, struct broker_quote *q, int n, struct err *e)
{
	struct kis *k = br->self;
	int step = n > FEW && kis_offers(k->mode, KIS_PRICES) ? AT_ONCE : 1;
	struct failures f = { 0 };
	struct away away = { 0 };

	for (int i = 0; i < n; i++)
		forget(&q[i]);
	for (int i = 0; i < n; i += step) {
		int many = n - i < step ? n - i : step;
		int64_t began = monotonic_ms();
		struct err why;
		int bad = step == 1 ? quote_one(k, &q[i], &why) :
				      quote_some(k, &q[i], many, &why);

		if (bad == -1)
			for (int j = i; j < i + many; j++)
				forget(&q[j]);
		if (bad != 0)
			note(&f, bad == -1 ? many : bad, &why);
		if (away_after(&away, began, bad == -1 ? &why : NULL)) {
			f.unasked = n - i - many;
			f.n += f.unasked;
			break;
		}
	}
	if (f.n > 0 && f.n == n) {
		*e = f.first;
		return -1;
	}
	tell(&f);
	return 0;
}
