// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "lectern/inside.h"

int lectern_follow(const char *folder)
{
	struct lectern_socket *found;
	size_t n = lectern_sockets(folder, LECTERN_NAME, &found);
	int fd = -1;

	for (size_t i = 0; i < n; i++) {
		if (fd < 0)
			fd = lectern_connect(found[i].path);
		free(found[i].path);
	}
	free(found);
	return fd;
}

int lectern_watch(const char *folder)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd >= 0 && inotify_add_watch(fd, folder, IN_MOVED_TO | IN_ONLYDIR) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Only the last text counts. */
char *lectern_hear(int fd, bool *gone)
{
	char *text = NULL, *room = mem_alloc(LECTERN_TEXT_MAX + 1);
	ssize_t n;

	while ((n = recv(fd, room, LECTERN_TEXT_MAX, MSG_DONTWAIT)) > 0) {
		free(text);
		text = mem_dupn(room, (size_t)n);
	}
	*gone = n == 0 || (n < 0 && errno != EAGAIN);
	free(room);
	return text;
}
