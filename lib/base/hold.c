/* hold.c - see hold.h. */
#include "base/hold.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t asked;

static void
remember(int sig)
{
	(void)sig;
	asked = 1;
}

void
hold_signals(void)
{
	struct sigaction sa = { .sa_handler = remember,
		.sa_flags = SA_RESTART };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

bool
hold_asked(void)
{
	return asked != 0;
}
