/* options.c - see options.h. */
#include "backtest/options.h"

#include "account/config.h"
#include "base/code.h"
#include "base/kv.h"
#include "base/mem.h"
#include "base/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
backtest_option_defs(struct backtest_options *o, struct opt_def *def)
{
	const struct opt_def all[] = {
		{ 's', "strategy", "NAME",
		    "a configured strategy; again for"
		    " several",
		    OPT_LIST, &o->strategies, 0, 0, NULL },
		{ 0, "daily", "MODULE[:k=v,...]", "a daily strategy", OPT_TEXT,
		    &o->daily, 0, 0, NULL },
		{ 0, "minute", "MODULE[:k=v,...]",
		    "a minute strategy (default"
		    " open_minute)",
		    OPT_TEXT, &o->minute, 0, 0, NULL },
		{ 0, "from", "DATE",
		    "first day of trading; earlier prices are"
		    " history",
		    OPT_YMD, &o->from, 0, 0, NULL },
		{ 0, "to", "DATE", "last day of trading", OPT_YMD, &o->to, 0, 0,
		    NULL },
		{ 0, "bars", "daily|minute",
		    "walk days by these bars alone"
		    " (default: minutes where there are any)",
		    OPT_TEXT, &o->bars, 0, 0, NULL },
		{ 0, "stops", "k=v,...",
		    "stop_loss_ratio, trailing_stop_ratio,"
		    " early_stop_loss, early_days, take_profit_ratio, and any"
		    " other setting of a strategy",
		    OPT_TEXT, &o->stops, 0, 0, NULL },
		{ 0, "codes", "A,B,...",
		    "these stocks (default: all that have"
		    " prices)",
		    OPT_TEXT, &o->codes, 0, 0, NULL },
		{ 0, "universe", "NAME", "the stocks watched for a strategy",
		    OPT_TEXT, &o->universe, 0, 0, NULL },
		{ 0, "cash", "WON", "to begin with (default 10000000)", OPT_WON,
		    &o->cash, 1, INT64_C(1000000000000000), NULL },
		{ 0, "sizing", "stock-capital|weight|all",
		    "won for a stock, or"
		    " the capital by its number of positions, or all the cash"
		    " at the next open",
		    OPT_TEXT, &o->sizing, 0, 0, NULL },
		{ 0, "stock-capital", "WON",
		    "spent on a stock (default: a"
		    " tenth of the cash)",
		    OPT_WON, &o->stock_capital, 1, INT64_C(1000000000000),
		    NULL },
		{ 0, "costs", "owner|krx|none",
		    "commission, tax and slippage"
		    " by name (default owner)",
		    OPT_TEXT, &o->costs, 0, 0, NULL },
		{ 0, "commission", "RATE", "on both sides, 0.0015", OPT_TEXT,
		    &o->commission, 0, 0, NULL },
		{ 0, "tax", "RATE", "on sells; krx: by date and market",
		    OPT_TEXT, &o->tax, 0, 0, NULL },
		{ 0, "slippage", "RATE", "of market orders", OPT_TEXT,
		    &o->slippage, 0, 0, NULL },
		{ 0, "signals", "prev-close|intraday",
		    "daily strategies once on"
		    " yesterday's closes, or each minute with the forming bar",
		    OPT_TEXT, &o->signals, 0, 0, NULL },
	};

	memcpy(def, all, sizeof(all));
	return (int)NELEM(all);
}

static int
bars_of(const struct backtest_options *o, enum bars_mode *mode, struct err *e)
{
	if (o->bars == NULL)
		*mode = BARS_AUTO;
	else if (strcmp(o->bars, "daily") == 0)
		*mode = BARS_DAILY;
	else if (strcmp(o->bars, "minute") == 0)
		*mode = BARS_MINUTE;
	else
		return err_set(e, E_USAGE,
		    "--bars %s: should be daily or"
		    " minute",
		    o->bars);
	return 0;
}

static int
sizing_of(
    const struct backtest_options *o, struct backtest_setup *s, struct err *e)
{
	struct strategy_conf *c = &s->strat[0];
	const char *how = o->sizing != NULL ? o->sizing : "stock-capital";

	if (o->stock_capital != 0 && strcmp(how, "stock-capital") != 0)
		return err_set(e, E_USAGE,
		    "--stock-capital goes with --sizing stock-capital");
	if (strcmp(how, "all") == 0) {
		s->conf.is_reference = true;
		s->conf.bars = BARS_DAILY;
	} else if (strcmp(how, "stock-capital") == 0) {
		c->stock_capital = o->stock_capital != 0 ? o->stock_capital :
							   s->conf.cash / 10;
		c->max_positions = 0;
	} else if (strcmp(how, "weight") == 0) {
		c->max_positions = 10;
	} else {
		return err_set(e, E_USAGE,
		    "--sizing %s: should be"
		    " stock-capital, weight or all",
		    how);
	}
	return 0;
}

/* One strategy out of the options alone; no limits but the cash (T20). */
static int
free_strategy(
    const struct backtest_options *o, struct backtest_setup *s, struct err *e)
{
	struct strategy_conf *c;

	s->strat = c = xcalloc(1, sizeof(*s->strat));
	s->conf.nstrat = 1;
	strategy_conf_default(c, "backtest");
	if (strategy_conf_set(c, "daily", o->daily, e) == -1 ||
	    strategy_conf_set(c, "minute",
		o->minute != NULL ? o->minute : "open_minute", e) == -1 ||
	    strategy_conf_set(c, "signals", "prev-close", e) == -1)
		return -1;
	snprintf(c->name, sizeof(c->name), "%s", c->daily.strategy->name);
	if (c->minute.strategy->flags & STRATEGY_AT_CLOSE)
		c->closing_auction = 1;
	limits_none(&s->conf.limits);
	return sizing_of(o, s, e);
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(((const struct strategy_conf *)a)->name,
	    ((const struct strategy_conf *)b)->name);
}

static int
configured(const struct backtest_options *o, struct store *db,
    struct backtest_setup *s, struct err *e)
{
	if (o->daily != NULL || o->minute != NULL || o->sizing != NULL ||
	    o->stock_capital != 0)
		return err_set(e, E_USAGE,
		    "--strategy takes its modules and"
		    " sizes from its configuration; leave --daily, --minute,"
		    " --sizing and --stock-capital away");
	s->strat = xcalloc((size_t)o->strategies.n, sizeof(*s->strat));
	for (int i = 0; i < o->strategies.n; i++) {
		int rc = config_strategy(
		    db, o->strategies.item[i], &s->strat[i], e);

		if (rc == -1)
			return -1;
		if (rc == 0)
			return err_set(e, E_USAGE,
			    "%s: no such strategy (see"
			    " set-strategy --list)",
			    o->strategies.item[i]);
		s->strat[i].is_on = true;
		s->strat[i].is_leaving = false;
	}
	s->conf.nstrat = o->strategies.n;
	qsort(s->strat, (size_t)s->conf.nstrat, sizeof(*s->strat), name_order);
	for (int i = 1; i < s->conf.nstrat; i++)
		if (strcmp(s->strat[i].name, s->strat[i - 1].name) == 0)
			return err_set(e, E_USAGE,
			    "--strategy %s is given"
			    " twice",
			    s->strat[i].name);
	return config_limits(db, &s->conf.limits, e);
}

/* Options that hold for every strategy. */
static int
overrides(
    const struct backtest_options *o, struct backtest_setup *s, struct err *e)
{
	const char *const cost[][2] = { { "costs", o->costs },
		{ "commission", o->commission }, { "tax", o->tax },
		{ "slippage", o->slippage } };
	struct kv kv[24];
	int n = 0;

	for (size_t i = 0; i < NELEM(cost); i++)
		if (cost[i][1] != NULL &&
		    limits_set(&s->conf.limits, cost[i][0], cost[i][1], e) ==
			-1)
			return -1;
	if (o->stops != NULL && (n = kv_parse(o->stops, kv, NELEM(kv), e)) < 0)
		return err_wrap(e, "--stops");
	for (int i = 0; i < s->conf.nstrat; i++) {
		for (int k = 0; k < n; k++)
			if (strategy_conf_set(
				&s->strat[i], kv[k].key, kv[k].value, e) == -1)
				return err_wrap(e, "--stops");
		if (o->signals != NULL &&
		    strategy_conf_set(&s->strat[i], "signals", o->signals, e) ==
			-1)
			return -1;
	}
	return 0;
}

/* Strategies whose minute part cannot work on daily bars. */
static int
check_bars(const struct backtest_setup *s, struct err *e)
{
	for (int i = 0; i < s->conf.nstrat; i++) {
		const struct strategy *m = s->strat[i].minute.strategy;

		if (s->conf.bars == BARS_DAILY && !s->conf.is_reference &&
		    (m == NULL || !(m->flags & STRATEGY_AT_OPEN)))
			return err_set(e, E_USAGE,
			    "--bars daily: %s needs"
			    " minute bars (open_minute and pass_minute do"
			    " not)",
			    m != NULL ? m->name : s->strat[i].name);
	}
	return 0;
}

static int
code_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
codes_of(const char *list, struct codes *out, struct err *e)
{
	char code[CODE_SIZE];

	for (const char *p = list;; p++) {
		size_t n = strcspn(p, ",");

		snprintf(code, sizeof(code), "%.*s", (int)(n < 7 ? n : 7), p);
		if (!code_valid(code))
			return err_set(e, E_USAGE,
			    "--codes: '%.*s' is no stock"
			    " code, such as 005930",
			    (int)n, p);
		codes_add(out, code);
		p += n;
		if (*p == '\0')
			break;
	}
	qsort(out->item, (size_t)out->n, sizeof(*out->item), code_order);
	for (int i = 1; i < out->n; i++)
		if (strcmp(out->item[i], out->item[i - 1]) == 0)
			return err_set(e, E_USAGE, "--codes: %s is given twice",
			    out->item[i]);
	return 0;
}

static void
name_of(struct backtest_setup *s)
{
	size_t used = 0;

	for (int i = 0; i < s->conf.nstrat; i++) {
		const struct strategy_conf *c = &s->strat[i];
		int n = snprintf(s->name + used, sizeof(s->name) - used, "%s%s",
		    i > 0 ? "+" : "", c->name);

		used += (size_t)n;
		if (used >= sizeof(s->name))
			break;
	}
}

int
setup_make(const struct backtest_options *o, struct store *db,
    struct backtest_setup *s, struct err *e)
{
	*s = (struct backtest_setup){ 0 };
	s->conf.from = o->from;
	s->conf.to = o->to;
	s->conf.cash = o->cash != 0 ? o->cash : 10000000;
	if (o->from != 0 && o->to != 0 && o->to < o->from)
		return err_set(
		    e, E_USAGE, "--to %d is before --from %d", o->to, o->from);
	if ((o->strategies.n == 0) == (o->daily == NULL))
		return err_set(e, E_USAGE,
		    o->daily == NULL ?
			"say what to test: --strategy NAME or --daily MODULE" :
			"--strategy and --daily exclude each other");
	if (o->codes != NULL && o->universe != NULL)
		return err_set(
		    e, E_USAGE, "--codes and --universe exclude each other");
	if (bars_of(o, &s->conf.bars, e) == -1)
		return -1;
	if ((o->daily != NULL ? free_strategy(o, s, e) :
				configured(o, db, s, e)) == -1 ||
	    overrides(o, s, e) == -1 || check_bars(s, e) == -1)
		return -1;
	if (o->codes != NULL && codes_of(o->codes, &s->codes, e) == -1)
		return -1;
	s->with_minutes = s->conf.bars != BARS_DAILY;
	s->conf.strat = s->strat;
	name_of(s);
	return 0;
}

/* The person's list for one strategy; where there is none, all. */
static int
base_of(struct store *db, const char *strategy, const struct market_data *data,
    bool *base, struct err *e)
{
	struct codes list = { 0 };

	if (store_universe_of(db, strategy, &list, e) == -1)
		return -1;
	for (int k = 0; k < data->n; k++)
		base[k] = list.n == 0 ||
		    codes_find(&list, data->stock[k].code) >= 0;
	codes_fini(&list);
	return 0;
}

int
setup_universe(const struct backtest_options *o, struct store *db,
    const struct market_data *data, struct backtest_setup *s, struct err *e)
{
	s->base = xcalloc((size_t)s->conf.nstrat, sizeof(*s->base));
	for (int i = 0; i < s->conf.nstrat; i++) {
		s->base[i] = xcalloc((size_t)data->n + 1, sizeof(bool));
		if (o->codes != NULL ||
		    (o->universe == NULL && o->strategies.n == 0))
			memset(s->base[i], true, (size_t)data->n);
		else if (base_of(db,
			     o->universe != NULL ? o->universe :
						   s->strat[i].name,
			     data, s->base[i], e) == -1)
			return -1;
	}
	s->conf.base = s->base;
	return 0;
}

void
setup_fini(struct backtest_setup *s)
{
	for (int i = 0; s->base != NULL && i < s->conf.nstrat; i++)
		free(s->base[i]);
	free(s->base);
	free(s->strat);
	codes_fini(&s->codes);
	*s = (struct backtest_setup){ 0 };
}
