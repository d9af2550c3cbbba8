// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/manual.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "tui/screen.h"

extern char **environ;

enum { NAME_MAX_BYTES = 64 };

/* With no signal blocked. It stays in our process group, which has the terminal. */
static int start(pid_t *pid, char *section, char *name)
{
	char *const argv[] = { (char *)"man", section, name, NULL };
	posix_spawnattr_t how;
	sigset_t none;
	int error;

	sigemptyset(&none);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&how, &none);
	error = posix_spawnp(pid, "man", NULL, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	return error;
}

/* Its wait status. Who suspends it there wants to have the shell, and it suspends the whole job. */
static int wait_for(pid_t pid)
{
	int status = 0;
	pid_t got;

	while ((got = waitpid(pid, &status, WUNTRACED)) == pid && WIFSTOPPED(status))
		kill(getpid(), SIGSTOP);
	return got == pid ? status : -1;
}

char *manual_show(const char *page)
{
	char name[NAME_MAX_BYTES], section[NAME_MAX_BYTES];
	struct buf why = { 0 };
	int error, status = 0;
	pid_t pid;

	if (sscanf(page, "%63[^(](%63[^)])", name, section) != 2)
		return NULL;
	screen_suspend();
	error = start(&pid, section, name);
	if (!error)
		status = wait_for(pid);
	screen_resume();
	if (error == ENOENT)
		buf_puts(&why, _("there is no man on this machine"));
	else if (error)
		buf_printf(&why, "man: %s", strerror(error));
	else if (status)
		buf_printf(&why, _("man shows no %s: it may not be installed"), page);
	return why.data ? buf_steal(&why) : NULL;
}
