/*
 * account_refresh.c - quotes of many stocks tell no status: which stocks are
 * asked for alone, how many, and what becomes of the answers (T21).
 */
#include "account_world.h"

#include "account/refresh.h"
#include "store/quotes.h"

#define MANY 150

static char asked[MANY][CODE_SIZE];
static int nalone, nlists,
    nunpriced; /* asked alone before its price was kept */
static char halted[CODE_SIZE], dumb[CODE_SIZE]; /* says no status */
static const char *left_out = "";               /* of lists, price and all */
static bool fails_alone;
static const char *sick = ""; /* fails up to this code */
static bool tells_all;        /* lists have the status too */

/* Has another program its price of this minute already? */
static bool
has_price(const char *code)
{
	struct quote_row q;

	return store_quote(v.db, code, &q, &e) == 1 && q.last == 1000 &&
	    q.polled_at == v.now->now;
}

static void
its_word(struct broker_quote *q)
{
	q->is_halted = q->no_entry = strcmp(q->code, halted) == 0;
	q->has_status = strcmp(q->code, dumb) != 0;
}

/* 000001 to 000149 are known. */
static int
its_quotes(struct broker *br, struct broker_quote *q, int count, struct err *er)
{
	(void)br;
	if (count == 1 && nlists > 0) {
		memcpy(asked[nalone++], q->code, CODE_SIZE);
		nunpriced += !v.dry_run && !has_price(q->code) &&
		    strcmp(q->code, left_out) != 0;
		if (fails_alone || strcmp(q->code, sick) <= 0)
			return err_set(er, E_BROKER, "not today");
	} else {
		nlists++;
	}
	for (int i = 0; i < count; i++) {
		char code[CODE_SIZE];

		memcpy(code, q[i].code, CODE_SIZE);
		q[i] = (struct broker_quote){ .last = 1000, .base = 1000 };
		memcpy(q[i].code, code, CODE_SIZE);
		if (code[0] != '0' ||
		    (nalone == 0 && strcmp(code, left_out) == 0))
			q[i].last = q[i].base = 0;
		else if (tells_all || nalone > 0)
			its_word(&q[i]);
		else
			q[i].is_halted = true; /* means nothing */
	}
	return 0;
}

static struct codes codes;

static void
know(int from, int to)
{
	codes_fini(&codes);
	codes = (struct codes){ 0 };
	for (int i = from; i < to; i++) {
		char code[CODE_SIZE];

		snprintf(code, sizeof(code), "%06d", i % 1000000);
		codes_add(&codes, code);
	}
}

/* update-prices at this moment: how many were asked for alone. */
static int
update(const char *hms)
{
	struct refresh_counts c = { 0 };

	now_is(hms);
	nalone = nlists = nunpriced = 0;
	must(refresh_quotes(&v, &codes, &c, &e) == 0, "refresh_quotes");
	is_int(c.quotes + c.failed, v.dry_run ? 0 : codes.n,
	    "%s: each has its price", hms);
	is_int(nunpriced, 0, "before a status is asked for, which may hang");
	return nalone;
}

static bool
was_asked(const char *code)
{
	for (int i = 0; i < nalone; i++)
		if (strcmp(asked[i], code) == 0)
			return true;
	return false;
}

static int
told(void)
{
	struct quote_row q;
	int count = 0;

	for (int i = 0; i < codes.n; i++) {
		must(store_quote(v.db, codes.item[i], &q, &e) != -1, "a quote");
		count += q.status_day == DAY;
	}
	return count;
}

static void
world(void)
{
	begin();
	broker.caps = CAP_STATUS;
	halted[0] = dumb[0] = '\0';
	fails_alone = tells_all = false;
	sick = left_out = "";
}

static void
once_a_day(void)
{
	struct quote_row q;

	world();
	know(1, 21);
	snprintf(halted, sizeof(halted), "000007");
	is_int(update("08:29:00"), 20, "before the entry phase all are asked");
	is_int(told(), 0, "and it does not count: it may be yesterday's");
	is_int(update("08:30:00"), 20, "then all are");
	is_int(told(), 20, "for the day");
	must(store_quote(v.db, "000007", &q, &e) == 1, "the quote");
	ok(q.is_halted && q.no_entry, "one is halted");
	must(store_quote(v.db, "000008", &q, &e) == 1, "the quote");
	ok(!q.is_halted && !q.no_entry, "another is not");
	is_int(update("08:31:00"), 1, "a minute later one is asked again");
	ok(was_asked("000007"), "that which was halted");
	must(store_quote(v.db, "000008", &q, &e) == 1, "the quote");
	ok(!q.is_halted && q.status_day == DAY,
	    "what a list says beside a price is no status");
	halted[0] = '\0';
	is_int(update("09:10:00"), 1, "and again");
	is_int(update("09:11:00"), 0, "until it is over");
	must(store_quote(v.db, "000007", &q, &e) == 1, "the quote");
	ok(!q.is_halted && q.status_day == DAY, "which is known");
	v.dry_run = true;
	own("DELETE FROM current_quote");
	is_int(update("09:12:00") + told(), 20, "-n asks, and stores nothing");
	v.dry_run = false;
	broker.caps = 0;
	is_int(update("09:13:00"), 0, "who cannot tell is not asked");
	broker.caps = CAP_STATUS;
	tells_all = true;
	is_int(update("09:14:00"), 0, "nor who has told");
	is_int(told(), 20, "of all");
	end();
}

/* What is held or ordered is asked each minute: it may be halted since. */
static void
at_work(void)
{
	struct quote_row q;

	world();
	know(1, 21);
	a_share("a", "000003", 10);
	a_share(MANUAL, "000004", 10);
	sent("a", "000005", SIDE_BUY, 10, 1000, "09:05:00");
	is_int(update("09:05:00"), 20, "all");
	is_str(asked[0], "000003", "what is at work comes first");
	is_str(asked[1], "000005", "be it held or ordered");
	is_int(update("09:06:00"), 2, "and is asked again");
	ok(was_asked("000003") && was_asked("000005"), "alone");
	snprintf(halted, sizeof(halted), "000003");
	is_int(update("09:07:00"), 2, "the next minute too");
	must(store_quote(v.db, "000003", &q, &e) == 1, "the quote");
	ok(q.is_halted, "so a halt in the session is seen");
	fails_alone = true;
	is_int(update("09:08:00"), 2, "no answer");
	must(store_quote(v.db, "000003", &q, &e) == 1, "the quote");
	ok(q.is_halted && q.polled_at == v.now->now,
	    "leaves the status, and brings the price");
	end();
}

/* A page of a list may fail, or leave one out; a stop needs its price. */
static void
held_without_a_price(void)
{
	world();
	know(1, 21);
	a_share("a", "000003", 10);
	left_out = "000003";
	is_int(update("09:05:00"), 20, "all are asked");
	ok(was_asked("000003") && has_price("000003"),
	    "what is held has its price, too");
	is_int(update("09:06:00"), 1, "and again");
	ok(has_price("000003"), "in each minute");
	left_out = "000004";
	is_int(update("09:07:00"), 1, "but what is only watched");
	ok(!was_asked("000004") && !has_price("000004"), "waits");
	fails_alone = true;
	left_out = "000003";
	is_int(update("09:08:00"), 1, "where it fails");
	ok(!has_price("000003"), "no price is invented");
	end();
}

static void
no_answer(void)
{
	int seen = 0;

	world();
	know(1, 101);
	codes_add(&codes, "999990"); /* whom nobody knows */
	fails_alone = true;
	is_int(update("08:30:00"), 3, "a firm that fails is asked thrice");
	is_int(told(), 0, "no status is known");
	fails_alone = false;
	snprintf(dumb, sizeof(dumb), "000042");
	for (int i = 0; i < 4; i++) {
		char at[12];

		snprintf(at, sizeof(at), "08:%02d:00", 31 + i);
		ok(update(at) <= 60, "a run asks a bounded number");
		ok(!was_asked("999990"), "none that has no price");
		seen += was_asked("000042");
	}
	is_int(told(), 99, "in some minutes all are told but one");
	ok(seen >= 2, "which is asked again");
	end();
}

/* Many that are asked again and again, or always fail, keep nobody from
 * theirs for ever. */
static void
turns(void)
{
	struct quote_row q = { .is_halted = true, .status_day = DAY };

	world();
	know(1, 149);
	now_is("09:00:00");
	q.polled_at = v.now->now;
	for (int i = 0; i < 100; i++) { /* halted all day */
		memcpy(q.code, codes.item[i], CODE_SIZE);
		must(store_put_quote(v.db, &q, &e) == 0, "a quote");
	}
	snprintf(halted, sizeof(halted), "000001");
	for (int i = 0; i < 8 && told() < codes.n; i++) {
		char at[12];

		/* The first hundred stay halted. */
		snprintf(at, sizeof(at), "09:%02d:00", 1 + i);
		ok(update(at) <= 60, "not more than sixty");
		own("UPDATE current_quote SET status = 'halted' WHERE code <="
		    " '000100'");
	}
	is_int(told(), codes.n, "all have had their turn");
	end();
	world();
	know(1, 21);
	sick = "000003";
	for (int i = 0; i < 20 && told() < 17; i++) {
		char at[12];

		snprintf(at, sizeof(at), "09:%02d:00", i);
		update(at);
	}
	is_int(told(), 17, "three that always fail keep nobody from theirs");
	end();
}

/* ---- Bars: a broker that answers no more ------------------------------------------ */

static int64_t clock_ms; /* monotonic */
static int ndays, answers, takes_ms;

int64_t __wrap_monotonic_ms(void);

int64_t
__wrap_monotonic_ms(void)
{
	return clock_ms;
}

/* The first few get a bar; the others no answer, or one that refuses. */
static enum err_kind its_failure;

static int
its_days(struct broker *br, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *er)
{
	struct bar b = { .date = to,
		.open = 1,
		.high = 1,
		.low = 1,
		.close = 1,
		.volume = 1 };

	(void)br;
	(void)code;
	(void)from;
	clock_ms += takes_ms;
	if (ndays++ >= answers)
		return err_set(er, its_failure, "not today");
	bar_store_add(out, &b);
	return 0;
}

/* Fifty stocks: how many are asked for before it is given up. */
static int
days_of_fifty(int first, enum err_kind kind, int each_ms, int want_rc)
{
	struct refresh_counts c = { 0 };
	int rc, kept;

	world();
	know(1, 51);
	now_is("08:40:00");
	ndays = 0;
	answers = first;
	its_failure = kind;
	takes_ms = each_ms;
	rc = refresh_daily(&v, &codes, 0, &c, &e);
	is_int(rc, want_rc, "refresh_daily");
	is_str(e.msg, rc == -1 ? "000001: not today" : "", "its words");
	is_int(c.failed, 50 - first, "who was not asked has no answer, too");
	kept = (int)c.rows;
	is_int(kept, first, "what was got is kept");
	end();
	return ndays;
}

static void
silent_host(void)
{
	is_int(days_of_fifty(7, E_AWAY, 23000, 0), 10,
	    "three without an answer, and no more");
	is_int(days_of_fifty(0, E_AWAY, 23000, -1), 3, "not one answers");
	is_int(days_of_fifty(7, E_AWAY, 2000, 0), 7 + 8,
	    "it is waited for, so long");
	is_int(days_of_fifty(7, E_AWAY, 0, 0), 50,
	    "what fails at once is no"
	    " wait");
	is_int(
	    days_of_fifty(7, E_BROKER, 23000, 0), 50, "a refusal is an answer");
}

/* Stocks that need nothing tell nothing of the broker. */
static void
silent_host_between(void)
{
	struct refresh_counts c = { 0 };

	world();
	know(1, 51);
	now_is("08:40:00");
	ndays = takes_ms = 0;
	answers = 50;
	must(refresh_daily(&v, &codes, 0, &c, &e) == 0, "all have their days");
	own("DELETE FROM daily_price WHERE code % 2 = 0");
	ndays = answers = 0;
	takes_ms = 23000;
	its_failure = E_AWAY;
	must(refresh_daily(&v, &codes, 0, &c, &e) == 0, "half of them");
	is_int(ndays, 3, "three of those that are asked for are in a row");
	end();
}

int
main(void)
{
	world_open();
	ops.quotes = its_quotes;
	ops.daily_bars = its_days;
	once_a_day();
	at_work();
	held_without_a_price();
	no_answer();
	turns();
	silent_host();
	silent_host_between();
	codes_fini(&codes);
	world_close();
	return done_testing();
}
