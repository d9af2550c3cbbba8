// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/type.h"

/* The calls that a lesson can make: one table (calls.def) for the parser, the processes
   that make them, the help and the manual. */

enum param_kind {
	PARAM_NONE,
	PARAM_INT,
	PARAM_LONG,    /* long, size_t, off_t */
	PARAM_ADDRESS, /* a plain address: nothing is declared or built for it */
	PARAM_STRING,  /* text that the call reads */
	PARAM_STRINGS, /* an array of texts that ends with NULL */
	PARAM_BYTES,   /* a buffer: text, or a name that becomes one */
	PARAM_MESSAGE, /* struct msgbuf */
	PARAM_STRUCT,  /* one structure, param.record */
	PARAM_ARRAY,   /* an array of them */
	PARAM_SET,     /* a set of signals, param.record */
	PARAM_DS,      /* what the call's command takes: param_ds() */
	PARAM_FDS,     /* int fd[2] */
	PARAM_NUMBER,  /* the address of one number, which the call writes: param.number */
	PARAM_HANDLER, /* handler, SIG_IGN, SIG_DFL */
};

enum call_flags {
	CALL_NEVER_FAILS = 1, /* any value is a success */
	CALL_TIMED = 2,       /* ends by itself when it has a non-NULL timeout (the last
				 parameter), or always (nanosleep) */
	CALL_TEXT = 4,        /* the result shown is the text at the first argument */
	CALL_FORK = 8,
	CALL_EXEC = 16,
	CALL_MEMORY = 32,   /* no system call: strcpy, memset, puts */
	CALL_SIGNAL = 1024, /* says what a signal does: signal, sigaction */
	CALL_POSIX = 2048,  /* takes the name of a POSIX object, or what a name gave */
	CALL_ERROR = 4096,  /* the result is the error, or 0: posix_fallocate */
	CALL_NULL = 8192,   /* NULL is the failure: sem_open */
	CALL_WAIT = 16384,  /* waits for a child */

	/* how its result is shown; decimal otherwise */
	CALL_KEY = 64,      /* 32 bits, hexadecimal */
	CALL_ADDRESS = 128, /* hexadecimal */
	CALL_MODE = 256,    /* octal */
	CALL_PID = 512,     /* the letter of a process */
};

enum { CALL_PARAMS = 6 };

struct param {
	enum param_kind kind;
	const char *name;   /* as in the manual */
	const char *record; /* of a structure, an array of them, a message, a set: its name */
	enum scalar number; /* PARAM_NUMBER */
	bool optional;      /* it may be left out, and what follows it (open, semctl) */
	bool is_length;     /* it says how long the buffer of the call is */
};

/* How much of a buffer a call has filled, when it did not fail. */
enum call_fill {
	FILL_NONE,
	FILL_BYTES,   /* as many bytes as its result says */
	FILL_MESSAGE, /* the type of a message, and as many bytes of text */
	FILL_WHOLE,   /* the parameter's structure, or int fd[2] */
	FILL_COMMAND, /* what its command reads, if that reads: param_ds() */
	FILL_PAGES,   /* a byte for each page of as many bytes as the LONG before it says */
	FILL_INT,     /* an int */
	FILL_STATUS,  /* an int, as waitpid(2) gives it; nothing when the result is 0 */
};

struct call_read {
	uint8_t param;
	uint8_t fill; /* enum call_fill */
};

enum { CALL_READS = 2 };

struct call {
	const char *name;
	const char *page;                   /* the manual page: "semop(2)" */
	const char *help;                   /* one line, not yet translated */
	struct param params[CALL_PARAMS];   /* PARAM_NONE ends */
	unsigned flags;                     /* enum call_flags */
	struct call_read reads[CALL_READS]; /* what it reads into memory; FILL_NONE ends */

	/* Makes the call. The result is as the manual says: call_failed(). */
	int64_t (*make)(const int64_t args[CALL_PARAMS]);
};

const struct call *call_at(size_t i); /* NULL at the end */
int call_by_name(const char *name);   /* index, or -1 */
int call_nparams(const struct call *c);
int call_required(const struct call *c); /* of them; the rest may be left out */
int call_length(const struct call *c);   /* the parameter that is_length, or -1 */

/* Whether that result of the call is an error; *error is errno then, and becomes the error. */
bool call_failed(const struct call *c, int64_t value, int *error);

/* The commands of fcntl(2) that a lesson can use, -1 at the end: none that sends signals to others. */
int fcntl_command_at(size_t i);
bool fcntl_command_known(int64_t command);
const char *fcntl_command_name(int64_t command); /* or NULL */

/* The type of what a command takes as its PARAM_DS argument: a structure, an array of
   unsigned short (GETALL, SETALL), a scalar int (SETVAL, F_SETFL), or NULL when it takes nothing
   (IPC_RMID, GETVAL) or the command is unknown. */
const struct type *param_ds(const char *call, int64_t command);

/* The parameter that is the command of a call with a PARAM_DS; and whether that command reads into
   it: IPC_SET, SETALL and SETVAL write. */
int call_command(const struct call *c);
bool command_reads(const struct call *c, int64_t command);
