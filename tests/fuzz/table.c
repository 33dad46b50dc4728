/*
 * Rows on stdout: each line of the input is a cell.  What is written as CSV
 * is read back by the reader of CSV, what is written as JSON by another
 * program's parser, and both say what was put in; a table is one line a row.
 */
#include <jansson.h>

#include "base/csv.h"
#include "base/money.h"
#include "base/table.h"
#include "fuzz.h"

#define CELLS 64

static const struct column cols[] = {
	{ "name", COL_TEXT, 0 },
	{ "note", COL_TEXT, 0 },
	{ "n", COL_INT, 0 },
};

static int
split(char *s, const char **cell)
{
	char *line;
	int n = 0;

	while (n < CELLS && (line = fuzz_line(&s)) != NULL)
		cell[n++] = line;
	return n / 2;
}

/* Two texts a row, and their lengths as a number. */
static char *
print(enum out_format f, const char **cell, int rows, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	struct table *t;

	must(out != NULL);
	t = table_new(out, f, cols, NELEM(cols));
	for (int i = 0; i < rows; i++) {
		table_text(t, cell[2 * i]);
		table_text(t, cell[2 * i + 1]);
		table_int(t, (int64_t)strlen(cell[2 * i]));
		table_end_row(t);
	}
	table_finish(t);
	fclose(out);
	return text;
}

static void
judge_csv(const char **cell, int rows, const char *text, size_t size)
{
	struct err e = { 0 };
	struct csv_reader *r = csv_open(
	    fuzz_file((const uint8_t *)text, size), &e);
	struct csv_row row;
	int64_t n;

	must(r != NULL && csv_header(r)->n == 3);
	for (int i = 0; i < rows; i++) {
		bool is_utf8 = utf8_valid(cell[2 * i], strlen(cell[2 * i])) &&
		    utf8_valid(cell[2 * i + 1], strlen(cell[2 * i + 1]));
		int got = csv_next(r, &row, &e);

		if (!is_utf8 && got == -1)
			continue;
		must(got == 1 && row.n == 3);
		if (!is_utf8)
			continue;
		must(strcmp(row.field[0], cell[2 * i]) == 0);
		must(strcmp(row.field[1], cell[2 * i + 1]) == 0);
		must(int_parse(row.field[2], 0, INT64_MAX, &n) == 0);
		must(n == (int64_t)strlen(cell[2 * i]));
	}
	must(csv_next(r, &row, &e) == 0);
	csv_close(r);
}

static void
judge_json(const char **cell, int rows, const char *text, size_t size)
{
	json_error_t why;
	json_t *all = json_loadb(text, size, 0, &why);

	must(json_is_array(all) && json_array_size(all) == (size_t)rows);
	for (int i = 0; i < rows; i++) {
		json_t *o = json_array_get(all, (size_t)i);
		const char *name = json_string_value(
		    json_object_get(o, "name"));
		const char *note = json_string_value(
		    json_object_get(o, "note"));

		must(json_object_size(o) == 3);
		if (utf8_valid(cell[2 * i], strlen(cell[2 * i])))
			must(name != NULL && strcmp(name, cell[2 * i]) == 0);
		if (utf8_valid(cell[2 * i + 1], strlen(cell[2 * i + 1])))
			must(
			    note != NULL && strcmp(note, cell[2 * i + 1]) == 0);
		must(json_integer_value(json_object_get(o, "n")) ==
		    (json_int_t)strlen(cell[2 * i]));
	}
	json_decref(all);
}

static void
judge_table(int rows, const char *text, size_t size)
{
	int lines = 0;

	must(utf8_valid(text, size));
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		lines += c == '\n';
		must(c == '\n' || (c >= 0x20 && c != 0x7f));
	}
	must(lines == 0 || lines == rows + 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size), *text;
	const char *cell[CELLS];
	int rows = split(s, cell);
	size_t n;

	text = print(OUT_CSV, cell, rows, &n);
	judge_csv(cell, rows, text, n);
	free(text);
	text = print(OUT_JSON, cell, rows, &n);
	judge_json(cell, rows, text, n);
	free(text);
	text = print(OUT_TABLE, cell, rows, &n);
	judge_table(rows, text, n);
	free(text);
	free(s);
	return 0;
}
