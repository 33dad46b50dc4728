/*
 * tap.h - as much of the Test Anything Protocol as our tests need.
 *
 *	int
 *	main(void)
 *	{
 *		is_int(won_rate_floor(-1, 1), -1, "floor goes down");
 *		return done_testing();
 *	}
 */
#ifndef TAP_H
#define TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

__attribute__((unused, format(printf, 2, 3))) static bool
ok(bool passed, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", passed ? "" : "not ", ++tap_run);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout); /* so that a crash shows where */
	tap_failed += !passed;
	return passed;
}

__attribute__((unused, format(printf, 3, 4))) static bool
is_int(int64_t got, int64_t want, const char *fmt, ...)
{
	char name[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	if (ok(got == want, "%s", name))
		return true;
	printf("#   got %" PRId64 ", want %" PRId64 "\n", got, want);
	return false;
}

__attribute__((unused, format(printf, 3, 4))) static bool
is_real(double got, double want, const char *fmt, ...)
{
	char name[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	if (ok(got == want || (got != got && want != want), "%s", name))
		return true;
	printf("#   got %.17g, want %.17g\n", got, want);
	return false;
}

__attribute__((unused, format(printf, 3, 4))) static bool
is_str(const char *got, const char *want, const char *fmt, ...)
{
	char name[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	if (got != NULL && want != NULL ?
		ok(strcmp(got, want) == 0, "%s", name) :
		ok(got == want, "%s", name))
		return true;
	printf("#   got '%s', want '%s'\n", got != NULL ? got : "(null)",
	    want != NULL ? want : "(null)");
	return false;
}

/* The last line of main(): the plan, and the exit status. */
__attribute__((unused)) static int
done_testing(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed > 0;
}

#endif
