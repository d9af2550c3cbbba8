// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

/* From now on this process and what it starts can make the system calls that the lesson language and
   ordinary programs need, and no others. It must have no_new_privs. False with errno. */
bool seccomp_calls(void);

/* And no objects of IPC that have a name or an id. */
bool seccomp_no_ipc(void);

/* Whether the kernel has it. */
bool seccomp_available(void);
