// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/inlines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static void add_soft_break(struct inlines *in, const char *next)
{
	in->soft = false;
	if (utf8_blank_between(buf_str(&in->bytes), in->bytes.len, next))
		buf_putc(&in->bytes, ' ');
}

/* Entities can still bring control characters: &#27; would reach the terminal. */
static void add_clean(struct buf *b, const char *s, size_t n)
{
	size_t length;

	for (size_t i = 0; i < n; i += length) {
		unsigned char c = (unsigned char)s[i];

		length = utf8_sequence(s + i, n - i);
		if (length == 0) /* can't be after source_check(); but never loop */
			length = 1;
		if (c == '\t' || c == '\n' || c == '\r' || c == '\f')
			buf_putc(b, ' ');
		else if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s[i + 1] < 0xa0))
			buf_puts(b, "\xef\xbf\xbd");
		else
			buf_add(b, s + i, length);
	}
}

static struct span *last_span(struct inlines *in, enum span_kind kind, size_t start)
{
	struct span *s = in->nspans ? &in->spans[in->nspans - 1] : NULL;

	if (s && s->kind == kind && s->start + s->length == start && !in->new_link)
		return s;
	s = MEM_PUSH(in->spans, in->nspans);
	*s = (struct span){ .kind = kind, .start = start };
	if (kind == SPAN_LINK)
		s->url = mem_dup(in->url);
	in->new_link = false;
	return s;
}

static void add(struct inlines *in, const char *s, bool code)
{
	size_t n = s ? strlen(s) : 0, start;

	if (!n)
		return;
	if (in->soft && !in->soft_marked)
		add_soft_break(in, s);
	start = in->bytes.len;
	if (in->soft)
		add_soft_break(in, s);
	add_clean(&in->bytes, s, n);
	if (in->url)
		last_span(in, SPAN_LINK, start)->length += in->bytes.len - start;
	else if (code)
		last_span(in, SPAN_CODE, start)->length += in->bytes.len - start;
	else if (in->strong)
		last_span(in, SPAN_STRONG, start)->length += in->bytes.len - start;
	else if (in->emphasis)
		last_span(in, SPAN_EMPHASIS, start)->length += in->bytes.len - start;
}

bool comments_add(struct buf *note, const char *html)
{
	const char *open, *close;

	while ((open = strstr(html, "<!--"))) {
		open += strlen("<!--");
		close = strstr(open, "-->");
		if (!close)
			return false;
		html = close + strlen("-->");
		while (open < close && strchr(" \t\n", *open))
			open++;
		while (close > open && strchr(" \t\n", close[-1]))
			close--;
		if (open == close || !strncmp(open, "SPDX-", strlen("SPDX-")))
			continue;
		if (note->len)
			buf_puts(note, "\n\n");
		buf_add(note, open, (size_t)(close - open));
	}
	return true;
}

bool inlines_event(struct inlines *in, cmark_node *node, bool enter)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		add(in, cmark_node_get_literal(node), false);
		return true;
	case CMARK_NODE_CODE:
		add(in, cmark_node_get_literal(node), true);
		return true;
	case CMARK_NODE_SOFTBREAK:
		in->soft = in->bytes.len > 0;
		in->soft_marked = in->url || in->strong || in->emphasis;
		return true;
	case CMARK_NODE_LINEBREAK:
		buf_putc(&in->bytes, '\n');
		return true;
	case CMARK_NODE_HTML_INLINE:
		comments_add(&in->note, cmark_node_get_literal(node));
		return true;
	case CMARK_NODE_STRONG:
		in->strong += enter ? 1 : -1;
		return true;
	case CMARK_NODE_EMPH:
		in->emphasis += enter ? 1 : -1;
		return true;
	case CMARK_NODE_LINK:
		in->url = enter ? cmark_node_get_url(node) : NULL;
		in->new_link = enter;
		return true;
	case CMARK_NODE_IMAGE:
	case CMARK_NODE_CUSTOM_INLINE:
		return true;
	default:
		return false;
	}
}

struct text inlines_take(struct inlines *in)
{
	struct text t = { .spans = in->spans, .nspans = in->nspans };

	t.bytes = buf_steal(&in->bytes);
	in->spans = NULL;
	in->nspans = 0;
	in->soft = false;
	return t;
}

void text_free(struct text *t)
{
	for (size_t i = 0; i < t->nspans; i++)
		free(t->spans[i].url);
	free(t->spans);
	free(t->bytes);
	*t = (struct text){ 0 };
}

void text_skip(struct text *t, size_t n)
{
	size_t length = strlen(t->bytes), kept = 0;

	n += strspn(t->bytes + n, " ");
	memmove(t->bytes, t->bytes + n, length - n + 1);
	for (size_t i = 0; i < t->nspans; i++) {
		struct span s = t->spans[i];
		size_t end = s.start + s.length;

		if (end <= n) {
			free(s.url);
			continue;
		}
		s.start = s.start > n ? s.start - n : 0;
		s.length = end - n - s.start;
		t->spans[kept++] = s;
	}
	t->nspans = kept;
}

void text_join(struct text *t, struct text *more)
{
	struct buf b = { 0 };

	if (t->bytes && *t->bytes) {
		buf_puts(&b, t->bytes);
		buf_putc(&b, '\n');
	}
	for (size_t i = 0; i < more->nspans; i++) {
		struct span *s = MEM_PUSH(t->spans, t->nspans);

		*s = more->spans[i];
		s->start += b.len;
		more->spans[i].url = NULL;
	}
	buf_puts(&b, more->bytes);
	free(t->bytes);
	t->bytes = buf_steal(&b);
	text_free(more);
}
