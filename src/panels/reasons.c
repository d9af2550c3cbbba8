// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/reasons.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "base/intl.h"
#include "panels/extent.h"
#include "sys/calls.h"

/* One result, and the words for it. */
struct asked {
	const struct panel_context *c;
	const struct result *r;
	const struct snap_process *p; /* as it is now */
	const char *call;             /* "" for none */
	struct flow *words;
};

static bool is_one_of(const char *call, const char *const *names)
{
	while (*names && strcmp(*names, call) != 0)
		names++;
	return *names;
}

/* EACCES of mmap(2), EBADF and EINVAL of what reads or writes: how the descriptor is open. */
static void say_descriptor(struct asked *a)
{
	static const char *const calls[] = { "mmap",   "read",      "pread", "write",
		                             "pwrite", "ftruncate", "fsync", "posix_fallocate",
		                             NULL };
	static const char *const words[] = {
		[O_RDONLY] = N_("descriptor %s is open for reading only"),
		[O_WRONLY] = N_("descriptor %s is open for writing only"),
		[O_RDWR] = N_("descriptor %s is open for reading and writing"),
	};
	bool fits = a->r->error == EBADF || a->r->error == EINVAL;

	if (!strcmp(a->call, "mmap"))
		fits = a->r->error == EACCES;
	if (!fits || !is_one_of(a->call, calls) || a->p->fd < 0 || a->p->fd_access < 0 ||
	    a->p->fd_access > O_RDWR)
		return;
	flow_sentence(a->words, PLAIN, _(words[a->p->fd_access]), part_number(PLAIN, a->p->fd));
}

static void say_room(struct asked *a)
{
	const struct snap_limits *l = &a->c->at.now->limits;

	if (l->space)
		flow_sentence(a->words, PLAIN, _("%1$s of %2$s bytes are free for files"),
		              part_count(PLAIN, l->space_free), part_count(PLAIN, l->space));
}

static void say_space(struct asked *a)
{
	static const char *const calls[] = { "open",      "write",           "pwrite",
		                             "ftruncate", "posix_fallocate", "shm_open",
		                             NULL };

	if (a->r->error == ENOSPC && is_one_of(a->call, calls))
		say_room(a);
}

static void say_huge(struct asked *a)
{
	const struct snap_limits *l = &a->c->at.now->limits;

	if (strcmp(a->call, "shmget") != 0 || !(a->r->args[2] & SHM_HUGETLB) || !l->huge_known)
		return;
	flow_sentence(a->words, PLAIN, _("%1$s of %2$s huge pages are free"),
	              part_count(PLAIN, l->huge_free), part_count(PLAIN, l->huge));
}

/* do_mlock() in mm/mlock.c: with a limit of 0 it is EPERM; and what is locked already in the range is
   not counted twice, so the sum is sure only where nothing is. */
static void say_memlock(struct asked *a)
{
	bool reached;
	const struct snap_process *p = a->p;
	uint64_t page = extent_page_size(), first = (uint64_t)a->r->args[0] % page;
	uint64_t asked = ((uint64_t)a->r->args[1] + first + page - 1) / page * page;

	if (strcmp(a->call, "mlock") != 0 || !p->memlock_known)
		return;
	reached = a->r->error == EPERM ? p->memlock == 0
	                               : a->r->error == ENOMEM && !p->locked && asked > p->memlock;
	flow_sentence(a->words, PLAIN,
	              reached ? _("RLIMIT_MEMLOCK %2$s of %1$s bytes: no room for %3$s more")
	                      : _("RLIMIT_MEMLOCK %2$s of %1$s bytes"),
	              part_count(PLAIN, p->memlock), part_count(PLAIN, p->locked),
	              part_count(PLAIN, asked));
}

/* A page of the file, and no memory for it. */
static void say_fault(struct asked *a)
{
	const struct snap_mapping *m = extent_mapping(a->c->at.before, a->r->who, a->r->address);
	uint64_t until;
	int page;

	if (a->r->kind != RESULT_KILLED || a->r->sig != SIGBUS || !m || !m->is_file)
		return;
	page = extent_page(a->c->at.before, m, (a->r->address - m->start) / extent_page_size(),
	                   &until);
	if (page >= 0 && (page & PAGE_CLASS) != PAGE_PAST_EOF)
		say_room(a);
}

/* do_msgsnd() in ipc/msg.c looks at the size first, then at the id, then at the type. */
static void say_type(struct asked *a)
{
	const int64_t *args = a->r->args;

	if (!strcmp(a->call, "msgsnd") && a->r->error == EINVAL && args[2] >= 0 && args[0] >= 0 &&
	    (uint64_t)args[2] <= a->c->at.now->limits.msgmax && args[CALL_PARAMS - 1] < 1)
		flow_sentence(a->words, PLAIN, _("mtype %s is less than 1"),
		              part_number(PLAIN, args[CALL_PARAMS - 1]));
}

/* do_semtimedop() in ipc/sem.c: the only cause of this error. */
static void say_num(struct asked *a)
{
	static const char *const calls[] = { "semop", "semtimedop", NULL };
	const struct snapshot *s = a->c->at.now;
	const struct snap_set *set;

	if (a->r->error != EFBIG || !is_one_of(a->call, calls) || !snap_task(s, a->p->task)->here)
		return;
	set = snap_set_of(s, (int32_t)a->r->args[0]);
	if (set)
		flow_sentence(a->words, PLAIN,
		              _("sem_num %1$s: the set has %2$s semaphores, from 0"),
		              part_number(PLAIN, a->r->args[CALL_PARAMS - 1]),
		              part_count(PLAIN, set->nsems));
}

/* mqueue_get_inode() in ipc/mqueue.c: of a user all queues count, those of other namespaces too. */
static void say_queues(struct asked *a)
{
	if (!strcmp(a->call, "mq_open") && a->r->error == EMFILE && a->p->msgqueue)
		flow_sentence(a->words, PLAIN,
		              _("RLIMIT_MSGQUEUE %s bytes, for all queues of the user"),
		              part_count(PLAIN, a->p->msgqueue));
}

/* Which of them it was that refused, depends on the call: fcntl(2). */
static void say_seals(struct asked *a)
{
	static const char *const calls[] = { "write", "pwrite", "ftruncate", "posix_fallocate",
		                             "mmap",  "fcntl",  NULL };
	static const struct {
		int bit;
		const char *name;
	} seals[] = {
		{ F_SEAL_SEAL, "F_SEAL_SEAL" },  { F_SEAL_SHRINK, "F_SEAL_SHRINK" },
		{ F_SEAL_GROW, "F_SEAL_GROW" },  { F_SEAL_WRITE, "F_SEAL_WRITE" },
		{ 0x10, "F_SEAL_FUTURE_WRITE" }, { 0x20, "F_SEAL_EXEC" }, /* new in headers */
	};
	struct buf names = { 0 };

	if (a->r->error != EPERM || !is_one_of(a->call, calls))
		return;
	for (size_t i = 0; i < sizeof(seals) / sizeof(*seals); i++)
		if (a->r->args[CALL_PARAMS - 1] & seals[i].bit)
			buf_printf(&names, names.len ? " | %s" : "%s", seals[i].name);
	if (names.len)
		flow_sentence(a->words, PLAIN, _("the file has %s"),
		              part_text(PLAIN, buf_str(&names)));
	buf_free(&names);
}

/* do_mq_timedsend() and do_mq_timedreceive() in ipc/mqueue.c: the only cause of this error. */
static void say_msgsize(struct asked *a)
{
	struct part most = part_count(PLAIN, (uint64_t)a->r->args[CALL_PARAMS - 1]),
		    size = part_count(PLAIN, (uint64_t)a->r->args[2]);

	if (a->r->error != EMSGSIZE || strncmp(a->call, "mq_", 3) != 0)
		return;
	flow_sentence(a->words, PLAIN,
	              strcmp(a->call, "mq_send") != 0
	                      ? _("mq_msgsize %1$s: a buffer of %2$s bytes is shorter")
	                      : _("mq_msgsize %1$s: a message of %2$s bytes is longer"),
	              most, size);
}

static void (*const reasons[])(struct asked *a) = {
	say_descriptor, say_space, say_huge,   say_memlock, say_fault,
	say_type,       say_num,   say_queues, say_msgsize, say_seals,
};

static int each_of(const struct panel_context *c, const struct result *r, reason_visit *visit,
                   void *arg)
{
	bool failed = r->kind == RESULT_RETURNED && r->failed && r->call >= 0;
	int count = 0;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		struct flow words = { .glyphs = c->sheet ? c->sheet->grid.glyphs : GLYPHS_UNICODE };
		struct asked a = { .c = c,
			           .r = r,
			           .p = snap_process_of(c->at.now, r->who),
			           .call = failed ? call_at((size_t)r->call)->name : "",
			           .words = &words };

		if (!a.p || (!failed && r->kind != RESULT_KILLED))
			continue;
		reasons[i](&a);
		count += words.count > 0;
		if (visit && words.count)
			visit(c, &words, arg);
		flow_free(&words);
	}
	return count;
}

int reasons_each(const struct panel_context *c, reason_visit *visit, void *arg)
{
	const struct step_record *r;
	int count = 0;

	if (!c->engine || !c->at.position)
		return 0;
	r = engine_record(c->engine, c->at.position - 1);
	for (size_t i = 0; i < r->nresults; i++)
		count += each_of(c, &r->results[i], visit, arg);
	return count;
}
