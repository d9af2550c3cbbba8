// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "pages/programs.h"
#include "pages/stand.h"
#include "play/run.h"

/* One's own programs. Each call that one is let make is a statement that is tried: so going back, the prompt and
   saving are those of a lesson. */

static bool run_open(void *state, const struct view *v, const struct opened *under,
                     struct size size)
{
	struct run_page *r = state;

	(void)under;
	(void)size;
	layout_open(&r->page, &programs_parts);
	r->page.tab = TAB_LESSON;
	return v->engine && v->order;
}

static void run_close(void *state)
{
	struct run_page *r = state;

	sources_free(&r->sources);
	buf_free(&r->said);
}

static void run_header(const void *state, const struct view *v, struct grid *g, int column)
{
	const struct run_page *r = state;
	struct reader reader = { .view = v, .scene = layout_scene(v->engine) };

	if (r->page.panels.looking && r->page.panels.shown <= engine_position(v->engine))
		reader.looked_at = r->page.panels.shown;
	title_draw(&reader, g, column);
}

static void run_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct run_page *r = state;

	layout_catch_up(&r->page, v);
	layout_draw(&r->page, v, g, body);
}

static uint64_t run_changes(const void *state)
{
	const struct run_page *r = state;

	return stack_change(&r->page.panels);
}

/* Of the key table: A to F. */
enum { LETTER_KEYS = 6 };

/* The letters of those who can go: "A C". */
static void letters_of(const struct view *v, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned who = 0; who < LETTER_KEYS && used + 3 < size && !scene_stuck(v); who++)
		if (run_is_ready(v->engine, who))
			used += (size_t)snprintf(out + used, size - used, used ? " %c" : "%c",
			                         LETTER_CHAR(who));
}

/* Whose terminal is read; LETTERS: nobody's. */
static unsigned reading(const struct view *v)
{
	const struct snapshot *now = engine_snapshot(v->engine);

	for (uint32_t i = 0; now && i < now->nprograms; i++) {
		const struct snap_program *p = &snap_programs(now)[i];

		if (p->now.stand == STAND_ELSEWHERE && !strncmp(p->now.text, "read(0,", 7))
			return snap_letter(now, p->task);
	}
	return LETTERS;
}

static void run_footer(const void *state, const struct view *v, const struct binding *b,
                       struct footer_key *key)
{
	const struct run_page *r = state;
	bool zooms = r->page.panels.panel >= 0 || r->page.zoom;

	if (!look_footer(&r->page.panels, b->action)) {
		key->text = NULL;
		return;
	}
	key->on = (b->action == ACTION_AUTO && v->automatic) ||
	          (b->action == ACTION_ZOOM && r->page.zoom);
	if (b->action == ACTION_CHOOSE) {
		letters_of(v, key->sign, sizeof(key->sign));
		if (!key->sign[0])
			key->text = NULL;
	}
	if ((b->action == ACTION_ZOOM && (r->page.small || !zooms)) ||
	    ((b->action == ACTION_BACK || b->action == ACTION_SAVE ||
	      b->action == ACTION_SCENE_PREVIOUS) &&
	     !v->trial))
		key->text = NULL;
	if (b->action == ACTION_INPUT && reading(v) == LETTERS)
		key->text = NULL;
	if (b->action == ACTION_NEXT && programs_next(v) == LETTERS)
		key->text = run_sleeper(v->engine) < LETTERS ? _("wait") : NULL;
}

static char *run_text(const void *state, const struct view *v, struct size size)
{
	struct run_page r = *(const struct run_page *)state;
	char *text;

	r.sources = (struct sources){ 0 };
	layout_catch_up(&r.page, v);
	text = layout_text(&r.page, v, size);
	sources_free(&r.sources);
	return text;
}

/* Actions */

static struct intent say(struct run_page *r)
{
	return (struct intent){ .kind = INTENT_TAKEN, .message = buf_str(&r->said) };
}

static struct intent say_nobody(struct run_page *r, const struct view *v)
{
	struct flow f = { 0 };
	char *text;

	stand_nobody(v->engine, &f);
	text = flow_string(&f);
	buf_clear(&r->said);
	buf_puts(&r->said, text);
	free(text);
	flow_free(&f);
	return say(r);
}

static struct intent await(unsigned who)
{
	return (struct intent){ .kind = INTENT_TRY,
		                .text = buf_format("await(%c)", LETTER_CHAR(who)) };
}

/* Whose time was over since the last step. On the way back nobody waits for that, unless it is a step. */
static unsigned woken(const struct view *v)
{
	unsigned who = 0;

	while (who < LETTERS && !engine_news(v->engine, who))
		who++;
	return who;
}

static struct intent let(struct run_page *r, const struct view *v, unsigned who)
{
	bool ready = who < LETTERS && run_is_ready(v->engine, who);

	r->then = 0;
	buf_clear(&r->said);
	if (scene_stuck(v)) {
		buf_puts(&r->said, _("no step can run here: ← goes back"));
		return say(r);
	}
	if (ready && woken(v) < LETTERS) {
		r->then = who + 1;
		return await(woken(v));
	}
	if (ready)
		return (struct intent){ .kind = INTENT_TRY, .text = run_statement(v->engine, who) };
	stand_why_not(v->engine, who, &r->said);
	return say(r);
}

/* In turn; or who sleeps for a time is waited for. */
static struct intent let_next(struct run_page *r, const struct view *v)
{
	unsigned who = programs_next(v), sleeper = run_sleeper(v->engine);

	if (who < LETTERS || scene_stuck(v))
		return let(r, v, who);
	return sleeper < LETTERS ? await(sleeper) : say_nobody(r, v);
}

static struct intent run_pace(void *state, const struct view *v)
{
	return let_next(state, v);
}

/* Else who moved last, for a line can wait; LETTERS: nobody is there. */
static unsigned reader_of(const struct view *v)
{
	const struct snapshot *now = engine_snapshot(v->engine);
	unsigned last = run_last(v->engine, engine_position(v->engine)), reader = reading(v);

	if (reader < LETTERS || snap_program_of(now, last) || !now || !now->nprograms)
		return reader < LETTERS ? reader : last;
	return snap_letter(now, snap_programs(now)[0].task);
}

static struct intent type(struct run_page *r, const struct view *v)
{
	struct intent intent = { .kind = INTENT_INPUT, .who = reader_of(v) };

	if (snap_program_of(engine_snapshot(v->engine), intent.who))
		return intent;
	return say_nobody(r, v);
}

/* The order that was asked for, as long as it can go on and the reader does nothing else. */
static struct intent run_ready(void *state, const struct view *v)
{
	struct run_page *r = state;
	char letter = v->order && !v->typed && strlen(v->order) > r->ordered ? v->order[r->ordered]
	                                                                     : '\0';
	struct intent intent = { .kind = INTENT_NONE };
	struct buf why = { 0 };

	if (r->then)
		return let(r, v, r->then - 1);
	if (!letter || engine_position(v->engine) < programs_begin(v))
		return intent;
	if (run_turn(v->engine, 0) == LETTERS && run_sleeper(v->engine) < LETTERS)
		return intent; /* what ends by itself does so before the next letter */
	r->ordered++;
	intent = let(r, v, (unsigned)(letter - 'A'));
	if (intent.kind == INTENT_TRY)
		return intent;
	buf_printf(&why, _("letter %zu of the order: %s"), r->ordered, buf_str(&r->said));
	buf_free(&r->said);
	r->said = why;
	r->ordered = strlen(v->order);
	return say(r);
}

/* By replay, and never to where not all programs have started. */
static struct intent go(const struct view *v, size_t position)
{
	size_t begin = programs_begin(v);
	struct intent intent = { .kind = INTENT_REPLAY };

	intent.moment.position = position > begin ? position : begin;
	return intent;
}

/* What has no way further. */
static const char *nothing_for(const struct view *v, enum action action)
{
	bool back = action == ACTION_BACK || action == ACTION_SCENE_PREVIOUS;

	if (back && !v->trial)
		return _("this is the start: nobody has gone yet");
	if (action == ACTION_SAVE && !v->trial)
		return _("nobody has gone yet: there is nothing to save");
	if (action == ACTION_STOP && !engine_is_busy(v->engine))
		return _("no step waits");
	return NULL;
}

static struct intent act_here(struct run_page *r, const struct view *v, enum action action,
                              struct size size)
{
	struct intent intent = { .kind = INTENT_TAKEN, .message = nothing_for(v, action) };
	bool goes =
		action == ACTION_NEXT || (action >= ACTION_CHOOSE && action <= ACTION_CHOOSE_LAST);

	if (intent.message)
		return intent;
	if (goes && engine_is_busy(v->engine))
		return (struct intent){ .kind = INTENT_LATER, .action = action };
	if (goes)
		return action == ACTION_NEXT ? let_next(r, v)
		                             : let(r, v, (unsigned)(action - ACTION_CHOOSE));
	switch (action) {
	case ACTION_BACK:
		return (struct intent){ .kind = INTENT_COMMAND, .command = ENGINE_BACK };
	case ACTION_SCENE_PREVIOUS:
		return go(v, 0);
	case ACTION_STOP:
		return (struct intent){ .kind = INTENT_COMMAND, .command = ENGINE_STOP };
	case ACTION_AUTO:
		return (struct intent){ .kind = INTENT_AUTO };
	case ACTION_PROMPT:
		return (struct intent){ .kind = INTENT_PROMPT };
	case ACTION_INPUT:
		return type(r, v);
	case ACTION_CLOSE:
		return (struct intent){ .kind = INTENT_LEAVE };
	default:
		return layout_act(&r->page, action, size);
	}
}

static struct intent run_act(void *state, const struct view *v, enum action action,
                             struct size size)
{
	struct run_page *r = state;
	struct intent intent;

	layout_catch_up(&r->page, v);
	r->ordered = strlen(v->order);
	r->then = 0;
	intent = look_act(&r->page.panels, action, size);
	if (intent.kind == INTENT_REPLAY)
		return go(v, intent.moment.position);
	if (intent.kind != INTENT_NONE)
		return intent;
	layout_catch_up(&r->page, v);
	return act_here(r, v, action == ACTION_THERE ? ACTION_NEXT : action, size);
}

/* The mouse */

static void run_point(void *state, const struct view *v, uint16_t target)
{
	struct run_page *r = state;

	if (target_kind(target) != TARGET_ITEM)
		layout_point(&r->page, v, target);
}

/* The row of a process lets it go; a row of what happened shows what was then. */
static struct intent run_click(void *state, const struct view *v, uint16_t target)
{
	struct run_page *r = state;
	size_t n = (size_t)target_number(target);

	if (target_kind(target) == TARGET_MOMENT)
		return look_at(&r->page.panels, n);
	if (target_kind(target) == TARGET_LESSON)
		layout_click_tab(&r->page, n);
	if (target_kind(target) != TARGET_ITEM || engine_is_busy(v->engine))
		return (struct intent){ .kind = INTENT_TAKEN };
	r->ordered = strlen(v->order);
	look_act(&r->page.panels, ACTION_STOP, (struct size){ 0 });
	return let(r, v, (unsigned)n);
}

const struct page page_run = {
	.state_size = sizeof(struct run_page),
	.open = run_open,
	.close = run_close,
	.header = run_header,
	.draw = run_draw,
	.changes = run_changes,
	.footer = run_footer,
	.text = run_text,
	.ready = run_ready,
	.pace = run_pace,
	.point = run_point,
	.click = run_click,
	.act = run_act,
};
