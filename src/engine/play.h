// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the engine: what its files share. engine.c moves through the lesson, names.c knows
   what names are worth, judge.c compares what came with what was expected, text.c puts
   results into words. */

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
	pid_t pid;
	int last_step; /* -1 before the first */
};

struct known_pid {
	pid_t pid;
	char letter;
};

enum phase {
	PHASE_NONE,
	PHASE_STARTING, /* processes start, so that their pids are known */
	PHASE_RUNNING,
	PHASE_VALUES,   /* the stage evaluates values that an outcome names */
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
	size_t position;
	size_t scene;
	struct moment *moments;
	size_t nmoments;
	struct snapshot *sample; /* newer than the last quiet's, or NULL */

	struct worth_of_name *names;
	struct player players[LETTERS];
	struct known_pid *pids;
	size_t npids;

	enum phase phase;
	bool fresh;        /* a stage is there for this run */
	bool go_on;        /* towards target */
	size_t target;
	bool failed_to_read; /* an assert could not be evaluated */
	int64_t truth;     /* of an assert */
	uint64_t measured; /* ns */
	char *why;
	struct asked_value *asked;
	size_t nasked;

	struct engine_action *actions; /* a queue */
	size_t nactions, next_action;
	int64_t values[LETTERS][CODE_SLOTS]; /* what the request in the queue points to */
	uint8_t owners[CODE_SLOTS];
};

/* names.c */
bool names_fill(struct engine *e, const struct code *code, int self, bool observing,
		int64_t *values, uint8_t *owners, struct buf *why);
bool names_need_pids(const struct engine *e, const struct code *code);
void names_bind(struct engine *e, const struct code *code, unsigned who,
		const struct event *event);
void names_fork(struct engine *e, unsigned parent, unsigned child);
void names_exec(struct engine *e, unsigned who);
bool names_eval(struct engine *e, const struct code *code, int self, int64_t *value,
		struct buf *why);

/* judge.c */
const struct expect *expect_of(const struct step *step, unsigned who);
struct result *result_of(struct step_record *r, unsigned who);
bool judge_waits(struct engine *e, const struct step *step, struct step_record *r);
void judge_settle(struct engine *e, const struct step *step, struct step_record *r);
void judge(struct engine *e, const struct step *step, struct step_record *r);
uint32_t judge_may_run(const struct engine *e, const struct step *step);

/* text.c */
char *observed_value(const struct engine *e, const char *source, const struct event_seen *seen);
