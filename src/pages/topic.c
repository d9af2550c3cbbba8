// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "pages/inside.h"
#include "sys/calls.h"
#include "sys/errors.h"
#include "sys/names.h"

/* What is asked at the prompt: help of a call, of an error or a signal, or of all that can be typed. */

enum { INDENT = 4 };

struct topic {
	char *about; /* owned; "" is all */
	char *title; /* owned */
	int scroll;
};

static bool topic_open(void *state, const struct view *v, const struct opened *under,
                       struct size size)
{
	struct topic *topic = state;
	struct buf title = { 0 };

	(void)under;
	(void)size;
	if (!v->topic)
		return false;
	buf_printf(&title, *v->topic ? _("help: %s") : _("help at the prompt"), v->topic);
	topic->title = buf_steal(&title);
	topic->about = mem_dup(v->topic);
	return true;
}

static void topic_close(void *state)
{
	struct topic *topic = state;

	free(topic->title);
	free(topic->about);
}

static const char *topic_title(const void *state)
{
	return ((const struct topic *)state)->title;
}

static void write_words(struct sheet *s, const char *words)
{
	rows_write(s, STYLE(ROLE_TEXT), "", words, 1);
}

/* Statements, a row each. */
static void write_statements(struct sheet *s, const char *lines)
{
	while (*lines) {
		size_t n = strcspn(lines, "\n");
		char *line = mem_dupn(lines, n);
		struct flow f = { .glyphs = s->grid.glyphs };

		flow_add(&f, STYLE(ROLE_CODE), line);
		flow_write(&f, s, (struct place){ INDENT, INDENT + 3, s->grid.columns - 1 });
		flow_free(&f);
		free(line);
		lines += n + (lines[n] == '\n');
	}
}

/* One thing that an error can mean. */
static void write_error(struct sheet *s, const struct call_error *e, const char *name)
{
	struct buf avoid = { 0 };

	rows_write(s, STYLE_WITH(ROLE_RED, STYLE_BOLD), name, "", INDENT + 12);
	rows_write(s, STYLE(ROLE_TEXT), "", _(e->means), INDENT);
	buf_printf(&avoid, _("To avoid it: %s"), _(e->avoid));
	rows_write(s, STYLE(ROLE_TEXT), "", avoid.data, INDENT);
	buf_free(&avoid);
	if (e->made)
		write_statements(s, e->made);
	else
		rows_write(s, STYLE(ROLE_TEXT), "", _(e->cant), INDENT);
	sheet_row(s);
}

/* Of a call */

static const char *param_words(const struct param *p)
{
	static const char *const words[] = {
		[PARAM_INT] = N_("a number"),
		[PARAM_LONG] = N_("a number of 64 bits"),
		[PARAM_ADDRESS] = N_("an address, or NULL"),
		[PARAM_STRING] = N_("text in double quotes"),
		[PARAM_STRINGS] = N_("texts in braces, or NULL"),
		[PARAM_BYTES] = N_("text in double quotes, or a name, which becomes a buffer"),
		[PARAM_MESSAGE] = N_("a message: {type, \"text\"}, or &name"),
		[PARAM_STRUCT] = N_("a structure: its members in braces, &name, or NULL"),
		[PARAM_ARRAY] = N_("an array of structures: {{...}, {...}}"),
		[PARAM_SET] = N_("a set of signals: {SIGUSR1, SIGINT}, &name, or NULL"),
		[PARAM_DS] = N_("what the command takes: a number, members in braces, or &name"),
		[PARAM_FDS] = N_("a name, which becomes int[2]"),
		[PARAM_NUMBER] = N_("where a number is written: &name, or NULL"),
		[PARAM_HANDLER] = N_("handler, SIG_IGN or SIG_DFL"),
	};

	return words[p->kind] ? _(words[p->kind]) : "";
}

static void add_members(struct buf *b, const struct type *t)
{
	for (size_t i = 0; t && t->kind == TYPE_STRUCT && i < t->record->nfields; i++)
		buf_printf(b, "%s%s", i ? ", " : "", t->record->fields[i].name);
}

static void write_param(struct sheet *s, const struct param *p)
{
	const struct type *t = p->record && p->kind != PARAM_SET && p->kind != PARAM_MESSAGE
	                               ? type_header_struct(p->record)
	                               : NULL;
	struct buf words = { 0 };

	buf_puts(&words, param_words(p));
	if (t) {
		buf_printf(&words, "; struct %s: ", p->record);
		add_members(&words, t);
	}
	if (p->optional)
		buf_printf(&words, " %s", _("(can be left out)"));
	rows_write(s, STYLE_WITH(ROLE_KEY, STYLE_BOLD), p->name, words.data, 16);
	buf_free(&words);
}

static void write_signature(struct sheet *s, const struct call *c)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s(", c->name);
	for (int i = 0; i < call_nparams(c); i++)
		buf_printf(&b, "%s%s", i ? ", " : "", c->params[i].name);
	buf_puts(&b, ")");
	rows_heading(s, b.data);
	buf_free(&b);
}

static void write_call(struct sheet *s, const struct call *c)
{
	const struct call_error *e;
	struct buf more = { 0 };
	bool any = false;

	write_signature(s, c);
	buf_printf(&more, _("%s. man %s opens %s."), _(c->help), c->name, c->page);
	write_words(s, more.data);
	buf_free(&more);
	for (int i = 0; i < call_nparams(c); i++)
		write_param(s, &c->params[i]);
	rows_heading(s, _("An example"));
	write_statements(s, call_example(c->name));
	for (size_t i = 0; (e = call_error_at(i)); i++)
		if (!strcmp(e->call, c->name)) {
			if (!any)
				rows_heading(s, _("What can go wrong"));
			any = true;
			write_error(s, e, e->error);
		}
}

/* Of an error */

static void write_errors(struct sheet *s, const char *error)
{
	const struct call_error *e;
	struct buf heading = { 0 };
	int number = errno_by_name(error);
	bool any = false;

	buf_printf(&heading, number ? "%s: %s" : "%s", error, number ? errno_words(number) : "");
	rows_heading(s, heading.data);
	buf_free(&heading);
	for (size_t i = 0; (e = call_error_at(i)); i++)
		if (!strcmp(e->error, error)) {
			any = true;
			write_error(s, e, e->call);
		}
	if (!any)
		write_words(s,
		            _("The table of errors, which is about System V IPC and mappings, has "
		              "no call that ends so. The manual pages of the other calls say "
		              "which of them do: man read."));
}

/* Of all */

/* Names, each once. */
struct names {
	const char **items;
	size_t count;
};

static void add_name(struct names *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (!strcmp(n->items[i], name))
			return;
	*MEM_PUSH(n->items, n->count) = name;
}

static void write_names(struct sheet *s, const char *heading, struct names *n)
{
	struct buf words = { 0 };

	for (size_t i = 0; i < n->count; i++)
		buf_printf(&words, "%s%s", i ? " " : "", n->items[i]);
	rows_heading(s, heading);
	write_words(s, buf_str(&words));
	buf_free(&words);
	free(n->items);
}

static void write_all(struct sheet *s)
{
	static const struct {
		const char *typed, *words;
	} rows[] = {
		{ "A: getpid();",
		  N_("A statement by a process. A process is a letter, A to L, and starts when it is "
		     "named first. What a call returned gets a name with A: sem = semget(...).") },
		{ "A, B: getpid();", N_("The same by several at once.") },
		{ "A: p[0] = 1;", N_("Memory is read and written as in C.") },
		{ "kill(B, SIGUSR1);",
		  N_("The observer sends a signal. assert(sem[0].semval == 1); "
		     "looks whether something is so.") },
		{ "help semop", N_("A call: what it takes, an example, and what can go wrong.") },
		{ "help EAGAIN", N_("An error: which calls give it, and why.") },
		{ "man semop",
		  N_("The manual page of a call, with man. Its own key for that, mostly "
		     "q, comes back.") },
	};
	struct names calls = { 0 }, errors = { 0 };

	rows_heading(s, _("What can be typed"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		rows_write(s, STYLE_WITH(ROLE_KEY, STYLE_BOLD), rows[i].typed, _(rows[i].words),
		           22);
	for (size_t i = 0; call_at(i); i++)
		add_name(&calls, call_at(i)->name);
	for (size_t i = 0; call_error_at(i); i++)
		add_name(&errors, call_error_at(i)->error);
	write_names(s, _("Calls"), &calls);
	write_names(s, _("Errors"), &errors);
}

static void topic_draw(void *state, const struct view *v, struct grid *g, const struct area *body)
{
	struct topic *topic = state;
	int call = call_by_name(topic->about);
	struct sheet s;

	(void)v;
	sheet_init(&s, body->columns, g->glyphs);
	if (call >= 0)
		write_call(&s, call_at((size_t)call));
	else if (*topic->about)
		write_errors(&s, topic->about);
	else
		write_all(&s);
	sheet_scroll(&s, &topic->scroll, g, body);
	sheet_free(&s);
}

static struct intent topic_act(void *state, const struct view *v, enum action action,
                               struct size size)
{
	struct topic *topic = state;

	(void)v;
	return (struct intent){ .kind = scroll_act(&topic->scroll, action, size.rows)
		                                ? INTENT_TAKEN
		                                : INTENT_NONE };
}

const struct page page_topic = {
	.state_size = sizeof(struct topic),
	.title = topic_title,
	.open = topic_open,
	.close = topic_close,
	.draw = topic_draw,
	.act = topic_act,
};
