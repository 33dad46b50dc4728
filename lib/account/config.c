/* config.c - see config.h. */
#include "account/config.h"

#include "base/mem.h"
#include "strategy/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
config_limits(struct store *db, struct limits *l, struct err *e)
{
	struct name_value *row;
	int n, rc = 0;

	limits_default(l);
	if (store_settings(db, &row, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++) {
		if (limits_set(l, row[i].name, row[i].value, e) == -1) {
			rc = err_wrap(e, "%s: table setting", store_path(db));
			e->kind = E_CONFIG;
		}
	}
	free(row);
	return rc;
}

/* Store each row of `table` in which a and b differ, with a's value. */
static int
put_differences(const struct setting *table, const void *a, const void *b,
    int (*put)(void *arg, const char *name, const char *value, struct err *),
    void *arg, struct err *e)
{
	char buf[64];

	for (; table->name != NULL; table++) {
		const char *pa = (const char *)a + table->offset;
		const char *pb = (const char *)b + table->offset;

		if (memcmp(pa, pb, sizeof(int64_t)) == 0)
			continue;
		if (put(arg, table->name,
			setting_text(table, a, buf, sizeof(buf)), e) == -1)
			return -1;
	}
	return 0;
}

struct put_limit {
	struct store *db;
	epoch at;
};

static int
put_limit(void *arg, const char *name, const char *value, struct err *e)
{
	struct put_limit *p = arg;

	return store_put_setting(p->db, name, value, p->at, e);
}

int
config_put_limit(struct store *db, const char *name, const char *value,
    epoch at, struct err *e)
{
	struct put_limit p = { db, at };
	struct limits before, after;

	if (config_limits(db, &before, e) == -1)
		return -1;
	after = before;
	if (limits_set(&after, name, value, e) == -1)
		return -1;
	return put_differences(
	    limit_settings, &after, &before, put_limit, &p, e);
}

int
config_put_limits(
    struct store *db, const struct limits *l, epoch at, struct err *e)
{
	struct put_limit p = { db, at };
	struct limits def;

	limits_default(&def);
	return put_differences(limit_settings, l, &def, put_limit, &p, e);
}

/* A module may crash as early as it is loaded. */
static int
module_set(
    struct strategy_conf *c, const char *which, const char *spec, struct err *e)
{
	int rc;

	if (spec[0] == '\0')
		return strategy_conf_set(c, which, spec, e);
	guard_enter(c->name, spec, "load");
	rc = strategy_conf_set(c, which, spec, e);
	guard_leave();
	return rc;
}

int
config_strategy_of(struct store *db, const struct strategy_row *row,
    struct strategy_conf *c, struct err *e)
{
	const struct guard_crash *crash = guard_left_out(row->name);
	struct name_value *set;
	char words[200];
	int n, rc = 0;

	strategy_conf_default(c, row->name);
	c->is_on = row->is_on;
	c->is_leaving = row->is_leaving;
	if (crash != NULL) {
		guard_words(crash, words, sizeof(words));
		err_set(e, E_CONFIG, "%s", words);
		if (crash->strategy[0] == '\0') /* no fault of this one */
			return -1;
		goto bad;
	}
	if (module_set(c, "daily", row->daily, e) == -1 ||
	    module_set(c, "minute", row->minute, e) == -1)
		goto bad;
	if (store_strategy_settings(db, row->name, &set, &n, e) == -1)
		return -1;
	for (int i = 0; i < n && rc == 0; i++)
		rc = strategy_conf_set(c, set[i].name, set[i].value, e);
	free(set);
	if (rc == 0)
		return 0;
bad:
	err_wrap(e, "strategy %s", row->name);
	e->kind = E_CONFIG;
	return -1;
}

int
config_strategy(
    struct store *db, const char *name, struct strategy_conf *c, struct err *e)
{
	struct strategy_row row;
	int rc = store_strategy(db, name, &row, e);

	if (rc != 1)
		return rc;
	return config_strategy_of(db, &row, c, e) == -1 ? -1 : 1;
}

int
config_strategies(
    struct store *db, struct strategy_conf **out, int *n, struct err *e)
{
	struct strategy_row *row;
	int rc = 0;

	*out = NULL;
	if (store_strategies(db, &row, n, e) == -1)
		return -1;
	*out = xcalloc((size_t)*n + 1, sizeof(**out));
	for (int i = 0; i < *n && rc == 0; i++)
		rc = config_strategy_of(db, &row[i], &(*out)[i], e);
	free(row);
	if (rc == -1) {
		free(*out);
		*out = NULL;
	}
	return rc;
}

/* What is left of a strategy that cannot be loaded. */
static int
strategy_left(struct store *db, const struct strategy_row *row,
    struct strategy_conf *c, struct err *e)
{
	struct err ignored = { 0 };
	struct name_value *set;
	int n;

	strategy_conf_default(c, row->name);
	c->is_on = row->is_on;
	c->is_leaving = row->is_leaving;
	c->is_broken = true;
	if (store_strategy_settings(db, row->name, &set, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		strategy_conf_set(c, set[i].name, set[i].value, &ignored);
	free(set);
	return 0;
}

/* One that is off says exits for what it holds (T27); holding nothing it has
 * nothing to say.  1, 0, -1. */
static int
needs_module(struct store *db, const struct strategy_row *row, struct err *e)
{
	if (row->is_on || row->is_leaving)
		return 1;
	return store_strategy_in_use(db, row->name, e);
}

int
config_strategies_left(struct store *db, struct strategy_conf **out, int *n,
    struct err *broken, struct err *idle, struct err *e)
{
	struct strategy_row *row;
	struct err mine = { 0 }, *why;
	int rc = 0;

	*out = NULL;
	if (store_strategies(db, &row, n, e) == -1)
		return -1;
	*out = xcalloc((size_t)*n + 1, sizeof(**out));
	for (int i = 0; i < *n && rc == 0; i++) {
		if (config_strategy_of(db, &row[i], &(*out)[i], &mine) == 0)
			continue;
		if (mine.kind != E_CONFIG) {
			*e = mine;
			rc = -1;
			break;
		}
		if ((rc = needs_module(db, &row[i], e)) == -1)
			break;
		why = rc == 1 ? broken : idle;
		if (why->kind == E_NONE)
			*why = mine;
		rc = strategy_left(db, &row[i], &(*out)[i], e);
	}
	free(row);
	if (rc == -1) {
		free(*out);
		*out = NULL;
	}
	return rc;
}

struct put_strategy {
	struct store *db;
	const char *strategy;
};

static int
put_setting(void *arg, const char *name, const char *value, struct err *e)
{
	struct put_strategy *p = arg;

	return store_put_strategy_setting(p->db, p->strategy, name, value, e);
}

/* A module as it is stored; never cut short. */
static int
spec_of(const struct module_use *use, char *buf, size_t size, struct err *e)
{
	buf[0] = '\0';
	if (use->strategy == NULL)
		return 0;
	module_use_text(use, buf, size);
	if (strlen(buf) + 1 < size)
		return 0;
	return err_set(e, E_USAGE,
	    "%s: its parameters are longer than %zu"
	    " bytes",
	    use->strategy->name, size - 2);
}

int
config_put_strategy(
    struct store *db, const struct strategy_conf *c, epoch at, struct err *e)
{
	struct strategy_row row = {
		.is_on = c->is_on, .is_leaving = c->is_leaving, .changed_at = at
	};
	struct put_strategy p = { db, c->name };
	struct strategy_conf def;

	snprintf(row.name, sizeof(row.name), "%s", c->name);
	if (spec_of(&c->daily, row.daily, sizeof(row.daily), e) == -1 ||
	    spec_of(&c->minute, row.minute, sizeof(row.minute), e) == -1 ||
	    store_put_strategy(db, &row, e) == -1)
		return -1;
	/* Every row is written: a setting that is back at its default must not
	 * stay at what it was before. */
	strategy_conf_default(&def, c->name);
	for (const struct setting *st = strategy_settings; st->name != NULL;
	     st++) {
		char buf[64];

		if (put_setting(&p, st->name,
			memcmp((const char *)c + st->offset,
			    (const char *)&def + st->offset,
			    sizeof(int64_t)) == 0 ?
			    "" :
			    setting_text(st, c, buf, sizeof(buf)),
			e) == -1)
			return -1;
	}
	return 0;
}
