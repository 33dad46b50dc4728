/* stage.c - see stage.h. */
#include "stage.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "dice.h"

#define FILE_SIZE 60 /* of a name in the folder */

static char dir[100], bin[PATH_MAX], libraries[PATH_MAX], now[32];
static volatile int64_t *wall; /* what clock.c shows; 0: the machine's time */
static const char *out_name = "log", *err_name = "log";
static const char *const tails[] = { "", "-wal", "-shm", "-journal" };

static void
give_up(const char *what)
{
	printf("Bail out! %s: %s; see %s\n", what, strerror(errno), dir);
	exit(1);
}

/* ---- Programs ----------------------------------------------------------------- */

void
stage_words(const char *out, const char *err)
{
	out_name = out;
	err_name = err;
}

static int
open_words(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd == -1)
		_exit(126);
	return fd;
}

static pid_t
start(const char *words, bool is_told, void (*before)(void))
{
	char text[1000], line[1100], exe[PATH_MAX + 40], *argv[32];
	int n = 0, fd;
	pid_t pid;

	snprintf(text, sizeof(text), "%s", words);
	for (char *w = strtok(text, " "); w != NULL; w = strtok(NULL, " "))
		argv[n++] = w;
	if (is_told && now[0] != '\0') {
		argv[n++] = (char *)(uintptr_t) "--now";
		argv[n++] = now;
	}
	argv[n] = NULL;
	assert(n < (int)NELEM(argv));
	snprintf(exe, sizeof(exe), "%s/%s", bin, argv[0]);
	snprintf(line, sizeof(line), "%s $ %s\n", now, words);
	fflush(stdout);
	if ((pid = fork()) == -1)
		give_up("fork");
	if (pid > 0)
		return pid;
	fd = open_words("log");
	if (write(fd, line, strlen(line)) == -1)
		_exit(126);
	dup2(open_words(out_name), STDOUT_FILENO);
	dup2(open_words(err_name), STDERR_FILENO);
	if (!is_told)
		signal(SIGTERM, SIG_IGN);
	if (before != NULL)
		before();
	execv(exe, argv);
	_exit(127);
}

pid_t
stage_start(const char *words, void (*before)(void))
{
	return start(words, true, before);
}

pid_t
stage_follow(const char *words, void (*before)(void))
{
	return start(words, false, before);
}

int
stage_run(const char *fmt, ...)
{
	char words[1000];
	int status;
	va_list ap;
	pid_t pid;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	pid = stage_start(words, NULL);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			give_up("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define must(...)                                \
	do {                                     \
		if (stage_run(__VA_ARGS__) != 0) \
			give_up("a first step"); \
	} while (0)

/* ---- Files ---------------------------------------------------------------------- */

static void
copy_file(const char *from, const char *to)
{
	static char buf[1 << 18];
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	ssize_t n;

	if (in == -1) {
		unlink(to);
		return;
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			give_up(to);
	close(in);
	close(out);
}

/*
 * How many bytes of a log count, -1: all.  While somebody has the database
 * open, its end is what the index says: a commit of which the index was not
 * told, for its program died, will be written over.  Nobody has: the next one
 * builds the index anew, from all that is in the log.
 */
static off_t
log_end(const char *db)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = 128, /* SQLite's own, of who has the index open */
		.l_len = 1 };
	uint32_t head[2][12]; /* "Write-ahead logging", 2.1 of fileformat2 */
	char name[FILE_SIZE];
	off_t end = -1;
	int fd;

	snprintf(name, sizeof(name), "%s-shm", db);
	if ((fd = open(name, O_RDWR | O_CLOEXEC)) == -1)
		return -1;
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK &&
	    read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	    memcmp(head[0], head[1], sizeof(head[0])) == 0)
		end = 32 + (off_t)head[0][4] * (24 + (head[0][3] >> 16));
	close(fd);
	return end;
}

/* The copy of a database has its logs, but not the index of them: that is
 * memory, and is built anew from the log. */
static void
copy_db(const char *from, const char *to)
{
	off_t end = log_end(from);
	char a[FILE_SIZE], b[FILE_SIZE];

	for (size_t i = 0; i < NELEM(tails); i++) {
		snprintf(a, sizeof(a), "%s%s", from, tails[i]);
		snprintf(b, sizeof(b), "%s%s", to, tails[i]);
		if (strcmp(tails[i], "-shm") == 0)
			unlink(b);
		else
			copy_file(a, b);
		if (end != -1 && strcmp(tails[i], "-wal") == 0 &&
		    truncate(b, end) == -1)
			give_up(b);
	}
}

void
stage_save(const char *name)
{
	char to[FILE_SIZE];

	snprintf(to, sizeof(to), "%s.db", name);
	copy_db("maemae.db", to);
	snprintf(to, sizeof(to), "%s-books.db", name);
	copy_db("books.db", to);
}

void
stage_restore(const char *name)
{
	char from[FILE_SIZE];

	snprintf(from, sizeof(from), "%s.db", name);
	copy_db(from, "maemae.db");
	snprintf(from, sizeof(from), "%s-books.db", name);
	copy_db(from, "books.db");
}

/* ---- The database as another sees it ----------------------------------------------- */

sqlite3 *
stage_connect(const char *name)
{
	sqlite3 *db;

	if (sqlite3_open(name, &db) != SQLITE_OK)
		give_up(name);
	return db;
}

void
stage_change(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK)
		return;
	printf("Bail out! %s: %s\n", sql, why);
	exit(1);
}

int64_t
stage_ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	int64_t v = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return v;
}

/* ---- The market and the account ------------------------------------------------------- */

/* Files to be imported: each half a day of one stock, of a session long ago. */
static void
write_imports(void)
{
	for (int i = 0; i < 5; i++) { /* Monday to Friday */
		char name[40];
		FILE *f;

		snprintf(name, sizeof(name), "extra-%d.csv", i);
		f = fopen(name, "w");
		fprintf(f, "code,date,time,open,high,low,close,volume\n");
		for (int t = 0; t < 200; t++)
			fprintf(f, "000031,202401%02d,%04d,9,9,9,9,9\n", 8 + i,
			    900 + t / 60 * 100 + t % 60);
		fclose(f);
	}
}

static void
hang_wall(void)
{
	int fd = open("wall", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *p = MAP_FAILED;

	if (fd != -1 && ftruncate(fd, sizeof(*wall)) == 0)
		p = mmap(NULL, sizeof(*wall), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		give_up("wall");
	close(fd);
	wall = p;
	setenv("WALL", "wall", 1);
}

/* All programs see the wall, for they take each other's leases by it. */
static void
preload(const char *first)
{
	char words[2 * PATH_MAX + 40];

	snprintf(words, sizeof(words), "%s %s/clock.so", first, libraries);
	setenv("LD_PRELOAD", words, 1);
}

void
stage_fail(const char *name, const char *value)
{
	char fail[PATH_MAX + 10];

	snprintf(fail, sizeof(fail), "%s/fail.so", libraries);
	preload(fail);
	setenv(name, value, 1);
}

void
stage_open(const char *name)
{
	static const char *const kind[] = { "stocks", "daily", "minute" };
	const char *programs = getenv("BIN"), *build = getenv("BUILD");
	char built[1000];
	sqlite3 *db;

	if (realpath(programs != NULL ? programs : "bin", bin) == NULL)
		give_up("the programs");
	snprintf(
	    built, sizeof(built), "%s/kill", build != NULL ? build : "build");
	if (realpath(built, libraries) == NULL)
		give_up(built);
	snprintf(dir, sizeof(dir), "%s/maemae-%s-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", name);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		give_up(dir);
	hang_wall();
	preload("");
	must("make-market --stocks 32 --days 70 --minute-days 16 --dir .");
	must("trade-db init --db market.db");
	for (size_t i = 0; i < NELEM(kind); i++)
		must("import-prices --db market.db --%s -q %s.csv", kind[i],
		    kind[i]);
	must("trade-db backup --db market.db blank.db");
	db = stage_connect("blank.db");
	stage_change(db,
	    "DELETE FROM daily_price WHERE date >="
	    " (SELECT min(date) FROM minute_price); DELETE FROM minute_price;"
	    " DELETE FROM market_calendar WHERE date < 20230101; VACUUM");
	sqlite3_close(db);
	setenv("MAEMAE_DB", "blank.db", 1);
	must("set-strategy one daily=dice:salt=1,buys=30,sells=30"
	     " max_positions=24 stock_capital=200000" DICE_ONE);
	must("set-strategy two daily=dice:salt=2,buys=20,sells=20"
	     " max_positions=24 stock_capital=150000" DICE_TWO);
	must("set-limit max_entry_orders=5000 max_daily_loss=20"
	     " max_positions=48 max_rejects=20");
	write_imports();
	setenv("MAEMAE_DB", "maemae.db", 1);
	setenv("MAEMAE_CONF", "maemae.conf", 1);
}

void
stage_close(bool keep)
{
	char command[sizeof(dir) + 20];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (keep || system(command) != 0)
		printf("# all is left in %s\n", dir);
}

void
stage_broker(const char *faults)
{
	FILE *f = fopen("maemae.conf", "w");

	if (f == NULL)
		give_up("maemae.conf");
	fprintf(f,
	    "[broker]\nkind = paper\n[paper]\nfeed = market.db\n"
	    "books = books.db\nsync = normal\nfault = %s\n",
	    faults);
	if (fclose(f) != 0 || chmod("maemae.conf", 0600) == -1)
		give_up("maemae.conf");
}

void
stage_account(void)
{
	copy_db("no-books.db", "books.db");
	copy_db("blank.db", "maemae.db");
	stage_broker("");
	now[0] = '\0';
	*wall = 0;
	must("paper-broker cash --now 2024-01-02T09:00"); /* makes them */
}

void
stage_set(ymd day, int minute)
{
	snprintf(now, sizeof(now), "%04d-%02d-%02dT%02d:%02d", day / 10000,
	    day / 100 % 100, day % 100, minute / 60, minute % 60);
	*wall = clock_epoch_at(day, minute / 60 * 100 + minute % 60, 0);
}

const char *
stage_now(void)
{
	return now;
}

ymd
stage_day(int i)
{
	sqlite3 *db = stage_connect("market.db");
	char sql[100];
	int64_t day;

	snprintf(sql, sizeof(sql),
	    "SELECT DISTINCT date FROM"
	    " minute_price ORDER BY date LIMIT 1 OFFSET %d",
	    i);
	day = stage_ask(db, sql);
	sqlite3_close(db);
	return (ymd)day;
}
