/*
 * notice.c - notices of what happens to orders, encrypted.
 *
 * 26 fields between carets, or the 23 of before KRX and NXT were told apart, of
 * which the first 18 are the same; acceptance, confirmation, refusal and fill are
 * told apart by three of them.  AES-256-CBC with the key and vector that the
 * acknowledgement gave, in base64.
 */
#include "sandbox/orders.h"
#include "sandbox/stream.h"

#include <assert.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/utf8.h"

#define TEXT_MOST 512

/* ---- One frame ----------------------------------------------------------------- */

/* Encrypt text for this connection; base64, a third longer, into buf. */
static void
encrypt(const struct sandbox_stream *s, const char *text, char *buf)
{
	unsigned char out[TEXT_MOST + 16];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0, ok;

	ok = ctx != NULL &&
	    EVP_EncryptInit_ex(ctx, EVP_aes_256_cbc(), NULL,
		(const unsigned char *)s->aes_key,
		(const unsigned char *)s->iv) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &n, (const unsigned char *)text,
		(int)strlen(text)) == 1 &&
	    EVP_EncryptFinal_ex(ctx, out + n, &last) == 1;
	assert(ok);
	EVP_CIPHER_CTX_free(ctx);
	EVP_EncodeBlock((unsigned char *)buf, out, n + last);
}

static void
send_frame(struct sandbox_stream *s, const char *text)
{
	char frame[2 * TEXT_MOST], body[2 * TEXT_MOST - 32];
	const char *id = s->sb->o.is_mock ? "H0STCNI9" : "H0STCNI0";

	encrypt(s, text, body);
	snprintf(frame, sizeof(frame), "1|%s|001|%s", id, body);
	stream_say(s, frame);
}

/* Trades in one message that is larger than many a client's buffer. */
static void
send_large(struct sandbox_stream *s)
{
	static const char record[] =
	    "^00000^00000^00000^00000^00000^00000^00000^00000^00000^00000"
	    "^00000^00000^00000^00000^00000^00000^00000^00000^00000^00000"
	    "^00000^00000^00000^00000^00000^00000^00000^00000^00000^00000"
	    "^00000^00000^00000^00000^00000^00000^00000^00000^00000^00000"
	    "^00000^00000^00000^00000^00000^00000";
	enum { RECORDS = 240 };
	const size_t size = sizeof(record) - 1;
	char *text = xmalloc(32 + RECORDS * size);
	size_t n = (size_t)snprintf(text, 32, "0|H0STCNT0|%03d|", RECORDS);

	for (int i = 0; i < RECORDS; i++, n += size)
		memcpy(text + n, record, size);
	text[n] = '\0';
	text[strcspn(text, "^")] = '0'; /* the first stands behind none */
	stream_say(s, text);
	free(text);
}

/* To all who listen; a trouble may swallow it or say it twice. */
static void
send_notice(struct sandbox *sb, const char *text)
{
	if (trouble_strikes(&sb->troubles, TROUBLE_NO_NOTICE, "", NULL))
		return;
	for (struct sandbox_stream *s = sb->streams; s != NULL; s = s->next)
		for (int i = 0; i < s->nsub; i++) {
			if (s->sub[i].channel != CHANNEL_NOTICE)
				continue;
			if (trouble_strikes(
				&sb->troubles, TROUBLE_LARGE, "", NULL))
				send_large(s);
			send_frame(s, text);
			if (trouble_strikes(
				&sb->troubles, TROUBLE_TWICE, "", NULL))
				send_frame(s, text);
		}
}

/* ---- The fields ---------------------------------------------------------------- */

struct event {
	char change; /* RCTF_CLS: 0 new, 1 amend, 2 cancel */
	bool is_refused, is_fill;
	char accept; /* ACPT_YN: 1 accepted, 2 confirmed */
	qty n;
	won price;
	int hhmmss;
};

static const char *
name_of(const struct sandbox *sb, const char *code)
{
	for (int i = 0; i < sb->stocks.n; i++)
		if (strcmp(sb->stocks.item[i].code, code) == 0)
			return sb->stocks.item[i].name;
	return code;
}

/* Ten digits, as the notice has numbers; "" for none. */
static void
wide_number(const char *text, char *buf, size_t size)
{
	int64_t no;

	if (int_parse(text, 1, INT64_MAX, &no) == -1)
		buf[0] = '\0';
	else
		snprintf(buf, size, "%010" PRId64, no);
}

static void
tell(struct sandbox *sb, const struct broker_order *o, const struct event *ev)
{
	char text[TEXT_MOST], rest[160], no[24], orig[24], name[37];
	struct order_detail d;

	orders_unpack(o, &d);
	wide_number(o->broker_no, no, sizeof(no));
	wide_number(o->orig_no, orig, sizeof(orig));
	utf8_cut(name, sizeof(name), name_of(sb, o->code));
	if (sb->o.notice_fields == 23)
		snprintf(rest, sizeof(rest), "%s^10^^%s", name, name);
	else
		snprintf(rest, sizeof(rest), "000000000^1^Y^^10^^%s", name);
	snprintf(text, sizeof(text),
	    "%s^%s^%s^%s^%s^%c^%s^0^%s^%010" PRId64 "^%09" PRId64
	    "^%06d^%d^%d^%c^%s^%09" PRId64 "^홍길동^%s^%09" PRId64,
	    sb->o.hts_id, sb->o.account, no, orig,
	    o->side == SIDE_BUY ? "02" : "01", ev->change, d.type, o->code,
	    ev->n, ev->price, ev->hhmmss, ev->is_refused, ev->is_fill ? 2 : 1,
	    ev->accept, sandbox_branch(sb), o->n, rest,
	    ev->is_fill ? o->limit : 0);
	send_notice(sb, text);
}

static int
now_hhmmss(const struct sandbox *sb)
{
	return clock_hhmm(&sb->clock) * 100 + clock_second(&sb->clock);
}

void
stream_order(struct sandbox *sb, const struct broker_order *o, char what)
{
	struct event ev = { .change = what == 'a' ? '1' :
		    what == 'c'                   ? '2' :
						    '0',
		.accept = '1',
		.n = o->n,
		.price = o->limit,
		.hhmmss = now_hhmmss(sb) };

	if (!stream_wants_notices(sb))
		return;
	tell(sb, o, &ev);
	if (what == 'n')
		return;
	ev.accept = '2';
	tell(sb, o, &ev);
}

/* ---- What has happened since ---------------------------------------------------- */

/* Of an order of the day, by its number: what has been told. */
struct told {
	int64_t fills;
	bool is_refused;
};

static struct told *
told_of(struct sandbox *sb, const char *text)
{
	struct seen *s = &sb->seen;
	int64_t no;

	if (int_parse(text, 1, 1000000, &no) == -1)
		no = 0;
	if (no >= s->n) {
		s->told = xrealloc(s->told, (size_t)no + 64, sizeof(*s->told));
		memset(s->told + s->n, 0,
		    (size_t)(no + 64 - s->n) * sizeof(*s->told));
		s->n = (int)no + 64;
	}
	return &s->told[no];
}

static void
forget(struct sandbox *sb, ymd day)
{
	free(sb->seen.told);
	sb->seen = (struct seen){ .day = day };
}

static void
tell_fill(struct sandbox *sb, const struct broker_orders *orders,
    const struct broker_fill *f)
{
	struct event ev = { .change = '0',
		.is_fill = true,
		.accept = '2',
		.n = f->n,
		.price = f->price,
		.hhmmss = now_hhmmss(sb) };

	for (int i = 0; i < orders->n; i++)
		if (strcmp(orders->item[i].broker_no, f->broker_no) == 0)
			tell(sb, &orders->item[i], &ev);
}

static void
tell_refusal(struct sandbox *sb, const struct broker_order *o)
{
	struct event ev = { .change = '0',
		.is_refused = true,
		.accept = '1',
		.n = o->n,
		.price = o->limit,
		.hhmmss = now_hhmmss(sb) };

	tell(sb, o, &ev);
}

/* Look at the day's orders and fills; tell what is new, or only mark it. */
static int
look(struct sandbox *sb, bool is_told, struct err *e)
{
	const struct broker_ops *ops = sb->paper->ops;
	struct broker_orders orders = { 0 };
	struct broker_fills fills = { 0 };
	ymd today = clock_ymd(&sb->clock);
	int rc = ops->orders(sb->paper, today, &orders, e) == -1 ||
		ops->fills(sb->paper, today, &fills, e) == -1 ?
	    -1 :
	    0;

	for (int i = 0; i < fills.n && rc == 0; i++) {
		struct told *t = told_of(sb, fills.item[i].broker_no);

		if (fills.item[i].fill_no <= t->fills)
			continue;
		t->fills = fills.item[i].fill_no;
		if (is_told)
			tell_fill(sb, &orders, &fills.item[i]);
	}
	for (int i = 0; i < orders.n && rc == 0; i++) {
		struct told *t = told_of(sb, orders.item[i].broker_no);

		if (orders.item[i].state != BO_REJECTED || t->is_refused)
			continue;
		t->is_refused = true;
		if (is_told)
			tell_refusal(sb, &orders.item[i]);
	}
	free(orders.item);
	free(fills.item);
	return rc;
}

void
notice_news(struct sandbox *sb)
{
	ymd today = clock_ymd(&sb->clock);
	bool is_first = sb->seen.day == 0;
	struct err e;
	int rc;

	if (!stream_wants_notices(sb)) {
		forget(sb, 0);
		return;
	}
	if (sb->seen.day != today)
		forget(sb, today);
	rc = sb->paper->ops->wait_event(sb->paper, 0, &e);
	if (rc == 1 || is_first)
		rc = look(sb, !is_first, &e);
	if (rc == -1)
		log_warn("notices: %s", e.msg);
}
