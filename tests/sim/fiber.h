/*
 * fiber.h - programs that take turns in one process.
 *
 * Each fiber has a stack of its own and a copy of the product's static data
 * (linked into the sections product_data and product_bss, see the Makefile):
 * while it runs, its copy is in place; so two runs of one program do not see
 * each other's variables, and every run starts with what the linker gave.
 */
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include <stdbool.h>

struct fiber;

/* One that will call run(arg).  Never NULL. */
struct fiber *fiber_new(int (*run)(void *), void *arg);
/* Let it run until it yields or ends; true when it has ended. */
bool fiber_resume(struct fiber *);
int fiber_status(const struct fiber *); /* what run returned, or left with */
/* Ended or not: its stack goes.  What it had allocated stays. */
void fiber_free(struct fiber *);

/* Within one: let others run; end now, whatever is on the stack. */
void fiber_yield(void);
void fiber_leave(int status) __attribute__((noreturn));
bool fiber_within(void);

#endif
