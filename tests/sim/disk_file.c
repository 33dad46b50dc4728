/*
 * disk_file.c - the files of the disk: their bytes, what is not synced yet,
 * copies.
 */
#include "disk_inner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 64
#define SECTOR    512

static struct file *files[FILES_MAX];
static int nfiles;

struct file *
disk_find(const char *path)
{
	for (int i = 0; i < nfiles; i++)
		if (strcmp(files[i]->path, path) == 0)
			return files[i];
	return NULL;
}

struct file *
disk_make(const char *path)
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

void
disk_synced(struct file *f)
{
	for (int i = 0; i < f->nlog; i++) {
		free(f->log[i].old);
		free(f->log[i].new);
	}
	f->nlog = 0;
}

void
disk_forget(struct file *f)
{
	disk_synced(f);
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
void
disk_remember(
    struct file *f, const void *p, int64_t offset, int n, int64_t size)
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

void
disk_put(struct file *f, const void *p, int64_t offset, int64_t n)
{
	room(f, offset + n);
	if (offset > f->size)
		memset(f->data + f->size, 0, (size_t)(offset - f->size));
	memcpy(f->data + offset, p, (size_t)n);
	if (offset + n > f->size)
		f->size = offset + n;
}

void
disk_set_size(struct file *f, int64_t size)
{
	room(f, size);
	if (size > f->size)
		memset(f->data + f->size, 0, (size_t)(size - f->size));
	f->size = size;
}

/* ---- For the simulator ------------------------------------------------------ */

bool
disk_exists(const char *path)
{
	return disk_find(path) != NULL;
}

bool
disk_remove(const char *path)
{
	struct file *f = disk_find(path);

	if (f == NULL)
		return false;
	if (f->nopen > 0) { /* goes with its last handle, as in Unix */
		f->path[0] = '\0';
		for (struct handle *h = disk_handles; h != NULL; h = h->next)
			if (h->file == f)
				h->delete_on_close = true;
	} else {
		disk_forget(f);
	}
	return true;
}

bool
disk_rename(const char *from, const char *to)
{
	struct file *f = disk_find(from);

	if (f == NULL)
		return false;
	disk_remove(to);
	snprintf(f->path, sizeof(f->path), "%s", to);
	return true;
}

int64_t
disk_size(const char *path)
{
	const struct file *f = disk_find(path);

	return f == NULL ? -1 : f->size;
}

void
disk_volatile(const char *path, bool is)
{
	struct file *f = disk_find(path);

	if (f != NULL)
		f->is_volatile = is;
}

/* ---- When power is lost --------------------------------------------------------- */

static void
redo(struct file *f, const struct pending *l, struct rng *r, bool tear)
{
	if (l->n_new == 0) {
		disk_set_size(f, l->new_size);
		return;
	}
	for (int at = 0; at < l->n_new; at += SECTOR) {
		int n = l->n_new - at < SECTOR ? l->n_new - at : SECTOR;

		if (!tear || rng_below(r, 4) != 0)
			disk_put(f, l->new + at, l->offset + at, n);
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

		disk_put(f, l->old, l->offset, l->n_old);
		f->size = l->old_size;
	}
	for (int i = 0; i < f->nlog; i++)
		if (i < kept || (how == 2 && rng_below(r, 2) == 0))
			redo(f, &f->log[i], r, how == 2);
	disk_synced(f);
}

void
disk_power_loss(struct rng *r)
{
	assert(disk_handles == NULL);
	for (int i = 0; i < nfiles; i++)
		if (files[i]->nlog > 0)
			lose(files[i], r);
}

/* ---- Copies ----------------------------------------------------------------------- */

static void
copy_one(const char *from, const char *to)
{
	const struct file *f = disk_find(from);
	struct file *t;

	disk_remove(to);
	if (f == NULL)
		return;
	t = disk_make(to);
	t->is_volatile = f->is_volatile;
	disk_put(t, f->data, 0, f->size);
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
		if ((f = disk_find(name)) == NULL ||
		    (out = fopen(to, "w")) == NULL)
			continue;
		fwrite(f->data, 1, (size_t)f->size, out);
		fclose(out);
	}
}
