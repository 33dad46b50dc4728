/* late.c - see late.h. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef _WIN32
#include <winsock2.h>
#define SHUT_RDWR SD_BOTH
#else
#include <sys/socket.h>
#endif

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/late.h"
#include "gateway/os.h"

struct client {
	const void *who; /* NULL: free */
	int fd;
	bool is_answered; /* being answered: nothing counts */
	int64_t since;
};

struct late {
	pthread_mutex_t mutex;
	pthread_cond_t stop;
	pthread_t thread;
	bool is_stopping;
	int64_t ms;
	int most;
	struct client *client;
};

static struct client *
find(struct late *l, const void *who)
{
	for (int i = 0; i < l->most; i++)
		if (l->client[i].who == who)
			return &l->client[i];
	return NULL;
}

static void *
watch(void *arg)
{
	struct late *l = arg;

	pthread_mutex_lock(&l->mutex);
	while (!l->is_stopping) {
		for (int i = 0; i < l->most; i++) {
			struct client *c = &l->client[i];

			if (c->who == NULL || c->is_answered ||
			    monotonic_ms() - c->since < l->ms)
				continue;
			log_debug("a client is too slow, and cut off");
			shutdown(c->fd, SHUT_RDWR);
			c->since = monotonic_ms();
		}
		os_cond_wait(&l->stop, &l->mutex, l->ms < 1000 ? 100 : 1000);
	}
	pthread_mutex_unlock(&l->mutex);
	return NULL;
}

struct late *
late_new(int most, int ms)
{
	struct late *l = xcalloc(1, sizeof(*l));

	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->stop, NULL);
	l->ms = ms;
	l->most = most;
	l->client = xcalloc((size_t)most, sizeof(*l->client));
	if (pthread_create(&l->thread, NULL, watch, l) != 0)
		mem_none_left();
	return l;
}

void
late_free(struct late *l)
{
	if (l == NULL)
		return;
	pthread_mutex_lock(&l->mutex);
	l->is_stopping = true;
	pthread_cond_signal(&l->stop);
	pthread_mutex_unlock(&l->mutex);
	pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->stop);
	pthread_mutex_destroy(&l->mutex);
	free(l->client);
	free(l);
}

static void
set(struct late *l, const void *was, const void *who, int fd, bool is_answered)
{
	struct client *c;

	pthread_mutex_lock(&l->mutex);
	if ((c = find(l, was)) != NULL) {
		c->who = who;
		if (fd != -1)
			c->fd = fd;
		c->is_answered = is_answered;
		c->since = monotonic_ms();
	}
	pthread_mutex_unlock(&l->mutex);
}

void
late_begin(struct late *l, const void *who, int fd)
{
	set(l, NULL, who, fd, false);
}

void
late_has_come(struct late *l, const void *who)
{
	set(l, who, who, -1, true);
}

void
late_is_done(struct late *l, const void *who)
{
	set(l, who, who, -1, false);
}

void
late_end(struct late *l, const void *who)
{
	set(l, who, NULL, -1, false);
}
