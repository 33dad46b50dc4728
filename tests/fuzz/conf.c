/*
 * The configuration file: every key that can be found was in the text, twice
 * is refused, and the values written again read the same.  Names that nobody
 * knows are told.
 */
#include "base/conf.h"
#include "base/money.h"
#include "fuzz.h"

/* What the programs ask for, and a few that nobody does. */
static const char *const section[] = { "broker", "paper", "kis", "creon", "",
	"a" };
static const char *const key[] = { "kind", "cash", "renumber", "sync", "books",
	"feed", "fault", "fault_seed", "will", "delay_seconds", "down_from",
	"down_until", "app_key", "a", "", NULL };
#define NKEYS (NELEM(key) - 1)

/* Some of the names are known, and no more. */
static void
check(struct conf *c)
{
	static const struct conf_section known[] = { { "broker", key },
		{ "paper", key + 1 }, { "a", key + 13 }, { NULL, NULL } };
	struct err e = { 0 };

	if (conf_check(c, known, &e) == -1) {
		must_refuse(&e);
		must(e.kind == E_CONFIG);
		return;
	}
	must(conf_get(c, "paper", "cash", "") != NULL);
	must(!conf_has_section(c, "kis") && !conf_has_section(c, "creon"));
}

static void
write_again(const struct conf *c, char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	must(f != NULL);
	for (size_t i = 0; i < NELEM(section); i++) {
		if (section[i][0] != '\0')
			fprintf(f, "[%s]\n", section[i]);
		for (size_t k = 0; k < NKEYS; k++) {
			const char *v = conf_get(c, section[i], key[k], NULL);

			if (v != NULL && key[k][0] != '\0' &&
			    section[i][0] != '\0')
				/* A space before a ; would begin a note. */
				fprintf(f, "%s =%s\n", key[k], v);
		}
	}
	fclose(f);
}

static void
ask(const struct conf *c)
{
	struct err e = { 0 };
	int64_t v;
	bool is;

	for (size_t i = 0; i < NELEM(section); i++)
		for (size_t k = 0; k < NKEYS; k++) {
			const char *s = conf_get(c, section[i], key[k], NULL);

			must(s == NULL || conf_has_section(c, section[i]));
			e = (struct err){ 0 };
			if ((conf_need(c, section[i], key[k], &e) == NULL) !=
			    (s == NULL || *s == '\0'))
				must(false);
			if (s == NULL || *s == '\0')
				must_refuse(&e);
			e = (struct err){ 0 };
			if (conf_int(c, section[i], key[k], -5, 1000000, 7, &v,
				&e) == -1)
				must_refuse(&e);
			else
				must(v >= -5 && v <= 1000000 &&
				    (s != NULL || v == 7));
			e = (struct err){ 0 };
			if (conf_bool(c, section[i], key[k], true, &is, &e) ==
			    -1)
				must_refuse(&e);
			else
				must(s != NULL || is);
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	struct conf *c = conf_open(fuzz_file(data, size), true, &e), *again;
	char *text;
	size_t n;

	if (c == NULL) {
		must_refuse(&e);
		must(e.kind == E_CONFIG);
		return 0;
	}
	ask(c);
	write_again(c, &text, &n);
	again = conf_open(fuzz_file((const uint8_t *)text, n), true, &e);
	must(again != NULL);
	for (size_t i = 0; i < NELEM(section); i++)
		for (size_t k = 0; k < NKEYS; k++) {
			const char *v = conf_get(c, section[i], key[k], NULL);
			const char *w = conf_get(
			    again, section[i], key[k], NULL);

			if (section[i][0] == '\0' || key[k][0] == '\0')
				continue;
			must((v == NULL) == (w == NULL));
			must(v == NULL || strcmp(v, w) == 0);
		}
	free(text);
	conf_close(again);
	check(c);
	conf_close(c);
	return 0;
}
