/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GOLDEN_H
#define GOLDEN_H

/*
 * Compares a text with tests/golden/NAME.txt, and ends the test with both when they differ. With GENERATE=1
 * in the environment the file is written instead: look at what "git diff" says of it.
 */
void golden_expect(const char *name, const char *text);

/*
 * Digits that differ from run to run become #: ids of processes, times. Widths stay. Returns text.
 *   " 12.3 s", "+ 163 µs", "4 min 2 s", "12s ago", "now" in a column of times
 */
char *golden_mask(char *text);

#endif
