// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#include "base/buf.h"
#include "golden.h"
#include "lessons.h"
#include "paint/glyph.h"
#include "suite.h"
#include "probe/inside.h"
#include "sys/calls.h"
#include "pages/inside.h"
#include "pages/pages.h"
#include "pages/speech.h"

/* Whole screens as text: a lesson played by the engine, with a stage that is made up here. */

static const char text[] =
	"# A blocked semop counts in semncnt\n\n"
	"A `semop` that asks for more than the semaphore holds goes to sleep.\n\n"
	"## P below zero blocks\n\n"
	"B asks for one unit of a semaphore that holds none. The kernel puts B to sleep and\n"
	"counts it in `semncnt`.\n\n"
	"<!-- Let them guess first. -->\n\n"
	"```c\n"
	"A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);  // => ok\n"
	"A: semctl(sem, 0, SETVAL, 0);                       // => 0\n"
	"```\n\n"
	"> **Claim:** A negative value tells how many processes wait.\n\n"
	"What is `semval` when B waits?\n\n"
	"- [ ] -1\n\n  Never below 0.\n\n"
	"- [x] 0, and *B sleeps*\n\n  It is counted instead.\n\n"
	"```c\n"
	"B: semop(sem, {{0, -1, SEM_UNDO}}, 1);              // => blocks\n"
	"assert(sem[0].semncnt == 1);\n"
	"```\n\n"
	"The claim does not hold for System V semaphores.\n\n"
	"## The set goes\n\n"
	"A removes the set while B sleeps.\n\n"
	"```c\n"
	"A: semctl(sem, 0, IPC_RMID);                        // => 0, B => -1 EIDRM\n"
	"B: semop(sem, {{0, -1, 0}}, 1);                     // => 0\n"
	"```\n\n"
	"## Try next\n\n"
	"- What if C waits too?\n"
	"- And with `IPC_NOWAIT`?\n\n"
	"```c ignore\n"
	"C: semop(sem, {{0, -1, 0}}, 1);\n"
	"```\n";

/* The same steps with the words of a language whose characters are two cells wide. */
static const char wide_text[] =
	"# 阻塞的信号量操作计入 semncnt 等待者的个数而不是把值变成负数给大家看\n\n"
	"一个 `semop` 要的比信号量有的多，它就睡眠。\n\n"
	"## 低于零的 P 会阻塞\n\n"
	"B 向一个值为零的信号量要一个单位。内核让 B 睡眠，并把它计入 `semncnt`，直到有人给它。\n\n"
	"```c\n"
	"A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);  // => ok\n"
	"A: semctl(sem, 0, SETVAL, 0);                       // => 0\n"
	"```\n\n"
	"B 等待时 `semval` 是多少？\n\n"
	"- [ ] 负一，因为有一个进程在等待\n\n  它从不低于零。\n\n"
	"- [x] 零，*B 在睡眠*\n\n  它被另外计数。\n\n"
	"```c\n"
	"B: semop(sem, {{0, -1, SEM_UNDO}}, 1);              // => blocks\n"
	"assert(sem[0].semncnt == 1);\n"
	"```\n\n"
	"## 集合消失\n\n"
	"B 睡眠时 A 删除集合。\n\n"
	"```c\n"
	"A: semctl(sem, 0, IPC_RMID);                        // => 0, B => -1 EIDRM\n"
	"B: semop(sem, {{0, -1, 0}}, 1);                     // => 0\n"
	"```\n\n"
	"## 接着试试\n\n"
	"- 如果 C 也等待呢？\n";

enum { MILLISECOND = 1000000, PID_A = 4311, PID_B = 4312 };

static struct lesson *lesson;
static struct engine *engine;
static struct view view;
static struct pages *pages;
static struct learner learner;
static struct draft draft;
static uint64_t now;
static bool mapped;  /* A has a mapping */
static bool crowded; /* there is more than a screen of 24 rows can show */

static void add_crowd(size_t step)
{
	draft.head.nsegments = 1;
	draft.segments[0] = (struct snap_segment){
		.segsz = 4096, .cpid = PID_A, .lpid = step < 3 ? 0 : PID_B, .perm.mode = 0600
	};
	draft.head.nqueues = 1;
	draft.queues[0] = (struct snap_queue){ .qbytes = 16384, .perm.mode = 0600, .copy = 1 };
	draft.queues[0].qnum = draft.queues[0].nshown = draft.head.nmessages = 5;
	for (int i = 0; i < 5; i++)
		draft.messages[i] = (struct snap_message){ .type = i + 1 };
}

static void add_process(unsigned who, int pid, enum process_state state)
{
	struct snap_process *p = &draft.processes[draft.head.nprocesses++];

	draft.tasks[draft.head.ntasks] =
		(struct snap_task){ .pid = pid, .letter = (uint8_t)who, .here = 1 };
	*p = (struct snap_process){ .task = draft.head.ntasks++, .state = (uint8_t)state };
	if (state == PROCESS_BLOCKED) {
		p->in_call = 1;
		p->call = call_by_name("semop");
		p->args[2] = 1;
		p->since = now;
	}
}

/* The kernel as it is after a step. */
static struct snapshot *snapshot_after(size_t step)
{
	bool blocked = step == 2 || step == 3;

	memset(&draft, 0, sizeof(draft));
	draft.head.clock = 1000 + (int64_t)step;
	draft.head.time = now + 40000;
	add_process(0, PID_A, PROCESS_READY);
	if (step >= 2)
		add_process(1, PID_B, blocked ? PROCESS_BLOCKED : PROCESS_READY);
	if (crowded)
		add_crowd(step);
	if (mapped) {
		draft.head.nmappings = 1;
		draft.mappings[0] = (struct snap_mapping){ .start = 0x10000, .end = 0x20000 };
	}
	if (step >= 4)
		return block_make(&draft);
	draft.head.nsets = 1;
	draft.sets[0] =
		(struct snap_set){ .perm.mode = 0600, .nsems = 2, .nshown = 2, .ctime = 1000 };
	draft.head.nsemaphores = 2;
	draft.semaphores[0].pid = step > 0 ? PID_A : 0;
	draft.semaphores[0].ncnt = blocked;
	if (blocked) {
		draft.head.nwaiters = 1;
		draft.waiters[0] = (struct snap_waiter){
			.task = 1,
			.kind = WAIT_SEMOP,
			.nops = 1,
			.ops_known = 1,
			.all_ops = 1,
			.ops = { { 0, -1, SEM_UNDO } },
		};
	}
	return block_make(&draft);
}

static void send(struct event e)
{
	e.time = e.kind == EVENT_STARTED ? now - 300000 : now;
	e.began = now - 12000;
	engine_event(engine, &e);
}

static void send_quiet(size_t step)
{
	struct event e = { .kind = EVENT_QUIET, .time = now, .snapshot = snapshot_after(step) };

	e.states[0] = PROCESS_READY;
	e.states[1] = step < 2 ? PROCESS_NONE : step < 4 ? PROCESS_BLOCKED : PROCESS_READY;
	engine_event(engine, &e);
}

static void send_returned(unsigned who, int64_t value, int error)
{
	send((struct event){ .kind = EVENT_RETURNED,
	                     .who = (uint8_t)who,
	                     .by = (uint8_t)who,
	                     .pid = who ? PID_B : PID_A,
	                     .value = value,
	                     .call = call_by_name(who ? "semop" : "semctl"),
	                     .failed = error != 0,
	                     .error = error });
}

/* A's first call binds sem to 0. */
static void send_bound(const struct code *code)
{
	struct event e = { .kind = EVENT_RETURNED, .pid = PID_A };

	for (size_t i = 0; i < code->nslots; i++)
		if (code->slots[i].binds)
			e.bindings[e.nbindings++] = (struct event_binding){ .slot = (uint16_t)i };
	send(e);
}

static void send_started(unsigned who)
{
	send((struct event){ .kind = EVENT_STARTED,
	                     .who = (uint8_t)who,
	                     .by = (uint8_t)who,
	                     .pid = who ? PID_B : PID_A });
}

/* Answers a request as a stage would. */
static void answer(const struct request *r)
{
	size_t step = engine_position(engine);

	if (step == 0)
		send_started(0);
	if (step == 2)
		send_started(1);
	if (step == 0)
		send_bound(r->code[0]);
	if (step == 1 || step == 4)
		send_returned(0, 0, 0);
	if (step == 4)
		send_returned(1, -1, EIDRM);
	if (step == 5)
		send_returned(1, -1, EINVAL);
	send_quiet(step);
	if (r->kind == REQUEST_EVALUATE) {
		struct event e = { .kind = EVENT_VALUE, .value = 1, .time = now };

		engine_event(engine, &e);
	}
}

static void command(enum engine_command c)
{
	struct engine_action action;

	now += 10 * MILLISECOND;
	engine_command(engine, c);
	while (engine_action(engine, &action))
		if (action.kind == ENGINE_REQUEST)
			answer(&action.request);
}

static void next(void)
{
	command(ENGINE_NEXT);
}

static void back(void)
{
	command(ENGINE_BACK);
}

static void open_text(const char *markdown)
{
	lesson = lesson_of(markdown);
	engine = engine_new(lesson, false);
	crowded = mapped = false;
	now = 1000 * (uint64_t)MILLISECOND;
	view = (struct view){
		.engine = engine,
		.learner = &learner,
		.number = "3.2",
		.chapter = "Semaphores",
		.opened = 7000 * (uint64_t)MILLISECOND,
	};
	pages = pages_new();
	ck_assert(pages_open(pages, &view, PAGE_LESSON, (struct size){ 24, 80 }));
}

static void open_lesson(void)
{
	open_text(text);
}

static void close_lesson(void)
{
	pages_free(pages);
	learner_forget(&learner);
	engine_free(engine);
	lesson_free(lesson);
	engine = NULL;
	lesson = NULL;
}

/* What an action comes to, as far as it is not for the stage. */
static enum intent_kind act(enum action action, int rows, int columns)
{
	struct intent intent = pages_act(pages, &view, action, (struct size){ rows, columns });

	view.message = intent.message;
	view.notes ^= intent.kind == INTENT_NOTES;
	return intent.kind;
}

static void take(enum action action, int rows, int columns)
{
	ck_assert_int_eq(act(action, rows, columns), INTENT_TAKEN);
}

static char *draw(int columns, int rows, enum glyphs glyphs)
{
	return golden_draw(pages, &view, columns, rows, glyphs);
}

static void expect_screen(const char *name, int columns, int rows, enum glyphs glyphs)
{
	char file[64], *got = draw(columns, rows, glyphs);

	snprintf(file, sizeof(file), "screen-%s-%dx%d", name, columns, rows);
	golden_expect(file, got);
	free(got);
}

static const char schedule_text[] = "# Two locks\n\n"
				    "Each takes both, in its own order.\n\n"
				    "```c\n"
				    "A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);\n"
				    "A: semctl(sem, 0, SETALL, {1, 1});\n"
				    "```\n\n"
				    "Choose who goes, so that nobody can go on.\n\n"
				    "```c schedule\n"
				    "A: semop(sem, {{0, -1, 0}}, 1);\n"
				    "A: semop(sem, {{1, -1, 0}}, 1);\n"
				    "B: semop(sem, {{1, -1, 0}}, 1);\n"
				    "B: semop(sem, {{0, -1, 0}}, 1);\n"
				    "goal(deadlock);\n"
				    "never(A.sem != 0);\n"
				    "```\n\n"
				    "In four of six orders nobody can go on.\n";

static const int tiny[][2] = { { 40, 12 }, { 60, 20 }, { 80, 24 }, { 120, 36 } };
static const int sizes[][2] = { { 80, 24 }, { 100, 30 }, { 200, 60 }, { 60, 20 } };

/* Lists side by side, before somebody is chosen. */
START_TEST(test_schedule)
{
	struct found found = { .stop = 2, .here = true };
	int columns = sizes[_i][0], rows = sizes[_i][1];

	close_lesson();
	open_text(schedule_text);
	view.found = &found;
	next();
	next();
	expect_screen("schedule", columns, rows, GLYPHS_UNICODE);
}
END_TEST

START_TEST(test_lesson)
{
	int columns = sizes[_i][0], rows = sizes[_i][1];

	expect_screen("start", columns, rows, GLYPHS_UNICODE);
	for (int i = 0; i < 3; i++)
		next();
	expect_screen("blocked", columns, rows, GLYPHS_UNICODE);
	next();
	next(); /* turns the page */
	next();
	expect_screen("removed", columns, rows, GLYPHS_UNICODE);
	next();
	expect_screen("failed", columns, rows, GLYPHS_UNICODE);
	next();
	ck_assert_int_eq(engine_status(engine), ENGINE_FINISHED);
	expect_screen("end", columns, rows, GLYPHS_UNICODE);
}
END_TEST

/* What came of a step stands beside it, whatever its texts hold and what is said after it. */
START_TEST(test_brace_in_text)
{
	char *got, *row;

	close_lesson();
	open_text("# T\n\n```c\n"
	          "A: fd = open(\"{\", O_RDONLY);  // => ok\n"
	          "// a remark\n"
	          "\n"
	          "A: close(fd);\n"
	          "```\n");
	next();
	got = draw(80, 24, GLYPHS_UNICODE);
	row = strstr(got, "open(\"{\"");
	ck_assert_ptr_nonnull(row);
	row[strcspn(row, "\n")] = '\0';
	ck_assert_msg(strstr(row, "→ 0") != NULL, "%s", row);
	free(got);
}
END_TEST

START_TEST(test_ascii)
{
	for (int i = 0; i < 3; i++)
		next();
	expect_screen("ascii", 80, 24, GLYPHS_ASCII);
}
END_TEST

START_TEST(test_notes)
{
	char *got = draw(80, 24, GLYPHS_UNICODE);

	ck_assert_ptr_null(strstr(got, "guess"));
	free(got);
	ck_assert_int_eq(act(ACTION_NOTES, 24, 80), INTENT_NOTES);
	expect_screen("notes", 80, 24, GLYPHS_UNICODE);
}
END_TEST

/* What the speaker's terminal says: the note before its steps, with what they come to. */
START_TEST(test_speech)
{
	char *said = speech_text(&view), *shown;
	struct sheet s;

	ck_assert_str_eq(
		said,
		"lesson 3.2 A blocked semop counts in semncnt\nplace scene 1/3  step 1/6\nbegan 7\n"
		"heading P below zero blocks\nnote Let them guess first.\n"
		"step A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600)\ncomes => ok\n"
		"step A: semctl(sem, 0, SETVAL, 0)\ncomes => 0\n"
		"step B: semop(sem, {{0, -1, SEM_UNDO}}, 1)\ncomes => blocks\n"
		"step assert(sem[0].semncnt == 1)\nnext The set goes\n");
	sheet_init(&s, 60, GLYPHS_UNICODE);
	speech_write(said, NULL, 7 + 83, &s);
	shown = grid_text(&s.grid);
	ck_assert_ptr_nonnull(strstr(shown, "\n 1:23 in this lesson\n"));
	ck_assert_ptr_nonnull(strstr(shown, "\n     => blocks\n"));
	ck_assert_ptr_nonnull(strstr(shown, "\n next scene: The set goes\n"));
	free(shown);
	free(said);
	sheet_free(&s);
	next();
	next();
	said = speech_text(&view);
	ck_assert_ptr_nonnull(strstr(said, "\nquestion What is semval when B waits?\n"
	                                   "right 2) 0, and B sleeps\nstep B: "));
	free(said);
	view.engine = NULL;
	said = speech_text(&view);
	ck_assert_str_eq(said, "list\n");
	free(said);
}
END_TEST

START_TEST(test_prompt)
{
	struct trial trial = { .script = lesson, .scene = 1 };
	static char *matches[] = { (char *)"semctl(", (char *)"semget(", (char *)"semop(",
		                   (char *)"semtimedop(", NULL };
	struct typed typed = { .label = ": ", .text = "", .cursor = 0 };

	for (int i = 0; i < 3; i++)
		next();
	view.typed = &typed;
	view.trial = &trial;
	view.proposes = true;
	expect_screen("prompt", 80, 24, GLYPHS_UNICODE);
	typed.text = "A: semop(sem, {{0, -1, SEM_UNDO}, {1, -1, SEM_UNDO}}, 2);";
	typed.cursor = strlen("A: semop(sem, ");
	expect_screen("prompt-call", 80, 24, GLYPHS_ASCII);
	typed.cursor = strlen(typed.text);
	typed.matches = matches;
	expect_screen("prompt-words", 40, 16, GLYPHS_UNICODE);
	view.message = "column 4: unknown call 'semopp': did you mean 'semop'?";
	expect_screen("prompt-wrong", 60, 20, GLYPHS_UNICODE);
}
END_TEST

static void expect_shown(const char *words, bool shown)
{
	char *got = draw(100, 50, GLYPHS_UNICODE);

	ck_assert_msg(!strstr(got, words) != shown, "%s:\n%s", words, got);
	free(got);
}

/* What comes of what is proposed is told to who asks, one after the other. */
START_TEST(test_explained)
{
	close_lesson();
	open_text(
		"# T\n\n## S\n\n```c\nA: getpid();\n```\n\nTry:\n\n```c try\nA: getuid();\n```\n\n"
		"> *First* comes.\n\n```c try\nA: getuid();\nB: getuid();\n```\n\n> Second comes.\n");
	take(ACTION_TELL, 24, 80);
	ck_assert_str_eq(view.message, "nothing to try stands here that is not explained");
	expect_shown("e explain", false);
	view.message = NULL;
	next();
	expect_shown("e explain", true);
	expect_shown("comes.", false);
	view.message = NULL;
	take(ACTION_TELL, 24, 80);
	ck_assert_ptr_null(view.message);
	expect_shown("First comes.", true);
	expect_shown("Second comes.", false);
	take(ACTION_TELL, 24, 80);
	expect_shown("Second comes.", true);
	expect_screen("explained", 80, 24, GLYPHS_UNICODE);
	expect_shown("e explain", false);
}
END_TEST

/* Who has tried it sees it below the trial, and above it when that is over. */
START_TEST(test_explained_by_trying)
{
	char *lines[] = { (char *)"A: getuid();", (char *)"A: getuid();", (char *)"B: getuid();" };
	struct trial trial = { .lines = lines };

	close_lesson();
	open_text(
		"# T\n\n## S\n\n```c\nA: getpid();\n```\n\nTry:\n\n```c try\nA: getuid();\n```\n\n"
		"> First comes.\n\n```c try\nA: getuid();\nB: getuid();\n```\n\n> Second comes.\n");
	next();
	trial.script = lesson;
	view.trial = &trial;
	expect_shown("comes.", false);
	trial.nlines = 2;
	expect_shown("First comes.", true);
	expect_shown("Second comes.", false);
	trial.nlines = 3;
	expect_shown("Second comes.", true);
	view.trial = NULL;
	expect_shown("First comes.", true);
	expect_shown("Second comes.", true);
	expect_shown("e explain", false);
}
END_TEST

/* In a scene without a note that is said, and nothing is turned on. */
START_TEST(test_no_notes)
{
	for (int i = 0; i < 5; i++)
		next();
	free(draw(80, 24, GLYPHS_UNICODE));
	take(ACTION_NOTES, 24, 80);
	ck_assert_str_eq(view.message, "no speaker's note in this scene");
	ck_assert(!view.notes);
}
END_TEST

static void answer_question(int n)
{
	view.message = NULL;
	free(draw(100, 50, GLYPHS_UNICODE)); /* it looks where the engine is */
	take((enum action)(ACTION_ANSWER + n - 1), 50, 100);
}

/* It is asked where it stands before the next step, and only there. */
START_TEST(test_question)
{
	answer_question(1);
	ck_assert_str_eq(view.message, "no question stands here");
	expect_shown("What is semval", false);
	view.message = NULL;
	next();
	next();
	expect_shown("1-2 answer", true);
	answer_question(3);
	ck_assert_str_eq(view.message, "the question has no such answer");
	expect_shown("✗", false);
	expect_shown("✓ 2)", false);
	answer_question(1);
	ck_assert_ptr_null(view.message);
	expect_screen("answered", 80, 24, GLYPHS_UNICODE);
	expect_screen("answered-ascii", 60, 20, GLYPHS_ASCII);
	expect_shown("Wrong: 2 is right. Never below 0.", true);
	expect_shown("It is counted instead.", false);
	answer_question(2);
	expect_shown("Never below 0.", false);
	expect_shown("Right. It is counted instead.", true);
	next();
	expect_shown("Right. It is counted instead.", true);
	expect_shown("1-2 answer", false);
	answer_question(1);
	ck_assert_str_eq(view.message,
	                 "that question is answered: r restarts the scene, and asks again");
	expect_shown("Right. It is counted instead.", true);
	learner_forget_from(&learner, 1);
	expect_shown("Right. It is counted instead.", true);
	learner_forget_from(&learner, 0);
	expect_shown("Right. It is counted instead.", false);
}
END_TEST

static const char three[] =
	"# Q\n\nWhich?\n\n- [ ] a\n\n  Because of a.\n\n- [x] b\n\n  Because of b.\n\n"
	"- [ ] c\n\n  Because of c.\n\n- [ ] d\n\n  Because of d.\n\n"
	"```c\nA: getpid();\n```\n";

/* A wrong answer does not give the right one away: there is a second try. */
START_TEST(test_second_try)
{
	close_lesson();
	open_text(three);
	answer_question(1);
	expect_shown("✗ 1) a", true);
	expect_shown("Wrong. Another number is the second try.", true);
	expect_shown("Wrong: 1-4 is the second try, Space runs it", true);
	expect_shown("✓", false);
	expect_shown("Because", false);
	ck_assert(lesson_asks(&view));
	/* the same once more is no other try */
	answer_question(1);
	expect_shown("✓", false);
	answer_question(4);
	expect_shown("✗ 1) a", true);
	expect_shown("✗ 4) d", true);
	expect_shown("✓ 2) b", true);
	expect_shown("Wrong: 2 is right. Because of d.", true);
	ck_assert(!lesson_asks(&view));
	answer_question(2);
	expect_shown("Right. Because of b.", true);
	learner_forget(&learner);
	answer_question(3);
	answer_question(2);
	expect_shown("Right. Because of b.", true);
	expect_shown("✗ 3) c", true);
}
END_TEST

/* The step settles it. */
START_TEST(test_settled_by_the_step)
{
	close_lesson();
	open_text(three);
	answer_question(3);
	expect_shown("Because", false);
	next();
	expect_shown("Wrong: 2 is right. Because of c.", true);
	expect_shown("✓ 2) b", true);
	back();
	expect_shown("Because", false);
}
END_TEST

/* With one panel at a time an answer brings its question back, and what is said of it is seen. */
START_TEST(test_answer_from_a_panel)
{
	char *got;

	next();
	next();
	free(draw(60, 20, GLYPHS_UNICODE));
	take(ACTION_PANEL, 20, 60);
	take(ACTION_PANEL, 20, 60);
	got = draw(60, 20, GLYPHS_UNICODE);
	ck_assert_ptr_null(strstr(got, "1) -1"));
	free(got);
	take(ACTION_ANSWER, 20, 60);
	got = draw(60, 20, GLYPHS_UNICODE);
	ck_assert_ptr_nonnull(strstr(got, "✗ 1) -1"));
	ck_assert_ptr_nonnull(strstr(got, "Wrong: 2 is right."));
	free(got);
}
END_TEST

/* A question that is higher than its page: what is said of each answer is in sight, at every size. */
START_TEST(test_answer_is_seen)
{
	struct buf b = { 0 };

	buf_puts(&b, "# Q\n\nWhich?\n\n");
	for (int i = 0; i < 9; i++)
		buf_printf(&b, "- [%c] Number %d.\n\n  Because of it.\n\n", i == 8 ? 'x' : ' ', i);
	buf_puts(&b, "```c\nA: getpid();\n```\n");
	close_lesson();
	open_text(b.data);
	for (int n = 0; n < 9; n++)
		for (size_t i = 0; i < sizeof(tiny) / sizeof(tiny[0]); i++) {
			char *got;

			free(draw(tiny[i][0], tiny[i][1], GLYPHS_UNICODE));
			take((enum action)(ACTION_ANSWER + n), tiny[i][1], tiny[i][0]);
			got = draw(tiny[i][0], tiny[i][1], GLYPHS_UNICODE);
			ck_assert_msg(strstr(got, n == 8 ? "Right." : "Wrong"), "%d at %d:\n%s", n,
			              tiny[i][0], got);
			free(got);
		}
	buf_free(&b);
}
END_TEST

/* A teacher goes on without an answer: that it was left is said, and what is right. An answer stays over
   going back. */
START_TEST(test_question_passed)
{
	for (int i = 0; i < 3; i++)
		next();
	expect_shown("✓ 2) 0, and B sleeps  (not answered)", true);
	answer_question(1);
	ck_assert_str_eq(view.message,
	                 "that question was left without an answer: ← goes back to it");
	expect_shown("1) -1", true);
	expect_shown("Never below 0.", false);
	expect_shown("It is counted instead.", false);
	expect_shown("Wrong", false);
	view.message = NULL; /* a key puts it away */
	back();
	expect_shown("1-2 answer", true);
	answer_question(2);
	back();
	expect_shown("2) 0, and B sleeps", false);
	next();
	expect_shown("Right. It is counted instead.", true);
	learner_forget(&learner);
	expect_shown("Right.", false);
}
END_TEST

/* Each question has an answer of its own, also where two are asked before one step, and where
   others stand at the same place of another scene. */
START_TEST(test_questions)
{
	static const char questions[] =
		"# Q\n\n## One\n\n- [ ] a\n- [x] b\n\nAnd:\n\n- [x] c\n- [ ] d\n- [x] e\n\n"
		"```c\nA: getpid();\n```\n\n- [x] f\n- [ ] g\n- [x] h\n- [x] i\n\n"
		"## Two\n\n- [ ] j\n- [ ] k\n\n```c\nA: getpid();\n```\n";

	close_lesson();
	open_text(questions);
	expect_shown("1-2 answer", true);
	answer_question(1);
	expect_shown("Wrong: 2 is right.", true);
	expect_shown("1-3 answer", true);
	answer_question(2);
	expect_shown("Wrong: 1 and 3 are right.", true);
	answer_question(3);
	expect_shown("Wrong: 2 is right.", true);
	expect_shown("✓ 3) e", true);
	next();
	answer_question(2);
	expect_shown("Wrong: 1, 3 and 4 are right.", true);
	expect_shown("Wrong: 2 is right.", true);
	next();
	expect_shown("Wrong", false);
	answer_question(2);
	expect_shown("✗ 2) k", true);
	expect_shown("Wrong.", true);
	back();
	expect_shown("Wrong: 1, 3 and 4 are right.", true);
	expect_shown("✓ 3) e", true);
}
END_TEST

static struct glossary_entry entries[] = {
	{ "nowhere", { .bytes = "This is not on the screen." } },
	{ "many, semaphore that", { .bytes = "Two words on two rows." } },
	{ "SEM_UNDO", { .bytes = "A flag of semop." } },
	{ "process", { .bytes = "Also where there are several." } },
	{ "semncnt", { .bytes = "How many sleep until the value is large enough." } },
	{ "sempid", { .bytes = "The last process whose operation took effect." } },
	{ "wait", { .bytes = "Not for what waits." } },
};

static struct glossary glossary = { entries, sizeof(entries) / sizeof(entries[0]) };

/* What the list of the words page says on a row; "" below its end. */
static void read_term(const struct grid *g, int row, char *out)
{
	int n = 0;

	for (int column = 3; grid_cell(g, row, column)->character != U'│'; column++)
		out[n++] = (char)grid_cell(g, row, column)->character;
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

static void expect_terms(const char *const terms[])
{
	char got[120];
	struct grid g;
	size_t n = 0;

	grid_init(&g, 24, 80, GLYPHS_UNICODE);
	pages_draw(pages, &view, &g);
	for (; terms[n]; n++) {
		read_term(&g, 2 + (int)n, got);
		ck_assert_str_eq(got, terms[n]);
	}
	read_term(&g, 2 + (int)n, got);
	ck_assert_str_eq(got, "");
	grid_free(&g);
}

static void expect_page(enum page_id id)
{
	ck_assert_int_eq(pages_top(pages), id);
}

/* Those of the lesson in the order in which they stand there, then those of the panels; or
   those of the panel with the focus first. */
START_TEST(test_words)
{
	ck_assert_int_eq(act(ACTION_WORDS, 24, 80), INTENT_NONE);
	view.glossary = &glossary;
	for (int i = 0; i < 3; i++) {
		next();
		free(draw(80, 24, GLYPHS_UNICODE));
	}
	take(ACTION_WORDS, 24, 80);
	expect_terms((const char *const[]){ "many, semaphore that", "semncnt", "process", "wait",
	                                    "SEM_UNDO", "sempid", NULL });
	take(ACTION_DOWN, 24, 80);
	expect_screen("words", 80, 24, GLYPHS_UNICODE);
	expect_screen("words", 60, 20, GLYPHS_UNICODE);
	take(ACTION_LAST, 24, 80);
	take(ACTION_DOWN, 24, 80);
	expect_shown("▶ sempid", true);
	take(ACTION_HELP, 24, 80);
	take(ACTION_CLOSE, 24, 80);
	expect_page(PAGE_WORDS);
	take(ACTION_CLOSE, 24, 80);
	expect_page(PAGE_LESSON);
	take(ACTION_PANEL, 24, 80);
	take(ACTION_WORDS, 24, 80);
	expect_terms((const char *const[]){ "semncnt", "sempid", "many, semaphore that", "process",
	                                    "wait", "SEM_UNDO", NULL });
}
END_TEST

/* A Chinese term that begins on one row and ends on the next. */
START_TEST(test_chinese_words)
{
	static struct glossary_entry chinese[] = { { "信号量集", { .bytes = "一组信号量。" } } };
	struct glossary g = { chinese, 1 };
	char *got;

	close_lesson();
	open_text("# 题\n\n## 一\n\n一二三四五六七八九十一二三四五六七信号量集合\n");
	got = draw(80, 24, GLYPHS_UNICODE);
	ck_assert_ptr_nonnull(strstr(got, "号量集合"));
	ck_assert_ptr_null(strstr(got, "信号量集"));
	free(got);
	view.glossary = &g;
	take(ACTION_WORDS, 24, 80);
	expect_shown("words on the screen", true);
	expect_shown("▶ 信号量集", true);
}
END_TEST

/* Where no term stands, and in the list, it is the whole glossary. */
START_TEST(test_all_words)
{
	struct glossary one = { entries, 1 };

	view.glossary = &one;
	free(draw(80, 24, GLYPHS_UNICODE));
	take(ACTION_WORDS, 24, 80);
	expect_terms((const char *const[]){ "nowhere", NULL });
	expect_shown("words: the glossary", true);
	take(ACTION_CLOSE, 24, 80);
	view.glossary = &glossary;
	ck_assert(pages_open(pages, &view, PAGE_LIST, (struct size){ 24, 80 }));
	take(ACTION_WORDS, 24, 80);
	expect_shown("words: the glossary", true);
	for (size_t i = 0; i < glossary.count; i++)
		expect_shown(entries[i].terms, true);
	take(ACTION_CLOSE, 24, 80);
	expect_page(PAGE_LIST);
}
END_TEST

/* Each page is as it was left when what is over it is closed, and is there once for each time that
   it was opened. */
START_TEST(test_stack)
{
	static const enum page_id order[] = { PAGE_LESSON, PAGE_HELP, PAGE_WORDS, PAGE_HELP,
		                              PAGE_WORDS };
	enum { DEPTH = sizeof(order) / sizeof(order[0]) };

	view.glossary = &glossary;
	for (int i = 1; i < DEPTH; i++) {
		expect_page(order[i - 1]);
		take(ACTION_DOWN, 24, 80);
		free(draw(80, 24, GLYPHS_UNICODE));
		take(order[i] == PAGE_HELP ? ACTION_HELP : ACTION_WORDS, 24, 80);
	}
	for (int i = DEPTH - 1; i > 0; i--) {
		expect_page(order[i]);
		/* over itself it would be the same page */
		ck_assert_int_eq(act(order[i] == PAGE_HELP ? ACTION_HELP : ACTION_WORDS, 24, 80),
		                 INTENT_NONE);
		take(ACTION_CLOSE, 24, 80);
		/* the words were on the second of them, the help on its second row */
		expect_shown("▶ many, semaphore that", order[i - 1] == PAGE_WORDS);
		expect_shown("▲", order[i - 1] != PAGE_WORDS && order[i - 1] != PAGE_LESSON);
	}
	expect_page(PAGE_LESSON);
	ck_assert_int_eq(act(ACTION_CLOSE, 24, 80), INTENT_LEAVE);
}
END_TEST

/* At 80x24: the selected item, one that is seen, and one that is not. */
static void expect_at(const char *selected, const char *seen, const char *unseen)
{
	char *got = draw(80, 24, GLYPHS_UNICODE);

	ck_assert_msg(strstr(got, selected) && strstr(got, seen) && !strstr(got, unseen),
	              "%s, %s, not %s:\n%s", selected, seen, unseen, got);
	free(got);
}

/* What is selected is seen; a page is a screenful. */
START_TEST(test_menus)
{
	enum { MANY = 60 };
	struct glossary_entry many[MANY];
	struct glossary g = { many, MANY };
	char terms[MANY][8];

	for (int i = 0; i < MANY; i++) {
		snprintf(terms[i], sizeof(terms[i]), "term%02d", i);
		many[i] = (struct glossary_entry){ terms[i], { .bytes = terms[i] } };
	}
	view.glossary = &g;
	pages_close(pages);
	ck_assert(pages_open(pages, &view, PAGE_LIST, (struct size){ 24, 80 }));
	take(ACTION_WORDS, 24, 80);
	expect_at("▶ term00", "term19", "term20");
	take(ACTION_PAGE_DOWN, 24, 80);
	expect_at("▶ term18", "term00", "term20");
	take(ACTION_PAGE_DOWN, 24, 80);
	expect_at("▶ term36", "term17", "term16");
	take(ACTION_PAGE_UP, 24, 80);
	expect_at("▶ term18", "term36", "term37");
	take(ACTION_UP, 24, 80);
	expect_at("▶ term17", "term36", "term37");
	take(ACTION_UP, 24, 80);
	expect_at("▶ term16", "term35", "term36");
	take(ACTION_LAST, 24, 80);
	expect_at("▶ term59", "term40", "term39");
	take(ACTION_DOWN, 24, 80);
	expect_at("▶ term59", "term40", "term39");
	take(ACTION_FIRST, 24, 80);
	take(ACTION_UP, 24, 80);
	expect_at("▶ term00", "term19", "term20");
}
END_TEST

/* What the page on top does not know means the same everywhere. */
START_TEST(test_anywhere)
{
	static const struct named themes[] = { { "default", "fits" }, { NULL, NULL } };
	struct course course = { 0 };
	struct search search = { 0 };

	view.themes = themes;
	view.theme = "default";
	view.topic = "semop";
	view.glossary = &glossary;
	view.course = &course;
	view.search = &search;
	view.trial = &(struct trial){ .script = lesson };
	for (int id = 0; id < PAGES; id++) {
		/* nothing is mapped here, no schedule is next, it is a lesson */
		if (id == PAGE_POKE || id == PAGE_ORDERS || id == PAGE_RUN) {
			ck_assert(!pages_open(pages, &view, (enum page_id)id,
			                      (struct size){ 24, 80 }));
			continue;
		}
		view.order = id == PAGE_RUN ? "" : NULL; /* else it has nothing to show */
		ck_assert(pages_open(pages, &view, (enum page_id)id, (struct size){ 24, 80 }));
		ck_assert_int_eq(act(ACTION_QUIT, 24, 80), INTENT_QUIT);
		ck_assert_int_eq(act(ACTION_REDRAW, 24, 80), INTENT_REDRAW);
		ck_assert_int_eq(act(ACTION_NONE, 24, 80), INTENT_NONE);
		expect_page((enum page_id)id);
	}
	while (pages_any(pages))
		pages_close(pages);
	free(search.sought);
	ck_assert_int_eq(act(ACTION_QUIT, 24, 80), INTENT_NONE);
	expect_page(PAGES);
}
END_TEST

/* What a step comes to is nowhere before it has run. */
START_TEST(test_nothing_is_given_away)
{
	static const char *const secrets[] = { "== 1", "EIDRM", "does not hold", "Never below" };
	char *got = draw(200, 60, GLYPHS_UNICODE);

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		ck_assert_msg(!strstr(got, secrets[i]), "%s:\n%s", secrets[i], got);
	free(got);
}
END_TEST

/* The name that is in reverse where one panel is shown at a time. */
static void expect_focus(const char *name)
{
	struct grid g;
	size_t n = 0;

	grid_init(&g, 20, 60, GLYPHS_UNICODE);
	pages_draw(pages, &view, &g);
	for (int column = 0; column < g.columns; column++) {
		const struct cell *cell = grid_cell(&g, 1, column);

		if (cell->style.attributes & STYLE_REVERSE)
			ck_assert_int_eq((char)cell->character, name[n++]);
	}
	ck_assert_uint_eq(n, strlen(name));
	grid_free(&g);
}

START_TEST(test_one_panel)
{
	for (int i = 0; i < 3; i++)
		next();
	expect_focus("STEP");
	take(ACTION_PANEL, 20, 60);
	expect_focus("LESSON");
	take(ACTION_PANEL, 20, 60);
	expect_screen("panel", 60, 20, GLYPHS_UNICODE);
	take(ACTION_PANEL, 20, 60);
	take(ACTION_PANEL, 20, 60);
	take(ACTION_PANEL, 20, 60);
	expect_focus("STEP");
	take(ACTION_PANEL_BACK, 20, 60);
	expect_focus("TIME");
	for (int i = 0; i < 3; i++)
		take(ACTION_PANEL_BACK, 20, 60);
	expect_focus("LESSON");
	take(ACTION_PANEL_BACK, 20, 60);
	expect_focus("STEP");
}
END_TEST

/* Before a step of the page has run there is nothing to say of one: the lesson is the first. */
START_TEST(test_one_panel_first)
{
	expect_focus("LESSON");
	next();
	expect_focus("STEP");
}
END_TEST

/* On a small screen, row by row, back to what stands before the rest of the scene. */
START_TEST(test_rest_scrolls)
{
	char *got = NULL;

	next();
	next();
	for (int up = 0; up < 3; up++) {
		free(got);
		got = draw(60, 20, GLYPHS_UNICODE);
		ck_assert_msg(!strstr(got, "✓ A: sem = semget"), "%d: %s", up, got);
		take(ACTION_UP, 20, 60);
	}
	free(got);
	got = draw(60, 20, GLYPHS_UNICODE);
	ck_assert_msg(strstr(got, "✓ A: sem = semget"), "%s", got);
	free(got);
}
END_TEST

START_TEST(test_zoom)
{
	for (int i = 0; i < 3; i++)
		next();
	take(ACTION_ZOOM, 24, 80);
	expect_shown("LESSON  SEMAPHORES*", true);
	expect_shown("│ SEMAPHORES", false);
	take(ACTION_PANEL, 24, 80);
	expect_screen("zoom", 80, 24, GLYPHS_UNICODE);
	take(ACTION_ZOOM, 24, 80);
	expect_shown("│ SEMAPHORES", true);
}
END_TEST

/* Whether a mapping can be poked is known once no step runs: until then the key waits. */
START_TEST(test_poke_later)
{
	struct engine_action action;
	struct intent intent;

	mapped = true;
	next();
	take(ACTION_TELL, 24, 80);
	for (int i = 0; i < PANELS && !strstr(view.message, "no mapping here has a name"); i++) {
		take(ACTION_PANEL, 24, 80);
		take(ACTION_TELL, 24, 80);
	}
	ck_assert_ptr_nonnull(strstr(view.message, "no mapping here has a name"));
	engine_command(engine, ENGINE_NEXT);
	intent = pages_act(pages, &view, ACTION_TELL, (struct size){ 24, 80 });
	ck_assert_int_eq(intent.kind, INTENT_LATER);
	ck_assert_int_eq(intent.action, ACTION_TELL);
	ck_assert_ptr_null(intent.message);
	while (engine_action(engine, &action))
		if (action.kind == ENGINE_REQUEST)
			answer(&action.request);
	take(ACTION_TELL, 24, 80);
	ck_assert_ptr_nonnull(strstr(view.message, "no mapping here has a name"));
}
END_TEST

/* Where there is not room for all, what has changed is shown. */
START_TEST(test_crowded)
{
	crowded = true;
	for (int i = 0; i < 3; i++) {
		next();
		free(draw(80, 24, GLYPHS_UNICODE));
	}
	expect_screen("crowded", 80, 24, GLYPHS_UNICODE);
	take(ACTION_PANEL, 24, 80);
	expect_screen("crowded-focus", 80, 24, GLYPHS_UNICODE);
}
END_TEST

/* Also where only a letter has changed, which keeps its colour and is underlined. */
START_TEST(test_crowded_letter)
{
	char *got;

	crowded = true;
	for (int i = 0; i < 4; i++) {
		next();
		got = draw(80, 24, GLYPHS_UNICODE);
		ck_assert_msg(i < 3 || strstr(got, "shm_lpid"), "%s", got);
		free(got);
	}
}
END_TEST

static void expect_stack(struct stack_view *v, const char *words, bool shown)
{
	struct area area = { .rows = 30, .columns = 50 };
	struct grid g;
	char *got;

	grid_init(&g, area.rows, area.columns, GLYPHS_UNICODE);
	stack_draw(v, &g, &area);
	got = grid_text(&g);
	ck_assert_msg(!strstr(got, words) != shown, "%s:\n%s", words, got);
	free(got);
	grid_free(&g);
}

/* The panels can show a moment that is over. */
START_TEST(test_past)
{
	struct stack_view v = { .engine = engine, .panel = -1 };

	for (int i = 0; i < 6; i++)
		next();
	expect_stack(&v, "BLOCKED", false);
	expect_stack(&v, "SEMAPHORES", false);
	stack_show(&v, 3);
	expect_stack(&v, "BLOCKED", true);
	expect_stack(&v, "SEMAPHORES", true);
	stack_show(&v, 1);
	expect_stack(&v, "SEMAPHORES", true);
	expect_stack(&v, "BLOCKED", false);
	stack_show(&v, 0);
	expect_stack(&v, "PROCESSES", false);
	stack_show(&v, engine_position(engine));
	expect_stack(&v, "SEMAPHORES", false);
	stack_show(&v, 3);
	while (engine_position(engine) > 2)
		back();
	expect_stack(&v, "BLOCKED", false);
}
END_TEST

/* Where Enter would go, and that it is said whether it is past. */
static void expect_looks_at(const char *title, size_t position)
{
	struct intent intent;

	expect_shown(title, true);
	intent = pages_act(pages, &view, ACTION_THERE, (struct size){ 24, 80 });
	ck_assert_int_eq(intent.kind, position ? INTENT_REPLAY : INTENT_TAKEN);
	ck_assert_uint_eq(intent.moment.position, position);
	expect_shown("after step", false);
}

static void look_back(int steps)
{
	take(ACTION_LOOK, 24, 80);
	for (int i = 0; i < steps; i++)
		take(ACTION_UP, 24, 80);
}

/* The time cursor goes from step to step in which something happened; the panels show that moment. */
START_TEST(test_look)
{
	take(ACTION_LOOK, 24, 80);
	ck_assert_str_eq(view.message, "nothing has happened yet");
	view.message = NULL;
	for (int i = 0; i < 6; i++)
		next();
	look_back(0);
	expect_shown("↑ ↓ step", true);
	expect_shown("SEMAPHORES", false);
	expect_looks_at("now: after step 5/6", 0);
	expect_shown("↑ ↓ step", false);
	look_back(1); /* over the assert */
	expect_shown("BLOCKED", true);
	expect_shown("semncnt 0 ▶ 1", true);
	expect_shown("A negative value tells", true); /* the scene of that step */
	expect_looks_at("the past: after step 3/6", 3);
	look_back(2);
	expect_shown("BLOCKED", false);
	expect_looks_at("the past: after step 2/6", 2);
	look_back(7);
	expect_looks_at("the past: after step 1/6", 1);
	look_back(3);
	take(ACTION_DOWN, 24, 80);
	take(ACTION_NEXT, 24, 80);
	expect_looks_at("the past: after step 3/6", 3);
	look_back(0);
	take(ACTION_FIRST, 24, 80);
	take(ACTION_BACK, 24, 80);
	expect_looks_at("the past: after step 1/6", 1);
	look_back(3);
	take(ACTION_LAST, 24, 80);
	take(ACTION_DOWN, 24, 80);
	expect_looks_at("now: after step 5/6", 0);
}
END_TEST

/* It ends by its keys, and by what can only be done now. */
START_TEST(test_look_ends)
{
	static const enum action ends[] = { ACTION_LOOK,       ACTION_STOP,   ACTION_PROMPT,
		                            ACTION_AUTO,       ACTION_ANSWER, ACTION_RESTART,
		                            ACTION_SCENE_NEXT, ACTION_TELL };
	static const enum action stays[] = {
		ACTION_NOTES, ACTION_PANEL,  ACTION_ZOOM, ACTION_ZOOM,
		ACTION_FIND,  ACTION_THEMES, ACTION_GO,   ACTION_REDRAW
	};

	for (int i = 0; i < 6; i++)
		next();
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		look_back(1);
		expect_shown("the past", true);
		act(ends[i], 24, 80);
		expect_shown("the past", false);
		expect_shown("BLOCKED", false);
	}
	for (size_t i = 0; i < sizeof(stays) / sizeof(stays[0]); i++) {
		look_back(1);
		act(stays[i], 24, 80);
		expect_shown("the past", true);
		take(ACTION_LOOK, 24, 80);
	}
	look_back(0);
	ck_assert_int_eq(act(ACTION_NEXT, 24, 80), INTENT_COMMAND); /* behind the last step */
	expect_shown("after step", false);
}
END_TEST

/* A step that ends meanwhile changes nothing of what is seen; on the way back it can be gone. */
START_TEST(test_look_goes_on)
{
	for (int i = 0; i < 4; i++)
		next();
	look_back(2);
	expect_shown("the past: after step 2/6", true);
	next();
	next();
	expect_shown("the past: after step 2/6", true);
	expect_shown("BLOCKED", false);
	back();
	back();
	back();
	expect_shown("the past: after step 2/6", true);
	back();
	expect_shown("now: after step 2/6", true);
	next();
	expect_shown("now: after step 3/6", true);
	back();
	back();
	expect_shown("after step", false);
	next();
	expect_shown("after step", false);
}
END_TEST

START_TEST(test_look_sizes)
{
	int columns = sizes[_i][0], rows = sizes[_i][1];

	for (int i = 0; i < 6; i++)
		next();
	take(ACTION_LOOK, rows, columns);
	take(ACTION_UP, rows, columns);
	expect_screen("look", columns, rows, GLYPHS_UNICODE);
	take(ACTION_LOOK, rows, columns);
	if (rows < VIEW_ROWS_SIDE)
		expect_focus("STEP"); /* as before */
}
END_TEST

START_TEST(test_host_and_message)
{
	view.host_reason = "unshare: Operation not permitted";
	view.message =
		"a message that is a good deal longer than the row on which it begins, so that it "
		"goes on below";
	expect_screen("message", 80, 24, GLYPHS_UNICODE);
}
END_TEST

START_TEST(test_help)
{
	take(ACTION_HELP, 24, 80);
	expect_screen("help", 80, 24, GLYPHS_UNICODE);
	/* where it is narrow too, each key is named in whole */
	expect_screen("help", 44, 16, GLYPHS_UNICODE);
	take(ACTION_CLOSE, 24, 80);
	expect_page(PAGE_LESSON);
}
END_TEST

/* A wide character has two cells of its row, and no other cell is empty. */
static void expect_whole_cells(const struct grid *g)
{
	for (int row = 0; row < g->rows; row++)
		for (int column = 0, width; column < g->columns; column += width) {
			char32_t c = grid_cell(g, row, column)->character;
			const struct cell *second = grid_cell(g, row, column + 1);

			width = c ? glyph_width(c) : 0;
			if (c == '\n' || width < 1 ||
			    (width == 2 && !(second && second->character == 0)))
				ck_abort_msg("%dx%d: half a character at row %d, column %d",
				             g->columns, g->rows, row, column);
		}
}

static void expect_row(const struct grid *g, int row, const char *words)
{
	struct area area = { .row = row, .rows = 1, .columns = g->columns };
	struct buf b = { 0 };

	area_text(&b, g, &area);
	ck_assert_msg(strstr(buf_str(&b), words), "%dx%d: no \"%s\" on row %d: %s", g->columns,
	              g->rows, words, row, buf_str(&b));
	buf_free(&b);
}

static void expect_somewhere(const struct grid *g, const char *words)
{
	char *got = grid_text(g);

	ck_assert_msg(strstr(got, words), "%dx%d: no \"%s\":\n%s", g->columns, g->rows, words, got);
	free(got);
}

/* The step to run, or how it goes on. */
static void expect_next(const struct grid *g)
{
	const struct script *script = &engine_lesson(engine)->script;
	size_t next = engine_position(engine);
	char words[40] = "✓ end of the lesson";

	if (next < script->nsteps && script->steps[next].scene == engine_scene(engine))
		snprintf(words, sizeof(words), "▶ %.12s", script->steps[next].text);
	else if (engine_status(engine) != ENGINE_FINISHED)
		snprintf(words, sizeof(words), "▶ next scene: ");
	expect_somewhere(g, words);
}

static void expect_good_page(int rows, int columns, const char *title, const char *key)
{
	struct grid g;

	grid_init(&g, rows, columns, GLYPHS_UNICODE);
	pages_draw(pages, &view, &g);
	expect_whole_cells(&g);
	expect_row(&g, 0, title);
	expect_row(&g, rows - 1, key);
	if (pages_top(pages) == PAGE_LESSON)
		expect_next(&g);
	grid_free(&g);
}

static void expect_good_screens(int rows, int columns)
{
	expect_good_page(rows, columns, columns < 60 ? "/6" : "scene ", "? help");
	take(ACTION_WORDS, rows, columns);
	expect_good_page(rows, columns, "ipclens   words", "q close words");
	take(ACTION_HELP, rows, columns);
	expect_good_page(rows, columns, "ipclens   help", "q close help");
	take(ACTION_CLOSE, rows, columns);
	take(ACTION_CLOSE, rows, columns);
}

/* Every size that a window can have, at every place. */
START_TEST(test_all_sizes)
{
	if (_i) {
		close_lesson();
		open_text(wide_text);
	}
	view.glossary = &glossary;
	for (int step = 0; step < 8; step++) {
		for (int columns = 40; columns <= 200; columns += columns < 110 ? 5 : 15)
			for (int rows = 12; rows <= 60; rows += rows < 30 ? 3 : 10)
				expect_good_screens(rows, columns);
		next();
	}
}
END_TEST

/* A window that is too small draws what there is room for, and opens nothing. */
START_TEST(test_tiny_sizes)
{
	view.glossary = &glossary;
	for (int columns = 1; columns <= 41; columns++)
		for (int rows = 1; rows <= 13; rows++) {
			bool opens = columns >= 40 && rows >= 12;
			struct grid g;

			grid_init(&g, rows, columns, GLYPHS_UNICODE);
			pages_draw(pages, &view, &g);
			expect_whole_cells(&g);
			grid_free(&g);
			ck_assert_int_eq(act(ACTION_WORDS, rows, columns),
			                 opens ? INTENT_TAKEN : INTENT_NONE);
			if (opens)
				take(ACTION_CLOSE, rows, columns);
		}
}
END_TEST

static void expect_selected(const struct course_lesson *lesson_there,
                            const struct course_chapter *chapter)
{
	struct intent intent = pages_act(pages, &view, ACTION_OPEN, (struct size){ 24, 80 });

	ck_assert_int_eq(intent.kind, INTENT_LESSON);
	ck_assert_ptr_eq(intent.lesson, lesson_there);
	ck_assert_ptr_eq(intent.chapter, chapter);
}

START_TEST(test_list)
{
	struct course_lesson lessons[] = {
		{ .chapter = 3,
		  .number = 2,
		  .title = "A blocked semop counts in semncnt",
		  .summary = "A semop that asks for more than there is goes to sleep." },
		{ .chapter = 3, .number = 8, .title = "Signals and removal", .summary = "EINTR." },
	};
	struct course_chapter chapters[] = {
		{ .number = 3,
		  .title = "Semaphores",
		  .summary = "Numbers that can block.",
		  .lessons = lessons,
		  .nlessons = 2 },
	};
	struct course course = { .chapters = chapters, .nchapters = 1 };

	view.course = &course;
	ck_assert(pages_open(pages, &view, PAGE_LIST, (struct size){ 24, 80 }));
	take(ACTION_DOWN, 24, 80);
	take(ACTION_DOWN, 24, 80);
	expect_selected(&lessons[1], &chapters[0]);
	take(ACTION_UP, 24, 80);
	expect_selected(&lessons[0], &chapters[0]);
	expect_screen("list", 80, 24, GLYPHS_UNICODE);
	expect_screen("list", 60, 20, GLYPHS_UNICODE);
}
END_TEST

START_TEST(test_too_small)
{
	expect_screen("small", 38, 10, GLYPHS_UNICODE);
}
END_TEST

static void expect_age(uint64_t ms, const char *age, uint64_t then)
{
	uint64_t since = now;
	char *got;

	view.now = since + ms * MILLISECOND;
	got = draw(100, 30, GLYPHS_UNICODE);
	ck_assert_msg(strstr(got, age), "%s is not there:\n%s", age, got);
	free(got);
	ck_assert_uint_eq(pages_change(pages), since + then * MILLISECOND);
}

/* Who sleeps has slept until now, and the page says when that will look otherwise. */
START_TEST(test_ages)
{
	for (int i = 0; i < 2; i++)
		next();
	view.now = now + MILLISECOND;
	free(draw(100, 30, GLYPHS_UNICODE));
	ck_assert_uint_eq(pages_change(pages), 0);
	next();
	expect_age(1, " 1 ms\n", 100);
	expect_age(250, " 0.2 s\n", 300);
	expect_age(999, " 1.0 s\n", 1000);
	expect_age(1000, " 1.0 s\n", 2000);
	expect_age(5700, " 5.7 s\n", 6000);
	expect_age(3599999, " 59 min 59 s\n", 3600000);
	expect_age(3600000, " 1 h 0 min\n", 3660000);
	take(ACTION_HELP, 30, 100);
	free(draw(100, 30, GLYPHS_UNICODE));
	ck_assert_uint_eq(pages_change(pages), 0);
	take(ACTION_CLOSE, 30, 100);
	for (int i = 0; i < 3; i++) /* one turns the page */
		next();
	free(draw(100, 30, GLYPHS_UNICODE));
	ck_assert_uint_eq(pages_change(pages), 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("screens");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, open_lesson, close_lesson);
	tcase_add_loop_test(tc, test_lesson, 0, sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_loop_test(tc, test_schedule, 0, sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(tc, test_brace_in_text);
	tcase_add_test(tc, test_ascii);
	tcase_add_test(tc, test_notes);
	tcase_add_test(tc, test_speech);
	tcase_add_test(tc, test_prompt);
	tcase_add_test(tc, test_explained);
	tcase_add_test(tc, test_explained_by_trying);
	tcase_add_test(tc, test_no_notes);
	tcase_add_test(tc, test_question);
	tcase_add_test(tc, test_second_try);
	tcase_add_test(tc, test_settled_by_the_step);
	tcase_add_test(tc, test_answer_from_a_panel);
	tcase_add_test(tc, test_answer_is_seen);
	tcase_add_test(tc, test_question_passed);
	tcase_add_test(tc, test_questions);
	tcase_add_test(tc, test_words);
	tcase_add_test(tc, test_chinese_words);
	tcase_add_test(tc, test_all_words);
	tcase_add_test(tc, test_stack);
	tcase_add_test(tc, test_menus);
	tcase_add_test(tc, test_anywhere);
	tcase_add_test(tc, test_nothing_is_given_away);
	tcase_add_test(tc, test_one_panel);
	tcase_add_test(tc, test_one_panel_first);
	tcase_add_test(tc, test_rest_scrolls);
	tcase_add_test(tc, test_zoom);
	tcase_add_test(tc, test_poke_later);
	tcase_add_test(tc, test_crowded);
	tcase_add_test(tc, test_crowded_letter);
	tcase_add_test(tc, test_past);
	tcase_add_test(tc, test_ages);
	tcase_add_test(tc, test_look);
	tcase_add_test(tc, test_look_ends);
	tcase_add_test(tc, test_look_goes_on);
	tcase_add_loop_test(tc, test_look_sizes, 0, sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(tc, test_host_and_message);
	tcase_add_test(tc, test_help);
	tcase_add_loop_test(tc, test_all_sizes, 0, 2);
	tcase_add_test(tc, test_tiny_sizes);
	tcase_add_test(tc, test_list);
	tcase_add_test(tc, test_too_small);
	return suite_main(tc);
}
