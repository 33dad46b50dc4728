/*
 * record.h - every COM call and its answer in a file, for --record.
 *
 * What is known of CREON comes from documents that are old and programs of
 * others.  The first real day decides; a person then sends this file.  One
 * line of JSON a call: the object, the member, what went in and came out, each
 * value with its COM type.  Account numbers and the owner's name are masked.
 *
 * The COM thread alone uses it.
 */
#ifndef GATEWAY_RECORD_H
#define GATEWAY_RECORD_H

#include "base/err.h"
#include "base/json.h"
#include "gateway/com.h"

/* Append to this file from now on.  0, or -1: E_FAIL. */
int record_open(const char *path, struct err *e);
void record_close(void);
bool record_is_on(void);

/* This text is secret, wherever it stands: all but its last three characters
 * become stars.  Also masks for others than the record (events, the log). */
void record_hide(const char *secret);
/* Replace what is secret in a text; the caller frees the copy. */
char *record_mask(const char *text);

/* A value as JSON: ["I4",12346], ["BSTR","A005930"], ["ARRAY|BSTR",[...]]. */
struct json *record_value(const struct com_value *);
/* One line; takes `call`.  Adds the moment, and milliseconds since the record
 * was begun, so that it shows how long a call took. */
void record_line(struct json *call);

#endif
