/*
 * kind.c - the words for sorts of securities.
 */
#include "market/kind.h"

#include <string.h>
#include <strings.h>

#include "base/types.h"

static const char *const name[] = {
	[KIND_KOSPI] = "KOSPI",
	[KIND_KOSDAQ] = "KOSDAQ",
	[KIND_KONEX] = "KONEX",
	[KIND_ETF] = "ETF",
	[KIND_ETN] = "ETN",
};

const char *
kind_name(enum kind k)
{
	return name[k];
}

int
kind_parse(const char *s, enum kind *out)
{
	for (size_t i = 0; i < NELEM(name); i++) {
		if (strcasecmp(s, name[i]) == 0) {
			*out = (enum kind)i;
			return 0;
		}
	}
	return -1;
}

int
kind_leverage(enum kind k, const char *stock_name)
{
	if (k != KIND_ETF && k != KIND_ETN)
		return 1;
	return strstr(stock_name, "레버리지") != NULL ||
		strstr(stock_name, "2X") != NULL ||
		strstr(stock_name, "2x") != NULL ?
	    2 :
	    1;
}
