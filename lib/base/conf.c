/* conf.c - see conf.h. */
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

struct entry {
	char *section, *key, *value;
	int line;
};

struct conf {
	char *path;
	struct entry *entry;
	size_t n, room;
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

static struct entry *
find(const struct conf *c, const char *section, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcasecmp(c->entry[i].section, section) == 0 &&
		    strcasecmp(c->entry[i].key, key) == 0)
			return &c->entry[i];
	return NULL;
}

static int
handle(void *arg, const char *section, const char *key, const char *value)
{
	struct reading *r = arg;
	struct conf *c = r->conf;

	if (find(c, section, key) != NULL)
		return bad_line(r, "this key was given before");
	if (c->n == c->room) {
		c->room = c->room * 2 + 16;
		c->entry = xrealloc(c->entry, c->room, sizeof(c->entry[0]));
	}
	c->entry[c->n++] = (struct entry){ xstrdup(section), xstrdup(key),
		xstrdup(value), r->line };
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

void
conf_close(struct conf *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++) {
		struct entry *en = &c->entry[i];

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
