#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Each section of tests/statements.md is checked as a lesson; and what a branch that was not taken has left unbound is
# said to be so. The last line is "N passed, N failed".
set -eu

ipclens=${IPCLENS:-build/ipclens}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

awk -v dir="$dir" '/^## / { name = $2; file = dir "/" name ".md"; print "# " name "\n" >file } name { print >file }' \
	tests/statements.md

"$ipclens" check "$dir"/*.md >"$dir/out" 2>&1 || :
grep -v '^ok ' "$dir/out" | sed -e '$d' -e "s|$dir/||" || :
read -r passed _ failed _ <<EOT
$(tail -n 1 "$dir/out" | grep -E '^[0-9]+ passed, [0-9]+ failed' || echo 0 passed, 1 failed)
EOT

# left SCRIPT WHAT: the last line of the script, which has the number 8, fails with this.
left() {
	# shellcheck disable=SC2016 # the backquotes are Markdown's
	printf '# T\n\n## S\n\n```c\nA: x = 0;\n%s\n```\n' "$1" >"$dir/left"
	if "$ipclens" check "$dir/left" 2>&1 | grep -F "left:8:1: $2" >/dev/null; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "statements.sh: not said of $1: $2"
	fi
}

left 'A: if (x) { y = 1; }
A: z = y;' 'y has no value in A: nothing that was done has bound it'
left 'A: while (x) { int k = 1; }
A: k++;' 'k has no value in A: nothing that was done has bound it'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
