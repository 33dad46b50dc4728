/*
 * person.c - the person, who does what persons do: trades by hand, halts,
 * settles, changes their mind, at any minute and beside any program.
 *
 * Each habit draws what it needs from a seed of its own minute, so that
 * switching one off leaves the others as they were.
 */
#include <stdio.h>
#include <string.h>

#include "day_inner.h"
#include "trouble.h"
#include "world.h"

static char said_then[100]; /* when the pass begins; "": nothing */

void
person_account(void)
{
	said_then[0] = '\0';
}

/* ---- What is meant ---------------------------------------------------------------- */

static int
some_order(const char *where)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
	    "SELECT coalesce(max(id), 1) FROM orders WHERE %s", where);
	return (int)world_ask(sql);
}

/* On the telephone: no fault touches it. */
static void
phone(const char *text)
{
	proc_start(proc_new(NULL, "%s", text), below(500));
}

/* One of these, at the keyboard. */
#define SAY_ONE(list, ms) day_launch((list)[below((int)NELEM(list))], ms)

/* ---- Habits: each says whether it came to anything ---------------------------------- */

/* Is there an order without an answer that looks like that, or an exit that may
 * be sent in the same minute?  Where orders have no keys, one by hand that is
 * alike in all and comes within the two minutes is taken for it
 * (docs/reliability.md). */
static bool
looks_like_ours(const char *side, const char *code, int n)
{
	char sql[400];

	snprintf(sql, sizeof(sql),
	    "SELECT (SELECT count(*) FROM orders WHERE state IN ('sending',"
	    " 'unknown') AND side = '%s' AND code = '%s' AND quantity = %d) +"
	    " (SELECT count(*) FROM current_positions WHERE '%s' = 'sell' AND"
	    " code = '%s' AND quantity = %d)",
	    side, code, n, side, code, n);
	return !world_has_keys() && world_ask(sql) > 0;
}

static bool
trades(void)
{
	const char *side = chance(50) ? "buy" : "sell";
	char code[10], text[100];
	int n = 1 + below(5);

	world_some_stock(code, sizeof(code));
	while (looks_like_ours(side, code, n))
		n++;
	snprintf(text, sizeof(text), "paper-broker %s %s %d", side, code, n);
	phone(text);
	return true;
}

static bool
moves_money(void)
{
	char text[100];

	snprintf(text, sizeof(text), "paper-broker %s %d",
	    chance(50) ? "deposit" : "withdraw", 10000 * (1 + below(20)));
	phone(text);
	return true;
}

static bool
cancels(void)
{
	char text[100];

	if (chance(50))
		snprintf(text, sizeof(text), "paper-broker cancel %d",
		    1 + below(12));
	else
		snprintf(text, sizeof(text), "cancel-order %d",
		    some_order("state IN " LIVE_ORDERS));
	day_launch(text, 3000);
	return true;
}

/* Halts, lifts, forces an exit; and half the time says one halt more, in the
 * middle of the next pass. */
static bool
halts(void)
{
	char code[10], text[100];

	world_some_stock(code, sizeof(code));
	snprintf(text, sizeof(text), "halt-trading%s%s",
	    chance(30) ? " --all" : "", chance(50) ? " --cancel-open" : "");
	if (chance(60))
		snprintf(text, sizeof(text), "halt-trading --resume");
	else if (chance(20))
		snprintf(text, sizeof(text), "force-exit %s", code);
	day_launch(text, 3000);
	if (chance(50))
		snprintf(said_then, sizeof(said_then), "halt-trading%s",
		    chance(50) ? " --all" : "");
	return true;
}

static bool
synchronises(void)
{
	day_launch(chance(70) ? "sync-account" : "sync-account --accept", 3000);
	return true;
}

/* What the broker's screen says about an unknown order; now and then it is
 * misread. */
static bool
settles(void)
{
	char sql[400], what[80], text[120];
	int id;

	if (world_ask("SELECT count(*) FROM orders WHERE state = 'unknown'") ==
	    0)
		return false;
	id = some_order("state = 'unknown'");
	snprintf(sql, sizeof(sql),
	    "SELECT iif(count(*) = 0, 'absent', format('filled:%%d@%%d',"
	    " max(b.filled), max(b.filled_won) / max(b.filled))) FROM"
	    " paper.orders b WHERE b.filled > 0 AND b.key ="
	    " (SELECT format('maemae-%%d-%%s', id, strftime('%%s',"
	    " sending_at)) FROM orders WHERE id = %d)",
	    id);
	world_text(what, sizeof(what), sql);
	if (chance(20))
		snprintf(what, sizeof(what), "%s",
		    strcmp(what, "absent") != 0 ? "absent" : "filled:1@10000");
	snprintf(text, sizeof(text), "sync-account --settle %d=%s", id, what);
	day_launch(text, 2000);
	return true;
}

static bool
changes_settings(void)
{
	static const char *const change[] = {
		"set-strategy one --off",
		"set-strategy one --on",
		"set-strategy two daily=dice:salt=7",
		"set-strategy two weight=3",
		"set-strategy one stop_loss_ratio=-0.5",
		"set-strategy one daily=sma:short=1,long=2",
		"set-strategy one daily=dice:salt=1",
		"set-limit max_positions=4",
		"set-limit max_positions=16",
		"set-limit max_entry_orders=5",
		"set-limit max_entry_orders=200",
		"set-limit max_daily_loss=0.1",
		"set-limit max_daily_loss=20",
	};

	SAY_ONE(change, 4000);
	return true;
}

/* Watches a stock, or no more, for all or one; often one that is held. */
static bool
changes_universe(void)
{
	static const char *const whose[] = { "", "", " --strategy one",
		" --strategy two" };
	const char *of = whose[below((int)NELEM(whose))];
	char code[10], more[10], text[100];

	world_some_stock(code, sizeof(code));
	world_some_stock(more, sizeof(more));
	if (code[0] == '\0')
		return false;
	snprintf(text, sizeof(text), "set-universe%s %c%s +%s", of,
	    chance(40) ? '-' : '+', code, more);
	if (chance(30))
		snprintf(text, sizeof(text), "set-universe%s -%s", of, code);
	day_launch(text, 4000);
	return true;
}

static bool
deletes_rows(void)
{
	static const char *const what[] = {
		"DELETE FROM main.minute_price WHERE time % 3 = 0",
		"DELETE FROM main.current_quote",
		"DELETE FROM main.program_run",
		"DELETE FROM main.alert",
		"DELETE FROM main.lease",
	};

	/* Who takes away the lease of one at work asks for two at once. */
	if (sim_running() > 0)
		return false;
	world_do("%s", what[below((int)NELEM(what))]);
	return true;
}

static const struct {
	enum trouble which;
	bool (*act)(void);
} habits[] = {
	{ T_HAND_TRADES, trades },
	{ T_HAND_MONEY, moves_money },
	{ T_HAND_CANCELS, cancels },
	{ T_HAND_HALTS, halts },
	{ T_HAND_SYNCS, synchronises },
	{ T_HAND_SETTLES, settles },
	{ T_HAND_SETTINGS, changes_settings },
	{ T_HAND_UNIVERSE, changes_universe },
	{ T_HAND_DELETES, deletes_rows },
	{ T_OLD_BACKUP, machine_restore_backup },
};

void
person_minute(void)
{
	struct rng all;
	uint64_t own;

	for (size_t i = 0; i < NELEM(habits); i++) {
		own = rng_u64(&sim_rng);
		if (!is_drawn(habits[i].which))
			continue;
		all = sim_rng;
		sim_rng = rng_seed(own);
		if (habits[i].act())
			struck(habits[i].which, 1);
		sim_rng = all;
	}
	/* A split is told soon, or late. */
	if (chance(20) && exchange_split()[0] != '\0')
		day_launch(exchange_split(), 3000);
}

/* The account was emptied by hand, or an order settled wrongly works after
 * all: the programs ask for a person, and here is one. */
void
person_calm(void)
{
	said_then[0] = '\0';
	if (exchange_split()[0] != '\0')
		day_run(exchange_split());
	if (world_ask("SELECT count(*) FROM alert WHERE cleared_at IS NULL AND"
		      " name = 'empty account'") > 0)
		day_run("sync-account --accept");
}

void
person_takes_back(void)
{
	char text[60];
	int64_t no;

	day_run("paper-broker cash"); /* what fills has filled */
	for (int i = 0; i < 50; i++) {
		no = world_ask("SELECT b.no FROM paper.orders b WHERE b.state ="
			       " 'working' AND NOT EXISTS (SELECT 1 FROM"
			       " orders o WHERE b.key LIKE 'maemae-' || o.id ||"
			       " '-' || strftime('%s', o.sending_at) || '%')"
			       " LIMIT 1");
		if (no == -1)
			return;
		snprintf(text, sizeof(text), "paper-broker cancel %d", (int)no);
		day_run(text);
	}
}

void
person_before(struct proc *gen_signals)
{
	struct proc *pass = gen_signals->then;

	if (said_then[0] == '\0' || pass == NULL ||
	    world_ask("SELECT count(*) FROM current_signals WHERE side = 'buy'"
		      " AND state = 'pending' AND made = stamp AND is_said AND"
		      " reason = ''") == 0)
		return;
	/* It has something to buy; let it take its time over that. */
	proc_start(day_wild(said_then), 800 + below(1600));
	said_then[0] = '\0';
	if (pass->fate.slow == 0)
		pass->fate.slow = 300;
}
