/* The command line: each case runs opt_parse() in a child of its own. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/code.h"
#include "base/opt.h"
#include "tap.h"

static bool all;
static const char *strategy;
static int64_t top;
static won cash;
static ymd from;
static hhmm at;
static ppb rate;
static double factor;
static char code[CODE_SIZE];
static struct opt_list steps;

static int
even(const char *arg, void *to, struct err *e)
{
	if (strlen(arg) % 2 != 0)
		return err_set(e, E_USAGE, "'%s' has an odd length", arg);
	*(size_t *)to = strlen(arg);
	return 0;
}

static size_t length;

static const struct opt_def options[] = {
	{ 'a', "all", NULL, "all of it", OPT_FLAG, &all },
	{ 's', "strategy", "NAME", "this strategy alone", OPT_TEXT, &strategy },
	{ 0, "top", "N", "the N best", OPT_INT, &top, 1, 100 },
	{ 0, "cash", "WON", "to begin with", OPT_WON, &cash },
	{ 0, "from", "D", "first day", OPT_YMD, &from },
	{ 0, "at", "HHMM", "minute", OPT_HHMM, &at },
	{ 0, "rate", "R", "a ratio", OPT_PPB, &rate },
	{ 0, "factor", "X", "a number", OPT_REAL, &factor },
	{ 0, "code", "CODE", "a stock", OPT_CODE, code },
	{ 0, "sweep", "K=V", "may be repeated", OPT_LIST, &steps },
	{ 0, "stops", "TEXT", "of even length", OPT_CALL, &length, 0, 0, even },
	{ 0 },
};

static const struct tool tool = {
	.name = "try-opt",
	.synopsis = "[--all] [CODE...]\n--list",
	.summary = "tries options",
	.options = options,
	.max_operands = 4,
	.negative_operands = true,
};

static char *
keep(char *to, const char *word)
{
	snprintf(to, 64, "%s", word);
	return to;
}

/* Run with these words; status and both outputs. */
static int
run(const char *const *words, char *out, char *err, size_t size)
{
	FILE *o = tmpfile(), *e = tmpfile();
	int status;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		static char word[10][64];
		char *argv[11];
		struct opt opt = OPT_INIT;
		int argc = 0;

		argv[argc++] = keep(word[0], "try-opt");
		for (; *words != NULL; argc++)
			argv[argc] = keep(word[argc], *words++);
		argv[argc] = NULL;
		dup2(fileno(o), STDOUT_FILENO);
		dup2(fileno(e), STDERR_FILENO);
		for (int i = opt_parse(&opt, argc, argv, &tool); i < argc; i++)
			printf("<%s>", argv[i]);
		if (all)
			printf(" all");
		if (strategy != NULL)
			printf(" strategy=%s", strategy);
		if (top != 0)
			printf(" top=%d", (int)top);
		if (cash != 0)
			printf(" cash=%d", (int)cash);
		if (from != 0)
			printf(" from=%d", from);
		if (at != 0)
			printf(" at=%d", at);
		if (rate != 0)
			printf(" rate=%d", (int)rate);
		if (factor != 0)
			printf(" factor=%g", factor);
		if (code[0] != '\0')
			printf(" code=%s", code);
		if (length != 0)
			printf(" length=%d", (int)length);
		for (int i = 0; i < steps.n; i++)
			printf(" sweep=%s", steps.item[i]);
		if (opt.dry_run)
			printf(" dry");
		if (opt.now.is_fixed)
			printf(" now=%d", clock_hhmm(&opt.now));
		if (opt.db_given)
			printf(" db=%s", opt.db);
		if (opt.config_given)
			printf(" config=%s", opt.config);
		if (opt.format_given || opt.format != OUT_CSV)
			printf(" format=%d", (int)opt.format);
		if (opt.verbosity != 0)
			printf(" v=%d", opt.verbosity);
		exit(out_finish());
	}
	waitpid(pid, &status, 0);
	rewind(o);
	rewind(e);
	out[fread(out, 1, size - 1, o)] = '\0';
	err[fread(err, 1, size - 1, e)] = '\0';
	fclose(o);
	fclose(e);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define SEE " (see try-opt --help)\n"

static void
words(void)
{
	static const struct {
		const char *words[8];
		int status;
		const char *want; /* stdout, or stderr where status is 64 */
	} t[] = {
		{ { NULL }, 0, "" },
		{ { "a", "b" }, 0, "<a><b>" },
		{ { "a", "-a", "b" }, 0, "<a><b> all" },
		{ { "--all" }, 0, " all" },
		{ { "--al" }, 0, " all" },
		{ { "-an" }, 0, " all dry" },
		{ { "-s", "x" }, 0, " strategy=x" },
		{ { "-sx" }, 0, " strategy=x" },
		{ { "--strategy=x" }, 0, " strategy=x" },
		{ { "--strategy", "x", "y" }, 0, "<y> strategy=x" },
		{ { "--strategy=" }, 0, " strategy=" },
		{ { "--", "-a", "--foo" }, 0, "<-a><--foo>" },
		{ { "a", "--", "--", "b" }, 0, "<a><--><b>" },
		{ { "-" }, 0, "<->" },
		{ { "+005930", "-005930", "-a", "-00104K" }, 0,
		    "<+005930><-005930><-00104K> all" },
		{ { "-n", "-005930", "-q" }, 0, "<-005930> dry v=-1" },
		{ { "-vv" }, 0, " v=2" },
		{ { "-d", "x.db", "-c", "y.conf" }, 0,
		    " db=x.db config=y.conf" },
		{ { "-f", "json" }, 0, " format=2" },
		{ { "-t", "2025-03-14 09:05" }, 0, " now=905" },
		{ { "--now=2025-03-14T09:05:59" }, 0, " now=905" },
		{ { "--top", "5", "--cash", "10000000" }, 0,
		    " top=5 cash=10000000" },
		{ { "--from", "2025-03-14", "--at", "0905" }, 0,
		    " from=20250314 at=905" },
		{ { "--rate", "-0.05", "--factor", "-2.5" }, 0,
		    " rate=-50000000 factor=-2.5" },
		{ { "--code", "005930" }, 0, " code=005930" },
		{ { "--sweep", "a=1", "--sweep", "b=2" }, 0,
		    " sweep=a=1 sweep=b=2" },
		{ { "--stops", "ab" }, 0, " length=2" },
		{ { "-V" }, 0, "try-opt (maemae) " VERSION "\n" },

		{ { "--foo" }, 64, "unknown option '--foo'" },
		{ { "--foo=3" }, 64, "unknown option '--foo'" },
		{ { "-x" }, 64, "unknown option '-x'" },
		{ { "-ax" }, 64, "unknown option '-x'" },
		{ { "-1" }, 64, "unknown option '-1'" },
		{ { "-00593" }, 64, "unknown option '-0'" },
		{ { "--s" }, 64, "ambiguous option '--s'" },
		{ { "--strategy" }, 64,
		    "option '--strategy' needs an argument" },
		{ { "-s" }, 64, "option '-s' needs an argument" },
		{ { "--all=3" }, 64, "option '--all' takes no argument" },
		{ { "a", "b", "c", "d", "e" }, 64, "unexpected argument 'e'" },
		{ { "--top", "0" }, 64,
		    "--top: '0': want a whole number from 1 to 100" },
		{ { "--top", "5x" }, 64,
		    "--top: '5x': want a whole number from 1 to 100" },
		{ { "--cash", "-1" }, 64,
		    "--cash: '-1': want a whole number, at least 0" },
		{ { "--from", "20250229" }, 64,
		    "--from: '20250229': want a date, YYYYMMDD or "
		    "YYYY-MM-DD" },
		{ { "--at", "2460" }, 64,
		    "--at: '2460': want a time, HHMM or HH:MM" },
		{ { "--rate", "5%" }, 64,
		    "--rate: '5%': want a decimal ratio, at most nine "
		    "places" },
		{ { "--factor", "x" }, 64, "--factor: 'x': want a number" },
		{ { "--code", "5930" }, 64,
		    "--code: '5930': want a stock code, such as 005930" },
		{ { "--stops", "abc" }, 64,
		    "--stops: 'abc' has an odd length" },
		{ { "-t", "2025-02-29 09:05" }, 64,
		    "--now: '2025-02-29 09:05': want "
		    "'YYYY-MM-DD HH:MM[:SS]'" },
		{ { "-f", "xml" }, 64,
		    "--format: 'xml': want table, csv or json" },
		{ { "--f\033oo\n" }, 64, "unknown option '--f\\x1boo\\n'" },
	};
	char out[8192], err[8192], want[512], name[256];

	for (size_t i = 0; i < NELEM(t); i++) {
		int status = run(t[i].words, out, err, sizeof(out));

		name[0] = '\0';
		for (int k = 0; t[i].words[k] != NULL; k++) {
			strncat(name, " ", sizeof(name) - strlen(name) - 1);
			strncat(name, t[i].words[k],
			    sizeof(name) - strlen(name) - 1);
		}
		name[strcspn(name, "\n")] = '\0';
		is_int(status, t[i].status, "status of%s", name);
		if (t[i].status == 64) {
			snprintf(
			    want, sizeof(want), "try-opt: %s" SEE, t[i].want);
			is_str(err, want, "stderr of%s", name);
			is_str(out, "", "stdout of%s", name);
		} else {
			is_str(out, t[i].want, "stdout of%s", name);
			is_str(err, "", "stderr of%s", name);
		}
	}
}

static void
defaults(void)
{
	static char word[] = "try-opt";
	char *argv[] = { word, NULL };
	struct opt o = OPT_INIT;
	static const struct tool plain = { .name = "try-opt" };

	setenv("HOME", "/home/me", 1);
	unsetenv("MAEMAE_DB");
	unsetenv("MAEMAE_CONF");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_CONFIG_HOME");
	is_int(opt_parse(&o, 1, argv, &plain), 1, "no operands");
	is_str(o.db, "/home/me/.local/share/maemae/maemae.db", "db");
	is_str(o.config, "/home/me/.config/maemae/maemae.conf", "config");
	setenv("XDG_DATA_HOME", "relative", 1);
	setenv("XDG_CONFIG_HOME", "/xdg", 1);
	opt_parse(&o, 1, argv, &plain);
	is_str(o.db, "/home/me/.local/share/maemae/maemae.db",
	    "a relative XDG folder is ignored");
	is_str(o.config, "/xdg/maemae/maemae.conf", "an absolute one is not");
	setenv("MAEMAE_DB", "./x.db", 1);
	setenv("MAEMAE_CONF", "", 1);
	opt_parse(&o, 1, argv, &plain);
	is_str(o.db, "./x.db", "MAEMAE_DB");
	is_str(o.config, "/xdg/maemae/maemae.conf", "empty is unset");
	ok(!o.db_given && !o.now.is_fixed && !o.dry_run, "nothing was given");
	log_clock(NULL);
}

#define USAGE                                          \
	"usage: try-opt [options] [--all] [CODE...]\n" \
	"       try-opt [options] --list\n\ntries options\n"

static void
help(void)
{
	static const char *const line[] = { "-h", NULL };
	char out[8192], err[8192], *p, *next;
	size_t longest = 0;

	is_int(run(line, out, err, sizeof(out)), 0, "help exits 0");
	is_str(err, "", "help is not on stderr");
	ok(strncmp(out, USAGE, strlen(USAGE)) == 0, "begins with the usage");
	for (const struct opt_def *d = options; d->name != NULL; d++)
		ok(strstr(out, d->name) != NULL, "names --%s", d->name);
	ok(strstr(out, "\n  -d, --db FILE ") != NULL, "names --db");
	for (p = out; (next = strchr(p, '\n')) != NULL; p = next + 1)
		if ((size_t)(next - p) > longest)
			longest = (size_t)(next - p);
	ok(longest <= 80, "fits 80 columns");

	ok(code_valid("005930") && code_valid("0001A0") &&
		!code_valid("A05930") && !code_valid("00593") &&
		!code_valid("0059300") && !code_valid("00593a") &&
		!code_valid(""),
	    "stock codes");
}

int
main(void)
{
	words();
	help();
	defaults();
	return done_testing();
}
