/* kis_notice.c - see kis_notice.h. */
#include "broker/kis_notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/money.h"
#include "broker/kis_reply.h"

#define FIELDS_LEAST 18 /* that all layouts so far have in common */
#define ACCOUNT      1  /* index of the account's number */

/* ---- Control: JSON --------------------------------------------------------------- */

static void
take_keys(struct kis_channel *c, const struct json *body)
{
	const struct json *output = kis_object(body, "output");
	char key[KIS_KEY_BYTES + 8], iv[KIS_IV_BYTES + 8];

	kis_text(output, "key", key, sizeof(key));
	kis_text(output, "iv", iv, sizeof(iv));
	if (strlen(key) != KIS_KEY_BYTES || strlen(iv) != KIS_IV_BYTES)
		return; /* notices will be hints without a name */
	memcpy(c->key, key, sizeof(c->key));
	memcpy(c->iv, iv, sizeof(c->iv));
}

/* Subscribed already is subscribed, too. */
static enum kis_message
read_ack(struct kis_channel *c, const struct json *body, struct err *e)
{
	char rt_cd[4], code[16], text[120];

	kis_text(body, "rt_cd", rt_cd, sizeof(rt_cd));
	kis_text(body, "msg_cd", code, sizeof(code));
	kis_text(body, "msg1", text, sizeof(text));
	if (strcmp(rt_cd, "0") == 0 || strcmp(code, "OPSP0002") == 0) {
		take_keys(c, body);
		return KIS_SUBSCRIBED;
	}
	err_set(e, E_BROKER, "kis: no notices: %s (%s)", text, code);
	return strcmp(code, "OPSP8996") == 0 ? KIS_IN_USE : KIS_DENIED;
}

static enum kis_message
read_control(struct kis_channel *c, const char *text, size_t n, struct err *e)
{
	struct json *doc = json_parse(text, n, e);
	const struct json *header = kis_object(doc, "header");
	const struct json *body = kis_object(doc, "body");
	enum kis_message m = KIS_OTHER;
	char id[16];

	kis_text(header, "tr_id", id, sizeof(id));
	if (strcmp(id, "PINGPONG") == 0)
		m = KIS_PING;
	else if (body != NULL &&
	    (strcmp(id, c->tr_id) == 0 || strcmp(id, "(null)") == 0))
		m = read_ack(c, body, e);
	json_free(doc);
	return m;
}

/* ---- Data: FLAG|ID|COUNT|RECORDS -------------------------------------------------- */

/* The field that begins at p: its length; *next behind the caret, or NULL. */
static size_t
field(const char *p, const char *end, const char **next)
{
	const char *caret = memchr(p, '^', (size_t)(end - p));

	*next = caret != NULL ? caret + 1 : NULL;
	return (size_t)((caret != NULL ? caret : end) - p);
}

static int
count_fields(const char *p, const char *end)
{
	int n = 1;

	for (; p < end; p++)
		n += *p == '^';
	return n;
}

/* Is a record of our account among them?  The width of a record has changed
 * before: it is what the number of fields and records make it.  True also
 * where they make none. */
static bool
is_ours(const struct kis_channel *c, const char *p, const char *end, int count,
    struct err *e)
{
	int fields = count_fields(p, end);
	int width = fields / count;

	if (fields % count != 0 || width < FIELDS_LEAST) {
		err_set(e, E_DATA, "kis: a notice of %d fields in %d records",
		    fields, count);
		return true;
	}
	for (int i = 0; p != NULL; i++) {
		const char *next;
		size_t n = field(p, end, &next);

		if (i % width == ACCOUNT && n == strlen(c->account) &&
		    memcmp(p, c->account, n) == 0)
			return true;
		p = next;
	}
	return false;
}

static enum kis_message
read_records(const struct kis_channel *c, bool is_secret, int count,
    const char *p, const char *end, struct err *e)
{
	char *plain = NULL;
	bool ours;

	if (is_secret) {
		plain = kis_decrypt(c->key, c->iv, p, (size_t)(end - p), e);
		if (plain == NULL)
			return KIS_NEWS;
		p = plain;
		end = plain + strlen(plain);
	}
	ours = is_ours(c, p, end, count, e);
	free(plain);
	return ours ? KIS_NEWS : KIS_OTHER;
}

static enum kis_message
read_data(
    const struct kis_channel *c, const char *text, size_t n, struct err *e)
{
	const char *end = text + n, *bar[3], *p = text;
	char digits[8];
	int64_t count;
	size_t id;

	for (int i = 0; i < 3; i++) {
		if ((bar[i] = memchr(p, '|', (size_t)(end - p))) == NULL)
			return KIS_OTHER;
		p = bar[i] + 1;
	}
	id = (size_t)(bar[1] - bar[0] - 1);
	if (id != strlen(c->tr_id) || memcmp(bar[0] + 1, c->tr_id, id) != 0)
		return KIS_OTHER;
	snprintf(digits, sizeof(digits), "%.*s", (int)(bar[2] - bar[1] - 1),
	    bar[1] + 1);
	if (int_parse(digits, 1, 999, &count) == -1) {
		err_set(e, E_DATA, "kis: a notice of '%s' records", digits);
		return KIS_NEWS;
	}
	return read_records(c, text[0] == '1', (int)count, p, end, e);
}

enum kis_message
kis_message_read(
    struct kis_channel *c, const char *text, size_t n, struct err *e)
{
	*e = (struct err){ 0 };
	if (n > 0 && text[0] == '{')
		return read_control(c, text, n, e);
	if (n > 0 && (text[0] == '0' || text[0] == '1'))
		return read_data(c, text, n, e);
	return KIS_OTHER;
}

char *
kis_subscription(
    const char *approval_key, const char *tr_id, const char *hts_id)
{
	struct json *doc = json_new_map(), *header = json_new_map();
	struct json *body = json_new_map(), *input = json_new_map();
	char *text;

	json_put_text(header, "approval_key", approval_key);
	json_put_text(header, "custtype", "P");
	json_put_text(header, "tr_type", "1");
	json_put_text(header, "content-type", "utf-8");
	json_put_text(input, "tr_id", tr_id);
	json_put_text(input, "tr_key", hts_id);
	json_put(body, "input", input);
	json_put(doc, "header", header);
	json_put(doc, "body", body);
	text = json_print(doc);
	json_free(doc);
	return text;
}
