// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "folder.h"
#include "lens.h"
#include "machine.h"
#include "suite.h"

/* The lens changes nothing: what a program sees is what it sees alone.
   tests/run: no valgrind */

static const char *const signals[] = { "semop",   "queue",   "stopped",   "wait",    "restart",
	                               "read",    "longjmp", "handler",   "poll",    "sigwait",
	                               "sigchld", "ignored", "nanosleep", "pending", "fault",
	                               "unheard", "line" };

START_TEST(test_signals)
{
	lens_sees("signals", signals[_i]);
}
END_TEST

static const char *const children[] = { "fork",    "vfork",   "spawn",  "shell",  "undo",
	                                "killed",  "segment", "daemon", "closed", "exec",
	                                "unshare", "many",    "groups", "waitid" };

START_TEST(test_children)
{
	lens_sees("children", children[_i]);
}
END_TEST

/* A program has three descriptors. */
START_TEST(test_descriptors)
{
	lens_shell("exec $LENS ./children descriptors");
	lens_expect("A  exit(0)\n      => exit 0\n");
}
END_TEST

static const char *const threads[] = { "two",  "sleepers", "first", "exec",
	                               "kill", "fork",     "posix", "left" };

START_TEST(test_threads)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	lens_sees("threads", threads[_i]);
}
END_TEST

/* Each is called by its number, and goes by itself. */
START_TEST(test_thread_names)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	lens_shell("exec $LENS ./threads two");
	lens_expect("A.2  threads.c:24  semop(0, {{0, -1, 0}}, 1)\n      => blocks\n");
	lens_expect("A.3  threads.c:24  semop(0, {{0, 1, 0}}, 1)\n      => A.3 => 0, A.2 => 0\n");
}
END_TEST

/* The first of several may end, and the process goes on. */
START_TEST(test_thread_first)
{
	/* whoever of them sleeps is counted */
	lens_shell("exec $LENS ./threads sleepers");
	lens_expect("semncnt 5");
	ck_assert(strstr(lens_said, "semncnt 5") < strstr(lens_said, "=> 5\n"));
	lens_shell("exec $LENS ./threads first");
	lens_expect("A  exit(0)\n      => 0\n");
	lens_expect("A.2  exit(0)\n      => exit 0\n");
}
END_TEST

/* What a thread sleeps in is said of each when nobody can go on. */
START_TEST(test_thread_ends)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	ck_assert_int_eq(lens_shell("exec $LENS ./threads stuck"), 1);
	lens_expect("Nobody can go on:\n");
	lens_expect("  A.2 sleeps in semop(0, {{0, -1, 0}}, 1)");
	lens_expect("  A.3 sleeps in semop(0, {{0, -1, 0}}, 1)");
	lens_expect("  A sleeps in futex(");
}
END_TEST

/* A thread that executes is the process then. */
START_TEST(test_thread_exec)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	lens_shell("exec $LENS ./threads exec");
	lens_expect("      => ok\n");
	lens_expect("      => blocks\n");
	lens_expect_not("A.2  threads.c:125");
	lens_expect("A  threads.c:125  semctl(0, 0, GETNCNT)\n      => 0\n");
}
END_TEST

/* What a program died of: the code, the address by the mapping that it is in or behind, the line. */
static const struct {
	const char *name, *said;
} faults[] = {
	{ "bus", " + PAGE, faults.c:22\n" },
	{ "bus", "killed SIGBUS BUS_ADRERR at 0x" },
	{ "read_only", " + 7, faults.c:29\n" },
	{ "read_only", "killed SIGSEGV SEGV_ACCERR at 0x" },
	{ "beyond", " + 2 * PAGE + 1, faults.c:37\n" },
	{ "beyond", "killed SIGSEGV SEGV_MAPERR at 0x" },
	{ "null", "killed SIGSEGV SEGV_MAPERR at 0: faults.c:42\n" },
	{ "abort", "killed SIGABRT: faults.c:48\n" },
	{ "raise", "killed SIGSEGV: faults.c:53\n" },
	{ "term", "killed SIGTERM\n" },
};

START_TEST(test_faults)
{
	ck_assert_int_eq(lens_shell("exec $LENS ./faults %s", faults[_i].name), 1);
	lens_expect(faults[_i].said);
	lens_expect_not("FAILED");
	lens_expect("All have ended, not all with 0.\n");
}
END_TEST

/* A child that has ended, and nobody has waited for. */
START_TEST(test_zombie)
{
	lens_shell("exec $LENS ./children fork");
	lens_expect("      => exit 9\n      | process B: zombie\n");
	lens_expect("      => B: exit 9\n      | process B: dead\n");
}
END_TEST

/* The observer's signals: one that comes while a program stands before a call is taken when it goes on. */
START_TEST(test_kills)
{
	folder_put("victim.c", "#include <signal.h>\n#include <sys/ipc.h>\n#include <sys/sem.h>\n"
	                       "static volatile int n;\n"
	                       "static void h(int sig) { (void)sig; n++; }\n"
	                       "int main(int argc, char **argv) { (void)argv;\n"
	                       "if (argc > 1) signal(SIGTERM, h);\n"
	                       "int id = semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);\n"
	                       "struct sembuf b = { 0, -1, 0 };\n"
	                       "if (semop(id, &b, 1)) semctl(id, 0, SETVAL, n); return n; }\n");
	folder_put("kills.md", "# Kills\n\n## Kills\n\n```c\n"
	                       "program(A, \"victim.c\");\n"
	                       "A: next(semget);\n"
	                       "kill(A, SIGTERM);\n"
	                       "A: next(semop);        // => killed SIGTERM\n"
	                       "program(B, \"victim.c\", \"h\");\n"
	                       "B: next(semget);\n"
	                       "kill(B, SIGTERM);\n"
	                       "B: next(semop);        // => -1 EINTR\n"
	                       "B: next(semctl);       // => 0\n"
	                       "B: next(exit);         // => exit 1\n"
	                       "program(C, \"victim.c\");\n"
	                       "C: next(semget);\n"
	                       "C: next(semop);        // => blocks\n"
	                       "kill(C, SIGSTOP);      // => C => -1 EINTR\n"
	                       "kill(C, SIGCONT);\n"
	                       "C: next(semctl);       // => 0\n"
	                       "C: next(exit);         // => exit 0\n"
	                       "program(D, \"victim.c\");\n"
	                       "kill(D, SIGKILL);      // => D => killed SIGKILL\n```\n");
	ck_assert_msg(!lens_shell("XDG_CACHE_HOME=$PWD exec $IPCLENS check ./kills.md"), "%s",
	              lens_said);
}
END_TEST

/* What is executed is a path in the lesson too: no folder of PATH has it. */
START_TEST(test_saved_path)
{
	ck_assert_int_eq(lens_shell("exec $IPCLENS run --quiet --save path.md ./signals ignored"),
	                 0);
	ck_assert_int_eq(lens_shell("exec grep program path.md"), 0);
	lens_expect("program(A, \"./signals\", \"ignored\");\n");
	ck_assert_msg(!lens_shell("exec $IPCLENS check ./path.md"), "%s", lens_said);
	ck_assert_int_eq(lens_shell("mkdir -p sub; exec $IPCLENS run --quiet --save sub/path.md "
	                            "./signals ignored"),
	                 0);
	ck_assert_int_eq(lens_shell("exec grep program sub/path.md"), 0);
	lens_expect("program(A, \"../signals\", \"ignored\");\n");
}
END_TEST

static void make(void)
{
	lens_make("signals children threads faults");
}

int main(void)
{
	TCase *tests = tcase_create("run");

	tcase_set_timeout(tests, 120);
	tcase_add_unchecked_fixture(tests, make, lens_clean);
	tcase_add_loop_test(tests, test_signals, 0, sizeof(signals) / sizeof(*signals));
	tcase_add_loop_test(tests, test_children, 0, sizeof(children) / sizeof(*children));
	tcase_add_test(tests, test_descriptors);
	tcase_add_loop_test(tests, test_threads, 0, sizeof(threads) / sizeof(*threads));
	tcase_add_test(tests, test_thread_names);
	tcase_add_test(tests, test_thread_first);
	tcase_add_test(tests, test_thread_ends);
	tcase_add_test(tests, test_thread_exec);
	tcase_add_loop_test(tests, test_faults, 0, sizeof(faults) / sizeof(*faults));
	tcase_add_test(tests, test_zombie);
	tcase_add_test(tests, test_kills);
	tcase_add_test(tests, test_saved_path);
	return suite_main(tests);
}
