/* day.c - see day.h. */
#include "day.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "sim/check.h"
#include "pool.h"
#include "signals.h"
#include "store/store.h"
#include "trouble.h"
#include "world.h"

#define LIVE          "('planned', 'sending', 'open', 'part', 'unknown')"
#define CALM          10 /* minutes, the second half under a halt */
/* A day's minutes: from 20 to 60, rather few. */
#define MINUTES_LEAST 20
#define MINUTES_MORE  40
#define LAST          3 /* of them about the close */

struct day_count day_count;
bool day_tells;

static day_found *found;
static struct check *check;
static uint64_t seed;
static ymd today;
static hhmm opens, closes;
static bool is_calm;
static int held_until, machine_until; /* minutes left of these troubles */
static bool has_backup;
static int64_t faults_before; /* this day */
static char conf_more[200];
static char said_then[100]; /* by a person, when the pass begins; "": nothing */

static const char *const line[] = { "update-prices", "watch-fills",
	"gen-signals", "place-orders", "sync-account" };

/* ---- Judging ------------------------------------------------------------------ */

static void
on_breach(void *arg, const char *rule, const char *what)
{
	(void)arg;
	found(rule, what);
}

static void
breach(const char *rule, const char *fmt, ...)
{
	char what[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	found(rule, what);
}

static void
judge(void)
{
	check_step(check, world_now());
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

static struct proc *wild(const char *text);

/* What a person says just then comes while a pass is at work that has
 * something to buy, and takes its time. */
static void
say_halt(struct proc *before_pass)
{
	if (before_pass->then == NULL ||
	    world_ask("SELECT count(*) FROM current_signals WHERE side = 'buy'"
		      " AND state = 'pending' AND made = stamp AND is_said AND"
		      " reason = ''") == 0)
		return;
	proc_start(wild(said_then), 800 + below(1600));
	said_then[0] = '\0';
	if (before_pass->then->fate.slow == 0)
		before_pass->then->fate.slow = 300;
}

/* Where it ended badly it says why; without a fault it does not. */
static void
on_end(struct proc *p)
{
	if (day_tells)
		fprintf(stderr, "%s %s[%d]: %s%d%s %s\n", world_now(), p->text,
		    p->pid, p->was_killed ? "killed " : "", p->status,
		    p->was_struck ? " (struck)" : "", p->said);
	fate_count(p);
	if (p->held_lock)
		breach(
		    "S11", "%s asked the broker within a transaction", p->text);
	if (!p->was_killed && !is_known(p))
		breach("L3", "%s ended with status %d: %s", p->text, p->status,
		    p->said);
	if (!p->was_killed && p->status != 0 && p->status != 75 &&
	    p->said[0] == '\0')
		breach("L3", "%s ended with status %d, in silence", p->text,
		    p->status);
	if (is_calm && p->status != 0)
		breach("L3", "%s: status %d without any fault: %s", p->text,
		    p->status, p->said);
	judge();
	signals_judge(p);
	if (said_then[0] != '\0' && strcmp(p->text, "gen-signals") == 0)
		say_halt(p);
}

/* ---- Programs ------------------------------------------------------------------- */

#define run(...) run_one(proc_new(NULL, __VA_ARGS__))
static void
run_one(struct proc *p)
{
	proc_start(p, 0);
	sim_run(0, on_end);
}

static struct proc *
wild(const char *text)
{
	struct fate f = fate_draw();

	return proc_new(&f, "%s", text);
}

/* At the same time as all that runs already. */
static void
launch(const char *text, int ms)
{
	proc_start(wild(text), below(ms));
}

static void
launch_twice(const char *text, int ms)
{
	if (strikes(T_SKIP))
		return;
	launch(text, ms);
	if (strikes(T_DOUBLE))
		launch(text, ms);
}

/* The crontab's line of the minute: one after the other, or, as after a slow
 * one or by hand, in any order. */
static void
launch_line(hhmm at)
{
	struct proc *first = NULL, **then = &first;
	bool is_end = at == hhmm_add(closes, -1);
	int late;

	if (strikes(T_SHUFFLE)) {
		for (size_t i = 0; i < 4; i++)
			launch_twice(line[i], 4000);
		return;
	}
	for (size_t i = 0; i < 4; i++) {
		if (strikes(T_SKIP))
			continue;
		*then = wild(line[i]);
		then = &(*then)->then;
		if (strikes(T_DOUBLE))
			launch(line[i], 3000);
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

/* ---- The machine ------------------------------------------------------------------ */

static void
write_conf(void)
{
	char faults[700];

	troubles_paper(faults, sizeof(faults));
	world_conf(
	    is_calm ? "" : faults, is_calm ? "" : conf_more, (int64_t)seed);
}

/* All connections are gone, ours too. */
static void
lose_connections(void)
{
	world_forget_db();
	pool_lose();
	disk_drop(0);
}

static void
reconnect(void)
{
	if (!check_reconnect(check, world_db()))
		breach("L4", "the judge finds no database");
}

static void
reboot(bool loses_power)
{
	sim_kill_all(on_end);
	lose_connections();
	if (loses_power)
		disk_power_loss(&sim_rng);
	machine.boot++;
	reconnect();
	judge();
}

/* What the machine suffers from ends. */
static void
machine_heals(void)
{
	machine.disk_error = 0;
	machine.clock_off = 0;
	if (world_ask("PRAGMA main.user_version") > STORE_VERSION)
		world_do("PRAGMA main.user_version = %d", STORE_VERSION);
	world_read_long(false);
}

/* By how much the clock is wrong, in seconds.  The paper broker has no clock of
 * its own: what it tells a minute late by ours would be late for an hour. */
static int
wrong_clock(void)
{
	bool is_much = chance(20);
	int seconds = 1 + below(90), many = 1 + below(5000);

	for (int i = T_DELAY; i <= T_LATE_BALANCE; i++)
		is_much = is_much && !troubles_have((enum trouble)i);
	return is_much ? many : seconds;
}

static void
machine_minute(void)
{
	if (machine_until > 0 && --machine_until == 0)
		machine_heals();
	if (strikes(T_REBOOT))
		reboot(false);
	if (strikes(T_POWER_LOSS))
		reboot(true);
	if (machine_until > 0)
		return;
	machine_until = 1 + below(4);
	if (strikes(T_DISK_FULL))
		machine.disk_error = SQLITE_FULL;
	else if (strikes(T_READ_ONLY))
		machine.disk_error = SQLITE_READONLY;
	else if (strikes(T_CLOCK_BACK))
		machine.clock_off = -1000 * wrong_clock();
	else if (strikes(T_CLOCK_FORWARD))
		machine.clock_off = 1000 * wrong_clock();
	else if (sim_running() == 0 && strikes(T_NEW_SCHEMA))
		world_do("PRAGMA main.user_version = %d", STORE_VERSION + 1);
	else if (strikes(T_LONG_READER))
		world_read_long(true);
	else
		machine_until = 0;
}

/* ---- Prices ------------------------------------------------------------------------- */

static void
prices_minute(hhmm at)
{
	if (held_until > 0 && --held_until == 0)
		world_release_bars();
	if (strikes(T_LATE_BARS)) {
		world_hold_bars(today, at, hhmm_add(at, 2));
		held_until = 1 + below(5);
	}
	if (strikes(T_EMPTY_BARS))
		world_empty_bars(today, at, hhmm_add(at, 3));
	if (strikes(T_REVISED_BARS))
		world_revise_bar(today, at);
}

/* ---- The person ----------------------------------------------------------------------- */

/* A stock that the account holds, or any. */
static void
some_stock(char *code, size_t size)
{
	char sql[200];

	code[0] = '\0';
	snprintf(sql, sizeof(sql),
	    "SELECT code FROM paper.holding ORDER BY code LIMIT 1 OFFSET %d",
	    below(4));
	if (chance(60))
		world_text(code, size, sql);
	snprintf(sql, sizeof(sql),
	    "SELECT code FROM stock_info ORDER BY code LIMIT 1 OFFSET %d",
	    below(6));
	if (code[0] == '\0')
		world_text(code, size, sql);
}

static int64_t
some_order(const char *where)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
	    "SELECT coalesce(max(id), 1) FROM orders WHERE %s", where);
	return world_ask(sql);
}

/* What the broker's screen says about an unknown order. */
static void
settle(void)
{
	char sql[400], what[80], text[120];
	int64_t id = some_order("state = 'unknown'");

	snprintf(sql, sizeof(sql),
	    "SELECT iif(count(*) = 0, 'absent', format('filled:%%d@%%d',"
	    " max(b.filled), max(b.filled_won) / max(b.filled))) FROM"
	    " paper.orders b WHERE b.filled > 0 AND b.key ="
	    " (SELECT format('maemae-%%d-%%s', id, strftime('%%s',"
	    " sending_at)) FROM orders WHERE id = %lld)",
	    (long long)id);
	world_text(what, sizeof(what), sql);
	snprintf(text, sizeof(text), "sync-account --settle %lld=%s",
	    (long long)id, what);
	launch(text, 2000);
}

static void
change_settings(void)
{
	static const char *const change[] = {
		"set-strategy one --off",
		"set-strategy one --on",
		"set-strategy two daily=dice:salt=7",
		"set-strategy two weight=3",
		"set-strategy one stop_loss_ratio=-0.5",
		"set-strategy one daily=sma:short=1,long=2",
		"set-strategy one daily=dice:salt=1",
		"set-limit max_positions=4",
		"set-limit max_positions=16",
		"set-limit max_entry_orders=5",
		"set-limit max_entry_orders=200",
		"set-limit max_daily_loss=0.1",
		"set-limit max_daily_loss=20",
	};

	launch(change[below(NELEM(change))], 4000);
}

static void
delete_rows(void)
{
	static const char *const what[] = {
		"DELETE FROM main.minute_price WHERE time % 3 = 0",
		"DELETE FROM main.current_quote",
		"DELETE FROM main.program_run",
		"DELETE FROM main.alert",
		"DELETE FROM main.lease",
	};
	int k = below(NELEM(what));

	/* Who takes away the lease of one at work asks for two at once. */
	if (sim_running() == 0)
		world_do("%s", what[k]);
}

static void
restore_backup(void)
{
	if (!has_backup)
		return;
	sim_kill_all(on_end);
	disk_copy("/sim/old.db", DB);
	lose_connections();
	disk_volatile(DB, true);
	reconnect();
	check_restored(check);
	judge();
}

static void
person_minute(void)
{
	char code[10], text[100];

	some_stock(code, sizeof(code));
	snprintf(text, sizeof(text), "paper-broker %s %s %d",
	    chance(50) ? "buy" : "sell", code, 1 + below(5));
	if (strikes(T_HAND_TRADES))
		proc_start(proc_new(NULL, "%s", text), below(500));
	snprintf(text, sizeof(text), "paper-broker %s %d",
	    chance(50) ? "deposit" : "withdraw", 10000 * (1 + below(20)));
	if (strikes(T_HAND_MONEY))
		proc_start(proc_new(NULL, "%s", text), below(500));
	snprintf(text, sizeof(text), "cancel-order %d",
	    (int)some_order("state IN " LIVE));
	if (chance(50))
		snprintf(text, sizeof(text), "paper-broker cancel %d",
		    1 + below(12));
	if (strikes(T_HAND_CANCELS))
		launch(text, 3000);
	snprintf(text, sizeof(text), "halt-trading%s%s",
	    chance(30) ? " --all" : "", chance(50) ? " --cancel-open" : "");
	if (chance(60))
		snprintf(text, sizeof(text), "halt-trading --resume");
	else if (chance(20))
		snprintf(text, sizeof(text), "force-exit %s", code);
	if (strikes(T_HAND_HALTS)) {
		launch(text, 3000);
		if (chance(50))
			snprintf(said_then, sizeof(said_then), "halt-trading%s",
			    chance(50) ? " --all" : "");
	}
	if (strikes(T_HAND_SYNCS))
		launch(chance(70) ? "sync-account" : "sync-account --accept",
		    3000);
	if (strikes(T_HAND_SETTLES) &&
	    world_ask("SELECT count(*) FROM orders WHERE state = 'unknown'") >
		0)
		settle();
	if (strikes(T_HAND_SETTINGS))
		change_settings();
	if (strikes(T_HAND_DELETES))
		delete_rows();
	if (strikes(T_OLD_BACKUP))
		restore_backup();
}

/* ---- Minutes ---------------------------------------------------------------------------- */

static void
wild_minute(hhmm at)
{
	int64_t next;

	world_clock(today, at, 0);
	day_count.minutes++;
	next = sim_now + 60000;
	machine_minute();
	prices_minute(at);
	person_minute();
	machine.preempt = strikes(T_PREEMPT) ? 10 : 0;
	launch_line(at);
	if (at % 10 == 5)
		launch_twice("sync-account", 2000);
	if (strikes(T_FOLLOWER)) {
		struct fate f = fate_draw();

		f.slow += 20000; /* it need not look every second */
		proc_start(proc_new(&f, "watch-fills --until-close"), 100);
	}
	sim_run(next, on_end);
	judge();
}

static void
wild_minutes(hhmm from, int n)
{
	for (int i = 0; i < n; i++)
		wild_minute(hhmm_add(from, i));
	/* The machine is off until the next minutes that are played. */
	if (chance(50))
		sim_run(sim_now + 120000, on_end);
	sim_kill_all(on_end);
}

static void
calm_minute(hhmm at)
{
	world_clock(today, at, 0);
	day_count.minutes++;
	/* The account was emptied by hand: a person says that it is so. */
	if (world_ask("SELECT count(*) FROM alert WHERE cleared_at IS NULL AND"
		      " name = 'empty account'") > 0)
		run("sync-account --accept");
	for (size_t i = 0; i < NELEM(line); i++)
		run("%s", line[i]);
}

/* The faults have stopped: ten passes, then all must agree.  In the second
 * half all orders are halted and taken back, for cash is compared when none
 * works (T25). */
static void
calm(hhmm from)
{
	sim_run(0, on_end);
	if (world_minute() >= from) /* something took long */
		from = hhmm_add(world_minute(), 1);
	is_calm = true;
	said_then[0] = '\0';
	machine_heals();
	machine_until = held_until = 0;
	machine.preempt = 0;
	world_release_bars();
	write_conf();
	for (int i = 0; i < CALM; i++) {
		if (i == 0)
			run("halt-trading --resume");
		if (i == CALM / 2) {
			check_stops(check, world_now());
			run("halt-trading --all --cancel-open");
		}
		calm_minute(hhmm_add(from, i));
	}
	check_healed(check, world_now());
	run("halt-trading --resume");
	run("trade-db check");
	is_calm = false;
	write_conf();
}

/* ---- A day --------------------------------------------------------------------------------- */

/* What the crontab has beside the minute's line. */
static void
at_hour(hhmm at, const char *one, const char *two)
{
	world_clock(today, at, 0);
	launch_twice(one, 1000);
	if (two != NULL)
		launch_twice(two, 5000);
	sim_run(sim_now + 60000, on_end);
	sim_run(0, on_end);
}

static void
keep_backup(void)
{
	if (troubles.percent[T_OLD_BACKUP] == 0 || sim_running() > 0)
		return;
	disk_remove("/sim/old.db");
	disk_remove("/sim/old.db-wal");
	disk_copy(DB, "/sim/old.db");
	has_backup = true;
}

static void
begin_day(ymd day)
{
	static const char *const zones[] = { "UTC", "America/New_York",
		"Pacific/Kiritimati" };
	char outage[100] = "";
	int zone, hour = 9 + below(6);

	today = day;
	world_session(day, &opens, &closes);
	signals_day(day, opens, found);
	if (strikes(T_OUTAGE))
		snprintf(outage, sizeof(outage),
		    "down_from = %d\ndown_until = %d\n", hour * 100 + 30,
		    hour * 100 + 130);
	snprintf(conf_more, sizeof(conf_more), "%s%s", outage,
	    strikes(T_RENUMBER) ? "renumber = yes\n" : "");
	write_conf();
	zone = below(NELEM(zones));
	setenv("TZ", strikes(T_WRONG_ZONE) ? zones[zone] : "Asia/Seoul", 1);
	tzset();
}

/* Programs that begin on one day and end on the next. */
static void
midnight(void)
{
	static const char *const late[] = { "watch-fills", "place-orders",
		"gen-signals", "sync-account", "eod-report" };

	world_clock(today, 2359, 57);
	for (size_t i = 0; i < NELEM(late); i++)
		launch(late[i], 4000);
	sim_run(0, on_end);
}

/* All that struck so far. */
static int64_t
faults_struck(void)
{
	int64_t n = world_ask("SELECT coalesce(sum(n), 0) FROM paper.struck");

	for (int i = 0; i < NTROUBLES; i++)
		n += troubles.count[i];
	return n;
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
play_minutes(bool is_last)
{
	int early = 1 + below(3), first = early + 4 + below(8);
	int more = MINUTES_LEAST + below(1 + below(MINUTES_MORE + 1));
	bool at_noon = chance(40);
	int noon, late, rest = hhmm_diff(closes, opens);

	wild_minutes(hhmm_add(opens, -early), first);
	more -= first + LAST + CALM * (at_noon + is_last);
	more = more < 0 ? 0 : more;
	noon = below(more + 1);
	late = more - noon;
	if (noon > 0)
		wild_minutes(hhmm_add(opens, 30 + below(rest - 150)), noon);
	if (at_noon)
		calm(hhmm_add(closes, -65)); /* over a half hour */
	if (late > 10) {
		wild_minutes(hhmm_add(closes, -1 - late), late - 10);
		late = 10;
	}
	if (late > 0)
		wild_minutes(hhmm_add(closes, -1 - late), late);
	if (faults_struck() == faults_before)
		troubles_insist();
	wild_minutes(hhmm_add(closes, -1), LAST);
	if (is_last)
		calm(hhmm_add(closes, 1));
}

void
day_play(ymd day, bool is_last)
{
	int64_t minutes = day_count.minutes;

	faults_before = faults_struck();
	begin_day(day);
	at_hour(810, "update-prices --stocks --daily", NULL);
	at_hour(820, "sync-account", "eod-report");
	if (chance(30))
		keep_backup();
	play_minutes(is_last);
	at_hour(hhmm_add(closes, 15), "sync-account", "update-prices --daily");
	at_hour(hhmm_add(closes, 20), "eod-report", "trade-db check");
	if (strikes(T_MIDNIGHT))
		midnight();
	check_day(check, today);
	count_day(minutes == 0, day_count.minutes - minutes,
	    faults_struck() - faults_before);
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
	sim_run(0, on_end);
	if (sim_kills == kills)
		return false;
	if (loses_power)
		reboot(true);
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
			breach("L3", "%s killed at %lld: the child ended badly",
			    program, (long long)n);
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

	begin_day(day);
	at_hour(810, "update-prices --stocks --daily", NULL);
	at_hour(820, "sync-account", NULL);
	wild_minutes(hhmm_add(opens, -1), 4 + below(10));
	at = hhmm_add(opens, 20);
	world_clock(today, at, 0);
	for (size_t i = 0; i < NELEM(line); i++) {
		deaths += points_of(line[i], stride, false, hhmm_add(at, 1));
		deaths += points_of(line[i], stride, true, hhmm_add(at, 1));
		run("%s", line[i]);
	}
	struck(T_KILL, deaths); /* each in a child of its own */
	return deaths;
}

void
day_account(uint64_t s, day_found *f)
{
	seed = s;
	found = f;
	world_tell(on_end);
	is_calm = has_backup = false;
	said_then[0] = '\0';
	held_until = machine_until = 0;
	machine = (struct machine){ .boot = 1 };
	sim_rng = rng_seed(s);
	troubles_draw();
	world_account(
	    (int)(s % (uint64_t)world_markets()), s / 4 % 4 == 0, s % 5 == 3);
	if (s / 4 % 4 == 0) /* little cash, and large orders */
		sim_call("set-limit max_exposure=off max_order_weight=off"
			 " max_stock_weight=off");
	if (s / 4 % 4 == 1) /* a loss that is soon reached */
		sim_call("set-limit max_daily_loss=0.15");
	if ((check = check_new(world_db(), on_breach, NULL)) == NULL)
		breach("L4", "the judge finds no database");
	check_totals(check, s % 5 == 3);
	judge();
}

void
day_account_end(void)
{
	char sql[200];

	sim_run(0, on_end);
	for (int i = T_LOSE_REQUEST; i <= T_DOWN; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT coalesce(sum(n), 0) FROM paper.struck WHERE fault"
		    " = '%s'",
		    trouble_name((enum trouble)i));
		struck((enum trouble)i, world_ask(sql));
	}
}
