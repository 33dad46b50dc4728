/* http_curl.c - see http_curl.h. */
#include "broker/http_curl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* The name carries the version of the interface, unchanged since 2006. */
#define LIBRARY "libcurl.so.4"

static const struct {
	const char *name;
	size_t at; /* of the pointer in struct curl_calls */
} wanted[] = {
#define CURL_CALL(name) { "curl_" #name, offsetof(struct curl_calls, name) },
	CURL_CALLS(CURL_CALL)
#undef CURL_CALL
};

const struct curl_calls *
curl_load(struct err *e)
{
	static struct curl_calls calls;
	static void *library;
	void *lib;

	if (library != NULL)
		return &calls;
	if ((lib = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL)) == NULL) {
		err_set(e, E_CONFIG, "libcurl is needed: %s", dlerror());
		return NULL;
	}
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		void *call = dlsym(lib, wanted[i].name);

		if (call == NULL) {
			err_set(e, E_CONFIG, "%s has no %s", LIBRARY,
			    wanted[i].name);
			dlclose(lib);
			return NULL;
		}
		memcpy((char *)&calls + wanted[i].at, &call, sizeof(call));
	}
	if (calls.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(e, E_FAIL, "libcurl does not start");
		dlclose(lib);
		return NULL;
	}
	library = lib;
	return &calls;
}
