/*
 * The master files: rows of fixed width in CP949, as the firm's layout says.
 */
#include <stdlib.h>

#include "broker/kis_parse.h"
#include "tap.h"

static struct err e;

#include "refused.h"

/* "삼성전자" and "KODEX 레버리지" in CP949. */
#define SAMSUNG  "\xbb\xef\xbc\xba\xc0\xfc\xc0\xda"
#define LEVERAGE "KODEX \xb7\xb9\xb9\xf6\xb8\xae\xc1\xf6"

/* A row: code, name, group, padded to the width. */
static size_t
row(char *p, const char *code, const char *name, const char *group,
    size_t width)
{
	memset(p, ' ', width);
	memcpy(p, code, strlen(code));
	memcpy(p + 9, "KR7000000000", 12);
	memcpy(p + 21, name, strlen(name));
	memcpy(p + 61, group, 2);
	p[width] = '\n';
	return width + 1;
}

int
main(void)
{
	struct broker_stocks l = { 0 };
	char text[4096];
	size_t n = 0;

	n += row(text + n, "005930", SAMSUNG, "ST", 288);
	n += row(text + n, "122630", LEVERAGE, "EF", 288);
	n += row(text + n, "Q500001", "ETN 2X", "EN", 288);
	n += row(text + n, "57ABCD", "ELW", "EW", 288);
	n += row(text + n, "F70100026", "FUND", "BC", 288);
	n += row(text + n, "0001A0", "\xff\xff?", "ST", 288);
	ok(kis_parse_master(text, n, false, &l, &e) == 0 && l.n == 4,
	    "what can be traded as a stock");
	ok(strcmp(l.item[0].code, "005930") == 0 &&
		strcmp(l.item[0].name, "삼성전자") == 0 &&
		l.item[0].kind == KIND_KOSPI && l.item[0].leverage == 1,
	    "a stock, its name in UTF-8");
	ok(strcmp(l.item[1].name, "KODEX 레버리지") == 0 &&
		l.item[1].kind == KIND_ETF && l.item[1].leverage == 2,
	    "a leveraged fund, by its name");
	ok(strcmp(l.item[2].code, "500001") == 0 &&
		l.item[2].kind == KIND_ETN && l.item[2].leverage == 2,
	    "a note, without its Q");
	ok(strcmp(l.item[3].code, "0001A0") == 0 && l.item[3].name[0] == '?',
	    "a name that cannot be read");
	l.n = 0;
	n = row(text, "035720", "KAKAO", "ST", 282);
	text[n - 1] = '\r';
	text[n++] = '\n';
	ok(kis_parse_master(text, n, true, &l, &e) == 0 && l.n == 1 &&
		l.item[0].kind == KIND_KOSDAQ,
	    "KOSDAQ has a layout of its own");
	refused(kis_parse_master(text, n, false, &l, &e) == -1, E_DATA,
	    "282 bytes, not 288", "which is not the other's");
	refused(kis_parse_master(text, 100, true, &l, &e) == -1, E_DATA,
	    "100 bytes", "a file cut short");
	refused(kis_parse_master(text, 0, true, &l, &e) == -1, E_DATA, "empty",
	    "an empty one");
	free(l.item);
	return done_testing();
}
