// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/calls.h"

/* What a process that is stopped before a system call is about to ask for, from the kernel's number and
   arguments of this machine: the call of the table (sys/calls.h) with the arguments that its C function has,
   and as C writes it. The process is a stranger: whatever is in its memory, the answer is one, is short and
   does a terminal no harm. */

/* Where a call's arguments point to. */
struct decode_source {
	void *context;

	/* Copies memory of the process; false: it can't be read, or not all of it. */
	bool (*read)(void *context, uint64_t address, void *to, size_t size);

	/* What a number is to be called that is an int or an address, by the manual's name of the parameter
	   ("semid", "shmaddr"); NULL: as it is. May be NULL itself. */
	const char *(*name)(void *context, const char *param, int64_t value);

	/* How many semaphores that set has; 0: not known. May be NULL itself. */
	uint64_t (*nsems)(void *context, int semid);
};

struct decoded {
	int32_t call;     /* index in the call table; -1: it has no row */
	const char *name; /* "semop", "openat"; "syscall" where the number is not known here */
	int64_t args[CALL_PARAMS]; /* those of its C function, an int as an int64_t */
	bool reads; /* what call_at(call)->reads says of args is so; not where the kernel's structure is
		       another than that of the C function, so that it got another address: sigaction */

	uint64_t number;            /* the kernel's */
	const struct param *params; /* CALL_PARAMS of them */
	const struct number *entry; /* inside decode.c */
};

/* Memory is needed for clone3(2) only, which has its flags there. */
struct decoded decode_call(uint64_t number, const uint64_t args[CALL_PARAMS],
                           const struct decode_source *source);

enum { DECODE_TEXT = 1024 }; /* bytes of a text at most, its zero among them */

/* "semop(0, {{0, -1, SEM_UNDO}}, 1)". What a call will write is said by the manual's name: "read(3, buf, 64)";
   what can't be read, by its address. The caller frees it. */
char *decode_text(const struct decoded *d, const struct decode_source *source);

/* Whether that name, of C or the kernel, is one of the kernel's call with that number. */
bool decode_is(uint64_t number, const char *name);

/* The kernel's numbers of some calls. All zero is none. */
enum { DECODE_NUMBERS = 1024 };

struct decode_set {
	uint64_t bits[DECODE_NUMBERS / 64];
};

bool decode_has(const struct decode_set *set, uint64_t number);

/* Adds what a list names, "sysv,mmap,nanosleep": calls, by C's names or the kernel's, and groups: sysv, mmap,
   posix (queues), signal, file, process, and all. NULL, or what is wrong with the list, which the caller
   frees. */
char *decode_calls(const char *list, struct decode_set *set);

/* The names that such a list can have, groups first; NULL at the end. Some come more than once. */
const char *decode_name_at(size_t i);
