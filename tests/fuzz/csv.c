/*
 * CSV from outside: rows come in order, a refused one does not stop the rest,
 * and what was read is written so that it reads back the same.
 */
#include "base/csv.h"
#include "fuzz.h"

struct copy {
	char *text;
	size_t size;
	FILE *f;
};

static void
write_row(FILE *f, const struct csv_row *row)
{
	for (int i = 0; i < row->n; i++) {
		if (i > 0)
			putc(',', f);
		/* A lone empty field would be a blank line. */
		if (row->n == 1 && row->field[i][0] == '\0')
			fputs("\"\"", f);
		else
			csv_field(f, row->field[i]);
	}
	putc('\n', f);
}

/* Reads all; what was good into `good`.  How many rows, or -1. */
static long
read_all(const char *path, long lines, FILE *good, long *bad)
{
	struct err e = { 0 };
	struct csv_reader *r = csv_open(path, &e);
	const struct csv_row *head;
	struct csv_row row;
	long n = 0, last = 0;
	int got;

	*bad = 0;
	if (r == NULL) {
		must_refuse(&e);
		must(e.kind == E_DATA);
		return -1;
	}
	/* Else a field that begins with one would lose it. */
	fputs("\xef\xbb\xbf", good);
	head = csv_header(r);
	must(head->n >= 1 && head->line >= 1);
	for (int i = 0; i < head->n; i++) {
		int k = csv_column(r, head->field[i]);

		must(k >= 0 && k <= i);
	}
	write_row(good, head);
	while ((got = csv_next(r, &row, &e)) != 0) {
		if (got == -1) {
			must_refuse(&e);
			must(e.kind == E_DATA);
			e = (struct err){ 0 };
			(*bad)++;
		} else {
			must(row.n >= 1 && row.line > last);
			must(row.line > head->line && row.line <= lines);
			for (int i = 0; i < row.n; i++)
				must(utf8_valid(
				    row.field[i], strlen(row.field[i])));
			must(csv_get(&row, -1)[0] == '\0');
			must(csv_get(&row, row.n)[0] == '\0');
			last = row.line;
			write_row(good, &row);
			n++;
		}
		/* Each answer takes a line at least. */
		must(n + *bad <= lines);
	}
	must(csv_next(r, &row, &e) == 0); /* the end stays the end */
	csv_close(r);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct copy first = { 0 }, second = { 0 };
	long lines = 1, rows, bad, again;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	must((first.f = open_memstream(&first.text, &first.size)) != NULL);
	rows = read_all(fuzz_file(data, size), lines, first.f, &bad);
	fclose(first.f);
	if (rows >= 0) {
		lines = 1;
		for (size_t i = 0; i < first.size; i++)
			lines += first.text[i] == '\n';
		must((second.f = open_memstream(&second.text, &second.size)) !=
		    NULL);
		again = read_all(
		    fuzz_file((const uint8_t *)first.text, first.size), lines,
		    second.f, &bad);
		fclose(second.f);
		must(again == rows && bad == 0);
		must(second.size == first.size &&
		    memcmp(first.text, second.text, first.size) == 0);
		free(second.text);
	}
	free(first.text);
	return 0;
}
