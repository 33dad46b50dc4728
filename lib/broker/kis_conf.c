/*
 * kis_conf.c - [kis] of the configuration file.
 *
 * Nothing is guessed that costs money: without `mode` it is the mock host (and
 * `mode = real`, or another `url`, sends no orders without `[broker] live`: see
 * broker.h).  A server on this machine in plain HTTP is a sandbox, whatever the
 * mode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "broker/kinds.h"
#include "broker/kis_inner.h"

#define MASTER_URL "https://new.real.download.dws.co.kr/common/master"

const char *const kis_keys[] = { "mode", "account", "app_key", "app_secret",
	"hts_id", "calls_per_second", "exchange", "token_file", "url",
	"stream_url", "master_url", NULL };

static const char *
get(const struct kis *k, const char *key, const char *dflt)
{
	return conf_get(k->br->env.conf, "kis", key, dflt);
}

static int
bad(const struct kis *k, const char *key, const char *want, struct err *e)
{
	return err_set(e, E_CONFIG, "%s: [kis] %s: %s",
	    conf_path(k->br->env.conf), key, want);
}

static int
read_mode(struct kis *k, struct err *e)
{
	const char *mode = get(k, "mode", "mock");

	for (int i = 0; i < KIS_NMODES; i++)
		if (strcasecmp(mode, kis_hosts[i].name) == 0) {
			k->mode = (enum kis_mode)i;
			return 0;
		}
	return bad(k, "mode", "want mock or real", e);
}

/* A secret: of the environment if it is there, else of the file; it is never
 * repeated in a message. */
static int
read_secret(struct kis *k, const char *key, const char *variable, size_t min,
    char **out, struct err *e)
{
	const char *value = getenv(variable);

	if (value == NULL || *value == '\0')
		value = get(k, key, NULL);
	if (value == NULL || *value == '\0')
		return bad(k, key, "is missing; the firm issues it", e);
	if (strlen(value) < min)
		return bad(k, key, "is too short to be one; was it cut?", e);
	*out = xstrdup(value);
	return 0;
}

/* "12345678-01" or "1234567801" */
static int
read_account(struct kis *k, struct err *e)
{
	const char *text = get(k, "account", "");
	size_t n = strspn(text, "0123456789");
	const char *product = text + 8 + (n == 8 && text[8] == '-');

	if (n < 8 || strlen(product) != 2 || strspn(product, "0123456789") != 2)
		return bad(k, "account",
		    "want eight digits and two, such as 12345678-01", e);
	snprintf(k->account, sizeof(k->account), "%.8s", text);
	snprintf(k->product, sizeof(k->product), "%s", product);
	return 0;
}

static int
read_exchange(struct kis *k, struct err *e)
{
	static const char *const names[] = { "KRX", "SOR" };
	const char *want = get(k, "exchange", names[0]);

	for (size_t i = 0; i < NELEM(names); i++)
		if (strcasecmp(want, names[i]) == 0)
			k->exchange = names[i];
	if (k->exchange == NULL)
		return bad(k, "exchange", "want KRX or SOR", e);
	if (strcmp(k->exchange, "KRX") != 0 && kis_hosts[k->mode].has_only_krx)
		return bad(k, "exchange", "this host has KRX alone", e);
	return 0;
}

/* A plain server on this machine?  Ours to say, before anything is sent. */
static bool
is_here(const char *url)
{
	char host[64];
	size_t n;

	if (strncasecmp(url, "http://", 7) != 0)
		return false;
	url += 7 + (url[7] == '[');
	n = strcspn(url, "/:]");
	if (url[-1] == '[')
		n = strcspn(url, "]");
	snprintf(host, sizeof(host), "%.*s", (int)n, url);
	return http_is_loopback(host);
}

static void
read_urls(struct kis *k)
{
	k->rest = xstrdup(get(k, "url", kis_hosts[k->mode].rest));
	k->is_sandbox = is_here(k->rest);
	k->stream_url = xstrdup(get(
	    k, "stream_url", k->is_sandbox ? "" : kis_hosts[k->mode].stream));
	if (k->is_sandbox && get(k, "master_url", NULL) == NULL)
		k->master_url = xasprintf("%s/common/master", k->rest);
	else
		k->master_url = xstrdup(get(k, "master_url", MASTER_URL));
	if (get(k, "hts_id", NULL) != NULL && k->stream_url[0] != '\0')
		k->hts_id = xstrdup(get(k, "hts_id", NULL));
}

/* One file for each key and host: the digest is of both. */
static int
name_files(struct kis *k, struct err *e)
{
	const char *given = get(k, "token_file", NULL);
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *both = xasprintf("%s %s", k->key, k->rest);
	char digest[KIS_DIGEST_SIZE];
	int rc = kis_digest(both, digest, e);

	memset(both, 0, strlen(both));
	free(both);
	if (rc == -1)
		return -1;
	snprintf(k->bucket, sizeof(k->bucket), "kis-%s", digest);
	if (given != NULL)
		k->token_path = xstrdup(given);
	else if (cache != NULL && *cache == '/')
		k->token_path = xasprintf(
		    "%s/maemae/%s.token", cache, k->bucket);
	else if (home != NULL && *home == '/')
		k->token_path = xasprintf(
		    "%s/.cache/maemae/%s.token", home, k->bucket);
	else
		return bad(k, "token_file", "there is no HOME; name a file", e);
	return 0;
}

int
kis_configure(struct kis *k, struct err *e)
{
	const struct conf *conf = k->br->env.conf;
	int64_t rate;

	if (conf == NULL || !conf_has_section(conf, "kis"))
		return err_set(e, E_CONFIG, "%s: there is no section [kis]",
		    conf == NULL ? "the configuration" : conf_path(conf));
	if (read_mode(k, e) == -1 || read_account(k, e) == -1 ||
	    read_exchange(k, e) == -1)
		return -1;
	read_urls(k);
	if (read_secret(k, "app_key", "MAEMAE_KIS_APP_KEY",
		k->is_sandbox ? 1 : 36, &k->key, e) == -1 ||
	    read_secret(k, "app_secret", "MAEMAE_KIS_APP_SECRET",
		k->is_sandbox ? 1 : 180, &k->secret, e) == -1 ||
	    conf_int(conf, "kis", "calls_per_second", 1,
		k->is_sandbox ? 1000 : kis_hosts[k->mode].per_second,
		kis_hosts[k->mode].per_second, &rate, e) == -1 ||
	    name_files(k, e) == -1)
		return -1;
	k->per_second = (int)rate;
	return 0;
}

static void
wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

void
kis_unconfigure(struct kis *k)
{
	wipe(k->key);
	wipe(k->secret);
	free(k->hts_id);
	free(k->rest);
	free(k->stream_url);
	free(k->master_url);
	free(k->token_path);
	explicit_bzero(&k->token, sizeof(k->token));
}
