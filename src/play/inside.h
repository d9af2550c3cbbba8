// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Inside a session: session.c plays its lesson, choose.c orders of a schedule of it, both by staging.c. */

#include "play/session.h"

/* staging.c: the engine's lesson from now on, which the session owns; a replay of one; the engine was told
   something: a step is under way; ns of CPU that the processes had used as of the last snapshot. */
void session_use(struct session *s, struct lesson *lesson);
void session_replay(struct session *s, struct lesson *lesson, size_t position, size_t scene);
void session_act(struct session *s); /* does what the engine asks for */
void session_begin(struct session *s);
uint64_t session_cpu(const struct session *s);

/* choose.c */
void order_forget(struct session *s);
void order_cut(struct session *s,
               size_t count); /* to so many letters; 0: to the script, before the schedule */
void order_conclude(
	struct session *s); /* nobody makes a step any more: all that is said of it is asked for */
bool order_follow(struct session *s); /* the next step of the plan; false when there is none */
void order_leave(struct session *s, enum engine_command c);
