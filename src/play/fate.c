// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/fate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/plain.h"
#include "play/called.h"
#include "play/run.h"
#include "sys/names.h"

/* Processes */

static struct fate_process *add_process(struct fate *f, unsigned who)
{
	struct fate_process *p = MEM_PUSH(f->processes, f->nprocesses);

	p->who = (uint8_t)who;
	return p;
}

static void add_alive(const struct engine *e, unsigned who, struct fate *f)
{
	const struct snapshot *now = engine_snapshot(e);

	for (uint32_t i = 0; now && i < now->nprograms; i++) {
		const struct snap_program *at = &snap_programs(now)[i];
		struct fate_process *p;

		if (snap_letter(now, at->task) != who)
			continue;
		p = add_process(f, who);
		p->stand = at->now.stand;
		p->thread = at->now.thread;
		p->text = called_text(e, at->now.text);
		p->file = at->now.line ? mem_dup(path_name(at->now.file)) : NULL;
		p->line = at->now.line;
	}
}

/* How it ended last, or NULL. */
static const struct result *end_of(const struct engine *e, unsigned who)
{
	for (size_t i = engine_position(e); i-- > 0;) {
		const struct step_record *r = engine_record(e, i);

		for (size_t k = r->nresults; k-- > 0;)
			if (r->results[k].who == who && (r->results[k].kind == RESULT_EXIT ||
			                                 r->results[k].kind == RESULT_KILLED))
				return &r->results[k];
	}
	return NULL;
}

/* The address of a fault is another one each time. */
static void add_ended(const struct engine *e, unsigned who, struct fate *f)
{
	const struct result *r = end_of(e, who);

	if (!r)
		return;
	add_process(f, who)->text = r->kind == RESULT_EXIT
	                                    ? buf_format("exit %" PRId64, r->value)
	                                    : buf_format("killed %s", signal_name(r->sig));
}

static void add_processes(const struct engine *e, struct fate *f)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		size_t before = f->nprocesses;

		add_alive(e, who, f);
		if (f->nprocesses == before)
			add_ended(e, who, f);
	}
}

static enum fate_kind kind_of(const struct fate *f)
{
	bool alive = false, failed = false;

	for (size_t i = 0; i < f->nprocesses; i++) {
		const struct fate_process *p = &f->processes[i];

		if (p->stand == STAND_RUNS || p->stand == STAND_HELD)
			return FATE_STUCK;
		alive |= p->stand != STAND_NONE;
		failed |= p->stand == STAND_NONE && strcmp(p->text, "exit 0") != 0;
	}
	if (f->unnamed)
		return FATE_STUCK;
	return alive ? FATE_DEADLOCK : failed ? FATE_FAILED : FATE_ENDED;
}

/* Objects */

static void add_object(struct fate *f, const struct engine *e, enum called_kind kind, int32_t id,
                       int32_t key, const char *values)
{
	struct buf b = { 0 };

	called_name(e, kind, id, &b);
	if (key)
		buf_printf(&b, " (key %#" PRIx32 ")", (uint32_t)key);
	buf_printf(&b, ": %s", values);
	*MEM_PUSH(f->objects, f->nobjects) = buf_steal(&b);
}

static void add_segments(const struct engine *e, const struct snapshot *now, struct fate *f)
{
	for (uint32_t i = 0; i < now->nsegments; i++) {
		const struct snap_segment *s = &snap_segments(now)[i];
		struct buf b = { 0 };

		buf_printf(&b, "shm_segsz %" PRIu64 ", shm_nattch %" PRIu64 "%s", s->segsz,
		           s->nattch, s->perm.mode & SHM_DEST ? ", SHM_DEST" : "");
		add_object(f, e, CALLED_SEGMENT, s->id, s->perm.key, b.data);
		buf_free(&b);
	}
}

static void add_sets(const struct engine *e, const struct snapshot *now, struct fate *f)
{
	for (uint32_t i = 0; i < now->nsets; i++) {
		const struct snap_set *s = &snap_sets(now)[i];
		struct buf b = { 0 };

		buf_puts(&b, "semval");
		for (uint32_t k = 0; k < s->nshown; k++) {
			const struct snap_semaphore *one = &snap_semaphores(now)[s->first + k];

			buf_puts(&b, one->skipped ? " ..." : "");
			buf_printf(&b, one->val < 0 ? " ?" : " %" PRId32, one->val);
			if (one->more)
				buf_printf(&b, " (x %" PRIu32 ")", one->more + 1);
		}
		add_object(f, e, CALLED_SET, s->id, s->perm.key, b.data);
		buf_free(&b);
	}
}

static void add_queues(const struct engine *e, const struct snapshot *now, struct fate *f)
{
	for (uint32_t i = 0; i < now->nqueues; i++) {
		const struct snap_queue *q = &snap_queues(now)[i];
		struct buf b = { 0 };

		buf_printf(&b, "msg_qnum %" PRIu64, q->qnum);
		for (uint32_t k = 0; k < q->nshown; k++) {
			const struct snap_message *m = &snap_messages(now)[q->first + k];
			size_t n = m->ntext;

			while (n > 0 && !m->text[n - 1])
				n--;
			buf_printf(&b, "%s type %" PRId64 " ",
			           m->skipped ? " ..., "
			           : k        ? ","
			                      : ":",
			           m->type);
			plain_quote(&b, (const char *)m->text, n);
		}
		add_object(f, e, CALLED_QUEUE, q->id, q->perm.key, b.data);
		buf_free(&b);
	}
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_objects(const struct engine *e, struct fate *f)
{
	const struct snapshot *now = engine_snapshot(e);

	if (!now)
		return;
	add_segments(e, now, f);
	add_sets(e, now, f);
	add_queues(e, now, f);
	if (f->nobjects)
		qsort(f->objects, f->nobjects, sizeof(*f->objects), compare_texts);
}

/* Output: a terminal sends a carriage return before each newline */

static void add_printed(const struct engine *e, struct fate *f)
{
	size_t n;
	const struct output *all = engine_outputs(e, &n);

	for (unsigned who = 0; who < LETTERS; who++) {
		struct buf b = { 0 };

		for (size_t i = 0; i < n; i++) {
			const struct output *o = &all[i];

			if (o->terminal != who || !o->writers)
				continue;
			f->writers[who] |= o->writers;
			buf_puts(&b, o->lost ? "... " : "");
			for (size_t k = 0; k < o->n; k++)
				if (o->bytes[k] && o->bytes[k] != '\r')
					buf_putc(&b, o->bytes[k]);
		}
		f->printed[who] = b.len ? buf_steal(&b) : NULL;
	}
}

/* All of it */

void fate_add_process(const struct fate_process *p, struct buf *b)
{
	static const char *const how[] = {
		[STAND_BEFORE] = N_("%s is before %s"),    [STAND_IN] = N_("%s sleeps in %s"),
		[STAND_ELSEWHERE] = N_("%s sleeps in %s"), [STAND_RUNS] = N_("%s runs"),
		[STAND_HELD] = N_("%s is stopped"),
	};
	struct buf name = { 0 };

	run_name(&name, p->who, p->thread);
	if (p->stand == STAND_NONE)
		buf_printf(b, "%s %s", name.data, p->text);
	else
		buf_printf(b, _(how[p->stand]), name.data, p->text);
	if (p->file)
		buf_printf(b, _(" at %s:%d"), p->file, p->line);
	buf_free(&name);
}

static char *key_of(const struct fate *f)
{
	struct buf b = { 0 };

	buf_printf(&b, "%d %" PRIu32 "\n", (int)f->kind, f->unnamed);
	for (size_t i = 0; i < f->nprocesses; i++) {
		fate_add_process(&f->processes[i], &b);
		buf_putc(&b, '\n');
	}
	for (size_t i = 0; i < f->nobjects; i++)
		buf_printf(&b, "%s\n", f->objects[i]);
	for (unsigned who = 0; who < LETTERS; who++) {
		const char *printed = f->printed[who] ? f->printed[who] : "";

		buf_printf(&b, "%zu %s", strlen(printed), printed);
	}
	return buf_steal(&b);
}

struct fate *fate_of(const struct engine *e, enum fate_kind cut)
{
	struct fate *f = mem_alloc(sizeof(*f));

	const struct snapshot *now = engine_snapshot(e);

	f->unnamed = now ? now->unnamed : 0;
	add_processes(e, f);
	add_objects(e, f);
	add_printed(e, f);
	f->kind = cut < FATE_KINDS ? cut : kind_of(f);
	f->key = key_of(f);
	return f;
}

void fate_free(struct fate *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->nprocesses; i++) {
		free(f->processes[i].text);
		free(f->processes[i].file);
	}
	for (size_t i = 0; i < f->nobjects; i++)
		free(f->objects[i]);
	for (unsigned who = 0; who < LETTERS; who++)
		free(f->printed[who]);
	free(f->processes);
	free(f->objects);
	free(f->key);
	free(f);
}

void fate_situation(const struct engine *e, struct buf *b)
{
	const struct snapshot *now = engine_snapshot(e);

	for (unsigned who = 0; who < LETTERS; who++) {
		const struct snap_program *at = snap_program_of(now, who);
		char *text;

		if (!run_is_ready(e, who))
			continue;
		text = called_text(e, at->now.text);
		run_name(b, who, at->now.thread);
		buf_printf(b, " %s", text);
		if (at->now.line)
			buf_printf(b, _(" at %s:%d"), path_name(at->now.file), at->now.line);
		buf_putc(b, '\n');
		free(text);
	}
}
