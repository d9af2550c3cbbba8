// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/intl.h"
#include "cli/cli.h"
#include "cli/options.h"

/* What a machine may refuse and nothing works without: else it would be told of as something else,
   or not at all, for some of these end a process. */
static const struct {
	int resource;
	unsigned least;
	const char *name; /* as the shell sets it */
	const char *why;
} limits[] = {
	{ RLIMIT_NOFILE, 256, "ulimit -n", N_("the limit of open files is %llu; %u are needed") },
	{ RLIMIT_FSIZE, 1 << 20, "ulimit -f",
	  N_("the limit of a file's size is %llu bytes; %u are needed") },
	{ RLIMIT_STACK, 128 << 10, "ulimit -s",
	  N_("the limit of a stack is %llu bytes; %u are needed") },
};

bool cli_needs_met(void)
{
	struct rlimit now;
	char why[256];

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		if (getrlimit(limits[i].resource, &now) || now.rlim_cur == RLIM_INFINITY ||
		    now.rlim_cur >= limits[i].least)
			continue;
		snprintf(why, sizeof(why), _(limits[i].why), (unsigned long long)now.rlim_cur,
		         limits[i].least);
		cli_complain(0, limits[i].name, why, NULL);
		return false;
	}
	if (access("/proc/self/stat", R_OK)) {
		cli_complain(0, "/proc", _("not mounted, and nothing can be seen without it"),
		             NULL);
		return false;
	}
	return true;
}
