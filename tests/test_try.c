// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lesson/course.h"
#include "lesson/trial.h"
#include "lessons.h"
#include "play/session.h"
#include "play/tried.h"
#include "pages/pages.h"

/* Statements that are tried at a place of a lesson, with real processes. Given the path of a
   lesson, this program tries what its ```c try blocks hold, at its end, and says what comes.
   tests/run: no valgrind */

static struct session session;
static const uint64_t second = 1000000000;
static struct stage_options stage_options = { .terminal_fd = -1 };
static struct diags diags;

static void command(enum engine_command c)
{
	session_command(&session, c);
	finish_step(&session);
}

/* A lesson as far as a step; false if the machine can't. On each page turned() has a look before
   its steps. */
static bool go_to(struct lesson *lesson, size_t position, void (*turned)(void))
{
	session = (struct session){ .stage_options = stage_options };
	diags_init(&diags, "prompt");
	session_open(&session, lesson);
	while (engine_position(session.engine) < position) {
		const struct scene *s = &lesson->scenes[engine_scene(session.engine)];
		bool begins = engine_position(session.engine) == s->first_step;

		if (engine_status(session.engine) != ENGINE_IDLE)
			return false;
		if (turned && begins)
			turned();
		command(ENGINE_NEXT); /* the next step, or the next page */
	}
	return true;
}

static void leave(void)
{
	session_close(&session);
	diags_free(&diags);
}

/* The record of what was tried; NULL if it is wrong, or no step. */
static const struct step_record *try(const char *line)
{
	size_t position = engine_position(session.engine);

	diags_free(&diags);
	diags_init(&diags, "prompt");
	if (!session_try(&session, line, &diags))
		return NULL;
	finish_step(&session);
	return engine_position(session.engine) > position ? engine_record(session.engine, position)
	                                                  : NULL;
}

/* The results as a lesson writes them: "A => 0, B => blocks". */
static char *results(const struct step_record *r)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < r->nresults; i++) {
		char *text = engine_result_text(session.engine, NULL, &r->results[i]);

		buf_printf(&b, "%s%c => %s", i ? ", " : "", LETTER_CHAR(r->results[i].who), text);
		free(text);
	}
	for (size_t i = 0; i < r->nreadings; i++)
		buf_printf(&b, "%s%s is %s", b.len ? ", " : "", r->readings[i].source,
		           r->readings[i].value);
	return buf_steal(&b);
}

static void expect_try(const char *line, enum verdict verdict, const char *what)
{
	const struct step_record *r = try(line);
	char *got;

	ck_assert_msg(r, "%s: %s", line, diags.count ? diags.items[0].text : "no step");
	ck_assert_int_eq(r->verdict, verdict);
	got = results(r);
	ck_assert_str_eq(got, what);
	free(got);
}

static const char two_scenes[] =
	"# Title\n\nWhat it is.\n\n## One\n\nFirst.\n\n```c\n"
	"A: sem = semget(IPC_PRIVATE, 1, 0600); // => ok\n"
	"// now wait\n"
	"B: semop(sem, {{0, -1, 0}}, 1);        // => blocks\n"
	"```\n\nLast words.\n\n## Two\n\nMore.\n\n~~~~c\n"
	"A: semop(sem, {{0, 1, 0}}, 1);         // => 0, B => 0\n~~~~\n\nEnd.\n";

START_TEST(outcomes_are_reported)
{
	need_namespaces(); /* ids are from 0 there */
	ck_assert(go_to(lesson_of(two_scenes), 2, NULL));
	expect_try("A: semctl(sem, 0, GETNCNT)", VERDICT_REPORTED, "A => 1");
	expect_try("C: semop(sem, {{0, -2, 0}}, 1);  ", VERDICT_REPORTED, "C => blocks");
	expect_try("assert(sem[0].semncnt == 2)", VERDICT_PASSED, "sem[0].semncnt is 2");
	expect_try("assert(sem[0].semncnt == 1)", VERDICT_FAILED, "sem[0].semncnt is 2");
	expect_try("D: semget(IPC_PRIVATE, 0, 0600)", VERDICT_REPORTED, "D => -1 EINVAL");
	expect_try("D: x = semget(IPC_PRIVATE, 3, 0600) // => ok", VERDICT_PASSED, "D => 1");
	expect_try("D: semctl(x, 0, SETALL, {7, 8, 9})", VERDICT_REPORTED, "D => 0");
	expect_try("D: semctl(x, 1, GETVAL) // => 9", VERDICT_FAILED, "D => 8");
	expect_try("D: puts(\"; // {\") // a remark (", VERDICT_REPORTED, "D => \"; // {\"");
	ck_assert_ptr_null(try("struct pair { int a; int b; }; "));
	ck_assert_uint_eq(diags.count, 0);
	expect_try("D: struct pair two[2] // comment", VERDICT_REPORTED, "D => ok");
	expect_try("D: two[1].b = 5", VERDICT_REPORTED, "D => 5");
	/* neither a loop nor a call with a timeout is waited for */
	expect_try("D: while (1)", VERDICT_REPORTED, "D => runs");
	expect_try("E: semtimedop(sem, {{0, -1, 0}}, 1, {600, 0})", VERDICT_REPORTED,
	           "E => blocks");
	expect_try("F: repeat (3) { getpid(); }", VERDICT_REPORTED, "F => ok");
	expect_try("F: repeat (3) { semop(sem, {{0, -1, 0}}, 1); }", VERDICT_REPORTED,
	           "F => blocks");
	expect_try("A: puts(\"two // here\")", VERDICT_REPORTED, "A => \"two // here\"");
	leave();
}
END_TEST

/* The steps and the names before the place stay what they were, wherever that is. */
START_TEST(every_place)
{
	for (size_t position = 0; position <= 3; position++)
		for (size_t scene = 0; scene < 2; scene++) {
			struct lesson *script = lesson_of(two_scenes), *l;
			struct trial t = { .script = script, .position = position, .scene = scene };
			struct diags d;

			diags_init(&d, "prompt");
			l = trial_add(&t, "F: getpid()", &d);
			ck_assert_msg(l, "%zu %zu %s", position, scene,
			              d.count ? d.items[0].text : "");
			if (scene * 2 <= position && position <= 2 + scene)
				ck_assert_uint_eq(l->script.nsteps, position + 1);
			ck_assert_str_eq(l->script.steps[l->script.nsteps - 1].text, "F: getpid()");
			for (size_t i = 0; i + 1 < l->script.nsteps; i++)
				ck_assert_str_eq(l->script.steps[i].text,
				                 script->script.steps[i].text);
			for (size_t i = 0; i < l->script.nsymbols; i++)
				ck_assert_str_eq(l->script.symbols[i].name,
				                 script->script.symbols[i].name);
			lesson_free(l);
			diags_free(&d);
			trial_free(&t);
			lesson_free(script);
		}
}
END_TEST

/* Also behind a fence that is never closed. */
START_TEST(unclosed_fence)
{
	static const char *const fences[] = { "```c\n", "~~~~ c\n", "  ````c\n", "```\n" };
	char text[128];

	for (size_t i = 0; i < sizeof(fences) / sizeof(*fences); i++) {
		snprintf(text, sizeof(text), "# One\n\nOne.\n\n## Two\n\n%sA: x = 1;\n", fences[i]);
		go_to(lesson_of(text), i < 3, NULL);
		expect_try("A: y = 2", VERDICT_REPORTED, "A => 2");
		expect_try("A: y = y + 1", VERDICT_REPORTED, "A => 3");
		leave();
	}
}
END_TEST

START_TEST(proposed)
{
	static const char text[] =
		"# T\n\n## One\n\n```c\nA: getpid();\n```\n\n```c try\nA: x = 1;\n\n"
		"A: y = 2;\nA: x = 1;\n```\n\nAnd:\n\n```c try\nA: z = 3;\n```\n\n## Two\n";
	struct lesson *script = lesson_of(text);
	static const char *const lines[] = { "A: x = 1;", "A: y = 2;", "A: x = 1;", "A: z = 3;" };
	struct trial t = { .script = script };
	struct diags d;
	char *line;

	diags_init(&d, "prompt");
	line = trial_proposal(&t); /* there is still a step to run */
	ck_assert_str_eq(line, "A: getpid();");
	lesson_free(trial_add(&t, line, &d));
	free(line);
	ck_assert_ptr_null(trial_proposal(&t));
	trial_free(&t);
	t.script = script;
	t.position = 1;
	for (int i = 0; i < 4; i++) {
		line = trial_proposal(&t);
		ck_assert_str_eq(line, lines[i]);
		lesson_free(trial_add(&t, line, &d));
		free(line);
	}
	ck_assert_ptr_null(trial_proposal(&t));
	trial_free(&t);
	t = (struct trial){ .script = script, .position = 1, .scene = 1 };
	ck_assert_ptr_null(trial_proposal(&t)); /* another page */
	diags_free(&d);
	lesson_free(script);
}
END_TEST

static void expect_wrong(const char *line, int column, const char *text)
{
	ck_assert_ptr_null(try(line));
	ck_assert_uint_ge(diags.count, 1);
	ck_assert_msg(strstr(diags.items[0].text, text), "%s: %s", line, diags.items[0].text);
	ck_assert_int_eq(diags.items[0].column, column);
	ck_assert(!session_is_off_script(&session));
}

START_TEST(what_is_wrong)
{
	ck_assert(go_to(lesson_of(two_scenes), 2, NULL));
	expect_wrong("A: semopp(sem, {{0, 1, 0}}, 1)", 4, "semop");
	expect_wrong("A: getpid(", 10, "");
	expect_wrong("", 1, "expected a statement");
	expect_wrong("// nothing", 1, "expected a statement");
	expect_wrong("```", 1, "");
	expect_wrong("~~~~", 1, "");
	expect_wrong("``` // nothing", 1, "");
	expect_wrong("   ", 1, "expected a statement");
	expect_wrong("A: getpid();\nB: getpid();", 13, "a line is one step");
	expect_wrong("A: n = nothing", 8, "nothing");
	expect_wrong("A: n = 1; A: n = 2;", 11, "a line is one step");
	expect_wrong("A: puts(\"\033[2J\")", 10, "control character");
	expect_try("A: semctl(sem, 0, GETNCNT)", VERDICT_REPORTED, "A => 1");
	leave();
}
END_TEST

START_TEST(taken_back)
{
	ck_assert(go_to(lesson_of(two_scenes), 2, NULL));
	expect_try("A: semctl(sem, 0, SETVAL, 9)", VERDICT_REPORTED, "A => 0, B => 0");
	expect_try("A: semctl(sem, 0, GETVAL)", VERDICT_REPORTED, "A => 8");
	command(ENGINE_BACK); /* the last one */
	ck_assert_uint_eq(engine_position(session.engine), 3);
	expect_try("A: semctl(sem, 0, GETVAL)", VERDICT_REPORTED, "A => 8");
	command(ENGINE_BACK);
	command(ENGINE_BACK);
	ck_assert(!session_is_off_script(&session));
	ck_assert_uint_eq(engine_position(session.engine), 2);
	command(ENGINE_NEXT); /* the page */
	command(ENGINE_NEXT);
	ck_assert_int_eq(engine_record(session.engine, 2)->verdict, VERDICT_PASSED);
	leave();
}
END_TEST

/* Leaves. What was tried as a lesson of its own: it passes, and has as many steps. */
static bool check_saved(size_t tried)
{
	struct session again = { .stage_options = stage_options,
		                 .judge_all = true,
		                 .patience.limit = 10 * second };
	char *text = tried_lesson(&session, "tried.md");
	struct lesson *l = NULL;
	struct diags d;
	bool good = false;

	leave(); /* on the host the two would have the same keys */
	diags_init(&d, "saved.md");
	if (text)
		l = lesson_parse(text, strlen(text), &d);
	diags_print(&d, stderr);
	diags_free(&d);
	if (l) {
		session_open(&again, l);
		play_session(&again);
		good = engine_status(again.engine) == ENGINE_FINISHED &&
		       engine_position(again.engine) >= tried;
		for (size_t i = 0; i < engine_position(again.engine); i++) {
			const struct step_record *r = engine_record(again.engine, i);

			if (r->verdict == VERDICT_FAILED)
				fprintf(stderr, "saved: line %d: %s\n", l->script.steps[i].line,
				        r->message);
			good &= r->verdict != VERDICT_FAILED;
		}
		session_close(&again);
	}
	if (!good)
		fprintf(stderr, "%s\n", text ? strstr(text, "## Tried") : "nothing was saved");
	free(text);
	return good;
}

/* On the host another run has other ids and pids: of a number that is one, only that it was no error. */
START_TEST(saved_on_host)
{
	static const char *const lines[][2] = {
		{ "A: x = semget(IPC_PRIVATE, 1, 0600);", "ok" },
		{ "A: x;", "ok" },
		{ "A: q = msgget(IPC_PRIVATE, 0600);", "ok" },
		{ "A: msgctl(q % 32768, MSG_STAT_ANY, &s);", "ok" },
		{ "A: semctl(0, 0, SEM_INFO, &info);", "ok" },
		{ "A: semctl(x, 0, IPC_STAT, &ds);", "0" },
		{ "A: semctl(x, 0, SETVAL, 5);", "0" },
		{ "A: semctl(x, 0, GETVAL);", "5" },
		{ "A: seg = shmget(IPC_PRIVATE, 5000000, 0600);", "ok" },
		{ "A: shmctl(seg, IPC_STAT, &d);", "0" },
		{ "A: d.shm_cpid;", "ok" },
		{ "A: d.shm_segsz;", "5000000" },
	};
	char *text, expected[128];

	stage_options.host = true;
	ck_assert(go_to(lesson_of(two_scenes), 2, NULL));
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		ck_assert_ptr_nonnull(try(lines[i][0]));
	text = tried_lesson(&session, "tried.md");
	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(expected, sizeof(expected), "\n%s  // => %s\n", lines[i][0], lines[i][1]);
		ck_assert_msg(strstr(text, expected), "no %s in:\n%s", expected, text);
	}
	free(text);
	ck_assert(check_saved(2 + sizeof(lines) / sizeof(*lines)));
}
END_TEST

/* Where each command leads that is given off the script. */
static void expect_way(size_t left_at, enum engine_command c, size_t position, size_t scene)
{
	ck_assert(go_to(lesson_of(two_scenes), left_at, NULL));
	expect_try("F: x = 6", VERDICT_REPORTED, "F => 6");
	command(c);
	ck_assert(!session_is_off_script(&session));
	ck_assert_uint_eq(engine_position(session.engine), position);
	ck_assert_uint_eq(engine_scene(session.engine), scene);
	leave();
}

START_TEST(ways_back)
{
	expect_way(1, ENGINE_NEXT, 1, 0);
	expect_way(1, ENGINE_BACK, 1, 0);
	expect_way(1, ENGINE_RESTART, 0, 0);
	expect_way(1, ENGINE_SCENE_PREVIOUS, 0, 0);
	expect_way(1, ENGINE_SCENE_NEXT, 2, 1);
	expect_way(0, ENGINE_NEXT, 0, 0);
	expect_way(0, ENGINE_SCENE_NEXT, 2, 1);
	expect_way(3, ENGINE_NEXT, 3, 1);
	expect_way(3, ENGINE_RESTART, 2, 1);
}
END_TEST

/* The way back to what was tried before is given up: nothing can be tried until it is gone. */
START_TEST(way_back_given_up)
{
	ck_assert(go_to(lesson_of(two_scenes), 0, NULL));
	expect_try("A: x = 3", VERDICT_REPORTED, "A => 3");
	expect_try("A: y = 4", VERDICT_REPORTED, "A => 4");
	expect_try("B: z = 5", VERDICT_REPORTED, "B => 5");
	session_command(&session, ENGINE_BACK);
	session_command(&session, ENGINE_STOP);
	finish_step(&session);
	if (engine_position(session.engine) < 2) { /* it was not too late to stop it */
		ck_assert_ptr_null(try("C: getpid()"));
		ck_assert_ptr_nonnull(strstr(diags.items[0].text, "then ← goes back"));
		ck_assert(!session_proposes(&session));
	}
	command(ENGINE_NEXT);
	ck_assert(!session_is_off_script(&session));
	expect_try("C: x = 6", VERDICT_REPORTED, "C => 6");
	leave();
}
END_TEST

/* On a busy machine there is little CPU a second: what counts is that there is some, and how much
   it was in all. */
START_TEST(busy_machine)
{
	struct patience p = { .limit = 10 * second };

	patience_begin(&p, 7 * second);
	for (int i = 1; i < 10; i++) {
		ck_assert(!patience_over(&p));
		ck_assert(!patience_look(&p, (uint64_t)(7 + i) * second));
		ck_assert_int_gt(patience_timeout(&p), 0);
		ck_assert(!patience_look(&p, 100 * second)); /* nobody had asked */
	}
	ck_assert(!patience_over(&p));
	ck_assert(patience_look(&p, 17 * second));
	ck_assert(!p.idle);

	patience_begin(&p, 17 * second);
	ck_assert(!patience_over(&p));
	ck_assert(!patience_look(&p, 12 * second)); /* one has died */
	ck_assert(!patience_over(&p));
	ck_assert(!patience_look(&p, 12 * second)); /* a moment without CPU is not long enough */
	p.limit = 1;
	patience_begin(&p, 12 * second);
	ck_assert(!patience_over(&p));
	ck_assert(patience_look(&p, 12 * second));
	ck_assert(p.idle);

	patience_begin(&p, 17 * second);
	ck_assert(!patience_over(&p));
	ck_assert(patience_over(&p)); /* no answer */
}
END_TEST

/* A loop that does not end is given up when its time is over, and only that: neither a step that
   may take as long as it likes, nor the other lesson of two. */
START_TEST(patience)
{
	struct session hasty = { .stage_options = { .terminal_fd = -1 } };

	session_open(&hasty, lesson_of("# T\n\n```c\nA: getpid();\nA: while (1); // => ok\n```\n"));
	ck_assert(go_to(lesson_of(two_scenes), 2, NULL));
	while (session_step(&hasty)) {
		finish_step(&hasty);
		ck_assert_int_eq(session_timeout(&hasty), -1);
		hasty.patience.limit = 1;
	}
	ck_assert_int_eq(engine_status(hasty.engine), ENGINE_FINISHED);
	ck_assert_int_eq(engine_record(hasty.engine, 0)->verdict, VERDICT_PASSED);
	ck_assert_int_eq(engine_record(hasty.engine, 1)->verdict, VERDICT_FAILED);
	ck_assert_str_eq(engine_record(hasty.engine, 1)->message, "A: expected ok, got runs");
	session_close(&hasty);
	expect_try("A: semctl(sem, 0, GETNCNT)", VERDICT_REPORTED, "A => 1");
	leave();
}
END_TEST

/* What the lessons propose. A line of a "c try" block is tried where the lesson ends, after the
   lines before it. */

static bool is_proposal(const struct block *b)
{
	return b->kind == BLOCK_FENCE && !strcmp(b->info, "c try");
}

static bool try_line(const char *line, bool talk)
{
	const struct step_record *r = try(line);
	const char *wrong = !r && diags.count ? diags.items[0].text : NULL;
	char *got = r ? results(r) : NULL;

	if (r && r->message)
		wrong = r->message;
	if (talk)
		printf("%-60s %s%s%s\n", line, got ? got : "", wrong ? "  WRONG: " : "",
		       wrong ? wrong : "");
	else if (wrong)
		fprintf(stderr, "%s: %s: %s\n", session.written->path, line, wrong);
	free(got);
	return !wrong;
}

/* All lines of the page, in order; false if one is wrong. */
static bool try_block(const struct block *b, bool talk, size_t *n)
{
	bool good = true;

	for (const char *line = b->literal; *line; line += strcspn(line, "\n") + 1) {
		char text[400];

		snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\n"), line);
		if (!*text)
			continue;
		good &= try_line(text, talk);
		++*n;
	}
	return good;
}

static unsigned too_long; /* pages */
enum { LAST_ROW = 18 };   /* of the lesson on a screen of 80x24 */

/* At 80x24 a page has room for all that stands before its first step, and that step: it is no
   lower on a screen that has more rows, where it is not held at the lower edge. */
static void expect_fits(void)
{
	const struct size tall = { 60, 80 };
	struct learner learner = { 0 };
	struct view v = { .engine = session.engine, .learner = &learner };
	struct pages *pages = pages_new();
	struct grid g;
	int row = 0;

	ck_assert(pages_open(pages, &v, PAGE_LESSON, tall));
	grid_init(&g, tall.rows, tall.columns, GLYPHS_UNICODE);
	pages_draw(pages, &v, &g);
	while (row < tall.rows && grid_cell(&g, row, 1)->character != U'▶')
		row++;
	if (row > LAST_ROW) {
		char *text = grid_text(&g);

		fprintf(stderr, "%s: too long by %d:\n%s", session.written->path, row - LAST_ROW,
		        text);
		free(text);
		too_long++;
	}
	grid_free(&g);
	pages_free(pages);
}

/* What is shown and not run, a figure mostly, is not folded beside the panels of 80x24. */
#define FIGURE 35

static size_t too_wide;

static void expect_figures(const struct lesson *l)
{
	for (size_t i = 0; i < l->nscenes; i++)
		for (size_t j = 0; j < l->scenes[i].nblocks; j++) {
			const struct block *b = &l->scenes[i].blocks[j];
			const char *line = b->literal;

			if (b->kind != BLOCK_FENCE ||
			    (strcmp(b->info, "text") && strcmp(b->info, "c ignore")))
				continue;
			for (; *line; line += strcspn(line, "\n") + 1)
				if (strcspn(line, "\n") > FIGURE) {
					fprintf(stderr, "%s: wider than %d: %.*s\n", l->path,
					        FIGURE, (int)strcspn(line, "\n"), line);
					too_wide++;
				}
		}
}

/* Plays a lesson and tries what its last page proposes. False if a line is wrong. */
static bool try_lesson(const char *path, bool talk, size_t *n)
{
	struct diags d;
	struct lesson *l;
	const struct scene *last;
	bool good = true;

	diags_init(&d, path);
	l = lesson_load(path, &d);
	diags_print(&d, stdout);
	diags_free(&d);
	if (!l)
		return false;
	expect_figures(l);
	last = &l->scenes[l->nscenes - 1];
	if (!go_to(l, l->script.nsteps, talk ? NULL : expect_fits)) {
		good = engine_status(session.engine) == ENGINE_SKIPPED;
		if (talk || !good)
			printf("%s: %s\n", path, engine_message(session.engine));
		leave();
		return good;
	}
	while (engine_status(session.engine) == ENGINE_IDLE)
		command(ENGINE_NEXT); /* to the last page */
	for (size_t i = 0; i < last->nblocks; i++)
		if (is_proposal(&last->blocks[i]))
			good &= try_block(&last->blocks[i], talk, n);
	return check_saved(l->script.nsteps) && good;
}

/* Each lesson ends with two or three things to try. */
static size_t blocks_of(const char *path)
{
	struct lesson *l = lesson_at(path);
	size_t n = 0;

	for (size_t i = 0; i < l->scenes[l->nscenes - 1].nblocks; i++)
		n += is_proposal(&l->scenes[l->nscenes - 1].blocks[i]);
	lesson_free(l);
	return n;
}

START_TEST(every_lesson)
{
	char *why = NULL;
	struct course *c = course_load("lessons", &why);
	bool good = true;
	size_t n = 0;

	ck_assert_msg(c != NULL, "%s", why);
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t j = 0; j < c->chapters[i].nlessons; j++) {
			const char *path = c->chapters[i].lessons[j].path;

			good &= try_lesson(path, false, &n);
			ck_assert_msg(blocks_of(path) == 2 || blocks_of(path) == 3,
			              "%s: two or three c try blocks, it has %zu", path,
			              blocks_of(path));
		}
	ck_assert(good);
	ck_assert_uint_gt(n, 100);
	ck_assert_uint_eq(too_long, 0);
	ck_assert_uint_eq(too_wide, 0);
	course_free(c);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("try");

	setlocale(LC_ALL, "C.UTF-8"); /* for the width of characters */

	size_t n = 0;

	for (int i = 1; i < argc && strcmp(argv[1], STAGE_PROCESS_ARG); i++)
		try_lesson(argv[i], true, &n);
	if (argc > 1 && strcmp(argv[1], STAGE_PROCESS_ARG))
		return 0;
	tcase_set_timeout(tests, 240); /* every lesson is played, and played again */
	tcase_add_test(tests, outcomes_are_reported);
	tcase_add_test(tests, every_place);
	tcase_add_test(tests, unclosed_fence);
	tcase_add_test(tests, proposed);
	tcase_add_test(tests, what_is_wrong);
	tcase_add_test(tests, taken_back);
	tcase_add_test(tests, ways_back);
	tcase_add_test(tests, saved_on_host);
	tcase_add_test(tests, way_back_given_up);
	tcase_add_test(tests, busy_machine);
	tcase_add_test(tests, patience);
	tcase_add_test(tests, every_lesson);
	return play_main(argc, argv, tests);
}
