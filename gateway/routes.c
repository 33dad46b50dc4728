/* routes.c - from a path to what answers it; see gateway.h. */
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "gateway/gateway.h"

static const struct entry_point {
	const char *method,
	    *path; /* a path that ends in / takes one part more */
	route_fn *answer;
	const char *params; /* that it knows, each between blanks */
} entry_points[] = {
	{ "GET", "/v1/status", route_status, "" },
	{ "POST", "/v1/stop", route_stop, "" },
	{ "PUT", "/v1/requests/", route_put, "" },
	{ "GET", "/v1/requests/", route_find, "" },
	{ "GET", "/v1/requests", route_journal, "" },
	{ "GET", "/v1/orders", route_orders, "" },
	{ "GET", "/v1/orders/open", route_open_orders, "" },
	{ "GET", "/v1/cash", route_cash, "" },
	{ "GET", "/v1/positions", route_positions, "" },
	{ "GET", "/v1/buyable", route_buyable, " code price " },
	{ "GET", "/v1/sellable", route_sellable, " code " },
	{ "GET", "/v1/events", route_events, " after wait_ms most " },
	{ "GET", "/v1/quotes", route_quotes, " codes " },
	{ "GET", "/v1/bars/day", route_days, " code from to count adjusted " },
	{ "GET", "/v1/bars/minute", route_minutes,
	    " code from to count adjusted " },
	{ "GET", "/v1/stocks", route_stocks, "" },
};

static bool
path_fits(const char *known, const char *path)
{
	size_t n = strlen(known);

	if (known[n - 1] != '/')
		return strcmp(known, path) == 0;
	return strncmp(known, path, n) == 0 && path[n] != '\0' &&
	    strchr(path + n, '/') == NULL;
}

static bool
is_known_param(const struct entry_point *p, const char *name)
{
	const char *at = name[0] != '\0' && strchr(name, ' ') == NULL ?
	    strstr(p->params, name) :
	    NULL;
	size_t n = strlen(name);

	for (; at != NULL; at = strstr(at + 1, name))
		if (at > p->params && at[-1] == ' ' && at[n] == ' ')
			return true;
	return false;
}

/* Parameters that are not known, or come twice, are refused. */
static bool
params_fit(
    const struct entry_point *p, const struct request *q, struct reply *r)
{
	for (int i = 0; i < q->n_params; i++) {
		const char *name = q->param[i].name;

		if (!is_known_param(p, name)) {
			reply_fail(r, REPLY_BAD_REQUEST,
			    "%s knows no parameter '%.40s'", p->path, name);
			return false;
		}
		if (request_param(q, name) != q->param[i].value) {
			reply_fail(
			    r, REPLY_BAD_REQUEST, "%s is given twice", name);
			return false;
		}
	}
	return true;
}

/* The time of a replay must reach nothing but the fake. */
static bool
now_fits(struct gateway *g, const struct request *q, struct reply *r)
{
	struct session_view v;
	struct clock c;

	if (q->now == NULL)
		return true;
	session_view(g->session, &v);
	if (!v.is_fake)
		reply_fail(r, REPLY_NOT_FAKE,
		    "x-maemae-now is for the fake CREON; this one is real");
	else if (strlen(q->now) != 19 || clock_parse(q->now, &c) == -1)
		reply_fail(r, REPLY_BAD_REQUEST,
		    "x-maemae-now must be YYYY-MM-DD HH:MM:SS");
	else
		return true;
	return false;
}

void
route(struct gateway *g, const struct request *q, struct reply *r)
{
	bool is_path = false;

	for (size_t i = 0; i < NELEM(entry_points); i++) {
		const struct entry_point *p = &entry_points[i];

		if (!path_fits(p->path, q->path))
			continue;
		is_path = true;
		if (strcmp(p->method, q->method) != 0)
			continue;
		if (params_fit(p, q, r) && now_fits(g, q, r))
			p->answer(g, q, r);
		return;
	}
	if (is_path)
		reply_fail(r, REPLY_BAD_METHOD, "%s does not take %.16s",
		    q->path, q->method);
	else
		reply_fail(r, REPLY_NO_SUCH_ROUTE, "no route %.100s", q->path);
}

/* ---- what the routes share */

const char *
request_param(const struct request *q, const char *name)
{
	for (int i = 0; i < q->n_params; i++)
		if (strcmp(q->param[i].name, name) == 0)
			return q->param[i].value;
	return NULL;
}

static bool
whole(const char *s, int64_t *out)
{
	const char *digits = s + (*s == '-');

	if (digits[strspn(digits, "0123456789")] != '\0' ||
	    strlen(digits) < 1 || strlen(digits) > 18)
		return false;
	*out = strtoll(s, NULL, 10);
	return true;
}

int
request_int(const struct request *q, const char *name, int64_t min, int64_t max,
    int64_t dflt, int64_t *out, struct reply *r)
{
	const char *s = request_param(q, name);

	*out = dflt;
	if (s == NULL || (whole(s, out) && *out >= min && *out <= max))
		return 0;
	reply_fail(r, REPLY_BAD_REQUEST,
	    "%s must be a whole number from %lld to %lld", name, (long long)min,
	    (long long)max);
	return -1;
}

int
request_code(const struct request *q, char code[CODE_SIZE], struct reply *r)
{
	const char *s = request_param(q, "code");

	if (s == NULL || !code_valid(s)) {
		reply_fail(r, REPLY_BAD_REQUEST,
		    "code must be a stock code of six characters");
		return -1;
	}
	memcpy(code, s, 7);
	return 0;
}

struct clock
request_now(const struct request *q)
{
	struct clock c;

	return q->now != NULL && clock_parse(q->now, &c) == 0 ? c :
								session_now();
}

const char *
request_tail(const struct request *q)
{
	return strrchr(q->path, '/') + 1;
}

void
run_query(struct gateway *g, const struct request *q, struct reply *r,
    const char *what, enum step (*step)(struct job *, struct session *),
    void (*fini)(struct job *), void *arg)
{
	struct job *j = job_new(what, step, fini, arg);
	enum job_end end;

	if (q->now != NULL)
		memcpy(j->now, q->now, 20);
	end = jobs_run(g->jobs, j, g->waits.query_ms, g->waits.query_ms);
	if (end == JOB_LEFT)
		reply_fail(r, REPLY_TIMEOUT, "CREON did not answer in %lld ms",
		    (long long)g->waits.query_ms);
	else { /* it is ours to take over */
		*r = j->reply;
		j->reply = (struct reply){ 0 };
	}
	job_drop(g->jobs, j);
}
