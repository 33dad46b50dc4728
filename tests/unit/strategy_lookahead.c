/*
 * No strategy sees the future, nor depends on anything but its ctx.
 *
 * Each module is asked at every bar of a random past, and must say the same
 *
 *	in two worlds that share this past and differ afterwards (poison in
 *	    one, another history in the other);
 *	with columns that end, or begin, at a page that may not be touched: one
 *	    bar too far is a crash;
 *	when the cuts come in the opposite order, so that nothing is
 *	    remembered between calls;
 *	with the windows cut to its lookback().
 *
 * Modules that cheat in each of these ways are built here and must be caught:
 * the net is tested too.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rng.h"
#include "strategy/load.h"

#include "strategy_build.h"
#include "tap.h"

enum { STOCKS = 6, DAYS = 260, MINUTES = 391, COLUMNS = 6 };
enum { BEFORE = 30 }; /* minutes before the open that are asked */
enum { TEXT = 2048 };

static const char *const code[STOCKS] = { "005930", "069500", "114800",
	"122630", "229200", "373220" };

/* Modules with parameters under which they speak often; the others are asked
 * with their defaults. */
static const char *const spec[] = {
	"sma",
	"sma:short=9,long=4,min_trading_value=1",
	"dual_momentum",
	"dual_momentum:period=20,top=2,safe_asset=069500",
	"breakout",
	"breakout:box_period=10,exit_period=4,volume_multiplier=1.1",
	"pullback",
	"closing_bet",
	"closing_bet:close_high_ratio=0.5,"
	"exit_next=yes",
	"rsi_reversion",
	"rsi_reversion:smoothing=wilder,period=5",
	"vol_breakout",
	"vol_breakout:exit_next=yes",
	"triple_screen:oversold=60,"
	"min_trend_strength=0,trend_period=10",
	"triple_screen",
	"rsi_minute",
	"rsi_minute:force=yes,max_deviation_ratio=0",
	"open_minute",
	"pass_minute:minutes_before=3",
	"target_price_minute",
	"close_minute",
};

/* ---- Histories --------------------------------------------------------- */

/* Columns as plain numbers, so that one loop copies, poisons and guards. */
struct history {
	int n;
	int64_t v[COLUMNS][DAYS > MINUTES ? DAYS : MINUTES];
};
enum { DATE, OPEN, HIGH, LOW, CLOSE, VOLUME };

static void
history_random(
    struct history *h, struct rng *r, int from, int n, int date, int step)
{
	int64_t close = from > 0 ? h->v[CLOSE][from - 1] : 20000;

	for (int i = from; i < n; i++) {
		int64_t open = close + (int64_t)rng_below(r, 401) - 200;

		close = open + (int64_t)rng_below(r, 801) - 400;
		if (open < 1000)
			open = 1000;
		if (close < 1000)
			close = 1000;
		h->v[DATE][i] = date + i * step;
		h->v[OPEN][i] = open;
		h->v[CLOSE][i] = close;
		h->v[HIGH][i] = (open > close ? open : close) +
		    (int64_t)rng_below(r, 200);
		h->v[LOW][i] = (open < close ? open : close) -
		    (int64_t)rng_below(r, 200);
		h->v[VOLUME][i] = (int64_t)rng_below(r, 100000) + 1;
	}
	h->n = n;
}

static void
history_poison(struct history *h, int from)
{
	for (int c = 0; c < COLUMNS; c++)
		for (int i = from; i < h->n; i++)
			h->v[c][i] = i % 2 ? 1 : INT32_MAX;
}

static struct history daily[STOCKS], minute[STOCKS]; /* what happened */

/* ---- Columns, free or guarded ------------------------------------------ */

/* How the columns lie in memory. */
enum layout { FREE, ENDS_AT_GUARD, BEGINS_AT_GUARD };

struct column {
	char *page, *end; /* between two untouchable pages */
};
static struct column guarded[2][STOCKS][COLUMNS];
/* Beyond the end of what a window shows lies what `future` has there. */
static int64_t loose[2][STOCKS][COLUMNS][MINUTES];

static void
guards_make(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = (sizeof(daily[0].v[0]) + page - 1) / page * page;

	for (int m = 0; m < 2; m++)
		for (int s = 0; s < STOCKS; s++)
			for (int c = 0; c < COLUMNS; c++) {
				struct column *g = &guarded[m][s][c];
				char *p = mmap(NULL, size + 2 * page, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

				if (p == MAP_FAILED ||
				    mprotect(p + page, size,
					PROT_READ | PROT_WRITE) == -1)
					abort();
				g->page = p + page;
				g->end = g->page + size;
			}
}

/* Put values [from, to) of a column where the layout wants them; the free one
 * is followed by what comes after. */
static const void *
lay(enum layout layout, const struct history *h, int m, int s, int c, int from,
    int to)
{
	bool narrow = c == DATE; /* dates and times have 32 bits */
	size_t width = narrow ? sizeof(ymd) : sizeof(won);
	struct column *g = &guarded[m][s][c];
	char *at;

	if (layout == ENDS_AT_GUARD)
		at = g->end - (size_t)(to - from) * width;
	else if (layout == BEGINS_AT_GUARD)
		at = g->page;
	else {
		at = (char *)loose[m][s][c];
		to = h->n;
	}
	for (int i = from; i < to; i++) {
		if (narrow)
			((ymd *)at)[i - from] = (ymd)h->v[c][i];
		else
			((won *)at)[i - from] = h->v[c][i];
	}
	return at;
}

static struct bars
window(
    enum layout layout, const struct history *h, int m, int s, int from, int to)
{
	static const ymd today[MINUTES];
	struct bars b = { .n = to - from };

	if (m == 0)
		b.date = lay(layout, h, m, s, DATE, from, to);
	else {
		b.date = today;
		b.time = lay(layout, h, m, s, DATE, from, to);
	}
	b.open = lay(layout, h, m, s, OPEN, from, to);
	b.high = lay(layout, h, m, s, HIGH, from, to);
	b.low = lay(layout, h, m, s, LOW, from, to);
	b.close = lay(layout, h, m, s, CLOSE, from, to);
	b.volume = lay(layout, h, m, s, VOLUME, from, to);
	return b;
}

/* ---- Asking ------------------------------------------------------------ */

/* What the module says of the days before `cut`, exactly, as text. */
static void
ask_daily(const struct module_use *u, enum layout layout,
    const struct history *h, int cut, int lookback, char *text)
{
	struct stock stock[STOCKS];
	struct candidate item[2 * STOCKS];
	struct candidates out = { 0, 2 * STOCKS, item };
	bool keep[STOCKS] = { false };
	char error[128] = "";
	struct ctx c = { .today = 20200000 + cut,
		.n_stocks = STOCKS,
		.stock = stock,
		.capital = 10000000,
		.cash = 5000000,
		.param = u->value,
		.error = error,
		.error_size = sizeof(error) };
	int from = lookback > 0 && lookback < cut ? cut - lookback : 0;
	size_t len;
	int rc = 0;

	for (int s = 0; s < STOCKS; s++) {
		qty held = (cut * 7 + s * 3) % 5 < 2 ? 10 : 0;

		stock[s] = (struct stock){ .code = code[s],
			.name = "",
			.daily = window(layout, &h[s], 0, s, from, cut),
			.held = held,
			.held_cost = held * 20000,
			.entry_date = held > 0 ? 20200000 + cut - s : 0 };
	}
	c.scratch_size = u->strategy->scratch * STOCKS;
	c.scratch = xcalloc(1, c.scratch_size + 1);
	if (u->strategy->universe != NULL)
		rc |= u->strategy->universe(&c, keep);
	if (u->strategy->daily != NULL)
		rc |= u->strategy->daily(&c, &out);
	free(c.scratch);
	len = (size_t)snprintf(text, TEXT, "%d%s", rc, error);
	for (int s = 0; s < STOCKS; s++)
		len += (size_t)snprintf(text + len, TEXT - len, "%d", keep[s]);
	for (int i = 0; i < out.n; i++)
		len += (size_t)snprintf(text + len, TEXT - len,
		    "|%d,%d,%.13g,%lld", item[i].stock, item[i].side,
		    item[i].score, (long long)item[i].target);
}

/* What it says at minute m of the day (0 is the open), for both sides, held
 * and not, with and without a target. */
static void
ask_minute(const struct module_use *u, enum layout layout,
    const struct history *h_daily, const struct history *h_minute, int m,
    char *text)
{
	int auction = 380, known = m < 0 ? 0 : m < auction ? m : auction;
	struct stock stock = { .code = code[0], .name = "" };
	char error[128] = "";
	struct ctx c = { .today = 20210101,
		.since_open = m,
		.until_auction = auction - m,
		.n_stocks = 1,
		.stock = &stock,
		.phase = m < 0  ? CTX_BEFORE_OPEN :
		    m < auction ? CTX_CONTINUOUS :
				  CTX_AUCTION,
		.capital = 10000000,
		.cash = 5000000,
		.param = u->value,
		.error = error,
		.error_size = sizeof(error) };
	size_t len = 0;

	stock.daily = window(layout, &h_daily[0], 0, 0, 0, 200);
	stock.minute = window(layout, &h_minute[0], 1, 0, 0, known);
	c.scratch_size = u->strategy->scratch;
	c.scratch = xcalloc(1, c.scratch_size + 1);
	for (int way = 0; way < 8; way++) {
		struct signal_view s = { .side = way & 1 ? SIDE_SELL : SIDE_BUY,
			.score = 1,
			.target = way & 2 ? h_minute[0].v[OPEN][0] : 0 };
		struct act act = { 0 };
		int rc;

		stock.held = way & 4 ? 10 : 0;
		memset(c.scratch, 0, c.scratch_size);
		rc = u->strategy->minute(&c, &s, &act);
		len += (size_t)snprintf(text + len, TEXT - len,
		    "%d%s%s%d,%lld,%d,%s|", rc, error,
		    act.when != WHEN_WAIT ? "!" : "", act.when,
		    (long long)(act.when == WHEN_WAIT ? 0 : act.price),
		    act.forced, act.reason != NULL ? act.reason : "");
	}
	free(c.scratch);
}

/* ---- The trials -------------------------------------------------------- */

static int
n_cuts(const struct module_use *u)
{
	return u->strategy->minute != NULL ? BEFORE + MINUTES : DAYS + 1;
}

/* What the module says at cut k, the columns being laid out so; `days` and
 * `minutes` are the histories that lie behind. */
static void
ask(const struct module_use *u, enum layout layout, const struct history *days,
    const struct history *minutes, int k, char *text)
{
	if (u->strategy->minute != NULL)
		ask_minute(u, layout, days, minutes, k - BEFORE, text);
	else
		ask_daily(u, layout, days, k, 0, text);
}

/* How many minutes (or days) of the moving history are known at cut k. */
static int
known_at(const struct module_use *u, int k)
{
	int m = k - BEFORE;

	if (u->strategy->minute == NULL)
		return k;
	return m < 0 ? 0 : m < 380 ? m : 380;
}

typedef char text[TEXT];

/* The number of cuts at which another future changes what is said. */
static int
trial_futures(const struct module_use *u, text *said, uint64_t seed)
{
	static struct history other[STOCKS];
	const struct history *past = u->strategy->minute != NULL ? minute :
								   daily;
	struct rng r = rng_seed(seed);
	int differ = 0;
	text got;

	for (int k = 0; k < n_cuts(u); k++) {
		for (int world = 0; world < 2; world++) {
			int known = known_at(u, k);

			memcpy(other, past, sizeof(other));
			for (int s = 0; s < STOCKS; s++) {
				if (world == 0)
					history_poison(&other[s], known);
				else
					history_random(&other[s], &r, known,
					    other[s].n, 20200001, 1);
			}
			ask(u, FREE, past == daily ? other : daily,
			    past == minute ? other : minute, k, got);
			differ += strcmp(got, said[k]) != 0;
		}
	}
	return differ;
}

/* In a process of its own: 0, or how it ended. */
static int
trial_guards(const struct module_use *u, text *said)
{
	int status;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		struct rlimit none = { 0, 0 };
		int null = open("/dev/null", O_WRONLY);
		text got;

		setrlimit(RLIMIT_CORE, &none);
		dup2(null, STDERR_FILENO); /* a sanitizer's last words */
		for (int k = 0; k < n_cuts(u); k++)
			for (int l = ENDS_AT_GUARD; l <= BEGINS_AT_GUARD; l++) {
				ask(u, l, daily, minute, k, got);
				if (strcmp(got, said[k]) != 0)
					_exit(1);
			}
		_exit(0);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		abort();
	return status;
}

static int
trial_order(const struct module_use *u, text *said)
{
	int differ = 0;
	text got;

	for (int k = n_cuts(u) - 1; k >= 0; k--) {
		ask(u, FREE, daily, minute, k, got);
		differ += strcmp(got, said[k]) != 0;
	}
	return differ;
}

static int
trial_lookback(const struct module_use *u, text *said)
{
	int n = u->strategy->lookback != NULL ?
	    u->strategy->lookback(u->value) :
	    0;
	int differ = 0;
	text got;

	for (int k = 0; k < n_cuts(u) && u->strategy->minute == NULL; k++) {
		ask_daily(u, FREE, daily, k, n, got);
		differ += strcmp(got, said[k]) != 0;
	}
	return differ;
}

enum { FUTURES = 1, GUARDS = 2, ORDER = 4, LOOKBACK = 8 };

/* Which trials it failed; *spoke: at how many cuts it said something. */
static int
trials(const struct module_use *u, uint64_t seed, int *spoke)
{
	text *said = xcalloc((size_t)n_cuts(u), sizeof(*said));
	int failed = 0;

	*spoke = 0;
	for (int k = 0; k < n_cuts(u); k++) {
		ask(u, FREE, daily, minute, k, said[k]);
		*spoke += u->strategy->minute != NULL ?
		    strchr(said[k], '!') != NULL :
		    strchr(said[k], '|') != NULL;
	}
	failed |= trial_futures(u, said, seed) != 0 ? FUTURES : 0;
	failed |= trial_guards(u, said) != 0 ? GUARDS : 0;
	failed |= trial_order(u, said) != 0 ? ORDER : 0;
	failed |= trial_lookback(u, said) != 0 ? LOOKBACK : 0;
	free(said);
	return failed;
}

static void
all_modules(uint64_t seed)
{
	struct module_name *list;
	struct module_use u;
	struct err e = { 0 };
	int n = module_list(&list), spoke;

	ok(n >= 13, "%d modules are found", n);
	for (int i = 0; i < n; i++) {
		bool known = false;

		for (size_t k = 0; k < NELEM(spec); k++)
			known = known ||
			    strncmp(spec[k], list[i].name,
				strcspn(spec[k], ":")) == 0;
		if (!ok(module_use_parse(list[i].name, &u, &e) == 0,
			"%s loads %s", list[i].name, e.msg) ||
		    known)
			continue;
		is_int(trials(&u, seed, &spoke), 0, "%s sees no future",
		    list[i].name);
	}
	module_list_free(list, n);
	for (size_t k = 0; k < NELEM(spec); k++) {
		if (!ok(module_use_parse(spec[k], &u, &e) == 0, "%s %s",
			spec[k], e.msg))
			continue;
		is_int(
		    trials(&u, seed, &spoke), 0, "%s sees no future", spec[k]);
		/* Its defaults are rare in random walks. */
		if (strcmp(spec[k], "triple_screen") != 0)
			ok(spoke > 2, "%s speaks at %d moments", spec[k],
			    spoke);
	}
}

/* ---- Cheats ------------------------------------------------------------ */

#define CHEAT(name, before, lines, field)                                   \
	"#include \"strategy/strategy.h\"\n" before "\n"                    \
	"static int daily(const struct ctx *c, struct candidates *out) {\n" \
	"for (int i = 0; i < c->n_stocks; i++) {\n"                         \
	"const struct bars *b = &c->stock[i].daily;\n" lines                \
	"\n} return 0; }\n"                                                 \
	"STRATEGY_EXPORT const struct strategy strategy = { .abi = "        \
	"STRATEGY_ABI, .size = sizeof(struct strategy), .name = \"" name    \
	"\", .help = \"h\", .daily = daily, " field " };\n"

static void
cheats(uint64_t seed)
{
	static const struct {
		const char *name, *source;
		int caught, never; /* the rest may go either way */
	} cheat[] = {
		{ "cheat_none",
		    CHEAT("cheat_none", "",
			"candidate_add(out, i, SIDE_BUY, b->n, 0);", ""),
		    0, FUTURES | GUARDS | ORDER },
		{ "cheat_next",
		    CHEAT("cheat_next", "",
			"candidate_add(out, i, SIDE_BUY, 1, b->close[b->n]);",
			""),
		    FUTURES | GUARDS, ORDER },
		{ "cheat_before",
		    CHEAT("cheat_before", "",
			"if (b->close[-1] == 7)\n"
			"candidate_add(out, i, SIDE_BUY, 1, 0);",
			""),
		    GUARDS, 0 },
		{ "cheat_memory",
		    CHEAT("cheat_memory", "static int seen;",
			"seen = b->n > seen ? b->n : seen;\n"
			"candidate_add(out, i, SIDE_BUY, seen, 0);",
			""),
		    ORDER, 0 },
		{ "cheat_lookback",
		    CHEAT("cheat_lookback",
			"static int three(const union param_value *p)\n"
			"{ (void)p; return 3; }",
			"if (b->n > 3)\ncandidate_add(out, i, SIDE_BUY, 1, "
			"b->close[b->n - 4]);",
			".lookback = three"),
		    LOOKBACK, FUTURES | GUARDS | ORDER },
	};
	struct module_use u;
	struct err e = { 0 };
	int spoke;

	build_open();
	for (size_t i = 0; i < NELEM(cheat); i++) {
		int failed;

		if (!ok(build_module(cheat[i].name, cheat[i].source) &&
			    module_use_parse(cheat[i].name, &u, &e) == 0,
			"%s %s", cheat[i].name, e.msg))
			continue;
		failed = trials(&u, seed, &spoke);
		ok((failed & cheat[i].caught) == cheat[i].caught &&
			(failed & cheat[i].never) == 0,
		    "%s is %s", cheat[i].name,
		    cheat[i].caught ? "caught" : "honest");
	}
	build_close();
}

int
main(void)
{
	const char *given = getenv("TEST_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) :
					(uint64_t)getpid();
	struct rng r = rng_seed(seed);

	printf("# TEST_SEED=%llu repeats this run\n", (unsigned long long)seed);
	guards_make();
	for (int s = 0; s < STOCKS; s++) {
		history_random(&daily[s], &r, 0, DAYS, 20200001, 1);
		history_random(&minute[s], &r, 0, MINUTES, 900, 1);
	}
	all_modules(seed);
	cheats(seed);
	return done_testing();
}
