/* journal.c - see journal.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/journal.h"
#include "gateway/lines.h"
#include "gateway/os.h"

#define BUCKETS 4096

struct node {
	struct entry entry;
	struct node *in_bucket; /* the next one there */
	struct node *later;     /* the next in the order of coming */
};

struct journal {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct lines *lines;
	struct node *bucket[BUCKETS];
	struct node *first, *last;
	char damage[320]; /* a line that says what cannot be */
};

/* ---- the table in memory */

static unsigned
bucket_of(const char *key)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h % BUCKETS;
}

static struct node *
find(struct journal *j, const char *key)
{
	struct node *n = j->bucket[bucket_of(key)];

	while (n != NULL && strcmp(n->entry.ask.key, key) != 0)
		n = n->in_bucket;
	return n;
}

static struct node *
add(struct journal *j, const struct entry *entry)
{
	unsigned b = bucket_of(entry->ask.key);
	struct node *n = xcalloc(1, sizeof(*n));

	n->entry = *entry;
	n->in_bucket = j->bucket[b];
	j->bucket[b] = n;
	if (j->last != NULL)
		j->last->later = n;
	else
		j->first = n;
	j->last = n;
	return n;
}

static void
drop(struct journal *j, struct node *n)
{
	struct node **p = &j->bucket[bucket_of(n->entry.ask.key)];
	struct node *before = NULL;

	while (*p != n)
		p = &(*p)->in_bucket;
	*p = n->in_bucket;
	for (struct node *q = j->first; q != n; q = q->later)
		before = q;
	if (before != NULL)
		before->later = n->later;
	else
		j->first = n->later;
	if (j->last == n)
		j->last = before;
	free(n);
}

/* ---- its lines */

static int
take_begin(struct journal *j, ymd day, const char *key, const struct json *v,
    struct err *e)
{
	struct entry en;

	if (entry_read_begin(&en, day, key, v, e) == -1)
		return -1;
	if (find(j, key) != NULL)
		return err_set(e, E_DATA, "key %s a second time", key);
	add(j, &en);
	return 0;
}

/* A line whose checksum is right says what was written; if that makes no
 * sense, somebody else wrote it, and the journal cannot be relied on. */
static void
read_line(void *arg, ymd day, const char *text)
{
	struct journal *j = arg;
	struct err e = { 0 };
	struct json *v = json_parse(text, strlen(text), &e);
	const char *key = json_chars(json_get(v, "key"));
	struct node *n = key != NULL ? find(j, key) : NULL;
	int rc = -1;

	if (v != NULL && key == NULL)
		err_set(&e, E_DATA, "no key");
	else if (v != NULL && json_get(v, "ask") != NULL)
		rc = take_begin(j, day, key, v, &e);
	else if (v != NULL && n == NULL)
		err_set(&e, E_DATA, "outcome of a key that is not there");
	else if (v != NULL)
		rc = entry_read_settle(&n->entry, v, &e);
	if (rc == -1 && j->damage[0] == '\0')
		snprintf(j->damage, sizeof(j->damage), "%d: %.280s", (int)day,
		    e.msg);
	json_free(v);
}

struct journal *
journal_open(const char *folder, int days, struct err *e)
{
	struct journal *j = xcalloc(1, sizeof(*j));
	const char *damage;

	pthread_mutex_init(&j->mutex, NULL);
	pthread_cond_init(&j->changed, NULL);
	j->lines = lines_open(folder, "orders", days, read_line, j, e);
	if (j->lines == NULL) {
		journal_close(j);
		return NULL;
	}
	if ((damage = lines_damage(j->lines)) != NULL)
		snprintf(j->damage, sizeof(j->damage), "%s", damage);
	return j;
}

void
journal_close(struct journal *j)
{
	struct node *n, *later;

	if (j == NULL)
		return;
	for (n = j->first; n != NULL; n = later) {
		later = n->later;
		free(n);
	}
	lines_close(j->lines);
	pthread_cond_destroy(&j->changed);
	pthread_mutex_destroy(&j->mutex);
	free(j);
}

/* ---- what the others do with it */

enum reserve
journal_reserve(struct journal *j, const struct ask *ask, struct entry *entry)
{
	enum reserve got = RESERVE_OURS;
	struct node *n;

	pthread_mutex_lock(&j->mutex);
	if ((n = find(j, ask->key)) == NULL)
		n = add(
		    j, &(struct entry){ .ask = *ask, .stage = STAGE_RESERVED });
	else
		got = ask_same(ask, &n->entry.ask) ? RESERVE_KNOWN :
						     RESERVE_OTHER;
	*entry = n->entry;
	pthread_mutex_unlock(&j->mutex);
	return got;
}

void
journal_forget(struct journal *j, const char *key)
{
	struct node *n;

	pthread_mutex_lock(&j->mutex);
	n = find(j, key);
	assert(n != NULL && n->entry.stage == STAGE_RESERVED);
	drop(j, n);
	pthread_cond_broadcast(&j->changed);
	pthread_mutex_unlock(&j->mutex);
}

bool
journal_give_up(struct journal *j, const char *key)
{
	struct node *n;
	bool is_reserved;

	pthread_mutex_lock(&j->mutex);
	n = find(j, key);
	is_reserved = n == NULL || n->entry.stage == STAGE_RESERVED;
	if (n != NULL && is_reserved)
		n->entry.is_given_up = true;
	pthread_mutex_unlock(&j->mutex);
	return is_reserved;
}

int
journal_begin(struct journal *j, const char *key, epoch at, ymd day,
    const char *account, struct err *e)
{
	struct node *n;
	char *line;
	int rc;

	pthread_mutex_lock(&j->mutex);
	n = find(j, key);
	assert(n != NULL && n->entry.stage == STAGE_RESERVED);
	n->entry.at = at;
	n->entry.day = day;
	entry_mark(account, n->entry.account);
	line = entry_begin_line(&n->entry);
	if (n->entry.is_given_up)
		rc = err_set(e, E_BUSY, "its client waits no longer");
	else if (j->damage[0] != '\0')
		rc = err_set(
		    e, E_FAIL, "the journal is damaged: %s", j->damage);
	else
		rc = lines_append(j->lines, day, line, e);
	if (rc == 0)
		n->entry.stage = STAGE_IN_FLIGHT;
	free(line);
	pthread_mutex_unlock(&j->mutex);
	return rc;
}

int
journal_settle(
    struct journal *j, const char *key, const struct result *r, struct err *e)
{
	struct node *n;
	char *line;
	int rc;

	pthread_mutex_lock(&j->mutex);
	n = find(j, key);
	assert(n != NULL && n->entry.stage == STAGE_IN_FLIGHT);
	n->entry.result = *r;
	line = entry_settle_line(&n->entry);
	/* In the file that has its beginning, whatever day it is now. */
	rc = lines_append(j->lines, n->entry.day, line, e);
	n->entry.stage = STAGE_SETTLED;
	free(line);
	pthread_cond_broadcast(&j->changed);
	pthread_mutex_unlock(&j->mutex);
	return rc;
}

bool
journal_find(struct journal *j, const char *key, struct entry *entry)
{
	struct node *n;

	pthread_mutex_lock(&j->mutex);
	n = find(j, key);
	if (n != NULL && n->entry.stage == STAGE_RESERVED)
		n = NULL;
	if (n != NULL)
		*entry = n->entry;
	pthread_mutex_unlock(&j->mutex);
	return n != NULL;
}

void
journal_wait(struct journal *j, const char *key, int64_t ms)
{
	int64_t until = monotonic_ms() + ms, left;
	struct node *n;

	pthread_mutex_lock(&j->mutex);
	while ((n = find(j, key)) != NULL && n->entry.stage < STAGE_SETTLED &&
	    (left = until - monotonic_ms()) > 0)
		os_cond_wait(&j->changed, &j->mutex, left);
	pthread_mutex_unlock(&j->mutex);
}

/* Of that day and account, with that number. */
static bool
is_order(const struct entry *en, ymd day, const char *mark, int64_t order)
{
	return order != 0 && en->stage == STAGE_SETTLED && en->day == day &&
	    en->result.order == order && entry_marks_agree(en->account, mark);
}

void
journal_key_of(struct journal *j, ymd day, const char *account, int64_t order,
    char key[KEY_SIZE])
{
	char mark[MARK_SIZE];

	entry_mark(account, mark);
	key[0] = '\0';
	pthread_mutex_lock(&j->mutex);
	for (struct node *n = j->first; n != NULL; n = n->later)
		if (is_order(&n->entry, day, mark, order))
			memcpy(key, n->entry.ask.key, KEY_SIZE);
	pthread_mutex_unlock(&j->mutex);
}

int
journal_day(struct journal *j, ymd day, struct entry **list)
{
	int n = 0;

	*list = NULL;
	pthread_mutex_lock(&j->mutex);
	for (struct node *p = j->first; p != NULL; p = p->later)
		n += p->entry.day == day && p->entry.stage != STAGE_RESERVED;
	if (n > 0)
		*list = xcalloc((size_t)n, sizeof(**list));
	n = 0;
	for (struct node *p = j->first; p != NULL; p = p->later)
		if (p->entry.day == day && p->entry.stage != STAGE_RESERVED)
			(*list)[n++] = p->entry;
	pthread_mutex_unlock(&j->mutex);
	return n;
}

enum journal_state
journal_state(
    struct journal *j, int *unknown, int *in_flight, char *why, size_t size)
{
	enum journal_state state = JOURNAL_OK;

	*unknown = *in_flight = 0;
	pthread_mutex_lock(&j->mutex);
	for (struct node *n = j->first; n != NULL; n = n->later) {
		*in_flight += n->entry.stage == STAGE_IN_FLIGHT;
		*unknown += n->entry.stage == STAGE_LOST ||
		    (n->entry.stage == STAGE_SETTLED &&
			n->entry.result.outcome == OUTCOME_UNKNOWN);
	}
	if (j->damage[0] != '\0')
		state = JOURNAL_DAMAGED;
	else if (lines_failed(j->lines))
		state = JOURNAL_FAILED;
	if (why != NULL)
		snprintf(why, size, "%s", j->damage);
	pthread_mutex_unlock(&j->mutex);
	return state;
}
