/* http_text.c - what of http.h needs no network: replies, hosts. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "broker/http.h"

const char *
http_header(
    const struct http_reply *r, const char *name, char *buf, size_t size)
{
	size_t len = strlen(name);

	for (const char *p = r->headers; p != NULL && *p != '\0';) {
		size_t line = strcspn(p, "\n");

		if (line > len && p[len] == ':' &&
		    strncasecmp(p, name, len) == 0) {
			const char *v = p + len + 1;
			size_t n;

			v += strspn(v, " \t");
			n = (size_t)(p + line - v);
			while (n > 0 && (v[n - 1] == ' ' || v[n - 1] == '\t'))
				n--;
			if (n >= size)
				return NULL;
			memcpy(buf, v, n);
			buf[n] = '\0';
			return buf;
		}
		p += line + (p[line] == '\n');
	}
	return NULL;
}

void
http_reply_free(struct http_reply *r)
{
	free(r->body);
	free(r->headers);
	*r = (struct http_reply){ 0 };
}

/* The address as IPv6 writes it, a v4 one mapped into it; false: no address. */
static bool
address_of(const char *text, unsigned char a[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, text, a + 12) == 1) {
		memcpy(a, mapped, sizeof(mapped));
		return true;
	}
	return inet_pton(AF_INET6, text, a) == 1;
}

static bool
is_v4(const unsigned char a[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(a, mapped, sizeof(mapped)) == 0;
}

bool
http_is_loopback(const char *host)
{
	static const unsigned char one[16] = { [15] = 1 };
	unsigned char a[16];

	if (strcasecmp(host, "localhost") == 0)
		return true;
	if (!address_of(host, a))
		return false;
	return is_v4(a) ? a[12] == 127 : memcmp(a, one, sizeof(one)) == 0;
}

bool
http_is_private(const char *address)
{
	unsigned char a[16];

	if (!address_of(address, a))
		return false;
	if (http_is_loopback(address))
		return true;
	if (!is_v4(a))
		return (a[0] & 0xfe) == 0xfc ||
		    (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
	return a[12] == 10 || (a[12] == 172 && (a[13] & 0xf0) == 16) ||
	    (a[12] == 192 && a[13] == 168);
}
