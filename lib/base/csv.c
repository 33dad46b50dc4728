/*
 * csv.c - see csv.h.
 *
 * libcsv pushes fields at callbacks and cannot be stopped half-way; we want
 * to pull rows and to know their lines.  So it is fed one physical line at a
 * time: after each we know whether a row is complete, and the count of lines
 * is ours.  Decided against: whole blocks with a queue of rows, which was no
 * faster and needed line numbers to be guessed from inside quoted fields.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <csv.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/utf8.h"

#define BLOCK   ((size_t)64 * 1024)
#define ROW_MAX ((size_t)1024 * 1024)

struct csv_reader {
	char *file;
	int fd;
	struct csv_parser parser;
	bool at_end, failed;

	char *block;
	size_t from, to; /* unread bytes in the block */
	long line;       /* of the byte at `from` */

	/* The row being built: texts end to end, each with its NUL. */
	char *text;
	size_t text_used, text_size;
	size_t *start;
	const char **field;
	int n, room;
	bool is_done, has_stray_cr;

	struct csv_row header;
};

static void
on_field(void *s, size_t n, void *arg)
{
	struct csv_reader *r = arg;

	if (r->is_done) { /* a second row in one line */
		r->has_stray_cr = true;
		return;
	}
	if (r->n == r->room) {
		r->room = r->room * 2 + 16;
		r->start = xrealloc(
		    r->start, (size_t)r->room, sizeof(r->start[0]));
		r->field = xrealloc(
		    r->field, (size_t)r->room, sizeof(r->field[0]));
	}
	if (r->text_used + n + 1 > r->text_size) {
		r->text_size = (r->text_used + n + 1) * 2;
		r->text = xrealloc(r->text, r->text_size, 1);
	}
	r->start[r->n++] = r->text_used;
	if (n > 0)
		memcpy(r->text + r->text_used, s, n);
	r->text[r->text_used + n] = '\0';
	r->text_used += n + 1;
}

static void
on_row(int c, void *arg)
{
	struct csv_reader *r = arg;

	(void)c;
	r->is_done = true;
}

static void
parser_start(struct csv_reader *r)
{
	int failed = csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI);

	assert(!failed);
	csv_set_blk_size(&r->parser, 4096);
}

static int
read_fail(struct csv_reader *r, struct err *e)
{
	r->failed = true;
	return err_set(e, errno == EISDIR ? E_DATA : E_FAIL, "%s: %s", r->file,
	    strerror(errno));
}

/* 1: there are unread bytes, 0: there are none, -1: error. */
static int
fill(struct csv_reader *r, struct err *e)
{
	ssize_t n;

	if (r->from < r->to)
		return 1;
	if (r->at_end)
		return 0;
	do
		n = read(r->fd, r->block, BLOCK);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return read_fail(r, e);
	r->from = 0;
	r->to = (size_t)n;
	r->at_end = n == 0;
	return n > 0;
}

/* Drop the broken row with the rest of its line, and start afresh. */
static int
bad(struct csv_reader *r, long line, const char *why, struct err *e)
{
	struct err ignored = { 0 };

	/* What was eaten may have ended with the line feed already. */
	while (r->from > 0 && r->block[r->from - 1] != '\n') {
		char *nl;

		r->from = r->to;
		if (fill(r, &ignored) != 1)
			break;
		nl = memchr(r->block, '\n', r->to);
		r->from = nl != NULL ? (size_t)(nl - r->block) + 1 : r->to;
		r->line += nl != NULL;
	}
	csv_free(&r->parser);
	parser_start(r);
	return err_set(e, E_DATA, "%s:%ld: %s", r->file, line, why);
}

int
csv_next(struct csv_reader *r, struct csv_row *row, struct err *e)
{
	size_t bytes = 0;
	long row_line = r->line;
	int got;

	if (r->failed)
		return err_set(e, E_FAIL, "%s: read failed", r->file);
	r->n = 0;
	r->text_used = 0;
	r->is_done = r->has_stray_cr = false;

	while (!r->is_done) {
		char *p, *nl;
		size_t n;
		long line = r->line;

		if ((got = fill(r, e)) == -1)
			return -1;
		if (got == 0) { /* the last row may lack its newline */
			if (csv_fini(&r->parser, on_field, on_row, r) != 0)
				return bad(r, row_line,
				    "a quote opened here is never closed", e);
			break;
		}
		p = r->block + r->from;
		nl = memchr(p, '\n', r->to - r->from);
		n = nl != NULL ? (size_t)(nl - p) + 1 : r->to - r->from;
		r->from += n;
		r->line += nl != NULL;
		bytes += n;
		if (bytes > ROW_MAX)
			return bad(r, row_line,
			    "row longer than 1 MiB (a quote left open?)", e);
		if (memchr(p, '\0', n) != NULL)
			return bad(
			    r, line, "a NUL byte: this is not a text file", e);
		if (csv_parse(&r->parser, p, n, on_field, on_row, r) != n)
			return bad(r, line, "a stray quote", e);
		/* A row that ended before its line did, at a bare CR. */
		if (r->is_done && p[n - 1] != '\n' && p[n - 1] != '\r')
			r->has_stray_cr = true;
		if (r->has_stray_cr)
			return bad(r, line, "a carriage return in it", e);
		/* A blank line: the row, if any, begins after it. */
		if (nl != NULL && !r->is_done && r->n == 0 &&
		    !r->parser.quoted) {
			row_line = r->line;
			bytes = 0;
		}
	}
	if (!r->is_done)
		return 0;
	if (!utf8_valid(r->text, r->text_used))
		return bad(r, row_line,
		    "not UTF-8; if it is CP949: iconv -f CP949 -t UTF-8", e);
	for (int i = 0; i < r->n; i++)
		r->field[i] = r->text + r->start[i];
	*row = (struct csv_row){ r->field, r->n, r->file, row_line };
	return 1;
}

static int
read_header(struct csv_reader *r, struct err *e)
{
	struct csv_row row;
	const char **names;
	int got;

	/* A pipe may give three bytes of a mark in two reads. */
	while (r->to < 3 && !r->at_end) {
		ssize_t n = read(r->fd, r->block + r->to, BLOCK - r->to);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return read_fail(r, e);
		r->to += (size_t)n;
		r->at_end = n == 0;
	}
	if (r->to >= 3 && memcmp(r->block, "\xef\xbb\xbf", 3) == 0)
		r->from = 3;
	if ((got = csv_next(r, &row, e)) == -1)
		return -1;
	if (got == 0)
		return err_set(
		    e, E_DATA, "%s:1: empty: want a header row", r->file);
	names = xcalloc((size_t)row.n, sizeof(*names));
	for (int i = 0; i < row.n; i++)
		names[i] = xstrdup(row.field[i]);
	r->header = row;
	r->header.field = names;
	return 0;
}

struct csv_reader *
csv_open(const char *path, struct err *e)
{
	struct csv_reader *r;
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		err_set(e, E_DATA, "%s: %s", path, strerror(errno));
		return NULL;
	}
	r = xcalloc(1, sizeof(*r));
	r->fd = fd;
	r->file = xstrdup(is_stdin ? "stdin" : path);
	r->block = xmalloc(BLOCK);
	r->line = 1;
	parser_start(r);
	if (read_header(r, e) == -1) {
		csv_close(r);
		return NULL;
	}
	return r;
}

const struct csv_row *
csv_header(const struct csv_reader *r)
{
	return &r->header;
}

int
csv_column(const struct csv_reader *r, const char *name)
{
	for (int i = 0; i < r->header.n; i++)
		if (strcasecmp(r->header.field[i], name) == 0)
			return i;
	return -1;
}

int
csv_need(const struct csv_reader *r, const char *name, struct err *e)
{
	int i = csv_column(r, name);

	if (i == -1 && r->header.n == 1)
		err_set(e, E_DATA,
		    "%s:%ld: no column '%s' in the header; its one column is"
		    " '%.80s' (commas part columns)",
		    r->file, r->header.line, name, r->header.field[0]);
	else if (i == -1)
		err_set(e, E_DATA, "%s:%ld: no column '%s' in the header",
		    r->file, r->header.line, name);
	return i;
}

const char *
csv_get(const struct csv_row *row, int i)
{
	return i >= 0 && i < row->n ? row->field[i] : "";
}

void
csv_close(struct csv_reader *r)
{
	if (r == NULL)
		return;
	for (int i = 0; i < r->header.n; i++)
		free((char *)r->header.field[i]);
	free((void *)r->header.field);
	if (r->fd != STDIN_FILENO)
		close(r->fd);
	csv_free(&r->parser);
	free(r->block);
	free(r->text);
	free(r->start);
	free(r->field);
	free(r->file);
	free(r);
}

void
csv_field(FILE *f, const char *s)
{
	size_t n = strlen(s);

	/* Spaces at an end would be dropped by readers such as ours. */
	if (s[strcspn(s, ",\"\r\n")] == '\0' &&
	    (n == 0 ||
		(strchr(" \t", s[0]) == NULL &&
		    strchr(" \t", s[n - 1]) == NULL))) {
		fputs(s, f);
		return;
	}
	putc('"', f);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			putc('"', f);
		putc(*s, f);
	}
	putc('"', f);
}
