/*
 * What Korea Investment & Securities answers, as its papers and those who met
 * it say: judged by code, words and status; numbers as it pads them; numbers
 * of orders; codes by the day and the hour.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "broker/kis_reply.h"
#include "broker/kis_tr.h"
#include "tap.h"

static struct err e;

#include "refused.h"

/* ---- Verdicts ----------------------------------------------------------------- */

static struct kis_reply
reply(int status, const char *headers, const char *body)
{
	struct http_reply http = { .status = status,
		.body = xstrdup(body),
		.size = strlen(body),
		.headers = xstrdup(headers) };
	struct kis_reply r;

	kis_reply_read(&http, &r);
	http_reply_free(&http);
	return r;
}

static const char *
verdict_name(enum kis_verdict v)
{
	static const char *const names[] = { "fine", "nothing", "too many",
		"token", "refused", "closed", "gone", "setting", "unsure" };

	return names[v];
}

static void
test_verdicts(void)
{
	static const struct {
		int status;
		const char *body;
		enum kis_verdict want;
		const char *name;
	} t[] = {
		{ 200,
		    "{\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":"
		    "\"정상처리 되었습니다.\"}",
		    KIS_FINE, "a quotation" },
		{ 200, "{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\"}", KIS_FINE,
		    "an order taken" },
		{ 200, "{\"rt_cd\":\"0\",\"msg_cd\":\"40600000\"}", KIS_FINE,
		    "an order taken at the mock host" },
		{ 200, "{\"RT_CD\":\"0\",\"MSG_CD\":\"APBK0013\"}", KIS_FINE,
		    "keys in upper case" },
		{ 200, "{\"rt_cd\":0}", KIS_FINE, "a number for a text" },
		{ 200, "{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0560\"}", KIS_NOTHING,
		    "no rows" },
		{ 200, "{\"rt_cd\":\"7\",\"msg_cd\":\"KIOK0560\"}", KIS_NOTHING,
		    "no rows, said as a failure" },
		{ 500, "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW00201\"}",
		    KIS_TOO_MANY, "over the gateway's limit" },
		{ 200, "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW00215\"}",
		    KIS_TOO_MANY, "over the ledger's limit" },
		{ 500, "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW00123\"}", KIS_TOKEN,
		    "an expired token" },
		{ 200, "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW00121\"}", KIS_TOKEN,
		    "a token unknown" },
		{ 403,
		    "{\"error_code\":\"EGW00103\",\"error_description\":"
		    "\"유효하지 않은 AppKey입니다.\"}",
		    KIS_SETTING, "a wrong key, in the other envelope" },
		{ 200, "{\"rt_cd\":\"2\",\"msg_cd\":\"OPSQ2000\"}", KIS_SETTING,
		    "another's account" },
		{ 200,
		    "{\"rt_cd\":\"7\",\"msg_cd\":\"APBK0952\",\"msg1\":"
		    "\"주문가능금액을 초과 했습니다\"}",
		    KIS_REFUSED, "too little cash" },
		{ 200, "{\"rt_cd\":\"1\",\"msg_cd\":\"40030000\"}", KIS_REFUSED,
		    "off the tick" },
		{ 200, "{\"rt_cd\":\"1\",\"msg_cd\":\"40580000\"}", KIS_CLOSED,
		    "the mock market is over" },
		{ 200,
		    "{\"rt_cd\":\"1\",\"msg_cd\":\"40990000\",\"msg1\":"
		    "\"모의투자 장시작전 입니다.\"}",
		    KIS_CLOSED, "or has not begun, by its words" },
		{ 200,
		    "{\"rt_cd\":\"7\",\"msg_cd\":\"APBK0918\",\"msg1\":"
		    "\"장운영시간이 아닙니다.\"}",
		    KIS_CLOSED, "a shared code that means closed" },
		{ 200,
		    "{\"rt_cd\":\"7\",\"msg_cd\":\"APBK0918\",\"msg1\":"
		    "\"주문가능금액 부족\"}",
		    KIS_REFUSED, "the same code that means cash" },
		{ 200, "{\"rt_cd\":\"7\",\"msg_cd\":\"APBK0344\"}", KIS_GONE,
		    "nothing to cancel" },
		{ 500, "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW00302\"}", KIS_UNSURE,
		    "a time-out behind the gateway" },
		{ 500, "{\"rt_cd\":\"1\",\"msg_cd\":\"IGW00009\"}", KIS_UNSURE,
		    "an answer that could not be built" },
		{ 200, "{\"rt_cd\":\"0\",\"msg_cd\":\"IGW00009\"}", KIS_UNSURE,
		    "the same, said as success" },
		{ 500, "{\"rt_cd\":\"0\",\"msg_cd\":\"APBK0013\"}", KIS_UNSURE,
		    "success with a failing status" },
		{ 500, "{\"rt_cd\":\"1\",\"msg_cd\":\"APBK0952\"}", KIS_UNSURE,
		    "a refusal with a failing status" },
		{ 200, "{\"rt_cd\":\"1\",\"msg_cd\":\"EGW09999\"}", KIS_UNSURE,
		    "a new code of the gateway" },
		{ 502, "<html>Bad Gateway</html>", KIS_UNSURE, "a page" },
		{ 200, "", KIS_UNSURE, "nothing at all" },
		{ 200, "{\"rt_cd\":\"0\",\"msg_cd\":\"MCA0", KIS_UNSURE,
		    "half an answer" },
		{ 200, "[]", KIS_UNSURE, "a list" },
		{ 200, "{}", KIS_UNSURE, "an empty object" },
		{ 200, "{\"rt_cd\":[],\"msg_cd\":{}}", KIS_UNSURE,
		    "fields of other kinds" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct kis_reply r = reply(t[i].status, "", t[i].body);

		is_str(verdict_name(r.verdict), verdict_name(t[i].want), "%s",
		    t[i].name);
		ok(kis_reply_error(&r, &e) == -1 && e.msg[0] != '\0' &&
			(r.verdict == KIS_FINE || r.text[0] != '\0' ||
			    r.code[0] != '\0'),
		    "%s: there are words for it", t[i].name);
		kis_reply_free(&r);
	}
}

static void
test_envelope(void)
{
	struct kis_reply r = reply(200, "tr_id: TTTC8434R\ntr_cont: M\n",
	    "{\"rt_cd\":\"0\",\"msg_cd\":\"KIOK0500\",\"msg1\":"
	    "\"조회가 계속됩니다        \"}");

	is_int(r.cont, 'M', "more pages");
	is_str(r.text, "조회가 계속됩니다", "words without their padding");
	kis_reply_free(&r);
	r = reply(200, "Tr_Cont:\n", "{\"rt_cd\":\"0\"}");
	is_int(r.cont, 0, "no pages");
	kis_reply_free(&r);
}

/* ---- Fields -------------------------------------------------------------------- */

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		int64_t want;
	} t[] = {
		{ "\"70000\"", 70000 },
		{ "\"0000000120\"", 120 },
		{ "\"       762\"", 762 },
		{ "\"70000.0000\"", 70000 },
		{ "\"0.00000000\"", 0 },
		{ "\"-36890\"", -36890 },
		{ "\"-00036890\"", -36890 },
		{ "86400", 86400 },
	};
	static const char *const bad[] = { "\"\"", "\"   \"", "\"12.5\"",
		"\"1e3\"", "\"0x10\"", "\"12 34\"", "\"1,000\"", "\"-\"",
		"\"70000.\"", "\"99999999999999999999\"", "\"100001\"", "null",
		"[]", "{}", "1.0",
		"\"00000000000000000000000000000000000000000000000000012\"" };
	char doc[128];
	int64_t got;

	for (size_t i = 0; i < NELEM(t); i++) {
		struct json *d;

		snprintf(doc, sizeof(doc), "{\"N\":%s}", t[i].text);
		d = json_parse(doc, strlen(doc), &e);
		ok(kis_int(d, "n", -100000, 100000, &got, &e) == 0 &&
			got == t[i].want,
		    "%s is %" PRId64, t[i].text, t[i].want);
		json_free(d);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct json *d;

		snprintf(doc, sizeof(doc), "{\"n\":%s}", bad[i]);
		d = json_parse(doc, strlen(doc), &e);
		refused(kis_int(d, "n", -100000, 100000, &got, &e) == -1 &&
			got == 0,
		    E_DATA, "kis: n", bad[i]);
		json_free(d);
	}
}

static void
test_texts(void)
{
	static const char doc[] =
	    "{\"a\":\"  동화약품  \",\"B\":\"x\",\"b\":\"y\",\"n\":null,"
	    "\"c1\":\"005930\",\"c2\":\"A005930\",\"c3\":\"00000A005930\","
	    "\"c4\":\"Q500001\",\"c5\":\"0001A0\",\"c6\":\"5930\","
	    "\"c7\":\"X005930\",\"c8\":\"KR7005930003\",\"c9\":\"005 30\"}";
	static const struct {
		const char *name, *want;
	} t[] = { { "c1", "005930" }, { "c2", "005930" }, { "c3", "005930" },
		{ "c4", "500001" }, { "c5", "0001A0" }, { "c6", NULL },
		{ "c7", NULL }, { "c8", NULL }, { "c9", NULL },
		{ "none", NULL } };
	struct json *d = json_parse(doc, strlen(doc), &e);
	char buf[24], code[CODE_SIZE];

	is_str(kis_text(d, "a", buf, sizeof(buf)), "동화약품", "trimmed");
	is_str(kis_text(d, "A", buf, 9), "동화",
	    "cut at a whole character, by a name of the other case");
	is_str(kis_text(d, "b", buf, sizeof(buf)), "y", "the exact name wins");
	is_str(kis_text(d, "n", buf, sizeof(buf)), "", "null is nothing");
	is_str(kis_text(NULL, "n", buf, sizeof(buf)), "", "no row");
	for (size_t i = 0; i < NELEM(t); i++) {
		bool got = kis_stock_code(d, t[i].name, code);

		ok(got == (t[i].want != NULL) &&
			strcmp(code, got ? t[i].want : "") == 0,
		    "the code of %s", t[i].name);
	}
	json_free(d);
}

static void
test_payloads(void)
{
	static const char doc[] = "{\"o\":{\"a\":\"1\"},\"l\":[{\"a\":\"1\"}],"
				  "\"two\":[{},{}],\"t\":\"x\",\"none\":[]}";
	struct json *d = json_parse(doc, strlen(doc), &e);

	ok(kis_object(d, "o") != NULL && kis_object(d, "l") != NULL,
	    "an object, and a list of one");
	ok(kis_object(d, "two") == NULL && kis_object(d, "t") == NULL &&
		kis_object(d, "none") == NULL && kis_object(d, "x") == NULL,
	    "not two of them, nor none");
	ok(kis_rows(d, "o", &e) == 1 && kis_row(d, "o", 0) != NULL &&
		kis_rows(d, "two", &e) == 2 && kis_rows(d, "none", &e) == 0,
	    "rows");
	refused(kis_rows(d, "x", &e) == -1, E_DATA, "no list \"x\"",
	    "absent is not empty");
	refused(kis_rows(d, "t", &e) == -1, E_DATA, "no list \"t\"",
	    "nor is a text");
	json_free(d);
}

/* ---- Tables ------------------------------------------------------------------- */

static void
test_numbers_of_orders(void)
{
	static const char *const bad[] = { "", "1", "1-2", "1-2-3-4", "-2-KRX",
		"1--KRX", "1-2-", "1-2-KRXX", "1-123456789012-KRX",
		"12345678-2-KRX", "1-2 -KRX", "1-2-KR-" };
	struct kis_no no;
	char buf[40];

	ok(kis_no_trim("06010", no.branch, sizeof(no.branch)) &&
		kis_no_trim("0000117057", no.number, sizeof(no.number)) &&
		kis_no_trim(" KRX", no.exchange, sizeof(no.exchange)) &&
		kis_no_print(&no, buf, sizeof(buf)) == 0,
	    "a number as it comes");
	is_str(buf, "6010-117057-KRX", "and as it is kept");
	ok(kis_no_trim("       762", no.number, sizeof(no.number)) &&
		strcmp(no.number, "762") == 0,
	    "padded with blanks");
	ok(kis_no_parse("91252-117057-KRX", &no) == 0 &&
		strcmp(no.branch, "91252") == 0 &&
		strcmp(no.number, "117057") == 0 &&
		strcmp(no.exchange, "KRX") == 0,
	    "it reads back");
	for (size_t i = 0; i < NELEM(bad); i++)
		ok(kis_no_parse(bad[i], &no) == -1, "'%s' is none", bad[i]);
	ok(!kis_no_trim("1 2", buf, sizeof(buf)) &&
		!kis_no_trim("12345", buf, 5),
	    "what does not fit is not cut");
	no = (struct kis_no){ .branch = "1", .exchange = "KRX" };
	ok(kis_no_print(&no, buf, sizeof(buf)) == -1, "0000000000 is none");
}

static void
test_phases(void)
{
	static const struct session s = { .date = 20261123,
		.is_open = true,
		.entry = 820,
		.open = 900,
		.auction = 1520,
		.close = 1530 };
	struct session exam = s;

	is_str(kis_order_code(&s, 20261123, 910, false), "00", "a limit");
	is_str(kis_order_code(&s, 20261123, 910, true), "01", "at market");
	is_str(kis_order_code(&s, 20261123, 859, true), "01",
	    "into the opening auction, too");
	is_str(kis_order_code(&s, 20261123, 1519, true), "01",
	    "to the last minute");
	ok(kis_order_code(&s, 20261123, 1520, true) == NULL &&
		kis_order_code(&s, 20161123, 1529, true) == NULL,
	    "the closing auction takes nothing at market (APBK3013)");
	is_str(kis_order_code(&s, 20261123, 1520, false), "00", "but limits");
	is_str(kis_order_code(&s, 20261123, 1600, false), "41",
	    "a limit of the after-market");
	ok(kis_order_code(&s, 20261123, 1959, true) == NULL,
	    "which takes nothing at market");
	is_str(kis_order_code(&s, 20261123, 2000, true), "01", "and ends");
	is_str(kis_order_code(&s, 20260911, 1600, false), "00",
	    "there was none before 2026-09-14");
	exam.close = 1630;
	exam.auction = 1620;
	is_str(kis_order_code(&exam, 20261119, 1529, true), "01",
	    "an exam day's closing auction");
	ok(kis_order_code(&exam, 20261119, 1620, true) == NULL,
	    "is an hour later");
	is_str(kis_order_code(&exam, 20261119, 1615, false), "00",
	    "a day with other hours trades on");
	is_str(kis_order_code(NULL, 20261123, 1700, false), "00",
	    "a day without hours");
	ok(!kis_day_is_over("KRX", &s, 1539) &&
		kis_day_is_over("KRX", &s, 1540) &&
		!kis_day_is_over("KRX", &exam, 1600),
	    "KRX's orders end after the close");
	ok(!kis_day_is_over("NXT", &s, 1900) &&
		kis_day_is_over("SOR", &s, 2000),
	    "others' in the evening");
	ok(kis_exchange_valid("KRX") && !kis_exchange_valid("krx") &&
		!kis_exchange_valid(""),
	    "exchanges");
}

static void
test_transactions(void)
{
	bool fine = true;

	for (int c = 0; c < KIS_NCALLS; c++) {
		const char *mock = kis_transactions[c].id[KIS_MOCK];
		const char *real = kis_transactions[c].id[KIS_REAL];

		/* The firm's rule: T, J, C become V; F and H stay. */
		fine = fine && real != NULL &&
		    (mock == NULL ||
			(strcmp(mock + 1, real + 1) == 0 &&
			    mock[0] == (real[0] == 'F' ? 'F' : 'V'))) &&
		    kis_transactions[c].is_order ==
			(real[strlen(real) - 1] == 'U' || c == KIS_CHANGE);
	}
	ok(fine, "ids of the mock host are the real ones in disguise");
	ok(!kis_offers(KIS_MOCK, KIS_PRICES) &&
		kis_offers(KIS_REAL, KIS_PRICES),
	    "some it does not offer");
}

int
main(void)
{
	test_verdicts();
	test_envelope();
	test_numbers();
	test_texts();
	test_payloads();
	test_numbers_of_orders();
	test_phases();
	test_transactions();
	return done_testing();
}
