/*
 * model_order.c - orders: 0311 new, 0313 and 0303 amend, 0314 cancel (3.1 to 3.4), and
 * what can happen on their way.
 *
 * CREON gives an amended order and a cancel a number of their own.  The paper
 * broker does so for amends; cancels are numbered here, by the row that the
 * paper broker keeps of each request, so that a number outlives this process.
 *
 * There is nothing in which our key could travel: as with the real one, the
 * firm does not know it.
 */
#include "creon/model_inner.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "broker/paper.h"

#define PUMPED_MS 50 /* time enough for an event to be dispatched */

/* ---- Numbers ------------------------------------------------------------- */

int64_t
number_of(const char *broker_no)
{
	int64_t no;

	return int_parse(broker_no, 1, INT64_MAX, &no) == 0 ? no : 0;
}

int
model_cancels(struct model *m, struct cancels *out, struct err *e)
{
	struct paper_requests all = { 0 };
	ymd today = clock_ymd(&m->clock);

	*out = (struct cancels){ 0 };
	if (paper_requests(m->paper, &all, e) == -1) {
		free(all.item);
		return -1;
	}
	out->item = xcalloc((size_t)all.n + 1, sizeof(*out->item));
	for (int i = 0; i < all.n; i++) {
		const struct paper_request *r = &all.item[i];

		if (r->date == today && strcmp(r->kind, "cancel") == 0 &&
		    strcmp(r->outcome, "accepted") == 0)
			out->item[out->n++] = (struct cancel){
				.no = CANCEL_NO + r->id,
				.orig_no = number_of(r->broker_no),
				.at = r->at,
			};
	}
	free(all.item);
	return 0;
}

/* The number of the cancel that has just been taken; 0: it cannot be said. */
static int64_t
last_cancel(struct model *m)
{
	struct cancels c;
	struct err e;
	int64_t no = 0;

	if (model_cancels(m, &c, &e) == 0) {
		no = c.n > 0 ? c.item[c.n - 1].no : 0;
		free(c.item);
	}
	return no;
}

/* ---- What goes wrong ------------------------------------------------------ */

struct way {
	struct model *m;
	const char *kind; /* "new", "amend", "cancel" */
	enum place (*send)(
	    struct broker *, const struct broker_request *, struct ack *);
};

/* "NAME" strikes any order, "NAME:cancel" cancels alone. */
static bool
strikes(const struct way *w, const char *name, char word[TEXT_SIZE])
{
	char full[48];

	snprintf(full, sizeof(full), "%s:%s", name, w->kind);
	return trap_strikes(w->m->traps, name, word, TEXT_SIZE) ||
	    trap_strikes(w->m->traps, full, word, TEXT_SIZE);
}

static int
number(const char word[TEXT_SIZE], int dflt)
{
	int64_t n;

	return int_parse(word, 0, 1000000, &n) == 0 ? (int)n : dflt;
}

/* Before the order leaves: true, and the answer is what became of it. */
static bool
stopped(const struct way *w, struct creon_answer *a)
{
	char word[TEXT_SIZE];

	if (strikes(w, "crash-before", word)) {
		a->dies = true;
	} else if (strikes(w, "confirm-window", word)) {
		a->block_ms = number(word, 1000);
		a->ret = 2;
	} else if (strikes(w, "order-limit", word)) {
		a->ret = 4;
	} else if (strikes(w, "refuse", word)) {
		model_refuse(
		    a, word[0] != '\0' ? word : "주문이 거부되었습니다");
	} else if (strikes(w, "lose-request", word)) {
		a->ret = number(word, 1);
	} else {
		return false;
	}
	return true;
}

/* After it was taken. */
static void
bend(const struct way *w, struct creon_answer *a)
{
	char word[TEXT_SIZE];

	if (strikes(w, "accept-first", word))
		a->block_ms = PUMPED_MS;
	if (strikes(w, "order-blocks", word))
		a->block_ms = number(word, 1000);
	if (strikes(w, "crash-after", word))
		a->dies = true;
	if (strikes(w, "lose-answer", word)) {
		int block_ms = a->block_ms;

		answer_fini(a);
		a->block_ms = block_ms;
		a->ret = number(word, 1);
	}
}

/* The words that a person reads at CREON's terminal, more or less. */
static const char *
in_korean(const struct ack *ack)
{
	static const char *const word[NREFUSALS] = {
		[REFUSED_CLOSED] = "장종료 또는 주문접수 시간이 아닙니다",
		[REFUSED_TICK] = "호가단위를 확인하여 주십시오",
		[REFUSED_BAND] = "상하한가를 벗어난 주문입니다",
		[REFUSED_CASH] = "주문가능금액이 부족합니다",
		[REFUSED_SHARES] = "매도가능수량이 부족합니다",
		[REFUSED_GONE] = "정정/취소 가능수량이 부족합니다",
		[REFUSED_HALTED] = "거래정지된 종목입니다",
	};

	return word[ack->why] != NULL ? word[ack->why] : ack->reason;
}

/* 1: taken, and *ack has its number; 0: the answer says what happened. */
static int
send_order(const struct way *w, const struct broker_request *req,
    struct creon_answer *a, struct ack *ack)
{
	if (stopped(w, a))
		return 0;
	switch (w->send(w->m->paper, req, ack)) {
	case PLACE_ACCEPTED:
		snprintf(a->msg, sizeof(a->msg), "%s", "주문이 접수되었습니다");
		return 1;
	case PLACE_REJECTED:
		model_refuse(a, in_korean(ack));
		return 0;
	case PLACE_UNKNOWN:
		break;
	}
	a->ret = 1;
	return 0;
}

/* ---- Inputs that they share ------------------------------------------------ */

static void
echo_account(struct model *m, struct creon_answer *a, int index)
{
	answer_header(a, index, com_text(m->account));
	answer_header(a, index + 1, com_text(m->product));
}

/* ---- 0311 ------------------------------------------------------------------- */

/* Side, kind and condition as the paper broker can have them. */
static bool
read_kind(const struct creon_request *r, struct broker_request *req,
    struct creon_answer *a)
{
	char side[TEXT_SIZE], kind[TEXT_SIZE], condition[TEXT_SIZE];

	in_text(r, 0, "", side);
	in_text(r, 7, "0", condition);
	in_text(r, 8, "01", kind);
	if (strcmp(side, "1") != 0 && strcmp(side, "2") != 0)
		model_refuse(a, "매매구분을 확인하여 주십시오");
	else if (strcmp(condition, "0") != 0 ||
	    (strcmp(kind, "01") != 0 && strcmp(kind, "03") != 0))
		model_refuse(a, "호가구분을 확인하여 주십시오");
	else {
		req->side = side[0] == '1' ? SIDE_SELL : SIDE_BUY;
		req->is_market = strcmp(kind, "03") == 0;
		return true;
	}
	return false;
}

int
model_0311(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	struct way w = { m, "new", m->paper->ops->place };
	struct broker_request req = { .n = in_long(r, 4, 0) };
	won price = in_long(r, 5, 0);
	struct ack ack;
	char buf[TEXT_SIZE];

	if (!model_is_ours(m, r, 1, a) || !read_kind(r, &req, a))
		return 0;
	if (!in_code(m, r, 3, req.code))
		return model_refuse(a, "종목코드를 확인하여 주십시오");
	if (req.is_market && price != 0)
		return model_refuse(
		    a, "시장가 주문에는 단가를 넣을 수 없습니다");
	req.limit = price;
	if (!send_order(&w, &req, a, &ack))
		return 0;
	answer_header(a, 0, com_text(in_text(r, 0, "", buf)));
	echo_account(m, a, 1);
	answer_header(a, 3, code_text(m, req.code));
	answer_header(a, 4, com_long(req.n));
	answer_header(a, 5, com_long(price));
	answer_header(a, 8, com_long(number_of(ack.broker_no)));
	answer_header(a, 9, com_text("홍길동"));
	answer_header(a, 10, name_text(m, req.code));
	answer_header(a, 12, com_text("0"));
	answer_header(a, 13, com_text(req.is_market ? "03" : "01"));
	bend(&w, a);
	return news_look(m, e);
}

/* ---- 0313, 0303, 0314 ---------------------------------------------------------------- */

/* Inputs 1 to 5 of both; false: refused. */
static bool
read_original(struct model *m, const struct creon_request *r,
    struct broker_request *req, struct creon_answer *a)
{
	int64_t no = in_long(r, 1, 0);

	if (!model_is_ours(m, r, 2, a))
		return false;
	if (no <= 0 || !in_code(m, r, 4, req->code)) {
		model_refuse(a, "원주문번호 또는 종목코드를 확인하여 주십시오");
		return false;
	}
	snprintf(req->broker_no, sizeof(req->broker_no), "%" PRId64, no);
	req->n = in_long(r, 5, 0);
	return true;
}

/* The paper broker amends and cancels all that remains; nothing else can be
 * asked of it.  1, 0 refused, -1. */
static int
is_whole(struct model *m, const struct broker_request *req,
    struct creon_answer *a, struct err *e)
{
	struct broker_orders all = { 0 };
	qty left = -1;

	if (req->n == 0)
		return 1;
	if (m->paper->ops->orders(m->paper, clock_ymd(&m->clock), &all, e) ==
	    -1) {
		free(all.item);
		return -1;
	}
	for (int i = 0; i < all.n; i++)
		if (strcmp(all.item[i].broker_no, req->broker_no) == 0)
			left = all.item[i].n - all.item[i].filled;
	free(all.item);
	if (left == req->n)
		return 1;
	return model_refuse(a, "정정/취소 수량을 확인하여 주십시오");
}

static void
echo_original(struct model *m, const struct creon_request *r,
    const struct broker_request *req, struct creon_answer *a)
{
	answer_header(a, 1, com_long(in_long(r, 1, 0)));
	echo_account(m, a, 2);
	answer_header(a, 4, code_text(m, req->code));
	answer_header(a, 5, com_long(req->n));
}

int
model_0313(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	struct way w = { m, "amend", m->paper->ops->amend };
	struct broker_request req = { .limit = in_long(r, 6, 0) };
	struct ack ack;
	int rc;

	if (!read_original(m, r, &req, a))
		return 0;
	if ((rc = is_whole(m, &req, a, e)) != 1)
		return rc;
	if (!send_order(&w, &req, a, &ack))
		return 0;
	echo_original(m, r, &req, a);
	answer_header(a, 6, com_long(req.limit));
	answer_header(a, 7, com_long(number_of(ack.broker_no)));
	answer_header(a, 8, com_text("홍길동"));
	answer_header(a, 9, name_text(m, req.code));
	bend(&w, a);
	return news_look(m, e);
}

/* The kind of an order: here, a limit one becomes a market one. */
int
model_0303(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	struct way w = { m, "amend", m->paper->ops->amend };
	struct broker_request req = { .is_market = true };
	struct ack ack;
	char kind[TEXT_SIZE], condition[TEXT_SIZE];
	int rc;

	if (!read_original(m, r, &req, a))
		return 0;
	if (strcmp(in_text(r, 9, "01", kind), "03") != 0 ||
	    strcmp(in_text(r, 8, "0", condition), "0") != 0 ||
	    in_long(r, 6, 0) != 0)
		return model_refuse(a, "호가구분을 확인하여 주십시오");
	if ((rc = is_whole(m, &req, a, e)) != 1)
		return rc;
	if (!send_order(&w, &req, a, &ack))
		return 0;
	echo_original(m, r, &req, a);
	answer_header(a, 6, com_long(0));
	answer_header(a, 8, com_long(number_of(ack.broker_no)));
	answer_header(a, 9, com_text("홍길동"));
	answer_header(a, 10, name_text(m, req.code));
	answer_header(a, 13, com_text(condition));
	answer_header(a, 14, com_text(kind));
	bend(&w, a);
	return news_look(m, e);
}

int
model_0314(struct model *m, const struct creon_request *r,
    struct creon_answer *a, struct err *e)
{
	struct way w = { m, "cancel", m->paper->ops->cancel };
	struct broker_request req = { 0 };
	struct ack ack;
	int rc;

	if (!read_original(m, r, &req, a))
		return 0;
	if ((rc = is_whole(m, &req, a, e)) != 1)
		return rc;
	if (!send_order(&w, &req, a, &ack))
		return 0;
	echo_original(m, r, &req, a);
	answer_header(a, 6, com_long(last_cancel(m)));
	answer_header(a, 7, com_text("홍길동"));
	answer_header(a, 8, name_text(m, req.code));
	bend(&w, a);
	return news_look(m, e);
}
