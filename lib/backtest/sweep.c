/* sweep.c - see sweep.h. */
#include "backtest/sweep.h"

#include "base/mem.h"
#include "base/money.h"
#include "base/progress.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
sweep_range_parse(const char *text, struct sweep_range *r, struct err *e)
{
	char buf[128], *eq, *to, *step;

	snprintf(buf, sizeof(buf), "%s", text);
	eq = strchr(buf, '=');
	to = eq != NULL ? strchr(eq, ':') : NULL;
	step = to != NULL ? strchr(to + 1, ':') : NULL;
	if (step == NULL || eq == buf || strlen(text) >= sizeof(buf) ||
	    (size_t)(eq - buf) >= sizeof(r->name))
		goto bad;
	*eq++ = *to++ = *step++ = '\0';
	memcpy(r->name, buf, strlen(buf) + 1);
	if (real_parse(eq, &r->from) == -1 || real_parse(to, &r->to) == -1 ||
	    real_parse(step, &r->step) == -1 || r->step <= 0 || r->to < r->from)
		goto bad;
	return 0;
bad:
	return err_set(e, E_USAGE,
	    "--sweep %s: should be k=from:to:step, such"
	    " as short=3:10:1",
	    text);
}

static int
range_count(const struct sweep_range *r)
{
	double n = floor((r->to - r->from) / r->step + 1e-9) + 1;

	return n > 1e7 ? -1 : (int)n;
}

int
sweep_count(const struct sweep_range *r, int n)
{
	int64_t all = 1;

	for (int i = 0; i < n; i++) {
		int k = range_count(&r[i]);

		if (k == -1 || (all *= k) > 10000000)
			return -1;
	}
	return (int)all;
}

const char *
sweep_value(const struct sweep_range *r, int i, char *buf, size_t size)
{
	/* Nine digits are more than any parameter means, and hide the error of
	 * adding binary fractions. */
	snprintf(buf, size, "%.9g", r->from + i * r->step);
	return buf;
}

/* Set one swept value in a strategy of its own. */
static int
set_value(
    struct strategy_conf *c, const char *name, const char *value, struct err *e)
{
	if (c->daily.strategy != NULL &&
	    module_param(c->daily.strategy, name) >= 0)
		return module_use_set(&c->daily, name, value, e);
	if (c->minute.strategy != NULL &&
	    module_param(c->minute.strategy, name) >= 0)
		return module_use_set(&c->minute, name, value, e);
	return strategy_conf_set(c, name, value, e);
}

/* The strategy of combination `at`. */
static int
combination(const struct strategy_conf *from, const struct sweep_range *r,
    int n, int at, struct strategy_conf *c, double *value, struct err *e)
{
	char text[32];

	*c = *from;
	for (int i = n - 1; i >= 0; i--) {
		int k = range_count(&r[i]);

		sweep_value(&r[i], at % k, text, sizeof(text));
		if (value != NULL)
			value[i] = r[i].from + at % k * r[i].step;
		if (set_value(c, r[i].name, text, e) == -1)
			return -1;
		at /= k;
	}
	return 0;
}

struct sweep {
	const struct market_data *data;
	const struct calendar *cal;
	const struct backtest_conf *conf;
	const struct sweep_range *range;
	int n, count;
	struct sweep_result *result;
	atomic_int next, failed;
	pthread_mutex_t lock;
	struct progress progress;
	int done;
	struct err *e;
};

static int
run_one(struct sweep *w, struct strategy_conf *strat, int at, struct err *e)
{
	struct backtest_conf conf = *w->conf;
	struct backtest_result out;
	int rc;

	memcpy(strat, w->conf->strat, (size_t)conf.nstrat * sizeof(*strat));
	conf.strat = strat;
	if (combination(&w->conf->strat[0], w->range, w->n, at, &strat[0],
		w->result[at].value, e) == -1)
		return -1;
	rc = backtest_run(w->data, w->cal, &conf, &out, e);
	if (rc == 0)
		metrics_of(&out, &w->result[at].m);
	backtest_result_fini(&out);
	return rc;
}

static void *
worker(void *arg)
{
	struct sweep *w = arg;
	struct strategy_conf *strat = xcalloc(
	    (size_t)w->conf->nstrat, sizeof(*strat));
	struct err e;
	int at;

	while (!atomic_load(&w->failed) &&
	    (at = atomic_fetch_add(&w->next, 1)) < w->count) {
		int rc = run_one(w, strat, at, &e);

		pthread_mutex_lock(&w->lock);
		if (rc == -1 && !atomic_exchange(&w->failed, 1))
			*w->e = e;
		progress_at(&w->progress, ++w->done);
		pthread_mutex_unlock(&w->lock);
	}
	free(strat);
	return NULL;
}

int
sweep_run(const struct market_data *data, const struct calendar *cal,
    const struct backtest_conf *conf, const struct sweep_range *range, int n,
    int jobs, struct sweep_result *result, struct err *e)
{
	struct sweep w = { .data = data,
		.cal = cal,
		.conf = conf,
		.range = range,
		.n = n,
		.count = sweep_count(range, n),
		.result = result,
		.e = e };
	struct strategy_conf probe;
	pthread_t *thread;
	int started = 0;

	for (int i = 0; i < w.count; i++)
		if (combination(
			&conf->strat[0], range, n, i, &probe, NULL, e) == -1)
			return -1;
	if (jobs > w.count)
		jobs = w.count;
	thread = xcalloc((size_t)jobs, sizeof(*thread));
	pthread_mutex_init(&w.lock, NULL);
	progress_start(&w.progress, "backtests", w.count);
	for (; started < jobs - 1; started++)
		if (pthread_create(&thread[started], NULL, worker, &w) != 0)
			break;
	worker(&w);
	for (int i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	progress_end(&w.progress);
	pthread_mutex_destroy(&w.lock);
	free(thread);
	return w.failed ? -1 : 0;
}
