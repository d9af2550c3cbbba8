// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/run.h"
#include "lesson/course.h"
#include "lesson/trial.h"
#include "view/view.h"

/* Statements that are tried at a place of a lesson, with real processes. Given the path of a
   lesson, this program tries what its ```c try blocks hold, at its end, and says what comes.
   tests/run: no valgrind */

struct place {
	struct lesson *script, *lesson; /* the lesson is the script's, or the trial's */
	struct run run;
	struct trial trial;
	struct diags diags;
};

static void finish_step(struct run *r)
{
	while (run_busy(r)) {
		struct pollfd fd = { .fd = run_fd(r), .events = POLLIN };

		poll(&fd, 1, run_timeout(r));
		run_turn(r);
	}
}

/* At the end of a scene, to the next one. */
static void turn_page(struct place *p, void (*turned)(const struct place *p))
{
	const struct scene *s = &p->script->scenes[engine_scene(p->run.engine)];

	if (engine_position(p->run.engine) == s->first_step + s->nsteps)
		engine_command(p->run.engine, ENGINE_NEXT);
	turned(p);
}

/* As far as a step; false if the machine can't. On each page turned() has a look before its
   steps. */
static bool go_to(struct place *p, struct lesson *script, size_t position,
                  void (*turned)(const struct place *p))
{
	*p = (struct place){ .script = script, .lesson = script };
	diags_init(&p->diags, "prompt");
	run_start(&p->run, script, false, false);
	while (engine_position(p->run.engine) < position) {
		if (turned)
			turn_page(p, turned);
		if (!run_next(&p->run))
			break;
		finish_step(&p->run);
	}
	p->trial = (struct trial){ .script = script,
		                   .position = position,
		                   .scene = engine_scene(p->run.engine) };
	return engine_position(p->run.engine) == position;
}

static void leave(struct place *p)
{
	run_end(&p->run);
	trial_free(&p->trial);
	if (p->lesson != p->script)
		lesson_free(p->lesson);
	lesson_free(p->script);
	diags_free(&p->diags);
}

static void use(struct place *p, struct lesson *lesson)
{
	if (p->lesson != p->script)
		lesson_free(p->lesson);
	p->lesson = lesson;
}

/* The record of what was tried; NULL if it is wrong, or no step. */
static const struct step_record *try(struct place *p, const char *line)
{
	size_t position = engine_position(p->run.engine);
	struct lesson *l = trial_add(&p->trial, line, &p->diags);

	if (!l)
		return NULL;
	engine_extend(p->run.engine, l);
	use(p, l);
	if (!run_next(&p->run))
		return NULL;
	finish_step(&p->run);
	return engine_record(p->run.engine, position);
}

/* The results as a lesson writes them: "A => 0, B => blocks". */
static char *results(struct place *p, const struct step_record *r)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < r->nresults; i++) {
		char *text = engine_result_text(p->run.engine, NULL, &r->results[i]);

		buf_printf(&b, "%s%c => %s", i ? ", " : "", LETTER_CHAR(r->results[i].who), text);
		free(text);
	}
	for (size_t i = 0; i < r->nobserved; i++)
		buf_printf(&b, "%s%s is %s", b.len ? ", " : "", r->observed[i].source,
		           r->observed[i].value);
	return buf_steal(&b);
}

static void expect_try(struct place *p, const char *line, enum verdict verdict, const char *what)
{
	const struct step_record *r = try(p, line);
	char *got;

	ck_assert_msg(r, "%s: %s", line, p->diags.count ? p->diags.items[0].text : "no step");
	ck_assert_int_eq(r->verdict, verdict);
	got = results(p, r);
	ck_assert_str_eq(got, what);
	free(got);
}

static struct lesson *parse(const char *text)
{
	struct diags d;
	struct lesson *l;

	diags_init(&d, "lesson");
	l = lesson_parse(text, strlen(text), &d);
	ck_assert_msg(l, "%s", d.count ? d.items[0].text : "");
	diags_free(&d);
	return l;
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
	struct place p;

	ck_assert(go_to(&p, parse(two_scenes), 2, NULL));
	expect_try(&p, "A: semctl(sem, 0, GETNCNT)", VERDICT_REPORTED, "A => 1");
	expect_try(&p, "C: semop(sem, {{0, -2, 0}}, 1);  ", VERDICT_REPORTED, "C => blocks");
	expect_try(&p, "assert(sem[0].semncnt == 2)", VERDICT_REPORTED, "sem[0].semncnt is 2");
	expect_try(&p, "assert(sem[0].semncnt == 1)", VERDICT_FAILED, "sem[0].semncnt is 2");
	expect_try(&p, "D: semget(IPC_PRIVATE, 0, 0600)", VERDICT_REPORTED, "D => -1 EINVAL");
	expect_try(&p, "D: x = semget(IPC_PRIVATE, 3, 0600) // => ok", VERDICT_PASSED, "D => 1");
	expect_try(&p, "D: semctl(x, 0, SETALL, {7, 8, 9})", VERDICT_REPORTED, "D => 0");
	expect_try(&p, "D: semctl(x, 1, GETVAL) // => 9", VERDICT_FAILED, "D => 8");
	ck_assert_ptr_null(try(&p, "struct pair { int a; int b; }; "));
	ck_assert_uint_eq(p.diags.count, 0);
	expect_try(&p, "D: struct pair two[2] // comment", VERDICT_REPORTED, "D => 0");
	expect_try(&p, "D: two[1].b = 5", VERDICT_REPORTED, "D => 5");
	/* neither a loop nor a call with a timeout is waited for */
	expect_try(&p, "D: while (1)", VERDICT_REPORTED, "D => runs");
	expect_try(&p, "E: semtimedop(sem, {{0, -1, 0}}, 1, {600, 0})", VERDICT_REPORTED,
	           "E => blocks");
	expect_try(&p, "F: repeat (3) { getpid(); }", VERDICT_REPORTED, "F => 0");
	expect_try(&p, "F: repeat (3) { semop(sem, {{0, -1, 0}}, 1); }", VERDICT_REPORTED,
	           "F => blocks");
	expect_try(&p, "A: puts(\"two // here\")", VERDICT_REPORTED, "A => \"two // here\"");
	leave(&p);
}
END_TEST

/* The steps and the names before the place stay what they were, wherever that is. */
START_TEST(every_place)
{
	for (size_t position = 0; position <= 3; position++)
		for (size_t scene = 0; scene < 2; scene++) {
			struct lesson *script = parse(two_scenes), *l;
			struct trial t = { .script = script, .position = position, .scene = scene };
			struct diags d;

			diags_init(&d, "prompt");
			l = trial_add(&t, "F: getpid()", &d);
			ck_assert_msg(l, "%zu %zu %s", position, scene,
			              d.count ? d.items[0].text : "");
			if (scene * 2 <= position && position <= 2 + scene)
				ck_assert_uint_eq(l->nsteps, position + 1);
			ck_assert_str_eq(l->steps[l->nsteps - 1].text, "F: getpid()");
			for (size_t i = 0; i + 1 < l->nsteps; i++)
				ck_assert_str_eq(l->steps[i].text, script->steps[i].text);
			for (size_t i = 0; i < l->nnames; i++)
				ck_assert_str_eq(l->names[i], script->names[i]);
			lesson_free(l);
			diags_free(&d);
			trial_free(&t);
			lesson_free(script);
		}
}
END_TEST

START_TEST(proposed)
{
	static const char text[] =
		"# T\n\n## One\n\n```c\nA: getpid();\n```\n\n```c try\nA: x = 1;\n\n"
		"A: y = 2;\n```\n\nAnd:\n\n```c try\nA: z = 3;\n```\n\n## Two\n";
	struct lesson *script = parse(text);
	static const char *const lines[] = { "A: x = 1;", "A: y = 2;", "A: z = 3;" };
	struct trial t = { .script = script };
	struct diags d;
	char *line;

	diags_init(&d, "prompt");
	ck_assert_ptr_null(trial_proposal(&t)); /* there is still a step to run */
	t.position = 1;
	for (int i = 0; i < 3; i++) {
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

static void expect_wrong(struct place *p, const char *line, int column, const char *text)
{
	diags_free(&p->diags);
	diags_init(&p->diags, "prompt");
	ck_assert_ptr_null(trial_add(&p->trial, line, &p->diags));
	ck_assert_uint_ge(p->diags.count, 1);
	ck_assert_msg(strstr(p->diags.items[0].text, text), "%s: %s", line, p->diags.items[0].text);
	ck_assert_int_eq(p->diags.items[0].column, column);
}

START_TEST(what_is_wrong)
{
	struct place p;

	ck_assert(go_to(&p, parse(two_scenes), 2, NULL));
	expect_wrong(&p, "A: semopp(sem, {{0, 1, 0}}, 1)", 4, "semop");
	expect_wrong(&p, "A: getpid(", 10, "");
	expect_wrong(&p, "", 1, "expected a statement");
	expect_wrong(&p, "// nothing", 1, "expected a statement");
	expect_wrong(&p, "```", 1, "");
	expect_wrong(&p, "~~~~", 1, "");
	expect_wrong(&p, "A: n = nothing", 8, "nothing");
	expect_wrong(&p, "A: n = 1; A: n = 2;", 11, "a line is one step");
	expect_wrong(&p, "A: puts(\"\033[2J\")", 10, "control character");
	expect_try(&p, "A: semctl(sem, 0, GETNCNT)", VERDICT_REPORTED, "A => 1");
	leave(&p);
}
END_TEST

START_TEST(taken_back)
{
	struct lesson *l;
	struct place p;

	ck_assert(go_to(&p, parse(two_scenes), 2, NULL));
	expect_try(&p, "A: semctl(sem, 0, SETVAL, 9)", VERDICT_REPORTED, "A => 0, B => 0");
	expect_try(&p, "A: semctl(sem, 0, GETVAL)", VERDICT_REPORTED, "A => 8");

	/* the last one */
	l = trial_take_back(&p.trial);
	ck_assert_uint_eq(l->nsteps, 3);
	engine_replay(p.run.engine, l, 3, 0);
	use(&p, l);
	run_turn(&p.run);
	finish_step(&p.run);
	ck_assert_uint_eq(engine_position(p.run.engine), 3);
	expect_try(&p, "A: semctl(sem, 0, GETVAL)", VERDICT_REPORTED, "A => 8");

	/* all: the script goes on where it was left */
	engine_replay(p.run.engine, p.script, 2, 0);
	use(&p, p.script);
	run_turn(&p.run);
	finish_step(&p.run);
	ck_assert(run_next(&p.run));
	finish_step(&p.run);
	ck_assert_int_eq(engine_record(p.run.engine, 2)->verdict, VERDICT_PASSED);
	leave(&p);
}
END_TEST

/* What the lessons propose. A line of a "c try" block is tried where the lesson ends, after the
   lines before it. */

static bool is_proposal(const struct block *b)
{
	return b->kind == BLOCK_FENCE && !strcmp(b->info, "c try");
}

static void try_line(struct place *p, const char *line, bool talk)
{
	const struct step_record *r = try(p, line);
	const char *wrong = !r && p->diags.count ? p->diags.items[p->diags.count - 1].text : NULL;
	char *got = r ? results(p, r) : NULL;

	if (r && r->message)
		wrong = r->message;
	if (talk)
		printf("%-60s %s%s%s\n", line, got ? got : "", wrong ? "  WRONG: " : "",
		       wrong ? wrong : "");
	else
		ck_assert_msg(!wrong, "%s: %s: %s", p->script->path, line, wrong);
	free(got);
}

static size_t try_block(struct place *p, const struct block *b, bool talk)
{
	size_t n = 0;

	for (const char *line = b->literal; *line; line += strcspn(line, "\n") + 1) {
		char text[400];

		snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\n"), line);
		n++;
		if (*text)
			try_line(p, text, talk);
	}
	return n;
}

/* At 80x24 a page has room for all that stands before its first step, and that step. */
static void expect_fits(const struct place *p)
{
	struct view v;
	struct grid g;
	char *text;

	view_init(&v);
	view_open(&v, p->run.engine, "1.1", "");
	grid_init(&g, 24, 80, GLYPHS_UNICODE);
	view_draw(&v, &g);
	text = grid_text(&g);
	if (engine_position(p->run.engine) == p->script->scenes[v.scene].first_step)
		ck_assert_msg(v.lesson_top == 0 && strstr(text, "▶"), "%s: too long:\n%s",
		              p->script->path, text);
	free(text);
	grid_free(&g);
	view_free(&v);
}

static size_t try_lesson(const char *path, bool talk)
{
	struct place p;
	struct diags d;
	struct lesson *l;
	size_t n = 0;

	diags_init(&d, path);
	l = lesson_load(path, &d);
	diags_print(&d, stdout);
	diags_free(&d);
	if (!l) {
		if (!talk)
			ck_abort_msg("%s can't be read", path);
		return 0;
	}
	if (go_to(&p, l, l->nsteps, talk ? NULL : expect_fits)) {
		p.trial.scene = l->nscenes - 1;
		for (size_t i = 0; i < l->nscenes; i++)
			for (size_t j = 0; j < l->scenes[i].nblocks; j++)
				if (is_proposal(&l->scenes[i].blocks[j]))
					n += try_block(&p, &l->scenes[i].blocks[j], talk);
	}
	if (talk && !n)
		printf("%s: nothing was tried: %s\n", path, engine_message(p.run.engine));
	leave(&p);
	return n;
}

START_TEST(every_lesson)
{
	char *why = NULL;
	struct course *c = course_load("lessons", &why);
	size_t n = 0;

	ck_assert_msg(c != NULL, "%s", why);
	for (size_t i = 0; i < c->nchapters; i++)
		for (size_t j = 0; j < c->chapters[i].nlessons; j++)
			n += try_lesson(c->chapters[i].lessons[j].path, false);
	printf("%zu proposed lines\n", n);
	course_free(c);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("try");

	setlocale(LC_ALL, "C.UTF-8"); /* for the width of characters */

	for (int i = 1; i < argc && strcmp(argv[1], STAGE_PROCESS_ARG); i++)
		try_lesson(argv[i], true);
	if (argc > 1 && strcmp(argv[1], STAGE_PROCESS_ARG))
		return 0;
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, outcomes_are_reported);
	tcase_add_test(tests, every_place);
	tcase_add_test(tests, proposed);
	tcase_add_test(tests, what_is_wrong);
	tcase_add_test(tests, taken_back);
	tcase_add_test(tests, every_lesson);
	return play_main(argc, argv, tests);
}
