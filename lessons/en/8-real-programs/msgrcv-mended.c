// SPDX-License-Identifier: CC-BY-SA-4.0

/* msgrcv.c, mended. Who takes the last message removes the queue: before that
   the answer would go with it, and after it nobody needs it.
   usage: msgrcv-mended [ROUNDS] */

#include "talk.h"

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 10;
	int msgid = open_queue();
	struct msg_buf answer;

	for (int i = 0; i < rounds; i++) {
		send_text(msgid, QUESTION, "hello world msgrecv");
		receive(msgid, getpid(), &answer);
	}
	if (msgctl(msgid, IPC_RMID, NULL) == -1)
		fail("msgctl");
	return 0;
}
