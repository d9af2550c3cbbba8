// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "base/intl.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "stage/stage.h"

/* Only a stage knows what it lacks. *why says why there is none. */
static struct stage *try_stage(bool host, char **why)
{
	const struct stage_options options = { .host = host, .terminal_fd = -1 };

	return stage_start(&options, why);
}

int cli_complain_lacks(int status, const char *lacks)
{
	fprintf(stderr, _("ipclens: lessons are not confined here; lacking: %s\n"), lacks);
	return status;
}

int cli_confined(bool host)
{
	char *why = NULL;
	struct stage *s = try_stage(host, &why);
	const char *lacks = s ? stage_lacks(s) : why;
	int status = 0;

	if (lacks)
		status = cli_complain_lacks(CLI_FAILED, lacks);
	stage_stop(s);
	free(why);
	return status;
}

void cli_tell_confined(void)
{
	char *why = NULL;
	struct stage *s = try_stage(false, &why);

	if (s && !stage_lacks(s))
		puts(_("Lessons are confined: they can do no harm here."));
	else
		printf(_("Lessons are not confined here; lacking: %s.\n"),
		       s ? stage_lacks(s) : why);
	stage_stop(s);
	free(why);
}
