// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stage/await.h"
#include "stage/journal.h"
#include "stage/fault.h"
#include "stage/posix.h"
#include "stage/reads.h"
#include "sys/calls.h"

enum { SMALL_ARENA = 1 << 16, LARGE = 4096, BUILD_MAX = 1 << 28 };

/* One statement being executed. */
struct machine {
	struct code_run run;
	struct exec *x;
	struct exec_result *r;
	struct built {
		void *bytes;
		size_t size;
	} * built;     /* by node: the buffers of brace literals and padded text */
	int64_t value; /* of the last call */
};

/* The page of the process that this image runs as, for the signal handler. */
static struct board_process *me;

static void handler(int sig)
{
	(void)sig;
	atomic_fetch_add(&me->handled, 1);
}

/* The kernel puts each image elsewhere; a fork has what its parent has. */
static void tell_places(void)
{
	static int64_t stack;
	char here = 0;

	if (!stack)
		stack = (intptr_t)&here & -sysconf(_SC_PAGESIZE);
	me->places[CODE_SELF - CODE_SELF] = (intptr_t)EXEC_SELF;
	me->places[CODE_STACK - CODE_SELF] = stack;
	me->places[CODE_HANDLER - CODE_SELF] = (intptr_t)handler;
}

void exec_init(struct exec *x)
{
	me = x->page;
	tell_places();
	if (me->call_seq & 1) /* by an execve that is over: this image is what came of it */
		atomic_fetch_add(&me->call_seq, 1);
}

/* Memory for a declared variable: it stays until the image ends. Large ones get pages of
   their own, so that one who overruns them meets the kernel and not another variable. */
static void *variable_new(size_t size)
{
	static _Alignas(16) char arena[SMALL_ARENA];
	static size_t used;
	void *p;

	size = (size + 15) & ~(size_t)15;
	if (size < LARGE && used + size <= sizeof(arena)) {
		p = arena + used;
		used += size;
		return p;
	}
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
	         -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

static const struct code_node *node_at(const struct machine *m, uint16_t i)
{
	return &m->run.code->nodes[i];
}

static void exec_refuse(struct machine *m, enum exec_refusal why)
{
	m->r->refused = why;
}

/* a brace literal, or text that is padded to the length its call names */
static int64_t exec_build(struct machine *m, const struct code_node *n)
{
	struct built *b = &m->built[n - m->run.code->nodes];
	int64_t asked = n->a ? code_eval(&m->run, n->a) + n->b : 0;
	size_t size = (size_t)n->value;

	if (asked > 0 && asked <= BUILD_MAX && (size_t)asked > size)
		size = (size_t)asked;
	if (size > b->size) {
		free(b->bytes);
		b->bytes = malloc(size);
		b->size = b->bytes ? size : 0;
	}
	if (!b->bytes) {
		exec_refuse(m, REFUSED_ARGUMENT);
		return 0;
	}
	memset(b->bytes, 0, size);
	for (uint16_t i = n->c; i; i = node_at(m, i)->next) {
		const struct code_node *part = node_at(m, i);
		char *to = (char *)b->bytes + part->value;

		if (part->op == CODE_COPY) {
			const struct code_node *text = node_at(m, part->b);

			memcpy(to, m->run.code->pool + text->value, text->b);
		} else {
			scalar_store(part->scalar, to, code_eval(&m->run, part->a));
		}
	}
	return (intptr_t)b->bytes;
}

static int64_t exec_declare(struct machine *m, const struct code_node *n)
{
	int64_t asked = n->b ? code_eval(&m->run, n->b) : 0;
	size_t size = (size_t)n->value;

	if (m->run.values[n->a])
		return m->run.values[n->a];
	if (asked > 0 && asked <= BUILD_MAX && (size_t)asked > size)
		size = (size_t)asked;
	m->run.values[n->a] = (intptr_t)variable_new(size);
	m->r->bound[n->a] = m->run.values[n->a] != 0;
	if (!m->run.values[n->a])
		exec_refuse(m, REFUSED_VARIABLE);
	return m->run.values[n->a];
}

/* The nodes that code_eval() can't evaluate without a process. */
static int64_t exec_place(struct code_run *run, const struct code_node *n)
{
	struct machine *m = run->context;

	switch ((enum code_op)n->op) {
	case CODE_SELF:
	case CODE_STACK:
	case CODE_HANDLER:
		return me->places[n->op - CODE_SELF];
	case CODE_NOW:
		return time(NULL);
	case CODE_BUILD:
		return exec_build(m, n);
	case CODE_DECLARE:
		return exec_declare(m, n);
	default:
		return 0;
	}
}

static void call_enter(struct exec *x, int64_t call, const struct call *row,
                       const int64_t args[CALL_PARAMS])
{
	struct board_process *p = x->page;
	int last = call_nparams(row) - 1;

	if (row->flags & CALL_MEMORY)
		return;
	p->call = (uint32_t)call;
	for (int i = 0; i < CALL_PARAMS; i++)
		atomic_store_explicit(&p->args[i], args[i], memory_order_relaxed);
	/* The last of four parameters is a time that may be NULL, for ever; nanosleep(2) has two, and
	   always ends by itself */
	p->timed = (row->flags & CALL_TIMED) && (last < 3 || args[last]);
	p->since = clock_now();
	atomic_fetch_add(&p->call_seq, 1);
}

static void call_leave(struct exec *x, const struct call *row)
{
	struct board_process *p = x->page;

	if (!(row->flags & CALL_MEMORY))
		atomic_fetch_add(&p->call_seq, 1);
}

static int64_t exec_make(struct machine *m, const struct call *row, const int64_t *args)
{
	if (row->flags & CALL_FORK)
		return m->x->fork(m->x);
	if (row->flags & CALL_EXEC)
		return m->x->exec(m->x, (const char *)(intptr_t)args[0],
		                  (char *const *)(intptr_t)args[1],
		                  (char *const *)(intptr_t)args[2]);
	if (row->flags & CALL_WAIT)
		return await_make(m->x, row, args);
	if (row->flags & CALL_SIGNAL)
		return fault_make(row, args);
	if ((row->flags & CALL_POSIX) && m->x->host)
		return posix_make(m->x, row, args);
	return row->make(args);
}

/* One that is too long ends in a sign that it lacks, so that it equals nothing. */
static void copy_text(struct machine *m, const char *text)
{
	static const char more[] = "…";
	size_t n = 0;

	while (n < sizeof(m->r->text) - sizeof(more) && ((const volatile char *)text)[n]) {
		m->r->text[n] = text[n];
		n++;
	}
	strcpy(m->r->text + n, ((const volatile char *)text)[n] ? more : "");
	m->r->has_text = true;
}

/* What it was: a key, an id, a pid. */
static void exec_refused(struct machine *m, int64_t what)
{
	m->r->value = what;
}

/* A variable takes whatever the call returned, a name that has no type no error. */
static void take_result(struct machine *m, const struct code_node *n, int64_t value)
{
	if (n->cast)
		value = scalar_convert((enum scalar)(n->cast - 1), value);
	if (n->b && (n->keeps || !m->r->failed)) {
		m->run.values[n->b - 1] = value;
		m->r->bound[n->b - 1] = true;
		m->r->failure[n->b - 1] = m->r->failed;
	}
	if (n->c)
		scalar_store(n->scalar, (void *)(intptr_t)code_eval(&m->run, n->c), value);
}

static int64_t largest_num(const struct sembuf *ops, int64_t count)
{
	int64_t most = 0;

	for (int64_t i = 0; i < count; i++)
		if (ops[i].sem_num > most)
			most = ops[i].sem_num;
	return most;
}

/* Of the file that a call was given by a descriptor; 0: it has none. */
static int64_t seals_of(const struct call *row, const int64_t *args)
{
	for (int i = 0; i < call_nparams(row); i++)
		if (!strcmp(row->params[i].name, "fd")) {
			int seals = fcntl((int)args[i], F_GET_SEALS);

			return seals < 0 ? 0 : seals;
		}
	return 0;
}

/* Behind the arguments of a call, or in the place of the last of six, stands what its result is
   explained by. With these errors the kernel has read what is at the address. */
static void keep_detail(struct exec_result *r, const struct call *row)
{
	const char *call = row->name;
	int64_t *last = &r->args[CALL_PARAMS - 1];
	const void *at = (const void *)(intptr_t)r->args[1];
	const struct mq_attr *attr = (const void *)(intptr_t)r->args[3];
	struct mq_attr now;

	if (!strcmp(call, "signal"))
		*last = (intptr_t)handler;
	if (!r->failed)
		return;
	if (r->error == EINVAL && !strcmp(call, "msgsnd"))
		*last = *(const long *)at;
	else if (r->error == EFBIG && (!strcmp(call, "semop") || !strcmp(call, "semtimedop")))
		*last = largest_num(at, (uint32_t)r->args[2]);
	else if (r->error == EPERM && !strcmp(call, "msgctl") && r->args[1] == IPC_SET)
		*last = (int64_t)((const struct msqid_ds *)(intptr_t)r->args[2])->msg_qbytes;
	else if (r->error == EPERM && seals_of(row, r->args))
		*last = seals_of(row, r->args);
	else if (r->error == EMSGSIZE && !strncmp(call, "mq_", 3) &&
	         !mq_getattr((int)r->args[0], &now))
		*last = now.mq_msgsize;
	/* with another name the C library has not asked the kernel */
	else if (r->error == EINVAL && !strcmp(call, "mq_open") && attr && r->args[1] & O_CREAT &&
	         *(const char *)(intptr_t)r->args[0] == '/') {
		last[-1] = attr->mq_maxmsg;
		last[0] = attr->mq_msgsize;
	}
}

static void exec_call(struct machine *m, const struct code_node *n)
{
	const struct call *row = call_at((size_t)n->value);
	int64_t args[CALL_PARAMS] = { 0 };
	int64_t value;
	int i = 0;

	for (uint16_t arg = n->a; arg; arg = node_at(m, arg)->next)
		args[i++] = code_eval(&m->run, arg);
	if (m->r->refused)
		return;
	exec_refuse(m, journal_begin(m->x, row, args));
	if (m->r->refused) {
		exec_refused(m, args[0]);
		return;
	}
	m->r->call = (int32_t)n->value;
	memcpy(m->r->args, args, sizeof(args));
	call_enter(m->x, n->value, row, args);
	errno = 0;
	value = exec_make(m, row, args);
	m->r->error = errno;
	journal_memory(m->x->page, row, args, value);
	call_leave(m->x, row);

	m->r->value = value;
	m->r->failed = call_failed(row, value, &m->r->error);
	journal_end(m->x, row, args, value, m->r->failed);
	m->value = value;
	keep_detail(m->r, row);
	if (!m->r->failed && (row->flags & CALL_TEXT))
		copy_text(m, (const char *)(intptr_t)args[0]);
	take_result(m, n, value);
}

static void exec_node(struct machine *m, uint16_t node);

static void begin_round(struct machine *m)
{
	struct board_process *p = m->x->page;

	atomic_store_explicit(&p->rounds,
	                      atomic_load_explicit(&p->rounds, memory_order_relaxed) + 1,
	                      memory_order_release);
}

/* One after the other, up to the first that fails. There is no value then, only its error. */
static bool exec_list(struct machine *m, uint16_t first)
{
	for (uint16_t s = first; s; s = node_at(m, s)->next) {
		exec_node(m, s);
		if (m->r->failed || m->r->refused)
			return false;
	}
	m->r->value = 0;
	m->r->has_text = false;
	return true;
}

static void exec_repeat(struct machine *m, const struct code_node *n)
{
	int64_t count = code_eval(&m->run, n->a);
	int64_t outer = m->run.turn;

	for (m->run.turn = 0; m->run.turn < count; m->run.turn++) {
		begin_round(m);
		if (!exec_list(m, n->b))
			break;
	}
	m->run.turn = outer;
}

static void exec_while(struct machine *m, const struct code_node *n)
{
	struct board_process *p = m->x->page;

	while (n->b && code_eval(&m->run, n->a)) {
		begin_round(m);
		if (!exec_list(m, n->b))
			return;
	}
	if (n->b)
		return;
	/* nothing that it does can change anything: the stage may know that it is in here */
	atomic_fetch_add(&p->spins, 1);
	do
		begin_round(m);
	while (code_eval(&m->run, n->a));
	atomic_fetch_add(&p->spins, 1);
}

static int64_t exec_add_to(struct machine *m, const struct code_node *n)
{
	void *p = (void *)(intptr_t)code_eval(&m->run, n->a);
	int64_t value = code_eval(&m->run, n->b);
	int64_t before = scalar_load(n->scalar, p);

	value = (int64_t)((uint64_t)before + (uint64_t)value);
	scalar_store(n->scalar, p, value);
	return scalar_convert(n->scalar, value);
}

static void copy_in(struct machine *m, const struct code_node *n)
{
	void *to = (void *)(intptr_t)code_eval(&m->run, n->a);
	const void *from = (void *)(intptr_t)code_eval(&m->run, n->b);

	if (!m->r->refused)
		memcpy(to, from, (size_t)n->value);
}

static void exec_node(struct machine *m, uint16_t node)
{
	const struct code_node *n = node_at(m, node);
	int64_t value = 0, address;

	switch ((enum code_op)n->op) {
	case CODE_CALL:
		exec_call(m, n);
		return;
	case CODE_LIST:
		exec_list(m, n->b);
		return;
	case CODE_IF:
		exec_list(m, code_eval(&m->run, n->a) ? n->b : n->c);
		return;
	case CODE_REPEAT:
		exec_repeat(m, n);
		return;
	case CODE_WHILE:
		exec_while(m, n);
		return;
	case CODE_STRING:
		copy_text(m, (const char *)(intptr_t)code_eval(&m->run, n->a));
		break;
	case CODE_BIND:
		value = code_eval(&m->run, n->b);
		m->run.values[n->a] = value;
		m->r->bound[n->a] = true;
		break;
	case CODE_STORE:
		value = scalar_convert(n->scalar, code_eval(&m->run, n->b));
		address = code_eval(&m->run, n->a);
		scalar_store(n->scalar, (void *)(intptr_t)address, value);
		break;
	case CODE_ADDTO:
		value = exec_add_to(m, n);
		break;
	case CODE_COPYIN:
		copy_in(m, n);
		break;
	case CODE_FETCH:
		value = code_eval(&m->run, n->a);
		break;
	default: /* a declaration */
		code_eval(&m->run, node);
		break;
	}
	m->r->value = value;
}

/* What the last call has read; but a literal that it was read into is gone with the statement. */
static void tell_reads(struct machine *m, size_t nnodes)
{
	if (m->r->call < 0 || m->r->failed || m->r->refused)
		return;
	reads_find(m->r, m->value);
	for (size_t i = 0; i < nnodes; i++)
		for (size_t k = 0; k < m->r->nreads; k++)
			if (m->built[i].bytes &&
			    (uintptr_t)m->built[i].bytes == m->r->reads[k].address)
				m->r->nreads = 0;
}

void exec_statement(struct exec *x, const struct code *code, int64_t *values,
                    struct exec_result *result)
{
	struct machine m = { .x = x, .r = result };

	*result = (struct exec_result){ .began = clock_now(), .call = -1 };
	m.built = calloc(code->nnodes, sizeof(*m.built));
	m.run = (struct code_run){
		.code = code, .values = values, .build = exec_place, .context = &m
	};
	if (m.built)
		exec_node(&m, code->root);
	else
		exec_refuse(&m, REFUSED_STATEMENT);
	if (m.built)
		tell_reads(&m, code->nnodes);
	for (size_t i = 0; m.built && i < code->nnodes; i++)
		free(m.built[i].bytes);
	free(m.built);
}
