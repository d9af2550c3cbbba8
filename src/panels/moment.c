// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/moment.h"

struct moment moment_latest(const struct engine *e)
{
	return (struct moment){
		.now = engine_snapshot(e),
		.before = engine_snapshot_before(e),
		.position = engine_position(e),
	};
}

/* A step that was given up has no snapshot: what was before it is the last that is known. */
struct moment moment_at(const struct engine *e, size_t position)
{
	const struct step_record *r = position ? engine_record(e, position - 1) : NULL;

	return (struct moment){
		.now = !r         ? NULL
		       : r->after ? r->after
		                  : r->before,
		.before = r ? r->before : NULL,
		.position = position,
	};
}
