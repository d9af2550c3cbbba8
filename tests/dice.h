// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Chance that can be had again: the same seed and number, the same rolls. */
void dice_seed(unsigned seed, unsigned number);
unsigned dice_roll(unsigned sides); /* from 0 to sides - 1 */

/* A number from the environment. */
unsigned dice_setting(const char *name, unsigned otherwise);
