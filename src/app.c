// SPDX-License-Identifier: GPL-3.0-or-later
#include "app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "lesson/lesson.h"
#include "stage/stage.h"
#include "tui/screen.h"
#include "tui/wake.h"
#include "view/view.h"

/* The pace of steps that run by themselves: time to read what changed. How long a step may
   take before "back" means: give it up; and before it is shown that it waits. Keys that are
   kept while a step runs. */
enum { PACE_MS = 1500, PATIENCE_NS = 500000000, GRACE_NS = 100000000, KEYS_KEPT = 64 };

struct app {
	const struct app_options *options;
	struct view view;
	struct wake wake;
	struct grid grid;
	struct glossary *glossary; /* NULL until it is asked for */
	struct lesson *lesson;     /* NULL at the list */
	struct engine *engine;     /* the same */
	struct stage *stage;       /* NULL before there is one */
	bool fresh;                /* the stage has not been asked for anything */
	bool tried;                /* to start one, since the list is shown */
	bool sampling;             /* a sample was asked for and has not come */
	bool from_list;            /* where leaving the lesson leads */
	bool changed;              /* since it was drawn */
	bool quit;
	char *message;               /* owned text of view.message */
	uint64_t began;              /* CLOCK_MONOTONIC ns of the last command */
	enum action kept[KEYS_KEPT]; /* typed ahead: done when the step is over */
	int nkept;
};

static void say(struct app *a, char *owned)
{
	free(a->message);
	a->message = owned;
	a->view.message = owned;
	a->changed = true;
}

static bool is_busy(const struct app *a)
{
	enum engine_status status = a->engine ? engine_status(a->engine) : ENGINE_IDLE;

	return status == ENGINE_BUSY || status == ENGINE_REPLAYING;
}

static void draw(struct app *a)
{
	int rows, columns;

	screen_size(&rows, &columns);
	if (rows != a->grid.rows || columns != a->grid.columns) {
		grid_free(&a->grid);
		grid_init(&a->grid, rows, columns, screen_glyphs());
	}
	view_draw(&a->view, &a->grid);
	screen_show(&a->grid);
	a->changed = false;
}

/* The stage */

static void start_stage(struct app *a)
{
	const struct screen_restore *restore = screen_restore();
	struct stage_options options = { .host = a->options->host,
		                         .terminal_fd = STDIN_FILENO,
		                         .terminal_modes = restore->modes,
		                         .terminal_text = restore->text };
	char *why = NULL;

	a->stage = stage_start(&options, &why);
	a->fresh = a->stage != NULL;
	a->sampling = false;
	a->view.host_reason = a->stage ? stage_host_reason(a->stage) : NULL;
	if (!a->stage && a->engine) {
		struct event e = { .kind = EVENT_ERROR };

		snprintf(e.text, sizeof(e.text), "%s", why);
		engine_event(a->engine, &e);
	}
	free(why);
}

static void stop_stage(struct app *a)
{
	a->view.host_reason = NULL;
	stage_stop(a->stage);
	a->stage = NULL;
	a->fresh = false;
}

/* Does what the engine asks for, and sees to it that the screen follows. */
static void act(struct app *a)
{
	struct engine_action action;

	while (engine_action(a->engine, &action)) {
		if (action.kind == ENGINE_REQUEST && a->stage) {
			a->fresh = false;
			stage_send(a->stage, &action.request);
		} else if (action.kind == ENGINE_STAGE && !a->fresh) {
			stop_stage(a);
			start_stage(a);
		}
	}
	wake_tick(&a->wake, engine_restless(a->engine));
	/* a step that is over in no time is drawn once, when it is over */
	a->changed |= !is_busy(a);
}

static void command(struct app *a, enum engine_command c)
{
	a->began = clock_now();
	engine_command(a->engine, c);
	act(a);
}

static void command_action(struct app *a, enum action action)
{
	static const enum engine_command commands[] = {
		[ACTION_NEXT] = ENGINE_NEXT,
		[ACTION_BACK] = ENGINE_BACK,
		[ACTION_RESTART] = ENGINE_RESTART,
		[ACTION_SCENE_NEXT] = ENGINE_SCENE_NEXT,
		[ACTION_SCENE_PREVIOUS] = ENGINE_SCENE_PREVIOUS,
	};

	command(a, commands[action]);
}

static bool is_answer(enum action action)
{
	return action >= ACTION_ANSWER && action <= ACTION_ANSWER_LAST;
}

/* What was typed while a step ran. */
static void take_kept(struct app *a)
{
	while (a->nkept > 0 && !is_busy(a)) {
		enum action action = a->kept[0];

		memmove(a->kept, a->kept + 1, (size_t)--a->nkept * sizeof(a->kept[0]));
		if (is_answer(action))
			view_act(&a->view, action, a->grid.rows, a->grid.columns);
		else
			command_action(a, action);
	}
}

static void on_stage(struct app *a)
{
	struct event *e;
	bool broken = false;

	while (a->stage && (e = stage_receive(a->stage))) {
		broken |= e->kind == EVENT_ERROR;
		if (e->kind == EVENT_SAMPLE) {
			a->sampling = false;
			a->changed = true;
		}
		if (a->engine)
			engine_event(a->engine, e);
		event_free(e);
		if (a->engine)
			act(a);
		if (a->engine)
			take_kept(a);
	}
	/* what a dead stage left behind is cleared now, not when the reader goes on */
	if (broken && (!a->engine || engine_status(a->engine) == ENGINE_BROKEN))
		stop_stage(a);
}

static void sample(struct app *a)
{
	struct request r = { .kind = REQUEST_SAMPLE, .fork = -1 };

	if (!a->stage || a->sampling)
		return;
	a->sampling = true;
	stage_send(a->stage, &r);
}

/* Lessons */

static void set_automatic(struct app *a, bool on)
{
	if (a->view.automatic == on)
		return;
	a->view.automatic = on;
	wake_pace(&a->wake, on ? PACE_MS : 0);
	a->changed = true;
}

static void close_lesson(struct app *a)
{
	stop_stage(a);
	view_close(&a->view);
	engine_free(a->engine);
	lesson_free(a->lesson);
	a->engine = NULL;
	a->lesson = NULL;
	a->nkept = 0;
	a->changed = true;
	wake_tick(&a->wake, false);
	set_automatic(a, false);
}

static void show_lesson(struct app *a, struct lesson *lesson, const char *number,
                        const char *chapter)
{
	a->lesson = lesson;
	a->engine = engine_new(lesson, false);
	view_open(&a->view, a->engine, number, chapter);
	/* the reader reads while the stage is built; the first step finds it ready */
	draw(a);
	if (!a->stage)
		start_stage(a);
	act(a);
}

static char *diags_text(const struct diags *d)
{
	struct buf b = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; out && i < d->count; i++)
		if (d->items[i].level == DIAG_ERROR)
			diag_print(d, &d->items[i], out);
	if (out)
		fclose(out);
	while (size > 0 && text[size - 1] == '\n')
		text[--size] = '\0';
	buf_puts(&b, text && *text ? text : "this lesson can't be read");
	free(text);
	return buf_steal(&b);
}

static void open_selected(struct app *a)
{
	const struct course_lesson *l = view_selected(&a->view);
	struct lesson *lesson;
	struct diags d;

	if (!l)
		return;
	diags_init(&d, l->path);
	lesson = lesson_load(l->path, &d);
	if (lesson) {
		a->from_list = true;
		show_lesson(a, lesson, l->name, view_selected_chapter(&a->view)->title);
	} else {
		say(a, diags_text(&d));
	}
	diags_free(&d);
}

/* It is read when it is asked for; what is wrong with it is one line. */
static void need_glossary(struct app *a)
{
	const struct course *course = a->options->course;
	struct buf path = { 0 };
	struct diags d;

	if (a->glossary)
		return;
	if (!course) {
		say(a, mem_dup("there is no course here, and no glossary"));
		return;
	}
	buf_printf(&path, "%s/glossary.md", course->directory);
	diags_init(&d, path.data);
	a->glossary = glossary_load(path.data, &d);
	a->view.glossary = a->glossary;
	if (!a->glossary) {
		char *why = diags_text(&d);

		why[strcspn(why, "\n")] = '\0';
		say(a, why);
	}
	diags_free(&d);
	buf_free(&path);
}

/* Keys */

static void leave(struct app *a)
{
	if (a->from_list)
		close_lesson(a);
	else
		a->quit = true;
}

static void keep(struct app *a, enum action action)
{
	if (a->nkept < KEYS_KEPT)
		a->kept[a->nkept++] = action;
}

static void lesson_key(struct app *a, enum action action)
{
	bool forward = action == ACTION_NEXT || action == ACTION_SCENE_NEXT;

	if (action == ACTION_AUTO) {
		set_automatic(a, !a->view.automatic);
		return;
	}
	/* whoever takes a step has taken over */
	set_automatic(a, false);
	if (is_busy(a) && action != ACTION_STOP &&
	    (forward || clock_now() - a->began < PATIENCE_NS)) {
		keep(a, action);
		return;
	}
	a->nkept = 0;
	if (is_busy(a))
		command(a, ENGINE_STOP);
	if (action != ACTION_STOP)
		command_action(a, action);
}

static void on_action(struct app *a, enum action action)
{
	if (is_answer(action) || action == ACTION_WORDS)
		set_automatic(a, false); /* there is something to read */
	if (is_answer(action) && is_busy(a)) {
		keep(a, action); /* to a question behind the step that runs */
		return;
	}
	if (action == ACTION_WORDS)
		need_glossary(a);
	if (view_act(&a->view, action, a->grid.rows, a->grid.columns)) {
		a->changed = true;
		return;
	}
	switch (action) {
	case ACTION_QUIT:
		a->quit = true;
		break;
	case ACTION_CLOSE:
		leave(a);
		break;
	case ACTION_OPEN:
		open_selected(a);
		break;
	case ACTION_REDRAW:
		screen_redraw();
		a->changed = true;
		break;
	case ACTION_NONE:
	case ACTION_WORDS:
		break;
	default:
		if (a->engine && a->view.page == PAGE_LESSON)
			lesson_key(a, action);
		break;
	}
}

static void on_terminal(struct app *a, short events)
{
	int key, keys = 0, bytes = 0;

	if (ioctl(STDIN_FILENO, FIONREAD, &bytes) < 0 || (bytes == 0 && events & POLLIN))
		a->quit = true; /* readable, and nothing to read: the terminal has gone */
	while (!a->quit && (key = screen_key()) >= 0) {
		if (a->view.message)
			say(a, NULL);
		on_action(a, keymap_action(a->view.page, key));
		keys++;
	}
	if (events & (POLLHUP | POLLERR | POLLNVAL) && !keys)
		a->quit = true;
}

/* Signals and time */

static void suspend(struct app *a)
{
	screen_suspend();
	kill(getpid(), SIGSTOP);
	screen_resume();
	a->changed = true;
}

static void on_signals(struct app *a)
{
	int sig;

	while ((sig = wake_signal(&a->wake))) {
		switch (sig) {
		case SIGWINCH:
			screen_resized();
			a->changed = true;
			break;
		case SIGTSTP:
			suspend(a);
			break;
		case SIGCONT:
			screen_resume();
			a->changed = true;
			break;
		case SIGCHLD:
			break; /* the end of a stage is seen on its socket */
		default:
			a->quit = true;
		}
	}
}

/* The next step by itself, unless there is none, or one has to be looked at. */
static void on_pace(struct app *a)
{
	size_t position = engine_position(a->engine);
	bool failed =
		position > 0 && engine_record(a->engine, position - 1)->verdict == VERDICT_FAILED;

	if (!is_busy(a) && (failed || engine_status(a->engine) != ENGINE_IDLE)) {
		set_automatic(a, false);
		return;
	}
	if (!is_busy(a))
		command(a, ENGINE_NEXT);
	wake_pace(&a->wake, PACE_MS);
}

static void turn(struct app *a)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = a->wake.signals, .events = POLLIN },
		{ .fd = a->wake.ticker, .events = POLLIN },
		{ .fd = a->wake.pace, .events = POLLIN },
		{ .fd = a->stage ? stage_fd(a->stage) : -1, .events = POLLIN },
	};

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0)
		return;
	if (fds[1].revents)
		on_signals(a);
	if (fds[0].revents)
		on_terminal(a, fds[0].revents);
	if (fds[4].revents)
		on_stage(a);
	if (fds[2].revents && wake_ticked(&a->wake) && a->engine)
		sample(a);
	if (fds[3].revents && wake_paced(&a->wake) && a->engine && a->view.automatic)
		on_pace(a);
}

static int run(struct app *a, struct lesson *lesson)
{
	const struct app_options *o = a->options;

	if (lesson)
		show_lesson(a, lesson, o->number, o->chapter);
	else
		a->changed = true;
	while (!a->quit) {
		if (a->changed && !(is_busy(a) && clock_now() - a->began < GRACE_NS))
			draw(a);
		/* it is ready before a lesson is chosen, and puts the terminal back should
		   this program be killed */
		if (!a->stage && !a->engine && !a->tried)
			start_stage(a);
		a->tried = !a->engine;
		turn(a);
	}
	close_lesson(a);
	view_free(&a->view);
	glossary_free(a->glossary);
	screen_close();
	wake_close(&a->wake);
	grid_free(&a->grid);
	free(a->message);
	return 0;
}

int app_run(const struct app_options *options)
{
	struct screen_options screen = { .color = options->color,
		                         .ascii = options->ascii,
		                         .theme = options->theme };
	struct app a = { .options = options };
	struct lesson *lesson = NULL;
	char *why = NULL;

	if (options->path) {
		struct diags d;

		diags_init(&d, options->path);
		lesson = lesson_load(options->path, &d);
		if (!lesson)
			diags_print(&d, stderr);
		diags_free(&d);
		if (!lesson)
			return 1;
	}
	view_init(&a.view);
	a.view.course = options->course;
	/* first: curses has handlers of its own, which then never run */
	if (!wake_open(&a.wake))
		why = mem_dup(strerror(errno));
	else if (screen_open(&screen, &why))
		return run(&a, lesson);
	fprintf(stderr, "ipclens: %s\n", why);
	free(why);
	lesson_free(lesson);
	wake_close(&a.wake);
	return 1;
}
