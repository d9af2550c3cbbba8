// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "panels/intent.h"
#include "panels/moment.h"
#include "probe/snapshot.h"
#include "paint/sentence.h"
#include "paint/sheet.h"

/* A panel shows one part of what the kernel said. It reads the snapshots of the moment that is
   shown, and of the engine only what was there by then, and writes rows on a sheet that is as
   wide as the panel. */
struct panel_context {
	const struct engine *engine; /* NULL where no lesson is played */
	struct moment at;            /* now is never NULL */
	struct sheet *sheet;         /* to draw on; NULL otherwise */
};

/* The column in which a panel stands where there is room for two. */
enum panel_place {
	PLACE_OBJECTS, /* what there is */
	PLACE_EVENTS,  /* what happens to it; the right one */
};

struct panel {
	const char *title; /* N_("SEMAPHORES") */
	enum panel_place place;
	bool elastic; /* shows its latest rows when there is little room */
	bool (*exists)(const struct panel_context *c);
	void (*draw)(const struct panel_context *c);

	/* What an action means while the panel has the focus; NULL: nothing of its own. */
	struct intent (*act)(const struct panel_context *c, enum action action);
};

#define PANEL(name) extern const struct panel panel_##name;
#include "panels/panels.def"
#undef PANEL

struct intent panel_act(const struct panel *panel, const struct panel_context *c,
                        enum action action);

/* What panels have in common: */

/* The letter of a pid, or 0; and of a process its colour. */
char panel_letter(const struct panel_context *c, pid_t pid);
struct style panel_who(unsigned who);
struct style panel_style(bool changed); /* of a value */
struct part panel_part(unsigned who);   /* its letter, in a sentence */

/* The row with the title of a panel that has no objects. */
void panel_title(const struct panel_context *c, const struct panel *panel);

/* A pid as its letter in its colour, as a number, or "-" for 0. Returns the next column. */
int panel_pid(const struct panel_context *c, int row, int column, pid_t pid, bool changed);

/* A number that ends before a column. */
void panel_number(const struct panel_context *c, int row, int end, struct part number);

/* The row that begins an object: the panel's title (where first), id, mode and key. */
struct panel_object {
	bool first;
	int32_t id;
	const struct snap_perm *perm, *before; /* before: NULL when the object is new */
};
void panel_object_row(const struct panel_context *c, const struct panel *panel,
                      const struct panel_object *o);

/* A name and its value; laid out by panel_data() in as many columns as fit. */
struct datum {
	const char *name;
	char value[48];
	bool changed;
	bool begins; /* a row, where there is room for three and more on one */
	pid_t pid;   /* shown instead of the value when it has a letter */
};
void panel_data(const struct panel_context *c, const struct datum *data, int count);

struct datum datum_number(const char *name, uint64_t now, bool known, uint64_t before);
struct datum datum_pid(const char *name, pid_t now, bool known, pid_t before);
struct datum datum_time(const struct panel_context *c, const char *name, int64_t now, bool known,
                        int64_t before);

/* "rw-r-----"; "12 µs", "2.3 s", "1 min 5 s"; "-", "now", "12s ago". */
void format_mode(char *out, size_t size, uint32_t mode);
void format_duration(char *out, size_t size, uint64_t ns);
void format_ago(char *out, size_t size, int64_t time, int64_t clock);

/* How long a process has been in its call, at the right edge of a row; dim. */
void panel_duration(const struct panel_context *c, int row, unsigned who);

const struct snap_process *panel_process(const struct snapshot *s, unsigned who);
