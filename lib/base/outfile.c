/* outfile.c - see outfile.h. */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* Write all of it through an open descriptor, and close that. */
static int
fill_fd(
    int fd, bool is_synced, void (*fill)(FILE *, const void *), const void *arg)
{
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");
	int error = 0;

	if (f == NULL) {
		error = errno;
		if (fd != -1)
			close(fd);
		errno = error;
		return -1;
	}
	errno = 0;
	fill(f, arg);
	if (fflush(f) != 0 || ferror(f) || (is_synced && fsync(fd) == -1))
		error = errno != 0 ? errno : EIO;
	if (fclose(f) != 0 && error == 0)
		error = errno;
	errno = error;
	return error != 0 ? -1 : 0;
}

/* Through another name; a link is followed, so that it stays one. */
static int
replace(const char *path, void (*fill)(FILE *, const void *), const void *arg)
{
	char *real = realpath(path, NULL);
	const char *to = real != NULL ? real : path;
	char *tmp = xasprintf("%s.%ld.tmp", to, (long)getpid());
	int rc = fill_fd(
	    open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), true,
	    fill, arg);

	if (rc == 0)
		rc = rename(tmp, to);
	if (rc == -1) {
		int error = errno;

		unlink(tmp);
		errno = error;
	}
	free(tmp);
	free(real);
	return rc;
}

int
outfile_write(const char *path, void (*fill)(FILE *f, const void *arg),
    const void *arg, struct err *e)
{
	struct stat st;
	int rc;

	if (strcmp(path, "-") == 0) {
		fill(stdout, arg);
		return 0;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		rc = fill_fd(
		    open(path, O_WRONLY | O_CLOEXEC), false, fill, arg);
	else
		rc = replace(path, fill, arg);
	return rc == -1 ? err_set(e, E_FAIL, "%s: %s", path, strerror(errno)) :
			  0;
}
