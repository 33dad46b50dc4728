/*
 * section_events.c - what else there was: what was not done and why, deposits
 * and withdrawals, differences from the broker, alerts.
 */
#include "report/section.h"

#include <stdlib.h>

static const struct column undone_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "time", COL_HHMM, 0 },
	{ "what", COL_TEXT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "side", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "price", COL_WON, 0 },
	{ "quantity", COL_WON, 0 },
	{ "filled", COL_WON, 0 },
	{ "reason", COL_TEXT, 0 },
};

int
section_undone(struct maker *m, struct err *e)
{
	struct undone_row *row;
	int n, rc;

	doc_table(m->doc, "not_done", "What was not done, and why", undone_cols,
	    NELEM(undone_cols));
	rc = store_report_undone(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_int(m->doc, row[i].time);
		doc_text(m->doc, row[i].is_order ? "order" : "signal");
		doc_text(m->doc, row[i].strategy);
		doc_text(m->doc, row[i].code);
		if ((rc = put_stock(m, row[i].code, e)) == -1)
			break;
		put_side(m, row[i].side);
		doc_text(m->doc, row[i].state);
		doc_int(m->doc, row[i].price);
		if (row[i].is_order) {
			doc_int(m->doc, row[i].n);
			doc_int(m->doc, row[i].filled);
		} else {
			doc_none(m->doc);
			doc_none(m->doc);
		}
		put_words(m, row[i].reason);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}

static const struct column transfer_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "amount", COL_WON, 0 },
	{ "counts_from", COL_YMD, 0 },
	{ "note", COL_TEXT, 0 },
};

int
section_transfers(struct maker *m, struct err *e)
{
	struct transfer_row *row;
	int n, rc;

	doc_table(m->doc, "transfer", "Deposits and withdrawals", transfer_cols,
	    NELEM(transfer_cols));
	rc = store_report_transfers(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_int(m->doc, row[i].amount);
		doc_int(m->doc, row[i].counts_from);
		put_words(m, row[i].note);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}

static const struct column drift_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "kind", COL_TEXT, 0 },
	{ "strategy", COL_TEXT, 0 },
	{ "code", COL_TEXT, 0 },
	{ "stock", COL_TEXT, 0 },
	{ "book", COL_WON, 0 },
	{ "broker", COL_WON, 0 },
	{ "difference", COL_WON, 0 },
	{ "called", COL_TEXT, 0 },
	{ "state", COL_TEXT, 0 },
	{ "note", COL_TEXT, 0 },
};

int
section_drift(struct maker *m, struct err *e)
{
	struct drift_row *row;
	int n, rc;

	doc_table(m->doc, "drift", "Differences from the broker", drift_cols,
	    NELEM(drift_cols));
	rc = store_report_drift(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_text(m->doc, row[i].kind);
		put_words(m, row[i].strategy);
		put_words(m, row[i].code);
		if ((rc = put_stock(m, row[i].code, e)) == -1)
			break;
		doc_int(m->doc, row[i].book);
		doc_int(m->doc, row[i].broker);
		doc_int(m->doc, row[i].difference);
		put_words(m, row[i].name);
		doc_text(m->doc, row[i].state);
		put_words(m, row[i].note);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}

static const struct column alert_cols[] = {
	{ "day", COL_YMD, 0 },
	{ "alert", COL_TEXT, 0 },
	{ "program", COL_TEXT, 0 },
	{ "count", COL_INT, 0 },
	{ "stands", COL_BOOL, 0 },
	{ "message", COL_TEXT, 0 },
};

int
section_alerts(struct maker *m, struct err *e)
{
	struct report_alert *row;
	int n, rc;

	doc_table(m->doc, "alert", "Alerts", alert_cols, NELEM(alert_cols));
	rc = store_report_alerts(m->db, m->from, m->to, &row, &n, e);
	for (int i = 0; i < n && rc == 0; i++) {
		doc_int(m->doc, row[i].day);
		doc_text(m->doc, row[i].name);
		doc_text(m->doc, row[i].program);
		doc_int(m->doc, row[i].count);
		doc_int(m->doc, row[i].stands);
		doc_text(m->doc, row[i].message);
		doc_end_row(m->doc);
	}
	free(row);
	return rc;
}
