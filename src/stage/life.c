// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stage/confine.h"
#include "stage/inside.h"
#include "stage/landlock.h"
#include "stage/seccomp.h"

/* The beginning of a stage. */

/* What the stage keeps of the program's descriptors, at these numbers. */
enum { STAGE_PROGRAM = 3, STAGE_TERMINAL, STAGE_FDS };

static void close_from(int first)
{
	long last = sysconf(_SC_OPEN_MAX);

#ifdef SYS_close_range /* Linux 5.9 */
	if (!syscall(SYS_close_range, first, ~0u, 0))
		return;
#endif
	for (long fd = first; fd < last; fd++)
		close((int)fd);
}

/* A copy of the descriptor out of the way of the numbers that are given out. */
static int set_aside(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, STAGE_FDS);
}

static void take_descriptors(struct server *s, int program)
{
	int null;

	program = set_aside(program);
	s->terminal = set_aside(s->options->terminal_fd);
	dup3(program, STAGE_PROGRAM, O_CLOEXEC);
	if (s->terminal >= 0)
		s->terminal = dup3(s->terminal, STAGE_TERMINAL, O_CLOEXEC);
	close_from(s->terminal >= 0 ? STAGE_FDS : STAGE_TERMINAL);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd < STAGE_PROGRAM; fd++)
		dup2(null, fd); /* open in the processes too */
	close(null);
	wire_init(&s->program, STAGE_PROGRAM);
}

/* The program decides what a signal of the terminal means, and ends its stage by closing the
   socket. So all are blocked here; SIGTTOU with them, else tcsetattr(3) would stop a process in
   the background. None stays ignored: an exec would keep that, and a lesson must not inherit
   it. */
static void take_signals(struct server *s)
{
	/* all zero is SIG_DFL. The system call itself: sigaction(3) refuses the two signals that
	   the C library keeps for itself, and its posix_spawn(3) leaves them ignored */
	static const uint64_t none[4];
	sigset_t all, child;

	for (int sig = 1; sig < NSIG; sig++)
		syscall(SYS_rt_sigaction, sig, none, NULL, sizeof(uint64_t));
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	s->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void detach(void)
{
	setsid();
	prctl(PR_SET_NAME, "ipclens-stage");
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	/* what a lesson's program starts comes to us when that program ends */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

/* The stage stands. What its processes can be kept from is asked here, once. */
static bool confine(struct server *s, char *why, size_t size)
{
	server_has(s, STAGE_NAMESPACES, !s->host);
	server_has(s, STAGE_FILES, landlock_version() >= LANDLOCK_FILES);
	server_has(s, STAGE_SIGNALS, s->birth.pids || landlock_version() >= LANDLOCK_SIGNALS);
	server_has(s, STAGE_CALLS, seccomp_available());
	if (!confine_stage()) {
		snprintf(why, size, "landlock_restrict_self: %s", strerror(errno));
		return false;
	}
	s->probe = probe_new(s->board, (struct probe_scope){ .host = s->host, .ledger = s->host });
	pin_init(s);
	return true;
}

static void say_started(struct server *s, bool ok, const char *why)
{
	struct wire_started started = { .ok = ok, .host = s->host, .missing = s->missing };

	snprintf(started.text, sizeof(started.text), "%s", why);
	if (!wire_send(s->program.fd, WIRE_STARTED, &started, sizeof(started), NULL))
		server_end(s);
	if (ok)
		return;
	/* until there is another to restore the terminal */
	while (wire_receive(&s->program, 0) > 0)
		;
	server_end(s);
}

/* Where the lesson's files and POSIX objects will be; on the host they are there then. */
static bool take_files(struct server *s, struct ledger *ledger, char *why, size_t size)
{
	s->board->ledger = s->host ? host_files_make(ledger->directory, why, size) : ledger;
	snprintf(s->directory, sizeof(s->directory), "%s", ledger->directory);
	snprintf(s->objects, sizeof(s->objects), s->host ? "%s/shm" : "/dev/shm", s->directory);
	snprintf(s->board->directory, sizeof(s->board->directory), "%s/lesson", s->objects);
	if (s->board->ledger)
		return true;
	s->board->ledger = ledger;
	return false;
}

_Noreturn void server_main(int program, struct ledger *ledger, const struct stage_options *options,
                           struct birth birth)
{
	struct server server = { .board = board_new(),
		                 .options = options,
		                 .pid = getpid(),
		                 .birth = birth,
		                 .host = options->host };
	struct server *s = &server;
	char why[PARCEL_TEXT] = "";
	bool ok;

	for (unsigned who = 0; who < LETTERS; who++) {
		wire_init(&s->actors[who].wire, -1);
		s->actors[who].pidfd = -1;
	}
	take_descriptors(s, program);
	take_signals(s);
	detach();
	s->users = s->host && geteuid() == 0;
	ok = take_files(s, ledger, why, sizeof(why)) &&
	     (s->host || namespace_enter(s, why, sizeof(why))) && confine(s, why, sizeof(why));
	say_started(s, ok, why);
	server_loop(s);
}
