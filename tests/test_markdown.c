// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "lesson/lesson.h"
#include "lesson/review.h"
#include "suite.h"

/* From Markdown to scenes and blocks. */

static struct diags diags;

static struct lesson *parse_bytes(const char *text, size_t size)
{
	diags_free(&diags);
	diags_init(&diags, "test.md");
	return lesson_parse(text, size, &diags);
}

static struct lesson *parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

/* A lesson of one scene with this body. */
static struct lesson *parse_body(const char *body)
{
	struct buf b = { 0 };
	struct lesson *l;

	buf_printf(&b, "# T\n\n## S\n\n%s", body);
	l = parse(b.data);
	buf_free(&b);
	ck_assert_ptr_nonnull(l);
	ck_assert_uint_eq(l->nscenes, 1);
	return l;
}

static const struct block *block_at(const struct lesson *l, size_t i)
{
	ck_assert_uint_lt(i, l->scenes[0].nblocks);
	return &l->scenes[0].blocks[i];
}

/* A diagnostic of this level, on this line, with these words. */
static void ck_diag(enum diag_level level, int line, const char *words)
{
	for (size_t i = 0; i < diags.count; i++)
		if (diags.items[i].level == level && diags.items[i].line == line &&
		    strstr(diags.items[i].text, words))
			return;
	diags_print(&diags, stderr);
	ck_abort_msg("no diagnostic on line %d that says: %s", line, words);
}

static void ck_span(const struct text *t, size_t i, enum span_kind kind, const char *bytes)
{
	ck_assert_uint_lt(i, t->nspans);
	ck_assert_int_eq(t->spans[i].kind, kind);
	ck_assert_uint_eq(t->spans[i].length, strlen(bytes));
	ck_assert(!strncmp(t->bytes + t->spans[i].start, bytes, strlen(bytes)));
}

START_TEST(test_title_and_scenes)
{
	struct lesson *l = parse("<!-- SPDX-License-Identifier: CC-BY-SA-4.0 -->\n"
	                         "# A `title`\n\nThe\nsummary.\n\nBefore.\n\n"
	                         "## One *scene*\n\nText.\n\n### Below\n\n## Two\n");

	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(l->path, "test.md");
	ck_assert_str_eq(l->title, "A title");
	ck_assert_str_eq(l->summary.bytes, "The summary.");
	ck_assert_uint_eq(l->nscenes, 3);
	ck_assert_str_eq(l->scenes[0].heading.bytes, "");
	ck_assert_uint_eq(l->scenes[0].nblocks, 1);
	ck_assert_str_eq(l->scenes[0].blocks[0].text.bytes, "Before.");
	ck_assert_str_eq(l->scenes[1].heading.bytes, "One scene");
	ck_assert_int_eq(l->scenes[1].line, 9);
	ck_assert_uint_eq(l->scenes[1].nblocks, 2);
	ck_assert_int_eq(l->scenes[1].blocks[1].kind, BLOCK_HEADING);
	ck_assert_str_eq(l->scenes[1].blocks[1].text.bytes, "Below");
	ck_assert_uint_eq(l->scenes[2].nblocks, 0);
	ck_assert_uint_eq(diags.count, 0);
	lesson_free(l);
}
END_TEST

START_TEST(test_title_alone)
{
	struct lesson *l = parse("Title\n=====");

	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(l->title, "Title");
	ck_assert_str_eq(l->summary.bytes, "");
	ck_assert_uint_eq(l->nscenes, 1);
	ck_assert_uint_eq(l->script.nsteps, 0);
	lesson_free(l);
}
END_TEST

START_TEST(test_title_missing)
{
	static const struct {
		const char *text;
		int line;
	} rows[] = {
		{ "Text.\n\n# Late\n", 1 },
		{ "\n\n## Scene\n", 3 },
		{ "<!-- only a note -->\n", 1 },
		{ "\n \n", 1 },
		{ "#\n\nText\n", 1 },
		{ "> # In a quote\n", 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_assert_ptr_null(parse(rows[i].text));
		ck_diag(DIAG_ERROR, rows[i].line, "begins with its title");
	}
}
END_TEST

START_TEST(test_second_title)
{
	struct lesson *l = parse("# T\n\n## S\n\n# U\n\ntext\n");

	ck_assert_ptr_nonnull(l);
	ck_diag(DIAG_WARNING, 5, "second title");
	ck_assert_uint_eq(l->nscenes, 2);
	lesson_free(l);
}
END_TEST

START_TEST(test_spans)
{
	struct lesson *l = parse_body("A `code` *em* **strong `c` s** [a `l`](u)[b](v) ![i](w) "
	                              "&lt; <b>x</b>\n");
	const struct text *t = &block_at(l, 0)->text;

	ck_assert_str_eq(t->bytes, "A code em strong c s a lb i < x");
	ck_assert_uint_eq(t->nspans, 7);
	ck_span(t, 0, SPAN_CODE, "code");
	ck_span(t, 1, SPAN_EMPHASIS, "em");
	ck_span(t, 2, SPAN_STRONG, "strong ");
	ck_span(t, 3, SPAN_CODE, "c");
	ck_span(t, 4, SPAN_STRONG, " s");
	ck_span(t, 5, SPAN_LINK, "a l");
	ck_assert_str_eq(t->spans[5].url, "u");
	ck_span(t, 6, SPAN_LINK, "b");
	ck_assert_str_eq(t->spans[6].url, "v");
	lesson_free(l);
}
END_TEST

START_TEST(test_breaks)
{
	struct lesson *l =
		parse_body("one\ntwo  \nthree\\\n*four\nfive*\n\xe4\xb8\x80\n\xe4\xba\x8c\n"
	                   "x\n`y`\n");
	const struct text *t = &block_at(l, 0)->text;

	/* between Chinese characters the end of a line is no space */
	ck_assert_str_eq(t->bytes, "one two\nthree\nfour five \xe4\xb8\x80\xe4\xba\x8c x y");
	ck_assert_uint_eq(t->nspans, 2);
	ck_span(t, 0, SPAN_EMPHASIS, "four five");
	ck_span(t, 1, SPAN_CODE, "y");
	lesson_free(l);
}
END_TEST

START_TEST(test_entities_are_no_controls)
{
	struct lesson *l = parse_body("a&#27;[31mb&#10;c&#x9b;d\n");

	ck_assert_str_eq(block_at(l, 0)->text.bytes, "a\xef\xbf\xbd[31mb c\xef\xbf\xbd"
	                                             "d");
	lesson_free(l);
}
END_TEST

START_TEST(test_lists)
{
	static const struct {
		enum block_kind kind;
		const char *marker, *text;
		int depth;
	} rows[] = {
		{ BLOCK_ITEM, "-", "one", 0 },   { BLOCK_ITEM, "", "more", 0 },
		{ BLOCK_ITEM, "7)", "deep", 1 }, { BLOCK_ITEM, "8)", "deeper", 1 },
		{ BLOCK_ITEM, "-", "", 0 },      { BLOCK_FENCE, "", NULL, 1 },
		{ BLOCK_ITEM, "-", "", 0 },      { BLOCK_PARAGRAPH, "", "end", 0 },
	};
	struct lesson *l = parse_body("- one\n\n  more\n\n  7) deep\n  8) deeper\n"
	                              "- ```text\n  x\n  ```\n-\n\nend\n");

	ck_assert_uint_eq(l->scenes[0].nblocks, sizeof(rows) / sizeof(*rows));
	for (size_t i = 0; i < l->scenes[0].nblocks; i++) {
		const struct block *b = block_at(l, i);

		ck_assert_int_eq(b->kind, rows[i].kind);
		ck_assert_str_eq(b->marker, rows[i].marker);
		ck_assert_int_eq(b->depth, rows[i].depth);
		if (rows[i].text)
			ck_assert_str_eq(b->text.bytes, rows[i].text);
	}
	lesson_free(l);
}
END_TEST

START_TEST(test_long_number)
{
	struct lesson *l = parse_body("999999999. x\n");

	ck_assert_str_eq(block_at(l, 0)->marker, "9999999");
	lesson_free(l);
}
END_TEST

/* In any language: bold that ends in a colon, in the place of "Claim:". */
START_TEST(test_claims_by_their_place)
{
	struct lesson *l = parse_body("> **说法：** 成立。\n\n> **Behauptung:** es gilt.\n\n"
	                              "> **bold** and more:\n\n> see **Claim:** later\n\n"
	                              "> *Claim:* slanted\n");

	ck_assert_int_eq(block_at(l, 0)->kind, BLOCK_CLAIM);
	ck_assert_str_eq(block_at(l, 0)->text.bytes, "说法： 成立。");
	ck_assert_int_eq(block_at(l, 1)->kind, BLOCK_CLAIM);
	ck_assert_int_eq(block_at(l, 2)->kind, BLOCK_QUOTE);
	ck_assert_int_eq(block_at(l, 3)->kind, BLOCK_QUOTE);
	ck_assert_int_eq(block_at(l, 4)->kind, BLOCK_QUOTE);
	lesson_free(l);
}
END_TEST

START_TEST(test_quotes_and_claims)
{
	struct lesson *l = parse_body("> **Claim:** it holds.\n>\n> Says who?\n\n> Claim: plain\n\n"
	                              "> > **Claim:** nested\n\n***\n");

	ck_assert_uint_eq(l->scenes[0].nblocks, 5);
	ck_assert_int_eq(block_at(l, 0)->kind, BLOCK_CLAIM);
	ck_assert_str_eq(block_at(l, 0)->text.bytes, "Claim: it holds.");
	ck_assert_int_eq(block_at(l, 1)->kind, BLOCK_QUOTE);
	ck_assert_int_eq(block_at(l, 2)->kind, BLOCK_QUOTE);
	ck_assert_int_eq(block_at(l, 3)->kind, BLOCK_CLAIM);
	ck_assert_int_eq(block_at(l, 3)->depth, 1);
	ck_assert_int_eq(block_at(l, 4)->kind, BLOCK_RULE);
	lesson_free(l);
}
END_TEST

START_TEST(test_question)
{
	struct lesson *l =
		parse_body("What?\n\n- [ ] `0`\n\n  No,\n  never.\n\n  - deep\n\n- [x] one\n"
	                   "- [X] *two*\n- three\n\nAfter.\n");
	const struct block *b = block_at(l, 0);

	ck_assert_uint_eq(l->scenes[0].nblocks, 2);
	ck_assert_int_eq(b->kind, BLOCK_QUESTION);
	ck_assert_int_eq(b->line, 5);
	ck_assert_str_eq(b->text.bytes, "What?");
	ck_assert_uint_eq(b->nanswers, 4);
	ck_assert_str_eq(b->answers[0].text.bytes, "0");
	ck_span(&b->answers[0].text, 0, SPAN_CODE, "0");
	ck_assert(!b->answers[0].right);
	ck_assert_str_eq(b->answers[0].why.bytes, "No, never.\ndeep");
	ck_assert(b->answers[1].right);
	ck_assert_str_eq(b->answers[1].text.bytes, "one");
	ck_assert_str_eq(b->answers[1].why.bytes, "");
	ck_assert(b->answers[2].right);
	ck_assert(!b->answers[3].right);
	ck_diag(DIAG_WARNING, 16, "[ ] or [x]");
	lesson_free(l);
}
END_TEST

/* A quote says what comes of what is proposed before it, and of nothing else. */
START_TEST(test_what_comes_of_a_try)
{
	struct lesson *l =
		parse_body("```c try\nA: getpid();\n```\n\n> Its *pid*.\n>\n> A number.\n\n"
	                   "Text.\n\n> a quote\n\n```c ignore\nx\n```\n\n> another\n\n"
	                   "```c try\nB: getpid();\n```\n\n> **Claim:** it holds.\n\n"
	                   "```c try\nC: getpid();\n```\n\n- > in a list\n");
	const struct block *b = block_at(l, 0);

	ck_assert_int_eq(b->kind, BLOCK_FENCE);
	ck_assert_str_eq(b->comes.bytes, "Its pid.\nA number.");
	ck_span(&b->comes, 0, SPAN_EMPHASIS, "pid");
	ck_assert_int_eq(block_at(l, 2)->kind, BLOCK_QUOTE);
	ck_assert_int_eq(block_at(l, 4)->kind, BLOCK_QUOTE);
	ck_assert_int_eq(block_at(l, 6)->kind, BLOCK_CLAIM);
	for (size_t i = 1; i < l->scenes[0].nblocks; i++)
		ck_assert_ptr_null(block_at(l, i)->comes.bytes);
	lesson_free(l);
}
END_TEST

/* A line of prose that begins with a number and a dot. */
START_TEST(test_list_of_one)
{
	struct lesson *l =
		parse_body("The sum is\n1. Who returns?\n\n- bullet\n\nText.\n\n1. one\n2. two\n");

	ck_diag(DIAG_WARNING, 6, "a list of one");
	ck_assert_uint_eq(diags.count, 1);
	lesson_free(l);
}
END_TEST

/* Each question has one right answer and a reason for each. */
START_TEST(test_review)
{
	struct lesson *l = parse_body("Good?\n\n- [ ] a\n\n  no\n\n- [x] b\n\n  yes\n\n"
	                              "Bare?\n\n- [ ] a\n- [x] b\n\n  yes\n\n"
	                              "Two?\n\n- [x] a\n\n  yes\n\n- [x] b\n\n  yes\n\n"
	                              "None?\n\n- [ ] a\n\n  no\n\n- [ ] b\n\n  no\n");

	lesson_review(l, &diags);
	ck_assert_uint_eq(diags.errors, 3);
	ck_diag(DIAG_ERROR, 17, "nothing says why this answer is wrong");
	ck_assert_int_eq(diags.items[0].column, 3);
	ck_diag(DIAG_ERROR, 22, "2 answers to this question are right");
	ck_diag(DIAG_ERROR, 32, "no answer to this question is right");
	lesson_free(l);
}
END_TEST

/* A question is one where there is something to choose, and is answered with the keys 1 to 9. */
START_TEST(test_review_answers)
{
	struct lesson *l = parse_body("One?\n\n- [x] a\n\n  yes\n");

	lesson_review(l, &diags);
	ck_assert_uint_eq(diags.errors, 1);
	ck_diag(DIAG_ERROR, 5, "a question has at least two answers");
	lesson_free(l);
	l = parse_body(
		"Ten?\n\n- [x] a\n\n  yes\n\n- [ ] b\n\n  no\n\n- [ ] c\n\n  no\n\n"
		"- [ ] d\n\n  no\n\n- [ ] e\n\n  no\n\n- [ ] f\n\n  no\n\n- [ ] g\n\n  no\n\n"
		"- [ ] h\n\n  no\n\n- [ ] i\n\n  no\n\n- [ ] j\n\n  no\n");
	lesson_review(l, &diags);
	ck_assert_uint_eq(diags.errors, 1);
	ck_diag(DIAG_ERROR, 43, "a question has at most 9 answers");
	lesson_free(l);
}
END_TEST

/* What is proposed to try is compiled as it will be: after all steps of its page, one after another. */
START_TEST(test_review_proposals)
{
	struct lesson *l = parse(
		"# T\n\nS\n\n## a\n\n```c\nA: sem = semget(IPC_PRIVATE, 1, 0600);\n```\n\n"
		"```c try\nA: semop(sem, {{0, 1, 0}}, 1)\nB: x = getpid();\nB: kill(x, 0);\n```\n\n"
		"> It adds.\n\n```c try\nA: x = 5;\n```\n\n## b\n\n```c\nA: later = 1;\n```\n");

	ck_assert_ptr_nonnull(l);
	lesson_review(l, &diags);
	ck_assert_uint_eq(diags.count, 0);
	lesson_free(l);
	l = parse(
		"# T\n\nS\n\n## a\n\n```c\nA: getpid();\n```\n\n"
		"```c try\nA: bogus();\nA: later;\nA: y = later;\nA: y;\n\n// why\nA: repeat (2) {\ngetpid(); }\n```\n\n"
		"## b\n\n```c\nA: later = 1;\n```\n");
	ck_assert_ptr_nonnull(l);
	lesson_review(l, &diags);
	ck_diag(DIAG_ERROR, 12, "unknown call 'bogus'");
	ck_diag(DIAG_ERROR, 13, "unknown name 'later'");
	ck_diag(DIAG_ERROR, 18, "expected a statement");
	ck_assert_int_eq(diags.items[0].column, 4);
	lesson_free(l);
	l = parse(
		"# T\n\nS\n\n```c\nA: getpid();\n```\n\n"
		"```c try\nA: getpid();\n\n// why\nA: if (1) { getpid(); }\nelse { pause(); }\n```\n");
	ck_assert_ptr_nonnull(l);
	lesson_review(l, &diags);
	ck_assert_uint_eq(diags.errors, 2);
	ck_diag(DIAG_ERROR, 12, "expected a statement, such as A: getpid();");
	ck_diag(DIAG_ERROR, 14, "a line is one step");
	lesson_free(l);
}
END_TEST

START_TEST(test_question_keeps_summary)
{
	struct lesson *l = parse("# T\n\nSummary.\n\n- [ ] a\n- [x] b\n");

	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(l->summary.bytes, "Summary.");
	ck_assert_int_eq(block_at(l, 0)->kind, BLOCK_QUESTION);
	ck_assert_str_eq(block_at(l, 0)->text.bytes, "");
	lesson_free(l);
}
END_TEST

START_TEST(test_notes)
{
	struct lesson *l =
		parse_body("<!-- Ask the class. -->\n\nText <!-- inline --> here.\n"
	                   "<!--\n  two\n  lines\n-->\n\n<!-- SPDX-License: x -->\n<!-- -->\n"
	                   "\n<div>\n\n`<!-- code -->`\n");

	ck_assert_uint_eq(l->scenes[0].nblocks, 5);
	ck_assert_int_eq(block_at(l, 0)->kind, BLOCK_NOTE);
	ck_assert_str_eq(block_at(l, 0)->literal, "Ask the class.");
	ck_assert_str_eq(block_at(l, 1)->text.bytes, "Text  here.");
	ck_assert_str_eq(block_at(l, 2)->literal, "inline");
	ck_assert_str_eq(block_at(l, 3)->literal, "two\n  lines");
	ck_assert_str_eq(block_at(l, 4)->text.bytes, "<!-- code -->");
	ck_diag(DIAG_NOTE, 16, "HTML is not shown");
	lesson_free(l);
}
END_TEST

START_TEST(test_comment_not_closed)
{
	ck_assert_ptr_null(parse("# T\n\n<!-- lost\n\n```c\nA: getpid();\n```\n"));
	ck_diag(DIAG_ERROR, 3, "never closed");
}
END_TEST

START_TEST(test_fences)
{
	struct lesson *l = parse_body("```c\nA: getpid();\n```\n\n```c ignore\nint x;\n```\n\n"
	                              "~~~ c\nB: getpid();\nB: getpid();\n~~~\n\n    indented\n\n"
	                              "```C\n```\n\n- ```c\n  A: getpid();\n  ```\n");

	ck_assert_uint_eq(l->script.nsteps, 3);
	ck_assert_int_eq(l->script.steps[0].line, 6);
	ck_assert_int_eq(l->script.steps[2].line, 15);
	ck_assert_uint_eq(l->scenes[0].first_step, 0);
	ck_assert_uint_eq(l->scenes[0].nsteps, 3);
	ck_assert_int_eq(block_at(l, 0)->kind, BLOCK_SCRIPT);
	ck_assert_int_eq(block_at(l, 1)->kind, BLOCK_FENCE);
	ck_assert_str_eq(block_at(l, 1)->info, "c ignore");
	ck_assert_str_eq(block_at(l, 1)->literal, "int x;\n");
	ck_assert_int_eq(block_at(l, 2)->kind, BLOCK_SCRIPT);
	ck_assert_int_eq(block_at(l, 3)->kind, BLOCK_FENCE);
	ck_assert_int_eq(block_at(l, 4)->kind, BLOCK_FENCE);
	ck_diag(DIAG_NOTE, 20, "small c");
	ck_assert_int_eq(block_at(l, 6)->kind, BLOCK_FENCE);
	ck_diag(DIAG_NOTE, 23, "shown, not run");
	lesson_free(l);
}
END_TEST

/* More blanks are as one. */
START_TEST(test_fence_blanks)
{
	struct lesson *l =
		parse_body("```  c \n A: getpid();\n```\n\n"
	                   "```c   schedule\nA: getpid();\nB: getpid();\nnever(deadlock);\n```\n\n"
	                   "``` c \t try\nA: getpid();\n```\n\n"
	                   "```c  ignore\nint x;\n```\n");

	ck_assert_int_eq(block_at(l, 0)->kind, BLOCK_SCRIPT);
	ck_assert_int_eq(block_at(l, 1)->kind, BLOCK_SCRIPT);
	ck_assert_ptr_nonnull(l->script.steps[1].schedule);
	ck_assert_str_eq(block_proposals(block_at(l, 2)), "A: getpid();\n");
	ck_assert_str_eq(block_at(l, 3)->info, "c ignore");
	lesson_free(l);
}
END_TEST

/* A slip in the info string of a script is told; another language is none. */
START_TEST(test_fence_slips)
{
	static const char *const slips[] = { "C Schedule", "c schedule try", "c Try",
		                             "c trie",     "C ignore",       "c ignore it" };

	for (size_t i = 0; i < sizeof(slips) / sizeof(*slips); i++) {
		char *text = buf_format("# T\n\n## S\n\n ```%s\nx\n```\n", slips[i]);

		lesson_free(parse(text));
		ck_diag(DIAG_NOTE, 5, "is none of c, c schedule, c try and c ignore");
		free(text);
	}
	lesson_free(parse("# T\n\n- ```c  trie\n  x\n  ```\n"));
	ck_diag(DIAG_NOTE, 3, "\"c trie\" is none of c");
	lesson_free(
		parse_body("```cpp try\nx\n```\n\n```c++ try\nx\n```\n\n```text c try\nx\n```\n"));
	ck_assert_uint_eq(diags.count, 0);
}
END_TEST

/* A note goes before the script that it speaks of; the fence in between stays what it is. */
START_TEST(test_note_behind_fence)
{
	struct lesson *l = parse_body("```c\nA: getpid();\n```\n\n- ```c\n  B: getpid();\n  ```\n\n"
	                              "<!-- a note -->\n");

	ck_assert_uint_eq(l->script.nsteps, 1);
	ck_assert_uint_eq(l->scenes[0].nsteps, 1);
	ck_assert_uint_eq(l->scenes[0].nblocks, 4);
	ck_assert_int_eq(block_at(l, 0)->kind, BLOCK_NOTE);
	ck_assert_str_eq(block_at(l, 0)->literal, "a note");
	ck_assert_int_eq(block_at(l, 1)->kind, BLOCK_SCRIPT);
	ck_assert_int_eq(block_at(l, 3)->kind, BLOCK_FENCE);
	ck_assert_str_eq(block_at(l, 3)->literal, "B: getpid();\n");
	lesson_free(l);
}
END_TEST

START_TEST(test_steps_of_scenes)
{
	struct lesson *l = parse("# T\n\n```c\nA: getpid();\n```\n\n## S\n\n## U\n\n"
	                         "```c\nA: getpid();\nA: getpid();\n```\n");

	ck_assert_ptr_nonnull(l);
	ck_assert_uint_eq(l->nscenes, 3);
	ck_assert_uint_eq(l->scenes[0].nsteps, 1);
	ck_assert_uint_eq(l->scenes[1].first_step, 1);
	ck_assert_uint_eq(l->scenes[1].nsteps, 0);
	ck_assert_uint_eq(l->scenes[2].first_step, 1);
	ck_assert_uint_eq(l->scenes[2].nsteps, 2);
	ck_assert_uint_eq(l->script.steps[0].scene, 0);
	ck_assert_uint_eq(l->script.steps[2].scene, 2);
	lesson_free(l);
}
END_TEST

START_TEST(test_columns_of_scripts)
{
	/* the fence takes two columns from every line, but a diagnostic counts them */
	ck_assert_ptr_null(parse("# T\n\n  ```c\n  A: getpid()\n  A: no_such_call();\n  ```\n"));
	ck_diag(DIAG_ERROR, 5, "no_such_call");
	for (size_t i = 0; i < diags.count; i++)
		if (diags.items[i].line == 5)
			ck_assert_int_eq(diags.items[i].column, 6);
}
END_TEST

START_TEST(test_fence_not_closed)
{
	struct lesson *l = parse_body("```c\nA: getpid();\n");

	ck_diag(DIAG_WARNING, 5, "never closed");
	lesson_free(l);
	l = parse_body("    indented\n");
	ck_assert_uint_eq(diags.count, 0);
	lesson_free(l);
	l = parse_body("```\n```\n");
	ck_assert_uint_eq(diags.count, 0);
	lesson_free(l);
}
END_TEST

START_TEST(test_line_ends)
{
	struct lesson *l = parse("\xef\xbb\xbf# T\r\n\r\nS\r\n\r\n```c\r\nA: getpid();\r\n```\r\n"
	                         "\rold\rmac\n");

	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(l->title, "T");
	ck_assert_uint_eq(l->script.nsteps, 1);
	ck_assert_str_eq(l->script.steps[0].text, "A: getpid()");
	ck_assert_str_eq(block_at(l, 1)->text.bytes, "old mac");
	lesson_free(l);
}
END_TEST

START_TEST(test_not_text)
{
	static const struct {
		const char *bytes;
		size_t size;
		int line, column;
		const char *words;
	} rows[] = {
		{ "# T\0x", 5, 1, 4, "NUL" },
		{ "# T\n\nab\xff\n", 9, 3, 3, "not UTF-8: byte 0xff" },
		{ "# T\n\xc0\x80\n", 7, 2, 1, "not UTF-8" },
		{ "# T\n\xed\xa0\x80\n", 8, 2, 1, "not UTF-8" },
		{ "# T\n\xf4\x90\x80\x80\n", 9, 2, 1, "not UTF-8" },
		{ "# T\n\xe4\xb8", 6, 2, 1, "not UTF-8" },
		{ "# T\n a\x1b[2J\n", 10, 2, 3, "control character 0x1b" },
		{ "# T\n\xc2\x9b\n", 7, 2, 1, "control character 0x9b" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_assert_ptr_null(parse_bytes(rows[i].bytes, rows[i].size));
		ck_assert_uint_eq(diags.count, 1);
		ck_diag(DIAG_ERROR, rows[i].line, rows[i].words);
		ck_assert_int_eq(diags.items[0].column, rows[i].column);
	}
}
END_TEST

static void repeat(struct buf *b, const char *s, int n)
{
	for (int i = 0; i < n; i++)
		buf_puts(b, s);
}

/* Deep nesting must cost neither the stack nor hours. */
START_TEST(test_deep)
{
	static const char *const pieces[] = { ">", "- ", "1. ", "\t- ", "> - " };
	struct buf b = { 0 };
	struct lesson *l;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		buf_clear(&b);
		buf_puts(&b, "# T\n\n");
		repeat(&b, pieces[i], 100000);
		buf_puts(&b, "x\n");
		repeat(&b, "\n", 100000);
		ck_assert_ptr_null(parse(b.data));
		ck_diag(DIAG_ERROR, 3, "nested more than 100 deep");
	}
	buf_clear(&b);
	buf_puts(&b, "# T\n\n");
	for (int i = 0; i < 300; i++) {
		repeat(&b, "  ", i);
		buf_puts(&b, "- x\n");
	}
	ck_assert_ptr_null(parse(b.data));
	ck_diag(DIAG_ERROR, 103, "nested more than 100 deep");

	buf_clear(&b);
	buf_puts(&b, "# T\n\n");
	repeat(&b, "> - ", 40);
	buf_puts(&b, "x\n\n");
	repeat(&b, "*a **b [", 30000);
	l = parse(b.data);
	ck_assert_ptr_nonnull(l);
	lesson_free(l);
	buf_free(&b);
}
END_TEST

static void load_error(const char *path, int line, const char *words)
{
	diags_free(&diags);
	diags_init(&diags, path);
	ck_assert_ptr_null(lesson_load(path, &diags));
	ck_assert_uint_eq(diags.count, 1);
	ck_diag(DIAG_ERROR, line, words);
}

START_TEST(test_bad_files)
{
	char path[] = "/tmp/ipclens-test-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	load_error("/nonexistent/x.md", 0, "No such file or directory");
	load_error("/tmp", 0, "Is a directory");
	load_error(path, 0, "empty");
	ck_assert_int_eq(write(fd, "# T\0", 4), 4);
	load_error(path, 1, "NUL");
	ck_assert_int_eq(ftruncate(fd, 50 << 20), 0);
	load_error(path, 0, "1 MiB");
	load_error("/dev/zero", 0, "not a regular file");
	if (geteuid() != 0) {
		ck_assert_int_eq(fchmod(fd, 0), 0);
		load_error(path, 0, "Permission denied");
	}
	close(fd);
	unlink(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	load_error(path, 0, "not a regular file");
	diags_free(&diags);
	diags_init(&diags, path);
	ck_assert_ptr_null(lesson_load_any(path, &diags));
	ck_assert_str_eq(diags.items[0].text, "the file is empty");
	/* that somebody could write there is not waited for */
	fd = open(path, O_RDWR);
	load_error(path, 0, "not a regular file");
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(test_largest)
{
	struct buf b = { 0 };
	char path[] = "/tmp/ipclens-test-XXXXXX";
	int fd = mkstemp(path);
	struct lesson *l;

	buf_puts(&b, "# T\n\n");
	repeat(&b, "word ", (LESSON_SIZE_MAX - 5) / 5);
	while (b.len < LESSON_SIZE_MAX)
		buf_putc(&b, 'x');
	ck_assert_int_eq(write(fd, b.data, b.len), LESSON_SIZE_MAX);
	diags_free(&diags);
	diags_init(&diags, path);
	l = lesson_load(path, &diags);
	ck_assert_ptr_nonnull(l);
	lesson_free(l);
	ck_assert_int_eq(write(fd, "x", 1), 1);
	load_error(path, 0, "1 MiB");
	close(fd);
	unlink(path);
	buf_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("markdown");
	int status;

	tcase_add_test(tc, test_title_and_scenes);
	tcase_add_test(tc, test_title_alone);
	tcase_add_test(tc, test_title_missing);
	tcase_add_test(tc, test_second_title);
	tcase_add_test(tc, test_spans);
	tcase_add_test(tc, test_breaks);
	tcase_add_test(tc, test_entities_are_no_controls);
	tcase_add_test(tc, test_lists);
	tcase_add_test(tc, test_long_number);
	tcase_add_test(tc, test_quotes_and_claims);
	tcase_add_test(tc, test_claims_by_their_place);
	tcase_add_test(tc, test_question);
	tcase_add_test(tc, test_what_comes_of_a_try);
	tcase_add_test(tc, test_review);
	tcase_add_test(tc, test_list_of_one);
	tcase_add_test(tc, test_review_answers);
	tcase_add_test(tc, test_review_proposals);
	tcase_add_test(tc, test_question_keeps_summary);
	tcase_add_test(tc, test_notes);
	tcase_add_test(tc, test_comment_not_closed);
	tcase_add_test(tc, test_fences);
	tcase_add_test(tc, test_fence_blanks);
	tcase_add_test(tc, test_fence_slips);
	tcase_add_test(tc, test_note_behind_fence);
	tcase_add_test(tc, test_steps_of_scenes);
	tcase_add_test(tc, test_columns_of_scripts);
	tcase_add_test(tc, test_fence_not_closed);
	tcase_add_test(tc, test_line_ends);
	tcase_add_test(tc, test_not_text);
	tcase_add_test(tc, test_deep);
	tcase_add_test(tc, test_bad_files);
	tcase_add_test(tc, test_largest);
	status = suite_main(tc);
	diags_free(&diags);
	return status;
}
