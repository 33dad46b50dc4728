/* info.c - what is known of days and of stocks. */
#include "sandbox/inner.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

#define DONE_CODE "KIOK0500"
#define DONE      "조회되었습니다."
#define PAGE_DAYS 25

static struct json *
day_json(const struct session *s)
{
	struct json *m = json_new_map();
	const char *open = s->is_open ? "Y" : "N";

	put(m, "bass_dt", "%d", s->date);
	/* 01 is Sunday; ymd_weekday() begins on Monday. */
	put(m, "wday_dvsn_cd", "%02d", (ymd_weekday(s->date) + 1) % 7 + 1);
	json_put_text(m, "bzdy_yn", open);
	json_put_text(m, "tr_day_yn", open);
	json_put_text(m, "opnd_yn", open);
	json_put_text(m, "sttl_day_yn", open);
	return m;
}

/* Days from BASS_DT on, or from the cursor of the page before. */
void
info_holidays(struct call *c)
{
	const struct calendar *cal = c->sb->paper->env.cal;
	bool is_next = page_is_next(c, "CTX_AREA_NK");
	struct json *list;
	const struct session *s;
	char cursor[16], text[16];
	ymd d;
	int n = 0;

	snprintf(text, sizeof(text), "%.8s",
	    is_next ? call_param(c, "CTX_AREA_NK") : call_param(c, "BASS_DT"));
	if (ymd_parse(text, &d) == -1) {
		reply_refuse(c, "2", "OPSQ2002", "ERROR : INVALID DATE");
		return;
	}
	list = json_new_list();
	for (; n < PAGE_DAYS && (s = calendar_day(cal, d)) != NULL; n++) {
		json_add(list, day_json(s));
		d = ymd_add(d, 1);
	}
	s = calendar_day(cal, d);
	snprintf(cursor, sizeof(cursor), "%d", d);
	json_put(c->doc, "output", list);
	put(c->doc, "ctx_area_nk", "%-20s", s != NULL ? cursor : "");
	put(c->doc, "ctx_area_fk", "%-20s", call_param(c, "BASS_DT"));
	page_mark(c, s != NULL, is_next);
	reply_done(c, DONE_CODE, DONE);
}

static const char *
group_of(enum kind k)
{
	return k == KIND_ETF ? "EF" : k == KIND_ETN ? "EN" : "ST";
}

/* The stock asked for; of other kinds of product there is none here.  false:
 * answered. */
static bool
stock_asked(struct call *c, struct view *v)
{
	const char *type = call_param(c, "PRDT_TYPE_CD");
	char code[CODE_SIZE];
	struct err e;

	if (!market_code(call_param(c, "PDNO"), code))
		memcpy(code, "000000", 7);
	if (market_view(c->sb, code, v, &e) == -1) {
		reply_broken(c, &e);
		return false;
	}
	if (!v->is_known || strcmp(type, "300") != 0) {
		reply_refuse(c, "7", "APBK0656", "해당종목정보가 없습니다");
		return false;
	}
	return true;
}

/* What both calls say. */
static struct json *
begin_product(const struct view *v)
{
	static const char *const empty[] = { "prdt_eng_name",
		"prdt_eng_name120", "prdt_eng_abrv_name", "std_pdno" };
	struct json *m = json_new_map();

	put(m, "pdno", "00000A%s", v->stock.code);
	json_put_text(m, "prdt_type_cd", "300");
	json_put_text(m, "prdt_name", v->stock.name);
	json_put_text(m, "prdt_name120", v->stock.name);
	json_put_text(m, "prdt_abrv_name", v->stock.name);
	for (size_t i = 0; i < NELEM(empty); i++)
		json_put_text(m, empty[i], "");
	return m;
}

void
info_product(struct call *c)
{
	static const char *const empty[] = { "prdt_sale_stat_cd",
		"prdt_risk_grad_cd", "prdt_clsf_cd", "prdt_clsf_name",
		"sale_strt_dt", "sale_end_dt", "wrap_asst_type_cd",
		"ivst_prdt_type_cd", "ivst_prdt_type_cd_name", "frst_erlm_dt" };
	struct json *m;
	struct view v;

	if (!stock_asked(c, &v))
		return;
	m = begin_product(&v);
	json_put_text(m, "shtn_pdno", v.stock.code);
	for (size_t i = 0; i < NELEM(empty); i++)
		json_put_text(m, empty[i], "");
	json_put(c->doc, "output", m);
	reply_done(c, "KIOK0530", DONE);
}

void
info_stock(struct call *c)
{
	static const char *const empty[] = { "setl_mmdd", "scts_mket_lstg_dt",
		"scts_mket_lstg_abol_dt", "kosdaq_mket_lstg_dt",
		"kosdaq_mket_lstg_abol_dt", "frbd_mket_lstg_dt",
		"frbd_mket_lstg_abol_dt", "lstg_abol_dt", "clpr_chng_dt",
		"reits_kind_cd", "mfnd_opng_dt", "mfnd_end_dt",
		"dpsi_erlm_cncl_dt", "etf_dvsn_cd", "etf_type_cd",
		"etf_txtn_type_cd", "nwst_odst_dvsn_cd",
		"thco_sbst_pric_chng_dt", "std_idst_clsf_cd",
		"std_idst_clsf_cd_name", "idx_bztp_lcls_cd", "idx_bztp_mcls_cd",
		"idx_bztp_scls_cd", "idx_bztp_lcls_cd_name",
		"idx_bztp_mcls_cd_name", "idx_bztp_scls_cd_name", "ocr_no",
		"issu_istt_cd", "stln_int_rt_dvsn_cd", "lstg_rqsr_issu_istt_cd",
		"lstg_rqsr_item_cd", "trst_istt_issu_istt_cd" };
	static const char *const zero[] = { "lstg_stqt", "lstg_cptl_amt",
		"papr", "cpta", "issu_pric", "sbst_pric", "thco_sbst_pric",
		"etf_cu_qty", "etf_chas_erng_rt_dbnb", "frnr_psnl_lmt_rt" };
	static const char *const no[] = { "kospi200_item_yn", "oilf_fund_yn",
		"dpsi_aptm_erlm_yn", "crfd_item_yn", "elec_scty_yn",
		"etf_etn_ivst_heed_item_yn", "cptt_trad_tr_psbl_yn",
		"nxt_tr_stop_yn" };
	struct json *m;
	struct view v;
	bool is_kosdaq;

	if (!stock_asked(c, &v))
		return;
	is_kosdaq = v.stock.kind == KIND_KOSDAQ;
	m = begin_product(&v);
	json_put_text(m, "mket_id_cd",
	    is_kosdaq                      ? "KSQ" :
		v.stock.kind == KIND_KONEX ? "KNX" :
					     "STK");
	json_put_text(m, "scty_grp_id_cd", group_of(v.stock.kind));
	json_put_text(m, "excg_dvsn_cd", is_kosdaq ? "03" : "02");
	json_put_text(
	    m, "stck_kind_cd", v.stock.code[5] == '0' ? "101" : "201");
	json_put_text(m, "tr_stop_yn", v.q.is_halted ? "Y" : "N");
	json_put_text(m, "admn_item_yn", v.is_designated ? "Y" : "N");
	put_won(m, "thdt_clpr", v.price);
	put_won(m, "bfdy_clpr", v.q.base);
	for (size_t i = 0; i < NELEM(no); i++)
		json_put_text(m, no[i], "N");
	for (size_t i = 0; i < NELEM(empty); i++)
		json_put_text(m, empty[i], "");
	for (size_t i = 0; i < NELEM(zero); i++)
		json_put_text(m, zero[i], "0");
	json_put(c->doc, "output", m);
	reply_done(c, "KIOK0530", DONE);
}
