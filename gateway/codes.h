/*
 * codes.h - what CpUtil.CpCodeMgr knows of a stock.  Looked up in the process,
 * so it costs no request.
 */
#ifndef GATEWAY_CODES_H
#define GATEWAY_CODES_H

#include "base/json.h"
#include "gateway/session.h"

struct stock_facts {
	int64_t base;    /* the day's base price */
	int64_t control; /* 0 normal, 1 caution, 2 warning, 3, 4 danger */
	int64_t section; /* 1 share, 10 ETF ... */
	bool is_halted, is_administrative;
	bool is_spac; /* where CREON is new enough to say so */
};

/* `spelt` as CREON spells it.  0, or -1: E_BROKER. */
int codes_facts(
    struct session *, const char *spelt, struct stock_facts *, struct err *e);
/* Trimmed; "" where CREON knows none. */
int codes_name(struct session *, const char *spelt, char *name, size_t size,
    struct err *e);
/* All codes of a market (1 KOSPI, 2 KOSDAQ), as CREON spells them. */
int codes_list(
    struct session *, int market, struct com_value *list, struct err *e);

#endif
