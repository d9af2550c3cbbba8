// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <errno.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"

#ifndef MSG_COPY /* musl */
#define MSG_COPY 040000
#endif

static int queue_stat_at(int index, struct msqid_ds *ds)
{
	int id = msgctl(index, MSG_STAT_ANY, ds);

	return id >= 0 ? id : msgctl(index, MSG_STAT, ds);
}

int probe_queue(struct probe *p, int id, struct msqid_ds *ds, const char **why)
{
	if (!msgctl(id, IPC_STAT, ds))
		return 0;
	if (errno == EACCES && (queue_stat_at(id & INDEX_MASK, ds) == id ||
	                        queue_stat_at(id & INDEX_MASK_EXTENDED, ds) == id))
		return 0;
	return probe_fail(p, why, _("there is no message queue with id %d"), id);
}

static void room(struct probe *p, size_t size)
{
	if (p->message && p->message_size >= size)
		return;
	p->message = mem_grow(p->message, sizeof(*p->message) + size);
	p->message_size = size;
}

/* The message at a position, which stays there (MSG_COPY, msgop(2)). The kernel allocates and
   fills a buffer as large as the one it is given, so that is first tried which will do for
   messages of one size; left, what the queue still holds, does for any. */
static ssize_t message_copy(struct probe *p, int id, int place, size_t guess, size_t left)
{
	size_t size = guess < left ? guess : left;
	ssize_t n;

	room(p, size);
	n = msgrcv(id, p->message, size, place, MSG_COPY | IPC_NOWAIT);
	if (n >= 0 || errno != E2BIG || size == left)
		return n;
	room(p, left);
	return msgrcv(id, p->message, left, place, MSG_COPY | IPC_NOWAIT);
}

static void message_fill(struct snap_message *m, const struct message_buffer *from, size_t size)
{
	memset(m, 0, sizeof(*m));
	m->type = from->type;
	m->size = size;
	m->ntext = (uint8_t)(size < SNAP_TEXT ? size : SNAP_TEXT);
	memcpy(m->text, from->text, m->ntext);
}

/* As the snapshot before had them, where no message came or went since. */
static bool messages_last(struct probe *p, struct snap_queue *q)
{
	struct snapshot *head = &p->draft.head;
	const struct snap_queue *last = last_queue(p, q);

	if (!last || head->nmessages + last->nshown > SNAP_MESSAGES)
		return false;
	memcpy(&p->draft.messages[head->nmessages], &p->last.messages[last->first],
	       last->nshown * sizeof(*p->draft.messages));
	q->nshown = last->nshown;
	head->nmessages += last->nshown;
	return true;
}

/* ENOMSG, E2BIG: the queue has changed meanwhile. What else goes wrong (ENOSYS without
   CONFIG_CHECKPOINT_RESTORE, EACCES) goes wrong for all of them. */
static void messages_fill(struct probe *p, struct snap_queue *q, bool *rests)
{
	struct snapshot *head = &p->draft.head;
	size_t left = (size_t)q->cbytes;
	size_t guess = q->qnum ? (size_t)(q->cbytes / q->qnum) : 0;

	q->first = head->nmessages;
	q->copy = 1;
	*rests =
		last_is_past(p, q->stime) && last_is_past(p, q->rtime) && last_is_past(p, q->ctime);
	if (*rests && messages_last(p, q))
		return;
	for (uint32_t place = 0, skipped; place < q->qnum && head->nmessages < SNAP_MESSAGES;
	     place++) {
		ssize_t n;

		skipped = q->nshown == SNAP_SHOWN - SNAP_LAST && q->qnum > SNAP_SHOWN
		                  ? (uint32_t)q->qnum - SNAP_SHOWN
		                  : 0;
		place += skipped;
		n = message_copy(p, q->id, (int)place, guess, left);

		if (n < 0) {
			*rests = false;
			q->copy = q->nshown || errno == ENOMSG || errno == E2BIG;
			return;
		}
		message_fill(&p->draft.messages[head->nmessages], p->message, (size_t)n);
		p->draft.messages[head->nmessages++].skipped = skipped;
		q->nshown++;
		guess = (size_t)n;
		left -= (size_t)n < left ? (size_t)n : left;
	}
	*rests &= head->nmessages < SNAP_MESSAGES;
}

static void queue_fill(struct snap_queue *q, int id, const struct msqid_ds *ds)
{
	memset(q, 0, sizeof(*q));
	q->id = id;
	q->perm = perm_of(&ds->msg_perm);
	q->cbytes = ds->__msg_cbytes;
	q->qnum = ds->msg_qnum;
	q->qbytes = ds->msg_qbytes;
	q->lspid = ds->msg_lspid;
	q->lrpid = ds->msg_lrpid;
	q->stime = ds->msg_stime;
	q->rtime = ds->msg_rtime;
	q->ctime = ds->msg_ctime;
}

/* msgctl(2): MSG_INFO's msgpool is the number of queues. */
void queue_list(struct probe *p)
{
	struct snapshot *head = &p->draft.head;
	struct msginfo info = { 0 };
	struct msqid_ds ds;
	int last = msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&info);
	uint32_t want = looked_for(p, info.msgpool);

	head->limits.msgmax = (uint64_t)info.msgmax;
	head->limits.msgmnb = (uint64_t)info.msgmnb;
	head->limits.msgmni = (uint64_t)info.msgmni;
	head->limits.queues = (uint64_t)info.msgpool;

	for (int i = 0; i <= last && head->nqueues < want; i++) {
		int id = queue_stat_at(i, &ds);

		if (id < 0 || !in_scope(p, LEDGER_QUEUE, id))
			continue;
		if (head->nqueues < SNAP_OBJECTS) {
			queue_fill(&p->draft.queues[head->nqueues], id, &ds);
			messages_fill(p, &p->draft.queues[head->nqueues],
			              &p->queue_rests[head->nqueues]);
			head->nqueues++;
		} else {
			head->hidden.queues++;
		}
	}
	head->hidden.queues += beyond(p, info.msgpool);
}
