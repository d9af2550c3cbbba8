// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/wait.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 1000, LOOK = 50 }; /* ms, for one that is to end; between two looks */

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { SIGNALS = sizeof(signals) / sizeof(*signals) };

/* nohup(1) */
static bool is_ignored(int sig)
{
	struct sigaction action;

	return !sigaction(sig, NULL, &action) && action.sa_handler == SIG_IGN;
}

void wait_begin(struct wait *w)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < SIGNALS; i++)
		if (!is_ignored(signals[i]))
			sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, &w->before);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK); /* only polled */
}

void wait_end(struct wait *w)
{
	if (w->signals >= 0)
		close(w->signals);
	sigprocmask(SIG_SETMASK, &w->before, NULL);
}

void wait_child(pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGTERM); /* it removes its temporary files then */
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0);
	for (size_t i = 0; i < SIGNALS; i++)
		if (!is_ignored(signals[i]))
			signal(signals[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* It is still to be waited for, so that its number is nobody else's. */
static bool runs(pid_t child)
{
	siginfo_t info = { .si_pid = 0 };

	return !waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) && !info.si_pid;
}

/* A compiler removes its temporary files after SIGTERM. */
static void end_group(pid_t child, struct pollfd *fd)
{
	setpgid(child, child); /* if it has not come to that */
	kill(-child, SIGTERM);
	for (int waited = 0; runs(child) && waited < PATIENCE; waited += LOOK)
		poll(fd, 1, LOOK);
	kill(-child, SIGKILL);
}

bool wait_for(const struct wait *w, pid_t child, int *status)
{
	struct pollfd fds[] = { { .fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN },
		                { .fd = w->signals, .events = POLLIN } };
	bool known = true, ended;

	while (runs(child) && !fds[1].revents)
		poll(fds, 2, fds[0].fd < 0 || w->signals < 0 ? LOOK : -1);
	ended = runs(child);
	if (ended)
		end_group(child, &fds[0]);
	while (known && waitpid(child, status, 0) < 0)
		known = errno == EINTR;
	/* what it had started may have come to us */
	while (ended && (waitpid(-child, NULL, 0) > 0 || errno == EINTR))
		;
	if (fds[0].fd >= 0)
		close(fds[0].fd);
	return known;
}
