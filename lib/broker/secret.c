/* secret.c - see secret.h. */
#include "broker/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define SHORTEST 4
#define MASK     "***"

void
secrets_add(struct secrets *s, const char *text)
{
	if (text == NULL || strlen(text) < SHORTEST)
		return;
	s->item = xrealloc(s->item, (size_t)s->n + 1, sizeof(*s->item));
	s->item[s->n++] = xstrdup(text);
}

void
secrets_fini(struct secrets *s)
{
	for (int i = 0; i < s->n; i++) {
		explicit_bzero(s->item[i], strlen(s->item[i]));
		free(s->item[i]);
	}
	free(s->item);
	*s = (struct secrets){ 0 };
}

/* How many bytes of the text write this character: it, or what JSON or an URL
 * makes of it ("\\/", "\\u002f", "%2F").  0: none of these; -1: the text ends
 * before one can tell. */
static int
one_char(char c, const char *at, size_t left)
{
	char form[8];
	size_t n;

	if (left == 0)
		return -1;
	if (*at == '%')
		n = (size_t)snprintf(
		    form, sizeof(form), "%%%02x", (unsigned char)c);
	else if (*at == '\\' && left > 1 && at[1] != 'u')
		n = (size_t)snprintf(form, sizeof(form), "\\%c", c);
	else if (*at == '\\')
		n = (size_t)snprintf(
		    form, sizeof(form), "\\u%04x", (unsigned char)c);
	else
		return *at == c;
	if (strncasecmp(at, form, n < left ? n : left) == 0)
		return n <= left ? (int)n : -1;
	return *at == c;
}

/* The length of this secret where it begins at `at`, or 0.  Where the text ends
 * the secret may: who filled a buffer cut it there. */
static size_t
length_at(const char *secret, const char *at, size_t left)
{
	size_t len = 0;

	for (int i = 0; secret[i] != '\0'; i++) {
		int n = one_char(secret[i], at + len, left - len);

		if (n == -1)
			return i >= SHORTEST ? left : 0;
		if (n == 0)
			return 0;
		len += (size_t)n;
	}
	return len;
}

/* That of the longest secret. */
static size_t
secret_at(const struct secrets *s, const char *at, size_t left)
{
	size_t longest = 0;

	for (int i = 0; i < s->n; i++) {
		size_t len = length_at(s->item[i], at, left);

		if (len > longest)
			longest = len;
	}
	return longest;
}

char *
secrets_hide(const struct secrets *s, const char *text, size_t size)
{
	/* No secret is shorter than its mask, so the text only shrinks. */
	char *out = xmalloc(size + 1), *p = out;

	for (size_t i = 0; i < size;) {
		size_t len = secret_at(s, text + i, size - i);

		if (len == 0) {
			*p++ = text[i++];
			continue;
		}
		memcpy(p, MASK, strlen(MASK));
		p += strlen(MASK);
		i += len;
	}
	*p = '\0';
	return out;
}
