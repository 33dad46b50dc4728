/*
 * show-status - the state at a glance; status 2 if a person should look.
 */
#include <stdio.h>
#include <string.h>

#include "account/status.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/table.h"

static const struct tool tool = {
	.name = "show-status",
	.synopsis = "",
	.summary = "show halts, account, orders, signals, alerts, programs",
	.more = "Exit status 2: a program's last run failed, an alert or a\n"
		"difference stands, an order is unknown, or the calendar ends.",
};

/* ---- One column at a time ----------------------------------------------------- */

enum field {
	SECTION,
	NAME,
	STRATEGY,
	CODE,
	STOCK,
	SIDE,
	STATE,
	QUANTITY,
	FILLED,
	PRICE,
	LAST,
	VALUE,
	PROFIT,
	AT,
	AGE,
	NOTE,
	WRONG,
	FIELDS
};

static const struct column field_col[FIELDS] = {
	[SECTION] = { "section", COL_TEXT, 0 },
	[NAME] = { "name", COL_TEXT, 0 },
	[STRATEGY] = { "strategy", COL_TEXT, 0 },
	[CODE] = { "code", COL_TEXT, 0 },
	[STOCK] = { "stock", COL_TEXT, 0 },
	[SIDE] = { "side", COL_TEXT, 0 },
	[STATE] = { "state", COL_TEXT, 0 },
	[QUANTITY] = { "quantity", COL_WON, 0 },
	[FILLED] = { "filled", COL_WON, 0 },
	[PRICE] = { "price", COL_WON, 0 },
	[LAST] = { "last", COL_WON, 0 },
	[VALUE] = { "value", COL_WON, 0 },
	[PROFIT] = { "profit", COL_RATIO, 2 },
	[AT] = { "at", COL_TEXT, 0 },
	[AGE] = { "age", COL_INT, 0 }, /* seconds; in a table "3 min" */
	[NOTE] = { "note", COL_TEXT, 0 },
	[WRONG] = { "wrong", COL_BOOL, 0 },
};

/* What a table for people shows of a section; ends with FIELDS. */
static const struct {
	const char *title;
	enum field field[FIELDS];
} view[STATUS_SECTIONS] = {
	[STATUS_TRADING] = { "Trading",
	    { NAME, STATE, STRATEGY, CODE, STOCK, AT, NOTE, FIELDS } },
	[STATUS_SESSION] = { "Session", { NAME, STATE, NOTE, FIELDS } },
	[STATUS_ACCOUNT] = { "Account", { NAME, VALUE, PROFIT, NOTE, FIELDS } },
	[STATUS_STRATEGY] = { "Strategies", { STRATEGY, STATE, NOTE, FIELDS } },
	[STATUS_POSITION] = { "Positions",
	    { STRATEGY, CODE, STOCK, QUANTITY, PRICE, LAST, VALUE, PROFIT,
		FIELDS } },
	[STATUS_ORDER] = { "Orders",
	    { NAME, STRATEGY, CODE, STOCK, SIDE, STATE, QUANTITY, FILLED, PRICE,
		AT, NOTE, FIELDS } },
	[STATUS_SIGNAL] = { "Signals",
	    { STRATEGY, CODE, STOCK, SIDE, STATE, PRICE, AT, NOTE, FIELDS } },
	[STATUS_ALERT] = { "Alerts", { NAME, QUANTITY, AT, NOTE, FIELDS } },
	[STATUS_DRIFT] = { "Differences from the broker",
	    { NAME, STRATEGY, CODE, STOCK, STATE, VALUE, AT, NOTE, FIELDS } },
	[STATUS_PROGRAM] = { "Programs",
	    { NAME, STATE, AT, AGE, NOTE, FIELDS } },
};

/* "10:30:05" today, else "2025-03-13 10:30". */
static const char *
short_time(epoch at, const struct clock *now, char *buf)
{
	struct clock c = { .now = at };
	char iso[ISO_SIZE];

	epoch_iso(at, iso);
	if (clock_ymd(&c) == clock_ymd(now))
		snprintf(buf, ISO_SIZE, "%.8s", iso + 11);
	else
		snprintf(buf, ISO_SIZE, "%.10s %.5s", iso, iso + 11);
	return buf;
}

static const char *
ago(int64_t seconds, char *buf, size_t size)
{
	long long s = seconds < 0 ? -seconds : seconds;
	const char *when = seconds < 0 ? "from now" : "ago";

	if (s < 120)
		snprintf(buf, size, "%lld s %s", s, when);
	else if (s < 2 * 3600)
		snprintf(buf, size, "%lld min %s", s / 60, when);
	else if (s < 2 * 86400)
		snprintf(buf, size, "%lld h %s", s / 3600, when);
	else
		snprintf(buf, size, "%lld days %s", s / 86400, when);
	return buf;
}

static void
put_int(struct table *t, int64_t v)
{
	if (v == STATUS_NONE)
		table_null(t);
	else
		table_int(t, v);
}

static void
put_time(
    struct table *t, const struct opt *o, const struct status_row *r, bool age)
{
	bool pretty = o->format == OUT_TABLE;
	int64_t seconds = o->now.now - r->at;
	char buf[64];

	if (r->at == 0)
		table_null(t);
	else if (!age)
		table_text(t,
		    pretty ? short_time(r->at, &o->now, buf) :
			     epoch_iso(r->at, buf));
	else if (pretty)
		table_text(t, ago(seconds, buf, sizeof(buf)));
	else
		table_int(t, seconds);
}

static void
put(struct table *t, const struct opt *o, const struct status_row *r,
    enum field f)
{
	switch (f) {
	case SECTION:
		table_text(t, status_section_name[r->section]);
		return;
	case NAME:
		table_text(t, r->name);
		return;
	case STRATEGY:
		table_text(t, r->strategy);
		return;
	case CODE:
		table_text(t, r->code);
		return;
	case STOCK:
		table_text(t, r->stock);
		return;
	case SIDE:
		table_text(t, r->side != NULL ? r->side : "");
		return;
	case STATE:
		table_text(t, r->state);
		return;
	case QUANTITY:
		put_int(t, r->quantity);
		return;
	case FILLED:
		put_int(t, r->filled);
		return;
	case PRICE:
		put_int(t, r->price);
		return;
	case LAST:
		put_int(t, r->last);
		return;
	case VALUE:
		put_int(t, r->value);
		return;
	case PROFIT:
		table_real(t, r->profit);
		return;
	case AT:
	case AGE:
		put_time(t, o, r, f == AGE);
		return;
	case NOTE:
		table_text(t, r->note);
		return;
	case WRONG:
		table_int(t, r->is_wrong);
		return;
	case FIELDS:
		return;
	}
}

/* ---- All rows -------------------------------------------------------------------- */

/* A table for each section that has rows. */
static void
print_sections(const struct opt *o, const struct status *s)
{
	for (int i = 0; i < s->n;) {
		enum status_section section = s->row[i].section;
		const enum field *field = view[section].field;
		struct column cols[FIELDS];
		struct table *t;
		size_t n = 0;

		for (; field[n] != FIELDS; n++) {
			cols[n] = field_col[field[n]];
			if (field[n] == AGE)
				cols[n].kind = COL_TEXT;
		}
		printf("%s%s\n", i > 0 ? "\n" : "", view[section].title);
		t = table_new(stdout, OUT_TABLE, cols, n);
		for (; i < s->n && s->row[i].section == section; i++) {
			for (size_t k = 0; k < n; k++)
				put(t, o, &s->row[i], field[k]);
			table_end_row(t);
		}
		table_finish(t);
	}
}

static void
print_rows(const struct opt *o, const struct status *s)
{
	struct table *t = table_new(stdout, o->format, field_col, FIELDS);

	for (int i = 0; i < s->n; i++) {
		for (int f = 0; f < FIELDS; f++)
			put(t, o, &s->row[i], (enum field)f);
		table_end_row(t);
	}
	table_finish(t);
}

/* What is wrong, in one line: E_CHECK and -1 if there is anything. */
static int
judge(const struct status *s, struct err *e)
{
	char words[400] = "";
	size_t len = 0;
	int n = 0;

	for (int i = 0; i < s->n; i++) {
		const struct status_row *r = &s->row[i];

		if (!r->is_wrong)
			continue;
		if (n++ < 3 && len < sizeof(words))
			len += (size_t)snprintf(words + len,
			    sizeof(words) - len, "%s%s %s%s%s: %s",
			    n > 1 ? "; " : "", status_section_name[r->section],
			    r->name, r->code[0] != '\0' ? " " : "", r->code,
			    r->state);
	}
	if (n == 0)
		return 0;
	return err_set(e, E_CHECK, "%s%s", words, n > 3 ? "; and more" : "");
}

int
main(int argc, char *argv[])
{
	struct opt opt = OPT_INIT;
	struct err e = { 0 };
	struct status s = { 0 };
	struct store *db;
	int rc = -1;

	opt_parse(&opt, argc, argv, &tool);
	if ((db = store_open(opt.db, STORE_READ, &e)) != NULL &&
	    (rc = status_read(db, &opt.now, &s, &e)) == 0) {
		if (opt.format == OUT_TABLE)
			print_sections(&opt, &s);
		else
			print_rows(&opt, &s);
		rc = judge(&s, &e);
	}
	status_fini(&s);
	store_close(db);
	if (rc == -1)
		out_finish();
	return rc == -1 ? log_exit(&e) : out_finish();
}
