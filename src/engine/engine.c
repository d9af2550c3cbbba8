// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "engine/play.h"
#include "sys/calls.h"
#include "sys/names.h"

static void record_free(struct step_record *r)
{
	for (size_t i = 0; i < r->nresults; i++)
		free(r->results[i].text);
	for (size_t i = 0; i < r->nobserved; i++) {
		free(r->observed[i].source);
		free(r->observed[i].value);
	}
	free(r->results);
	free(r->observed);
	free(r->message);
	free(r->after);
	*r = (struct step_record){0};
}

/* Everything back to before the first step; the stage is another one from now on. */
static void reset(struct engine *e)
{
	for (size_t i = 0; i < e->lesson->nsteps; i++)
		record_free(&e->records[i]);
	free(e->moments);
	free(e->sample);
	free(e->message);
	free(e->pids);
	e->moments = NULL;
	e->nmoments = 0;
	e->sample = NULL;
	e->message = NULL;
	e->pids = NULL;
	e->npids = 0;
	e->position = 0;
	e->phase = PHASE_NONE;
	e->fresh = false;
	e->nactions = e->next_action = 0;
	memset(e->names, 0, e->lesson->nnames * sizeof(*e->names));
	for (int who = 0; who < LETTERS; who++)
		e->players[who] = (struct player){.last_step = -1};
}

struct engine *engine_new(const struct lesson *lesson, bool judge_all)
{
	struct engine *e = mem_alloc(sizeof(*e));

	e->lesson = lesson;
	e->judge_all = judge_all;
	e->records = mem_alloc(lesson->nsteps * sizeof(*e->records));
	e->names = mem_alloc(lesson->nnames * sizeof(*e->names));
	reset(e);
	while (e->scene + 1 < lesson->nscenes && !lesson->scenes[e->scene].nblocks)
		e->scene++;
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	reset(e);
	free(e->why);
	free(e->asked);
	free(e->actions);
	free(e->names);
	free(e->records);
	free(e);
}

static const struct step *this_step(const struct engine *e)
{
	return &e->lesson->steps[e->position];
}

static void act(struct engine *e, enum engine_action_kind kind, const struct request *request)
{
	struct engine_action *a = MEM_PUSH(e->actions, e->nactions);

	*a = (struct engine_action){.kind = kind};
	if (request)
		a->request = *request;
}

bool engine_action(struct engine *e, struct engine_action *action)
{
	if (e->next_action == e->nactions) {
		e->nactions = e->next_action = 0;
		return false;
	}
	*action = e->actions[e->next_action++];
	return true;
}

static void moment(struct engine *e, enum moment_kind kind, unsigned who, unsigned by, size_t step,
		   uint64_t time)
{
	*MEM_PUSH(e->moments, e->nmoments) =
		(struct moment){kind, (uint8_t)who, (uint8_t)by, step, time};
}

static void set_status(struct engine *e, enum engine_status status, const char *message)
{
	e->status = status;
	e->go_on = false;
	e->phase = PHASE_NONE;
	free(e->message);
	e->message = mem_dup(message);
}

static void begin_step(struct engine *e);

static size_t scene_end(const struct engine *e, size_t scene)
{
	const struct scene *s = &e->lesson->scenes[scene];

	return s->first_step + s->nsteps;
}

static bool at_the_end(const struct engine *e)
{
	return e->position == e->lesson->nsteps && e->scene + 1 >= e->lesson->nscenes;
}

/* The step is over, whatever came of it. */
static void end_step(struct engine *e)
{
	struct step_record *r = &e->records[e->position];

	e->phase = PHASE_NONE;
	e->position++;
	if (r->verdict == VERDICT_FAILED && e->judge_all) {
		set_status(e, ENGINE_BROKEN, r->message);
		return;
	}
	if (e->go_on && e->position < e->target) {
		begin_step(e);
		return;
	}
	e->go_on = false;
	e->status = at_the_end(e) ? ENGINE_FINISHED : ENGINE_IDLE;
}

/* The script can't do this step: say why, and go on without it. */
static void fail_step(struct engine *e, const char *why)
{
	struct step_record *r = &e->records[e->position];

	r->verdict = VERDICT_FAILED;
	free(r->message);
	r->message = mem_dup(why);
	end_step(e);
}

static void skip_lesson(struct engine *e, const char *why)
{
	struct step_record *r = &e->records[e->position];

	r->verdict = VERDICT_SKIPPED;
	free(r->message);
	r->message = mem_dup(why);
	set_status(e, ENGINE_SKIPPED, why);
}

static const char *const state_words[] = {
	[PROCESS_NONE] = "not started", [PROCESS_READY] = "ready",
	[PROCESS_BLOCKED] = "blocked",  [PROCESS_RUNNING] = "running",
	[PROCESS_STOPPED] = "stopped",  [PROCESS_DEAD] = "dead",
};

/* Only a process that waits for its next statement can take one. */
static bool callers_ready(const struct engine *e, const struct step *step, struct buf *why)
{
	bool statement = step->kind == STEP_STATEMENT || step->kind == STEP_MEASURE;

	for (unsigned who = 0; who < LETTERS; who++) {
		enum process_state state = e->players[who].state;

		if (!(step->who & LETTER_BIT(who)))
			continue;
		if (statement && state != PROCESS_NONE && state != PROCESS_READY)
			buf_printf(why, "%c is %s: it can't take a step", LETTER_CHAR(who),
				   state_words[state]);
		else if (step->kind == STEP_AWAIT && state != PROCESS_BLOCKED)
			buf_printf(why, "%c is %s, not blocked: there is nothing to await",
				   LETTER_CHAR(who), state_words[state]);
		else if (step->kind == STEP_KILL && state == PROCESS_DEAD)
			buf_printf(why, "%c is dead already", LETTER_CHAR(who));
		else if (step->kind == STEP_USER && state != PROCESS_NONE)
			buf_printf(why, "%c has started already", LETTER_CHAR(who));
		else
			continue;
		return false;
	}
	if (step->forks >= 0 && e->players[step->forks].state != PROCESS_NONE) {
		buf_printf(why, "%c exists already", LETTER_CHAR(step->forks));
		return false;
	}
	return true;
}

static bool fill_statement(struct engine *e, const struct step *step, struct request *q,
			   struct buf *why)
{
	q->kind = step->kind == STEP_MEASURE ? REQUEST_MEASURE : REQUEST_RUN;
	q->who = step->who;
	q->fork = step->forks;
	for (int who = 0; who < LETTERS; who++) {
		if (!(step->who & LETTER_BIT(who)))
			continue;
		q->code[who] = &step->code[who];
		q->values[who] = e->values[who];
		if (!names_fill(e, &step->code[who], who, false, e->values[who], NULL, why))
			return false;
	}
	return true;
}

static bool fill_evaluate(struct engine *e, const struct code *code, int self, struct request *q,
			  struct buf *why)
{
	q->kind = REQUEST_EVALUATE;
	q->code[0] = code;
	q->values[0] = e->values[0];
	q->owners = e->owners;
	return names_fill(e, code, self, true, e->values[0], e->owners, why);
}

static bool fill_user(struct engine *e, const struct step *step, struct request *q,
		      struct buf *why)
{
	int64_t uid = 0, gid = 0;

	q->kind = REQUEST_USER;
	q->who = step->who;
	if (!names_eval(e, &step->code[0], -1, &uid, why) ||
	    !names_eval(e, &step->code[1], -1, &gid, why))
		return false;
	q->uid = (uid_t)uid;
	q->gid = (gid_t)gid;
	return true;
}

static bool fill_request(struct engine *e, const struct step *step, struct request *q,
			 struct buf *why)
{
	switch (step->kind) {
	case STEP_STATEMENT:
	case STEP_MEASURE:
		return fill_statement(e, step, q, why);
	case STEP_ASSERT:
		return fill_evaluate(e, &step->code[0], -1, q, why);
	case STEP_KILL:
		q->kind = REQUEST_KILL;
		q->who = step->who;
		q->sig = step->sig;
		return true;
	case STEP_AWAIT:
		q->kind = REQUEST_AWAIT;
		return true;
	case STEP_LIMIT:
		q->kind = REQUEST_LIMIT;
		strncpy(q->name, step->name, sizeof(q->name) - 1);
		return names_eval(e, &step->code[0], -1, &q->number, why);
	case STEP_USER:
		return fill_user(e, step, q, why);
	}
	return false;
}

static bool needs_pids(const struct engine *e, const struct step *step)
{
	for (int who = 0; who < LETTERS; who++)
		if (step->code[who].nnodes && names_need_pids(e, &step->code[who]))
			return true;
	return false;
}

/* Sends the request of the step that begins, or goes on after its processes have started. */
static void request_step(struct engine *e)
{
	const struct step *step = this_step(e);
	struct request q = {.fork = -1, .start = step->starts};
	struct buf why = {0};

	q.may_run = judge_may_run(e, step);
	if (e->phase == PHASE_NONE && needs_pids(e, step)) {
		e->phase = PHASE_STARTING;
		q.kind = REQUEST_RUN;
		act(e, ENGINE_REQUEST, &q);
		return;
	}
	e->phase = PHASE_RUNNING;
	if (fill_request(e, step, &q, &why)) {
		for (int who = 0; who < LETTERS; who++)
			if (q.kind != REQUEST_EVALUATE && q.code[who])
				e->players[who].last_step = (int)e->position;
		act(e, ENGINE_REQUEST, &q);
	} else {
		fail_step(e, buf_str(&why));
	}
	buf_free(&why);
}

static void begin_step(struct engine *e)
{
	const struct step *step = this_step(e);
	struct step_record *r = &e->records[e->position];
	struct buf why = {0};

	record_free(r);
	r->before = e->position ? e->records[e->position - 1].after : NULL;
	e->scene = step->scene;
	e->nasked = 0;
	e->failed_to_read = false;
	e->truth = 0;
	e->measured = 0;
	free(e->why);
	e->why = NULL;
	if (e->status != ENGINE_REPLAYING)
		e->status = ENGINE_BUSY;
	if (!e->fresh) {
		act(e, ENGINE_STAGE, NULL);
		e->fresh = true;
	}
	e->phase = PHASE_NONE;
	if (callers_ready(e, step, &why))
		request_step(e);
	else
		fail_step(e, buf_str(&why));
	buf_free(&why);
}

/* On a fresh stage, as far as a step; the scene is then the one asked for. */
static void replay(struct engine *e, size_t position, size_t scene)
{
	reset(e);
	act(e, ENGINE_STAGE, NULL);
	e->fresh = true;
	e->scene = scene;
	e->target = position;
	if (!position) {
		e->status = e->lesson->nsteps || e->lesson->nscenes > 1 ? ENGINE_IDLE
									 : ENGINE_FINISHED;
		return;
	}
	e->status = ENGINE_REPLAYING;
	e->go_on = true;
	begin_step(e);
}

static void run_on(struct engine *e, size_t position)
{
	e->target = position;
	e->go_on = true;
	begin_step(e);
}

static void command_next(struct engine *e)
{
	if (e->position < scene_end(e, e->scene)) {
		begin_step(e);
	} else if (e->scene + 1 < e->lesson->nscenes) {
		e->scene++;
		if (at_the_end(e))
			e->status = ENGINE_FINISHED;
	} else {
		e->status = ENGINE_FINISHED;
	}
}

static void command_back(struct engine *e)
{
	const struct scene *scene = &e->lesson->scenes[e->scene];

	if (e->position == scene->first_step && e->scene > 0) {
		if (e->lesson->scenes[e->scene - 1].nblocks)
			e->scene--;
		e->status = e->status == ENGINE_FINISHED ? ENGINE_IDLE : e->status;
	} else if (e->position > 0) {
		replay(e, e->position - 1, e->lesson->steps[e->position - 1].scene);
	}
}

static void command_scene_next(struct engine *e)
{
	if (e->position < scene_end(e, e->scene))
		run_on(e, scene_end(e, e->scene));
	else
		command_next(e);
}

static void command_scene_previous(struct engine *e)
{
	size_t scene = e->scene;

	if (e->position == e->lesson->scenes[scene].first_step && scene > 0 &&
	    e->lesson->scenes[scene - 1].nblocks)
		scene--;
	replay(e, e->lesson->scenes[scene].first_step, scene);
}

/* The learner does not wait any longer. */
static void command_stop(struct engine *e)
{
	if (e->status == ENGINE_BUSY || e->status == ENGINE_REPLAYING)
		engine_deadline(e);
}

void engine_command(struct engine *e, enum engine_command command)
{
	bool busy = e->status == ENGINE_BUSY || e->status == ENGINE_REPLAYING;
	bool over = e->status == ENGINE_SKIPPED || e->status == ENGINE_BROKEN;

	if (command == ENGINE_STOP) {
		command_stop(e);
		return;
	}
	if (busy || !e->lesson->nscenes ||
	    (over && (command == ENGINE_NEXT || command == ENGINE_SCENE_NEXT)))
		return;
	switch (command) {
	case ENGINE_NEXT:
		command_next(e);
		break;
	case ENGINE_BACK:
		command_back(e);
		break;
	case ENGINE_RESTART:
		replay(e, e->lesson->scenes[e->scene].first_step, e->scene);
		break;
	case ENGINE_SCENE_NEXT:
		command_scene_next(e);
		break;
	case ENGINE_SCENE_PREVIOUS:
		command_scene_previous(e);
		break;
	case ENGINE_STOP:
		break;
	}
}

static void observe(struct engine *e, const struct event *event)
{
	struct step_record *r = &e->records[e->position];
	const char *text = this_step(e)->text;

	for (size_t i = 0; i < event->nseen; i++) {
		const struct event_seen *seen = &event->seen[i];
		struct observed *o;

		if (seen->to <= seen->from || seen->to > strlen(text))
			continue;
		o = MEM_PUSH(r->observed, r->nobserved);
		o->source = mem_dupn(text + seen->from, (size_t)(seen->to - seen->from));
		o->value = observed_value(e, o->source, seen);
		o->derived = seen->what == CODE_SEMADJ;
	}
}

static void finish_step(struct engine *e)
{
	const struct step *step = this_step(e);
	struct step_record *r = &e->records[e->position];

	judge(e, step, r);
	if (step->kind == STEP_MEASURE && e->measured)
		r->rate = (double)step->bytes * (double)step->rounds * 1e9 / (double)e->measured;
	end_step(e);
}

/* The next value of an outcome that the stage must read; false when there is none left. */
static bool ask_value(struct engine *e)
{
	const struct step *step = this_step(e);
	struct request q = {.fork = -1, .may_run = judge_may_run(e, step)};
	struct buf why = {0};
	size_t i = 0;

	while (i < e->nasked && e->asked[i].known)
		i++;
	if (i == e->nasked)
		return false;
	e->phase = PHASE_VALUES;
	if (fill_evaluate(e, &step->outcome.items[e->asked[i].item].expect.value,
			  e->asked[i].who, &q, &why))
		act(e, ENGINE_REQUEST, &q);
	else
		fail_step(e, buf_str(&why));
	buf_free(&why);
	return true;
}

static void ask_values(struct engine *e, const struct step *step, const struct step_record *r)
{
	for (size_t i = 0; i < step->outcome.nitems && !step->outcome.may; i++) {
		const struct outcome_item *item = &step->outcome.items[i];

		if ((item->expect.kind != EXPECT_VALUE && item->expect.kind != EXPECT_EXIT) ||
		    code_is_pure(&item->expect.value))
			continue;
		for (size_t j = 0; j < r->nresults; j++)
			if (item->who == r->results[j].who ||
			    (item->who == OUTCOME_ALL && r->results[j].asked))
				*MEM_PUSH(e->asked, e->nasked) =
					(struct asked_value){.item = i, .who = r->results[j].who};
	}
}

/* Moments of those that went to sleep, or into a loop, in this step. */
static void note_states(struct engine *e, const struct event *event)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		struct player *p = &e->players[who];
		enum process_state before = p->state, after = event->states[who];

		if (after == PROCESS_NONE && before != PROCESS_NONE)
			after = before;
		p->state = after;
		p->timed = event->timed[who];
		if (after != before && after == PROCESS_BLOCKED)
			moment(e, MOMENT_BLOCKED, who, who, e->position, event->time);
		if (after != before && after == PROCESS_RUNNING)
			moment(e, MOMENT_RUNS, who, who, e->position, event->time);
	}
}

static void on_quiet(struct engine *e, struct event *event)
{
	const struct step *step = this_step(e);
	struct step_record *r = &e->records[e->position];

	note_states(e, event);
	free(e->sample);
	e->sample = NULL;
	free(r->after);
	r->after = event->snapshot;
	event->snapshot = NULL;
	r->ended = event->time;
	if (e->phase == PHASE_STARTING) {
		request_step(e);
		return;
	}
	if (e->phase == PHASE_VALUES || step->kind == STEP_ASSERT)
		return; /* EVENT_VALUE follows */
	if (judge_waits(e, step, r)) {
		struct request q = {.kind = REQUEST_AWAIT, .fork = -1,
				    .may_run = judge_may_run(e, step)};

		act(e, ENGINE_REQUEST, &q);
		return;
	}
	judge_settle(e, step, r);
	ask_values(e, step, r);
	if (!ask_value(e))
		finish_step(e);
}

static void on_value(struct engine *e, const struct event *event)
{
	if (e->phase == PHASE_VALUES) {
		size_t i = 0;

		while (i < e->nasked && e->asked[i].known)
			i++;
		if (event->failed) {
			fail_step(e, event->text);
			return;
		}
		e->asked[i].value = event->value;
		e->asked[i].known = true;
		if (!ask_value(e))
			finish_step(e);
		return;
	}
	observe(e, event);
	e->failed_to_read = event->failed;
	e->why = mem_dup(event->failed ? event->text : "");
	e->truth = event->value;
	judge_settle(e, this_step(e), &e->records[e->position]);
	finish_step(e);
}

static struct result *new_result(struct engine *e, const struct event *event)
{
	const struct step *step = this_step(e);
	struct step_record *r = &e->records[e->position];
	struct result *result = MEM_PUSH(r->results, r->nresults);
	bool statement = step->kind == STEP_STATEMENT || step->kind == STEP_MEASURE;

	*result = (struct result){
		.who = event->who,
		.asked = statement && (step->who & LETTER_BIT(event->who)),
		.began = event->began,
		.ended = event->time,
	};
	if (!r->began || (event->began && event->began < r->began))
		r->began = event->began;
	return result;
}

static unsigned caller_of(const struct engine *e)
{
	const struct step *step = this_step(e);

	for (unsigned who = 0; who < LETTERS; who++)
		if ((step->who & LETTER_BIT(who)) && step->kind == STEP_STATEMENT)
			return who;
	return LETTERS;
}

static void on_returned(struct engine *e, const struct event *event)
{
	struct player *p = &e->players[event->who];
	struct result *r;

	if (event->failed && event->error == ENOSYS) {
		const struct expect *x = expect_of(this_step(e), event->who);

		if (!x || x->kind != EXPECT_ERRNO || x->error != ENOSYS) {
			skip_lesson(e, "this kernel does not have the call (ENOSYS)");
			return;
		}
	}
	r = new_result(e, event);
	r->kind = RESULT_RETURNED;
	r->value = event->value;
	r->failed = event->failed;
	r->error = event->error;
	if (event->has_text && !event->failed)
		r->text = mem_dup(event->text);
	if (p->last_step >= 0)
		names_bind(e, &e->lesson->steps[p->last_step].code[event->who], event->who, event);
	if (event->exec)
		names_exec(e, event->who);
	if (r->asked)
		moment(e, MOMENT_CALLED, event->who, event->who, e->position, event->began);
	moment(e, r->asked ? MOMENT_RETURNED : MOMENT_WOKEN, event->who,
	       r->asked ? event->who : caller_of(e), e->position, event->time);
	p->state = PROCESS_READY;
}

static void on_died(struct engine *e, const struct event *event)
{
	struct result *r = new_result(e, event);

	if (WIFEXITED(event->status)) {
		r->kind = RESULT_EXIT;
		r->value = WEXITSTATUS(event->status);
	} else {
		r->kind = RESULT_KILLED;
		r->sig = WTERMSIG(event->status);
		r->si_code = event->si_code;
		r->address = event->address;
	}
	e->players[event->who].state = PROCESS_DEAD;
	moment(e, MOMENT_DIED, event->who, caller_of(e), e->position, event->time);
}

static void on_started(struct engine *e, const struct event *event)
{
	struct player *p = &e->players[event->who];

	p->state = PROCESS_READY;
	p->pid = event->pid;
	*MEM_PUSH(e->pids, e->npids) =
		(struct known_pid){event->pid, LETTER_CHAR(event->who)};
	if (event->by != event->who)
		names_fork(e, event->by, event->who);
	moment(e, MOMENT_STARTED, event->who, event->by, e->position, event->time);
}

void engine_event(struct engine *e, struct event *event)
{
	bool busy = e->phase != PHASE_NONE;

	if (event->kind == EVENT_ERROR) {
		set_status(e, ENGINE_BROKEN, event->text);
		e->fresh = false;
	} else if (event->kind == EVENT_SAMPLE) {
		free(e->sample);
		e->sample = event->snapshot;
		event->snapshot = NULL;
	} else if (!busy) {
		/* an answer to a step that was given up */
		free(event->snapshot);
		event->snapshot = NULL;
	} else {
		switch (event->kind) {
		case EVENT_STARTED:
			on_started(e, event);
			break;
		case EVENT_RETURNED:
			on_returned(e, event);
			break;
		case EVENT_DIED:
			on_died(e, event);
			break;
		case EVENT_QUIET:
			on_quiet(e, event);
			break;
		case EVENT_VALUE:
			on_value(e, event);
			break;
		case EVENT_SKIP:
			skip_lesson(e, event->text);
			break;
		case EVENT_MEASURED:
			e->measured = event->time;
			break;
		case EVENT_SAMPLE:
		case EVENT_ERROR:
			break;
		}
	}
}

/* Callers that have not come to an end block or run, as far as the last quiet knows. */
void engine_deadline(struct engine *e)
{
	const struct step *step;
	struct step_record *r;

	if (e->phase == PHASE_NONE)
		return;
	step = this_step(e);
	r = &e->records[e->position];
	for (unsigned who = 0; who < LETTERS; who++)
		if ((step->kind == STEP_STATEMENT || step->kind == STEP_MEASURE) &&
		    (step->who & LETTER_BIT(who)) && !result_of(r, who) &&
		    e->players[who].state == PROCESS_READY)
			e->players[who].state = PROCESS_RUNNING;
	e->go_on = false;
	judge_settle(e, step, r);
	finish_step(e);
	if (e->status == ENGINE_REPLAYING)
		e->status = ENGINE_IDLE;
}

enum engine_status engine_status(const struct engine *e)
{
	return e->status;
}

const char *engine_message(const struct engine *e)
{
	return e->message ? e->message : "";
}

const struct lesson *engine_lesson(const struct engine *e)
{
	return e->lesson;
}

size_t engine_position(const struct engine *e)
{
	return e->position;
}

size_t engine_scene(const struct engine *e)
{
	return e->scene;
}

const struct step_record *engine_record(const struct engine *e, size_t step)
{
	return &e->records[step];
}

const struct moment *engine_moments(const struct engine *e, size_t *count)
{
	*count = e->nmoments;
	return e->moments;
}

const struct snapshot *engine_snapshot(const struct engine *e)
{
	if (e->sample)
		return e->sample;
	if (e->position < e->lesson->nsteps && e->records[e->position].after)
		return e->records[e->position].after;
	return e->position ? e->records[e->position - 1].after : NULL;
}

const struct snapshot *engine_snapshot_before(const struct engine *e)
{
	/* while a step runs, the one before it is the last that is over */
	size_t over = e->position + (e->phase != PHASE_NONE);

	return over > 1 ? e->records[over - 2].after : NULL;
}

bool engine_restless(const struct engine *e)
{
	if (e->status == ENGINE_BUSY || e->status == ENGINE_REPLAYING)
		return true;
	for (int who = 0; who < LETTERS; who++)
		if (e->players[who].state == PROCESS_RUNNING ||
		    (e->players[who].state == PROCESS_BLOCKED && e->players[who].timed))
			return true;
	return false;
}

enum process_state engine_process(const struct engine *e, unsigned who, pid_t *pid,
				  int *last_step)
{
	*pid = e->players[who].pid;
	*last_step = e->players[who].last_step;
	return e->players[who].state;
}
