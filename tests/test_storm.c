// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "dice.h"
#include "machine.h"
#include "stage_play.h"
#include "terminal.h"

/* A storm: the program, its stage or a process of the lesson is killed at some moment of its life.
   Nothing may be left of it: no process, no object, no file, and the terminal is as it was. STORM
   says how many moments (300), SEED which (1); what fails says its number, and NUMBER plays only
   that.
   tests/run: no valgrind */

enum { PARTS = 10, RANDOM_KEYS = 12, START_NS = 15000000, STEP_NS = 20000000 };

enum victim { PROGRAM, STAGE, PROCESS, PROGRAM_AND_STAGE, VICTIMS };

static const char *const victims[] = { "program", "stage", "process", "program and stage" };

/* A moment, by its number. */
struct moment {
	unsigned number;
	enum victim victim;
	bool host;
	char keys[RANDOM_KEYS * 4]; /* "" for none: while it starts */
	uint64_t after;             /* ns */
};

static struct terminal *t;
static void choose(struct moment *m, unsigned number)
{
	static const char *const keys[] = { " ", " ", " ", "]", "[", "r", TERMINAL_LEFT };
	unsigned n;

	dice_seed(dice_setting("SEED", 1), number);
	*m = (struct moment){ .number = number };
	m->victim = (enum victim)dice_roll(VICTIMS);
	n = dice_roll(4) ? 1 + dice_roll(RANDOM_KEYS - 1) : 0;
	/* of the host's objects nobody is left to remove them, until the next start */
	m->host = m->victim != PROGRAM_AND_STAGE && dice_roll(2);
	for (unsigned i = 0; i < n; i++)
		strcat(m->keys, keys[dice_roll(sizeof(keys) / sizeof(*keys))]);
	m->after = dice_roll(n ? STEP_NS : START_NS);
}

/* Processes */

/* Goes through all that came of a process, and says how many there are. */
static unsigned descend(pid_t pid, void (*found)(pid_t pid, void *context), void *context)
{
	char path[64];
	unsigned n = 0;
	int child;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &child) == 1) {
		n += 1 + descend(child, found, context);
		if (found)
			found(child, context);
	}
	if (f)
		fclose(f);
	return n;
}

static void kill_if(pid_t pid, void *context)
{
	enum cast cast = *(enum victim *)context == PROCESS ? CAST_PROCESS : CAST_STAGE;

	if (cast_of(pid) == cast)
		kill(pid, SIGKILL);
}

static void strike(enum victim victim)
{
	pid_t program = terminal_pid(t);

	if (victim == PROGRAM || victim == PROGRAM_AND_STAGE)
		terminal_kill(t, SIGKILL);
	if (victim != PROGRAM)
		descend(program, kill_if, &victim);
}

/* What is left */

/* Orphans come to this process. The leader of the terminal's session is all that stays. */
static bool nobody_is_left(struct terminal *terminal, void *unused)
{
	(void)terminal;
	(void)unused;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return descend(getpid(), NULL, NULL) == 1;
}

static void expect_nothing_left(const struct moment *m)
{
	uint64_t end = clock_now() + (uint64_t)TERMINAL_DEADLINE * 1000000;
	const char *why = NULL;

	while (!nobody_is_left(t, NULL) && clock_now() < end)
		terminal_read(t, 1);
	ck_assert_msg(nobody_is_left(t, NULL), "%u: somebody is left", m->number);
	ck_assert_msg(ipc_objects() == 0, "%u: an object is left", m->number);
	ck_assert_msg(count_files("/dev/shm") == 0, "%u: a file is left", m->number);
	if (m->victim == PROGRAM_AND_STAGE)
		return; /* nobody was left to restore it */
	ck_assert_msg(terminal_modes_restored(t, &why), "%u: not restored: %s\n%s", m->number, why,
	              terminal_dump(t));
}

/* One */

/* Its objects have keys. Who makes one with IPC_PRIVATE and is killed before it has told the id leaves
   an object of the host that nobody can tell from another's: sys/ledger.h. */
static const char keyed[] =
	"# Keys\n\n## P below zero\n\n```c\n"
	"A: sem = semget(0x53746f72, 2, IPC_CREAT | IPC_EXCL | 0600);\n"
	"B: semop(sem, {{0, -1, SEM_UNDO}}, 1);                       // => blocks\n"
	"A: q = msgget(0x53746f73, IPC_CREAT | IPC_EXCL | 0600);\n"
	"A: seg = shmget(0x53746f74, PAGE, IPC_CREAT | IPC_EXCL | 0600);\n"
	"A: semop(sem, {{0, +1, 0}}, 1);                              // => 0, B => 0\n"
	"```\n\n## A second waiter\n\n```c\n"
	"C: semop(sem, {{1, -3, 0}}, 1);                              // => blocks\n"
	"A: semctl(sem, 0, IPC_RMID);                                 // => 0, C => -1 EIDRM\n"
	"```\n";
static char path[40] = ""; /* of that lesson, while it is there */

static void write_keyed(void)
{
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/ipclens-storm-%d.md", (int)getpid());
	f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	fputs(keyed, f);
	fclose(f);
}

static void start(const struct moment *m)
{
	const char *const argv[] = { terminal_ipclens(),
		                     "--lessons",
		                     "lessons",
		                     m->host && m->victim == PROCESS ? path : "3.2",
		                     m->host ? "--host" : NULL,
		                     NULL };

	t = terminal_start(24, 80, argv, NULL);
}

static void end(void)
{
	terminal_free(t);
	t = NULL;
}

static void clean_up(void)
{
	end();
	if (path[0])
		unlink(path);
}

static void play(const struct moment *m)
{
	uint64_t at;

	start(m);
	if (m->keys[0])
		ck_assert(terminal_wait_text(t, "P below zero", TERMINAL_DEADLINE));
	terminal_keys(t, m->keys);
	at = clock_now() + m->after;
	while (clock_now() < at)
		terminal_read(t, 0);
	strike(m->victim);
	/* it lives on without a stage or a process, and ends as ever */
	if (m->victim == STAGE || m->victim == PROCESS)
		terminal_keys(t, "Q");
	ck_assert_msg(terminal_wait_exit(t, TERMINAL_DEADLINE) >= 0, "%u: it does not end:\n%s",
	              m->number, terminal_dump(t));
	expect_nothing_left(m);
	end();
}

START_TEST(storm)
{
	unsigned total = dice_setting("STORM", 300), number = dice_setting("NUMBER", total);
	struct moment m;

	if (!own_namespaces(CLONE_NEWIPC | CLONE_NEWNS))
		SKIP("there are no user namespaces");
	ck_assert_int_eq(mount("storm", "/dev/shm", "tmpfs", 0, NULL), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	write_keyed();
	for (unsigned i = (unsigned)_i; i < total; i += PARTS) {
		choose(&m, i);
		if (number == total || number == i) {
			mark_point();
			if (getenv("NUMBER"))
				fprintf(stderr, "%u: %s, %s, %zu bytes of keys, %.3f ms\n", i,
				        victims[m.victim], m.host ? "host" : "namespaces",
				        strlen(m.keys), (double)m.after / 1e6);
			play(&m);
		}
	}
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("storm");

	tcase_add_checked_fixture(tests, NULL, clean_up);
	tcase_add_loop_test(tests, storm, 0, PARTS);
	return play_main(argc, argv, tests);
}
