// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/limits.h"

#include <string.h>

static const struct ipc_limit limits[] = {
	{ "shmmax", "shmmax", -1, false },
	{ "shmall", "shmall", -1, false },
	{ "shmmni", "shmmni", -1, false },
	{ "msgmax", "msgmax", -1, false },
	{ "msgmnb", "msgmnb", -1, false },
	{ "msgmni", "msgmni", -1, false },
	{ "shm_next_id", "shm_next_id", -1, false },
	{ "msg_next_id", "msg_next_id", -1, false },
	{ "sem_next_id", "sem_next_id", -1, false },
	{ "auto_msgmni", "auto_msgmni", -1, false },
	{ "semmsl", "sem", 0, true },
	{ "semmns", "sem", 1, true },
	{ "semopm", "sem", 2, true },
	{ "semmni", "sem", 3, false },
	{ "shm_rmid_forced", "shm_rmid_forced", -1, false },
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
