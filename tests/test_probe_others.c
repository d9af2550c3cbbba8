// SPDX-License-Identifier: GPL-3.0-or-later
#include <pthread.h>
#include <sys/syscall.h>

#include "probe_scene.h"

/* Who sleeps on an object and is no process of a lesson: strangers, which write on no board. */

static pid_t strangers[8];
static size_t nstrangers;

static pid_t stranger(void (*run)(void))
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run();
		_exit(0);
	}
	return strangers[nstrangers++] = pid;
}

static void strangers_end(void)
{
	for (size_t i = 0; i < nstrangers; i++) {
		kill(strangers[i], SIGKILL);
		waitpid(strangers[i], NULL, 0);
	}
}

static void look_at_host(void)
{
	probe_free(probe);
	probe = probe_new(board, (struct probe_scope){ .host = true, .others = true });
}

/* Whether this machine lets us see what another process of ours is doing. */
static bool may_look(void)
{
	char path[64], text[64];
	pid_t pid = stranger((void (*)(void))pause);
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	close(fd);
	return n > 0;
}

#define NEEDS_LOOK()                                                                \
	do {                                                                        \
		if (!may_look()) {                                                  \
			strangers_end();                                            \
			SKIP("/proc/PID/syscall of another process can't be read"); \
		}                                                                   \
	} while (0)

/* The snapshot in which there are so many waiters. */
static struct snapshot *snapshot_with(uint32_t waiters)
{
	struct snapshot *s;

	while ((s = snapshot())->nwaiters != waiters) {
		free(s);
		sched_yield();
	}
	return s;
}

static const struct snap_waiter *waiter_of(const struct snapshot *s, pid_t pid, uint32_t thread)
{
	for (uint32_t i = 0; i < s->nwaiters; i++) {
		const struct snap_task *t = snap_task(s, snap_waiters(s)[i].task);

		if (t->pid == pid && t->thread == thread)
			return &snap_waiters(s)[i];
	}
	ck_abort_msg("%d does not wait", (int)pid);
	return NULL;
}

static void wants_two(void)
{
	struct sembuf ops[] = { { 1, -1, 0 }, { 0, -2, SEM_UNDO } };

	prctl(PR_SET_NAME, "a \n stranger");
	semop(sem, ops, 2);
}

static void wants_none_timed(void)
{
	struct sembuf op = { 2, 0, 0 };

	semtimedop(sem, &op, 1, &(struct timespec){ .tv_sec = 1000 });
}

static void sends(void)
{
	struct text m = { .type = 12 };

	msgsnd(queue, &m, sizeof(m.text), 0);
}

static void receives(void)
{
	struct text m;

	msgrcv(queue, &m, 77, -9, MSG_NOERROR);
}

static void make_objects(void)
{
	sem = semget(IPC_PRIVATE, 3, 0600);
	queue = msgget(IPC_PRIVATE, 0600);
	ck_assert(!set(1, 5) && !set(2, 1));
	ck_assert(!send(11, 8192, 'x') && !send(11, 8192, 'y'));
}

START_TEST(strangers_wait)
{
	const struct snap_waiter *w;
	const struct snap_task *t;
	struct snap_task other;
	pid_t pids[4];
	struct snapshot *s;

	NEEDS_LOOK();
	make_objects();
	pids[0] = stranger(wants_two);
	pids[1] = stranger(wants_none_timed);
	pids[2] = stranger(sends);
	pids[3] = stranger(receives);
	s = snapshot();
	ck_assert_uint_eq(s->nwaiters, 0); /* in a lesson they are nobody */
	free(s);
	look_at_host();
	s = snapshot_with(4);
	ck_assert(s->host && s->nprocesses == 0 && s->ntasks == 4);

	w = waiter_of(s, pids[0], 0);
	t = snap_task(s, w->task);
	ck_assert(t->letter == LETTERS && t->here);
	ck_assert_str_eq(t->command, "a ");
	ck_assert(w->kind == WAIT_SEMOP && w->id == sem && w->ops_known);
	ck_assert(w->nops == 2 && w->all_ops == 2 && w->blocked_on == 0);
	ck_assert(w->ops[0].num == 1 && w->ops[0].op == -1 && !w->ops[0].flg);
	ck_assert(w->ops[1].num == 0 && w->ops[1].op == -2 && w->ops[1].flg == SEM_UNDO);

	w = waiter_of(s, pids[1], 0);
	ck_assert(w->kind == WAIT_SEMOP && w->blocked_on == 2 && w->all_ops == 1);
	w = waiter_of(s, pids[2], 0);
	ck_assert(w->kind == WAIT_MSGSND && w->id == queue && w->type == 12 && w->size == 8192);
	w = waiter_of(s, pids[3], 0);
	ck_assert(w->kind == WAIT_MSGRCV && w->id == queue && w->type == -9 && w->size == 77);
	ck_assert_int_eq(w->flags, MSG_NOERROR);
	ck_assert_int_eq(w->blocked_on, -1); /* says nothing of a queue */

	/* each is only like itself, and a thread like no other of its process */
	for (uint32_t i = 0; i < s->ntasks; i++)
		for (uint32_t k = 0; k < s->ntasks; k++)
			ck_assert_int_eq(snap_same_task(snap_task(s, i), snap_task(s, k)), i == k);
	other = *t;
	ck_assert(snap_same_task(t, &other));
	other.thread = 1;
	ck_assert(!snap_same_task(t, &other));
	other = (struct snap_task){ .pid = t->pid, .letter = A };
	ck_assert(!snap_same_task(t, &other) && !snap_same_task(&other, t));
	free(s);
	strangers_end();
}
END_TEST

static void *in_thread(void *arg)
{
	wants_none_timed();
	return arg;
}

static void wants_in_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, in_thread, NULL);
	pause();
}

static void elsewhere(void)
{
	unshare(CLONE_NEWIPC);
	sem = semget(IPC_PRIVATE, 3, 0600);
	wants_two();
}

/* A thread by its number, a process of the lesson once, one that was stopped not at all, nor one
   in another namespace. */
START_TEST(strangers_told_apart)
{
	pid_t thread, stopped;
	struct snapshot *s;

	NEEDS_LOOK();
	make_objects();
	look_at_host();
	thread = stranger(wants_in_thread);
	stopped = stranger(wants_two);
	stranger(elsewhere);
	block(A, p_of_two);
	s = snapshot_with(3);
	ck_assert_int_eq(waiter_of(s, thread, 1)->blocked_on, 2);
	ck_assert_int_eq(waiter_of(s, stopped, 0)->blocked_on, 0);
	ck_assert_uint_eq(snap_letter(s, waiter_of(s, processes[A].pid, 0)->task), A);
	free(s);
	kill(stopped, SIGSTOP);
	s = snapshot_with(2);
	waiter_of(s, thread, 1);
	free(s);
	ck_assert(!set(0, 1));
	wait_for(A);
	s = snapshot_with(1);
	waiter_of(s, thread, 1);
	free(s);
	strangers_end();
}
END_TEST

/* More strangers than a snapshot holds. */
START_TEST(strangers_many)
{
	enum { MANY = SNAP_TASKS + 3 };
	pid_t pids[MANY];
	struct snapshot *s;

	NEEDS_LOOK();
	make_objects();
	look_at_host();
	for (int i = 0; i < MANY; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			receives();
			_exit(0);
		}
	}
	for (;;) {
		s = snapshot();
		if (s->nwaiters + s->hidden.waiters == MANY)
			break;
		free(s);
		sched_yield();
	}
	ck_assert(s->nwaiters == SNAP_TASKS && s->ntasks == SNAP_TASKS);
	free(s);
	for (int i = 0; i < MANY; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	strangers_end();
}
END_TEST

/* The one call behind them all, of machines that have it: its older msgrcv keeps two arguments
   in memory. */
START_TEST(call_of_many)
{
	static long there[2] = { 0x5000, -9 };
	static const struct {
		int64_t args[6];
		const char *name;
		int64_t means[5];
		int count;
	} rows[] = {
		{ { 1, 7, 2, 0, 0x1000 }, "semop", { 7, 0x1000, 2 }, 3 },
		{ { 4, 7, 2, 0, 0x1000, 0x2000 }, "semop", { 7, 0x1000, 2 }, 3 },
		{ { 11, 7, 40, 01000, 0x1000 }, "msgsnd", { 7, 0x1000, 40, 01000 }, 4 },
		{ { 1 << 16 | 12, 7, 40, 01000, 0x5000, -9 },
		  "msgrcv",
		  { 7, 0x5000, 40, -9, 01000 },
		  5 },
		{ { 12, 7, 40, 01000, 0 }, "msgrcv", { 7, 0x5000, 40, -9, 01000 }, 5 },
		{ { 21, 7, 0, 0, 0x1000 }, NULL, { 0 }, 0 },
	};

	start(A, detached);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t args[6];
		const char *name;

		memcpy(args, rows[i].args, sizeof(args));
		if (!args[4])
			args[4] = (intptr_t)there; /* A has it too, at the same place */
		name = ipc_decode(probe, A, args);
		ck_assert_str_eq(name ? name : "none", rows[i].name ? rows[i].name : "none");
		for (int k = 0; k < rows[i].count; k++)
			ck_assert_int_eq(args[k], rows[i].means[k]);
	}
	ck_assert_ptr_null(ipc_decode(probe, A, (int64_t[6]){ 12, 7, 40, 0, 16 }));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("others");

	tcase_add_test(tests, strangers_wait);
	tcase_add_test(tests, strangers_told_apart);
	tcase_add_test(tests, strangers_many);
	tcase_add_test(tests, call_of_many);
	return run_suite(tests);
}
