// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "sys/request.h"

/* A stage: a forked child of the program that has namespaces of its own and starts the
   processes of one lesson in them. This is the program's handle. The program never changes
   namespace; whatever happens to it, the stage ends and takes everything with it. */
struct stage;

struct stage_options {
	bool host; /* use the host's IPC namespace */

	/* Seconds of CPU that a process can use, when nobody is there to stop it; 0: no limit. */
	unsigned time;

	/* When the program dies the stage restores this terminal: writes text, sets the modes. It
	   does not while the program lives, however the stage ends. So who takes a terminal has a
	   stage before, and always. fd is -1 for none. */
	int terminal_fd;
	struct termios terminal_modes;
	const char *terminal_text;
};

/* Starts one, and does not wait until it stands: the others do, but for stage_fd() and stage_receive(),
   when they need it. Where namespaces don't work it is a stage in the host's namespace and
   stage_host_reason() says why. When no stage can be had at all it is NULL, with a sentence in *why
   (the caller frees it), or, if that shows later, the first event is an EVENT_ERROR that says why. */
struct stage *stage_start(const struct stage_options *options, char **why);

/* Nobody has to wait for it. */
bool stage_stands(const struct stage *s);

/* Ends it: kills its processes, waits, clears the ledger. NULL is allowed. */
void stage_stop(struct stage *s);

/* Poll this for reading; then stage_receive() until it returns NULL. */
int stage_fd(const struct stage *s);

/* Sends a request. If the stage is gone, stage_receive() says so. */
void stage_send(struct stage *s, const struct request *r);

/* The next event, or NULL when there is none now. A stage that died is an EVENT_ERROR. The
   caller frees it with event_free(). */
struct event *stage_receive(struct stage *s);
void event_free(struct event *e);

/* NULL in namespaces of its own; otherwise a sentence that says why it has none. */
const char *stage_host_reason(struct stage *s);

/* What it lacks of the confinement, in words; NULL for nothing. Where there is no stage: why. */
const char *stage_lacks(struct stage *s);

/* The main function of a process of a lesson: argv[1] is STAGE_PROCESS_ARG. */
#define STAGE_PROCESS_ARG "--ipclens-process"
int process_main(int argc, char **argv);
