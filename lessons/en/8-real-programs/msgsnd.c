// SPDX-License-Identifier: CC-BY-SA-4.0

/* The server of a two-way talk: ten times it takes a message of type 2 and
   answers with one of type 1. With the bugs of its model; msgsnd-mended.c is
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
	struct msg_buf question = { 0 };
	struct msg_buf answer = { .mtype = 1, .mtext = "hello world snd" };
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
		if (msgrcv(msgid, &question, sizeof(question.mtext), 2, 0) == -1) {
			perror("msgrcv");
			return 1;
		}
		printf("got: %s\n", question.mtext);
		if (msgsnd(msgid, &answer, strlen(answer.mtext), 0) == -1) {
			perror("msgsnd");
			return 1;
		}
	}
	return 0;
}
