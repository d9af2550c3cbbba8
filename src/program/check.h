// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

/* Whether a file can be executed and looked at here (execve(2), elf(5)): NULL, or a sentence that says why not, which
   the caller frees: it is not there, a folder, not executable, of another machine or of 32 bits, or a script whose
   interpreter is one of these. */
char *program_check(const char *path);

/* A sentence when a file has privileges that its user has not, by setuid, setgid or capabilities(7): a process of a
   stage never gains any (PR_SET_NO_NEW_PRIVS). NULL: it has none. The caller frees it. */
char *program_privilege(const char *path);
