/*
 * trades.c - what a minute's bar is told as, and the list of the last trades.
 *
 * The feed has bars, no trades.  A minute that is over is told as four of
 * them: at its open, high, low and close, of a quarter of its volume each.
 */
#include "sandbox/inner.h"

#define ROWS_MOST 30

struct bar_trade
trade_of(const struct bar *b, int i)
{
	const won price[] = { b->open, b->high, b->low, b->close };
	bool is_last = i == TRADES_OF_BAR - 1;
	qty part = b->volume / TRADES_OF_BAR;

	return (struct bar_trade){ .second = i * TRADES_APART,
		.price = price[i],
		.n = is_last ? b->volume - i * part : part };
}

static struct json *
trade_json(const struct view *v, const struct bar *b, int i)
{
	struct bar_trade t = trade_of(b, i);
	won change = t.price - v->q.base;
	struct json *m = json_new_map();

	put(m, "stck_cntg_hour", "%04d%02d", b->time, t.second);
	put_won(m, "stck_prpr", t.price);
	put_won(m, "prdy_vrss", change);
	put(m, "prdy_vrss_sign", "%d", market_sign(v, t.price));
	put_won(m, "cntg_vol", t.n);
	json_put_text(m, "tday_rltv", "0.00");
	put_ratio(m, "prdy_ctrt", 100 * change, v->q.base, 2);
	return m;
}

/* Newest first. */
static struct json *
last_trades(const struct view *v, const struct bar_store *minutes)
{
	struct json *list = json_new_list();

	for (int k = minutes->n - 1; k >= 0; k--) {
		struct bar b = bar_store_at(minutes, k);

		for (int i = TRADES_OF_BAR - 1; i >= 0; i--)
			if (b.volume > 0 && json_count(list) < ROWS_MOST)
				json_add(list, trade_json(v, &b, i));
	}
	return list;
}

void
trades_last(struct call *c)
{
	struct broker *br = c->sb->paper;
	struct bar_store s;
	struct view v;
	struct err e;

	if (!quote_view(c, "FID_INPUT_ISCD", &v))
		return;
	bar_store_init(&s, true);
	if (br->ops->minute_bars(br, v.stock.code, clock_ymd(&c->sb->clock), 0,
		2359, &s, &e) == -1) {
		reply_broken(c, &e);
	} else {
		json_put(c->doc, "output", last_trades(&v, &s));
		reply_done(c, "MCA00000", "정상처리 되었습니다.");
	}
	bar_store_fini(&s);
}
