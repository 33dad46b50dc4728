# maemae: small programs for trading Korean stocks.
#
#   make deps demo     build, make a market, trade a whole day on paper
#   make deps check    build and pass all tests
#   make check T=NAME  one test: base_date, place-orders ...
#   make lint          format, static analysis, house rules
#   make SAN=1 check   the same tests under address and undefined sanitizers
#   make bench         figures and ratios
#   make install       into $(DESTDIR)$(PREFIX)

PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc
CFLAGS   ?= -O2 -g
B        := build$(if $(SAN),-san)
BIN      := $(if $(SAN),$B/bin,bin)
SANFLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined -fno-omit-frame-pointer -fno-sanitize-recover=all -Werror)

VERSION  := 0.1.0
PKGS     := sqlite3 libcurl jansson inih
ALLFLAGS  = -std=c11 -D_GNU_SOURCE -fPIC -fvisibility=hidden \
            -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wundef -Wno-missing-field-initializers $(SANFLAGS)
# What a user asks for comes last and wins.
CPPFLAGS += -Ilib -I$B -DVERSION='"$(VERSION)"' \
            -DPREFIX='"$(PREFIX)"' $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -ldl -lm -lpthread

LIBSRC   := $(sort $(wildcard lib/*/*.c))
LIBOBJ   := $(LIBSRC:lib/%.c=$B/lib/%.o)
LIB      := $B/libmaemae.a
PROGRAMS := $(patsubst bin/%.c,%,$(sort $(wildcard bin/*.c)))
MODULES  := $(patsubst strategies/%.c,%,$(sort $(wildcard strategies/*.c)))
UNITS    := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/*.c)))
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

$(BIN)/%: $B/bin/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

$B/strategies/%.so: strategies/%.c $(INDICATORS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLFLAGS) $(CFLAGS) -MMD -MP -shared $(LDFLAGS) \
	    -o $@ $< $(INDICATORS) -lm

$B/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit $(ALLFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) \
	    -o $@ $< $(LIB) $(LDLIBS)

# The schema is text in sql/, the calendar data beside it; both are embedded.
$B/schema.h: sql/embed.awk $(sort $(wildcard sql/*.sql sql/*.csv))
	@mkdir -p $(@D)
	awk -f $^ > $@.tmp && mv $@.tmp $@

units: $(UNITS:%=$B/unit/%)

check: all units
	SAN='$(SAN)' BUILD=$B BIN=$(BIN) tests/run $(T)

lint: $B/schema.h
	tests/lint

# Lay out the code as .clang-format says.
format:
	clang-format -i $(wildcard bin/*.[ch] lib/*/*.[ch] strategies/*.[ch] \
	    tests/*/*.[ch])

deps:
	tests/deps

clean:
	rm -rf build build-san $(PROGRAMS:%=bin/%)

-include $(shell find $B -name '*.d' 2>/dev/null)

.PHONY: all programs strategies units check lint format deps clean
.SECONDARY:
