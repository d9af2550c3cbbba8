// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panels/facts.h"
#include "panels/moment.h"

/* Adds what is other at a moment than before it, as the facts of what there is say it:
   "sem[0]  semncnt 2 ▶ 1  sempid A ▶ B   seg is gone", with apart between things. Adds nothing where
   nothing is. */
void change_write(const struct engine *e, const struct moment *at, const char *apart,
                  struct flow *f);
