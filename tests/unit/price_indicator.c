/*
 * Indicators against three witnesses: reference values of another program
 * (where the data are at hand), a slow and obvious computation from the
 * definition, and each other (a column against single values).  Then what
 * flat, short and empty inputs answer.
 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/rng.h"
#include "price/indicator.h"

#include "tap.h"

/* ---- A table of everything --------------------------------------------- */

enum kind {
	SMA,
	EMA,
	WMA,
	RSI,
	RSI_PLAIN,
	ROC,
	MOM,
	HIGHEST,
	LOWEST,
	STDDEV,
	BB_UPPER,
	BB_MID,
	BB_LOWER,
	MACD,
	MACD_SIGNAL,
	MACD_HIST,
	TRANGE,
	ATR,
	PLUS_DI,
	MINUS_DI,
	ADX,
	STOCH_K,
	STOCH_D,
	CCI,
	WILLR,
	MFI,
	OBV,
	N_KINDS
};

static const struct {
	const char *name;
	bool is_price; /* scales with the unit of price */
} about[N_KINDS] = {
	[SMA] = { "sma", true },
	[EMA] = { "ema", true },
	[WMA] = { "wma", true },
	[RSI] = { "rsi", false },
	[RSI_PLAIN] = { "rsi_plain", false },
	[ROC] = { "roc", false },
	[MOM] = { "mom", true },
	[HIGHEST] = { "highest", true },
	[LOWEST] = { "lowest", true },
	[STDDEV] = { "stddev", true },
	[BB_UPPER] = { "bb_upper", true },
	[BB_MID] = { "bb_mid", true },
	[BB_LOWER] = { "bb_lower", true },
	[MACD] = { "macd", true },
	[MACD_SIGNAL] = { "macd_signal", true },
	[MACD_HIST] = { "macd_hist", true },
	[TRANGE] = { "trange", true },
	[ATR] = { "atr", true },
	[PLUS_DI] = { "plus_di", false },
	[MINUS_DI] = { "minus_di", false },
	[ADX] = { "adx", false },
	[STOCH_K] = { "stoch_k", false },
	[STOCH_D] = { "stoch_d", false },
	[CCI] = { "cci", false },
	[WILLR] = { "willr", false },
	[MFI] = { "mfi", false },
	[OBV] = { "obv", false },
};

/* For the ones with several: macd is (p, 2p + 2, 9), 12 26 9 for p = 12;
 * stoch is (p, 3, 3). */
static double
last(enum kind k, const struct bars *b, int p)
{
	const won *c = b->close;
	int n = b->n;

	switch (k) {
	case SMA:
		return ind_sma_last(c, n, p);
	case EMA:
		return ind_ema_last(c, n, p);
	case WMA:
		return ind_wma_last(c, n, p);
	case RSI:
		return ind_rsi_last(c, n, p);
	case RSI_PLAIN:
		return ind_rsi_plain_last(c, n, p);
	case ROC:
		return ind_roc_last(c, n, p);
	case MOM:
		return ind_mom_last(c, n, p);
	case HIGHEST:
		return ind_highest_last(b->high, n, p);
	case LOWEST:
		return ind_lowest_last(b->low, n, p);
	case STDDEV:
		return ind_stddev_last(c, n, p);
	case BB_UPPER:
		return ind_bollinger_last(c, n, p, 2).upper;
	case BB_MID:
		return ind_bollinger_last(c, n, p, 2).mid;
	case BB_LOWER:
		return ind_bollinger_last(c, n, p, 2).lower;
	case MACD:
		return ind_macd_last(c, n, p, 2 * p + 2, 9).macd;
	case MACD_SIGNAL:
		return ind_macd_last(c, n, p, 2 * p + 2, 9).signal;
	case MACD_HIST:
		return ind_macd_last(c, n, p, 2 * p + 2, 9).hist;
	case TRANGE:
		return ind_trange_last(b);
	case ATR:
		return ind_atr_last(b, p);
	case PLUS_DI:
		return ind_plus_di_last(b, p);
	case MINUS_DI:
		return ind_minus_di_last(b, p);
	case ADX:
		return ind_adx_last(b, p);
	case STOCH_K:
		return ind_stoch_last(b, p, 3, 3).k;
	case STOCH_D:
		return ind_stoch_last(b, p, 3, 3).d;
	case CCI:
		return ind_cci_last(b, p);
	case WILLR:
		return ind_willr_last(b, p);
	case MFI:
		return ind_mfi_last(b, p);
	case OBV:
		return n > 0 ? (double)ind_obv_last(b) : NAN;
	case N_KINDS:
		break;
	}
	return NAN;
}

static void
all(enum kind k, const struct bars *b, int p, double *out)
{
	const won *c = b->close;
	int n = b->n;
	double *x = xcalloc((size_t)n + 1, sizeof(*x));
	double *y = xcalloc((size_t)n + 1, sizeof(*y));
	int64_t *whole;

	switch (k) {
	case SMA:
		ind_sma_all(c, n, p, out);
		break;
	case EMA:
		ind_ema_all(c, n, p, out);
		break;
	case WMA:
		ind_wma_all(c, n, p, out);
		break;
	case RSI:
		ind_rsi_all(c, n, p, out);
		break;
	case RSI_PLAIN:
		ind_rsi_plain_all(c, n, p, out);
		break;
	case ROC:
		ind_roc_all(c, n, p, out);
		break;
	case MOM:
		ind_mom_all(c, n, p, out);
		break;
	case HIGHEST:
		ind_highest_all(b->high, n, p, out);
		break;
	case LOWEST:
		ind_lowest_all(b->low, n, p, out);
		break;
	case STDDEV:
		ind_stddev_all(c, n, p, out);
		break;
	case BB_UPPER:
		ind_bollinger_all(c, n, p, 2, out, x, y);
		break;
	case BB_MID:
		ind_bollinger_all(c, n, p, 2, x, out, y);
		break;
	case BB_LOWER:
		ind_bollinger_all(c, n, p, 2, x, y, out);
		break;
	case MACD:
		ind_macd_all(c, n, p, 2 * p + 2, 9, out, x, y);
		break;
	case MACD_SIGNAL:
		ind_macd_all(c, n, p, 2 * p + 2, 9, x, out, y);
		break;
	case MACD_HIST:
		ind_macd_all(c, n, p, 2 * p + 2, 9, x, y, out);
		break;
	case TRANGE:
		ind_trange_all(b, out);
		break;
	case ATR:
		ind_atr_all(b, p, out);
		break;
	case PLUS_DI:
		ind_plus_di_all(b, p, out);
		break;
	case MINUS_DI:
		ind_minus_di_all(b, p, out);
		break;
	case ADX:
		ind_adx_all(b, p, out);
		break;
	case STOCH_K:
		ind_stoch_all(b, p, 3, 3, out, x);
		break;
	case STOCH_D:
		ind_stoch_all(b, p, 3, 3, x, out);
		break;
	case CCI:
		ind_cci_all(b, p, out);
		break;
	case WILLR:
		ind_willr_all(b, p, out);
		break;
	case MFI:
		ind_mfi_all(b, p, out);
		break;
	case OBV:
		whole = xcalloc((size_t)n + 1, sizeof(*whole));
		ind_obv_all(b, whole);
		for (int i = 0; i < n; i++)
			out[i] = (double)whole[i];
		free(whole);
		break;
	case N_KINDS:
		break;
	}
	free(x);
	free(y);
}

/* ---- Slow and obvious -------------------------------------------------- */

typedef long double ld;

static ld
mean(const won *v, int from, int to)
{
	ld sum = 0;

	for (int i = from; i <= to; i++)
		sum += v[i];
	return sum / (to - from + 1);
}

/* The ema at bar i of a series whose first `p` values up to `start` seed it. */
static ld
slow_ema(const won *v, int i, int p, int start)
{
	if (i == start)
		return mean(v, start - p + 1, start);
	return slow_ema(v, i - 1, p, start) +
	    (2.0L / (p + 1)) * (v[i] - slow_ema(v, i - 1, p, start));
}

/* The same in a loop: the recursion above doubles with each bar. */
static ld
loop_ema(const won *v, int i, int p, int start)
{
	ld e = mean(v, start - p + 1, start);

	for (int j = start + 1; j <= i; j++)
		e = (2.0L / (p + 1)) * v[j] + (1 - 2.0L / (p + 1)) * e;
	return e;
}

static ld
slow_macd_at(const won *v, int i, int p)
{
	int slow = 2 * p + 2;

	return loop_ema(v, i, p, slow - 1) - loop_ema(v, i, slow, slow - 1);
}

static ld
slow_macd_signal(const won *v, int i, int p)
{
	int first = 2 * p + 2 + 9 - 2;
	ld s = 0;

	for (int j = first - 8; j <= first; j++)
		s += slow_macd_at(v, j, p) / 9;
	for (int j = first + 1; j <= i; j++)
		s = 0.2L * slow_macd_at(v, j, p) + 0.8L * s;
	return s;
}

static ld
slow_tr(const struct bars *b, int i)
{
	return fmaxl(b->high[i] - b->low[i],
	    fmaxl(fabsl((ld)(b->high[i] - b->close[i - 1])),
		fabsl((ld)(b->low[i] - b->close[i - 1]))));
}

static ld
slow_dm(const struct bars *b, int i, int way)
{
	ld up = b->high[i] - b->high[i - 1], down = b->low[i - 1] - b->low[i];

	if (way > 0)
		return up > 0 && up > down ? up : 0;
	return down > 0 && down > up ? down : 0;
}

static ld
slow_di(const struct bars *b, int i, int p, int way)
{
	ld dm = 0, tr = 0;

	for (int j = 1; j <= i; j++) {
		dm += (j >= p ? -dm / p : 0) + slow_dm(b, j, way);
		tr += (j >= p ? -tr / p : 0) + slow_tr(b, j);
	}
	return tr > 0 ? 100 * dm / tr : 0;
}

static ld
slow_dx(const struct bars *b, int i, int p)
{
	ld plus = slow_di(b, i, p, 1), minus = slow_di(b, i, p, -1);

	return plus + minus > 0 ? 100 * fabsl(plus - minus) / (plus + minus) :
				  -1;
}

static ld
extreme(const won *v, int from, int to, int sign)
{
	ld m = v[from];

	for (int i = from; i <= to; i++)
		m = sign * (v[i] - m) > 0 ? v[i] : m;
	return m;
}

static ld
slow_raw_k(const struct bars *b, int i, int p)
{
	ld hh = extreme(b->high, i - p + 1, i, 1);
	ld ll = extreme(b->low, i - p + 1, i, -1);

	return hh > ll ? 100 * (b->close[i] - ll) / (hh - ll) : 0;
}

static ld
slow_k(const struct bars *b, int i, int p)
{
	return (slow_raw_k(b, i, p) + slow_raw_k(b, i - 1, p) +
		   slow_raw_k(b, i - 2, p)) /
	    3;
}

static ld
tp(const struct bars *b, int i)
{
	return ((ld)b->high[i] + b->low[i] + b->close[i]) / 3;
}

/* The first bar that has a value. */
static int
first_bar(enum kind k, int p)
{
	switch (k) {
	case SMA:
	case EMA:
	case WMA:
	case HIGHEST:
	case LOWEST:
	case STDDEV:
	case BB_UPPER:
	case BB_MID:
	case BB_LOWER:
	case CCI:
	case WILLR:
		return p - 1;
	case RSI:
	case RSI_PLAIN:
	case ROC:
	case MOM:
	case ATR:
	case PLUS_DI:
	case MINUS_DI:
	case MFI:
		return p;
	case MACD:
	case MACD_SIGNAL:
	case MACD_HIST:
		return 2 * p + 2 + 9 - 2;
	case TRANGE:
		return 1;
	case ADX:
		return 2 * p - 1;
	case STOCH_K:
	case STOCH_D:
		return p + 3;
	case OBV:
	case N_KINDS:
		break;
	}
	return 0;
}

static ld
slow(enum kind k, const struct bars *b, int i, int p)
{
	const won *c = b->close;
	ld m, x = 0, y = 0;

	if (i < first_bar(k, p))
		return NAN;
	switch (k) {
	case SMA:
	case BB_MID:
		return mean(c, i - p + 1, i);
	case EMA:
		return i < p + 10 ? slow_ema(c, i, p, p - 1) :
				    loop_ema(c, i, p, p - 1);
	case WMA:
		for (int w = 1; w <= p; w++) {
			x += (ld)w * c[i - p + w];
			y += w;
		}
		return x / y;
	case RSI:
		for (int j = 1; j <= i; j++) {
			ld up = c[j] > c[j - 1] ? c[j] - c[j - 1] : 0;
			ld down = c[j] < c[j - 1] ? c[j - 1] - c[j] : 0;

			x = j <= p ? x + up / p : (x * (p - 1) + up) / p;
			y = j <= p ? y + down / p : (y * (p - 1) + down) / p;
		}
		return x + y > 0 ? 100 * x / (x + y) : 0;
	case RSI_PLAIN:
		for (int j = i - p + 1; j <= i; j++) {
			x += c[j] > c[j - 1] ? c[j] - c[j - 1] : 0;
			y += c[j] < c[j - 1] ? c[j - 1] - c[j] : 0;
		}
		return y > 0 ? 100 - 100 / (1 + x / y) : 100;
	case ROC:
		return 100 * ((ld)c[i] - c[i - p]) / c[i - p];
	case MOM:
		return c[i] - c[i - p];
	case HIGHEST:
		return extreme(b->high, i - p + 1, i, 1);
	case LOWEST:
		return extreme(b->low, i - p + 1, i, -1);
	case STDDEV:
	case BB_UPPER:
	case BB_LOWER:
		m = mean(c, i - p + 1, i);
		for (int j = i - p + 1; j <= i; j++)
			x += (c[j] - m) * (c[j] - m) / p;
		x = sqrtl(x);
		return k == STDDEV ? x : k == BB_UPPER ? m + 2 * x : m - 2 * x;
	case MACD:
		return slow_macd_at(c, i, p);
	case MACD_SIGNAL:
		return slow_macd_signal(c, i, p);
	case MACD_HIST:
		return slow_macd_at(c, i, p) - slow_macd_signal(c, i, p);
	case TRANGE:
		return slow_tr(b, i);
	case ATR:
		for (int j = 1; j <= i; j++)
			x = j <= p ? x + slow_tr(b, j) / p :
				     (x * (p - 1) + slow_tr(b, j)) / p;
		return x;
	case PLUS_DI:
		return slow_di(b, i, p, 1);
	case MINUS_DI:
		return slow_di(b, i, p, -1);
	case ADX:
		for (int j = p; j <= i; j++) {
			ld dx = slow_dx(b, j, p);

			if (dx >= 0)
				x = j < 2 * p ? x + dx / p :
						(x * (p - 1) + dx) / p;
		}
		return x;
	case STOCH_K:
		return slow_k(b, i, p);
	case STOCH_D:
		return (slow_k(b, i, p) + slow_k(b, i - 1, p) +
			   slow_k(b, i - 2, p)) /
		    3;
	case CCI:
		for (int j = i - p + 1; j <= i; j++)
			x += tp(b, j) / p;
		for (int j = i - p + 1; j <= i; j++)
			y += fabsl(tp(b, j) - x) / p;
		return y > 1e-12L ? (tp(b, i) - x) / (0.015L * y) : 0;
	case WILLR:
		x = extreme(b->high, i - p + 1, i, 1);
		y = extreme(b->low, i - p + 1, i, -1);
		return x > y ? -100 * (x - c[i]) / (x - y) : 0;
	case MFI:
		for (int j = i - p + 1; j <= i; j++) {
			if (tp(b, j) > tp(b, j - 1))
				x += tp(b, j) * b->volume[j];
			if (tp(b, j) < tp(b, j - 1))
				y += tp(b, j) * b->volume[j];
		}
		return x + y > 0 ? 100 * x / (x + y) : 0;
	case OBV:
		x = b->volume[0];
		for (int j = 1; j <= i; j++)
			x += c[j] > c[j - 1] ? b->volume[j] :
			    c[j] < c[j - 1]  ? -b->volume[j] :
					       0;
		return x;
	case N_KINDS:
		break;
	}
	return NAN;
}

/* ---- Comparing --------------------------------------------------------- */

static bool
near(double got, double want)
{
	if (isnan(got) || isnan(want))
		return isnan(got) && isnan(want);
	return fabs(got - want) <= 1e-6 ||
	    fabs(got - want) <= 1e-9 * fabs(want);
}

static struct bars
random_bars(struct bar_store *s, struct rng *r, int n, won level)
{
	won close = level;

	bar_store_init(s, false);
	for (int i = 0; i < n; i++) {
		struct bar b = { .date = 20200101 + i };
		won step = level / 50 + 1;

		b.open = close + (won)rng_below(r, (uint64_t)step) - step / 2;
		close = b.open + (won)rng_below(r, (uint64_t)step * 2) - step;
		/* Stay above zero, and stand still now and then. */
		if (b.open < 10)
			b.open = 10;
		if (close < 10 || rng_below(r, 8) == 0)
			close = b.open;
		b.close = close;
		b.high = (b.open > close ? b.open : close) +
		    (won)rng_below(r, (uint64_t)step);
		b.low = (b.open < close ? b.open : close) -
		    (won)rng_below(r, 9);
		b.volume = (qty)rng_below(r, 10000000);
		bar_store_add(s, &b);
	}
	return bar_store_window(s, 0, n);
}

static void
against_slow(uint64_t seed)
{
	static const int period[] = { 1, 2, 3, 5, 14, 20 };
	static const won level[] = { 100, 55000, 1500000000 };
	enum { N = 90 };
	struct rng r = rng_seed(seed);
	double column[N];

	for (size_t l = 0; l < NELEM(level); l++) {
		struct bar_store s;
		struct bars b = random_bars(&s, &r, N, level[l]);

		for (int k = 0; k < N_KINDS; k++) {
			int bad = 0, differ = 0;

			for (size_t p = 0; p < NELEM(period); p++) {
				all(k, &b, period[p], column);
				for (int i = 0; i < N; i++) {
					struct bars w = bar_store_window(
					    &s, 0, i + 1);
					double one = last(k, &w, period[p]);
					double want = (double)slow(
					    k, &b, i, period[p]);

					if (!near(column[i], want) && !bad++)
						printf("# %s(%d) at %d: got "
						       "%.17g, want %.17g\n",
						    about[k].name, period[p], i,
						    column[i], want);
					differ += !(one == column[i] ||
					    (isnan(one) && isnan(column[i])));
				}
			}
			is_int(bad, 0,
			    "%s is what its definition says, "
			    "level %lld",
			    about[k].name, (long long)level[l]);
			is_int(differ, 0,
			    "%s: a column is its single values, "
			    "to the bit",
			    about[k].name);
		}
		bar_store_fini(&s);
	}
}

/* ---- Reference values -------------------------------------------------- */

static const struct {
	const char *column;
	enum kind kind;
	int period;
} oracle[] = {
	{ "sma5", SMA, 5 },
	{ "sma20", SMA, 20 },
	{ "sma60", SMA, 60 },
	{ "ema12", EMA, 12 },
	{ "ema20", EMA, 20 },
	{ "wma20", WMA, 20 },
	{ "rsi14", RSI, 14 },
	{ "macd", MACD, 12 },
	{ "macd_signal", MACD_SIGNAL, 12 },
	{ "macd_hist", MACD_HIST, 12 },
	{ "bb_upper", BB_UPPER, 20 },
	{ "bb_mid", BB_MID, 20 },
	{ "bb_lower", BB_LOWER, 20 },
	{ "trange", TRANGE, 0 },
	{ "atr14", ATR, 14 },
	{ "stoch_k", STOCH_K, 14 },
	{ "stoch_d", STOCH_D, 14 },
	{ "plus_di14", PLUS_DI, 14 },
	{ "minus_di14", MINUS_DI, 14 },
	{ "adx14", ADX, 14 },
	{ "roc10", ROC, 10 },
	{ "mom10", MOM, 10 },
	{ "obv", OBV, 0 },
	{ "highest20", HIGHEST, 20 },
	{ "lowest20", LOWEST, 20 },
	{ "stddev20", STDDEV, 20 },
	{ "cci20", CCI, 20 },
	{ "willr14", WILLR, 14 },
	{ "mfi14", MFI, 14 },
};

static const char *
shared(const char *file, char *buf, size_t size)
{
	const char *dir = getenv("MAEMAE_SHARED"), *root = getenv("ROOT");

	if (dir != NULL)
		snprintf(buf, size, "%s/data/%s", dir, file);
	else
		snprintf(buf, size, "%s/../shared/data/%s",
		    root != NULL ? root : ".", file);
	return access(buf, R_OK) == 0 ? buf : NULL;
}

static won
scaled(const char *s, int unit)
{
	double v;

	return real_parse(s, &v) == -1 ? 0 : (won)llround(v * unit);
}

static bool
read_daily(const char *path, int unit, struct bar_store *s)
{
	static const char *const name[] = { "date", "open", "high", "low",
		"close", "volume" };
	struct err e = { 0 };
	struct csv_reader *r = csv_open(path, &e);
	struct csv_row row;
	int at[NELEM(name)];

	bar_store_init(s, false);
	if (r == NULL)
		return false;
	for (size_t i = 0; i < NELEM(name); i++)
		at[i] = csv_column(r, name[i]);
	while (csv_next(r, &row, &e) == 1) {
		struct bar b = {
			.date = (ymd)scaled(csv_get(&row, at[0]), 1),
			.open = scaled(csv_get(&row, at[1]), unit),
			.high = scaled(csv_get(&row, at[2]), unit),
			.low = scaled(csv_get(&row, at[3]), unit),
			.close = scaled(csv_get(&row, at[4]), unit),
			.volume = scaled(csv_get(&row, at[5]), 1),
		};

		bar_store_add(s, &b);
	}
	csv_close(r);
	return true;
}

static void
against_oracle(const char *prices, const char *values, int unit)
{
	char path[2][4096];
	struct bar_store s;
	struct bars b;
	struct err e = { 0 };
	struct csv_reader *r;
	struct csv_row row;
	double *column[NELEM(oracle)];
	int bad[NELEM(oracle)] = { 0 }, at[NELEM(oracle)], i = 0, dates = 0;

	if (shared(prices, path[0], sizeof(path[0])) == NULL ||
	    shared(values, path[1], sizeof(path[1])) == NULL) {
		ok(true, "%s # skip the data are not here", values);
		return;
	}
	if (!ok(read_daily(path[0], unit, &s), "%s can be read", prices) ||
	    !ok((r = csv_open(path[1], &e)) != NULL, "%s too", values))
		return;
	b = bar_store_window(&s, 0, s.n);
	for (size_t k = 0; k < NELEM(oracle); k++) {
		column[k] = xcalloc((size_t)b.n, sizeof(double));
		all(oracle[k].kind, &b, oracle[k].period, column[k]);
		at[k] = csv_column(r, oracle[k].column);
	}
	for (; csv_next(r, &row, &e) == 1 && i < b.n; i++) {
		dates += scaled(csv_get(&row, 0), 1) == b.date[i];
		for (size_t k = 0; k < NELEM(oracle); k++) {
			const char *text = csv_get(&row, at[k]);
			double got = column[k][i], want = NAN;

			if (about[oracle[k].kind].is_price)
				got /= unit;
			if (text[0] != '\0' && real_parse(text, &want) == -1)
				bad[k]++;
			else if (!near(got, want) && !bad[k]++)
				printf("# %s at bar %d: got %.15g, want "
				       "%s\n",
				    oracle[k].column, i, got, text);
		}
	}
	is_int(i, b.n, "%s: all bars compared", values);
	is_int(dates, b.n, "%s: the same dates", values);
	for (size_t k = 0; k < NELEM(oracle); k++) {
		ok(at[k] >= 0 && bad[k] == 0, "%s: %s", values,
		    oracle[k].column);
		free(column[k]);
	}
	csv_close(r);
	bar_store_fini(&s);
}

/* ---- Edges ------------------------------------------------------------- */

static void
flat(void)
{
	static const struct {
		enum kind kind;
		double want;
	} want[] = {
		{ SMA, 500 },
		{ EMA, 500 },
		{ WMA, 500 },
		{ RSI, 0 },
		{ RSI_PLAIN, 100 },
		{ ROC, 0 },
		{ MOM, 0 },
		{ HIGHEST, 500 },
		{ LOWEST, 500 },
		{ STDDEV, 0 },
		{ BB_UPPER, 500 },
		{ BB_MID, 500 },
		{ BB_LOWER, 500 },
		{ MACD, 0 },
		{ MACD_SIGNAL, 0 },
		{ MACD_HIST, 0 },
		{ TRANGE, 0 },
		{ ATR, 0 },
		{ PLUS_DI, 0 },
		{ MINUS_DI, 0 },
		{ ADX, 0 },
		{ STOCH_K, 0 },
		{ STOCH_D, 0 },
		{ CCI, 0 },
		{ WILLR, 0 },
		{ MFI, 0 },
		{ OBV, 10 },
	};
	struct bar_store s;
	struct bars b;
	double column[60];

	bar_store_init(&s, false);
	for (int i = 0; i < 60; i++)
		bar_store_add(&s,
		    &(struct bar){ 20200101 + i, 0, 500, 500, 500, 500, 10 });
	b = bar_store_window(&s, 0, 60);
	is_int(NELEM(want), N_KINDS, "flat: each kind has an answer");
	for (size_t i = 0; i < NELEM(want); i++) {
		is_real(last(want[i].kind, &b, 14), want[i].want, "flat: %s",
		    about[want[i].kind].name);
		all(want[i].kind, &b, 14, column);
		is_real(column[59], want[i].want, "flat: %s, column",
		    about[want[i].kind].name);
	}
	bar_store_fini(&s);
}

static void
short_and_empty(void)
{
	struct rng r = rng_seed(1);
	struct bar_store s;
	struct bars b = random_bars(&s, &r, 40, 1000);
	struct bars none = { 0 };
	double column[40];

	for (int k = 0; k < N_KINDS; k++) {
		int first = first_bar(k, 10), bad = 0;
		struct bars w = bar_store_window(&s, 0, first + 1);

		ok(!isnan(last(k, &w, 10)), "%s: its first bar is %d",
		    about[k].name, first);
		w = bar_store_window(&s, 0, first);
		ok(isnan(last(k, &w, 10)), "%s: none before", about[k].name);
		ok(isnan(last(k, &none, 10)), "%s: none of nothing",
		    about[k].name);
		all(k, &none, 10, column); /* must not touch it */
		if (k == TRANGE || k == OBV || k == MACD || k == MACD_HIST ||
		    k == MACD_SIGNAL)
			continue;
		for (int p = -1; p <= 0; p++) {
			all(k, &b, p, column);
			for (int i = 0; i < 40; i++)
				bad += !isnan(column[i]);
			bad += !isnan(last(k, &b, p));
		}
		all(k, &b, INT32_MAX, column);
		for (int i = 0; i < 40; i++)
			bad += !isnan(column[i]);
		bad += !isnan(last(k, &b, INT32_MAX));
		is_int(bad, 0, "%s: no value for an impossible period",
		    about[k].name);
	}
	ok(isnan(ind_macd_last(b.close, 40, 0, 26, 9).macd) &&
		isnan(ind_macd_last(b.close, 40, 12, 26, 0).macd),
	    "macd: no value for an impossible period");
	is_real(ind_macd_last(b.close, 40, 26, 12, 9).macd,
	    ind_macd_last(b.close, 40, 12, 26, 9).macd,
	    "macd: periods named the wrong way round");
	bar_store_fini(&s);
}

static void
integers(void)
{
	static const int64_t v[] = { 5, -3, 9, 2, 7, 7, 1 };
	static const won price[] = { 1000000000000, 10, 20 };
	static const qty volume[] = { 1000000000000, 3, 4 };
	struct bars b = { .n = 3, .close = price, .volume = volume };

	is_int(ind_sum(v, 7), 28, "sum of seven");
	is_int(ind_sum(v, 4), 13, "sum of four");
	is_int(ind_sum(v, 0), 0, "sum of none");
	is_int(ind_max(v, 7), 9, "greatest");
	is_int(ind_min(v, 7), -3, "least");
	is_int(ind_max(v, 0), 0, "greatest of none");
	is_int(ind_mean_value(&b, 2), 55, "mean value: (30 + 80) / 2");
	is_int(ind_mean_value(&b, 1), 80, "mean value of one day");
	is_int(ind_mean_value(&b, 3), INT64_MAX, "mean value beyond 64 bits");
	b.close++, b.volume++, b.n = 2;
	is_int(ind_mean_value(&b, 30), 55, "mean value of what there is");
	b.n = 0;
	is_int(ind_mean_value(&b, 30), 0, "mean value of nothing");
}

int
main(void)
{
	const char *given = getenv("TEST_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) :
					(uint64_t)getpid();

	printf("# TEST_SEED=%llu repeats this run\n", (unsigned long long)seed);
	integers();
	against_slow(seed);
	flat();
	short_and_empty();
	against_oracle(
	    "krx_daily_005930.csv", "oracle_indicators_005930.csv", 1);
	against_oracle("us_daily_GOOG.csv", "oracle_indicators_GOOG.csv", 100);
	return done_testing();
}
