/* size.c - see size.h. */
#include "trade/size.h"

#include "base/money.h"

won
strategy_capital(const struct world *w, const struct book *b, int s)
{
	ppb sum = 0, exposure = w->limits.max_exposure;
	won equity = b->day.start_equity;

	for (int i = 0; i < w->nstrat; i++)
		if (w->strat[i].is_on && !w->strat[i].is_leaving)
			sum += w->strat[i].weight;
	if (sum == 0 || equity <= 0)
		return 0;
	if (exposure != PPB_UNSET)
		equity = won_rate_floor(equity, exposure);
	return muldiv_floor(equity, w->strat[s].weight, sum);
}

won
book_free_cash(const struct book *b, const struct limits *l)
{
	won free = b->cash - book_reserved(b, &l->costs);
	won left = b->buyable;

	/* The broker's word is from before what was planned since. */
	for (int i = 0; i < b->norder && left < INT64_MAX; i++) {
		const struct order *o = &b->order[i];

		if (o->side == SIDE_BUY && o->state == ORDER_PLANNED)
			left -= cost_reserve(&l->costs, o->reserve_price, o->n);
	}
	if (free > left)
		free = left;
	return free > 0 ? free : 0;
}

/* Cost of the strategy's holdings and what its entries bind. */
static won
capital_used(const struct world *w, const struct book *b, int s)
{
	won used = 0;

	for (int i = 0; i < b->nlot; i++)
		if (b->lot[i].strat == s)
			used += b->lot[i].cost;
	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->strat == s && o->side == SIDE_BUY &&
		    !order_is_final(o->state))
			used += cost_reserve(&w->limits.costs, o->reserve_price,
			    o->n - o->filled);
	}
	return used;
}

won
strategy_cash(const struct world *w, const struct book *b, int s)
{
	won free = book_free_cash(b, &w->limits);
	won left = strategy_capital(w, b, s) - capital_used(w, b, s);

	if (left < 0)
		left = 0;
	return left < free ? left : free;
}

qty
size_wanted(const struct world *w, const struct book *b, int s, won price)
{
	const struct strategy_conf *c = &w->strat[s];
	won amount = c->stock_capital;

	if (amount == 0)
		amount = strategy_capital(w, b, s) /
		    (c->max_positions > 0 ? c->max_positions : 1);
	return qty_affordable(amount, price, w->limits.costs.commission_buy);
}

enum { ALL = -1, NOTHING = -2 }; /* beside the number of a stock */

/* Value of holdings and working buys, of one stock or of ALL. */
static won
value_at_risk(const struct world *w, const struct book *b, int stock)
{
	won sum = 0;

	for (int i = 0; i < b->nlot; i++) {
		const struct lot *l = &b->lot[i];
		won price = tape_price(&w->tape[l->stock]);

		if (stock == ALL || l->stock == stock)
			sum += price != 0 ? price * l->n : l->cost;
	}
	for (int i = 0; i < b->norder; i++) {
		const struct order *o = &b->order[i];

		if (o->side == SIDE_BUY && !order_is_final(o->state) &&
		    (stock == ALL || o->stock == stock))
			sum += o->reserve_price * (o->n - o->filled);
	}
	return sum;
}

/* Cut n so that what is at risk in the stock (ALL, or NOTHING) and n * price
 * stay within share * equity. */
static qty
cut(const struct world *w, const struct book *b, int stock, qty n, ppb share,
    won price, const char *limit, const char **why)
{
	won room;
	qty most;

	if (share == PPB_UNSET || n == 0)
		return n;
	room = won_rate_floor(b->day.start_equity, share);
	if (stock != NOTHING)
		room -= value_at_risk(w, b, stock);
	most = room > 0 ? room / price : 0;
	if (most == 0)
		*why = limit;
	return most < n ? most : n;
}

/* Is a value within a share of equity? */
static bool
is_within(const struct book *b, ppb share, won value)
{
	return share == PPB_UNSET ||
	    value <= won_rate_floor(b->day.start_equity, share);
}

bool
size_allows(const struct world *w, const struct book *b, const struct order *o,
    won limit)
{
	const struct limits *l = &w->limits;
	qty left = o->n - o->filled;
	won more = (limit - o->reserve_price) * left;

	return is_within(
		   b, l->max_order_weight, o->filled_won + limit * left) &&
	    is_within(
		b, l->max_stock_weight, value_at_risk(w, b, o->stock) + more) &&
	    is_within(b, l->max_exposure, value_at_risk(w, b, ALL) + more);
}

qty
size_cut(const struct world *w, const struct book *b, int s, int stock,
    qty wanted, won price, won bind, const char **why)
{
	const struct limits *l = &w->limits;
	won cash;
	qty n = wanted, most;

	if (n == 0)
		*why = "the capital for a stock buys no share";
	n = cut(w, b, NOTHING, n, l->max_order_weight, price,
	    "max_order_weight", why);
	n = cut(w, b, stock, n, l->max_stock_weight, price, "max_stock_weight",
	    why);
	n = cut(w, b, ALL, n, l->max_exposure, price, "max_exposure", why);
	if (n == 0)
		return 0;
	cash = l->max_exposure != PPB_UNSET ? strategy_cash(w, b, s) :
					      book_free_cash(b, l);
	most = qty_affordable(cash, bind, l->costs.commission_buy);
	if (most == 0)
		*why = "no cash left";
	return most < n ? most : n;
}
