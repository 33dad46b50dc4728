/*
 * fuzz.h - what the fuzz entries share.  One entry is one file,
 * tests/fuzz/NAME.c, with the function that libFuzzer calls:
 *
 *	int
 *	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *	{
 *		char *s = fuzz_text(data, size);
 *		ymd d;
 *
 *		if (ymd_parse(s, &d) == 0)
 *			must(ymd_valid(d));
 *		free(s);
 *		return 0;
 *	}
 *
 * That is all: the Makefile builds every file here, tests/fuzz/run runs it,
 * corpus/NAME/ holds its inputs, NAME.dict (if there is one) its words.  An
 * adapter of a firm adds a file that feeds its reader of replies and hands
 * what comes out to the judges in reply.h.
 *
 * Beside the sanitizers' watch an entry says what must hold: what is
 * accepted is within bounds and reads back the same, what is refused is
 * refused with a message (must_refuse), and nothing is half done.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/utf8.h"

#define FUZZ_UNUSED __attribute__((unused))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FUZZ_UNUSED void
fuzz_broken(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

#define must(x) ((x) ? (void)0 : fuzz_broken(#x, __FILE__, __LINE__))

/*
 * What a person reads of an error: one line, never empty, and of a kind that
 * says what to do.  A bug is no answer to bad input.
 */
static FUZZ_UNUSED void
must_refuse(const struct err *e)
{
	char line[4 * sizeof(e->msg)];
	size_t n = strnlen(e->msg, sizeof(e->msg));

	must(n > 0 && n < sizeof(e->msg));
	must(e->kind > E_NONE && e->kind <= E_CONFIG && e->kind != E_BUG);
	must(err_exit(e) != 0);
	text_escape(e->msg, line, sizeof(line));
	must(line[0] != '\0' && utf8_valid(line, strlen(line)));
	for (const char *p = line; *p != '\0'; p++)
		must((unsigned char)*p >= 0x20 && *p != 0x7f);
}

/* The input as text, to its first NUL, in a block of just that length: a
 * byte read beyond it is found. */
static FUZZ_UNUSED char *
fuzz_text(const uint8_t *data, size_t size)
{
	size_t n = size > 0 ? strnlen((const char *)data, size) : 0;
	char *s = malloc(n + 1);

	must(s != NULL);
	if (n > 0)
		memcpy(s, data, n);
	s[n] = '\0';
	return s;
}

/* Cut the next line out of a text; NULL at its end. */
static FUZZ_UNUSED char *
fuzz_line(char **rest)
{
	return *rest == NULL || **rest == '\0' ? NULL : strsep(rest, "\n");
}

/* A file in memory, of mode 0600, that holds the input; its path, the same
 * for the whole run.  For readers that are given a path. */
static FUZZ_UNUSED const char *
fuzz_file(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd == -1) {
		must((fd = memfd_create("fuzz", 0)) != -1);
		must(fchmod(fd, 0600) == 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must(ftruncate(fd, 0) == 0);
	for (size_t done = 0; done < size;) {
		ssize_t n = pwrite(fd, data + done, size - done, (off_t)done);

		must(n > 0);
		done += (size_t)n;
	}
	return path;
}

/* A folder of this run's own in memory, gone when it ends. */
static char fuzz_folder_path[64];

static FUZZ_UNUSED void
fuzz_folder_remove(void)
{
	char cmd[96];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", fuzz_folder_path);
	if (system(cmd) != 0)
		fprintf(stderr, "%s: left behind\n", fuzz_folder_path);
}

static FUZZ_UNUSED const char *
fuzz_folder(void)
{
	if (fuzz_folder_path[0] == '\0') {
		snprintf(fuzz_folder_path, sizeof(fuzz_folder_path),
		    "%s/fuzz.XXXXXX",
		    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		must(mkdtemp(fuzz_folder_path) != NULL);
		atexit(fuzz_folder_remove);
	}
	return fuzz_folder_path;
}

#endif
