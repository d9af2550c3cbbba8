// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the lectern: folder.c, where its sockets are; say.c, the side that says; hear.c, the side that
   follows. */

#include <time.h>

#include "lectern/lectern.h"

/* A socket is called so, with the pid of its program behind it. */
#define LECTERN_NAME "notes-"
/* And so before it listens. */
#define LECTERN_BEFORE "."

struct lectern_socket {
	char *path;
	struct timespec since; /* when it got its name */
};

/* The sockets of a folder whose names begin so, the youngest first; so many in *found. The caller frees them and their
   paths. */
size_t lectern_sockets(const char *folder, const char *name, struct lectern_socket **found);

/* Connects to a socket of this user's. A descriptor, or -1 with errno: ECONNREFUSED only if nobody listens
   there, EACCES if it is somebody else's or its path is too long. */
int lectern_connect(const char *path);
