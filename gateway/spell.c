/* spell.c - see spell.h. */
#include <string.h>

#include "base/code.h"
#include "gateway/spell.h"

bool
spell_ours(const char *spelt, char code[CODE_SIZE])
{
	code[0] = '\0';
	if ((spelt[0] != 'A' && spelt[0] != 'Q') || strlen(spelt) != 7 ||
	    !code_valid(spelt + 1))
		return false;
	memcpy(code, spelt + 1, 7);
	return true;
}

const char *
spell_kind(const char *creon_kind)
{
	if (strcmp(creon_kind, "01") == 0)
		return "limit";
	return strcmp(creon_kind, "03") == 0 ? "market" : "other";
}

const char *
spell_side(const char *creon_side)
{
	if (strcmp(creon_side, "1") == 0)
		return "sell";
	return strcmp(creon_side, "2") == 0 ? "buy" : NULL;
}
