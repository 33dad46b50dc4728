/* lines.c - see lines.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "gateway/lines.h"
#include "gateway/os.h"

#define SUM_SIZE 9 /* eight digits and a blank */

struct lines {
	char *folder, *stem;
	int fd; /* of day's file; -1: none */
	ymd day;
	bool is_failed;
	char damage[320];
};

static uint32_t
crc32_of(const char *p, size_t n)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < n; i++) {
		crc ^= (unsigned char)p[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static bool
is_good(const char *line, size_t n)
{
	char sum[SUM_SIZE + 1];

	if (n <= SUM_SIZE || memchr(line, '\0', n) != NULL)
		return false;
	snprintf(sum, sizeof(sum), "%08x ",
	    (unsigned)crc32_of(line + SUM_SIZE, n - SUM_SIZE));
	return memcmp(line, sum, SUM_SIZE) == 0;
}

static char *
path_of(const struct lines *l, ymd day)
{
	return xasprintf("%s/%s-%08d.log", l->folder, l->stem, (int)day);
}

/* The whole file, with a NUL behind it; NULL where it cannot be read. */
static char *
slurp(int fd, size_t *size)
{
	size_t used = 0, room = 1 << 16;
	char *text = xmalloc(room + 1);
	ssize_t n;

	while ((n = read(fd, text + used, (unsigned)(room - used))) > 0)
		if ((used += (size_t)n) == room)
			text = xrealloc(text, (room *= 2) + 1, 1);
	if (n == -1) {
		free(text);
		return NULL;
	}
	text[used] = '\0';
	*size = used;
	return text;
}

/* Hand out the good lines; *end is where they end, *bad the number of the
 * first bad line that has a good one behind it, or 0. */
static void
scan(char *text, size_t size, ymd day,
    void (*each)(void *arg, ymd day, const char *text), void *arg, size_t *end,
    int *bad)
{
	int number = 0, first_bad = 0;

	*end = 0;
	*bad = 0;
	for (size_t at = 0; at < size;) {
		char *line = text + at, *stop = memchr(line, '\n', size - at);

		if (stop == NULL) /* torn, or never ended */
			return;
		number++;
		at = (size_t)(stop - text) + 1;
		if (!is_good(line, (size_t)(stop - line))) {
			if (first_bad == 0)
				first_bad = number;
			continue;
		}
		if (first_bad != 0 && *bad == 0)
			*bad = first_bad;
		*stop = '\0';
		each(arg, day, line + SUM_SIZE);
		*end = at;
	}
}

static int
read_day(struct lines *l, ymd day,
    void (*each)(void *arg, ymd day, const char *text), void *arg,
    struct err *e)
{
	char *path = path_of(l, day), *text = NULL;
	size_t size = 0, end = 0;
	int fd = os_append(path), bad = 0, rc = -1;

	if (fd == -1 || (text = slurp(fd, &size)) == NULL) {
		err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
		goto out;
	}
	scan(text, size, day, each, arg, &end, &bad);
	if (bad != 0 && l->damage[0] == '\0')
		snprintf(l->damage, sizeof(l->damage), "%s:%d", path, bad);
	/* What is behind the last good line was torn. */
	if (end < size &&
	    (os_truncate(fd, (int64_t)end) == -1 || os_sync(fd) == -1)) {
		err_set(e, E_FAIL, "%s: cannot cut off a torn line: %s", path,
		    strerror(errno));
		goto out;
	}
	rc = 0;
out:
	if (fd != -1)
		close(fd);
	free(text);
	free(path);
	return rc;
}

/* The day in a name STEM-YYYYMMDD.log, or 0. */
static ymd
day_of(const struct lines *l, const char *name)
{
	size_t n = strlen(l->stem);
	char digits[9];
	ymd d;

	if (strncmp(name, l->stem, n) != 0 || name[n] != '-' ||
	    strlen(name) != n + 13 || strcmp(name + n + 9, ".log") != 0)
		return 0;
	memcpy(digits, name + n + 1, 8);
	digits[8] = '\0';
	return strspn(digits, "0123456789") == 8 && ymd_parse(digits, &d) == 0 ?
	    d :
	    0;
}

static int
by_day(const void *a, const void *b)
{
	ymd x = *(const ymd *)a, y = *(const ymd *)b;

	return (x > y) - (x < y);
}

/* The days of the log's files, in order; their number or -1. */
static int
list_days(struct lines *l, ymd **days, struct err *e)
{
	DIR *dir = opendir(l->folder);
	struct dirent *de;
	int n = 0, cap = 0;
	ymd d;

	*days = NULL;
	if (dir == NULL)
		return err_set(e, E_FAIL, "%s: %s", l->folder, strerror(errno));
	while ((de = readdir(dir)) != NULL) {
		if ((d = day_of(l, de->d_name)) == 0)
			continue;
		if (n == cap) {
			cap = cap == 0 ? 32 : 2 * cap;
			*days = xrealloc(*days, (size_t)cap, sizeof(**days));
		}
		(*days)[n++] = d;
	}
	closedir(dir);
	if (n > 0)
		qsort(*days, (size_t)n, sizeof(**days), by_day);
	return n;
}

struct lines *
lines_open(const char *folder, const char *stem, int days,
    void (*each)(void *arg, ymd day, const char *text), void *arg,
    struct err *e)
{
	struct lines *l = xcalloc(1, sizeof(*l));
	ymd *list = NULL;
	int n;

	l->folder = xstrdup(folder);
	l->stem = xstrdup(stem);
	l->fd = -1;
	n = list_days(l, &list, e);
	for (int i = n > days ? n - days : 0; i < n; i++)
		if (read_day(l, list[i], each, arg, e) == -1)
			n = -1;
	free(list);
	if (n == -1) {
		lines_close(l);
		return NULL;
	}
	return l;
}

void
lines_close(struct lines *l)
{
	if (l == NULL)
		return;
	if (l->fd != -1)
		close(l->fd);
	free(l->folder);
	free(l->stem);
	free(l);
}

const char *
lines_damage(const struct lines *l)
{
	return l->damage[0] != '\0' ? l->damage : NULL;
}

bool
lines_failed(const struct lines *l)
{
	return l->is_failed;
}

/* Have the day's file open; a new one's name is on disk before it is used. */
static int
turn_to(struct lines *l, ymd day, struct err *e)
{
	char *path;

	if (l->fd != -1 && l->day == day)
		return 0;
	if (l->fd != -1)
		close(l->fd);
	path = path_of(l, day);
	l->day = day;
	l->fd = os_append(path);
	if (l->fd == -1 || os_sync_folder(l->folder) == -1)
		err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
	else
		e = NULL;
	free(path);
	return e == NULL ? 0 : -1;
}

int
lines_append(struct lines *l, ymd day, const char *text, struct err *e)
{
	size_t n = strlen(text);
	char *line;
	ssize_t done;

	if (l->is_failed)
		return err_set(e, E_FAIL, "%s log: failed before", l->stem);
	if (turn_to(l, day, e) == -1) {
		l->is_failed = true;
		return -1;
	}
	line = xasprintf("%08x %s\n", (unsigned)crc32_of(text, n), text);
	errno = 0;
	done = write(l->fd, line, (unsigned)(n + SUM_SIZE + 1));
	free(line);
	if (done == (ssize_t)(n + SUM_SIZE + 1) && os_sync(l->fd) == 0)
		return 0;
	l->is_failed = true;
	return err_set(e, E_FAIL, "%s log: %s", l->stem,
	    errno != 0 ? strerror(errno) : "written in part");
}
