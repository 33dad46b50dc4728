/*
 * sandbox_world.h - a sandbox in this process: one stock, 005930, of 10000
 * won, a thousand shares a minute, on Friday 2025-03-14; and who asks it.
 */
#ifndef SANDBOX_WORLD_H
#define SANDBOX_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "sandbox/sandbox.h"
#include "tap.h"

#define DAY  20250314
#define T    "/uapi/domestic-stock/v1/trading/"
#define CODE "005930"
#ifndef WORLD_FOLDER
#define WORLD_FOLDER "/tmp"
#endif

static struct {
	char books[96], token[240], approval[64];
	struct calendar *cal;
	struct sandbox *sb;
	int reads;  /* of minutes, from the feed */
	won higher; /* than usual, by so much do minutes close */
	int status; /* of the last answer */
	enum wire_fate fate;
	struct json *body; /* NULL where it was none */
	char *text;
	size_t ntext;
} w;

static int
feed_minutes(void *arg, const char *code, ymd d, hhmm from, hhmm to,
    struct bar_store *out, struct err *e)
{
	(void)arg, (void)e;
	w.reads++;
	for (hhmm t = from > 900 ? from : 900; t <= to && t < 1520;
	     t = hhmm_add(t, 1)) {
		struct bar b = { d, t, 10000, 10010, 9990, 10000 + w.higher,
			1000 };

		if (d == DAY && strcmp(code, CODE) == 0)
			bar_store_add(out, &b);
	}
	return 0;
}

static int
feed_days(void *arg, const char *code, ymd from, ymd to, struct bar_store *out,
    struct err *e)
{
	struct bar b = { 20250313, 0, 10000, 10000, 10000, 10000, 1000 };

	(void)arg, (void)e;
	if (from <= b.date && b.date <= to && strcmp(code, CODE) == 0)
		bar_store_add(out, &b);
	return 0;
}

static const char *stock_name = "삼성전자";
static int trade_fields; /* of a frame; 0: as of the day */
static int notice_fields;

static int
feed_stocks(void *arg, struct broker_stocks *out, struct err *e)
{
	(void)arg, (void)e;
	out->item = xrealloc(out->item, 1, sizeof(*out->item));
	out->n = out->cap = 1;
	out->item[0] = (struct broker_stock){
		.code = CODE, .kind = KIND_KOSPI, .leverage = 1
	};
	snprintf(
	    out->item[0].name, sizeof(out->item[0].name), "%s", stock_name);
	return 0;
}

static int
feed_kind(
    void *arg, const char *code, enum kind *kind, int *leverage, struct err *e)
{
	(void)arg, (void)code, (void)e;
	*kind = KIND_KOSPI;
	*leverage = 1;
	return 0;
}

/* ---- Asking ----------------------------------------------------------------- */

static void
forget_answer(void)
{
	json_free(w.body);
	free(w.text);
	w.body = NULL;
	w.text = NULL;
}

/* One request; what came back is in w. */
static void
ask(const char *method, const char *target, const char *tr, const char *body)
{
	struct wire_request r = { .method = method, .is_local = true };
	struct wire_answer a = { 0 };
	size_t path = strcspn(target, "?");
	char *copy = xstrdup(target), bearer[260];
	struct err e;

	forget_answer();
	copy[path] = '\0';
	r.path = copy;
	if (target[path] == '?')
		wire_add_query(&r.query, target + path + 1);
	snprintf(bearer, sizeof(bearer), "Bearer %s", w.token);
	wire_add(&r.header, "Authorization", bearer);
	wire_add(&r.header, "AppKey", "key");
	wire_add(&r.header, "appsecret", "secret");
	wire_add(&r.header, "tr_id", tr);
	r.body = body;
	r.nbody = body == NULL ? 0 : strlen(body);
	sandbox_answer(w.sb, &r, &a);
	w.status = a.status;
	w.fate = a.fate;
	w.text = a.body;
	w.ntext = a.nbody;
	a.body = NULL;
	w.body = w.text == NULL ? NULL : json_parse(w.text, w.ntext, &e);
	wire_request_fini(&r);
	wire_answer_fini(&a);
	free(copy);
}

/* A text of the answer, in `output` where it has one; "" for none. */
static const char *
said(const char *name)
{
	const struct json *out = json_get(w.body, "output");
	const char *text = json_chars(
	    json_get(out != NULL ? out : w.body, name));

	return text != NULL ? text : "";
}

static void
clock_at(const char *time)
{
	char target[80];

	snprintf(
	    target, sizeof(target), "/sandbox/clock?now=2025-03-14+%s", time);
	ask("POST", target, "", NULL);
}

static void
order(const char *side, int n, int price)
{
	char body[300];

	snprintf(body, sizeof(body),
	    "{\"CANO\":\"12345678\",\"ACNT_PRDT_CD\":\"01\","
	    "\"PDNO\":\"" CODE "\",\"ORD_DVSN\":\"%s\",\"ORD_QTY\":\"%d\","
	    "\"ORD_UNPR\":\"%d\",\"EXCG_ID_DVSN_CD\":\"KRX\"}",
	    price == 0 ? "01" : "00", n, price);
	ask("POST", T "order-cash",
	    strcmp(side, "buy") == 0 ? "TTTC0012U" : "TTTC0011U", body);
}

static void
change(const char *what, const char *no, int price)
{
	char body[400];

	snprintf(body, sizeof(body),
	    "{\"CANO\":\"12345678\",\"ACNT_PRDT_CD\":\"01\","
	    "\"KRX_FWDG_ORD_ORGNO\":\"91252\",\"ORGN_ODNO\":\"%s\","
	    "\"ORD_DVSN\":\"00\",\"RVSE_CNCL_DVSN_CD\":\"%s\","
	    "\"ORD_QTY\":\"0\",\"ORD_UNPR\":\"%d\",\"QTY_ALL_ORD_YN\":\"Y\"}",
	    no, what, price);
	ask("POST", T "order-rvsecncl", "TTTC0013U", body);
}

static void
log_in(void)
{
	ask("POST", "/oauth2/tokenP", "",
	    "{\"grant_type\":\"client_credentials\",\"appkey\":\"key\","
	    "\"appsecret\":\"secret\"}");
	snprintf(w.token, sizeof(w.token), "%s", said("access_token"));
	ask("POST", "/oauth2/Approval", "",
	    "{\"grant_type\":\"client_credentials\",\"appkey\":\"key\","
	    "\"secretkey\":\"secret\"}");
	snprintf(w.approval, sizeof(w.approval), "%s", said("approval_key"));
}

/* ---- Begin and end -------------------------------------------------------------- */

static void
end_world(void)
{
	forget_answer();
	sandbox_close(w.sb);
	calendar_free(w.cal);
	if (w.books[0] != '\0')
		unlink(w.books);
	memset(&w, 0, sizeof(w));
}

static void
new_world(bool is_mock)
{
	static const struct session day[] = {
		{ 20250313, true, 830, 900, 0, 0, 1520, 1530 },
		{ DAY, true, 830, 900, 0, 0, 1520, 1530 },
	};
	struct sandbox_options o = { .is_mock = is_mock,
		.trade_fields = trade_fields,
		.notice_fields = notice_fields };
	struct clock now = { clock_epoch_at(DAY, 900, 0), true };
	struct broker_env env = { .clock = &now,
		.opening_cash = 10000000,
		.source = {
		    NULL, feed_minutes, feed_days, feed_stocks, feed_kind } };
	struct err e = { 0 };
	int fd;

	end_world();
	snprintf(
	    w.books, sizeof(w.books), "%s/maemae-sandbox-XXXXXX", WORLD_FOLDER);
	if ((fd = mkstemp(w.books)) != -1)
		close(fd);
	env.books = w.books;
	env.cal = w.cal = calendar_new(day, NELEM(day));
	if ((w.sb = sandbox_open(&o, &env, &e)) == NULL) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	log_in();
}

#endif
