/*
 * The session's looks at the connection: one that fails proves nothing, and
 * two in a row are as good as a no.
 */
#include "gateway/session.h"
#include "com_idle.h"
#include "tap.h"

/* ---- COM, of which IsConnect alone matters */

static bool is_connected, raises;

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	(void)progid;
	(void)f;
	return &object;
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	bool is_look = strcmp(member, "IsConnect") == 0;

	(void)o;
	(void)arg;
	(void)n;
	if (out != NULL)
		*out = (struct com_value){ 0 };
	if (is_look && raises) {
		*f = (struct com_fault){ .hresult = 0x80010001 }; /* busy */
		return -1;
	}
	if (out != NULL)
		*out = com_long(is_look ? is_connected : 0);
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
	return done_testing();
}
