#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The manual tells the truth: each lesson and each script that ipclens-lesson(5) shows runs as it stands, every
# call of src/sys/calls.def is described there, and mandoc finds nothing to say. (tests/cli.sh compares ipclens(1)
# with --help.) The last line is "N passed, N failed".
set -eu

ipclens=${IPCLENS:-build/ipclens}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
skipped=0

# same NAME A B: two files hold the same.
same() {
	if diff "$2" "$3" >"$dir/diff"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "man.sh: $1:"
		cat "$dir/diff"
	fi
}

# The displays that follow a comment "LESSON name" or "SCRIPT name", each to a file, without what is mdoc's.
# shellcheck disable=SC2016 # the backquotes are Markdown's
awk -v dir="$dir" '
	/^\.\\" (LESSON|SCRIPT) / { kind = $2; file = dir "/" $3 ".md" }
	/^\.Bd -literal/ && kind {
		inside = 1
		if (kind == "SCRIPT")
			print "# " file "\n\n## " file "\n\n```c" >file
		next
	}
	/^\.Ed/ && inside {
		if (kind == "SCRIPT")
			print "```" >file
		inside = 0
		kind = ""
	}
	inside {
		gsub(/\\-/, "-")
		gsub(/\\&/, "")
		gsub(/\\\(aq/, "\047")
		gsub(/\\\(dq/, "\"")
		gsub(/\\\(ga/, "`")
		gsub(/\\e/, "\\")
		print >file
	}' man/ipclens-lesson.5

if ! unshare -rim true 2>/dev/null; then
	for f in caps keys; do
		echo "SKIPPED $f: this machine has no namespaces for a lesson"
		rm "$dir/$f.md"
		skipped=$((skipped + 1))
	done
fi

"$ipclens" check "$dir"/*.md >"$dir/out" 2>&1 || :
grep -v '^ok ' "$dir/out" | sed -e '$d' -e "s|$dir/||" -e '/^skip /{ N; s/^skip \([^ ]*\).*\n */SKIPPED \1: /; }' || :
read -r p _ f _ s _ <<EOT
$(tail -n 1 "$dir/out" | grep -E '^[0-9]+ passed, [0-9]+ failed' || echo 0 passed, 1 failed)
EOT
passed=$((passed + p))
failed=$((failed + f))
skipped=$((skipped + ${s:-0}))

# A manual that lists nothing is not the same as a table without calls.
sed -n 's/^CALL(\([a-z_0-9]*\),.*/\1/p' src/sys/calls.def | sort >"$dir/calls"
[ -s "$dir/calls" ]
sed -n '/^\.Sh CALLS/,/^\.Sh CONSTANTS/s/^\.It Fn \([a-z_0-9]*\).*/\1/p' man/ipclens-lesson.5 | sort >"$dir/told"
same 'the calls of src/sys/calls.def and of ipclens-lesson(5)' "$dir/calls" "$dir/told"

# What is shown of an option of more than a letter begins with two dashes, whoever shows it.
for show in 'groff -mandoc -Tascii -P-c' 'mandoc -Tascii'; do
	if command -v "${show%% *}" >/dev/null; then
		# shellcheck disable=SC2086 # several words
		$show man/ipclens.1 2>/dev/null | sed "s/.$(printf '\b')//g" | grep -E '(\[|\| |ipclens )-[a-z]{2}' >"$dir/dashes" || :
		same "one dash, by ${show%% *}" /dev/null "$dir/dashes"
	else
		skipped=$((skipped + 1))
		echo "SKIPPED dashes: there is no ${show%% *}"
	fi
done

# Whether the manuals that these refer to are installed is not their fault.
if command -v mandoc >/dev/null; then
	mandoc -Tlint man/* 2>&1 | grep '^mandoc: man/' | grep -v 'referenced manual not found' >"$dir/lint" || :
	same 'mandoc -Tlint' /dev/null "$dir/lint"
else
	skipped=$((skipped + 1))
	echo 'SKIPPED lint: there is no mandoc'
fi

[ "$skipped" -eq 0 ] || skips=", $skipped skipped"
echo "$passed passed, $failed failed${skips:-}"
[ "$failed" -eq 0 ]
