#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/layers.sh [DIR]
#
# Proves that no include in src/ (or DIR) runs against the table below, that there is no circle, and that
# only tui/screen.c knows curses. Without DIR it first proves that it would see each of these.
# The last line is "N passed, N failed".
set -u

check_tree() {
	# shellcheck disable=SC2016 # the dollars are awk's
	(cd "$1" && find . -name '*.[ch]' -o -name '*.def' | sed 's|^\./||' | sort | xargs awk '
	BEGIN {
		# Who may include whom: a folder, or one header of it. This is the table of the README.
		allow["base"]   = ""
		allow["sys"]    = "base"
		allow["script"] = "base sys"
		allow["lesson"] = "base sys script"
		allow["probe"]  = "base sys"
		allow["stage"]  = "base sys probe"
		allow["engine"] = "base sys script lesson probe/snapshot.h"
		allow["play"]   = "base sys script lesson stage engine"
		allow["paint"]  = "base lesson/text.h"
		allow["panels"] = "base sys script lesson engine paint probe/snapshot.h"
		allow["pages"]  = "base sys script lesson engine play paint panels probe/snapshot.h"
		allow["tui"]    = "base paint pages"
		allow["cli"]    = "base sys script lesson probe stage engine play paint panels pages"
		# The types of the probe are for all, so they may not bring the rest of it along.
		allow["probe/snapshot.h"] = "base sys"
		types = "probe/snapshot.h"
		top = " main.c app.c app.h "
		for (i = 1; i < ARGC; i++)
			known[ARGV[i]] = 1
	}
	function module(file) {
		return file ~ /\// ? substr(file, 1, index(file, "/") - 1) : ""
	}
	function has(list, word) {
		return index(" " list " ", " " word " ") > 0
	}
	function bad(text) {
		print where ": " text
		failures++
	}
	function edge(from, to, kind) {
		edges++
		edge_from[edges] = from; edge_to[edges] = to; edge_kind[edges] = kind; edge_at[edges] = where
	}
	# Takes away what nobody left includes and what includes nobody left, again and again. What then
	# remains is the circles, and what lies between two of them.
	function circles(kind, what,    i, taken, out, into) {
		do {
			taken = 0
			split("", out)
			split("", into)
			for (i = 1; i <= edges; i++)
				if (edge_kind[i] == kind && !gone[i]) {
					out[edge_from[i]] = 1
					into[edge_to[i]] = 1
				}
			for (i = 1; i <= edges; i++)
				if (edge_kind[i] == kind && !gone[i] &&
				    (!(edge_to[i] in out) || !(edge_from[i] in into))) {
					gone[i] = 1
					taken = 1
				}
		} while (taken)
		for (i = 1; i <= edges; i++)
			if (edge_kind[i] == kind && !gone[i]) {
				where = edge_at[i]
				bad("a circle of " what "s: " edge_from[i] " comes back to itself through " edge_to[i])
			}
	}
	FNR == 1 {
		mine = module(FILENAME)
		if (mine == "" && index(top, " " FILENAME " ") == 0) {
			where = FILENAME ":1"
			bad("only" top "stand beside the folders")
		} else if (mine != "" && !(mine in allow)) {
			where = FILENAME ":1"
			bad(mine "/ is not in the table of tests/layers.sh")
		}
		files++
	}
	/^[ \t]*#[ \t]*include/ {
		where = FILENAME ":" FNR
		name = $0
		sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)

		if (name ~ /^</) {
			sub(/>.*/, "", name)
			name = substr(name, 2)
			if (name ~ /(^|\/)(n?curses|term|panel|menu|form|eti|termcap|unctrl|slcurses)\.h$/ &&
			    FILENAME != "tui/screen.c")
				bad("<" name ">: only tui/screen.c includes curses")
			# One of ours between < and > does not compile: src/ is searched for quotes only (-iquote),
			# or sys/ would hide the C library files of that name.
			next
		}
		if (name !~ /^"[^"]*"/) {
			bad("an include that is neither \"...\" nor <...> can'\''t be checked")
			next
		}
		name = substr(name, 2)
		sub(/".*/, "", name)

		other = module(name)
		if (name ~ /\.c$/)
			bad("\"" name "\": a .c file is compiled, not included")
		else if (mine == "" && index(top, " " name " "))
			;
		else if (other == "" || name ~ /^\./ || !(other in allow))
			bad("\"" name "\": write it as \"module/file.h\"")
		else if (FILENAME == types && other != mine && !has(allow[types], other))
			bad("\"" name "\": " types " may include " allow[types])
		else if (FILENAME == types && other == mine)
			bad("\"" name "\": " types " may include " allow[types] ", and nothing of " mine "/")
		else if (mine != "" && mine != other && !has(allow[mine], other) && !has(allow[mine], name))
			bad("\"" name "\": " mine "/ may include " (allow[mine] == "" ? "nothing of ours" : allow[mine]))
		else if (!(name in known))
			bad("\"" name "\": there is no such file in " other "/")

		if (FILENAME ~ /\.h$/)
			edge(FILENAME, name, "header")
		if (mine != "" && other != "" && mine != other)
			edge(mine, other, "module")
	}
	END {
		circles("header", "header")
		circles("module", "module")
		if (!files) {
			print "no file found"
			failures++
		}
		exit failures > 0
	}')
}

passed=0
failed=0

# A tree that keeps the rules, but for the line $3 in the file $2; the check must say $4 (nothing: be silent).
try() {
	tree=$(mktemp -d)
	mkdir -p "$tree/base" "$tree/sys" "$tree/probe" "$tree/engine" "$tree/tui" "$tree/stage" "$tree/cli"
	echo '#include <stddef.h>' >"$tree/base/buffer.h"
	printf '#include "base/buffer.h"\n' >"$tree/sys/code.h"
	printf '#include "sys/code.h"\n' >"$tree/probe/snapshot.h"
	printf '#include "probe/snapshot.h"\n' | tee "$tree/probe/probe.h" "$tree/engine/engine.h" >"$tree/app.h"
	printf '#include "app.h"\n#include "engine/engine.h"\n' >"$tree/app.c"
	printf '#include <ncurses.h>\n' >"$tree/tui/screen.c"
	[ -z "$2" ] || printf '%s\n' "$3" >>"$tree/$2"
	said=$(check_tree "$tree" 2>&1)
	rm -rf "$tree"
	if [ "$said" = "$4" ] || { [ -n "$4" ] && [ -z "${said##*"$4"*}" ]; }; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'layers.sh: %s: expected "%s", got "%s"\n' "$1" "$4" "$said"
}

self_test() {
	try 'a good tree' '' '' ''
	try 'upwards' sys/code.h '#include "engine/engine.h"' \
		'sys/code.h:2: "engine/engine.h": sys/ may include base'
	try 'base needs nothing' base/buffer.c '#  include "sys/code.h"' \
		'base/buffer.c:1: "sys/code.h": base/ may include nothing of ours'
	try 'the engine sees types only' engine/engine.c '#include "probe/probe.h"' \
		'engine/engine.c:1: "probe/probe.h": engine/ may include'
	try 'the types stand alone' probe/snapshot.h '#include "probe/probe.h"' \
		'probe/snapshot.h:2: "probe/probe.h": probe/snapshot.h may include base sys'
	try 'cli without tui' cli/check.c '#include "tui/screen.h"' 'cli/check.c:1: "tui/screen.h": cli/ may'
	try 'no module in the name' sys/code.c '#include "code.h"' 'sys/code.c:1: "code.h": write it as'
	try 'app.h is for the top' cli/list.c '#include "app.h"' 'cli/list.c:1: "app.h": write it as'
	try 'a way around' engine/engine.c '#include "../probe/probe.h"' 'engine/engine.c:1: "../probe'
	try 'a system header as one of ours' base/buffer.c '#include "base/shm.h"' 'there is no such file in base/'
	try 'a macro' sys/code.c '#include CALLS' "sys/code.c:1: an include that is neither"
	try 'a .c file' sys/code.c '#include "sys/code.c"' 'a .c file is compiled'
	try 'a circle of headers' sys/a.h '#include "sys/a.h"' 'sys/a.h:1: a circle of headers: sys/a.h'
	try 'curses' tui/keys.c '#include <ncurses.h>' 'tui/keys.c:1: <ncurses.h>: only tui/screen.c'
	try 'curses in a folder' app.c '# include <ncursesw/term.h>' 'app.c:3: <ncursesw/term.h>: only'
	try 'a new folder' new.c '' 'new.c:1: only main.c app.c'
	try 'a circle of modules' base/buffer.h '#include "sys/code.h"' 'a circle of modules: base comes back'
}

[ $# -gt 0 ] || self_test

if check_tree "${1:-src}"; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
