// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_scene.h"
#include "sys/ledger.h"

static void p_of_many(void)
{
	struct sembuf ops[20] = { { 0, 0, 0 } };

	for (int i = 0; i < 19; i++)
		ops[i] = (struct sembuf){ 1, 1, 0 };
	ops[19] = (struct sembuf){ 1, -100, 0 };
	meet();
	semop_here(ops, 20, NULL);
}

static const struct snap_waiter *waiter_of(const struct snapshot *s, unsigned who)
{
	for (uint32_t i = 0; i < s->nwaiters; i++)
		if (snap_letter(s, snap_waiters(s)[i].task) == who)
			return &snap_waiters(s)[i];
	ck_abort_msg("%c does not wait", LETTER_CHAR(who));
	return NULL;
}

/* What the exits of processes would add: "A +1, C -7". */
static const char *undone(const struct snapshot *s, const struct snap_semaphore *m)
{
	static char text[256];
	size_t n = 0;

	text[0] = 0;
	for (uint32_t i = 0; i < m->nundos; i++) {
		const struct snap_share *u = &snap_undos(s)[m->first + i];

		ck_assert_int_eq(snap_undo(s, m, snap_task(s, u->task)), u->value);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%c %+d", i ? ", " : "",
		                      LETTER_CHAR(snap_letter(s, u->task)), u->value);
	}
	return text;
}

START_TEST(semaphore_values)
{
	struct sembuf v = { 1, 3, 0 };
	struct snap_semaphore one;
	const struct snap_set *t;
	struct semid_ds ds;
	struct snapshot *s;

	sem = semget(0x99, 3, IPC_CREAT | 0640);
	ck_assert(!set(0, 7) && !semop(sem, &v, 1));
	board_undo_add(board->pages[B], sem, 1, -3);
	s = snapshot();
	ck_assert_uint_eq(s->nsets, 1);
	t = snap_sets(s);
	ck_assert_int_eq(t->id, sem);
	ck_assert_int_eq(t->perm.key, 0x99);
	ck_assert_uint_eq(t->perm.mode, 0640);
	ck_assert(t->nsems == 3 && t->nshown == 3 && t->first == 0);
	ck_assert(!probe_set(probe, sem, &ds, &why));
	ck_assert_int_eq(t->otime, ds.sem_otime);
	ck_assert_int_eq(t->ctime, ds.sem_ctime);
	for (int i = 0; i < 3; i++) {
		ck_assert(!probe_semaphore(probe, sem, i, &one, &why));
		ck_assert_int_eq(one.val, snap_semaphores(s)[i].val);
		ck_assert_int_eq(one.ncnt, snap_semaphores(s)[i].ncnt);
		ck_assert_int_eq(one.zcnt, snap_semaphores(s)[i].zcnt);
		ck_assert_int_eq(one.pid, snap_semaphores(s)[i].pid);
	}
	ck_assert_int_eq(snap_semaphores(s)[0].val, 7);
	ck_assert_int_eq(snap_semaphores(s)[1].val, 3);
	ck_assert_int_eq(snap_semaphores(s)[1].pid, getpid());
	ck_assert_uint_eq(snap_semaphores(s)[1].nundos, 0); /* nobody has B's letter */
	ck_assert_int_eq(snap_semaphores(s)[2].pid, 0);
	free(s);
	ck_assert_int_eq(probe_semaphore(probe, sem, 3, &one, &why), -1);
	ck_assert_int_eq(probe_semaphore(probe, sem, -1, &one, &why), -1);
	semctl(sem, 0, IPC_RMID);
	ck_assert_int_eq(probe_set(probe, sem, &ds, &why), -1);
	ck_assert_ptr_nonnull(strstr(why, "no semaphore set with id"));
}
END_TEST

START_TEST(semaphore_waiters)
{
	const struct snap_waiter *w;
	const struct snap_semaphore *v;
	struct snapshot *s;

	sem = semget(IPC_PRIVATE, 3, 0600);
	ck_assert(!set(1, 5) && !set(2, 1));
	block(A, p_of_two);
	block(B, z_timed);
	block(C, p_of_many);
	board_undo_add(board->pages[C], sem, 1, -7);
	board_undo_add(board->pages[A], sem, 1, 1);
	board_undo_add(board->pages[D], sem, 1, 2); /* is no process */
	board_undo_add(board->pages[B], sem, 2, 4);
	board_undo_add(board->pages[B], sem, 2, -4);
	s = snapshot();
	ck_assert_str_eq(undone(s, &snap_semaphores(s)[0]), "");
	ck_assert_str_eq(undone(s, &snap_semaphores(s)[1]), "A +1, C -7");
	ck_assert_str_eq(undone(s, &snap_semaphores(s)[2]), "");
	for (unsigned who = 0; who < LETTERS; who++)
		board_undo_clear(board->pages[who], sem, -1);
	v = snap_semaphores(s);
	ck_assert(v[0].ncnt == 1 && v[0].zcnt == 0);
	ck_assert(v[1].ncnt == 1 && v[1].zcnt == 0 && v[1].val == 5);
	ck_assert(v[2].ncnt == 0 && v[2].zcnt == 1);
	ck_assert_uint_eq(s->nwaiters, 3);

	w = waiter_of(s, A);
	ck_assert(w->kind == WAIT_SEMOP && w->id == sem && w->ops_known);
	ck_assert(w->nops == 2 && w->all_ops == 2);
	ck_assert(w->ops[0].num == 1 && w->ops[0].op == -1 && !w->ops[0].flg);
	ck_assert(w->ops[1].num == 0 && w->ops[1].op == -1 && w->ops[1].flg == SEM_UNDO);
	ck_assert_int_eq(w->blocked_on, 0);
	ck_assert_int_eq(waiter_of(s, B)->blocked_on, 2);
	w = waiter_of(s, C);
	ck_assert(w->nops == SNAP_OPS && w->all_ops == 20);
	ck_assert_int_eq(w->blocked_on, 1);
	ck_assert_int_eq(process_of(s, A)->call, call_by_name("semop"));
	ck_assert_int_eq(process_of(s, A)->args[0], sem);
	ck_assert_int_eq(process_of(s, A)->state, PROCESS_BLOCKED);
	free(s);

	/* the one that blocks A moves: -1 on 1, now 0, comes first in its array */
	ck_assert(!set(1, 0) && !set(0, 1));
	s = snapshot();
	ck_assert_int_eq(waiter_of(s, A)->blocked_on, 1);
	ck_assert_int_eq(snap_semaphores(s)[1].ncnt, 2);
	free(s);
	ck_assert(!set(1, 1));
	wait_for(A);
	s = snapshot();
	ck_assert_uint_eq(s->nwaiters, 2);
	ck_assert_int_eq(snap_semaphores(s)[1].pid, processes[A].pid);
	free(s);
}
END_TEST

/* What the stage knew may be old: what is busy is looked at. A stop ends the wait. */
START_TEST(states_looked_at)
{
	struct snapshot *s;

	sem = semget(IPC_PRIVATE, 3, 0600);
	ck_assert(!set(1, 1));
	block(A, p_of_two);
	states[A] = PROCESS_RUNNING;
	s = snapshot();
	ck_assert_int_eq(process_of(s, A)->state, PROCESS_BLOCKED);
	free(s);
	kill(processes[A].pid, SIGSTOP);
	run_state_until(A, 'T');
	s = snapshot();
	ck_assert_int_eq(process_of(s, A)->state, PROCESS_STOPPED);
	ck_assert_uint_eq(s->nwaiters, 0);
	ck_assert_int_eq(snap_semaphores(s)[0].ncnt, 0);
	free(s);
	kill(processes[A].pid, SIGKILL);
	run_state_until(A, 'Z');
	s = snapshot();
	ck_assert_int_eq(process_of(s, A)->state, PROCESS_DEAD);
	free(s);
	waitpid(processes[A].pid, NULL, 0);
	ck_assert_int_eq(probe_run_state(probe, A), 0);
	processes[A].pid = 0;
	board->ledger->pids[A] = 0;
	states[A] = PROCESS_DEAD;
	s = snapshot();
	ck_assert_int_eq(snap_task(s, process_of(s, A)->task)->pid, 0);
	free(s);
	ck_assert_int_eq(probe_run_state(probe, A), 0);
}
END_TEST

static void send_much(void)
{
	struct text m = { .type = 12 };

	meet();
	enter("msgsnd", queue, (intptr_t)&m, sizeof(m.text), 0, 0);
	msgsnd(queue, &m, sizeof(m.text), 0);
	leave();
}

START_TEST(queue_messages)
{
	static const size_t sizes[] = { 0, 64, 64, 1, 65, 3000, 8000, 2 };
	enum { N = sizeof(sizes) / sizeof(sizes[0]) };
	struct msqid_ds before, after;
	const struct snap_message *m;
	struct snapshot *s;

	queue = msgget(0x55, IPC_CREAT | 0600);
	for (int i = 0; i < N; i++)
		ck_assert(!send(10 + i, sizes[i], (char)('a' + i)));
	ck_assert(!probe_queue(probe, queue, &before, &why));
	s = snapshot();
	ck_assert_uint_eq(s->nqueues, 1);
	ck_assert_uint_eq(snap_queues(s)->qnum, N);
	ck_assert_uint_eq(snap_queues(s)->cbytes, before.__msg_cbytes);
	ck_assert_int_eq(snap_queues(s)->lspid, getpid());
	ck_assert_uint_eq(snap_queues(s)->nshown, N);
	ck_assert_int_eq(snap_queues(s)->copy, 1);
	m = snap_messages(s);
	for (int i = 0; i < N; i++) {
		ck_assert_int_eq(m[i].type, 10 + i);
		ck_assert_uint_eq(m[i].size, sizes[i]);
		ck_assert_uint_eq(m[i].ntext, sizes[i] < SNAP_TEXT ? sizes[i] : SNAP_TEXT);
		for (int k = 0; k < m[i].ntext; k++)
			ck_assert_int_eq(m[i].text[k], 'a' + i);
	}
	free(s);
	ck_assert(!probe_queue(probe, queue, &after, &why));
	ck_assert(!memcmp(&before, &after, sizeof(after)));
	msgctl(queue, IPC_RMID, NULL);
	ck_assert_int_eq(probe_queue(probe, queue, &after, &why), -1);
}
END_TEST

/* Where there are several, each has what is its own. */
START_TEST(several_of_each)
{
	const struct snap_set *sets;
	const struct snap_queue *queues;
	struct snapshot *s;
	int other_sem, other_queue;

	sem = semget(IPC_PRIVATE, 3, 0600);
	other_sem = semget(IPC_PRIVATE, 2, 0600);
	queue = msgget(IPC_PRIVATE, 0600);
	ck_assert(!send(1, 4, 'a') && !send(2, 4, 'b'));
	other_queue = queue;
	queue = msgget(IPC_PRIVATE, 0600);
	ck_assert(!send(3, 5, 'c'));
	ck_assert(!semctl(sem, 2, SETVAL, 7) && !semctl(other_sem, 0, SETVAL, 8) &&
	          !semctl(other_sem, 1, SETVAL, 9));
	s = snapshot();
	ck_assert(s->nsets == 2 && s->nsemaphores == 5 && s->nqueues == 2 && s->nmessages == 3);
	sets = snap_sets(s);
	ck_assert(sets[0].id == sem && sets[0].nshown == 3 && sets[1].id == other_sem &&
	          sets[1].nshown == 2);
	ck_assert_int_eq(snap_semaphores(s)[sets[0].first + 2].val, 7);
	ck_assert_int_eq(snap_semaphores(s)[sets[1].first].val, 8);
	ck_assert_int_eq(snap_semaphores(s)[sets[1].first + 1].val, 9);
	queues = snap_queues(s);
	ck_assert(queues[0].id == other_queue && queues[0].nshown == 2 && queues[1].id == queue &&
	          queues[1].nshown == 1);
	ck_assert_int_eq(snap_messages(s)[queues[0].first + 1].type, 2);
	ck_assert_int_eq(snap_messages(s)[queues[1].first].type, 3);
	free(s);
	semctl(sem, 0, IPC_RMID);
	semctl(other_sem, 0, IPC_RMID);
	msgctl(queue, IPC_RMID, NULL);
	msgctl(other_queue, IPC_RMID, NULL);
}
END_TEST

START_TEST(queue_waiters)
{
	const struct snap_waiter *w;
	struct snapshot *s;

	queue = msgget(IPC_PRIVATE, 0600);
	ck_assert(!send(11, 8192, 'x') && !send(11, 8192, 'y'));
	block(A, receive);
	block(B, send_much);
	s = snapshot();
	ck_assert_uint_eq(s->nwaiters, 2);
	w = waiter_of(s, A);
	ck_assert(w->kind == WAIT_MSGRCV && w->id == queue && w->type == -9 && w->size == 77);
	ck_assert_int_eq(w->flags, MSG_NOERROR);
	w = waiter_of(s, B);
	ck_assert(w->kind == WAIT_MSGSND && w->type == 12 && w->size == 8192);
	free(s);
}
END_TEST

START_TEST(limits)
{
	struct snapshot *s;

	for (int i = 0; i < 300; i++) {
		ck_assert_int_ge(shmget(IPC_PRIVATE, PAGE, 0600), 0);
		ck_assert_int_ge(semget(IPC_PRIVATE, 100, 0600), 0);
		queue = msgget(IPC_PRIVATE, 0600);
		for (int k = 0; k < 100; k++)
			ck_assert(!send(1, 10, 'x'));
	}
	s = snapshot();
	ck_assert_uint_eq(s->nsegments, SNAP_OBJECTS);
	ck_assert_uint_eq(s->nsets, SNAP_OBJECTS);
	ck_assert_uint_eq(s->nqueues, SNAP_OBJECTS);
	ck_assert_uint_eq(s->hidden.segments, 300 - SNAP_OBJECTS);
	ck_assert_uint_eq(s->hidden.sets, 300 - SNAP_OBJECTS);
	ck_assert_uint_eq(s->hidden.queues, 300 - SNAP_OBJECTS);
	ck_assert_uint_eq(s->hidden.mappings, 0);
	ck_assert_uint_eq(snap_sets(s)[0].nsems, 100);
	ck_assert_uint_eq(snap_sets(s)[0].nshown, SNAP_ALONE);
	ck_assert_uint_eq(snap_semaphores(s)[SNAP_ALONE - 1].more, 100 - SNAP_ALONE);
	ck_assert_uint_eq(snap_sets(s)[255].nshown, 0);
	ck_assert_uint_eq(s->nsemaphores, SNAP_SEMAPHORES - SNAP_SHOWN);
	ck_assert_uint_eq(snap_queues(s)[1].nshown, SNAP_SHOWN);
	ck_assert_uint_eq(snap_queues(s)[1].qnum, 100);
	ck_assert_uint_eq(s->nmessages, SNAP_MESSAGES);
	free(s);
}
END_TEST

static void made(enum ledger_kind kind, int id)
{
	ck_assert(ledger_begin(board->ledger, A, kind, IPC_PRIVATE));
	ledger_end(board->ledger, A, id);
}

START_TEST(host_ledger)
{
	struct snapshot *s;
	int mine;

	shmget(IPC_PRIVATE, PAGE, 0600);
	mine = shmget(IPC_PRIVATE, PAGE, 0600);
	semget(IPC_PRIVATE, 1, 0600);
	queue = msgget(IPC_PRIVATE, 0600);
	probe_free(probe);
	probe = probe_new(board, (struct probe_scope){ .host = true, .ledger = true });
	made(LEDGER_SEGMENT, mine);
	made(LEDGER_QUEUE, queue);
	s = snapshot();
	ck_assert(s->host && s->nsegments == 1 && s->nsets == 0 && s->nqueues == 1);
	ck_assert_int_eq(snap_segments(s)->id, mine);
	ck_assert(!s->hidden.segments && !s->hidden.sets && !s->hidden.queues);
	free(s);
}
END_TEST

/* Of more than a snapshot holds, the rest is counted: the lesson's own, not the host's. */
START_TEST(host_hides)
{
	static const enum ledger_kind kinds[] = { LEDGER_SEGMENT, LEDGER_SEMAPHORES, LEDGER_QUEUE };
	enum { MORE = 3 };
	struct snapshot *s;

	probe_free(probe);
	probe = probe_new(board, (struct probe_scope){ .host = true, .ledger = true });
	for (int i = 0; i < SNAP_OBJECTS + MORE; i++) {
		int ids[] = { shmget(IPC_PRIVATE, PAGE, 0600), semget(IPC_PRIVATE, 1, 0600),
			      msgget(IPC_PRIVATE, 0600) };

		for (int kind = 0; kind < 3; kind++)
			made(kinds[kind], ids[kind]);
		shmget(IPC_PRIVATE, PAGE, 0600);
	}
	s = snapshot();
	ck_assert_uint_eq(s->nsegments, SNAP_OBJECTS);
	ck_assert_uint_eq(s->nsets, SNAP_OBJECTS);
	ck_assert_uint_eq(s->nqueues, SNAP_OBJECTS);
	ck_assert_uint_eq(s->hidden.segments, MORE);
	ck_assert_uint_eq(s->hidden.sets, MORE);
	ck_assert_uint_eq(s->hidden.queues, MORE);
	free(s);
}
END_TEST

/* An ordinary user on the host: what the mode forbids can't be read, but for the fields of the
   object itself. */
START_TEST(mode_forbids)
{
	struct snap_semaphore one;
	struct shmid_ds shm;
	struct msqid_ds msq;
	struct semid_ds ds;
	struct snapshot *s;
	pid_t pid;
	int status;

	seg = shmget(IPC_PRIVATE, PAGE, 0);
	sem = semget(IPC_PRIVATE, 1, 0);
	queue = msgget(IPC_PRIVATE, 0);
	ck_assert(!send(1, 1, 'x'));
	pid = fork();
	if (!pid) { /* without the capabilities */
		prctl(PR_SET_KEEPCAPS, 0);
		ck_assert(!unshare(CLONE_NEWUSER));
		s = snapshot();
		ck_assert(s->nsegments == 1 && s->nsets == 1 && s->nqueues == 1);
		ck_assert_int_eq(snap_semaphores(s)->val, -1);
		ck_assert(!snap_queues(s)->copy && !snap_queues(s)->nshown);
		ck_assert_uint_eq(snap_queues(s)->qnum, 1);
		ck_assert(!probe_segment(probe, seg, &shm, &why));
		ck_assert_uint_eq(shm.shm_segsz, PAGE);
		ck_assert(!probe_set(probe, sem, &ds, &why));
		ck_assert(!probe_queue(probe, queue, &msq, &why));
		ck_assert_int_eq(probe_semaphore(probe, sem, 0, &one, &why), -1);
		ck_assert_ptr_nonnull(strstr(why, "Permission denied"));
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	s = snapshot();
	ck_assert_int_eq(snap_semaphores(s)->val, 0);
	ck_assert_uint_eq(snap_queues(s)->nshown, 1);
	free(s);
}
END_TEST

/* A snapshot t like s, but for one number in the first item of a list. */
#define BREAKS(list, type, field, value)                                                        \
	do {                                                                                    \
		memcpy(t, s, size);                                                             \
		((struct type *)(uintptr_t)snap_##list(t))->field = (value);                    \
		ck_assert_msg(s->n##list && !snapshot_valid(t, size), "%s: %s", #list, #field); \
	} while (0)

START_TEST(blocks_checked)
{
	struct snapshot *s, *t;
	size_t size;

	ck_assert(!snapshot_valid(NULL, 0));
	seg = shmget(IPC_PRIVATE, PAGE, 0600);
	sem = semget(IPC_PRIVATE, 3, 0600);
	queue = msgget(IPC_PRIVATE, 0600);
	ck_assert(!set(1, 1) && !send(1, 5, 'x'));
	block(A, p_of_two);
	start(B, attach_touch_detach);
	board_undo_add(board->pages[A], sem, 0, 1);
	s = snapshot();
	size = s->size;
	ck_assert(!snapshot_valid(s, size - 1) && !snapshot_valid(s, 8));
	t = malloc(size);
	for (size_t at = 0; at + 4 <= offsetof(struct snapshot, hidden); at += 4) {
		memcpy(t, s, size);
		ck_assert(snapshot_valid(t, size));
		memset((char *)t + at, 0xff, 4);
		ck_assert_msg(!snapshot_valid(t, size), "byte %zu of the header", at);
	}
	BREAKS(sets, snap_set, nshown, s->nsemaphores + 1);
	BREAKS(messages, snap_message, ntext, SNAP_TEXT + 1);
	BREAKS(tasks, snap_task, letter, LETTERS + 1);
	BREAKS(tasks, snap_task, command[15], 'x');
	BREAKS(processes, snap_process, task, s->ntasks);
	BREAKS(processes, snap_process, state, PROCESS_STATES);
	BREAKS(waiters, snap_waiter, task, s->ntasks);
	BREAKS(waiters, snap_waiter, nops, SNAP_OPS + 1);
	BREAKS(mappings, snap_mapping, task, s->ntasks);
	BREAKS(mappings, snap_mapping, path[SNAP_PATH - 1], 'x');
	BREAKS(mappings, snap_mapping, inside, SNAP_PATH);
	BREAKS(mappings, snap_mapping, first, s->npages);
	BREAKS(attached, snap_share, task, s->ntasks);
	BREAKS(segments, snap_segment, first, s->nattached);
	BREAKS(segments, snap_segment, nattached, UINT32_MAX);
	BREAKS(undos, snap_share, task, s->ntasks);
	BREAKS(semaphores, snap_semaphore, nundos, s->nundos + 1);
	free(t);
	free(s);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("objects");

	tcase_add_test(tests, semaphore_values);
	tcase_add_test(tests, semaphore_waiters);
	tcase_add_test(tests, states_looked_at);
	tcase_add_test(tests, queue_messages);
	tcase_add_test(tests, several_of_each);
	tcase_add_test(tests, queue_waiters);
	tcase_add_test(tests, limits);
	tcase_add_test(tests, host_ledger);
	tcase_add_test(tests, host_hides);
	tcase_add_test(tests, mode_forbids);
	tcase_add_test(tests, blocks_checked);
	return run_suite(tests);
}
