/*
 * object.h - CREON's objects as a client sees them, without COM: members by
 * name and DISPID, inputs that persist, headers, rows, pages.
 *
 * com_model.c puts gateway/com.h in front of it, tests/creon/fake IDispatch;
 * both hand in what stands behind (creon_request and the functions after it).
 */
#ifndef TESTS_CREON_OBJECT_H
#define TESTS_CREON_OBJECT_H

#include "creon/creon.h"

struct object;

/*
 * CREON_REAL in the environment: the objects are those of the real CREON, none
 * of which has COM_FAKE_MARK.  With "left" the fake's own ProgID is there all
 * the same, as on a PC on which it stayed registered; else it is gone.
 */
bool object_is_there(const char *progid);

/* NULL where there is no such ProgID; with or without the ".1" of a version,
 * and in letters of any case. */
struct object *object_new(const char *progid);
void object_free(struct object *);

/* ProgIDs, numbered from 0; NULL past the last. */
const char *object_progid(int i);
/* Whose events the object publishes; -1: it has none. */
int object_source(const struct object *);
/* Which interface's events: "DsCbo1", "CpSysDib", "CpTrade", "CpUtil". */
const char *object_module(const struct object *);

/* The DISPID of a member, or -1; case does not matter. */
int object_member(const struct object *, const char *name);
/* 0, or -1 and the fault of a call that raises.  `out` may be NULL. */
int object_call(struct object *, int dispid, const struct com_value *arg, int n,
    struct com_value *out, struct com_fault *);
/* `Continue` = 0: the next request begins at the first page. */
void object_put_continue(struct object *, int value);

/* Does it want events (Subscribe)?  Then they become its headers. */
bool object_hears(const struct object *);
void object_take(struct object *, const struct creon_event *);

/* ---- What the host of the objects defines. */

/* 0, or -1: it raises. */
int creon_request(
    const struct creon_request *, struct creon_answer *, struct com_fault *);
/* A member of an object that makes no requests (CpCybos, CpTdUtil,
 * CpCodeMgr, CpStockCode). */
int creon_call(const char *progid, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *);
/* So many ms go by, in which messages are pumped. */
void creon_pause(int ms);
/* End this process at once, as a crash does. */
_Noreturn void creon_die(void);

#endif
