# SPDX-License-Identifier: GPL-3.0-or-later
#
# make deps run      installs what is missing, builds, starts the program
# make deps check    the same, and runs all tests
# make help          lists every target
#
# CC=clang, SANITIZE=address|undefined and COVERAGE=1 each build in a directory of their own;
# WERROR=1 makes warnings errors. GNU make.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
DESTDIR  ?=
DATADIR   = $(PREFIX)/share/ipclens
LOCALEDIR = $(PREFIX)/share/locale
MANDIR    = $(PREFIX)/share/man
DOCDIR    = $(PREFIX)/share/doc/ipclens
# Not below PREFIX: AppArmor reads no other place.
APPARMOR  = $(DESTDIR)/etc/apparmor.d

PKGS      = ncursesw libcmark readline
TEST_PKGS = check vterm

BUILD := build
ifneq (,$(findstring clang,$(notdir $(CC))))
BUILD := $(BUILD)-clang
endif
ifeq ($(SANITIZE),address)
BUILD := $(BUILD)-asan
else ifeq ($(SANITIZE),undefined)
BUILD := $(BUILD)-ubsan
else ifneq (,$(SANITIZE))
$(error SANITIZE is address or undefined, not "$(SANITIZE)")
endif
ifdef COVERAGE
BUILD := $(BUILD)-coverage
endif

# One job a processor; a -j on the command line wins.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif

CFLAGS   ?= -O2 -g
# -iquote and not -I: src/sys must not hide <sys/shm.h>.
OUR_CPPFLAGS = -D_GNU_SOURCE -iquote src -DIPCLENS_VERSION='"$(VERSION)"' -DIPCLENS_DATADIR='"$(DATADIR)"' \
	-DIPCLENS_LOCALEDIR='"$(LOCALEDIR)"'
OUR_CFLAGS   = -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
OUR_LDFLAGS  = -Wl,--as-needed
ifdef WERROR
OUR_CFLAGS  += -Werror
endif
ifdef SANITIZE
# A report ends the process, so that no test passes beside one.
OUR_CFLAGS  += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
OUR_LDFLAGS += -fsanitize=$(SANITIZE)
endif
# Processes of a lesson write them too.
ifneq (,$(SANITIZE)$(COVERAGE))
OUR_CPPFLAGS += -DCONFINE_REPORTS='"$(CURDIR)/$(BUILD)"'
endif
ifdef COVERAGE
OUR_CFLAGS  += --coverage -fprofile-update=atomic
OUR_LDFLAGS += --coverage
endif

# Asked when the first recipe runs and not while this file is read: in "make deps run" the libraries
# are there only after deps. Each answer is then kept.
pkg_get = $(if $(shell pkg-config --exists $(1) && echo there),$(shell pkg-config $(2) $(1)),$(error \
	missing libraries ($(1)): "make deps" installs them))
PKG_CFLAGS      = $(eval PKG_CFLAGS := $(call pkg_get,$(PKGS),--cflags))$(PKG_CFLAGS)
PKG_LIBS        = $(eval PKG_LIBS := $(call pkg_get,$(PKGS),--libs) $(intl_lib))$(PKG_LIBS)
TEST_PKG_CFLAGS = $(eval TEST_PKG_CFLAGS := $(call pkg_get,$(TEST_PKGS),--cflags))$(TEST_PKG_CFLAGS)
TEST_PKG_LIBS   = $(eval TEST_PKG_LIBS := $(call pkg_get,$(TEST_PKGS),--libs))$(TEST_PKG_LIBS)

# The C library has gettext(), or else a library beside it.
intl_lib = $(shell printf '\043include <libintl.h>\nint main(void) { return !gettext(""); }\n' | \
	$(CC) -x c -o /dev/null - 2>/dev/null || echo -lintl)

COMPILE   = $(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) $(CFLAGS)
LINK      = $(CC) $(OUR_LDFLAGS) $(CFLAGS) $(LDFLAGS)

SRCS      := $(sort $(wildcard src/*.c src/*/*.c))
OBJS      := $(SRCS:%.c=$(BUILD)/%.o)
# What every test program is linked with: all but the one main(), and the tests' own helpers.
LIB_OBJS  := $(filter-out $(BUILD)/src/main.o,$(OBJS))
TEST_SRCS := $(sort $(wildcard tests/*.c))
TEST_OBJS := $(TEST_SRCS:%.c=$(BUILD)/%.o)
PROGRAMS  := $(patsubst tests/%.c,$(BUILD)/tests/%,$(filter tests/test_%.c,$(TEST_SRCS)))
# typist.c is the other program in tests/, it takes the screenshots.
HELPERS   := $(filter-out $(BUILD)/tests/test_%.o $(BUILD)/tests/typist.o,$(TEST_OBJS))

# The languages of the interface: a po file each.
POS       := $(wildcard po/*.po)
MOS       := $(POS:po/%.po=$(BUILD)/locale/%/LC_MESSAGES/ipclens.mo)

all: $(BUILD)/ipclens $(MOS) ## builds ./ipclens
ifeq ($(BUILD),build)
all: ipclens
ipclens: $(BUILD)/ipclens
	@ln -sf $< $@
endif

$(MOS): $(BUILD)/locale/%/LC_MESSAGES/ipclens.mo: po/%.po
	@mkdir -p $(@D)
	@echo "  MO    $<"
	@msgfmt --check -o $@ $<

$(BUILD)/ipclens: $(OBJS)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $(OBJS) $(PKG_LIBS)

$(PROGRAMS) $(BUILD)/tests/typist: $(BUILD)/tests/%: $(BUILD)/tests/%.o $(HELPERS) $(LIB_OBJS)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(PKG_LIBS) $(TEST_PKG_LIBS)

$(OBJS): $(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(COMPILE) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(TEST_OBJS): $(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(COMPILE) $(PKG_CFLAGS) $(TEST_PKG_CFLAGS) -MMD -MP -c -o $@ $<

# Other flags (WERROR=1, PREFIX=/usr) build everything anew: objects are newer than the flags they
# were made with, or they are made again.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS" | cmp -s - $@ || printf '%s\n' "$$FLAGS" >$@
$(BUILD)/flags: export FLAGS = $(COMPILE) | $(LINK)
FORCE:

# "make deps run" and "make clean all" name their order; -j must keep it.
$(BUILD)/flags: | $(filter deps clean,$(MAKECMDGOALS))

-include $(OBJS:.o=.d) $(TEST_OBJS:.o=.d)

deps: ## installs what is missing to build and to test
	@sh packaging/deps.sh build tests

deps-screenshots: ## installs what make screenshots needs
	@sh packaging/deps.sh screenshots

run: all ## builds and starts the program
	@$(BUILD)/ipclens $(ARGS)

# What the tests to run are made of: the programs among TESTS, if it says any; layers.sh reads all objects.
PICKED := $(if $(TESTS),$(filter $(TESTS:%=$(BUILD)/tests/%),$(PROGRAMS)),$(PROGRAMS)) \
	$(if $(filter layers layers.sh,$(TESTS)),$(TEST_OBJS))

tests: $(PICKED) po/ipclens.pot ## builds the test programs, runs nothing

check: all tests ## runs all tests; TESTS="test_a course" picks some
	@tests/run $(BUILD) $(TESTS)

LOOKS ?= 10000000
quiet: $(BUILD)/tests/test_quiet ## looks LOOKS times at processes that are never quiet; none may be found quiet
	@LOOKS=$(LOOKS) CK_TIMEOUT_MULTIPLIER=100 $(BUILD)/tests/test_quiet

STORM ?= 10000
storm: all $(BUILD)/tests/test_storm ## kills the program, its stage or a process at STORM moments; nothing may be left. SEED=1
	@STORM=$(STORM) IPCLENS=$(BUILD)/ipclens CK_TIMEOUT_MULTIPLIER=100 $(BUILD)/tests/test_storm

KEYS ?= 1000000
monkey: ## presses KEYS keys at random at the prompt, under AddressSanitizer. SEED=1
	@$(MAKE) --no-print-directory SANITIZE=address build-asan/tests/test_prompt
	@KEYS=$(KEYS) CK_TIMEOUT_MULTIPLIER=100 build-asan/tests/test_prompt

asan: ## all tests under AddressSanitizer
	@$(MAKE) --no-print-directory SANITIZE=address check

ubsan: ## all tests under UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory SANITIZE=undefined check

# Only tests that start no lesson processes: what they exec is /proc/self/exe, valgrind's own.
valgrind: all tests ## the tests that start no lesson processes, under valgrind
	@VALGRIND=1 tests/run $(BUILD) $(TESTS)

coverage: ## lines covered by the tests, a file a line
	@$(MAKE) --no-print-directory COVERAGE=1 coverage-report

coverage-report: all tests
	@find $(BUILD) -name '*.gcda' -delete
	@tests/run $(BUILD) $(TESTS)
	@gcov -n $(OBJS) 2>/dev/null | awk '/^File .src/ { file = $$2 } \
		/^Lines/ && file { sub(/.*:/, "", $$2); print $$2, "of", $$4, file; file = "" }' | sort -k4

mutants: ## changes src/ here and there: does a test notice? MUTANTS=20 SEED=1 FOLDER="sys script"
	@MUTANTS=$(MUTANTS) SEED=$(SEED) FOLDER="$(FOLDER)" tests/mutants.sh

layers: $(OBJS) $(TEST_OBJS) ## proves that includes and symbols run one way only
	@IPCLENS=$(BUILD)/ipclens tests/layers.sh

# The sentences of the interface. Made from the sources, so it is not in the repository and can't be out of date.
# Places are files, not lines: else each change of a line is one of every catalogue.
POT_SRCS = $(SRCS) $(sort $(wildcard src/*.h src/*/*.h src/*/*.def))
XGETTEXT = xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --flag=_:1:pass-c-format \
	--add-location=file --sort-by-file --no-wrap --package-name=ipclens --package-version=$(VERSION) \
	--copyright-holder='the authors of ipclens'

po/ipclens.pot: $(POT_SRCS) Makefile
	@mkdir -p po
	@echo "  POT   $@"
	@$(XGETTEXT) -o $@ $(POT_SRCS)
	@sed -i '/^"POT-Creation-Date:/d' $@

pot: po/ipclens.pot ## collects the sentences of the interface in po/ipclens.pot, and brings them to po/*.po
	@for f in $(POS); do msgmerge --quiet --no-wrap --update --backup=none "$$f" $< || exit 1; done

screenshots: all $(BUILD)/tests/typist ## takes the pictures in screenshots/; SHOTS="name..." picks some
	@tests/screenshots.sh $(BUILD) $(SHOTS)

format: ## clang-format on all C files
	clang-format -i $(wildcard src/*.[ch] src/*/*.[ch] tests/*.[ch])

compile_commands.json: Makefile $(SRCS) $(TEST_SRCS)
	@{ \
		sep='['; \
		for f in $(SRCS) $(TEST_SRCS); do \
			command=$$(printf '%s' "$$COMMAND -c $$f" | sed 's/["\\]/\\&/g'); \
			printf '%s\n{ "directory": "%s", "file": "%s", "command": "%s" }' \
				"$$sep" '$(CURDIR)' "$$f" "$$command"; \
			sep=','; \
		done; \
		printf '\n]\n'; \
	} >$@
compile_commands.json: export COMMAND = $(COMPILE) $(PKG_CFLAGS) $(TEST_PKG_CFLAGS)

# The profile needs AppArmor 4: an older one stops at its first line. A package (DESTDIR) brings it always.
install: all ## honours PREFIX and DESTDIR
	install -D -m 755 $(BUILD)/ipclens $(DESTDIR)$(PREFIX)/bin/ipclens
	@find lessons -type f | while read -r f; do \
		install -D -m 644 "$$f" "$(DESTDIR)$(DATADIR)/$$f" || exit 1; \
	done
	@for f in $(notdir $(POS:.po=)); do \
		install -D -m 644 $(BUILD)/locale/$$f/LC_MESSAGES/ipclens.mo \
			$(DESTDIR)$(LOCALEDIR)/$$f/LC_MESSAGES/ipclens.mo || exit 1; \
	done
	@for f in $(wildcard man/*.1); do install -D -m 644 -t $(DESTDIR)$(MANDIR)/man1 $$f || exit 1; done
	@for f in $(wildcard man/*.5); do install -D -m 644 -t $(DESTDIR)$(MANDIR)/man5 $$f || exit 1; done
	@install -D -m 644 -t $(DESTDIR)$(DOCDIR) $(wildcard README.md) COPYING LICENSE
	@if [ -n "$(DESTDIR)" ] || [ -e $(APPARMOR)/abi/4.0 ]; then \
		mkdir -p $(APPARMOR) && sed 's|/usr/{local/,}bin|$(PREFIX)/bin|' packaging/apparmor/ipclens \
			>$(APPARMOR)/ipclens && chmod 644 $(APPARMOR)/ipclens || exit 1; \
	fi
	@if [ -z "$(DESTDIR)" ] && [ -e $(APPARMOR)/ipclens ] && command -v apparmor_parser >/dev/null; then \
		apparmor_parser -r $(APPARMOR)/ipclens || echo "ipclens: the AppArmor profile is loaded at the next boot"; \
	fi

uninstall: ## removes what install brought
	rm -f $(DESTDIR)$(PREFIX)/bin/ipclens $(APPARMOR)/ipclens
	rm -f $(patsubst man/%,$(DESTDIR)$(MANDIR)/man1/%,$(wildcard man/*.1))
	rm -f $(patsubst man/%,$(DESTDIR)$(MANDIR)/man5/%,$(wildcard man/*.5))
	rm -f $(POS:po/%.po=$(DESTDIR)$(LOCALEDIR)/%/LC_MESSAGES/ipclens.mo)
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)

clean: ## removes what was built
	rm -rf build build-* ipclens compile_commands.json

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: all quiet storm monkey deps deps-screenshots run tests check asan ubsan valgrind coverage coverage-report layers mutants \
	pot screenshots format install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SUFFIXES:
