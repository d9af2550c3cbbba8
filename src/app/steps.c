// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inside.h"

#include <stdlib.h>

#include "base/clock.h"
#include "tui/screen.h"

/* Steps, and what follows them on the screen; what is typed ahead of them. */

/* How often it is looked at what goes on. */
enum { TICK_MS = 100, SLOW_TICK_MS = 1000 };

void app_say(struct app *a, char *owned)
{
	free(a->message);
	a->message = owned;
	a->view.message = owned;
	a->changed = true;
}

void app_draw(struct app *a)
{
	int rows, columns;

	a->view.now = clock_now();
	screen_size(&rows, &columns);
	if (rows != a->grid.rows || columns != a->grid.columns ||
	    a->grid.glyphs != screen_glyphs()) {
		grid_free(&a->grid);
		grid_init(&a->grid, rows, columns, screen_glyphs());
	}
	pages_draw(a->pages, &a->view, &a->grid);
	screen_show(&a->grid);
	/* while a step is under way all of it is sampled */
	wake_age(&a->wake, session_is_busy(&a->session) ? 0 : pages_change(a->pages));
	a->changed = false;
}

struct size app_size_of(const struct app *a)
{
	return (struct size){ a->grid.rows, a->grid.columns };
}

/* The step under way is over: what was predicted of it is graded by what came. Of steps that were taken
   back nothing was predicted. */
static void grade(struct app *a)
{
	const struct engine *e = a->session.engine;
	const struct script *script = a->guess ? &a->guess->script : NULL;

	if (!e || engine_is_busy(e))
		return;
	if (script && engine_position(e) == script->nsteps &&
	    engine_record(e, script->nsteps - 1)->verdict != VERDICT_SKIPPED)
		learner_graded(
			&a->learner, script->nsteps - 1,
			engine_foretold(e, script->nsteps - 1, &script->steps[script->nsteps - 1]));
	learner_forget_guesses(&a->learner, engine_position(e));
	lesson_free(a->guess);
	a->guess = NULL;
}

/* How often it is to be looked at what goes on, in ms: what runs, or is in the middle of a step, says
   nothing by itself. 0: what there is to say is said. */
static int sampling(const struct app *a)
{
	const struct session *s = &a->session;
	enum engine_rest rest = s->engine ? engine_restless(s->engine) : ENGINE_AT_REST;
	bool waits = rest == ENGINE_WAITS && clock_now() - s->began >= 1000000000;

	return rest == ENGINE_AT_REST ? 0 : waits ? SLOW_TICK_MS : TICK_MS;
}

void app_follow(struct app *a)
{
	const struct session *s = &a->session;

	grade(a);
	a->view.host_reason = session_stands(s) ? session_host_reason(s) : NULL;
	a->view.lacks = session_stands(s) ? session_lacks(s) : NULL;
	a->view.trial = session_is_off_script(s) ? &s->trial : NULL;
	if (s->engine)
		found_follow(&a->found, s);
	a->view.found = s->engine ? &a->found : NULL;
	a->view.proposes = a->view.typed && session_proposes(s);
	wake_tick(&a->wake, sampling(a));
	/* a step that is over in no time is drawn once, when it is over */
	a->changed |= !session_is_busy(s);
}

void app_set_automatic(struct app *a, bool on)
{
	if (a->view.automatic == on)
		return;
	a->view.automatic = on;
	wake_pace(&a->wake, on ? PACE_MS : 0);
	a->changed = true;
}

/* Whoever restarts a scene is asked its questions anew. */
static void forget_answers(struct app *a)
{
	size_t scene = session_place(&a->session).scene;
	bool first = scene <= lesson_first_scene(a->session.written);

	/* what stands before the first scene is on its page */
	learner_forget_from(&a->learner, first ? 0 : scene);
}

void app_command(struct app *a, enum engine_command c)
{
	if (c == ENGINE_RESTART)
		forget_answers(a);
	session_command(&a->session, c);
	app_follow(a);
}

void app_keep(struct app *a, struct intent intent)
{
	if (a->nkept < KEYS_KEPT)
		a->kept[a->nkept++] = intent;
	else
		free(intent.text);
}

void app_forget_kept(struct app *a)
{
	while (a->nkept > 0)
		free(a->kept[--a->nkept].text);
}
