// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lesson/lesson.h"
#include "suite.h"

/* What the lesson language accepts, and what it refuses with which words and where. */

enum { FIRST_LINE = 6 }; /* of a script, in the lesson that lesson_of() makes around it */

static struct diags diags;

static struct lesson *lesson_of(const char *script)
{
	struct buf b = { 0 };
	struct lesson *l;

	diags_free(&diags);
	diags_init(&diags, "test.md");
	buf_printf(&b, "# T\n\n## S\n\n```c\n%s\n```\n", script);
	l = lesson_parse(b.data, b.len, &diags);
	buf_free(&b);
	return l;
}

/* The diagnostics as "line:column: text", one a line; lines are those of the script. */
static char *said(void)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < diags.count; i++)
		buf_printf(&b, "%s%d:%d: %s%s", i ? "\n" : "", diags.items[i].line - FIRST_LINE + 1,
		           diags.items[i].column,
		           diags.items[i].level == DIAG_WARNING ? "warning: " : "",
		           diags.items[i].text);
	return buf_steal(&b);
}

/* Without an error or a warning; a note says only what is shown otherwise, or later. */
static struct lesson *accepted(const char *script)
{
	struct lesson *l = lesson_of(script);
	bool complains = false;

	for (size_t i = 0; i < diags.count; i++)
		complains |= diags.items[i].level != DIAG_NOTE;
	if (complains) {
		char *text = said();

		ck_abort_msg("not accepted:\n%.300s\n%.300s", script, text);
	}
	return l;
}

/* Exactly one error is reported: this. */
static void refused(const char *script, const char *diag)
{
	struct lesson *l = lesson_of(script);
	char *text = said();
	size_t where = strcspn(diag, " ");

	if (l || diags.count != 1 || strncmp(text, diag, where) || !strstr(text, diag + where + 1))
		ck_abort_msg("refused otherwise:\n%.300s\nexpected %s\ngot      %.300s", script,
		             diag, l ? "no error" : text);
	free(text);
}

struct refusal {
	const char *script;
	const char *diag; /* "line:column: part of the text" */
};

#define REFUSALS(name, ...)                                            \
	static const struct refusal name##_rows[] = { __VA_ARGS__ };   \
	START_TEST(name)                                               \
	{                                                              \
		refused(name##_rows[_i].script, name##_rows[_i].diag); \
	}                                                              \
	END_TEST

#define ACCEPTS(name, ...)                                        \
	static const char *const name##_rows[] = { __VA_ARGS__ }; \
	START_TEST(name)                                          \
	{                                                         \
		lesson_free(accepted(name##_rows[_i]));           \
	}                                                         \
	END_TEST

#define ROWS(name) tcase_add_loop_test(tc, name, 0, sizeof(name##_rows) / sizeof(*name##_rows))

/* Lines that others build upon. */
#define SEG   "A: seg = shmget(IPC_PRIVATE, PAGE, 0600);\n"
#define SEM   "A: sem = semget(IPC_PRIVATE, 3, 0600);\n"
#define QUEUE "A: q = msgget(IPC_PRIVATE, 0600);\n"
#define INTS  SEG "A: int *n = shmat(seg, NULL, 0);\n"
#define BOTH  SEG "A, B: p = shmat(seg, NULL, 0);\n"

/* clang-format off */

/* ---- form ---- */

ACCEPTS(form,
	"",
	"\n   \n\t\n",
	"// only a remark\n// another => one",
	"A: getpid();",
	"  A : getpid ( ) ;  ",
	"A:getpid();// remark",
	"A: getpid(); // remark => not an outcome",
	"A: getpid();   //   =>   A",
	"A: getpid(); //=>A",
	"A, B: getpid();",
	"A,B,C,D,E,F: getpid();",
	"F, A: getpid();",
	SEM "A: repeat (3) { semop(sem, {{0, 1, 0}}, 1); }",
	SEM "A: repeat (3) { semop(sem, {{0, 1, 0}}, 1); };",
	SEM "A: repeat (3) { semop(sem, {{0, 1, 0}}, 1); } // => ok",
	SEM "A: repeat (3) {\n  semop(sem, {{0, 1, 0}}, 1);\n}",
	SEM "A: repeat (3) { // remark\n\n  // another\n  semop(sem, {{0, 1, 0}}, 1); // third\n} // => ok",
	SEM "A: repeat (3)\n{\n  semop(sem, {{0, 1, 0}}, 1);\n} // => ok",
	SEM "A: repeat (3) {\n  semop(sem,\n    {{0, 1, 0}}, 1);\n}",
	"A: repeat (0) { }",
	INTS "A: repeat (2) { repeat (3) { n[0]++; } n[1]++; }",
	INTS "A: repeat (2) {\n  repeat (3)\n  {\n    n[i]++;\n  }\n  n[1]++;\n}",
	INTS "A: while (n[0]);",
	INTS "A: repeat (2) { while (n[0] == 1); }",
	"struct s { int a; };",
	"struct s { int a; }",
	"struct s {\n  int a;\n  char b[3]; // remark\n};",
	QUEUE "measure(\"q\", 64) {\n  A: msgsnd(q, {1, \"x\"}, 64, 0);\n  B: msgrcv(q, &m, 64, 0, 0);\n}",
	QUEUE "measure(\"q\", 64)\n{\n  A: msgsnd(q, {1, \"x\"}, 64, 0);\n};",
	INTS "measure(\"n\", 4) { A: repeat (3) { n[0]++; } A: n[i]++; }",
)

REFUSALS(form_refused,
	{ "A: getpid()", "1:12: expected ; at the end of the statement, found the end of the line" },
	{ "A: getpid() // => A", "1:16: expected ; at the end of the statement, found the outcome" },
	{ "A: getpid(); A: getpid();", "1:14: a line is one step" },
	{ "A: getpid(); // => A\nB: getpid(); getpid();", "2:14: a line is one step" },
	{ "A: getpid(); hello", "1:14: a line is one step" },
	{ "A: getpid(); => A", "1:14: an outcome is a comment: write // before it" },
	{ "A: getpid();;", "1:13: a line is one step" },
	{ "assert(1); assert(2);", "1:12: a line is one step" },
	{ "struct s { int a; }; struct t { int a; };", "1:22: a line is one step: nothing follows a struct" },
	{ "struct s { int a; }; // => 0", "1:25: nothing follows a struct" },
	{ "getpid();", "1:1: expected who does this: write A: before it" },
	{ "x = getpid();", "1:1: expected who does this: write A: before it" },
	{ "int x;", "1:1: expected who does this: write A: before it" },
	{ "struct sembuf x;", "1:1: expected who does this: write A: before it" },
	{ "repeat (3) { }", "1:1: expected who does this: write A: before it" },
	{ "while (1);", "1:1: expected who does this: write A: before it" },
	{ "M: getpid();", "1:1: M is no process: there are A to L" },
	{ "a: getpid();", "1:1: a is no process: there are A to L" },
	{ "AB: getpid();", "1:1: AB is no process: there are A to L" },
	{ "A, M: getpid();", "1:4: expected a process, A to L, found 'M'" },
	{ "A, : getpid();", "1:4: expected a process, A to L, found ':'" },
	{ "A, A: getpid();", "1:4: A stands here twice" },
	{ "A, B getpid();", "1:6: expected : after the process, found 'getpid'" },
	{ "A B: getpid();", "1:3: expected : after the process, found 'B'" },
	{ "A: ;", "1:4: expected a statement, found ';'" },
	{ "A:", "1:3: expected a statement, found the end of the line" },
	{ "5: getpid();", "1:1: expected a process and a statement" },
	{ "asert(1);", "1:1: unknown word 'asert': did you mean 'assert'?" },
	{ "assert 1;", "1:8: expected ( after assert, found '1'" },
	{ "zebra(1);", "1:1: expected a process and a statement" },
	{ "A: x = 5; /* no */", "1:11: a comment begins with //" },
	{ "/* no */", "1:1: a comment begins with //" },
	{ SEM "A: repeat (3) { semop(sem, {{0, 1, 0}}, 1) }", "2:44: expected ; at the end of the statement, found '}'" },
	{ INTS "A: repeat (3) { n[0]++ n[1]++; }", "3:24: expected ; at the end of the statement, found 'n'" },
	{ INTS "A: repeat (3) n[0]++;", "3:15: expected { and what is repeated, found 'n'" },
	{ INTS "A: repeat 3 { n[0]++; }", "3:11: expected ( and the number of rounds, found '3'" },
	{ INTS "A: repeat (3) { A: n[0]++; }", "3:17: the process stands once, before the whole statement; two are A, B:" },
	{ "A: B: getpid();", "1:4: the process stands once, before the whole statement" },
	{ "A; getpid();", "1:2: expected : after the process, found ';'" },
	{ "A and B: getpid();", "1:3: expected : after the process, found 'and'" },
	{ "A.x = 5;", "1:2: expected : after the process, found '.'" },
	{ "B = fork();", "1:1: expected who does this: write A: before it" },
	{ "A: for (1) { getpid(); }", "1:4: for is not in the lesson language" },
	{ "A: return 0;", "1:4: return is not in the lesson language" },
	{ "A: exit;", "1:4: exit is a call: its arguments stand in parentheses" },
	{ INTS "A: repeat (3) { // => ok\n  n[0]++;\n}", "3:20: the outcome stands behind the }" },
	{ INTS "A: while n[0];", "3:10: expected ( and a condition, found 'n'" },
	{ "measure(\"x\", 1) { }", "1:19: a measure has at least one statement" },
	{ "measure(\"x\", 1) { getpid(); }", "1:19: expected a process, A to L, found 'getpid'" },
	{ "measure(\"x\", 1) { A: getpid() }", "1:31: expected ; at the end of the statement, found '}'" },
	{ "measure(\"x\", 1) A: getpid();", "1:17: expected { and what is measured, found 'A'" },
	{ "measure(\"x\", 1) { // => 0\n  A: getpid();\n}", "1:22: the outcome stands behind the }" },
	{ "measure(x, 1) { A: getpid(); }", "1:9: expected a name in quotes, found 'x'" },
	{ "measure(\"x\", 0) { A: getpid(); }", "1:14: expected a number of bytes, at least 1" },
	{ "A: k = 5;\nmeasure(\"x\", k) { A: getpid(); }", "2:14: expected a number of bytes, at least 1, without names" },
	{ "measure(\"x\", 1) { A: B = fork(); }", "1:26: fork can't stand in a loop" },
	{ "measure(\"x\", 1) { A: execve(SELF, NULL, NULL); }", "1:22: execve can't stand in a loop" },
	{ "measure(\"x\", 1) { A: getpid(); } // => 0", "1:40: this has no result of its own" },
)

/* ---- brackets ---- */

REFUSALS(brackets,
	{ SEM "A: repeat (3) {\n  semop(sem, {{0, 1, 0}}, 1);", "2:15: this { is not closed" },
	{ SEM "A: repeat (3) { semop(sem, {{0, 1, 0}}, 1);", "2:15: this { is not closed" },
	{ SEM "A: repeat (3) {\nA: semop(sem, {{0, 1, 0}}, 1);\nA: getpid();\n", "2:15: this { is not closed" },
	{ "measure(\"x\", 1) {\n  A: getpid();", "1:17: this { is not closed" },
	{ "struct s { int a;", "1:10: this { is not closed" },
	{ SEM "A: semop(sem, {{0, 1, 0}, 1);", "2:15: this { is not closed" },
	{ SEM "A: semop(sem, {{0, 1, 0}}, 1;", "2:9: this ( is not closed" },
	{ SEM "A: repeat (2) {\n  semop(sem, {{0, 1, 0}}, 1;\n}", "3:8: this ( is not closed" },
	{ "A: repeat (2 { getpid(); }", "1:11: this ( is not closed" },
	{ "A: x = (1 + (2 * 3);", "1:8: this ( is not closed" },
	{ "A: x = [1;", "1:8: this [ is not closed" },
	{ "A: getpid());", "1:12: this ) closes nothing" },
	{ "}", "1:1: this } closes nothing" },
	{ "A: x = 1];", "1:9: this ] closes nothing" },
	{ SEM "A: semop(sem,\n", "2:9: this ( is not closed" },
)

/* ---- processes ---- */

ACCEPTS(processes,
	"A: C = fork(); // => C",
	"A: int C = fork();",
	"A: B = fork();\nB: C = fork();",
	"A: setrlimit(RLIMIT_NPROC, {0, 0});\nA: C = fork(); // => -1 EAGAIN\nA: C = fork();",
	"A: setrlimit(RLIMIT_NPROC, {0, 0});\nA: C = fork(); // => -1 EAGAIN\nuser(C, 1, 1);",
	"assert(B.state == READY);\nB: getpid();",
	"kill(B, SIGKILL); // => B => killed SIGKILL",
	"user(B, 1000, 1000);\nB: getpid();",
	"user(B, 1000, 1000);\nuser(C, 1 + 1, PAGE);",
	"A: x = 1000;\nuser(B, x, x + 1);",
	"program(A, \"a.c\");\nA: next();\nA: next(semop); // => blocks",
	"program(A, \"a.c\");\nA: sem = next(semget); // => ok\nassert(sem[0].semval == 0);",
	"program(A, \"a.c\");\nA: que = next(msgget);\nassert(que.msg_qnum == 0 && A.que.msg_qnum == 0);",
	"program(A, \"a.c\");\ninput(A, \"a line\");\ninput(A, \"\");\ninput(A, NULL); // => A => exit 0",
	"program(A, \"a.c\");\nA: next(fork);\ninput(B, \"two\\nlines\\n\"); // => B => killed SIGINT",
	"program(A, \"a.c\");\nA: next(fork); // => B\nB: next(semop); // => blocks\nA: next(waitpid); // => B",
	"program(A, \"a.c\");\nA: next(fork); // => ok\nA: next(waitpid); // => B\ninput(B, \"x\");",
	SEM "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\nawait(B); // => B => 0",
	"A: execve(SELF, NULL, NULL); // => ok",
	"A: execve(\"/bin/true\", {\"true\", NULL}, NULL); // => runs",
	"A: exit(3); // => exit 3",
	"A: _exit(1 + 2); // => exit 1 + 2",
	"A, B, C, D, E, F, G, H, I, J, K, L: getpid();",
	"A: L = fork();\nL: getpid();",
	"A: kill(G, 0);\nG: getpid();\nassert(G.state == READY);",
)

/* G to L may be names, as they were in the first edition. */
ACCEPTS(letters_as_names,
	"A: G = getpid();\nA: x = G;\nassert(G > 1 && A.G == G);",
	"A, B: G = 5;\nassert(A.G == B.G);",
	"A: int K = 7;\nA: K++;\nassert(A.K == 8);",
	"A: char L[4];\nA: strcpy(L, \"abc\");",
	SEM "A: semctl(sem, 0, IPC_STAT, &H);\nassert(A.H.sem_nsems == 3);",
	SEG "A: shmctl(seg, IPC_STAT, I);\nA: I.shm_nattch;",
	"A: J = 5; // => J",
	"A: B = fork();\nB: G = 1;\nA: G;",
)

REFUSALS(letters_as_names_refused,
	{ "A: G = 5;\nG: getpid();", "2:1: G is a name of this lesson: it can't be a process too" },
	{ "A: G = 5;\nA, G: getpid();", "2:4: expected a process, A to L, found 'G'" },
	{ "A: G = 5;\nA: G = fork();", "2:8: fork gives a new process: write C = fork()" },
	{ "A: G = 5;\nkill(G, SIGKILL);", "2:6: expected a process, A to L, found 'G'" },
	{ "G: getpid();\nA: G = 5;", "2:4: G is a process: only fork can make it" },
	{ "G: getpid();\nA: int G;", "2:8: G is a process: only fork can make it" },
	{ "A: G = fork();\nA: G = getpid();", "2:8: G is a process: only fork can make it" },
	{ "A: x = G;\nA: G = 5;", "2:4: G is a process: only fork can make it" },
	{ "A: F = 5;", "1:4: F is a process: only fork can make it" },
)

REFUSALS(processes_refused,
	{ "A: B = fork();\nA: B = fork();", "2:4: B exists already" },
	{ "B: getpid();\nA: B = fork();", "2:4: B exists already" },
	{ "A: A = fork();", "1:4: A exists already" },
	{ "assert(B.state == READY);\nA: B = fork();", "2:4: B exists already" },
	{ "kill(B, SIGTERM); // => B => killed SIGTERM\nA: B = fork();", "2:4: B exists already" },
	{ "A: x = C;\nA: C = fork();", "2:4: C exists already" },
	{ "A: getpid(); // => C\nA: C = fork();", "2:4: C exists already" },
	{ "A, B: C = fork();", "1:7: two processes can't make the same child" },
	{ "A: fork();", "1:4: fork gives a new process: write C = fork()" },
	{ "A: child = fork();", "1:12: fork gives a new process: write C = fork()" },
	{ "A: C = getpid();", "1:8: C is a process: only fork can make it" },
	{ "A: C = 5;", "1:4: C is a process: only fork can make it" },
	{ "A: int C;", "1:8: C is a process: only fork can make it" },
	{ "A: C++;", "1:4: C is a process: only fork can make it" },
	{ "A: repeat (2) { C = fork(); }", "1:21: fork can't stand in a loop" },
	{ "A: repeat (2) { execve(SELF, NULL, NULL); k = 1; }", "1:17: execve can't stand in a loop" },
	{ "A: C = fork(1);", "1:8: fork takes 0 arguments, 1 given" },
	{ "B: getpid();\nuser(B, 1, 1);", "2:6: user(B, ...) comes before the first step that names B" },
	{ "assert(B.state == READY);\nuser(B, 1, 1);", "2:6: user(B, ...) comes before" },
	{ "A: next();", "1:4: A is no program: write program(A, \"file.c\"); before it" },
	{ "program(A, \"a.c\");\nA: sem = next();",
	  "2:15: expected the call whose result gets the name, such as semget, found ')'" },
	{ "program(A, \"a.c\");\nA: sem = next(semgett);",
	  "2:15: unknown call 'semgett': did you mean 'semget'?" },
	{ "program(A, \"a.c\");\nA: PAGE = next(semget);", "2:4: PAGE has a meaning of its own" },
	{ "program(A, \"a.c\");\nA: x = next(semget); // => -1 EEXIST\nassert(x[0].semval == 0);",
	  "3:8: x was not bound: its call failed" },
	{ "input(A, \"x\");", "1:7: A is no program: write program(A, \"file.c\"); before it" },
	{ "program(B, \"b.c\");\nA: getpid();\ninput(A, \"x\");", "3:7: A is no program" },
	{ "B: getpid();\nprogram(A, \"a.c\");\nA: next(fork); // => B\nB: next();", "4:4: B is no program" },
	{ "program(A, \"a.c\");\nA: next(fork); // => B\nB: getpid();", "3:4: B is a program" },
	{ "program(A, \"a.c\");\nA: next(fork); // => B\nprogram(B, \"b.c\");", "3:9: program(B, ...) comes before" },
	{ "program(A, \"a.c\");\ninput(A);", "2:8: expected , and a line in quotes, found ')'" },
	{ "program(A, \"a.c\");\ninput(A, 5);",
	  "2:10: expected a line in quotes, or NULL for the end of input, found '5'" },
	{ "program(A, \"a.c\");\ninput(\"x\");", "2:7: expected" },
	{ "program(A, \"a.c\");\ninput(A, \"a\\0b\");", "2:10: a byte that is 0 can't be typed" },
	{ "program(A, \"a.c\");\ninput(A, \"x\"); // => 0", "2:22: this has no result of its own" },
	{ "A: B = fork();\nuser(B, 1, 1);", "2:6: user(B, ...) comes before" },
	{ "A: kill(B, SIGTERM);\nuser(B, 1, 1);", "2:6: user(B, ...) comes before" },
	{ "kill(B, SIGCONT);\nuser(B, 1, 1);", "2:6: user(B, ...) comes before" },
	{ "A: x = 5;\nA: y = B.x;\nuser(B, 1, 1);", "3:6: user(B, ...) comes before" },
	{ "user(B, 1);", "1:10: expected , and a gid, found ')'" },
	{ "user(B);", "1:7: expected , and a uid, found ')'" },
	{ "user(x, 1, 1);", "1:6: expected a process, A to L, found 'x'" },
	{ "user(B, A.state, 1);", "1:9: only names and arithmetic can stand here" },
	{ "await(B);", "1:7: B has not started: it can't be blocked" },
	{ "await(5);", "1:7: expected a process, A to L, found '5'" },
	{ "B: getpid();\nawait(B, C);", "2:8: expected ), found ','" },
	{ "kill(B, 9);", "1:9: expected a signal, such as SIGKILL, found '9'" },
	{ "kill(B, SIGKIL);", "1:9: unknown signal 'SIGKIL': did you mean 'SIGKILL'?" },
	{ "kill(B, EINTR);", "1:9: unknown signal 'EINTR'" },
	{ "kill(b, SIGKILL);", "1:6: expected a process, A to L, found 'b'" },
	{ "kill(B);", "1:7: expected , and a signal, found ')'" },
	{ "A: assert(1);", "1:4: assert is the observer's: it stands without a process" },
	{ "A: await(B);", "1:4: await is the observer's" },
	{ "A: limit(\"shmmax\", 1);", "1:4: limit is the observer's" },
	{ "A: user(B, 1, 1);", "1:4: user is the observer's" },
	{ "A: measure(\"x\", 1) { A: getpid(); }", "1:4: measure is the observer's" },
)

/* ---- outcomes ---- */

#define WAIT SEM "B: semop(sem, {{0, -1, 0}}, 1); // => blocks\n"

ACCEPTS(outcomes,
	"A: getpid(); // => ok",
	"A: getpid(); // => A",
	"A: x = 5; // => 5",
	"A: x = 5; // => x",
	"A: x = -1; // => 0 - 1",
	"A: x = -1; // => -1 + 0",
	"A: getpid(); // => D",
	"A: x = 'x'; // => 'x'",
	"A: x = 6; // => 2 * (1 + 2)",
	"A: x = 1; // => -1 * -1",
	"A: shmget(1, 1, 0); // => -1 ENOENT",
	"A: shmget(1, 1, 0); // => - 1 ENOENT",
	"A: puts(\"x\"); // => \"x\"",
	SEM "A: semop(sem, {{0, -1, 0}}, 1); // => blocks",
	INTS "A: while (n[0] == 0); // => runs",
	INTS "A: n[0]; // => n[0]",
	SEM "A: semctl(sem, 0, GETVAL); // => sem[0].semval",
	"A: exit(1); // => exit 1",
	"A: exit(1); // => exit -1",
	"A: raise(SIGTERM); // => killed SIGTERM",
	"A: *0; // => killed SIGSEGV SEGV_MAPERR",
	BOTH "A: p[0] = 1; // => killed SIGBUS BUS_ADRERR at p",
	BOTH "A: p[0] = 1; // => killed SIGBUS BUS_ADRERR at p + 2 * PAGE - 1",
	BOTH "A: t = 3;\nA: p[0] = 1; // => killed SIGBUS BUS_ADRERR at p + t",
	INTS "A: struct sembuf *r = n;\nA: r[0].sem_num = 1; // => killed SIGBUS BUS_ADRERR at r + 1",
	SEG "A: char line[8];\nA: line[0]; // => killed SIGSEGV SEGV_ACCERR at line + 1",
	WAIT "A: semop(sem, {{0, 1, 0}}, 1); // => 0, B => 0",
	WAIT "A: semop(sem, {{0, 1, 0}}, 1); // => B => 0",
	WAIT "A: semop(sem, {{0, 1, 0}}, 1); // => 0, any => 0",
	WAIT "A: semop(sem, {{0, 1, 0}}, 1); // => any => 0",
	WAIT "A: semctl(sem, 0, IPC_RMID); // => 0, B => -1 EIDRM",
	WAIT "A: semctl(sem, 0, IPC_RMID); // => 0, any => -1 EIDRM",
	WAIT "kill(B, SIGKILL); // => B => killed SIGKILL, A => 0",
	WAIT "kill(B, SIGKILL); // => any => killed SIGKILL",
	WAIT "await(B); // => B => 0",
	"A: C = fork(); // => C, C => exit 3",
	"A, B: getpid(); // => ok",
	"A, B: getpid(); // => A => A, B => B",
	"A, B: getpid(); // => B => B",
	"A, B: msgget(7, IPC_CREAT | IPC_EXCL); // => any: ok, -1 EEXIST",
	"A, B: msgget(7, IPC_CREAT | IPC_EXCL); // => any: -1 EEXIST, 0",
	WAIT "C, D: semop(sem, {{0, 1, 0}}, 1); // => any: 0, 0, B => 0",
	"A, B: getpid(); // => may A => ok, B => ok",
	"A, B: getpid(); // => may ok",
	"A: getpid(); // => may -1 EINTR",
	"A, B: getpid(); // => may any: ok, -1 EEXIST",
	BOTH "A, B: x = p; // => p",
	BOTH "A, B: x = p; // => any: p, p + 1",
	"A: x = 1;\nB: y = 2; // => x + 1",
	"assert(1); // a remark",
	"A: getpid(); // => may EINVAL + 0",
	"A: exit(EBADF); // => exit EBADF",
)

REFUSALS(outcomes_refused,
	{ "A: getpid(); // => -1", "1:22: expected the error after -1, such as -1 EINVAL, found the end of the line" },
	{ "A, B: getpid(); // => A => -1, B => 0", "1:30: expected the error after -1, such as -1 EINVAL, found ','" },
	{ "A: close(9); // => EBADF", "1:20: write -1 EBADF: a call that fails returns -1" },
	{ "A: close(9); // => -EBADF", "1:20: write -1 EBADF: a call that fails returns -1" },
	{ "A: close(9); // => may EBADF", "1:24: write -1 EBADF" },
	{ "A, B: close(9); // => A => EBADF, B => -1 EBADF", "1:28: write -1 EBADF" },
	{ "A, B: msgget(7, IPC_CREAT | IPC_EXCL); // => any: ok, EEXIST", "1:55: write -1 EEXIST" },
	{ WAIT "A: semctl(sem, 0, IPC_RMID); // => 0, B => EIDRM", "3:44: write -1 EIDRM" },
	{ WAIT "kill(B, SIGTERM); // => any => EINTR", "3:32: write -1 EINTR" },
	{ "A: getpid(); // => -1 EINVALL", "1:23: unknown error 'EINVALL': did you mean 'EINVAL'?" },
	{ "A: getpid(); // => -1 SIGTERM", "1:23: unknown error 'SIGTERM'" },
	{ "A: getpid(); // => -1 zebra", "1:23: unknown error 'zebra'" },
	{ "A: getpid(); // =>", "1:19: expected a result, found the end of the line" },
	{ "A: getpid(); // => OK", "1:20: unknown result 'OK': did you mean 'ok'?" },
	{ "A: getpid(); // => blocked", "1:20: unknown result 'blocked': did you mean 'blocks'?" },
	{ "A: getpid(); // => zebra", "1:20: unknown name 'zebra'" },
	{ "A: getpid(); // => ,", "1:20: expected a value, found ','" },
	{ "A: getpid(); // => may", "1:23: expected a result, found the end of the line" },
	{ "A: getpid(); // => ok and so on", "1:23: expected , and another result, or the end: a remark stands on a line of its own, found 'and'" },
	{ "A: getpid(); // => ok // remark", "1:23: nothing follows an outcome: put the remark on a line of its own" },
	{ "A: getpid(); // => ok, as expected", "1:24: expected a process and its result, such as B => 0, found 'as'" },
	{ "A: getpid(); // => ok => ok", "1:23: expected , and another result, or the end" },
	{ "A: getpid(); // => 0;", "1:21: expected , and another result, or the end" },
	{ "A: getpid(); // => ok, B => 0", "1:24: B has not started: nothing can come of it" },
	{ "A: getpid(); // => B => 0", "1:20: B has not started: nothing can come of it" },
	{ "A: getpid(); // => ok, A => 0", "1:24: A has an outcome already" },
	{ "A: getpid(); // => A => 0, A => 0", "1:28: A has an outcome already" },
	{ WAIT "A: getpid(); // => ok, B => 0, B => 0", "3:32: B has an outcome already" },
	{ WAIT "A: getpid(); // => ok, any => 0, any => 0", "3:34: any stands once" },
	{ "A: getpid(); // => any: 0, 1", "1:20: any: stands for two processes with two results" },
	{ "A, B, C: getpid(); // => any: 0, 1", "1:26: any: stands for two processes with two results" },
	{ "A, B: getpid(); // => any: 0", "1:29: expected , and the other result, found the end of the line" },
	{ "assert(1); // => 0", "1:18: this has no result of its own: name the process" },
	{ WAIT "await(B); // => 0", "3:17: this has no result of its own: name the process" },
	{ "kill(B, SIGKILL); // => killed SIGKILL", "1:25: this has no result of its own: name the process" },
	{ "A: getpid(); // => killed", "1:26: expected a signal, such as SIGKILL, found the end of the line" },
	{ "A: getpid(); // => killed SIGBUSS", "1:27: unknown signal 'SIGBUSS': did you mean 'SIGBUS'?" },
	{ "A: getpid(); // => killed SIGBUS BUS_ADRER", "1:34: unknown code 'BUS_ADRER': did you mean 'BUS_ADRERR'?" },
	{ "A: getpid(); // => killed SIGBUS SEGV_MAPERR", "1:34: SEGV_MAPERR is a code of SIGSEGV, not of SIGBUS" },
	{ "A: getpid(); // => killed SIGBUS zebra", "1:34: expected a code of SIGBUS, found 'zebra'" },
	{ BOTH "A: p[0]; // => killed SIGBUS at p", "3:30: expected a code of SIGBUS, found 'at'" },
	{ INTS "A: n[0]; // => killed SIGBUS BUS_ADRERR at n[0]", "3:44: at takes names and arithmetic, no memory" },
	{ INTS "A: n[0]; // => killed SIGBUS BUS_ADRERR at n + *n", "3:44: at takes names and arithmetic, no memory" },
	{ "A: int x = 5;\nA: *x; // => killed SIGSEGV SEGV_MAPERR at x", "2:44: at takes names and arithmetic, no memory" },
	{ SEG "A: *0; // => killed SIGBUS BUS_ADRERR at seg.rss", "2:42: at takes names and arithmetic, no memory" },
	{ "A: getpid(); // => killed SIGBUS BUS_ADRERR at", "1:47: expected a value, found the end of the line" },
	{ "A: getpid(); // => exit", "1:24: expected a value, found the end of the line" },
	{ "A: getpid(); // => getpid()", "1:20: a call can't stand inside an expression" },
	{ "A: *0; // => killed SIGSEGV SEGV_MAPERR at STACK", "1:44: at takes names and arithmetic, no memory" },
	{ "A: getpid(); // => 0, any => STACK", "1:30: STACK is an address in a process: whose can't be told here" },
	{ INTS "A: n[0]; // => \"x\"", "3:16: a text can't come of this: its value is a number" },
	{ "A: int x = 1;\nB: getpid(); // => x", "2:20: x is a variable of A: another process can't read it" },
)

START_TEST(outcome_line)
{
	struct lesson *l = lesson_of("A: getpid();\n   // => A\n");
	char *text = said();

	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(text, "2:4: warning: an outcome stands on the line of its statement: "
	                       "this one is a remark");
	ck_assert(!l->script.steps[0].outcome.present);
	free(text);
	lesson_free(l);
}
END_TEST

/* ---- calls ---- */

ACCEPTS(calls,
	"A: k = ftok(\".\", 1);",
	SEG "A: shmat(seg, NULL, 0);\nA: shmat(seg, STACK, SHM_RND);",
	SEG "A: p = shmat(seg, NULL, 0);\nA: shmdt(p);\nA: shmdt(p + 1);",
	SEG "A: shmctl(seg, IPC_STAT, &ds);\nA: shmctl(seg, IPC_STAT, other);\nA: shmctl(seg, IPC_RMID, NULL);",
	SEG "A: shmctl(0, SHM_INFO, &info);\nA: info.used_ids;\nA: shmctl(0, IPC_INFO, &limits);\nA: limits.shmmax;",
	SEG "A: shmctl(0, SHM_STAT_ANY, &ds);\nA: ds.shm_nattch;",
	/* a command that takes none, or that is not known yet */
	SEG "A: shmctl(seg, IPC_RMID, &ds);\nA: shmctl(seg, IPC_STAT, &ds);\nA: ds.shm_nattch;",
	SEG "A: c = IPC_STAT;\nA: shmctl(seg, c, &ds);\nA: shmctl(seg, c, ds);\nA: ds.shm_perm.mode;",
	SEM "A: semctl(sem, 0, GETVAL, v);\nA: v.sem_otime;",
	QUEUE "A: msgctl(q, 99, &ds);\nA: ds.msg_qnum;",
	SEM "A: semop(sem, {{0, -1, SEM_UNDO}, {1, 2, IPC_NOWAIT}}, 2);",
	SEM "A: semop(sem, {0, -1, 0}, 1);",
	SEM "A: semop(sem, {{.sem_op = -1, .sem_num = 2}, {.sem_num = 1, 5}}, 2);",
	SEM "A: semop(sem, {{}}, 1);\nA: semop(sem, {{0, 1},}, 1);",
	SEM "A: semop(sem, ops, 2);\nA: ops[1].sem_op = 3;\nA: semop(sem, &ops, 2);\nA: semop(sem, &ops[1], 1);",
	SEM "A: semtimedop(sem, {{0, -1, 0}}, 1, {1, 500});\nA: semtimedop(sem, {{0, 1, 0}}, 1, NULL);\nA: semtimedop(sem, {{0, 1, 0}}, 1, &ts);",
	SEM "A: semctl(sem, 0, GETVAL);\nA: semctl(sem, 0, GETVAL, 0);\nA: semctl(sem, 0, IPC_RMID);\nA: semctl(sem, 0, SETVAL, 5);",
	SEM "A: semctl(sem, 0, SETALL, {1, 2, 3});\nA: semctl(sem, 0, GETALL, vals);\nA: vals[2];\nA: semctl(sem, 0, SETALL, vals);",
	SEM "A: semctl(sem, 0, IPC_STAT, &ds);\nA: ds.sem_perm.mode = 0600;\nA: semctl(sem, 0, IPC_SET, &ds);\nA: semctl(sem, 0, IPC_SET, {.sem_perm = {.mode = 0600}});",
	SEM "A: semctl(sem, 0, SEM_INFO, &i);\nA: i.semusz;",
	SEM "A: v = 3;\nA: semctl(sem, 0, SETVAL, v);\nA: cmd = GETVAL;\nA: semctl(sem, 0, cmd);",
	QUEUE "A: msgsnd(q, {1, \"text\"}, 4, 0);\nA: msgsnd(q, {.mtype = 1, .mtext = \"x\"}, 4, 0);\nA: msgsnd(q, {1}, 0, 0);\nA: msgsnd(q, {1, {1, 2, 'x'}}, 3, 0);",
	QUEUE "A: msgrcv(q, &m, 64, 0, 0);\nA: m.mtype;\nA: m.mtext[0];\nA: m.mtext;\nA: msgsnd(q, &m, 64, 0);\nA: msgsnd(q, m, 64, 0);",
	QUEUE "A: msgctl(q, IPC_STAT, &ds);\nA: ds.msg_qbytes = 99;\nA: ds.msg_cbytes;\nA: ds.msg_perm.seq;",
	QUEUE "A: msgctl(q, MSG_INFO, &i);\nA: i.msgmax;",
	"A: p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\nA: munmap(p, PAGE);\nA: msync(p, 1, MS_SYNC);\nA: mprotect(p, 1, PROT_NONE);\nA: mlock(p, 1);\nA: munlock(p, 1);\nA: madvise(p, 1, MADV_DONTNEED);\nA: mincore(p, 1, vec);\nA: vec[0];",
	"A: fd = open(\"f\", O_RDWR);\nA: open(\"f\", O_CREAT | O_RDWR, 0600);\nA: close(fd);\nA: ftruncate(fd, PAGE);\nA: fstat(fd, &st);\nA: st.st_size;\nA: unlink(\"f\");",
	"A: fd = 3;\nA: pread(fd, buf, 9, 0);\nA: pwrite(fd, \"x\", 9, 0);\nA: read(fd, &buf2, 9);\nA: write(fd, {1, 2, 3}, 3);\nA: buf[0] = buf2[1];\nA: lseek(fd, 0, SEEK_SET);",
	"A: pipe(fd);\nA: fd[1];\nA: pipe(&ends);\nA: write(ends[1], \"x\", 1);",
	"A: umask(022);\nA: o = shm_open(\"/x\", O_RDWR | O_CREAT, 0600);\nA: shm_unlink(\"/x\");\nA: memfd_create(\"m\", 0);",
	"A: kill(B, SIGTERM);\nA: kill(0 - 1, 0);\nA: raise(SIGUSR1);",
	"A: signal(SIGUSR1, handler);\nA: signal(SIGUSR1, SIG_IGN);\nA: signal(SIGSEGV, SIG_DFL);\nA: signal(SIGBUS, SIG_IGN);",
	"A: sigaction(SIGUSR1, {handler, SA_RESTART}, NULL);\nA: sigaction(SIGUSR1, {.sa_handler = handler}, &old);\nA: old.sa_flags;\nA: sigaction(SIGSEGV, {SIG_DFL, 0}, NULL);",
	"A: alarm(1);\nA: nanosleep({0, 1000}, NULL);\nA: nanosleep({.tv_nsec = 5}, &rem);\nA: rem.tv_sec;",
	"A: setrlimit(RLIMIT_AS, {0, RLIM_INFINITY});\nA: unshare(CLONE_NEWUSER | CLONE_NEWIPC);",
	BOTH "A: strcpy(p, \"text\");\nA: strcpy(buf, p);\nA: strcpy(buf, buf);\nA: memset(p + 1, 'x', 2);\nA: memset(got, 0, 32);\nA: puts(p);\nA: puts(\"x\");",
	"A: char a[8] = \"x\";\nA: execve(a, {\"sh\", \"-c\", a, NULL}, {});\nA: execve(\"x\", {}, {\"A=1\"});",
	QUEUE "A: k = msgctl(q, IPC_STAT, &ds);",
	INTS "A: alarm(n[0]);\nA: read(n[0], &n[1], 4);\nA: read(0, n + 2, n[0]);",
	"A: int x;\nA: read(0, &x, 4);\nA: struct sembuf b;\nA: semop(0, &b, 1);\nA: read(0, &b.sem_op, 2);",
)

REFUSALS(calls_refused,
	{ SEM "A: semop(sem, 1);", "2:4: semop takes 3 arguments, 2 given" },
	{ SEM "A: semop(sem, {{0, 1, 0}}, 1, 2);", "2:4: semop takes 3 arguments, 4 given" },
	{ "A: getpid(1);", "1:4: getpid takes 0 arguments, 1 given" },
	{ "A: raise();", "1:4: raise takes 1 argument, 0 given" },
	{ "A: open(\"x\");", "1:4: open takes 2 or 3 arguments, 1 given" },
	{ "A: open(\"x\", 0, 0, 0);", "1:4: open takes 2 or 3 arguments, 4 given" },
	{ SEM "A: semctl(sem, 0);", "2:4: semctl takes 3 or 4 arguments, 2 given" },
	{ SEM "A: semctl(sem, 0, SETVAL);", "2:4: semctl takes 4 arguments with this command, 3 given" },
	{ SEM "A: semctl(sem, 0, GETALL);", "2:4: semctl takes 4 arguments with this command, 3 given" },
	{ "A: fcntl(3, F_SETLK);", "1:4: fcntl takes 3 arguments with this command, 2 given" },
	{ "A: fcntl(3, F_ADD_SEALS);",
	  "1:4: fcntl takes 3 arguments with this command, 2 given" },
	{ "A: fcntl(3, 8, A);", "1:13: a lesson can't use this command of fcntl" },
	{ "A: posix_fallocate(3, 0, 1); // => -ENOSPC", "1:36: write -1 ENOSPC" },
	{ "A: posix_fallocate(3, 0, 1); // => ENOSPD", "1:36: unknown name 'ENOSPD'" },
	{ "A: sem_open(\"/s\", O_CREAT, 0600);", "1:4: sem_open takes 2 or 4 arguments, 3 given" },
	{ "A: s = sem_open(\"/s\", 0);\nA: sem_getvalue(s, v);",
	  "2:20: sval of sem_getvalue is the address of a number: write &v" },
	{ "assert(NOW > 1);", "1:8: NOW is the time at which a statement runs" },
	{ "A: getpid(); // => NOW", "1:20: NOW is the time at which a statement runs" },
	{ "A: NOW = 1;", "1:4: NOW" },
	{ "A: sigprocmask(SIG_BLOCK, {SIGUSR1, 99}, NULL);",
	  "1:37: a set holds signals by name: {SIGUSR1, SIGINT}" },
	{ "A: sigprocmask(SIG_BLOCK, {A}, NULL);", "1:28: a set holds signals by name" },
	{ "A: sigprocmask(SIG_BLOCK, {SIGUSR1 SIGINT}, NULL);", "1:36: expected , or }" },
	{ "A: sigprocmask(SIG_BLOCK, {SIGUSR1", "1:27: this { is not closed" },
	{ "A: t = time(NULL);", "1:8: there is no time: NOW is the time in seconds" },
	{ "A: mmap(1, 2, 3, 4, 5, 6, 7, 8);", "1:4: mmap takes 6 arguments, 8 given" },
	{ "A: x = shmget(1, 2);", "1:8: shmget takes 3 arguments, 2 given" },
	{ "A: smget(1, 2, 3);", "1:4: unknown call 'smget': did you mean 'shmget'?" },
	{ "A: x = shmgte(1, 2, 3);", "1:8: unknown call 'shmgte': did you mean 'shmget'?" },
	{ "A: repeet (3) { }", "1:4: unknown call 'repeet': did you mean 'repeat'?" },
	{ "A: zebra(3);", "1:4: unknown call 'zebra'" },
	{ "A: x = zebra(3);", "1:8: unknown call 'zebra'" },
	{ "A: shmget(IPC_PRIVAT, 1, 0);", "1:11: unknown name 'IPC_PRIVAT': did you mean 'IPC_PRIVATE'?" },
	{ "A: raise(SIGUSER1);", "1:10: unknown name 'SIGUSER1': did you mean 'SIGUSR1'?" },
	{ "A: exit(EINVALL);", "1:9: unknown name 'EINVALL': did you mean 'EINVAL'?" },
	{ "A: shmget(NULLL, 1, 0);", "1:11: unknown name 'NULLL': did you mean 'NULL'?" },
	{ "A: signal(SIGUSR1, hander);", "1:20: unknown name 'hander': did you mean 'handler'?" },
	{ "A: semop(smem, {{0, 1, 0}}, 1);", "1:10: unknown name 'smem'" },
	{ SEM "A: semop(sen, {{0, 1, 0}}, 1);", "2:10: unknown name 'sen': did you mean 'sem'?" },
	{ "A: shmdt(p);", "1:10: unknown name 'p'" },
	{ "A: puts(text);", "1:9: unknown name 'text'" },
	{ "A: semctl(0, 0, SETVAL, v);", "1:25: unknown name 'v'" },
	{ "A: alarm(1 2);", "1:12: expected ) after the arguments, found '2'" },
	{ "A: kill(1 2, 3);", "1:11: expected , and another argument, found '2'" },
	{ "A: kill(1,, 3);", "1:4: kill takes 2 arguments, 3 given" },
	{ "A: kill(, 3);", "1:9: expected a value, found ','" },
	{ "A: shmdt({1, 2});", "1:10: shmaddr of shmdt is not a struct or an array: braces can't stand here" },
	{ "A: exit({1});", "1:9: status of exit is not a struct or an array" },
	{ "A: puts({'a'});", "1:9: s of puts is not a struct or an array" },
	{ "A: shmctl(0, IPC_RMID, {1});", "1:24: buf of shmctl is not a struct or an array" },
	{ "A: semctl(0, 0, SETVAL, {5});", "1:25: arg of semctl is no struct with this command: write 5" },
	{ "A: semctl(0, 0, SETVAL, &v);", "1:26: arg of semctl has no type that a new variable could take" },
	{ "A: shmdt(&v);", "1:11: shmaddr of shmdt has no type that a new variable could take" },
	{ SEM "A: cmd = IPC_STAT;\nA: semctl(sem, 0, cmd, {0});", "3:24: arg of semctl is not a struct or an array" },
	{ "A: alarm(\"x\");", "1:10: seconds of alarm is not a text" },
	{ "A: msgsnd(0, \"x\", 1, 0);", "1:14: msgp of msgsnd is a struct, which begins with the type of the message: write {1, \"x\"}" },
	{ "A: puts(\"a\" \"b\");", "1:9: a text stands in an argument or on one side of == only" },
	{ "A: alarm(getpid());", "1:10: a call can't stand inside an expression" },
	{ "A: alarm(1 + getpid());", "1:14: a call can't stand inside an expression" },
	{ "A: x = 1 + getpid();", "1:12: a call can't stand inside an expression" },
	{ "A: x = getpid() + 1;", "1:8: a call can't stand inside an expression" },
	{ "A: getpid() + 1;", "1:4: a call can't stand inside an expression" },
	{ INTS "A: n[getpid()] = 1;", "3:6: a call can't stand inside an expression" },
	{ "A: while (getpid());", "1:11: a call can't stand inside an expression" },
	{ "assert(getpid() == A);", "1:8: a call can't stand inside an expression" },
	{ "assert(zebra(1));", "1:8: a call can't stand inside an expression" },
	{ "A: signal(SIGSEGV, handler);", "1:20: handler can't handle SIGSEGV" },
	{ "A: signal(SIGBUS, handler);", "1:19: handler can't handle SIGBUS" },
	{ "A: sigaction(SIGSEGV, {handler, 0}, NULL);", "1:24: handler can't handle SIGSEGV" },
	{ "A: sigaction(SIGBUS, {.sa_flags = 0, .sa_handler = handler}, NULL);", "1:52: handler can't handle SIGBUS" },
	{ "A: sigaction(SIGUSR1, handler, NULL);", "1:23: act of sigaction is a struct: write {handler, 0}" },
	{ QUEUE "A: msgctl(q, IPC_STAT, &PAGE);", "2:25: PAGE has a meaning of its own" },
	{ QUEUE "A: msgctl(q, IPC_STAT, &handler);", "2:25: handler has a meaning of its own" },
	{ QUEUE "A: msgctl(q, IPC_STAT, &C);", "2:25: & takes a variable or memory: this is a value" },
	{ QUEUE "A: msgrcv(q, &q, 64, 0, 0);", "2:15: q is used as a value here: give the variable another name" },
	{ SEG "A: shmdt(&seg);", "2:11: & takes a variable or memory: this is a value" },
	{ SEG "A: shmdt(&(seg + 1));", "2:11: & takes a variable or memory: this is a value" },
	{ SEG "A: x = &seg;", "2:9: & takes a variable or memory: this is a value" },
	{ "A: x = {1};", "1:8: braces stand for an argument of a call, or behind the = of a declaration" },
)

REFUSALS(literals_refused,
	{ SEM "A: semop(sem, {{0, 1, 0, 4}}, 1);", "2:26: struct sembuf has only 3 members" },
	{ SEM "A: semop(sem, {{.sem_flg = 0, 4}}, 1);", "2:31: struct sembuf has only 3 members" },
	{ SEM "A: semop(sem, {{.sem_opp = 0}}, 1);", "2:18: struct sembuf has no member 'sem_opp': did you mean 'sem_op'?" },
	{ SEM "A: semop(sem, {{.zebra = 0}}, 1);", "2:18: struct sembuf has no member 'zebra'" },
	{ SEM "A: semop(sem, {{.5 = 0}}, 1);", "2:18: expected the name of a member, found '5'" },
	{ SEM "A: semop(sem, {{.sem_op 0}}, 1);", "2:25: expected = after the member, found '0'" },
	{ SEM "A: semop(sem, {{0 1}}, 1);", "2:19: expected , or }, found '1'" },
	{ SEM "A: semop(sem, {{0, \"x\"}}, 1);", "2:20: a text stands in an argument or on one side of == only" },
	{ SEM "A: semop(sem, {5, {1}, {}, 4}, 1);", "2:28: struct sembuf has only 3 members" },
	{ SEM "A: semop(sem, {{0, 1, 0}, 5}, 1);", "2:27: expected { and its members, found '5'" },
	{ "A: nanosleep({1, 2, 3}, NULL);", "1:21: struct timespec has only 2 members" },
	{ "A: nanosleep({{1, 2}}, NULL);", "1:19: there is room for 1 only" },
	{ QUEUE "A: msgsnd(q, {1, 2}, 1, 0);", "2:18: expected { and its members, found '2'" },
	{ SEM "A: semctl(sem, 0, IPC_SET, {1});", "2:29: expected { and its members, found '1'" },
	{ QUEUE "A: msgsnd(q, {{{{{{{{{1}}}}}}}}}, 1, 0);", "2:22: these braces are nested too deeply: 8 levels are the most" },
	{ SEM "A: semop(sem, {{getpid()}}, 1);", "2:17: a call can't stand inside an expression" },
)

/* ---- expressions, names, memory ---- */

ACCEPTS(expressions,
	"A: x = 1 + 2 * 3 - 4 / 5 % 6 & 7 | 8 ^ ~9 << 1 >> 2;",
	"A: x = 1 == 2 != 3 < 4 > 5 <= 6 >= 7 && 8 || !9 ? 10 : 11 ? 12 : 13;",
	"A: x = - - -1;\nA: x = !!~-+5;\nA: x = (((((5)))));",
	"A: x = sizeof(int) + sizeof(struct sembuf) + sizeof(char *) + sizeof(unsigned long);",
	"A: x = WIFEXITED(768) + WEXITSTATUS(3 << 8) * WTERMSIG(9);\nA: y = WIFSIGNALED(x);\nassert(!WIFSTOPPED(x) && WSTOPSIG(x) == 2 && !WIFCONTINUED(x));",
	"A: x = PAGE;\nA: x = NULL;\nA: x = SELF;\nA: x = STACK;\nA: x = handler;\nA: x = EAGAIN + SIGKILL + INT_MAX;",
	"A: x = 0xffffffffffffffff;\nA: x = 18446744073709551615;\nA: x = 01777777777777777777777;\nA: x = 10UL + 0x1fu + 7ll;",
	"A: x = 'a' + '\\n' + '\\0' + '\\x41' + '\\'' + '\"' + '\\\\';",
	INTS "A: x = n[0];\nA: x = *n;\nA: x = *n + 1;\nA: x = *(n + 1);\nA: x = (n + 1)[2];\nA: *n;\nA: *n = 5;\nA: *n += 5;\nA: *n++;\nA: n[n[0]] = n[n[n[1]]];",
	INTS "A: n[0];\nA: n[0] = 1;\nA: n[0] += -1;\nA: n[0]++;\nA: t = n;\nA: t[1] = 3;\nA: t++;\nA: t += 2;\nA: d = t - n;",
	"A: x = 5;\nA: x++;\nA: x += 3;\nA: x = x + 1;\nA: x;",
	"A: i = 5;\nA: repeat (3) { x = i; }\nassert(i == 5);",
	BOTH "A: p[0] = 1;\nA: p[0];\nassert(A.p[0] == 1 && B.p[0] == 1);",
	BOTH "A: x = B.p;\nA: x = A.p + 1;\nA: A.p[0] = 5;",
	BOTH "assert(A.p == \"x\" && B.p != \"y\" && \"z\" == A.p);",
	BOTH "A: while (p == \"x\");\nA: x = p + 1 == \"yz\";",
	BOTH "A: C = fork();\nC: p[0];\nC: x = p;\nassert(C.p[0] == 0 && x);",
	SEG "A: p = shmat(seg, NULL, 0);\nA: C = fork();\nC: p[0];\nassert(p[0] == 0);\nD: x = p;",
	"A: x = 1;\nA: C = fork();\nC: x = 2;\nassert(A.x == 1 && C.x == 2);\nC: x;",
	"A: int x = 7;\nassert(A.x == 7 && x == 7);\nA: C = fork();\nC: x = 8;\nassert(C.x == 8);",
	"A: x = 1;\nA: execve(SELF, NULL, NULL);\nA: y = x;",
	"A: int x;\nA: execve(SELF, NULL, NULL);\nA: int x;\nA: x;",
	"A: int x;\nA: execve(SELF, NULL, NULL); // => -1 EACCES\nA: x;",
	"A: x = msgget(1, 0); // => -1 ENOENT\nB: x = msgget(1, 0);\nA: y = x;",
	"A: x = 1;\nA: x = msgget(1, 0); // => -1 ENOENT\nA: y = x;",
	"A, B: x = msgget(1, IPC_CREAT | IPC_EXCL); // => any: ok, -1 EEXIST\nA: x = 5;",
	"A: int x;\nB: x = 5;\nassert(A.x == 0 && B.x == 5);",
	"A: read(0, buf, 5);\nB: read(0, buf, 5);\nassert(A.buf[0] == B.buf[0]);",
	QUEUE "A, B: msgrcv(q, &m, 64, 0, 0);\nassert(A.m.mtype == 1 && B.m.mtext == \"x\");",
	"A: k = 5;\nB, C: k = k + 1;\nassert(B.k == C.k);",
	"A: int x = 1;\nA: int x = 2;\nA: int x;\nA: struct sembuf s[2];\nA: struct sembuf s[2];",
	INTS "A: repeat (2) { char c = i; }\nA: repeat (2) { char c; c = i; }",
	"A: ok = 1;\nA: blocks = ok;\nA: read = 3;\nA: page = 5;",
	"A: x = 1 ? STACK : 5;\nA: y = x == STACK;",
)

ACCEPTS(types,
	"A: char a;\nA: short b;\nA: int c;\nA: long d;\nA: unsigned e;\nA: unsigned char f;\nA: unsigned short g;\nA: unsigned int h;\nA: unsigned long k;",
	"A: short int a;\nA: long int b;\nA: long long c;\nA: unsigned long long int d;\nA: unsigned short int e;",
	"A: char a[10];\nA: int b[3];\nA: struct sembuf c[2];\nA: c[1].sem_op = 5;\nA: char d[2 * PAGE];\nA: int *e[3];\nA: int *f;",
	"A: int x = 5;\nA: x = 6;\nA: x += 1;\nA: x++;\nA: x;\nA: unsigned short half = 0xffff;",
	INTS "A: char *c = n;\nA: c[0];\nA: int *m = n + 3;\nA: m++;\nA: int x = n[0];\nA: int *k;\nA: k = n;\nA: k++;\nA: k[0] = 3;",
	"A: char a[8] = \"text\";\nA: char b[4] = \"text\";\nA: unsigned char c[5] = \"text\";\nA: a;\nA: puts(a); // => \"text\"",
	"struct s { char name[8]; int age; };\nA: struct s v;\nA: v.age = 5;\nA: v.name[0] = 'x';\nA: strcpy(v.name, \"y\");\nA: struct s t[3];\nA: t[1].age = v.age;\nA: x = sizeof(struct s);",
	"struct a { int x; };\nstruct b { struct a one; struct a two[3]; struct a *p; };\nA: struct b v;\nA: v.two[1].x = 5;\nA: v.one.x = v.two[0].x;\nA: v.p = 0;\nA: v.p[0].x;",
	"struct node { struct node *next; int v; };\nA: struct node n;\nA: n.next = 0;\nA: n.next[0].next[0].v;",
	"struct msgbuf { long mtype; int a; int b; };\nA: struct msgbuf m;\nA: m.b = 5;\nA: msgsnd(0, &m, 8, 0);",
	"struct s { int key; int __key; };\nA: struct s v;\nA: v.__key = 5;\nassert(A.v.key == 0 && A.v.__key == 5);",
	"struct s { unsigned long a; char b[sizeof(long) * 2]; long int c; };",
	SEG "struct s { int a; };\nA, B: struct s *t = shmat(seg, NULL, 0);\nA: t[2].a = 1;\nassert(B.t[2].a == 1);",
)

REFUSALS(expressions_refused,
	{ "A: x = (foo) - 1;", "1:9: unknown name 'foo'" },
	{ INTS "A: n->x = 5;", "3:5: -> is not in the lesson language: write p[0].field" },
	{ INTS "assert(A.n->x);", "3:11: -> is not in the lesson language" },
	{ "A: x = 5;\nA: y = x--;", "2:9: -- can't stand inside an expression: x-- is a statement of its own" },
	{ INTS "A: n[0] *= 2;", "3:9: *= is not in the lesson language: there are =, +=, -=, ++ and --" },
	{ INTS "A: n[0] |= 2;", "3:9: |= is not in the lesson language" },
	{ INTS "A: ++n[0];", "3:4: a leading ++ or -- is not in the lesson language" },
	{ INTS "A: --n[0];", "3:4: a leading ++ or -- is not in the lesson language" },
	{ INTS "A: n[0] == n + 8;", "3:9: a comparison belongs in an assert" },
	{ INTS "A: n[0] < 8;", "3:9: a comparison belongs in an assert" },
	{ INTS "A: repeat (2) { i != 8; }", "3:19: a comparison belongs in an assert" },
	{ INTS "A: x = n[0]++;", "3:12: ++ can't stand inside an expression: x++ is a statement of its own" },
	{ INTS "A: n[0] = n[1] = 3;", "3:16: expected ; at the end of the statement, found '='" },
	{ "assert(1 = 1);", "1:10: expected ), found '='" },
	{ "A: x = ;", "1:8: expected a value, found ';'" },
	{ "A: x = 1 +;", "1:11: expected a value, found ';'" },
	{ "A: x = 1 2;", "1:10: expected ; at the end of the statement, found '2'" },
	{ "A: x = 1 ? 2;", "1:13: expected : and what it is otherwise, found ';'" },
	{ "A: x = \"text\";", "1:8: a text stands in an argument or on one side of == only" },
	{ "A: x = 1 + \"text\";", "1:12: a text stands in an argument or on one side of == only" },
	{ "assert(\"a\" == \"b\");", "1:15: two texts can't be compared" },
	{ INTS "assert(n[0] == \"b\");", "3:8: this is a number: a text is compared with memory" },
	{ INTS "A: x = n + n;", "3:12: a pointer can't stand here: p + n, p - n and p - q can" },
	{ INTS "A: x = 1 - n;", "3:12: a pointer can't stand here" },
	{ "assert(5 == \"b\");", "1:8: whose memory this is can't be told: begin with a name" },
	{ "assert(*4096 == 0);", "1:8: whose memory this is can't be told: begin with a name" },
	{ "A: 5;", "1:4: this does nothing: a statement is a call, a load or a store" },
	{ "A: \"x\";", "1:4: this does nothing" },
	{ "A: -1;", "1:4: this does nothing" },
	{ "A: B;", "1:4: this does nothing" },
	{ "A: 5 = 6;", "1:4: this can't be assigned: it is a value" },
	{ BOTH "A: B.p = 5;", "3:4: this can't be assigned: it is a value" },
	{ BOTH "A: B.p[0];", "3:4: the memory of B can be read in an assert only" },
	{ BOTH "A: B.p[0] = 1;", "3:4: the memory of B can be read in an assert only" },
	{ "A: x = sizeof 5;", "1:15: sizeof takes a type, or what has a place in memory: this is a value" },
	{ "A: x = sizeof(5);", "1:14: sizeof takes a type, or what has a place in memory: this is a value" },
	{ "A: x = sizeof(struct zebra);", "1:22: unknown struct 'zebra'" },
	{ "A: x = sizeof(struct sembuff);", "1:22: unknown struct 'sembuff': did you mean 'sembuf'?" },
	{ "A: x = WEXITSTATUS(5;", "1:19: this ( is not closed" },
	{ "A: x = WEXITSTATUS();", "1:20: expected a value, found ')'" },
	{ "A: x = WEXITED(5);", "1:8: unknown call 'WEXITED'" },
	{ "A: sizeof = 5;", "1:4: sizeof has a meaning of its own: choose another name" },
	{ "A: PAGE = 5;", "1:4: PAGE has a meaning of its own: choose another name" },
	{ "A: NULL = 5;", "1:4: NULL has a meaning of its own" },
	{ "A: handler = 5;", "1:4: handler has a meaning of its own" },
	{ "A: EINTR = getpid();", "1:4: EINTR has a meaning of its own" },
	{ "A: IPC_CREAT += 5;", "1:4: IPC_CREAT has a meaning of its own" },
	{ "A: READY++;", "1:4: READY has a meaning of its own" },
	{ "A: repeat (2) { i = 5; }", "1:17: i has a meaning of its own" },
	{ "A: x = i;", "1:8: unknown name 'i'" },
	{ SEG "assert(seq.shm_nattch == 1);", "2:8: unknown name 'seq': did you mean 'seg'?" },
	{ "A: x = y;", "1:8: unknown name 'y'" },
	{ "A: x += 1;", "1:4: unknown name 'x'" },
	{ "A: x++;", "1:4: unknown name 'x'" },
	{ "A: x;", "1:4: unknown name 'x'" },
	{ "A: x = msgget(1, 0); // => -1 ENOENT\nA: y = x;", "2:8: x was not bound: its call failed, in line 6" },
	{ "A: x = msgget(1, 0); // => -1 ENOENT\nassert(x == 1);", "2:8: x was not bound: its call failed, in line 6" },
	{ BOTH "assert(p == 0);", "3:8: p is bound by A and by B: write A.p or B.p to say which" },
	{ BOTH "C: x = p;", "3:8: p is bound by A and by B: write A.p or B.p to say which" },
	{ BOTH "assert(C.p == 0);", "3:10: p is bound by A and by B: write A.p or B.p to say which" },
	{ "A: x = 1;\nA: C = fork();\nC: x = 2;\nassert(x == 1);", "4:8: x is bound by A and by C: write A.x or C.x to say which" },
	{ "A: int x = 7;\nB: y = x;", "2:8: x is a variable of A: another process can't read it" },
	{ "A: int x = 7;\nB: y = A.x;", "2:10: x is a variable of A: another process can't read it" },
	{ "A: int x = 7;\nassert(B.x == 7);", "2:10: x is a variable of A: another process can't read it" },
	{ "A: read(0, buf, 9);\nB: puts(buf);", "2:9: buf is a variable of A: another process can't read it" },
	{ "A: int x;\nA: execve(SELF, NULL, NULL);\nA: y = x;", "3:8: x was declared before A called execve: it is gone" },
	{ "A: int x;\nA: execve(SELF, NULL, NULL);\nassert(A.x == 1);", "3:10: x was declared before A called execve: it is gone" },
	{ "A: int x;\nA: char x;", "2:9: x is declared already, with another type" },
	{ "A: int x[2];\nA: int x[3];", "2:8: x is declared already, with another type" },
	{ "A: struct sembuf x;\nA: struct timespec x;", "2:20: x is declared already, with another type" },
	{ "A: read(0, x, 9);\nA: int x;", "2:8: x is declared already, with another type" },
	{ "A: int x[2];\nA: x = getpid();", "2:4: an array can't be assigned as a whole: assign its members" },
	{ "A: int x;\nA: char x = getpid();", "2:9: x is declared already, with another type" },
	{ "A: x = 5;\nA: int x = x + 1;", "2:8: x is used as a value here: give the variable another name" },
	{ SEG "A: x = seg.shm_nattch;", "2:12: shm_nattch can be read in an assert only" },
	{ SEG "A: seg.shm_perm.mode;", "2:8: shm_perm can be read in an assert only" },
	{ SEG "A: x = seg.rss;", "2:12: rss can be read in an assert only" },
	{ SEM "A: repeat (sem[0].semval) { getpid(); }", "2:19: semval can be read in an assert only" },
	{ SEM "A: x = sem[0].semadj(A);", "2:15: semadj can be read in an assert only" },
	{ "A: x = B.state;", "1:10: the state of a process can be read in an assert only" },
	{ "A: x = B.handler;", "1:10: the count of a handler can be read in an assert only" },
	{ BOTH "A: x = p.page[0];", "3:10: a page table can be read in an assert only" },
	{ BOTH "A: x = p.resident[0];", "3:10: a page table can be read in an assert only" },
	{ "assert(SELF == 0);", "1:8: SELF is an address in a process: whose can't be told here" },
	{ "assert(handler == 0);", "1:8: handler is an address in a process" },
	{ "assert(0 == handler);", "1:13: handler is an address in a process" },
	{ "assert(handler == STACK);", "1:8: handler is an address in a process" },
	{ "assert(A == STACK[0]);", "1:13: STACK is an address in a process" },
	{ "assert(handler.page[0] == TAIL);", "1:8: handler is an address in a process" },
	{ "assert(SELF == \"x\");", "1:8: SELF is an address in a process" },
	{ "assert(-STACK);", "1:9: STACK is an address in a process" },
	{ "limit(\"shmmni\", -1);", "1:17: shmmni can't be negative" },
	{ "limit(\"shmmax\", STACK);", "1:17: STACK is an address in a process" },
)

REFUSALS(types_refused,
	{ "A: int = 5;", "1:8: expected a name, found '='" },
	{ "A: int 5;", "1:8: expected a name, found '5'" },
	{ "A: int **p;", "1:9: expected a name, found '*'" },
	{ "A: int a[0];", "1:10: expected a number of elements, at least 1" },
	{ "A: int a[-1];", "1:10: expected a number of elements, at least 1" },
	{ "A: int a[];", "1:10: expected a number of elements, found ']'" },
	{ "A: x = 5;\nA: int a[x];", "2:10: expected a number of elements, at least 1" },
	{ "A: int a[2] = 5;", "1:8: an array can't be assigned as a whole: assign its members" },
	{ "A: char a[67108865];", "1:11: this is larger than 64 MiB" },
	{ "A: struct stat a[10000000];", "1:18: this is larger than 64 MiB" },
	{ "A: char a[3] = \"text\";", "1:16: this text has 4 bytes, there is room for 3" },
	{ "A: int a[3] = \"text\";", "1:15: a text can initialise an array of char only" },
	{ "A: char *a = \"text\";", "1:14: a text can initialise an array of char only" },
	{ "A: struct sembuf a = 5;", "1:18: a struct can't be assigned as a whole: assign its members" },
	{ "A: struct sembuf a;\nA: a = 5;", "2:4: a struct can't be assigned as a whole" },
	{ "A: struct sembuf a;\nA: a;", "2:4: this is a whole struct: name one of its members" },
	{ "A: struct sembuf a;\nA: a.zebra;", "2:6: struct sembuf has no member 'zebra'" },
	{ "A: struct sembuf a;\nA: a.sem_nun;", "2:6: struct sembuf has no member 'sem_nun': did you mean 'sem_num'?" },
	{ "A: struct sembuf a;\nA: a.5;", "2:6: expected a field after the dot, found '5'" },
	{ SEG "A: struct sembuf *t = shmat(seg, NULL, 0);\nA: t.sem_op;", "3:6: this is a pointer: write [0].sem_op" },
	{ "A: void p;", "1:9: void has no values: void * can stand here" },
	{ "A: foo_t x = 5;", "1:4: unknown type 'foo_t': there are char, short, int, long, unsigned, struct, key_t, size_t and its like" },
	{ "A: struct zebra x;", "1:11: unknown struct 'zebra'" },
	{ "A: struct 5 x;", "1:11: expected the name of a struct, found '5'" },
	{ "struct { int a; };", "1:8: expected the name of the struct, found '{'" },
	{ "struct s { };", "1:12: a struct has at least one member" },
	{ "struct s { int; };", "1:15: expected the name of a member, found ';'" },
	{ "struct s { zebra a; };", "1:12: expected a type (char, short, int, long, unsigned, struct, key_t, size_t and its like), found 'zebra'" },
	{ "struct s { int a, b; };", "1:17: expected ; after a member, found ','" },
	{ "struct s { int a };", "1:18: expected ; after a member, found '}'" },
	{ "struct s { int a; char a; };", "1:24: struct s has a member a already" },
	{ "struct s { int a[0]; };", "1:18: expected a number of elements, at least 1" },
	{ "struct s { int a; };\nstruct s { int b; };", "2:8: struct s is defined already" },
	{ "struct sembuf { int a; };", "1:8: struct sembuf is defined by the headers" },
	{ "struct s { struct s a; };", "1:12: struct s can't hold itself: a pointer to it can stand here" },
	{ "struct s { struct t a; };\nstruct t { int b; };", "1:19: unknown struct 't'" },
	{ "struct s { char a[67108864]; char b; };", "1:35: this struct is larger than 64 MiB" },
	{ "struct s { char a[67108864]; };\nstruct t { struct s a[2]; };", "2:23: this is larger than 64 MiB" },
)

ACCEPTS(asserts,
	SEG "assert(seg.shm_segsz == PAGE && seg.shm_atime == 0 && seg.shm_dtime == 0 && seg.shm_ctime && seg.shm_cpid == A && seg.shm_lpid == 0 && seg.shm_nattch == 0);",
	SEG "assert(seg.shm_perm.key == 0 && seg.shm_perm.uid == seg.shm_perm.cuid && seg.shm_perm.gid == seg.shm_perm.cgid && seg.shm_perm.mode == 0600 && seg.shm_perm.seq == 0);",
	SEG "A: shmctl(seg, IPC_STAT, &ds);\nA: ds.shm_perm.__key;\nassert(seg.shm_perm.__key == A.ds.shm_perm.__seq);",
	QUEUE "A: msgctl(q, IPC_STAT, &ds);\nassert(q.__msg_cbytes == 0 && A.ds.__msg_cbytes == 0);",
	SEG "assert(seg.rss == 0 && seg.shm_perm.mode & SHM_DEST);",
	SEM "assert(sem.sem_otime == 0 && sem.sem_ctime && sem.sem_nsems == 3 && sem.sem_perm.mode);",
	SEM "assert(sem[0].semval == 0 && sem[1].semncnt == 0 && sem[2].semzcnt == 0 && sem[0].sempid == A && sem[0].semadj(B) == 0);",
	SEM "A: k = 1;\nassert(sem[k + 1].semval == sem[k * 2 - 2].semval && A.sem[0].semval == (sem)[0].semval);",
	QUEUE "assert(q.msg_stime + q.msg_rtime + q.msg_ctime + q.msg_cbytes + q.msg_qnum + q.msg_qbytes + q.msg_lspid + q.msg_lrpid + q.msg_perm.seq);",
	"A: fd = 3;\nassert(fd.st_dev + fd.st_ino + fd.st_mode + fd.st_nlink + fd.st_uid + fd.st_gid + fd.st_rdev + fd.st_size + fd.st_blksize + fd.st_blocks + fd.st_atime + fd.st_mtime + fd.st_ctime);",
	"A: pipe(fd);\nassert(fd[0].st_mode && A.fd[1].st_size == 0);",
	BOTH "assert(A.p.page[0] == IN_FILE && B.p.page[1] == TAIL && A.p.page[2] == PAST_EOF);",
	BOTH "A: k = 1;\nassert(A.p.resident[k - 1] == 0 && !(A.p + PAGE).resident[0]);",
	"assert(B.state == READY || B.state == BLOCKED || B.state == RUNNING || B.state == STOPPED || B.state == DEAD);",
	"assert(B.handler == 0 && B > 0 && A != B);",
	BOTH "assert(*A.p == A.p[0] && *(A.p + 1) == (1 + B.p)[0]);",
	QUEUE "A: msgrcv(q, &m, 9, 0, 0);\nassert(A.m.mtype == 1 && A.m.mtext[3] == 'x' && A.m.mtext == \"abc\" && m.mtype);",
	QUEUE "A: msgctl(q, IPC_STAT, &ds);\nassert(A.ds.msg_perm.mode == 0600 && A.ds.msg_qnum == q.msg_qnum);",
	"limit(\"shmmax\", 5);\nlimit(\"semmni\", 2 * PAGE);\nA: k = 5;\nlimit(\"msgmnb\", k + 1);\nlimit(\"sem_next_id\", 7);\nlimit(\"semmsl\", -1);",
)

REFUSALS(asserts_refused,
	{ SEG "assert(seg.shm_natch);", "2:12: unknown field 'shm_natch': did you mean 'shm_nattch'?" },
	{ SEG "assert(seg.__shm_nattch);", "2:12: unknown field '__shm_nattch': did you mean 'shm_nattch'?" },
	{ SEG "assert(seg.zebra);", "2:12: unknown field 'zebra'" },
	{ SEG "assert(seg.semval);", "2:12: semval belongs to one semaphore of a set: sem[0].semval" },
	{ SEG "assert(seg.shm_perm);", "2:20: expected . and a member (key, uid, gid, cuid, cgid, mode, seq), found ')'" },
	{ SEG "assert(seg.shm_perm.mod);", "2:21: struct ipc_perm has no member 'mod': did you mean 'mode'?" },
	{ SEG "assert(seg.shm_perm.5);", "2:21: expected a member (key, uid, gid, cuid, cgid, mode, seq), found '5'" },
	{ SEM "assert(sem[0].semvall);", "2:15: unknown field 'semvall': did you mean 'semval'?" },
	{ SEM "assert(sem[0].semadj);", "2:21: expected ( and a process after semadj, found ')'" },
	{ SEM "assert(sem[0].semadj(x));", "2:22: expected a process, A to L, found 'x'" },
	{ BOTH "assert(A.p.page);", "3:16: expected [ and the number of a page, found ')'" },
	{ BOTH "assert(A.p.pag[0]);", "3:12: unknown field 'pag': did you mean 'page'?" },
	{ "assert((0).page[0]);", "1:8: whose memory this is can't be told: begin with a name" },
	{ "assert((3).st_size);", "1:8: whose memory this is can't be told: begin with a name" },
	{ "assert(B.5);", "1:10: expected a name, state or handler after B., found '5'" },
	{ SEM "assert(sem[0] == 0);", "2:8: a semaphore has fields, such as sem[0].semval" },
	{ "A: int sem = semget(0, 1, 0600);\nA: x = sem;\nassert(1 + A.x[0]);", "3:12: a semaphore has fields, such as sem[0].semval" },
	{ SEM "assert(sem[0].sem_otime == 0);", "2:8: a semaphore has fields, such as sem[0].semval" },
	{ SEG "assert(seg[0].shm_nattch);", "2:8: a segment has fields, such as seg.shm_nattch" },
	{ QUEUE "assert(q[0] == 1);", "2:8: a queue has fields, such as q.msg_qnum" },
	{ "assert(B.stat);", "1:10: unknown name 'stat': did you mean 'state'?" },
	{ "assert(B.sate == READY);", "1:10: unknown name 'sate': did you mean 'state'?" },
	{ "assert();", "1:8: expected a value, found ')'" },
	{ "assert(1, 2);", "1:9: expected ), found ','" },
	{ "limit(\"shmmx\", 1);", "1:7: unknown IPC limit 'shmmx': did you mean 'shmmax'?" },
	{ "limit(\"zebra\", 1);", "1:7: unknown IPC limit 'zebra'" },
	{ "limit(shmmax, 1);", "1:7: expected a name in quotes, found 'shmmax'" },
	{ "limit(\"shmmax\");", "1:15: expected , and a value, found ')'" },
	{ SEG "limit(\"shmmax\", seg.rss);", "2:17: only names and arithmetic can stand here" },
)

/* ---- what C programs say ---- */

/* A variable takes what its call returned, a bare name no error. */
ACCEPTS(failures,
	"A: int id = msgget(1, 0); // => -1 ENOENT\nA: id;\nassert(A.id == -1 && id == -1);\nB: x = id;",
	"A: int id = 77;\nA: id = shmget(1, 100, 0); // => -1 ENOENT\nassert(A.id == -1);",
	"A: char *p;\nA: p = mmap(NULL, 1, 1, 1, -1, 0); // => -1 EBADF\nassert(A.p == MAP_FAILED);\nA: p[0] = 1; // => killed SIGSEGV SEGV_MAPERR at MAP_FAILED",
	"A: char *p = mmap(NULL, 1, 1, 1, -1, 0); // => -1 EBADF\nA: p[0] = 1; // => killed SIGSEGV SEGV_MAPERR at p",
	"A: int *n = shmat(9, NULL, 0); // => -1 EINVAL\n" SEG "B: int *n = shmat(seg, NULL, 0);\nassert(n[0] == 0 && A.n == (void *)-1);",
	INTS "A: n = shmat(9, NULL, 0); // => -1 EINVAL\nA: y = n;",
	"A: int t[2];\nA: t[1] = msgget(1, 0); // => -1 ENOENT\nA: t[1];",
	"A: int id = msgget(1, 0); // => -1 ENOENT\nA: C = fork();\nC: id;",
)

REFUSALS(failures_refused,
	{ "A: p = mmap(NULL, 1, 1, 1, -1, 0); // => -1 EBADF\nA: p[0] = 1;", "2:4: p was not bound: its call failed, in line 6" },
	{ "A: getpid();\nA: fd = open(\"x\", 0); // => -1 ENOENT\nA: close(fd);", "3:10: fd was not bound: its call failed, in line 7" },
	{ "A: fd = open(\"x\", 0); // => killed SIGTERM\nA: close(fd);", "2:10: unknown name 'fd'" },
)

ACCEPTS(casts,
	INTS "A: char *c = (char *)n;\nA: c = (char *)n + 1;\nA: c[0];\nA: ((char *)n)[3] = 5;\nA: *(char *)n = 5;\nA: *(int *)(c + 1);\nA: x = (long)n;\nassert((int)A.x == (int)A.n && *(char *)A.n == 5);",
	"A: x = (int)5;\nA: x = (char *)5;\nA: x = (unsigned long) 5;\nA: x = (struct sembuf *) 5;\nA: x = (void *) -1;\nA: x = (size_t) 5;\nA: x = (key_t *) 5;\nA: x = (key_t) -1;\nA: x = (pid_t) (5);\nA: x = (const char *)5;",
	SEG "A: shmat(seg, (void *)0, 0);\nA: int *a = (int *)shmat(seg, (const void *)NULL, 0);\nA: a[2];\nA: b = (struct sembuf *)shmat(seg, NULL, SHM_RDONLY);\nA: b[1].sem_op;\nA: (void)shmdt(a);\nA: (void) shmdt(b);",
	"A: x = (unsigned char)getpid();\nA: int y;\nA: y = (char)getpid();\nA: repeat (2) { short z = (short)getpid(); }",
	"assert((int)1 == 1 && (char)257 == 1 && (unsigned)-1 == 4294967295);",
	SEM "A: int a = (int)sem;\nassert(sem[0].semval == 0);",
	QUEUE "A: msgrcv(q, &m, 64, (long)0, (int)0);",
	"A: struct sembuf *v;\nA: v = (struct sembuf *)(STACK - PAGE);\nA: v[0].sem_op;",
)

REFUSALS(casts_refused,
	{ "A: x = (struct sembuf)5;", "1:23: a cast gives a pointer or a number, no struct" },
	{ "A: x = (void)5;", "1:13: void has no values: void * can stand here" },
	{ "A: x = (int 5);", "1:13: expected ) after the type, found '5'" },
	{ "A: x = (int)getpid() + 1;", "1:13: a call can't stand inside an expression" },
	{ "A: x = 1 + (int)getpid();", "1:17: a call can't stand inside an expression" },
	{ "A: x = (long char)5;", "1:9: these words make no type together" },
	{ "A: x = (int **)5;", "1:14: expected ) after the type, found '*'" },
	{ "A: x = (pthread_t)5;", "1:9: there is no pthread_t: a lesson has processes, A to L, and no threads" },
	{ "A: x = (foo *)5;", "1:9: expected a type (char, short, int, long, unsigned, struct, key_t, size_t and its like), found 'foo'" },
	{ "A: x = (foo_t)5;", "1:9: expected a type" },
	{ "A: semctl(0, 0, SETVAL, (int){1});", "1:25: arg of semctl takes braces without a type: {...}" },
	{ "A: semctl(0, 0, SETVAL, &(union semun){1});", "1:25: arg of semctl takes braces without a type: {...}" },
	{ "A: read(0, &(struct sembuf){0}, 9);", "1:12: buf of read takes braces without a type" },
	{ "A: exit((int){1});", "1:9: status of exit takes braces without a type" },
	{ "A: nanosleep((struct timespec){1, 0}, NULL);", "1:14: req of nanosleep takes braces without a type: {...}" },
	{ "A: x = (const)5;", "1:14: expected a type" },
)

ACCEPTS(types_of_c,
	"A: key_t k = ftok(\".\", 1);\nA: pid_t p;\nA: size_t a;\nA: ssize_t b;\nA: off_t c;\nA: mode_t d;\nA: time_t e;\nA: uid_t f;\nA: gid_t g;\nA: ushort h[3];",
	"A: const char a[4] = \"x\";\nA: char const b;\nA: const int *c;\nA: unsigned long int d;\nA: long unsigned e;\nA: signed char f;\nA: signed g;\nA: short unsigned h;\nA: long long unsigned int j;\nA: int * const k;",
	"A: void *p = mmap(0, PAGE, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\nA: const void *q = p;\nA: p[3];\nA: void *r;\nA: r = p;",
	"A: union semun arg;\nA: arg.val = 5;\n" SEM "A: semctl(sem, 0, SETVAL, arg);\nA: unsigned short v[3];\nA: arg.array = v;\nA: semctl(sem, 0, GETALL, arg);\nA: struct semid_ds ds;\nA: arg.buf = &ds;\nA: semctl(sem, 0, IPC_STAT, arg);\nA: arg.buf[0].sem_nsems;",
	SEM "A: semctl(sem, 0, SETVAL, (union semun){.val = 1});\nA: semctl(sem, 0, SETVAL, (union semun){1});\nA: union semun u = {.val = 2};\nA: union semun w = {3};\nA: semctl(sem, 0, SETVAL, u);",
	"A: nanosleep(&(struct timespec){0, 5}, NULL);\nA: semop(0, &(struct sembuf){0, -1, 0}, 1);\nA: sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler}, NULL);",
	INTS "A: (*n)++;\nA: (n[1])--;\nA: *(n + 1) -= 2;\nA: (*(n + 1)) = 5;",
	"struct s { key_t k; const char *name; size_t n[2]; void *p; };\nA: struct s v;\nA: v.name = 0;\nA: const struct s *p;",
	"A: int x = 5;\nA: int *p = &x;\nA: *p;\nassert(A.p == &A.x && *A.p == 5);\nA: char s[4];\nA: q = &s[1];\nA: *q;",
)

ACCEPTS(declarators,
	"A: struct sembuf sb = {0, -1, 0};\nA: sb.sem_op;\nA: struct sembuf op = {.sem_op = -1, .sem_flg = SEM_UNDO};",
	SEM "A: struct sembuf ops[2] = {{0, -1, 0}, {1, 1, 0}};\nA: semop(sem, ops, 2);\nA: struct sembuf p[] = {{0, 1, 0}, {1, 1, 0}};\nA: semop(sem, p, 2);\nA: struct sembuf one[] = {0, 1, 0};",
	"A: int a[2] = {1, 2};\nA: int b[] = {1, 2, 3,};\nA: b[2];\nA: int c = {5};\nA: char s[] = \"abc\";\nA: s[3];\nA: char t[] = {'a', 0};",
	"A: int a = 1, b = 2;\nA: int x, *p = &a, t[3], u[2] = {1};\nA: p[0] = t[2];\nA: long n = b, m = n;\nassert(A.m == 2);",
	SEG "A: int *n = shmat(seg, NULL, 0), k = 5;\nA: n[0] = k;\nA: char *c = (char *)shmat(seg, NULL, 0), *d = c;",
	"struct s { char name[8]; struct sembuf op; };\nA: struct s v = {\"abc\", {1, 2, 3}};\nA: struct s w[] = {{.name = \"x\"}, {\"y\"}};\nA: w[1].op.sem_op;",
	"A: repeat (3) { struct sembuf b = {i, 1, 0}; int k = i, j = k; }",
	"A: struct timespec t = {1, 0};\nA: nanosleep(&t, NULL);",
)

REFUSALS(declarators_refused,
	{ "A: int a = 1, 5;", "1:15: expected a name, found '5'" },
	{ "A: int a, ;", "1:11: expected a name, found ';'" },
	{ "A: int a b;", "1:10: expected ; at the end of the statement, found 'b'" },
	{ "A: int a[];", "1:10: expected a number of elements, found ']'" },
	{ "A: int a[] = 5;", "1:14: an array is initialised with braces" },
	{ "A: int a[] = {};", "1:16: an array has at least one element" },
	{ "A: int a[2] = {1, 2, 3};", "1:22: there is room for 2 only" },
	{ "A: int a = {1, 2};", "1:16: there is room for 1 only" },
	{ "A: int *p = {1};", "1:13: a pointer takes an address: braces can't stand here" },
	{ "A: struct sembuf a = {1, 2, 3, 4};", "1:32: struct sembuf has only 3 members" },
	{ "A: struct sembuf a = {.zebra = 1};", "1:24: struct sembuf has no member 'zebra'" },
	{ "A: union semun a = {1, 2};", "1:24: a union has one member at a time" },
	{ "A: union semun a;\nA: a.zebra = 1;", "2:6: union semun has no member 'zebra': there are val, buf, array and __buf" },
	{ "A: union zebra a;", "1:10: there is one union, semun, found 'zebra'" },
	{ "A: char *s = \"abc\";", "1:14: a text can initialise an array of char only: char s[] = ..." },
	{ "A: int t[] = \"abc\";", "1:14: a text can initialise an array of char only" },
	{ "A: int a[2];\nA: int a[] = {1};", "2:8: a is declared already, with another type" },
	{ "A: int a, a[2];", "1:11: a is declared already, with another type" },
)

ACCEPTS(lvalues,
	"A: long t[2];\nA: t[0] = shmget(1, 10, IPC_CREAT | 0600);\nA: t[1] = (int)getpid();",
	"struct s { int id; char *at; };\nA: struct s v[2];\nA: v[1].id = msgget(1, IPC_CREAT);\nA: v[0].at = (char *)shmat(0, NULL, 0);",
	INTS "A: *n = getpid();\nA: *(n + 1) = getpid();\nA: n[0] = getpid();\nA: repeat (3) { n[i] = getpid(); }",
	"A: x = 5;\nA: x--;\nA: x -= 2;\n" INTS "A: n[0]--;\nA: n[0] -= x;\nA: *n -= 1;\nA: n--;\nA: n -= 2;",
)

ACCEPTS(branches,
	"A: if (1) { getpid(); }",
	"A: if (1) { getpid(); } else { x = 1; } // => ok",
	"A: if (1) { } else if (2) { } else if (3) { } else { };",
	INTS "A: while (n[0]) { n[0]++; }",
	INTS "A: while (n[0]) { }",
	INTS "A: while (n[0] < 5) {\n  n[0] += 1;\n  n[1]++;\n} // => ok",
	INTS "A: while (n[0] < 5)\n{\n  n[0] += 1;\n}",
	INTS "A: if (n[0] == 0) {\n  n[0] = 1;\n} else {\n  n[1] = 2;\n} // => ok\nA: getpid();",
	INTS "A: if (n[0] == 0)\n{\n  n[0] = 1;\n}\nelse\n{\n  n[1] = 2;\n}\nA: getpid();",
	INTS "A: if (n[0] == 0) { n[0] = 1; }\n  else if (n[1]) { n[1] = 2; }\nA: getpid();",
	INTS "A: repeat (3) { if (i == 1) { n[0]++; } else { while (n[0] == 9) { n[1]--; } } }",
	INTS "A: while (n[0] == 0) { if (n[1]) { n[0] = 1; } while (n[2]); }",
	INTS "A: i = 0;\nA: while (i < 5) { n[i] = i; i++; }",
	"A: x = 0;\nA: if (x) { x = 1; } else { x = 2; }\nA: y = x;",
	"A: int x;\nA: repeat (2) { if (i) { x = 1; } x++; }",
	"A: if (1) { y = 1; }\nA: z = y;\nassert(y == 1);",
	"A: if (1) { int k = 1; }\nA: k++;\nA: if (1) { int k; k++; }",
	QUEUE "A: while (1) { msgrcv(q, &m, 64, 0, 0); m.mtype; } // => blocks\nassert(A.m.mtype == 1);",
	"A: if (1) { y = 1; } else { y = 2; }\nB: y = 3;\nassert(y == 3 && A.y);",
	INTS "measure(\"n\", 4) { A: if (n[0]) { n[0]--; } A: while (n[1]) { n[1]--; } }",
	"A: exit(1 ? EXIT_SUCCESS : EXIT_FAILURE); // => exit EXIT_SUCCESS",
)

REFUSALS(branches_refused,
	{ "A: if 1 { }", "1:7: expected ( and a condition, found '1'" },
	{ "A: if (1 2) { }", "1:10: expected ) after the condition, found '2'" },
	{ "A: if (1) getpid();", "1:11: expected { and what is done then, found 'getpid'" },
	{ "A: if (1) { } else getpid();", "1:20: expected { and what is done otherwise, found 'getpid'" },
	{ INTS "A: while (n[0]) getpid();", "3:17: expected { and what is repeated, or ; found 'getpid'" },
	{ "A: else { }", "1:4: else stands behind the } of its if" },
	{ "A: if (1) { }\n// remark\nelse { }", "3:1: else stands behind the } of its if" },
	{ "A: if (1) { } else { } else { }", "1:24: a line is one step" },
	{ "A: if (getpid()) { }", "1:8: a call can't stand inside an expression" },
	{ "A: if (1) { // => ok\n}", "1:16: the outcome stands behind the }" },
	{ "A: if (1) { C = fork(); }", "1:17: fork can't stand in an if or a while: whether there is a C must be known before" },
	{ "A: while (1) { C = fork(); }", "1:20: fork can't stand in an if or a while" },
	{ "A: if (1) { execve(SELF, NULL, NULL); }", "1:13: execve can't stand in a loop, an if or a while" },
	{ "if (1) { }", "1:1: expected who does this: write A: before it" },
	{ "A: if (1) { getpid();", "1:11: this { is not closed" },
	{ "A: if = 5;", "1:7: expected ( and a condition, found '='" },
	{ "A: x = if;", "1:8: unknown name 'if'" },
	{ "A: repeat (2) { if (i) { y = 1; } z = y; }", "1:39: y is bound in a branch before this, which may not be taken: bind it before the if or the while" },
	{ "A: repeat (2) { if (i) { int y = 1; } y++; }", "1:39: y is bound in a branch before this" },
	{ "A: if (1) { y = 1; } else { z = y; }", "1:33: y is bound in a branch before this" },
	{ "A: if (1) { } else if (2) { y = 1; } else { z = y; }", "1:49: y is bound in a branch before this" },
	{ "A: if (1) { int k = 1; }\nA: repeat (2) { if (1) { int k; } k++; }", "2:35: k is bound in a branch before this" },
)

ACCEPTS(sizes,
	QUEUE "A: msgrcv(q, &m, sizeof(m.mtext), 0, 0);\nA: msgrcv(q, &m, sizeof m.mtext, 0, 0);\nA: msgrcv(q, &m, sizeof(m) - sizeof(long), 0, 0);",
	"A: struct sembuf sb[3];\nA: x = sizeof sb / sizeof sb[0];\nA: x = sizeof(sb) / sizeof(sb[0]);\nA: x = sizeof sb[0].sem_op;\nA: x = sizeof(\"abc\");",
	INTS "A: x = sizeof(n);\nA: x = sizeof *n;\nA: x = sizeof(n[0]) + sizeof(char *) + sizeof(const char *) + sizeof(key_t) + sizeof(union semun);",
	"A: int x;\nA: *0; // => killed SIGSEGV SEGV_MAPERR at sizeof(x) - 4",
)

REFUSALS(sizes_refused,
	{ SEG "A: x = sizeof(seg);", "2:14: sizeof takes a type, or what has a place in memory: this is a value" },
	{ "A: int x;\nA: y = sizeof(x + 1);", "2:14: sizeof takes a type, or what has a place in memory" },
	{ "A: x = sizeof(y);", "1:15: unknown name 'y'" },
	{ "A: x = sizeof;", "1:14: expected a value, found ';'" },
	{ "A: x = sizeof(void);", "1:19: void has no values" },
	{ "A: x = sizeof(int;", "1:14: this ( is not closed" },
)

/* What C programmers type, and what is there instead. */
REFUSALS(foreign,
	{ "A: sleep(1);", "1:4: there is no sleep: write nanosleep({1, 0}, NULL)" },
	{ "A: usleep(1);", "1:4: there is no usleep: write nanosleep({0, 1000}, NULL)" },
	{ "A: usleep(100);", "1:4: there is no usleep: write nanosleep({0, 100000}, NULL)" },
	{ "A: usleep(2500000);", "1:4: there is no usleep: write nanosleep({2, 500000000}, NULL)" },
	{ "A: sleep(3);", "1:4: there is no sleep: write nanosleep({3, 0}, NULL)" },
	{ "A: sleep(n);", "1:4: there is no sleep: write nanosleep({1, 0}, NULL), which sleeps for a second" },
	{ "A: poll(&p, 1, 5);", "1:4: there is no poll: each process waits in a call of its own" },
	{ "A: select(1, &r, NULL, NULL, NULL);", "1:4: there is no select" },
	{ "A: flock(fd, 2);", "1:4: there is no flock: write fcntl(fd, F_SETLKW, {F_WRLCK, SEEK_SET, 0, 0})" },
	{ "A: stat(\"x\", &s);", "1:4: there is no stat: open the file and write fstat(fd, &st)" },
	{ "A: stat s;", "1:4: stat is a struct: write struct stat" },
	{ "A: rename(\"a\", \"b\");", "1:4: there is no rename: write link(\"old\", \"new\"), and then unlink(\"old\")" },
	{ "A: mkfifo(\"a\", 0600);", "1:4: there is no mkfifo: write pipe(fd)" },
	{ "A: dup(3);", "1:4: there is no dup: write dup2(fd, 10)" },
	{ "A: mq_timedsend(q, \"a\", 1, 0, &t);", "1:4: there is no mq_timedsend: write mq_send(" },
	{ "A: #define N 5", "1:4: leave # lines out: the names of the headers are known, and A: N = 5;" },
	{ "A: union semun { int val; struct semid_ds *buf; } arg;", "1:16: union semun is known without its definition: write union semun arg;" },
	{ "A: struct msgbuf { long mtype; char mtext[9]; } buf = {1, \"x\"};", "1:18: a struct is defined on a line of its own, without a process before it: struct msgbuf { ... }; then write struct msgbuf buf" },
	{ "A: if (fork() == 0) { exit(0); }", "1:8: fork can't stand inside an expression: write B = fork();" },
	{ "A: enum { ONE, TWO };", "1:4: enum is not in the lesson language: write A: ONE = 1; for each name" },
	{ "A: getpid(); // => -1 EFOO", "1:23: unknown error 'EFOO'" },
	{ "A: semop(sem, {{0, 1, 0}}, 1);", "1:10: unknown name 'sem': it is bound by nothing before" },
	{ "A: fcntl(3, F_SETOWN, 1);", "1:13: a lesson can't use this command of fcntl: there are F_DUPFD, " },
	{ "A: fcntl(3, 8, 1);", "1:13: a lesson can't use this command of fcntl: there are F_DUPFD, " },
	{ "limit(\"foo\", 1);", "1:7: unknown IPC limit 'foo': there are shmmax, shmall, " },
	{ "limit(\"shm_rmid_forced\", 7);", "1:26: shm_rmid_forced is 1 at most: no kernel takes more" },
	{ "limit(\"msg_next_id\", 3000000000);", "1:22: msg_next_id is 2147483647 at most: no kernel takes more" },
	{ "A: semctl(0, 0, SETVAL, {.val = 4});", "1:25: arg of semctl is no struct with this command: write 4" },
	{ "A: x = sleep(1);", "1:8: there is no sleep: write nanosleep({1, 0}, NULL)" },
	{ "A: while (1) { sleep(1); }", "1:16: there is no sleep: write nanosleep({1, 0}, NULL)" },
	{ "A: setuid(1000);", "1:4: there is no setuid: write user(A, 1000, 1000); before the first step of A" },
	{ "A: setgid(1000);", "1:4: there is no setgid: write user(A, 1000, 1000);" },
	{ "A: getuid();", "1:4: there is no getuid: who a process is, is said by user(A, 1000, 1000);" },
	{ "A: printf(\"%d\", x);", "1:4: there is no printf: the result of each step is shown, and puts(p) shows the text at p" },
	{ "A: fprintf(stderr, \"x\");", "1:4: there is no fprintf: the result of each step is shown" },
	{ "printf(\"x\");", "1:1: there is no printf: the result of each step is shown" },
	{ "A: perror(\"x\");", "1:4: there is no perror: the error of a call is shown by its name, and the outcome says it: // => -1 EACCES" },
	{ "A: int x;\nA: if (x == -1) { perror(\"x\"); exit(1); }", "2:19: there is no perror: the error of a call is shown by its name" },
	{ "A: puts(strerror(5));", "1:9: there is no strerror: the error of a call is shown by its name" },
	{ "A: if (errno == EEXIST) { exit(1); }", "1:8: there is no errno: the outcome of a call says its error: // => -1 EACCES" },
	{ "A: return 0;", "1:4: return is not in the lesson language: a process ends with exit(0)" },
	{ "A: if (1) { return -1; }", "1:13: return is not in the lesson language: a process ends with exit(0)" },
	{ "A: p = malloc(100);", "1:8: there is no malloc: declare a variable, such as char buf[100];" },
	{ "A: char *p = (char *)malloc(100);", "1:22: there is no malloc: declare a variable" },
	{ "A: free(p);", "1:4: there is no free: declare a variable" },
	{ "A: system(\"ipcs\");", "1:4: there is no system: write execve(\"/bin/sh\", {\"sh\", \"-c\", \"...\", NULL}, NULL)" },
	{ "A: execl(\"/bin/sh\", \"sh\", NULL);", "1:4: there is no execl: write execve(" },
	{ "A: sem_t *s = sem_open(\"/x\", 0);", "1:4: leave the type sem_t out: write s = sem_open(...)" },
	{ "A: sem_t s;", "1:4: leave the type sem_t out" },
	{ "A: pthread_create(&t, NULL, f, NULL);", "1:4: there is no pthread_create: a lesson has processes, A to L, and no threads" },
	{ "A: pthread_t t;", "1:4: there is no pthread_t: a lesson has processes" },
	{ "A: scanf(\"%d\", &x);", "1:4: there is no scanf: nobody types in a lesson; write the value itself: x = 5;" },
	{ "A: while (fgets(buf, 80, stdin) != NULL) { }", "1:11: there is no fgets: nobody types in a lesson" },
	{ "A: for (i = 0; i < 5; i++) { getpid(); }", "1:4: for is not in the lesson language: write repeat (10) { ... }, where i counts from 0, or while (...) { ... }" },
	{ "A: for (;;)\n{\n  getpid();\n}", "1:4: for is not in the lesson language" },
	{ "A: do { getpid(); } while (1);", "1:4: do is not in the lesson language: write while (...) { ... }" },
	{ "A: do {\n  getpid();\n} while (1);", "1:4: do is not in the lesson language" },
	{ "A: goto out;", "1:4: goto is not in the lesson language: write if (...) { ... } or while (...) { ... }" },
	{ "A: switch (1) { case 1: break; }", "1:4: switch is not in the lesson language: write if (...) { ... } else { ... }" },
	{ "A: while (1) { break; }", "1:16: break is not in the lesson language: let the condition of the while end it" },
	{ "A: x = MAP_FAILD;", "1:8: unknown name 'MAP_FAILD': did you mean 'MAP_FAILED'?" },
	{ "A: msgsnd(0, \"hello\", 5, 0);", "1:14: msgp of msgsnd is a struct, which begins with the type of the message: write {1, \"hello\"}" },
	{ "A: pid = fork();", "1:10: fork gives a new process: write C = fork() with a letter that is free, of A to L" },
	{ "A: M = fork();", "1:8: fork gives a new process: write C = fork() with a letter that is free, of A to L" },
	{ "A: pid_t p = fork();", "1:14: fork gives a new process" },
	{ "A: if ((k = ftok(\".\", 0)) == -1) { exit(1); }", "1:11: an assignment can't stand inside an expression: make it a statement of its own, before this one" },
	{ "A: x = (y = 5);", "1:11: an assignment can't stand inside an expression" },
	{ "A: signal(SIGINT, cleanup);", "1:19: there is no handler 'cleanup': there are handler, which counts, SIG_IGN and SIG_DFL" },
	{ "A: char *p = \"text\";", "1:14: a text can initialise an array of char only: char p[] = ..." },
	{ "struct people { int age; };\nA: people *p;", "2:4: people is a struct: write struct people" },
	{ "struct people { int age; };\nA: x = sizeof(people);", "2:15: people is a struct: write struct people" },
	{ "struct people { int age; };\nA: people *p = (people *)shmat(0, 0, 0);", "2:4: people is a struct: write struct people" },
	{ "A: x = (sembuf *)5;", "1:9: sembuf is a struct: write struct sembuf" },
	{ "A: int t[2][3];", "1:12: an array has one dimension" },
	{ "typedef struct {\n  int a;\n} people;", "1:1: typedef is not in the lesson language: define struct name { ... }; and write struct name" },
	{ "union semun {\n  int val;\n  struct semid_ds *buf;\n};", "1:1: union semun is known without its definition: leave it out" },
	{ "int main(void)\n{\n  int x;\n  return 0;\n}", "1:1: a lesson has no functions: write the statements, each with its process before it" },
	{ "static void f(int sig)\n{\n}", "1:1: leave static out" },
	{ "void *f(void *p) {\n  getpid();\n}", "1:1: a lesson has no functions" },
	{ "#include <stdio.h>", "1:1: leave # lines out: the names of the headers are known" },
	{ "A: x = 5 # 3;", "1:10: unexpected character '#'" },
	{ "A: static int x;", "1:4: leave static out" },
	{ "A: volatile int *p;", "1:4: leave volatile out" },
	{ "A: if (strcmp(p, \"end\") == 0) { }", "1:8: there is no strcmp: write p == \"text\", which compares the text at p" },
	{ "A: bool b;", "1:4: there is no bool: write int" },
	{ "A: x = true;", "1:8: there is no true: write 1" },
	{ "A: uint32_t x;", "1:4: there is no uint32_t: write unsigned int" },
	{ "A: double x;", "1:4: there is no double: values are whole numbers" },
	{ "A: x = getpagesize();", "1:8: there is no getpagesize: PAGE is the size of a page" },
	{ "A: FILE *f;", "1:4: there is no FILE: write fd = open(" },
	{ "A: open(argv[1], 0);", "1:9: there is no argv" },
	{ "A: x = 1;\nA: if (x = 2) { getpid(); }", "2:10: = can't stand in a condition: == compares" },
	{ "A: x = 1;\nA: while (x = 2);", "2:13: = can't stand in a condition: == compares" },
	{ "A: enum { ONE };", "1:4: enum is not in the lesson language: write A: ONE = 1; for each name" },
	{ "A: abort();", "1:4: there is no abort: write raise(SIGABRT)" },
	{ "ipcs", "1:1: there is no ipcs: the panels show every object" },
	{ "A: q->x = 5;", "1:4: unknown name 'q'" },
)

/* A name that is like one of C's is a name. */
ACCEPTS(not_foreign,
	"A: time = 5;\nA: x = time;\nA: error = x;\nA: error++;\nA: int rand = 3;\nA: rand;",
	"A: int free = 1;\nA: x = (free) + 1;\nA: double = 2;\nA: y = double;",
)

/* clang-format on */

/* One mistake is reported once: the lines after it know what it would have made known. */
START_TEST(one_mistake)
{
	static const char *const rows[] = {
		"A: seg = shmgt(IPC_PRIVATE, 1, 0);\nA: p = shmat(seg, NULL, 0);\nassert(p[0] == 1);",
		"A: seg = shmget(IPC_PRIVAT, 1, 0);\nA: p = shmat(seg, NULL, 0);\nB: shmdt(p);",
		"A: struct peple *t = shmat(0, 0, 0);\nA: t[0].age = 5;\nassert(A.t[0].age == 5);",
		"struct s { int a };\nA: struct s v;\nA: v.a = 5;\nA: x = sizeof(struct s);",
		"struct s { int a; \"x };\nA: struct s v;",
		"A: C = frok();\nA: getpid(); // => ok, C => exit 0",
		"A: m = 5x;\nA: n = m + 1;\nassert(n == 1);",
		"A: msgrcv(q, &m, 5, 0, 0);\nassert(A.m.mtype == 1);\nA: msgrcv(q, &m, 5, 0, 0);",
		"A: repeat (3) { semop(sem, {{0, 1, 0}}, 1;\nA: x = 5; }\nA: y = x;",
		"A: repeat (3) {\n  n[0]++;\n  'ab';\n}\nA: n[0];",
	};

	ck_assert_ptr_null(lesson_of(rows[_i]));
	if (diags.errors != 1)
		ck_abort_msg("%s\n%s", rows[_i], said());
}
END_TEST

/* Two mistakes are two. */
START_TEST(two_mistakes)
{
	char *text;

	ck_assert_ptr_null(lesson_of("A: x = y;\nA: getpid(1);\nA: z = 5;\nA: w = z + u;"));
	text = said();
	ck_assert_str_eq(text, "1:8: unknown name 'y': it is bound by nothing before\n"
	                       "2:4: getpid takes 0 arguments, 1 given\n"
	                       "4:12: unknown name 'u': it is bound by nothing before");
	free(text);
}
END_TEST

START_TEST(too_many_mistakes)
{
	struct buf b = { 0 };

	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "A: getpid(1);\n");
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "A: 'ab'\n");
	ck_assert_ptr_null(lesson_of(b.data));
	ck_assert_uint_eq(diags.errors, 100);
	ck_assert_int_eq(diags.items[100].level, DIAG_NOTE);
	ck_assert_ptr_nonnull(strstr(diags.items[100].text, "100 errors"));
	buf_free(&b);
}
END_TEST

/* before, again as often as it says, after: refused with this. */
static void limited(const char *before, const char *again, int times, const char *after,
                    const char *diag)
{
	struct buf b = { 0 };

	buf_puts(&b, before);
	for (int i = 0; i < times; i++) {
		for (const char *c = again; *c; c++)
			if (*c == '#')
				buf_printf(&b, "%d", i);
			else
				buf_putc(&b, *c);
	}
	buf_puts(&b, after);
	if (diag)
		refused(b.data, diag);
	else
		lesson_free(accepted(b.data));
	buf_free(&b);
}

START_TEST(limits)
{
	limited("A: x = 1", " + 1", 900, ";", NULL);
	limited("A: x = 1", " + 1", 1000, ";",
	        "1:4009: this statement is too long: it has more than 2000 values, operators and members");
	limited("A: x = ", "(", 29, "1)))))))))))))))))))))))))))));", NULL);
	limited("A: x = ", "(", 40, "1))))))))))))))))))))))))))))))))))))))));",
	        "1:40: this is nested too deeply");
	limited("A: x = ", "- ", 60, "1;", NULL);
	limited("A: x = ", "- ", 70, "1;",
	        "1:134: this is nested too deeply: 64 levels are the most");
	limited("A: x = ", "1 ? 1 : ", 80, "1;", "1:508: this is nested too deeply");
	limited("A: ", "repeat (1) { ", 30, "getpid(); }}}}}}}}}}}}}}}}}}}}}}}}}}}}}}", NULL);
	limited("A: ", "repeat (1) { ", 70,
	        "}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}",
	        "1:831: this is nested too deeply");
	limited("A: puts(\"", "x", 32767, "\");", NULL);
	limited("A: puts(\"", "x", 32768, "\");",
	        "1:32779: the texts of this statement are longer");
	limited("A: msgsnd(0, {1, \"", "x", 65537, "\"}, 1, 0);",
	        "1:18: this text has 65537 bytes");
	limited("A: repeat (2) { ", "v# = 1; ", 64, "}", NULL);
	limited("A: repeat (2) { ", "v# = 1; ", 65, "}",
	        "1:590: this statement uses more than 64 names");
	limited("struct s { ", "int a#; ", 1000, "};", NULL);
	limited("struct s { ", "int a#; ", 1001, "};", "1:9906: a struct has at most 1000 members");
	limited("A: semop(0, {", "{0, 1, 0}, ", 400, "}, 1);",
	        "1:3674: this statement is too long");
	limited("A: semctl(0, 0, SETALL, {", "1, ", 900, "});", NULL);
	limited("A: execve(\"x\", {", "\"a#\", ", 600, "NULL}, NULL);", NULL);
}
END_TEST

static void warned(const char *script, const char *diag)
{
	struct lesson *l = lesson_of(script);
	char *text = said();

	if (!l || (diag ? diags.count != 1 || !strstr(text, diag) : diags.count))
		ck_abort_msg("%s\nexpected %s\ngot      %s", script, diag ? diag : "nothing", text);
	free(text);
	lesson_free(l);
}

#define MAP "A: p = mmap(NULL, 3 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"

START_TEST(holes)
{
	warned(MAP "A: p[3 * PAGE]; // => killed SIGSEGV SEGV_MAPERR at p + 3 * PAGE",
	       "2:38: warning: nothing before this unmapped a page of p");
	warned(MAP "assert(p.page[3] == UNMAPPED);",
	       "2:21: warning: nothing before this unmapped a page of p");
	warned(MAP "assert(p.page[2] != UNMAPPED);", NULL);
	warned(MAP "A: p[0]; // => killed SIGSEGV SEGV_ACCERR at p", NULL);
	warned(MAP "A: munmap(p + 2 * PAGE, PAGE);\n"
	           "A: p[2 * PAGE]; // => killed SIGSEGV SEGV_MAPERR",
	       NULL);
	warned(MAP "A: munmap(p + 2 * PAGE, PAGE);\nassert(p.page[2] == UNMAPPED);", NULL);
	warned(MAP "A: q = p + PAGE;\nA: munmap(q, PAGE);\nassert(p.page[1] == UNMAPPED);", NULL);
	warned(MAP "A: munmap(p, PAGE);\nA: char *q = p;\nassert(q.page[0] == UNMAPPED);", NULL);
	warned(SEG "A: p = shmat(seg, NULL, 0);\nA: shmdt(p);\nA: p[0]; // => killed SIGSEGV "
	           "SEGV_MAPERR at p",
	       NULL);
	warned(MAP "A: execve(SELF, NULL, NULL);\nA: p[0]; // => killed SIGSEGV SEGV_MAPERR", NULL);
	warned("A: c = -1;\nA: c[0]; // => killed SIGSEGV SEGV_MAPERR at c", NULL);
	warned("A: *0; // => killed SIGSEGV SEGV_MAPERR at 0", NULL);
	/* a pointer that lay in memory, one of another process, one that took an error: no mapping */
	warned("A: seg = shmget(IPC_PRIVATE, PAGE, 0600);\nA, B: long *t = shmat(seg, NULL, 0);\n"
	       "B: char *s = t[0];\nB: s[0]; // => killed SIGSEGV SEGV_MAPERR",
	       NULL);
	warned("A: seg = shmget(IPC_PRIVATE, PAGE, 0600);\nA: long *t = shmat(seg, NULL, 0);\n"
	       "A: char *s;\nA: s = *t + 1;\nA: s[0]; // => killed SIGSEGV SEGV_MAPERR",
	       NULL);
	warned(MAP "B: p[0]; // => killed SIGSEGV SEGV_MAPERR at p", NULL);
	warned(MAP "B: getpid();\nassert(B.p.page[0] == UNMAPPED);", NULL);
	warned(MAP
	       "A: C = fork();\nC: p[3 * PAGE]; // => killed SIGSEGV SEGV_MAPERR at p + 3 * PAGE",
	       "3:38: warning: nothing before this unmapped a page of p");
	warned("A: char *p;\nA: p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
	       "A: p[PAGE]; // => killed SIGSEGV SEGV_MAPERR",
	       "3:34: warning: nothing before this unmapped a page of p");
	warned("A: char *p;\nA: p = mmap(NULL, 1, 1, 1, -1, 0); // => -1 EBADF\n"
	       "A: p[0]; // => killed SIGSEGV SEGV_MAPERR",
	       NULL);
	warned("A: int x;\nA: *0; // => killed SIGSEGV SEGV_MAPERR at sizeof(x) - 4", NULL);
	warned(MAP "A: munmap(p, PAGE);\n" MAP "A: p[3 * PAGE]; // => killed SIGSEGV SEGV_MAPERR",
	       "4:38: warning: nothing before this unmapped a page of p");
}
END_TEST

/* ---- what the steps hold ---- */

START_TEST(step_text)
{
	struct lesson *l = accepted(SEM "A:  semop(sem,   {{0, 1, 0}}, 1) ; // =>  0 \n"
	                                "A: repeat (2) { // go\n"
	                                "\tsemop(sem, {{0, 1, 0}}, 1); // remark\n"
	                                "\n"
	                                "} // => ok\n"
	                                "// the end\n"
	                                "struct s { int a; };\n"
	                                "assert(1);");
	const struct block *b = &l->scenes[0].blocks[0];

	ck_assert_uint_eq(l->script.nsteps, 4);
	ck_assert_str_eq(l->script.steps[1].text, "A:  semop(sem,   {{0, 1, 0}}, 1)");
	ck_assert_str_eq(l->script.steps[1].outcome_text, "=>  0");
	ck_assert_int_eq(l->script.steps[1].line, FIRST_LINE + 1);
	ck_assert_int_eq(l->script.steps[1].column, 1);
	ck_assert_str_eq(l->script.steps[2].text, "A: repeat (2) { semop(sem, {{0, 1, 0}}, 1); }");
	ck_assert_str_eq(l->script.steps[2].outcome_text, "=> ok");
	ck_assert_str_eq(l->script.steps[3].text, "assert(1)");
	ck_assert_ptr_null(l->script.steps[3].outcome_text);
	ck_assert_int_eq(b->kind, BLOCK_SCRIPT);
	ck_assert_uint_eq(b->lines.count, 9);
	ck_assert_str_eq(b->lines.items[1].text, "A:  semop(sem,   {{0, 1, 0}}, 1) ;");
	ck_assert_int_eq(b->lines.items[1].step, 1);
	ck_assert_str_eq(b->lines.items[2].text, "A: repeat (2) { // go");
	ck_assert_int_eq(b->lines.items[2].step, 2);
	ck_assert_str_eq(b->lines.items[3].text, "\tsemop(sem, {{0, 1, 0}}, 1); // remark");
	ck_assert_str_eq(b->lines.items[5].text, "}");
	ck_assert_str_eq(b->lines.items[6].text, "// the end");
	lesson_free(l);
}
END_TEST

static const struct symbol *symbol(const struct lesson *l, const char *name)
{
	for (size_t i = 0; i < l->script.nsymbols; i++)
		if (!strcmp(l->script.symbols[i].name, name))
			return &l->script.symbols[i];
	ck_abort_msg("no %s", name);
}

static uint32_t binders(const struct symbol *s)
{
	uint32_t mask = 0;

	for (unsigned who = 0; who < LETTERS; who++)
		mask |= s->type[who] ? LETTER_BIT(who) : 0;
	return mask;
}

/* Names are known with their types after the compiler has gone. */
START_TEST(step_symbols)
{
	struct lesson *l = accepted("struct pair { int one; long two; };\n"
	                            "A: seg = shmget(IPC_PRIVATE, 4096, 0600);\n"
	                            "A, B: struct pair *p = shmat(seg, NULL, 0);\n"
	                            "B: char text[8] = \"words\";\n"
	                            "B: D = fork();\n"
	                            "A: fd = open(\"none\", O_RDONLY); // => -1 ENOENT\n"
	                            "C: shmctl(seg, IPC_STAT, &ds);\n"
	                            "A: x = 1;\n"
	                            "A: x = p;\n");
	const struct type *type = symbol(l, "p")->type[1];

	ck_assert_uint_eq(binders(symbol(l, "seg")), 1);
	ck_assert_uint_eq(binders(symbol(l, "p")), 3);
	ck_assert_int_eq(type->kind, TYPE_POINTER);
	ck_assert_str_eq(type->of->record->name, "pair");
	ck_assert_str_eq(type->of->record->fields[1].name, "two");
	ck_assert_uint_eq(binders(symbol(l, "text")), 2);
	ck_assert_int_eq(symbol(l, "text")->type[1]->kind, TYPE_ARRAY);
	ck_assert_uint_eq(binders(symbol(l, "fd")), 0);
	ck_assert_str_eq(symbol(l, "ds")->type[2]->record->name, "shmid_ds");
	ck_assert_int_eq(symbol(l, "x")->type[0]->kind, TYPE_POINTER);
	ck_assert_uint_eq(l->script.nstructs, 1);
	lesson_free(l);
}
END_TEST

static void expect_line(const struct script_line *line, int step, bool further, bool remark)
{
	ck_assert_msg(line->step == step && line->further == further && line->remark == remark,
	              "%s: step %d%s%s", line->text, line->step, line->further ? ", further" : "",
	              line->remark ? ", remark" : "");
}

START_TEST(step_lines)
{
	struct lesson *l = accepted("A: puts(\"{\");\n"
	                            "// a remark\n"
	                            "\n"
	                            "A: repeat (2)\n"
	                            "{\n"
	                            "\t// a remark\n"
	                            "\n"
	                            "\tgetpid();\n"
	                            "} // => ok\n"
	                            "struct s {\n"
	                            "\tint a;\n"
	                            "};\n"
	                            "measure(\"much\", 1048576) {\n"
	                            "\tB: getpid();\n"
	                            "}");
	const struct script_line *lines = l->scenes[0].blocks[0].lines.items;

	expect_line(&lines[0], 0, false, false);
	expect_line(&lines[1], -1, false, true);
	expect_line(&lines[2], -1, false, false);
	expect_line(&lines[3], 1, false, false);
	expect_line(&lines[4], 1, true, false);
	expect_line(&lines[5], 1, true, true);
	expect_line(&lines[6], 1, true, false);
	expect_line(&lines[7], 1, true, false);
	expect_line(&lines[8], 1, true, false);
	expect_line(&lines[9], -1, false, false);
	expect_line(&lines[10], -1, true, false);
	expect_line(&lines[11], -1, true, false);
	expect_line(&lines[12], 2, false, false);
	expect_line(&lines[13], 2, true, false);
	ck_assert_uint_eq(lines[0].callers, 2);
	ck_assert_uint_eq(lines[7].callers, 0);
	ck_assert_uint_eq(lines[12].callers, 0);
	ck_assert_uint_eq(lines[13].callers, 3);
	lesson_free(l);
}
END_TEST

/* What is shown of a line, and of its step before it has run. */
START_TEST(step_shown)
{
	static const struct {
		const char *line, *shown, *before;
		size_t callers;
	} rows[] = {
		{ "A: getpid();  ", "A: getpid()", "A: getpid()", 2 },
		{ "  A ,\tC: n[0]++;", "  A ,\tC: n[0]++", "A ,\tC: n[0]++", 8 },
		{ "A: getpid(); // why", "A: getpid(); // why", "A: getpid()", 2 },
		{ "A: repeat (2) { getpid(); }", "A: repeat (2) { getpid(); }",
		  "A: repeat (2) { getpid(); }", 2 },
		{ "assert(sem[0].semncnt == 1);", "assert(sem[0].semncnt == 1)",
		  "assert(sem[0].semncnt ...", 0 },
		{ " assert ( sem[0].semval == 0 && sem[0].sempid == B);",
		  " assert ( sem[0].semval == 0 && sem[0].sempid == B)", "assert(sem[0].semval ...",
		  0 },
		{ "assert(seg.shm_perm.mode & SHM_DEST);", "assert(seg.shm_perm.mode & SHM_DEST)",
		  "assert(seg.shm_perm.mode ...", 0 },
		{ "assert(!(seg.shm_perm.mode & SHM_DEST));",
		  "assert(!(seg.shm_perm.mode & SHM_DEST))", "assert((seg.shm_perm.mode ...", 0 },
		{ "assert((seg.shm_perm.mode & 0777) == 0600);",
		  "assert((seg.shm_perm.mode & 0777) == 0600)",
		  "assert((seg.shm_perm.mode & 0777) ...", 0 },
		{ "assert(! p.resident[0]);", "assert(! p.resident[0])", "assert(p.resident[0] ...",
		  0 },
		{ "assert(p.resident[0]);", "assert(p.resident[0])", "assert(p.resident[0] ...",
		  0 },
		{ "assert(A.n[1 << 2] >= 4);", "assert(A.n[1 << 2] >= 4)", "assert(A.n[1 << 2] ...",
		  0 },
		{ "assert(A.n[0] << 2 <= 4);", "assert(A.n[0] << 2 <= 4)", "assert(A.n[0] << 2 ...",
		  0 },
		{ "assert(A.n[2 == 0] != 4);", "assert(A.n[2 == 0] != 4)", "assert(A.n[2 == 0] ...",
		  0 },
		{ "assert(A.n == \"==\");", "assert(A.n == \"==\")", "assert(A.n ...", 0 },
		{ "assert(\"==\" == A.n);", "assert(\"==\" == A.n)", "assert(\"==\" ...", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char script[1024];
		struct lesson *l;
		const struct block *b;
		const struct script_line *line;
		char *before;

		snprintf(script, sizeof(script),
		         SEM "A: seg = shmget(IPC_PRIVATE, 4096, 0600);\n"
		             "A, C: n = shmat(seg, NULL, 0);\n"
		             "D: p = shmat(seg, NULL, 0);\n%s",
		         rows[i].line);
		l = accepted(script);
		b = &l->scenes[0].blocks[0];
		line = &b->lines.items[b->lines.count - 1];
		before = step_before(&l->script.steps[line->step]);
		ck_assert_uint_eq(line->shown, strlen(rows[i].shown));
		ck_assert(!strncmp(line->text, rows[i].shown, line->shown));
		ck_assert_str_eq(before, rows[i].before);
		ck_assert_msg(line->callers == rows[i].callers, "%s: %zu", line->text,
		              line->callers);
		free(before);
		lesson_free(l);
	}
}
END_TEST

static uint32_t bits(const char *letters)
{
	uint32_t mask = 0;

	for (; *letters; letters++)
		mask |= LETTER_BIT(*letters - 'A');
	return mask;
}

START_TEST(who_does_what)
{
	static const struct {
		const char *line;
		enum step_kind kind;
		const char *who, *starts;
		int forks;
	} rows[] = {
		{ "A: getpid();", STEP_STATEMENT, "A", "A", -1 },
		{ "C, A: getpid();", STEP_STATEMENT, "AC", "AC", -1 },
		{ "A: kill(B, SIGTERM);", STEP_STATEMENT, "A", "AB", -1 },
		{ "A: E = fork(); // => E", STEP_STATEMENT, "A", "A", 4 },
		{ "A: getpid(); // => D", STEP_STATEMENT, "A", "AD", -1 },
		{ "A: getpid(); // => 0, B => C", STEP_STATEMENT, "A", "AC", -1 },
		{ "assert(F.state == READY && C > D);", STEP_ASSERT, "", "CDF", -1 },
		{ "kill(F, SIGTERM); // => F => killed SIGTERM", STEP_KILL, "F", "F", -1 },
		{ "await(B); // => B => 0", STEP_AWAIT, "B", "", -1 },
		{ "limit(\"shmmax\", 5);", STEP_LIMIT, "", "", -1 },
		{ "user(C, 5, 6);", STEP_USER, "C", "", -1 },
		{ "measure(\"x\", 1) { C: getpid(); F: getpid(); C: getpid(); }", STEP_MEASURE,
		  "CF", "CF", -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = { 0 };
		struct lesson *l;
		const struct step *s;

		buf_printf(&b, "B: getpid();\n%s", rows[i].line);
		l = accepted(b.data);
		s = &l->script.steps[1];
		ck_assert_int_eq(s->kind, rows[i].kind);
		ck_assert_msg(s->who == bits(rows[i].who), "%s: who", rows[i].line);
		ck_assert_msg(s->starts == bits(rows[i].starts), "%s: starts", rows[i].line);
		ck_assert_int_eq(s->forks, rows[i].forks);
		buf_free(&b);
		lesson_free(l);
	}
}
END_TEST

START_TEST(observers)
{
	struct lesson *l = accepted("user(B, 1000, 5 + 5);\n"
	                            "limit(\"semmsl\", 3);\n"
	                            "kill(A, SIGSTOP);\n"
	                            "measure(\"copy\", 1 << 16) { A: getpid(); }\n"
	                            "measure(\"short\", 1) { A: getpid(); }\n"
	                            "measure(\"long\", 1 << 30) { A: getpid(); }");

	ck_assert_str_eq(l->script.steps[1].name, "semmsl");
	ck_assert_int_eq(l->script.steps[2].sig, 19);
	ck_assert_str_eq(l->script.steps[3].name, "copy");
	ck_assert_int_eq(l->script.steps[3].bytes, 65536);
	ck_assert_int_eq(l->script.steps[3].rounds, 4096);
	ck_assert_int_eq(l->script.steps[4].rounds, 10000);
	ck_assert_int_eq(l->script.steps[5].rounds, 1000);
	lesson_free(l);
}
END_TEST

static const struct outcome_item *item(const struct lesson *l, size_t i)
{
	const struct outcome *o = &l->script.steps[l->script.nsteps - 1].outcome;

	ck_assert(o->present);
	ck_assert_uint_lt(i, o->nitems);
	return &o->items[i];
}

START_TEST(outcome_items)
{
	struct lesson *l = accepted(WAIT "A: semop(sem, {{0, 1, 0}}, 1); // => ok, B => -1 EIDRM, "
	                                 "any => exit 3");

	ck_assert_int_eq(item(l, 0)->who, OUTCOME_ALL);
	ck_assert_int_eq(item(l, 0)->expect.kind, EXPECT_OK);
	ck_assert_str_eq(item(l, 0)->expect.source, "ok");
	ck_assert_int_eq(item(l, 1)->who, 1);
	ck_assert_int_eq(item(l, 1)->expect.kind, EXPECT_ERRNO);
	ck_assert_int_eq(item(l, 1)->expect.error, 43);
	ck_assert_str_eq(item(l, 1)->expect.source, "-1 EIDRM");
	ck_assert_int_eq(item(l, 2)->who, OUTCOME_ANY);
	ck_assert_int_eq(item(l, 2)->expect.kind, EXPECT_EXIT);
	ck_assert_str_eq(item(l, 2)->expect.source, "exit 3");
	ck_assert_int_eq(item(l, 2)->expect.line, FIRST_LINE + 2);
	lesson_free(l);

	l = accepted(BOTH "A, B: p[0] = 1; // => may killed SIGBUS BUS_ADRERR at p + 1, A => runs");
	ck_assert(l->script.steps[2].outcome.may && !l->script.steps[2].outcome.either);
	ck_assert_int_eq(item(l, 0)->expect.kind, EXPECT_KILLED);
	ck_assert_int_eq(item(l, 0)->expect.sig, 7);
	ck_assert(item(l, 0)->expect.has_code && item(l, 0)->expect.si_code == 2);
	ck_assert(item(l, 0)->expect.has_at && item(l, 0)->expect.at.root);
	ck_assert_int_eq(item(l, 1)->expect.kind, EXPECT_RUNS);
	lesson_free(l);

	l = accepted("A, B: getpid(); // => any: \"a\\n\", 5");
	ck_assert(l->script.steps[0].outcome.either && !l->script.steps[0].outcome.may);
	ck_assert_int_eq(item(l, 0)->who, OUTCOME_ALL);
	ck_assert_int_eq(item(l, 0)->expect.kind, EXPECT_STRING);
	ck_assert_str_eq(item(l, 0)->expect.text, "a\n");
	ck_assert_int_eq(item(l, 1)->who, OUTCOME_ALL);
	ck_assert_int_eq(item(l, 1)->expect.kind, EXPECT_VALUE);
	lesson_free(l);

	l = accepted("A: getpid();");
	ck_assert(!l->script.steps[0].outcome.present);
	lesson_free(l);
}
END_TEST

/* Every place that an assert reads is known by where it stands in the step. */
START_TEST(observations)
{
	struct lesson *l =
		accepted(SEM BOTH "A: k = 1;\n"
	                          "assert(  sem[k - 1].semval == 0 && A.p[k] + B.p[0] == 0 && "
	                          "(A.p + 1) == \"x\" && *A.p && seg.shm_perm.mode && "
	                          "A.p.page[0] && sem[0].semadj(B) && !B.state);");
	static const char *const parts[] = {
		"sem[k - 1].semval", "A.p[k]",      "B.p[0]",           "(A.p + 1)", "*A.p",
		"seg.shm_perm.mode", "A.p.page[0]", "sem[0].semadj(B)", "B.state",
	};
	const struct step *s = &l->script.steps[l->script.nsteps - 1];
	size_t found = 0;

	for (size_t i = 1; i < s->code[0].nnodes; i++) {
		const struct code_node *n = &s->code[0].nodes[i];
		size_t length = (size_t)(n->to - n->from);

		if (n->op < CODE_REMOTE)
			continue;
		ck_assert_uint_lt(found, sizeof(parts) / sizeof(*parts));
		ck_assert_msg(length == strlen(parts[found]) &&
		                      !strncmp(s->text + n->from, parts[found], length),
		              "%s: %.*s", parts[found], (int)length, s->text + n->from);
		found++;
	}
	ck_assert_uint_eq(found, sizeof(parts) / sizeof(*parts));
	lesson_free(l);
}
END_TEST

/* A script goes on from fence to fence; the columns are those of the file. */
START_TEST(fences)
{
	static const char text[] =
		"# T\n\n## S\n\n```c\nA: x = 5;\n```\n\n## S2\n\n  ```c\n  A: y = x;\n"
		"  A: z = w;\n  ```\n\n```c ignore\nA: oops\n```\n";

	diags_free(&diags);
	diags_init(&diags, "test.md");
	ck_assert_ptr_null(lesson_parse(text, strlen(text), &diags));
	ck_assert_uint_eq(diags.count, 1);
	ck_assert_int_eq(diags.items[0].line, 13);
	ck_assert_int_eq(diags.items[0].column, 10);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("script");
	int status;

	ROWS(form);
	ROWS(form_refused);
	ROWS(brackets);
	ROWS(processes);
	ROWS(processes_refused);
	ROWS(letters_as_names);
	ROWS(letters_as_names_refused);
	ROWS(outcomes);
	ROWS(outcomes_refused);
	tcase_add_test(tc, outcome_line);
	ROWS(calls);
	ROWS(calls_refused);
	ROWS(literals_refused);
	ROWS(expressions);
	ROWS(expressions_refused);
	ROWS(types);
	ROWS(types_refused);
	ROWS(asserts);
	ROWS(asserts_refused);
	ROWS(failures);
	ROWS(failures_refused);
	ROWS(casts);
	ROWS(casts_refused);
	ROWS(types_of_c);
	ROWS(declarators);
	ROWS(declarators_refused);
	ROWS(lvalues);
	ROWS(branches);
	ROWS(branches_refused);
	ROWS(sizes);
	ROWS(sizes_refused);
	ROWS(foreign);
	ROWS(not_foreign);
	tcase_add_loop_test(tc, one_mistake, 0, 10);
	tcase_add_test(tc, two_mistakes);
	tcase_add_test(tc, too_many_mistakes);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, holes);
	tcase_add_test(tc, step_text);
	tcase_add_test(tc, step_symbols);
	tcase_add_test(tc, step_lines);
	tcase_add_test(tc, step_shown);
	tcase_add_test(tc, who_does_what);
	tcase_add_test(tc, observers);
	tcase_add_test(tc, outcome_items);
	tcase_add_test(tc, observations);
	tcase_add_test(tc, fences);
	status = suite_main(tc);
	diags_free(&diags);
	return status;
}
