/*
 * order.pml - the order protocol: how one intention becomes orders at the
 * broker, whatever dies, is lost, or comes late.
 *
 * A person reads it beside lib/account/send.c, lib/account/follow.c and what
 * the latter calls (fills.c, asked.c, absent.c, stranger.c): the steps have the
 * names of the functions there.  One d_step is one transaction
 * of the database, one message, or one act of the broker; between any two of
 * them everything else may happen, and whoever acts may die.
 *
 *   placer   place-orders: the lease, what a dead sender left, the decision,
 *            each claim, the wire, the answer
 *   watcher  watch-fills: the broker's lists, then a sender like the placer
 *   syncer   sync-account: the broker's lists
 *   broker   takes, refuses, loses, delays, fills, ends, answers
 *   clock    ticks; what is under way arrives, or is lost, within a tick of
 *            leaving us, and is in the list by then (T28's assumption)
 *
 * A tick stands for the 120 seconds of ABSENT_AFTER.  Ages stop at OLD.
 * Programs run for ever, as cron starts them; nothing counts runs.  There is
 * one intention (a day's signal for a strategy, stock and side) and up to A
 * orders for it.
 *
 * What is bounded, and what may happen, is chosen with -D; tests/model/run
 * has the list.  Without FAULTS, deaths and losses are not counted at all.
 * Names that begin with BAD_ plant a defect that spin must find.
 */

#ifndef A
#define A 2		/* orders for the intention */
#endif
#define Q 2		/* shares wanted; a fill is one share */
#ifndef PLACERS
#define PLACERS 1
#endif
#if !defined(NO_SYNCER) || defined(AMENDS)
#define TWO		/* lists may be older than what stands in the book */
#endif

/* ---- Words, and the tables ------------------------------------------------ */

/* As enum order_state; NONE: no such row yet. */
#define PLANNED 0
#define SENDING 1
#define OPEN 2
#define PART 3
#define UNKNOWN 4
#define FILLED 5
#define CANCELLED 6
#define REJECTED 7
#define EXPIRED 8
#define NONE 9

#define CLAIM 0
#define DROP 1
#define ACCEPT 2
#define REJECT 3
#define LOST 4
#define FILL 5
#define FILL_ALL 6
#define CANCEL 7
#define EXPIRE 8
#define ABSENT 9

#define FINAL(s) ((s) >= FILLED && (s) != NONE)
#define LIVE(s) ((s) < FILLED)	/* planned too: it is not final */
#define WORKS(s) ((s) == OPEN || (s) == PART)

/* As enum req_state.  A request that has ended is RQ_NONE: it plays no part
 * any more. */
#define RQ_PLANNED 0
#define RQ_SENDING 1
#define RQ_ACCEPTED 2
#define RQ_REFUSED 3
#define RQ_UNKNOWN 4
#define RQ_DROPPED 5
#define RQ_NONE 6

/* The broker's word of an order; B_NONE: it never came. */
#define B_NONE 0
#define B_WORKING 1
#define B_FILLED 2
#define B_CANCELLED 3
#define B_REJECTED 4
#define B_EXPIRED 5

/* A new order under way: not yet taken (1, 2), or taken and not yet in the list
 * (3, 4).  The even ones are a tick old: time waits for 2, and lists 4. */
#define HOME 0
#define AWAY(f) ((f) == 1 || (f) == 2)
#define HIDDEN(f) ((f) >= 3)

/* What the one who waits for an answer knows. */
#define NOBODY 0
#define WAITS 1
#define YES 2
#define NO 3
#define SILENCE 4

#define OLD 2

#ifdef BREADTH_FIRST	/* which knows no hidden variables */
#define hidden
#endif
hidden byte nx, i, j, x, m;	/* of one step alone */
hidden byte was_final;

#define T(s, e, t) + ((st[o] == s) * (ev == e) * (t + 1))

/* store_move_order, book_event: the table says where to. */
inline move(o, ev) {
	nx = (0
#include "table.pml"
	);
	assert(nx > 0);
	st[o] = nx - 1
}

/* store_move_request, of cancels and of amends. */
#define STAYS(to) ((to == RQ_SENDING || to == RQ_UNKNOWN) -> to : RQ_NONE)

#define R(s, t) + ((cq[o] == s) * (to == t))
inline move_cancel(o, to) {
	nx = (0
#include "requests.pml"
	);
	assert(nx > 0);
	cq[o] = STAYS(to)
}
#undef R

#define R(s, t) + ((aq[o] == s) * (to == t))
inline move_amend(o, to) {
	nx = (0
#include "requests.pml"
	);
	assert(nx > 0);
	aq[o] = STAYS(to)
}
#undef R

/* ---- The database ---------------------------------------------------------- */

byte st[A] = NONE;	/* orders.state */
byte n[A];		/* quantity */
byte filled[A];
byte booked[A];		/* table fill: bit k, the broker's fill k */
byte num[A];		/* broker_no: 0 not known, 1, 2 after an amend */
byte age[A];		/* ticks since it can last have left us */
byte seen[A];		/* drift: how often it was absent */
bit sig = 1;		/* the signal: 1 pending, 0 executed */
byte natt;		/* rows of the intention */

byte lease;		/* who sends: 0 nobody */
bit lease_dead;		/* its process is dead */

#ifdef CANCELS
byte cq[A] = RQ_NONE;	/* the open cancel of an order */
bit wants[A];		/* wants_cancel */
#endif
#ifdef AMENDS
byte aq[A] = RQ_NONE;	/* its open amend */
byte aage[A];
bit lim[A];		/* limit_price: as sent, or amended */
#endif

/* What of the database is newer than the lists that each follower holds, by
 * the times that stand in it (answered_at, changed_at against read_at). */
#ifdef TWO
bit busy[2];		/* it has begun, and has not applied its lists */
bit later;		/* who began last */
#ifdef AMENDS
bit behind[2];		/* an amend has ended since it began */
#endif
bit moved[2 * A];	/* an order became final since it began */
#endif

/* ---- The wire and the broker ------------------------------------------------ */

byte fl[A];		/* a new order under way */
byte ans[A];
byte sent[A];		/* how often the order left us */
byte bst[A];
byte bm[A];		/* fills: bit k */
#ifdef CANCELS
byte fc[A];		/* a cancel under way: 1, 2 a tick old */
byte cn[A];		/* the number that it names */
byte cans[A];
#endif
#ifdef AMENDS
byte fa[A];
byte an[A];
byte aans[A];
byte bnum[A];
bit blim[A];
#endif

#ifdef FAULTS
byte faults = FAULTS;
#define MAY_FAIL (faults > 0)
#define FAILS faults--
#else
#define MAY_FAIL true
#define FAILS skip
#endif
#ifdef BAD_LISTS
byte badlists = BAD_LISTS;
#endif
#ifdef FALSE_DEATHS
byte falsedeaths = FALSE_DEATHS;
bit hand[4];		/* who claimed, and is about to send: time waits */
#endif

#ifdef AMENDS
#define BNUM(o) bnum[o]
#else
#define BNUM(o) 1
#endif

#define COUNT(m) (((m) & 1) + (((m) >> 1) & 1))

/* ---- What must hold after every step -----------------------------------------

The names in the comments are those of the promises; tests/model/run looks
there for what was broken.

S1  intention first: what came to the broker has a row that was claimed
S2  at most once: an order leaves and arrives once, and of one intention no
    more works or was bought than was wanted
S3  never forgotten: final in the book means that nothing of it works or is
    under way, and that all its fills are booked
S4  each fill once, never above the quantity; nothing goes back
S8  one order that is not final
P8  a sender writes only while it owns the lease
T29 no order of ours is taken for a stranger's
L1  once the faults stop, each unknown order is settled, and book and broker
    agree for ever
*/

#define INTENDED(o) (bst[o] == B_NONE || (st[o] != NONE && st[o] != PLANNED))
#define ENDED(o) (!FINAL(st[o]) || (!AWAY(fl[o]) && bst[o] != B_WORKING && \
    filled[o] == COUNT(bm[o])))
#define BOOKED(o) (filled[o] <= COUNT(bm[o]) && COUNT(bm[o]) <= n[o])
#define THERE(o) (bst[o] == B_WORKING -> n[o] : COUNT(bm[o]))

inline check() {
	i = 0; j = 0; nx = 0;
	do
	:: i < A ->
		assert(INTENDED(i));	/* S1 */
		assert(BOOKED(i));	/* S4 */
		assert(ENDED(i));	/* S3 */
		j = j + THERE(i);
		nx = nx + LIVE(st[i]);
		i++
	:: else -> break
	od;
	assert(j <= Q);		/* S2 */
	assert(nx <= 1)		/* S8 */
}

/* ---- The broker ---------------------------------------------------------------- */

/* An order arrives. */
inline take(o, as) {
	assert(bst[o] == B_NONE);	/* S2 */
	bst[o] = as;
#ifdef AMENDS
	bnum[o] = 1;
#endif
	ans[o] = (ans[o] == WAITS -> (as == B_WORKING -> YES : NO) : ans[o])
}

inline fill(o) {
	bm[o] = bm[o] * 2 + 1;
	if
	:: COUNT(bm[o]) == n[o] -> bst[o] = B_FILLED
	:: else
	fi
}

/* One for each order, so that none waits for another. */
proctype broker(byte o) {
	do
	/* Taken, and in the list at once, or later. */
	:: d_step { AWAY(fl[o]) -> take(o, B_WORKING); fl[o] = HOME; check() }
	:: d_step { AWAY(fl[o]) -> take(o, B_WORKING); fl[o] = fl[o] + 2;
	    check() }
	:: d_step { HIDDEN(fl[o]) -> fl[o] = HOME }
	:: d_step { AWAY(fl[o]) -> take(o, B_REJECTED); fl[o] = HOME; check() }
	/* Lost on the way. */
	:: d_step { AWAY(fl[o]) && MAY_FAIL -> FAILS; fl[o] = HOME }
	:: d_step { bst[o] == B_WORKING -> fill(o); check() }
	/* The close; a rejection after the acceptance. */
	:: d_step { bst[o] == B_WORKING -> bst[o] = B_EXPIRED; check() }
#ifndef NO_LATE_REJECT
	:: d_step { bst[o] == B_WORKING -> bst[o] = B_REJECTED; check() }
#endif
#ifdef CANCELS
	:: d_step { fc[o] ->
		if
		:: bst[o] == B_WORKING && cn[o] == BNUM(o) ->
			bst[o] = B_CANCELLED;
			cans[o] = (cans[o] == WAITS -> YES : cans[o])
		:: else -> cans[o] = (cans[o] == WAITS -> NO : cans[o])
		fi;
		fc[o] = 0; cn[o] = 0; check() }
	:: d_step { fc[o] && MAY_FAIL -> FAILS; fc[o] = 0; cn[o] = 0 }
#endif
#ifdef AMENDS
	:: d_step { fa[o] ->
		if
		:: bst[o] == B_WORKING && an[o] == bnum[o] ->
			blim[o] = 1;
#ifdef RENUMBERS
			bnum[o] = 2;
#endif
			aans[o] = (aans[o] == WAITS -> YES : aans[o])
		:: else -> aans[o] = (aans[o] == WAITS -> NO : aans[o])
		fi;
		fa[o] = 0; an[o] = 0; check() }
	:: d_step { fa[o] && MAY_FAIL -> FAILS; fa[o] = 0; an[o] = 0 }
#endif
	od
}

/* ---- Time ------------------------------------------------------------------------ */

/* Does its age matter? */
#ifdef BAD_FROM_CLAIM
#define AGES(o) ((st[o] == SENDING || st[o] == UNKNOWN) && age[o] < OLD)
#else
#define AGES(o) (st[o] == UNKNOWN && age[o] < OLD)
#endif

proctype clock() {
	byte o;
	do
	:: d_step {
		o = 0; nx = 0; j = 0;
#ifdef FALSE_DEATHS
		j = hand[1] || hand[2] || hand[3];
#endif
		do
		:: o < A ->
			/* What is a tick old arrives before the next. */
			j = j || fl[o] == 2;
			nx = nx || AGES(o) || fl[o];
#ifdef CANCELS
			j = j || fc[o] == 2;
			nx = nx || fc[o];
#endif
#ifdef AMENDS
			j = j || fa[o] == 2;
			nx = nx || fa[o] || (aq[o] == RQ_UNKNOWN &&
			    aage[o] < OLD);
#endif
#ifdef FALSE_DEATHS
#endif
			o++
		:: else -> break
		od;
		o = 0;
		do
		:: o < A && nx && !j ->
			age[o] = age[o] + AGES(o);
			fl[o] = (fl[o] == 4 -> HOME : fl[o] + (fl[o] > 0));
#ifdef CANCELS
			fc[o] = fc[o] + (fc[o] > 0);
#endif
#ifdef AMENDS
			fa[o] = fa[o] + (fa[o] > 0);
			aage[o] = aage[o] + (aq[o] == RQ_UNKNOWN &&
			    aage[o] < OLD);
#endif
			o++
		:: else -> break
		od;
		o = 0
	}
	od
}

/* ---- follow.c ------------------------------------------------------------------------ */

/* Does any order or request wait for the broker's word?  (follow_needed) */
#define WAITING(o) (st[o] >= SENDING && st[o] <= UNKNOWN)
#ifdef CANCELS
#define ASKED_C(o) (cq[o] == RQ_UNKNOWN)
#else
#define ASKED_C(o) false
#endif
#ifdef AMENDS
#define ASKED_A(o) (aq[o] == RQ_UNKNOWN)
#else
#define ASKED_A(o) false
#endif
#define NEEDED(o) (WAITING(o) || ASKED_C(o) || ASKED_A(o))
#if A > 2
#define FOLLOW_NEEDED (NEEDED(0) || NEEDED(1) || NEEDED(2))
#elif A > 1
#define FOLLOW_NEEDED (NEEDED(0) || NEEDED(1))
#else
#define FOLLOW_NEEDED NEEDED(0)
#endif

/* Lists of what is final in the book are not kept: they can change nothing,
 * as check() has it. */
#define KEEP(o) (st[o] != NONE && !FINAL(st[o]))

inline begin_follow(f) {
	x = 0;
	do
	:: x < A -> f_old[x] = (WAITING(x) && age[x] == OLD);
#ifdef AMENDS
		f_aold[x] = (ASKED_A(x) && aage[x] == OLD);
#endif
		x++
	:: else -> break
	od;
#ifdef TWO
	busy[f] = 1; later = f;
#endif
	x = 0
}

inline end_follow(f) {
#ifdef TWO
	busy[f] = 0; later = (busy[1 - f] -> later : 0);
#ifdef AMENDS
	behind[f] = 0;
#endif
	x = 0;
	do
	:: x < A -> moved[f * A + x] = 0; x++
	:: else -> break
	od;
#endif
	x = 0;
	do
	:: x < A -> f_old[x] = 0; l_st[x] = 0; l_n[x] = 0; l_f[x] = 0;
#ifdef AMENDS
		f_aold[x] = 0; l_num[x] = 0; l_lim[x] = 0;
#endif
		x++
	:: else -> break
	od;
	x = 0; m = 0; again = 0
}

inline read_orders() {
	x = 0;
	do
	:: x < A && KEEP(x) && !HIDDEN(fl[x]) ->
		l_st[x] = bst[x]; l_n[x] = COUNT(bm[x]);
#ifdef AMENDS
		l_num[x] = bnum[x]; l_lim[x] = blim[x];
#endif
		x++
	:: x < A && !(KEEP(x) && !HIDDEN(fl[x])) -> x++
	:: x >= A -> break
	od;
	x = 0
}

inline read_fills() {
	x = 0;
	do
	:: x < A -> l_f[x] = (KEEP(x) -> bm[x] & m : 0); x++
	:: else -> break
	od;
	x = 0; m = 0
}

#ifdef AMENDS
#define LNUM(o) l_num[o]
#else
#define LNUM(o) 1
#endif

#ifdef BAD_FILLS
#define KNOWN(o, b) false
#else
#define KNOWN(o, b) (booked[o] & b)	/* store_fill_known */
#endif
#define FITS(o) (filled[o] < n[o] && st[o] != NONE && st[o] != PLANNED && \
    st[o] != REJECTED && st[o] != FILLED)

inline book_one(o, b) {
	if
	:: (l_f[o] & b) && (l_st[o] || num[o]) && !KNOWN(o, b) && FITS(o) ->
		booked[o] = booked[o] | b;
		filled[o]++;
		if
		:: filled[o] == n[o] -> move(o, FILL_ALL)
		:: else -> move(o, FILL)
		fi
	:: else
	fi
}

#ifdef BAD_END
#define FILLS_COMPLETE(o) true
#else
#define FILLS_COMPLETE(o) (filled[o] == l_n[o])
#endif

inline take_end(o) {
	if
	:: LNUM(o) != num[o] || !WORKS(st[o]) || !FILLS_COMPLETE(o) ->
		skip
	:: else ->
		if
		:: l_st[o] == B_CANCELLED -> move(o, CANCEL)
		:: l_st[o] == B_REJECTED -> move(o, REJECT); sig = 1
		:: l_st[o] == B_EXPIRED -> move(o, EXPIRE)
		:: else
		fi
	fi
}

#ifdef BAD_ONE_LIST
#define PROVED 1
#else
#define PROVED 2
#endif

inline count_absence(o) {
	if
	:: st[o] != UNKNOWN -> seen[o] = 0; age[o] = 0
	:: st[o] == UNKNOWN && f_old[o] ->
		seen[o]++;
		if
		:: seen[o] == PROVED ->
			move(o, ABSENT); sig = 1; seen[o] = 0; age[o] = 0
		:: else
		fi
	:: else
	fi
}

/* Does the other find that what f writes is newer than its lists?  Written is
 * the time of the transaction, or (a defect) that of f's beginning. */
#ifdef BAD_CLOCK
#define TELLS(f) (busy[1 - f] && later == f)
#else
#define TELLS(f) busy[1 - f]
#endif
#ifdef BAD_BEHIND
#define IS_BEHIND(f) false
#else
#define IS_BEHIND(f) behind[f]
#endif

/* is_stranger: it works, though it is final here, and was when we began. */
inline judge_stranger(f, o) {
#ifdef TWO
	assert(!(l_st[o] == B_WORKING && FINAL(st[o]) && LNUM(o) == num[o] &&
	    !moved[f * A + o]))	/* T29 */
#else
	skip
#endif
}

/* apply_lists, one transaction. */
inline apply(f) {
	x = 0;
	do
	:: x < A ->
		was_final = FINAL(st[x]);
		if
		:: l_st[x] && st[x] != NONE && st[x] != PLANNED ->
			/* take_number */
			if
			:: st[x] == SENDING || st[x] == UNKNOWN ->
				move(x, ACCEPT)
			:: else
			fi;
			if
			:: num[x] < LNUM(x) -> num[x] = LNUM(x)
			:: else
			fi;
#ifdef AMENDS
			/* take_limit, is_behind */
			if
			:: l_st[x] == B_WORKING && WORKS(st[x]) &&
			    l_num[x] == num[x] && aq[x] != RQ_SENDING &&
			    !IS_BEHIND(f) ->
				assert(l_lim[x] >= lim[x]);	/* S4 */
				lim[x] = l_lim[x]
			:: else
			fi
#endif
		:: else
		fi;
		book_one(x, 1);
		book_one(x, 2);
		if
		:: l_st[x] -> take_end(x)
		:: else
		fi;
#ifdef BAD_NUMBER
		/* The old number's end is taken for the order's. */
		if
		:: l_num[x] == 2 && WORKS(st[x]) -> move(x, CANCEL)
		:: else
		fi;
#endif
#ifdef CANCELS
		if
		:: cq[x] == RQ_UNKNOWN && FINAL(st[x]) ->
			move_cancel(x, RQ_ACCEPTED)
		:: cq[x] == RQ_UNKNOWN && l_st[x] == B_WORKING &&
		    LNUM(x) == num[x] && WORKS(st[x]) && again ->
			move_cancel(x, RQ_DROPPED);
			cq[x] = RQ_PLANNED
		:: else
		fi;
#endif
#ifdef AMENDS
		if
		:: aq[x] == RQ_UNKNOWN && FINAL(st[x]) ->
			move_amend(x, RQ_DROPPED); amend_told(f, x)
		:: aq[x] == RQ_UNKNOWN && l_st[x] == B_WORKING &&
		    l_num[x] == num[x] && WORKS(st[x]) && l_lim[x] ->
			move_amend(x, RQ_ACCEPTED); amend_told(f, x)
		:: aq[x] == RQ_UNKNOWN && l_st[x] == B_WORKING &&
		    l_num[x] == num[x] && WORKS(st[x]) && !l_lim[x] &&
		    f_aold[x] && !behind[f] ->	/* and not another since */
			move_amend(x, RQ_DROPPED); amend_told(f, x)
		:: else
		fi;
#endif
		count_absence(x);
#ifdef TWO
		moved[(1 - f) * A + x] = moved[(1 - f) * A + x] ||
		    (TELLS(f) && !was_final && FINAL(st[x]));
#endif
		if
		:: was_final -> judge_stranger(f, x)
		:: else
		fi;
		x++
	:: else -> break
	od;
	end_follow(f);
	check()
}

#ifdef AMENDS
/* By a sender, who reads the clock; by a follower. */
inline amend_ended(o) {
#ifdef TWO
	behind[0] = busy[0]; behind[1] = busy[1];
#endif
	aage[o] = 0
}

inline amend_told(f, o) {
#ifdef TWO
	behind[1 - f] = behind[1 - f] || TELLS(f);
#endif
	aage[o] = 0
}
#endif

#define FOLLOWER \
	bit f_old[A]; byte l_st[A]; byte l_n[A]; byte l_f[A]; bit again

/* follow_orders: read the lists, then apply them in a transaction.  A death
 * here, or a broker that does not answer, leaves nothing behind. */
inline follow(f) {
	if
	:: d_step { FOLLOW_NEEDED -> begin_follow(f) }
	fi;
	if
	:: d_step { read_orders() }
#ifdef BAD_LISTS
	/* It looks complete, and is not. */
	:: d_step { badlists > 0 -> badlists-- }
#endif
	/* It died, or the broker does not answer. */
	:: d_step { MAY_FAIL -> FAILS; end_follow(f) } -> goto start
	fi;
	if
	:: d_step { m = 3; read_fills() }
#ifndef FAULTS
	/* One is late; they come in any order. */
	:: d_step { m = 1; read_fills() }
	:: d_step { m = 2; read_fills() }
#endif
	fi;
	if
	:: d_step { apply(f) }
#ifdef CANCELS
	/* Ten seconds are over. */
	:: d_step { again = 1; apply(f) }
#endif
	fi
}

#ifdef AMENDS
#define FOLLOWER_AMENDS bit f_aold[A]; byte l_num[A]; bit l_lim[A];
#else
#define FOLLOWER_AMENDS
#endif

proctype syncer() {
	FOLLOWER;
	FOLLOWER_AMENDS
start:
	follow(0);
	goto start
}

/* ---- send.c --------------------------------------------------------------------------- */

/* store_lease_check: in the transaction of every write of a sender. */
#ifdef BAD_FENCE
#define OURS(me) true
#else
#define OURS(me) (lease == me)
#endif
inline writes(me) {
#ifdef NO_P8
	skip
#else
	assert(lease == me)	/* P8 */
#endif
}

#ifdef BAD_TAKEOVER
#define TAKEABLE(me) (lease != me)
#else
#define TAKEABLE(me) (lease == 0 || lease_dead)
#endif

inline take_lease(me) {
	lease = me; lease_dead = 0
}

inline dies(me) {
	FAILS;
	lease_dead = (lease == me -> 1 : lease_dead);
	forget(me)
}

inline forget(me) {
#ifdef FALSE_DEATHS
	hand[me] = 0;
#endif
	ans[o] = NOBODY;
#ifdef CANCELS
	cans[o] = NOBODY;
#endif
#ifdef AMENDS
	aans[o] = NOBODY;
#endif
	o = 0; got = 0
}

/* recover_orders, recover_requests. */
inline recover(me) {
	writes(me);
	x = 0;
	do
	:: x < A ->
		if
		:: st[x] == SENDING ->
#ifdef BAD_RECOVERY
			skip
#else
			move(x, LOST)
#ifndef BAD_FROM_CLAIM
			; age[x] = 0
#endif
#endif
		:: st[x] == PLANNED -> move(x, DROP); sig = 1
		:: else
		fi;
#ifdef CANCELS
		if
		:: cq[x] == RQ_SENDING -> move_cancel(x, RQ_UNKNOWN)
		:: else
		fi;
#endif
#ifdef AMENDS
		if
		:: aq[x] == RQ_SENDING -> move_amend(x, RQ_UNKNOWN); aage[x] = 0
		:: aq[x] == RQ_PLANNED -> move_amend(x, RQ_DROPPED);
			amend_ended(x)
		:: else
		fi;
#endif
		x++
	:: else -> break
	od;
	x = 0;
	check()
}

/* trade_pass: an order for the pending signal, if none is in the way.  A stop
 * (SELLS) has no signal: it judges again in each pass. */
#ifdef SELLS
#define WANTED true
#else
#define WANTED sig
#endif

inline plan_order() {
	x = 0; nx = Q; j = 0;
	do
	:: x < natt ->
#ifndef BAD_SECOND
		j = j || LIVE(st[x]);
#endif
#ifndef SELLS
		/* one entry in a day, but for those that never were */
		j = j || !(st[x] == REJECTED ||
		    (st[x] == EXPIRED && filled[x] == 0));
#endif
#ifndef BAD_REST
		nx = nx - filled[x];
#endif
		x++
	:: else -> break
	od;
	if
	:: WANTED && natt < A && nx > 0 && !j ->
		st[natt] = PLANNED; n[natt] = nx; natt++; sig = 0
	:: else
	fi;
	x = 0
}

/* Cancels and amends are asked of the working order: by the pass, by what
 * waits too long, by the person. */
#ifdef CANCELS
#define LAST (natt - 1)
#define MAY_CANCEL (natt > 0 && WORKS(st[LAST]) && !wants[LAST] && \
    cq[LAST] == RQ_NONE)
#endif
#ifdef AMENDS
#define MAY_AMEND (natt > 0 && WORKS(st[natt - 1]) && !lim[natt - 1] && \
    aq[natt - 1] == RQ_NONE)
#endif

/* What is to be sent: of the last order, for the ones before are final. */
#define O (natt - 1)

inline send(me, decides) {
	if
	:: d_step { TAKEABLE(me) -> take_lease(me) }
#ifdef FALSE_DEATHS
	:: d_step { !TAKEABLE(me) && falsedeaths > 0 ->
		falsedeaths--; take_lease(me) }
#endif
	:: atomic { !TAKEABLE(me) -> goto start }	/* E_BUSY */
	fi;
	if
	:: d_step { OURS(me) -> recover(me) }
	:: atomic { !OURS(me) -> goto start }
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
	/* decide, chase */
	if
	:: d_step { OURS(me) -> writes(me);
		if
		:: decides -> plan_order()
		:: else
		fi;
		check() }
#ifdef CANCELS
	:: d_step { OURS(me) && MAY_CANCEL -> writes(me);
		cq[LAST] = RQ_PLANNED; wants[LAST] = 1 }
#endif
#ifdef AMENDS
	:: d_step { OURS(me) && MAY_AMEND -> writes(me);
		aq[O] = RQ_PLANNED }
#endif
	:: atomic { !OURS(me) -> goto start }
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
#ifdef CANCELS
	send_cancel(me);
#endif
#ifdef AMENDS
	send_amend(me);
#endif
	send_order(me);
out:
	if
	:: d_step { lease = (lease == me -> 0 : lease); o = 0; got = 0 }
	fi
}

/* store_order_claim. */
#ifdef BAD_RESEND
#define CLAIMABLE (st[O] == PLANNED || st[O] == UNKNOWN)
#define CLAIMED(o) st[o] = SENDING
#else
#define CLAIMABLE (st[O] == PLANNED)
#define CLAIMED(o) move(o, CLAIM)
#endif

/* claim_order, place, record_order. */
inline send_order(me) {
	if
	:: natt == 0 || !CLAIMABLE -> goto out
	:: d_step { natt > 0 && CLAIMABLE && OURS(me) ->
		writes(me); o = O;
#ifndef BAD_ORDER
		CLAIMED(o); age[o] = 0;
#endif
#ifdef FALSE_DEATHS
		hand[me] = 1;
#endif
		check() }
	/* kept_back */
	:: d_step { natt > 0 && st[O] == PLANNED && OURS(me) ->
		writes(me); o = O; move(o, DROP); sig = 1; check() } -> goto out
	:: atomic { !OURS(me) -> goto start }
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: d_step { fl[o] = 1; ans[o] = WAITS;
#ifdef FALSE_DEATHS
		hand[me] = 0;
#endif
		sent[o]++;
		assert(sent[o] == 1)	/* S2 */
		}
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
#ifdef BAD_ORDER
	if
	:: d_step { st[o] == PLANNED && OURS(me) ->
		move(o, CLAIM); age[o] = 0; check() }
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
#endif
	if
	:: d_step { ans[o] == YES || ans[o] == NO -> got = ans[o];
		ans[o] = NOBODY }
	/* No answer in time: what was lost says nothing; patience ends. */
	:: d_step { ans[o] == WAITS && fl[o] == HOME -> got = SILENCE;
		ans[o] = NOBODY }
	:: d_step { MAY_FAIL -> FAILS; got = SILENCE; ans[o] = NOBODY }
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: d_step { OURS(me) -> writes(me); record_order(); check() }
	:: atomic { !OURS(me) -> goto start }
	/* The database fails: the lease goes, the row stays. */
	:: d_step { MAY_FAIL -> FAILS } -> goto out
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi
}

inline told_final(o) {
#ifdef TWO
	moved[o] = busy[0]; moved[A + o] = busy[1]
#else
	skip
#endif
}

inline record_order() {
	if
	:: got == YES ->
		num[o] = 1;
		if
		:: st[o] == SENDING -> move(o, ACCEPT)
		:: else
		fi
	:: got == NO && st[o] == SENDING -> move(o, REJECT); sig = 1;
		told_final(o)
	:: got == SILENCE && st[o] == SENDING -> move(o, LOST);
#ifndef BAD_FROM_CLAIM
		age[o] = 0
#endif
	:: else
	fi;
	age[o] = (st[o] == UNKNOWN -> age[o] : 0)
}

#if A > 1
#define CHOOSE(q) \
	if \
	:: q[1] == RQ_PLANNED -> o = 1 \
	:: q[1] != RQ_PLANNED -> o = 0 \
	fi
#define SOME(q) (q[0] == RQ_PLANNED || q[1] == RQ_PLANNED)
#else
#define CHOOSE(q) o = 0
#define SOME(q) (q[0] == RQ_PLANNED)
#endif

/* claim_request; got is WAITS if it is to be sent. */
#define WAITS_FOR_ITS_ORDER (st[o] == UNKNOWN || st[o] == SENDING)
#define HAS_ITS_ORDER (WORKS(st[o]) && num[o])

#ifdef CANCELS
inline send_cancel(me) {
	if
	:: d_step { SOME(cq) && OURS(me) -> writes(me);
		CHOOSE(cq);
		got = NOBODY;
		if
		:: WAITS_FOR_ITS_ORDER
		:: !WAITS_FOR_ITS_ORDER && HAS_ITS_ORDER ->
			move_cancel(o, RQ_SENDING); got = WAITS
		:: !WAITS_FOR_ITS_ORDER && !HAS_ITS_ORDER ->
			move_cancel(o, RQ_DROPPED)
		fi }
	:: d_step { !SOME(cq) -> got = NOBODY }
	:: atomic { SOME(cq) && !OURS(me) -> goto start }
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: got == NOBODY
	:: d_step { got == WAITS -> fc[o] = 1; cn[o] = num[o];
		cans[o] = WAITS }
	:: d_step { got == WAITS && MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: got == NOBODY
	:: d_step { cans[o] == YES || cans[o] == NO -> got = cans[o];
		cans[o] = NOBODY }
	:: d_step { cans[o] == WAITS && fc[o] == 0 -> got = SILENCE;
		cans[o] = NOBODY }
	:: d_step { got == WAITS && MAY_FAIL -> FAILS; got = SILENCE;
		cans[o] = NOBODY }
	:: d_step { got == WAITS && MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: got == NOBODY
	:: d_step { got != NOBODY && OURS(me) -> writes(me);
		record_cancel(); check() }
	:: atomic { got != NOBODY && !OURS(me) -> goto start }
	:: d_step { got != NOBODY && MAY_FAIL -> FAILS } -> goto out
	:: d_step { got != NOBODY && MAY_FAIL -> dies(me) } -> goto start
	fi;
	d_step { o = 0; got = 0 }
}

/* record_request, keep_order. */
inline record_cancel() {
	if
	:: cq[o] == RQ_SENDING && got == YES ->
		move_cancel(o, RQ_ACCEPTED)
#ifdef BAD_CANCEL
		; if
		:: WORKS(st[o]) -> move(o, CANCEL)
		:: else
		fi
#endif
	:: cq[o] == RQ_SENDING && got == NO ->
		move_cancel(o, RQ_REFUSED); wants[o] = 0
	:: cq[o] == RQ_SENDING && got == SILENCE ->
		move_cancel(o, RQ_UNKNOWN)
	:: else
	fi
}
#endif

#ifdef AMENDS
inline send_amend(me) {
	if
	:: d_step { SOME(aq) && OURS(me) -> writes(me);
		CHOOSE(aq);
		got = NOBODY;
		if
		:: HAS_ITS_ORDER -> move_amend(o, RQ_SENDING); got = WAITS
		:: !HAS_ITS_ORDER -> move_amend(o, RQ_DROPPED);
			amend_ended(o)
		fi }
	:: d_step { !SOME(aq) -> got = NOBODY }
	:: atomic { SOME(aq) && !OURS(me) -> goto start }
	:: d_step { MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: got == NOBODY
	:: d_step { got == WAITS -> fa[o] = 1; an[o] = num[o];
		aans[o] = WAITS }
	:: d_step { got == WAITS && MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: got == NOBODY
	:: d_step { aans[o] == YES || aans[o] == NO -> got = aans[o];
		aans[o] = NOBODY }
	:: d_step { aans[o] == WAITS && fa[o] == 0 -> got = SILENCE;
		aans[o] = NOBODY }
	:: d_step { got == WAITS && MAY_FAIL -> FAILS; got = SILENCE;
		aans[o] = NOBODY }
	:: d_step { got == WAITS && MAY_FAIL -> dies(me) } -> goto start
	fi;
	if
	:: got == NOBODY
	:: d_step { got != NOBODY && OURS(me) -> writes(me);
		record_amend(); check() }
	:: atomic { got != NOBODY && !OURS(me) -> goto start }
	:: d_step { got != NOBODY && MAY_FAIL -> FAILS } -> goto out
	:: d_step { got != NOBODY && MAY_FAIL -> dies(me) } -> goto start
	fi;
	d_step { o = 0; got = 0 }
}

/* record_request, amend_row. */
inline record_amend() {
	if
	:: aq[o] == RQ_SENDING && got == YES ->
		move_amend(o, RQ_ACCEPTED); amend_ended(o);
		lim[o] = 1;
#ifdef RENUMBERS
		num[o] = 2
#endif
	:: aq[o] == RQ_SENDING && got == NO ->
		move_amend(o, RQ_REFUSED); amend_ended(o)
	:: aq[o] == RQ_SENDING && got == SILENCE ->
		move_amend(o, RQ_UNKNOWN); aage[o] = 0
	:: else
	fi
}
#endif

/* ---- The programs ------------------------------------------------------------------------ */

proctype placer(byte me) {
	byte o, got;
start:
	send(me, true);
	goto start
}

proctype watcher() {
	FOLLOWER;
	FOLLOWER_AMENDS
	byte o, got;
start:
	follow(1);
	send(3, false);
	goto start
}

#ifdef PERSON
/* cancel-order, halt-trading: hand_cancel, by hand and without a lease. */
proctype person() {
	do
	:: d_step { natt > 0 && st[O] == PLANNED -> move(O, DROP); check() }
	:: d_step { natt > 0 && st[O] != PLANNED && !FINAL(st[O]) &&
	    cq[O] == RQ_NONE ->
		cq[O] = RQ_PLANNED; wants[O] = 1;
		age[O] = 0	/* changed_at */
		}
	od
}
#endif

init {
	atomic {
		run broker(0);
#if A > 1
		run broker(1);
#endif
#if A > 2
		run broker(2);
#endif
		run clock();
		run placer(1);
#if PLACERS > 1
		run placer(2);
#endif
#ifndef NO_WATCHER
		run watcher();
#endif
#ifdef PERSON
		run person();
#endif
#ifndef NO_SYNCER
		run syncer()
#endif
	}
}

/* L1 */
#define SETTLED(o) (st[o] != UNKNOWN && st[o] != SENDING && \
    !ASKED_C(o) && !ASKED_A(o))
#ifdef AMENDS
#define SAME_LIMIT(o) (lim[o] == blim[o] && num[o] == bnum[o])
#else
#define SAME_LIMIT(o) true
#endif
#define AGREES(o) (st[o] == NONE || FINAL(st[o]) || (WORKS(st[o]) && \
    bst[o] == B_WORKING && filled[o] == COUNT(bm[o]) && SAME_LIMIT(o)))
#define CALM(o) (SETTLED(o) && AGREES(o))
#ifdef FAULTS
#if A > 1
ltl calm { <>[] (CALM(0) && CALM(1)) }
#else
ltl calm { <>[] CALM(0) }
#endif
#endif
