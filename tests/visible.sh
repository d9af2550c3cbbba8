#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What happened must be seen in what is printed: each section of tests/visible.md is a lesson, and has a block
# with what "ipclens print" must say of it. The last line is "N passed, N failed".
set -u

ipclens=${IPCLENS:-build/ipclens}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unshare -rim true 2>/dev/null || { echo 'this machine has no user namespaces'; exit 77; }

awk -v dir="$dir" '
	/^## / { name = $2; file = dir "/" name ".md"; print "# " name "\n" >file; order = order " " name; next }
	!name { next }
	/^```seen/ { file = dir "/" name ".seen"; next }
	/^```/ && file ~ /seen$/ { file = dir "/" name ".md"; next }
	{ print >file }
	END { print order >dir "/order" }' tests/visible.md

passed=0 failed=0 skipped=0

# A line of the block: what must be there; after "! " what must not; after "~ " an extended regular expression.
look() {
	case $2 in
	'! '*) ! grep -qF -e "${2#! }" "$dir/$1.out" ;;
	'~ '*) grep -qE -e "${2#\~ }" "$dir/$1.out" ;;
	*)     grep -qF -e "$2" "$dir/$1.out" ;;
	esac
}

read -r order <"$dir/order"
for name in $order; do
	COLUMNS=1000 "$ipclens" print "$dir/$name.md" >"$dir/$name.out" 2>"$dir/$name.err"
	status=$?
	if grep 'SKIPPED, with the rest' "$dir/$name.out" >"$dir/why"; then
		echo "SKIPPED $name: $(cat "$dir/why")"
		skipped=$((skipped + 1))
		continue
	fi
	if [ "$status" -ne 0 ] && ! grep -q '^FAILED' "$dir/$name.seen"; then
		echo "FAIL: $name: exit status $status"
		cat "$dir/$name.out" "$dir/$name.err"
		failed=$((failed + 1))
		continue
	fi
	while IFS= read -r line; do
		[ -n "$line" ] || continue
		if look "$name" "$line"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "FAIL: $name: $line"
			sed 's/^/  /' "$dir/$name.out"
		fi
	done <"$dir/$name.seen"
done
echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ]
