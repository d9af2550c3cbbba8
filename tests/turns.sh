#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One's own programs, each in turn: ipclens run without a screen.
set -eu

ipclens=${IPCLENS:-build/ipclens}
case $ipclens in
/*) ;;
*) ipclens=$PWD/$ipclens ;;
esac
if ! ${CC:-cc} --version >/dev/null 2>&1; then
	echo "there is no C compiler here"
	exit 77
fi
# elsewhere the ids are those of the host
unshare -rim true 2>/dev/null || { echo 'this machine has no user namespaces'; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
passed=0
failed=0

# is WHAT EXPECTED GOT
is() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'turns.sh: %s: expected\n%s\ngot\n%s\n' "$1" "$2" "$3"
}

# What computes between its calls, less than is waited for at a time, is waited for each time.
cat >computes.c <<'END'
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

int main(void)
{
	for (int i = 0; i < 4; i++) {
		semget(IPC_PRIVATE, 1, 0600);
		for (clock_t begin = clock(); clock() - begin < CLOCKS_PER_SEC / 5;)
			;
	}
	return 0;
}
END
"$ipclens" run --print computes.c >out 2>&1 || true
is "computing between calls" 4 "$(grep -c semget out)"
is "computing between calls" "" "$(grep 'runs' out || true)"

# --quiet lets them go in the same order, and to the same end. Each says in a queue that it had a turn. What C
# asks for last, which nobody sends, is a number of their order. A signal cuts some short,
# with and without SA_RESTART.
cat >order.c <<'END'
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

static void wake(int sig)
{
	(void)sig;
}

static struct { long type; char text[4]; } m = { 1, "abc" };
static volatile int *pids; /* of A, B and C */

static void call(int set, int queue, unsigned dice, int sig, int i)
{
	struct sembuf op = { (unsigned short)(dice >> 16) % 3, 1, 0 };

	op.sem_flg = dice >> 20 & 1 ? SEM_UNDO : 0;
	switch ((dice >> 18) % 10) {
	case 1:
	case 2:
	case 3:
	case 4:
	case 5:
		op.sem_op = sig ? 1 : -1;
		semop(set, &op, 1);
		break;
	case 7:
		msgsnd(queue, &m, sizeof(m.text), IPC_NOWAIT);
		break;
	case 8:
		msgrcv(queue, &m, sizeof(m.text), 0, IPC_NOWAIT);
		break;
	case 9:
		if (sig && i < 100 && pids[sig])
			kill(pids[sig], SIGUSR1);
		/* fall through */
	default:
		semop(set, &op, 1);
	}
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = wake, .sa_flags = argc > 2 ? SA_RESTART : 0 };
	int set = semget(0x77, 3, IPC_CREAT | 0600), queue = msgget(0x77, IPC_CREAT | 0600);
	int log = msgget(0x78, IPC_CREAT | 0600);
	unsigned dice = (unsigned)argv[1][0], order = 0;

	sigaction(SIGUSR1, &act, NULL);
	pids = shmat(shmget(0x79, 4096, IPC_CREAT | 0600), NULL, 0);
	pids[argv[1][0] - 'A'] = getpid();
	for (int i = 0; i < (argv[1][0] == 'A' ? 600 : 120); i++) {
		dice = dice * 1103515245 + 12345;
		call(set, queue, dice, argv[1][0] == 'A' ? 1 + i % 2 : 0, i);
		m.type = argv[1][0];
		msgsnd(log, &m, 0, 0);
		m.type = 1;
	}
	while (argv[1][0] == 'C' && !msgrcv(log, &m, 0, 0, IPC_NOWAIT))
		order = order * 31 + (unsigned)m.type;
	if (argv[1][0] != 'A')
		msgrcv(queue, &m, sizeof(m.text), (order & 0x7fffffff) | 1, 0);
	return 0;
}
END
in_turn() {
	"$ipclens" run "$1" ./order A : ./order B again : ./order C >"out$1" 2>&1 && echo 0 || echo $?
}
ends() {
	sed -n '/^Nobody can go on/,$p' "$1"
}
if ${CC:-cc} -g -o order order.c; then
	is "--print" 1 "$(in_turn --print)"
	is "--quiet" 1 "$(in_turn --quiet)"
	is "each has gone often" "true" "$([ "$(grep -c '^[ABC]  ' out--print)" -gt 500 ] && echo true)"
	is "calls were cut short" "true" "$(grep -q EINTR out--print && echo true)"
	is "C has come to its end" 1 "$(ends out--print | grep -c 'C .*msgrcv')"
	is "where --quiet ends" "$(ends out--print)" "$(ends out--quiet)"
fi

# A sleep that ends by itself is waited for.
cat >timed.c <<'END'
#define _GNU_SOURCE
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct timespec time = { 0, 20000000 };
	struct sembuf op = { 0, -1, 0 };
	int set = semget(0x78, 1, IPC_CREAT | 0600);

	(void)argv;
	semtimedop(set, &op, 1, &time);
	semtimedop(set, &op, 1, argc > 1 ? &time : NULL);
	return 0;
}
END
if ${CC:-cc} -g -o timed timed.c; then
	for how in --print --quiet; do
		"$ipclens" run $how ./timed : ./timed again : ./timed >"out$how" 2>&1 || true
		is "times are over, $how" "Nobody can go on:
  A sleeps in semop(0, {{0, -1, 0}}, 1) at timed.c:14
  C sleeps in semop(0, {{0, -1, 0}}, 1) at timed.c:14" "$(ends "out$how")"
	done
fi

# JSON, an object a line.
cat >dies.c <<'END'
#include <errno.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct { long type; char text[8]; } m = { 1, "a\"\\\n\xff" };
	struct sembuf op = { 0, argc > 1 ? 1 : -1, 0 };
	int set = semget(0x79, 1, IPC_CREAT | 0600), queue = msgget(0x79, IPC_CREAT | 0600);

	msgrcv(queue, &m, sizeof(m.text), 0, IPC_NOWAIT);
	msgsnd(queue, &m, sizeof(m.text), 0);
	semop(set, &op, 1);
	if (argc > 2)
		semop(set, &(struct sembuf){ 0, 0, 0 }, 1);
	if (argc > 1)
		*(volatile int *)(argv[argc] + semctl(set, 0, GETVAL)) = 1;
	return 3;
}
END
if ${CC:-cc} -w -g -o dies dies.c; then
	"$ipclens" run --json ./dies : ./dies gives >json 2>&1 && is "exit status, --json" 1 0
	"$ipclens" run --json ./dies : ./dies >>json 2>&1 || true
	"$ipclens" run --json --order BB ./dies : ./dies gives >>json 2>&1 || true
	"$ipclens" run --json --order AAAAAA ./dies >>json 2>&1 || true
	has() {
		is "--json: $1" yes "$(grep -qF "$1" json && echo yes)"
	}
	has '"call": "semop", "text": "semop(0, {{0, -1, 0}}, 1)"'
	has '"result": "blocks"'
	has '"error": "ENOMSG"'
	has '"cause": {"kind": "call", "by": "B"}'
	has '"result": "exit", "status": 3'
	has '"result": "killed", "signal": "SIGSEGV", "code": "SEGV_MAPERR", "address": 0'
	has '{"end": "ended", "status": 1, "programs": []}'
	has '{"end": "blocked", "status": 1, "programs": [{"process": "A", "stand": "in"'
	has '{"end": "order", "why": "letter 6 of the order: A can'
	"$ipclens" run --json --quiet ./dies >quiet 2>&1 || true
	is "--json --quiet" 1 "$(wc -l <quiet)"
	if command -v python3 >/dev/null; then
		is "--json: each line is JSON" yes "$(PYTHONIOENCODING=utf-8 python3 -c '
import json, sys
for line in sys.stdin:
	json.loads(line)' <json && echo yes)"
	else
		echo "skipped: --json is JSON: there is no python3 here"
	fi
fi

# A signal ends it also while the answer of the next step is always there already: who reads the transcript is slower.
cat >endless.c <<'END'
#include <sys/ipc.h>
#include <sys/sem.h>

int main(void)
{
	struct sembuf ops[40] = { 0 };

	for (;;)
		semop(12345, ops, 40);
}
END
if ${CC:-cc} -g -o endless endless.c; then
	mkfifo lines
	timeout -s KILL 20 "$ipclens" run --print ./endless : ./endless >lines 2>/dev/null &
	pid=$!
	{
		head -n 100 >/dev/null
		kill "$pid"
		dd bs=1 of=/dev/null 2>/dev/null
	} <lines
	wait "$pid" && status=0 || status=$?
	is "a signal ends it" 143 "$status"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
