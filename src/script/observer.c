// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "sys/names.h"

/* How long a measure runs: so many bytes, if that is not too few rounds or too many. */
enum { MEASURE_BYTES = 1 << 28, MEASURE_MOST = 10000, MEASURE_LEAST = 1000 };

/* An expression of the observer's own: names, letters, constants. */
static bool parse_plain(struct compiler *s, struct code *code)
{
	const struct token *t = word(s);

	s->code = code;
	s->observing = true;
	code->root = parse_value(s);
	s->observing = false;
	return code->root &&
	       (code_is_pure(code) || fail_at(s, t, "only names and arithmetic can stand here"));
}

/* What is called by a name in quotes. */
static bool parse_quoted(struct compiler *s, char **text)
{
	if (word(s)->kind != TOKEN_TEXT)
		return fail_expected(s, "a name in quotes");
	*text = mem_dup(word(s)->text);
	s->at++;
	return expect_sign(s, SIGN(','), ", and a value");
}

bool parse_signal(struct compiler *s, int *sig)
{
	struct nearest near = { 0 };

	if (!next_is_name(s, 0))
		return fail_expected(s, "a signal, such as SIGKILL");
	*sig = signal_by_name(word(s)->text);
	near.word = word(s)->text;
	for (int i = 1; !*sig && i < 65; i++)
		if (signal_by_name(signal_name(i)) == i)
			nearest_offer(&near, signal_name(i));
	if (!*sig)
		return fail_unknown(s, word(s), "signal", nearest_found(&near));
	s->at++;
	return true;
}

static bool is_one_of(const struct token *t, const int *signs)
{
	for (; t->kind == TOKEN_SIGN && *signs; signs++)
		if (t->value == *signs)
			return true;
	return false;
}

/* The first of some signs from one word up to another, outside of brackets; 0: there is none. */
static size_t find_sign(const struct compiler *s, size_t from, size_t to, const int *signs)
{
	int brackets = 0;

	for (size_t i = from; i < to; i++) {
		const struct token *t = &s->tokens.items[i];

		brackets += is_one_of(t, (const int[]){ SIGN('['), 0 });
		brackets -= is_one_of(t, (const int[]){ SIGN(']'), 0 });
		if (!brackets && is_one_of(t, signs))
			return i;
	}
	return 0;
}

/* What an assert looks at stands before its first comparison. A ! before it would say what comes
   of it. The word is the one after the assert. */
static void find_subject(const struct compiler *s, size_t first, struct step *step)
{
	static const int comparisons[] = {
		SIGN2('=', '='), SIGN2('!', '='), SIGN2('<', '='),
		SIGN2('>', '='), SIGN('<'),       SIGN('>'),
		SIGN2('&', '&'), SIGN2('|', '|'), 0,
	};
	static const int others[] = { SIGN('&'), SIGN('|'), SIGN('^'), SIGN('?'), 0 };
	const struct token *items = s->tokens.items, *last;
	size_t end;

	while (is_one_of(&items[first], (const int[]){ SIGN('!'), 0 }))
		first++;
	end = find_sign(s, first, s->at, comparisons);
	if (!end)
		end = find_sign(s, first, s->at, others);
	last = &items[(end ? end : s->at) - 1];
	step->subject = (size_t)(items[first].start - items[0].start);
	step->nsubject = (size_t)(last->start - items[first].start) + last->length;
}

static bool parse_assert(struct compiler *s, struct step *step)
{
	size_t first = s->at;

	s->code = &step->code[0];
	s->observing = true;
	step->code[0].root = parse_value(s);
	s->observing = false;
	if (!step->code[0].root)
		return false;
	find_subject(s, first, step);
	return true;
}

static bool parse_kill(struct compiler *s, struct step *step)
{
	int who;

	if (!expect_letter(s, &who) || !expect_sign(s, SIGN(','), ", and a signal") ||
	    !parse_signal(s, &step->sig))
		return false;
	step->who = LETTER_BIT(who);
	s->mentioned |= step->who;
	return true;
}

static bool parse_await(struct compiler *s, struct step *step)
{
	const struct token *t = word(s);
	int who;

	if (!expect_letter(s, &who))
		return false;
	step->who = LETTER_BIT(who);
	return (s->started & step->who) ||
	       fail_at(s, t, "%s has not started: it can't be blocked", t->text);
}

/* Files of /proc/sys/kernel that belong to an IPC namespace (ipc/ipc_sysctl.c), and the four
   numbers of sem. Of three of these the kernel takes a negative value. */
static const struct limit {
	const char *name;
	bool negative;
} limits[] = {
	{ "shmmax", false },      { "shmall", false },      { "shmmni", false },
	{ "msgmax", false },      { "msgmnb", false },      { "msgmni", false },
	{ "shm_next_id", false }, { "msg_next_id", false }, { "sem_next_id", false },
	{ "auto_msgmni", false }, { "semmsl", true },       { "semmns", true },
	{ "semopm", true },       { "semmni", false },      { "shm_rmid_forced", false },
};

static bool parse_limit_value(struct compiler *s, struct step *step, const struct limit *l)
{
	const struct token *t = word(s);
	int64_t value;

	if (!parse_plain(s, &step->code[0]))
		return false;
	return l->negative || !node_constant(s, step->code[0].root, &value) || value >= 0 ||
	       fail_at(s, t, "%s can't be negative", l->name);
}

static bool parse_limit(struct compiler *s, struct step *step)
{
	const struct token *t = word(s);
	struct nearest near = { 0 };

	if (!parse_quoted(s, &step->name))
		return false;
	near.word = step->name;
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		if (!strcmp(limits[i].name, step->name))
			return parse_limit_value(s, step, &limits[i]);
		nearest_offer(&near, limits[i].name);
	}
	return fail_unknown(s, t, "IPC limit", nearest_found(&near));
}

static bool parse_user(struct compiler *s, struct step *step)
{
	const struct token *t = word(s);
	int who;

	if (!expect_letter(s, &who))
		return false;
	if (s->started & LETTER_BIT(who))
		return fail_at(s, t, "user(%s, ...) comes before the first step that names %s",
		               t->text, t->text);
	step->who = LETTER_BIT(who);
	return expect_sign(s, SIGN(','), ", and a uid") && parse_plain(s, &step->code[0]) &&
	       expect_sign(s, SIGN(','), ", and a gid") && parse_plain(s, &step->code[1]);
}

/* The bytes of one round, and how many rounds: known before anything runs. */
static bool parse_bytes(struct compiler *s, struct step *step)
{
	const struct token *t = word(s);
	struct code code = { 0 };
	bool good = parse_plain(s, &code);

	if (good && (!node_constant(s, code.root, &step->bytes) || step->bytes < 1))
		good = fail_at(s, t, "expected a number of bytes, at least 1, without names");
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
static bool parse_measured(struct compiler *s, struct step *step, uint16_t last[LETTERS])
{
	uint16_t statement, first;
	int who;

	if (word(s)->kind == TOKEN_OUTCOME)
		return fail_here(s, "the outcome stands behind the }");
	if (!expect_letter(s, &who) || !expect_sign(s, SIGN(':'), ": after the process"))
		return false;
	s->code = &step->code[who];
	s->self = who;
	if (!(step->who & LETTER_BIT(who)))
		s->code->root = node_new(s, CODE_REPEAT, node_number(s, step->rounds), 0, 0);
	step->who |= LETTER_BIT(who);
	statement = parse_statement(s);
	if (!statement || !statement_ends(s))
		return false;
	first = node_of(s, s->code->root)->b;
	node_append(s, &first, &last[who], statement);
	node_of(s, s->code->root)->b = first;
	return true;
}

/* measure("queue", 4096) { A: ...; B: ...; } becomes a loop for each process. */
static bool parse_measure(struct compiler *s, struct step *step)
{
	uint16_t last[LETTERS] = { 0 };
	bool good = true;

	if (!parse_quoted(s, &step->name) || !parse_bytes(s, step) ||
	    !expect_sign(s, SIGN(')'), ")") || !expect_sign(s, SIGN('{'), "{ and what is measured"))
		return false;
	if (word_is(s, SIGN('}')))
		return fail_here(s, "a measure has at least one statement");
	s->loops++;
	while (good && !word_is(s, SIGN('}')))
		good = parse_measured(s, step, last);
	s->loops--;
	s->self = -1;
	s->mentioned |= step->who;
	return good && accept(s, SIGN('}'));
}

/* What the observer does. The word is the one after the parenthesis. */
static const struct observer {
	const char *name;
	enum step_kind kind;
	bool (*parse)(struct compiler *, struct step *);
} observers[] = {
	{ "assert", STEP_ASSERT, parse_assert }, { "kill", STEP_KILL, parse_kill },
	{ "await", STEP_AWAIT, parse_await },    { "limit", STEP_LIMIT, parse_limit },
	{ "user", STEP_USER, parse_user },       { "measure", STEP_MEASURE, parse_measure },
};

enum { OBSERVERS = sizeof(observers) / sizeof(*observers) };

const char *script_observer_at(size_t i)
{
	return i < OBSERVERS ? observers[i].name : NULL;
}

/* What begins a line and is neither a process nor the observer's. */
static bool fail_line(struct compiler *s)
{
	struct nearest near = { .word = word(s)->text };

	if (!next_is_name(s, 0))
		return fail_expected(s, "a process and a statement, such as A: getpid()");
	if (is_call(s, 0) || next_is(s, 1, SIGN('=')) || word_named(s, "repeat") ||
	    word_named(s, "while") || is_type_word(s))
		return fail_here(s, "expected who does this: write A: before it");
	if (word_letter(s, 0) >= 0) {
		s->at++;
		return fail_expected(s, ": after the process");
	}
	if (next_is(s, 1, SIGN(':')) || next_is(s, 1, SIGN(',')))
		return fail_here(s, "%s is no process: there are A to F", word(s)->text);
	for (int i = 0; i < OBSERVERS; i++)
		nearest_offer(&near, observers[i].name);
	if (nearest_found(&near))
		return fail_unknown(s, word(s), "word", nearest_found(&near));
	return fail_expected(s, "a process and a statement, such as A: getpid()");
}

bool parse_observer(struct compiler *s, struct step *step)
{
	for (int i = 0; i < OBSERVERS; i++) {
		if (!word_named(s, observers[i].name) || next_is(s, 1, SIGN('=')))
			continue;
		step->kind = observers[i].kind;
		s->at++;
		if (!accept(s, SIGN('(')))
			return fail_expected(s, "( after %s", observers[i].name);
		if (!observers[i].parse(s, step))
			return false;
		return step->kind == STEP_MEASURE || expect_sign(s, SIGN(')'), ")");
	}
	return fail_line(s);
}
