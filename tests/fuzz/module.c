/*
 * A file in a module's place: 'r' and any bytes, or 'c' and a number of three
 * bytes (the lowest first): so many bytes of a true module, as a copy leaves
 * that was stopped.  Both are refused in words.  A whole module is trusted,
 * for it is code: bytes that claim to be one are not tried here.
 */
#include <elf.h>

#include "fuzz.h"
#include "strategy/load.h"

static char *whole, path[128];
static size_t whole_size;

/* Take a true module, then look in a folder of our own alone. */
static void
start(void)
{
	struct module_name *list;
	int n = module_list(&list);
	struct stat st;
	FILE *f;

	must(n > 0);
	must((f = fopen(list[0].path, "r")) != NULL);
	must(fstat(fileno(f), &st) == 0);
	whole_size = (size_t)st.st_size;
	must((whole = malloc(whole_size)) != NULL);
	must(fread(whole, 1, whole_size, f) == whole_size);
	fclose(f);
	module_list_free(list, n);
	snprintf(path, sizeof(path), "%s/fuzzed.so", fuzz_folder());
	setenv("MAEMAE_STRATEGIES", fuzz_folder(), 1);
}

static void
put(const void *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	must(f != NULL && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	size_t n;

	if (whole == NULL)
		start();
	if (size >= 4 && data[0] == 'c') {
		n = data[1] | (size_t)data[2] << 8 | (size_t)data[3] << 16;
		put(whole, n % whole_size);
	} else if (size >= 1) {
		data++;
		size--;
		if (size >= SELFMAG && memcmp(data, ELFMAG, SELFMAG) == 0)
			return 0;
		put(data, size);
	} else
		return 0;
	must(module_load("fuzzed", &e) == NULL);
	must_refuse(&e);
	must(e.kind == E_CONFIG);
	must(strstr(e.msg, "fuzzed") != NULL);
	return 0;
}
