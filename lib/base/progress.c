/* progress.c - see progress.h. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/progress.h"

#define REDRAW_MS 200

static bool is_drawn;

static void
put(const char *s)
{
	if (write(STDERR_FILENO, s, strlen(s)) == -1)
		return; /* a lost progress line is no loss */
}

void
progress_start(struct progress *p, const char *what, int64_t total)
{
	*p = (struct progress){ .what = what, .total = total };
	p->on = isatty(STDERR_FILENO) && log_shows(LOG_WARN);
	/* Short work shows nothing. */
	if (p->on)
		p->drawn_at_ms = monotonic_ms();
}

void
progress_at(struct progress *p, int64_t done)
{
	char line[160];
	int64_t now;

	if (!p->on || (now = monotonic_ms()) - p->drawn_at_ms < REDRAW_MS)
		return;
	p->drawn_at_ms = now;
	if (p->total > 0)
		snprintf(line, sizeof(line),
		    "\r\033[K%.80s: %" PRId64 " of %" PRId64 " (%d%%)", p->what,
		    done, p->total,
		    (int)((double)done * 100 / (double)p->total));
	else
		snprintf(line, sizeof(line), "\r\033[K%.80s: %" PRId64, p->what,
		    done);
	put(line);
	is_drawn = true;
}

void
progress_hide(void)
{
	if (is_drawn)
		put("\r\033[K");
	is_drawn = false;
}

void
progress_end(struct progress *p)
{
	if (p->on)
		progress_hide();
	p->on = 0;
}
