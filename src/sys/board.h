// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/letters.h"

/* The board is what a stage knows of its processes that no system call can tell: each shares a page
   (a memfd) with it, and has no other. It writes there which call it is in, and the derived undo.
   A lesson can write anything there: what is read is checked, and believed of nobody else.

   call_seq is odd while a process is inside a call, even otherwise; the fields that describe
   the call are written before it turns odd. One writer each, so release and acquire do. */
enum { BOARD_UNDO_MAX = 1000, BOARD_RANGES = 128 };

/* What the exit of the process would add to a semaphore: derived, kept by the process. */
struct board_undo {
	_Atomic int32_t semid;
	_Atomic uint32_t num;
	_Atomic int32_t adjust;
};

/* Private anonymous memory that the lesson has mapped: nothing else tells it from the C library's. */
struct board_range {
	_Atomic uint64_t start, end;
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
	_Atomic int32_t pid;       /* the child of a fork writes it before anything else */
	_Atomic uint32_t away;     /* it has left the IPC namespace of the stage */
	_Atomic uint32_t gathered; /* it waits at the gate */
	_Atomic uint32_t gate;     /* the stage's: it spins while this is 1 */
	_Atomic uint32_t undos;    /* entries that are filled */
	struct board_undo undo[BOARD_UNDO_MAX];
	_Atomic uint32_t ranges;   /* that are filled, */
	_Atomic uint32_t unranged; /* and for how many there was no room */
	struct board_range range[BOARD_RANGES];
};

/* Where a program stands that is one's own, and has no page to say it on. */
enum board_stand {
	STAND_NONE,      /* it is no program, or none any more */
	STAND_BEFORE,    /* it is stopped before a call */
	STAND_IN,        /* in that call */
	STAND_ELSEWHERE, /* asleep in another: text is its name */
	STAND_RUNS,
	STAND_HELD, /* stopped by a signal */
};

enum { BOARD_CALL = 200, BOARD_FILE = 240, BOARD_FUNCTION = 40, BOARD_THREADS = 16 };

struct board_program {
	uint8_t stand;         /* enum board_stand */
	uint8_t timed;         /* what it is asleep in ends by itself */
	int32_t call;          /* index in the call table; -1: none of it */
	uint32_t thread;       /* of which, from 0 */
	int32_t line;          /* of its source; 0: not known */
	char text[BOARD_CALL]; /* the call, as C writes it */
	char file
		[BOARD_FILE]; /* of its source, as the compiler was told it; only its name, if that is too long */
	char function[BOARD_FUNCTION];
};

/* Of a program with several threads, one that is not the next to go. */
struct board_thread {
	uint8_t who;
	struct board_program now;
};

struct ledger;

/* The stage's own, as long as it lives. */
struct board {
	char directory[96]; /* the lesson's files */
	struct ledger *ledger;
	uint32_t unwaited;                      /* mask of the letters that are zombies */
	struct board_program programs[LETTERS]; /* of several threads the one whose turn it is */
	struct board_thread threads[BOARD_THREADS];
	uint32_t nthreads;
	uint32_t unnamed; /* tasks that programs have started when no letter was left */
	struct board_process
		*pages[LETTERS]; /* never NULL: one that is all zero before it starts */
};

struct board *board_new(void);

void board_clear(struct board *b); /* unmaps all pages: none has started */

/* The page of a letter: its descriptor (close-on-exec), which keeps its size; -1 with errno. And
   in the process: in the place of another, if it is not NULL. */
int board_page_new(struct board *b, unsigned who);
struct board_process *board_page_map(int fd, struct board_process *over);

/* Adds to the derived undo of (semid, num); forgets that of a set (num < 0: all of it), or all. */
void board_undo_add(struct board_process *p, int semid, unsigned num, int adjust);
void board_undo_clear(struct board_process *p, int semid, int num);
void board_undo_clear_all(struct board_process *p);
int board_undo_get(const struct board_process *p, int semid, unsigned num);

/* Memory that the lesson has mapped, and what it has unmapped or mapped over; from another page. */
void board_range_add(struct board_process *p, uint64_t start, uint64_t end);
void board_range_remove(struct board_process *p, uint64_t start, uint64_t end);
void board_range_copy(struct board_process *p, const struct board_process *from);
uint32_t board_range_count(const struct board_process *p);
uint32_t board_undo_count(const struct board_process *p); /* entries that are filled */
