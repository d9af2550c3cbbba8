// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/intl.h"
#include "base/mem.h"
#include "sys/calls.h"

/* glibc before 2.33 does not know that SEM_STAT_ANY has an argument. */
static int set_stat_at(int index, struct semid_ds *ds)
{
	union semun arg = { .buf = ds };
	int id = (int)syscall(SYS_semctl, index, 0, SEM_STAT_ANY, ds);

	return id >= 0 ? id : semctl(index, 0, SEM_STAT, arg);
}

int probe_set(struct probe *p, int id, struct semid_ds *ds, const char **why)
{
	if (!semctl(id, 0, IPC_STAT, (union semun){ .buf = ds }))
		return 0;
	if (errno == EACCES && (set_stat_at(id & INDEX_MASK, ds) == id ||
	                        set_stat_at(id & INDEX_MASK_EXTENDED, ds) == id))
		return 0;
	return probe_fail(p, why, _("there is no semaphore set with id %d"), id);
}

static void room(struct probe *p, size_t nsems)
{
	if (nsems <= p->nvalues)
		return;
	p->values = mem_grow(p->values, nsems * sizeof(*p->values));
	p->marks = mem_grow(p->marks, nsems);
	p->nvalues = nsems;
}

bool set_values(struct probe *p, int id, size_t nsems)
{
	room(p, nsems);
	return !semctl(id, 0, GETALL, (union semun){ .array = p->values });
}

/* All but the value. GETNCNT and GETZCNT walk the sleepers when they are asked. */
static bool counts_read(int id, int num, struct snap_semaphore *s)
{
	s->pid = semctl(id, num, GETPID);
	s->ncnt = semctl(id, num, GETNCNT);
	s->zcnt = semctl(id, num, GETZCNT);
	return s->pid >= 0 && s->ncnt >= 0 && s->zcnt >= 0;
}

static void unreadable(struct snap_semaphore *s)
{
	s->val = s->ncnt = s->zcnt = -1;
	s->pid = 0;
}

int probe_semaphore(struct probe *p, int id, int num, struct snap_semaphore *sem, const char **why)
{
	struct semid_ds ds;

	if (probe_set(p, id, &ds, why))
		return -1;
	if (num < 0 || (unsigned long)num >= ds.sem_nsems)
		return probe_fail(p, why, _("set %d has no semaphore %d: it has %lu"), id, num,
		                  (unsigned long)ds.sem_nsems);
	sem->val = semctl(id, num, GETVAL);
	if (sem->val < 0 || !counts_read(id, num, sem))
		return probe_fail(p, why, _("semaphore %d of set %d can't be read: %s"), num, id,
		                  strerror(errno));
	sem->first = sem->nundos = 0;
	return 0;
}

/* Marks those of a set for which the board has an entry; returns whether there are any. */
static bool undos_mark(struct probe *p, const struct snap_set *set)
{
	bool any = false;

	memset(p->marks, 0, set->nsems);
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct board_process *page = p->board->pages[who];

		for (uint32_t i = 0; i < board_undo_count(page); i++)
			if (page->undo[i].semid == set->id && page->undo[i].num < set->nsems)
				p->marks[page->undo[i].num] = any = true;
	}
	return any;
}

static int undo_of(const struct probe *p, const struct snap_set *set, uint32_t num, uint32_t task)
{
	unsigned who = letter_of(p, task);

	return who < LETTERS ? board_undo_get(p->board->pages[who], set->id, num) : 0;
}

static void undo_list(struct probe *p, const struct snap_set *set, uint32_t num,
                      struct snap_semaphore *sem)
{
	struct snapshot *head = &p->draft.head;

	sem->first = head->nundos;
	for (uint32_t task = 0; p->marks[num] && task < head->ntasks; task++) {
		int adjust = undo_of(p, set, num, task);

		if (adjust && head->nundos < SNAP_UNDOS)
			p->draft.undos[head->nundos++] = (struct snap_share){ task, adjust };
	}
	sem->nundos = head->nundos - sem->first;
}

static bool is_of_sets(int call)
{
	return call >= 0 && !strncmp(call_at((size_t)call)->name, "sem", 3);
}

/* Threads of programs beside the one that stands for its process: of these the board has no arguments. */
static bool thread_may_sleep(const struct board *b)
{
	for (uint32_t i = 0; i < b->nthreads; i++)
		if (b->threads[i].now.stand == STAND_IN && is_of_sets(b->threads[i].now.call))
			return true;
	return b->nthreads == BOARD_THREADS; /* there may be more */
}

/* Whether anybody may sleep on a set: its processes are in a call that the board names; what they
   have executed, and what else is on the host, may be in any. */
static bool may_sleep(const struct probe *p, int id)
{
	if (p->scope.host || p->scope.others || p->strangers || thread_may_sleep(p->board))
		return true;
	for (uint32_t i = 0; i < p->draft.head.nprocesses; i++) {
		const struct snap_process *s = &p->draft.processes[i];

		if (s->in_call && (int)s->args[0] == id && is_of_sets(s->call))
			return true;
	}
	return false;
}

/* The values that a set had when it was last looked at. Only of sets with more values that differ
   than a snapshot holds. */
static const unsigned short *values_before(const struct probe *p, const struct snap_set *set)
{
	for (size_t i = 0; i < SETS_KEPT; i++)
		if (p->sets[i].values && p->sets[i].id == set->id && p->sets[i].nsems == set->nsems)
			return p->sets[i].values;
	return NULL;
}

static void values_keep(struct probe *p, const struct snap_set *set)
{
	size_t size = set->nsems * sizeof(*p->values), i = 0;

	while (i < SETS_KEPT && p->sets[i].id != set->id)
		i++;
	if (i == SETS_KEPT || !p->sets[i].values)
		i = p->next_set++ % SETS_KEPT;
	p->sets[i].values = mem_grow(p->sets[i].values, size);
	memcpy(p->sets[i].values, p->values, size);
	p->sets[i].id = set->id;
	p->sets[i].nsems = set->nsems;
}

/* A semaphore to be told. Those that are like the one before it are counted there. */
struct filling {
	struct snap_set *set;
	struct snap_semaphore *last;
	const unsigned short *before; /* or NULL */
	uint32_t next;                /* the number behind the last */
	bool readable, asleep, full;
};

static bool alike(const struct snap_semaphore *a, const struct snap_semaphore *b)
{
	return a->val == b->val && a->ncnt == b->ncnt && a->zcnt == b->zcnt && a->pid == b->pid;
}

static void semaphore_read(struct probe *p, const struct filling *f, uint32_t num,
                           struct snap_semaphore *sem)
{
	int id = f->set->id;

	*sem = (struct snap_semaphore){ .val = p->values[num] };
	if (f->readable && !f->asleep)
		sem->pid = semctl(id, (int)num, GETPID); /* nobody sleeps: none is counted */
	else if (!f->readable || !counts_read(id, (int)num, sem))
		unreadable(sem);
}

static void semaphore_add(struct probe *p, struct filling *f, uint32_t num)
{
	struct snapshot *head = &p->draft.head;
	struct snap_semaphore sem;
	bool told = p->marks[num] || (f->before && f->before[num] != p->values[num]);

	if (f->full && !told && !f->asleep && f->next != num)
		return; /* whatever else it is, there is no room for it */
	semaphore_read(p, f, num, &sem);
	told |= sem.ncnt > 0 || sem.zcnt > 0;
	if (f->last && num >= SNAP_ALONE && f->next == num && !p->marks[num] && !f->last->nundos &&
	    alike(f->last, &sem)) {
		f->last->more++;
		f->next++;
		return;
	}
	f->full |= f->set->nshown >= SNAP_RUNS || head->nsemaphores + SNAP_SHOWN >= SNAP_SEMAPHORES;
	if ((f->full && !told) || head->nsemaphores == SNAP_SEMAPHORES)
		return;
	sem.skipped = num - f->next;
	f->last = &p->draft.semaphores[head->nsemaphores++];
	*f->last = sem;
	undo_list(p, f->set, num, f->last);
	f->set->nshown++;
	f->next = num + 1;
}

/* As the snapshot before had them, unless there may be something else to tell of them now. */
static bool semaphores_last(struct probe *p, struct snap_set *set)
{
	struct snapshot *head = &p->draft.head;
	const struct snap_set *last = last_set(p, set);
	bool full;

	if (!last)
		return false;
	/* for one of which nothing was told there was no room */
	full = head->nsemaphores + last->nshown + SNAP_SHOWN >= SNAP_SEMAPHORES;
	if (full != !last->nshown)
		return false;
	memcpy(&p->draft.semaphores[head->nsemaphores], &p->last.semaphores[last->first],
	       last->nshown * sizeof(*p->draft.semaphores));
	for (uint32_t i = 0; i < last->nshown; i++)
		p->draft.semaphores[head->nsemaphores + i].first = head->nundos;
	set->nshown = last->nshown;
	head->nsemaphores += last->nshown;
	return true;
}

/* Whether it can be as it is now in the next snapshot. */
static void semaphores_fill(struct probe *p, struct snap_set *set, bool *rests)
{
	struct filling f = {
		.set = set,
		.asleep = may_sleep(p, set->id),
		.before = values_before(p, set),
	};

	room(p, set->nsems);
	*rests = !undos_mark(p, set) && !f.asleep && last_is_past(p, set->otime) &&
	         last_is_past(p, set->ctime);
	set->first = p->draft.head.nsemaphores;
	if (*rests && semaphores_last(p, set))
		return;
	f.readable = set_values(p, set->id, set->nsems);
	if (!f.readable) /* what is there is of another set */
		memset(p->values, 0, set->nsems * sizeof(*p->values));
	for (uint32_t num = 0; num < set->nsems; num++)
		semaphore_add(p, &f, num);
	*rests &= f.readable && f.full == !set->nshown;
	if (f.full && f.readable)
		values_keep(p, set);
}

static void set_fill(struct snap_set *s, int id, const struct semid_ds *ds)
{
	memset(s, 0, sizeof(*s));
	s->id = id;
	s->perm = perm_of(&ds->sem_perm);
	s->nsems = (uint32_t)ds->sem_nsems;
	s->otime = ds->sem_otime;
	s->ctime = ds->sem_ctime;
}

/* semctl(2): SEM_INFO's semusz is the number of sets, semaem that of their semaphores. */
void set_list(struct probe *p)
{
	struct snapshot *head = &p->draft.head;
	struct seminfo info = { 0 };
	struct semid_ds ds;
	int last = semctl(0, 0, SEM_INFO, (union semun){ .info = &info });
	uint32_t want = looked_for(p, info.semusz);
	struct snap_limits *l = &head->limits;

	l->semmni = (uint64_t)info.semmni;
	l->semmns = (uint64_t)info.semmns;
	l->semmsl = (uint64_t)info.semmsl;
	l->semopm = (uint64_t)info.semopm;
	l->sets = (uint64_t)info.semusz;
	l->semaphores = (uint64_t)info.semaem;

	for (int i = 0; i <= last && head->nsets < want; i++) {
		int id = set_stat_at(i, &ds);

		if (id < 0 || !in_scope(p, LEDGER_SEMAPHORES, id))
			continue;
		if (head->nsets < SNAP_OBJECTS) {
			set_fill(&p->draft.sets[head->nsets], id, &ds);
			semaphores_fill(p, &p->draft.sets[head->nsets], &p->set_rests[head->nsets]);
			head->nsets++;
		} else {
			head->hidden.sets++;
		}
	}
	head->hidden.sets += beyond(p, info.semusz);
}
