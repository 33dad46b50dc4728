/* Short lists of settings. */
#include "base/kv.h"
#include "base/types.h"
#include "tap.h"

#define LONG_KEY "k23456789012345678901234567890123"

int
main(void)
{
	static const struct {
		const char *text;
		const char *want; /* "k=v;k=v;", or what the error says */
		bool fits;
	} t[] = {
		{ "", "", true },
		{ "a=1", "a=1;", true },
		{ "short=5,long=20", "short=5;long=20;", true },
		{ "a=", "a=;", true },
		{ "a=b=c", "a=b=c;", true },
		{ "step=1:10:2", "step=1:10:2;", true },
		{ "a-b.c_D=-0.5", "a-b.c_D=-0.5;", true },
		{ "a=1,b=2,c=3", "a=1;b=2;c=3;", true },
		{ "a=1,b=2,c=3,d=4", "'d=4': more than 3 settings", false },
		{ "a", "'a': want key=value", false },
		{ "a=1,b", "'b': want key=value", false },
		{ "=1", "'=1': bad key", false },
		{ "a=1,", "empty piece: want key=value", false },
		{ ",a=1", "empty piece: want key=value", false },
		{ "a=1,,b=2", "empty piece: want key=value", false },
		{ "a=1, b=2", "' b=2': bad key", false },
		{ "a b=2", "'a b=2': bad key", false },
		{ "a=1,a=2", "'a' given twice", false },
		{ LONG_KEY "=1", "'" LONG_KEY "=1': key too long", false },
	};
	struct err e = { 0 };
	struct kv kv[3];
	char name[8], got[256], value[200];

	for (size_t i = 0; i < NELEM(t); i++) {
		int n = kv_parse(t[i].text, kv, NELEM(kv), &e);
		size_t used = 0;

		got[0] = '\0';
		for (int k = 0; k < n; k++)
			used += (size_t)snprintf(got + used, sizeof(got) - used,
			    "%s=%s;", kv[k].key, kv[k].value);
		ok((n >= 0) == t[i].fits, "'%s' %s", t[i].text,
		    t[i].fits ? "fits" : "is refused");
		is_str(n >= 0 ? got : e.msg, t[i].want, "'%s'", t[i].text);
		if (n == -1)
			is_int(e.kind, E_USAGE, "a usage error");
	}
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	memcpy(value, "a=", 2);
	is_int(kv_parse(value, kv, 3, &e), -1, "a value too long");
	value[KV_VALUE_SIZE + 1] = '\0';
	is_int(kv_parse(value, kv, 3, &e), 1, "the longest that fits");

	is_int(
	    kv_parse_spec("sma:short=5,long=20", name, sizeof(name), kv, 3, &e),
	    2, "a module with settings");
	is_str(name, "sma", "its name");
	is_str(kv_get(kv, 2, "long"), "20", "a value by key");
	ok(kv_get(kv, 2, "longer") == NULL, "a key that is not there");
	is_int(kv_parse_spec("sma", name, sizeof(name), kv, 3, &e), 0,
	    "a module alone");
	is_int(kv_parse_spec("sma:", name, sizeof(name), kv, 3, &e), -1,
	    "a colon and nothing");
	is_int(kv_parse_spec(":a=1", name, sizeof(name), kv, 3, &e), -1,
	    "no name");
	is_int(kv_parse_spec("../x", name, sizeof(name), kv, 3, &e), -1,
	    "a path is no name");
	is_int(kv_parse_spec("much_too_long", name, sizeof(name), kv, 3, &e),
	    -1, "a name too long");
	ok(kv_parse_one("a=1,b=2", kv, &e) == 0 &&
		strcmp(kv[0].value, "1,b=2") == 0,
	    "one pair keeps its comma");
	return done_testing();
}
