/* disk.c - see disk.h. */
#include "disk.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX  64
#define SHM_REGION 32768
#define SHM_MAX    64
#define NLOCKS     SQLITE_SHM_NLOCK
#define SECTOR     512

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

static struct file *files[FILES_MAX];
static int nfiles;
static struct handle *handles;
static int owner;
static disk_ask *ask_hook;
static disk_clock *clock_hook;
static disk_wait *wait_hook;

static int
ask(const struct handle *h, enum disk_op op, const char *path)
{
	return h->owner == 0 ? 0 : ask_hook(op, path);
}

/* ---- Files ---------------------------------------------------------------- */

static struct file *
find(const char *path)
{
	for (int i = 0; i < nfiles; i++)
		if (strcmp(files[i]->path, path) == 0)
			return files[i];
	return NULL;
}

static struct file *
make(const char *path)
{
	struct file *f = calloc(1, sizeof(*f));

	assert(f != NULL && nfiles < FILES_MAX);
	snprintf(f->path, sizeof(f->path), "%s", path);
	files[nfiles++] = f;
	return f;
}

static void
room(struct file *f, int64_t size)
{
	if (size <= f->cap)
		return;
	f->cap = size + size / 2 + 65536;
	f->data = realloc(f->data, (size_t)f->cap);
	assert(f->data != NULL);
}

static void
forget_pending(struct file *f)
{
	for (int i = 0; i < f->nlog; i++) {
		free(f->log[i].old);
		free(f->log[i].new);
	}
	f->nlog = 0;
}

static void
forget(struct file *f)
{
	forget_pending(f);
	for (int i = 0; i < SHM_MAX; i++)
		free(f->shm[i]);
	free(f->log);
	free(f->data);
	for (int i = 0; i < nfiles; i++)
		if (files[i] == f)
			files[i] = files[--nfiles];
	free(f);
}

static uint8_t *
copy_of(const uint8_t *p, int64_t n)
{
	uint8_t *q = malloc((size_t)n + 1);

	assert(q != NULL);
	if (n > 0)
		memcpy(q, p, (size_t)n);
	return q;
}

/* Remember what a change of `n` bytes at `offset` replaces. */
static void
remember(struct file *f, const void *p, int64_t offset, int n, int64_t size)
{
	struct pending *l;
	int64_t end = p != NULL ? offset + n : f->size;

	if (!f->is_volatile)
		return;
	if (f->nlog == f->caplog) {
		f->caplog = f->caplog * 2 + 64;
		f->log = realloc(f->log, (size_t)f->caplog * sizeof(*f->log));
		assert(f->log != NULL);
	}
	if (end > f->size)
		end = f->size;
	l = &f->log[f->nlog++];
	*l = (struct pending){ .offset = offset,
		.old_size = f->size,
		.new_size = size,
		.n_old = end > offset ? (int)(end - offset) : 0,
		.n_new = n };
	l->old = copy_of(f->data + offset, l->n_old);
	l->new = copy_of(p, n);
}

static void
put(struct file *f, const void *p, int64_t offset, int64_t n)
{
	room(f, offset + n);
	if (offset > f->size)
		memset(f->data + f->size, 0, (size_t)(offset - f->size));
	memcpy(f->data + offset, p, (size_t)n);
	if (offset + n > f->size)
		f->size = offset + n;
}

static void
set_size(struct file *f, int64_t size)
{
	room(f, size);
	if (size > f->size)
		memset(f->data + f->size, 0, (size_t)(size - f->size));
	f->size = size;
}

/* ---- Locks ------------------------------------------------------------------ */

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

/* ---- What SQLite calls on a file ------------------------------------------------ */

static int
disk_close(sqlite3_file *base)
{
	struct handle *h = (struct handle *)base;
	struct handle **p = &handles;
	struct file *f = h->file;

	if (f == NULL)
		return SQLITE_OK;
	if (!h->is_dead) {
		while (*p != h)
			p = &(*p)->next;
		*p = h->next;
		unmap(h);
		if (h->level > SQLITE_LOCK_NONE)
			unlock(h, SQLITE_LOCK_NONE);
		f->nopen--;
		if (h->delete_on_close && f->nopen == 0)
			forget(f);
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
	int rc = ask(h, DISK_READ, f->path);

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
	int rc = ask(h, DISK_WRITE, h->file->path);
	int64_t end = offset + n;

	if (rc != 0)
		return rc;
	remember(
	    h->file, buf, offset, n, end > h->file->size ? end : h->file->size);
	put(h->file, buf, offset, n);
	return SQLITE_OK;
}

static int
disk_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	struct handle *h = (struct handle *)base;
	int rc = ask(h, DISK_TRUNCATE, h->file->path);

	if (rc != 0)
		return rc;
	if (size < h->file->size)
		remember(h->file, NULL, size, 0, size);
	set_size(h->file, size);
	return SQLITE_OK;
}

static int
disk_sync(sqlite3_file *base, int flags)
{
	struct handle *h = (struct handle *)base;
	int rc = ask(h, DISK_SYNC, h->file->path);

	(void)flags;
	if (rc == 0)
		forget_pending(h->file);
	return rc;
}

static int
disk_file_size(sqlite3_file *base, sqlite3_int64 *out)
{
	*out = ((struct handle *)base)->file->size;
	return SQLITE_OK;
}

static int
disk_lock(sqlite3_file *base, int level)
{
	struct handle *h = (struct handle *)base;
	struct file *f = h->file;
	int rc;

	if (level <= h->level)
		return SQLITE_OK;
	if ((rc = ask(h, DISK_LOCK, f->path)) != 0)
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

static int
disk_unlock(sqlite3_file *base, int level)
{
	struct handle *h = (struct handle *)base;

	if (level < h->level)
		unlock(h, level);
	return SQLITE_OK;
}

static int
disk_check_reserved(sqlite3_file *base, int *out)
{
	*out = ((struct handle *)base)->file->reserved != NULL;
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

static int
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

static int
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
			ask(h, DISK_END, h->file->path);
		return SQLITE_OK;
	}
	if ((rc = ask(h, writes ? DISK_BEGIN : DISK_LOCK, h->file->path)) != 0)
		return rc;
	return lock_index(h, mask, exclusive);
}

static void
disk_shm_barrier(sqlite3_file *base)
{
	(void)base;
}

static int
disk_shm_unmap(sqlite3_file *base, int delete)
{
	(void)delete;
	unmap((struct handle *)base);
	return SQLITE_OK;
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
	f = find(base);
	return f != NULL && f->is_volatile;
}

static int
disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags,
    int *out_flags)
{
	struct handle *h = (struct handle *)base;
	struct file *f = path != NULL ? find(path) : NULL;
	int rc;

	(void)vfs;
	*h = (struct handle){ .owner = owner };
	if ((rc = ask(h, DISK_OPEN, path != NULL ? path : "")) != 0)
		return rc;
	if (f == NULL && path != NULL && (flags & SQLITE_OPEN_CREATE) == 0)
		return SQLITE_CANTOPEN;
	if (f == NULL) {
		f = make(path != NULL ? path : "");
		f->is_volatile = path != NULL && is_volatile(path);
	}
	f->nopen++;
	h->file = f;
	h->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
	h->next = handles;
	handles = h;
	h->base.pMethods = &methods;
	if (out_flags != NULL)
		*out_flags = flags;
	return SQLITE_OK;
}

static int
disk_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	struct handle h = { .owner = owner };
	int rc = ask(&h, DISK_DELETE, path);

	(void)vfs;
	(void)sync;
	if (rc != 0)
		return rc;
	return disk_remove(path) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

static int
disk_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	const struct file *f = find(path);

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
	struct handle **p = &handles, *h;

	while ((h = *p) != NULL) {
		if (h->owner != o) {
			p = &h->next;
			continue;
		}
		*p = h->next;
		unmap(h);
		if (h->level > SQLITE_LOCK_NONE)
			unlock(h, SQLITE_LOCK_NONE);
		h->file->nopen--;
		if (h->delete_on_close && h->file->nopen == 0)
			forget(h->file);
		h->is_dead = true;
	}
}

int
disk_writer(const char *path)
{
	const struct file *f = find(path);

	return f == NULL || f->lock_owner[0] == NULL ? 0 :
						       f->lock_owner[0]->owner;
}

bool
disk_exists(const char *path)
{
	return find(path) != NULL;
}

bool
disk_remove(const char *path)
{
	struct file *f = find(path);

	if (f == NULL)
		return false;
	if (f->nopen > 0) { /* goes with its last handle, as in Unix */
		f->path[0] = '\0';
		for (struct handle *h = handles; h != NULL; h = h->next)
			if (h->file == f)
				h->delete_on_close = true;
	} else {
		forget(f);
	}
	return true;
}

bool
disk_rename(const char *from, const char *to)
{
	struct file *f = find(from);

	if (f == NULL)
		return false;
	disk_remove(to);
	snprintf(f->path, sizeof(f->path), "%s", to);
	return true;
}

int64_t
disk_size(const char *path)
{
	const struct file *f = find(path);

	return f == NULL ? -1 : f->size;
}

void
disk_volatile(const char *path, bool is)
{
	struct file *f = find(path);

	if (f != NULL)
		f->is_volatile = is;
}

static void
redo(struct file *f, const struct pending *l, struct rng *r, bool tear)
{
	if (l->n_new == 0) {
		set_size(f, l->new_size);
		return;
	}
	for (int at = 0; at < l->n_new; at += SECTOR) {
		int n = l->n_new - at < SECTOR ? l->n_new - at : SECTOR;

		if (!tear || rng_below(r, 4) != 0)
			put(f, l->new + at, l->offset + at, n);
	}
}

static void
lose(struct file *f, struct rng *r)
{
	/* All of it, all after some write, or here and there. */
	int how = (int)rng_below(r, 3);
	int kept = how == 1 ? (int)rng_below(r, (uint64_t)f->nlog + 1) : 0;

	for (int i = f->nlog - 1; i >= 0; i--) {
		const struct pending *l = &f->log[i];

		put(f, l->old, l->offset, l->n_old);
		f->size = l->old_size;
	}
	for (int i = 0; i < f->nlog; i++)
		if (i < kept || (how == 2 && rng_below(r, 2) == 0))
			redo(f, &f->log[i], r, how == 2);
	forget_pending(f);
}

void
disk_power_loss(struct rng *r)
{
	assert(handles == NULL);
	for (int i = 0; i < nfiles; i++)
		if (files[i]->nlog > 0)
			lose(files[i], r);
}

static void
copy_one(const char *from, const char *to)
{
	const struct file *f = find(from);
	struct file *t;

	disk_remove(to);
	if (f == NULL)
		return;
	t = make(to);
	t->is_volatile = f->is_volatile;
	put(t, f->data, 0, f->size);
}

void
disk_copy(const char *from, const char *to)
{
	char a[200], b[200];

	copy_one(from, to);
	snprintf(a, sizeof(a), "%s-wal", from);
	snprintf(b, sizeof(b), "%s-wal", to);
	copy_one(a, b);
}

void
disk_keep(const char *path, const char *folder)
{
	static const char *const tail[] = { "", "-wal" };

	for (int i = 0; i < 2; i++) {
		char name[200], to[500];
		const struct file *f;
		FILE *out;

		snprintf(name, sizeof(name), "%s%s", path, tail[i]);
		snprintf(
		    to, sizeof(to), "%s/%s", folder, strrchr(name, '/') + 1);
		if ((f = find(name)) == NULL || (out = fopen(to, "w")) == NULL)
			continue;
		fwrite(f->data, 1, (size_t)f->size, out);
		fclose(out);
	}
}
