// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "lessons.h"
#include "sys/names.h"

struct drive *drive_lesson(const char *markdown, bool judge_all)
{
	struct drive *d = mem_alloc(sizeof(*d));

	d->lesson = lesson_of(markdown);
	d->engine = engine_new(d->lesson, judge_all);
	return d;
}

struct drive *drive_new(const char *script, bool judge_all)
{
	struct buf b = { 0 };
	struct drive *d;

	buf_printf(&b, "# T\n\np\n\n## S\n\n```c\n%s\n```\n", script);
	d = drive_lesson(b.data, judge_all);
	buf_free(&b);
	return d;
}

void drive_free(struct drive *d)
{
	engine_free(d->engine);
	lesson_free(d->lesson);
	free(d);
}

/* The last call of a statement, or -1. */
static int32_t call_of(const struct code *code)
{
	int32_t call = -1;

	for (size_t i = 1; i < code->nnodes; i++)
		if (code->nodes[i].op == CODE_CALL)
			call = (int32_t)code->nodes[i].value;
	return call;
}

/* Takes the engine's actions. What a request points to is copied: it lives until the next call. */
static void act(struct drive *d)
{
	struct engine_action action;

	while (engine_action(d->engine, &action)) {
		const struct request *r = &action.request;

		if (action.kind == ENGINE_STAGE) {
			d->stages++;
			d->started = 0;
			continue;
		}
		ck_assert_uint_gt(d->stages, 0);
		d->requests++;
		d->request = *r;
		d->began = d->clock;
		for (int who = 0; who < LETTERS; who++)
			if (r->code[who])
				d->call[who] = call_of(r->code[who]);
		for (int who = 0; who < LETTERS; who++)
			if (r->code[who])
				memcpy(d->values[who], r->values[who],
				       r->code[who]->nslots * sizeof(int64_t));
		if (r->owners)
			memcpy(d->owners, r->owners, r->code[0]->nslots);
	}
}

void drive_command(struct drive *d, enum engine_command command)
{
	engine_command(d->engine, command);
	act(d);
}

void drive_event(struct drive *d, struct event *event)
{
	if (!event->time)
		event->time = ++d->clock;
	engine_event(d->engine, event);
	free(event->snapshot);
	act(d);
}

static void start(struct drive *d, unsigned who, unsigned by)
{
	struct event e = { .kind = EVENT_STARTED,
		           .who = (uint8_t)who,
		           .by = (uint8_t)by,
		           .pid = (pid_t)(100 + who) };

	d->started |= LETTER_BIT(who);
	drive_event(d, &e);
}

static void start_all(struct drive *d)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if ((d->request.start & LETTER_BIT(who)) && !(d->started & LETTER_BIT(who)))
			start(d, who, who);
}

static void bind(struct drive *d, struct event *e)
{
	const struct code *code;
	int64_t address = 0x1000;
	pid_t pid;
	int step;

	engine_process(d->engine, e->who, &pid, &step);
	ck_assert_int_ge(step, 0);
	code = &d->lesson->script.steps[step].code[e->who];
	for (uint16_t i = 0; i < code->nslots; i++) {
		struct event_binding *b = &e->bindings[e->nbindings];

		if (!code->slots[i].binds || (e->failed && !code->slots[i].declares))
			continue;
		*b = (struct event_binding){ .slot = i,
			                     .value =
			                             code->slots[i].declares ? address : e->value };
		address += code->slots[i].declares ? 0x1000 : 0;
		e->nbindings++;
	}
}

static void died(struct event *e, const char *how)
{
	char signal[32] = "", code[32] = "";
	int sig = 0;

	e->kind = EVENT_DIED;
	if (*how == '#') {
		e->status = atoi(how + 1) << 8;
		return;
	}
	sscanf(how + 1, "%31[^:]:%31[^@]@%" SCNu64, signal, code, &e->address);
	e->status = signal_by_name(signal);
	ck_assert_int_ne(e->status, 0);
	e->si_code = si_code_by_name(code, &sig);
}

static void happen_one(struct drive *d, const char *word)
{
	struct event e = { .kind = EVENT_RETURNED, .who = (uint8_t)(word[0] - 'A') };

	e.began = ++d->clock;
	e.unasked = d->unasked;
	e.call = d->call[e.who];
	switch (word[1]) {
	case '=':
		e.value = strtoll(word + 2, NULL, 0);
		break;
	case '!':
		e.value = -1;
		e.failed = 1;
		e.error = errno_by_name(word + 2);
		ck_assert_int_ne(e.error, 0);
		break;
	case '"':
		e.has_text = 1;
		snprintf(e.text, sizeof(e.text), "%.*s", (int)strlen(word) - 3, word + 2);
		break;
	case '^':
		e.exec = 1;
		break;
	default:
		died(&e, word + 1);
		drive_event(d, &e);
		return;
	}
	if (d->request.fork >= 0 && !e.failed && d->request.code[e.who])
		start(d, (unsigned)d->request.fork, e.who);
	bind(d, &e);
	drive_event(d, &e);
}

void drive_happen(struct drive *d, const char *what)
{
	char *copy = mem_dup(what), *rest = copy, *word;

	start_all(d);
	while ((word = strtok_r(rest, " ", &rest)))
		happen_one(d, word);
	free(copy);
}

static struct snapshot *new_snapshot(uint64_t time)
{
	struct snapshot *s = mem_alloc(sizeof(*s));

	s->size = sizeof(*s);
	s->time = time;
	return s;
}

void drive_quiet(struct drive *d, const char *states)
{
	static const char letters[] = ".RBLSD";
	struct event e = { .kind = EVENT_QUIET,
		           .began = d->began,
		           .snapshot = new_snapshot(++d->quiets) };

	for (int who = 0; states[who]; who++) {
		e.timed[who] = states[who] == 'T';
		e.states[who] = states[who] == 'T'
		                        ? PROCESS_BLOCKED
		                        : (uint8_t)(strchr(letters, states[who]) - letters);
	}
	drive_event(d, &e);
}

void drive_unasked(struct drive *d, const char *what)
{
	struct event e = { .kind = EVENT_NEWS, .snapshot = new_snapshot(++d->quiets) };

	d->unasked = true;
	drive_happen(d, what);
	d->unasked = false;
	drive_event(d, &e);
}

void drive_answer(struct drive *d, const char *what, const char *states)
{
	drive_happen(d, what);
	drive_quiet(d, states);
}

void drive_step(struct drive *d, const char *what, const char *states)
{
	drive_command(d, ENGINE_NEXT);
	drive_answer(d, what, states);
}

void drive_value(struct drive *d, int64_t value)
{
	struct event e = { .kind = EVENT_VALUE, .value = value };

	drive_event(d, &e);
}

void drive_no_value(struct drive *d, const char *why)
{
	struct event e = { .kind = EVENT_VALUE, .failed = 1 };

	snprintf(e.text, sizeof(e.text), "%s", why);
	drive_event(d, &e);
}

void drive_assert(struct drive *d, const char *states, int64_t value)
{
	drive_step(d, "", states);
	drive_value(d, value);
}

void drive_text(struct drive *d, enum event_kind kind, const char *text)
{
	struct event e = { .kind = kind };

	snprintf(e.text, sizeof(e.text), "%s", text);
	drive_event(d, &e);
}

void drive_sample(struct drive *d, uint64_t time)
{
	struct event e = { .kind = EVENT_SAMPLE, .snapshot = new_snapshot(time) };

	drive_event(d, &e);
}

void expect_waits(const struct drive *d)
{
	ck_assert_int_eq(engine_status(d->engine), ENGINE_BUSY);
	ck_assert_int_eq(d->request.kind, REQUEST_AWAIT);
}

static const struct step_record *record(const struct drive *d, size_t step, enum verdict verdict)
{
	const struct step_record *r = engine_record(d->engine, step);

	ck_assert_uint_gt(engine_position(d->engine), step);
	ck_assert_msg(r->verdict == verdict, "step %zu: verdict %d, message: %s", step, r->verdict,
	              r->message ? r->message : "-");
	return r;
}

void expect_passed(const struct drive *d, size_t step)
{
	ck_assert_ptr_null(record(d, step, VERDICT_PASSED)->message);
}

void expect_reported(const struct drive *d, size_t step)
{
	ck_assert_ptr_null(record(d, step, VERDICT_REPORTED)->message);
}

void expect_failed(const struct drive *d, size_t step, const char *message)
{
	ck_assert_str_eq(record(d, step, VERDICT_FAILED)->message, message);
}

void expect_at(const struct drive *d, size_t position, size_t scene, enum engine_status status)
{
	ck_assert_uint_eq(engine_position(d->engine), position);
	ck_assert_uint_eq(engine_scene(d->engine), scene);
	ck_assert_int_eq(engine_status(d->engine), status);
}

void expect_snapshots(const struct drive *d, uint64_t now, uint64_t before)
{
	const struct snapshot *s = engine_snapshot(d->engine);
	const struct snapshot *b = engine_snapshot_before(d->engine);

	ck_assert_uint_eq(s ? s->time : 0, now);
	ck_assert_uint_eq(b ? b->time : 0, before);
}

void expect_result(const struct drive *d, size_t step, size_t i, const char *text)
{
	const struct step_record *r = engine_record(d->engine, step);
	char *got;

	ck_assert_uint_lt(i, r->nresults);
	got = engine_result_text(d->engine, &d->lesson->script.steps[step], &r->results[i]);
	ck_assert_str_eq(got, text);
	free(got);
}
