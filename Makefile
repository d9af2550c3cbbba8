# SPDX-License-Identifier: GPL-3.0-or-later
#
# make deps run      installs what is missing, builds, starts the program
# make deps check    the same, and runs all tests
# make help          lists every target
#
# CC=clang, SANITIZE=address|undefined, COVERAGE=1 and STATIC=1 each build in a directory of their own;
# WERROR=1 makes warnings errors, HARDEN= leaves out what distributions build with. GNU make.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
DESTDIR  ?=
DATADIR   = $(PREFIX)/share/ipclens
LOCALEDIR = $(PREFIX)/share/locale
BINDIR    = $(PREFIX)/bin
MANDIR    = $(PREFIX)/share/man
DOCDIR    = $(PREFIX)/share/doc/ipclens
# Not below PREFIX: AppArmor reads no other place. One before version 4 stops at the profile's first line, and
# then loads none of that folder: a package says PROFILE=yes where it knows better than this machine.
APPARMOR  = /etc/apparmor.d
PROFILE  ?= $(if $(wildcard $(APPARMOR)/abi/4.0),yes)

PKG_CONFIG ?= pkg-config

PKGS      = ncursesw libcmark readline libdw
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
ifdef STATIC
BUILD := $(BUILD)-static
endif

# One job a processor, where nobody says how many: no -j, no make above this one, no builder of packages.
ifeq (,$(filter-out 0,$(MAKELEVEL))$(findstring j,$(firstword -$(MAKEFLAGS)))$(filter -j% --job%,$(MAKEFLAGS)))
ifeq (,$(NIX_BUILD_CORES)$(DEB_BUILD_OPTIONS)$(RPM_BUILD_NCPUS))
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
endif

CFLAGS   ?= -O2 -g
# -iquote and not -I: src/sys must not hide <sys/shm.h>.
OUR_CPPFLAGS = -D_GNU_SOURCE -iquote src -DIPCLENS_VERSION='"$(VERSION)"' -DIPCLENS_DATADIR='"$(DATADIR)"' \
	-DIPCLENS_LOCALEDIR='"$(LOCALEDIR)"'
# A char of the lesson language is signed, on every machine.
OUR_CFLAGS   = -std=c11 -fsigned-char -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
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
# What distributions build with. Sanitizers and coverage have their own ways with calls and addresses, and glibc
# wants optimisation for its checks.
ifeq (,$(SANITIZE)$(COVERAGE))
HARDEN ?= yes
endif
ifneq (,$(HARDEN))
ifeq (,$(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS))$(filter -O0,$(CFLAGS)))
OUR_CPPFLAGS += $(if $(findstring -O,$(CFLAGS)),-D_FORTIFY_SOURCE=2)
endif
OUR_CFLAGS  += -fstack-protector-strong $(if $(STATIC),,-fPIE)
OUR_LDFLAGS += -Wl,-z,relro,-z,now $(if $(STATIC),,-pie)
endif
ifdef STATIC
OUR_LDFLAGS += -static
endif
ifdef COVERAGE
OUR_CFLAGS  += --coverage -fprofile-update=atomic
OUR_LDFLAGS += --coverage
endif

# Asked when the first recipe runs and not while this file is read: in "make deps run" the libraries
# are there only after deps. Each answer is then kept.
pkg_get = $(if $(shell $(PKG_CONFIG) --exists $(1) && echo there),$(shell $(PKG_CONFIG) $(2) $(1)),$(error \
	missing libraries ($(1)): "make deps" installs them))
PKG_CFLAGS      = $(eval PKG_CFLAGS := $(call pkg_get,$(PKGS),--cflags))$(PKG_CFLAGS)
PKG_LIBS        = $(eval PKG_LIBS := $(call pkg_get,$(PKGS),$(PKG_STATIC) --libs) $(SYSTEM_LIBS))$(PKG_LIBS)
TEST_PKG_CFLAGS = $(eval TEST_PKG_CFLAGS := $(call pkg_get,$(TEST_PKGS),--cflags))$(TEST_PKG_CFLAGS)
TEST_PKG_LIBS   = $(eval TEST_PKG_LIBS := $(call pkg_get,$(TEST_PKGS),$(PKG_STATIC) --libs))$(TEST_PKG_LIBS)

PKG_STATIC      = $(if $(STATIC),--static)

# shm_open() is in librt with glibc before 2.34. The C library has gettext(), or else a library beside it.
SYSTEM_LIBS = -lrt -lpthread $(intl_lib)
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
# The other programs in tests/: typist.c takes the screenshots, the bench is of bench*.c, and hello.c is what it compares with.
BENCH_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench*.c))
HELPERS   := $(filter-out $(BUILD)/tests/test_%.o $(BUILD)/tests/typist.o $(BUILD)/tests/hello.o $(BENCH_OBJS),$(TEST_OBJS))

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

$(BUILD)/tests/bench: $(BENCH_OBJS) $(HELPERS) $(LIB_OBJS)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(PKG_LIBS) $(TEST_PKG_LIBS)

$(BUILD)/tests/hello: $(BUILD)/tests/hello.o
	@echo "  LINK  $@"
	@$(LINK) -Wl,--no-as-needed -o $@ $^ $(PKG_LIBS)

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

deps-programs: ## installs what the tests of strangers' programs need
	@sh packaging/deps.sh build tests programs

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
EVENTS ?= 100000
monkey: ## presses KEYS keys at random at the prompt, EVENTS of all kinds on the whole, under AddressSanitizer. SEED=1
	@$(MAKE) --no-print-directory SANITIZE=address all build-asan/tests/test_prompt build-asan/tests/test_monkey
	@KEYS=$(EVENTS) IPCLENS=build-asan/ipclens CK_TIMEOUT_MULTIPLIER=100 build-asan/tests/test_monkey
	@KEYS=$(KEYS) CK_TIMEOUT_MULTIPLIER=100 build-asan/tests/test_prompt

deps-bench: ## installs what make bench compares with
	@sh packaging/deps.sh build tests bench

bench: all $(BUILD)/tests/bench $(BUILD)/tests/hello deps-bench ## how fast, beside others in the same run; BENCH="key frame" picks rows, ARGS=--json
	@IPCLENS=$(abspath $(BUILD))/ipclens $(BUILD)/tests/bench $(ARGS) $(BENCH)

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

kernels: ## plays the course on other kernels, in qemu; KERNELS="6.1 6.12" picks
	@sh packaging/deps.sh kernels
	@$(MAKE) --no-print-directory STATIC=1 build-static/ipclens
	@tests/kernels.sh build-static/ipclens $(KERNELS)

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

# Each shell's own folder for what packages bring.
COMPLETIONS = bash:bash-completion/completions/ipclens zsh:zsh/site-functions/_ipclens \
	fish:fish/vendor_completions.d/ipclens.fish

completion: all ## writes the completions of bash, zsh and fish to build/completion/
	@mkdir -p $(BUILD)/completion
	@for f in $(COMPLETIONS); do \
		LC_ALL=C $(BUILD)/ipclens --completion $${f%%:*} >"$(BUILD)/completion/$${f%%:*}" || exit 1; \
	done

install: all completion ## honours PREFIX and DESTDIR; PROFILE=yes brings the AppArmor profile
	install -D -m 755 $(BUILD)/ipclens "$(DESTDIR)$(BINDIR)/ipclens"
	@find lessons -type f | while read -r f; do \
		install -D -m 644 "$$f" "$(DESTDIR)$(DATADIR)/$$f" || exit 1; \
	done
	@for f in $(notdir $(POS:.po=)); do \
		install -D -m 644 $(BUILD)/locale/$$f/LC_MESSAGES/ipclens.mo \
			"$(DESTDIR)$(LOCALEDIR)/$$f/LC_MESSAGES/ipclens.mo" || exit 1; \
	done
	@for f in $(notdir $(wildcard man/*.[15])); do \
		to="$(DESTDIR)$(MANDIR)/man$${f##*.}/$$f"; \
		install -D -m 644 man/$$f "$$to" && sed 's|/usr/local/|$(PREFIX)/|g' man/$$f >"$$to" || exit 1; \
	done
	@for f in $(COMPLETIONS); do \
		install -D -m 644 $(BUILD)/completion/$${f%%:*} "$(DESTDIR)$(PREFIX)/share/$${f#*:}" || exit 1; \
	done
	@install -D -m 644 -t "$(DESTDIR)$(DOCDIR)" README.md COPYING LICENSE LICENSES/*
	@if [ -n "$(PROFILE)" ]; then $(INSTALL_PROFILE); fi

# A user who installs in their own folder can't and need not: the kernel looks at the program's path.
INSTALL_PROFILE = to="$(DESTDIR)$(APPARMOR)"; \
	if [ -z "$(DESTDIR)" ] && [ ! -w "$$to" ]; then \
		echo "ipclens: without the AppArmor profile: $$to can't be written"; \
	else \
		install -D -m 644 packaging/apparmor/ipclens "$$to/ipclens" && \
		sed 's|/usr/{local/,}bin|$(BINDIR)|' packaging/apparmor/ipclens >"$$to/ipclens" || exit 1; \
		[ -n "$(DESTDIR)" ] || ! command -v apparmor_parser >/dev/null || apparmor_parser -r "$$to/ipclens" || \
			echo "ipclens: the AppArmor profile is loaded at the next boot"; \
	fi

uninstall: ## removes what install brought
	@profile="$(DESTDIR)$(APPARMOR)/ipclens"; \
	if [ -e "$$profile" ]; then \
		[ -n "$(DESTDIR)" ] || ! command -v apparmor_parser >/dev/null || apparmor_parser -R "$$profile" || :; \
		rm -f "$$profile"; \
	fi
	rm -f "$(DESTDIR)$(BINDIR)/ipclens"
	@for f in $(notdir $(wildcard man/*.[15])); do rm -f "$(DESTDIR)$(MANDIR)/man$${f##*.}/$$f" || exit 1; done
	@for f in $(notdir $(POS:.po=)); do \
		rm -f "$(DESTDIR)$(LOCALEDIR)/$$f/LC_MESSAGES/ipclens.mo" || exit 1; \
	done
	@for f in $(COMPLETIONS); do rm -f "$(DESTDIR)$(PREFIX)/share/$${f#*:}" || exit 1; done
	rm -rf "$(DESTDIR)$(DATADIR)" "$(DESTDIR)$(DOCDIR)"

clean: ## removes what was built
	rm -rf build build-* ipclens compile_commands.json

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: all completion bench deps-bench quiet storm monkey deps deps-screenshots deps-programs run tests check asan ubsan valgrind coverage coverage-report kernels layers \
	mutants pot screenshots format install uninstall clean help FORCE
.DELETE_ON_ERROR:
.SUFFIXES:
