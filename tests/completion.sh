#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What bash, zsh and fish complete after "ipclens": commands, options, lessons, themes. Those shells that are not
# here are skipped. The last line is "N passed, N failed, N skipped".
set -u

build=$(cd "$(dirname "${IPCLENS:-build/ipclens}")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0 skipped=0
PATH=$build:$PATH
export LC_ALL=C.UTF-8

for shell in bash zsh fish; do
	ipclens --completion "$shell" >"$dir/$shell" || failed=$((failed + 1))
done

# offers SHELL LINE WORD: the word is among what is offered for the line; lacks: it is not.
offers() {
	if "complete_$1" "$2" | grep -qxF -e "$3"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $1: $2: no $3 in: $("complete_$1" "$2" | tr '\n' ' ')"
	fi
}

lacks() {
	if "complete_$1" "$2" | grep -qxF -e "$3"; then
		failed=$((failed + 1))
		echo "FAIL: $1: $2: $3"
	else
		passed=$((passed + 1))
	fi
}

# shellcheck disable=SC2086 # it is split into words
complete_bash() {
	bash -c '
		source "$1"
		shift
		complete -p ipclens >/dev/null || exit
		[[ $line == *" " ]] && set -- "$@" ""
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_ipclens
		printf "%s\n" "${COMPREPLY[@]}"' bash "$dir/bash" $1
}

# Without what is said of each.
# shellcheck disable=SC2016 # expanded by the inner shell
complete_fish() {
	HOME=$dir fish -c 'source $argv[1]; complete -C $argv[2]' "$dir/fish" "$1" | cut -f 1
}

# A terminal of its own, in which Tab is pressed.
complete_zsh() {
	mkdir -p "$dir/functions"
	cp "$dir/zsh" "$dir/functions/_ipclens"
	zsh -f "$dir/ask" "$dir/functions" "$1" </dev/null
}
cat >"$dir/ask" <<'END'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=($1 \$fpath); autoload -U compinit; compinit -D -u; PROMPT=; stty -echo columns 200"
zpty -w shell "zstyle ':completion:*' list-separator '#'; setopt no_list_ambiguous; LISTMAX=1000; print ready\$((1+1))"
zpty -r shell out '*ready2*'
zpty -w -n shell "$2"$'\t\t'
zpty -w -n shell $'\C-u'"print done\$((1+1))"$'\n'
zpty -r shell out '*done2*'
print -r -- "$out" | tr -d '\r' | sed 's/\x1b\[[0-9;?]*[A-Za-z]//g; s/#.*//' | tr -s ' ' '\n'
END

for shell in bash fish zsh; do
	if ! command -v "$shell" >/dev/null; then
		echo "skipped: there is no $shell"
		skipped=$((skipped + 1))
		continue
	fi
	export line
	line='ipclens pr'
	offers "$shell" "$line" print
	line='ipclens --no-'
	offers "$shell" "$line" --no-mouse
	line='ipclens print semn'
	offers "$shell" "$line" semncnt
	line='ipclens print 3.'
	offers "$shell" "$line" 3.2
	line='ipclens list semn'
	lacks "$shell" "$line" semncnt
	line='ipclens run --ord'
	offers "$shell" "$line" --orders
	line='ipclens run mine.c : prin'
	lacks "$shell" "$line" print
done

touch "$dir/mine.c" "$dir/list"
for line in "ipclens run $dir/mi" "ipclens run $dir/list : $dir/mi" "ipclens run --save $dir/mi" "ipclens run --allow $dir/mi"; do
	offers bash "$line" "$dir/mine.c"
done
line='ipclens run list semn'
lacks bash "$line" semncnt
line='ipclens --theme '
offers bash "$line" solarized
if ipclens --completion csh 2>/dev/null; then
	failed=$((failed + 1))
	echo 'FAIL: csh'
fi
echo "$passed passed, $failed failed, $skipped skipped"
