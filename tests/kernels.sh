#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: tests/kernels.sh PROGRAM [KERNEL...]
#
# Plays the course on other kernels: each of them, a package of some release of Debian, is booted by qemu with
# the program, its lessons and a busybox in memory, and they are checked as root and as an ordinary user. The
# packages come from the mirror that this machine's apt has; its own lists and packages stay as they are. PROGRAM
# is a static one. It is emulated, some minutes for each; ACCEL=kvm is faster, where that boots. The last line is
# "N passed, N failed": boots, a user each.
set -eu

program=$1
shift
work=${KERNELS_DIR:-$PWD/build-kernels}
memory=${MEMORY:-2048}

# What is asked for, the release that has it, its package, what it is told.
kernels() {
	cat <<-'EOT'
	5.10      bullseye  linux-image-amd64
	6.1       bookworm  linux-image-amd64
	6.12      trixie    linux-image-amd64
	newest    sid       linux-image-amd64
	extended  trixie    linux-image-amd64  ipcmni_extend
	EOT
}

for need in apt-get dpkg-deb busybox qemu-system-x86_64; do
	command -v $need >/dev/null && continue
	echo "kernels.sh: there is no $need: qemu-system-x86 and busybox-static bring the last two" >&2
	exit 77
done

# The first archive that apt is told of, in either form of its lists.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
	sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+).*/\2/p' | head -n 1)

# apt RELEASE COMMAND...: with lists and a cache of its own.
apt() {
	release=$1
	shift
	mkdir -p "$work/$release/state/lists/partial" "$work/$release/cache/archives/partial"
	: >"$work/$release/status"
	echo "deb $mirror $release main" >"$work/$release/sources.list"
	cat >"$work/$release/apt.conf" <<-EOT
	Dir::State "$work/$release/state";
	Dir::State::status "$work/$release/status";
	Dir::Cache "$work/$release/cache";
	Dir::Etc::sourcelist "$work/$release/sources.list";
	Dir::Etc::sourceparts "-";
	Acquire::Languages "none";
	APT::Sandbox::User "root";
	EOT
	APT_CONFIG=$work/$release/apt.conf "$@"
}

# needs RELEASE PACKAGE WHAT: the first such package that it depends on.
needs() {
	apt "$1" apt-cache depends "$2" | sed -n "s/^ *Depends: \($3-[0-9].*\)/\1/p" | head -n 1
}

# fetch RELEASE PACKAGE: the kernel's file.
fetch() {
	if [ ! -e "$work/$1/kernel" ]; then
		apt "$1" apt-get -qq update
		image=$(needs "$1" "$2" linux-image)
		binary=$(needs "$1" "$image" linux-binary) # what later releases have it in
		(cd "$work/$1" && apt "$1" apt-get -qq download "${binary:-$image}" && dpkg-deb -x linux-*.deb package &&
			mv "$(find package -name 'vmlinuz*' -type f)" kernel && rm -rf package linux-*.deb)
	fi
	echo "$work/$1/kernel"
}

# What the machine has in memory. It tells the course of each user between two lines, and goes off.
initramfs() {
	root=$work/root
	rm -rf "$root"
	mkdir -p "$root/bin" "$root/etc" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/usr" "$root/lib"
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$program" "$root/bin/ipclens"
	cp -R lessons "$root/lessons"
	ln -s busybox "$root/bin/sh"
	printf 'root:x:0:0::/tmp:/bin/sh\nnobody:x:65534:65534::/tmp:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	cat >"$root/init" <<-'EOT'
	#!/bin/sh
	/bin/busybox --install -s /bin
	mount -t proc proc /proc
	mount -t sysfs sys /sys
	mount -t devtmpfs dev /dev 2>/dev/null
	mkdir -p /dev/shm /dev/pts
	mount -t tmpfs -o mode=1777 shm /dev/shm
	mount -t devpts pts /dev/pts
	mount -t tmpfs -o mode=1777 tmp /tmp
	cd /tmp
	for who in root nobody; do
		printf "\nbegin $who $(uname -r)\n"
		su -s /bin/sh $who -c 'ipclens --lessons /lessons check --patience 900' 2>&1
		echo "left $(cat /proc/sysvipc/shm /proc/sysvipc/sem /proc/sysvipc/msg | wc -l) $(ls /dev/shm | wc -l)"
		echo "end $who"
	done
	poweroff -f
	EOT
	chmod +x "$root/init"
	(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 >"$work/initramfs.gz")
}

# boot NAME KERNEL OPTION: its log.
boot() {
	qemu-system-x86_64 -accel "${ACCEL:-tcg}" -cpu max -smp 2 -m "$memory" -nographic -no-reboot -nic none \
		-kernel "$2" -initrd "$work/initramfs.gz" -append 'console=ttyS0 quiet panic=-1 loglevel=1 '"$3" \
		</dev/null >"$work/$1.log" 2>&1 || :
	sed -i 's/\r//g' "$work/$1.log"
}

# judge NAME: a line a user; three lines of headings are what no object leaves.
judge() {
	for who in root nobody; do
		sed -n "/^begin $who /,/^end $who/p" "$work/$1.log" >"$work/$1.$who"
		counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$work/$1.$who" | tail -n 1)
		case $counts in
		*' 0 failed' | *' 0 failed, '*) good=1 ;;
		*)                              good=0 ;;
		esac
		grep -q '^left 3 0$' "$work/$1.$who" || good=0 counts="$counts; $(grep '^left' "$work/$1.$who" || echo no end)"
		printf '%-9s %-28s %-8s %s\n' "$1" "$(sed -n 's/^begin [a-z]* //p' "$work/$1.$who")" "$who" "$counts"
		grep -A 3 '^FAIL' "$work/$1.$who" || :
		passed=$((passed + good)) failed=$((failed + 1 - good))
	done
}

passed=0 failed=0
mkdir -p "$work"
initramfs
# shellcheck disable=SC2046 # a list of words
[ $# -gt 0 ] || set -- $(kernels | awk '{ print $1 }')
for name; do
	row=$(kernels | awk -v name="$name" '$1 == name { print $2, $3, $4 "." }')
	[ -n "$row" ] || { echo "kernels.sh: $name is none of: $(kernels | awk '{ print $1 }' | tr '\n' ' ')" >&2; exit 2; }
	read -r release package option <<-EOT
	$row
	EOT
	kernel=$(fetch "$release" "$package")
	boot "$name" "$kernel" "${option%.}"
	judge "$name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
