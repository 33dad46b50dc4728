/*
 * quotes.h - current_quote: what the broker told last of each stock.
 */
#ifndef STORE_QUOTES_H
#define STORE_QUOTES_H

#include "store/store.h"

struct quote_row {
	char code[CODE_SIZE];
	won last, bid, ask;     /* 0: none known */
	won base, lower, upper; /* 0: not said */
	qty volume;
	bool is_halted, no_entry;
	ymd status_day;  /* on which these two were told; 0: never */
	epoch polled_at; /* market time; 0: never */
};

/* A row whose status_day is 0 says nothing of the stock's status: what was told
 * of it before stands, with its day. */
int store_put_quote(struct store *, const struct quote_row *, struct err *);
/* 1, 0 where there is none (the row is zeroed), -1. */
int store_quote(
    struct store *, const char *code, struct quote_row *, struct err *);
/* The newest polled_at of all quotes; 0: none. */
int store_quote_newest(struct store *, epoch *, struct err *);

#endif
