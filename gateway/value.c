/* value.c - values of COM as com.h defines them; nothing of Windows here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/com.h"

static struct com_value
whole(int64_t i, enum com_vt vt)
{
	return (struct com_value){ .type = COM_INT, .vt = vt, .i = i };
}

struct com_value
com_long(int64_t i)
{
	return whole(i, COM_VT_I4);
}

struct com_value
com_ulong(int64_t i)
{
	return whole(i, COM_VT_UI4);
}

struct com_value
com_short(int64_t i)
{
	return whole(i, COM_VT_I2);
}

struct com_value
com_char(int c)
{
	return whole(c, COM_VT_I4);
}

struct com_value
com_text(const char *s)
{
	return (struct com_value){
		.type = COM_TEXT, .vt = COM_VT_BSTR, .s = xstrdup(s)
	};
}

static struct com_value
array(int n, enum com_vt vt)
{
	return (struct com_value){ .type = COM_ARRAY,
		.vt = COM_VT_ARRAY | vt,
		.n = n,
		.item = xcalloc(
		    (size_t)(n > 0 ? n : 1), sizeof(struct com_value)) };
}

struct com_value
com_longs(const int *item, int n)
{
	struct com_value v = array(n, COM_VT_I4);

	for (int i = 0; i < n; i++)
		v.item[i] = com_long(item[i]);
	return v;
}

struct com_value
com_texts(const char *const *item, int n)
{
	struct com_value v = array(n, COM_VT_BSTR);

	for (int i = 0; i < n; i++)
		v.item[i] = com_text(item[i]);
	return v;
}

void
com_value_copy(struct com_value *to, const struct com_value *from)
{
	*to = *from;
	if (from->s != NULL)
		to->s = xstrdup(from->s);
	if (from->item == NULL)
		return;
	to->item = array(from->n, COM_VT_VARIANT).item;
	for (int i = 0; i < from->n; i++)
		com_value_copy(&to->item[i], &from->item[i]);
}

void
com_value_fini(struct com_value *v)
{
	for (int i = 0; i < v->n; i++)
		com_value_fini(&v->item[i]);
	free(v->item);
	free(v->s);
	*v = (struct com_value){ 0 };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A whole number of at most 18 digits, blanks around it, a sign. */
static bool
text_int(const char *s, int64_t *out)
{
	int64_t n = 0;
	int digits = 0;
	bool is_minus;

	while (is_blank(*s))
		s++;
	is_minus = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (*s - '0');
		if (++digits > 18)
			return false;
	}
	while (is_blank(*s))
		s++;
	*out = is_minus ? -n : n;
	return *s == '\0' && digits > 0;
}

bool
com_is_int(const struct com_value *v, int64_t *out)
{
	char buf[64];

	*out = 0;
	switch (v->type) {
	case COM_EMPTY:
		return true;
	case COM_INT:
		*out = v->i;
		return true;
	case COM_REAL:
		if (!(v->r > -9e15 && v->r < 9e15))
			return false;
		*out = (int64_t)v->r;
		return (double)*out == v->r;
	case COM_TEXT:
		return com_str(v, buf, sizeof(buf))[0] == '\0' ||
		    text_int(v->s, out);
	default:
		return false;
	}
}

bool
com_has_int(const struct com_value *v, int64_t *out)
{
	char buf[8];

	*out = 0;
	return com_str(v, buf, sizeof(buf))[0] != '\0' && com_is_int(v, out);
}

int64_t
com_int(const struct com_value *v)
{
	int64_t n;

	if (com_is_int(v, &n))
		return n;
	/* "12.0" and the like: as near as it comes. */
	if (v->type == COM_TEXT || v->type == COM_REAL) {
		double r = com_real(v);

		return r > -9e15 && r < 9e15 ? (int64_t)r : 0;
	}
	return 0;
}

double
com_real(const struct com_value *v)
{
	switch (v->type) {
	case COM_INT:
		return (double)v->i;
	case COM_REAL:
		return v->r;
	case COM_TEXT:
		return strtod(v->s, NULL);
	default:
		return 0;
	}
}

char *
com_str(const struct com_value *v, char *buf, size_t size)
{
	const char *s = v->s;
	size_t n;

	buf[0] = '\0';
	if (v->type == COM_INT)
		snprintf(buf, size, "%lld", (long long)v->i);
	else if (v->type == COM_REAL)
		snprintf(buf, size, "%.10g", v->r);
	else if (v->type == COM_TEXT) {
		while (is_blank(*s))
			s++;
		for (n = strlen(s); n > 0 && is_blank(s[n - 1]); n--)
			;
		if (n >= size) /* at a whole character */
			for (n = size - 1; n > 0 && (s[n] & 0xc0) == 0x80;)
				n--;
		snprintf(buf, size, "%.*s", (int)n, s);
	}
	return buf;
}
