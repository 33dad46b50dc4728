/*
 * took.c - what a command costs: the best of several runs.
 *
 *	took RUNS COMMAND...
 *
 * Prints seconds by the clock, seconds of processor time, and the peak memory
 * in KiB.  The command's stdout goes nowhere; if it fails, so do we.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/money.h"

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double
of(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

/* One run; its exit status. */
static int
run(char *argv[], double *wall, double *cpu, long *kib)
{
	double began = seconds();
	struct rusage use;
	int status, null;
	pid_t pid = fork();

	if (pid == 0) {
		if ((null = open("/dev/null", O_WRONLY)) != -1)
			dup2(null, 1);
		execvp(argv[0], argv);
		fprintf(stderr, "took: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	if (pid == -1 || wait4(pid, &status, 0, &use) == -1)
		return 1;
	*wall = seconds() - began;
	*cpu = of(&use.ru_utime) + of(&use.ru_stime);
	*kib = use.ru_maxrss;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
main(int argc, char *argv[])
{
	double wall = 1e9, cpu = 1e9, w, c;
	int64_t runs;
	long kib = 0, k;
	int rc;

	if (argc < 3 || int_parse(argv[1], 1, 100000, &runs) == -1) {
		fprintf(stderr, "usage: took RUNS COMMAND...\n");
		return 64;
	}
	while (runs-- > 0) {
		if ((rc = run(argv + 2, &w, &c, &k)) != 0) {
			fprintf(stderr, "took: %s: status %d\n", argv[2], rc);
			return 1;
		}
		wall = w < wall ? w : wall;
		cpu = c < cpu ? c : cpu;
		kib = k > kib ? k : kib;
	}
	printf("%.6f %.6f %ld\n", wall, cpu, kib);
	return 0;
}
