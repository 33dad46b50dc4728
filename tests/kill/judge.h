/*
 * judge.h - what must hold of an account, asked of database and books
 * together, from outside.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <sqlite3.h>

/* Queries that return a line of words for each breach; NULL ends a list. */
extern const char *const judge_always[];  /* after every step */
extern const char *const judge_settled[]; /* when faults have stopped */

/* Ask them of a database with the broker's books attached as `paper`. */
void judge(
    sqlite3 *db, const char *const *query, void (*say)(const char *breach));

#endif
