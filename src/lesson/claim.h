// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

#include "script/step.h"

/* Whether what is said of the orders of a schedule needs neither memory nor the kernel: names, and states of
   processes. Then the stage need not be asked for it: engine_claim(). */
bool claim_is_known(const struct step *claim);
