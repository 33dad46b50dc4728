/*
 * disk_inner.h - what the files of the disk in memory share.
 *
 *	disk.c		what SQLite calls, who owns what is open
 *	disk_file.c	the files: their bytes, copies, what a power loss takes
 *	disk_lock.c	locks, of a file and of its log's index
 */
#ifndef SIM_DISK_INNER_H
#define SIM_DISK_INNER_H

#include <sqlite3.h>

#include "disk.h"

#define SHM_MAX 64
#define NLOCKS  SQLITE_SHM_NLOCK

/* A write (or, with size below, a truncation) that is not yet on disk. */
struct pending {
	int64_t offset, old_size, new_size;
	int n_old, n_new;
	uint8_t *old, *new;
};

struct file {
	char path[200]; /* "" for a temporary one */
	uint8_t *data;
	int64_t size, cap;
	bool is_volatile;
	int nopen;
	/* Locks of the file itself: how many share, who has more. */
	int nshared;
	struct handle *reserved, *exclusive;
	bool pending;
	/* The log's index. */
	uint8_t *shm[SHM_MAX];
	int nmapped; /* handles that use it */
	int lock_shared[NLOCKS];
	struct handle *lock_owner[NLOCKS];
	struct pending *log;
	int nlog, caplog;
};

struct handle {
	sqlite3_file base;
	struct file *file;
	int owner;
	int level; /* SQLITE_LOCK_* */
	bool maps, is_dead, delete_on_close;
	unsigned shared, exclusive; /* locks of the index, as bits */
	struct handle *next;
};

extern struct handle *disk_handles; /* all that are open */

/* disk.c */

/* May this operation go on?  0 or an error of SQLite's. */
int disk_asks(const struct handle *, enum disk_op, const char *path);

/* disk_file.c */
struct file *disk_find(const char *path); /* NULL: no such file */
struct file *disk_make(const char *path);
void disk_forget(struct file *);
/* Remember what a change of `n` bytes at `offset` replaces. */
void disk_remember(
    struct file *, const void *, int64_t offset, int n, int64_t size);
/* What was written so far cannot be lost any more. */
void disk_synced(struct file *);
void disk_put(struct file *, const void *, int64_t offset, int64_t n);
void disk_set_size(struct file *, int64_t size);

/* disk_lock.c: as SQLite calls them */
int disk_lock(sqlite3_file *, int level);
int disk_unlock(sqlite3_file *, int level);
int disk_check_reserved(sqlite3_file *, int *out);
int disk_shm_map(
    sqlite3_file *, int i, int size, int extend, void volatile **out);
int disk_shm_lock(sqlite3_file *, int offset, int n, int flags);
void disk_shm_barrier(sqlite3_file *);
int disk_shm_unmap(sqlite3_file *, int delete);
/* All that a handle holds. */
void disk_let_go(struct handle *);

#endif
