// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_scene.h"

#include <mqueue.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "stage/look.h"

/* Two processes that keep each other going are never quiet, whenever they are looked at: each verdict
   of quiet on them is wrong. The environment variable LOOKS says how many looks there are in all; for
   millions of them: make quiet. tests/run: no valgrind */

enum { LOOKS = 100000, PIPE = 4096, CHILDREN = 300 };

/* What both processes and the test share. */
static struct {
	_Atomic uint64_t rounds;
	_Atomic int rest;  /* A is to sleep for ever, and so B too */
	_Atomic int error; /* an errno: a call was disturbed */
	sem_t futexes[2];
} * shared;

static int ends[2]; /* of a pipe */
static mqd_t messages[2];

static void done(long result)
{
	leave();
	if (result < 0)
		shared->error = errno;
}

static void op(int num, int change)
{
	struct sembuf buf = { .sem_num = (unsigned short)num, .sem_op = (short)change };

	enter("semop", sem, (intptr_t)&buf, 1, 0, 0);
	done(semop(sem, &buf, 1));
}

static void round_done(void)
{
	shared->rounds++;
	if (shared->rest)
		op(2, -1);
}

static void semaphores_a(void)
{
	meet();
	for (;;) {
		op(1, 1);
		op(0, -1);
		round_done();
	}
}

static void semaphores_b(void)
{
	meet();
	for (;;) {
		op(1, -1);
		op(0, 1);
	}
}

/* A write that is larger than the pipe goes on and on inside one call. */
static void pipe_a(void)
{
	static char bytes[3 * PIPE];

	meet();
	for (;;) {
		enter("write", ends[1], 0, 0, 0, 0);
		done(write(ends[1], bytes, sizeof(bytes)));
		round_done();
	}
}

static void pipe_b(void)
{
	static char bytes[PIPE];

	meet();
	for (;;) {
		enter("read", ends[0], 0, 0, 0, 0);
		done(read(ends[0], bytes, sizeof(bytes)));
	}
}

/* wait4(2) shows 'S' from its first child to its last, and runs: do_wait() in kernel/exit.c. */
static void wait_a(void)
{
	for (int i = 0; i < CHILDREN; i++) {
		if (fork())
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	meet();
	for (;;) {
		enter("getpid", 0, 0, 0, 0, 0);
		done(waitpid(-1, NULL, WNOHANG));
		round_done();
	}
}

/* Waits for its next statement. */
static void idle_b(void)
{
}

static void send_one(long type)
{
	struct text m = { .type = type };

	enter("msgsnd", queue, (intptr_t)&m, 1, 0, 0);
	done(msgsnd(queue, &m, 1, 0));
}

static void receive_one(long type)
{
	struct text m;

	enter("msgrcv", queue, (intptr_t)&m, sizeof(m.text), type, 0);
	done(msgrcv(queue, &m, sizeof(m.text), type, 0));
}

static void queue_a(void)
{
	meet();
	for (;;) {
		send_one(1);
		receive_one(2);
		round_done();
	}
}

static void queue_b(void)
{
	meet();
	for (;;) {
		receive_one(1);
		send_one(2);
	}
}

/* sem_wait(3) sleeps in futex(2). */
static void futex_op(int num, int change)
{
	sem_t *s = &shared->futexes[num];

	enter(change > 0 ? "sem_post" : "sem_wait", (intptr_t)s, 0, 0, 0, 0);
	done(change > 0 ? sem_post(s) : sem_wait(s));
}

static void futex_a(void)
{
	meet();
	for (;;) {
		futex_op(1, 1);
		futex_op(0, -1);
		round_done();
	}
}

static void futex_b(void)
{
	meet();
	for (;;) {
		futex_op(1, -1);
		futex_op(0, 1);
	}
}

static void messages_op(int which, bool sends)
{
	char text[8] = "x";

	enter(sends ? "mq_send" : "mq_receive", messages[which], (intptr_t)text, sizeof(text), 0,
	      0);
	done(sends ? mq_send(messages[which], text, sizeof(text), 0)
	           : mq_receive(messages[which], text, sizeof(text), NULL));
}

static void messages_a(void)
{
	meet();
	for (;;) {
		messages_op(1, true);
		messages_op(0, false);
		round_done();
	}
}

static void messages_b(void)
{
	meet();
	for (;;) {
		messages_op(1, false);
		messages_op(0, true);
	}
}

static const struct pair {
	const char *name;
	void (*a)(void), (*b)(void);
} pairs[] = {
	{ "semaphores", semaphores_a, semaphores_b },
	{ "a pipe", pipe_a, pipe_b },
	{ "a queue", queue_a, queue_b },
	{ "POSIX semaphores", futex_a, futex_b },
	{ "POSIX queues", messages_a, messages_b },
	{ "wait", wait_a, idle_b }, /* the last */
};

enum { PAIRS = sizeof(pairs) / sizeof(*pairs) };

/* In the first half of the rows each process runs where it likes, in the second all share a CPU, as
   when a lesson is stepped. There a process that never sleeps has it for whole slices. */
static size_t looks_for(int row)
{
	const char *text = getenv("LOOKS");
	size_t looks = (text && *text ? strtoull(text, NULL, 10) : LOOKS) / (2 * PAIRS - 1);

	return row >= PAIRS && pairs[row - PAIRS].a == wait_a ? looks / 100 : looks;
}

static void share_cpu(void)
{
	cpu_set_t all, one;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(all), &all), 0);
	CPU_ZERO(&one);
	for (int cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&one); cpu++)
		if (CPU_ISSET(cpu, &all))
			CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
}

static void make_objects(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	              0);
	ck_assert(shared != MAP_FAILED);
	sem = semget(IPC_PRIVATE, 3, IPC_CREAT | 0600);
	queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	ck_assert(sem >= 0 && queue >= 0 && !pipe(ends));
	ck_assert_int_ge(fcntl(ends[1], F_SETPIPE_SZ, PIPE), PIPE);
	for (int i = 0; i < 2; i++) {
		struct mq_attr one = { .mq_maxmsg = 1, .mq_msgsize = 8 };
		char name[64];

		ck_assert_int_eq(sem_init(&shared->futexes[i], 1, 0), 0);
		snprintf(name, sizeof(name), "/ipclens-quiet-%d", (int)getpid());
		messages[i] = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &one);
		ck_assert(messages[i] >= 0 && !mq_unlink(name));
	}
}

/* A single look. */
static bool quiet_now(struct server *s)
{
	struct quiet q = { .waiting = false };

	return quiet_look(s, &q) == QUIET_YES;
}

/* Has the pair run, in a stage that has given each of them a statement. */
static void start_pair(const struct pair *pair, struct server *s)
{
	make_objects();
	start(A, pair->a);
	start(B, pair->b);
	go_on(A);
	if (pair->b != idle_b)
		go_on(B);
	*s = (struct server){ .board = board, .probe = probe };
	for (unsigned who = A; who <= B; who++) {
		s->actors[who].phase = ACTOR_ASKED;
		s->actors[who].pid = processes[who].pid;
	}
	if (pair->b == idle_b)
		s->actors[B].phase = ACTOR_IDLE;
	while (!shared->rounds)
		sched_yield();
}

/* Now it is really quiet, and no call was disturbed by the looks. */
static void rest_pair(const struct pair *pair, struct server *s)
{
	shared->rest = 1;
	while (!quiet_now(s))
		sched_yield();
	ck_assert_int_eq(s->states[A], PROCESS_BLOCKED);
	ck_assert_int_eq(s->states[B], pair->b == idle_b ? PROCESS_READY : PROCESS_BLOCKED);
	ck_assert_int_eq(shared->error, 0);
}

START_TEST(running_pairs)
{
	const struct pair *pair = &pairs[_i % PAIRS];
	bool together = _i >= PAIRS;
	size_t looks = looks_for(_i), wrong = 0;
	struct server s;
	uint64_t before;

	if (together)
		share_cpu();
	start_pair(pair, &s);
	before = shared->rounds;
	/* on a busy machine they may not have been run yet: then it proves nothing */
	for (size_t i = 0; i < looks || shared->rounds == before; i++) {
		wrong += quiet_now(&s);
		if (together)
			sched_yield();
	}
	printf("%s%s: %zu looks, %zu wrong\n", pair->name, together ? " on one CPU" : "", looks,
	       wrong);
	fflush(stdout);
	ck_assert_uint_eq(wrong, 0);
	rest_pair(pair, &s);
}
END_TEST

/* Nor does a snapshot of a moment in between say that it sleeps. */
START_TEST(sampled)
{
	enum { SAMPLES = 1000 };
	const struct pair *pair = &pairs[PAIRS - 1];
	struct server s;

	start_pair(pair, &s);
	for (int i = 0; i < SAMPLES; i++) {
		struct snapshot *now = snapshot();

		ck_assert_int_eq(process_of(now, A)->state, PROCESS_RUNNING);
		free(now);
	}
	rest_pair(pair, &s);
}
END_TEST

static void hidden_a(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	semaphores_a();
}

/* What is asleep is found to be so also where nothing proves it: ptrace(2) is not allowed. */
START_TEST(not_proven)
{
	const struct pair pair = { "hidden", hidden_a, semaphores_b };
	struct probe_sleep sleep;
	struct server s;

	start_pair(&pair, &s);
	rest_pair(&pair, &s);
	ck_assert_int_eq(probe_look(probe, B, &sleep), 'S');
	if (!sleep.runs)
		SKIP("this kernel does not count how often a process gets a CPU");
	ck_assert(sleep.proven);
	ck_assert_int_eq(probe_look(probe, A, &sleep), 'S');
	if (sleep.proven)
		SKIP("no user namespace, and root may trace everybody");
	ck_assert_uint_gt(sleep.runs, 0);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("quiet");

	tcase_add_loop_test(tests, running_pairs, 0, 2 * PAIRS);
	tcase_add_test(tests, sampled);
	tcase_add_test(tests, not_proven);
	return run_suite(tests);
}
