/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdbool.h>

#include "pages/pages.h"
#include "paint/sheet.h"

/*
 * Compares a text with tests/golden/NAME.txt, and ends the test with both when they differ. With GENERATE=1
 * in the environment the file is written instead: look at what "git diff" says of it.
 */
void golden_expect(const char *name, const char *text);

/*
 * The digits of times, which differ from run to run, become #, a # for each; so do their points and colons.
 * Returns text.
 *   "2.3 s", "163 µs", "4 min", "14:03:22"
 */
char *golden_mask(char *text);

/* The screen as text. The caller frees it. */
char *golden_draw(struct pages *pages, const struct view *v, int columns, int rows,
                  enum glyphs glyphs);

/* What is on it is this text, or the test ends; of a sheet as far as it was written. */
void expect_grid(const struct grid *g, const char *text);
void expect_sheet(struct sheet *s, const char *text);

/* An arrow that begins with the letter of a process is in the grid: what it has caused. */
bool shows_cause(const struct grid *g, unsigned by);

#endif
