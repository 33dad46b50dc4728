/*
 * master.c - the files of all stocks: a ZIP with one member of fixed width,
 * in CP949.  KOSPI's has the funds too.
 */
#include "sandbox/inner.h"
#include "sandbox/zip.h"

#include <iconv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NAME_AT    21
#define NAME_WIDTH 40
#define GROUP_AT   61
#define ROW_MOST   290

/* Where the two layouts differ. */
struct layout {
	const char *member;
	int width; /* without the line's end */
	int etp, base, lot, flags, alarm, margin, volume, par, listed;
};
static const struct layout kospi = { "kospi_code.mst", 288, 83, 102, 111, 121,
	124, 135, 142, 154, 166 };
static const struct layout kosdaq = { "kosdaq_code.mst", 282, 79, 97, 106, 116,
	119, 130, 137, 149, 161 };

static void
set(char *row, int at, const char *text)
{
	memcpy(row + at, text, strlen(text));
}

/* As much of the name as fits, in CP949. */
static void
set_name(char *row, iconv_t to, const char *name)
{
	char *in = (char *)(uintptr_t)name, *out = row + NAME_AT;
	size_t left = strlen(name), room = NAME_WIDTH;

	iconv(to, NULL, NULL, NULL, NULL);
	iconv(to, &in, &left, &out, &room);
}

static const char *
group_of(enum kind k)
{
	return k == KIND_ETF ? "EF" : k == KIND_ETN ? "EN" : "ST";
}

/* "N" or "Q" in front of an ETN's code, as the firm lists them. */
static void
make_row(const struct layout *l, const struct view *v, iconv_t to, char *row)
{
	char text[32];

	memset(row, ' ', (size_t)l->width);
	snprintf(text, sizeof(text), "%s%s",
	    v->stock.kind == KIND_ETN ? "Q" : "", v->stock.code);
	set(row, 0, text);
	snprintf(text, sizeof(text), "KR7%s000", v->stock.code);
	set(row, 9, text);
	set_name(row, to, v->stock.name);
	set(row, GROUP_AT, group_of(v->stock.kind));
	set(row, l->etp,
	    v->stock.kind == KIND_ETF     ? "2" :
		v->stock.kind == KIND_ETN ? "3" :
					    "0");
	snprintf(text, sizeof(text), "%09" PRId64, v->q.base);
	set(row, l->base, text);
	set(row, l->lot, "0000100001");
	set(row, l->flags, v->q.is_halted ? "YN" : "NN");
	set(row, l->flags + 2, v->is_designated ? "Y" : "N");
	set(row, l->alarm, "00NNN000000");
	set(row, l->margin, "020Y090");
	set(row, l->volume, "000000000000");
	set(row, l->par, "000000000100");
	set(row, l->listed, "19900103");
	row[l->width] = '\n';
}

static bool
is_in(const struct layout *l, enum kind k)
{
	if (l == &kosdaq)
		return k == KIND_KOSDAQ;
	return k != KIND_KOSDAQ && k != KIND_KONEX;
}

/* All rows of a market; the caller frees them.  NULL on error. */
static char *
make_rows(
    struct sandbox *sb, const struct layout *l, size_t *size, struct err *e)
{
	iconv_t to = iconv_open("CP949", "UTF-8");
	char *text = xmalloc((size_t)(sb->stocks.n + 1) * ROW_MOST);
	struct view v;

	*size = 0;
	for (int i = 0; i < sb->stocks.n && to != (iconv_t)-1; i++) {
		if (!is_in(l, sb->stocks.item[i].kind))
			continue;
		if (market_view(sb, sb->stocks.item[i].code, &v, e) == -1) {
			free(text);
			text = NULL;
			break;
		}
		make_row(l, &v, to, text + *size);
		*size += (size_t)l->width + 1;
	}
	if (to != (iconv_t)-1)
		iconv_close(to);
	return text;
}

void
master_file(struct call *c, enum kind market)
{
	const struct layout *l = market == KIND_KOSDAQ ? &kosdaq : &kospi;
	struct err e;
	size_t n;
	char *text;

	if (market_reread(c->sb, &e) == -1 ||
	    (text = make_rows(c->sb, l, &n, &e)) == NULL) {
		reply_broken(c, &e);
		return;
	}
	c->out->status = 200;
	wire_add(&c->out->header, "Content-Type", "application/zip");
	c->out->body = zip_one(l->member, text, n, &c->out->nbody);
	free(text);
}
