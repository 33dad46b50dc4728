/*
 * kis_parse_master.c - rows of a master file; see kis_parse.h.
 *
 * Rows have a fixed width in bytes.  They are cut before anything is decoded,
 * for a Korean character takes two bytes here and three with us.
 */
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/code.h"
#include "broker/kis_parse.h"

#define KOSPI_ROW  288
#define KOSDAQ_ROW 282
#define CODE_LEN   9
#define NAME_AT    21
#define NAME_LEN   40
#define GROUP_AT   61

/* Bytes of the row without the blanks behind them. */
static size_t
trimmed(const char *p, size_t n)
{
	while (n > 0 && p[n - 1] == ' ')
		n--;
	return n;
}

/* What can be traded as a stock is: of these groups; no warrants, no rights. */
static bool
kind_of(const char *group, enum kind market, enum kind *out)
{
	static const struct {
		char name[3];
		int kind; /* -1: the market's */
	} groups[] = {
		{ "ST", -1 },
		{ "RT", -1 },
		{ "MF", -1 },
		{ "IF", -1 },
		{ "SC", -1 },
		{ "DR", -1 },
		{ "FS", -1 },
		{ "EF", KIND_ETF },
		{ "FE", KIND_ETF },
		{ "EN", KIND_ETN },
	};

	for (size_t i = 0; i < NELEM(groups); i++)
		if (memcmp(group, groups[i].name, 2) == 0) {
			*out = groups[i].kind == -1 ? market :
						      (enum kind)groups[i].kind;
			return true;
		}
	return false;
}

/* The file does not say by how much a fund moves; its name does. */
static int
leverage_of(const char *name)
{
	if (strstr(name, "3X") != NULL)
		return 3;
	return strstr(name, "2X") != NULL || strstr(name, "레버리지") != NULL ?
	    2 :
	    1;
}

static bool
read_code(const char *row, char out[CODE_SIZE])
{
	size_t n = trimmed(row, CODE_LEN);

	if (n == 7 && row[0] == 'Q') {
		row++;
		n--;
	}
	if (n != 6)
		return false;
	memcpy(out, row, 6);
	out[6] = '\0';
	return code_valid(out);
}

/* What is not CP949 becomes a '?'. */
static void
read_name(iconv_t cd, const char *row, char *out, size_t size)
{
	char bytes[NAME_LEN], *in = bytes;
	size_t left = trimmed(row + NAME_AT, NAME_LEN);

	memcpy(bytes, row + NAME_AT, left);
	iconv(cd, NULL, NULL, NULL, NULL);
	size--;
	while (left > 0 && iconv(cd, &in, &left, &out, &size) == (size_t)-1 &&
	    size > 0) {
		*out++ = '?';
		size--;
		in++;
		left--;
	}
	*out = '\0';
}

static void
read_row(
    iconv_t cd, const char *row, enum kind market, struct broker_stocks *out)
{
	struct broker_stock s = { .leverage = 1 };

	if (!kind_of(row + GROUP_AT, market, &s.kind) ||
	    !read_code(row, s.code))
		return;
	read_name(cd, row, s.name, sizeof(s.name));
	if (s.kind == KIND_ETF || s.kind == KIND_ETN)
		s.leverage = leverage_of(s.name);
	out->item = xgrow(out->item, out->n, &out->cap, sizeof(*out->item));
	out->item[out->n++] = s;
}

int
kis_parse_master(const char *text, size_t size, bool is_kosdaq,
    struct broker_stocks *out, struct err *e)
{
	size_t width = is_kosdaq ? KOSDAQ_ROW : KOSPI_ROW;
	enum kind market = is_kosdaq ? KIND_KOSDAQ : KIND_KOSPI;
	iconv_t cd = iconv_open("UTF-8", "CP949");
	int line = 0, rc = 0;

	if (cd == (iconv_t)-1)
		return err_set(e, E_CONFIG, "kis: this system has no CP949");
	for (const char *end = text + size; rc == 0 && text < end;) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((lf != NULL ? lf : end) - text);
		size_t len = n > 0 && text[n - 1] == '\r' ? n - 1 : n;

		line++;
		if (len == width)
			read_row(cd, text, market, out);
		else
			rc = err_set(e, E_DATA,
			    "kis: line %d of the list of stocks has %zu bytes,"
			    " not %zu: cut short, or of a new layout",
			    line, len, width);
		text += n + (lf != NULL);
	}
	iconv_close(cd);
	return rc == 0 && line == 0 ?
	    err_set(e, E_DATA, "kis: the list of stocks is empty") :
	    rc;
}
