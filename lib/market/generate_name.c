/*
 * generate_name.c - codes and names of made stocks.
 *
 * A code's last digit is 1, which KRX gives to no share (common ones end in 0,
 * preferred in 5, 7, 9 or a letter): an order for a made stock that reached a
 * real broker would find nothing to buy.
 */
#include "market/generate_inner.h"

#include <stdio.h>

static const char *const syllable[] = {
	"가",
	"나",
	"다",
	"라",
	"마",
	"바",
	"사",
	"아",
	"자",
	"차",
	"카",
	"타",
	"파",
	"하",
};
static const char *const trade[] = {
	"전자",
	"화학",
	"제약",
	"건설",
	"식품",
	"기계",
	"철강",
	"통신",
	"바이오",
	"소재",
	"에너지",
	"물산",
	"해운",
	"섬유",
	"게임즈",
	"소프트",
	"시스템",
	"로보틱스",
	"반도체",
	"디스플레이",
	"미디어",
	"유통",
	"정밀",
	"테크",
};
static const char *const theme[] = {
	"200",
	"코스닥150",
	"반도체",
	"2차전지",
	"고배당",
	"미국500",
	"국고채10년",
	"골드선물",
	"헬스케어",
	"자동차",
	"IT",
	"철강소재",
	"미국나스닥",
	"일본",
	"인도",
	"단기채권",
	"우량주",
	"중소형",
	"배당성장",
	"게임",
	"조선",
	"여행레저",
	"원유선물",
	"리츠",
};
_Static_assert(sizeof(trade) == sizeof(theme), "one list of names each");

#define NAMES     (int)(NELEM(syllable) * NELEM(syllable) * NELEM(trade))
#define NAME_STEP 2741 /* coprime to NAMES: walks through all of them */
_Static_assert(GENERATE_STOCKS_MAX <= 14 * 14 * 24, "enough names");

static const enum kind mixture[] = {
	KIND_KOSPI,
	KIND_KOSDAQ,
	KIND_KOSPI,
	KIND_ETF,
	KIND_KOSDAQ,
	KIND_KOSPI,
	KIND_KOSDAQ,
	KIND_KOSPI,
	KIND_KOSDAQ,
	KIND_KOSPI,
};

void
generate_name(const struct generate_spec *spec, int i, struct rng *r,
    struct made_stock *s)
{
	int n = (int)(((uint64_t)i * NAME_STEP + spec->seed % NAMES) % NAMES);
	const char *a, *b;
	unsigned code = 10 * (2 + (unsigned)i * 24 + (unsigned)below(r, 24)) +
	    1;

	s->kind = mixture[(size_t)i % NELEM(mixture)];
	snprintf(s->code, sizeof(s->code), "%06u", code % 1000000);
	a = syllable[n % NELEM(syllable)];
	n /= (int)NELEM(syllable);
	b = syllable[n % NELEM(syllable)];
	n /= (int)NELEM(syllable);
	snprintf(s->name, sizeof(s->name), "%s%s%s%s", a, b,
	    s->kind == KIND_ETF ? " " : "",
	    s->kind == KIND_ETF ? theme[n] : trade[n]);
	s->split_day = -1;
	s->split_factor = 1;
}
