/* replay.c - see replay.h. */
#include "backtest/replay.h"

#include "account/config.h"
#include "backtest/replay_broker.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "store/books.h"
#include "store/copy.h"
#include "store/fills.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_SAID 20 /* differences listed */

extern char **environ;

struct scratch {
	char dir[256]; /* ours, removed at the end */
	char db[512], paper[512], books[512];
	const char *conf; /* what the programs read: paper's, or r->config */
	char bin[512];    /* where the programs lie */
	struct store *store;
};

/* What a day's end was live: to be compared with the backtest's. */
struct live_day {
	ymd date;
	won cash, holdings;
};

/* ---- The scratch database -------------------------------------------------------- */

static int
find_programs(struct scratch *s, struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", s->bin, sizeof(s->bin) - 1);
	char *slash;

	if (n <= 0)
		return err_set(e, E_FAIL, "cannot tell where the programs lie");
	s->bin[n] = '\0';
	if ((slash = strrchr(s->bin, '/')) != NULL)
		*slash = '\0';
	return 0;
}

static int
make_paths(struct scratch *s, const struct replay *r, struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	int n;

	n = snprintf(s->dir, sizeof(s->dir), "%s/maemae-replay-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (n >= (int)sizeof(s->dir) || mkdtemp(s->dir) == NULL)
		return err_set(e, E_FAIL, "%s: %s", s->dir, strerror(errno));
	if (r->keep != NULL && access(r->keep, F_OK) == 0)
		return err_set(
		    e, E_USAGE, "--keep %s: it is there already", r->keep);
	if (r->keep != NULL)
		snprintf(s->db, sizeof(s->db), "%s", r->keep);
	else
		snprintf(s->db, sizeof(s->db), "%s/replay.db", s->dir);
	snprintf(s->books, sizeof(s->books), "%.*s-paper.db",
	    (int)(strlen(s->db) -
		(strlen(s->db) > 3 &&
			    strcmp(s->db + strlen(s->db) - 3, ".db") == 0 ?
			3 :
			0)),
	    s->db);
	if (r->keep != NULL && access(s->books, F_OK) == 0)
		return err_set(
		    e, E_USAGE, "--keep: %s is there already", s->books);
	snprintf(s->paper, sizeof(s->paper), "%s/maemae.conf", s->dir);
	s->conf = r->config != NULL ? r->config : s->paper;
	return 0;
}

static int
write_paper_conf(
    const struct scratch *s, const struct replay *r, won cash, struct err *e)
{
	char *source = realpath(r->source, NULL);
	int fd = open(s->paper, O_WRONLY | O_CREAT | O_EXCL, 0600);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");
	int rc = 0;

	if (f == NULL || source == NULL) {
		rc = err_set(e, E_FAIL, "%s: %s", s->paper, strerror(errno));
		if (f != NULL)
			fclose(f);
	} else {
		fprintf(f,
		    "[broker]\nkind = paper\n[paper]\nfeed = %s\n"
		    "books = %s\ncash = %lld\nsync = normal\n",
		    source, s->books, (long long)cash);
		if (r->manners != NULL)
			rc = replay_write_manners(f, r->manners, e);
		if (fclose(f) != 0)
			rc = err_set(
			    e, E_FAIL, "%s: %s", s->paper, strerror(errno));
	}
	free(source);
	return rc;
}

/* An empty list would mean all stocks to the programs. */
static int
put_list(struct store *db, const char *strategy, const bool *base,
    const struct market_data *data, epoch at, struct err *e)
{
	int n = 0;

	for (int k = 0; k < data->n; k++) {
		if (!base[k])
			continue;
		if (store_watch(db, strategy, data->stock[k].code, at, e) == -1)
			return -1;
		n++;
	}
	return n > 0 ? 0 :
		       err_set(e, E_CONFIG,
			   "%s: none of the stocks on its list has minute bars"
			   " on the days (see set-universe --list)",
			   strategy);
}

/* What backtest and programs both read: limits, strategies, lists. */
static int
put_settings(struct store *db, const struct backtest_setup *s,
    const struct market_data *data, epoch at, struct err *e)
{
	if (store_begin(db, e) == -1)
		return -1;
	if (config_put_limits(db, &s->conf.limits, at, e) == -1)
		goto fail;
	for (int i = 0; i < s->conf.nstrat; i++) {
		if (config_put_strategy(db, &s->strat[i], at, e) == -1 ||
		    put_list(db, s->strat[i].name, s->base[i], data, at, e) ==
			-1)
			goto fail;
	}
	return store_commit(db, e);
fail:
	store_rollback(db);
	return -1;
}

static int
make_scratch(struct scratch *s, const struct replay *r,
    const struct backtest_setup *setup, const struct market_data *data,
    struct err *e)
{
	if (find_programs(s, e) == -1 || make_paths(s, r, e) == -1 ||
	    (r->config == NULL &&
		write_paper_conf(s, r, setup->conf.cash, e) == -1) ||
	    store_create(s->db, e) == -1 ||
	    (s->store = store_open(s->db, 0, e)) == NULL)
		return -1;
	return store_copy_history(s->store, r->source, r->date, e) == -1 ||
		put_settings(s->store, setup, data,
		    clock_epoch_at(r->date, 0, 0), e) == -1 ?
	    -1 :
	    0;
}

static void
remove_scratch(struct scratch *s, bool keep)
{
	static const char *const tail[] = { "", "-wal", "-shm", "-journal" };
	char path[600];

	store_close(s->store);
	if (s->dir[0] == '\0')
		return;
	for (size_t i = 0; i < NELEM(tail) && !keep; i++) {
		snprintf(path, sizeof(path), "%s%s", s->db, tail[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s%s", s->books, tail[i]);
		unlink(path);
	}
	unlink(s->paper);
	rmdir(s->dir);
}

/* ---- Running the programs ----------------------------------------------------------- */

static int
spawn(const struct scratch *s, const char *name, ymd d, hhmm t,
    const char *extra, struct err *e)
{
	char path[600], now[32];
	const char *argv[] = { name, "--db", s->db, "--config", s->conf,
		"--now", now, "--format", "csv", "-q", extra, NULL };
	posix_spawn_file_actions_t fa;
	pid_t pid;
	int status, rc;

	snprintf(path, sizeof(path), "%s/%s", s->bin, name);
	snprintf(now, sizeof(now), "%04d-%02d-%02d %02d:%02d", d / 10000,
	    d / 100 % 100, d % 100, t / 100, t % 100);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
	rc = posix_spawn(
	    &pid, path, &fa, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	if (rc != 0)
		return err_set(e, E_FAIL, "%s: %s", path, strerror(rc));
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return err_set(
			    e, E_FAIL, "%s: %s", name, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, E_FAIL, "%s --now '%s' ended with status %d",
		    name, now,
		    WIFEXITED(status) ? WEXITSTATUS(status) :
					128 + WTERMSIG(status));
	return 0;
}

/* The crontab's line of one minute (T1). */
static int
one_minute(const struct scratch *s, ymd d, hhmm t, struct err *e)
{
	static const char *const line[] = { "update-prices", "watch-fills",
		"gen-signals", "place-orders" };

	for (size_t i = 0; i < NELEM(line); i++)
		if (spawn(s, line[i], d, t, NULL, e) == -1)
			return -1;
	return 0;
}

/* Another broker's account must begin as the backtest's; a minute before its
 * first program asks. */
static int
check_account(const struct scratch *s, const struct replay *r, won cash,
    const struct session *first, int lead, struct err *e)
{
	struct clock at = { .is_fixed = true };

	if (r->config == NULL)
		return 0;
	at.now = clock_epoch_at(
	    first->date, hhmm_add(first->open, -lead - 2), 0);
	return replay_account_check(s->db, r->config, &at, cash, e);
}

static int
one_day(const struct scratch *s, const struct session *ses, int lead,
    struct progress *p, int *done, struct err *e)
{
	hhmm t = hhmm_add(ses->open, -lead);

	if (spawn(s, "sync-account", ses->date, hhmm_add(t, -1), NULL, e) == -1)
		return -1;
	for (; t < ses->close; t = hhmm_add(t, 1)) {
		if (one_minute(s, ses->date, t, e) == -1)
			return -1;
		progress_at(p, ++*done);
	}
	/* The closing auction's bar is known a minute after it. */
	t = hhmm_add(ses->close, 1);
	if (one_minute(s, ses->date, t, e) == -1)
		return -1;
	return spawn(s, "update-prices", ses->date, t, "--daily", e);
}

/* ---- What came of it -------------------------------------------------------------------- */

static won
mark_of(const struct market_data *data, const char *code, ymd d)
{
	for (int k = 0; k < data->n; k++) {
		const struct stock_data *s = &data->stock[k];
		struct bars days = bar_store_window(&s->daily, 0, s->daily.n);
		int n = bars_before(&days, ymd_add(d, 1)), hint = 0;
		struct bars m;

		if (strcmp(s->code, code) != 0)
			continue;
		if (n > 0 && days.date[n - 1] == d)
			return days.close[n - 1];
		if (stock_data_minutes(s, d, &hint, &m))
			return m.close[m.n - 1];
		return n > 0 ? days.close[n - 1] : 0;
	}
	return 0;
}

static int
read_day(struct store *db, const struct market_data *data, ymd d,
    struct live_day *out, struct err *e)
{
	struct lot_row *lot;
	int n;

	*out = (struct live_day){ .date = d };
	if (store_cash(db, &out->cash, e) == -1 ||
	    store_lots(db, &lot, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		won mark = mark_of(data, lot[i].code, d);

		out->holdings += mark != 0 ? mark * lot[i].n : lot[i].cost;
	}
	free(lot);
	return 0;
}

/* One fill, from either side. */
struct trade {
	ymd date;
	hhmm time;
	char strategy[NAME_SIZE], code[CODE_SIZE];
	enum side side;
	qty n;
	won price, commission, tax;
};

static int
trade_order(const void *pa, const void *pb)
{
	const struct trade *a = pa, *b = pb;
	int c;

	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if ((c = strcmp(a->code, b->code)) != 0 ||
	    (c = strcmp(a->strategy, b->strategy)) != 0)
		return c;
	if (a->side != b->side)
		return a->side == SIDE_SELL ? -1 : 1;
	return (a->n > b->n) - (a->n < b->n);
}

static struct trade *
trades_of_backtest(const struct backtest_result *r,
    const struct backtest_setup *s, const struct market_data *data)
{
	struct trade *t = xcalloc((size_t)r->ntrade + 1, sizeof(*t));

	for (int i = 0; i < r->ntrade; i++) {
		const struct fill *f = &r->trade[i].fill;

		t[i] = (struct trade){ .date = f->date,
			.time = f->time,
			.side = f->side,
			.n = f->n,
			.price = f->price,
			.commission = f->commission,
			.tax = f->tax };
		memcpy(t[i].strategy, s->strat[f->strat].name, NAME_SIZE);
		memcpy(t[i].code, data->stock[f->stock].code, CODE_SIZE);
	}
	qsort(t, (size_t)r->ntrade, sizeof(*t), trade_order);
	return t;
}

static int
trades_of_programs(struct store *db, ymd from, ymd to, struct trade **out,
    int *n, struct err *e)
{
	struct fill_row *f;

	if (store_fills(db, from, to, &f, n, e) == -1)
		return -1;
	*out = xcalloc((size_t)*n + 1, sizeof(**out));
	for (int i = 0; i < *n; i++) {
		struct trade *t = &(*out)[i];

		*t = (struct trade){ .date = f[i].day,
			.time = f[i].time,
			.side = f[i].side,
			.n = f[i].n,
			.price = f[i].price,
			.commission = f[i].commission,
			.tax = f[i].tax };
		memcpy(t->strategy, f[i].strategy, NAME_SIZE);
		memcpy(t->code, f[i].code, CODE_SIZE);
	}
	free(f);
	qsort(*out, (size_t)*n, sizeof(**out), trade_order);
	return 0;
}

static void
say_trade(const char *whose, const struct trade *t)
{
	log_error("only the %s: %d %04d %s %s %s %lld x %lld, commission %lld,"
		  " tax %lld",
	    whose, t->date, t->time, t->strategy, t->code,
	    t->side == SIDE_BUY ? "buy" : "sell", (long long)t->n,
	    (long long)t->price, (long long)t->commission, (long long)t->tax);
}

/* Merge two sorted lists; what has no twin is a difference. */
static int
compare_trades(const struct trade *a, int na, const struct trade *b, int nb)
{
	int i = 0, j = 0, differences = 0;

	while (i < na || j < nb) {
		int c = i == na ? 1 : j == nb ? -1 : trade_order(&a[i], &b[j]);

		if (c == 0 && a[i].price == b[j].price &&
		    a[i].commission == b[j].commission &&
		    a[i].tax == b[j].tax) {
			i++;
			j++;
			continue;
		}
		if (differences++ < MOST_SAID)
			say_trade(c > 0 ? "programs'" : "backtest's",
			    c > 0 ? &b[j] : &a[i]);
		i += c <= 0;
		j += c > 0;
	}
	return differences;
}

static int
compare_days(const struct backtest_result *r, const struct live_day *d, int n)
{
	int differences = r->nday != n;

	if (r->nday != n)
		log_error("the backtest has %d sessions, the programs %d",
		    r->nday, n);
	for (int i = 0; i < n && i < r->nday; i++) {
		const struct backtest_day *b = &r->day[i];

		if (b->date == d[i].date && b->cash == d[i].cash &&
		    b->holdings == d[i].holdings)
			continue;
		if (differences++ < MOST_SAID)
			log_error("%d: cash %lld and holdings %lld in the"
				  " backtest, %lld and %lld in the programs",
			    b->date, (long long)b->cash, (long long)b->holdings,
			    (long long)d[i].cash, (long long)d[i].holdings);
	}
	return differences;
}

static int
compare(struct scratch *s, const struct backtest_setup *setup,
    const struct market_data *data, const struct calendar *cal,
    const struct live_day *day, int nday, struct replay_result *out,
    struct err *e)
{
	struct backtest_conf conf = setup->conf;
	struct backtest_result r;
	struct trade *mine = NULL, *theirs = NULL;
	int n, rc = -1;

	conf.from = day[0].date;
	conf.to = day[nday - 1].date;
	conf.bars = BARS_MINUTE;
	if (backtest_run(data, cal, &conf, &r, e) == -1 ||
	    trades_of_programs(s->store, conf.from, conf.to, &theirs, &n, e) ==
		-1)
		goto out;
	mine = trades_of_backtest(&r, setup, data);
	out->trades = n;
	out->differences = compare_trades(mine, r.ntrade, theirs, n) +
	    compare_days(&r, day, nday);
	rc = 0;
out:
	free(mine);
	free(theirs);
	backtest_result_fini(&r);
	return rc;
}

/* ---- All of it ---------------------------------------------------------------------------- */

int
replay_drop_stocks(const struct market_data *data, const struct calendar *cal,
    const struct replay *r, struct backtest_setup *s)
{
	int dropped = 0;

	for (int k = 0; k < data->n; k++) {
		const struct stock_data *sd = &data->stock[k];
		struct bars days = bar_store_window(&sd->daily, 0, sd->daily.n);
		const struct session *ses = calendar_day(cal, r->date);
		bool walks = true, any = false;
		int hint = 0;

		for (int i = 0; i < r->days && ses != NULL;
		     i++, ses = calendar_next(cal, ses->date)) {
			int n = bars_before(&days, ymd_add(ses->date, 1));
			struct bars m;
			bool has = stock_data_minutes(sd, ses->date, &hint, &m);

			any = any || has;
			walks = walks &&
			    (has || n == 0 || days.date[n - 1] != ses->date);
		}
		if (walks && any)
			continue;
		dropped++;
		for (int i = 0; i < s->conf.nstrat; i++)
			s->base[i][k] = false;
	}
	return dropped;
}

int
replay_run(const struct replay *r, const struct backtest_setup *setup,
    const struct market_data *data, const struct calendar *cal,
    struct replay_result *out, struct err *e)
{
	struct scratch s = { .store = NULL };
	struct live_day *day = xcalloc((size_t)r->days, sizeof(*day));
	const struct session *ses = calendar_day(cal, r->date);
	int lead = (int)setup->conf.limits.open_lead;
	struct progress p;
	int rc, done = 0, n = 0;

	*out = (struct replay_result){ 0 };
	rc = make_scratch(&s, r, setup, data, e);
	if (rc == 0)
		rc = check_account(&s, r, setup->conf.cash, ses, lead, e);
	progress_start(&p, "minutes replayed", (int64_t)r->days * 400);
	for (; rc == 0 && n < r->days && ses != NULL;
	     n++, ses = calendar_next(cal, ses->date)) {
		rc = one_day(&s, ses, lead, &p, &done, e);
		if (rc == 0)
			rc = read_day(s.store, data, ses->date, &day[n], e);
	}
	progress_end(&p);
	if (rc == 0)
		rc = compare(&s, setup, data, cal, day, n, out, e);
	out->sessions = n;
	remove_scratch(&s, r->keep != NULL);
	free(day);
	return rc;
}
