// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/letters.h"

/* The board is a memfd that the program, the stage and every process of a lesson map. Each
   process writes its own page; the stage and the probe read them. It holds what no system
   call can tell: which call a process is in, the derived undo, and the ledger of what must
   be removed when there is no namespace to do it.

   call_seq is odd while a process is inside a call, even otherwise; the fields that describe
   the call are written before it turns odd. One writer each, so release and acquire do. */
enum {
	BOARD_PAGE = 4096,
	BOARD_UNDO_MAX = 1000,
	BOARD_LEDGER_MAX = 1000,
	BOARD_NAME_MAX = 256, /* NAME_MAX and a zero: shm_open takes no longer one */
};

struct board_process {
	_Atomic uint32_t call_seq;
	_Atomic uint32_t timed;    /* the call in progress ends by itself */
	_Atomic uint32_t spins;    /* odd inside a while, even otherwise; as call_seq */
	_Atomic uint64_t rounds;   /* of repeat and while, begun */
	_Atomic uint64_t handled;  /* signals that the handler counted */
	_Atomic uint32_t call;     /* index in the call table */
	_Atomic uint32_t requests; /* statements taken; rises before one begins */
	_Atomic uint64_t since;    /* CLOCK_MONOTONIC ns at which the call was entered */
	_Atomic int64_t args[6];
	_Atomic uint32_t fault_signal; /* 0: none. Written by the fault handler */
	_Atomic int32_t fault_code;    /* si_code */
	_Atomic uint64_t fault_address;
	_Atomic int64_t places[3]; /* SELF, STACK, handler: where they are in this image */
};

/* What the exit of a process would add to a semaphore: derived, kept by the processes. */
struct board_undo {
	_Atomic uint32_t used;
	_Atomic int32_t semid;
	_Atomic uint32_t num;
	_Atomic uint32_t who;
	_Atomic int32_t adjust;
};

enum ledger_kind {
	LEDGER_FREE,
	LEDGER_SEGMENT,
	LEDGER_SEMAPHORES,
	LEDGER_QUEUE,
	LEDGER_POSIX, /* what shm_open makes */
	LEDGER_BUSY,  /* is being written */
};

/* An object in the host's namespace that a process made, or is about to make: sys/ledger.h. */
struct ledger_entry {
	_Atomic uint32_t kind;
	_Atomic int32_t id; /* -1: not known yet; 0 for LEDGER_POSIX */
	_Atomic uint32_t who;
	_Atomic int32_t key;
	char name[BOARD_NAME_MAX]; /* what shm_open was given, without slashes before it */
};

struct board {
	struct {
		_Atomic uint32_t gate;         /* processes spin while it is 1 */
		_Atomic uint32_t gathered;     /* mask of those that wait at the gate */
		_Atomic uint32_t host;         /* no namespace: keep the ledger */
		_Atomic uint32_t undos;        /* in use, or before one in use */
		_Atomic uint32_t entries;      /* of the ledger, in use or before one in use */
		_Atomic uint32_t struck;       /* mask of those that were sent a signal */
		_Atomic int32_t pids[LETTERS]; /* alive; 0 otherwise */
		char directory[64];            /* the lesson's files */
		struct board_undo undo[BOARD_UNDO_MAX];
		struct ledger_entry ledger[BOARD_LEDGER_MAX];
	};
	_Alignas(BOARD_PAGE) union {
		struct board_process process;
		char page[BOARD_PAGE];
	} pages[LETTERS];
};

/* A new board: its descriptor (close-on-exec) and mapping. NULL with errno on failure. */
struct board *board_new(int *fd);
struct board *board_map(int fd);

/* Adds to the derived undo of (semid, num, who); forgets those of a set (num < 0: all of
   it), or of a process; copies nothing at fork, as the kernel. */
void board_undo_add(struct board *b, int semid, unsigned num, unsigned who, int adjust);
void board_undo_clear_semaphore(struct board *b, int semid, int num);
void board_undo_clear_process(struct board *b, unsigned who);
int board_undo_get(const struct board *b, int semid, unsigned num, unsigned who);
