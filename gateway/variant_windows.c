/*
 * variant_windows.c - VARIANT to and from struct com_value.
 *
 * What goes out has the type that the value names.  What comes in is read
 * whatever its type is, for the documents of CREON's types are old: any
 * integer is a number, an array of strings may be one of VARIANTs, and what
 * we have no use for (an object) is empty.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/com_inner_windows.h"

/* ---- Out ------------------------------------------------------------------- */

static HRESULT
bstr_of(const char *s, VARIANT *out)
{
	wchar_t *w = wide_of(s);

	V_VT(out) = VT_BSTR;
	V_BSTR(out) = SysAllocString(w);
	free(w);
	return V_BSTR(out) == NULL ? E_OUTOFMEMORY : S_OK;
}

/* Elements of the type that the array's vt names. */
static HRESULT
array_of(const struct com_value *v, VARIANT *out)
{
	VARTYPE vt = v->vt & VT_TYPEMASK;
	SAFEARRAY *a = SafeArrayCreateVector(vt, 0, (ULONG)v->n);
	HRESULT hr = a == NULL ? E_OUTOFMEMORY : S_OK;

	for (LONG i = 0; SUCCEEDED(hr) && i < v->n; i++) {
		VARIANT item;

		VariantInit(&item);
		hr = variant_of(&v->item[i], &item);
		if (SUCCEEDED(hr))
			hr = SafeArrayPutElement(a, &i,
			    vt == VT_VARIANT  ? (void *)&item :
				vt == VT_BSTR ? (void *)V_BSTR(&item) :
						(void *)&V_I4(&item));
		VariantClear(&item);
	}
	if (FAILED(hr)) {
		if (a != NULL)
			SafeArrayDestroy(a);
		return hr;
	}
	V_VT(out) = VT_ARRAY | vt;
	V_ARRAY(out) = a;
	return S_OK;
}

HRESULT
variant_of(const struct com_value *v, VARIANT *out)
{
	VARIANT wide;

	VariantInit(out);
	VariantInit(&wide);
	switch (v->type) {
	case COM_EMPTY:
		return S_OK;
	case COM_TEXT:
		return bstr_of(v->s, out);
	case COM_ARRAY:
		return array_of(v, out);
	case COM_REAL:
		V_VT(&wide) = VT_R8;
		V_R8(&wide) = v->r;
		break;
	case COM_INT:
		V_VT(&wide) = VT_I8;
		V_I8(&wide) = v->i;
		break;
	}
	/* What does not fit its type is an error, never cut off. */
	return VariantChangeType(out, &wide, 0, v->vt);
}

/* ---- In -------------------------------------------------------------------- */

static void
whole(struct com_value *out, int64_t i)
{
	out->type = COM_INT;
	out->i = i;
}

static void
real(struct com_value *out, double r)
{
	out->type = COM_REAL;
	out->r = r;
}

static void
decimal(DECIMAL *d, struct com_value *out)
{
	LONG64 i;
	double r;

	if (VarI8FromDec(d, &i) == S_OK)
		whole(out, i);
	else if (VarR8FromDec(d, &r) == S_OK)
		real(out, r);
}

static void
array(SAFEARRAY *a, struct com_value *out)
{
	LONG low, high;
	VARTYPE vt;

	if (a == NULL || SafeArrayGetDim(a) != 1 ||
	    FAILED(SafeArrayGetVartype(a, &vt)) ||
	    FAILED(SafeArrayGetLBound(a, 1, &low)) ||
	    FAILED(SafeArrayGetUBound(a, 1, &high)))
		return;
	out->type = COM_ARRAY;
	if (high < low)
		return;
	out->item = xcalloc((size_t)(high - low) + 1, sizeof(*out->item));
	for (LONG i = low; i <= high; i++) {
		VARIANT item;

		VariantInit(&item);
		V_VT(&item) = vt;
		/* An element lies where a VARIANT of its type has it. */
		if (SUCCEEDED(SafeArrayGetElement(a, &i,
			vt == VT_VARIANT ? (void *)&item :
					   (void *)&V_I8(&item))))
			value_of(&item, &out->item[out->n++]);
		VariantClear(&item);
	}
}

static void
plain(VARIANT *v, struct com_value *out)
{
	switch (V_VT(v)) {
	case VT_I1:
		whole(out, V_I1(v));
		break;
	case VT_UI1:
		whole(out, V_UI1(v));
		break;
	case VT_I2:
		whole(out, V_I2(v));
		break;
	case VT_UI2:
		whole(out, V_UI2(v));
		break;
	case VT_I4:
	case VT_INT:
		whole(out, V_I4(v));
		break;
	case VT_UI4:
	case VT_UINT:
		whole(out, V_UI4(v));
		break;
	case VT_I8:
	case VT_UI8:
		whole(out, V_I8(v));
		break;
	case VT_BOOL:
		whole(out, V_BOOL(v) != VARIANT_FALSE);
		break;
	case VT_R4:
		real(out, V_R4(v));
		break;
	case VT_R8:
		real(out, V_R8(v));
		break;
	case VT_DECIMAL:
		decimal(&V_DECIMAL(v), out);
		break;
	case VT_BSTR:
		out->type = COM_TEXT;
		out->s = utf8_of(V_BSTR(v) == NULL ? L"" : V_BSTR(v),
		    (int)SysStringLen(V_BSTR(v)));
		break;
	default:
		if (V_VT(v) & VT_ARRAY)
			array(V_ARRAY(v), out);
		break;
	}
}

void
value_of(VARIANT *v, struct com_value *out)
{
	VARIANT copy;

	*out = (struct com_value){ .vt = V_VT(v) & (uint16_t)~VT_BYREF };
	if (!(V_VT(v) & VT_BYREF)) {
		plain(v, out);
		return;
	}
	VariantInit(&copy);
	if (SUCCEEDED(VariantCopyInd(&copy, v)))
		plain(&copy, out);
	VariantClear(&copy);
}
