// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The speaker's notes in a second terminal: a program that plays lessons says what there is to know now, and
   others of the same user follow it. What is said is one text, which replaces the one before. It goes over a
   socket of its own in a folder that nobody else can enter: $XDG_RUNTIME_DIR/ipclens, or
   /tmp/ipclens-UID. */

enum { LECTERN_TEXT_MAX = 60000 }; /* bytes; what is longer is cut */

/* The folder, made if need be; the caller frees it. NULL with a sentence in *why when there is none that
   only this user can enter. */
char *lectern_folder(char **why);

/* The side that says. Nobody who follows can hold it up, and it costs nothing while nobody does. NULL when
   there can be no socket: all of these take it, and do nothing. */
struct lectern *lectern_open(void);
void lectern_close(struct lectern *l); /* the socket is gone then */

int lectern_fd(const struct lectern *l);     /* to be polled for reading; -1: none */
void lectern_turn(struct lectern *l);        /* takes who has come, and who can read on */
bool lectern_heard(const struct lectern *l); /* somebody follows */

/* Says it to all who do not know it yet. Who is slow gets the last text once he can take it. */
void lectern_say(struct lectern *l, const char *text);

/* The side that follows: connects to the program that has begun last. A descriptor to be polled for reading,
   or -1: there is none. */
int lectern_follow(const char *folder);

/* Tells of programs that begin: a descriptor that can be read when one has; -1 with errno. */
int lectern_watch(const char *folder);

/* What was said last. The caller frees it. NULL: nothing yet; or *gone: the other side has ended. */
char *lectern_hear(int fd, bool *gone);
