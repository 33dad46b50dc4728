/* dynlib.c - see dynlib.h. */
#include "base/dynlib.h"

#include <dlfcn.h>
#include <string.h>

int
dynlib_load(const char *soname, const struct dynlib_call *call, size_t n,
    void *table, struct err *e)
{
	void *lib = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	if (lib == NULL)
		return err_set(
		    e, E_CONFIG, "%s is needed: %s", soname, dlerror());
	for (size_t i = 0; i < n; i++) {
		void *found = dlsym(lib, call[i].name);

		if (found == NULL) {
			err_set(
			    e, E_CONFIG, "%s has no %s", soname, call[i].name);
			dlclose(lib);
			return -1;
		}
		memcpy((char *)table + call[i].at, &found, sizeof(found));
	}
	return 0;
}
