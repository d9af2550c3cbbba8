#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A lesson with programs: they are compiled once and kept, or not kept where there is no home; without a compiler it
# is skipped, and one that does not compile fails. The last line is "N passed, N failed".
set -u

ipclens=${IPCLENS:-$PWD/build/ipclens}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
mkdir "$dir/tmp" "$dir/cache"
export XDG_CACHE_HOME="$dir/cache" TMPDIR="$dir/tmp"

printf '#!/bin/sh\necho called >>"%s/calls"\nexec cc "$@"\n' "$dir" >"$dir/counted"
chmod +x "$dir/counted"
printf '#include <unistd.h>\nint main(void) { return STATUS; }\n' >"$dir/a.c"
printf '#define STATUS 3\n' >"$dir/status.h"
sed -i '1i #include "status.h"' "$dir/a.c"
cat >"$dir/lesson.md" <<'END'
# A program

## It ends

```c
program(A, "a.c");
A: next(exit);  // => exit 3
```
END

# expect WHAT CALLS LAST: the lesson is checked; the compiler was called so often, all in all; the last line is so.
expect() {
	"$ipclens" check "$dir/lesson.md" >"$dir/out" 2>&1
	last=$(tail -n 1 "$dir/out")
	calls=$(wc -l 2>/dev/null <"$dir/calls" || echo 0)
	if [ "$last" = "$3" ] && [ "$calls" -eq "$2" ] && [ -z "$(ls "$dir/tmp")" ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "programs.sh: $1: $calls calls, in TMPDIR $(ls "$dir/tmp"):"
	cat "$dir/out"
}

# said TEXT: the last check has said it.
said() {
	if grep -qF "$1" "$dir/out"; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "programs.sh: expected \"$1\" in:"
	cat "$dir/out"
}

export CC="$dir/counted"
expect 'compiled' 1 '1 passed, 0 failed'
expect 'kept' 1 '1 passed, 0 failed'
printf '#define STATUS (1 + 2)\n' >"$dir/status.h"
expect 'another header' 2 '1 passed, 0 failed'

# Nowhere to keep it.
export XDG_CACHE_HOME='' HOME=''
expect 'no home' 3 '1 passed, 0 failed'
expect 'no home, again' 4 '1 passed, 0 failed'
export XDG_CACHE_HOME="$dir/cache"

# A program that is there already, beside the lesson, is called as it is named.
printf 'int main(int n, char **words) { return words[0][0] == 46 ? n : 9; }\n' >"$dir/b.c"
cc -o "$dir/b" "$dir/b.c"
cp "$dir/lesson.md" "$dir/first.md"
sed -i -e 's/"a.c"/".\/b", "two", "three"/' "$dir/lesson.md"
expect 'beside the lesson' 4 '1 passed, 0 failed'
cp "$dir/first.md" "$dir/lesson.md"

# Of a translation the programs are the original's, but for those that it has.
mkdir -p "$dir/c/en/1-a" "$dir/c/zh/1-a"
cp "$dir/a.c" "$dir/status.h" "$dir/c/en/1-a"
cp "$dir/lesson.md" "$dir/c/en/1-a/1-b.md"
cp "$dir/lesson.md" "$dir/c/zh/1-a/1-b.md"
translated() {
	if [ "$("$ipclens" --lessons "$dir/c/zh" check 2>&1 | tail -n 1)" = "$1" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "programs.sh: of a translation, expected $1:"
		"$ipclens" --lessons "$dir/c/zh" check
	fi
}
translated '1 passed, 0 failed'
printf 'int main(void) { return 4; }\n' >"$dir/c/zh/1-a/a.c"
translated '0 passed, 1 failed'
true >"$dir/calls"

printf '#define STATUS nothing\n' >"$dir/status.h"
expect 'does not compile' 1 '0 passed, 1 failed'
said 'lesson.md:6:1: '
said "a.c can't be compiled"
said "status.h:1:16: error: "
printf '#define STATUS (1 %s)\n' "$(seq -f '+ n%.0f' -s ' ' 200)" >"$dir/status.h"
expect 'much is wrong' 2 '0 passed, 1 failed'
said ' lines more'
if [ "$(wc -l <"$dir/out")" -lt 12 ]; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo "programs.sh: all of it is said:"
	cat "$dir/out"
fi

CC=no-such-cc
expect 'no compiler' 2 '0 passed, 0 failed, 1 skipped'
said 'there is no no-such-cc here'
export XDG_CACHE_HOME='' HOME=''
expect 'no compiler, no home' 2 '0 passed, 0 failed, 1 skipped'
unset HOME XDG_CACHE_HOME
CC=' no-such-cc -O'
expect 'no compiler, nothing is set' 2 '0 passed, 0 failed, 1 skipped'
rm "$dir/a.c"
expect 'no source' 2 '0 passed, 1 failed'
said 'a.c: there is no such file'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
