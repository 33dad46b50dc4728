/*
 * token.h - the bearer token between creon-gateway and its clients: both sides
 * judge it here, so that what one takes the other can show.
 */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include "base/err.h"

#define TOKEN_LEAST 32
#define TOKEN_MOST  500

/*
 * One word of 32 to 500 printable ASCII characters: no blank, nothing that a
 * header of HTTP, a file of curl or a shell would change.  0, or -1: E_CONFIG,
 * which begins with where it stands and never has the token itself.
 */
int token_check(const char *token, const char *where, struct err *e);

#endif
