/* wire.c - see wire.h. */
#include "creon/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- Writing --------------------------------------------------------------- */

void
wire_clear(struct wire *w)
{
	w->n = 0;
}

void
wire_add(struct wire *w, const char *s, size_t n)
{
	if (w->n + n + 1 > w->cap) {
		w->cap = 2 * (w->n + n + 1);
		w->s = xrealloc(w->s, w->cap, 1);
	}
	memcpy(w->s + w->n, s, n);
	w->n += n;
	w->s[w->n] = '\0';
}

void
wire_word(struct wire *w, const char *word)
{
	if (w->n > 0)
		wire_add(w, " ", 1);
	wire_add(w, word, strlen(word));
}

void
wire_int(struct wire *w, int64_t i)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%" PRId64, i);
	wire_word(w, buf);
}

static void
escaped(struct wire *w, const char *s)
{
	char hex[4];

	for (; *s != '\0'; s++)
		if ((unsigned char)*s > ' ' && *s != '%') {
			wire_add(w, s, 1);
		} else {
			snprintf(hex, sizeof(hex), "%%%02X", (unsigned char)*s);
			wire_add(w, hex, 3);
		}
}

void
wire_text(struct wire *w, const char *s)
{
	wire_word(w, s[0] == '\0' ? "%" : "");
	escaped(w, s);
}

void
wire_value(struct wire *w, const struct com_value *v)
{
	char buf[64];

	switch (v->type) {
	case COM_EMPTY:
		wire_word(w, "0:");
		break;
	case COM_INT:
		snprintf(buf, sizeof(buf), "%u:%" PRId64, v->vt, v->i);
		wire_word(w, buf);
		break;
	case COM_REAL:
		snprintf(buf, sizeof(buf), "%u:%.17g", v->vt, v->r);
		wire_word(w, buf);
		break;
	case COM_TEXT:
		snprintf(buf, sizeof(buf), "%u:", v->vt);
		wire_word(w, buf);
		escaped(w, v->s);
		break;
	case COM_ARRAY:
		snprintf(buf, sizeof(buf), "%u*%d", v->vt, v->n);
		wire_word(w, buf);
		for (int i = 0; i < v->n; i++)
			wire_value(w, &v->item[i]);
		break;
	}
}

void
wire_fields(struct wire *w, const struct creon_field *f, int n)
{
	wire_int(w, n);
	for (int i = 0; i < n; i++) {
		wire_int(w, f[i].index);
		wire_value(w, &f[i].v);
	}
}

void
wire_answer(struct wire *w, const struct creon_answer *a)
{
	wire_int(w, a->ret);
	wire_int(w, a->status);
	wire_int(w, a->more);
	wire_int(w, a->block_ms);
	wire_int(w, a->again);
	wire_int(w, a->dies);
	wire_text(w, a->msg);
	wire_fields(w, a->header, a->nheader);
	wire_int(w, a->width);
	wire_int(w, a->nrow);
	for (int i = 0; i < a->nrow * a->width; i++)
		wire_value(w, &a->cell[i]);
}

/* ---- Reading --------------------------------------------------------------- */

char *
wire_get_word(struct wire_in *in)
{
	char *word = in->next;
	size_t n = strcspn(word, " ");

	if (n == 0)
		in->is_short = true;
	in->next += n;
	if (*in->next == ' ')
		*in->next++ = '\0';
	return word;
}

int64_t
wire_get_int(struct wire_in *in)
{
	return strtoll(wire_get_word(in), NULL, 10);
}

/* In place. */
static char *
unescaped(char *s)
{
	char *from = s, *to = s, hex[3] = "";

	while (*from != '\0') {
		if (*from != '%') {
			*to++ = *from++;
			continue;
		}
		from++;
		if (from[0] == '\0' || from[1] == '\0')
			break; /* a lone %: nothing */
		memcpy(hex, from, 2);
		*to++ = (char)strtol(hex, NULL, 16);
		from += 2;
	}
	*to = '\0';
	return s;
}

void
wire_get_text(struct wire_in *in, char *buf, size_t size)
{
	snprintf(buf, size, "%s", unescaped(wire_get_word(in)));
}

static bool
is_real(unsigned vt)
{
	return vt == COM_VT_R4 || vt == COM_VT_R8;
}

void
wire_get_value(struct wire_in *in, struct com_value *v)
{
	char *word = wire_get_word(in), *rest;
	unsigned vt = (unsigned)strtoul(word, &rest, 10);

	*v = (struct com_value){ .vt = (uint16_t)vt };
	if (*rest == '*') {
		v->type = COM_ARRAY;
		v->n = (int)strtol(rest + 1, NULL, 10);
		v->item = xcalloc((size_t)v->n + 1, sizeof(*v->item));
		for (int i = 0; i < v->n; i++)
			wire_get_value(in, &v->item[i]);
	} else if (*rest != ':' || vt == COM_VT_EMPTY) {
		v->vt = COM_VT_EMPTY;
	} else if (vt == COM_VT_BSTR) {
		v->type = COM_TEXT;
		v->s = xstrdup(unescaped(rest + 1));
	} else if (is_real(vt)) {
		v->type = COM_REAL;
		v->r = strtod(rest + 1, NULL);
	} else {
		v->type = COM_INT;
		v->i = strtoll(rest + 1, NULL, 10);
	}
}

struct creon_field *
wire_get_fields(struct wire_in *in, int *n)
{
	struct creon_field *f;

	*n = (int)wire_get_int(in);
	f = xcalloc((size_t)*n + 1, sizeof(*f));
	for (int i = 0; i < *n; i++) {
		f[i].index = (int)wire_get_int(in);
		wire_get_value(in, &f[i].v);
	}
	return f;
}

void
wire_get_answer(struct wire_in *in, struct creon_answer *a)
{
	size_t cells;

	answer_init(a, 0);
	a->ret = (int)wire_get_int(in);
	a->status = (int)wire_get_int(in);
	a->more = wire_get_int(in) != 0;
	a->block_ms = (int)wire_get_int(in);
	a->again = wire_get_int(in) != 0;
	a->dies = wire_get_int(in) != 0;
	wire_get_text(in, a->msg, sizeof(a->msg));
	a->header = wire_get_fields(in, &a->nheader);
	a->width = (int)wire_get_int(in);
	a->nrow = (int)wire_get_int(in);
	cells = (size_t)a->width * (size_t)a->nrow;
	a->cell = xcalloc(cells + 1, sizeof(*a->cell));
	for (size_t i = 0; i < cells; i++)
		wire_get_value(in, &a->cell[i]);
}
