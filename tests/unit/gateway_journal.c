/*
 * The gateway's journal of order requests: a key is made at most once,
 * whatever is repeated, at once or after a kill at any byte written.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "gateway/com.h"
#include "gateway/journal.h"
#include "gateway/lines.h"
#include "tap.h"

#define DAY 20250314
#define AT  INT64_C(1741910701)

#define ACCOUNT "335123489"
#define OTHER   "335999989"

static char dir[] = "/tmp/gateway_journal.XXXXXX";
static char path[64];

static struct ask
buy(const char *key, qty n)
{
	struct ask a = {
		.action = ACTION_NEW, .side = SIDE_BUY, .n = n, .price = 10000
	};

	snprintf(a.key, sizeof(a.key), "%s", key);
	snprintf(a.code, sizeof(a.code), "005930");
	return a;
}

static struct journal *
reopen(struct journal *j)
{
	struct err e = { 0 };

	journal_close(j);
	if ((j = journal_open(dir, 31, &e)) == NULL)
		printf("# %s\n", e.msg);
	return j;
}

static const struct result accepted = { .outcome = OUTCOME_ACCEPTED,
	.order = 12346,
	.was_answered = true,
	.message = "접수" };

static void
test_stages(void)
{
	struct journal *j = reopen(NULL);
	struct ask a = buy("k-1", 10), other = buy("k-1", 11);
	struct entry en;
	struct err e = { 0 };
	int unknown, in_flight;
	char key[KEY_SIZE];

	is_int(journal_reserve(j, &a, &en), RESERVE_OURS, "a new key is ours");
	is_int(journal_reserve(j, &a, &en), RESERVE_KNOWN, "and once only");
	is_int(journal_reserve(j, &other, &en), RESERVE_OTHER,
	    "with another content it is refused");
	ok(!journal_find(j, "k-1", &en), "what is reserved is not seen");
	journal_forget(j, "k-1");
	is_int(journal_reserve(j, &other, &en), RESERVE_OURS,
	    "a forgotten key is free");
	journal_forget(j, "k-1");

	journal_reserve(j, &a, &en);
	ok(journal_begin(j, "k-1", AT, DAY, ACCOUNT, &e) == 0, "it begins");
	ok(journal_find(j, "k-1", &en) && en.stage == STAGE_IN_FLIGHT &&
		en.result.outcome == OUTCOME_UNKNOWN,
	    "in flight it is unknown");
	journal_state(j, &unknown, &in_flight, NULL, 0);
	ok(unknown == 0 && in_flight == 1, "and counted so");

	j = reopen(j);
	ok(journal_find(j, "k-1", &en) && en.stage == STAGE_LOST &&
		en.result.outcome == OUTCOME_UNKNOWN && en.at == AT &&
		en.day == DAY && ask_same(&en.ask, &a),
	    "killed in flight: unknown for ever");
	is_int(
	    journal_reserve(j, &a, &en), RESERVE_KNOWN, "and never made again");

	a = buy("k-2", 5);
	journal_reserve(j, &a, &en);
	journal_begin(j, "k-2", AT, DAY, ACCOUNT, &e);
	ok(journal_settle(j, "k-2", &accepted, &e) == 0, "settled");
	j = reopen(j);
	ok(journal_find(j, "k-2", &en) && en.stage == STAGE_SETTLED &&
		en.result.outcome == OUTCOME_ACCEPTED &&
		en.result.order == 12346 && en.result.was_answered &&
		strcmp(en.result.message, "접수") == 0,
	    "the outcome is there after a restart");
	journal_key_of(j, DAY, ACCOUNT, 12346, key);
	is_str(key, "k-2", "an order's key is found by its number");
	journal_key_of(j, DAY + 1, ACCOUNT, 12346, key);
	is_str(key, "", "of that day alone");
	journal_close(j);
}

/* An order that CREON never looked at; "unsent" is newer than "limited". */
static void
test_unsent(void)
{
	struct journal *j = reopen(NULL);
	struct result r = { .outcome = OUTCOME_REJECTED, .is_unsent = true };
	struct ask a = buy("u-1", 5);
	struct entry en;
	struct json *v;
	struct err e = { 0 };
	char *line;

	journal_reserve(j, &a, &en);
	journal_begin(j, "u-1", AT, DAY, ACCOUNT, &e);
	journal_settle(j, "u-1", &r, &e);
	j = reopen(j);
	ok(journal_find(j, "u-1", &en) && en.result.is_unsent &&
		!en.result.is_limited,
	    "not sent, after a restart as well");
	journal_close(j);
	for (int is = 0; is < 2; is++) {
		char text[400];

		snprintf(text, sizeof(text),
		    "{\"key\":\"u-1\",\"outcome\":\"rejected\","
		    "\"order\":0,\"answered\":true,\"ret\":4,"
		    "\"status\":0,\"message\":\"\",\"reason\":\"x\","
		    "\"limited\":%s,\"retry_after_ms\":0}",
		    is ? "true" : "false");
		v = json_parse(text, strlen(text), &e);
		is_int(entry_read_settle(&en, v, &e), 0, "an older line");
		is_int(en.result.is_unsent, is, "its limit says it");
		json_free(v);
	}
	line = entry_settle_line(&en);
	ok(strstr(line, "\"unsent\":true") != NULL, "a line of now: %s", line);
	free(line);
}

/* An account's number is not for everybody who may read a log. */
static bool
is_on_disk(const char *words)
{
	char text[8192];
	FILE *f = fopen(path, "r");
	size_t n = fread(text, 1, sizeof(text) - 1, f);

	fclose(f);
	text[n] = '\0';
	return strstr(text, words) != NULL;
}

static void
accept(struct journal *j, const char *name, const char *account)
{
	struct ask a = buy(name, 5);
	struct entry en;
	struct err e = { 0 };

	journal_reserve(j, &a, &en);
	journal_begin(j, name, AT, DAY, account, &e);
	journal_settle(j, name, &accepted, &e);
}

static void
test_accounts(void)
{
	struct journal *j;
	char key[KEY_SIZE];

	unlink(path);
	j = reopen(NULL);
	accept(j, "a-1", ACCOUNT);
	j = reopen(j);
	journal_key_of(j, DAY, OTHER, 12346, key);
	is_str(key, "", "another account's order of that number has no key");
	accept(j, "a-2", OTHER);
	for (int i = 0; i < 2; i++, j = reopen(j)) {
		journal_key_of(j, DAY, ACCOUNT, 12346, key);
		is_str(key, "a-1", "each account's order");
		journal_key_of(j, DAY, OTHER, 12346, key);
		is_str(key, "a-2", "has its own");
	}
	ok(is_on_disk("a-2") && !is_on_disk(ACCOUNT) && !is_on_disk(OTHER),
	    "no account's number is on disk");
	journal_close(j);

	unlink(path);
	j = reopen(NULL);
	accept(j, "a-3", "");
	ok(!is_on_disk("account"), "a line of before accounts were marked");
	j = reopen(j);
	journal_key_of(j, DAY, OTHER, 12346, key);
	is_str(key, "a-3", "is of any");
	journal_close(j);
}

static void
test_given_up(void)
{
	struct journal *j = reopen(NULL);
	struct ask a = buy("g-1", 1);
	struct entry en;
	struct err e = { 0 };

	journal_reserve(j, &a, &en);
	ok(journal_give_up(j, "g-1"), "given up while it is reserved");
	ok(journal_begin(j, "g-1", AT, DAY, ACCOUNT, &e) == -1 &&
		e.kind == E_BUSY,
	    "it is not made afterwards");
	journal_forget(j, "g-1");
	journal_reserve(j, &a, &en);
	journal_begin(j, "g-1", AT, DAY, ACCOUNT, &e);
	ok(!journal_give_up(j, "g-1"), "once begun it cannot be given up");
	journal_close(j);
}

/* ---- cut at each byte: every key is absent, lost, or settled as it was */

#define KEYS 12

static void
write_some(struct rng *rng, struct result *result, bool *is_settled)
{
	struct journal *j;
	struct err e = { 0 };

	unlink(path);
	j = reopen(NULL);
	for (int i = 0; i < KEYS; i++) {
		char key[KEY_SIZE];
		struct ask a;
		struct entry en;

		snprintf(key, sizeof(key), "c-%d", i);
		a = buy(key, i + 1);
		result[i] = accepted;
		result[i].order = 100 + i;
		is_settled[i] = rng_below(rng, 3) > 0;
		journal_reserve(j, &a, &en);
		journal_begin(j, key, AT + i, DAY, ACCOUNT, &e);
		if (is_settled[i])
			journal_settle(j, key, &result[i], &e);
	}
	journal_close(j);
}

static bool
is_consistent(
    struct journal *j, const struct result *result, const bool *is_settled)
{
	bool is_gone = false; /* from some key on */

	for (int i = 0; i < KEYS; i++) {
		struct entry en;
		char key[KEY_SIZE];

		snprintf(key, sizeof(key), "c-%d", i);
		if (!journal_find(j, key, &en)) {
			is_gone = true;
			continue;
		}
		if (is_gone || en.ask.n != i + 1 || en.at != AT + i ||
		    (en.stage == STAGE_SETTLED &&
			(!is_settled[i] ||
			    en.result.order != result[i].order)) ||
		    (en.stage != STAGE_SETTLED && en.stage != STAGE_LOST))
			return false;
	}
	return true;
}

static void
test_cut(uint64_t seed)
{
	struct rng rng = rng_seed(seed);
	struct result result[KEYS];
	bool is_settled[KEYS], all_right = true;
	struct stat st = { 0 };
	off_t full;

	write_some(&rng, result, is_settled);
	stat(path, &st);
	full = st.st_size;
	/* Backwards, so that one file serves. */
	for (off_t cut = full; cut >= 0 && all_right; cut--) {
		struct journal *j;
		int unknown, in_flight;

		stat(path, &st);
		if (st.st_size > cut)
			all_right &= truncate(path, cut) == 0;
		j = reopen(NULL);
		all_right &= j != NULL &&
		    journal_state(j, &unknown, &in_flight, NULL, 0) ==
			JOURNAL_OK &&
		    is_consistent(j, result, is_settled);
		journal_close(j);
		if (!all_right)
			printf("# cut at %lld of %lld\n", (long long)cut,
			    (long long)full);
	}
	ok(all_right, "cut at each of %lld bytes (seed %llu)",
	    (long long)full + 1, (unsigned long long)seed);
}

/* ---- damage: no order until a person has looked */

static void
test_damage(void)
{
	struct rng rng = rng_seed(1);
	struct result result[KEYS];
	bool is_settled[KEYS];
	struct ask a = buy("d-1", 1);
	struct journal *j;
	struct entry en;
	struct err e = { 0 };
	int unknown, in_flight;
	char why[128];
	FILE *f;

	write_some(&rng, result, is_settled);
	f = fopen(path, "r+");
	fseek(f, 40, SEEK_SET);
	fputc('#', f);
	fclose(f);
	j = reopen(NULL);
	is_int(journal_state(j, &unknown, &in_flight, why, sizeof(why)),
	    JOURNAL_DAMAGED, "a changed byte is damage");
	journal_reserve(j, &a, &en);
	ok(journal_begin(j, "d-1", AT, DAY, ACCOUNT, &e) == -1 &&
		e.kind == E_FAIL,
	    "and no order begins: %s", e.msg);
	journal_forget(j, "d-1");
	journal_close(j);
	unlink(path);
}

/* ---- many threads, one key */

static struct journal *shared;
static int ours;

static void *
race(void *arg)
{
	struct ask a = buy("r-1", 1);
	struct entry en;
	struct err e = { 0 };

	(void)arg;
	if (journal_reserve(shared, &a, &en) == RESERVE_OURS) {
		__atomic_add_fetch(&ours, 1, __ATOMIC_SEQ_CST);
		sleep_ms(30);
		journal_begin(shared, "r-1", AT, DAY, ACCOUNT, &e);
		sleep_ms(30);
		journal_settle(shared, "r-1", &accepted, &e);
	} else
		journal_wait(shared, "r-1", 5000);
	/* Whoever it was, all see the one outcome. */
	return (void *)(uintptr_t)(journal_find(shared, "r-1", &en) &&
	    en.stage == STAGE_SETTLED && en.result.order == 12346);
}

static void
test_race(void)
{
	pthread_t thread[8];
	bool all_see = true;
	void *sees;

	shared = reopen(NULL);
	for (int i = 0; i < 8; i++)
		pthread_create(&thread[i], NULL, race, NULL);
	for (int i = 0; i < 8; i++) {
		pthread_join(thread[i], &sees);
		all_see &= sees != NULL;
	}
	is_int(ours, 1, "of eight clients one makes the order");
	ok(all_see, "and all get its outcome");
	journal_close(shared);
}

static void
ignore(void *arg, ymd day, const char *text)
{
	(void)arg, (void)day, (void)text;
}

/* A message of CREON's that is longer than there is room for is cut at a whole
 * character; and a line that has more than we would write is read. */
static void
test_long_words(void)
{
	struct journal *j = reopen(NULL);
	struct ask a = buy("k-long", 10);
	struct com_value words = { .type = COM_TEXT };
	struct result r = { .outcome = OUTCOME_REJECTED };
	char text[302] = "a", line[800];
	struct entry en;
	struct err e = { 0 };
	struct lines *l;

	while (strlen(text) + 3 < sizeof(text))
		strcat(text, "가");
	words.s = text;
	com_str(&words, r.message, sizeof(r.message));
	is_int((int)strlen(r.message), 253, "cut at a whole character");
	memcpy(r.reason, r.message, sizeof(r.reason));
	journal_reserve(j, &a, &en);
	ok(journal_begin(j, "k-long", AT, DAY, ACCOUNT, &e) == 0 &&
		journal_settle(j, "k-long", &r, &e) == 0,
	    "written down");
	j = reopen(j);
	ok(j != NULL && journal_find(j, "k-long", &en) &&
		strcmp(en.result.reason, r.reason) == 0,
	    "and read again");
	snprintf(a.key, sizeof(a.key), "k-words");
	journal_reserve(j, &a, &en);
	ok(journal_begin(j, a.key, AT, DAY, ACCOUNT, &e) == 0, "another");
	journal_close(j);
	snprintf(line, sizeof(line),
	    "{\"key\":\"k-words\",\"outcome\":\"rejected\",\"order\":0,"
	    "\"answered\":true,\"ret\":0,\"status\":-1,\"message\":\"%s\","
	    "\"limited\":false,\"retry_after_ms\":0}",
	    text);
	l = lines_open(dir, "orders", 31, ignore, NULL, &e);
	ok(l != NULL && lines_append(l, DAY, line, &e) == 0, "by hand");
	lines_close(l);
	j = reopen(NULL);
	ok(j != NULL && journal_find(j, "k-words", &en) &&
		strlen(en.result.message) == 253 && en.result.reason[0] == '\0',
	    "words that are too long, or not there, damage nothing");
	journal_close(j);
}

int
main(void)
{
	uint64_t seed = (uint64_t)wall_seconds();
	char cmd[96];

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/orders-%d.log", dir, DAY);
	test_stages();
	test_unsent();
	test_accounts();
	test_given_up();
	test_long_words();
	test_cut(seed);
	test_damage();
	test_race();
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		printf("# %s is left\n", dir);
	return done_testing();
}
