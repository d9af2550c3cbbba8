// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "folder.h"
#include "machine.h"
#include "play/session.h"
#include "terminal.h"

/* A check that can't fail is no check: in every lesson of the course, in each language, all of them are
   made wrong, and each must fail, where it stands. An assert is negated, and the last result of an outcome
   becomes a number that nothing gives; then, in another run, each step that blocks loses its outcome. A
   session goes on behind a step that failed, so that a lesson need not be played for each of them.
   tests/run: no valgrind */

static const char impossible[] = "77777777";
static const uint64_t second = 1000000000;

enum { RESULTS, BLOCKS, RUNS };

static glob_t lessons;
static struct session session;

/* Behind "// =>"; NULL: there is none. */
static const char *outcome_of(const char *line)
{
	for (const char *at = line; (at = strstr(at, "//")); at++) {
		const char *arrow = at + 2 + strspn(at + 2, " ");

		if (!strncmp(arrow, "=>", 2))
			return arrow + 2;
	}
	return NULL;
}

static bool is_word(const char *text, const char *word)
{
	text += strspn(text, " ");
	return !strncmp(text, word, strlen(word)) && strcspn(text, " \n") == strlen(word);
}

/* "assert(what);" negated; false: it is none. */
static bool add_negated(struct buf *b, const char *line)
{
	static const char assertion[] = "assert(";
	size_t n = strlen(assertion);
	const char *end = NULL;

	for (const char *at = line; (at = strstr(at, ");")); at++)
		end = at;
	if (strncmp(line, assertion, n) || !end)
		return false;
	buf_printf(b, "%s!(%.*s)%s", assertion, (int)(end - line - (ptrdiff_t)n), line + n, end);
	return true;
}

/* Made wrong; false: its outcome is not of those that are. */
static bool add_wrong(struct buf *b, const char *line, int run)
{
	const char *outcome = outcome_of(line), *last = outcome;

	if (run == RESULTS && add_negated(b, line))
		return true;
	for (const char *at = outcome; at && (at = strstr(at, "=>")); at += 2)
		last = at + 2;
	if (!outcome || is_word(outcome, "may") || is_word(last, "blocks") != (run == BLOCKS) ||
	    (run == BLOCKS && last != outcome))
		return false;
	if (run == BLOCKS)
		buf_printf(b, "%.*s\n", (int)(strstr(line, "//") - line), line);
	else
		buf_printf(b, "%.*s %s\n", (int)(last - line), line, impossible);
	return true;
}

enum { CHECKS = 200 };

/* A lesson, and the lines of it that are wrong, from 1 on. */
struct wrong {
	struct buf text;
	int lines[CHECKS];
	bool lasts[CHECKS]; /* such a step may not end */
	size_t count;
};

static void make_wrong(struct wrong *w, const char *path, int run)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool script = false;

	ck_assert_msg(f, "%s", path);
	for (int n = 1; getline(&line, &size, f) > 0; n++) {
		bool fence = !strncmp(line, "```", 3);
		const char *outcome = outcome_of(line);

		if (fence)
			script = !strcmp(line, "```c\n");
		if (!script || fence || !add_wrong(&w->text, line, run)) {
			buf_puts(&w->text, line);
			continue;
		}
		ck_assert_uint_lt(w->count, CHECKS);
		w->lasts[w->count] = run == BLOCKS || (outcome && is_word(outcome, "runs"));
		w->lines[w->count++] = n;
	}
	free(line);
	fclose(f);
}

/* The step that a line is of: it begins there, or is the last that begins before it. */
static size_t step_of(const struct script *s, int line)
{
	size_t i = 0;

	while (i + 1 < s->nsteps && s->steps[i + 1].line <= line)
		i++;
	return i;
}

/* Nobody waits as long as for the others for a loop that is to end, or a call that is not to block. */
static uint64_t patience_with(const struct wrong *w, const struct script *s, size_t step)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->lasts[i] && step_of(s, w->lines[i]) == step)
			return second;
	return 10 * second;
}

static void play(const struct wrong *w, struct lesson *l)
{
	session = (struct session){ .stage_options = { .terminal_fd = -1 } };
	session_open(&session, l);
	do {
		while (session_is_busy(&session)) {
			struct pollfd fd = { .fd = session_fd(&session), .events = POLLIN };

			poll(&fd, 1, session_timeout(&session));
			session_turn(&session);
		}
		session.patience.limit =
			patience_with(w, &l->script, engine_position(session.engine));
	} while (session_step(&session));
}

static void expect_failed(const char *path, const struct script *s, int line)
{
	size_t step = step_of(s, line);

	if (step < engine_position(session.engine))
		ck_assert_msg(engine_record(session.engine, step)->verdict == VERDICT_FAILED,
		              "%s:%d: no check: %s", path, line, s->steps[step].text);
	else
		ck_assert_msg(engine_status(session.engine) == ENGINE_SKIPPED,
		              "%s:%d: not played: %s", path, line, engine_message(session.engine));
}

START_TEST(every_check)
{
	const char *path = lessons.gl_pathv[_i / RUNS];
	struct wrong w = { 0 };
	struct lesson *l;
	struct diags d;

	make_wrong(&w, path, _i % RUNS);
	/* nobody sleeps in it, or it has schedules only: every_claim */
	if (!w.count && (_i % RUNS == BLOCKS || strstr(buf_str(&w.text), "```c schedule"))) {
		buf_free(&w.text);
		return;
	}
	ck_assert_msg(w.count > 0, "%s: it checks nothing", path);
	diags_init(&d, path);
	l = lesson_parse(buf_str(&w.text), w.text.len, &d);
	diags_print(&d, stderr);
	diags_free(&d);
	ck_assert_msg(l, "%s", path);
	play(&w, l);
	for (size_t i = 0; i < w.count; i++)
		expect_failed(path, &l->script, w.lines[i]);
	if (engine_status(session.engine) == ENGINE_SKIPPED)
		SKIP("%s: %s", path, engine_message(session.engine));
	session_close(&session);
	buf_free(&w.text);
}
END_TEST

/* What is said of all orders of a schedule, made its opposite: "sometimes(what);" becomes "never(what);". */
static bool add_opposite(struct buf *b, const char *line)
{
	static const char *const claims[][2] = { { "sometimes(", "never(" },
		                                 { "always(", "never(" },
		                                 { "never(", "sometimes(" } };

	for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++)
		if (!strncmp(line, claims[i][0], strlen(claims[i][0]))) {
			buf_printf(b, "%s%s", claims[i][1], line + strlen(claims[i][0]));
			return true;
		}
	return false;
}

/* What check says of a file. */
static void run_check(const char *path, struct buf *said)
{
	char *command = buf_format("'%s' check '%s'", terminal_ipclens(), path), line[1024];
	FILE *f = popen(command, "re");

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f))
		buf_puts(said, line);
	pclose(f);
	free(command);
}

START_TEST(every_claim)
{
	const char *path = lessons.gl_pathv[_i];
	struct buf text = { 0 }, said = { 0 };
	char line[1024], place[128];
	FILE *f = fopen(path, "re");
	int lines[64], count = 0, number = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		number++;
		if (count < 64 && add_opposite(&text, line))
			lines[count++] = number;
		else
			buf_puts(&text, line);
	}
	fclose(f);
	if (count) {
		need_namespaces(); /* elsewhere others may have the keys */
		folder_make();
		folder_put("wrong.md", buf_str(&text));
		snprintf(place, sizeof(place), "%s/wrong.md", test_folder);
		run_check(place, &said);
		for (int i = 0; i < count; i++) {
			snprintf(place, sizeof(place), "/wrong.md:%d:", lines[i]);
			ck_assert_msg(strstr(buf_str(&said), place), "%s:%d: no check:\n%s", path,
			              lines[i], buf_str(&said));
		}
		folder_remove();
	}
	buf_free(&text);
	buf_free(&said);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("mutated");

	if (glob("lessons/*/*/[0-9]*.md", 0, NULL, &lessons))
		return 1;
	tcase_set_timeout(tests, 400); /* a thousand orders, with a sanitizer, on a busy machine */
	tcase_add_loop_test(tests, every_claim, 0, (int)lessons.gl_pathc);
	tcase_add_loop_test(tests, every_check, 0, RUNS * (int)lessons.gl_pathc);
	return play_main(argc, argv, tests);
}
