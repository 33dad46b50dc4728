/*
 * kis-sandbox - Korea Investment & Securities' API on this machine, for tests
 * and for trying things out.
 *
 * The account is a file of the paper broker, the prices are those of the
 * database; lib/sandbox speaks the protocol.  It listens on loopback and
 * serves until it is told to stop.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/config.h"
#include "account/feed.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/table.h"
#include "sandbox/serve.h"
#include "sandbox/trouble.h"
#include "store/stocks.h"

static struct sandbox_options box = { .limit = -1 };
static struct serve_options http = { .address = "127.0.0.1" };
static int64_t port = -1, socket_port = -1, limit = -1, speed = 1;
static int64_t trade_fields, notice_fields = 26;
static won cash = 10000000;
static const char *books, *cert, *key, *costs;
static struct opt_list troubles;

static const struct opt_def options[] = {
	{ 0, "books", "FILE", "the account (default: beside the database)",
	    OPT_TEXT, &books, 0, 0, NULL },
	{ 0, "cash", "WON", "what a new account begins with", OPT_WON, &cash, 1,
	    INT64_C(1000000000000000), NULL },
	{ 0, "costs", "NAME", "owner, krx or none (default: the database's)",
	    OPT_TEXT, &costs, 0, 0, NULL },
	{ 0, "mock", NULL, "be the mock host (모의투자)", OPT_FLAG,
	    &box.is_mock, 0, 0, NULL },
	{ 0, "port", "N", "REST (default 9443, mock 29443; 0: any free)",
	    OPT_INT, &port, 0, 65535, NULL },
	{ 0, "ws-port", "N", "WebSocket (default 21000, mock 31000; 0: any)",
	    OPT_INT, &socket_port, 0, 65535, NULL },
	{ 0, "cert", "FILE", "serve REST by HTTPS with this certificate (PEM)",
	    OPT_TEXT, &cert, 0, 0, NULL },
	{ 0, "key", "FILE", "and this key", OPT_TEXT, &key, 0, 0, NULL },
	{ 0, "account", "DIGITS", "ten digits (default " SANDBOX_ACCOUNT ")",
	    OPT_TEXT, &box.account, 0, 0, NULL },
	{ 0, "app-key", "TEXT", "the one that is good (default: any)", OPT_TEXT,
	    &box.app_key, 0, 0, NULL },
	{ 0, "app-secret", "TEXT", "the one that is good (default: any)",
	    OPT_TEXT, &box.app_secret, 0, 0, NULL },
	{ 0, "hts-id", "ID", "of the notices (default " SANDBOX_HTS_ID ")",
	    OPT_TEXT, &box.hts_id, 0, 0, NULL },
	{ 0, "limit", "N", "requests a second (default 18, mock 1; 0: none)",
	    OPT_INT, &limit, 0, 512, NULL },
	{ 0, "speed", "N",
	    "seconds of the market a second (default 1; 0: time stands)",
	    OPT_INT, &speed, 0, 86400, NULL },
	{ 0, "trade-fields", "N",
	    "fields of a trade, 46 or 47 (default: 47 since 2026-09-14)",
	    OPT_INT, &trade_fields, 46, 47, NULL },
	{ 0, "notice-fields", "N",
	    "fields of a notice, 26 (default) or 23, as of old", OPT_INT,
	    &notice_fields, 23, 26, NULL },
	{ 0, "trouble", "SPEC", "misbehave; may be given again", OPT_LIST,
	    &troubles, 0, 0, NULL },
	{ 0 }
};

static const struct tool tool = {
	.name = "kis-sandbox",
	.summary = "Korea Investment & Securities' API, on paper",
	.options = options,
	.more = "--now is where the market's time begins; a request's header\n"
		"x-maemae-now sets it, and then it stands.  A trouble is\n"
		"WHAT[:WHERE][,times=N][,chance=PERCENT][,ms=N]; see\n"
		"kis-sandbox(1) for what there is.",
};

/* ---- What it is made of ---------------------------------------------------- */

struct made {
	char *books;
	struct store *db, *feed;
	struct calendar *cal;
	struct conf *conf;
	struct served served;
	struct serve_http *http;
};

/* The account's file: named, or the database's path with -kis.db. */
static char *
books_path(const char *db)
{
	size_t n = strlen(db);

	if (books != NULL)
		return xstrdup(books);
	if (n > 3 && strcmp(db + n - 3, ".db") == 0)
		n -= 3;
	return xasprintf("%.*s-kis.db", (int)n, db);
}

static int
read_costs(struct store *db, struct costs *out, struct err *e)
{
	struct limits l;

	if (config_limits(db, &l, e) == -1)
		return -1;
	*out = l.costs;
	if (costs != NULL && costs_named(costs, out) == -1)
		return err_set(
		    e, E_USAGE, "--costs %s: owner, krx or none", costs);
	return 0;
}

static int
make_sandbox(struct made *m, const struct opt *opt, struct err *e)
{
	struct broker_env env = {
		.clock = &opt->now, .db_path = opt->db, .opening_cash = cash
	};

	if (notice_fields != 23 && notice_fields != 26)
		return err_set(e, E_USAGE,
		    "--notice-fields %d: 26, or 23 as of old",
		    (int)notice_fields);
	box.limit = (int)limit;
	box.speed = (int)speed;
	box.trade_fields = (int)trade_fields;
	box.notice_fields = (int)notice_fields;
	m->books = books_path(opt->db);
	/* [paper] of a configuration that is named: faults of the account,
	 * and what feeds it. */
	if ((opt->config_given &&
		(m->conf = broker_conf_open(opt->config, true, e)) == NULL) ||
	    (m->db = store_open(opt->db, STORE_READ, e)) == NULL ||
	    (m->cal = store_calendar(m->db, 0, e)) == NULL ||
	    read_costs(m->db, &env.costs, e) == -1 ||
	    account_feed_open(m->conf, m->db, &m->feed, &env.source, e) == -1)
		return -1;
	env.cal = m->cal;
	env.conf = m->conf;
	env.books = m->books;
	if ((m->served.sb = sandbox_open(&box, &env, e)) == NULL)
		return -1;
	for (int i = 0; i < troubles.n; i++)
		if (sandbox_trouble(m->served.sb, troubles.item[i], e) == -1)
			return -1;
	return 0;
}

/* A whole PEM file; NULL on error. */
static char *
read_pem(const char *path, struct err *e)
{
	char *text = xcalloc(1, 1 << 16);
	FILE *f = fopen(path, "r");
	size_t n = f == NULL ? 0 : fread(text, 1, (1 << 16) - 1, f);

	if (f != NULL)
		fclose(f);
	if (n > 0)
		return text;
	free(text);
	err_set(e, E_USAGE, "%s: cannot be read", path);
	return NULL;
}

static int
make_servers(struct made *m, struct err *e)
{
	struct serve_options ws = http;

	if ((cert == NULL) != (key == NULL))
		return err_set(e, E_USAGE, "--cert and --key go together");
	if (cert != NULL &&
	    ((http.cert = read_pem(cert, e)) == NULL ||
		(http.key = read_pem(key, e)) == NULL))
		return -1;
	http.port = port != -1 ? (int)port : box.is_mock ? 29443 : 9443;
	ws.port = socket_port != -1 ? (int)socket_port :
	    box.is_mock             ? 31000 :
				      21000;
	pthread_mutex_init(&m->served.lock, NULL);
	if ((m->served.socket = serve_socket_open(&m->served, &ws, e)) == NULL)
		return -1;
	m->http = serve_http_open(&m->served, &http, e);
	return m->http == NULL ? -1 : 0;
}

/* ---- Serving ----------------------------------------------------------------- */

/* Where it is, for a test that let it choose. */
static int
say_where(const struct made *m, const struct opt *opt)
{
	static const struct column cols[] = { { "rest", COL_TEXT, 0 },
		{ "socket", COL_TEXT, 0 }, { "books", COL_TEXT, 0 } };
	struct table *t = table_new(stdout, opt->format, cols, NELEM(cols));
	char rest[64], ws[64];

	snprintf(rest, sizeof(rest), "http%s://%s:%d", cert != NULL ? "s" : "",
	    http.address, serve_http_port(m->http));
	snprintf(ws, sizeof(ws), "ws://%s:%d", http.address,
	    serve_socket_port(m->served.socket));
	table_text(t, rest);
	table_text(t, ws);
	table_text(t, m->books);
	table_end_row(t);
	table_finish(t);
	return fflush(stdout) == 0 ? 0 : -1;
}

static struct serve_socket *running;

static void
stop(int sig)
{
	(void)sig;
	serve_socket_stop(running);
}

static void
serve(struct made *m)
{
	struct sigaction sa = { .sa_handler = stop };

	running = m->served.socket;
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	serve_socket_run(running);
}

/* Nobody may ask any more before what is asked goes. */
static void
unmake(struct made *m)
{
	serve_http_close(m->http);
	serve_socket_close(m->served.socket);
	sandbox_close(m->served.sb);
	calendar_free(m->cal);
	store_close(m->feed);
	store_close(m->db);
	conf_close(m->conf);
	free(m->books);
	free(http.cert);
	free(http.key);
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct made m = { .books = NULL };
	int rc;

	opt_parse(&opt, argc, argv, &tool);
	rc = make_sandbox(&m, &opt, &e);
	if (rc == 0)
		rc = make_servers(&m, &e);
	if (rc == 0)
		rc = say_where(&m, &opt);
	if (rc == 0 && !opt.dry_run)
		serve(&m);
	unmake(&m);
	return rc == -1 ? log_exit(&e) : out_finish();
}
