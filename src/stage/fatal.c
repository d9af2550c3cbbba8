// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "stage/traced.h"

/* What a fault of a program was: it is known while the signal is on its way, and said when the program has died of
   it. */

enum { NEAR_PAGES = 64 };

/* The last mapping that begins at or below the address, if that is in it or not far behind. */
static uint64_t mapping_below(pid_t pid, uint64_t address)
{
	uint64_t start, end, found = 0, near = NEAR_PAGES * (uint64_t)sysconf(_SC_PAGESIZE);
	char path[64], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2 && start <= address &&
		    address < end + near)
			found = start;
	fclose(f);
	return found;
}

/* "0x7f0000000000 + 2 * PAGE + 5" */
static void add_place(struct buf *b, uint64_t start, uint64_t address)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), pages = (address - start) / page,
		 rest = (address - start) % page;

	buf_printf(b, "%#" PRIx64, start);
	if (pages == 1)
		buf_puts(b, " + PAGE");
	else if (pages)
		buf_printf(b, " + %" PRIu64 " * PAGE", pages);
	if (rest)
		buf_printf(b, " + %" PRIu64, rest);
}

static void add_line(struct buf *b, const struct board_program *now)
{
	if (!now->line)
		return;
	buf_printf(b, "%s%s:%d", b->len ? ", " : "", path_name(now->file), (int)now->line);
}

void tracee_faults(struct server *s, struct tracee *t, int sig)
{
	struct board_process *p = s->board->pages[t->who];
	struct actor *a = &s->actors[t->who];
	struct buf b = { 0 };
	siginfo_t info;
	uint64_t address, start;

	if (ptrace(PTRACE_GETSIGINFO, t->tid, NULL, &info))
		return;
	address = (uint64_t)(uintptr_t)info.si_addr;
	p->fault_signal = info.si_code > 0 ? (uint32_t)sig : 0;
	p->fault_code = info.si_code;
	p->fault_address = address;
	start = info.si_code > 0 && sig != SIGFPE && sig != SIGILL ? mapping_below(a->pid, address)
	                                                           : 0;
	if (start && start != address)
		add_place(&b, start, address);
	tracee_place(s, t);
	add_line(&b, &t->now);
	a->fatal = sig;
	snprintf(a->fault, sizeof(a->fault), "%s", b.len ? b.data : "");
	buf_free(&b);
}
