/*
 * permit.c - see permit.h.
 *
 * The limit counts at the firm, after a network that delays one request more
 * than another.  Therefore permits lie a tenth further apart than the limit
 * asks, and one that was overslept by more than half of that is not used: the
 * moment of the next program may be too near by then.  Where a commit takes
 * longer than that, the next permit is asked for so much ahead.
 */
#include "account/permit.h"

#include "base/clock.h"
#include "store/rate.h"

#define SPREAD_MS  1100  /* so many ms for each second's requests */
#define LATE_MS    50    /* a permit older than that is not used */
#define LONGEST_MS 60000 /* nobody waits longer */

#define LEAD_MOST_MS 10000

static int
interval_ms(int per_second)
{
	return (SPREAD_MS + per_second - 1) / per_second;
}

static int
permit_take(void *arg, const char *bucket, int per_second, struct err *e)
{
	int64_t at, now, since = monotonic_ms();
	int lead = 0;

	do {
		if (store_rate_take(arg, bucket, interval_ms(per_second), lead,
			&at, e) == -1)
			return -1;
		if (at - monotonic_ms() > LONGEST_MS)
			return err_set(e, E_BROKER,
			    "%s: too many requests are waiting", bucket);
		while ((now = monotonic_ms()) < at)
			sleep_ms((int)(at - now));
		if (now <= at + LATE_MS)
			return 0;
		lead = now - at < LEAD_MOST_MS / 2 ? 2 * (int)(now - at) :
						     LEAD_MOST_MS;
	} while (now - since < LONGEST_MS);
	return err_set(e, E_BROKER,
	    "%s: this machine is too slow to keep to a limit", bucket);
}

static int
permit_hold(void *arg, const char *bucket, int ms, struct err *e)
{
	return store_rate_hold(arg, bucket, ms, e);
}

struct permit_source
account_permits(struct store *s)
{
	return (struct permit_source){ s, permit_take, permit_hold };
}
