// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "sys/limits.h"
#include "sys/names.h"

/* How long a measure runs: so many bytes, if that is not too few rounds or too many. */
enum { MEASURE_BYTES = 1 << 28, MEASURE_MOST = 10000, MEASURE_LEAST = 1000 };

/* An expression of the observer's own: names, letters, constants. */
static bool parse_plain(struct compiler *c, struct code *code)
{
	const struct token *t = token_here(c);

	c->code = code;
	c->observing = true;
	code->root = parse_value(c);
	c->observing = false;
	return code->root &&
	       (code_is_pure(code) || fail_at(c, t, _("only names and arithmetic can stand here")));
}

/* What is called by a name in quotes. */
static bool parse_quoted(struct compiler *c, char **text)
{
	if (token_here(c)->kind != TOKEN_TEXT)
		return fail_expected(c, _("expected a name in quotes, found %s"));
	*text = mem_dup(token_here(c)->text);
	c->at++;
	return expect_sign(c, SIGN(','), N_("expected , and a value, found %s"));
}

bool parse_signal(struct compiler *c, int *sig)
{
	struct nearest near = { 0 };

	if (!ahead_is_name(c, 0))
		return fail_expected(c, _("expected a signal, such as SIGKILL, found %s"));
	*sig = signal_by_name(token_here(c)->text);
	near.word = token_here(c)->text;
	for (size_t i = 0; !*sig && signal_name_at(i); i++)
		nearest_offer(&near, signal_name_at(i));
	if (!*sig)
		return fail_unknown(c, token_here(c), nearest_found(&near),
		                    _("unknown signal '%s'"),
		                    _("unknown signal '%s': did you mean '%s'?"));
	c->at++;
	return true;
}

static bool is_one_of(const struct token *t, const int *signs)
{
	for (; t->kind == TOKEN_SIGN && *signs; signs++)
		if (t->value == *signs)
			return true;
	return false;
}

/* The first of some signs from one token up to another, outside of brackets; 0: there is none. */
static size_t find_sign(const struct compiler *c, size_t from, size_t to, const int *signs)
{
	int brackets = 0;

	for (size_t i = from; i < to; i++) {
		const struct token *t = &c->tokens.items[i];

		brackets += is_one_of(t, (const int[]){ SIGN('['), 0 });
		brackets -= is_one_of(t, (const int[]){ SIGN(']'), 0 });
		if (!brackets && is_one_of(t, signs))
			return i;
	}
	return 0;
}

/* What an assert looks at stands before its first comparison. A ! before it would say what comes
   of it. The token is the one after the assert. */
static void find_subject(const struct compiler *c, size_t first, struct step *step)
{
	static const int comparisons[] = {
		SIGN2('=', '='), SIGN2('!', '='), SIGN2('<', '='),
		SIGN2('>', '='), SIGN('<'),       SIGN('>'),
		SIGN2('&', '&'), SIGN2('|', '|'), 0,
	};
	static const int others[] = { SIGN('&'), SIGN('|'), SIGN('^'), SIGN('?'), 0 };
	const struct token *items = c->tokens.items, *last;
	size_t end;

	while (is_one_of(&items[first], (const int[]){ SIGN('!'), 0 }))
		first++;
	end = find_sign(c, first, c->at, comparisons);
	if (!end)
		end = find_sign(c, first, c->at, others);
	last = &items[(end ? end : c->at) - 1];
	step->subject = (size_t)(items[first].start - items[0].start);
	step->nsubject = (size_t)(last->start - items[first].start) + last->length;
}

static bool parse_assert(struct compiler *c, struct step *step)
{
	size_t first = c->at;

	c->code = &step->code[0];
	c->observing = true;
	step->code[0].root = parse_value(c);
	c->observing = false;
	if (!step->code[0].root)
		return false;
	find_subject(c, first, step);
	return true;
}

static bool parse_kill(struct compiler *c, struct step *step)
{
	int who;

	if (!expect_letter(c, &who) ||
	    !expect_sign(c, SIGN(','), N_("expected , and a signal, found %s")) ||
	    !parse_signal(c, &step->sig))
		return false;
	step->who = LETTER_BIT(who);
	c->mentioned |= step->who;
	return true;
}

static bool parse_await(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);
	int who;

	if (!expect_letter(c, &who))
		return false;
	step->who = LETTER_BIT(who);
	return (c->started & step->who) ||
	       fail_at(c, t, _("%s has not started: it can't be blocked"), t->text);
}

static bool parse_limit_value(struct compiler *c, struct step *step, const struct ipc_limit *l)
{
	const struct token *t = token_here(c);
	int64_t value;

	if (!parse_plain(c, &step->code[0]))
		return false;
	if (!node_constant(c, step->code[0].root, &value))
		return true;
	if (value < 0 && !l->negative)
		return fail_at(c, t, _("%s can't be negative"), l->name);
	if (l->range && value > l->range)
		return fail_at(c, t, _("%s is %lld at most: no kernel takes more"), l->name,
		               (long long)l->range);
	return true;
}

/* No name is near: all are said. */
static bool fail_limit(struct compiler *c, const struct token *t)
{
	const struct ipc_limit *l;
	struct buf names = { 0 };

	for (size_t i = 0; (l = ipc_limit_at(i)); i++)
		buf_printf(&names, i ? ", %s" : "%s", l->name);
	fail_at(c, t, _("unknown IPC limit '%s': there are %s"), t->text, buf_str(&names));
	buf_free(&names);
	return false;
}

static bool parse_limit(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);
	const struct ipc_limit *l;
	struct nearest near = { 0 };

	if (!parse_quoted(c, &step->name))
		return false;
	if ((l = ipc_limit_by_name(step->name)))
		return parse_limit_value(c, step, l);
	near.word = step->name;
	for (size_t i = 0; (l = ipc_limit_at(i)); i++)
		nearest_offer(&near, l->name);
	return nearest_found(&near) ? fail_at(c, t, _("unknown IPC limit '%s': did you mean '%s'?"),
	                                      t->text, nearest_found(&near))
	                            : fail_limit(c, t);
}

static bool parse_user(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);
	int who;

	if (!expect_letter(c, &who))
		return false;
	if (c->started & LETTER_BIT(who))
		return fail_at(c, t, _("user(%s, ...) comes before the first step that names %s"),
		               t->text, t->text);
	step->who = LETTER_BIT(who);
	return expect_sign(c, SIGN(','), N_("expected , and a uid, found %s")) &&
	       parse_plain(c, &step->code[0]) &&
	       expect_sign(c, SIGN(','), N_("expected , and a gid, found %s")) &&
	       parse_plain(c, &step->code[1]);
}

/* The bytes of one round, and how many rounds: known before anything runs. */
static bool parse_measure_bytes(struct compiler *c, struct step *step)
{
	const struct token *t = token_here(c);
	struct code code = { 0 };
	bool good = parse_plain(c, &code);

	if (good && (!node_constant(c, code.root, &step->bytes) || step->bytes < 1))
		good = fail_at(c, t, _("expected a number of bytes, at least 1, without names"));
	code_free(&code);
	if (!good)
		return false;
	step->rounds = MEASURE_BYTES / step->bytes;
	if (step->rounds > MEASURE_MOST)
		step->rounds = MEASURE_MOST;
	if (step->rounds < MEASURE_LEAST)
		step->rounds = MEASURE_LEAST;
	return true;
}

/* who ":" statement ";" which goes to the end of who's loop. */
static bool parse_measured(struct compiler *c, struct step *step, uint16_t last[LETTERS])
{
	uint16_t statement, first;
	int who;

	if (token_here(c)->kind == TOKEN_OUTCOME)
		return fail_here(c, _("the outcome stands behind the }"));
	if (!expect_letter(c, &who) ||
	    !expect_sign(c, SIGN(':'), N_("expected : after the process, found %s")))
		return false;
	c->code = &step->code[who];
	c->self = who;
	if (!(step->who & LETTER_BIT(who)))
		c->code->root = node_new(c, CODE_REPEAT, node_number(c, step->rounds), 0, 0);
	step->who |= LETTER_BIT(who);
	statement = parse_statement(c);
	if (!statement || !statement_ends(c))
		return false;
	first = node_of(c, c->code->root)->b;
	node_append(c, &first, &last[who], statement);
	node_of(c, c->code->root)->b = first;
	return true;
}

/* measure("queue", 4096) { A: ...; B: ...; } becomes a loop for each process. */
static bool parse_measure(struct compiler *c, struct step *step)
{
	uint16_t last[LETTERS] = { 0 };
	bool good = true;

	if (!parse_quoted(c, &step->name) || !parse_measure_bytes(c, step) ||
	    !expect_sign(c, SIGN(')'), N_("expected ), found %s")) ||
	    !expect_sign(c, SIGN('{'), N_("expected { and what is measured, found %s")))
		return false;
	if (token_is(c, SIGN('}')))
		return fail_here(c, _("a measure has at least one statement"));
	c->loops++;
	while (good && !token_is(c, SIGN('}')))
		good = parse_measured(c, step, last);
	c->loops--;
	c->self = -1;
	c->mentioned |= step->who;
	return good && accept(c, SIGN('}'));
}

/* What the observer does. The token is the one after the parenthesis. */
static const struct observer_call {
	const char *name;
	enum step_kind kind;
	bool (*parse)(struct compiler *, struct step *);
} observers[] = {
	{ "assert", STEP_ASSERT, parse_assert },    { "kill", STEP_KILL, parse_kill },
	{ "await", STEP_AWAIT, parse_await },       { "limit", STEP_LIMIT, parse_limit },
	{ "user", STEP_USER, parse_user },          { "measure", STEP_MEASURE, parse_measure },
	{ "program", STEP_PROGRAM, parse_program }, { "input", STEP_INPUT, parse_input },
};

enum { OBSERVERS = sizeof(observers) / sizeof(*observers) };

const char *script_observer_at(size_t i)
{
	return i < OBSERVERS ? observers[i].name : NULL;
}

/* union semun { ... };  int main(void) { ... } */
static bool fail_definition(struct compiler *c)
{
	if (token_named(c, "union"))
		return !fail_here(c,
		                  _("union semun is known without its definition: leave it out"));
	for (size_t i = 1; is_type_word(c); i++) {
		if (ahead_is_name(c, i) && ahead_is(c, i + 1, SIGN('(')) &&
		    !ahead_is(c, i - 1, SIGN('=')))
			return !fail_here(
				c, _("a lesson has no functions: write the statements, each with "
			             "its process before it"));
		if (!ahead_is_name(c, i) && !ahead_is(c, i, SIGN('*')))
			break;
	}
	return false;
}

/* What begins a line and is neither a process nor the observer's. */
static bool fail_line(struct compiler *c)
{
	struct nearest near = { .word = token_here(c)->text };

	if (!ahead_is_name(c, 0))
		return fail_expected(
			c, _("expected a process and a statement, such as A: getpid(), found %s"));
	if (fail_foreign(c, token_here(c)) || fail_definition(c))
		return false;
	if (is_call(c, 0) || ahead_is(c, 1, SIGN('=')) || token_named(c, "repeat") ||
	    token_named(c, "while") || token_named(c, "if") || is_type_word(c))
		return fail_here(c, _("expected who does this: write A: before it"));
	if (letter_ahead(c, 0) >= 0) {
		c->at++;
		return fail_expected(c, _("expected : after the process, found %s"));
	}
	if (ahead_is(c, 1, SIGN(':')) || ahead_is(c, 1, SIGN(',')))
		return fail_here(
			c,
			name_find(c, token_here(c)->text) >= 0
				? _("%s is a name of this lesson: it can't be a process too")
				: _("%s is no process: there are A to L"),
			token_here(c)->text);
	for (int i = 0; i < OBSERVERS; i++)
		nearest_offer(&near, observers[i].name);
	if (nearest_found(&near))
		return fail_unknown(c, token_here(c), nearest_found(&near), _("unknown word '%s'"),
		                    _("unknown word '%s': did you mean '%s'?"));
	return fail_expected(
		c, _("expected a process and a statement, such as A: getpid(), found %s"));
}

bool parse_observer(struct compiler *c, struct step *step)
{
	for (int i = 0; i < OBSERVERS; i++) {
		if (!token_named(c, observers[i].name) || ahead_is(c, 1, SIGN('=')))
			continue;
		step->kind = observers[i].kind;
		c->at++;
		if (!accept(c, SIGN('(')))
			return fail_here(c, _("expected ( after %s, found %s"), observers[i].name,
			                 found_here(c));
		if (!observers[i].parse(c, step))
			return false;
		return step->kind == STEP_MEASURE ||
		       expect_sign(c, SIGN(')'), N_("expected ), found %s"));
	}
	return fail_line(c);
}
