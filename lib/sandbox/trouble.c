/* trouble.c - see trouble.h. */
#include "sandbox/trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"

#define DEFAULT_MS 2000

const struct trouble_word trouble_words[NTROUBLES] = {
	[TROUBLE_LOSE_REQUEST] = { "lose-request",
	    "the connection breaks, nothing is done" },
	[TROUBLE_HTML] = { "html", "502 and a page of HTML, nothing is done" },
	[TROUBLE_BUSY] = { "busy", "EGW00201, nothing is done" },
	[TROUBLE_TOO_MANY] = { "too-many", "429, nothing is done" },
	[TROUBLE_LEDGER] = { "ledger", "EGW00215, nothing is done" },
	[TROUBLE_EXPIRE] = { "expire-token", "EGW00123, the token is void" },
	[TROUBLE_TIMEOUT] = { "timeout", "EGW00301, nothing is done" },
	[TROUBLE_LOSE_ANSWER] = { "lose-answer",
	    "it is done, then the connection breaks" },
	[TROUBLE_CUT] = { "cut-answer",
	    "it is done, half of the answer comes" },
	[TROUBLE_SLOW] = { "slow", "the answer comes after ms" },
	[TROUBLE_HTML_AFTER] = { "html-after",
	    "it is done; 502 and a page of HTML" },
	[TROUBLE_TIMEOUT_AFTER] = { "timeout-after", "it is done; EGW00302" },
	[TROUBLE_UNBUILT] = { "unbuilt", "it is done; 500, IGW00009" },
	[TROUBLE_UNBUILT_OK] = { "unbuilt-ok",
	    "it is done; 500, IGW00009 with rt_cd 0" },
	[TROUBLE_GARBAGE] = { "garbage", "200 and bytes that are no JSON" },
	[TROUBLE_EMPTY] = { "empty", "200 and an empty body" },
	[TROUBLE_MISTYPED] = { "mistyped", "texts become numbers, and null" },
	[TROUBLE_HUGE] = { "huge", "thirty-two megabytes" },
	[TROUBLE_LATE_LIST] = { "late-list",
	    "orders are listed ms of the market's time after they are taken" },
	[TROUBLE_NO_ROWS] = { "no-rows",
	    "the list is empty, as if that were so" },
	[TROUBLE_EMPTY_REFUSED] = { "empty-refused",
	    "an empty list has rt_cd 7" },
	[TROUBLE_SAME_ROW] = { "same-row",
	    "a page begins with the last row of the one before" },
	[TROUBLE_STUCK] = { "stuck-cursor", "more rows, and the same cursor" },
	[TROUBLE_EMPTY_ROWS] = { "empty-rows", "{} among the bars" },
	[TROUBLE_ZERO_BAR] = { "zero-bar", "a bar whose prices are 0" },
	[TROUBLE_NEGATIVE_BAR] = { "negative-bar", "one whose low is below 0" },
	[TROUBLE_DOUBLE_BAR] = { "double-bar", "one that is there twice" },
	[TROUBLE_LOWER_KEYS] = { "lower-keys",
	    "an order's answer has lower-case keys" },
	[TROUBLE_OTHER_KEY] = { "other-key",
	    "one spelling of the list's keys: cnc_cfrm_qty" },
	[TROUBLE_ROUTED] = { "routed",
	    "what was ordered by SOR is listed as KRX" },
	[TROUBLE_HANG_UP] = { "hang-up", "sockets close without a word" },
	[TROUBLE_SILENT] = { "silent", "sockets stay open and say nothing" },
	[TROUBLE_NO_NOTICE] = { "no-notice", "a notice is not sent" },
	[TROUBLE_TWICE] = { "twice", "a notice is sent twice" },
	[TROUBLE_LARGE] = { "large", "a message of 64 KB before a notice" },
};

/* One "name=value" behind the comma. */
static int
set_option(struct trouble_rule *r, const char *text, struct err *e)
{
	const char *value = strchr(text, '=');
	int64_t v;

	if (value == NULL ||
	    int_parse(value + 1, 0, INT64_C(1000000000), &v) == -1)
		return err_set(e, E_USAGE, "bad '%s' of a trouble", text);
	if (strncmp(text, "times=", 6) == 0)
		r->times = v;
	else if (strncmp(text, "chance=", 7) == 0 && v <= 100)
		r->chance = (int)v;
	else if (strncmp(text, "ms=", 3) == 0)
		r->ms = (int)v;
	else
		return err_set(e, E_USAGE, "bad '%s' of a trouble", text);
	return 0;
}

static int
find_word(const char *name)
{
	for (int i = 0; i < NTROUBLES; i++)
		if (strcmp(trouble_words[i].name, name) == 0)
			return i;
	return -1;
}

/* WHAT[:WHERE] */
static int
set_what(struct trouble_rule *r, char *text, struct err *e)
{
	char *where = strchr(text, ':');
	int what;

	if (where != NULL)
		*where++ = '\0';
	if ((what = find_word(text)) == -1)
		return err_set(e, E_USAGE, "no such trouble: '%s'", text);
	r->what = (enum trouble)what;
	snprintf(r->where, sizeof(r->where), "%s", where != NULL ? where : "");
	return 0;
}

int
trouble_add(struct troubles *t, const char *spec, struct err *e)
{
	struct trouble_rule r = {
		.times = -1, .chance = 100, .ms = DEFAULT_MS
	};
	char *text = xstrdup(spec), *rest = text, *part;
	int rc = set_what(&r, strsep(&rest, ","), e);

	while (rc == 0 && (part = strsep(&rest, ",")) != NULL)
		rc = set_option(&r, part, e);
	free(text);
	if (rc == -1)
		return -1;
	t->rule = xgrow(t->rule, t->n, &t->cap, sizeof(*t->rule));
	t->rule[t->n++] = r;
	return 0;
}

void
trouble_clear(struct troubles *t)
{
	free(t->rule);
	t->rule = NULL;
	t->n = t->cap = 0;
}

bool
trouble_strikes(
    struct troubles *t, enum trouble what, const char *path, int *ms)
{
	for (int i = 0; i < t->n; i++) {
		struct trouble_rule *r = &t->rule[i];

		if (r->what != what || r->times == 0 ||
		    strstr(path, r->where) == NULL ||
		    (int)rng_below(&t->rng, 100) >= r->chance)
			continue;
		if (r->times > 0)
			r->times--;
		if (ms != NULL)
			*ms = r->ms;
		return true;
	}
	return false;
}
