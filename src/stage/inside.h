// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "probe/probe.h"
#include "stage/parcel.h"
#include "stage/stage.h"
#include "stage/wire.h"

/* Inside the stage: what its files share. server.c takes requests, actor.c knows each
   process, watch.c waits for what happens, quiet.c knows when nothing does. */

enum actor_phase {
	ACTOR_NONE,     /* not started */
	ACTOR_STARTING, /* its hello is waited for */
	ACTOR_IDLE,     /* answered its last statement */
	ACTOR_ASKED,    /* has a statement */
	ACTOR_MUTE,     /* closed its wire: it is dying, or becomes another program */
	ACTOR_OTHER,    /* runs another program: an execve */
	ACTOR_DEAD,
};

struct actor {
	enum actor_phase phase;
	pid_t pid; /* 0 while it is not known, and when it has been waited for */
	struct wire wire;
	uint8_t by;   /* who forked it, or itself */
	bool started; /* it has said hello */
	bool loops;   /* its statement is a repeat or a while */
	bool ended;   /* waited for, but not told yet: nobody asks for the end of another program */
	int status;
	uint64_t died;
	bool has_user;
	uid_t uid;
	gid_t gid;
};

struct server {
	struct wire program;
	struct board *board;
	int board_fd;
	struct probe *probe;
	const struct stage_options *options; /* terminal_fd is not its number here */
	int terminal;                        /* that descriptor, or -1 */
	int signals;                         /* signalfd of SIGCHLD */
	pid_t pid;
	bool host;          /* in the host's namespace */
	bool users;         /* ids other than the user's own can be had */
	char directory[64]; /* to be removed at the end; "" for none. Not the board's, which a
			       stray store of a lesson can reach */
	struct actor actors[LETTERS];

	/* the CPUs that the stage may use, and the one for stepping */
	cpu_set_t allowed, one;
	bool pinned;

	/* the request under way */
	bool busy;
	uint32_t number; /* that the program gave it */
	struct request request;
	struct code codes[LETTERS];
	char *request_body;
	bool interrupted; /* the next one came meanwhile, and is in program: give this one up */
	bool broken;      /* EVENT_ERROR or EVENT_SKIP has ended it */
	char skip[EVENT_TEXT]; /* why the machine can't do it, or "" */

	/* events that happened; sent when a request is under way */
	struct event **queue;
	size_t nqueue;
	unsigned happened; /* replies and deaths since the last quiet */
	unsigned changes;  /* of any kind, ever: what was seen before one is worth nothing */

	uint8_t states[LETTERS]; /* enum process_state, as last looked at */
	uint8_t timed[LETTERS];

	/* a measurement, and the gate */
	uint64_t released;
	uint64_t returned; /* the last of the takers */
	uint32_t waited;   /* takers that have not returned */
	bool failed;       /* one of them returned an error */
};

/* life.c: the stage from the fork on; it does not return. */
_Noreturn void server_main(int program, struct board *board, int board_fd,
                           const struct stage_options *options);

/* Restores the terminal if the program died; kills and waits for every process, clears the
   ledger, removes the files. */
_Noreturn void server_end(struct server *s);

/* server.c */
_Noreturn void server_loop(struct server *s);
/* tell.c. An event that happened to who; the queue owns it. */
struct event *server_event(struct server *s, enum event_kind kind, unsigned who);
void server_flush(struct server *s); /* sends them, if a request is under way */
void server_send(struct server *s, const struct event *e); /* at once */

/* Ends the request: the stage can't go on; the machine can't do it. Return false. */
bool server_error(struct server *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool server_skip(struct server *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* spawn.c */
bool actor_start(struct server *s, unsigned who); /* begins: ends with its hello */
int spawn_failure(void); /* why the program could not be executed: an errno, or 0 */

/* actor.c */
bool actor_ask(struct server *s, unsigned who, bool gated);
bool actor_read(struct server *s,
                unsigned who); /* takes a message from its wire, if one is there */
void actors_reap(struct server *s);
void actor_tell_end(struct server *s, unsigned who); /* of one that ended */
bool actor_alive(const struct server *s, unsigned who);

/* pin.c */
void pin_init(struct server *s);
void pin_set(struct server *s, bool pinned); /* the stage and all its processes */
void pin_actor(const struct server *s, unsigned who);

/* watch.c: waits at most so long for anything to happen, and takes it in. timeout is in ns,
   -1 for ever. False when the time was over. */
bool watch(struct server *s, int64_t timeout);

/* quiet.c: waits until everything is quiet, and done() (may be NULL) agrees. False when it
   was given up: the request is broken, or interrupted. */
bool quiet_wait(struct server *s, bool (*done)(const struct server *));

/* observe.c */
void observe_evaluate(struct server *s, const struct request *r, struct event *e);

/* limit.c: false with a sentence in why */
bool limit_set(const char *name, int64_t number, char *why, size_t size);

/* namespace.c: false with a sentence in why */
bool namespace_enter(struct server *s, char *why, size_t size);
