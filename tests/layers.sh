#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Proves that src/ is what the map of the code in README.md says: no include and no symbol of an object
# runs against its table, there is no circle of headers, of folders or of files, only tui/screen.c knows
# curses, and nothing is global that only its own file uses. First it proves that it would see each of
# these. It reads the objects beside the program $IPCLENS. The last line is "N passed, N failed".
set -u

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tree=$dir/tree

# The table of a README: "folder: what it may include", where that is folders and single headers; or
# "file: *" for what stands beside the folders.
# shellcheck disable=SC2016 # the backquotes are Markdown's
table() {
	awk -F ' *[|] *' '/^[|] `src\// {
		n = split($2, name, /[` ,]+/)
		may = $4
		gsub(/`/, "", may)
		if (may == "nothing of ours")
			may = ""
		for (i = 1; i <= n; i++)
			if (sub(/^src\//, "", name[i]))
				print (sub(/\/$/, "", name[i]) ? name[i] ": " may : name[i] ": *")
	}' "$1"
}

# What both checks know; the first file of each is the table.
# shellcheck disable=SC2016 # the dollars are awk's
common='
	function module(file) {
		return file ~ /\// ? substr(file, 1, index(file, "/") - 1) : ""
	}
	function has(list, word) {
		return index(" " list " ", " " word " ") > 0
	}
	function bad(text) {
		print where ": " text
	}
	NR == FNR {
		colon = index($0, ": ")
		name = substr($0, 1, colon - 1)
		list = substr($0, colon + 2)
		if (list == "*")
			top = top " " name
		else
			allow[name] = list
		n = split(list, word, " ")
		for (i = 1; i <= n; i++)
			if (word[i] ~ /\.h$/)
				alone[word[i]] = 1
		next
	}
'

# The includes of a tree against a table.
# shellcheck disable=SC2016 # the dollars are awk's
includes='
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
		sub(/^\.\//, "", FILENAME)
		file = FILENAME
		mine = module(file)
		where = file ":1"
		if (mine == "" && !has(top, file))
			bad("only" top " stand beside the folders")
		else if (mine != "" && !(mine in allow))
			bad(mine "/ is not in the table of README.md")
		files++
	}
	/^[ \t]*#[ \t]*include/ {
		where = file ":" FNR
		name = $0
		sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)

		if (name ~ /^</) {
			sub(/>.*/, "", name)
			name = substr(name, 2)
			if (name ~ /(^|\/)(n?curses|term|panel|menu|form|eti|termcap|unctrl|slcurses)\.h$/ &&
			    file != "tui/screen.c")
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
		else if (mine == "" && has(top, name))
			;
		else if (other == "" || name ~ /^\./ || !(other in allow))
			bad("\"" name "\": write it as \"module/file.h\"")
		else if (file in alone && other == mine)
			# It is for folders that may not see the rest of its own.
			bad("\"" name "\": " file " may include nothing of " mine "/")
		else if (mine != "" && mine != other && !has(allow[mine], other) && !has(allow[mine], name))
			bad("\"" name "\": " mine "/ may include " (allow[mine] == "" ? "nothing of ours" : allow[mine]))
		else if (system("test -e " name))
			bad("\"" name "\": there is no such file in " other "/")

		if (file ~ /\.h$/)
			edge(file, name, "header")
		if (mine != "" && other != "" && mine != other)
			edge(mine, other, "module")
	}
	END {
		circles("header", "header")
		circles("module", "module")
		if (!files) {
			where = "src"
			bad("no file found")
		}
	}
'

# check_includes TABLE TREE
check_includes() {
	(cd "$2" && find . -name '*.[ch]' -o -name '*.def' | sort | xargs awk "$common $includes" "$1")
}

# The symbols of objects ("folder/file.c T name": it is there for others; "U": the file uses it) against a
# table. Files that need each other are a circle, but for those in "may".
# shellcheck disable=SC2016 # the dollars are awk's
symbols='
	{ where = $1; mine = module($1); test = $1 ~ /^tests\// }
	where ~ /nm:$/ {
		bad($0)
		next
	}
	$2 == "U" {
		if (test)
			tested[$3] = 1
		else {
			uses++
			user[uses] = $1
			used[uses] = $3
		}
		next
	}
	!test { home[$3] = $1 }
	# Which files can be reached from each, over any number of others.
	function closure(    i, j, k) {
		for (k in node)
			for (i in node)
				if ((i, k) in reach)
					for (j in node)
						if ((k, j) in reach)
							reach[i, j] = 1
	}
	function circles(    i, j, all, circle) {
		closure()
		for (i in node) {
			circle = ""
			all = 1
			for (j in node)
				if (i != j && (i, j) in reach && (j, i) in reach) {
					circle = circle " " j
					all = all && has(may, j)
				}
			where = i
			if (circle != "" && !(all && has(may, i)))
				bad("a circle of files, with" circle)
		}
	}
	function needs(from, name,    to, other) {
		to = home[name]
		elsewhere[name] = 1
		if (to == from)
			return
		node[from]
		node[to]
		reach[from, to] = 1
		mine = module(from)
		other = module(to)
		where = from
		if (mine == "" || mine == other || has(allow[mine], other))
			return
		sub(/\.c$/, ".h", to)
		if (!has(allow[mine], to))
			bad(name "() is in " other "/: " mine "/ may use " \
			    (allow[mine] == "" ? "nothing of ours" : allow[mine]))
	}
	# How often a file names a symbol: once is where it is defined.
	function mentions(file, name,    line, n) {
		while ((getline line < (src "/" file)) > 0)
			n += gsub("(^|[^A-Za-z0-9_])" name "($|[^A-Za-z0-9_])", " ", line)
		close(src "/" file)
		return n
	}
	END {
		for (i = 1; i <= uses; i++)
			if (used[i] in home)
				needs(user[i], used[i])
		circles()
		for (name in home) {
			where = home[name]
			if (name in elsewhere || name ~ /^(main$|_)/)
				continue
			if (!(name in tested))
				bad(name " is global, and nothing outside of this file uses it")
			else if (mentions(where, name) < 2)
				bad(name " is there for tests only")
		}
		if (!uses) {
			where = "src"
			bad("no symbol found")
		}
	}
'

# check_symbols TABLE TREE MAY <SYMBOLS
check_symbols() {
	awk -v src="$2" -v may="$3" "$common $symbols" "$1" - | sort
}

# The symbols of the objects of a build, of files that are still there.
symbols_of() {
	{
		printf '%s\n' src/*.c src/*/*.c
		printf '%s\n' tests/*.c | while read -r f; do [ ! -e "$1/${f%.c}.o" ] || echo "$f"; done
	} | sed "s|^|$1/|; s|c\$|o|" | xargs nm -A -P 2>&1 | awk -v build="$1/" '
		$1 ~ /nm:$/ { print; next }
		{
			file = substr($1, length(build) + 1)
			sub(/\.o:$/, ".c", file)
			sub(/^src\//, "", file)
		}
		$3 ~ /^[A-Z]$/ { print file, $3 == "U" ? "U" : "T", $2 }'
}

passed=0
failed=0

# expect NAME SAID TEXT: what a check said holds the text; no text: it is silent.
expect() {
	if [ "$2" = "$3" ] || { [ -n "$3" ] && [ -z "${2##*"$3"*}" ]; }; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'layers.sh: %s: expected "%s", got "%s"\n' "$1" "$3" "$2"
}

# A tree that keeps the rules, but for the line $3 in the file $2; the check must say $4.
try() {
	rm -rf "$tree"
	mkdir -p "$tree/base" "$tree/sys" "$tree/probe" "$tree/engine" "$tree/tui" "$tree/stage" "$tree/cli"
	echo '#include <stddef.h>' >"$tree/base/buffer.h"
	printf '#include "base/buffer.h"\n' >"$tree/sys/code.h"
	printf '#include "sys/code.h"\n' >"$tree/probe/snapshot.h"
	printf '#include "probe/snapshot.h"\n' | tee "$tree/probe/probe.h" "$tree/engine/engine.h" >"$tree/app.h"
	printf '#include "app.h"\n#include "engine/engine.h"\n' >"$tree/app.c"
	printf '#include <ncurses.h>\n' >"$tree/tui/screen.c"
	[ -z "$2" ] || printf '%s\n' "$3" >>"$tree/$2"
	expect "$1" "$(check_includes "$dir/small" "$tree" 2>&1)" "$4"
}

# The same for symbols: what keeps the rules, the line $2, and what the check must say.
try_symbols() {
	mkdir -p "$tree/base"
	printf 'void buf_add(void) { }\nvoid buf_test(void) { buf_add(); }\n' >"$tree/base/buf.c"
	expect "$1" "$(printf '%s\n' "$2" 'base/buf.c T buf_add' 'probe/probe.c U buf_add' \
		'probe/snapshot.c T snapshot_valid' 'engine/engine.c U snapshot_valid' 'sys/code.c U code_run' \
		'sys/exec.c T code_run' 'sys/exec.c U code_node' 'sys/code.c T code_node' 'app.c U buf_add' |
		check_symbols "$dir/small" "$tree" 'sys/code.c sys/exec.c')" "$3"
}

self_test() {
	# shellcheck disable=SC2016 # the backquotes are Markdown's
	printf '| %s | what | %s |\n' folder includes --- --- '`src/base/`' 'nothing of ours' '`src/sys/`' base \
		'`src/probe/`' 'base sys' '`src/engine/`' 'base sys `probe/snapshot.h`' '`src/stage/`' 'base sys probe' \
		'`src/tui/`' base '`src/cli/`' 'base engine' '`src/app.c`, `src/app.h`, `src/main.c`' everything \
		>"$dir/README"
	table "$dir/README" >"$dir/small"

	try 'a good tree' '' '' ''
	try 'upwards' sys/code.h '#include "engine/engine.h"' \
		'sys/code.h:2: "engine/engine.h": sys/ may include base'
	try 'base needs nothing' base/buffer.c '#  include "sys/code.h"' \
		'base/buffer.c:1: "sys/code.h": base/ may include nothing of ours'
	try 'the engine sees types only' engine/engine.c '#include "probe/probe.h"' \
		'engine/engine.c:1: "probe/probe.h": engine/ may include'
	try 'the types stand alone' probe/snapshot.h '#include "probe/probe.h"' \
		'probe/snapshot.h:2: "probe/probe.h": probe/snapshot.h may include nothing of probe/'
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
	try 'a new file' new.c '' 'new.c:1: only app.c app.h main.c stand beside'
	try 'a circle of modules' base/buffer.h '#include "sys/code.h"' 'a circle of modules: base comes back'

	try_symbols 'good symbols' 'app.c T main' ''
	try_symbols 'used upwards' 'base/buf.c U code_run' 'base/buf.c: code_run() is in sys/: base/ may use nothing'
	try_symbols 'types have no functions' 'probe/probe.c T probe_all
engine/engine.c U probe_all' 'engine/engine.c: probe_all() is in probe/: engine/ may use base sys'
	try_symbols 'a circle of files' 'probe/probe.c T probe_all
probe/snapshot.c U probe_all
probe/probe.c U snapshot_valid' 'probe/snapshot.c: a circle of files, with probe/probe.c'
	try_symbols 'a circle that grew' 'sys/exec.c U name_find
sys/names.c T name_find
sys/names.c U code_run' 'a circle of files, with'
	try_symbols 'not global' 'probe/probe.c T probe_one' 'probe_one is global, and nothing outside'
	try_symbols 'tested' 'base/buf.c T buf_add
tests/test_buf.c U buf_add' ''
	try_symbols 'for tests only' 'base/buf.c T buf_test
tests/test_buf.c U buf_test' 'base/buf.c: buf_test is there for tests only'
}

self_test

# The one circle that may be, in the words of the header that explains it.
circle=$(sed -n 's|.*but \(for \)\{0,1\}\([a-z_]*\.c\) and \([a-z_]*\.c\).*|script/\2 script/\3|p' src/script/inside.h)
table README.md >"$dir/table"
build=${IPCLENS:-build/ipclens}
build=${build%/*}
build=${build#"$PWD"/}

expect 'README.md' "$(check_includes "$dir/table" src)" ''
expect "$build" "$(symbols_of "$build" | check_symbols "$dir/table" src "$circle")" ''
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
