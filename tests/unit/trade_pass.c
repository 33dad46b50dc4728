/*
 * trade_pass.c - the pass: when it runs, what it takes back, stops, the
 * portfolio stop, latches and exits (T12-T14, T17-T20, T22, T27, T28).
 */
#include "trade_world.h"

/* What a pass does, in words: requests, then new orders. */
static const char *
does(void)
{
	static char buf[1024];
	int before = t.b.norder, n;

	pass(NULL);
	n = snprintf(buf, sizeof(buf), "%s", asked());
	for (int i = before; i < t.b.norder; i++) {
		const struct order *o = &t.b.order[i];

		n += snprintf(buf + n, sizeof(buf) - (size_t)n,
		    "%s%s %s %s %lld", n > 0 ? ", " : "",
		    t.strat[o->strat].name,
		    o->side == SIDE_BUY ? "buy" : "sell", t.tape[o->stock].code,
		    (long long)o->n);
		if (o->is_market)
			n += snprintf(
			    buf + n, sizeof(buf) - (size_t)n, " market");
		else
			n += snprintf(buf + n, sizeof(buf) - (size_t)n,
			    " at %lld", (long long)o->limit);
		n += snprintf(buf + n, sizeof(buf) - (size_t)n, " (%s: %s)",
		    order_why_name(o->why), o->reason);
	}
	return buf;
}

static void
hours(void)
{
	static const struct {
		hhmm at;
		bool want;
	} row[] = {
		{ 829, false },
		{ 830, false },
		{ 849, false },
		{ 850, true },
		{ 859, true },
		{ 900, true },
		{ 1519, true },
		{ 1520, true },
		{ 1529, true },
		{ 1530, false },
		{ 1600, false },
	};

	world();
	for (size_t i = 0; i < NELEM(row); i++) {
		t.m.at = row[i].at;
		is_int(trade_time(&t.w, &t.m), row[i].want, "a pass at %04d",
		    row[i].at);
	}
	t.w.limits.open_lead = 30;
	t.m.at = 830;
	ok(trade_time(&t.w, &t.m), "open_lead=30");
	t.ses.break_start = 1200;
	t.ses.break_end = 1300;
	t.m.at = 1200;
	ok(!trade_time(&t.w, &t.m), "not at lunch");
	t.m.at = 1300;
	ok(trade_time(&t.w, &t.m), "but after it");
	t.ses.is_open = false;
	ok(!trade_time(&t.w, &t.m), "not on a holiday");
	t.m.ses = NULL;
	ok(!trade_time(&t.w, &t.m), "nor on an unknown day (T30)");
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	is_int(trade_pass(&t.w, &t.m, &t.b, &t.p, &t.e), 0, "nothing is done");
	is_int(t.b.norder, 0, "then");
}

/* ---- Exits ------------------------------------------------------------------- */

static void
exits(void)
{
	world();
	lot(0, 0, 10, 100000, 20230301);
	lot(0, 0, 5, 50000, 20230302);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "a sell 000010 15 at 9980 (signal: sell signal)",
	    "a sell signal sells all, two ticks below");
	is_int(t.b.sig[0].state, SIG_EXECUTED, "executed");
	is_str(does(), "", "once");

	world();
	t.strat[0].exit_order = KIND_MARKET;
	t.m.is_late = t.m.no_prices = true;
	t.w.halt.entries = true;
	t.tape[0].is_stale = true;
	t.b.day.loss_stop = 1;
	lot(0, 0, 10, 100000, 20230301);
	lot(STRAT_MANUAL, 0, 5, 50000, 20230301);
	sig(0, 0, SIDE_SELL, 1)->stamp = 800;
	is_str(does(), "a sell 000010 10 market (signal: sell signal)",
	    "exits always run (T2, T3, T22), and leave MANUAL alone (T24)");

	world();
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	t.tape[0].is_halted = true;
	is_str(does(), "", "a halted stock waits");
	is_str(t.b.sig[0].reason, "the stock is halted", "and says so");
	t.tape[0].is_halted = false;
	is_str(does(), "a sell 000010 10 at 9980 (signal: sell signal)",
	    "and goes on resumption");

	world();
	t.strat[0].min_position_period = 4;
	lot(0, 0, 10, 100000, 20230311);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "", "three calendar days are too few");
	is_str(t.b.sig[0].reason, "min_position_period", "why");
	t.b.lot[0].entry_date = 20230310;
	is_int(pass(NULL), 1, "four are not");

	world();
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "", "nothing held");
	is_str(t.b.sig[0].reason, "nothing held", "why");
	is_int(t.b.sig[0].state, SIG_PENDING, "it waits");

	world();
	t.strat[0].is_on = false;
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	is_int(pass(NULL), 1, "a strategy that is off still sells (T27)");

	/* Attempts. */
	world();
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	pass(NULL);
	book_event(&t.b.order[0], EV_CLAIM);
	book_rejected(&t.b, &t.b.order[0], "too early");
	is_int(pass(NULL), 1, "rejected, it is sent again");
	is_int(t.b.order[1].attempt, 2, "as a second attempt");
	book_never_arrived(&t.b, &t.b.order[1], EV_DROP);
	is_int(pass(NULL), 1, "so is one that was never sent");
}

static void
exits_and_minutes(void)
{
	world();
	t.strat[0].minute.strategy = &module_minute;
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "", "the minute strategy waits");
	minute_says[0] = (struct act){ WHEN_NOW, 10050, false, "dear" };
	is_str(does(), "a sell 000010 10 at 9980 (signal: dear)", "now");
	is_int(t.b.order[0].decision, 10050, "decided at its price");

	world();
	t.strat[0].minute.strategy = &module_minute;
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	minute_says[0] = (struct act){ .when = WHEN_OPEN };
	t.m.at = 855;
	is_str(does(), "a sell 000010 10 market (signal: sell signal)",
	    "in the opening auction at market");
	ok(t.b.order[0].at_open, "for it");

	world();
	t.strat[0].minute.strategy = &module_minute;
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	minute_says[0] = (struct act){ .when = WHEN_CLOSE, .price = 10500 };
	is_str(does(), "", "too early for the close");
	t.m.at = 1528;
	is_str(does(), "a sell 000010 10 at 10500 (signal: sell signal)",
	    "limited at its price");
	ok(t.b.order[0].at_close, "in the closing auction");

	world();
	t.strat[0].minute.strategy = &module_minute;
	minute_fails = true;
	lot(0, 0, 10, 100000, 20230301);
	lot(1, 1, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1);
	sig(1, 1, SIDE_SELL, 1);
	is_str(does(), "b sell 000020 10 at 9980 (signal: sell signal)",
	    "a failing module stops nobody else");
	is_str(t.e.msg, "strategy a: m: minute trouble", "and is reported");

	/* The rest of yesterday's exit, or the person's. */
	world();
	t.strat[0].minute.strategy = &module_minute;
	t.strat[0].min_position_period = 99;
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1)->is_urgent = true;
	is_str(does(), "a sell 000010 10 market (liquidate: sell signal)",
	    "an urgent exit asks nobody");
	world();
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1)->is_urgent = true;
	t.m.at = 852;
	is_int(pass(NULL), 1, "also before the open");
	ok(t.b.order[0].at_open && t.b.order[0].is_market, "in its auction");
	world();
	lot(0, 0, 10, 100000, 20230301);
	sig(0, 0, SIDE_SELL, 1)->is_urgent = true;
	t.m.at = 1525;
	is_int(pass(NULL), 1, "and in the closing one");
}

/* Firms refuse market orders in the closing auction (T14). */
static void
closing_auction(void)
{
	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 9500;
	t.m.at = 1520;
	is_str(does(), "a sell 000010 10 at 7000 (stop: stop-loss)",
	    "a stop is limited at the day's lower limit");
	t.b.order[0].state = ORDER_OPEN;
	t.m.at = 1521;
	is_str(does(), "", "where it rests");

	/* The broker's own limit; a sell there is overtaken by nothing. */
	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 9500;
	t.tape[0].lower = 7130;
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_OPEN);
	t.m.at = 1519;
	is_str(does(), "amend 2 to market", "a minute earlier to market");
	t.m.at = 1520;
	is_str(does(), "amend 2 to 7130", "from then on to the limit");
	t.b.order[0].limit = 7130;
	is_str(does(), "", "once");

	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 9500;
	order(0, 0, SIDE_SELL, 10, 0, ORDER_OPEN);
	t.m.at = 1520;
	is_str(does(), "", "what went to market before stays");

	world();
	t.w.limits.portfolio_stop_loss = -PPB_ONE / 20;
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 9500;
	t.m.at = 1520;
	is_str(does(),
	    "a sell 000010 10 at 7000 (portfolio-stop:"
	    " portfolio_stop_loss)",
	    "the portfolio stop");
	world();
	lot(0, 0, 10, 100000, 20230301);
	t.strat[0].is_leaving = true;
	t.m.at = 1520;
	is_str(does(),
	    "a sell 000010 10 at 7000 (liquidate: the strategy is removed)",
	    "what a person wants sold");

	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	strategy_conf_set(&t.strat[0], "stop_order", "limit", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 9500;
	t.m.at = 1520;
	is_str(does(), "a sell 000010 10 at 9480 (stop: stop-loss)",
	    "stop_order=limit as ever");
}

/* ---- T12 and T28 --------------------------------------------------------------- */

static void
opposite(void)
{
	world();
	lot(0, 0, 4, 40000, DAY);
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_PART)->filled = 4;
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "cancel 2", "the buy's rest is cancelled first");
	is_str(t.b.sig[0].reason, "a buy of this stock is not yet cancelled",
	    "the sell waits");
	is_str(does(), "", "asked once, and still waiting");
	book_event(&t.b.order[0], EV_CANCEL);
	is_int(pass(NULL), 1, "confirmed: what was filled is sold");
	is_int(t.b.order[1].n, 4, "all of it");

	/* Another strategy's buy (shared=yes) is in the way, too. */
	world();
	lot(0, 0, 10, 100000, 20230301);
	order(1, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "cancel 2", "never a buy and a sell of one stock");

	world();
	lot(0, 0, 10, 100000, 20230301);
	order(1, 0, SIDE_BUY, 10, 10020, ORDER_SENDING);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "", "one on its way is waited for");
	t.b.order[0].state = ORDER_UNKNOWN;
	is_int(pass(NULL), 1, "beside an unknown buy sells go on (T28)");

	world();
	lot(0, 0, 10, 100000, 20230301);
	order(0, 0, SIDE_SELL, 4, 0, ORDER_UNKNOWN);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "", "an unknown sell freezes sells (T28)");
	is_str(t.b.sig[0].reason, "a sell of this stock is unknown", "why");
	world();
	lot(0, 0, 10, 100000, 20230301);
	order(1, 0, SIDE_SELL, 4, 0, ORDER_UNKNOWN);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "", "also another strategy's");
	t.b.order[0].state = ORDER_OPEN;
	is_int(pass(NULL), 1, "whose working sell is none of its business");

	world();
	lot(0, 0, 10, 100000, 20230301);
	order(0, 0, SIDE_SELL, 4, 9980, ORDER_OPEN);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "", "its own sell works: wait");
	is_str(t.b.sig[0].reason, "its sell is working", "why");
}

static void
taken_back(void)
{
	world();
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	sig(0, 0, SIDE_BUY, 1)->state = SIG_EXECUTED;
	is_str(does(), "", "said: it works on");
	t.b.sig[0].is_said = false;
	is_str(does(), "cancel 1", "no longer said: cancelled (T5)");
	is_str(does(), "", "once");
	is_int(t.b.norder, 1, "and nothing is sold for it");

	world();
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_OPEN);
	order(1, 1, SIDE_BUY, 10, 10020, ORDER_OPEN);
	sig(0, 0, SIDE_BUY, 1)->state = SIG_EXECUTED;
	t.strat[0].is_on = false;
	is_str(does(), "cancel 1", "switched off: its buys are taken back");

	world();
	lot(0, 0, 10, 100000, 20230301);
	lot(1, 1, 10, 100000, 20230301);
	order(0, 2, SIDE_BUY, 10, 10020, ORDER_OPEN);
	t.strat[0].is_leaving = true;
	is_str(does(),
	    "cancel 3, a sell 000010 10 market"
	    " (liquidate: the strategy is removed)",
	    "leaving it sells all");
	is_str(does(), "", "once");
	world();
	lot(0, 0, 10, 100000, 20230301);
	t.strat[0].is_leaving = true;
	t.tape[0].is_halted = true;
	is_str(does(), "", "not in a halt");
}

/* ---- Stops ---------------------------------------------------------------------- */

static void
stops(void)
{
	static const struct strategy in_day = { .name = "m",
		.flags = STRATEGY_STOPS_IN_DAY,
		.minute = minute_any };

	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	lot(0, 0, 7, 73500, 20230302);
	lot(1, 0, 10, 100000, 20230301);
	lot(STRAT_MANUAL, 0, 10, 200000, 20230301);
	t.tape[0].last = 9975;
	is_str(does(), "a sell 000010 7 market (stop: stop-loss)",
	    "the lot at its stop, alone");
	is_int(t.b.order[0].lot_id, t.b.lot[1].id, "by name");
	is_str(does(), "", "once");
	t.tape[0].last = 9500;
	is_str(does(), "", "one sell of a position at a time");
	t.b.order[0].state = ORDER_FILLED;
	t.b.lot[1].n = 0;
	is_str(does(), "a sell 000010 10 market (stop: stop-loss)",
	    "then the next");

	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	strategy_conf_set(&t.strat[0], "stop_order", "limit", &t.e);
	t.strat[0].is_on = false;
	t.m.is_late = true;
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 9500;
	is_str(does(), "a sell 000010 10 at 9480 (stop: stop-loss)",
	    "stop_order=limit; a strategy that is off keeps its stops (T27)");

	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 9500;
	t.tape[0].is_halted = true;
	is_str(does(), "", "halted: it waits (T18)");
	t.tape[0].is_halted = false;
	t.tape[0].is_stale = true;
	is_str(does(), "", "no fresh price, no judgement");
	t.tape[0].is_stale = false;
	t.tape[0].last = t.tape[0].prev_close = 0;
	is_str(does(), "", "no price at all");
	t.tape[0].last = 9500;
	t.tape[0].by_day = true;
	t.strat[0].minute.strategy = &in_day;
	is_str(does(), "", "those that resolve inside the day are left to it");
	t.tape[0].by_day = false;
	is_int(pass(NULL), 1, "but not on a day of minutes");

	/* A stop overtakes an ordinary exit. */
	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_OPEN);
	t.tape[0].last = 9400;
	is_str(does(), "amend 2 to market", "which goes to market");
	is_str(order_why_name(t.b.order[0].why), "stop",
	    "and counts as a stop (T4)");
	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	order(0, 0, SIDE_SELL, 10, 9980, ORDER_UNKNOWN);
	t.tape[0].last = 9400;
	is_str(does(), "", "not one that is unknown");

	/* A stop waits for its own entry's rest. */
	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 4, 40000, DAY);
	order(0, 0, SIDE_BUY, 10, 10020, ORDER_PART)->filled = 4;
	t.tape[0].last = 9400;
	is_str(does(), "cancel 2", "the rest of the buy first (T12)");

	/* Before the open: on the last close, in the opening auction. */
	world();
	strategy_conf_set(&t.strat[0], "stop_loss_ratio", "-5", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	t.tape[0].last = 0;
	t.tape[0].prev_close = 9400;
	t.m.at = 850;
	is_str(does(), "a sell 000010 10 market (stop: stop-loss)",
	    "beyond its stop at the close");
	ok(t.b.order[0].at_open, "it sells at the open");
	is_int(t.b.order[0].decision, 9400, "decided at the close");
}

/* ---- The portfolio stop (T19) ------------------------------------------------------ */

static void
holdings(void)
{
	world();
	t.w.limits.max_daily_loss = PPB_UNSET;
	limits_set(&t.w.limits, "portfolio_stop_loss", "-10", &t.e);
	lot(0, 0, 10, 100000, 20230301);
	lot(0, 0, 5, 50000, 20230302);
	lot(1, 1, 10, 100000, 20230301);
}

static void
portfolio_stop(void)
{
	holdings();
	/* cost 250,000; at the stop 225,000 = 15 * 8,400 + 10 * 9,900 */
	t.tape[0].last = 8400;
	t.tape[1].last = 9901;
	is_str(does(), "", "ten won above");
	order(2, 2, SIDE_BUY, 10, 10020, ORDER_OPEN);
	t.tape[1].last = 9900;
	is_str(does(),
	    "cancel 4, "
	    "a sell 000010 15 market (portfolio-stop: portfolio_stop_loss), "
	    "b sell 000020 10 market (portfolio-stop: portfolio_stop_loss)",
	    "exactly at it: buys are taken back, positions sold");
	is_int(t.b.day.portfolio_stop, 905, "it has fired");
	is_str(t.b.day.stop_reason, "portfolio_stop_loss", "for this");
	t.tape[0].last = 10000;
	is_str(does(), "", "sold once");
	lot(2, 2, 3, 30000, DAY);
	book_event(&t.b.order[0], EV_CANCEL);
	is_str(does(),
	    "c sell 000030 3 market (portfolio-stop: portfolio_stop_loss)",
	    "what a buy had filled is sold too, though prices are back");
	sig(0, 3, SIDE_BUY, 1);
	is_str(does(), "", "and nothing is bought");

	holdings();
	t.tape[0].last = 1000;
	t.tape[1].is_stale = true;
	is_str(does(), "", "it needs every price fresh");
	t.tape[1].is_stale = false;
	t.tape[1].last = t.tape[1].prev_close = 0;
	is_str(does(), "", "and known");

	holdings();
	t.tape[0].last = 1000;
	t.tape[0].is_halted = true;
	is_str(does(), "", "a halted one is left out");
	t.tape[1].last = 9000;
	is_str(does(),
	    "b sell 000020 10 market (portfolio-stop: portfolio_stop_loss)",
	    "of the sum and of the selling");
	t.tape[0].is_halted = false;
	is_str(does(),
	    "a sell 000010 15 market (portfolio-stop: portfolio_stop_loss)",
	    "on resumption it goes");

	holdings();
	lot(STRAT_MANUAL, 2, 100, 2000000, 20230301);
	is_str(does(), "", "MANUAL is not counted");
	t.w.limits.portfolio_scope = 1;
	is_str(does(),
	    "a sell 000010 15 market (portfolio-stop: portfolio_stop_loss), "
	    "b sell 000020 10 market (portfolio-stop: portfolio_stop_loss)",
	    "scope=account counts it, and never sells it");

	/* A sell that works already goes to market. */
	holdings();
	order(0, 0, SIDE_SELL, 15, 9980, ORDER_OPEN);
	t.tape[0].last = t.tape[1].last = 8000;
	is_str(does(),
	    "amend 4 to market, "
	    "b sell 000020 10 market (portfolio-stop: portfolio_stop_loss)",
	    "a resting exit is hurried");

	/* An unknown stock is treated as it is settled. */
	holdings();
	order(0, 0, SIDE_SELL, 15, 9980, ORDER_UNKNOWN);
	t.tape[0].last = t.tape[1].last = 8000;
	is_str(does(),
	    "b sell 000020 10 market (portfolio-stop: portfolio_stop_loss)",
	    "one is unknown");
	t.b.order[0].state = ORDER_EXPIRED;
	is_str(does(),
	    "a sell 000010 15 market (portfolio-stop: portfolio_stop_loss)",
	    "then settled");

	holdings();
	t.w.limits.portfolio_stop_loss = PPB_UNSET;
	t.tape[0].last = t.tape[1].last = 1;
	is_str(does(), "", "unset never fires");
}

static void
losing_positions(void)
{
	holdings();
	t.w.limits.portfolio_stop_loss = PPB_UNSET;
	limits_set(&t.w.limits, "max_losing_positions", "2", &t.e);
	/* Their own stops wait, so that only the count is seen. */
	for (int s = 0; s < NSTRAT; s++)
		strategy_conf_set(&t.strat[s], "stop_loss_ratio", "-5", &t.e);
	t.tape[0].last = 9500;
	is_str(does(), "a sell 000010 10 market (stop: stop-loss)",
	    "two lots at their stop are one position");
	holdings();
	t.w.limits.portfolio_stop_loss = PPB_UNSET;
	limits_set(&t.w.limits, "max_losing_positions", "2", &t.e);
	for (int s = 0; s < NSTRAT; s++)
		strategy_conf_set(&t.strat[s], "stop_loss_ratio", "-5", &t.e);
	t.tape[0].last = t.tape[1].last = 9500;
	lot(2, 2, 10, 100000, 20230301);
	is_str(does(),
	    "a sell 000010 15 market (portfolio-stop: max_losing_positions), "
	    "b sell 000020 10 market (portfolio-stop: max_losing_positions), "
	    "c sell 000030 10 market (portfolio-stop: max_losing_positions)",
	    "two positions: everything goes");
}

/* ---- Losses of the day (T20) --------------------------------------------------------- */

static void
daily_loss(void)
{
	world();
	lot(0, 0, 100, 1000000, 20230301);
	t.b.cash = 9000000;
	order(1, 1, SIDE_BUY, 10, 10020, ORDER_OPEN);
	order(0, 2, SIDE_SELL, 10, 9980, ORDER_OPEN);
	/* 3 %% of ten million: at 7,000 */
	t.tape[0].last = 7001;
	is_str(does(), "", "a hundred won above");
	is_int(t.b.day.loss_stop, 0, "not reached");
	t.tape[0].last = 7000;
	is_str(does(), "cancel 2", "reached: buys are taken back");
	is_int(t.b.day.loss_stop, 905, "latched");
	is_str(t.b.day.stop_reason, "max_daily_loss", "why");
	t.tape[0].last = 10000;
	sig(2, 3, SIDE_BUY, 1);
	sig(0, 0, SIDE_SELL, 1);
	is_str(does(), "a sell 000010 100 at 9980 (signal: sell signal)",
	    "the latch stays for the day, and lets exits go");

	world();
	limits_set(&t.w.limits, "max_intraday_drawdown", "2", &t.e);
	lot(0, 0, 100, 1000000, 20230301);
	t.b.cash = 9000000;
	t.tape[0].last = 12000;
	pass(NULL);
	is_int(t.b.day.peak_equity, 10200000, "the day's peak");
	t.tape[0].last = 9961;
	pass(NULL);
	is_int(t.b.day.loss_stop, 0, "9,996,100 is above 9,996,000");
	t.tape[0].last = 9960;
	pass(NULL);
	is_str(t.b.day.stop_reason, "max_intraday_drawdown", "two percent");

	/* Losses after the portfolio stop do not rename its sells. */
	holdings();
	limits_set(&t.w.limits, "max_daily_loss", "3", &t.e);
	t.b.day.portfolio_stop = 904;
	snprintf(t.b.day.stop_reason, REASON_SIZE, "portfolio_stop_loss");
	t.b.cash = 9000000;
	is_str(does(),
	    "a sell 000010 15 market (portfolio-stop: portfolio_stop_loss), "
	    "b sell 000020 10 market (portfolio-stop: portfolio_stop_loss)",
	    "they keep their reason");
	ok(t.b.day.loss_stop != 0, "and the loss is latched");
}

static void
halts(void)
{
	holdings();
	order(2, 2, SIDE_BUY, 10, 10020, ORDER_OPEN);
	sig(0, 0, SIDE_SELL, 1);
	t.tape[0].last = t.tape[1].last = 8000;
	t.w.halt.all = true;
	is_str(does(), "", "halt --all stops everything (T22)");
	is_int(t.b.day.portfolio_stop, 0, "nothing is judged");
	t.w.halt.all = false;
	t.w.halt.entries = true;
	is_int(pass(NULL), 2, "a halt of entries lets the stop go");
}

int
main(void)
{
	hours();
	exits();
	exits_and_minutes();
	closing_auction();
	opposite();
	taken_back();
	stops();
	portfolio_stop();
	losing_positions();
	daily_loss();
	halts();
	return done_testing();
}
