/* err.c - see err.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

int
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	char msg[sizeof(e->msg)];
	va_list ap;

	/* By way of a buffer: the arguments may include e->msg itself. */
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	e->kind = kind;
	memcpy(e->msg, msg, sizeof(msg));
	return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
	char msg[sizeof(e->msg)];
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	/* What does not fit is cut off at the end: context comes first. */
	n = strlen(msg);
	for (const char *p = ": "; *p != '\0' && n < sizeof(msg) - 1; p++)
		msg[n++] = *p;
	for (const char *p = e->msg; *p != '\0' && n < sizeof(msg) - 1; p++)
		msg[n++] = *p;
	msg[n] = '\0';
	memcpy(e->msg, msg, sizeof(msg));
	return -1;
}

int
err_exit(const struct err *e)
{
	static const int status[] = {
		[E_NONE] = 0,
		[E_FAIL] = 1,
		[E_CHECK] = 2,
		[E_USAGE] = 64,
		[E_DATA] = 65,
		[E_BROKER] = 69,
		[E_AWAY] = 69,
		[E_BUG] = 70,
		[E_BUSY] = 75,
		[E_REFUSED] = 77,
		[E_CONFIG] = 78,
	};

	if ((unsigned)e->kind >= sizeof(status) / sizeof(status[0]))
		return status[E_BUG];
	return status[e->kind];
}
