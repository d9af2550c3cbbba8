// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"
#include "lectern/inside.h"

enum { FOLLOWERS = 16 };

struct follower {
	int fd;      /* -1: none */
	bool behind; /* does not know the text */
};

struct lectern {
	int listens, watches; /* a socket; an epoll of all */
	char *path;
	char *text; /* said last, or NULL */
	struct follower followers[FOLLOWERS];
};

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	return a;
}

/* Whoever is on the other side is of this user. */
static bool is_mine(int fd)
{
	struct ucred who;
	socklen_t size = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.uid == geteuid();
}

int lectern_connect(const char *path)
{
	struct sockaddr_un a = address_of(path);
	int fd;

	errno = EACCES;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && strlen(path) < sizeof(a.sun_path) &&
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 && is_mine(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The program that a socket is named by. */
static bool is_gone(const char *number)
{
	char *end;
	long pid = strtol(number, &end, 10);

	return *number && !*end && pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

/* Nobody listens there; where nobody listens yet, nobody will. */
static bool is_left(const char *path)
{
	const char *name = path_name(path);
	size_t before = strlen(LECTERN_BEFORE);
	int fd = lectern_connect(path);

	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == ECONNREFUSED &&
	       (strncmp(name, LECTERN_BEFORE, before) != 0 || is_gone(name + before));
}

/* What programs have left that were killed. */
static void clear(const char *folder, const char *name)
{
	struct lectern_socket *found;
	size_t n = lectern_sockets(folder, name, &found);

	for (size_t i = 0; i < n; i++) {
		if (is_left(found[i].path))
			unlink(found[i].path);
		free(found[i].path);
	}
	free(found);
}

/* It gets its name when it listens, and not before. */
static bool listen_there(struct lectern *l, const char *folder)
{
	struct buf before = { 0 }, path = { 0 };
	struct sockaddr_un a;
	bool listens;

	buf_printf(&before, "%s/" LECTERN_BEFORE "%ld", folder, (long)getpid());
	buf_printf(&path, "%s/" LECTERN_NAME "%ld", folder, (long)getpid());
	a = address_of(before.data);
	unlink(before.data);
	listens = path.len < sizeof(a.sun_path) &&
	          bind(l->listens, (struct sockaddr *)&a, sizeof(a)) == 0;
	if (listens && (chmod(before.data, 0600) < 0 || listen(l->listens, FOLLOWERS) < 0 ||
	                rename(before.data, path.data) < 0)) {
		unlink(before.data);
		listens = false;
	}
	if (listens)
		l->path = mem_dup(path.data);
	buf_free(&before);
	buf_free(&path);
	return listens;
}

static bool watch(const struct lectern *l, int op, int fd, uint32_t events, uint32_t number)
{
	struct epoll_event e = { .events = events, .data.u32 = number };

	return epoll_ctl(l->watches, op, fd, &e) == 0;
}

/* To be told of each that connects once: one for whom there is no room does not wake the program. */
static bool watch_door(const struct lectern *l)
{
	return watch(l, EPOLL_CTL_ADD, l->listens, EPOLLIN | EPOLLET, FOLLOWERS);
}

struct lectern *lectern_open(void)
{
	struct lectern *l = mem_alloc(sizeof(*l));
	char *why = NULL, *folder = lectern_folder(&why);

	for (int i = 0; i < FOLLOWERS; i++)
		l->followers[i].fd = -1;
	l->listens = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	l->watches = epoll_create1(EPOLL_CLOEXEC);
	if (folder) {
		clear(folder, LECTERN_NAME);
		clear(folder, LECTERN_BEFORE);
	}
	if (!folder || l->listens < 0 || l->watches < 0 || !listen_there(l, folder) ||
	    !watch_door(l)) {
		lectern_close(l);
		l = NULL;
	}
	free(folder);
	free(why);
	return l;
}

static void drop(struct follower *f)
{
	if (f->fd >= 0)
		close(f->fd);
	*f = (struct follower){ .fd = -1 };
}

void lectern_close(struct lectern *l)
{
	if (!l)
		return;
	for (int i = 0; i < FOLLOWERS; i++)
		drop(&l->followers[i]);
	if (l->path)
		unlink(l->path);
	if (l->listens >= 0)
		close(l->listens);
	if (l->watches >= 0)
		close(l->watches);
	free(l->path);
	free(l->text);
	free(l);
}

int lectern_fd(const struct lectern *l)
{
	return l ? l->watches : -1;
}

bool lectern_heard(const struct lectern *l)
{
	for (int i = 0; l && i < FOLLOWERS; i++)
		if (l->followers[i].fd >= 0)
			return true;
	return false;
}

/* Where a follower may have a place, or -1. */
static int free_place(const struct lectern *l)
{
	for (int i = 0; i < FOLLOWERS; i++)
		if (l->followers[i].fd < 0)
			return i;
	return -1;
}

/* Those that have connected, as many as there is room for. The others wait: who is sent away would come
   again at once. */
static void take(struct lectern *l)
{
	int fd, i;

	while ((i = free_place(l)) >= 0 &&
	       (fd = accept4(l->listens, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		if (is_mine(fd) && watch(l, EPOLL_CTL_ADD, fd, EPOLLIN, (uint32_t)i))
			l->followers[i] = (struct follower){ .fd = fd, .behind = true };
		else
			close(fd);
	}
}

/* Sends the text, or waits until it can be sent. Who can't be sent it has gone, or is to go: that is seen
   by lectern_turn. */
static void send_to(struct lectern *l, struct follower *f)
{
	size_t n = strlen(l->text);
	ssize_t sent = send(f->fd, l->text, n < LECTERN_TEXT_MAX ? n : LECTERN_TEXT_MAX,
	                    MSG_DONTWAIT | MSG_NOSIGNAL);
	bool full = sent < 0 && (errno == EAGAIN || errno == ENOBUFS);

	if (sent < 0 && !full) {
		shutdown(f->fd, SHUT_RDWR);
		return;
	}
	f->behind = full;
	watch(l, EPOLL_CTL_MOD, f->fd, EPOLLIN | (full ? EPOLLOUT : 0),
	      (uint32_t)(f - l->followers));
}

void lectern_say(struct lectern *l, const char *text)
{
	bool other;

	if (!l)
		return;
	other = !l->text || strcmp(l->text, text) != 0;
	if (other) {
		free(l->text);
		l->text = mem_dup(text);
	}
	for (int i = 0; i < FOLLOWERS; i++)
		if (l->followers[i].fd >= 0 && (other || l->followers[i].behind))
			send_to(l, &l->followers[i]);
}

/* What a follower sends is not listened to; its end ends it. */
static void look_at(struct lectern *l, struct follower *f, uint32_t events)
{
	bool may_end = events & (EPOLLIN | EPOLLHUP | EPOLLERR);
	char bytes[64];
	ssize_t n = may_end ? recv(f->fd, bytes, sizeof(bytes), MSG_DONTWAIT) : 1;

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		drop(f);
		take(l); /* the place is the next one's */
	} else if (events & EPOLLOUT && l->text) {
		send_to(l, f);
	}
}

void lectern_turn(struct lectern *l)
{
	struct epoll_event events[FOLLOWERS + 1];
	int n = l ? epoll_wait(l->watches, events, FOLLOWERS + 1, 0) : 0;

	for (int i = 0; i < n; i++) {
		uint32_t number = events[i].data.u32;

		if (number == FOLLOWERS)
			take(l);
		else if (l->followers[number].fd >= 0)
			look_at(l, &l->followers[number], events[i].events);
	}
}
