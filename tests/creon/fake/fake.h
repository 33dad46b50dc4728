/*
 * fake.h - the fake CREON as Windows sees it: a 32-bit in-process COM server
 * under CREON's ProgIDs.
 *
 *	dll.c      what COM asks of a DLL: class factories, the registry
 *	dispatch.c one object: its life, and IDispatch
 *	points.c   its connection point, for events
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

#define SINKS_MOST 4

/* One object, under each of its interfaces. */
struct fake {
	IDispatch dispatch;
	IConnectionPointContainer container;
	IEnumConnectionPoints all_points;
	IConnectionPoint point;
	LONG refs;
	int enumerated; /* of all_points, of which there is one */
	struct object *o;
	IID events; /* the interface that sinks must have */
	IDispatch *sink[SINKS_MOST];
	struct fake *next;
};

/* The object of one of its interfaces. */
#define OF(member, p) \
	((struct fake *)((char *)(p)-offsetof(struct fake, member)))

HRESULT fake_query(struct fake *, REFIID iid, void **out);
ULONG fake_release(struct fake *);
/* A new object with one reference, as the interface that is asked for. */
HRESULT fake_new(const char *progid, REFIID iid, void **out);
/* All objects that want this event take it and fire. */
void fake_fire(const struct creon_event *);

/* ---- points.c */
void points_init(struct fake *); /* when its object is there */
void points_fini(struct fake *);
void points_fire(struct fake *); /* `Received`, to all who listen */

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
