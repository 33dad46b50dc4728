/*
 * account_alarm.c - what a person is told after a pass (alarm.h): once, then
 * counted while it lasts, and no more when it is over.
 */
#include "account_world.h"

#include <sqlite3.h>

#include "account/alarm.h"
#include "store/quotes.h"

/* What the broker tells of the stock each minute; last close 10000. */
static const struct send_counts none_sent;
static struct quote_row quote = { .code = "005930" };
static bool is_quoted;

static void
quoted(bool is_halted, won base)
{
	quote.last = 9400;
	quote.base = base;
	quote.is_halted = is_halted;
	quote.status_day = DAY;
	is_quoted = true;
}

static void
load(void)
{
	quote.polled_at = v.now->now;
	must(!is_quoted || store_put_quote(v.db, &quote, &e) == 0, "a quote");
	must(store_begin_read(v.db, &e) == 0 &&
		live_load(&v, LOAD_TRADE, &e) == 0,
	    "loading");
	store_rollback(v.db);
}

/* A pass at this moment, and what stands after it. */
static const char *
after(const char *hms)
{
	now_is(hms);
	load();
	must(raise_alarms(&v, &none_sent, &e) == 0, "raise_alarms");
	return alert();
}

/* How often it was raised, and what it says. */
static int
counted(const char *name, char words[400])
{
	struct alert_row *a;
	int na, count = 0;

	must(store_alerts(v.db, &a, &na, &e) == 0, "alerts");
	for (int i = 0; i < na; i++)
		if (strcmp(a[i].name, name) == 0) {
			count = a[i].count;
			snprintf(words, 400, "%s", a[i].message);
		}
	free(a);
	return count;
}

static void
begin_stops(void)
{
	struct strategy_row s = { .name = "a", .is_on = true };

	begin();
	must(store_put_strategy(v.db, &s, &e) == 0 &&
		store_put_strategy_setting(
		    v.db, "a", "stop_loss_ratio", "-5", &e) == 0,
	    "a strategy");
	own("INSERT INTO daily_price VALUES"
	    " ('005930', 20250313, 10000, 10000, 10000, 10000, 1)");
	own("INSERT INTO minute_price VALUES"
	    " ('005930', 20250314, 901, 9400, 9400, 9400, 9400, 1)");
}

static void
halted(void)
{
	char words[400];

	begin_stops();
	quoted(true, 10000);
	is_str(after("09:05:00"), "", "a halt of what nobody holds");
	a_share("MANUAL", "005930", 5);
	is_str(after("09:06:00"), "", "or what no strategy holds");
	a_share("a", "005930", 10);
	is_str(after("09:07:00"), "halted 005930",
	    "a strategy's lot beyond its stop, which cannot be sold");
	is_int(counted("halted 005930", words), 1, "is said");
	says(words, "005930", "with its name: %s", words);
	is_str(after("09:08:00"), "halted 005930", "it lasts");
	is_int(counted("halted 005930", words), 2, "and is counted");
	/* As the pass leaves a lot that it has sold to the end. */
	now_is("09:09:00");
	load();
	for (int i = 0; i < v.b.nlot; i++)
		v.b.lot[i].n = 0;
	must(raise_alarms(&v, &none_sent, &e) == 0, "raise_alarms");
	is_str(alert(), "", "an empty lot has no stop");
	is_str(after("09:10:00"), "halted 005930", "the full one has");
	own("UPDATE minute_price SET low = 9600, open = 9600, high = 9600,"
	    " close = 9600");
	is_str(after("09:11:00"), "", "above its stop, nothing is wrong");
	own("UPDATE minute_price SET low = 9400, open = 9400, high = 9400,"
	    " close = 9400");
	is_str(after("09:12:00"), "halted 005930", "below it again");
	quoted(false, 10000);
	is_str(after("09:13:00"), "", "trading resumes: it is over");
	quoted(true, 10000);
	own("DELETE FROM minute_price; DELETE FROM daily_price");
	is_str(after("09:14:00"), "", "without a price there is no stop");
	end();
}

static void
rebased(void)
{
	char words[400];

	begin_stops();
	a_share("a", "005930", 10);
	quoted(false, 5000);
	is_str(after("09:05:00"), "base price 005930",
	    "a base price that is not our last close");
	counted("base price 005930", words);
	says(words, "import-prices --split 005930 20250314",
	    "the command is told: %s", words);
	quoted(false, 10000);
	is_str(after("09:06:00"), "", "and is over when they agree");
	end();
}

/* A sell of this pass, which is not in the database yet. */
static void
pass_sells(enum side side)
{
	struct order *o = book_add_order(&v.b);

	*o = (struct order){ .stock = codes_find(&v.codes, "005930"),
		.side = side,
		.n = 10,
		.state = ORDER_PLANNED };
}

static void
rejected_often(void)
{
	char words[400];
	int64_t id;

	begin_stops();
	a_share("a", "005930", 10);
	quoted(false, 10000);
	id = sent("a", "005930", SIDE_SELL, 10, 9400, "09:05:00");
	moves(id, "sending", "rejected");
	is_str(after("09:06:00"), "", "a refused sell that is not tried again");
	load();
	pass_sells(SIDE_BUY);
	must(raise_alarms(&v, &none_sent, &e) == 0, "raise_alarms");
	is_str(alert(), "", "a buy is no other try");
	load();
	pass_sells(SIDE_SELL);
	must(raise_alarms(&v, &none_sent, &e) == 0, "raise_alarms");
	is_str(alert(), "sell refused 005930", "one that is tried again");
	counted("sell refused 005930", words);
	says(words, "sync-account", "what to do is told: %s", words);
	answered(sent("b", "005930", SIDE_SELL, 9, 9400, "09:07:00"), "7");
	load();
	pass_sells(SIDE_SELL);
	must(raise_alarms(&v, &none_sent, &e) == 0, "raise_alarms");
	is_str(alert(), "", "the last one was taken: it is over");
	end();

	begin_stops();
	a_share("a", "005930", 10);
	quoted(false, 10000);
	load();
	pass_sells(SIDE_SELL);
	must(raise_alarms(&v, &none_sent, &e) == 0, "raise_alarms");
	is_str(alert(), "", "the first sell of a day has none before it");
	end();
}

/* What stands after a pass that sells again, of a sell that was refused as too
 * late at this time. */
static const char *
after_late(const char *hms, bool was_sent, const char *no,
    const struct send_counts *told)
{
	int64_t id;

	begin_stops();
	a_share("a", "005930", 10);
	quoted(false, 10000);
	id = (was_sent ? sent : planned)(
	    "a", "005930", SIDE_SELL, 10, 9400, hms);
	must(store_order_no(v.db, id, no, &e) == 0, "a number");
	moves(id, was_sent ? "sending" : "planned", "expired");
	load();
	pass_sells(SIDE_SELL);
	must(raise_alarms(&v, told, &e) == 0, "raise_alarms");
	return alert();
}

/* "Closed" may be one stock's matter: others are taken in the same pass, and
 * nothing else tells that this one is not sold (L2). */
static void
refused_as_late(void)
{
	const struct send_counts all = {
		.sent = 1, .rejected = 1, .closed = 1
	};
	char words[400];

	is_str(after_late("09:05:00", true, "", &none_sent),
	    "sell refused 005930", "a sell refused as too late, tried again");
	counted("sell refused 005930", words);
	says(words, "sync-account", "what to do is told: %s", words);
	end();
	is_str(after_late("09:05:00", true, "", &all), "market closed",
	    "one alarm where it is the whole market's");
	end();
	is_str(after_late("09:05:00", true, "7", &none_sent), "",
	    "one that the broker took has ended by itself");
	end();
	is_str(after_late("09:05:00", false, "", &none_sent), "",
	    "one that was never sent was not refused");
	end();
	is_str(after_late("09:00:00", true, "", &none_sent), "",
	    "nor is a second between two clocks at the open a refusal");
	end();
}

static void
no_prices(void)
{
	begin_stops();
	a_share("a", "005930", 10);
	now_is("09:05:00");
	quoted(false, 10000);
	is_str(after("09:06:00"), "", "a fresh price");
	is_quoted = false;
	is_str(after("09:20:00"), "no prices", "none for a quarter of an hour");
	is_quoted = true;
	is_str(after("09:20:30"), "", "until they come again");
	end();
}

/* Both stocks have a quote, or the other one alone. */
static const char *
after_quotes(const char *hms, bool of_both)
{
	struct quote_row other = { .code = "035420", .last = 100, .base = 100 };

	now_is(hms);
	other.polled_at = v.now->now;
	must(store_put_quote(v.db, &other, &e) == 0, "a quote");
	is_quoted = of_both;
	return after(hms);
}

/* One stock is left out of the quotes, and it is the held one. */
static void
unpriced(void)
{
	char words[400];

	begin_stops();
	own("INSERT INTO setting VALUES ('stale_share', '100', '')");
	quoted(false, 10000);
	is_str(after_quotes("09:05:00", true), "", "both have a price");
	is_str(after_quotes("09:09:00", false), "", "nobody holds it");
	a_share("a", "005930", 10);
	is_str(after_quotes("09:10:00", true), "", "held, with a price");
	is_str(after_quotes("09:11:30", false), "", "not yet too old");
	is_str(after_quotes("09:12:30", false), "price of 005930", "too old");
	counted("price of 005930", words);
	says(words, "its stops wait", "what waits is told: %s", words);
	is_str(after("09:17:00"), "no prices", "one alarm where none come");
	is_str(after_quotes("09:18:00", true), "", "over with the next quote");
	end();
}

/* A broker that says "closed" in hours that the calendar calls open (T30). */
static void
said_closed(void)
{
	const struct send_counts told = {
		.sent = 1, .rejected = 1, .closed = 1
	};
	char words[400];

	begin();
	now_is("09:05:00");
	load();
	must(raise_alarms(&v, &told, &e) == 0, "raise_alarms");
	is_str(alert(), "market closed", "a broker that says closed");
	counted("market closed", words);
	says(words, "update-prices --calendar", "what to do: %s", words);
	is_str(after("09:06:00"), "", "over with the first pass without it");
	end();
}

int
main(void)
{
	world_open();
	halted();
	rebased();
	rejected_often();
	refused_as_late();
	said_closed();
	no_prices();
	unpriced();
	world_close();
	return done_testing();
}
