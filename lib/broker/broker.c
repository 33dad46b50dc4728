/*
 * broker.c - open the broker that the configuration names.
 *
 * Nothing named means paper: a fresh installation trades on paper until a
 * person writes something else.
 */
#include "broker/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "broker/kinds.h"

static const struct broker_ops *const kinds[] = {
	&paper_ops,
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

struct broker *
broker_open_as(
    const struct broker_ops *ops, const struct broker_env *env, struct err *e)
{
	struct broker *br = xcalloc(1, sizeof(*br));

	br->ops = ops;
	br->caps = ops->caps;
	br->env = *env;
	if (ops->open(br, e) == -1) {
		free(br);
		return NULL;
	}
	return br;
}

struct broker *
broker_open(const struct broker_env *env, struct err *e)
{
	const char *kind = env->conf == NULL ?
	    "paper" :
	    conf_get(env->conf, "broker", "kind", "paper");
	char names[128];

	for (size_t i = 0; i < NELEM(kinds); i++)
		if (strcasecmp(kind, kinds[i]->name) == 0)
			return broker_open_as(kinds[i], env, e);
	kind_names(names, sizeof(names));
	err_set(e, E_CONFIG,
	    "%s: [broker] kind = %s: no such broker"
	    " (there are: %s)",
	    conf_path(env->conf), kind, names);
	return NULL;
}

void
broker_close(struct broker *br)
{
	if (br == NULL)
		return;
	br->ops->close(br);
	free(br);
}
