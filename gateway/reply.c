/* reply.c - see reply.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "gateway/reply.h"

static const struct {
	int status;
	const char *name;
} codes[] = {
	[REPLY_GOOD] = { 200, "" },
	[REPLY_BAD_REQUEST] = { 400, "bad_request" },
	[REPLY_NOT_FAKE] = { 400, "not_fake" },
	[REPLY_UNAUTHORIZED] = { 401, "unauthorized" },
	[REPLY_ORDERS_OFF] = { 403, "orders_off" },
	[REPLY_NO_SUCH_ROUTE] = { 404, "no_such_route" },
	[REPLY_NOT_SEEN] = { 404, "not_seen" },
	[REPLY_BAD_METHOD] = { 405, "bad_method" },
	[REPLY_KEY_REUSED] = { 409, "key_reused" },
	[REPLY_EVENTS_GONE] = { 409, "events_gone" },
	[REPLY_LENGTH_REQUIRED] = { 411, "length_required" },
	[REPLY_TOO_LARGE] = { 413, "too_large" },
	[REPLY_LIMITED] = { 429, "limited" },
	[REPLY_JOURNAL_FAILED] = { 500, "journal_failed" },
	[REPLY_CREON_FAILED] = { 502, "creon_failed" },
	[REPLY_NOT_CONNECTED] = { 503, "not_connected" },
	[REPLY_NOT_SIGNED_ON] = { 503, "not_signed_on" },
	[REPLY_BUSY] = { 503, "busy" },
	[REPLY_STOPPING] = { 503, "stopping" },
	[REPLY_TIMEOUT] = { 504, "timeout" },
};

void
reply_fini(struct reply *r)
{
	json_free(r->body);
	*r = (struct reply){ 0 };
}

void
reply_good(struct reply *r, struct json *body)
{
	reply_fini(r);
	r->body = body;
}

void
reply_fail(struct reply *r, enum reply_code code, const char *fmt, ...)
{
	char message[2 * sizeof(r->message)];
	va_list ap;

	reply_fini(r);
	r->code = code;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	utf8_cut(r->message, sizeof(r->message), message);
}

void
reply_creon(struct reply *r, const struct dib *d, const struct dib_answer *a)
{
	reply_fail(r,
	    a->code == DIB_LIMITED ? REPLY_LIMITED : REPLY_CREON_FAILED,
	    "%s: %s", dib_name(d),
	    a->message[0] != '\0' ? a->message : "no words");
	r->has_creon = a->was_answered;
	r->ret = a->ret;
	r->status = a->status;
	snprintf(r->creon, sizeof(r->creon), "%s", a->message);
}

int
reply_status(const struct reply *r)
{
	return codes[r->code].status;
}

char *
reply_text(const struct reply *r)
{
	struct json *v, *error, *creon;
	char *text;

	if (r->code == REPLY_GOOD)
		return json_print(r->body);
	v = json_new_map();
	error = json_new_map();
	json_put_text(error, "code", codes[r->code].name);
	json_put_text(error, "message", r->message);
	if (r->retry_after_ms > 0)
		json_put_int(error, "retry_after_ms", r->retry_after_ms);
	json_put(v, "error", error);
	if (r->has_creon) {
		creon = json_new_map();
		json_put_int(creon, "ret", r->ret);
		json_put_int(creon, "status", r->status);
		json_put_text(creon, "message", r->creon);
		json_put(v, "creon", creon);
	}
	text = json_print(v);
	json_free(v);
	return text;
}
