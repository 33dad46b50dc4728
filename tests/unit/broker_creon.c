/*
 * The CREON adapter against a gateway that says what a test wants: what it
 * asks, what it makes of the answers, and that an order goes out once.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "broker/kinds.h"
#include "loopback.h"
#include "tap.h"

static struct err e;

#include "refused.h"

#define TOKEN "0123456789abcdef0123456789abcdef"
#define DAY   20250314

/* ---- A gateway by script: the first line that begins with what is asked
 * answers, once. ---- */

static struct line {
	const char *begins; /* "GET /v1/cash" */
	int status;         /* 0: closes the connection in silence */
	const char *json;
	bool is_said;
} script[32];
static int nline;
static struct loop gateway;
static char answer_text[65536];

static void
say(const char *begins, int status, const char *json)
{
	script[nline++] = (struct line){ begins, status, json, false };
}

static struct loop_answer
answer(void *arg, const struct loop_request *q)
{
	(void)arg;
	for (int i = 0; i < nline; i++) {
		struct line *s = &script[i];

		if (s->is_said ||
		    strncmp(q->text, s->begins, strlen(s->begins)) != 0)
			continue;
		s->is_said = true;
		if (s->status == 0)
			return (struct loop_answer){ NULL, LOOP_CLOSE, 0 };
		snprintf(answer_text, sizeof(answer_text),
		    "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n%s", s->status,
		    strlen(s->json), s->json);
		return (struct loop_answer){ answer_text, LOOP_KEEP, 0 };
	}
	return (struct loop_answer){ "HTTP/1.1 418 X\r\n"
				     "Content-Length: 0\r\n\r\n",
		LOOP_KEEP, 0 };
}

/* How many requests began so since the script began. */
static int
asked(const char *begins)
{
	int n = 0;

	for (int i = 0; i < gateway.n; i++)
		n += strncmp(gateway.request[i].text, begins, strlen(begins)) ==
		    0;
	return n;
}

/* Did the last request hold this? */
static bool
last_has(const char *text)
{
	return gateway.n > 0 &&
	    strstr(gateway.request[gateway.n - 1].text, text) != NULL;
}

/* ---- A broker at it. */

#define STATUS(fake)                                      \
	"{\"protocol\":1,\"fake\":" fake ",\"event\":41," \
	"\"account\":\"*******89\",\"product\":\"01\",\"orders\":\"on\"}"

static char conf_path_[] = "/tmp/broker_creon.XXXXXX";
static struct conf *conf;
static struct calendar *cal;
static struct clock now;

static struct conf *
conf_of(const char *fmt, ...)
{
	FILE *f = fopen(conf_path_, "w");
	va_list ap;

	conf_close(conf);
	va_start(ap, fmt);
	if (f == NULL || vfprintf(f, fmt, ap) < 0 || fclose(f) != 0 ||
	    (conf = conf_open(conf_path_, true, &e)) == NULL)
		exit(99);
	va_end(ap);
	return conf;
}

static struct broker *
open_with(const char *more)
{
	struct broker_env env = { .clock = &now, .cal = cal };

	env.conf = conf_of("[broker]\nkind = creon\n"
			   "live = yes-trade-real-money\n"
			   "[creon]\nurl = http://127.0.0.1:%d/\n%s\n",
	    gateway.port, more);
	return broker_open(&env, &e);
}

/* A gateway and an open broker, for one test. */
static struct broker *
begin(const char *fake)
{
	nline = 0;
	loop_start(&gateway, answer, NULL);
	say("GET /v1/status", 200, fake);
	now = (struct clock){ clock_epoch_at(DAY, 905, 7), true };
	return open_with("token = " TOKEN);
}

static void
end(struct broker *br)
{
	broker_close(br);
	loop_stop(&gateway);
	loop_free(&gateway);
}

static void
must_be_open(const struct broker *br)
{
	if (!ok(br != NULL, "opens"))
		printf("# %s\n", e.msg);
	if (br == NULL)
		exit(1);
}

/* ---- Opening ------------------------------------------------------------ */

static void
opening(void)
{
	struct broker *br = begin(STATUS("true"));

	must_be_open(br);
	is_int(br->caps & CAP_REAL_MONEY, 0, "the fake is no real money");
	ok(last_has("\r\nAuthorization: Bearer " TOKEN "\r\n"), "the token");
	ok(strstr(gateway.request[0].text, "x-maemae-now") == NULL,
	    "before the fake is known, no time is told");
	end(br);

	br = begin(STATUS("false"));
	must_be_open(br);
	ok(br->caps & CAP_REAL_MONEY, "anything else is");
	say("GET /v1/cash", 200, "{\"settled\":5,\"buyable\":4}");
	br->ops->cash(br, &(struct broker_cash){ 0 }, &e);
	ok(!last_has("x-maemae-now"), "and is never told a time");
	end(br);
}

static void
who_it_trades_for(void)
{
	static const struct {
		const char *more, *why; /* NULL: opens */
		enum err_kind kind;
	} t[] = {
		{ "account = 123456789", NULL, E_NONE },
		{ "account = 123456789\nproduct = 01", NULL, E_NONE },
		{ "account = 123456788", "trades for *******89", E_CONFIG },
		{ "account = 9", "trades for *******89", E_CONFIG },
		{ "product = 10", "trades product 01", E_CONFIG },
	};
	char more[200];

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker *br = begin(STATUS("false"));

		broker_close(br);
		say("GET /v1/status", 200, STATUS("false"));
		snprintf(
		    more, sizeof(more), "token = " TOKEN "\n%s", t[i].more);
		br = open_with(more);
		if (t[i].why == NULL)
			ok(br != NULL, "%s", t[i].more);
		else
			refused(br == NULL, t[i].kind, t[i].why, t[i].more);
		end(br);
	}
}

static void
not_opening(void)
{
	static const struct {
		int status;
		const char *json, *why;
		enum err_kind kind;
	} t[] = {
		{ 401,
		    "{\"error\":{\"code\":\"unauthorized\",\"message\":"
		    "\"no such token\"}}",
		    "no such token", E_CONFIG },
		{ 200, "{\"protocol\":2}", "speaks version 2", E_BROKER },
		{ 200, "{}", "\"protocol\": want a whole number", E_BROKER },
		{ 200, "<html>", "not JSON", E_BROKER },
		{ 404, "nothing", "status 404", E_BROKER },
		{ 0, NULL, "", E_AWAY },
	};
	struct broker *br;

	for (size_t i = 0; i < NELEM(t); i++) {
		nline = 0;
		loop_start(&gateway, answer, NULL);
		say("GET /v1/status", t[i].status, t[i].json);
		say("GET /v1/status", t[i].status, t[i].json);
		br = open_with("token = " TOKEN);
		refused(br == NULL, t[i].kind, t[i].why,
		    t[i].why[0] != '\0' ? t[i].why : "silence");
		end(br);
	}
	refused(open_with("token = " TOKEN) == NULL, E_AWAY,
	    "CREON gateway at http://127.0.0.1:", "nobody there");
	refused(open_with("") == NULL, E_CONFIG, "wants token_file or token",
	    "no token");
	refused(open_with("token = short") == NULL, E_CONFIG,
	    "one word of 32 to 500 ASCII", "a short token");
	refused(open_with("token = " TOKEN "\ntoken_file = /x") == NULL,
	    E_CONFIG, "one of them", "two tokens");
	refused(open_with("token_file = /no/such/file") == NULL, E_CONFIG,
	    "/no/such/file: cannot be opened", "no such file");
	refused(open_with("token = 0123456789abcdef 0123456789abcdef") == NULL,
	    E_CONFIG, "one word", "two words");
	conf_of("[creon]\nurl = http://192.0.2.9:1\ntoken = " TOKEN "\n"
		"[broker]\nkind = creon\n");
	refused(broker_open(&(struct broker_env){ .clock = &now, .conf = conf },
		    &e) == NULL,
	    E_AWAY, "", "a public address in plain text");
}

static void
token_file(void)
{
	char path[] = "/tmp/broker_creon_token.XXXXXX", more[100];
	int fd = mkstemp(path);
	struct broker *br = begin(STATUS("true"));

	broker_close(br);
	if (write(fd, TOKEN "\r\nsecond line\n", strlen(TOKEN) + 14) == -1)
		exit(99);
	close(fd);
	snprintf(more, sizeof(more), "token_file = %s", path);
	say("GET /v1/status", 200, STATUS("true"));
	br = open_with(more);
	ok(br != NULL && last_has("Bearer " TOKEN "\r\n"),
	    "the first line of the file");
	broker_close(br);
	/* Cut, it would be another one, which the gateway does not know. */
	if ((fd = open(path, O_WRONLY | O_TRUNC)) == -1 ||
	    dprintf(fd, "%0501d\n", 7) != 502)
		exit(99);
	close(fd);
	refused(open_with(more) == NULL, E_CONFIG, "32 to 500 ASCII",
	    "a token that is too long");
	chmod(path, 0640);
	refused(open_with(more) == NULL, E_REFUSED, "others may read it",
	    "a file that others may read");
	unlink(path);
	end(NULL);
}

/* ---- Orders out --------------------------------------------------------- */

static const struct broker_request buy = { .key = "maemae-41-1741910701",
	.code = "005930",
	.side = SIDE_BUY,
	.limit = 55000,
	.n = 10,
	.broker_no = "12345" };

#define PUT       "PUT /v1/requests/maemae-41-1741910701 "
#define GET       "GET /v1/requests/maemae-41-1741910701 "
#define OUT(more) "{\"key\":\"maemae-41-1741910701\"," more "}"
#define ACCEPTED                                        \
	OUT("\"outcome\":\"accepted\",\"order\":12346," \
	    "\"reason\":\"\",\"in_flight\":false")
#define REJECTED                                    \
	OUT("\"outcome\":\"rejected\",\"order\":0," \
	    "\"reason\":\"주문가능금액 부족\",\"in_flight\":false")
#define UNKNOWN                                    \
	OUT("\"outcome\":\"unknown\",\"order\":0," \
	    "\"reason\":\"killed in between\",\"in_flight\":false")
#define ERROR(code, more)                                \
	"{\"error\":{\"code\":\"" code "\",\"message\":" \
	"\"words of the gateway\"" more "}}"

static void
what_is_sent(void)
{
	struct broker *br = begin(STATUS("true"));
	struct broker_request q = buy;
	struct ack ack;

	must_be_open(br);
	for (int i = 0; i < 5; i++)
		say(PUT, 200, ACCEPTED);
	is_int(br->ops->place(br, &q, &ack), PLACE_ACCEPTED, "accepted");
	is_str(ack.broker_no, "12346", "with its number");
	is_str(gateway.request[1].body,
	    "{\"action\":\"new\",\"code\":\"005930\",\"side\":\"buy\","
	    "\"qty\":10,\"price\":55000,\"kind\":\"limit\"}",
	    "a new order");
	ok(last_has("\r\nx-maemae-now: 2025-03-14 09:05:07\r\n"),
	    "the fake is told our time");
	q.is_market = true;
	q.side = SIDE_SELL;
	q.limit = 0;
	br->ops->place(br, &q, &ack);
	is_str(gateway.request[2].body,
	    "{\"action\":\"new\",\"code\":\"005930\",\"side\":\"sell\","
	    "\"qty\":10,\"price\":0,\"kind\":\"market\"}",
	    "at the market");
	br->ops->amend(br, &q, &ack);
	is_str(gateway.request[3].body,
	    "{\"action\":\"amend\",\"code\":\"005930\",\"order\":12345,"
	    "\"price\":0,\"kind\":\"market\"}",
	    "amended to the market");
	is_int(br->ops->amend(br, &buy, &ack), PLACE_ACCEPTED, "an amend");
	is_str(gateway.request[4].body,
	    "{\"action\":\"amend\",\"code\":\"005930\",\"order\":12345,"
	    "\"price\":55000,\"kind\":\"limit\"}",
	    "amended to a price");
	is_int(br->ops->cancel(br, &buy, &ack), PLACE_ACCEPTED, "a cancel");
	is_str(gateway.request[5].body,
	    "{\"action\":\"cancel\",\"code\":\"005930\",\"order\":12345}",
	    "cancelled");
	q.broker_no[0] = 'A';
	is_int(br->ops->cancel(br, &q, &ack), PLACE_REJECTED,
	    "a number of another broker");
	is_int(gateway.n, 6, "is not asked for");
	end(br);
}

static void
fates(void)
{
	static const struct {
		const char *name;
		int status; /* of the PUT; 0: lost */
		const char *json;
		int asked; /* the GET's status; -1: it is not asked */
		const char *told;
		enum place want;
		const char *reason;
	} t[] = {
		{ "rejected", 200, REJECTED, -1, NULL, PLACE_REJECTED,
		    "주문가능금액 부족" },
		{ "unknown to the gateway", 200, UNKNOWN, 200, UNKNOWN,
		    PLACE_UNKNOWN, "killed in between" },
		{ "unknown, known a moment later", 200, UNKNOWN, 200, ACCEPTED,
		    PLACE_ACCEPTED, "" },
		{ "lost, and accepted", 0, NULL, 200, ACCEPTED, PLACE_ACCEPTED,
		    "" },
		{ "lost, and rejected", 0, NULL, 200, REJECTED, PLACE_REJECTED,
		    "주문가능금액 부족" },
		{ "lost, and not seen: it may be on its way", 0, NULL, 404,
		    ERROR("not_seen", ""), PLACE_UNKNOWN, "" },
		{ "lost twice", 0, NULL, 0, NULL, PLACE_UNKNOWN, "" },
		{ "orders are off", 403, ERROR("orders_off", ""), -1, NULL,
		    PLACE_REJECTED, "words of the gateway" },
		{ "not connected", 503, ERROR("not_connected", ""), -1, NULL,
		    PLACE_REJECTED, "words of the gateway" },
		{ "a wait beyond patience", 429,
		    ERROR("limited", ",\"retry_after_ms\":60000"), -1, NULL,
		    PLACE_REJECTED, "words of the gateway" },
		{ "the key stands for another order", 409,
		    ERROR("key_reused", ""), 404, ERROR("not_seen", ""),
		    PLACE_UNKNOWN, "words of the gateway" },
		{ "an error of someone else", 502, "<html>bad gateway</html>",
		    404, ERROR("not_seen", ""), PLACE_UNKNOWN, "status 502" },
		{ "an answer that is none", 200, "ok", 404,
		    ERROR("not_seen", ""), PLACE_UNKNOWN, "not JSON" },
		{ "accepted without a number", 200,
		    OUT("\"outcome\":\"accepted\",\"order\":0,\"reason\":\"\","
			"\"in_flight\":false"),
		    200, UNKNOWN, PLACE_UNKNOWN, "killed in between" },
		{ "the outcome of another", 200,
		    "{\"key\":\"other\",\"outcome\":\"rejected\",\"order\":0,"
		    "\"reason\":\"x\",\"in_flight\":false}",
		    200, ACCEPTED, PLACE_ACCEPTED, "" },
		{ "turned away by the limit of requests", 200,
		    OUT("\"outcome\":\"rejected\",\"order\":0,"
			"\"reason\":\"words of the gateway\","
			"\"unsent\":true,\"limited\":true,"
			"\"in_flight\":false"),
		    -1, NULL, PLACE_REJECTED, "words of the gateway" },
		{ "not sent, for CREON's object cannot be made", 200,
		    OUT("\"outcome\":\"rejected\",\"order\":0,"
			"\"reason\":\"words of the gateway\","
			"\"unsent\":true,\"in_flight\":false"),
		    -1, NULL, PLACE_REJECTED, "words of the gateway" },
		{ "an outcome that we do not know", 200,
		    OUT("\"outcome\":\"perhaps\",\"order\":0,\"reason\":\"\","
			"\"in_flight\":false"),
		    404, ERROR("not_seen", ""), PLACE_UNKNOWN, "'perhaps'" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct broker *br = begin(STATUS("true"));
		struct ack ack = { 0 };

		must_be_open(br);
		say(PUT, t[i].status, t[i].json);
		if (t[i].asked >= 0)
			say(GET, t[i].asked, t[i].told);
		is_int(
		    br->ops->place(br, &buy, &ack), t[i].want, "%s", t[i].name);
		ok(strstr(ack.reason, t[i].reason) != NULL &&
			(t[i].want == PLACE_ACCEPTED) ==
			    (ack.broker_no[0] != '\0'),
		    "because: %s", ack.reason);
		ok(t[i].want == PLACE_ACCEPTED || ack.reason[0] != '\0',
		    "and says something");
		is_int(ack.is_unsent,
		    t[i].want == PLACE_REJECTED &&
			strcmp(t[i].reason, "words of the gateway") == 0,
		    "what the gateway turns away, CREON never saw");
		is_int(asked("PUT"), 1, "it was sent once");
		/* A GET that dies on a kept connection is asked again. */
		ok((asked(GET) > 0) == (t[i].asked >= 0),
		    "and asked for where it is not known");
		end(br);
	}
}

/* Words of any length are cut between characters. */
static void
long_words(void)
{
	struct broker *br = begin(STATUS("true"));
	struct ack ack;
	char json[2000], *p = json;

	must_be_open(br);
	p += sprintf(p, "{\"error\":{\"code\":\"busy\",\"message\":\"x");
	for (int i = 0; i < 300; i++)
		p += sprintf(p, "가");
	sprintf(p, "\"}}");
	say(PUT, 503, json);
	is_int(br->ops->place(br, &buy, &ack), PLACE_REJECTED, "long words");
	ok(utf8_valid(ack.reason, strlen(ack.reason)) &&
		strlen(ack.reason) == 1 + 3 * 52,
	    "are cut between characters");
	end(br);
}

static void
waits(void)
{
	struct broker *br = begin(STATUS("true"));
	struct broker_cash cash;
	struct ack ack;

	must_be_open(br);
	say(PUT, 429, ERROR("limited", ",\"retry_after_ms\":30"));
	say(PUT, 503, ERROR("busy", ",\"retry_after_ms\":0"));
	say(PUT, 200, ACCEPTED);
	is_int(br->ops->place(br, &buy, &ack), PLACE_ACCEPTED,
	    "refused for the moment, it is sent again");
	is_int(asked("PUT"), 3, "as often as it was refused");
	ok(strcmp(gateway.request[1].body, gateway.request[3].body) == 0,
	    "and is the same");
	say("GET /v1/cash", 429, ERROR("limited", ",\"retry_after_ms\":30"));
	say("GET /v1/cash", 200, "{\"settled\":-5,\"buyable\":4}");
	ok(br->ops->cash(br, &cash, &e) == 0 && cash.settled == -5 &&
		cash.buyable == 4,
	    "a query waits, too");
	say("GET /v1/cash", 503, ERROR("not_connected", ""));
	refused(br->ops->cash(br, &cash, &e) == -1, E_AWAY,
	    "words of the gateway", "without a time it does not");
	say("GET /v1/cash", 502,
	    "{\"error\":{\"code\":\"creon_failed\",\"message\":\"CpTd6033\"},"
	    "\"creon\":{\"ret\":0,\"status\":-1,\"message\":\"조회 오류\"}}");
	refused(br->ops->cash(br, &cash, &e) == -1, E_BROKER,
	    "CpTd6033 (CREON: 조회 오류)", "CREON's own words");
	end(br);
}

static void
nobody_there(void)
{
	struct broker *br = begin(STATUS("true"));
	struct ack ack;

	must_be_open(br);
	loop_stop(&gateway);
	is_int(br->ops->place(br, &buy, &ack), PLACE_REJECTED,
	    "what never arrived is rejected: %s", ack.reason);
	is_int(gateway.n, 1, "and was not");
	broker_close(br);
	loop_free(&gateway);
}

static void
real_money_off(void)
{
	struct broker_env env = { .clock = &now, .cal = cal };
	struct broker *br;
	struct ack ack;

	nline = 0;
	loop_start(&gateway, answer, NULL);
	say("GET /v1/status", 200, STATUS("false"));
	env.conf = conf_of("[broker]\nkind = creon\n[creon]\n"
			   "url = http://localhost:%d\ntoken = " TOKEN "\n",
	    gateway.port);
	br = broker_open(&env, &e);
	must_be_open(br);
	is_int(br->ops->place(br, &buy, &ack), PLACE_REJECTED,
	    "real money is off");
	is_int(asked("PUT"), 0, "and nothing left");
	end(br);

	br = begin("{\"protocol\":1,\"fake\":true,\"event\":1,\"account\":"
		   "\"\",\"product\":\"\",\"orders\":\"off\"}");
	must_be_open(br);
	ok(br->refuses != NULL && strstr(br->refuses, "creon-gateway") != NULL,
	    "orders are off at the gateway");
	is_int(br->ops->cancel(br, &buy, &ack), PLACE_REJECTED,
	    "which is told without asking it");
	is_int(asked("PUT"), 0, "and nothing left");
	end(br);
}

/* ---- The list of orders ------------------------------------------------- */

#define ROW(no, orig, action, qty, price, filled, won, left, more)             \
	"{\"order\":" #no ",\"original\":" #orig ",\"code\":\"005930\","       \
	"\"name\":\"삼성전자\",\"action\":\"" action "\",\"side\":\"buy\","    \
	"\"kind\":\"limit\",\"qty\":" #qty ",\"price\":" #price                \
	",\"filled\":" #filled ",\"filled_won\":" #won ",\"remaining\":" #left \
	"," more "}"
#define NO         "\"confirmed\":0,\"reason\":\"\",\"key\":\"\""
#define DONE       "\"confirmed\":10,\"reason\":\"\",\"key\":\"\""
#define REFUSED    "\"confirmed\":0,\"reason\":\"정정불가\",\"key\":\"\""
#define LIST(rows) "{\"date\":20250314,\"orders\":[" rows "]}"

static struct broker_orders list;

static int
read_list(struct broker *br, const char *json)
{
	free(list.item);
	list = (struct broker_orders){ 0 };
	say("GET /v1/orders ", 200, json);
	return br->ops->orders(br, DAY, &list, &e);
}

static void
one_is(int i, const char *no, const char *orig, enum broker_state state, qty n,
    qty filled, const char *what)
{
	const struct broker_order *o = &list.item[i];

	if (i >= list.n) {
		ok(false, "%s: no item %d", what, i);
		return;
	}
	is_str(o->broker_no, no, "%s: number", what);
	is_str(o->orig_no, orig, "%s: what it replaces", what);
	is_int(o->state, state, "%s: state", what);
	ok(o->n == n && o->filled == filled, "%s: %lld of %lld", what,
	    (long long)o->filled, (long long)o->n);
}

static void
one_order(struct broker *br)
{
	is_int(read_list(br,
		   LIST(ROW(7, 0, "new", 10, 55000, 4, 219990, 6,
		       "\"at\":\"2025-03-14T09:04:59+09:00\","
		       "\"confirmed\":0,\"reason\":\"\","
		       "\"key\":\"maemae-41-1\""))),
	    0, "a list");
	one_is(0, "7", "", BO_WORKING, 10, 4, "a working order");
	ok(list.item[0].filled_won == 219990 && list.item[0].limit == 55000 &&
		list.item[0].side == SIDE_BUY && !list.item[0].is_market &&
		list.item[0].at == 904,
	    "and what it is");
	is_str(list.item[0].key, "maemae-41-1", "with our key");
	is_int(read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 10, 5, 0, NO))),
	    0, "filled");
	one_is(0, "7", "", BO_FILLED, 10, 10, "a filled order");
	is_int(list.item[0].at, -1, "when it was taken is not said");
	is_int(
	    read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0, REFUSED))),
	    0, "refused by the exchange");
	one_is(0, "7", "", BO_REJECTED, 10, 0, "a rejected order");
	is_str(list.item[0].reason, "정정불가", "says why");
	read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0, NO)));
	one_is(0, "7", "", BO_WORKING, 10, 0, "one that waits to be accepted");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0,
		NO ",\"at\":\"2025-03-14T09:04:59+09:00\"")));
	one_is(0, "7", "", BO_CANCELLED, 10, 0, "one of which nothing is left");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0,
		NO ",\"accepted\":true,\"at\":null")));
	one_is(0, "7", "", BO_CANCELLED, 10, 0,
	    "accepted at a moment that nobody knows");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0,
		NO ",\"accepted\":false,\"at\":null")));
	one_is(
	    0, "7", "", BO_WORKING, 10, 0, "not accepted, as far as is known");
	is_int(read_list(br,
		   LIST(ROW(
		       7, 0, "new", 10, 55000, 0, 0, 0, NO ",\"accepted\":1"))),
	    -1, "neither true nor false");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0, NO) "," ROW(
		8, 7, "cancel", 10, 55000, 0, 0, 0, DONE)));
	one_is(0, "7", "", BO_CANCELLED, 10, 0, "cancelled, heard of or not");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0, NO) "," ROW(
		8, 7, "cancel", 10, 55000, 0, 0, 0, NO)));
	one_is(0, "7", "", BO_WORKING, 10, 0, "its cancel waits as well");
	/* What stands there where there is no original, no document says. */
	is_int(read_list(br,
		   LIST(ROW(7, 7, "new", 10, 55000, 0, 0, 10, NO) "," ROW(
		       8, -1, "new", 10, 55000, 0, 0, 10, NO))),
	    0, "new orders with something for an original");
	one_is(0, "7", "", BO_WORKING, 10, 0, "which names none");
	one_is(1, "8", "", BO_WORKING, 10, 0, "whatever it is");
	is_int(read_list(br, LIST("")), 0, "an empty list is one");
	is_int(list.n, 0, "of nothing");
}

static void
cancels_and_amends(struct broker *br)
{
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 0, NO) "," ROW(
		8, 7, "cancel", 6, 55000, 0, 0, 0, DONE)));
	is_int(list.n, 1, "a cancel is no order");
	one_is(0, "7", "", BO_CANCELLED, 10, 4, "the cancelled one");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 0, NO) "," ROW(
		8, 7, "cancel", 6, 55000, 0, 0, 0, NO)));
	one_is(0, "7", "", BO_WORKING, 10, 4, "one that is being cancelled");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 10, 5, 0, NO) "," ROW(
		8, 7, "cancel", 6, 55000, 0, 0, 0, NO)));
	one_is(0, "7", "", BO_FILLED, 10, 10, "it filled first");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 0,
		NO ",\"accepted\":true,\"at\":null") "," ROW(8, 7, "cancel", 10,
		55000, 0, 0, 0, NO)));
	one_is(0, "7", "", BO_WORKING, 10, 0,
	    "accepted, and its cancel is not confirmed");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 0, NO) "," ROW(8, 7,
		"cancel", 6, 55000, 0, 0, 0,
		REFUSED) "," ROW(9, 7, "cancel", 6, 55000, 0, 0, 0, DONE)));
	one_is(0, "7", "", BO_CANCELLED, 10, 4, "by the second of two");

	read_list(br,
	    LIST(ROW(8, 7, "amend", 6, 55100, 1, 5, 5, DONE) "," ROW(
		7, 0, "new", 10, 55000, 4, 5, 0, NO)));
	is_int(list.n, 2, "an amend is one, in any order of the list");
	one_is(0, "8", "7", BO_WORKING, 6, 1, "the amend");
	one_is(1, "7", "", BO_CANCELLED, 10, 4, "the amended");

	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 6, NO) "," ROW(
		8, 7, "amend", 0, 55100, 0, 0, 0, NO)));
	one_is(1, "8", "7", BO_WORKING, 6, 0, "an amend of all, under way");

	is_int(read_list(br,
		   LIST(ROW(7, 0, "new", 10, 55000, 10, 5, 0, NO) "," ROW(
		       8, 7, "amend", 0, 55100, 0, 0, 0, NO))),
	    0, "an amend of nothing is no fault of the list");
	is_int(list.n, 1, "and no order");
	one_is(0, "7", "", BO_FILLED, 10, 10, "its original");
	is_int(read_list(br, LIST(ROW(8, 7, "amend", 0, 55100, 0, 0, 0, NO))),
	    0, "nor where that is not listed");
	is_int(list.n, 0, "of nothing");

	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 6, NO) "," ROW(
		8, 7, "amend", 6, 55100, 0, 0, 0, REFUSED)));
	is_int(list.n, 1, "a refused amend is no order");
	one_is(0, "7", "8", BO_WORKING, 10, 4,
	    "the old one takes the place of the amend");

	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 10, 5, 0, NO) "," ROW(
		8, 7, "amend", 6, 55100, 0, 0, 0, REFUSED)));
	one_is(
	    0, "7", "", BO_FILLED, 10, 10, "one that filled before its amend");
}

static void
after_the_close(struct broker *br)
{
	now.now = clock_epoch_at(DAY, 1530, 59);
	read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 0, NO)));
	one_is(0, "7", "", BO_CANCELLED, 10, 4, "cancelled at CREON's screen");
	now.now = clock_epoch_at(DAY, 1531, 0);
	read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 0, NO)));
	one_is(0, "7", "", BO_EXPIRED, 10, 4, "taken back at the close");
	now.now = clock_epoch_at(DAY, 1534, 59);
	read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 6, NO)));
	one_is(0, "7", "", BO_WORKING, 10, 4, "fills of the auction may come");
	now.now = clock_epoch_at(DAY, 1535, 0);
	read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 6, NO)));
	one_is(0, "7", "", BO_EXPIRED, 10, 4, "what stands expires");
	read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 0, NO)));
	one_is(0, "7", "", BO_EXPIRED, 10, 4, "nobody cancelled it");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 4, 5, 0, NO) "," ROW(
		8, 7, "cancel", 6, 55000, 0, 0, 0, DONE)));
	one_is(0, "7", "", BO_CANCELLED, 10, 4, "somebody did");
	now.now = clock_epoch_at(DAY, 905, 7);
}

static void
bad_lists(struct broker *br)
{
	static const struct {
		const char *json, *why;
	} t[] = {
		{ "{\"date\":20250313,\"orders\":[]}", "got 20250313" },
		{ "{\"orders\":[]}", "\"date\": want a whole number" },
		{ "{\"date\":20250314}", "\"orders\": want a list" },
		{ LIST(ROW(0, 0, "new", 10, 55000, 0, 0, 10, NO)),
		    "\"order\"" },
		{ LIST(ROW(7, 0, "swap", 10, 5, 0, 0, 10, NO)), "'swap'" },
		{ LIST(ROW(7, -1, "amend", 10, 5, 0, 0, 10, NO)),
		    "\"original\"" },
		{ LIST(ROW(7, 0, "new", 10, 5, 11, 5, 0, NO)),
		    "order 7 of 10 has 11 filled" },
		{ LIST(ROW(7, 0, "new", 10, 5, 5, 5, 6, NO)), "6 left" },
		{ LIST(ROW(7, 0, "new", 0, 5, 0, 5, 0, NO)), "order 7 of 0" },
		{ LIST(ROW(7, 0, "new", 10, 5, 5, 5, 5,
		      "\"confirmed\":0,\"reason\":\"\"")),
		    "\"key\"" },
		{ LIST(ROW(
		      7, 0, "new", 10, 5, 5, 5, 5, NO ",\"at\":\"yesterday\"")),
		    "'yesterday' is no moment" },
		{ LIST("{}"), "order 0 of the list: \"order\"" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		refused(read_list(br, t[i].json) == -1, E_BROKER, t[i].why,
		    t[i].why);
	}
	is_int(br->ops->orders(br, 20250313, &list, &e), 1,
	    "another day is not listed");
}

/* ---- Moments are by the gateway's clock, and told by ours (09:05:07) */

#define HEARD(key)                                             \
	"\"confirmed\":0,\"reason\":\"\",\"key\":\"" key "\"," \
	"\"at\":\"2025-03-14T09:05:00+09:00\""
#define STATUS_AT(iso)                                  \
	"{\"protocol\":1,\"fake\":true,\"event\":41,"   \
	"\"account\":\"*******89\",\"product\":\"01\"," \
	"\"orders\":\"on\",\"now\":\"" iso "\"}"

static void
by_our_clock(struct broker *br)
{
	static const struct {
		const char *name;
		int status; /* of /v1/status */
		const char *json;
		hhmm at;
		int second;
	} t[] = {
		{ "the same clock", 200, STATUS_AT("2025-03-14T09:05:07+09:00"),
		    905, 0 },
		{ "twelve seconds behind", 200,
		    STATUS_AT("2025-03-14T09:04:55+09:00"), 905, 12 },
		{ "three minutes ahead", 200,
		    STATUS_AT("2025-03-14T09:08:07+09:00"), 902, 0 },
		{ "of another zone", 200,
		    STATUS_AT("2025-03-14T00:05:07+00:00"), 905, 0 },
		{ "a day ahead", 200, STATUS_AT("2025-03-15T09:05:07+09:00"),
		    -1, 0 },
		{ "one that is not told", 200, STATUS("true"), -1, 0 },
		{ "no clock at all", 200, STATUS_AT("half past nine"), -1, 0 },
		{ "a gateway that does not answer", 503, ERROR("stopping", ""),
		    -1, 0 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		const struct broker_order *o;

		say("GET /v1/status", t[i].status, t[i].json);
		is_int(
		    read_list(br,
			LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 10, HEARD("")))),
		    0, "%s: a list", t[i].name);
		o = &list.item[0];
		is_int(o->at, t[i].at, "%s: the minute", t[i].name);
		ok(o->at == -1 || (o->has_second && o->second == t[i].second),
		    "%s: the second %d", t[i].name, o->second);
		one_is(0, "7", "", BO_WORKING, 10, 0, t[i].name);
		nline = 0;
	}
	is_int(asked("GET /v1/status"), 1 + (int)NELEM(t), "asked each time");
	read_list(br,
	    LIST(ROW(7, 0, "new", 10, 55000, 0, 0, 10,
		HEARD("maemae-41-1")) "," ROW(8, 0, "new", 10, 55000, 0, 0, 10,
		NO)));
	is_int(asked("GET /v1/status"), 1 + (int)NELEM(t),
	    "but where all that has a moment has a key");
}

/* Does it prove that an order is not there? */
static void
complete(struct broker *br)
{
	static const struct {
		const char *more;
		int rc;
		bool is_short;
	} t[] = {
		{ ",\"complete\":true,\"missing\":[]", 0, false },
		{ ",\"complete\":false,\"missing\":[8]", 0, true },
		{ "", 0, true },
		{ ",\"complete\":1", -1, true },
	};
	char json[100];

	for (size_t i = 0; i < NELEM(t); i++) {
		snprintf(json, sizeof(json),
		    "{\"date\":20250314,\"orders\":[]%s}", t[i].more);
		is_int(read_list(br, json), t[i].rc, "a list%s", t[i].more);
		ok(list.is_short == t[i].is_short, "is%s all there is",
		    t[i].is_short ? " not" : "");
	}
}

static void
torn(struct broker *br)
{
	int before = asked("GET /v1/orders ");

	say("GET /v1/orders ", 200,
	    LIST(ROW(7, 0, "new", 10, 55000, 4, null, 6, NO)));
	is_int(read_list(br, LIST(ROW(7, 0, "new", 10, 55000, 5, 5, 5, NO))), 0,
	    "a list that changed as it was read is read again");
	one_is(0, "7", "", BO_WORKING, 10, 5, "and then whole");
	is_int(asked("GET /v1/orders ") - before, 2, "twice");
	for (int i = 0; i < 2; i++)
		say("GET /v1/orders ", 200,
		    LIST(ROW(7, 0, "new", 10, 55000, 4, null, 6, NO)));
	refused(read_list(br,
		    LIST(ROW(7, 0, "new", 10, 55000, 4, null, 6, NO))) == -1,
	    E_BROKER, "changes as it is read", "three times is enough");
}

static void
lists(void)
{
	void (*const part[])(struct broker *) = { one_order, cancels_and_amends,
		after_the_close, bad_lists, by_our_clock, complete, torn };

	for (size_t i = 0; i < NELEM(part); i++) {
		struct broker *br = begin(STATUS("true"));

		must_be_open(br);
		part[i](br);
		end(br);
	}
	free(list.item);
}

/* ---- The account -------------------------------------------------------- */

#define HELD(code, qty, sellable, cost, credit)               \
	"{\"code\":\"" code "\",\"name\":\"x\",\"qty\":" #qty \
	",\"sellable\":" #sellable ",\"cost\":" #cost         \
	",\"average\":\"1.0\",\"credit\":" credit "}"

static void
account(void)
{
	struct broker *br = begin(STATUS("true"));
	struct broker_holdings held = { 0 };
	won cash;
	qty n;

	must_be_open(br);
	say("GET /v1/positions ", 200,
	    "{\"settled\":5,\"positions\":[" HELD("005930", 10, 8, 550000,
		"false") "," HELD("000660", 0, 0, 0, "false") "," HELD("005930",
		5, 5, 250000,
		"true") "," HELD("0088A0", 1, 1, 7, "false") "]}");
	is_int(br->ops->holdings(br, &held, &e), 0, "holdings");
	is_int(held.n, 2, "a stock once, none of nothing");
	ok(held.n == 2 && strcmp(held.item[0].code, "005930") == 0 &&
		held.item[0].n == 15 && held.item[0].cost == 800000,
	    "with what is held on credit");
	ok(held.n == 2 && held.item[0].sellable == 8,
	    "which cannot be sold from here");
	say("GET /v1/positions ", 200,
	    "{\"positions\":[" HELD("005930", 10, 11, 5, "false") "]}");
	refused(br->ops->holdings(br, &held, &e) == -1, E_BROKER,
	    "position 0: \"sellable\": 11", "more to sell than is held");
	say("GET /v1/positions ", 200, "{}");
	refused(br->ops->holdings(br, &held, &e) == -1, E_BROKER,
	    "\"positions\": want a list", "none is said, not guessed");
	say("GET /v1/buyable?code=005930&price=55000 ", 200,
	    "{\"buyable\":9100000,\"buyable_cash\":1,\"qty\":165}");
	ok(br->ops->buyable(br, "005930", 55000, &cash, &e) == 0 &&
		cash == 9100000,
	    "what a buy may take");
	say("GET /v1/buyable?code=005930 ", 200, "{\"buyable\":7}");
	ok(br->ops->buyable(br, "005930", 0, &cash, &e) == 0 && cash == 7,
	    "at the market");
	say("GET /v1/sellable?code=005930 ", 200,
	    "{\"held\":10,\"sellable\":8}");
	ok(br->ops->sellable(br, "005930", &n, &e) == 0 && n == 8,
	    "what can be sold");
	free(held.item);
	end(br);
}

/* ---- The market --------------------------------------------------------- */

#define QUOTE(code, halted, control, adm)                                 \
	"{\"code\":\"" code "\",\"known\":true,\"name\":\"x\",\"last\":"  \
	"55000,\"open\":1,\"high\":1,\"low\":1,\"bid\":54900,\"ask\":"    \
	"55000,\"volume\":123,\"value\":1,\"prev_close\":54000,\"base\":" \
	"54500,\"upper\":70800,\"lower\":38200,\"time\":905,\"session\":" \
	"\"open\",\"halted\":" halted ",\"control\":" #control            \
	",\"administrative\":" adm "}"

static void
quotes(void)
{
	struct broker *br = begin(STATUS("true"));
	struct broker_quote q[4] = { { .code = "005930" }, { .code = "999999" },
		{ .code = "000660" }, { .code = "000020" } };
	struct broker_quote many[401] = { 0 };
	char text[20000] = "{\"quotes\":[", *p;

	must_be_open(br);
	say("GET /v1/quotes?codes=005930,999999,000660,000020 ", 200,
	    "{\"quotes\":[" QUOTE("005930", "false", 1,
		"false") ",{\"code\":\"999999\",\"known\":false}," QUOTE("000660",
		"true", 2,
		"false") "," QUOTE("000020", "false", 0, "true") "]}");
	is_int(br->ops->quotes(br, q, 4, &e), 0, "quotes");
	ok(q[0].last == 55000 && q[0].bid == 54900 && q[0].ask == 55000 &&
		q[0].base == 54500 && q[0].upper == 70800 &&
		q[0].lower == 38200 && q[0].volume == 123,
	    "of a stock; its base price is the day's");
	ok(!q[0].is_halted && !q[0].no_entry && q[0].has_status,
	    "caution is no reason");
	ok(q[1].last == 0 && q[1].base == 0 && !q[1].has_status,
	    "one that is not known");
	ok(q[2].is_halted && q[2].no_entry, "halted, and warned of");
	ok(!q[3].is_halted && q[3].no_entry, "administrative");
	say("GET /v1/quotes", 200,
	    "{\"quotes\":[{\"code\":\"000660\",\"known\":false}]}");
	refused(br->ops->quotes(br, q, 1, &e) == -1, E_BROKER,
	    "asked for 005930, got 000660", "another stock's");
	say("GET /v1/quotes", 200, "{\"quotes\":[]}");
	refused(br->ops->quotes(br, q, 1, &e) == -1, E_BROKER,
	    "asked for 1 quotes, got 0", "fewer than asked for");

	/* 401 codes take three questions. */
	p = text + strlen(text);
	for (int i = 0; i < 200; i++)
		p += sprintf(p, "%s{\"code\":\"000001\",\"known\":false}",
		    i > 0 ? "," : "");
	strcpy(p, "]}");
	for (int i = 0; i < 401; i++)
		strcpy(many[i].code, "000001");
	say("GET /v1/quotes", 200, text);
	say("GET /v1/quotes", 200, text);
	say("GET /v1/quotes", 200,
	    "{\"quotes\":[{\"code\":\"000001\",\"known\":false}]}");
	is_int(br->ops->quotes(br, many, 401, &e), 0, "many quotes");
	is_int(asked("GET /v1/quotes"), 6, "two hundred at a time");
	end(br);
}

/* "901 902 1530" of what the store holds. */
static const char *
times(const struct bar_store *s)
{
	static char buf[256];
	size_t n = 0;

	buf[0] = '\0';
	for (int i = 0; i < s->n; i++)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%d",
		    i > 0 ? " " : "", s->has_time ? s->time[i] : s->date[i]);
	return buf;
}

#define MIN(t)     "[20250314," #t ",10,12,9,11,100,1000]"
#define BARS(rows) "{\"code\":\"005930\",\"bars\":[" rows "]}"
#define MINUTES                                                                 \
	BARS("[20250313,1530,10,12,9,11,100,1]," MIN(900) "," MIN(901) "," MIN( \
	    902) "," MIN(1000) "," MIN(1001) "," MIN(1520) "," MIN(1530) "," MIN(1600))

static void
bars(void)
{
	static const struct {
		const char *json, *why;
	} bad[] = {
		{ BARS(MIN(902) "," MIN(901)), "901 after 902" },
		{ BARS(MIN(902) "," MIN(902)), "902 after 902" },
		{ BARS("[20250314,960,1,1,1,1,1,1]"), "is no moment" },
		{ BARS("[20250314,901,1,1,1,1]"), "there is nothing" },
		{ BARS("[20250314,901,9,8,7,7,1,1]"), "not between" },
		{ BARS("[20250314,901,8,8,0,7,1,1]"), "not between" },
		{ BARS("[20250314,901,1,1,1,0,0,0]"), "0 is not in 1 to" },
		{ BARS("7"), "bar 0" },
	};
	struct broker *br = begin(STATUS("true"));
	struct bar_store s;
	const char *path = "GET /v1/bars/minute?code=005930&from=20250314&"
			   "to=20250314 ";

	must_be_open(br);
	bar_store_init(&s, true);
	say(path, 200, MINUTES);
	is_int(br->ops->minute_bars(br, "005930", DAY, 0, 2359, &s, &e), 0,
	    "minutes");
	is_str(times(&s), "900 901 959 1000 1519 1530",
	    "labels are the first minute; the close stays; no after-hours");
	ok(s.open[0] == 10 && s.high[0] == 12 && s.low[0] == 9 &&
		s.close[0] == 11 && s.volume[0] == 100 && s.date[0] == DAY,
	    "and what is in them");
	bar_store_clear(&s);
	say(path, 200, MINUTES);
	br->ops->minute_bars(br, "005930", DAY, 901, 1000, &s, &e);
	is_str(times(&s), "901 959 1000", "from and to are first minutes");
	for (size_t i = 0; i < NELEM(bad); i++) {
		say(path, 200, bad[i].json);
		refused(br->ops->minute_bars(
			    br, "005930", DAY, 0, 2359, &s, &e) == -1,
		    E_BROKER, bad[i].why, bad[i].why);
	}
	bar_store_fini(&s);

	bar_store_init(&s, false);
	say("GET /v1/bars/day?code=005930&from=20250311&to=20250313 ", 200,
	    BARS("[20250310,1,1,1,1,1,1],[20250311,1,1,1,1,1,1],"
		 "[20250313,1,1,1,1,1,1],[20250314,1,1,1,1,1,1]"));
	is_int(br->ops->daily_bars(br, "005930", 20250311, 20250313, &s, &e), 0,
	    "days");
	is_str(times(&s), "20250311 20250313", "those that were asked for");
	bar_store_clear(&s);
	say("GET /v1/bars/day?code=005930&from=20250311&to=20250313 ", 200,
	    BARS("[20250311,7,8,6,7,1,1],[20250312,0,0,0,7,0,0]"));
	is_int(br->ops->daily_bars(br, "005930", 20250311, 20250313, &s, &e), 0,
	    "a day on which it was halted");
	ok(s.n == 2 && s.open[1] == 7 && s.high[1] == 7 && s.low[1] == 7 &&
		s.close[1] == 7 && s.volume[1] == 0,
	    "is its last close, without volume");
	bar_store_fini(&s);
	end(br);
}

/* A day that begins and ends an hour later. */
static void
late_day(void)
{
	struct broker *br = begin(STATUS("true"));
	struct bar_store s;

	must_be_open(br);
	bar_store_init(&s, true);
	say("GET /v1/bars/minute", 200,
	    BARS("[20250317,1001,1,1,1,1,1,1],[20250317,1530,1,1,1,1,1,1],"
		 "[20250317,1630,1,1,1,1,1,1]"));
	br->ops->minute_bars(br, "005930", 20250317, 0, 2359, &s, &e);
	is_str(times(&s), "1000 1529 1630", "the close is the calendar's");
	bar_store_fini(&s);
	end(br);
}

#define STOCK(code, name, market, section)                                  \
	"{\"code\":\"" code "\",\"name\":\"" name "\",\"market\":\"" market \
	"\",\"section\":\"" section "\",\"halted\":false}"

static void
stocks(void)
{
	struct broker *br = begin(STATUS("true"));
	struct broker_stocks l = { 0 };

	must_be_open(br);
	say("GET /v1/stocks ", 200,
	    "{\"stocks\":[" STOCK("005930", "삼성전자", "kospi",
		"share") "," STOCK("035720", "카카오", "kosdaq",
		"share") "," STOCK("122630", "KODEX 레버리지", "kospi",
		"etf") "," STOCK("500001", "어떤 2X ETN", "kospi",
		"etn") "," STOCK("123456", "레버리지상사", "kosdaq",
		"share") "," STOCK("57J001", "어떤 ELW", "kospi", "elw") "]}");
	is_int(br->ops->stocks(br, &l, &e), 0, "stocks");
	is_int(l.n, 5, "what is not traded is left out");
	ok(l.n == 5 && l.item[0].kind == KIND_KOSPI &&
		l.item[1].kind == KIND_KOSDAQ && l.item[2].kind == KIND_ETF &&
		l.item[3].kind == KIND_ETN && l.item[4].kind == KIND_KOSDAQ,
	    "kinds");
	ok(l.n == 5 && l.item[0].leverage == 1 && l.item[2].leverage == 2 &&
		l.item[3].leverage == 2 && l.item[4].leverage == 1,
	    "what moves twice as much, by its name, where it is a fund");
	is_str(l.n == 5 ? l.item[0].name : "", "삼성전자", "names");
	free(l.item);
	end(br);
}

/* ---- News --------------------------------------------------------------- */

static void
news(void)
{
	struct broker *br = begin(STATUS("true"));
	epoch t = 5;

	must_be_open(br);
	say("GET /v1/events?after=41&wait_ms=10 ", 200,
	    "{\"last\":41,\"events\":[]}");
	is_int(br->ops->wait_event(br, 10, &e), 0, "none");
	say("GET /v1/events?after=41&wait_ms=10 ", 200,
	    "{\"last\":44,\"events\":[{\"n\":42,\"ours\":false},"
	    "{\"n\":43,\"ours\":true}]}");
	is_int(br->ops->wait_event(br, 10, &e), 1, "news of ours");
	say("GET /v1/events?after=43&wait_ms=25000 ", 200,
	    "{\"last\":44,\"events\":[{\"n\":44,\"ours\":false}]}");
	is_int(br->ops->wait_event(br, 60000, &e), 0,
	    "another account's is none; the wait is bounded");
	say("GET /v1/events?after=44&wait_ms=10 ", 200,
	    "{\"last\":45,\"events\":[]}");
	is_int(br->ops->wait_event(br, 10, &e), 0, "one that is not shown yet");
	say("GET /v1/events?after=44&wait_ms=10 ", 200,
	    "{\"last\":45,\"events\":[{\"n\":45,\"ours\":true}]}");
	is_int(br->ops->wait_event(br, 10, &e), 1, "is shown the next time");
	say("GET /v1/events?after=45&wait_ms=10 ", 409,
	    ERROR("events_gone", ""));
	say("GET /v1/events?after=-1 ", 200, "{\"last\":3,\"events\":[]}");
	is_int(br->ops->wait_event(br, 10, &e), 1,
	    "another log: all of it may be news");
	say("GET /v1/events?after=3&wait_ms=10 ", 503,
	    ERROR("not_connected", ""));
	refused(br->ops->wait_event(br, 10, &e) == -1, E_BROKER,
	    "words of the gateway", "a gateway that cannot");
	say("GET /v1/events?after=3&wait_ms=10 ", 200,
	    "{\"last\":5,\"events\":[{\"n\":5,\"ours\":true},"
	    "{\"n\":4,\"ours\":true}]}");
	refused(br->ops->wait_event(br, 10, &e) == -1, E_DATA, "event 1",
	    "numbers that go back");
	ok(br->ops->time(br, &t, &e) == 0 && t == 0, "it has no time");
	end(br);
}

int
main(void)
{
	static const struct session day[] = {
		{ DAY, true, 830, 900, 0, 0, 1520, 1530 },
		{ 20250317, true, 930, 1000, 0, 0, 1620, 1630 },
	};
	int fd = mkstemp(conf_path_);

	if (fd == -1)
		return 99;
	close(fd);
	cal = calendar_new(day, NELEM(day));
	opening();
	who_it_trades_for();
	not_opening();
	token_file();
	what_is_sent();
	fates();
	long_words();
	waits();
	nobody_there();
	real_money_off();
	lists();
	account();
	quotes();
	bars();
	late_day();
	stocks();
	news();
	conf_close(conf);
	calendar_free(cal);
	unlink(conf_path_);
	return done_testing();
}
