/* table.c - see table.h. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/progress.h"
#include "base/table.h"
#include "base/utf8.h"

struct table {
	FILE *f;
	enum out_format format;
	const struct column *cols;
	size_t n, at; /* columns, the next one to be given */
	int64_t rows;
	bool is_silent, is_log, is_begun;

	/* OUT_TABLE alone: cells row by row until the widths are known. */
	struct arena *arena;
	char **cell;
	size_t cells, room;
	int *width;
};

struct table *
table_new(FILE *f, enum out_format format, const struct column *cols, size_t n)
{
	struct table *t = xcalloc(1, sizeof(*t));

	assert(n > 0);
	t->f = f;
	t->format = format;
	t->cols = cols;
	t->n = n;
	if (format == OUT_TABLE) {
		t->arena = arena_new();
		t->width = xcalloc(n, sizeof(*t->width));
		for (size_t i = 0; i < n; i++)
			t->width[i] = utf8_width(cols[i].name);
	}
	return t;
}

void
table_silent_if_empty(struct table *t)
{
	t->is_silent = t->format != OUT_JSON; /* "[]" is an answer */
}

void
table_log(struct table *t)
{
	table_silent_if_empty(t);
	t->is_log = true;
}

/* Do the first bytes of a file spell the header, and its line's end? */
static bool
is_header(const struct table *t, const char *there, size_t n)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t len = strlen(t->cols[i].name);

		if (n < len + 1 || memcmp(there, t->cols[i].name, len) != 0 ||
		    there[len] != (i + 1 < t->n ? ',' : '\n'))
			return false;
		there += len + 1;
		n -= len + 1;
	}
	return true;
}

/* Is it appended to a file that begins with this header?  Where that cannot
 * be told it is not: a header too many does less harm than none. */
static bool
is_continued(const struct table *t)
{
	int out = fileno(t->f), in;
	char path[32], there[1024];
	struct stat st;
	ssize_t n;

	if (out == -1 || (fcntl(out, F_GETFL) & O_APPEND) == 0 ||
	    fstat(out, &st) == -1 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", out);
	if ((in = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	n = pread(in, there, sizeof(there), 0);
	close(in);
	return n > 0 && is_header(t, there, (size_t)n);
}

static void
begin(struct table *t)
{
	if (t->is_begun)
		return;
	t->is_begun = true;
	if (t->format == OUT_JSON)
		putc('[', t->f);
	if (t->format != OUT_CSV || (t->is_log && is_continued(t)))
		return;
	for (size_t i = 0; i < t->n; i++) {
		if (i > 0)
			putc(',', t->f);
		csv_field(t->f, t->cols[i].name);
	}
	putc('\n', t->f);
}

/* One value, as text already; quoted says that JSON wants it as a string. */
static void
put(struct table *t, const char *text, bool quoted)
{
	assert(t->at < t->n);
	switch (t->format) {
	case OUT_TABLE:
		if (t->cells == t->room) {
			t->room = t->room * 2 + 64;
			t->cell = xrealloc(
			    t->cell, t->room, sizeof(t->cell[0]));
		}
		if (text == NULL)
			text = "-";
		t->cell[t->cells++] = arena_strdup(t->arena, text);
		if (utf8_width(text) > t->width[t->at])
			t->width[t->at] = utf8_width(text);
		break;
	case OUT_CSV:
		begin(t);
		if (t->at > 0)
			putc(',', t->f);
		if (text != NULL && quoted)
			csv_field(t->f, text);
		else if (text != NULL)
			fputs(text, t->f);
		break;
	case OUT_JSON:
		begin(t);
		if (t->at == 0)
			fputs(t->rows == 0 ? "\n{" : ",\n{", t->f);
		else
			putc(',', t->f);
		json_write_text(t->f, t->cols[t->at].name);
		putc(':', t->f);
		if (text == NULL)
			fputs("null", t->f);
		else if (quoted)
			json_write_text(t->f, text);
		else
			fputs(text, t->f);
		break;
	}
	t->at++;
}

void
table_null(struct table *t)
{
	put(t, NULL, false);
}

void
table_text(struct table *t, const char *text)
{
	char clean[1024];

	assert(t->at < t->n && t->cols[t->at].kind == COL_TEXT);
	if (text != NULL && t->format == OUT_TABLE) {
		text_escape(text, clean, sizeof(clean));
		text = clean;
	}
	put(t, text, true);
}

const char *
won_text(won v, char *buf, size_t size)
{
	char raw[24];
	size_t n, used = 0;
	const char *p = raw;

	n = (size_t)snprintf(raw, sizeof(raw), "%" PRId64, v);
	assert(size > n + n / 3);
	if (*p == '-') {
		buf[used++] = *p++;
		n--;
	}
	for (; n > 0; n--) {
		buf[used++] = *p++;
		if (n > 1 && n % 3 == 1)
			buf[used++] = ',';
	}
	buf[used] = '\0';
	return buf;
}

const char *
real_text(double v, char *buf, size_t size)
{
	for (int digits = 15; digits <= 17; digits++) {
		double back;

		snprintf(buf, size, "%.*g", digits, v);
		if (real_parse(buf, &back) == 0 && back == v)
			break;
	}
	return buf;
}

void
table_int(struct table *t, int64_t v)
{
	bool pretty = t->format == OUT_TABLE;
	char buf[40];

	assert(t->at < t->n);
	switch (t->cols[t->at].kind) {
	case COL_INT:
		snprintf(buf, sizeof(buf), "%" PRId64, v);
		put(t, buf, false);
		return;
	case COL_WON:
		if (pretty)
			won_text(v, buf, sizeof(buf));
		else
			snprintf(buf, sizeof(buf), "%" PRId64, v);
		put(t, buf, false);
		return;
	case COL_YMD:
		if (v == 0)
			break;
		if (pretty)
			snprintf(buf, sizeof(buf), "%04d-%02d-%02d",
			    (int)(v / 10000), (int)(v / 100 % 100),
			    (int)(v % 100));
		else
			snprintf(buf, sizeof(buf), "%08" PRId64, v);
		put(t, buf, true);
		return;
	case COL_HHMM:
		if (v < 0)
			break;
		snprintf(buf, sizeof(buf), pretty ? "%02d:%02d" : "%02d%02d",
		    (int)(v / 100), (int)(v % 100));
		put(t, buf, true);
		return;
	case COL_PPB:
		if (v == PPB_UNSET)
			break;
		put(t, ppb_text(v, buf, sizeof(buf)), false);
		return;
	case COL_BOOL:
		if (pretty)
			put(t, v != 0 ? "yes" : "", false);
		else if (t->format == OUT_JSON)
			put(t, v != 0 ? "true" : "false", false);
		else
			put(t, v != 0 ? "1" : "0", false);
		return;
	case COL_TEXT:
	case COL_REAL:
	case COL_RATIO:
		assert(!"table_int() on a column that is not whole");
	}
	table_null(t);
}

void
table_real(struct table *t, double v)
{
	const struct column *c = &t->cols[t->at];
	int decimals = c->decimals > 0 ? c->decimals : 2;
	char buf[400];

	assert(t->at < t->n);
	assert(c->kind == COL_REAL || c->kind == COL_RATIO);
	if (!isfinite(v)) {
		table_null(t);
		return;
	}
	if (v == 0)
		v = 0; /* no "-0" */
	if (t->format != OUT_TABLE)
		real_text(v, buf, sizeof(buf));
	else if (c->kind == COL_RATIO)
		snprintf(buf, sizeof(buf), "%.*f%%", decimals, v * 100);
	else
		snprintf(buf, sizeof(buf), "%.*f", decimals, v);
	put(t, buf, false);
}

void
table_end_row(struct table *t)
{
	assert(t->at == t->n);
	if (t->format == OUT_CSV)
		putc('\n', t->f);
	else if (t->format == OUT_JSON)
		putc('}', t->f);
	t->at = 0;
	t->rows++;
}

static void
pad(FILE *f, int n)
{
	while (n-- > 0)
		putc(' ', f);
}

/* One line for people: text to the left, numbers to the right. */
static void
put_line(struct table *t, char *const *cell)
{
	for (size_t i = 0; i < t->n; i++) {
		const char *s = cell != NULL ? cell[i] : t->cols[i].name;
		int space = t->width[i] - utf8_width(s);
		bool to_left = t->cols[i].kind == COL_TEXT ||
		    t->cols[i].kind == COL_BOOL;

		if (i > 0)
			fputs("  ", t->f);
		if (!to_left)
			pad(t->f, space);
		fputs(s, t->f);
		if (to_left && i + 1 < t->n)
			pad(t->f, space);
	}
	putc('\n', t->f);
}

void
table_finish(struct table *t)
{
	assert(t->at == 0);
	if (!t->is_silent || t->rows > 0)
		begin(t);
	if (t->format == OUT_JSON && t->is_begun)
		fputs(t->rows > 0 ? "\n]\n" : "]\n", t->f);
	if (t->format == OUT_TABLE && t->rows > 0) {
		progress_hide();
		put_line(t, NULL);
		for (size_t i = 0; i < t->cells; i += t->n)
			put_line(t, t->cell + i);
	}
	arena_free(t->arena);
	free(t->cell);
	free(t->width);
	free(t);
}

int
out_format_parse(const char *s, enum out_format *out)
{
	if (strcmp(s, "table") == 0)
		*out = OUT_TABLE;
	else if (strcmp(s, "csv") == 0)
		*out = OUT_CSV;
	else if (strcmp(s, "json") == 0)
		*out = OUT_JSON;
	else
		return -1;
	return 0;
}

int
out_finish(void)
{
	bool failed = ferror(stdout) != 0;

	errno = 0;
	if (fflush(stdout) != 0)
		failed = true;
	if (!failed)
		return 0;
	log_error("stdout: %s", errno != 0 ? strerror(errno) : "write error");
	return 1;
}
