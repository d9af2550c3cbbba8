// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/buf.h"
#include "base/diag.h"
#include "play/survey.h"

/* The orders of schedules, without a screen. */

/* So many at once: in the host's namespace one, because each makes the same objects. */
struct survey_options orders_options(bool host, unsigned patience, bool every, unsigned at_once);

/* What is wrong with what is said of them: each at its line. The survey is over. */
void orders_complain(const struct survey *s, const struct schedule *schedule, struct diags *d);

/* "A.n[0] = 1: 4 of 6 orders, such as ABAB" of each end, into b, a line each. */
void orders_write_ends(const struct survey *s, struct buf *b);
