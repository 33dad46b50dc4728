/* os_posix.c - see os.h; for the gateway that runs on Linux, in tests. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gateway/os.h"

void
os_begin(void)
{
}

int
os_mkdir(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

int
os_append(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

int
os_sync(int fd)
{
	return fsync(fd);
}

int
os_sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd == -1)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

int
os_truncate(int fd, int64_t size)
{
	return ftruncate(fd, size);
}

int
os_lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	/* Never closed: the lock ends with the process. */
	return fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : -1;
}

bool
os_is_private(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & 077) == 0;
}

int
os_random(void *buf, size_t n)
{
	return getrandom(buf, n, 0) == (ssize_t)n ? 0 : -1;
}

void
os_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t ms)
{
	struct timespec ts;

	if (ms <= 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += (time_t)(ms / 1000);
	ts.tv_nsec += (long)(ms % 1000) * 1000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000;
	}
	pthread_cond_clockwait(cond, mutex, CLOCK_MONOTONIC, &ts);
}
