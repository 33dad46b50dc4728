/*
 * trap.h - what goes wrong, as a test wants it: a small file of lines.
 *
 *	not-connected          as long as the line stands there
 *	halted 005930          with a word more
 *	once lose-answer       strikes once, and the line is gone
 *
 * The file is read at each look, so a test may change it at any moment.
 * README.md says what each trap does.
 */
#ifndef TESTS_CREON_TRAP_H
#define TESTS_CREON_TRAP_H

#include <stdbool.h>
#include <stddef.h>

/* Does this trap strike now?  `word` takes what stands behind its name, and
 * may be NULL.  A NULL path, or no such file: none does. */
bool trap_strikes(const char *path, const char *name, char *word, size_t size);
/* The same with a number behind it; `dflt` where there is none. */
bool trap_number(const char *path, const char *name, int dflt, int *number);
/* Is there a line "NAME WORD"? */
bool trap_names(const char *path, const char *name, const char *word);

#endif
