/* The same rows in three formats. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/table.h"
#include "tap.h"

static const struct column cols[] = {
	{ "code", COL_TEXT },
	{ "name", COL_TEXT },
	{ "n", COL_INT },
	{ "price", COL_WON },
	{ "date", COL_YMD },
	{ "time", COL_HHMM },
	{ "rate", COL_PPB },
	{ "on", COL_BOOL },
	{ "score", COL_REAL, 3 },
	{ "ratio", COL_RATIO },
};

/* What comes out, in memory that the caller frees. */
static char *
render(enum out_format format, int rows, bool silent)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	struct table *t = table_new(f, format, cols, NELEM(cols));

	if (silent)
		table_silent_if_empty(t);
	if (rows > 0) {
		table_text(t, "005930");
		table_text(t, "삼성전자");
		table_int(t, 12345);
		table_int(t, 55000);
		table_int(t, 20250314);
		table_int(t, 905);
		table_int(t, 1600000);
		table_int(t, 1);
		table_real(t, 0.1);
		table_real(t, -0.0523);
		table_end_row(t);
	}
	if (rows > 1) {
		table_text(t, "000660");
		table_text(t, "a \"b\", c\n");
		table_int(t, -1);
		table_int(t, -1234567);
		table_int(t, 0);
		table_int(t, -1);
		table_int(t, PPB_UNSET);
		table_int(t, 0);
		table_real(t, NAN);
		table_null(t);
		table_end_row(t);
	}
	table_finish(t);
	fclose(f);
	return text;
}

/* A log of one column, appended to what the file has; "" is a new one. */
static void
is_appended(
    const char *before, const char *mode, const char *want, const char *name)
{
	static const struct column one[] = { { "a", COL_INT },
		{ "b", COL_TEXT } };
	char path[] = "/tmp/maemae-table-XXXXXX", got[256];
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	fputs(before, f);
	fclose(f);
	f = fopen(path, mode);
	for (int i = 1; i <= 2; i++) {
		struct table *t = table_new(f, OUT_CSV, one, NELEM(one));

		table_log(t);
		table_int(t, i);
		table_text(t, "x");
		table_end_row(t);
		table_finish(t);
		fflush(f); /* as a program's end */
		t = table_new(f, OUT_CSV, one, NELEM(one));
		table_log(t);
		table_finish(t);
	}
	fclose(f);
	f = fopen(path, "r");
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	unlink(path);
	is_str(got, want, "%s", name);
}

static void
logs(void)
{
	is_appended("", "a", "a,b\n1,x\n2,x\n", "a log has one header");
	is_appended("a,b\n0,x\n", "a", "a,b\n0,x\n1,x\n2,x\n",
	    "one that is there is continued");
	is_appended("a,c\n0,x\n", "a", "a,c\n0,x\na,b\n1,x\na,b\n2,x\n",
	    "another header is not ours");
	is_appended("a,b", "a", "a,ba,b\n1,x\na,b\n2,x\n", "nor a part of it");
	is_appended("a,b\n", "w", "a,b\n1,x\na,b\n2,x\n",
	    "what is not appended has its header");
}

static void
is_rendered(enum out_format format, int rows, bool silent, const char *want,
    const char *name)
{
	char *got = render(format, rows, silent);

	is_str(got, want, "%s", name);
	free(got);
}

static void
numbers(void)
{
	static const struct {
		won v;
		const char *want;
	} wons[] = {
		{ 0, "0" },
		{ 12, "12" },
		{ 999, "999" },
		{ 1000, "1,000" },
		{ -999, "-999" },
		{ -1000, "-1,000" },
		{ 1234567, "1,234,567" },
		{ INT64_MAX, "9,223,372,036,854,775,807" },
		{ INT64_MIN, "-9,223,372,036,854,775,808" },
	};
	static const struct {
		double v;
		const char *want;
	} reals[] = {
		{ 0, "0" },
		{ 0.1, "0.1" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 100, "100" },
		{ 1e300, "1e+300" },
		{ 0.1 + 0.2, "0.30000000000000004" },
	};
	char buf[40];

	for (size_t i = 0; i < NELEM(wons); i++)
		is_str(won_text(wons[i].v, buf, sizeof(buf)), wons[i].want,
		    "won_text");
	for (size_t i = 0; i < NELEM(reals); i++)
		is_str(real_text(reals[i].v, buf, sizeof(buf)), reals[i].want,
		    "real_text");
}

int
main(void)
{
	enum out_format f;

#define HEADER "code,name,n,price,date,time,rate,on,score,ratio\n"
	is_rendered(OUT_CSV, 2, false,
	    HEADER
	    "005930,삼성전자,12345,55000,20250314,0905,0.0016,1,0.1,-0.0523\n"
	    "000660,\"a \"\"b\"\", c\n\",-1,-1234567,,,,0,,\n",
	    "csv");
	is_rendered(OUT_CSV, 0, false, HEADER, "csv without rows");
	is_rendered(OUT_CSV, 0, true, "", "csv, silent");
	is_rendered(OUT_JSON, 2, false,
	    "[\n"
	    "{\"code\":\"005930\",\"name\":\"삼성전자\",\"n\":12345,"
	    "\"price\":55000,\"date\":\"20250314\",\"time\":\"0905\","
	    "\"rate\":0.0016,\"on\":true,\"score\":0.1,\"ratio\":-0.0523},\n"
	    "{\"code\":\"000660\",\"name\":\"a \\\"b\\\", c\\n\",\"n\":-1,"
	    "\"price\":-1234567,\"date\":null,\"time\":null,\"rate\":null,"
	    "\"on\":false,\"score\":null,\"ratio\":null}\n"
	    "]\n",
	    "json");
	is_rendered(OUT_JSON, 0, false, "[]\n", "json without rows");
	is_rendered(OUT_JSON, 0, true, "[]\n", "json is never silent");
	is_rendered(OUT_TABLE, 2, false,
	    "code    name            n       price        date   time"
	    "    rate  on   score   ratio\n"
	    "005930  삼성전자    12345      55,000  2025-03-14  09:05"
	    "  0.0016  yes  0.100  -5.23%\n"
	    "000660  a \"b\", c\\n     -1  -1,234,567           -      -"
	    "       -           -       -\n",
	    "table");
	is_rendered(OUT_TABLE, 0, false, "", "table without rows");
	numbers();
	logs();
	ok(out_format_parse("csv", &f) == 0 && f == OUT_CSV, "csv");
	ok(out_format_parse("json", &f) == 0 && f == OUT_JSON, "json");
	ok(out_format_parse("table", &f) == 0 && f == OUT_TABLE, "table");
	is_int(out_format_parse("xml", &f), -1, "not xml");
	return done_testing();
}
