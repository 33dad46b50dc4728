/*
 * pump.c - events reach a client through the message queue of its apartment.
 *
 * A thread reads what the model publishes and posts it to a window that nobody
 * sees; the window's procedure, which runs where the client pumps messages,
 * fires.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "creon/fake/fake.h"
#include "creon/wire.h"

#define WM_NEWS (WM_APP + 1)

static HWND window;

/* ---- In the apartment ------------------------------------------------------------ */

static void
fire_line(char *line)
{
	struct wire_in in = { line, false };
	struct creon_event ev = { 0 };

	if (strcmp(wire_get_word(&in), "event") != 0)
		return;
	ev.source = (enum creon_source)wire_get_int(&in);
	answer_init(&ev.said, 0);
	ev.said.header = wire_get_fields(&in, &ev.said.nheader);
	fake_fire(&ev);
	answer_fini(&ev.said);
}

static LRESULT CALLBACK
window_proc(HWND w, UINT message, WPARAM wp, LPARAM lp)
{
	if (message != WM_NEWS)
		return DefWindowProcW(w, message, wp, lp);
	fire_line((char *)lp);
	free((char *)lp);
	return 0;
}

void
creon_pause(int ms)
{
	ULONGLONG until = GetTickCount64() + (ULONGLONG)ms, now;
	MSG msg;

	while ((now = GetTickCount64()) < until) {
		while (PeekMessageW(&msg, NULL, 0, 0, PM_REMOVE))
			DispatchMessageW(&msg);
		MsgWaitForMultipleObjects(
		    0, NULL, FALSE, (DWORD)(until - now), QS_ALLINPUT);
	}
	while (PeekMessageW(&msg, NULL, 0, 0, PM_REMOVE))
		DispatchMessageW(&msg);
}

/* ---- The reader --------------------------------------------------------------------- */

static DWORD WINAPI
read_events(void *arg)
{
	uintptr_t s = (uintptr_t)arg;
	char *line;

	while ((line = client_read(s)) != NULL)
		PostMessageW(window, WM_NEWS, 0, (LPARAM)line);
	return 0;
}

void
pump_begin(void)
{
	WNDCLASSW class = { .lpfnWndProc = window_proc,
		.hInstance = fake_dll,
		.lpszClassName = L"MaemaeFakeCreon" };
	uintptr_t s;

	if (window != NULL)
		return;
	RegisterClassW(&class);
	window = CreateWindowExW(0, class.lpszClassName, L"", 0, 0, 0, 0, 0,
	    HWND_MESSAGE, NULL, fake_dll, NULL);
	s = client_connect();
	if (s != (uintptr_t)-1 && client_write(s, "events\n", 7) == 0)
		CloseHandle(
		    CreateThread(NULL, 0, read_events, (void *)s, 0, NULL));
}
