// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/inside.h"
#include "stage/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/intl.h"

/* The stage takes one request at a time: starts whom it names, does it, waits until all is
   quiet, and answers. */

static const int64_t gather_wait = 20000; /* ns */

/* All at once, on all CPUs: loading a program takes long enough to share the work. */
static bool start_actors(struct server *s)
{
	uint32_t fresh = 0, waiting;

	for (unsigned who = 0; who < LETTERS; who++)
		if ((s->request.start & LETTER_BIT(who)) && s->actors[who].phase == ACTOR_NONE)
			fresh |= LETTER_BIT(who);
	if (!fresh)
		return true;
	pin_set(s, false);
	for (unsigned who = 0; who < LETTERS; who++)
		if ((fresh & LETTER_BIT(who)) && !actor_start(s, who))
			return false;
	do {
		waiting = 0;
		for (unsigned who = 0; who < LETTERS; who++) {
			enum actor_phase phase = s->actors[who].phase;

			if ((fresh & LETTER_BIT(who)) &&
			    (phase == ACTOR_STARTING || phase == ACTOR_MUTE))
				waiting |= LETTER_BIT(who);
		}
		if (waiting)
			watch(s, -1);
	} while (waiting && !s->broken);
	return !s->broken;
}

static bool is_several(uint32_t takers)
{
	return takers & (takers - 1);
}

/* One CPU for stepping, all for a race, and for what runs on beside the step. */
static void choose_pinning(struct server *s)
{
	const struct request *r = &s->request;
	bool stepping =
		r->kind != REQUEST_MEASURE && !(r->kind == REQUEST_RUN && is_several(r->who));

	for (unsigned who = 0; who < LETTERS && stepping; who++) {
		enum actor_phase phase = s->actors[who].phase;

		if (((r->may_run & LETTER_BIT(who)) && phase != ACTOR_NONE &&
		     phase != ACTOR_DEAD) ||
		    s->states[who] == PROCESS_RUNNING)
			stepping = false;
	}
	pin_set(s, stepping);
}

/* Takers that are on their way to the gate: one that has died will not reach it. */
static uint32_t not_gathered(const struct server *s, uint32_t takers)
{
	uint32_t missing = takers;

	for (unsigned who = 0; who < LETTERS; who++)
		if (s->actors[who].phase != ACTOR_ASKED || s->board->pages[who]->gathered)
			missing &= ~LETTER_BIT(who);
	return missing;
}

static void open_gate(struct server *s, uint32_t takers)
{
	while (not_gathered(s, takers))
		watch(s, gather_wait);
	s->released = clock_now();
	for (unsigned who = 0; who < LETTERS; who++)
		if (takers & LETTER_BIT(who))
			atomic_store_explicit(&s->board->pages[who]->gate, 0, memory_order_release);
}

static bool do_run(struct server *s)
{
	const struct request *r = &s->request;
	bool gated = is_several(r->who);

	for (unsigned who = 0; who < LETTERS; who++)
		if ((r->who & LETTER_BIT(who)) &&
		    (s->actors[who].phase != ACTOR_IDLE || !r->code[who]))
			return report_error(s, _("%c can't take a statement now"),
			                    LETTER_CHAR(who));
	if (r->fork >= 0 && (gated || r->fork >= LETTERS || s->actors[r->fork].phase != ACTOR_NONE))
		return report_error(s, _("this fork can't be made"));
	for (unsigned who = 0; who < LETTERS; who++)
		if (r->who & LETTER_BIT(who)) {
			s->board->pages[who]->gathered = 0;
			s->board->pages[who]->gate = gated;
			actor_ask(s, who, gated);
		}
	if (gated)
		open_gate(s, r->who);
	return true;
}

static bool do_measure(struct server *s)
{
	s->waited = s->request.who;
	s->failed = false;
	s->released = s->returned = clock_now();
	return do_run(s);
}

static void report_measured(struct server *s)
{
	struct event *e;

	if (s->request.kind != REQUEST_MEASURE || s->waited || s->failed)
		return;
	e = report_event(s, EVENT_MEASURED, 0);
	e->time = s->returned - s->released;
}

static unsigned target_of(const struct server *s)
{
	return (unsigned)__builtin_ctz(s->request.who | LETTER_BIT(LETTERS - 1));
}

static bool do_kill(struct server *s)
{
	unsigned who = target_of(s);
	struct actor *a = &s->actors[who];

	if (s->request.sig == SIGKILL) /* its end is what is asked for */
		s->request.may_run &= ~LETTER_BIT(who);
	if (a->ended && a->phase == ACTOR_OTHER)
		actor_report_end(s, who);
	s->struck |= LETTER_BIT(who);
	if (a->pid && !actor_signal(a, s->request.sig) && errno != ESRCH) /* its end is told */
		return report_error(s, "kill(%c, %d): %s", LETTER_CHAR(who), s->request.sig,
		                    strerror(errno));
	return true;
}

/* These are known to take effect; what others do is up to the process. */
static bool kill_done(const struct server *s)
{
	uint8_t state = s->states[target_of(s)];

	switch (s->request.sig) {
	case SIGKILL:
		return state == PROCESS_DEAD || state == PROCESS_NONE;
	case SIGSTOP: /* a program before a call takes it when it goes on */
		return s->actors[target_of(s)].program || state == PROCESS_STOPPED ||
		       state == PROCESS_DEAD || state == PROCESS_NONE;
	case SIGCONT:
		return state != PROCESS_STOPPED;
	default:
		return true;
	}
}

static bool do_await(struct server *s)
{
	s->awaited = trace_awaited(s);
	return true;
}

static bool await_done(const struct server *s)
{
	return s->happened > 0 || clock_now() >= s->awaited;
}

static bool do_limit(struct server *s)
{
	char why[EVENT_TEXT];

	if (s->host)
		return report_skip(s, _("limit needs a namespace of its own"));
	if (!limit_set(s->request.name, s->request.number, why, sizeof(why)))
		return report_skip(s, "%s", why);
	return true;
}

static bool do_user(struct server *s)
{
	const struct request *r = &s->request;
	struct actor *a = &s->actors[target_of(s)];

	if (a->phase != ACTOR_NONE)
		return report_error(s, _("user: %c has started already"),
		                    LETTER_CHAR(target_of(s)));
	if (!s->users)
		return report_skip(s, _("user needs ids that are not your own: root has them"));
	a->has_user = true;
	a->uid = r->uid;
	a->gid = r->gid;
	return true;
}

static bool do_program(struct server *s)
{
	unsigned who = target_of(s);

	if (s->actors[who].phase != ACTOR_NONE || !s->request.words)
		return report_error(s, _("%c has started already"), LETTER_CHAR(who));
	return program_launch(s, who);
}

static bool do_next(struct server *s)
{
	unsigned who = target_of(s);

	if (s->actors[who].program && s->actors[who].phase == ACTOR_DEAD)
		return true; /* killed since it was seen there: that is told */
	if (s->actors[who].phase != ACTOR_PROGRAM)
		return report_error(s, _("%c is no program"), LETTER_CHAR(who));
	return trace_next(s, who, s->request.call);
}

static bool do_input(struct server *s)
{
	unsigned who = target_of(s);

	if (!s->actors[who].terminal)
		return report_error(s, _("%c is no program"), LETTER_CHAR(who));
	return terminal_input(s, who, s->request.words);
}

/* What each request does before the wait for quiet, and what must be true at the quiet that ends
   it. */
static const struct service {
	bool (*begin)(struct server *s);
	bool (*done)(const struct server *s);
} services[] = {
	[REQUEST_RUN] = { do_run, NULL },         [REQUEST_AWAIT] = { do_await, await_done },
	[REQUEST_KILL] = { do_kill, kill_done },  [REQUEST_EVALUATE] = { NULL, NULL },
	[REQUEST_LIMIT] = { do_limit, NULL },     [REQUEST_USER] = { do_user, NULL },
	[REQUEST_MEASURE] = { do_measure, NULL }, [REQUEST_PROGRAM] = { do_program, NULL },
	[REQUEST_NEXT] = { do_next, NULL },       [REQUEST_INPUT] = { do_input, NULL },
	[REQUEST_RENEW] = { server_renew, NULL }, [REQUEST_TURNS] = { turns_take, NULL },
};

static void report_value(struct server *s)
{
	struct event e = { .kind = EVENT_VALUE, .time = clock_now() };

	if (observe_evaluate(s, &s->request, &e))
		report_put(s, &e);
	else
		report_skip(s, "%s", e.text);
}

/* Another program that ended in an earlier step, which did not ask for it: this one does. */
static void report_ends(struct server *s)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (s->actors[who].ended && !(s->request.may_run & LETTER_BIT(who)))
			actor_report_end(s, who);
}

static bool evaluates(const struct server *s)
{
	const struct request *r = &s->request;

	return r->kind == REQUEST_EVALUATE && r->code[0] && r->owners;
}

static void serve(struct server *s)
{
	const struct service *service = &services[s->request.kind];

	report_ends(s);
	s->struck = 0;
	if (!start_actors(s))
		return;
	choose_pinning(s);
	s->began = clock_now();
	if (service->begin && !service->begin(s))
		return;
	if (!quiet_wait(s, service->done))
		return;
	if (s->skip[0]) {
		report_skip(s, "%s", s->skip);
		return;
	}
	if (s->lost) {
		report_skip(s, "%s",
		            _("before Linux 6.15 the kernel does not tell how a process ended "
		              "that nobody of the lesson waited for"));
		return;
	}
	report_measured(s);
	terminals_tell(s);
	trace_places(s);
	report_quiet(s);
	if (evaluates(s))
		report_value(s);
}

/* The message that the program's wire holds becomes the request. */
static void take_request(struct server *s)
{
	struct parcel in;

	free(s->request_body);
	s->request_body = wire_steal(&s->program, &in.left);
	in.at = s->request_body;
	s->interrupted = false;
	s->broken = false;
	s->skip[0] = '\0';
	s->waited = 0;
	s->busy = true;
	if (!parcel_take_request(&in, &s->request, s->codes, &s->number) ||
	    s->request.kind >= sizeof(services) / sizeof(*services))
		report_error(s, _("the program asked for something unknown"));
	else
		serve(s);
	report_flush(s);
	s->busy = false;
}

/* What has happened by itself is told when it is quiet: what comes of it belongs to it. A loop is not
   waited for. */
static void take_news(struct server *s)
{
	s->request.kind = REQUEST_RUN;
	s->request.who = 0;
	s->request.may_run = LETTER_BIT(LETTERS) - 1;
	if (!quiet_wait(s, NULL))
		return;
	terminals_tell(s);
	trace_places(s);
	report_news(s);
}

_Noreturn void server_loop(struct server *s)
{
	for (;;) {
		while (!s->interrupted) {
			watch(s, -1);
			if ((s->nqueue || terminals_have_news(s)) && !s->interrupted)
				take_news(s);
		}
		take_request(s);
	}
}
