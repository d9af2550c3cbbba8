// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "lesson/compile.h"
#include "sys/names.h"

enum { MEASURE_BYTES = 1 << 28, MEASURE_MOST = 10000, MEASURE_LEAST = 1000 };

struct script *script_new(struct lesson *l, struct diags *d)
{
	struct script *s = mem_alloc(sizeof(*s));

	s->lesson = l;
	s->diags = d;
	return s;
}

void script_end(struct script *s)
{
	scope_free(s);
	tokens_free(&s->tokens);
	free(s);
}

/* The words from first up to (not including) last as they stand in the file, on one line. */
static char *source_of(const struct script *s, size_t first, size_t last)
{
	struct buf text = {0};

	for (size_t i = first; i < last; i++) {
		const struct token *t = &s->tokens.items[i];

		if (i > first && t->line == t[-1].line)
			buf_add(&text, t[-1].start + t[-1].length,
				(size_t)(t->start - t[-1].start) - t[-1].length);
		else if (i > first)
			buf_putc(&text, ' ');
		buf_add(&text, t->start, t->length);
	}
	return buf_steal(&text);
}

static bool expect_letter(struct script *s, int *who)
{
	*who = word_letter(s, 0);
	if (*who < 0)
		return fail_here(s, "expected a process, A to F");
	s->at++;
	return true;
}

/* An expression of the observer's own: names, letters, constants. */
static bool parse_plain(struct script *s, struct code *code)
{
	const struct token *t = word(s);

	s->code = code;
	s->observing = true;
	code->root = parse_value(s);
	s->observing = false;
	return code->root &&
	       (code_is_pure(code) || fail_at(s, t, "only names and arithmetic can stand here"));
}

static bool parse_text_argument(struct script *s, char **text)
{
	if (word(s)->kind != TOKEN_TEXT)
		return fail_here(s, "expected a name in quotes");
	*text = mem_dup(word(s)->text);
	s->at++;
	return expect_sign(s, SIGN(','), ", and a value");
}

static bool parse_assert(struct script *s, struct step *step)
{
	s->code = &step->code[0];
	s->observing = true;
	step->code[0].root = parse_value(s);
	s->observing = false;
	return step->code[0].root != 0;
}

static bool parse_kill(struct script *s, struct step *step)
{
	char *text;
	int who;

	if (!expect_letter(s, &who) || !expect_sign(s, SIGN(','), ", and a signal"))
		return false;
	text = word_text(word(s));
	step->sig = signal_by_name(text);
	free(text);
	if (!step->sig)
		return fail_here(s, "expected a signal, such as SIGKILL");
	s->at++;
	step->who = LETTER_BIT(who);
	s->mentioned |= step->who;
	return true;
}

static bool parse_await(struct script *s, struct step *step)
{
	int who;

	if (!expect_letter(s, &who))
		return false;
	step->who = LETTER_BIT(who);
	if (!(s->started & step->who))
		return fail_here(s, "%c has not started: it can't be blocked", LETTER_CHAR(who));
	return true;
}

/* Files of /proc/sys/kernel that belong to an IPC namespace (ipc/ipc_sysctl.c), and the four
   numbers of sem. */
static const char *const limits[] = {
	"shmmax", "shmall", "shmmni", "shm_rmid_forced", "shm_next_id", "msgmax", "msgmnb",
	"msgmni", "msg_next_id", "auto_msgmni", "sem_next_id", "semmsl", "semmns", "semopm",
	"semmni", NULL};

static bool parse_limit(struct script *s, struct step *step)
{
	const struct token *t = word(s);
	struct nearest near = {0};

	if (!parse_text_argument(s, &step->name))
		return false;
	near.word = step->name;
	for (int i = 0; limits[i]; i++) {
		if (!strcmp(limits[i], step->name))
			return parse_plain(s, &step->code[0]);
		nearest_offer(&near, limits[i]);
	}
	if (nearest_found(&near))
		return fail_at(s, t, "no IPC limit is called '%s': did you mean '%s'?", step->name,
			       nearest_found(&near));
	return fail_at(s, t, "no IPC limit is called '%s'", step->name);
}

static bool parse_user(struct script *s, struct step *step)
{
	const struct token *t = word(s);
	int who;

	if (!expect_letter(s, &who) || !expect_sign(s, SIGN(','), ", and a uid"))
		return false;
	if (s->started & LETTER_BIT(who))
		return fail_at(s, t, "user(%c, ...) comes before the first step that names %c",
			       LETTER_CHAR(who), LETTER_CHAR(who));
	step->who = LETTER_BIT(who);
	return parse_plain(s, &step->code[0]) && expect_sign(s, SIGN(','), ", and a gid") &&
	       parse_plain(s, &step->code[1]);
}

/* The statements of one process of a measure, as the body of a loop. The word is the first
   of the body; it is read once for each process. */
static bool measure_body(struct script *s, struct step *step, int self)
{
	uint16_t loop, last = 0;

	s->code = &step->code[self];
	s->self = self;
	loop = node_new(s, CODE_REPEAT, node_new(s, CODE_CONST, 0, 0, step->rounds), 0, 0);
	s->in_loop = true;
	while (!word_is(s, SIGN('}'))) {
		struct code other = {0};
		uint16_t statement;
		int who;

		if (!expect_letter(s, &who) || !expect_sign(s, SIGN(':'), ": after the process"))
			return false;
		/* what belongs to others is read into nothing */
		s->code = who == self ? &step->code[self] : &other;
		s->self = who;
		statement = parse_statement(s);
		code_free(&other);
		s->code = &step->code[self];
		s->self = self;
		if (!statement || !expect_sign(s, SIGN(';'), "; after a statement"))
			return false;
		step->who |= LETTER_BIT(who);
		if (who != self)
			continue;
		if (last)
			node_of(s, last)->next = statement;
		else
			node_of(s, loop)->b = statement;
		last = statement;
	}
	s->in_loop = false;
	s->code->root = loop;
	return true;
}

static bool parse_measure(struct script *s, struct step *step)
{
	struct code bytes = {0};
	const struct token *t;
	size_t body, end, who;
	bool good;

	if (!parse_text_argument(s, &step->name))
		return false;
	t = word(s);
	good = parse_plain(s, &bytes) && node_constant(s, bytes.root, &step->bytes);
	code_free(&bytes);
	if (!good || step->bytes < 1)
		return fail_at(s, t, "expected a number of bytes that doesn't depend on names");
	if (!expect_sign(s, SIGN(')'), ")") || !expect_sign(s, SIGN('{'), "{ and what is measured"))
		return false;
	step->rounds = MEASURE_BYTES / step->bytes;
	if (step->rounds > MEASURE_MOST)
		step->rounds = MEASURE_MOST;
	if (step->rounds < MEASURE_LEAST)
		step->rounds = MEASURE_LEAST;
	body = end = s->at;
	for (who = 0; who < LETTERS; who++) {
		size_t before = s->npending;

		if (who && !(step->who & LETTER_BIT(who)))
			continue;
		s->at = body;
		if (!measure_body(s, step, (int)who))
			return false;
		end = s->at;
		if (!(step->who & LETTER_BIT(who)))
			code_free(&step->code[who]);
		/* a variable that one reading declared is new for the next */
		while (s->npending > before && (step->who >> (who + 1))) {
			struct pending *p = &s->pending[--s->npending];

			s->names[p->name].by[p->who] = p->before;
		}
	}
	s->self = -1;
	s->at = end + 1;
	s->mentioned |= step->who;
	return step->who || fail_here(s, "a measure has at least one statement");
}

/* What the observer does: the word, and what follows the opening parenthesis. */
static const struct observer {
	const char *name;
	enum step_kind kind;
	bool (*parse)(struct script *, struct step *);
} observers[] = {
	{"assert", STEP_ASSERT, parse_assert}, {"kill", STEP_KILL, parse_kill},
	{"await", STEP_AWAIT, parse_await},    {"limit", STEP_LIMIT, parse_limit},
	{"user", STEP_USER, parse_user},       {"measure", STEP_MEASURE, parse_measure},
};

enum { OBSERVERS = sizeof(observers) / sizeof(*observers) };

static bool parse_observer(struct script *s, struct step *step)
{
	struct nearest near = {0};
	char *text;

	for (int i = 0; i < OBSERVERS; i++) {
		if (!word_named(s, observers[i].name) || !next_is(s, 1, SIGN('(')))
			continue;
		step->kind = observers[i].kind;
		s->at += 2;
		s->self = -1;
		if (!observers[i].parse(s, step))
			return false;
		return step->kind == STEP_MEASURE || expect_sign(s, SIGN(')'), ")");
	}
	if (word(s)->kind != TOKEN_NAME)
		return fail_here(s, "expected a process and a statement, such as A: getpid()");
	if (is_call(s, 0) || next_is(s, 1, SIGN('=')) || word_named(s, "repeat") ||
	    word_named(s, "while") || is_type_word(s))
		return fail_here(s, "expected who does this: write A: before it");
	text = word_text(word(s));
	near.word = text;
	for (int i = 0; i < OBSERVERS; i++)
		nearest_offer(&near, observers[i].name);
	if (next_is(s, 1, SIGN(':')))
		fail_here(s, "%s is no process: there are A to F", text);
	else if (nearest_found(&near))
		fail_here(s, "unknown word '%s': did you mean '%s'?", text, nearest_found(&near));
	else
		fail_here(s, "expected a process and a statement, such as A: getpid()");
	free(text);
	return false;
}

/* A, B: */
static bool parse_callers(struct script *s, struct step *step)
{
	int who;

	do {
		if (!expect_letter(s, &who))
			return false;
		if (step->who & LETTER_BIT(who))
			return fail_here(s, "%c stands here twice", LETTER_CHAR(who));
		step->who |= LETTER_BIT(who);
	} while (accept(s, SIGN(',')));
	return expect_sign(s, SIGN(':'), ": after the process");
}

static bool parse_statements(struct script *s, struct step *step)
{
	size_t start;

	step->kind = STEP_STATEMENT;
	if (!parse_callers(s, step))
		return false;
	start = s->at;
	s->mentioned |= step->who;
	for (int who = 0; who < LETTERS; who++) {
		if (!(step->who & LETTER_BIT(who)))
			continue;
		s->at = start;
		s->self = who;
		s->code = &step->code[who];
		s->code->root = parse_statement(s);
		if (!s->code->root)
			return false;
		if (s->forks >= 0 && (step->who & (step->who - 1)))
			return fail_at(s, &s->tokens.items[start],
				       "two processes can't make the same child");
	}
	s->self = -1;
	return true;
}

/* What a step is expected to come to for a caller, or NULL: ok. */
static const struct expect *expected(const struct step *step, unsigned who)
{
	const struct outcome *o = &step->outcome;

	for (size_t i = 0; i < o->nitems; i++)
		if (o->items[i].who == who || o->items[i].who == OUTCOME_ALL)
			return &o->items[i].expect;
	return NULL;
}

/* Settles what the step has bound: a call that fails binds nothing. */
static void settle_names(struct script *s, const struct step *step)
{
	for (size_t i = s->npending; i-- > 0;) {
		struct pending *p = &s->pending[i];
		struct binding *b = &s->names[p->name].by[p->who];
		const struct expect *e = expected(step, p->who);
		const struct code *code = &step->code[p->who];
		bool call = code->nnodes && code->nodes[code->root].op == CODE_CALL;

		if (b->state == NAME_DECLARED)
			continue;
		if (step->outcome.may || step->outcome.either)
			b->state = NAME_MAYBE;
		else if (e && (e->kind == EXPECT_ERRNO || e->kind == EXPECT_KILLED ||
			       e->kind == EXPECT_EXIT)) {
			if (call)
				*b = p->before;
			else
				b->state = NAME_MAYBE;
		}
	}
	s->npending = 0;
}

/* A lesson goes on being read after a step that has an error: what that step would have bound
   is not unknown then. */
static void bind_what_failed(struct script *s, const struct step *step)
{
	unsigned who = 0;

	while (who < LETTERS - 1 && !(step->who & LETTER_BIT(who)))
		who++;
	for (s->at = 0; word(s)->kind != TOKEN_END; s->at++) {
		bool binds = next_is(s, 1, SIGN('=')) || (s->at && next_is(s, (size_t)-1, SIGN('&')));
		char *text;

		if (word(s)->kind != TOKEN_NAME || !binds || word_letter(s, 0) >= 0)
			continue;
		text = word_text(word(s));
		if (!name_reserved(text) && name_find(s, text) < 0)
			name_bind(s, name_intern(s, text), who, NAME_MAYBE, &type_bytes);
		free(text);
	}
	s->npending = 0;
	s->started |= step->who;
}

static void settle_processes(struct script *s, const struct step *step)
{
	if (s->forks >= 0)
		for (unsigned who = 0; who < LETTERS; who++)
			if (step->who & LETTER_BIT(who))
				scope_fork(s, who, (unsigned)s->forks);
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct code *code = &step->code[who];
		const struct expect *e = expected(step, who);
		const struct code_node *n = &code->nodes[code->root];

		if (step->kind != STEP_STATEMENT || !code->nnodes || n->op != CODE_CALL ||
		    !(call_at((size_t)n->value)->flags & CALL_EXEC))
			continue;
		if (!e || e->kind == EXPECT_OK)
			scope_exec(s, who);
	}
}

/* A text is the result of puts, of an array of char, or of the memory at an address. */
static void settle_text(struct step *step)
{
	for (unsigned who = 0; who < LETTERS; who++) {
		const struct expect *e = expected(step, who);
		struct code *code = &step->code[who];

		if (e && e->kind == EXPECT_STRING && code->nnodes &&
		    code->nodes[code->root].op == CODE_FETCH)
			code->nodes[code->root].op = CODE_STRING;
	}
}

/* What lies beside a mapping is usually another mapping: nobody may promise a hole. */
static void warn_unmapped(struct script *s, const struct step *step)
{
	const struct token *hole = NULL, *first = NULL;
	bool outcome = false;

	for (size_t i = 0; i < s->tokens.count; i++) {
		const struct token *t = &s->tokens.items[i];
		char *text;
		int name;

		outcome |= t->kind == TOKEN_OUTCOME;
		if (t->kind != TOKEN_NAME)
			continue;
		text = word_text(t);
		if ((step->kind == STEP_ASSERT && !strcmp(text, "UNMAPPED")) ||
		    (outcome && !strcmp(text, "SEGV_MAPERR")))
			hole = t;
		name = name_find(s, text);
		free(text);
		if (name < 0)
			continue;
		if (s->names[name].unmapped)
			return;
		if (!first)
			first = t;
	}
	if (hole && first)
		diag_add(s->diags, DIAG_WARNING, hole->line, hole->column,
			 "nothing before this unmapped a page of %.*s: what lies beside a mapping "
			 "is usually another mapping (map a page more and munmap it)",
			 (int)first->length, first->start);
}

static bool parse_step(struct script *s, struct step *step)
{
	bool callers = word_letter(s, 0) >= 0 &&
		       (next_is(s, 1, SIGN(':')) || next_is(s, 1, SIGN(',')));

	if (!(callers ? parse_statements(s, step) : parse_observer(s, step)))
		return false;
	step->text = source_of(s, 0, s->at);
	if (!accept(s, SIGN(';')) && !next_is(s, (size_t)-1, SIGN('}')))
		return fail_here(s, "expected ; at the end of the statement");
	step->forks = (int8_t)s->forks;
	step->starts = s->mentioned;
	s->started |= s->mentioned;
	if (s->forks >= 0) {
		step->starts &= ~LETTER_BIT(s->forks);
		s->started |= LETTER_BIT(s->forks);
	}
	if (word(s)->kind == TOKEN_OUTCOME) {
		step->outcome_text = source_of(s, s->at, s->tokens.count - 1);
		s->at++;
		return parse_outcome(s, step);
	}
	return word(s)->kind == TOKEN_END ||
	       fail_here(s, "a line is one step: what follows belongs on a line of its own");
}

static void step_free(struct step *step)
{
	for (int i = 0; i < LETTERS; i++)
		code_free(&step->code[i]);
	for (size_t i = 0; i < step->outcome.nitems; i++) {
		struct expect *e = &step->outcome.items[i].expect;

		code_free(&e->value);
		code_free(&e->at);
		free(e->source);
		free(e->text);
	}
	free(step->outcome.items);
	free(step->text);
	free(step->outcome_text);
	free(step->name);
}

/* The words of one step are there: makes the step. True if there is one now. */
static bool compile_step(struct script *s, size_t scene)
{
	struct step step = {.line = s->tokens.items[0].line,
			    .column = s->tokens.items[0].column,
			    .scene = scene,
			    .forks = -1};

	s->at = 0;
	s->failed = false;
	s->mentioned = 0;
	s->forks = -1;
	s->depth = 0;
	s->in_loop = false;
	s->observing = false;
	s->self = -1;
	s->npending = 0;
	s->text_start = s->tokens.items[0].start;
	if (word_named(s, "struct") && s->tokens.items[1].kind == TOKEN_NAME &&
	    next_is(s, 2, SIGN('{'))) {
		if (parse_struct(s) && !accept(s, SIGN(';')))
			fail_here(s, "expected ; after }");
		if (!s->failed && word(s)->kind != TOKEN_END)
			fail_here(s, "a line is one step: nothing follows a struct");
		return false;
	}
	if (!parse_step(s, &step)) {
		bind_what_failed(s, &step);
		step_free(&step);
		return false;
	}
	warn_unmapped(s, &step);
	settle_text(&step);
	settle_names(s, &step);
	settle_processes(s, &step);
	*MEM_PUSH(s->lesson->steps, s->lesson->nsteps) = step;
	return true;
}

/* The line as it is shown: without its outcome, without blanks at its end. */
static char *shown_line(const struct script *s, const char *line, size_t length)
{
	for (size_t i = 0; i < s->tokens.count; i++) {
		const struct token *t = &s->tokens.items[i];

		if (t->kind != TOKEN_OUTCOME || t->start < line || t->start >= line + length)
			continue;
		length = (size_t)(t->start - line);
		while (length && line[length - 1] != '/')
			length--;
		while (length && line[length - 1] == '/')
			length--;
	}
	while (length && isspace((unsigned char)line[length - 1]))
		length--;
	return mem_dupn(line, length);
}

/* A line that ends inside braces goes on, if it is one that may. */
static bool goes_on(const struct script *s)
{
	for (size_t i = 0; i < s->tokens.count; i++) {
		const struct token *t = &s->tokens.items[i];

		if (t->kind == TOKEN_NAME && ((t->length == 6 && !memcmp(t->start, "repeat", 6)) ||
					      (t->length == 6 && !memcmp(t->start, "struct", 6)) ||
					      (t->length == 7 && !memcmp(t->start, "measure", 7))))
			return s->tokens.depth > 0;
	}
	return false;
}

void script_block(struct script *s, struct block *b, const char *literal, int first_line,
		  int indent, size_t scene)
{
	const char *line = literal;
	size_t opened = 0; /* the line on which the step began */
	bool good = true;

	for (int number = first_line; *line; number++) {
		size_t length = strcspn(line, "\n");
		struct script_line *shown = MEM_PUSH(b->lines, b->nlines);
		size_t this = b->nlines - 1;

		if (!s->tokens.count)
			opened = this;
		good &= lex_line(&s->tokens, line, length, number, indent + 1, s->diags);
		*shown = (struct script_line){shown_line(s, line, length), -1};
		line += length + (line[length] == '\n');
		if (good && goes_on(s) && *line)
			continue;
		tokens_end(&s->tokens);
		if (good && s->tokens.count > 1 && compile_step(s, scene))
			b->lines[opened].step = (int)s->lesson->nsteps - 1;
		tokens_free(&s->tokens);
		good = true;
	}
}
