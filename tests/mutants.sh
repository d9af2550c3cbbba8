#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: [MUTANTS=n] [SEED=n] [FOLDER="name..."] tests/mutants.sh
#
# Would a test notice? In a copy of the tree one operator, constant or condition of src/ is changed, or one
# statement or call is left out, and the tests that matter for its folder are run: they should fail. MUTANTS of
# each FOLDER are tried (20), which ones is up to SEED (1). What doesn't compile, or compiles to the same code, is
# not counted. It says which survive, and ends with a line a folder: killed/tried. That something is not freed can
# be seen by a sanitizer only: it is tried with SANITIZE=address.
#
# A changed kill() may well kill everybody, and a changed loop take all memory: the tests run in namespaces of
# their own, with nothing but the copy to write to, and with a limit.
set -eu
export LC_ALL=C

mutants=${MUTANTS:-20}
seed=${SEED:-1}
work=$PWD/build-mutants
tree=$work/tree
user=
[ "$(id -u)" -eq 0 ] || user='--user --map-root-user'
make="make -s BUILD=build CFLAGS=-O1"

# folder, then its tests, those that fail soonest first
tests_of() {
	awk -v folder="$1" '$1 == folder { $1 = ""; print }' <<-'TABLE'
	base    test_base test_markdown test_lex test_view test_course cli.sh
	sys     test_script_run test_script test_probe effects.sh test_stage_host test_try cli.sh
	script  test_script test_lex test_script_run test_complete test_view cli.sh course test_try
	lesson  test_markdown test_course test_glossary test_screens cli.sh test_try test_tui
	probe   test_probe test_probe_memory test_probe_others test_probe_disturbs test_stage_requests course
	stage   test_parcel test_stage test_stage_requests test_stage_host effects.sh test_stage_ends test_quiet course cli.sh
	engine  test_engine test_engine_moves test_screens test_try course cli.sh
	play    test_try cli.sh test_tui
	paint   test_view test_sheet test_panels test_screens test_tui
	panels  test_panels test_view test_screens cli.sh test_tui
	pages   test_view test_screens test_tui
	tui     test_tui
	cli     cli.sh course
	src     test_tui cli.sh
	TABLE
}

# All that can be changed in a file, a line each: line, column, length, what it becomes. Only inside functions,
# which begin and end with a brace in the first column.
find_mutants() {
	awk -v file="$1" -v leaks="${SANITIZE:-}" '
	BEGIN {
		n = split("== != != == <= < >= > && || || && ++ -- -- ++ += -= -= +=", pair, " ")
		for (i = 1; i < n; i += 2)
			other[pair[i]] = pair[i + 1]
		n = split("< <= > >= + - - + & | | & * +", pair, " ")
		for (i = 1; i < n; i += 2)
			spaced[pair[i]] = pair[i + 1]
	}
	function mutant(column, size, text) {
		print file "\t" FNR "\t" column "\t" size "\t" text
	}
	# The line with blanks for texts, characters and comments.
	function blanked(line,    i, c, two, out, quote) {
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			two = substr(line, i, 2)
			if (!comment && quote == "" && two == "//")
				break
			if (comment ? two == "*/" : quote == "" ? two == "/*" : c == "\\") {
				if (quote == "")
					comment = !comment
				out = out "  "
				i++
			} else if (comment || quote != "" || c == "\"" || c == "\047") {
				if (!comment)
					quote = quote == "" ? c : c == quote ? "" : quote
				out = out " "
			} else {
				out = out c
			}
		}
		return out
	}
	function operators(line,    i, two, c, before, word) {
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			two = substr(line, i, 2)
			before = substr(line, i - 1, 1)
			if (two in other) {
				mutant(i, 2, other[two])
				i++
			} else if (c in spaced && before == " " && substr(line, i + 1, 1) == " ") {
				mutant(i, 1, spaced[c])
			} else if (c == "!") {
				mutant(i, 1, " ")
			} else if (match(substr(line, i), /^[A-Za-z0-9_]+/)) {
				word = substr(line, i, RLENGTH)
				if (word == "true" || word == "false")
					mutant(i, RLENGTH, word == "true" ? "false" : "true")
				else if (word ~ /^(0|[1-9][0-9]*)$/)
					mutant(i, RLENGTH, word == 1 ? 0 : word + 1)
				i += RLENGTH - 1
			}
		}
	}
	function statement(line,    begin, word) {
		match(line, /^\t+/)
		begin = RLENGTH + 1
		word = substr(line, begin)
		if (word ~ /^(} else )?(if|while) \(.*\)( {)?$/) {
			match(line, /(if|while) \(/)
			begin = RSTART + RLENGTH
			match(line, /\)( {)?$/)
			mutant(begin, RSTART - begin, "!(" substr($0, begin, RSTART - begin) ")")
		} else if (word ~ /^\*?[a-z_][a-z_0-9]*((->|\.)[a-z_0-9]+|\[[^]]*\])*( [-+|&]?= .*|\+\+|--|\(.*\));$/ &&
			   word !~ /^(if|while|for|switch|return|case|sizeof)/ && (leaks || word !~ /free\(/))
			mutant(begin, length(word), ";")
	}
	file ~ /\.def$/ {
		if (match($0, /^CALL\([a-z_0-9]*, /))
			mutant(RLENGTH + 1, length($0) - RLENGTH - 1, "0")
		next
	}
	{ line = blanked($0) }
	/^}/ { inside = 0 }
	inside && !/^[ \t]*#/ {
		operators(line)
		if (line ~ /^\t/)
			statement(line)
	}
	/^{/ { inside = 1 }' "$1"
}

# apply FILE LINE COLUMN LENGTH TEXT: the file with that change
apply() {
	text=$5 awk -v at="$2" -v column="$3" -v size="$4" '
		FNR == at { $0 = substr($0, 1, column - 1) ENVIRON["text"] substr($0, column + size) } { print }' "$1"
}

# passes NAME...: these tests are built, and pass.
passes() {
	$make build/ipclens tests "TESTS=$*" >"$work/log" 2>&1 || return 1
	# shellcheck disable=SC2016,SC2086 # the inner shell's, and words
	unshare $user --pid --fork --kill-child --mount-proc --ipc \
		sh -c 'mount --bind "$0" "$0" && mount -o remount,bind,ro / || exit 1
			for dir in /tmp /dev/shm; do mount -t tmpfs tmpfs $dir; done
			[ -n "${SANITIZE:-}" ] || ulimit -v 2097152
			cd "$0" && TEST_LIMIT=60 CK_DEFAULT_TIMEOUT=20 exec tests/run build "$@"' "$tree" "$@" >"$work/log" 2>&1
}

# What passes of these, without any change.
sound() {
	for name; do
		[ -e "tests/$name" ] || [ -e "tests/$name.c" ] || [ "$name" = course ] || continue
		if passes "$name"; then
			echo "$name"
		else
			echo "mutants.sh: $name fails without a mutant, and is left out" >&2
		fi
	done
}

# survives TEST...: all of them pass: the first alone, the others together.
survives() {
	first=$1
	shift
	# shellcheck disable=SC2086
	passes "$first" && { [ $# -eq 0 ] || passes "$@"; }
}

try_folder() {
	folder=$1
	path=src/$folder
	[ "$folder" != src ] || path=src
	tried=0
	killed=0
	# shellcheck disable=SC2046 # words
	set -- $(sound $(tests_of "$folder"))
	[ $# -gt 0 ] || return 0
	for f in "$path"/*.c "$path"/calls.def; do
		[ ! -e "$f" ] || find_mutants "$f"
	done | awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f 2- >"$work/$folder.list"

	while [ "$tried" -lt "$mutants" ] && IFS="$(printf '\t')" read -r file line column size text <&3; do
		object=${file%.def}
		object=build/${object%.c}.o
		cp "$object" "$work/object"
		cp "$file" "$work/source"
		apply "$work/source" "$line" "$column" "$size" "$text" >"$file"
		if $make "$object" >"$work/log" 2>&1 && ! cmp -s "$object" "$work/object"; then
			tried=$((tried + 1))
			if survives "$@"; then
				was=$(sed -n "${line}p" "$work/source" | cut -c "$column-$((column + size - 1))")
				echo "survives: $file:$line:$column: $was -> $text"
			else
				killed=$((killed + 1))
			fi
			echo "$folder $killed/$tried $file:$line:$column" >>"$work/tried"
		fi
		cp "$work/source" "$file"
		$make "$object" >"$work/log"
	done 3<"$work/$folder.list"
	echo "$folder $killed/$tried" >>"$work/result"
}

rm -rf "$work/tree"
mkdir -p "$tree"
git ls-files -z | sort -uz | xargs -0 cp --parents -t "$tree" --
rm -f "$work/result" "$work/tried"
cd "$tree"
$make all tests >"$work/log"
for folder in ${FOLDER:-$(find src -type d -printf '%f\n' | sort)}; do
	try_folder "$folder"
done
echo
awk '{ split($2, n, "/"); printf "%-8s %s killed (%d %%)\n", $1, $2, n[2] ? 100 * n[1] / n[2] : 0 }' "$work/result"
