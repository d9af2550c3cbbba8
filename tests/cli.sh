#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: IPCLENS=build/ipclens tests/cli.sh
#
# The command line as a shell sees it: exit statuses, what goes to which output, bad input. The last line
# is "N passed, N failed".
# shellcheck disable=SC2016 # the backquotes are Markdown's
set -u

: "${IPCLENS:=build/ipclens}"
case $IPCLENS in
/*) ;;
*) IPCLENS=$PWD/$IPCLENS ;;
esac
here=$(cd "$(dirname "$0")/.." && pwd)
lessons=$here/lessons
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

passed=0 failed=0 skipped=0

# Where a lesson has namespaces of its own, ids are from 0 and nothing is said of the host's.
namespaces=
unshare -rim true 2>/dev/null && namespaces=yes

# where_own COMMAND...: only there.
where_own() {
	if [ -n "$namespaces" ]; then "$@"; else skipped=$((skipped + 1)); fi
}

# Runs the program; its outputs are then in out and err, its exit status in $status.
ipclens() {
	"$IPCLENS" --lessons "$lessons" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
}

ok() {
	passed=$((passed + 1))
}

fail() {
	failed=$((failed + 1))
	echo "FAIL: $*"
	sed 's/^/  out: /' "$dir/out" | tail -n 20
	sed 's/^/  err: /' "$dir/err" | tail -n 20
}

# is NAME STATUS: the exit status of the last run.
is() {
	if [ "$status" -eq "$2" ]; then ok; else fail "$1: exit status $status, not $2"; fi
}

# has NAME FILE TEXT: the file (out or err) has a line that is, or holds, the text.
is_line() {
	if grep -qxF -e "$3" "$dir/$2"; then ok; else fail "$1: no such line in $2: $3"; fi
}

has() {
	if grep -qF -e "$3" "$dir/$2"; then ok; else fail "$1: $2 does not say: $3"; fi
}

has_not() {
	if grep -qF -e "$3" "$dir/$2"; then fail "$1: $2 says: $3"; else ok; fi
}

empty() {
	if [ -s "$dir/$2" ]; then fail "$1: $2 is not empty"; else ok; fi
}

last_line() {
	if [ "$(tail -n 1 "$dir/out")" = "$2" ]; then ok; else fail "$1: the last line is not: $2"; fi
}

# usage NAME TEXT WORDS...: a wrong command line gives one sentence and status 2.
usage() {
	name=$1 text=$2
	shift 2
	ipclens "$@"
	is "$name" 2
	is_line "$name" err "ipclens: $text"
	empty "$name" out
	if [ "$(wc -l <"$dir/err")" -eq 1 ]; then ok; else fail "$name: more than one line"; fi
}

# --- options

ipclens --help
is help 0
has help out 'Usage: ipclens'
empty help err
ipclens --help --hots
is 'help first' 0
# Every option and every command of --help is in ipclens(1), and the other way round.
manual() {
	sed -n "s/^$2\([a-z-]*\).*/\1/p" "$here/man/ipclens.1" | sort >manual
	if [ -s "$1" ] && cmp -s "$1" manual; then ok; else fail "ipclens(1) and --help have other $1"; fi
}
sed -n 's/^ *\(-[a-z], \)\{0,1\}--\([a-z-]*\).*/\2/p' out | sort >options
manual options '\.It Fl -'
sed -n 's/^ *ipclens \[OPTION\.\.\.\] \([a-z]*\).*/\1/p' out | sort >commands
manual commands '\.It Nm ipclens Cm '

# What --help says of an option is true of every command that takes it.
has 'help: patience' out '--patience N     with check, print and run --orders: '
has 'help: quiet' out '--quiet          with run: '

ipclens --help
cp out long
ipclens -h
is '-h' 0
if cmp -s out long; then ok; else fail '-h is not --help'; fi
ipclens --theme help
is 'themes' 0
for theme in default dark light contrast solarized mono; do
	has themes out "$theme "
done

# A word that is a command can't be a lesson.
ipclens list
awk '/^[0-9]+\.[0-9]/ { print $2 }' out | sort >slugs
if [ -s slugs ] && [ -z "$(comm -12 slugs commands)" ]; then ok; else fail "a slug is a command: $(comm -12 slugs commands)"; fi

ipclens list --version
is version 0
has version out 'ipclens '

usage 'unknown option' '--hots: no such option; did you mean --host?' --hots
usage 'unknown option' '--zzzzzz: no such option' --zzzzzz=1
usage 'unknown letter' '-q: no such option' -q list
themes='default, dark, light, contrast, solarized, mono'
usage 'no theme' "--theme: there is no theme \"foo\"; there are $themes" --theme foo
usage 'no theme of a command' "--theme: there is no theme \"\"; there are $themes" --theme '' list
usage 'no argument' '--lessons: needs an argument' --lessons
usage 'not a language' '../xx: not a language, such as zh or de_AT' --lang ../xx list
usage 'argument too many' '--ascii: takes no argument' --ascii=yes
usage 'json alone' '--json: only with run, list' --json
usage 'json and check' '--json: only with run, list' check --json
usage 'unknown word' 'chekc: no such command or lesson; did you mean check?' chekc
usage 'unknown lesson' 'semcnt: no such command or lesson; did you mean semncnt?' semcnt
usage 'unknown number' '99.99: no such command or lesson' 99.99
usage 'nothing like it' 'something-else-entirely: no such command or lesson' something-else-entirely
usage 'two lessons' '3.8: one lesson at a time' 3.2 3.8
usage 'two chapters' '4: one lesson at a time' 3 4
usage 'unknown of two' 'chekc: no such command or lesson; did you mean check?' chekc 3.2
asked='no command: it is asked at the prompt of "ipclens explore"'
usage man "man: $asked" man
usage 'man of a call' "man: $asked" man semop
usage 'the word help' "help: $asked; did you mean --help?" help
usage 'help of a call' "help: $asked; did you mean --help?" help semop
printf 'int main(void) { return 0; }\n' >server.c
printf '#!/bin/sh\n' >tool
chmod +x tool
printf '# T\n' >plays
cp plays plays.md
chmod +x plays plays.md
program='a program, not a lesson; did you mean ipclens run'
usage 'a C file' "server.c: $program server.c?" server.c
usage 'a C file by its path' "./server.c: $program ./server.c?" ./server.c
usage 'two C files' "server.c: $program server.c?" server.c : server.c
usage 'an executable' "tool: $program ./tool?" tool
usage 'an executable by its path' "./tool: $program ./tool?" ./tool
usage 'print a program' "server.c: $program server.c?" print server.c
usage 'no C file' 'sever.c: no such command or lesson' sever.c
for name in ./plays plays.md; do
	ipclens "$name" --order A
	has "$name" err 'no schedule of this lesson has these steps'
done
rm -f server.c tool plays plays.md
usage 'after --' '--list: no such command or lesson; did you mean list?' -- --list
usage 'empty word' ': no such command or lesson' ''
usage 'list takes none' '3.2: list takes no lesson' list 3.2
usage 'progress takes none' '3.2: progress takes no lesson' progress 3.2
usage 'reset and list' '--reset: only with progress' list --reset
usage 'print what' 'print: which lesson?' print
usage 'print two' '3.8: print takes one lesson' print 3.2 3.8
usage 'print quiz' '--quiz: only with print' list --quiz
usage 'print unknown' 'semcnt: no such lesson; did you mean semncnt?' print semcnt
usage 'check unknown' 'semcnt: no such lesson; did you mean semncnt?' check 3.2 semcnt

# --- progress

export XDG_STATE_HOME="$dir/state"
ipclens progress
is 'no progress' 0
is_line 'no progress' out 'No lesson was opened yet.'
if [ -e state ]; then fail 'progress makes no folder'; else ok; fi
mkdir -p state/ipclens
printf '1 semncnt when=5 scene=1 step=3 answers=+-.\n1 other when=6 finished=1\n2 what\n' >state/ipclens/progress
ipclens progress
is progress 0
is_line 'progress of the course' out '3.2    begun      1/3 right     A blocked semop counts in semncnt'
is_line 'progress of another' out '       finished                 other'
empty progress err
ipclens print 1.1
if grep -q 'when=5' state/ipclens/progress; then ok; else fail 'print changes progress'; fi
ipclens progress --reset
is reset 0
empty reset out
empty reset err
if [ -e state/ipclens/progress ]; then fail 'reset leaves the file'; else ok; fi
ipclens progress --reset
is 'reset again' 0
mkdir state/ipclens/progress
ipclens progress
is 'a folder in its place' 1
has 'a folder in its place' err 'state/ipclens/progress: Is a directory'
ipclens progress --reset
is 'reset a folder' 1
unset XDG_STATE_HOME

# --- list

ipclens list
is list 0
has list out 'semncnt'
if grep -qx '3  *Semaphores' "$dir/out"; then ok; else fail 'list: no chapter 3'; fi
empty list err
ipclens --json list
is json 0
has json out '"number": "3.2"'
has json out '"slug": "semncnt"'
if command -v python3 >/dev/null; then
	if python3 -c 'import json, sys; json.load(sys.stdin)' <"$dir/out"; then ok; else fail 'json: not JSON'; fi
fi

mkdir -p odd/en/1-one
printf '# "A" \\ b\n\nTab\tand &quot;\342\202\254&quot;.\n' >odd/en/1-one/2-two.md
ipclens --lessons odd list --json
is 'odd json' 0
has 'odd json' out '"title": "\"A\" \\ b"'
has 'odd json' out '"summary": "Tab and \"€\"."'
has 'odd json' out '"path": "odd/en/1-one/2-two.md"'

# --- the language: --lang, or LANGUAGE and the locale; what is missing in it is English

mkdir -p mixed/en/1-one mixed/xx/1-one
printf '# One\n' >mixed/en/1-one/1-a.md
printf '# Two\n' >mixed/en/1-one/2-b.md
printf '# Deux\n' >mixed/xx/1-one/2-b.md
printf '# Chapitre\n' >mixed/xx/1-one/README.md
ipclens --lessons mixed list
is_line 'no language' out '1.2  b  Two'
ipclens --lessons mixed --lang xx_YY list
is 'language' 0
is_line 'language' out '1    Chapitre'
is_line 'language' out '1.1  a  One  (en)'
is_line 'language' out '1.2  b  Deux'
ipclens --lessons mixed --lang xx list --json
has 'language json' out '"language": "en"'
has 'language json' out '"language": "xx"'
has 'language json' out '"path": "mixed/xx/1-one/2-b.md"'
ipclens --lessons mixed/xx list --json
has 'no name of a language' out '"language": null'
ipclens --lessons mixed --lang xx check
last_line 'language check' '2 passed, 0 failed'
has 'language check' out 'ok   1.1 One'
has 'language check' out 'ok   1.2 Deux'
printf '```c\nA: getpid();\n```\n' >>mixed/en/1-one/2-b.md
ipclens --lessons mixed --lang xx check
is 'a translation without its code' 1
is_line 'a translation without its code' out 'FAIL 1.2 Deux'
has 'a translation without its code' out 'mixed/en/1-one/2-b.md:3 is missing: A: getpid();'
ipclens --lessons mixed --lang xx print b
is_line 'language print' out 'Deux'
LANGUAGE=xx:yy ipclens --lessons mixed list
is_line LANGUAGE out '1.2  b  Deux'
LANGUAGE=yy:xx ipclens --lessons mixed --lang en list
is_line 'English is asked for' out '1.2  b  Two'
LANGUAGE=en:xx ipclens --lessons mixed list
is_line 'English first' out '1.2  b  Two'
LC_ALL=C LANGUAGE=xx ipclens --lessons mixed list
is_line 'the C locale' out '1.2  b  Two'

ipclens --lessons /nonexistent list
is 'no course' 1
is_line 'no course' err 'ipclens: /nonexistent: No such file or directory'
ipclens --lessons "$dir/out" check
is 'course is a file' 1
has 'course is a file' err 'Not a directory'

"$IPCLENS" --lessons "$lessons" list >/dev/full 2>"$dir/err"
status=$?
is 'full disk' 1
is_line 'full disk' err 'ipclens: standard output: No space left on device'
"$IPCLENS" --lessons "$lessons" list >&- 2>"$dir/err"
status=$?
is 'closed output' 1

# --- the lessons beside the program are found without --lessons

"$IPCLENS" list >"$dir/out" 2>"$dir/err"
status=$?
is 'default lessons' 0
has 'default lessons' out 'semncnt'

# --- check: bad files

# bad FILE TEXT: the file can't be read as a lesson; one clear line says why.
bad() {
	ipclens check "$1"
	is "check $1" 1
	is_line "check $1" out "FAIL $1"
	is_line "check $1" out "  $2"
	last_line "check $1" '0 passed, 1 failed'
	empty "check $1" err
	ipclens print "$1"
	is "print $1" 1
	empty "print $1" out
	has "print $1" err "$2"
}

mkdir dir.md
: >empty.md
printf '# T\n\0\n' >binary.md
printf '# T\n\n\377\n' >latin1.md
truncate -s 50M large.md
printf 'No title.\n' >untitled.md
printf '# T\n\n```c\nA: shmgte(1);\n```\n' >unknown.md
mkfifo fifo.md
bad ./missing.md './missing.md: No such file or directory'
bad dir.md 'dir.md: Is a directory'
bad empty.md 'empty.md: the file is empty'
bad binary.md 'binary.md:2:1: not a text file: it has NUL bytes'
bad latin1.md 'latin1.md:3:1: not UTF-8: byte 0xff'
bad large.md 'large.md: larger than a lesson may be (1 MiB)'
bad untitled.md 'untitled.md:1:1: a lesson begins with its title: # Title'
bad fifo.md 'fifo.md: the file is empty'
if [ "$(id -u)" -ne 0 ]; then
	printf '# T\n' >secret.md
	chmod 0 secret.md
	bad secret.md 'secret.md: Permission denied'
fi
ipclens check unknown.md
is 'unknown call' 1
has 'unknown call' out 'unknown.md:4:'
has 'unknown call' out 'shmget'

# --- check: good files and wrong ones

cat >good.md <<'EOF'
# Good

```c
A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);  // => ok
assert(seg.shm_nattch == 0);
```
EOF
sed 's/nattch == 0/nattch == 7/; s/Good/Wrong/' good.md >wrong.md
printf '# Prose\n\nAlone.\n' >prose.md
ipclens check good.md prose.md
is good 0
is_line good out 'ok   good.md Good  2 steps'
is_line good out 'ok   prose.md Prose  0 steps'
last_line good '2 passed, 0 failed'
# Where a part of the confinement is missing nothing is run.
ipclens --host check --confined good.md
is 'not confined' 1
has 'not confined' err 'lessons are not confined here; lacking: namespaces of its own'
empty 'not confined' out
ipclens --version
if grep -qx 'Lessons are confined: they can do no harm here.' "$dir/out"; then
	ipclens check --confined good.md
	is confined 0
	empty confined err
else
	has 'version, not confined' out 'Lessons are not confined here; lacking: '
fi
usage 'confined alone' '--confined: only with check' list --confined

ipclens check good.md wrong.md ./missing.md good.md
is wrong 1
is_line wrong out 'FAIL wrong.md Wrong'
has wrong out '  wrong.md:5:1: '
last_line wrong '2 passed, 2 failed'
# in the order in which they were named
if [ "$(sed -nE 's/^(ok|FAIL) .*/\1/p' "$dir/out" | tr '\n' ' ')" = 'ok FAIL FAIL ok ' ]; then
	ok
else
	fail 'wrong: the order'
fi

# also of one that waits for a clock, which is begun first
cat >waits.md <<'EOF'
# Waits

It waits.

## Scene

```c
A: nanosleep({0, 1000000}, NULL); // => 0
```
EOF
ipclens check good.md waits.md wrong.md good.md
if [ "$(sed -nE 's/^(ok|FAIL) +([a-z]*)\.md.*/\2/p' "$dir/out" | tr '\n' ' ')" = 'good waits wrong good ' ]; then
	ok
else
	fail 'waits: the order'
fi

# more than a snapshot holds
cat >many.md <<'EOF'
# Many

## Many segments

Made in a loop.

```c
A: repeat (300) { shmget(IPC_PRIVATE, 9 * PAGE, 0600 | SHM_NORESERVE); }
```
EOF
ipclens print many.md
is 'many printed' 0
where_own has 'many printed' out '| shm 0: shm_segsz 36864, shm_nattch 0, rss 0, shm_cpid A, shm_lpid -'
has 'many printed' out '| shm: … and 44 more'

# twelve processes; G to L may be names instead
cat >twelve.md <<'EOF'
# Twelve

```c
A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
A, B, C, D, E, F, G, H, I, J, K, L: p = shmat(seg, NULL, 0);
assert(seg.shm_nattch == 12);
B, C, D, E, F, G, H, I, J, K, L: semop(sem, {{0, -1, SEM_UNDO}}, 1);  // => blocks
assert(sem[0].semncnt == 11);
A: semop(sem, {{0, 11, 0}}, 1);  // => 0, B => 0, C => 0, D => 0, E => 0, F => 0, G => 0, H => 0, I => 0, J => 0, K => 0, L => 0
assert(sem[0].semadj(L) == 1);
kill(L, SIGKILL);  // => L => killed SIGKILL
assert(sem[0].semval == 1 && sem[0].sempid == L);
```
EOF
cat >names.md <<'EOF'
# Names

```c
A: G = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
B: semop(G, {{0, -1, 0}}, 1);  // => blocks
A: semop(G, {{0, 1, 0}}, 1);   // => 0, B => 0
```
EOF
ipclens check twelve.md names.md
is twelve 0
last_line twelve '2 passed, 0 failed'
ipclens print twelve.md
is 'twelve printed' 0
where_own has 'twelve printed' out 'shm_nattch 12 (A×1, B×1, C×1, D×1, E×1, F×1, G×1,'
where_own has 'twelve printed' out 'process L: BLOCKED in semop(sem, {{0,-1,SEM_UNDO}}, 1)'
has 'twelve printed' out 'J +1, K +1 (derived)'

cat >errors.md <<'EOF'
# Errors that are not -1

```c
A: posix_fallocate(99, 0, 1);  // => -1 EBADF
```
EOF
ipclens check errors.md
is_line 'the error is the result' out '  errors.md:4:1: A: expected -1 EBADF, got EBADF'
sed -i 's/^A:.*/A: sem_open("\/none", 0);  \/\/ => -1 ENOENT/' errors.md
ipclens check errors.md
is_line 'NULL is the result' out '  errors.md:4:1: A: expected -1 ENOENT, got SEM_FAILED ENOENT'
cat >asleep.md <<'EOF'
# Asleep

## In other calls than those of System V

```c
A: fd = open("f", O_RDWR | O_CREAT, 0600);
A: fcntl(fd, F_SETLK, {F_WRLCK});
B: fd = open("f", O_RDWR);
B: fcntl(fd, F_SETLKW, {F_WRLCK});                      // => blocks
C: pause();                                             // => blocks
D: s = sem_open("/s", O_CREAT, 0600, 0);
D: sem_wait(s);                                         // => blocks
```
EOF
ipclens print ./asleep.md
is asleep 0
where_own has 'asleep in a lock' out 'process B: BLOCKED in fcntl(3, F_SETLKW, …)'
where_own has 'asleep for a signal' out 'process C: BLOCKED in pause()'
where_own has 'asleep in a semaphore' out 'process D: BLOCKED in sem_wait(0x'

cat >noted.md <<'EOF'
# Noted

> ```c
> A: getpid();
> ```
EOF
ipclens check noted.md
is noted 0
is_line noted out '  noted.md:3: note: a script in a list or a quote is shown, not run'
# a program that ends by itself
ends() {
	printf '# Ends\n\n```c\nA: sem = semget(IPC_PRIVATE, 1, 0600);\n%s\n```\n' "$1" >ends.md
	ipclens check ends.md
	is "ends: $1" 0
}
note='note: no step names the end of the program that C becomes: what it does may come sooner or later'
ends 'C: execve("/bin/true", {"true"}, NULL); // => runs'
is_line 'ends: nobody' out "  ends.md:5:1: $note"
ends 'C: execve("/bin/true", {"true"}, NULL); // => exit 0'
has_not 'ends: at once' out 'note:'
ends 'C: execve("/bin/sleep", {"sleep", "99"}, NULL); // => runs
kill(C, SIGKILL); // => C => killed SIGKILL'
has_not 'ends: later' out 'note:'
ends 'C: execve("/none", {"none"}, NULL); // => -1 ENOENT'
has_not 'ends: none' out 'note:'
ends 'C: execve(SELF, NULL, NULL);'
has_not 'ends: itself' out 'note:'

ipclens check ./good.md 3.2 semncnt
is 'by name' 0
has 'by name' out 'ok   3.2 '
last_line 'by name' '3 passed, 0 failed'

# --- check: a chapter, by number or slug
ipclens check 1
is 'check a chapter' 0
# one that this machine can't play is skipped
if [ "$(grep -cE '^(ok|skip) ' out)" -eq "$(find "$lessons"/en/1-* -name '[0-9]*.md' | wc -l)" ]; then
	ok
else
	fail 'check a chapter: not all of its lessons'
fi
cp out number
ipclens check "$(basename "$lessons"/en/1-* | cut -d- -f2-)"
if cmp -s number out; then ok; else fail 'check a chapter by its slug: not the same'; fi

# What is proposed to try is compiled too.
printf '# T\n\n```c\nA: getpid();\n```\n\n```c try\nA: getpid();\nA: bogus();\n```\n' >tries.md
ipclens check ./tries.md
is 'check what is tried' 1
has 'check what is tried' out "tries.md:9:4: unknown call 'bogus'"

# --- check: in the host's namespace, asked for or because there is no other

ipclens --host check good.md good.md wrong.md
is host 1
last_line host '2 passed, 1 failed'
if unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces' 2>/dev/null; then
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$0" check good.md prose.md good.md' \
		"$IPCLENS" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	is 'no namespace' 0
	last_line 'no namespace' '3 passed, 0 failed'
	has 'no namespace' err "ipclens: in the host's IPC namespace: "
	if [ "$(wc -l <"$dir/err")" -eq 1 ]; then ok; else fail 'no namespace: more than one line'; fi
fi

# --- a call that is refused has no result

printf '# Kill\n\n```c\nA: kill(-1, SIGKILL);\n```\n' >kill.md
if unshare -Urpf --mount-proc true 2>/dev/null; then
	unshare -Urpf --mount-proc "$IPCLENS" --host print kill.md >"$dir/out" 2>"$dir/err"
	status=$?
	is refused 0
	has refused out 'SKIPPED, with the rest: kill(-1) reaches processes'
	has_not refused out '=> '
fi

# --- what every lesson needs is not there: one sentence says so

for limit in '-n 20' '-f 0' '-s 64'; do
	# shellcheck disable=SC2016,SC2086 # expanded by the inner shell; two words
	sh -c 'ulimit "$1" "$2"; exec "$0" check good.md' "$IPCLENS" $limit 2>&1 >/dev/null </dev/null | cat >"$dir/err"
	has "ulimit $limit" err "ipclens: ulimit ${limit% *}: the limit of "
done
if unshare -Urm mount -t tmpfs none /proc 2>/dev/null; then
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -Urm sh -c 'mount -t tmpfs none /proc; exec "$0" check good.md' "$IPCLENS" >"$dir/out" 2>"$dir/err"
	status=$?
	is 'no /proc' 1
	has 'no /proc' err 'ipclens: /proc: not mounted'
fi

# --- check: lessons that never end. A step has ten seconds; all are played at once, more or less.

never() {
	printf '# Never %s\n\n```c\nA: sem = semget(IPC_PRIVATE, 1, 0600);\n%s\n```\n' "$1" "$2" >"never-$1.md"
}
# shellcheck disable=SC2016
never repeat 'A: repeat (1000000000000) { getpid(); }'
never while 'A: while (1);'
never semop 'A: semop(sem, {{0, -1, 0}}, 1);                  // => 0'
never await "B: semop(sem, {{0, -1, 0}}, 1);                  // => blocks
await(B);                                        // => B => 0"
start=$(date +%s)
ipclens check never-semop.md never-await.md
is never 1
last_line never '0 passed, 2 failed'
has never out 'never-semop.md:5:1: '
has never out 'never-semop.md:5:1: given up: nothing happened for 10 seconds'
if [ $(($(date +%s) - start)) -lt 60 ]; then ok; else fail 'never: took too long'; fi
# so much CPU may take any time
ipclens --patience 1 check never-repeat.md never-while.md never-semop.md never-await.md
is patience 1
last_line patience '0 passed, 4 failed'
has patience out 'never-repeat.md:5:1: given up: it has used 1 second of CPU'
has patience out 'never-while.md:5:1: given up: it has used 1 second of CPU'
has patience out 'never-semop.md:5:1: given up: nothing happened for 1 second'
for word in '' 0 -1 1.5 1234567 ten; do
	ipclens check --patience "$word" good.md
	is "patience '$word'" 2
	has "patience '$word'" err 'ipclens: --patience: expected seconds, such as 60'
done

# --- check: a signal ends it, and it ends by the signal

for sig in INT TERM HUP; do
	# env resets what this shell ignores for a job in the background
	env --default-signal="$sig" "$IPCLENS" check never-while.md >"$dir/out" 2>"$dir/err" &
	pid=$!
	# until it has a stage
	tries=0
	while [ $tries -lt 100 ] && ! grep -q . "/proc/$pid/task/$pid/children" 2>/dev/null; do
		sleep 0.1
		tries=$((tries + 1))
	done
	kill -s "$sig" $pid
	wait $pid 2>/dev/null
	status=$?
	if [ $status -gt 128 ] && [ "$(kill -l $status)" = "$sig" ]; then
		ok
	else
		fail "SIG$sig: exit status $status"
	fi
done

# --- a signal while a compiler runs: it ends at once with all it has started, and leaves nothing

mkdir slow slow/tmp slow/cache
printf '#!/bin/sh\nmktemp >/dev/null\necho $$ >pids\nsleep 20.5 & echo $! >>pids\nwait\n' >slow/cc
chmod +x slow/cc
echo 'int main(void) { return 0; }' >slow/prog.c
printf '# Slow\n\n```c\nprogram(A, "prog.c");\n```\n' >slow/slow.md

# usage: slow_signal SIG WORD...
slow_signal() {
	sig=$1
	shift
	rm -f slow/pids
	(cd slow && TMPDIR=$PWD/tmp XDG_CACHE_HOME=$PWD/cache CC=./cc \
		exec env --default-signal="$sig" "$IPCLENS" "$@") >"$dir/out" 2>"$dir/err" &
	pid=$!
	tries=0
	while [ $tries -lt 100 ] && [ "$(grep -c . slow/pids 2>/dev/null)" != 2 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	start=$(date +%s)
	kill -s "$sig" $pid
	wait $pid 2>/dev/null
	status=$?
	if [ $status -gt 128 ] && [ "$(kill -l $status)" = "$sig" ]; then
		ok
	else
		fail "SIG$sig of $*: exit status $status"
	fi
	if [ $(($(date +%s) - start)) -lt 10 ]; then ok; else fail "SIG$sig of $*: took too long"; fi
	# one that has ended, and that nobody has waited for yet, has no command line
	while read -r left; do
		if grep -qs . "/proc/$left/cmdline"; then fail "SIG$sig of $*: $left runs"; else ok; fi
	done <slow/pids
	is_left=$(find slow/tmp slow/cache -mindepth 1 ! -path slow/cache/ipclens)
	if [ -z "$is_left" ]; then ok; else fail "SIG$sig of $*: $is_left"; fi
	if [ -s "$dir/err" ]; then fail "SIG$sig of $*: $(cat "$dir/err")"; else ok; fi
}

for sig in INT TERM HUP; do
	slow_signal "$sig" run --orders prog.c
	slow_signal "$sig" check slow.md
done
slow_signal TERM run --print prog.c : prog.c
slow_signal TERM run --quiet prog.c
slow_signal TERM run --json prog.c
slow_signal INT print slow.md
slow_signal TERM run prog.c # before it takes the screen

# --- print

cat >printed.md <<'EOF'
<!-- SPDX-License-Identifier: CC-BY-SA-4.0 -->
# Printed

A summary with `code`.

## First scene

Long prose that has to be broken somewhere, because no line of plain text is to be longer than eighty columns.

<!-- A speaker's note. -->

What is semval?

- [ ] One
- [x] Zero

  It was never raised.

```c
// comment
A: sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);  // => ok
B: semop(sem, {{0, -1, SEM_UNDO}}, 1);              // => blocks
assert(sem[0].semncnt == 1);
A: semctl(sem, 0, IPC_RMID);                        // => 0, B => -1 EIDRM
```

```text
shown
```

## Second scene

```c
A: getpid();  // => A
```

```c try
B: getpid();
```

> What comes of it.
EOF
ipclens print printed.md
is print 0
empty print err
is_line print out 'Printed'
is_line print out '======='
is_line print out 'A summary with code.'
is_line print out '    // comment'
is_line print out '    B: semop(sem, {{0, -1, SEM_UNDO}}, 1);'
is_line print out '      => blocks'
is_line print out '      sem[0].semncnt is 1'
has print out '=> 0, B => -1 EIDRM (Identifier removed)'
where_own has print out '| sem[0]: semval 0, semncnt 1, semzcnt 0, sempid -; B wants -1, undo'
where_own is_line print out '      | sem[0]: gone'
has_not print out 'access: gone'
is_line print out '    shown'
is_line print out '      => A'
is_line print out '  2) Zero'
is_line print out '  2) right: Zero'
is_line print out '     It was never raised.'
is_line print out 'Try 1'
is_line print out 'What comes of the tries'
is_line print out 'What comes of it.'
has_not print out '> What'
ipclens check printed.md
is 'a question without a reason' 1
has 'a question without a reason' out 'printed.md:14:3: nothing says why this answer is wrong'
ipclens print --notes printed.md
is_line 'print --notes' out "  Speaker's note: A speaker's note."
has_not 'print --notes' out 'SPDX'
# in a quiz all that gives away what a step comes to stands behind the last answer
ipclens print --quiz printed.md
is 'print --quiz' 0
sed '/^Answers$/,$d' "$dir/out" >"$dir/asked"
sed '1,/^Answers$/d' "$dir/out" >"$dir/answered"
is_line 'print --quiz' asked '    assert(sem[0].semncnt ...'
is_line 'print --quiz' asked '    A: getpid();'
is_line 'print --quiz' asked '  1) One'
has_not 'print --quiz' asked '=>'
has_not 'print --quiz' asked '== 1'
has_not 'print --quiz' asked 'shown'
has_not 'print --quiz' asked '  |'
is_line 'print --quiz' answered '  2) right: Zero'
is_line 'print --quiz' answered '      => blocks'
is_line 'print --quiz' answered '      sem[0].semncnt is 1'
is_line 'print --quiz' answered '    shown'
ipclens print printed.md
has_not print out 'speaker'
has_not print out 'SPDX'
if awk 'length($0) > 80 { exit 1 }' "$dir/out"; then ok; else fail 'print: a line of more than 80 columns'; fi
COLUMNS=40 ipclens print printed.md
if awk 'length($0) > 60 { exit 1 }' "$dir/out"; then ok; else fail 'print: COLUMNS=40'; fi
# a chapter: its lessons, one after the other
mkdir -p pages/en/1-one
printf '# First of them\n\n```c\nA: getpid();  // => -1 EPERM\n```\n' >pages/en/1-one/1-a.md
printf '# Second of them\n\n```c\nA: getpid();\n```\n' >pages/en/1-one/2-b.md
for chapter in 1 one; do
	ipclens --lessons pages print "$chapter"
	is "print chapter $chapter" 1
	if [ "$(grep ' of them$' "$dir/out")" = "First of them
Second of them" ]; then ok; else fail "print chapter $chapter: not its lessons"; fi
done
# of a segment's bytes those that nobody wrote are not told
cat >bytes.md <<'EOF'
# Bytes

```c
A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
A: p = shmat(seg, NULL, 0);
A: strcpy(p, "hi");
A: p[3] = 'x';
```
EOF
ipclens print bytes.md
where_own is_line print out '      | seg memory: begins with "hi"'
where_own is_line print out '      | seg memory: begins with "hi\0x"'
ipclens print wrong.md
is 'print wrong' 1
has 'print wrong' out 'FAILED: '
printf '# D\303\274nn\n\n\342\200\234a\342\200\235 \342\206\222 b\n' >signs.md
LC_ALL=C.UTF-8 ipclens print signs.md
is_line 'print UTF-8' out '“a” → b'
LC_ALL=C.UTF-8 ipclens --ascii print signs.md
is_line 'print ASCII' out '"a" -> b'
LC_ALL=C ipclens print signs.md
is_line 'print in the C locale' out '"a" -> b'
printf '# T\n\n```c\nA: s = shmget(IPC_PRIVATE, 1 << 30, 0600); // => ok\nA: p = shmat(s, NULL, 0);\nA: q = shmat(s, NULL, 0);\n```\n' >twice.md
LC_ALL=C ipclens print twice.md
is 'print a GiB' 0
has 'print a fact in the C locale' out 'shm_nattch 2 (Ax2)'
printf '# T\n\n```c\nA: repeat (2) {\n// a remark\n\n\tgetpid();\n} // => ok\nA: puts("{");\n// another\n```\n' >loop.md
ipclens print loop.md
is 'print loop' 0
follows() {
	if grep -A 1 -e "$2" "$dir/out" | grep -qxF -e "$3"; then ok; else fail "$1: not behind $2: $3"; fi
}
where_own follows 'print loop' '^    }$' '      => ok'
if grep -A 1 'puts' "$dir/out" | grep -q '^      => "{"$'; then ok; else fail 'print loop: a brace in a text'; fi
printf '# T\n\n```c\nmeasure("much", 1048576) { A: getpid(); }\nmeasure("little", 64) { A: getpid(); }\n```\n' >measured.md
LC_ALL=C.UTF-8 ipclens print measured.md
is 'print measured' 0
is_line 'print measured' out '      Measured so far:'
if grep -q '^      much *1 MiB .* [MG]B/s .*████$' "$dir/out"; then ok; else fail 'print measured: no full bar'; fi
if grep -q '^      little *64 B .*B/s ▎$' "$dir/out"; then ok; else fail 'print measured: no small bar'; fi
"$IPCLENS" print printed.md >/dev/full 2>"$dir/err"
status=$?
is 'print to a full disk' 1

# --- schedules: every order is made, and what is wrong names one

cat >locks.md <<'EOF'
# Two locks

```c
A: s = semget(IPC_PRIVATE, 2, 0600);
A: semctl(s, 0, SETALL, {1, 1});
```

```c schedule
A: semop(s, {{0, -1, 0}}, 1);
A: semop(s, {{1, -1, 0}}, 1);
B: semop(s, {{1, -1, 0}}, 1);
B: semop(s, {{0, -1, 0}}, 1);
never(deadlock);
sometimes(!deadlock);
always(blocked(A));
goal(deadlock);
```
EOF
ipclens check locks.md
is schedule 1
last_line schedule '0 passed, 1 failed'
has schedule out 'locks.md:13:1: never(deadlock): BBA deadlocks: '
has schedule out 'locks.md:14:1: sometimes(!deadlock): it is so after none of them: 6 of 6 orders'
has schedule out 'locks.md:15:1: always(blocked(A)): after AAB it is not so: '
has_not schedule out 'goal('
sed 's/^never.*/sometimes(deadlock);/; /!deadlock/d; /always/d' locks.md >dead.md
ipclens check dead.md
is 'schedule passed' 0
has 'schedule passed' out '3 steps, 6 of 6 orders, by 3 of them'
ipclens print 9.9
has 'texts of ends' out ': A.m.mtext = "question", B: '
has 'texts of ends' out ': A.m.mtext = not "question"'
ipclens check --every-order dead.md
is 'every order' 0
has 'every order' out '3 steps, 6 of 6 orders'
has_not 'every order' out 'by '
ipclens print locks.md
is 'print schedule' 1
is_line 'print schedule' out '      6 of 6 orders, by 3 of them'
has 'print schedule' out '      => 4 of 6 orders, such as '
has 'print schedule' out '      FAILED: never(deadlock): '
ipclens print --quiz locks.md
is 'quiz schedule' 1
if [ "$(grep -c 'never(deadlock);' "$dir/out")" = 1 ] && [ "$(grep -c 'goal(deadlock);' "$dir/out")" = 2 ]; then
	ok
else
	fail 'quiz schedule: it gives away what comes of it'
fi
# an order that can't be: a name that is bound too late
cat >late.md <<'EOF'
# Too late

```c schedule
A: s = semget(IPC_PRIVATE, 1, 0600);
B: semop(s, {{0, +1, 0}}, 1);
never(deadlock);
```
EOF
ipclens check late.md
is 'schedule too late' 1
has 'schedule too late' out 'late.md:5:1: after B: s has no value in B: nothing that was done has bound it'
for order in ABBAA XY ab ''; do
	ipclens locks.md --order "$order"
	is "order '$order'" 2
	has "order '$order'" err "ipclens: --order: $order: no schedule of this lesson has these steps"
done
ipclens --order AB
is 'order of nothing' 2
is_line 'order of nothing' err 'ipclens: --order: which lesson?'
ipclens check --order AB locks.md
is 'order of check' 2
# however many there are: it says how many were made, and a signal leaves nothing
awk 'BEGIN {
	print "# Many\n\n```c schedule"
	for (i = 0; i < 6; i++)
		for (k = 0; k < 5; k++)
			printf "%c: x = msgget(5, IPC_CREAT | 0600);\n", 65 + i
	print "never(deadlock);\n```"
}' >many.md
env --default-signal=INT "$IPCLENS" check many.md >"$dir/out" 2>"$dir/err" &
pid=$!
until [ -n "$(pgrep -P $pid)" ] || ! kill -0 $pid; do :; done
kill -INT $pid
wait $pid
status=$?
is 'a signal among orders' 130
if [ -z "$(pgrep -P $pid)" ]; then ok; else fail 'a signal among orders: somebody is left'; fi

echo
if [ "$skipped" -gt 0 ]; then
	echo 'SKIPPED ids: this machine has no namespaces for a lesson'
	skips=", $skipped skipped"
fi
echo "$passed passed, $failed failed${skips:-}"
[ "$failed" -eq 0 ]
