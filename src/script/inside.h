// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the script compiler: what its files share, in the order that data flows.

	lex.c        characters to tokens
	compile.c    lines to steps: by each of these in turn
	observer.c   what the observer does; statement.c: what a process does; program.c: one's own programs
	schedule.c   lists of these, whose order is free, and what is said of it
	outcome.c    what a step is expected to come to
	settle.c     what a step leaves behind for those after it
	ends.c       programs whose end no step waits for
	call.c       calls and their arguments; literal.c: the braces and texts among them
	struct.c     definitions of structs, and the sizes of arrays
	expr.c       expressions; kernel.c: what an assert reads from the kernel in them
	scope.c      names; types.c: types; emit.c: the nodes of code; token.c: the tokens
	foreign.c    what C programs have and a lesson has another way for

   No two files need each other, but for expr.c and kernel.c: that is the grammar's own circle. In
   sem[i].semval the field is one of an expression, and the index is one.

   Functions that compile begin at token_here() and leave it at the token after. They report what is
   wrong, once a step, and then return false, NULL or node 0. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "script/step.h"
#include "script/lex.h"
#include "script/lookup.h"
#include "script/compile.h"
#include "sys/calls.h"

enum { VARIABLE_MAX = 1 << 26 }; /* bytes of a variable or a struct */

/* To suggest one of more names than this takes longer than anybody waits. */
enum { SUGGESTED = 300 };

/* What a name is to one process. */
enum binding_state {
	NAME_UNBOUND,
	NAME_MAYBE, /* bound if a step went one way, which is not known before it runs */
	NAME_BOUND,
	NAME_DECLARED, /* a variable in its memory */
	NAME_GONE,     /* was declared before an execve */
};

struct name_binding {
	enum binding_state state;
	bool inherited; /* from the parent at a fork, or the result of a call that failed: it sees
			   it, others only where nobody has bound the name */
	bool typed;     /* bound with a type: as a variable of C it takes an error too */
	bool maybe;     /* a variable, if a step went one way; NAME_MAYBE says it of others */
	bool hidden; /* bound in a branch of this step that is over, and may not have been taken */
	const struct type *type;
};

struct name {
	struct name_binding by[LETTERS];
	uint16_t root; /* the name whose mapping it points into; often itself */
	bool holes;    /* of a root: it is no mapping, or was in a munmap or shmdt */
	bool lost;     /* a step with an error would have bound it: what uses it is not judged */
	int failed;    /* the line of the call that would have bound it, but fails; or 0 */
};

/* A name that the step being compiled binds, and what it was before; while the binding is
   undone, what it will be. */
struct pending {
	uint16_t name;
	uint8_t who;
	struct name_binding other;
};

struct compiler {
	struct script *script; /* what it makes */
	struct diags *diags;

	/* what the steps before have made known */
	struct name *names;    /* parallel to script->symbols */
	struct lookup numbers; /* of names */
	struct lookup struct_numbers;
	uint32_t started;  /* letters that exist */
	uint32_t programs; /* of them: those that are programs */
	uint32_t bound;    /* letters that have bound a name since their last execve */

	struct schedule *schedule; /* that the steps are of, or NULL */

	/* the step being compiled */
	struct tokens tokens;
	size_t at;        /* the next token */
	bool failed;      /* an error was reported: give up on this step */
	struct buf found; /* found_here() */
	struct code *code;
	int self;           /* the process that the code is for; -1: the observer */
	bool gives_error;   /* it makes a call whose result is the error: CALL_ERROR */
	bool observing;     /* memory and the kernel's fields can be read, by the stage */
	uint32_t mentioned; /* letters */
	int forks;          /* the letter that a fork starts, or -1 */
	struct pending *pending;
	size_t npending;
	int depth;  /* of expressions and loops */
	int loops;  /* around the token: i is the round of one */
	int blocks; /* if and while around it */
};

/* A value being compiled. */
enum operand_kind {
	OPERAND_VALUE, /* node is its value */
	OPERAND_PLACE, /* node is the address of an object of this type */
	OPERAND_NAME,  /* a bound name: node is its slot's node */
	OPERAND_TEXT,  /* a string literal: node is CODE_TEXT */
	OPERAND_THERE, /* SELF, STACK or handler in an assert, of a process that the other
			  operand names: node is the op */
};

struct operand {
	enum operand_kind kind;
	uint16_t node;
	const struct type *type;
	int slot;     /* of the name that says whose memory it is in, or -1 */
	size_t first; /* token it begins with */
	size_t last;  /* and ends with, once it has ended; 0 before */
};

/* Tokens (token.c). What is said is a whole sentence of the interface's language. */
const struct token *token_here(const struct compiler *c);
bool token_is(const struct compiler *c, int sign);
bool token_named(const struct compiler *c, const char *name);
bool ahead_is(const struct compiler *c, size_t ahead, int sign);
bool ahead_is_name(const struct compiler *c, size_t ahead);
bool accept(struct compiler *c, int sign);
bool expect_sign(struct compiler *c, int sign, const char *sentence); /* N_() of one as below */
int letter_ahead(const struct compiler *c, size_t ahead);             /* its number, or -1 */
bool letter_may_name(const struct compiler *c); /* none here, or one that is no process yet */
bool expect_letter(struct compiler *c, int *who);
bool fail_at(struct compiler *c, const struct token *t, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool fail_here(struct compiler *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The sentence has a %s for what was found instead: "expected ;, found %s". */
bool fail_expected(struct compiler *c, const char *sentence);
const char *found_here(struct compiler *c); /* valid until the next one */
bool fail_operand(struct compiler *c, const struct operand *o, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "unknown call '%s'", or where a name is near "unknown call '%s': did you mean '%s'?" */
bool fail_unknown(struct compiler *c, const struct token *t, const char *near, const char *alone,
                  const char *beside);

/* What C has and a lesson has not (foreign.c): says what to write instead of this token. False if it is
   none of that; then nothing is said. */
bool fail_foreign(struct compiler *c, const struct token *t);
bool fail_word(struct compiler *c); /* the same of a token that begins a statement in C */

/* Code (emit.c). */
uint16_t node_new(struct compiler *c, enum code_op op, uint16_t a, uint16_t b, int64_t value);
struct code_node *node_of(struct compiler *c, uint16_t node);
uint16_t node_number(struct compiler *c, int64_t value);
uint16_t node_text(struct compiler *c, const char *bytes, size_t n);
uint16_t node_scaled(struct compiler *c, uint16_t node, size_t size); /* times size */
/* What the stage reads. It is shown with the text of the operand, if that is short enough. */
uint16_t node_observed(struct compiler *c, const struct operand *o, const struct code_node *what);
/* Appends to a list: *first is its head, *last its end; both 0 for an empty one. */
void node_append(struct compiler *c, uint16_t *first, uint16_t *last, uint16_t node);
uint16_t slot_letter(struct compiler *c, unsigned who);
uint16_t slot_name(struct compiler *c, uint16_t name, uint8_t owner);
bool node_constant(struct compiler *c, uint16_t node, int64_t *value);

/* Names (scope.c). The token is the name, and stays, but for parse_new_name() and
   operand_of_name(). */
int name_find(const struct compiler *c, const char *text); /* or -1 */
bool name_intern(struct compiler *c, const struct token *t, uint16_t *name);
bool name_reserved(const struct compiler *c, const char *text);
bool name_known(const struct compiler *c);                /* it has a meaning in this process */
bool name_declared(const struct compiler *c);             /* it is a variable of this process */
const struct type *declared_as(const struct compiler *c); /* the type of that variable */
bool parse_new_name(struct compiler *c, uint16_t *name);
bool name_typed(const struct compiler *c, uint16_t name); /* it is bound with a type */
void name_bind(struct compiler *c, uint16_t name, enum binding_state state, const struct type *type,
               bool typed);
int name_of_place(const struct compiler *c, uint16_t node); /* of the variable there, or -1 */
void name_points(struct compiler *c, uint16_t name, const struct operand *into); /* a value */
/* Of what is pending from there on: hides what may not have been bound, its branch is over; takes it
   back, until all of it is brought again. */
void names_hide(struct compiler *c, size_t from);
void names_undo(struct compiler *c, size_t from);
void names_redo(struct compiler *c);
bool binding_visible(const struct name_binding *b);
bool operand_of_name(struct compiler *c, int qualifier, struct operand *out);
uint16_t name_declare(struct compiler *c, const struct token *t, uint16_t name,
                      const struct type *type, uint16_t size_node);

/* Types (types.c). */
bool is_type_word(const struct compiler *c);
bool type_word_ahead(const struct compiler *c, size_t ahead);
const struct type *parse_type(struct compiler *c);      /* a base and a pointer to it */
const struct type *parse_base_type(struct compiler *c); /* of the declarators behind it */
const struct type *parse_pointer(struct compiler *c, const struct type *base);  /* ["*"] */
struct script_struct *struct_named(const struct compiler *c, const char *name); /* or NULL */
bool fail_member(struct compiler *c, const struct record *r);
/* True, with an error, if the token is the name of a struct without that word. */
bool fail_struct_word(struct compiler *c, const struct token *t);
const struct type *type_pointer_to(struct compiler *c, const struct type *of);
const struct type *type_array_of(struct compiler *c, const struct type *of, size_t count);
bool type_same(const struct type *a, const struct type *b);

/* Expressions (expr.c). parse_value() gives the node of a 64-bit value. */
bool parse_operand(struct compiler *c, struct operand *out); /* a whole expression */
bool parse_lvalue(struct compiler *c, struct operand *out);
uint16_t operand_value(struct compiler *c, struct operand *o);
bool operand_is(struct operand *o, uint16_t node, const struct type *type); /* a value */
bool operand_reachable(struct compiler *c, const struct operand *o);
uint16_t parse_value(struct compiler *c);
size_t cast_ahead(const struct compiler *c, size_t ahead); /* how many tokens it has, or 0 */
const struct type *parse_cast(struct compiler *c);         /* "(" type ")" */
bool parse_index(struct compiler *c, uint16_t *index);     /* "[" expr "]" */
bool is_operator(const struct compiler *c);

/* What an assert reads (kernel.c). */
const struct type *kernel_result_type(const char *call); /* if it is not said: of an id, a number */
bool kernel_has_memory(struct compiler *c, const struct operand *o);
int kernel_semaphore_field(const struct compiler *c); /* .semval ahead: which, or -1 */
bool parse_semaphore_field(struct compiler *c, struct operand *o, int field, uint16_t index);
bool parse_kernel_field(struct compiler *c, struct operand *o); /* the token is the field */
bool parse_process_field(struct compiler *c, int who, struct operand *o);
bool parse_asleep(struct compiler *c, struct operand *o); /* deadlock, blocked(B) of a schedule */
bool observe_place(struct compiler *c, struct operand *o, enum code_op place, uint16_t slot);

/* Definitions and the sizes of arrays (struct.c). */
void parse_struct(struct compiler *c);
bool parse_count(struct compiler *c, const struct type **type); /* ["[" int "]"] */

/* Calls (call.c), brace literals and texts (literal.c). */
uint16_t parse_call(struct compiler *c);
bool is_call(const struct compiler *c, size_t ahead);

/* WIFEXITED and its like: an operator, though it looks as a call does (expr.c). */
bool is_status_macro(const char *name);
uint16_t parse_array_literal(struct compiler *c, const struct type *type);
uint16_t parse_struct_literal(struct compiler *c, const struct type *type);
uint16_t parse_signals_literal(struct compiler *c, const struct type *type);
uint16_t parse_strings_literal(struct compiler *c);
/* Of a variable, which has as many elements as there are if it is unsized. */
uint16_t parse_initializer(struct compiler *c, const struct type **type, bool unsized);
uint16_t parse_message_literal(struct compiler *c, uint16_t size);
uint16_t parse_padded_text(struct compiler *c, uint16_t size);

/* Statements (statement.c): one, for s->self, into s->code. The result is a node. */
uint16_t parse_statement(struct compiler *c);
bool statement_ends(struct compiler *c); /* ; which may be left out after } */
/* The slot of a name that this statement binds. It need not have a value before, unless the
   statement has read it already. */
uint16_t binding_slot(struct compiler *c, uint16_t name, const struct type *type, bool typed);

/* Steps (observer.c, outcome.c). parse_observer() stops before the ;. The outcome's token is
   the one after the arrow. */
bool parse_observer(struct compiler *c, struct step *step);
bool parse_signal(struct compiler *c, int *sig);
bool parse_program(struct compiler *c, struct step *step); /* program.c */
bool parse_input(struct compiler *c, struct step *step);
bool next_ahead(const struct compiler *c);
/* The outcome is there. A letter in that of next(), which nobody had, is a child's that the program makes. */
void note_children(struct compiler *c, const struct step *step);
bool parse_next(struct compiler *c, struct step *step);

/* Schedules (schedule.c): what is said of one, with its kind, up to the ;. What stands in one may be refused;
   a step is added as which claim, if it is one. All of it is there: it may be refused too. */
bool parse_claim(struct compiler *c, struct step *step, enum claim_kind *kind);
bool schedule_allows(struct compiler *c, struct step *step);
void schedule_add(struct compiler *c, const struct step *step, enum claim_kind kind);
bool schedule_end(struct compiler *c, struct step *stop);

bool parse_outcome(struct compiler *c, struct step *step);

/* What a step leaves behind (settle.c). */
bool settle(struct compiler *c, struct step *step);
void settle_failed(struct compiler *c);
