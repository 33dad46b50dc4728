/* load.c - see load.h. */
#include "backtest/load.h"

#include "base/progress.h"
#include "store/prices.h"
#include "store/stocks.h"

#include <string.h>

struct buffer {
	struct bar_store daily, minute;
};

static int
load_stock(struct store *db, const char *code, ymd from, ymd to,
    bool with_minutes, struct buffer *b, struct market_data *data,
    struct err *e)
{
	struct stock_data *s = market_data_add(data, code);
	struct stock_row row;

	if (store_stock(db, code, &row, e) == -1)
		return -1;
	memcpy(s->name, row.name, sizeof(s->name));
	s->kind = row.kind;
	s->leverage = row.leverage;
	/* By way of `b`, which has grown for the stocks before. */
	bar_store_clear(&b->daily);
	bar_store_clear(&b->minute);
	if (store_daily(db, code, YMD_MIN, to, 0, &b->daily, e) == -1 ||
	    (with_minutes &&
		store_minutes_range(db, code, from, to, 0, &b->minute, e) ==
		    -1))
		return -1;
	bar_store_copy(&s->daily, &b->daily);
	bar_store_copy(&s->minute, &b->minute);
	return 0;
}

/* Both lists are in order; the union goes to `all`. */
static void
codes_union(const struct codes *a, const struct codes *b, struct codes *all)
{
	int i = 0, j = 0;

	while (i < a->n || j < b->n) {
		int c = i == a->n ? 1 :
		    j == b->n     ? -1 :
				    strcmp(a->item[i], b->item[j]);

		codes_add(all, c <= 0 ? a->item[i] : b->item[j]);
		i += c <= 0;
		j += c >= 0;
	}
}

static int
codes_with_prices(
    struct store *db, bool with_minutes, struct codes *all, struct err *e)
{
	struct codes daily = { 0 }, minute = { 0 };
	int rc = store_daily_codes(db, &daily, e);

	if (rc == 0 && with_minutes)
		rc = store_minute_codes(db, &minute, e);
	if (rc == 0)
		codes_union(&daily, &minute, all);
	codes_fini(&daily);
	codes_fini(&minute);
	return rc;
}

/* The stocks of a list, in order. */
static int
load_codes(struct store *db, const struct codes *codes, ymd from, ymd to,
    bool with_minutes, struct market_data *data, struct err *e)
{
	struct progress p;
	struct buffer b;
	int rc = 0;

	if (codes->n == 0)
		return err_set(e, E_CONFIG,
		    "%s: no prices; import some with"
		    " import-prices",
		    store_path(db));
	bar_store_init(&b.daily, false);
	bar_store_init(&b.minute, true);
	progress_start(&p, "reading prices", codes->n);
	for (int i = 0; i < codes->n && rc == 0; i++) {
		const struct stock_data *s;

		rc = load_stock(
		    db, codes->item[i], from, to, with_minutes, &b, data, e);
		s = &data->stock[data->n - 1];
		if (rc == 0 && s->daily.n == 0 && s->minute.n == 0)
			rc = err_set(e, E_CONFIG,
			    "%s: no prices; import some"
			    " with import-prices",
			    codes->item[i]);
		progress_at(&p, i + 1);
	}
	progress_end(&p);
	bar_store_fini(&b.daily);
	bar_store_fini(&b.minute);
	if (rc == 0)
		market_data_index(data);
	return rc;
}

int
market_data_load(struct store *db, const struct codes *codes, ymd from, ymd to,
    bool with_minutes, struct market_data *data, struct err *e)
{
	struct codes all = { 0 };
	int rc;

	if (to == 0)
		to = YMD_MAX;
	if (codes != NULL)
		return load_codes(db, codes, from, to, with_minutes, data, e);
	rc = codes_with_prices(db, with_minutes, &all, e);
	if (rc == 0)
		rc = load_codes(db, &all, from, to, with_minutes, data, e);
	codes_fini(&all);
	return rc;
}
