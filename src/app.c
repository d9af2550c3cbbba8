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
#include "play/session.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/wake.h"
#include "pages/view.h"

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
	struct session session;    /* without a lesson at the list */
	bool stage_tried;          /* to start one, since the list is shown */
	bool from_list;            /* where leaving the lesson leads */
	bool changed;              /* since it was drawn */
	bool quit;
	char *message;               /* owned text of view.message */
	enum action kept[KEYS_KEPT]; /* typed ahead: done when the step is over */
	int nkept;
	char *line; /* of the prompt, done while a step runs; or NULL */
};

static void say(struct app *a, char *owned)
{
	free(a->message);
	a->message = owned;
	a->view.message = owned;
	a->changed = true;
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

/* Steps */

/* Sees to it that the screen follows. */
static void follow(struct app *a)
{
	const struct session *s = &a->session;

	a->view.host_reason = session_host_reason(s);
	a->view.off_script = session_is_off_script(s);
	a->view.proposes = a->view.prompt && session_proposes(s);
	wake_tick(&a->wake, s->engine && engine_restless(s->engine));
	/* a step that is over in no time is drawn once, when it is over */
	a->changed |= !session_is_busy(s);
}

static void set_automatic(struct app *a, bool on)
{
	if (a->view.automatic == on)
		return;
	a->view.automatic = on;
	wake_pace(&a->wake, on ? PACE_MS : 0);
	a->changed = true;
}

static void command(struct app *a, enum engine_command c)
{
	session_command(&a->session, c);
	follow(a);
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

static void keep(struct app *a, enum action action)
{
	if (a->nkept < KEYS_KEPT)
		a->kept[a->nkept++] = action;
}

static bool is_answer(enum action action)
{
	return action >= ACTION_ANSWER && action <= ACTION_ANSWER_LAST;
}

/* What was typed while a step ran. */
static void take_kept(struct app *a)
{
	while (a->nkept > 0 && !session_is_busy(&a->session)) {
		enum action action = a->kept[0];

		memmove(a->kept, a->kept + 1, (size_t)--a->nkept * sizeof(a->kept[0]));
		if (is_answer(action))
			view_act(&a->view, action, a->grid.rows, a->grid.columns);
		else
			command_action(a, action);
	}
}

/* The prompt */

static char **completions(void *context, const char *line, size_t at)
{
	return session_completions(context, line, at);
}

static void open_prompt(struct app *a)
{
	if (!a->session.engine)
		return;
	set_automatic(a, false);
	prompt_open(completions, &a->session);
	a->view.prompt = prompt_shown();
	follow(a);
	a->changed = true;
}

static void close_prompt(struct app *a)
{
	prompt_close();
	a->view.prompt = NULL;
	free(a->line);
	a->line = NULL;
	a->changed = true;
}

/* What is wrong with a line; it can be mended. */
static void complain(struct app *a, const char *line, const struct diags *d)
{
	const struct diag *first = &d->items[0];
	struct buf text = { 0 };

	if (first->column > 0)
		buf_printf(&text, "column %d: ", first->column);
	buf_puts(&text, first->text);
	say(a, buf_steal(&text));
	prompt_set(line, first->column > 0 ? (size_t)first->column - 1 : strlen(line));
}

/* The line that is done, once no step runs. */
static void take_line(struct app *a)
{
	char *line = a->line;
	struct diags d;

	if (!line || session_is_busy(&a->session))
		return;
	a->line = NULL;
	diags_init(&d, "prompt");
	if (!line[strspn(line, " \t")])
		a->changed = true; /* nothing to do */
	else if (session_try(&a->session, line, &d))
		follow(a);
	else
		complain(a, line, &d);
	diags_free(&d);
	free(line);
}

static void edit(struct app *a)
{
	enum prompt_event event = PROMPT_LINE;

	take_line(a);
	while (a->view.prompt && !a->line && event == PROMPT_LINE) {
		event = prompt_edit(&a->line);
		if (event == PROMPT_END)
			close_prompt(a);
		take_line(a);
	}
	a->changed = true;
}

/* Esc: gives up the step that waits; closes the prompt when none does. */
static void escape_prompt(struct app *a)
{
	if (session_is_busy(&a->session))
		command(a, ENGINE_STOP);
	else
		close_prompt(a);
}

static void on_stage(struct app *a)
{
	bool sampling = a->session.sampling;

	session_turn(&a->session);
	a->changed |= sampling && !a->session.sampling;
	follow(a);
	if (a->session.engine)
		take_kept(a);
	if (a->view.prompt)
		edit(a);
}

/* Lessons */

static void close_lesson(struct app *a)
{
	close_prompt(a);
	view_close(&a->view);
	session_close(&a->session);
	a->nkept = 0;
	set_automatic(a, false);
	follow(a);
}

static void show_lesson(struct app *a, struct lesson *lesson, const char *number,
                        const char *chapter)
{
	session_open(&a->session, lesson);
	view_open(&a->view, a->session.engine, number, chapter);
	/* the reader reads while the stage is built; the first step finds it ready */
	draw(a);
	session_prepare(&a->session);
	follow(a);
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
		say(a, diags_errors(&d));
	}
	diags_free(&d);
}

/* It is read when it is asked for. */
static void need_glossary(struct app *a)
{
	char *why = NULL;

	if (!a->glossary)
		a->view.glossary = a->glossary = glossary_of(a->options->course, &why);
	if (!a->glossary)
		say(a, why);
}

/* Keys */

static void leave(struct app *a)
{
	if (a->from_list)
		close_lesson(a);
	else
		a->quit = true;
}

static void lesson_key(struct app *a, enum action action)
{
	bool forward = action == ACTION_NEXT || action == ACTION_SCENE_NEXT;

	if (action == ACTION_AUTO) {
		set_automatic(a, !a->view.automatic);
		if (session_is_off_script(&a->session) && !session_is_busy(&a->session))
			command(a, ENGINE_NEXT);
		return;
	}
	/* whoever takes a step has taken over */
	set_automatic(a, false);
	if (session_is_busy(&a->session) && action != ACTION_STOP &&
	    (forward || clock_now() - a->session.began < PATIENCE_NS)) {
		keep(a, action);
		return;
	}
	a->nkept = 0;
	if (session_is_busy(&a->session))
		command(a, ENGINE_STOP);
	if (action != ACTION_STOP)
		command_action(a, action);
}

static void on_action(struct app *a, enum action action)
{
	if (is_answer(action) || action == ACTION_WORDS)
		set_automatic(a, false); /* there is something to read */
	if (is_answer(action) && session_is_busy(&a->session)) {
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
	case ACTION_PROMPT:
		open_prompt(a);
		break;
	case ACTION_NONE:
	case ACTION_WORDS:
		break;
	default:
		if (a->session.engine && a->view.page == PAGE_LESSON)
			lesson_key(a, action);
		break;
	}
}

static void on_terminal(struct app *a, short events)
{
	int key, keys = 0, bytes = 0;

	if (ioctl(STDIN_FILENO, FIONREAD, &bytes) < 0 || (bytes == 0 && events & POLLIN))
		a->quit = true; /* readable, and nothing to read: the terminal has gone */
	if (a->view.prompt && !a->quit) {
		bool escape = prompt_read(a->line != NULL);

		say(a, NULL);
		if (escape)
			escape_prompt(a);
		else
			edit(a);
	}
	while (!a->quit && !a->view.prompt && (key = screen_key()) >= 0) {
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
		case SIGINT:
			if (a->view.prompt)
				escape_prompt(a);
			else
				a->quit = true;
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
	size_t position = engine_position(a->session.engine);
	bool failed = position > 0 &&
	              engine_record(a->session.engine, position - 1)->verdict == VERDICT_FAILED;

	if (!session_is_busy(&a->session) &&
	    (failed || engine_status(a->session.engine) != ENGINE_IDLE)) {
		set_automatic(a, false);
		return;
	}
	if (!session_is_busy(&a->session))
		command(a, ENGINE_NEXT);
	wake_pace(&a->wake, PACE_MS);
}

/* Behind a line that waits for its turn at the prompt nothing is read for a moment: most steps
   are over by then, and it may be for somebody else. After that it is looked through for Esc. */
static bool holds_keys(const struct app *a)
{
	return a->line && clock_now() - a->session.began < GRACE_NS;
}

static void turn(struct app *a)
{
	struct pollfd fds[] = {
		{ .fd = holds_keys(a) ? -1 : STDIN_FILENO, .events = POLLIN },
		{ .fd = a->wake.signals, .events = POLLIN },
		{ .fd = a->wake.ticker, .events = POLLIN },
		{ .fd = a->wake.pace, .events = POLLIN },
		{ .fd = session_fd(&a->session), .events = POLLIN },
	};

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0)
		return;
	if (fds[1].revents)
		on_signals(a);
	if (fds[0].revents)
		on_terminal(a, fds[0].revents);
	if (fds[4].revents)
		on_stage(a);
	if (fds[2].revents && wake_ticked(&a->wake) && a->session.engine)
		session_sample(&a->session);
	if (fds[3].revents && wake_paced(&a->wake) && a->session.engine && a->view.automatic)
		on_pace(a);
}

static int run(struct app *a, struct lesson *lesson)
{
	const struct app_options *o = a->options;
	const struct screen_restore *restore = screen_restore();

	a->session.stage_options = (struct stage_options){ .host = o->host,
		                                           .terminal_fd = STDIN_FILENO,
		                                           .terminal_modes = restore->modes,
		                                           .terminal_text = restore->text };
	if (lesson)
		show_lesson(a, lesson, o->number, o->chapter);
	else
		a->changed = true;
	while (!a->quit) {
		if (a->changed &&
		    !(session_is_busy(&a->session) && clock_now() - a->session.began < GRACE_NS))
			draw(a);
		/* it is ready before a lesson is chosen, and puts the terminal back should
		   this program be killed */
		if (!a->session.engine && !a->stage_tried)
			session_prepare(&a->session);
		a->stage_tried = !a->session.engine;
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
