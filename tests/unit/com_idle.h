/*
 * com_idle.h - what of the door to COM (gateway/com.h) does nothing: for tests
 * that play com_new() and com_invoke() themselves.  Include it in one file of
 * a program.
 */
#ifndef UNIT_COM_IDLE_H
#define UNIT_COM_IDLE_H

#include "gateway/com.h"

/* Every object is this one. */
struct com_object {
	int unused;
};
static struct com_object object;

void
com_free(struct com_object *o)
{
	(void)o;
}

int32_t
com_member(struct com_object *o, const char *member)
{
	(void)o;
	(void)member;
	return COM_NONE; /* as the real CREON */
}

int
com_listen(
    struct com_object *o, void (*heard)(void *), void *arg, struct com_fault *f)
{
	(void)o;
	(void)heard;
	(void)arg;
	(void)f;
	return 0;
}

#endif
