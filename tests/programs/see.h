// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <unistd.h>

/* What a program sees of the kernel, it judges itself: its exit status is 0, or tells the line of what was not so: one
   more than what is left of it after 200s. Run
   alone and under the lens it must see the same. */
#define SEE(what)                                  \
	do {                                       \
		if (!(what))                       \
			_exit(__LINE__ % 200 + 1); \
	} while (0)

/* A case has a name, which is the first argument. */
struct see_case {
	const char *name;
	void (*run)(void);
};

#define SEE_MAIN(cases)                                                         \
	int main(int argc, char **argv)                                         \
	{                                                                       \
		for (unsigned i = 0; i < sizeof(cases) / sizeof(*(cases)); i++) \
			if (argc > 1 && !strcmp((cases)[i].name, argv[1])) {    \
				(cases)[i].run();                               \
				return 0;                                       \
			}                                                       \
		return 255;                                                     \
	}
