/*
 * dispatch.c - one object of the fake: its life, and IDispatch by hand over
 * object.c.
 */
#include "creon/fake/fake.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ARGS_MOST 8
#define CONTINUE  9 /* DISPID; it may be put */

static struct fake *all;

/* ---- Life ------------------------------------------------------------------- */

HRESULT
fake_query(struct fake *f, REFIID iid, void **out)
{
	*out = NULL;
	if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDispatch))
		*out = &f->dispatch;
	else if (IsEqualIID(iid, &IID_IConnectionPointContainer) &&
	    object_source(f->o) != -1)
		*out = &f->container;
	if (*out == NULL)
		return E_NOINTERFACE;
	InterlockedIncrement(&f->refs);
	return S_OK;
}

ULONG
fake_release(struct fake *f)
{
	LONG left = InterlockedDecrement(&f->refs);

	if (left > 0)
		return (ULONG)left;
	for (struct fake **p = &all; *p != NULL; p = &(*p)->next)
		if (*p == f) {
			*p = f->next;
			break;
		}
	points_fini(f);
	object_free(f->o);
	free(f);
	return 0;
}

/* ---- IDispatch ----------------------------------------------------------------- */

static HRESULT STDMETHODCALLTYPE
dispatch_query(IDispatch *d, REFIID iid, void **out)
{
	return fake_query(OF(dispatch, d), iid, out);
}

static ULONG STDMETHODCALLTYPE
dispatch_add_ref(IDispatch *d)
{
	return (ULONG)InterlockedIncrement(&OF(dispatch, d)->refs);
}

static ULONG STDMETHODCALLTYPE
dispatch_release(IDispatch *d)
{
	return fake_release(OF(dispatch, d));
}

static HRESULT STDMETHODCALLTYPE
dispatch_type_count(IDispatch *d, UINT *n)
{
	(void)d;
	*n = 0;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
dispatch_type_info(IDispatch *d, UINT i, LCID locale, ITypeInfo **out)
{
	(void)d, (void)i, (void)locale;
	*out = NULL;
	return DISP_E_BADINDEX;
}

static HRESULT STDMETHODCALLTYPE
dispatch_names(
    IDispatch *d, REFIID iid, LPOLESTR *name, UINT n, LCID locale, DISPID *id)
{
	char *member = utf8_of(name[0], -1);

	(void)iid, (void)locale;
	for (UINT i = 0; i < n; i++)
		id[i] = DISPID_UNKNOWN;
	id[0] = object_member(OF(dispatch, d)->o, member);
	free(member);
	return n == 1 && id[0] != DISPID_UNKNOWN ? S_OK : DISP_E_UNKNOWNNAME;
}

/* The object's words go with the exception, as those of ATL's objects do. */
static HRESULT
raise(const struct com_fault *fault, EXCEPINFO *excep)
{
	wchar_t *text;

	if (fault->hresult == COM_NO_MEMBER)
		return DISP_E_MEMBERNOTFOUND;
	if (fault->hresult == COM_BAD_COUNT)
		return DISP_E_BADPARAMCOUNT;
	if (excep == NULL)
		return DISP_E_EXCEPTION;
	text = wide_of(fault->text);
	*excep = (EXCEPINFO){ .scode = (SCODE)fault->hresult,
		.bstrDescription = SysAllocString(text),
		.bstrSource = SysAllocString(L"CREON") };
	free(text);
	return DISP_E_EXCEPTION;
}

static HRESULT
put_continue(struct fake *f, DISPID id, DISPPARAMS *args)
{
	struct com_value v;

	if (id != CONTINUE)
		return DISP_E_MEMBERNOTFOUND;
	if (args->cArgs != 1)
		return DISP_E_BADPARAMCOUNT;
	value_of(&args->rgvarg[0], &v);
	object_put_continue(f->o, (int)com_int(&v));
	com_value_fini(&v);
	return S_OK;
}

/* CREON_DIE=N in the environment: the process dies at the Nth call. */
static void
count_calls(void)
{
	static long left = -1;
	const char *die = getenv("CREON_DIE");

	if (left == -1)
		left = die == NULL ? 0 : strtol(die, NULL, 10);
	if (left > 0 && --left == 0)
		creon_die();
}

static HRESULT STDMETHODCALLTYPE
dispatch_invoke(IDispatch *d, DISPID id, REFIID iid, LCID locale, WORD flags,
    DISPPARAMS *args, VARIANT *result, EXCEPINFO *excep, UINT *bad)
{
	struct fake *f = OF(dispatch, d);
	struct com_value arg[ARGS_MOST], got;
	struct com_fault fault;
	int n = (int)args->cArgs, rc;
	HRESULT hr = S_OK;

	(void)iid, (void)locale, (void)bad;
	count_calls();
	if (flags & DISPATCH_PROPERTYPUT)
		return put_continue(f, id, args);
	if (n > ARGS_MOST)
		return DISP_E_BADPARAMCOUNT;
	for (int i = 0; i < n; i++)
		value_of(&args->rgvarg[n - 1 - i], &arg[i]);
	/* A handler may let go of the object while it pumps messages. */
	dispatch_add_ref(d);
	rc = object_call(f->o, (int)id, arg, n, &got, &fault);
	fake_release(f);
	for (int i = 0; i < n; i++)
		com_value_fini(&arg[i]);
	if (rc == -1)
		return raise(&fault, excep);
	if (result != NULL)
		hr = variant_of(&got, result);
	com_value_fini(&got);
	return hr;
}

static IDispatchVtbl dispatch_vtbl = {
	.QueryInterface = dispatch_query,
	.AddRef = dispatch_add_ref,
	.Release = dispatch_release,
	.GetTypeInfoCount = dispatch_type_count,
	.GetTypeInfo = dispatch_type_info,
	.GetIDsOfNames = dispatch_names,
	.Invoke = dispatch_invoke,
};

/* ---- All of them ------------------------------------------------------------------ */

void
fake_fire(const struct creon_event *ev)
{
	struct fake *next;

	for (struct fake *f = all; f != NULL; f = next) {
		InterlockedIncrement(&f->refs);
		if (object_hears(f->o) &&
		    object_source(f->o) == (int)ev->source) {
			object_take(f->o, ev);
			points_fire(f);
		}
		next = f->next;
		fake_release(f);
	}
}

HRESULT
fake_new(const char *progid, REFIID iid, void **out)
{
	struct fake *f = xcalloc(1, sizeof(*f));
	HRESULT hr;

	pump_begin();
	f->dispatch.lpVtbl = &dispatch_vtbl;
	f->refs = 1;
	f->o = object_new(progid);
	points_init(f);
	f->next = all;
	all = f;
	hr = fake_query(f, iid, out);
	fake_release(f);
	return hr;
}
