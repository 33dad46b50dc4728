/*
 * Replies of Korea Investment & Securities, and messages of its socket.  The
 * first byte says which reader gets the rest: bodies as an HTTP reply of a
 * status, rows into each list, frames, a master file.
 */
#include "broker/kis_notice.h"
#include "broker/kis_parse.h"
#include "reply.h"

static const struct session session = { .date = 20250314,
	.is_open = true,
	.entry = 830,
	.open = 900,
	.auction = 1520,
	.close = 1530 };

static void
orders(const struct json *doc)
{
	struct kis_moment m = { 20250314, &session, 1000 };
	struct broker_orders out = { 0 };
	struct kis_orders l = { 0 };
	struct err e = { 0 };

	if (kis_parse_orders(doc, &m, &l, &e) == -1)
		reply_error(&e);
	kis_orders_settle(&l, &m, &out);
	reply_orders(&out);
	free(l.item);
	free(out.item);
}

static void
account(const struct json *doc)
{
	struct broker_holdings held = { 0 };
	struct broker_cash cash = { 0 };
	struct err e = { 0 };
	qty n;

	if (kis_parse_holdings(doc, &held, &e) == -1)
		reply_error(&e);
	reply_holdings(&held);
	if (kis_parse_settled(doc, &cash.settled, &e) == -1)
		reply_error(&e);
	if (kis_parse_buyable(doc, &cash.buyable, &e) == -1) {
		reply_error(&e);
		cash.buyable = 0;
	}
	reply_cash(&cash);
	if (kis_parse_sellable(doc, &n, &e) == -1)
		reply_error(&e);
	else
		must(n >= 0);
	free(held.item);
}

static void
bars(const struct json *doc)
{
	struct bar_store s;
	struct err e = { 0 };
	ymd oldest;
	hhmm first;

	bar_store_init(&s, false);
	if (kis_parse_days(doc, 20250301, 20250314, &s, &oldest, &e) == -1)
		reply_error(&e);
	for (int i = 0; i < s.n; i++)
		must(s.date[i] >= 20250301 && s.date[i] <= 20250314 &&
		    s.low[i] >= 1 && s.low[i] <= s.open[i] &&
		    s.high[i] >= s.close[i] && s.volume[i] >= 0);
	bar_store_fini(&s);
	bar_store_init(&s, true);
	if (kis_parse_minutes(doc, 20250314, 900, 1530, &s, &first, &e) == -1)
		reply_error(&e);
	for (int i = 0; i < s.n; i++)
		must(hhmm_valid(s.time[i]) && s.volume[i] > 0 && s.low[i] >= 1);
	bar_store_fini(&s);
}

static void
quotes(const struct json *doc)
{
	struct broker_quote q[2] = { { .code = "005930" },
		{ .code = "000660" } };
	struct err e = { 0 };

	if (kis_parse_price(doc, &q[0], &e) == -1)
		reply_error(&e);
	if (kis_parse_prices(doc, q, 2, &e) == -1)
		reply_error(&e);
	for (int i = 0; i < 2; i++)
		must(q[i].last >= 0 && q[i].base >= 0 && q[i].volume >= 0);
}

static void
days(const struct json *doc)
{
	struct broker_days l = { 0 };
	struct err e = { 0 };

	if (kis_parse_holidays(doc, &l, &e) == -1)
		reply_error(&e);
	for (int i = 0; i < l.n; i++)
		must(ymd_valid(l.item[i].date) &&
		    (i == 0 ||
			ymd_diff(l.item[i].date, l.item[i - 1].date) == 1));
	free(l.item);
}

/* A whole reply: judged, and read as each kind of list. */
static void
reply(const uint8_t *data, size_t size, int status)
{
	char *body = fuzz_text(data, size);
	struct http_reply http = { .status = status,
		.body = body,
		.size = strlen(body),
		.headers = (char *)(uintptr_t) "tr_cont: M\n" };
	struct err e = { 0 };
	struct kis_reply r;

	kis_reply_read(&http, &r);
	must(r.verdict != KIS_FINE || (r.doc != NULL && status == 200));
	must(utf8_valid(r.text, strlen(r.text)));
	must(kis_reply_error(&r, &e) == -1);
	must_refuse(&e);
	if (r.doc != NULL) {
		orders(r.doc);
		account(r.doc);
		bars(r.doc);
		quotes(r.doc);
		days(r.doc);
	}
	kis_reply_free(&r);
	free(body);
}

/* Messages, a line each, on one channel. */
static void
messages(const uint8_t *data, size_t size)
{
	struct kis_channel c = { .tr_id = "H0STCNI0", .account = "1234567801" };
	char *text = fuzz_text(data, size), *rest = text, *line;

	while ((line = fuzz_line(&rest)) != NULL) {
		struct err e;
		enum kis_message m = kis_message_read(
		    &c, line, strlen(line), &e);

		must(m >= KIS_OTHER && m <= KIS_NEWS);
		if (m == KIS_DENIED || m == KIS_IN_USE)
			must_refuse(&e);
		must(strlen(c.key) == 0 || strlen(c.key) == KIS_KEY_BYTES);
	}
	free(text);
}

static void
master(const uint8_t *data, size_t size, bool is_kosdaq)
{
	struct broker_stocks l = { 0 };
	struct err e = { 0 };

	if (kis_parse_master((const char *)data, size, is_kosdaq, &l, &e) == -1)
		reply_error(&e);
	for (int i = 0; i < l.n; i++)
		must(code_valid(l.item[i].code) && l.item[i].leverage >= 1 &&
		    utf8_valid(l.item[i].name, strlen(l.item[i].name)));
	free(l.item);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kis_no no;
	char *text, buf[40];

	if (size == 0)
		return 0;
	switch (data[0]) {
	case 'm':
		messages(data + 1, size - 1);
		break;
	case 'k':
	case 'q':
		master(data + 1, size - 1, data[0] == 'q');
		break;
	case 'n':
		text = fuzz_text(data + 1, size - 1);
		if (kis_no_parse(text, &no) == 0)
			must(kis_no_print(&no, buf, sizeof(buf)) == 0 &&
			    strcmp(text, buf) == 0);
		free(text);
		break;
	default:
		reply(data + 1, size - 1, data[0] == '5' ? 500 : 200);
		break;
	}
	return 0;
}
