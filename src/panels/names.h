// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/panel.h"

/* What the script calls things, as of the moment that is shown: the one name that was given the result
   of the call that made it, or found it, by the call itself, or if there is none, by another name. NULL
   when there are several, or none. */

/* An object, by the call: "semget". */
const char *names_object(const struct panel_context *c, const char *get, int32_t id);

/* What a process has mapped at an address. */
const char *names_mapping(const struct panel_context *c, unsigned who, uint64_t start);
