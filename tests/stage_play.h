// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lesson/lesson.h"
#include "machine.h"
#include "probe/snapshot.h"
#include "stage/stage.h"
#include "suite.h"

/* What the tests of the stage share: a script is compiled, each of its steps becomes one request
   to a real stage, and the events of its answer are kept. Nothing is judged here: the test looks
   at the events. Names are worth what the process has bound that bound them last, or B.x. */

enum { A, B, C, D, E, F };

enum { DEADLINE = 30000 }; /* ms: against a hang, not for judging speed */

struct play {
	struct lesson *lesson;
	struct stage *stage;
	size_t next;           /* step */
	uint32_t may_run;      /* of the following requests */
	struct event **events; /* of the last request */
	size_t nevents;

	struct {
		int64_t value[LETTERS];
		int last; /* who bound it, or -1 */
	} names[64];
	pid_t pids[LETTERS];
	pid_t outer[LETTERS]; /* what these are for this process */
	pid_t stage_pid;
};

/* The script without its fence: a step a line. It starts a stage: in the host's namespace if
   the options say so (NULL: namespaces of its own, and it must not be the host's; a machine that has
   none skips the test). */
struct play *play_new(const char *script, const struct stage_options *options);
void play_free(struct play *p);
void play_restart(struct play *p); /* a fresh stage, from the first step */

/* Runs the next n steps, each to the end of its answer. The last event is returned: QUIET,
   VALUE, SKIP or ERROR. */
const struct event *play_steps(struct play *p, size_t n);
void play_send(struct play *p);                /* the next step, without waiting */
const struct event *play_wait(struct play *p); /* for the end of the answer */
const struct event *play_await(struct play *p);
const struct event *play_sample(struct play *p);
void play_news(struct play *p); /* waits for what happens while nothing is asked */

/* Among the events of the last answer; NULL when there is none. */
const struct event *play_find(const struct play *p, enum event_kind kind, unsigned who);
size_t play_count(const struct play *p, enum event_kind kind);

/* The quiet of the last answer, and the state of a process at it. */
const struct event *play_quiet(const struct play *p);
int play_state(const struct play *p, unsigned who);

/* The process returned this value, or failed with this error; the assert is true; it died by
   this signal, or with this status. */
void play_returned(const struct play *p, unsigned who, int64_t value);
void play_failed(const struct play *p, unsigned who, int error);
void play_true(const struct play *p);
const struct event *play_killed(const struct play *p, unsigned who, int sig);
void play_exited(const struct play *p, unsigned who, int status);

pid_t parent_of(pid_t pid);
pid_t last_child(void); /* that this process has made */

/* The process that has a pid in the pid namespace of another one, for this process; 0 for none. */
pid_t outer_pid(pid_t in, pid_t pid);

/* Each waits, with a deadline: the process has ended; it is also no zombie any more, if it is
   ours to wait for; nobody is left in the session that it led. */
void wait_dead(pid_t pid);
void wait_gone(pid_t pid);
void wait_session_gone(pid_t pid);

int ipc_objects(void); /* in this namespace */
int open_descriptors(void);

/* Forks a process that is a program of its own: runs body, which must not return, until it is
   killed. body says ready() when it is where the test wants it. */
pid_t program_start(void (*body)(void *context), void *context);
void program_ready(void);

/* The main() of a test of the stage: it is also what the processes of the stage execute. */
int play_main(int argc, char **argv, TCase *tests);
