// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/rate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "paint/grid.h"

enum { RATE_WIDTH = 9, RATE_BAR_MAX = 40, MIB = 1 << 20 };

/* One unit for all that is to be compared; of what is slower than that, its thousandth, and of
   what does not fit RATE_WIDTH, a thousand of it. */
char *rate_text(double rate)
{
	struct buf b = { 0 };

	if (rate < 1e6)
		buf_printf(&b, rate < 1e4 ? "%.1f kB/s" : "%.0f kB/s", rate / 1e3);
	else if (rate < 9.9995e9)
		buf_printf(&b, rate < 1e7 ? "%.1f MB/s" : "%.0f MB/s", rate / 1e6);
	else
		buf_printf(&b, "%.0f GB/s", rate / 1e9);
	return buf_steal(&b);
}

/* There is no sign for an eighth: in a gauge it is the frame, and so it is in ASCII. */
char *rate_blocks(double rate, double largest, int width)
{
	static const char *const parts[] = { "", "", "▎", "▍", "▌", "▋", "▊", "▉" };
	int eighths = largest > 0 ? (int)(8 * width * rate / largest + 0.5) : 0;
	struct buf b = { 0 };

	if (eighths < 2)
		eighths = 2;
	for (int i = 0; i < eighths / 8; i++)
		buf_puts(&b, "█");
	buf_puts(&b, parts[eighths % 8]);
	return buf_steal(&b);
}

bool rate_exists(const struct engine *e, size_t step)
{
	return step < engine_position(e) && engine_record(e, step)->rate > 0;
}

char *rate_bar(const struct engine *e, size_t step, int width)
{
	double rate = engine_record(e, step)->rate, largest = rate;

	for (size_t i = 0; i < engine_position(e); i++)
		if (engine_record(e, i)->rate > largest)
			largest = engine_record(e, i)->rate;
	return rate_blocks(rate, largest, width < RATE_BAR_MAX ? width : RATE_BAR_MAX);
}

static int name_width(const char *name)
{
	return grid_width(GLYPHS_UNICODE, name);
}

/* "pipe, 64 B", or "pipe  64 B" when the lesson calls it "pipe" and there is room. */
static char *name_of(const struct step *step, int width)
{
	struct buf size = { 0 }, b = { 0 };

	if (step->bytes >= MIB && step->bytes % MIB == 0)
		buf_printf(&size, "%" PRId64 " MiB", step->bytes / MIB);
	else if (step->bytes >= 1024 && step->bytes % 1024 == 0)
		buf_printf(&size, "%" PRId64 " KiB", step->bytes / 1024);
	else
		buf_printf(&size, "%" PRId64 " B", step->bytes);
	buf_puts(&b, step->name);
	if (!strstr(step->name, size.data) &&
	    name_width(step->name) + 2 + name_width(size.data) <= width)
		buf_printf(&b, "  %s", size.data);
	buf_free(&size);
	return buf_steal(&b);
}

static int longest_name(const struct lesson *l, int width)
{
	int longest = 0;

	for (size_t i = 0; i < l->script.nsteps; i++) {
		char *name = l->script.steps[i].kind == STEP_MEASURE
		                     ? name_of(&l->script.steps[i], width)
		                     : NULL;
		int own = name ? name_width(name) : 0;

		longest = own > longest ? own : longest;
		free(name);
	}
	return longest;
}

char *rate_words(const struct engine *e, size_t step, int width)
{
	const struct lesson *l = engine_lesson(e);
	int room = width - RATE_WIDTH - 1;
	char *name = name_of(&l->script.steps[step], room),
	     *rate = rate_text(engine_record(e, step)->rate);
	int gap = longest_name(l, room) - name_width(name) + 1 + RATE_WIDTH - (int)strlen(rate);
	struct buf b = { 0 };

	buf_printf(&b, "%s%*s%s", name, gap, "", rate);
	free(name);
	free(rate);
	return buf_steal(&b);
}
