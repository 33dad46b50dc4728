/* disk.c - see disk.h. */
#include "disk_inner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct handle *disk_handles;
static int owner;
static disk_ask *ask_hook;
static disk_clock *clock_hook;
static disk_wait *wait_hook;

int
disk_asks(const struct handle *h, enum disk_op op, const char *path)
{
	return h->owner == 0 ? 0 : ask_hook(op, path);
}

/* ---- What SQLite calls on a file ------------------------------------------------ */

static int
disk_close(sqlite3_file *base)
{
	struct handle *h = (struct handle *)base;
	struct handle **p = &disk_handles;
	struct file *f = h->file;

	if (f == NULL)
		return SQLITE_OK;
	if (!h->is_dead) {
		while (*p != h)
			p = &(*p)->next;
		*p = h->next;
		disk_let_go(h);
		f->nopen--;
		if (h->delete_on_close && f->nopen == 0)
			disk_forget(f);
	}
	h->file = NULL;
	return SQLITE_OK;
}

static int
disk_read(sqlite3_file *base, void *buf, int n, sqlite3_int64 offset)
{
	struct handle *h = (struct handle *)base;
	struct file *f = h->file;
	int64_t have = f->size - offset;
	int rc = disk_asks(h, DISK_READ, f->path);

	if (rc != 0)
		return rc;
	if (have >= n) {
		memcpy(buf, f->data + offset, (size_t)n);
		return SQLITE_OK;
	}
	if (have < 0)
		have = 0;
	if (have > 0)
		memcpy(buf, f->data + offset, (size_t)have);
	memset((char *)buf + have, 0, (size_t)(n - have));
	return SQLITE_IOERR_SHORT_READ;
}

static int
disk_write(sqlite3_file *base, const void *buf, int n, sqlite3_int64 offset)
{
	struct handle *h = (struct handle *)base;
	int rc = disk_asks(h, DISK_WRITE, h->file->path);
	int64_t end = offset + n;

	if (rc != 0)
		return rc;
	disk_remember(
	    h->file, buf, offset, n, end > h->file->size ? end : h->file->size);
	disk_put(h->file, buf, offset, n);
	return SQLITE_OK;
}

static int
disk_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	struct handle *h = (struct handle *)base;
	int rc = disk_asks(h, DISK_TRUNCATE, h->file->path);

	if (rc != 0)
		return rc;
	if (size < h->file->size)
		disk_remember(h->file, NULL, size, 0, size);
	disk_set_size(h->file, size);
	return SQLITE_OK;
}

static int
disk_sync(sqlite3_file *base, int flags)
{
	struct handle *h = (struct handle *)base;
	int rc = disk_asks(h, DISK_SYNC, h->file->path);

	(void)flags;
	if (rc == 0)
		disk_synced(h->file);
	return rc;
}

static int
disk_file_size(sqlite3_file *base, sqlite3_int64 *out)
{
	*out = ((struct handle *)base)->file->size;
	return SQLITE_OK;
}

static int
disk_control(sqlite3_file *base, int op, void *arg)
{
	(void)base;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int
disk_sector(sqlite3_file *base)
{
	(void)base;
	return 4096;
}

static int
disk_device(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = disk_close,
	.xRead = disk_read,
	.xWrite = disk_write,
	.xTruncate = disk_truncate,
	.xSync = disk_sync,
	.xFileSize = disk_file_size,
	.xLock = disk_lock,
	.xUnlock = disk_unlock,
	.xCheckReservedLock = disk_check_reserved,
	.xFileControl = disk_control,
	.xSectorSize = disk_sector,
	.xDeviceCharacteristics = disk_device,
	.xShmMap = disk_shm_map,
	.xShmLock = disk_shm_lock,
	.xShmBarrier = disk_shm_barrier,
	.xShmUnmap = disk_shm_unmap,
};

/* ---- What SQLite calls on the disk ---------------------------------------------- */

/* A database's log is as volatile as the database. */
static bool
is_volatile(const char *path)
{
	size_t n = strlen(path);
	char base[200];
	const struct file *f;

	if (n < 4 || strcmp(path + n - 4, "-wal") != 0)
		return false;
	snprintf(base, sizeof(base), "%.*s", (int)n - 4, path);
	f = disk_find(base);
	return f != NULL && f->is_volatile;
}

static int
disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags,
    int *out_flags)
{
	struct handle *h = (struct handle *)base;
	struct file *f = path != NULL ? disk_find(path) : NULL;
	int rc;

	(void)vfs;
	*h = (struct handle){ .owner = owner };
	if ((rc = disk_asks(h, DISK_OPEN, path != NULL ? path : "")) != 0)
		return rc;
	if (f == NULL && path != NULL && (flags & SQLITE_OPEN_CREATE) == 0)
		return SQLITE_CANTOPEN;
	if (f == NULL) {
		f = disk_make(path != NULL ? path : "");
		f->is_volatile = path != NULL && is_volatile(path);
	}
	f->nopen++;
	h->file = f;
	h->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
	h->next = disk_handles;
	disk_handles = h;
	h->base.pMethods = &methods;
	if (out_flags != NULL)
		*out_flags = flags;
	return SQLITE_OK;
}

static int
disk_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	struct handle h = { .owner = owner };
	int rc = disk_asks(&h, DISK_DELETE, path);

	(void)vfs;
	(void)sync;
	if (rc != 0)
		return rc;
	return disk_remove(path) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

static int
disk_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	const struct file *f = disk_find(path);

	(void)vfs;
	*out = f != NULL && (flags != SQLITE_ACCESS_EXISTS || f->size > 0);
	return SQLITE_OK;
}

static int
disk_full_path(sqlite3_vfs *vfs, const char *path, int n, char *out)
{
	(void)vfs;
	sqlite3_snprintf(n, out, "%s", path);
	return SQLITE_OK;
}

static int
disk_random(sqlite3_vfs *vfs, int n, char *out)
{
	static struct rng rng;
	static bool seeded;

	(void)vfs;
	if (!seeded)
		rng = rng_seed(20240102);
	seeded = true;
	for (int i = 0; i < n; i++)
		out[i] = (char)rng_u64(&rng);
	return n;
}

static int
disk_sleep(sqlite3_vfs *vfs, int us)
{
	(void)vfs;
	if (owner != 0)
		wait_hook(us / 1000 + 1);
	return us;
}

static int
disk_time64(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
	(void)vfs;
	*out = clock_hook() + INT64_C(210866760000000); /* Julian */
	return SQLITE_OK;
}

static int
disk_time(sqlite3_vfs *vfs, double *out)
{
	sqlite3_int64 ms;

	disk_time64(vfs, &ms);
	*out = (double)ms / 86400000.0;
	return SQLITE_OK;
}

static int
disk_last_error(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs;
	(void)n;
	(void)out;
	return 0;
}

static sqlite3_vfs vfs = {
	.iVersion = 2,
	.szOsFile = sizeof(struct handle),
	.mxPathname = 199,
	.zName = "sim",
	.xOpen = disk_open,
	.xDelete = disk_delete,
	.xAccess = disk_access,
	.xFullPathname = disk_full_path,
	.xRandomness = disk_random,
	.xSleep = disk_sleep,
	.xCurrentTime = disk_time,
	.xGetLastError = disk_last_error,
	.xCurrentTimeInt64 = disk_time64,
};

/* ---- For the simulator -------------------------------------------------------------- */

void
disk_init(disk_ask *a, disk_clock *c, disk_wait *w)
{
	int rc;

	ask_hook = a;
	clock_hook = c;
	wait_hook = w;
	/* Fibers are not threads, and a killed one may hold a mutex. */
	rc = sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	assert(rc == SQLITE_OK);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	/* Small things from an arena of the connection: twice as fast. */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1200, 200);
	rc = sqlite3_initialize();
	assert(rc == SQLITE_OK);
	rc = sqlite3_vfs_register(&vfs, 1);
	assert(rc == SQLITE_OK);
}

void
disk_owner(int o)
{
	owner = o;
}

int
disk_owned_by(void)
{
	return owner;
}

void
disk_belong(void *file, int o)
{
	struct handle *h = file;

	if (h != NULL && h->base.pMethods == &methods)
		h->owner = o;
}

void
disk_drop(int o)
{
	struct handle **p = &disk_handles, *h;

	while ((h = *p) != NULL) {
		if (h->owner != o) {
			p = &h->next;
			continue;
		}
		*p = h->next;
		disk_let_go(h);
		h->file->nopen--;
		if (h->delete_on_close && h->file->nopen == 0)
			disk_forget(h->file);
		h->is_dead = true;
	}
}
