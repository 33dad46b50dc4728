/*
 * import.c - see import.h.
 *
 * Rows go from the file into the table one by one; nothing is held but what
 * is needed to notice that a key comes twice.  That is a bit for each day (or
 * minute) in pages of 512, found by hashing: some 70 bytes for two years of
 * days, whatever the order of the rows.  Decided against: asking the table,
 * which cannot tell this file's row from last week's.
 */
#include "store/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "store/import_row.h"
#include "store/splits.h"

/* A page of 512 days or minutes of one code; key 0 is an empty place. */
struct page {
	uint64_t key;
	uint64_t bit[8];
};

struct seen {
	struct page *page;
	size_t n, cap, last; /* cap: a power of two */
};

struct import {
	struct store *s;
	const struct import_spec *spec;
	struct import_reader rd;
	struct seen seen;
	struct codes split;     /* codes with splits on record */
	struct bar_store there; /* the bar that the table has */
};

static size_t
place_of(const struct seen *s, uint64_t key)
{
	size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20);

	for (i &= s->cap - 1; s->page[i].key != 0 && s->page[i].key != key;)
		i = (i + 1) & (s->cap - 1);
	return i;
}

static void
grow(struct seen *s)
{
	struct seen old = *s;

	s->cap = old.cap == 0 ? 1024 : old.cap * 2;
	s->page = xcalloc(s->cap, sizeof(*s->page));
	s->last = 0;
	for (size_t i = 0; i < old.cap; i++)
		if (old.page[i].key != 0)
			s->page[place_of(s, old.page[i].key)] = old.page[i];
	free(old.page);
}

/* Was this key there before?  From now on it is. */
static bool
seen_before(struct seen *s, const char *code, ymd date, hhmm time)
{
	int64_t at = date == 0 ? 0 : ymd_to_days(date) - ymd_to_days(19000101);
	uint64_t key = 0, mask;
	struct page *p;

	if (time != 0)
		at = at * 1440 + time / 100 * 60 + time % 100;
	for (const char *c = code; *c != '\0'; c++)
		key = key * 36 +
		    (uint64_t)(*c <= '9' ? *c - '0' : *c - 'A' + 10);
	key = (key << 32 | (uint64_t)(at >> 9)) + 1;
	if (s->n * 4 >= s->cap * 3)
		grow(s);
	if (s->page[s->last].key != key) {
		s->last = place_of(s, key);
		if (s->page[s->last].key == 0)
			s->n++;
	}
	p = &s->page[s->last];
	p->key = key;
	mask = UINT64_C(1) << (at & 63);
	if (p->bit[at >> 6 & 7] & mask)
		return true;
	p->bit[at >> 6 & 7] |= mask;
	return false;
}

static int
check_twice(struct import *im, const struct import_row *r, struct err *e)
{
	const struct bar *b = &r->bar;
	char when[32] = "";

	if (!seen_before(&im->seen, r->code, b->date, b->time))
		return 0;
	if (b->time != 0)
		snprintf(
		    when, sizeof(when), " %d %04d", (int)b->date, (int)b->time);
	else if (b->date != 0)
		snprintf(when, sizeof(when), " %d", (int)b->date);
	return import_bad(&im->rd.in, E_DATA, e, "%s%s is in this file twice",
	    r->code, r->code[0] == '\0' ? when + 1 : when);
}

static int
put_row(struct import *im, const struct import_row *r, struct put_counts *put,
    struct err *e)
{
	switch (im->spec->kind) {
	case IMPORT_DAILY:
		return store_put_daily(im->s, r->code, &r->bar, put, e);
	case IMPORT_MINUTE:
		return store_put_minute(im->s, r->code, &r->bar, put, e);
	case IMPORT_STOCKS:
		return store_put_stock(im->s, &r->stock, im->spec->at, put, e);
	case IMPORT_CALENDAR:
		return store_put_calendar_day(
		    im->s, r->bar.date, r->is_open, r->description, put, e);
	}
	return -1;
}

/*
 * Of a stock that was split here, prices of before it in a file that does not
 * know of the split would undo the rescaling (T26).  Such a row is told by
 * this: the splits since make of its close the one that is there.
 */
static int
check_basis(struct import *im, const struct import_row *r, struct err *e)
{
	const struct bar *b = &r->bar;
	won close = b->close;
	ymd since;
	int rc;

	if (codes_find(&im->split, r->code) == -1)
		return 0;
	bar_store_clear(&im->there);
	rc = im->spec->kind == IMPORT_MINUTE ?
	    store_minutes(im->s, r->code, b->date, b->time, b->time, BARS_ALL,
		&im->there, e) :
	    store_daily(
		im->s, r->code, b->date, b->date, BARS_ALL, &im->there, e);
	if (rc == -1 ||
	    store_rescaled(im->s, r->code, b->date, &close, &since, e) == -1)
		return -1;
	if (im->there.n == 0 || since == 0 || close == b->close ||
	    close != im->there.close[0])
		return 0;
	import_bad(&im->rd.in, E_DATA, e,
	    "close %lld is of before the split of %d, by which it is %lld here",
	    (long long)b->close, (int)since, (long long)close);
	return 1;
}

/* An open day has regular hours, or nobody could trade on it. */
static int
check_hours(struct import *im, const struct import_row *r, struct err *e)
{
	struct session d = { .date = r->bar.date, .is_open = true };
	int rc = r->is_open ? store_regular_hours(im->s, &d, e) : 1;

	if (rc != 0)
		return rc == -1 ? -1 : 0;
	import_bad(&im->rd.in, E_DATA, e, "no hours are known for %d",
	    (int)r->bar.date);
	return 1;
}

/* A row out of what was read.  0, 1: it is a bad one, e says why; -1. */
static int
judge(struct import *im, struct import_row *r, struct err *e)
{
	int rc = 0;

	if (import_read(&im->rd, r, e) == -1)
		return 1;
	if (im->spec->kind == IMPORT_STOCKS) {
		if (store_stock(im->s, r->code, &r->stock, e) == -1)
			return -1;
		if (import_read_stock(&im->rd, r, e) == -1)
			return 1;
	} else {
		rc = im->spec->kind == IMPORT_CALENDAR ? check_hours(im, r, e) :
							 check_basis(im, r, e);
		if (rc != 0)
			return rc;
	}
	return check_twice(im, r, e) == -1 ? 1 : 0;
}

/* The next good row: 1, 0 at the end, -1 on error. */
static int
next_row(struct import *im, struct import_row *r, struct import_result *out,
    struct err *e)
{
	for (;;) {
		int rc = csv_next(im->rd.csv, &im->rd.in, e);

		if (rc == 0 || (rc == -1 && e->kind != E_DATA))
			return rc;
		if (rc == 1) {
			memset(r, 0, sizeof(*r));
			if ((rc = judge(im, r, e)) == 0)
				return 1;
			if (rc == -1)
				return -1;
		}
		if (!im->spec->skip_bad)
			return -1;
		log_info("%s; left out", e->msg);
		if (out->bad++ == 0)
			out->first_bad = *e;
	}
}

static int
read_all(struct import *im, struct progress *p, struct import_result *out,
    struct err *e)
{
	struct import_row row;
	int got;

	while ((got = next_row(im, &row, out, e)) == 1) {
		if (!im->spec->dry_run && put_row(im, &row, &out->put, e) == -1)
			return err_wrap(
			    e, "%s:%ld", im->rd.in.file, im->rd.in.line);
		if (++out->rows % 1024 == 0)
			progress_at(p, out->rows);
	}
	return got;
}

int
import_file(struct store *s, const struct import_spec *spec, const char *path,
    struct import_result *out, struct err *e)
{
	struct import im = { .s = s, .spec = spec, .rd.spec = spec };
	struct progress progress;
	int rc = -1;

	memset(out, 0, sizeof(*out));
	if ((im.rd.csv = csv_open(path, e)) == NULL)
		return -1;
	bar_store_init(&im.there, spec->kind == IMPORT_MINUTE);
	if (import_columns(&im.rd, e) == -1 ||
	    (!spec->dry_run && store_begin(s, e) == -1))
		goto out;
	progress_start(&progress, path, 0);
	if ((rc = store_split_codes(s, &im.split, e)) == 0)
		rc = read_all(&im, &progress, out, e);
	progress_end(&progress);
	if (rc == 0 && !spec->dry_run)
		rc = store_commit(s, e);
	else
		store_rollback(s);
out:
	csv_close(im.rd.csv);
	codes_fini(&im.split);
	bar_store_fini(&im.there);
	free(im.seen.page);
	return rc;
}
