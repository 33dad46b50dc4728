/*
 * The session's looks at the connection: one that fails proves nothing, and
 * two in a row are as good as a no.  And signing on: what TradeInit refused
 * stays refused, and anything else is tried again.
 */
#include "gateway/codes.h"
#include "gateway/session.h"
#include "com_idle.h"
#include "tap.h"

/* ---- COM: looks at the connection, and what it takes to sign on */

static bool is_connected, raises;
static const char *fails; /* that member, or the making of that object */
static const char *empty; /* that member gives nothing */
static int times, trade_init, inits;
static int64_t now_ms;

int64_t __wrap_monotonic_ms(void);

int64_t
__wrap_monotonic_ms(void)
{
	return now_ms;
}

static bool
is_failing(const char *what)
{
	return fails != NULL && strcmp(what, fails) == 0 && times-- > 0;
}

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	*f = (struct com_fault){ .hresult = 0x80010001 };
	return is_failing(progid) ? NULL : &object;
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	bool is_look = strcmp(member, "IsConnect") == 0;
	bool is_init = strcmp(member, "TradeInit") == 0;

	(void)o;
	(void)arg;
	(void)n;
	if (out != NULL)
		*out = (struct com_value){ 0 };
	inits += is_init;
	if ((is_look && raises) || is_failing(member)) {
		*f = (struct com_fault){ .hresult = 0x80010001 }; /* busy */
		return -1;
	}
	if (out == NULL || (empty != NULL && strcmp(member, empty) == 0))
		return 0;
	if (strcmp(member, "AccountNumber") == 0 && !is_failing("no account"))
		*out = com_texts((const char *[]){ "335123456" }, 1);
	else if (strcmp(member, "GoodsList") == 0)
		*out = com_texts((const char *[]){ "10" }, 1);
	else
		*out = com_long(is_look ? is_connected :
			is_init         ? trade_init :
					  0);
	return 0;
}

/* ---- */

/* A session after looks at: 1 connected, 0 not, ! it raised. */
static enum session_state
after(const char *looks, bool *may_ask)
{
	static const struct session_options none;
	struct session *s = session_new(&none, NULL);
	enum session_state state = SESSION_WAITING;
	struct err e = { 0 };

	for (; *looks != '\0'; looks++) {
		is_connected = *looks == '1';
		raises = *looks == '!';
		state = session_watch(s);
	}
	*may_ask = session_need_connection(s, &e) == 0;
	session_free(s);
	return state;
}

/* Signed on, at which second of thirty; -1: never. */
static int
signed_on_after(const char *what, int n, int init)
{
	static const struct session_options none;
	struct session *s = session_new(&none, NULL);
	struct session_view v = { 0 };
	int at = -1;

	fails = what;
	times = n;
	trade_init = init;
	inits = 0;
	is_connected = true;
	raises = false;
	for (int second = 0; second < 60 && at == -1; second++) {
		session_watch(s);
		session_view(s, &v);
		at = v.is_signed_on ? second : -1;
		ok(v.is_signed_on ? v.message[0] == '\0' && v.sign_on == 0 :
				    v.message[0] != '\0',
		    "%s: words where it is not: '%s'", what != NULL ? what : "",
		    v.message);
		now_ms += 1000;
	}
	session_free(s);
	fails = NULL;
	return at;
}

static void
test_sign_on(void)
{
	static const char *const hiccups[] = { "CpTrade.CpTdUtil", "TradeInit",
		"AccountNumber", "no account", "GoodsList",
		"DsCbo1.CpConclusion", "Subscribe" };
	static const int refusals[] = { 1, 2, 3, -1 };

	is_int(signed_on_after(NULL, 0, 0), 0, "at once");
	for (size_t i = 0; i < NELEM(hiccups); i++) {
		is_int(signed_on_after(hiccups[i], 2, 0), 20,
		    "%s: the third time", hiccups[i]);
		is_int(signed_on_after(hiccups[i], 99, 0), -1, "%s: no oftener",
		    hiccups[i]);
		ok(inits <= 3, "%s: three times", hiccups[i]);
	}
	for (size_t i = 0; i < NELEM(refusals); i++) {
		is_int(signed_on_after(NULL, 0, refusals[i]), -1, "refused %d",
		    refusals[i]);
		is_int(inits, 1, "once is enough");
	}
}

/* What CREON does not say of a stock is not "no". */
static void
test_facts(void)
{
	static const char *const members[] = { "GetStockStatusKind",
		"GetStockSupervisionKind", "GetStockControlKind",
		"GetStockSectionKind", "GetStockStdPrice" };
	static const struct session_options none;
	struct session *s = session_new(&none, NULL);
	struct stock_facts f;
	struct err e = { 0 };
	struct limit l;

	is_int(codes_facts(s, "A005930", &f, &e), 0, "a stock's facts");
	for (size_t i = 0; i < NELEM(members); i++) {
		empty = members[i];
		is_int(codes_facts(s, "A005930", &f, &e), -1,
		    "%s gives nothing", members[i]);
		ok(strstr(e.msg, members[i]) != NULL, "which is told: %s",
		    e.msg);
	}
	empty = "IsSPAC"; /* of newer ones alone */
	is_int(codes_facts(s, "A005930", &f, &e), 0, "an older CREON");
	empty = NULL;
	is_connected = true;
	session_watch(s);
	is_int(session_limit(s, LIMIT_TRADE, &l, &e), 0, "a limit");
	empty = "GetLimitRemainCount";
	is_int(session_limit(s, LIMIT_TRADE, &l, &e), -1, "is a number");
	empty = NULL;
	session_free(s);
}

int
main(void)
{
	static const struct {
		const char *looks;
		enum session_state want;
		bool may_ask;
	} cases[] = {
		{ "0", SESSION_WAITING, false },
		{ "!!!", SESSION_WAITING, false },
		{ "01", SESSION_UP, true },
		{ "!!1", SESSION_UP, true },
		{ "10", SESSION_LOST, false },
		{ "101", SESSION_LOST, false },
		/* Until the next look nothing is asked of it. */
		{ "1!", SESSION_UP, false },
		{ "1!1", SESSION_UP, true },
		{ "1!1!1", SESSION_UP, true },
		{ "1!!", SESSION_LOST, false },
		{ "1!0", SESSION_LOST, false },
		{ "1!!1", SESSION_LOST, false },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		bool may_ask;
		enum session_state got = after(cases[i].looks, &may_ask);

		is_int(got, cases[i].want, "looks %s: state", cases[i].looks);
		is_int(may_ask, cases[i].may_ask, "looks %s: asked on",
		    cases[i].looks);
	}
	empty = "TradeInit";
	is_int(signed_on_after(NULL, 0, 0), -1, "TradeInit says nothing");
	empty = NULL;
	test_facts();
	test_sign_on();
	return done_testing();
}
