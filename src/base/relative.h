// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* The path of a file, which is relative to the current folder, as it is from another folder: "../server.c". It stays as
   it is if it is absolute, or one of the folders is not there. The caller frees it. */
char *relative_from(const char *folder, const char *path);
