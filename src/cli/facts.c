// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/facts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "base/buf.h"
#include "base/mem.h"
#include "panels/panel.h"
#include "panels/phrase.h"

/* A fact under construction. */
struct teller {
	struct facts *facts;
	const struct engine *e;
	const struct snapshot *s;
	struct buf about, text;
};

static void end_fact(struct teller *t)
{
	*MEM_PUSH(t->facts->items, t->facts->count) =
		(struct fact){ .about = buf_steal(&t->about), .text = buf_steal(&t->text) };
}

static char letter_of(const struct teller *t, uint32_t task)
{
	return LETTER_CHAR(snap_letter(t->s, task));
}

static void tell_pid(struct teller *t, const char *name, pid_t pid)
{
	char letter = engine_letter(t->e, pid);

	if (letter)
		buf_printf(&t->text, ", %s %c", name, letter);
	else if (pid)
		buf_printf(&t->text, ", %s %d", name, pid);
	else
		buf_printf(&t->text, ", %s -", name);
}

/* Apart from what changes with every call. */
static void tell_access(struct teller *t, const char *kind, int32_t id, const struct snap_perm *p)
{
	char mode[16];

	format_mode(mode, sizeof(mode), p->mode);
	buf_printf(&t->about, "%s %" PRId32 " access", kind, id);
	buf_printf(&t->text, "%s, uid %" PRIu32 ", cuid %" PRIu32, mode, p->uid, p->cuid);
	if (p->key)
		buf_printf(&t->text, ", key 0x%" PRIx32, (uint32_t)p->key);
	else
		buf_puts(&t->text, ", key 0");
	end_fact(t);
	t->facts->items[t->facts->count - 1].part = true;
}

/* Bytes as text, quoted; what can't be printed is a dot. */
static void tell_bytes(struct teller *t, const uint8_t *bytes, size_t n)
{
	buf_putc(&t->text, '"');
	for (size_t i = 0; i < n; i++) {
		if (!bytes[i])
			buf_puts(&t->text, "\\0");
		else
			buf_putc(&t->text,
			         bytes[i] >= ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '.');
	}
	buf_putc(&t->text, '"');
}

/* A segment's memory is zeros until somebody writes: those at the end are not told. */
static size_t without_zeros(const uint8_t *bytes, size_t n)
{
	while (n && !bytes[n - 1])
		n--;
	return n;
}

static void tell_segment(struct teller *t, const struct snap_segment *s)
{
	const struct snap_share *share = snap_attached(t->s) + s->first;
	const char *before = " (";

	buf_printf(&t->about, "shm %" PRId32, s->id);
	buf_printf(&t->text, "shm_segsz %" PRIu64 ", shm_nattch %" PRIu64, s->segsz, s->nattch);
	for (uint32_t i = 0; i < s->nattached; i++) {
		buf_printf(&t->text, "%s%c", before, letter_of(t, share[i].task));
		if (share[i].value > 1)
			buf_printf(&t->text, " %" PRId32 " times", share[i].value);
		before = ", ";
	}
	if (s->nattached)
		buf_putc(&t->text, ')');
	buf_printf(&t->text, ", rss %" PRIu64, s->rss);
	tell_pid(t, "shm_cpid", s->cpid);
	tell_pid(t, "shm_lpid", s->lpid);
	if (s->perm.mode & SHM_DEST)
		buf_puts(&t->text, ", SHM_DEST: goes with the last detach");
	if (s->perm.mode & SHM_LOCKED)
		buf_puts(&t->text, ", SHM_LOCKED: stays in memory");
	end_fact(t);
	tell_access(t, "shm", s->id, &s->perm);
	if (s->bytes_state != BYTES_READ)
		return;
	buf_printf(&t->about, "shm %" PRId32 " memory", s->id);
	buf_puts(&t->text, "begins with ");
	tell_bytes(t, s->bytes,
	           without_zeros(s->bytes, s->segsz < SNAP_BYTES ? s->segsz : SNAP_BYTES));
	end_fact(t);
}

/* What a sleeper asks of the semaphore that blocks it. */
static void tell_sem_waiter(struct teller *t, const struct snap_waiter *w)
{
	const struct snap_op *op = NULL;

	for (int i = 0; i < w->nops && w->ops_known; i++)
		if (!op && (w->all_ops == 1 || w->ops[i].num == w->blocked_on))
			op = &w->ops[i];
	buf_printf(&t->text, "; %c ", letter_of(t, w->task));
	if (!op)
		buf_puts(&t->text, "waits");
	else if (op->op == 0)
		buf_puts(&t->text, "waits for 0");
	else
		buf_printf(&t->text, "wants %+d", op->op);
	if (op && op->flg & SEM_UNDO)
		buf_puts(&t->text, ", undo");
	if (w->all_ops > 1)
		buf_printf(&t->text, ", one of %" PRIu32 " operations", w->all_ops);
}

static void tell_sem_waiters(struct teller *t, int32_t id, int32_t num)
{
	const struct snap_waiter *w = snap_waiters(t->s);

	for (uint32_t i = 0; i < t->s->nwaiters; i++)
		if (w[i].kind == WAIT_SEMOP && w[i].id == id && w[i].blocked_on == num)
			tell_sem_waiter(t, &w[i]);
}

static void tell_semaphore(struct teller *t, const struct snap_set *set, uint32_t num)
{
	const struct snap_semaphore *s = &snap_semaphores(t->s)[set->first + num];
	const struct snap_share *undo = snap_undos(t->s) + s->first;

	buf_printf(&t->about, "sem %" PRId32 "[%" PRIu32 "]", set->id, num);
	buf_printf(&t->text, "semval %" PRId32 ", semncnt %" PRId32 ", semzcnt %" PRId32, s->val,
	           s->ncnt, s->zcnt);
	tell_pid(t, "sempid", s->pid);
	for (uint32_t i = 0; i < s->nundos; i++)
		buf_printf(&t->text, "; exit of %c adds %+" PRId32 " (derived)",
		           letter_of(t, undo[i].task), undo[i].value);
	tell_sem_waiters(t, set->id, (int32_t)num);
	end_fact(t);
}

static void tell_set(struct teller *t, const struct snap_set *set)
{
	buf_printf(&t->about, "sem %" PRId32, set->id);
	buf_printf(&t->text, "sem_nsems %" PRIu32, set->nsems);
	tell_sem_waiters(t, set->id, -1);
	end_fact(t);
	tell_access(t, "sem", set->id, &set->perm);
	for (uint32_t i = 0; i < set->nshown; i++)
		tell_semaphore(t, set, i);
}

static void tell_queue_waiter(struct teller *t, const struct snap_waiter *w)
{
	buf_printf(&t->text, "; %c waits to ", letter_of(t, w->task));
	if (w->kind == WAIT_MSGSND) {
		buf_printf(&t->text, "send %" PRIu64 " bytes", w->size);
		if (w->type > 0)
			buf_printf(&t->text, " of type %" PRId64, w->type);
	} else if (w->type == 0) {
		buf_puts(&t->text, "receive any type");
	} else if (w->type < 0) {
		buf_printf(&t->text, "receive the lowest type up to %" PRIu64,
		           (uint64_t)0 - (uint64_t)w->type);
	} else {
		buf_printf(&t->text, "receive %s %" PRId64,
		           w->flags & MSG_EXCEPT ? "any type but" : "type", w->type);
	}
}

static void tell_queue(struct teller *t, const struct snap_queue *q)
{
	const struct snap_message *m = snap_messages(t->s) + q->first;
	const struct snap_waiter *w = snap_waiters(t->s);

	buf_printf(&t->about, "msg %" PRId32, q->id);
	buf_printf(&t->text, "msg_qnum %" PRIu64 ", msg_cbytes %" PRIu64 " of msg_qbytes %" PRIu64,
	           q->qnum, q->cbytes, q->qbytes);
	tell_pid(t, "msg_lspid", q->lspid);
	tell_pid(t, "msg_lrpid", q->lrpid);
	for (uint32_t i = 0; i < t->s->nwaiters; i++)
		if (w[i].kind != WAIT_SEMOP && w[i].id == q->id)
			tell_queue_waiter(t, &w[i]);
	end_fact(t);
	tell_access(t, "msg", q->id, &q->perm);
	if (!q->copy || !q->nshown)
		return;
	buf_printf(&t->about, "msg %" PRId32 " messages", q->id);
	for (uint32_t i = 0; i < q->nshown; i++) {
		buf_printf(&t->text, "%stype %" PRId64 " ", i ? ", " : "", m[i].type);
		tell_bytes(t, m[i].text, m[i].ntext);
		buf_printf(&t->text, " (%" PRIu64 " bytes)", m[i].size);
	}
	if (q->nshown < q->qnum)
		buf_printf(&t->text, ", and %" PRIu64 " more", q->qnum - q->nshown);
	end_fact(t);
}

static const char *page_words(uint8_t page)
{
	switch (page & PAGE_CLASS) {
	case PAGE_TAIL:
		return page & PAGE_PRESENT ? "tail, present" : "tail";
	case PAGE_PAST_EOF:
		return "past end of file (SIGBUS)";
	case PAGE_UNMAPPED:
		return "unmapped (SIGSEGV)";
	default:
		if (page & PAGE_ANONYMOUS)
			return "copied";
		return page & PAGE_PRESENT ? "present" : "not touched";
	}
}

/* Pages that are alike are told together. */
static void tell_pages(struct teller *t, const struct snap_mapping *m)
{
	const uint8_t *pages = snap_pages(t->s) + m->first;

	for (uint32_t i = 0, end; i < m->nshown; i = end) {
		const char *words = page_words(pages[i]);

		for (end = i + 1; end < m->nshown && !strcmp(page_words(pages[end]), words); end++)
			;
		buf_printf(&t->text, i ? "; " : ": ");
		if (end == i + 1)
			buf_printf(&t->text, "page %" PRIu32 " %s", i, words);
		else
			buf_printf(&t->text, "pages %" PRIu32 "-%" PRIu32 " %s", i, end - 1, words);
	}
}

static void tell_mapping(struct teller *t, const struct snap_mapping *m)
{
	buf_printf(&t->about, "map %c 0x%" PRIx64, letter_of(t, m->task), m->start);
	if (m->is_segment)
		buf_printf(&t->text, "shm %" PRId32, m->shmid);
	else if (m->is_file)
		buf_printf(&t->text, "%.*s%s", SNAP_PATH, m->path, m->deleted ? " (deleted)" : "");
	else
		buf_puts(&t->text, "anonymous");
	if (m->offset)
		buf_printf(&t->text, " from byte %" PRIu64, m->offset);
	if (m->is_file)
		buf_printf(&t->text, " of %" PRIu64, m->file_size);
	buf_printf(&t->text, ", %c%c%c %s", m->prot & PROT_READ ? 'r' : '-',
	           m->prot & PROT_WRITE ? 'w' : '-', m->prot & PROT_EXEC ? 'x' : '-',
	           m->shared ? "shared" : "private");
	tell_pages(t, m);
	end_fact(t);
}

static void tell_process(struct teller *t, const struct snap_process *p)
{
	const struct snap_waiter *w = snap_waiters(t->s);
	const struct snap_waiter *waiter = NULL;
	char *call;

	if (!state_words(p->state))
		return;
	buf_printf(&t->about, "process %c", letter_of(t, p->task));
	buf_puts(&t->text, state_words(p->state));
	if (p->state == PROCESS_BLOCKED && p->in_call) {
		for (uint32_t i = 0; i < t->s->nwaiters; i++)
			if (w[i].task == p->task)
				waiter = &w[i];
		call = phrase_call(p, waiter);
		buf_printf(&t->text, " in %s", call);
		free(call);
	}
	end_fact(t);
}

void facts_collect(struct facts *f, const struct engine *e, const struct snapshot *s)
{
	struct teller t = { .facts = f, .e = e, .s = s };

	*f = (struct facts){ 0 };
	if (!s)
		return;
	for (uint32_t i = 0; i < s->nsegments; i++)
		tell_segment(&t, &snap_segments(s)[i]);
	for (uint32_t i = 0; i < s->nsets; i++)
		tell_set(&t, &snap_sets(s)[i]);
	for (uint32_t i = 0; i < s->nqueues; i++)
		tell_queue(&t, &snap_queues(s)[i]);
	for (uint32_t i = 0; i < s->nmappings; i++)
		tell_mapping(&t, &snap_mappings(s)[i]);
	for (uint32_t i = 0; i < s->nprocesses; i++)
		tell_process(&t, &snap_processes(s)[i]);
}

void facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->items[i].about);
		free(f->items[i].text);
	}
	free(f->items);
	*f = (struct facts){ 0 };
}

const struct fact *facts_find(const struct facts *f, const char *about)
{
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->items[i].about, about))
			return &f->items[i];
	return NULL;
}
