/*
 * log.h - trading_log: every order, fill, repair and command, in order.
 * Only ever added to; a trigger sees to that.
 */
#ifndef STORE_LOG_H
#define STORE_LOG_H

#include "store/store.h"

struct log_row {
	epoch at; /* market time */
	ymd day;
	const char *program;
	const char *event; /* order, request, fill, drift, halt ... */
	int64_t order_id, request_id; /* 0: none */
	const char *strategy, *code;  /* NULL: none */
	const char *side;             /* "buy", "sell"; NULL: neither */
	const char *state, *next;     /* NULL: it is new / no change */
	qty quantity;                 /* 0: left empty, */
	won price;                    /* and the price too if it is 0 */
	qty filled;
	const char *broker_no; /* NULL: none */
	const char *message;   /* why, in words; NULL: none */
};

int store_log(struct store *, const struct log_row *, struct err *);

#endif
