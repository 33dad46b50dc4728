/*
 * day_inner.h - what the parts of a day share.
 *
 *	day.c		minutes, the crontab, calm, what is judged when
 *	machine.c	the machine: power, disk, clock, backups
 *	exchange.c	prices, halts, splits, lists, holidays
 *	person.c	the person
 */
#ifndef SIM_DAY_INNER_H
#define SIM_DAY_INNER_H

#include "day.h"
#include "program.h"
#include "sim/check.h"

struct today {
	ymd date;
	hhmm opens, closes;
	bool is_calm; /* the faults have stopped */
	bool is_last; /* day of the account */
	bool is_holiday;
};
extern struct today today;
extern struct check *day_check;

#define LIVE_ORDERS "('planned', 'sending', 'open', 'part', 'unknown')"

/* ---- day.c --------------------------------------------------------------------- */

void day_breach(const char *rule, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A process has ended: judged, told, counted.  For sim_run and its like. */
void day_ended(struct proc *);
void day_judge(void);

/* A process with a fate of the adversary's, to be started. */
struct proc *day_wild(const char *text);
/* Such a one, within so many milliseconds, beside all that runs. */
void day_launch(const char *text, int ms);
/* Run to its end, without faults. */
void day_run(const char *text);
/* Write the configuration anew. */
void day_conf(void);

/* ---- machine.c ----------------------------------------------------------------- */

void machine_account(void); /* of a new account */
void machine_minute(void);
void machine_heals(void); /* what it suffers from ends */
void machine_judge(void); /* nobody writes to a schema that is not his */
void machine_reboot(bool loses_power);
/* A backup, where this run will want one; and it comes back. */
void machine_keep_backup(void);
bool machine_restore_backup(void);

/* ---- exchange.c ---------------------------------------------------------------- */

void exchange_account(void);
void exchange_day(void);
void exchange_minute(hhmm at);
void exchange_heals(void); /* late bars come */
/* Its lines of the paper broker's configuration. */
void exchange_conf(char *buf, size_t size);
/* "import-prices --split ..." that the database does not know yet; "": none.
 * Valid until the next call. */
const char *exchange_split(void);

/* ---- person.c ------------------------------------------------------------------ */

void person_account(void);
void person_minute(void);
/* What a careful one does at the beginning of a calm minute. */
void person_calm(void);
/* On the telephone, what works there and this database does not know: ordered
 * by hand, or before an older backup came back.  Nobody else does. */
void person_takes_back(void);
/* gen-signals has ended, and the pass comes: what was to be said just then. */
void person_before(struct proc *gen_signals);

#endif
