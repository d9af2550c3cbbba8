// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage/inside.h"
#include "sys/ledger.h"

/* A stage becomes as fresh as a new one, faster: its processes end, and its IPC namespace goes with all that is in it.
   What else a lesson can leave stays (files, POSIX objects): only who leaves none asks for it. */

/* Pid 1 reaches all others of its namespace, and none outside; orphans are its own. */
static void end_all(void)
{
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

static void forget_actors(struct server *s)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		wire_close(&s->actors[who].wire);
		child_forget(s, who);
		s->actors[who] = (struct actor){ .pidfd = -1 };
		wire_init(&s->actors[who].wire, -1);
		s->board->ledger->pids[who] = 0;
	}
	board_clear(s->board);
	memset(s->states, 0, sizeof(s->states));
	memset(s->timed, 0, sizeof(s->timed));
}

bool server_renew(struct server *s)
{
	char why[EVENT_TEXT];

	if (!s->birth.pids)
		return report_error(s, "renew: %s", strerror(EPERM));
	end_all();
	forget_actors(s);
	report_forget(s);
	s->happened = 0;
	s->lost = false;
	s->changes++;
	if (!namespace_renew(s, why, sizeof(why)))
		return report_error(s, "%s", why);
	probe_free(s->probe); /* it looks at the namespace in which it was made */
	s->probe = probe_new(s->board, (struct probe_scope){ .host = s->host, .ledger = s->host });
	return true;
}
