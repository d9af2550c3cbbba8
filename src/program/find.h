// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Files and commands by name. Where there is none, *why is a sentence that has the name, and the nearest one that is
   there. What is returned, and *why, the caller frees. */

/* The absolute path of what a shell would execute under this name (POSIX, Shell Command Language, 2.9.1.4): one with
   a slash is a path; any other is looked for in the folders of PATH, where the first that can be executed counts, or
   else the first that can't. Links are kept. NULL with *why. */
char *program_find(const char *name, char **why);

/* The same without a sentence: NULL is all. */
char *program_find_quietly(const char *name);

/* A sentence why a file can't be had, by errno: that it is not there, with the nearest name beside it. */
char *program_why_not(const char *path, int error);

/* A sentence when it is a lesson, by its name; NULL: it is none. */
char *program_why_lesson(const char *path);
