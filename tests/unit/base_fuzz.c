/*
 * Every parser of outside bytes, fed with nonsense that looks nearly right.
 * The sanitizers watch; here we ask that what is accepted is within its
 * bounds and reads back the same.  FUZZ_ROUNDS and FUZZ_SEED make it longer.
 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/kv.h"
#include "base/log.h"
#include "base/money.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "tap.h"

static struct rng r;
static char path[] = "/tmp/base_fuzz.XXXXXX";

static size_t
nonsense(char *buf, size_t most, const char *alphabet)
{
	size_t n = rng_below(&r, most), letters = strlen(alphabet);

	for (size_t i = 0; i < n; i++)
		buf[i] = rng_below(&r, 200) == 0 ?
		    (char)rng_u64(&r) :
		    alphabet[rng_below(&r, letters)];
	buf[n] = '\0';
	return n;
}

static void
put_file(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
		exit(99);
}

static int
values(void)
{
	char s[64], back[64];
	struct kv kv[4];
	struct clock c;
	struct err e;
	int bad = 0;
	int64_t i;
	double x;
	ymd d;
	hhmm t;
	ppb p, again;
	epoch at, at2;

	nonsense(s, 12, "0123456789-");
	bad += ymd_parse(s, &d) == 0 && !ymd_valid(d);
	nonsense(s, 7, "0123459:");
	bad += hhmm_parse(s, &t) == 0 && !hhmm_valid(t);
	nonsense(s, 24, "0123456789-");
	bad += int_parse(s, -5, 1000000, &i) == 0 && (i < -5 || i > 1000000);
	nonsense(s, 24, "0123456789-+.eE");
	bad += real_parse(s, &x) == 0 && !isfinite(x);
	nonsense(s, 24, "0123456789-+.");
	if (ppb_parse(s, &p) == 0)
		bad += ppb_parse(ppb_text(p, back, sizeof(back)), &again) !=
			0 ||
		    again != p;
	nonsense(s, 28, "2025-03-14T09:05:01+09:00Z ");
	bad += clock_parse(s, &c) == 0 && !ymd_valid(clock_ymd(&c));
	if (epoch_parse_iso(s, &at) == 0)
		bad += epoch_parse_iso(epoch_iso(at, back), &at2) != 0 ||
		    at2 != at;
	nonsense(s, 40, "ab=,1:");
	bad += kv_parse(s, kv, 4, &e) > 4;
	nonsense(s, 40, "가\xea\xb0\xff\n\x1b");
	text_escape(s, back, sizeof(back));
	bad += !utf8_valid(back, strlen(back)) ||
	    back[strcspn(back, "\n\x1b")] != '\0' ||
	    utf8_width(s) > (int)strlen(s);
	return bad;
}

static int
csv_bytes(void)
{
	char text[300];
	struct err e = { 0 };
	struct csv_reader *csv;
	struct csv_row row;
	size_t n = nonsense(text, sizeof(text), "ab,,\"\"\n\n\r 1");
	long lines = 1, last = 0;
	int got, bad = 0, rounds = 0;

	put_file(text, n);
	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	if ((csv = csv_open(path, &e)) == NULL)
		return e.kind != E_DATA;
	while ((got = csv_next(csv, &row, &e)) != 0) {
		bad += got == -1 && e.kind != E_DATA;
		if (got == 1) {
			bad += row.line <= last || row.line > lines ||
			    row.n < 1;
			last = row.line;
		}
		bad += ++rounds > 1000;
		if (bad > 0)
			break;
	}
	csv_close(csv);
	return bad;
}

static int
csv_round_trip(void)
{
	char field[3][20];
	struct err e = { 0 };
	struct csv_reader *csv;
	struct csv_row row;
	int bad = 0;
	FILE *f = fopen(path, "w");

	if (f == NULL)
		exit(99);
	fputs("a,b,c\n", f);
	for (int i = 0; i < 3; i++) {
		do
			nonsense(field[i], sizeof(field[i]), "ab,\"\n\r \t");
		while (!utf8_valid(field[i], strlen(field[i])));
		csv_field(f, field[i]);
		putc(i < 2 ? ',' : '\n', f);
	}
	fclose(f);
	csv = csv_open(path, &e);
	/* Three empty fields are still a row: it has its commas. */
	bad += csv_next(csv, &row, &e) != 1 || row.n != 3;
	for (int i = 0; bad == 0 && i < 3; i++)
		bad += strcmp(row.field[i], field[i]) != 0;
	csv_close(csv);
	return bad;
}

static int
conf_bytes(void)
{
	char text[500];
	struct err e = { 0 };
	size_t n = nonsense(text, sizeof(text), "ab=[]\n\n;# \t");
	struct conf *c;
	int bad;

	put_file(text, n);
	c = conf_open(path, true, &e);
	bad = c == NULL && e.kind != E_CONFIG;
	conf_close(c);
	return bad;
}

int
main(void)
{
	const char *want = getenv("FUZZ_ROUNDS"), *seed = getenv("FUZZ_SEED");
	int64_t rounds = 3000, start = 1;
	int bad[4] = { 0 };
	int fd = mkstemp(path);

	if (fd == -1)
		return 99;
	close(fd);
	if (want != NULL)
		int_parse(want, 1, INT64_MAX, &rounds);
	if (seed != NULL)
		int_parse(seed, 0, INT64_MAX, &start);
	r = rng_seed((uint64_t)start);
	for (int64_t i = 0; i < rounds; i++) {
		bad[0] += values();
		bad[1] += csv_bytes();
		bad[2] += csv_round_trip();
		bad[3] += conf_bytes();
	}
	unlink(path);
	is_int(bad[0], 0, "values");
	is_int(bad[1], 0, "CSV reader");
	is_int(bad[2], 0, "CSV there and back");
	is_int(bad[3], 0, "configuration");
	return done_testing();
}
