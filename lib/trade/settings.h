/*
 * settings.h - what the person sets: risk limits, costs, and the configured
 * strategies.  One place says them; the backtest and the live programs read
 * the same structures (R2).
 *
 * Each setting is one row of a table in settings.c: its name on the command
 * line and in the database, its kind, default and help.  Adding one is adding
 * a row.
 */
#ifndef TRADE_SETTINGS_H
#define TRADE_SETTINGS_H

#include "base/err.h"
#include "base/types.h"
#include "market/cost.h"
#include "strategy/load.h"

/* Stops of a position, percent of the average price as ppb; losses negative;
 * PPB_UNSET never fires (R16, T17). */
struct stops {
	ppb stop_loss;   /* stop_loss_ratio */
	ppb trailing;    /* trailing_stop_ratio */
	ppb early;       /* early_stop_loss */
	ppb take_profit; /* take_profit_ratio */
	int64_t early_days;
};

enum order_kind { KIND_LIMIT, KIND_MARKET }; /* limit | market */
enum signal_mode { SIGNALS_INTRADAY, SIGNALS_PREV_CLOSE };

/* Limits of the account (T2, T3, T19, T20). */
struct limits {
	ppb portfolio_stop_loss;
	int64_t max_losing_positions; /* 0: never */
	int64_t portfolio_scope;      /* portfolio_stop_scope: 0 strategies,
					   1 account */
	ppb max_daily_loss;           /* 3 % is written 3 */
	ppb max_intraday_drawdown;
	ppb max_stock_weight, max_exposure, max_order_weight;
	int64_t max_positions, max_entry_orders;
	int64_t max_rejects_stock, max_rejects; /* in a row */
	int64_t max_delay;       /* seconds late that still enters */
	int64_t stale_after;     /* seconds; a quote older is stale */
	int64_t stale_all_after; /* seconds without any success */
	ppb stale_share;         /* of the watched stocks */
	int64_t entry_stop;      /* minutes before the closing auction */
	int64_t entry_ticks;     /* above the ask, or the last price */
	ppb entry_reach;         /* at most so far above the decision */
	ppb chase_reach;         /* amended at most so far from it */
	int64_t entry_amends;    /* times an entry is amended */
	int64_t entry_wait;      /* minutes until it is cancelled */
	int64_t open_lead;       /* minutes before the open at which orders
					   for the opening auction leave */
	struct costs costs;
};

/* A configured strategy: a name, its modules, its money, its risk. */
struct strategy_conf {
	char name[NAME_SIZE];
	struct module_use daily, minute;
	bool is_on;
	bool is_leaving; /* --remove --liquidate: sell, then remove */
	bool is_broken;  /* a module or setting cannot be had: no signals act,
			    stops and what is urgent go on */
	ppb weight;      /* capital = weight / sum of weights */
	int64_t max_positions;
	won stock_capital; /* spent per stock; 0: by weight */
	int64_t signals;   /* enum signal_mode */
	int64_t entry_order, exit_order, stop_order; /* enum order_kind */
	int64_t min_position_period; /* calendar days before a sell signal */
	int64_t closing_auction;     /* entries in the closing auction */
	int64_t shared;              /* may hold what another strategy holds */
	struct stops stops;
};

/* One setting as a row. */
enum setting_kind {
	SET_INT,     /* int64_t, min..max */
	SET_WON,     /* int64_t won */
	SET_RATIO,   /* ppb written as a fraction, "0.0016" */
	SET_PERCENT, /* ppb written in percent, "-5" */
	SET_BOOL,    /* int64_t; yes|no */
	SET_CHOICE,  /* int64_t; index in choices */
};

struct setting {
	const char *name;
	enum setting_kind kind;
	size_t offset;
	int64_t min, max;    /* in the stored unit */
	const char *def;     /* "" : unset */
	const char *choices; /* "limit|market" */
	const char *help;
};

/* Both end with a NULL name. */
extern const struct setting limit_settings[];    /* struct limits */
extern const struct setting strategy_settings[]; /* struct strategy_conf */

/* All defaults. */
void limits_default(struct limits *);
/* No limit but the cash: what `backtest --daily` trades with (T20). */
void limits_none(struct limits *);
void strategy_conf_default(struct strategy_conf *, const char *name);

/*
 * Set one by name.  An empty value means the default; "off" is a percentage
 * that never fires.
 * E_USAGE for an unknown name or an impossible value, saying the range; then
 * nothing is changed.
 */
int limits_set(
    struct limits *, const char *name, const char *value, struct err *);
/* Also "daily" and "minute", whose values are module specs. */
int strategy_conf_set(
    struct strategy_conf *, const char *name, const char *value, struct err *);
/* The value as it would be written; "" or "off" where unset.  Returns buf or
 * a constant. */
const char *setting_text(
    const struct setting *, const void *base, char *buf, size_t size);

#endif
