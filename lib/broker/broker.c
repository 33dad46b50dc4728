/*
 * broker.c - open the broker that the configuration names.
 *
 * Nothing named means paper: a fresh installation trades on paper until a
 * person writes something else.  And a firm named is not yet traded at: that
 * takes a second line, which nobody writes by mistake.  The lock lies here,
 * before the adapters, so that none can forget it.
 */
#include "broker/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "broker/kinds.h"
#include "broker/split.h"

#define LIVE_WORDS "yes-trade-real-money"

static const struct broker_ops *const kinds[] = {
	&paper_ops,
	&creon_ops,
	&kis_ops,
};

/* All that may stand in the configuration. */
static const char *const broker_keys[] = { "kind", "quotes", "execution",
	"live", NULL };

static const struct conf_section sections[] = {
	{ "broker", broker_keys },
	{ "paper", paper_keys },
	{ "creon", creon_keys },
	{ "kis", kis_keys },
	{ NULL, NULL },
};

/* "paper, kis" for a message. */
static void
kind_names(char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < NELEM(kinds) && used < size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s",
		    i == 0 ? "" : ", ", kinds[i]->name);
}

bool
broker_too_late(const struct broker_request *q)
{
	struct clock now = q->claimed;

	if (q->claimed.now == 0)
		return false;
	clock_refresh(&now);
	return now.now - q->claimed.now > LEAVES_WITHIN ||
	    now.up_ms - q->claimed.up_ms > 1000 * LEAVES_WITHIN;
}

/* ---- real money ---------------------------------------------------------- */

static enum place
refuse(struct broker *br, const struct broker_request *q, struct ack *ack)
{
	(void)q;
	*ack = (struct ack){ 0 };
	snprintf(ack->reason, sizeof(ack->reason), "%s", br->refuses);
	return PLACE_REJECTED;
}

static void
shut(struct broker *br)
{
	br->shut = *br->ops;
	br->shut.place = br->shut.amend = br->shut.cancel = refuse;
	br->ops = &br->shut;
}

/* Any other word than the right one is a misunderstanding: E_CONFIG. */
static int
is_live(const struct conf *c, bool *live, struct err *e)
{
	const char *said = c == NULL ? NULL :
				       conf_get(c, "broker", "live", NULL);

	*live = said != NULL && strcmp(said, LIVE_WORDS) == 0;
	if (said == NULL || *live || strcasecmp(said, "no") == 0 ||
	    strcasecmp(said, "off") == 0)
		return 0;
	return err_set(e, E_CONFIG,
	    "%s: [broker] live = %s: for real money write " LIVE_WORDS
	    ", else leave it out",
	    conf_path(c), said);
}

/* ---- opening ------------------------------------------------------------- */

struct conf *
broker_conf_open(const char *path, bool must_exist, struct err *e)
{
	struct conf *c = conf_open(path, must_exist, e);

	if (c == NULL || conf_check(c, sections, e) == 0)
		return c;
	conf_close(c);
	return NULL;
}

struct broker *
broker_open_as(
    const struct broker_ops *ops, const struct broker_env *env, struct err *e)
{
	struct broker *br = xcalloc(1, sizeof(*br));
	bool live;

	br->ops = ops;
	br->caps = ops->caps;
	br->env = *env;
	if (is_live(env->conf, &live, e) == -1 || ops->open(br, e) == -1) {
		free(br);
		return NULL;
	}
	if ((br->caps & CAP_REAL_MONEY) && !live)
		br->refuses =
		    "real money is off: no [broker] live = " LIVE_WORDS;
	if (br->refuses != NULL)
		shut(br);
	return br;
}

/* What [broker] `key` names, or `kind` where it is not there; or NULL. */
static const struct broker_ops *
kind_of(const struct conf *c, const char *key, struct err *e)
{
	const char *named = c == NULL ? NULL : conf_get(c, "broker", key, NULL);
	char names[128];

	if (named == NULL && strcmp(key, "kind") != 0)
		return kind_of(c, "kind", e);
	if (named == NULL)
		return &paper_ops;
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (strcasecmp(named, kinds[i]->name) == 0)
			return kinds[i];
	kind_names(names, sizeof(names));
	err_set(e, E_CONFIG,
	    "%s: [broker] %s = %s: no such broker (there are: %s)",
	    conf_path(c), key, named, names);
	return NULL;
}

struct broker *
broker_open(const struct broker_env *env, struct err *e)
{
	const struct broker_ops *quotes = kind_of(env->conf, "quotes", e);
	const struct broker_ops *execution = quotes == NULL ?
	    NULL :
	    kind_of(env->conf, "execution", e);
	struct broker *br;

	if (execution == NULL)
		return NULL;
	br = broker_open_as(execution, env, e);
	if (br == NULL || quotes == execution)
		return br;
	return broker_split(broker_open_as(quotes, env, e), br);
}

void
broker_close(struct broker *br)
{
	if (br == NULL)
		return;
	br->ops->close(br);
	free(br);
}
