/* token.c - see token.h. */
#include "base/token.h"

#include <string.h>

int
token_check(const char *token, const char *where, struct err *e)
{
	size_t n = 0;

	while (token[n] > ' ' && token[n] <= '~')
		n++;
	if (token[n] == '\0' && n >= TOKEN_LEAST && n <= TOKEN_MOST)
		return 0;
	return err_set(e, E_CONFIG,
	    "%s: a token is one word of %d to %d ASCII characters", where,
	    TOKEN_LEAST, TOKEN_MOST);
}
