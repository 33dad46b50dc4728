/* log.c - see log.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/progress.h"
#include "base/utf8.h"

static const char *program = "maemae";
static int level = LOG_WARN;
static const struct clock *stamp_clock;

void
log_init(const char *name)
{
	program = name;
	level = LOG_WARN;
}

void
log_level(int delta)
{
	level += delta;
	if (level < LOG_ERROR)
		level = LOG_ERROR;
	if (level > LOG_DEBUG)
		level = LOG_DEBUG;
}

bool
log_shows(enum log_level l)
{
	return (int)l <= level;
}

void
log_clock(const struct clock *c)
{
	stamp_clock = c;
}

const char *
log_program(void)
{
	return program;
}

void
text_escape(const char *text, char *out, size_t size)
{
	size_t n = strlen(text), used = 0;

	/* Room for the longest piece, "\xNN" or four bytes, and the NUL. */
	while (n > 0 && size - used > 4) {
		uint32_t c = 0;
		size_t len = utf8_next(text, n, &c);

		if (len == 0 || (c >= 0x80 && c < 0xa0)) {
			/* Not UTF-8, or a C1 control: byte by byte. */
			len = 1;
			used += (size_t)snprintf(out + used, size - used,
			    "\\x%02x", (unsigned char)*text);
		} else if (c == '\n' || c == '\t') {
			out[used++] = '\\';
			out[used++] = c == '\n' ? 'n' : 't';
		} else if (c < 0x20 || c == 0x7f) {
			used += (size_t)snprintf(
			    out + used, size - used, "\\x%02x", (unsigned)c);
		} else {
			memcpy(out + used, text, len);
			used += len;
		}
		text += len;
		n -= len;
	}
	out[used] = '\0';
}

static void
say(enum log_level l, const char *fmt, va_list ap)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	char msg[2048], clean[3072], line[4096], iso[ISO_SIZE];
	int n;

	if (!log_shows(l))
		return;
	vsnprintf(msg, sizeof(msg), fmt, ap);
	text_escape(msg, clean, sizeof(clean));
	n = snprintf(line, sizeof(line), "%s %s[%ld]: %s: %s\n",
	    epoch_iso(
		stamp_clock != NULL ? stamp_clock->now : wall_seconds(), iso),
	    program, (long)getpid(), names[l], clean);
	if (n >= (int)sizeof(line)) {
		n = (int)sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	progress_hide();
	/* stderr closed or full: nobody is left to be told. */
	if (write(STDERR_FILENO, line, (size_t)n) == -1)
		return;
}

#define SAY(l)                     \
	do {                       \
		va_list ap;        \
		va_start(ap, fmt); \
		say((l), fmt, ap); \
		va_end(ap);        \
	} while (0)

void
log_error(const char *fmt, ...)
{
	SAY(LOG_ERROR);
}

void
log_warn(const char *fmt, ...)
{
	SAY(LOG_WARN);
}

void
log_info(const char *fmt, ...)
{
	SAY(LOG_INFO);
}

void
log_debug(const char *fmt, ...)
{
	SAY(LOG_DEBUG);
}

int
log_exit(const struct err *e)
{
	if (e->kind != E_BUSY && e->kind != E_NONE)
		log_error("%s", e->msg);
	return err_exit(e);
}
