/*
 * Which broker the configuration names: one, or two that share the work; and
 * that real money stays off until a person says so.
 */
#include <stdlib.h>
#include <unistd.h>

#include "broker/kinds.h"
#include "broker/split.h"
#include "tap.h"

static struct err e;

#include "refused.h"

static char path[] = "/tmp/broker_open.XXXXXX";
static struct conf *conf;
static struct clock now;

/* A configuration of these lines; it lives until the next one. */
static struct broker_env
env_of(const char *text)
{
	FILE *f = fopen(path, "w");

	conf_close(conf);
	conf = NULL;
	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0 ||
	    (conf = conf_open(path, true, &e)) == NULL)
		exit(99);
	return (struct broker_env){ .conf = conf, .clock = &now };
}

/* ---- A broker that notes what it is asked for. */

static char asked[512];

static void
note(const struct broker *br, const char *what)
{
	size_t n = strlen(asked);

	snprintf(asked + n, sizeof(asked) - n, "%s:%s ", (const char *)br->self,
	    what);
}

static int
firm_open(struct broker *br, struct err *err)
{
	(void)err;
	br->self = (char *)(uintptr_t)br->ops->name;
	return 0;
}

static void
firm_close(struct broker *br)
{
	note(br, "close");
}

static enum place
firm_place(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	(void)q;
	*ack = (struct ack){ .broker_no = "7" };
	note(br, "place");
	return PLACE_ACCEPTED;
}

static enum place
firm_amend(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	(void)q, (void)ack;
	note(br, "amend");
	return PLACE_UNKNOWN;
}

static enum place
firm_cancel(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	(void)q, (void)ack;
	note(br, "cancel");
	return PLACE_ACCEPTED;
}

static int
firm_orders(struct broker *br, ymd d, struct broker_orders *o, struct err *err)
{
	(void)d, (void)o, (void)err;
	note(br, "orders");
	return 0;
}

static int
firm_fills(struct broker *br, ymd d, struct broker_fills *o, struct err *err)
{
	(void)d, (void)o, (void)err;
	note(br, "fills");
	return 0;
}

static int
firm_cash(struct broker *br, struct broker_cash *c, struct err *err)
{
	c->settled = 5;
	(void)err;
	note(br, "cash");
	return 0;
}

static int
firm_holdings(struct broker *br, struct broker_holdings *o, struct err *err)
{
	(void)o, (void)err;
	note(br, "holdings");
	return 0;
}

static int
firm_buyable(
    struct broker *br, const char *code, won price, won *out, struct err *err)
{
	(void)code, (void)price, (void)out, (void)err;
	note(br, "buyable");
	return 0;
}

static int
firm_sellable(struct broker *br, const char *code, qty *out, struct err *err)
{
	(void)code, (void)out, (void)err;
	note(br, "sellable");
	return 0;
}

static int
firm_quotes(struct broker *br, struct broker_quote *q, int n, struct err *err)
{
	(void)q, (void)n;
	note(br, "quotes");
	return err_set(err, E_BROKER, "no quotes");
}

static int
firm_minutes(struct broker *br, const char *code, ymd d, hhmm from, hhmm to,
    struct bar_store *out, struct err *err)
{
	(void)code, (void)d, (void)from, (void)to, (void)out, (void)err;
	note(br, "minutes");
	return 0;
}

static int
firm_days(struct broker *br, const char *code, ymd from, ymd to,
    struct bar_store *out, struct err *err)
{
	(void)code, (void)from, (void)to, (void)out, (void)err;
	note(br, "days");
	return 0;
}

static int
firm_stocks(struct broker *br, struct broker_stocks *o, struct err *err)
{
	(void)o, (void)err;
	note(br, "stocks");
	return 0;
}

static int
firm_wait(struct broker *br, int ms, struct err *err)
{
	(void)ms, (void)err;
	note(br, "wait");
	return 1;
}

static int
firm_time(struct broker *br, epoch *out, struct err *err)
{
	(void)err;
	note(br, "time");
	*out = strcmp(br->self, "prices") == 0 ? 77 : 0;
	return 0;
}

#define FIRM                                                               \
	.open = firm_open, .close = firm_close, .place = firm_place,       \
	.amend = firm_amend, .cancel = firm_cancel, .orders = firm_orders, \
	.fills = firm_fills, .cash = firm_cash, .holdings = firm_holdings, \
	.buyable = firm_buyable, .sellable = firm_sellable,                \
	.quotes = firm_quotes, .minute_bars = firm_minutes,                \
	.daily_bars = firm_days, .stocks = firm_stocks,                    \
	.wait_event = firm_wait, .time = firm_time

static const struct broker_ops real = {
	.name = "real", .caps = CAP_REAL_MONEY | CAP_KEY | CAP_STREAM, FIRM
};
static const struct broker_ops prices = { .name = "prices",
	.caps = CAP_REAL_MONEY | CAP_STATUS | CAP_AT_OPEN,
	FIRM };
static const struct broker_ops toy = {
	.name = "toy", .caps = CAP_STATUS, FIRM
};

/* ---- Real money --------------------------------------------------------- */

static void
off_until_said(void)
{
	struct broker_env env = env_of("[broker]\nkind = paper\n");
	struct broker *br = broker_open_as(&real, &env, &e);
	struct broker_request q = { .key = "k" };
	struct broker_cash c;
	struct ack ack = { .broker_no = "old" };

	asked[0] = '\0';
	ok(br->refuses != NULL && strstr(br->refuses, "yes-trade-real-money"),
	    "real money is off, and the words to write are told");
	is_int(br->ops->place(br, &q, &ack), PLACE_REJECTED, "no order");
	is_str(ack.reason, br->refuses, "the reason");
	is_str(ack.broker_no, "", "and no number");
	is_int(br->ops->amend(br, &q, &ack), PLACE_REJECTED, "no amend");
	is_int(br->ops->cancel(br, &q, &ack), PLACE_REJECTED, "no cancel");
	is_str(asked, "", "the adapter has seen nothing");
	ok(br->ops->cash(br, &c, &e) == 0 && c.settled == 5, "queries work");
	broker_close(br);
	is_str(asked, "real:cash real:close ", "of the adapter itself");
}

static void
on_when_said(void)
{
	static const char *const no[] = { "no", "OFF" };
	static const char *const wrong[] = { "yes", "on", "true",
		"Yes-Trade-Real-Money" };
	struct broker_env env = env_of(
	    "[broker]\nlive = yes-trade-real-money\n");
	struct broker *br = broker_open_as(&real, &env, &e);
	struct ack ack;
	char text[64];

	is_str(br->refuses, NULL, "said, it is on");
	is_int(br->ops->place(br, &(struct broker_request){ 0 }, &ack),
	    PLACE_ACCEPTED, "orders go");
	broker_close(br);
	env.conf = NULL;
	br = broker_open_as(&real, &env, &e);
	ok(br->refuses != NULL, "without a configuration it is off");
	broker_close(br);
	br = broker_open_as(&toy, &env, &e);
	is_str(br->refuses, NULL, "what is no real money needs nothing");
	broker_close(br);
	for (size_t i = 0; i < NELEM(wrong); i++) {
		snprintf(text, sizeof(text), "[broker]\nlive = %s\n", wrong[i]);
		env = env_of(text);
		refused(broker_open_as(&toy, &env, &e) == NULL, E_CONFIG,
		    "for real money write yes-trade-real-money", wrong[i]);
	}
	for (size_t i = 0; i < NELEM(no); i++) {
		snprintf(text, sizeof(text), "[broker]\nlive = %s\n", no[i]);
		env = env_of(text);
		br = broker_open_as(&real, &env, &e);
		ok(br != NULL && br->refuses != NULL, "%s is off", no[i]);
		broker_close(br);
	}
}

/* ---- Two as one --------------------------------------------------------- */

static void
each_to_its_own(void)
{
	struct broker_env env = env_of("");
	struct broker *br = broker_split(
	    broker_open_as(&prices, &env, &e), broker_open_as(&toy, &env, &e));
	struct broker_quote quote = { .code = "005930" };
	struct broker_request q = { 0 };
	struct broker_orders orders = { 0 };
	struct broker_cash cash;
	struct ack ack;
	epoch t = 0;

	is_int(br->caps, CAP_STATUS,
	    "what it can is of the orders' broker, warnings of the quotes'");
	is_str(br->refuses, NULL, "no real money where the orders go");
	asked[0] = '\0';
	br->ops->place(br, &q, &ack);
	br->ops->amend(br, &q, &ack);
	br->ops->cancel(br, &q, &ack);
	br->ops->orders(br, 20250314, &orders, &e);
	br->ops->fills(br, 20250314, NULL, &e);
	br->ops->cash(br, &cash, &e);
	br->ops->holdings(br, NULL, &e);
	br->ops->buyable(br, "005930", 0, NULL, &e);
	br->ops->sellable(br, "005930", NULL, &e);
	is_int(br->ops->wait_event(br, 5, &e), 1, "results come through");
	is_str(asked,
	    "toy:place toy:amend toy:cancel toy:orders toy:fills toy:cash"
	    " toy:holdings toy:buyable toy:sellable toy:wait ",
	    "the account is one's");
	asked[0] = '\0';
	refused(br->ops->quotes(br, &quote, 1, &e) == -1, E_BROKER, "no quotes",
	    "errors come through");
	br->ops->minute_bars(br, "005930", 20250314, 900, 901, NULL, &e);
	br->ops->daily_bars(br, "005930", 20250314, 20250314, NULL, &e);
	br->ops->stocks(br, NULL, &e);
	ok(br->ops->time(br, &t, &e) == 0 && t == 77, "a time that is told");
	is_str(asked,
	    "prices:quotes prices:minutes prices:days prices:stocks"
	    " toy:time prices:time ",
	    "the market is the other's");
	asked[0] = '\0';
	broker_close(br);
	is_str(asked, "prices:close toy:close ", "both are closed");

	br = broker_split(
	    broker_open_as(&toy, &env, &e), broker_open_as(&real, &env, &e));
	ok(br->refuses != NULL &&
		br->ops->place(br, &q, &ack) == PLACE_REJECTED,
	    "the lock of the orders' broker holds");
	is_int(br->caps, CAP_REAL_MONEY | CAP_KEY | CAP_STREAM | CAP_STATUS,
	    "and it is real money");
	broker_close(br);
	ok(broker_split(NULL, broker_open_as(&toy, &env, &e)) == NULL &&
		broker_split(broker_open_as(&toy, &env, &e), NULL) == NULL,
	    "half of two is none");
}

static void
by_name(void)
{
	static const char *const key[] = { "kind", "quotes", "execution" };
	struct broker_env env;
	char text[64], words[64];

	for (size_t i = 0; i < NELEM(key); i++) {
		snprintf(text, sizeof(text), "[broker]\n%s = nix\n", key[i]);
		snprintf(words, sizeof(words),
		    "[broker] %s = nix: no such broker (there are: paper",
		    key[i]);
		env = env_of(text);
		refused(broker_open(&env, &e) == NULL, E_CONFIG, words, key[i]);
	}
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd == -1)
		return 99;
	close(fd);
	off_until_said();
	on_when_said();
	each_to_its_own();
	by_name();
	conf_close(conf);
	unlink(path);
	return done_testing();
}
