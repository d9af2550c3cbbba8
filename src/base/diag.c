// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"

void diags_init(struct diags *d, const char *path)
{
	*d = (struct diags){ .path = mem_dup(path) };
}

void diags_free(struct diags *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->items[i].text);
	free(d->items);
	free(d->path);
	*d = (struct diags){ 0 };
}

void diag_add(struct diags *d, enum diag_level level, int line, int column, const char *format, ...)
{
	struct diag *item = MEM_PUSH(d->items, d->count);
	struct buf text = { 0 };
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	*item = (struct diag){ level, line, column, buf_steal(&text) };
	if (level == DIAG_ERROR)
		d->errors++;
}

void diag_print(const struct diags *d, const struct diag *item, FILE *out)
{
	static const char *const formats[] = { [DIAG_ERROR] = "%s",
		                               [DIAG_WARNING] = N_("warning: %s"),
		                               [DIAG_NOTE] = N_("note: %s") };

	plain_puts(d->path, out);
	if (item->line)
		fprintf(out, ":%d", item->line);
	if (item->column)
		fprintf(out, ":%d", item->column);
	fputs(": ", out);
	plain_printf(out, _(formats[item->level]), item->text);
	fputc('\n', out);
}

void diags_print(const struct diags *d, FILE *out)
{
	for (size_t i = 0; i < d->count; i++)
		diag_print(d, &d->items[i], out);
}

char *diags_errors(const struct diags *d)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; out && i < d->count; i++)
		if (d->items[i].level == DIAG_ERROR)
			diag_print(d, &d->items[i], out);
	if (out)
		fclose(out);
	while (size > 0 && text[size - 1] == '\n')
		text[--size] = '\0';
	return text ? text : mem_dup("");
}
