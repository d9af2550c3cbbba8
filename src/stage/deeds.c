// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <unistd.h>

#include "base/intl.h"
#include "stage/exec.h"
#include "stage/inside.h"
#include "sys/ledger.h"

/* The books that a stage keeps of what its processes do: they ask before, and tell after. */

static bool host_has_key(const struct server *s, const struct wire_deed *d)
{
	return d->number != IPC_PRIVATE &&
	       (ledger_host_has(d->kind, d->number) >= 0 || errno == EACCES) &&
	       !ledger_has_key(s->board->ledger, d->kind, d->number);
}

static enum exec_refusal make(struct server *s, unsigned who, const struct wire_deed *d)
{
	if (host_has_key(s, d))
		return REFUSED_KEY;
	return ledger_begin(s->board->ledger, who, d->kind, d->number) ? EXEC_MADE
	                                                               : REFUSED_OBJECTS;
}

static enum exec_refusal use(struct server *s, unsigned who, const struct wire_deed *d)
{
	(void)who;
	return ledger_had(s->board->ledger, d->kind, d->number) ? EXEC_MADE : REFUSED_OBJECT;
}

/* Whether kill(number) by the one reaches the other: kill(2). */
static bool reaches(pid_t by, pid_t pid, pid_t number)
{
	if (number > 0)
		return pid == number;
	return number == -1 || getpgid(pid) == (number ? -number : getpgid(by));
}

/* In a pid namespace there is nobody but the lesson's. Elsewhere a group is known to be the lesson's only
   if it is one's own. */
static enum exec_refusal strike(struct server *s, unsigned who, const struct wire_deed *d)
{
	bool own = s->birth.pids || !d->number;

	for (unsigned other = 0; other < LETTERS; other++) {
		const struct actor *a = &s->actors[other];
		pid_t pid = a->corpse ? a->corpse : a->pid;

		if (pid && reaches(s->actors[who].pid, pid, d->number)) {
			s->struck |= LETTER_BIT(other);
			own |= d->number > 0;
		}
	}
	return own ? EXEC_MADE : REFUSED_KILL;
}

/* actor.c has looked at who is dead. */
static enum exec_refusal reap(struct server *s, unsigned who, const struct wire_deed *d)
{
	(void)who;
	(void)d;
	(void)s;
	return EXEC_MADE;
}

static enum exec_refusal made(struct server *s, unsigned who, const struct wire_deed *d)
{
	ledger_end(s->board->ledger, who, d->number);
	return EXEC_MADE;
}

static enum exec_refusal removed(struct server *s, unsigned who, const struct wire_deed *d)
{
	(void)who;
	ledger_leave(s->board->ledger, d->kind, d->number);
	return EXEC_MADE;
}

static enum exec_refusal set(struct server *s, unsigned who, const struct wire_deed *d)
{
	for (unsigned other = 0; other < LETTERS; other++)
		if (other != who)
			board_undo_clear(s->board->pages[other], d->number, d->part);
	return EXEC_MADE;
}

static const struct {
	enum exec_refusal (*take)(struct server *s, unsigned who, const struct wire_deed *d);
	bool host; /* only there are such books */
} deeds[DEEDS] = {
	[DEED_MAKE] = { make, true },    [DEED_USE] = { use, true },
	[DEED_KILL] = { strike, false }, [DEED_REAP] = { reap, false },
	[DEED_MADE] = { made, true },    [DEED_REMOVED] = { removed, true },
	[DEED_SET] = { set, false },
};

enum exec_refusal deed_judge(struct server *s, unsigned who, const struct wire_deed *d)
{
	return deeds[d->what].take(s, who, d);
}

bool deed_take(struct server *s, unsigned who, const struct wire_deed *d)
{
	struct wire_answer answer;

	if (d->what >= DEEDS || d->kind >= LEDGER_KINDS || (deeds[d->what].host && !s->host))
		return false;
	answer.refused = (uint8_t)deed_judge(s, who, d);
	/* if it can't be sent the process has just died: it will be waited for */
	if (d->what <= DEED_ASKS)
		wire_send(s->actors[who].wire.fd, WIRE_ANSWER, &answer, sizeof(answer), NULL);
	return true;
}

void deed_refusal(char *to, size_t size, enum exec_refusal refused, int64_t value)
{
	switch (refused) {
	case EXEC_MADE:
		break;
	case REFUSED_ARGUMENT:
		snprintf(to, size, "%s", _("no memory for the argument of a call"));
		break;
	case REFUSED_VARIABLE:
		snprintf(to, size, "%s", _("no memory for a variable"));
		break;
	case REFUSED_STATEMENT:
		snprintf(to, size, "%s", _("no memory for the statement"));
		break;
	case REFUSED_KEY:
		snprintf(to, size, _("the host has an object with the key %#x already"),
		         (unsigned)value);
		break;
	case REFUSED_OBJECT:
		snprintf(to, size, _("the host's object with the id %d is not the lesson's"),
		         (int)value);
		break;
	case REFUSED_DESCRIPTOR:
		snprintf(to, size, "%s", _("this descriptor is the stage's, not the lesson's"));
		break;
	case REFUSED_OBJECTS:
		snprintf(to, size, _("a lesson can't have more than %d objects on the host"),
		         LEDGER_MAX);
		break;
	case REFUSED_KILL:
		snprintf(to, size, _("kill(%d) reaches processes that are not the lesson's"),
		         (int)value);
		break;
	case REFUSED_COMMAND:
		snprintf(to, size, "%s", _("a lesson can't use this command of fcntl"));
		break;
	case REFUSED_THREAD:
		snprintf(to, size, "%s",
		         _("SIGEV_THREAD starts a thread: a process of a lesson has one"));
		break;
	case REFUSED_MESSAGES:
		snprintf(to, size, "%s",
		         _("POSIX queues are for a lesson with an IPC namespace of its own"));
		break;
	case REFUSED_FORK:
		snprintf(to, size, "%s",
		         _("no descriptor or no memory for what the child of a fork needs here"));
		break;
	}
}
