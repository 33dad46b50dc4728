/*
 * sandbox.c - open and close, the market's time, and the way of a request:
 * trouble, the gate, the handler, trouble again.
 */
#include "sandbox/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "broker/kinds.h"

/* ---- Open and close --------------------------------------------------------- */

static char *
copy(const char *text, const char *dflt)
{
	return text == NULL && dflt == NULL ?
	    NULL :
	    xstrdup(text != NULL ? text : dflt);
}

static int
check_options(const struct sandbox_options *o, struct err *e)
{
	const char *account = o->account;

	if (account != NULL &&
	    (strlen(account) != 10 ||
		strspn(account, "0123456789") != strlen(account)))
		return err_set(e, E_USAGE,
		    "account '%s' has not ten digits (eight and the product)",
		    account);
	if (o->limit > WINDOW)
		return err_set(e, E_USAGE, "a limit above %d is none", WINDOW);
	return 0;
}

struct sandbox *
sandbox_open(const struct sandbox_options *o, const struct broker_env *given,
    struct err *e)
{
	struct sandbox *sb;
	struct broker_env env = *given;

	if (check_options(o, e) == -1)
		return NULL;
	sb = xcalloc(1, sizeof(*sb));
	sb->o = *o;
	sb->o.app_key = copy(o->app_key, NULL);
	sb->o.app_secret = copy(o->app_secret, NULL);
	sb->o.account = copy(o->account, SANDBOX_ACCOUNT);
	sb->o.hts_id = copy(o->hts_id, SANDBOX_HTS_ID);
	if (o->limit == -1)
		sb->o.limit = o->is_mock ? 1 : 18;
	sb->clock = (struct clock){ given->clock->now, true };
	sandbox_time_set(sb, given->clock->now, o->speed > 0);
	sb->troubles.rng = rng_seed(o->seed);
	sb->feed = given->source;
	bar_store_init(&sb->minutes.bars, true);
	env.source = market_feed(sb);
	env.clock = &sb->clock;
	env.renumbers = true;
	if ((sb->paper = broker_open_as(&paper_ops, &env, e)) == NULL) {
		sandbox_close(sb);
		return NULL;
	}
	return sb;
}

void
sandbox_close(struct sandbox *sb)
{
	if (sb == NULL)
		return;
	broker_close(sb->paper);
	trouble_clear(&sb->troubles);
	bar_store_fini(&sb->minutes.bars);
	free(sb->stocks.item);
	free(sb->seen.told);
	free((char *)sb->o.app_key);
	free((char *)sb->o.app_secret);
	free((char *)sb->o.account);
	free((char *)sb->o.hts_id);
	free(sb);
}

int
sandbox_trouble(struct sandbox *sb, const char *spec, struct err *e)
{
	return trouble_add(&sb->troubles, spec, e);
}

#define OLD_BRANCH "06010" /* the firm's first samples have it in the text */

const char *
sandbox_branch(const struct sandbox *sb)
{
	return sb->o.is_mock ? "00950" : "91252";
}

bool
sandbox_is_branch(const struct sandbox *sb, const char *text)
{
	return text[0] == '\0' || strcmp(text, sandbox_branch(sb)) == 0 ||
	    strcmp(text, OLD_BRANCH) == 0;
}

/* ---- Time --------------------------------------------------------------------- */

void
sandbox_time_set(struct sandbox *sb, epoch now, bool runs)
{
	sb->base = now;
	sb->base_ms = monotonic_ms();
	sb->runs = runs;
	sb->clock.now = now;
}

void
sandbox_time(struct sandbox *sb)
{
	if (sb->runs)
		sb->clock.now = sb->base +
		    (monotonic_ms() - sb->base_ms) * sb->o.speed / 1000;
}

/* The client's time, where it tells one.  Does it? */
static bool
take_time(struct sandbox *sb, const struct wire_request *req)
{
	const char *text = wire_get(&req->header, "x-maemae-now");
	struct clock c;

	if (text == NULL || clock_parse(text, &c) == -1) {
		sandbox_time(sb);
		return false;
	}
	sandbox_time_set(sb, c.now, false);
	return true;
}

/* ---- A request ------------------------------------------------------------------ */

/* What happens instead of carrying it out.  true: that was all. */
static bool
trouble_before(struct call *c)
{
	if (call_strikes(c, TROUBLE_LOSE_REQUEST)) {
		c->out->fate = WIRE_DROPPED;
		return true;
	}
	if (call_strikes(c, TROUBLE_HTML))
		reply_page(c, 502);
	else if (call_strikes(c, TROUBLE_BUSY))
		reply_gateway(c, "EGW00201");
	else if (call_strikes(c, TROUBLE_TOO_MANY))
		reply_page(c, 429);
	else if (call_strikes(c, TROUBLE_LEDGER))
		reply_gateway(c, "EGW00215");
	else if (call_strikes(c, TROUBLE_TIMEOUT))
		reply_gateway(c, "EGW00301");
	else if (!call_strikes(c, TROUBLE_EXPIRE))
		return false;
	else {
		token_void(c->sb, wire_get(&c->req->header, "authorization"));
		reply_gateway(c, "EGW00123");
	}
	return true;
}

/* The answer as text, in place of what it was. */
static void
replace_body(struct call *c, char *text, size_t n)
{
	free(c->out->body);
	c->out->body = text;
	c->out->nbody = n;
}

/* Texts become numbers, every third of them null: "70000" to 70000. */
static void
mistype(struct call *c)
{
	char *s = c->out->body, *to = s;
	int n = 0;

	for (char *p = s; *p != '\0';) {
		size_t digits;

		if (p[0] == ':' && p[1] == '"' &&
		    (digits = strspn(p + 2, "123456789")) > 0 &&
		    p[2 + digits] == '"') {
			*to++ = ':';
			if (n++ % 3 == 2 && digits > 3) {
				memcpy(to, "null", 4);
				to += 4;
			} else {
				memmove(to, p + 2, digits);
				to += digits;
			}
			p += 3 + digits;
		} else {
			*to++ = *p++;
		}
	}
	*to = '\0';
	c->out->nbody = (size_t)(to - s);
}

#define HUGE_SIZE ((size_t)32 << 20)

static char *
huge_body(void)
{
	char *text = xmalloc(HUGE_SIZE + 1);

	memset(text, ' ', HUGE_SIZE);
	text[HUGE_SIZE] = '\0';
	return text;
}

/* What happens to the answer of a request that was carried out. */
static void
trouble_after(struct call *c)
{
	static const char garbage[] = "\xff\xfe{\"rt_cd\":\"0\",,,\0\x01";

	if (call_strikes(c, TROUBLE_LOSE_ANSWER))
		c->out->fate = WIRE_DROPPED;
	if (call_strikes(c, TROUBLE_CUT))
		c->out->fate = WIRE_CUT;
	if (call_strikes(c, TROUBLE_HTML_AFTER))
		reply_page(c, 502);
	if (call_strikes(c, TROUBLE_TIMEOUT_AFTER))
		reply_gateway(c, "EGW00302");
	if (call_strikes(c, TROUBLE_UNBUILT))
		reply_unbuilt(c, "1");
	if (call_strikes(c, TROUBLE_UNBUILT_OK))
		reply_unbuilt(c, "0");
	if (call_strikes(c, TROUBLE_GARBAGE))
		replace_body(c,
		    memcpy(xmalloc(sizeof(garbage)), garbage, sizeof(garbage)),
		    sizeof(garbage) - 1);
	if (call_strikes(c, TROUBLE_EMPTY))
		replace_body(c, xstrdup(""), 0);
	if (call_strikes(c, TROUBLE_HUGE))
		replace_body(c, huge_body(), HUGE_SIZE);
	if (c->out->body != NULL && call_strikes(c, TROUBLE_MISTYPED))
		mistype(c);
	trouble_strikes(
	    &c->sb->troubles, TROUBLE_SLOW, c->req->path, &c->out->delay_ms);
}

/* The master files need no login. */
static bool
master_answer(struct call *c)
{
	static const struct {
		const char *path;
		enum kind kind;
	} file[] = {
		{ "/common/master/kospi_code.mst.zip", KIND_KOSPI },
		{ "/common/master/kosdaq_code.mst.zip", KIND_KOSDAQ },
	};

	for (size_t i = 0; i < NELEM(file); i++)
		if (strcmp(c->req->path, file[i].path) == 0) {
			master_file(c, file[i].kind);
			return true;
		}
	return false;
}

static void
carry_out(struct call *c)
{
	if (token_answer(c) || master_answer(c))
		return;
	if (!gate_passes(c))
		return;
	c->doc = json_new_map();
	c->to->answer(c);
	json_free(c->doc);
	stream_news(c->sb);
}

void
sandbox_answer(
    struct sandbox *sb, const struct wire_request *req, struct wire_answer *out)
{
	struct wire_request plain = *req;
	struct call c = { .sb = sb, .req = &plain, .out = out };

	/* Of clients whose address ends with a slash, too. */
	while (strncmp(plain.path, "//", 2) == 0)
		plain.path++;
	c.tells_time = take_time(sb, req);
	if (control_answer(&c))
		return;
	if (!trouble_before(&c)) {
		market_keep(sb, true);
		carry_out(&c);
		market_keep(sb, false);
		trouble_after(&c);
	}
	json_free(c.body);
}
