// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* A folder of a test's own, with nothing in it. Its path, from folder_make() on. */
extern char test_folder[];

void folder_make(void);

/* With all that is in it. */
void folder_remove(void);

/* A file in it that holds the text, whatever it held before; the folders on the way to it are made. */
void folder_put(const char *name, const char *text);
