/*
 * guard.c - see guard.h.
 *
 * What crashed is handed to the next start in the environment, in a variable
 * that begins with the number of the process, so that nobody else's counts:
 *
 *	MAEMAE_CRASHED=812\n11\tgold\tmy_cross\tdaily\n...
 *
 * The handler makes it without the heap, which the module may have spoiled,
 * and execve does the rest: it gives up memory, locks and descriptors as a
 * death does, but for the process's number and its parent's patience.
 */
#include "strategy/guard.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/money.h"

#define VARIABLE "MAEMAE_CRASHED"
#define SECONDS  20
#define SIGNALS  6
#define RAN_MAX  256

static const struct {
	int sig;
	const char *name;
} signals[SIGNALS] = {
	{ SIGSEGV, "SIGSEGV" },
	{ SIGBUS, "SIGBUS" },
	{ SIGFPE, "SIGFPE" },
	{ SIGILL, "SIGILL" },
	{ SIGABRT, "SIGABRT" },
	{ SIGVTALRM, "SIGVTALRM" },
};

struct call {
	const char *what; /* NULL: no module is run */
	char strategy[NAME_SIZE];
	char module[NAME_SIZE];
};

static bool is_on, has_run;
static struct call now;
static int n_ran;
static struct call ran[RAN_MAX];

static int n_crash;
static struct guard_crash *crash;

/* What the handler needs, made beforehand. */
static char **words, **env;
static char self[PATH_MAX];
static char variable[16384];
static size_t variable_len;
static struct sigaction before[SIGNALS];
static time_t seconds = SECONDS;

/* ---- In the handler: no heap, no stdio ---------------------------------------- */

static void
watch(time_t s)
{
	setitimer(ITIMER_VIRTUAL,
	    &(struct itimerval){ .it_value = { .tv_sec = s } }, NULL);
}

static bool
append(const char *s, size_t max)
{
	size_t n = strnlen(s, max);

	if (n >= sizeof(variable) - variable_len)
		return false;
	memcpy(variable + variable_len, s, n);
	variable_len += n;
	variable[variable_len] = '\0';
	return true;
}

/* Put the crash into the variable; an empty strategy stands for all. */
static bool
note(int sig, const struct call *c)
{
	char number[3] = { (char)('0' + sig / 10), (char)('0' + sig % 10), 0 };
	size_t len = variable_len;

	if (append(number, 2) && append("\t", 1) &&
	    append(c->strategy, NAME_SIZE) && append("\t", 1) &&
	    append(c->module, NAME_SIZE) && append("\t", 1) &&
	    append(c->what, 15) && append("\n", 1))
		return true;
	variable[variable_len = len] = '\0';
	return false;
}

static bool
is_known(const char *strategy)
{
	for (int i = 0; i < n_crash; i++)
		if (strcmp(crash[i].strategy, strategy) == 0)
			return true;
	return false;
}

/* Which crash is to be noted?  The call's, if it is the strategy's first; else,
 * if modules have run, that of nobody in particular, once. */
static const struct call *
culprit(void)
{
	static const struct call nobody = { .what = "outside" };

	if (is_known(""))
		return NULL;
	if (now.what != NULL && now.strategy[0] != '\0' &&
	    !is_known(now.strategy))
		return &now;
	return now.what != NULL || has_run ? &nobody : NULL;
}

static void
on_crash(int sig, siginfo_t *info, void *context)
{
	const struct call *c = culprit();

	(void)context;
	if (sig == SIGVTALRM && now.what == NULL)
		return; /* it came back after all */
	watch(0);
	if (c != NULL && note(sig, c)) {
		execve(self, words, env);
		execve("/proc/self/exe", words, env);
	}
	/* As if nobody had stood here. */
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i].sig, &before[i], NULL);
	if (info->si_code <= 0 || sig == SIGVTALRM)
		raise(sig);
}

/* ---- The start ------------------------------------------------------------------ */

static bool
take_field(char **at, char *out, size_t size)
{
	char *f = strsep(at, "\t");

	return f != NULL && snprintf(out, size, "%s", f) < (int)size;
}

static void
learn_one(char *line)
{
	struct guard_crash c;
	char number[8];
	int64_t sig;

	if (!take_field(&line, number, sizeof(number)) ||
	    int_parse(number, 1, 64, &sig) == -1 ||
	    !take_field(&line, c.strategy, sizeof(c.strategy)) ||
	    !take_field(&line, c.module, sizeof(c.module)) ||
	    !take_field(&line, c.what, sizeof(c.what)))
		return;
	c.sig = (int)sig;
	crash = xrealloc(crash, (size_t)n_crash + 1, sizeof(*crash));
	crash[n_crash++] = c;
}

static void
learn(void)
{
	const char *was = getenv(VARIABLE);
	char start[64], *copy, *rest, *line;
	size_t len;

	len = (size_t)snprintf(
	    start, sizeof(start), VARIABLE "=%lld\n", (long long)getpid());
	append(start, len);
	len -= sizeof(VARIABLE "=") - 1;
	if (was == NULL ||
	    strncmp(was, start + sizeof(VARIABLE "=") - 1, len) != 0)
		return;
	append(was + len, sizeof(variable));
	rest = copy = xstrdup(was + len);
	while ((line = strsep(&rest, "\n")) != NULL)
		learn_one(line);
	free(copy);
}

/* The environment with the variable in it, which grows where it stands. */
static char **
environment(void)
{
	size_t n = 0, kept = 0;
	char **e;

	while (environ[n] != NULL)
		n++;
	e = xcalloc(n + 2, sizeof(*e));
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], VARIABLE "=", sizeof(VARIABLE)) != 0)
			e[kept++] = environ[i];
	e[kept] = variable;
	return e;
}

void
guard_start(char *argv[])
{
	static char stack[65536]; /* a module may have used up the other */
	struct sigaction sa = { .sa_sigaction = on_crash,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	const char *limit = getenv("MAEMAE_MODULE_SECONDS");
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int64_t s;

	self[len > 0 ? len : 0] = '\0';
	if (limit != NULL && int_parse(limit, 1, 3600, &s) == 0)
		seconds = (time_t)s;
	learn();
	words = argv;
	env = environment();
	sigaltstack(
	    &(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	sigemptyset(&sa.sa_mask);
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i].sig, &sa, &before[i]);
	is_on = true;
}

/* ---- Calls ------------------------------------------------------------------------ */

/* Up to the parameters. */
static void
name_copy(char *to, const char *from)
{
	snprintf(to, NAME_SIZE, "%.*s", (int)strcspn(from, ":"), from);
}

void
guard_enter(const char *strategy, const char *module, const char *what)
{
	if (!is_on)
		return;
	snprintf(now.strategy, sizeof(now.strategy), "%s", strategy);
	name_copy(now.module, module);
	now.what = what;
	watch(seconds);
}

static bool
is_same(const struct call *a, const char *strategy, const char *what)
{
	return strcmp(a->what, what) == 0 && strcmp(a->strategy, strategy) == 0;
}

void
guard_leave(void)
{
	if (!is_on)
		return;
	watch(0);
	has_run = has_run || strcmp(now.what, "load") != 0;
	if (n_ran < RAN_MAX && !guard_ran(now.strategy, now.what))
		ran[n_ran++] = now;
	now.what = NULL;
}

bool
guard_ran(const char *strategy, const char *what)
{
	for (int i = n_ran - 1; i >= 0; i--) /* it is often the last */
		if (is_same(&ran[i], strategy, what))
			return true;
	return false;
}

bool
guard_has_run(void)
{
	return has_run;
}

/* ---- What crashed -------------------------------------------------------------------- */

const struct guard_crash *
guard_crash(int i)
{
	return i < n_crash ? &crash[i] : NULL;
}

const struct guard_crash *
guard_left_out(const char *strategy)
{
	for (int i = 0; i < n_crash; i++)
		if (crash[i].strategy[0] == '\0' ||
		    strcmp(crash[i].strategy, strategy) == 0)
			return &crash[i];
	return NULL;
}

void
guard_words(const struct guard_crash *c, char *buf, size_t size)
{
	const char *name = "a signal";

	for (int i = 0; i < SIGNALS; i++)
		if (signals[i].sig == c->sig)
			name = signals[i].name;
	if (c->strategy[0] == '\0')
		snprintf(buf, size,
		    "a crash (%s) after modules had been run, none of which is"
		    " asked now",
		    name);
	else if (c->sig == SIGVTALRM)
		snprintf(buf, size,
		    "its module %s did not come back from %s() within %lld s of"
		    " CPU (SIGVTALRM)",
		    c->module, c->what, (long long)seconds);
	else
		snprintf(buf, size, "its module %s crashed in %s() (%s)",
		    c->module, c->what, name);
}
