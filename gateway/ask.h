/*
 * ask.h - an order request as a client asks it: its key and what it wants.
 * The body of PUT /v1/requests/KEY, and what the journal keeps of it.
 */
#ifndef GATEWAY_ASK_H
#define GATEWAY_ASK_H

#include "base/err.h"
#include "base/json.h"
#include "base/types.h"

#define KEY_SIZE 48
#define ASK_MOST INT32_MAX /* CREON's prices, quantities and numbers are I4 */

enum action { ACTION_NEW, ACTION_AMEND, ACTION_CANCEL };

struct ask {
	char key[KEY_SIZE];
	enum action action;
	char code[CODE_SIZE];
	enum side side; /* new */
	qty n;          /* new */
	won price;      /* new, amend; 0 with is_market alone */
	bool is_market;
	int64_t order; /* amend, cancel: the order meant */
};

/* 1 to 47 of A-Z a-z 0-9 . _ - */
bool key_valid(const char *key);

/* Judge a body of n bytes.  0, or -1: E_USAGE with a message that names what
 * is wrong.  Nothing is guessed: a field too many is refused like one missing. */
int ask_parse(
    struct ask *, const char *key, const char *body, size_t n, struct err *e);
/* The same from a document of ours (the journal's). */
int ask_read(struct ask *, const char *key, const struct json *, struct err *e);
/* As a document that ask_read() takes. */
struct json *ask_json(const struct ask *);
bool ask_same(const struct ask *, const struct ask *);

const char *ask_action_name(enum action);
const char *ask_side_name(enum side);

#endif
