/*
 * inner.h - what the sandbox's own files share.
 *
 * A request passes the gate (gate.c: keys, token, limit, transaction id,
 * account), is carried out by the handler of its endpoint, and leaves by
 * reply.c.  trouble.c is asked at both ends.
 */
#ifndef SANDBOX_INNER_H
#define SANDBOX_INNER_H

#include "base/json.h"
#include "sandbox/sandbox.h"
#include "sandbox/trouble.h"

#define APPROVALS  4   /* keys of the socket */
#define VOIDS      8   /* tokens that are good no more */
#define WINDOW     512 /* requests of the last second, at most */
#define TOKEN_SIZE 240

/* Tokens live by the machine's time, or by that which its requests tell. */
enum token_time { BY_WALL, BY_HEADER, NTOKEN_TIMES };

/* What there is to know of tokens beside what they say themselves. */
struct token_last {
	epoch issued;   /* 0: the next one is new */
	int64_t number; /* its own, of all */
	epoch asked;    /* when one was last given; 0: never */
};
struct tokens {
	struct token_last last[NTOKEN_TIMES];
	int nissued, nvoid, napproval;
	char voids[VOIDS][TOKEN_SIZE];
	char approval[APPROVALS][40];
};

/* Calls of the last second, in real milliseconds. */
struct window {
	int first, n;
	int64_t at[WINDOW];
	int most; /* in any one second */
};
struct calls {
	struct window let_in, came; /* came: turned away for the limit, too */
	int64_t all, limited;       /* since the start; turned away */
};

/* Whose fills and refusals were told, by number of the day; notice.c. */
struct seen {
	ymd day; /* 0: nobody listens */
	int n;
	struct told *told;
};

/* One stock's minutes of one day, up to one, as this request has read them. */
struct minutes {
	bool is_kept; /* within a request */
	char code[CODE_SIZE];
	ymd day;
	hhmm to;
	struct bar_store bars;
};

struct sandbox {
	struct sandbox_options o; /* its texts are ours */
	struct clock clock;       /* the market's time; env.clock is this */
	bool runs;
	epoch base;      /* the market's time ... */
	int64_t base_ms; /* ... at this real one, while it runs */
	struct broker *paper;
	struct price_source feed; /* what it is fed from, through market.c */
	struct minutes minutes;
	struct broker_stocks stocks; /* by code; reread for a new one */
	struct tokens tokens;
	struct calls calls;
	struct troubles troubles;
	struct sandbox_stream *streams; /* a list */
	struct seen seen;
	int64_t serial; /* of tokens and keys */
};

/* One request on its way. */
struct call {
	struct sandbox *sb;
	const struct wire_request *req;
	struct wire_answer *out;
	const struct endpoint *to;
	bool tells_time;   /* it has x-maemae-now */
	struct json *body; /* of a POST; NULL: none */
	struct json *doc;  /* the answer, being made */
};

struct endpoint {
	const char *method, *path;
	const char *tr;  /* real; the mock's begins with V unless F or H */
	const char *old; /* the id of before 2025, or NULL */
	unsigned flags;
	const char *need; /* parameters that must be there, or NULL */
	void (*answer)(struct call *);
};
#define FOR_ACCOUNT  1u /* CANO and ACNT_PRDT_CD must be this account's */
#define NOT_ON_MOCK  2u
#define PADS_MESSAGE 4u /* msg1 has 80 columns */

extern const struct endpoint sandbox_endpoints[];
extern const int sandbox_nendpoints;

/* sandbox.c: the market's time. */
void sandbox_time(struct sandbox *);
/* Stand at, or run from, this time of the market. */
void sandbox_time_set(struct sandbox *, epoch, bool runs);

/* gate.c: may this call be carried out?  If not it is answered. */
bool gate_passes(struct call *);
/* A parameter of the query or the body, trimmed of nothing; "" where it is
 * absent. */
const char *call_param(const struct call *, const char *name);
/* Does this trouble strike the request?  Uses one of its times up. */
bool call_strikes(const struct call *, enum trouble);

/* token.c, control.c: paths of their own, which need no token.  false: not
 * one of theirs. */
bool token_answer(struct call *);
bool control_answer(struct call *);
/* NULL where it is good; else the code to refuse with. */
const char *token_judge(const struct sandbox *, const char *authorization);
/* The token of this header is good no more. */
void token_void(struct sandbox *, const char *authorization);
/* Is this what /uapi/hashkey gave of such a body? */
bool hash_fits(const struct json *body, const char *hash);
bool approval_good(const struct sandbox *, const char *key);

/* reply.c */

/* The document as the answer's body, with this status. */
void reply_json(struct call *, int status, struct json *doc);
/* Success: rt_cd, msg_cd, msg1 behind what c->doc holds, and send it. */
void reply_done(struct call *, const char *code, const char *message);
/* Business says no: status 200. */
void reply_refuse(
    struct call *, const char *rt_cd, const char *code, const char *message);
/* The gateway says no: status 500, rt_cd 1, its own words. */
void reply_gateway(struct call *, const char *code);
/* The answer could not be built (IGW00009), with this rt_cd. */
void reply_unbuilt(struct call *, const char *rt_cd);
/* Something of ours failed: a page of HTML, as from a proxy. */
void reply_broken(struct call *, const struct err *);
void reply_page(struct call *, int status);
/* There is no such call: status 404, the envelope, and the path in msg1. */
void reply_unknown(struct call *);

/* A field by printf; every value of this protocol is a text. */
void put(struct json *map, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void put_won(struct json *map, const char *name, int64_t);
/* part / whole with so many decimals, "0.00" where whole is 0. */
void put_ratio(struct json *map, const char *name, int64_t part, int64_t whole,
    int decimals);

/*
 * Pages.  Rows have a key each, and the cursor is the key of the last one
 * shown: page_from() finds where to go on, page_end() tells the client
 * whether there is more, in the header tr_cont and the padded cursor.
 * A next page is asked for by the header, or by a cursor alone: many clients
 * send no header, and go on while M is answered, on the first page too.
 */
bool page_is_next(const struct call *, const char *cursor);
void page_mark(struct call *, bool more, bool is_next);
int page_from(const struct call *, int nrow,
    const char *(*key)(const void *, int), const void *rows);
/* How many rows a page has, where the host would give so many. */
int page_rows(const struct call *, int of_host);
void page_end(struct call *, bool more, const char *key);

/* market.c */

/* What is known of a stock now. */
struct view {
	struct broker_stock stock;
	bool is_known;
	struct broker_quote q;
	bool is_designated; /* under administration */
	won price;          /* last, or the base */
	struct bar day;     /* of today, all zero before the first trade */
	won value;          /* traded today, roughly */
};
/* What the paper broker is to be fed from in place of sb->feed. */
struct price_source market_feed(struct sandbox *);
/* A request begins, or is over: minutes are read once, or each time. */
void market_keep(struct sandbox *, bool);
int market_view(
    struct sandbox *, const char *code, struct view *, struct err *);
/* Read the list of stocks again: it may have grown. */
int market_reread(struct sandbox *, struct err *);
/* "005930" out of "005930", "Q500001" or "A005930"; false: no code. */
bool market_code(const char *text, char code[static CODE_SIZE]);
/* 1 limit up, 2 up, 3 flat, 4 limit down, 5 down. */
int market_sign(const struct view *, won price);
/* The session of today, or NULL. */
const struct session *market_session(const struct sandbox *);

/* quote.c: the stock asked for by this parameter.  false: answered. */
bool quote_view(struct call *, const char *name, struct view *);

/* trades.c: a minute's bar as trades, the i-th of them. */
#define TRADES_OF_BAR 4
#define TRADES_APART  15 /* seconds */
struct bar_trade {
	int second; /* of the minute */
	won price;
	qty n;
};
struct bar_trade trade_of(const struct bar *, int i);

/* Handlers, by file. */
void order_buy(struct call *); /* order.c */
void order_sell(struct call *);
void order_change(struct call *);
void history_orders(struct call *); /* history.c */
void history_open(struct call *);
void account_balance(struct call *); /* account.c */
void account_buyable(struct call *);
void account_sellable(struct call *);
void account_assets(struct call *);
void quote_price(struct call *); /* quote.c */
void quote_many(struct call *);
void quote_book(struct call *);
void bars_daily(struct call *); /* bars.c */
void bars_recent(struct call *);
void bars_today(struct call *);
void bars_past(struct call *);
void trades_last(struct call *);   /* trades.c */
void info_holidays(struct call *); /* info.c */
void info_stock(struct call *);
void info_product(struct call *);
void overseas_present(struct call *); /* overseas.c */
void overseas_balance(struct call *);
void overseas_list(struct call *);
void overseas_profit(struct call *);
void master_file(struct call *, enum kind); /* master.c */

/* stream.c: news for those who listen. */
void stream_order(struct sandbox *, const struct broker_order *, char what);
void stream_news(struct sandbox *);

/* The branch that all orders have; does this text of a request mean it, or
 * none in particular? */
const char *sandbox_branch(const struct sandbox *);
bool sandbox_is_branch(const struct sandbox *, const char *text);

#endif
