// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "lessons.h"

static void start(struct play *p, const struct stage_options *options)
{
	const struct stage_options own = { .terminal_fd = -1 };
	char *why = NULL;

	p->stage = stage_start(options ? options : &own, &why);
	ck_assert_msg(p->stage, "no stage: %s", why ? why : "");
	stage_lacks(p->stage); /* stands then */
	p->stage_pid = last_child();
	if (!options && stage_host_reason(p->stage))
		need_namespaces();
	if (!options)
		ck_assert_msg(!stage_host_reason(p->stage), "%s", stage_host_reason(p->stage));
	for (size_t i = 0; i < sizeof(p->names) / sizeof(*p->names); i++)
		p->names[i].last = -1;
	p->next = 0;
	memset(p->pids, 0, sizeof(p->pids));
}

struct play *play_new(const char *script, const struct stage_options *options)
{
	struct play *p = mem_alloc(sizeof(*p));

	p->lesson = lesson_of_script(script);
	ck_assert_uint_le(p->lesson->script.nsymbols, sizeof(p->names) / sizeof(*p->names));
	start(p, options);
	return p;
}

static void forget(struct play *p)
{
	for (size_t i = 0; i < p->nevents; i++)
		event_free(p->events[i]);
	free(p->events);
	p->events = NULL;
	p->nevents = 0;
}

void play_free(struct play *p)
{
	stage_stop(p->stage);
	forget(p);
	lesson_free(p->lesson);
	free(p);
}

void play_restart(struct play *p)
{
	stage_stop(p->stage);
	forget(p);
	start(p, NULL);
}

static void fill(const struct play *p, const struct code *code, int self, int64_t *values,
                 uint8_t *owners)
{
	for (size_t i = 0; i < code->nslots; i++) {
		const struct code_slot *slot = &code->slots[i];
		int who = slot->owner;

		if (slot->kind == SLOT_LETTER) {
			values[i] = p->pids[who];
		} else {
			if (who == SLOT_ANY)
				who = self >= 0 && p->names[slot->name].value[self]
				              ? self
				              : p->names[slot->name].last;
			values[i] = who >= 0 ? p->names[slot->name].value[who] : 0;
		}
		owners[i] = (uint8_t)who;
	}
}

void play_send(struct play *p)
{
	static int64_t values[LETTERS][CODE_SLOTS];
	static uint8_t owners[CODE_SLOTS];
	const struct step *step = &p->lesson->script.steps[p->next++];
	struct request r = { .start = step->starts,
		             .who = step->who,
		             .may_run = p->may_run,
		             .fork = step->forks,
		             .sig = step->sig };
	static const enum request_kind kinds[] = {
		[STEP_STATEMENT] = REQUEST_RUN,   [STEP_ASSERT] = REQUEST_EVALUATE,
		[STEP_KILL] = REQUEST_KILL,       [STEP_AWAIT] = REQUEST_AWAIT,
		[STEP_LIMIT] = REQUEST_LIMIT,     [STEP_USER] = REQUEST_USER,
		[STEP_MEASURE] = REQUEST_MEASURE,
	};

	ck_assert_uint_le(p->next, p->lesson->script.nsteps);
	r.kind = kinds[step->kind];
	r.owners = owners;
	if (step->name)
		strncpy(r.name, step->name, sizeof(r.name) - 1);
	for (int who = 0; who < LETTERS; who++) {
		if (!step->code[who].nnodes)
			continue;
		r.code[who] = &step->code[who];
		r.values[who] = values[who];
		fill(p, r.code[who], step->kind == STEP_ASSERT ? -1 : who, values[who], owners);
	}
	if (step->kind == STEP_LIMIT)
		r.number = step->code[0].nodes[step->code[0].root].value;
	if (step->kind == STEP_USER) {
		r.uid = (uid_t)step->code[0].nodes[step->code[0].root].value;
		r.gid = (gid_t)step->code[1].nodes[step->code[1].root].value;
	}
	stage_send(p->stage, &r);
}

static void bind(struct play *p, const struct event *e)
{
	const struct step *step = &p->lesson->script.steps[p->next - 1];
	const struct code *code = &step->code[e->who];

	for (size_t i = 0; i < e->nbindings; i++) {
		uint16_t slot = e->bindings[i].slot;

		/* a process that was woken answers for its own older statement: the tests
		   bind nothing in those */
		if (slot >= code->nslots || code->slots[slot].kind != SLOT_NAME)
			continue;
		p->names[code->slots[slot].name].value[e->who] = e->bindings[i].value;
		p->names[code->slots[slot].name].last = e->who;
	}
}

static const struct event *next_event(struct play *p)
{
	struct event *e;

	while (!(e = stage_receive(p->stage))) {
		struct pollfd fd = { .fd = stage_fd(p->stage), .events = POLLIN };

		ck_assert_msg(poll(&fd, 1, DEADLINE) == 1, "the stage does not answer");
	}
	*MEM_PUSH(p->events, p->nevents) = e;
	if (e->kind == EVENT_RETURNED)
		bind(p, e);
	if (e->kind == EVENT_STARTED) {
		p->pids[e->who] = e->pid;
		p->outer[e->who] = outer_pid(p->stage_pid, e->pid);
	}
	if (e->kind == EVENT_STARTED && e->by != e->who)
		for (size_t i = 0; i < p->lesson->script.nsymbols;
		     i++) /* a fork: what its parent has */
			p->names[i].value[e->who] = p->names[i].value[e->by];
	return e;
}

const struct event *play_wait(struct play *p)
{
	bool evaluates = p->next && p->lesson->script.steps[p->next - 1].kind == STEP_ASSERT;
	const struct event *e;

	forget(p);
	do
		e = next_event(p);
	while (e->kind != EVENT_ERROR && e->kind != EVENT_SKIP && e->kind != EVENT_VALUE &&
	       (e->kind != EVENT_QUIET || evaluates));
	return e;
}

const struct event *play_steps(struct play *p, size_t n)
{
	const struct event *e = NULL;

	while (n--) {
		play_send(p);
		e = play_wait(p);
		if (n)
			ck_assert_msg(e->kind != EVENT_ERROR && e->kind != EVENT_SKIP, "%s: %s",
			              p->lesson->script.steps[p->next - 1].text, e->text);
	}
	return e;
}

static const struct event *ask(struct play *p, enum request_kind kind, enum event_kind end)
{
	const struct request r = { .kind = kind, .fork = -1, .may_run = p->may_run };
	const struct event *e;

	stage_send(p->stage, &r);
	forget(p);
	do
		e = next_event(p);
	while (e->kind != EVENT_ERROR && e->kind != EVENT_SKIP && e->kind != end);
	return e;
}

const struct event *play_await(struct play *p)
{
	return ask(p, REQUEST_AWAIT, EVENT_QUIET);
}

void play_news(struct play *p)
{
	forget(p);
	while (next_event(p)->kind != EVENT_NEWS)
		;
}

const struct event *play_sample(struct play *p)
{
	return ask(p, REQUEST_SAMPLE, EVENT_SAMPLE);
}

const struct event *play_find(const struct play *p, enum event_kind kind, unsigned who)
{
	for (size_t i = 0; i < p->nevents; i++)
		if (p->events[i]->kind == kind && p->events[i]->who == who)
			return p->events[i];
	return NULL;
}

size_t play_count(const struct play *p, enum event_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nevents; i++)
		n += p->events[i]->kind == kind;
	return n;
}

const struct event *play_quiet(const struct play *p)
{
	for (size_t i = 0; i < p->nevents; i++)
		if (p->events[i]->kind == EVENT_QUIET)
			return p->events[i];
	ck_abort_msg("no quiet: %s", p->nevents ? p->events[p->nevents - 1]->text : "nothing");
	return NULL;
}

int play_state(const struct play *p, unsigned who)
{
	return play_quiet(p)->states[who];
}

static const char *step_text(const struct play *p)
{
	return p->next ? p->lesson->script.steps[p->next - 1].text : "";
}

void play_returned(const struct play *p, unsigned who, int64_t value)
{
	const struct event *e = play_find(p, EVENT_RETURNED, who);

	ck_assert_msg(e, "%s: %c did not return", step_text(p), LETTER_CHAR(who));
	ck_assert_msg(!e->failed, "%s: %c: %s", step_text(p), LETTER_CHAR(who), strerror(e->error));
	ck_assert_msg(e->value == value, "%s: %c returned %lld, not %lld", step_text(p),
	              LETTER_CHAR(who), (long long)e->value, (long long)value);
}

void play_failed(const struct play *p, unsigned who, int error)
{
	const struct event *e = play_find(p, EVENT_RETURNED, who);

	ck_assert_msg(e, "%s: %c did not return", step_text(p), LETTER_CHAR(who));
	ck_assert_msg(e->failed && e->error == error, "%s: %c: %lld, %s", step_text(p),
	              LETTER_CHAR(who), (long long)e->value, strerror(e->error));
}

void play_true(const struct play *p)
{
	const struct event *e = play_find(p, EVENT_VALUE, 0);

	ck_assert_msg(e && !e->failed && e->value, "%s: %s %s", step_text(p),
	              e && e->nseen ? "it is not" : "", e ? e->text : "no value");
}

const struct event *play_killed(const struct play *p, unsigned who, int sig)
{
	const struct event *e = play_find(p, EVENT_DIED, who);

	ck_assert_msg(e, "%s: %c did not die", step_text(p), LETTER_CHAR(who));
	ck_assert_msg(WIFSIGNALED(e->status) && WTERMSIG(e->status) == sig, "%s: %c has status %#x",
	              step_text(p), LETTER_CHAR(who), (unsigned)e->status);
	return e;
}

void play_exited(const struct play *p, unsigned who, int status)
{
	const struct event *e = play_find(p, EVENT_DIED, who);

	ck_assert_msg(e, "%s: %c did not die", step_text(p), LETTER_CHAR(who));
	ck_assert_msg(WIFEXITED(e->status) && WEXITSTATUS(e->status) == status,
	              "%s: %c has status %#x", step_text(p), LETTER_CHAR(who), (unsigned)e->status);
}

int play_main(int argc, char **argv, TCase *tests)
{
	if (argc > 1 && !strcmp(argv[1], STAGE_PROCESS_ARG))
		return process_main(argc, argv);
	return suite_main(tests);
}
