/*
 * indicator.c - see indicator.h for what each one means.
 *
 * Window indicators keep integer sums: rolling them along a column is exact,
 * so no drift builds up and `_all` equals `_last`.  The smoothing ones are
 * written once, as a run over the bars that stores a column if it is given
 * one and returns the newest value.
 *
 * Sums of four at a time: independent additions, which a compiler may also
 * put into vector registers, at -O2 too.
 */
#include <math.h>

#include "price/indicator.h"

typedef __int128 wide;

int64_t
ind_sum(const int64_t *v, int n)
{
	int64_t a = 0, b = 0, c = 0, d = 0;
	int i = 0;

	for (; i + 4 <= n; i += 4) {
		a += v[i];
		b += v[i + 1];
		c += v[i + 2];
		d += v[i + 3];
	}
	for (; i < n; i++)
		a += v[i];
	return (a + b) + (c + d);
}

int64_t
ind_max(const int64_t *v, int n)
{
	int64_t m = n > 0 ? v[0] : 0;

	for (int i = 1; i < n; i++)
		m = v[i] > m ? v[i] : m;
	return m;
}

int64_t
ind_min(const int64_t *v, int n)
{
	int64_t m = n > 0 ? v[0] : 0;

	for (int i = 1; i < n; i++)
		m = v[i] < m ? v[i] : m;
	return m;
}

won
ind_mean_value(const struct bars *b, int days)
{
	int from = b->n > days ? b->n - days : 0;
	wide sum = 0;

	if (days < 1 || b->n < 1)
		return 0;
	for (int i = from; i < b->n; i++)
		sum += (wide)b->close[i] * b->volume[i];
	sum /= b->n - from;
	return sum > INT64_MAX ? INT64_MAX : (won)sum;
}

/* Does the newest of n bars have a value that needs `need` bars? */
static bool
enough(int n, int period, int64_t need)
{
	return period >= 1 && n >= need;
}

/* NAN into out[0 .. upto), at most n. */
static void
blank(double *out, int64_t upto, int n)
{
	for (int i = 0; i < n && i < upto; i++)
		out[i] = NAN;
}

/* ---- Means ------------------------------------------------------------- */

double
ind_sma_last(const int64_t *v, int n, int period)
{
	if (!enough(n, period, period))
		return NAN;
	return (double)ind_sum(v + n - period, period) / period;
}

void
ind_sma_all(const int64_t *v, int n, int period, double *out)
{
	int64_t sum;

	if (!enough(n, period, period)) {
		blank(out, n, n);
		return;
	}
	blank(out, period - 1, n);
	sum = ind_sum(v, period);
	out[period - 1] = (double)sum / period;
	for (int i = period; i < n; i++) {
		sum += v[i] - v[i - period];
		out[i] = (double)sum / period;
	}
}

static double
ema_run(const int64_t *v, int n, int period, double *out)
{
	double k = 2.0 / ((double)period + 1), ema;

	if (out != NULL)
		blank(out, period < 1 ? n : (int64_t)period - 1, n);
	if (!enough(n, period, period))
		return NAN;
	ema = (double)ind_sum(v, period) / period;
	if (out != NULL)
		out[period - 1] = ema;
	for (int i = period; i < n; i++) {
		ema += k * ((double)v[i] - ema);
		if (out != NULL)
			out[i] = ema;
	}
	return ema;
}

double
ind_ema_last(const int64_t *v, int n, int period)
{
	return ema_run(v, n, period, NULL);
}

void
ind_ema_all(const int64_t *v, int n, int period, double *out)
{
	ema_run(v, n, period, out);
}

/* period * (period + 1) / 2, in 64 bits. */
static double
wma_divisor(int period)
{
	return (double)((int64_t)period * ((int64_t)period + 1) / 2);
}

static int64_t
weighted_sum(const int64_t *v, int n)
{
	int64_t sum = 0;

	for (int i = 0; i < n; i++)
		sum += (i + 1) * v[i];
	return sum;
}

double
ind_wma_last(const int64_t *v, int n, int period)
{
	if (!enough(n, period, period))
		return NAN;
	return (double)weighted_sum(v + n - period, period) /
	    wma_divisor(period);
}

void
ind_wma_all(const int64_t *v, int n, int period, double *out)
{
	int64_t sum, weighted;

	if (!enough(n, period, period)) {
		blank(out, n, n);
		return;
	}
	blank(out, period - 1, n);
	sum = ind_sum(v, period);
	weighted = weighted_sum(v, period);
	out[period - 1] = (double)weighted / wma_divisor(period);
	for (int i = period; i < n; i++) {
		/* Each weight falls by one: take the sum away once. */
		weighted += period * v[i] - sum;
		sum += v[i] - v[i - period];
		out[i] = (double)weighted / wma_divisor(period);
	}
}

/* ---- Momentum ---------------------------------------------------------- */

static double
rsi_of(double gain, double loss)
{
	return gain + loss > 0 ? 100 * (gain / (gain + loss)) : 0;
}

static double
rsi_run(const int64_t *v, int n, int period, double *out)
{
	int64_t up = 0, down = 0;
	double gain, loss, k, keep;

	if (out != NULL)
		blank(out, period < 1 ? n : period, n);
	if (!enough(n, period, (int64_t)period + 1))
		return NAN;
	for (int i = 1; i <= period; i++) {
		if (v[i] > v[i - 1])
			up += v[i] - v[i - 1];
		else
			down += v[i - 1] - v[i];
	}
	gain = (double)up / period;
	loss = (double)down / period;
	k = 1.0 / period; /* a product and a sum are faster than a division */
	keep = 1 - k;
	if (out != NULL)
		out[period] = rsi_of(gain, loss);
	for (int i = period + 1; i < n; i++) {
		double d = (double)(v[i] - v[i - 1]);

		gain = gain * keep + (d > 0 ? d : 0) * k;
		loss = loss * keep + (d < 0 ? -d : 0) * k;
		if (out != NULL)
			out[i] = rsi_of(gain, loss);
	}
	return rsi_of(gain, loss);
}

double
ind_rsi_last(const int64_t *v, int n, int period)
{
	return rsi_run(v, n, period, NULL);
}

void
ind_rsi_all(const int64_t *v, int n, int period, double *out)
{
	rsi_run(v, n, period, out);
}

static double
rsi_plain_of(int64_t up, int64_t down)
{
	return down == 0 ? 100 : 100 * ((double)up / (double)(up + down));
}

double
ind_rsi_plain_last(const int64_t *v, int n, int period)
{
	int64_t up = 0, down = 0;

	if (!enough(n, period, (int64_t)period + 1))
		return NAN;
	for (int i = n - period; i < n; i++) {
		int64_t d = v[i] - v[i - 1];

		up += d > 0 ? d : 0;
		down -= d < 0 ? d : 0;
	}
	return rsi_plain_of(up, down);
}

void
ind_rsi_plain_all(const int64_t *v, int n, int period, double *out)
{
	int64_t up = 0, down = 0;

	blank(out, period < 1 ? n : period, n);
	if (period < 1)
		return;
	for (int i = 1; i < n; i++) {
		int64_t d = v[i] - v[i - 1];

		up += d > 0 ? d : 0;
		down -= d < 0 ? d : 0;
		if (i < period)
			continue;
		if (i > period) { /* the oldest difference leaves */
			d = v[i - period] - v[i - period - 1];
			up -= d > 0 ? d : 0;
			down += d < 0 ? d : 0;
		}
		out[i] = rsi_plain_of(up, down);
	}
}

double
ind_roc_last(const int64_t *v, int n, int period)
{
	if (!enough(n, period, (int64_t)period + 1) || v[n - 1 - period] == 0)
		return NAN;
	return ((double)v[n - 1] / (double)v[n - 1 - period] - 1) * 100;
}

void
ind_roc_all(const int64_t *v, int n, int period, double *out)
{
	for (int i = 0; i < n; i++)
		out[i] = ind_roc_last(v, i + 1, period);
}

double
ind_mom_last(const int64_t *v, int n, int period)
{
	if (!enough(n, period, (int64_t)period + 1))
		return NAN;
	return (double)(v[n - 1] - v[n - 1 - period]);
}

void
ind_mom_all(const int64_t *v, int n, int period, double *out)
{
	for (int i = 0; i < n; i++)
		out[i] = ind_mom_last(v, i + 1, period);
}

/* ---- Extremes ---------------------------------------------------------- */

/*
 * The extreme of a window that moves along v: where it stands is remembered,
 * and looked for again only when it has left the window.
 */
struct extreme {
	const int64_t *v;
	int sign; /* 1: greatest, -1: least */
	int period;
	int at; /* -1: not started */
};

/* The extreme of v[i - period + 1 .. i]; to be called for each i in turn. */
static int64_t
extreme_at(struct extreme *x, int i)
{
	int from = i - x->period + 1;

	if (x->at < from || x->at == -1) {
		x->at = from;
		for (int j = from + 1; j <= i; j++)
			if (x->sign * (x->v[j] - x->v[x->at]) >= 0)
				x->at = j;
	} else if (x->sign * (x->v[i] - x->v[x->at]) >= 0)
		x->at = i;
	return x->v[x->at];
}

static void
extreme_all(const int64_t *v, int n, int period, int sign, double *out)
{
	struct extreme x = { v, sign, period, -1 };

	blank(out, period < 1 ? n : (int64_t)period - 1, n);
	if (period < 1)
		return;
	for (int i = period - 1; i < n; i++)
		out[i] = (double)extreme_at(&x, i);
}

double
ind_highest_last(const int64_t *v, int n, int period)
{
	if (!enough(n, period, period))
		return NAN;
	return (double)ind_max(v + n - period, period);
}

void
ind_highest_all(const int64_t *v, int n, int period, double *out)
{
	extreme_all(v, n, period, 1, out);
}

double
ind_lowest_last(const int64_t *v, int n, int period)
{
	if (!enough(n, period, period))
		return NAN;
	return (double)ind_min(v + n - period, period);
}

void
ind_lowest_all(const int64_t *v, int n, int period, double *out)
{
	extreme_all(v, n, period, -1, out);
}

/* ---- Spread ------------------------------------------------------------ */

/* sqrt(mean of squares - square of mean), with the difference exact. */
static double
stddev_of(int64_t sum, wide squares, int period)
{
	return sqrt((double)(squares * period - (wide)sum * sum)) / period;
}

static wide
sum_of_squares(const int64_t *v, int n)
{
	wide sum = 0;

	for (int i = 0; i < n; i++)
		sum += (wide)v[i] * v[i];
	return sum;
}

double
ind_stddev_last(const int64_t *v, int n, int period)
{
	if (!enough(n, period, period))
		return NAN;
	v += n - period;
	return stddev_of(ind_sum(v, period), sum_of_squares(v, period), period);
}

void
ind_stddev_all(const int64_t *v, int n, int period, double *out)
{
	int64_t sum;
	wide squares;

	if (!enough(n, period, period)) {
		blank(out, n, n);
		return;
	}
	blank(out, period - 1, n);
	sum = ind_sum(v, period);
	squares = sum_of_squares(v, period);
	out[period - 1] = stddev_of(sum, squares, period);
	for (int i = period; i < n; i++) {
		sum += v[i] - v[i - period];
		squares += (wide)v[i] * v[i] -
		    (wide)v[i - period] * v[i - period];
		out[i] = stddev_of(sum, squares, period);
	}
}

struct ind_bands
ind_bollinger_last(const int64_t *v, int n, int period, double width)
{
	double mid = ind_sma_last(v, n, period);
	double sd = ind_stddev_last(v, n, period);

	return (struct ind_bands){
		.upper = mid + width * sd, .mid = mid, .lower = mid - width * sd
	};
}

void
ind_bollinger_all(const int64_t *v, int n, int period, double width,
    double *upper, double *mid, double *lower)
{
	ind_stddev_all(v, n, period, upper);
	ind_sma_all(v, n, period, mid);
	for (int i = 0; i < n; i++) {
		double sd = upper[i];

		upper[i] = mid[i] + width * sd;
		lower[i] = mid[i] - width * sd;
	}
}

/* ---- MACD -------------------------------------------------------------- */

static struct ind_macd
macd_run(const int64_t *v, int n, int fast, int slow, int signal,
    double *macd_out, double *sig_out, double *hist_out)
{
	struct ind_macd m = { NAN, NAN, NAN };
	double kf, ks, kg, ef, es, seed = 0;
	int64_t first;

	if (fast > slow) { /* named the wrong way round */
		int t = fast;

		fast = slow;
		slow = t;
	}
	first = (int64_t)slow + signal - 2; /* the first bar shown */
	if (macd_out != NULL) {
		int64_t upto = fast < 1 || signal < 1 ? n : first;

		blank(macd_out, upto, n);
		blank(sig_out, upto, n);
		blank(hist_out, upto, n);
	}
	if (fast < 1 || signal < 1 || n <= first)
		return m;
	kf = 2.0 / ((double)fast + 1);
	ks = 2.0 / ((double)slow + 1);
	kg = 2.0 / ((double)signal + 1);
	ef = (double)ind_sum(v + slow - fast, fast) / fast;
	es = (double)ind_sum(v, slow) / slow;
	for (int i = slow - 1; i < n; i++) {
		if (i >= slow) {
			ef += kf * ((double)v[i] - ef);
			es += ks * ((double)v[i] - es);
		}
		m.macd = ef - es;
		if (i <= first) {
			seed += m.macd;
			if (i < first)
				continue;
			m.signal = seed / signal;
		} else
			m.signal += kg * (m.macd - m.signal);
		m.hist = m.macd - m.signal;
		if (macd_out != NULL) {
			macd_out[i] = m.macd;
			sig_out[i] = m.signal;
			hist_out[i] = m.hist;
		}
	}
	return m;
}

struct ind_macd
ind_macd_last(const int64_t *v, int n, int fast, int slow, int signal)
{
	return macd_run(v, n, fast, slow, signal, NULL, NULL, NULL);
}

void
ind_macd_all(const int64_t *v, int n, int fast, int slow, int signal,
    double *macd, double *sig, double *hist)
{
	macd_run(v, n, fast, slow, signal, macd, sig, hist);
}

/* ---- Range ------------------------------------------------------------- */

static won
trange_at(const struct bars *b, int i)
{
	won pc = b->close[i - 1];
	won top = b->high[i] > pc ? b->high[i] : pc;
	won bottom = b->low[i] < pc ? b->low[i] : pc;

	return top - bottom;
}

double
ind_trange_last(const struct bars *b)
{
	return b->n < 2 ? NAN : (double)trange_at(b, b->n - 1);
}

void
ind_trange_all(const struct bars *b, double *out)
{
	blank(out, 1, b->n);
	for (int i = 1; i < b->n; i++)
		out[i] = (double)trange_at(b, i);
}

static double
atr_run(const struct bars *b, int period, double *out)
{
	double atr = 0;

	if (out != NULL)
		blank(out, period < 1 ? b->n : period, b->n);
	if (!enough(b->n, period, (int64_t)period + 1))
		return NAN;
	for (int i = 1; i < b->n; i++) {
		double tr = (double)trange_at(b, i);

		if (i <= period) {
			atr += tr;
			if (i < period)
				continue;
			atr /= period;
		} else
			atr = (atr * (period - 1) + tr) / period;
		if (out != NULL)
			out[i] = atr;
	}
	return atr;
}

double
ind_atr_last(const struct bars *b, int period)
{
	return atr_run(b, period, NULL);
}

void
ind_atr_all(const struct bars *b, int period, double *out)
{
	atr_run(b, period, out);
}

/* ---- Directional movement ---------------------------------------------- */

struct directional {
	double plus, minus, adx;
};

static struct directional
directional_run(const struct bars *b, int period, double *plus_out,
    double *minus_out, double *adx_out)
{
	struct directional r = { NAN, NAN, NAN };
	double plus = 0, minus = 0, tr = 0, dx_sum = 0;
	int n = b->n;
	int64_t first_adx = 2 * (int64_t)period - 1;

	if (plus_out != NULL)
		blank(plus_out, period < 1 ? n : period, n);
	if (minus_out != NULL)
		blank(minus_out, period < 1 ? n : period, n);
	if (adx_out != NULL)
		blank(adx_out, period < 1 ? n : first_adx, n);
	if (!enough(n, period, (int64_t)period + 1))
		return r;
	for (int i = 1; i < n; i++) {
		won up = b->high[i] - b->high[i - 1];
		won down = b->low[i - 1] - b->low[i];
		double dx = NAN;

		if (i >= period) {
			plus -= plus / period;
			minus -= minus / period;
			tr -= tr / period;
		}
		plus += up > 0 && up > down ? (double)up : 0;
		minus += down > 0 && down > up ? (double)down : 0;
		tr += (double)trange_at(b, i);
		if (i < period)
			continue;
		r.plus = tr > 0 ? 100 * (plus / tr) : 0;
		r.minus = tr > 0 ? 100 * (minus / tr) : 0;
		if (r.plus + r.minus > 0)
			dx = 100 *
			    (fabs(r.plus - r.minus) / (r.plus + r.minus));
		/* No direction at all: in the seed nothing, later no change. */
		if (i <= first_adx) {
			dx_sum += isnan(dx) ? 0 : dx;
			if (i == first_adx)
				r.adx = dx_sum / period;
		} else if (!isnan(dx))
			r.adx = (r.adx * (period - 1) + dx) / period;
		if (plus_out != NULL)
			plus_out[i] = r.plus;
		if (minus_out != NULL)
			minus_out[i] = r.minus;
		if (adx_out != NULL)
			adx_out[i] = r.adx;
	}
	return r;
}

double
ind_plus_di_last(const struct bars *b, int period)
{
	return directional_run(b, period, NULL, NULL, NULL).plus;
}

void
ind_plus_di_all(const struct bars *b, int period, double *out)
{
	directional_run(b, period, out, NULL, NULL);
}

double
ind_minus_di_last(const struct bars *b, int period)
{
	return directional_run(b, period, NULL, NULL, NULL).minus;
}

void
ind_minus_di_all(const struct bars *b, int period, double *out)
{
	directional_run(b, period, NULL, out, NULL);
}

double
ind_adx_last(const struct bars *b, int period)
{
	return directional_run(b, period, NULL, NULL, NULL).adx;
}

void
ind_adx_all(const struct bars *b, int period, double *out)
{
	directional_run(b, period, NULL, NULL, out);
}

/* ---- Place in the range ------------------------------------------------ */

/* 100 * (part / whole), 0 where there is no range. */
static double
share(won part, won whole)
{
	return whole > 0 ? 100 * ((double)part / (double)whole) : 0;
}

static double
raw_k(const struct bars *b, int i, int period)
{
	won hh = ind_max(b->high + i - period + 1, period);
	won ll = ind_min(b->low + i - period + 1, period);

	return share(b->close[i] - ll, hh - ll);
}

struct ind_stoch
ind_stoch_last(const struct bars *b, int period, int smooth, int d_period)
{
	struct ind_stoch r = { NAN, NAN };
	double sum_d = 0;

	if (period < 1 || smooth < 1 || d_period < 1 ||
	    b->n < (int64_t)period + smooth + d_period - 2)
		return r;
	for (int j = d_period - 1; j >= 0; j--) {
		double sum = 0;

		for (int m = smooth - 1; m >= 0; m--)
			sum += raw_k(b, b->n - 1 - j - m, period);
		r.k = sum / smooth;
		sum_d += r.k;
	}
	r.d = sum_d / d_period;
	return r;
}

/* out[i] = mean of in[i - period + 1 .. i] for i >= first, from the end, so
 * that in and out may be one array. */
static void
mean_back(const double *in, double *out, int n, int64_t first, int period)
{
	for (int i = n - 1; i >= first; i--) {
		double sum = 0;

		for (int m = period - 1; m >= 0; m--)
			sum += in[i - m];
		out[i] = sum / period;
	}
}

void
ind_stoch_all(const struct bars *b, int period, int smooth, int d_period,
    double *k, double *d)
{
	struct extreme hi = { b->high, 1, period, -1 };
	struct extreme lo = { b->low, -1, period, -1 };
	int64_t first_k = (int64_t)period + smooth - 2;
	int64_t first_d = first_k + d_period - 1;
	int n = b->n;

	if (period < 1 || smooth < 1 || d_period < 1) {
		blank(k, n, n);
		blank(d, n, n);
		return;
	}
	for (int i = period - 1; i < n; i++) {
		won ll = extreme_at(&lo, i);

		k[i] = share(b->close[i] - ll, extreme_at(&hi, i) - ll);
	}
	mean_back(k, k, n, first_k, smooth);
	mean_back(k, d, n, first_d, d_period);
	blank(k, first_d, n);
	blank(d, first_d, n);
}

double
ind_willr_last(const struct bars *b, int period)
{
	won hh, ll;

	if (!enough(b->n, period, period))
		return NAN;
	hh = ind_max(b->high + b->n - period, period);
	ll = ind_min(b->low + b->n - period, period);
	return -share(hh - b->close[b->n - 1], hh - ll);
}

void
ind_willr_all(const struct bars *b, int period, double *out)
{
	struct extreme hi = { b->high, 1, period, -1 };
	struct extreme lo = { b->low, -1, period, -1 };

	blank(out, period < 1 ? b->n : (int64_t)period - 1, b->n);
	if (period < 1)
		return;
	for (int i = period - 1; i < b->n; i++) {
		won hh = extreme_at(&hi, i);

		out[i] = -share(hh - b->close[i], hh - extreme_at(&lo, i));
	}
}

/* ---- Typical price ----------------------------------------------------- */

/* Three times the typical price, so that it stays whole. */
static won
typical3(const struct bars *b, int i)
{
	return b->high[i] + b->low[i] + b->close[i];
}

/* The cci at bar i, whose window sums up to `sum` (of typical3). */
static double
cci_at(const struct bars *b, int i, int period, wide sum)
{
	wide dev = 0, here = 0; /* both times 3 * period */

	for (int j = i - period + 1; j <= i; j++) {
		here = (wide)typical3(b, j) * period - sum;
		dev += here < 0 ? -here : here;
	}
	if (dev == 0)
		return 0;
	return (double)here / (0.015 * ((double)dev / period));
}

double
ind_cci_last(const struct bars *b, int period)
{
	wide sum = 0;

	if (!enough(b->n, period, period))
		return NAN;
	for (int i = b->n - period; i < b->n; i++)
		sum += typical3(b, i);
	return cci_at(b, b->n - 1, period, sum);
}

void
ind_cci_all(const struct bars *b, int period, double *out)
{
	wide sum = 0;

	blank(out, period < 1 ? b->n : (int64_t)period - 1, b->n);
	if (period < 1)
		return;
	for (int i = 0; i < b->n; i++) {
		sum += typical3(b, i);
		if (i >= period)
			sum -= typical3(b, i - period);
		if (i >= period - 1)
			out[i] = cci_at(b, i, period, sum);
	}
}

/* The money that flowed at bar i, and whether it came in (1), went out (-1)
 * or did neither (0). */
static int
flow_at(const struct bars *b, int i, wide *money)
{
	won now = typical3(b, i), before = typical3(b, i - 1);

	*money = (wide)now * b->volume[i];
	return (now > before) - (now < before);
}

static double
mfi_of(wide in, wide out)
{
	return in + out > 0 ? 100 * ((double)in / (double)(in + out)) : 0;
}

double
ind_mfi_last(const struct bars *b, int period)
{
	wide in = 0, out = 0, money;

	if (!enough(b->n, period, (int64_t)period + 1))
		return NAN;
	for (int i = b->n - period; i < b->n; i++) {
		int way = flow_at(b, i, &money);

		in += way > 0 ? money : 0;
		out += way < 0 ? money : 0;
	}
	return mfi_of(in, out);
}

void
ind_mfi_all(const struct bars *b, int period, double *column)
{
	wide in = 0, out = 0, money;

	blank(column, period < 1 ? b->n : period, b->n);
	if (period < 1)
		return;
	for (int i = 1; i < b->n; i++) {
		int way = flow_at(b, i, &money);

		in += way > 0 ? money : 0;
		out += way < 0 ? money : 0;
		if (i > period) {
			way = flow_at(b, i - period, &money);
			in -= way > 0 ? money : 0;
			out -= way < 0 ? money : 0;
		}
		if (i >= period)
			column[i] = mfi_of(in, out);
	}
}

static int64_t
obv_run(const struct bars *b, int64_t *out)
{
	int64_t obv = 0;

	for (int i = 0; i < b->n; i++) {
		if (i == 0 || b->close[i] > b->close[i - 1])
			obv += b->volume[i];
		else if (b->close[i] < b->close[i - 1])
			obv -= b->volume[i];
		if (out != NULL)
			out[i] = obv;
	}
	return obv;
}

int64_t
ind_obv_last(const struct bars *b)
{
	return obv_run(b, NULL);
}

void
ind_obv_all(const struct bars *b, int64_t *out)
{
	obv_run(b, out);
}
