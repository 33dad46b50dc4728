/*
 * kis.c - Korea Investment & Securities: its table of functions, and opening.
 *
 * What the firm cannot do is told by caps: it carries no key of ours, and
 * tells an order's fills as totals.  What the mock host cannot, by open().
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "broker/kinds.h"
#include "broker/kis_inner.h"

static void
close_self(struct broker *br)
{
	struct kis *k = br->self;

	if (k == NULL)
		return;
	kis_stream_close(k->stream);
	http_close(k->http);
	secrets_fini(&k->secrets);
	kis_unconfigure(k);
	free(k);
	br->self = NULL;
}

/* Only the mock host under its own address: another `url` may be that of the
 * real host, whatever `mode` says. */
static bool
is_play(const struct kis *k)
{
	return k->is_sandbox ||
	    (k->mode == KIS_MOCK &&
		strcmp(k->rest, kis_hosts[KIS_MOCK].rest) == 0);
}

static void
set_caps(struct broker *br, const struct kis *k)
{
	if (is_play(k))
		br->caps &= ~CAP_REAL_MONEY;
	if (!kis_hosts[k->mode].takes_at_open)
		br->caps &= ~CAP_AT_OPEN;
	if (!kis_offers(k->mode, KIS_MINUTES_PAST))
		br->caps &= ~CAP_PAST_MINUTES;
	if (k->hts_id == NULL)
		br->caps &= ~CAP_STREAM;
}

/* The mock host costs nothing, but lives by the clock on the wall. */
static int
check_clock(const struct kis *k, struct err *e)
{
	if (k->mode == KIS_MOCK && !k->is_sandbox && k->br->env.clock->is_fixed)
		return err_set(e, E_REFUSED,
		    "--now with the mock host: its time cannot be set");
	return 0;
}

static int
open_self(struct broker *br, struct err *e)
{
	struct kis *k = xcalloc(1, sizeof(*k));
	struct http_options none = { 0 };

	br->self = k;
	k->br = br;
	k->jitter = rng_seed(
	    (uint64_t)monotonic_ms() ^ ((uint64_t)getpid() << 32));
	if (kis_configure(k, e) == -1 || check_clock(k, e) == -1 ||
	    (k->http = http_open(&none, e)) == NULL ||
	    http_allows(k->http, k->rest, e) == -1) {
		close_self(br);
		return -1;
	}
	kis_keep_secret(k, k->key);
	kis_keep_secret(k, k->secret);
	kis_keep_secret(k, k->account);
	kis_keep_secret(k, k->hts_id);
	set_caps(br, k);
	return 0;
}

/* The wire tells no time that is better than ours. */
static int
no_time(struct broker *br, epoch *out, struct err *e)
{
	(void)br;
	(void)e;
	*out = 0;
	return 0;
}

const struct broker_ops kis_ops = {
	.name = "kis",
	.caps = CAP_STREAM | CAP_AT_OPEN | CAP_MARKET_AMEND | CAP_STATUS |
	    CAP_REAL_MONEY | CAP_TOTAL_FILLS | CAP_PAST_MINUTES,
	.open = open_self,
	.close = close_self,
	.place = kis_place,
	.amend = kis_amend,
	.cancel = kis_cancel,
	.orders = kis_orders,
	.told_no = kis_told_no,
	.cash = kis_cash,
	.holdings = kis_holdings,
	.buyable = kis_buyable,
	.sellable = kis_sellable,
	.quotes = kis_quotes,
	.minute_bars = kis_minute_bars,
	.daily_bars = kis_daily_bars,
	.stocks = kis_stocks,
	.days = kis_days,
	.wait_event = kis_wait_event,
	.time = no_time,
};
