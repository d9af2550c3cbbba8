#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Each call of src/sys/calls.def has a section in tests/effects.md that proves what it does: all of these are
# checked as lessons, and a call without one fails. The last line is "N passed, N failed".
set -eu

ipclens=${IPCLENS:-build/ipclens}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

awk -v dir="$dir" '/^## / { name = $2; file = dir "/" name ".md"; print "# " name "\n" >file } name { print >file }' \
	tests/effects.md

calls=$(sed -n 's/^CALL(\([a-z_0-9]*\),.*/\1/p' src/sys/calls.def)
[ -n "$calls" ]
missing=0
for call in $calls; do
	grep -q "^[A-L].*[ =]$call(" "$dir/$call.md" 2>/dev/null && continue
	echo "effects.sh: tests/effects.md says nothing of $call"
	missing=$((missing + 1))
done

# What no process can do here is not asked of a lesson.
skipped=0
if ! unshare -rim true 2>/dev/null; then
	echo 'SKIPPED unshare: this machine has no user namespaces'
	rm "$dir/unshare.md"
	skipped=1
fi

"$ipclens" check "$dir"/*.md >"$dir/out" 2>&1 || :
# In the host's namespace what has a name is made in another way, and must come to the same.
"$ipclens" --host check "$dir"/shm_*.md "$dir"/sem_*.md >"$dir/host" 2>&1 || missing=$((missing + 1))
grep -v '^ok ' "$dir/host" | sed -e '$d' -e "s|$dir/|--host |" || :
grep -v '^ok ' "$dir/out" | sed -e '$d' -e "s|$dir/||" -e '/^skip /{ N; s/^skip \([^ ]*\).*\n */SKIPPED \1: /; }' || :
tail -n 1 "$dir/out" | awk -v missing="$missing" -v skipped="$skipped" '
	!/^[0-9]+ passed, [0-9]+ failed/ { $0 = "0 passed, 1 failed" }
	{ print $1 " passed, " $3 + missing " failed" ($5 + skipped ? ", " $5 + skipped " skipped" : ""); exit $3 + missing > 0 }'
