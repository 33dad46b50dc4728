/*
 * near.h - which word was meant: a misspelt one is refused with the one that
 * it resembles.
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

/* The word of the list (which ends with NULL) that `said` is most like, or
 * NULL where none is: a slip or two apart, each a letter more, less or another,
 * or two neighbours changed, in longer words three.  Case does not matter. */
const char *near_word(const char *said, const char *const *words);

#endif
