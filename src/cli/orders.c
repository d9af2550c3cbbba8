// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/orders.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/intl.h"
#include "cli/cli.h"

struct survey_options orders_options(bool host, unsigned patience, bool every, unsigned at_once)
{
	return (struct survey_options){ .stage_options = { .host = host,
		                                           .terminal_fd = -1,
		                                           .forked = true,
		                                           .time = CLI_TIMES * patience },
		                        .every = every,
		                        .patience = patience,
		                        .players = host                       ? 1
		                                   : at_once > SURVEY_PLAYERS ? SURVEY_PLAYERS
		                                                              : at_once };
}

static void complain_trouble(const struct survey *s, struct diags *d)
{
	int line, column;
	bool skipped;
	const char *why = survey_trouble(s, &line, &column, &skipped);

	if (why && !skipped)
		diag_add(d, DIAG_ERROR, line, column, "%s", why);
}

static void note_cut(const struct survey *s, const struct schedule *schedule, struct diags *d)
{
	const struct step *first = &schedule->claims[0].step;
	char *orders = survey_summary(s);

	if (survey_is_cut(s) && schedule->nclaims)
		diag_add(
			d, DIAG_NOTE, first->line, 0,
			_("judged by %s: behind %d only as many more are made as %d seconds of process time are enough for"),
			orders, SURVEY_SURE, SURVEY_SECONDS);
	free(orders);
}

void orders_complain(const struct survey *s, const struct schedule *schedule, struct diags *d)
{
	int line, column;
	bool skipped;

	complain_trouble(s, d);
	for (size_t i = 0; i < schedule->nclaims && !survey_trouble(s, &line, &column, &skipped);
	     i++) {
		const struct step *step = &schedule->claims[i].step;
		char *fault = survey_fault(s, &schedule->claims[i]);

		if (fault)
			diag_add(d, DIAG_ERROR, step->line, step->column, "%s: %s", step->text,
			         fault);
		free(fault);
	}
	note_cut(s, schedule, d);
}

void orders_write_ends(const struct survey *s, struct buf *b)
{
	size_t count;
	const struct order_end *ends = orders_ends(survey_orders(s), &count);

	for (size_t i = 0; i < count; i++) {
		survey_share(s, &ends[i], b);
		buf_printf(b, _(", such as %s: %s\n"), ends[i].order, ends[i].text);
	}
}
