/*
 * session.h - are we logged in at CREON, and as whom?
 *
 * One session lives in a process: CREON's objects are dead once the
 * connection is lost, and only a new process helps.  It goes
 *
 *	SESSION_WAITING   not connected yet; looked at each second
 *	SESSION_UP        connected; signed on (TradeInit), or not
 *	SESSION_LOST      it was connected and is not, or two looks in a row
 *	                  failed: end, and begin anew
 *
 * A wrong password tried again and again locks the account, so what TradeInit
 * refused stays refused until a person restarts us.  Where it raised, or said
 * yes and something after it failed, as may be in the moments after the login,
 * signing on is tried again, twice.
 *
 * The COM thread alone calls these; session_view() is for all threads, and
 * never waits for CREON.
 */
#ifndef GATEWAY_SESSION_H
#define GATEWAY_SESSION_H

#include "base/clock.h"
#include "base/err.h"
#include "gateway/dib.h"
#include "gateway/events.h"

enum session_state { SESSION_WAITING, SESSION_UP, SESSION_LOST };

#define LIMIT_TRADE 0 /* orders and account queries */
#define LIMIT_QUOTE 1

struct limit {
	bool is_known;
	int64_t left; /* requests */
	int64_t
	    most; /* that were left at any time: the limit itself, or less */
	int64_t reset_ms; /* until they are counted anew */
};

struct session_options {
	const char *account; /* how the wanted one ends; NULL: the first */
	const char *product; /* NULL: the first for stocks */
};

/* A copy of what is known, for status. */
struct session_view {
	enum session_state state;
	bool is_connected;
	int server;
	bool is_signed_on, was_sign_on_tried;
	int sign_on; /* what TradeInit returned */
	char message[256];
	char account[64], product[16]; /* the account masked */
	bool is_fake;
	struct limit limit[2];
	char calling[48];      /* the object or job CREON is busy with, or "" */
	int64_t calling_since; /* monotonic ms */
};

struct session;

/* After com_begin(); the options and the events are borrowed. */
struct session *session_new(const struct session_options *, struct events *);
void session_free(struct session *);

/* Each second, and before an order: look at the connection; sign on when it
 * is there.  Returns the state. */
enum session_state session_watch(struct session *);

/* Whether account requests can be made; -1: E_REFUSED and why not. */
int session_need_connection(struct session *, struct err *e);
int session_need_account(struct session *, struct err *e);
/* As CREON spells them, only when signed on. */
const char *session_account(const struct session *);
const char *session_product(const struct session *);
bool session_is_fake(const struct session *);

/* Ask CREON itself how many requests are left.  0, or -1: E_BROKER. */
int session_limit(struct session *, int kind, struct limit *, struct err *e);
/* How long whoever met that limit waits: a little longer than CREON says, for
 * its clock is not ours; and never a spin, for an old CREON tells the time of
 * the quotes' limit alone, which may be 0. */
int64_t limit_wait_ms(const struct limit *);

/* CpUtil.CpCodeMgr, kept for the life of the session. */
struct dib *session_codes(struct session *);
/* CREON's spelling of a stock code: A005930, Q500001.  1; 0: CREON knows no
 * name for it, and it gets an A; -1: E_BROKER, CREON does not say. */
int session_spell(
    struct session *, const char *code, char spelt[16], struct err *e);

/* Have the fake's clock show this from now on ("YYYY-MM-DD HH:MM:SS"), and
 * ours with it; nothing happens with "", or where CREON is not the fake. */
void session_set_now(struct session *, const char *now);
/* What time it is at the market: the wall clock, or the fake's. */
struct clock session_now(void);

void session_calling(struct session *, const char *what); /* "": nothing */
void session_view(struct session *, struct session_view *);

#endif
