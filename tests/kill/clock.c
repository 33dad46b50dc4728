/*
 * clock.c - a library to preload, by which a program that lives on beside
 * those that --now tells the time sees the same time as they.
 *
 *	WALL=FILE	what the clock on the wall says: the eight bytes of a
 *			number of seconds since 1970; 0: what the machine says
 *
 * It stands still until somebody writes another moment there.  Sleeps and the
 * monotonic clock are FASTER than they should be, so that what looks each
 * second does it many times in one.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define FASTER 20 /* times */
#define SECOND INT64_C(1000000000)

static const volatile int64_t *wall;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void
open_wall(void)
{
	const char *path = getenv("WALL");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *p;

	if (fd == -1)
		return;
	p = mmap(NULL, sizeof(*wall), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	wall = p != MAP_FAILED ? p : NULL;
}

static struct timespec
timespec_of(int64_t ns)
{
	return (
	    struct timespec){ .tv_sec = ns / SECOND, .tv_nsec = ns % SECOND };
}

EXPORT int
clock_gettime(clockid_t id, struct timespec *ts)
{
	static __typeof__(&clock_gettime) next;
	int rc;

	if (next == NULL)
		next = NEXT(clock_gettime);
	rc = next(id, ts);
	if (rc != 0 || wall == NULL || *wall == 0)
		return rc;
	if (id == CLOCK_REALTIME)
		*ts = (struct timespec){ .tv_sec = *wall };
	else if (id == CLOCK_MONOTONIC)
		*ts = timespec_of(FASTER * (ts->tv_sec * SECOND + ts->tv_nsec));
	return 0;
}

EXPORT int
nanosleep(const struct timespec *time, struct timespec *left)
{
	static __typeof__(&nanosleep) next;
	struct timespec less = timespec_of(
	    (time->tv_sec * SECOND + time->tv_nsec) / FASTER);

	if (next == NULL)
		next = NEXT(nanosleep);
	return next(wall != NULL && *wall != 0 ? &less : time, left);
}
