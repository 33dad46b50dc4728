/*
 * kis_notice.h - messages of the socket, understood.  Pure: no socket here.
 *
 * The socket is plain by the firm's own definition, so nothing it says is
 * booked: a notice of our account makes us look at the list of orders at once.
 * What cannot be read on the channel of notices is taken for one, too, for a
 * look too many does no harm.
 */
#ifndef BROKER_KIS_NOTICE_H
#define BROKER_KIS_NOTICE_H

#include <stddef.h>

#include "base/err.h"
#include "base/types.h"
#include "broker/kis_crypt.h"

enum kis_message {
	KIS_OTHER,      /* nothing for us */
	KIS_PING,       /* to be sent back as it is */
	KIS_SUBSCRIBED, /* notices will come */
	KIS_IN_USE,     /* another connection has the key; wait */
	KIS_DENIED,     /* no notices: e says why */
	KIS_NEWS,       /* something became of an order of ours */
};

/* What a subscription gave, to read its notices with. */
struct kis_channel {
	const char *tr_id;   /* of the notices */
	const char *account; /* ten digits: ours */
	char key[KIS_KEY_BYTES + 1], iv[KIS_IV_BYTES + 1];
};

/* One message of n bytes.  Of KIS_NEWS e may say what was odd about it. */
enum kis_message kis_message_read(
    struct kis_channel *, const char *text, size_t n, struct err *e);

/* The request that subscribes; the caller frees it. */
char *kis_subscription(
    const char *approval_key, const char *tr_id, const char *hts_id);

#endif
