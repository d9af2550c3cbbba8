// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* The last part of a path, which points into it. */
const char *path_name(const char *path);

/* What stands before that: "." where there is no folder in it. The caller frees it. */
char *path_folder(const char *path);
