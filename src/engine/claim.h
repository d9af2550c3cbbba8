// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/buf.h"
#include "engine/engine.h"

/* What claim_is_known() comes to as of the last quiet: '1', '0', or '?' when a name has no value. Its names are added
   to *names, "A.t = 1" each, if they are not there. */
char engine_claim(const struct engine *e, const struct step *claim, struct buf *names);
