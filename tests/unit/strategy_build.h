/*
 * strategy_build.h - compile a strategy within a test, into a folder of its
 * own, which MAEMAE_STRATEGIES then names first.
 */
#ifndef STRATEGY_BUILD_H
#define STRATEGY_BUILD_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char build_dir[] = "/tmp/maemae-strategy.XXXXXX";

/* Make the folder, in front of those of the built modules. */
__attribute__((unused)) static void
build_open(void)
{
	const char *old = getenv("MAEMAE_STRATEGIES");
	char path[2 * PATH_MAX];

	if (mkdtemp(build_dir) == NULL)
		abort();
	snprintf(path, sizeof(path), "%s%s%s", build_dir,
	    old != NULL ? ":" : "", old != NULL ? old : "");
	setenv("MAEMAE_STRATEGIES", path, 1);
}

__attribute__((unused)) static void
build_close(void)
{
	char cmd[PATH_MAX];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", build_dir);
	if (system(cmd) != 0)
		printf("# %s stays\n", build_dir);
}

/* A file into the folder, as it is. */
__attribute__((unused)) static void
build_file(const char *name, const char *text)
{
	char *path;
	FILE *f;

	if (asprintf(&path, "%s/%s", build_dir, name) == -1 ||
	    (f = fopen(path, "w")) == NULL)
		abort();
	fputs(text, f);
	if (fclose(f) != 0)
		abort();
	free(path);
}

/* Compile a file (a full path) into NAME.so there. */
__attribute__((unused)) static bool
build_file_as(const char *name, const char *file)
{
	const char *cc = getenv("CC"), *root = getenv("ROOT");
	char *cmd;
	int rc;

	if (root == NULL)
		root = ".";
	if (asprintf(&cmd,
		"%s -std=c11 -D_GNU_SOURCE -O0 -fPIC "
		"-fvisibility=hidden -Wall -Wextra -Werror -shared -I'%s/lib' "
		"-o '%s/%s.so' '%s' '%s/lib/price/indicator.c' -lm",
		cc != NULL && cc[0] != '\0' ? cc : "cc", root, build_dir, name,
		file, root) == -1)
		abort();
	rc = system(cmd);
	free(cmd);
	return rc == 0;
}

/* Compile a text. */
__attribute__((unused)) static bool
build_module(const char *name, const char *source)
{
	char *base, *file;
	bool done;

	if (asprintf(&base, "%s.c", name) == -1 ||
	    asprintf(&file, "%s/%s", build_dir, base) == -1)
		abort();
	build_file(base, source);
	done = build_file_as(name, file);
	free(base);
	free(file);
	return done;
}

#endif
