/*
 * "max_daily_loss=3": each line is tried as a limit and as a setting of a
 * strategy.  A refused one changes nothing; a taken one is within its range,
 * and as text it sets the same again.
 */
#include "fuzz.h"
#include "trade/settings.h"

static int64_t
value_of(const struct setting *st, const void *base)
{
	return *(const int64_t *)((const char *)base + st->offset);
}

static void
judge(const struct setting *table, const void *base)
{
	char buf[64];

	for (const struct setting *st = table; st->name != NULL; st++) {
		int64_t v = value_of(st, base);
		const char *text = setting_text(st, base, buf, sizeof(buf));

		must(strlen(text) < sizeof(buf));
		if (v == PPB_UNSET || v == COSTS_TAX_BY_DATE)
			continue;
		must(v >= st->min && v <= st->max);
		must(text[0] != '\0');
	}
}

static void
try_limit(struct limits *l, const char *name, const char *value)
{
	struct limits before = *l, again;
	struct err e = { 0 };
	char buf[64];

	if (limits_set(l, name, value, &e) == -1) {
		must_refuse(&e);
		must(e.kind == E_USAGE);
		must(memcmp(&before, l, sizeof(*l)) == 0);
		return;
	}
	judge(limit_settings, l);
	limits_none(&again);
	for (const struct setting *st = limit_settings; st->name != NULL; st++)
		must(limits_set(&again, st->name,
			 setting_text(st, l, buf, sizeof(buf)), &e) == 0);
	must(memcmp(&again, l, sizeof(*l)) == 0);
}

static void
try_setting(struct strategy_conf *c, const char *name, const char *value)
{
	struct strategy_conf before = *c, again;
	struct err e = { 0 };
	char buf[64];

	if (strategy_conf_set(c, name, value, &e) == -1) {
		must_refuse(&e);
		must(memcmp(&before, c, sizeof(*c)) == 0);
		return;
	}
	judge(strategy_settings, c);
	strategy_conf_default(&again, c->name);
	again.daily = c->daily;
	again.minute = c->minute;
	for (const struct setting *st = strategy_settings; st->name != NULL;
	     st++)
		must(strategy_conf_set(&again, st->name,
			 setting_text(st, c, buf, sizeof(buf)), &e) == 0);
	must(memcmp(&again, c, sizeof(*c)) == 0);
	must(c->daily.strategy == NULL || c->daily.strategy->daily != NULL);
	must(c->minute.strategy == NULL || c->minute.strategy->minute != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size), *rest = s, *line;
	struct strategy_conf c;
	struct limits l;

	limits_default(&l);
	strategy_conf_default(&c, "fuzz");
	while ((line = fuzz_line(&rest)) != NULL) {
		char *value = strchr(line, '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		try_limit(&l, line, value);
		try_setting(&c, line, value);
	}
	free(s);
	return 0;
}
