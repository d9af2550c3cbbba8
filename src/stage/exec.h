// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sys/board.h"
#include "sys/calls.h"
#include "sys/code.h"
#include "sys/request.h"

struct wire_deed;

/* Executes a statement inside a process of a lesson: the only place where lesson code meets
   the kernel. */

enum { EXEC_TEXT = EVENT_TEXT };

/* Why a statement was not made: this machine can't, or it would reach what is not the lesson's. The
   stage has the words for it (deeds.c): a process does not know the user's language. */
enum exec_refusal {
	EXEC_MADE,
	REFUSED_ARGUMENT,   /* no memory for a literal */
	REFUSED_VARIABLE,   /* no memory for it */
	REFUSED_STATEMENT,  /* no memory for it */
	REFUSED_KEY,        /* value: the host has an object with it */
	REFUSED_OBJECT,     /* value: the id of an object that is not the lesson's */
	REFUSED_OBJECTS,    /* the ledger is full */
	REFUSED_DESCRIPTOR, /* it is that of the wire or of the page */
	REFUSED_KILL,       /* value: a pid that is not the lesson's */
	REFUSED_COMMAND,    /* of fcntl */
	REFUSED_THREAD,     /* SIGEV_THREAD */
	REFUSED_MESSAGES,   /* a POSIX queue of the host */
	REFUSED_FORK,       /* no descriptor or no memory for the child, that is not the lesson's */
};

/* Where a call has read something to. */
struct exec_read {
	uint64_t address, size;
	uint8_t which; /* of the call's reads */
};

struct exec_result {
	int64_t value;
	int error; /* errno when failed */
	bool failed;
	bool has_text;             /* the result is the string in text */
	enum exec_refusal refused; /* or EXEC_MADE */
	uint64_t began;            /* CLOCK_MONOTONIC ns */
	char text[EXEC_TEXT];
	int32_t call;              /* the last that was made: index in the call table; -1: none */
	int64_t args[CALL_PARAMS]; /* and behind them what keep_detail() has */
	struct exec_read reads[CALL_READS]; /* by it */
	size_t nreads;
	bool bound[CODE_SLOTS];   /* slots that got a value; it is in values[] */
	bool failure[CODE_SLOTS]; /* of these those whose value is the result of a failed call */
};

/* The descriptors of a process that are not the lesson's, one behind the other. */
enum { OWN_WIRE, OWN_PAGE, OWN_LIFE, EXEC_RESERVED };

struct exec {
	struct board_process *page;
	unsigned who;
	bool host;           /* in the host's namespace */
	bool no_fork;        /* it would be refused */
	const char *objects; /* the directory of POSIX objects there */
	int reserved;        /* the first of EXEC_RESERVED descriptors that are not the lesson's */

	/* Makes X = fork(); in the child it does not return. Returns the pid, or -1 with errno. */
	int64_t (*fork)(struct exec *x);

	/* execve: of SELF it comes back as a new image; returns only on failure. */
	int64_t (*exec)(struct exec *x, const char *path, char *const argv[], char *const envp[]);

	/* Tells the stage; or asks it: may it be done? */
	enum exec_refusal (*deed)(struct exec *x, const struct wire_deed *deed);
	void *context;
};

/* values[] are those of code->slots; what the statement binds is changed there. */
void exec_statement(struct exec *x, const struct code *code, int64_t *values,
                    struct exec_result *result);

/* The signal handler that lessons call handler: it counts in the board. exec_init() tells it
   where. Call it again in a forked child. */
void exec_init(struct exec *x);

/* The path that SELF stands for. */
#define EXEC_SELF "/proc/self/exe"
