/*
 * token.c - access tokens, approval keys of the socket, body hashes.
 *
 * A token lives a day; asked again within six hours it is the same one, within
 * a minute nothing is given.  By the machine's time: clients hold the expiry
 * that they are told against their own, whatever day the market has.  But a
 * client that tells its time lives by that, so that a replay of days finds its
 * tokens expire as they would have.  Refusals have an envelope of their own
 * here.
 *
 * A token says when it was issued and by whose time, and a digest says that it
 * is ours; so it is good after a restart too, as the firm's are.
 */
#include "sandbox/inner.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define MINUTE    60
#define SAME_FOR  (6 * 3600)
#define LIFE      86400
#define HASH_SIZE 32

static void
deny(struct call *c, const char *code, const char *message)
{
	struct json *doc = json_new_map();

	json_put_text(doc, "error_description", message);
	json_put_text(doc, "error_code", code);
	reply_json(c, 403, doc);
	json_free(doc);
}

static const char *
field(const struct call *c, const char *name)
{
	const char *text = json_chars(json_get(c->body, name));

	return text != NULL ? text : "";
}

static bool
fits(const char *want, const char *got)
{
	return got[0] != '\0' && (want == NULL || strcmp(want, got) == 0);
}

/* Do grant, key and secret fit?  false: denied. */
static bool
may_ask(struct call *c, const char *secret_name)
{
	const struct sandbox_options *o = &c->sb->o;

	if (strcmp(field(c, "grant_type"), "client_credentials") != 0)
		deny(c, "EGW00115", "grant_type이 유효하지 않습니다.");
	else if (!fits(o->app_key, field(c, "appkey")))
		deny(c, "EGW00103", "유효하지 않은 AppKey입니다.");
	else if (!fits(o->app_secret, field(c, secret_name)))
		deny(c, "EGW00105", "유효하지 않은 AppSecret입니다.");
	else
		return true;
	return false;
}

/* SHA-256 of a text, in hexadecimal: what looks random and is the same each
 * time. */
static void
hash_text(const char *text, size_t n, char hex[static 2 * HASH_SIZE + 1])
{
	unsigned char md[HASH_SIZE];

	if (EVP_Digest(text, n, md, NULL, EVP_sha256(), NULL) != 1)
		memset(md, 0, sizeof(md));
	for (int i = 0; i < HASH_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
}

#define HEADER "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9"

static const char *const mark[NTOKEN_TIMES] = {
	[BY_WALL] = "w", [BY_HEADER] = ""
};

static epoch
now_by(const struct sandbox *sb, enum token_time by)
{
	return by == BY_WALL ? wall_seconds() : sb->clock.now;
}

/* The token of that moment and number. */
static void
write_token(const struct sandbox *sb, enum token_time by, epoch issued,
    int64_t number, char text[static TOKEN_SIZE])
{
	char seed[100], hex[2 * HASH_SIZE + 1];

	snprintf(seed, sizeof(seed), "%s %s%" PRId64 " %" PRId64, sb->o.account,
	    mark[by], issued, number);
	hash_text(seed, strlen(seed), hex);
	snprintf(text, TOKEN_SIZE, HEADER ".%s%" PRId64 "-%" PRId64 ".%s",
	    mark[by], issued, number, hex);
}

static void
give_token(struct call *c, enum token_time by, epoch now)
{
	struct tokens *t = &c->sb->tokens;
	epoch issued = t->last[by].issued;
	struct json *doc = json_new_map();
	char iso[ISO_SIZE], text[TOKEN_SIZE];

	write_token(c->sb, by, issued, t->last[by].number, text);
	epoch_iso(issued + LIFE, iso);
	json_put_text(doc, "access_token", text);
	put(doc, "access_token_token_expired", "%.10s %.8s", iso, iso + 11);
	json_put_text(doc, "token_type", "Bearer");
	json_put_int(doc, "expires_in", issued + LIFE - now);
	reply_json(c, 200, doc);
	json_free(doc);
}

static void
issue(struct call *c)
{
	struct tokens *t = &c->sb->tokens;
	enum token_time by = c->tells_time ? BY_HEADER : BY_WALL;
	struct token_last *last = &t->last[by];
	epoch now = now_by(c->sb, by);

	if (!may_ask(c, "appsecret"))
		return;
	if (last->asked != 0 && now >= last->asked &&
	    now - last->asked < MINUTE) {
		deny(c, "EGW00133",
		    "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)");
		return;
	}
	last->asked = now;
	if (last->issued == 0 || now < last->issued ||
	    now - last->issued >= SAME_FOR) {
		last->issued = now;
		last->number = ++t->nissued;
	}
	give_token(c, by, now);
}

/* The next one that is asked for is another. */
static void
void_text(struct sandbox *sb, const char *text)
{
	struct tokens *t = &sb->tokens;

	if (t->nvoid == VOIDS)
		memmove(t->voids[0], t->voids[1],
		    (size_t)--t->nvoid * sizeof(t->voids[0]));
	snprintf(t->voids[t->nvoid++], TOKEN_SIZE, "%s", text);
	for (int i = 0; i < NTOKEN_TIMES; i++)
		t->last[i].issued = 0;
}

static void
revoke(struct call *c)
{
	struct json *doc = json_new_map();

	void_text(c->sb, field(c, "token"));
	json_put_text(doc, "code", "200");
	json_put_text(doc, "message", "접근토큰 폐기에 성공하였습니다");
	reply_json(c, 200, doc);
	json_free(doc);
}

static void
approve(struct call *c)
{
	struct tokens *t = &c->sb->tokens;
	char seed[64], hex[2 * HASH_SIZE + 1];
	struct json *doc;

	if (!may_ask(c, "secretkey"))
		return;
	if (t->napproval == APPROVALS)
		memmove(t->approval[0], t->approval[1],
		    (size_t)--t->napproval * sizeof(t->approval[0]));
	snprintf(seed, sizeof(seed), "approval %" PRId64 " %" PRId64,
	    ++c->sb->serial, wall_seconds());
	hash_text(seed, strlen(seed), hex);
	snprintf(t->approval[t->napproval], sizeof(t->approval[0]),
	    "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
	    hex + 20);
	doc = json_new_map();
	json_put_text(doc, "approval_key", t->approval[t->napproval++]);
	reply_json(c, 200, doc);
	json_free(doc);
}

/* Of what it says, not of its blanks. */
static void
hash_json(const struct json *body, char hex[static 2 * HASH_SIZE + 1])
{
	char *text = json_print(body);

	hash_text(text, strlen(text), hex);
	free(text);
}

bool
hash_fits(const struct json *body, const char *hash)
{
	char hex[2 * HASH_SIZE + 1];

	hash_json(body, hex);
	return strcasecmp(hex, hash) == 0;
}

static void
hash_body(struct call *c)
{
	struct json *doc = json_new_map();
	char hex[2 * HASH_SIZE + 1];

	hash_json(c->body, hex);
	json_put(doc, "BODY", c->body);
	c->body = NULL;
	json_put_text(doc, "HASH", hex);
	reply_json(c, 200, doc);
	json_free(doc);
}

bool
token_answer(struct call *c)
{
	static const struct {
		const char *path;
		void (*answer)(struct call *);
	} paths[] = {
		{ "/oauth2/tokenP", issue },
		{ "/oauth2/revokeP", revoke },
		{ "/oauth2/Approval", approve },
		{ "/uapi/hashkey", hash_body },
	};
	struct err e;

	for (size_t i = 0; i < NELEM(paths); i++) {
		if (strcmp(c->req->path, paths[i].path) != 0)
			continue;
		c->body = c->req->body == NULL ?
		    NULL :
		    json_parse(c->req->body, c->req->nbody, &e);
		if (strcmp(c->req->method, "POST") != 0 ||
		    json_kind(c->body) != JSON_MAP)
			deny(c, "EGW00101", "잘못된 요청입니다.");
		else
			paths[i].answer(c);
		return true;
	}
	return false;
}

const char *
token_judge(const struct sandbox *sb, const char *authorization)
{
	char good[TOKEN_SIZE];
	enum token_time by = BY_HEADER;
	const char *text;
	int64_t issued, number;

	if (authorization == NULL || authorization[0] == '\0')
		return "EGW00122";
	if (strncasecmp(authorization, "Bearer ", 7) != 0)
		return "EGW00205";
	text = authorization + 7;
	if (sscanf(text, HEADER ".w%" SCNd64 "-%" SCNd64 ".", &issued,
		&number) == 2)
		by = BY_WALL;
	else if (sscanf(text, HEADER ".%" SCNd64 "-%" SCNd64 ".", &issued,
		     &number) != 2)
		return "EGW00121";
	write_token(sb, by, issued, number, good);
	if (strcmp(text, good) != 0)
		return "EGW00121";
	for (int i = 0; i < sb->tokens.nvoid; i++)
		if (strcmp(text, sb->tokens.voids[i]) == 0)
			return "EGW00121";
	return now_by(sb, by) >= issued + LIFE ? "EGW00123" : NULL;
}

void
token_void(struct sandbox *sb, const char *authorization)
{
	if (authorization != NULL && strlen(authorization) > 7)
		void_text(sb, authorization + 7);
}

bool
approval_good(const struct sandbox *sb, const char *key)
{
	for (int i = 0; i < sb->tokens.napproval; i++)
		if (strcmp(sb->tokens.approval[i], key) == 0)
			return true;
	return false;
}
