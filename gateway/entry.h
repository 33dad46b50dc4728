/*
 * entry.h - an order request and what became of it, as the journal has it:
 * in memory, and as the two lines on disk.
 *
 *	{"key":"k-1","at":"2025-03-14T09:05:01+09:00","account":"3fa1",
 *	 "ask":{"action":"new",...}}
 *	{"key":"k-1","outcome":"accepted","order":12346,...}
 */
#ifndef GATEWAY_ENTRY_H
#define GATEWAY_ENTRY_H

#include "base/json.h"
#include "gateway/ask.h"

enum outcome { OUTCOME_UNKNOWN, OUTCOME_ACCEPTED, OUTCOME_REJECTED };

/* What CREON made of an order. */
struct result {
	enum outcome outcome;
	int64_t order;     /* the new number; 0 unless accepted */
	bool was_answered; /* ret, status and message are CREON's */
	int ret, status;
	char message[256]; /* CREON's words */
	char reason[256];  /* why rejected or unknown */
	bool is_unsent;    /* rejected, and CREON did not look at it */
	bool is_limited;   /* so it was by the request limit */
	int64_t retry_after_ms;
};

/*
 * Which account an order is of: four hexadecimal digits made of its number,
 * too few to find the number by.  "" is an unknown one, as in lines of before
 * there were marks.
 */
#define MARK_SIZE 5
void entry_mark(const char *account, char mark[MARK_SIZE]);
/* Whether they can be the same. */
bool entry_marks_agree(const char *a, const char *b);

enum stage { STAGE_RESERVED, STAGE_IN_FLIGHT, STAGE_SETTLED, STAGE_LOST };

struct entry {
	struct ask ask;
	enum stage stage;
	bool is_given_up;
	epoch at; /* when its line was written; 0: none yet */
	ymd day;
	char account[MARK_SIZE];
	struct result result;
};

const char *outcome_name(enum outcome);

/* The lines, without their checksums; the caller frees them. */
char *entry_begin_line(const struct entry *);
char *entry_settle_line(const struct entry *);

/* Back from such a document.  0, or -1: E_DATA or E_USAGE, nobody of ours
 * wrote it.  The first makes a lost entry, which the second may settle. */
int entry_read_begin(struct entry *, ymd day, const char *key,
    const struct json *, struct err *e);
int entry_read_settle(struct entry *, const struct json *, struct err *e);

#endif
