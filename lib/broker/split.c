/*
 * split.c - see split.h.
 *
 * Each operation goes to one of the two, unchanged.  What can be done is what
 * the broker of the orders can, except for what comes with the prices:
 * warnings, and minutes of past days.  The time is that of the broker of the
 * orders; where it has none, that of the quotes.
 */
#include "broker/split.h"

#include <stdlib.h>

#include "base/mem.h"

struct split {
	struct broker *quotes, *execution;
};

static struct broker *
quotes_of(const struct broker *br)
{
	return ((const struct split *)br->self)->quotes;
}

static struct broker *
execution_of(const struct broker *br)
{
	return ((const struct split *)br->self)->execution;
}

static void
split_close(struct broker *br)
{
	broker_close(quotes_of(br));
	broker_close(execution_of(br));
	free(br->self);
}

/* ---- orders and the account */

static enum place
split_place(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	struct broker *x = execution_of(br);

	return x->ops->place(x, q, ack);
}

static enum place
split_amend(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	struct broker *x = execution_of(br);

	return x->ops->amend(x, q, ack);
}

static enum place
split_cancel(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	struct broker *x = execution_of(br);

	return x->ops->cancel(x, q, ack);
}

static int
split_orders(
    struct broker *br, ymd day, struct broker_orders *out, struct err *e)
{
	struct broker *x = execution_of(br);

	return x->ops->orders(x, day, out, e);
}

static bool
split_told_no(
    struct broker *br, const char *listed, char buf[static BROKER_NO_SIZE])
{
	struct broker *x = execution_of(br);

	return x->ops->told_no != NULL && x->ops->told_no(x, listed, buf);
}

static int
split_fills(struct broker *br, ymd day, struct broker_fills *out, struct err *e)
{
	struct broker *x = execution_of(br);

	return x->ops->fills(x, day, out, e);
}

static int
split_cash(struct broker *br, struct broker_cash *out, struct err *e)
{
	struct broker *x = execution_of(br);

	return x->ops->cash(x, out, e);
}

static int
split_holdings(struct broker *br, struct broker_holdings *out, struct err *e)
{
	struct broker *x = execution_of(br);

	return x->ops->holdings(x, out, e);
}

static int
split_buyable(
    struct broker *br, const char *code, won price, won *out, struct err *e)
{
	struct broker *x = execution_of(br);

	return x->ops->buyable(x, code, price, out, e);
}

static int
split_sellable(struct broker *br, const char *code, qty *out, struct err *e)
{
	struct broker *x = execution_of(br);

	return x->ops->sellable(x, code, out, e);
}

static int
split_wait_event(struct broker *br, int timeout_ms, struct err *e)
{
	struct broker *x = execution_of(br);

	return x->ops->wait_event(x, timeout_ms, e);
}

static int
split_time(struct broker *br, epoch *out, struct err *e)
{
	struct broker *x = execution_of(br), *q = quotes_of(br);

	if (x->ops->time(x, out, e) == -1)
		return -1;
	return *out != 0 ? 0 : q->ops->time(q, out, e);
}

/* ---- the market */

static int
split_quotes(
    struct broker *br, struct broker_quote *quote, int n, struct err *e)
{
	struct broker *q = quotes_of(br);

	return q->ops->quotes(q, quote, n, e);
}

static int
split_minute_bars(struct broker *br, const char *code, ymd day, hhmm from,
    hhmm to, struct bar_store *out, struct err *e)
{
	struct broker *q = quotes_of(br);

	return q->ops->minute_bars(q, code, day, from, to, out, e);
}

static int
split_daily_bars(struct broker *br, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *e)
{
	struct broker *q = quotes_of(br);

	return q->ops->daily_bars(q, code, from, to, out, e);
}

static int
split_stocks(struct broker *br, struct broker_stocks *out, struct err *e)
{
	struct broker *q = quotes_of(br);

	return q->ops->stocks(q, out, e);
}

static int
split_days(struct broker *br, ymd from, struct broker_days *out, struct err *e)
{
	struct broker *q = quotes_of(br);

	return q->ops->days != NULL ?
	    q->ops->days(q, from, out, e) :
	    err_set(e, E_BROKER, "%s: tells no days", q->ops->name);
}

static const struct broker_ops split_ops = {
	.name = "split",
	.close = split_close,
	.place = split_place,
	.amend = split_amend,
	.cancel = split_cancel,
	.orders = split_orders,
	.told_no = split_told_no,
	.fills = split_fills,
	.cash = split_cash,
	.holdings = split_holdings,
	.buyable = split_buyable,
	.sellable = split_sellable,
	.quotes = split_quotes,
	.minute_bars = split_minute_bars,
	.daily_bars = split_daily_bars,
	.stocks = split_stocks,
	.days = split_days,
	.wait_event = split_wait_event,
	.time = split_time,
};

struct broker *
broker_split(struct broker *quotes, struct broker *execution)
{
	const unsigned of_prices = CAP_STATUS | CAP_PAST_MINUTES;
	struct split *s;
	struct broker *br;

	if (quotes == NULL || execution == NULL) {
		broker_close(quotes);
		broker_close(execution);
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->quotes = quotes;
	s->execution = execution;
	br = xcalloc(1, sizeof(*br));
	br->ops = &split_ops;
	br->env = execution->env;
	br->caps = (execution->caps & ~of_prices) | (quotes->caps & of_prices);
	br->refuses = execution->refuses;
	br->self = s;
	return br;
}
