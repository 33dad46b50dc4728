/* JSON: what is taken, what is refused and how it is said, and out again. */
#include <stdlib.h>

#include "base/json.h"
#include "tap.h"

static struct err e;

#include "refused.h"

static struct json *
doc(const char *text)
{
	return json_parse(text, strlen(text), &e);
}

static void
whole_numbers(void)
{
	static const struct {
		const char *text;
		int64_t min, max;
		const char *why; /* NULL: taken, and equal to `max` */
	} t[] = {
		{ "{\"n\":55000}", 0, 55000, NULL },
		{ "{\"n\":-7}", -9, -7, NULL },
		{ "{\"n\":9223372036854775807}", 0, INT64_MAX, NULL },
		{ "{\"n\":\"000120\"}", 0, 120, NULL },
		{ "{\"n\":\"-3\"}", -5, -3, NULL },
		{ "{\"n\":8}", 0, 7, "\"n\": 8 is not in 0 to 7" },
		{ "{\"n\":-1}", 0, 7, "-1 is not in" },
		{ "{\"n\":\"8\"}", 0, 7, "'8' is no whole number from 0 to 7" },
		{ "{\"n\":\"\"}", 0, 7, "'' is no whole" },
		{ "{\"n\":\" 1\"}", 0, 7, "' 1' is no whole" },
		{ "{\"n\":1.0}", 0, 7, "there is a number with a point" },
		{ "{\"n\":1e3}", 0, 7000, "there is a number with a point" },
		{ "{\"n\":null}", 0, 7, "want a whole number, there is null" },
		{ "{\"n\":true}", 0, 7, "there is true or false" },
		{ "{\"n\":[1]}", 0, 7, "there is a list" },
		{ "{\"m\":1}", 0, 7, "there is nothing" },
		{ "[1]", 0, 7, "there is nothing" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct json *d = doc(t[i].text);
		int64_t n = 42;
		int rc = json_int(d, "n", t[i].min, t[i].max, &n, &e);

		if (t[i].why == NULL)
			ok(rc == 0 && n == t[i].max, "taken: %s", t[i].text);
		else
			refused(rc == -1, E_DATA, t[i].why, t[i].text);
		json_free(d);
	}
}

static void
documents(void)
{
	static const char *const bad[] = { "", " ", "{", "[1,]", "{\"a\":1,}",
		"{\"a\":1}x", "{\"a\":1,\"a\":2}", "{'a':1}", "\"text\"", "12",
		"{\"a\":\"\\u0000\"}", "{\"a\":\"\xb0\xa1\"}",
		"{\"a\":9223372036854775808}", "<html>" };
	char deep[9000];

	for (size_t i = 0; i < NELEM(bad); i++)
		refused(doc(bad[i]) == NULL, E_DATA, "not JSON: line ", bad[i]);
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	refused(doc(deep) == NULL, E_DATA, "not JSON", "nine thousand deep");
	refused(json_parse("{}\0", 3, &e) == NULL, E_DATA, "not JSON",
	    "a NUL behind the end");
	json_free(NULL);
}

static void
elements(void)
{
	struct json *d = doc("[7,\"008\",true]");
	int64_t n;

	ok(json_int_at(d, 0, 0, 7, &n, &e) == 0 && n == 7, "a number");
	ok(json_int_at(d, 1, 0, 8, &n, &e) == 0 && n == 8, "a text of one");
	refused(json_int_at(d, 0, 0, 6, &n, &e) == -1, E_DATA,
	    "\"0\": 7 is not in 0 to 6", "out of bounds");
	refused(json_int_at(d, 2, 0, 6, &n, &e) == -1, E_DATA,
	    "\"2\": want a whole number, there is true", "no number");
	json_free(d);
}

static void
fields(void)
{
	struct json *d = doc("{\"name\":\"삼성전자\",\"on\":true,\"off\":false,"
			     "\"rows\":[{\"n\":1},{\"n\":2}],\"in\":{\"x\":5},"
			     "\"nil\":null,\"part\":0.5}");
	char buf[13], small[12];
	bool b = false;
	int64_t n;

	ok(json_text(d, "name", buf, sizeof(buf), &e) == 0, "text fits");
	is_str(buf, "삼성전자", "and is the text");
	refused(json_text(d, "name", small, sizeof(small), &e) == -1, E_DATA,
	    "a text of 12 bytes; at most 11", "a longer text is not cut");
	refused(json_text(d, "rows", buf, sizeof(buf), &e) == -1, E_DATA,
	    "want a text, there is a list", "a list is no text");
	ok(json_bool(d, "on", &b, &e) == 0 && b, "true");
	ok(json_bool(d, "off", &b, &e) == 0 && !b, "false");
	refused(json_bool(d, "nil", &b, &e) == -1, E_DATA,
	    "\"nil\": want true or false", "null is neither");
	is_int(json_count(json_list(d, "rows", &e)), 2, "rows");
	ok(json_int(json_at(json_get(d, "rows"), 1), "n", 0, 9, &n, &e) == 0 &&
		n == 2,
	    "the second row");
	refused(json_int_at(json_get(d, "rows"), 2, 0, 9, &n, &e) == -1, E_DATA,
	    "\"2\": want a whole number, there is nothing", "no third");
	ok(json_at(json_get(d, "rows"), 2) == NULL, "no third row");
	ok(json_at(json_get(d, "rows"), -1) == NULL, "none before the first");
	refused(json_list(d, "in", &e) == NULL, E_DATA,
	    "want a list, there is an object", "an object is no list");
	ok(json_int(json_map(d, "in", &e), "x", 0, 9, &n, &e) == 0 && n == 5,
	    "an object inside");
	is_int(json_kind(json_get(d, "nil")), JSON_NIL, "null is a value");
	is_int(json_kind(json_get(d, "nix")), JSON_NONE, "absent is none");
	is_int(json_kind(json_get(d, "part")), JSON_POINT, "with a point");
	is_str(json_chars(json_get(d, "name")), "삼성전자", "borrowed text");
	is_str(json_chars(json_get(d, "on")), NULL, "no text");
	is_int(json_count(d), 0, "an object has no elements");
	json_free(d);
}

static void
out(void)
{
	struct json *d = json_new_map(), *rows = json_new_list(),
		    *row = json_new_map();
	char *text;

	json_put_text(d, "z", "a \"b\"\n\x01 삼성");
	json_put_int(d, "a", INT64_MIN);
	json_put_bool(d, "t", true);
	json_put_bool(d, "f", false);
	json_put_nil(d, "n");
	json_put_text(row, "bad", "\xb0\xa1 \xea\xb0\x80 \xff");
	json_add(rows, row);
	json_add_int(rows, 3);
	json_add_text(rows, "x");
	json_put(d, "rows", rows);
	text = json_print(d);
	is_str(text,
	    "{\"z\":\"a \\\"b\\\"\\n\\u0001 삼성\","
	    "\"a\":-9223372036854775808,\"t\":true,\"f\":false,\"n\":null,"
	    "\"rows\":[{\"bad\":\"\\\\xb0\\\\xa1 가 \\\\xff\"},3,\"x\"]}",
	    "on one line, in the order put, what is not UTF-8 escaped");
	json_free(d);
	d = doc(text);
	free(text);
	text = json_print(d);
	ok(strstr(text, "\"z\":\"a \\\"b") == text + 1, "and reads back");
	free(text);
	json_free(d);
}

int
main(void)
{
	whole_numbers();
	documents();
	elements();
	fields();
	out();
	return done_testing();
}
