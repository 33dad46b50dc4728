/* session.c - see session.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "gateway/conclusion.h"
#include "gateway/fake.h"
#include "gateway/os.h"
#include "gateway/probe.h"
#include "gateway/record.h"
#include "gateway/session.h"
#include "gateway/sign_on.h"

#define SERVER_HTS 2 /* ServerType */

#define SIGN_ON_TRIES 3
#define SIGN_ON_MS    10000 /* between two */

/* What a look at the connection saw; a failed one, nothing. */
enum look { LOOK_GONE, LOOK_THERE, LOOK_FAILED };

struct session {
	const struct session_options *options;
	struct events *events;
	struct dib *cybos, *util, *codes, *fake;
	struct conclusion *conclusion;
	struct probe *probe; /* where a record is kept */
	char account[ACCOUNT_SIZE], product[PRODUCT_SIZE]; /* as CREON's */
	char now[20];
	int tries;             /* to sign on */
	int64_t try_at;        /* the next one; monotonic ms */
	enum look before;      /* the last one */
	bool has_limit_time;   /* GetLimitRemainTime is there */
	int64_t most[2];       /* requests that were left, by kind */
	pthread_mutex_t mutex; /* of the view, which others read */
	struct session_view view;
};

/* The fake's time, for the whole process; 0: the wall clock's. */
static pthread_mutex_t now_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct clock fake_now;

struct session *
session_new(const struct session_options *options, struct events *events)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->options = options;
	s->events = events;
	s->has_limit_time = true;
	pthread_mutex_init(&s->mutex, NULL);
	s->fake = fake_open();
	s->view.is_fake = s->fake != NULL;
	return s;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	probe_free(s->probe);
	conclusion_free(s->conclusion);
	dib_free(s->codes);
	dib_free(s->util);
	dib_free(s->cybos);
	dib_free(s->fake);
	pthread_mutex_destroy(&s->mutex);
	free(s);
}

static void
publish(struct session *s, const struct session_view *v)
{
	pthread_mutex_lock(&s->mutex);
	s->view = *v;
	pthread_mutex_unlock(&s->mutex);
}

void
session_view(struct session *s, struct session_view *v)
{
	pthread_mutex_lock(&s->mutex);
	*v = s->view;
	pthread_mutex_unlock(&s->mutex);
}

void
session_calling(struct session *s, const char *what)
{
	pthread_mutex_lock(&s->mutex);
	snprintf(s->view.calling, sizeof(s->view.calling), "%s", what);
	s->view.calling_since = monotonic_ms();
	pthread_mutex_unlock(&s->mutex);
}

/* ---- signing on */

static void
not_signed_on(
    struct session *s, struct session_view *v, bool is_refused, struct err *e)
{
	bool again = !is_refused && s->tries < SIGN_ON_TRIES;

	dib_free(s->util);
	s->util = NULL;
	if (!again)
		s->tries = SIGN_ON_TRIES;
	s->try_at = monotonic_ms() + SIGN_ON_MS;
	utf8_cut(v->message, sizeof(v->message), e->msg);
	if (again)
		log_warn("not signed on: %s; trying again in %d s", e->msg,
		    SIGN_ON_MS / 1000);
	else
		log_error("not signed on: %s; account and orders stay closed "
			  "until the gateway is started again",
		    e->msg);
}

static void
sign_on(struct session *s, struct session_view *v)
{
	struct signed_on on = { .code = -1 };
	struct err e = { 0 };
	char *masked;

	publish(s, v); /* it may take a person's time */
	session_calling(s, "CpTrade.CpTdUtil");
	s->tries++;
	v->was_sign_on_tried = true;
	s->util = sign_on_try(
	    s->options->account, s->options->product, &on, &e);
	v->sign_on = on.code;
	memcpy(s->account, on.account, sizeof(s->account));
	memcpy(s->product, on.product, sizeof(s->product));
	if (s->util == NULL ||
	    (s->conclusion = conclusion_new(s->events, s->account, &e)) ==
		NULL) {
		not_signed_on(s, v, on.is_refused, &e);
		return;
	}
	masked = record_mask(s->account);
	snprintf(v->account, sizeof(v->account), "%s", masked);
	snprintf(v->product, sizeof(v->product), "%s", s->product);
	free(masked);
	v->is_signed_on = true;
	v->message[0] = '\0';
	log_info("signed on: account %s, product %s", v->account, v->product);
	if (record_is_on()) {
		session_calling(s, "questions for the record");
		s->probe = probe_new(s->account, s->product);
	}
}

/* ---- the connection */

/* Which object tells of it; made again and again until it can be made. */
static enum look
look(struct session *s, struct session_view *v)
{
	struct err e = { 0 };
	int64_t is_connected = 0, server = 0;

	if (s->cybos == NULL &&
	    (s->cybos = dib_new("CpUtil.CpCybos", &e)) == NULL) {
		if (strcmp(v->message, e.msg) != 0)
			log_error("%s; is CREON Plus installed?", e.msg);
		utf8_cut(v->message, sizeof(v->message), e.msg);
		return LOOK_GONE;
	}
	if (dib_number(s->cybos, "IsConnect", &is_connected, &e) == -1) {
		log_warn("%s", e.msg);
		return LOOK_FAILED;
	}
	if (is_connected == 1 && v->server == 0 &&
	    dib_number(s->cybos, "ServerType", &server, &e) == 0)
		v->server = (int)server;
	return is_connected == 1 ? LOOK_THERE : LOOK_GONE;
}

enum session_state
session_watch(struct session *s)
{
	struct session_view v = s->view; /* nobody else writes it */
	enum look got = v.state == SESSION_LOST ? LOOK_GONE : look(s, &v);
	/* A busy CREON may refuse one call; nothing is asked until the next. */
	bool is_doubtful = got == LOOK_FAILED && s->before != LOOK_FAILED;

	s->before = got;
	v.is_connected = got == LOOK_THERE;
	if (v.state == SESSION_WAITING && v.is_connected) {
		v.state = SESSION_UP;
		v.message[0] = '\0';
		log_info("connected to CREON, server %d", v.server);
		if (v.server == SERVER_HTS)
			log_warn("this is the ordinary HTS's server, at which "
				 "requests fail: log in to CREON Plus first");
		sign_on(s, &v);
	} else if (v.state == SESSION_UP && v.is_connected && !v.is_signed_on &&
	    s->tries < SIGN_ON_TRIES && monotonic_ms() >= s->try_at) {
		sign_on(s, &v);
	} else if (v.state == SESSION_UP && !v.is_connected && !is_doubtful) {
		v.state = SESSION_LOST;
		v.server = 0;
		log_error("the connection to CREON is lost; nothing more can "
			  "be done but to begin anew");
	}
	v.calling[0] = '\0';
	publish(s, &v);
	return v.state;
}

int
session_need_connection(struct session *s, struct err *e)
{
	if (s->view.state == SESSION_LOST)
		return err_set(e, E_REFUSED,
		    "the connection to CREON is lost; the gateway must be "
		    "started anew");
	if (s->view.state == SESSION_WAITING || !s->view.is_connected)
		return err_set(e, E_REFUSED, "CREON is not logged in");
	return 0;
}

int
session_need_account(struct session *s, struct err *e)
{
	if (s->view.is_signed_on)
		return 0;
	return err_set(e, E_REFUSED, "%s", s->view.message);
}

const char *
session_account(const struct session *s)
{
	return s->account;
}

const char *
session_product(const struct session *s)
{
	return s->product;
}

bool
session_is_fake(const struct session *s)
{
	return s->fake != NULL;
}

/* ---- limits */

/* GetLimitRemainTime is newer; LimitRequestRemainTime is always there. */
static int
reset_time(struct session *s, int kind, int64_t *ms, struct err *e)
{
	if (s->has_limit_time &&
	    dib_number_of(
		s->cybos, "GetLimitRemainTime", com_long(kind), ms, e) == 0)
		return 0;
	s->has_limit_time = false;
	return dib_number(s->cybos, "LimitRequestRemainTime", ms, e);
}

int
session_limit(struct session *s, int kind, struct limit *l, struct err *e)
{
	*l = (struct limit){ 0 };
	if (s->cybos == NULL)
		return err_set(e, E_BROKER, "CREON is not there");
	if (dib_number_of(s->cybos, "GetLimitRemainCount", com_long(kind),
		&l->left, e) == -1 ||
	    reset_time(s, kind, &l->reset_ms, e) == -1)
		return -1;
	l->is_known = true;
	if (l->reset_ms < 0)
		l->reset_ms = 0;
	if (s->most[kind] < l->left)
		s->most[kind] = l->left;
	l->most = s->most[kind];
	pthread_mutex_lock(&s->mutex);
	s->view.limit[kind] = *l;
	pthread_mutex_unlock(&s->mutex);
	return 0;
}

int64_t
limit_wait_ms(const struct limit *l)
{
	const int64_t least = 250;

	return (l->reset_ms > least ? l->reset_ms : least) + 20;
}

/* ---- codes */

struct dib *
session_codes(struct session *s)
{
	struct err e = { 0 };

	if (s->codes == NULL &&
	    (s->codes = dib_new("CpUtil.CpCodeMgr", &e)) == NULL)
		log_error("%s", e.msg);
	return s->codes;
}

/* 1, 0, or -1. */
static int
has_name(struct session *s, const char *spelt, struct err *e)
{
	struct com_value arg = com_text(spelt), name = { 0 };
	char buf[128];
	int has;

	if (dib_call(s->codes, "CodeToName", &arg, 1, &name, e) == -1)
		return -1;
	has = com_str(&name, buf, sizeof(buf))[0] != '\0';
	com_value_fini(&name);
	return has;
}

int
session_spell(
    struct session *s, const char *code, char spelt[16], struct err *e)
{
	int has;

	snprintf(spelt, 16, "A%.6s", code);
	if (session_codes(s) == NULL)
		return err_set(e, E_BROKER, "CpUtil.CpCodeMgr cannot be made");
	if ((has = has_name(s, spelt, e)) != 0)
		return has;
	spelt[0] = 'Q'; /* the notes of ETNs */
	if ((has = has_name(s, spelt, e)) != 1)
		spelt[0] = 'A';
	return has;
}

/* ---- time */

void
session_set_now(struct session *s, const char *now)
{
	struct err e = { 0 };
	struct com_value arg;
	struct clock c = { 0 };

	if (s->fake == NULL || now[0] == '\0' || strcmp(now, s->now) == 0)
		return;
	snprintf(s->now, sizeof(s->now), "%s", now);
	arg = com_text(now);
	if (dib_call(s->fake, "SetNow", &arg, 1, NULL, &e) == -1)
		log_warn("%s", e.msg);
	if (clock_parse(now, &c) == -1)
		c = (struct clock){ 0 };
	pthread_mutex_lock(&now_mutex);
	fake_now = c;
	pthread_mutex_unlock(&now_mutex);
}

struct clock
session_now(void)
{
	struct clock c;

	pthread_mutex_lock(&now_mutex);
	c = fake_now;
	pthread_mutex_unlock(&now_mutex);
	return c.now != 0 ? c : clock_wall();
}
