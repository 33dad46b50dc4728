/* utf8.c - see utf8.h. */
#include <string.h>

#include "base/types.h"
#include "base/utf8.h"

size_t
utf8_next(const char *s, size_t n, uint32_t *c)
{
	const unsigned char *p = (const unsigned char *)s;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	uint32_t v;

	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		len = 2;
		v = p[0] & 0x1f;
	} else if ((p[0] & 0xf0) == 0xe0) {
		len = 3;
		v = p[0] & 0x0f;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		len = 4;
		v = p[0] & 0x07;
	} else
		return 0;
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*c = v;
	return len;
}

bool
utf8_valid(const char *s, size_t n)
{
	while (n > 0) {
		uint64_t eight;
		uint32_t c;
		size_t len;

		/* Most of our text is ASCII: eight bytes at a step. */
		if (n >= sizeof(eight)) {
			memcpy(&eight, s, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				s += sizeof(eight);
				n -= sizeof(eight);
				continue;
			}
		}
		if ((len = utf8_next(s, n, &c)) == 0)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

/* From Unicode's EastAsianWidth.txt, the classes W and F, coarsely. */
static bool
is_wide(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} wide[] = {
		{ 0x1100, 0x115f }, /* Hangul Jamo, leading */
		{ 0x2e80, 0x303e }, /* radicals, CJK punctuation */
		{ 0x3041, 0xa4cf }, /* kana, compatibility, Han, Yi */
		{ 0xa960, 0xa97f }, /* Hangul Jamo Extended-A */
		{ 0xac00, 0xd7a3 }, /* Hangul syllables */
		{ 0xf900, 0xfaff }, /* compatibility ideographs */
		{ 0xfe30, 0xfe6f }, /* compatibility forms */
		{ 0xff00, 0xff60 }, /* full-width forms */
		{ 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },   /* pictographs */
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd }, /* more Han */
	};

	if (c < wide[0].from)
		return false;
	for (size_t i = 0; i < NELEM(wide); i++)
		if (c >= wide[i].from && c <= wide[i].to)
			return true;
	return false;
}

static bool
is_zero_width(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || /* combining marks */
	    (c >= 0x1160 && c <= 0x11ff) ||  /* Jamo vowels and finals */
	    (c >= 0x200b && c <= 0x200f) || c == 0xfeff;
}

int
utf8_width(const char *s)
{
	size_t n = strlen(s);
	int width = 0;

	while (n > 0) {
		uint32_t c;
		size_t len = utf8_next(s, n, &c);

		if (len == 0) {
			len = 1; /* printed as one odd character */
			width++;
		} else if (!is_zero_width(c))
			width += is_wide(c) ? 2 : 1;
		s += len;
		n -= len;
	}
	return width;
}

void
utf8_cut(char *buf, size_t size, const char *text)
{
	size_t n = 0, len;
	uint32_t c;

	while (text[n] != '\0' &&
	    (len = utf8_next(text + n, strnlen(text + n, 4), &c)) > 0 &&
	    n + len < size)
		n += len;
	memcpy(buf, text, n);
	buf[n] = '\0';
}
