// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inside.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/saved.h"
#include "lesson/explore.h"
#include "lesson/order.h"
#include "pages/speech.h"
#include "tui/history.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/theme.h"

/* The event loop. */

/* How long a step may take before it is shown that it waits; rows of a turn of the wheel; how long another
   program that writes the progress is waited for at the end. */
enum { GRACE_NS = 100000000, WHEEL_ROWS = 3, SAVE_MS = 2000 };

/* The key that lists the others: where characters are typed it is none of these. NULL: it is listed already. */
static const char *help_key(enum page_id page)
{
	if (keymap_action(page, '?') == ACTION_HELP)
		return "?";
	return keymap_action(page, KEYS_F1) == ACTION_HELP ? "F1" : NULL;
}

/* Keys that mean nothing where they are pressed are not met with silence. */
static void say_unknown(struct app *a, int key)
{
	const char *help = help_key(pages_top(a->pages));
	char name[KEY_NAME_SIZE];
	struct buf text = { 0 };

	keymap_name(key, name, sizeof(name));
	if (key == KEYS_OTHER)
		snprintf(name, sizeof(name), "%s", _("this key"));
	if (help)
		buf_printf(&text, _("%s means nothing here: %s lists the keys that do"), name,
		           help);
	else
		buf_printf(&text, _("%s means nothing here"), name);
	app_say(a, buf_steal(&text));
}

static void on_key(struct app *a, int key)
{
	enum action action = keymap_action(pages_top(a->pages), key);

	if (a->view.message)
		app_say(a, NULL);
	if (action == ACTION_NONE)
		app_forget_taken(a);
	if (action == ACTION_NONE && pages_type(a->pages, &a->view, key))
		a->changed = true;
	else if (action == ACTION_NONE)
		say_unknown(a, key);
	else
		app_on_action(a, action);
}

/* The wheel goes as far as so many keys. */
static void on_mouse(struct app *a, const struct sent *s)
{
	const struct cell *cell = grid_cell(&a->grid, s->row, s->column);
	uint16_t target = cell ? cell->target : 0;
	enum action action = s->button == BUTTON_WHEEL_UP ? ACTION_UP : ACTION_DOWN;
	struct intent intent;

	if (s->button == BUTTON_OTHER)
		return;
	if (a->view.message)
		app_say(a, NULL);
	if (s->button == BUTTON_LEFT) {
		intent = pages_click(a->pages, &a->view, target);
		if (intent.kind == INTENT_ACTION)
			app_on_action(a, intent.action);
		else
			app_carry_out(a, intent);
	} else {
		pages_point(a->pages, &a->view, target);
		for (int i = 0; i < WHEEL_ROWS && pages_any(a->pages); i++)
			app_on_action(a, action);
	}
	a->changed = true;
}

static void suspend(struct app *a)
{
	screen_suspend();
	kill(getpid(), SIGSTOP);
	screen_resume();
	a->changed = true;
}

/* True if there were any. */
static bool on_signals(struct app *a)
{
	bool any = false;
	int sig;

	for (; (sig = wake_signal(&a->wake)); any = true) {
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
				app_escape_prompt(a);
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
	return any;
}

static void on_terminal(struct app *a, short events)
{
	enum screen_event event;
	int keys = 0, bytes = 0;
	struct sent sent;

	if (ioctl(STDIN_FILENO, FIONREAD, &bytes) < 0 || (bytes == 0 && events & POLLIN))
		a->quit = true; /* readable, and nothing to read: the terminal has gone */
	if (a->view.typed && !a->quit) {
		bool escape = prompt_read(a->line != NULL, a->wake.signals);

		app_say(a, NULL);
		app_edit(a);
		if (escape && a->view.typed)
			app_escape_prompt(a);
	}
	while (!a->quit && !a->view.typed && (event = screen_next(&sent)) != SCREEN_NOTHING) {
		if (event == SCREEN_KEY)
			on_key(a, sent.key);
		if (event == SCREEN_MOUSE)
			on_mouse(a, &sent);
		a->changed |= event == SCREEN_DRAW;
		keys++;
		on_signals(a); /* however much was typed ahead */
	}
	if (events & (POLLHUP | POLLERR | POLLNVAL) && !keys)
		a->quit = true;
}

static void on_stage(struct app *a)
{
	bool sampling = a->session.sampling, fresh = a->session.fresh;

	session_turn(&a->session);
	/* it has died, and the terminal needs one; not again and again */
	if (!a->session.stage && !fresh)
		session_prepare(&a->session);
	a->changed |= sampling && !a->session.sampling;
	app_follow(a);
	/* what was typed ahead comes after what it began before that */
	if (a->session.engine && !session_is_busy(&a->session))
		app_carry_out(a, pages_ready(a->pages, &a->view));
	if (a->session.engine)
		app_take_kept(a);
	if (a->view.typed)
		app_edit(a);
}

static void hold(struct app *a)
{
	a->held = engine_position(a->session.engine) + 1;
	app_set_automatic(a, false);
	app_say(a,
	        mem_dup(_(
			"auto stops at a question: it goes on when you have answered, or with a")));
}

/* One's own programs go in turn, until nobody can. Under another page nobody goes. */
static void on_pace_of_programs(struct app *a)
{
	struct intent intent = { .kind = INTENT_NONE };

	if (!session_is_busy(&a->session))
		intent = pages_pace(a->pages, &a->view);
	if (intent.kind == INTENT_TRY) {
		app_try(a, intent);
	} else if (intent.kind != INTENT_NONE) {
		app_set_automatic(a, false);
		app_carry_out(a, intent);
	}
	if (a->view.automatic)
		wake_pace(&a->wake, PACE_MS);
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
		app_set_automatic(a, false);
		return;
	}
	if (!session_is_busy(&a->session) && lesson_asks(&a->view) && !app_is_held(a)) {
		hold(a);
		return;
	}
	if (!session_is_busy(&a->session)) {
		a->held = 0;
		app_advance(a, ENGINE_NEXT);
	}
	if (a->view.automatic)
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
	/* behind what is always waited for stand the stages of a survey */
	enum { SIGNALS, TERMINAL, STAGE, LECTERN, SAVED, TICKER, AGE, PACE, WATCHED };
	int hold = holds_keys(a);
	struct pollfd fds[WATCHED + SURVEY_PLAYERS] = {
		[SIGNALS] = { .fd = a->wake.signals, .events = POLLIN },
		[TERMINAL] = { .fd = hold ? -1 : STDIN_FILENO, .events = POLLIN },
		[STAGE] = { .fd = session_fd(&a->session), .events = POLLIN },
		[LECTERN] = { .fd = lectern_fd(a->lectern), .events = POLLIN },
		[SAVED] = { .fd = saved_fd(a->saved), .events = POLLIN },
		[TICKER] = { .fd = a->wake.ticker, .events = POLLIN },
		[AGE] = { .fd = a->wake.age, .events = POLLIN },
		[PACE] = { .fd = a->wake.pace, .events = POLLIN },
	};
	bool surveying = a->survey && !survey_over(a->survey);
	nfds_t count = WATCHED + (surveying ? survey_fds(a->survey, fds + WATCHED) : 0);
	int timeout = surveying ? survey_timeout(a->survey) : -1;

	if (poll(fds, count, hold ? hold : timeout) < 0) {
		a->quit |= errno != EINTR;
		return;
	}
	/* what was to be read is looked at anew behind a signal: after a stop the shell has read it */
	if (!on_signals(a) && fds[TERMINAL].revents)
		on_terminal(a, fds[TERMINAL].revents);
	if (fds[STAGE].revents)
		on_stage(a);
	if (surveying)
		app_turn_survey(a);
	if (fds[LECTERN].revents)
		lectern_turn(a->lectern);
	if (fds[SAVED].revents && a->session.engine)
		app_on_saved(a);
	if (fds[TICKER].revents && wake_ticked(&a->wake) && a->session.engine) {
		a->changed |=
			a->session.sampling; /* a stage that does not answer is seen to be busy */
		session_sample(&a->session);
	}
	if (fds[AGE].revents && wake_aged(&a->wake))
		a->changed = true;
	if (fds[PACE].revents && wake_paced(&a->wake) && a->session.engine && a->view.automatic) {
		if (a->view.order)
			on_pace_of_programs(a);
		else
			on_pace(a);
	}
}

/* What the speaker has to know, if somebody listens. */
static void say_notes(struct app *a)
{
	const struct lesson *l = a->session.written;
	char *path, *text;
	struct buf b = { 0 };

	if (!lectern_heard(a->lectern) || session_is_busy(&a->session))
		return;
	path = l && !a->view.order ? realpath(l->path, NULL) : NULL;
	text = speech_text(&a->view);
	buf_printf(&b, "path %s\n%s", path ? path : "-", text);
	lectern_say(a->lectern, b.data);
	buf_free(&b);
	free(text);
	free(path);
}

/* The stage that puts the terminal back should this program be killed is there before it is taken. */
static bool take_terminal(struct app *a, char **why)
{
	const struct app_options *o = a->options;
	const struct screen_options screen = {
		.color = o->color, .ascii = o->ascii, .mouse = o->mouse, .theme = o->theme
	};
	const struct screen_restore *restore = screen_find(&screen, why);

	if (!restore)
		return false;
	a->session.stage_options =
		(struct stage_options){ .host = o->host,
		                        .programs = o->programs ? o->programs->how : NULL,
		                        .terminal_fd = STDIN_FILENO,
		                        .terminal_modes = restore->modes,
		                        .terminal_text = restore->text };
	session_prepare(&a->session);
	return screen_open(why);
}

static void list_themes(struct app *a)
{
	const struct theme *t;
	size_t n = 0;

	for (unsigned i = 0; (t = theme_at(i)); i++)
		*MEM_PUSH(a->themes, n) = (struct named){ t->name, _(t->help) };
	*MEM_PUSH(a->themes, n) = (struct named){ NULL, NULL };
	a->view.themes = a->themes;
	a->view.theme = screen_theme_name();
}

/* Its script is short, and what it maps is what was asked for. */
static void play_to_mapping(struct app *a)
{
	app_command(a, ENGINE_SCENE_NEXT);
	app_keep(a, (struct intent){ .kind = INTENT_LATER, .action = ACTION_POKE });
}

/* At the schedule that an order is of; else at the beginning. */
static struct lesson_place place_of(const struct app_options *o, const struct lesson *l)
{
	size_t step = o->order ? schedule_for(l, o->order) : 0;

	return o->order ? (struct lesson_place){ .position = step,
		                                 .scene = l->script.steps[step].scene }
	                : (struct lesson_place){ 0 };
}

static void go_through(struct app *a)
{
	struct buf text = { 0 };

	session_plan(&a->session, schedule_for(a->session.written, a->options->order),
	             a->options->order);
	app_follow(a);
	buf_printf(&text, _("Space makes the next step of %s"), a->options->order);
	app_say(a, buf_steal(&text));
}

static void run(struct app *a, struct lesson *lesson, char **why)
{
	list_themes(a);
	app_load_progress(a);
	if (!a->options->host)
		history_keep(); /* ids of the host's objects mean others the next time */
	a->view.number = a->options->number;
	if (a->options->programs)
		app_show_programs(a, a->options->programs);
	else if (lesson)
		app_show_lesson(a, lesson, a->options->number, a->options->chapter,
		                place_of(a->options, lesson));
	if (lesson && a->options->order)
		go_through(a);
	if (lesson && a->options->pages)
		play_to_mapping(a);
	else if (lesson && a->options->explore)
		app_open_prompt(a, (struct intent){ 0 });
	if (!lesson && !a->options->programs)
		a->changed = pages_open(a->pages, &a->view, PAGE_LIST, app_size_of(a));
	app_draw(a); /* what takes time comes after that */
	a->lectern = lectern_open();
	app_keep_progress(a);
	while (!a->quit) {
		bool due = a->changed && !(session_is_busy(&a->session) &&
		                           clock_now() - a->session.began < GRACE_NS);

		if (due)
			app_draw(a);
		/* it gives way to what has come from the terminal */
		if (due || a->reached)
			app_keep_progress(a);
		say_notes(a);
		turn(a);
	}
	screen_close(); /* while its stage stands */
	lectern_close(a->lectern);
	if (a->options->programs && a->options->programs->save && !a->signal)
		*why = app_save_programs(a, a->options->programs->save);
	app_close_lesson(a);
	app_save_progress(a, SAVE_MS);
}

/* What nobody will see. */
static void drop(const struct app_options *o, struct lesson *lesson)
{
	lesson_free(lesson);
	if (!o->programs)
		return;
	lesson_free(o->programs->lesson);
	packed_free(&o->programs->packed);
}

int app_run(const struct app_options *options)
{
	struct app a = { .options = options, .found.stop = -1 };
	struct lesson *lesson = NULL;
	char *why = NULL;

	if (options->path) {
		struct diags d;

		diags_init(&d, options->path);
		lesson = lesson_load_any(options->path, &d);
		if (!lesson)
			diags_print(&d, stderr);
		diags_free(&d);
		if (!lesson)
			return 1;
	}
	if (options->order && schedule_for(lesson, options->order) == lesson->script.nsteps) {
		plain_printf(
			stderr,
			_("ipclens: --order: %s: no schedule of this lesson has these steps\n"),
			options->order);
		lesson_free(lesson);
		return 2;
	}
	if (options->explore)
		lesson = options->pages ? lesson_explore_pages() : lesson_explore();
	a.pages = pages_new();
	a.view.course = options->course;
	a.view.learner = &a.learner;
	/* first: curses has handlers of its own, which then never run */
	if (!wake_open(&a.wake))
		why = mem_dup(strerror(errno));
	else if (take_terminal(&a, &why))
		run(&a, lesson, &why);
	else
		drop(options, lesson);
	session_close(&a.session);
	pages_free(a.pages);
	search_free(a.search);
	progress_free(&a.progress);
	glossary_free(a.glossary);
	free(a.themes);
	wake_close(&a.wake);
	grid_free(&a.grid);
	free(a.message);
	free(a.taken);
	wake_die(a.signal);
	if (!why)
		return 0;
	plain_printf(stderr, "ipclens: %s\n", why);
	free(why);
	return 1;
}
