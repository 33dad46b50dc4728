/*
 * What came of an order, as the gateway judges CREON's three codes and its
 * number: accepted needs a number, rejected needs certainty.
 */
#include "base/utf8.h"
#include "gateway/order.h"
#include "com_idle.h"
#include "tap.h"

static void
test_judgement(void)
{
	static const struct {
		const char *name;
		enum dib_code code;
		struct com_value number;
		enum outcome want;
		int64_t order;
	} cases[] = {
		{ "a number", DIB_GOOD,
		    { .type = COM_INT, .vt = COM_VT_I4, .i = 12346 },
		    OUTCOME_ACCEPTED, 12346 },
		{ "a number as text", DIB_GOOD,
		    { .type = COM_TEXT, .vt = COM_VT_BSTR, .s = " 12346 " },
		    OUTCOME_ACCEPTED, 12346 },
		{ "a number as a real", DIB_GOOD,
		    { .type = COM_REAL, .vt = COM_VT_R8, .r = 12346 },
		    OUTCOME_ACCEPTED, 12346 },
		{ "no number", DIB_GOOD, { 0 }, OUTCOME_UNKNOWN, 0 },
		{ "number 0", DIB_GOOD, { .type = COM_INT, .i = 0 },
		    OUTCOME_UNKNOWN, 0 },
		{ "a negative number", DIB_GOOD, { .type = COM_INT, .i = -5 },
		    OUTCOME_UNKNOWN, 0 },
		{ "a number beyond bounds", DIB_GOOD,
		    { .type = COM_INT, .i = INT64_C(1) << 40 }, OUTCOME_UNKNOWN,
		    0 },
		{ "words in place of a number", DIB_GOOD,
		    { .type = COM_TEXT, .s = "접수" }, OUTCOME_UNKNOWN, 0 },
		{ "refused", DIB_REFUSED, { 0 }, OUTCOME_REJECTED, 0 },
		{ "refused, number 0", DIB_REFUSED,
		    { .type = COM_TEXT, .s = " 0 " }, OUTCOME_REJECTED, 0 },
		/* No document says that a status of -1 is a refusal. */
		{ "refused, and a number", DIB_REFUSED,
		    { .type = COM_INT, .i = 7 }, OUTCOME_UNKNOWN, 0 },
		{ "cancelled in the window", DIB_CANCELLED, { 0 },
		    OUTCOME_REJECTED, 0 },
		{ "the limit", DIB_LIMITED, { 0 }, OUTCOME_REJECTED, 0 },
		{ "never asked", DIB_NOT_ASKED, { 0 }, OUTCOME_REJECTED, 0 },
		{ "failed", DIB_FAILED, { .type = COM_INT, .i = 7 },
		    OUTCOME_UNKNOWN, 0 },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct dib_answer a = { .code = cases[i].code,
			.was_answered = true,
			.message = "words of CREON" };
		struct result r;

		order_judge(&a, &cases[i].number, &r);
		ok(r.outcome == cases[i].want && r.order == cases[i].order,
		    "%s: %s", cases[i].name, outcome_name(r.outcome));
		is_int(r.is_unsent,
		    cases[i].code == DIB_NOT_ASKED ||
			cases[i].code == DIB_LIMITED,
		    "%s: did it leave us", cases[i].name);
		ok((r.outcome == OUTCOME_ACCEPTED) == (r.reason[0] == '\0'),
		    "%s: with a reason, or none", cases[i].name);
		is_str(r.message, "words of CREON", "%s: and its words",
		    cases[i].name);
	}
}

/* ---- COM, of which one request is played: what comes back, or what raises */

static struct {
	int ret, status;    /* of BlockRequest, GetDibStatus */
	int number;         /* each header */
	const char *raises; /* the member that raises; NULL: none */
	uint32_t hresult;
	const char *empty;  /* the member that gives nothing */
	const char *absent; /* the object that cannot be made */
	int blocked;        /* how often BlockRequest was called */
} com;

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	if (com.absent == NULL || strcmp(com.absent, progid) != 0)
		return &object;
	f->hresult = COM_NO_CLASS;
	return NULL;
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	struct com_value v = com_long(0);

	(void)o;
	(void)arg;
	(void)n;
	if (strcmp(member, "BlockRequest") == 0) {
		com.blocked++;
		v = com_long(com.ret);
	} else if (strcmp(member, "GetDibStatus") == 0)
		v = com_long(com.status);
	else if (strcmp(member, "GetHeaderValue") == 0)
		v = com_long(com.number);
	if (out != NULL)
		*out = (struct com_value){ 0 };
	if (com.raises != NULL && strcmp(com.raises, member) == 0) {
		f->hresult = com.hresult;
		snprintf(f->text, sizeof(f->text), "raised");
		return -1;
	}
	if (out != NULL &&
	    (com.empty == NULL || strcmp(com.empty, member) != 0))
		*out = v;
	return 0;
}

/* ---- */

static const struct ask ask = { .key = "k",
	.action = ACTION_NEW,
	.code = "005930",
	.side = SIDE_BUY,
	.n = 10,
	.price = 10000 };

static void
test_raising(void)
{
	static const struct {
		const char *member;
		uint32_t hresult;
		enum outcome want;
		int blocked;
	} cases[] = {
		{ NULL, 0, OUTCOME_ACCEPTED, 1 },
		{ "CodeToName", 0x80020009, OUTCOME_REJECTED, 0 },
		{ "SetInputValue", 0x80020005, OUTCOME_REJECTED, 0 },
		/* The call may have gone out before it raised. */
		{ "BlockRequest", COM_NOT_CONNECTED, OUTCOME_UNKNOWN, 1 },
		{ "BlockRequest", 0x80020009, OUTCOME_UNKNOWN, 1 },
		{ "BlockRequest", COM_NO_MEMBER, OUTCOME_REJECTED, 1 },
		/* After it, whatever cannot be read leaves a doubt. */
		{ "GetDibStatus", 0x80020009, OUTCOME_UNKNOWN, 1 },
		{ "GetDibMsg1", 0x80020009, OUTCOME_UNKNOWN, 1 },
		/* An order has no rows, and nobody asks for more of them. */
		{ "Continue", 0x80020009, OUTCOME_ACCEPTED, 1 },
		{ "GetHeaderValue", 0x80020009, OUTCOME_UNKNOWN, 1 },
	};
	struct session_options none = { 0 };

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct session *s = session_new(&none, NULL);
		struct result r;

		memset(&com, 0, sizeof(com));
		com.number = 4711;
		com.raises = cases[i].member;
		com.hresult = cases[i].hresult;
		order_make(s, &ask, &r);
		ok(r.outcome == cases[i].want, "%s raises %08x: %s",
		    cases[i].member != NULL ? cases[i].member : "nothing",
		    (unsigned)cases[i].hresult, outcome_name(r.outcome));
		is_int(com.blocked, cases[i].blocked, "asked once at most");
		session_free(s);
	}
}

/* Nothing is not 0, which would be good. */
static void
test_empty(void)
{
	static const char *const members[] = { "BlockRequest", "GetDibStatus",
		"GetHeaderValue" };
	struct session_options none = { 0 };

	for (size_t i = 0; i < NELEM(members); i++) {
		struct session *s = session_new(&none, NULL);
		struct result r;

		memset(&com, 0, sizeof(com));
		com.number = 4711;
		com.empty = members[i];
		order_make(s, &ask, &r);
		ok(r.outcome == OUTCOME_UNKNOWN, "%s gives nothing: %s",
		    members[i], outcome_name(r.outcome));
		is_int(com.blocked, 1, "asked once");
		session_free(s);
	}
}

static void
test_codes(void)
{
	/* ret and status, judged together (facts, 1.5) */
	static const struct {
		int ret, status, number;
		enum outcome want;
	} cases[] = {
		{ 0, 0, 4711, OUTCOME_ACCEPTED },
		{ 0, -1, 0, OUTCOME_REJECTED },
		{ 0, -1, 4711, OUTCOME_UNKNOWN },
		{ 0, 1, 4711, OUTCOME_UNKNOWN }, /* waits for an answer */
		{ 0, 7, 4711, OUTCOME_UNKNOWN },
		{ 1, -1, 4711, OUTCOME_UNKNOWN },
		{ 1, 0, 4711, OUTCOME_UNKNOWN },
		{ 2, 0, 4711, OUTCOME_REJECTED },
		{ 3, -1, 4711, OUTCOME_UNKNOWN },
		{ 4, 0, 4711, OUTCOME_REJECTED },
		{ 5, 0, 4711, OUTCOME_UNKNOWN },
		{ -1, 0, 4711, OUTCOME_UNKNOWN },
	};
	struct session_options none = { 0 };
	struct session *s = session_new(&none, NULL);
	struct result r;

	for (size_t i = 0; i < NELEM(cases); i++) {
		memset(&com, 0, sizeof(com));
		com.ret = cases[i].ret;
		com.status = cases[i].status;
		com.number = cases[i].number;
		order_make(s, &ask, &r);
		ok(r.outcome == cases[i].want && r.ret == com.ret &&
			r.status == com.status,
		    "ret %d, status %d, number %d: %s", com.ret, com.status,
		    com.number, outcome_name(r.outcome));
	}
	memset(&com, 0, sizeof(com));
	com.status = -1;
	com.raises = "GetHeaderValue";
	order_make(s, &ask, &r);
	ok(r.outcome == OUTCOME_UNKNOWN,
	    "refused, and whether there is a number cannot be read: %s",
	    outcome_name(r.outcome));
	memset(&com, 0, sizeof(com));
	com.absent = "CpTrade.CpTd0311";
	order_make(s, &ask, &r);
	ok(r.outcome == OUTCOME_REJECTED && com.blocked == 0,
	    "no such object: nothing was sent");
	session_free(s);
}

/* Words that are longer than there is room for, with ours before them. */
static void
test_long_words(void)
{
	struct dib_answer a = { .code = DIB_FAILED, .was_answered = true };
	struct com_value none = { 0 };
	struct result r;

	while (strlen(a.message) + 3 < sizeof(a.message))
		strcat(a.message, "가");
	order_judge(&a, &none, &r);
	ok(r.outcome == OUTCOME_UNKNOWN &&
		strlen(r.reason) + 3 >= sizeof(r.reason) - 1 &&
		utf8_valid(r.reason, strlen(r.reason)),
	    "words that are too long end at a whole character");
}

int
main(void)
{
	test_judgement();
	test_raising();
	test_empty();
	test_codes();
	test_long_words();
	return done_testing();
}
