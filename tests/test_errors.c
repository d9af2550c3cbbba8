// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <ctype.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "lessons.h"
#include "play/session.h"
#include "script/ask.h"
#include "sys/calls.h"
#include "sys/errors.h"
#include "sys/names.h"

/* The table of errors and that of examples: each row is played by real processes. Also what is asked of
   them at the prompt.
   tests/run: no valgrind */

static struct session session;

/* Before 5.19 nobody but root of the machine sets the limits of a namespace. */
static bool sets_limits(void)
{
	struct utsname name;
	int major = 0, minor = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &major, &minor);
	return major > 5 || (major == 5 && minor >= 19);
}

/* Skips what this machine lacks for the statements. */
static void need_for(const char *what, const char *statements)
{
#ifdef __SANITIZE_ADDRESS__
	if (strstr(statements, "RLIMIT_AS"))
		SKIP("%s: AddressSanitizer needs addresses for itself", what);
#endif
	if (strstr(statements, "user(") && geteuid())
		SKIP("%s: only root has ids of other users", what);
	if (strstr(statements, "limit(") && !sets_limits())
		SKIP("%s: limits of a namespace can be set from Linux 5.19 on", what);
	if (strstr(statements, "limit(") || strstr(statements, "user(") ||
	    strstr(statements, "mq_") || strstr(statements, "unshare("))
		need_namespaces();
}

static void expect_played(const char *what, const char *statements)
{
	struct lesson *lesson;

	need_for(what, statements);
	lesson = lesson_of_script(statements);
	session = (struct session){ .stage_options = { .terminal_fd = -1 }, .judge_all = true };
	session_open(&session, lesson);
	play_session(&session);
	ck_assert_msg(engine_status(session.engine) == ENGINE_FINISHED, "%s: %s", what,
	              engine_message(session.engine) ? engine_message(session.engine) : "");
	for (size_t i = 0; i < lesson->script.nsteps; i++) {
		const struct step_record *r = engine_record(session.engine, i);

		ck_assert_msg(r->verdict == VERDICT_PASSED || r->verdict == VERDICT_REPORTED,
		              "%s: %s: %s", what, lesson->script.steps[i].text,
		              r->message ? r->message : "");
	}
	session_close(&session);
}

static const char *last_line(const char *lines)
{
	const char *last = lines;

	for (const char *p = lines; (p = strchr(p, '\n')) && p[1]; last = p)
		p++;
	return last;
}

START_TEST(row_happens)
{
	const struct call_error *e = call_error_at((size_t)_i);
	char what[64], outcome[64];

	snprintf(what, sizeof(what), "%s %s", e->call, e->error);
	if (!e->made)
		return;
	snprintf(outcome, sizeof(outcome), "=> %s %s", *e->error == 'S' ? "killed" : "-1",
	         e->error);
	ck_assert_msg(strstr(last_line(e->made), outcome), "%s: the last statement is to end so",
	              what);
	ck_assert_msg(strstr(e->made, e->call), "%s: it is not called", what);
	expect_played(what, e->made);
}
END_TEST

START_TEST(example_works)
{
	const struct call *c = call_at((size_t)_i);
	const char *example = call_example(c->name), *last;
	char call[64];

	ck_assert_msg(example, "src/sys/examples.def has no row for %s", c->name);
	last = last_line(example);
	snprintf(call, sizeof(call), " %s(", c->name);
	ck_assert_msg(strstr(last, call) && !strstr(last, "=> -1"),
	              "%s: the last statement is to make it, and not to fail", c->name);
	expect_played(c->name, example);
}
END_TEST

/* What the manual pages of Linux say that these calls can end in, and what else was found that they do. */
static const struct {
	const char *call, *errors;
} documented[] = {
	{ "ftok", "EACCES EFAULT ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EOVERFLOW" },
	{ "shmget", "EACCES EEXIST EINVAL ENFILE ENOENT ENOMEM ENOSPC EPERM" },
	{ "shmat", "EACCES EIDRM EINVAL ENOMEM SIGSEGV" },
	{ "shmdt", "EINVAL SIGSEGV" },
	{ "shmctl", "EACCES EFAULT EIDRM EINVAL ENOMEM EOVERFLOW EPERM" },
	{ "semget", "EACCES EEXIST EINVAL ENOENT ENOMEM ENOSPC" },
	{ "semop", "E2BIG EACCES EAGAIN EFAULT EFBIG EIDRM EINTR EINVAL ENOMEM ERANGE" },
	{ "semtimedop", "E2BIG EACCES EAGAIN EFAULT EFBIG EIDRM EINTR EINVAL ENOMEM ERANGE" },
	{ "semctl", "EACCES EFAULT EIDRM EINVAL EPERM ERANGE" },
	{ "msgget", "EACCES EEXIST ENOENT ENOMEM ENOSPC" },
	{ "msgsnd", "EACCES EAGAIN EFAULT EIDRM EINTR EINVAL ENOMEM" },
	{ "msgrcv", "E2BIG EACCES EFAULT EIDRM EINTR EINVAL ENOMSG ENOSYS" },
	{ "msgctl", "EACCES EFAULT EIDRM EINVAL EPERM" },
	{ "mmap", "EACCES EAGAIN EBADF EEXIST EINVAL ENFILE ENODEV ENOMEM EOPNOTSUPP EOVERFLOW "
	          "EPERM ETXTBSY SIGBUS SIGSEGV" },
	{ "munmap", "EINVAL ENOMEM EPERM SIGSEGV" },
	{ "msync", "EBUSY EINVAL ENOMEM" },
	{ "mprotect", "EACCES EINVAL ENOMEM EPERM SIGSEGV" },
	{ "mincore", "EAGAIN EFAULT EINVAL ENOMEM" },
	{ "mlock", "EAGAIN EINVAL ENOMEM EPERM" },
	{ "ftruncate", "EBADF EFBIG EINTR EINVAL EIO EPERM EROFS ETXTBSY" },
};

static bool has_row(const char *call, const char *error, size_t n)
{
	const struct call_error *e;

	for (size_t i = 0; (e = call_error_at(i)); i++)
		if (!strcmp(e->call, call) && strlen(e->error) == n && !strncmp(e->error, error, n))
			return true;
	return false;
}

START_TEST(none_is_missing)
{
	size_t pairs = 0;

	for (size_t i = 0; i < sizeof(documented) / sizeof(*documented); i++)
		for (const char *p = documented[i].errors; *p; p += strspn(p, " ")) {
			size_t n = strcspn(p, " ");

			ck_assert_msg(has_row(documented[i].call, p, n),
			              "src/sys/errors.def has no row for %s %.*s",
			              documented[i].call, (int)n, p);
			p += n;
			pairs++;
		}
	ck_assert_uint_eq(pairs, 129);
}
END_TEST

static void expect_sentence(const struct call_error *e, const char *text)
{
	size_t n = strlen(text);

	ck_assert_msg(n > 10 && n < 200 && text[n - 1] == '.' && !islower((unsigned char)*text),
	              "%s %s: \"%s\" is no sentence", e->call, e->error, text);
}

START_TEST(rows_are_said)
{
	const struct call_error *e, *before = NULL;

	for (size_t i = 0; (e = call_error_at(i)); before = e, i++) {
		ck_assert_msg(call_by_name(e->call) >= 0, "%s is no call", e->call);
		ck_assert_msg(errno_by_name(e->error) || signal_by_name(e->error), "%s is no error",
		              e->error);
		if (before && !strcmp(before->call, e->call) && strcmp(e->call, "semtimedop") != 0)
			ck_assert_msg(strcmp(before->error, e->error) <= 0,
			              "%s %s: not in the order of the alphabet", e->call, e->error);
		expect_sentence(e, e->means);
		expect_sentence(e, e->avoid);
		ck_assert(!e->made != !e->cant);
		if (e->cant)
			expect_sentence(e, e->cant);
	}
}
END_TEST

/* Only what can mean one thing is said of a call that failed. */
START_TEST(what_is_sure)
{
	ck_assert_ptr_nonnull(call_error_sure("semop", "EAGAIN"));
	ck_assert_ptr_nonnull(call_error_sure("msgsnd", "EIDRM"));
	ck_assert_ptr_null(call_error_sure("semtimedop", "EAGAIN")); /* its time may be over */
	ck_assert_ptr_null(call_error_sure("shmget", "EINVAL"));
	ck_assert_ptr_null(call_error_sure("mmap", "EACCES"));
	ck_assert_ptr_null(call_error_sure("open", "ENOENT"));
}
END_TEST

/* What is asked, and of what; or the column and the words of the complaint. */
START_TEST(questions)
{
	static const struct {
		const char *line;
		enum asked_kind kind;
		const char *about; /* WRONG: a part of what is said */
		int column;
	} rows[] = {
		{ "A: getpid()", ASKED_NOTHING, "", 0 },
		{ "helpful = 3", ASKED_NOTHING, "", 0 },
		{ "", ASKED_NOTHING, "", 0 },
		{ "help", ASKED_HELP, "", 0 },
		{ "  help  ", ASKED_HELP, "", 0 },
		{ "help semop", ASKED_HELP, "semop", 0 },
		{ "help semop(2)", ASKED_HELP, "semop", 0 },
		{ "help semop();", ASKED_HELP, "semop", 0 },
		{ "help EAGAIN", ASKED_HELP, "EAGAIN", 0 },
		{ "help SIGBUS", ASKED_HELP, "SIGBUS", 0 },
		{ "man semop", ASKED_MAN, "semop(2)", 0 },
		{ "man 2 semop", ASKED_MAN, "semop(2)", 0 },
		{ "man semtimedop", ASKED_MAN, "semop(2)", 0 },
		{ "help semopp", ASKED_WRONG, "did you mean semop?", 6 },
		{ "help EAGIN", ASKED_WRONG, "did you mean EAGAIN?", 6 },
		{ "help rabbits", ASKED_WRONG, "neither a call nor an error", 6 },
		{ "help semop msgsnd", ASKED_WRONG, "one name at a time", 11 },
		{ "man", ASKED_WRONG, "man takes one", 4 },
		{ "man EAGAIN", ASKED_WRONG, "is no call", 5 },
		{ "man 2 semopp", ASKED_WRONG, "did you mean semop?", 7 },
		{ "man ls; rm", ASKED_WRONG, "", 5 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct asked asked;
		struct diags d;

		diags_init(&d, "prompt");
		asked = ask_line(rows[i].line, &d);
		ck_assert_msg(asked.kind == rows[i].kind, "\"%s\" is %d", rows[i].line, asked.kind);
		if (asked.kind == ASKED_WRONG) {
			ck_assert_msg(d.count == 1 && strstr(d.items[0].text, rows[i].about), "%s",
			              d.items[0].text);
			ck_assert_int_eq(d.items[0].column, rows[i].column);
		} else {
			ck_assert_uint_eq(d.count, 0);
			ck_assert_str_eq(asked.about, rows[i].about);
		}
		diags_free(&d);
	}
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("errors");
	int errors = 0, calls = 0;

	setlocale(LC_ALL, "C.UTF-8");
	while (call_error_at((size_t)errors))
		errors++;
	while (call_at((size_t)calls))
		calls++;
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, none_is_missing);
	tcase_add_test(tests, rows_are_said);
	tcase_add_test(tests, questions);
	tcase_add_test(tests, what_is_sure);
	tcase_add_loop_test(tests, row_happens, 0, errors);
	tcase_add_loop_test(tests, example_works, 0, calls);
	return play_main(argc, argv, tests);
}
