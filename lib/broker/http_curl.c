/* http_curl.c - see http_curl.h. */
#include "broker/http_curl.h"

#include "base/dynlib.h"
#include "base/types.h"

/* The name carries the version of the interface, unchanged since 2006. */
#define LIBRARY "libcurl.so.4"

static const struct dynlib_call wanted[] = {
#define CURL_CALL(name) { "curl_" #name, offsetof(struct curl_calls, name) },
	CURL_CALLS(CURL_CALL)
#undef CURL_CALL
};

const struct curl_calls *
curl_load(struct err *e)
{
	static struct curl_calls calls;
	static bool is_loaded;

	if (is_loaded)
		return &calls;
	if (dynlib_load(LIBRARY, wanted, NELEM(wanted), &calls, e) == -1)
		return NULL;
	if (calls.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(e, E_FAIL, "libcurl does not start");
		return NULL;
	}
	is_loaded = true;
	return &calls;
}
