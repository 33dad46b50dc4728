/* words.c - see words.h. */
#include "account/words.h"

#include "base/money.h"
#include "base/code.h"

#include <stdio.h>
#include <string.h>

/* The first n bytes of s into buf; -1 where they do not fit. */
static int
cut(const char *s, size_t n, char *buf, size_t size)
{
	if (n >= size)
		return -1;
	memcpy(buf, s, n);
	buf[n] = '\0';
	return 0;
}

int
adopt_parse(const char *s, struct adopt_words *out, struct err *e)
{
	const char *eq = strchr(s, '='), *colon = strrchr(s, ':');
	struct adopt_words w;

	if (eq == NULL || colon == NULL || colon < eq ||
	    cut(s, (size_t)(eq - s), w.code, sizeof(w.code)) == -1 ||
	    cut(eq + 1, (size_t)(colon - eq - 1), w.strategy,
		sizeof(w.strategy)) == -1 ||
	    int_parse(colon + 1, 1, INT64_MAX, &w.n) == -1)
		return err_set(e, E_USAGE,
		    "--adopt %s: should be"
		    " CODE=STRATEGY:QTY, such as 005930=sma:10",
		    s);
	if (!code_valid(w.code))
		return err_set(
		    e, E_USAGE, "--adopt: '%s' is no stock code", w.code);
	*out = w;
	return 0;
}

int
settle_parse(const char *s, struct settle_words *out, struct err *e)
{
	const char *eq = strchr(s, '='), *at;
	struct settle_words w = { 0 };
	char id[24], n[24];

	if (eq == NULL || cut(s, (size_t)(eq - s), id, sizeof(id)) == -1 ||
	    int_parse(id, 1, INT64_MAX, &w.order) == -1)
		goto bad;
	w.is_absent = strcmp(eq + 1, "absent") == 0;
	if (!w.is_absent) {
		if (strncmp(eq + 1, "filled:", 7) != 0 ||
		    (at = strchr(eq, '@')) == NULL ||
		    cut(eq + 8, (size_t)(at - eq - 8), n, sizeof(n)) == -1 ||
		    int_parse(n, 1, INT64_MAX, &w.n) == -1 ||
		    int_parse(at + 1, 1, INT64_MAX, &w.price) == -1)
			goto bad;
	}
	*out = w;
	return 0;
bad:
	return err_set(e, E_USAGE,
	    "--settle %s: should be"
	    " ORDER=filled:QTY@PRICE or ORDER=absent",
	    s);
}

static int64_t
gcd(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

int
factor_parse(const char *s, struct factor_words *out, struct err *e)
{
	const char *colon = strpbrk(s, ":/");
	struct factor_words w = { 1, PPB_ONE };
	char head[24];
	int64_t common;
	bool is_good;

	if (colon != NULL)
		is_good = cut(s, (size_t)(colon - s), head, sizeof(head)) ==
			0 &&
		    int_parse(head, 1, FACTOR_MAX, &w.new_shares) == 0 &&
		    int_parse(colon + 1, 1, FACTOR_MAX, &w.old_shares) == 0;
	else
		is_good = ppb_parse(s, &w.new_shares) == 0 && w.new_shares > 0;
	if (is_good) {
		common = gcd(w.new_shares, w.old_shares);
		w.new_shares /= common;
		w.old_shares /= common;
	}
	if (!is_good || w.new_shares > FACTOR_MAX || w.old_shares > FACTOR_MAX)
		return err_set(e, E_USAGE,
		    "factor '%s': want new shares for an old one,"
		    " such as 50, 3:2 or 1.05",
		    s);
	if (w.new_shares == w.old_shares)
		return err_set(e, E_USAGE, "a factor of 1 changes nothing");
	*out = w;
	return 0;
}
