// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/out.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "paint/flow.h"
#include "paint/glyph.h"

void out_puts(const char *utf8, enum glyphs glyphs)
{
	char32_t c;

	while ((c = utf8_decode(&utf8))) {
		const char *instead = c == '\n' ? NULL : glyph_substitute(c, glyphs);
		char out[4];

		if (instead)
			fputs(instead, stdout);
		else
			fwrite(out, 1, (size_t)utf8_encode(c, out), stdout);
	}
}

/* One row, of what is written as it is. */
static bool fits_plainly(const char *text, int columns)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return n && n <= (size_t)columns && text[0] != ' ' && text[n - 1] != ' ';
}

void out_wrapped(const char *utf8, const char *lead, int width, enum glyphs glyphs)
{
	int indent = grid_width(glyphs, lead);
	struct flow f = { .glyphs = glyphs };
	struct sheet s;
	char *rows;

	if (width < indent + 20)
		width = indent + 20;
	out_puts(lead, glyphs);
	if (fits_plainly(utf8, width - indent)) {
		puts(utf8);
		return;
	}
	sheet_init(&s, width, glyphs);
	flow_add(&f, STYLE(ROLE_TEXT), utf8);
	flow_write(&f, &s, (struct place){ .first = indent, .column = indent, .end = width });
	s.grid.rows = s.rows; /* below is only room */
	rows = grid_text(&s.grid);
	/* the lead's place is blank */
	fputs((int)strlen(rows) > indent ? rows + indent : "\n", stdout);
	free(rows);
	flow_free(&f);
	sheet_free(&s);
}

void out_text(const struct text *text, const char *lead, int width, enum glyphs glyphs)
{
	struct buf b = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < text->nspans; i++) {
		const struct span *span = &text->spans[i];
		size_t end = span->start + span->length;

		if (span->kind != SPAN_LINK)
			continue;
		buf_add(&b, text->bytes + at, end - at);
		if (strlen(span->url) != span->length ||
		    memcmp(span->url, text->bytes + span->start, span->length))
			buf_printf(&b, " <%s>", span->url);
		at = end;
	}
	buf_puts(&b, text->bytes + at);
	out_wrapped(b.data, lead, width, glyphs);
	buf_free(&b);
}

int out_width(void)
{
	const char *s = getenv("COLUMNS");
	int n = s ? atoi(s) : 0;

	return n >= 20 && n <= 1000 ? n : 80;
}
