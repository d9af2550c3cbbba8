// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_scene.h"

/* What the probe takes from the snapshot before is what a probe that has none reads. */

enum { SEMS = 3, SIZE = 8, MANY = SNAP_SEMAPHORES / 8 }; /* of sets: more than there is room for */

static int left, full, same, other; /* a set nobody touches, a long one; queues */

static void same_lists(const void *a, uint32_t na, const void *b, uint32_t nb, size_t size)
{
	ck_assert_uint_eq(na, nb);
	ck_assert(!memcmp(a, b, na * size));
}

#define SAME_LISTS(name) \
	same_lists(snap_##name(a), a->n##name, snap_##name(b), b->n##name, sizeof(*snap_##name(a)))

/* Of what is there now. */
static void compare(void)
{
	struct probe *fresh = probe_new(board, (struct probe_scope){ 0 });
	struct snapshot *a = snapshot(), *b = probe_snapshot(fresh, states);

	SAME_LISTS(sets);
	SAME_LISTS(semaphores);
	SAME_LISTS(undos);
	SAME_LISTS(queues);
	SAME_LISTS(messages);
	free(a);
	free(b);
	probe_free(fresh);
}

static bool operate(int num, int op, int flags)
{
	struct sembuf sops = { (unsigned short)num, (short)op, (short)(flags | IPC_NOWAIT) };

	return !semop(sem, &sops, 1);
}

static bool by_semop(void)
{
	return operate(1, 1, 0);
}

static bool by_zero(void)
{
	return operate(2, 0, 0);
}

static bool by_setval(void)
{
	return !semctl(sem, 0, SETVAL, (union semun){ .val = 0 });
}

static bool by_setall(void)
{
	unsigned short values[SEMS] = { 0 };

	return !semctl(sem, 0, SETALL, (union semun){ .array = values });
}

/* Its end takes back what it did: only who did it stays. */
static bool by_undo(void)
{
	return operate(1, 1, SEM_UNDO);
}

static bool by_mode(void)
{
	struct semid_ds ds = { .sem_perm.mode = 0640 };

	return !semctl(sem, 0, IPC_SET, (union semun){ .buf = &ds });
}

static bool by_removal(void)
{
	return !semctl(sem, 0, IPC_RMID) || errno == EINVAL;
}

static bool send_text(int to, char c)
{
	struct text m = { .type = 1 };

	memset(m.text, c, SIZE);
	return !msgsnd(to, &m, SIZE, IPC_NOWAIT);
}

/* A message as long in the place of the one that was there. */
static bool by_exchange(void)
{
	struct text m;

	return msgrcv(same, &m, SIZE, 0, IPC_NOWAIT) == SIZE && send_text(same, (char)getpid());
}

static bool by_another(void)
{
	return send_text(other, 'c');
}

static bool (*const ways[])(void) = {
	by_semop, by_zero,     by_setval,  by_setall,  by_undo,
	by_mode,  by_exchange, by_another, by_removal,
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static void done_by_another_process(bool (*way)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(!way());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(changes)
{
	int sets[WAYS];

	left = semget(IPC_PRIVATE, SEMS, 0600);
	full = semget(IPC_PRIVATE, SNAP_RUNS + 50, 0600);
	for (int i = 0; i < SNAP_RUNS + 50; i++)
		ck_assert(!semctl(full, i, SETVAL, (union semun){ .val = i }));
	for (int i = 0; i < WAYS; i++)
		sets[i] = semget(IPC_PRIVATE, SEMS, 0600);
	for (int i = 0; i < MANY; i++)
		ck_assert_int_ge(semget(IPC_PRIVATE, 10, 0600), 0);
	same = msgget(IPC_PRIVATE, 0600);
	other = msgget(IPC_PRIVATE, 0600);
	ck_assert(left >= 0 && full >= 0 && send_text(same, 'a') && send_text(other, 'a'));
	wait_until_past();
	compare();
	compare();
	for (int i = 0; i < WAYS - 1; i++) { /* and nobody looks before that is past */
		sem = sets[i];
		done_by_another_process(ways[i]);
	}
	wait_until_past();
	compare();
	for (int i = 0; i < WAYS; i++) {
		sem = sets[i];
		for (int times = 0; times < 3; times++) { /* the same second, as a rule */
			done_by_another_process(ways[i]);
			compare();
		}
	}
}
END_TEST

static void waits(void)
{
	struct sembuf sops = { 0, -1, 0 };

	meet();
	enter("semop", sem, (int64_t)(intptr_t)&sops, 1, 0, 0);
	semop(sem, &sops, 1);
	leave();
}

/* Who goes to sleep changes no time of a set, nor who wakes by a signal, nor an undo of the board. */
START_TEST(waiters)
{
	struct snapshot *s;

	sem = semget(IPC_PRIVATE, 1, 0600);
	start(A, waits);
	wait_until_past();
	compare();
	go_on(A);
	wait_blocked(A);
	s = snapshot();
	ck_assert_int_eq(snap_semaphores(s)[0].ncnt, 1);
	free(s);
	compare();
	kill(processes[A].pid, SIGKILL);
	waitpid(processes[A].pid, NULL, 0);
	processes[A].pid = board->ledger->pids[A] = 0;
	states[A] = PROCESS_DEAD;
	board->pages[A]->call_seq++;
	s = snapshot();
	ck_assert_int_eq(snap_semaphores(s)[0].ncnt, 0);
	free(s);
	start(B, detached);
	compare();
	board_undo_add(board->pages[B], sem, 0, 1);
	s = snapshot();
	ck_assert_int_eq((int)s->nundos, 1);
	free(s);
	compare();
	board_undo_clear_all(board->pages[B]);
	compare();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("last");

	tcase_add_test(tests, changes);
	tcase_add_test(tests, waiters);
	return run_suite(tests);
}
