/* code.c - see code.h. */
#include "base/code.h"

#include <string.h>

bool
code_valid(const char *s)
{
	if (*s < '0' || *s > '9')
		return false;
	return strlen(s) == 6 &&
	    strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 6;
}
