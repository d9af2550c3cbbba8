// SPDX-License-Identifier: GPL-3.0-or-later
#include "paint/sentence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct part part_text(struct style style, const char *text)
{
	return (struct part){ .style = style, .text = text };
}

struct part part_prose(struct style style, const struct text *prose)
{
	return (struct part){ .style = style, .prose = prose };
}

struct part part_flow(const struct flow *flow)
{
	return (struct part){ .flow = flow };
}

struct part part_count(struct style style, uint64_t value)
{
	struct part part = { .style = style };

	snprintf(part.own, sizeof(part.own), "%" PRIu64, value);
	return part;
}

struct part part_range(struct style style, uint64_t first, uint64_t count)
{
	struct part part = part_count(style, first);

	if (count > 1)
		snprintf(part.own, sizeof(part.own), "%" PRIu64 "-%" PRIu64, first,
		         first + count - 1);
	return part;
}

struct part part_number(struct style style, int64_t value)
{
	struct part part = { .style = style };

	snprintf(part.own, sizeof(part.own), "%" PRId64, value);
	return part;
}

struct part part_change(struct style style, int64_t value)
{
	struct part part = { .style = style };

	snprintf(part.own, sizeof(part.own), "%+" PRId64, value);
	return part;
}

void flow_part(struct flow *f, struct part part)
{
	if (part.flow)
		flow_join(f, part.flow);
	else if (part.prose)
		flow_text(f, part.style, part.prose);
	else
		flow_add(f, part.style, part.text ? part.text : part.own);
}

int sheet_part(struct sheet *s, int row, int column, struct part part)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	flow_part(&f, part);
	column = flow_put(&f, s, row, column);
	flow_free(&f);
	return column;
}

void sheet_part_right(struct sheet *s, int row, int end, struct part part)
{
	struct flow f = { .glyphs = s->grid.glyphs };

	flow_part(&f, part);
	flow_put(&f, s, row, end > f.count ? end - f.count : 0);
	flow_free(&f);
}

/* Which part stands at a place, "%s" or "%2$s"; at moves past it. */
static size_t read_place(const char **at, size_t *next)
{
	const char *p = *at + 1;
	size_t part;

	if (p[0] >= '1' && p[0] <= '9' && p[1] == '$') {
		part = (size_t)(p[0] - '1');
		p += 2;
	} else {
		part = (*next)++;
	}
	*at = *p == 's' ? p + 1 : p;
	return part;
}

void flow_parts(struct flow *f, struct style style, const char *format, const struct part *parts,
                size_t count)
{
	struct buf words = { 0 };
	size_t next = 0, i;

	while (*format) {
		buf_add(&words, format, strcspn(format, "%"));
		format += strcspn(format, "%");
		if (*format && format[1] == '%') {
			buf_putc(&words, '%');
			format += 2;
			continue;
		}
		flow_add(f, style, buf_str(&words));
		buf_clear(&words);
		if (!*format)
			break;
		i = read_place(&format, &next);
		if (i < count)
			flow_part(f, parts[i]);
	}
	flow_add(f, style, buf_str(&words));
	buf_free(&words);
}
