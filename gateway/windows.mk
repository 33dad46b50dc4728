# windows.mk - the gateway as a Windows program, and the fake CREON for it:
# built by mingw-w64 for i686, because CREON's objects live in 32-bit DLLs.
# Libraries are those of tests/deps-windows.  Included by the Makefile.

BW        := build/windows
WINHOST   := i686-w64-mingw32
WINCC     := $(WINHOST)-gcc-win32
WINFLAGS  := -std=c11 -D_GNU_SOURCE -D__USE_MINGW_ANSI_STDIO=1 -DUNICODE \
             -D_UNICODE -Ilib -I. -Itests -isystem build/mingw/include \
             -DVERSION='"$(VERSION)"' -O2 -g \
             $(filter -W%,$(ALLFLAGS)) -Wno-format -Wno-format-extra-args
WINLIBS   := -Lbuild/mingw/lib -lmicrohttpd -ljansson -lole32 -loleaut32 \
             -luuid -lws2_32 -lpthread

# What the gateway uses of the toolkit: rooms below broker, no SQL, no curl.
WINBASE   := $(addprefix lib/base/,arena.c clock.c code.c date.c err.c json.c log.c \
             mem.c number.c progress.c token.c utf8.c)
WINSRC    := $(WINBASE) $(filter-out gateway/main.c gateway/%_posix.c, \
             $(sort $(wildcard gateway/*.c)))
LIBWIN    := $(BW)/libgateway.a
FAKESRC   := $(sort $(wildcard tests/creon/fake/*.c)) \
             $(addprefix tests/creon/,answer.c object.c wire.c)

$(BW)/%.o: %.c
	@mkdir -p $(@D)
	$(WINCC) $(WINFLAGS) -MMD -MP -c -o $@ $<

$(LIBWIN): $(WINSRC:%.c=$(BW)/%.o)
	@rm -f $@
	$(WINHOST)-ar rcs $@ $^

# The manifest asks for an administrator's rights, without which CREON is not
# there, and for UTF-8.
$(BW)/resource.o: gateway/resource.rc gateway/creon-gateway.manifest
	@mkdir -p $(@D)
	$(WINHOST)-windres -I gateway -o $@ $<

$(BW)/creon-gateway.exe: $(BW)/gateway/main.o $(BW)/resource.o $(LIBWIN)
	$(WINCC) -static -o $@ $^ $(WINLIBS)

$(BW)/fake-creon.dll: $(FAKESRC:%.c=$(BW)/%.o) $(LIBWIN)
	$(WINCC) -static -shared -Wl,--kill-at -o $@ $^ $(WINLIBS)

$(BW)/facts.exe: $(BW)/tests/creon/facts.o $(LIBWIN)
	$(WINCC) -static -o $@ $^ $(WINLIBS)

windows: $(BW)/creon-gateway.exe $(BW)/fake-creon.dll $(BW)/facts.exe

.PHONY: windows
