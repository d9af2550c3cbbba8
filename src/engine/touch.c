// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/touch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "base/mem.h"
#include "engine/inside.h"
#include "sys/calls.h"

static bool pair_meets(const struct touch *a, const struct touch *b)
{
	if (a->kind == TOUCH_ALL || b->kind == TOUCH_ALL)
		return true;
	if (a->kind != b->kind || a->of != b->of)
		return false;
	if (a->kind ==
	    TOUCH_NAME) /* each process has its own: what one binds only another one's look sees */
		return a->writes != b->writes;
	return (a->writes || b->writes) && a->from < b->to && b->from < a->to;
}

bool touches_meet(const struct touches *a, const struct touches *b)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t j = 0; j < b->count; j++)
			if (pair_meets(&a->items[i], &b->items[j]))
				return true;
	return false;
}

void touches_add(struct touches *t, const struct touch *touch)
{
	*MEM_PUSH(t->items, t->count) = *touch;
}

void touches_free(struct touches *t)
{
	free(t->items);
	*t = (struct touches){ 0 };
}

/* A statement that is looked at. */
struct look {
	const struct engine *e;
	const struct code *code;
	unsigned who;
	unsigned how; /* enum touch_look */
	int64_t values[CODE_SLOTS];
	struct touches *touches;
};

static void add(struct look *l, enum touch_kind kind, int64_t of, bool writes)
{
	touches_add(l->touches,
	            &(struct touch){
			    .kind = (uint8_t)kind, .writes = writes, .of = of, .to = UINT64_MAX });
}

static void add_all(struct look *l)
{
	add(l, TOUCH_ALL, 0, true);
}

/* Whether the value of an expression is known before the statement runs; *turns when it may be another in each
   round of a loop. */
static bool is_known(const struct look *l, uint16_t node, bool *turns)
{
	const struct code_node *n = &l->code->nodes[node];

	switch ((enum code_op)n->op) {
	case CODE_CONST:
		return true;
	case CODE_SLOT:
		return !l->code->slots[n->a].binds;
	case CODE_TURN:
		*turns = true;
		return true;
	case CODE_CONVERT:
	case CODE_NEG:
	case CODE_NOT:
	case CODE_FLIP:
		return is_known(l, n->a, turns);
	default:
		return n->op >= CODE_ADD && n->op <= CODE_GE && is_known(l, n->a, turns) &&
		       is_known(l, n->b, turns);
	}
}

static bool know(const struct look *l, uint16_t node, int64_t *value, bool *turns)
{
	struct code_run run = { .code = l->code, .values = (int64_t *)l->values };

	*turns = false;
	if (!is_known(l, node, turns))
		return false;
	*value = code_eval(&run, node);
	return !run.why;
}

/* The mapping of the lesson's that an address lies in, or NULL: memory of the process's own. */
static const struct snap_mapping *mapping_at(const struct look *l, uint64_t address)
{
	const struct snapshot *s = engine_snapshot(l->e);

	for (uint32_t i = 0; s && i < s->nmappings; i++) {
		const struct snap_mapping *m = &snap_mappings(s)[i];

		if (snap_letter(s, m->task) == l->who && address >= m->start && address < m->end)
			return m;
	}
	return NULL;
}

static int64_t object(const struct look *l, int64_t id)
{
	return l->how & TOUCH_BLUR ? 0 : id;
}

/* Memory that a call makes for its argument, or a variable of its own; a number below all that can be mapped. */
static bool is_own(const struct code *code, uint16_t node)
{
	enum { MAPPED_FROM = 4096 };
	const struct code_node *n = &code->nodes[node];

	return n->op == CODE_BUILD || n->op == CODE_DECLARE || n->op == CODE_TEXT ||
	       (n->op == CODE_CONST && n->value >= 0 && n->value < MAPPED_FROM);
}

/* Reads or writes so many bytes at an address; 0: nobody knows how many. */
static void touch_memory(struct look *l, uint16_t node, uint64_t size, bool writes)
{
	const struct snapshot *s = engine_snapshot(l->e);
	const struct snap_mapping *m;
	struct touch t = {
		.kind = TOUCH_MEMORY, .writes = writes, .of = TOUCH_FILES, .to = UINT64_MAX
	};
	int64_t address = 0;
	bool turns;

	if (is_own(l->code, node))
		return;
	if (!know(l, node, &address, &turns) || !s || s->hidden.mappings) {
		add_all(l);
		return;
	}
	m = mapping_at(l, (uint64_t)address);
	if (!m || (!m->shared && !m->is_file && !m->is_segment))
		return;
	if (m->is_segment && m->whose != WHOSE_HERE) {
		add_all(l);
		return;
	}
	if (m->is_segment)
		t.of = object(l, m->shmid);
	if (m->is_segment && size && !turns) {
		t.from = m->offset + ((uint64_t)address - m->start);
		t.to = t.from + size;
	}
	touches_add(l->touches, &t);
}

/* What a call touches beside the memory that it is given. */
static const struct reach {
	const char *call;
	uint8_t kind;   /* enum touch_kind; TOUCH_PROCESS: nothing of others */
	int8_t id;      /* the argument that is the id; TOUCH_TABLE: it finds or makes one */
	int8_t command; /* the argument that is the command, or -1 */
} reaches[] = {
	{ "semget", TOUCH_SET, TOUCH_TABLE, -1 },
	{ "semop", TOUCH_SET, 0, -1 },
	{ "semctl", TOUCH_SET, 0, 2 },
	{ "shmget", TOUCH_SEGMENT, TOUCH_TABLE, -1 },
	{ "shmat", TOUCH_SEGMENT, 0, -1 },
	{ "shmctl", TOUCH_SEGMENT, 0, 1 },
	{ "msgget", TOUCH_QUEUE, TOUCH_TABLE, -1 },
	{ "msgsnd", TOUCH_QUEUE, 0, -1 },
	{ "msgrcv", TOUCH_QUEUE, 0, -1 },
	{ "msgctl", TOUCH_QUEUE, 0, 1 },
	{ "getpid", TOUCH_PROCESS, 0, -1 },
	{ "sched_yield", TOUCH_PROCESS, 0, -1 },
	{ "puts", TOUCH_PROCESS, 0, -1 },
	{ "strlen", TOUCH_PROCESS, 0, -1 },
	{ "strcpy", TOUCH_PROCESS, 0, -1 },
	{ "strncpy", TOUCH_PROCESS, 0, -1 },
	{ "memcpy", TOUCH_PROCESS, 0, -1 },
	{ "memset", TOUCH_PROCESS, 0, -1 },
};

/* Commands of the three *ctl calls: of each, whether it changes the object, and which objects there are. The
   numbers of the others mean something else to each call. */
static const struct {
	int command;
	bool set, writes, table; /* set: of semctl only */
} commands[] = {
	{ IPC_STAT, false, false, false }, { IPC_SET, false, true, true },
	{ IPC_RMID, false, true, true },   { GETVAL, true, false, false },
	{ GETALL, true, false, false },    { GETNCNT, true, false, false },
	{ GETZCNT, true, false, false },   { GETPID, true, false, false },
	{ SETVAL, true, true, false },     { SETALL, true, true, false },
};

enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static uint16_t argument(const struct code *code, const struct code_node *call, int i)
{
	uint16_t node = call->a;

	for (; node && i > 0; i--)
		node = code->nodes[node].next;
	return node;
}

/* The scalar at the start of a literal: sem_num in {{0, -1, 0}}. */
static uint16_t first_filled(const struct code *code, uint16_t build)
{
	uint16_t node = code->nodes[build].op == CODE_BUILD ? code->nodes[build].c : 0;

	while (node && (code->nodes[node].op != CODE_FILL || code->nodes[node].value))
		node = code->nodes[node].next;
	return node ? code->nodes[node].a : 0;
}

/* The expression that is the number of the one semaphore of the set that a call looks at or changes; 0: it is
   of several. */
static uint16_t semaphore_of(const struct look *l, const struct reach *r,
                             const struct code_node *call, int64_t command)
{
	enum { SEMNUM = 1, SOPS = 1 };

	if (r->kind != TOUCH_SET || !(l->how & TOUCH_FINE))
		return 0;
	if (r->command < 0)
		return first_filled(l->code, argument(l->code, call, SOPS));
	return command == GETVAL || command == SETVAL || command == GETPID || command == GETNCNT ||
	                       command == GETZCNT
	               ? argument(l->code, call, SEMNUM)
	               : 0;
}

/* The id of the object is known, and the command. */
static void touch_object(struct look *l, const struct reach *r, const struct code_node *call,
                         int64_t id, int64_t command)
{
	uint16_t semaphore = semaphore_of(l, r, call, command);
	struct touch *last;
	int64_t number;
	bool turns;
	int i = 0;

	while (r->command >= 0 && i < COMMANDS &&
	       (commands[i].command != command || (commands[i].set && r->kind != TOUCH_SET)))
		i++;
	if (i == COMMANDS) {
		add_all(l);
		return;
	}
	add(l, r->kind, object(l, id), r->command < 0 || commands[i].writes);
	last = &l->touches->items[l->touches->count - 1];
	if (semaphore && know(l, semaphore, &number, &turns) && !turns && number >= 0) {
		last->from = (uint64_t)number;
		last->to = last->from + 1;
	}
	if (r->command >= 0 && commands[i].table)
		add(l, r->kind, TOUCH_TABLE, true);
}

static void touch_reach(struct look *l, const struct reach *r, const struct code_node *call)
{
	int64_t id = 0, command = 0;
	bool turns = false, more = false;

	if (r->kind == TOUCH_PROCESS)
		return;
	if (r->id == TOUCH_TABLE) {
		add(l, r->kind, TOUCH_TABLE, true);
		return;
	}
	if (!know(l, argument(l->code, call, r->id), &id, &turns) || turns ||
	    (r->command >= 0 &&
	     (!know(l, argument(l->code, call, r->command), &command, &more) || more)))
		add_all(l);
	else
		touch_object(l, r, call, id, command);
}

static const struct reach *reach_of(const struct call *row)
{
	for (size_t i = 0; i < sizeof(reaches) / sizeof(*reaches); i++)
		if (!strcmp(reaches[i].call, row->name))
			return &reaches[i];
	return NULL;
}

static bool is_pointer(enum param_kind kind)
{
	return kind != PARAM_NONE && kind != PARAM_INT && kind != PARAM_LONG &&
	       kind != PARAM_HANDLER;
}

static void touch_call(struct look *l, const struct code_node *call)
{
	const struct call *row = call_at((size_t)call->value);
	const struct reach *r = reach_of(row);

	if (!r) {
		add_all(l);
		return;
	}
	touch_reach(l, r, call);
	for (int k = 0; k < CALL_PARAMS; k++) {
		uint16_t node = argument(l->code, call, k);

		if (node && is_pointer(row->params[k].kind) &&
		    !(r->kind == TOUCH_SEGMENT && row->params[k].kind == PARAM_ADDRESS))
			touch_memory(l, node, 0, true);
	}
	if (call->c)
		touch_memory(l, call->c, scalar_size(call->scalar), true);
}

static void touch_node(struct look *l, const struct code_node *n)
{
	switch ((enum code_op)n->op) {
	case CODE_CALL:
		touch_call(l, n);
		break;
	case CODE_LOAD:
		touch_memory(l, n->a, scalar_size(n->scalar), false);
		break;
	case CODE_STRING:
	case CODE_SAME:
		touch_memory(l, n->a, 0, false);
		break;
	case CODE_STORE:
	case CODE_ADDTO:
		touch_memory(l, n->a, scalar_size(n->scalar), true);
		break;
	case CODE_COPYIN:
		touch_memory(l, n->a, (uint64_t)n->value, true);
		touch_memory(l, n->b, 0, false);
		break;
	default:
		break;
	}
}

/* A name that the process has not bound itself is what another one has bound. */
static void touch_names(struct look *l)
{
	for (size_t i = 0; i < l->code->nslots; i++) {
		const struct code_slot *slot = &l->code->slots[i];
		const struct worth *own =
			slot->kind == SLOT_NAME ? &l->e->names[slot->name].by[l->who] : NULL;
		bool mine = slot->owner == SLOT_ANY || slot->owner == l->who;

		if (!own)
			continue;
		if (slot->binds)
			add(l, TOUCH_NAME, slot->name, true);
		else if (!mine || !own->bound || own->inherited)
			add(l, TOUCH_NAME, slot->name, false);
	}
}

/* The call is a semop of one operation, or none. */
static bool is_fine(const struct code *code, const struct code_node *n)
{
	enum { NSOPS = 2 };
	const struct call *call = n->op == CODE_CALL ? call_at((size_t)n->value) : NULL;
	const struct code_node *count;

	if (!call || strcmp(call->name, "semop") != 0)
		return true;
	count = &code->nodes[argument(code, n, NSOPS)];
	return count->op == CODE_CONST && count->value == 1;
}

/* Whether all nodes of all statements are as asked. */
static bool all_nodes(const struct schedule *s,
                      bool (*is)(const struct code *code, const struct code_node *n))
{
	for (unsigned who = 0; who < LETTERS; who++)
		for (size_t i = 0; i < s->lengths[who]; i++) {
			const struct code *code = &s->lists[who][i].code[who];

			for (size_t k = 1; k < code->nnodes; k++)
				if (!is(code, &code->nodes[k]))
					return false;
		}
	return true;
}

bool schedule_is_fine(const struct schedule *s)
{
	return all_nodes(s, is_fine);
}

static bool sends_nothing(const struct code *code, const struct code_node *n)
{
	(void)code;
	return n->op != CODE_CALL || strcmp(call_at((size_t)n->value)->name, "kill") != 0;
}

bool schedule_is_undisturbed(const struct schedule *s)
{
	return all_nodes(s, sends_nothing);
}

static bool keeps_mappings(const struct code *code, const struct code_node *n)
{
	const struct reach *r = n->op == CODE_CALL ? reach_of(call_at((size_t)n->value)) : NULL;

	(void)code;
	return n->op == CODE_CALL ? r && strcmp(r->call, "shmat") != 0 : n->op != CODE_DECLARE;
}

static bool needs_no_memory(const struct code *code, const struct code_node *n)
{
	const struct call *row = n->op == CODE_CALL ? call_at((size_t)n->value) : NULL;

	if (n->op == CODE_LOAD || n->op == CODE_STORE || n->op == CODE_ADDTO ||
	    n->op == CODE_STRING || n->op == CODE_SAME || n->op == CODE_COPYIN || n->c)
		return n->op == CODE_IF || n->op == CODE_BUILD || n->op == CODE_CHOOSE;
	for (int k = 0; row && k < CALL_PARAMS; k++) {
		uint16_t node = argument(code, n, k);

		if (node && is_pointer(row->params[k].kind) && !is_own(code, node))
			return false;
	}
	return true;
}

enum schedule_needs schedule_needs(const struct schedule *s)
{
	if (!all_nodes(s, keeps_mappings))
		return NEEDS_EACH;
	return all_nodes(s, needs_no_memory) ? NEEDS_NONE : NEEDS_FIRST;
}

void engine_touches(const struct engine *e, const struct step *step, unsigned how,
                    struct touches *t)
{
	unsigned who = letter_first(step->who);
	struct look l = { .e = e, .code = &step->code[who], .who = who, .how = how, .touches = t };
	struct buf why = { 0 };

	add(&l, TOUCH_PROCESS, who, true);
	if (!e->players[who].away && names_fill(e, l.code, (int)who, false, l.values, NULL, &why)) {
		touch_names(&l);
		for (size_t i = 1; i < l.code->nnodes; i++)
			touch_node(&l, &l.code->nodes[i]);
	} else {
		add_all(&l);
	}
	buf_free(&why);
}

static bool leaves_nothing(const struct code *code, const struct code_node *n)
{
	const struct call *call = n->op == CODE_CALL ? call_at((size_t)n->value) : NULL;

	(void)code;
	return !call || reach_of(call) || !strcmp(call->name, "shmdt");
}

bool schedule_leaves_nothing(const struct script *script, size_t stop)
{
	for (size_t i = 0; i < stop; i++)
		for (unsigned who = 0; who < LETTERS; who++)
			for (size_t k = 1; k < script->steps[i].code[who].nnodes; k++)
				if (!leaves_nothing(NULL, &script->steps[i].code[who].nodes[k]))
					return false;
	return all_nodes(script->steps[stop].schedule, leaves_nothing);
}
