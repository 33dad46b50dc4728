/*
 * What a person says in one word (--adopt, --settle, --split) and the names
 * of strategies: taken, it is within bounds and written again the same.
 */
#include <inttypes.h>

#include "account/hand.h"
#include "account/words.h"
#include "base/code.h"
#include "fuzz.h"

static int64_t
common(int64_t a, int64_t b)
{
	return b == 0 ? a : common(b, a % b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size), text[128];
	struct err e = { 0 };
	struct adopt_words a, a2;
	struct settle_words t, t2;
	struct factor_words f, f2;

	if (adopt_parse(s, &a, &e) == -1)
		must_refuse(&e);
	else {
		must(code_valid(a.code) && a.n >= 1);
		snprintf(text, sizeof(text), "%s=%s:%" PRId64, a.code,
		    a.strategy, a.n);
		must(adopt_parse(text, &a2, &e) == 0 && a2.n == a.n);
		must(strcmp(a2.strategy, a.strategy) == 0);
		must(strcmp(a2.code, a.code) == 0);
	}
	e = (struct err){ 0 };
	if (settle_parse(s, &t, &e) == -1)
		must_refuse(&e);
	else {
		must(t.order >= 1 && t.is_absent == (t.n == 0) &&
		    t.is_absent == (t.price == 0) && t.n >= 0 && t.price >= 0);
		if (t.is_absent)
			snprintf(
			    text, sizeof(text), "%" PRId64 "=absent", t.order);
		else
			snprintf(text, sizeof(text),
			    "%" PRId64 "=filled:%" PRId64 "@%" PRId64, t.order,
			    t.n, t.price);
		must(settle_parse(text, &t2, &e) == 0 && t2.order == t.order &&
		    t2.n == t.n && t2.price == t.price);
	}
	e = (struct err){ 0 };
	if (factor_parse(s, &f, &e) == -1)
		must_refuse(&e);
	else {
		must(f.new_shares >= 1 && f.new_shares <= FACTOR_MAX);
		must(f.old_shares >= 1 && f.old_shares <= FACTOR_MAX);
		must(common(f.new_shares, f.old_shares) == 1);
		must(f.new_shares != f.old_shares);
		snprintf(text, sizeof(text), "%" PRId64 ":%" PRId64,
		    f.new_shares, f.old_shares);
		must(factor_parse(text, &f2, &e) == 0 &&
		    f2.new_shares == f.new_shares &&
		    f2.old_shares == f.old_shares);
	}
	if (strategy_name_valid(s))
		must(s[0] != '\0' && strlen(s) < NAME_SIZE && !code_valid(s));
	free(s);
	return 0;
}
