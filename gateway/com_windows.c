/*
 * com_windows.c - com.h on Windows: late binding in a single-threaded
 * apartment.
 *
 * All members are called by name, so that a version of CREON with other
 * numbers is no other CREON.  The thread that begins must be the one that
 * waits: CREON delivers events through its message queue.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/com_inner_windows.h"

#define ARGS_MOST 8

struct com_object {
	IDispatch *dispatch;
	struct sink *sink;
	char progid[64];
};

static HANDLE wake_event;

/* ---- Faults ------------------------------------------------------------------- */

static int
fail(struct com_fault *f, HRESULT hr, BSTR words)
{
	wchar_t buf[200] = L"";
	char *text;

	*f = (struct com_fault){ .hresult = (uint32_t)hr };
	if (words == NULL || words[0] == L'\0') {
		FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM |
			FORMAT_MESSAGE_IGNORE_INSERTS |
			FORMAT_MESSAGE_MAX_WIDTH_MASK,
		    NULL, (DWORD)hr, 0, buf, 199, NULL);
		words = buf;
	}
	text = utf8_of(words, -1);
	snprintf(
	    f->text, sizeof(f->text), "%.*s", (int)sizeof(f->text) - 1, text);
	free(text);
	return -1;
}

/* A call that raised: the object's own number and words, where it has any. */
static int
raised(struct com_fault *f, HRESULT hr, EXCEPINFO *x)
{
	int rc;

	if (hr != DISP_E_EXCEPTION)
		return fail(f, hr, NULL);
	if (x->pfnDeferredFillIn != NULL)
		x->pfnDeferredFillIn(x);
	rc = fail(f, x->scode != 0 ? x->scode : hr, x->bstrDescription);
	SysFreeString(x->bstrSource);
	SysFreeString(x->bstrDescription);
	SysFreeString(x->bstrHelpFile);
	return rc;
}

/* ---- The apartment ---------------------------------------------------------------- */

int
com_begin(struct com_fault *f)
{
	HRESULT hr = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);

	if (FAILED(hr))
		return fail(f, hr, NULL);
	wake_event = CreateEventW(NULL, FALSE, FALSE, NULL);
	if (wake_event == NULL)
		return fail(f, HRESULT_FROM_WIN32(GetLastError()), NULL);
	return 0;
}

void
com_end(void)
{
	CoUninitialize();
}

static void
pump(void)
{
	MSG msg;

	while (PeekMessageW(&msg, NULL, 0, 0, PM_REMOVE)) {
		TranslateMessage(&msg);
		DispatchMessageW(&msg);
	}
}

void
com_wait(int timeout_ms)
{
	ULONGLONG until = GetTickCount64() + (ULONGLONG)timeout_ms, now;
	unsigned long before = sink_count();
	DWORD got;

	for (;;) {
		pump();
		now = GetTickCount64();
		if (sink_count() != before)
			return;
		got = MsgWaitForMultipleObjectsEx(1, &wake_event,
		    now < until ? (DWORD)(until - now) : 0, QS_ALLINPUT,
		    MWMO_INPUTAVAILABLE);
		if (got != WAIT_OBJECT_0 + 1)
			return; /* woken, or the time is over */
	}
}

void
com_wake(void)
{
	SetEvent(wake_event);
}

/* ---- Objects -------------------------------------------------------------------- */

struct com_object *
com_new(const char *progid, struct com_fault *f)
{
	wchar_t *name = wide_of(progid);
	IDispatch *dispatch = NULL;
	struct com_object *o;
	CLSID clsid;
	HRESULT hr = CLSIDFromProgID(name, &clsid);

	free(name);
	if (SUCCEEDED(hr))
		hr = CoCreateInstance(&clsid, NULL, CLSCTX_INPROC_SERVER,
		    &IID_IDispatch, (void **)&dispatch);
	if (FAILED(hr)) {
		fail(f, hr, NULL);
		return NULL;
	}
	o = xcalloc(1, sizeof(*o));
	o->dispatch = dispatch;
	snprintf(o->progid, sizeof(o->progid), "%s", progid);
	return o;
}

void
com_free(struct com_object *o)
{
	if (o == NULL)
		return;
	sink_close(o->sink);
	IDispatch_Release(o->dispatch);
	free(o);
}

int
com_listen(
    struct com_object *o, void (*heard)(void *), void *arg, struct com_fault *f)
{
	HRESULT hr;

	o->sink = sink_open(o->dispatch, o->progid, heard, arg, &hr);
	return o->sink == NULL ? fail(f, hr, NULL) : 0;
}

/* ---- Calls ----------------------------------------------------------------------- */

static HRESULT
dispid_of(const struct com_object *o, const char *member, DISPID *id)
{
	wchar_t *name = wide_of(member);
	HRESULT hr = IDispatch_GetIDsOfNames(
	    o->dispatch, &IID_NULL, &name, 1, LOCALE_USER_DEFAULT, id);

	free(name);
	return hr;
}

int32_t
com_member(struct com_object *o, const char *member)
{
	DISPID id;

	return SUCCEEDED(dispid_of(o, member, &id)) ? id : COM_NONE;
}

int
com_invoke(struct com_object *o, const char *member,
    const struct com_value *arg, int n, struct com_value *out,
    struct com_fault *f)
{
	VARIANT v[ARGS_MOST], result;
	DISPPARAMS params = { .rgvarg = v, .cArgs = (UINT)n };
	EXCEPINFO excep = { 0 };
	HRESULT hr;
	DISPID id;

	if (out != NULL)
		*out = (struct com_value){ 0 };
	if (n > ARGS_MOST)
		return fail(f, DISP_E_BADPARAMCOUNT, NULL);
	if (FAILED(hr = dispid_of(o, member, &id)))
		return fail(f, hr, NULL);
	VariantInit(&result);
	for (int i = 0; i < n; i++)
		VariantInit(&v[i]);
	for (int i = 0; i < n && SUCCEEDED(hr); i++)
		hr = variant_of(&arg[i], &v[n - 1 - i]); /* the last first */
	if (SUCCEEDED(hr))
		hr = IDispatch_Invoke(o->dispatch, id, &IID_NULL,
		    LOCALE_USER_DEFAULT, DISPATCH_METHOD | DISPATCH_PROPERTYGET,
		    &params, &result, &excep, NULL);
	for (int i = 0; i < n; i++)
		VariantClear(&v[i]);
	if (SUCCEEDED(hr) && out != NULL)
		value_of(&result, out);
	VariantClear(&result);
	return SUCCEEDED(hr) ? 0 : raised(f, hr, &excep);
}
