/*
 * The gateway's logs on disk: a line that was appended is there, whatever
 * happened to the end of the file; a torn end is cut off; damage before it is
 * told; nothing is said to be on disk that was not synced.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/lines.h"
#include "tap.h"

#define DAY 20250314

static char dir[] = "/tmp/gateway_lines.XXXXXX";
static char path[64];

/* ---- fsync, counted, and failing when told */

int __real_fsync(int fd);
int __wrap_fsync(int fd);
static int synced, sync_fails;

int
__wrap_fsync(int fd)
{
	synced++;
	if (sync_fails) {
		errno = EIO;
		return -1;
	}
	return __real_fsync(fd);
}

/* ---- what was read */

static int n_read;
static char last_read[64];

static void
count(void *arg, ymd day, const char *text)
{
	(void)arg;
	(void)day;
	n_read++;
	snprintf(last_read, sizeof(last_read), "%s", text);
}

static struct lines *
reopen(void)
{
	struct err e = { 0 };
	struct lines *l;

	n_read = 0;
	last_read[0] = '\0';
	l = lines_open(dir, "orders", 31, count, NULL, &e);
	if (l == NULL)
		printf("# %s\n", e.msg);
	return l;
}

static off_t
size_of(void)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void
fresh(int n)
{
	struct err e = { 0 };
	struct lines *l;

	unlink(path);
	l = reopen();
	for (int i = 1; i <= n; i++) {
		char text[32];

		snprintf(text, sizeof(text), "{\"line\":%d}", i);
		if (lines_append(l, DAY, text, &e) == -1)
			printf("# %s\n", e.msg);
	}
	lines_close(l);
}

/* A file cut anywhere gives the lines that are whole, and takes more. */
static void
test_torn(void)
{
	off_t full, line;
	bool all_right = true;
	struct err e = { 0 };

	fresh(4);
	full = size_of();
	line = full / 4;
	for (off_t cut = 0; cut <= full; cut++) {
		struct lines *l;
		int want = (int)(cut / line);

		fresh(4);
		all_right &= truncate(path, cut) == 0;
		l = reopen();
		all_right &= l != NULL && n_read == want &&
		    lines_damage(l) == NULL && size_of() == want * line;
		all_right &= lines_append(l, DAY, "{\"more\":1}", &e) == 0;
		lines_close(l);
		l = reopen();
		all_right &= n_read == want + 1 &&
		    strcmp(last_read, "{\"more\":1}") == 0;
		lines_close(l);
		if (!all_right) {
			printf("# cut at %lld\n", (long long)cut);
			break;
		}
	}
	ok(all_right, "cut at each of %lld bytes", (long long)full + 1);
}

static void
put_byte(off_t at, char c)
{
	int fd = open(path, O_WRONLY);

	if (fd == -1 || pwrite(fd, &c, 1, at) != 1)
		printf("# %s: %s\n", path, strerror(errno));
	close(fd);
}

static void
test_damage(void)
{
	off_t line;
	struct lines *l;
	bool all_right = true;

	fresh(4);
	line = size_of() / 4;
	/* Any byte of the second line, changed or its line end gone. */
	for (off_t i = line; i < 2 * line; i++) {
		fresh(4);
		put_byte(i, '#');
		l = reopen();
		all_right &= l != NULL && lines_damage(l) != NULL &&
		    size_of() == 4 * line;
		lines_close(l);
	}
	ok(all_right, "a bad line before good ones is damage, and stays");

	/* What a power cut may leave behind the end. */
	fresh(4);
	if (truncate(path, 4 * line + 4096) == -1)
		printf("# %s\n", strerror(errno));
	l = reopen();
	ok(l != NULL && n_read == 4 && lines_damage(l) == NULL &&
		size_of() == 4 * line,
	    "zeros behind the end are cut off");
	lines_close(l);
	fresh(4);
	put_byte(4 * line - 3, '#');
	l = reopen();
	ok(l != NULL && n_read == 3 && lines_damage(l) == NULL,
	    "a last line that is not right is a torn one");
	lines_close(l);
}

static void
test_sync(void)
{
	struct err e = { 0 };
	struct lines *l;
	int before;

	fresh(1);
	l = reopen();
	lines_append(l, DAY, "first", &e);
	before = synced;
	ok(lines_append(l, DAY, "second", &e) == 0 && synced > before,
	    "each line is synced");
	sync_fails = 1;
	ok(lines_append(l, DAY, "third", &e) == -1 && e.kind == E_FAIL &&
		lines_failed(l),
	    "what is not synced has failed");
	sync_fails = 0;
	ok(lines_append(l, DAY, "fourth", &e) == -1,
	    "and nothing is appended behind it");
	lines_close(l);
	l = reopen();
	ok(n_read == 3 || n_read == 4, "after a restart it may be there");
	ok(lines_append(l, DAY, "fifth", &e) == 0, "and others go on");
	lines_close(l);
}

static void
test_days(void)
{
	struct err e = { 0 };
	struct lines *l;

	unlink(path);
	l = reopen();
	for (int d = 1; d <= 9; d++)
		lines_append(l, 20250300 + d, "x", &e);
	lines_append(l, 20250301, "y", &e); /* an older day again */
	lines_close(l);
	l = reopen();
	is_int(n_read, 10, "all days are read");
	lines_close(l);
	n_read = 0;
	l = lines_open(dir, "orders", 3, count, NULL, &e);
	is_int(n_read, 3, "the newest three files alone");
	lines_close(l);
}

int
main(void)
{
	char cmd[96];

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/orders-%d.log", dir, DAY);
	test_torn();
	test_damage();
	test_sync();
	test_days();
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
