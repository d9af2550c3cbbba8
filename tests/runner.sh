#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/run counts: what passed, what failed, what was skipped and why. It is given programs that only say
# something and end.
set -eu

# In the directory of the build, as a relative path: that is how tests/run gets it.
dir=$(mktemp -d "$(dirname "${IPCLENS:-build/ipclens}")/runner-XXXXXX")
dir=${dir#"$PWD"/}
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/tests"
passed=0
failed=0

# program NAME TEXT STATUS
program() {
	printf '#!/bin/sh\necho "%s"\nexit %s\n' "$2" "$3" >"$dir/tests/$1"
	chmod +x "$dir/tests/$1"
}

# expect LINE STATUS NAME...: the last line and the exit status for these programs.
expect() {
	line=$1
	status=$2
	shift 2
	got=0
	CK_VERBOSITY=normal JOBS=2 tests/run "$dir" "$@" >"$dir/out" 2>&1 || got=$?
	if [ "$(tail -n 1 "$dir/out")" = "$line" ] && [ "$got" -eq "$status" ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'runner.sh: %s: expected "%s" and %s, got %s and\n' "$*" "$line" "$status" "$got"
	cat "$dir/out"
}

# said LINE: the output of the last expect has it.
said() {
	if grep -qxF "$1" "$dir/out"; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'runner.sh: nowhere "%s"\n' "$1"
}

program test_good '100%: Checks: 3, Failures: 0, Errors: 0' 0
program test_bad '33%: Checks: 3, Failures: 1, Errors: 1' 1
program test_some '66%: Checks: 3, Failures: 1, Errors: 0
tests/suite.c:46:F:host:users:0: SKIPPED: only root can do this' 0
program test_mixed '50%: Checks: 4, Failures: 2, Errors: 0
tests/suite.c:46:F:host:users:0: SKIPPED: only root can do this
tests/test_mixed.c:7:F:host:others:0: not SKIPPED: this' 1
program test_none '0%: Checks: 1, Failures: 1, Errors: 0
tests/suite.c:46:F:host:users:0: SKIPPED: only root can do this' 0
program test_crash '' 139
program test_late '100%: Checks: 3, Failures: 0, Errors: 0' 3
program test_silent '' 0

expect '3 passed, 0 failed' 0 test_good
expect '4 passed, 2 failed' 1 test_good test_bad
expect '2 passed, 1 failed, 1 skipped' 1 test_mixed
said 'failed: test_mixed'
said 'failed: others:0: tests/test_mixed.c:7: not SKIPPED: this'
expect '5 passed, 0 failed, 1 skipped' 0 test_good test_some
said 'skipped: test_some: users: only root can do this'
expect '0 passed, 0 failed, 1 skipped' 1 test_none
expect '0 passed, 1 failed' 1 test_crash
said 'failed: test_crash'
expect '3 passed, 1 failed' 1 test_late
expect '0 passed, 1 failed' 1 test_silent
expect '0 passed, 1 failed' 1 test_missing

# The lessons of another language; what they can't do here is named with its reason.
program ../ipclens 'skip 1.1 limits
  no namespace
$*
3 passed, 0 failed, 1 skipped' 0
expect '3 passed, 0 failed, 1 skipped' 0 course-zh
said 'skipped: course-zh: 1.1 limits: no namespace'
grep -qx -- '--lessons lessons/zh check' "$dir/test-logs/course-zh.log"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
