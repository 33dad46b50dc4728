/*
 * What is written about strategies is true: the guide shows the example file
 * as it is, the example builds, is short and does what it says, and the manual
 * page names each module with its parameters, ranges and defaults.
 */
#include <ctype.h>

#include "base/mem.h"
#include "strategy_world.h"
#include "strategy_build.h"
#include "tap.h"

/* $ROOT/path, owned. */
static char *
in_tree(const char *path)
{
	const char *root = getenv("ROOT");

	return xasprintf("%s/%s", root != NULL ? root : ".", path);
}

/* A whole file as text, owned; "" where there is none. */
static char *
slurp(const char *path)
{
	char *full = in_tree(path), *text = xcalloc(1, 1);
	FILE *f = fopen(full, "r");
	size_t n = 0;
	int c;

	while (f != NULL && (c = getc(f)) != EOF) {
		text = xrealloc(text, n + 2, 1);
		text[n++] = (char)c;
		text[n] = '\0';
	}
	if (f != NULL)
		fclose(f);
	free(full);
	return text;
}

static void
example(void)
{
	char *guide = slurp("docs/strategy-guide.md");
	char *code = slurp("docs/examples/my_cross.c");
	char *file = in_tree("docs/examples/my_cross.c");
	char *block = xasprintf("```c\n%s```\n", code);
	int lines = 0;

	for (const char *p = code; *p != '\0'; p++)
		lines += *p == '\n';
	ok(lines > 0 && lines < 40, "the example has %d lines", lines);
	ok(strstr(guide, block) != NULL, "the guide shows it as it is");
	if (ok(build_file_as("my_cross", file), "it builds")) {
		struct world *w = world_new();

		world_stock(w, "A");
		world_closes(w, 0, "10 8", false);
		is_str(world_daily(w, "my_cross:period=2"), "",
		    "it waits for bars");
		world_closes(w, 0, "9", false);
		is_str(world_daily(w, "my_cross:period=2"), "A buy 1.000 9",
		    "its own example comes out");
		w->stock[0].held = 1;
		is_str(world_daily(w, "my_cross:period=2"), "",
		    "above the average it holds");
		world_closes(w, 0, "8", false);
		is_str(world_daily(w, "my_cross:period=2"), "A sell 1.000 0",
		    "below it sells");
		world_free(w);
	}
	free(block);
	free(file);
	free(code);
	free(guide);
}

/* The guide's other example, put into a module. */
static void
minute_example(void)
{
	char *guide = slurp("docs/strategy-guide.md");
	char *from = strstr(guide, "```c\nstatic int\nminute(");
	char *to = from != NULL ? strstr(from + 5, "```") : NULL;

	if (ok(to != NULL, "the guide has a minute function")) {
		struct world *w = world_new();
		char *source;

		*to = '\0';
		source = xasprintf("#include \"strategy/strategy.h\"\n%s"
				   "STRATEGY_EXPORT const struct strategy "
				   "strategy = { .abi = STRATEGY_ABI, .size = "
				   "sizeof(struct strategy), .name = "
				   "\"half_hour\", .help = \"h\", .minute = "
				   "minute };\n",
		    from + 5);
		ok(build_module("half_hour", source), "it builds");
		world_stock(w, "A");
		world_closes(w, 0, "10 11", true);
		w->ctx.phase = CTX_CONTINUOUS;
		w->ctx.since_open = 29;
		is_str(world_minute_says(w, "half_hour", SIDE_BUY, 0), "wait",
		    "it waits for half an hour");
		w->ctx.since_open = 30;
		is_str(world_minute_says(w, "half_hour", SIDE_BUY, 0), "now 11",
		    "and acts");
		free(source);
		world_free(w);
	}
	free(guide);
}

/* Where the next section starts, or NULL. */
static char *
section_end(char *at)
{
	char *a = strstr(at, "\n.Ss "), *b = strstr(at, "\n.Sh ");

	return a == NULL || (b != NULL && b < a) ? b : a;
}

/* The page's section of a module begins with these lines, in this order. */
static void
manual_page(void)
{
	char *page = slurp("docs/man/maemae-strategy.7");
	struct module_name *list;
	int n = module_list(&list);

	ok(n >= 13, "%d modules", n);
	for (int i = 0; i < n; i++) {
		struct err e = { 0 };
		const struct strategy *st = module_load(list[i].name, &e);
		struct param_row row;
		char *head, *at;
		int items = 0;

		if (!ok(st != NULL, "%s loads %s", list[i].name, e.msg))
			continue;
		head = xasprintf("\n.Ss %s\n%c%s.\n", st->name,
		    toupper((unsigned char)st->help[0]), st->help + 1);
		at = strstr(page, head);
		free(head);
		if (!ok(at != NULL, "%s: the page has its line", st->name))
			continue;
		at += 5;
		for (int k = 0; module_describe(st, k, &row); k++) {
			char *item = xasprintf("\n.It Cm %s Ns = Ns Ar %s Pq "
					       "%s\n%s\n",
			    row.name, row.range, row.def, row.help);
			char *found = strstr(at, item);
			char *next = section_end(at);

			ok(found != NULL && (next == NULL || found < next),
			    "%s: %s as the page says", st->name, row.name);
			free(item);
			items++;
		}
		for (char *next = section_end(at);
		     (at = strstr(at, "\n.It ")) != NULL &&
		     (next == NULL || at < next);
		     at++)
			items--;
		is_int(items, 0, "%s: and no other", st->name);
	}
	module_list_free(list, n);
	free(page);
}

int
main(void)
{
	manual_page(); /* before there are modules of the test's own */
	build_open();
	example();
	minute_example();
	build_close();
	return done_testing();
}
