// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/run.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/keep.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/plain.h"
#include "cli/interrupt.h"
#include "cli/out.h"
#include "cli/playback.h"
#include "cli/told.h"
#include "play/run.h"
#include "play/tried.h"
#include "play/values.h"
#include "stage/cleanup.h"

/* The wish */

static char **given(const struct options *o, enum option_id id)
{
	char **list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < o->ngiven; i++)
		if (o->given[i].id == id)
			*MEM_PUSH(list, n) = mem_dup(o->given[i].value);
	if (list)
		*MEM_PUSH(list, n) = NULL;
	return list;
}

static int complain_option(enum option_id id, const char *why)
{
	char name[64];

	snprintf(name, sizeof(name), "--%s", options_name(id));
	return cli_complain(CLI_USAGE, name, why, NULL);
}

/* By errno. */
static int complain_path(enum option_id id, const char *path)
{
	char *why = buf_format("%s: %s", path, strerror(errno));
	int status = complain_option(id, why);

	free(why);
	return status;
}

static bool is_readable(const char *path)
{
	struct stat st;

	if (stat(path, &st) || access(path, R_OK))
		return false;
	errno = EISDIR;
	return !S_ISDIR(st.st_mode);
}

/* A=FILE */
static int take_inputs(const struct options *o, struct run_wish *w)
{
	for (size_t i = 0; i < o->ngiven; i++) {
		const char *value = o->given[i].value;

		if (o->given[i].id != OPTION_INPUT)
			continue;
		if (value[0] < 'A' || value[0] >= LETTER_CHAR(w->programs.count) ||
		    value[1] != '=' || !value[2])
			return complain_option(
				OPTION_INPUT,
				_("expected the letter of a program and a file, such as "
			          "A=FILE"));
		if (!is_readable(value + 2))
			return complain_path(OPTION_INPUT, value + 2);
		w->how.input[value[0] - 'A'] = value + 2;
	}
	return 0;
}

static int take_order(struct run_wish *w)
{
	for (const char *at = w->order; *at; at++)
		if (*at < 'A' || *at >= LETTER_CHAR(LETTERS))
			return complain_option(OPTION_ORDER,
			                       _("expected letters of programs, such as ABBA"));
	return 0;
}

static int take_calls(const struct options *o, struct run_wish *w)
{
	const char *list = o->value[OPTION_CALLS] ? o->value[OPTION_CALLS] : STAGE_PROGRAM_CALLS;
	char *why = decode_calls(list, &w->how.stops);
	int status = why ? complain_option(OPTION_CALLS, why) : 0;

	free(why);
	return status;
}

/* What a lesson has not, and check of it does without. */
static char *note_of(const struct options *o)
{
	static const enum option_id ids[] = { OPTION_CALLS,       OPTION_INPUT,     OPTION_ALLOW,
		                              OPTION_ALLOW_WRITE, OPTION_ALLOW_NET, OPTION_TRUST };
	struct buf names = { 0 };
	char *note;

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (o->value[ids[i]])
			buf_printf(&names, "%s--%s", names.len ? ", " : "", options_name(ids[i]));
	if (!names.len)
		return NULL;
	note = buf_format(_("These programs ran with %s: a lesson has none of that."), names.data);
	buf_free(&names);
	return note;
}

/* Whole paths, for a program has a folder of its own. Each must be there: a mistyped one would be noticed only by what
   a program can't do. */
static int take_paths(char **paths, enum option_id id)
{
	for (; paths && *paths; paths++) {
		char *whole = realpath(*paths, NULL);

		if (!whole)
			return complain_path(id, *paths);
		free(*paths);
		*paths = whole;
	}
	return 0;
}

/* It is written at the end: what would prevent that is said before anything runs. */
static int take_save(const struct options *o, const struct run_wish *w)
{
	if (w->save && o->value[OPTION_CALLS])
		return complain_option(OPTION_SAVE,
		                       _("not with --calls: a lesson stops before the usual ones"));
	return w->save && !keep_could(w->save) ? complain_path(OPTION_SAVE, w->save) : 0;
}

static void free_paths(char **paths)
{
	for (char **path = paths; path && *path; path++)
		free(*path);
	free(paths);
}

/* A number that an option may have, from `least` on. */
static bool take_number(const struct options *o, enum option_id id, unsigned least,
                        unsigned *number)
{
	const char *word = o->value[id];
	size_t n = word ? strlen(word) : 0;
	enum { DIGITS = 9 };

	if (!n)
		return true;
	if (n != strspn(word, "0123456789") || n > DIGITS)
		return false;
	*number = (unsigned)strtoul(word, NULL, 10);
	return *number >= least;
}

static int take_orders(const struct invocation *v, struct run_wish *w)
{
	const struct options *o = &v->options;
	unsigned orders = 2000, preemptions = UINT_MAX;

	w->orders = w->how.fixed = o->value[OPTION_ORDERS] != NULL;
	if (!take_number(o, OPTION_ORDERS, 1, &orders))
		return complain_option(OPTION_ORDERS, _("expected how many, such as --orders=500"));
	if (!take_number(o, OPTION_PREEMPTIONS, 0, &preemptions))
		return complain_option(OPTION_PREEMPTIONS, _("expected how many, such as 2"));
	if (o->value[OPTION_PREEMPTIONS] && !w->orders)
		return complain_option(OPTION_PREEMPTIONS, _("only with --orders"));
	if (o->value[OPTION_PATIENCE] && !w->orders)
		return complain_option(OPTION_PATIENCE, _("with run only with --orders"));
	if (w->orders && o->value[OPTION_ORDER])
		return complain_option(OPTION_ORDER, _("not with --orders, which is all of them"));
	if (w->orders && w->save)
		return complain_option(OPTION_SAVE, _("not with --orders: save one --order"));
	w->patience = invocation_patience(v);
	w->bounds = (struct branch_bounds){ .orders = orders, .preemptions = preemptions };
	return w->patience ? 0 : CLI_USAGE;
}

int cli_run_wish(const struct invocation *v, char **words, size_t count, struct run_wish *w)
{
	const struct options *o = &v->options;
	char *why = NULL;
	int status = 0;

	*w = (struct run_wish){ .order = o->value[OPTION_ORDER] ? o->value[OPTION_ORDER] : "",
		                .save = o->value[OPTION_SAVE],
		                .json = o->value[OPTION_JSON] != NULL,
		                .quiet = o->value[OPTION_QUIET] != NULL,
		                .host = invocation_is_host(v),
		                .glyphs = invocation_glyphs(v),
		                .options = o,
		                .words = words,
		                .nwords = count };
	w->note = note_of(o);
	w->prints = o->value[OPTION_PRINT] || w->json || w->quiet;
	w->how.trusted = o->value[OPTION_TRUST] != NULL;
	w->how.net = o->value[OPTION_ALLOW_NET] != NULL;
	w->how.environment = true;
	w->readable = given(o, OPTION_ALLOW);
	w->writable = given(o, OPTION_ALLOW_WRITE);
	w->how.readable = (const char *const *)w->readable;
	w->how.writable = (const char *const *)w->writable;
	if (!program_specs_read(&w->programs, words, count, &why))
		status = cli_complain(CLI_USAGE, "run", why, NULL);
	free(why);
	if (!status)
		status = take_save(o, w);
	if (!status)
		status = take_paths(w->readable, OPTION_ALLOW);
	if (!status)
		status = take_paths(w->writable, OPTION_ALLOW_WRITE);
	if (!status)
		status = take_inputs(o, w);
	if (!status)
		status = take_order(w);
	if (!status)
		status = take_orders(v, w);
	return status ? status : take_calls(o, w);
}

void cli_run_free(struct run_wish *w)
{
	program_specs_free(&w->programs);
	free(w->note);
	free_paths(w->readable);
	free_paths(w->writable);
}

/* Their making */

static char *own_directory(void)
{
	const char *tmp = getenv("TMPDIR");
	char *path = buf_format("%s/ipclens-XXXXXX", tmp && *tmp ? tmp : "/tmp");

	if (mkdtemp(path))
		return path;
	cli_complain(CLI_FAILED, path, strerror(errno), NULL);
	free(path);
	return NULL;
}

int cli_run_make(struct run_wish *w, struct packed *packed)
{
	struct packed_words words[PROGRAMS_MAX] = { 0 };
	char *text[PROGRAMS_MAX], *directory;
	int status = 0;

	interrupt_begin();
	directory = own_directory();
	if (!directory) {
		interrupt_end();
		return CLI_FAILED;
	}
	packed->sources = ".";
	packed->directory = directory;
	for (size_t i = 0; i < w->programs.count; i++)
		words[i].words = text[i] = run_words(&w->programs.items[i], &words[i].nwords);
	packed_make(packed, words, w->programs.count);
	/* they are in memory: however this ends, nothing is left */
	cleanup_directory(directory);
	packed->directory = NULL;
	free(directory);
	if (interrupt_signal())
		status = CLI_FAILED; /* nobody asks any more what was not made, and why */
	for (size_t i = 0; i < w->programs.count && !interrupt_signal(); i++) {
		if (words[i].said)
			plain_puts(words[i].said, stderr);
		if (words[i].note)
			cli_complain(0, words[i].words, words[i].note, NULL);
		if (words[i].why)
			status = cli_complain(CLI_FAILED, "run", words[i].why, NULL);
	}
	for (size_t i = 0; i < w->programs.count; i++)
		free(text[i]);
	interrupt_end();
	return status;
}

/* The transcript */

struct runner {
	struct playback play;
	const struct run_wish *wish;
	bool failed;      /* one has ended with another status than 0, or was killed */
	unsigned last;    /* who went last */
	const char *next; /* of the order */
};

static void say(const struct runner *r, const char *lead, const char *words)
{
	out_wrapped(words, lead, r->play.width, r->play.glyphs);
}

/* "A  server.c:31  semop(0, {{0, -1, 0}}, 1)"; "A.2 ..." of a second thread */
static void print_call(const struct runner *r, unsigned who)
{
	const struct snap_program *p =
		snap_program_of(engine_snapshot(r->play.session.engine), who);
	struct buf b = { 0 };

	if (!p)
		return;
	run_name(&b, who, p->now.thread);
	buf_puts(&b, "  ");
	if (p->now.line)
		buf_printf(&b, "%s:%d  ", path_name(p->now.file), (int)p->now.line);
	say(r, b.data, p->now.text);
	buf_free(&b);
}

/* Whoever goes on now; LETTERS: nobody, and *why says so if that is not the end. */
static unsigned choose(struct runner *r, struct buf *why)
{
	const struct session *s = &r->play.session;
	unsigned who;

	if (!*r->next)
		return run_turn(s->engine, r->last);
	who = (unsigned)(*r->next - 'A');
	if (run_turn(s->engine, who) == LETTERS && run_sleeper(s->engine) < LETTERS)
		return LETTERS; /* what ends by itself does so before the next letter */
	r->next++;
	if (run_is_ready(s->engine, who))
		return who;
	buf_printf(why, _("letter %zu of the order: %c can't go on"),
	           (size_t)(r->next - r->wish->order), LETTER_CHAR(who));
	return LETTERS;
}

static void print_stands(const struct runner *r, unsigned who, const struct snap_program *p)
{
	static const char *const how[] = {
		[STAND_NONE] = "",
		[STAND_BEFORE] = N_("%s is before %s"),
		[STAND_IN] = N_("%s sleeps in %s"),
		[STAND_ELSEWHERE] = N_("%s sleeps in %s"),
		[STAND_RUNS] = N_("%s runs"),
		[STAND_HELD] = N_("%s is stopped"),
	};
	struct buf b = { 0 }, name = { 0 };

	run_name(&name, who, p->now.thread);
	buf_printf(&b, _(how[p->now.stand]), name.data, p->now.text);
	buf_free(&name);
	if (p->now.line)
		buf_printf(&b, _(" at %s:%d"), path_name(p->now.file), (int)p->now.line);
	say(r, "  ", b.data);
	buf_free(&b);
}

/* A thread that went to sleep in its call, while its process is before another one. */
static void print_asleep(const struct runner *r, unsigned who, uint32_t thread, size_t step)
{
	const struct step_record *record = engine_record(r->play.session.engine, step);
	const struct snap_program *p =
		run_thread(engine_snapshot(r->play.session.engine), who, thread);

	for (size_t i = 0; i < record->nresults; i++) {
		const struct result *result = &record->results[i];

		if (result->who == who &&
		    (result->thread == thread || result->kind == RESULT_BLOCKS))
			return;
	}
	if (p && p->now.stand == STAND_IN)
		say(r, "      => ", "blocks");
}

static bool is_broken(const struct runner *r)
{
	enum engine_status status = engine_status(r->play.session.engine);

	return status == ENGINE_BROKEN || status == ENGINE_SKIPPED;
}

static bool is_alive(const struct runner *r)
{
	const struct snapshot *now = engine_snapshot(r->play.session.engine);

	return now && now->nprograms > 0;
}

/* What came of a step, and why none follows if that is so. */
static void tell_outcome(struct runner *r, size_t step)
{
	if (r->wish->json && !r->wish->quiet)
		told_step(&r->play, step);
	else if (!r->wish->json && (!r->wish->quiet || is_broken(r)))
		playback_outcome(&r->play, step);
	r->play.ended |= is_broken(r);
}

static void tell_end(struct runner *r, const struct buf *why, int status)
{
	const struct engine *e = r->play.session.engine;

	if (is_broken(r))
		told_end(&r->play, "stopped", engine_message(e), status);
	else if (why->len)
		told_end(&r->play, "order", why->data, status);
	else
		told_end(&r->play, is_alive(r) ? "blocked" : "ended", NULL, status);
}

static void print_end(struct runner *r, const struct buf *why)
{
	const struct snapshot *now = engine_snapshot(r->play.session.engine);
	struct buf unnamed = { 0 };
	bool alive = is_alive(r);

	if (why->len)
		say(r, "", why->data);
	else if (alive && !r->play.ended)
		say(r, "", _("Nobody can go on:"));
	else if (!r->play.ended)
		say(r, "", r->failed ? _("All have ended, not all with 0.") : _("All have ended."));
	for (uint32_t i = 0; now && i < now->nprograms; i++)
		print_stands(r, snap_letter(now, snap_programs(now)[i].task),
		             &snap_programs(now)[i]);
	if (now && now->unnamed) {
		run_unnamed(&unnamed, now->unnamed);
		say(r, "  ", unnamed.data);
	}
	buf_free(&unnamed);
}

/* How it has ended: the exit status. */
static int say_end(struct runner *r, const struct buf *why)
{
	bool failed = r->play.failed || r->play.ended || r->failed || why->len || is_alive(r) ||
	              engine_status(r->play.session.engine) == ENGINE_BROKEN;
	int status = failed ? CLI_FAILED : 0;

	if (r->wish->json)
		tell_end(r, why, status);
	else
		print_end(r, why);
	return status;
}

/* Whether a process has come to an end that is none of success. */
static void note_ends(struct runner *r, size_t step)
{
	const struct step_record *record = engine_record(r->play.session.engine, step);

	for (size_t i = 0; i < record->nresults; i++) {
		const struct result *result = &record->results[i];

		if (result->kind == RESULT_KILLED || (result->kind == RESULT_EXIT && result->value))
			r->failed = true;
	}
}

/* Whether a wait has: a result, or somebody who can go on. */
static bool brought(const struct runner *r, size_t step)
{
	const struct step_record *record = engine_record(r->play.session.engine, step);

	return record->nresults || run_turn(r->play.session.engine, r->last) < LETTERS;
}

/* Without a word of each call the stage lets them go itself. */
static void run_quietly(struct runner *r)
{
	size_t step = engine_position(r->play.session.engine);

	run_turns(&r->play.session, r->last);
	playback_wait(&r->play);
	if (engine_position(r->play.session.engine) > step)
		note_ends(r, step);
	else if (!interrupt_signal())
		tell_outcome(r, step);
}

static bool can_go_on(const struct runner *r)
{
	return !interrupt_signal() && !r->play.ended && !is_broken(r) &&
	       !session_is_busy(&r->play.session);
}

/* A step that is made, and who made it. */
struct made {
	size_t step; /* SIZE_MAX: none */
	unsigned who;
	bool known; /* which thread that was: */
	uint32_t thread;
};

/* What came of a step, while the next one is made. */
static void print_step(struct runner *r, const struct made *m)
{
	struct engine *e = r->play.session.engine;

	if (m->step == SIZE_MAX)
		return;
	if (values_bind(&engine_lesson(e)->script.steps[m->step]))
		playback_free(&r->play); /* the name may be of what was there before */
	if (!r->wish->quiet && !r->wish->json && m->known)
		print_asleep(r, m->who, m->thread, m->step);
	tell_outcome(r, m->step);
	note_ends(r, m->step);
	if (!r->wish->save) /* the next is compared with what this one was compared with */
		engine_forget(e, m->step ? m->step - 1 : 0);
}

static struct made made_by(const struct runner *r, unsigned who)
{
	const struct engine *e = r->play.session.engine;
	const struct snap_program *p = snap_program_of(engine_snapshot(e), who);

	return (struct made){ engine_position(e), who, p != NULL, p ? p->now.thread : 0 };
}

static void run_on(struct runner *r, struct buf *why)
{
	struct session *s = &r->play.session;
	struct made last = { .step = SIZE_MAX };
	bool turns = r->wish->quiet && !r->wish->save; /* a lesson has each call */

	while (can_go_on(r)) {
		struct made next;
		unsigned who = LETTERS;

		if (!turns || *r->next)
			who = choose(r, why);
		next = made_by(r, who);
		if (who < LETTERS)
			run_step(s, who);
		else if (why->len || turns || !run_await(s))
			break;
		print_step(r, &last);
		if (who < LETTERS && !r->wish->quiet && !r->wish->json)
			print_call(r, who);
		if (who < LETTERS)
			r->last = who;
		playback_wait(&r->play);
		last = next;
		if (who == LETTERS && !brought(r, next.step))
			break;
	}
	print_step(r, &last);
	if (turns && !why->len && can_go_on(r))
		run_quietly(r);
}

/* What happened, as a lesson: 0, or the exit status after a complaint. */
static int save(const struct session *s, const char *path)
{
	struct buf contents = { .data = tried_lesson(s, path) };
	int status = 0;

	contents.len = contents.data ? strlen(contents.data) : 0;
	if (!contents.data)
		status = cli_complain(CLI_FAILED, path, _("nobody has gone: nothing was saved"),
		                      NULL);
	else if (!keep_new(path, &contents, true))
		status = cli_complain(CLI_FAILED, path, strerror(errno), NULL);
	free(contents.data);
	return status;
}

int cli_run(struct run_wish *w)
{
	struct runner r = { .wish = w,
		            .last = LETTERS - 1,
		            .next = w->order,
		            .play = { .glyphs = w->glyphs, .width = out_width(), .keeps = true } };
	struct session *s = &r.play.session;
	struct buf why = { 0 };
	int status;

	*s = (struct session){ .stage_options = {
				       .host = w->host, .terminal_fd = -1, .programs = &w->how } };
	interrupt_begin();
	session_prepare(s); /* while they are compiled */
	status = cli_run_make(w, &s->packed);
	if (status) {
		session_close(s);
		interrupt_end();
		return status;
	}
	session_open(s, run_lesson(&w->programs, w->note));
	for (size_t i = 0; i < w->programs.count && !r.play.ended; i++) {
		if (session_step(s))
			playback_wait(&r.play);
		tell_outcome(&r, i);
		note_ends(&r, i);
	}
	if (s->stage) /* nothing more is compiled or started */
		stage_join(s->stage);
	run_on(&r, &why);
	if (!interrupt_signal())
		status = say_end(&r, &why);
	if (w->save && !interrupt_signal() && save(s, w->save))
		status = CLI_FAILED;
	playback_free(&r.play);
	session_close(s);
	interrupt_end();
	buf_free(&why);
	return status;
}
