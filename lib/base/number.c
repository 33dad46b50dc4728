/* number.c - see number.h. */
#include "base/number.h"

#include <stdbool.h>

int
int_parse(const char *s, int64_t min, int64_t max, int64_t *out)
{
	uint64_t v = 0, limit = INT64_MAX;
	bool negative = false;
	int64_t got;

	if (*s == '-') {
		negative = true;
		limit++;
		s++;
	}
	if (*s == '\0')
		return -1;
	for (; *s != '\0'; s++) {
		unsigned d = (unsigned)(*s - '0');

		if (d > 9 || v > (limit - d) / 10)
			return -1;
		v = v * 10 + d;
	}
	got = negative ? (int64_t)-v : (int64_t)v;
	if (got < min || got > max)
		return -1;
	*out = got;
	return 0;
}
