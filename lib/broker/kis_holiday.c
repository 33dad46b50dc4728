/*
 * kis_holiday.c - which days are sessions.
 *
 * The firm asks not to be asked more than once a day, and pages by 25 days or
 * so; a few months are enough for what was announced since the calendar was
 * made (days of elections, holidays given at short notice).
 */
#include <stdio.h>

#include "broker/kis_inner.h"
#include "broker/kis_parse.h"

#define DAYS_ENOUGH 120

static int
read_page(void *arg, const struct kis_reply *r, struct err *e)
{
	struct broker_days *out = arg;

	if (r->verdict == KIS_NOTHING)
		return 0;
	if (kis_parse_holidays(r->doc, out, e) == -1)
		return -1;
	return out->n >= DAYS_ENOUGH;
}

int
kis_days(struct broker *br, ymd from, struct broker_days *out, struct err *e)
{
	char date[16];
	const struct kis_param p[] = { { "BASS_DT", date } };

	snprintf(date, sizeof(date), "%d", from);
	if (kis_pages(br->self, KIS_HOLIDAYS, p, NELEM(p), "", read_page, out,
		e) == -1)
		return -1;
	if (out->n == 0 || out->item[0].date != from)
		return err_set(e, E_DATA,
		    "kis: the days of the exchange do not begin at %d", from);
	return 0;
}
