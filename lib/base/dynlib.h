/*
 * dynlib.h - a library that few runs need, loaded by the first that does.
 *
 * A program of the minute mostly finds nothing to do and ends after two
 * milliseconds.  Linked in the ordinary way, a library that talks to the
 * network would cost every run more than that, network or not.
 *
 * The table of calls is a structure of function pointers whose types are those
 * of the library's own header (see broker/http_curl.h), so that a call through
 * a wrong one does not compile.
 */
#ifndef BASE_DYNLIB_H
#define BASE_DYNLIB_H

#include <stddef.h>

#include "base/err.h"

struct dynlib_call {
	const char *name;
	size_t at; /* of the pointer in the table */
};

/* Load `soname` for the life of the process and fill the table; 0, or -1:
 * E_CONFIG, saying what is missing.  Call it once. */
int dynlib_load(const char *soname, const struct dynlib_call *call, size_t n,
    void *table, struct err *e);

#endif
