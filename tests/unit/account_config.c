/*
 * account_config.c - rows of settings and strategies that do not fit, by hand
 * or of another version; and modules that choose their stocks (universe.h).
 */
#include "strategy_build.h"

#include "account_world.h"

#include "account/config.h"
#include "account/universe.h"

/* Chooses the code that it is told to; or fails. */
static const char chooser[] =
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "#include \"strategy/strategy.h\"\n"
    "static const struct param params[] = {\n"
    "	{ \"code\", PARAM_CODE, 0, 0, \"\", \"the stock\", NULL },\n"
    "	{ \"fail\", PARAM_BOOL, 0, 1, \"no\", \"fail\", NULL },\n"
    "	{ .name = NULL },\n"
    "};\n"
    "static int universe(const struct ctx *c, bool *keep)\n"
    "{\n"
    "	if (c->param[1].i) {\n"
    "		snprintf(c->error, c->error_size, \"as told\");\n"
    "		return -1;\n"
    "	}\n"
    "	for (int i = 0; i < c->n_stocks; i++)\n"
    "		keep[i] = strcmp(c->stock[i].code, c->param[0].s) == 0;\n"
    "	return 0;\n"
    "}\n"
    "static int daily(const struct ctx *c, struct candidates *out)\n"
    "{\n"
    "	(void)c;\n"
    "	(void)out;\n"
    "	return 0;\n"
    "}\n"
    "STRATEGY_EXPORT const struct strategy strategy = {\n"
    "	.abi = STRATEGY_ABI, .size = sizeof(struct strategy),\n"
    "	.name = \"chooser\", .help = \"chooses\", .param = params,\n"
    "	.universe = universe, .daily = daily,\n"
    "};\n";

/* Looks at days alone, has no universe, and parameters of 24 long names. */
static void
build_wide(void)
{
	char text[8192];
	size_t len;

	len = (size_t)snprintf(text, sizeof(text),
	    "#include \"strategy/strategy.h\"\n"
	    "static const struct param params[] = {\n");
	for (int i = 0; i < 24; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "{ \"a_name_that_is_rather_long_%c\", PARAM_INT, 0, 9,"
		    " \"0\", \"x\", NULL },\n",
		    'a' + i);
	snprintf(text + len, sizeof(text) - len,
	    "{ .name = NULL } };\n"
	    "static int daily(const struct ctx *c, struct candidates *out)\n"
	    "{ (void)c; (void)out; return 0; }\n"
	    "STRATEGY_EXPORT const struct strategy strategy = {\n"
	    ".abi = STRATEGY_ABI, .size = sizeof(struct strategy),\n"
	    ".name = \"wide\", .help = \"x\", .param = params,\n"
	    ".daily = daily };\n");
	must(build_module("wide", text), "building it");
}

/* ---- Limits ------------------------------------------------------------------- */

static void
limits(void)
{
	struct limits l;

	begin();
	must(config_put_limit(v.db, "max_positions", "7", 1, &e) == 0 &&
		config_limits(v.db, &l, &e) == 0,
	    "a limit");
	is_int(l.max_positions, 7, "a limit is kept");
	refused(config_put_limit(v.db, "max_positions", "seven", 1, &e) == -1,
	    E_USAGE, "max_positions", "a word is no number");
	refused(config_put_limit(v.db, "max_luck", "7", 1, &e) == -1, E_USAGE,
	    "max_luck", "nor is there a limit of luck");
	must(config_limits(v.db, &l, &e) == 0, "limits");
	is_int(l.max_positions, 7, "it stays");

	must(store_put_setting(v.db, "max_luck", "7", 1, &e) == 0 &&
		store_put_setting(v.db, "stale_after", "9", 1, &e) == 0,
	    "by hand");
	refused(config_limits(v.db, &l, &e) == -1, E_CONFIG,
	    "table setting: ", "a row that this program does not know");
	refused(config_put_limit(v.db, "max_positions", "8", 1, &e) == -1,
	    E_CONFIG, "max_luck", "no other is set beside it");
	refused(live_load(&v, LOAD_TRADE, &e) == -1, E_CONFIG, "max_luck",
	    "and nothing is traded");
	must(store_put_setting(v.db, "max_luck", "", 1, &e) == 0 &&
		config_limits(v.db, &l, &e) == 0,
	    "without it");
	is_int(l.max_positions, 7, "the limit was not touched");
	end();
}

/* ---- Strategies ----------------------------------------------------------------- */

static void
put(const char *name, const char *daily, const char *minute)
{
	struct strategy_row s = { .is_on = true };

	snprintf(s.name, sizeof(s.name), "%s", name);
	snprintf(s.daily, sizeof(s.daily), "%s", daily);
	snprintf(s.minute, sizeof(s.minute), "%s", minute);
	must(store_put_strategy(v.db, &s, &e) == 0, "a strategy");
}

static void
set(const char *strategy, const char *name, const char *value)
{
	must(store_put_strategy_setting(v.db, strategy, name, value, &e) == 0,
	    name);
}

static void
strategies(void)
{
	struct strategy_conf c, *list;
	struct err broken = { 0 }, idle = { 0 };
	int count;

	begin();
	ok(config_strategy(v.db, "a", &c, &e) == 0, "there is none");
	put("a", "chooser:code=005930", "");
	ok(config_strategy(v.db, "a", &c, &e) == 1 && c.daily.strategy != NULL,
	    "here it is");
	put("b", "no_such_module", "");
	set("b", "stop_loss_ratio", "-4");
	put("c", "wide", "wide");
	put("d", "wide", "");
	set("d", "luck", "7");
	set("d", "stop_loss_ratio", "-3");
	put("e", "", "");
	set("e", "stop_loss_ratio", "minus four");
	refused(config_strategy(v.db, "b", &c, &e) == -1, E_CONFIG,
	    "strategy b: ", "a module that is not there");
	refused(config_strategy(v.db, "c", &c, &e) == -1, E_CONFIG,
	    "not a minute strategy", "one that looks at days alone");
	refused(config_strategy(v.db, "d", &c, &e) == -1, E_CONFIG,
	    "no such setting", "a setting that there is not");
	refused(config_strategy(v.db, "e", &c, &e) == -1, E_CONFIG,
	    "stop_loss_ratio", "a stop that is no number");
	refused(
	    config_strategies(v.db, &list, &count, &e) == -1 && list == NULL,
	    E_CONFIG, "strategy b: ", "all of them: the first is said");

	must(config_strategies_left(v.db, &list, &count, &broken, &idle, &e) ==
		0,
	    "what is left");
	is_int(count, 5, "who trades has them all");
	ok(!list[0].is_broken && list[1].is_broken && list[2].is_broken &&
		list[3].is_broken && list[4].is_broken,
	    "and knows which are broken");
	ok(strstr(broken.msg, "strategy b: ") != NULL, "why the first is: %s",
	    broken.msg);
	ok(list[1].daily.strategy == NULL && list[1].is_on &&
		list[1].stops.stop_loss == -40000000 &&
		list[3].stops.stop_loss == -30000000,
	    "their stops go on");
	free(list);
	must(live_load(&v, LOAD_UNIVERSE, &e) == 0, "loading");
	ok(v.broken.kind == E_CONFIG && v.w.nstrat == 5,
	    "a pass goes on with them");
	end();
}

static void
wide_parameters(void)
{
	struct strategy_conf c;
	struct strategy_row row;

	begin();
	strategy_conf_default(&c, "w");
	must(strategy_conf_set(&c, "daily", "chooser", &e) == 0 &&
		config_put_strategy(v.db, &c, 1, &e) == 0,
	    "of few parameters");
	must(strategy_conf_set(&c, "daily", "wide", &e) == 0, "of many");
	refused(config_put_strategy(v.db, &c, 2, &e) == -1, E_USAGE,
	    "its parameters are longer than 510 bytes",
	    "more than a row can hold is never cut short");
	ok(store_strategy(v.db, "w", &row, &e) == 1 &&
		strncmp(row.daily, "chooser:", 8) == 0,
	    "what was there stays");
	end();
}

/* ---- What modules choose --------------------------------------------------------- */

static const char *
watched(void)
{
	static char text[100];
	struct codes list = { 0 };

	must(live_watched(&v, &list, &e) == 0, "what is watched");
	text[0] = '\0';
	for (int i = 0; i < list.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s%s", i > 0 ? " " : "", list.item[i]);
	codes_fini(&list);
	return text;
}

static bool
chose(const char *name)
{
	struct codes list = { 0 };
	int rc = store_choice(v.db, v.date, name, &list, &e);

	codes_fini(&list);
	return rc == 1;
}

static void
choose(void)
{
	must(store_begin(v.db, &e) == 0 && universe_choose(&v, &e) == 0 &&
		store_commit(v.db, &e) == 0,
	    "choosing");
}

static void
universes(void)
{
	static const char *const code[] = { "000660", "005930", "035420" };

	begin();
	choose();
	is_str(watched(), "", "nobody watches anything");
	for (size_t i = 0; i < NELEM(code); i++)
		must(store_watch(v.db, FOR_ALL, code[i], 1, &e) == 1, code[i]);
	put("b", "wide", "");
	put("c", "", "");
	choose();
	ok(!chose("b") && !chose("c"), "who has no filter chooses nothing");
	is_str(watched(), "000660 005930 035420", "and watches all");
	must(store_drop_strategy(v.db, "b", &e) == 1 &&
		store_drop_strategy(v.db, "c", &e) == 1,
	    "they go");
	put("a", "chooser:code=005930", "");
	choose();
	is_str(watched(), "005930", "a module's choice");
	must(store_watch(v.db, FOR_ALL, "051910", 1, &e) == 1 &&
		store_unwatch(v.db, FOR_ALL, "005930", &e) == 1,
	    "another list");
	choose();
	is_str(watched(), "005930", "which holds for the day");
	must(store_unwatch(v.db, FOR_ALL, "051910", &e) == 1 &&
		store_watch(v.db, FOR_ALL, "005930", 1, &e) == 1,
	    "the list of before");
	put("b", "chooser:fail=yes", "");
	choose();
	ok(chose("b"), "another one is asked, though the first has said");
	is_str(watched(), "000660 005930 035420",
	    "one that fails watches its whole list");
	must(store_drop_strategy(v.db, "b", &e) == 1, "it goes");
	must(store_put_strategy(v.db,
		 &(struct strategy_row){
		     .name = "c", .daily = "chooser:code=000660" },
		 &e) == 0,
	    "one that is off");
	choose();
	ok(!chose("c"), "who is off is not asked");
	is_str(watched(), "005930", "nor watches");
	put("b", "chooser:code=123456", "");
	must(store_drop_strategy(v.db, "a", &e) == 1, "it goes");
	choose();
	is_str(watched(), "",
	    "who is made anew chooses anew: a filter that lets nothing through");
	end();
}

int
main(void)
{
	world_open();
	build_open();
	must(build_module("chooser", chooser), "building it");
	build_wide();
	limits();
	strategies();
	wide_parameters();
	universes();
	build_close();
	world_close();
	return done_testing();
}
