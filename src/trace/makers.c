// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/makers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/decode.h"

/* Functions of the C library that are there to make a call with another name. */
static const struct {
	const char *function, *call;
} makers[] = {
	{ "sleep", "nanosleep" },
	{ "usleep", "nanosleep" },
	{ "clock_nanosleep", "nanosleep" },
	{ "thrd_sleep", "nanosleep" },
	{ "wait3", "wait4" },
	{ "execl", "execve" },
	{ "execle", "execve" },
	{ "execlp", "execve" },
	{ "execv", "execve" },
	{ "execvp", "execve" },
	{ "execvpe", "execve" },
	{ "fexecve", "execve" },
	{ "system", "vfork" },
	{ "popen", "vfork" },
	{ "posix_spawn", "vfork" },
	{ "posix_spawnp", "vfork" },
	{ "_Fork", "fork" },
	{ "thrd_create", "pthread_create" },
	{ "libc_start_main", "exit" },
	{ "libc_start_call_main", "exit" },
	{ "quick_exit", "exit" },
	{ "_exit", "exit" },
	{ "pthread_exit", "exit" },
	{ "raise", "tgkill" },
	{ "gsignal", "tgkill" },
	{ "pthread_kill", "tgkill" },
	{ "abort", "tgkill" },
	{ "signal", "sigaction" },
	{ "bsd_signal", "sigaction" },
	{ "ssignal", "sigaction" },
	{ "sysv_signal", "sigaction" },
	{ "pthread_sigmask", "sigprocmask" },
	{ "shm_open", "open" },
	{ "sem_open", "open" },
	{ "shm_unlink", "unlink" },
	{ "sem_unlink", "unlink" },
	{ "sem_wait", "futex" },
	{ "sem_timedwait", "futex" },
	{ "sem_clockwait", "futex" },
	{ "sem_post", "futex" },
	{ "posix_fallocate", "fallocate" },
	{ "mkfifo", "mknodat" },
};

/* "__open64_2" is open(): what the C library's headers and large files make of a name. */
static char *plain_name(const char *function)
{
	static const char *const ends[] = { "_2", "_chk", "64" };
	char *name = mem_dup(function + (strncmp(function, "__", 2) ? 0 : 2));

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t n = strlen(name), end = strlen(ends[i]);

		if (n > end && !strcmp(name + n - end, ends[i]))
			name[n - end] = '\0';
	}
	return name;
}

bool makers_has(const char *function, uint64_t number)
{
	char *name = plain_name(function);
	bool is = decode_is(number, function) || decode_is(number, name);

	for (size_t i = 0; !is && i < sizeof(makers) / sizeof(*makers); i++)
		is = !strcmp(makers[i].function, name) && decode_is(number, makers[i].call);
	free(name);
	return is;
}
