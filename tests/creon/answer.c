/* answer.c - see creon.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "creon/creon.h"

void
answer_init(struct creon_answer *a, int width)
{
	memset(a, 0, sizeof(*a));
	a->width = width;
}

void
answer_fini(struct creon_answer *a)
{
	for (int i = 0; i < a->nheader; i++)
		com_value_fini(&a->header[i].v);
	for (int i = 0; i < a->nrow * a->width; i++)
		com_value_fini(&a->cell[i]);
	free(a->header);
	free(a->cell);
	answer_init(a, 0);
}

void
answer_header(struct creon_answer *a, int index, struct com_value v)
{
	a->header = xrealloc(
	    a->header, (size_t)a->nheader + 1, sizeof(*a->header));
	a->header[a->nheader++] = (struct creon_field){ index, v };
}

/* Room doubles, at powers of two of rows. */
void
answer_row(struct creon_answer *a)
{
	size_t width = (size_t)a->width, n = (size_t)a->nrow;

	if ((n & (n - 1)) == 0)
		a->cell = xrealloc(
		    a->cell, (n > 0 ? 2 * n : 1) * width, sizeof(*a->cell));
	memset(a->cell + n * width, 0, width * sizeof(*a->cell));
	a->nrow++;
}

void
answer_cell(struct creon_answer *a, int column, struct com_value v)
{
	struct com_value *c = &a->cell[(a->nrow - 1) * a->width + column];

	com_value_fini(c);
	*c = v;
}

static struct com_value
whole(int64_t i, enum com_vt vt)
{
	return (struct com_value){ .type = COM_INT, .vt = vt, .i = i };
}

struct com_value
creon_char(int c)
{
	return whole(c, COM_VT_I1);
}

struct com_value
creon_longlong(int64_t i)
{
	return whole(i, COM_VT_I8);
}

struct com_value
creon_ulonglong(int64_t i)
{
	return whole(i, COM_VT_UI8);
}

static struct com_value
real(double r, enum com_vt vt)
{
	return (struct com_value){ .type = COM_REAL, .vt = vt, .r = r };
}

struct com_value
creon_float(double r)
{
	return real(r, COM_VT_R4);
}

struct com_value
creon_double(double r)
{
	return real(r, COM_VT_R8);
}
