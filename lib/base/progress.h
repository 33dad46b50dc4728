/*
 * progress.h - how far long work has come, for a person at a terminal.
 *
 * One line on stderr, drawn over itself a few times a second and wiped at the
 * end.  Nothing at all where stderr is not a terminal, or with -q.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdint.h>

struct progress {
	const char *what; /* borrowed until progress_end() */
	int64_t total;    /* 0: unknown */
	int64_t drawn_at_ms;
	int on;
};

void progress_start(struct progress *p, const char *what, int64_t total);
void progress_at(struct progress *p, int64_t done);
void progress_end(struct progress *p);
/* Wipe the line before something else is written there; it comes back. */
void progress_hide(void);

#endif
