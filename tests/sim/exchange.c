/*
 * exchange.c - what the exchange, and those who sell its prices, do: bars come
 * late, empty, or change; stocks are halted, interrupted, split, listed and
 * delisted; a day is a holiday after all.
 *
 * Prices lie in the feed (FEED), from which the broker is fed.  What the
 * exchange does to them, it does there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "day_inner.h"
#include "signals.h"
#include "trouble.h"
#include "world.h"

#define STOCKS_LEAST 4

static int held_until; /* minutes until late bars come */
static char halted[60], interrupted[60];
static struct {
	char code[10]; /* "": none was split yet */
	ymd day;
	int for_one; /* new shares */
} last_split;

void
exchange_account(void)
{
	held_until = 0;
	last_split.code[0] = '\0';
}

/* ---- Bars ------------------------------------------------------------------------- */

/* A third of the stocks, of whose prices less is known from now on. */
static int
spoil(void)
{
	int third = below(3);

	signals_spoil(third);
	return third;
}

void
exchange_minute(hhmm at)
{
	if (held_until > 0 && --held_until == 0)
		world_release_bars();
	if (strikes(T_LATE_BARS)) {
		world_hold_bars(today.date, at, hhmm_add(at, 2), spoil());
		held_until = 1 + below(5);
	}
	if (strikes(T_EMPTY_BARS))
		world_empty_bars(today.date, at, hhmm_add(at, 3), spoil());
	if (strikes(T_REVISED_BARS))
		world_revise_bar(today.date, at, spoil());
}

void
exchange_heals(void)
{
	held_until = 0;
	world_release_bars();
}

/* ---- Halts and interruptions -------------------------------------------------------- */

/* Where minutes are played: after the open, in the calm, before the close. */
static hhmm
some_minute(void)
{
	int about = below(3), i = below(15);

	return about == 0 ? hhmm_add(today.opens, i) :
	    about == 1    ? hhmm_add(today.closes, i - 70) :
			    hhmm_add(today.closes, i - 20);
}

/* No trades from then until before then, nor all day. */
static void
pause_stock(char *line, size_t size, bool all_day, int minutes)
{
	char code[10];
	hhmm from = some_minute(), until = hhmm_add(from, minutes);

	world_some_stock(code, sizeof(code));
	if (all_day)
		from = 0, until = 2359;
	snprintf(line, size, "%s:%04d-%04d", code, from, until);
	world_do("DELETE FROM feed.minute_price WHERE code = '%s' AND date ="
		 " %d AND time >= %d AND time < %d",
	    code, today.date, from, until);
	if (all_day) /* its bar is the last close again */
		world_do("UPDATE feed.daily_price AS d SET volume = 0, (open,"
			 " high, low, close) = (SELECT close, close, close,"
			 " close FROM feed.daily_price p WHERE p.code = d.code"
			 " AND p.date < d.date ORDER BY p.date DESC LIMIT 1)"
			 " WHERE code = '%s' AND date = %d AND EXISTS (SELECT"
			 " 1 FROM feed.daily_price p WHERE p.code = d.code AND"
			 " p.date < d.date)",
		    code, today.date);
}

static void
pauses(void)
{
	halted[0] = interrupted[0] = '\0';
	if (strikes(T_HALTED))
		pause_stock(halted, sizeof(halted), chance(25), 1 + below(60));
	if (strikes(T_INTERRUPTED))
		pause_stock(
		    interrupted, sizeof(interrupted), false, 2 + below(2));
}

void
exchange_conf(char *buf, size_t size)
{
	snprintf(buf, size, "%s%s%s%s%s%s", halted[0] ? "halted = " : "",
	    halted, halted[0] ? "\n" : "",
	    interrupted[0] ? "interrupted = " : "", interrupted,
	    interrupted[0] ? "\n" : "");
}

/* ---- Splits --------------------------------------------------------------------------- */

static void
rescale(const char *table, const char *code, int n)
{
	world_do("UPDATE feed.%1$s SET open = max((open + %3$d / 2) / %3$d, 1),"
		 " high = max((high + %3$d / 2) / %3$d, 1),"
		 " low = max((low + %3$d / 2) / %3$d, 1),"
		 " close = max((close + %3$d / 2) / %3$d, 1),"
		 " volume = volume * %3$d WHERE code = '%2$s'",
	    table, code, n);
}

/* Before the open: the account holds so many times the shares, and all prices
 * are on the new basis. */
static void
split(void)
{
	char code[10], sql[200], text[100];
	int n = 2 + below(4);
	int64_t held, cost;

	world_some_stock(code, sizeof(code));
	snprintf(sql, sizeof(sql),
	    "SELECT coalesce(sum(n), 0) FROM paper.holding WHERE code = '%s'",
	    code);
	held = world_ask(sql);
	if (held > 0) {
		snprintf(sql, sizeof(sql),
		    "SELECT cost_won FROM paper.holding WHERE code = '%s'",
		    code);
		cost = world_ask(sql);
		snprintf(text, sizeof(text), "paper-broker hold %s %lld %lld",
		    code, (long long)held * n, (long long)cost);
		day_run(text);
	}
	rescale("daily_price", code, n);
	rescale("minute_price", code, n);
	snprintf(last_split.code, sizeof(last_split.code), "%s", code);
	last_split.day = today.date;
	last_split.for_one = n;
}

const char *
exchange_split(void)
{
	static char text[80];
	char sql[200];

	text[0] = '\0';
	if (last_split.code[0] == '\0')
		return text;
	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM split_log WHERE code = '%s' AND date = %d",
	    last_split.code, last_split.day);
	if (world_ask(sql) != 0)
		return text;
	snprintf(text, sizeof(text), "import-prices --split %s %d %d",
	    last_split.code, last_split.day, last_split.for_one);
	/* Who reads the bars meanwhile may still say what follows from the old
	 * ones. */
	signals_spoil(atoi(last_split.code) % 3);
	return text;
}

/* ---- The list of stocks ----------------------------------------------------------------- */

/* Today is a stock's first day, at another's prices. */
static bool
list_stock(void)
{
	char like[10], code[16], sql[100];

	world_some_stock(like, sizeof(like));
	snprintf(code, sizeof(code), "%06d", 99000 + below(1000));
	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM feed.stock_info WHERE code = '%s'", code);
	if (world_ask(sql) > 0)
		return false;
	world_do("INSERT INTO feed.stock_info (code, name, market) SELECT"
		 " '%s', 'New', market FROM feed.stock_info WHERE code = '%s'",
	    code, like);
	world_do("INSERT INTO feed.daily_price SELECT '%s', date, open, high,"
		 " low, close, volume FROM feed.daily_price WHERE code = '%s'"
		 " AND date >= %d",
	    code, like, today.date);
	world_do("INSERT INTO feed.minute_price SELECT '%s', date, time, open,"
		 " high, low, close, volume FROM feed.minute_price WHERE code"
		 " = '%s' AND date >= %d",
	    code, like, today.date);
	return true;
}

/* Yesterday was its last. */
static bool
delist_stock(void)
{
	char code[10];

	world_some_stock(code, sizeof(code));
	if (world_ask("SELECT count(*) FROM feed.stock_info") <= STOCKS_LEAST)
		return false;
	world_do("DELETE FROM feed.stock_info WHERE code = '%s'", code);
	world_do("DELETE FROM feed.daily_price WHERE code = '%s' AND date >="
		 " %d",
	    code, today.date);
	world_do("DELETE FROM feed.minute_price WHERE code = '%s' AND date >="
		 " %d",
	    code, today.date);
	return true;
}

/* ---- Holidays ----------------------------------------------------------------------------- */

/* The government says so a day before, and the calendar is told. */
static void
close_day(void)
{
	today.is_holiday = true;
	world_do("UPDATE main.market_calendar SET is_open = 0, entry = 0, open"
		 " = 0, auction = 0, close = 0, description = 'a holiday"
		 " after all' WHERE date = %d",
	    today.date);
	world_do("DELETE FROM feed.minute_price WHERE date = %d", today.date);
	world_do("DELETE FROM feed.daily_price WHERE date = %d", today.date);
}

void
exchange_day(void)
{
	if (is_drawn(T_LISTED) && list_stock())
		struck(T_LISTED, 1);
	if (is_drawn(T_DELISTED) && delist_stock())
		struck(T_DELISTED, 1);
	if (is_drawn(T_HOLIDAY) && !today.is_last) {
		struck(T_HOLIDAY, 1);
		close_day();
	}
	if (is_drawn(T_SPLIT) && !today.is_holiday) {
		struck(T_SPLIT, 1);
		split();
	}
	pauses();
}
