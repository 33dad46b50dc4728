/* record.c - see record.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/record.h"

#define SHOWN 3 /* characters of a secret that stay */

static FILE *file;
static int64_t begun_ms;
static char *secret[16];
static int secrets;

int
record_open(const char *path, struct err *e)
{
	if ((file = fopen(path, "ab")) == NULL)
		return err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
	begun_ms = monotonic_ms();
	return 0;
}

void
record_close(void)
{
	if (file != NULL)
		fclose(file);
	file = NULL;
	for (int i = 0; i < secrets; i++)
		free(secret[i]);
	secrets = 0;
}

bool
record_is_on(void)
{
	return file != NULL;
}

void
record_hide(const char *text)
{
	if (strlen(text) <= SHOWN || secrets == NELEM(secret))
		return;
	for (int i = 0; i < secrets; i++)
		if (strcmp(secret[i], text) == 0)
			return;
	secret[secrets++] = xstrdup(text);
}

char *
record_mask(const char *text)
{
	char *copy = xstrdup(text), *at;

	for (int i = 0; i < secrets; i++)
		for (at = copy; (at = strstr(at, secret[i])) != NULL;) {
			size_t n = strlen(secret[i]) - SHOWN;

			memset(at, '*', n);
			at += n;
		}
	return copy;
}

/* ---- values */

static const char *
vt_name(unsigned vt)
{
	static const struct {
		unsigned vt;
		const char *name;
	} names[] = { { COM_VT_EMPTY, "EMPTY" }, { COM_VT_NULL, "NULL" },
		{ COM_VT_I2, "I2" }, { COM_VT_I4, "I4" }, { COM_VT_R4, "R4" },
		{ COM_VT_R8, "R8" }, { COM_VT_BSTR, "BSTR" },
		{ COM_VT_DISPATCH, "DISPATCH" }, { COM_VT_BOOL, "BOOL" },
		{ COM_VT_VARIANT, "VARIANT" }, { COM_VT_DECIMAL, "DECIMAL" },
		{ COM_VT_I1, "I1" }, { COM_VT_UI1, "UI1" },
		{ COM_VT_UI2, "UI2" }, { COM_VT_UI4, "UI4" },
		{ COM_VT_I8, "I8" }, { COM_VT_UI8, "UI8" },
		{ COM_VT_INT, "INT" }, { COM_VT_UINT, "UINT" } };

	for (size_t i = 0; i < NELEM(names); i++)
		if (names[i].vt == vt)
			return names[i].name;
	return NULL;
}

static void
put_type(struct json *list, unsigned vt)
{
	const char *name = vt_name(vt & ~(unsigned)COM_VT_ARRAY);
	char buf[32];

	if (name != NULL)
		snprintf(buf, sizeof(buf), "%s%s",
		    vt & COM_VT_ARRAY ? "ARRAY|" : "", name);
	else
		snprintf(buf, sizeof(buf), "%u", vt);
	json_add_text(list, buf);
}

struct json *
record_value(const struct com_value *v)
{
	struct json *list = json_new_list(), *items;
	char buf[64], *masked;

	put_type(list, v->vt);
	switch (v->type) {
	case COM_INT:
		json_add_int(list, v->i);
		break;
	case COM_REAL:
		json_add_text(list, com_str(v, buf, sizeof(buf)));
		break;
	case COM_TEXT:
		masked = record_mask(v->s);
		json_add_text(list, masked);
		free(masked);
		break;
	case COM_ARRAY:
		items = json_new_list();
		for (int i = 0; i < v->n; i++)
			json_add(items, record_value(&v->item[i]));
		json_add(list, items);
		break;
	case COM_EMPTY:
		break;
	}
	return list;
}

void
record_line(struct json *call)
{
	char iso[ISO_SIZE], *text;

	if (file != NULL) {
		json_put_text(call, "at", epoch_iso(wall_seconds(), iso));
		json_put_int(call, "ms", monotonic_ms() - begun_ms);
		text = json_print(call);
		fprintf(file, "%s\n", text);
		fflush(file); /* the last call before a crash is the one */
		free(text);
	}
	json_free(call);
}
