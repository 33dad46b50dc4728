/*
 * com.h - the one door to CREON: late binding, and nothing that knows what a
 * call means.
 *
 * CREON is a set of COM objects that live in 32-bit Windows processes.  What
 * the gateway needs of COM is little: make an object by its ProgID, call a
 * member by its name, hear an object's event, and wait while messages are
 * pumped.  These functions are that much.  Everything else (inputs, pages,
 * return codes, what header 8 of CpTd0311 is) stands above this door and is
 * portable.  There are two makers of it, of which a program links one:
 *
 *   gateway/com_windows.c    IDispatch in a single-threaded apartment
 *   tests/creon/com_model.c  the model of CREON, in the same process
 *
 * All calls but com_wake() are made by one thread, the one that called
 * com_begin().  Text is UTF-8.  No function here retries, logs or judges.
 *
 *	struct com_value in[2] = { com_long(3), com_text("A005930") }, got;
 *	struct com_object *td = com_new("CpTrade.CpTd0311", &fault);
 *
 *	if (td != NULL && com_invoke(td, "SetInputValue", in, 2, NULL, &fault) == 0 &&
 *	    com_invoke(td, "BlockRequest", NULL, 0, &got, &fault) == 0)
 *		... com_int(&got) is its return code
 *	com_value_fini(&got);
 *	com_free(td);
 */
#ifndef GATEWAY_COM_H
#define GATEWAY_COM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* COM's numbers for its types (VARTYPE), for the record and for inputs whose
 * documented type matters.  An array is COM_VT_ARRAY | the type of its
 * elements. */
enum com_vt {
	COM_VT_EMPTY = 0,
	COM_VT_NULL = 1,
	COM_VT_I2 = 2,
	COM_VT_I4 = 3,
	COM_VT_R4 = 4,
	COM_VT_R8 = 5,
	COM_VT_BSTR = 8,
	COM_VT_DISPATCH = 9,
	COM_VT_BOOL = 11,
	COM_VT_VARIANT = 12,
	COM_VT_DECIMAL = 14,
	COM_VT_I1 = 16,
	COM_VT_UI1 = 17,
	COM_VT_UI2 = 18,
	COM_VT_UI4 = 19,
	COM_VT_I8 = 20,
	COM_VT_UI8 = 21,
	COM_VT_INT = 22,
	COM_VT_UINT = 23,
	COM_VT_ARRAY = 0x2000,
};

/* What of a value the gateway can use, whatever VARIANT it came in. */
enum com_type {
	COM_EMPTY, /* nothing: EMPTY, NULL, or a type we have no use for */
	COM_INT,   /* i: any integer, a BOOL (0, 1), a char's code, DECIMAL */
	COM_REAL,  /* r: R4, R8 */
	COM_TEXT,  /* s: BSTR, never NULL, blanks and all */
	COM_ARRAY, /* item[0..n): from either kind of SAFEARRAY, by its bounds */
};

struct com_value {
	enum com_type type;
	uint16_t vt; /* as it came, or as it is to go: enum com_vt */
	int64_t i;
	double r;
	char *s;                /* owned */
	struct com_value *item; /* owned, and so are the elements */
	int n;
};

/* Values to pass.  What holds memory is freed by com_value_fini().  A char
 * goes as its code in an I4, which is how most programs pass it. */
struct com_value com_long(int64_t i);  /* I4 */
struct com_value com_ulong(int64_t i); /* UI4 */
struct com_value com_short(int64_t i); /* I2 */
struct com_value com_char(int c);      /* I4 */
struct com_value com_text(const char *s);
struct com_value com_longs(const int *item, int n);         /* ARRAY of I4 */
struct com_value com_texts(const char *const *item, int n); /* of BSTR */
void com_value_copy(struct com_value *to, const struct com_value *from);
void com_value_fini(struct com_value *); /* frees, and leaves it COM_EMPTY */

/* One reading of values, for numbers come as text and the other way round.
 * Empty is 0 and "".  com_is_int() tells whether com_int() would be exact;
 * com_has_int() asks besides that there be something: a count or a quantity
 * that is missing is not none. */
int64_t com_int(const struct com_value *);
bool com_is_int(const struct com_value *, int64_t *out);
bool com_has_int(const struct com_value *, int64_t *out);
double com_real(const struct com_value *);
/* Trimmed of blanks at both ends; buf is returned. */
char *com_str(const struct com_value *, char *buf, size_t size);

/* What a call that raised says: the HRESULT and its words, or the words of
 * the exception (EXCEPINFO) where there are any. */
struct com_fault {
	uint32_t hresult;
	char text[256];
};

#define COM_NOT_CONNECTED UINT32_C(0x8000000A) /* CREON: no server */
#define COM_NO_CLASS      UINT32_C(0x800401F3) /* no such ProgID */
#define COM_NO_MEMBER     UINT32_C(0x80020006) /* DISP_E_UNKNOWNNAME */
#define COM_BAD_COUNT     UINT32_C(0x8002000E) /* DISP_E_BADPARAMCOUNT */

/* The calling thread owns COM from here on, to com_end().  0 or -1. */
int com_begin(struct com_fault *);
void com_end(void);

struct com_object;

/* A new object, or NULL.  com_free(NULL) is allowed. */
struct com_object *com_new(const char *progid, struct com_fault *);
void com_free(struct com_object *);

/*
 * Call a member by its name: a method, or a property to be read (both flags
 * are passed, as COM wants it of those who do not know which it is).  `out`
 * takes what comes back and may be NULL; it is COM_EMPTY after a failure.
 * Messages and events may be dispatched inside.  0, or -1: it raised.
 */
int com_invoke(struct com_object *, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *);

/* The number (DISPID) of the object's member of that name, which is not called;
 * COM_NONE: it has none. */
#define COM_NONE (-1) /* DISPID_UNKNOWN */
int32_t com_member(struct com_object *, const char *member);

/*
 * From now on `heard` is called, by the COM thread and from inside com_wait()
 * or com_invoke() alone, for each event of the object: `Received` of what
 * answers or publishes, `OnDisconnect` of CpUtil.CpCybos.  One listener an
 * object.  It may read values from the object, nothing else; the next event
 * overwrites them.  0 or -1.
 */
int com_listen(struct com_object *, void (*heard)(void *arg), void *arg,
    struct com_fault *);

/* Pump messages until com_wake() is called (also: was since the last wait),
 * an event has been heard, or the time is over. */
void com_wait(int timeout_ms);
/* By any thread. */
void com_wake(void);

/*
 * The fake CREON has one ProgID more, whose member `SetNow` (text "YYYY-MM-DD
 * HH:MM:SS") moves its clock.  That it can be made proves nothing of the other
 * objects: it may be left from a test on a PC with the real CREON.  So each
 * object of the fake that knows the connection or orders has a member more as
 * well, whose name alone matters (fake.h).
 */
#define COM_FAKE      "Maemae.FakeCreon"
#define COM_FAKE_MARK "IsMaemaeFake"

#endif
