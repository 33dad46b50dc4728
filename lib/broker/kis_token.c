/*
 * kis_token.c - the token, one for all programs of a key.
 *
 * A token lives a day, may be asked for once a minute, and each new one sends
 * the owner a message.  So it lies in a file of mode 0600; who finds none that
 * lives a while yet asks for one under a lock, and the others find that.  The
 * file also says when the next may be asked for: nobody sleeps a minute here,
 * the next run comes anyway.  A lost answer counts as an issue, and where the
 * file cannot be written none is asked for.
 *
 * What a crash leaves: a lock that the kernel has let go, a file that is the
 * old or the new one, or a TOKENFILE.tmp: under that one name, as only who has
 * the lock writes, and so the next removes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "broker/kis_inner.h"

#define SPARE        600 /* seconds a token must live to be used */
#define ISSUE_EVERY  61  /* seconds between two issues */
#define LIFE_MOST    7776000
#define TOO_SOON     "EGW00133"
#define LOCK_WAIT_MS 20000
#define DENIED_MS    60000 /* a wrong key is not shown again so soon */

static bool
lives(const struct kis_token *t, epoch spare)
{
	return t->text[0] != '\0' && t->until > wall_seconds() + spare;
}

/* A clock that went back makes nobody wait. */
static bool
must_wait(const struct kis_token *t)
{
	epoch now = wall_seconds();

	return t->again > now && t->again <= now + ISSUE_EVERY;
}

/* ---- The file ------------------------------------------------------------------ */

/* "UNTIL AGAIN TOKEN\n".  What is not just that is no token. */
static void
token_parse(char *text, struct kis_token *t)
{
	char *save = NULL, *until = strtok_r(text, " \n", &save),
	     *again = strtok_r(NULL, " \n", &save),
	     *token = strtok_r(NULL, " \n", &save);
	int64_t v;

	*t = (struct kis_token){ 0 };
	if (again != NULL && int_parse(again, 0, INT64_MAX / 2, &v) == 0)
		t->again = v;
	if (token == NULL || strlen(token) >= sizeof(t->text) ||
	    int_parse(until, 0, INT64_MAX / 2, &v) == -1)
		return;
	t->until = v;
	memcpy(t->text, token, strlen(token) + 1);
}

/* A file that others may read is not trusted, nor used. */
static void
token_read(const struct kis *k, struct kis_token *t)
{
	char text[KIS_TOKEN_SIZE + 64];
	struct stat st;
	ssize_t n = -1;
	int fd = open(k->token_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	*t = (struct kis_token){ 0 };
	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0)
		n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return;
	text[n] = '\0';
	token_parse(text, t);
	explicit_bzero(text, sizeof(text));
}

static int
write_new(const char *path, const char *text)
{
	size_t n = strlen(text);
	ssize_t done;
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	done = write(fd, text, n);
	if (done >= 0 && done < (ssize_t)n) {
		errno = ENOSPC;
		done = -1;
	}
	return close(fd) == -1 || done == -1 ? -1 : 0;
}

/* Under the lock: into the file, or with `is_try` only as far as can be tried
 * without it. */
static int
put(const struct kis *k, const struct kis_token *t, bool is_try, struct err *e)
{
	char *tmp = xasprintf("%s.tmp", k->token_path);
	char *text = xasprintf("%lld %lld %s\n", (long long)t->until,
	    (long long)t->again, t->text);
	int rc = write_new(tmp, text);

	if (rc == 0 && !is_try)
		rc = rename(tmp, k->token_path);
	if (rc == -1)
		err_set(e, E_FAIL, "%s: %s", k->token_path, strerror(errno));
	if (rc == -1 || is_try)
		unlink(tmp);
	explicit_bzero(text, strlen(text));
	free(text);
	free(tmp);
	return rc;
}

static int
token_write(const struct kis *k, const struct kis_token *t, struct err *e)
{
	return put(k, t, false, e);
}

/* Can one be kept?  A token that cannot is asked for by each program anew, and
 * each sends the owner a message: rather none. */
static int
token_try(const struct kis *k, struct err *e)
{
	struct kis_token t = { .until = INT64_MAX / 2, .again = INT64_MAX / 2 };

	memset(t.text, 'x', sizeof(t.text) - 1);
	return put(k, &t, true, e) == 0 ?
	    0 :
	    err_wrap(e, "kis: no token is asked for, as it could not be kept");
}

/* ---- One at a time -------------------------------------------------------------- */

static void
make_folder(const char *path)
{
	char *dir = xstrdup(path), *slash;

	for (slash = strchr(dir + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(dir, 0700); /* there already, or the open will say */
		*slash = '/';
	}
	free(dir);
}

/* A descriptor to close; -1. */
static int
lock(const struct kis *k, struct err *e)
{
	char *path = xasprintf("%s.lock", k->token_path);
	int64_t until = monotonic_ms() + LOCK_WAIT_MS;
	int fd;

	make_folder(path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
	while (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno == EWOULDBLOCK && monotonic_ms() < until) {
			sleep_ms(20);
			continue;
		}
		err_set(e, E_BROKER,
		    "kis: another program has been asking for a token for"
		    " long");
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

/* ---- Issuing -------------------------------------------------------------------- */

static struct json *
credentials(const struct kis *k, const char *name_of_secret)
{
	struct json *body = json_new_map();

	json_put_text(body, "grant_type", "client_credentials");
	json_put_text(body, "appkey", k->key);
	json_put_text(body, name_of_secret, k->secret);
	return body;
}

/* Seconds that it lives: the shorter of two things that the server says. */
static int
life_of(
    const struct kis *k, const struct json *doc, int64_t *out, struct err *e)
{
	char text[32];
	struct clock end;
	epoch now = k->is_sandbox ? k->br->env.clock->now : wall_seconds();

	if (kis_parsed(
		k, kis_int(doc, "expires_in", 1, LIFE_MOST, out, e), e) == -1)
		return -1;
	kis_text(doc, "access_token_token_expired", text, sizeof(text));
	if (clock_parse(text, &end) == 0 && end.now > now &&
	    end.now - now < *out)
		*out = end.now - now;
	return 0;
}

static int
take_token(struct kis *k, const struct kis_reply *r, struct kis_token *t,
    struct err *e)
{
	int64_t life;

	kis_text(r->doc, "access_token", t->text, sizeof(t->text));
	if (t->text[0] == '\0' || strcspn(t->text, " \n") != strlen(t->text) ||
	    strlen(t->text) == sizeof(t->text) - 1 ||
	    life_of(k, r->doc, &life, e) == -1) {
		t->text[0] = '\0';
		return r->code[0] != '\0' ?
		    kis_reply_error(r, e) :
		    err_set(e, E_BROKER, "kis: an answer without a token");
	}
	t->until = wall_seconds() + life;
	return 0;
}

/* For all programs, and for this one while it runs. */
static void
keep_token(struct kis *k, const struct kis_token *t)
{
	struct err e;

	if (token_write(k, t, &e) == -1)
		log_warn("kis: %s: this program goes on with its token, which"
			 " others cannot find; each asks for one of its own,"
			 " and each sends you a message",
		    e.msg);
	k->token = *t;
	kis_keep_secret(k, t->text);
	log_info("kis: a new token, good for %lld minutes",
	    (long long)(t->until - wall_seconds()) / 60);
}

/* Under the lock.  Once a token was issued, here or elsewhere, or may have been
 * for all we know, the next may ask in a minute.  Of one that may have been
 * the minute begins as we ask, for the next run comes in one. */
static int
issue(struct kis *k, struct err *e)
{
	struct json *body;
	struct kis_token t = { 0 };
	struct kis_reply r = { 0 };
	struct err ignored;
	epoch asked = wall_seconds();
	enum kis_sent sent;
	int rc = -1;

	if (token_try(k, e) == -1)
		return -1;
	body = credentials(k, "appsecret");
	sent = kis_post_open(k, "/oauth2/tokenP", body, &r, e);
	json_free(body);
	if (sent == KIS_ANSWERED)
		rc = take_token(k, &r, &t, e);
	if (rc == 0 || strcmp(r.code, TOO_SOON) == 0)
		t.again = wall_seconds() + ISSUE_EVERY;
	else if (sent == KIS_LOST ||
	    (sent == KIS_ANSWERED && r.verdict == KIS_UNSURE))
		t.again = asked + ISSUE_EVERY;
	if (rc == -1 && t.again != 0)
		k->lost_until = monotonic_ms() + ISSUE_EVERY * 1000;
	if (rc == -1 && r.verdict == KIS_SETTING)
		k->denied_until = monotonic_ms() + DENIED_MS;
	if (k->is_sandbox) /* its minutes are not ours */
		t.again = 0;
	kis_reply_free(&r);
	if (rc == 0) {
		keep_token(k, &t);
	} else if (t.again != 0) { /* an old one stays, while it lives */
		k->token.again = t.again;
		token_write(k, &k->token, &ignored);
	}
	explicit_bzero(&t, sizeof(t));
	return rc;
}

/* What the file has: is it good?  One of its last minutes is taken too, in case
 * no new one is to be had. */
static bool
take_cached(struct kis *k)
{
	struct kis_token t;

	token_read(k, &t);
	if (lives(&t, 0)) {
		if (strcmp(t.text, k->token.text) != 0)
			kis_keep_secret(k, t.text);
		k->token = t;
	}
	explicit_bzero(&t.text, sizeof(t.text));
	k->token.again = t.again;
	return lives(&k->token, SPARE);
}

bool
kis_is_denied(const struct kis *k)
{
	return monotonic_ms() < k->denied_until;
}

bool
kis_token_is_lost(const struct kis *k)
{
	return monotonic_ms() < k->lost_until && !lives(&k->token, 0);
}

int
kis_token_need(struct kis *k, struct err *e)
{
	int fd, rc;

	if (lives(&k->token, SPARE) || take_cached(k))
		return 0;
	if (monotonic_ms() < k->lost_until)
		return lives(&k->token, 0) ?
		    0 :
		    err_set(e, E_BROKER,
			"kis: a token was asked for in vain; another may be in"
			" a minute");
	if (kis_is_denied(k))
		return lives(&k->token, 0) ?
		    0 :
		    err_set(e, E_CONFIG,
			"kis: not let in a moment ago; look at [kis]");
	if ((fd = lock(k, e)) == -1)
		return -1;
	if (take_cached(k)) /* by another, while we waited */
		rc = 0;
	else if (must_wait(&k->token))
		rc = err_set(e, E_BROKER,
		    "kis: a token may be asked for once a minute; the next in"
		    " %lld seconds",
		    (long long)(k->token.again - wall_seconds()));
	else
		rc = issue(k, e);
	close(fd);
	/* An old one may do until then. */
	return rc == -1 && lives(&k->token, 0) ? 0 : rc;
}

void
kis_token_refused(struct kis *k)
{
	struct kis_token t;
	struct err e;
	int fd = lock(k, &e);

	if (fd != -1) {
		token_read(k, &t);
		if (strcmp(t.text, k->token.text) == 0) {
			t.text[0] = '\0';
			t.until = 0;
			if (token_write(k, &t, &e) == -1)
				log_warn(
				    "kis: %s: the token in it is void", e.msg);
		}
		close(fd);
	}
	k->token = (struct kis_token){ 0 };
}

int
kis_approval(struct kis *k, char *buf, size_t size, struct err *e)
{
	struct json *body = credentials(k, "secretkey");
	struct kis_reply r = { 0 };
	int rc = kis_post_open(k, "/oauth2/Approval", body, &r, e) ==
		KIS_ANSWERED ?
	    0 :
	    -1;

	json_free(body);
	if (rc == 0 && kis_text(r.doc, "approval_key", buf, size)[0] == '\0')
		rc = kis_reply_error(&r, e);
	if (rc == 0)
		kis_keep_secret(k, buf);
	kis_reply_free(&r);
	return rc;
}
