// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#include "folder.h"
#include "golden.h"
#include "pages/inside.h"
#include "pages/pages.h"
#include "play/run.h"
#include "probe/inside.h"
#include "suite.h"
#include "sys/calls.h"

/* The screen of one's own programs, with a stage that is made up here: a server that waits for a unit of a
   semaphore, and a client that gives it one. */

static const char server_c[] = "#include <sys/sem.h>\n"
			       "\n"
			       "/* Waits for a unit. */\n"
			       "int main(void)\n"
			       "{\n"
			       "\tstruct sembuf take = { 0, -1, 0 };\n"
			       "\tint sem = semget(0x1234, 1, IPC_CREAT | 0600);\n"
			       "\n"
			       "\tif (semop(sem, &take, 1) < 0) {\n"
			       "\t\treturn 1;\n"
			       "\t}\n"
			       "\treturn 0;\n"
			       "}\n";

static const char client_c[] = "#include <sys/sem.h>\n"
			       "int main(void)\n"
			       "{\n"
			       "\tstruct sembuf give = { 0, +1, 0 };\n"
			       "\tint sem = semget(0x1234, 1, IPC_CREAT | 0600);\n"
			       "\treturn semop(sem, &give, 1);\n"
			       "}\n";

enum { PROGRAMS = 2, CALLS = 3, MILLISECOND = 1000000, PID = 4311 };

/* What they do. */
static const struct {
	const char *name, *text;
	int line;
} calls[PROGRAMS][CALLS] = {
	{ { "semget", "semget(0x1234, 1, IPC_CREAT | 0600)", 7 },
	  { "semop", "semop(0, {{0, -1, 0}}, 1)", 9 },
	  { "exit", "exit(0)", 0 } },
	{ { "semget", "semget(0x1234, 1, IPC_CREAT | 0600)", 5 },
	  { "semop", "semop(0, {{0, 1, 0}}, 1)", 6 },
	  { "exit", "exit(0)", 0 } },
};

static struct {
	int at[PROGRAMS]; /* the call before which each stands, or in which it sleeps */
	bool asleep, started[PROGRAMS];
	bool set; /* it is there */
	int value, last;
} world;

static bool plain; /* they have no source */
static struct lesson *lesson, *script;
static struct engine *engine;
static struct trial trial;
static struct view view;
static struct pages *pages;
static struct learner learner;
static struct draft draft;
static uint64_t now;
static char message[400];

/* The stage */

static void add_program(unsigned who)
{
	bool dead = world.at[who] == CALLS, asleep = who == 0 && world.asleep;
	struct snap_process *p = &draft.processes[draft.head.nprocesses++];
	struct snap_program *at;
	uint32_t task = draft.head.ntasks++;

	draft.tasks[task] = (struct snap_task){ .pid = dead ? 0 : PID + (int)who,
		                                .letter = (uint8_t)who,
		                                .here = 1 };
	*p = (struct snap_process){ .task = task,
		                    .state = dead     ? PROCESS_DEAD
		                             : asleep ? PROCESS_BLOCKED
		                                      : PROCESS_READY,
		                    .in_call = asleep,
		                    .call = call_by_name("semop"),
		                    .since = now };
	if (dead)
		return;
	at = &draft.programs[draft.head.nprograms++];
	at->task = task;
	at->now.stand = asleep ? STAND_IN : STAND_BEFORE;
	at->now.call = call_by_name(calls[who][world.at[who]].name);
	at->now.line = plain ? 0 : calls[who][world.at[who]].line;
	snprintf(at->now.text, sizeof(at->now.text), "%s", calls[who][world.at[who]].text);
	if (at->now.line)
		snprintf(at->now.file, sizeof(at->now.file), "%s/%s", test_folder,
		         who ? "client.c" : "server.c");
	snprintf(at->now.function, sizeof(at->now.function), "main");
}

static struct snapshot *look(void)
{
	memset(&draft, 0, sizeof(draft));
	draft.head.clock = 1000;
	draft.head.time = now;
	for (unsigned who = 0; who < PROGRAMS; who++)
		if (world.started[who])
			add_program(who);
	if (!world.set)
		return block_make(&draft);
	draft.head.nsets = draft.head.nsemaphores = 1;
	draft.sets[0] = (struct snap_set){
		.perm = { .mode = 0600, .key = 0x1234 }, .nsems = 1, .nshown = 1, .ctime = 1000
	};
	draft.semaphores[0] = (struct snap_semaphore){ .val = world.value,
		                                       .ncnt = world.asleep,
		                                       .pid = world.last };
	return block_make(&draft);
}

static void send(struct event e)
{
	e.time = now;
	e.began = now - 12000;
	engine_event(engine, &e);
}

static void send_returned(unsigned who)
{
	struct event e = { .kind = EVENT_RETURNED,
		           .who = (uint8_t)who,
		           .by = (uint8_t)who,
		           .pid = PID + (int)who,
		           .made = 1,
		           .call = call_by_name(calls[who][world.at[who]].name) };

	snprintf(e.text, sizeof(e.text), "%s", calls[who][world.at[who]].text);
	send(e);
	world.at[who]++;
	send((struct event){ .kind = EVENT_READY, .who = (uint8_t)who });
}

static void operate(unsigned who)
{
	world.value += who ? 1 : -1;
	if (world.value < 0) {
		world.value = 0;
		world.asleep = true;
		return;
	}
	world.last = PID + (int)who;
	send_returned(who);
	if (!world.asleep)
		return;
	world.asleep = false;
	world.value = 0;
	world.last = PID;
	send_returned(0);
}

static void go(unsigned who)
{
	const char *call = calls[who][world.at[who]].name;

	if (!strcmp(call, "semget")) {
		world.set = true;
		send_returned(who);
	} else if (!strcmp(call, "semop")) {
		operate(who);
	} else {
		world.at[who] = CALLS;
		send((struct event){ .kind = EVENT_DIED, .who = (uint8_t)who });
	}
}

static void answer(const struct request *r)
{
	struct event quiet = { .kind = EVENT_QUIET, .time = now };
	unsigned who = letter_first(r->who);

	if (r->kind == REQUEST_PROGRAM) {
		if (who == 0)
			memset(&world, 0, sizeof(world));
		world.started[who] = true;
		send((struct event){ .kind = EVENT_STARTED,
		                     .who = (uint8_t)who,
		                     .by = (uint8_t)who,
		                     .pid = PID + (int)who });
		send((struct event){ .kind = EVENT_READY, .who = (uint8_t)who });
	} else {
		ck_assert_int_eq(r->kind, REQUEST_NEXT);
		go(who);
	}
	for (unsigned i = 0; i < PROGRAMS; i++)
		quiet.states[i] = (uint8_t)(!world.started[i]        ? PROCESS_NONE
		                            : world.at[i] == CALLS   ? PROCESS_DEAD
		                            : i == 0 && world.asleep ? PROCESS_BLOCKED
		                                                     : PROCESS_READY);
	quiet.snapshot = look();
	engine_event(engine, &quiet);
}

static void play(void)
{
	struct engine_action action;

	now += 10 * MILLISECOND;
	while (engine_action(engine, &action))
		if (action.kind == ENGINE_REQUEST)
			answer(&action.request);
}

/* The program */

static void use(struct lesson *l)
{
	if (lesson != script)
		lesson_free(lesson);
	lesson = l;
	view.trial = trial.nlines ? &trial : NULL;
}

static void try(const char *line)
{
	struct diags d;
	struct lesson *l;

	diags_init(&d, "test");
	if (!trial.nlines)
		trial = (struct trial){ .script = script, .position = engine_position(engine) };
	l = trial_add(&trial, line, &d);
	ck_assert_msg(l != NULL, "%s: %s", line, d.count ? d.items[0].text : "");
	engine_extend(engine, l);
	use(l);
	engine_command(engine, ENGINE_NEXT);
	play();
	diags_free(&d);
}

static void back(size_t position)
{
	struct lesson *l;

	while ((l = trial_take_back(&trial)) && l->script.nsteps > position)
		lesson_free(l);
	engine_replay(engine, l ? l : script, position, 0);
	use(l ? l : script);
	play();
}

static struct size size = { 24, 80 };

static void carry_out(struct intent intent)
{
	snprintf(message, sizeof(message), "%s", intent.message ? intent.message : "");
	view.message = *message ? message : NULL;
	if (intent.kind == INTENT_TRY)
		try(intent.text);
	else if (intent.kind == INTENT_COMMAND && intent.command == ENGINE_BACK)
		back(engine_position(engine) - 1);
	else if (intent.kind == INTENT_REPLAY)
		back(intent.moment.position);
	else
		ck_assert(intent.kind == INTENT_TAKEN || intent.kind == INTENT_NONE ||
		          intent.kind == INTENT_SHOW);
	if (intent.kind == INTENT_TRY)
		free(intent.text);
}

static void act(enum action action)
{
	carry_out(pages_act(pages, &view, action, size));
}

/* "AAB": these go. */
static void let(const char *letters)
{
	for (; *letters; letters++)
		act(keymap_action(PAGE_RUN, *letters));
}

static char *draw(int columns, int rows, enum glyphs glyphs)
{
	return golden_draw(pages, &view, columns, rows, glyphs);
}

static void expect_screen(const char *name, int columns, int rows, enum glyphs glyphs)
{
	char file[64], *got = draw(columns, rows, glyphs);

	snprintf(file, sizeof(file), "run-%s-%dx%d", name, columns, rows);
	golden_expect(file, got);
	free(got);
}

static void expect_shown(const char *words, bool shown)
{
	char *got = draw(size.columns, size.rows, GLYPHS_UNICODE);

	ck_assert_msg((strstr(got, words) != NULL) == shown, "%s \"%s\":\n%s",
	              shown ? "not shown:" : "shown:", words, got);
	free(got);
}

static void open_run(const char *order)
{
	static char *words[] = { "server.c", ":", "client.c" };
	struct program_specs specs;
	char *why = NULL;

	ck_assert(program_specs_read(&specs, words, 3, &why));
	script = lesson = run_lesson(&specs, NULL);
	program_specs_free(&specs);
	engine = engine_new(lesson, false);
	now = 1000 * (uint64_t)MILLISECOND;
	view = (struct view){ .engine = engine, .learner = &learner, .order = order };
	pages = pages_new();
	ck_assert(pages_open(pages, &view, PAGE_RUN, size));
	engine_command(engine, ENGINE_SCENE_NEXT);
	play();
}

static void open_plainly(void)
{
	size = (struct size){ 24, 80 };
	plain = false;
	folder_make();
	folder_put("server.c", server_c);
	folder_put("client.c", client_c);
	open_run("");
}

static void close_run(void)
{
	pages_free(pages);
	engine_free(engine);
	use(NULL);
	lesson_free(script);
	trial_free(&trial);
	script = NULL;
	folder_remove();
}

static const int sizes[][2] = { { 60, 20 }, { 80, 24 }, { 120, 36 }, { 200, 60 } };

START_TEST(test_screens)
{
	int columns = sizes[_i][0], rows = sizes[_i][1];

	expect_screen("start", columns, rows, GLYPHS_UNICODE);
	let("AA");
	expect_screen("blocks", columns, rows, GLYPHS_UNICODE);
	let("BB");
	expect_screen("woken", columns, rows, GLYPHS_UNICODE);
}
END_TEST

START_TEST(test_ascii)
{
	let("AA");
	expect_screen("ascii", 80, 24, GLYPHS_ASCII);
}
END_TEST

/* What the step did has the screen, on a small one. */
START_TEST(test_step)
{
	let("AABB");
	act(ACTION_PANEL_BACK);
	expect_shown("woke A: semop → 0", true);
	expect_shown("▶ A  exit(0)", true);
	act(ACTION_PANEL);
	expect_shown("B▶   6  ", false); /* it stands before its exit */
	expect_shown("     6      return semop(sem, &give, 1);", true);
}
END_TEST

/* Each in turn, but who can't; then nobody can. */
START_TEST(test_turns)
{
	act(ACTION_NEXT); /* A: semget */
	act(ACTION_NEXT); /* B: semget */
	ck_assert(world.at[0] == 1 && world.at[1] == 1);
	act(ACTION_NEXT); /* A: semop */
	ck_assert(world.asleep);
	act(ACTION_NEXT); /* B: semop wakes A */
	act(ACTION_NEXT);
	ck_assert_int_eq(world.at[0], CALLS);
	act(ACTION_NEXT);
	ck_assert_int_eq(world.at[1], CALLS);
	act(ACTION_NEXT);
	ck_assert_str_eq(message, "all have ended");
	ck_assert_uint_eq(engine_position(engine), 8);
	expect_shown("exit 0 in step 8", true);
}
END_TEST

/* Who can't go says why. */
START_TEST(test_why_not)
{
	let("AA");
	act(ACTION_CHOOSE);
	ck_assert_str_eq(message, "A sleeps in semop(0, {{0, -1, 0}}, 1) at server.c:9");
	act(ACTION_CHOOSE + 2);
	ck_assert_str_eq(message, "there is no program C");
	ck_assert_uint_eq(engine_position(engine), 4);
	world.at[1] = 2; /* it goes past its semop */
	act(ACTION_CHOOSE + 1);
	act(ACTION_CHOOSE + 1);
	ck_assert_str_eq(message, "B has ended");
	act(ACTION_NEXT);
	ck_assert_str_eq(message,
	                 "nobody can go on: A sleeps in semop(0, {{0, -1, 0}}, 1) at server.c:9");
	expect_shown("nobody can go on:", true);
}
END_TEST

START_TEST(test_back)
{
	act(ACTION_BACK);
	ck_assert_str_eq(message, "this is the start: nobody has gone yet");
	act(ACTION_SAVE);
	ck_assert_str_eq(message, "nobody has gone yet: there is nothing to save");
	let("AA");
	act(ACTION_BACK);
	ck_assert(!world.asleep);
	expect_shown("▶ B  client.c:5", true);
	expect_shown("A▶   9  ", true);
	let("BBA"); /* the other order: A does not sleep */
	ck_assert(world.at[0] == 2 && !world.asleep);
	act(ACTION_SCENE_PREVIOUS);
	ck_assert(!world.set && world.started[1]);
	ck_assert_uint_eq(engine_position(engine), 2);
	ck_assert_ptr_null(view.trial);
}
END_TEST

/* It makes another call than it made before: the way back ends there, and that is said. */
START_TEST(test_other_call)
{
	struct event e = { .kind = EVENT_ERROR, .text = "A was to make semop here" };

	let("AA");
	engine_command(engine, ENGINE_BACK);
	engine_event(engine, &e);
	expect_shown("It can't go on: A was to make semop here", true);
	expect_shown("nobody can go on", false);
	expect_shown("goes", false);
	act(ACTION_NEXT);
	ck_assert_str_eq(message, "no step can run here: ← goes back");
}
END_TEST

/* Never to where not all have started. */
START_TEST(test_past)
{
	let("AAB");
	act(ACTION_LOOK);
	act(ACTION_UP);
	expect_shown("the past", true);
	expect_shown("A‖", true);
	act(ACTION_FIRST);
	expect_shown("SEMAPHORES", false);
	act(ACTION_THERE);
	ck_assert(world.started[0] && world.started[1]);
	ck_assert_uint_eq(engine_position(engine), 2);
}
END_TEST

START_TEST(test_order)
{
	close_run();
	folder_make();
	open_run("ABAAB");
	for (int i = 0; i < 10; i++)
		carry_out(pages_ready(pages, &view));
	ck_assert_uint_eq(engine_position(engine), 5); /* then A sleeps */
	ck_assert(world.asleep && world.at[1] == 1);
}
END_TEST

START_TEST(test_order_says_why)
{
	close_run();
	folder_make();
	open_run("AAAB");
	for (int i = 0; i < 3; i++)
		carry_out(pages_ready(pages, &view));
	ck_assert_msg(strstr(message, "letter 3 of the order: A sleeps in semop"), "%s", message);
}
END_TEST

/* What the reader does ends it. */
START_TEST(test_order_ends)
{
	close_run();
	folder_make();
	open_run("AAAA");
	carry_out(pages_ready(pages, &view));
	let("B");
	carry_out(pages_ready(pages, &view));
	ck_assert(world.at[0] == 1 && world.at[1] == 1);
}
END_TEST

/* Without a source: the calls that were made. */
START_TEST(test_no_source)
{
	plain = true;
	back(2);
	let("AAB");
	expect_shown("A: semget(0x1234, 1, IPC_CREAT | 0600)", true);
	expect_shown("‖ blocks", true);
	expect_shown("▶ B  semop(0, {{0, 1, 0}}, 1)", true);
}
END_TEST

/* A file that is not there, or is none, or holds what a terminal must not get. */
START_TEST(test_hostile_source)
{
	folder_put("server.c", "a\033[2J\rb\xff\tc\nline 2");
	let("A");
	expect_shown("\033", false);
	expect_shown("   2  line 2", true);
}
END_TEST

START_TEST(test_source_is_gone)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/server.c", test_folder);
	ck_assert_int_eq(remove(path), 0);
	let("A");
	expect_shown("A: semget(0x1234", true);
	expect_shown("server.c:9", true);
}
END_TEST

/* At every size, and scrolled, it is drawn. */
START_TEST(test_all_sizes)
{
	let("AA");
	for (int rows = 1; rows < 40; rows += 3)
		for (int columns = 1; columns < 130; columns += 7) {
			free(draw(columns, rows, GLYPHS_UNICODE));
			act(ACTION_DOWN);
			act(ACTION_PANEL);
		}
}
END_TEST

/* A click on its row lets it go. */
START_TEST(test_click)
{
	struct grid g;

	grid_init(&g, 24, 80, GLYPHS_UNICODE);
	pages_draw(pages, &view, &g);
	for (int row = 0; row < 24; row++)
		if (grid_cell(&g, row, 3)->character == 'B' && row > 10) {
			carry_out(pages_click(pages, &view, grid_cell(&g, row, 9)->target));
			break;
		}
	grid_free(&g);
	ck_assert(world.at[1] == 1 && world.at[0] == 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("run pages");

	tcase_add_checked_fixture(tc, open_plainly, close_run);
	tcase_add_loop_test(tc, test_screens, 0, sizeof(sizes) / sizeof(*sizes));
	tcase_add_test(tc, test_ascii);
	tcase_add_test(tc, test_step);
	tcase_add_test(tc, test_turns);
	tcase_add_test(tc, test_why_not);
	tcase_add_test(tc, test_back);
	tcase_add_test(tc, test_other_call);
	tcase_add_test(tc, test_past);
	tcase_add_test(tc, test_order);
	tcase_add_test(tc, test_order_says_why);
	tcase_add_test(tc, test_order_ends);
	tcase_add_test(tc, test_no_source);
	tcase_add_test(tc, test_hostile_source);
	tcase_add_test(tc, test_source_is_gone);
	tcase_add_test(tc, test_all_sizes);
	tcase_add_test(tc, test_click);
	return suite_main(tc);
}
