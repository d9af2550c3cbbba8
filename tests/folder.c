// SPDX-License-Identifier: GPL-3.0-or-later
#include "folder.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TEMPLATE "/tmp/ipclens-folder-XXXXXX"

char test_folder[] = TEMPLATE;

void folder_make(void)
{
	strcpy(test_folder, TEMPLATE);
	ck_assert_ptr_nonnull(mkdtemp(test_folder));
}

void folder_remove(void)
{
	char command[sizeof("rm -rf ") + sizeof(TEMPLATE)];

	snprintf(command, sizeof(command), "rm -rf %s", test_folder);
	ck_assert_int_eq(system(command), 0);
}

void folder_put(const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", test_folder, name);
	for (char *slash = path + strlen(test_folder) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	f = fopen(path, "w");
	ck_assert_msg(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s: %s", path, strerror(errno));
}
