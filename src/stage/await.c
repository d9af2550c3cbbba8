// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/await.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "stage/parcel.h"

/* Before Linux 6.15 how a child ended can be read only as long as nobody has waited for it. So this waits
   until there is one to wait for, and leaves it; has the stage look; and then makes the call. Between
   the two there is nothing that could change the answer: only a process itself waits for its children. */

/* The options that the call has, waitid(2) has under the same names and numbers. */
enum { OPTIONS = WNOHANG | WUNTRACED | WCONTINUED };

static int await_one(pid_t pid, int options, siginfo_t *found)
{
	idtype_t type = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID;
	id_t id = pid > 0 ? (id_t)pid : pid < -1 ? (id_t)-pid : 0;

	memset(found, 0, sizeof(*found));
	return waitid(type, id, found, options | WEXITED | WNOWAIT);
}

static bool has_ended(const siginfo_t *found)
{
	return found->si_code == CLD_EXITED || found->si_code == CLD_KILLED ||
	       found->si_code == CLD_DUMPED;
}

/* It sleeps meanwhile, but for the stage, which must not take it for quiet: so it is in no call. */
static void tell_stage(struct exec *x, pid_t child)
{
	const struct wire_deed deed = { .what = DEED_REAP, .number = child };

	atomic_fetch_add(&x->page->call_seq, 1);
	x->deed(x, &deed);
	atomic_fetch_add(&x->page->call_seq, 1);
}

int64_t await_make(struct exec *x, const struct call *row, const int64_t args[CALL_PARAMS])
{
	bool any = !strcmp(row->name, "wait");
	pid_t pid = any ? -1 : (pid_t)args[0];
	int *status = (int *)(intptr_t)args[any ? 0 : 1];
	int options = any ? 0 : (int)args[2];
	siginfo_t found;

	if ((options & ~OPTIONS) || pid == INT_MIN) /* it fails, or is what nobody knows */
		return wait4(pid, status, options, NULL);
	if (await_one(pid, options, &found))
		return -1;
	if (!found.si_pid) /* WNOHANG */
		return 0;
	if (has_ended(&found))
		tell_stage(x, found.si_pid);
	return wait4(found.si_pid, status, options, NULL);
}
