/* fiber.c - see fiber.h. */
#include "fiber.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define STACK_SIZE (512 * 1024)
#define SPARE_MAX  64

/* Given by the linker for sections whose names are C's. */
extern char __start_product_data[], __stop_product_data[];
extern char __start_product_bss[], __stop_product_bss[];

struct fiber {
	ucontext_t at;
	int (*run)(void *);
	void *arg;
	char *stack, *statics;
	int status;
	bool ended;
};

static ucontext_t home;
static struct fiber *current; /* who runs; NULL: the simulator */
static struct fiber *placed;  /* whose statics are in place */
static char *pristine;
static char *spare[SPARE_MAX];
static int nspare;

static size_t
data_size(void)
{
	return (size_t)(__stop_product_data - __start_product_data);
}

static size_t
bss_size(void)
{
	return (size_t)(__stop_product_bss - __start_product_bss);
}

static void
statics_out(char *to)
{
	memcpy(to, __start_product_data, data_size());
	memcpy(to + data_size(), __start_product_bss, bss_size());
}

static void
statics_in(const char *from)
{
	memcpy(__start_product_data, from, data_size());
	memcpy(__start_product_bss, from + data_size(), bss_size());
}

static char *
take_stack(void)
{
	void *p;

	if (nspare > 0)
		return spare[--nspare];
	p = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert(p != MAP_FAILED);
	return p;
}

static void
begin(void)
{
	current->status = current->run(current->arg);
	fiber_leave(current->status);
}

struct fiber *
fiber_new(int (*run)(void *), void *arg)
{
	struct fiber *f = calloc(1, sizeof(*f));
	size_t size = data_size() + bss_size();

	assert(f != NULL);
	if (pristine == NULL) { /* no fiber has run yet */
		pristine = malloc(size);
		assert(pristine != NULL);
		statics_out(pristine);
	}
	f->run = run;
	f->arg = arg;
	f->stack = take_stack();
	f->statics = malloc(size);
	assert(f->statics != NULL);
	memcpy(f->statics, pristine, size);
	getcontext(&f->at);
	f->at.uc_stack.ss_sp = f->stack;
	f->at.uc_stack.ss_size = STACK_SIZE;
	f->at.uc_link = NULL;
	makecontext(&f->at, begin, 0);
	return f;
}

bool
fiber_resume(struct fiber *f)
{
	assert(current == NULL && !f->ended);
	if (placed != f) {
		if (placed != NULL)
			statics_out(placed->statics);
		statics_in(f->statics);
		placed = f;
	}
	current = f;
	swapcontext(&home, &f->at);
	current = NULL;
	return f->ended;
}

void
fiber_yield(void)
{
	struct fiber *f = current;

	assert(f != NULL);
	swapcontext(&f->at, &home);
}

void
fiber_leave(int status)
{
	assert(current != NULL);
	current->status = status;
	current->ended = true;
	setcontext(&home);
	abort(); /* setcontext failed */
}

bool
fiber_within(void)
{
	return current != NULL;
}

int
fiber_status(const struct fiber *f)
{
	return f->status;
}

void
fiber_free(struct fiber *f)
{
	if (f == NULL)
		return;
	if (placed == f)
		placed = NULL;
	if (nspare < SPARE_MAX)
		spare[nspare++] = f->stack;
	else
		munmap(f->stack, STACK_SIZE);
	free(f->statics);
	free(f);
}
