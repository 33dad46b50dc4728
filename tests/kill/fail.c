/*
 * fail.c - a library to preload, which makes one call of a program fail.
 *
 *	FAIL=write:17:ENOSPC	the 17th call of the kind `write` fails so
 *	FAIL=write:17+:ENOSPC	and all after it
 *	FAIL=write:17:short	it does half of what was asked
 *	FAIL=write:17:KILL	the program dies before it; TERM: is asked to end
 *	FAIL_COUNT=FILE		how many there were of each kind, "write 40"
 *
 *	FAIL=step:17:BUSY	SQLite answers the 17th step so, and does nothing
 *
 * Calls are counted from main() on: what loads the program is not its own.
 * Writing to stderr always works, for who could tell that it did not?  Calls
 * that libc makes within itself (the reads below getline and fgets) cannot be
 * reached from here.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define SHORT  10000 /* above all of errno */
#define SIGNAL 20000 /* and from here on, signals */

enum kind {
	READ,
	WRITE,
	SYNC,
	TRUNCATE,
	OPEN,
	MMAP,
	LOCK,
	STAT,
	NAME,
	FLUSH,
	MALLOC,
	PREPARE,
	STEP,
	EXEC,
	NKINDS
};

static const char *const kind_name[] = { "read", "write", "sync", "truncate",
	"open", "mmap", "lock", "stat", "name", "flush", "malloc", "prepare",
	"step", "exec" };

static long count[NKINDS], fail_at;
static int fail_kind = -1, fail_errno;
static bool is_on, goes_on;

/* Is this the call that fails?  Sets errno. */
static bool
strikes(enum kind k)
{
	long n = is_on ? ++count[k] : 0;

	if ((int)k != fail_kind || n == 0 || n < fail_at ||
	    (n > fail_at && !goes_on))
		return false;
	if (fail_errno > SIGNAL) {
		kill(getpid(), fail_errno - SIGNAL);
		return false;
	}
	errno = fail_errno;
	return true;
}

/* How many bytes to pass on, or -1. */
static ssize_t
part(enum kind k, size_t n)
{
	if (!strikes(k))
		return (ssize_t)n;
	if (errno != SHORT)
		return -1;
	return (ssize_t)(n > 1 ? n / 2 : n);
}

/* ---- The calls ------------------------------------------------------------------ */

/* The one that would have been called without us. */
#define NEXT(name) ((__typeof__(&name))next_of(#name))

static void *
next_of(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

#define PLAIN(kind, type, failed, name, params, args)      \
	EXPORT type name params                            \
	{                                                  \
		static __typeof__(&name) next;             \
		if (next == NULL)                          \
			next = NEXT(name);                 \
		return strikes(kind) ? failed : next args; \
	}

#define MOVING(kind, name, params, args)                                      \
	EXPORT ssize_t name params                                            \
	{                                                                     \
		static __typeof__(&name) next;                                \
		ssize_t m = fd == STDERR_FILENO ? (ssize_t)n : part(kind, n); \
		if (next == NULL)                                             \
			next = NEXT(name);                                    \
		if (m == -1)                                                  \
			return -1;                                            \
		n = (size_t)m;                                                \
		return next args;                                             \
	}

MOVING(READ, read, (int fd, void *p, size_t n), (fd, p, n))
MOVING(READ, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
MOVING(READ, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at))
MOVING(WRITE, write, (int fd, const void *p, size_t n), (fd, p, n))
MOVING(
    WRITE, pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at))
MOVING(WRITE, pwrite64, (int fd, const void *p, size_t n, off64_t at),
    (fd, p, n, at))

PLAIN(SYNC, int, -1, fsync, (int fd), (fd))
PLAIN(SYNC, int, -1, fdatasync, (int fd), (fd))
PLAIN(TRUNCATE, int, -1, ftruncate, (int fd, off_t n), (fd, n))
PLAIN(TRUNCATE, int, -1, ftruncate64, (int fd, off64_t n), (fd, n))
PLAIN(MMAP, void *, MAP_FAILED, mmap,
    (void *p, size_t n, int prot, int flags, int fd, off_t at),
    (p, n, prot, flags, fd, at))
PLAIN(MMAP, void *, MAP_FAILED, mmap64,
    (void *p, size_t n, int prot, int flags, int fd, off64_t at),
    (p, n, prot, flags, fd, at))
PLAIN(STAT, int, -1, stat, (const char *path, struct stat *st), (path, st))
PLAIN(STAT, int, -1, stat64, (const char *path, struct stat64 *st), (path, st))
PLAIN(STAT, int, -1, lstat64, (const char *path, struct stat64 *st), (path, st))
PLAIN(STAT, int, -1, fstat, (int fd, struct stat *st), (fd, st))
PLAIN(STAT, int, -1, fstat64, (int fd, struct stat64 *st), (fd, st))
PLAIN(STAT, int, -1, access, (const char *path, int mode), (path, mode))
PLAIN(NAME, int, -1, unlink, (const char *path), (path))
PLAIN(NAME, int, -1, link, (const char *from, const char *to), (from, to))
PLAIN(NAME, int, -1, rename, (const char *from, const char *to), (from, to))
PLAIN(OPEN, FILE *, NULL, fopen, (const char *path, const char *mode),
    (path, mode))
PLAIN(OPEN, FILE *, NULL, tmpfile, (void), ())
PLAIN(FLUSH, int, EOF, fflush, (FILE * f), (f))

/*
 * A statement that fails leaves the connection as it is.  What SQLite runs for
 * itself within such a call (it reads the schema by sqlite3_exec) is not
 * counted, for it does not fail so: the database itself does, and then more
 * than the step knows of it.
 */
static int within;

#define STATEMENT(kind, failed, name, params, args) \
	EXPORT int name params                      \
	{                                           \
		static __typeof__(&name) next;      \
		int rc;                             \
		if (next == NULL)                   \
			next = NEXT(name);          \
		if (within == 0 && strikes(kind))   \
			return failed;              \
		within++;                           \
		rc = next args;                     \
		within--;                           \
		return rc;                          \
	}

STATEMENT(STEP, fail_errno, sqlite3_step, (sqlite3_stmt * st), (st))
STATEMENT(EXEC, fail_errno, sqlite3_exec,
    (sqlite3 * db, const char *sql, int (*row)(void *, int, char **, char **),
	void *arg, char **why),
    (db, sql, row, arg, why))
STATEMENT(PREPARE, (*st = NULL, fail_errno), sqlite3_prepare_v2,
    (sqlite3 * db, const char *sql, int n, sqlite3_stmt **st,
	const char **tail),
    (db, sql, n, st, tail))
STATEMENT(PREPARE, (*st = NULL, fail_errno), sqlite3_prepare_v3,
    (sqlite3 * db, const char *sql, int n, unsigned flags, sqlite3_stmt **st,
	const char **tail),
    (db, sql, n, flags, st, tail))

#define OPENING(name)                                                \
	EXPORT int name(const char *path, int flags, ...)            \
	{                                                            \
		static __typeof__(&name) next;                       \
		mode_t mode = 0;                                     \
		va_list ap;                                          \
		if (next == NULL)                                    \
			next = NEXT(name);                           \
		if (flags & O_CREAT) {                               \
			va_start(ap, flags);                         \
			mode = va_arg(ap, mode_t);                   \
			va_end(ap);                                  \
		}                                                    \
		return strikes(OPEN) ? -1 : next(path, flags, mode); \
	}

OPENING(open)
OPENING(open64)

/* Of fcntl, locks alone; to let go of one cannot fail. */
#define LOCKING(name)                                        \
	EXPORT int name(int fd, int what, ...)               \
	{                                                    \
		static __typeof__(&name) next;               \
		struct flock *arg;                           \
		va_list ap;                                  \
		if (next == NULL)                            \
			next = NEXT(name);                   \
		va_start(ap, what);                          \
		arg = va_arg(ap, void *);                    \
		va_end(ap);                                  \
		if ((what == F_SETLK || what == F_GETLK) &&  \
		    arg->l_type != F_UNLCK && strikes(LOCK)) \
			return -1;                           \
		return next(fd, what, arg);                  \
	}

LOCKING(fcntl)
LOCKING(fcntl64)

/* What libc itself has instead of these three. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

EXPORT void *
malloc(size_t n)
{
	return strikes(MALLOC) ? NULL : __libc_malloc(n);
}

EXPORT void *
calloc(size_t n, size_t size)
{
	return strikes(MALLOC) ? NULL : __libc_calloc(n, size);
}

EXPORT void *
realloc(void *p, size_t n)
{
	return strikes(MALLOC) ? NULL : __libc_realloc(p, n);
}

/* ---- Begin and end ----------------------------------------------------------------- */

static const struct {
	const char *name;
	int value;
} ways[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EINTR", EINTR },
	{ "EMFILE", EMFILE }, { "ENOMEM", ENOMEM }, { "short", SHORT },
	{ "IOERR", SQLITE_IOERR }, { "BUSY", SQLITE_BUSY },
	{ "KILL", SIGNAL + SIGKILL }, { "TERM", SIGNAL + SIGTERM } };

static void
read_orders(const char *s)
{
	const char *colon = strchr(s, ':'), *last = strrchr(s, ':');
	char *end;

	for (int k = 0; k < NKINDS; k++)
		if (colon != NULL &&
		    strlen(kind_name[k]) == (size_t)(colon - s) &&
		    strncmp(s, kind_name[k], (size_t)(colon - s)) == 0)
			fail_kind = k;
	if (fail_kind == -1)
		abort();
	fail_at = strtol(colon + 1, &end, 10);
	goes_on = *end == '+';
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(last + 1, ways[i].name) == 0)
			fail_errno = ways[i].value;
	if (fail_errno == 0)
		abort();
}

static int (*real_main)(int, char **, char **);

static int
counted_main(int argc, char **argv, char **env)
{
	is_on = true;
	return real_main(argc, argv, env);
}

EXPORT int __libc_start_main(int (*main)(int, char **, char **), int argc,
    char **argv, void (*init)(void), void (*fini)(void),
    void (*rtld_fini)(void), void *stack_end);

EXPORT int
__libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
    void *stack_end)
{
	if (getenv("FAIL") != NULL)
		read_orders(getenv("FAIL"));
	real_main = main;
	return NEXT(__libc_start_main)(
	    counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

__attribute__((destructor)) static void
tell_counts(void)
{
	const char *path = getenv("FAIL_COUNT");
	FILE *f;

	is_on = false;
	if (path == NULL || (f = fopen(path, "w")) == NULL)
		return;
	for (int k = 0; k < NKINDS; k++)
		fprintf(f, "%s %ld\n", kind_name[k], count[k]);
	fclose(f);
}
