/*
 * indicator.h - indicators as pure functions over arrays, oldest first.
 *
 * Two forms: `ind_*_last` gives the value at the newest of n bars, and
 * `ind_*_all` fills a column of n values, one per bar.  A value that does
 * not exist yet (too few bars, a period under 1) is NAN.  Definitions are
 * those of TA-Lib 0.4 with its default settings, which the reference values
 * in the tests follow; where it has none, the comment here is the
 * definition.
 *
 * Prices are whole won, so that sums are exact, a column equals the single
 * values to the last bit, and a tie can be decided in integers:
 *
 *	long * ind_sum(short closes)  >  short * ind_sum(long closes)
 *
 * is "the short average is above the long one" without any rounding.  Prices
 * with decimals go in scaled (dollars as cents); what is in units of price
 * comes out scaled alike, ratios are unchanged.
 *
 * Indicators over a window look at that window alone: O(period).  Those that
 * smooth (ema, rsi, macd, atr, di, adx) and obv depend on all n bars: O(n).
 *
 * Nothing here allocates, and nothing else of ours is used: indicator.o is
 * linked into each strategy.
 */
#ifndef PRICE_INDICATOR_H
#define PRICE_INDICATOR_H

#include "base/types.h"
#include "price/bars.h"

/* ---- Exact integers ---------------------------------------------------- */

/* Sum, greatest and least of all n; the sum must fit (a thousand prices of a
 * trillion won do).  0 for n <= 0. */
int64_t ind_sum(const int64_t *v, int n);
int64_t ind_max(const int64_t *v, int n);
int64_t ind_min(const int64_t *v, int n);

/* Mean traded value (close * volume) of the last `days` bars, or of those
 * there are, floored; INT64_MAX if it is more.  0 without bars. */
won ind_mean_value(const struct bars *b, int days);

/* ---- One series in ----------------------------------------------------- */

double ind_sma_last(const int64_t *v, int n, int period);
void ind_sma_all(const int64_t *v, int n, int period, double *out);

/* k = 2 / (period + 1); seeded with the mean of the first `period`. */
double ind_ema_last(const int64_t *v, int n, int period);
void ind_ema_all(const int64_t *v, int n, int period, double *out);

/* Weights 1..period, the newest the heaviest. */
double ind_wma_last(const int64_t *v, int n, int period);
void ind_wma_all(const int64_t *v, int n, int period, double *out);

/* RSI with Wilder's smoothing, first at bar `period`; 0 where flat. */
double ind_rsi_last(const int64_t *v, int n, int period);
void ind_rsi_all(const int64_t *v, int n, int period, double *out);

/* RSI from plain means of the last `period` gains and losses; 100 where there
 * was no loss, a flat window among them. */
double ind_rsi_plain_last(const int64_t *v, int n, int period);
void ind_rsi_plain_all(const int64_t *v, int n, int period, double *out);

/* Percent and absolute change against `period` bars ago; momentum, as the
 * strategies call it, is the first.  NAN where the old value is 0. */
double ind_roc_last(const int64_t *v, int n, int period);
void ind_roc_all(const int64_t *v, int n, int period, double *out);
double ind_mom_last(const int64_t *v, int n, int period);
void ind_mom_all(const int64_t *v, int n, int period, double *out);

/* Extremes of the last `period`, the newest included. */
double ind_highest_last(const int64_t *v, int n, int period);
void ind_highest_all(const int64_t *v, int n, int period, double *out);
double ind_lowest_last(const int64_t *v, int n, int period);
void ind_lowest_all(const int64_t *v, int n, int period, double *out);

/* Population standard deviation. */
double ind_stddev_last(const int64_t *v, int n, int period);
void ind_stddev_all(const int64_t *v, int n, int period, double *out);

struct ind_bands {
	double upper, mid, lower; /* sma +- width * stddev */
};
struct ind_bands ind_bollinger_last(
    const int64_t *v, int n, int period, double width);
void ind_bollinger_all(const int64_t *v, int n, int period, double width,
    double *upper, double *mid, double *lower);

/* Both averages start at bar slow - 1, the fast one seeded with the `fast`
 * values up to it; the signal is an ema of their difference.  All three are
 * shown from the first signal, at bar slow + signal - 2. */
struct ind_macd {
	double macd, signal, hist;
};
struct ind_macd ind_macd_last(
    const int64_t *v, int n, int fast, int slow, int signal);
void ind_macd_all(const int64_t *v, int n, int fast, int slow, int signal,
    double *macd, double *sig, double *hist);

/* ---- Bars in ----------------------------------------------------------- */

/* max(high - low, |high - previous close|, |low - previous close|). */
double ind_trange_last(const struct bars *b);
void ind_trange_all(const struct bars *b, double *out);

/* Wilder's mean of the true range, first at bar `period`. */
double ind_atr_last(const struct bars *b, int period);
void ind_atr_all(const struct bars *b, int period, double *out);

/* Directional movement: +DI, -DI from bar `period`, ADX from 2 * period - 1. */
double ind_plus_di_last(const struct bars *b, int period);
void ind_plus_di_all(const struct bars *b, int period, double *out);
double ind_minus_di_last(const struct bars *b, int period);
void ind_minus_di_all(const struct bars *b, int period, double *out);
double ind_adx_last(const struct bars *b, int period);
void ind_adx_all(const struct bars *b, int period, double *out);

/* Slow stochastic: raw = 100 (c - LL) / (HH - LL) over `period`, 0 where HH =
 * LL; k = mean of the last `smooth` raws, d = mean of the last `d_period` k.
 * Both are shown from the first d. */
struct ind_stoch {
	double k, d;
};
struct ind_stoch ind_stoch_last(
    const struct bars *b, int period, int smooth, int d_period);
void ind_stoch_all(const struct bars *b, int period, int smooth, int d_period,
    double *k, double *d);

/* Commodity channel index, factor 0.015; 0 where the deviation is 0. */
double ind_cci_last(const struct bars *b, int period);
void ind_cci_all(const struct bars *b, int period, double *out);

/* Williams %R: -100 (HH - c) / (HH - LL), 0 where HH = LL. */
double ind_willr_last(const struct bars *b, int period);
void ind_willr_all(const struct bars *b, int period, double *out);

/* Money flow index, first at bar `period`; 0 where no money flowed. */
double ind_mfi_last(const struct bars *b, int period);
void ind_mfi_all(const struct bars *b, int period, double *out);

/* On-balance volume, from the first bar's volume on.  0 without bars. */
int64_t ind_obv_last(const struct bars *b);
void ind_obv_all(const struct bars *b, int64_t *out);

#endif
