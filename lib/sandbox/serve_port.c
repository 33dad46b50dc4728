/*
 * serve_port.c - can the port be had?
 *
 * Asked before a server is opened, for the libraries do not say why one could
 * not be, or say it in lines of their own.  Another program may still come
 * between; then the server says that it cannot serve, and no more.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/serve.h"

int
serve_port_free(const struct serve_options *o, const char *what, struct err *e)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)o->port) };
	int on = 1, failed = 0, fd;

	if (inet_pton(AF_INET, o->address, &sa.sin_addr) != 1)
		return err_set(
		    e, E_USAGE, "'%s' is no IPv4 address", o->address);
	if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return err_set(e, E_FAIL, "socket: %s", strerror(errno));
	/* As the servers do: what a server of before left behind is no one. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) == -1)
		failed = errno;
	close(fd);
	if (failed == 0)
		return 0;
	if (failed == EADDRINUSE)
		return err_set(e, E_FAIL,
		    "cannot serve %s: port %d of %s is in use by another"
		    " program",
		    what, o->port, o->address);
	return err_set(e, E_FAIL, "cannot serve %s on %s port %d: %s", what,
	    o->address, o->port, strerror(failed));
}
