// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/playback.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "cli/interrupt.h"
#include "cli/out.h"
#include "sys/names.h"
#include "panels/phrase.h"
#include "panels/rate.h"
#include "panels/table.h"

static void say(const struct playback *p, const char *lead, const char *words)
{
	out_wrapped(words, lead, p->width, p->glyphs);
}

static void add_result(const struct playback *p, const struct step *step, const struct result *r,
                       bool alone, struct buf *b)
{
	char *words = engine_result_text(p->session.engine, step, r);
	char *read = engine_read_text(p->session.engine, r);

	if (b->len)
		buf_puts(b, ", ");
	if (!alone)
		buf_printf(b, "%c => ", LETTER_CHAR(r->who));
	buf_puts(b, words);
	if (r->kind == RESULT_RETURNED && r->failed)
		buf_printf(b, " (%s)", errno_words(r->error));
	if (read)
		buf_printf(b, ": %s", read);
	free(words);
	free(read);
}

/* As a lesson would write it: "=> 0, B => -1 EIDRM", with the error in words. */
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

/* The facts that are other than before the step. */
static void print_changes(const struct playback *p, size_t step)
{
	const struct engine *e = p->session.engine;
	struct facts before = { 0 }, after = { 0 };

	if (!engine_record(e, step)->after)
		return;
	panels_facts(e, moment_at(e, step), &before);
	panels_facts(e, moment_at(e, step + 1), &after);
	for (size_t i = 0; i < after.count; i++) {
		const struct fact *now = &after.items[i];
		const struct fact *then = facts_find(&before, buf_str(&now->about));

		if (!now->same && (!then || strcmp(buf_str(&then->text), buf_str(&now->text)) != 0))
			print_fact(p, buf_str(&now->about), buf_str(&now->text));
	}
	for (size_t i = 0; i < before.count; i++) {
		const char *about = buf_str(&before.items[i].about);

		if (!before.items[i].part && !facts_find(&after, about))
			print_fact(p, about, _("gone"));
	}
	facts_free(&before);
	facts_free(&after);
}

static void wait_for_step(struct playback *p)
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

static void play_step(struct playback *p, size_t i)
{
	const struct step *step = &engine_lesson(p->session.engine)->script.steps[i];
	const struct step_record *r;

	if (!p->ended && session_step(&p->session))
		wait_for_step(p);
	print_place(p);
	r = p->ended || interrupt_signal() ? NULL : engine_record(p->session.engine, i);
	if (r && r->verdict != VERDICT_NONE) {
		print_results(p, step, r);
		if (rate_exists(p->session.engine, i))
			print_rate(p, i, false);
		print_verdict(p, r);
		print_changes(p, i);
		if (ends_measures(engine_lesson(p->session.engine), i))
			print_rates(p, i);
	}
	print_end(p);
	fflush(stdout);
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
