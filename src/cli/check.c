// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/cli.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/orders.h"
#include "cli/out.h"
#include "lesson/order.h"
#include "lesson/review.h"
#include "lesson/translation.h"
#include "play/session.h"
#include "sys/calls.h"

/* Several lessons are played at once, those that wait for a clock first, and told of in their order.
   A lesson sleeps most of its time: its processes take turns. So there are more than there are CPUs. */
enum { PER_CPU = 4 };

enum job_state { JOB_WAITING, JOB_PLAYING, JOB_PASSED, JOB_FAILED, JOB_SKIPPED };

struct job {
	const struct cli_lesson *named;
	enum job_state state;
	struct lesson *lesson; /* JOB_WAITING; NULL when it has errors */
	struct diags diags;
	struct session session; /* JOB_PLAYING */
	size_t scheduled;       /* schedules among the steps before this one are done */
	struct survey *survey;  /* of the one before that, or NULL */
	bool unable;            /* the machine can't make its orders */
	struct buf orders;      /* how many there were */
	struct buf report;      /* what is told of it */
};

struct check {
	struct job *jobs;
	size_t count;
	struct job **order; /* in which they are begun */
	size_t begun;       /* of these */
	size_t told;        /* jobs before this one */
	size_t playing, at_once;
	const struct cli_rules *rules;
	bool warned;   /* of what the confinement lacks */
	bool gave_way; /* to lessons in the host's namespace */
	enum glyphs glyphs;
};

static size_t cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : (size_t)CPU_COUNT(&set);
}

/* The first line about a lesson, then its diagnostics, each as path:line:column: text. */
static void report(struct job *j, enum job_state state)
{
	/* of programs as well as people: in no language */
	static const char *const words[] = {
		[JOB_PASSED] = "ok  ", [JOB_FAILED] = "FAIL", [JOB_SKIPPED] = "skip"
	};
	const struct lesson *l = j->session.written;
	const char *title = l ? l->title : j->named->title;

	j->state = state;
	buf_printf(&j->report, "%s %s%s%s", words[state], j->named->label, title ? " " : "",
	           title ? title : "");
	if (state == JOB_PASSED)
		buf_printf(&j->report, ngettext("  %zu step%s", "  %zu steps%s", l->script.nsteps),
		           l->script.nsteps, buf_str(&j->orders));
	buf_putc(&j->report, '\n');
}

static void report_diags(struct job *j)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *f;

	for (size_t i = 0; i < j->diags.count; i++) {
		f = open_memstream(&bytes, &size);
		if (!f)
			return;
		diag_print(&j->diags, &j->diags.items[i], f);
		fclose(f);
		buf_printf(&j->report, "  %s", bytes);
		free(bytes);
		bytes = NULL;
	}
}

static void complain_step(struct job *j, size_t i, const char *why)
{
	const struct script *script = &j->session.written->script;
	const struct step *step = i < script->nsteps ? &script->steps[i] : NULL;

	diag_add(&j->diags, DIAG_ERROR, step ? step->line : 0, step ? step->column : 0, "%s", why);
}

/* Every step that failed; or where the lesson broke. True when there is something. */
static bool find_failures(struct job *j)
{
	const struct engine *e = j->session.engine;
	bool found = false;

	for (size_t i = 0; i < j->session.written->script.nsteps; i++) {
		const struct step_record *r = engine_record(e, i);
		char *overdue = session_overdue(&j->session, i);

		if (r->verdict == VERDICT_FAILED) {
			complain_step(j, i, r->message);
			found = true;
			if (overdue)
				complain_step(j, i, overdue);
		}
		free(overdue);
	}
	if (engine_status(e) != ENGINE_BROKEN || found)
		return found;
	complain_step(j, engine_position(e), engine_message(e));
	return true;
}

/* Nothing is passed but what ran to its end, with a verdict on every step. */
static bool all_judged(const struct session *s)
{
	if (engine_status(s->engine) != ENGINE_FINISHED)
		return false;
	for (size_t i = 0; i < s->written->script.nsteps; i++) {
		enum verdict verdict = engine_record(s->engine, i)->verdict;

		if (verdict != VERDICT_PASSED && verdict != VERDICT_REPORTED)
			return false;
	}
	return true;
}

/* Begins with the next schedule. False when there is none more. */
static bool begin_survey(struct check *c, struct job *j)
{
	const struct lesson *l = j->session.written;
	bool host = session_host_reason(&j->session) != NULL;
	struct survey_options options = orders_options(host, c->rules->patience, c->rules->every,
	                                               c->count > 1 ? 1 : (unsigned)cpus());

	j->scheduled = schedule_from(l, j->scheduled);
	if (j->scheduled == l->script.nsteps)
		return false;
	session_stop(&j->session);
	j->survey = survey_begin(l, j->scheduled++, &options);
	return true;
}

/* What came of the last schedule. */
static void end_survey(struct job *j)
{
	const struct step *stop = &j->session.written->script.steps[j->scheduled - 1];
	char *orders = survey_summary(j->survey);
	int line, column;
	bool skipped = false;
	const char *why = survey_trouble(j->survey, &line, &column, &skipped);

	orders_complain(j->survey, stop->schedule, &j->diags);
	if (skipped)
		buf_printf(&j->orders, "%s", why);
	else
		buf_printf(&j->orders, _(", %s"), orders);
	j->unable |= skipped;
	free(orders);
	survey_free(j->survey);
	j->survey = NULL;
}

static void finish(struct check *c, struct job *j)
{
	if (find_failures(j) || j->diags.errors) {
		report(j, JOB_FAILED);
	} else if (j->unable) {
		report(j, JOB_SKIPPED);
		buf_printf(&j->report, "  %s\n", buf_str(&j->orders));
	} else if (engine_status(j->session.engine) == ENGINE_SKIPPED) {
		report(j, JOB_SKIPPED);
		buf_printf(&j->report, "  %s\n", engine_message(j->session.engine));
	} else if (all_judged(&j->session)) {
		report(j, JOB_PASSED);
	} else {
		diag_add(&j->diags, DIAG_ERROR, 0, 0, _("not all of its steps have run"));
		report(j, JOB_FAILED);
	}
	report_diags(j);
	session_close(&j->session);
	c->playing--;
}

/* Once. Of the namespaces give_way() tells. */
static void warn(struct check *c, const struct session *s)
{
	const char *lacks = session_host_reason(s) ? NULL : session_lacks(s);

	if (lacks && !c->warned)
		cli_complain_lacks(0, lacks);
	c->warned |= lacks != NULL;
}

static void load(struct job *j)
{
	diags_init(&j->diags, j->named->path);
	j->lesson = lesson_load_any(j->named->path, &j->diags);
	if (j->lesson) {
		lesson_review(j->lesson, &j->diags);
		translation_check(j->lesson, &j->diags);
	}
	if (!j->diags.errors)
		return;
	lesson_free(j->lesson);
	j->lesson = NULL;
}

/* A stage that has no namespace shares its objects with whatever runs beside it: it has to
   wait until it is alone. */
static void give_way(struct check *c, struct job *j)
{
	bool others = c->playing > 1;

	if (!c->rules->host && !c->gave_way)
		cli_complain(0, _("in the host's IPC namespace"), session_host_reason(&j->session),
		             NULL);
	c->gave_way = true;
	c->at_once = 1;
	if (!others)
		return;
	session_close(&j->session);
	diags_free(&j->diags);
	load(j);
	j->state = JOB_WAITING;
	c->playing--;
	c->begun--;
}

/* Begins steps until one takes its time, or there is none. */
static void advance(struct check *c, struct job *j)
{
	while (!session_is_busy(&j->session)) {
		if (!session_step(&j->session)) {
			if (!all_judged(&j->session) || !begin_survey(c, j))
				finish(c, j);
			return;
		}
	}
}

static void turn_survey(struct check *c, struct job *j)
{
	survey_turn(j->survey);
	if (!survey_over(j->survey))
		return;
	end_survey(j);
	if (j->unable || !begin_survey(c, j))
		finish(c, j);
}

static void turn(struct check *c, struct job *j)
{
	if (j->survey) {
		turn_survey(c, j);
		return;
	}
	session_turn(&j->session);
	advance(c, j);
}

static bool code_waits(const struct code *code)
{
	for (size_t i = 0; i < code->nnodes; i++) {
		const struct code_node *n = &code->nodes[i];
		const struct call *row = n->op == CODE_CALL ? call_at((size_t)n->value) : NULL;

		if (row && row->flags & CALL_TIMED)
			return true;
	}
	return false;
}

/* Whether a call of it ends with a time that passes. */
static bool waits_for_clock(const struct lesson *l)
{
	for (size_t i = 0; l && i < l->script.nsteps; i++)
		for (unsigned who = 0; who < LETTERS; who++)
			if (code_waits(&l->script.steps[i].code[who]))
				return true;
	return false;
}

/* The longest first: the last of them would be waited for with the CPUs idle. */
static void load_all(struct check *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		load(&c->jobs[i]);
	for (int waits = 1; waits >= 0; waits--)
		for (size_t i = 0; i < c->count; i++)
			if (waits_for_clock(c->jobs[i].lesson) == waits)
				c->order[n++] = &c->jobs[i];
}

static void begin(struct check *c)
{
	struct job *j = c->order[c->begun++];

	if (!j->lesson) {
		report(j, JOB_FAILED);
		report_diags(j);
		return;
	}
	j->state = JOB_PLAYING;
	c->playing++;
	j->session =
		(struct session){ .stage_options = { .host = c->rules->host,
		                                     .terminal_fd = -1,
		                                     .time = CLI_TIMES * c->rules->patience },
		                  .judge_all = true,
		                  .patience.limit = UINT64_C(1000000000) * c->rules->patience };
	session_open(&j->session, j->lesson);
	j->lesson = NULL;
	advance(c, j);
	if (j->state == JOB_PLAYING)
		warn(c, &j->session);
	if (j->state == JOB_PLAYING && session_host_reason(&j->session))
		give_way(c, j);
}

static void tell(struct check *c)
{
	while (c->told < c->count && c->jobs[c->told].state > JOB_PLAYING) {
		out_puts(buf_str(&c->jobs[c->told].report), c->glyphs);
		fflush(stdout);
		c->told++;
	}
}

/* Waits until one of the stages says something, or has said nothing for too long. */
static int wait_for_any(struct check *c, struct pollfd *fds)
{
	int timeout = -1;
	nfds_t n = 0;

	for (size_t i = c->told; i < c->count; i++) {
		int left;

		if (c->jobs[i].state != JOB_PLAYING)
			continue;
		left = c->jobs[i].survey ? survey_timeout(c->jobs[i].survey)
		                         : session_timeout(&c->jobs[i].session);
		if (timeout < 0 || (left >= 0 && left < timeout))
			timeout = left;
		if (c->jobs[i].survey)
			n += survey_fds(c->jobs[i].survey, fds + n);
		else
			fds[n++] = (struct pollfd){ .fd = session_fd(&c->jobs[i].session),
				                    .events = POLLIN };
	}
	return interrupt_poll(fds, n, timeout);
}

static void play_all(struct check *c)
{
	struct pollfd *fds = mem_alloc(c->count * SURVEY_PLAYERS * sizeof(*fds));

	while (c->told < c->count && !interrupt_signal()) {
		while (c->begun < c->count && c->playing < c->at_once && !interrupt_signal())
			begin(c);
		if (interrupt_signal())
			break;
		tell(c);
		if (!c->playing || (wait_for_any(c, fds) < 0 && interrupt_signal()))
			continue;
		for (size_t i = c->told; i < c->count; i++)
			if (c->jobs[i].state == JOB_PLAYING)
				turn(c, &c->jobs[i]);
	}
	free(fds);
}

/* The last line; returns the exit status. */
static int sum_up(const struct check *c)
{
	size_t n[JOB_SKIPPED + 1] = { 0 };

	for (size_t i = 0; i < c->count; i++)
		n[c->jobs[i].state]++;
	printf("%zu passed, %zu failed", n[JOB_PASSED], n[JOB_FAILED]);
	if (n[JOB_SKIPPED])
		printf(", %zu skipped", n[JOB_SKIPPED]);
	putchar('\n');
	return n[JOB_FAILED] > 0;
}

int cli_check(const struct cli_lesson *lessons, size_t count, const struct cli_rules *rules,
              enum glyphs glyphs)
{
	struct check c = { .jobs = mem_alloc(count * sizeof(*c.jobs)),
		           .order = mem_alloc(count * sizeof(*c.order)),
		           .count = count,
		           .at_once = rules->host ? 1 : PER_CPU * cpus(),
		           .rules = rules,
		           .glyphs = glyphs };
	int status = 1;

	for (size_t i = 0; i < count; i++)
		c.jobs[i].named = &lessons[i];
	interrupt_begin();
	load_all(&c);
	play_all(&c);
	if (!interrupt_signal())
		status = sum_up(&c);
	for (size_t i = 0; i < count; i++) {
		survey_free(c.jobs[i].survey);
		session_close(&c.jobs[i].session);
		buf_free(&c.jobs[i].orders);
		lesson_free(c.jobs[i].lesson);
		diags_free(&c.jobs[i].diags);
		buf_free(&c.jobs[i].report);
	}
	free(c.order);
	free(c.jobs);
	interrupt_end();
	return status;
}
