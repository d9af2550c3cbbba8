// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/names.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mman.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/states.h"

struct header_name {
	const char *name;
	int64_t value;
	int sig; /* SI_CODE: the signal it belongs to, 0 for any */
};

#define OF_A_PAGE INT64_MIN /* known only at run time */

#define CONSTANT(n) { #n, (int64_t)(n), 0 },
#define ERRNO(n)
#define SIGNAL(n)
#define SI_CODE(s, n)
static const struct header_name constants[] = {
#include "sys/names.def"
	{ "PAGE", OF_A_PAGE, 0 },
	{ "SHMLBA", OF_A_PAGE, 0 },
#define STATE(n, words) { #n, PROCESS_##n, 0 },
#define CLASS(n)        { #n, PAGE_##n, 0 },
#include "sys/states.def"
	{ NULL, 0, 0 },
};
#undef CONSTANT
#undef ERRNO
#define CONSTANT(n)
#define ERRNO(n) { #n, n, 0 },
static const struct header_name errnos[] = {
#include "sys/names.def"
	{ NULL, 0, 0 },
};
#undef ERRNO
#undef SIGNAL
#define ERRNO(n)
#define SIGNAL(n) { #n, n, 0 },
static const struct header_name signals[] = {
#include "sys/names.def"
	{ NULL, 0, 0 },
};
#undef SIGNAL
#undef SI_CODE
#define SIGNAL(n)
#define SI_CODE(s, n) { #n, n, s },
static const struct header_name si_codes[] = {
#include "sys/names.def"
	{ NULL, 0, 0 },
};

static const struct header_name *entry_find(const struct header_name *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

static const char *entry_name(const struct header_name *table, int64_t value)
{
	for (; table->name; table++)
		if (table->value == value)
			return table->name;
	return NULL;
}

bool constant_by_name(const char *name, int64_t *value)
{
	const struct header_name *n = entry_find(constants, name);

	if (!n)
		n = entry_find(signals, name);
	if (!n)
		n = entry_find(errnos, name);
	if (!n)
		return false;
	*value = n->value == OF_A_PAGE ? sysconf(_SC_PAGESIZE) : n->value;
	return true;
}

const char *constant_name_at(size_t i)
{
	return constants[i].name;
}

int errno_by_name(const char *name)
{
	const struct header_name *n = entry_find(errnos, name);

	return n ? (int)n->value : 0;
}

const char *errno_name_at(size_t i)
{
	return errnos[i].name;
}

const char *errno_name_in(char unknown[NAME_BYTES], int error)
{
	const char *name = entry_name(errnos, error);

	if (name)
		return name;
	snprintf(unknown, NAME_BYTES, "errno %d", error);
	return unknown;
}

const char *errno_words(int error)
{
	return strerror(error);
}

int signal_by_name(const char *name)
{
	const struct header_name *n = entry_find(signals, name);

	return n ? (int)n->value : 0;
}

const char *signal_name_at(size_t i)
{
	return signals[i].name;
}

const char *signal_name_in(char unknown[NAME_BYTES], int sig)
{
	const char *name = entry_name(signals, sig);

	if (name)
		return name;
	snprintf(unknown, NAME_BYTES, "signal %d", sig);
	return unknown;
}

int si_code_by_name(const char *name, int *sig)
{
	const struct header_name *n = entry_find(si_codes, name);

	if (!n)
		return 0;
	*sig = n->sig;
	return (int)n->value;
}

const char *si_code_name(int sig, int code)
{
	for (const struct header_name *n = si_codes; n->name; n++)
		if (n->value == code && (n->sig == sig || n->sig == 0))
			return n->name;
	return NULL;
}
