/*
 * fake.h - the fake CREON as Windows sees it: a 32-bit in-process COM server
 * under CREON's ProgIDs.
 *
 *	dll.c      what COM asks of a DLL: class factories, the registry
 *	dispatch.c one object: IDispatch and its connection point
 *	pump.c     the hidden window from which events are fired
 *	client.c   the socket to the model (tests/creon/model-server.c)
 *
 * What an object does is tests/creon/object.c, in this process.  An event is
 * fired from the message loop of the apartment alone: a client that does not
 * pump messages hears nothing.
 */
#ifndef TESTS_CREON_FAKE_FAKE_H
#define TESTS_CREON_FAKE_FAKE_H

#include "creon/object.h"
#include "gateway/com_inner_windows.h"

/* ---- dll.c */
extern HINSTANCE fake_dll;

/* ---- dispatch.c */

/* A new object with one reference, as the interface that is asked for. */
HRESULT fake_new(const char *progid, REFIID iid, void **out);
/* All objects that want this event take it and fire. */
void fake_fire(const struct creon_event *);

/* ---- pump.c */

/* Events come from now on, by this thread's messages.  Once is enough. */
void pump_begin(void);

/* ---- client.c */

/* Another connection to the model, INVALID_SOCKET where there is none. */
uintptr_t client_connect(void);
/* A line without its end, which the caller frees; NULL: the model is gone. */
char *client_read(uintptr_t socket);
int client_write(uintptr_t socket, const char *line, size_t n);

#endif
