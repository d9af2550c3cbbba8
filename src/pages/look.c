// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/buf.h"
#include "base/intl.h"
#include "pages/inside.h"

static void stop(struct stack_view *v)
{
	if (v->looking)
		v->panel = v->focus;
	v->looking = false;
}

size_t look_on(struct stack_view *v, size_t before, size_t scene)
{
	const struct lesson *l = engine_lesson(v->engine);
	size_t position = engine_position(v->engine);

	if (v->looking && v->shown == before && position > before)
		v->shown = position;
	if (v->shown > position || !v->shown)
		stop(v);
	if (!stack_is_past(v))
		return scene;
	return l->script.steps[v->shown - 1].scene;
}

void look_title(const struct engine *e, size_t shown, struct flow *f, bool words)
{
	size_t steps = engine_lesson(e)->script.nsteps;
	bool past = shown < engine_position(e);
	struct buf text = { 0 };

	buf_printf(&text,
	           past    ? words ? _("the past: after step %zu/%zu") : _("past %zu/%zu")
	              : words ? _("now: after step %zu/%zu")
	                   : _("now %zu/%zu"),
	           shown, steps);
	flow_add(f, STYLE_WITH(ROLE_AMBER, STYLE_BOLD | (past ? STYLE_REVERSE : 0)),
	         buf_str(&text));
	buf_free(&text);
}

bool look_footer(const struct stack_view *v, enum action action)
{
	bool own = action == ACTION_DOWN || action == ACTION_THERE || action == ACTION_STOP;

	return v->looking ? own || action == ACTION_PANEL || action == ACTION_HELP ||
	                            action == ACTION_CLOSE
	                  : !own;
}

struct intent look_at(struct stack_view *v, size_t steps)
{
	struct intent taken = { .kind = INTENT_TAKEN }, shown = { .kind = INTENT_SHOW };

	if (!engine_position(v->engine)) {
		taken.message = _("nothing has happened yet");
		return taken;
	}
	if (engine_status(v->engine) == ENGINE_REPLAYING) {
		taken.message = _("the lesson is on its way there: this can be looked at then");
		return taken;
	}
	if (!v->looking)
		v->focus = v->panel;
	stack_show(v, steps < engine_position(v->engine) ? steps : engine_position(v->engine));
	return shown;
}

/* In a small window what happened is shown, one thing at a time. */
static struct intent begin(struct stack_view *v, struct size size)
{
	struct intent intent;

	if (engine_status(v->engine) == ENGINE_REPLAYING)
		return (struct intent){ .kind = INTENT_LATER, .action = ACTION_LOOK };
	intent = look_at(v, engine_position(v->engine));
	for (int i = 0; v->looking && size_is_small(size) && i < PANELS; i++)
		if (panel_at(i)->elastic)
			v->panel = i;
	intent.kind = INTENT_TAKEN;
	return intent;
}

/* Forwards past the last step ends it, and so does what can only be done now. */
static struct intent act(struct stack_view *v, enum action action)
{
	struct intent taken = { .kind = INTENT_TAKEN }, none = { .kind = INTENT_NONE };
	bool now = !stack_is_past(v);

	switch (action) {
	case ACTION_UP:
	case ACTION_BACK:
	case ACTION_DOWN:
		stack_show(v, stack_beside(v, action == ACTION_DOWN ? 1 : -1));
		return taken;
	case ACTION_FIRST:
		while (stack_beside(v, -1) != v->shown)
			stack_show(v, stack_beside(v, -1));
		return taken;
	case ACTION_LAST:
		stack_show(v, engine_position(v->engine));
		return taken;
	case ACTION_THERE:
		taken = (struct intent){ .kind = INTENT_REPLAY, .moment.position = v->shown };
		stop(v);
		return now ? (struct intent){ .kind = INTENT_TAKEN } : taken;
	case ACTION_LOOK:
	case ACTION_STOP:
		stop(v);
		return taken;
	case ACTION_NEXT:
		if (now)
			break;
		stack_show(v, stack_beside(v, 1));
		return taken;
	case ACTION_PANEL:
	case ACTION_PANEL_BACK:
	case ACTION_ZOOM:
	case ACTION_NOTES:
	case ACTION_WORDS:
	case ACTION_THEMES:
	case ACTION_FIND:
	case ACTION_GO:
	case ACTION_HELP:
	case ACTION_REDRAW:
	case ACTION_CLOSE:
	case ACTION_QUIT:
		return none;
	default:
		break;
	}
	stop(v);
	return none;
}

struct intent look_act(struct stack_view *v, enum action action, struct size size)
{
	if (v->looking)
		return act(v, action);
	return action == ACTION_LOOK ? begin(v, size) : (struct intent){ .kind = INTENT_NONE };
}
