/*
 * kis_master.c - the lists of stocks: two ZIP files of one member each, from a
 * host that asks for no key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/dynlib.h"
#include "base/mem.h"
#include "broker/kis_inner.h"
#include "broker/kis_parse.h"

#define MASTER_MOST (32u << 20) /* bytes of a list; it has about a million */
#define MASTER_MS   30000

/* ---- ZIP ------------------------------------------------------------------------ */

#define ZIP_CALLS(X)            \
	X(source_buffer_create) \
	X(source_free)          \
	X(open_from_source)     \
	X(discard)              \
	X(stat_index)           \
	X(fopen_index)          \
	X(fread)                \
	X(fclose)

struct zip_calls {
#define CALL(name) __typeof__(zip_##name) *name;
	ZIP_CALLS(CALL)
#undef CALL
};

static const struct zip_calls *
zip_load(struct err *e)
{
	static const struct dynlib_call wanted[] = {
#define CALL(name) { "zip_" #name, offsetof(struct zip_calls, name) },
		ZIP_CALLS(CALL)
#undef CALL
	};
	static struct zip_calls calls;
	static bool is_loaded;

	if (!is_loaded &&
	    dynlib_load(SONAME_ZIP, wanted, NELEM(wanted), &calls, e) == -1)
		return NULL;
	is_loaded = true;
	return &calls;
}

/* The first member, whole; the caller frees it.  NULL. */
static char *
read_member(const struct zip_calls *lib, zip_t *z, size_t *size)
{
	struct zip_stat st;
	zip_file_t *f;
	char *text;
	zip_int64_t n;

	if (lib->stat_index(z, 0, 0, &st) == -1 ||
	    (st.valid & ZIP_STAT_SIZE) == 0 || st.size > MASTER_MOST ||
	    (f = lib->fopen_index(z, 0, 0)) == NULL)
		return NULL;
	text = xmalloc((size_t)st.size + 1);
	n = lib->fread(f, text, st.size);
	/* Closing tells whether the check sum was right. */
	if (lib->fclose(f) != 0 || n != (zip_int64_t)st.size) {
		free(text);
		return NULL;
	}
	*size = (size_t)n;
	return text;
}

static char *
unzip(const char *bytes, size_t n, size_t *size, struct err *e)
{
	const struct zip_calls *lib = zip_load(e);
	zip_source_t *src;
	zip_t *z = NULL;
	char *text = NULL;

	if (lib == NULL)
		return NULL;
	src = lib->source_buffer_create(bytes, n, 0, NULL);
	if (src != NULL)
		z = lib->open_from_source(
		    src, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	if (z != NULL) {
		text = read_member(lib, z, size);
		lib->discard(z);
	} else if (src != NULL) {
		lib->source_free(src);
	}
	if (text == NULL)
		err_set(e, E_DATA, "kis: the list of stocks is no sound ZIP");
	return text;
}

/* ---- Both files ----------------------------------------------------------------- */

/* Tried again like every other read: a morning without the list is a day
 * without new stocks. */
static int
fetch(struct kis *k, const char *name, struct http_reply *r, struct err *e)
{
	char *url = xasprintf("%s/%s_code.mst.zip", k->master_url, name);
	struct http_request q = { .method = "GET",
		.url = url,
		.total_ms = MASTER_MS,
		.body_most = MASTER_MOST };
	enum http_outcome o = http_send(k->http, &q, r);
	int troubles = 0, rc = 0;

	while ((o != HTTP_ANSWERED || r->status >= 500) &&
	    kis_pause(k, &troubles)) {
		http_reply_free(r);
		o = http_send(k->http, &q, r);
	}
	if (o != HTTP_ANSWERED)
		rc = err_set(e, E_AWAY, "kis: %s: %s", url, r->why);
	else if (r->status != 200)
		rc = err_set(
		    e, E_BROKER, "kis: %s: HTTP status %d", url, r->status);
	free(url);
	return rc;
}

static int
add_market(struct kis *k, const char *name, bool is_kosdaq,
    struct broker_stocks *out, struct err *e)
{
	struct http_reply r = { 0 };
	char *text = NULL;
	size_t size;
	int rc = fetch(k, name, &r, e);

	if (rc == 0 && (text = unzip(r.body, r.size, &size, e)) == NULL)
		rc = -1;
	if (rc == 0)
		rc = kis_parse_master(text, size, is_kosdaq, out, e);
	free(text);
	http_reply_free(&r);
	return rc == -1 ? err_wrap(e, "%s", name) : 0;
}

int
kis_stocks(struct broker *br, struct broker_stocks *out, struct err *e)
{
	return add_market(br->self, "kospi", false, out, e) == -1 ||
		add_market(br->self, "kosdaq", true, out, e) == -1 ?
	    -1 :
	    0;
}
