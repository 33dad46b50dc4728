/* The configuration file: who may read it, and what may stand in it. */
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/conf.h"
#include "tap.h"

static char path[] = "/tmp/base_conf.XXXXXX";

static void
put_file(const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		exit(99);
}

static void
good(void)
{
	struct err e = { 0 };
	struct conf *c;
	int64_t n = 0;
	bool b = false;

	put_file("\xef\xbb\xbf# comment ; or two\r\n"
		 "[broker]\r\n"
		 "name = paper\r\n"
		 "\n"
		 "[Paper]\n"
		 "  indented = yes\n"
		 "\tsecret=a=b/c+d==\n"
		 "이름 : 값\n"
		 "timeout_ms = 5000\n"
		 "bad = 50x\n"
		 "empty =\n");
	if (!ok((c = conf_open(path, true, &e)) != NULL, "opens %s", e.msg))
		return;
	is_str(conf_get(c, "broker", "name", "?"), "paper", "a value");
	is_str(conf_get(c, "paper", "INDENTED", "?"), "yes",
	    "an indented key is a key; case does not matter");
	is_str(conf_get(c, "paper", "secret", "?"),
	    "a=b/c+d==", "what a secret looks like");
	is_str(conf_get(c, "paper", "이름", "?"), "값", "Korean");
	is_str(conf_get(c, "paper", "none", "?"), "?", "a default");
	is_str(conf_get(c, "none", "name", NULL), NULL, "no section");
	ok(conf_has_section(c, "paper") && !conf_has_section(c, "kis"),
	    "sections");
	ok(conf_int(c, "paper", "timeout_ms", 1, 60000, 7, &n, &e) == 0 &&
		n == 5000,
	    "a number");
	ok(conf_int(c, "paper", "none", 1, 60000, 7, &n, &e) == 0 && n == 7,
	    "a default number");
	is_int(conf_int(c, "paper", "timeout_ms", 1, 100, 7, &n, &e), -1,
	    "out of range");
	ok(e.kind == E_CONFIG && strstr(e.msg, ":9: timeout_ms: ") != NULL,
	    "says where: %s", e.msg);
	is_int(conf_int(c, "paper", "bad", 1, 60000, 7, &n, &e), -1,
	    "not a number");
	ok(conf_bool(c, "paper", "indented", false, &b, &e) == 0 && b, "yes");
	is_int(conf_bool(c, "paper", "bad", false, &b, &e), -1, "not a bool");
	ok(conf_need(c, "paper", "secret", &e) != NULL, "needed and there");
	ok(conf_need(c, "paper", "empty", &e) == NULL && e.kind == E_CONFIG,
	    "needed and empty: %s", e.msg);
	is_str(conf_path(c), path, "its path");
	conf_close(c);
}

static void
lines(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "[a]\nk = 1\nnonsense\n",
		    ":3: want [section] or key = value" },
		{ "[a\nk = 1\n", ":1: want [section] or key = value" },
		{ "[a]\nk = 1\n\nK = 2\n", ":4: this key was given before" },
		{ "[a]\nk = 1\n[b]\nk = 2\n[a]\nk = 3\n",
		    ":6: this key was given before" },
		{ "[a] ; fine\n; fine\nk = 1;2\nsecret = ab ;cd\n",
		    ":4: a comment wants a line of its own: of a value, what"
		    " is behind ' ;' would be lost" },
		{ "[a]\nk = ;1\n",
		    ":2: a comment wants a line of its own: of a value, what"
		    " is behind ' ;' would be lost" },
		{ "\xef\xbb\xbf[a] k = 1\n",
		    ":1: what is behind the ] would be lost: it wants a line"
		    " of its own" },
		{ "[a] # fine\n[b] ; too\n[c]]\n",
		    ":3: what is behind the ] would be lost: it wants a line"
		    " of its own" },
	};
	struct err e = { 0 };
	struct conf *c;
	char text[1024];

	for (size_t i = 0; i < NELEM(t); i++) {
		put_file(t[i].text);
		c = conf_open(path, true, &e);
		ok(c == NULL && e.kind == E_CONFIG, "refused");
		is_str(e.msg + strlen(path), t[i].want, "says where");
		conf_close(c);
	}
	/* A secret of 180 characters, the longest that a broker gives. */
	snprintf(text, sizeof(text), "[kis]\napp_secret = %0180d\n", 7);
	put_file(text);
	if (ok((c = conf_open(path, true, &e)) != NULL, "180 fit: %s", e.msg))
		is_int((int64_t)strlen(conf_get(c, "kis", "app_secret", "")),
		    180, "all of them");
	conf_close(c);
	snprintf(
	    text, sizeof(text), "# %0300d\n[kis]\nx = 1\ny = %0300d\n", 7, 7);
	put_file(text);
	c = conf_open(path, true, &e);
	ok(c == NULL && strstr(e.msg, ":4: line too long") != NULL,
	    "300 do not, but in a comment they may: %s", e.msg);
	conf_close(c);
}

/* What a program knows, and what it says of what it does not. */
static void
names(void)
{
	static const char *const broker[] = { "kind", "quotes", "execution",
		NULL };
	static const char *const paper[] = { "books", "cash", NULL };
	static const char *const kis[] = { "account", "app_key", "url", NULL };
	static const char *const creon[] = { "account", "url", NULL };
	static const struct conf_section known[] = { { "broker", broker },
		{ "paper", paper }, { "kis", kis }, { "creon", creon },
		{ NULL, NULL } };
	static const struct {
		const char *text, *want; /* NULL: well */
	} t[] = {
		{ "", NULL },
		{ "# nothing\n\n[broker]\n[Paper]\n", NULL },
		{ "[broker]\nkind = kis\nEXECUTION = paper\n[kis]\nurl =\n",
		    NULL },
		{ "[broker]\nkind = kis\nexection = paper\n",
		    ":3: [broker] exection: no such key; did you mean"
		    " execution?" },
		/* of a section that is not used, too; the first counts */
		{ "[Paper]\n\ncahs = 5\n[brokr]\nkind = kis\n",
		    ":3: [paper] cahs: no such key; did you mean cash?" },
		{ "[broker]\n[brokr]\nkind = kis\n",
		    ":2: [brokr]: no such section; did you mean [broker]?" },
		/* also an empty one, and blanks within */
		{ "\xef\xbb\xbf[brokr]\n",
		    ":1: [brokr]: no such section; did you mean [broker]?" },
		{ "[ broker ]\nkind = a\n",
		    ":1: [ broker ]: no such section; did you mean [broker]?" },
		{ "[mail]\nto = a\n",
		    ":1: [mail]: no such section (there are: [broker],"
		    " [paper], [kis], [creon])" },
		{ "[]\n",
		    ":1: []: no such section (there are: [broker], [paper],"
		    " [kis], [creon])" },
		{ "[broker]\nsilly = 1\n",
		    ":2: [broker] silly: no such key (there are: kind, quotes,"
		    " execution)" },
		{ "[broker]\ncash = 5\n",
		    ":2: [broker] cash: no such key; it belongs in [paper]" },
		{ "[paper]\nurl = 5\n",
		    ":2: [paper] url: no such key; it belongs in [kis] or"
		    " [creon]" },
		{ "kind = kis\n[broker]\nquotes = kis\n",
		    ":1: kind: a key before any [section]; it belongs in"
		    " [broker]" },
		{ "\nsilly = 1\n", ":2: silly: a key before any [section]" },
		/* the second line of a secret that was broken in two */
		{ "[kis]\napp_key = PSabcd\n"
		  "PSabcdefghijklmnopqrstuvwxyz012345==\n",
		    ":3: [kis] ...: no such key (there are: account, app_key,"
		    " url)" },
	};
	struct err e;
	struct conf *c;

	for (size_t i = 0; i < NELEM(t); i++) {
		e = (struct err){ 0 };
		put_file(t[i].text);
		if (!ok((c = conf_open(path, true, &e)) != NULL, "opens: %s",
			e.msg))
			continue;
		is_int(conf_check(c, known, &e), t[i].want == NULL ? 0 : -1,
		    "known or not");
		is_int(e.kind, t[i].want == NULL ? E_NONE : E_CONFIG, "kind");
		is_str(e.kind == E_NONE ? NULL : e.msg + strlen(path),
		    t[i].want, "says where, and what was meant");
		conf_close(c);
	}
}

/* A reader that asks for what it has not declared is a bug. */
static void
undeclared(void)
{
	static const char *const a[] = { "k", NULL };
	static const struct conf_section known[] = { { "a", a },
		{ NULL, NULL } };
	struct err e = { 0 };
	struct conf *c;
	int status;
	pid_t pid;

	put_file("[a]\nk = v\n");
	c = conf_open(path, true, &e);
	if (!ok(c != NULL && conf_check(c, known, &e) == 0, "good"))
		return;
	is_str(conf_get(c, "A", "K", NULL), "v", "declared");
	fflush(stdout);
	if ((pid = fork()) == 0) {
		fclose(stderr);
		conf_get(c, "a", "other", NULL);
		_exit(0);
	}
	ok(pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGABRT,
	    "undeclared");
	conf_close(c);
}

static void
access_rights(void)
{
	static const int modes[] = { 0644, 0640, 0604, 0660, 0620, 0601 };
	struct err e = { 0 };
	struct conf *c;

	put_file("[a]\nk = v\n");
	for (size_t i = 0; i < NELEM(modes); i++) {
		chmod(path, (mode_t)modes[i]);
		c = conf_open(path, false, &e);
		ok(c == NULL && e.kind == E_REFUSED, "mode %03o is refused",
		    (unsigned)modes[i]);
		conf_close(c);
	}
	chmod(path, 0400);
	ok((c = conf_open(path, false, &e)) != NULL, "mode 400 is not");
	conf_close(c);
	c = conf_open("/tmp", false, &e);
	ok(c == NULL && e.kind == E_CONFIG, "a folder: %s", e.msg);
	unlink(path);
	c = conf_open(path, false, &e);
	ok(c != NULL && conf_get(c, "a", "k", NULL) == NULL,
	    "an absent file is empty");
	conf_close(c);
	c = conf_open(path, true, &e);
	ok(c == NULL && e.kind == E_CONFIG, "unless named: %s", e.msg);
	conf_close(NULL);
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd == -1)
		return 99;
	fchmod(fd, 0600);
	close(fd);
	good();
	lines();
	names();
	undeclared();
	access_rights();
	return done_testing();
}
