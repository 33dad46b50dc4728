/*
 * secret.h - texts that no log may show: they are hidden wherever they stand,
 * so that no caller has to know which header or field they came in.
 */
#ifndef BROKER_SECRET_H
#define BROKER_SECRET_H

#include <stddef.h>

struct secrets {
	char **item;
	int n;
};

/* Copied.  NULL and what has under four bytes are ignored: hiding every "1"
 * would hide the log. */
void secrets_add(struct secrets *, const char *text);
void secrets_fini(struct secrets *); /* wipes them */
/* The text with each secret in it as "***", however JSON or an URL writes its
 * characters, and what of one was cut at its end; the caller frees it. */
char *secrets_hide(const struct secrets *, const char *text, size_t size);

#endif
