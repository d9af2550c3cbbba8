// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "probe/snapshot.h"
#include "sys/board.h"

/* The probe reads the kernel's state and changes nothing that it reads: it attaches no
   segment, operates on no semaphore, takes no message, stops and traces nobody, and touches
   no page that its process has not touched. It runs in the stage, inside the namespace of
   the lesson. */
struct probe;

/* What a probe looks at: the objects of the namespace that it is in, and who sleeps on them.
   With none of these set it is that of a lesson; a lesson in the host's namespace has a ledger;
   host and others are all of the host. */
struct probe_scope {
	bool host;   /* the namespace is the host's */
	bool ledger; /* of its objects only those that the board's ledger has */
	bool others; /* also anybody's programs, as far as this user may look into them */
};

/* The board tells which letters live (board->pids), which call each is in, and which objects
   are in the ledger. Never NULL. */
struct probe *probe_new(const struct board *board, struct probe_scope scope);
void probe_free(struct probe *p);

/* states[who] is what the stage knows of each process (enum process_state); a process that
   it knows to be busy is looked at in /proc here. Never NULL; the caller frees. */
struct snapshot *probe_snapshot(struct probe *p, const uint8_t states[LETTERS]);

/* What /proc says of a process: 'R', 'S', 'D', 'T', 'Z', ...; 0 when it is gone. 'S' is one that has
   gone to sleep, not one that gets ready to. Uses kept descriptors for the letter's current pid. */
char probe_run_state(struct probe *p, unsigned who);

/* The same, and of an 'S' whether it is proven: true says that at a moment during this call it was
   asleep. If runs is the same at two such calls, it was asleep from the one to the other. Where this
   machine does not let it be proven, runs is still the same only if it got no CPU in between (0:
   that is not counted). */
struct probe_sleep {
	bool proven;
	uint64_t runs;
};
char probe_look(struct probe *p, unsigned who, struct probe_sleep *sleep);

/* The same of any task of a letter's process, and what else is said of it there. */
struct probe_task {
	struct probe_sleep sleep;
	uint64_t cpu; /* ns that it has used */

	/* of one that is asleep: the system call, and whether that ends by itself */
	uint64_t number, args[6];
	bool timed;
};
char probe_look_task(struct probe *p, unsigned who, pid_t tid, struct probe_task *task);

/* Whether a signal is on its way to a process: it has not been taken yet, or ends it just now. */
bool probe_signalled(struct probe *p, unsigned who);

/* Whether a process is in the IPC namespace that the probe reads; what it says of ids means nothing
   here otherwise. */
bool probe_here(const struct probe *p, unsigned who);

/* For asserts. Each returns 0, or -1 with a sentence in *why (static or owned by the probe,
   valid until the next call). They read whatever the mode of the object (as *_STAT_ANY do
   where IPC_STAT is refused). rss is in bytes. A semaphore has no undos here: the board
   has them. */
int probe_segment(struct probe *p, int id, struct shmid_ds *ds, const char **why);
int probe_segment_rss(struct probe *p, int id, uint64_t *rss, const char **why);
int probe_set(struct probe *p, int id, struct semid_ds *ds, const char **why);
int probe_semaphore(struct probe *p, int id, int num, struct snap_semaphore *sem, const char **why);
int probe_queue(struct probe *p, int id, struct msqid_ds *ds, const char **why);
int probe_file(struct probe *p, unsigned who, int fd, struct stat *st, const char **why);

/* Memory of a process, without touching it: an untouched page is an error that says
   "B has not touched this page: let B read it first". */
int probe_read(struct probe *p, unsigned who, uint64_t address, void *to, size_t size,
               const char **why);

/* Whether the last probe_read() failed because this machine lets nobody read: it is no fault of a lesson. */
bool probe_refused(const struct probe *p);

/* The class of the page that holds the address, and whether the present bit of the
   process's page table is set. */
int probe_page(struct probe *p, unsigned who, uint64_t address, enum page_class *class,
               const char **why);
int probe_resident(struct probe *p, unsigned who, uint64_t address, bool *present,
                   const char **why);
