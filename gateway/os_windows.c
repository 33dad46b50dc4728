/* os_windows.c - see os.h. */
#define _CRT_RAND_S
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <direct.h>
#include <sys/stat.h>
#include <time.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "gateway/os.h"

void
os_begin(void)
{
	_setmode(_fileno(stdout), _O_BINARY);
	_setmode(_fileno(stderr), _O_BINARY);
	SetConsoleOutputCP(CP_UTF8);
	/* A crash in one of CREON's DLLs ends us at once, for gateway.cmd to
	 * begin anew; a box that waits for a click would keep us there. */
	SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
}

int
os_mkdir(const char *path)
{
	return _mkdir(path) == 0 || errno == EEXIST ? 0 : -1;
}

int
os_append(const char *path)
{
	return _open(path, _O_RDWR | _O_CREAT | _O_APPEND | _O_BINARY,
	    _S_IREAD | _S_IWRITE);
}

int
os_sync(int fd)
{
	return _commit(fd);
}

int
os_sync_folder(const char *path)
{
	/* NTFS logs its names itself. */
	(void)path;
	return 0;
}

int
os_truncate(int fd, int64_t size)
{
	return _chsize_s(fd, size) == 0 ? 0 : -1;
}

int
os_lock(const char *path)
{
	int fd = -1;

	/* Never closed: the lock ends with the process. */
	return _sopen_s(&fd, path, _O_RDWR | _O_CREAT, _SH_DENYRW,
		   _S_IREAD | _S_IWRITE) == 0 ?
	    0 :
	    -1;
}

bool
os_is_private(const char *path)
{
	(void)path;
	return true;
}

int
os_random(void *buf, size_t n)
{
	unsigned int r;

	for (size_t i = 0; i < n; i += sizeof(r)) {
		if (rand_s(&r) != 0)
			return -1;
		memcpy(
		    (char *)buf + i, &r, n - i < sizeof(r) ? n - i : sizeof(r));
	}
	return 0;
}

void
os_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	if (ms > 0)
		pthread_cond_timedwait_relative_np(cond, mutex, &ts);
}
