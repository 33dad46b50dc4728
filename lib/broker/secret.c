/* secret.c - see secret.h. */
#include "broker/secret.h"

#include <stdlib.h>
#include <string.h>

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

/* The length of the longest secret that begins at `at`, or 0.  Where the text
 * ends the secret may: who filled a buffer cut it there. */
static size_t
secret_at(const struct secrets *s, const char *at, size_t left)
{
	size_t longest = 0;

	for (int i = 0; i < s->n; i++) {
		size_t len = strlen(s->item[i]);

		if (len > left)
			len = left;
		if (len > longest && len >= SHORTEST &&
		    memcmp(at, s->item[i], len) == 0)
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
