// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/panel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/intl.h"

struct intent panel_act(const struct panel *panel, const struct panel_context *c,
                        enum action action)
{
	return panel->act ? panel->act(c, action) : (struct intent){ INTENT_NONE };
}

const struct snap_process *panel_process(const struct snapshot *s, unsigned who)
{
	const struct snap_process *p = snap_processes(s);

	for (uint32_t i = 0; i < s->nprocesses; i++)
		if (snap_letter(s, p[i].task) == who)
			return &p[i];
	return NULL;
}

char panel_letter(const struct panel_context *c, pid_t pid)
{
	const struct snap_task *t = snap_tasks(c->at.now);

	if (pid <= 0)
		return 0;
	if (c->engine)
		return engine_letter(c->engine, pid);
	for (uint32_t i = 0; i < c->at.now->ntasks; i++)
		if (t[i].pid == pid && t[i].letter < LETTERS)
			return LETTER_CHAR(t[i].letter);
	return 0;
}

struct style panel_who(unsigned who)
{
	_Static_assert(ROLE_PROCESS_L == ROLE_PROCESS_A + LETTERS - 1, "a role for each letter");
	return STYLE((uint8_t)(ROLE_PROCESS_A + (who < LETTERS ? who : LETTERS - 1)));
}

struct style panel_style(bool changed)
{
	return STYLE(changed ? ROLE_CHANGED : ROLE_TEXT);
}

int panel_pid(const struct panel_context *c, int row, int column, pid_t pid, bool changed)
{
	char letter = panel_letter(c, pid);
	struct style style;

	if (!letter)
		return sheet_printf(c->sheet, row, column, panel_style(changed), pid ? "%d" : "-",
		                    pid);
	style = panel_who((unsigned)(letter - 'A'));
	if (changed)
		style.attributes |= STYLE_UNDERLINE;
	return sheet_printf(c->sheet, row, column, style, "%c", letter);
}

struct part panel_part(unsigned who)
{
	struct part part = { .style = panel_who(who) };

	snprintf(part.number, sizeof(part.number), "%c", LETTER_CHAR(who));
	return part;
}

void panel_title(const struct panel_context *c, const struct panel *panel)
{
	sheet_put(c->sheet, sheet_row(c->sheet), 1, STYLE_WITH(ROLE_TITLE, STYLE_BOLD),
	          _(panel->title));
}

void panel_number(const struct panel_context *c, int row, int end, struct part number)
{
	sheet_put_right(c->sheet, row, end, number.style, number.number);
}

void panel_object_row(const struct panel_context *c, const struct panel *panel,
                      const struct panel_object *o)
{
	struct sheet *s = c->sheet;
	const char *title = _(panel->title);
	int row = sheet_row(s), first = 1 + grid_width(s->grid.glyphs, title) + 2, column = first;
	const struct snap_perm *b = o->before;
	char mode[16], key[16];

	if (o->first)
		sheet_put(s, row, 1, STYLE_WITH(ROLE_TITLE, STYLE_BOLD), title);
	column = sheet_put(s, row, column, STYLE(ROLE_DIM), _("id")) + 1;
	column = sheet_printf(s, row, column, panel_style(!b && c->at.before), "%" PRId32, o->id);
	format_mode(mode, sizeof(mode), o->perm->mode);
	column = sheet_put(s, row, column + 2, panel_style(b && (b->mode ^ o->perm->mode) & 0777),
	                   mode);
	column += 2;
	snprintf(key, sizeof(key), o->perm->key ? "0x%" PRIx32 : "0", (uint32_t)o->perm->key);
	if (column + (int)strlen(key) > s->grid.columns) {
		row = sheet_row(s);
		column = first;
	}
	if (s->grid.columns >= 44 || o->perm->key == 0)
		column = sheet_put(s, row, column, STYLE(ROLE_DIM), _("key")) + 1;
	sheet_put(s, row, column, panel_style(b && b->key != o->perm->key), key);
}

/* A name with its value takes a cell, or as many side by side as it needs to be whole. */
enum { DATUM_NAME = 10, DATUM_VALUE = 8 };

static int name_width(const struct panel_context *c, const struct datum *data, int count)
{
	int widest = DATUM_NAME;

	for (int i = 0; i < count; i++) {
		int width = grid_width(c->sheet->grid.glyphs, data[i].name) + 1;

		widest = width > widest ? width : widest;
	}
	return widest;
}

void panel_data(const struct panel_context *c, const struct datum *data, int count)
{
	int name = name_width(c, data, count), cell = name + DATUM_VALUE;
	int across = (c->sheet->grid.columns - 1) / cell, row = 0, place = 0;

	for (int i = 0; i < count; i++) {
		const struct datum *d = &data[i];
		int value = grid_width(c->sheet->grid.glyphs, d->value) + 1;
		int cells = (name + value + cell - 1) / cell, column;

		if (place + cells > across || (d->begins && across > 2))
			place = 0;
		if (place == 0)
			row = sheet_row(c->sheet);
		column = 2 + place * cell;
		place += cells;
		sheet_put(c->sheet, row, column, STYLE(ROLE_DIM), d->name);
		if (panel_letter(c, d->pid))
			panel_pid(c, row, column + name, d->pid, d->changed);
		else
			sheet_put(c->sheet, row, column + name, panel_style(d->changed), d->value);
	}
}

struct datum datum_number(const char *name, uint64_t now, bool known, uint64_t before)
{
	struct datum d = { .name = name, .changed = known && now != before };

	snprintf(d.value, sizeof(d.value), "%" PRIu64, now);
	return d;
}

struct datum datum_pid(const char *name, pid_t now, bool known, pid_t before)
{
	struct datum d = { .name = name, .changed = known && now != before, .pid = now };

	snprintf(d.value, sizeof(d.value), now ? "%d" : "-", now);
	return d;
}

struct datum datum_time(const struct panel_context *c, const char *name, int64_t now, bool known,
                        int64_t before)
{
	struct datum d = { .name = name, .changed = known && now != before };

	format_ago(d.value, sizeof(d.value), now, c->at.now->clock);
	return d;
}

void format_mode(char *out, size_t size, uint32_t mode)
{
	static const char letters[] = "rwxrwxrwx";
	char text[] = "---------";

	for (int i = 0; i < 9; i++)
		if (mode & (0400u >> i))
			text[i] = letters[i];
	snprintf(out, size, "%s", text);
}

void format_duration(char *out, size_t size, uint64_t ns)
{
	uint64_t s = ns / 1000000000;

	if (ns < 1000000)
		snprintf(out, size, _("%" PRIu64 " µs"), ns / 1000);
	else if (ns < 100000000)
		snprintf(out, size, _("%" PRIu64 " ms"), ns / 1000000);
	else if (s < 60)
		snprintf(out, size, _("%.1f s"), (double)ns / 1e9);
	else if (s < 3600)
		snprintf(out, size, _("%" PRIu64 " min %" PRIu64 " s"), s / 60, s % 60);
	else
		snprintf(out, size, _("%" PRIu64 " h %" PRIu64 " min"), s / 3600, s / 60 % 60);
}

void format_ago(char *out, size_t size, int64_t time, int64_t clock)
{
	int64_t s = clock - time;

	if (time == 0)
		snprintf(out, size, "-");
	else if (s < 1)
		snprintf(out, size, "%s", _("now"));
	else if (s < 100)
		snprintf(out, size, _("%" PRId64 "s ago"), s);
	else if (s < 6000)
		snprintf(out, size, _("%" PRId64 "m ago"), s / 60);
	else
		snprintf(out, size, _("%" PRId64 "h ago"), s / 3600);
}

void panel_duration(const struct panel_context *c, int row, unsigned who)
{
	const struct snap_process *p = panel_process(c->at.now, who);
	char text[32];

	if (!p || !p->in_call || c->at.now->time < p->since)
		return;
	format_duration(text, sizeof(text), c->at.now->time - p->since);
	sheet_put_right(c->sheet, row, c->sheet->grid.columns - 1, STYLE(ROLE_DIM), text);
}
