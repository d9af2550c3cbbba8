// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/limits.h"

#include <limits.h>
#include <string.h>

#define ONE(n, ...)                                              \
	{                                                        \
		.name = #n, .file = #n, .place = -1, __VA_ARGS__ \
	}
#define OF_SEM(n, ...)                                 \
	{                                              \
		.name = #n, .file = "sem", __VA_ARGS__ \
	}

/* The kernel's own defaults are the most, or else 1.25 GiB of segments where a page has 4 KiB, so that
   one of a GiB can be shown, and of the rest a few MiB. */
static const struct ipc_limit limits[] = {
	ONE(shmmax, .most = 0),
	ONE(shmall, .most = 327680, .lowered = true),
	ONE(shmmni, .most = 4096),
	ONE(msgmax, .most = 65536, .range = INT_MAX),
	ONE(msgmnb, .most = 65536, .range = INT_MAX),
	ONE(msgmni, .most = 256, .lowered = true),
	ONE(shm_next_id, .range = INT_MAX),
	ONE(msg_next_id, .range = INT_MAX),
	ONE(sem_next_id, .range = INT_MAX),
	ONE(auto_msgmni, .range = 1),
	OF_SEM(semmsl, .place = 0, .negative = true, .most = 32000),
	OF_SEM(semmns, .place = 1, .negative = true, .most = 32000, .lowered = true),
	OF_SEM(semopm, .place = 2, .negative = true, .most = 500),
	OF_SEM(semmni, .place = 3, .most = 32000),
	ONE(shm_rmid_forced, .range = 1),
};

const struct ipc_limit *ipc_limit_at(size_t i)
{
	return i < sizeof(limits) / sizeof(*limits) ? &limits[i] : NULL;
}

const struct ipc_limit *ipc_limit_by_name(const char *name)
{
	const struct ipc_limit *l;

	for (size_t i = 0; (l = ipc_limit_at(i)); i++)
		if (!strcmp(l->name, name))
			return l;
	return NULL;
}
