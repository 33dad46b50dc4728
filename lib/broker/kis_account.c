/*
 * kis_account.c - cash and shares.
 *
 * Cash is that of D+2, after all that was traded has settled (T23); what may
 * be bought for is asked of the ledger for orders, without credit, for the
 * balance shows money that is bound already.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/kis_inner.h"
#include "broker/kis_parse.h"

struct balance {
	struct kis *k;
	struct broker_holdings *held; /* NULL: not wanted */
	won settled;
	won worth; /* of all shares, as a page said; -1: none did */
	bool has_sum;
	bool is_torn; /* its pages do not fit each other */
};

#define READINGS 3 /* of a balance that is torn; shares may come between */

/* "Nothing to show" of shares may come without a list of them. */
static bool
has_list(const struct kis_reply *r)
{
	return r->verdict != KIS_NOTHING ||
	    json_kind(json_get_caseless(r->doc, "output1")) == JSON_LIST;
}

/*
 * Pages are asked for one after the other, and one of them may be an answer
 * that is none, without shares.  The sum that comes with each page is of the
 * whole account: it knows of shares on all pages, or on none.  And a page that
 * was to follow and is empty ends the list only where its sum knows of some.
 */
static int
page_fits(struct balance *b, won worth, bool has_rows, struct err *e)
{
	b->is_torn = worth != -1 && b->worth != -1 &&
	    (worth == 0) != (b->worth == 0);
	if (b->is_torn)
		return err_set(e, E_BROKER,
		    "kis: the sums of two pages of the balance are of"
		    " different accounts");
	if (worth != -1)
		b->worth = worth;
	if (!has_rows && worth <= 0)
		return err_set(e, E_BROKER,
		    "kis: a further page of the balance is empty, and its sum"
		    " knows no shares");
	return 0;
}

/* The last page's summary counts.  "Nothing to show", of an account without
 * shares, may have it, too. */
static int
read_page(void *arg, const struct kis_reply *r, struct err *e)
{
	struct balance *b = arg;
	int before = b->held != NULL ? b->held->n : 0, rc, other = 0;
	won worth;

	if (b->held != NULL && has_list(r) &&
	    (other = kis_parse_holdings(r->doc, b->held, e)) == -1)
		return -1;
	if (other > 0)
		kis_tell_other(
		    b->k, &b->k->told_shares, "its row is left out", e);
	if ((rc = kis_parse_settled(r->doc, &b->settled, e)) == -1 ||
	    kis_parse_worth(r->doc, &worth, e) == -1)
		return -1;
	if (r->verdict == KIS_NOTHING && worth > 0)
		return err_set(e, E_BROKER,
		    "kis: the balance has nothing to show, and shares worth"
		    " %lld won",
		    (long long)worth);
	if (page_fits(b, worth, before == 0 || b->held->n > before || other > 0,
		e) == -1)
		return -1;
	b->has_sum = b->has_sum || rc == 1;
	return 0;
}

static int
read_balance(struct kis *k, struct balance *b, struct err *e)
{
	const struct kis_param p[] = {
		{ "CANO", k->account },
		{ "ACNT_PRDT_CD", k->product },
		{ "AFHR_FLPR_YN", "N" },
		{ "OFL_YN", "" },
		{ "INQR_DVSN", "02" },
		{ "UNPR_DVSN", "01" },
		{ "FUND_STTL_ICLD_YN", "N" },
		{ "FNCG_AMT_AUTO_RDPT_YN", "N" },
		{ "PRCS_DVSN", "00" },
	};
	int rc = -1;

	for (int i = 0; i < READINGS; i++) {
		if (b->held != NULL)
			b->held->n = 0;
		b->worth = -1;
		b->has_sum = b->is_torn = false;
		*e = (struct err){ 0 };
		rc = kis_pages(
		    k, KIS_BALANCE, p, NELEM(p), "100", read_page, b, e);
		if (!b->is_torn)
			break;
	}
	if (rc == -1)
		return -1;
	/* "Nothing to show" is no account without shares: that has a sum. */
	return b->has_sum ?
	    0 :
	    err_set(e, E_BROKER, "kis: the balance came without its sum");
}

int
kis_buyable(
    struct broker *br, const char *code, won price, won *out, struct err *e)
{
	struct kis *k = br->self;
	char symbol[CODE_SIZE] = "", text[24] = "";
	struct kis_reply r;
	int rc;

	if (code[0] != '\0') {
		kis_code(k, code, symbol);
		snprintf(text, sizeof(text), "%lld", (long long)price);
	}
	const struct kis_param p[] = {
		{ "CANO", k->account },
		{ "ACNT_PRDT_CD", k->product },
		{ "PDNO", symbol },
		{ "ORD_UNPR", text },
		/* The ledger forgets a stock's margin with any other. */
		{ "ORD_DVSN", price == 0 ? "01" : "00" },
		{ "CMA_EVLU_AMT_ICLD_YN", "N" },
		{ "OVRS_ICLD_YN", "N" },
	};
	if (kis_get(k, KIS_BUYABLE, p, NELEM(p), "", &r, e) == -1)
		return -1;
	rc = kis_parsed(k, kis_parse_buyable(r.doc, out, e), e);
	kis_reply_free(&r);
	return rc;
}

int
kis_cash(struct broker *br, struct broker_cash *out, struct err *e)
{
	struct balance b = { .k = br->self };

	if (read_balance(br->self, &b, e) == -1)
		return -1;
	out->settled = b.settled;
	return kis_buyable(br, "", 0, &out->buyable, e);
}

int
kis_holdings(struct broker *br, struct broker_holdings *out, struct err *e)
{
	struct balance b = { .k = br->self, .held = out };

	return read_balance(br->self, &b, e);
}

/* Where the host does not offer the question (mock), the balance tells. */
static int
sellable_by_balance(
    struct broker *br, const char *code, qty *out, struct err *e)
{
	struct broker_holdings held = { 0 };
	int rc = kis_holdings(br, &held, e);

	*out = 0;
	for (int i = 0; rc == 0 && i < held.n; i++)
		if (strcmp(held.item[i].code, code) == 0)
			*out = held.item[i].sellable;
	free(held.item);
	return rc;
}

int
kis_sellable(struct broker *br, const char *code, qty *out, struct err *e)
{
	struct kis *k = br->self;
	char symbol[CODE_SIZE];
	struct kis_reply r;
	int rc;

	if (!kis_offers(k->mode, KIS_SELLABLE))
		return sellable_by_balance(br, code, out, e);
	const struct kis_param p[] = {
		{ "CANO", k->account },
		{ "ACNT_PRDT_CD", k->product },
		{ "PDNO", kis_code(k, code, symbol) },
	};
	if (kis_get(k, KIS_SELLABLE, p, NELEM(p), "", &r, e) == -1)
		return -1;
	*out = 0;
	rc = r.verdict == KIS_NOTHING ?
	    0 :
	    kis_parsed(k, kis_parse_sellable(r.doc, out, e), e);
	kis_reply_free(&r);
	return rc;
}
