// SPDX-License-Identifier: CC-BY-SA-4.0

/* What the mended server and client of the two-way talk share. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

/* The type of questions. That of an answer is the pid of who asked, and that is
   never 1: pid 1 is init. */
enum { QUESTION = 1 };

struct msg_buf {
	long mtype;
	struct {
		pid_t from;
		char text[508];
	} body;
};

static void fail(const char *call)
{
	perror(call);
	exit(EXIT_FAILURE);
}

/* The queue, made by whoever comes first. */
static int open_queue(void)
{
	key_t key = ftok("key.c", 0xFF);
	int msgid;

	if (key == -1)
		fail("ftok");
	msgid = msgget(key, 0600 | IPC_CREAT | IPC_EXCL);
	if (msgid == -1 && errno == EEXIST)
		msgid = msgget(key, 0600);
	if (msgid == -1)
		fail("msgget");
	return msgid;
}

static void send_text(int msgid, long type, const char *text)
{
	struct msg_buf m = { .mtype = type, .body.from = getpid() };
	size_t size = sizeof(m.body.from);

	size += snprintf(m.body.text, sizeof(m.body.text), "%s", text) + 1;
	while (msgsnd(msgid, &m, size, 0) == -1)
		if (errno != EINTR)
			fail("msgsnd");
}

/* A signal may end the wait: then it waits again. */
static void receive(int msgid, long type, struct msg_buf *m)
{
	memset(m, 0, sizeof(*m));
	while (msgrcv(msgid, m, sizeof(m->body), type, 0) == -1)
		if (errno != EINTR)
			fail("msgrcv");
	m->body.text[sizeof(m->body.text) - 1] = '\0';
	printf("got: %s\n", m->body.text);
}
