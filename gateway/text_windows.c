/* text_windows.c - UTF-8 to the UTF-16 of Windows, and back. */
#include "base/mem.h"
#include "gateway/com_inner_windows.h"

wchar_t *
wide_of(const char *s)
{
	int n = MultiByteToWideChar(CP_UTF8, 0, s, -1, NULL, 0);
	wchar_t *w = xcalloc((size_t)n + 1, sizeof(*w));

	MultiByteToWideChar(CP_UTF8, 0, s, -1, w, n);
	return w;
}

char *
utf8_of(const wchar_t *s, int n)
{
	int size;
	char *u;

	if (n == -1)
		n = (int)wcslen(s);
	/* For no units the function would say that it failed. */
	size = n == 0 ?
	    0 :
	    WideCharToMultiByte(CP_UTF8, 0, s, n, NULL, 0, NULL, NULL);
	u = xcalloc((size_t)size + 1, 1);
	if (size > 0)
		WideCharToMultiByte(CP_UTF8, 0, s, n, u, size, NULL, NULL);
	return u;
}
