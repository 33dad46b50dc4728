/*
 * orders.h - how orders, their numbers and cancels look on the wire; shared
 * by order.c, which takes them, and history.c, which lists them.
 */
#ifndef SANDBOX_ORDERS_H
#define SANDBOX_ORDERS_H

#include "sandbox/inner.h"

/* What paper does not know of an order. */
struct order_detail {
	int hhmmss;
	char type[3];     /* ORD_DVSN */
	char exchange[4]; /* KRX, SOR */
	bool is_by_phone; /* and so not through here */
};
/* Into a key that paper keeps, and out of an order that it lists.  In front of
 * it stands what the client calls the request, where it says so. */
void orders_key(const struct call *, const char *type, const char *exchange,
    char *buf, size_t size);
/* The second a request was taken, of its key; or `dflt`. */
int orders_second(const char *key, int dflt);
void orders_unpack(const struct broker_order *, struct order_detail *);

/* A cancel has a row of its own in the lists. */
#define ORDERS_CANCEL_BASE INT64_C(5000000000)
struct order_cancel {
	int64_t no;
	char orig_no[BROKER_NO_SIZE];
	int hhmmss;
};
struct order_cancels {
	int n;
	struct order_cancel *item;
};
/* Those of a day that were taken; free() the items. */
int orders_cancels(struct sandbox *, ymd, struct order_cancels *, struct err *);

#endif
