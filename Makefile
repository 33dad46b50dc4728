# maemae: small programs for trading Korean stocks.
#
#   make deps demo     build, make a market, trade a whole day on paper
#   make deps check    build and pass all tests
#   make check T=NAME  one test: base_date, place-orders ...
#   make lint          format, static analysis, house rules
#   make SAN=1 check   the same tests under address and undefined sanitizers
#   make bench         figures and ratios
#   make simulate      days of trading with an adversary; SEED=N DAYS=N
#   make model         the order protocol, searched through by spin (minutes)
#   make fuzz          every parser against bytes from outside; SECONDS= NAME=
#   make kills         ten thousand real kills; KILLS=N SEED=N
#   make syscalls      every system call of every program fails; STRIDE=N
#   make mutants       changes that break a promise: who notices?  NAME= DAYS=
#   make coverage      branches that the tests take, by file and by room; T=NAME
#   make check-creon   the gateway as a Windows program, under Wine
#   make deps-windows windows   creon-gateway.exe; deps-creon: and a Wine
#   make install       into $(DESTDIR)$(PREFIX)

PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc
CFLAGS   ?= $(if $(COV),-O0 -g,-O2 -g)
B        := build$(if $(SAN),-san)$(if $(FUZZ),-fuzz)$(if $(COV),-cov)
BIN      := $(if $(SAN)$(FUZZ)$(COV),$B/bin,bin)
SANFLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined -fno-omit-frame-pointer -fno-sanitize-recover=all -Werror)
ifdef COV
SANFLAGS := --coverage -fprofile-abs-path
endif
ifdef FUZZ
CC       := $(or $(FUZZ_CC),clang)
SANFLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all
endif

VERSION  := 0.1.0
PKGS     := sqlite3 jansson inih
ALLFLAGS  = -std=c11 -D_GNU_SOURCE -fPIC -fvisibility=hidden \
            -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wundef -Wno-missing-field-initializers \
            -Werror=implicit-function-declaration $(SANFLAGS)
# What a user asks for comes last and wins.
CPPFLAGS += -Ilib -I$B -DVERSION='"$(VERSION)"' \
            -DPREFIX='"$(PREFIX)"' $(shell pkg-config --cflags $(PKGS) libcurl 2>/dev/null)
# libcurl is not linked but loaded by who needs it; see broker/http_curl.h.
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -ldl -lm -lpthread

# So are those of the KIS adapter, by the names that the headers belong to; see
# base/dynlib.h.
soname    = $(shell objdump -p "$$($(CC) -print-file-name=lib$(1).so)" 2>/dev/null | awk '$$1 == "SONAME" { print $$2 }')
$B/lib/broker/kis_crypt.o:  CPPFLAGS += -DSONAME_CRYPTO='"$(call soname,crypto)"'
$B/lib/broker/kis_master.o: CPPFLAGS += -DSONAME_ZIP='"$(call soname,zip)"'
$B/lib/broker/kis_socket.o: CPPFLAGS += -DSONAME_WEBSOCKETS='"$(call soname,websockets)"'

LIBSRC   := $(filter-out lib/sandbox/%,$(sort $(wildcard lib/*/*.c)))
LIBOBJ   := $(LIBSRC:lib/%.c=$B/lib/%.o)
LIB      := $B/libmaemae.a
LIBGATEWAY := $B/libgateway.a
# The sandbox is a server, and its libraries are nobody else's.
BOXSRC   := $(sort $(wildcard lib/sandbox/*.c))
LIBBOX   := $B/libsandbox.a
BOXLIBS  := $(shell pkg-config --libs libmicrohttpd libwebsockets libcrypto zlib 2>/dev/null)
PROGRAMS := $(patsubst bin/%.c,%,$(sort $(wildcard bin/*.c)))
MODULES  := $(patsubst strategies/%.c,%,$(sort $(wildcard strategies/*.c)))
BENCHES  := $(patsubst tests/bench/%.c,%,$(sort $(wildcard tests/bench/*.c)))
FUZZERS  := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c)))
UNITS    := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/*.c)))
# What simulators share: an archive, so that each test takes what it uses.
SIMSRC   := $(filter-out $(addprefix tests/sim/,simulate.c http.c late.c guard.c),$(sort $(wildcard tests/sim/*.c)))
LIBSIM   := $B/libsim.a
# All that a strategy may use beside strategy.h: pure indicators.
INDICATORS := $B/lib/price/indicator.o

all: $(LIB) programs strategies

programs: $(PROGRAMS:%=$(BIN)/%)
strategies: $(MODULES:%=$B/strategies/%.so)

$B/lib/%.o: lib/%.c | $B/schema.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$B/bin/%.o: bin/%.c | $B/schema.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIBOBJ)
	@rm -f $@
	ar rcs $@ $^

$(LIBBOX): $(BOXSRC:lib/%.c=$B/lib/%.o)
	@rm -f $@
	ar rcs $@ $^

$(BIN)/kis-sandbox $B/unit/sandbox $B/fuzz/sandbox: $(LIBBOX)
$(BIN)/kis-sandbox $B/unit/sandbox $B/fuzz/sandbox: LDLIBS := $(LIBBOX) $(LIB) $(BOXLIBS) $(LDLIBS)

$(BIN)/%: $B/bin/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

$B/strategies/%.so: strategies/%.c $(INDICATORS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLFLAGS) $(CFLAGS) -MMD -MP -shared $(LDFLAGS) \
	    -o $@ $< $(INDICATORS) -lm

$B/sim/%.o: tests/sim/%.c | $B/schema.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(ALLFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIBSIM): $(SIMSRC:tests/sim/%.c=$B/sim/%.o)
	@rm -f $@
	ar rcs $@ $^

$B/unit/%: tests/unit/%.c $(LIB) $(LIBSIM) $(LIBGATEWAY)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I. -Itests/unit -Itests $(ALLFLAGS) $(CFLAGS) -MMD -MP \
	    $(LDFLAGS) -o $@ $< $(LIBSIM) $(LIBGATEWAY) $(LIB) $(LDLIBS)

$B/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) \
	    -o $@ $< $(LIB) $(LDLIBS)

# The modules that an entry loads find the sanitizers' functions in it.
$B/fuzz/%: tests/fuzz/%.c $(LIBGATEWAY) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I. -Itests/fuzz $(ALLFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) \
	    -fsanitize=fuzzer -rdynamic -o $@ $< $(LIBGATEWAY) $(LIB) $(LDLIBS)

# Real kills and failing system calls; see tests/kill.
KILL     := kills syscalls
$B/kill/%.o: tests/kill/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(ALLFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(KILL:%=$B/kill/%): %: %.o $B/kill/stage.o $B/kill/judge.o $(LIBSIM) $(LIB) \
    | $B/kill/dice.so $B/kill/fail.so $B/kill/clock.so
	$(CC) $(ALLFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) \
	    $(LDLIBS)

$B/kill/dice.so: tests/modules/dice.c
$B/kill/fail.so: tests/kill/fail.c
$B/kill/clock.so: tests/kill/clock.c
$B/kill/%.so:
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLFLAGS) $(CFLAGS) -MMD -MP -shared $(LDFLAGS) \
	    -o $@ $<

# Where each statement fails once.
$B/unit/account_statements $B/unit/store_statements $B/unit/store_file: \
    LDFLAGS += -Wl,--wrap=sqlite3_step -Wl,--wrap=sqlite3_prepare_v3
$B/unit/store_file: LDFLAGS += $(foreach c,sqlite3_exec sqlite3_open_v2 \
    sqlite3_backup_step fsync statfs monotonic_ms,-Wl,--wrap=$c)

$B/unit/broker_http: LDFLAGS += -Wl,--wrap=curl_load
$B/unit/kis_wire: LDFLAGS += $(foreach c,clock_refresh monotonic_ms rename,\
    -Wl,--wrap=$c)
$B/unit/sandbox: LDFLAGS += -Wl,--wrap=wall_seconds
$B/unit/account_permit $B/unit/account_refresh: \
    LDFLAGS += -Wl,--wrap=monotonic_ms
$B/unit/account_steps: LDFLAGS += $(foreach c,clock_refresh monotonic_ms \
    store_begin,-Wl,--wrap=$c)
$B/unit/gateway_lines $B/unit/gateway_events: LDFLAGS += -Wl,--wrap=fsync
$B/unit/gateway_events: LDFLAGS += -Wl,--wrap=wall_seconds \
    -Wl,--wrap=monotonic_ms
$B/unit/gateway_lists: LDFLAGS += -Wl,--wrap=clock_wall
$B/unit/gateway_session: LDFLAGS += -Wl,--wrap=monotonic_ms
$B/unit/kis_stream: LDFLAGS += $(foreach c,monotonic_ms sleep_ms kis_approval,\
    -Wl,--wrap=$c)

# It looks at how opt_parse ends a program, and lives on.
$B/fuzz/opt: LDFLAGS += -Wl,--wrap=exit

# The schema is text in sql/, the calendar data beside it; both are embedded.
$B/schema.h: sql/embed.awk $(sort $(wildcard sql/*.sql sql/*.csv))
	@mkdir -p $(@D)
	awk -f $^ > $@.tmp && mv $@.tmp $@

# ---- The simulator: the programs' own code in one object, in which main() is
# named after its program, what libc tells of the world comes from tests/sim,
# and static data lies in sections that fibers can exchange.

SIMPROGS := cancel-order eod-report force-exit gen-signals halt-trading \
            import-prices make-market paper-broker place-orders set-limit \
            set-strategy set-universe show-status sync-account trade-db \
            update-prices watch-fills
SIMCALLS := exit _exit abort getpid kill clock_gettime nanosleep write fopen open \
            stat statfs access unlink link rename sigaction setlocale \
            flock malloc calloc realloc strdup sqlite3_open_v2 sqlite3_close \
            sqlite3_prepare_v3 sqlite3_finalize sqlite3_exec

$B/sim/main/%.o: $B/bin/%.o
	@mkdir -p $(@D)
	objcopy --redefine-sym main=main_$(subst -,_,$*) $< $@

# A firm's adapter asks the firm's sandbox in the same process, what is late is
# late by the world's clock, and no program starts itself again.
SIMOBJ   := $(filter-out $(addprefix $B/lib/broker/,http.o http_curl.o \
                paper_late.o) $B/lib/strategy/guard.o,$(LIBOBJ)) \
            $(filter-out $B/lib/sandbox/serve%,$(BOXSRC:lib/%.c=$B/lib/%.o)) \
            $B/sim/http.o $B/sim/late.o $B/sim/guard.o

$B/sim/product.o: Makefile $(SIMOBJ) $(SIMPROGS:%=$B/sim/main/%.o)
	ld -r -o $@.tmp $(filter %.o,$^)
	objcopy $(foreach c,$(SIMCALLS),--redefine-sym $c=sim_$c) \
	    $(foreach s,.data .data.rel.local,--rename-section $s=product_data) \
	    --rename-section .bss=product_bss,alloc,load,data,contents \
	    $@.tmp $@
	@rm -f $@.tmp

$B/sim/strategies/%.so: tests/modules/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLFLAGS) $(CFLAGS) -MMD -MP -shared -o $@ $<

$B/sim/simulate: $B/sim/simulate.o $(LIBSIM) $B/sim/product.o
	$(CC) $(ALLFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcrypto -lz

simulator: all $B/sim/simulate $B/sim/strategies/dice.so

# Days of trading with faults; SEED, DAYS, WITHOUT, JOBS; see tests/sim.  What
# glibc keeps of small blocks is for the thousands that SQLite and JSON take.
simulate: simulator
	GLIBC_TUNABLES=glibc.malloc.tcache_count=1000 \
	MAEMAE_STRATEGIES=$B/sim/strategies:$B/strategies $B/sim/simulate \
	    $(SEED:%=--seed %) $(DAYS:%=--days %) $(JOBS:%=--jobs %) \
	    $(WITHOUT:%=--without %) $(POINTS:%=--points %) $(V:%=-v)

# Code that breaks a promise must be noticed; see tests/mutants/run.
mutants: simulator
	BUILD=$B tests/mutants/run $(SEED:%=-s %) $(DAYS:%=-d %) \
	    $(JOBS:%=-j %) $(NAME)

# ---- CREON: what the gateway shall see of it; see tests/creon.  The archive
# holds the objects and the firm; a program adds who makes com.h of them.

CREONSRC := $(addprefix tests/creon/,answer.c object.c trap.c \
            model.c $(notdir $(sort $(wildcard tests/creon/model_*.c))))
LIBCREON := $B/libcreon.a
CREON    := facts model-server

$B/creon/%.o: tests/creon/%.c | $B/schema.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I. -Itests $(ALLFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIBCREON): $(CREONSRC:tests/creon/%.c=$B/creon/%.o)
	@rm -f $@
	ar rcs $@ $^

$B/creon/facts: $B/creon/facts.o $B/creon/com_model.o $(LIBCREON) \
    $(LIBGATEWAY) $(LIB)
	$(CC) $(ALLFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/creon/model-server: $B/creon/model-server.o $B/creon/wire.o $(LIBCREON) \
    $(LIBGATEWAY) $(LIB)
	$(CC) $(ALLFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

creon: $(CREON:%=$B/creon/%)

# ---- The gateway to CREON.  What of it is portable makes an archive; linked
# with the model of CREON in COM's place it runs here, for the tests.

GATEWAYSRC := $(filter-out gateway/main.c gateway/%_windows.c, \
              $(sort $(wildcard gateway/*.c)))
GATEWAY    := $B/gateway/creon-gateway-native

$B/gateway/%.o: gateway/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I. $(ALLFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIBGATEWAY): $(GATEWAYSRC:gateway/%.c=$B/gateway/%.o)
	@rm -f $@
	ar rcs $@ $^

$(GATEWAY): $B/gateway/main.o $B/creon/com_model.o $(LIBGATEWAY) $(LIBCREON) \
    $(LIB)
	$(CC) $(ALLFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
	    $(shell pkg-config --libs libmicrohttpd) $(LDLIBS)

gateway: $(GATEWAY)

include gateway/windows.mk

units: $(UNITS:%=$B/unit/%)
benches: $(BENCHES:%=$B/bench/%)
fuzzers: strategies $(FUZZERS:%=$B/fuzz/%)

check: all units creon gateway $(if $(SAN),,$(KILL:%=$B/kill/%))
	SAN='$(SAN)' BUILD=$B BIN=$(BIN) tests/run $(T)

# In a build of its own; see tests/coverage.
coverage:
	$(MAKE) --no-print-directory -s COV=1 all units creon gateway \
	    $(KILL:%=build-cov/kill/%)
	tests/coverage $(T)

lint: $B/schema.h
	tests/lint

# Lay out the code as .clang-format says.
format:
	clang-format -i $(wildcard bin/*.[ch] lib/*/*.[ch] gateway/*.[ch] strategies/*.[ch] \
	    tests/*/*.[ch] tests/*/*/*.[ch])

deps:
	tests/deps

# The gateway as a Windows program, under Wine; make deps-creon before.
check-creon: all creon
	+BUILD=$B BIN=$(BIN) tests/creon/check $(T)

# A compiler and two libraries, for creon-gateway.exe; half a minute, once.
deps-windows:
	tests/deps-windows

# That, and some 130 MB to fetch and 2 GB in build/wine, once; a minute.
deps-creon:
	tests/deps-creon

# A whole day on paper through the real programs; see tests/demo.
demo: all
	BIN=$(BIN) tests/demo

# Figures, each beside its limit; never a test.  See tests/bench/run.
bench: all benches
	BUILD=$B BIN=$(BIN) tests/bench/run $(J)

# A file in tests/fuzz/ is an entry; see fuzz.h and run there.
fuzz:
	tests/fuzz/run --probe
	$(MAKE) --no-print-directory -s FUZZ=1 fuzzers
	tests/fuzz/run $(if $(SECONDS),-s $(SECONDS)) $(NAME)

# Minutes, by hand; a slice of each is in tests/kills.bats.
$(KILL): %: all $B/kill/%
	BUILD=$B BIN=$(BIN) MAEMAE_STRATEGIES=$(CURDIR)/$B/kill $B/kill/$@

# The order protocol as a model, all its configurations; see tests/model/run.
model:
	tests/model/run $(M)

# ---- Installing.  A strategy author gets the headers, the indicators as an
# archive, and a .pc file that names both.

INSTALL   ?= install
D          = $(DESTDIR)$(PREFIX)
LIBDIR     = $(D)/lib/maemae
HEADERS   := base/types.h price/bars.h price/indicator.h strategy/strategy.h
MAN        = $(wildcard docs/man/*.[1-8])
DOCS       = README.md LICENSE crontab.example $(wildcard docs/*.md)

install: all $B/libindicator.a
	$(INSTALL) -d $(D)/bin $(LIBDIR)/strategies $(D)/lib/pkgconfig \
	    $(D)/share/doc/maemae/brokers $(D)/share/doc/maemae/examples \
	    $(sort $(dir $(HEADERS:%=$(D)/include/maemae/%))) \
	    $(sort $(foreach m,$(MAN),$(D)/share/man/man$(patsubst .%,%,$(suffix $m))))
	$(INSTALL) -m 755 $(PROGRAMS:%=$(BIN)/%) $(D)/bin
	$(INSTALL) -m 755 $(MODULES:%=$B/strategies/%.so) $(LIBDIR)/strategies
	$(INSTALL) -m 644 $B/libindicator.a $(LIBDIR)
	$(foreach h,$(HEADERS),$(INSTALL) -m 644 lib/$h \
	    $(D)/include/maemae/$h &&) :
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: maemae' \
	    'Description: strategies for maemae' 'Version: $(VERSION)' \
	    'Cflags: -I$${prefix}/include/maemae' \
	    'Libs: $${prefix}/lib/maemae/libindicator.a -lm' \
	    > $(D)/lib/pkgconfig/maemae.pc
	$(foreach m,$(MAN),$(INSTALL) -m 644 $m \
	    $(D)/share/man/man$(patsubst .%,%,$(suffix $m)) &&) :
	$(INSTALL) -m 644 $(DOCS) $(D)/share/doc/maemae
	$(INSTALL) -m 644 docs/brokers/* $(D)/share/doc/maemae/brokers
	$(INSTALL) -m 644 docs/examples/* $(D)/share/doc/maemae/examples

# A user's own modules in the installed folder stay.
uninstall:
	rm -f $(PROGRAMS:%=$(D)/bin/%) $(MODULES:%=$(LIBDIR)/strategies/%.so) \
	    $(LIBDIR)/libindicator.a $(D)/lib/pkgconfig/maemae.pc \
	    $(foreach m,$(MAN),$(D)/share/man/man$(patsubst .%,%,$(suffix $m))/$(notdir $m))
	rm -rf $(D)/include/maemae $(D)/share/doc/maemae
	-rmdir $(LIBDIR)/strategies $(LIBDIR) 2> /dev/null

$B/libindicator.a: $(INDICATORS)
	@rm -f $@
	ar rcs $@ $^

# What deps-creon fetched and built stays; rm -rf build takes that, too.
clean:
	rm -rf $(filter-out build/wine build/mingw,$(wildcard build/*)) \
	    build-san build-fuzz build-cov $(PROGRAMS:%=bin/%)

-include $(shell find $B -path $B/wine -prune -o -name '*.d' -print 2>/dev/null)

.PHONY: coverage all programs strategies units benches check lint format clean
.PHONY: deps deps-windows deps-creon check-creon creon gateway
.PHONY: demo bench fuzz fuzzers simulate simulator mutants install uninstall $(KILL)
.SECONDARY:
