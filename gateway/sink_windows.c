/*
 * sink_windows.c - the other end of a connection point: an IDispatch of ours
 * that an object calls when it has something to say.
 *
 * The call comes on the COM thread, from inside its message loop or from
 * inside a request that pumps messages; it is handed on and nothing else is
 * done in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/com_inner_windows.h"

struct sink {
	IDispatch dispatch; /* what the object sees */
	LONG refs;
	IID iid; /* of the events, as which we answer, too */
	void (*heard)(void *);
	void *arg;
	IConnectionPoint *point;
	DWORD cookie;
};

static unsigned long count;

unsigned long
sink_count(void)
{
	return count;
}

/* ---- IDispatch --------------------------------------------------------------- */

static ULONG STDMETHODCALLTYPE
sink_add_ref(IDispatch *d)
{
	return (ULONG)InterlockedIncrement(&((struct sink *)d)->refs);
}

static ULONG STDMETHODCALLTYPE
sink_release(IDispatch *d)
{
	struct sink *s = (struct sink *)d;
	LONG left = InterlockedDecrement(&s->refs);

	if (left == 0)
		free(s);
	return (ULONG)left;
}

static HRESULT STDMETHODCALLTYPE
sink_query(IDispatch *d, REFIID iid, void **out)
{
	const struct sink *s = (const struct sink *)d;

	if (!IsEqualIID(iid, &IID_IUnknown) &&
	    !IsEqualIID(iid, &IID_IDispatch) && !IsEqualIID(iid, &s->iid)) {
		*out = NULL;
		return E_NOINTERFACE;
	}
	*out = d;
	sink_add_ref(d);
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
sink_type_count(IDispatch *d, UINT *n)
{
	(void)d;
	*n = 0;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
sink_type_info(IDispatch *d, UINT i, LCID locale, ITypeInfo **out)
{
	(void)d, (void)i, (void)locale;
	*out = NULL;
	return DISP_E_BADINDEX;
}

static HRESULT STDMETHODCALLTYPE
sink_names(
    IDispatch *d, REFIID iid, LPOLESTR *name, UINT n, LCID locale, DISPID *id)
{
	(void)d, (void)iid, (void)name, (void)n, (void)locale, (void)id;
	return DISP_E_UNKNOWNNAME;
}

/* Each source has one event, so that its number need not be looked at. */
static HRESULT STDMETHODCALLTYPE
sink_invoke(IDispatch *d, DISPID id, REFIID iid, LCID locale, WORD flags,
    DISPPARAMS *args, VARIANT *result, EXCEPINFO *excep, UINT *bad)
{
	struct sink *s = (struct sink *)d;

	(void)id, (void)iid, (void)locale, (void)flags, (void)args;
	(void)result, (void)excep, (void)bad;
	count++;
	s->heard(s->arg);
	return S_OK;
}

static IDispatchVtbl sink_vtbl = {
	.QueryInterface = sink_query,
	.AddRef = sink_add_ref,
	.Release = sink_release,
	.GetTypeInfoCount = sink_type_count,
	.GetTypeInfo = sink_type_info,
	.GetIDsOfNames = sink_names,
	.Invoke = sink_invoke,
};

/* ---- The connection point -------------------------------------------------------- */

/* The event interfaces of CREON's modules. */
static const struct {
	const char *prefix;
	IID iid;
} events[] = {
	{ "DsCbo1.",
	    { 0xB8944520, 0x09C3, 0x11D4,
		{ 0x82, 0x32, 0x00, 0x10, 0x5A, 0x7C, 0x4F, 0x8C } } },
	{ "CpSysDib.",
	    { 0x60D7702A, 0x57BA, 0x4869,
		{ 0xAF, 0x3F, 0x29, 0x2F, 0xDC, 0x90, 0x9D, 0x75 } } },
	{ "CpTrade.",
	    { 0x8B55AD34, 0x73A3, 0x4C33,
		{ 0xB8, 0xCD, 0xC9, 0x5E, 0xD1, 0x38, 0x23, 0xCB } } },
	{ "CpUtil.",
	    { 0x17F70631, 0x56E5, 0x40FC,
		{ 0xB9, 0x4F, 0x44, 0xAD, 0xD3, 0xA8, 0x50, 0xB1 } } },
};

/* The known point; else, for a later version may have another number, the
 * first that the object has. */
static HRESULT
find_point(
    IConnectionPointContainer *c, const char *progid, IConnectionPoint **point)
{
	IEnumConnectionPoints *all;
	HRESULT hr;

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strncmp(progid, events[i].prefix,
			strlen(events[i].prefix)) == 0 &&
		    SUCCEEDED(IConnectionPointContainer_FindConnectionPoint(
			c, &events[i].iid, point)))
			return S_OK;
	hr = IConnectionPointContainer_EnumConnectionPoints(c, &all);
	if (FAILED(hr))
		return hr;
	hr = IEnumConnectionPoints_Next(all, 1, point, NULL);
	IEnumConnectionPoints_Release(all);
	return hr == S_OK ? S_OK : CONNECT_E_NOCONNECTION;
}

static HRESULT
advise(struct sink *s, IDispatch *source, const char *progid)
{
	IConnectionPointContainer *c;
	HRESULT hr = IDispatch_QueryInterface(
	    source, &IID_IConnectionPointContainer, (void **)&c);

	if (FAILED(hr))
		return hr;
	hr = find_point(c, progid, &s->point);
	IConnectionPointContainer_Release(c);
	if (FAILED(hr))
		return hr;
	hr = IConnectionPoint_GetConnectionInterface(s->point, &s->iid);
	if (SUCCEEDED(hr))
		hr = IConnectionPoint_Advise(
		    s->point, (IUnknown *)&s->dispatch, &s->cookie);
	if (FAILED(hr)) {
		IConnectionPoint_Release(s->point);
		s->point = NULL;
	}
	return hr;
}

struct sink *
sink_open(IDispatch *source, const char *progid, void (*heard)(void *),
    void *arg, HRESULT *hr)
{
	struct sink *s = xcalloc(1, sizeof(*s));

	s->dispatch.lpVtbl = &sink_vtbl;
	s->refs = 1;
	s->heard = heard;
	s->arg = arg;
	*hr = advise(s, source, progid);
	if (SUCCEEDED(*hr))
		return s;
	sink_release(&s->dispatch);
	return NULL;
}

void
sink_close(struct sink *s)
{
	if (s == NULL)
		return;
	IConnectionPoint_Unadvise(s->point, s->cookie);
	IConnectionPoint_Release(s->point);
	sink_release(&s->dispatch);
}
