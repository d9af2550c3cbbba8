// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/markdown.h"

#include <cmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/inlines.h"

/* An open list. */
struct list {
	int next; /* number of the next item; -1: bullets */
	char delimiter;
	char marker[8]; /* of the item that is open, until a block has it */
};

/* The walk over cmark's tree: by its iterator, so that depth costs no stack. */
struct walk {
	struct markdown *out;
	struct diags *d;
	struct inlines in;
	struct list *lists;
	size_t nlists;
	int quotes;
	bool quote_begins; /* no paragraph of the quote has ended yet */

	/* The question that is being read: the outermost list with a task in it. */
	struct block question;
	size_t question_list; /* nlists inside it; 0: none */
};

static struct markdown_item *push(struct walk *w, enum block_kind kind, int line)
{
	struct markdown_item *item = MEM_PUSH(w->out->items, w->out->count);
	struct list *list = w->nlists ? &w->lists[w->nlists - 1] : NULL;

	item->top = !w->nlists && !w->quotes;
	item->block.kind = kind;
	item->block.line = line;
	item->block.depth = (int)w->nlists + w->quotes;
	if (kind == BLOCK_ITEM || kind == BLOCK_QUOTE || kind == BLOCK_CLAIM)
		item->block.depth--;
	if (kind == BLOCK_ITEM && list) {
		memcpy(item->block.marker, list->marker, sizeof(list->marker));
		list->marker[0] = '\0';
	}
	return item;
}

/* An item that begins with something else than a paragraph still shows its marker. */
static void push_marker(struct walk *w, int line)
{
	if (w->nlists && !w->question_list && w->lists[w->nlists - 1].marker[0])
		push(w, BLOCK_ITEM, line)->block.text.bytes = mem_dup("");
}

static void push_note(struct walk *w, int line)
{
	if (w->in.note.len)
		push(w, BLOCK_NOTE, line)->block.literal = buf_steal(&w->in.note);
}

/* "[ ] " or "[x] " */
static bool is_task(const char *s)
{
	return s[0] == '[' && strchr(" xX", s[1]) && s[1] && s[2] == ']' && s[3] == ' ';
}

/* The list has an item that is a task. */
static bool is_question(cmark_node *list)
{
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		cmark_node *p = cmark_node_first_child(item);
		cmark_node *t = p ? cmark_node_first_child(p) : NULL;
		char start[5] = "";

		/* "[" can be a text of its own */
		for (; t && cmark_node_get_type(t) == CMARK_NODE_TEXT; t = cmark_node_next(t)) {
			size_t n = strlen(start);

			snprintf(start + n, sizeof(start) - n, "%s", cmark_node_get_literal(t));
		}
		if (cmark_node_get_type(p) == CMARK_NODE_PARAGRAPH && is_task(start))
			return true;
	}
	return false;
}

static void begin_question(struct walk *w, cmark_node *list)
{
	w->question_list = w->nlists;
	w->question = (struct block){ .kind = BLOCK_QUESTION,
		                      .line = cmark_node_get_start_line(list),
		                      .depth = (int)w->nlists - 1 + w->quotes };
	w->question.text.bytes = mem_dup("");
}

static void end_question(struct walk *w)
{
	struct markdown_item *item = MEM_PUSH(w->out->items, w->out->count);

	item->block = w->question;
	item->top = w->nlists == 1 && !w->quotes;
	w->question = (struct block){ 0 };
	w->question_list = 0;
}

/* A paragraph, a heading or a fence inside a question. */
static void answer_text(struct walk *w, struct text *t, cmark_node *node)
{
	struct list *list = &w->lists[w->question_list - 1];
	struct answer *a;

	if (!list->marker[0]) {
		if (w->question.nanswers)
			text_join(&w->question.answers[w->question.nanswers - 1].why, t);
		else
			text_free(t);
		return;
	}
	list->marker[0] = '\0';
	a = MEM_PUSH(w->question.answers, w->question.nanswers);
	a->why.bytes = mem_dup("");
	a->line = cmark_node_get_start_line(node);
	a->column = cmark_node_get_start_column(node);
	if (is_task(t->bytes)) {
		a->right = t->bytes[1] != ' ';
		text_skip(t, strlen("[ ] "));
	} else {
		diag_add(w->d, DIAG_WARNING, a->line, a->column,
		         _("an answer begins with [ ] or [x]; this one counts as wrong"));
	}
	a->text = *t;
}

static bool ends_in(const char *s, size_t n, const char *end)
{
	size_t length = strlen(end);

	return n >= length && !memcmp(s + n - length, end, length);
}

/* Begins with a bold word and its colon: known in every language. */
static bool is_claim(const struct text *t)
{
	const struct span *s = t->nspans ? &t->spans[0] : NULL;

	return s && s->kind == SPAN_STRONG && s->start == 0 &&
	       (ends_in(t->bytes, s->length, ":") || ends_in(t->bytes, s->length, "："));
}

static void end_paragraph(struct walk *w, cmark_node *node)
{
	struct text t = inlines_take(&w->in);
	int line = cmark_node_get_start_line(node);
	cmark_node_type in = cmark_node_get_type(cmark_node_parent(node));
	enum block_kind kind = BLOCK_PARAGRAPH;

	if (w->question_list) {
		answer_text(w, &t, node);
	} else if (!*t.bytes && in != CMARK_NODE_ITEM) {
		text_free(&t); /* nothing but HTML */
	} else {
		if (in == CMARK_NODE_ITEM)
			kind = BLOCK_ITEM;
		else if (in == CMARK_NODE_BLOCK_QUOTE)
			kind = w->quote_begins && is_claim(&t) ? BLOCK_CLAIM : BLOCK_QUOTE;
		w->quote_begins = false;
		push(w, kind, line)->block.text = t;
	}
	push_note(w, line);
}

static void end_heading(struct walk *w, cmark_node *node)
{
	struct text t = inlines_take(&w->in);
	int line = cmark_node_get_start_line(node);
	struct markdown_item *item;

	if (w->question_list) {
		answer_text(w, &t, node);
	} else {
		push_marker(w, line);
		item = push(w, BLOCK_HEADING, line);
		item->block.depth = 0;
		item->level = cmark_node_get_heading_level(node);
		item->block.text = t;
	}
	push_note(w, line);
}

static size_t count_lines(const char *s)
{
	size_t n = 0;

	while ((s = strchr(s, '\n'))) {
		s++;
		n++;
	}
	return n;
}

/* The words of an info string, with one blank between them. */
static char *info_of(cmark_node *node)
{
	static const char blanks[] = " \t";
	const char *info = cmark_node_get_fence_info(node);
	struct buf b = { 0 };

	for (info = info ? info + strspn(info, blanks) : ""; *info; info += strspn(info, blanks)) {
		size_t n = strcspn(info, blanks);

		buf_puts(&b, b.len ? " " : "");
		buf_add(&b, info, n);
		info += n;
	}
	return buf_steal(&b);
}

static void fence(struct walk *w, cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node);
	int line = cmark_node_get_start_line(node);
	int lines = cmark_node_get_end_line(node) - line;
	struct markdown_item *item;

	if (w->question_list) {
		struct text t = { .bytes = mem_dup(literal) };

		t.bytes[strlen(literal) - (*literal != '\0')] = '\0';
		answer_text(w, &t, node);
		return;
	}
	push_marker(w, line);
	item = push(w, BLOCK_FENCE, line);
	item->block.info = info_of(node);
	item->block.literal = mem_dup(literal);
	item->indent = cmark_node_get_start_column(node) - 1;
	/* From four columns on it is code by indentation. A closing line would be one more. */
	if (item->top && item->indent < 4 && lines == (int)count_lines(literal)) {
		w->out->unclosed = line;
		diag_add(w->d, DIAG_WARNING, line, 0, _("this code block is never closed"));
	}
}

static void html(struct walk *w, cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node);
	int line = cmark_node_get_start_line(node);

	if (!comments_add(&w->in.note, literal))
		diag_add(w->d, DIAG_ERROR, line, 0, _("this comment is never closed with -->"));
	else if (!strstr(literal, "<!--"))
		diag_add(w->d, DIAG_NOTE, line, 0, _("HTML is not shown"));
	push_note(w, line);
}

static bool node_has_two(cmark_node *list)
{
	return cmark_node_first_child(list) != cmark_node_last_child(list);
}

static void list_event(struct walk *w, cmark_node *node, bool enter)
{
	struct list *list;

	if (!enter) {
		if (w->question_list == w->nlists)
			end_question(w);
		w->nlists--;
		return;
	}
	push_marker(w, cmark_node_get_start_line(node));
	if (cmark_node_get_list_type(node) == CMARK_ORDERED_LIST && !node_has_two(node))
		diag_add(w->d, DIAG_WARNING, cmark_node_get_start_line(node), 0,
		         _("a list of one: prose whose line begins with a number and a dot is one; "
		           "begin the line with another word"));
	list = MEM_PUSH(w->lists, w->nlists);
	*list = (struct list){ .next = -1, .delimiter = '.' };
	if (cmark_node_get_list_type(node) == CMARK_ORDERED_LIST)
		list->next = cmark_node_get_list_start(node);
	if (cmark_node_get_list_delim(node) == CMARK_PAREN_DELIM)
		list->delimiter = ')';
	if (!w->question_list && is_question(node))
		begin_question(w, node);
}

static void item_event(struct walk *w, cmark_node *node, bool enter)
{
	struct list *list = &w->lists[w->nlists - 1];

	if (!enter) {
		push_marker(w, cmark_node_get_start_line(node));
	} else if (list->next < 0) {
		memcpy(list->marker, "-", 2);
	} else {
		char number[24];

		snprintf(number, sizeof(number), "%d%c", list->next++, list->delimiter);
		memcpy(list->marker, number, sizeof(list->marker) - 1);
		list->marker[sizeof(list->marker) - 1] = '\0';
	}
}

static void walk_event(struct walk *w, cmark_node *node, bool enter)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_PARAGRAPH:
		if (!enter)
			end_paragraph(w, node);
		break;
	case CMARK_NODE_HEADING:
		if (!enter)
			end_heading(w, node);
		break;
	case CMARK_NODE_CODE_BLOCK:
		fence(w, node);
		break;
	case CMARK_NODE_HTML_BLOCK:
		html(w, node);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		if (!w->question_list)
			push(w, BLOCK_RULE, cmark_node_get_start_line(node));
		break;
	case CMARK_NODE_LIST:
		list_event(w, node, enter);
		break;
	case CMARK_NODE_ITEM:
		item_event(w, node, enter);
		break;
	case CMARK_NODE_BLOCK_QUOTE:
		if (enter && !w->question_list)
			push_marker(w, cmark_node_get_start_line(node));
		w->quotes += enter ? 1 : -1;
		w->quote_begins = enter;
		break;
	default:
		inlines_event(&w->in, node, enter);
	}
}

struct markdown *markdown_parse(const char *text, size_t size, struct diags *d)
{
	struct walk w = { .out = mem_alloc(sizeof(struct markdown)), .d = d };
	/* a byte order mark is text to cmark before 0.30 */
	size_t mark = size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
	cmark_node *document = cmark_parse_document(text + mark, size - mark, CMARK_OPT_DEFAULT);
	cmark_iter *iter = cmark_iter_new(document);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		walk_event(&w, cmark_iter_get_node(iter), event == CMARK_EVENT_ENTER);
	cmark_iter_free(iter);
	cmark_node_free(document);
	free(w.lists);
	buf_free(&w.in.bytes);
	return w.out;
}

void block_free(struct block *b)
{
	for (size_t i = 0; i < b->lines.count; i++)
		free(b->lines.items[i].text);
	for (size_t i = 0; i < b->nanswers; i++) {
		text_free(&b->answers[i].text);
		text_free(&b->answers[i].why);
	}
	free(b->lines.items);
	free(b->answers);
	free(b->info);
	free(b->literal);
	text_free(&b->comes);
	text_free(&b->text);
	*b = (struct block){ 0 };
}

void markdown_free(struct markdown *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		block_free(&m->items[i].block);
	free(m->items);
	free(m);
}
