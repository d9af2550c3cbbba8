// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/called.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/calls.h"

static const struct {
	const char *name, *get;
	const char *calls[4]; /* whose first argument is an id */
} kinds[] = {
	[CALLED_SEGMENT] = { "seg", "shmget", { "shmat", "shmctl" } },
	[CALLED_SET] = { "sem", "semget", { "semop", "semtimedop", "semctl" } },
	[CALLED_QUEUE] = { "que", "msgget", { "msgsnd", "msgrcv", "msgctl" } },
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds), OBJECTS = SNAP_OBJECTS };

/* Objects */

/* In the order of which they are numbered. */
struct object {
	int32_t id;
	uint32_t key; /* 0: it has none, */
	unsigned who; /* and this process has made it, */
	size_t step; /* when it had made so many; whatever has made it was no call that is known: LETTERS */
};

static void find_maker(const struct engine *e, enum called_kind kind, struct object *o)
{
	int get = call_by_name(kinds[kind].get);
	size_t made[LETTERS] = { 0 };

	o->who = LETTERS;
	for (size_t i = 0; i < engine_position(e); i++) {
		const struct step_record *r = engine_record(e, i);

		for (size_t k = 0; k < r->nresults; k++) {
			const struct result *one = &r->results[k];

			if (one->kind != RESULT_RETURNED || one->failed || one->call != get)
				continue;
			made[one->who]++;
			if (one->value != o->id)
				continue;
			o->who = one->who;
			o->step = made[one->who];
			return;
		}
	}
}

static size_t find_objects(const struct engine *e, enum called_kind kind, struct object *objects)
{
	const struct snapshot *s = engine_snapshot(e);
	size_t n = 0;

	for (uint32_t i = 0; s && kind == CALLED_SEGMENT && i < s->nsegments && n < OBJECTS; i++)
		objects[n++] = (struct object){ .id = snap_segments(s)[i].id,
			                        .key = (uint32_t)snap_segments(s)[i].perm.key };
	for (uint32_t i = 0; s && kind == CALLED_SET && i < s->nsets && n < OBJECTS; i++)
		objects[n++] = (struct object){ .id = snap_sets(s)[i].id,
			                        .key = (uint32_t)snap_sets(s)[i].perm.key };
	for (uint32_t i = 0; s && kind == CALLED_QUEUE && i < s->nqueues && n < OBJECTS; i++)
		objects[n++] = (struct object){ .id = snap_queues(s)[i].id,
			                        .key = (uint32_t)snap_queues(s)[i].perm.key };
	for (size_t i = 0; n > 1 && i < n; i++)
		if (!objects[i].key)
			find_maker(e, kind, &objects[i]);
	return n;
}

static bool comes_before(const struct object *a, const struct object *b)
{
	if (a->key != b->key)
		return !b->key || (a->key && a->key < b->key);
	if (a->who != b->who)
		return a->who < b->who;
	return a->step != b->step ? a->step < b->step : a->id < b->id;
}

void called_name(const struct engine *e, enum called_kind kind, int32_t id, struct buf *b)
{
	struct object objects[OBJECTS], *found = NULL;
	size_t n = find_objects(e, kind, objects), before = 0;

	for (size_t i = 0; i < n; i++)
		if (objects[i].id == id)
			found = &objects[i];
	for (size_t i = 0; found && i < n; i++)
		before += comes_before(&objects[i], found);
	if (!found)
		buf_printf(b, "%" PRId32, id);
	else if (n == 1)
		buf_puts(b, kinds[kind].name);
	else
		buf_printf(b, "%s%zu", kinds[kind].name, before + 1);
}

/* Calls */

static bool is_call(const char *text, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(text, name, n) && text[n] == '(';
}

/* Adds the call up to behind its id, if it has one: what is behind it. */
static const char *add_id(const struct engine *e, const char *text, struct buf *b)
{
	for (size_t i = 0; i < KINDS; i++)
		for (size_t k = 0; k < sizeof(kinds[i].calls) / sizeof(*kinds[i].calls); k++) {
			const char *name = kinds[i].calls[k];
			char *end;
			long id;

			if (!name || !is_call(text, name))
				continue;
			id = strtol(text + strlen(name) + 1, &end, 10);
			if (end == text + strlen(name) + 1 || id < 0)
				return text;
			buf_printf(b, "%s(", name);
			called_name(e, (enum called_kind)i, (int32_t)id, b);
			return end;
		}
	return text;
}

static bool has_pids(const char *text)
{
	static const char *const calls[] = { "kill",  "tgkill",  "waitpid",
		                             "wait4", "setpgid", "getpgid" };

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (is_call(text, calls[i]))
			return true;
	return false;
}

/* What is behind a number, which was added in another form; or text, where none is. */
static const char *add_number(const struct engine *e, const char *text, bool pids, struct buf *b)
{
	enum { SMALL = 10 }; /* digits of a number that is no address, with its 0x */
	char *end, letter;

	if (!strncmp(text, "0x", 2) && strspn(text + 2, "0123456789abcdef") + 2 > SMALL) {
		buf_puts(b, "0x...");
		return text + 2 + strspn(text + 2, "0123456789abcdef");
	}
	letter = pids ? engine_letter(e, (pid_t)strtol(text, &end, 10)) : '\0';
	if (!letter)
		return text;
	buf_putc(b, letter);
	return end;
}

char *called_text(const struct engine *e, const char *text)
{
	struct buf b = { 0 };
	bool pids = has_pids(text);

	text = add_id(e, text, &b);
	while (*text) {
		bool begins = isdigit((unsigned char)*text) &&
		              (!b.len || !isalnum((unsigned char)b.data[b.len - 1]));
		const char *after = begins ? add_number(e, text, pids, &b) : text;

		if (after == text)
			buf_putc(&b, *after++);
		text = after;
	}
	return buf_steal(&b);
}
