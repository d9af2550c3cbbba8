// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

#include "engine/engine.h"
#include "probe/snapshot.h"

/* The moment that is shown. Whoever shows it chooses it, by one of these; a panel takes it from
   its context and knows nothing that is later. The snapshots are borrowed. */
struct moment {
	const struct snapshot *now;    /* NULL: the kernel has said nothing yet */
	const struct snapshot *before; /* what changed is measured against it; may be NULL */
	size_t position;               /* steps run by then: the records that may be read */
	uint64_t seen; /* CLOCK_MONOTONIC ns: of the latest, when it is looked at; what sleeps has
	                  slept until then. 0: ages are those of the snapshot */
};

/* The latest one. It is valid until the engine is given a command or an event. */
struct moment moment_latest(const struct engine *e);

/* As it was when so many steps had run: at most as many as have. */
struct moment moment_at(const struct engine *e, size_t position);
