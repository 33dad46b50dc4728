/*
 * err.h - how a function says what went wrong.
 *
 * A function that can fail takes `struct err *` last and returns -1 or NULL.
 * Only main() turns an error into an exit status, by err_exit().
 * "We asked and do not know what happened" is not an error kind: it is a
 * result with a state of its own (see trade/order.h).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

/* Where the gateway meets Windows' headers, they have one, too. */
#undef E_FAIL

enum err_kind {
	E_NONE,
	E_FAIL,    /* failed, a retry helps: exit 1 */
	E_CHECK,   /* a check found something: exit 2 */
	E_USAGE,   /* wrong option, impossible value: exit 64 */
	E_DATA,    /* a file that is not what it should be: exit 65 */
	E_BROKER,  /* the broker refuses, or says what cannot be: exit 69 */
	E_AWAY,    /* the broker does not answer: exit 69, too */
	E_BUG,     /* exit 70 */
	E_BUSY,    /* another run holds the lease, silent: exit 75 */
	E_REFUSED, /* secrets readable by others, real money off: exit 77 */
	E_CONFIG,  /* database missing or newer, module absent: exit 78 */
};

struct err {
	enum err_kind kind;
	char msg[512];
};

/* Set kind and message; always returns -1, so `return err_set(...)` works. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Put "context: " before the message, keeping the kind; returns -1. */
int err_wrap(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The exit status (sysexits numbers) of an error; 0 for E_NONE. */
int err_exit(const struct err *e);

#endif
