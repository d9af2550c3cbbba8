// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the stage: what its files share, in the order that data flows. Three kinds of process run
   this code. The program:

	handle.c     starts a stage, sends requests, takes events
	wire.c       messages between two processes; parcel.c: what is in them

   the stage:

	life.c       its beginning; namespace.c: the namespaces that it enters; host.c: its files
	             where there are none; end.c: its end
	server.c     takes a request at a time; limit.c, observe.c: what needs no process
	spawn.c      starts a process, forked.c one that lives shortly; actor.c: asks it and hears it; children.c: of those that
	             were forked; deeds.c: what it does that is written down; pin.c: on which CPU
	launch.c     starts a program of one's own; trace.c: traces it; calls.c: what it does at its calls;
	             watched.c: at those that nobody chose; stand.c: what the board says of it;
	             glance.c: whether it does anything by itself; turns.c: lets all go in turn
	renew.c      makes the stage fresh again
	watch.c      waits for what happens; quiet.c: until nothing more will; look.c: how it knows
	report.c     tells the program

   and for one's own programs:

	launch.c     starts one; terminal.c: its terminal
	trace.c      traces them; calls.c: what they do at their calls; glance.c: how one looks

   and each process of a lesson:

	process.c    takes statements and answers; confine.c: what it gives away first, with
	             landlock.c, seccomp.c
	exec.c       executes a statement; posix.c: calls with POSIX names, in the host's namespace;
	             await.c: those that wait for children; journal.c: what it writes down of it;
	             reads.c: what that has read; fault.c: what it says when it dies of it

   cleanup.c and host.c are for the stage at its end, and for the program when the stage was killed.

   Who is whose child, and what ends with whom:

	program ─── stage ─┬─ A ─── C         C = fork() of A
	                   └─ B

   In a pid namespace the stage is its pid 1. It has a /proc of that namespace; the probe, which runs in
   the stage, and every *_lpid, *_cpid and sempid that the kernel tells it count as the lesson's processes
   do, from 1001; the program sees other numbers and uses none but that of the stage. Whatever ends the
   stage ends all of them, by the kernel, and who has lost his parent is the stage's child.

   Without one (the host's namespaces; a kernel or container that gives none) the pids are the host's.
   The stage is their subreaper, and kills them at its end (end.c). When it is killed, a pipe that only it
   held has the kernel kill them (confine.h), and the program, a subreaper too, waits for what is left
   (cleanup.c).

   A and B are the stage's own: it waits for them, and SIGCHLD tells it also of their stops. C is A's: the
   stage looks at it through a pidfd (children.c), and waits for it when A is gone. */

#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "probe/probe.h"
#include "trace/decode.h"
#include "stage/host.h"
#include "stage/parcel.h"
#include "stage/stage.h"
#include "stage/wire.h"

/* What keeps a lesson from doing harm; a machine may lack some. */
enum stage_part {
	STAGE_NAMESPACES,
	STAGE_NOBODY,    /* root's lesson is nobody */
	STAGE_READ_ONLY, /* what is mounted, but for the lesson's files */
	STAGE_FILES,     /* Landlock */
	STAGE_SIGNALS,   /* a pid namespace, or Landlock */
	STAGE_CALLS,     /* seccomp */
	STAGE_LIMITS,    /* of the namespace */
	STAGE_PARTS,
};

/* How the program has made the stage: a process of its own user namespace finds neither out. */
struct birth {
	bool pids; /* pid 1 of a pid namespace */
	uid_t uid; /* of the user, outside */
	gid_t gid;
};

enum actor_phase {
	ACTOR_NONE,     /* not started */
	ACTOR_STARTING, /* its hello is waited for */
	ACTOR_IDLE,     /* answered its last statement */
	ACTOR_ASKED,    /* has a statement */
	ACTOR_MUTE,     /* closed its wire: it is dying, or becomes another program */
	ACTOR_OTHER,    /* runs another program: an execve */
	ACTOR_PROGRAM,  /* is one of one's own, and traced */
	ACTOR_DEAD,
};

/* A kernel before Linux 6.15 does not tell how one ended that another program has waited for, or whose
   parent ignores SIGCHLD. */
enum { STATUS_UNKNOWN = -1 };

enum { ACTOR_TIMERS = 16 };

struct actor {
	enum actor_phase phase;
	pid_t pid; /* 0 while it is not known, and when it is dead */
	struct wire wire;
	uint8_t by;    /* who forked it, or itself */
	int pidfd;     /* of one that was forked, until somebody has waited for it; or -1 */
	pid_t corpse;  /* its pid while it is a zombie, or 0 */
	bool gone;     /* its end is known */
	bool started;  /* it has said hello */
	bool loops;    /* its statement is a repeat or a while */
	bool ended;    /* dead and waited for, but not reported: another program that ended in a
			  step which does not ask for it. It is reported to the step that does */
	int status;    /* then, as waitpid(2) gives it, or STATUS_UNKNOWN */
	uint64_t died; /* when, CLOCK_MONOTONIC ns */
	bool has_user; /* it starts as uid and gid */
	uid_t uid;
	gid_t gid;

	/* a program */
	bool program;              /* it is one, or becomes one */
	bool ready;                /* it has said hello: the next execve is its own */
	struct terminal *terminal; /* or NULL */
	uint32_t threads;          /* that it has had */
	uint32_t last;             /* the number of the one that went last */
	struct lines *lines;       /* of its source; NULL: not looked for yet */
	int fatal;                 /* the last signal of a fault, and */
	char fault[BOARD_FILE];    /* where it was, in words; "" for nowhere that is known */
	bool ignores_known;        /* of signals: bit 0 is signal 1 */
	uint64_t ignores;
	struct actor_timer {
		uint64_t key;   /* which, 0: none */
		uint64_t until; /* CLOCK_MONOTONIC ns by which it has expired */
		uint64_t every; /* ns; 0: once */
	} timers[ACTOR_TIMERS];
	struct actor_memory {
		struct probe *probe;
		unsigned who;
	} memory; /* how it is read */
};

/* A terminal of programs (terminal.h). */
struct terminal {
	uint8_t owner;    /* the letter that it was made for */
	int master;       /* its other end */
	int slave;        /* the programs' end too */
	struct buf kept;  /* written and not told yet: the last of it */
	uint64_t lost;    /* bytes that came before what is kept */
	uint32_t writers; /* letters that can have written them; LETTERS: a process without one */
	uint32_t
		ended; /* letters whose tasks can have written since it was read last, and are gone */
};

/* Where a task of a program is (trace.c). */
enum tracee_place {
	TRACEE_FRESH,  /* it is traced, and nobody knows yet whose it is */
	TRACEE_RUNS,   /* between calls */
	TRACEE_BEFORE, /* stopped before a call */
	TRACEE_IN,     /* in it */
	TRACEE_ASIDE,  /* in a call that is watched, and nobody is told of (watched.c) */
	TRACEE_HELD,   /* stopped by a signal, like any process */
};

struct tracee {
	pid_t tid;
	uint8_t who;     /* LETTERS: no letter was left, it goes on at every stop */
	uint8_t place;   /* enum tracee_place */
	bool stopped;    /* FRESH: it has come to its first stop */
	uint32_t thread; /* its number in its process, from 0 */
	pid_t lends;     /* its memory to that child, vfork(2), until it executes or ends; 0 */
	uint64_t cpu;    /* ns that it had used when it was let go; 0: not looked at since then */
	bool went;       /* since its terminal was read last it has been let go */
	struct decoded call;
	uint64_t raw[CALL_PARAMS]; /* its arguments, as the kernel has them */
	bool ends;                 /* what it sleeps in ends by itself */
	bool books;                /* the object that it makes is in the ledger */
	bool over;                 /* it has ended, its process has not: exit(2) */
	struct board_program now;  /* where it stands */
	bool placed;               /* and that is where in its source */
	uint64_t began;            /* CLOCK_MONOTONIC ns */
	bool shielded;             /* in this call other signals are blocked than it wishes: */
	uint64_t blocked;
	uint64_t at, stack; /* of the call: its place in the code, and the stack's end */

	/* a call that a signal has cut short: it will be made again, or returns EINTR. */
	bool cut;
	struct decoded cut_call;
	uint64_t cut_at, cut_stack; /* its place in the code, and the stack's end */
	bool leaves;                /* the handler returns, rt_sigreturn(2) */
};

struct server {
	struct wire program;
	struct board *board;
	struct probe *probe;
	const struct stage_options *options; /* terminal_fd is not its number here */
	int terminal;                        /* that descriptor, or -1 */
	int signals;                         /* signalfd of SIGCHLD */
	pid_t pid;
	struct birth birth;
	bool host;          /* in the host's namespace */
	uint32_t missing;   /* enum stage_part, as bits */
	bool users;         /* ids other than the user's own can be had */
	char directory[64]; /* to be removed at the end; "" for none */
	char objects[72];   /* where the lesson's files and POSIX objects are */
	bool lost;          /* how somebody ended is not known: the lesson can't go on */
	uint32_t struck;    /* mask of those that were sent a signal in this step */
	struct actor actors[LETTERS];
	struct tracee *tracees;
	size_t ntracees;
	struct terminal terminals[LETTERS];
	size_t nterminals;
	struct decode_set stops; /* the calls before which programs stop */
	uint64_t awaited; /* CLOCK_MONOTONIC ns: an AWAIT ends then, though nothing has happened */

	/* the CPUs that the stage may use, and the one for stepping */
	cpu_set_t allowed, one;
	bool pinned;
	unsigned crowded; /* for so many yields to come somebody else is taken to want it */

	/* the request under way */
	bool busy;
	uint32_t number; /* that the program gave it */
	uint64_t began;  /* CLOCK_MONOTONIC ns: after whom it names has started */
	struct request request;
	struct code codes[LETTERS];
	char *request_body;
	bool interrupted; /* the next one has come, and waits in program: this one is given up */
	bool broken;      /* EVENT_ERROR or EVENT_SKIP has ended it */
	char skip[EVENT_TEXT]; /* why the machine can't do it, or "": reported at the quiet */

	/* what has happened and is not sent yet */
	struct event **queue;
	size_t nqueue;
	struct buf out;    /* what is to be sent before the stage waits again */
	unsigned happened; /* replies and deaths since the last quiet */
	unsigned changes;  /* messages, ends and stops, ever. When it has risen, something that was
			      seen before may be different now */

	uint8_t states[LETTERS]; /* enum process_state, as last looked at */
	uint8_t timed[LETTERS];

	/* REQUEST_TURNS (turns.c) */
	bool turning; /* it is under way: what programs do is not told */

	/* a measurement, and the gate */
	uint64_t released; /* when the gate was opened */
	uint64_t returned; /* when the last of the takers did */
	uint32_t waited;   /* takers that have not returned */
	bool failed;       /* one of them returned an error */
};

/* Ready or asleep, running or stopped; what another program is too. */
static inline bool actor_alive(const struct server *s, unsigned who)
{
	return s->actors[who].pid != 0;
}

static inline void server_has(struct server *s, enum stage_part part, bool there)
{
	if (!there)
		s->missing |= 1u << part;
}

/* The beginning (life.c) and the end (end.c). The stage's process lives between them: neither
   returns. The end restores the terminal if the program died, kills and waits for every process,
   removes the lesson's objects from the host and its files. */
_Noreturn void server_main(int program, struct ledger *ledger, const struct stage_options *options,
                           struct birth birth);
_Noreturn void server_end(struct server *s);

/* Namespaces (namespace.c). False with a sentence in why. */
bool namespace_enter(struct server *s, char *why, size_t size);
bool namespace_renew(struct server *s, char *why,
                     size_t size); /* another IPC namespace, like the first */

/* Makes it fresh again (renew.c). False when it can't be. */
bool server_renew(struct server *s);

/* Requests (server.c): takes one after the other, for ever. */
_Noreturn void server_loop(struct server *s);

/* Processes (spawn.c, actor.c). actor_start() begins what ends with its hello; actor_ask() gives
   it the statement of the request under way. */
bool actor_start(struct server *s, unsigned who);
pid_t spawn_forked(struct server *s, char **args, const int own[EXEC_RESERVED],
                   int number); /* forked.c */
int spawn_failure(void);        /* why the program could not be executed: an errno, or 0 */
void actor_ask(struct server *s, unsigned who, bool gated);
bool actor_read(struct server *s, unsigned who);       /* takes one message; false: none is there */
void actors_reap(struct server *s);                    /* takes in who is dead */
void actor_report_end(struct server *s, unsigned who); /* of one that has ended */
bool actor_make(struct server *s, unsigned who, const char *how, int terminal); /* spawn.c */

/* Children of forks (children.c). child_adopt(): who has that pid, unless that is none of the lesson's;
   child_status(): of one that is dead. */
bool child_adopt(struct server *s, unsigned who, pid_t pid);
void child_forget(struct server *s, unsigned who);
uint32_t children_dead(const struct server *s); /* mask of those whose end is not known yet */
int child_status(const struct actor *a);
bool child_is_there(const struct actor *a); /* as a zombie at least */
void children_look(struct server *s);       /* who is a zombie still */
/* A program that was forked has ended: whether its parent has not waited for it. */
bool child_is_left(struct server *s, unsigned who);
bool actor_signal(const struct actor *a, int sig);

/* CPUs (pin.c). pinned: the stage and all its processes step on one. */
void pin_init(struct server *s);
void pin_set(struct server *s, bool pinned);

/* Waiting (watch.c): at most so long for anything to happen, and takes it in. timeout is in ns,
   -1 for ever. False when the time was over. */
bool watch(struct server *s, int64_t timeout);

/* Quiet (quiet.c): waits until it is, and done() (may be NULL) agrees. False when it was given
   up: the request is broken, or interrupted. */
bool quiet_wait(struct server *s, bool (*done)(const struct server *));
void quiet_yield(struct server *s); /* lets the others run */

/* What an assert reads (observe.c): the value, or why it can't be read, goes into e. False when that is
   because of this machine. */
bool observe_evaluate(struct server *s, const struct request *r, struct event *e);

/* Limits of the namespace (limit.c). False with a sentence in why. limit_lower_all() is for a fresh
   one, so that a lesson can't take all memory; false where the machine does not let it. */
bool limit_set(const char *name, int64_t number, char *why, size_t size);
bool limit_lower_all(void);

/* One's own programs (trace.c): starts one; lets it make the call before which it stands, false when
   that is not the one that was asked for; takes what waitpid(2) says of a task, false when that is the end
   of a letter's process; how one looks. (launch.c): what it is started with. */
bool program_launch(struct server *s, unsigned who);
bool trace_begin(struct server *s, unsigned who);
bool trace_next(struct server *s, unsigned who, int call);
bool trace_takes(struct server *s, pid_t tid, int status);
struct glance trace_look(struct server *s, unsigned who);
unsigned trace_inside(const struct server *s);      /* tasks that are not stopped before a call */
struct glance trace_look_unnamed(struct server *s); /* of those that have no letter */
void trace_end(struct server *s, unsigned who);     /* the process is dead */
void trace_places(struct server *s); /* the board says where each stands, and where in its source */
uint64_t
trace_awaited(const struct server *s); /* by when something will have happened by itself, or not */

/* REQUEST_TURNS (turns.c): lets programs go until nobody can. False when it was given up. */
bool turns_take(struct server *s);

/* Books of what processes do (deeds.c): takes a message; false when it makes no sense. The same without one, of who
   need not have a letter. And in words why something is refused: value is what it would reach. */
bool deed_take(struct server *s, unsigned who, const struct wire_deed *d);
enum exec_refusal deed_judge(struct server *s, unsigned who, const struct wire_deed *d);
void deed_refusal(char *to, size_t size, enum exec_refusal refused, int64_t value);

/* What the program is told (report.c). report_event() is one that happened to who; the queue owns
   it. report_flush() takes it from there, if a request is under way. What was put is sent together, so that the program
   is woken once: by report_send(), before the stage waits. */
struct event *report_event(struct server *s, enum event_kind kind, unsigned who);
void report_flush(struct server *s);
void report_send(struct server *s);
void report_forget(struct server *s); /* what is in the queue still */
void report_quiet(struct server *s);  /* the quiet that ends a request, with what it found */
void report_news(struct server *s);   /* what has happened while none is */
void report_put(struct server *s, const struct event *e);
/* Copies to e what a call of a process that stands still has read. */
void report_reads(struct server *s, unsigned who, const struct exec_read *reads, size_t nreads,
                  struct event *e);

/* Ends the request: the stage can't go on; the machine can't do it. Return false. */
bool report_error(struct server *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool report_skip(struct server *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
