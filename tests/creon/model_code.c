/*
 * model_code.c - names, markets and kinds of stocks: CpUtil.CpCodeMgr and
 * CpUtil.CpStockCode (section 6), and codes as CREON writes them.
 */
#include "creon/model_inner.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "market/tick.h"
#include "store/stocks.h"

#define NAME_WIDTH 20

/* ---- Codes and names -------------------------------------------------------- */

/* The stock's row; an unknown one is a KOSPI share without a name. */
static struct stock_row
row_of(struct model *m, const char *code)
{
	struct stock_row row;
	struct err e;

	if (store_stock(m->db, code, &row, &e) == -1)
		memset(&row, 0, sizeof(row));
	return row;
}

static char
letter_of(enum kind kind)
{
	return kind == KIND_ETN ? 'Q' : 'A';
}

static struct com_value
decorated(const struct stock_row *row, const char *code)
{
	char buf[CODE_SIZE + 1];

	snprintf(buf, sizeof(buf), "%c%s", letter_of(row->kind), code);
	return com_text(buf);
}

/* A stock answers to its own letter alone. */
bool
code_parse(struct model *m, const char *decorated, char code[CODE_SIZE])
{
	size_t n = strlen(decorated);

	if (n != 7)
		return false;
	for (size_t i = 1; i < n; i++)
		if (!isdigit((unsigned char)decorated[i]) &&
		    !isupper((unsigned char)decorated[i]))
			return false;
	snprintf(code, CODE_SIZE, "%s", decorated + 1);
	return decorated[0] == letter_of(row_of(m, code).kind);
}

struct com_value
code_text(struct model *m, const char *code)
{
	struct stock_row row = row_of(m, code);

	return decorated(&row, code);
}

struct com_value
name_text(struct model *m, const char *code)
{
	struct stock_row row = row_of(m, code);
	char buf[STOCK_NAME_SIZE + NAME_WIDTH];

	snprintf(buf, sizeof(buf), "%-*s", NAME_WIDTH, row.name);
	return com_text(buf);
}

/* ---- Lists -------------------------------------------------------------------- */

enum { MARKET_NONE, MARKET_KOSPI, MARKET_KOSDAQ, MARKET_KONEX = 5 };

static int
market_of(enum kind kind)
{
	return kind == KIND_KOSDAQ ? MARKET_KOSDAQ :
	    kind == KIND_KONEX     ? MARKET_KONEX :
				     MARKET_KOSPI;
}

static int
list_market(
    struct model *m, int64_t market, struct com_value *out, struct err *e)
{
	struct stock_row *row = NULL;
	struct com_value *item;
	int n = 0, used = 0;

	if (store_stocks(m->db, &row, &n, e) == -1) {
		free(row);
		return -1;
	}
	item = xcalloc((size_t)n + 1, sizeof(*item));
	for (int i = 0; i < n; i++)
		if (market_of(row[i].kind) == market)
			item[used++] = decorated(&row[i], row[i].code);
	*out = (struct com_value){
		.type = COM_ARRAY,
		.vt = COM_VT_ARRAY | COM_VT_BSTR,
		.item = item,
		.n = used,
	};
	if (trap_strikes(m->traps, "arrays-of-variant", NULL, 0))
		out->vt = COM_VT_ARRAY | COM_VT_VARIANT;
	free(row);
	return 0;
}

/* ---- One stock ------------------------------------------------------------------ */

static int
section_of(enum kind kind)
{
	/* 16 for an ETN is not confirmed by anybody. */
	return kind == KIND_ETF ? 10 : kind == KIND_ETN ? 16 : 1;
}

/* "halted 005930" and the like in the file of traps. */
static int
marked(const struct model *m, const char *trap, const char *code)
{
	return trap_names(m->traps, trap, code);
}

/* Base, limits: -1 where the broker cannot say. */
static int
price_of(struct model *m, const char *member, const char *code, int64_t *out,
    struct err *e)
{
	struct broker_quote q = { 0 };

	snprintf(q.code, sizeof(q.code), "%s", code);
	if (m->paper->ops->quotes(m->paper, &q, 1, e) == -1)
		return -1;
	*out = strcmp(member, "GetStockMaxPrice") == 0 ? q.upper :
	    strcmp(member, "GetStockMinPrice") == 0    ? q.lower :
							 q.base;
	return 0;
}

static int
number_of_code(struct model *m, const char *member, const char *code,
    int64_t *out, struct err *e)
{
	struct stock_row row = row_of(m, code);
	bool is_known = row.name[0] != '\0';

	if (strcmp(member, "GetStockMarketKind") == 0)
		*out = is_known ? market_of(row.kind) : MARKET_NONE;
	else if (strcmp(member, "GetStockSectionKind") == 0)
		*out = is_known ? section_of(row.kind) : 0;
	else if (strcmp(member, "GetStockControlKind") == 0)
		*out = marked(m, "warned", code) ? 2 : 0;
	else if (strcmp(member, "GetStockSupervisionKind") == 0)
		*out = marked(m, "supervised", code);
	else if (strcmp(member, "GetStockStatusKind") == 0)
		*out = marked(m, "halted", code);
	else if (strcmp(member, "IsSPAC") == 0)
		*out = strstr(row.name, "스팩") != NULL;
	else
		return price_of(m, member, code, out, e);
	return 0;
}

static won
price_unit(struct model *m, const struct com_value *arg, int n)
{
	char buf[TEXT_SIZE], code[CODE_SIZE];
	enum kind kind = KIND_KOSPI;
	won price = com_int(&arg[1]);

	if (code_parse(m, com_str(&arg[0], buf, sizeof(buf)), code))
		kind = row_of(m, code).kind;
	/* Downwards, the tick below a step of the table counts. */
	if (n == 3 && com_int(&arg[2]) == 0 && price > 1)
		price--;
	return tick_size(clock_ymd(&m->clock), kind, price);
}

/* The time of day as H says: hours. */
static int
session_hour(const struct model *m, bool is_end)
{
	const struct session *s = calendar_day(m->cal, clock_ymd(&m->clock));

	if (s == NULL || !s->is_open)
		return is_end ? 15 : 9;
	return (is_end ? s->close : s->open) / 100;
}

int
model_code_call(struct model *m, const char *member,
    const struct com_value *arg, int n, struct com_value *out, struct err *e)
{
	char buf[TEXT_SIZE], code[CODE_SIZE];
	int64_t number = 0;

	if (strcmp(member, "GetMarketStartTime") == 0)
		*out = com_short(session_hour(m, false));
	else if (strcmp(member, "GetMarketEndTime") == 0)
		*out = com_short(session_hour(m, true));
	else if (strcmp(member, "GetPriceUnit") == 0)
		*out = com_long(price_unit(m, arg, n));
	else if (strcmp(member, "GetStockListByMarket") == 0)
		return list_market(m, com_int(&arg[0]), out, e);
	else if (!code_parse(m, com_str(&arg[0], buf, sizeof(buf)), code))
		*out = strcmp(member, "CodeToName") == 0 ? com_text("") :
							   com_long(0);
	else if (strcmp(member, "CodeToName") == 0)
		*out = name_text(m, code);
	else if (number_of_code(m, member, code, &number, e) == -1)
		return -1;
	else
		*out = com_long(number);
	return 0;
}
