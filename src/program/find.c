// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"

static bool is_source(const char *name)
{
	size_t n = strlen(name);

	return n > 2 && !strcmp(name + n - 2, ".c");
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_program(const char *path)
{
	return is_file(path) && !faccessat(AT_FDCWD, path, X_OK, AT_EACCESS);
}

/* The folders of PATH */

/* The next one of *path, which moves behind it: NULL at the end. An empty one is the current folder. The caller
   frees it. */
static char *next_folder(const char **path)
{
	const char *end;
	char *folder;

	if (!*path)
		return NULL;
	end = strchrnul(*path, ':');
	folder = end == *path ? mem_dup(".") : mem_dupn(*path, (size_t)(end - *path));
	*path = *end ? end + 1 : NULL;
	return folder;
}

static const char *search_path(void)
{
	const char *path = getenv("PATH");

	return path ? path : "/bin:/usr/bin"; /* as execvp(3) has it */
}

static char *absolute(const char *path)
{
	char *here, *whole;

	while (!strncmp(path, "./", 2))
		path += 2;
	if (*path == '/' || !(here = getcwd(NULL, 0)))
		return mem_dup(path);
	whole = buf_format("%s/%s", here, path);
	free(here);
	return whole;
}

char *program_find_quietly(const char *name)
{
	const char *path = search_path();
	char *folder, *found = NULL;

	if (strchr(name, '/'))
		return access(name, F_OK) ? NULL : absolute(name);
	while ((folder = next_folder(&path))) {
		char *place = buf_format("%s/%s", folder, name);
		bool good = is_program(place);

		free(folder);
		if (good || (!found && is_file(place))) {
			free(found);
			found = absolute(place);
		}
		free(place);
		if (good)
			break;
	}
	return found;
}

/* The nearest name */

/* The best of those offered is kept with its folder: what readdir(3) returns does not last. */
struct offers {
	struct nearest nearest;
	char *best;
	char *folder;
};

static void offer(struct offers *o, const char *folder, const char *name)
{
	nearest_offer(&o->nearest, name);
	if (o->nearest.best != name)
		return;
	free(o->best);
	free(o->folder);
	o->nearest.best = o->best = mem_dup(name);
	o->folder = mem_dup(folder);
}

typedef bool is_meant(const char *name);

static void offer_folder(struct offers *o, const char *folder, is_meant *may)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_type != DT_DIR &&
		    (entry->d_name[0] != '.' || o->nearest.word[0] == '.') &&
		    (!may || may(entry->d_name)))
			offer(o, folder, entry->d_name);
	if (dir)
		closedir(dir);
}

static void offers_free(struct offers *o)
{
	free(o->best);
	free(o->folder);
}

char *program_why_not(const char *path, int error)
{
	const char *slash = strrchr(path, '/');
	struct offers o = { .nearest.word = slash ? slash + 1 : path };
	char *folder, *why;

	if (error != ENOENT)
		return buf_format("%s: %s", path, strerror(error));
	folder = slash ? mem_dupn(path, (size_t)(slash - path) + 1) : mem_dup(".");
	offer_folder(&o, folder, NULL);
	if (nearest_found(&o.nearest))
		why = buf_format(_("%s: there is no such file; did you mean %s%s?"), path,
		                 slash ? folder : "", o.best);
	else
		why = buf_format(_("%s: there is no such file"), path);
	offers_free(&o);
	free(folder);
	return why;
}

char *program_why_lesson(const char *path)
{
	size_t n = strlen(path);

	if (n <= 3 || strcmp(path + n - 3, ".md") != 0 || !is_file(path))
		return NULL;
	return buf_format(_("%s is a lesson, not a program: \"ipclens %s\" plays it"), path, path);
}

static bool is_runnable(const char *name)
{
	return is_source(name) || is_program(name);
}

/* What is in the current folder is not found without "./", and a C file not without ".c". */
static char *why_no_command(const char *name)
{
	struct offers o = { .nearest.word = name };
	char *source = buf_format("%s.c", name), *why, *folder;
	const char *path = search_path(), *here;

	offer_folder(&o, ".", is_runnable);
	while ((folder = next_folder(&path))) {
		offer_folder(&o, folder, NULL);
		free(folder);
	}
	here = o.best && !strcmp(o.folder, ".") && !is_source(o.best) ? "./" : "";
	if (is_file(source) && !is_file(name))
		why = buf_format(_("%s is in no folder of PATH; did you mean %s?"), name, source);
	else if (is_folder(name))
		why = buf_format(_("%s is a folder, not a program"), name);
	else if (nearest_found(&o.nearest))
		why = buf_format(_("%s is in no folder of PATH; did you mean %s%s?"), name, here,
		                 o.best);
	else
		why = buf_format(_("%s is in no folder of PATH"), name);
	offers_free(&o);
	free(source);
	return why;
}

char *program_find(const char *name, char **why)
{
	char *found = program_find_quietly(name);

	if (!found && !(*why = program_why_lesson(name)))
		*why = strchr(name, '/') ? program_why_not(name, errno) : why_no_command(name);
	return found;
}
