// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "stage/inside.h"

/* What an assert reads: from the kernel through the probe, what the kernel does not tell from
   the board, and the states as they were found at the quiet. */

struct observer {
	struct server *s;
	struct event *e;
	const struct request *r;
	bool refused; /* by this machine */
	char why[EVENT_TEXT];
};

struct demand {
	const struct code_node *node;
	int64_t a, b;
	uint8_t owner;
	const char *text;
	int64_t *value;
	const char **why;
};

typedef int read_fn(struct observer *o, const struct demand *n);

static int no(struct observer *o, const struct demand *n, const char *format, char letter)
{
	snprintf(o->why, sizeof(o->why), format, letter);
	*n->why = o->why;
	return -1;
}

/* Whose memory or descriptor it is must be alive, as itself. */
static int owner_lives(struct observer *o, const struct demand *n)
{
	char letter = n->owner < LETTERS ? LETTER_CHAR(n->owner) : '?';

	if (n->owner >= LETTERS || o->s->actors[n->owner].phase == ACTOR_NONE)
		return no(o, n, _("%c has not started"), letter);
	if (o->s->actors[n->owner].phase == ACTOR_OTHER)
		return no(o, n, _("%c is another program now: its memory is gone"), letter);
	if (!actor_alive(o->s, n->owner))
		return no(o, n, _("%c is dead: its memory is gone"), letter);
	return 0;
}

/* The process in another IPC namespace that an id comes from; or LETTERS. */
static unsigned id_away(const struct observer *o, uint16_t node)
{
	const struct code_node *n = &o->r->code[0]->nodes[node];
	unsigned who = LETTERS;

	if (n->op == CODE_SLOT && o->r->owners[n->a] & OWNER_AWAY)
		return o->r->owners[n->a] & ~OWNER_AWAY;
	if (n->op == CODE_REMOTE) {
		who = o->r->owners[n->b] & ~OWNER_AWAY;
		return who < LETTERS && !probe_here(o->s->probe, who) ? who : LETTERS;
	}
	if (n->op < CODE_NEG || n->op > CODE_CHOOSE)
		return LETTERS;
	who = n->a ? id_away(o, n->a) : who;
	who = who == LETTERS && n->b ? id_away(o, n->b) : who;
	return who == LETTERS && n->c ? id_away(o, n->c) : who;
}

/* The id of what is read must be one of the stage's namespace. */
static int id_is_here(struct observer *o, const struct demand *n)
{
	unsigned who = id_away(o, n->node->a);

	if (who == LETTERS)
		return 0;
	return no(o, n,
	          _("this id is of another IPC namespace, that of %c: let it read the object, with "
	            "IPC_STAT"),
	          LETTER_CHAR(who));
}

static int read_memory(struct observer *o, const struct demand *n, uint64_t address, void *to,
                       size_t size)
{
	int failed = probe_read(o->s->probe, n->owner, address, to, size, n->why);

	o->refused |= failed && probe_refused(o->s->probe);
	return failed;
}

static int read_remote(struct observer *o, const struct demand *n)
{
	int64_t bytes = 0;

	if (owner_lives(o, n) ||
	    read_memory(o, n, (uint64_t)n->a, &bytes, scalar_size(n->node->scalar)))
		return -1;
	*n->value = scalar_load(n->node->scalar, &bytes);
	return 0;
}

/* As strcmp(3) would find: it does not go on to the next page when this one decides it. */
static int read_remote_same(struct observer *o, const struct demand *n)
{
	size_t size = strlen(n->text) + 1;
	char bytes[256]; /* pages are multiples of it */

	*n->value = 1;
	if (owner_lives(o, n))
		return -1;
	for (size_t at = 0; at < size && *n->value;) {
		uint64_t address = (uint64_t)n->a + at;
		size_t part = sizeof(bytes) - address % sizeof(bytes);

		if (part > size - at)
			part = size - at;
		if (read_memory(o, n, address, bytes, part))
			return -1;
		*n->value = !memcmp(bytes, n->text + at, part);
		at += part;
	}
	return 0;
}

/* A member of a structure, by its place. */
static int read_member(const struct demand *n, const void *record, size_t size)
{
	const char *from = record;

	if ((uint64_t)n->node->value + scalar_size(n->node->scalar) > size) {
		*n->why = _("there is no such member");
		return -1;
	}
	*n->value = scalar_load(n->node->scalar, from + n->node->value);
	return 0;
}

static int read_segment(struct observer *o, const struct demand *n)
{
	struct shmid_ds ds;

	return id_is_here(o, n) || probe_segment(o->s->probe, (int)n->a, &ds, n->why)
	               ? -1
	               : read_member(n, &ds, sizeof(ds));
}

static int read_set(struct observer *o, const struct demand *n)
{
	struct semid_ds ds;

	return id_is_here(o, n) || probe_set(o->s->probe, (int)n->a, &ds, n->why)
	               ? -1
	               : read_member(n, &ds, sizeof(ds));
}

static int read_queue(struct observer *o, const struct demand *n)
{
	struct msqid_ds ds;

	return id_is_here(o, n) || probe_queue(o->s->probe, (int)n->a, &ds, n->why)
	               ? -1
	               : read_member(n, &ds, sizeof(ds));
}

static int read_file(struct observer *o, const struct demand *n)
{
	struct stat st;

	if (owner_lives(o, n) || probe_file(o->s->probe, n->owner, (int)n->a, &st, n->why))
		return -1;
	return read_member(n, &st, sizeof(st));
}

static int read_rss(struct observer *o, const struct demand *n)
{
	uint64_t rss;

	if (id_is_here(o, n) || probe_segment_rss(o->s->probe, (int)n->a, &rss, n->why))
		return -1;
	*n->value = (int64_t)rss;
	return 0;
}

static int read_semaphore(struct observer *o, const struct demand *n)
{
	struct snap_semaphore sem;

	if (id_is_here(o, n) || probe_semaphore(o->s->probe, (int)n->a, (int)n->b, &sem, n->why))
		return -1;
	switch (n->node->op) {
	case CODE_SEMVAL:
		*n->value = sem.val;
		break;
	case CODE_SEMNCNT:
		*n->value = sem.ncnt;
		break;
	case CODE_SEMZCNT:
		*n->value = sem.zcnt;
		break;
	default:
		*n->value = sem.pid;
		break;
	}
	return 0;
}

/* No system call tells it: the processes keep books. That the set is there is asked. */
static int read_semadj(struct observer *o, const struct demand *n)
{
	struct semid_ds ds;

	if (id_is_here(o, n) || probe_set(o->s->probe, (int)n->a, &ds, n->why))
		return -1;
	if (n->owner >= LETTERS)
		return no(o, n, _("%c has no semadj"), '?');
	*n->value = board_undo_get(o->s->board->pages[n->owner], (int)n->a, (unsigned)n->b);
	return 0;
}

static int read_page(struct observer *o, const struct demand *n)
{
	enum page_class class;

	if (owner_lives(o, n) || probe_page(o->s->probe, n->owner, (uint64_t)n->a, &class, n->why))
		return -1;
	*n->value = class;
	return 0;
}

static int read_resident(struct observer *o, const struct demand *n)
{
	bool present;

	if (owner_lives(o, n) ||
	    probe_resident(o->s->probe, n->owner, (uint64_t)n->a, &present, n->why))
		return -1;
	*n->value = present;
	return 0;
}

static int read_state(struct observer *o, const struct demand *n)
{
	*n->value = n->owner < LETTERS ? o->s->states[n->owner] : PROCESS_NONE;
	return 0;
}

static int read_handled(struct observer *o, const struct demand *n)
{
	*n->value = n->owner < LETTERS ? (int64_t)o->s->board->pages[n->owner]->handled : 0;
	return 0;
}

static int read_place(struct observer *o, const struct demand *n)
{
	if (owner_lives(o, n))
		return -1;
	*n->value = o->s->board->pages[n->owner]->places[n->node->value - CODE_SELF];
	return 0;
}

static read_fn *const readers[] = {
	[CODE_REMOTE] = read_remote,     [CODE_REMOTE_SAME] = read_remote_same,
	[CODE_SEGMENT] = read_segment,   [CODE_SET] = read_set,
	[CODE_QUEUE] = read_queue,       [CODE_FILE] = read_file,
	[CODE_RSS] = read_rss,           [CODE_SEMVAL] = read_semaphore,
	[CODE_SEMNCNT] = read_semaphore, [CODE_SEMZCNT] = read_semaphore,
	[CODE_SEMPID] = read_semaphore,  [CODE_SEMADJ] = read_semadj,
	[CODE_PAGE] = read_page,         [CODE_RESIDENT] = read_resident,
	[CODE_STATE] = read_state,       [CODE_HANDLED] = read_handled,
	[CODE_PLACE] = read_place,
};

static int read_node(void *context, const struct code_node *node, int64_t a, int64_t b,
                     uint8_t owner, const char *text, int64_t *value, const char **why)
{
	const struct demand n = { node, a, b, owner, text, value, why };

	if (node->op >= sizeof(readers) / sizeof(*readers) || !readers[node->op]) {
		*why = _("this can't be read");
		return -1;
	}
	return readers[node->op](context, &n);
}

static void note_seen(void *context, const struct code_node *node, int64_t value)
{
	struct observer *o = context;

	if (o->e->nseen < EVENT_SEEN)
		o->e->seen[o->e->nseen++] = (struct event_seen){
			.from = node->from,
			.to = node->to,
			.value = value,
			.scalar = node->scalar,
			.what = node->op,
		};
}

bool observe_evaluate(struct server *s, const struct request *r, struct event *e)
{
	int64_t values[CODE_SLOTS];
	struct observer o = { .s = s, .e = e, .r = r };
	struct code_run run = {
		.code = r->code[0],
		.values = values,
		.owners = r->owners,
		.observe = read_node,
		.seen = note_seen,
		.context = &o,
	};

	memcpy(values, r->values[0], r->code[0]->nslots * sizeof(*values));
	e->value = code_eval(&run, r->code[0]->root);
	if (!run.why)
		return true;
	e->failed = 1;
	snprintf(e->text, sizeof(e->text), "%s", run.why);
	return !o.refused;
}
