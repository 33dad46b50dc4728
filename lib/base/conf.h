/*
 * conf.h - the configuration file: broker accounts, secrets, knobs.
 *
 *   [broker]
 *   name = kis
 *   [kis]
 *   app_key = ...
 *
 * It may hold secrets, so it must have mode 0600, and is refused otherwise
 * before a byte of it is read.  A missing file is an empty configuration,
 * which means the paper broker.  libinih reads lines of at most about 200
 * bytes; longer ones are an error here, where it would cut them in silence.
 * So is a comment behind a value: it would cut a secret that has " ;" in it;
 * and what stands behind a [section] in its line.
 * Section and key names are not case sensitive; a key given twice is an error.
 *
 * A misspelt name would be as good as absent, and what is absent has a default:
 * an order meant for paper would go to a firm.  Therefore readers declare all
 * that they know, and conf_check() refuses the rest.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/err.h"
#include "base/types.h"

struct conf;

/* NULL and E_REFUSED, or E_CONFIG with file:line; must_exist: named by -c. */
struct conf *conf_open(const char *path, bool must_exist, struct err *e);
/*
 * A section, and all keys that may stand in it, in a list that ends with NULL.
 * A list of sections ends with a name NULL.
 */
struct conf_section {
	const char *name;
	const char *const *keys;
};

/*
 * 0, or -1 (E_CONFIG with file:line, and the name that was perhaps meant) for
 * the first section or key that is not in `known`, which must live as long as
 * c.  From now on to ask for a key that is not in it is a bug, and asserted.
 */
int conf_check(struct conf *c, const struct conf_section *known, struct err *e);
void conf_close(struct conf *c); /* wipes what it held; NULL is fine */

/* The path it was opened with, for messages. */
const char *conf_path(const struct conf *c);
bool conf_has_section(const struct conf *c, const char *section);
/* The value, which lives as long as c, or dflt. */
const char *conf_get(const struct conf *c, const char *section, const char *key,
    const char *dflt);
/* As conf_get(), but an error (E_CONFIG) when absent: NULL. */
const char *conf_need(
    const struct conf *c, const char *section, const char *key, struct err *e);
/* 0, or -1 (E_CONFIG) if what stands there is no number in min..max. */
int conf_int(const struct conf *c, const char *section, const char *key,
    int64_t min, int64_t max, int64_t dflt, int64_t *out, struct err *e);
/* yes/no, true/false, on/off, 1/0. */
int conf_bool(const struct conf *c, const char *section, const char *key,
    bool dflt, bool *out, struct err *e);

#endif
