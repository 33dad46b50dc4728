/* section.c - see section.h. */
#include "report/section.h"

#include "store/stocks.h"

const struct closed_day *
maker_last_day(const struct maker *m)
{
	return &m->c->day[m->last];
}

int
put_stock(struct maker *m, const char *code, struct err *e)
{
	struct stock_row row;

	if (code[0] == '\0') {
		doc_none(m->doc);
		return 0;
	}
	if (store_stock(m->db, code, &row, e) == -1)
		return -1;
	doc_text(m->doc, row.name);
	return 0;
}

void
put_side(struct maker *m, enum side side)
{
	doc_text(m->doc, side_name(side));
}

/* Text, or nothing at all. */
void
put_words(struct maker *m, const char *text)
{
	doc_text(m->doc, text[0] == '\0' ? NULL : text);
}
