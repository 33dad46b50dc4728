#!/usr/bin/env bats
# make simulate: days of trading in one process, with an adversary.  The whole
# campaign is run by hand (docs/reliability.md); here is a slice of it, from a
# seed of the day, and the seeds that have found something.

load helper
load simulator

simulate()
{
	MAEMAE_STRATEGIES=$BUILD/sim/strategies:$BUILD/strategies \
	    "$BUILD/sim/simulate" "$@"
}

@test "a slice of days: nothing is lost, nothing is sent twice" {
	seed=$(date +%Y%m%d)0000
	echo "SEED=$seed"
	simulate --seed "$seed" --days "${SIM_DAYS:-300}" > out
	tail -n 1 out | grep -Eq '^[0-9]+ days, [0-9]{4,} faults injected, 0 violations$'
	grep -Eq '^a day has [2-5][0-9] to ([2-5][0-9]|60) minutes, and [1-9][0-9]* faults at least;' out
	# each with its open and its close
	days=$(tail -n 1 out | sed 's/ .*//')
	grep -q "^a day has .*; $days opens, $days closes$" out
	# and not idle: of each some, and of orders at least two a day
	run ! grep -Eq '^done:.* 0 ' out
	done=$(sed -n 's/^done: \([0-9]*\) orders, .* drifts$/\1/p' out)
	[ "$done" -ge $((2 * days)) ]
}

@test "seeds that have found something" {
	# seed, days: what it found
	while read -r seed days _; do
		simulate --seed "$seed" --days "$days" > out ||
		    { cat out; return 1; }
	done <<-'END'
	8 4	an order formed after an old backup, told from the old one
	23 1	an amend sent after the close
	155 3	a difference counted from a clock that was put back
	199 2	the same, of shares
	1006 4	what waits for the disk is there after the power went
	770113 2	signals of a minute ago, back when the power went (S10)
	307 1	at KIS: what the exchange took back at the close, called cancelled
	10687 2	at KIS: the same, asked before the close and answered after it
	9000437 3	at KIS: the same, by a follower that was slow
	9205877 2	a run that had begun, taken for one that was over
	567 1	at KIS: no permit where each commit takes its time
	5001018 3	a request delayed overnight, taken for one of the day
	5001497 3	a stop refused for shares sold by hand
	119 4	a cancel whose sender died as its order filled
	20000337 2	at KIS: a program that waits for permits into the next day
	20001549 2	signals judged by bars that were rescaled meanwhile
	20002435 4	the same, by a universe that was changed meanwhile
	20031181 3	a sell planned of shares that the person sold meanwhile
	20043617 3	at KIS: one by phone, taken for the stop that was lost
	20043880 2	an order sent before the session, by a clock put back
	20045801 3	absence, told by when it was settled
	30000418 3	an order by hand at the paper broker, by prices not its feed's
	30001007 2	sent, and then planned, by a clock that was put back between
	40000399 4	bought by hand, known after the close, and not asked for yet
	50002576 2	absence, told by when it left, by a clock that was put back
	60000317 1	a difference of cash that was less in the same step
	60012227 2	at KIS: expired by a clock put forward, called cancelled
	60015727 1	at KIS: an amend that waited for a permit over the close
	60016037 2	at KIS: one by hand like ours in all
	60014990 2	an order cancelled by hand as it is filled
	80003357 3	at KIS: called absent by the person, and there after all
	80003866 3	a cancel sent in the step that ended with an old backup
	31000437 2	at KIS: a bar whose volume was null, taken for a day without trades
	100002997 3	at KIS: filled at a new minute, behind the balance of a run
	110008025 2	unknown since a time to come, by a clock that was put back, and nobody told
	110022653 1	an amend sent before the session, by a clock put back by an hour
	140010290 2	said again with its old score while its order was out (S10)
	220003577 2	sold by hand what an exit sells in the same second (the person)
	210000347 3	absent: the clock was put right while it was sent (S6)
	310007407 4	at KIS: a stop that left late, and was delayed on the wire as well (S12)
	320005467 4	at KIS: a stop lost in the morning was found absent after the minute's own orders (L2)
	END
}

@test "a program dies at points of a minute: all is well ten minutes later" {
	simulate --seed "$(date +%Y%m%d)" --days 1 --points 25 > out
	grep -Eq '^[0-9]{2,} deaths, each from its own point$' out
	tail -n 1 out | grep -q ' 0 violations$'
}

@test "the year turns, and the market opens and closes late" {
	simulate --seed 13 --days 7 -v > out 2> said
	for at in '2024-12-30 15:' '2025-01-02 10:00' '2024-11-14 10:00' \
	    '2024-11-14 16:2[0-9]'; do
		grep -q "^$at.* place-orders" said || { echo "$at"; return 1; }
	done
}

@test "the same seed is the same run, alone or among others" {
	simulate --seed 31 --days 3 --jobs 1 | grep -v ' a second$' > a
	simulate --seed 31 --days 3 --jobs 2 | grep -v ' a second$' > b
	cmp a b
}

@test "the same again with no connection kept: the pool changes nothing" {
	# Where nobody dies or fails at his n-th look at the disk: those looks
	# are fewer with it.
	deaths=kill,term,no-memory,preempt,busy,read-error,io-error,no-files
	deaths=$deaths,disk-full,read-only,reboot,power-loss
	simulate --seed 31 --days 8 --without $deaths > a
	simulate --seed 31 --days 8 --without $deaths --no-pool > b
	for out in a b; do
		grep -o 'digest [0-9a-f]*' $out > $out.digest
	done
	cmp a.digest b.digest
	! grep -q 'digest 0*$' a.digest
}

@test "every trouble strikes, and can be left out" {
	simulate --seed 100 --days 120 > out
	tr -s ' ' < out | grep -v ' days\| minutes' > kinds
	run ! grep -Eo '[a-z-]+ 0( |$)' kinds
	simulate --seed 100 --days 3 --without kill,term,skip > out
	grep -Eq '^kill +0 +term +0 +skip +0$' out
	for bad in '--without nonsense' '--seed x' '--seed -1' '--seed 1e9' \
	    '--seed 18446744073709551616' '--days 1.5'; do
		# shellcheck disable=SC2086
		run simulate $bad
		[ "$status" -eq 64 ]
		[ "${#lines[@]}" -eq 1 ]
	done
	simulate --seed 18446744073709551615 --days 5 > out
}
