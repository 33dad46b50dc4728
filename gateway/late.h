/*
 * late.h - clients that do not come to the point.
 *
 * The server's own time-out begins anew with each byte, so a client that
 * sends one every few seconds would hold its connection, of which there are
 * few, for ever.  Here each connection has so many seconds until its request
 * is complete, and from one request to the next; whoever takes longer is cut
 * off.  While a request is being answered nothing counts.
 */
#ifndef GATEWAY_LATE_H
#define GATEWAY_LATE_H

#include <stddef.h>

struct late;

/* `who` is the connection's handle, whatever it is. */
struct late *late_new(int most, int ms);
void late_free(struct late *);
void late_begin(struct late *, const void *who, int fd);
void late_has_come(struct late *, const void *who); /* the whole request */
void late_is_done(struct late *, const void *who);  /* it is answered */
void late_end(struct late *, const void *who);

#endif
