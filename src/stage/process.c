// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "stage/confine.h"
#include "stage/exec.h"
#include "stage/fault.h"
#include "stage/parcel.h"
#include "stage/stage.h"
#include "stage/wire.h"

/* A process of a lesson, seen from inside. */
struct process {
	struct exec exec;
	struct wire wire;
	int board_fd;
	pid_t stage;
	int fork_letter; /* that the statement at hand may start; or -1 */
	pid_t forked;    /* that it started */
};

/* Turns of a spin before the CPU is offered to somebody else: with fewer CPUs than takers
   the one that is waited for may need this one. */
enum { GATE_SPINS = 1000 };

static void gate_wait(const struct process *p)
{
	struct board *b = p->exec.board;

	atomic_fetch_or(&b->gathered, LETTER_BIT(p->exec.who));
	for (unsigned spins = 1; atomic_load_explicit(&b->gate, memory_order_acquire); spins++)
		if (spins % GATE_SPINS == 0)
			sched_yield();
}

/* A lesson has closed the wire. The stage finds that this process lives and can't be reached,
   says so, and kills it; when it is the stage that is gone, the kernel does. */
static _Noreturn void process_lost(void)
{
	for (;;)
		pause();
}

static void process_reply(struct process *p, const struct exec_result *r, const struct code *code,
                          const int64_t *values)
{
	struct event_binding bindings[CODE_SLOTS];
	struct wire_reply reply = {
		.value = r->value,
		.began = r->began,
		.ended = clock_now(),
		.error = r->error,
		.forked = p->forked,
		.failed = r->failed,
		.has_text = r->has_text,
		.refused = (uint8_t)r->refused,
	};
	struct buf b = { 0 };
	size_t n = 0;

	memcpy(reply.text, r->text, sizeof(reply.text));
	for (size_t i = 0; i < code->nslots; i++)
		if (r->bound[i])
			bindings[n++] = (struct event_binding){ (uint16_t)i, values[i] };
	reply.nbindings = (uint16_t)n;
	parcel_put(&b, &reply, sizeof(reply));
	parcel_put(&b, bindings, n * sizeof(*bindings));
	if (!wire_send(p->wire.fd, WIRE_REPLY, b.data, b.len, -1))
		process_lost();
	buf_free(&b);
}

static void process_statement(struct process *p)
{
	struct parcel in = { p->wire.body, p->wire.size };
	const struct wire_statement *s = parcel_take(&in, sizeof(*s));
	struct exec_result result;
	int64_t values[CODE_SLOTS];
	const int64_t *sent;
	struct code code;

	if (p->wire.type != WIRE_STATEMENT || !s || !parcel_take_code(&in, &code, &sent))
		_exit(1);
	memcpy(values, sent, code.nslots * sizeof(*values));
	p->fork_letter = s->fork;
	p->forked = 0;
	atomic_fetch_add(&p->exec.board->pages[p->exec.who].process.requests, 1);
	if (s->gated)
		gate_wait(p);
	exec_statement(&p->exec, &code, values, &result);
	process_reply(p, &result, &code, values);
}

static _Noreturn void process_loop(struct process *p)
{
	while (wire_receive(&p->wire, 0) > 0)
		process_statement(p);
	process_lost();
}

static void process_hello(const struct process *p)
{
	struct wire_hello hello = { .pid = getpid() };

	if (!wire_send(p->wire.fd, WIRE_HELLO, &hello, sizeof(hello), -1))
		_exit(1);
}

/* Instead of a hello, with errno. */
static _Noreturn void process_failed(const struct process *p, const char *call, bool skip)
{
	struct wire_hello hello = { .pid = getpid(), .failed = true, .skip = skip, .error = errno };

	snprintf(hello.call, sizeof(hello.call), "%s", call);
	wire_send(p->wire.fd, WIRE_HELLO, &hello, sizeof(hello), -1);
	_exit(1);
}

/* Takes the name and the page of a letter. */
static void process_begin(struct process *p, unsigned who)
{
	char name[16];

	p->exec.who = who;
	snprintf(name, sizeof(name), "ipclens-%c", LETTER_CHAR(who));
	prctl(PR_SET_NAME, name);
	exec_init(&p->exec);
	fault_report_to(&p->exec.board->pages[who].process);
}

/* The child of a fork: its wire takes the place of its parent's. */
static _Noreturn void process_child(struct process *p)
{
	int channel = p->wire.fd;
	int own = p->wire.passed;

	p->exec.board->pids[p->fork_letter] = getpid();
	confine_to_stage(p->stage);
	dup3(own, channel, O_CLOEXEC);
	close(own);
	wire_init(&p->wire, channel);
	process_begin(p, (unsigned)p->fork_letter);
	process_hello(p);
	process_loop(p);
}

/* With CLONE_PARENT the child is the stage's: only so can the stage wait for it. glibc's fork
   knows no such flag. The page tables are copied, as by fork(2). */
static int64_t process_fork(struct exec *x)
{
	struct process *p = x->context;
	long pid;

	if (p->fork_letter < 0 || p->wire.passed < 0) {
		errno = EAGAIN;
		return -1;
	}
	pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		process_child(p);
	if (pid > 0)
		p->forked = (pid_t)pid;
	p->fork_letter = -1;
	return pid;
}

static void keep_open(const struct process *p, bool keep)
{
	fcntl(p->wire.fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
	fcntl(p->board_fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

/* An address that is no string is for the kernel to refuse, not for us to follow; nor does the
   kernel ask that argv be there, as the C library's headers do. */
static bool is_self(const char *path)
{
	if (syscall(SYS_faccessat, AT_FDCWD, path, F_OK) &&
	    (errno == EFAULT || errno == ENAMETOOLONG))
		return false;
	return !strcmp(path, EXEC_SELF);
}

/* Another program gets neither wire nor board: the stage sees the wire close. */
static int64_t process_exec(struct exec *x, const char *path, char *const argv[],
                            char *const envp[])
{
	struct process *p = x->context;
	char letter[2] = { LETTER_CHAR(x->who), '\0' };
	char channel[16], board[16], stage[16];
	char *args[PROCESS_ARGS + 1] = { "ipclens", STAGE_PROCESS_ARG, letter, channel, board,
		                         stage,     PROCESS_AGAIN,     "-",    "-",     "0" };
	int error;

	if (!is_self(path))
		return syscall(SYS_execve, path, argv, envp);
	snprintf(channel, sizeof(channel), "%d", p->wire.fd);
	snprintf(board, sizeof(board), "%d", p->board_fd);
	snprintf(stage, sizeof(stage), "%d", (int)p->stage);
	keep_open(p, true);
	execve(path, args, environ);
	error = errno;
	keep_open(p, false);
	errno = error;
	return -1;
}

static bool user_of(char **argv, struct confine *c)
{
	c->has_user = strcmp(argv[ARG_UID], "-") != 0;
	if (c->has_user) {
		c->uid = (uid_t)strtoul(argv[ARG_UID], NULL, 10);
		c->gid = (gid_t)strtoul(argv[ARG_GID], NULL, 10);
	}
	return c->has_user;
}

int process_main(int argc, char **argv)
{
	struct process p = { .fork_letter = -1 };
	struct confine c = { 0 };
	const char *failed;
	unsigned who;
	bool skip;

	if (argc != PROCESS_ARGS)
		return 2;
	who = (unsigned)(argv[ARG_LETTER][0] - 'A');
	wire_init(&p.wire, atoi(argv[ARG_CHANNEL]));
	p.board_fd = atoi(argv[ARG_BOARD]);
	p.stage = (pid_t)atoi(argv[ARG_STAGE]);
	p.exec = (struct exec){
		.board = board_map(p.board_fd),
		.fork = process_fork,
		.exec = process_exec,
		.context = &p,
	};
	if (!p.exec.board || who >= LETTERS)
		return 2;
	keep_open(&p, false);
	c.stage = p.stage;
	c.directory = p.exec.board->directory;
	c.host = p.exec.board->host;
	c.time = strtoul(argv[ARG_TIME], NULL, 10);
	user_of(argv, &c);
	if (!strcmp(argv[ARG_HOW], PROCESS_AGAIN))
		confine_to_stage(p.stage);
	else if ((failed = confine_process(&c, &skip)))
		process_failed(&p, failed, skip);
	process_begin(&p, who);
	process_hello(&p);
	process_loop(&p);
}
