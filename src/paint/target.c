// SPDX-License-Identifier: GPL-3.0-or-later
#include "paint/target.h"

uint16_t target_of(enum target_kind kind, size_t number)
{
	return number < TARGET_ITEM ? (uint16_t)(kind | number) : 0;
}

enum target_kind target_kind(uint16_t target)
{
	return target & 0xf000;
}

int target_number(uint16_t target)
{
	return target & 0xfff;
}
