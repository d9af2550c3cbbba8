// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the engine: what its files share. engine.c owns it all, move.c goes through the
   lesson, request.c asks the stage, event.c takes what it says, record.c remembers it, wait.c
   knows when a step is over, judge.c compares what came with what was expected, names.c knows
   what names are worth, text.c puts results into words. */

#include "base/buf.h"
#include "engine/engine.h"

/* What a name is worth to one process. */
struct worth {
	bool bound;
	bool declared;  /* value is the address of a variable in its memory */
	bool inherited; /* seen from a fork on, not bound */
	int64_t value;
};

struct worth_of_name {
	struct worth by[LETTERS];
};

struct player {
	enum process_state state;
	bool timed;
	bool runs; /* was found in a loop or another program, in a step that did not wait for its
		      end; no step has had that end. Dead: a program whose end no step named */
	pid_t pid;
	int last_step; /* -1 before the first */
};

struct known_pid {
	pid_t pid;
	char letter;
};

enum phase {
	PHASE_NONE,     /* no step is under way */
	PHASE_STARTING, /* processes start, so that their pids are known */
	PHASE_RUNNING,
	PHASE_VALUES, /* the stage evaluates values that an outcome names */
};

/* A value of an outcome that memory or the kernel must give. */
struct asked_value {
	size_t item;
	uint8_t who;
	int64_t value;
	bool known;
};

struct engine {
	const struct lesson *lesson;
	bool judge_all;
	enum engine_status status;
	char *message;
	struct step_record *records; /* as many as the lesson has steps */
	bool *given_up;              /* the same: on the way back they are not waited for again */
	size_t position;
	size_t scene;
	struct incident *incidents;
	size_t nincidents;
	struct snapshot *sample; /* newer than the last quiet's, or NULL */

	struct worth_of_name *names;
	struct player players[LETTERS];
	struct known_pid *pids;
	size_t npids;

	/* where it goes: steps are begun until target is reached, then goal is the scene */
	bool go_on;
	size_t target, goal;

	/* the step at position */
	bool begun; /* it is under way; or a skip or an error has cut it short */
	enum phase phase;
	bool overdue;        /* it was given up */
	bool evaluated;      /* an assert has its value: */
	bool failed_to_read; /* or none, why says why not */
	int64_t truth;
	char *why;
	uint64_t measured; /* ns */
	struct asked_value *asked;
	size_t nasked;

	/* the stage */
	bool fresh;         /* there is one for this run */
	bool value_due;     /* the quiet of an EVALUATE has come, its value has not */
	size_t asking_step; /* whose the last request was */
	uint32_t may_run;   /* of the last request */

	struct engine_action *actions; /* a queue */
	size_t nactions, next_action;
	int64_t values[LETTERS][CODE_SLOTS]; /* what the request in the queue points to */
	uint8_t owners[CODE_SLOTS];
};

/* engine.c */
void engine_reset(struct engine *e); /* to before the first step, for another stage */
void engine_act(struct engine *e, enum engine_action_kind kind, const struct request *request);

/* The step at position, and its record. */
const struct step *this_step(const struct engine *e);
struct step_record *this_record(const struct engine *e);

/* record.c */
void record_free(struct step_record *r);
void record_incident(struct engine *e, struct incident incident);
struct result *record_result(struct engine *e, const struct event *event); /* kind is to be set */
void record_observed(struct engine *e, const struct event *event);
struct snapshot *snapshot_after(const struct engine *e, size_t steps); /* as of so many steps */

/* move.c */
void move_rest(struct engine *e); /* nothing more to do until the next command */
void move_on(struct engine *e);   /* begins what steps there are to begin; every way in ends so */
void move_replay(struct engine *e, size_t position, size_t scene); /* and then rests there */
void move_end_step(struct engine *e);
void move_fail_step(struct engine *e, const char *why); /* the script can't do it */
void move_skip(struct engine *e, const char *why);
void move_break(struct engine *e, const char *why);
bool move_gives_up(const struct engine *e); /* the step under way is not waited for */

/* request.c: each may fail the step instead */
void request_step(struct engine *e); /* again once the processes it names have started */
void request_await(struct engine *e);
void request_values(struct engine *e);     /* what the outcome needs to know */
bool request_next_value(struct engine *e); /* false when all is known */

/* wait.c */
int first_item(const struct step *step, unsigned who);
int item_of(const struct step *step, unsigned who); /* that names a process, or -1 */
const struct expect *expect_of(const struct step *step, unsigned who);
bool is_caller(const struct step *step, unsigned who);
struct result *result_of(struct step_record *r, unsigned who);
uint32_t wait_may_run(const struct engine *e, const struct step *step);
bool wait_more(const struct engine *e, const struct step *step, struct step_record *r);
void wait_settle(struct engine *e, const struct step *step, struct step_record *r);

/* judge.c */
void judge(struct engine *e, const struct step *step, struct step_record *r);

/* names.c */
bool names_fill(const struct engine *e, const struct code *code, int self, bool observing,
                int64_t *values, uint8_t *owners, struct buf *why);
bool names_need_pids(const struct engine *e, const struct code *code);
void names_bind(struct engine *e, const struct code *code, unsigned who, const struct event *event);
void names_fork(struct engine *e, unsigned parent, unsigned child);
void names_exec(struct engine *e, unsigned who);
bool names_eval(const struct engine *e, const struct code *code, int self, int64_t *value,
                struct buf *why);

/* text.c */
void number_text(int64_t value, struct buf *text);
char *observed_value(const struct engine *e, const char *source, const struct event_seen *seen);
