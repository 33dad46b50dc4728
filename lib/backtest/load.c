/* load.c - see load.h. */
#include "backtest/load.h"

#include "base/progress.h"
#include "store/prices.h"
#include "store/stocks.h"

#include <string.h>

static int
load_stock(struct store *db, const char *code, ymd from, ymd to,
    bool with_minutes, struct market_data *data, struct err *e)
{
	struct stock_data *s = market_data_add(data, code);
	struct stock_row row;

	if (store_stock(db, code, &row, e) == -1)
		return -1;
	memcpy(s->name, row.name, sizeof(s->name));
	s->kind = row.kind;
	s->leverage = row.leverage;
	if (store_daily(db, code, YMD_MIN, to, 0, &s->daily, e) == -1)
		return -1;
	if (with_minutes && store_minutes_range(db, code, from, to, 0,
	    &s->minute, e) == -1)
		return -1;
	return 0;
}

/* Both lists are in order; the union goes to `all`. */
static void
codes_union(const struct codes *a, const struct codes *b, struct codes *all)
{
	int i = 0, j = 0;

	while (i < a->n || j < b->n) {
		int c = i == a->n ? 1 : j == b->n ? -1
		    : strcmp(a->item[i], b->item[j]);

		codes_add(all, c <= 0 ? a->item[i] : b->item[j]);
		i += c <= 0;
		j += c >= 0;
	}
}

static int
codes_with_prices(struct store *db, bool with_minutes, struct codes *all,
    struct err *e)
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

int
market_data_load(struct store *db, const struct codes *codes, ymd from, ymd to,
    bool with_minutes, struct market_data *data, struct err *e)
{
	struct codes all = { 0 };
	struct progress p;
	int rc = -1;

	if (to == 0)
		to = YMD_MAX;
	if (codes == NULL) {
		if (codes_with_prices(db, with_minutes, &all, e) == -1)
			goto out;
		codes = &all;
	}
	if (codes->n == 0) {
		err_set(e, E_CONFIG, "%s: no prices; import some with"
		    " import-prices", store_path(db));
		goto out;
	}
	progress_start(&p, "reading prices", codes->n);
	for (int i = 0; i < codes->n; i++) {
		const struct stock_data *s;

		if (load_stock(db, codes->item[i], from, to, with_minutes,
		    data, e) == -1)
			break;
		s = &data->stock[data->n - 1];
		if (s->daily.n == 0 && s->minute.n == 0) {
			err_set(e, E_CONFIG, "%s: no prices; import some with"
			    " import-prices", codes->item[i]);
			break;
		}
		progress_at(&p, i + 1);
	}
	progress_end(&p);
	if (data->n == codes->n &&
	    (data->stock[data->n - 1].daily.n > 0 ||
	    data->stock[data->n - 1].minute.n > 0)) {
		market_data_index(data);
		rc = 0;
	}
out:
	codes_fini(&all);
	return rc;
}
