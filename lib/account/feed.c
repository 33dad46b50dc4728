/* feed.c - see feed.h. */
#include "account/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/prices.h"
#include "store/stocks.h"

static int
feed_minutes(void *arg, const char *code, ymd d, hhmm from, hhmm to,
    struct bar_store *out, struct err *e)
{
	return store_minutes(arg, code, d, from, to, 0, out, e);
}

static int
feed_days(void *arg, const char *code, ymd from, ymd to, struct bar_store *out,
    struct err *e)
{
	return store_daily(arg, code, from, to, 0, out, e);
}

static int
feed_stocks(void *arg, struct broker_stocks *out, struct err *e)
{
	struct stock_row *row = NULL;
	int n = 0;

	if (store_stocks(arg, &row, &n, e) == -1) {
		free(row);
		return -1;
	}
	if (n > out->cap - out->n) {
		out->cap = out->n + n;
		out->item = xrealloc(
		    out->item, (size_t)out->cap, sizeof(*out->item));
	}
	for (int i = 0; i < n; i++) {
		struct broker_stock *s = &out->item[out->n++];

		memset(s, 0, sizeof(*s));
		memcpy(s->code, row[i].code, sizeof(s->code));
		memcpy(s->name, row[i].name, sizeof(s->name));
		s->kind = row[i].kind;
		s->leverage = row[i].leverage;
	}
	free(row);
	return 0;
}

static int
feed_kind(
    void *arg, const char *code, enum kind *kind, int *leverage, struct err *e)
{
	struct stock_row row;

	if (store_stock(arg, code, &row, e) == -1)
		return -1;
	*kind = row.kind;
	*leverage = row.leverage;
	return 0;
}

struct price_source
account_feed(struct store *s)
{
	return (struct price_source){ s, feed_minutes, feed_days, feed_stocks,
		feed_kind };
}

int
account_feed_open(const struct conf *conf, struct store *db,
    struct store **feed, struct price_source *out, struct err *e)
{
	const char *path = conf == NULL ? NULL :
					  conf_get(conf, "paper", "feed", NULL);

	if (path != NULL && *feed == NULL &&
	    (*feed = store_open(path, STORE_READ, e)) == NULL)
		return err_wrap(e, "[paper] feed");
	*out = account_feed(*feed != NULL ? *feed : db);
	return 0;
}
