/* Which word was meant. */
#include "base/near.h"
#include "base/types.h"
#include "tap.h"

int
main(void)
{
	static const char *const words[] = { "kind", "quotes", "execution",
		"live", "cash", "calls_per_second", "url", "app_key",
		"app_secret", NULL };
	static const char *const none[] = { NULL };
	static const struct {
		const char *said, *want;
	} t[] = {
		{ "exection", "execution" },   /* one less */
		{ "executiion", "execution" }, /* one more */
		{ "execotion", "execution" },  /* another */
		{ "cahs", "cash" },            /* neighbours */
		{ "caash", "cash" },           /* a short one, one slip */
		{ "caahs", NULL },             /* and not two */
		{ "ulr", "url" },              /* three letters */
		{ "calls_per_secnd", "calls_per_second" },
		{ "cals_per_scond", "calls_per_second" }, /* two slips */
		{ "cal_per_scond", "calls_per_second" },  /* three */
		{ "ca_per_scond", NULL },                 /* four */
		{ "APP-KEY", "app_key" },                 /* case is none */
		{ "appsecret", "app_secret" },
		{ "live", "live" }, /* itself */
		{ "kind ", "kind" },
		{ "trailing_stop", NULL },
		{ "", NULL },
		{ "이름", NULL },
		/* Longer than any word is. */
		{ "calls_per_second_calls_per_second_calls_p", NULL },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		is_str(
		    near_word(t[i].said, words), t[i].want, "'%s'", t[i].said);
	is_str(near_word("kind", none), NULL, "of no words");
	return done_testing();
}
