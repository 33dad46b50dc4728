/*
 * paper_fault.c - the paper broker's misbehaviour, by seed or by request.
 *
 * Draws come from (seed, number of the draw), and the number is kept in the
 * books: a program that lives for one minute goes on in the sequence where
 * the last one stopped, and a whole day can be repeated exactly.
 */
#include "broker/paper_inner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/money.h"
#include "base/rng.h"

const char *const paper_kind_name[PAPER_NKINDS] = {
	[PAPER_NEW] = "new",
	[PAPER_AMEND] = "amend",
	[PAPER_CANCEL] = "cancel",
};

#define OF_NEW    (1u << PAPER_NEW)
#define OF_AMEND  (1u << PAPER_AMEND)
#define OF_CANCEL (1u << PAPER_CANCEL)
#define OF_ANY    (OF_NEW | OF_AMEND | OF_CANCEL)

static const struct {
	const char *name;
	unsigned of; /* requests that it can befall */
} faults[NFAULTS] = {
	[FAULT_NONE] = { "none", OF_ANY },
	[FAULT_LOSE_REQUEST] = { "lose-request", OF_ANY },
	[FAULT_LOSE_ANSWER] = { "lose-answer", OF_ANY },
	[FAULT_DELAY] = { "delay", OF_ANY },
	[FAULT_REJECT] = { "reject", OF_ANY },
	[FAULT_LATE_REJECT] = { "late-reject", OF_NEW },
	[FAULT_LATE_LIST] = { "late-list", OF_NEW | OF_AMEND },
	[FAULT_CANCEL_LOSES] = { "cancel-loses", OF_CANCEL },
	[FAULT_PARTIAL] = { "partial", 0 },
	[FAULT_SPLIT_FILLS] = { "split-fills", 0 },
	[FAULT_LATE_FILLS] = { "late-fills", 0 },
	[FAULT_LATE_BALANCE] = { "late-balance", 0 },
	[FAULT_REPEAT_FILLS] = { "repeat-fills", 0 },
	[FAULT_REORDER_FILLS] = { "reorder-fills", 0 },
	[FAULT_SHORT_FILLS] = { "short-fills", 0 },
	[FAULT_EMPTY_BALANCE] = { "empty-balance", 0 },
	[FAULT_DOWN] = { "down", 0 },
};

const char *
fault_name(enum fault f)
{
	return f == FAULT_NONE ? "" : faults[f].name;
}

/* The fault of that name, or -1. */
static int
fault_parse(const char *name)
{
	for (int i = 0; i < NFAULTS; i++)
		if (strcasecmp(name, faults[i].name) == 0)
			return i;
	return -1;
}

/* The names of those in `of` (0: all), for a message. */
static void
fault_names(char *buf, size_t size, unsigned of)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int i = 1; i < NFAULTS && used < size; i++)
		if (of == 0 || (faults[i].of & of) != 0)
			used += (size_t)snprintf(buf + used, size - used,
			    "%s%s", used == 0 ? "" : ", ", faults[i].name);
}

const char *
paper_word(const char *s, char *word, size_t size)
{
	size_t n;

	s += strspn(s, ", \t");
	if ((n = strcspn(s, ", \t")) == 0)
		return NULL;
	snprintf(word, size, "%.*s", (int)n, s);
	return s + n;
}

/* "lose-answer:0.05, down:0.01"; without a chance: always. */
static int
parse_chances(
    struct faults *f, const struct conf *c, const char *key, struct err *e)
{
	const char *list = conf_get(c, "paper", key, "");
	const char *path = conf_path(c);
	char word[64], names[256], *colon;
	int which;
	ppb p;

	while ((list = paper_word(list, word, sizeof(word))) != NULL) {
		p = PPB_ONE;
		if ((colon = strchr(word, ':')) != NULL)
			*colon++ = '\0';
		if ((which = fault_parse(word)) <= FAULT_NONE) {
			fault_names(names, sizeof(names), 0);
			return err_set(e, E_CONFIG,
			    "%s: [paper] %s: no"
			    " fault '%s' (there are: %s)",
			    path, key, word, names);
		}
		if (colon != NULL &&
		    (ppb_parse(colon, &p) == -1 || p < 0 || p > PPB_ONE))
			return err_set(e, E_CONFIG,
			    "%s: [paper] %s: %s:"
			    " bad chance '%s' (0 to 1)",
			    path, key, word, colon);
		f->chance[which] = p;
	}
	return 0;
}

static int
check_will(const char *list, const char *path, struct err *e)
{
	char word[64], names[256];
	int which;

	while ((list = paper_word(list, word, sizeof(word))) != NULL) {
		if ((which = fault_parse(word)) == -1 ||
		    (faults[which].of & OF_NEW) == 0) {
			fault_names(names, sizeof(names), OF_NEW);
			return err_set(e, E_CONFIG,
			    "%s: [paper] will: '%s'"
			    " is not none, %s",
			    path, word, names);
		}
	}
	return 0;
}

static int
parse_minute(const struct conf *c, const char *key, hhmm *out, struct err *e)
{
	const char *s = conf_get(c, "paper", key, NULL);

	*out = -1;
	if (s != NULL && hhmm_parse(s, out) == -1)
		return err_set(e, E_CONFIG,
		    "%s: [paper] %s = %s: not a time"
		    " of day (HHMM)",
		    conf_path(c), key, s);
	return 0;
}

int
fault_init(struct faults *f, const struct conf *c, struct err *e)
{
	int64_t seed;

	*f = (struct faults){ .delay_seconds = 60,
		.down_from = -1,
		.down_until = -1,
		.will = "" };
	if (c == NULL)
		return 0;
	if (conf_int(c, "paper", "fault_seed", 0, INT64_MAX, 1, &seed, e) ==
		-1 ||
	    conf_int(c, "paper", "delay_seconds", 1, 86400, 60,
		&f->delay_seconds, e) == -1 ||
	    parse_minute(c, "down_from", &f->down_from, e) == -1 ||
	    parse_minute(c, "down_until", &f->down_until, e) == -1)
		return -1;
	f->seed = (uint64_t)seed;
	f->will = conf_get(c, "paper", "will", "");
	if (check_will(f->will, conf_path(c), e) == -1)
		return -1;
	return parse_chances(f, c, "fault", e) == -1 ?
	    -1 :
	    parse_chances(f, c, "more_faults", e);
}

int
fault_parse_will(
    const char *s, enum fault *f, enum paper_kind *kind, struct err *e)
{
	const char *colon = strchr(s, ':');
	char word[32], names[256];
	int which, k = PAPER_NEW;

	snprintf(word, sizeof(word), "%.*s",
	    (int)(colon == NULL ? strlen(s) : (size_t)(colon - s)), s);
	if (colon != NULL) {
		for (k = 0; k < PAPER_NKINDS; k++)
			if (strcasecmp(colon + 1, paper_kind_name[k]) == 0)
				break;
		if (k == PAPER_NKINDS)
			return err_set(e, E_USAGE,
			    "bad fault '%s': after the"
			    " colon stands new, amend or cancel",
			    s);
	} else if (strcasecmp(word, "cancel-loses") == 0) {
		k = PAPER_CANCEL;
	}
	which = fault_parse(word);
	if (which == -1 || (faults[which].of & 1u << k) == 0) {
		fault_names(names, sizeof(names), 1u << k);
		return err_set(e, E_USAGE,
		    "no fault '%s' of %s requests"
		    " (there are: %s)",
		    word, paper_kind_name[k], names);
	}
	*f = (enum fault)which;
	*kind = (enum paper_kind)k;
	return 0;
}

int64_t
fault_draw(struct paper *p, int64_t n, struct err *e)
{
	int64_t number = books_draw(p->books, e);
	struct rng rng;

	if (number == -1)
		return -1;
	/* Odd factors, so that neighbouring seeds and numbers are far apart. */
	rng = rng_seed(p->faults.seed * UINT64_C(0xd1342543de82ef95) +
	    (uint64_t)number * UINT64_C(0x2545f4914f6cdd1d));
	return (int64_t)rng_below(&rng, (uint64_t)n);
}

int
fault_strikes(struct paper *p, enum fault f, struct err *e)
{
	ppb chance = p->faults.chance[f];
	int64_t v = 0;

	if (p->is_by_hand || chance == 0)
		return 0;
	if (chance < PPB_ONE && (v = fault_draw(p, PPB_ONE, e)) == -1)
		return -1;
	if (v >= chance)
		return 0;
	return books_struck(p->books, faults[f].name, p->clock->now, e) == -1 ?
	    -1 :
	    1;
}

/* The k-th word of the configuration's list is meant for the k-th order that
 * these books receive. */
static int
will_of_order(const struct paper *p, int64_t k)
{
	const char *s = p->faults.will;
	char word[64];

	for (; k > 0; k--)
		if ((s = paper_word(s, word, sizeof(word))) == NULL)
			return FAULT_NONE;
	return fault_parse(word);
}

int
fault_of_request(struct paper *p, enum paper_kind kind, struct err *e)
{
	char word[32];
	int64_t k;
	int f, rc;

	if (p->is_by_hand)
		return FAULT_NONE;
	if ((rc = books_take_will(
		 p->books, paper_kind_name[kind], word, sizeof(word), e)) == -1)
		return -1;
	if (kind == PAPER_NEW) {
		if ((k = books_count_order(p->books, e)) == -1)
			return -1;
		if (rc == 0 && (f = will_of_order(p, k)) > FAULT_NONE)
			return f;
	}
	if (rc == 1)
		return (f = fault_parse(word)) == -1 ? FAULT_NONE : f;
	for (f = FAULT_LOSE_REQUEST; f <= FAULT_CANCEL_LOSES; f++) {
		if ((faults[f].of & 1u << kind) == 0)
			continue;
		if ((rc = fault_strikes(p, (enum fault)f, e)) != 0)
			return rc == -1 ? -1 : f;
	}
	return FAULT_NONE;
}
