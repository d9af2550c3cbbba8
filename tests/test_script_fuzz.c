// SPDX-License-Identifier: GPL-3.0-or-later
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "lesson/lesson.h"
#include "sys/calls.h"
#include "suite.h"

/* Lessons with mistakes of every kind: the compiler survives them, quickly, and what it accepts
   is sound code. The same each time; FUZZ=100 does a hundred times as much.

   tests/run: no valgrind (it has a megabyte to read, many times) */

/* ---- sound code ---- */

struct walk {
	const struct code *code;
	size_t visits;
	bool observing;
	const char *wrong;
};

static bool sound(struct walk *w, bool good, const char *what)
{
	if (!good && !w->wrong)
		w->wrong = what;
	return good;
}

static const struct code_node *walk_node(struct walk *w, uint16_t i, const char *what)
{
	if (!sound(w, i > 0 && i < w->code->nnodes, what) ||
	    !sound(w, w->visits++ <= w->code->nnodes, "a circle"))
		return NULL;
	return &w->code->nodes[i];
}

static void walk_slot(struct walk *w, uint16_t i)
{
	sound(w, i < w->code->nslots, "slot");
}

static const struct code_node *walk_text(struct walk *w, uint16_t i)
{
	const struct code_node *n = walk_node(w, i, "text");

	if (!n || !sound(w, n->op == CODE_TEXT, "no text") ||
	    !sound(w, n->value >= 0 && (size_t)n->value + n->b < w->code->npool, "pool"))
		return NULL;
	sound(w, !w->code->pool[(size_t)n->value + n->b], "text without an end");
	return n;
}

static void walk_expression(struct walk *w, uint16_t i);

static void walk_parts(struct walk *w, const struct code_node *build)
{
	for (uint16_t i = build->c; i && !w->wrong;) {
		const struct code_node *n = walk_node(w, i, "part"), *text;
		size_t size = 0;

		if (!n)
			return;
		if (n->op == CODE_COPY) {
			text = walk_text(w, n->b);
			size = text ? text->b : 0;
		} else if (sound(w, n->op == CODE_FILL, "no part")) {
			walk_expression(w, n->a);
			size = scalar_size(n->scalar);
		}
		sound(w, n->value >= 0 && n->value + (int64_t)size <= build->value, "part outside");
		i = n->next;
	}
}

static void walk_observation(struct walk *w, const struct code_node *n)
{
	sound(w, w->observing, "an observation in a process");
	sound(w, n->from <= n->to, "place");
	switch ((enum code_op)n->op) {
	case CODE_STATE:
	case CODE_HANDLED:
	case CODE_PLACE:
		walk_slot(w, n->a);
		return;
	case CODE_REMOTE_SAME:
		walk_text(w, n->b);
		walk_slot(w, n->c);
		break;
	case CODE_SEMADJ:
		walk_slot(w, n->c); /* fall through */
	case CODE_SEMVAL:
	case CODE_SEMNCNT:
	case CODE_SEMZCNT:
	case CODE_SEMPID:
		walk_expression(w, n->b);
		break;
	case CODE_REMOTE:
	case CODE_FILE:
	case CODE_PAGE:
	case CODE_RESIDENT:
		walk_slot(w, n->b);
		break;
	default:
		break;
	}
	walk_expression(w, n->a);
}

static void walk_expression(struct walk *w, uint16_t i)
{
	const struct code_node *n = w->wrong ? NULL : walk_node(w, i, "expression");

	if (!n)
		return;
	if (n->op >= CODE_REMOTE) {
		walk_observation(w, n);
		return;
	}
	switch ((enum code_op)n->op) {
	case CODE_CONST:
	case CODE_TURN:
		return;
	case CODE_SELF:
	case CODE_STACK:
	case CODE_HANDLER:
	case CODE_NOW:
		sound(w, !w->observing, "a place in a process");
		return;
	case CODE_SLOT:
		walk_slot(w, n->a);
		return;
	case CODE_TEXT:
		walk_text(w, i);
		return;
	case CODE_LOAD:
		sound(w, !w->observing, "a load by the observer");
		walk_expression(w, n->a);
		return;
	case CODE_CONVERT:
		sound(w, n->scalar < SCALARS, "scalar"); /* fall through */
	case CODE_NEG:
	case CODE_NOT:
	case CODE_FLIP:
		walk_expression(w, n->a);
		return;
	case CODE_CHOOSE:
		walk_expression(w, n->c); /* fall through */
	case CODE_ADD:
	case CODE_SUB:
	case CODE_MUL:
	case CODE_DIV:
	case CODE_MOD:
	case CODE_AND:
	case CODE_OR:
	case CODE_XOR:
	case CODE_SHL:
	case CODE_SHR:
	case CODE_EQ:
	case CODE_NE:
	case CODE_LT:
	case CODE_GT:
	case CODE_LE:
	case CODE_GE:
	case CODE_ALL:
	case CODE_ANY:
		walk_expression(w, n->a);
		walk_expression(w, n->b);
		return;
	case CODE_SAME:
		sound(w, !w->observing, "a text read by the observer");
		walk_expression(w, n->a);
		walk_text(w, n->b);
		return;
	case CODE_BUILD:
		if (n->a)
			walk_expression(w, n->a);
		sound(w, n->value > 0 && n->value <= 1 << 26, "size");
		walk_parts(w, n);
		return;
	case CODE_DECLARE:
		walk_slot(w, n->a);
		if (n->b)
			walk_expression(w, n->b);
		sound(w, n->value > 0 && n->value <= 1 << 26, "size");
		return;
	default:
		sound(w, false, "no expression");
	}
}

static void walk_call(struct walk *w, const struct code_node *n)
{
	const struct call *row = call_at((size_t)n->value);
	int given = 0;

	if (!sound(w, row != NULL, "call"))
		return;
	sound(w, n->b <= w->code->nslots && n->cast <= SCALARS, "result");
	if (n->c)
		walk_expression(w, n->c);
	for (uint16_t i = n->a; i && !w->wrong; i = w->code->nodes[i].next, given++)
		walk_expression(w, i);
	sound(w, given >= call_required(row) && given <= call_nparams(row), "arguments");
}

static void walk_statement(struct walk *w, uint16_t i);

static void walk_list(struct walk *w, uint16_t first)
{
	for (uint16_t s = first; s && !w->wrong; s = w->code->nodes[s].next)
		walk_statement(w, s);
}

/* What is copied has as many bytes as the variable takes. */
static void walk_copied(struct walk *w, const struct code_node *n)
{
	const struct code_node *from = walk_node(w, n->b, "copy"), *to = walk_node(w, n->a, "copy");

	w->visits -= 2;
	if (from && from->op == CODE_BUILD)
		sound(w, from->value >= n->value, "copy of more");
	if (from && from->op == CODE_TEXT)
		sound(w, from->b + 1 >= n->value, "copy of more");
	if (to)
		sound(w, to->op == CODE_DECLARE && n->value <= to->value, "copy of too much");
}

static void walk_statement(struct walk *w, uint16_t i)
{
	const struct code_node *n = w->wrong ? NULL : walk_node(w, i, "statement");

	if (!n)
		return;
	switch ((enum code_op)n->op) {
	case CODE_CALL:
		walk_call(w, n);
		return;
	case CODE_BIND:
		walk_slot(w, n->a);
		walk_expression(w, n->b);
		return;
	case CODE_COPYIN:
		walk_copied(w, n); /* fall through */
	case CODE_STORE:
	case CODE_ADDTO:
		walk_expression(w, n->b); /* fall through */
	case CODE_FETCH:
	case CODE_STRING:
		walk_expression(w, n->a);
		return;
	case CODE_LIST:
		walk_list(w, n->b);
		return;
	case CODE_IF:
		walk_list(w, n->c); /* fall through */
	case CODE_REPEAT:
	case CODE_WHILE:
		walk_expression(w, n->a);
		walk_list(w, n->b);
		return;
	default:
		w->visits--;
		sound(w, n->op == CODE_DECLARE, "no statement");
		walk_expression(w, i);
	}
}

static const char *check_code(const struct lesson *l, const struct code *c, bool observing)
{
	struct walk w = { .code = c, .observing = observing };

	sound(&w, c->nnodes <= CODE_NODES && c->nslots <= CODE_SLOTS && c->npool <= CODE_POOL,
	      "limits");
	for (size_t i = 0; i < c->nslots; i++)
		sound(&w,
		      c->slots[i].kind == SLOT_LETTER
		              ? c->slots[i].owner < LETTERS ||
		                        (observing && c->slots[i].owner == SLOT_ANY)
		              : c->slots[i].name < l->script.nsymbols &&
		                        (c->slots[i].owner < LETTERS ||
		                         c->slots[i].owner == SLOT_ANY),
		      "slots");
	if (observing)
		walk_expression(&w, c->root);
	else
		walk_statement(&w, c->root);
	return w.wrong;
}

static const char *check_outcome(const struct lesson *l, const struct outcome *o)
{
	const char *wrong = NULL;

	for (size_t i = 0; i < o->nitems && !wrong; i++) {
		const struct expect *e = &o->items[i].expect;

		if (e->kind == EXPECT_VALUE || e->kind == EXPECT_EXIT)
			wrong = check_code(l, &e->value, true);
		if (e->has_at && !wrong)
			wrong = check_code(l, &e->at, true);
		if (e->has_at && !wrong && !code_is_pure(&e->at))
			wrong = "at reads memory";
		if (!e->source || e->line < 1 || e->column < 1)
			wrong = "source";
	}
	return wrong;
}

static const char *check_step(const struct lesson *l, const struct step *s)
{
	bool statement = s->kind == STEP_STATEMENT || s->kind == STEP_MEASURE;
	const char *wrong = check_outcome(l, &s->outcome);

	if (!s->text || !*s->text || (s->outcome.present && !s->outcome.nitems))
		return "no text, or no outcome";
	if (s->kind > STEP_SCHEDULE || (s->kind == STEP_SCHEDULE) != (s->schedule != NULL) ||
	    (s->kind == STEP_PROGRAM) != (s->words != NULL))
		return "kind";
	for (unsigned who = 0; statement && who < LETTERS && !wrong; who++)
		if (s->who & LETTER_BIT(who))
			wrong = check_code(l, &s->code[who], false);
		else if (s->code[who].nnodes)
			wrong = "code of nobody";
	if (!wrong && (s->kind == STEP_ASSERT || s->kind == STEP_LIMIT || s->kind == STEP_USER))
		wrong = check_code(l, &s->code[0], true);
	return wrong;
}

static size_t accepted, refused;

/* Reads a lesson, whatever it may be. */
static void try_lesson(const char *text, size_t size)
{
	struct diags d;
	struct lesson *l;

	diags_init(&d, "fuzz.md");
	l = lesson_parse(text, size, &d);
	ck_assert_msg(l ? !d.errors : d.errors > 0, "errors and no lesson:\n%.*s", (int)size, text);
	for (size_t i = 0; i < d.count; i++)
		ck_assert_msg(d.items[i].line >= 0 && d.items[i].column >= 0 && *d.items[i].text,
		              "%.*s", (int)size, text);
	for (size_t i = 0; l && i < l->script.nsteps; i++) {
		const char *wrong = check_step(l, &l->script.steps[i]);

		ck_assert_msg(!wrong, "%s:\n%s\n%s\n%.*s", wrong, l->script.steps[i].text,
		              l->script.steps[i].outcome_text ? l->script.steps[i].outcome_text
		                                              : "",
		              (int)size, text);
	}
	*(l ? &accepted : &refused) += 1;
	lesson_free(l);
	diags_free(&d);
}

static void try_script(const char *script, size_t size)
{
	struct buf b = { 0 };

	buf_puts(&b, "# T\n\n## S\n\n```c\n");
	buf_add(&b, script, size);
	buf_puts(&b, "\n```\n");
	try_lesson(b.data, b.len);
	buf_free(&b);
}

/* ---- the lessons, and their mutations ---- */

static struct buf *scripts; /* what the fences of each lesson hold */
static size_t nscripts;

static void add_script(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf *b = MEM_PUSH(scripts, nscripts);
	char line[4096];
	bool inside = false;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "```", 3))
			inside = !strcmp(line, "```c\n");
		else if (inside)
			buf_puts(b, line);
	}
	fclose(f);
	if (!b->len)
		nscripts--;
}

static void setup(void)
{
	glob_t found;

	ck_assert_msg(!glob("lessons/en/*/*.md", 0, NULL, &found),
	              "no lessons here: run this where lessons/ is");
	for (size_t i = 0; i < found.gl_pathc; i++)
		add_script(found.gl_pathv[i]);
	globfree(&found);
}

static void teardown(void)
{
	for (size_t i = 0; i < nscripts; i++)
		buf_free(&scripts[i]);
	free(scripts);
	scripts = NULL;
	nscripts = 0;
}

static size_t much(size_t n)
{
	const char *times = getenv("FUZZ");

	return times ? n * (size_t)atoi(times) : n;
}

static uint64_t state;

/* xorshift64*: the same numbers everywhere. */
static size_t chance(size_t n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (size_t)((state * 0x2545f4914f6cdd1dULL) >> 33) % n;
}

START_TEST(whole)
{
	for (size_t i = 0; i < nscripts; i++)
		try_script(scripts[i].data, scripts[i].len);
	ck_assert_uint_eq(accepted, nscripts);
}
END_TEST

/* Cut off anywhere. */
START_TEST(truncated)
{
	state = 7;
	for (size_t n = much(2000); n; n--) {
		const struct buf *b = &scripts[chance(nscripts)];

		try_script(b->data, chance(b->len));
	}
}
END_TEST

/* Pieces of a script: words, numbers, signs, blanks. */
static size_t piece(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
				      "0123456789";
	size_t n = strspn(s, letters);

	if (!n)
		n = strspn(s, " \n");
	if (!n && strchr("=+-<>/&|", *s) && s[1] == *s)
		n = 2;
	return n ? n : *s != '\0';
}

static const char *random_piece(size_t *size)
{
	static const char *const spice[] = {
		"A",
		"B",
		"F",
		":",
		";",
		",",
		"(",
		")",
		"{",
		"}",
		"[",
		"]",
		".",
		"->",
		"--",
		"-=",
		"=>",
		"// => ",
		"may ",
		"any",
		"any: ",
		"ok",
		"blocks",
		"runs",
		"exit ",
		"killed ",
		" at ",
		"-1 ",
		"\n",
		"repeat(",
		"while(",
		"if(",
		"else ",
		"} else {",
		"{ x = 1; }",
		"const ",
		"void *",
		"key_t ",
		"union semun ",
		"(union semun){.val = 1}",
		"(int *)",
		"(char)",
		"sizeof ",
		"-= ",
		", y = 2",
		" = {1, 2}",
		"[] = ",
		"MAP_FAILED",
		"#",
		"for(",
		"printf(",
		"struct ",
		"char ",
		"unsigned ",
		"int ",
		"*",
		"&",
		"&x",
		"i",
		"NULL",
		"SELF",
		"STACK",
		"handler",
		"PAGE",
		"sizeof(",
		"\"",
		"'",
		"\"x\"",
		"'x'",
		"0x",
		"99999999999999999999",
		"-",
		"+",
		"!",
		"~",
		"?",
		"fork()",
		"C = fork();",
		"execve(SELF, NULL, NULL);",
		"assert(",
		"kill(B, SIGKILL)",
		"await(",
		"limit(\"shmmax\", ",
		"user(D, 1, 1)",
		"measure(\"x\", 1) {",
		".state",
		".page[",
		".resident[0]",
		".semval",
		".semadj(A)",
		".shm_perm.mode",
		".rss",
		"==",
		"getpid()",
		"semop(sem, {{0, -1, 0}}, 1)",
		"msgrcv(q, &m, 64, 0, 0)",
		"{.x = ",
	};
	const struct buf *b;
	size_t at;

	if (!chance(3)) {
		const char *s = spice[chance(sizeof(spice) / sizeof(*spice))];

		*size = strlen(s);
		return s;
	}
	b = &scripts[chance(nscripts)];
	at = chance(b->len);
	*size = piece(b->data + at);
	return b->data + at;
}

/* A piece left out, doubled, replaced, or one more. */
static void mutate(struct buf *out, const struct buf *in, size_t rate)
{
	for (size_t at = 0; at < in->len;) {
		size_t n = piece(in->data + at), size;
		size_t kind = chance(rate) ? 0 : 1 + chance(4);
		const char *other;

		if (kind == 2)
			buf_add(out, in->data + at, n);
		if (kind >= 3) {
			other = random_piece(&size);
			buf_add(out, other, size);
		}
		if (kind != 1 && kind != 3)
			buf_add(out, in->data + at, n);
		at += n;
	}
}

START_TEST(mutated)
{
	static const size_t rates[] = { 1000, 300, 100, 30, 5 };

	state = 11;
	accepted = refused = 0;
	for (size_t n = much(2500); n; n--) {
		struct buf b = { 0 };

		mutate(&b, &scripts[chance(nscripts)], rates[n % 5]);
		try_script(buf_str(&b), b.len);
		buf_free(&b);
	}
	/* some mutations do no harm; else there is nothing to check */
	ck_assert_uint_gt(accepted, refused / 50);
}
END_TEST

/* Single lines, each wrong in its own way, after a script that is right: what the lines do is
   looked at one by one, so that the first mistake does not hide the others. */
START_TEST(mutated_lines)
{
	state = 13;
	for (size_t n = much(4000); n; n--) {
		const struct buf *script = &scripts[chance(nscripts)];
		size_t at = chance(script->len), start = at, end = at;
		struct buf line = { 0 }, b = { 0 };

		while (start && script->data[start - 1] != '\n')
			start--;
		while (end < script->len && script->data[end] != '\n')
			end++;
		buf_add(&line, script->data + start, end - start);
		buf_add(&b, script->data, start);
		if (line.len)
			mutate(&b, &line, 6);
		try_script(buf_str(&b), b.len);
		buf_free(&line);
		buf_free(&b);
	}
}
END_TEST

/* Pieces without any order. */
START_TEST(soup)
{
	state = 17;
	for (size_t n = much(1500); n; n--) {
		struct buf b = { 0 };

		for (size_t i = chance(60); i; i--) {
			size_t size;
			const char *s = random_piece(&size);

			buf_add(&b, s, size);
			if (!chance(6))
				buf_puts(&b, chance(2) ? ";\nA: " : ";\n");
		}
		try_script(buf_str(&b), b.len);
		buf_free(&b);
	}
}
END_TEST

START_TEST(noise)
{
	state = 19;
	for (size_t n = much(500); n; n--) {
		struct buf b = { 0 };

		for (size_t i = chance(300); i; i--)
			buf_putc(&b, (char)(chance(10) ? 32 + chance(95) : 1 + chance(255)));
		try_script(buf_str(&b), b.len);
		buf_free(&b);
	}
}
END_TEST

/* ---- a megabyte ---- */

struct large {
	const char *before, *again, *after;
	bool good;
};

/* Each takes well under a second; a quadratic one would take minutes. */
static const struct large larges[] = {
	{ "", "(", "", false },
	{ "", "{", "", false },
	{ "", "[", "", false },
	{ "", "\"", "", false },
	{ "", "'", "", false },
	{ "", "\"\n", "", false },
	{ "", "A:", "", false },
	{ "", "A,", "", false },
	{ "", ";\n", "", false },
	{ "", "}\n", "", false },
	{ "", "//\n", "", true },
	{ "", "// => 0\n", "", true },
	{ "A: x = ", "(", "", false },
	{ "A: x = ", "- ", "1;", false },
	{ "A: x = ", "1 + ", "1;", false },
	{ "A: x = ", "1 ? ", "1;", false },
	{ "A: x = 1", "[0]", ";", false },
	{ "A: x = x", ".x", ";", false },
	{ "A: x = ", "9", ";", false },
	{ "A: ", "x", ";", false },
	{ "A: puts(\"", "x", "\");", false },
	{ "A: puts(\"", "\\n", "\");", false },
	{ "A: semop(1, ", "{", "", false },
	{ "A: semop(", "1, ", "1);", false },
	{ "A: execve(\"x\", {", "\"a\", ", "NULL}, NULL);", false },
	{ "A: ", "repeat (1) { ", "", false },
	{ "A: ", "if (1) { ", "", false },
	{ "A: ", "if (1) { } else ", "{ }", false },
	{ "A: ", "while (0) { } ", "", false },
	{ "A: int x = 1", ", x = 1", ";", false },
	{ "A: int x[] = {1", ", 1", "};", false },
	{ "A: x = ", "(int)", "1;", false },
	{ "A: x = ", "sizeof ", "x;", false },
	{ "A: x = sizeof(int", " unsigned", ");", false },
	{ "", "A: if (1) { x = 1; } else { y = 1; }\n", "", true },
	{ "", "A: int k = msgget(1, 0); // => -1 ENOENT\n", "", true },
	{ "A: repeat (2) {\n", "getpid();\n", "}", false },
	{ "A: repeat (2) {\n", "\n", "}", true },
	{ "A: repeat (2) { ", " ", "}", true },
	{ "measure(\"x\", 1) { ", "A: getpid(); ", "}", false },
	{ "struct s { ", "int a; ", "};", false },
	{ "A: getpid(); // => 0", ", A => 0", "", false },
	{ "A: getpid(); // => ", "-", "", false },
	{ "A: getpid(); ", "// ", "", true },
	{ "", "A: getpid(); // => A\n", "", true },
	{ "A: int n[9];\n", "A: n[1] = n[2] + 3 * PAGE; // => 5\n", "", true },
	{ "", "A: execve(SELF, NULL, NULL);\n", "", true },
	{ "", "A: msgrcv(5, &m, 64, 0, IPC_NOWAIT); // => -1 EAGAIN\n", "", true },
	{ "", "assert(A.state == READY && B.state == DEAD);\n", "", true },
	{ "", "A: y = nothing_is_called_so;\n", "", false },
	{ "", "A: getpid();\n```\n\n```c\n", "", true },
};

static void megabyte(struct buf *b, const struct large *l)
{
	size_t room = LESSON_SIZE_MAX - 100;

	buf_puts(b, l->before);
	for (size_t n = strlen(l->again); b->len + n + strlen(l->after) < room;)
		buf_puts(b, l->again);
	buf_puts(b, l->after);
}

static void timed(const struct buf *b, bool good, const char *what)
{
	clock_t begin = clock();

	accepted = 0;
	try_script(b->data, b->len);
	ck_assert_msg(accepted == good, "%s: %s", what, good ? "refused" : "accepted");
	ck_assert_msg((clock() - begin) / CLOCKS_PER_SEC < 15, "%s takes too long", what);
}

START_TEST(large)
{
	struct buf b = { 0 };

	megabyte(&b, &larges[_i]);
	timed(&b, larges[_i].good, larges[_i].again);
	buf_free(&b);
}
END_TEST

/* Lines of which each is another. */
START_TEST(large_numbered)
{
	static const struct {
		const char *line; /* with the number, and the one before */
		bool good;
	} rows[] = {
		{ "A: v%d = 1; // the one after %d\n", true },
		{ "A: v%d = v%d + 1;\n", false }, /* the first has none before it */
		{ "struct s%d { struct s%d *p; };\n", false },
		{ "struct s%d { int a%d; };\n", true },
		{ "A: char a%d[9]; // %d\n", true },
		{ "A: struct sembuf *a%d = %d;\n", true },
		{ "A: v%d = 1;\nA: execve(SELF, NULL, NULL); // %d\n", true },
		{ "A: this_is_a_rather_long_name_%d = 1; // %d\n", true },
		{ "A: nobody_has_bound_this_long_name_%d; // %d\n", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = { 0 };

		for (int n = 1; b.len < LESSON_SIZE_MAX - 200; n++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			buf_printf(&b, rows[i].line, n, n - 1);
#pragma GCC diagnostic pop
		}
		timed(&b, rows[i].good, rows[i].line);
		buf_free(&b);
	}
}
END_TEST

START_TEST(too_many_names)
{
	struct buf b = { 0 };

	for (int n = 0; b.len < LESSON_SIZE_MAX - 100; n++)
		buf_printf(&b, "A:v%x=1;\n", n);
	ck_assert_uint_gt(b.len, 65536 * 10);
	timed(&b, false, "names");
	buf_free(&b);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("script_fuzz");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, whole);
	tcase_add_test(tc, truncated);
	tcase_add_test(tc, mutated);
	tcase_add_test(tc, mutated_lines);
	tcase_add_test(tc, soup);
	tcase_add_test(tc, noise);
	tcase_add_loop_test(tc, large, 0, sizeof(larges) / sizeof(*larges));
	tcase_add_test(tc, large_numbered);
	tcase_add_test(tc, too_many_names);
	return suite_main(tc);
}
