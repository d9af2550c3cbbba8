// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"

/* How far the learner came. Whatever is wrong with its file is said once, and nothing else. */

static void tell_not_kept(struct app *a, int error)
{
	struct buf text = { 0 };

	if (a->told)
		return;
	a->told = true;
	buf_printf(&text, _("how far you come can't be kept: %s: %s"),
	           a->progress.path ? a->progress.path : "", strerror(error));
	app_say(a, buf_steal(&text));
}

void app_load_progress(struct app *a)
{
	if (!progress_load(&a->progress))
		tell_not_kept(a, errno);
	if (a->progress.path)
		a->view.progress = &a->progress;
}

void app_note_progress(struct app *a)
{
	const struct session *s = &a->session;
	struct progress_lesson now = { .slug = (char *)a->slug };
	struct lesson_place at;
	struct timespec t;

	if (!a->slug || !a->view.progress || !s->engine || session_is_busy(s))
		return;
	clock_gettime(CLOCK_REALTIME, &t);
	now.when = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	at = session_place(s);
	now.scene = at.scene;
	now.step = at.position;
	if (!now.step && now.scene <= lesson_first_scene(s->written))
		now.scene = 0;
	/* not an order, and not what was tried */
	now.finished = engine_lesson(s->engine) == s->written &&
	               engine_status(s->engine) == ENGINE_FINISHED;
	now.answers = lesson_answers(&a->view);
	a->reached |= progress_note(&a->progress, &now);
	free(now.answers);
}

void app_save_progress(struct app *a, int patience)
{
	a->reached = false;
	if (!progress_save(&a->progress, patience) && errno != EWOULDBLOCK)
		tell_not_kept(a, errno);
}

void app_keep_progress(struct app *a)
{
	int bytes = 0;

	app_note_progress(a);
	if (a->reached && !session_is_busy(&a->session) &&
	    !(ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0 && bytes))
		app_save_progress(a, 0);
	if (a->changed)
		app_draw(a); /* that it can't be kept */
}
