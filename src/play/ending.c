// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/ending.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "engine/claim.h"
#include "lesson/claim.h"
#include "sys/states.h"

uint32_t letters_in(const struct engine *e, enum process_state state)
{
	uint32_t mask = 0;
	int last;
	pid_t pid;

	for (unsigned who = 0; who < LETTERS; who++)
		if (engine_process(e, who, &pid, &last) == state)
			mask |= LETTER_BIT(who);
	return mask;
}

static void add_part(struct buf *b, const char *lead, const char *text)
{
	buf_printf(b, "%s%s%s", b->len ? ", " : "", lead, text);
}

/* An end is the same on every stage: an address is not. */
static void add_reading(const struct engine *e, struct buf *b, const struct reading *r)
{
	bool address = engine_is_address(e, r->number);
	struct buf one = { 0 };

	buf_printf(&one, "%s = %s", r->source, address ? _("an address") : r->value);
	if (!strstr(buf_str(b), one.data))
		add_part(b, "", one.data);
	buf_free(&one);
}

/* Those that were asked for are steps from the first on. */
static void add_claims(const struct engine *e, const struct schedule *s, size_t first,
                       struct buf *text, struct buf *truths)
{
	size_t asked = 0;

	for (size_t i = 0; i < s->nclaims; i++) {
		const struct step_record *r;

		if (claim_is_known(&s->claims[i].step)) {
			buf_putc(truths, engine_claim(e, &s->claims[i].step, text));
			continue;
		}
		r = engine_record(e, first + asked++);
		buf_putc(truths, r->unread ? '?' : r->verdict == VERDICT_PASSED ? '1' : '0');
		for (size_t k = 0; k < r->nreadings; k++)
			add_reading(e, text, &r->readings[k]);
	}
}

/* Whether the statement that a result is of had come to its end before: who dies then dies between two of them. */
static bool was_over(const struct engine *e, const struct result *result, size_t first, size_t step)
{
	for (size_t i = first; i <= step && result->of >= (int)first; i++) {
		const struct step_record *r = engine_record(e, i);

		for (size_t k = 0; k < r->nresults && &r->results[k] != result; k++)
			if (r->results[k].who == result->who && r->results[k].of == result->of &&
			    r->results[k].kind == RESULT_RETURNED)
				return true;
	}
	return result->of < (int)first;
}

static void add_result(const struct engine *e, const struct result *result, size_t first,
                       size_t step, struct buf *b)
{
	const struct step *steps = engine_lesson(e)->script.steps;
	const char letter[] = { LETTER_CHAR(result->who), '\0' };
	bool died = result->kind == RESULT_KILLED;
	char *text = died ? engine_death_text(result) : engine_result_text(e, &steps[step], result);
	bool own = !(died && was_over(e, result, first, step)) && result->of >= 0;

	add_part(b, own ? steps[result->of].text : letter, " => ");
	buf_puts(b, text);
	free(text);
}

/* Calls that failed, and how it died: in the order of its list. Whether it has died. */
static bool add_results(const struct engine *e, size_t first, size_t end, unsigned who,
                        struct buf *b)
{
	bool died = false;

	for (size_t i = first; i < end; i++) {
		const struct step_record *r = engine_record(e, i);

		for (size_t k = 0; k < r->nresults; k++) {
			const struct result *result = &r->results[k];

			if (result->who == who && result->kind != RESULT_BLOCKS &&
			    (result->kind != RESULT_RETURNED || result->failed))
				add_result(e, result, first, i, b);
			died |= result->who == who && result->kind == RESULT_KILLED;
		}
	}
	return died;
}

/* Who has steps left that it will not make, and sleeps in none: "B: dead", "B: STOPPED". */
static void add_rest(const struct engine *e, const struct schedule *s, size_t first, size_t end,
                     unsigned who, struct buf *b)
{
	const struct step *steps = engine_lesson(e)->script.steps;
	size_t made = 0;
	int last;
	pid_t pid;
	enum process_state state = engine_process(e, who, &pid, &last);
	struct buf said = { 0 };

	for (size_t i = first; i < end; i++)
		made += steps[i].kind == STEP_STATEMENT && steps[i].who == LETTER_BIT(who);
	if (made == s->lengths[who] || (state != PROCESS_DEAD && state != PROCESS_STOPPED))
		return;
	buf_printf(&said, "%c: %s", LETTER_CHAR(who), state_name(state));
	add_part(b, said.data, "");
	buf_free(&said);
}

static size_t count_asked(const struct schedule *s)
{
	size_t asked = 0;

	for (size_t i = 0; i < s->nclaims; i++)
		asked += !claim_is_known(&s->claims[i].step);
	return asked;
}

struct ending ending_of(const struct engine *e, size_t stop)
{
	const struct script *script = &engine_lesson(e)->script;
	const struct schedule *s = script->steps[stop].schedule;
	size_t end = script->nsteps - count_asked(s);
	struct buf text = { 0 }, truths = { 0 };

	add_claims(e, s, end, &text, &truths);
	for (unsigned who = 0; who < LETTERS; who++) {
		int last;
		pid_t pid;
		enum process_state state = engine_process(e, who, &pid, &last);

		if (!s->lengths[who])
			continue;
		if (!add_results(e, stop + 1, end, who, &text))
			add_rest(e, s, stop + 1, end, who, &text);
		if (state == PROCESS_BLOCKED && last >= 0)
			add_part(&text, script->steps[last].text, _(" sleeps"));
	}
	if (!text.len)
		buf_puts(&text, _("all have made their steps"));
	return (struct ending){ buf_steal(&text), buf_steal(&truths) };
}

void ending_free(struct ending *e)
{
	free(e->text);
	free(e->truths);
}
