// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Small files that outlive the program, in $XDG_STATE_HOME/ipclens (~/.local/state/ipclens). What
   fails leaves an errno and the file as it was; whoever is killed at any moment leaves it as it was or as it
   was to be, and of two that change it at once neither loses what it has. */

enum { KEEP_MAX = 1 << 20 }; /* bytes; what is larger is none of ours */

/* The path of one; NULL when nothing is to be kept: there is no home, or XDG_STATE_HOME is
   /dev/null. The caller frees it. */
char *keep_path(const char *name);

/* Makes so many of the folders that a path leads through, the last ones: not a home. False with errno. */
bool keep_make_folders(const char *path, int levels);

/* All of one: empty when it is not there. False with errno. */
bool keep_read(const char *path, struct buf *contents);

/* Makes the new contents of the old ones. */
typedef void keep_rewrite(void *context, const struct buf *before, struct buf *after);

/* Changes one, and makes its folder if that is not there. Who else changes it is waited for, so many
   milliseconds at most: then errno is EWOULDBLOCK. False with errno. */
bool keep_change(const char *path, keep_rewrite *rewrite, void *context, int patience);

/* Writes another file, of the user's, as a whole: a new one, or in the place of one that is there. False with
   errno: EEXIST if it is there, and not to be written over; what is no regular file, or a link, never is. */
bool keep_new(const char *path, const struct buf *contents, bool over);

/* Takes it away. False with errno; that it is not there is none. */
bool keep_remove(const char *path, int patience);

/* Whether keep_new() could write it there, over what is there, as far as that is known before. False with errno. */
bool keep_could(const char *path);
