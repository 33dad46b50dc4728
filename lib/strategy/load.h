/*
 * load.h - find, open and check strategy modules; parse their parameters.
 * The only file that calls dlopen.
 */
#ifndef STRATEGY_LOAD_H
#define STRATEGY_LOAD_H

#include "base/err.h"
#include "strategy/strategy.h"

/* A loaded module.  Stays in memory until the process ends; loading it twice
 * gives the same one. */
struct module;

/*
 * Load a module by name ([a-z0-9_]+, never a path) from, in this order: the
 * folders of $MAEMAE_STRATEGIES (separated by ':'),
 * ${XDG_DATA_HOME:-~/.local/share}/maemae/strategies,
 * PREFIX/lib/maemae/strategies, and the build tree beside the program
 * (../build/strategies seen from the folder of the executable).
 * NULL and E_CONFIG: absent, not a module, of another ABI (it says which).
 */
const struct strategy *module_load(const char *name, struct err *);

/* A module with its parameters: "sma:short=5,long=20". */
#define PARAMS_MAX	24
struct module_use {
	const struct strategy *strategy;	/* NULL: none */
	union param_value value[PARAMS_MAX];
	char text[24][CODE_SIZE];		/* storage of PARAM_CODE values */
};

/* Defaults first, then the given ones.  Unknown name, impossible value:
 * E_USAGE, naming module, parameter, range.  `spec` is "NAME" or
 * "NAME:k=v,...". */
int module_use_parse(const char *spec, struct module_use *, struct err *);
/* Set one parameter, as the sweep does. */
int module_use_set(struct module_use *, const char *param, const char *value,
    struct err *);
/* The index of a parameter, or -1. */
int module_param(const struct strategy *, const char *name);
/* "sma:long=20,short=5" with all parameters, in the module's order. */
const char *module_use_text(const struct module_use *, char *buf, size_t size);

#endif
