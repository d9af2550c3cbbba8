// SPDX-License-Identifier: GPL-3.0-or-later
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "panels/table.h"
#include "play/session.h"
#include "stage_play.h"

/* What programs write to their terminals and read from them: real programs, as lessons have them.
   tests/run: no valgrind */

static char directory[] = "/tmp/ipclens-output-XXXXXX";
static struct stage_programs programs;
static struct session session;

static void in_directory(const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void make(void)
{
	strcpy(directory, "/tmp/ipclens-output-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chmod(directory, 0755), 0);
	/* the calls before which a program of these tests stops: what loads it makes none of them */
	programs = (struct stage_programs){ .net = false };
	ck_assert_ptr_null(decode_calls("sysv", &programs.stops));
}

static void clean(void)
{
	char command[200];

	session_close(&session);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	ck_assert_int_eq(system(command), 0);
}

static void finish(void)
{
	while (session_is_busy(&session)) {
		struct pollfd fd = { .fd = session_fd(&session), .events = POLLIN };

		poll(&fd, 1, session_timeout(&session));
		session_turn(&session);
	}
}

/* What stands before the text of a program: semget() is the call that it comes to a stop before, as often as
   it calls at(). */
static const char head[] =
	"#include <fcntl.h>\n#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
	"#include <string.h>\n#include <sys/ipc.h>\n#include <sys/sem.h>\n#include <sys/time.h>\n"
	"#include <sys/wait.h>\n#include <termios.h>\n#include <unistd.h>\n"
	"static void at(void) { semget(1, 1, 0); }\n"
	"static void rings(int sig) { (void)sig; write(1, \"it rings\\n\", 9); }\n"
	"static char line[5000];\n"
	"int main(void) {\n";

/* A program with these statements, as A, played by a lesson with these lines. */
static void play(const char *statements, const char *lines)
{
	struct buf source = { 0 }, text = { 0 };
	struct diags d;
	struct lesson *l;

	need_namespaces();
	if (system("${CC:-cc} --version >/dev/null 2>&1"))
		SKIP("there is no C compiler");
	buf_printf(&source, "%s%s\n}\n", head, statements);
	in_directory("a.c", buf_str(&source));
	buf_printf(&text, "# Output\n\n## It\n\n```c\nprogram(A, \"a.c\");\n%s\n```\n", lines);
	in_directory("lesson.md", buf_str(&text));
	buf_clear(&text);
	buf_printf(&text, "%s/lesson.md", directory);
	diags_init(&d, buf_str(&text));
	l = lesson_load(buf_str(&text), &d);
	ck_assert_msg(l && !d.count, "%s", d.count ? d.items[0].text : "no lesson");
	diags_free(&d);
	session = (struct session){ .stage_options = { .terminal_fd = -1, .programs = &programs },
		                    .packed.directory = directory };
	session_open(&session, l);
	while (session_step(&session))
		finish();
	ck_assert_msg(engine_status(session.engine) == ENGINE_FINISHED, "%s",
	              engine_message(session.engine));
	for (size_t i = 0; i < l->script.nsteps; i++)
		ck_assert_msg(engine_record(session.engine, i)->verdict == VERDICT_PASSED, "%s: %s",
		              l->script.steps[i].text, engine_record(session.engine, i)->message);
	buf_free(&source);
	buf_free(&text);
}

/* What print says of output under a step: "A writes: x" and a newline each. */
static const char *written_in(size_t step)
{
	static char all[20000];
	struct facts f = { 0 };
	size_t n = 0;

	panels_facts(session.engine, moment_at(session.engine, step + 1), &f);
	*all = '\0';
	for (size_t i = 0; i < f.count; i++)
		if (!strncmp(buf_str(&f.items[i].about), "output", 6))
			n += (size_t)snprintf(all + n, sizeof(all) - n, "%s: %s\n",
			                      fact_label(&f.items[i]), buf_str(&f.items[i].text));
	facts_free(&f);
	ck_assert_uint_lt(n, sizeof(all));
	return all;
}

#define WRITTEN(step, text) ck_assert_str_eq(written_in(step), text)

/* The bytes of a terminal, and how many are not there. */
static uint64_t bytes_of(unsigned terminal, uint64_t *lost)
{
	size_t count;
	const struct output *o = engine_outputs(session.engine, &count);
	uint64_t n = 0;

	*lost = 0;
	for (size_t i = 0; i < count; i++) {
		n += o[i].terminal == terminal ? o[i].n : 0;
		*lost += o[i].terminal == terminal ? o[i].lost : 0;
	}
	return n;
}

/* What is written without a newline stays in the program's own buffer on a terminal too, but for the prompt
   before it reads. Standard error has none. */
START_TEST(test_order)
{
	play("printf(\"one\\n\"); printf(\"two, \"); fprintf(stderr, \"three\\n\"); at();\n"
	     "fprintf(stderr, \"four \"); at();\n"
	     "fprintf(stderr, \"five\\n\"); printf(\"six\\n\"); return 0;",
	     "A: next(semget); // => -1 ENOENT\n"
	     "A: next(semget); // => exit 0");
	WRITTEN(0, "A writes: one\nA writes: three\n");
	WRITTEN(1, "A writes, and the line goes on: four\n");
	WRITTEN(2, "A writes: four five\nA writes: two, six\n");
}
END_TEST

START_TEST(test_is_terminal)
{
	play("char *name = ttyname(0);\n"
	     "printf(\"%d%d%d \", isatty(0), isatty(1), isatty(2));\n"
	     "printf(\"%d %d \", tcgetpgrp(0) == getpgrp(), getpgrp() == getpid());\n"
	     "printf(\"%d\\n\", name && !strncmp(name, \"/dev/pts/\", 9));\n"
	     "at(); return 0;",
	     "A: next(semget); // => exit 0");
	WRITTEN(0, "A writes: 111 1 1 1\n");
}
END_TEST

START_TEST(test_input)
{
	play("printf(\"name? \"); fgets(line, sizeof(line), stdin); printf(\"hello %s\", line); at();\n"
	     "while (fgets(line, sizeof(line), stdin)) printf(\"<%s>\\n\", strtok(line, \"\\n\"));\n"
	     "printf(\"end\\n\"); clearerr(stdin); printf(\"%d\\n\", fgetc(stdin)); return 7;",
	     "input(A, \"Ada\");\n"
	     "A: next(semget); // => -1 ENOENT\n"
	     "input(A, \"x\\ny\");\n"
	     "input(A, NULL);\n"
	     "input(A, \"\"); // => A => exit 7");
	WRITTEN(0, "A writes, and the line goes on: name?\n");
	WRITTEN(1, "A writes: name? Ada\nA writes: hello Ada\n");
	WRITTEN(3, "A writes: x\nA writes: y\nA writes: <x>\nA writes: <y>\n");
	WRITTEN(4, "A writes: end\n");
	WRITTEN(5, "A writes: \nA writes: 10\n");
}
END_TEST

/* What is typed ahead waits, and the terminal shows it at once. */
START_TEST(test_typed_ahead)
{
	play("at(); fgets(line, sizeof(line), stdin); printf(\"%s\", line); return 0;",
	     "input(A, \"soon\");\n"
	     "A: next(semget); // => exit 0");
	WRITTEN(1, "typed at A: soon\n");
	WRITTEN(2, "A writes: soon\n");
}
END_TEST

START_TEST(test_back)
{
	play("fgets(line, sizeof(line), stdin); printf(\"%s\", line); at(); return 0;",
	     "input(A, \"again\");\n"
	     "A: next(semget); // => exit 0");
	for (int i = 0; i < 2; i++) {
		session_command(&session, ENGINE_BACK);
		finish();
		ck_assert_uint_eq(engine_position(session.engine), 2 - (size_t)i);
	}
	WRITTEN(0, "");
	session_command(&session, ENGINE_NEXT);
	finish();
	ck_assert_uint_eq(engine_position(session.engine), 2);
	WRITTEN(1, "A writes: again\nA writes: again\n");
}
END_TEST

/* All of it is read: the program is not held up. The last of it is kept. */
START_TEST(test_much)
{
	uint64_t lost, n;

	play("for (int i = 0; i < 1 << 14; i++) printf(\"%062d\\n\", i); at(); return 0;",
	     "A: next(semget); // => exit 0");
	n = bytes_of(A, &lost);
	ck_assert_uint_eq(n + lost, (UINT64_C(1) << 20));
	ck_assert_uint_le(n, 16 << 10);
	ck_assert_uint_ge(n, 8 << 10);
	ck_assert_ptr_nonnull(strstr(written_in(0), "00016383\n"));
	ck_assert_ptr_nonnull(strstr(written_in(0), "output: … and "));
}
END_TEST

/* In many steps too. */
START_TEST(test_much_in_steps)
{
	struct buf lines = { 0 };
	uint64_t lost, n;

	for (int i = 0; i < 10; i++)
		buf_puts(&lines, "A: next(semget); // => -1 ENOENT\n");
	play("for (int i = 0; i < 10; i++) { for (int k = 0; k < 1000; k++) printf(\"123456789\\n\"); at(); }\n"
	     "pause();",
	     buf_str(&lines));
	n = bytes_of(A, &lost);
	ck_assert_uint_eq(n + lost, 10 * 1000 * 11);
	ck_assert_uint_le(n, ENGINE_OUTPUT);
	ck_assert_uint_ge(n, ENGINE_OUTPUT - 100);
	buf_free(&lines);
}
END_TEST

/* It is left running, and what it writes does not hold up anybody else. */
START_TEST(test_without_end)
{
	uint64_t lost;

	in_directory("b.c", "#include <sys/sem.h>\nint main(void) { semget(2, 1, 0); return 0; }");
	play("at(); for (;;) printf(\"on and on\\n\");",
	     "program(B, \"b.c\");\n"
	     "A: next(semget); // => -1 ENOENT\n"
	     "B: next(semget); // => exit 0\n"
	     "kill(A, SIGKILL); // => A => killed SIGKILL");
	ck_assert_ptr_nonnull(strstr(written_in(2), "A writes: on and on\n"));
	bytes_of(A, &lost);
	ck_assert_uint_gt(lost, 0);
}
END_TEST

/* Whatever it is, nothing of it reaches the user's terminal. */
START_TEST(test_garbage)
{
	play("fputs(\"\\033[31mred\\033[0m\\a\\b\\tx\\r50%\\r100%\\n\", stdout);\n"
	     "fputs(\"\\377\\376 \\303\\244 \\342\\200\\256 \\302\\233 \\177\\n\", stdout);\n"
	     "fwrite(\"a\\0b\\n\", 1, 4, stdout); for (int c = 0; c < 256; c++) putchar(c); fflush(stdout);\n"
	     "at(); return 0;",
	     "A: next(semget); // => exit 0");
	ck_assert_ptr_nonnull(
		strstr(written_in(0), "A writes: ^[[31mred^[[0m^G^H      x^M50%^M100%\n"));
	ck_assert_ptr_nonnull(
		strstr(written_in(0),
	               "A writes: \\377\\376 ä \\342\\200\\256 \\302\\233 ^?\nA writes: a^@b\n"));
	for (const char *c = written_in(0); *c; c++)
		ck_assert(*c == '\n' || (*c & 0xe0));
}
END_TEST

START_TEST(test_closed)
{
	play("fclose(stdout); close(0); at(); fprintf(stderr, \"still\\n\"); close(2); at();\n"
	     "line[0] = (char)open(\"/dev/tty\", O_RDWR); write(line[0], \"tty\\n\", 4); return line[0];",
	     "A: next(semget); // => -1 ENOENT\n"
	     "A: next(semget); // => exit 0");
	WRITTEN(0, "");
	WRITTEN(1, "A writes: still\n");
	WRITTEN(2, "A writes: tty\n");
}
END_TEST

START_TEST(test_tty)
{
	play("int fd = open(\"/dev/tty\", O_RDWR); ssize_t n;\n"
	     "dup2(open(\"/dev/null\", O_RDWR), 0); write(fd, \"password: \", 10);\n"
	     "n = read(fd, line, sizeof(line)); printf(\"%zd\\n\", n); at(); return 0;",
	     "input(A, \"secret\");\n"
	     "A: next(semget); // => exit 0");
	WRITTEN(0, "A writes, and the line goes on: password:\n");
	WRITTEN(1, "A writes: password: secret\nA writes: 7\n");
}
END_TEST

/* Without echo nothing is shown. In raw mode the keys come one by one. */
START_TEST(test_modes)
{
	play("struct termios t; tcgetattr(0, &t); t.c_lflag &= ~ECHO; tcsetattr(0, TCSANOW, &t);\n"
	     "fgets(line, sizeof(line), stdin); printf(\"%zu\\n\", strlen(line)); at();\n"
	     "cfmakeraw(&t); tcsetattr(0, TCSANOW, &t);\n"
	     "for (int i = 0; i < 3; i++) { unsigned char c; read(0, &c, 1); printf(\"%d \", c); }\n"
	     "return 0;",
	     "input(A, \"secret\");\n"
	     "A: next(semget); // => -1 ENOENT\n"
	     "input(A, \"\\x03z\"); // => A => exit 0");
	WRITTEN(1, "A writes: 7\n");
	WRITTEN(3, "A writes, and the line goes on: 3 122 13\n");
}
END_TEST

/* Ctrl-C interrupts who is in front. */
START_TEST(test_interrupt)
{
	play("fgets(line, sizeof(line), stdin);", "input(A, \"\\x03\"); // => A => killed SIGINT");
}
END_TEST

/* Parent and child have one terminal. What is known of who wrote it is said, and no more. The end of the
   parent takes nothing from the child. */
START_TEST(test_fork)
{
	play("at(); if (fork()) { printf(\"parent\\n\"); return 0; }\n"
	     "at(); printf(\"child %d\\n\", isatty(1)); fflush(stdout);\n"
	     "int fd = open(\"/dev/tty\", O_RDWR); ssize_t n = read(fd, line, sizeof(line));\n"
	     "printf(\"%zd\\n\", n); return 4;",
	     "A: next(semget); // => exit 0\n"
	     "B: next(semget); // => -1 ENOENT\n"
	     "input(B, \"abc\"); // => B => exit 4");
	ck_assert_ptr_nonnull(strstr(written_in(1), " writes: parent\n"));
	WRITTEN(2, "B writes: child 1\n");
	WRITTEN(3, "B writes: abc\nB writes: 4\n");
}
END_TEST

/* The child writes while the parent is stopped before its wait. */
START_TEST(test_who_writes)
{
	play("if (!fork()) { at(); printf(\"child\\n\"); at(); printf(\"again\\n\"); at(); return 0; }\n"
	     "at(); printf(\"parent\\n\"); at(); return 0;",
	     "B: next(semget); // => -1 ENOENT\n"
	     "A: next(semget); // => -1 ENOENT\n"
	     "B: next(semget); // => -1 ENOENT\n");
	WRITTEN(1, "B writes: child\n");
	WRITTEN(2, "A writes: parent\n");
	WRITTEN(3, "B writes: again\n");
}
END_TEST

START_TEST(test_input_file)
{
	struct buf path = { 0 };

	in_directory("in.txt", "from a file\n");
	buf_printf(&path, "%s/in.txt", directory);
	programs.input[A] = buf_str(&path);
	play("fgets(line, sizeof(line), stdin); printf(\"%d %s\", isatty(0), line); at(); return 0;",
	     "A: next(semget); // => exit 0");
	WRITTEN(0, "A writes: 0 from a file\n");
	buf_free(&path);
}
END_TEST

static bool shows(const char *words)
{
	struct sheet s;
	struct panel_context c = { .engine = session.engine,
		                   .at = moment_latest(session.engine),
		                   .sheet = &s };
	char *text;
	bool there;

	if (!panel_output.exists(&c))
		return false;
	sheet_init(&s, 60, GLYPHS_UNICODE);
	panel_output.draw(&c);
	s.grid.rows = s.rows;
	text = grid_text(&s.grid);
	there = strstr(text, words) != NULL;
	free(text);
	sheet_free(&s);
	return there;
}

/* What comes when nobody has asked is told at once. */
START_TEST(test_unasked)
{
	play("struct sigaction a = { .sa_handler = rings }; struct itimerval t = { .it_value = { 0, 200000 } };\n"
	     "sigaction(SIGALRM, &a, NULL); fgets(line, sizeof(line), stdin);\n"
	     "setitimer(ITIMER_REAL, &t, NULL); for (;;) pause();",
	     "input(A, \"go\");");
	while (!shows(" A  it rings\n")) {
		struct pollfd fd = { .fd = session_fd(&session), .events = POLLIN };

		ck_assert_int_eq(poll(&fd, 1, DEADLINE), 1);
		session_turn(&session);
	}
}
END_TEST

int main(int argc, char **argv)
{
	TCase *t = tcase_create("output");

	setlocale(LC_ALL, "C.UTF-8");
	tcase_add_checked_fixture(t, make, clean);
	tcase_add_test(t, test_order);
	tcase_add_test(t, test_is_terminal);
	tcase_add_test(t, test_input);
	tcase_add_test(t, test_typed_ahead);
	tcase_add_test(t, test_back);
	tcase_add_test(t, test_much);
	tcase_add_test(t, test_much_in_steps);
	tcase_add_test(t, test_without_end);
	tcase_add_test(t, test_garbage);
	tcase_add_test(t, test_closed);
	tcase_add_test(t, test_tty);
	tcase_add_test(t, test_modes);
	tcase_add_test(t, test_interrupt);
	tcase_add_test(t, test_fork);
	tcase_add_test(t, test_who_writes);
	tcase_add_test(t, test_input_file);
	tcase_add_test(t, test_unasked);
	return play_main(argc, argv, t);
}
