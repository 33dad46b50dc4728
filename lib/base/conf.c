/* conf.c - see conf.h. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "base/conf.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/near.h"

#define NAME_MOST 24 /* of a name that is repeated in a message */

/* A key, or, with key and value NULL, the line of a [section]. */
struct entry {
	char *section, *key, *value;
	int line;
};

struct conf {
	char *path;
	struct entry *entry;
	size_t n, room;
	const struct conf_section *known; /* of conf_check(); or NULL */
};

/* One parse: libinih tells its handler no line, so the reader counts. */
struct reading {
	struct conf *conf;
	FILE *f;
	char *text;
	size_t text_size;
	int line;
	struct err *e;
	bool failed;
};

static int
bad_line(struct reading *r, const char *why)
{
	if (!r->failed)
		err_set(
		    r->e, E_CONFIG, "%s:%d: %s", r->conf->path, r->line, why);
	r->failed = true;
	return 0;
}

static void
add(struct reading *r, const char *section, const char *key, const char *value)
{
	struct conf *c = r->conf;

	if (c->n == c->room) {
		c->room = c->room * 2 + 16;
		c->entry = xrealloc(c->entry, c->room, sizeof(c->entry[0]));
	}
	c->entry[c->n++] = (struct entry){ xstrdup(section),
		key == NULL ? NULL : xstrdup(key),
		value == NULL ? NULL : xstrdup(value), r->line };
}

/* libinih takes " ;" for the beginning of a comment, whatever stands before:
 * of a secret that has one it would give the beginning. */
static bool
is_cut(const char *s)
{
	if (strncmp(s, "\xef\xbb\xbf", 3) == 0) /* the mark of UTF-8 */
		s += 3;
	if (*s == '#' || *s == ';' || *s == '[')
		return false;
	for (; (s = strchr(s, ';')) != NULL; s++)
		if (strchr(" \t", s[-1]) != NULL)
			return true;
	return false;
}

/* libinih says nothing of a section without keys, and drops what is behind it:
 * "[broker] kind = kis". */
static bool
read_section(struct reading *r, char *s)
{
	size_t n;

	if (r->line == 1 && strncmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	if (*s != '[' || s[n = strcspn(s, "]")] == '\0')
		return true;
	s[n] = '\0';
	add(r, s + 1, NULL, NULL);
	s[n++] = ']';
	n += strspn(s + n, " \t");
	if (s[n] == '\0' || s[n] == ';' || s[n] == '#')
		return true;
	bad_line(r,
	    "what is behind the ] would be lost: it wants a line of its own");
	return false;
}

/* One line for libinih, as fgets would give it. */
static char *
read_line(char *buf, int size, void *arg)
{
	struct reading *r = arg;
	ssize_t n;
	char *s;

	if (r->failed || (n = getline(&r->text, &r->text_size, r->f)) == -1)
		return NULL;
	r->line++;
	s = r->text;
	if (strlen(s) != (size_t)n) {
		bad_line(r, "a NUL byte");
		return NULL;
	}
	/* An indented line would silently continue the last value. */
	s += strspn(s, " \t");
	n = (ssize_t)strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		n--;
	s[n] = '\0';
	if (!read_section(r, s))
		return NULL;
	if (is_cut(s)) {
		bad_line(r,
		    "a comment wants a line of its own: of a value,"
		    " what is behind ' ;' would be lost");
		return NULL;
	}
	/* libinih wants a spare byte beyond the newline and the NUL. */
	if (n + 3 > size && *s != '#' && *s != ';') {
		bad_line(r, "line too long");
		return NULL;
	}
	if (n + 3 > size)
		n = 0;
	memcpy(buf, s, (size_t)n);
	buf[n] = '\n';
	buf[n + 1] = '\0';
	return buf;
}

static const struct conf_section *
known_section(const struct conf_section *known, const char *name)
{
	for (; known->name != NULL; known++)
		if (strcasecmp(known->name, name) == 0)
			return known;
	return NULL;
}

static bool
has_key(const struct conf_section *s, const char *key)
{
	for (const char *const *k = s->keys; *k != NULL; k++)
		if (strcasecmp(*k, key) == 0)
			return true;
	return false;
}

static bool
is_known(const struct conf *c, const char *section, const char *key)
{
	const struct conf_section *s = known_section(c->known, section);

	return s != NULL && has_key(s, key);
}

static struct entry *
find(const struct conf *c, const char *section, const char *key)
{
	assert(c->known == NULL || is_known(c, section, key));
	for (size_t i = 0; i < c->n; i++)
		if (c->entry[i].key != NULL &&
		    strcasecmp(c->entry[i].section, section) == 0 &&
		    strcasecmp(c->entry[i].key, key) == 0)
			return &c->entry[i];
	return NULL;
}

static int
handle(void *arg, const char *section, const char *key, const char *value)
{
	struct reading *r = arg;

	if (find(r->conf, section, key) != NULL)
		return bad_line(r, "this key was given before");
	add(r, section, key, value);
	return 1;
}

struct conf *
conf_open(const char *path, bool must_exist, struct err *e)
{
	struct conf *c = xcalloc(1, sizeof(*c));
	struct reading r = { .conf = c, .e = e };
	struct stat st;
	int fd, bad;

	c->path = xstrdup(path);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		if (errno == ENOENT && !must_exist)
			return c;
		err_set(e, E_CONFIG, "%s: %s", path, strerror(errno));
		goto fail;
	}
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		err_set(e, E_CONFIG, "%s: not a regular file", path);
		goto fail_fd;
	}
	if ((st.st_mode & 077) != 0) {
		err_set(e, E_REFUSED,
		    "%s: others may read it (mode %03o): chmod 600 it", path,
		    (unsigned)st.st_mode & 0777);
		goto fail_fd;
	}
	if ((r.f = fdopen(fd, "r")) == NULL) {
		err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
		goto fail_fd;
	}
	bad = ini_parse_stream(read_line, &r, handle, &r);
	if (bad == 0 && ferror(r.f)) {
		r.failed = true;
		err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
	}
	if (bad != 0 && !r.failed) {
		r.line = bad;
		bad_line(&r, "want [section] or key = value");
	}
	fclose(r.f);
	if (r.text != NULL)
		explicit_bzero(r.text, r.text_size);
	free(r.text);
	if (!r.failed)
		return c;
	goto fail;
fail_fd:
	close(fd);
fail:
	conf_close(c);
	return NULL;
}

/* ---- names that nobody knows --------------------------------------------- */

struct list {
	char text[256];
	size_t n;
};

static void
list_add(struct list *l, const char *between, const char *fmt, const char *name)
{
	char one[64];

	snprintf(one, sizeof(one), fmt, name);
	if (l->n < sizeof(l->text))
		l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n,
		    "%s%s", l->n == 0 ? "" : between, one);
}

/* A name as it may be told: what is too long may be half a secret. */
static const char *
told(const char *name)
{
	return strlen(name) <= NAME_MOST ? name : "...";
}

static int
bad_section(const struct conf *c, const struct entry *en, struct err *e)
{
	struct list names = { "", 0 };

	for (const struct conf_section *s = c->known; s->name != NULL; s++) {
		const char *const one[] = { s->name, NULL };

		if (near_word(en->section, one) != NULL)
			return err_set(e, E_CONFIG,
			    "%s:%d: [%s]: no such section; did you mean [%s]?",
			    c->path, en->line, told(en->section), s->name);
		list_add(&names, ", ", "[%s]", s->name);
	}
	return err_set(e, E_CONFIG,
	    "%s:%d: [%s]: no such section (there are: %s)", c->path, en->line,
	    told(en->section), names.text);
}

/* "; it belongs in [paper]", of the sections that have this key; or "". */
static void
find_home(const struct conf *c, const char *key, struct list *home)
{
	for (const struct conf_section *s = c->known; s->name != NULL; s++)
		if (has_key(s, key))
			list_add(home, " or ",
			    home->n == 0 ? "; it belongs in [%s]" : "[%s]",
			    s->name);
}

static int
bad_key(const struct conf *c, const struct entry *en,
    const struct conf_section *s, struct err *e)
{
	struct list home = { "", 0 }, names = { "", 0 };
	const char *meant;

	find_home(c, en->key, &home);
	if (s == NULL)
		return err_set(e, E_CONFIG,
		    "%s:%d: %s: a key before any [section]%s", c->path,
		    en->line, told(en->key), home.text);
	if ((meant = near_word(en->key, s->keys)) != NULL)
		return err_set(e, E_CONFIG,
		    "%s:%d: [%s] %s: no such key; did you mean %s?", c->path,
		    en->line, s->name, told(en->key), meant);
	for (const char *const *k = s->keys; *k != NULL; k++)
		list_add(&names, ", ", "%s", *k);
	return err_set(e, E_CONFIG, "%s:%d: [%s] %s: no such key%s%s%s",
	    c->path, en->line, s->name, told(en->key),
	    home.n > 0 ? home.text : " (there are: ",
	    home.n > 0 ? "" : names.text, home.n > 0 ? "" : ")");
}

int
conf_check(struct conf *c, const struct conf_section *known, struct err *e)
{
	c->known = known;
	for (size_t i = 0; i < c->n; i++) {
		const struct entry *en = &c->entry[i];
		const struct conf_section *s = known_section(
		    known, en->section);

		if (s == NULL && (en->key == NULL || en->section[0] != '\0'))
			return bad_section(c, en, e);
		if (en->key != NULL && (s == NULL || !has_key(s, en->key)))
			return bad_key(c, en, s, e);
	}
	return 0;
}

/* ---- asking -------------------------------------------------------------- */

void
conf_close(struct conf *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++) {
		struct entry *en = &c->entry[i];

		if (en->value != NULL)
			explicit_bzero(en->value, strlen(en->value));
		free(en->section);
		free(en->key);
		free(en->value);
	}
	free(c->entry);
	free(c->path);
	free(c);
}

const char *
conf_path(const struct conf *c)
{
	return c->path;
}

bool
conf_has_section(const struct conf *c, const char *section)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcasecmp(c->entry[i].section, section) == 0)
			return true;
	return false;
}

const char *
conf_get(const struct conf *c, const char *section, const char *key,
    const char *dflt)
{
	const struct entry *en = find(c, section, key);

	return en != NULL ? en->value : dflt;
}

const char *
conf_need(
    const struct conf *c, const char *section, const char *key, struct err *e)
{
	const char *v = conf_get(c, section, key, NULL);

	if (v == NULL || *v == '\0') {
		err_set(e, E_CONFIG, "%s: [%s] needs %s = ...", c->path,
		    section, key);
		return NULL;
	}
	return v;
}

int
conf_int(const struct conf *c, const char *section, const char *key,
    int64_t min, int64_t max, int64_t dflt, int64_t *out, struct err *e)
{
	const struct entry *en = find(c, section, key);

	*out = dflt;
	if (en == NULL || int_parse(en->value, min, max, out) == 0)
		return 0;
	return err_set(e, E_CONFIG,
	    "%s:%d: %s: want a whole number from %" PRId64 " to %" PRId64,
	    c->path, en->line, en->key, min, max);
}

int
conf_bool(const struct conf *c, const char *section, const char *key, bool dflt,
    bool *out, struct err *e)
{
	/* clang-format off */
	static const struct {
		const char *word;
		bool is;
	} words[] = {
		{ "yes", true }, { "no", false }, { "true", true },
		{ "false", false }, { "on", true }, { "off", false },
		{ "1", true }, { "0", false },
	};
	/* clang-format on */
	const struct entry *en = find(c, section, key);

	*out = dflt;
	if (en == NULL)
		return 0;
	for (size_t i = 0; i < NELEM(words); i++)
		if (strcasecmp(en->value, words[i].word) == 0) {
			*out = words[i].is;
			return 0;
		}
	return err_set(e, E_CONFIG, "%s:%d: %s: want yes or no", c->path,
	    en->line, en->key);
}
