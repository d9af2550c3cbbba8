// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "engine_drive.h"
#include "golden.h"
#include "terminal.h"
#include "suite.h"
#include "pages/pages.h"
#include "pages/poking.h"
#include "probe/inside.h"

/* A mapping by hand: the real program, with real processes that map, write and die.
   tests/run: no valgrind */

static struct terminal *t;

/* In namespaces, if there are any, and on the host's: ids and paths are others there. */
enum { IN_NAMESPACES, ON_HOST, STAGES };

static void start(int rows, int cols, int stage, const char *option)
{
	const char *const argv[] = { terminal_ipclens(), "explore",
		                     stage == ON_HOST ? "--host" : option,
		                     stage == ON_HOST ? option : NULL, NULL };

	t = terminal_start(rows, cols, argv, NULL);
}

static void start_pages(int rows, int cols, int stage)
{
	start(rows, cols, stage, "--pages");
	expect_text(t, "a mapping by hand");
	expect_text(t, "Every key here");
}

static void keys(const char *bytes)
{
	terminal_keys(t, bytes);
}

static void quit(void)
{
	expect_quit(t);
}

static const struct {
	int rows, columns;
} sizes[] = { { 20, 60 }, { 24, 80 }, { 36, 120 }, { 60, 200 } };
enum { SIZES = sizeof(sizes) / sizeof(*sizes) };

/* From nothing: what is mapped, its end and the cursor, at each size. */
START_TEST(test_sizes)
{
	start_pages(sizes[_i].rows, sizes[_i].columns, IN_NAMESPACES);
	expect_text(t, "A: p = \"file\"  rw- shared");
	expect_text(t, "B: p = \"file\"  rw- shared");
	expect_text(t, "one cell = ");
	expect_text(t, "─┘");
	expect_text(t, "A: p[0], byte 0 of the file");
	expect_text(t, "q close");
	keys("r");
	expect_text(t, "A: p[0]    → 0");
	expect_text(t, "B: p[0]    → 0");
	quit();
}
END_TEST

/* Beyond the end of the file: it is killed, and C has the same mapping. With a longer file it can. */
START_TEST(test_beyond)
{
	start_pages(36, 120, IN_NAMESPACES);
	keys("f" TERMINAL_END TERMINAL_RIGHT);
	expect_text(t, "A: p[2 * PAGE], byte");
	expect_text(t, "past EOF: SIGBUS");
	keys("w");
	expect_text(t, "killed SIGBUS BUS_ADRERR");
	expect_text(t, "A was killed by SIGBUS: C takes its place, with the same mapping");
	expect_text(t, "C: p[2 * PAGE], byte");
	keys("+");
	expect_text(t, "C: ftruncate(fd, 3 * PAGE - 99)    → 0");
	keys("w");
	expect_text(t, "C: p[2 * PAGE] = ");
	expect_text(t, "B: p[2 * PAGE]    → ");
	expect_gone(t, "takes its place");
	quit();
}
END_TEST

/* Typed ahead: each key has its turn when what the one before began is over, also over a death. */
START_TEST(test_ahead)
{
	start_pages(60, 120, IN_NAMESPACES);
	keys("w" TERMINAL_RIGHT "wr" TERMINAL_PAGE_DOWN TERMINAL_PAGE_DOWN "w+wr");
	expect_text(t, "A: p[0] = 102    → 102 'f'");
	expect_text(t, "killed SIGBUS");
	expect_text(t, "C: ftruncate(fd, 3 * PAGE - 99)    → 0");
	expect_text(t, "C: p[2 * PAGE + 1]    → ");
	expect_text(t, "B: p[2 * PAGE + 1]    → ");
	quit();
}
END_TEST

/* What is written to a private mapping is in no file, and nobody else's. */
START_TEST(test_private)
{
	start_pages(36, 120, _i);
	keys("w");
	expect_text(t, "A: pread(fd, peek, 1, 0)    → 1: \"f\"");
	expect_text(t, "B: p[0]    → 102 'f'");
	keys("v");
	expect_text(t, "MAP_PRIVATE | MAP_FIXED, fd, 0)    → 0x");
	expect_text(t, "rw- private");
	keys("w");
	expect_text(t, "A: p[0] = 106    → 106 'j'");
	expect_text(t, "private copy");
	expect_text(t, "A: pread(fd, peek, 1, 0)    → 1: \"f\"");
	keys("s");
	expect_text(t, "MAP_SHARED | MAP_FIXED, fd, 0)    → 0x");
	keys("r");
	expect_text(t, "A: p[0]    → 102 'f'");
	quit();
}
END_TEST

/* Protected, dropped, and taken back. */
START_TEST(test_protected)
{
	start_pages(36, 120, _i);
	keys(TERMINAL_RIGHT "p");
	expect_text(t, "A: mprotect(p, PAGE, PROT_READ)    → 0");
	expect_text(t, "A: p = \"file\"  r-- shared");
	keys("w");
	expect_text(t, "killed SIGSEGV SEGV_ACCERR");
	expect_text(t, "C takes its place");
	expect_text(t, "C: mprotect(p, PAGE, PROT_READ)    → 0");
	keys("d");
	expect_text(t, "C: munmap(p, PAGE)    → 0");
	expect_text(t, "C: p[1], byte 1 of the file: unmapped: SIGSEGV");
	keys("u");
	expect_gone(t, "C: munmap(p, PAGE)");
	expect_text(t, "C: p = \"file\"  r-- shared");
	quit();
}
END_TEST

/* Another offset, a second mapping, the end of the file where the cursor is; and out into the lesson. */
START_TEST(test_offset)
{
	start_pages(36, 120, _i);
	keys("o");
	expect_text(t, "offset ");
	expect_text(t, "MAP_SHARED | MAP_FIXED, fd, PAGE)");
	keys("O");
	expect_text(t, "MAP_SHARED | MAP_FIXED, fd, 0)");
	keys("O");
	expect_text(t, "it begins with the first page of the file");
	keys("b");
	expect_text(t, "C: p = mmap(NULL, 3 * PAGE");
	keys(TERMINAL_RIGHT "t");
	expect_text(t, "A: ftruncate(fd, 1)    → 0");
	keys("\t");
	expect_text(t, "B: p[1], byte 1");
	keys("\t");
	expect_text(t, "C: p[1], byte 1 of the file: past the end, same page");
	keys("q");
	expect_text(t, "not in the script: tried here");
	expect_text(t, "A: ftruncate(fd, 1)");
	quit();
}
END_TEST

/* A segment, which is not the first one, attached to be read only: so it is by who takes its place. */
START_TEST(test_segment)
{
	char shown[64];
	int row;

	start(36, 120, _i, NULL);
	expect_text(t, "An empty stage");
	keys("A: shmget(IPC_PRIVATE, PAGE, 0600)\rA: seg = shmget(IPC_PRIVATE, PAGE, 0600)\r");
	expect_text(t, "seg id ");
	ck_assert(terminal_find(t, "seg id ", &row, NULL));
	snprintf(shown, sizeof(shown), "B: s = segment %d  r--",
	         atoi(strstr(terminal_row_text(t, row), "seg id ") + strlen("seg id ")));
	keys("B: s = shmat(seg, NULL, SHM_RDONLY)\r");
	expect_text(t, shown);
	keys("\033");
	expect_text(t, "q leave");
	keys("\t\te");
	expect_text(t, "a mapping by hand");
	keys("w");
	expect_text(t, "B was killed by SIGSEGV: C takes its place, with the same mapping");
	expect_text(t, "C: s = shmat(seg, NULL, SHM_RDONLY)    → 0x");
	keys("v");
	expect_text(t, "a segment can only be attached, and is always shared");
	quit();
}
END_TEST

/* Without a name there is only the descriptor that it was mapped from. */
START_TEST(test_nameless)
{
	start(36, 120, IN_NAMESPACES, NULL);
	expect_text(t, "An empty stage");
	keys("A: fd = memfd_create(\"m\", 0)\rA: ftruncate(fd, 1)\r"
	     "A: int *m = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)\r");
	expect_text(t, "PAGES");
	keys("\033");
	expect_text(t, "q leave");
	keys("\te");
	expect_text(t, "a mapping by hand");
	keys("w");
	expect_text(t, "A: ((char *)m)[0] = ");
	expect_text(t, "A: pread(3, peek, 1, 0)    → 1: \"");
	keys("b");
	expect_text(t, "this file has no name by which another process could open it");
	quit();
}
END_TEST

/* What can't be said by a name can't be poked; a mapping that has none says so. */
START_TEST(test_refused)
{
	start(36, 120, IN_NAMESPACES, NULL);
	expect_text(t, "An empty stage");
	keys("A: mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)\r");
	expect_text(t, "anonymous");
	keys("\033");
	expect_text(t, "q leave");
	keys("\te");
	expect_text(t, "no mapping here has a name");
	keys(":A: a = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)\r");
	expect_text(t, "A: a = anonymous");
	keys("\033");
	expect_text(t, "q leave");
	keys("e");
	expect_text(t, "a mapping by hand");
	keys("+");
	expect_text(t, "there is no file behind this mapping");
	keys("w");
	expect_text(t, "killed SIGSEGV SEGV_ACCERR");
	expect_text(t, "B takes its place");
	quit();
}
END_TEST

/* What a step has changed: a part of a mapping is no new page of it. */
START_TEST(test_changes)
{
	start_pages(24, 80, IN_NAMESPACES);
	keys(":A: mprotect(p + PAGE, PAGE, PROT_READ);\r");
	expect_text(t, "A: \"file\"  r-- shared  offset 4096");
	keys("\033");
	expect_text(t, "q close");
	keys("q");
	expect_text(t, "A.p  pages 3 ▶ 1 ");
	expect_gone(t, "+ page 0");
	keys(":A: p[0] = 1;\r");
	expect_text(t, "A.p  + page 0 in memory");
	keys("\033");
	expect_text(t, "q leave");
	quit();
}
END_TEST

/* The same with processes and mappings that are made up here: so many, of A, B and so on. */

#define MAP_FILE  "mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);\n"
#define MAP_START 0x100000

static void answer_mapped(struct drive *d, const char *what, unsigned count)
{
	static struct draft draft;
	struct event e = { .kind = EVENT_QUIET, .states = { PROCESS_READY, PROCESS_READY } };

	memset(&draft, 0, sizeof(draft));
	draft.head.ntasks = draft.head.nmappings = count;
	for (uint32_t who = 0; who < count; who++) {
		draft.tasks[who] = (struct snap_task){ .letter = (uint8_t)who, .here = 1 };
		draft.mappings[who] = (struct snap_mapping){
			.task = who,
			.shared = 1,
			.is_file = 1,
			.start = MAP_START,
			.end = MAP_START + 2 * (uint64_t)sysconf(_SC_PAGESIZE),
			.file_size = (uint64_t)sysconf(_SC_PAGESIZE),
			.path = "/dev/shm/lesson/f",
			.inside = sizeof("/dev/shm/lesson/") - 1,
		};
	}
	drive_happen(d, what);
	e.snapshot = block_make(&draft);
	drive_event(d, &e);
}

static void step_mapped(struct drive *d, const char *what, unsigned count)
{
	drive_command(d, ENGINE_NEXT);
	answer_mapped(d, what, count);
}

static void expect_written(const struct drive *d, enum action action, uint64_t byte,
                           const char *statement)
{
	struct panel_context c = { .engine = d->engine, .at = moment_latest(d->engine) };
	struct poke_target target = { 0 };
	struct poke_lines lines = { 0 };

	ck_assert(poke_next(&c, &target, 1));
	ck_assert_ptr_null(poke_write(&c, &target, byte, action, &lines));
	ck_assert_int_gt(lines.count, 0);
	ck_assert_str_eq(lines.items[0], statement);
	poke_lines_free(&lines);
}

/* A long name is written in whole, and where in the mapping it is too. */
START_TEST(test_long_name)
{
	char name[POKE_NAME], script[256], statement[256];
	struct drive *d;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(script, sizeof(script), "A: %s = " MAP_FILE, name);
	d = drive_new(script, false);
	step_mapped(d, "A=0x100000", 1);
	snprintf(statement, sizeof(statement), "A: munmap(%s + PAGE, PAGE);", name);
	expect_written(d, ACTION_POKE_DROP, (uint64_t)sysconf(_SC_PAGESIZE) + 5, statement);
	drive_free(d);
}
END_TEST

/* A descriptor that was given no name, or in another way, has none that can be used. */
START_TEST(test_descriptor_without_name)
{
	struct drive *d = drive_new("A: fd = open(\"f\", O_RDWR);\n"
	                            "A: p = " MAP_FILE "A: open(\"f\", O_RDWR);\n"
	                            "A: int other = open(\"f\", O_RDWR);\n",
	                            false);

	step_mapped(d, "A=3", 0);
	step_mapped(d, "A=0x100000", 1);
	for (int fd = 4; fd < 6; fd++) {
		char what[8];

		snprintf(what, sizeof(what), "A=%d", fd);
		step_mapped(d, what, 1);
		expect_written(d, ACTION_POKE_END, 0, "A: ftruncate(fd, 0);");
	}
	drive_free(d);
}
END_TEST

static void expect_page(struct pages *pages, const struct view *v, const char *words, bool shown)
{
	char *got = golden_draw(pages, v, 80, 24, GLYPHS_UNICODE);

	ck_assert_msg(!strstr(got, words) == !shown, "%s: %s", words, got);
	free(got);
}

/* On the way back the mapping is not there yet: it is still the one that is looked at, and a key waits. */
START_TEST(test_way_back)
{
	struct drive *d = drive_new("A: p = " MAP_FILE "B: q = " MAP_FILE "A: getpid();\n", false);
	struct view v = { .engine = d->engine };
	struct size size = { 24, 80 };
	struct pages *pages = pages_new();

	step_mapped(d, "A=0x100000", 1);
	step_mapped(d, "B=0x100000", 2);
	step_mapped(d, "A=7", 2);
	ck_assert(pages_open(pages, &v, PAGE_POKE, size));
	expect_page(pages, &v, "A: p[0]", true);
	pages_act(pages, &v, ACTION_PANEL, size);
	expect_page(pages, &v, "B: q[0]", true);
	drive_command(d, ENGINE_BACK);
	expect_page(pages, &v, "[0]", false);
	ck_assert_int_eq(pages_act(pages, &v, ACTION_POKE_READ, size).kind, INTENT_LATER);
	answer_mapped(d, "A=0x100000", 1);
	ck_assert_int_eq(engine_status(d->engine), ENGINE_REPLAYING);
	expect_page(pages, &v, "p[0]", false);
	expect_page(pages, &v, "on its way", true);
	answer_mapped(d, "B=0x100000", 2);
	ck_assert_int_eq(engine_status(d->engine), ENGINE_IDLE);
	expect_page(pages, &v, "B: q[0]", true);
	pages_free(pages);
	drive_free(d);
}
END_TEST

/* As it is read best. */
START_TEST(test_places)
{
	static const struct {
		int pages, bytes;
		const char *text;
	} places[] = { { 0, 0, "0" },
		       { 0, 7, "7" },
		       { 1, 0, "PAGE" },
		       { 1, 4, "PAGE + 4" },
		       { 2, -1, "2 * PAGE - 1" },
		       { 2, 0, "2 * PAGE" },
		       { 1, -99, "PAGE - 99" } };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct buf b = { 0 };

		poke_place(&b,
		           (uint64_t)(places[i].pages * sysconf(_SC_PAGESIZE) + places[i].bytes));
		ck_assert_str_eq(buf_str(&b), places[i].text);
		buf_free(&b);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("poke");

	tcase_add_test(tests, test_places);
	tcase_add_test(tests, test_long_name);
	tcase_add_test(tests, test_descriptor_without_name);
	tcase_add_test(tests, test_way_back);
	tcase_add_loop_test(tests, test_sizes, 0, SIZES);
	tcase_add_test(tests, test_beyond);
	tcase_add_test(tests, test_changes);
	tcase_add_test(tests, test_ahead);
	tcase_add_loop_test(tests, test_private, 0, STAGES);
	tcase_add_loop_test(tests, test_protected, 0, STAGES);
	tcase_add_loop_test(tests, test_offset, 0, STAGES);
	tcase_add_loop_test(tests, test_segment, 0, STAGES);
	tcase_add_test(tests, test_nameless);
	tcase_add_test(tests, test_refused);
	return suite_main(tests);
}
