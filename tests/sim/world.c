/* world.c - see world.h. */
#include "world.h"

#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "dice.h"
#include "pool.h"
#include "trouble.h"

#define STOCKS      6
#define DAYS        30
#define MINUTE_DAYS 6

#define BLANK "/sim/blank.db"

static char folder[200];
static bool tells_totals; /* the broker of this account */
static bool is_at_kis;    /* it is Korea Investment's sandbox */
static int per_second;    /* requests */
static bool wire_breaks;  /* and what it is asked may get lost */
static sqlite3 *db, *reader;
static proc_ended *tell;

/* First days of the markets: an ordinary winter, the turn of a year (the
 * market opens at ten), the day of the exam (it opens and closes an hour
 * late), a summer. */
static const struct {
	const char *from;
	int seed;
} market[] = {
	{ "2024-01-02", 1 },
	{ "2024-11-25", 2 },
	{ "2024-10-10", 3 },
	{ "2023-06-01", 4 },
};

/* The days of each that have minutes, as they are at first: a holiday takes its
 * prices away later. */
static ymd days[NELEM(market)][MINUTE_DAYS];
static int here; /* the account's market */

static const char *const strategies[] = {
	"set-strategy one daily=dice:salt=1 max_positions=8"
	" stock_capital=400000" DICE_ONE,
	"set-strategy two daily=dice:salt=2 max_positions=8"
	" stock_capital=300000" DICE_TWO,
};

static void
need(bool is_well, const char *what)
{
	if (is_well)
		return;
	fprintf(stderr, "simulate: %s failed%s%s\n", what,
	    db != NULL ? ": " : "", db != NULL ? sqlite3_errmsg(db) : "");
	exit(70);
}

/* ---- Setting up ------------------------------------------------------------------ */

void
world_init(const char *dir, const char *modules)
{
	char path[300];

	snprintf(folder, sizeof(folder), "%s", dir);
	snprintf(path, sizeof(path), "%s/maemae.conf", dir);
	setenv("MAEMAE_CONF", path, 1);
	setenv("MAEMAE_STRATEGIES", modules, 1);
	setenv("HOME", dir, 1);
	world_conf("", "", 1);
}

void
world_end(void)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command) != 0)
		fprintf(stderr, "simulate: %s stays\n", folder);
}

void
world_firm(bool kis, int n)
{
	is_at_kis = kis;
	per_second = n;
}

bool
world_has_keys(void)
{
	return !is_at_kis;
}

int
world_requests(void)
{
	return per_second;
}

/* Korea Investment's, whose sandbox has the paper broker's books. */
static const char *
firm_conf(void)
{
	static char text[400];

	if (!is_at_kis)
		return "kind = paper\n";
	snprintf(text, sizeof(text),
	    "kind = kis\n[kis]\nmode = real\naccount = 12345678-01\n"
	    "app_key = key\napp_secret = secret\nurl = http://127.0.0.1\n"
	    "calls_per_second = %d\ntoken_file = %s/token\n",
	    per_second, folder);
	return text;
}

const char *
world_wire(void)
{
	return !wire_breaks ? "" :
			      "html:inquire,chance=1 html-after:order,chance=2"
			      " cut-answer,chance=1 unbuilt:order,chance=2"
			      " unbuilt-ok:order,chance=1 busy,chance=2"
			      " too-many,chance=1 timeout-after:order,chance=1"
			      " expire-token,chance=1 garbage:inquire,chance=1"
			      " empty:inquire,chance=1"
			      " mistyped:inquire,chance=1"
			      " same-row,chance=10 stuck-cursor,chance=3"
			      " empty-rows,chance=2 zero-bar,chance=2"
			      " negative-bar,chance=2 double-bar,chance=5";
}

void
world_conf(const char *faults, const char *more, int64_t seed)
{
	char path[300], text[3000];
	int fd, n;

	wire_breaks = faults[0] != '\0';
	snprintf(path, sizeof(path), "%s/maemae.conf", folder);
	n = snprintf(text, sizeof(text),
	    "[broker]\n%s[paper]\nfeed = %s\nbooks = %s\n"
	    "sync = normal\nfault_seed = %d\nfills = %s\n%s%s",
	    firm_conf(), FEED, BOOKS, (int)(seed & 0x7fffffff),
	    tells_totals ? "total" : "each", faults, more);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	need(fd != -1 && write(fd, text, (size_t)n) == n, "configuration");
	close(fd);
}

/* A database that no program has open, alone; its log goes with it. */
static void
open_alone(const char *path)
{
	pool_lose();
	need(sqlite3_open(path, &db) == SQLITE_OK, path);
}

static void
close_alone(void)
{
	sqlite3_close(db);
	db = NULL;
}

static void
change(const char *path, const char *sql)
{
	open_alone(path);
	world_do("%s", sql);
	close_alone();
}

static void
find_days(ymd *day)
{
	char sql[200];
	int64_t found;

	for (int d = 0; d < MINUTE_DAYS; d++) {
		snprintf(sql, sizeof(sql),
		    "SELECT DISTINCT date FROM minute_price ORDER BY date"
		    " LIMIT 1 OFFSET %d",
		    d);
		if ((found = world_ask(sql)) != -1)
			day[d] = (ymd)found;
	}
}

void
world_market(int which)
{
	static const char *const kind[] = { "stocks", "daily", "minute" };
	static const char *const made[] = { FEED, FEED "-wal", BLANK,
		BLANK "-wal" };
	int m = which % (int)NELEM(market);
	char kept[60];
	int saved = dup(1), null = open("/dev/null", O_WRONLY);

	dup2(null, 1);
	close(null);
	setenv("MAEMAE_DB", FEED, 1);
	sim_now = clock_epoch_at(20240102, 800, 0) * 1000;
	need(sim_call("make-market --seed %d --stocks %d --from %s --days %d"
		      " --minute-days %d --dir %s/csv",
		 market[m].seed, STOCKS, market[m].from, DAYS, MINUTE_DAYS,
		 folder) == 0,
	    "make-market");
	need(sim_call("trade-db init") == 0, "init");
	for (size_t i = 0; i < NELEM(kind); i++)
		need(sim_call("import-prices -q --%s %s/csv/%s.csv", kind[i],
			 folder, kind[i]) == 0,
		    "import-prices");
	/* Only the days around those that are traded: the calendar is read by
	 * every run of every program. */
	change(FEED,
	    "DELETE FROM market_calendar WHERE date < (SELECT min(date) FROM"
	    " daily_price) - 100 OR date > (SELECT max(date) FROM daily_price)"
	    " + 300");
	need(sim_call("trade-db backup " BLANK) == 0, "backup");
	open_alone(FEED);
	world_do("CREATE TABLE held AS SELECT * FROM minute_price WHERE 0");
	find_days(days[m]);
	close_alone();
	setenv("MAEMAE_DB", BLANK, 1);
	for (size_t i = 0; i < NELEM(strategies); i++)
		need(sim_call("%s", strategies[i]) == 0, "set-strategy");
	need(sim_call("set-limit max_entry_orders=200 max_daily_loss=20"
		      " max_positions=16 max_rejects=20") == 0,
	    "set-limit");
	change(BLANK,
	    "DELETE FROM daily_price WHERE date >= (SELECT min(date) FROM"
	    " minute_price); DELETE FROM minute_price");
	dup2(saved, 1);
	close(saved);
	for (size_t i = 0; i < NELEM(made); i++) {
		snprintf(kept, sizeof(kept), "%s.%d", made[i], m);
		disk_rename(made[i], kept); /* not each has a log */
	}
}

int
world_markets(void)
{
	return (int)NELEM(market);
}

void
world_account(int which, bool is_poor, bool totals)
{
	char kept[60];

	tells_totals = totals;
	here = which;
	snprintf(kept, sizeof(kept), "%s.%d", FEED, which);
	disk_rename(kept, FEED);
	snprintf(kept, sizeof(kept), "%s-wal.%d", FEED, which);
	disk_rename(kept, FEED "-wal");
	snprintf(kept, sizeof(kept), "%s.%d", BLANK, which);
	disk_rename(kept, DB);
	setenv("MAEMAE_DB", DB, 1);
	disk_volatile(DB, true);
	sim_now = clock_epoch_at(20230101, 900, 0) * 1000;
	world_conf("", is_poor ? "cash = 400000\n" : "", 1);
	need(sim_call("paper-broker cash") == 0, "paper-broker");
	/* From here on no program is the last to close one of them. */
	world_ask("SELECT count(*) FROM main.setting, paper.account,"
		  " feed.setting");
}

/* ---- Time -------------------------------------------------------------------------- */

void
world_clock(ymd day, hhmm at, int second)
{
	int64_t t = clock_epoch_at(day, at, second) * 1000;

	if (t > sim_now)
		sim_now = t;
}

ymd
world_date(void)
{
	struct clock c = { .now = sim_now / 1000 };

	return clock_ymd(&c);
}

hhmm
world_minute(void)
{
	struct clock c = { .now = sim_now / 1000 };

	return clock_hhmm(&c);
}

const char *
world_now(void)
{
	static char buf[40];
	struct clock c = { .now = sim_now / 1000 };
	ymd d = clock_ymd(&c);
	hhmm t = clock_hhmm(&c);

	snprintf(buf, sizeof(buf), "%04d-%02d-%02d %02d:%02d", d / 10000,
	    d / 100 % 100, d % 100, t / 100, t % 100);
	return buf;
}

/* ---- Asking -------------------------------------------------------------------------- */

sqlite3 *
world_db(void)
{
	if (db != NULL)
		return db;
	need(sqlite3_open(DB, &db) == SQLITE_OK, DB);
	sqlite3_extended_result_codes(db, 1);
	world_do("ATTACH '%s' AS paper", BOOKS);
	world_do("ATTACH '%s' AS feed", FEED);
	return db;
}

void
world_forget_db(void)
{
	db = reader = NULL; /* never closed: closing would write */
}

void
world_read_long(bool does)
{
	if (does && reader == NULL) {
		need(sqlite3_open(DB, &reader) == SQLITE_OK, DB);
		need(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM orders",
			 NULL, NULL, NULL) == SQLITE_OK,
		    "reading");
	} else if (!does && reader != NULL) {
		sqlite3_close(reader);
		reader = NULL;
	}
}

int64_t
world_ask(const char *sql)
{
	sqlite3_stmt *st;
	int64_t v = -1;

	need(sqlite3_prepare_v2(world_db(), sql, -1, &st, NULL) == SQLITE_OK,
	    sql);
	if (sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

void
world_text(char *buf, size_t size, const char *sql)
{
	sqlite3_stmt *st;

	buf[0] = '\0';
	need(sqlite3_prepare_v2(world_db(), sql, -1, &st, NULL) == SQLITE_OK,
	    sql);
	if (sqlite3_step(st) == SQLITE_ROW &&
	    sqlite3_column_type(st, 0) != SQLITE_NULL)
		snprintf(buf, size, "%s", sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
}

uint64_t
world_digest(void)
{
	static const char *const table[] = { "main.orders",
		"main.order_request", "main.trading_log", "main.fill",
		"main.cash_ledger", "main.share_ledger", "main.lot",
		"main.current_signals", "main.drift", "main.alert",
		"paper.request", "paper.orders", "paper.fills",
		"paper.struck" };
	uint64_t h = UINT64_C(14695981039346656037);
	char sql[80];

	for (size_t i = 0; i < NELEM(table); i++) {
		sqlite3_stmt *st;

		snprintf(sql, sizeof(sql), "SELECT * FROM %s", table[i]);
		need(sqlite3_prepare_v2(world_db(), sql, -1, &st, NULL) ==
			SQLITE_OK,
		    sql);
		while (sqlite3_step(st) == SQLITE_ROW)
			for (int k = 0; k < sqlite3_column_count(st); k++) {
				const unsigned char *s = sqlite3_column_text(
				    st, k);

				for (; s != NULL && *s != '\0'; s++)
					h = (h ^ *s) * UINT64_C(1099511628211);
				h = (h ^ 1) * UINT64_C(1099511628211);
			}
		sqlite3_finalize(st);
	}
	return h;
}

void
world_tell(proc_ended *t)
{
	tell = t;
}

/* What changes a database: a program may have the lock, then it waits. */
void
world_do(const char *fmt, ...)
{
	char sql[1000];
	va_list ap;
	int rc;

	va_start(ap, fmt);
	vsnprintf(sql, sizeof(sql), fmt, ap);
	va_end(ap);
	while ((rc = sqlite3_exec(db != NULL ? db : world_db(), sql, NULL, NULL,
		    NULL)) == SQLITE_BUSY &&
	    sim_running() > 0)
		sim_run(sim_now + 20, tell);
	need(rc == SQLITE_OK, sql);
}

ymd
world_day(int d)
{
	return d < MINUTE_DAYS ? days[here][d] : 0;
}

void
world_session(ymd day, hhmm *open, hhmm *close)
{
	char sql[200];

	snprintf(sql, sizeof(sql),
	    "SELECT open FROM feed.market_calendar WHERE date = %d", day);
	*open = (hhmm)world_ask(sql);
	snprintf(sql, sizeof(sql),
	    "SELECT close FROM feed.market_calendar WHERE date = %d", day);
	*close = (hhmm)world_ask(sql);
}

void
world_some_stock(char *code, size_t size)
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

/* ---- Prices -------------------------------------------------------------------------- */

void
world_hold_bars(ymd day, hhmm from, hhmm to, int third)
{
	world_do("INSERT INTO feed.held SELECT * FROM feed.minute_price WHERE"
		 " date = %d AND time BETWEEN %d AND %d AND CAST(code AS"
		 " INTEGER) %% 3 = %d",
	    day, from, to, third);
	world_do("DELETE FROM feed.minute_price WHERE (code, date, time) IN"
		 " (SELECT code, date, time FROM feed.held)");
}

void
world_release_bars(void)
{
	world_do("INSERT OR IGNORE INTO feed.minute_price SELECT * FROM"
		 " feed.held");
	world_do("DELETE FROM feed.held");
}

void
world_empty_bars(ymd day, hhmm from, hhmm to, int third)
{
	world_do("UPDATE feed.minute_price SET volume = 0 WHERE date = %d AND"
		 " time BETWEEN %d AND %d AND CAST(code AS INTEGER) %% 3 = %d",
	    day, from, to, third);
}

void
world_revise_bar(ymd day, hhmm before, int third)
{
	world_do("UPDATE feed.minute_price SET volume = volume * 2, high ="
		 " high + (high - low) WHERE date = %d AND time = (SELECT"
		 " max(time) FROM feed.minute_price WHERE date = %d AND time <"
		 " %d) AND CAST(code AS INTEGER) %% 3 = %d",
	    day, day, before, third);
}
