/*
 * model_table.c - the model's table of transitions (tests/model/table.pml) and
 * that of lib/trade/order.c are the same: each line of the one is in the
 * other, and the other way round.
 *
 * Both are written by hand; a change of either alone fails here.
 */
#include "tap.h"

#include "trade/order.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The model writes FILL_ALL for fill-all. */
static void
model_word(const char *name, char *out, size_t size)
{
	size_t i;

	for (i = 0; name[i] != '\0' && i + 1 < size; i++)
		out[i] = name[i] == '-' ? '_' : (char)toupper(name[i]);
	out[i] = '\0';
}

static int
state_of(const char *word)
{
	char name[32];

	for (int i = 0; i < ORDER_NSTATES; i++) {
		model_word(
		    order_state_name((enum order_state)i), name, sizeof(name));
		if (strcmp(name, word) == 0)
			return i;
	}
	return -1;
}

static int
event_of(const char *word)
{
	char name[32];

	for (int i = 0; i < ORDER_NEVENTS; i++) {
		model_word(
		    order_event_name((enum order_event)i), name, sizeof(name));
		if (strcmp(name, word) == 0)
			return i;
	}
	return -1;
}

/* What the model has; -1: nothing. */
static int table[ORDER_NSTATES][ORDER_NEVENTS];

static int
read_table(const char *path)
{
	char line[200], from[32], event[32], to[32];
	FILE *f = fopen(path, "r");
	int n = 0;

	if (f == NULL)
		return -1;
	memset(table, -1, sizeof(table));
	while (fgets(line, sizeof(line), f) != NULL) {
		int s, ev, t;

		if (strncmp(line, "T(", 2) != 0)
			continue;
		if (sscanf(line, "T( %31[A-Z_] , %31[A-Z_] , %31[A-Z_] )", from,
			event, to) != 3 ||
		    (s = state_of(from)) == -1 ||
		    (ev = event_of(event)) == -1 || (t = state_of(to)) == -1) {
			ok(false, "a line of the model: %s", line);
			continue;
		}
		ok(table[s][ev] == -1, "one line for %s, %s", from, event);
		table[s][ev] = t;
		n++;
	}
	fclose(f);
	return n;
}

/* The numbers that the model gives to states and events are the C's. */
static void
check_numbers(const char *path)
{
	char line[200], word[32];
	FILE *f = fopen(path, "r");
	int number, states = 0, events = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "#define %31[A-Z_] %d", word, &number) != 2)
			continue;
		if (state_of(word) != -1) {
			is_int(number, state_of(word), "number of %s", word);
			states++;
		}
		if (event_of(word) != -1) {
			is_int(number, event_of(word), "number of %s", word);
			events++;
		}
	}
	if (f != NULL)
		fclose(f);
	is_int(states, ORDER_NSTATES, "the model has all states");
	is_int(events, ORDER_NEVENTS, "and all events");
}

int
main(void)
{
	const char *root = getenv("ROOT");
	char path[500];

	snprintf(path, sizeof(path), "%s/tests/model/table.pml",
	    root == NULL ? "." : root);
	ok(read_table(path) > 0, "the model's table is read");
	for (int s = 0; s < ORDER_NSTATES; s++)
		for (int ev = 0; ev < ORDER_NEVENTS; ev++)
			is_int(table[s][ev],
			    order_next(
				(enum order_state)s, (enum order_event)ev),
			    "%s, %s", order_state_name((enum order_state)s),
			    order_event_name((enum order_event)ev));
	snprintf(path, sizeof(path), "%s/tests/model/order.pml",
	    root == NULL ? "." : root);
	check_numbers(path);
	return done_testing();
}
