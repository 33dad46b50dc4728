/*
 * log.h - words for people, on stderr, one line each:
 *
 *   2025-03-14T09:05:01+09:00 place-orders[812]: warn: order 41: no answer
 *
 * Name the thing (order, code, file:line), then what happened, then what the
 * program will do.  Facts worth keeping go into the database.  A line is one
 * write(2), so that programs run side by side do not mix theirs; control
 * characters and bytes that are not UTF-8 are escaped.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/clock.h"
#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* The program's name; borrowed for good.  Resets the level to LOG_WARN. */
void log_init(const char *program);
/* Raise (-v) or lower (-q) the level; errors are always shown. */
void log_level(int delta);
bool log_shows(enum log_level level);
/* Stamp lines with this clock, borrowed for good; NULL: the wall clock. */
void log_clock(const struct clock *c);
const char *log_program(void);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * The end of a main() that failed: say why, return the exit status.  E_BUSY
 * is silent, for another run is at work and all is well.
 */
int log_exit(const struct err *e);

/* Copy text to out with control characters and bad UTF-8 escaped. */
void text_escape(const char *text, char *out, size_t size);

#endif
