/*
 * The KIS sandbox without sockets: what its streams say, what it does with
 * requests that are none, and its small parts.  How REST looks from outside
 * is asked in tests/kis-sandbox.bats.
 */
#include <openssl/evp.h>
#include <zlib.h>

#include "sandbox/trouble.h"
#include "sandbox/zip.h"
#include "sandbox_world.h"

/* ---- Streams -------------------------------------------------------------------- */

static struct sandbox_stream *st;
static char iv[20], aes_key[40];
static char *message; /* the last one */

/* The next message, or "". */
static const char *
next(void)
{
	free(message);
	message = sandbox_stream_next(st);
	return message != NULL ? message : "";
}

static int
count(const char *text, char c)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += *text == c;
	return n;
}

static void
say(const char *type, const char *tr_id, const char *key)
{
	char text[400];

	snprintf(text, sizeof(text),
	    "{\"header\":{\"approval_key\":\"%s\",\"custtype\":\"P\","
	    "\"tr_type\":\"%s\",\"content-type\":\"utf-8\"},"
	    "\"body\":{\"input\":{\"tr_id\":\"%s\",\"tr_key\":\"%s\"}}}",
	    w.approval, type, tr_id, key);
	sandbox_stream_text(st, text, strlen(text));
}

/* The code of the acknowledgement that comes now; its iv and key are kept. */
static const char *
code(void)
{
	static char got[16];
	struct err e;
	const char *text = next();
	struct json *doc = json_parse(text, strlen(text), &e);
	const struct json *body = json_get(doc, "body");
	const struct json *out = json_get(body, "output");
	const char *c = json_chars(json_get(body, "msg_cd"));

	snprintf(got, sizeof(got), "%s", c != NULL ? c : "none");
	if (json_chars(json_get(out, "iv")) != NULL) {
		snprintf(iv, sizeof(iv), "%s", json_chars(json_get(out, "iv")));
		snprintf(aes_key, sizeof(aes_key), "%s",
		    json_chars(json_get(out, "key")));
	}
	json_free(doc);
	return got;
}

static void
listen(bool is_mock)
{
	new_world(is_mock);
	st = sandbox_stream_open(w.sb);
	say("1", is_mock ? "H0STCNI9" : "H0STCNI0", SANDBOX_HTS_ID);
	is_str(code(), "OPSP0000", "notices are subscribed to");
}

static void
hang_up(void)
{
	sandbox_stream_close(st);
	st = NULL;
	free(message);
	message = NULL;
}

static char whole_notice[600];

/* Fields 2..16 of the notice that comes now, decrypted; "" for none. */
static const char *
notice(void)
{
	static char plain[600];
	unsigned char raw[800];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const char *text = next(), *p = strrchr(text, '|');
	char *from = plain;
	int n, m = 0, k = 0;

	plain[0] = '\0';
	if (p != NULL && strncmp(text, "1|H0STCNI0|001|", 15) == 0) {
		n = EVP_DecodeBlock(
		    raw, (const unsigned char *)p + 1, (int)strlen(p + 1));
		n -= n % 16; /* what base64's own padding has added */
		EVP_DecryptInit_ex(ctx, EVP_aes_256_cbc(), NULL,
		    (unsigned char *)aes_key, (unsigned char *)iv);
		EVP_DecryptUpdate(ctx, (unsigned char *)plain, &m, raw, n);
		if (EVP_DecryptFinal_ex(ctx, (unsigned char *)plain + m, &k) !=
		    1)
			k = -m;
		plain[m + k] = '\0';
	}
	EVP_CIPHER_CTX_free(ctx);
	memcpy(whole_notice, plain, sizeof(plain));
	n = 1;
	for (char *s = plain; *s != '\0'; s++)
		if (*s == '^' && ++n == 3)
			from = s + 1;
		else if (n == 18) {
			*s = '\0';
			break;
		}
	return from;
}

/* The layout of before KRX and NXT were told apart. */
static void
old_notices(void)
{
	char text[600];
	int width;

	for (int i = 0; i < 2; i++) {
		notice_fields = i == 0 ? 23 : 26;
		listen(false);
		order("buy", 10, 10000);
		clock_at("09:01");
		notice();
		is_str(notice(),
		    "0000000001^^02^0^00^0^005930^0000000010^000010000^090100"
		    "^0^2^2^91252^000000010",
		    "%d fields begin alike", notice_fields);
		memcpy(text, whole_notice, sizeof(text));
		width = 1;
		for (const char *s = text; *s != '\0'; s++)
			width += *s == '^';
		is_int(width, notice_fields, "there are as many as asked for");
		ok(strstr(text,
		       i == 0 ?
			   "^홍길동^삼성전자^10^^삼성전자^000010000" :
			   "^홍길동^000000000^1^Y^^10^^삼성전자^000010000") !=
			NULL,
		    "and end as the papers say: %s", text);
		hang_up();
	}
	notice_fields = 0;
}

static void
notices(void)
{
	listen(false);
	clock_at("09:05:11");
	order("buy", 10, 9000);
	is_str(notice(),
	    "0000000001^^02^0^00^0^005930^0000000010^000009000^090511^0^1^1"
	    "^91252^000000010",
	    "an acceptance, with what was ordered");
	is_str(next(), "", "and no more");
	change("01", "1", 10010);
	is_str(notice(),
	    "0000000002^0000000001^02^1^00^0^005930^0000000010^000010010"
	    "^090511^0^1^1^91252^000000010",
	    "an amend, accepted");
	is_str(notice(),
	    "0000000002^0000000001^02^1^00^0^005930^0000000010^000010010"
	    "^090511^0^1^2^91252^000000010",
	    "and confirmed");
	clock_at("09:06:02");
	is_str(notice(),
	    "0000000002^0000000001^02^0^00^0^005930^0000000010^000010000"
	    "^090602^0^2^2^91252^000000010",
	    "a fill, when the minute is over");
	is_str(next(), "", "told once");
	order("buy", 1, 9000);
	notice();
	change("02", "3", 0);
	is_str(notice(),
	    "5000000004^0000000003^02^2^00^0^005930^0000000001^000009000"
	    "^090602^0^1^1^91252^000000001",
	    "a cancel, accepted");
	notice();
	is_str(next(), "", "and confirmed");
	hang_up();
}

/* What happened while nobody listened stays untold. */
static void
missed(void)
{
	new_world(false);
	order("buy", 10, 10000);
	clock_at("09:01");
	st = sandbox_stream_open(w.sb);
	say("1", "H0STCNI0", SANDBOX_HTS_ID);
	is_str(code(), "OPSP0000", "subscribed after a fill");
	sandbox_tick(w.sb);
	is_str(next(), "", "which is not told");
	order("sell", 10, 10000);
	notice();
	clock_at("09:02");
	is_str(notice(),
	    "0000000002^^01^0^00^0^005930^0000000010^000010000^090200^0^2^2"
	    "^91252^000000010",
	    "the next one is");
	hang_up();
}

/* Its field takes 36 bytes, of which a character of Korean is three. */
static void
long_name(void)
{
	stock_name = "K열두자가넘는이름인종목주식회사";
	listen(false);
	order("buy", 1, 9000);
	notice();
	ok(strstr(whole_notice, "^K열두자가넘는이름인종목^") != NULL,
	    "a long name ends with a whole character: %s", whole_notice);
	hang_up();
	stock_name = "삼성전자";
}

static void
notice_troubles(void)
{
	struct err e;

	listen(false);
	sandbox_trouble(w.sb, "twice,times=1", &e);
	order("buy", 1, 9000);
	ok(notice()[0] != '\0' && notice()[0] != '\0', "a notice comes twice");
	is_str(next(), "", "and not thrice");
	sandbox_trouble(w.sb, "large,times=1", &e);
	order("buy", 1, 9000);
	ok(strlen(next()) > 65536, "a message is large");
	is_int(count(message, '^'), 240 * 46 - 1, "and whole");
	ok(notice()[0] == '0', "a notice is behind it");
	sandbox_trouble(w.sb, "no-notice,times=1", &e);
	order("buy", 1, 9000);
	is_str(next(), "", "one does not come");
	sandbox_trouble(w.sb, "silent,times=1", &e);
	order("buy", 1, 9000);
	is_str(next(), "", "nor over a silent line");
	order("buy", 1, 9000);
	ok(notice()[0] == '0', "then they do");
	ok(!sandbox_stream_is_dropped(st), "the line stands");
	sandbox_trouble(w.sb, "hang-up,times=1", &e);
	sandbox_tick(w.sb);
	ok(sandbox_stream_is_dropped(st), "until it is hung up");
	hang_up();
}

static void
subscriptions(void)
{
	struct sandbox_stream *first;
	char key[16];

	listen(false);
	say("1", "H0STCNI0", SANDBOX_HTS_ID);
	is_str(code(), "OPSP0002", "twice");
	say("2", "H0STCNT0", CODE);
	is_str(code(), "OPSP0003", "what was not there");
	for (int i = 1; i < 41; i++) {
		snprintf(key, sizeof(key), "%06d", i);
		say("1", "H0STCNT0", key);
		if (strcmp(code(), "OPSP0000") != 0)
			ok(false, "subscription %d", i);
	}
	say("1", "H0STASP0", CODE);
	is_str(code(), "OPSP0008", "the 42nd");
	say("2", "H0STCNT0", "000007");
	is_str(code(), "OPSP0001", "one ends");
	say("1", "H0STASP0", CODE);
	is_str(code(), "OPSP0000", "and makes room");
	say("1", "H0STCNI9", SANDBOX_HTS_ID);
	is_str(code(), "OPSP8991", "the mock's channel");
	say("1", "H0GSCNI9", SANDBOX_HTS_ID);
	is_str(code(), "OPSP8991", "and of orders abroad");
	say("2", "H0STASP0", CODE);
	code();
	say("1", "H0GSCNI0", SANDBOX_HTS_ID);
	is_str(code(), "OPSP0000", "which the real one has, too");
	ok(strstr(message, "\"encrypt\":\"Y\"") != NULL, "encrypted");
	order("buy", 1, 9000);
	ok(notice()[0] == '0', "it says nothing: one notice of an order");
	is_str(next(), "", "here");
	say("3", "H0STCNT0", CODE);
	is_str(code(), "OPSP8997", "no such wish");
	sandbox_stream_text(st, "{\"x\":", 5);
	is_str(code(), "OPSP9999", "no JSON");
	sandbox_stream_text(st, "{}", 2);
	is_str(code(), "OPSP9998", "no header");
	sandbox_stream_text(st, "{\"header\":{\"tr_id\":\"PINGPONG\"}}", 31);
	is_str(next(), "", "a heartbeat that comes back is no wish");

	first = st;
	st = sandbox_stream_open(w.sb);
	say("1", "H0STCNT0", CODE);
	is_str(code(), "OPSP8996", "a second connection of the app key");
	sandbox_stream_close(first);
	say("1", "H0STCNT0", CODE);
	is_str(code(), "OPSP0000", "when the first has gone");
	say("1", "H0STCNI0", "somebody");
	ok(sandbox_stream_is_dropped(st), "another's login is hung up on");
	hang_up();
	st = sandbox_stream_open(w.sb);
	snprintf(w.approval, sizeof(w.approval), "none");
	say("1", "H0STCNT0", CODE);
	is_str(code(), "OPSP0011", "a key that nobody gave");
	hang_up();
}

/* Field i of record r of a frame of trades. */
static const char *
trade_field(int r, int i)
{
	static char text[40];
	const char *p = message;

	for (int bars = 0; bars < 3; bars++)
		p = strchr(p, '|') + 1;
	for (i += r * 46; i > 0; i--)
		p = strchr(p, '^') + 1;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(p, "^"), p);
	return text;
}

static void
trades(void)
{
	new_world(true);
	st = sandbox_stream_open(w.sb);
	say("1", "H0STCNT0", CODE);
	code();
	say("1", "H0STASP0", CODE);
	code();
	clock_at("09:00:59");
	is_str(next(), "", "the minute is not over");
	clock_at("09:01");
	ok(strncmp(next(), "0|H0STCNT0|004|005930^090000^10000^3^0^", 38) == 0,
	    "a minute as four trades");
	is_int(count(message, '^'), 4 * 46 - 1, "of 46 fields each");
	ok(strstr(message, "005930^090015^10010^2^10^") != NULL, "at its high");
	is_str(trade_field(1, 5), "0.10", "its change in percent");
	is_str(trade_field(1, 24), "090000", "when the day opened");
	is_str(trade_field(1, 25), "2", "above the open");
	is_str(trade_field(1, 26), "10", "by so much");
	is_str(trade_field(0, 27), "090015", "when it was at its high");
	is_str(trade_field(0, 28), "5", "below it");
	is_str(trade_field(0, 29), "-10", "by so much");
	is_str(trade_field(3, 30), "090030", "when it was at its low");
	is_str(trade_field(2, 31), "3", "at it");
	is_str(trade_field(2, 33), "20250314", "the day");
	ok(strncmp(next(), "0|H0STASP0|001|005930^090059^0^10010^10020^", 43) ==
		0,
	    "and a book");
	is_int(count(message, '^'), 58, "of 59 fields");
	is_str(next(), "", "once");
	hang_up();
}

/* Fields of the four trades of a minute, with this option. */
static int
fields_with(int option)
{
	int n;

	trade_fields = option;
	new_world(false);
	trade_fields = 0;
	st = sandbox_stream_open(w.sb);
	say("1", "H0STCNT0", CODE);
	code();
	clock_at("09:01");
	n = count(next(), '^') + 1;
	hang_up();
	return n;
}

static void
widths(void)
{
	is_int(fields_with(0), 4 * 46, "as many fields as the day had");
	is_int(fields_with(47), 4 * 47, "the market's, too, where it is told");
	is_int(fields_with(46), 4 * 46, "or as before");
}

/* ---- Requests that are none -------------------------------------------------------- */

static void
bad_requests(void)
{
	static const struct {
		const char *method, *target, *tr, *body;
		int status;
	} t[] = {
		{ "POST", "/oauth2/tokenP", "", NULL, 403 },
		{ "POST", "/oauth2/tokenP", "", "[]", 403 },
		{ "GET", "/oauth2/tokenP", "", "{}", 403 },
		{ "POST", T "order-cash", "TTTC0012U", NULL, 200 },
		{ "POST", T "order-cash", "TTTC0012U", "[1]", 200 },
		{ "POST", T "order-cash", "TTTC0012U", "{\"CANO\":{}}", 200 },
		{ "GET", T "order-cash", "TTTC0012U", NULL, 200 },
		{ "PUT", T "inquire-balance", "TTTC8434R", NULL, 200 },
		{ "GET", T "inquire-balance?CANO=%00&=&&x", "TTTC8434R", NULL,
		    200 },
		{ "GET", T, "", NULL, 404 },
		{ "GET", "/sandbox/nothing", "", NULL, 404 },
		{ "POST", "/sandbox/clock?now=x", "", NULL, 400 },
		{ "POST", "/sandbox/trouble?add=x", "", NULL, 400 },
	};

	new_world(false);
	for (size_t i = 0; i < NELEM(t); i++) {
		ask(t[i].method, t[i].target, t[i].tr, t[i].body);
		is_int(
		    w.status, t[i].status, "%s %s", t[i].method, t[i].target);
		ok(strcmp(said("rt_cd"), "0") != 0, "and it says no");
	}
	order("buy", 1, 9000);
	is_str(said("ODNO"), "0000000001", "none of them was an order");
}

static void
lost_answers(void)
{
	struct err e;

	new_world(false);
	sandbox_trouble(w.sb, "lose-answer:order-cash,times=1", &e);
	order("buy", 1, 9000);
	is_int(w.fate, WIRE_DROPPED, "an answer is lost");
	sandbox_trouble(w.sb, "lose-request:order-cash,times=1", &e);
	order("buy", 1, 9000);
	is_int(w.fate, WIRE_DROPPED, "a request is lost");
	order("buy", 1, 9000);
	is_int(w.fate, WIRE_WHOLE, "then neither");
	is_str(said("ODNO"), "0000000002", "the first of them was taken");
}

#define MINUTES                                            \
	"/uapi/domestic-stock/v1/quotations/"              \
	"inquire-time-itemchartprice?FID_INPUT_ISCD=" CODE \
	"&FID_COND_MRKT_DIV_CODE=J&FID_PW_DATA_INCU_YN=N"  \
	"&FID_ETC_CLS_CODE=&FID_INPUT_HOUR_1="

/* ---- Tokens ------------------------------------------------------------------------ */

static epoch ahead; /* of the machine's clock */

epoch __real_wall_seconds(void);
epoch __wrap_wall_seconds(void);

epoch
__wrap_wall_seconds(void)
{
	return __real_wall_seconds() + ahead;
}

/* Of clients that tell no time: the market's stands all the while. */
static void
tokens(void)
{
	static const struct {
		int later, status;
		bool is_first;
		const char *what;
	} t[] = {
		{ 59, 403, false, "nothing within the minute" },
		{ 61, 200, true, "then the same one" },
		{ 6 * 3600 - 70, 200, true, "for six hours" },
		{ 6 * 3600 + 5, 200, false, "then another" },
		{ -7200, 200, false, "and one by a clock that was put back" },
	};
	char first[240];

	new_world(false);
	snprintf(first, sizeof(first), "%s", w.token);
	for (size_t i = 0; i < NELEM(t); i++) {
		ahead = t[i].later;
		log_in();
		is_int(w.status, 200, "the key of the socket, at %+d s",
		    t[i].later);
		ok((w.token[0] == '\0') == (t[i].status == 403) &&
			(strcmp(w.token, first) == 0) == t[i].is_first,
		    "%s", t[i].what);
	}
	snprintf(w.token, sizeof(w.token), "%s", first);
	ahead = 86400 - 5;
	order("buy", 1, 9000);
	is_str(said("ODNO"), "0000000001", "the first is good for a day");
	ahead = 86400 + 5;
	order("buy", 1, 9000);
	is_str(said("msg_cd"), "EGW00123", "and no longer");
	ahead = 0;
}

static bool
has(const char *text)
{
	return w.text != NULL && strstr(w.text, text) != NULL;
}

/* A request reads a stock's minutes once, though it wants them for the quote,
 * the day so far and the page; the next one sees what has changed. */
static void
minutes_once(void)
{
	new_world(false);
	clock_at("09:05");
	w.reads = 0;
	ask("GET", MINUTES "090500", "FHKST03010200", NULL);
	is_int(w.reads, 1, "one request, one look at the feed");
	ok(has("\"acml_vol\":\"5000\"") && has("\"stck_prpr\":\"10000\"") &&
		has("\"090400\""),
	    "the day, and its last minute");
	ask("GET", MINUTES "090300", "FHKST03010200", NULL);
	ok(has("\"acml_vol\":\"5000\"") && has("\"090300\"") &&
		!has("\"090400\""),
	    "a page ends at its bound, the day does not");
	w.higher = 5;
	ask("GET", MINUTES "090300", "FHKST03010200", NULL);
	is_int(w.reads, 3, "each request looks anew");
	ok(has("\"stck_prpr\":\"10005\"") && !has("\"10000\",\"stck_oprc\""),
	    "and tells what was revised");
	w.higher = 0;
}

/* ---- Small parts --------------------------------------------------------------------- */

static void
queries(void)
{
	struct wire_pairs p = { 0 };

	wire_add_query(&p, "A=1&b=%EC%82%BC+x&C&=y&&D=%4&E=%zz&a=2");
	is_str(
	    wire_get(&p, "a"), "1", "the first of a name, whatever its case");
	is_str(wire_get(&p, "B"), "삼 x", "decoded");
	is_str(wire_get(&p, "c"), "", "without a value");
	is_str(wire_get(&p, "D"), "%4", "half a code is none");
	is_str(wire_get(&p, "E"), "%zz", "nor is what is no number");
	ok(wire_get(&p, "F") == NULL, "what is not there");
	wire_clear(&p);
}

static void
rules(void)
{
	struct troubles t = { .rng = rng_seed(7) };
	struct err e;
	int ms = 0, n = 0;

	is_int(trouble_add(&t, "slow:order,times=2,ms=5", &e), 0, "a rule");
	ok(!trouble_strikes(&t, TROUBLE_SLOW, "/x", &ms), "elsewhere");
	ok(!trouble_strikes(&t, TROUBLE_HTML, "/order", &ms), "another");
	ok(trouble_strikes(&t, TROUBLE_SLOW, "/order", &ms) && ms == 5, "once");
	ok(trouble_strikes(&t, TROUBLE_SLOW, "/order", NULL), "twice");
	ok(!trouble_strikes(&t, TROUBLE_SLOW, "/order", &ms), "never again");
	is_int(trouble_add(&t, "html,chance=30", &e), 0, "by chance");
	for (int i = 0; i < 1000; i++)
		n += trouble_strikes(&t, TROUBLE_HTML, "/", NULL);
	ok(n > 240 && n < 360, "three in ten (%d of 1000, seed 7)", n);
	is_int(trouble_add(&t, "html,chance=101", &e), -1, "too sure");
	is_int(trouble_add(&t, "html,often=1", &e), -1, "no such word");
	is_int(trouble_add(&t, "", &e), -1, "nothing");
	for (int i = 0; i < NTROUBLES; i++)
		is_int(trouble_add(&t, trouble_words[i].name, &e), 0, "%s: %s",
		    trouble_words[i].name, trouble_words[i].help);
	trouble_clear(&t);
}

static void
archive(void)
{
	char data[20000], out[20001] = "";
	size_t n;
	char *zip;
	z_stream z = { 0 };

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)('a' + i * i % 23);
	zip = zip_one("x.mst", data, sizeof(data), &n);
	ok(n < sizeof(data) && memcmp(zip, "PK\3\4", 4) == 0, "smaller");
	inflateInit2(&z, -MAX_WBITS);
	z.next_in = (unsigned char *)zip + 30 + 5;
	z.avail_in = (unsigned)n;
	z.next_out = (unsigned char *)out;
	z.avail_out = sizeof(out);
	is_int(inflate(&z, Z_FINISH), Z_STREAM_END, "it inflates");
	is_int((int64_t)z.total_out, sizeof(data), "to as much");
	ok(memcmp(out, data, sizeof(data)) == 0, "and the same");
	ok(memcmp(zip + n - 22, "PK\5\6", 4) == 0, "the end is where it is");
	inflateEnd(&z);
	free(zip);
}

int
main(void)
{
	notices();
	old_notices();
	missed();
	long_name();
	notice_troubles();
	subscriptions();
	trades();
	widths();
	bad_requests();
	lost_answers();
	tokens();
	minutes_once();
	queries();
	rules();
	archive();
	end_world();
	return done_testing();
}
