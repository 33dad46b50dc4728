/*
 * paper_pause.c - stocks that do not trade for some minutes of each day, or
 * should not be entered, as "[paper] halted", "interrupted" and "designated"
 * say.
 *
 *	halted = 005930:0930-1000, 000660
 *	interrupted = 035420:1010-1012
 *	designated = 000660
 *
 * A halt (by the exchange, until news are out): nothing trades; the firm
 * refuses new orders and amends, takes cancels, and says so in its quotes.
 *
 * A volatility interruption: the stock is traded in one auction at the end of
 * it.  Orders are taken, amended and cancelled, none fills; all that are there
 * meet the first bar after it.  Quotes say that entries are not wanted (T14).
 *
 * Either way there are no bars of these minutes, whatever the feed has.
 *
 * A designation (under administration): it trades as any; quotes say that
 * entries are not wanted (T21).
 */
#include "broker/paper.h"
#include "broker/paper_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/code.h"

struct pause {
	char code[CODE_SIZE];
	hhmm from, until; /* [from, until) */
	enum paused kind; /* PAUSED_NOT: it is designated, and trades */
};

struct pauses {
	int n;
	struct pause item[];
};

/* "CODE:FROM-TO", or CODE alone: all day. */
static int
parse_one(const char *word, struct pause *p)
{
	size_t n = strcspn(word, ":");
	char text[32], *from = text, *to;

	if (strlen(word + n) >= sizeof(text) || n >= sizeof(p->code))
		return -1;
	snprintf(p->code, sizeof(p->code), "%.*s", (int)n, word);
	snprintf(text, sizeof(text), "%s", word + n);
	p->from = 0;
	p->until = 2400;
	if (*from++ == ':') {
		if ((to = strchr(from, '-')) == NULL)
			return -1;
		*to++ = '\0';
		if (hhmm_parse(from, &p->from) == -1 ||
		    hhmm_parse(to, &p->until) == -1 || p->from >= p->until)
			return -1;
	}
	return code_valid(p->code) ? 0 : -1;
}

static int
parse_list(struct pauses **all, const struct conf *c, const char *key,
    enum paused kind, struct err *e)
{
	const char *s = conf_get(c, "paper", key, "");
	struct pauses *p = *all;
	char word[64];

	while ((s = paper_word(s, word, sizeof(word))) != NULL) {
		int n = p == NULL ? 0 : p->n;

		p = xrealloc(
		    p, 1, sizeof(*p) + (size_t)(n + 1) * sizeof(p->item[0]));
		*all = p;
		p->n = n + 1;
		p->item[n].kind = kind;
		if (parse_one(word, &p->item[n]) == -1)
			return err_set(e, E_CONFIG,
			    "%s: [paper] %s: '%s' is not CODE:FROM-TO, such as"
			    " 005930:0930-1000, nor CODE",
			    conf_path(c), key, word);
	}
	return 0;
}

int
pause_init(struct paper *p, const struct conf *c, struct err *e)
{
	if (c == NULL)
		return 0;
	if (parse_list(&p->pauses, c, "halted", PAUSED_HALT, e) == -1 ||
	    parse_list(&p->pauses, c, "interrupted", PAUSED_AUCTION, e) == -1)
		return -1;
	return parse_list(&p->pauses, c, "designated", PAUSED_NOT, e);
}

static bool
holds_at(const struct pause *q, const char *code, hhmm at)
{
	return at >= q->from && at < q->until && strcmp(q->code, code) == 0;
}

enum paused
pause_at(const struct paper *p, const char *code, hhmm at)
{
	enum paused found = PAUSED_NOT;

	for (int i = 0; p->pauses != NULL && i < p->pauses->n; i++) {
		const struct pause *q = &p->pauses->item[i];

		if (q->kind > found && holds_at(q, code, at))
			found = q->kind;
	}
	return found;
}

bool
pause_designated(const struct paper *p, const char *code, hhmm at)
{
	for (int i = 0; p->pauses != NULL && i < p->pauses->n; i++)
		if (p->pauses->item[i].kind == PAUSED_NOT &&
		    holds_at(&p->pauses->item[i], code, at))
			return true;
	return false;
}

bool
paper_is_designated(const struct broker *br, const char *code)
{
	return pause_designated(br->self, code, clock_hhmm(br->env.clock));
}

int
paper_minutes(struct broker *br, const char *code, ymd day, hhmm from, hhmm to,
    struct bar_store *out, struct err *e)
{
	const struct price_source *src = &br->env.source;
	const struct paper *p = br->self;
	struct bar_store all;
	int rc;

	if (p->pauses == NULL)
		return src->minutes(src->arg, code, day, from, to, out, e);
	bar_store_init(&all, true);
	rc = src->minutes(src->arg, code, day, from, to, &all, e);
	for (int i = 0; rc == 0 && i < all.n; i++) {
		struct bar b = bar_store_at(&all, i);

		if (pause_at(p, code, b.time) == PAUSED_NOT)
			bar_store_add(out, &b);
	}
	bar_store_fini(&all);
	return rc;
}
