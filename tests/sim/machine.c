/*
 * machine.c - what the machine suffers: it restarts, loses its power, its disk
 * fills, its clock is wrong, an older backup comes back.
 */
#include <sqlite3.h>
#include <stdio.h>

#include "day_inner.h"
#include "disk.h"
#include "pool.h"
#include "store/store.h"
#include "trouble.h"
#include "world.h"

#define BACKUP "/sim/old.db"

static int until; /* minutes left of what lasts */
static bool has_backup;
static int64_t migrated; /* data_version as a newer schema came; 0: none did */

void
machine_account(void)
{
	until = 0;
	has_backup = false;
	migrated = 0;
	machine = (struct machine){ .boot = 1 };
}

/* ---- Power -------------------------------------------------------------------- */

/* All connections are gone, ours too. */
static void
lose_connections(void)
{
	migrated = 0; /* what is counted is the connection's */
	world_forget_db();
	pool_lose();
	disk_drop(0);
}

static void
reconnect(void)
{
	if (!check_reconnect(day_check, world_db()))
		day_breach("L4", "the judge finds no database");
}

void
machine_reboot(bool loses_power)
{
	sim_kill_all(day_ended);
	lose_connections();
	if (loses_power)
		disk_power_loss(&sim_rng);
	machine.boot++;
	machine.booted = sim_now - 1000;
	reconnect();
	day_judge();
}

/* ---- Backups ------------------------------------------------------------------ */

void
machine_keep_backup(void)
{
	if (troubles.percent[T_OLD_BACKUP] == 0 || sim_running() > 0)
		return;
	disk_remove(BACKUP);
	disk_remove(BACKUP "-wal");
	disk_copy(DB, BACKUP);
	has_backup = true;
}

bool
machine_restore_backup(void)
{
	if (!has_backup)
		return false;
	sim_kill_all(day_ended);
	disk_copy(BACKUP, DB);
	lose_connections();
	disk_volatile(DB, true);
	reconnect();
	check_restored(day_check);
	day_judge();
	return true;
}

/* ---- What lasts for minutes ---------------------------------------------------- */

/* From now on what programs see is so much off, in milliseconds. */
static void
set_clock(int64_t off)
{
	if (off != machine.clock_off)
		check_clock_set(day_check, (sim_now + machine.clock_off) / 1000,
		    (sim_now + off) / 1000);
	machine.clock_off = off;
}

/* A newer maemae has brought the database up to date, perhaps under programs
 * that have it open. */
static void
migrate(void)
{
	world_do("PRAGMA main.user_version = %d", STORE_VERSION + 1);
	migrated = world_ask("PRAGMA main.data_version");
}

void
machine_judge(void)
{
	if (migrated == 0 || world_ask("PRAGMA main.data_version") == migrated)
		return;
	day_breach("L4", "written to, though its schema is a newer one");
	migrated = 0;
}

void
machine_heals(void)
{
	machine_judge();
	migrated = 0;
	until = 0;
	machine.disk_error = 0;
	set_clock(0);
	machine.preempt = 0;
	if (world_ask("PRAGMA main.user_version") > STORE_VERSION)
		world_do("PRAGMA main.user_version = %d", STORE_VERSION);
	world_read_long(false);
}

/* By how much the clock is wrong, in seconds. */
static int
wrong_clock(void)
{
	bool is_much = chance(30);
	int seconds = 1 + below(90), many = 1 + below(5000);

	return is_much ? many : seconds;
}

/* A step hurts most while what left is not there, or not to be seen. */
static bool
something_is_late(void)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
	    "SELECT (SELECT count(*) FROM paper.delayed) + (SELECT count(*)"
	    " FROM paper.orders WHERE listed_at > %lld)",
	    (long long)(sim_now / 1000));
	return world_ask(sql) > 0;
}

void
machine_minute(void)
{
	bool is_worst;

	machine.preempt = strikes(T_PREEMPT) ? 10 : 0;
	if (until > 0 && --until == 0)
		machine_heals();
	if (strikes(T_REBOOT))
		machine_reboot(false);
	if (strikes(T_POWER_LOSS))
		machine_reboot(true);
	is_worst = chance(40);
	if (until > 0)
		return;
	until = 1 + below(4);
	if (is_worst && troubles_have(T_CLOCK_FORWARD) && something_is_late()) {
		struck(T_CLOCK_FORWARD, 1);
		set_clock(1000 * (121 + below(5000)));
	} else if (strikes(T_DISK_FULL))
		machine.disk_error = SQLITE_FULL;
	else if (strikes(T_READ_ONLY))
		machine.disk_error = SQLITE_READONLY;
	else if (strikes(T_CLOCK_BACK))
		set_clock(-1000 * wrong_clock());
	else if (strikes(T_CLOCK_FORWARD))
		set_clock(1000 * wrong_clock());
	else if (strikes(T_NEW_SCHEMA))
		migrate();
	else if (strikes(T_LONG_READER))
		world_read_long(true);
	else
		until = 0;
}
