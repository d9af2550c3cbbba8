// SPDX-License-Identifier: CC-BY-SA-4.0

/* The client of a two-way talk: ten times it sends a message of type 2 and
   takes the answer, of type 1. With the bugs of its model; msgrcv-mended.c is
   without them. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

struct msg_buf {
	long mtype;
	char mtext[512];
};

int main(void)
{
	struct msg_buf question = { .mtype = 2, .mtext = "hello world msgrecv" };
	struct msg_buf answer = { 0 };
	key_t key = ftok("key.c", 0xFF);
	int msgid;

	if (key == -1) {
		perror("ftok");
		return 1;
	}
	msgid = msgget(key, 0777 | IPC_CREAT | IPC_EXCL);
	if (msgid == -1) {
		if (errno = EEXIST)
			msgid = msgget(key, 0777);
		if (msgid == -1) {
			perror("msgget");
			return 1;
		}
	}
	for (int i = 0; i < 10; i++) {
		if (msgsnd(msgid, &question, strlen(question.mtext), 0) == -1) {
			perror("msgsnd");
			return 1;
		}
		if (msgrcv(msgid, &answer, sizeof(answer.mtext), 1, 0) == -1) {
			perror("msgrcv");
			return 1;
		}
		printf("got: %s\n", answer.mtext);
	}
	return 0;
}
