/*
 * http_curl.h - libcurl, loaded when the first server is asked.
 *
 * A program of the minute mostly finds nothing to do and ends after two
 * milliseconds.  Linked in the ordinary way libcurl, with the thirty libraries
 * that it needs, would cost every one of them six more, network or not.
 *
 * The types are those of the header, so a call through a wrong one does not
 * compile.
 */
#ifndef BROKER_HTTP_CURL_H
#define BROKER_HTTP_CURL_H

#include <curl/curl.h>

#include "base/err.h"

/* What the macros that check types in curl.h stand in the way of. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define CURL_CALLS(X)     \
	X(global_init)    \
	X(easy_init)      \
	X(easy_cleanup)   \
	X(easy_reset)     \
	X(easy_setopt)    \
	X(easy_getinfo)   \
	X(easy_perform)   \
	X(easy_strerror)  \
	X(slist_append)   \
	X(slist_free_all) \
	X(url)            \
	X(url_set)        \
	X(url_get)        \
	X(url_cleanup)    \
	X(free)

struct curl_calls {
#define CURL_CALL(name) __typeof__(curl_##name) *name;
	CURL_CALLS(CURL_CALL)
#undef CURL_CALL
};

/* Loaded and begun, once for the life of the process; NULL, E_CONFIG where
 * the library is not installed. */
const struct curl_calls *curl_load(struct err *);

#endif
