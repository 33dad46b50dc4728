/*
 * model_inner.h - what the model's own files share.
 */
#ifndef TESTS_CREON_MODEL_INNER_H
#define TESTS_CREON_MODEL_INNER_H

#include "base/clock.h"
#include "base/conf.h"
#include "broker/broker.h"
#include "creon/model.h"
#include "creon/trap.h"
#include "store/store.h"

/* Requests in the time that began with the first of them. */
struct window {
	int most, used;
	int64_t begun_ms;
};

struct model_news;

struct model {
	struct conf *conf;
	struct store *db;
	struct calendar *cal;
	struct clock clock;
	struct broker *paper;
	const char *traps, *account, *product; /* the configuration's */
	int window_ms;
	struct window quotes, orders;
	struct model_news *news;
};

/* What a request is, for its limit and its traps. */
enum model_kind { MODEL_QUOTE, MODEL_ACCOUNT, MODEL_ORDER };

/*
 * One ProgID's business: fill in the answer.  -1 where there is none (the
 * broker is out of reach), which the client is told as a failed request.
 */
typedef int model_fn(struct model *, const struct creon_request *,
    struct creon_answer *, struct err *);

/* model_order.c */
model_fn model_0311, model_0313, model_0303, model_0314;
/* model_list.c, model_account.c */
model_fn model_5339, model_5341, model_5342;
model_fn model_6033, model_5331a, model_5331b;
/* model_quote.c */
model_fn model_market_eye, model_stock_mst;
/* model_chart.c */
model_fn model_chart;
/* Today's bars, the one of the running minute (of which nobody knows yet how
 * it ends) among them; the day that they form, false where none traded. */
int model_today(
    struct model *, const char *code, struct bar_store *minutes, struct err *);

/* model_code.c: the members of CpCodeMgr and CpStockCode. */
int model_code_call(struct model *, const char *member,
    const struct com_value *arg, int n, struct com_value *out, struct err *);

/* ---- Inputs: numbers may come as text, text as numbers. */
#define TEXT_SIZE 640
const char *in_text(const struct creon_request *, int index, const char *dflt,
    char buf[TEXT_SIZE]);
int64_t in_long(const struct creon_request *, int index, int64_t dflt);
/* A character as its code; text in its place is not understood: -1. */
int in_char(const struct creon_request *, int index, int dflt);
/* "A005930" as "005930"; false where it is no stock code. */
bool in_code(struct model *, const struct creon_request *, int index,
    char code[CODE_SIZE]);
const struct com_value *in_value(const struct creon_request *, int index);

/* Account and product at this input and the next; false: refused. */
bool model_is_ours(struct model *, const struct creon_request *, int index,
    struct creon_answer *);
/* The server answers, and says no (1.5). */
int model_refuse(struct creon_answer *, const char *msg);

/* Numbers of fields, one or an array of them: ascending, each once, as their
 * columns will stand.  How many; 0: not understood. */
#define FIELDS_MOST 64
int in_fields(const struct creon_request *, int index, int field[FIELDS_MOST]);

/* ---- Names */
bool code_parse(struct model *, const char *decorated, char code[CODE_SIZE]);
/* "005930" as "A005930"; an ETN gets its Q. */
struct com_value code_text(struct model *, const char *code);
/* Padded with blanks, as names in answers are. */
struct com_value name_text(struct model *, const char *code);

/* ---- model_order.c: what the lists and the events need to know, too. */

/* Numbers of cancel orders are of a row of their own, beyond all others. */
#define CANCEL_NO 500000

struct cancel {
	int64_t no, orig_no;
	hhmm at;
};
struct cancels {
	int n;
	struct cancel *item; /* free() it */
};
/* Today's cancels that were taken. */
int model_cancels(struct model *, struct cancels *, struct err *);
int64_t number_of(const char *broker_no);

/* ---- model_event.c */
struct model_news *news_new(void);
void news_free(struct model_news *);
/* What has changed at the broker since the last look becomes events. */
int news_look(struct model *, struct err *);

#endif
