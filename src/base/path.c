// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/path.h"

#include <string.h>

#include "base/mem.h"

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? mem_dupn(path, slash > path ? (size_t)(slash - path) : 1) : mem_dup(".");
}
