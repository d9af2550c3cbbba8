// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include "machine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The pid namespace of a stage; and that nothing is missed where it has none. */

static const struct stage_options as_it_goes = { .terminal_fd = -1 };

static bool has_pid_namespace(const struct play *p)
{
	return p->outer[A] != p->pids[A];
}

/* Some machines have none for an ordinary user. */
static struct play *play_apart(const char *script)
{
	struct play *p = play_new(script, NULL);

	play_steps(p, 1);
	if (has_pid_namespace(p))
		return p;
	play_free(p);
	SKIP("no pid namespace");
}

START_TEST(numbers)
{
	struct play *p = play_apart("A: getpid();\nB: getpid();\n");
	pid_t first = access("/proc/sys/kernel/ns_last_pid", F_OK) ? 2 : 1001;

	for (int i = 0; i < 3; i++) {
		play_returned(p, A, first);
		play_steps(p, 1);
		play_returned(p, B, first + 1);
		play_restart(p);
		play_steps(p, 1);
	}
	play_free(p);
}
END_TEST

/* Even with SIGKILL: all of the lesson's but the caller, and nobody else. */
START_TEST(all_are_the_lessons)
{
	struct play *p = play_apart("A: getpid();\nB: getpid();\n"
	                            "A: kill(-1, SIGKILL); // => 0, B => killed SIGKILL\n"
	                            "A: kill(1, SIGKILL);\nA: kill(1, SIGTERM);\nC: getpid();\n");

	play_steps(p, 2);
	play_returned(p, A, 0);
	play_killed(p, B, SIGKILL);
	play_steps(p, 2);
	play_returned(p, A, 0);
	play_steps(p, 1);
	play_returned(p, C, p->pids[A] + 2);
	play_free(p);
}
END_TEST

/* What is in a group is found by it. */
START_TEST(groups)
{
	struct play *p = play_apart(
		"A: getpid();\nB: getpid();\nB: C = fork();\n"
		"C: execve(\"/bin/sh\", {\"sh\", \"-c\", \"kill -STOP $$; sleep 1000\", NULL}, NULL);\n"
		"A: kill(-B, SIGKILL); // => 0, B => killed SIGKILL, C => killed SIGKILL\n");

	play_steps(p, 2);
	p->may_run = LETTER_BIT(C);
	play_steps(p, 1);
	p->may_run = 0;
	play_steps(p, 1);
	play_returned(p, A, 0);
	play_killed(p, B, SIGKILL);
	play_killed(p, C, SIGKILL);
	play_free(p);
}
END_TEST

/* Its /proc has the lesson's processes only, and the child of a fork can read of itself there. */
START_TEST(own_proc)
{
	struct play *p = play_apart(
		"A: getpid();\nA: C = fork();\nC: open(\"/proc/self/maps\", O_RDONLY);\n"
		"C: open(\"/proc/1/environ\", O_RDONLY);\nC: open(\"/proc/1/mem\", O_RDWR);\n"
		"C: open(\"/proc/1/root/etc/passwd\", O_RDONLY);\n"
		"C: open(\"/proc/sys/kernel/shmmni\", O_WRONLY);\n"
		"C: open(\"/proc/self/oom_score_adj\", O_WRONLY);\n"
		"C: open(\"/proc/99999/stat\", O_RDONLY);\n");

	play_steps(p, 2);
	play_returned(p, C, 3);
	for (int i = 0; i < 5; i++) {
		play_steps(p, 1);
		play_failed(p, C, EACCES);
	}
	play_steps(p, 1);
	play_failed(p, C, ENOENT);
	play_free(p);
}
END_TEST

/* The stage is in namespaces, without that of pids: a lesson's calls are looked at before they are made. */
static void plays_without(void)
{
	struct play *p = play_new("A: seg = shmget(IPC_PRIVATE, 4096, 0600);\nA: B = fork();\n"
	                          "A: kill(B, SIGKILL); // => 0, B => killed SIGKILL\n"
	                          "limit(\"shmmni\", 10);\nA: kill(-1, SIGCONT);\n",
	                          &as_it_goes);
	const struct event *e;

	ck_assert_ptr_null(stage_host_reason(p->stage));
	play_steps(p, 1);
	ck_assert(!has_pid_namespace(p));
	play_returned(p, A, 0);
	play_steps(p, 2);
	play_killed(p, B, SIGKILL);
	e = play_steps(p, 1);
	ck_assert(e->kind == EVENT_QUIET || strstr(e->text, "shmmni"));
	e = play_steps(p, 1);
	ck_assert_int_eq(e->kind, EVENT_SKIP);
	ck_assert_str_eq(e->text, "kill(-1) reaches processes that are not the lesson's");
	play_free(p);
}

START_TEST(pids_used_up)
{
	need_namespaces();
	own_ipc_namespace();
	ck_assert(own_namespaces(0) && use_up_pid_namespaces());
	plays_without();
	plays_without();
}
END_TEST

START_TEST(proc_refused)
{
	need_namespaces();
	if (!cover_proc())
		SKIP("no part of /proc can be covered");
	plays_without();
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("pids");

	tcase_add_test(tests, numbers);
	tcase_add_test(tests, all_are_the_lessons);
	tcase_add_test(tests, groups);
	tcase_add_test(tests, own_proc);
	tcase_add_test(tests, pids_used_up);
	tcase_add_test(tests, proc_refused);
	return play_main(argc, argv, tests);
}
