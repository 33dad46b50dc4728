/*
 * com_inner_windows.h - what the files behind com.h share on Windows.
 */
#ifndef GATEWAY_COM_INNER_WINDOWS_H
#define GATEWAY_COM_INNER_WINDOWS_H

#define COBJMACROS
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <ocidl.h>
#include <ole2.h>
#include <olectl.h>

#include "gateway/com.h"

/* ---- text_windows.c: UTF-8 and UTF-16; the caller frees. */
wchar_t *wide_of(const char *s);
/* n units, or up to the NUL where n is -1.  What is no text becomes U+FFFD. */
char *utf8_of(const wchar_t *s, int n);

/* ---- variant_windows.c */

/* The VARIANT that this value asks for by its vt; VariantClear() it. */
HRESULT variant_of(const struct com_value *, VARIANT *out);
/* Whatever came, in the few types that the gateway knows. */
void value_of(VARIANT *, struct com_value *out);

/* ---- sink_windows.c: hearing an object's events. */

struct sink;
/* NULL and the HRESULT; `progid` says which event interface is meant. */
struct sink *sink_open(IDispatch *source, const char *progid,
    void (*heard)(void *), void *arg, HRESULT *hr);
void sink_close(struct sink *);
/* Grows with each event of any object. */
unsigned long sink_count(void);

#endif
