// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "engine/inside.h"

/* What came against what was expected. */

/* The step under way may have asked for it. */
static bool item_value(const struct engine *e, const struct step *step, int item, unsigned who,
                       const struct code *code, int64_t *value, struct buf *why)
{
	for (size_t i = 0; i < e->nasked && step == state_step(e); i++)
		if (e->asked[i].item == (size_t)item && e->asked[i].who == who) {
			*value = e->asked[i].value;
			return e->asked[i].known;
		}
	return names_eval(e, code, (int)who, value, why);
}

static bool is_killed(const struct engine *e, const struct expect *x, const struct result *r,
                      struct buf *why)
{
	int64_t address = 0;

	if (r->kind != RESULT_KILLED || r->sig != x->sig ||
	    (x->has_code && r->si_code != x->si_code))
		return false;
	return !x->has_at ||
	       (names_eval(e, &x->at, r->who, &address, why) && (uint64_t)address == r->address);
}

/* Whether a result is the one that an item of the step's outcome expects. */
static bool matches(const struct engine *e, const struct step *step, int item,
                    const struct result *r, struct buf *why)
{
	const struct expect *x = &step->outcome.items[item].expect;
	bool returned = r->kind == RESULT_RETURNED;
	int64_t value = 0;

	switch (x->kind) {
	case EXPECT_OK:
		return returned && !r->failed;
	case EXPECT_VALUE:
		return returned && !r->failed &&
		       item_value(e, step, item, r->who, &x->value, &value, why) &&
		       r->value == value;
	case EXPECT_STRING:
		return returned && r->text && !strcmp(r->text, x->text);
	case EXPECT_ERRNO:
		return returned && r->failed && r->error == x->error && r->value == x->result;
	case EXPECT_BLOCKS:
		return r->kind == RESULT_BLOCKS || r->kind == RESULT_STOPPED;
	case EXPECT_RUNS:
		return r->kind == RESULT_RUNS;
	case EXPECT_EXIT:
		return r->kind == RESULT_EXIT &&
		       item_value(e, step, item, r->who, &x->value, &value, why) &&
		       r->value == (value & 255);
	case EXPECT_KILLED:
		return is_killed(e, x, r, why);
	}
	return false;
}

/* Begins another complaint. */
static struct buf *complain(struct buf *message)
{
	if (message->len)
		buf_puts(message, _("; "));
	return message;
}

/* What a process did or did not do: "B: expected 0, got blocks". */
static void judge_process(const struct engine *e, const struct step *step, struct step_record *r,
                          unsigned who, struct buf *message)
{
	int item = outcome_place(step, who);
	struct result *result = record_result(r, who);
	const char *expected = item >= 0 ? step->outcome.items[item].expect.source : "ok";
	struct buf why = { 0 };
	char *got;

	if (!result) {
		buf_printf(complain(message), _("%c: expected %s, nothing came"), LETTER_CHAR(who),
		           expected);
		return;
	}
	if (item >= 0 ? !matches(e, step, item, result, &why)
	              : result->kind != RESULT_RETURNED || result->failed) {
		got = engine_result_text(e, step, result);
		complain(message);
		if (why.len)
			buf_printf(message, _("%c: expected %s, got %s (%s)"), LETTER_CHAR(who),
			           expected, got, buf_str(&why));
		else
			buf_printf(message, _("%c: expected %s, got %s"), LETTER_CHAR(who),
			           expected, got);
		free(got);
	}
	buf_free(&why);
}

/* What came for a process, or that nothing did. The caller frees it. */
static char *got_text(const struct engine *e, const struct step *step, const struct result *r)
{
	return r ? engine_result_text(e, step, r) : mem_dup(_("nothing"));
}

/* any: r, s. The two callers have the two results, in either order. */
static void judge_either(const struct engine *e, const struct step *step, struct step_record *r,
                         struct buf *message)
{
	struct result *two[2] = { NULL, NULL };
	struct buf why = { 0 };
	int n = 0;

	for (unsigned who = 0; who < LETTERS; who++)
		if (outcome_is_caller(step, who) && n < 2)
			two[n++] = record_result(r, who);
	if (!two[0] || !two[1] ||
	    (!(matches(e, step, 0, two[0], &why) && matches(e, step, 1, two[1], &why)) &&
	     !(matches(e, step, 0, two[1], &why) && matches(e, step, 1, two[0], &why)))) {
		char *one = got_text(e, step, two[0]), *other = got_text(e, step, two[1]);

		buf_printf(complain(message),
		           _("expected %s of one and %s of the other, got %s and %s"),
		           step->outcome.items[0].expect.source,
		           step->outcome.items[1].expect.source, one, other);
		free(one);
		free(other);
	}
	buf_free(&why);
}

/* Those that nobody named: exactly one for any, none otherwise. */
static void judge_unnamed(const struct engine *e, const struct step *step, struct step_record *r,
                          struct buf *message)
{
	int any = outcome_first(step, OUTCOME_ANY);
	bool found = false;
	struct buf why = { 0 };

	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];
		char *got;

		if (outcome_is_caller(step, result->who) || outcome_first(step, result->who) >= 0)
			continue;
		if (any >= 0 && !found && matches(e, step, any, result, &why)) {
			found = true;
			continue;
		}
		got = engine_result_text(e, step, result);
		buf_printf(complain(message), _("%c => %s was not expected"),
		           LETTER_CHAR(result->who), got);
		free(got);
	}
	if (any >= 0 && !found)
		buf_printf(complain(message),
		           _("expected one blocked process to return %s: none did"),
		           step->outcome.items[any].expect.source);
	buf_free(&why);
}

/* An error ends a measure, and is no failure; but no process may be lost in one without. */
static void judge_measure(const struct engine *e, const struct step *step, struct step_record *r,
                          struct buf *message)
{
	bool ended = false;

	for (size_t i = 0; i < r->nresults; i++)
		ended |= r->results[i].asked && r->results[i].kind == RESULT_RETURNED &&
		         r->results[i].failed;
	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];
		bool lives = result->kind != RESULT_EXIT && result->kind != RESULT_KILLED;
		char *got;

		if (!result->asked || result->kind == RESULT_RETURNED || (ended && lives))
			continue;
		got = engine_result_text(e, step, result);
		buf_printf(complain(message), _("%c: %s in the measure"), LETTER_CHAR(result->who),
		           got);
		free(got);
	}
}

static bool reads_kernel(const struct code *code)
{
	for (size_t i = 1; i < code->nnodes; i++)
		if (code->nodes[i].op >= CODE_REMOTE && code->nodes[i].op != CODE_PLACE)
			return true;
	return false;
}

/* "x is 5", after those before it. */
static void say_value(struct buf *message, const char *name, const char *value)
{
	if (message->len)
		buf_puts(message, _(", "));
	buf_printf(message, _("%s is %s"), name, value);
}

/* The names in an assert and what they are worth. */
static void say_names(const struct engine *e, const struct code *code, struct buf *message)
{
	int64_t values[CODE_SLOTS];
	struct buf none = { 0 }, name = { 0 }, value = { 0 };
	bool good = names_fill(e, code, -1, true, values, NULL, &none);

	for (size_t i = 0; good && i < code->nslots; i++) {
		const struct code_slot *slot = &code->slots[i];

		if (slot->kind != SLOT_NAME)
			continue;
		buf_clear(&name);
		buf_clear(&value);
		if (slot->owner != SLOT_ANY)
			buf_printf(&name, "%c.", LETTER_CHAR(slot->owner));
		buf_puts(&name, e->lesson->script.symbols[slot->name].name);
		text_number(values[i], S_I64, &value);
		say_value(message, buf_str(&name), buf_str(&value));
	}
	buf_free(&none);
	buf_free(&name);
	buf_free(&value);
}

/* What was read is said; without that, a failed assert explains nothing. */
static void judge_assert(const struct engine *e, const struct step_record *r, struct buf *message)
{
	if (!e->evaluated || (e->truth && !e->failed_to_read))
		return;
	for (size_t i = 0; i < r->nreadings; i++)
		say_value(message, r->readings[i].source, r->readings[i].value);
	if (!reads_kernel(&state_step(e)->code[0]))
		say_names(e, &state_step(e)->code[0], message);
	if (e->failed_to_read)
		buf_puts(complain(message), e->why);
	if (!message->len)
		buf_puts(message, _("this is not so"));
}

static void judge_outcome(const struct engine *e, const struct step *step, struct step_record *r,
                          struct buf *message)
{
	bool measure = step->kind == STEP_MEASURE, either = step->outcome.either;

	if (measure)
		judge_measure(e, step, r, message);
	if (either)
		judge_either(e, step, r, message);
	for (unsigned who = 0; who < LETTERS; who++)
		if (outcome_is_caller(step, who) ? !measure && !either
		                                 : outcome_first(step, who) >= 0)
			judge_process(e, step, r, who, message);
	judge_unnamed(e, step, r, message);
	if (e->overdue && !message->len)
		buf_puts(message, _("given up before it was over"));
}

void judge_step(const struct engine *e, const struct step *step, struct step_record *r)
{
	struct buf message = { 0 };

	if (step->kind == STEP_ASSERT)
		judge_assert(e, r, &message);
	if (!step->outcome.may)
		judge_outcome(e, step, r, &message);
	r->verdict = VERDICT_PASSED;
	if ((step->outcome.may && step->kind != STEP_ASSERT) || step->kind == STEP_MEASURE)
		r->verdict = VERDICT_REPORTED;
	if (message.len) {
		r->verdict = VERDICT_FAILED;
		r->message = buf_steal(&message);
	}
	buf_free(&message);
}

/* Nothing is said of what it does not name. */
static void judge_foretold(const struct engine *e, const struct step *foretold,
                           struct step_record *r, struct buf *message)
{
	int any = outcome_first(foretold, OUTCOME_ANY);
	bool found = any < 0;
	struct buf why = { 0 };

	if (foretold->outcome.either)
		judge_either(e, foretold, r, message);
	for (unsigned who = 0; who < LETTERS; who++)
		if (outcome_place(foretold, who) >= 0)
			judge_process(e, foretold, r, who, message);
	for (size_t i = 0; i < r->nresults && !found; i++)
		found = !r->results[i].asked && outcome_first(foretold, r->results[i].who) < 0 &&
		        matches(e, foretold, any, &r->results[i], &why);
	if (!found)
		buf_puts(complain(message), foretold->outcome.items[any].expect.source);
	buf_free(&why);
}

/* The reading of what the assert looks at first. */
static bool is_read_so(const struct engine *e, const struct step *step, const struct step *foretold,
                       const struct step_record *r)
{
	struct buf why = { 0 };
	int64_t value = 0;
	bool same = false;

	if (names_eval(e, &foretold->code[0], -1, &value, &why))
		for (size_t i = 0; i < r->nreadings; i++)
			same |= r->readings[i].number == value &&
			        strlen(r->readings[i].source) == step->nsubject &&
			        !memcmp(r->readings[i].source, step->text + step->subject,
			                step->nsubject);
	buf_free(&why);
	return same;
}

bool engine_foretold(const struct engine *e, size_t step, const struct step *foretold)
{
	struct step_record *r = &e->records[step];
	struct buf message = { 0 };
	bool same;

	if (foretold->kind == STEP_ASSERT)
		return is_read_so(e, &e->lesson->script.steps[step], foretold, r);
	judge_foretold(e, foretold, r, &message);
	same = !message.len;
	buf_free(&message);
	return same;
}
