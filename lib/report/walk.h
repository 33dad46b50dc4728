/*
 * walk.h - who held what, at the end of each day.
 *
 * The ledgers are the truth about cash and shares; what the shares cost
 * follows from the fills.  Shares that came without a fill cost what the next
 * morning's snapshot says of them.  A walk goes through the days in order and
 * can be asked at each end; it decides nothing and writes nothing.
 */
#ifndef REPORT_WALK_H
#define REPORT_WALK_H

#include "store/books.h"
#include "store/ledger.h"

/* All that happened up to a day. */
struct history {
	struct store *db; /* for closes; borrowed */
	int nmove, ncash, ntransfer, nsnap, nsplit, nlot;
	struct move_row *move;
	struct cash_day *cash;
	struct day_amount *transfer;
	struct snapshot_row *snap;
	struct split_row *split;
	struct lot_row *lot; /* as they are now */
};

int history_load(struct history *, struct store *, ymd to, struct err *);
void history_fini(struct history *);
/* The close that a share was valued at on that day, on the basis of that day:
 * later splits are taken back.  0 where none is known. */
int history_mark(const struct history *, const char *code, ymd day, won *price,
    struct err *);
/* Was the stock split after that day?  Then its marks are rounded. */
bool history_is_rescaled(const struct history *, const char *code, ymd day);

/* One purchase, or what is left of it; the oldest are sold first. */
struct walk_lot {
	int64_t order_id; /* 0: not by an order */
	qty n;
	won cost, fees;
	ymd entry_date;
	hhmm entry_time;
};

/* What a strategy holds of a stock, and what was done since walk_clear. */
struct position {
	char strategy[NAME_SIZE];
	char code[CODE_SIZE];
	qty n;
	won cost, fees;
	int nlot, lot_cap;
	struct walk_lot *lot;
	won bought, sold, realised, commission, tax;
	int buys, sells, wins; /* fills; sells with a profit */
	won moved; /* shares that came or went without a fill, at the last
		      close before the day */
};

struct walk {
	const struct history *h;
	int move, cash, transfer, snap; /* next rows */
	won balance;
	int npos, pos_cap;
	struct position *pos; /* in order of strategy and code */
	/* Since walk_clear: */
	won transfers, opening, other;
	/* On their way from one owner to another. */
	char moving[CODE_SIZE];
	qty moving_n;
	won moving_cost, moving_fees;
};

void walk_init(struct walk *, const struct history *);
void walk_fini(struct walk *);
/* Go on to the end of that session, days without one included. */
int walk_to(struct walk *, ymd day, struct err *);
/* Begin to count again what is done. */
void walk_clear(struct walk *);

#endif
