/*
 * sign_on.h - TradeInit, without which no account object works, and which
 * account and product are then ours.
 *
 * What it refused is not asked again in a process: a wrong password, tried again
 * and again, locks the account.  It may open a window and take a person's time.
 */
#ifndef GATEWAY_SIGN_ON_H
#define GATEWAY_SIGN_ON_H

#include "base/err.h"
#include "gateway/dib.h"

#define ACCOUNT_SIZE 64
#define PRODUCT_SIZE 16

struct signed_on {
	int code;        /* what TradeInit returned: 0 good, -1, 1, 2, 3 */
	bool is_refused; /* it returned another than 0 */
	char account[ACCOUNT_SIZE], product[PRODUCT_SIZE]; /* as CREON's */
};

/*
 * Sign on; the account whose number ends with `account`, the product code that
 * ends with `product`, or the first ones (NULL).  Returns CpTdUtil, which must
 * live as long as the process; NULL: E_REFUSED, E_BROKER, with the words for a
 * person.  COM thread.
 */
struct dib *sign_on_try(const char *account, const char *product,
    struct signed_on *on, struct err *e);

#endif
