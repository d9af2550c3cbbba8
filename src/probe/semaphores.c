// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/intl.h"
#include "base/mem.h"

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

bool set_values(struct probe *p, int id, size_t nsems)
{
	if (nsems > p->nvalues) {
		p->values = mem_grow(p->values, nsems * sizeof(*p->values));
		p->nvalues = nsems;
	}
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

/* Which of the shown semaphores the board has an entry for: of most sets, none. */
static uint64_t with_undo(const struct probe *p, const struct snap_set *set)
{
	uint64_t found = 0;

	_Static_assert(SNAP_SHOWN <= 64, "a mask of those shown");
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct board_process *page = p->board->pages[who];

		for (uint32_t i = 0; i < board_undo_count(page); i++) {
			uint32_t num = page->undo[i].num;

			if (page->undo[i].semid == set->id && num < set->nshown)
				found |= UINT64_C(1) << num;
		}
	}
	return found;
}

static int undo_of(const struct probe *p, const struct snap_set *set, uint32_t num, uint32_t task)
{
	unsigned who = letter_of(p, task);

	return who < LETTERS ? board_undo_get(p->board->pages[who], set->id, num) : 0;
}

static void undo_list(struct probe *p, const struct snap_set *set, struct snap_semaphore *sems)
{
	struct snapshot *head = &p->draft.head;
	uint64_t found = with_undo(p, set);

	for (uint32_t num = 0; num < set->nshown; num++) {
		sems[num].first = head->nundos;
		for (uint32_t task = 0; found >> num & 1 && task < head->ntasks; task++) {
			int adjust = undo_of(p, set, num, task);

			if (adjust && head->nundos < SNAP_UNDOS)
				p->draft.undos[head->nundos++] =
					(struct snap_share){ task, adjust };
		}
		sems[num].nundos = head->nundos - sems[num].first;
	}
}

static void semaphores_fill(struct probe *p, struct snap_set *set)
{
	struct snapshot *head = &p->draft.head;
	struct snap_semaphore *sems = &p->draft.semaphores[head->nsemaphores];
	uint32_t room = SNAP_SEMAPHORES - head->nsemaphores;
	bool readable = set_values(p, set->id, set->nsems);

	set->first = head->nsemaphores;
	set->nshown = set->nsems < SNAP_SHOWN ? set->nsems : SNAP_SHOWN;
	if (set->nshown > room)
		set->nshown = room;
	memset(sems, 0, set->nshown * sizeof(*sems));
	for (uint32_t i = 0; i < set->nshown; i++) {
		if (!readable || !counts_read(set->id, (int)i, &sems[i]))
			unreadable(&sems[i]);
		else
			sems[i].val = p->values[i];
	}
	undo_list(p, set, sems);
	head->nsemaphores += set->nshown;
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
			semaphores_fill(p, &p->draft.sets[head->nsets++]);
		} else {
			head->hidden.sets++;
		}
	}
	head->hidden.sets += beyond(p, info.semusz);
}
