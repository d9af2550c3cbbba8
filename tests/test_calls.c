// SPDX-License-Identifier: GPL-3.0-or-later
#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

#include "sys/calls.h"

/* What a lesson can call, and what its processes may: a call that the filter does not have would end in
   EPERM on every machine. */
enum how { EQUALS, WITHIN, WITHOUT, COMMANDS, FAILS };

static const struct allowed {
	const char *name;
	enum how how;
} allowed[] = {
#define ALLOWED(name)             { #name, EQUALS },
#define CHECKED(name, how, value) { #name, how },
#include "stage/seccomp.def"
};

/* Those that are another call to the kernel, or one of two: a C library chooses. */
static const struct {
	const char *name, *kernel[3];
} library[] = {
	{ "ftok", { "newfstatat", "stat", "statx" } },
	{ "semop", { "semtimedop" } },
	{ "open", { "openat" } },
	{ "fstat", { "newfstatat" } },
	{ "pread", { "pread64" } },
	{ "pwrite", { "pwrite64" } },
	{ "posix_fallocate", { "fallocate" } },
	{ "dup2", { "dup3" } },
	{ "link", { "linkat" } },
	{ "unlink", { "unlinkat" } },
	{ "pipe", { "pipe2" } },
	{ "shm_open", { "openat" } },
	{ "shm_unlink", { "unlinkat", "unlink" } },
	{ "sem_open", { "openat" } },
	{ "sem_init", { "futex" } },
	{ "sem_destroy", { "futex" } },
	{ "sem_close", { "munmap" } },
	{ "sem_unlink", { "unlinkat", "unlink" } },
	{ "sem_wait", { "futex" } },
	{ "sem_trywait", { "futex" } },
	{ "sem_timedwait", { "futex" } },
	{ "sem_post", { "futex" } },
	{ "sem_getvalue", { "futex" } },
	{ "mq_close", { "close" } },
	{ "mq_send", { "mq_timedsend" } },
	{ "mq_receive", { "mq_timedreceive" } },
	{ "mq_getattr", { "mq_getsetattr" } },
	{ "sigprocmask", { "rt_sigprocmask" } },
	{ "pause", { "ppoll" } },
	{ "fork", { "clone" } },
	{ "wait", { "wait4" } },
	{ "waitpid", { "wait4" } },
	{ "_exit", { "exit_group" } },
	{ "raise", { "tgkill" } },
	{ "signal", { "rt_sigaction" } },
	{ "sigaction", { "rt_sigaction" } },
	{ "alarm", { "setitimer" } },
	{ "nanosleep", { "clock_nanosleep" } },
	{ "setrlimit", { "prlimit64" } },
};

static bool may_call(const char *name)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		if (!strcmp(allowed[i].name, name))
			return allowed[i].how != FAILS;
	return false;
}

static bool may_call_as(const char *name)
{
	for (size_t i = 0; i < sizeof(library) / sizeof(*library); i++)
		for (size_t k = 0; !strcmp(library[i].name, name) && k < 3 && library[i].kernel[k];
		     k++)
			if (may_call(library[i].kernel[k]))
				return true;
	return false;
}

START_TEST(filter_has_all)
{
	const struct call *c;

	for (size_t i = 0; (c = call_at(i)); i++)
		ck_assert_msg((c->flags & (CALL_MEMORY | CALL_TEXT)) || may_call(c->name) ||
		                      may_call_as(c->name),
		              "src/stage/seccomp.def has no row for %s", c->name);
}
END_TEST

/* With these the kernel would send signals to others for a lesson, or have others wait for it. */
START_TEST(no_command_reaches_others)
{
	static const int commands[] = { F_SETOWN, F_SETOWN_EX, F_SETSIG,   F_GETSIG,
		                        F_NOTIFY, F_SETLEASE,  F_GETOWN_EX };

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		ck_assert(!fcntl_command_known(commands[i]));
	ck_assert(fcntl_command_known(F_ADD_SEALS) && fcntl_command_known(F_OFD_SETLKW));
	ck_assert(!fcntl_command_known(-1));
	ck_assert_str_eq(fcntl_command_name(F_SETLKW), "F_SETLKW");
	ck_assert_ptr_null(fcntl_command_name(F_SETOWN));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("calls");

	tcase_add_test(tests, filter_has_all);
	tcase_add_test(tests, no_command_reaches_others);
	return suite_main(tests);
}
