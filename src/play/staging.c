// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/path.h"
#include "lesson/course.h"

#include "play/inside.h"

/* A session's stage, and the lesson that its engine plays on it. */

void session_stop(struct session *s)
{
	stage_stop(s->stage);
	s->stage = NULL;
	s->fresh = false;
}

/* The old one goes when there is a new one: there is always one to restore the terminal. */
void session_prepare(struct session *s)
{
	struct stage *old = s->stage;
	char *why = NULL;

	if (s->fresh)
		return;
	if (s->renews && s->stage && stage_renew(s->stage)) {
		s->fresh = true;
		s->sampling = false;
		return;
	}
	s->stage = stage_start(&s->stage_options, &why);
	stage_stop(old);
	s->fresh = s->stage != NULL;
	s->sampling = false;
	if (!s->stage && s->engine) {
		struct event e = { .kind = EVENT_ERROR };

		snprintf(e.text, sizeof(e.text), "%s", why);
		engine_event(s->engine, &e);
	}
	free(why);
}

/* Where the lesson's programs lie. */
static void find_folders(struct session *s)
{
	char *original = s->written->path ? course_original(s->written->path) : NULL;

	s->packed.sources = s->folder = path_folder(s->written->path ? s->written->path : "");
	if (original)
		s->packed.original = s->original = path_folder(original);
	free(original);
}

/* A program is asked for by its name. False, and the lesson can't go on, when it can't be had. */
static bool find_program(struct session *s, struct request *r)
{
	struct event e = { .kind = EVENT_ERROR };
	bool skip;
	const char *why;

	if (!s->programs && !s->packed.sources)
		find_folders(s);
	why = packed_fill(s->programs ? s->programs : &s->packed, r, &skip);
	if (!why)
		return true;
	if (skip)
		e.kind = EVENT_SKIP;
	snprintf(e.text, sizeof(e.text), "%s", why);
	engine_event(s->engine, &e);
	return false;
}

/* Does what the engine asks for. */
void session_act(struct session *s)
{
	struct engine_action action;

	while (engine_action(s->engine, &action)) {
		if (action.kind == ENGINE_REQUEST && s->stage) {
			s->fresh = false;
			if (action.request.kind != REQUEST_PROGRAM ||
			    find_program(s, &action.request))
				stage_send(s->stage, &action.request);
		} else if (action.kind == ENGINE_STAGE) {
			session_prepare(s);
		}
	}
}

/* For the engine, which has left the one before. */
void session_use(struct session *s, struct lesson *lesson)
{
	if (s->lesson != s->written)
		lesson_free(s->lesson);
	s->lesson = lesson;
}

bool session_is_busy(const struct session *s)
{
	return s->engine && engine_is_busy(s->engine);
}

/* ns of CPU that the processes had used as of the last snapshot. */
uint64_t session_cpu(const struct session *s)
{
	const struct snapshot *now = engine_snapshot(s->engine);
	uint64_t sum = 0;

	for (uint32_t i = 0; now && i < now->nprocesses; i++)
		sum += snap_processes(now)[i].cpu;
	return sum;
}

/* A step is under way. Its time begins when a fresh stage has been made. */
void session_begin(struct session *s)
{
	session_act(s);
	patience_begin(&s->patience, session_cpu(s));
}

void session_replay(struct session *s, struct lesson *lesson, size_t position, size_t scene)
{
	engine_replay(s->engine, lesson, position, scene);
	session_use(s, lesson);
}
