/*
 * creon.c - the broker CREON Plus (Daishin), through creon-gateway.
 *
 *   [broker]
 *   kind = creon
 *   [creon]
 *   url = http://127.0.0.1:7990
 *   token_file = /home/me/.config/maemae/creon.token    or: token = ...
 *   account = 123456789       optional: must be the gateway's
 *   product = 01              optional: likewise
 *
 * The gateway owns all that is CREON's: COM, pages, limits, order keys and the
 * log of events.  Here its words become those of broker.h.
 *
 * Plain HTTP to another machine is taken where its address is a private one:
 * under WSL2 the Windows beside us is another machine.  The token is then all
 * that guards the account, and the network between must be one's own.
 *
 * CREON is real money until the gateway says that its CREON is the tests'
 * fake; mock trading (모의투자) looks like real trading to it, and to us.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/token.h"
#include "broker/creon_inner.h"
#include "broker/creon_reply.h"
#include "broker/kinds.h"

#define DEFAULT_URL   "http://127.0.0.1:7990"
#define EVENT_WAIT_MS 25000 /* the most that the gateway waits */

const char *const creon_keys[] = { "url", "token_file", "token", "account",
	"product", NULL };

/* ---- the token */

/* The first line of a file that nobody else may read. */
static int
read_token(const char *path, char *buf, size_t size, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd == -1)
		return err_set(e, E_CONFIG, "%s: cannot be opened", path);
	if (fstat(fd, &st) == -1 || (st.st_mode & 077) != 0) {
		close(fd);
		return err_set(e, E_REFUSED,
		    "%s: others may read it; chmod 600 %s", path, path);
	}
	n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return err_set(e, E_CONFIG, "%s: cannot be read", path);
	buf[n] = '\0';
	buf[strcspn(buf, "\r\n")] = '\0';
	return 0;
}

static int
find_token(struct broker *br, struct err *e)
{
	const struct conf *conf = br->env.conf;
	const char *given = conf_get(conf, "creon", "token", NULL);
	const char *path = conf_get(conf, "creon", "token_file", NULL);
	char token[TOKEN_MOST + 3] = ""; /* a longer one shows */
	int rc = -1;

	if ((given == NULL) == (path == NULL))
		return err_set(e, E_CONFIG,
		    "%s: [creon] wants token_file or token, one of them",
		    conf_path(conf));
	if (given != NULL)
		snprintf(token, sizeof(token), "%s", given);
	else if (read_token(path, token, sizeof(token), e) == -1)
		goto out;
	if (token_check(token, path != NULL ? path : "[creon] token", e) == -1)
		goto out;
	http_secret(creon_of(br)->http, token);
	creon_of(br)->bearer = xasprintf("Bearer %s", token);
	rc = 0;
out:
	explicit_bzero(token, sizeof(token));
	return rc;
}

/* ---- the gateway */

/* Where it is, and the host in it, which may be a private address. */
static int
find_url(struct broker *br, char *host, size_t size, struct err *e)
{
	const char *url = conf_get(br->env.conf, "creon", "url", DEFAULT_URL);
	struct creon *c = creon_of(br);
	const char *from = strstr(url, "://");
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	if (from == NULL || n >= sizeof(c->url))
		return err_set(e, E_CONFIG, "%s: [creon] url = %s: no URL",
		    conf_path(br->env.conf), url);
	memcpy(c->url, url, n);
	c->url[n] = '\0';
	from += 3;
	if (*from == '[')
		from++;
	snprintf(host, size, "%.*s",
	    (int)strcspn(from, from[-1] == '[' ? "]" : ":/"), from);
	return 0;
}

/* "*******89" is the account that ends so. */
static bool
is_account(const char *masked, const char *account)
{
	const char *tail = masked + strspn(masked, "*");
	size_t n = strlen(tail), all = strlen(account);

	return n > 0 && all >= n && strcmp(account + all - n, tail) == 0;
}

/* Does it trade for whom the configuration means? */
static int
check_account(struct broker *br, const struct creon_status *s, struct err *e)
{
	const char *account = conf_get(br->env.conf, "creon", "account", NULL);
	const char *product = conf_get(br->env.conf, "creon", "product", NULL);

	if (account == NULL && product == NULL)
		return 0;
	if (s->account[0] == '\0')
		return err_set(e, E_BROKER,
		    "CREON gateway: not signed on yet, so its account cannot be"
		    " compared with [creon] account");
	if (account != NULL && !is_account(s->account, account))
		return err_set(e, E_CONFIG,
		    "the CREON gateway trades for %s, which is not [creon]"
		    " account",
		    s->account);
	if (product != NULL && strcmp(product, s->product) != 0)
		return err_set(e, E_CONFIG,
		    "the CREON gateway trades product %s, not [creon] product"
		    " = %s",
		    s->product, product);
	return 0;
}

static int
meet(struct broker *br, struct err *e)
{
	struct json *doc = creon_get(br, "/v1/status", STATUS_MS, e);
	struct creon *c = creon_of(br);
	struct creon_status s;
	int rc = -1;

	if (doc == NULL)
		return -1;
	if (creon_read_status(doc, &s, e) == -1) {
		e->kind = E_BROKER;
		err_wrap(e, "CREON gateway at %s", c->url);
	} else {
		rc = check_account(br, &s, e);
	}
	json_free(doc);
	c->event = s.event;
	c->is_fake = s.is_fake;
	if (s.is_fake)
		br->caps &= ~CAP_REAL_MONEY;
	if (!s.takes_orders)
		br->refuses = "orders are off at the CREON gateway;"
			      " see --orders of creon-gateway";
	return rc;
}

static void
creon_close(struct broker *br)
{
	struct creon *c = creon_of(br);

	http_close(c->http);
	if (c->bearer != NULL)
		explicit_bzero(c->bearer, strlen(c->bearer));
	free(c->bearer);
	free(c);
}

static int
creon_open(struct broker *br, struct err *e)
{
	struct creon *c = xcalloc(1, sizeof(*c));
	char host[sizeof(c->url)];

	br->self = c;
	if (find_url(br, host, sizeof(host), e) == -1 ||
	    (c->http = http_open(
		 &(struct http_options){ .plain_host = host }, e)) == NULL ||
	    http_allows(c->http, c->url, e) == -1 || find_token(br, e) == -1 ||
	    meet(br, e) == -1) {
		creon_close(br);
		return -1;
	}
	http_secret(c->http, conf_get(br->env.conf, "creon", "account", NULL));
	return 0;
}

/* ---- news */

/* Another log than the one we knew: all that it holds may be new to us. */
static int
begin_anew(struct broker *br, struct err *e)
{
	struct json *doc = creon_get(br, "/v1/events?after=-1", STATUS_MS, e);
	int64_t last;
	int rc = -1;

	if (doc != NULL)
		rc = json_int(doc, "last", 0, INT64_MAX, &last, e);
	if (rc == 0)
		creon_of(br)->event = last;
	json_free(doc);
	return rc == -1 ? -1 : 1;
}

static int
creon_wait_event(struct broker *br, int timeout_ms, struct err *e)
{
	struct creon *c = creon_of(br);
	int ms = timeout_ms < EVENT_WAIT_MS ? timeout_ms : EVENT_WAIT_MS;
	struct creon_answer a;
	bool is_news = false;
	char path[96];
	int rc = -1;

	snprintf(path, sizeof(path), "/v1/events?after=%lld&wait_ms=%d",
	    (long long)c->event, ms);
	creon_ask(br, "GET", path, NULL, ms + STATUS_MS, &a);
	if (a.status == 200 && a.doc != NULL)
		rc = creon_read_events(a.doc, &c->event, &is_news, e) == -1 ?
		    -1 :
		    is_news;
	else if (a.status == 409)
		rc = begin_anew(br, e);
	else
		err_set(e, E_BROKER, "%s", a.why);
	if (rc == -1)
		err_wrap(e, "CREON gateway: events");
	creon_answer_free(&a);
	return rc;
}

/* The clock of its PC is no better than ours (creon_query.c tells what it says
 * by ours). */
static int
creon_time(struct broker *br, epoch *out, struct err *e)
{
	(void)br, (void)e;
	*out = 0;
	return 0;
}

const struct broker_ops creon_ops = {
	.name = "creon",
	.caps = CAP_STREAM | CAP_AT_OPEN | CAP_MARKET_AMEND | CAP_STATUS |
	    CAP_REAL_MONEY | CAP_TOTAL_FILLS | CAP_PAST_MINUTES,
	.open = creon_open,
	.close = creon_close,
	.place = creon_place,
	.amend = creon_amend,
	.cancel = creon_cancel,
	.orders = creon_orders,
	.cash = creon_cash,
	.holdings = creon_holdings,
	.buyable = creon_buyable,
	.sellable = creon_sellable,
	.quotes = creon_quotes,
	.minute_bars = creon_minute_bars,
	.daily_bars = creon_daily_bars,
	.stocks = creon_stocks,
	.wait_event = creon_wait_event,
	.time = creon_time,
};
