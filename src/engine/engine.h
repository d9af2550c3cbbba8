// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lesson/lesson.h"
#include "probe/snapshot.h"
#include "sys/request.h"

/* A lesson being played. The engine does no I/O: it takes commands and the stage's events,
   and says what to do next. check, print and the TUI drive the same engine:

	engine_command(e, ENGINE_NEXT);
	while (engine_action(e, &action)) ... do it ...
	... an event arrives from the stage ...
	engine_event(e, event);
	while (engine_action(e, &action)) ...

   It keeps everything that happened: the outcome of every step with its snapshot, and every
   event with its time. */
struct engine;

/* Those that go back don't wait for the step under way, nor for a replay: it is given up, and
   counts as the last step; on the way back they go back from where it leads. They are also the
   way out of ENGINE_SKIPPED and ENGINE_BROKEN. */
enum engine_command {
	ENGINE_NEXT,       /* run the next step; after a scene's last one, show the next scene */
	ENGINE_BACK,       /* to before the last step, by replay on a fresh stage; at the start of
			      a scene only to the end of the one before */
	ENGINE_RESTART,    /* to the start of this scene, by replay */
	ENGINE_SCENE_NEXT, /* run on to the start of the next scene */
	ENGINE_SCENE_PREVIOUS, /* to the start of this scene, or of the one before, by replay */
	ENGINE_STOP, /* give up the step under way: the learner pressed a key, or its time is over.
			What blocks is the result; it has failed, unless nothing of it is judged.
			What the stage still says of it is taken in, but is no result any more */
};

enum engine_action_kind {
	ENGINE_STAGE,   /* stop the stage if there is one, and start a fresh one */
	ENGINE_REQUEST, /* send request; its pointers live until the next engine call */
};

struct engine_action {
	enum engine_action_kind kind;
	struct request request;
};

enum verdict {
	VERDICT_NONE, /* not run */
	VERDICT_PASSED,
	VERDICT_FAILED,   /* message says what was expected and what came */
	VERDICT_REPORTED, /* nothing was judged: may, measure */
	VERDICT_SKIPPED,  /* message says why */
};

enum result_kind {
	RESULT_RETURNED,
	RESULT_BLOCKS,
	RESULT_RUNS,
	RESULT_STOPPED,
	RESULT_EXIT,
	RESULT_KILLED,
};

/* Why a call that a process slept in came to its end, or a process to its own. It is known
   (engine/cause.c says how), or it is none. */
enum cause_kind {
	CAUSE_NONE,
	CAUSE_CALL,     /* a call that by made on the same object */
	CAUSE_END,      /* the end of by: its undo, its descriptors */
	CAUSE_REMOVAL,  /* by has removed the object */
	CAUSE_SIGNAL,   /* by has sent a signal */
	CAUSE_OBSERVER, /* the observer has, in this step */
	CAUSE_ALARM,    /* its own alarm(2) */
	CAUSE_CHILD,    /* its child by has ended, or stopped */
	CAUSE_TIME,     /* its time was over */
};

struct end_cause {
	uint8_t kind; /* enum cause_kind */
	uint8_t by;   /* LETTERS: nobody */
};

/* What a step came to for one process. */
struct result {
	uint8_t who;
	uint8_t was;            /* enum process_state, when it was looked at last */
	struct end_cause cause; /* of one that was not asked */
	bool asked;             /* it was given this step; false: it was woken, or died */
	bool told;              /* it had happened before the step began */
	enum result_kind kind;
	int of;        /* the step whose statement it is of, or -1 */
	int64_t value; /* RETURNED; EXIT: the status */
	bool failed;   /* RETURNED: value is -1, NULL or error; error says why */
	int error;
	char *text; /* RETURNED a string, or NULL */
	char *made; /* RETURNED to a program: the call as C writes it; KILLED: where; or NULL */
	uint32_t thread; /* of that program, from 0 */
	int32_t call;    /* RETURNED: the last that its statement has made; -1: none */
	int64_t args[6];
	struct event_read *reads; /* what that has read */
	size_t nreads;
	int sig;     /* KILLED */
	int si_code; /* 0: not known */
	uint64_t address;
	uint64_t began, ended; /* CLOCK_MONOTONIC ns; began: of its statement, RETURNED */
};

/* A value that an assert read: "sem[0].semncnt" was 1. */
struct reading {
	char *source;
	char *value; /* as text: decimal, a state's or a page's name, a letter for a pid */
	int64_t number;
	bool derived;
};

struct step_record {
	enum verdict verdict;
	char *message;
	struct result *results; /* callers first, in the order of their letters */
	size_t nresults;
	struct reading *readings;
	size_t nreadings;
	struct snapshot *before; /* borrowed from a record before; NULL at the start */
	struct snapshot *after;  /* at the quiet; NULL until then, and if there is none: the step
				    was given up, or the script can't do it */
	bool unread;             /* ASSERT: what it looks at could not be read */
	bool struck;             /* KILL: it has been done */
	double rate;             /* MEASURE: bytes a second, 0 otherwise */
};

enum incident_kind {
	INCIDENT_STARTED, /* by: who forked it, or itself */
	INCIDENT_CALLED,
	INCIDENT_RETURNED,
	INCIDENT_BLOCKED,
	INCIDENT_WOKEN, /* a call of a step before returned; why is in cause */
	INCIDENT_DIED,
	INCIDENT_RUNS,
	INCIDENT_KILL, /* the observer's kill(2), of who */
};

/* A timed event, for the time panel. Those of a step stand together, in the order of their
   times, and a cause before what came of it: that a process has died is seen later than what its
   end brought about. */
struct incident {
	enum incident_kind kind;
	uint8_t who;
	uint8_t by; /* STARTED: who forked it, or itself */
	struct end_cause cause;
	size_t step; /* of that one; of the next, where it has happened by itself since the last */
	uint64_t time; /* CLOCK_MONOTONIC ns */
};

/* Bytes that were written to the terminal of a program, in the order in which they came. Of each terminal
   the last ENGINE_OUTPUT bytes are kept. */
struct output {
	uint8_t terminal; /* of whom it is */
	uint32_t
		writers; /* mask of letters: one of them has written it, as far as that is known; LETTERS is
			     a process without one. 0: typed input, which the terminal shows by itself */
	size_t step;   /* the next one: it has come by itself since the last */
	uint64_t time; /* CLOCK_MONOTONIC ns: by when it was written */
	uint64_t lost; /* bytes before these that are not kept */
	char *bytes;
	size_t n;
};

enum { ENGINE_OUTPUT = 64 << 10 };

enum engine_status {
	ENGINE_IDLE,      /* waits for a command */
	ENGINE_BUSY,      /* a step is running */
	ENGINE_REPLAYING, /* on the way back */
	ENGINE_FINISHED,  /* the last step has run, and the last scene is shown */
	ENGINE_SKIPPED,   /* the machine can't go on: engine_message() says why */
	ENGINE_BROKEN,    /* the stage failed, or the script can't go on: engine_message() */
};

/* The lesson must outlive the engine. judge_all: a failed step ends the lesson (check);
   otherwise it goes on after it. */
struct engine *engine_new(const struct lesson *lesson, bool judge_all);
void engine_free(struct engine *e);

/* From now on no snapshots are taken, or only that of a schedule: where only results and states matter. */
void engine_go_bare(struct engine *e, bool schedules);

/* Ignored when it can't be done now (next while busy, or after a skip; back at the start). */
void engine_command(struct engine *e, enum engine_command command);

/* Goes on with another lesson, or the same with more steps, whose steps up to the position and whose names in them are the
   same. Only when idle or finished. */
void engine_extend(struct engine *e, const struct lesson *lesson);

/* Lets go of the snapshots after that many first steps, but not of the latest: for who goes on for long and never
   back. */
void engine_forget(struct engine *e, size_t steps);

/* Begins again on a fresh stage, with another lesson or the same, and goes as far as a position
   and shows a scene. The lesson before is needed no more. */
void engine_replay(struct engine *e, const struct lesson *lesson, size_t position, size_t scene);

/* Takes the event, and its snapshot: the caller frees the rest. */
void engine_event(struct engine *e, struct event *event);

/* The next thing to do; false when there is nothing. */
bool engine_action(struct engine *e, struct engine_action *action);

enum engine_status engine_status(const struct engine *e);
bool engine_is_busy(const struct engine *e);        /* ENGINE_BUSY or ENGINE_REPLAYING */
const char *engine_message(const struct engine *e); /* or "" */
const struct lesson *engine_lesson(const struct engine *e);
size_t engine_position(const struct engine *e); /* steps run; the next one's number */
size_t engine_scene(const struct engine *e);    /* the scene of the next step, or the last */
const struct step_record *engine_record(const struct engine *e, size_t step);
const struct incident *engine_incidents(const struct engine *e, size_t *count);

const struct output *engine_outputs(const struct engine *e, size_t *count);

/* The latest snapshot: of the last quiet or sample; NULL before the first. */
const struct snapshot *engine_snapshot(const struct engine *e);

/* As of so many steps, at most as many as have run: of one that was given up, what was before it is
   the last that is known. NULL before the first. */
const struct snapshot *engine_snapshot_at(const struct engine *e, size_t steps);

/* The one that what changed is measured against: as before the last step, or NULL. */
const struct snapshot *engine_snapshot_before(const struct engine *e);

/* What a process has come to by itself since the last step: its time was over, its alarm rang. It will
   be a result of the next step, unless that is its own. NULL: nothing, as far as the stage has said. */
const struct result *engine_news(const struct engine *e, unsigned who);

/* Whether a sample could differ from the last one without a step, and nobody would say so. */
enum engine_rest {
	ENGINE_AT_REST,
	ENGINE_WAITS, /* a step is under way; nothing is known to run */
	ENGINE_RUNS,  /* something runs */
};
enum engine_rest engine_restless(const struct engine *e);

/* The letter of a pid that the lesson started, also after its death; 0 when it is none. */
char engine_letter(const struct engine *e, pid_t pid);

/* The same of a number that may be one, but is hardly meant as one when it is small. */
char engine_pid_letter(const struct engine *e, int64_t number);

/* The state and pid of a letter as of the last quiet, and the step it last took (or -1). */
enum process_state engine_process(const struct engine *e, unsigned who, pid_t *pid, int *last_step);

/* Whether what came of a step that has run is what somebody has foretold: each result that the outcome of
   `foretold` names; of an assert, that the value it looks at first is that of code[0]. It is that step as it
   was compiled with other expectations, which need neither memory nor the kernel (lesson/prediction.h). */
bool engine_foretold(const struct engine *e, size_t step, const struct step *foretold);

/* The result as the lesson language writes it: "0", "-1 EIDRM", "blocks", "killed SIGBUS
   BUS_ADRERR at p + 2 * PAGE". The caller frees it. step, if not NULL, is the one that it came
   in: the address of a fault is written as that step expects it. */
char *engine_result_text(const struct engine *e, const struct step *step, const struct result *r);

/* Of one who was killed, without the address: "killed SIGBUS BUS_ADRERR". The caller frees it. */
char *engine_death_text(const struct result *r);

/* Whether a number is one that somebody was given as the place of a mapping, or at most 1 GiB away: on another stage it is
   another one. */
bool engine_is_address(const struct engine *e, int64_t value);

/* What the call of a result has read, in words: "type 7 \"abc\"", "{1, 0, 2}", "shm_segsz 64,
   shm_nattch 1"; NULL where it has read nothing. The caller frees it. */
char *engine_read_text(const struct engine *e, const struct result *r);
