/*
 * quote.c - prices of now: one stock, up to thirty, the order book.
 *
 * Paper has no order book.  Where one is asked for by name, it is made up
 * around the last price, a tick a level, so that clients have something to
 * read; quotes of many say 0, for programs would act on it.
 */
#include "sandbox/inner.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "market/tick.h"

#define DONE_CODE "MCA00000"
#define DONE      "정상처리 되었습니다."
#define MANY      30
#define LEVELS    10
#define LEVEL_QTY 100 /* shares at each level */

bool
quote_view(struct call *c, const char *name, struct view *v)
{
	char code[CODE_SIZE];
	struct err e;

	if (!market_code(call_param(c, name), code))
		memcpy(code, "000000", 7);
	if (market_view(c->sb, code, v, &e) == -1) {
		reply_broken(c, &e);
		return false;
	}
	if (!v->is_known)
		reply_refuse(c, "1", "MCA05918", "종목코드 오류입니다.");
	return v->is_known;
}

static void
put_change(struct json *m, const struct view *v)
{
	put_won(m, "prdy_vrss", v->price - v->q.base);
	put(m, "prdy_vrss_sign", "%d", market_sign(v, v->price));
	put_ratio(m, "prdy_ctrt", 100 * (v->price - v->q.base), v->q.base, 2);
}

static void
put_flags(struct json *m, const struct view *v)
{
	static const char *const no[] = { "short_over_yn", "sltr_yn",
		"invt_caful_yn", "ssts_yn" };

	json_put_text(m, "iscd_stat_cls_code",
	    v->q.is_halted       ? "58" :
		v->is_designated ? "51" :
				   "55");
	json_put_text(m, "temp_stop_yn", v->q.is_halted ? "Y" : "N");
	json_put_text(m, "mrkt_warn_cls_code", "00");
	json_put_text(m, "mang_issu_cls_code", v->is_designated ? "Y" : "N");
	json_put_text(m, "vi_cls_code",
	    v->q.no_entry && !v->q.is_halted && !v->is_designated ? "Y" : "N");
	json_put_text(m, "ovtm_vi_cls_code", "N");
	json_put_text(m, "crdt_able_yn", "Y");
	json_put_text(m, "marg_rate", "20.00");
	for (size_t i = 0; i < NELEM(no); i++)
		json_put_text(m, no[i], "N");
}

/* What paper does not know.  Clients look for the fields all the same, and
 * read numbers and dates in them. */
static void
put_unknown(struct json *m, ymd today)
{
	static const char *const zero[] = { "lstn_stcn", "hts_avls", "eps",
		"bps", "w52_hgpr", "w52_lwpr", "d250_hgpr", "d250_lwpr",
		"stck_dryy_hgpr", "stck_dryy_lwpr", "stck_fcam", "stck_sspr",
		"cpfn", "rstc_wdth_prc", "frgn_ntby_qty", "frgn_hldn_qty",
		"pgtr_ntby_qty", "last_ssts_cntg_qty", "pvt_scnd_dmrs_prc",
		"pvt_frst_dmrs_prc", "pvt_pont_val", "pvt_frst_dmsp_prc",
		"pvt_scnd_dmsp_prc", "dmrs_val", "dmsp_val" };
	static const char *const rate[] = { "per", "pbr", "prdy_vrss_vol_rate",
		"vol_tnrt", "hts_frgn_ehrt", "whol_loan_rmnd_rate",
		"apprch_rate", "w52_hgpr_vrss_prpr_ctrt",
		"w52_lwpr_vrss_prpr_ctrt", "d250_hgpr_vrss_prpr_rate",
		"d250_lwpr_vrss_prpr_rate", "dryy_hgpr_vrss_prpr_rate",
		"dryy_lwpr_vrss_prpr_rate" };
	static const char *const date[] = { "w52_hgpr_date", "w52_lwpr_date",
		"d250_hgpr_date", "d250_lwpr_date", "dryy_hgpr_date",
		"dryy_lwpr_date" };
	static const char *const no[] = { "oprc_rang_cont_yn",
		"clpr_rang_cont_yn", "elw_pblc_yn" };
	static const char *const empty[] = { "bstp_kor_isnm",
		"new_hgpr_lwpr_cls_code", "grmn_rate_cls_code", "stac_month",
		"fcam_cnnm", "cpfn_cnnm" };

	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	for (size_t i = 0; i < NELEM(rate); i++)
		json_put_text(m, rate[i], "0.00");
	for (size_t i = 0; i < NELEM(date); i++)
		put(m, date[i], "%08d", today);
	for (size_t i = 0; i < NELEM(no); i++)
		json_put_text(m, no[i], "N");
	for (size_t i = 0; i < NELEM(empty); i++)
		json_put_text(m, empty[i], "");
}

void
quote_price(struct call *c)
{
	ymd today = clock_ymd(&c->sb->clock);
	struct json *m;
	struct view v;

	if (!quote_view(c, "FID_INPUT_ISCD", &v))
		return;
	m = json_new_map();
	put_flags(m, &v);
	json_put_text(m, "rprs_mrkt_kor_name", kind_name(v.stock.kind));
	put_won(m, "stck_prpr", v.price);
	put_change(m, &v);
	put_won(m, "acml_tr_pbmn", v.value);
	put_won(m, "acml_vol", v.q.volume);
	put_won(m, "stck_oprc", v.day.open);
	put_won(m, "stck_hgpr", v.day.high);
	put_won(m, "stck_lwpr", v.day.low);
	put_won(m, "stck_mxpr", v.q.upper);
	put_won(m, "stck_llam", v.q.lower);
	put_won(m, "stck_sdpr", v.q.base);
	put_ratio(m, "wghn_avrg_stck_prc", v.value, v.q.volume, 2);
	put_won(m, "aspr_unit", tick_size(today, v.stock.kind, v.price));
	json_put_text(m, "hts_deal_qty_unit_val", "1");
	json_put_text(m, "stck_shrn_iscd", v.stock.code);
	put_unknown(m, today);
	json_put(c->doc, "output", m);
	reply_done(c, DONE_CODE, DONE);
}

static struct json *
many_json(const struct view *v)
{
	static const char *const zero[] = { "seln_rsqn", "shnu_rsqn",
		"total_askp_rsqn", "total_bidp_rsqn", "intr_antc_cntg_vrss",
		"intr_antc_vol" };
	struct json *m = json_new_map();

	json_put_text(m, "kospi_kosdaq_cls_name", kind_name(v->stock.kind));
	json_put_text(m, "mrkt_trtm_cls_name", "");
	json_put_text(m, "hour_cls_code", "0");
	json_put_text(m, "inter_shrn_iscd", v->stock.code);
	json_put_text(m, "inter_kor_isnm", v->stock.name);
	put_won(m, "inter2_prpr", v->price);
	put_won(m, "inter2_prdy_vrss", v->price - v->q.base);
	put_change(m, v);
	put_won(m, "acml_vol", v->q.volume);
	put_won(m, "inter2_oprc", v->day.open);
	put_won(m, "inter2_hgpr", v->day.high);
	put_won(m, "inter2_lwpr", v->day.low);
	put_won(m, "inter2_llam", v->q.lower);
	put_won(m, "inter2_mxpr", v->q.upper);
	put_won(m, "inter2_askp", v->q.ask);
	put_won(m, "inter2_bidp", v->q.bid);
	put_won(m, "acml_tr_pbmn", v->value);
	put_won(m, "inter2_prdy_clpr", v->q.base);
	put_won(m, "inter2_sdpr", v->q.base);
	json_put_text(m, "oprc_vrss_hgpr_rate", "0.00");
	json_put_text(m, "intr_antc_cntg_vrss_sign", "3");
	json_put_text(m, "intr_antc_cntg_prdy_ctrt", "0.00");
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	return m;
}

void
quote_many(struct call *c)
{
	struct json *list = json_new_list();
	char name[32], code[CODE_SIZE];
	struct view v;
	struct err e;

	/* A code that is not known has a row of zeros, in its place. */
	for (int i = 1; i <= MANY; i++) {
		snprintf(name, sizeof(name), "FID_INPUT_ISCD_%d", i);
		if (call_param(c, name)[0] == '\0')
			continue;
		if (!market_code(call_param(c, name), code))
			memcpy(code, "000000", 7);
		if (market_view(c->sb, code, &v, &e) == -1) {
			json_free(list);
			reply_broken(c, &e);
			return;
		}
		json_add(list, many_json(&v));
	}
	json_put(c->doc, "output", list);
	reply_done(c, DONE_CODE, DONE);
}

/* ---- The order book ------------------------------------------------------------ */

static struct json *
book_json(struct call *c, const struct view *v)
{
	static const char *const zero[] = { "ovtm_total_askp_rsqn",
		"ovtm_total_bidp_rsqn", "ovtm_total_askp_icdc",
		"ovtm_total_bidp_icdc", "total_askp_rsqn_icdc",
		"total_bidp_rsqn_icdc", "ntby_aspr_rsqn" };
	ymd today = clock_ymd(&c->sb->clock);
	struct json *m = json_new_map();
	char name[24];

	put(m, "aspr_acpt_hour", "%06d",
	    clock_hhmm(&c->sb->clock) * 100 + clock_second(&c->sb->clock));
	for (int i = 1; i <= LEVELS; i++) {
		bool has = v->price > 0;

		snprintf(name, sizeof(name), "askp%d", i);
		put_won(m, name,
		    has ? tick_step(today, v->stock.kind, v->price, i) : 0);
		snprintf(name, sizeof(name), "bidp%d", i);
		put_won(m, name,
		    has ? tick_step(today, v->stock.kind, v->price, 1 - i) : 0);
		snprintf(name, sizeof(name), "askp_rsqn%d", i);
		put_won(m, name, LEVEL_QTY);
		snprintf(name, sizeof(name), "bidp_rsqn%d", i);
		put_won(m, name, LEVEL_QTY);
		snprintf(name, sizeof(name), "askp_rsqn_icdc%d", i);
		json_put_text(m, name, "0");
		snprintf(name, sizeof(name), "bidp_rsqn_icdc%d", i);
		json_put_text(m, name, "0");
	}
	put_won(m, "total_askp_rsqn", LEVELS * LEVEL_QTY);
	put_won(m, "total_bidp_rsqn", LEVELS * LEVEL_QTY);
	json_put_text(m, "new_mkop_cls_code", "20");
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	return m;
}

void
quote_book(struct call *c)
{
	struct json *m;
	struct view v;

	if (!quote_view(c, "FID_INPUT_ISCD", &v))
		return;
	json_put(c->doc, "output1", book_json(c, &v));
	m = json_new_map();
	json_put_text(m, "antc_mkop_cls_code", "112");
	put_won(m, "stck_prpr", v.price);
	put_won(m, "stck_oprc", v.day.open);
	put_won(m, "stck_hgpr", v.day.high);
	put_won(m, "stck_lwpr", v.day.low);
	put_won(m, "stck_sdpr", v.q.base);
	json_put_text(m, "antc_cnpr", "0");
	json_put_text(m, "antc_cntg_vrss_sign", "3");
	json_put_text(m, "antc_cntg_vrss", "0");
	json_put_text(m, "antc_cntg_prdy_ctrt", "0.00");
	json_put_text(m, "antc_vol", "0");
	json_put_text(m, "stck_shrn_iscd", v.stock.code);
	json_put_text(m, "vi_cls_code", "N");
	json_put(c->doc, "output2", m);
	reply_done(c, DONE_CODE, DONE);
}
