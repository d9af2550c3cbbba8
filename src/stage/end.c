// SPDX-License-Identifier: GPL-3.0-or-later
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage/booked.h"
#include "stage/cleanup.h"
#include "stage/inside.h"
#include "sys/ledger.h"

/* The end of a stage, whatever brings it: the program has closed its socket, or died, or the stage
   could not be had. */

enum { RESTORE_PATIENCE = 1000, MAKER_PATIENCE = 1000 }; /* ms */

/* The program that ends its stage only shuts its socket down for writing; when it dies the socket
   is closed. Then only: as long as it lives the terminal is its own, and this stage not its last. */
static bool program_died(const struct server *s)
{
	struct pollfd fd = { .fd = s->program.fd };

	return poll(&fd, 1, 0) == 1 && (fd.revents & POLLHUP);
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && !memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc));
}

/* Not yet taken, given back while the program is stopped, or restored by somebody else. */
static bool is_restored(const struct server *s)
{
	struct termios now;

	return s->terminal < 0 ||
	       (!tcgetattr(s->terminal, &now) && same_modes(&now, &s->options->terminal_modes));
}

/* The program died: its shell will want the terminal at once. False if the terminal takes nothing
   for so many milliseconds: for a moment because somebody else writes to it (the shell), for ever
   when nobody reads it. */
static bool restore_terminal(const struct server *s, int patience)
{
	const char *text = s->options->terminal_text;
	struct pollfd room = { .fd = s->terminal, .events = POLLOUT };

	tcsetattr(s->terminal, TCSANOW, &s->options->terminal_modes);
	if (!text)
		return true;
	if (poll(&room, 1, patience) != 1 || !(room.revents & POLLOUT))
		return false;
	return write(s->terminal, text, strlen(text)) >= 0;
}

/* Who is making an object says what it has become, before it is killed. */
static void hear_out(struct server *s, unsigned who)
{
	struct wire *w = &s->actors[who].wire;
	struct pollfd said = { .fd = w->fd, .events = POLLIN };

	while (ledger_has_begun(s->board->ledger, who) && poll(&said, 1, MAKER_PATIENCE) == 1 &&
	       wire_receive(w, MSG_DONTWAIT) > 0 && w->type == WIRE_DEED &&
	       w->size == sizeof(struct wire_deed))
		deed_take(s, who, (const void *)w->body);
}

static void kill_child(pid_t child, void *context)
{
	(void)context;
	kill(child, SIGKILL);
}

static void wait_for_end(const struct actor *a)
{
	struct pollfd fd = { .fd = a->pidfd, .events = POLLIN };

	if (a->pidfd < 0)
		waitpid(a->pid, NULL, 0);
	else
		while (poll(&fd, 1, -1) < 0)
			;
}

/* Children of those that are killed come to this process, so it takes rounds. Where the
   kernel does not list children only the known ones are sure to end. */
static void end_children(struct server *s)
{
	int flags = 0, status;
	pid_t pid;

	pin_set(s, false); /* they take themselves apart side by side */
	for (unsigned who = 0; who < LETTERS; who++)
		if (s->actors[who].pid)
			actor_signal(&s->actors[who], SIGKILL);
	for (size_t i = 0; i < s->ntracees; i++)
		kill(s->tracees[i].tid, SIGKILL);
	for (unsigned who = 0; who < LETTERS; who++)
		if (s->actors[who].pid && !s->actors[who].program)
			wait_for_end(&s->actors[who]);
	do {
		if (!cleanup_children(kill_child, NULL))
			flags = WNOHANG;
		pid = waitpid(-1, &status, flags | __WALL);
		if (pid > 0 &&
		    WIFSTOPPED(status)) /* it was forked meanwhile, and is traced already */
			kill(pid, SIGKILL);
	} while (pid > 0);
}

_Noreturn void server_end(struct server *s)
{
	bool restored = !program_died(s) || is_restored(s) || restore_terminal(s, 0);

	for (unsigned who = 0; who < LETTERS; who++)
		hear_out(s, who);
	booked_hear_out(s);
	if (!s->birth.pids) /* pid 1 takes all with it */
		end_children(s);
	probe_free(s->probe);
	if (s->host) /* elsewhere these ids are not the host's */
		ledger_clear(s->board->ledger);
	cleanup_directory(s->directory);
	if (!restored)
		restore_terminal(s, RESTORE_PATIENCE);
	_exit(0);
}
