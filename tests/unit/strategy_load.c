/*
 * The loader: what it finds, what it refuses and with which words, and how
 * parameters are read, checked and written back.
 */
#include "strategy/load.h"

#include "strategy_build.h"
#include "tap.h"

#define HEAD                                                             \
	"#include \"strategy/strategy.h\"\n"                             \
	"static __attribute__((unused)) int daily(const struct ctx *c, " \
	"struct candidates *o)\n{ (void)c; (void)o; return 0; }\n"
#define FITS                                                     \
	".abi = STRATEGY_ABI, .size = sizeof(struct strategy), " \
	".help = \"h\", "
#define MODULE(fields)                                        \
	HEAD "STRATEGY_EXPORT const struct strategy strategy" \
	     " = { " fields " };\n"
#define PARAM(p)                                                                  \
	HEAD                                                                      \
	    "static const struct param ps[] = { " p ", { .name = "                \
	    "NULL } };\nSTRATEGY_EXPORT const struct strategy strategy = { " FITS \
	    ".name = \"bad\", .daily = daily, .param = ps };\n"

/* A module named "bad" is refused as E_CONFIG with these words in it. */
static void
refused(const char *what, const char *source, const char *words)
{
	struct err e = { 0 };
	const struct strategy *st;

	if (!ok(build_module("bad", source), "%s: compiles", what))
		return;
	st = module_load("bad", &e);
	ok(st == NULL && e.kind == E_CONFIG && strstr(e.msg, words) != NULL &&
		strchr(e.msg, '\n') == NULL,
	    "%s: %s", what, e.msg);
}

static void
refusals(void)
{
	struct err e = { 0 };

	refused("another ABI", MODULE(".abi = 99, .name = \"bad\""),
	    "has ABI 99, this program 1; build it again");
	refused("another size", MODULE(".abi = STRATEGY_ABI, .size = 8"),
	    "in 8 bytes, this program");
	refused("another name",
	    MODULE(FITS ".name = \"good\", "
			".daily = daily"),
	    "calls itself 'good'");
	refused("no name", MODULE(FITS ".daily = daily"), "calls itself ''");
	refused("no help",
	    MODULE(".abi = STRATEGY_ABI, .size = "
		   "sizeof(struct strategy), .name = \"bad\", .daily = daily"),
	    "no line of help");
	refused("no function", MODULE(FITS ".name = \"bad\""),
	    "none of universe, daily and minute");
	refused("no symbol", HEAD "int other;\n", "exports no 'strategy'");
	refused("hidden symbol",
	    HEAD "const struct strategy strategy = { " FITS "};\n",
	    "STRATEGY_EXPORT");
	refused("a default out of range",
	    PARAM("{ \"n\", PARAM_INT, 1, 9, "
		  "\"10\", \"h\", NULL }"),
	    "'n': its default");
	refused("a default that is no number",
	    PARAM("{ \"n\", PARAM_REAL, "
		  "1, 9, \"x\", \"h\", NULL }"),
	    "'n': its default");
	refused("a default that is no choice",
	    PARAM("{ \"n\", PARAM_CHOICE, "
		  "0, 0, \"c\", \"h\", \"a|b\" }"),
	    "'n': its default");
	refused("no choices",
	    PARAM("{ \"n\", PARAM_CHOICE, 0, 0, \"c\", "
		  "\"h\", NULL }"),
	    "no choices");
	refused("no default",
	    PARAM("{ \"n\", PARAM_INT, 1, 9, NULL, \"h\", "
		  "NULL }"),
	    "no default");
	refused("a range upside down",
	    PARAM("{ \"n\", PARAM_INT, 9, 1, "
		  "\"5\", \"h\", NULL }"),
	    "no range");
	refused("an unfit parameter name",
	    PARAM("{ \"N=\", PARAM_INT, 1, 9, "
		  "\"5\", \"h\", NULL }"),
	    "[a-z_]+");
	refused("a parameter twice",
	    PARAM(
		"{ \"n\", PARAM_INT, 1, 9, \"5\", "
		"\"h\", NULL }, { \"n\", PARAM_INT, 1, 9, \"5\", \"h\", NULL }"),
	    "declared twice");
#define P(n)  "{ \"" n "\", PARAM_BOOL, 0, 1, \"no\", \"h\", NULL }, "
#define P5(n) P(n "a") P(n "b") P(n "c") P(n "d") P(n "e")
	refused("too many parameters",
	    PARAM(P5("a") P5("b") P5("c") P5("d") P5("e") "{ .name = NULL }"),
	    "'ee': too many parameters");
	build_file("bad.so", "this is no shared object\n");
	ok(module_load("bad", &e) == NULL && e.kind == E_CONFIG, "text: %s",
	    e.msg);
	ok(module_load("absent", &e) == NULL && e.kind == E_CONFIG,
	    "absent: %s", e.msg);
	ok(module_load("../sma", &e) == NULL && e.kind == E_USAGE, "a path: %s",
	    e.msg);
	ok(module_load("", &e) == NULL && e.kind == E_USAGE, "no name: %s",
	    e.msg);
	ok(module_load("SMA", &e) == NULL && e.kind == E_USAGE, "capitals: %s",
	    e.msg);
	ok(module_load("a_name_of_more_than_thirty_one_chars", &e) == NULL &&
		e.kind == E_USAGE,
	    "too long: %s", e.msg);
}

/* A copy that stopped half-way: the loader of the system would map what is
 * not there, and the program die of it. */
static void
half_copied(void)
{
	static char whole[1 << 20];
	char path[256];
	struct err e;
	size_t n;
	int bad = 0;
	FILE *f;

	build_module("half", MODULE(FITS ".name = \"half\", .daily = daily"));
	snprintf(path, sizeof(path), "%s/half.so", build_dir);
	f = fopen(path, "r");
	n = fread(whole, 1, sizeof(whole), f);
	fclose(f);
	ok(n > 4096 && n < sizeof(whole), "a module of %zu bytes", n);
	for (size_t cut = 0; cut < n; cut += cut < 70 ? 1 : 397) {
		f = fopen(path, "w");
		fwrite(whole, 1, cut, f);
		fclose(f);
		e = (struct err){ 0 };
		if (module_load("half", &e) != NULL || e.kind != E_CONFIG ||
		    strchr(e.msg, '\n') != NULL) {
			printf("# of %zu bytes: %s\n", cut, e.msg);
			bad++;
		}
	}
	is_int(bad, 0, "its parts are refused");
	f = fopen(path, "w");
	fwrite(whole, 1, n, f);
	fclose(f);
	ok(module_load("half", &e) != NULL, "the whole is not");
}

static void
finding(void)
{
	struct err e = { 0 };
	struct module_name *list;
	const struct strategy *st;
	char path[64];
	bool in_order = true;
	int n, at = -1, mine = -1;

	ok(build_module("aaa_mine",
	       MODULE(FITS ".name = \"aaa_mine\", "
			   ".daily = daily")),
	    "a module of one's own compiles");
	st = module_load("aaa_mine", &e);
	ok(st != NULL, "and loads %s", e.msg);
	ok(st == module_load("aaa_mine", &e), "twice is the same one");
	/* The first folder decides: ours, with a name that the tree has too. */
	build_file("pullback.so", "this is no shared object\n");
	ok(module_load("pullback", &e) == NULL && strstr(e.msg, build_dir),
	    "no other is taken in silence: %s", e.msg);
	build_file("Not_A_Name.so", "");
	build_file("notes.txt", "");
	n = module_list(&list);
	for (int i = 0; i < n; i++) {
		if (strcmp(list[i].name, "sma") == 0)
			at = i;
		if (strcmp(list[i].name, "aaa_mine") == 0)
			mine = i;
		if (i > 0 && strcmp(list[i - 1].name, list[i].name) >= 0)
			in_order = false;
	}
	ok(at >= 0, "the list has sma");
	ok(mine >= 0, "and our own");
	ok(in_order, "by name, each once");
	snprintf(path, sizeof(path), "%s/aaa_mine.so", build_dir);
	is_str(mine >= 0 ? list[mine].path : NULL, path, "with its file");
	module_list_free(list, n);
	/* Without any setting the build tree is found. */
	unsetenv("MAEMAE_STRATEGIES");
	ok(module_load("breakout", &e) != NULL, "from the build tree %s",
	    e.msg);
}

/* "sma:..." read and written back, or the message. */
static const char *
round_trip(const char *spec)
{
	static char buf[512];
	struct module_use u;
	struct err e = { 0 };

	if (module_use_parse(spec, &u, &e) == 0)
		return module_use_text(&u, buf, sizeof(buf));
	if (e.kind != E_USAGE)
		return "not E_USAGE";
	snprintf(buf, sizeof(buf), "%s", e.msg);
	return buf;
}

static void
parameters(void)
{
	static const struct {
		const char *spec, *want;
	} cases[] = {
		{ "sma", "sma:short=5,long=17,min_trading_value=0" },
		{ "sma:", "strategy 'sma': '' is not PARAMETER=VALUE" },
		{ "sma:long=20", "sma:short=5,long=20,min_trading_value=0" },
		{ "sma:long=20,short=3,long=9",
		    "strategy 'sma': long is given twice" },
		{ "sma:slow=20",
		    "strategy 'sma' has no parameter 'slow'; it "
		    "has short long min_trading_value" },
		{ "sma:short=0",
		    "strategy 'sma': short=0 is impossible: "
		    "1..1000" },
		{ "sma:short=1.5",
		    "strategy 'sma': short=1.5 is impossible: "
		    "1..1000" },
		{ "sma:short=",
		    "strategy 'sma': short= is impossible: "
		    "1..1000" },
		{ "sma:short",
		    "strategy 'sma': 'short' is not "
		    "PARAMETER=VALUE" },
		{ "sma:short=5,",
		    "strategy 'sma': '' is not "
		    "PARAMETER=VALUE" },
		{ "target_price_minute", "target_price_minute" },
		{ "target_price_minute:x=1",
		    "strategy 'target_price_minute' "
		    "has no parameter 'x'; it has none" },
		{ "rsi_reversion:smoothing=wilder,buy_threshold=0.1",
		    "rsi_reversion:period=14,buy_threshold=0.1,"
		    "sell_threshold=70,smoothing=wilder,min_trading_value=0" },
		{ "rsi_reversion:smoothing=wild",
		    "strategy 'rsi_reversion': "
		    "smoothing=wild is impossible: plain|wilder" },
		{ "rsi_reversion:smoothing=",
		    "strategy 'rsi_reversion': "
		    "smoothing= is impossible: plain|wilder" },
		{ "rsi_reversion:buy_threshold=nan",
		    "strategy "
		    "'rsi_reversion': buy_threshold=nan is impossible: "
		    "0..100" },
		{ "rsi_minute:force=on",
		    "rsi_minute:period=14,oversold=30,"
		    "overbought=70,max_deviation_ratio=2,force=yes,"
		    "force_minutes=5" },
		{ "rsi_minute:force=maybe",
		    "strategy 'rsi_minute': "
		    "force=maybe is impossible: yes|no" },
		{ "dual_momentum:safe_asset=",
		    "dual_momentum:period=3,"
		    "safe_asset=,inverse_etf=114800,top=5,"
		    "min_trading_value=0" },
		{ "dual_momentum:safe_asset=00593K,inverse_etf=",
		    "dual_momentum:period=3,safe_asset=00593K,inverse_etf=,"
		    "top=5,min_trading_value=0" },
		{ "dual_momentum:safe_asset=A005930",
		    "strategy "
		    "'dual_momentum': safe_asset=A005930 is impossible: six "
		    "characters, or empty" },
		{ "open_minute:max_rise=0.000001",
		    "open_minute:"
		    "max_rise=0.000001,minutes_before=10" },
		{ "open_minute:max_rise=1e-7",
		    "open_minute:"
		    "max_rise=0.0000001,minutes_before=10" },
		{ "open_minute:max_rise=0.30000000000000004",
		    "open_minute:"
		    "max_rise=0.30000000000000004,minutes_before=10" },
		{ "/etc/passwd",
		    "'/etc/passwd' is no strategy's name: small "
		    "letters, digits and _, never a path" },
	};
	struct module_use u, copy;
	struct err e = { 0 };
	char buf[16];

	for (size_t i = 0; i < NELEM(cases); i++)
		is_str(round_trip(cases[i].spec), cases[i].want, "%s",
		    cases[i].spec);
	if (!ok(module_use_parse("dual_momentum", &u, &e) == 0, "parsed"))
		return;
	copy = u;
	is_int(module_use_set(&copy, "safe_asset", "069500", &e), 0,
	    "a parameter set later");
	is_str(copy.value[1].s, "069500", "is there");
	is_str(u.value[1].s, "122630", "the original is untouched");
	is_int(module_use_set(&copy, "top", "101", &e), -1, "out of range");
	is_int(copy.value[3].i, 5, "what is refused changes nothing");
	if (!ok(module_use_parse("open_minute", &copy, &e) == 0, "parsed"))
		return;
	is_int(module_use_set(&copy, "max_rise", "31", &e), -1, "too high");
	is_real(copy.value[0].d, 3, "that changes nothing either");
	is_str(module_use_text(&u, buf, sizeof(buf)), "dual_momentum:p",
	    "a short buffer cuts the text");
}

static void
describing(void)
{
	struct err e = { 0 };
	const struct strategy *st = module_load("dual_momentum", &e);
	struct param_row row;
	int i;

	if (!ok(st != NULL, "dual_momentum loads"))
		return;
	ok(module_describe(st, 0, &row), "a row");
	is_str(row.name, "period", "its name");
	is_str(row.type, "int", "its type");
	is_str(row.range, "1..1000", "its range");
	is_str(row.def, "3", "its default");
	ok(module_describe(st, 1, &row) && strcmp(row.type, "code") == 0,
	    "a code");
	for (i = 0; module_describe(st, i, &row); i++)
		;
	is_int(i, 5, "as many rows as parameters");
	st = module_load("target_price_minute", &e);
	ok(st != NULL && !module_describe(st, 0, &row),
	    "no parameters, no rows");
	st = module_load("rsi_reversion", &e);
	ok(st != NULL && module_describe(st, 3, &row) &&
		strcmp(row.range, "plain|wilder") == 0,
	    "the choices");
	ok(st != NULL && module_describe(st, 4, &row) &&
		strcmp(row.range, "0..1000000000000000") == 0,
	    "a long range");
}

int
main(void)
{
	build_open();
	refusals();
	parameters();
	describing();
	half_copied();
	finding();
	build_close();
	return done_testing();
}
