/* day.c - see day.h. */
#include "day_inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "calm.h"
#include "signals.h"
#include "trouble.h"
#include "world.h"

/* A day's minutes: from 20 to 60, rather few. */
#define MINUTES_LEAST 20
#define MINUTES_MORE  40
#define LAST          3 /* of them about the close */

struct day_count day_count;
bool day_tells;
struct today today;
struct check *day_check;

static day_found *found;
static uint64_t seed;
static int64_t faults_before; /* this day */
static struct rng judge_rng;  /* its own: to look is to draw nothing */
static int judged;            /* so many commits of a hundred */
static char conf_more[200];   /* of this day, what the broker suffers from */

/* ---- Judging ------------------------------------------------------------------ */

static void
on_breach(void *arg, const char *rule, const char *what)
{
	(void)arg;
	found(rule, what);
}

void
day_breach(const char *rule, const char *fmt, ...)
{
	char what[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	found(rule, what);
}

void
day_judge(void)
{
	day_count.looks++;
	check_step(day_check, world_now());
	machine_judge();
}

/* Most of what can be seen is there when a program ends; but what one writes
 * and takes back again only in between. */
static void
on_commit(void)
{
	if ((int)rng_below(&judge_rng, 100) < judged)
		day_judge();
}

/* The exit statuses that CLI.md knows, but for 70, a bug, and 2, what
 * trade-db check finds: whatever the fault, neither may come about.  A disk
 * that cannot be read is a finding, though; and only a schema that is too new
 * is a matter of configuration (78). */
static bool
is_known(const struct proc *p)
{
	static const int known[] = { 0, 1, 64, 65, 69, 75, 77 };

	for (size_t i = 0; i < NELEM(known); i++)
		if (known[i] == p->status)
			return true;
	if (p->status == 78)
		return strstr(p->said, "made by a newer maemae") != NULL;
	return p->status == 2 && p->was_struck && p->fate.read_at > 0 &&
	    strcmp(p->text, "trade-db check") == 0;
}

/* Where it ended badly it says why; without a fault it does not. */
static void
judge_end(const struct proc *p)
{
	if (p->held_lock)
		day_breach(
		    "S11", "%s asked the broker within a transaction", p->text);
	if (!p->was_killed && !is_known(p))
		day_breach("L3", "%s ended with status %d: %s", p->text,
		    p->status, p->said);
	if (!p->was_killed && p->status != 0 && p->status != 75 &&
	    p->said[0] == '\0')
		day_breach("L3", "%s ended with status %d, in silence", p->text,
		    p->status);
	if (today.is_calm && p->status != 0)
		day_breach("L3", "%s: status %d without any fault: %s", p->text,
		    p->status, p->said);
}

void
day_ended(struct proc *p)
{
	if (day_tells)
		fprintf(stderr, "%s %s[%d]: %s%d%s %s\n", world_now(), p->text,
		    p->pid, p->was_killed ? "killed " : "", p->status,
		    p->was_struck ? " (struck)" : "", p->said);
	fate_count(p);
	judge_end(p);
	day_judge();
	signals_judge(p);
	if (strcmp(p->text, "gen-signals") == 0)
		person_before(p);
}

/* ---- Programs ------------------------------------------------------------------- */

void
day_run(const char *text)
{
	proc_start(proc_new(NULL, "%s", text), 0);
	sim_run(0, day_ended);
}

struct proc *
day_wild(const char *text)
{
	struct fate f = fate_draw();

	return proc_new(&f, "%s", text);
}

void
day_launch(const char *text, int ms)
{
	proc_start(day_wild(text), below(ms));
}

static void
launch_twice(const char *text, int ms)
{
	if (strikes(T_SKIP))
		return;
	day_launch(text, ms);
	if (strikes(T_DOUBLE))
		day_launch(text, ms);
}

/* The crontab's line of the minute: one after the other, or, as after a slow
 * one or by hand, in any order. */
static void
launch_line(hhmm at)
{
	struct proc *first = NULL, **then = &first;
	bool is_end = at == hhmm_add(today.closes, -1);
	int late;

	if (strikes(T_SHUFFLE)) {
		for (size_t i = 0; i < 4; i++)
			launch_twice(minute_line[i], 4000);
		return;
	}
	for (size_t i = 0; i < 4; i++) {
		if (strikes(T_SKIP))
			continue;
		*then = day_wild(minute_line[i]);
		then = &(*then)->then;
		if (strikes(T_DOUBLE))
			day_launch(minute_line[i], 3000);
	}
	if (first == NULL)
		return;
	/* Most of all over the close. */
	late = below(chance(50) && !is_end ? 60000 : 1000);
	if (strikes(T_LATE_JOB) || (is_end && chance(30)))
		proc_start(first, 59999 - late);
	else
		proc_start(first, below(1000));
}

void
day_conf(void)
{
	char faults[700], paused[200], more[420];

	troubles_paper(faults, sizeof(faults));
	exchange_conf(paused, sizeof(paused));
	snprintf(
	    more, sizeof(more), "%s%s", paused, today.is_calm ? "" : conf_more);
	world_conf(today.is_calm ? "" : faults, more, (int64_t)seed);
}

/* ---- Minutes ---------------------------------------------------------------------------- */

static void
wild_minute(hhmm at)
{
	int64_t next;

	world_clock(today.date, at, 0);
	day_count.minutes++;
	day_count.opens += at == today.opens;
	day_count.closes += at == today.closes;
	next = sim_now + 60000;
	machine_minute();
	exchange_minute(at);
	person_minute();
	launch_line(at);
	if (at % 10 == 5)
		launch_twice("sync-account", 2000);
	if (strikes(T_FOLLOWER)) {
		struct fate f = fate_draw();

		f.slow += 20000; /* it need not look every second */
		proc_start(proc_new(&f, "watch-fills --until-close"), 100);
	}
	sim_run(next, day_ended);
	day_judge();
}

static void
wild_minutes(hhmm from, int n)
{
	for (int i = 0; i < n; i++)
		wild_minute(hhmm_add(from, i));
	/* The machine is off until the next minutes that are played. */
	if (chance(50))
		sim_run(sim_now + 120000, day_ended);
	sim_kill_all(day_ended);
}

static void
calm_programs(int m)
{
	const char *words;

	for (int i = 0; (words = calm_words(m, i)) != NULL; i++)
		day_run(words);
}

/* The faults have stopped: ten passes, then all must agree. */
static void
calm(hhmm from)
{
	sim_run(0, day_ended);
	if (world_date() != today.date) {
		found("L3", "a program lasted into the next day");
		return;
	}
	if (world_minute() >= from) /* something took long */
		from = hhmm_add(world_minute(), 1);
	today.is_calm = true;
	machine_heals();
	exchange_heals();
	day_conf();
	for (int m = 0; m < CALM_MINUTES; m++) {
		if (m == CALM_HALT)
			check_stops(day_check, world_now());
		world_clock(today.date, hhmm_add(from, m), 0);
		day_count.minutes++;
		if (m == CALM_HALT)
			person_takes_back();
		person_calm();
		calm_programs(m);
	}
	check_healed(day_check, world_now());
	calm_programs(CALM_MINUTES);
	today.is_calm = false;
	day_conf();
}

/* ---- A day --------------------------------------------------------------------------------- */

/* What the crontab has beside the minute's line. */
static void
at_hour(hhmm at, const char *one, const char *two)
{
	world_clock(today.date, at, 0);
	launch_twice(one, 1000);
	if (two != NULL)
		launch_twice(two, 5000);
	sim_run(sim_now + 60000, day_ended);
	sim_run(0, day_ended);
}

/* In which zone the machine believes to be, and what its broker will do. */
static void
draw_day(void)
{
	static const char *const zones[] = { "UTC", "America/New_York",
		"Pacific/Kiritimati" };
	char outage[100] = "";
	int zone, hour = 9 + below(6), late = chance(50) ? below(50) : 0;

	if (strikes(T_OUTAGE))
		snprintf(outage, sizeof(outage),
		    "down_from = %d\ndown_until = %d\n", hour * 100 + 30,
		    hour * 100 + 130);
	snprintf(conf_more, sizeof(conf_more), "%s%sdelay_seconds = %d\n",
	    outage, strikes(T_RENUMBER) ? "renumber = yes\n" : "", 60 + late);
	zone = below(NELEM(zones));
	setenv("TZ", strikes(T_WRONG_ZONE) ? zones[zone] : "Asia/Seoul", 1);
	tzset();
}

static void
begin_day(ymd day, bool is_last)
{
	today = (struct today){ .date = day, .is_last = is_last };
	world_session(day, &today.opens, &today.closes);
	world_clock(day, 700, 0);
	draw_day();
	exchange_day();
	day_conf();
	signals_day(day, today.opens, found);
}

/* Programs that begin on one day and end on the next. */
static void
midnight(void)
{
	static const char *const late[] = { "watch-fills", "place-orders",
		"gen-signals", "sync-account", "eod-report" };

	world_clock(today.date, 2359, 57);
	for (size_t i = 0; i < NELEM(late); i++)
		day_launch(late[i], 4000);
	sim_run(0, day_ended);
}

/* All that can have changed anything, so far. */
static int64_t
faults_felt(void)
{
	return troubles_felt() +
	    world_ask("SELECT coalesce(sum(n), 0) FROM paper.struck");
}

static void
count_day(bool is_first, int64_t minutes, int64_t faults)
{
	struct day_count *c = &day_count;

	if (is_first || minutes < c->least_minutes)
		c->least_minutes = minutes;
	if (minutes > c->most_minutes)
		c->most_minutes = minutes;
	if (is_first || faults < c->least_faults)
		c->least_faults = faults;
}

/* Its minutes are about the open, some time before the calm ones (if it has
 * them), and up to the close and beyond. */
static void
play_minutes(void)
{
	int early = 1 + below(3), first = early + 4 + below(8);
	int more = MINUTES_LEAST + below(1 + below(MINUTES_MORE + 1));
	bool at_noon = chance(40) && !today.is_holiday;
	int noon, late, rest = hhmm_diff(today.closes, today.opens);

	wild_minutes(hhmm_add(today.opens, -early), first);
	more -= first + LAST + CALM_MINUTES * (at_noon + today.is_last);
	more = more < 0 ? 0 : more;
	noon = below(more + 1);
	late = more - noon;
	if (noon > 0)
		wild_minutes(
		    hhmm_add(today.opens, 30 + below(rest - 150)), noon);
	if (at_noon)
		calm(hhmm_add(today.closes, -65)); /* over a half hour */
	if (late > 10) {
		wild_minutes(hhmm_add(today.closes, -1 - late), late - 10);
		late = 10;
	}
	if (late > 0)
		wild_minutes(hhmm_add(today.closes, -1 - late), late);
	if (faults_felt() == faults_before)
		troubles_insist();
	wild_minutes(hhmm_add(today.closes, -1), LAST);
	if (today.is_last)
		calm(hhmm_add(today.closes, 1));
}

void
day_play(ymd day, bool is_last)
{
	int64_t minutes = day_count.minutes;

	faults_before = faults_felt();
	begin_day(day, is_last);
	at_hour(810, "update-prices --stocks --daily", NULL);
	at_hour(820, "sync-account", "eod-report");
	if (chance(30))
		machine_keep_backup();
	play_minutes();
	at_hour(hhmm_add(today.closes, 15), "sync-account",
	    "update-prices --daily");
	at_hour(hhmm_add(today.closes, 20), "eod-report", "trade-db check");
	if (strikes(T_MIDNIGHT))
		midnight();
	check_day(day_check, today.date);
	count_day(minutes == 0, day_count.minutes - minutes,
	    faults_felt() - faults_before);
}

/* ---- Every point of death ------------------------------------------------------------------ */

/* In a child: dies at its n-th point, if it has so many, and all that follows.
 * Whether it died. */
static bool
die_at(const char *program, int64_t n, bool loses_power, hhmm calm_from)
{
	struct fate f = { .kill_at = n };
	int64_t kills = sim_kills;

	proc_start(proc_new(&f, "%s", program), 0);
	sim_run(0, day_ended);
	if (sim_kills == kills)
		return false;
	if (loses_power)
		machine_reboot(true);
	calm(calm_from);
	return true;
}

static int64_t
points_of(const char *program, int stride, bool loses_power, hhmm calm_from)
{
	int64_t n = 1 + below(stride), deaths = 0;
	int status = 0;
	pid_t pid;

	for (;; n += stride) {
		if ((pid = fork()) == 0) {
			alarm(60);
			_exit(
			    die_at(program, n, loses_power, calm_from) ? 0 : 1);
		}
		if (pid == -1 || waitpid(pid, &status, 0) == -1 ||
		    !WIFEXITED(status) || WEXITSTATUS(status) > 1)
			day_breach("L3",
			    "%s killed at %lld: the child ended badly", program,
			    (long long)n);
		if (status != 0)
			return deaths;
		deaths++;
	}
}

int64_t
day_points(ymd day, int stride)
{
	int64_t deaths = 0;
	hhmm at;

	begin_day(day, true);
	at_hour(810, "update-prices --stocks --daily", NULL);
	at_hour(820, "sync-account", NULL);
	wild_minutes(hhmm_add(today.opens, -1), 4 + below(10));
	at = hhmm_add(today.opens, 20);
	world_clock(today.date, at, 0);
	for (int i = 0; i < MINUTE_LINE; i++) {
		const char *words = minute_line[i];

		deaths += points_of(words, stride, false, hhmm_add(at, 1));
		deaths += points_of(words, stride, true, hhmm_add(at, 1));
		day_run(words);
	}
	struck(T_KILL, deaths); /* each in a child of its own */
	return deaths;
}

/* One account in ten is with a firm that has a protocol of its own. */
static bool
is_at_kis(uint64_t s)
{
	return s % 10 == 7;
}

/* What differs from account to account is drawn from its number: k's remainders,
 * so that any run of numbers has all of it.  Those at the firm count among
 * themselves, for as part of all they would meet only every second kind. */
static void
begin_account(uint64_t k, bool is_kis)
{
	bool is_poor = k / 4 % 4 == 0, tells_totals = !is_kis && k % 5 == 3;

	world_firm(is_kis, k / 3 % 3 == 0 ? 1 : 500);
	world_account(
	    (int)(k % (uint64_t)world_markets()), is_poor, tells_totals);
	if (is_poor) /* little cash, and large orders */
		sim_call("set-limit max_exposure=off max_order_weight=off"
			 " max_stock_weight=off");
	if (k / 4 % 4 == 1) /* a loss that is soon reached */
		sim_call("set-limit max_daily_loss=0.15");
	if (k / 4 % 4 == 2) /* few positions */
		sim_call("set-limit max_positions=3");
	if ((day_check = check_new(world_db(), on_breach, NULL)) == NULL)
		day_breach("L4", "the judge finds no database");
	judged = k % 20 == 11 ? 100 : k % 3 == 0 ? 20 : k % 3 == 1 ? 5 : 0;
	check_totals(day_check, tells_totals || is_kis);
	check_gate(day_check, is_kis);
}

void
day_account(uint64_t s, day_found *f)
{
	seed = s;
	found = f;
	world_tell(day_ended);
	today = (struct today){ 0 };
	machine_account();
	exchange_account();
	person_account();
	sim_rng = rng_seed(s);
	troubles_draw();
	begin_account(is_at_kis(s) ? s / 10 : s, is_at_kis(s));
	judge_rng = rng_seed(~s);
	sim_tell_commits(on_commit);
	day_judge();
}

/* An account in which nothing is traded shows nothing. */
static void
count_done(void)
{
#define X(id, name, sql) day_count.done[D_##id] = world_ask(sql);
	DONE(X)
#undef X
}

void
day_account_end(void)
{
	char sql[200];

	sim_run(0, day_ended);
	count_done();
	for (int i = T_LOSE_REQUEST; i <= T_DOWN; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT coalesce(sum(n), 0) FROM paper.struck WHERE fault"
		    " = '%s'",
		    trouble_name((enum trouble)i));
		struck((enum trouble)i, world_ask(sql));
	}
}
