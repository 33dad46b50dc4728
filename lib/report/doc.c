/* doc.c - see doc.h. */
#include "report/doc.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

/* A value as people and as programs read it; both NULL where there is none. */
struct cell {
	const char *shown, *plain;
};

struct section {
	const char *name, *title;
	bool is_list;
	const struct column *cols;
	int ncol, ncell, cap;
	struct cell *cell;
};

struct doc {
	struct arena *arena;
	const char *title;
	ymd day;
	int n, cap;
	struct section *section;
};

int
doc_format_parse(const char *s, enum doc_format *out)
{
	static const char *const names[] = {
		[DOC_TEXT] = "text", [DOC_CSV] = "csv", [DOC_HTML] = "html"
	};

	for (size_t i = 0; i < NELEM(names); i++) {
		if (strcmp(s, names[i]) == 0) {
			*out = (enum doc_format)i;
			return 0;
		}
	}
	return -1;
}

struct doc *
doc_new(const char *title, ymd day)
{
	struct doc *d = xcalloc(1, sizeof(*d));

	d->arena = arena_new();
	d->title = arena_strdup(d->arena, title);
	d->day = day;
	return d;
}

void
doc_free(struct doc *d)
{
	if (d == NULL)
		return;
	for (int i = 0; i < d->n; i++)
		free(d->section[i].cell);
	free(d->section);
	arena_free(d->arena);
	free(d);
}

void
doc_table(struct doc *d, const char *name, const char *title,
    const struct column *cols, int n)
{
	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 16 : 2 * d->cap;
		d->section = xrealloc(
		    d->section, (size_t)d->cap, sizeof(*d->section));
	}
	d->section[d->n++] = (struct section){
		.name = name, .title = title, .cols = cols, .ncol = n
	};
}

void
doc_list(struct doc *d, const char *name, const char *title,
    const struct column *cols, int n)
{
	doc_table(d, name, title, cols, n);
	d->section[d->n - 1].is_list = true;
}

/* ---- Values ----------------------------------------------------------------- */

static void
put(struct doc *d, const char *shown, const char *plain)
{
	struct section *s = &d->section[d->n - 1];

	if (s->ncell == s->cap) {
		s->cap = s->cap == 0 ? 64 : 2 * s->cap;
		s->cell = xrealloc(s->cell, (size_t)s->cap, sizeof(*s->cell));
	}
	s->cell[s->ncell++] = (struct cell){
		shown == NULL ? NULL : arena_strdup(d->arena, shown),
		plain == NULL ? NULL : arena_strdup(d->arena, plain)
	};
}

static enum col_kind
next_kind(const struct doc *d)
{
	const struct section *s = &d->section[d->n - 1];

	return s->cols[s->ncell % s->ncol].kind;
}

void
doc_none(struct doc *d)
{
	put(d, NULL, NULL);
}

void
doc_text(struct doc *d, const char *text)
{
	char clean[1024];

	if (text == NULL) {
		doc_none(d);
		return;
	}
	text_escape(text, clean, sizeof(clean));
	put(d, clean, clean);
}

void
doc_int_as(struct doc *d, enum col_kind kind, int64_t v)
{
	char shown[40], plain[40];

	snprintf(plain, sizeof(plain), "%" PRId64, v);
	memcpy(shown, plain, sizeof(shown));
	switch (kind) {
	case COL_WON:
		won_text(v, shown, sizeof(shown));
		break;
	case COL_YMD:
		if (v == 0) {
			doc_none(d);
			return;
		}
		snprintf(shown, sizeof(shown), "%04d-%02d-%02d",
		    (int)(v / 10000), (int)(v / 100 % 100), (int)(v % 100));
		break;
	case COL_HHMM:
		if (v < 0) {
			doc_none(d);
			return;
		}
		snprintf(shown, sizeof(shown), "%02d:%02d", (int)(v / 100),
		    (int)(v % 100));
		snprintf(plain, sizeof(plain), "%04d", (int)v);
		break;
	case COL_BOOL:
		put(d, v != 0 ? "yes" : "no", v != 0 ? "1" : "0");
		return;
	default:
		break;
	}
	put(d, shown, plain);
}

void
doc_int(struct doc *d, int64_t v)
{
	doc_int_as(d, next_kind(d), v);
}

void
doc_real_as(struct doc *d, enum col_kind kind, double v)
{
	char shown[400], plain[40];

	if (!isfinite(v)) {
		doc_none(d);
		return;
	}
	if (v == 0)
		v = 0; /* no "-0" */
	real_text(v, plain, sizeof(plain));
	snprintf(shown, sizeof(shown), kind == COL_RATIO ? "%.2f%%" : "%.2f",
	    kind == COL_RATIO ? v * 100 : v);
	if (strspn(shown, "-0.%") == strlen(shown)) /* "-0.00%" */
		memmove(shown, shown + (shown[0] == '-'),
		    strlen(shown) + (shown[0] != '-'));
	put(d, shown, plain);
}

void
doc_real(struct doc *d, double v)
{
	doc_real_as(d, next_kind(d), v);
}

void
doc_end_row(struct doc *d)
{
	const struct section *s = &d->section[d->n - 1];

	assert(s->ncell > 0 && s->ncell % s->ncol == 0);
	(void)s;
}

/* ---- Text -------------------------------------------------------------------- */

static bool
is_words(const struct column *c)
{
	return c->kind == COL_TEXT || c->kind == COL_BOOL;
}

static void
spaces(FILE *f, int n)
{
	while (n-- > 0)
		putc(' ', f);
}

static const char *
shown(const struct cell *c)
{
	return c->shown == NULL ? "-" : c->shown;
}

static void
text_list(FILE *f, const struct section *s)
{
	int names = 0, values = 0;

	for (int i = 0; i < s->ncell; i++) {
		int w = utf8_width(shown(&s->cell[i]));

		if (w > values)
			values = w;
		w = utf8_width(s->cols[i % s->ncol].name);
		if (w > names)
			names = w;
	}
	for (int i = 0; i < s->ncell; i++) {
		const char *name = s->cols[i % s->ncol].name;
		const char *v = shown(&s->cell[i]);

		fprintf(f, "  %s", name);
		spaces(f, names - utf8_width(name) + 2);
		spaces(f, values - utf8_width(v));
		fprintf(f, "%s\n", v);
	}
}

static void
text_table(FILE *f, const struct section *s)
{
	int *width = xcalloc((size_t)s->ncol, sizeof(*width));

	for (int k = 0; k < s->ncol; k++)
		width[k] = utf8_width(s->cols[k].name);
	for (int i = 0; i < s->ncell; i++) {
		int w = utf8_width(shown(&s->cell[i]));

		if (w > width[i % s->ncol])
			width[i % s->ncol] = w;
	}
	for (int i = -s->ncol; i < s->ncell; i++) {
		int k = (i + s->ncol) % s->ncol;
		const char *v = i < 0 ? s->cols[k].name : shown(&s->cell[i]);
		bool is_left = is_words(&s->cols[k]);

		fputs("  ", f);
		if (!is_left)
			spaces(f, width[k] - utf8_width(v));
		fputs(v, f);
		if (k == s->ncol - 1)
			putc('\n', f);
		else if (is_left)
			spaces(f, width[k] - utf8_width(v));
	}
	free(width);
}

static void
write_text(const struct doc *d, FILE *f)
{
	fprintf(f, "%s\n", d->title);
	for (int i = 0; i < d->n; i++) {
		const struct section *s = &d->section[i];

		if (s->ncell == 0)
			continue;
		fprintf(f, "\n%s\n", s->title);
		if (s->is_list)
			text_list(f, s);
		else
			text_table(f, s);
	}
}

/* ---- CSV --------------------------------------------------------------------- */

static const char *const keys[] = { "day", "strategy", "code" };

static int
key_column(const struct section *s, const char *key)
{
	for (int k = 0; k < s->ncol; k++)
		if (strcmp(s->cols[k].name, key) == 0)
			return k;
	return -1;
}

static void
csv_row(FILE *f, ymd day, const struct section *s, int row)
{
	const struct cell *cell = s->cell + (size_t)row * (size_t)s->ncol;
	int key[NELEM(keys)];

	for (size_t i = 0; i < NELEM(keys); i++)
		key[i] = key_column(s, keys[i]);
	for (int k = 0; k < s->ncol; k++) {
		if (k == key[0] || k == key[1] || k == key[2])
			continue;
		csv_field(f, s->name);
		for (size_t i = 0; i < NELEM(keys); i++) {
			putc(',', f);
			if (key[i] >= 0 && cell[key[i]].plain != NULL)
				csv_field(f, cell[key[i]].plain);
			else if (i == 0 && key[0] < 0)
				fprintf(f, "%08d", (int)day);
		}
		putc(',', f);
		csv_field(f, s->cols[k].name);
		putc(',', f);
		if (cell[k].plain != NULL)
			csv_field(f, cell[k].plain);
		fprintf(f, ",%d\n", row + 1);
	}
}

static void
write_csv(const struct doc *d, FILE *f)
{
	fputs("section,day,strategy,code,name,value,row\n", f);
	for (int i = 0; i < d->n; i++)
		for (int row = 0;
		     row < d->section[i].ncell / d->section[i].ncol; row++)
			csv_row(f, d->day, &d->section[i], row);
}

/* ---- HTML -------------------------------------------------------------------- */

static void
html_text(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		default:
			putc(*s, f);
		}
	}
}

static void
html_cell(FILE *f, const char *tag, bool is_left, const char *text)
{
	fprintf(f, "<%s%s>", tag, is_left ? "" : " class=\"n\"");
	html_text(f, text);
	fprintf(f, "</%.2s>", tag);
}

static void
html_section(FILE *f, const struct section *s)
{
	fputs("<h2>", f);
	html_text(f, s->title);
	fputs("</h2>\n<table>\n", f);
	for (int i = 0; s->is_list && i < s->ncell; i++) {
		fputs("<tr>", f);
		html_cell(f, "th", true, s->cols[i % s->ncol].name);
		html_cell(f, "td", false, shown(&s->cell[i]));
		fputs("</tr>\n", f);
	}
	for (int i = -s->ncol; !s->is_list && i < s->ncell; i++) {
		int k = (i + s->ncol) % s->ncol;

		if (k == 0)
			fputs("<tr>", f);
		html_cell(f, i < 0 ? "th" : "td", is_words(&s->cols[k]),
		    i < 0 ? s->cols[k].name : shown(&s->cell[i]));
		if (k == s->ncol - 1)
			fputs("</tr>\n", f);
	}
	fputs("</table>\n", f);
}

static void
write_html(const struct doc *d, FILE *f)
{
	fputs("<!DOCTYPE html>\n<html lang=\"ko\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n"
	      "<title>",
	    f);
	html_text(f, d->title);
	fputs("</title>\n<style>\n"
	      "body { font-family: sans-serif; margin: 2em; }\n"
	      "table { border-collapse: collapse; }\n"
	      "th, td { padding: 0.2em 0.8em; text-align: left;"
	      " border-bottom: 1px solid #ccc; }\n"
	      ".n { text-align: right;"
	      " font-variant-numeric: tabular-nums; }\n"
	      "</style>\n</head>\n<body>\n<h1>",
	    f);
	html_text(f, d->title);
	fputs("</h1>\n", f);
	for (int i = 0; i < d->n; i++)
		if (d->section[i].ncell > 0)
			html_section(f, &d->section[i]);
	fputs("</body>\n</html>\n", f);
}

void
doc_write(const struct doc *d, enum doc_format format, FILE *f)
{
	switch (format) {
	case DOC_TEXT:
		write_text(d, f);
		break;
	case DOC_CSV:
		write_csv(d, f);
		break;
	case DOC_HTML:
		write_html(d, f);
		break;
	}
}
