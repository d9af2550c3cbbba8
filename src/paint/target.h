// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a click on a cell is for: one of these, and a number below 0x1000. */
enum target_kind {
	TARGET_ITEM = 0x1000, /* of a list */
	TARGET_PANEL = 0x2000,
	TARGET_LESSON = 0x3000, /* what is no panel */
	TARGET_ANSWER = 0x4000, /* to the open question */
	TARGET_STEP = 0x5000,
	TARGET_ACTION = 0x6000, /* enum action */
	TARGET_MOMENT = 0x7000, /* when so many steps had run */
};

/* 0, nothing, where the number is too large. */
uint16_t target_of(enum target_kind kind, size_t number);
enum target_kind target_kind(uint16_t target);
int target_number(uint16_t target);
