// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* A name and its value; laid out by datum_draw() in as many columns as fit. */
struct datum {
	const char *name;
	struct part value;
	struct part before; /* what it was, when changed */
	bool changed;
	bool begins; /* a row, where there is room for three and more on one */
};

/* Its value, with what it was where it changed and so many columns have room for that: "2 ▶ 1". words holds
   it then, and is empty before. */
struct part datum_shown(const struct datum *d, struct flow *words, int room);

void datum_draw(const struct panel_context *c, const struct datum *data, int count);
void datum_facts(struct facts *f, const struct datum *data, int count);

struct datum datum_number(const char *name, uint64_t now, bool known, uint64_t before);
struct datum datum_pid(const struct panel_context *c, const char *name, pid_t now, bool known,
                       pid_t before);
struct datum datum_time(const struct panel_context *c, const char *name, int64_t now, bool known,
                        int64_t before);

/* The fact that says who may use an object: "sem 0 access", apart from what changes with every
   call; name is the script's, or NULL. */
void datum_access(struct facts *f, const char *kind, int32_t id, const char *name,
                  const struct snap_perm *perm);
