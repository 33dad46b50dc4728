/*
 * disk_lock.c - locks as a kernel keeps them for SQLite: of the file itself,
 * and of the index of its log, which all that have it open share.
 */
#include "disk_inner.h"

#include <assert.h>
#include <stdlib.h>

#define SHM_REGION 32768

static void
unlock_index(struct handle *h, unsigned shared, unsigned exclusive)
{
	for (int i = 0; i < NLOCKS; i++) {
		if (h->shared & shared & 1u << i)
			h->file->lock_shared[i]--;
		if (h->exclusive & exclusive & 1u << i)
			h->file->lock_owner[i] = NULL;
	}
	h->shared &= ~shared;
	h->exclusive &= ~exclusive;
}

static void
unmap(struct handle *h)
{
	struct file *f = h->file;

	if (!h->maps)
		return;
	h->maps = false;
	unlock_index(h, ~0u, ~0u);
	if (--f->nmapped > 0)
		return;
	for (int i = 0; i < SHM_MAX; i++) { /* the next one builds it anew */
		free(f->shm[i]);
		f->shm[i] = NULL;
	}
}

static void
unlock(struct handle *h, int level)
{
	struct file *f = h->file;

	if (f->exclusive == h)
		f->exclusive = NULL;
	if (h->level > SQLITE_LOCK_SHARED) {
		if (f->reserved == h)
			f->reserved = NULL;
		f->pending = false;
	}
	if (level == SQLITE_LOCK_NONE && h->level >= SQLITE_LOCK_SHARED)
		f->nshared--;
	h->level = level;
}

void
disk_let_go(struct handle *h)
{
	unmap(h);
	if (h->level > SQLITE_LOCK_NONE)
		unlock(h, SQLITE_LOCK_NONE);
}

/* ---- What SQLite calls ------------------------------------------------------ */

int
disk_lock(sqlite3_file *base, int level)
{
	struct handle *h = (struct handle *)base;
	struct file *f = h->file;
	int rc;

	if (level <= h->level)
		return SQLITE_OK;
	if ((rc = disk_asks(h, DISK_LOCK, f->path)) != 0)
		return rc;
	if (f->exclusive != NULL && f->exclusive != h)
		return SQLITE_BUSY;
	if (h->level == SQLITE_LOCK_NONE) {
		if (f->pending)
			return SQLITE_BUSY;
		f->nshared++;
		h->level = SQLITE_LOCK_SHARED;
	}
	if (level == SQLITE_LOCK_SHARED)
		return SQLITE_OK;
	if (f->reserved != NULL && f->reserved != h)
		return SQLITE_BUSY;
	f->reserved = h;
	h->level = SQLITE_LOCK_RESERVED;
	if (level == SQLITE_LOCK_RESERVED)
		return SQLITE_OK;
	f->pending = true;
	h->level = SQLITE_LOCK_PENDING;
	if (f->nshared > 1)
		return SQLITE_BUSY;
	f->exclusive = h;
	h->level = SQLITE_LOCK_EXCLUSIVE;
	return SQLITE_OK;
}

int
disk_unlock(sqlite3_file *base, int level)
{
	struct handle *h = (struct handle *)base;

	if (level < h->level)
		unlock(h, level);
	return SQLITE_OK;
}

int
disk_check_reserved(sqlite3_file *base, int *out)
{
	*out = ((struct handle *)base)->file->reserved != NULL;
	return SQLITE_OK;
}

int
disk_shm_map(
    sqlite3_file *base, int i, int size, int extend, void volatile **out)
{
	struct handle *h = (struct handle *)base;
	struct file *f = h->file;

	assert(size == SHM_REGION && i < SHM_MAX);
	if (!h->maps) {
		h->maps = true;
		f->nmapped++;
	}
	if (f->shm[i] == NULL && extend) {
		f->shm[i] = calloc(1, SHM_REGION);
		assert(f->shm[i] != NULL);
	}
	*out = f->shm[i];
	return SQLITE_OK;
}

/* Take them all, or none. */
static int
lock_index(struct handle *h, unsigned mask, bool exclusive)
{
	struct file *f = h->file;

	for (int i = 0; i < NLOCKS; i++) {
		if ((mask & 1u << i) == 0)
			continue;
		if (f->lock_owner[i] != NULL && f->lock_owner[i] != h)
			return SQLITE_BUSY;
		if (exclusive &&
		    f->lock_shared[i] > ((h->shared & 1u << i) != 0))
			return SQLITE_BUSY;
	}
	for (int i = 0; i < NLOCKS; i++) {
		if ((mask & 1u << i) == 0)
			continue;
		if (exclusive)
			f->lock_owner[i] = h;
		else if ((h->shared & 1u << i) == 0)
			f->lock_shared[i]++;
	}
	if (exclusive)
		h->exclusive |= mask;
	else
		h->shared |= mask;
	return SQLITE_OK;
}

int
disk_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
	struct handle *h = (struct handle *)base;
	unsigned mask = ((1u << n) - 1) << offset;
	bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
	/* The first lock is the writer's. */
	bool writes = exclusive && offset == 0 && n == 1;
	int rc;

	if (flags & SQLITE_SHM_UNLOCK) {
		unlock_index(h, exclusive ? 0 : mask, exclusive ? mask : 0);
		if (writes)
			disk_asks(h, DISK_END, h->file->path);
		return SQLITE_OK;
	}
	if ((rc = disk_asks(
		 h, writes ? DISK_BEGIN : DISK_LOCK, h->file->path)) != 0)
		return rc;
	return lock_index(h, mask, exclusive);
}

void
disk_shm_barrier(sqlite3_file *base)
{
	(void)base;
}

int
disk_shm_unmap(sqlite3_file *base, int delete)
{
	(void)delete;
	unmap((struct handle *)base);
	return SQLITE_OK;
}

/* ---- For the simulator ------------------------------------------------------ */

int
disk_writer(const char *path)
{
	const struct file *f = disk_find(path);

	return f == NULL || f->lock_owner[0] == NULL ? 0 :
						       f->lock_owner[0]->owner;
}
