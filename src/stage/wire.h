// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Messages between program and stage, and between stage and process, over SOCK_SEQPACKET.
   A message may be larger than a packet: it travels in parts. Both ends are the same image
   of the same program, so a body is the memory of a structure; the version guards that. */

enum wire_type {
	/* stage to program */
	WIRE_STARTED, /* struct wire_started */
	WIRE_EVENTS,  /* events, each with its snapshot behind it */
	/* program to stage */
	WIRE_MAPPED,  /* struct wire_mapped */
	WIRE_REQUEST, /* a request, with its code behind it */
	/* process to stage */
	WIRE_HELLO, /* struct wire_hello */
	WIRE_REPLY, /* struct wire_reply, and the bindings */
	WIRE_DEED,  /* struct wire_deed */
	/* stage to process */
	WIRE_STATEMENT, /* struct wire_statement, and the code */
	WIRE_ANSWER,    /* struct wire_answer: to a deed that asks */
	WIRE_PROGRAM,   /* struct wire_program, and words: program.h */
	WIRE_TYPES,
};

enum { WIRE_PASSED = 2 };

/* One end. All zero but for fd is a fresh one. After wire_receive() returned 1 the message is
   type, body and size; it stays until the next call. The body is aligned for any type. */
struct wire {
	int fd;
	enum wire_type type;
	char *body;
	size_t size;
	int passed[WIRE_PASSED]; /* descriptors that came along (close-on-exec), or -1; the
				    receiver's to take or close: what is not taken is closed
				    at the next message */

	/* a message of which not all parts are here */
	size_t room, have;
};

/* Two ends, close-on-exec; -1 with errno. */
int wire_pair(int fds[2]);
void wire_init(struct wire *w, int fd);
void wire_close(struct wire *w); /* closes the descriptor too, and frees the body */

/* Takes the body away from the wire: the caller frees it. */
char *wire_steal(struct wire *w, size_t *size);

/* Sends a whole message and waits for room; passes WIRE_PASSED descriptors along unless pass is NULL.
   False when the other end is gone. */
bool wire_send(int fd, enum wire_type type, const void *body, size_t size, const int *pass);

/* The same in steps, never waiting: sends the part at *at and moves *at on. 1: the message is
   whole; 0: call again, or, with errno EAGAIN, when there is room; -1: the end is gone. */
int wire_send_part(int fd, enum wire_type type, const void *body, size_t size, const int *pass,
                   size_t *at, int flags);

/* 1: a whole message; 0: nothing (more) now; -1: the other end is gone, or talks nonsense.
   flags is MSG_DONTWAIT or 0, which waits for a whole message. */
int wire_receive(struct wire *w, int flags);
