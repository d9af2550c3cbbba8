// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/phrase.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "paint/sentence.h"
#include "panels/names.h"
#include "panels/panel.h"
#include "sys/calls.h"
#include "sys/names.h"

static void add_ops(struct buf *b, const struct snap_waiter *w)
{
	buf_putc(b, '{');
	for (int i = 0; i < w->nops; i++) {
		const struct snap_op *op = &w->ops[i];
		int flags = op->flg & (SEM_UNDO | IPC_NOWAIT);

		buf_printf(b, "%s{%u,%d,", i ? ", " : "", op->num, op->op);
		if (flags == SEM_UNDO)
			buf_puts(b, "SEM_UNDO}");
		else if (flags == IPC_NOWAIT)
			buf_puts(b, "IPC_NOWAIT}");
		else
			buf_printf(b, flags ? "SEM_UNDO|IPC_NOWAIT}" : "%d}", op->flg);
	}
	buf_puts(b, w->all_ops > w->nops ? ", …}" : "}");
}

/* What the script calls an id; NULL: nothing. */
static const char *name_of_id(const struct panel_context *c, const struct snap_process *p,
                              const char *param, int32_t id)
{
	static const char *const ids[][2] = { { "semid", "semget" },
		                              { "shmid", "shmget" },
		                              { "msqid", "msgget" } };

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (c->engine && !strcmp(param, ids[i][0]) && snap_task(c->at.now, p->task)->here)
			return names_object(c, ids[i][1], id);
	return NULL;
}

static void add_int(const struct panel_context *c, const struct snap_process *p, struct buf *b,
                    const char *param, int32_t value)
{
	char letter = c->engine && !strcmp(param, "pid") ? engine_letter(c->engine, value) : 0;
	const char *name = name_of_id(c, p, param, value);

	if (letter)
		buf_putc(b, letter);
	else if (name)
		buf_puts(b, name);
	else
		buf_printf(b, "%" PRId32, value);
}

static void add_argument(struct buf *b, const struct param *param, int64_t value,
                         const struct snap_waiter *w)
{
	switch (param->kind) {
	case PARAM_LONG:
		buf_printf(b, "%" PRId64, value);
		break;
	case PARAM_ADDRESS:
		buf_printf(b, value ? "0x%" PRIx64 : "NULL", (uint64_t)value);
		break;
	case PARAM_ARRAY:
		if (w && w->kind == WAIT_SEMOP && w->ops_known) {
			add_ops(b, w);
			break;
		}
		buf_puts(b, "…");
		break;
	case PARAM_MESSAGE:
		if (w && w->kind == WAIT_MSGSND && w->type)
			buf_printf(b, "{%" PRId64 ", …}", w->type);
		else
			buf_puts(b, w && w->kind == WAIT_MSGRCV ? "&m" : "…");
		break;
	default:
		buf_puts(b, value ? "…" : "NULL");
		break;
	}
}

char *phrase_call(const struct panel_context *c, const struct snap_process *p,
                  const struct snap_waiter *waiter)
{
	const struct call *call = p->call >= 0 ? call_at((size_t)p->call) : NULL;
	struct buf b = { 0 };

	if (!call)
		return mem_dup("");
	buf_printf(&b, "%s(", call->name);
	for (int i = 0; i < call_nparams(call); i++) {
		if (call->params[i].optional && !p->args[i])
			break;
		buf_puts(&b, i ? ", " : "");
		if (!strcmp(call->name, "fcntl") && i == call_command(call) &&
		    fcntl_command_name(p->args[i]))
			buf_puts(&b, fcntl_command_name(p->args[i]));
		else if (call->params[i].kind == PARAM_INT)
			add_int(c, p, &b, call->params[i].name, (int32_t)p->args[i]);
		else
			add_argument(&b, &call->params[i], p->args[i], waiter);
	}
	buf_putc(&b, ')');
	return buf_steal(&b);
}

/* A statement, or a program's next call. */
static bool is_statement(const struct step *s)
{
	return s->kind == STEP_STATEMENT || s->kind == STEP_NEXT;
}

/* The call that a statement is, or its loop; NULL: it is neither. */
static const char *name_of_call(const struct code *code)
{
	const struct code_node *root = &code->nodes[code->root];

	switch ((enum code_op)root->op) {
	case CODE_CALL:
		return call_at((size_t)root->value)->name;
	case CODE_REPEAT:
		return "repeat";
	case CODE_WHILE:
		return "while";
	case CODE_IF:
		return "if";
	default:
		return NULL;
	}
}

/* A step that a process could not take never came to it. */
static bool was_refused(const struct engine *e, size_t position, unsigned who, size_t step)
{
	const struct step_record *r = engine_record(e, step);

	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].who == who && r->results[i].asked)
			return false;
	return step < position;
}

char *phrase_call_name(const struct engine *e, size_t position, unsigned who, size_t step)
{
	const struct lesson *l = engine_lesson(e);
	size_t steps = l->script.nsteps; /* what came by itself behind the last is of no step */

	for (size_t i = step < steps ? step + 1 : steps; i-- > 0;) {
		const struct step *s = &l->script.steps[i];
		const char *name, *text = s->text + s->callers;

		if (!(s->who & LETTER_BIT(who)) || was_refused(e, position, who, i))
			continue;
		if (s->kind == STEP_MEASURE)
			return mem_dup("measure");
		if (s->kind == STEP_NEXT && !s->code[who].nnodes)
			return mem_dup("");
		if (!is_statement(s))
			continue;
		name = name_of_call(&s->code[who]);
		return mem_dup(name ? name : text + strspn(text, " \t"));
	}
	return mem_dup("");
}

/* In the middle of a row, as English writes it there. */
static void add_lower(struct flow *f, struct style style, const char *words)
{
	char *text = mem_dup(words);

	if (!intl_language(0) && isupper((unsigned char)text[0]) &&
	    !isupper((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	flow_add(f, style, text);
	free(text);
}

/* What its call has read. */
static void add_read(const struct engine *e, const struct result *r, struct flow *f)
{
	char *read = engine_read_text(e, r);

	if (read) {
		flow_add(f, STYLE(ROLE_DIM), ": ");
		flow_add(f, STYLE(ROLE_TEXT), read);
	}
	free(read);
}

void phrase_result(const struct engine *e, size_t step, const struct result *r, struct flow *f,
                   bool fresh)
{
	struct style style = STYLE(ROLE_TEXT);
	char *text = engine_result_text(e, &engine_lesson(e)->script.steps[step], r);

	if (r->kind == RESULT_BLOCKS || r->kind == RESULT_STOPPED)
		style.role = ROLE_AMBER;
	else if (r->kind == RESULT_KILLED)
		style.role = ROLE_RED;
	else if (r->kind == RESULT_RUNS)
		style.role = ROLE_GREEN;
	if (fresh)
		style.attributes = style.role == ROLE_AMBER ? STYLE_UNDERLINE : STYLE_BOLD;
	if (r->kind == RESULT_BLOCKS)
		flow_add(f, style, SIGN_ASLEEP " ");
	flow_add(f, style, text);
	if (r->kind == RESULT_RETURNED && r->failed) {
		flow_add(f, STYLE(ROLE_DIM), " ");
		add_lower(f, STYLE(ROLE_DIM), errno_words(r->error));
	}
	free(text);
}

void phrase_reading(const struct reading *o, struct flow *f)
{
	flow_sentence(f, STYLE(ROLE_DIM),
	              o->derived ? _("%1$s is %2$s (derived)") : _("%1$s is %2$s"),
	              part_text(STYLE(ROLE_DIM), o->source), part_text(STYLE(ROLE_TEXT), o->value));
}

static bool is_worked_out(const struct code_node *n)
{
	return n->op >= CODE_NOT && n->op <= CODE_CHOOSE;
}

/* Nothing but comparisons with == of what is not worked out: what passed is what stands there. */
static bool is_plain(const struct code *code, const struct code_node *n)
{
	const struct code_node *nodes = code->nodes;

	switch ((enum code_op)n->op) {
	case CODE_ALL:
		return is_plain(code, &nodes[n->a]) && is_plain(code, &nodes[n->b]);
	case CODE_EQ:
		return !is_worked_out(&nodes[n->a]) && !is_worked_out(&nodes[n->b]);
	default:
		return n->op == CODE_SAME || n->op == CODE_REMOTE_SAME;
	}
}

/* Values are worth saying when the assert does not name them itself. */
static void add_readings(const struct step_record *r, const struct code *assert, struct flow *f)
{
	bool plain = is_plain(assert, &assert->nodes[assert->root]);

	for (size_t i = 0; i < r->nreadings; i++) {
		const struct reading *o = &r->readings[i];

		if (plain && !o->derived)
			continue;
		if (f->count)
			flow_add(f, STYLE(ROLE_DIM), "  ");
		phrase_reading(o, f);
	}
}

/* Why: %s is who did it. */
static const char *const causes[] = {
	[CAUSE_CALL] = N_("woken by %s"),
	[CAUSE_END] = N_("woken by %s's end"),
	[CAUSE_REMOVAL] = N_("removed by %s"),
	[CAUSE_SIGNAL] = N_("by a signal from %s"),
	[CAUSE_OBSERVER] = N_("by this kill"),
	[CAUSE_ALARM] = N_("by its alarm"),
	[CAUSE_CHILD] = N_("by the end of its child %s"),
	[CAUSE_TIME] = N_("its time was over"),
};

void phrase_cause(struct end_cause cause, struct flow *f)
{
	if (cause.kind)
		flow_sentence(f, STYLE(ROLE_DIM), _(causes[cause.kind]), panel_letter(cause.by));
}

/* By what the step did, and not by a signal or because its time was over. */
static bool was_woken(const struct step *step, const struct result *r)
{
	bool woken = r->kind == RESULT_RETURNED &&
	             (r->cause.kind == CAUSE_CALL || r->cause.kind == CAUSE_END ||
	              r->cause.kind == CAUSE_REMOVAL);

	return woken && is_statement(step) && step->who == LETTER_BIT(r->cause.by);
}

/* "B ", or "woke B: semop " */
static void add_who(const struct engine *e, size_t step, const struct result *r, struct flow *f,
                    bool woke)
{
	struct style dim = STYLE(ROLE_DIM);
	struct part letter = { .style = STYLE((uint8_t)(ROLE_PROCESS_A + r->who)) };
	char *call = phrase_call_name(e, step, r->who, step);
	const struct step *s = &engine_lesson(e)->script.steps[step];

	snprintf(letter.own, sizeof(letter.own), "%c", LETTER_CHAR(r->who));
	if (r->thread)
		snprintf(letter.own, sizeof(letter.own), "%c.%u", LETTER_CHAR(r->who),
		         r->thread + 1);
	if (woke && was_woken(s, r))
		flow_sentence(f, dim, _("woke %1$s: %2$s"), letter, part_text(dim, call));
	else
		flow_part(f, letter);
	flow_add(f, dim, " ");
	free(call);
}

void phrase_outcome(const struct engine *e, size_t step, struct flow *f, bool woke)
{
	const struct step_record *r = engine_record(e, step);
	const struct step *s = &engine_lesson(e)->script.steps[step];
	bool several = s->who & (s->who - 1);

	if (!r)
		return;
	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];
		bool sign = result->kind == RESULT_RETURNED || result->kind == RESULT_EXIT;

		if (r->rate > 0 && !result->failed)
			continue; /* it went well in every round: that is what the rate says */
		if (f->count)
			flow_add(f, STYLE(ROLE_DIM), "  ");
		if (several || !result->asked || !is_statement(s)) {
			add_who(e, step, result, f, woke);
			sign = true;
		}
		if (sign)
			flow_add(f, STYLE(ROLE_DIM), "→ ");
		phrase_result(e, step, result, f, false);
		add_read(e, result, f);
		if (result->cause.kind && !(woke && was_woken(s, result))) {
			flow_add(f, STYLE(ROLE_DIM), ", ");
			phrase_cause(result->cause, f);
		}
	}
	if (s->kind == STEP_ASSERT && r->verdict == VERDICT_PASSED)
		add_readings(r, &s->code[0], f);
}

void phrase_line(struct flow *f, struct style style, const char *text, size_t callers)
{
	for (size_t i = 0; i < callers; i++) {
		char one[] = { text[i], '\0' };
		struct style who =
			STYLE_WITH((uint8_t)(ROLE_PROCESS_A + text[i] - 'A'), style.attributes);

		flow_add(f, text[i] >= 'A' && text[i] < 'A' + LETTERS ? who : style, one);
	}
	flow_add(f, style, text + callers);
}
