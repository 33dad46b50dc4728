/* sign_on.c - see sign_on.h. */
#include <string.h>

#include "gateway/sign_on.h"

#define GOODS_STOCKS 1 /* GoodsList: products for stocks */

static const char *
sign_on_words(int code)
{
	switch (code) {
	case 0:
		return "";
	case 1:
		return "TradeInit: wrong security card or OTP key (1)";
	case 2:
		return "TradeInit: wrong account password (2)";
	case 3:
		return "TradeInit: cancelled by the person (3)";
	default:
		return "TradeInit: error; the account password may not be stored, "
		       "or a window waits for it (-1)";
	}
}

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* The wanted one of a list of texts, or the first; false: there is none. */
static bool
choose(const struct com_value *list, const char *wanted, char *buf, size_t size)
{
	for (int i = 0; list->type == COM_ARRAY && i < list->n; i++) {
		com_str(&list->item[i], buf, size);
		if (buf[0] != '\0' &&
		    (wanted == NULL || ends_with(buf, wanted)))
			return true;
	}
	buf[0] = '\0';
	return false;
}

static int
find_account(struct dib *util, const char *account, const char *product,
    struct signed_on *on, struct err *e)
{
	struct com_value list = { 0 }, arg[2];
	bool found;

	/* From here on no account is written anywhere in full. */
	if (dib_secrets(util, "AccountNumber", &list, e) == -1)
		return -1;
	found = choose(&list, account, on->account, sizeof(on->account));
	com_value_fini(&list);
	if (!found)
		return err_set(e, E_REFUSED, "CREON lists no account%s%s",
		    account != NULL ? " that ends with " : "",
		    account != NULL ? account : "");
	arg[0] = com_text(on->account);
	arg[1] = com_long(GOODS_STOCKS);
	if (dib_call(util, "GoodsList", arg, 2, &list, e) == -1)
		return -1;
	found = choose(&list, product, on->product, sizeof(on->product));
	com_value_fini(&list);
	return found ?
	    0 :
	    err_set(e, E_REFUSED, "the account has no product for stocks%s%s",
		product != NULL ? " " : "", product != NULL ? product : "");
}

struct dib *
sign_on_try(const char *account, const char *product, struct signed_on *on,
    struct err *e)
{
	struct dib *util = dib_new("CpTrade.CpTdUtil", e);
	int64_t code = -1;

	*on = (struct signed_on){ .code = -1 };
	if (util == NULL)
		return NULL;
	if (dib_number_of(util, "TradeInit", com_long(0), &code, e) == -1)
		goto failed;
	on->code = (int)code;
	on->is_refused = code != 0;
	if (code != 0) {
		err_set(e, E_REFUSED, "%s", sign_on_words((int)code));
		goto failed;
	}
	if (find_account(util, account, product, on, e) == 0)
		return util;
failed:
	dib_free(util);
	return NULL;
}
