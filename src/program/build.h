// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "program/spec.h"

/* What of a program can be executed, or why nothing can. Owns its texts; program_free() frees them. */
struct program {
	char *path; /* absolute, for execve(2); NULL: there is none, or it can't be executed */
	char *said; /* what the compiler said, as it is: lines, or "" */
	char *note; /* a sentence for who starts it, such as that it loses its privilege; or NULL */
	char *why;  /* a sentence, if there is no path; else NULL */
	bool lacks; /* that is because this machine has no compiler */
	int hold;   /* of cache_hold(): it is not taken away meanwhile; 0: none */
};

/* Compiles those that are to be compiled, all at once, and looks for the others; made has room for count of them.
   The compiler is "${CC:-cc} -g -O0 -Wall SOURCE... ${CFLAGS} -pthread", with CC and CFLAGS split at blanks, by no
   shell. What it makes is kept in the folder: DIRECTORY/KEY/server of server.c, where the key is that of
   program_key_of(), so that what is there already is not made again, and what the compiler said then is said again.
   The folder must be there; the caller removes it, unless it is cache_folder(). Several programs may do this in
   one folder at the same time, and what is there too many is taken away (program/cache.h), but not what made still
   has. False when one of them can't be executed. SIGINT, SIGTERM and SIGHUP end the compilers with all they have started;
   they come to this program only then. */
bool programs_make(struct program *made, const struct program_spec *specs, size_t count,
                   const char *directory);
void program_free(struct program *p);
