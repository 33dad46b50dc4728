/*
 * Messages of the KIS socket: acknowledged, denied, alive, and notices, plain
 * and as OpenSSL's own command encrypts them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "broker/kis_notice.h"
#include "tap.h"

static struct err e;

#define KEY "abcdefghijklmnopabcdefghijklmnop"
#define IV  "0123456789abcdef"

static const char *
name(enum kis_message m)
{
	static const char *const names[] = { "other", "ping", "subscribed",
		"in use", "denied", "news" };

	return names[m];
}

static struct kis_channel channel;

static enum kis_message
heard(const char *text)
{
	e = (struct err){ 0 };
	return kis_message_read(&channel, text, strlen(text), &e);
}

static void
begin(bool has_keys)
{
	channel = (struct kis_channel){ .tr_id = "H0STCNI0",
		.account = "1234567801" };
	if (has_keys)
		heard("{\"header\":{\"tr_id\":\"H0STCNI0\"},\"body\":{"
		      "\"rt_cd\":\"0\",\"msg_cd\":\"OPSP0000\",\"output\":{"
		      "\"iv\":\"" IV "\",\"key\":\"" KEY "\"}}}");
}

#define ACK(id, rt, code)                                                 \
	"{\"header\":{\"tr_id\":\"" id "\",\"tr_key\":\"me\"},\"body\":{" \
	"\"rt_cd\":\"" rt "\",\"msg_cd\":\"" code "\",\"msg1\":\"words\"}}"

static void
test_control(void)
{
	static const struct {
		const char *text;
		enum kis_message want;
		const char *name;
	} t[] = {
		{ ACK("H0STCNI0", "0", "OPSP0000"), KIS_SUBSCRIBED,
		    "subscribed" },
		{ ACK("H0STCNI0", "1", "OPSP0002"), KIS_SUBSCRIBED,
		    "subscribed before" },
		{ ACK("H0STCNI0", "1", "OPSP0008"), KIS_DENIED, "too many" },
		{ ACK("(null)", "9", "OPSP8996"), KIS_IN_USE, "in use" },
		{ ACK("(null)", "9", "OPSP0011"), KIS_DENIED, "no such key" },
		{ ACK("H0STCNT0", "0", "OPSP0000"), KIS_OTHER,
		    "another channel" },
		{ "{\"header\":{\"tr_id\":\"PINGPONG\",\"datetime\":"
		  "\"20260914093000\"}}",
		    KIS_PING, "a heartbeat" },
		{ "{\"header\":[]}", KIS_OTHER, "a header of another kind" },
		{ "{", KIS_OTHER, "half a message" },
		{ "hello", KIS_OTHER, "words" },
		{ "", KIS_OTHER, "nothing" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		begin(false);
		is_str(
		    name(heard(t[i].text)), name(t[i].want), "%s", t[i].name);
		ok(t[i].want != KIS_DENIED ||
			(e.kind != E_NONE && strstr(e.msg, "words") != NULL),
		    "%s: with words", t[i].name);
	}
	begin(true);
	is_str(channel.key, KEY, "the key");
	is_str(channel.iv, IV, "and the IV of a subscription");
	heard("{\"header\":{\"tr_id\":\"H0STCNI0\"},\"body\":{\"rt_cd\":"
	      "\"0\",\"output\":{\"iv\":\"short\",\"key\":\"short\"}}}");
	is_str(channel.key, KEY, "others of another length are none");
}

/* The notice of the firm's papers, of this account. */
#define NOTICE(account)                                                        \
	"myhtsid^" account "^0000117057^^02^0^00^0^005930^0000000004^"         \
	"000070000^101201^0^2^2^91252^000000010^홍길동^000000000^1^Y^^10^^" \
	"삼성전자^000070000"

static void
test_plain(void)
{
	static const struct {
		const char *text;
		enum kis_message want;
		bool is_odd;
		const char *name;
	} t[] = {
		{ "0|H0STCNI0|001|" NOTICE("1234567801"), KIS_NEWS, false,
		    "ours" },
		{ "0|H0STCNI0|001|" NOTICE("8765432101"), KIS_OTHER, false,
		    "another account's" },
		{ "0|H0STCNI0|002|" NOTICE("8765432101") "^" NOTICE(
		      "1234567801"),
		    KIS_NEWS, false, "the second of two" },
		{ "0|H0STCNI0|002|" NOTICE("8765432101") "^" NOTICE(
		      "8765432102"),
		    KIS_OTHER, false, "neither of two" },
		{ "0|H0STCNT0|001|005930^123929^73100", KIS_OTHER, false,
		    "a trade" },
		{ "0|H0STCNI0|003|" NOTICE("8765432101"), KIS_NEWS, true,
		    "fields that make no records" },
		{ "0|H0STCNI0|001|a^b", KIS_NEWS, true, "too few fields" },
		{ "0|H0STCNI0|000|" NOTICE("1234567801"), KIS_NEWS, true,
		    "no records" },
		{ "0|H0STCNI0|x|" NOTICE("1234567801"), KIS_NEWS, true,
		    "a count that is none" },
		{ "0|H0STCNI0|001|", KIS_NEWS, true, "nothing behind" },
		{ "0|H0STCNI0|001", KIS_OTHER, false, "no payload" },
		{ "1|H0STCNI0|001|" NOTICE("1234567801"), KIS_NEWS, true,
		    "plain where it should be encrypted" },
		{ "1|H0STCNI0|001|AAAAAAAAAAAAAAAAAAAAAA==", KIS_NEWS, true,
		    "encrypted with another key" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		begin(true);
		ok(heard(t[i].text) == t[i].want &&
			(e.kind != E_NONE) == t[i].is_odd,
		    "%s", t[i].name);
	}
}

/* OpenSSL's command encrypts as the firm does; its base64 in *out. */
static void
encrypted(const char *text, char *out, size_t size)
{
	char cmd[512];
	FILE *f;
	size_t n;

	setenv("PLAIN", text, 1);
	snprintf(cmd, sizeof(cmd),
	    "printf %%s \"$PLAIN\" | openssl enc -aes-256-cbc -a -A"
	    " -K $(printf %%s " KEY " | od -v -An -tx1 | tr -d ' \\n')"
	    " -iv $(printf %%s " IV " | od -v -An -tx1 | tr -d ' \\n')");
	f = popen(cmd, "r");
	n = f == NULL ? 0 : fread(out, 1, size - 1, f);
	out[n] = '\0';
	if (f == NULL || pclose(f) != 0 || n == 0)
		printf("Bail out! openssl\n"), exit(1);
}

static void
test_encrypted(void)
{
	static const char *const texts[] = { "x", "fifteen letters",
		"sixteen letters!", NOTICE("1234567801") };
	char cipher[2048], message[4096];

	for (size_t i = 0; i < NELEM(texts); i++) {
		char *plain;

		encrypted(texts[i], cipher, sizeof(cipher));
		plain = kis_decrypt(KEY, IV, cipher, strlen(cipher), &e);
		is_str(plain, texts[i], "%zu bytes are decrypted",
		    strlen(texts[i]));
		free(plain);
		cipher[strlen(cipher) / 2]++;
		plain = kis_decrypt(KEY, IV, cipher, strlen(cipher) - 4, &e);
		ok(plain == NULL && e.kind == E_DATA, "not when cut");
		free(plain);
	}
	ok(kis_decrypt("short", IV, cipher, strlen(cipher), &e) == NULL &&
		kis_decrypt(KEY, "", cipher, strlen(cipher), &e) == NULL &&
		kis_decrypt(KEY, IV, "", 0, &e) == NULL &&
		kis_decrypt(KEY, IV, "====", 4, &e) == NULL &&
		kis_decrypt(KEY, IV, "!!!!", 4, &e) == NULL,
	    "no key, no text, no base64");
	begin(true);
	encrypted(NOTICE("1234567801"), cipher, sizeof(cipher));
	snprintf(message, sizeof(message), "1|H0STCNI0|001|%s", cipher);
	ok(heard(message) == KIS_NEWS && e.kind == E_NONE, "a notice of ours");
	encrypted(NOTICE("8765432101"), cipher, sizeof(cipher));
	snprintf(message, sizeof(message), "1|H0STCNI0|001|%s", cipher);
	ok(heard(message) == KIS_OTHER, "and one of another account");
	begin(false);
	ok(heard(message) == KIS_NEWS && e.kind == E_DATA,
	    "without a key each may be ours");
}

static void
test_subscription(void)
{
	char *text = kis_subscription("a key", "H0STCNI0", "my id");

	is_str(text,
	    "{\"header\":{\"approval_key\":\"a key\",\"custtype\":\"P\","
	    "\"tr_type\":\"1\",\"content-type\":\"utf-8\"},\"body\":{"
	    "\"input\":{\"tr_id\":\"H0STCNI0\",\"tr_key\":\"my id\"}}}",
	    "what subscribes");
	free(text);
}

static void
test_digest(void)
{
	char a[KIS_DIGEST_SIZE];

	ok(kis_digest("abc", a, &e) == 0, "a digest");
	is_str(a, "ba7816bf8f01cfea", "is the head of SHA-256");
}

int
main(void)
{
	test_control();
	test_plain();
	test_encrypted();
	test_subscription();
	test_digest();
	return done_testing();
}
