// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "engine/inside.h"
#include "sys/calls.h"

/* Why a call that slept has come to its end. The kernel doesn't tell. But its result says of which
   kinds the cause can be (the table), and the step has all that can have been one: nothing else
   happens on a stage. Each thing that can be it is counted, and more than can be rather than less; the
   cause is named when there is one only. A thing that began after the call had returned is none. */

enum { BY_CALL = 1, BY_END = 2, BY_REMOVAL = 4, BY_SIGNAL = 8, BY_TIME = 16, BY_CHILD = 32 };

/* Kinds of sleepers: who sleeps on what. */
enum sleepers {
	SETS = 1,
	SENDERS = 2,
	RECEIVERS = 4,
	FILES = 8,
	POSIX_SEMAPHORES = 16,
	POSIX_SENDERS = 32,
	POSIX_RECEIVERS = 64,
	OTHERS = 128,
};

enum { ANY_VALUE = -1 };

/* The ends of a call that sleeps: semop(2), msgop(2), ipc/sem.c, ipc/msg.c; ANY_VALUE: no error. */
static const struct way {
	const char *call;
	int error;
	enum sleepers sleepers;
	unsigned by;
} ways[] = {
	{ "semop", ANY_VALUE, SETS, BY_CALL | BY_END },
	{ "semop", ERANGE, SETS, BY_CALL | BY_END },
	{ "semop", EAGAIN, SETS, BY_CALL | BY_END },
	{ "semop", EIDRM, SETS, BY_REMOVAL },
	{ "semop", EINTR, SETS, BY_SIGNAL },
	{ "semtimedop", ANY_VALUE, SETS, BY_CALL | BY_END },
	{ "semtimedop", ERANGE, SETS, BY_CALL | BY_END },
	{ "semtimedop", EAGAIN, SETS, BY_CALL | BY_END | BY_TIME },
	{ "semtimedop", EIDRM, SETS, BY_REMOVAL },
	{ "semtimedop", EINTR, SETS, BY_SIGNAL },
	{ "msgsnd", ANY_VALUE, SENDERS, BY_CALL },
	{ "msgsnd", EACCES, SENDERS, BY_CALL },
	{ "msgsnd", EIDRM, SENDERS, BY_REMOVAL },
	{ "msgsnd", EINTR, SENDERS, BY_SIGNAL },
	{ "msgrcv", ANY_VALUE, RECEIVERS, BY_CALL },
	{ "msgrcv", E2BIG, RECEIVERS, BY_CALL },
	{ "msgrcv", EACCES, RECEIVERS, BY_CALL },
	{ "msgrcv", EFAULT, RECEIVERS, BY_CALL },
	{ "msgrcv", EIDRM, RECEIVERS, BY_REMOVAL },
	{ "msgrcv", EINTR, RECEIVERS, BY_SIGNAL },
	{ "read", ANY_VALUE, FILES, BY_CALL | BY_END },
	{ "read", EFAULT, FILES, BY_CALL },
	{ "read", EINTR, FILES, BY_SIGNAL },
	{ "write", ANY_VALUE, FILES, BY_CALL | BY_END | BY_SIGNAL }, /* in part */
	{ "write", EFAULT, FILES, BY_CALL },
	{ "write", EPIPE, FILES, BY_CALL | BY_END },
	{ "write", EINTR, FILES, BY_SIGNAL },
	{ "fcntl", ANY_VALUE, FILES, BY_CALL | BY_END },
	{ "fcntl", EINTR, FILES, BY_SIGNAL },
	{ "open", ANY_VALUE, FILES, BY_CALL | BY_END },
	{ "open", EINTR, FILES, BY_SIGNAL },
	{ "sem_wait", ANY_VALUE, POSIX_SEMAPHORES, BY_CALL },
	{ "sem_wait", EINTR, POSIX_SEMAPHORES, BY_SIGNAL },
	{ "sem_timedwait", ANY_VALUE, POSIX_SEMAPHORES, BY_CALL },
	{ "sem_timedwait", ETIMEDOUT, POSIX_SEMAPHORES, BY_TIME },
	{ "sem_timedwait", EINTR, POSIX_SEMAPHORES, BY_SIGNAL },
	{ "mq_send", ANY_VALUE, POSIX_SENDERS, BY_CALL },
	{ "mq_send", EINTR, POSIX_SENDERS, BY_SIGNAL },
	{ "mq_receive", ANY_VALUE, POSIX_RECEIVERS, BY_CALL },
	{ "mq_receive", EINTR, POSIX_RECEIVERS, BY_SIGNAL },
	{ "mq_timedreceive", ANY_VALUE, POSIX_RECEIVERS, BY_CALL },
	{ "mq_timedreceive", ETIMEDOUT, POSIX_RECEIVERS, BY_TIME },
	{ "mq_timedreceive", EINTR, POSIX_RECEIVERS, BY_SIGNAL },
	{ "wait", ANY_VALUE, OTHERS, BY_CHILD },
	{ "wait", EINTR, OTHERS, BY_SIGNAL },
	{ "waitpid", ANY_VALUE, OTHERS, BY_CHILD },
	{ "waitpid", EINTR, OTHERS, BY_SIGNAL },
	{ "pause", EINTR, OTHERS, BY_SIGNAL },
	{ "nanosleep", ANY_VALUE, OTHERS, BY_TIME },
	{ "nanosleep", EINTR, OTHERS, BY_SIGNAL },
};

/* What brings calls on an object to an end. command: that argument must be one of those for
   BY_CALL; removes: the one for BY_REMOVAL. error: it does so also when it fails with that. */
static const struct deed {
	const char *call;
	unsigned ends; /* enum sleepers, as bits */
	int command, commands[2], removes;
	int error;
	bool asked_only; /* a call that slept does nothing to others: who woke it did that */
} deeds[] = {
	{ "semop", SETS, -1, { 0 }, -1, 0, true },
	{ "semtimedop", SETS, -1, { 0 }, -1, 0, true },
	{ "semctl", SETS, 2, { SETVAL, SETALL }, IPC_RMID, 0, false },
	{ "msgsnd", RECEIVERS, -1, { 0 }, -1, 0, false },
	{ "msgrcv", SENDERS, -1, { 0 }, -1, EFAULT, true },
	{ "msgctl", SENDERS | RECEIVERS, 1, { IPC_SET, IPC_SET }, IPC_RMID, 0, false },
	{ "read", FILES, -1, { 0 }, -1, EFAULT, false },
	{ "write", FILES, -1, { 0 }, -1, EFAULT, false },
	{ "pwrite", FILES, -1, { 0 }, -1, EFAULT, false },
	{ "open", FILES, -1, { 0 }, -1, EINTR, false },
	{ "close", FILES, -1, { 0 }, -1, EINTR, false },
	{ "dup2", FILES, -1, { 0 }, -1, 0, false },
	{ "execve", FILES, -1, { 0 }, -1, 0, false },
	{ "fcntl", FILES, -1, { 0 }, -1, 0, false },
	{ "sem_post", POSIX_SEMAPHORES, -1, { 0 }, -1, 0, false },
	{ "mq_send", POSIX_RECEIVERS, -1, { 0 }, -1, 0, false },
	{ "mq_receive", POSIX_SENDERS, -1, { 0 }, -1, EFAULT, true },
	{ "mq_timedreceive", POSIX_SENDERS, -1, { 0 }, -1, EFAULT, true },
};

/* A search: what was found, and how many things were. */
struct search {
	const struct engine *e;
	const struct step *step;
	const struct step_record *r;
	const struct result *woken;
	const struct doer *doers;
	size_t ndoers;
	bool others; /* and somebody of whom nothing is known */
	struct end_cause found;
	unsigned count;
};

static void add(struct search *s, enum cause_kind kind, unsigned by)
{
	s->found = (struct end_cause){ (uint8_t)kind, (uint8_t)by };
	s->count++;
}

/* One call is known, with its time. */
static bool is_too_late(const struct search *s, const struct doer *d)
{
	return d->made && d->made->began > s->woken->ended;
}

/* Whether what it made can have acted on the object of the call that was woken. Where ids are
   descriptors or addresses they say nothing. */
static bool has_acted(const struct search *s, const struct doer *d, const struct deed *deed,
                      bool removal)
{
	const struct result *made = d->made;
	bool by_id = deed->ends & (SETS | SENDERS | RECEIVERS);
	int command;

	if (removal && deed->removes < 0)
		return false;
	if (!made) /* more than one call: each may have */
		return !(d->woken && deed->asked_only && doer_only_call(d->code) >= 0);
	if ((made->failed && made->error != deed->error) || (d->woken && deed->asked_only))
		return false;
	if (by_id && (int32_t)made->args[0] != (int32_t)s->woken->args[0])
		return false;
	command = deed->command < 0 ? -1 : (int)made->args[deed->command];
	if (removal)
		return command == deed->removes;
	return command < 0 || command == deed->commands[0] || command == deed->commands[1];
}

static void look_calls(struct search *s, enum sleepers sleepers, bool removal)
{
	for (size_t i = 0; i < s->ndoers; i++) {
		const struct doer *d = &s->doers[i];
		bool may = false;

		for (size_t k = 0; k < sizeof(deeds) / sizeof(*deeds); k++)
			may |= (deeds[k].ends & sleepers) && doer_calls(d, deeds[k].call) &&
			       has_acted(s, d, &deeds[k], removal);
		if (may && d->who != s->woken->who && !is_too_late(s, d))
			add(s, removal ? CAUSE_REMOVAL : CAUSE_CALL, d->who);
	}
}

static bool has_ended(const struct search *s, unsigned who)
{
	for (size_t i = 0; i < s->r->nresults; i++)
		if (s->r->results[i].who == who && (s->r->results[i].kind == RESULT_EXIT ||
		                                    s->r->results[i].kind == RESULT_KILLED))
			return true;
	return false;
}

/* Whether its end undoes anything in a set, as of before the step. */
static bool has_undo(const struct snapshot *s, unsigned who, int32_t id)
{
	const struct snap_set *set = snap_set_of(s, id);

	for (uint32_t k = 0; set && k < set->nshown; k++) {
		const struct snap_semaphore *one = &snap_semaphores(s)[set->first + k];

		for (uint32_t u = 0; u < one->nundos; u++)
			if (snap_letter(s, snap_undos(s)[one->first + u].task) == who)
				return true;
	}
	return s && s->hidden.sets > 0;
}

/* Whether it was at it in this step: then what it has left to be undone is not known. Who is killed may
   have been let go on before. */
static bool was_at_semop(const struct search *s, unsigned who)
{
	int last = s->e->players[who].last_step;
	const struct code *code = last >= 0 ? doer_code(s->e, who, (size_t)last) : NULL;
	bool busy = false;

	for (size_t i = 0; i < s->r->nresults; i++) {
		const struct result *r = &s->r->results[i];

		busy |= r->who == who &&
		        (r->kind == RESULT_RETURNED || r->asked || r->was != PROCESS_READY);
	}
	return busy && code && (doer_has_call(code, "semop") || doer_has_call(code, "semtimedop"));
}

static bool may_undo(const struct search *s, unsigned who)
{
	return was_at_semop(s, who) || has_undo(s->r->before, who, (int32_t)s->woken->args[0]);
}

static void look_ends(struct search *s, enum sleepers sleepers)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (has_ended(s, who) && (sleepers != SETS || may_undo(s, who)))
			add(s, CAUSE_END, who);
}

/* Who has forked a process; itself if nobody has. */
static unsigned parent_of(const struct engine *e, unsigned who)
{
	for (size_t i = 0; i < e->nincidents; i++)
		if (e->incidents[i].kind == INCIDENT_STARTED && e->incidents[i].who == who)
			return e->incidents[i].by;
	return who;
}

static void look_children(struct search *s)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (has_ended(s, who) && s->woken->value > 0 &&
		    s->woken->value == s->e->players[who].pid)
			add(s, CAUSE_CHILD, who);
}

static size_t steps_begun(const struct engine *e)
{
	return e->position + e->begun;
}

/* Whether somebody's statement so far makes a call. */
static bool was_called(const struct search *s, const char *call)
{
	size_t steps = steps_begun(s->e);

	for (size_t step = 0; step < steps; step++)
		for (unsigned who = 0; who < LETTERS; who++) {
			const struct code *code = doer_code(s->e, who, step);

			if (code && doer_has_call(code, call))
				return true;
		}
	return false;
}

/* Whether its parent hears of it: SIGCHLD interrupts nobody who has no handler. */
static void look_sigchld(struct search *s)
{
	bool heard = was_called(s, "signal") || was_called(s, "sigaction");

	for (unsigned who = 0; heard && who < LETTERS; who++) {
		const struct player *p = &s->e->players[who];
		bool stops = s->step->kind == STEP_KILL && (s->step->who & LETTER_BIT(who));

		if (who == s->woken->who || parent_of(s->e, who) != s->woken->who)
			continue;
		if (has_ended(s, who))
			add(s, CAUSE_CHILD, who);
		else /* a stop can be it, and is no end */
			s->count += stops || p->state == PROCESS_STOPPED;
	}
}

static bool is_sent_to(const struct search *s, const struct result *made)
{
	int32_t to = (int32_t)made->args[0], sig = (int32_t)made->args[1];
	const struct result *woken = s->woken;

	if (made->failed || !sig || (to > 0 && to != s->e->players[woken->who].pid))
		return false;
	return woken->kind != RESULT_KILLED || sig == woken->sig;
}

static void look_kills(struct search *s)
{
	for (size_t i = 0; i < s->ndoers; i++) {
		const struct doer *d = &s->doers[i];

		if (d->who != s->woken->who && doer_calls(d, "kill") && !is_too_late(s, d) &&
		    (!d->made || is_sent_to(s, d->made)))
			add(s, CAUSE_SIGNAL, d->who);
	}
	if (s->step->kind == STEP_KILL && (s->step->who & LETTER_BIT(s->woken->who)) &&
	    (s->woken->kind != RESULT_KILLED || s->step->sig == s->woken->sig))
		add(s, CAUSE_OBSERVER, LETTERS);
}

/* An alarm that was due by then. That it has rung before is not known. */
static bool may_ring(const struct search *s, const struct code *code, size_t step)
{
	const struct step_record *r = &s->e->records[step];

	if (!doer_has_call(code, "alarm"))
		return false;
	for (size_t i = 0; doer_only_call(code) >= 0 && i < r->nresults; i++) {
		const struct result *made = &r->results[i];
		uint64_t seconds = (uint32_t)made->args[0];

		if (made->who == s->woken->who && made->asked)
			return seconds && made->began + seconds * 1000000000 <= s->woken->ended;
	}
	return true;
}

static void look_alarms(struct search *s)
{
	unsigned who = s->woken->who;
	size_t steps = steps_begun(s->e);
	bool may = false;

	if (s->woken->kind == RESULT_KILLED && s->woken->sig != SIGALRM)
		return;
	for (size_t step = 0; step < steps; step++) {
		const struct code *code = doer_code(s->e, who, step);

		may |= code && may_ring(s, code, step);
	}
	if (may)
		add(s, CAUSE_ALARM, who);
}

/* Also a message that has come to a queue: mq_notify(3). */
static void look_signals(struct search *s)
{
	look_kills(s);
	look_alarms(s);
	if (s->woken->kind != RESULT_KILLED)
		look_sigchld(s);
	if (was_called(s, "mq_notify"))
		look_calls(s, POSIX_RECEIVERS, false);
}

/* Whether any of the operations that it waited with says IPC_NOWAIT, or they are not known: then it
   may have moved on to that one. */
static bool may_give_up(const struct search *s)
{
	const struct snapshot *b = s->r->before;
	const struct snap_waiter *w = b ? snap_waiters(b) : NULL;
	uint32_t waiters = b ? b->nwaiters : 0;

	for (uint32_t i = 0; i < waiters; i++) {
		int flags = 0;

		if (snap_letter(b, w[i].task) != s->woken->who || w[i].kind != WAIT_SEMOP)
			continue;
		for (int k = 0; k < w[i].nops; k++)
			flags |= w[i].ops[k].flg;
		return !w[i].ops_known || w[i].all_ops > w[i].nops || (flags & IPC_NOWAIT);
	}
	return true;
}

/* A call with a time that it takes as its last argument, or always. */
static bool is_timed(const struct result *woken)
{
	const struct call *call = call_at((size_t)woken->call);
	int last = call_nparams(call) - 1;

	return (call->flags & CALL_TIMED) &&
	       (woken->args[last] || !strcmp(call->name, "nanosleep"));
}

static void look_by(struct search *s, const struct way *way)
{
	bool timed = (way->by & BY_TIME) && is_timed(s->woken);
	bool calls = !(timed && way->error == EAGAIN) || may_give_up(s);

	s->count += s->others && way->by != BY_TIME;
	if (timed)
		add(s, CAUSE_TIME, LETTERS);
	if ((way->by & BY_CALL) && calls)
		look_calls(s, way->sleepers, false);
	if ((way->by & BY_END) && calls)
		look_ends(s, way->sleepers);
	if (way->by & BY_REMOVAL)
		look_calls(s, way->sleepers, true);
	if (way->by & BY_CHILD)
		look_children(s);
	if (way->by & BY_SIGNAL)
		look_signals(s);
}

/* The only call of its statement has returned, in which it slept. */
static void look_returned(struct search *s)
{
	const struct result *w = s->woken;
	const struct code *code = w->of >= 0 ? doer_code(s->e, w->who, (size_t)w->of) : NULL;
	int call = code ? doer_only_call(code) : -1;

	if (call < 0 || call != w->call)
		return;
	if (w->was != PROCESS_BLOCKED && !(w->was == PROCESS_STOPPED && w->error == EINTR))
		return;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(ways[i].call, call_at((size_t)call)->name) &&
		    ways[i].error == (w->failed ? w->error : ANY_VALUE))
			look_by(s, &ways[i]);
}

/* Who ran can have done it to itself. */
static bool may_be_own(const struct search *s)
{
	const struct result *w = s->woken;
	const struct code *code = w->of >= 0 ? doer_code(s->e, w->who, (size_t)w->of) : NULL;

	if (w->si_code || !code || w->was != PROCESS_RUNNING)
		return w->si_code;
	return w->sig != SIGKILL || doer_has_call(code, "kill") || doer_has_call(code, "raise") ||
	       doer_has_call(code, "execve");
}

static void look(struct search *s)
{
	if (s->woken->kind == RESULT_RETURNED) {
		look_returned(s);
	} else if (s->woken->kind == RESULT_KILLED && !may_be_own(s)) {
		s->count += s->others;
		look_signals(s);
	}
}

/* Of the step under way, whose stand at the end; e->nincidents when there is none. at: 0 for any time. */
static size_t incident_of(const struct engine *e, enum incident_kind kind, unsigned who,
                          uint64_t at)
{
	size_t i = e->nincidents;

	while (i-- > 0 && e->incidents[i].step >= e->position)
		if (e->incidents[i].step == e->position && e->incidents[i].who == who &&
		    e->incidents[i].kind == kind && (!at || e->incidents[i].time == at))
			return i;
	return e->nincidents;
}

static enum incident_kind effect_of(const struct result *r)
{
	return r->kind == RESULT_RETURNED ? INCIDENT_WOKEN : INCIDENT_DIED;
}

/* The end of somebody is seen after what it brought about, and so may be that he was woken. */
static void put_in_order(struct engine *e, const struct result *r)
{
	bool ended = r->cause.kind == CAUSE_END || r->cause.kind == CAUSE_CHILD;
	size_t effect = incident_of(e, effect_of(r), r->who, 0), cause;

	cause = incident_of(e, ended ? INCIDENT_DIED : INCIDENT_WOKEN, r->cause.by, 0);
	if (r->cause.by != r->who && cause < e->nincidents && cause > effect)
		record_put_before(e, cause, effect);
}

static void tell(struct engine *e, const struct step_record *r)
{
	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *one = &r->results[i];
		size_t at = incident_of(e, effect_of(one), one->who, one->ended);

		if (one->cause.kind && at < e->nincidents)
			e->incidents[at].cause = one->cause;
	}
	/* what is moved up may pass its own cause: as often as there can be such */
	for (size_t i = 0; i < r->nresults * r->nresults; i++)
		if (r->results[i % r->nresults].cause.kind)
			put_in_order(e, &r->results[i % r->nresults]);
}

void cause_find(struct engine *e, const struct step *step, struct step_record *r, size_t first)
{
	struct doer doers[LETTERS];
	int n = doer_list(e, step, r, doers);

	for (size_t i = first; i < r->nresults; i++) {
		struct search s = { .e = e, .step = step, .r = r, .woken = &r->results[i] };

		if (r->results[i].asked || r->results[i].told)
			continue;
		s.doers = doers;
		s.ndoers = n < 0 ? 0 : (size_t)n;
		s.others = n < 0;
		look(&s);
		if (s.count == 1 && s.found.kind)
			r->results[i].cause = s.found;
	}
	tell(e, r);
}
