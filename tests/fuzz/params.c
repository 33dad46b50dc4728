/*
 * A module with its parameters, "sma:short=5,long=20": what is taken lies in
 * the declared ranges, and module_use_text writes it so that it reads back
 * with the same values.  The modules are those of the project.
 */
#include "fuzz.h"
#include "store/settings.h"
#include "strategy/load.h"

static void
judge(const struct module_use *u)
{
	const struct param *p = u->strategy->param;

	for (int i = 0; p != NULL && p[i].name != NULL; i++) {
		const union param_value *v = &u->value[i];

		if (p[i].type == PARAM_INT)
			must((double)v->i >= p[i].min &&
			    (double)v->i <= p[i].max);
		if (p[i].type == PARAM_REAL)
			must(v->d >= p[i].min && v->d <= p[i].max);
		if (p[i].type == PARAM_BOOL)
			must(v->i == 0 || v->i == 1);
		if (p[i].type == PARAM_CHOICE)
			must(v->i >= 0 && v->i < 64);
		if (p[i].type == PARAM_CODE)
			must(strlen(v->s) == 0 || strlen(v->s) == 6);
	}
	if (u->strategy->lookback != NULL)
		must(u->strategy->lookback(u->value) >= 0);
}

static void
same(const struct module_use *a, const struct module_use *b)
{
	const struct param *p = a->strategy->param;

	must(a->strategy == b->strategy);
	for (int i = 0; p != NULL && p[i].name != NULL; i++)
		if (p[i].type == PARAM_CODE)
			must(strcmp(a->value[i].s, b->value[i].s) == 0);
		else if (p[i].type == PARAM_REAL)
			must(a->value[i].d == b->value[i].d);
		else
			must(a->value[i].i == b->value[i].i);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size), text[SPEC_SIZE], again[SPEC_SIZE];
	struct module_use u, u2;
	struct err e = { 0 };

	if (module_use_parse(s, &u, &e) == -1) {
		must_refuse(&e);
		must(u.strategy == NULL);
	} else {
		judge(&u);
		/* As it is kept in the database: nothing may be cut off. */
		module_use_text(&u, text, sizeof(text));
		must(strlen(text) < sizeof(text) - 1);
		must(module_use_parse(text, &u2, &e) == 0);
		same(&u, &u2);
		must(strcmp(text, module_use_text(&u2, again, sizeof(again))) ==
		    0);
	}
	free(s);
	return 0;
}
