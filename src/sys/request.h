// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/code.h"
#include "sys/letters.h"

/* What a lesson asks of its stage, and what the stage answers. The engine makes requests
   and takes events; the stage does the opposite; neither knows the other.

   Every request ends with one EVENT_QUIET (EVALUATE: EVENT_QUIET, then EVENT_VALUE), or with
   EVENT_SKIP or EVENT_ERROR instead. Before the quiet come EVENT_STARTED, EVENT_RETURNED and
   EVENT_DIED for all that happened since the last quiet. One request at a time, but for
   REQUEST_SAMPLE, which may come at any time and is answered by EVENT_SAMPLE. A request that
   is sent while another is under way gives that one up: no quiet, value or skip of it comes
   any more, and what still happens of it comes with the new one.

   What happens by itself while no request is under way (a time is over, an alarm rings) comes at once,
   marked as unasked, and then EVENT_NEWS, when it is quiet again. The next request has it as a result
   all the same: an AWAIT does not wait for another. */

enum request_kind {
	REQUEST_RUN,      /* the takers execute their code; released together if several */
	REQUEST_AWAIT,    /* nothing but wait until something has happened, and quiet again */
	REQUEST_KILL,     /* the observer's kill(2) */
	REQUEST_EVALUATE, /* an assert, or the value of an outcome */
	REQUEST_LIMIT,    /* a file of /proc/sys/kernel */
	REQUEST_USER,     /* who a letter will be, before it starts */
	REQUEST_MEASURE,  /* as RUN, unpinned, and timed */
	REQUEST_PROGRAM, /* a letter becomes a program, and runs to the stop before its first call */
	REQUEST_NEXT,    /* a program makes the call before which it is stopped, and runs on to the
			     stop before the next one, or to its end */
	REQUEST_INPUT,   /* lines are typed at the terminal of a program */
	REQUEST_RENEW,   /* the stage is as fresh as a new one, but for files: all processes end */
	REQUEST_TURNS, /* programs make their calls, each in turn and one at a time, from the letter
			    behind who (none: from A) on; who can't is passed by. When nobody can, and somebody
			    sleeps in a call that ends by itself, its end is waited for. It is over when
			    nobody goes on. Of their calls no EVENT_RETURNED comes */
	REQUEST_SAMPLE, /* a snapshot now */
};

struct request {
	enum request_kind kind;
	uint32_t start; /* letters to start first, unless they were started before */
	uint32_t
		who; /* RUN, MEASURE: the takers; KILL, USER, PROGRAM, NEXT, INPUT, TURNS: one bit */
	uint32_t may_run; /* letters whose end is not waited for: it is quiet also while they go
			     round a loop, or run another program after an execve. The end of
			     such a program is not told, unless this request killed it: only its
			     state says it */
	bool bare;        /* the quiet comes without a snapshot: nobody looks at it */
	int8_t fork;      /* the letter that a RUN's fork starts, or -1 */
	int sig;          /* KILL */
	char name[32];    /* LIMIT */
	int64_t number;   /* LIMIT: the value */
	uid_t uid;        /* USER */
	gid_t gid;
	int32_t call; /* NEXT: that it must be, an index in the call table; -1: any */

	/* PROGRAM, borrowed: its path and its arguments from the first on, each with a '\0' behind it; and
	   what is put into the lesson's directory before, one struct request_file after the other. A path
	   without a / is that of one of these. INPUT: words is the lines, with '\n' between them and a '\0' at
	   the end; NULL for the end of input. */
	const char *words;
	size_t nwords; /* bytes */
	const char *files;
	size_t nfiles; /* bytes */

	/* RUN, MEASURE: for each taker; EVALUATE: [0]. Borrowed. */
	const struct code *code[LETTERS];
	const int64_t *values[LETTERS]; /* of the slots */
	const uint8_t *owners;          /* of the slots of code[0], for EVALUATE */
};

/* A file: its name, with a '\0' behind it, then its bytes; then the next one, at a multiple of 8. */
struct request_file {
	uint32_t nname; /* with the '\0' */
	uint32_t mode;  /* as chmod(2) takes it */
	uint64_t size;
};

enum event_kind {
	EVENT_STARTED,  /* who, pid; by: the parent's letter for a fork, else who */
	EVENT_RETURNED, /* who, and what its statement came to */
	EVENT_DIED,     /* who, and how */
	EVENT_QUIET,    /* states, snapshot */
	EVENT_SAMPLE,   /* snapshot */
	EVENT_VALUE,    /* of EVALUATE */
	EVENT_SKIP,     /* the machine can't do it: text says why; the lesson is skipped */
	EVENT_ERROR,    /* the stage can't go on: text says why */
	EVENT_MEASURED, /* before the quiet: elapsed */
	EVENT_NEWS,     /* snapshot: after what has happened unasked */
	EVENT_READY,    /* who, a program, is stopped before a call */
	EVENT_OUTPUT, /* text was written to the terminal of who, a program: value bytes. Before a quiet, a
			   sample or news all that was written until then comes; of much the last */
};

struct event_binding {
	uint16_t slot;
	bool failure; /* the value is what a call returned that failed */
	int64_t value;
};

struct event_seen {
	uint16_t from, to; /* place in the source of the step */
	int64_t value;
	uint8_t scalar; /* enum scalar */
	uint8_t what;   /* enum code_op: what kind of value it is */
};

/* What a call has read into the memory of its process. */
struct event_read {
	uint8_t which;    /* of the call's reads */
	uint64_t size;    /* bytes that it has read; */
	uint32_t count;   /* so many of them, the first, are here */
	uint64_t handler; /* where the process has its handler */
	uint8_t bytes[256];
};

enum { EVENT_TEXT = 1024, EVENT_SEEN = 16, EVENT_READS = 2 };

struct event {
	enum event_kind kind;
	uint8_t who;
	uint8_t by;
	uint8_t failed;   /* RETURNED: the result is an error, error says which;
			     VALUE: it could not be read, text says why */
	uint8_t has_text; /* RETURNED: the result is a string, in text */
	uint8_t away;     /* RETURNED: it is in another IPC namespace than the stage */
	uint8_t host;     /* RETURNED: in the host's namespace */
	uint8_t unasked;  /* STARTED, RETURNED, DIED: while no request was under way */
	uint8_t made;     /* RETURNED: text is the call as C writes it: a program made it */
	uint8_t exec;     /* RETURNED: an execve(SELF) succeeded: mappings and variables are gone */
	pid_t pid;
	int64_t value;
	int error;
	int status;       /* DIED: as waitpid(2) gives it */
	int si_code;      /* DIED by a fault: reported by its handler; 0 otherwise */
	uint64_t address; /* si_addr, when si_code is not 0 */
	uint64_t began; /* CLOCK_MONOTONIC ns: RETURNED: of its statement; QUIET: of the request */
	uint64_t time;  /* when it happened; MEASURED: ns elapsed; OUTPUT: by when */
	uint64_t lost;  /* OUTPUT: bytes before these that were too many to be kept */
	uint32_t
		writers; /* OUTPUT: mask of the letters that can have written it, which is known: the child of a
			     fork has its parent's terminal. LETTERS stands for processes without one. None:
			     it is the terminal's own echo */

	struct event_binding bindings[CODE_SLOTS];
	size_t nbindings;

	uint32_t thread; /* RETURNED: of a program, from 0 */
	int32_t call;    /* RETURNED: its last one, an index in the call table; -1: none */
	int64_t args[6];
	struct event_read reads[EVENT_READS]; /* by it */
	size_t nreads;

	uint8_t states[LETTERS]; /* QUIET: enum process_state */
	uint8_t timed[LETTERS];  /* QUIET: blocked in a call that ends by itself */
	struct event_seen seen[EVENT_SEEN];
	size_t nseen;
	char text[EVENT_TEXT];

	struct snapshot *snapshot; /* QUIET, SAMPLE, NEWS: owned by whoever receives the event */
};
