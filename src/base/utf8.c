// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.h"

size_t utf8_sequence(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t length = u[0] < 0x80                   ? 1
	                : u[0] >= 0xc2 && u[0] < 0xe0 ? 2
	                : u[0] >= 0xe0 && u[0] < 0xf0 ? 3
	                : u[0] >= 0xf0 && u[0] < 0xf5 ? 4
	                                              : 0;

	if (!length || length > n)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	/* overlong, surrogate, beyond U+10FFFF */
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) ||
	    (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0;
	return length;
}
