// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "base/nearest.h"
#include "sys/names.h"
#include "sys/states.h"

/* What an assert reads: memory of processes, what the kernel has under an id or a descriptor,
   page tables, the state of a process. Only the stage can, so in a step each is refused. */

static bool need_observing(struct compiler *c, const char *name)
{
	return c->observing || fail_here(c, _("%s can be read in an assert only"), name);
}

/* The id whose field is read. It is not shown: what is in memory of a process, as in A.ids[1].shm_segsz, is
   part of the name of the field. */
static uint16_t value_of_id(struct compiler *c, struct operand *o)
{
	uint16_t node = operand_value(c, o);

	if (node)
		node_of(c, node)->from = node_of(c, node)->to = 0;
	return node;
}

/* What was observed, as the new value of the operand. */
static bool observe_as(struct compiler *c, struct operand *o, const struct code_node *what)
{
	return operand_is(o, node_observed(c, o, what), &type_scalars[S_I64]);
}

/* SELF, STACK or handler, in the slot's owner. */
bool observe_place(struct compiler *c, struct operand *o, enum code_op place, uint16_t slot)
{
	return observe_as(c, o,
	                  &(struct code_node){
				  .op = CODE_PLACE, .a = slot, .scalar = S_I64, .value = place });
}

/* Ids are numbers, and have types of their own, so that an assert can tell them from addresses. */
static const struct id {
	const char *call;   /* gives it */
	const char *record; /* that it is of */
	const char *has;
	struct type type;
} ids[] = {
	{ "shmget",
	  "shmid_ds",
	  N_("a segment has fields, such as seg.shm_nattch: its memory is where shmat put it"),
	  { .kind = TYPE_SCALAR, .scalar = S_I64 } },
	{ "semget",
	  "semid_ds",
	  N_("a semaphore has fields, such as sem[0].semval"),
	  { .kind = TYPE_SCALAR, .scalar = S_I64 } },
	{ "msgget",
	  "msqid_ds",
	  N_("a queue has fields, such as q.msg_qnum"),
	  { .kind = TYPE_SCALAR, .scalar = S_I64 } },
};

enum { IDS = sizeof(ids) / sizeof(*ids) };

const struct type *kernel_result_type(const char *call)
{
	for (int i = 0; i < IDS; i++)
		if (!strcmp(ids[i].call, call))
			return &ids[i].type;
	return &type_scalars[S_I64];
}

const struct record *script_record_of(const struct type *id)
{
	for (int i = 0; id && i < IDS; i++)
		if (id == &ids[i].type)
			return type_header_struct(ids[i].record)->record;
	return NULL;
}

static const struct {
	const char *name;
	enum code_op op;
} semaphore_fields[] = {
	{ "semval", CODE_SEMVAL }, { "semncnt", CODE_SEMNCNT }, { "semzcnt", CODE_SEMZCNT },
	{ "sempid", CODE_SEMPID }, { "semadj", CODE_SEMADJ },
};

enum { SEMAPHORE_FIELDS = sizeof(semaphore_fields) / sizeof(*semaphore_fields) };

/* Of a segment or a mapping, and of a process. */
static const char *const other_fields[] = { "rss", "page", "resident", "state", "handler" };

enum { OTHER_FIELDS = sizeof(other_fields) / sizeof(*other_fields), OF_A_PROCESS = 2 };

const char *script_semaphore_field_at(size_t i)
{
	return i < SEMAPHORE_FIELDS ? semaphore_fields[i].name : NULL;
}

const char *script_field_at(size_t i)
{
	if (i < SEMAPHORE_FIELDS)
		return semaphore_fields[i].name;
	return i < SEMAPHORE_FIELDS + OTHER_FIELDS ? other_fields[i - SEMAPHORE_FIELDS] : NULL;
}

static int semaphore_field(const char *name)
{
	for (int i = 0; i < SEMAPHORE_FIELDS; i++)
		if (!strcmp(semaphore_fields[i].name, name))
			return i;
	return -1;
}

/* An element of this id is no memory, and the token is no dot with one of the fields above. */
static bool fail_id(struct compiler *c, const struct operand *o, const char *has)
{
	const struct token *t = token_here(c) + 1;
	bool field = token_is(c, SIGN('.')) && ahead_is_name(c, 1);
	struct nearest near = { .word = field ? t->text : "" };

	for (int i = 0; i < SEMAPHORE_FIELDS; i++)
		nearest_offer(&near, semaphore_fields[i].name);
	return nearest_found(&near)
	               ? fail_unknown(c, t, nearest_found(&near), _("unknown field '%s'"),
	                              _("unknown field '%s': did you mean '%s'?"))
	               : fail_operand(c, o, "%s", _(has));
}

bool kernel_has_memory(struct compiler *c, const struct operand *o)
{
	for (int i = 0; c->observing && i < IDS; i++)
		if (o->type == &ids[i].type)
			return fail_id(c, o, ids[i].has);
	return true;
}

int kernel_semaphore_field(const struct compiler *c)
{
	if (!token_is(c, SIGN('.')) || !ahead_is_name(c, 1))
		return -1;
	return semaphore_field(c->tokens.items[c->at + 1].text);
}

/* (B), after semadj */
static bool parse_owner(struct compiler *c, uint16_t *slot)
{
	int who;

	if (!expect_sign(c, SIGN('('), N_("expected ( and a process after semadj, found %s")) ||
	    !expect_letter(c, &who))
		return false;
	*slot = slot_letter(c, (unsigned)who);
	return expect_sign(c, SIGN(')'), N_("expected ) after the process, found %s"));
}

/* sem[index].semval and its like: the operand is the id, the token the dot. */
bool parse_semaphore_field(struct compiler *c, struct operand *o, int field, uint16_t index)
{
	enum code_op op = semaphore_fields[field].op;
	uint16_t id = value_of_id(c, o), slot = 0;

	c->at++;
	if (!id || !need_observing(c, semaphore_fields[field].name))
		return false;
	c->at++;
	if (op == CODE_SEMADJ && !parse_owner(c, &slot))
		return false;
	return observe_as(
		c, o,
		&(struct code_node){ .op = op, .a = id, .b = index, .c = slot, .scalar = S_I32 });
}

/* p.page[k], p.resident[k] */
static bool parse_page(struct compiler *c, struct operand *o, uint16_t base, enum code_op op)
{
	uint16_t index, address;
	int64_t page;

	if (!c->observing)
		return fail_here(c, _("a page table can be read in an assert only"));
	if (!operand_reachable(c, o) || !constant_by_name("PAGE", &page))
		return false;
	c->at++;
	if (!token_is(c, SIGN('[')))
		return fail_expected(c, _("expected [ and the number of a page, found %s"));
	if (!parse_index(c, &index))
		return false;
	address = node_new(c, CODE_ADD, base, node_scaled(c, index, (size_t)page), 0);
	return observe_as(
		c, o,
		&(struct code_node){
			.op = op, .a = address, .b = (uint16_t)o->slot, .scalar = S_I32 });
}

static const struct kernel_record {
	const char *record;
	enum code_op op;
} kernel_records[] = { { "shmid_ds", CODE_SEGMENT },
	               { "semid_ds", CODE_SET },
	               { "msqid_ds", CODE_QUEUE },
	               { "stat", CODE_FILE } };

enum { KERNEL_RECORDS = sizeof(kernel_records) / sizeof(*kernel_records) };

static const struct record *record_of(const struct kernel_record *r)
{
	return type_header_struct(r->record)->record;
}

static bool fail_field(struct compiler *c)
{
	const char *name = token_here(c)->text;
	struct nearest near = { .word = name };

	if (semaphore_field(name) >= 0)
		return fail_here(c, _("%s belongs to one semaphore of a set: sem[0].%s"), name,
		                 name);
	for (int i = 0; i < OTHER_FIELDS - OF_A_PROCESS; i++)
		nearest_offer(&near, other_fields[i]);
	for (int i = 0; i < SEMAPHORE_FIELDS; i++)
		nearest_offer(&near, semaphore_fields[i].name);
	for (int i = 0; i < KERNEL_RECORDS; i++)
		for (size_t j = 0; j < record_of(&kernel_records[i])->nfields; j++)
			nearest_offer(&near, record_of(&kernel_records[i])->fields[j].name);
	return fail_unknown(c, token_here(c), nearest_found(&near), _("unknown field '%s'"),
	                    _("unknown field '%s': did you mean '%s'?"));
}

/* One of the members of the permissions: the token is the dot. */
static const struct field *parse_permission(struct compiler *c, const struct record *r)
{
	const struct field *f;

	if (!expect_sign(
		    c, SIGN('.'),
		    N_("expected . and a member (key, uid, gid, cuid, cgid, mode, seq), found %s")))
		return NULL;
	if (!ahead_is_name(c, 0)) {
		fail_expected(
			c, _("expected a member (key, uid, gid, cuid, cgid, mode, seq), found %s"));
		return NULL;
	}
	f = record_field(r, token_here(c)->text);
	if (!f)
		fail_member(c, r);
	c->at++;
	return f;
}

/* seg.shm_nattch, sem.sem_perm.mode, q.msg_qnum, fd.st_size */
static bool parse_record_field(struct compiler *c, struct operand *o, const struct kernel_record *r,
                               const struct field *f)
{
	size_t offset = f->offset;

	if (!need_observing(c, f->name) || (r->op == CODE_FILE && !operand_reachable(c, o)))
		return false;
	c->at++;
	if (f->type->kind == TYPE_STRUCT) {
		f = parse_permission(c, f->type->record);
		if (!f)
			return false;
		offset += f->offset;
	}
	return observe_as(c, o,
	                  &(struct code_node){ .op = r->op,
	                                       .a = o->node,
	                                       .b = (uint16_t)o->slot,
	                                       .scalar = f->type->scalar,
	                                       .value = (int64_t)offset });
}

bool parse_kernel_field(struct compiler *c, struct operand *o)
{
	const char *name = token_here(c)->text;
	uint16_t node = value_of_id(c, o);

	if (!node)
		return false;
	if (o->type->kind == TYPE_POINTER && o->type->of->kind == TYPE_STRUCT &&
	    record_field(o->type->of->record, name))
		return fail_here(c, _("this is a pointer: write [0].%s"), name);
	if (!strcmp(name, "page"))
		return parse_page(c, o, node, CODE_PAGE);
	if (!strcmp(name, "resident"))
		return parse_page(c, o, node, CODE_RESIDENT);
	if (!strcmp(name, "rss")) {
		if (!need_observing(c, "rss"))
			return false;
		c->at++;
		return observe_as(
			c, o, &(struct code_node){ .op = CODE_RSS, .a = node, .scalar = S_U64 });
	}
	for (int i = 0; i < KERNEL_RECORDS; i++) {
		const struct field *f = record_field(record_of(&kernel_records[i]), name);

		if (f)
			return parse_record_field(c, o, &kernel_records[i], f);
	}
	return fail_field(c);
}

/* B.state, B.handler: the token is one of the two. */
bool parse_process_field(struct compiler *c, int who, struct operand *o)
{
	enum code_op op = token_named(c, "state") ? CODE_STATE : CODE_HANDLED;

	if (!c->observing)
		return op == CODE_STATE
		               ? fail_here(
					 c,
					 _("the state of a process can be read in an assert only"))
		               : fail_here(
					 c,
					 _("the count of a handler can be read in an assert only"));
	c->at++;
	return observe_as(c, o,
	                  &(struct code_node){
				  .op = op, .a = slot_letter(c, (unsigned)who), .scalar = S_I64 });
}

/* Whether a process sleeps inside a call. */
static uint16_t asleep(struct compiler *c, unsigned who)
{
	uint16_t state = node_new(c, CODE_STATE, slot_letter(c, who), 0, 0);

	if (!state)
		return 0;
	node_of(c, state)->scalar = S_I64;
	return node_new(c, CODE_EQ, state, node_number(c, PROCESS_BLOCKED), 0);
}

/* At the end of an order nobody goes on: it is one when somebody sleeps. */
static bool parse_deadlock(struct compiler *c, struct operand *o)
{
	uint16_t any = 0;

	c->at++;
	for (unsigned who = 0; who < LETTERS; who++) {
		uint16_t one = c->schedule->lengths[who] ? asleep(c, who) : 0;

		any = any && one ? node_new(c, CODE_ANY, any, one, 0) : any + one;
	}
	return operand_is(o, any, &type_scalars[S_I64]);
}

/* The token is deadlock or blocked. */
bool parse_asleep(struct compiler *c, struct operand *o)
{
	int who;

	if (token_named(c, "deadlock"))
		return parse_deadlock(c, o);
	c->at++;
	return expect_sign(c, SIGN('('), N_("expected ( after blocked, found %s")) &&
	       expect_letter(c, &who) && expect_sign(c, SIGN(')'), N_("expected ), found %s")) &&
	       operand_is(o, asleep(c, (unsigned)who), &type_scalars[S_I64]);
}
