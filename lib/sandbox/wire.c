/* wire.c - see wire.h. */
#include "sandbox/wire.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static void
add_owned(struct wire_pairs *p, char *name, char *value)
{
	p->pair = xgrow(p->pair, p->n, &p->cap, sizeof(*p->pair));
	p->pair[p->n++] = (struct wire_pair){ name, value };
}

void
wire_add(struct wire_pairs *p, const char *name, const char *value)
{
	add_owned(p, xstrdup(name), xstrdup(value));
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n bytes of a form's text: "+" is a blank, "%41" an A. */
static char *
decode(const char *s, size_t n)
{
	char *out = xmalloc(n + 1);
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_code = s[i] == '%' && n - i > 2 &&
		    hex(s[i + 1]) != -1 && hex(s[i + 2]) != -1;

		if (is_code) {
			out[used++] = (char)(hex(s[i + 1]) * 16 +
			    hex(s[i + 2]));
			i += 2;
		} else {
			out[used++] = s[i] == '+' ? ' ' : s[i];
		}
	}
	out[used] = '\0';
	return out;
}

void
wire_add_query(struct wire_pairs *p, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "&"), name = strcspn(text, "=&");

		if (n > 0)
			add_owned(p, decode(text, name),
			    name < n ? decode(text + name + 1, n - name - 1) :
				       xstrdup(""));
		text += n + (text[n] == '&');
	}
}

const char *
wire_get(const struct wire_pairs *p, const char *name)
{
	for (int i = 0; i < p->n; i++)
		if (strcasecmp(p->pair[i].name, name) == 0)
			return p->pair[i].value;
	return NULL;
}

void
wire_clear(struct wire_pairs *p)
{
	for (int i = 0; i < p->n; i++) {
		free(p->pair[i].name);
		free(p->pair[i].value);
	}
	free(p->pair);
	*p = (struct wire_pairs){ 0 };
}

void
wire_request_fini(struct wire_request *r)
{
	wire_clear(&r->query);
	wire_clear(&r->header);
}

void
wire_answer_fini(struct wire_answer *a)
{
	wire_clear(&a->header);
	free(a->body);
	*a = (struct wire_answer){ 0 };
}
