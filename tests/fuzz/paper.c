/*
 * The paper broker: the input is its configuration, the broker is opened with
 * it and asked all there is, before and after a few requests.  This is also
 * how an adapter of a firm is fuzzed: put the input where its replies come
 * from, then let reply.h judge.
 */
#include "broker/paper.h"
#include "world.h"

static int
minutes(void *arg, const char *code, ymd d, hhmm from, hhmm to,
    struct bar_store *out, struct err *e)
{
	(void)arg, (void)e;
	for (hhmm t = 912; d == WORLD_DAY && t <= 914; t++)
		if (strcmp(code, "005930") == 0 && t >= from && t <= to)
			bar_store_add(out,
			    &(struct bar){
				d, t, 10000, 10010, 9990, 10000, 100 });
	return 0;
}

static int
days(void *arg, const char *code, ymd from, ymd to, struct bar_store *out,
    struct err *e)
{
	(void)arg, (void)e;
	if (strcmp(code, "005930") == 0 && from <= 20250313 && to >= 20250313)
		bar_store_add(out,
		    &(struct bar){
			20250313, 0, 10000, 10000, 10000, 10000, 1000000 });
	return 0;
}

static int
stocks(void *arg, struct broker_stocks *out, struct err *e)
{
	(void)arg, (void)out, (void)e;
	return 0;
}

static int
kind(void *arg, const char *code, enum kind *k, int *leverage, struct err *e)
{
	(void)arg, (void)code, (void)e;
	*k = KIND_KOSPI;
	*leverage = 1;
	return 0;
}

static void
requests(struct broker *br, struct clock *now)
{
	struct broker_request r = { .key = "maemae-1-1",
		.code = "005930",
		.side = SIDE_BUY,
		.limit = 10000,
		.n = 300 };
	struct ack ack = { 0 };
	enum place p = br->ops->place(br, &r, &ack);

	reply_ack(p, &ack);
	reply_judge(br, WORLD_DAY);
	now->now += 60;
	memcpy(r.broker_no, ack.broker_no, sizeof(r.broker_no));
	r.limit = 9990;
	memset(&ack, 0, sizeof(ack));
	p = br->ops->amend(br, &r, &ack);
	reply_ack(p, &ack);
	now->now += 60;
	reply_judge(br, WORLD_DAY);
	memset(&ack, 0, sizeof(ack));
	p = br->ops->cancel(br, &r, &ack);
	reply_ack(p, &ack);
	now->now += 3600;
	reply_judge(br, WORLD_DAY);
}

static void
wills(struct broker *br, const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size), *rest = s, *line;
	struct err e = { 0 };

	for (int n = 0; n < 3 && (line = fuzz_line(&rest)) != NULL; n++) {
		e = (struct err){ 0 };
		if (paper_will(br, line, &e) == -1) {
			must_refuse(&e);
			must(e.kind == E_USAGE);
		}
	}
	free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct calendar *cal;
	struct clock now = world_clock(912);
	struct broker_env env = { .clock = &now,
		.source = { NULL, minutes, days, stocks, kind } };
	struct err e = { 0 };
	struct store *s;
	struct conf *conf;
	struct broker *br;

	world_make();
	if (cal == NULL) {
		must((s = store_open(
			  world_path("template.db"), STORE_READ, &e)) != NULL);
		must((cal = store_calendar(s, 0, &e)) != NULL);
		store_close(s);
	}
	conf = conf_open(fuzz_file(data, size), true, &e);
	if (conf == NULL) {
		must_refuse(&e);
		return 0;
	}
	env.cal = cal;
	env.conf = conf;
	env.books = world_path("paper.db"); /* whatever the text says */
	world_write(env.books, world.paper, world.paper_size);
	if ((br = broker_open(&env, &e)) == NULL) {
		must_refuse(&e);
		must(e.kind == E_CONFIG);
	} else {
		reply_judge(br, WORLD_DAY);
		wills(br, data, size);
		requests(br, &now);
		broker_close(br);
	}
	conf_close(conf);
	return 0;
}
