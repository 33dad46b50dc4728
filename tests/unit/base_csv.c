/*
 * The CSV reader: each case is a file's bytes and what must be read from
 * them, as one text: fields joined by "|", rows prefixed by their line.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/types.h"
#include "tap.h"

static char path[] = "/tmp/base_csv.XXXXXX";

static void
put_file(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
		exit(99);
}

/* All rows, errors included, after the header. */
static void
read_all(char *out, size_t size)
{
	struct err e = { 0 };
	struct csv_reader *r = csv_open(path, &e);
	struct csv_row row;
	size_t used = 0;
	int got;

	out[0] = '\0';
	if (r == NULL) {
		snprintf(out, size, "open: %s", e.msg + strlen(path));
		return;
	}
	while ((got = csv_next(r, &row, &e)) != 0 && used < size) {
		if (got == -1) {
			used += (size_t)snprintf(out + used, size - used,
			    "E%d %s;", (int)e.kind, e.msg + strlen(path));
			continue;
		}
		used += (size_t)snprintf(
		    out + used, size - used, "%ld:", row.line);
		for (int i = 0; i < row.n && used < size; i++)
			used += (size_t)snprintf(out + used, size - used,
			    "%s%s", i > 0 ? "|" : "", row.field[i]);
		if (used < size)
			used += (size_t)snprintf(out + used, size - used, ";");
	}
	csv_close(r);
}

static void
cases(void)
{
#define CASE(name, bytes, want)                      \
	{                                            \
		name, bytes, sizeof(bytes) - 1, want \
	}
	static const struct {
		const char *name, *bytes;
		size_t n;
		const char *want;
	} t[] = {
		CASE("plain", "a,b\n1,2\n3,4\n", "2:1|2;3:3|4;"),
		CASE("no last newline", "a,b\n1,2", "2:1|2;"),
		CASE("CRLF", "a,b\r\n1,2\r\n3,4\r\n", "2:1|2;3:3|4;"),
		CASE("CRLF, no last one", "a,b\r\n1,2", "2:1|2;"),
		CASE("a last CR alone", "a,b\r\n1,2\r", "2:1|2;"),
		CASE("byte order mark",
		    "\xef\xbb\xbf"
		    "a,b\n1,2\n",
		    "2:1|2;"),
		CASE("header alone", "a,b\n", ""),
		CASE("header alone, no newline", "a,b", ""),
		CASE("blank lines", "\n\na,b\n\n1,2\n\n\r\n3,4\n\n",
		    "5:1|2;8:3|4;"),
		CASE("a line of spaces", "a,b\n  \n1,2\n", "3:1|2;"),
		CASE("quotes", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n",
		    "2:x,y|say \"hi\";"),
		CASE("newlines in quotes", "a,b\n\"1\n\n2\",3\n4,5\n",
		    "2:1\n\n2|3;5:4|5;"),
		CASE("CRLF in quotes", "a\r\n\"1\r\n2\"\r\n3\r\n",
		    "2:1\r\n2;4:3;"),
		CASE("quotes that begin with a newline", "a\n\"\n1\"\n2\n",
		    "2:\n1;4:2;"),
		CASE("quoted nothing", "a,b\n\"\",\n", "2:|;"),
		CASE("a quoted nothing alone", "a\n\"\"\n", "2:;"),
		CASE("empty fields", "a,b,c\n,,\n", "2:||;"),
		CASE("spaces about", "a,b\n 1 ,\t2 \n", "2:1|2;"),
		CASE("spaces in quotes stay", "a,b\n\" 1 \" , 2\n", "2: 1 |2;"),
		CASE("too short, too long", "a,b\n1\n1,2,3\n", "2:1;3:1|2|3;"),
		CASE("Korean", "코드,이름\n005930,삼성전자\n",
		    "2:005930|삼성전자;"),
		CASE("empty file", "", "open: :1: empty: want a header row"),
		CASE("a mark alone", "\xef\xbb\xbf",
		    "open: :1: empty: want a header row"),
		CASE("blank lines alone", "\n\n",
		    "open: :1: empty: want a header row"),
		CASE("unterminated quote", "a,b\n1,2\n\"3,4\n5,6\n",
		    "2:1|2;E4 :3: a quote opened here is never closed;"),
		CASE("stray quote", "a,b\n1\"2,3\n4,5\n",
		    "E4 :2: a stray quote;3:4|5;"),
		CASE("text after a quote", "a,b\n\"1\"2,3\n4,5\n",
		    "E4 :2: a stray quote;3:4|5;"),
		CASE("NUL", "a,b\n1,\0002\n3,4\n",
		    "E4 :2: a NUL byte: this is not a text file;3:3|4;"),
		CASE("NUL in the header", "a\0,b\n1,2\n",
		    "open: :1: a NUL byte: this is not a text file"),
		CASE("bare CR", "a,b\n1\r2,3\n4,5\n",
		    "E4 :2: a carriage return in it;3:4|5;"),
		CASE("bare CR in the last line", "a,b\n1\r2",
		    "E4 :2: a carriage return in it;"),
		CASE("CP949", "a,b\n1,\xbb\xef\xbc\xba\n2,3\n",
		    "E4 :2: not UTF-8; if it is CP949: "
		    "iconv -f CP949 -t UTF-8;3:2|3;"),
		CASE("UTF-16",
		    "\xff\xfe"
		    "a\0,\0b\0\n\0",
		    "open: :1: a NUL byte: this is not a text file"),
	};
	char got[1024];

	for (size_t i = 0; i < NELEM(t); i++) {
		put_file(t[i].bytes, t[i].n);
		read_all(got, sizeof(got));
		is_str(got, t[i].want, "%s", t[i].name);
	}
}

static void
columns(void)
{
	struct err e = { 0 };
	struct csv_reader *r;
	struct csv_row row;
	static const char text[] = "Code, DATE ,\"close\"\n005930,20250314\n";

	put_file(text, sizeof(text) - 1);
	r = csv_open(path, &e);
	is_int(csv_header(r)->n, 3, "three columns");
	is_int(csv_column(r, "code"), 0, "case does not matter");
	is_int(csv_column(r, "date"), 1, "nor spaces");
	is_int(csv_need(r, "close", &e), 2, "nor quotes");
	is_int(csv_column(r, "open"), -1, "not there");
	is_int(csv_need(r, "open", &e), -1, "not there, but needed");
	ok(e.kind == E_DATA && strstr(e.msg, ":1: no column 'open'") != NULL,
	    "says so: %s", e.msg);
	is_int(csv_next(r, &row, &e), 1, "a row");
	is_str(csv_get(&row, 0), "005930", "first field");
	is_str(csv_get(&row, 2), "", "a field that is not there");
	is_str(csv_get(&row, -1), "", "a column that is not there");
	is_int(csv_next(r, &row, &e), 0, "the end");
	is_int(csv_next(r, &row, &e), 0, "and again");
	csv_close(r);
	csv_close(NULL);

	ok(csv_open("/nonexistent/x.csv", &e) == NULL && e.kind == E_DATA,
	    "no such file: %s", e.msg);
	ok(csv_open("/tmp", &e) == NULL && e.kind == E_DATA, "a folder: %s",
	    e.msg);
}

/* Rows that straddle the reader's blocks, and too long ones. */
static void
large(void)
{
	enum { ROWS = 40000, LONG = 1100000 };
	FILE *f = fopen(path, "w");
	struct err e = { 0 };
	struct csv_reader *r;
	struct csv_row row;
	long n = 0, bad = 0;
	char *text;

	if (f == NULL)
		exit(99);
	fputs("n,text\r\n", f);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "%d,\"%.*s\r\n가,\"\"\"\r\n", i, i % 97,
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	fclose(f);
	r = csv_open(path, &e);
	while (csv_next(r, &row, &e) == 1) {
		bad += row.n != 2 || atol(row.field[0]) != n ||
		    row.line != 2 + 2 * n ||
		    strlen(row.field[1]) != (size_t)(n % 97) + 7;
		n++;
	}
	is_int(n, ROWS, "many rows");
	is_int(bad, 0, "all as written, lines too");
	csv_close(r);

	text = malloc(LONG);
	memset(text, 'x', LONG);
	memcpy(text, "a\n", 2);
	memcpy(text + LONG - 5, "\n1\n2\n", 5);
	put_file(text, LONG);
	r = csv_open(path, &e);
	is_int(csv_next(r, &row, &e), -1, "a row over 1 MiB");
	ok(e.kind == E_DATA && strstr(e.msg, ":2: row longer") != NULL,
	    "says so: %s", e.msg + strlen(path));
	ok(csv_next(r, &row, &e) == 1 && row.line == 3 &&
		strcmp(row.field[0], "1") == 0,
	    "goes on behind it");
	csv_close(r);

	memset(text + 2, 'x', LONG - 2);
	text[2] = '"';
	put_file(text, LONG);
	r = csv_open(path, &e);
	ok(csv_next(r, &row, &e) == -1 && e.kind == E_DATA, "an endless quote");
	is_int(csv_next(r, &row, &e), 0, "then the end");
	csv_close(r);
	free(text);
}

/* What csv_field() writes, the reader gives back. */
static void
round_trip(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "a b", "a b" },
		{ "a,b", "\"a,b\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "cr\rhere", "\"cr\rhere\"" },
		{ " lead", "\" lead\"" },
		{ "trail ", "\"trail \"" },
		{ "삼성전자", "삼성전자" },
		{ "-5", "-5" },
		{ "\"", "\"\"\"\"" },
	};
	struct err e = { 0 };
	struct csv_reader *r;
	struct csv_row row = { 0 };
	FILE *f;

	for (size_t i = 0; i < NELEM(t); i++) {
		char got[64] = "";

		f = fmemopen(got, sizeof(got), "w");
		csv_field(f, t[i].text);
		fclose(f);
		is_str(got, t[i].want, "written");
	}
	f = fopen(path, "w");
	for (int line = 0; line < 2; line++) {
		for (size_t i = 0; i < NELEM(t); i++) {
			if (i > 0)
				putc(',', f);
			csv_field(f, t[i].text);
		}
		fputs("\r\n", f);
	}
	fclose(f);
	r = csv_open(path, &e);
	is_int(csv_next(r, &row, &e), 1, "read back");
	is_int(row.n, NELEM(t), "as many fields");
	for (int i = 0; i < row.n; i++)
		is_str(row.field[i], t[i].text, "field %d", i);
	csv_close(r);
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd == -1)
		return 99;
	close(fd);
	cases();
	columns();
	large();
	round_trip();
	unlink(path);
	return done_testing();
}
