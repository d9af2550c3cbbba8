// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "paint/flow.h"
#include "panels/panel.h"

/* What happened, in words: calls, results, and scripts as far as they may be shown. */

/* The sign for a process that sleeps. */
#define SIGN_ASLEEP "‖"
#define SIGN_FAILED "✘" /* a call; that a step came out otherwise than expected is another sign */

/* The call that a process is in, with its arguments: "semop(sem, {{0,-1,SEM_UNDO}}, 1)"; an object
   that the script has no name for by its id. waiter says more of it, or is NULL. The caller frees it. */
char *phrase_call(const struct panel_context *c, const struct snap_process *p,
                  const struct snap_waiter *waiter);

/* The name of the call that a process was given last, up to that step; of a statement that is
   no call, all of it. The caller frees it. */
char *phrase_call_name(const struct engine *e, size_t position, unsigned who, size_t step);

/* Adds a result: "0", "-1 EIDRM identifier removed", "‖ blocks", "killed SIGBUS ...". */
void phrase_result(const struct engine *e, size_t step, const struct result *r, struct flow *f,
                   bool fresh);

/* Adds why a call or a process came to its end: "woken by A", "its time was over"; nothing where that is
   not known. */
void phrase_cause(struct end_cause cause, struct flow *f);

/* Adds what an assert read: "sem[0].semncnt is 1", "... (derived)". */
void phrase_reading(const struct reading *o, struct flow *f);

/* Adds all results of a step that has run, the callers' own ones first: "→ 0  B → -1 EIDRM
   identifier removed"; of an assert, what it read. Adds nothing when there is nothing to
   say. woke: with the words for those that it woke, as far as that is known. */
void phrase_outcome(const struct engine *e, size_t step, struct flow *f, bool woke);

/* Adds a line of a script, with those who do it, its first bytes, in their colours. */
void phrase_line(struct flow *f, struct style style, const char *text, size_t callers);
