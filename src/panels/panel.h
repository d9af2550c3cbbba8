// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "panels/facts.h"
#include "panels/intent.h"
#include "panels/moment.h"
#include "probe/snapshot.h"
#include "paint/sentence.h"
#include "paint/sheet.h"

/* A panel shows one part of what the kernel said. It reads the snapshots of the moment that is
   shown, and of the engine only what was there by then; one that is elastic reads what came after it
   too. It writes rows on a sheet that is as wide as the panel. */

/* How much of it there is for a panel that can do with less. */
enum panel_room {
	ROOM_ENOUGH,
	ROOM_SOME, /* for what changed */
	ROOM_LITTLE,
};

struct panel_context {
	const struct engine *engine; /* NULL where no lesson is played */
	struct moment at;            /* now is never NULL */
	size_t looked_at; /* steps run by the moment that is looked at, in a panel that shows what came
	                     after it too; 0: nobody looks back */
	struct sheet *sheet; /* to draw on; NULL otherwise */
	enum panel_room room;
	uint64_t *youngest; /* since when what sleeps, of which an age is drawn, has slept: the
			       latest. NULL: nobody wants to know */
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
	bool yields;  /* and has room for them after what other panels say of the step */
	bool shrinks; /* heeds what room there is */
	bool (*exists)(const struct panel_context *c);
	void (*draw)(const struct panel_context *c);

	/* The same in words, each thing that is worth telling once; NULL: it tells nothing. Also asked
	   where the panel does not exist: it has no facts then. */
	void (*facts)(const struct panel_context *c, struct facts *f);

	/* What an action means while the panel has the focus; NULL: nothing of its own. */
	struct intent (*act)(const struct panel_context *c, enum action action);
};

#define PANEL(name) extern const struct panel panel_##name;
#include "panels/panels.def"
#undef PANEL

struct intent panel_act(const struct panel *panel, const struct panel_context *c,
                        enum action action);

/* What panels have in common: */

struct style panel_style(bool changed); /* of a value */

/* Who: the letter of a process in its colour; of a task that has none, its pid. */
struct part panel_letter(unsigned who);
struct part panel_task(const struct snapshot *s, uint32_t task);

/* A pid as the letter that it belongs to, as a number, or "-" for 0. */
struct part panel_pid(const struct panel_context *c, pid_t pid, bool changed);

/* Adds a number in which a lesson may have put a pid: "17000 (pid of B)" if it is one. */
void panel_number(const struct panel_context *c, int64_t number, struct style style,
                  struct flow *f);

/* The row with the title of a panel that has no objects. */
void panel_title(const struct panel_context *c, const struct panel *panel);

/* The column beside the title, where objects begin. */
int panel_column(const struct panel_context *c, const struct panel *panel);

/* The row that begins an object: the panel's title (where first), id, mode and key. */
struct panel_object {
	bool first;
	const char *get; /* the call by which a script comes to it */
	int32_t id;
	const struct snap_perm *perm, *before; /* before: NULL when the object is new */
};
void panel_object_row(const struct panel_context *c, const struct panel *panel,
                      const struct panel_object *o);

/* Where not all is shown: "… and 3 more", on a row of its own, and in the fact begun last. Nothing
   for 0. */
void panel_more(const struct panel_context *c, int column, uint64_t more);
void panel_more_facts(struct facts *f, uint64_t more);

/* The same of objects: below them, and in a fact about all of their kind. */
void panel_more_objects(const struct panel_context *c, const struct panel *panel, uint32_t hidden);
void panel_more_objects_facts(struct facts *f, const char *kind, uint32_t hidden);

/* How long a task has been in its call, at the right edge of a row that is written up to a
   column, or below it; dim. */
void panel_duration(const struct panel_context *c, int row, int column, uint32_t task);
