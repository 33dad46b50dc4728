/*
 * account_steps.c - a clock that is set while orders are without an answer
 * (T28): the wall's may be put forward or back, or be found wrong after the
 * machine slept or restarted; the other one nobody sets.
 */
#include "account_world.h"

#include "account/reconcile.h"

static epoch wall;
static int64_t up = 5000000; /* milliseconds */
static int steps_in = -1;    /* so many looks at the clock from now */
static int step_wall, step_up;

/* By so many seconds. */
static void
passes(int by_wall, int by_up)
{
	wall += by_wall;
	up += by_up * 1000;
}

void __wrap_clock_refresh(struct clock *c);
void
__wrap_clock_refresh(struct clock *c)
{
	if (steps_in >= 0 && steps_in-- == 0)
		passes(step_wall, step_up);
	if (c->is_fixed)
		return;
	c->now = wall;
	c->up_ms = up;
}

int64_t __wrap_monotonic_ms(void);
int64_t
__wrap_monotonic_ms(void)
{
	return up;
}

/* Another's transaction is waited for. */
static int wait_in_begin, begins; /* at that one of them, from now on */

int __real_store_begin(struct store *s, struct err *error);
int __wrap_store_begin(struct store *s, struct err *error);
int
__wrap_store_begin(struct store *s, struct err *error)
{
	if (begins > 0 && --begins == 0)
		passes(wait_in_begin, wait_in_begin);
	return __real_store_begin(s, error);
}

/* ---- What happens ------------------------------------------------------------ */

/* From now on. */
static void
clock_goes(void)
{
	v.now->is_fixed = false;
	v.now->up_ms = up;
}

/* Planned at five past nine, by a clock that goes from then on. */
static int64_t
is_meant(void)
{
	int64_t id;

	begin();
	id = planned("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	wall = v.now->now;
	clock_goes();
	return id;
}

static int64_t
is_claimed(void)
{
	int64_t id = is_meant();
	struct trail t = live_trail(&v, NULL);

	must(store_begin(v.db, &e) == 0 &&
		store_order_claim(v.db, id, &t, &e) == 1 &&
		store_commit(v.db, &e) == 0,
	    "a claim");
	return id;
}

static int64_t
is_lost(void)
{
	int64_t id = is_claimed();

	moves(id, "sending", "unknown");
	return id;
}

/* watch-fills, twice, a second apart. */
static void
looks(void)
{
	for (int i = 0; i < 2; i++) {
		passes(1, 1);
		live_tick(&v);
		must(follow_today(&v, &n, &e) == 0, "follow_today");
	}
}

/* "absent", says a person; "" where it is taken, else the words of refusal. */
static const char *
person_says_absent(int64_t id)
{
	static char words[512];
	struct err mine = { 0 };

	live_tick(&v);
	must(store_begin(v.db, &e) == 0, "begin");
	words[0] = '\0';
	if (settle_order(&v, id, true, 0, 0, &mine) == 0) {
		must(store_commit(v.db, &e) == 0, "commit");
		return words;
	}
	snprintf(words, sizeof(words), "%s", mine.msg);
	store_rollback(v.db);
	return words;
}

/* ---- Absence ------------------------------------------------------------------- */

static void
put_forward(void)
{
	int64_t id = is_lost();

	passes(3600, 0);
	looks();
	is_str(is(id), "unknown - 0",
	    "an hour forward: what has just left is not absent");
	says(person_says_absent(id), "say so after 10:07:00",
	    "nor by a person's word, who is told from when on it may be");
	passes(100, 100);
	looks();
	is_str(is(id), "unknown - 0", "104 s later neither");
	passes(16, 16);
	looks();
	is_str(is(id), "expired - 0", "more than 120 s later it is");
	end();

	id = is_lost();
	passes(3600, 0);
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	looks();
	is_str(is(id), "open 7 0", "what arrives in time is found");
	end();
}

static void
put_back(void)
{
	int64_t id = is_lost();

	passes(-3600, 0);
	passes(300, 300);
	looks();
	is_str(is(id), "unknown - 0",
	    "an hour back: the clock on the wall counts as well");
	passes(3600, 3600);
	looks();
	is_str(is(id), "expired - 0", "until that hour is over");
	end();
}

/* At a broker that carries no keys, an item of its list says by the broker's
 * clock when it was taken. */
static void
at_another_time(void)
{
	int64_t id = is_lost();

	passes(3600, 0);
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 1006);
	passes(150, 150);
	looks();
	is_str(is(id), "unknown - 0",
	    "put forward: an item an hour later may be ours, if not for sure");
	says(alert(), "unknown order", "a person is asked");
	end();

	id = is_lost();
	passes(-3600, 0);
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 805);
	passes(3800, 3800);
	looks();
	is_str(is(id), "unknown - 0", "put back: one an hour before as well");
	end();

	id = is_lost();
	passes(3600, 3600);
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 1004);
	lists("8", "", "005930", SIDE_BUY, 10, 55000, 903);
	looks();
	is_str(is(id), "expired - 0",
	    "no step: those of other times are of others");
	end();
}

/* Whoever finds a sender dead may have had to wait for another's transaction,
 * after the lease's own: it is counted from when that is over. */
static void
found_dead_after_a_wait(void)
{
	struct err ignored = { 0 };
	int64_t id = is_claimed();

	passes(600, 600);
	live_tick(&v);
	begins = 2;
	wait_in_begin = 30;
	must(send_begin(&v, &ignored) == 0, "another sender");
	send_end(&v);
	is_int(begins, 0, "the second transaction waited");
	passes(100, 100);
	looks();
	is_str(is(id), "unknown - 0", "102 s after that it is not absent");
	passes(20, 20);
	looks();
	is_str(is(id), "expired - 0", "more than 120 s after it is");
	end();
}

/* The clock was ahead when it was claimed, and is put right before its sender
 * gave up: what was noted then says nothing of the clock at the claim. */
static void
put_back_while_sent(int by, hhmm taken)
{
	int64_t id = is_claimed();

	passes(28 + by, 28);
	live_tick(&v);
	moves(id, "sending", "unknown");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, taken);
	listed[0].has_second = true;
	listed[0].second = 28;
	passes(5000, 5000);
	looks();
	is_str(is(id), "unknown - 0",
	    "put back by %d s while it was sent: what was taken then may be it",
	    -by);
	end();
}

/* An item of the list, taken at that time and second. */
static void
lists_at(hhmm taken, int second)
{
	lists("7", "", "005930", SIDE_BUY, 10, 55000, taken);
	listed[0].has_second = true;
	listed[0].second = second;
}

/* The clock was put back by an hour between its claim and the end of its
 * request. */
static int64_t
is_lost_over_a_step(void)
{
	int64_t id = is_claimed();

	passes(28 - 3600, 28);
	live_tick(&v);
	moves(id, "sending", "unknown");
	return id;
}

/* The broker's clock agrees with ours as it went when the sender gave up. */
static void
put_back_while_it_stays(void)
{
	int64_t id = is_lost_over_a_step();

	lists_at(907, 25);
	passes(5000, 5000);
	looks();
	is_str(is(id), "unknown - 0",
	    "put back for good: by the clock at the claim it may be it");
	end();

	id = is_lost_over_a_step();
	passes(3600, 0);
	lists_at(805, 5);
	passes(200, 200);
	looks();
	is_str(is(id), "unknown - 0",
	    "and forward again: by the clock when its sender gave up");
	end();
}

/* What is asked of an unknown order later moves no moment of it. */
static void
asked_of_later(void)
{
	int64_t id = is_lost_over_a_step();
	struct order_row o;
	struct trail t;

	passes(300, 300);
	live_tick(&v);
	t = live_trail(&v, NULL);
	must(store_order(v.db, id, &o, &e) == 1, "the order");
	o.wants_cancel = true;
	must(store_put_order(v.db, &o, &t, &e) == 0, "a cancel asked for");
	passes(3600, 0);
	lists_at(805, 20);
	passes(200, 200);
	looks();
	is_str(is(id), "unknown - 0",
	    "a cancel asked for is no moment at which it left");
	end();
}

/* A list without one that the broker took is short. */
static void
short_after_a_step(void)
{
	struct trail t;
	int64_t taken, id;

	begin();
	taken = sent("b", "000660", SIDE_BUY, 1, 9000, "09:04:00");
	answered(taken, "6");
	id = planned("a", "005930", SIDE_BUY, 10, 55000, "08:04:00");
	wall = v.now->now;
	clock_goes();
	t = live_trail(&v, NULL);
	must(store_order_claim(v.db, id, &t, &e) == 1, "a claim");
	moves(id, "sending", "unknown");
	passes(200, 200);
	looks();
	is_str(is(id), "unknown - 0",
	    "put back: the list lacks one that was sent later");
	lists("6", "", "000660", SIDE_BUY, 1, 9000, 904);
	looks();
	is_str(is(id), "expired - 0", "with it, it is whole");
	end();
}

static void
by_time_alone(void)
{
	int64_t id = is_lost();

	passes(118, 118);
	looks();
	is_str(is(id), "unknown - 0", "no step: 120 s are not over");
	passes(1, 1);
	looks();
	is_str(is(id), "expired - 0", "they are");
	end();

	id = is_lost();
	passes(150, 150);
	is_str(person_says_absent(id), "", "a person may say so then");
	is_str(is(id), "expired - 0", "it is");
	end();
}

/* Its sender may have slept between claim and wire. */
static void
found_dead(void)
{
	struct err ignored = { 0 };
	int64_t id = is_claimed();

	passes(600, 600);
	live_tick(&v);
	must(send_begin(&v, &ignored) == 0, "another sender");
	send_end(&v);
	is_str(is(id), "unknown - 0", "its sender was found dead");
	passes(600, 30);
	looks();
	is_str(is(id), "unknown - 0", "that is when it is counted from");
	passes(100, 100);
	looks();
	is_str(is(id), "expired - 0", "by both clocks");
	end();
}

/* An amend without an answer, at a broker that gives new numbers: the old one
 * is cancelled, the new one is not listed yet. */
static void
an_amend_under_way(void)
{
	int64_t id = is_claimed();

	answered(id, "7");
	passes(600, 600);
	live_tick(&v);
	requested(id, "amend", 55100, "unknown");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	passes(3600, 0);
	looks();
	is_int(open_requests(), 1,
	    "an hour forward: an amend that has just left is not given up");
	listed[nlisted - 1].state = BO_CANCELLED;
	looks();
	is_str(is(id), "open 7 0", "it may have replaced its order");
	passes(100, 100);
	looks();
	is_str(is(id), "open 7 0", "106 s later too");
	passes(14, 14);
	looks();
	is_str(
	    is(id), "cancelled 7 0", "more than 120 s later it was cancelled");
	end();
}

/* What became of the last request about it. */
static const char *
last_request(int64_t id)
{
	static char state[16];
	struct request_row *r;
	int nrequest;

	must(
	    store_requests_of(v.db, id, &r, &nrequest, &e) == 0 && nrequest > 0,
	    "its requests");
	snprintf(state, sizeof(state), "%s", r[nrequest - 1].state);
	free(r);
	return state;
}

/* By a clock an hour ahead, which is put right again. */
static int64_t
asked_ahead(const char *kind, won limit, const char *state)
{
	int64_t id = is_claimed();

	answered(id, "7");
	passes(3600, 30);
	live_tick(&v);
	requested(id, kind, limit, state);
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	passes(-3600, 1);
	return id;
}

static void
a_request_of_a_time_to_come(void)
{
	int64_t id = asked_ahead("cancel", 0, "unknown");

	looks();
	is_str(last_request(id), "planned",
	    "a lost cancel is asked again, though it left an hour ahead");
	end();
	id = asked_ahead("amend", 55100, "unknown");
	looks();
	is_str(last_request(id), "unknown", "an amend may be under way");
	passes(120, 120);
	looks();
	is_str(last_request(id), "dropped",
	    "and is not two minutes later, by the clock that nobody sets");
	end();
}

/* ---- Other boots ------------------------------------------------------------- */

static void
after_a_reboot(void)
{
	int64_t id = is_lost(), was = up;

	own("UPDATE order_left SET boot = 'the one before'");
	passes(3600, 0);
	up = 60000;
	looks();
	is_str(is(id), "unknown - 0",
	    "a minute after a reboot it can have left a minute ago");
	passes(0, 60);
	looks();
	is_str(is(id), "expired - 0", "two minutes after it cannot");
	up = was;
	end();

	id = is_lost();
	own("UPDATE order_left SET boot = 'the one before'");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 805);
	passes(200, 200);
	looks();
	is_str(is(id), "unknown - 0",
	    "nobody knows how the clock was set: one of any time may be it");
	listed[0].limit = 55100;
	looks();
	is_str(is(id), "expired - 0", "one that is not alike is another's");
	end();

	id = is_lost();
	own("UPDATE order_left SET boot = '', at_ms = at_ms + 9000000");
	passes(200, 0);
	looks();
	is_str(is(id), "expired - 0",
	    "a moment to come is of another boot, where none has a name");
	end();

	id = is_lost();
	own("UPDATE order_left SET boot = ''");
	passes(200, 0);
	looks();
	is_str(is(id), "unknown - 0", "one that may be of this one counts");
	end();

	id = is_lost();
	own("UPDATE order_left SET at_ms = 9223372036854775807");
	passes(200, 200);
	looks();
	is_str(is(id), "unknown - 0", "a moment that cannot be is no absence");
	end();

	id = is_lost();
	own("DELETE FROM order_left");
	passes(118, 0);
	looks();
	is_str(is(id), "unknown - 0", "nothing is noted: the wall's clock");
	passes(1, 0);
	looks();
	is_str(is(id), "expired - 0", "alone");
	end();
}

static void
a_fixed_clock(void)
{
	int64_t id;

	begin();
	id = lost("a", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	look("09:07:01");
	look("09:07:02");
	is_str(is(id), "expired - 0", "--now is all the time there is");
	end();
}

/* ---- The sender --------------------------------------------------------------- */

/* At its second look at the clock: it has claimed, and not sent yet. */
static void
is_stopped(int by_wall, int by_up, bool is_kept)
{
	struct send_counts sent_n;
	int64_t id = is_meant();

	must(send_begin(&v, &e) == 0, "the sender");
	/* An order of before the lease is dropped: plan it again. */
	is_str(is(id), "expired - 0", "of before");
	v.now->now = wall;
	id = planned("b", "005930", SIDE_BUY, 10, 55000, "09:05:00");
	clock_goes();
	nasked = 0;
	steps_in = 1;
	step_wall = by_wall;
	step_up = by_up;
	must(send_planned(&v, &sent_n, &e) == 0, "send_planned");
	steps_in = -1;
	send_end(&v);
	is_int(nasked, !is_kept, "%d s by the wall, %d s by the other: %s",
	    by_wall, by_up, is_kept ? "kept back" : "sent");
	is_str(is(id), is_kept ? "unknown - 0" : "open 101 0",
	    is_kept ? "and looked for" : "and taken");
	is_int(sent_n.sent, !is_kept, "it is counted so");
	is_int(sent_n.unknown, is_kept, "and so");
	end();
}

static void
a_sender_that_stood_still(void)
{
	is_stopped(0, 0, false);
	is_stopped(60, 60, false);
	is_stopped(61, 0, true);
	is_stopped(0, 61, true);
	is_stopped(-3600, 1, false);
}

/* A cancel as well; it is asked again (T28). */
static void
a_cancel_that_stood_still(void)
{
	struct send_counts sent_n;
	int64_t id = is_claimed();

	answered(id, "7");
	requested(id, "cancel", 0, "planned");
	must(send_begin(&v, &e) == 0, "the sender");
	steps_in = 1;
	step_wall = 0;
	step_up = 70;
	must(send_planned(&v, &sent_n, &e) == 0, "send_planned");
	steps_in = -1;
	is_int(nasked, 0, "a cancel is kept back, too");
	is_int(open_requests(), 1, "and has no answer");
	send_end(&v);
	end();
}

/* ---- A balance that is behind (T25) ---------------------------------------------- */

static int
its_cash(struct broker *br, struct broker_cash *c, struct err *error)
{
	(void)br, (void)error;
	c->settled = c->buyable = 10000000;
	return 0;
}

/* Five of another stock, which we hold; of what was just bought nothing yet. */
static int
its_holdings(struct broker *br, struct broker_holdings *out, struct err *error)
{
	(void)br, (void)error;
	out->item = realloc(out->item, sizeof(*out->item));
	out->item[0] = (struct broker_holding){
		.code = "000660", .n = 5, .sellable = 5, .cost = 50000
	};
	out->n = out->cap = 1;
	return 0;
}

/* Ten are bought and booked, and never in the balance. */
static void
is_behind(void)
{
	begin();
	broker.caps = 0;
	ops.cash = its_cash;
	ops.holdings = its_holdings;
	a_share("a", "000660", 5);
	answered(sent("a", "005930", SIDE_BUY, 10, 55000, "09:05:00"), "7");
	lists("7", "", "005930", SIDE_BUY, 10, 55000, 905);
	fills(10, 55000);
	look("09:06:00");
	wall = v.now->now;
	clock_goes();
}

static const char *
synchronised(int by_wall, int by_up)
{
	static char text[80];
	struct differences d = { 0 };
	char *cash;

	passes(by_wall, by_up);
	live_tick(&v);
	must(store_lease_take(v.db, v.program, 60, &v.lease, &e) == 0 &&
		reconcile(&v, RECONCILE_AGREE, &d, &e) == 0,
	    "reconcile");
	store_lease_release(v.db, &v.lease);
	free(d.item);
	snprintf(text, sizeof(text), "%s", holds());
	if ((cash = strchr(text, ' ')) != NULL)
		*cash = '\0';
	return text;
}

static void
a_balance_behind(void)
{
	is_behind();
	is_str(synchronised(1, 1), "15", "seen once");
	is_str(synchronised(3600, 1), "15", "an hour forward is no minute");
	is_str(synchronised(-3600, 57), "15", "nor back: it begins anew");
	is_str(
	    synchronised(61, 61), "15", "a minute: it may not be counted yet");
	is_str(synchronised(60, 60), "5", "two: they were sold by hand");
	end();

	is_behind();
	is_str(synchronised(300, 300), "15", "long after the fill: once");
	is_str(synchronised(-7200, 1), "15", "two hours back");
	up = 1000; /* restarted */
	is_str(synchronised(3600, 50), "15", "the machine is restarted");
	is_str(synchronised(0, 71), "5", "two minutes later");
	end();
}

int
main(void)
{
	world_open();
	put_forward();
	put_back();
	at_another_time();
	found_dead_after_a_wait();
	put_back_while_sent(-60, 904);
	put_back_while_sent(-3600, 805);
	put_back_while_it_stays();
	asked_of_later();
	short_after_a_step();
	by_time_alone();
	found_dead();
	an_amend_under_way();
	a_request_of_a_time_to_come();
	after_a_reboot();
	a_fixed_clock();
	a_sender_that_stood_still();
	a_cancel_that_stood_still();
	a_balance_behind();
	world_close();
	return done_testing();
}
