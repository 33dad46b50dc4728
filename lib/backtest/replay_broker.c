/* replay_broker.c - see replay_broker.h. */
#include "backtest/replay_broker.h"

#include "account/live.h"

#include <stdlib.h>
#include <strings.h>

int
replay_is_paper(const char *config, struct err *e)
{
	struct conf *c = broker_conf_open(config, true, e);
	int is_paper;

	if (c == NULL)
		return -1;
	is_paper = strcasecmp(
		       conf_get(c, "broker", "kind", "paper"), "paper") == 0;
	conf_close(c);
	return is_paper;
}

int
replay_write_manners(FILE *f, const char *config, struct err *e)
{
	static const char *const key[] = { "fills", "renumber" };
	struct conf *c = broker_conf_open(config, true, e);

	if (c == NULL)
		return -1;
	for (size_t i = 0; i < NELEM(key); i++) {
		const char *word = conf_get(c, "paper", key[i], NULL);

		if (word != NULL)
			fprintf(f, "%s = %s\n", key[i], word);
	}
	conf_close(c);
	return 0;
}

/* Cash as it should be, no shares, no orders? */
static int
is_fresh(struct live *v, won cash, struct err *e)
{
	struct broker *br = v->broker;
	struct broker_holdings held = { 0 };
	struct broker_orders orders = { 0 };
	struct broker_cash c;
	int rc = -1;

	if (br->ops->cash(br, &c, e) == -1 ||
	    br->ops->holdings(br, &held, e) == -1 ||
	    br->ops->orders(br, v->date, &orders, e) == -1)
		goto out;
	if (c.settled != cash)
		err_set(e, E_CONFIG,
		    "the %s account has %lld won, and the backtest begins"
		    " with %lld: say --cash, or make a new account",
		    br->ops->name, (long long)c.settled, (long long)cash);
	else if (held.n > 0 || orders.n > 0)
		err_set(e, E_CONFIG,
		    "the %s account holds %d stocks and has %d orders today:"
		    " a replay begins with a new account",
		    br->ops->name, held.n, orders.n);
	else
		rc = 0;
out:
	free(held.item);
	free(orders.item);
	return rc;
}

int
replay_account_check(const char *db, const char *config, const struct clock *at,
    won cash, struct err *e)
{
	struct opt opt = {
		.db = db, .config = config, .config_given = true, .now = *at
	};
	struct live v;
	int rc = -1;

	if (live_open(&v, "replay", &opt, 0, e) == 0 && live_broker(&v, e) == 0)
		rc = is_fresh(&v, cash, e);
	live_close(&v, 0, NULL);
	return rc;
}
