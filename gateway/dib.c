/* dib.c - see dib.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "gateway/dib.h"
#include "gateway/record.h"

#define ROWS_MOST 20000 /* of one page; more is no answer of CREON's */

struct dib {
	struct com_object *com;
	char name[48];
};

/* ---- the record of one member call */

static struct json *
line_of(const struct dib *d, const char *member)
{
	struct json *line = json_new_map();

	json_put_text(line, "object", d->name);
	json_put_text(line, "member", member);
	return line;
}

static void
record_call(const struct dib *d, const char *member,
    const struct com_value *arg, int n, int rc, const struct com_value *out,
    const struct com_fault *fault)
{
	struct json *line, *in;
	char hresult[16];

	if (!record_is_on())
		return;
	line = line_of(d, member);
	if (n > 0) {
		in = json_new_list();
		for (int i = 0; i < n; i++)
			json_add(in, record_value(&arg[i]));
		json_put(line, "in", in);
	}
	if (rc == 0)
		json_put(line, "out", record_value(out));
	else {
		snprintf(
		    hresult, sizeof(hresult), "%08x", (unsigned)fault->hresult);
		json_put_text(line, "raised", hresult);
		json_put_text(line, "text", fault->text);
	}
	record_line(line);
}

static int
invoke(struct dib *d, const char *member, const struct com_value *arg, int n,
    struct com_value *out, struct com_fault *fault)
{
	int rc = com_invoke(d->com, member, arg, n, out, fault);

	record_call(d, member, arg, n, rc, out, fault);
	return rc;
}

static int
raised(const struct dib *d, const char *member, const struct com_fault *f,
    struct err *e)
{
	return err_set(e, E_BROKER, "%s.%s: %08x %s", d->name, member,
	    (unsigned)f->hresult, f->text);
}

/* Nothing is not 0, which often means that all is well. */
static int
no_number(const struct dib *d, const char *member, struct err *e)
{
	return err_set(
	    e, E_BROKER, "%s.%s: it gave no number", d->name, member);
}

/* ---- objects and members */

struct dib *
dib_new(const char *progid, struct err *e)
{
	struct com_fault fault = { 0 };
	struct dib *d = xcalloc(1, sizeof(*d));

	snprintf(d->name, sizeof(d->name), "%s", progid);
	d->com = com_new(progid, &fault);
	if (d->com != NULL)
		return d;
	record_call(d, "new", NULL, 0, -1, NULL, &fault);
	raised(d, "new", &fault, e);
	free(d);
	return NULL;
}

void
dib_free(struct dib *d)
{
	if (d != NULL)
		com_free(d->com);
	free(d);
}

const char *
dib_name(const struct dib *d)
{
	return d->name;
}

int
dib_call(struct dib *d, const char *member, struct com_value *arg, int n,
    struct com_value *out, struct err *e)
{
	struct com_fault fault = { 0 };
	struct com_value got = { 0 };
	int rc = invoke(d, member, arg, n, &got, &fault);

	for (int i = 0; i < n; i++)
		com_value_fini(&arg[i]);
	if (out != NULL)
		*out = got;
	else
		com_value_fini(&got);
	return rc == 0 ? 0 : raised(d, member, &fault, e);
}

int
dib_secrets(
    struct dib *d, const char *member, struct com_value *out, struct err *e)
{
	struct com_fault fault = { 0 };
	char buf[64];
	int rc = com_invoke(d->com, member, NULL, 0, out, &fault);

	for (int i = 0; rc == 0 && i < out->n; i++)
		record_hide(com_str(&out->item[i], buf, sizeof(buf)));
	record_call(d, member, NULL, 0, rc, out, &fault);
	return rc == 0 ? 0 : raised(d, member, &fault, e);
}

static int
number(struct dib *d, const char *member, struct com_value *arg, int n,
    int64_t *out, struct err *e)
{
	struct com_value got = { 0 };
	bool is_there;

	*out = 0;
	if (dib_call(d, member, arg, n, &got, e) == -1)
		return -1;
	is_there = com_has_int(&got, out);
	com_value_fini(&got);
	return is_there ? 0 : no_number(d, member, e);
}

int
dib_number(struct dib *d, const char *member, int64_t *out, struct err *e)
{
	return number(d, member, NULL, 0, out, e);
}

int
dib_number_of(struct dib *d, const char *member, struct com_value arg,
    int64_t *out, struct err *e)
{
	return number(d, member, &arg, 1, out, e);
}

int
dib_put(struct dib *d, int index, struct com_value taken, struct err *e)
{
	struct com_value arg[2] = { com_long(index), taken };

	return dib_call(d, "SetInputValue", arg, 2, NULL, e);
}

int
dib_header(struct dib *d, int index, struct com_value *out, struct err *e)
{
	struct com_value arg = com_long(index);

	return dib_call(d, "GetHeaderValue", &arg, 1, out, e);
}

void
dib_member(struct dib *d, const char *member)
{
	int32_t id = com_member(d->com, member);
	struct json *line = line_of(d, member);

	if (id != COM_NONE)
		json_put_int(line, "dispid", id);
	else
		json_put_nil(line, "dispid");
	record_line(line);
}

int
dib_listen(struct dib *d, void (*heard)(void *), void *arg, struct err *e)
{
	struct com_fault fault = { 0 };
	struct com_value none = { 0 };
	int rc = com_listen(d->com, heard, arg, &fault);

	record_call(d, "Advise", NULL, 0, rc, &none, &fault);
	return rc == 0 ? 0 : raised(d, "event", &fault, e);
}

/* ---- requests */

/* The three codes.  They are judged together: a refusal of the server shows
 * in the status, with a return code of 0. */
static enum dib_code
judge(int ret, int status)
{
	switch (ret) {
	case 0:
		return status == 0 ? DIB_GOOD :
		    status == -1   ? DIB_REFUSED :
				     DIB_FAILED;
	case 2:
		return DIB_CANCELLED;
	case 4:
		return DIB_LIMITED;
	default:
		return DIB_FAILED;
	}
}

static int
block(struct dib *d, struct dib_answer *a, struct err *e)
{
	struct com_fault fault = { 0 };
	struct com_value got = { 0 };
	int64_t ret, status = -1;

	if (invoke(d, "BlockRequest", NULL, 0, &got, &fault) == -1) {
		raised(d, "BlockRequest", &fault, e);
		/* A member that is not there was not called. */
		a->code = fault.hresult == COM_NO_MEMBER ||
			fault.hresult == COM_BAD_COUNT ?
		    DIB_NOT_ASKED :
		    DIB_FAILED;
		return -1;
	}
	a->code = DIB_FAILED; /* unless all of what follows can be read */
	a->was_answered = com_has_int(&got, &ret);
	com_value_fini(&got);
	if (!a->was_answered)
		return no_number(d, "BlockRequest", e);
	a->ret = (int)ret;
	if (dib_number(d, "GetDibStatus", &status, e) == -1 ||
	    dib_call(d, "GetDibMsg1", NULL, 0, &got, e) == -1)
		return -1;
	a->status = (int)status;
	com_str(&got, a->message, sizeof(a->message));
	com_value_fini(&got);
	a->code = judge(a->ret, a->status);
	return 0;
}

static int
read_headers(struct dib *d, const struct dib_want *w, struct dib_answer *a,
    struct err *e)
{
	for (int i = 0; i < w->n_headers && i < DIB_HEADERS; i++)
		if (dib_header(d, w->header[i], &a->header[i], e) == -1)
			return -1;
	return 0;
}

static int
read_rows(struct dib *d, const struct dib_want *w, struct dib_answer *a,
    struct err *e)
{
	int64_t rows, more;

	if (w->count < 0)
		return 0;
	if (dib_number(d, "Continue", &more, e) == -1)
		return -1;
	a->more = more == 1;
	if (!com_has_int(&a->header[w->count], &rows) || rows < 0 ||
	    rows > ROWS_MOST)
		return err_set(e, E_BROKER, "%s: no number of rows", d->name);
	a->n_columns = w->n_columns;
	a->cell = xcalloc(
	    (size_t)(rows + 1) * (size_t)w->n_columns, sizeof(*a->cell));
	for (; a->n_rows < rows; a->n_rows++)
		for (int c = 0; c < w->n_columns; c++) {
			struct com_value arg[2] = { com_long(w->column[c]),
				com_long(a->n_rows) };
			struct com_value *to =
			    &a->cell[a->n_rows * w->n_columns + c];

			if (dib_call(d, "GetDataValue", arg, 2, to, e) == -1)
				return -1;
		}
	return 0;
}

void
dib_request(struct dib *d, const struct dib_want *w, struct dib_answer *a)
{
	struct err e = { 0 };
	bool is_read;

	*a = (struct dib_answer){ .status = -1 };
	if (block(d, a, &e) == 0) {
		if (a->code != DIB_GOOD)
			return;
		is_read = read_headers(d, w, a, &e) == 0 &&
		    read_rows(d, w, a, &e) == 0;
		if (is_read)
			return;
		a->code = DIB_FAILED;
	}
	log_warn("%s", e.msg);
	if (a->message[0] == '\0')
		utf8_cut(a->message, sizeof(a->message), e.msg);
}

void
dib_answer_fini(struct dib_answer *a)
{
	for (int i = 0; i < DIB_HEADERS; i++)
		com_value_fini(&a->header[i]);
	/* A row may have been read in part. */
	for (int i = 0; a->cell != NULL && i < (a->n_rows + 1) * a->n_columns;
	     i++)
		com_value_fini(&a->cell[i]);
	free(a->cell);
	*a = (struct dib_answer){ 0 };
}

const struct com_value *
dib_cell(const struct dib_answer *a, int row, int column)
{
	return &a->cell[row * a->n_columns + column];
}
