/* kis_reply.c - see kis_reply.h. */
#include "broker/kis_reply.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/code.h"
#include "base/utf8.h"

/* ---- What a code means ------------------------------------------------------- */

/* The firm's codes.  One that is not here is judged by its words, then by how
 * it came; EGW and IGW are its gateways, OPSQ its query servers. */
static const struct {
	const char *code;
	enum kis_verdict verdict;
} codes[] = {
	{ "KIOK0560", KIS_NOTHING },
	{ "EGW00201", KIS_TOO_MANY },
	{ "EGW00215", KIS_TOO_MANY },
	{ "EGW00121", KIS_TOKEN },
	{ "EGW00122", KIS_TOKEN },
	{ "EGW00123", KIS_TOKEN },
	/* The gateway lost the order, or its answer. */
	{ "EGW00001", KIS_UNSURE },
	{ "EGW00002", KIS_UNSURE },
	{ "EGW00202", KIS_UNSURE },
	{ "EGW00203", KIS_UNSURE },
	{ "EGW00300", KIS_UNSURE },
	{ "EGW00301", KIS_UNSURE },
	{ "EGW00302", KIS_UNSURE },
	{ "IGW00009", KIS_UNSURE },
	/* Not let in at all. */
	{ "EGW00003", KIS_SETTING },
	{ "EGW00004", KIS_SETTING },
	{ "EGW00102", KIS_SETTING },
	{ "EGW00103", KIS_SETTING },
	{ "EGW00104", KIS_SETTING },
	{ "EGW00105", KIS_SETTING },
	{ "EGW00206", KIS_SETTING },
	{ "EGW00304", KIS_SETTING },
	{ "EGW02006", KIS_SETTING }, /* a real id at the mock host */
	{ "EGW00213", KIS_SETTING },
	{ "OPSQ2000", KIS_SETTING }, /* the account is not this key's */
	/* The gateway refuses what we wrote. */
	{ "EGW00101", KIS_REFUSED },
	{ "EGW00112", KIS_REFUSED },
	{ "EGW00115", KIS_REFUSED },
	{ "EGW00116", KIS_REFUSED },
	{ "EGW00131", KIS_REFUSED },
	{ "EGW00132", KIS_REFUSED },
	{ "EGW00205", KIS_REFUSED },
	{ "EGW00207", KIS_REFUSED },
	{ "EGW00208", KIS_REFUSED },
	{ "EGW00209", KIS_REFUSED },
	{ "OPSQ0002", KIS_REFUSED }, /* no such service here */
	{ "OPSQ2001", KIS_REFUSED },
	{ "OPSQ2002", KIS_REFUSED },
	{ "OPSQ9995", KIS_REFUSED },
	{ "OPSQ9996", KIS_REFUSED },
	{ "OPSQ9997", KIS_REFUSED },
	{ "OPSQ9998", KIS_REFUSED },
	{ "OPSQ9999", KIS_REFUSED },
	/* Orders. */
	{ "KIOK0320", KIS_CLOSED },
	{ "40580000", KIS_CLOSED },
	{ "40100000", KIS_CLOSED },
	{ "APBK0344", KIS_GONE },
	{ "APBK0927", KIS_GONE },
	{ "40330000", KIS_GONE },
};

/* The firm shares codes between reasons; these words tell "closed". */
static const char *const closed_words[] = {
	"장운영시간",
	"운영시간이 아",
	"매매 불가 시간",
	"거래시간 외",
	"장시간 외",
	"장종료",
	"장시작전",
	"영업일이 아",
	"장운영일자",
};

static bool
says_closed(const char *text)
{
	for (size_t i = 0; i < NELEM(closed_words); i++)
		if (strstr(text, closed_words[i]) != NULL)
			return true;
	return false;
}

/* From a gateway or a query server, which may have passed it on. */
static bool
is_servers(const char *code)
{
	return strncmp(code, "EGW", 3) == 0 || strncmp(code, "IGW", 3) == 0 ||
	    strncmp(code, "OPSQ", 4) == 0;
}

static enum kis_verdict
verdict_of(const struct kis_reply *r, const char *rt_cd, int status)
{
	for (size_t i = 0; i < NELEM(codes); i++)
		if (strcmp(codes[i].code, r->code) == 0)
			return codes[i].verdict;
	if (strcmp(rt_cd, "0") == 0)
		return status == 200 ? KIS_FINE : KIS_UNSURE;
	if (rt_cd[0] == '\0' || r->code[0] == '\0' || status >= 500 ||
	    is_servers(r->code))
		return KIS_UNSURE;
	return says_closed(r->text) ? KIS_CLOSED : KIS_REFUSED;
}

/* ---- The envelope ------------------------------------------------------------- */

static void
read_envelope(struct kis_reply *r, int status)
{
	char rt_cd[4];

	kis_text(r->doc, "rt_cd", rt_cd, sizeof(rt_cd));
	kis_text(r->doc, "msg_cd", r->code, sizeof(r->code));
	kis_text(r->doc, "msg1", r->text, sizeof(r->text));
	if (r->code[0] == '\0')
		kis_text(r->doc, "error_code", r->code, sizeof(r->code));
	if (r->text[0] == '\0')
		kis_text(r->doc, "error_description", r->text, sizeof(r->text));
	r->verdict = verdict_of(r, rt_cd, status);
}

void
kis_reply_read(const struct http_reply *http, struct kis_reply *out)
{
	struct err why = { 0 };
	char cont[4];

	*out = (struct kis_reply){ .verdict = KIS_UNSURE };
	if (http_header(http, "tr_cont", cont, sizeof(cont)) != NULL)
		out->cont = cont[0];
	out->doc = json_parse(http->body, http->size, &why);
	if (json_kind(out->doc) == JSON_MAP)
		read_envelope(out, http->status);
	else
		snprintf(out->text, sizeof(out->text), "%.180s",
		    out->doc != NULL ? "not an object" : why.msg);
	if (out->text[0] == '\0' && out->verdict != KIS_FINE)
		snprintf(out->text, sizeof(out->text), "HTTP status %d",
		    http->status);
}

void
kis_reply_free(struct kis_reply *r)
{
	json_free(r->doc);
	*r = (struct kis_reply){ .verdict = KIS_UNSURE };
}

int
kis_reply_error(const struct kis_reply *r, struct err *e)
{
	static const char *const what[] = {
		[KIS_FINE] = "an answer without what was asked",
		[KIS_NOTHING] = "nothing to show",
		[KIS_TOO_MANY] = "too many calls a second",
		[KIS_TOKEN] = "the token is not taken",
		[KIS_REFUSED] = "refused",
		[KIS_CLOSED] = "closed",
		[KIS_GONE] = "nothing is left of it",
		[KIS_SETTING] = "not let in; look at [kis]",
		[KIS_UNSURE] = "the server is in trouble",
	};

	return err_set(e, r->verdict == KIS_SETTING ? E_CONFIG : E_BROKER,
	    "kis: %s (%s%s%s)", what[r->verdict], r->code,
	    r->code[0] != '\0' ? " " : "", r->text);
}

/* ---- Payloads ------------------------------------------------------------------ */

const struct json *
kis_object(const struct json *doc, const char *name)
{
	const struct json *v = json_get_caseless(doc, name);

	if (json_kind(v) == JSON_LIST && json_count(v) == 1)
		v = json_at(v, 0);
	return json_kind(v) == JSON_MAP ? v : NULL;
}

int
kis_rows(const struct json *doc, const char *name, struct err *e)
{
	const struct json *v = json_get_caseless(doc, name);

	if (json_kind(v) == JSON_LIST)
		return json_count(v);
	if (json_kind(v) == JSON_MAP)
		return 1;
	return err_set(e, E_DATA, "kis: the answer has no list \"%s\"", name);
}

const struct json *
kis_row(const struct json *doc, const char *name, int i)
{
	const struct json *v = json_get_caseless(doc, name);

	return json_kind(v) == JSON_MAP ? v : json_at(v, i);
}

/* ---- Fields -------------------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *
kis_text(const struct json *row, const char *name, char *buf, size_t size)
{
	char digits[24];
	const char *s = json_scalar(
	    json_get_caseless(row, name), digits, sizeof(digits));
	size_t n, used = 0;

	if (s == NULL)
		s = "";
	while (is_blank(*s))
		s++;
	n = strlen(s);
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	while (used < n) {
		uint32_t c;
		size_t len = utf8_next(s + used, n - used, &c);

		if (len == 0 || used + len >= size)
			break;
		used += len;
	}
	memcpy(buf, s, used);
	buf[used] = '\0';
	return buf;
}

/* "000120", "-36890", "70000.0000": whole, or whole with zeros behind a
 * point.  The text is changed. */
static int
whole(char *s, int64_t min, int64_t max, int64_t *out)
{
	char *point = strchr(s, '.');

	if (point != NULL) {
		if (point[1] == '\0' ||
		    point[1 + strspn(point + 1, "0")] != '\0')
			return -1;
		*point = '\0';
	}
	return int_parse(s, min, max, out);
}

#define SHORT 8 /* no secret is */

const char *
kis_shown(const char *text, char buf[static KIS_SHOWN_SIZE])
{
	size_t n = strlen(text);

	if (n < KIS_SHOWN_SIZE &&
	    (n < SHORT || strspn(text, "0123456789+-., ") == n))
		memcpy(buf, text, n + 1);
	else
		snprintf(buf, KIS_SHOWN_SIZE, "(%zu characters)", n);
	return buf;
}

int
kis_int_or_0(const struct json *row, const char *name, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	char text[48], digits[48], shown[KIS_SHOWN_SIZE];

	kis_text(row, name, text, sizeof(text));
	*out = 0;
	if (text[0] == '\0')
		return 0;
	memcpy(digits, text, sizeof(digits));
	/* One that fills the buffer may have been cut. */
	if (strlen(text) < sizeof(text) - 4 &&
	    whole(digits, min, max, out) == 0)
		return 0;
	*out = 0;
	return err_set(e, E_DATA,
	    "kis: %s: '%s' is no whole number from %lld to %lld", name,
	    kis_shown(text, shown), (long long)min, (long long)max);
}

int
kis_int(const struct json *row, const char *name, int64_t min, int64_t max,
    int64_t *out, struct err *e)
{
	char text[4];

	if (kis_text(row, name, text, sizeof(text))[0] == '\0') {
		*out = 0;
		return err_set(e, E_DATA, "kis: %s is missing", name);
	}
	return kis_int_or_0(row, name, min, max, out, e);
}

/* "005930", "A005930", "Q500001", "00000A005930" */
bool
kis_stock_code(const struct json *row, const char *name, char out[CODE_SIZE])
{
	char text[24];
	size_t n = strlen(kis_text(row, name, text, sizeof(text)));

	out[0] = '\0';
	if (n < 6 || !code_valid(text + n - 6))
		return false;
	if (n != 6 && n != 7 &&
	    (n != 12 || strncmp(text, "00000", 5) != 0)) /* an ISIN is none */
		return false;
	if (n > 6 && strchr("AQJ", text[n - 7]) == NULL)
		return false;
	memcpy(out, text + n - 6, 7);
	return true;
}

bool
kis_other_code(const struct json *row, const char *name)
{
	char text[24];

	return strlen(kis_text(row, name, text, sizeof(text))) >= 6;
}
