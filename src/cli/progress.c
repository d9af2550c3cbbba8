// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "cli/options.h"
#include "cli/out.h"
#include "play/progress.h"

enum { PATIENCE = 10000 }; /* ms, for another program that writes the file */

static int complain(void)
{
	int error = errno;
	char *path = keep_path("progress");

	cli_complain(CLI_FAILED, path ? path : "progress", strerror(error), NULL);
	free(path);
	return CLI_FAILED;
}

static void write_lesson(const struct progress_lesson *p, const struct course_lesson *l,
                         enum glyphs glyphs)
{
	const char *state = p->finished ? _("finished") : p->step ? _("begun") : _("opened");
	size_t questions, answered, right;
	struct buf row = { 0 }, answers = { 0 };
	int room;

	progress_answers(p, &questions, &answered, &right);
	if (questions)
		buf_printf(&answers, _("%zu/%zu right"), right, questions);
	buf_printf(&row, "%-6s %s", l ? l->name : "", state);
	room = 18 - grid_width(glyphs, row.data);
	buf_printf(&row, "%*s%s", room > 1 ? room : 1, "", buf_str(&answers));
	room = 32 - grid_width(glyphs, row.data);
	buf_printf(&row, "%*s%s\n", room > 1 ? room : 1, "", l && l->title ? l->title : p->slug);
	out_puts(row.data, glyphs);
	buf_free(&row);
	buf_free(&answers);
}

int cli_progress(const struct course *c, bool reset, enum glyphs glyphs)
{
	struct progress p = { 0 };
	const struct course_chapter *chapter;
	const struct course_lesson *l;
	const struct progress_lesson *found;

	if (reset)
		return progress_reset(PATIENCE) ? 0 : complain();
	if (!progress_load(&p)) {
		int status = complain();

		progress_free(&p);
		return status;
	}
	/* in the order of the course; then what is of another */
	for (int i = 0; c && (l = course_at(c, i, &chapter)); i++)
		if ((found = progress_find(&p, l->slug)))
			write_lesson(found, l, glyphs);
	for (size_t i = 0; i < p.count; i++)
		if (!c || !course_find(c, p.lessons[i].slug))
			write_lesson(&p.lessons[i], NULL, glyphs);
	if (!p.count)
		out_puts(_("No lesson was opened yet.\n"), glyphs);
	progress_free(&p);
	return 0;
}
