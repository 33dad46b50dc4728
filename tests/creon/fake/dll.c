/*
 * dll.c - class factories for CREON's ProgIDs, and their place in the registry.
 *
 * CREON_REAL in the environment: as on the day it counts (object.h).
 */
#include "creon/fake/fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

HINSTANCE fake_dll;

/* The numbers are CREON's own. */
static const struct {
	const char *progid;
	const wchar_t *clsid;
} classes[] = {
	{ "CpUtil.CpCybos", L"{19A11288-2B28-45C4-8CD4-3A12B60C3BD7}" },
	{ "CpUtil.CpCodeMgr", L"{995B5ABE-ED4B-4D04-B46D-6238AB66EA71}" },
	{ "CpUtil.CpStockCode", L"{2297F381-FFB1-45C6-AA80-4C6913F45E91}" },
	{ "CpTrade.CpTdUtil", L"{1172DA0D-1235-4348-880B-10F95AC86E46}" },
	{ "CpTrade.CpTd0303", L"{A4B66D34-D296-477C-B4C2-3900810DF8F3}" },
	{ "CpTrade.CpTd0311", L"{ACAD853E-9FA9-4165-9CE9-166BF4414AA3}" },
	{ "CpTrade.CpTd0313", L"{CB3DDA0D-E824-4008-8E69-CF168ABB6361}" },
	{ "CpTrade.CpTd0314", L"{15110F2E-4E3A-4921-AF52-EE6BF85AAD6E}" },
	{ "CpTrade.CpTd5339", L"{D82177A9-9AD3-4B30-9134-9C28BE43656D}" },
	{ "CpTrade.CpTd5341", L"{8203C86A-2282-4225-A79E-A9559357A3BC}" },
	{ "CpTrade.CpTd5342", L"{4E87EAB5-DB31-4FA6-AE19-47FFFE0672B9}" },
	{ "CpTrade.CpTd6033", L"{1E090CEF-B084-4961-93C3-92360F4D2226}" },
	{ "CpTrade.CpTdNew5331A", L"{A01B00EA-B723-4F29-884E-F12F6760F248}" },
	{ "CpTrade.CpTdNew5331B", L"{99EE8587-50FE-4520-8551-BEE017B3C16F}" },
	{ "DsCbo1.CpConclusion", L"{72FDAF04-F87B-47E1-9396-0A7C98F4E5C5}" },
	{ "DsCbo1.StockMst", L"{9FF543E2-FB11-11D3-8224-00105A7C4F8C}" },
	{ "CpSysDib.MarketEye", L"{D71F9B56-85A0-49F8-B102-19C223ACF298}" },
	{ "CpSysDib.StockChart", L"{4F5E5E9A-5BEA-409F-9828-B66A70B4B51B}" },
	{ COM_FAKE, L"{5D0C7B46-0D0B-4E0B-9C58-6D61656D6165}" },
};

#define NCLASSES ((int)(sizeof(classes) / sizeof(classes[0])))

/* ---- Class factories --------------------------------------------------------- */

struct factory {
	IClassFactory factory;
	const char *progid;
};

static HRESULT STDMETHODCALLTYPE
factory_query(IClassFactory *f, REFIID iid, void **out)
{
	*out = NULL;
	if (!IsEqualIID(iid, &IID_IUnknown) &&
	    !IsEqualIID(iid, &IID_IClassFactory))
		return E_NOINTERFACE;
	*out = f;
	return S_OK;
}

/* They are static, and never go. */
static ULONG STDMETHODCALLTYPE
factory_count(IClassFactory *f)
{
	(void)f;
	return 1;
}

static HRESULT STDMETHODCALLTYPE
factory_create(IClassFactory *f, IUnknown *outer, REFIID iid, void **out)
{
	*out = NULL;
	if (outer != NULL)
		return CLASS_E_NOAGGREGATION;
	return fake_new(((struct factory *)f)->progid, iid, out);
}

static HRESULT STDMETHODCALLTYPE
factory_lock(IClassFactory *f, BOOL lock)
{
	(void)f, (void)lock;
	return S_OK;
}

static IClassFactoryVtbl factory_vtbl = {
	.QueryInterface = factory_query,
	.AddRef = factory_count,
	.Release = factory_count,
	.CreateInstance = factory_create,
	.LockServer = factory_lock,
};

static struct factory factories[NCLASSES];

__declspec(dllexport) HRESULT WINAPI
    DllGetClassObject(REFCLSID clsid, REFIID iid, void **out)
{
	CLSID ours;

	*out = NULL;
	for (int i = 0; i < NCLASSES; i++) {
		if (FAILED(CLSIDFromString(classes[i].clsid, &ours)) ||
		    !IsEqualCLSID(clsid, &ours))
			continue;
		if (!object_is_there(classes[i].progid))
			return CLASS_E_CLASSNOTAVAILABLE;
		factories[i].factory.lpVtbl = &factory_vtbl;
		factories[i].progid = classes[i].progid;
		return factory_query(&factories[i].factory, iid, out);
	}
	return CLASS_E_CLASSNOTAVAILABLE;
}

__declspec(dllexport) HRESULT WINAPI DllCanUnloadNow(void)
{
	return S_FALSE;
}

/* ---- The registry --------------------------------------------------------------- */

/* HKCR\PATH's value of that name; NULL: its default. */
static LSTATUS
put(const wchar_t *path, const wchar_t *name, const wchar_t *value)
{
	HKEY key;
	LSTATUS rc = RegCreateKeyExW(
	    HKEY_CLASSES_ROOT, path, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL);

	if (rc != ERROR_SUCCESS)
		return rc;
	rc = RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)value,
	    (DWORD)((wcslen(value) + 1) * sizeof(*value)));
	RegCloseKey(key);
	return rc;
}

static LSTATUS
register_class(int i, const wchar_t *dll)
{
	wchar_t path[128], version[80], progid[64];
	LSTATUS rc;

	swprintf(progid, 64, L"%hs", classes[i].progid);
	swprintf(version, 80, L"%ls.1", progid);
	swprintf(path, 128, L"%ls\\CLSID", progid);
	rc = put(path, NULL, classes[i].clsid);
	swprintf(path, 128, L"%ls\\CLSID", version);
	rc = rc != 0 ? rc : put(path, NULL, classes[i].clsid);
	swprintf(path, 128, L"CLSID\\%ls\\InprocServer32", classes[i].clsid);
	rc = rc != 0 ? rc : put(path, NULL, dll);
	return rc != 0 ? rc : put(path, L"ThreadingModel", L"Apartment");
}

static bool
is_listed(const char *progid)
{
	for (int i = 0; progid != NULL && i < NCLASSES; i++)
		if (strcmp(classes[i].progid, progid) == 0)
			return true;
	return false;
}

__declspec(dllexport) HRESULT WINAPI DllRegisterServer(void)
{
	wchar_t dll[MAX_PATH];

	/* Each that the objects have, and no other. */
	for (int i = 0; i < NCLASSES || object_progid(i) != NULL; i++)
		if (!is_listed(object_progid(i)))
			return SELFREG_E_CLASS;
	GetModuleFileNameW(fake_dll, dll, MAX_PATH);
	for (int i = 0; i < NCLASSES; i++)
		if (register_class(i, dll) != ERROR_SUCCESS)
			return SELFREG_E_CLASS;
	return S_OK;
}

__declspec(dllexport) HRESULT WINAPI DllUnregisterServer(void)
{
	return S_OK; /* the prefix is thrown away as a whole */
}

BOOL WINAPI DllMain(HINSTANCE, DWORD, void *);

BOOL WINAPI
DllMain(HINSTANCE dll, DWORD why, void *reserved)
{
	(void)reserved;
	if (why == DLL_PROCESS_ATTACH)
		fake_dll = dll;
	return TRUE;
}
