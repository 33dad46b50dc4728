/*
 * load.c - strategy modules: where they are, whether they fit, what they take.
 *
 * A name comes from the command line or the database, so it is never a path:
 * [a-z0-9_]+ and nothing else reaches the file system.  The first folder that
 * has the file decides; a module that does not fit is an error there, and no
 * older one further down is taken in its place without a word.
 *
 * Nothing of a module is called, and nothing after `size` is read, before abi
 * and size have been checked.
 */
#include <sys/stat.h>

#include <assert.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/money.h"
#include "strategy/load.h"

#define FOLDERS_MAX 32

#ifndef PREFIX
#define PREFIX "/usr/local"
#endif

/* ---- Folders ----------------------------------------------------------- */

struct folders {
	int n;
	char path[FOLDERS_MAX][PATH_MAX];
};

static void
folder_add(
    struct folders *f, const char *head, size_t head_len, const char *tail)
{
	int n;

	if (f->n == FOLDERS_MAX || head_len == 0 || head_len >= PATH_MAX)
		return;
	n = snprintf(
	    f->path[f->n], PATH_MAX, "%.*s%s", (int)head_len, head, tail);
	if (n > 0 && n < PATH_MAX)
		f->n++;
}

static struct folders *
folders_new(void)
{
	struct folders *f = xcalloc(1, sizeof(*f));
	const char *s;
	char exe[PATH_MAX];
	ssize_t len;

	for (s = getenv("MAEMAE_STRATEGIES"); s != NULL && *s != '\0';) {
		size_t part = strcspn(s, ":");

		folder_add(f, s, part, "");
		s += part + (s[part] == ':');
	}
	if ((s = getenv("XDG_DATA_HOME")) != NULL && *s == '/')
		folder_add(f, s, strlen(s), "/maemae/strategies");
	else if ((s = getenv("HOME")) != NULL)
		folder_add(f, s, strlen(s), "/.local/share/maemae/strategies");
	folder_add(f, PREFIX, strlen(PREFIX), "/lib/maemae/strategies");
	if ((len = readlink("/proc/self/exe", exe, sizeof(exe))) > 0 &&
	    (s = memrchr(exe, '/', (size_t)len)) != NULL) {
		size_t dir = (size_t)(s - exe);

		folder_add(f, exe, dir, "/../lib/maemae/strategies");
		folder_add(f, exe, dir, "/../build/strategies");
		folder_add(f, exe, dir, "/../strategies");
	}
	return f;
}

static bool
name_ok(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len > 0 && len < NAME_SIZE && s[len] == '\0';
}

/* NAME.so in this folder, if it is a file: its path, owned; else NULL. */
static char *
module_path(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s.so", folder, name);
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		return path;
	free(path);
	return NULL;
}

/* ---- Is it sane? ------------------------------------------------------- */

static int param_parse(
    const struct param *p, const char *s, union param_value *out);

/* NULL, or what is wrong with a parameter's declaration. */
static const char *
param_fault(const struct strategy *st, int i)
{
	const struct param *p = &st->param[i];
	union param_value v;

	if (p->name[0] == '\0' || strlen(p->name) >= NAME_SIZE ||
	    p->name[strspn(p->name, "abcdefghijklmnopqrstuvwxyz_")] != '\0')
		return "a name is [a-z_]+";
	if (module_param(st, p->name) != i)
		return "declared twice";
	if (p->type < PARAM_INT || p->type > PARAM_CODE)
		return "unknown type";
	if (p->help == NULL || p->def == NULL)
		return "no help or no default";
	if ((p->type == PARAM_INT || p->type == PARAM_REAL) &&
	    !(isfinite(p->min) && isfinite(p->max) && p->min <= p->max))
		return "no range";
	/* Whole numbers are exact in a double only so far. */
	if (p->type == PARAM_INT &&
	    (fabs(p->min) > 9e15 || fabs(p->max) > 9e15))
		return "a range beyond 9e15";
	if (p->type == PARAM_CHOICE &&
	    (p->choices == NULL || p->choices[0] == '\0'))
		return "no choices";
	if (param_parse(p, p->def, &v) == -1)
		return "its default is not within its own range";
	return NULL;
}

static int
module_check(const char *name, const char *path, const struct strategy *st,
    struct err *e)
{
	if (st->abi != STRATEGY_ABI)
		return err_set(e, E_CONFIG,
		    "strategy '%s': %s has ABI %u, "
		    "this program %u; build it again",
		    name, path, st->abi, STRATEGY_ABI);
	if (st->size != sizeof(struct strategy))
		return err_set(e, E_CONFIG,
		    "strategy '%s': %s describes "
		    "itself in %u bytes, this program in %zu; build it again",
		    name, path, st->size, sizeof(struct strategy));
	if (st->name == NULL || strcmp(st->name, name) != 0)
		return err_set(e, E_CONFIG,
		    "strategy '%s': %s calls itself "
		    "'%s'; name and file must be the same",
		    name, path, st->name == NULL ? "" : st->name);
	if (st->help == NULL)
		return err_set(e, E_CONFIG,
		    "strategy '%s': %s has no line of "
		    "help",
		    name, path);
	if (st->universe == NULL && st->daily == NULL && st->minute == NULL)
		return err_set(e, E_CONFIG,
		    "strategy '%s': %s has none of "
		    "universe, daily and minute; give it one",
		    name, path);
	for (int i = 0; st->param != NULL && st->param[i].name != NULL; i++) {
		const char *fault = i == PARAMS_MAX ? "too many parameters" :
						      param_fault(st, i);

		if (fault != NULL)
			return err_set(e, E_CONFIG,
			    "strategy '%s': %s: "
			    "parameter '%s': %s",
			    name, path, st->param[i].name, fault);
	}
	return 0;
}

/* ---- Is it whole? ------------------------------------------------------ */

/* Does [from, from + n) lie in a file of that size? */
static bool
lies_in(uint64_t from, uint64_t n, uint64_t size)
{
	return from <= size && n <= size - from;
}

/* As many bytes as there are, up to n; -1: they cannot be read. */
static ssize_t
read_at(int fd, void *to, size_t n, off_t at)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(
		    fd, (char *)to + done, n - done, at + (off_t)done);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/*
 * Is the file shorter than it says it is, as a copy is that was stopped or
 * still goes on?  dlopen would map the missing part, and the program die of
 * it (SIGBUS).  What is no module at all, or cannot be read, is left to
 * dlopen's words.
 */
static bool
is_cut_short(const char *path)
{
	ElfW(Ehdr) h;
	ElfW(Phdr) p;
	struct stat st;
	uint64_t size;
	bool is_cut = false;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return false;
	if (fstat(fd, &st) == -1 ||
	    read_at(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h) ||
	    memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 ||
	    h.e_phentsize != sizeof(p))
		goto out;
	size = (uint64_t)st.st_size;
	is_cut = !lies_in(h.e_phoff, (uint64_t)h.e_phnum * sizeof(p), size) ||
	    !lies_in(h.e_shoff, (uint64_t)h.e_shnum * h.e_shentsize, size);
	for (int i = 0; !is_cut && i < h.e_phnum; i++) {
		off_t at = (off_t)(h.e_phoff + (uint64_t)i * sizeof(p));

		ssize_t got = read_at(fd, &p, sizeof(p), at);

		if (got == -1)
			break;
		is_cut = got != (ssize_t)sizeof(p) ||
		    !lies_in(p.p_offset, p.p_filesz, size);
	}
out:
	close(fd);
	return is_cut;
}

/* ---- Loading ----------------------------------------------------------- */

static const struct strategy **loaded;
static int n_loaded;

const struct strategy *
module_load(const char *name, struct err *e)
{
	const struct strategy *st = NULL;
	struct folders *f;
	char *path = NULL;
	void *so;

	if (!name_ok(name)) {
		err_set(e, E_USAGE,
		    "'%.64s' is no strategy's name: small "
		    "letters, digits and _, never a path",
		    name);
		return NULL;
	}
	for (int i = 0; i < n_loaded; i++)
		if (strcmp(loaded[i]->name, name) == 0)
			return loaded[i];
	f = folders_new();
	for (int i = 0; i < f->n && path == NULL; i++)
		path = module_path(f->path[i], name);
	free(f);
	if (path == NULL) {
		err_set(e, E_CONFIG,
		    "strategy '%s' not found; build it with "
		    "'make strategies', or name its folder in "
		    "MAEMAE_STRATEGIES",
		    name);
		return NULL;
	}
	if (is_cut_short(path)) {
		err_set(e, E_CONFIG,
		    "strategy '%s': %s is cut short; build or copy it again",
		    name, path);
		goto out;
	}
	if ((so = dlopen(path, RTLD_NOW | RTLD_LOCAL)) == NULL) {
		err_set(e, E_CONFIG, "strategy '%s' cannot be loaded: %.300s",
		    name, dlerror());
		goto out;
	}
	if ((st = dlsym(so, "strategy")) == NULL) {
		err_set(e, E_CONFIG,
		    "strategy '%s': %s exports no 'strategy'; "
		    "write STRATEGY_EXPORT before it",
		    name, path);
		goto fail;
	}
	if (module_check(name, path, st, e) == -1)
		goto fail;
	loaded = xrealloc(loaded, (size_t)n_loaded + 1, sizeof(*loaded));
	loaded[n_loaded++] = st;
	goto out;
fail:
	st = NULL;
	dlclose(so);
out:
	free(path);
	return st;
}

static int
by_name(const void *a, const void *b)
{
	const struct module_name *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int
module_list(struct module_name **out)
{
	struct folders *f = folders_new();
	struct module_name *list = NULL;
	int n = 0;

	for (int i = 0; i < f->n; i++) {
		DIR *d = opendir(f->path[i]);
		struct dirent *de;

		while (d != NULL && (de = readdir(d)) != NULL) {
			struct module_name m = { .path = NULL };
			size_t len = strlen(de->d_name);
			bool known = false;

			if (len <= 3 || len - 3 >= NAME_SIZE ||
			    strcmp(de->d_name + len - 3, ".so") != 0)
				continue;
			memcpy(m.name, de->d_name, len - 3);
			for (int j = 0; j < n; j++)
				known = known ||
				    strcmp(list[j].name, m.name) == 0;
			if (known || !name_ok(m.name) ||
			    (m.path = module_path(f->path[i], m.name)) == NULL)
				continue;
			list = xrealloc(list, (size_t)n + 1, sizeof(*list));
			list[n++] = m;
		}
		if (d != NULL)
			closedir(d);
	}
	free(f);
	if (n > 0)
		qsort(list, (size_t)n, sizeof(*list), by_name);
	*out = list;
	return n;
}

void
module_list_free(struct module_name *list, int n)
{
	for (int i = 0; i < n; i++)
		free(list[i].path);
	free(list);
}

/* ---- Parameters -------------------------------------------------------- */

int
module_param(const struct strategy *st, const char *name)
{
	for (int i = 0; st->param != NULL && st->param[i].name != NULL; i++)
		if (strcmp(st->param[i].name, name) == 0)
			return i;
	return -1;
}

/* The n-th word of "plain|wilder"; NULL after the last. */
static const char *
choice_at(const char *choices, int64_t n, size_t *len)
{
	for (; n > 0; n--) {
		choices += strcspn(choices, "|");
		if (*choices++ == '\0')
			return NULL;
	}
	*len = strcspn(choices, "|");
	return choices;
}

static int
choice_parse(const char *choices, const char *s, int64_t *out)
{
	const char *c;
	size_t len;

	for (int i = 0; (c = choice_at(choices, i, &len)) != NULL; i++)
		if (strlen(s) == len && memcmp(c, s, len) == 0) {
			*out = i;
			return 0;
		}
	return -1;
}

static int
bool_parse(const char *s, int64_t *out)
{
	static const char *const yes[] = { "yes", "on", "1" };
	static const char *const no[] = { "no", "off", "0" };

	for (size_t i = 0; i < NELEM(yes); i++) {
		if (strcmp(s, yes[i]) == 0)
			return *out = 1, 0;
		if (strcmp(s, no[i]) == 0)
			return *out = 0, 0;
	}
	return -1;
}

/*
 * A code that stays for ever, each kept once: a `struct module_use` may then
 * be copied and outlived without a thought.  There are few.
 */
static const char *
code_keep(const char *s)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct kept {
		struct kept *next;
		char code[CODE_SIZE];
	} * first;
	struct kept *k;

	pthread_mutex_lock(&lock);
	for (k = first; k != NULL && strcmp(k->code, s) != 0; k = k->next)
		;
	if (k == NULL) {
		k = xcalloc(1, sizeof(*k));
		memcpy(k->code, s, strlen(s)); /* at most six, by the caller */
		k->next = first;
		first = k;
	}
	pthread_mutex_unlock(&lock);
	return k->code;
}

/* Nothing is changed where it returns -1. */
static int
param_parse(const struct param *p, const char *s, union param_value *out)
{
	size_t len = strlen(s);
	double d;

	switch (p->type) {
	case PARAM_INT:
		return int_parse(s, (int64_t)p->min, (int64_t)p->max, &out->i);
	case PARAM_REAL:
		if (real_parse(s, &d) == -1 || d < p->min || d > p->max)
			return -1;
		out->d = d;
		return 0;
	case PARAM_BOOL:
		return bool_parse(s, &out->i);
	case PARAM_CHOICE:
		return choice_parse(p->choices, s, &out->i);
	case PARAM_CODE:
		if ((len != 0 && len != 6) ||
		    len != strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
			return -1;
		out->s = code_keep(s);
		return 0;
	}
	return -1;
}

static void
range_text(const struct param *p, char *buf, size_t size)
{
	switch (p->type) {
	case PARAM_INT:
		snprintf(buf, size, "%.0f..%.0f", p->min, p->max);
		break;
	case PARAM_REAL:
		snprintf(buf, size, "%.15g..%.15g", p->min, p->max);
		break;
	case PARAM_BOOL:
		snprintf(buf, size, "yes|no");
		break;
	case PARAM_CHOICE:
		snprintf(buf, size, "%s", p->choices);
		break;
	case PARAM_CODE:
		snprintf(buf, size, "six characters, or empty");
		break;
	}
}

bool
module_describe(const struct strategy *st, int i, struct param_row *out)
{
	static const char *const type[] = {
		[PARAM_INT] = "int",
		[PARAM_REAL] = "real",
		[PARAM_BOOL] = "bool",
		[PARAM_CHOICE] = "choice",
		[PARAM_CODE] = "code",
	};
	const struct param *p;

	if (st->param == NULL || st->param[i].name == NULL)
		return false;
	p = &st->param[i];
	out->name = p->name;
	out->type = type[p->type];
	range_text(p, out->range, sizeof(out->range));
	out->def = p->def[0] == '\0' ? "-" : p->def;
	out->help = p->help;
	return true;
}

int
module_use_set(
    struct module_use *u, const char *param, const char *value, struct err *e)
{
	int i = module_param(u->strategy, param);
	char range[128];

	if (i == -1) {
		char known[256] = "";
		size_t len = 0;

		for (i = 0; u->strategy->param != NULL &&
		     u->strategy->param[i].name != NULL && len < sizeof(known);
		     i++)
			len += (size_t)snprintf(known + len,
			    sizeof(known) - len, " %s",
			    u->strategy->param[i].name);
		return err_set(e, E_USAGE,
		    "strategy '%s' has no parameter "
		    "'%.64s'; it has%s",
		    u->strategy->name, param,
		    known[0] == '\0' ? " none" : known);
	}
	if (param_parse(&u->strategy->param[i], value, &u->value[i]) == -1) {
		range_text(&u->strategy->param[i], range, sizeof(range));
		return err_set(e, E_USAGE,
		    "strategy '%s': %s=%.64s is "
		    "impossible: %s",
		    u->strategy->name, param, value, range);
	}
	return 0;
}

int
module_use_parse(const char *spec, struct module_use *u, struct err *e)
{
	char *copy = xstrdup(spec), *rest, *item;
	bool given[PARAMS_MAX] = { false };
	int i, rc = -1;

	memset(u, 0, sizeof(*u));
	rest = strchr(copy, ':');
	if (rest != NULL)
		*rest++ = '\0';
	if ((u->strategy = module_load(copy, e)) == NULL)
		goto out;
	for (i = 0;
	     u->strategy->param != NULL && u->strategy->param[i].name != NULL;
	     i++) {
		rc = param_parse(&u->strategy->param[i],
		    u->strategy->param[i].def, &u->value[i]);
		assert(rc == 0); /* module_check has seen to it */
	}
	rc = -1;
	while (rest != NULL && (item = strsep(&rest, ",")) != NULL) {
		char *value = strchr(item, '=');

		if (value == NULL) {
			err_set(e, E_USAGE,
			    "strategy '%s': '%.64s' is not "
			    "PARAMETER=VALUE",
			    u->strategy->name, item);
			goto out;
		}
		*value++ = '\0';
		if (module_use_set(u, item, value, e) == -1)
			goto out;
		i = module_param(u->strategy, item);
		if (given[i]) {
			err_set(e, E_USAGE, "strategy '%s': %s is given twice",
			    u->strategy->name, item);
			goto out;
		}
		given[i] = true;
	}
	rc = 0;
out:
	if (rc == -1)
		u->strategy = NULL;
	free(copy);
	return rc;
}

/* The shortest decimal that reads back as v. */
static void
real_text(double v, char *buf, size_t size)
{
	double back;

	for (int places = 0; places <= 25; places++) {
		snprintf(buf, size, "%.*f", places, v);
		if (real_parse(buf, &back) == 0 && back == v)
			return;
	}
	snprintf(buf, size, "%.17g", v);
}

const char *
module_use_text(const struct module_use *u, char *buf, size_t size)
{
	const struct param *p = u->strategy->param;
	size_t len = (size_t)snprintf(buf, size, "%s", u->strategy->name);

	for (int i = 0; p != NULL && p[i].name != NULL && len < size; i++) {
		const char *word = "";
		size_t word_len = 0;
		char text[64];

		switch (p[i].type) {
		case PARAM_INT:
			snprintf(text, sizeof(text), "%lld",
			    (long long)u->value[i].i);
			word = text;
			break;
		case PARAM_REAL:
			real_text(u->value[i].d, text, sizeof(text));
			word = text;
			break;
		case PARAM_BOOL:
			word = u->value[i].i ? "yes" : "no";
			break;
		case PARAM_CHOICE:
			word = choice_at(
			    p[i].choices, u->value[i].i, &word_len);
			break;
		case PARAM_CODE:
			word = u->value[i].s;
			break;
		}
		if (p[i].type != PARAM_CHOICE)
			word_len = strlen(word);
		len += (size_t)snprintf(buf + len, size - len, "%c%s=%.*s",
		    i == 0 ? ':' : ',', p[i].name, (int)word_len, word);
	}
	return buf;
}
