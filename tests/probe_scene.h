// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "probe/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"
#include "sys/calls.h"
#include "sys/ledger.h"

/* What the tests of the probe share, each a program that includes this once. Each test is a
   stage: a process (libcheck forks one a test) in namespaces of its own, with processes that it
   starts itself. A process is a function that meets its stage at meet(); what is waited for is
   a condition, never a time. */

enum { A, B, C, D, E };
#define PAGE ((int)sysconf(_SC_PAGESIZE))

static struct board *board;
static struct ledger ledger;
static uint64_t (*places)[8];
static struct probe *probe;
static uint8_t states[LETTERS];
static struct process {
	pid_t pid;
	int to, from; /* pipes */
} processes[LETTERS];
static unsigned me; /* in a process */
static const char *why;
static int seg, sem, queue; /* what the tests make */

struct text {
	long type;
	char text[8192];
};

static inline void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	ck_assert_msg(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "%s: %s",
	              path, strerror(errno));
	close(fd);
}

/* The second of a change that is made now, and the one after it, are over: as the kernel counts them. */
static inline void wait_until_past(void)
{
	struct timespec now, end;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	for (end = now; end.tv_sec < now.tv_sec + 2; clock_gettime(CLOCK_REALTIME_COARSE, &end))
		clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME,
		                &(struct timespec){ .tv_sec = now.tv_sec + 2 }, NULL);
}

/* The namespaces of a stage. Where a user may have none, root needs no user namespace. */
static inline void setup(void)
{
	unsigned uid = getuid(), gid = getgid();
	char map[32];
	int fd;

	if (!unshare(CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNS)) {
		put("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		put("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		put("/proc/self/gid_map", map);
	} else if (unshare(CLONE_NEWIPC | CLONE_NEWNS)) {
		SKIP("no namespaces: %s", strerror(errno));
	}
	ck_assert(!mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ck_assert(!mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=1m"));
	board = board_new();
	board->ledger = &ledger;
	fd = memfd_create("ipclens-places", MFD_CLOEXEC); /* the probe does not count it */
	ck_assert(!ftruncate(fd, PAGE));
	places = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert(places != MAP_FAILED);
	close(fd);
	for (unsigned who = 0; who < LETTERS; who++)
		close(board_page_new(board, who));
	strcpy(board->directory, "/dev/shm/lesson");
	ck_assert(!mkdir(board->directory, 0700));
	ck_assert(!chdir(board->directory));
	probe = probe_new(board, (struct probe_scope){ 0 });
}

static inline void teardown(void)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		if (processes[who].pid) {
			kill(processes[who].pid, SIGKILL);
			waitpid(processes[who].pid, NULL, 0);
		}
	}
	probe_free(probe);
}

/* In a process: it has come here, and goes on when the stage says so. */
static inline void meet(void)
{
	char c = 'x';

	if (write(processes[me].from, &c, 1) != 1 || read(processes[me].to, &c, 1) != 1)
		_exit(1);
}

static inline void wait_for(unsigned who)
{
	char c;

	ck_assert_int_eq(read(processes[who].from, &c, 1), 1);
	states[who] = PROCESS_READY;
}

static inline void go_on(unsigned who)
{
	ck_assert_int_eq(write(processes[who].to, "x", 1), 1);
	states[who] = PROCESS_RUNNING;
}

/* Starts a process and waits until it meets. */
static inline void start(unsigned who, void (*run)(void))
{
	int to[2], from[2];
	pid_t pid;

	ck_assert(!pipe(to) && !pipe(from));
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		me = who;
		processes[me] = (struct process){ .to = to[0], .from = from[1] };
		run();
		for (;;)
			meet();
	}
	close(to[0]);
	close(from[1]);
	processes[who] = (struct process){ .pid = pid, .to = to[1], .from = from[0] };
	board->ledger->pids[who] = pid;
	wait_for(who);
}

/* In a process: what the executor writes around a call. */
static inline void enter(const char *call, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e)
{
	struct board_process *p = board->pages[me];
	int64_t args[] = { a, b, c, d, e };

	for (int i = 0; i < 5; i++)
		p->args[i] = args[i];
	p->call = (uint32_t)call_by_name(call);
	atomic_fetch_add(&p->call_seq, 1);
}

static inline void leave(void)
{
	atomic_fetch_add(&board->pages[me]->call_seq, 1);
}

/* A process that only meets. */
static inline void detached(void)
{
}

/* Until a process is asleep in its call. */
static inline void wait_blocked(unsigned who)
{
	struct board_process *p = board->pages[who];

	while (!(p->call_seq & 1) || probe_run_state(probe, who) != 'S')
		sched_yield();
	states[who] = PROCESS_BLOCKED;
}

static inline char run_state_until(unsigned who, char state)
{
	while (probe_run_state(probe, who) != state)
		sched_yield();
	return state;
}

static inline struct snapshot *snapshot(void)
{
	struct snapshot *s = probe_snapshot(probe, states);

	ck_assert(snapshot_valid(s, s->size));
	ck_assert_uint_le(s->size, SNAP_SIZE_MAX);
	return s;
}

static inline void block(unsigned who, void (*run)(void))
{
	start(who, run);
	go_on(who);
	wait_blocked(who);
}

/* Where a process leaves addresses for its stage. */
static inline uint64_t *told(unsigned who)
{
	return places[who];
}

static inline void tell(unsigned i, const volatile void *p)
{
	told(me)[i] = (uint64_t)(uintptr_t)p;
}

static inline volatile char *attach(void)
{
	volatile char *p;

	enter("shmat", seg, 0, 0, 0, 0);
	p = shmat(seg, NULL, 0);
	leave();
	tell(0, p);
	return p;
}

static inline void detach(volatile void *p)
{
	enter("shmdt", 0, 0, 0, 0, 0);
	shmdt((void *)(uintptr_t)p);
	leave();
}

static inline void attach_touch_detach(void)
{
	volatile char *p = attach();

	meet();
	strcpy((char *)(uintptr_t)p, "hello");
	meet();
	p[PAGE] = 1;
	meet();
	detach(p);
}

static inline volatile char *map(int fd, size_t size, int flags)
{
	volatile char *p;

	enter("mmap", 0, 0, 0, 0, 0);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	leave();
	return p;
}

static inline uint64_t rss_of(int id)
{
	uint64_t rss = 4711;

	ck_assert_msg(!probe_segment_rss(probe, id, &rss, &why), "%s", why);
	return rss;
}

static inline void semop_here(struct sembuf *ops, size_t n, const struct timespec *timeout)
{
	enter(timeout ? "semtimedop" : "semop", sem, (intptr_t)ops, (int64_t)n, (intptr_t)timeout,
	      0);
	board->pages[me]->timed = timeout != NULL;
	semtimedop(sem, ops, n, timeout);
	leave();
}

static inline void p_of_two(void)
{
	struct sembuf ops[] = { { 1, -1, 0 }, { 0, -1, SEM_UNDO } };

	meet();
	semop_here(ops, 2, NULL);
}

static inline void z_timed(void)
{
	struct sembuf ops[] = { { 2, 0, 0 } };

	meet();
	semop_here(ops, 1, &(struct timespec){ .tv_sec = 1000 });
}

static inline int set(int num, int value)
{
	return semctl(sem, num, SETVAL, (union semun){ .val = value });
}

static inline int send(long type, size_t size, char fill)
{
	static struct text m;

	m.type = type;
	memset(m.text, fill, size);
	return msgsnd(queue, &m, size, IPC_NOWAIT);
}

static inline void receive(void)
{
	struct text m;

	meet();
	enter("msgrcv", queue, (intptr_t)&m, 77, -9, MSG_NOERROR);
	msgrcv(queue, &m, 77, -9, MSG_NOERROR);
	leave();
}

static inline const struct snap_process *process_of(const struct snapshot *s, unsigned who)
{
	for (uint32_t i = 0; i < s->nprocesses; i++)
		if (snap_letter(s, snap_processes(s)[i].task) == who)
			return &snap_processes(s)[i];
	ck_abort_msg("no process %c", LETTER_CHAR(who));
	return NULL;
}

/* How many times a segment is mapped: by "A 2, B 1", in that order. */
static inline const char *attached(const struct snapshot *s, const struct snap_segment *g)
{
	static char text[256];
	size_t n = 0;

	text[0] = 0;
	for (uint32_t i = 0; i < g->nattached; i++) {
		const struct snap_share *a = &snap_attached(s)[g->first + i];

		ck_assert_int_eq(snap_maps(s, g, snap_task(s, a->task)), a->value);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%c %d", i ? ", " : "",
		                      LETTER_CHAR(snap_letter(s, a->task)), a->value);
	}
	return text;
}

/* The tests of one program; its exit status. */
static inline int run_suite(TCase *tests)
{
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	return suite_main(tests);
}
