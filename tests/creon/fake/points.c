/*
 * points.c - an object's connection point, on which it publishes, and the
 * container and the list in which a client finds it.
 */
#include "creon/fake/fake.h"

#include <stdlib.h>
#include <string.h>

/* ---- The container: it has one point ---------------------------------------------- */

static HRESULT STDMETHODCALLTYPE
container_query(IConnectionPointContainer *c, REFIID iid, void **out)
{
	return fake_query(OF(container, c), iid, out);
}

static ULONG STDMETHODCALLTYPE
container_add_ref(IConnectionPointContainer *c)
{
	return (ULONG)InterlockedIncrement(&OF(container, c)->refs);
}

static ULONG STDMETHODCALLTYPE
container_release(IConnectionPointContainer *c)
{
	return fake_release(OF(container, c));
}

static HRESULT STDMETHODCALLTYPE
container_enum(IConnectionPointContainer *c, IEnumConnectionPoints **out)
{
	struct fake *f = OF(container, c);

	InterlockedIncrement(&f->refs);
	f->enumerated = 0;
	*out = &f->all_points;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
container_find(IConnectionPointContainer *c, REFIID iid, IConnectionPoint **out)
{
	struct fake *f = OF(container, c);

	*out = NULL;
	if (!IsEqualIID(iid, &f->events))
		return CONNECT_E_NOCONNECTION;
	InterlockedIncrement(&f->refs);
	*out = &f->point;
	return S_OK;
}

static IConnectionPointContainerVtbl container_vtbl = {
	.QueryInterface = container_query,
	.AddRef = container_add_ref,
	.Release = container_release,
	.EnumConnectionPoints = container_enum,
	.FindConnectionPoint = container_find,
};

/* ---- The list of the points, which is as long as one ---------------------------------- */

static HRESULT STDMETHODCALLTYPE
enum_query(IEnumConnectionPoints *e, REFIID iid, void **out)
{
	*out = NULL;
	if (!IsEqualIID(iid, &IID_IUnknown) &&
	    !IsEqualIID(iid, &IID_IEnumConnectionPoints))
		return E_NOINTERFACE;
	*out = e;
	InterlockedIncrement(&OF(all_points, e)->refs);
	return S_OK;
}

static ULONG STDMETHODCALLTYPE
enum_add_ref(IEnumConnectionPoints *e)
{
	return (ULONG)InterlockedIncrement(&OF(all_points, e)->refs);
}

static ULONG STDMETHODCALLTYPE
enum_release(IEnumConnectionPoints *e)
{
	return fake_release(OF(all_points, e));
}

static HRESULT STDMETHODCALLTYPE
enum_next(IEnumConnectionPoints *e, ULONG n, IConnectionPoint **out, ULONG *got)
{
	struct fake *f = OF(all_points, e);
	ULONG left = f->enumerated == 0 && n > 0 ? 1 : 0;

	if (got != NULL)
		*got = left;
	if (left == 0)
		return S_FALSE;
	f->enumerated++;
	InterlockedIncrement(&f->refs);
	*out = &f->point;
	return n == 1 ? S_OK : S_FALSE;
}

static HRESULT STDMETHODCALLTYPE
enum_skip(IEnumConnectionPoints *e, ULONG n)
{
	OF(all_points, e)->enumerated += (int)n;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
enum_reset(IEnumConnectionPoints *e)
{
	OF(all_points, e)->enumerated = 0;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
enum_clone(IEnumConnectionPoints *e, IEnumConnectionPoints **out)
{
	(void)e;
	*out = NULL;
	return E_NOTIMPL;
}

static IEnumConnectionPointsVtbl enum_vtbl = {
	.QueryInterface = enum_query,
	.AddRef = enum_add_ref,
	.Release = enum_release,
	.Next = enum_next,
	.Skip = enum_skip,
	.Reset = enum_reset,
	.Clone = enum_clone,
};

/* ---- The point --------------------------------------------------------------------- */

static HRESULT STDMETHODCALLTYPE
point_query(IConnectionPoint *p, REFIID iid, void **out)
{
	*out = NULL;
	if (!IsEqualIID(iid, &IID_IUnknown) &&
	    !IsEqualIID(iid, &IID_IConnectionPoint))
		return E_NOINTERFACE;
	*out = p;
	InterlockedIncrement(&OF(point, p)->refs);
	return S_OK;
}

static ULONG STDMETHODCALLTYPE
point_add_ref(IConnectionPoint *p)
{
	return (ULONG)InterlockedIncrement(&OF(point, p)->refs);
}

static ULONG STDMETHODCALLTYPE
point_release(IConnectionPoint *p)
{
	return fake_release(OF(point, p));
}

static HRESULT STDMETHODCALLTYPE
point_interface(IConnectionPoint *p, IID *iid)
{
	*iid = OF(point, p)->events;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
point_container(IConnectionPoint *p, IConnectionPointContainer **out)
{
	*out = &OF(point, p)->container;
	InterlockedIncrement(&OF(point, p)->refs);
	return S_OK;
}

/* The sink must answer as the event interface itself. */
static HRESULT STDMETHODCALLTYPE
point_advise(IConnectionPoint *p, IUnknown *sink, DWORD *cookie)
{
	struct fake *f = OF(point, p);

	*cookie = 0;
	for (int i = 0; i < SINKS_MOST; i++) {
		if (f->sink[i] != NULL)
			continue;
		if (FAILED(IUnknown_QueryInterface(
			sink, &f->events, (void **)&f->sink[i])))
			return CONNECT_E_CANNOTCONNECT;
		*cookie = (DWORD)i + 1;
		return S_OK;
	}
	return CONNECT_E_ADVISELIMIT;
}

static HRESULT STDMETHODCALLTYPE
point_unadvise(IConnectionPoint *p, DWORD cookie)
{
	struct fake *f = OF(point, p);
	DWORD i = cookie - 1;

	if (i >= SINKS_MOST || f->sink[i] == NULL)
		return CONNECT_E_NOCONNECTION;
	IDispatch_Release(f->sink[i]);
	f->sink[i] = NULL;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE
point_enum(IConnectionPoint *p, IEnumConnections **out)
{
	(void)p;
	*out = NULL;
	return E_NOTIMPL;
}

static IConnectionPointVtbl point_vtbl = {
	.QueryInterface = point_query,
	.AddRef = point_add_ref,
	.Release = point_release,
	.GetConnectionInterface = point_interface,
	.GetConnectionPointContainer = point_container,
	.Advise = point_advise,
	.Unadvise = point_unadvise,
	.EnumConnections = point_enum,
};

/* ---- With the object -------------------------------------------------------------------- */

static const struct {
	const char *module;
	const wchar_t *iid;
} event_iid[] = {
	{ "DsCbo1", L"{B8944520-09C3-11D4-8232-00105A7C4F8C}" },
	{ "CpSysDib", L"{60D7702A-57BA-4869-AF3F-292FDC909D75}" },
	{ "CpTrade", L"{8B55AD34-73A3-4C33-B8CD-C95ED13823CB}" },
	{ "CpUtil", L"{17F70631-56E5-40FC-B94F-44ADD3A850B1}" },
};

/* CREON_EVENTS=moved in the environment: the interface has a number that
 * nobody knows. */
static const wchar_t moved[] = L"{0BADC0DE-0000-4000-8000-6D61656D6165}";

void
points_init(struct fake *f)
{
	f->container.lpVtbl = &container_vtbl;
	f->all_points.lpVtbl = &enum_vtbl;
	f->point.lpVtbl = &point_vtbl;
	for (size_t i = 0; i < sizeof(event_iid) / sizeof(event_iid[0]); i++)
		if (strcmp(object_module(f->o), event_iid[i].module) == 0)
			CLSIDFromString(event_iid[i].iid, &f->events);
	if (getenv("CREON_EVENTS") != NULL)
		CLSIDFromString(moved, &f->events);
}

void
points_fini(struct fake *f)
{
	for (int i = 0; i < SINKS_MOST; i++)
		if (f->sink[i] != NULL)
			IDispatch_Release(f->sink[i]);
}

void
points_fire(struct fake *f)
{
	DISPPARAMS none = { 0 };

	for (int i = 0; i < SINKS_MOST; i++)
		if (f->sink[i] != NULL)
			IDispatch_Invoke(f->sink[i], 1, &IID_NULL,
			    LOCALE_USER_DEFAULT, DISPATCH_METHOD, &none, NULL,
			    NULL, NULL);
}
