// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/playback.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "cli/interrupt.h"
#include "cli/orders.h"
#include "cli/out.h"
#include "sys/names.h"
#include "panels/phrase.h"
#include "panels/rate.h"
#include "panels/table.h"

static void say(const struct playback *p, const char *lead, const char *words)
{
	out_wrapped(words, lead, p->width, p->glyphs);
}

/* "B => 0, woken by A" */
static void add_cause(const struct result *r, struct buf *b)
{
	struct flow cause = { 0 };
	char *words;

	phrase_cause(r->cause, &cause);
	words = flow_string(&cause);
	if (r->cause.kind)
		buf_printf(b, ", %s", words);
	free(words);
	flow_free(&cause);
}

static void add_result(const struct playback *p, const struct step *step, const struct result *r,
                       bool alone, struct buf *b)
{
	char *words = engine_result_text(p->session.engine, step, r);
	char *read = engine_read_text(p->session.engine, r);

	if (b->len)
		buf_puts(b, ", ");
	if (!alone && r->thread)
		buf_printf(b, "%c.%u => ", LETTER_CHAR(r->who), r->thread + 1);
	else if (!alone)
		buf_printf(b, "%c => ", LETTER_CHAR(r->who));
	buf_puts(b, words);
	if (r->kind == RESULT_RETURNED && r->failed)
		buf_printf(b, " (%s)", errno_words(r->error));
	if (read)
		buf_printf(b, ": %s", read);
	if (r->kind == RESULT_KILLED && r->made)
		buf_printf(b, ": %s", r->made);
	add_cause(r, b);
	free(words);
	free(read);
}

/* As a lesson would write it: "=> 0, B => -1 EIDRM", with the error in words, and why, where that is
   known. */
static void print_results(const struct playback *p, const struct step *step,
                          const struct step_record *r)
{
	struct buf b = { 0 };
	size_t asked = 0;

	for (size_t i = 0; i < r->nresults; i++)
		asked += r->results[i].asked;
	for (size_t i = 0; i < r->nresults; i++)
		add_result(p, step, &r->results[i], r->results[i].asked && asked == 1, &b);
	if (b.len)
		say(p, "      => ", b.data);
	buf_clear(&b);
	for (size_t i = 0; i < r->nreadings; i++) {
		struct flow words = { 0 };
		char *text;

		phrase_reading(&r->readings[i], &words);
		text = flow_string(&words);
		buf_puts(&b, i ? _(", ") : "");
		buf_puts(&b, text);
		free(text);
		flow_free(&words);
	}
	if (b.len)
		say(p, "      ", b.data);
	buf_free(&b);
}

static void print_rate(const struct playback *p, size_t step, bool bar)
{
	enum { MARGIN = 6, LEAST = 8 };
	char *words = rate_words(p->session.engine, step, p->width - MARGIN), *blocks;
	int room = p->width - MARGIN - grid_width(p->glyphs, words) - 1;

	blocks = bar ? rate_bar(p->session.engine, step, room < LEAST ? LEAST : room) : NULL;
	printf("%*s", MARGIN, "");
	out_puts(words, p->glyphs);
	if (blocks) {
		putchar(' ');
		out_puts(blocks, p->glyphs);
	}
	putchar('\n');
	free(words);
	free(blocks);
}

/* The last measure of its scene. */
static bool ends_measures(const struct lesson *l, size_t step)
{
	if (l->script.steps[step].kind != STEP_MEASURE)
		return false;
	for (size_t i = step + 1;
	     i < l->script.nsteps && l->script.steps[i].scene == l->script.steps[step].scene; i++)
		if (l->script.steps[i].kind == STEP_MEASURE)
			return false;
	return true;
}

/* All that was measured up to here on one scale: on paper a bar can't be drawn anew when a
   larger one comes. */
static void print_rates(const struct playback *p, size_t last)
{
	say(p, "      ", _("Measured so far:"));
	for (size_t i = 0; i <= last; i++)
		if (rate_exists(p->session.engine, i))
			print_rate(p, i, true);
}

/* How a step or the lesson ended, and why. */
static void mark(const struct playback *p, const char *how, const char *why)
{
	struct buf lead = { 0 };

	buf_printf(&lead, "      %s", how);
	say(p, lead.data, why);
	buf_free(&lead);
}

static void print_verdict(struct playback *p, const struct step_record *r)
{
	const char *message = r->message ? r->message : "";

	if (r->verdict == VERDICT_FAILED) {
		p->failed = true;
		mark(p, _("FAILED: "), message);
	} else if (r->verdict == VERDICT_SKIPPED) {
		p->ended = true;
		mark(p, _("SKIPPED, with the rest: "), message);
	}
}

static void print_fact(const struct playback *p, const char *about, const char *words)
{
	struct buf b = { 0 };

	buf_printf(&b, _("%s: %s"), about, words);
	say(p, "      | ", b.data);
	buf_free(&b);
}

static void print_change(const struct fact *now, const struct fact *then, void *context)
{
	const struct playback *p = context;

	if (now)
		print_fact(p, fact_label(now), buf_str(&now->text));
	else
		print_fact(p, fact_label(then), _("gone"));
}

void playback_changes(struct playback *p, size_t step, playback_change *tell, void *context)
{
	const struct engine *e = p->session.engine;
	struct facts before = { 0 }, after = { 0 };

	if (!engine_record(e, step)->after)
		return;
	if (p->kept.count && p->kept_at == step) {
		before = p->kept;
		p->kept = (struct facts){ 0 };
	} else {
		panels_facts(e, moment_at(e, step), &before);
	}
	panels_facts(e, moment_at(e, step + 1), &after);
	for (size_t i = 0; i < after.count; i++) {
		const struct fact *now = &after.items[i];
		const struct fact *then = facts_find(&before, buf_str(&now->about));

		if (!now->same && (!then || strcmp(buf_str(&then->text), buf_str(&now->text)) != 0))
			tell(now, then, context);
	}
	for (size_t i = 0; i < before.count; i++) {
		const struct fact *then = &before.items[i];

		if (!then->part && !facts_find(&after, buf_str(&then->about)))
			tell(NULL, then, context);
	}
	facts_free(&before);
	playback_free(p);
	p->kept = after;
	p->kept_at = step + 1;
	if (!p->keeps)
		playback_free(p);
}

void playback_free(struct playback *p)
{
	facts_free(&p->kept);
	p->kept_at = SIZE_MAX;
}

void playback_wait(struct playback *p)
{
	while (session_is_busy(&p->session)) {
		struct pollfd fd = { .fd = session_fd(&p->session), .events = POLLIN };

		if (interrupt_poll(&fd, 1, session_timeout(&p->session)) < 0 && interrupt_signal())
			return;
		session_turn(&p->session);
	}
}

/* Why the steps end here. */
static void print_end(struct playback *p)
{
	const char *message = engine_message(p->session.engine);

	if (p->ended || interrupt_signal())
		return;
	if (engine_status(p->session.engine) == ENGINE_BROKEN) {
		p->failed = p->ended = true;
		mark(p, _("STOPPED: "), message);
	} else if (engine_status(p->session.engine) == ENGINE_SKIPPED) {
		p->ended = true;
		mark(p, _("SKIPPED, with the rest: "), message);
	}
}

/* Where the lesson runs, if that is not where it should. */
static void print_place(struct playback *p)
{
	const char *why = session_host_reason(&p->session);

	if (!p->started && why)
		print_fact(p, _("in the host's IPC namespace"), why);
	p->started |= p->session.stage != NULL;
}

static void print_ends(const struct playback *p, const struct survey *s)
{
	struct buf b = { 0 };
	char *summary = survey_summary(s), *line;

	say(p, "      ", summary);
	orders_write_ends(s, &b);
	for (line = b.data; line && *line; line += strlen(line) + 1) {
		line[strcspn(line, "\n")] = '\0';
		say(p, "      => ", line);
	}
	free(summary);
	buf_free(&b);
}

static void print_faults(struct playback *p, const struct survey *s,
                         const struct schedule *schedule)
{
	struct diags d;
	int line, column;
	bool skipped;
	const char *why = survey_trouble(s, &line, &column, &skipped);

	diags_init(&d, "");
	orders_complain(s, schedule, &d);
	if (skipped)
		mark(p, _("SKIPPED: "), why);
	for (size_t i = 0; i < d.count; i++)
		mark(p, d.items[i].level == DIAG_ERROR ? _("FAILED: ") : "", d.items[i].text);
	p->failed |= d.errors > 0;
	diags_free(&d);
}

/* All orders of a schedule, what they come to, and what is wrong with what is said of them. */
static void print_orders(struct playback *p, size_t i)
{
	const struct lesson *l = p->session.written;
	bool host = session_host_reason(&p->session) != NULL;
	struct survey_options options =
		orders_options(host, p->rules->patience, p->rules->every, SURVEY_PLAYERS);
	struct survey *s = survey_begin(l, i, &options);
	struct pollfd fds[SURVEY_PLAYERS];

	for (survey_turn(s); !survey_over(s) && !interrupt_signal(); survey_turn(s))
		interrupt_poll(fds, survey_fds(s, fds), survey_timeout(s));
	if (survey_over(s)) {
		print_ends(p, s);
		print_faults(p, s, l->script.steps[i].schedule);
	}
	survey_free(s);
}

void playback_outcome(struct playback *p, size_t i)
{
	const struct step *step = &engine_lesson(p->session.engine)->script.steps[i];
	const struct step_record *r;

	print_place(p);
	r = p->ended || interrupt_signal() ? NULL : engine_record(p->session.engine, i);
	if (r && r->verdict != VERDICT_NONE) {
		print_results(p, step, r);
		if (rate_exists(p->session.engine, i))
			print_rate(p, i, false);
		print_verdict(p, r);
		if (step->kind == STEP_SCHEDULE)
			print_orders(p, i);
		playback_changes(p, i, print_change, p);
		if (ends_measures(engine_lesson(p->session.engine), i))
			print_rates(p, i);
	}
	print_end(p);
	fflush(stdout);
}

static void play_step(struct playback *p, size_t i)
{
	if (!p->ended && session_step(&p->session))
		playback_wait(p);
	playback_outcome(p, i);
}

void playback_script(struct playback *p, const struct block *b)
{
	for (size_t i = 0; i < b->lines.count && !interrupt_signal();) {
		int step = b->lines.items[i].step;

		do {
			fputs(*b->lines.items[i].text ? "    " : "", stdout);
			out_puts(b->lines.items[i].text, p->glyphs);
			putchar('\n');
			i++;
		} while (i < b->lines.count && b->lines.items[i].further);
		fflush(stdout);
		if (step >= 0)
			play_step(p, (size_t)step);
	}
}
