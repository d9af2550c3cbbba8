// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "engine/engine.h"

/* Names that are the same on every stage, whoever came first there: of objects by their keys, of those without one
   by who has made them. */
enum called_kind { CALLED_SEGMENT, CALLED_SET, CALLED_QUEUE };

/* Adds "sem" of the only set, or "sem1", "sem2". What is not there keeps its id. */
void called_name(const struct engine *e, enum called_kind kind, int32_t id, struct buf *b);

/* A call as C writes it, with such names for ids, letters for pids, and "0x..." for addresses. The caller frees
   it. */
char *called_text(const struct engine *e, const char *text);
