/*
 * The follower's ear at Korea Investment & Securities, hour by hour in no time:
 * the clock and the socket are this test's.  A socket that dies in silence is
 * left and come back to; each return and each notice ask for a look.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "broker/kis_inner.h"
#include "broker/kis_socket.h"
#include "tap.h"

#define APPROVAL "a2540daf-8a4c-41ca-8db2-af4dc6f8a1ce"
#define YES                                                            \
	"{\"header\":{\"tr_id\":\"H0STCNI0\"},\"body\":{\"rt_cd\":"    \
	"\"0\",\"msg_cd\":\"OPSP0000\",\"msg1\":\"SUBSCRIBE SUCCESS\"" \
	"}}"
#define IN_USE                                                              \
	"{\"header\":{\"tr_id\":\"(null)\"},\"body\":{\"rt_cd\":"           \
	"\"9\",\"msg_cd\":\"OPSP8996\",\"msg1\":\"ALREADY IN USE " APPROVAL \
	"\"}}"
#define DENIED                                                        \
	"{\"header\":{\"tr_id\":\"H0STCNI0\"},\"body\":{\"rt_cd\":"   \
	"\"1\",\"msg_cd\":\"OPSP0011\",\"msg1\":\"NOT FOUND APPROVAL" \
	"\"}}"
#define PING   "{\"header\":{\"tr_id\":\"PINGPONG\"}}"
#define NOTICE "1|H0STCNI0|001|notbase64"

/* ---- The clock ------------------------------------------------------------------ */

static int64_t now_ms;

int64_t __wrap_monotonic_ms(void);
void __wrap_sleep_ms(int ms);

int64_t
__wrap_monotonic_ms(void)
{
	return now_ms;
}

void
__wrap_sleep_ms(int ms)
{
	now_ms += ms;
}

/* ---- The firm ------------------------------------------------------------------- */

/* How it behaves, and what it saw. */
static struct {
	const char *answer; /* to who subscribes; NULL: none */
	int64_t ping_every; /* 0: never */
	int64_t notice_at;  /* one; 0: none */
	bool is_out;        /* no keys are given */

	int opened, closed, pongs;
	int64_t last_open, least_pause; /* between two openings */
} firm;

struct kis_socket {
	kis_on_message on_message;
	void *arg;
	bool has_asked;
	int64_t pinged_at;
};

int __wrap_kis_approval(struct kis *, char *, size_t, struct err *);

int
__wrap_kis_approval(struct kis *k, char *buf, size_t size, struct err *e)
{
	if (firm.opened > 0 && now_ms - firm.last_open < firm.least_pause)
		firm.least_pause = now_ms - firm.last_open;
	firm.opened++;
	firm.last_open = now_ms;
	if (firm.is_out)
		return err_set(e, E_BROKER, "no key");
	secrets_add(&k->secrets, APPROVAL);
	snprintf(buf, size, "%s", APPROVAL);
	return 0;
}

struct kis_socket *
kis_socket_open(
    const char *url, kis_on_message on_message, void *arg, struct err *e)
{
	struct kis_socket *s = calloc(1, sizeof(*s));

	(void)url;
	(void)e;
	s->on_message = on_message;
	s->arg = arg;
	s->pinged_at = now_ms;
	return s;
}

void
kis_socket_close(struct kis_socket *s)
{
	firm.closed += s != NULL;
	free(s);
}

static void
tell(struct kis_socket *s, const char *text)
{
	s->on_message(s->arg, text, strlen(text));
}

bool
kis_socket_serve(struct kis_socket *s, int ms)
{
	int64_t until = now_ms + ms;

	if (s->has_asked) {
		s->has_asked = false;
		if (firm.answer != NULL)
			tell(s, firm.answer);
	} else if (firm.notice_at > 0 && firm.notice_at <= until) {
		now_ms = firm.notice_at;
		firm.notice_at = 0;
		tell(s, NOTICE);
	} else if (firm.ping_every > 0 &&
	    s->pinged_at + firm.ping_every <= until) {
		now_ms = s->pinged_at += firm.ping_every;
		tell(s, PING);
	} else {
		now_ms = until;
	}
	return true;
}

void
kis_socket_say(struct kis_socket *s, const char *text)
{
	s->has_asked = strstr(text, APPROVAL) != NULL;
}

void
kis_socket_pong(struct kis_socket *s, const char *text, size_t n)
{
	(void)s;
	firm.pongs += n == strlen(PING) && strcmp(text, PING) == 0;
}

const char *
kis_socket_why(const struct kis_socket *s)
{
	(void)s;
	return "";
}

/* ---- The follower ---------------------------------------------------------------- */

static struct kis kis;
static struct broker br;
static char hts_id[] = "login";

static void
begin(const char *answer)
{
	memset(&firm, 0, sizeof(firm));
	firm.answer = answer;
	firm.least_pause = INT64_MAX;
	now_ms = 1000000;
	kis = (struct kis){ .br = &br, .mode = KIS_REAL, .hts_id = hts_id };
	snprintf(kis.account, sizeof(kis.account), "50123456");
	snprintf(kis.product, sizeof(kis.product), "01");
	kis.jitter = rng_seed(5);
	br = (struct broker){ .self = &kis };
}

static void
end(void)
{
	kis_stream_close(kis.stream);
	secrets_fini(&kis.secrets);
}

#define SLICE_MS 10000 /* a follower looks at other things, too */

/* Wait so long; how often a look was asked for. */
static int
looks(int64_t ms)
{
	int64_t until = now_ms + ms;
	struct err e;
	int n = 0;

	while (now_ms < until)
		n += kis_wait_event(&br,
		    until - now_ms < SLICE_MS ? (int)(until - now_ms) :
						SLICE_MS,
		    &e);
	return n;
}

static void
test_heard(void)
{
	begin(YES);
	firm.ping_every = 10000;
	is_int(looks(10000), 3, "a new subscription asks for three looks");
	is_int(looks(3600000), 0, "an hour with nothing but heartbeats: none");
	ok(firm.opened == 1 && firm.pongs >= 360,
	    "on one socket, each answered");
	firm.notice_at = now_ms + 5000;
	is_int(looks(5001), 1, "a notice is a look at once");
	is_int(looks(998), 0, "and none");
	is_int(looks(2), 1, "but one after a second");
	is_int(looks(10000), 1, "and one after three");
	end();
}

static void
test_silence(void)
{
	begin(YES);
	looks(80000);
	is_int(firm.closed, 0, "silence for a while is borne");
	is_int(looks(40000), 3,
	    "a socket that died in silence is left, and what"
	    " was missed is looked for");
	ok(firm.closed == 1 && firm.opened == 2, "on a new one");
	end();

	begin(NULL);
	looks(600000);
	ok(firm.opened >= 9 && firm.opened <= 20,
	    "who is not subscribed comes again, not often: %d in ten minutes",
	    firm.opened);
	end();
}

static void
test_pauses(void)
{
	begin(YES);
	firm.is_out = true;
	looks(3600000);
	ok(firm.opened >= 40 && firm.opened <= 66 && firm.least_pause >= 1000,
	    "an hour without keys: %d tries, the nearest %lld ms apart",
	    firm.opened, (long long)firm.least_pause);
	firm.is_out = false;
	ok(looks(100000) == 3, "then it is back, and looks");
	end();

	begin(IN_USE);
	looks(600000);
	ok(firm.opened >= 4 && firm.least_pause >= 30000,
	    "a key in use is left alone for half a minute at least: %lld ms",
	    (long long)firm.least_pause);
	end();
}

/* What was written to the log while this was the answer for so long, with
 * `more` of -v. */
static const char *
log_of(const char *answer, int64_t ms, int more)
{
	static char text[1 << 16];
	char path[] = "/tmp/stream.XXXXXX";
	int fd = mkstemp(path), was = dup(STDERR_FILENO);
	ssize_t n;

	unlink(path);
	dup2(fd, STDERR_FILENO);
	log_level(more);
	begin(answer);
	looks(ms);
	end();
	log_level(-more);
	dup2(was, STDERR_FILENO);
	close(was);
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	close(fd);
	return text;
}

/* Who is not wanted comes seldom, and says so once. */
static void
test_unwanted(void)
{
	static const char *const answer[] = { DENIED, IN_USE };

	for (size_t i = 0; i < NELEM(answer); i++) {
		const char *text = log_of(answer[i], 7 * 3600000, +1);
		int lines = 0;

		for (const char *s = text; *s != '\0'; s++)
			lines += *s == '\n';
		ok(firm.opened >= 15 && firm.opened <= 40,
		    "not wanted for seven hours: %d tries", firm.opened);
		ok(firm.least_pause >= 30000, "the nearest %lld ms apart",
		    (long long)firm.least_pause);
		ok(lines == 1 &&
			strstr(text, "warn: kis: no notices: ") != NULL,
		    "one line: %s", text);
	}
	begin(DENIED);
	looks(7 * 3600000);
	firm.answer = YES;
	firm.ping_every = 10000;
	is_int(looks(2 * 3600000), 3, "wanted again: it is back, and looks");
	firm.ping_every = 0;
	firm.opened = 0;
	looks(120000);
	ok(firm.opened > 0, "and an ordinary loss is one again: %d",
	    firm.opened);
	end();
}

/* What the firm repeats of our key is not in the log. */
static void
test_secret(void)
{
	const char *text = log_of(IN_USE, 60000, +3);

	ok(strstr(text, "ALREADY IN USE") != NULL &&
		strstr(text, APPROVAL) == NULL,
	    "the key that is in use is not told to the log");
}

int
main(void)
{
	log_level(-3);
	test_heard();
	test_silence();
	test_pauses();
	test_unwanted();
	log_level(+3);
	test_secret();
	return done_testing();
}
