/*
 * kis_socket.h - one WebSocket connection to a server, by libwebsockets: the
 * one file that knows it.  Messages are whole texts.
 */
#ifndef BROKER_KIS_SOCKET_H
#define BROKER_KIS_SOCKET_H

#include <stddef.h>

#include "base/err.h"
#include "base/types.h"

struct kis_socket;

/* A message of n bytes, a NUL behind it; called from within kis_socket_serve.
 */
typedef void (*kis_on_message)(void *arg, const char *text, size_t n);

/* Begin to connect to "ws://host[:port][/path]" or "wss://...", whose
 * certificate is verified; the host may be "[::1]".  NULL: E_CONFIG, or E_FAIL. */
struct kis_socket *kis_socket_open(
    const char *url, kis_on_message, void *arg, struct err *);
void kis_socket_close(struct kis_socket *); /* NULL is fine */

/* Let it work for at most ms; sooner where something happened or a signal
 * came.  False: it is lost; `why` of it. */
bool kis_socket_serve(struct kis_socket *, int ms);
bool kis_socket_is_up(const struct kis_socket *);
const char *kis_socket_why(const struct kis_socket *);

/* Send when it is up, in this order; copied.  A pong is a control frame, of
 * at most 125 bytes: longer ones go as texts. */
void kis_socket_say(struct kis_socket *, const char *text);
void kis_socket_pong(struct kis_socket *, const char *text, size_t n);

#endif
