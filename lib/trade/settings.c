/*
 * settings.c - the tables of settings.h.  A setting's text is checked, stored
 * and shown by its row alone.
 */
#include "trade/settings.h"

#include "base/money.h"

#include <stdio.h>
#include <string.h>

#define PCT(n) (INT64_C(10000000) * (n)) /* n percent as ppb */

#define L(f) offsetof(struct limits, f)
const struct setting limit_settings[] = {
	{ "portfolio_stop_loss", SET_PERCENT, L(portfolio_stop_loss), PCT(-100),
	    0, "", NULL,
	    "sell everything when the holdings have lost so much (T19)" },
	{ "max_losing_positions", SET_INT, L(max_losing_positions), 0, 1000,
	    "0", NULL,
	    "sell everything when so many positions are at their"
	    " stop; 0: never" },
	{ "portfolio_stop_scope", SET_CHOICE, L(portfolio_scope), 0, 1,
	    "strategies", "strategies|account",
	    "what the portfolio stop counts" },
	{ "max_daily_loss", SET_PERCENT, L(max_daily_loss), 0, PCT(100), "3",
	    NULL, "no entries for the day after such a loss of equity" },
	{ "max_intraday_drawdown", SET_PERCENT, L(max_intraday_drawdown), 0,
	    PCT(100), "", NULL,
	    "no entries for the day after such a fall from its highest" },
	{ "max_stock_weight", SET_PERCENT, L(max_stock_weight), 0, PCT(100),
	    "20", NULL, "of the equity in one stock" },
	{ "max_exposure", SET_PERCENT, L(max_exposure), 0, PCT(100), "95", NULL,
	    "of the equity in stocks" },
	{ "max_order_weight", SET_PERCENT, L(max_order_weight), 0, PCT(100),
	    "10", NULL, "of the equity in one entry order" },
	{ "max_positions", SET_INT, L(max_positions), 0, 100000, "10", NULL,
	    "positions of all strategies; 0: any number" },
	{ "max_entry_orders", SET_INT, L(max_entry_orders), 0, 100000, "30",
	    NULL, "entry orders in a day; 0: any number" },
	{ "max_rejects_stock", SET_INT, L(max_rejects_stock), 0, 1000, "3",
	    NULL, "rejections in a row that freeze a stock; 0: never" },
	{ "max_rejects", SET_INT, L(max_rejects), 0, 1000, "5", NULL,
	    "rejections in a row that stop entries; 0: never" },
	{ "max_delay", SET_INT, L(max_delay), 0, 59, "30", NULL,
	    "seconds late at which a pass still enters" },
	{ "stale_after", SET_INT, L(stale_after), 1, 86400, "120", NULL,
	    "seconds after which a quote is stale" },
	{ "stale_all_after", SET_INT, L(stale_all_after), 1, 86400, "180", NULL,
	    "seconds without any quote that stop entries" },
	{ "stale_share", SET_PERCENT, L(stale_share), 0, PCT(100), "30", NULL,
	    "of the watched stocks stale that stop entries" },
	{ "entry_stop", SET_INT, L(entry_stop), 0, 400, "15", NULL,
	    "minutes before the closing auction without entries" },
	{ "entry_ticks", SET_INT, L(entry_ticks), 0, 100, "2", NULL,
	    "ticks beyond the touch of a marketable limit" },
	{ "entry_reach", SET_PERCENT, L(entry_reach), 0, PCT(30), "0.5", NULL,
	    "an entry's limit is at most so far above its decision" },
	{ "chase_reach", SET_PERCENT, L(chase_reach), 0, PCT(30), "1", NULL,
	    "an entry is amended at most so far above its decision" },
	{ "entry_amends", SET_INT, L(entry_amends), 0, 100, "2", NULL,
	    "times an entry is amended to the touch" },
	{ "entry_wait", SET_INT, L(entry_wait), 1, 400, "3", NULL,
	    "minutes after which an entry is cancelled" },
	{ "open_lead", SET_INT, L(open_lead), 1, 30, "10", NULL,
	    "minutes before the open at which its orders leave" },
	{ "commission_buy", SET_RATIO, L(costs.commission_buy), 0, PPB_ONE / 10,
	    "0", NULL, "of the amount of a buy" },
	{ "commission_sell", SET_RATIO, L(costs.commission_sell), 0,
	    PPB_ONE / 10, "0.0016", NULL, "of the amount of a sell" },
	{ "tax", SET_RATIO, L(costs.tax), 0, PPB_ONE / 10, "0", NULL,
	    "of the amount of a sell; krx: by date and market" },
	{ "slippage", SET_RATIO, L(costs.slippage), 0, PPB_ONE / 10, "0.0004",
	    NULL, "against the trader, on market fills" },
	{ .name = NULL },
};

#define S(f) offsetof(struct strategy_conf, f)
const struct setting strategy_settings[] = {
	{ "weight", SET_RATIO, S(weight), 0, 1000 * PPB_ONE, "1", NULL,
	    "its capital is weight / sum of weights of the equity" },
	{ "max_positions", SET_INT, S(max_positions), 0, 100000, "5", NULL,
	    "stocks held at once; 0: any number" },
	{ "stock_capital", SET_WON, S(stock_capital), 0, INT64_C(1000000000000),
	    "0", NULL, "won spent on a stock; 0: capital / max_positions" },
	{ "signals", SET_CHOICE, S(signals), 0, 1, "intraday",
	    "intraday|prev-close",
	    "daily strategy with today's forming bar,"
	    " or once on yesterday's closes" },
	{ "entry_order", SET_CHOICE, S(entry_order), 0, 1, "limit",
	    "limit|market", "kind of its entries" },
	{ "exit_order", SET_CHOICE, S(exit_order), 0, 1, "limit",
	    "limit|market", "kind of its ordinary exits" },
	{ "stop_order", SET_CHOICE, S(stop_order), 0, 1, "market",
	    "limit|market", "kind of its stops" },
	{ "min_position_period", SET_INT, S(min_position_period), 0, 10000, "0",
	    NULL, "calendar days before a sell signal counts" },
	{ "closing_auction", SET_BOOL, S(closing_auction), 0, 1, "no", NULL,
	    "may enter in the closing auction" },
	{ "shared", SET_BOOL, S(shared), 0, 1, "no", NULL,
	    "may buy what another strategy holds, as lots of its own" },
	{ "stop_loss_ratio", SET_PERCENT, S(stops.stop_loss), PCT(-100), 0, "",
	    NULL, "sell at such a loss against the average price" },
	{ "trailing_stop_ratio", SET_PERCENT, S(stops.trailing), PCT(-100), 0,
	    "", NULL, "sell at such a fall from the highest since entry" },
	{ "early_stop_loss", SET_PERCENT, S(stops.early), PCT(-100), 0, "",
	    NULL, "a tighter stop_loss_ratio within early_days" },
	{ "early_days", SET_INT, S(stops.early_days), 0, 10000, "3", NULL,
	    "calendar days after the entry" },
	{ "take_profit_ratio", SET_PERCENT, S(stops.take_profit), 0, PCT(10000),
	    "", NULL, "sell at such a profit" },
	{ .name = NULL },
};

/* The index of a word in "a|b|c", or -1. */
static int
choice_index(const char *choices, const char *word)
{
	size_t len = strlen(word);

	for (int i = 0; choices != NULL; i++) {
		const char *bar = strchr(choices, '|');
		size_t n = bar ? (size_t)(bar - choices) : strlen(choices);

		if (n == len && memcmp(choices, word, n) == 0)
			return i;
		choices = bar ? bar + 1 : NULL;
	}
	return -1;
}

static int
bool_parse(const char *s, int64_t *out)
{
	static const char *const yes[] = { "yes", "on", "1", "true" };
	static const char *const no[] = { "no", "off", "0", "false" };

	for (size_t i = 0; i < NELEM(yes); i++) {
		if (strcmp(s, yes[i]) == 0 || strcmp(s, no[i]) == 0) {
			*out = strcmp(s, yes[i]) == 0;
			return 0;
		}
	}
	return -1;
}

/* Is this the setting whose value may be the word "krx"? */
static bool
is_tax(const struct setting *st)
{
	return st->kind == SET_RATIO && strcmp(st->name, "tax") == 0;
}

static int
value_parse(const struct setting *st, const char *text, int64_t *v)
{
	switch (st->kind) {
	case SET_INT:
	case SET_WON:
		return int_parse(text, st->min, st->max, v);
	case SET_RATIO:
		if (is_tax(st) && strcmp(text, "krx") == 0) {
			*v = COSTS_TAX_BY_DATE;
			return 0;
		}
		if (ppb_parse(text, v) == -1)
			return -1;
		break;
	case SET_PERCENT:
		if (ppb_parse_percent(text, v) == -1)
			return -1;
		break;
	case SET_BOOL:
		return bool_parse(text, v);
	case SET_CHOICE:
		*v = choice_index(st->choices, text);
		return *v < 0 ? -1 : 0;
	}
	return *v < st->min || *v > st->max ? -1 : 0;
}

/* What may be written, for the message of a value that may not. */
static const char *
range_text(const struct setting *st, char *buf, size_t size)
{
	char lo[32], hi[32];

	switch (st->kind) {
	case SET_INT:
	case SET_WON:
		snprintf(buf, size, "a whole number from %lld to %lld",
		    (long long)st->min, (long long)st->max);
		break;
	case SET_RATIO:
		snprintf(buf, size, "a fraction from %s to %s%s",
		    ppb_text(st->min, lo, sizeof(lo)),
		    ppb_text(st->max, hi, sizeof(hi)),
		    is_tax(st) ? ", or krx" : "");
		break;
	case SET_PERCENT:
		snprintf(buf, size, "percent from %s to %s, or off",
		    ppb_percent_text(st->min, lo, sizeof(lo)),
		    ppb_percent_text(st->max, hi, sizeof(hi)));
		break;
	case SET_BOOL:
		snprintf(buf, size, "yes or no");
		break;
	case SET_CHOICE:
		snprintf(buf, size, "one of %s", st->choices);
		break;
	}
	return buf;
}

static int
setting_set(
    const struct setting *st, void *base, const char *text, struct err *e)
{
	int64_t *field = (int64_t *)((char *)base + st->offset);
	int64_t v;
	char range[96];

	if (text[0] == '\0') {
		if (st->def[0] != '\0')
			return setting_set(st, base, st->def, e);
		*field = PPB_UNSET;
		return 0;
	}
	if (st->kind == SET_PERCENT && strcmp(text, "off") == 0) {
		*field = PPB_UNSET;
		return 0;
	}
	if (value_parse(st, text, &v) == -1)
		return err_set(e, E_USAGE, "%s=%s: should be %s", st->name,
		    text, range_text(st, range, sizeof(range)));
	*field = v;
	return 0;
}

static const struct setting *
setting_find(const struct setting *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static void
set_defaults(const struct setting *table, void *base)
{
	struct err e;

	for (; table->name != NULL; table++)
		setting_set(table, base, table->def, &e);
}

void
limits_default(struct limits *l)
{
	memset(l, 0, sizeof(*l));
	set_defaults(limit_settings, l);
}

void
limits_none(struct limits *l)
{
	limits_default(l);
	l->max_daily_loss = l->max_intraday_drawdown = PPB_UNSET;
	l->max_stock_weight = l->max_exposure = PPB_UNSET;
	l->max_order_weight = PPB_UNSET;
	l->max_positions = l->max_entry_orders = 0;
	l->max_rejects_stock = l->max_rejects = 0;
}

void
strategy_conf_default(struct strategy_conf *c, const char *name)
{
	memset(c, 0, sizeof(*c));
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->is_on = true;
	set_defaults(strategy_settings, c);
}

/* The words that set several costs at once. */
static int
costs_set(struct limits *l, const char *name, const char *value, struct err *e)
{
	struct costs c;

	if (strcmp(name, "costs") == 0) {
		if (costs_named(value, &c) == -1)
			return err_set(e, E_USAGE,
			    "costs=%s: should be one of owner|krx|none", value);
		l->costs = c;
		return 1;
	}
	if (strcmp(name, "commission") == 0) {
		struct setting sell = *setting_find(
		    limit_settings, "commission_sell");

		sell.name = name; /* a mistake is of what was typed */
		if (setting_set(&sell, l, value, e) == -1)
			return -1;
		/* Checked above; empty is each side's own default. */
		limits_set(l, "commission_buy", value, e);
		return 1;
	}
	return 0;
}

int
limits_set(struct limits *l, const char *name, const char *value, struct err *e)
{
	const struct setting *st;
	int rc = costs_set(l, name, value, e);

	if (rc != 0)
		return rc == 1 ? 0 : -1;
	if ((st = setting_find(limit_settings, name)) == NULL)
		return err_set(e, E_USAGE,
		    "%s: no such limit (see set-limit --list)", name);
	return setting_set(st, l, value, e);
}

int
strategy_conf_set(
    struct strategy_conf *c, const char *name, const char *value, struct err *e)
{
	const struct setting *st;
	struct module_use use = { .strategy = NULL };
	bool is_daily = strcmp(name, "daily") == 0;

	if (is_daily || strcmp(name, "minute") == 0) {
		if (value[0] != '\0' && module_use_parse(value, &use, e) == -1)
			return -1;
		if (use.strategy != NULL &&
		    (is_daily ? use.strategy->daily == NULL :
				use.strategy->minute == NULL))
			return err_set(e, E_USAGE, "%s: not a %s strategy",
			    use.strategy->name, name);
		*(is_daily ? &c->daily : &c->minute) = use;
		return 0;
	}
	if ((st = setting_find(strategy_settings, name)) == NULL)
		return err_set(e, E_USAGE,
		    "%s: no such setting of a strategy (see set-strategy(1))",
		    name);
	return setting_set(st, c, value, e);
}

const char *
setting_text(const struct setting *st, const void *base, char *buf, size_t size)
{
	int64_t v = *(const int64_t *)((const char *)base + st->offset);
	const char *p = st->choices;

	if (v == PPB_UNSET)
		return st->def[0] != '\0' ? "off" : "";
	switch (st->kind) {
	case SET_INT:
	case SET_WON:
		snprintf(buf, size, "%lld", (long long)v);
		return buf;
	case SET_RATIO:
		if (is_tax(st) && v == COSTS_TAX_BY_DATE)
			return "krx";
		return ppb_text(v, buf, size);
	case SET_PERCENT:
		return ppb_percent_text(v, buf, size);
	case SET_BOOL:
		return v ? "yes" : "no";
	case SET_CHOICE:
		for (; v > 0; v--)
			p = strchr(p, '|') + 1;
		snprintf(buf, size, "%.*s", (int)strcspn(p, "|"), p);
		return buf;
	}
	return "";
}
