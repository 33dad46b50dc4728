/*
 * kis_parse.h - from the firm's rows to ours, for each kind of list.
 *
 * Pure, like kis_reply.h.  Rows are appended; one that cannot be right ends
 * the whole list with -1 (E_DATA), for half a list must never pass for the
 * whole (S3).  What may be skipped is said where it is.
 *
 * Orders and shares of what is no stock (a bond, a right, a code that we cannot
 * read) are left out: how many such rows there are is the result, and the error
 * tells the first.
 */
#ifndef BROKER_KIS_PARSE_H
#define BROKER_KIS_PARSE_H

#include "broker/broker.h"
#include "broker/kis_reply.h"
#include "broker/kis_tr.h"

/* One row of inquire-daily-ccld: an order with its totals, or a request to
 * amend or cancel one, which has a number and a row of its own. */
struct kis_order {
	struct broker_order o; /* state and orig_no: by kis_orders_settle */
	struct kis_no no;
	char orig[12]; /* number of the order this request is about; or "" */
	qty rest, gone, refused; /* working; confirmed cancelled; rejected */
};
struct kis_orders {
	int n, cap;
	struct kis_order *item; /* free() */
};
/* When the list was read: is an order that rests still working? */
struct kis_moment {
	ymd day;                       /* of the orders; others are left out */
	const struct session *session; /* its hours, NULL unknown */
	hhmm at;                       /* now; 2400 where the day is over */
};

/* A page.  A row that was on an earlier page takes its place.  What the firm
 * itself calls another kind of security is left out and not counted. */
int kis_parse_orders(const struct json *doc, const struct kis_moment *,
    struct kis_orders *, struct err *);
/* All pages into our list: states, and of requests only those that took
 * effect, as the orders that replace their originals. */
void kis_orders_settle(const struct kis_orders *, const struct kis_moment *,
    struct broker_orders *);

/* inquire-balance: rows of shares; those sold out today are left out and not
 * counted. */
int kis_parse_holdings(
    const struct json *doc, struct broker_holdings *, struct err *);
/* Its summary: cash as it will be at settlement, D+2.  1, 0 where the page has
 * none (*out is as it was), -1. */
int kis_parse_settled(const struct json *doc, won *, struct err *);
/* What the shares are worth, by the same sum; -1: it does not say. */
int kis_parse_worth(const struct json *doc, won *, struct err *);
/* inquire-psbl-order: what a buy may take without credit. */
int kis_parse_buyable(const struct json *doc, won *, struct err *);
/* inquire-psbl-sell */
int kis_parse_sellable(const struct json *doc, qty *, struct err *);

/* inquire-price into the quote, whose code is given. */
int kis_parse_price(
    const struct json *doc, struct broker_quote *, struct err *);
/* intstock-multprice into those of the n quotes that it names.  A row that
 * cannot be read costs its own stock alone, whose quote is left as it was: one
 * price says nothing of another.  How many such rows there are, of which the
 * error tells the first; -1 where there is no list. */
int kis_parse_prices(
    const struct json *doc, struct broker_quote *, int n, struct err *);

/*
 * Bars, newest first on the wire.  *oldest is the date or label of the oldest
 * row, 0 where there was none: the next page ends before it.  Rows outside
 * [from, to] are counted in it but not added.  Bars of minutes without trades
 * are left out.
 */
int kis_parse_days(const struct json *doc, ymd from, ymd to, struct bar_store *,
    ymd *oldest, struct err *);
int kis_parse_minutes(const struct json *doc, ymd day, hhmm from, hhmm to,
    struct bar_store *, hhmm *oldest, struct err *);

/* chk-holiday: days, each the one after the last of those in `out`. */
int kis_parse_holidays(
    const struct json *doc, struct broker_days *out, struct err *);

/* A master file, as it is in its ZIP; `is_kosdaq` tells its layout and kind.
 * The text is CP949. */
int kis_parse_master(const char *text, size_t size, bool is_kosdaq,
    struct broker_stocks *, struct err *);

#endif
