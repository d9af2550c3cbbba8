// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/play.h"

static int first_item(const struct step *step, unsigned who)
{
	for (size_t i = 0; i < step->outcome.nitems; i++)
		if (step->outcome.items[i].who == who)
			return (int)i;
	return -1;
}

static bool is_caller(const struct step *step, unsigned who)
{
	return (step->kind == STEP_STATEMENT || step->kind == STEP_MEASURE) &&
	       (step->who & LETTER_BIT(who));
}

/* The number of the item that names a process, or -1. */
static int item_of(const struct step *step, unsigned who)
{
	int i = first_item(step, who);

	if (i < 0 && is_caller(step, who) && !step->outcome.either)
		i = first_item(step, OUTCOME_ALL);
	return i;
}

const struct expect *expect_of(const struct step *step, unsigned who)
{
	int i = item_of(step, who);

	return i >= 0 ? &step->outcome.items[i].expect : NULL;
}

struct result *result_of(struct step_record *r, unsigned who)
{
	struct result *found = NULL;

	/* the last: a process may return and then die in one step */
	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who)
			found = &r->results[i];
	return found;
}

/* Letters whose going round a loop is no reason to wait. */
uint32_t judge_may_run(const struct engine *e, const struct step *step)
{
	uint32_t mask = 0;

	for (unsigned who = 0; who < LETTERS; who++) {
		const struct expect *x = expect_of(step, who);

		if (x ? x->kind == EXPECT_RUNS
		      : !is_caller(step, who) && e->players[who].state == PROCESS_RUNNING)
			mask |= LETTER_BIT(who);
	}
	return mask;
}

static bool asleep(const struct engine *e, unsigned who)
{
	return e->players[who].state == PROCESS_BLOCKED || e->players[who].state == PROCESS_STOPPED;
}

/* Whether a process that has no result yet may still get the one that is expected. */
static bool process_waits(const struct engine *e, const struct step *step, unsigned who)
{
	const struct expect *x = expect_of(step, who);
	enum process_state state = e->players[who].state;

	if (x && x->kind == EXPECT_BLOCKS && asleep(e, who))
		return false;
	if (x && x->kind == EXPECT_RUNS && state == PROCESS_RUNNING)
		return false;
	if (state == PROCESS_READY || state == PROCESS_DEAD || state == PROCESS_NONE)
		/* it can only be killed or, were it not over yet, have been woken */
		return x && !is_caller(step, who) && state == PROCESS_READY &&
		       (x->kind == EXPECT_KILLED || x->kind == EXPECT_EXIT);
	if (step->kind == STEP_MEASURE)
		return state == PROCESS_RUNNING;
	if (!x || step->outcome.may)
		return is_caller(step, who) &&
		       (state == PROCESS_RUNNING || e->players[who].timed);
	return true;
}

static int count_woken(const struct step *step, const struct step_record *r)
{
	int n = 0;

	for (size_t i = 0; i < r->nresults; i++)
		n += !is_caller(step, r->results[i].who) &&
		     first_item(step, r->results[i].who) < 0;
	return n;
}

/* True when not all of what the step expects has come and something still may. */
bool judge_waits(struct engine *e, const struct step *step, struct step_record *r)
{
	bool all_asleep = true;

	if (step->kind == STEP_AWAIT)
		for (unsigned who = 0; who < LETTERS; who++)
			if ((step->who & LETTER_BIT(who)) && !result_of(r, who))
				return true;
	if (step->outcome.may && first_item(step, OUTCOME_ANY) >= 0)
		return false;
	if (first_item(step, OUTCOME_ANY) >= 0 && !count_woken(step, r))
		return true;
	for (unsigned who = 0; who < LETTERS; who++) {
		bool concerned = is_caller(step, who) || first_item(step, who) >= 0;

		if (!concerned || result_of(r, who))
			continue;
		all_asleep &= asleep(e, who);
		if (!step->outcome.either && process_waits(e, step, who))
			return true;
	}
	if (step->outcome.either && !step->outcome.may) {
		int blocks = 0;

		for (size_t i = 0; i < 2; i++)
			blocks += step->outcome.items[i].expect.kind == EXPECT_BLOCKS;
		for (unsigned who = 0; who < LETTERS; who++)
			blocks -= is_caller(step, who) && !result_of(r, who);
		return blocks < 0 || !all_asleep;
	}
	return false;
}

static struct result *add_result(struct step_record *r, unsigned who, bool asked,
				 enum result_kind kind)
{
	struct result *result = MEM_PUSH(r->results, r->nresults);

	*result = (struct result){.who = (uint8_t)who, .asked = asked, .kind = kind};
	return result;
}

static int by_letter(const void *a, const void *b)
{
	const struct result *x = a, *y = b;

	if (x->asked != y->asked)
		return x->asked ? -1 : 1;
	return (int)x->who - (int)y->who;
}

/* The step is over: what has not returned blocks, or runs. */
void judge_settle(struct engine *e, const struct step *step, struct step_record *r)
{
	static const enum result_kind kinds[] = {
		[PROCESS_BLOCKED] = RESULT_BLOCKS,
		[PROCESS_RUNNING] = RESULT_RUNS,
		[PROCESS_STOPPED] = RESULT_STOPPED,
	};

	for (unsigned who = 0; who < LETTERS; who++) {
		enum process_state state = e->players[who].state;

		if (result_of(r, who) || !(is_caller(step, who) || first_item(step, who) >= 0))
			continue;
		if (state == PROCESS_BLOCKED || state == PROCESS_RUNNING ||
		    state == PROCESS_STOPPED)
			add_result(r, who, is_caller(step, who), kinds[state]);
	}
	if (r->nresults)
		qsort(r->results, r->nresults, sizeof(*r->results), by_letter);
}

static bool item_value(struct engine *e, const struct step *step, int item, unsigned who,
		       const struct code *code, int64_t *value, struct buf *why)
{
	for (size_t i = 0; i < e->nasked; i++)
		if (e->asked[i].item == (size_t)item && e->asked[i].who == who) {
			*value = e->asked[i].value;
			return e->asked[i].known;
		}
	(void)step;
	return names_eval(e, code, (int)who, value, why);
}

static bool matches(struct engine *e, const struct step *step, int item, const struct result *r,
		    struct buf *why)
{
	const struct expect *x = &step->outcome.items[item].expect;
	int64_t value = 0;

	switch (x->kind) {
	case EXPECT_OK:
		return r->kind == RESULT_RETURNED && !r->failed;
	case EXPECT_VALUE:
		return r->kind == RESULT_RETURNED && !r->failed &&
		       item_value(e, step, item, r->who, &x->value, &value, why) &&
		       r->value == value;
	case EXPECT_STRING:
		return r->kind == RESULT_RETURNED && r->text && !strcmp(r->text, x->text);
	case EXPECT_ERRNO:
		return r->kind == RESULT_RETURNED && r->failed && r->error == x->error;
	case EXPECT_BLOCKS:
		return r->kind == RESULT_BLOCKS || r->kind == RESULT_STOPPED;
	case EXPECT_RUNS:
		return r->kind == RESULT_RUNS;
	case EXPECT_EXIT:
		return r->kind == RESULT_EXIT &&
		       item_value(e, step, item, r->who, &x->value, &value, why) &&
		       r->value == (value & 255);
	case EXPECT_KILLED:
		if (r->kind != RESULT_KILLED || r->sig != x->sig ||
		    (x->has_code && r->si_code != x->si_code))
			return false;
		return !x->has_at || (names_eval(e, &x->at, r->who, &value, why) &&
				      (uint64_t)value == r->address);
	}
	return false;
}

/* Begins another complaint. */
static struct buf *complain(struct buf *message)
{
	if (message->len)
		buf_puts(message, "; ");
	return message;
}

/* What was expected and came not, or differently. */
static void judge_item(struct engine *e, const struct step *step, struct step_record *r,
		       unsigned who, struct buf *message)
{
	int item = item_of(step, who);
	struct result *result = result_of(r, who);
	const char *expected = item >= 0 ? step->outcome.items[item].expect.source : "ok";
	struct buf why = {0};
	char *got;

	if (!result) {
		buf_printf(complain(message), "%c: expected %s, nothing came", LETTER_CHAR(who),
			   expected);
		return;
	}
	if (item >= 0 ? matches(e, step, item, result, &why)
		      : result->kind == RESULT_RETURNED && !result->failed) {
		buf_free(&why);
		return;
	}
	got = engine_result_text(e, step, result);
	buf_printf(complain(message), "%c: expected %s, got %s", LETTER_CHAR(who), expected, got);
	if (why.len)
		buf_printf(message, " (%s)", buf_str(&why));
	buf_free(&why);
	free(got);
}

/* any: r, s. The two callers have the two results, in either order. */
static void judge_either(struct engine *e, const struct step *step, struct step_record *r,
			 struct buf *message)
{
	struct result *two[2] = {NULL, NULL};
	struct buf why = {0};
	bool good;
	int n = 0;

	for (unsigned who = 0; who < LETTERS; who++)
		if (is_caller(step, who) && n < 2)
			two[n++] = result_of(r, who);
	good = two[0] && two[1] &&
	       ((matches(e, step, 0, two[0], &why) && matches(e, step, 1, two[1], &why)) ||
		(matches(e, step, 0, two[1], &why) && matches(e, step, 1, two[0], &why)));
	for (n = 0; !good && n < 2; n++) {
		char *got = two[n] ? engine_result_text(e, step, two[n]) : mem_dup("nothing");

		buf_printf(complain(message), "expected %s, got %s",
			   step->outcome.items[n].expect.source, got);
		free(got);
	}
	buf_free(&why);
}

/* Those that nobody named: exactly one for any, none otherwise. */
static void judge_woken(struct engine *e, const struct step *step, struct step_record *r,
			struct buf *message)
{
	int any = first_item(step, OUTCOME_ANY), found = 0;
	struct buf why = {0};

	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];
		char *got;

		if (is_caller(step, result->who) || first_item(step, result->who) >= 0)
			continue;
		if (any >= 0 && !found++ && matches(e, step, any, result, &why))
			continue;
		got = engine_result_text(e, step, result);
		buf_printf(complain(message), "%c => %s was not expected",
			   LETTER_CHAR(result->who), got);
		free(got);
	}
	if (any >= 0 && !found)
		buf_printf(complain(message), "expected one blocked process to return %s: none did",
			   step->outcome.items[any].expect.source);
	buf_free(&why);
}

void judge(struct engine *e, const struct step *step, struct step_record *r)
{
	struct buf message = {0};

	if (step->outcome.may || step->kind == STEP_MEASURE) {
		r->verdict = VERDICT_REPORTED;
		return;
	}
	if (step->kind == STEP_ASSERT && (e->failed_to_read || !e->truth)) {
		for (size_t i = 0; i < r->nobserved; i++)
			buf_printf(&message, "%s%s is %s", message.len ? ", " : "",
				   r->observed[i].source, r->observed[i].value);
		if (e->failed_to_read)
			buf_printf(&message, "%s%s", message.len ? "; " : "", e->why);
		if (!message.len)
			buf_puts(&message, "this is not so");
	}
	if (step->outcome.either)
		judge_either(e, step, r, &message);
	for (unsigned who = 0; who < LETTERS; who++)
		if ((is_caller(step, who) && !step->outcome.either) || first_item(step, who) >= 0)
			judge_item(e, step, r, who, &message);
	judge_woken(e, step, r, &message);
	r->verdict = message.len ? VERDICT_FAILED : VERDICT_PASSED;
	if (message.len)
		r->message = buf_steal(&message);
	buf_free(&message);
}
