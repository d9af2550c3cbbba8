// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The limits that each IPC namespace has of its own: files of /proc/sys/kernel
   (ipc/ipc_sysctl.c), and the four numbers of one of them. */
struct ipc_limit {
	const char *name; /* as a lesson writes it */
	const char *file; /* in /proc/sys/kernel */
	int place;        /* of the number in a file of IPC_SEM_NUMBERS, or -1 */
	bool negative;    /* the kernel takes a negative value */
	int64_t range;    /* the largest that any kernel takes; 0: not known */
	int64_t most;     /* that a lesson can have: what it makes is the kernel's memory, and is
			     charged to nobody; 0: any */
	bool lowered;     /* a fresh namespace has more */
};

enum { IPC_SEM_NUMBERS = 4 }; /* proc_sys_kernel(5): semmsl semmns semopm semmni */

const struct ipc_limit *ipc_limit_at(size_t i); /* NULL at the end */
const struct ipc_limit *ipc_limit_by_name(const char *name);
