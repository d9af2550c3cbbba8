#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make install and make uninstall: what goes where, also below a folder with a blank in its name and for a user
# who can write nothing of the system's. Nothing is built. The last line is "N passed, N failed".
set -u

build=$(dirname "${IPCLENS:-build/ipclens}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

# try NAME COMMAND...
try() {
	name=$1
	shift
	if "$@" >/dev/null; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $name: $*"
	fi
}

# to TARGET VARIABLE...: -o all: what is there is installed as it is.
to() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -o all BUILD="$build" "$@" >"$dir/out" 2>&1
}

no_file() {
	[ -z "$(find "$1" ! -type d)" ]
}

no_line() {
	! grep -rqF "$1" "$2"
}

root="$dir/a b"
mkdir "$dir/a"
touch "$dir/a/file"
try install to install DESTDIR="$root" PREFIX=/usr PROFILE=yes
try program test -x "$root/usr/bin/ipclens"
try lessons diff -r lessons "$root/usr/share/ipclens/lessons"
try 'ipclens(1)' grep -qF /usr/share/ipclens/lessons "$root/usr/share/man/man1/ipclens.1"
try 'ipclens(1)' no_line /usr/local/share "$root/usr/share/man"
try 'ipclens-lesson(5)' test -f "$root/usr/share/man/man5/ipclens-lesson.5"
for f in COPYING LICENSE CC-BY-SA-4.0.txt README.md; do
	try documents test -s "$root/usr/share/doc/ipclens/$f"
done
for f in bash-completion/completions/ipclens zsh/site-functions/_ipclens fish/vendor_completions.d/ipclens.fish; do
	try completion grep -q -e --no-mouse -e no-mouse "$root/usr/share/$f"
done
try profile grep -qF 'profile ipclens /usr/bin/ipclens' "$root/etc/apparmor.d/ipclens"
try uninstall to uninstall DESTDIR="$root" PREFIX=/usr
try 'all is gone' no_file "$root"
try 'the neighbour is there' test -f "$dir/a/file"

# A user's own folder, on a machine with AppArmor 4.
try 'a user installs' to install PREFIX="$dir/home/.local" APPARMOR="$dir/not-there" PROFILE=yes
try 'what a user is told' grep -qxF "ipclens: without the AppArmor profile: $dir/not-there can't be written" "$dir/out"
try "a user's program" test -x "$dir/home/.local/bin/ipclens"
try 'a user uninstalls' to uninstall PREFIX="$dir/home/.local" APPARMOR="$dir/not-there"
try "all of a user's is gone" no_file "$dir/home"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
