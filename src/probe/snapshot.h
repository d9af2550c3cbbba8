// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/board.h"
#include "sys/letters.h"
#include "sys/states.h"

/* What the kernel said at one moment. A snapshot is one block of memory without pointers
   (it travels through a socket as it is), never changed once it is made; free() frees it.
   Lists are ranges of the arrays behind the header; the functions below give them. Times
   are seconds since the epoch as the kernel keeps them, 0 when it never happened. */

/* Who: a process, or a thread of one. The rest of a snapshot names it by its index here. */
struct snap_task {
	pid_t pid;        /* 0: it is dead and nobody's any more */
	uint32_t thread;  /* its number in its process, from 0 */
	uint8_t letter;   /* of a process of the lesson; LETTERS: it has none */
	uint8_t here;     /* it is in the namespace that was looked at */
	char command[16]; /* as in /proc/PID/comm; empty for one with a letter */
};

/* What one task has of an object. */
struct snap_share {
	uint32_t task;
	int32_t value;
};

struct snap_process {
	uint32_t task;
	uint8_t state; /* enum process_state */
	uint8_t in_call;
	uint8_t zombie; /* dead, and its parent has not waited for it */
	int32_t call;   /* index in the call table, valid when in_call */
	int64_t args[6];
	uint64_t since; /* CLOCK_MONOTONIC ns at which it entered the call */
	uint64_t rounds;
	uint64_t cpu; /* ns that it has used; proc(5) counts in hundredths of a second */

	/* of its last call */
	int32_t fd;               /* the descriptor that it took, or -1 */
	int8_t fd_access;         /* O_RDONLY, O_WRONLY, O_RDWR; -1: not known */
	uint8_t memlock_known;    /* it was mlock(2): */
	uint64_t memlock, locked; /* bytes: RLIMIT_MEMLOCK, and what counts against it */
	uint64_t msgqueue;        /* bytes: RLIMIT_MSGQUEUE, if it was mq_open(3); 0: not known */
};

/* Where one of one's own programs stands. Of one with several threads the one whose turn it is comes first. */
struct snap_program {
	uint32_t task;
	struct board_program now;
};

struct snap_perm {
	int32_t key;
	uint32_t uid, cuid;
	uint32_t mode; /* with SHM_DEST and SHM_LOCKED for a segment */
};

enum snap_bytes {
	BYTES_NONE,      /* nobody of the lesson has it attached, or may read it */
	BYTES_UNTOUCHED, /* attached, but no attached process has touched the first page */
	BYTES_READ,
};

enum { SNAP_BYTES = 32, SNAP_TEXT = 64, SNAP_OPS = 8, SNAP_PAGES = 64, SNAP_PATH = 64 };

/* What a snapshot holds at most: tasks, objects of each kind, and of all of them together
   semaphores, messages, mappings, and shares in segments and in semaphores; so none is larger
   than SNAP_SIZE_MAX. Of one queue it holds at most SNAP_SHOWN messages, of a
   longer one the last SNAP_LAST among them. Of one set at most SNAP_RUNS
   semaphores that differ, and beside them, of each set, those that somebody waits for, that have an
   undo, or whose value has changed. Of one mapping it holds at most SNAP_PAGES pages and SNAP_RUNS runs of
   pages behind them, and none behind the first SNAP_PAGES_READ. */
enum {
	SNAP_TASKS = 64,
	SNAP_OBJECTS = 256,
	SNAP_ATTACHED = SNAP_OBJECTS * LETTERS,
	SNAP_UNDOS = 1024,
	SNAP_SEMAPHORES = 1024,
	SNAP_MESSAGES = 512,
	SNAP_MAPPINGS = 128,
	SNAP_PAGE_RUNS = 2048,
	SNAP_PAGES_READ = 1 << 18,
	SNAP_SHOWN = 64,
	SNAP_LAST = 16,
	SNAP_ALONE = 8,
	SNAP_RUNS = 192,
	SNAP_SIZE_MAX = 256 * 1024,
};

struct snap_segment {
	int32_t id;
	struct snap_perm perm;
	uint64_t segsz;
	uint64_t nattch;
	uint64_t rss, swap; /* bytes, from /proc/sysvipc/shm */
	pid_t cpid, lpid;
	int64_t atime, dtime, ctime;
	uint32_t first; /* in attached: who has it mapped, and how many times */
	uint32_t nattached;
	uint8_t bytes_state;       /* enum snap_bytes */
	uint8_t bytes[SNAP_BYTES]; /* the first bytes, read from an attached process */
};

struct snap_set {
	int32_t id;
	struct snap_perm perm;
	uint32_t nsems;
	uint32_t first; /* in the semaphores: nshown, in the order of their numbers */
	uint32_t nshown;
	int64_t otime, ctime;
};

/* One semaphore of a set, or several that are alike. The first SNAP_ALONE of a set stand alone. */
struct snap_semaphore {
	uint32_t skipped;        /* semaphores before it that are left out */
	uint32_t more;           /* that follow it and are like it */
	int32_t val, ncnt, zcnt; /* all -1: it may not be read here (mode, and no capability) */
	pid_t pid;
	uint32_t first; /* in the undos: what the exit of whom would add, derived; none is 0 */
	uint32_t nundos;
};

struct snap_op {
	uint16_t num;
	int16_t op;
	int16_t flg;
};

enum waiter_kind { WAIT_SEMOP, WAIT_MSGSND, WAIT_MSGRCV };

/* A task asleep on an object. */
struct snap_waiter {
	uint32_t task;
	uint8_t kind;      /* enum waiter_kind */
	uint8_t nops;      /* shown; all_ops is how many there are */
	uint8_t ops_known; /* the array could be read from its memory */
	int32_t id;
	uint32_t all_ops;
	struct snap_op ops[SNAP_OPS];
	int32_t blocked_op; /* the number of that operation, from 0 */
	int32_t blocked_on; /* sem_num of the operation that blocks it, derived from the values;
			       -1 when unknown */
	int64_t type;       /* msgsnd: of its message (0 unknown); msgrcv: asked for */
	uint64_t size;      /* msgsnd: of its message; msgrcv: room */
	int32_t flags;      /* msgsnd, msgrcv */
};

struct snap_queue {
	int32_t id;
	struct snap_perm perm;
	uint64_t cbytes, qnum, qbytes;
	pid_t lspid, lrpid;
	int64_t stime, rtime, ctime;
	uint32_t first; /* in the messages, in the order of the queue */
	uint32_t nshown;
	uint8_t copy; /* 1: the messages were read by MSG_COPY; 0: it can't be done here */
};

struct snap_message {
	uint32_t skipped; /* messages before it that are left out */
	int64_t type;
	uint64_t size;
	uint8_t ntext;
	uint8_t text[SNAP_TEXT];
};

enum { PAGE_CLASS = 7, PAGE_PRESENT = 8, PAGE_ANONYMOUS = 16 /* private and copied */ };

/* Of which namespace a mapped segment is. */
enum snap_whose {
	WHOSE_HERE,   /* the one that was looked at */
	WHOSE_OTHER,  /* another one */
	WHOSE_EITHER, /* its process was here once, and both have a segment with the id */
};

/* A mapping that the lesson made: a file, a segment, or anonymous memory from mmap. Not
   the program's own text, libraries, heap, stack. Adjacent mappings that differ only in
   protection stay apart, as in /proc/PID/maps. */
struct snap_mapping {
	uint32_t task;
	uint8_t prot;   /* PROT_READ | PROT_WRITE | PROT_EXEC */
	uint8_t shared; /* MAP_SHARED */
	uint8_t locked; /* mlock(2) */
	uint8_t deleted;
	uint8_t is_segment;
	uint8_t is_file;
	uint8_t size_unknown; /* the file is closed and unlinked, or the segment is of another
				 namespace: file_size is 0, pages are taken for IN_FILE */
	uint8_t whose;        /* of a segment: enum snap_whose */
	uint8_t inside; /* of a file in the lesson's directory: where in the path its name there
				 begins; 0: it is elsewhere, or the name is cut */
	int32_t shmid;  /* of a segment, in the namespace that it is of */
	uint64_t start, end, offset;
	uint64_t file_size;   /* bytes; of a segment shm_segsz; 0 for anonymous */
	uint32_t first;       /* in the pages: the first of them, */
	uint32_t nshown;      /* at most SNAP_PAGES; */
	uint32_t first_run;   /* in the runs: those behind, */
	uint32_t nruns;       /* as far as there is room */
	char path[SNAP_PATH]; /* without " (deleted)"; the last bytes of a longer one */
};

/* The limits of the namespace and what counts against them, as the kernel counts it: also what a
   scope leaves out. */
struct snap_limits {
	uint64_t semmni, semmns, semmsl, semopm, sets, semaphores;
	uint64_t shmmax, shmmni, shmall, segments, pages; /* shmall counts pages */
	uint64_t msgmax, msgmnb, msgmni, queues;
	uint64_t msg_max, msgsize_max; /* of a POSIX queue; 0: nobody has asked for one */

	uint64_t space_free,
		space;            /* bytes, of the file system of the lesson's files; 0: unknown */
	uint64_t huge_free, huge; /* pages */
	uint64_t huge_known;      /* some were asked for */
};

/* Pages of a mapping that are alike, one behind the other. */
struct snap_run {
	uint32_t count;
	uint8_t page; /* as in snap_pages() */
};

struct snapshot {
	uint32_t size; /* of the whole block */
	uint32_t ntasks, nprocesses, nprograms, nsegments, nattached, nsets, nsemaphores, nundos,
		nwaiters, nqueues, nmessages, nmappings, npages, nruns;
	uint32_t tasks, processes, programs, segments, attached, sets, semaphores, undos, waiters,
		queues, messages, mappings, pages, runs; /* offsets from the start of the block */
	struct snap_hidden {
		uint32_t segments, sets, queues, mappings, waiters;
	} hidden; /* left out because there were too many */
	struct snap_limits limits;
	uint64_t time;    /* CLOCK_MONOTONIC, ns */
	int64_t clock;    /* seconds since the epoch, for comparing with the kernel's times */
	uint32_t unnamed; /* tasks that one's own programs have started when no letter was left */
	uint8_t host;     /* taken in the host's namespace */
	uint8_t seen;     /* that who is said to sleep does so is seen, not proven: the machine lets
			  nobody be traced, or does not count who gets a CPU (sight.c) */
};

#define SNAP_LIST(name, type)                                                          \
	static inline const struct type *snap_##name(const struct snapshot *s)         \
	{                                                                              \
		return (const struct type *)(const void *)((const char *)s + s->name); \
	}

SNAP_LIST(tasks, snap_task)
SNAP_LIST(processes, snap_process)
SNAP_LIST(programs, snap_program)
SNAP_LIST(segments, snap_segment)
SNAP_LIST(attached, snap_share)
SNAP_LIST(sets, snap_set)
SNAP_LIST(semaphores, snap_semaphore)
SNAP_LIST(undos, snap_share)
SNAP_LIST(waiters, snap_waiter)
SNAP_LIST(queues, snap_queue)
SNAP_LIST(messages, snap_message)
SNAP_LIST(mappings, snap_mapping)
SNAP_LIST(runs, snap_run)

/* A page is (enum page_class) in PAGE_CLASS, PAGE_PRESENT, PAGE_ANONYMOUS. */
static inline const uint8_t *snap_pages(const struct snapshot *s)
{
	return (const uint8_t *)s + s->pages;
}

static inline const struct snap_task *snap_task(const struct snapshot *s, uint32_t task)
{
	return &snap_tasks(s)[task];
}

/* The number of its letter; LETTERS for a task that has none. */
static inline unsigned snap_letter(const struct snapshot *s, uint32_t task)
{
	return snap_task(s, task)->letter;
}

/* The process of a letter, or NULL. */
const struct snap_process *snap_process_of(const struct snapshot *s, unsigned who);

/* Where a program stands, or NULL: it is none, or has ended. s may be NULL. */
const struct snap_program *snap_program_of(const struct snapshot *s, unsigned who);

/* The object with that id, or NULL. s may be NULL. */
const struct snap_segment *snap_segment_of(const struct snapshot *s, int32_t id);
const struct snap_set *snap_set_of(const struct snapshot *s, int32_t id);
const struct snap_queue *snap_queue_of(const struct snapshot *s, int32_t id);

/* Whether tasks, perhaps of two snapshots, are the same one. */
bool snap_same_task(const struct snap_task *a, const struct snap_task *b);

/* How many times a task has a segment mapped, and what its exit would add to a semaphore, by
   the snapshot s that these are of. The task may be of another snapshot. */
int32_t snap_maps(const struct snapshot *s, const struct snap_segment *segment,
                  const struct snap_task *task);
int32_t snap_undo(const struct snapshot *s, const struct snap_semaphore *semaphore,
                  const struct snap_task *task);

/* Whether a block of size bytes is a well-formed snapshot: every list and index inside it. */
bool snapshot_valid(const void *block, size_t size);
