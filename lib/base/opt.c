/*
 * opt.c - see opt.h.
 *
 * getopt_long is run with "+", so that it stops at each operand and we gather
 * them ourselves: otherwise "-005930" would be six unknown letters.
 */
#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/code.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/opt.h"
#include "base/utf8.h"

#define LONG_BASE   256 /* getopt's value of the first option */
#define OPTIONS_MAX 64
#define HELP_COLUMN 26
#define HELP_WIDTH  78

enum shared { DB, CONFIG, NOW, DRY_RUN, FORMAT, QUIET, VERBOSE, HELP, VER };

/* `to` is not used here: shared_take() knows where each one goes. */
static const struct opt_def shared[] = {
	[DB] = { 'd', "db", "FILE",
	    "the database (default $MAEMAE_DB, else "
	    "maemae/maemae.db in the user's data folder)",
	    OPT_TEXT, NULL, 0, 0, NULL },
	[CONFIG] = { 'c', "config", "FILE",
	    "accounts, secrets, knobs (default "
	    "$MAEMAE_CONF, else maemae/maemae.conf in the user's "
	    "configuration folder)",
	    OPT_TEXT, NULL, 0, 0, NULL },
	[NOW] = { 't', "now", "TIME",
	    "act at 'YYYY-MM-DD HH:MM[:SS]', market "
	    "time, instead of now",
	    OPT_TEXT, NULL, 0, 0, NULL },
	[DRY_RUN] = { 'n', "dry-run", NULL,
	    "say what would be done; write "
	    "nothing, send nothing",
	    OPT_FLAG, NULL, 0, 0, NULL },
	[FORMAT] = { 'f', "format", "FORMAT",
	    "table, csv or json (default "
	    "table on a terminal, else csv)",
	    OPT_TEXT, NULL, 0, 0, NULL },
	[QUIET] = { 'q', "quiet", NULL, "say less on stderr", OPT_FLAG, NULL, 0,
	    0, NULL },
	[VERBOSE] = { 'v', "verbose", NULL, "say more; twice, still more",
	    OPT_FLAG, NULL, 0, 0, NULL },
	[HELP] = { 'h', "help", NULL, "this page", OPT_FLAG, NULL, 0, 0, NULL },
	[VER] = { 'V', "version", NULL, "the version", OPT_FLAG, NULL, 0, 0,
	    NULL },
};

/* The tool's options and those shared ones that it does not replace. */
struct set {
	const struct opt_def *def[OPTIONS_MAX];
	int n;
	struct option longs[OPTIONS_MAX + 1];
	char letters[3 * OPTIONS_MAX];
};

void
opt_fail(const char *fmt, ...)
{
	char msg[1024], clean[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	text_escape(msg, clean, sizeof(clean));
	fprintf(stderr, "%s: %s (see %s --help)\n", log_program(), clean,
	    log_program());
	exit(64);
}

static void
set_add(struct set *s, const struct opt_def *d)
{
	char *p = s->letters + strlen(s->letters);

	assert(s->n < OPTIONS_MAX);
	assert((d->type == OPT_FLAG) <= (d->arg == NULL));
	s->longs[s->n] = (struct option){ d->name,
		d->arg != NULL ? required_argument : no_argument, NULL,
		LONG_BASE + s->n };
	if (d->letter != 0) {
		assert(strchr(s->letters, d->letter) == NULL);
		*p++ = (char)d->letter;
		if (d->arg != NULL)
			*p++ = ':';
		*p = '\0';
	}
	s->def[s->n++] = d;
}

static void
set_make(struct set *s, const struct tool *t)
{
	const struct opt_def *d;

	memset(s, 0, sizeof(*s));
	memcpy(s->letters, "+:", 3);
	for (d = t->options; d != NULL && d->name != NULL; d++)
		set_add(s, d);
	for (size_t i = 0; i < NELEM(shared); i++) {
		bool is_replaced = false;

		for (d = t->options; d != NULL && d->name != NULL; d++)
			if (strcmp(d->name, shared[i].name) == 0)
				is_replaced = true;
		if (!is_replaced)
			set_add(s, &shared[i]);
	}
}

/* $env, or FOLDER/maemae/maemae.EXT by the XDG rules, into buf. */
static const char *
default_path(const char *env, const char *xdg, const char *under_home,
    const char *ext, char *buf)
{
	const char *v = getenv(env), *home;
	struct passwd *pw;

	if (v != NULL && *v != '\0')
		return v;
	v = getenv(xdg);
	if (v != NULL && *v == '/') { /* a relative one must be ignored */
		snprintf(buf, PATH_MAX, "%s/maemae/maemae.%s", v, ext);
		return buf;
	}
	home = getenv("HOME");
	if ((home == NULL || *home == '\0') &&
	    (pw = getpwuid(getuid())) != NULL)
		home = pw->pw_dir;
	snprintf(buf, PATH_MAX, "%s/%s/maemae/maemae.%s",
	    home != NULL ? home : "", under_home, ext);
	return buf;
}

/* Words up to HELP_WIDTH, further lines indented to HELP_COLUMN. */
static void
print_wrapped(const char *text, int indent)
{
	int col = indent;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (col > indent && col + 1 + (int)n > HELP_WIDTH) {
			printf("\n%*s", indent, "");
			col = indent;
		}
		if (col > indent) {
			putchar(' ');
			col++;
		}
		printf("%.*s", (int)n, text);
		col += (int)n;
		text += n;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void
print_option(const struct opt_def *d)
{
	char left[80];
	int n;

	n = snprintf(left, sizeof(left), "  %c%c%c --%s%s%s",
	    d->letter != 0 ? '-' : ' ', d->letter != 0 ? d->letter : ' ',
	    d->letter != 0 ? ',' : ' ', d->name, d->arg != NULL ? " " : "",
	    d->arg != NULL ? d->arg : "");
	if (n > HELP_COLUMN - 2)
		printf("%s\n%*s", left, HELP_COLUMN, "");
	else
		printf("%-*s", HELP_COLUMN, left);
	print_wrapped(d->help, HELP_COLUMN);
}

static void
print_help(const struct tool *t, const struct set *s)
{
	const char *line = t->synopsis != NULL ? t->synopsis : "";
	const char *lead = "usage:";
	bool has_own = t->options != NULL && t->options->name != NULL;
	int own = 0;

	do {
		size_t n = strcspn(line, "\n");

		printf("%s %s [options]%s%.*s\n", lead, t->name,
		    n > 0 ? " " : "", (int)n, line);
		lead = "      ";
		line += n;
		line += *line == '\n';
	} while (*line != '\0');
	printf("\n%s\n", t->summary);
	if (has_own) {
		printf("\nOptions:\n");
		for (; t->options[own].name != NULL; own++)
			print_option(&t->options[own]);
	}
	printf("\nCommon options:\n");
	for (int i = own; i < s->n; i++)
		print_option(s->def[i]);
	if (t->more != NULL)
		printf("\n%s\n", t->more);
}

static void
bad_value(const struct opt_def *d, const char *arg, const char *want)
{
	opt_fail("--%s: '%s': want %s", d->name, arg, want);
}

static void
take_int(const struct opt_def *d, const char *arg, int64_t floor_if_none)
{
	int64_t min = d->min, max = d->max;
	char want[96];

	if (min == 0 && max == 0) {
		min = floor_if_none;
		max = INT64_MAX;
	}
	if (int_parse(arg, min, max, d->to) == 0)
		return;
	if (min == INT64_MIN)
		snprintf(want, sizeof(want), "a whole number");
	else if (max == INT64_MAX)
		snprintf(want, sizeof(want),
		    "a whole number, at least %" PRId64, min);
	else
		snprintf(want, sizeof(want),
		    "a whole number from %" PRId64 " to %" PRId64, min, max);
	bad_value(d, arg, want);
}

static void
take(const struct opt_def *d, const char *arg)
{
	struct opt_list *list;
	struct err e = { 0 };

	switch (d->type) {
	case OPT_FLAG:
		*(bool *)d->to = true;
		return;
	case OPT_TEXT:
		*(const char **)d->to = arg;
		return;
	case OPT_INT:
		take_int(d, arg, INT64_MIN);
		return;
	case OPT_WON:
		take_int(d, arg, 0);
		return;
	case OPT_REAL:
		if (real_parse(arg, d->to) == -1)
			bad_value(d, arg, "a number");
		return;
	case OPT_PPB:
		if (ppb_parse(arg, d->to) == -1)
			bad_value(
			    d, arg, "a decimal ratio, at most nine places");
		return;
	case OPT_YMD:
		if (ymd_parse(arg, d->to) == -1)
			bad_value(d, arg, "a date, YYYYMMDD or YYYY-MM-DD");
		return;
	case OPT_HHMM:
		if (hhmm_parse(arg, d->to) == -1)
			bad_value(d, arg, "a time, HHMM or HH:MM");
		return;
	case OPT_CODE:
		if (!code_valid(arg))
			bad_value(d, arg, "a stock code, such as 005930");
		memcpy(d->to, arg, 7);
		return;
	case OPT_LIST:
		list = d->to;
		list->item = xrealloc(
		    list->item, (size_t)list->n + 1, sizeof(list->item[0]));
		list->item[list->n++] = arg;
		return;
	case OPT_CALL:
		if (d->call(arg, d->to, &e) == -1)
			opt_fail("--%s: %s", d->name, e.msg);
		return;
	}
}

static void
take_shared(struct opt *o, const struct opt_def *d, const char *arg,
    const struct tool *t, const struct set *s)
{
	switch ((enum shared)(d - shared)) {
	case DB:
		o->db = arg;
		o->db_given = true;
		return;
	case CONFIG:
		o->config = arg;
		o->config_given = true;
		return;
	case NOW:
		if (clock_parse(arg, &o->now) == -1)
			bad_value(d, arg, "'YYYY-MM-DD HH:MM[:SS]'");
		return;
	case DRY_RUN:
		o->dry_run = true;
		return;
	case FORMAT:
		if (out_format_parse(arg, &o->format) == -1)
			bad_value(d, arg, "table, csv or json");
		o->format_given = true;
		return;
	case QUIET:
		o->verbosity--;
		return;
	case VERBOSE:
		o->verbosity++;
		return;
	case HELP:
		print_help(t, s);
		exit(out_finish());
	case VER:
		printf("%s (maemae) %s\n", t->name, VERSION);
		exit(out_finish());
	}
}

/* getopt says '?' or ':'; find out what was wrong, and with which word. */
static void
fail_unknown(const struct set *s, int c, const char *word)
{
	size_t n;
	int matches = 0;

	if (strncmp(word, "--", 2) != 0) {
		if (c == ':')
			opt_fail("option '-%c' needs an argument", optopt);
		opt_fail("unknown option '-%c'", optopt);
	}
	if (c == ':')
		opt_fail("option '%s' needs an argument", word);
	n = strcspn(word + 2, "=");
	if (optopt >= LONG_BASE)
		opt_fail("option '%.*s' takes no argument", (int)n + 2, word);
	for (int i = 0; i < s->n; i++)
		matches += strncmp(s->def[i]->name, word + 2, n) == 0;
	if (matches > 1)
		opt_fail("ambiguous option '%.*s'", (int)n + 2, word);
	opt_fail("unknown option '%.*s'", (int)n + 2, word);
}

/* Returns the number of operands, gathered in `operand`. */
static int
parse_words(
    struct opt *o, int argc, char *argv[], const struct tool *t, char **operand)
{
	struct set s;
	int n = 0;

	set_make(&s, t);
	opterr = 0;
	optind = 1;
	while (optind < argc) {
		char *word = argv[optind];
		const struct opt_def *d = NULL;
		int at = optind, c;

		if (t->negative_operands && word[0] == '-' &&
		    code_valid(word + 1)) {
			operand[n++] = word;
			optind++;
			continue;
		}
		c = getopt_long(argc, argv, s.letters, s.longs, NULL);
		if (c == -1 && optind == at) {
			operand[n++] = word;
			optind++;
			continue;
		}
		if (c == -1) { /* "--": the rest are operands */
			while (optind < argc)
				operand[n++] = argv[optind++];
			break;
		}
		if (c == '?' || c == ':')
			fail_unknown(&s, c, word);
		if (c >= LONG_BASE)
			d = s.def[c - LONG_BASE];
		for (int i = 0; i < s.n && d == NULL; i++)
			if (s.def[i]->letter == c)
				d = s.def[i];
		assert(d != NULL);
		if (d >= shared && d < shared + NELEM(shared))
			take_shared(o, d, optarg, t, &s);
		else
			take(d, d->arg != NULL ? optarg : NULL);
	}
	return n;
}

int
opt_parse(struct opt *o, int argc, char *argv[], const struct tool *t)
{
	static char db[PATH_MAX], config[PATH_MAX];
	char **operand;
	int n;

	log_init(t->name);
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_DFL);
	o->now = clock_wall();
	o->db = default_path(
	    "MAEMAE_DB", "XDG_DATA_HOME", ".local/share", "db", db);
	o->config = default_path(
	    "MAEMAE_CONF", "XDG_CONFIG_HOME", ".config", "conf", config);
	o->format = isatty(STDOUT_FILENO) ? OUT_TABLE : OUT_CSV;

	operand = xcalloc((size_t)argc + 1, sizeof(*operand));
	n = parse_words(o, argc, argv, t, operand);
	if (t->max_operands >= 0 && n > t->max_operands)
		opt_fail("unexpected argument '%s'", operand[t->max_operands]);
	memcpy(argv + argc - n, operand, (size_t)n * sizeof(*operand));
	free(operand);
	log_level(o->verbosity);
	log_clock(&o->now);
	return argc - n;
}
