// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "base/mem.h"
#include "sys/calls.h"

/* What a step has changed, as asserts. Times are left out, and what depends on how memory is filled. */

/* Names of objects */

bool values_bind(const struct step *s)
{
	bool calls = (s->kind == STEP_STATEMENT || s->kind == STEP_NEXT) && s->who &&
	             !(s->who & (s->who - 1));
	const struct code *code = calls ? &s->code[letter_first(s->who)] : NULL;
	const struct code_node *root = code && code->nnodes ? &code->nodes[code->root] : NULL;

	return root && root->op == CODE_CALL && root->b;
}

static uint16_t name_of(const struct step *s)
{
	const struct code *code = &s->code[letter_first(s->who)];

	return code->slots[code->nodes[code->root].b - 1].name;
}

/* What the step gave its name: the result of its call, if that went well. */
static const struct result *given(const struct engine *e, size_t step)
{
	const struct step_record *r = engine_record(e, step);

	if (!values_bind(&engine_lesson(e)->script.steps[step]))
		return NULL;
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].asked && r->results[i].kind == RESULT_RETURNED &&
		    !r->results[i].failed)
			return &r->results[i];
	return NULL;
}

/* Whether a step gives the name that another one gives, to somebody else or to the same process. */
static bool gives_again(const struct engine *e, size_t step, const struct step *s, bool other)
{
	const struct step *again = &engine_lesson(e)->script.steps[step];

	return given(e, step) && name_of(again) == name_of(s) && (again->who != s->who) == other;
}

/* Somebody else has given the same name another meaning, or the same. */
static bool is_ambiguous(const struct engine *e, size_t steps, const struct step *s)
{
	const struct script *script = &engine_lesson(e)->script;

	for (size_t i = 0; i < script_givers(script, steps); i++)
		if (gives_again(e, script->givers[i], s, true))
			return true;
	return false;
}

/* It was given to something else later. */
static bool is_lost(const struct engine *e, size_t step, size_t steps)
{
	const struct script *script = &engine_lesson(e)->script;

	for (size_t i = script_givers(script, step + 1); i < script_givers(script, steps); i++)
		if (gives_again(e, script->givers[i], &script->steps[step], false))
			return true;
	return false;
}

/* Adds how an assert names the object that such a call has given; false: it has no name. */
static bool add_name(const struct engine *e, size_t steps, const char *get, int32_t id,
                     struct buf *b)
{
	const struct script *script = &engine_lesson(e)->script;

	for (size_t i = 0; i < script_givers(script, steps); i++) {
		const struct step *s = &script->steps[script->givers[i]];
		const struct result *r = given(e, script->givers[i]);

		if (!r || r->value != id || r->call < 0 || is_lost(e, script->givers[i], steps) ||
		    strcmp(call_at((size_t)r->call)->name, get) != 0)
			continue;
		if (is_ambiguous(e, steps, s))
			buf_printf(b, "%c.", LETTER_CHAR(letter_first(s->who)));
		buf_puts(b, script->symbols[name_of(s)].name);
		return true;
	}
	return false;
}

/* What is said of an object */

struct saying {
	const struct engine *e;
	char *name;        /* "sem", or NULL */
	struct buf values; /* "sem[0].semval == 1 && ..." */
};

static void say(struct saying *s, const char *field, int64_t value)
{
	buf_printf(&s->values, "%s%s%s == %" PRId64, s->values.len ? " && " : "", s->name, field,
	           value);
}

/* A pid as its letter; of others nobody knows whether they come again. */
static void say_pid(struct saying *s, const char *field, pid_t pid)
{
	char letter = engine_letter(s->e, pid);

	if (letter)
		buf_printf(&s->values, "%s%s%s == %c", s->values.len ? " && " : "", s->name, field,
		           letter);
	else if (!pid)
		say(s, field, 0);
}

/* Begins with an object: false if it has no name. */
static bool begin(struct saying *s, const struct engine *e, size_t step, const char *get,
                  int32_t id)
{
	struct buf name = { 0 };

	*s = (struct saying){ .e = e };
	if (!add_name(e, step + 1, get, id, &name))
		return false;
	s->name = buf_steal(&name);
	return true;
}

static void end(struct saying *s, struct buf *b)
{
	if (s->values.len)
		buf_printf(b, "assert(%s);\n", s->values.data);
	free(s->name);
	buf_free(&s->values);
}

static void add_segment(const struct engine *e, size_t step, const struct snap_segment *now,
                        const struct snap_segment *before, struct buf *b)
{
	struct saying s;

	if (!begin(&s, e, step, "shmget", now->id))
		return;
	if (!before)
		say(&s, ".shm_segsz", (int64_t)now->segsz);
	if (before ? before->nattch != now->nattch : now->nattch)
		say(&s, ".shm_nattch", (int64_t)now->nattch);
	if (before ? before->lpid != now->lpid : now->lpid)
		say_pid(&s, ".shm_lpid", now->lpid);
	if (before && (before->perm.mode ^ now->perm.mode) & SHM_DEST)
		buf_printf(&s.values, "%s%s.shm_perm.mode & SHM_DEST", s.values.len ? " && " : "",
		           s.name);
	end(&s, b);
}

/* One of a set by its number, or NULL: it is not there, or left out. */
static const struct snap_semaphore *semaphore_of(const struct snapshot *s,
                                                 const struct snap_set *set, uint32_t num)
{
	uint32_t at = 0;

	for (uint32_t i = 0; set && i < set->nshown; i++) {
		const struct snap_semaphore *one = &snap_semaphores(s)[set->first + i];

		at += one->skipped;
		if (num >= at && num <= at + one->more)
			return one;
		at += one->more + 1;
	}
	return NULL;
}

static void say_semaphore(struct saying *s, uint32_t num, const struct snap_semaphore *now,
                          const struct snap_semaphore *before)
{
	static const struct snap_semaphore none = { 0 };
	char field[32];

	before = before ? before : &none;
	if (now->val < 0 || before->val < 0) /* it may not be read */
		return;
	snprintf(field, sizeof(field), "[%" PRIu32 "].semval", num);
	if (before->val != now->val)
		say(s, field, now->val);
	snprintf(field, sizeof(field), "[%" PRIu32 "].semncnt", num);
	if (before->ncnt != now->ncnt)
		say(s, field, now->ncnt);
	snprintf(field, sizeof(field), "[%" PRIu32 "].semzcnt", num);
	if (before->zcnt != now->zcnt)
		say(s, field, now->zcnt);
	snprintf(field, sizeof(field), "[%" PRIu32 "].sempid", num);
	if (before->pid != now->pid)
		say_pid(s, field, now->pid);
}

static void add_set(const struct engine *e, size_t step, const struct snapshot *now,
                    const struct snap_set *set, const struct snapshot *before, struct buf *b)
{
	enum { SEMAPHORES = 16 };
	const struct snap_set *then = snap_set_of(before, set->id);
	struct saying s;

	if (!begin(&s, e, step, "semget", set->id))
		return;
	if (!then)
		say(&s, ".sem_nsems", set->nsems);
	for (uint32_t num = 0; num < set->nsems && num < SEMAPHORES; num++) {
		const struct snap_semaphore *one = semaphore_of(now, set, num);

		if (one)
			say_semaphore(&s, num, one, semaphore_of(before, then, num));
	}
	end(&s, b);
}

static void add_queue(const struct engine *e, size_t step, const struct snap_queue *now,
                      const struct snap_queue *before, struct buf *b)
{
	struct saying s;

	if (!begin(&s, e, step, "msgget", now->id))
		return;
	if (!before || before->qnum != now->qnum)
		say(&s, ".msg_qnum", (int64_t)now->qnum);
	if (before ? before->cbytes != now->cbytes : now->cbytes)
		say(&s, ".msg_cbytes", (int64_t)now->cbytes);
	if (before && before->qbytes != now->qbytes)
		say(&s, ".msg_qbytes", (int64_t)now->qbytes);
	if (before ? before->lspid != now->lspid : now->lspid)
		say_pid(&s, ".msg_lspid", now->lspid);
	if (before ? before->lrpid != now->lrpid : now->lrpid)
		say_pid(&s, ".msg_lrpid", now->lrpid);
	end(&s, b);
}

static bool somebody_runs(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->nprocesses; i++)
		if (snap_processes(s)[i].state == PROCESS_RUNNING)
			return true;
	return false;
}

void values_add(const struct engine *e, size_t step, struct buf *b)
{
	const struct step_record *r = engine_record(e, step);
	const struct snapshot *now = r->after, *before = r->before;

	if (!now || !before || somebody_runs(now))
		return;
	for (uint32_t i = 0; i < now->nsegments; i++)
		add_segment(e, step, &snap_segments(now)[i],
		            snap_segment_of(before, snap_segments(now)[i].id), b);
	for (uint32_t i = 0; i < now->nsets; i++)
		add_set(e, step, now, &snap_sets(now)[i], before, b);
	for (uint32_t i = 0; i < now->nqueues; i++)
		add_queue(e, step, &snap_queues(now)[i],
		          snap_queue_of(before, snap_queues(now)[i].id), b);
}
