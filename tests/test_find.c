// SPDX-License-Identifier: GPL-3.0-or-later
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "pages/inside.h"
#include "pages/pages.h"
#include "suite.h"

/* The pages on which something is typed. */

static struct course_lesson lessons[] = {
	{ .chapter = 3,
	  .number = 1,
	  .name = "3.1",
	  .slug = (char *)"values",
	  .title = (char *)"A value that can't be below zero",
	  .summary = (char *)"What a set holds." },
	{ .chapter = 3,
	  .number = 2,
	  .name = "3.2",
	  .slug = (char *)"semncnt",
	  .title = (char *)"A blocked semop counts in semncnt",
	  .summary = (char *)"A semop that asks for more than there is goes to sleep." },
	{ .chapter = 3,
	  .number = 10,
	  .name = "3.10",
	  .slug = (char *)"removal",
	  .title = (char *)"Signals and removal",
	  .summary = (char *)"EINTR." },
};
static struct course_chapter chapters[] = {
	{ .number = 3, .title = (char *)"Semaphores", .lessons = lessons, .nlessons = 3 },
};
static struct course course = { .chapters = chapters, .nchapters = 1 };
static struct glossary_entry entries[] = {
	{ (char *)"EINTR", { .bytes = (char *)"A call that a signal ended." } },
	{ (char *)"EIDRM",
	  { .bytes = (char *)"An object that was removed while it was waited for." } },
};
static struct glossary glossary = { entries, 2 };
static const struct size size = { 24, 80 };

static struct learner learner;
static struct view view;
static struct pages *pages;
static struct search *search;

static void add(enum passage_kind kind, const struct course_lesson *l, size_t scene,
                const char *text)
{
	struct passage *p = &search->passages[search->count++];

	*p = (struct passage){ .kind = kind,
		               .lesson = l,
		               .chapter = l ? chapters : NULL,
		               .scene = scene,
		               .step = 3 * scene,
		               .number = scene };
	p->text = strdup(text);
	p->folded = search_fold(text);
}

static void open_list(void)
{
	search = calloc(1, sizeof(*search));
	search->passages = calloc(8, sizeof(*search->passages));
	add(PASSAGE_TITLE, &lessons[1], 1, "A blocked semop counts in semncnt");
	add(PASSAGE_TITLE, &lessons[2], 1, "Signals and removal");
	add(PASSAGE_CODE, &lessons[2], 4,
	    "A, B, C: semop(sem, {{0, -1, SEM_UNDO}, {1, -1, SEM_UNDO}}, 2); // => -1 EIDRM");
	add(PASSAGE_CODE, &lessons[1], 2, "A: semctl(sem, 0, IPC_RMID); // => 0, D => -1 EIDRM");
	add(PASSAGE_PROSE, &lessons[2], 4,
	    "Who sleeps in the set when it goes comes back with EIDRM, and nothing that it asked "
	    "for was done. eidrm is no signal.");
	add(PASSAGE_TERM, NULL, 1, "EIDRM: An object that was removed while it was waited for.");
	add(PASSAGE_NOTE, &lessons[1], 2, "Ask them first which error this is, EIDRM or EINVAL.");
	pages = pages_new();
	view = (struct view){ .learner = &learner, .course = &course, .glossary = &glossary };
	ck_assert(pages_open(pages, &view, PAGE_LIST, size));
}

static void close_list(void)
{
	pages_free(pages);
	search_free(search);
}

static struct intent act(enum action action)
{
	return pages_act(pages, &view, action, size);
}

static void take(enum action action)
{
	ck_assert_int_eq(act(action).kind, INTENT_TAKEN);
}

static void type_text(const char *words)
{
	while (*words)
		ck_assert(pages_type(pages, &view, *words++));
}

static char *draw(int columns, int rows)
{
	struct grid g;
	char *got;

	grid_init(&g, rows, columns, GLYPHS_UNICODE);
	pages_draw(pages, &view, &g);
	ck_assert_int_ge(g.cursor_row, 0);
	got = grid_text(&g);
	grid_free(&g);
	return got;
}

static void expect_screen(const char *name, int columns, int rows)
{
	char file[64], *got = draw(columns, rows);

	snprintf(file, sizeof(file), "screen-%s-%dx%d", name, columns, rows);
	golden_expect(file, got);
	free(got);
}

static void expect_shown(const char *words)
{
	char *got = draw(100, 50);

	ck_assert_msg(strstr(got, words) != NULL, "%s:\n%s", words, got);
	free(got);
}

/* Where nothing is typed, characters are keys. */
START_TEST(test_not_typed)
{
	ck_assert(!pages_type(pages, &view, 'x'));
	ck_assert_int_eq(act(ACTION_FIND).kind, INTENT_NONE); /* there is nothing to search */
	ck_assert_int_eq(pages_top(pages), PAGE_LIST);
	ck_assert_int_eq(keymap_action(PAGE_LIST, 'g'), ACTION_GO);
	ck_assert_int_eq(keymap_action(PAGE_LESSON, '/'), ACTION_FIND);
	for (int c = ' '; c < 127; c++) {
		ck_assert_int_eq(keymap_action(PAGE_FIND, c), ACTION_NONE);
		ck_assert_int_eq(keymap_action(PAGE_GO, c), ACTION_NONE);
		ck_assert_int_eq(keymap_action(PAGE_SAVE, c), ACTION_NONE);
	}
	view.search = search;
	take(ACTION_FIND);
	ck_assert(!pages_type(pages, &view, KEYS_LEFT));
	ck_assert(!pages_type(pages, &view, '\t'));
}
END_TEST

/* What is looked for while it is typed; it stands there again the next time, and who types then
   begins anew. */
START_TEST(test_find)
{
	struct intent intent;

	view.search = search;
	take(ACTION_FIND);
	expect_shown("speaker's notes of the whole course");
	type_text("eidmr");
	expect_shown("Enter looks for this instead: EIDRM");
	take(ACTION_OPEN);
	take(ACTION_DOWN);
	expect_screen("find", 80, 24);
	expect_screen("find", 60, 20);
	expect_screen("find", 120, 36);
	expect_screen("find", 40, 12);
	intent = act(ACTION_OPEN);
	ck_assert_int_eq(intent.kind, INTENT_LESSON);
	ck_assert_ptr_eq(intent.lesson, &lessons[1]);
	ck_assert_ptr_eq(intent.chapter, chapters);
	ck_assert_uint_eq(intent.scene, 2);
	ck_assert_uint_eq(intent.step, 6);
	take(ACTION_CLOSE);
	take(ACTION_FIND);
	ck_assert_ptr_eq(act(ACTION_OPEN).lesson, &lessons[1]);
	type_text("EIDRM while");
	expect_shown("1 place");
	intent = act(ACTION_OPEN);
	ck_assert_int_eq(intent.kind, INTENT_TERM);
	ck_assert_uint_eq(intent.term, 1);
	take(ACTION_ERASE);
	expect_shown("/ EIDRM whil ");
	take(ACTION_CLEAR);
	type_text("EIDRM counts");
	expect_shown("Nothing is found that has all of this in one place.");
	take(ACTION_OPEN);
	take(ACTION_CLEAR);
	expect_shown("speaker's notes of the whole course");
	take(ACTION_ERASE);
	take(ACTION_CLOSE);
	ck_assert_int_eq(pages_top(pages), PAGE_LIST);
}
END_TEST

/* The entry that was found, in the whole glossary. */
START_TEST(test_term)
{
	char *got;

	view.term = 2;
	ck_assert(pages_open(pages, &view, PAGE_WORDS, size));
	view.term = 0;
	got = golden_draw(pages, &view, size.columns, size.rows, GLYPHS_UNICODE);
	ck_assert_msg(strstr(got, "▶ EIDRM") && strstr(got, "  EINTR"), "%s", got);
	free(got);
}
END_TEST

static void expect_goes_to(const char *words, const struct course_lesson *l)
{
	struct intent intent;

	take(ACTION_CLEAR);
	type_text(words);
	intent = act(ACTION_OPEN);
	ck_assert_int_eq(intent.kind, INTENT_LESSON);
	ck_assert_msg(intent.lesson == l, "%s goes to %s", words, intent.lesson->name);
	ck_assert_ptr_eq(intent.chapter, chapters);
	ck_assert_uint_eq(intent.step, 0);
}

START_TEST(test_go)
{
	view.number = "3.2";
	take(ACTION_GO);
	expect_screen("go", 80, 24); /* on the one that is open */
	expect_screen("go", 40, 12);
	expect_goes_to("3.2", &lessons[1]);
	expect_goes_to("3.1", &lessons[0]); /* not 3.10 */
	expect_goes_to("3.10", &lessons[2]);
	expect_goes_to(" semncnt ", &lessons[1]);
	expect_goes_to("REM", &lessons[2]);
	expect_goes_to("counts BLOCKED ", &lessons[1]);
	expect_goes_to("signals semaphores", &lessons[2]);
	take(ACTION_DOWN);
	take(ACTION_CLEAR);
	type_text("semnctn");
	expect_shown("Did you mean semncnt?");
	take(ACTION_OPEN);
	type_text("qqqqqqqqqq");
	expect_shown("/ searches the texts");
	take(ACTION_DOWN);
	take(ACTION_CLOSE);
}
END_TEST

/* It is looked for when it is drawn, and not for each key. */
START_TEST(test_typed_at_once)
{
	view.search = search;
	take(ACTION_FIND);
	type_text("ahead");
	add(PASSAGE_PROSE, &lessons[0], 1, "what came ahead");
	expect_shown("what came ahead");
}
END_TEST

/* Longer than there is room for, and than is kept. */
START_TEST(test_long_line)
{
	view.search = search;
	take(ACTION_FIND);
	for (int i = 0; i < 300; i++)
		ck_assert(pages_type(pages, &view, i % 2 ? 0x4fe1 : 'a'));
	ck_assert(pages_type(pages, &view, 0x200b)); /* not seen: not taken */
	for (int columns = 40; columns < 100; columns++)
		free(draw(columns, 12));
	for (int i = 0; i < 300; i++)
		take(ACTION_ERASE);
	expect_shown("speaker's notes of the whole course");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("find");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_checked_fixture(tests, open_list, close_list);
	tcase_add_test(tests, test_not_typed);
	tcase_add_test(tests, test_find);
	tcase_add_test(tests, test_term);
	tcase_add_test(tests, test_go);
	tcase_add_test(tests, test_typed_at_once);
	tcase_add_test(tests, test_long_line);
	return suite_main(tests);
}
