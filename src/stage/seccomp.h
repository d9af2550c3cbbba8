// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "trace/decode.h"

/* From now on this process and what it starts can make the system calls that the lesson language and
   ordinary programs need, and no others. It must have no_new_privs. False with errno. */
bool seccomp_calls(void);

/* And no objects of IPC that have a name or an id. */
bool seccomp_no_ipc(void);

/* What a program of one's own can make, which may be any program: all but the calls that reach out of
   its stage, or none kept from it if it is trusted. */
struct seccomp_program {
	struct decode_set stops; /* the calls before which it stops for its tracer */
	bool trusted;
	bool net; /* any socket */
};
bool seccomp_program(const struct seccomp_program *wanted);

/* Whether the kernel has it. */
bool seccomp_available(void);
