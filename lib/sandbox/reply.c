/*
 * reply.c - how answers look: the envelope, its codes and paddings, pages.
 *
 * Every scalar is a text, numbers included; msg1 of account queries is padded
 * to 80 columns, cursors to 100.  The firm's own headers are lower case; the
 * firm's sample makes names of a program of all such, so that Content-Type
 * must not be one.
 */
#include "sandbox/inner.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

#define MESSAGE_WIDTH 80
#define CURSOR_WIDTH  100

/* The gateway's own words. */
static const struct {
	const char *code, *message;
} gateway[] = {
	{ "EGW00101", "잘못된 요청입니다." },
	{ "EGW00102", "AppKey는 필수입니다." },
	{ "EGW00103", "유효하지 않은 AppKey입니다." },
	{ "EGW00104", "AppSecret은 필수입니다." },
	{ "EGW00105", "유효하지 않은 AppSecret입니다." },
	{ "EGW00121", "유효하지 않은 token 입니다." },
	{ "EGW00122", "token을 찾을 수 없습니다." },
	{ "EGW00123", "기간이 만료된 token 입니다." },
	{ "EGW00131", "hashkey가 유효하지 않습니다." },
	{ "EGW00132", "Content-Type이 유효하지 않습니다." },
	{ "EGW00201", "초당 거래건수를 초과하였습니다." },
	{ "EGW00205", "credentials_type이 유효하지 않습니다.(Bearer)" },
	{ "EGW00208", "고객타입이 유효하지 않습니다." },
	{ "EGW00215", "원장에서 초당 거래건수를 초과하였습니다." },
	{ "EGW00301",
	    "연결 시간이 초과하였습니다. 직전 거래를 반드시 확인하세요." },
	{ "EGW00302",
	    "거래시간이 초과하였습니다. 직전 거래를 반드시 확인하세요." },
	{ "EGW02006", "모의투자 TR 이 아닙니다." },
	{ "IGW00009", "응답전문 구성 중 오류가 발생하였습니다." },
};

void
put(struct json *map, const char *name, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_put_text(map, name, text);
}

void
put_won(struct json *map, const char *name, int64_t n)
{
	put(map, name, "%" PRId64, n);
}

void
put_ratio(struct json *map, const char *name, int64_t part, int64_t whole,
    int decimals)
{
	__int128 scale = 1, v;

	for (int i = 0; i < decimals; i++)
		scale *= 10;
	v = whole == 0 ? 0 : (__int128)part * scale / whole;
	put(map, name, "%s%" PRId64 ".%0*" PRId64, v < 0 ? "-" : "",
	    (int64_t)((v < 0 ? -v : v) / scale), decimals,
	    (int64_t)((v < 0 ? -v : v) % scale));
}

void
reply_json(struct call *c, int status, struct json *doc)
{
	const char *tr = wire_get(&c->req->header, "tr_id");

	c->out->status = status;
	wire_add(
	    &c->out->header, "Content-Type", "application/json; charset=utf-8");
	if (tr != NULL)
		wire_add(&c->out->header, "tr_id", tr);
	wire_add(&c->out->header, "gt_uid", "");
	if (wire_get(&c->out->header, "tr_cont") == NULL)
		wire_add(&c->out->header, "tr_cont", "");
	free(c->out->body);
	c->out->body = json_print(doc);
	c->out->nbody = strlen(c->out->body);
}

static void
put_envelope(struct call *c, struct json *doc, const char *rt_cd,
    const char *code, const char *message)
{
	char text[MESSAGE_WIDTH * 4];
	int blanks = 0;

	if (c->to != NULL && (c->to->flags & PADS_MESSAGE))
		blanks = MESSAGE_WIDTH - utf8_width(message);
	snprintf(
	    text, sizeof(text), "%s%*s", message, blanks > 0 ? blanks : 0, "");
	json_put_text(doc, "rt_cd", rt_cd);
	json_put_text(doc, "msg_cd", code);
	json_put_text(doc, "msg1", text);
}

void
reply_done(struct call *c, const char *code, const char *message)
{
	put_envelope(c, c->doc, "0", code, message);
	reply_json(c, 200, c->doc);
}

static void
refuse_with(struct call *c, int status, const char *rt_cd, const char *code,
    const char *message)
{
	struct json *doc = json_new_map();

	wire_clear(&c->out->header);
	put_envelope(c, doc, rt_cd, code, message);
	reply_json(c, status, doc);
	json_free(doc);
}

void
reply_refuse(
    struct call *c, const char *rt_cd, const char *code, const char *message)
{
	refuse_with(c, 200, rt_cd, code, message);
}

static void
refuse_as(struct call *c, const char *rt_cd, const char *code)
{
	for (size_t i = 0; i < NELEM(gateway); i++)
		if (strcmp(gateway[i].code, code) == 0)
			refuse_with(c, 500, rt_cd, code, gateway[i].message);
}

void
reply_gateway(struct call *c, const char *code)
{
	refuse_as(c, "1", code);
}

void
reply_unbuilt(struct call *c, const char *rt_cd)
{
	refuse_as(c, rt_cd, "IGW00009");
}

void
reply_unknown(struct call *c)
{
	char path[100], message[160];

	snprintf(path, sizeof(path), "%s", c->req->path);
	for (char *p = path; *p != '\0'; p++)
		if (*p < '!' || *p > '~')
			*p = '?';
	snprintf(
	    message, sizeof(message), "없는 서비스 코드 입니다 [%s]", path);
	refuse_with(c, 404, "1", "OPSQ0002", message);
}

void
reply_page(struct call *c, int status)
{
	free(c->out->body);
	wire_clear(&c->out->header);
	c->out->status = status;
	wire_add(&c->out->header, "Content-Type", "text/html");
	c->out->body = xasprintf("<html><head><title>%d</title></head><body>"
				 "<h1>%d %s</h1></body></html>\n",
	    status, status,
	    status == 404     ? "Not Found" :
		status == 429 ? "Too Many Requests" :
				"Bad Gateway");
	c->out->nbody = strlen(c->out->body);
}

void
reply_broken(struct call *c, const struct err *e)
{
	log_warn("%s: %s; answered with 502", c->req->path, e->msg);
	reply_page(c, 502);
}

/* ---- Troubles --------------------------------------------------------------- */

bool
call_strikes(const struct call *c, enum trouble what)
{
	return trouble_strikes(&c->sb->troubles, what, c->req->path, NULL);
}

/* ---- Pages ------------------------------------------------------------------ */

#define CURSOR "CTX_AREA_NK100"

/* The cursor that came back, without its blanks. */
static void
read_cursor(const struct call *c, char *buf, size_t size)
{
	const char *text = call_param(c, CURSOR);
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == ' ')
		n--;
	snprintf(buf, size, "%.*s", (int)n, text);
}

bool
page_is_next(const struct call *c, const char *cursor)
{
	const char *cont = wire_get(&c->req->header, "tr_cont");
	const char *text = call_param(c, cursor);

	return (cont != NULL && strcmp(cont, "N") == 0) ||
	    text[strspn(text, " ")] != '\0';
}

void
page_mark(struct call *c, bool more, bool is_next)
{
	wire_add(&c->out->header, "tr_cont", more ? "M" : is_next ? "E" : "D");
}

int
page_from(const struct call *c, int nrow, const char *(*key)(const void *, int),
    const void *rows)
{
	char cursor[CURSOR_WIDTH + 1];

	read_cursor(c, cursor, sizeof(cursor));
	for (int i = 0; page_is_next(c, CURSOR) && i < nrow; i++)
		if (strcmp(key(rows, i), cursor) == 0)
			return call_strikes(c, TROUBLE_SAME_ROW) ? i : i + 1;
	return 0;
}

int
page_rows(const struct call *c, int of_host)
{
	return c->sb->o.rows > 0 ? c->sb->o.rows : of_host;
}

void
page_end(struct call *c, bool more, const char *key)
{
	const char *account = c->sb->o.account;
	char first[CURSOR_WIDTH + 1];

	if (more && call_strikes(c, TROUBLE_STUCK))
		key = "";
	snprintf(first, sizeof(first), "%.8s^%s^", account, account + 8);
	put(c->doc, "ctx_area_fk100", "%-*s", CURSOR_WIDTH, first);
	put(c->doc, "ctx_area_nk100", "%-*s", CURSOR_WIDTH, more ? key : "");
	page_mark(c, more, page_is_next(c, CURSOR));
}
