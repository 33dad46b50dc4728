/*
 * hold.h - SIGTERM and SIGINT wait while an order is in hand.
 *
 * A tool that may hold an order calls hold_signals() first; a long-running
 * one asks hold_asked() between its steps and ends.  SIGPIPE is ignored, so
 * that a closed pipe does not kill it between sending and recording.
 */
#ifndef BASE_HOLD_H
#define BASE_HOLD_H

#include <stdbool.h>

void hold_signals(void);
bool hold_asked(void); /* were we asked to end? */

#endif
