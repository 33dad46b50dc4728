/*
 * utf8.h - just enough UTF-8: is it valid, and how wide does it print?
 * Independent of the locale, for cron gives us none.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The character at s, of at most n > 0 bytes, into *c; its length in bytes,
 * or 0 if these bytes are not UTF-8.
 */
size_t utf8_next(const char *s, size_t n, uint32_t *c);
bool utf8_valid(const char *s, size_t n);
/* Columns on a terminal: Hangul and Han take two, combining marks none. */
int utf8_width(const char *s);
/* As much of the text as fits, ended at a whole character; what is not UTF-8
 * ends it, too. */
void utf8_cut(char *buf, size_t size, const char *text);

#endif
