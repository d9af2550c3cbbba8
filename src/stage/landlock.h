// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

/* Landlock, landlock(7): what files a process can reach, whoever it is. Each function takes what
   the kernel has of it; where it has none at all it does nothing, and that is a success. */

/* The version that the kernel has; 0 for none. */
enum { LANDLOCK_FILES = 1, LANDLOCK_SIGNALS = 6 };
int landlock_version(void);

/* This process can signal only itself and what it starts from now on, and reach no other's abstract
   sockets. It must have no_new_privs or CAP_SYS_ADMIN. False with errno. */
bool landlock_scope(void);

/* What a process may reach beside what every program needs. Lists end with NULL, and may be NULL. */
struct landlock_reach {
	const char *const *readable; /* and executable, if executes */
	const char *const *writable; /* likewise, and readable */
	bool executes;
	bool net; /* TCP */
};

/* This process and what it starts reach nothing else. False with errno. */
bool landlock_files(const struct landlock_reach *reach);
