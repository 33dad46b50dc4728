/*
 * check_ask.c - how the judge asks: statements, their columns, lists, and
 * what a row is called by.
 */
#include "sim/check_inner.h"

#include <stdarg.h>
#include <stdlib.h>

const char *const check_state_word[] = { "planned", "sending", "unknown",
	"open", "part", "cancelled", "rejected", "expired", "filled", "new" };

void *
check_list_add(void *items, int *n, int *cap, size_t size)
{
	void **item = items;
	char *p;

	if (*n == *cap) {
		*cap = *cap == 0 ? 32 : 2 * *cap;
		if ((*item = realloc(*item, (size_t)*cap * size)) == NULL)
			abort();
	}
	p = (char *)*item + (size_t)(*n)++ * size;
	return memset(p, 0, size);
}

void __attribute__((format(printf, 3, 4)))
check_breach(struct check *c, const char *rule, const char *fmt, ...)
{
	char words[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	c->breaches++;
	c->found(c->arg, rule, words);
}

sqlite3_stmt *
check_prepare(struct check *c, const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
		NULL) == SQLITE_OK)
		return st;
	fprintf(stderr, "check: %s: %s\n", sql, sqlite3_errmsg(c->db));
	return NULL;
}

sqlite3_stmt *
check_ask(struct check *c, int i, int64_t id)
{
	sqlite3_stmt *st = c->stmt[i];

	sqlite3_reset(st);
	if (sqlite3_bind_parameter_count(st) > 0)
		sqlite3_bind_int64(st, 1, id);
	return st;
}

bool
check_row(struct check *c, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return true;
	sqlite3_reset(st);
	if (rc != SQLITE_DONE)
		check_breach(c, "L4", "%.80s ...: %s", sqlite3_sql(st),
		    sqlite3_errmsg(c->db));
	return false;
}

enum state
check_state(sqlite3_stmt *st, int i)
{
	for (int s = 0; s < NOTHING_; s++)
		if (is_word(st, i, check_state_word[s]))
			return (enum state)s;
	return NOTHING_;
}

int
check_place(struct check *c, const char *strategy, const char *code)
{
	struct place *p;

	for (int i = 0; i < c->place.n; i++)
		if (strcmp(c->place.item[i].code, code) == 0 &&
		    strcmp(c->place.item[i].strategy, strategy) == 0)
			return i;
	p = ADD(c->place);
	snprintf(p->strategy, sizeof(p->strategy), "%s", strategy);
	snprintf(p->code, sizeof(p->code), "%s", code);
	return c->place.n - 1;
}

int
check_place_at(struct check *c, sqlite3_stmt *st, int i)
{
	char strategy[NAME_SIZE], code[CODE_SIZE];

	COPY(strategy, st, i);
	COPY(code, st, i + 1);
	return check_place(c, strategy, code);
}

struct order *
check_order(struct check *c, int64_t id)
{
	struct order *o;

	if (id < 0 || id > 10000000)
		return NULL;
	while (id >= c->ours.n) {
		o = ADD(c->ours);
		o->state = o->logged = NOTHING_;
		o->first = -1;
		o->place = -1;
	}
	return &c->ours.item[id];
}

bool
check_key(sqlite3_stmt *st, int i, int64_t *order, int64_t *at, int64_t *req)
{
	const char *s = (const char *)sqlite3_column_text(st, i);
	char *end;

	*order = *at = *req = 0;
	if (s == NULL || strncmp(s, "maemae-", 7) != 0)
		return false;
	*order = strtoll(s + 7, &end, 10);
	if (*end == '-')
		*at = strtoll(end + 1, &end, 10);
	if (*end == '-')
		*req = strtoll(end + 1, &end, 10);
	return true;
}

bool
check_now(const char *now, ymd *day, hhmm *at, int64_t *seconds)
{
	int y, mo, d, h, mi;
	int64_t days;

	if (sscanf(now, "%d-%d-%d %d:%d", &y, &mo, &d, &h, &mi) != 5)
		return false;
	*day = y * 10000 + mo * 100 + d;
	*at = h * 100 + mi;
	/* Days since 1970-03-01 of a year that begins in March. */
	y -= mo <= 2;
	days = (int64_t)y * 365 + y / 4 - y / 100 + y / 400 +
	    (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + d - 1 - 719468;
	*seconds = days * 86400 + h * 3600 + mi * 60 - 9 * 3600;
	return true;
}
