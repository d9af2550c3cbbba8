// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <stdarg.h>
#include <stdio.h>

int probe_fail(struct probe *p, const char **why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->why, sizeof(p->why), format, args);
	va_end(args);
	*why = p->why;
	return -1;
}
