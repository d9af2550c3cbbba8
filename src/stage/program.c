// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include "base/mem.h"
#include "stage/confine.h"
#include "stage/parcel.h"
#include "stage/process.h"
#include "stage/wire.h"

extern char **environ;

static void say_hello(int channel, const char *failed, bool skip)
{
	struct wire_hello hello = {
		.pid = getpid(), .failed = failed != NULL, .skip = skip, .error = errno
	};

	snprintf(hello.call, sizeof(hello.call), "%s", failed ? failed : "");
	if (!wire_send(channel, WIRE_HELLO, &hello, sizeof(hello), NULL) || failed)
		_exit(1);
}

/* Words as a list that ends with NULL. */
static char **list_of(const char *words, size_t size)
{
	char **list = mem_alloc(sizeof(*list));
	size_t n = 0;

	for (const char *end = words + size; words < end; words += strlen(words) + 1) {
		list = mem_grow(list, (n + 2) * sizeof(*list));
		list[n++] = (char *)(uintptr_t)words;
		list[n] = NULL;
	}
	return list;
}

/* It is in front at its terminal, as a shell would put it there; its input may come from a file. SIGTTOU is
   blocked. */
static const char *take_input(char *const *input)
{
	int fd;

	setpgid(0, 0);
	tcsetpgrp(STDIN_FILENO, getpid());
	if (!*input)
		return NULL;
	fd = open(*input, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return *input;
	dup2(fd, STDIN_FILENO);
	close(fd);
	return NULL;
}

int program_main(char **argv)
{
	struct wire wire;
	struct parcel in;
	const struct wire_program *head;
	char **lists[PROGRAM_LISTS];
	struct confine c = { .objects = argv[ARG_OBJECTS], .life = atoi(argv[ARG_LIFE]) };
	struct confine_program p;
	const char *failed;
	bool skip = false;

	wire_init(&wire, atoi(argv[ARG_CHANNEL]));
	fcntl(wire.fd, F_SETFD, FD_CLOEXEC);
	fcntl(atoi(argv[ARG_PAGE]), F_SETFD, FD_CLOEXEC);
	if (c.life >= 0)
		fcntl(c.life, F_SETFD, FD_CLOEXEC);
	if (wire_receive(&wire, 0) <= 0 || wire.type != WIRE_PROGRAM)
		_exit(1);
	in = (struct parcel){ wire.body, wire.size };
	head = parcel_take(&in, sizeof(*head));
	for (size_t i = 0; i < PROGRAM_LISTS; i++)
		lists[i] = list_of(parcel_take(&in, head->sizes[i]), head->sizes[i]);
	p = (struct confine_program){ .calls = head->calls,
		                      .readable = (const char *const *)lists[PROGRAM_READABLE],
		                      .writable = (const char *const *)lists[PROGRAM_WRITABLE],
		                      .own_ids = head->own_ids,
		                      .uid = head->uid,
		                      .gid = head->gid };
	c.program = &p;
	c.host = strcmp(argv[ARG_OBJECTS], "/dev/shm") != 0;
	c.time = strtoul(argv[ARG_TIME], NULL, 10);
	if (head->fixed)
		personality((unsigned)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
	failed = take_input(lists[PROGRAM_INPUT]);
	if (failed || (failed = confine_process(&c, &skip)))
		say_hello(wire.fd, failed, skip);
	say_hello(wire.fd, NULL, false);
	execve(lists[PROGRAM_WORDS][0], lists[PROGRAM_WORDS] + 1, environ);
	say_hello(wire.fd, lists[PROGRAM_WORDS][0], false);
	_exit(127);
}
