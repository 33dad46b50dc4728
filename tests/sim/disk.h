/*
 * disk.h - a disk in memory, as a VFS of SQLite's.
 *
 * It does what a disk and a kernel do for SQLite: files, locks, the shared
 * index of the log.  Beside that it can lose power (writes that were not
 * synced are lost, kept or torn), can be copied, and asks before every
 * operation whether it may go on: so a program can be killed there, or be
 * told of a full disk.
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

enum disk_op {
	DISK_OPEN,
	DISK_READ,
	DISK_WRITE,
	DISK_TRUNCATE,
	DISK_SYNC,
	DISK_DELETE,
	DISK_BEGIN, /* the lock that a write transaction takes */
	DISK_END,   /* and gives back */
	DISK_LOCK,  /* any other lock */
	DISK_NOPS
};

/*
 * Asked before each operation.  0: go on.  Else an error of SQLite's that is
 * returned without the operation.  It may also not return (a killed program).
 * DISK_END is asked after the fact and its answer ignored.
 */
typedef int disk_ask(enum disk_op, const char *path);
/* The clock of SQLite, and its waiting for a lock. */
typedef int64_t disk_clock(void); /* milliseconds since 1970 */
typedef void disk_wait(int ms);

/* Who opens files now: a number, 0 for the simulator itself, who is not
 * asked. */
void disk_init(disk_ask *, disk_clock *, disk_wait *);
void disk_owner(int owner);
int disk_owned_by(void);
/* An open file (SQLite's sqlite3_file) changes its owner. */
void disk_belong(void *file, int owner);
/* That owner is no more: its locks go, its files are closed. */
void disk_drop(int owner);

/* Who has the write lock of a database; 0: nobody. */
int disk_writer(const char *path);

bool disk_exists(const char *path);
bool disk_remove(const char *path);
bool disk_rename(const char *from, const char *to);
int64_t disk_size(const char *path); /* -1: no such file */
/* This path and its log are lost in part when power is lost. */
void disk_volatile(const char *path, bool);
/* Nobody runs: what was not synced is lost, kept or torn as drawn. */
void disk_power_loss(struct rng *);
/* A copy of the file and its log under another name, or back. */
void disk_copy(const char *from, const char *to);
/* The same, into a real folder, to be looked at. */
void disk_keep(const char *path, const char *folder);

#endif
