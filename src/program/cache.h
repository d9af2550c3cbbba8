// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* The folder in which compiled programs are kept, each in a folder of its own that is named by its key
   (program/key.h), or while it is being made KEY.XXXXXX. Who uses one holds it: flock(2) on its folder, which ends with
   its process, whatever comes. So several programs may use one cache at the same time. Where a file system has no such
   locks nothing is ever taken away. */

/* $XDG_CACHE_HOME/ipclens, ~/.cache/ipclens (XDG Base Directory Specification). It is made if it is not there. The caller
   frees it. NULL when there is no home, or it can't be written to: then nothing can be kept. */
char *cache_folder(void);

/* Holds the folder of a program that is kept, and notes that it was used now: a descriptor above 2, which the caller
   closes; 0: it is not there, or not to be executed. */
int cache_hold(const char *folder, const char *name);

/* Makes such a folder, of a name that ends in XXXXXX, as mkdtemp(3) does, and holds it, also under another name later:
   a descriptor above 2; 0 with errno. */
int cache_make(char *folder);

/* Takes away the folder and the files in it, whoever holds it. */
void cache_remove(const char *folder);

/* Takes away what nobody holds: what was begun by somebody who was killed, and of the programs those that were not used
   for the longest time, so that 64 are left. */
void cache_tidy(const char *directory);
