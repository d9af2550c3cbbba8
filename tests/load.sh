#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/run: alone
#
# The quiet rule under load: lesson 3.2 a thousand times beside two busy loops, and every run
# ends the same.
set -eu

ipclens=${IPCLENS:-./ipclens}
runs=${RUNS:-1000}
loops=
out=$(mktemp)
trap 'kill $loops 2>/dev/null; rm -f "$out"' EXIT INT TERM

for _ in 1 2; do
	sh -c 'while :; do :; done' &
	loops="$loops $!"
done
lessons=$(awk -v n="$runs" 'BEGIN { while (n--) printf "3.2 " }')
# shellcheck disable=SC2086
"$ipclens" --lessons lessons check $lessons >"$out" 2>&1 || :
grep -v '^ok ' "$out" | head -n 20
[ "$(tail -n 1 "$out")" = "$runs passed, 0 failed" ]
