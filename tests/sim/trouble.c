/* trouble.c - see trouble.h. */
#include "trouble.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/types.h"

#define LINE_MOST 150 /* of a line of the configuration, which takes 190 */

struct troubles troubles;
static bool must_die;

static const struct {
	const char *name;
	int most;
} kind[] = {
#define X(id, name, most) { name, most },
	TROUBLES(X)
#undef X
};

const char *
trouble_name(enum trouble t)
{
	return kind[t].name;
}

int
trouble_parse(const char *name)
{
	for (int i = 0; i < NTROUBLES; i++)
		if (strcmp(kind[i].name, name) == 0)
			return i;
	return -1;
}

int
below(int n)
{
	return (int)rng_below(&sim_rng, (uint64_t)n);
}

bool
chance(int percent)
{
	return below(100) < percent;
}

void
troubles_draw(void)
{
	int share = 10 + below(50), on = 0;

	for (int i = 0; i < NTROUBLES; i++) {
		bool has = chance(share);
		int percent = 1 + below(kind[i].most);

		troubles.percent[i] = has ? percent : 0;
		on += has && !troubles.off[i];
	}
	if (on == 0 && !troubles.off[T_LOSE_ANSWER]) /* no day without any */
		troubles.percent[T_LOSE_ANSWER] = 30;
}

bool
troubles_have(enum trouble t)
{
	return troubles.percent[t] > 0 && !troubles.off[t];
}

bool
is_drawn(enum trouble t)
{
	return chance(troubles.percent[t]) && !troubles.off[t];
}

bool
strikes(enum trouble t)
{
	if (!is_drawn(t))
		return false;
	troubles.count[t]++;
	return true;
}

void
struck(enum trouble t, int64_t n)
{
	troubles.count[t] += n;
}

bool
is_fault(enum trouble t)
{
	return t != T_SHUFFLE && t != T_PREEMPT && t != T_FOLLOWER;
}

/* What the configuration, or the zone, says of a day need not be met by
 * anything that is done on it. */
int64_t
troubles_felt(void)
{
	static const enum trouble unfelt[] = { T_WRONG_ZONE, T_RENUMBER,
		T_OUTAGE, T_HALTED, T_INTERRUPTED };
	int64_t n = 0;

	for (int i = 0; i < NTROUBLES; i++)
		n += is_fault((enum trouble)i) ? troubles.count[i] : 0;
	for (size_t i = 0; i < NELEM(unfelt); i++)
		n -= troubles.count[unfelt[i]];
	return n;
}

void
troubles_paper(char *buf, size_t size)
{
	size_t used = 0, line = 0;
	const char *begin = "fault = ";

	buf[0] = '\0';
	for (int i = T_LOSE_REQUEST; i <= T_DOWN && used < size; i++) {
		if (!troubles_have((enum trouble)i))
			continue;
		used += (size_t)snprintf(buf + used, size - used, "%s%s:0.%02d",
		    begin, kind[i].name, troubles.percent[i]);
		begin = ", ";
		if (line == 0 && used > LINE_MOST) {
			begin = "\nmore_faults = ";
			line = used;
		}
	}
	assert(used < size && used - line < LINE_MOST + 40);
	if (used > 0)
		snprintf(buf + used, size - used, "\n");
}

void
troubles_insist(void)
{
	must_die = true;
}

struct fate
fate_draw(void)
{
	static const int errors[] = { SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC,
		SQLITE_FULL };
	struct fate f = { 0 };
	int64_t at = 1 + below(chance(30) ? 400 : 90);
	int error = errors[below(NELEM(errors))];

	if (is_drawn(T_KILL))
		f.kill_at = at;
	if (must_die && !troubles.off[T_KILL])
		f.kill_at = 1; /* whatever it is, it comes so far */
	must_die = false;
	at = 1 + below(60);
	if (is_drawn(T_TERM))
		f.term_at = at;
	at = 1 + below(80);
	if (is_drawn(T_IO_ERROR)) {
		f.fail_at = at;
		f.fail_with = error;
	} else if (is_drawn(T_BUSY)) {
		f.fail_at = at;
		f.fail_with = SQLITE_BUSY;
	} else if (is_drawn(T_NO_FILES)) {
		f.fail_at = 1 + at % 3;
		f.fail_with = SQLITE_CANTOPEN;
	}
	at = 1 + below(chance(50) ? 60 : 6);
	if (is_drawn(T_READ_ERROR))
		f.read_at = at;
	at = 1 + below(chance(50) ? 3000 : 300);
	if (is_drawn(T_NO_MEMORY))
		f.malloc_at = at;
	at = 1 + below(chance(20) ? 90000 : 5000);
	if (strikes(T_SLOW))
		f.slow = (int)at;
	return f;
}

void
fate_count(const struct proc *p)
{
	const struct fate *f = &p->fate;

	if (p->was_killed && p->points == f->kill_at)
		struck(T_KILL, 1);
	if (f->term_at > 0 && p->points >= f->term_at)
		struck(T_TERM, 1);
	if (f->read_at > 0 && p->reads >= f->read_at)
		struck(T_READ_ERROR, 1);
	if (f->malloc_at > 0 && p->allocations >= f->malloc_at)
		struck(T_NO_MEMORY, 1);
	if (p->has_failed)
		struck(f->fail_with == SQLITE_BUSY      ? T_BUSY :
			f->fail_with == SQLITE_CANTOPEN ? T_NO_FILES :
							  T_IO_ERROR,
		    1);
}
