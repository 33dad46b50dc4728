/*
 * The command line: each line of the input is a word.  It is taken, and every
 * value is within its bounds; or one line on stderr says why not, and the
 * status is 64.  --help and --version talk on stdout alone.
 */
#include <getopt.h>
#include <sanitizer/lsan_interface.h>
#include <setjmp.h>

#include "base/date.h"
#include "base/code.h"
#include "base/opt.h"
#include "fuzz.h"

#define WORDS 32

static bool flag;
static const char *text_value;
static int64_t number;
static won amount;
static double real;
static ppb ratio;
static ymd day;
static hhmm minute;
static char code[CODE_SIZE];
static struct opt_list list;
static int called;

static int
call(const char *arg, void *to, struct err *e)
{
	if (strlen(arg) > 3)
		return err_set(e, E_USAGE, "'%s' is too long", arg);
	++*(int *)to;
	return 0;
}

static const struct opt_def options[] = {
	{ 'x', "flag", NULL, "a flag", OPT_FLAG, &flag, 0, 0, NULL },
	{ 's', "strategy", "NAME", "a text", OPT_TEXT, &text_value, 0, 0,
	    NULL },
	{ 0, "top", "N", "a number", OPT_INT, &number, 1, 100000, NULL },
	{ 0, "cash", "WON", "an amount", OPT_WON, &amount, 0, 0, NULL },
	{ 0, "real", "X", "a real", OPT_REAL, &real, 0, 0, NULL },
	{ 0, "ratio", "X", "a ratio", OPT_PPB, &ratio, 0, 0, NULL },
	{ 0, "from", "DATE", "a day", OPT_YMD, &day, 0, 0, NULL },
	{ 0, "at", "TIME", "a minute", OPT_HHMM, &minute, 0, 0, NULL },
	{ 0, "code", "CODE", "a code", OPT_CODE, code, 0, 0, NULL },
	{ 'l', "list", "A", "a list", OPT_LIST, &list, 0, 0, NULL },
	{ 0, "call", "A", "a call", OPT_CALL, &called, 0, 0, call },
	{ 0 },
};
static const struct tool tool = {
	.name = "fuzz",
	.synopsis = "[WORD ...]",
	.summary = "be fuzzed",
	.options = options,
	.max_operands = 5,
	.negative_operands = true,
};

static jmp_buf back;
static bool is_inside;
static int status;

/* The linker puts this in the place of exit() (see the Makefile). */
void __wrap_exit(int);
void __real_exit(int) __attribute__((noreturn));

void
__wrap_exit(int how)
{
	if (!is_inside)
		__real_exit(how);
	status = how;
	longjmp(back, 1);
}

static void
start(void)
{
	static char name[] = "fuzz";
	static char *nothing[] = { name, NULL };

	flag = false;
	text_value = NULL;
	number = 1;
	amount = 0;
	real = 0;
	ratio = 0;
	day = 20250314;
	minute = 900;
	memcpy(code, "005930", 7);
	free(list.item);
	list = (struct opt_list){ 0 };
	called = 0;
	status = -1;
	optind = 0;               /* getopt forgets the word it was in ... */
	getopt(1, nothing, "+:"); /* ... and learns of "+" */
}

static void
judge_exit(const char *out, size_t nout, const char *err, size_t nerr)
{
	must(status == 0 || status == 64);
	if (status == 0) {
		must(nout > 0 && out[nout - 1] == '\n' && nerr == 0);
		return;
	}
	must(nout == 0 && nerr > 1 && err[nerr - 1] == '\n');
	must(utf8_valid(err, nerr));
	for (size_t i = 0; i + 1 < nerr; i++)
		must((unsigned char)err[i] >= 0x20 && err[i] != 0x7f);
}

static void
judge(int first, int argc, char *argv[], char *const was[])
{
	must(first >= 1 && first <= argc && argc - first <= 5);
	must(number >= 1 && number <= 100000 && amount >= 0);
	must(ymd_valid(day) && hhmm_valid(minute) && code_valid(code));
	must(ratio != PPB_UNSET && real == real);
	/* Operands are words that were there, in their order. */
	for (int i = first, k = 1; i < argc; i++, k++) {
		while (k < argc && was[k] != argv[i])
			k++;
		must(k < argc);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct opt o; /* the log keeps a pointer to its clock */
	static char *volatile argv[WORDS + 2];
	static char *was[WORDS + 2];
	static FILE *true_out, *true_err;
	char *s = fuzz_text(data, size), *rest = s, *line;
	char *volatile out = NULL, *volatile err = NULL;
	size_t nout = 0, nerr = 0;
	volatile int argc = 0;

	was[argc] = argv[argc] = (char *)"fuzz";
	argc = 1;
	while (argc <= WORDS && (line = fuzz_line(&rest)) != NULL) {
		was[argc] = argv[argc] = line;
		argc++;
	}
	argv[argc] = NULL;
	start();
	o = (struct opt){ 0 };
	true_out = stdout;
	true_err = stderr;
	must((stdout = open_memstream((char **)&out, &nout)) != NULL);
	must((stderr = open_memstream((char **)&err, &nerr)) != NULL);
	__lsan_disable(); /* who exits frees nothing */
	is_inside = true;
	if (setjmp(back) == 0) {
		int first = opt_parse(&o, argc, (char **)argv, &tool);

		is_inside = false;
		fclose(stdout);
		fclose(stderr);
		stdout = true_out;
		stderr = true_err;
		must(nout == 0 && nerr == 0);
		judge(first, argc, (char **)argv, was);
	} else {
		is_inside = false;
		fclose(stdout);
		fclose(stderr);
		stdout = true_out;
		stderr = true_err;
		judge_exit(out, nout, err, nerr);
	}
	__lsan_enable();
	log_clock(NULL);
	free(out);
	free(err);
	free(s);
	return 0;
}
