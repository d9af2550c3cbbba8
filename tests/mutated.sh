#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A check that can't fail is no check: every lesson of the course, in each language, is made wrong at one place
# after the other, and each of these must fail. An assert is negated; the last result of an
# outcome becomes one that can't be; a step that blocks loses its outcome.
set -eu

ipclens=${IPCLENS:-./ipclens}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT INT TERM

# mutate FILE N: the file with its Nth mutation; N 0 prints how many there are.
mutate() {
	awk -v want="$2" '
	function outcome(line) {
		if (line ~ /=> *may/)
			return line
		if (line ~ /\/\/ *=> *blocks *$/) {
			sub(/\/\/ *=> *blocks *$/, "", line)
			return line
		}
		if (line ~ /=> *blocks *$/)
			return line
		match(line, /.*=>/)
		return substr(line, 1, RLENGTH) " -1 EDOM"
	}
	function mutated(line, body) {
		if (line ~ /^assert\(.*\);/) {
			match(line, /^assert\(.*\);/)
			body = substr(line, 8, RLENGTH - 9)
			return "assert(!(" body "));" substr(line, RLENGTH + 1)
		}
		if (line ~ /\/\/ *=>/)
			return outcome(line)
		return line
	}
	/^```c$/ { script = 1; print_it(); next }
	/^```/ { script = 0 }
	{ print_it() }
	function print_it(line) {
		line = $0
		if (script && mutated(line) != line && ++n == want)
			line = mutated(line)
		if (want)
			print line
	}
	END { if (!want) print n + 0 }' "$1"
}

made=0
for lesson in lessons/*/*/[0-9]*.md; do
	total=$(mutate "$lesson" 0)
	n=1
	while [ "$n" -le "$total" ]; do
		name=$(echo "${lesson#lessons/}" | tr / -)
		mutate "$lesson" "$n" >"$dir/$name-$n.md"
		n=$((n + 1))
		made=$((made + 1))
	done
done

# What is skipped here, a lesson that only root can play, is neither.
"$ipclens" check "$dir"/*.md >"$dir/out" 2>&1 || :
sed -n "/^skip /{ N; s|^skip .*/\([^ /]*\)-[0-9]*\.md.*\n *|SKIPPED \1: |p }" "$dir/out" | uniq
grep '^ok ' "$dir/out" || :
read -r survivors _ died _ skipped _ <<EOT
$(tail -n 1 "$dir/out")
EOT
skipped=${skipped:-0}
[ $((survivors + died + skipped)) -eq "$made" ] || survivors=$((made - died - skipped))
[ "$skipped" -eq 0 ] || skips=", $skipped skipped"
echo "$died passed, $survivors failed${skips:-}"
[ "$survivors" -eq 0 ]
