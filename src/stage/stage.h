// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "sys/request.h"
#include "trace/decode.h"

/* A stage: a forked child of the program that has namespaces of its own and starts the
   processes of one lesson in them. This is the program's handle. The program never changes
   namespace; whatever happens to it, the stage ends and takes everything with it. */
struct stage;

/* How one's own programs are played. */
#define STAGE_PROGRAM_CALLS \
	"sysv,mmap,posix,process" /* before these they stop, unless others are chosen */

struct stage_programs {
	struct decode_set stops; /* the calls before which they stop */
	bool trusted;            /* nothing is kept from them */
	bool net;                /* nor the network */
	bool fixed;       /* addresses are the same each time: personality(2), ADDR_NO_RANDOMIZE */
	bool environment; /* they have the user's; else a fresh one, the same everywhere */
	const char *const *readable, *const *writable; /* paths beside the usual; NULL ends each */
	const char *input[LETTERS];                    /* a file of the standard input, or NULL */
};

struct stage_options {
	bool host;                             /* use the host's IPC namespace */
	const struct stage_programs *programs; /* NULL: as a lesson has them */

	/* Processes are forked from the stage and execute nothing. They start many times faster, and have
	   what the stage has in its memory: for orders of a schedule, which nobody looks at. */
	bool forked;

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

/* Makes it as fresh as a new one, which is faster than another: its processes end, and with its IPC namespace all
   that is in it goes. For a lesson that has made nothing else, no files and no POSIX objects. False, and nothing is
   done, where it has no namespaces of its own for this. The next request is to follow. */
bool stage_renew(struct stage *s);

/* Seconds of CPU that it has used, with its processes that have ended; in hundredths. 0 where that can't be read. */
double stage_used(const struct stage *s);

/* The caller goes to the stage's CPU, if that keeps to one by now, and stays there: who only waits for it is woken there in a
   fraction of the time. What it starts later, other stages too, stays there with it. */
void stage_join(const struct stage *s);

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
