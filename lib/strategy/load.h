/*
 * load.h - find, open and check strategy modules; parse their parameters.
 * The only file that calls dlopen.  Load from one thread; what is loaded may
 * be used, and its parameters set, by all.
 */
#ifndef STRATEGY_LOAD_H
#define STRATEGY_LOAD_H

#include "base/err.h"
#include "strategy/strategy.h"

/*
 * Load a module by name ([a-z0-9_]+, never a path) from the first of these
 * folders that has NAME.so:
 *
 *	those of $MAEMAE_STRATEGIES, separated by ':'
 *	${XDG_DATA_HOME:-~/.local/share}/maemae/strategies
 *	PREFIX/lib/maemae/strategies, and ../lib/maemae/strategies seen from
 *	    the folder of the executable
 *	the build tree: ../build/strategies and ../strategies seen from there
 *
 * A module stays in memory until the process ends; loading it twice gives the
 * same one.  NULL and E_CONFIG: absent, not a module, of another ABI, or with
 * parameters that make no sense (it says which and what to do).  A name that
 * is not one: E_USAGE.
 */
const struct strategy *module_load(const char *name, struct err *);

/* The modules that can be found, by name, each once.  Not loaded yet. */
struct module_name {
	char name[NAME_SIZE];
	char *path; /* of the file that module_load would take */
};
/* How many; `*out` is freed by module_list_free. */
int module_list(struct module_name **out);
void module_list_free(struct module_name *, int n);

/* A parameter in words, for tables. */
struct param_row {
	const char *name;
	const char *type; /* int, real, bool, choice, code */
	char range[128];  /* "1..500", "yes|no", "plain|wilder" */
	const char *def;  /* "-" for an empty code */
	const char *help;
};
/* Row i of a module's parameters; false after the last. */
bool module_describe(const struct strategy *, int i, struct param_row *out);

/* A module with its parameters: "sma:short=5,long=20".  May be copied with
 * `=`: what a PARAM_CODE points at lives until the process ends. */
#define PARAMS_MAX 24
struct module_use {
	const struct strategy *strategy; /* NULL: none */
	union param_value value[PARAMS_MAX];
};

/* Defaults first, then the given ones.  Unknown name, impossible value:
 * E_USAGE, naming module, parameter, range.  `spec` is "NAME" or
 * "NAME:k=v,...". */
int module_use_parse(const char *spec, struct module_use *, struct err *);
/* Set one parameter, as the sweep does. */
int module_use_set(
    struct module_use *, const char *param, const char *value, struct err *);
/* The index of a parameter, or -1. */
int module_param(const struct strategy *, const char *name);
/* "sma:short=5,long=20,..." with all parameters, in the module's order; reads
 * back as the same values.  Cut where buf ends. */
const char *module_use_text(const struct module_use *, char *buf, size_t size);

#endif
