#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The programs of chapter 8, without a lens: all compile without a warning that their own bug does not cause; those
# with bugs do what the lessons say of them, and the mended ones what was meant, and they leave nothing. In namespaces
# of its own, so that "nothing" is nothing. The last line is "N passed, N failed".
set -u

# shellcheck disable=SC2016 # expanded by the inner shell
if [ "${1:-}" != inside ]; then
	if ! unshare -rim sh -c 'mount -t tmpfs none /dev/shm' 2>/dev/null; then
		echo 'this machine has no user namespaces'
		exit 77
	fi
	exec unshare -rim --fork --kill-child "$0" inside
fi
mount -t tmpfs none /dev/shm
mkdir /dev/shm/run
cp lessons/en/8-real-programs/*.[ch] lessons/en/8-real-programs/*.txt /dev/shm/run
cd /dev/shm/run || exit 1
passed=0
failed=0

# expect WHAT EXPECTED GOT
expect() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'real-programs.sh: %s: expected "%s", got "%s"\n' "$1" "$2" "$3"
}

# The warnings that a program's bugs cause, by the names of gcc and of clang.
bugs() {
	case $1 in
	*-mended.c) ;;
	msg*)       echo -Wno-parentheses ;;
	shm-*)      echo -Wno-return-type ;;
	anonymous*) echo -Wno-stringop-overread -Wno-array-bounds ;;
	map_*)      echo -Wno-unused-parameter -Wno-stringop-overread -Wno-array-bounds ;;
	boundary*)  echo -Wno-unused-parameter ;;
	test_shm*)  echo -Wno-pointer-to-int-cast -Wno-void-pointer-to-int-cast -Wno-null-pointer-arithmetic ;;
	esac
}

for source in *.c; do
	program=${source%.c}
	[ "$program" != key ] || continue
	# shellcheck disable=SC2046 # words
	said=$(${CC:-cc} -g -O0 -Wall -Wextra -Werror $(bugs "$source") -Wno-unknown-warning-option -pthread \
		-o "$program" "$source" 2>&1)
	expect "$source compiles" '' "$said"
done

# Objects that are there, but for that of a text's own leak.
left() {
	ipcs | grep -c '^0x'
}

# The exit status of a program; one that waits for ever is a failure.
run() {
	timeout 60 "$@" >out 2>err
	echo $?
}

# pair FIRST SECOND: "the exit status of the first, that of the second, and the objects that are left".
pair() {
	timeout 60 "$1" >out 2>err &
	second=$(timeout 60 "$2" >out2 2>err2; echo $?)
	wait $!
	echo "$? $second $(left)"
}

# So many times a line in a file.
count() {
	grep -cxF "$2" "$1"
}

expect 'the talk leaves its queue' '0 0 1' "$(pair ./msgsnd ./msgrcv)"
expect 'questions' 10 "$(count out 'got: hello world msgrecv')"
expect 'answers' 10 "$(count out2 'got: hello world snd')"
ipcrm -a
expect 'the talk, mended' '0 0 0' "$(pair ./msgsnd-mended ./msgrcv-mended)"
expect 'questions, mended' 10 "$(count out 'got: hello world msgrecv')"
expect 'answers, mended' 10 "$(count out2 'got: hello world snd')"

expect 'turns' '0 0 0' "$(pair ./shm-writer ./shm-reader)"
expect 'turns read' 255 "$(count out2 'hello world')"
expect 'turns, mended' '0 0 0' "$(pair ./shm-writer-mended ./shm-reader-mended)"
expect 'turns read, mended' 255 "$(count out2 'hello world')"

expect 'records, read first' 135 "$(run ./map_normalfile2 none)"
expect 'records, read first, mended' 1 "$(run ./map_normalfile2-mended none)"
expect 'it says so' 'none is too short' "$(cat err)"
expect 'records written' 0 "$(run ./map_normalfile1-mended people)"
expect 'the file has them' 80 "$(wc -c <people)"
expect 'records read' 0 "$(run ./map_normalfile2-mended people)"
expect 'the last' 'name: k age 29' "$(tail -n 1 out)"
expect 'no name' 139 "$(run ./map_normalfile1)"
expect 'no name, mended' 2 "$(run ./map_normalfile1-mended)"

expect 'parent and child, mended' 0 "$(run ./anonymous-mended)"
expect 'the child reads' 'child: number 5 is 24 years old' "$(sed -n 5p out)"
expect 'the parent reads' 'parent: the first is 100 years old' "$(tail -n 1 out)"
expect 'parent and child leave nothing' 0 "$(left)"

expect 'boundary of the whole file' 135 "$(run ./boundary1 file)"
expect 'boundary of the rest' 135 "$(run ./boundary2 file)"
expect 'boundary, mended' 0 "$(run ./boundary-mended file)"
expect 'all pages' '2 pages' "$(cat out)"
expect 'boundary of the rest, mended' 0 "$(run ./boundary-mended file 1)"
expect 'one page' '1 pages' "$(cat out)"

expect 'no file for the key' 0 "$(run ./testwrite)"
expect 'the key is -1' 1 "$(ipcs -m | grep -c '^0xffffffff')"
ipcrm -a
expect 'no file for the key, mended' '1 0' "$(run ./testwrite-mended) $(left)"
: >/dev/shm/myshm2
expect 'testwrite, mended' 0 "$(run ./testwrite-mended)"
expect 'testread, mended' '0 0' "$(run ./testread-mended) $(left)"
expect 'what it reads' 'name: k age 29' "$(tail -n 1 out)"
expect 'nothing to read' '1 0' "$(run ./testread-mended) $(left)"

# The server is there when its set is. A timeout(1) around it could take the signal that is meant for it.
serve() {
	"$@" >served 2>&1 &
	server=$!
	until ipcs -s | grep -q '^0x' || ! kill -0 $server 2>/dev/null; do
		:
	done
}

expect 'no server' 1 "$(run ./test_shm_2-mended texts.txt)"
serve ./test_shm_1-mended
expect 'client' 0 "$(run ./test_shm_2-mended texts.txt)"
wait $server
expect 'server' '0 0' "$? $(left)"
expect 'what it got' 'you wrote: good day you wrote: end' "$(tr '\n' ' ' <served | sed 's/ $//')"
serve ./test_shm_1-mended
kill $server
wait $server
expect 'server, stopped' '1 0' "$? $(left)"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
