// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The types of the lesson language: C's, and the structures of the headers by name. */
enum scalar { S_I8, S_U8, S_I16, S_U16, S_I32, S_U32, S_I64, S_U64, SCALARS };

enum type_kind { TYPE_SCALAR, TYPE_POINTER, TYPE_ARRAY, TYPE_STRUCT };

/* The scalar of a type of C, from its size and signedness. */
#define SCALAR_OF(T)   (2 * SCALAR_LOG2(sizeof(T)) + ((T)-1 > 0))
#define SCALAR_LOG2(n) ((n) == 1 ? 0 : (n) == 2 ? 1 : (n) == 4 ? 2 : 3)

struct type;

struct field {
	const char *name;
	size_t offset;
	const struct type *type;
};

/* A structure. Fields stand in the manual's order: that is the order of a brace literal
   without names, not always the order in memory. */
struct record {
	const char *name; /* "shmid_ds", without the word struct */
	size_t size;
	size_t align;
	const struct field *fields;
	size_t nfields;
};

struct type {
	enum type_kind kind;
	enum scalar scalar;          /* TYPE_SCALAR */
	const struct type *of;       /* TYPE_POINTER, TYPE_ARRAY */
	size_t count;                /* TYPE_ARRAY */
	const struct record *record; /* TYPE_STRUCT */
};

/* One for each scalar, and pointers to the two that are needed most. */
extern const struct type type_scalars[SCALARS];
extern const struct type type_bytes;  /* pointer to unsigned char: an untyped pointer */
extern const struct type type_string; /* pointer to char */

/* union semun, which a program that calls semctl(2) defines: a record whose members lie at the same
   place. */
extern const struct type type_semun;

size_t scalar_size(enum scalar s);
int64_t scalar_convert(enum scalar s, int64_t value); /* as an assignment to it would */

/* Reads or writes a scalar in one access of exactly its size, like a C program: the access
   may be the one that faults, and is never left out. */
int64_t scalar_load(enum scalar s, const void *p);
void scalar_store(enum scalar s, void *p, int64_t value);

size_t type_size(const struct type *t);
size_t type_align(const struct type *t);

/* NULL: there is none. key, seq and msg_cbytes have glibc's names too, with __ before them. */
const struct field *record_field(const struct record *r, const char *name);

/* The structures that the headers define: shmid_ds, semid_ds, msqid_ds, ipc_perm, stat,
   shminfo, shm_info, seminfo, msginfo, sembuf, msgbuf (64 KiB of mtext), timespec,
   sigaction, rlimit, flock, mq_attr, sigevent, sigset_t. By name, without "struct"; or NULL. */
const struct type *type_header_struct(const char *name);
const struct type *type_header_struct_at(size_t i); /* for listing; NULL at the end */
