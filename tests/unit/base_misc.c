/* Errors, log lines, UTF-8, arenas, random numbers, tokens. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/token.h"
#include "base/utf8.h"
#include "tap.h"

static void
errors(void)
{
	static const struct {
		enum err_kind kind;
		int status;
	} t[] = {
		{ E_NONE, 0 },
		{ E_FAIL, 1 },
		{ E_CHECK, 2 },
		{ E_USAGE, 64 },
		{ E_DATA, 65 },
		{ E_BROKER, 69 },
		{ E_AWAY, 69 },
		{ E_BUG, 70 },
		{ E_BUSY, 75 },
		{ E_REFUSED, 77 },
		{ E_CONFIG, 78 },
	};
	struct err e = { 0 };
	char text[600];

	for (size_t i = 0; i < NELEM(t); i++) {
		e.kind = t[i].kind;
		is_int(err_exit(&e), t[i].status, "exit of kind %d",
		    (int)t[i].kind);
	}
	is_int(err_set(&e, E_DATA, "row %d", 7), -1, "err_set");
	is_int(err_wrap(&e, "file %s", "x"), -1, "err_wrap");
	is_str(e.msg, "file x: row 7", "message");
	is_int(e.kind, E_DATA, "keeps the kind");
	err_set(&e, E_FAIL, "again: %s", e.msg);
	is_str(e.msg, "again: file x: row 7", "its own message as argument");
	memset(text, 'm', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&e, E_FAIL, "%s", text);
	is_int((int64_t)strlen(e.msg), sizeof(e.msg) - 1, "cut off");
	err_wrap(&e, "context");
	ok(strlen(e.msg) == sizeof(e.msg) - 1 &&
		strncmp(e.msg, "context: mmm", 12) == 0,
	    "context comes first");
}

/* What f writes to stderr. */
static const char *
logged(void (*f)(void))
{
	static char text[8192];
	FILE *tmp = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t n;

	dup2(fileno(tmp), STDERR_FILENO);
	f();
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(tmp);
	n = fread(text, 1, sizeof(text) - 1, tmp);
	text[n] = '\0';
	fclose(tmp);
	return text;
}

static void
say_all(void)
{
	log_error("e");
	log_warn("w");
	log_info("i");
	log_debug("d");
}

static void
say_odd(void)
{
	log_error("a\nb\x1b[1m \xff 가");
}

static void
say_long(void)
{
	char text[6000];

	memset(text, '\x01', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_error("%s", text);
}

static void
say_busy(void)
{
	struct err e = { 0 };

	err_set(&e, E_BUSY, "locked");
	is_int(log_exit(&e), 75, "busy exits 75");
}

static void
take_too_much(void)
{
	int status;

	fflush(stdout);
	if (fork() == 0) {
		xrealloc(NULL, SIZE_MAX, 2);
		_exit(0);
	}
	wait(&status);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 1,
	    "out of memory is status 1");
}

/* Room for one more: what is there stays, and the array moves seldom. */
static void
growing(void)
{
	int *item = NULL, cap = 0, moves = 0, wrong = 0;

	for (int n = 0; n < 10000; n++) {
		int had = cap;

		item = xgrow(item, n, &cap, sizeof(*item));
		moves += cap != had;
		wrong += cap <= n || (cap == had) != (n < had);
		item[n] = n;
	}
	for (int n = 0; n < 10000; n++)
		wrong += item[n] != n;
	is_int(wrong, 0, "an array of 10000, grown one by one, is whole");
	ok(moves < 12, "and has moved %d times", moves);
	free(item);
}

static void
memory(void)
{
	const char *said = logged(take_too_much);

	ok(strstr(said, "error: out of memory\n") != NULL &&
		strchr(said, '\n') == strrchr(said, '\n'),
	    "and one line that says so");
}

static void
log_lines(void)
{
	static const int deltas[] = { 0, -1, 1, 2, 9, -9 };
	static const int lines[] = { 2, 1, 3, 4, 4, 1 };
	struct clock c;
	char want[200];
	const char *got;

	log_init("base-misc");
	clock_parse("2025-03-14 09:05:01", &c);
	log_clock(&c);
	for (size_t i = 0; i < NELEM(deltas); i++) {
		int n = 0;

		log_init("base-misc");
		log_level(deltas[i]);
		for (got = logged(say_all); *got != '\0'; got++)
			n += *got == '\n';
		is_int(n, lines[i], "lines at level %+d", deltas[i]);
	}
	snprintf(want, sizeof(want),
	    "2025-03-14T09:05:01+09:00 base-misc[%ld]: error: "
	    "a\\nb\\x1b[1m \\xff 가\n",
	    (long)getpid());
	is_str(logged(say_odd), want, "escaped");
	got = logged(say_long);
	ok(strchr(got, '\n') == got + strlen(got) - 1, "long, yet one line");
	is_str(logged(say_busy), "", "and says nothing");
	log_clock(NULL);
}

static void
utf8(void)
{
	static const struct {
		const char *text;
		bool valid;
		int width;
	} t[] = {
		{ "", true, 0 },
		{ "abc", true, 3 },
		{ "삼성전자", true, 8 },
		{ "LG화학", true, 6 },
		{ "㈜한국", true, 6 },
		{ "漢字", true, 4 },
		{ "é", true, 1 },
		{ "e\xcc\x81", true, 1 }, /* combining accent */
		{ "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", true,
		    2 }, /* 한 in pieces */
		{ "ＡＢ", true, 4 },
		{ "…", true, 1 },
		{ "\xff", false, 1 },
		{ "\xc0\x80", false, 2 }, /* overlong NUL */
		{ "\xe0\x80\x80", false, 3 },
		{ "\xed\xa0\x80", false, 3 },     /* a surrogate */
		{ "\xf4\x90\x80\x80", false, 4 }, /* beyond Unicode */
		{ "\xea\xb0", false, 2 },         /* cut short */
		{ "12345678\xbb\xef", false, 10 },
		{ "12345678가가가", true, 14 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		ok(utf8_valid(t[i].text, strlen(t[i].text)) == t[i].valid,
		    "utf8 case %d valid", (int)i);
		is_int(utf8_width(t[i].text), t[i].width, "utf8 case %d width",
		    (int)i);
	}
}

static void
utf8_cuts(void)
{
	static const struct {
		size_t size;
		const char *text, *want;
	} t[] = {
		{ 4, "abc", "abc" },
		{ 4, "abcd", "abc" },
		{ 7, "삼성전자", "삼성" },
		{ 9, "삼성전자", "삼성" },
		{ 10, "삼성전자", "삼성전" },
		{ 3, "삼성", "" },
		{ 1, "a", "" },
		{ 9,
		    "ab\xff"
		    "cd",
		    "ab" },
		{ 9, "ab\xea\xb0", "ab" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		char buf[16];

		utf8_cut(buf, t[i].size, t[i].text);
		is_str(buf, t[i].want, "utf8 cut %d", (int)i);
	}
}

static void
arenas(void)
{
	struct arena *a = arena_new();
	unsigned char *p;
	int bad = 0;

	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 7) {
			p = arena_alloc(a, size);
			bad += (uintptr_t)p % 16 != 0;
			for (size_t i = 0; i < size; i++)
				bad += p[i] != 0;
			memset(p, 0xaa, size);
		}
		arena_reset(a);
	}
	is_int(bad, 0, "aligned and zeroed, after a reset too");
	p = arena_array(a, 3, 5000000);
	memset(p, 1, 15000000);
	is_str(arena_strdup(a, "가나다"), "가나다", "a copy");
	arena_free(a);
	arena_free(NULL);
}

static void
random_numbers(void)
{
	struct rng r = rng_seed(42), same = rng_seed(42);
	int count[7] = { 0 }, bad = 0;
	double sum = 0, squares = 0;

	for (int i = 0; i < 100; i++)
		bad += rng_u64(&r) != rng_u64(&same);
	is_int(bad, 0, "one seed, one history");
	/* Known from elsewhere: splitmix64 of 0, then xoshiro256**. */
	r = rng_seed(0);
	ok(rng_u64(&r) == UINT64_C(0x99ec5f36cb75f2b4), "seed 0 begins so");
	for (int i = 0; i < 70000; i++)
		count[rng_below(&r, 7)]++;
	for (int i = 0; i < 7; i++)
		bad += count[i] < 9500 || count[i] > 10500;
	is_int(bad, 0, "seven sides, evenly");
	is_int((int64_t)rng_below(&r, 1), 0, "one side");
	for (int i = 0; i < 100000; i++) {
		double x = rng_real(&r), n = rng_normal(&r);

		bad += x < 0 || x >= 1;
		sum += n;
		squares += n * n;
	}
	is_int(bad, 0, "reals within [0, 1)");
	ok(sum / 1e5 > -0.02 && sum / 1e5 < 0.02, "mean 0");
	ok(squares / 1e5 > 0.97 && squares / 1e5 < 1.03, "variance 1");
}

static void
tokens(void)
{
	static const struct {
		int least; /* blown up to so many */
		const char *head, *tail, *what;
		bool is_good;
	} t[] = {
		{ 31, "", "", "one too few", false },
		{ 32, "", "", "just enough", true },
		{ 500, "", "", "the most", true },
		{ 501, "", "", "one too many", false },
		{ 32, "~", "!", "the first and the last of ASCII", true },
		{ 64, " ", "", "a blank before", false },
		{ 64, "", " ", "behind", false },
		{ 64, "1 ", "", "in it", false },
		{ 64, "\t", "", "a tab", false },
		{ 64, "", "\x7f", "a control character", false },
		{ 64, "\xef\xbb\xbf", "", "a byte order mark", false },
		{ 64, "", "\xea\xb0\x80", "Hangul", false },
	};
	char token[600];

	for (size_t i = 0; i < NELEM(t); i++) {
		int n = t[i].least -
		    (int)(strlen(t[i].head) + strlen(t[i].tail));
		struct err e = { 0 };

		snprintf(token, sizeof(token), "%s%0*d%s", t[i].head, n, 7,
		    t[i].tail);
		is_int(token_check(token, "there", &e), t[i].is_good ? 0 : -1,
		    "a token: %s", t[i].what);
		if (!t[i].is_good)
			ok(e.kind == E_CONFIG && strstr(e.msg, "000") == NULL,
			    "does not show it: %s", e.msg);
	}
}

int
main(void)
{
	errors();
	tokens();
	log_lines();
	memory();
	growing();
	utf8();
	utf8_cuts();
	arenas();
	random_numbers();
	return done_testing();
}
