/*
 * The KIS adapter against a server on this machine that answers as each case
 * says: what becomes of an order whose answer is lost or odd, what is asked
 * again and what never, the token that programs share, and that no secret is
 * written anywhere.
 */
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "broker/broker.h"
#include "broker/http.h"
#include "loopback.h"
#include "tap.h"

#define KEY     "PSkeykeykeykeykeykeykeykeykeykeykey9"
#define SECRET  "s3cretS3cretS3cretS3cret/+=s3cretS3cretS3cretS3cret"
#define ESCAPED "s3cretS3cretS3cretS3cret\\/+=s3cretS3cretS3cretS3cret"
#define LOGIN   "login7of9"
#define TOKEN   "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJzdWIi.tokentoken"
#define ACCOUNT "50123456"

static struct err e;

#include "refused.h"

static char dir[] = "/tmp/kis.XXXXXX";

/* ---- The server ------------------------------------------------------------------ */

/* What it answers to orders and to queries: one after the other, the last for
 * ever.  Tokens are always issued, but for what `token` says; where that is ""
 * the connection breaks. */
struct script {
	const char *token;
	const char *answer[8];
	enum loop_after after;
	int takes_ms; /* each question, by monotonic_ms */
};

static atomic_int late_ms; /* that clock is ahead of its own */

int64_t __real_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void);

int64_t
__wrap_monotonic_ms(void)
{
	return __real_monotonic_ms() + late_ms;
}

static char *
framed(int status, const char *headers, const char *body)
{
	return xasprintf("HTTP/1.1 %d X\r\n%scontent-length: %zu\r\n\r\n%s",
	    status, headers, strlen(body), body);
}

#define TOKEN_BODY                                                   \
	"{\"access_token\":\"" TOKEN "\",\"token_type\":\"Bearer\"," \
	"\"expires_in\":86400}"

#define JSON_TYPE "content-type: application/json\r\n"

/* "500 {...}", "200 M {...}": a status, tr_cont, a body; H: the body calls
 * itself a page. */
static char *
http_of(const char *text)
{
	int status = (int)strtol(text, NULL, 10);
	char header[64] = JSON_TYPE;

	text += 4;
	if (*text == 'H') {
		snprintf(header, sizeof(header), "content-type: text/html\r\n");
		text += 2;
	} else if (*text >= 'A' && *text <= 'Z') {
		snprintf(
		    header, sizeof(header), JSON_TYPE "tr_cont: %c\r\n", *text);
		text += 2;
	}
	return framed(status, header, text);
}

static struct loop_answer
answer(void *arg, const struct loop_request *q)
{
	static char *last[LOOP_MOST];
	static int kept;
	const struct script *s = arg;
	static int asked;
	bool is_token = strstr(q->text, "/oauth2/tokenP") != NULL;
	const char *text;

	if (q->n == 0)
		asked = 0;
	late_ms += s->takes_ms;
	if (is_token) {
		text = s->token != NULL ? s->token : "200 " TOKEN_BODY;
		if (*text == '\0')
			return (struct loop_answer){ NULL, LOOP_CLOSE, 0 };
	} else {
		text = s->answer[asked];
		if (asked + 1 < (int)NELEM(s->answer) &&
		    s->answer[asked + 1] != NULL)
			asked++;
	}
	if (text == NULL)
		return (struct loop_answer){ NULL, s->after, 0 };
	free(last[kept % LOOP_MOST]);
	last[kept % LOOP_MOST] = http_of(text);
	return (struct loop_answer){ last[kept++ % LOOP_MOST], LOOP_KEEP, 0 };
}

/* ---- The adapter ------------------------------------------------------------------ */

struct world {
	struct loop server;
	struct clock clock;
	struct calendar *cal;
	struct conf *conf;
	struct broker *br;
	int held, taken;
	enum err_kind no_permits; /* why; E_NONE: there are some */
};

static int
take(void *arg, const char *bucket, int per_second, struct err *x)
{
	struct world *w = arg;

	w->taken += strncmp(bucket, "kis-", 4) == 0 && per_second > 0;
	return w->no_permits == E_NONE ?
	    0 :
	    err_set(x, w->no_permits, "not this one");
}

static int
hold(void *arg, const char *bucket, int ms, struct err *x)
{
	struct world *w = arg;

	(void)bucket;
	(void)x;
	w->held += ms >= 1000;
	return 0;
}

static struct conf *
configured(const char *fmt, ...)
{
	char path[64];
	struct conf *c;
	va_list ap;
	FILE *f;

	snprintf(path, sizeof(path), "%s/conf", dir);
	f = fopen(path, "w");
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
	chmod(path, 0600);
	c = conf_open(path, true, &e);
	if (c == NULL)
		printf("Bail out! %s\n", e.msg), exit(1);
	return c;
}

static struct broker *
opened(struct world *w)
{
	struct broker_env env = { .clock = &w->clock,
		.cal = w->cal,
		.conf = w->conf,
		.permits = { w, take, hold } };

	return broker_open(&env, &e);
}

static void
begin(struct world *w, const struct script *s, const char *mode)
{
	static const struct session day = { .date = 20261123,
		.is_open = true,
		.entry = 820,
		.open = 900,
		.auction = 1520,
		.close = 1530 };

	*w = (struct world){ 0 };
	loop_start(&w->server, answer, (void *)(uintptr_t)s);
	clock_parse("2026-11-23 10:00:00", &w->clock);
	w->clock.is_fixed = true;
	w->cal = calendar_new(&day, 1);
	w->conf = configured("[broker]\nkind = kis\n[kis]\nmode = %s\n"
			     "account = " ACCOUNT "-01\napp_key = " KEY "\n"
			     "app_secret = " SECRET "\n"
			     "url = http://127.0.0.1:%d\n"
			     "stream_url = ws://127.0.0.1:9\nhts_id = " LOGIN
			     "\ntoken_file = %s/token\n",
	    mode, w->server.port, dir);
	w->br = opened(w);
	if (w->br == NULL)
		printf("Bail out! %s\n", e.msg), exit(1);
}

static void
end(struct world *w)
{
	char path[64];

	broker_close(w->br);
	loop_stop(&w->server);
	loop_free(&w->server);
	conf_close(w->conf);
	calendar_free(w->cal);
	snprintf(path, sizeof(path), "%s/token", dir);
	unlink(path);
}

/* Requests that came with this in their first line. */
static int
asked(struct world *w, const char *path)
{
	int n = 0;

	for (int i = 0; i < w->server.n; i++) {
		const char *text = w->server.request[i].text;
		const char *found = strstr(text, path);

		n += found != NULL && found < strchr(text, '\r');
	}
	return n;
}

/* ---- Orders ---------------------------------------------------------------------- */

#define TAKEN                                                                  \
	"{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\",\"msg1\":\"주문 전송\"," \
	"\"output\":{\"KRX_FWDG_ORD_ORGNO\":\"91252\",\"ODNO\":"               \
	"\"0000117057\",\"ORD_TMD\":\"101153\"}}"
#define CODE(rt, code) "{\"rt_cd\":\"" rt "\",\"msg_cd\":\"" code "\"}"

static const char *
place_name(enum place p)
{
	static const char *const names[] = { "accepted", "rejected",
		"unknown" };

	return names[p];
}

static void
test_fates(void)
{
	static const struct {
		struct script s;
		enum place want;
		int sent; /* requests with the order */
		const char *name;
		bool unsent; /* the order was not looked at */
	} t[] = {
		{ { .answer = { "200 " TAKEN } }, PLACE_ACCEPTED, 1, "taken" },
		{ { .answer = { NULL }, .after = LOOP_CLOSE }, PLACE_UNKNOWN, 1,
		    "hung up on" },
		{ { .answer = { NULL }, .after = LOOP_RESET }, PLACE_UNKNOWN, 1,
		    "reset" },
		{ { .answer = { "502 <html>" } }, PLACE_UNKNOWN, 1, "a 502" },
		{ { .answer = { "500 " CODE("1", "EGW00302") } }, PLACE_UNKNOWN,
		    1, "a time-out behind the gateway" },
		{ { .answer = { "200 " CODE("0", "IGW00009") } }, PLACE_UNKNOWN,
		    1, "success that is none" },
		{ { .answer = { "500 " TAKEN } }, PLACE_UNKNOWN, 1,
		    "success with status 500" },
		{ { .answer = { "200 " CODE("0", "APBK0013") } }, PLACE_UNKNOWN,
		    1, "success without a number" },
		{ { .answer = { "200 {\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\","
				"\"output\":{\"odno\":\"7\"}}" } },
		    PLACE_UNKNOWN, 1, "a number without a branch" },
		{ { .answer = { "200 {\"rt_cd\":\"0\",\"msg_cd\":\"40600000\","
				"\"output\":[{\"krx_fwdg_ord_orgno\":\"00950\","
				"\"odno\":\"12\"}]}" } },
		    PLACE_ACCEPTED, 1, "keys in lower case, a list of one" },
		{ { .answer = { "200 {\"rt_cd\":" } }, PLACE_UNKNOWN, 1,
		    "half an answer" },
		{ { .answer = { "200 H " TAKEN } }, PLACE_ACCEPTED, 1,
		    "an answer that calls itself a page" },
		{ { .answer = { "200 H <html>" } }, PLACE_UNKNOWN, 1,
		    "a page, and success" },
		{ { .answer = { "200 {}" } }, PLACE_UNKNOWN, 1, "nothing" },
		{ { .answer = { "200 " CODE("7", "APBK0952") } },
		    PLACE_REJECTED, 1, "too little cash" },
		{ { .answer = { "500 " CODE("1", "EGW00201"),
			"200 " CODE("1", "EGW00215"), "200 " TAKEN } },
		    PLACE_ACCEPTED, 3, "turned away for the limit, twice" },
		{ { .answer = { "500 " CODE("1", "EGW00201") } },
		    PLACE_REJECTED, 8, "turned away for ever", true },
		{ { .answer = { "500 " CODE("1", "EGW00123"), "200 " TAKEN } },
		    PLACE_ACCEPTED, 2, "an old token" },
		{ { .answer = { "500 " CODE("1", "EGW00121") } },
		    PLACE_REJECTED, 2, "no token is good", true },
		{ { .token = "403 {\"error_code\":\"EGW00103\"}",
		      .answer = { "200 " TAKEN } },
		    PLACE_REJECTED, 0, "no token at all", true },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_request q = { .key = "maemae-1-1",
			.code = "005930",
			.side = SIDE_BUY,
			.limit = 70000,
			.n = 10 };
		struct world w;
		struct ack a;
		enum place got;

		begin(&w, &t[i].s, "real");
		got = w.br->ops->place(w.br, &q, &a);
		is_str(place_name(got), place_name(t[i].want), "%s", t[i].name);
		is_int(
		    asked(&w, "order-cash"), t[i].sent, "%s: sent", t[i].name);
		is_int(a.is_unsent, t[i].unsent, "did the firm look at it");
		ok((got == PLACE_ACCEPTED) == (a.broker_no[0] != '\0') &&
			(got == PLACE_ACCEPTED || a.reason[0] != '\0'),
		    "%s: %s", t[i].name,
		    got == PLACE_ACCEPTED ? a.broker_no : a.reason);
		end(&w);
	}
}

/* Claimed so long ago, by either clock, while its permit was waited for. */
static void
test_too_late(void)
{
	static const struct {
		int by_wall, by_up;
		bool is_late;
	} t[] = { { 0, 0, false }, { 55, 55, false }, { 70, 0, true },
		{ 0, 70, true }, { -3600, 1, false } };
	static const struct script s = { .answer = { "200 " TAKEN } };

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_request q = { .key = "maemae-1-1",
			.code = "005930",
			.limit = 70000,
			.n = 10 };
		struct world w;
		struct ack a;
		enum place got;

		begin(&w, &s, "real");
		q.claimed = clock_wall();
		q.claimed.now -= t[i].by_wall;
		q.claimed.up_ms -= 1000 * t[i].by_up;
		got = w.br->ops->place(w.br, &q, &a);
		is_int(asked(&w, "order-cash"), !t[i].is_late,
		    "%d s by the wall, %d s by the other: %s", t[i].by_wall,
		    t[i].by_up, t[i].is_late ? "not sent" : "sent");
		is_str(place_name(got),
		    place_name(t[i].is_late ? PLACE_REJECTED : PLACE_ACCEPTED),
		    "%s", a.reason);
		is_int(a.is_unsent, t[i].is_late, "surely never sent");
		end(&w);
	}
}

/* A refusal's words are kept whole, character by character. */
static void
test_long_reason(void)
{
#define TEN "주문가능금액을초과하" /* thirty bytes */
	static const struct script s = {
		.answer = { "200 {\"rt_cd\":\"7\",\"msg_cd\":"
			    "\"APBK0952\",\"msg1\":\"" TEN TEN TEN TEN TEN TEN
			    "\"}" }
	};
	struct broker_request q = { .code = "005930", .limit = 1, .n = 1 };
	struct world w;
	struct ack a;

	begin(&w, &s, "real");
	w.br->ops->place(w.br, &q, &a);
	ok(utf8_valid(a.reason, strlen(a.reason)) &&
		strstr(a.reason, "(APBK0952)") != NULL,
	    "a long reason: %s", a.reason);
	end(&w);
}

/* The request as the firm's papers show it. */
static void
test_requests(void)
{
	static const struct script s = { .answer = { "200 " TAKEN } };
	struct broker_request q = { .key = "maemae-1-1",
		.code = "005930",
		.side = SIDE_BUY,
		.limit = 70000,
		.n = 10 };
	struct world w;
	struct ack a;
	const char *text;

	begin(&w, &s, "real");
	w.br->ops->place(w.br, &q, &a);
	is_str(a.broker_no, "91252-117057-KRX", "the number");
	snprintf(q.broker_no, sizeof(q.broker_no), "%s", a.broker_no);
	w.br->ops->cancel(w.br, &q, &a);
	q.is_market = true;
	q.side = SIDE_SELL;
	w.br->ops->amend(w.br, &q, &a);
	w.br->ops->place(w.br, &q, &a);
	is_int(w.server.n, 5, "a token and four orders");
	is_int(w.taken, 5, "each with a permit");
	text = w.server.request[1].text;
	ok(strstr(text, "POST /uapi/domestic-stock/v1/trading/order-cash") ==
		    text &&
		strstr(text, "tr_id: TTTC0012U\r\n") != NULL &&
		strstr(text, "authorization: Bearer " TOKEN "\r\n") != NULL &&
		strstr(text, "appkey: " KEY "\r\n") != NULL &&
		strstr(text, "appsecret: " SECRET "\r\n") != NULL &&
		strstr(text, "custtype: P\r\n") != NULL &&
		strstr(text, "x-maemae-now: 2026-11-23 10:00:00\r\n") != NULL,
	    "the headers of a buy");
	is_str(w.server.request[1].body,
	    "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\",\"PDNO\":"
	    "\"005930\",\"ORD_DVSN\":\"00\",\"ORD_QTY\":\"10\",\"ORD_UNPR\":"
	    "\"70000\",\"EXCG_ID_DVSN_CD\":\"KRX\",\"SLL_TYPE\":\"\","
	    "\"CNDT_PRIC\":\"\"}",
	    "a buy");
	is_str(w.server.request[2].body,
	    "{\"CANO\":\"50123456\",\"ACNT_PRDT_CD\":\"01\","
	    "\"KRX_FWDG_ORD_ORGNO\":\"91252\",\"ORGN_ODNO\":\"0000117057\","
	    "\"ORD_DVSN\":\"00\",\"RVSE_CNCL_DVSN_CD\":\"02\",\"ORD_QTY\":"
	    "\"0\",\"ORD_UNPR\":\"0\",\"QTY_ALL_ORD_YN\":\"Y\","
	    "\"EXCG_ID_DVSN_CD\":\"KRX\"}",
	    "a cancel");
	ok(strstr(w.server.request[3].body,
	       "\"ORD_DVSN\":\"01\",\"RVSE_CNCL_DVSN_CD\":\"01\",\"ORD_QTY\":"
	       "\"0\",\"ORD_UNPR\":\"0\",\"QTY_ALL_ORD_YN\":\"Y\"") != NULL,
	    "an amend to market");
	ok(strstr(w.server.request[4].text, "tr_id: TTTC0011U\r\n") != NULL &&
		strstr(w.server.request[4].body,
		    "\"ORD_DVSN\":\"01\",\"ORD_QTY\":\"10\",\"ORD_UNPR\":"
		    "\"0\"") != NULL,
	    "a sale at market");
	end(&w);
	begin(&w, &s, "mock");
	q.broker_no[0] = '\0';
	ok(w.br->ops->cancel(w.br, &q, &a) == PLACE_REJECTED && w.server.n == 0,
	    "without a number nothing is cancelled");
	w.br->ops->place(w.br, &q, &a);
	ok(strstr(w.server.request[1].text, "tr_id: VTTC0011U\r\n") != NULL,
	    "the mock host has ids of its own");
	end(&w);
}

/* ---- Reads ----------------------------------------------------------------------- */

#define ORDER(no)                                                              \
	"{\"ord_dt\":\"20261123\",\"ord_gno_brno\":\"91252\",\"odno\":\"" no   \
	"\",\"sll_buy_dvsn_cd\":\"02\",\"pdno\":\"005930\",\"ord_qty\":\"1\"," \
	"\"tot_ccld_qty\":\"0\",\"rmn_qty\":\"1\",\"ord_dvsn_cd\":\"00\","     \
	"\"ord_unpr\":\"70000\",\"ord_tmd\":\"100000\"}"
#define PAGE(key, rows)                                                \
	"{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0510\",\"ctx_area_fk100\":" \
	"\"12^ ^\",\"ctx_area_nk100\":\"" key "\",\"output1\":[" rows "]}"

static void
test_reads(void)
{
	static const struct {
		struct script s;
		int rc, n, sent;
		const char *name;
	} t[] = {
		{ { .answer = { "200 D " PAGE("", ORDER("1")) } }, 0, 1, 1,
		    "a page" },
		{ { .answer = { "200 F " PAGE("k1", ORDER("1")),
			"200 M " PAGE("k2", ORDER("2")),
			"200 E " PAGE("k2", ORDER("3")) } },
		    0, 3, 3, "three pages" },
		{ { .answer = { "200 " PAGE("k1", ORDER("1")),
			"200 " PAGE("   ", ORDER("2")) } },
		    0, 2, 2, "two pages, the header lost" },
		{ { .answer = { "200 M " PAGE("k1", ORDER("1")) } }, -1, 0, 2,
		    "a cursor that does not move" },
		{ { .answer = { "200 M " PAGE("", ORDER("1")) } }, -1, 0, 1,
		    "more pages, and no cursor" },
		{ { .answer = { "200 F " PAGE("k1", ORDER("1")),
			"200 " CODE("7", "KIOK0560") } },
		    -1, 0, 2, "more, and then nothing to show" },
		{ { .answer = { "200 " PAGE("k1", ORDER("1")),
			"200 " CODE("0", "KIOK0560") } },
		    -1, 0, 2, "the same, the header lost" },
		{ { .answer = { "200 " CODE("7", "KIOK0560") } }, 1, 0, 1,
		    "no orders, which proves nothing" },
		{ { .answer = { "200 D " CODE("0", "KIOK0510") } }, -1, 0, 1,
		    "a list that is not there" },
		{ { .answer = { "200 H " PAGE("", ORDER("1")) } }, 0, 1, 1,
		    "a list that calls itself a page" },
		{ { .answer = { NULL }, .after = LOOP_CLOSE }, -1, 0, 4,
		    "hung up on, each time, once by libcurl's leave" },
		{ { .answer = { "502 <html>", "500 " CODE("1", "EGW00002"),
			"200 D " PAGE("", ORDER("1")) } },
		    0, 1, 3, "troubles that pass" },
		{ { .answer = { "500 " CODE("1", "EGW00201"),
			"200 D " PAGE("", ORDER("1")) } },
		    0, 1, 2, "turned away for the limit" },
		{ { .answer = { "200 " CODE("2", "OPSQ2000") } }, -1, 0, 1,
		    "another's account" },
		{ { .answer = { "200 F " PAGE("k1", ORDER("1")),
			"502 <html>" } },
		    -1, 0, 4, "the second page never comes" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_orders l = { 0 };
		struct world w;
		int rc;

		begin(&w, &t[i].s, "real");
		e = (struct err){ 0 };
		rc = w.br->ops->orders(w.br, 20261123, &l, &e);
		ok(rc == t[i].rc && (rc == -1) == (e.msg[0] != '\0') &&
			l.n == t[i].n,
		    "%s: %s", t[i].name, rc == -1 ? e.msg : "read");
		is_int(
		    asked(&w, "daily-ccld"), t[i].sent, "%s: asked", t[i].name);
		free(l.item);
		end(&w);
	}
}

/* What the programs wrote to the log, until told() gives it. */
static int log_was = -1;

static void
hear(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/log", dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	log_was = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
	log_level(+1);
}

/* The text lives until the next call. */
static const char *
told(void)
{
	static char text[4096];
	ssize_t n = pread(STDERR_FILENO, text, sizeof(text) - 1, 0);

	log_level(-1);
	dup2(log_was, STDERR_FILENO);
	close(log_was);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static int
lines_of(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* By one call a second each question has a connection of its own, so that the
 * way to the firm delays all by the same; else they are kept. */
static void
test_connections(void)
{
	static const char *const mode[] = { "mock", "real" };
	static const struct script s = { .answer = {
					     "200 D " PAGE("", ORDER("1")) } };

	for (size_t i = 0; i < NELEM(mode); i++) {
		struct world w;

		begin(&w, &s, mode[i]);
		for (int k = 0; k < 4; k++) {
			struct broker_orders l = { 0 };

			w.br->ops->orders(w.br, 20261123, &l, &e);
			free(l.item);
		}
		is_int(asked(&w, "daily-ccld"), 4, "four questions");
		is_int(w.server.connections, i == 0 ? 5 : 1,
		    "%s: and a token's, on so many connections", mode[i]);
		end(&w);
	}
}

/* Of what is no stock, an order or shares: told once a program, and a list of
 * orders that has it proves nothing absent. */
static void
test_others(void)
{
#define OTHER_ORDER                                            \
	"{\"ord_dt\":\"20261123\",\"ord_gno_brno\":\"91252\"," \
	"\"odno\":\"7\",\"pdno\":\"F123456\"}"
#define OTHER_SHARES "{\"pdno\":\"F123456\",\"hldg_qty\":\"3\"}"
	static const struct script
	    s = { .answer = {
		      "200 D " PAGE("", OTHER_ORDER "," ORDER("1")),
		      "200 D " PAGE("", ORDER("1") "," OTHER_ORDER),
		      "200 D " PAGE("", ORDER("1")),
		      "200 D " PAGE("",
			  OTHER_SHARES "],\"output2\":["
				       "{\"prvs_rcdl_excc_amt\":\"5\"}"),
		  } };
	struct broker_orders l[3] = { 0 };
	struct broker_holdings held = { 0 };
	const char *text;
	struct world w;
	int rc = 0;

	begin(&w, &s, "real");
	hear();
	for (int i = 0; i < 3; i++)
		rc |= w.br->ops->orders(w.br, 20261123, &l[i], &e);
	rc |= w.br->ops->holdings(w.br, &held, &e);
	text = told();
	ok(rc == 0 && held.n == 0, "the lists are read");
	ok(l[0].n == 1 && l[0].is_short && l[1].is_short && !l[2].is_short,
	    "what a list has not is not absent, while it has such a row");
	ok(lines_of(text) == 2 &&
		strstr(text, "order 91252-7-KRX: 'F123456' is no stock") !=
		    NULL &&
		strstr(text, "'F123456' is held, which is no stock") != NULL,
	    "a line for either: %s", text);
	for (int i = 0; i < 3; i++)
		free(l[i].item);
	free(held.item);
	end(&w);
}

/* Lists of quotes: what fails costs its own stocks, and one line. */
#define PRICE(code, price)                                           \
	"{\"inter_shrn_iscd\":\"" code "\",\"inter2_prpr\":\"" price \
	"\",\"acml_vol\":\"5\",\"inter2_sdpr\":\"70000\"}"
#define PRICES(rows) \
	"200 {\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"output\":[" rows "]}"

static void
test_quotes(void)
{
	static const struct {
		struct script s;
		int rc, known, lines;
		const char *words, *name;
	} t[] = {
		{ { .answer = { PRICES(PRICE("000000", "1") "," PRICE(
				    "000001", "") "," PRICE("000002", "3")),
			PRICES(PRICE("000030", "4")) } },
		    0, 3, 1, "000001: kis: inter2_prpr is missing\n",
		    "a row that cannot be read" },
		{ { .answer = { PRICES(PRICE("000000", "") "," PRICE(
				    "000001", "") "," PRICE("000002", "3")),
			PRICES(PRICE("000030", "")) } },
		    0, 1, 1, "000000: kis: inter2_prpr is missing; 2 more",
		    "three such rows" },
		{ { .answer = { PRICES(PRICE("000000", "1")),
			"200 " CODE("1", "MCA05918") } },
		    0, 1, 1, "MCA05918 HTTP status 200); 9 more",
		    "the second list is refused" },
		{ { .answer = { "200 " CODE("1", "MCA05918") } }, -1, 0, 0, "",
		    "both are" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_quote q[40] = { 0 };
		const char *text;
		struct world w;
		int rc, known = 0;

		for (int k = 0; k < 40; k++)
			snprintf(q[k].code, sizeof(q[k].code), "%06d", k);
		begin(&w, &t[i].s, "real");
		hear();
		rc = w.br->ops->quotes(w.br, q, 40, &e);
		text = told();
		for (int k = 0; k < 40; k++)
			known += q[k].last != 0;
		is_int(rc, t[i].rc, "%s: read", t[i].name);
		is_int(known, t[i].known, "%s: prices", t[i].name);
		is_int(lines_of(text), t[i].lines, "%s: lines", t[i].name);
		ok(strstr(text, t[i].words) != NULL, "%s: %s", t[i].name, text);
		end(&w);
	}
}

/* A host that is silent or away is not asked for stock after stock; one that
 * refuses has answered. */
static void
test_away(void)
{
#define QUOTED                                                      \
	"200 {\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"output\":{" \
	"\"stck_prpr\":\"70300\",\"acml_vol\":\"12\",\"stck_sdpr\":\"70000\"}}"
	static const struct {
		struct script s;
		int rc, asked, lines;
		const char *words, *name;
	} t[] = {
		{ { .answer = { QUOTED, "502 <html>" }, .takes_ms = 2000 }, 0,
		    10, 1, "; 8 more stocks have no quote, of which 6 were not",
		    "one answer, and then none" },
		{ { .answer = { QUOTED, "200 " CODE("1", "MCA05918") },
		      .takes_ms = 9000 },
		    0, 10, 1, "; 8 more stocks have no quote\n",
		    "one answer, and then refusals" },
		{ { .answer = { "502 <html>" }, .takes_ms = 2000 }, -1, 9, 0,
		    "", "no answer at all" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_quote q[10] = { 0 };
		const char *text;
		struct world w;
		int rc;

		for (int k = 0; k < 10; k++)
			snprintf(q[k].code, sizeof(q[k].code), "%06d", k);
		begin(&w, &t[i].s, "mock");
		hear();
		rc = w.br->ops->quotes(w.br, q, 10, &e);
		text = told();
		is_int(rc, t[i].rc, "%s: read", t[i].name);
		ok((q[0].last == 70300) == (rc == 0),
		    "%s: what was got is kept", t[i].name);
		is_int(asked(&w, "inquire-price"), t[i].asked, "%s: asked",
		    t[i].name);
		is_int(lines_of(text), t[i].lines, "%s: lines", t[i].name);
		ok(strstr(text, t[i].words) != NULL, "%s: %s", t[i].name, text);
		end(&w);
	}
}

/* The list of stocks, of which one that fails is no list at all. */
static void
test_master(void)
{
	static const struct {
		struct script s;
		int asked;
		enum err_kind kind;
		const char *name;
	} t[] = {
		{ { .answer = { "502 <html>" } }, 3, E_BROKER, "a 502" },
		{ { .answer = { "404 <html>" } }, 1, E_BROKER, "none there" },
		{ { .answer = { "503 <html>", "200 no ZIP" } }, 2, E_DATA,
		    "one after a pause" },
		{ { .answer = { NULL }, .after = LOOP_RESET }, 3, E_AWAY,
		    "no answer" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_stocks l = { 0 };
		struct world w;

		begin(&w, &t[i].s, "real");
		refused(w.br->ops->stocks(w.br, &l, &e) == -1, t[i].kind,
		    "kospi", t[i].name);
		is_int(asked(&w, "kospi_code"), t[i].asked, "%s: asked",
		    t[i].name);
		free(l.item);
		end(&w);
	}
}

/* Without a permit nothing is asked; where none will come, it is not tried
 * again, and is no matter of the firm's. */
static void
test_no_permits(void)
{
	static const struct {
		enum err_kind why, kind;
		int taken;
	} t[] = { { E_BROKER, E_AWAY, 3 }, { E_CONFIG, E_CONFIG, 1 } };
	static const struct script s = { .answer = { "200 " TAKEN } };

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_request q = { .key = "maemae-41-1",
			.code = "005930",
			.side = SIDE_BUY,
			.limit = 70000,
			.n = 1 };
		struct broker_holdings l = { 0 };
		struct ack ack;
		struct world w;

		begin(&w, &s, "real");
		ok(w.br->ops->place(w.br, &q, &ack) == PLACE_ACCEPTED,
		    "with a permit it is sent");
		w.taken = 0;
		w.no_permits = t[i].why;
		refused(w.br->ops->holdings(w.br, &l, &e) == -1, t[i].kind,
		    "kis: not this one", "a read");
		is_int(w.taken, t[i].taken, "so often it is tried");
		ok(w.br->ops->place(w.br, &q, &ack) == PLACE_REJECTED &&
			ack.is_unsent,
		    "an order does not leave: %s", ack.reason);
		is_int(w.server.n, 2, "a token and an order are all");
		free(l.item);
		end(&w);
	}
}

/* A balance of pages: its sum may be on some of them, not on none. */
#define SHARE(code)                                                   \
	"{\"pdno\":\"" code "\",\"hldg_qty\":\"1\",\"ord_psbl_qty\":" \
	"\"1\",\"pchs_amt\":\"70000\"}"
#define SUM(won) ",\"output2\":[{\"prvs_rcdl_excc_amt\":\"" won "\"}]"
#define HOLDINGS(key, rows, sum)                                              \
	"{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0510\",\"ctx_area_fk100\":"        \
	"\"12^ ^\",\"ctx_area_nk100\":\"" key "\",\"output1\":[" rows "]" sum \
	"}"

#define NO_SHARES(rt, more) \
	"200 D {\"rt_cd\":\"" rt "\",\"msg_cd\":\"KIOK0560\"" more "}"

static void
test_balance(void)
{
#define FIRST(sum)   "200 F " HOLDINGS("k1", SHARE("005930"), sum)
#define LAST(sum)    "200 D " HOLDINGS("k1", SHARE("000660"), sum)
#define NO_MORE(sum) "200 D " HOLDINGS("k1", "", sum)
#define WORTH(won)                                                       \
	",\"output2\":[{\"prvs_rcdl_excc_amt\":\"5\",\"scts_evlu_amt\":" \
	"\"" won "\"}]"
	static const struct {
		struct script s;
		int rc, n;
		const char *name;
		int pages; /* 0: two */
	} t[] = {
		{ { .answer = { NO_SHARES("0", ",\"output1\":[]" SUM("5")) } },
		    0, 0, "nothing to show, and a sum", 1 },
		{ { .answer = { NO_SHARES("0", SUM("5")) } }, 0, 0,
		    "a sum, and not even a list", 1 },
		{ { .answer = { NO_SHARES("0",
			",\"output2\":[{\"prvs_rcdl_excc_amt\":\"5\","
			"\"scts_evlu_amt\":\"9\"}]") } },
		    -1, 0, "nothing to show, and shares in the sum", 1 },
		{ { .answer = { NO_SHARES("0", ",\"output1\":[]") } }, -1, 0,
		    "nothing to show, not even a sum", 1 },
		{ { .answer = { NO_SHARES("7", "") } }, -1, 0,
		    "a refusal with nothing to show", 1 },
		{ { .answer = { FIRST(SUM("5")), LAST(SUM("5")) } }, 0, 2,
		    "a sum on each page" },
		{ { .answer = { FIRST(SUM("5")), LAST("") } }, 0, 2,
		    "a sum on the first page alone" },
		{ { .answer = { FIRST(""), LAST(SUM("5")) } }, 0, 2,
		    "a sum on the last page alone" },
		{ { .answer = { FIRST(",\"output2\":[]"), LAST(SUM("5")) } }, 0,
		    2, "an empty list for a sum" },
		{ { .answer = { FIRST(""), LAST("") } }, -1, 0, "no sum" },
		{ { .answer = { FIRST(SUM("5")), LAST(SUM("x")) } }, -1, 0,
		    "a sum that is none" },
		{ { .answer = { FIRST(WORTH("9")), NO_MORE(WORTH("9")) } }, 0,
		    1, "an empty last page" },
		{ { .answer = { FIRST(WORTH("9")), NO_MORE(WORTH("0")),
			FIRST(WORTH("9")), LAST(WORTH("9")) } },
		    0, 2, "an empty page that knows of no shares", 4 },
		{ { .answer = { FIRST(WORTH("9")), NO_MORE(SUM("5")) } }, -1, 0,
		    "an empty page that says nothing of them" },
		{ { .answer = { FIRST(WORTH("0")), LAST(WORTH("9")),
			FIRST(WORTH("9")), LAST(WORTH("9")) } },
		    0, 2, "a first page that knows of no shares", 4 },
		{ { .answer = { FIRST(WORTH("0")), LAST(WORTH("9")),
			FIRST(WORTH("9")), LAST(WORTH("0")), FIRST(WORTH("0")),
			LAST(WORTH("9")) } },
		    -1, 0, "three times one that does not", 6 },
		{ { .answer = { FIRST(WORTH("9")), LAST(WORTH("8")) } }, 0, 2,
		    "prices that move between two pages" },
		{ { .answer = { FIRST(SUM("5")), LAST(WORTH("9")) } }, 0, 2,
		    "a sum of shares on the last page alone" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_holdings l = { 0 };
		struct world w;
		int rc;

		begin(&w, &t[i].s, "real");
		e = (struct err){ 0 };
		rc = w.br->ops->holdings(w.br, &l, &e);
		ok(rc == t[i].rc && (rc == -1) == (e.msg[0] != '\0') &&
			(rc == -1 || l.n == t[i].n),
		    "%s: %s", t[i].name, rc == -1 ? e.msg : "read");
		is_int(asked(&w, "inquire-balance"),
		    t[i].pages == 0 ? 2 : t[i].pages, "%s: pages", t[i].name);
		free(l.item);
		end(&w);
	}
}

/* What the exchange took back, in a list asked for at one moment and answered
 * at another: cancelled before the close, expired after it (S3). */
#define TAKEN_BACK                                                            \
	"{\"ord_dt\":\"20261123\",\"ord_gno_brno\":\"91252\",\"odno\":\"1\"," \
	"\"sll_buy_dvsn_cd\":\"02\",\"pdno\":\"005930\",\"ord_qty\":\"1\","   \
	"\"tot_ccld_qty\":\"0\",\"rmn_qty\":\"0\",\"cncl_cfrm_qty\":\"1\","   \
	"\"ord_dvsn_cd\":\"00\",\"ord_unpr\":\"70000\",\"ord_tmd\":\"100000\"}"

static const char *answered_at; /* the clock, read again; NULL as it goes */

void __real_clock_refresh(struct clock *);
void __wrap_clock_refresh(struct clock *);

void
__wrap_clock_refresh(struct clock *c)
{
	if (answered_at != NULL)
		clock_parse(answered_at, c);
	else
		__real_clock_refresh(c);
}

static void
test_moment(void)
{
	static const struct script s = { .answer = {
					     "200 D " PAGE("", TAKEN_BACK) } };
	static const struct {
		const char *asked, *answered;
		enum broker_state state;
		const char *name;
	} t[] = {
		{ "2026-11-23 15:29:59", "2026-11-23 15:30:01", BO_CANCELLED,
		    "in the minute of the close" },
		{ "2026-11-23 15:30:59", "2026-11-23 15:31:00", BO_EXPIRED,
		    "before the close and after it" },
		{ "2026-11-23 23:59:59", "2026-11-24 00:00:00", BO_EXPIRED,
		    "before midnight and after it" },
		{ "2026-11-24 00:00:00", "2026-11-24 00:00:01", BO_EXPIRED,
		    "on the next day" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker_orders l = { 0 };
		struct world w;

		begin(&w, &s, "real");
		clock_parse(t[i].asked, &w.clock);
		answered_at = t[i].answered;
		w.br->ops->orders(w.br, 20261123, &l, &e);
		is_int(l.n == 1 ? (int)l.item[0].state : -1, t[i].state,
		    "a list %s", t[i].name);
		answered_at = NULL;
		free(l.item);
		end(&w);
	}
}

/* ---- Settings --------------------------------------------------------------------- */

static void
settings_refused(const char *lines, const char *words, const char *name)
{
	struct world w = { 0 };

	clock_parse("2026-11-23 10:00:00", &w.clock);
	w.clock.is_fixed = false;
	w.conf = configured("[broker]\nkind = kis\n%s", lines);
	refused(opened(&w) == NULL, E_CONFIG, words, name);
	conf_close(w.conf);
}

#define GOOD                                                               \
	"[kis]\naccount = 50123456-01\napp_key = " KEY "\napp_secret = "   \
	"0123456789012345678901234567890123456789012345678901234567890123" \
	"4567890123456789012345678901234567890123456789012345678901234567" \
	"8901234567890123456789012345678901234567890123456789\n"

static void
test_settings(void)
{
	struct world w = { 0 };
	struct broker_request q = { .code = "005930", .limit = 1, .n = 1 };
	struct ack a;

	settings_refused("", "no section [kis]", "no section");
	settings_refused("[kis]\nmode = paper\n", "mode", "no such mode");
	settings_refused(
	    "[kis]\naccount = 123\n", "account", "half an account");
	settings_refused("[kis]\naccount = 12345678-1\n", "account", "or so");
	settings_refused(
	    "[kis]\naccount = 12345678-01\n", "app_key: is missing", "no key");
	settings_refused("[kis]\naccount = 12345678-01\napp_key = short\n",
	    "app_key: is too short", "half a key");
	settings_refused("[kis]\naccount = 12345678-01\napp_key = " KEY
			 "\napp_secret = short\n",
	    "app_secret: is too short", "half a secret");
	settings_refused(GOOD "calls_per_second = 2\n", "calls_per_second",
	    "more calls than the mock host takes");
	settings_refused(GOOD "exchange = SOR\n", "KRX alone",
	    "an exchange that the mock host has not");
	settings_refused(GOOD "url = http://192.168.0.1:80\n", "192.168.0.1",
	    "no TLS to another machine");
	settings_refused(GOOD "url = http://127.0.0.1.example.com\n",
	    "example.com", "nor to one that looks like this one");

	w.conf = configured("[broker]\nkind = kis\n" GOOD
			    "mode = real\ntoken_file = %s/token\n",
	    dir);
	clock_parse("2026-11-23 10:00:00", &w.clock);
	w.br = opened(&w);
	ok(w.br != NULL && (w.br->caps & CAP_REAL_MONEY) != 0,
	    "the real host is real money");
	ok(w.br != NULL && w.br->ops->place(w.br, &q, &a) == PLACE_REJECTED &&
		strstr(a.reason, "real money is off") != NULL && w.taken == 0,
	    "which is off: no byte leaves");
	snprintf(q.broker_no, sizeof(q.broker_no), "91252-1-KRX");
	ok(w.br->ops->cancel(w.br, &q, &a) == PLACE_REJECTED &&
		w.br->ops->amend(w.br, &q, &a) == PLACE_REJECTED &&
		w.taken == 0,
	    "for amends and cancels too");
	broker_close(w.br);
	conf_close(w.conf);

	w.clock.is_fixed = false;
	w.conf = configured(
	    "[broker]\nkind = kis\n" GOOD "token_file = %s/token\n", dir);
	w.br = opened(&w);
	ok(w.br != NULL && (w.br->caps & CAP_REAL_MONEY) == 0 &&
		w.br->refuses == NULL,
	    "the mock host takes orders without it");
	broker_close(w.br);
	w.clock.is_fixed = true;
	refused(opened(&w) == NULL, E_REFUSED, "its time cannot be set",
	    "but not at a time that is not now");
	conf_close(w.conf);

	w.clock.is_fixed = false;
	w.conf = configured("[broker]\nkind = kis\n" GOOD "mode = mock\n"
			    "url = https://openapi.koreainvestment.com:9443\n"
			    "token_file = %s/token\n",
	    dir);
	w.br = opened(&w);
	ok(w.br != NULL && (w.br->caps & CAP_REAL_MONEY) != 0 &&
		w.br->ops->place(w.br, &q, &a) == PLACE_REJECTED &&
		w.taken == 0,
	    "the real host is real money in mode mock, too");
	broker_close(w.br);
	conf_close(w.conf);
}

/* ---- Tokens ----------------------------------------------------------------------- */

static char *
token_path(void)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/token", dir);
	return path;
}

static void
ask_for_orders(struct world *w)
{
	struct broker_orders l = { 0 };

	e = (struct err){ 0 };
	w->br->ops->orders(w->br, 20261123, &l, &e);
	free(l.item);
}

static void
test_token(void)
{
	static const struct script s = { .answer = {
					     "200 " CODE("0", "KIOK0560") } };
	struct world w;
	struct stat st;
	FILE *f;

	begin(&w, &s, "mock");
	ask_for_orders(&w);
	ok(stat(token_path(), &st) == 0 && (st.st_mode & 0777) == 0600,
	    "the token lies in a file of its owner");
	broker_close(w.br);
	w.br = opened(&w);
	ask_for_orders(&w);
	is_int(asked(&w, "tokenP"), 1, "the next program finds it there");
	chmod(token_path(), 0644);
	broker_close(w.br);
	w.br = opened(&w);
	ask_for_orders(&w);
	ok(asked(&w, "tokenP") == 2 && stat(token_path(), &st) == 0 &&
		(st.st_mode & 0777) == 0600,
	    "one that others may read is not used, but replaced");
	f = fopen(token_path(), "w");
	fputs("99999999999999999999 1 x\n\0garbage", f);
	fclose(f);
	broker_close(w.br);
	w.br = opened(&w);
	ask_for_orders(&w);
	is_int(asked(&w, "tokenP"), 3, "a damaged file is no token");
	end(&w);
}

/* A token's last minutes: a new one is asked for, and where none is to be had
 * the old one does, in programs that find it in the file, too. */
static void
test_token_old(void)
{
	static const struct script s = { .token = "502 none",
		.answer = { "200 " CODE("0", "KIOK0560") } };
	struct world w;
	FILE *f;

	begin(&w, &s, "mock");
	f = fopen(token_path(), "w");
	fprintf(f, "%lld 0 %s\n", (long long)wall_seconds() + 300, TOKEN);
	fclose(f);
	chmod(token_path(), 0600);
	ask_for_orders(&w);
	ok(asked(&w, "tokenP") == 1 && asked(&w, "inquire-daily-ccld") == 1 &&
		e.msg[0] == '\0',
	    "an old token does while no new one is issued: %s", e.msg);
	end(&w);
}

/* Each new token sends the owner a message: what may have been issued is not
 * asked for again by this program, by itself or for its next question. */
static void
test_token_lost(void)
{
	static const char *const lost[] = { "", "502 <html>", "200 not JSON",
		"500 " CODE("1", "EGW00302") };

	for (size_t i = 0; i < NELEM(lost); i++) {
		struct script s = { .token = lost[i],
			.answer = { "200 " CODE("0", "KIOK0560") } };
		struct world w;
		FILE *f;

		begin(&w, &s, "mock");
		ask_for_orders(&w);
		ok(e.kind == E_AWAY && asked(&w, "tokenP") == 1,
		    "a token whose answer is lost ('%s'): %s", lost[i], e.msg);
		ask_for_orders(&w);
		ok(strstr(e.msg, "a minute") != NULL &&
			asked(&w, "tokenP") == 1,
		    "is not asked for again at once: %s", e.msg);
		f = fopen(token_path(), "w");
		fprintf(
		    f, "%lld 0 %s\n", (long long)wall_seconds() + 3000, TOKEN);
		fclose(f);
		chmod(token_path(), 0600);
		ask_for_orders(&w);
		ok(e.msg[0] == '\0' && asked(&w, "daily-ccld") == 1,
		    "one that another program got is taken: %s", e.msg);
		end(&w);
	}
}

/* A place for the token that cannot be written to is told before one is asked
 * for; where it fails only then, the token serves this program. */
static void
test_token_unwritten(void)
{
	static const struct script s = { .answer = {
					     "200 " CODE("0", "KIOK0560") } };
	struct rlimit limit;
	rlim_t whole;
	struct world w;

	/* A disk with room for half a token. */
	begin(&w, &s, "mock");
	getrlimit(RLIMIT_FSIZE, &limit);
	whole = limit.rlim_cur;
	limit.rlim_cur = 500;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	ask_for_orders(&w);
	limit.rlim_cur = whole;
	setrlimit(RLIMIT_FSIZE, &limit);
	ok(strstr(e.msg, "no token is asked for") != NULL &&
		asked(&w, "tokenP") == 0,
	    "a token that could not be kept: %s", e.msg);
	ask_for_orders(&w);
	ok(e.msg[0] == '\0' && asked(&w, "tokenP") == 1,
	    "it is asked for once it can: %s", e.msg);
	end(&w);

	/* A folder stands in its place: only the last step fails. */
	mkdir(token_path(), 0700);
	begin(&w, &s, "mock");
	ask_for_orders(&w);
	ok(e.msg[0] == '\0' && asked(&w, "tokenP") == 1,
	    "one that turns out not to be kept serves its program: %s", e.msg);
	ask_for_orders(&w);
	ok(e.msg[0] == '\0' && asked(&w, "tokenP") == 1, "all its life: %s",
	    e.msg);
	end(&w);
	rmdir(token_path());
}

/* A wrong key does not become right by asking. */
static void
test_key_denied(void)
{
	static const struct script s = {
		.token = "403 {\"error_code\":\"EGW00103\","
			 "\"error_description\":\"AppKey\"}",
		.answer = { "200 " CODE("0", "KIOK0560") }
	};
	struct world w;

	begin(&w, &s, "mock");
	ask_for_orders(&w);
	ok(e.kind == E_CONFIG && strstr(e.msg, "EGW00103") != NULL,
	    "a key that is not let in is a setting: %s", e.msg);
	is_int(asked(&w, "tokenP"), 1, "said once is enough");
	ask_for_orders(&w);
	ok(e.kind == E_CONFIG && asked(&w, "tokenP") == 1,
	    "also for what the program wants next: %s", e.msg);
	end(&w);
}

#define PROGRAMS 4

/* Programs at once: one asks, the others find it. */
static void
test_token_at_once(void)
{
	static const struct script s = { .answer = {
					     "200 " CODE("0", "KIOK0560") } };
	struct world w;
	int status, good = 0;

	begin(&w, &s, "mock");
	for (int i = 0; i < PROGRAMS; i++)
		if (fork() == 0) {
			ask_for_orders(&w);
			_exit(e.msg[0] != '\0');
		}
	while (wait(&status) > 0)
		good += status == 0;
	is_int(good, PROGRAMS, "programs at once are all answered");
	is_int(asked(&w, "tokenP"), 1, "with one token");
	end(&w);
}

static bool dies_at_rename;

int __real_rename(const char *, const char *);
int __wrap_rename(const char *, const char *);

int
__wrap_rename(const char *from, const char *to)
{
	if (dies_at_rename)
		raise(SIGKILL);
	return __real_rename(from, to);
}

/* Files of the token, by a pattern after its name. */
static size_t
token_files(const char *pattern)
{
	char *path = xasprintf("%s%s", token_path(), pattern);
	glob_t found;
	size_t n = glob(path, 0, NULL, &found) == 0 ? found.gl_pathc : 0;

	globfree(&found);
	free(path);
	return n;
}

/* Killed before its token was in the file: it is nowhere else for long. */
static void
test_token_killed(void)
{
	static const struct script s = { .answer = {
					     "200 " CODE("0", "KIOK0560") } };
	struct world w;

	begin(&w, &s, "mock");
	for (int i = 0; i < 2; i++) {
		int status;

		if (fork() == 0) {
			dies_at_rename = true;
			ask_for_orders(&w);
			_exit(0);
		}
		wait(&status);
		ok(WIFSIGNALED(status), "killed");
	}
	is_int((int)token_files("*.tmp"), 1, "what it leaves does not add up");
	ask_for_orders(&w);
	ok(e.msg[0] == '\0' && token_files("") == 1, "the next has a token");
	is_int((int)token_files("*.tmp"), 0, "and leaves no other about");
	end(&w);
}

/* ---- Secrets ---------------------------------------------------------------------- */

#define FIFTY "12345 789 12345 789 12345 789 12345 789 12345 789 "

/* Or the beginning of one. */
static bool
has_secret(const char *text)
{
	return strstr(text, "PSkeykey") != NULL ||
	    strstr(text, "s3cretS3cret") != NULL ||
	    strstr(text, "eyJ0eXAi") != NULL || strstr(text, ACCOUNT) != NULL ||
	    strstr(text, LOGIN) != NULL;
}

#define ORDER_ROW(odno, ord_qty)                                     \
	"{\"rt_cd\":\"0\",\"output1\":[{\"ord_dt\":\"20261123\","    \
	"\"ord_gno_brno\":\"91252\",\"odno\":\"" odno "\",\"pdno\":" \
	"\"005930\",\"sll_buy_dvsn_cd\":\"02\",\"ord_qty\":\"" ord_qty "\"}]}"

/* Everything that is said with -vv, good and bad, is read again. */
static void
test_secrets(void)
{
	static const struct script scripts[] = {
		{ .answer = { "200 " TAKEN } },
		{ .answer = { "500 {\"rt_cd\":\"1\",\"msg_cd\":\"EGW00121\","
			      "\"msg1\":\"" TOKEN " " KEY "\"}" } },
		{ .token = "403 {\"error_code\":\"EGW00103\","
			   "\"error_description\":\"" KEY " " SECRET "\"}" },
		{ .answer = { "502 " SECRET } },
		/* A server that repeats what it was sent, as JSON writes it. */
		{ .answer = { "500 {\"rt_cd\":\"1\",\"msg_cd\":\"EGW00001\","
			      "\"msg1\":\"" ESCAPED " " LOGIN "\"}" } },
		/* Words that are cut, and a secret with them. */
		{ .answer = { "200 {\"rt_cd\":\"1\",\"msg_cd\":\"APBK0952\","
			      "\"msg1\":\"" FIFTY FIFTY FIFTY
			      "12345 789 12345 789 " SECRET "\"}" } },
		{ .answer = { NULL }, .after = LOOP_RESET },
		/* Fields that hold what was sent, in place of a number. */
		{ .answer = { "200 " ORDER_ROW("10", SECRET) } },
		{ .answer = { "200 " ORDER_ROW("10", "50123456.5") } },
		{ .answer = { "200 " ORDER_ROW(KEY, "10") } },
		{ .answer = { "200 {\"rt_cd\":\"0\",\"output1\":[],\"output2\":"
			      "[{\"prvs_rcdl_excc_amt\":\"" ACCOUNT
			      ".01\"}]}" } },
	};
	struct broker_request q = { .code = "005930", .limit = 1, .n = 1 };
	static char text[1 << 20];
	char path[64];
	int fd, was = dup(STDERR_FILENO), leaks = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/log", dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	dup2(fd, STDERR_FILENO);
	log_level(+3);
	for (size_t i = 0; i < NELEM(scripts); i++) {
		struct broker_orders l = { 0 };
		struct broker_cash cash;
		struct world w;
		struct ack a;

		begin(&w, &scripts[i], "real");
		w.br->ops->place(w.br, &q, &a);
		leaks += has_secret(a.reason);
		e = (struct err){ 0 };
		w.br->ops->orders(w.br, 20261123, &l, &e);
		leaks += has_secret(e.msg);
		e = (struct err){ 0 };
		w.br->ops->cash(w.br, &cash, &e);
		leaks += has_secret(e.msg);
		free(l.item);
		end(&w);
	}
	log_level(-3);
	dup2(was, STDERR_FILENO);
	n = pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	close(was);
	ok(n > 1000 && strstr(text, "order-cash") != NULL,
	    "much was said: %zd bytes", n);
	ok(!has_secret(text), "and no secret in it");
	is_int(leaks, 0, "nor in what is told of an error");
}

static void
remove_folder(void)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	ok(system(cmd) == 0, "nothing is left behind");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	log_init("kis_wire");
	log_level(-2); /* what fails on purpose is judged, not read */
	test_requests();
	test_fates();
	test_too_late();
	test_long_reason();
	test_reads();
	test_connections();
	test_others();
	test_quotes();
	test_away();
	test_master();
	test_no_permits();
	test_balance();
	test_moment();
	test_settings();
	test_token();
	test_token_old();
	test_token_lost();
	test_token_unwritten();
	test_key_denied();
	test_token_at_once();
	test_token_killed();
	test_secrets();
	remove_folder();
	return done_testing();
}
