#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/screenshots.sh BUILD [NAME...]
#
# Takes the pictures in screenshots/: the real program in a real xterm, on an X server that needs no screen
# (Xvfb). The list is at the end. The last line is "N passed, N failed"; a picture is the unit.
set -u

build=$1
shift
only=" $* "
log=$build/screenshots
mkdir -p screenshots "$log"

for tool in Xvfb xterm import; do
	if ! command -v $tool >/dev/null; then
		echo "screenshots: $tool is missing: \"make deps-screenshots\" installs it" >&2
		exit 1
	fi
done

# Xvfb looks for a display that is free, and writes its number when it is ready.
mkfifo "$log/display.$$" || exit 1
Xvfb -displayfd 3 -screen 0 2560x1600x24 -dpi 96 -nolisten tcp 3>"$log/display.$$" 2>"$log/Xvfb.log" &
server=$!
trap 'kill $server 2>/dev/null; rm -f "$log/display.$$"' EXIT
trap 'exit 1' HUP INT TERM
if ! read -r number <"$log/display.$$"; then
	cat "$log/Xvfb.log" >&2
	exit 1
fi
export DISPLAY=":$number" LC_ALL=C.UTF-8 TZ=UTC
unset COLUMNS LINES NO_COLOR

dark='-bg #1d1f21 -fg #d3d7cf'
light='-bg #ffffff -fg #2e3436'

# The program uses the sixteen colours that the terminal has; these are the ones (Tango) that most
# people's terminals have, xterm's own are those of 1985.
palette() {
	n=0
	for c in 2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf \
		555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec; do
		echo "xterm*color$n: #$c"
		n=$((n + 1))
	done
	# No resource of the system changes the picture.
	echo "xterm*allowBoldFonts: true"
	echo "xterm*cursorBlink: false"
}
palette >"$log/resources"
export XENVIRONMENT="$PWD/$log/resources"

passed=0
failed=0

# shoot NAME COLSxROWS COLOURS "PROGRAM [ARGUMENT...]" STEP...   steps: see tests/typist.c; \n, \033 in
# them are expanded. The picture is screenshots/NAME-COLSxROWS.png.
shoot() {
	name=$1-$2 size=$2 colours=$3 program=$4
	shift 4
	case $only in
	'  ' | *" $name "* | *" ${name%-*} "*) ;;
	*) return ;;
	esac

	count=$#
	for step; do
		set -- "$@" "$(printf '%b' "$step")"
	done
	shift $count

	rm -f "$log/$name.png"
	# what this terminal answers is for nobody: the program is told which background it has
	case $colours in
	"$light") ground='0;15' ;;
	*)        ground='15;0' ;;
	esac
	# xterm takes COLORFGBG away.
	# shellcheck disable=SC2016,SC2086 # the inner shell expands "$@"; $program and $colours hold words
	timeout -k 5 120 xterm -geometry "$size+0+0" -tn xterm-256color -u8 -fa 'DejaVu Sans Mono' -fs 11 \
		+sb -b 8 $colours -e sh -c 'stty -echo; log=$1 COLORFGBG=$2; export COLORFGBG; shift 2; exec "$@" 2>"$log"' \
		sh "$log/$name.log" "$ground" \
		"$build/tests/typist" "$log/$name.png" "$size" "$@" -- $program 2>"$log/xterm.log"
	if [ -s "$log/$name.png" ]; then
		mv "$log/$name.png" "screenshots/$name.png"
		echo "screenshots/$name.png"
		passed=$((passed + 1))
	else
		echo "screenshots/$name.png FAILED"
		cat "$log/xterm.log" "$log/$name.log" 2>/dev/null
		failed=$((failed + 1))
	fi
}

ipclens=$build/ipclens

# Three steps of lesson 3.2: B sleeps in semop.
blocked() {
	shoot "$1" "$2" "$3" "$ipclens 3.2" 'wait=step 1/' 'keys= ' 'wait=step 2/' 'keys= ' 'wait=step 3/' \
		'keys= ' 'wait=step 4/' 'keys= ' 'wait=step 5/'
}

for size in 80x24 120x36 200x60; do
	shoot list "$size" "$dark" "$ipclens" 'wait=Start here'
	blocked blocked "$size" "$dark"
	shoot boundary "$size" "$dark" "$ipclens 5.3" 'wait=step 1/' 'keys=]' 'wait=scene 2/' 'keys=]' 'wait=SIGBUS'
	shoot queue "$size" "$dark" "$ipclens 4.3" 'wait=step 1/' 'keys=]' 'wait=scene 2/'
done
blocked lesson 100x30 "$dark"
shoot question 100x30 "$dark" "$ipclens 3.2" 'wait=step 1/' 'keys= ' 'wait=step 2/' 'keys= ' 'wait=step 3/' 'keys=1' \
	'wait=Wrong'
shoot words 100x30 "$dark" "$ipclens 3.2" 'wait=step 1/' 'keys= ' 'wait=step 2/' 'keys=w' 'wait=See '
blocked blocked-light 120x36 "$light"
for size in 80x24 120x36; do
	shoot prompt "$size" "$dark" "$ipclens 3.2" 'wait=step 1/' 'keys= ' 'wait=step 2/' 'keys= ' 'wait=step 3/' \
		'keys= ' 'wait=step 4/' 'keys=:D: semop(sem, {{0, -2, 0}}, 1)\r' 'wait=D wants -2' \
		'keys=A: semctl(sem, 0, ' 'wait=semctl(semid'
done

pair=lessons/en/8-real-programs
shoot run 120x36 "$dark" "$ipclens run $pair/msgsnd.c : $pair/msgrcv.c" 'wait=step 2' 'keys=A' 'wait=step 3' 'keys=A' \
	'wait=step 4' 'keys=B' 'wait=step 5' 'keys=B' 'wait=step 6'
shoot orders 120x36 "$dark" "$ipclens 9.1" 'wait=step 1/' 'keys= ' 'wait=step 2/' 'keys= ' 'wait=step 3/' 'keys= ' 'wait=step 4/' 'keys=A' \
	'wait=an order' 'keys=B' 'wait=✓ '

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
