/* options.c - see options.h. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/token.h"
#include "gateway/options.h"
#include "gateway/os.h"

static const char help[] =
    "usage: creon-gateway [options]\n"
    "\n"
    "serve CREON Plus to the toolkit over HTTP\n"
    "\n"
    "Options:\n"
    "  -d, --dir DIR           journal, events and token (creon-gateway)\n"
    "  -l, --listen ADDR:PORT  where to listen (127.0.0.1:7990)\n"
    "  -t, --token FILE        the token, one word of 32 to 500 characters\n"
    "                          (DIR/token, made if it is not there); needed\n"
    "                          where others than this machine can connect\n"
    "  -o, --orders WORD       orders are off without yes-trade-real-money\n"
    "  -a, --account END       the account whose number ends so (the first)\n"
    "  -p, --product CODE      its product code (the first for stocks)\n"
    "  -r, --record FILE       append every call of CREON and its answer, with\n"
    "                          account numbers masked\n"
    "      --linger SECONDS    go on answering 503 so long after the\n"
    "                          connection is lost (60)\n"
    "      --wait MS,MS,MS,MS  until an order must have begun, an order is\n"
    "                          answered, a query is answered, a request must\n"
    "                          have come (5000,40000,30000,15000)\n"
    "  -q, --quiet             say less on stderr\n"
    "  -v, --verbose           say more\n"
    "  -h, --help              this page\n"
    "  -V, --version           the version\n";

_Noreturn static void
usage(const char *fmt, const char *what)
{
	fprintf(stderr, "creon-gateway: ");
	fprintf(stderr, fmt, what);
	fprintf(stderr, " (see creon-gateway --help)\n");
	exit(64);
}

static int
number(const char *s, int most, const char *option)
{
	long n;

	if (*s == '\0' || strlen(s) > 9 || s[strspn(s, "0123456789")] != '\0' ||
	    (n = strtol(s, NULL, 10)) > most)
		usage("--%s: not a number within bounds", option);
	return (int)n;
}

/* "127.0.0.1:7990", "[::1]:7990" */
static void
parse_listen(struct options *o, char *arg)
{
	char *colon = strrchr(arg, ':');
	size_t n;

	if (colon == NULL || colon == arg)
		usage("--listen: '%s' is not ADDRESS:PORT", arg);
	o->port = number(colon + 1, 65535, "listen");
	*colon = '\0';
	n = strlen(arg);
	if (arg[0] == '[' && arg[n - 1] == ']') {
		arg[n - 1] = '\0';
		arg++;
	}
	o->host = arg;
}

static void
parse_waits(struct options *o, const char *arg)
{
	char copy[64], *rest = copy, *part[4];

	snprintf(copy, sizeof(copy), "%s", arg);
	for (int i = 0; i < 4; i++) {
		part[i] = rest;
		rest += strcspn(rest, ",");
		if (*rest == ',')
			*rest++ = '\0';
	}
	o->begin_ms = number(part[0], 600000, "wait");
	o->order_ms = number(part[1], 600000, "wait");
	o->query_ms = number(part[2], 600000, "wait");
	o->client_ms = number(part[3], 600000, "wait");
}

static const struct option long_options[] = {
	{ "dir", required_argument, NULL, 'd' },
	{ "listen", required_argument, NULL, 'l' },
	{ "token", required_argument, NULL, 't' },
	{ "orders", required_argument, NULL, 'o' },
	{ "account", required_argument, NULL, 'a' },
	{ "product", required_argument, NULL, 'p' },
	{ "record", required_argument, NULL, 'r' },
	{ "linger", required_argument, NULL, 1 },
	{ "wait", required_argument, NULL, 2 },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static void
take(struct options *o, int c, char *arg)
{
	switch (c) {
	case 'd':
		o->dir = arg;
		break;
	case 'l':
		parse_listen(o, arg);
		break;
	case 't':
		o->token_file = arg;
		break;
	case 'o':
		if (strcmp(arg, REAL_MONEY) != 0)
			usage(
			    "--orders takes no other word than %s", REAL_MONEY);
		o->orders_are_on = true;
		break;
	case 'a':
		o->session.account = arg;
		break;
	case 'p':
		o->session.product = arg;
		break;
	case 'r':
		o->record = arg;
		break;
	case 1:
		o->linger_s = number(arg, 86400, "linger");
		break;
	case 2:
		parse_waits(o, arg);
		break;
	case 'q':
		log_level(-1);
		break;
	case 'v':
		log_level(1);
		break;
	case 'h':
		fputs(help, stdout);
		exit(fflush(stdout) == 0 ? 0 : 1);
	case 'V':
		puts("creon-gateway (maemae) " VERSION);
		exit(fflush(stdout) == 0 ? 0 : 1);
	default:
		exit(64);
	}
}

void
options_parse(struct options *o, int argc, char *argv[])
{
	int c;

	*o = (struct options){ .dir = "creon-gateway",
		.host = "127.0.0.1",
		.port = 7990,
		.linger_s = 60,
		.begin_ms = 5000,
		.order_ms = 40000,
		.query_ms = 30000,
		.client_ms = 15000 };
	log_init("creon-gateway");
	while ((c = getopt_long(argc, argv, "d:l:t:o:a:p:r:qvhV", long_options,
		    NULL)) != -1)
		take(o, c, optarg);
	if (optind < argc)
		usage("takes no operand, such as '%s'", argv[optind]);
	if (!options_is_loopback(o->host) && o->token_file == NULL)
		usage("--listen %s: whoever listens beyond this machine needs "
		      "--token",
		    o->host);
}

bool
options_is_loopback(const char *host)
{
	return strcmp(host, "::1") == 0 || strcmp(host, "127.0.0.1") == 0;
}

/* ---- the token */

static char *
read_token(const char *path, struct err *e)
{
	char buf[4096];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL) {
		err_set(e, E_CONFIG, "%s: %s", path, strerror(errno));
		return NULL;
	}
	n = fread(buf, 1, sizeof(buf) - 1, f);
	fclose(f);
	buf[n] = '\0';
	buf[strcspn(buf, "\r\n")] = '\0';
	if (!os_is_private(path))
		err_set(e, E_REFUSED,
		    "%s: others may read the token (chmod 600)", path);
	else if (token_check(buf, path, e) == 0)
		return xstrdup(buf);
	return NULL;
}

static int
make_token(const char *path, struct err *e)
{
	unsigned char secret[32];
	char line[2 * sizeof(secret) + 2];
	int fd;
	bool is_good;

	if (os_random(secret, sizeof(secret)) == -1)
		return err_set(e, E_FAIL, "no random numbers here");
	for (size_t i = 0; i < sizeof(secret); i++)
		snprintf(line + 2 * i, 3, "%02x", secret[i]);
	memcpy(line + 2 * sizeof(secret), "\n", 2);
	if ((fd = os_append(path)) == -1)
		return err_set(e, E_FAIL, "%s: %s", path, strerror(errno));
	is_good = write(fd, line, sizeof(line) - 1) ==
		(ssize_t)sizeof(line) - 1 &&
	    os_sync(fd) == 0;
	close(fd);
	if (!is_good)
		return err_set(e, E_FAIL, "%s: not written", path);
	log_info("%s: a new token", path);
	return 0;
}

char *
options_token(const struct options *o, struct err *e)
{
	char *path, *token = NULL;

	if (o->token_file != NULL)
		return read_token(o->token_file, e);
	path = xasprintf("%s/token", o->dir);
	if (access(path, F_OK) == 0 || make_token(path, e) == 0)
		token = read_token(path, e);
	free(path);
	return token;
}
