// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the script compiler: what its files share. script.c reads lines and makes steps,
   statement.c compiles statements, call.c calls and their arguments, expr.c expressions,
   outcome.c what a step is expected to come to, scope.c knows names and types. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lesson/lesson.h"
#include "lesson/lex.h"
#include "lesson/script.h"
#include "sys/calls.h"

/* What a name is to one process. */
enum binding_state {
	NAME_UNBOUND,
	NAME_MAYBE,    /* bound if a step went one way, which is not known before it runs */
	NAME_BOUND,
	NAME_DECLARED, /* a variable in its memory */
	NAME_GONE,     /* was declared before an execve */
};

struct binding {
	enum binding_state state;
	bool inherited; /* from the parent at a fork: it sees it, but has not bound it */
	const struct type *type;
};

struct name {
	struct binding by[LETTERS];
	bool unmapped; /* stood in a munmap or shmdt */
};

/* A name that the step being compiled binds; what it was before. */
struct pending {
	uint16_t name;
	uint8_t who;
	struct binding before;
};

struct script {
	struct lesson *lesson;
	struct diags *diags;
	struct name *names; /* parallel to lesson->names */
	size_t nnames;
	struct type **types; /* made for this script: pointers, arrays, structs */
	size_t ntypes;
	struct record **records; /* its local structs */
	size_t nrecords;
	uint32_t started; /* letters that exist */

	/* the step being compiled */
	struct tokens tokens;
	size_t at;      /* the next word */
	bool failed;    /* an error was reported: give up on this step */
	struct code *code;
	int self;       /* the process that the code is for; -1: the observer */
	bool observing; /* memory and the kernel's fields can be read, by the stage */
	uint32_t mentioned; /* letters in expressions */
	int forks;
	struct pending *pending;
	size_t npending;
	int depth;
	bool in_loop;
	const char *text_start; /* of the step's text, for the places of observations */
};

/* A value being compiled. */
enum operand_kind {
	OPERAND_VALUE, /* node is its value */
	OPERAND_PLACE, /* node is the address of an object of this type */
	OPERAND_NAME,  /* a bound name: node is its slot's node */
	OPERAND_TEXT,  /* a string literal: node is CODE_TEXT */
};

struct operand {
	enum operand_kind kind;
	uint16_t node;
	const struct type *type;
	uint16_t slot;  /* of the name it came from: whose memory it is in */
	bool has_slot;
	size_t first;   /* word it begins with */
	size_t last;    /* and ends with, once it has ended; 0 before */
};

/* Words. */
const struct token *word(const struct script *s);
bool word_is(const struct script *s, int sign);
bool word_named(const struct script *s, const char *name);
bool next_is(const struct script *s, size_t ahead, int sign);
bool accept(struct script *s, int sign);
bool expect_sign(struct script *s, int sign, const char *what);
int word_letter(const struct script *s, size_t ahead); /* 0..5, or -1 */
char *word_text(const struct token *t);                /* the caller frees it */

/* Reports an error at a word, once a step; returns false. */
bool fail_at(struct script *s, const struct token *t, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool fail_here(struct script *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Code. A node number of 0 means that something failed. */
uint16_t node_new(struct script *s, enum code_op op, uint16_t a, uint16_t b, int64_t value);
struct code_node *node_of(struct script *s, uint16_t node);
uint16_t node_text(struct script *s, const char *bytes, size_t n);
uint16_t slot_letter(struct script *s, unsigned who);
uint16_t slot_name(struct script *s, uint16_t name, uint8_t owner);
bool node_constant(struct script *s, uint16_t node, int64_t *value);

/* Names and types (scope.c). */
int name_find(const struct script *s, const char *name); /* or -1 */
uint16_t name_intern(struct script *s, const char *name);
void name_bind(struct script *s, uint16_t name, unsigned who, enum binding_state state,
	       const struct type *type);
bool operand_of_name(struct script *s, int qualifier, struct operand *out);
bool declare(struct script *s, uint16_t name, const struct type *type, uint16_t size_node,
	     uint16_t *node);
bool is_type_word(const struct script *s);
const struct type *parse_type(struct script *s); /* NULL after an error */
bool parse_struct(struct script *s);
const struct type *type_pointer_to(struct script *s, const struct type *of);
const struct type *type_array_of(struct script *s, const struct type *of, size_t count);
void scope_fork(struct script *s, unsigned parent, unsigned child);
void scope_exec(struct script *s, unsigned who);
void scope_free(struct script *s);

/* Expressions (expr.c). parse_value() gives the node of a 64-bit value. */
bool parse_operand(struct script *s, struct operand *out); /* a whole expression */
bool parse_lvalue(struct script *s, struct operand *out);
uint16_t operand_value(struct script *s, struct operand *o);
uint16_t parse_value(struct script *s);

/* Calls (call.c): the word is the call's name. bind is the slot that gets the result, or -1. */
uint16_t parse_call(struct script *s, int bind);
bool is_call(const struct script *s, size_t ahead);

/* Statements (statement.c): one, for s->self, into s->code. The result is a node. */
uint16_t parse_statement(struct script *s);

/* Whether a name may not be bound: a constant, a special name. */
bool name_reserved(const char *name);

/* Outcomes (outcome.c): the word is the one after the arrow. */
bool parse_outcome(struct script *s, struct step *step);
