/*
 * strategy_world.h - a small market to put a strategy into, and what it says
 * in words.
 */
#ifndef STRATEGY_WORLD_H
#define STRATEGY_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/load.h"

enum { WORLD_STOCKS = 8 };

struct world {
	struct ctx ctx;
	struct stock stock[WORLD_STOCKS];
	struct bar_store daily[WORLD_STOCKS], minute[WORLD_STOCKS];
	struct module_use use;
	struct candidate item[2 * WORLD_STOCKS];
	struct candidates out;
	char error[256];
	char text[1024];
};

static inline struct world *
world_new(void)
{
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->ctx.stock = w->stock;
	w->ctx.today = 20250314;
	w->ctx.capital = w->ctx.cash = 10000000;
	w->ctx.error = w->error;
	w->ctx.error_size = sizeof(w->error);
	for (int i = 0; i < WORLD_STOCKS; i++) {
		bar_store_init(&w->daily[i], false);
		bar_store_init(&w->minute[i], true);
	}
	return w;
}

static inline void
world_free(struct world *w)
{
	for (int i = 0; i < WORLD_STOCKS; i++) {
		bar_store_fini(&w->daily[i]);
		bar_store_fini(&w->minute[i]);
	}
	free(w);
}

/* Add a stock; the caller gives codes in order. */
static inline struct stock *
world_stock(struct world *w, const char *code)
{
	struct stock *st = &w->stock[w->ctx.n_stocks++];

	st->code = code;
	st->name = "";
	return st;
}

static inline void
world_windows(struct world *w)
{
	for (int i = 0; i < w->ctx.n_stocks; i++) {
		w->stock[i].daily = bar_store_window(
		    &w->daily[i], 0, w->daily[i].n);
		w->stock[i].minute = bar_store_window(
		    &w->minute[i], 0, w->minute[i].n);
	}
}

/* The next day (or minute) of stock i; days are dated 20250101, ... */
static inline void
world_day(struct world *w, int i, won o, won h, won l, won c, qty v)
{
	bar_store_add(&w->daily[i],
	    &(struct bar){ 20250101 + w->daily[i].n, 0, o, h, l, c, v });
	world_windows(w);
}

static inline void
world_minute(struct world *w, int i, won c)
{
	bar_store_add(&w->minute[i],
	    &(struct bar){
		w->ctx.today, 900 + w->minute[i].n, c, c, c, c, 10 });
	world_windows(w);
}

/* "100 98 96 101": days (or minutes) of one price each. */
static inline void
world_closes(struct world *w, int i, const char *closes, bool is_minute)
{
	char *end;

	for (;; closes = end) {
		long long c = strtoll(closes, &end, 10);

		if (end == closes)
			break;
		if (is_minute)
			world_minute(w, i, c);
		else
			world_day(w, i, c, c, c, c, 1000);
	}
}

/* Take a module; an error is in w->text. */
static inline bool
world_use(struct world *w, const char *spec)
{
	struct err e = { 0 };

	if (module_use_parse(spec, &w->use, &e) == -1) {
		snprintf(w->text, sizeof(w->text), "%s", e.msg);
		return false;
	}
	w->ctx.param = w->use.value;
	return true;
}

/* "A buy 0.169 101, B sell 100.000 0", in the order said; "" for nothing. */
static inline const char *
world_daily(struct world *w, const char *spec)
{
	size_t len = 0;
	int rc;

	if (!world_use(w, spec))
		return w->text;
	w->ctx.scratch_size = w->use.strategy->scratch *
	    (size_t)w->ctx.n_stocks;
	w->ctx.scratch = calloc(1, w->ctx.scratch_size + 1);
	w->out = (struct candidates){ 0, 2 * w->ctx.n_stocks, w->item };
	rc = w->use.strategy->daily(&w->ctx, &w->out);
	free(w->ctx.scratch);
	if (rc == -1)
		return w->error;
	w->text[0] = '\0';
	for (int i = 0; i < w->out.n; i++)
		len += (size_t)snprintf(w->text + len, sizeof(w->text) - len,
		    "%s%s %s %.3f %lld", i > 0 ? ", " : "",
		    w->stock[w->item[i].stock].code,
		    w->item[i].side == SIDE_BUY ? "buy" : "sell",
		    w->item[i].score, (long long)w->item[i].target);
	return w->text;
}

/* "A C": the codes watched. */
static inline const char *
world_universe(struct world *w, const char *spec)
{
	bool keep[WORLD_STOCKS] = { false };

	if (!world_use(w, spec))
		return w->text;
	if (w->use.strategy->universe(&w->ctx, keep) == -1)
		return w->error;
	w->text[0] = '\0';
	for (int i = 0; i < w->ctx.n_stocks; i++)
		if (keep[i]) {
			if (w->text[0] != '\0')
				strcat(w->text, " ");
			strcat(w->text, w->stock[i].code);
		}
	return w->text;
}

/* "wait", "now 9960", "now forced 9960", "open 0", "close 10500". */
static inline const char *
world_minute_says(struct world *w, const char *spec, enum side side, won target)
{
	static const char *const word[] = {
		[WHEN_NOW] = "now", [WHEN_OPEN] = "open", [WHEN_CLOSE] = "close"
	};
	struct signal_view s = { .side = side, .score = 1, .target = target };
	struct act act = { 0 };

	if (!world_use(w, spec))
		return w->text;
	if (w->use.strategy->minute(&w->ctx, &s, &act) == -1)
		return w->error;
	if (act.when == WHEN_WAIT)
		return "wait";
	snprintf(w->text, sizeof(w->text), "%s%s %lld", word[act.when],
	    act.forced ? " forced" : "", (long long)act.price);
	return w->text;
}

#endif
