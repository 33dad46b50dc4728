/* query.c - see query.h. */
#include <stdarg.h>
#include <stdio.h>

#include "gateway/query.h"

bool
query_is_connected(struct job *j, struct session *s)
{
	struct err e = { 0 };

	if (session_need_connection(s, &e) == 0)
		return true;
	reply_fail(&j->reply, REPLY_NOT_CONNECTED, "%s", e.msg);
	return false;
}

static enum step
wait_for(struct job *j, int kind, const struct limit *l)
{
	reply_fail(&j->reply, REPLY_LIMITED,
	    "CREON takes no more %s requests for %lld ms",
	    kind == LIMIT_TRADE ? "account" : "quote", (long long)l->reset_ms);
	j->wait_ms = limit_wait_ms(l);
	j->reply.retry_after_ms = j->wait_ms;
	return STEP_WAIT;
}

bool
query_may_ask(struct job *j, struct session *s, int kind, enum step *step)
{
	struct limit l;
	struct err e = { 0 };
	int64_t kept;

	*step = STEP_DONE;
	if (!query_is_connected(j, s))
		return false;
	if (kind == LIMIT_TRADE && session_need_account(s, &e) == -1) {
		reply_fail(&j->reply, REPLY_NOT_SIGNED_ON, "%s", e.msg);
		return false;
	}
	if (session_limit(s, kind, &l, &e) == -1) {
		reply_fail(&j->reply, REPLY_CREON_FAILED, "%s", e.msg);
		return false;
	}
	kept = kind == LIMIT_TRADE ? l.most / LEFT_TO_ORDERS : 0;
	if (l.left > kept)
		return true;
	*step = wait_for(j, kind, &l);
	return false;
}

bool
query_request(struct job *j, struct session *s, int kind, struct dib *d,
    const struct dib_want *want, struct dib_answer *a, enum step *step)
{
	struct limit l = { 0 };
	struct err e = { 0 };

	if (!query_may_ask(j, s, kind, step))
		return false;
	session_calling(s, dib_name(d));
	dib_request(d, want, a);
	if (a->code == DIB_GOOD)
		return true;
	if (a->code == DIB_LIMITED && session_limit(s, kind, &l, &e) == 0)
		*step = wait_for(j, kind, &l);
	else
		reply_creon(&j->reply, d, a);
	dib_answer_fini(a);
	return false;
}

struct dib *
query_object(struct job *j, const char *progid)
{
	struct err e = { 0 };
	struct dib *d = dib_new(progid, &e);

	if (d == NULL)
		reply_fail(&j->reply, REPLY_CREON_FAILED, "%s", e.msg);
	return d;
}

bool
query_failed(struct job *j, const char *fmt, ...)
{
	char msg[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	reply_fail(&j->reply, REPLY_CREON_FAILED, "%s", msg);
	return false;
}

bool
query_stuck(struct job *j, const struct dib *d)
{
	return query_failed(
	    j, "%s: a page with nothing new, and more behind it", dib_name(d));
}

bool
query_put(struct job *j, struct dib *d, int index, struct com_value taken)
{
	struct err e = { 0 };

	return dib_put(d, index, taken, &e) == 0 ||
	    query_failed(j, "%s", e.msg);
}

int
query_spell(struct job *j, struct session *s, const char *code, char spelt[16])
{
	struct err e = { 0 };
	int rc = session_spell(s, code, spelt, &e);

	if (rc == -1)
		query_failed(j, "%s", e.msg);
	return rc;
}
