// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"

/* A packet must fit in the socket's buffer, which an administrator may have made small, and
   the kernel looks for memory of that size in one go: so parts are kept well below both. */
enum { WIRE_PART = 32 * 1024, WIRE_MESSAGE_MAX = 16 * 1024 * 1024 };

#define WIRE_VERSION UINT32_C(0x49504c01) /* "IPL", 1 */

struct wire_head {
	uint32_t version;
	uint32_t type;
	uint32_t total;  /* bytes of the body */
	uint32_t offset; /* of this part */
};

int wire_pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds);
}

void wire_init(struct wire *w, int fd)
{
	*w = (struct wire){ .fd = fd, .passed = { -1, -1 } };
}

static void wire_drop_passed(struct wire *w)
{
	for (int i = 0; i < WIRE_PASSED; i++) {
		if (w->passed[i] >= 0)
			close(w->passed[i]);
		w->passed[i] = -1;
	}
}

void wire_close(struct wire *w)
{
	wire_drop_passed(w);
	if (w->fd >= 0)
		close(w->fd);
	free(w->body);
	wire_init(w, -1);
}

char *wire_steal(struct wire *w, size_t *size)
{
	char *body = w->body;

	*size = w->size;
	w->body = NULL;
	w->room = w->have = w->size = 0;
	return body;
}

static void attach_descriptors(struct msghdr *m, void *control, size_t size, const int *fds)
{
	struct cmsghdr *c;

	memset(control, 0, size);
	m->msg_control = control;
	m->msg_controllen = size;
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(WIRE_PASSED * sizeof(*fds));
	memcpy(CMSG_DATA(c), fds, WIRE_PASSED * sizeof(*fds));
}

int wire_send_part(int fd, enum wire_type type, const void *body, size_t size, const int *pass,
                   size_t *at, int flags)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(WIRE_PASSED * sizeof(int))];
	struct wire_head head = { WIRE_VERSION, type, (uint32_t)size, (uint32_t)*at };
	size_t n = size - *at < WIRE_PART ? size - *at : WIRE_PART;
	struct iovec parts[2] = {
		{ &head, sizeof(head) },
		{ (char *)(uintptr_t)body + *at, n },
	};
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = n ? 2 : 1 };

	if (pass && *at == 0)
		attach_descriptors(&m, control, sizeof(control), pass);
	while (sendmsg(fd, &m, flags | MSG_NOSIGNAL) < 0) {
		if (errno == EAGAIN)
			return 0;
		if (errno != EINTR)
			return -1;
	}
	*at += n;
	errno = 0;
	return *at == size;
}

bool wire_send(int fd, enum wire_type type, const void *body, size_t size, const int *pass)
{
	size_t at = 0;
	int sent;

	do
		sent = wire_send_part(fd, type, body, size, pass, &at, 0);
	while (sent == 0);
	return sent > 0;
}

/* Also fewer than are sent: where there was no room for the rest. */
static void take_descriptors(struct wire *w, struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return;
	wire_drop_passed(w);
	memcpy(w->passed, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
}

/* One packet to the end of the body. Returns its length without the head, -1 with errno, or
   -1 with errno 0 when the other end is gone. */
static ssize_t receive_part(struct wire *w, struct wire_head *head, int flags)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(WIRE_PASSED * sizeof(int))];
	struct iovec parts[2] = { { head, sizeof(*head) }, { w->body + w->have, WIRE_PART } };
	struct msghdr m = { .msg_iov = parts,
		            .msg_iovlen = 2,
		            .msg_control = control,
		            .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(w->fd, &m, flags | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return -1;
	take_descriptors(w, &m);
	errno = n == 0 ? 0 : EPROTO;
	if ((size_t)n < sizeof(*head) || (m.msg_flags & MSG_TRUNC))
		return -1;
	return n - (ssize_t)sizeof(*head);
}

static bool head_fits(const struct wire *w, const struct wire_head *head, size_t n)
{
	if (head->version != WIRE_VERSION || head->type >= WIRE_TYPES ||
	    head->total > WIRE_MESSAGE_MAX || head->offset != w->have || w->have + n > head->total)
		return false;
	return w->have == 0 || (head->type == w->type && head->total == w->size);
}

int wire_receive(struct wire *w, int flags)
{
	struct wire_head head;

	if (w->have == w->size) { /* the message before this one was whole */
		w->have = w->size = 0;
		wire_drop_passed(w);
	}
	for (;;) {
		ssize_t n;

		if (w->room < w->have + WIRE_PART) {
			w->room = w->have + WIRE_PART;
			w->body = mem_grow(w->body, w->room);
		}
		n = receive_part(w, &head, flags);
		if (n < 0 && errno == EINTR)
			continue;
		/* ECONNRESET comes once, when the other end closed with unread packets; what it
		   had sent itself comes after that: unix_release_sock() in net/unix/af_unix.c */
		if (n < 0 && errno == ECONNRESET)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		if (!head_fits(w, &head, (size_t)n))
			return -1;
		w->type = head.type;
		w->size = head.total;
		w->have += (size_t)n;
		if (w->have == w->size)
			return 1;
	}
}
