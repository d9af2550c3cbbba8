// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/type.h"

/* Addresses are values of the language, and a value has 64 bits. On a 32-bit machine the sign of an address
   would come with it, and the structures of the kernel's calls are others. */
_Static_assert(sizeof(void *) == sizeof(int64_t), "ipclens is for 64-bit machines");

/* The compiled form of a statement or an expression: a tree of nodes, laid out in one block
   without pointers, so that it can be sent to a process as it is. The parser has resolved
   all types: what is left is 64-bit arithmetic, loads and stores of scalars, and calls.

   Names are slots. Whoever sends the code fills values[] with what each name is worth at
   that moment, in the process that it is for; the process sends back the slots it bound. */

enum code_op {
	CODE_NONE,
	/* expressions */
	CODE_CONST,   /* value */
	CODE_SLOT,    /* slot a */
	CODE_TURN,    /* i, the round of the innermost repeat */
	CODE_SELF,    /* address of the path of this program */
	CODE_STACK,   /* a page-aligned address inside the stack */
	CODE_HANDLER, /* address of the handler */
	CODE_NOW,     /* the second in CLOCK_REALTIME */
	CODE_TEXT,    /* address of the text at offset value in the pool, b bytes long (which
			 a zero byte follows) */
	CODE_LOAD,    /* scalar at address a */
	CODE_CONVERT, /* a, as a scalar has it: a cast */
	CODE_NEG,
	CODE_NOT,
	CODE_FLIP,
	CODE_ADD,
	CODE_SUB,
	CODE_MUL,
	CODE_DIV,
	CODE_MOD,
	CODE_AND,
	CODE_OR,
	CODE_XOR,
	CODE_SHL,
	CODE_SHR,
	CODE_EQ,
	CODE_NE,
	CODE_LT,
	CODE_GT,
	CODE_LE,
	CODE_GE,
	CODE_ALL,
	CODE_ANY,    /* && and || */
	CODE_CHOOSE, /* a ? b : c */
	CODE_SAME,   /* the C string at a equals the text b */
	/* arguments of a call */
	CODE_BUILD,   /* address of value zeroed bytes, at least expression a of them (and b
			 more), filled by the list c of FILL and COPY */
	CODE_FILL,    /* scalar at offset value = a */
	CODE_COPY,    /* the bytes of text b to offset value */
	CODE_DECLARE, /* address in slot a; the first time value zeroed bytes, or expression
			 b if that is more */
	/* statements */
	CODE_CALL,   /* call number value with the list a. The scalar at address c gets the result,
			 or slot b - 1: an error only where it keeps */
	CODE_BIND,   /* slot a = b */
	CODE_STORE,  /* scalar at address a = b */
	CODE_ADDTO,  /* scalar at address a += b, a load and then a store */
	CODE_FETCH,  /* the value of a is the result */
	CODE_STRING, /* the C string at address a is the result */
	CODE_COPYIN, /* value bytes at address a = those at address b: char name[] = "text" */
	CODE_LIST,   /* the list b */
	CODE_REPEAT, /* a times the list b */
	CODE_WHILE,  /* while a the list b */
	CODE_IF,     /* if a the list b, else the list c */
	/* what only the stage can read */
	CODE_REMOTE,      /* scalar at address a in the memory of slot b's owner */
	CODE_REMOTE_SAME, /* the C string at a in the memory of slot c's owner equals text b */
	CODE_SEGMENT,     /* scalar at offset value in the shmid_ds of id a */
	CODE_SET,         /* of the semid_ds */
	CODE_QUEUE,       /* of the msqid_ds */
	CODE_FILE,        /* of the stat of descriptor a of slot b's owner */
	CODE_RSS,         /* of segment a */
	CODE_SEMVAL,
	CODE_SEMNCNT,
	CODE_SEMZCNT,
	CODE_SEMPID, /* of id a, semaphore b */
	CODE_SEMADJ, /* id a, semaphore b, process: slot c's owner */
	CODE_PAGE,
	CODE_RESIDENT, /* of address a in slot b's owner */
	CODE_STATE,
	CODE_HANDLED, /* of slot a's owner */
	CODE_PLACE,   /* what CODE_SELF, CODE_STACK or CODE_HANDLER (value) is there */
};

/* a, b, c are node numbers unless said otherwise; 0 is no node. Lists go on with next. */
struct code_node {
	uint8_t op;     /* enum code_op */
	uint8_t scalar; /* enum scalar */
	uint8_t cast;   /* CODE_CALL: 1 + the enum scalar that its result is cast to, or 0 */
	uint8_t keeps;  /* CODE_CALL: its slot takes an error too */
	uint16_t a, b, c;
	uint16_t next;
	uint16_t from, to; /* of an observation: its text in the source of the step */
	int64_t value;
};

enum slot_kind {
	SLOT_NAME,   /* what the name is worth; the owner is who bound it */
	SLOT_LETTER, /* the pid of a process; the owner is that process. SLOT_ANY: the one whose
			result an outcome describes */
};

enum { SLOT_ANY = 255 };

/* In the owner of a slot: the value was bound in another IPC namespace than the stage's. */
enum { OWNER_AWAY = 128 };

struct code_slot {
	uint16_t name;    /* SLOT_NAME: its number in the lesson */
	uint8_t kind;     /* enum slot_kind */
	uint8_t owner;    /* B in B.p, or the letter; SLOT_ANY for an unqualified name */
	uint8_t binds;    /* the statement may bind it */
	uint8_t declares; /* and what it binds is the address of a declared variable */
	uint8_t unset_ok; /* it need not have a value yet */
	uint8_t pad;
};

enum {
	CODE_NODES = 2000,
	CODE_SLOTS = 64,
	CODE_POOL = 32768,
	CODE_DEPTH = 64, /* of nested expressions */
};

/* Owned by the step it belongs to. Node 0 is never used. */
struct code {
	struct code_node *nodes;
	size_t nnodes;
	struct code_slot *slots;
	size_t nslots;
	char *pool;
	size_t npool;
	uint16_t root;
};

void code_free(struct code *c);

/* True when the value needs neither memory nor the kernel: names, letters, constants. */
bool code_is_pure(const struct code *c);

/* What the evaluation of an expression works on. */
struct code_run {
	const struct code *code;
	int64_t *values;       /* of the slots */
	const uint8_t *owners; /* of the slots; used by the stage only */
	int64_t turn;

	/* Everything from CODE_REMOTE on, set by the stage; a process has no use for it.
	   Returns 0, or -1 with a sentence in *why. a, b, c are evaluated already. */
	int (*observe)(void *context, const struct code_node *node, int64_t a, int64_t b,
	               uint8_t owner, const char *text, int64_t *value, const char **why);
	void *context;

	/* Arguments: builds the buffer of a CODE_BUILD or finds the variable of a
	   CODE_DECLARE. Set by a process. */
	int64_t (*build)(struct code_run *run, const struct code_node *node);

	/* Called for each value read from memory or the kernel, for showing it. May be NULL. */
	void (*seen)(void *context, const struct code_node *node, int64_t value);

	const char *why; /* set when an evaluation failed: the value is then 0 */
};

/* The value of an expression. A division by zero, or of the smallest number by -1, happens really in a
   process (the CPU of a PC raises SIGFPE), and is a failure elsewhere. */
int64_t code_eval(struct code_run *run, uint16_t node);
