/*
 * trade_settings.c - every row of the tables of settings: default, range,
 * text and back; and the words that are more than one row.
 */
#include "tap.h"

#include "base/money.h"
#include "trade/settings.h"

#include <stdlib.h>
#include <string.h>

/* The defaults of TRADING.md, as a person would write them. */
static const struct {
	const char *name, *def;
} limit_want[] = {
	{ "portfolio_stop_loss", "" }, { "max_losing_positions", "0" },
	{ "portfolio_stop_scope", "strategies" }, { "max_daily_loss", "3" },
	{ "max_intraday_drawdown", "" }, { "max_stock_weight", "20" },
	{ "max_exposure", "95" }, { "max_order_weight", "10" },
	{ "max_positions", "10" }, { "max_entry_orders", "30" },
	{ "max_rejects_stock", "3" }, { "max_rejects", "5" },
	{ "max_delay", "30" }, { "stale_after", "120" },
	{ "stale_all_after", "180" }, { "stale_share", "30" },
	{ "entry_stop", "15" }, { "entry_ticks", "2" },
	{ "entry_reach", "0.5" }, { "chase_reach", "1" },
	{ "entry_amends", "2" }, { "entry_wait", "3" }, { "open_lead", "10" },
	{ "commission_buy", "0" }, { "commission_sell", "0.0016" },
	{ "tax", "0" }, { "slippage", "0.0004" },
}, strategy_want[] = {
	{ "weight", "1" }, { "max_positions", "5" }, { "stock_capital", "0" },
	{ "signals", "intraday" }, { "entry_order", "limit" },
	{ "exit_order", "limit" }, { "stop_order", "market" },
	{ "min_position_period", "0" }, { "closing_auction", "no" },
	{ "shared", "no" }, { "stop_loss_ratio", "" },
	{ "trailing_stop_ratio", "" }, { "early_stop_loss", "" },
	{ "early_days", "3" }, { "take_profit_ratio", "" },
};

typedef int (*setter)(void *, const char *, const char *, struct err *);

static int
set_limit(void *to, const char *name, const char *value, struct err *e)
{
	return limits_set(to, name, value, e);
}

static int
set_strategy(void *to, const char *name, const char *value, struct err *e)
{
	return strategy_conf_set(to, name, value, e);
}

/* A value of the stored unit, as text. */
static const char *
text_of(const struct setting *st, int64_t v, char *buf, size_t size)
{
	int64_t *field = calloc(1, 65536);
	char own[64];

	*(int64_t *)((char *)field + st->offset) = v;
	snprintf(buf, size, "%s", setting_text(st, field, own, sizeof(own)));
	free(field);
	return buf;
}

static int64_t
stored(const struct setting *st, const void *base)
{
	return *(const int64_t *)((const char *)base + st->offset);
}

/* One row: both ends of its range go in and come out; what lies beyond is
 * refused, changes nothing and names the setting. */
static void
row(const struct setting *st, void *base, setter set, const char *def)
{
	struct err e = { 0 };
	char text[64], again[64];
	const int64_t end[] = { st->min, st->max };
	const char *bad[] = { "x", "1 ", "--1", "1e3", "0x10", "1,000", NULL };

	is_str(setting_text(st, base, text, sizeof(text)), def, "%s: default",
	    st->name);
	for (int i = 0; i < 2; i++) {
		text_of(st, end[i], text, sizeof(text));
		is_int(
		    set(base, st->name, text, &e), 0, "%s=%s", st->name, text);
		is_int(
		    stored(st, base), end[i], "%s=%s: stored", st->name, text);
		is_str(setting_text(st, base, again, sizeof(again)), text,
		    "%s=%s: reads back", st->name, text);
	}
	for (int i = 0; i < 2 && st->kind != SET_BOOL && st->kind != SET_CHOICE;
	     i++) {
		int64_t v = i == 0 ? st->min - 1 : st->max + 1;

		if (strcmp(st->name, "tax") == 0 && v == COSTS_TAX_BY_DATE)
			v--;
		text_of(st, v, text, sizeof(text));
		e = (struct err){ 0 };
		ok(set(base, st->name, text, &e) == -1 && e.kind == E_USAGE &&
			strstr(e.msg, st->name) != NULL,
		    "%s=%s: %s", st->name, text, e.msg);
		is_int(stored(st, base), st->max, "%s: unchanged", st->name);
	}
	for (int i = 0; bad[i] != NULL; i++)
		is_int(set(base, st->name, bad[i], &e), -1, "%s=%s is none",
		    st->name, bad[i]);
	is_int(set(base, st->name, "off", &e),
	    st->kind == SET_PERCENT || st->kind == SET_BOOL ? 0 : -1, "%s=off",
	    st->name);
	if (st->kind == SET_PERCENT) {
		is_int(stored(st, base), PPB_UNSET, "%s=off: unset", st->name);
		is_str(setting_text(st, base, text, sizeof(text)),
		    def[0] != '\0' ? "off" : "", "%s=off: reads back",
		    st->name);
	}
	is_int(set(base, st->name, "", &e), 0, "%s=", st->name);
	is_str(setting_text(st, base, text, sizeof(text)), def,
	    "%s=: the default again", st->name);
	ok(st->help != NULL && st->help[0] != '\0', "%s: help", st->name);
}

static void
costs_words(void)
{
	struct limits l;
	struct err e = { 0 };
	char text[64];
	const struct setting *st = limit_settings;

	limits_default(&l);
	is_int(limits_set(&l, "costs", "krx", &e), 0, "costs=krx");
	is_int(l.costs.commission_buy, 150000, "0.00015 on buys");
	is_int(l.costs.commission_sell, 150000, "and on sells");
	is_int(l.costs.slippage, 0, "no slippage");
	for (; strcmp(st->name, "tax") != 0; st++)
		;
	is_str(
	    setting_text(st, &l, text, sizeof(text)), "krx", "the tax is krx");
	is_int(limits_set(&l, "tax", "0.002", &e), 0, "tax=0.002");
	is_int(limits_set(&l, "tax", "krx", &e), 0, "tax=krx");
	is_int(l.costs.tax, COSTS_TAX_BY_DATE, "by date again");
	is_int(limits_set(&l, "commission", "0.001", &e), 0, "commission");
	ok(l.costs.commission_buy == 1000000 &&
		l.costs.commission_sell == 1000000,
	    "is for both sides");
	is_int(limits_set(&l, "commission", "", &e), 0, "commission=");
	ok(l.costs.commission_buy == 0 && l.costs.commission_sell == 1600000,
	    "is each side's own default again");
	is_int(limits_set(&l, "commission", "0.2", &e), -1, "a fifth is not");
	is_int(l.costs.commission_buy, 0, "and changes nothing");
	is_int(
	    limits_set(&l, "costs", "mine", &e), -1, "costs=mine: %s", e.msg);
	is_int(limits_set(&l, "costs", "none", &e), 0, "costs=none");
	ok(l.costs.commission_sell == 0 && l.costs.tax == 0, "costs nothing");
	is_int(limits_set(&l, "max_weight", "1", &e), -1, "%s", e.msg);
}

static void
no_limits(void)
{
	struct limits l;

	limits_none(&l);
	ok(l.max_daily_loss == PPB_UNSET && l.max_stock_weight == PPB_UNSET &&
		l.max_exposure == PPB_UNSET &&
		l.max_order_weight == PPB_UNSET && l.max_positions == 0 &&
		l.max_entry_orders == 0 &&
		l.max_intraday_drawdown == PPB_UNSET &&
		l.portfolio_stop_loss == PPB_UNSET &&
		l.max_losing_positions == 0,
	    "no limits but the cash");
	is_int(l.entry_ticks, 2, "how orders are priced stays");
	is_int(l.costs.commission_sell, 1600000, "and what they cost");
}

static void
modules(void)
{
	struct strategy_conf c;
	struct err e = { 0 };

	strategy_conf_default(&c, "mine");
	ok(c.is_on && strcmp(c.name, "mine") == 0, "a strategy begins on");
	is_int(strategy_conf_set(&c, "daily", "sma:short=3,long=10", &e), 0,
	    "daily=sma");
	ok(c.daily.strategy != NULL && c.daily.value[0].i == 3, "short is 3");
	is_int(strategy_conf_set(&c, "minute", "sma", &e), -1, "%s", e.msg);
	is_int(
	    strategy_conf_set(&c, "daily", "open_minute", &e), -1, "%s", e.msg);
	is_int(
	    strategy_conf_set(&c, "daily", "sma:short=0", &e), -1, "%s", e.msg);
	ok(c.daily.strategy != NULL && c.daily.value[0].i == 3 &&
		c.minute.strategy == NULL,
	    "what is refused leaves the modules as they were");
	is_int(strategy_conf_set(&c, "minute", "open_minute", &e), 0,
	    "minute=open_minute");
	is_int(strategy_conf_set(&c, "minute", "", &e), 0, "minute=");
	ok(c.minute.strategy == NULL, "no minute strategy again");
	is_int(strategy_conf_set(&c, "closing_auction", "on", &e), 0, "on");
	is_int(c.closing_auction, 1, "is yes");
	is_int(strategy_conf_set(&c, "shared", "maybe", &e), -1, "%s", e.msg);
	is_int(strategy_conf_set(&c, "signals", "prev", &e), -1, "%s", e.msg);
	is_int(strategy_conf_set(&c, "colour", "red", &e), -1, "%s", e.msg);
	is_int(strategy_conf_set(&c, "stop_loss_ratio", "-5", &e), 0, "-5");
	is_int(c.stops.stop_loss, -50000000, "is five percent down");
}

int
main(void)
{
	struct limits l;
	struct strategy_conf c;
	size_t i = 0;

	limits_default(&l);
	for (const struct setting *s = limit_settings; s->name != NULL; s++)
		if (ok(i < NELEM(limit_want) &&
			    strcmp(limit_want[i].name, s->name) == 0,
			"limit %s is known here", s->name))
			row(s, &l, set_limit, limit_want[i++].def);
	is_int(i, NELEM(limit_want), "all limits");
	strategy_conf_default(&c, "x");
	i = 0;
	for (const struct setting *s = strategy_settings; s->name != NULL; s++)
		if (ok(i < NELEM(strategy_want) &&
			    strcmp(strategy_want[i].name, s->name) == 0,
			"setting %s is known here", s->name))
			row(s, &c, set_strategy, strategy_want[i++].def);
	is_int(i, NELEM(strategy_want), "all settings of a strategy");
	costs_words();
	no_limits();
	modules();
	return done_testing();
}
