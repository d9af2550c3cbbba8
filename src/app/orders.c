// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <stdlib.h>

#include "app/inside.h"
#include "base/clock.h"
#include "base/intl.h"
#include "base/mem.h"

/* Orders of a schedule. */

/* The table is drawn a few times a second. */
enum { SURVEY_PATIENCE = 10, CPU_SECONDS = 300, FRAME_NS = 200000000 };

/* One CPU is left to the lesson on the screen. */
static unsigned at_once(const struct app *a)
{
	cpu_set_t set;
	int cpus = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	if (session_host_reason(&a->session) || cpus < 3)
		return 1;
	return cpus - 1 < SURVEY_PLAYERS ? (unsigned)cpus - 1 : SURVEY_PLAYERS;
}

void app_forget_survey(struct app *a)
{
	survey_free(a->survey);
	a->survey = NULL;
	a->view.survey = NULL;
	found_forget(&a->found);
}

void app_need_survey(struct app *a)
{
	const struct lesson *l = a->session.written;
	int stop = a->session.engine && a->found.here ? a->found.stop : -1;
	struct survey_options options = { .stage_options = { .host = a->options->host,
		                                             .terminal_fd = -1,
		                                             .forked = true,
		                                             .time = CPU_SECONDS },
		                          .patience = SURVEY_PATIENCE };

	if (stop < 0) {
		app_say(a, mem_dup(_("no schedule is next here")));
		a->view.survey = NULL;
		return;
	}
	if (a->survey && survey_step(a->survey) == (size_t)stop) {
		a->view.survey = a->survey;
		return;
	}
	survey_free(a->survey);
	options.players = at_once(a);
	a->view.survey = a->survey = survey_begin(l, (size_t)stop, &options);
	survey_turn(a->survey);
}

void app_stop_survey(struct app *a)
{
	survey_stop(a->survey);
	a->changed = true;
}

void app_turn_survey(struct app *a)
{
	survey_turn(a->survey);
	if (survey_over(a->survey) && !survey_is_cut(a->survey) && a->found.stop >= 0 &&
	    survey_step(a->survey) == (size_t)a->found.stop)
		found_survey(&a->found, a->survey);
	if (survey_over(a->survey) || clock_now() - a->surveyed >= FRAME_NS) {
		a->surveyed = clock_now();
		a->changed = true;
	}
}

void app_order(struct app *a, struct intent intent)
{
	const char *why;

	app_set_automatic(a, false);
	if (session_order(&a->session, intent.letter, &why))
		app_follow(a);
	else
		app_say(a, mem_dup(why));
}

void app_plan(struct app *a, struct intent intent)
{
	session_plan(&a->session, survey_step(a->survey), intent.text);
	free(intent.text);
	pages_close(a->pages);
	app_follow(a);
}
