#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: deps.sh GROUP...
#
# Installs what is missing of the groups build, tests, screenshots, bench, programs, kernels and ci with the system's
# package manager; asks nothing. When all is there it says nothing and touches nothing.
set -eu

# group, how to see that it is there, then the packages that bring it (commas between several).
# cmd: a command. pc: a pkg-config module. link: a flag that the compiler can link with. lib: a static library.
# server: a command, or one of PostgreSQL's that Debian keeps out of PATH.
needs() {
	cat <<-'EOF'
	build        cmd:cc              apt:gcc,libc6-dev dnf:gcc,glibc-devel pacman:gcc zypper:gcc,glibc-devel apk:gcc,musl-dev,linux-headers
	build        cmd:make            apt:make dnf:make pacman:make zypper:make apk:make
	build        cmd:pkg-config      apt:pkg-config dnf:pkgconf-pkg-config pacman:pkgconf zypper:pkg-config apk:pkgconf
	build        pc:ncursesw         apt:libncurses-dev dnf:ncurses-devel pacman:ncurses zypper:ncurses-devel apk:ncurses-dev
	build        pc:libcmark         apt:libcmark-dev dnf:cmark-devel pacman:cmark zypper:cmark-devel apk:cmark-dev
	build        pc:readline         apt:libreadline-dev dnf:readline-devel pacman:readline zypper:readline-devel apk:readline-dev
	build        pc:libdw            apt:libdw-dev dnf:elfutils-devel pacman:libelf zypper:libdw-devel apk:elfutils-dev
	build        cmd:msgfmt          apt:gettext dnf:gettext pacman:gettext zypper:gettext-tools apk:gettext-dev
	tests        pc:check            apt:check dnf:check-devel pacman:check zypper:check-devel apk:check-dev
	tests        pc:vterm            apt:libvterm-dev dnf:libvterm-devel pacman:libvterm zypper:libvterm-devel apk:libvterm-dev
	screenshots  cmd:Xvfb            apt:xvfb dnf:xorg-x11-server-Xvfb pacman:xorg-server-xvfb zypper:xorg-x11-server-Xvfb apk:xvfb
	screenshots  cmd:xterm           apt:xterm dnf:xterm pacman:xterm zypper:xterm apk:xterm
	screenshots  cmd:import          apt:imagemagick dnf:ImageMagick pacman:imagemagick zypper:ImageMagick apk:imagemagick
	screenshots  font:DejaVuSansMono apt:fonts-dejavu-core,fontconfig dnf:dejavu-sans-mono-fonts,fontconfig pacman:ttf-dejavu,fontconfig zypper:dejavu-fonts,fontconfig apk:font-dejavu,fontconfig
	bench        cmd:nano            apt:nano dnf:nano pacman:nano zypper:nano apk:nano
	bench        cmd:strace          apt:strace dnf:strace pacman:strace zypper:strace apk:strace
	bench        cmd:watch           apt:procps dnf:procps-ng pacman:procps-ng zypper:procps apk:procps
	bench        cmd:ipcs            apt:util-linux dnf:util-linux pacman:util-linux zypper:util-linux apk:util-linux
	programs     server:postgres     apt:postgresql dnf:postgresql-server pacman:postgresql zypper:postgresql-server apk:postgresql
	programs     cmd:fakeroot        apt:fakeroot dnf:fakeroot pacman:fakeroot zypper:fakeroot apk:fakeroot
	programs     cmd:ipcmk           apt:util-linux dnf:util-linux pacman:util-linux zypper:util-linux apk:util-linux
	programs     cmd:stress-ng       apt:stress-ng dnf:stress-ng pacman:stress-ng zypper:stress-ng apk:stress-ng
	programs     cmd:perl            apt:perl dnf:perl pacman:perl zypper:perl apk:perl
	programs     cmd:python3         apt:python3 dnf:python3 pacman:python zypper:python3 apk:python3
	kernels      cmd:qemu-system-x86_64 apt:qemu-system-x86
	kernels      cmd:busybox         apt:busybox-static
	kernels      lib:bz2             apt:libbz2-dev
	ci           cmd:clang           apt:clang dnf:clang pacman:clang zypper:clang apk:clang
	ci           cmd:clang-format    apt:clang-format dnf:clang-tools-extra pacman:clang zypper:clang apk:clang-extra-tools
	ci           cmd:shellcheck      apt:shellcheck dnf:ShellCheck pacman:shellcheck zypper:ShellCheck apk:shellcheck
	ci           cmd:mandoc          apt:mandoc dnf:mandoc pacman:mandoc zypper:mandoc apk:mandoc
	ci           link:address        apt:gcc dnf:libasan pacman:gcc zypper:gcc apk:gcc
	ci           link:undefined      apt:gcc dnf:libubsan pacman:gcc zypper:gcc apk:gcc
	EOF
}

there() {
	what=${1#*:}
	case $1 in
	cmd:*)  command -v "$what" >/dev/null ;;
	server:*) command -v "$what" >/dev/null || ls /usr/lib/postgresql/*/bin/"$what" >/dev/null 2>&1 ;;
	pc:*)   pkg-config --exists "$what" 2>/dev/null ;;
	lib:*)  echo 'int main(void) { return 0; }' | cc -x c -o /dev/null - -static -l"$what" 2>/dev/null ;;
	font:*) fc-list 2>/dev/null | grep -q "$what" ;;
	link:*) echo 'int main(void) { return 0; }' | cc -fsanitize="$what" -x c -o /dev/null - 2>/dev/null ;;
	esac
}

manager=
for m in apt-get dnf pacman zypper apk; do
	if command -v $m >/dev/null; then
		manager=$m
		break
	fi
done

packages=
missing=
while read -r group need choices; do
	case " $* " in
	*" $group "*) ;;
	*) continue ;;
	esac
	there "$need" && continue
	missing="$missing ${need#*:}"
	for c in $choices; do
		if [ "${c%%:*}" = "${manager%-get}" ]; then
			packages="$packages $(echo "${c#*:}" | tr , ' ')"
		fi
	done
done <<EOF
$(needs)
EOF

[ -n "$missing" ] || exit 0
echo "missing:$missing"
if [ -z "$manager" ]; then
	echo "deps: no package manager that this script knows (apt-get, dnf, pacman, zypper, apk)" >&2
	exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "deps: neither root nor sudo: install these yourself:$packages" >&2
		exit 1
	fi
	as_root=sudo
fi

# $packages and $as_root hold words, and nothing is a word too.
# shellcheck disable=SC2086
case $manager in
apt-get)
	# One source that can't be reached is no reason to stop: the next line says if it mattered.
	$as_root apt-get update || :
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends $packages
	;;
dnf)    $as_root dnf install -y $packages ;;
pacman) $as_root pacman -Sy --needed --noconfirm $packages ;;
zypper) $as_root zypper --non-interactive install $packages ;;
apk)    $as_root apk add $packages ;;
esac
