// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/saved.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"

/* A link is saved where it stands, or where it leads. */
enum { PLACES = 2 };

struct saved {
	int fd;
	struct {
		int folder; /* its watch */
		char *name;
	} places[PLACES];
};

static void add(struct saved *s, int place, const char *path)
{
	char *folder = mem_dup(path), *name = mem_dup(path);

	s->places[place].folder = inotify_add_watch(s->fd, dirname(folder),
	                                            IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
	s->places[place].name = mem_dup(basename(name));
	free(folder);
	free(name);
}

struct saved *saved_open(const char *path)
{
	char *there = realpath(path, NULL);
	struct saved *s;

	if (!there)
		return NULL;
	s = mem_alloc(sizeof(*s));
	s->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	add(s, 0, path);
	add(s, 1, there);
	free(there);
	if (s->fd >= 0 && (s->places[0].folder >= 0 || s->places[1].folder >= 0))
		return s;
	saved_close(s);
	return NULL;
}

void saved_close(struct saved *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	for (int i = 0; i < PLACES; i++)
		free(s->places[i].name);
	free(s);
}

int saved_fd(const struct saved *s)
{
	return s ? s->fd : -1;
}

static bool concerns(const struct saved *s, const struct inotify_event *e)
{
	for (int i = 0; i < PLACES; i++)
		if (e->wd == s->places[i].folder && e->len && !strcmp(e->name, s->places[i].name))
			return true;
	return (e->mask & IN_Q_OVERFLOW) != 0;
}

bool saved_turn(struct saved *s)
{
	_Alignas(struct inotify_event) char bytes[4096];
	bool saved = false;
	ssize_t n;

	while (s && (n = read(s->fd, bytes, sizeof(bytes))) > 0)
		for (const char *p = bytes; p < bytes + n;) {
			const struct inotify_event *e =
				(const struct inotify_event *)(const void *)p;

			saved |= concerns(s, e);
			p += sizeof(*e) + e->len;
		}
	return saved;
}
