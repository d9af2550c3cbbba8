// SPDX-License-Identifier: GPL-3.0-or-later
#include "dice.h"

#include <stdint.h>
#include <stdlib.h>

static uint64_t state;

void dice_seed(unsigned seed, unsigned number)
{
	state = (seed + 1) * 0x9e3779b97f4a7c15 ^ (number + 1) * 0xd1b54a32d192ed03;
	for (int i = 0; i < 8; i++)
		dice_roll(2);
}

unsigned dice_roll(unsigned sides)
{
	state ^= state << 13; /* xorshift64 */
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % sides);
}

unsigned dice_setting(const char *name, unsigned otherwise)
{
	const char *value = getenv(name);

	return value ? (unsigned)strtoul(value, NULL, 10) : otherwise;
}
