/*
 * account_hours.c - the end of the session comes between the plan and the
 * wire; and what answers, and no answers, leave.
 */
#include "account_world.h"

/* Send all that is planned; how much left us. */
static int
send_at(const char *hms)
{
	struct send_counts sent_now = { 0 };

	now_is(hms);
	must(send_planned(&v, &sent_now, &e) == 0, "send_planned");
	return nasked;
}

static void
open_sender(void)
{
	begin();
	must(send_begin(&v, &e) == 0, "send_begin");
}

static void
close_sender(void)
{
	send_end(&v);
	end();
}

/* S12: a machine that slept, a sender that waited. */
static void
after_hours(void)
{
	int64_t id;

	open_sender();
	a_share("a", "005930", 10);
	id = planned("a", "005930", SIDE_SELL, 10, 0, "15:28:00");
	is_int(send_at("15:29:59"), 1, "a sell in the last minute goes");
	is_str(is(id), "open 101 0", "and is answered");
	close_sender();

	open_sender();
	a_share("a", "005930", 10);
	id = planned("a", "005930", SIDE_SELL, 10, 0, "15:29:00");
	is_int(send_at("15:30:00"), 0, "at the close nothing is sent");
	is_str(is(id), "expired - 0", "it is dropped");
	is_str(signal_is("a", "005930", SIDE_SELL), "pending",
	    "and its signal waits");
	close_sender();
}

static void
amend_after_hours(void)
{
	struct request_row r = { .kind = "amend", .limit = 10100 };
	struct request_row *row;
	struct trail t;
	int nr;

	for (int late = 0; late < 2; late++) {
		open_sender();
		r.order_id = sent(
		    "a", "005930", SIDE_BUY, 10, 10000, "15:20:00");
		answered(r.order_id, "7");
		t = live_trail(&v, NULL);
		must(store_begin(v.db, &e) == 0 &&
			store_add_request(v.db, &r, &t, &e) == 0 &&
			store_commit(v.db, &e) == 0,
		    "an amend");
		is_int(send_at(late ? "15:30:00" : "15:29:00"), !late,
		    "an amend %s", late ? "after the close" : "before it");
		must(store_requests_of(v.db, r.order_id, &row, &nr, &e) == 0,
		    "its row");
		is_str(row[0].state, late ? "dropped" : "accepted", "is");
		free(row);
		close_sender();
	}
}

static void
answers(void)
{
	int64_t id;

	open_sender();
	its_answer = PLACE_REJECTED;
	id = planned("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	is_int(send_at("09:05:01"), 1, "sent");
	is_str(is(id), "rejected - 0", "refused");
	is_str(signal_is("a", "005930", SIDE_BUY), "pending", "waits again");
	is_int(send_at("09:05:02"), 1, "and is not sent twice");
	close_sender();

	open_sender();
	its_answer = PLACE_UNKNOWN;
	id = planned("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	is_int(send_at("09:05:01"), 1, "sent");
	is_str(is(id), "unknown - 0", "no answer");
	is_int(send_at("09:05:02"), 1, "nor is that one sent twice");
	close_sender();
}

/* What a dead sender left. */
static void
died(void)
{
	int64_t a, b;

	begin();
	a = sent("a", "005930", SIDE_BUY, 10, 10000, "09:05:00");
	b = planned("a", "000660", SIDE_BUY, 10, 10000, "09:05:00");
	must(send_begin(&v, &e) == 0, "send_begin");
	is_str(is(a), "unknown - 0", "it may be out");
	is_str(is(b), "expired - 0", "it is not, and its minute is over");
	is_str(signal_is("a", "000660", SIDE_BUY), "pending", "waits again");
	is_int(send_at("09:05:30"), 0, "nothing is sent");
	close_sender();
}

int
main(void)
{
	world_open();
	after_hours();
	amend_after_hours();
	answers();
	died();
	world_close();
	return done_testing();
}
