// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "engine/inside.h"
#include "sys/calls.h"

/* What happens to processes: they start, return and die. */

bool happen_is_late(const struct engine *e)
{
	return e->phase == PHASE_NONE;
}

void happen_incident(struct engine *e, enum incident_kind kind, unsigned who, unsigned by,
                     uint64_t time)
{
	size_t step = happen_is_late(e) ? e->asking_step : e->position;

	record_add_incident(e, (struct incident){ .kind = kind,
	                                          .who = (uint8_t)who,
	                                          .by = (uint8_t)by,
	                                          .step = step,
	                                          .time = time });
}

static void on_started(struct engine *e, const struct event *event)
{
	struct player *p = &e->players[event->who];

	p->state = PROCESS_READY;
	p->pid = event->pid;
	p->away = e->players[event->by].away;
	*MEM_PUSH(e->pids, e->npids) = (struct known_pid){ event->pid, LETTER_CHAR(event->who) };
	if (event->by != event->who)
		names_fork(e, event->by, event->who);
	happen_incident(e, INCIDENT_STARTED, event->who, event->by, event->time);
}

/* What a machine can't do shows in these errors. That of a certain call is also a result, where
   nothing is judged. */
static const struct {
	const char *call; /* NULL: any */
	int error;
	bool host; /* only there: limits and objects of a namespace of its own are the lesson's */
	const char *why;
} lacking[] = {
	{ NULL, ENOSYS, false, N_("this kernel does not have the call (ENOSYS)") },
	{ "setrlimit", EPERM, false, N_("this user's hard limit is lower (setrlimit: EPERM)") },
	{ "unshare", EPERM, false, N_("this user may not make a namespace here (unshare: EPERM)") },
	{ "unshare", ENOSPC, false, N_("no more namespaces may be made here (unshare: ENOSPC)") },
	{ "shmget", ENOSPC, true, N_("the host has no room for more segments (shmget: ENOSPC)") },
	{ "semget", ENOSPC, true, N_("the host has no room for more sets (semget: ENOSPC)") },
	{ "msgget", ENOSPC, true, N_("the host has no room for more queues (msgget: ENOSPC)") },
	/* msgget(2), msgop(2): none of their own says it */
	{ "msgrcv", EPERM, false, N_("this machine refuses the call (msgrcv: EPERM)") },
};

/* Is the result of this call, made as the whole statement? */
static bool is_of(const struct step *step, const struct result *r, const char *call)
{
	const struct code *code = &step->code[r->who];
	const struct code_node *root = r->asked && code->nnodes ? &code->nodes[code->root] : NULL;

	return root && root->op == CODE_CALL && !strcmp(call_at((size_t)root->value)->name, call);
}

/* Why this result is the machine's doing, unless it was meant to show that; or NULL. */
static const char *what_is_lacking(const struct step *step, const struct result *r, bool host)
{
	for (size_t i = 0; r->failed && i < step->outcome.nitems; i++)
		if (step->outcome.items[i].expect.kind == EXPECT_ERRNO &&
		    step->outcome.items[i].expect.error == r->error)
			return NULL;
	for (size_t i = 0; r->failed && i < sizeof(lacking) / sizeof(*lacking); i++)
		if (r->error == lacking[i].error && (host || !lacking[i].host) &&
		    (!lacking[i].call || (!step->outcome.may && is_of(step, r, lacking[i].call))))
			return _(lacking[i].why);
	return NULL;
}

static void add_returned(struct engine *e, const struct event *event, enum process_state was)
{
	struct result *r = record_add_result(e, event);
	const char *lacking_here;

	r->was = was;
	if (r->asked)
		happen_incident(e, INCIDENT_CALLED, event->who, event->who, event->began);
	happen_incident(e, r->asked ? INCIDENT_RETURNED : INCIDENT_WOKEN, event->who, event->who,
	                event->time);
	lacking_here = what_is_lacking(state_step(e), r, event->host);
	if (lacking_here)
		end_skipped(e, lacking_here);
}

static void on_returned(struct engine *e, const struct event *event)
{
	struct player *p = &e->players[event->who];
	enum process_state was = p->state;

	p->state = PROCESS_READY;
	p->left_running = false;
	p->away = event->away;
	if (p->last_step >= 0)
		names_bind(e, &e->lesson->script.steps[p->last_step].code[event->who], event->who,
		           event);
	if (event->exec)
		names_exec(e, event->who);
	if (happen_is_late(e)) {
		e->given_up[e->asking_step] = false; /* it only needs its time */
		happen_incident(e, INCIDENT_RETURNED, event->who, event->who, event->time);
	} else {
		add_returned(e, event, was);
	}
}

static void on_died(struct engine *e, const struct event *event)
{
	enum process_state was = e->players[event->who].state;
	struct result *r;

	e->players[event->who].state = PROCESS_DEAD;
	e->players[event->who].left_running = false;
	happen_incident(e, INCIDENT_DIED, event->who, event->who, event->time);
	if (happen_is_late(e))
		return;
	r = record_add_result(e, event);
	r->was = was;
}

void happen_take(struct engine *e, const struct event *event)
{
	if (event->kind == EVENT_STARTED)
		on_started(e, event);
	else if (event->kind == EVENT_RETURNED)
		on_returned(e, event);
	else
		on_died(e, event);
}
