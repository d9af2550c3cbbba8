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
#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "engine/engine.h"
#include "lesson/explore.h"
#include "lesson/lesson.h"
#include "pages/pages.h"
#include "play/learner.h"
#include "play/session.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/wake.h"

/* The pace of steps that run by themselves: time to read what changed, or what is said of an answer. How long a step may
   take before "back" means: give it up; and before it is shown that it waits. Keys that are
   kept while a step runs. */
enum {
	PACE_MS = 1500,
	ANSWER_MS = 4000,
	PATIENCE_NS = 500000000,
	GRACE_NS = 100000000,
	KEYS_KEPT = 64
};

struct app {
	const struct app_options *options;
	struct view view;
	struct pages *pages;
	struct learner learner; /* of the lesson that is open */
	struct wake wake;
	struct grid grid;
	struct glossary *glossary; /* NULL until it is asked for */
	struct session session;    /* without a lesson at the list */
	bool changed;              /* since it was drawn */
	size_t held; /* before which step auto has stopped for a question, and 1; 0: none */
	bool quit;
	int signal;                    /* that says so, or 0 */
	char *message;                 /* owned text of view.message */
	struct intent kept[KEYS_KEPT]; /* typed ahead: done when the step is over */
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
	pages_draw(a->pages, &a->view, &a->grid);
	screen_show(&a->grid);
	a->changed = false;
}

/* Steps */

/* Sees to it that the screen follows. */
static void follow(struct app *a)
{
	const struct session *s = &a->session;

	a->view.host_reason = session_stands(s) ? session_host_reason(s) : NULL;
	a->view.lacks = session_stands(s) ? session_lacks(s) : NULL;
	a->view.trial = session_is_off_script(s) ? &s->trial : NULL;
	a->view.proposes = a->view.typed && session_proposes(s);
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

static struct size size_of(const struct app *a)
{
	return (struct size){ a->grid.rows, a->grid.columns };
}

/* Typed ahead */

static void keep(struct app *a, struct intent intent)
{
	if (a->nkept < KEYS_KEPT)
		a->kept[a->nkept++] = intent;
	else
		free(intent.text);
}

static void forget_kept(struct app *a)
{
	while (a->nkept > 0)
		free(a->kept[--a->nkept].text);
}

static void carry_out(struct app *a, struct intent intent);

static void take_kept(struct app *a)
{
	while (a->nkept > 0 && !session_is_busy(&a->session)) {
		struct intent intent = a->kept[0];

		memmove(a->kept, a->kept + 1, (size_t)--a->nkept * sizeof(a->kept[0]));
		if (intent.kind == INTENT_COMMAND)
			command(a, intent.command);
		else if (intent.kind == INTENT_TRY)
			carry_out(a, intent);
		else
			carry_out(a, pages_act(a->pages, &a->view, intent.action, size_of(a)));
	}
}

/* The prompt */

static char **completions(void *context, const char *line, size_t at)
{
	return session_completions(context, line, at);
}

static void open_prompt(struct app *a, struct intent intent)
{
	const char *note;

	(void)intent;
	set_automatic(a, false);
	note = prompt_open(completions, &a->session);
	say(a, note ? mem_dup(note) : NULL);
	a->view.typed = prompt_shown();
	follow(a);
	a->changed = true;
}

static void close_prompt(struct app *a)
{
	prompt_close();
	a->view.typed = NULL;
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
		buf_printf(&text, _("column %d: %s"), first->column, first->text);
	else
		buf_puts(&text, first->text);
	say(a, buf_steal(&text));
	if (a->view.typed)
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
	enum edited event = EDITED_LINE;

	take_line(a);
	while (a->view.typed && !a->line && event == EDITED_LINE) {
		event = prompt_edit(&a->line);
		if (event == EDITED_END)
			close_prompt(a);
		take_line(a);
	}
	a->changed = true;
}

/* Esc: gives up the step that waits, and what is typed behind it has its turn; closes the prompt
   when none does. */
static void escape_prompt(struct app *a)
{
	if (!session_is_busy(&a->session)) {
		close_prompt(a);
		return;
	}
	command(a, ENGINE_STOP);
	edit(a);
}

static void on_stage(struct app *a)
{
	bool sampling = a->session.sampling, fresh = a->session.fresh;

	session_turn(&a->session);
	/* it has died, and the terminal needs one; not again and again */
	if (!a->session.stage && !fresh)
		session_prepare(&a->session);
	a->changed |= sampling && !a->session.sampling;
	follow(a);
	if (a->session.engine)
		take_kept(a);
	if (a->view.typed)
		edit(a);
}

/* Lessons */

/* What was answered is forgotten. */
static void close_lesson(struct app *a)
{
	close_prompt(a);
	a->view.engine = NULL;
	a->view.automatic = false;
	a->held = 0;
	learner_forget(&a->learner);
	session_leave(&a->session);
	forget_kept(a);
	wake_pace(&a->wake, 0);
	follow(a);
}

static void show_lesson(struct app *a, struct lesson *lesson, const char *number,
                        const char *chapter)
{
	session_open(&a->session, lesson);
	a->view.engine = a->session.engine;
	a->view.number = number;
	a->view.chapter = chapter;
	pages_open(a->pages, &a->view, PAGE_LESSON, size_of(a));
	session_prepare(&a->session); /* it is there, unless it could not be had */
	follow(a);
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

/* What comes of keys */

static void taken(struct app *a, struct intent intent)
{
	if (intent.message)
		say(a, mem_dup(intent.message));
	a->changed = true;
}

static void turn_notes(struct app *a, struct intent intent)
{
	a->view.notes = !a->view.notes;
	taken(a, intent);
}

static void try(struct app *a, struct intent intent)
{
	set_automatic(a, false);
	if (session_is_busy(&a->session)) {
		keep(a, intent);
		return;
	}
	a->line = intent.text;
	take_line(a);
}

static void take_command(struct app *a, struct intent intent)
{
	bool forward = intent.command == ENGINE_NEXT || intent.command == ENGINE_SCENE_NEXT;
	bool stop = intent.command == ENGINE_STOP;

	/* whoever takes a step has taken over */
	set_automatic(a, false);
	a->held = 0;
	if (session_is_busy(&a->session) && !stop &&
	    (forward || clock_now() - a->session.began < PATIENCE_NS)) {
		keep(a, intent);
		return;
	}
	forget_kept(a);
	if (session_is_busy(&a->session))
		command(a, ENGINE_STOP);
	if (!stop)
		command(a, intent.command);
}

static void turn_automatic(struct app *a, struct intent intent)
{
	(void)intent;
	set_automatic(a, !a->view.automatic);
	if (session_is_off_script(&a->session) && !session_is_busy(&a->session))
		command(a, ENGINE_NEXT);
}

static void open_lesson(struct app *a, struct intent intent)
{
	struct lesson *lesson;
	struct diags d;

	diags_init(&d, intent.lesson->path);
	for (size_t i = 0; i < a->options->course->nchapters; i++)
		if (&a->options->course->chapters[i] == intent.chapter)
			course_chapter_title(&a->options->course->chapters[i]);
	lesson = lesson_load(intent.lesson->path, &d);
	if (lesson && a->session.engine) {
		pages_close(a->pages); /* in the place of the one that is open */
		close_lesson(a);
	}
	if (lesson)
		show_lesson(a, lesson, intent.lesson->name, intent.chapter->title);
	else
		say(a, diags_errors(&d));
	diags_free(&d);
}

/* To the page below, or to the shell. */
static void leave_lesson(struct app *a, struct intent intent)
{
	(void)intent;
	pages_close(a->pages);
	if (!pages_any(a->pages))
		return;
	close_lesson(a);
	session_prepare(&a->session);
}

static void redraw(struct app *a, struct intent intent)
{
	(void)intent;
	screen_redraw();
	a->changed = true;
}

static void quit(struct app *a, struct intent intent)
{
	(void)intent;
	a->quit = true;
}

static void carry_out(struct app *a, struct intent intent)
{
	static void (*const ways[])(struct app *, struct intent) = {
		[INTENT_TAKEN] = taken,        [INTENT_TRY] = try,
		[INTENT_LATER] = keep,         [INTENT_COMMAND] = take_command,
		[INTENT_NOTES] = turn_notes,   [INTENT_AUTO] = turn_automatic,
		[INTENT_PROMPT] = open_prompt, [INTENT_LESSON] = open_lesson,
		[INTENT_LEAVE] = leave_lesson, [INTENT_REDRAW] = redraw,
		[INTENT_QUIT] = quit,
	};

	if (intent.kind < sizeof(ways) / sizeof(ways[0]) && ways[intent.kind])
		ways[intent.kind](a, intent);
	a->quit |= !pages_any(a->pages);
}

/* Keys that mean nothing where they are pressed are not met with silence. */
static void say_unknown(struct app *a, int key)
{
	char name[KEY_NAME_SIZE];
	struct buf text = { 0 };

	keymap_name(key, name, sizeof(name));
	if (key == KEYS_OTHER)
		buf_puts(&text, _("this key means nothing here: ? lists those that do"));
	else
		buf_printf(&text, _("%s means nothing here: ? lists the keys that do"), name);
	say(a, buf_steal(&text));
}

static bool is_held(const struct app *a)
{
	return a->session.engine && a->held == engine_position(a->session.engine) + 1;
}

/* Once what it has stopped for is answered. */
static void let_go_on(struct app *a)
{
	if (!is_held(a) || lesson_asks(&a->view))
		return;
	a->held = 0;
	set_automatic(a, true);
	wake_pace(&a->wake, ANSWER_MS);
}

static void on_action(struct app *a, enum action action)
{
	bool answer = action >= ACTION_ANSWER && action <= ACTION_ANSWER_LAST;

	if (answer || action == ACTION_WORDS)
		set_automatic(a, false); /* there is something to read */
	if (action == ACTION_WORDS)
		need_glossary(a);
	carry_out(a, pages_act(a->pages, &a->view, action, size_of(a)));
	if (answer)
		let_go_on(a);
}

static void on_terminal(struct app *a, short events)
{
	int key, keys = 0, bytes = 0;
	enum action action;

	if (ioctl(STDIN_FILENO, FIONREAD, &bytes) < 0 || (bytes == 0 && events & POLLIN))
		a->quit = true; /* readable, and nothing to read: the terminal has gone */
	if (a->view.typed && !a->quit) {
		bool escape = prompt_read(a->line != NULL);

		say(a, NULL);
		edit(a);
		if (escape && a->view.typed)
			escape_prompt(a);
	}
	while (!a->quit && !a->view.typed && (key = screen_key()) >= 0) {
		if (a->view.message)
			say(a, NULL);
		action = keymap_action(pages_top(a->pages), key);
		if (action == ACTION_NONE)
			say_unknown(a, key);
		else
			on_action(a, action);
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
			if (a->view.typed)
				escape_prompt(a);
			else
				a->quit = true;
			break;
		case SIGCHLD:
			break; /* the end of a stage is seen on its socket */
		case SIGTERM:
		case SIGHUP:
			a->signal = sig;
			a->quit = true;
			break;
		default:
			a->quit = true;
		}
	}
}

static void hold(struct app *a)
{
	a->held = engine_position(a->session.engine) + 1;
	set_automatic(a, false);
	say(a,
	    mem_dup(_("auto stops at a question: it goes on when you have answered, or with a")));
}

/* The next step by itself, unless there is none, or one has to be looked at. Who has pressed a again
   does not want to answer. */
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
	if (!session_is_busy(&a->session) && lesson_asks(&a->view) && !is_held(a)) {
		hold(a);
		return;
	}
	if (!session_is_busy(&a->session)) {
		a->held = 0;
		command(a, ENGINE_NEXT);
	}
	wake_pace(&a->wake, PACE_MS);
}

/* Behind a line that waits for its turn at the prompt nothing is read for a moment: most steps
   are over by then, and it may be for somebody else. After that it is looked through for Esc. For so many
   milliseconds more. */
static int holds_keys(const struct app *a)
{
	uint64_t passed = clock_now() - a->session.began;

	return a->line && passed < GRACE_NS ? (int)((GRACE_NS - passed) / 1000000) + 1 : 0;
}

static void turn(struct app *a)
{
	int hold = holds_keys(a);
	struct pollfd fds[] = {
		{ .fd = hold ? -1 : STDIN_FILENO, .events = POLLIN },
		{ .fd = a->wake.signals, .events = POLLIN },
		{ .fd = a->wake.ticker, .events = POLLIN },
		{ .fd = a->wake.pace, .events = POLLIN },
		{ .fd = session_fd(&a->session), .events = POLLIN },
	};

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), hold ? hold : -1) < 0) {
		a->quit |= errno != EINTR;
		return;
	}
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

/* The stage that puts the terminal back should this program be killed is there before it is taken. */
static bool take_terminal(struct app *a, char **why)
{
	const struct app_options *o = a->options;
	const struct screen_options screen = { .color = o->color,
		                               .ascii = o->ascii,
		                               .theme = o->theme };
	const struct screen_restore *restore = screen_find(&screen, why);

	if (!restore)
		return false;
	a->session.stage_options = (struct stage_options){ .host = o->host,
		                                           .terminal_fd = STDIN_FILENO,
		                                           .terminal_modes = restore->modes,
		                                           .terminal_text = restore->text };
	session_prepare(&a->session);
	return screen_open(why);
}

static void run(struct app *a, struct lesson *lesson)
{
	a->view.number = a->options->number;
	if (lesson)
		show_lesson(a, lesson, a->options->number, a->options->chapter);
	if (lesson && a->options->explore)
		open_prompt(a, (struct intent){ 0 });
	if (!lesson)
		a->changed = pages_open(a->pages, &a->view, PAGE_LIST, size_of(a));
	while (!a->quit) {
		if (a->changed &&
		    !(session_is_busy(&a->session) && clock_now() - a->session.began < GRACE_NS))
			draw(a);
		turn(a);
	}
	screen_close(); /* while its stage stands */
	close_lesson(a);
}

int app_run(const struct app_options *options)
{
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
	if (options->explore)
		lesson = lesson_explore();
	a.pages = pages_new();
	a.view.course = options->course;
	a.view.learner = &a.learner;
	/* first: curses has handlers of its own, which then never run */
	if (!wake_open(&a.wake))
		why = mem_dup(strerror(errno));
	else if (take_terminal(&a, &why))
		run(&a, lesson);
	else
		lesson_free(lesson);
	session_close(&a.session);
	pages_free(a.pages);
	glossary_free(a.glossary);
	wake_close(&a.wake);
	grid_free(&a.grid);
	free(a.message);
	wake_die(a.signal);
	if (!why)
		return 0;
	plain_printf(stderr, "ipclens: %s\n", why);
	free(why);
	return 1;
}
