// SPDX-License-Identifier: CC-BY-SA-4.0

/* msgsnd.c, mended. An answer has the pid of the client as its type, so nobody
   else takes it.
   usage: msgsnd-mended [ROUNDS] */

#include "talk.h"

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 10;
	int msgid = open_queue();
	struct msg_buf question;

	for (int i = 0; i < rounds; i++) {
		receive(msgid, QUESTION, &question);
		send_text(msgid, question.body.from, "hello world snd");
	}
	return 0;
}
