/*
 * account_follow.c - orders without an answer (T28), against a broker whose
 * lists are written by the test: two that look alike, by hand or by another
 * strategy, lists that are late, numbers that change, an order that comes
 * after it was given up; and what a person may say of them.
 *
 * The paper broker carries our keys, so that it is never in doubt; most firms
 * do not.
 */
#include "account_world.h"

/* ---- By its looks -------------------------------------------------------------------- */

static void
one_of_its_looks(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	lists("7", "", "005930", SIDE_BUY, 9, 55000, 905);
	lists("8", "", "005930", SIDE_BUY, 10, 54900, 905);
	lists("9", "", "005930", SIDE_SELL, 10, 55000, 905);
	lists("10", "", "000660", SIDE_BUY, 10, 55000, 905);
	lists("11", "", "005930", SIDE_BUY, 10, 55000, 903);
	listed[nlisted - 1].state = BO_CANCELLED;
	look("09:06:00");
	is_str(is(id), "unknown - 0", "others that differ in one thing");
	lists("12", "", "005930", SIDE_BUY, 10, 55000, 905);
	fills(4, 54900);
	look("09:06:30");
	is_str(is(id), "part 12 4", "the one that is like it");
	look("09:06:40");
	is_str(is(id), "part 12 4", "once");
	end();

	/* Its own clock may be a little behind, but not more. */
	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:03");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 904);
	look("09:06:00");
	is_str(is(id), "open 7 0", "three seconds before by the broker");
	end();
	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:33");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 904);
	look("09:06:00");
	is_str(is(id), "unknown - 0", "half a minute before is another");
	end();
}

/* By minutes alone, one by hand of the minute before would be taken for it. */
static void
by_the_second(void)
{
	static const struct {
		hhmm at;
		int second;
		const char *is;
	} cases[] = {
		{ 904, 52, "unknown - 0" },
		{ 904, 53, "open 7 0" },
		{ 907, 13, "open 7 0" },
		{ 907, 14, "unknown - 0" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		int64_t id;

		begin();
		id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:03");
		lists("7", "", "005930", SIDE_BUY, 10, 55000, cases[i].at);
		listed[0].has_second = true;
		listed[0].second = cases[i].second;
		look("09:07:20");
		is_str(is(id), cases[i].is,
		    "sent at 09:05:03, taken at %d:%02d", (int)cases[i].at,
		    cases[i].second);
		end();
	}
}

static void
by_hand_and_later(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	is_away = true;
	now_is("09:30:00");
	is_int(follow_today(&v, &n, &e), -1, "silence is not an answer");
	is_away = false;
	lists("70", "", "005930", SIDE_BUY, 10, 55000, 920);
	fills(10, 55000);
	look("09:30:00");
	is_str(is(id), "unknown - 0",
	    "one that a person sent long after is not ours");
	look("09:30:01");
	is_str(is(id), "expired - 0", "and keeps ours from nothing");
	is_str(holds(), "0 10000000", "nothing is booked");
	end();
}

/* Nor is one ours of which the broker does not say when it took it; but it may
 * be, and so nothing is proved. */
static void
at_an_unknown_time(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, -1);
	fills(10, 55000);
	look("09:06:00");
	is_str(is(id), "unknown - 0", "it may be of this morning, by hand");
	look("09:08:00");
	look("09:09:00");
	is_str(is(id), "unknown - 0", "and may be ours: not proved absent");
	look("09:10:11");
	is_str(alert(), "unknown order 1", "a person is asked");
	is_str(settle("09:11:00", id, 10, 55000), "", "who says so");
	is_str(is(id), "filled - 10", "ours");
	look("09:11:10");
	is_str(holds(), "10 9450000", "it is booked once");
	end();
	begin(); /* With a number of ours, its time is of no concern. */
	id = sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, -1);
	look("09:06:00");
	is_str(is(id), "open 7 0", "known by its number");
	end();
}

/* A broker that knows the key of some orders: where it does, nothing else
 * counts. */
static void
by_a_key_that_is_there(void)
{
	struct broker_order *o;
	struct order_row row;
	int64_t a, b;

	begin();
	broker.caps = CAP_TOTAL_FILLS;
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	b = lost("b", "005930", SIDE_BUY, 10, 55000, "09:05:11");
	must(store_order(v.db, b, &row, &e) == 1, "its row");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, -1);
	o = lists("8", "", "005930", SIDE_BUY, 10, 55000, -1);
	live_key(&row, o->key, sizeof(o->key));
	look("09:06:00");
	is_str(is(b), "open 8 0", "the key says which of two");
	is_str(is(a), "unknown - 0", "the one without may be anybody's");
	is_str(alert(), "", "and no stranger");
	o = lists("9", "", "005930", SIDE_BUY, 1, 55000, 905);
	snprintf(o->key, sizeof(o->key), "%s99-1741910701", KEY_PREFIX);
	look("09:06:30");
	is_str(alert(), "orders not of this database",
	    "a key of ours that is of no order here is");
	end();
}

/* A list that the broker does not give proves nothing. */
static void
of_a_day_not_listed(void)
{
	int64_t a, b;

	begin();
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	b = sent("b", "000660", SIDE_BUY, 5, 55000, "09:05:00");
	answered(b, "7");
	is_forgotten = true;
	look("09:07:01");
	look("09:08:00");
	is_str(is(a), "unknown - 0", "no list, no proof");
	is_str(alert(), "", "and time to look");
	look("09:10:11");
	is_str(alert(), "unknown order 1, unknown order 2", "then a person is");
	is_str(is(b), "open 7 0", "nothing has moved");
	is_str(settle("09:11:00", b, 5, 54000), "", "who settles one");
	is_forgotten = false;
	lists("7", "", "000660", SIDE_BUY, 5, 55000, 905);
	fills(5, 54000);
	look("09:12:00");
	look("09:13:00");
	is_str(is(a), "expired - 0", "and two lists would prove the other");
	end();
}

static void
twins(void)
{
	int64_t a, b;

	begin();
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	b = lost("b", "005930", SIDE_BUY, 10, 55000, "09:05:11");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	look("09:06:00");
	look("09:07:30");
	look("09:08:30");
	is_str(is(a), "unknown - 0", "one of two: nobody can tell");
	is_str(is(b), "unknown - 0", "whose it is");
	is_str(alert(), "", "for five minutes");
	look("09:10:12");
	is_str(alert(), "unknown order 1, unknown order 2",
	    "then a person is asked");
	is_str(settle("09:12:00", b, 0, 0), "", "who knows");
	look("09:12:10");
	is_str(is(a), "open 7 0", "so that the other is known, too");
	is_str(alert(), "", "and all is said");
	end();

	/* The other one is just being sent by another program. */
	begin();
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	b = sent("b", "005930", SIDE_BUY, 10, 55000, "09:06:00");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 906);
	look("09:06:00");
	is_str(is(a), "unknown - 0", "one that is being sent may be it");
	answered(b, "7");
	look("09:06:30");
	is_str(is(a), "unknown - 0", "and was");
	is_str(is(b), "open 7 0", "by its number");
	look("09:07:20");
	look("09:07:21");
	is_str(is(a), "expired - 0", "so the first never arrived");
	is_str(signal_is("a", "005930", SIDE_BUY), "pending",
	    "and its signal waits again");
	is_str(signal_is("b", "005930", SIDE_BUY), "executed",
	    "the other's does not");
	end();
}

/* ---- Late ---------------------------------------------------------------------------------- */

static void
late_lists(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	look("09:06:00");
	look("09:07:00");
	is_str(is(id), "unknown - 0", "120 seconds are not later than 120");
	look("09:07:01");
	is_str(is(id), "unknown - 0", "one look is not two");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 906);
	look("09:07:02");
	is_str(is(id), "open 7 0", "a list that is late by a minute");
	end();
}

static void
after_all(unsigned caps)
{
	const char *how = caps & CAP_KEY ? "by its key" : "by its looks";
	struct broker_order *o;
	struct order_row row;
	int64_t id;

	begin();
	broker.caps = caps;
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	look("09:07:01");
	look("09:08:00");
	is_str(is(id), "expired - 0", "given up");
	o = lists("7", "", "005930", SIDE_BUY, 10, 55000, 908);
	if (caps & CAP_KEY)
		live_key(&row, o->key, sizeof(o->key));
	look("09:09:00");
	is_str(alert(), "orders not of this database",
	    "and comes after all: a person is told (%s)", how);
	is_int(halts(), 1, "and entries halt");
	if (caps & CAP_KEY) {
		fills(10, 54000);
		look("09:10:00");
		is_str(is(id), "filled 7 10", "its fills are booked");
	}
	end();
}

/* A new intention that looks the same has its number: it is not the old. */
static void
new_intention(void)
{
	int64_t a, b;

	begin();
	a = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	look("09:07:01");
	look("09:08:00");
	b = sent("b", "005930", SIDE_BUY, 10, 55000, "09:08:00");
	answered(b, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 908);
	look("09:09:00");
	is_str(is(a), "expired - 0", "the old one");
	is_str(is(b), "open 7 0", "the new one");
	is_str(alert(), "", "and no stranger");
	end();
}

/* ---- Numbers that change ----------------------------------------------------------------------- */

static void
renumbered(unsigned caps, bool newest_first)
{
	struct broker_order swap;
	struct order_row row;
	int64_t id;

	begin();
	broker.caps = caps;
	id = sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	answered(id, "1");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	lists("1", "", "005930", SIDE_BUY, 10, 55000, 905);
	if (caps & CAP_KEY)
		live_key(&row, listed[0].key, sizeof(listed[0].key));
	fills(2, 55000);
	listed[0].state = BO_CANCELLED;
	/* A person amends it twice at the broker's own screen. */
	lists("2", "1", "005930", SIDE_BUY, 8, 55100, 906);
	listed[1].state = BO_CANCELLED;
	lists("3", "2", "005930", SIDE_BUY, 8, 55200, 906);
	fills(1, 55200);
	if (newest_first) {
		swap = listed[0];
		listed[0] = listed[2];
		listed[2] = swap;
	}
	look("09:06:30");
	is_str(is(id) + 0, "part 3 3", "twice a new number, %s, %s",
	    caps & CAP_KEY ? "keys" : "no keys",
	    newest_first ? "newest first" : "oldest first");
	look("09:06:40");
	is_str(is(id), "part 3 3", "it goes on under the last");
	listed[newest_first ? 0 : 2].state = BO_CANCELLED;
	look("09:07:00");
	is_str(is(id), "cancelled 3 3", "and ends with it");
	end();
}

/* What no broker should say: an order that replaces itself, two that replace
 * each other. */
static void
rings(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	answered(id, "1");
	lists("1", "1", "005930", SIDE_BUY, 10, 55000, 905)->state =
	    BO_CANCELLED;
	look("09:06:00");
	is_str(is(id), "cancelled 1 0", "replaced by itself, it is at its end");
	end();
	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	answered(id, "1");
	lists("1", "2", "005930", SIDE_BUY, 10, 55000, 905);
	lists("2", "1", "005930", SIDE_BUY, 10, 55000, 905);
	look("09:06:00");
	says(is(id), "open", "a ring of two ends in time");
	end();
}

/* The same row on two pages, and a page whose token loops. */
static void
doubled(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	fills(10, 54900);
	listed[1] = listed[2] = listed[0];
	filled[1] = filled[2] = filled[0];
	nlisted = nfilled = 3;
	look("09:06:00");
	is_str(is(id), "filled 7 10", "a row that is listed three times");
	is_str(holds(), "10 9451000", "is booked once");
	end();
}

/* ---- Partly filled, then gone ---------------------------------------------------------------------- */

static int64_t
part_and_gone(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	fills(4, 9900);
	look("09:06:00");
	is_str(is(id), "part 7 4", "partly filled");
	return id;
}

static void
gone(void)
{
	int64_t id = part_and_gone();

	is_str(settle("09:06:10", id, 0, 0) + 0,
	    "--settle: order 1 works at the broker, by its last word; to take"
	    " it back: cancel-order 1",
	    "a person may not settle what the broker lists");
	nlisted = nfilled = 0;
	look("09:09:00");
	is_str(alert(), "", "gone from the list");
	look("09:10:01");
	is_str(alert(), "unknown order 1", "after five minutes it is told");
	is_str(is(id), "part 7 4", "and silence has ended nothing");
	is_str(settle("09:11:00", id, 3, 9900),
	    "--settle: 4 shares of order 1 are booked already; say how many it"
	    " filled in all",
	    "fewer than are booked");
	is_str(settle("09:11:00", id, 11, 9900),
	    "--settle: order 1 is for 10 shares", "more than there are");
	is_str(settle("09:11:00", id, 6, 9950), "",
	    "6 in all, at 9950 on average");
	is_str(is(id), "expired 7 6", "two more, and the rest was not");
	/* 6 * 9950 = 59700; 39600 were booked. */
	is_str(holds(), "6 9940300", "to the won");
	is_str(alert(), "", "no alert stands");
	says(settle("09:12:00", id, 6, 9950), "is expired",
	    "what is settled stays so");
	end();

	id = part_and_gone();
	nlisted = nfilled = 0;
	look("09:10:01");
	is_str(settle("09:11:00", id, 4, 9900), "", "no more than is booked");
	is_str(is(id), "expired 7 4", "only the rest ends");
	is_str(holds(), "4 9960400", "nothing is booked twice");
	end();

	id = part_and_gone();
	nlisted = nfilled = 0;
	look("09:10:01");
	is_str(settle("09:11:00", id, 0, 0), "", "nothing more");
	is_str(is(id), "expired 7 4", "what was filled stays");
	is_str(signal_is("a", "005930", SIDE_BUY), "executed",
	    "and the entry is done");
	end();
}

/* A list without an order that the broker has taken is short, or none at all:
 * what it lacks besides is proved by nothing. */
static void
short_lists(void)
{
	int64_t known, id;

	begin();
	known = sent("a", "005930", SIDE_BUY, 10, 55000, "09:04:00");
	answered(known, "7");
	id = lost("b", "005930", SIDE_BUY, 20, 55000, "09:05:00");
	look("09:08:00");
	look("09:09:00");
	is_str(is(id), "unknown - 0", "neither is listed: no list at all");
	is_str(is(known), "open 7 0", "which ends nothing");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 904);
	look("09:10:00");
	is_str(is(id), "unknown - 0", "once it is not in a whole one");
	is_short = true;
	look("09:10:30");
	is_str(is(id), "unknown - 0", "nor in one that is not all, it is said");
	is_short = false;
	look("09:11:00");
	is_str(is(id), "expired - 0", "and twice");
	end();
}

/* ---- What a person may say ---------------------------------------------------------------------------- */

static void
too_early(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	is_str(settle("09:06:00", id, 0, 0),
	    "--settle: order 1 may still arrive at the broker; look again and"
	    " say so after 09:07:00",
	    "absent, while it may be under way (S2)");
	is_str(settle("09:07:00", id, 0, 0) + 0,
	    "--settle: order 1 may still arrive at the broker; look again and"
	    " say so after 09:07:00",
	    "for 120 seconds");
	is_str(signal_is("a", "005930", SIDE_BUY), "executed",
	    "its signal does not act again");
	is_str(settle("09:07:01", id, 0, 0), "", "then it is taken");
	is_str(signal_is("a", "005930", SIDE_BUY), "pending", "and it does");
	is_str(is(id), "expired - 0", "absent");
	says(
	    settle("09:08:00", id, 5, 10000), "is expired", "twice is refused");
	says(settle("09:08:00", 99, 0, 0), "there is no order 99", "none such");
	end();
}

static void
wrong_prices(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	says(settle("09:06:00", id, 10, 10001),
	    "order 1 was to buy at 10000 at most", "above its limit");
	says(settle("09:06:00", id, 10, INT64_MAX), "10000 at most",
	    "far above it");
	is_str(settle("09:06:00", id, 10, 9000), "", "below it");
	is_str(is(id), "filled - 10", "is a better price");
	end();

	begin();
	a_share("a", "005930", 10);
	id = lost("a", "005930", SIDE_SELL, 10, 10000, "09:05:00");
	says(settle("09:06:00", id, 10, 9999),
	    "order 1 was to sell at 10000 at least", "below its limit");
	says(settle("09:06:00", id, 10, INT64_MAX), "cannot be",
	    "more than can be counted");
	is_str(settle("09:06:00", id, 6, 10500), "", "above it");
	is_str(is(id), "expired - 6", "is a better price");
	is_str(signal_is("a", "005930", SIDE_SELL), "pending",
	    "the rest of an exit waits again");
	end();

	/* At market anything may come, but a buy beyond the day's limit. */
	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 0, "09:05:00");
	says(settle("09:06:00", id, 10, 13001), "at 13000 at most",
	    "more than the day allows");
	is_str(settle("09:06:00", id, 10, 12999), "", "at market");
	end();
	begin();
	a_share("a", "005930", 10);
	id = lost("a", "005930", SIDE_SELL, 10, 0, "09:05:00");
	is_str(settle("09:06:00", id, 10, 7000), "", "a sell at market");
	is_str(is(id), "filled - 10", "is done");
	end();
}

/* An amend whose answer was lost may have arrived: its limit counts, too. */
static void
wrong_prices_amended(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	answered(id, "7");
	requested(id, "amend", 10100, "unknown");
	look("09:10:01");
	is_str(alert(), "unknown order 1", "gone from the list");
	says(settle("09:11:00", id, 10, 10101), "10100 at most",
	    "above the limit that it may have");
	is_str(settle("09:11:00", id, 10, 10100), "", "at that limit");
	is_str(is(id), "filled 7 10", "done");
	end();
}

static void
wrong_states(void)
{
	int64_t id;

	begin();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	says(settle("09:09:00", id, 0, 0), "is sending",
	    "one that is being sent");
	answered(id, "7");
	says(settle("09:09:00", id, 0, 0), "cancel-order 1", "one that works");
	end();
}

/* What the broker says later counts beside what a person said. */
static void
against_the_broker(void)
{
	struct order_row row;
	int64_t id;

	begin(); /* absent, and it works after all */
	broker.caps = CAP_KEY;
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	is_str(settle("09:08:00", id, 0, 0), "", "absent, a person says");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	live_key(&row, listed[0].key, sizeof(listed[0].key));
	fills(3, 10000);
	look("09:09:00");
	is_str(is(id), "expired 7 3", "what it filled is booked all the same");
	is_str(alert(), "orders not of this database", "and told");
	is_int(halts(), 1, "entries halt");
	fills(7, 10000);
	look("09:10:00");
	is_str(is(id), "filled 7 10", "to its end");
	is_str(holds(), "10 9900000", "once each");
	end();

	begin(); /* filled, and otherwise */
	broker.caps = CAP_KEY;
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	must(store_order(v.db, id, &row, &e) == 1, "its row");
	is_str(settle("09:08:00", id, 6, 9950), "", "six, a person says");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	live_key(&row, listed[0].key, sizeof(listed[0].key));
	fills(6, 9950);
	look("09:09:00");
	is_str(is(id), "expired 7 6", "the same six are not booked again");
	is_str(holds(), "6 9940300", "to the won");
	is_str(alert(), "orders not of this database",
	    "but that the rest works is told");
	end();
}

/* ---- Two followers at once ------------------------------------------------------ */

/* sync-account, which began before watch-fills did, and takes its time. */
static struct live slow;
static struct opt slow_opt = OPT_INIT;

static void
slow_one_looks(void)
{
	struct follow_counts slow_n;

	must(follow_today(&slow, &slow_n, &e) == 0, "the other's look");
}

static void
its_cancel_is_done(void)
{
	listed[0].state = BO_CANCELLED;
	slow_one_looks();
}

static void
its_amend_arrives(void)
{
	listed[0].limit = 1010;
	slow_one_looks();
}

/* Both with the wall's clock: it began ten seconds ago, we five. */
static void
begin_two(void)
{
	slow_opt = opt;
	must(live_open(&slow, "sync-account", &slow_opt, STORE_ORDERS, &e) == 0,
	    "the other");
	slow.broker = &broker;
	*slow.now = (struct clock){ .now = wall_seconds() - 10 };
	*v.now = (struct clock){ .now = wall_seconds() - 5 };
}

static void
end_two(void)
{
	slow.broker = NULL;
	live_close(&slow, 0, "");
	end();
}

/* What the other writes is of the moment at which it writes it, or our lists
 * would pass for newer than that. */
static void
two_at_once(void)
{
	struct order_row o;
	int64_t id;

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	begin_two();
	meanwhile = its_cancel_is_done;
	must(follow_today(&v, &n, &e) == 0, "follow_today");
	is_str(is(id), "cancelled 7 0", "the other saw it end");
	is_str(alert(), "", "our older list says it works: no stranger");
	is_int(halts(), 0, "and no halt");
	end_two();

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	requested(id, "amend", 1010, "unknown");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	begin_two();
	meanwhile = its_amend_arrives;
	must(follow_today(&v, &n, &e) == 0, "follow_today");
	must(store_order(v.db, id, &o, &e) == 1, "reading it");
	is_int(o.limit, 1010, "the limit does not go back to our older list's");
	end_two();
}

/* A cancel that was never sent ends with its order: after the close nobody
 * sends, and it would stay planned for ever. */
static void
planned_request(void)
{
	int64_t id;

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	requested(id, "cancel", 0, "planned");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	look("15:29:59");
	is_int(open_requests(), 1, "it waits while its order works");
	listed[nlisted - 1].state = BO_EXPIRED;
	look("15:31:00");
	is_str(is(id), "expired 7 0", "the session ends its order");
	is_int(open_requests(), 0, "and the cancel with it");
	end();
}

/* Nor does one stay that a dead program was sending, for nobody else would find
 * it before the next one sends something. */
static void
sending_request(const char *kind)
{
	int64_t id;

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	requested(id, kind, 1010, "sending");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	look("09:06:00");
	is_int(open_requests(), 1, "%s: it may be on its way", kind);
	listed[nlisted - 1].state = BO_EXPIRED;
	look("15:31:00");
	is_str(is(id), "expired 7 0", "the session ends its order");
	is_int(open_requests(), 0, "and the %s with it", kind);
	end();

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	requested(id, kind, 1010, "sending");
	moves(id, "open", "expired");
	is_int(
	    follow_needed(&v, &e), 1, "%s: the broker is asked for it", kind);
	look("15:31:00");
	is_int(open_requests(), 0, "and it ends");
	end();
}

/* An amend without an answer, at a broker that gives new numbers: the old one
 * is cancelled, the new one is not listed yet. */
static void
replaced_later(void)
{
	int64_t id;

	for (int comes = 0; comes < 2; comes++) {
		begin();
		id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
		answered(id, "7");
		requested(id, "amend", 1010, "unknown");
		lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
		listed[nlisted - 1].state = BO_CANCELLED;
		look("09:05:30");
		is_str(is(id), "open 7 0", "a cancel may be an amend's");
		look("09:07:00");
		is_str(is(id), "open 7 0", "for two minutes");
		if (comes) {
			lists("8", "7", "005930", SIDE_BUY, 10, 1010, 906);
			look("09:07:01");
			is_str(is(id), "open 8 0", "then it is listed");
		} else {
			look("09:07:01");
			is_str(is(id), "cancelled 7 0", "then it is a cancel");
		}
		end();
	}
}

/* The list of orders is ahead of that of fills: the end waits for them. */
static void
fills_behind(void)
{
	int64_t id;

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	listed[nlisted - 1].state = BO_CANCELLED;
	listed[nlisted - 1].filled = 4;
	look("09:06:00");
	is_str(
	    is(id), "open 7 0", "cancelled, and what it filled not told yet");
	listed[nlisted - 1].filled = 0;
	fills(4, 1000);
	look("09:06:10");
	is_str(is(id), "cancelled 7 4", "it ends with its fills");
	is_str(holds(), "4 9996000", "which are booked");
	end();
}

/* "Taken" may mean no more than received, and what was refused on the way was
 * not even that: while the order works and its cancel is wanted, it is asked
 * again. */
static void
cancel_without_effect(const char *answer)
{
	struct order_row o;
	struct trail t;
	int64_t id;

	begin();
	id = sent("gold", "005930", SIDE_BUY, 10, 1000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 1000, 905);
	must(store_order(v.db, id, &o, &e) == 1, "reading it");
	o.wants_cancel = true;
	t = live_trail(&v, NULL);
	must(store_put_order(v.db, &o, &t, &e) == 0, "a cancel is wanted");
	requested(id, "cancel", 0, answer);
	look("09:05:09");
	is_int(open_requests(), 0, "the list may be older than that");
	look("09:05:10");
	is_int(open_requests(), 1, "ten seconds later it is asked again");
	look("09:05:30");
	is_int(open_requests(), 1, "once, until that one is answered");
	end();
}

/* ---- Listed under another number than was told ------------------------------------------ */

/* "7-K" and "7-N" may have been told as "7-S". */
static bool
its_told(struct broker *br, const char *no, char buf[static BROKER_NO_SIZE])
{
	const char *dash = strchr(no, '-');

	(void)br;
	if (dash == NULL || dash[1] == 'S')
		return false;
	snprintf(buf, BROKER_NO_SIZE, "%.*s-S", (int)(dash - no), no);
	return true;
}

static void
call_it(int k, const char *no, qty so_far)
{
	struct broker_order *o = &listed[k];

	snprintf(o->broker_no, sizeof(o->broker_no), "%s", no);
	o->filled = so_far;
	o->filled_won = so_far * o->limit;
}

static void
listed_otherwise(void)
{
	int64_t id;

	begin();
	ops.told_no = its_told;
	broker.caps = CAP_TOTAL_FILLS;
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:10");
	lists("7-S", "", "005930", SIDE_BUY, 10, 55000, 905);
	look("09:06:00");
	is_str(is(id), "open 7-S 0", "an order as it was told");
	call_it(0, "7-K", 4);
	look("09:06:30");
	is_str(is(id), "part 7-S 4", "is ours as it is listed, too");
	lists("8-K", "", "005930", SIDE_BUY, 3, 55000, 906);
	call_it(1, "8-K", 3);
	look("09:07:00");
	is_str(is(id), "part 7-S 4", "another is not");
	call_it(0, "7-K", 5);
	call_it(1, "7-N", 3);
	look("09:07:30");
	is_str(is(id), "part 7-S 4", "nor is either of two that may be it");
	call_it(1, "7-S", 3);
	look("09:08:00");
	is_str(is(id), "part 7-S 4", "nor one beside the order itself");
	nlisted = 1;
	call_it(0, "7-K", 6);
	listed[0].state = BO_CANCELLED;
	lists("9-K", "7-K", "005930", SIDE_BUY, 4, 55100, 908);
	look("09:09:00");
	is_str(is(id), "part 9-K 6", "what replaces it is");
	ops.told_no = NULL;
	broker.caps = 0;
	end();
}

int
main(void)
{
	world_open();
	one_of_its_looks();
	by_the_second();
	by_hand_and_later();
	at_an_unknown_time();
	by_a_key_that_is_there();
	of_a_day_not_listed();
	twins();
	late_lists();
	after_all(0);
	after_all(CAP_KEY);
	new_intention();
	for (int i = 0; i < 4; i++)
		renumbered(i & 1 ? CAP_KEY : 0, i & 2);
	doubled();
	rings();
	gone();
	short_lists();
	too_early();
	wrong_prices();
	wrong_prices_amended();
	wrong_states();
	against_the_broker();
	two_at_once();
	planned_request();
	sending_request("cancel");
	sending_request("amend");
	replaced_later();
	fills_behind();
	cancel_without_effect("accepted");
	cancel_without_effect("refused");
	listed_otherwise();
	world_close();
	return done_testing();
}
