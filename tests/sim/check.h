/*
 * check.h - the judge: are the promises S1-S12 and L1-L5 (RELIABILITY) kept?
 *
 * It looks from outside: SQL on the trading database against the paper
 * broker's own books.  It shares no code with the programs it judges, so that
 * a mistake in them is not repeated here.  It remembers what it saw, because
 * some promises are that a thing never goes back, is never sent again, or
 * stays away while a halt stands.
 *
 * It is told of everything by being called: after every program's run and some
 * commits, at the end of a day, and after healing.  It reads at a moment at which programs may
 * stand in the middle of their work, so a broker that knows more than the book
 * is no breach; a book that knows more than the broker is.
 *
 * Rules:
 *	S1	at the broker without a row committed as sending before, or
 *		other than the row says
 *	S2	an order, amend or cancel sent twice; an intention bought twice
 *	S3	final without the broker's record, or a person's command
 *	S4	fills: booked twice, not as the broker's, beyond the order;
 *		quantities and states that go back; history that goes away
 *	S5	cash or shares that are not the sum of what happened
 *	S6	after a complete synchronisation: a difference that is not
 *		recorded; an entry while one stands; after healing: any
 *	S7	cash or shares bound beyond what is there
 *	S8	two orders of one intention; an attempt before the last ended
 *	S9	an entry (with --all: an order) planned or sent after a halt; a
 *		halt or a latch of the day that went away by itself
 *	S11	two runs of one program; a change made upon an older state; a
 *		write transaction open where none may be
 *	S12	sent outside a session; an entry late, or by a stale signal
 *	T12	a buy and a sell of one stock working at once
 *	T21	an entry in a stock that is halted or designated, or of which
 *		that was not told today
 *	P5	an order for shares that no strategy bought
 *	P6	an entry beyond max_positions, if all buys that wait were filled
 *	L1	an order or request still open to doubt, and nobody told
 *	L2	a position beyond its stop, without a sell or an alarm
 *	L3	a program whose last run did not end, or ended as a bug
 *	L4	the database is not whole
 *	L5	minutes that the feed has and the database has not
 *
 * S10 needs the strategies, and that nobody writes to a schema newer than he
 * knows (L4) the moment at which it came: the simulator judges these by itself.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/types.h"

/* Who is told of a breach: its name ("S2") and a sentence. */
typedef void check_found(void *arg, const char *rule, const char *what);

struct check;

/* Every name it can report, NULL at the end. */
extern const char *const check_rules[];

/*
 * `db` has the trading database as main and the paper broker's books attached
 * as `paper`; beside them, for L5, the database that feeds the broker as
 * `feed`.  It stays the caller's, and must live as long as the judge.  What
 * is there already is judged by the first step.  NULL: out of memory, or a
 * query that does not prepare (told on stderr).
 */
struct check *check_new(sqlite3 *db, check_found *, void *arg);
void check_free(struct check *);
/* The broker tells totals and no fills: ours are growth, of several of its own
 * perhaps, with commission and tax that we compute. */
void check_totals(struct check *, bool tells);
/* Before the broker's order desk stands a gate, which refuses for a token or
 * for haste what its books then never hear of. */
void check_gate(struct check *, bool has_gate);
/* The clock that programs see is set, forward or back.  After the latter what
 * they do may seem to be before what they wrote. */
void check_clock_set(struct check *, epoch from, epoch to);

/*
 * Each returns the number of breaches found by this call.  `now` is market
 * time, "YYYY-MM-DD HH:MM"; a failing query is a breach of L4.
 */
int check_step(struct check *, const char *now); /* at any moment */
int check_day(struct check *, ymd day);          /* at the end of a day */
/* After the faults have stopped and the programs ran calmly for ten minutes,
 * the last time at `now`. */
int check_healed(struct check *, const char *now);
/* The part of it that a halt of all orders would excuse (L2): after four
 * minutes. */
int check_stops(struct check *, const char *now);

/* The connection that it has may be closed now; go on with another one, to the
 * same account, and remember.  False: as for check_new. */
void check_leave(struct check *);
bool check_go_on(struct check *, sqlite3 *db);
/* The power went, and with it the old connection, never to be closed: go on
 * with this one, and remember.  What a program committed that waits for the
 * disk (all but gen-signals, update-prices and eod-report) must be there.  False: as for check_new. */
bool check_reconnect(struct check *, sqlite3 *db);
/* The database is an older backup now: what it forgot is no breach, and what
 * is at the broker by now is taken as it is.  But nothing is bought beside it
 * until a person has looked. */
void check_restored(struct check *);
/* Asked while the only program at work waits for the network, or none is at
 * work: does the database take a write lock at once (S11)? */
int check_unlocked(struct check *);

#endif
