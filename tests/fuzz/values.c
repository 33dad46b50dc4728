/*
 * Single values: the whole input is tried as a date, a time, a moment, a
 * whole number, a decimal, a ratio, a code, a list of settings.  What is
 * accepted is within its bounds, and written again reads the same.
 */
#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/kv.h"
#include "base/money.h"
#include "base/code.h"
#include "base/opt.h"
#include "base/table.h"
#include "fuzz.h"
#include "market/kind.h"

static void
dates(const char *s)
{
	char buf[ISO_SIZE];
	struct clock c, c2;
	epoch t, t2;
	ymd d, d2;
	hhmm m, m2;

	if (ymd_parse(s, &d) == 0) {
		must(ymd_valid(d));
		snprintf(buf, sizeof(buf), "%04d-%02d-%02d", d / 10000,
		    d / 100 % 100, d % 100);
		must(ymd_parse(buf, &d2) == 0 && d2 == d);
		must(ymd_from_days(ymd_to_days(d)) == d);
		must(ymd_weekday(d) >= 0 && ymd_weekday(d) <= 6);
		must(ymd_diff(ymd_add(d, 1), d) == 1);
	}
	if (hhmm_parse(s, &m) == 0) {
		must(hhmm_valid(m));
		snprintf(buf, sizeof(buf), "%04d", m);
		must(hhmm_parse(buf, &m2) == 0 && m2 == m);
	}
	if (clock_parse(s, &c) == 0) {
		must(c.is_fixed && ymd_valid(clock_ymd(&c)));
		must(hhmm_valid(clock_hhmm(&c)));
		epoch_iso(c.now, buf);
		buf[19] = '\0'; /* without the zone */
		must(clock_parse(buf, &c2) == 0 && c2.now == c.now);
	}
	if (epoch_parse_iso(s, &t) == 0) {
		must(epoch_parse_iso(epoch_iso(t, buf), &t2) == 0);
		must(t2 == t);
	}
}

static void
numbers(const char *s)
{
	char buf[64];
	int64_t i, i2;
	double x, x2;
	ppb p, p2;

	if (int_parse(s, INT64_MIN, INT64_MAX, &i) == 0) {
		snprintf(buf, sizeof(buf), "%" PRId64, i);
		must(int_parse(buf, INT64_MIN, INT64_MAX, &i2) == 0 && i2 == i);
		must((int_parse(s, -5, 1000000, &i2) == 0) ==
		    (i >= -5 && i <= 1000000));
	} else
		must(int_parse(s, -5, 1000000, &i) == -1);
	if (real_parse(s, &x) == 0) {
		must(isfinite(x));
		real_text(x, buf, sizeof(buf));
		must(real_parse(buf, &x2) == 0 && x2 == x);
	}
	if (ppb_parse(s, &p) == 0) {
		must(p != PPB_UNSET);
		ppb_text(p, buf, sizeof(buf));
		must(ppb_parse(buf, &p2) == 0 && p2 == p);
	}
	if (ppb_parse_percent(s, &p) == 0) {
		must(p != PPB_UNSET);
		ppb_percent_text(p, buf, sizeof(buf));
		must(ppb_parse_percent(buf, &p2) == 0 && p2 == p);
	}
}

static void
write_pairs(char *buf, size_t size, const struct kv *kv, int n)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int i = 0; i < n; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s=%s",
		    i > 0 ? "," : "", kv[i].key, kv[i].value);
	must(used < size);
}

static void
lists(const char *s)
{
	struct kv kv[4], again[4];
	struct err e = { 0 };
	char text[1024], name[NAME_SIZE], *all;
	int n, n2;

	if ((n = kv_parse(s, kv, 4, &e)) == -1)
		must_refuse(&e);
	else {
		must(n >= 0 && n <= 4);
		write_pairs(text, sizeof(text), kv, n);
		must(strcmp(text, s) == 0);
		must(kv_parse(text, again, 4, &e) == n);
		for (int i = 0; i < n; i++)
			must(kv_get(again, n, kv[i].key) != NULL &&
			    strcmp(kv[i].value, kv_get(again, n, kv[i].key)) ==
				0);
	}
	e = (struct err){ 0 };
	if ((n = kv_parse_spec(s, name, sizeof(name), kv, 4, &e)) == -1) {
		must_refuse(&e);
		return;
	}
	must(name[0] != '\0' && strlen(name) < sizeof(name));
	write_pairs(text, sizeof(text), kv, n);
	must((all = malloc(strlen(name) + strlen(text) + 2)) != NULL);
	strcpy(all, name);
	if (n > 0)
		strcat(strcat(all, ":"), text);
	must(strcmp(all, s) == 0);
	n2 = kv_parse_spec(all, name, sizeof(name), again, 4, &e);
	must(n2 == n);
	free(all);
}

static void
words(const char *s)
{
	enum out_format f;
	enum kind k;
	char clean[256], twice[1024];

	if (code_valid(s))
		must(strlen(s) == 6);
	if (kind_parse(s, &k) == 0) {
		enum kind k2;

		must(kind_parse(kind_name(k), &k2) == 0 && k2 == k);
	}
	if (out_format_parse(s, &f) == 0)
		must(f == OUT_TABLE || f == OUT_CSV || f == OUT_JSON);
	text_escape(s, clean, sizeof(clean));
	must(utf8_valid(clean, strlen(clean)));
	must(utf8_width(clean) <= (int)strlen(clean));
	/* Clean text stays as it is. */
	text_escape(clean, twice, sizeof(twice));
	must(strcmp(clean, twice) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_text(data, size);

	dates(s);
	numbers(s);
	lists(s);
	words(s);
	free(s);
	return 0;
}
