// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/syscall.h>
#include <unistd.h>

#include "stage/inside.h"
#include "stage/process.h"
#include "sys/ledger.h"

/* Processes that go on in the stage's image instead of executing the program: many times faster, for those that live
   only as long as an order of a schedule. Their memory is a copy of the stage's, laid out as in each other. */

static void close_range_of(unsigned first, unsigned last)
{
#ifdef SYS_close_range /* Linux 5.9 */
	if (!syscall(SYS_close_range, first, last, 0))
		return;
#endif
	if (last > (unsigned)sysconf(_SC_OPEN_MAX))
		last = (unsigned)sysconf(_SC_OPEN_MAX);
	for (unsigned fd = first; fd <= last; fd++)
		close((int)fd);
}

/* What the stage shares with the program and with other processes is none of its business. */
static void let_go(struct server *s)
{
	board_clear(s->board);
	ledger_unmap(s->board->ledger);
}

pid_t spawn_forked(struct server *s, char **args, const int own[EXEC_RESERVED], int number)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	let_go(s);
	for (int i = 0; i < EXEC_RESERVED; i++)
		if (own[i] >= 0 && dup2(own[i], number + i) < 0)
			_exit(127);
	close_range_of(STDERR_FILENO + 1, (unsigned)number - 1);
	close_range_of((unsigned)number + EXEC_RESERVED, ~0u);
	_exit(process_main(PROCESS_ARGS, args));
}
