// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/decode.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "sys/params.h"
#include "trace/inside.h"

enum group {
	GROUP_NONE = 0,
	GROUP_SYSV = 1,
	GROUP_MMAP = 2,
	GROUP_POSIX = 4,
	GROUP_SIGNAL = 8,
	GROUP_FILE = 16,
	GROUP_PROCESS = 32,
};

static const struct {
	const char *name;
	enum group group; /* GROUP_NONE: every call that is known here */
} groups[] = {
	{ "sysv", GROUP_SYSV },     { "mmap", GROUP_MMAP }, { "posix", GROUP_POSIX },
	{ "signal", GROUP_SIGNAL }, { "file", GROUP_FILE }, { "process", GROUP_PROCESS },
	{ "all", GROUP_NONE },
};

enum { GROUPS = sizeof(groups) / sizeof(*groups) };

/* What fork() adds to clone's flags: where the child's tid is written to. */
#define OF_FORK (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID)

#define INT_BITS UINT64_C(0xffffffff)

#define EQUALS(i, v)                       \
	{                                  \
		i, INT_BITS, (uint32_t)(v) \
	}
#define EQUALS_BUT(i, bits, v)          \
	{                               \
		i, ~(uint64_t)(bits), v \
	}
#define NULL_IS(i)               \
	{                        \
		i, UINT64_MAX, 0 \
	}
#define HAS(i, bits)          \
	{                     \
		i, bits, bits \
	}

#define AS_IT_IS  .take = NULL
#define WHEN(...) .when = { __VA_ARGS__ },
#define TAKE(s)   .take = s,
#define ARGS(...) .params = { __VA_ARGS__ },

#define FILLED(n) PLAIN(NUMBER, n)

#define NUMBER(k, c, g, ...) \
	{ .number = SYS_##k, .kernel = #k, .name = #c, .group = GROUP_##g, __VA_ARGS__ },
static const struct number numbers[] = {
#include "trace/numbers.def"
};

enum { NUMBERS = sizeof(numbers) / sizeof(*numbers) };

static const struct number unknown = {
	.name = "syscall",
	.params = { LONG(a), LONG(b), LONG(c), LONG(d), LONG(e), LONG(f) },
};

static bool fits(const struct number *n, const uint64_t args[CALL_PARAMS])
{
	for (int i = 0; i < NUMBER_WHENS && n->when[i].mask; i++)
		if ((args[n->when[i].arg] & n->when[i].mask) != n->when[i].value)
			return false;
	return true;
}

/* Its arguments with, for the first, the flags of clone(2) that the struct clone_args holds. */
static bool fetch_flags(uint64_t args[CALL_PARAMS], const struct decode_source *source)
{
	struct clone_args clone;

	if (!source->read(source->context, args[0], &clone, CLONE_ARGS_SIZE_VER0))
		return false;
	args[0] = clone.flags | clone.exit_signal;
	return true;
}

static const struct number *find(uint64_t number, const uint64_t args[CALL_PARAMS],
                                 const struct decode_source *source)
{
	for (int i = 0; i < NUMBERS; i++) {
		const struct number *n = &numbers[i];
		uint64_t own[CALL_PARAMS];

		if ((uint64_t)n->number != number)
			continue;
		memcpy(own, args, sizeof(own));
		if ((!n->fetch || fetch_flags(own, source)) && fits(n, own))
			return n;
	}
	return &unknown;
}

struct decoded decode_call(uint64_t number, const uint64_t args[CALL_PARAMS],
                           const struct decode_source *source)
{
	const struct number *n = find(number, args, source);
	struct decoded d = {
		.call = call_by_name(n->name),
		.name = n->name,
		.reads = !n->other,
		.number = number,
		.entry = n,
	};
	bool own = n->params[0].kind != PARAM_NONE || d.call < 0;

	d.params = own ? n->params : call_at((size_t)d.call)->params;
	for (int i = 0; i < CALL_PARAMS && d.params[i].kind != PARAM_NONE; i++) {
		uint64_t value = args[n->take ? n->take[i] - '0' : i];

		d.args[i] = d.params[i].kind == PARAM_INT ? (int32_t)value : (int64_t)value;
	}
	return d;
}

static bool is_named(const struct number *n, const char *name)
{
	return !strcmp(n->name, name) || !strcmp(n->kernel, name);
}

bool decode_is(uint64_t number, const char *name)
{
	for (int i = 0; i < NUMBERS; i++)
		if ((uint64_t)numbers[i].number == number && is_named(&numbers[i], name))
			return true;
	return false;
}

bool decode_has(const struct decode_set *set, uint64_t number)
{
	return number < DECODE_NUMBERS && (set->bits[number / 64] >> (number % 64) & 1);
}

static bool add_named(struct decode_set *set, const char *name)
{
	unsigned wanted = 0;
	bool found = false, all = false;

	for (int i = 0; i < GROUPS; i++) {
		if (strcmp(groups[i].name, name) != 0)
			continue;
		wanted = groups[i].group;
		all = !wanted;
	}
	for (int i = 0; i < NUMBERS; i++) {
		const struct number *n = &numbers[i];

		if (!all && !(n->group & wanted) && (wanted || !is_named(n, name)))
			continue;
		set->bits[n->number / 64] |= UINT64_C(1) << (n->number % 64);
		found = true;
	}
	return found;
}

const char *decode_name_at(size_t i)
{
	if (i < GROUPS)
		return groups[i].name;
	i -= GROUPS;
	if (i < NUMBERS)
		return numbers[i].name;
	return i < 2 * NUMBERS ? numbers[i - NUMBERS].kernel : NULL;
}

static char *complain(const char *name)
{
	struct nearest near = { .word = name };
	struct buf text = { 0 };

	for (size_t i = 0; decode_name_at(i); i++)
		nearest_offer(&near, decode_name_at(i));
	if (nearest_found(&near))
		buf_printf(&text, _("there is no call or group '%s': did you mean '%s'?"), name,
		           nearest_found(&near));
	else
		buf_printf(&text,
		           _("there is no call or group '%s': write calls, such as semop, or sysv, "
		             "mmap, posix, signal, file, process, all, with commas between them"),
		           name);
	return buf_steal(&text);
}

char *decode_calls(const char *list, struct decode_set *set)
{
	char *error = NULL;

	for (bool more = true; more && !error; list++) {
		size_t n = strcspn(list, ",");
		char *name = mem_dupn(list, n);

		if (!add_named(set, name))
			error = complain(name);
		free(name);
		list += n;
		more = *list == ',';
	}
	return error;
}
