/*
 * overseas.c - inquiries about stocks of other countries: there are none.
 *
 * Clients that show the whole account ask for them, too, and an account that
 * never traded abroad answers so.  What could order there is not here.
 */
#include "sandbox/inner.h"

#include <string.h>

#define CURSOR 200 /* columns; twice as many as at home */

static void
put_zeros(struct json *m, const char *const *name, size_t n, const char *zero)
{
	for (size_t i = 0; i < n; i++)
		json_put_text(m, name[i], zero);
}

static void
put_list(struct call *c, const char *name)
{
	json_put(c->doc, name, json_new_list());
}

static void
done(struct call *c)
{
	wire_add(&c->out->header, "tr_cont", "D");
	reply_done(c, "KIOK0560", "조회할 내용이 없습니다");
}

static void
put_cursor(struct call *c)
{
	const char *account = c->sb->o.account;

	put(c->doc, "ctx_area_fk200", "%.8s^%s^%*s", account, account + 8,
	    (int)(CURSOR - strlen(account) - 2), "");
	put(c->doc, "ctx_area_nk200", "%*s", CURSOR, "");
}

void
overseas_list(struct call *c)
{
	put_cursor(c);
	put_list(c, "output");
	done(c);
}

void
overseas_balance(struct call *c)
{
	static const char *const zero[] = { "frcr_pchs_amt1",
		"ovrs_rlzt_pfls_amt", "ovrs_tot_pfls", "tot_evlu_pfls_amt",
		"frcr_buy_amt_smtl1", "ovrs_rlzt_pfls_amt2",
		"frcr_buy_amt_smtl2" };
	static const char *const rate[] = { "rlzt_erng_rt", "tot_pftrt" };
	struct json *m = json_new_map();

	put_zeros(m, zero, NELEM(zero), "0");
	put_zeros(m, rate, NELEM(rate), "0.00");
	put_cursor(c);
	put_list(c, "output1");
	json_put(c->doc, "output2", m);
	done(c);
}

void
overseas_profit(struct call *c)
{
	static const char *const zero[] = { "stck_sll_amt_smtl",
		"stck_buy_amt_smtl", "smtl_fee1", "excc_dfrm_amt",
		"ovrs_rlzt_pfls_tot_amt" };
	static const char *const rate[] = { "tot_pftrt", "exrt" };
	struct json *m = json_new_map();

	put_zeros(m, zero, NELEM(zero), "0");
	put_zeros(m, rate, NELEM(rate), "0.00");
	json_put_text(m, "bass_dt", "");
	put_cursor(c);
	put_list(c, "output1");
	json_put(c->doc, "output2", m);
	done(c);
}

/* By fills, in one sum of all countries; it has no pages. */
void
overseas_present(struct call *c)
{
	static const char *const zero[] = { "pchs_amt_smtl", "evlu_amt_smtl",
		"evlu_pfls_amt_smtl", "dncl_amt", "cma_evlu_amt",
		"tot_dncl_amt", "etc_mgna", "wdrw_psbl_tot_amt",
		"frcr_evlu_tota", "pchs_amt_smtl_amt", "evlu_amt_smtl_amt",
		"tot_evlu_pfls_amt", "tot_asst_amt", "buy_mgn_amt", "mgna_tota",
		"frcr_use_psbl_amt", "ustl_sll_amt_smtl", "ustl_buy_amt_smtl",
		"tot_frcr_cblc_smtl", "tot_loan_amt" };
	static const char *const rate[] = { "evlu_erng_rt1" };
	struct json *m = json_new_map();

	put_zeros(m, zero, NELEM(zero), "0");
	put_zeros(m, rate, NELEM(rate), "0.00");
	put_list(c, "output1");
	put_list(c, "output2");
	json_put(c->doc, "output3", m);
	done(c);
}
