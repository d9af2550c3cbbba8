// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stage/inside.h"
#include "stage/terminal.h"

/* One ppoll for everything that a stage can wait for: the program, the wires of the processes,
   SIGCHLD, which also tells of stops, the ends of those that are not its children, and what is written to
   terminals. */

enum {
	WATCH_PROGRAM,
	WATCH_SIGNALS,
	WATCH_ACTORS,
	WATCH_ENDS = WATCH_ACTORS + LETTERS,
	WATCH_TERMINALS = WATCH_ENDS + LETTERS,
	WATCHED = WATCH_TERMINALS + LETTERS
};

static void watch_set(const struct server *s, struct pollfd fds[WATCHED])
{
	fds[WATCH_PROGRAM] = (struct pollfd){ .fd = s->program.fd, .events = POLLIN };
	/* the request that came meanwhile is looked at when this one has ended */
	if (s->interrupted)
		fds[WATCH_PROGRAM].fd = -1;
	fds[WATCH_SIGNALS] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct actor *a = &s->actors[who];
		int fd = a->phase == ACTOR_NONE ? -1 : a->wire.fd;

		fds[WATCH_ACTORS + who] = (struct pollfd){ .fd = fd, .events = POLLIN };
		fd = a->gone ? -1 : a->pidfd;
		fds[WATCH_ENDS + who] = (struct pollfd){ .fd = fd, .events = POLLIN };
		fd = who < s->nterminals ? s->terminals[who].master : -1;
		fds[WATCH_TERMINALS + who] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
}

static void sample(struct server *s)
{
	struct event e = { .kind = EVENT_SAMPLE };

	terminals_tell(s);
	e.time = clock_now();
	e.snapshot = probe_snapshot(s->probe, s->states);
	report_put(s, &e);
	free(e.snapshot);
}

static void program_read(struct server *s)
{
	struct code codes[LETTERS];
	struct request r;
	struct parcel in;
	uint32_t number;
	int got = wire_receive(&s->program, MSG_DONTWAIT);

	if (got < 0)
		server_end(s);
	if (got == 0)
		return;
	in = (struct parcel){ s->program.body, s->program.size };
	if (s->program.type == WIRE_REQUEST && parcel_take_request(&in, &r, codes, &number) &&
	    r.kind == REQUEST_SAMPLE) {
		sample(s);
		return;
	}
	s->interrupted = true;
}

static void signals_read(struct server *s)
{
	struct signalfd_siginfo info[2]; /* of one signal no more than one waits */

	(void)!read(s->signals, info, sizeof(info));
	s->changes++; /* somebody stopped or went on, perhaps */
}

static bool has_ended(const struct pollfd fds[WATCHED])
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (fds[WATCH_ENDS + who].revents)
			return true;
	return false;
}

bool watch(struct server *s, int64_t timeout)
{
	struct timespec t = { timeout / 1000000000, timeout % 1000000000 };
	struct pollfd fds[WATCHED];
	int n;

	if (timeout)
		report_send(s);
	watch_set(s, fds);
	n = ppoll(fds, WATCHED, timeout < 0 ? NULL : &t, NULL);
	if (n < 0 && errno != EINTR)
		server_end(s); /* it would go round for ever */
	if (n <= 0)
		return n < 0;
	if (fds[WATCH_PROGRAM].revents)
		program_read(s);
	for (unsigned who = 0; who < LETTERS; who++)
		if (fds[WATCH_ACTORS + who].revents && s->actors[who].wire.fd >= 0)
			actor_read(s, who);
	for (size_t i = 0; i < s->nterminals; i++)
		if (fds[WATCH_TERMINALS + i].revents)
			terminal_take(s, &s->terminals[i]);
	if (fds[WATCH_SIGNALS].revents)
		signals_read(s);
	if (fds[WATCH_SIGNALS].revents || has_ended(fds))
		actors_reap(s);
	return true;
}
