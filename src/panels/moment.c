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

struct moment moment_at(const struct engine *e, size_t position)
{
	return (struct moment){
		.now = engine_snapshot_at(e, position),
		.before = position ? engine_record(e, position - 1)->before : NULL,
		.position = position,
	};
}
