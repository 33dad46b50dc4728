/*
 * opt.h - the command line, the same in every tool.
 *
 * One table per tool gives parsing, usage errors and --help; the options that
 * all tools share (-d -c -t -n -f -q -v -h -V) are added here.  A tool's own
 * option of the same long name replaces the shared one.
 *
 *	static const char *strategy;
 *	static const struct opt_def options[] = {
 *		{ 's', "strategy", "NAME", "only this strategy",
 *		  OPT_TEXT, &strategy },
 *		{ 0, "top", "N", "the N best (default 20)",
 *		  OPT_INT, &top, 1, 100000 },
 *		{ 0 }
 *	};
 *	static const struct tool tool = {
 *		.name = "gen-signals",
 *		.synopsis = "[--strategy NAME]",
 *		.summary = "run the active strategies and save their signals",
 *		.options = options,
 *	};
 *
 *	struct opt opt = OPT_INIT;
 *	int i = opt_parse(&opt, argc, argv, &tool);	(operands: argv[i]...)
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include "base/clock.h"
#include "base/err.h"
#include "base/table.h"

/* What an option's argument is, and the type that `to` points at. */
enum opt_type {
	OPT_FLAG, /* bool: set to true; no argument */
	OPT_TEXT, /* const char *: borrowed from argv */
	OPT_INT,  /* int64_t, from min to max (both 0: any) */
	OPT_WON,  /* won, from min to max (both 0: 0 and up) */
	OPT_REAL, /* double */
	OPT_PPB,  /* ppb: an exact decimal ratio */
	OPT_YMD,  /* ymd */
	OPT_HHMM, /* hhmm */
	OPT_CODE, /* char[CODE_SIZE]: a stock code */
	OPT_LIST, /* struct opt_list: may be given again and again */
	OPT_CALL, /* anything: `call` decides; err is E_USAGE's message */
};

struct opt_list {
	const char **item; /* borrowed from argv; the array lives on */
	int n;
};

struct opt_def {
	int letter;       /* 'x', or 0 for none */
	const char *name; /* the long name, without dashes */
	const char *arg;  /* "FILE"; NULL: takes no argument */
	const char *help; /* one line; may be long, is wrapped */
	enum opt_type type;
	void *to;
	int64_t min, max;
	/* OPT_CALL; arg is NULL where the option takes none.  0 or -1. */
	int (*call)(const char *arg, void *to, struct err *e);
};

struct tool {
	const char *name;
	const char *synopsis; /* behind "NAME [options] "; may be NULL; a
				   newline starts another usage line */
	const char *summary;  /* one line, no full stop */
	const struct opt_def *options; /* ends with { 0 }; may be NULL */
	const char *more; /* paragraphs at the end of --help, or NULL */
	int max_operands; /* 0: takes none; -1: any number */
	/* "-005930", a dash and a stock code, is an operand. */
	bool negative_operands;
};

struct opt {
	const char *db; /* never NULL; alive for the whole run */
	const char *config;
	bool db_given, config_given; /* by -d, -c (not the environment) */
	struct clock now;
	bool dry_run;
	enum out_format format;
	bool format_given;
	int verbosity; /* -1 for each -q, +1 for each -v */
};

/* clang-format off */
#define OPT_INIT { 0 }
/* clang-format on */

/*
 * Parse argv.  -h, -V and bad usage exit here (0, 0, 64).  Returns the index
 * of the first operand; operands are gathered at the end of argv, in their
 * order.  Also sets up what each tool needs: the log's name, level and clock
 * (so `o` must live on), LC_CTYPE, SIGPIPE as the system has it.
 */
int opt_parse(struct opt *o, int argc, char *argv[], const struct tool *t);

/* "NAME: message (see NAME --help)" on stderr, and exit 64. */
void opt_fail(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), noreturn));

#endif
