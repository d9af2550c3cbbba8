// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

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
	} * built; /* by node: the buffers of brace literals and padded text */
};

/* The page of the process that this image runs as, for the signal handler. */
static struct board_process *me;

/* In host mode ids of another namespace must not enter the ledger. */
static bool left_namespace;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void handler(int sig)
{
	(void)sig;
	atomic_fetch_add(&me->handled, 1);
}

void exec_init(struct exec *x)
{
	me = &x->board->pages[x->who].process;
	if (me->call_seq & 1) /* an execve that came back as a new image */
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

static void skip(struct machine *m, const char *format, const char *what)
{
	m->r->skip = true;
	snprintf(m->r->text, sizeof(m->r->text), format, what);
}

/* a brace literal, or text that is padded to the length its call names */
static int64_t build(struct machine *m, const struct code_node *n)
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
		skip(m, "no memory for %s", "the argument of a call");
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

static int64_t declare(struct machine *m, const struct code_node *n)
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
		skip(m, "no memory for %s", "a variable");
	return m->run.values[n->a];
}

/* What code_eval() leaves to the process. */
static int64_t place(struct code_run *run, const struct code_node *n)
{
	struct machine *m = run->context;
	char here = 0;

	switch ((enum code_op)n->op) {
	case CODE_SELF:
		return (intptr_t)EXEC_SELF;
	case CODE_HANDLER:
		return (intptr_t)handler;
	case CODE_STACK:
		return (intptr_t)&here & -sysconf(_SC_PAGESIZE);
	case CODE_BUILD:
		return build(m, n);
	case CODE_DECLARE:
		return declare(m, n);
	default:
		return 0;
	}
}

static void call_enter(struct exec *x, int64_t call, const struct call *row,
                       const int64_t args[CALL_PARAMS])
{
	struct board_process *p = &x->board->pages[x->who].process;
	int last = call_nparams(row) - 1;

	if (row->flags & CALL_MEMORY)
		return;
	p->call = (uint32_t)call;
	for (int i = 0; i < CALL_PARAMS; i++)
		atomic_store_explicit(&p->args[i], args[i], memory_order_relaxed);
	/* nanosleep's last parameter is not its time: it always ends by itself */
	p->timed = (row->flags & CALL_TIMED) && (last < 3 || args[last]);
	p->since = now();
	atomic_fetch_add(&p->call_seq, 1);
}

static void call_leave(struct exec *x, const struct call *row)
{
	struct board_process *p = &x->board->pages[x->who].process;

	if (!(row->flags & CALL_MEMORY))
		atomic_fetch_add(&p->call_seq, 1);
}

/* Which objects a call may make, and where its key, size or name stands. */
struct maker {
	const char *call;
	enum ledger_kind kind;
};

static const struct maker makers[] = {
	{ "shmget", LEDGER_SEGMENT },
	{ "semget", LEDGER_SEMAPHORES },
	{ "msgget", LEDGER_QUEUE },
	{ "shm_open", LEDGER_POSIX },
};

static const struct maker *maker_of(const struct call *row)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++)
		if (!strcmp(makers[i].call, row->name))
			return &makers[i];
	return NULL;
}

/* The id of a host's object with this key; -1 when there is none. One that may not be used
   counts as well: its id is 0 then. */
static int host_has_key(enum ledger_kind kind, key_t key)
{
	int id = kind == LEDGER_SEGMENT      ? shmget(key, 0, 0)
	         : kind == LEDGER_SEMAPHORES ? semget(key, 0, 0)
	                                     : msgget(key, 0);

	return id < 0 && errno == EACCES ? 0 : id;
}

/* In the host's namespace a lesson must not meet, and then remove, somebody else's object. */
static bool host_taken(struct machine *m, const struct maker *maker, const int64_t *args)
{
	struct board *b = m->x->board;
	char path[BOARD_NAME_MAX + 16];
	int id;

	if (!b->host || left_namespace)
		return false;
	if (maker->kind == LEDGER_POSIX) {
		const char *name = (const char *)(intptr_t)args[0];

		snprintf(path, sizeof(path), "/dev/shm/%s", name + strspn(name, "/"));
		if (access(path, F_OK) || ledger_has_name(b, name))
			return false;
		skip(m, "the host has a shared memory object %s already", name);
		return true;
	}
	if ((key_t)args[0] == IPC_PRIVATE)
		return false;
	id = host_has_key(maker->kind, (key_t)args[0]);
	if (id < 0 || ledger_has(b, maker->kind, id))
		return false;
	snprintf(path, sizeof(path), "%#x", (unsigned)args[0]);
	skip(m, "the host has an object with the key %s already", path);
	return true;
}

/* There is no namespace of pids around a lesson: what it can kill must be its own.
   kill(-1, SIGKILL) would end everything that its user runs. */
static bool kills_stranger(struct machine *m, const struct call *row, const int64_t *args)
{
	pid_t pid = (pid_t)args[0];
	char text[32];

	if (strcmp(row->name, "kill") != 0 || !args[1] || !pid || pid == getpid())
		return false;
	for (unsigned who = 0; pid > 0 && who < LETTERS; who++)
		if (m->x->board->pids[who] == pid)
			return false;
	if (kill(pid, 0)) /* nobody is there, or it is refused: kill(2) says so */
		return false;
	snprintf(text, sizeof(text), "kill(%d)", (int)pid);
	skip(m, "%s reaches processes that are not the lesson's", text);
	return true;
}

static void undo_note(struct exec *x, const int64_t *args)
{
	const struct sembuf *ops = (const struct sembuf *)(intptr_t)args[1];

	for (int64_t i = 0; i < args[2]; i++)
		if ((ops[i].sem_flg & SEM_UNDO) && ops[i].sem_op)
			board_undo_add(x->board, (int)args[0], ops[i].sem_num, x->who,
			               -ops[i].sem_op);
}

/* semctl(2): SETVAL and SETALL clear the undo of every process. */
static void semctl_note(struct exec *x, const int64_t *args)
{
	if (args[2] == SETVAL)
		board_undo_clear_semaphore(x->board, (int)args[0], (int)args[1]);
	if (args[2] == SETALL || args[2] == IPC_RMID)
		board_undo_clear_semaphore(x->board, (int)args[0], -1);
	if (args[2] == IPC_RMID)
		ledger_leave(x->board, LEDGER_SEMAPHORES, (int)args[0], NULL);
}

/* Keeps the board's books after a call that succeeded. */
static void note(struct exec *x, const struct call *row, const struct maker *maker,
                 const int64_t *args, int64_t value)
{
	if (maker && !left_namespace) {
		if (maker->kind != LEDGER_POSIX)
			ledger_enter(x->board, maker->kind, (int)value, NULL);
		else if (args[1] & O_CREAT)
			ledger_enter(x->board, LEDGER_POSIX, 0, (const char *)(intptr_t)args[0]);
	} else if (!strcmp(row->name, "semop") || !strcmp(row->name, "semtimedop")) {
		undo_note(x, args);
	} else if (!strcmp(row->name, "semctl")) {
		semctl_note(x, args);
	} else if (!strcmp(row->name, "shmctl") && args[1] == IPC_RMID) {
		ledger_leave(x->board, LEDGER_SEGMENT, (int)args[0], NULL);
	} else if (!strcmp(row->name, "msgctl") && args[1] == IPC_RMID) {
		ledger_leave(x->board, LEDGER_QUEUE, (int)args[0], NULL);
	} else if (!strcmp(row->name, "shm_unlink")) {
		ledger_leave(x->board, LEDGER_POSIX, 0, (const char *)(intptr_t)args[0]);
	} else if (!strcmp(row->name, "unshare") && (args[0] & CLONE_NEWIPC)) {
		left_namespace = true;
	}
}

static int64_t make(struct machine *m, const struct call *row, const int64_t *args)
{
	if (row->flags & CALL_FORK)
		return m->x->fork(m->x);
	if (row->flags & CALL_EXEC)
		return m->x->exec(m->x, (const char *)(intptr_t)args[0],
		                  (char *const *)(intptr_t)args[1],
		                  (char *const *)(intptr_t)args[2]);
	return row->make(args);
}

static void copy_text(struct machine *m, const char *text)
{
	size_t n = 0;

	while (n < sizeof(m->r->text) - 1 && ((const volatile char *)text)[n]) {
		m->r->text[n] = text[n];
		n++;
	}
	m->r->text[n] = '\0';
	m->r->has_text = true;
}

static void call(struct machine *m, const struct code_node *n)
{
	const struct call *row = call_at((size_t)n->value);
	const struct maker *maker = maker_of(row);
	int64_t args[CALL_PARAMS] = { 0 };
	int64_t value;
	int i = 0;

	for (uint16_t arg = n->a; arg; arg = node_at(m, arg)->next)
		args[i++] = code_eval(&m->run, arg);
	if (m->r->skip || (maker && host_taken(m, maker, args)) || kills_stranger(m, row, args))
		return;
	call_enter(m->x, n->value, row, args);
	errno = 0;
	value = make(m, row, args);
	m->r->error = errno;
	call_leave(m->x, row);

	m->r->value = value;
	m->r->failed = value == -1 && !(row->flags & CALL_NEVER_FAILS);
	if (m->r->failed)
		return;
	note(m->x, row, maker, args, value);
	if (row->flags & CALL_TEXT)
		copy_text(m, (const char *)(intptr_t)args[0]);
	if (n->b) {
		m->run.values[n->b - 1] = value;
		m->r->bound[n->b - 1] = true;
	}
}

static void statement(struct machine *m, uint16_t node);

static void begin_round(struct machine *m)
{
	struct board_process *p = &m->x->board->pages[m->x->who].process;

	atomic_store_explicit(&p->rounds,
	                      atomic_load_explicit(&p->rounds, memory_order_relaxed) + 1,
	                      memory_order_release);
}

static void repeat(struct machine *m, const struct code_node *n)
{
	int64_t count = code_eval(&m->run, n->a);
	int64_t outer = m->run.turn;

	for (m->run.turn = 0; m->run.turn < count; m->run.turn++) {
		begin_round(m);
		for (uint16_t s = n->b; s; s = node_at(m, s)->next) {
			statement(m, s);
			if (m->r->failed || m->r->skip)
				goto out;
		}
	}
	m->r->value = 0;
	m->r->has_text = false;
out:
	m->run.turn = outer;
}

static int64_t add_to(struct machine *m, const struct code_node *n)
{
	void *p = (void *)(intptr_t)code_eval(&m->run, n->a);
	int64_t value = code_eval(&m->run, n->b);
	int64_t before = scalar_load(n->scalar, p);

	value = (int64_t)((uint64_t)before + (uint64_t)value);
	scalar_store(n->scalar, p, value);
	return scalar_convert(n->scalar, value);
}

static void statement(struct machine *m, uint16_t node)
{
	const struct code_node *n = node_at(m, node);
	int64_t value = 0, address;

	switch ((enum code_op)n->op) {
	case CODE_CALL:
		call(m, n);
		return;
	case CODE_REPEAT:
		repeat(m, n);
		return;
	case CODE_WHILE:
		do
			begin_round(m);
		while (code_eval(&m->run, n->a));
		break;
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
		value = add_to(m, n);
		break;
	case CODE_COPYIN:
		address = code_eval(&m->run, n->a);
		memcpy((void *)(intptr_t)address, (void *)(intptr_t)code_eval(&m->run, n->b),
		       (size_t)n->value);
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

void exec_statement(struct exec *x, const struct code *code, int64_t *values,
                    struct exec_result *result)
{
	struct machine m = { .x = x, .r = result };

	*result = (struct exec_result){ .began = now() };
	m.built = calloc(code->nnodes, sizeof(*m.built));
	m.run = (struct code_run){ .code = code, .values = values, .build = place, .context = &m };
	if (m.built)
		statement(&m, code->root);
	else
		skip(&m, "no memory for %s", "the statement");
	for (size_t i = 0; m.built && i < code->nnodes; i++)
		free(m.built[i].bytes);
	free(m.built);
}
