// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "stage/exec.h"
#include "sys/request.h"

/* The bodies of the wire's messages. Whatever arrives is checked for its lengths; what the
   code in it means is not, because the other end is this same program. */

enum { PARCEL_TEXT = 256 };

/* WIRE_STARTED: the stage stands, or could not be had. */
struct wire_started {
	uint8_t ok;
	uint8_t host;
	uint32_t missing;       /* enum stage_part, as bits */
	char text[PARCEL_TEXT]; /* why not ok */
};

/* WIRE_MAPPED: root's program has written the maps of the namespace, or can't. */
struct wire_mapped {
	uint8_t done;
};

/* WIRE_HELLO: a process is ready. */
struct wire_hello {
	pid_t pid;
	uint8_t failed; /* it is not, and ends: call failed with error */
	uint8_t skip;   /* because this machine can't give it its uid and gid */
	int32_t error;
	char call[PARCEL_TEXT];
};

/* WIRE_STATEMENT: its code follows. */
struct wire_statement {
	uint8_t gated; /* wait at the gate first */
	int8_t fork;   /* the letter that a fork starts, or -1 */
	uint8_t pad[6];
};

/* WIRE_DEED: what a process is about to do or has done that its stage keeps books of. */
struct wire_deed {
	uint8_t what;   /* enum deed */
	uint8_t kind;   /* enum ledger_kind */
	int32_t number; /* a key, an id, a pid */
	int32_t part;   /* of a set, or -1 */
};

enum deed {
	/* it asks, and waits for the answer */
	DEED_MAKE, /* an object with that key, in the host's namespace */
	DEED_USE,  /* that with the id */
	DEED_KILL, /* the process with that pid */
	DEED_REAP, /* a child that is dead */
	DEED_MADE, /* the object that it asked for has this id; -1: there is none */
	DEED_ASKS = DEED_MADE,
	/* it tells */
	DEED_REMOVED, /* that with the id */
	DEED_SET,     /* a semaphore, or part -1 all of a set: the others' undo is gone */
	DEEDS,
};

/* WIRE_ANSWER: enum exec_refusal */
struct wire_answer {
	uint8_t refused;
};

/* WIRE_REPLY: nbindings bindings follow. */
struct wire_reply {
	int64_t value;
	uint64_t began, ended; /* CLOCK_MONOTONIC ns */
	int32_t error;
	pid_t forked; /* what a fork started, also when something failed after it; 0: nothing */
	uint8_t failed, has_text;
	uint8_t refused; /* enum exec_refusal */
	uint16_t nbindings, nreads;
	int32_t call; /* the last that was made, or -1 */
	int64_t args[CALL_PARAMS];
	struct exec_read reads[CALL_READS];
	char text[EXEC_TEXT];
};

/* A message being read. */
struct parcel {
	const char *at;
	size_t left;
};

/* The next size bytes, aligned for any type; NULL when there are not as many. */
const void *parcel_take(struct parcel *p, size_t size);
void parcel_put(struct buf *b, const void *bytes, size_t size);

/* Code with the values of its slots. What is taken points into the message. */
void parcel_put_code(struct buf *b, const struct code *code, const int64_t *values);
bool parcel_take_code(struct parcel *p, struct code *code, const int64_t **values);

/* A request and its number, which the events of its answer carry. What is taken points into
   the message, and into codes. */
void parcel_put_request(struct buf *b, const struct request *r, uint32_t number);
bool parcel_take_request(struct parcel *p, struct request *r, struct code codes[LETTERS],
                         uint32_t *number);

/* An event; its snapshot travels along. What is taken is freed with event_free(). */
void parcel_put_event(struct buf *b, const struct event *e, uint32_t number);
struct event *parcel_take_event(struct parcel *p, uint32_t *number);
