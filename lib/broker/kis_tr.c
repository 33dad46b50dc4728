/* kis_tr.c - see kis_tr.h. */
#include "broker/kis_tr.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

const struct kis_host kis_hosts[KIS_NMODES] = {
	[KIS_MOCK] = { "mock", "https://openapivts.koreainvestment.com:29443",
	    "ws://ops.koreainvestment.com:31000/tryitout", 1, "H0STCNI9", true,
	    false },
	[KIS_REAL] = { "real", "https://openapi.koreainvestment.com:9443",
	    "ws://ops.koreainvestment.com:21000/tryitout", 18, "H0STCNI0",
	    false, true },
};

#define T "/uapi/domestic-stock/v1/trading/"
#define Q "/uapi/domestic-stock/v1/quotations/"

const struct kis_transaction kis_transactions[KIS_NCALLS] = {
	[KIS_BUY] = { T "order-cash", { "VTTC0012U", "TTTC0012U" }, true },
	[KIS_SELL] = { T "order-cash", { "VTTC0011U", "TTTC0011U" }, true },
	[KIS_CHANGE] = { T "order-rvsecncl", { "VTTC0013U", "TTTC0013U" },
	    true },
	[KIS_ORDERS] = { T "inquire-daily-ccld", { "VTTC0081R", "TTTC0081R" },
	    false },
	[KIS_ORDERS_OLD] = { T "inquire-daily-ccld",
	    { "VTSC9215R", "CTSC9215R" }, false },
	[KIS_BALANCE] = { T "inquire-balance", { "VTTC8434R", "TTTC8434R" },
	    false },
	[KIS_BUYABLE] = { T "inquire-psbl-order", { "VTTC8908R", "TTTC8908R" },
	    false },
	[KIS_SELLABLE] = { T "inquire-psbl-sell", { NULL, "TTTC8408R" },
	    false },
	[KIS_PRICE] = { Q "inquire-price", { "FHKST01010100", "FHKST01010100" },
	    false },
	[KIS_PRICES] = { Q "intstock-multprice", { NULL, "FHKST11300006" },
	    false },
	[KIS_DAYS] = { Q "inquire-daily-itemchartprice",
	    { "FHKST03010100", "FHKST03010100" }, false },
	[KIS_MINUTES] = { Q "inquire-time-itemchartprice",
	    { "FHKST03010200", "FHKST03010200" }, false },
	[KIS_MINUTES_PAST] = { Q "inquire-time-dailychartprice",
	    { NULL, "FHKST03010230" }, false },
	[KIS_HOLIDAYS] = { Q "chk-holiday", { NULL, "CTCA0903R" }, false },
};

bool
kis_offers(enum kis_mode mode, enum kis_call call)
{
	return kis_transactions[call].id[mode] != NULL;
}

/* ---- Exchanges and their phases ---------------------------------------------- */

/* Until when an order of a day can live: minutes after the close at KRX, for
 * days with hours of their own move it; a time of the clock elsewhere. */
static const struct {
	const char *name;
	int after_close; /* -1: not counted from it */
	hhmm until;
} exchanges[] = {
	{ "KRX", 10, 0 },
	{ "NXT", -1, 2000 },
	{ "SOR", -1, 2000 },
};

/*
 * Phases with codes of their own, newest last; minutes after the close.  (In
 * the closing auction, which days with hours of their own move too, limits
 * alone are taken: kis_order_code.)  Since
 * 2026-09-14 KRX has an after-market of its own from half an hour after the
 * close, which takes no market orders; what the regular market left is
 * cancelled before it.
 */
static const struct {
	ymd since;
	int from, until;
	const char *limit, *market;
} phases[] = {
	{ 20260914, 30, 270, "41", NULL },
};

bool
kis_exchange_valid(const char *name)
{
	for (size_t i = 0; i < NELEM(exchanges); i++)
		if (strcmp(exchanges[i].name, name) == 0)
			return true;
	return false;
}

const char *
kis_order_code(const struct session *s, ymd day, hhmm at, bool is_market)
{
	for (size_t i = 0; s != NULL && i < NELEM(phases); i++) {
		int minute = hhmm_diff(at, s->close);

		if (day >= phases[i].since && minute >= phases[i].from &&
		    minute < phases[i].until)
			return is_market ? phases[i].market : phases[i].limit;
	}
	if (is_market && s != NULL && session_phase(s, at) == PHASE_AUCTION)
		return NULL;
	return is_market ? "01" : "00";
}

bool
kis_code_is_market(const char *code)
{
	return strcmp(code, "01") == 0;
}

bool
kis_day_is_over(const char *exchange, const struct session *s, hhmm at)
{
	for (size_t i = 0; i < NELEM(exchanges); i++) {
		if (strcmp(exchanges[i].name, exchange) != 0)
			continue;
		return exchanges[i].after_close >= 0 ?
		    hhmm_diff(at, s->close) >= exchanges[i].after_close :
		    at >= exchanges[i].until;
	}
	return false;
}

/* ---- Numbers ------------------------------------------------------------------ */

bool
kis_no_trim(const char *text, char *out, size_t size)
{
	size_t n;

	text += strspn(text, " 0");
	n = strcspn(text, " ");
	if (n >= size || text[n + strspn(text + n, " ")] != '\0')
		return false;
	memcpy(out, text, n);
	out[n] = '\0';
	return true;
}

static bool
is_part(const char *s)
{
	size_t n = strspn(s,
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	return n > 0 && s[n] == '\0';
}

int
kis_no_print(const struct kis_no *no, char *buf, size_t size)
{
	if (!is_part(no->branch) || !is_part(no->number) ||
	    !is_part(no->exchange))
		return -1;
	snprintf(buf, size, "%s-%s-%s", no->branch, no->number, no->exchange);
	return 0;
}

/* The text up to '-' or its end into out; what follows, or NULL. */
static const char *
part_of(const char *text, char *out, size_t size)
{
	size_t n = strcspn(text, "-");

	if (n >= size)
		return NULL;
	memcpy(out, text, n);
	out[n] = '\0';
	return text + n + (text[n] == '-');
}

int
kis_no_parse(const char *text, struct kis_no *out)
{
	const char *p = text;

	if ((p = part_of(p, out->branch, sizeof(out->branch))) == NULL ||
	    (p = part_of(p, out->number, sizeof(out->number))) == NULL ||
	    strchr(p, '-') != NULL ||
	    part_of(p, out->exchange, sizeof(out->exchange)) == NULL)
		return -1;
	return is_part(out->branch) && is_part(out->number) &&
		is_part(out->exchange) ?
	    0 :
	    -1;
}
