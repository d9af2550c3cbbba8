// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "folder.h"
#include "suite.h"
#include "terminal.h"

/* ipclens run in a real terminal: two C files, who goes by a letter, back, the other order, and what happened as a
   lesson that checks.
   tests/run: no valgrind */

static const char server_c[] = "#include <sys/sem.h>\n"
			       "int main(void)\n"
			       "{\n"
			       "\tstruct sembuf take = { 0, -1, 0 };\n"
			       "\tint sem = semget(0x5ce1, 1, IPC_CREAT | 0600);\n"
			       "\n"
			       "\tif (semop(sem, &take, 1) < 0)\n"
			       "\t\treturn 1;\n"
			       "\treturn semctl(sem, 0, IPC_RMID);\n"
			       "}\n";

static const char client_c[] = "#include <sys/sem.h>\n"
			       "int main(void)\n"
			       "{\n"
			       "\tstruct sembuf give = { 0, +1, 0 };\n"
			       "\tint sem = semget(0x5ce1, 1, IPC_CREAT | 0600);\n"
			       "\treturn semop(sem, &give, 1);\n"
			       "}\n";

static const char talker_c[] = "#include <stdio.h>\n"
			       "#include <string.h>\n"
			       "#include <sys/msg.h>\n"
			       "int main(void)\n"
			       "{\n"
			       "\tstruct { long type; char text[80]; } m = { 1, \"\" };\n"
			       "\tint q = msgget(IPC_PRIVATE, 0600);\n"
			       "\tif (!fgets(m.text, sizeof(m.text), stdin))\n"
			       "\t\treturn 1;\n"
			       "\treturn msgsnd(q, &m, strlen(m.text), 0);\n"
			       "}\n";

static const char parent_c[] = "#include <sys/wait.h>\n"
			       "#include <unistd.h>\n"
			       "int main(void)\n"
			       "{\n"
			       "\tif (!fork())\n"
			       "\t\t_exit(0);\n"
			       "\twait(NULL);\n"
			       "\treturn 0;\n"
			       "}\n";

static struct terminal *t;
static char *ipclens; /* whole: the program is started in the folder */

static void make(void)
{
	if (system("${CC:-cc} --version >/dev/null 2>&1"))
		SKIP("no C compiler");
	ipclens = realpath(terminal_ipclens(), NULL);
	ck_assert_ptr_nonnull(ipclens);
	folder_make();
	ck_assert_int_eq(chmod(test_folder, 0755), 0);
	folder_put("server.c", server_c);
	folder_put("client.c", client_c);
	folder_put("talker.c", talker_c);
	folder_put("parent.c", parent_c);
	folder_put("sub/nothing", "");
}

static void clean(void)
{
	terminal_free(t);
	t = NULL;
	free(ipclens);
	folder_remove();
}

/* Runs a shell's command in the folder, and takes what it says. */
static int shell(const char *arguments, char **said)
{
	char *command =
		buf_format("cd %s && %s %s 2>&1 </dev/null", test_folder, ipclens, arguments);
	FILE *f = popen(command, "r");
	struct buf b = { 0 };
	char bytes[1024];
	size_t n;
	int status;

	ck_assert_ptr_nonnull(f);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(&b, bytes, n);
	status = pclose(f);
	*said = buf_steal(&b);
	free(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void start(int rows, int cols, const char *arguments)
{
	char *command = buf_format("cd %s && exec %s run %s", test_folder, ipclens, arguments);
	const char *const argv[] = { "sh", "-c", command, NULL };

	t = terminal_start(rows, cols, argv, NULL);
	free(command);
}

static void keys(const char *bytes)
{
	terminal_keys(t, bytes);
}

static void step_to(const char *key, int step)
{
	char text[24];

	snprintf(text, sizeof(text), "step %d", step);
	keys(key);
	expect_text(t, text);
}

static char *saved(const char *name)
{
	char *path = buf_format("%s/%s", test_folder, name), bytes[8192];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(bytes, 1, sizeof(bytes) - 1, f) : 0;

	ck_assert_msg(f != NULL, "%s was not written", name);
	bytes[n] = '\0';
	fclose(f);
	free(path);
	return strdup(bytes);
}

static void expect_checks(const char *name)
{
	char *arguments = buf_format("check ./%s", name), *said, *text = saved(name);
	int status = shell(arguments, &said);

	ck_assert_msg(status == 0, "%s\n%s", said, text);
	ck_assert_msg(strstr(said, "1 passed, 0 failed") || strstr(said, "skipped"), "%s", said);
	free(arguments);
	free(said);
	free(text);
}

static void expect_holds(const char *name, const char *words)
{
	char *text = saved(name);

	ck_assert_msg(strstr(text, words) != NULL, "\"%s\" is not in:\n%s", words, text);
	free(text);
}

/* A sleeps, B wakes it; back; and the other order, in which nobody sleeps. */
START_TEST(test_orders)
{
	start(36, 120, "server.c : client.c");
	expect_text(t, "▶ A  server.c:5");
	step_to("A", 3);
	expect_text(t, "A▶   7");
	step_to("A", 4);
	expect_text(t, "woken by nobody yet");
	expect_text(t, "A‖   7");
	keys("A");
	expect_text(t, "A sleeps in semop(");
	step_to("B", 5);
	step_to("B", 6);
	expect_text(t, "woke A: semop → 0");
	step_to(TERMINAL_LEFT, 5);
	step_to(TERMINAL_LEFT, 4);
	step_to(TERMINAL_LEFT, 3);
	expect_gone(t, "woken by nobody yet");
	step_to("B", 4);
	step_to("B", 5);
	step_to("A", 6);
	expect_text(t, "A▶   9");
	expect_gone(t, "woken by nobody yet");
	keys("S");
	expect_text(t, "tried.md");
	keys(TERMINAL_ENTER);
	expect_text(t, "saved in tried.md");
	expect_quit(t);
	expect_holds("tried.md", "program(B, \"client.c\");\n"
	                         "A: sem = next(semget);  // => ok\n"
	                         "assert(sem.sem_nsems == 1);\n"
	                         "B: next(semget);  // => ok\n"
	                         "B: next(semop);  // => 0\n"
	                         "assert(sem[0].semval == 1 && sem[0].sempid == B);\n"
	                         "A: next(semop);  // => 0\n"
	                         "assert(sem[0].semval == 0 && sem[0].sempid == A);\n");
	expect_checks("tried.md");
}
END_TEST

/* From another folder files have other names. */
START_TEST(test_saved_elsewhere)
{
	start(24, 80, "--order AABB --save sub/x.md server.c : client.c");
	expect_text(t, "step 6");
	keys("q");
	expect_exit(t, 0);
	expect_restored(t);
	expect_holds("sub/x.md", "program(A, \"../server.c\");");
	expect_holds("sub/x.md", "A: next(semop);  // => blocks\n"
	                         "assert(sem[0].semncnt == 1);");
	expect_holds("sub/x.md", "B: next(semop);  // => 0, A => 0");
	expect_checks("sub/x.md");
}
END_TEST

START_TEST(test_saved_by_print)
{
	char *said;

	ck_assert_int_eq(shell("run --print --order AABB --save x.md server.c : client.c", &said),
	                 0);
	expect_holds("x.md", "A: next(exit);  // => exit 0");
	expect_checks("x.md");
	free(said);
	/* what would prevent it is said before anything runs */
	ck_assert_int_eq(shell("run --print --save no/x.md server.c : client.c", &said), 2);
	ck_assert_str_eq(said, "ipclens: --save: no/x.md: No such file or directory\n");
	free(said);
}
END_TEST

/* A child has the letter that the call gave. */
START_TEST(test_saved_child)
{
	char *said;

	ck_assert_int_eq(shell("run --print --order ABA --save x.md parent.c", &said), 0);
	expect_holds("x.md", "A: next(fork);  // => B\n");
	expect_checks("x.md");
	free(said);
}
END_TEST

START_TEST(test_in_turn)
{
	start(24, 80, "server.c : client.c");
	expect_text(t, "▶ A  server.c:5");
	step_to(" ", 3);
	expect_text(t, "▶ B  client.c:5");
	step_to(" ", 4);
	expect_text(t, "▶ A  server.c:7");
	step_to("[", 2);
	expect_text(t, "▶ A  server.c:5");
	keys("a");
	expect_text(t, "step 6");
	expect_text(t, "woke A");
	expect_quit(t);
}
END_TEST

/* By a process that is none of the programs, and an assert by the name that the object got. */
START_TEST(test_prompt)
{
	start(36, 120, "server.c : client.c");
	expect_text(t, "▶ A  server.c:5");
	step_to("A", 3);
	step_to("A", 4);
	keys(":assert(sem[0].semncnt == 1)\r");
	expect_text(t, "as expected");
	keys("G: semop(sem, {{0, 1, 0}}, 1)\r");
	expect_text(t, "woke A");
	keys("A: getpid()\r");
	expect_text(t, "A is a program");
	keys(TERMINAL_ESCAPE);
	expect_gone(t, "A is a program");
	expect_quit(t);
}
END_TEST

START_TEST(test_input)
{
	start(36, 120, "talker.c");
	expect_text(t, "▶ A  talker.c:7");
	step_to("A", 2);
	expect_text(t, "asleep in read(0");
	expect_text(t, "nobody can go on");
	keys("i");
	expect_text(t, "input for A:");
	keys("hello \"you\"\r");
	expect_text(t, "step 3");
	expect_text(t, "{1, \"hello \\\"you\\\"\\n\"}, 12, 0)");
	step_to(TERMINAL_LEFT, 2);
	expect_text(t, "asleep in read(0");
	expect_quit(t);
}
END_TEST

/* A program that is no source, and one that ends before its first stop. */
START_TEST(test_saved_executable)
{
	char *said, *make = buf_format("cd %s && ${CC:-cc} -g -o ended server.c", test_folder);

	folder_put("server.c", "int main(void) { return 2; }\n");
	ck_assert_int_eq(system(make), 0);
	ck_assert_int_eq(shell("run --print --save sub/x.md client.c : ./ended", &said), 1);
	expect_holds("sub/x.md", "program(B, \"../ended\");");
	expect_holds("sub/x.md", "B: next(exit);  // => exit 2");
	expect_checks("sub/x.md");
	free(said);
	ck_assert_int_eq(shell("run --print --save x.md --calls sysv client.c", &said), 2);
	ck_assert_msg(strstr(said, "--save: not with --calls"), "%s", said);
	free(said);
	free(make);
}
END_TEST

/* Whose time is over while nobody presses a key: that is a step too, which the way back waits for. */
START_TEST(test_sleeper)
{
	folder_put("sleeper.c", "#include <sys/sem.h>\n"
	                        "#include <unistd.h>\n"
	                        "int main(void)\n"
	                        "{\n"
	                        "\tint sem = semget(IPC_PRIVATE, 1, 0600);\n"
	                        "\tusleep(200000);\n"
	                        "\treturn semctl(sem, 0, IPC_RMID);\n"
	                        "}\n");
	start(24, 80, "--save x.md sleeper.c");
	expect_text(t, "▶ A  sleeper.c:5");
	step_to("A", 2);
	step_to("A", 3);
	expect_text(t, "▶ A  sleeper.c:7");
	step_to("A", 5);
	expect_text(t, "IPC_RMID)");
	step_to("A", 6);
	step_to(TERMINAL_LEFT, 5);
	step_to(TERMINAL_LEFT, 4);
	expect_text(t, "its time was over");
	step_to("A", 5);
	keys("q");
	expect_exit(t, 0);
	expect_holds("x.md", "await(A);  // => A => 0\n");
	expect_checks("x.md");
}
END_TEST

/* A path that is too long to be told: the line is, and the source is not shown, nor another one's. */
START_TEST(test_long_path)
{
	char name[400], part[101];

	memset(part, 'd', 100);
	part[100] = '\0';
	snprintf(name, sizeof(name), "%s/%s/%s/server.c", part, part, part);
	folder_put(name, server_c);
	start(24, 80, name);
	expect_text(t, "▶ A  server.c:5");
	step_to("A", 2);
	expect_text(t, "• A: semget(");
	ck_assert(!terminal_find(t, "struct sembuf take", NULL, NULL));
	expect_quit(t);
}
END_TEST

/* Before the screen is taken. */
START_TEST(test_does_not_compile)
{
	char *said;

	folder_put("bad.c", "int main(void) { return nothing; }\n");
	ck_assert_int_eq(shell("run bad.c", &said), 1);
	ck_assert_msg(strstr(said, "nothing") && strstr(said, "bad.c can't be compiled"), "%s",
	              said);
	free(said);
}
END_TEST

/* However it ends, nothing is left of what was compiled. */
START_TEST(test_killed)
{
	char *empty = buf_format("test -z \"$(ls %s/sub)\"", test_folder),
	     *nothing = buf_format("%s/sub/nothing", test_folder),
	     *in = buf_format("TMPDIR=%s/sub", test_folder);

	ck_assert_int_eq(remove(nothing), 0);
	putenv(in);
	start(24, 80, "server.c : client.c");
	step_to("A", 3);
	terminal_kill(t, SIGKILL);
	expect_exit(t, SIGKILL);
	ck_assert_msg(!system(empty), "something is left of what was compiled");
	unsetenv("TMPDIR");
	free(empty);
	free(nothing);
	free(in);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("run screen");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, make, clean);
	tcase_add_test(tc, test_orders);
	tcase_add_test(tc, test_saved_elsewhere);
	tcase_add_test(tc, test_saved_by_print);
	tcase_add_test(tc, test_saved_executable);
	tcase_add_test(tc, test_saved_child);
	tcase_add_test(tc, test_in_turn);
	tcase_add_test(tc, test_prompt);
	tcase_add_test(tc, test_long_path);
	tcase_add_test(tc, test_input);
	tcase_add_test(tc, test_sleeper);
	tcase_add_test(tc, test_does_not_compile);
	tcase_add_test(tc, test_killed);
	return suite_main(tc);
}
