/*
 * account_totals.c - fills at a broker that tells totals (CAP_TOTAL_FILLS):
 * each share is booked once and the amount is exact, whatever is repeated,
 * late or out of order; a total that shrinks is told; under several numbers;
 * of orders that a person sent or settled; after an older backup.
 *
 * The last part is a random walk: lists of different ages in any order, each
 * compared with what is booked.
 */
#include "account_world.h"

#include "base/rng.h"
#include "store/fills.h"

/* A broker without fills and keys, as the firms' are. */
static void
begin_totals(void)
{
	begin();
	broker.caps = CAP_TOTAL_FILLS;
	ops.fills = NULL;
}

/* It says so of its k-th order. */
static void
totals(int k, qty shares, won amount)
{
	listed[k].filled = shares;
	listed[k].filled_won = amount;
}

/* "4x10000 3x9900": what is booked, in order. */
static const char *
booked(void)
{
	static char text[2][400];
	static int turn;
	struct fill_row *f;
	char *s = text[turn = !turn];
	size_t used = 0;
	int k;

	must(store_fills(v.db, DAY, DAY, &f, &k, &e) == 0, "fills");
	s[0] = '\0';
	for (int i = 0; i < k && used < sizeof(text[0]); i++)
		used += (size_t)snprintf(s + used, sizeof(text[0]) - used,
		    "%s%lldx%lld", i > 0 ? " " : "", (long long)f[i].n,
		    (long long)f[i].price);
	free(f);
	return s;
}

/* A buy of ten at 10,000 that works at the broker under number 7. */
static int64_t
working(void)
{
	int64_t id;

	begin_totals();
	id = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	return id;
}

/* ---- Growth ----------------------------------------------------------------- */

static void
grows(void)
{
	int64_t id = working();

	look("09:05:30");
	is_str(is(id), "open 7 0", "nothing yet");
	totals(0, 4, 40000);
	look("09:06:00");
	is_str(is(id), "part 7 4", "four");
	look("09:06:10");
	is_str(booked(), "4x10000", "told twice, booked once");
	totals(0, 7, 69700);
	look("09:06:20");
	is_str(booked(), "4x10000 3x9900", "three more");
	totals(0, 9, 89501);
	look("09:06:30");
	is_str(booked(), "4x10000 3x9900 1x9900 1x9901",
	    "19,801 won for two: a won apart");
	is_str(holds(), "9 9910499", "to the won");
	listed[0].state = BO_FILLED;
	totals(0, 10, 99500);
	look("09:06:40");
	is_str(is(id), "filled 7 10", "to its end");
	is_str(booked(), "4x10000 3x9900 1x9900 1x9901 1x9999", "all told");
	is_str(holds(), "10 9900500", "ten for 99,500");
	end();
}

/* A sell: the amount is shared among lots as each row takes them. */
static void
sells(void)
{
	int64_t id;

	begin_totals();
	a_share("a", "005930", 7);
	id = sent("a", "005930", SIDE_SELL, 7, 9000, "09:05:00");
	answered(id, "7");
	lists("7", "", "005930", SIDE_SELL, 7, 9000, 905);
	totals(0, 7, 63005);
	listed[0].state = BO_FILLED;
	look("09:06:00");
	is_str(is(id), "filled 7 7", "sold");
	is_str(booked(), "2x9000 5x9001", "seven for 63,005");
	end();
}

static void
what_cannot_be(void)
{
	static const struct {
		qty n;
		won amount;
		const char *what;
	} wrong[] = {
		{ 11, 110000, "more than was ordered" },
		{ 4, 0, "four for nothing" },
		{ 4, 3, "four for three won" },
		{ 0, 100, "a hundred won for no share" },
		{ INT64_MAX, INT64_MAX, "all there is" },
	};

	for (size_t i = 0; i < NELEM(wrong); i++) {
		int64_t id = working();

		totals(0, wrong[i].n, wrong[i].amount);
		look("09:06:00");
		is_str(is(id), "open 7 0", "%s: nothing moves", wrong[i].what);
		is_str(alert(), MISFITS, "and a person is told");
		totals(0, 10, 100000);
		look("09:07:00");
		is_str(is(id), "filled 7 10", "what can be is booked");
		is_str(booked(), "10x10000", "once");
		end();
	}
}

/* ---- Back --------------------------------------------------------------------- */

static void
shrinks(void)
{
	int64_t id = working();

	totals(0, 6, 60000);
	look("09:06:00");
	totals(0, 4, 40000);
	look("09:06:10");
	is_str(booked(), "6x10000", "a smaller total books nothing");
	is_str(alert(), SHRUNK, "and is told");
	totals(0, 6, 59000);
	look("09:06:20");
	is_str(alert(), SHRUNK, "so is a smaller amount");
	is_str(booked(), "6x10000", "which books nothing, too");
	totals(0, 6, 60000);
	look("09:06:30");
	is_str(alert(), "", "until it is what it was");
	totals(0, 8, 80000);
	look("09:06:40");
	is_str(booked(), "6x10000 2x10000", "and grows on");
	is_str(is(id), "part 7 8", "eight");
	end();
}

/* Of an order that has ended, an old row is old, and no stranger (T29). */
static void
works_again(void)
{
	int64_t id = working();

	totals(0, 10, 100000);
	listed[0].state = BO_FILLED;
	look("09:06:00");
	totals(0, 8, 80000);
	listed[0].state = BO_WORKING;
	look("09:07:00");
	is_str(is(id), "filled 7 10", "filled, and it works by an old list");
	is_str(alert(), SHRUNK, "which is told as what it is");
	is_int(halts(), 0, "and halts nothing");
	end();
}

/* An end counts when all that was filled is booked, and not with less. */
static void
ends_late(void)
{
	int64_t id = working();

	totals(0, 6, 60000);
	look("09:06:00");
	listed[0].state = BO_CANCELLED;
	totals(0, 4, 40000);
	look("09:07:00");
	is_str(is(id), "part 7 6", "cancelled, with less than is booked");
	totals(0, 7, 70000);
	look("09:08:00");
	is_str(is(id), "cancelled 7 7", "the fill comes with the end");
	totals(0, 10, 100000);
	look("09:09:00");
	is_str(is(id), "filled 7 10", "or after it");
	is_str(booked(), "6x10000 1x10000 3x10000", "each once");
	end();
}

/* Two programs at once: the list of one is older than what the other booked. */
static struct live quick;
static struct opt quick_opt = OPT_INIT;

static int
meanwhile_another(
    struct broker *br, ymd day, struct broker_orders *out, struct err *err)
{
	struct follow_counts counts;
	int rc = its_orders(br, day, out, err);

	ops.orders = its_orders;
	totals(0, 8, 80000);
	must(follow_today(&quick, &counts, &e) == 0, "the other's look");
	return rc;
}

static void
an_older_list(void)
{
	int64_t id = working();

	quick_opt = opt;
	must(live_open(&quick, "sync-account", &quick_opt, STORE_ORDERS, &e) ==
		0,
	    "the other");
	quick.broker = &broker;
	*quick.now = *v.now = (struct clock){ .now = wall_seconds() - 5 };
	totals(0, 5, 50000);
	ops.orders = meanwhile_another;
	must(follow_today(&v, &n, &e) == 0, "follow_today");
	is_str(is(id), "part 7 8", "what the other booked stays");
	is_str(booked(), "8x10000", "and ours adds nothing to it");
	is_str(alert(), "", "an older list is no lie");
	quick.broker = NULL;
	live_close(&quick, 0, "");
	end();
}

/* ---- Numbers -------------------------------------------------------------------- */

/* An amend makes a new number; both have totals of their own. */
static void
two_numbers(bool newest_first)
{
	struct broker_order swap;
	int64_t id = working();
	int was = newest_first, is_now = !newest_first;

	lists("8", "7", "005930", SIDE_BUY, 7, 10100, 906);
	if (newest_first) {
		swap = listed[0];
		listed[0] = listed[1];
		listed[1] = swap;
	}
	listed[was].state = BO_CANCELLED;
	totals(was, 3, 30000);
	look("09:06:00");
	is_str(is(id), "part 8 3", "the old one's fills, %s",
	    newest_first ? "newest first" : "oldest first");
	totals(is_now, 3, 30301);
	look("09:06:10");
	is_str(booked(), "3x10000 2x10100 1x10101", "the new one's");
	totals(was, 4, 40000); /* it was told late */
	look("09:06:20");
	is_str(is(id), "part 8 7", "and both grow");
	listed[is_now].state = BO_CANCELLED;
	look("09:06:30");
	is_str(is(id), "cancelled 8 7", "until the last one ends");
	is_str(holds(), "7 9929699", "to the won");
	end();
}

/* What a person buys on the phone is not ours, whatever it fills. */
static void
by_hand(void)
{
	int64_t id = working();

	lists("9", "", "005930", SIDE_BUY, 10, 10000, 906);
	totals(1, 10, 100000);
	look("09:07:00");
	is_str(is(id), "open 7 0", "ours has none");
	is_str(booked(), "", "theirs is not booked");
	end();
}

/* ---- Without an answer ------------------------------------------------------------- */

static void
found(void)
{
	int64_t id;

	begin_totals();
	id = lost("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	lists("7", "", "005930", SIDE_BUY, 10, 10000, 905);
	totals(0, 3, 29999);
	look("09:06:00");
	is_str(is(id), "part 7 3", "found, with what it filled");
	is_str(booked(), "1x9999 2x10000", "to the won");
	end();
}

static void
settled(void)
{
	int64_t id = working();

	totals(0, 4, 40000);
	look("09:06:00");
	nlisted = 0;
	look("09:10:01");
	is_str(alert(), "unknown order 1", "gone from the list");
	is_str(settle("09:11:00", id, 6, 9950), "", "six, a person says");
	is_str(holds(), "6 9940300", "two more are booked");
	nlisted = 1;
	totals(0, 6, 59700);
	look("09:12:00");
	totals(0, 8, 80000);
	look("09:12:10");
	is_str(holds(), "6 9940300", "the broker's word comes too late");
	is_str(alert(), "orders not of this database",
	    "but that it works is told");
	end();
}

/* An older backup knows less: the difference is booked again, exactly. */
static void
restored(void)
{
	char copy[120];
	int64_t id = working();

	totals(0, 4, 40000);
	look("09:06:00");
	snprintf(copy, sizeof(copy), "%s/copy.db", dir);
	must(store_backup(path, copy, &e) == 0, "a backup");
	totals(0, 7, 69700);
	look("09:07:00");
	totals(0, 9, 89501);
	look("09:08:00");
	is_str(booked(), "4x10000 3x9900 1x9900 1x9901", "before");
	v.broker = NULL;
	live_close(&v, 0, "");
	must(rename(copy, path) == 0, "restored");
	must(live_open(&v, "watch-fills", &opt, STORE_ORDERS, &e) == 0, "open");
	v.broker = &broker;
	is_str(booked(), "4x10000", "the backup");
	look("09:09:00");
	is_str(booked(), "4x10000 4x9900 1x9901", "five for 49,501");
	is_str(is(id), "part 7 9", "as many");
	is_str(holds(), "9 9910499", "for as much");
	end();
}

/* ---- All at once ------------------------------------------------------------------- */

/*
 * An order fills in steps; each look is at the list of a moment between the
 * last one that was taken and now, or before it.  What is booked is the
 * newest list that was looked at, and never less.
 */
static void
walk(uint64_t seed)
{
	struct rng rng = rng_seed(seed);
	qty n_at[13] = { 0 };
	won won_at[13] = { 0 };
	int newest = 0, wrong = 0;
	int64_t id = working();
	struct order_row o;
	char hms[12];

	for (int i = 1; i < 13; i++) {
		qty more = n_at[i - 1] == 10 ? 0 : (qty)rng_below(&rng, 3);

		more = more > 10 - n_at[i - 1] ? 10 - n_at[i - 1] : more;
		n_at[i] = n_at[i - 1] + more;
		won_at[i] = won_at[i - 1] +
		    more * (9000 + (won)rng_below(&rng, 1001));
		won_at[i] -= more > 1 ? (won)rng_below(&rng, (uint64_t)more) :
					0;
	}
	for (int turn = 0; turn < 20; turn++) {
		int at = (int)rng_below(&rng, 13);

		newest = at > newest ? at : newest;
		totals(0, n_at[at], won_at[at]);
		snprintf(hms, sizeof(hms), "09:%02d:00", 10 + turn);
		look(hms);
		must(store_order(v.db, id, &o, &e) == 1, "reading it");
		wrong += o.filled != n_at[newest] ||
		    o.filled_won != won_at[newest];
	}
	is_int(wrong, 0, "seed %llu: %lld shares for %lld won",
	    (unsigned long long)seed, (long long)n_at[newest],
	    (long long)won_at[newest]);
	end();
}

int
main(void)
{
	world_open();
	grows();
	sells();
	what_cannot_be();
	shrinks();
	works_again();
	ends_late();
	an_older_list();
	two_numbers(false);
	two_numbers(true);
	by_hand();
	found();
	settled();
	restored();
	for (uint64_t seed = 1; seed <= 40; seed++)
		walk(seed);
	world_close();
	return done_testing();
}
