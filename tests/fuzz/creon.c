/*
 * What creon-gateway answers, or someone in its place: the first byte says
 * which answer it is taken for, the rest is the document.  What is refused
 * says why, what is taken is whole and within its bounds.
 */
#include "broker/creon_reply.h"
#include "reply.h"

#define DAY 20250314

static const struct json *doc;
static struct err e;

static void
status(void)
{
	struct creon_status s;

	if (creon_read_status(doc, &s, &e) == 0)
		must(s.event >= 0);
}

static void
outcome(void)
{
	enum place place = PLACE_UNKNOWN;
	struct ack ack;
	bool in_flight;

	if (creon_read_outcome(doc, "k", &place, &ack, &in_flight, &e) == 0)
		reply_ack(place, &ack);
}

static void
orders(void)
{
	struct broker_orders l = { 0 };

	if (creon_read_orders(doc, DAY, HOURS_TRADING, &l, &e) == 0)
		reply_orders(&l);
	l.n = 0;
	if (creon_read_orders(doc, DAY, HOURS_OVER, &l, &e) == 0)
		for (int i = 0; i < l.n; i++)
			must(l.item[i].state != BO_WORKING);
	free(l.item);
}

static void
cash(void)
{
	struct broker_cash c;

	if (creon_read_cash(doc, &c, &e) == 0)
		reply_cash(&c);
}

static void
positions(void)
{
	struct broker_holdings l = { 0 };

	if (creon_read_positions(doc, &l, &e) == 0)
		reply_holdings(&l);
	free(l.item);
}

static void
quotes(void)
{
	struct broker_quote q[2] = { { .code = "005930" },
		{ .code = "000660" } };

	if (creon_read_quotes(doc, q, 2, &e) == -1)
		return;
	must(strcmp(q[0].code, "005930") == 0);
	for (int i = 0; i < 2; i++)
		must(q[i].last >= 0 && q[i].bid >= 0 && q[i].ask >= 0 &&
		    q[i].base >= 0 && q[i].volume >= 0);
}

static void
judge_bars(const struct bar_store *s)
{
	for (int i = 0; i < s->n; i++) {
		must(ymd_valid(s->date[i]) && s->low[i] > 0 &&
		    s->low[i] <= s->open[i] && s->open[i] <= s->high[i] &&
		    s->low[i] <= s->close[i] && s->close[i] <= s->high[i] &&
		    s->volume[i] >= 0);
		if (i > 0)
			must(s->has_time ? s->time[i] > s->time[i - 1] :
					   s->date[i] > s->date[i - 1]);
		if (s->has_time)
			must(hhmm_valid(s->time[i]) && s->date[i] == DAY &&
			    s->time[i] >= 900 && s->time[i] <= 1530);
	}
}

static void
minutes(void)
{
	struct bar_store s;

	bar_store_init(&s, true);
	if (creon_read_minutes(doc, DAY, 900, 1530, 0, 2359, &s, &e) == 0)
		judge_bars(&s);
	bar_store_fini(&s);
}

static void
days(void)
{
	struct bar_store s;

	bar_store_init(&s, false);
	if (creon_read_days(doc, 20200101, DAY, &s, &e) == 0)
		judge_bars(&s);
	bar_store_fini(&s);
}

static void
stocks(void)
{
	struct broker_stocks l = { 0 };

	if (creon_read_stocks(doc, &l, &e) == 0)
		for (int i = 0; i < l.n; i++)
			must(code_valid(l.item[i].code) &&
			    l.item[i].leverage >= 1 &&
			    utf8_valid(l.item[i].name, strlen(l.item[i].name)));
	free(l.item);
}

static void
events(void)
{
	int64_t last = 0;
	bool is_news;

	if (creon_read_events(doc, &last, &is_news, &e) == 0)
		must(last >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const reader[])(void) = { status, outcome, orders, cash,
		positions, quotes, minutes, days, stocks, events };
	struct json *parsed;

	if (size == 0)
		return 0;
	e = (struct err){ 0 };
	parsed = json_parse((const char *)data + 1, size - 1, &e);
	doc = parsed;
	if (doc != NULL)
		reader[data[0] % NELEM(reader)]();
	if (e.kind != E_NONE)
		must_refuse(&e);
	json_free(parsed);
	return 0;
}
