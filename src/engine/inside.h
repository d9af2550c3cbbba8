// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside the engine: what its files share, in the order of a step's life.

	engine.c     the engine's own life, and what others may ask it
	event.c      what the stage says, until the step is over
	move.c       what the learner says: steps forwards, and backwards by replay
	news.c       what happens by itself between them
	request.c    what a step asks of the stage
	happen.c     what happens to processes
	end.c        the ways that a step ends
	judge.c      what came against what was expected
	wait.c       when a step is over
	cause.c      why calls of before have come to their end in it; doer.c: who can have done it
	output.c     what programs have written
	touch.c      what a step of a schedule touches; orders.c: which of its orders there are, by that
	claim.c      what is said of them, where names and states tell it
	record.c     what is remembered of it
	read.c       what calls have read, in words
	text.c       results and values, as a lesson writes them
	names.c      what names are worth
	outcome.c    what a step expects of each process
	state.c      how far the lesson is, and what the stage is to do next

   A file calls those below it in this list and none above, so it can be read without them. */

#include "base/buf.h"
#include "engine/engine.h"

/* What a name is worth to one process. */
struct worth {
	bool bound;
	bool declared;  /* value is the address of a variable in its memory */
	bool inherited; /* seen from a fork on, or the result of a call that failed: others see it
			   only where nobody has bound the name */
	bool away;      /* bound in another IPC namespace than the stage's */
	int64_t value;
};

struct worth_of_name {
	struct worth by[LETTERS];
};

/* A process of the lesson, as of the last quiet. */
struct player {
	enum process_state state;
	bool timed; /* blocked in a call that ends by itself */
	bool away;  /* in another IPC namespace than the stage, as of its last result */
	pid_t pid;
	int last_step; /* -1 before the first */

	/* The step that it last took was over while it still ran: in a loop, or as another program
	   after an execve. No step has waited for its end since. When the end comes it is kept for
	   the step that does, so a dead one counts as running until then. */
	bool left_running;
};

struct known_pid {
	pid_t pid;
	char letter;
};

/* What the step under way waits for. */
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
	bool bare;           /* requests are, but for a schedule's own, */
	bool bare_schedules; /* or those too */
	enum engine_status status;
	char *message;
	struct step_record *records; /* as many as the lesson has steps: */
	size_t nrecords, nnames;     /* as the lesson had when it was looked at last */
	size_t forgotten;            /* of the first ones the snapshot is gone */
	bool *given_up;              /* the same: on the way back they are not waited for again */
	size_t position;
	size_t scene;
	struct incident *incidents;
	size_t nincidents;
	struct output *outputs;
	size_t noutputs;
	struct snapshot *sample; /* newer than the last quiet's, or NULL */

	/* what has happened by itself since the last step: events (owned), of which so many are told */
	struct event **news;
	size_t nnews, ntold;
	struct step_record told; /* its results */

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
	uint32_t may_run;   /* of the last request: letters whose end it does not wait for */

	struct engine_action *actions; /* a queue */
	size_t nactions, next_action;
	int64_t values[LETTERS][CODE_SLOTS]; /* what the request in the queue points to */
	uint8_t owners[CODE_SLOTS];
	struct buf words;
};

/* move.c */
void move_reset(struct engine *e); /* to before the first step, for another stage */
void move_on(struct engine *e);    /* begins what steps there are to begin; every way in ends so */
void move_replay(struct engine *e, size_t position, size_t scene); /* and then rests there */

/* news.c: what happens by itself between steps is added, then told with the sample that came with it.
   A step that begins settles it for those that take it; the rest comes when the step is under way. */
void news_add(struct engine *e, const struct event *event);
void news_tell(struct engine *e);
void news_settle(struct engine *e, const struct step *step);
void news_come(struct engine *e);
void news_forget(struct engine *e);

/* happen.c: takes in that a process has started, returned or died: in the step under way, or late,
   when there is none. An incident is of that step, or of the one that asked last. */
bool happen_is_late(const struct engine *e);
void happen_take(struct engine *e, const struct event *event);
void happen_incident(struct engine *e, enum incident_kind kind, unsigned who, unsigned by,
                     uint64_t time);

/* request.c: each may fail the step instead */
void request_step(struct engine *e); /* again once the processes it names have started */
void request_await(struct engine *e);
void request_values(struct engine *e);     /* what the outcome needs to know */
bool request_next_value(struct engine *e); /* false when all is known */

/* end.c: of the step under way. A skip and a break need none: then they end the lesson only. */
void end_judged(struct engine *e);
void end_given_up(struct engine *e);                /* nothing, when no step is under way */
void end_failed(struct engine *e, const char *why); /* the script can't do it */
void end_skipped(struct engine *e, const char *why);
void end_broken(struct engine *e, const char *why);

/* judge.c: the verdict, and the message if it is a bad one */
void judge_step(const struct engine *e, const struct step *step, struct step_record *r);

/* wait.c */
uint32_t wait_may_run(const struct engine *e, const struct step *step);
bool wait_more(const struct engine *e, const struct step *step, struct step_record *r);
void wait_settle(struct engine *e, const struct step *step, struct step_record *r);

/* cause.c: the causes of what was not asked for, in the incidents of the step and in its results from
   first on; of what was told before it, that was found then. */
void cause_find(struct engine *e, const struct step *step, struct step_record *r, size_t first);

/* doer.c: what a process can have done in the step under way. */
struct doer {
	unsigned who;
	const struct code *code;   /* its statement's; NULL: nothing of the lesson */
	const struct result *made; /* the result of the one call that it made; NULL: it may have
				      made each that is in its statement, or more */
	bool woken;                /* it went on with a statement of before */
};

/* How many there are; -1: there are others of whom nothing is known. */
int doer_list(const struct engine *e, const struct step *step, const struct step_record *r,
              struct doer doers[LETTERS]);
bool doer_calls(const struct doer *d, const char *call); /* it may have made it */
int doer_only_call(const struct code *code); /* index of the one call that it is, or -1 */
bool doer_has_call(const struct code *code, const char *call);
const struct code *doer_code(const struct engine *e, unsigned who, size_t step); /* or NULL */

/* record.c */
void record_put_before(struct engine *e, size_t from, size_t to); /* moves an incident up */
void record_free(struct step_record *r);                          /* empties it */
void record_add_incident(struct engine *e, struct incident incident);
void record_add_readings(struct engine *e, const struct event *event);
struct result *record_add_result(struct engine *e, const struct event *event); /* its last step */
void record_fill(struct result *r, const struct event *event);     /* what a process came to */
struct result *record_result(struct step_record *r, unsigned who); /* the last of a process */

/* output.c */
void output_add(struct engine *e, const struct event *event);
void output_forget(struct engine *e);

/* text.c */
void text_number(int64_t value, enum scalar scalar, struct buf *text);
/* "17000 (pid of B)" when it is the pid of a process. */
void text_pid(const struct engine *e, int64_t value, struct buf *text);
bool text_is_loop(const struct engine *e, const struct result *r); /* its statement has a block */
/* For a sentence that says how many there are. */
enum { TEXT_COUNT = 24 };
const char *text_count(char to[TEXT_COUNT], uint64_t count);
/* A member as its name has it shown: a pid as a letter, a mode in octal. */
void text_field(const struct engine *e, const char *name, int64_t value, enum scalar scalar,
                struct buf *text);
/* with: the text that memory was compared with, or NULL. */
char *text_reading(const struct engine *e, const char *source, const struct event_seen *seen,
                   const char *with);

/* names.c: false with a sentence in *why when a name has no value */
bool names_fill(const struct engine *e, const struct code *code, int self, bool observing,
                int64_t *values, uint8_t *owners, struct buf *why);
bool names_eval(const struct engine *e, const struct code *code, int self, int64_t *value,
                struct buf *why);
bool names_need_pids(const struct engine *e, const struct code *code);
void names_bind(struct engine *e, const struct code *code, unsigned who, const struct event *event);
void names_fork(struct engine *e, unsigned parent, unsigned child);
void names_exec(struct engine *e, unsigned who);

/* outcome.c: places among the items of a step's outcome, or -1 */
int outcome_first(const struct step *step, unsigned who); /* who: also OUTCOME_ALL, OUTCOME_ANY */
int outcome_place(const struct step *step, unsigned who); /* that a process is judged by */
const struct expect *outcome_expect(const struct step *step, unsigned who); /* its, or NULL */
bool outcome_is_caller(const struct step *step, unsigned who);

/* state.c */
const struct step *state_step(const struct engine *e); /* at position, and its record */
struct step_record *state_record(const struct engine *e);
bool state_gives_up(const struct engine *e); /* the step under way is not waited for */
struct snapshot *state_snapshot(const struct engine *e, size_t steps); /* as of so many steps */
const struct snapshot *state_latest(const struct engine *e); /* of all: engine_snapshot() */
void state_rest(struct engine *e); /* nothing more to do until the next command */
void state_ask(struct engine *e, const struct request *request);
void state_ask_stage(struct engine *e); /* a fresh one */
