// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "stage/confine.h"
#include "stage/exec.h"
#include "stage/fault.h"
#include "stage/parcel.h"
#include "stage/program.h"
#include "stage/seccomp.h"
#include "stage/stage.h"
#include "stage/wire.h"
#include "sys/ledger.h"

/* A process of a lesson, seen from inside. */
struct process {
	struct exec exec;
	struct wire wire;
	struct wire answers; /* the same descriptor: the statement at hand is in the other */
	int page_fd;
	int life;        /* confine.h */
	int fork_letter; /* that the statement at hand may start; or -1 */
	pid_t forked;    /* that it started */
};

/* Turns of a spin before the CPU is offered to somebody else: with fewer CPUs than takers
   the one that is waited for may need this one. */
enum { GATE_SPINS = 1000 };

static void gate_wait(const struct process *p)
{
	struct board_process *b = p->exec.page;

	b->gathered = 1;
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
			bindings[n++] = (struct event_binding){ .slot = (uint16_t)i,
				                                .failure = r->failure[i],
				                                .value = values[i] };
	reply.nbindings = (uint16_t)n;
	reply.call = r->call;
	reply.nreads = (uint16_t)r->nreads;
	memcpy(reply.args, r->args, sizeof(reply.args));
	memcpy(reply.reads, r->reads, sizeof(reply.reads));
	parcel_put(&b, &reply, sizeof(reply));
	parcel_put(&b, bindings, n * sizeof(*bindings));
	if (!wire_send(p->wire.fd, WIRE_REPLY, b.data, b.len, NULL))
		process_lost();
	buf_free(&b);
}

/* The limits that a lesson has set are also those of the child, which takes a wire and a page to
   numbers that are not the lesson's, and needs memory to receive: what the kernel would refuse it
   then is no result of a fork. */
static bool can_fork(const struct process *p)
{
	enum { NEEDED = 256 * 1024 };
	rlim_t number = (rlim_t)(p->wire.fd > p->page_fd ? p->wire.fd : p->page_fd);
	struct rlimit files;
	void *room;

	if (p->wire.passed[WIRE_PASSED - 1] < 0 || getrlimit(RLIMIT_NOFILE, &files) ||
	    files.rlim_cur <= number)
		return false;
	room = mmap(NULL, NEEDED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room != MAP_FAILED)
		munmap(room, NEEDED);
	return room != MAP_FAILED;
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
	p->exec.no_fork = s->fork >= 0 && !can_fork(p);
	atomic_fetch_add(&p->exec.page->requests, 1);
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

	if (!wire_send(p->wire.fd, WIRE_HELLO, &hello, sizeof(hello), NULL))
		_exit(1);
}

/* Instead of a hello, with errno. */
static _Noreturn void process_failed(const struct process *p, const char *call, bool skip)
{
	struct wire_hello hello = { .pid = getpid(), .failed = true, .skip = skip, .error = errno };

	snprintf(hello.call, sizeof(hello.call), "%s", call);
	wire_send(p->wire.fd, WIRE_HELLO, &hello, sizeof(hello), NULL);
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
	fault_report_to(p->exec.page);
}

/* The child of a fork: its wire takes the place of its parent's. */
static _Noreturn void process_child(struct process *p)
{
	int channel = p->wire.fd;
	const int *own = p->wire.passed;
	uint32_t away = p->exec.page->away;
	static struct board_process parent;

	board_range_copy(&parent, p->exec.page);
	/* over its parent's, which is none of its business, and where the lesson has no hole */
	p->exec.page = board_page_map(own[1], p->exec.page);
	if (!p->exec.page)
		_exit(1);
	p->exec.page->away = away;
	board_range_copy(p->exec.page, &parent);
	p->exec.page->pid = getpid();
	dup3(own[0], channel, O_CLOEXEC);
	dup3(own[1], p->page_fd, O_CLOEXEC);
	close(own[0]);
	close(own[1]);
	wire_init(&p->wire, channel);
	wire_init(&p->answers, channel);
	process_begin(p, (unsigned)p->fork_letter);
	process_hello(p);
	process_loop(p);
}

static int64_t process_fork(struct exec *x)
{
	struct process *p = x->context;
	pid_t pid;

	if (p->fork_letter < 0) {
		errno = EAGAIN;
		return -1;
	}
	pid = fork();
	if (pid == 0)
		process_child(p);
	if (pid > 0)
		p->forked = pid;
	p->fork_letter = -1;
	return pid;
}

/* The stage was killed: nobody knows of an object that was just made but this process. */
static _Noreturn void deed_lost(const struct wire_deed *deed)
{
	if (deed->what == DEED_MADE && deed->number >= 0)
		ledger_remove(deed->kind, deed->number);
	confine_end();
}

/* From the question whether it may make an object to the answer that the object is written down a
   process must not die with its stage. */
static enum exec_refusal process_deed(struct exec *x, const struct wire_deed *deed)
{
	struct process *p = x->context;
	const struct wire_answer *answer;

	if (deed->what == DEED_MAKE)
		confine_release(p->life);
	if (!wire_send(p->wire.fd, WIRE_DEED, deed, sizeof(*deed), NULL))
		deed_lost(deed);
	if (deed->what > DEED_ASKS)
		return EXEC_MADE;
	if (wire_receive(&p->answers, 0) <= 0 || p->answers.type != WIRE_ANSWER ||
	    p->answers.size != sizeof(*answer))
		deed_lost(deed);
	answer = (const void *)p->answers.body;
	if (deed->what == DEED_MADE || (deed->what == DEED_MAKE && answer->refused))
		confine_to_stage(p->life);
	return (enum exec_refusal)answer->refused;
}

static void keep_open(const struct process *p, bool keep)
{
	fcntl(p->wire.fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
	fcntl(p->page_fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
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

/* It does not ask whose an object of the host is: it gets none. There is no way back, so what would
   fail must fail before. */
static int64_t exec_other(const struct process *p, const char *path, char *const argv[],
                          char *const envp[])
{
	bool bare = p->exec.host && !syscall(SYS_faccessat, AT_FDCWD, path, X_OK);
	int64_t value;

	if (bare && !seccomp_no_ipc())
		process_failed(p, "seccomp", false);
	value = syscall(SYS_execve, path, argv, envp);
	if (bare)
		process_failed(p, "execve", false);
	return value;
}

/* Another program gets neither wire nor board: the stage sees the wire close. */
static int64_t process_exec(struct exec *x, const char *path, char *const argv[],
                            char *const envp[])
{
	struct process *p = x->context;
	char letter[2] = { LETTER_CHAR(x->who), '\0' };
	char channel[16], page[16], life[16];
	char *args[PROCESS_ARGS + 1] = { "ipclens", STAGE_PROCESS_ARG, letter, channel, page,
		                         life,      PROCESS_AGAIN,     "-",    "-",     "0" };
	int error;

	if (!is_self(path))
		return exec_other(p, path, argv, envp);
	args[ARG_OBJECTS] = (char *)(uintptr_t)x->objects;
	snprintf(channel, sizeof(channel), "%d", p->wire.fd);
	snprintf(page, sizeof(page), "%d", p->page_fd);
	snprintf(life, sizeof(life), "%d", p->life);
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

/* All signals are blocked, as in the stage. */
static int process_lead(pid_t parent)
{
	prctl(PR_SET_NAME, "ipclens-leader");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	return 0;
}

int process_main(int argc, char **argv)
{
	struct process p = { .fork_letter = -1 };
	struct confine c = { 0 };
	const char *failed;
	unsigned who;
	bool skip;

	if (argc == LEADER_ARGS && !strcmp(argv[ARG_LETTER], PROCESS_LEADER))
		return process_lead(atoi(argv[LEADER_PARENT]));
	if (argc != PROCESS_ARGS)
		return 2;
	if (!strcmp(argv[ARG_HOW], PROCESS_PROGRAM))
		return program_main(argv);
	who = (unsigned)(argv[ARG_LETTER][0] - 'A');
	wire_init(&p.wire, atoi(argv[ARG_CHANNEL]));
	wire_init(&p.answers, p.wire.fd);
	p.page_fd = atoi(argv[ARG_PAGE]);
	p.life = atoi(argv[ARG_LIFE]);
	p.exec = (struct exec){
		.page = board_page_map(p.page_fd, NULL),
		.host = strcmp(argv[ARG_OBJECTS], "/dev/shm") != 0,
		.objects = argv[ARG_OBJECTS],
		.reserved = p.wire.fd,
		.fork = process_fork,
		.exec = process_exec,
		.deed = process_deed,
		.context = &p,
	};
	if (!p.exec.page || who >= LETTERS)
		return 2;
	keep_open(&p, false);
	c.life = p.life;
	c.objects = p.exec.objects;
	c.host = p.exec.host;
	c.time = strtoul(argv[ARG_TIME], NULL, 10);
	user_of(argv, &c);
	p.exec.page->ranges = p.exec.page->unranged = 0; /* another image */
	if (!strcmp(argv[ARG_HOW], PROCESS_AGAIN))
		confine_to_stage(p.life);
	else if ((failed = confine_process(&c, &skip)))
		process_failed(&p, failed, skip);
	process_begin(&p, who);
	process_hello(&p);
	process_loop(&p);
}
