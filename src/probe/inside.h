// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits.h>

#include "base/buf.h"
#include "probe/probe.h"
#include "sys/ledger.h"

/* Inside the probe: what its files share, in the order that data flows.

	probe.c      takes a snapshot, by the files below in the order in which it calls them
	proc.c       the processes: their states, and the calls that they are in; sight.c: asleep?
	             room.c: what their last calls can have failed by
	segments.c   the objects, and what an assert asks of one; semaphores.c, queues.c
	mappings.c   what is mapped, page by page; made.c: which of it the lesson made
	waiters.c    who sleeps on what; others.c: tasks without a letter
	block.c      all of it as one block; snapshot.c: what is found in a block

   and below them

	file.c       what lies behind a mapping; maps.c: /proc/PID/maps
	memory.c     what a process has in its memory, untouched by it and by us
	kept.c       files of /proc that stay open
	last.c       what still holds of the snapshot before
	why.c        why something can't be told */

/* Files of /proc/PID that stay open, because opening costs more than reading. */
enum kept_file {
	KEPT_STAT,
	KEPT_STATUS,
	KEPT_MAPS,
	KEPT_PAGEMAP,
	KEPT_SYSCALL,
	KEPT_SCHEDSTAT,
	KEPT_FILES,
};

struct kept {
	pid_t pid;          /* the letter's when they were opened; 0 for none */
	int fd[KEPT_FILES]; /* -1 when not open */
	uint64_t slept;     /* as often it had got a CPU when it was last seen asleep; 0: never */
	struct probe_task asleep; /* the same of a program, and what was seen */
};

/* A mapped file, held by an O_PATH descriptor from the first snapshot that saw it until the one
   that finds it mapped no more: so its size can be told after it was closed and unlinked. The
   mapping itself holds the file as long. */
struct pin {
	int fd;
	dev_t dev;
	ino_t ino;
	bool seen; /* in this snapshot */
};

enum { PINS = 64, CALLS_MAX = 128 };

/* What /proc/PID/maps says of one mapping. The path is not terminated, and is valid until
   the next maps are read. */
struct vma {
	uint64_t start, end, offset, inode;
	dev_t dev;
	uint8_t prot;
	bool shared;
	const char *path;
	size_t npath;
};

/* The mappings of one process that the lesson made, as its maps had them when they were last
   read. They are not read again while the board shows that it made no call since that could
   have changed them: reading them all costs more than the rest of a snapshot. */
struct made {
	struct vma vma; /* its path is set by made_at() */
	bool locked;
	size_t path; /* where it is in paths */
};

struct made_list {
	pid_t pid;    /* whose, 0 for none */
	uint32_t seq; /* of the board, before the maps were read */
	bool here;    /* it is in the namespace that the probe reads */
	struct made *items;
	size_t count, room;
	struct buf paths;
};

/* Whether a process is in the namespace that the probe reads, as it was last looked at. */
struct whereabouts {
	pid_t pid;    /* whose, 0 for none */
	uint32_t seq; /* of the board */
	bool here;
};

/* What lies behind a mapping, and how much of it. */
enum backing {
	BACKING_NONE, /* anonymous memory, or a device: every page is there */
	BACKING_SEGMENT,
	BACKING_FILE,
	BACKING_UNKNOWN, /* its size can't be told from here */
};

/* A snapshot in the making. */
struct draft {
	struct snapshot head; /* its counts say how much of the arrays is filled */
	struct snap_task tasks[SNAP_TASKS];
	struct snap_process processes[SNAP_TASKS];
	struct snap_program programs[LETTERS + BOARD_THREADS];
	struct snap_segment segments[SNAP_OBJECTS];
	struct snap_share attached[SNAP_ATTACHED];
	struct snap_set sets[SNAP_OBJECTS];
	struct snap_semaphore semaphores[SNAP_SEMAPHORES];
	struct snap_share undos[SNAP_UNDOS];
	struct snap_waiter waiters[SNAP_TASKS];
	struct snap_queue queues[SNAP_OBJECTS];
	struct snap_message messages[SNAP_MESSAGES];
	struct snap_mapping mappings[SNAP_MAPPINGS];
	uint8_t pages[SNAP_MAPPINGS * SNAP_PAGES];
	struct snap_run runs[SNAP_PAGE_RUNS];
};

/* A share in a segment, before those of each stand together. */
struct attachment {
	uint32_t segment; /* in the draft */
	struct snap_share share;
};

struct message_buffer {
	long type;
	char text[];
};

/* A task without a letter, while it is looked at. */
struct other {
	pid_t pid, tid;
	uint32_t thread; /* its number in its process, from 0 */
};

/* The call that the kernel says a task sleeps in. */
struct kernel_call {
	char text[256]; /* of /proc/PID/syscall */
	char runs[80];  /* of its schedstat: how often it got a CPU */
	long number;
	int64_t args[6];
};

/* The place of the process without a letter that is being looked at, behind the letters. */
enum { OTHER = LETTERS, PLACES };

/* The values of a set at the snapshot before. */
struct set_memory {
	int id;
	uint32_t nsems;
	unsigned short *values;
};

enum { SETS_KEPT = 4 };

/* Sets and queues as the snapshot before found them. A set changes in its values, or in who changed
   them last, only together with its sem_otime or sem_ctime (set_semotime(), SETVAL and SETALL in
   ipc/sem.c), a queue in its messages only together with its times (ipc/msg.c). These count seconds.
   So what was read when all of its times were those of a second that was over, and has the same
   times now, has not changed in between: a change would have brought a later second. That takes a clock
   that is not set back: nothing is kept if it was moved by LAST_STEP, in ns, since the first snapshot
   that is kept, and a second more must have passed.

   Who waits changes no time: of a set that somebody sleeps on, or has an undo in, nothing is kept. */
enum { LAST_STEP = 500000000 };
struct last {
	int64_t base; /* ns from CLOCK_MONOTONIC to CLOCK_REALTIME */
	uint32_t nsets, nqueues;
	struct snap_set sets[SNAP_OBJECTS];
	struct snap_semaphore semaphores[SNAP_SEMAPHORES];
	struct snap_queue queues[SNAP_OBJECTS];
	struct snap_message messages[SNAP_MESSAGES];
	bool set_rests[SNAP_OBJECTS], queue_rests[SNAP_OBJECTS]; /* all of it was past, and read */
};

struct probe {
	struct probe_scope scope;
	const struct board *board;
	pid_t other;
	size_t page;  /* bytes */
	ino_t ipc_ns; /* of the namespace that the probe reads */
	int ipc_fd; /* it is open: no other can get its number, and the kernel need not make it up for each look */
	bool seen; /* the last look at one that slept could not prove it */
	struct kept kept[PLACES];
	uint32_t seq[LETTERS]; /* of each process's calls, in this snapshot */
	struct whereabouts whereabouts[LETTERS];
	struct made_list made[LETTERS];
	struct pin pins[PINS];
	size_t npins;
	int shm_list;                 /* /proc/sysvipc/shm, -1 until it is needed */
	int execve;                   /* in the call table */
	bool strangers;               /* a process has executed another program */
	bool locks[LETTERS];          /* each has called mlock(2) */
	bool huge;                    /* one has asked for huge pages */
	bool mqueues;                 /* or for a POSIX queue */
	bool maps_nothing[CALLS_MAX]; /* by call: it leaves the mappings as they are */

	/* kept buffers, grown when needed */
	char *text; /* of a file in /proc */
	size_t ntext, text_size;
	unsigned short *values; /* of a set */
	uint8_t *marks;         /* of its semaphores */
	size_t nvalues;
	struct set_memory sets[SETS_KEPT];
	size_t next_set;
	struct sembuf *ops;
	size_t nops;
	struct message_buffer *message;
	size_t message_size; /* of its text */

	struct last last;

	/* of the snapshot in the making */
	bool set_rests[SNAP_OBJECTS], queue_rests[SNAP_OBJECTS]; /* as in struct last */
	struct attachment attachments[SNAP_ATTACHED];
	uint32_t nattachments;
	uint32_t last_attachment[SNAP_OBJECTS]; /* of each segment, and 1; 0 for none */

	char why[200];
	bool refused; /* by this machine: the last probe_read() */
	struct draft draft;
};

/* semctl(2): the caller defines this. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *info;
};

/* An id is its index and, above it, a sequence number: 15 bits of index, or 24 with the boot
   parameter ipcmni_extend (ipc/util.h). */
enum { INDEX_MASK = 0x7fff, INDEX_MASK_EXTENDED = 0xffffff };

/* why.c. Writes the sentence, points *why at it, returns -1. */
int probe_fail(struct probe *p, const char **why, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* kept.c */
void kept_init(struct kept *k);
void kept_close(struct kept *k);
pid_t probe_pid(const struct probe *p, unsigned who); /* also of OTHER; 0: it is not alive */

/* As pread(2). A descriptor that answers nothing at a place where something must be (the
   process has another image, or is another process) is opened again, once. */
ssize_t kept_read(struct probe *p, unsigned who, enum kept_file file, void *to, size_t size,
                  uint64_t at);

/* Room for more of a file after p->text, and that n bytes came (false: none, the end). */
size_t text_room(struct probe *p);
bool text_took(struct probe *p, ssize_t n);

/* proc.c */
void process_list(struct probe *p, const uint8_t states[LETTERS]);

/* The letter of a task of the draft. */
static inline unsigned letter_of(const struct probe *p, uint32_t task)
{
	return p->draft.tasks[task].letter;
}

/* room.c: what the last call of a process can have failed by; of the machine */
void room_of(struct probe *p, unsigned who, struct snap_process *s);
void room_list(struct probe *p);

/* memory.c. The entry of the page tables for each of n pages; false when they can't be read. */
bool pagemap_read(struct probe *p, unsigned who, uint64_t address, uint64_t *entries, size_t n);
bool pagemap_present(uint64_t entry);
bool pagemap_private(uint64_t entry); /* there, in memory or swap, and no page of a file */

/* Reads what can be read without bringing in a page: all of it, or nothing and false. */
bool memory_read(struct probe *p, unsigned who, uint64_t address, void *to, size_t size);

/* maps.c */
bool maps_read(struct probe *p, unsigned who);
bool maps_next(const char **at, struct vma *v); /* start with *at = p->text */
bool maps_find(const struct probe *p, uint64_t address, struct vma *v);
bool vma_starts(const struct vma *v, const char *with); /* its path */
bool path_is_in(const char *path, size_t n, const char *directory);
bool vma_is_segment(const struct vma *v);
bool vma_is_anonymous(const struct vma *v);
bool vma_is_deleted(const struct vma *v);       /* its path says so */
size_t name_length(const char *path, size_t n); /* of n bytes, without " (deleted)" */

/* made.c. What the lesson made in the memory of a process, in order of addresses. The draft
   has its processes already. */
const struct made_list *made_list(struct probe *p, unsigned who, const struct snap_process *s);
struct vma made_at(const struct made_list *l, size_t i);
void made_free(struct made_list *l);

/* mappings.c: the mappings, their pages, who has what attached, the first bytes of segments */
void mapping_list(struct probe *p);

/* file.c. The size is set for a segment and a file. file_pin() also takes hold of the file. */
enum backing file_backing(struct probe *p, unsigned who, const struct vma *v, uint64_t *size);
struct behind {
	uint64_t size;
	bool unlinked;       /* nobody finds the file by this: */
	char name[PATH_MAX]; /* the one that it has, or had last */
};
enum backing file_pin(struct probe *p, unsigned who, const struct vma *v, struct behind *b);
void pins_begin(struct probe *p);
void pins_end(struct probe *p); /* lets go of those that were not seen */

/* What decides about the pages of a mapping of a segment: the segment, or, where mremap(2) has
   made it longer than that, the length of its file. */
enum backing segment_reach(const struct probe *p, unsigned who, const struct vma *v, uint64_t size);

/* The class of the page at an offset of what is mapped. */
enum page_class page_classify(const struct probe *p, enum backing backing, uint64_t size,
                              uint64_t offset);

static inline struct snap_perm perm_of(const struct ipc_perm *perm)
{
	return (struct snap_perm){
		.key = perm->__key,
		.uid = perm->uid,
		.cuid = perm->cuid,
		.mode = perm->mode,
	};
}

/* Of a namespace that has so many of a kind: how many must be found, before the rest of the
   indexes need not be looked at; and how many are left out. Those of the ledger may be
   anywhere, so all are looked at. */
static inline uint32_t looked_for(const struct probe *p, int used)
{
	if (p->scope.ledger)
		return SNAP_OBJECTS + 1;
	return used > SNAP_OBJECTS ? SNAP_OBJECTS : (uint32_t)used;
}

static inline uint32_t beyond(const struct probe *p, int used)
{
	return !p->scope.ledger && used > SNAP_OBJECTS ? (uint32_t)used - SNAP_OBJECTS : 0;
}

static inline bool in_scope(const struct probe *p, enum ledger_kind kind, int id)
{
	return !p->scope.ledger || ledger_has(p->board->ledger, kind, id);
}

/* last.c: keeps the draft, of which the next is made now; whether a time of an object is so long ago that
   a change would bring another; and the set or queue of the draft that is filled next as it was, NULL
   unless it has not changed since. */
void last_begin(struct probe *p);
bool last_is_past(const struct probe *p, int64_t stamp);
const struct snap_set *last_set(struct probe *p, const struct snap_set *now);
const struct snap_queue *last_queue(struct probe *p, const struct snap_queue *now);

/* segments.c, semaphores.c, queues.c, waiters.c */
void segment_list(struct probe *p);
struct snap_segment *segment_find(struct probe *p, int id);
void set_list(struct probe *p);
bool set_values(struct probe *p, int id, size_t nsems); /* into p->values */
void queue_list(struct probe *p);
void waiter_list(struct probe *p);

/* The arguments of ipc(2) as those of the call that it stands for, whose name is returned; NULL
   for one that does not sleep. */
const char *ipc_decode(struct probe *p, unsigned who, int64_t *args);

/* others.c. Each task that is in the namespace and has no letter; while it is visited, OTHER
   stands for its process. */
typedef void other_visit(struct probe *p, const struct other *o);
void others_each(struct probe *p, other_visit *visit);
bool other_call(const struct other *o,
                struct kernel_call *call); /* false: it is not asleep in one */
bool other_same_call(const struct other *o, const struct kernel_call *call); /* still */
struct snap_task other_task(const struct other *o);

/* block.c: the draft as one block, which the caller frees */
struct snapshot *block_make(const struct draft *d);
