// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/invocation.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "program/check.h"

#ifndef IPCLENS_DATADIR
#define IPCLENS_DATADIR "/usr/local/share/ipclens"
#endif
#ifndef IPCLENS_LOCALEDIR
#define IPCLENS_LOCALEDIR "/usr/local/share/locale"
#endif

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A folder that belongs to this program: in the tree it was built in, in the tree it was installed
   in (wherever that was moved to), or where it was to be installed. */
static char *own_directory(const char *const places[3], const char *otherwise)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct buf b = { 0 };
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	for (size_t i = 0; slash && i < 3; i++) {
		buf_clear(&b);
		buf_printf(&b, "%.*s/%s", (int)(slash - self), self, places[i]);
		if (is_directory(b.data)) {
			char *path = realpath(b.data, NULL); /* no "..": it is in messages */

			if (path)
				buf_free(&b);
			return path ? path : buf_steal(&b);
		}
	}
	buf_free(&b);
	return mem_dup(otherwise);
}

static char *default_lessons(void)
{
	static const char *const places[] = { "lessons", "../lessons", "../share/ipclens/lessons" };

	return own_directory(places, IPCLENS_DATADIR "/lessons");
}

/* Beside a program that was built in its tree even if there is none yet. */
char *invocation_catalogues(void)
{
	static const char *const places[] = { "locale", "../build/locale", "../share/locale" };

	return own_directory(places, IPCLENS_LOCALEDIR);
}

bool invocation_load(struct invocation *v, bool quiet)
{
	char *directory, *why = NULL;

	if (v->course)
		return true;
	directory = v->options.value[OPTION_LESSONS] ? mem_dup(v->options.value[OPTION_LESSONS])
	                                             : default_lessons();
	v->course = course_load(directory, &why);
	if (!v->course && !quiet)
		cli_complain(CLI_FAILED, directory, why, NULL);
	free(why);
	free(directory);
	return v->course != NULL;
}

bool invocation_titles(struct invocation *v)
{
	if (!invocation_load(v, false))
		return false;
	course_titles(v->course);
	return true;
}

static bool is_markdown(const char *lesson)
{
	size_t n = strlen(lesson);

	return n > 3 && !strcmp(lesson + n - 3, ".md");
}

static bool is_path(const char *lesson)
{
	return strchr(lesson, '/') || is_markdown(lesson);
}

/* How a program that lies there is run: a C file, or what can be executed. NULL: it is none. The caller frees it. */
static char *run_of(const char *word)
{
	char *path = strchr(word, '/') ? mem_dup(word) : buf_format("./%s", word);
	size_t n = strlen(word);
	bool source = n > 2 && !strcmp(word + n - 2, ".c");
	char *run = NULL, *why = NULL;
	struct stat st;

	if (!stat(path, &st) && S_ISREG(st.st_mode) && (source || !(why = program_check(path))))
		run = buf_format("ipclens run %s", source ? word : path);
	free(why);
	free(path);
	return run;
}

static int complain_program(const char *word, char *run)
{
	int status = cli_complain(CLI_USAGE, word, _("a program, not a lesson"), run);

	free(run);
	return status;
}

static int complain_lesson(const struct invocation *v, const char *word,
                           void (*offer)(struct nearest *n))
{
	struct nearest n = { .word = word };
	const char *lesson = course_nearest(v->course, word);
	bool help = !strcmp(word, "help");
	char *run = run_of(word);

	if (run)
		return complain_program(word, run);
	if (offer && (help || !strcmp(word, "man")))
		return cli_complain(
			CLI_USAGE, word,
			_("no command: it is asked at the prompt of \"ipclens explore\""),
			help ? "--help" : NULL);
	if (offer)
		offer(&n);
	if (lesson)
		nearest_offer(&n, lesson);
	return cli_complain(CLI_USAGE, word,
	                    offer ? _("no such command or lesson") : _("no such lesson"),
	                    nearest_found(&n));
}

int invocation_lesson(struct invocation *v, const char *word, void (*offer)(struct nearest *n),
                      struct cli_lesson *found)
{
	const struct course_lesson *l;

	*found = (struct cli_lesson){ .label = word, .path = word };
	if (is_path(word)) {
		char *run = offer && !is_markdown(word) ? run_of(word) : NULL;

		return run ? complain_program(word, run) : 0;
	}
	if (!invocation_load(v, false))
		return CLI_FAILED;
	l = course_find(v->course, word);
	if (!l)
		return complain_lesson(v, word, offer);
	*found = (struct cli_lesson){ .label = l->name, .path = l->path, .title = l->title };
	return 0;
}

bool invocation_is_host(const struct invocation *v)
{
	return v->options.value[OPTION_HOST] != NULL;
}

enum glyphs invocation_glyphs(const struct invocation *v)
{
	bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");

	return v->options.value[OPTION_ASCII] || !utf8 ? GLYPHS_ASCII : GLYPHS_UNICODE;
}

unsigned invocation_patience(const struct invocation *v)
{
	const char *word = v->options.value[OPTION_PATIENCE];
	size_t n = word ? strlen(word) : 0;

	if (!word)
		return CLI_PATIENCE;
	/* a million seconds are eleven days */
	if (n == strspn(word, "0123456789") && n <= 6 && atoi(word) > 0)
		return (unsigned)atoi(word);
	cli_complain(CLI_USAGE, "--patience", _("expected seconds, such as 60"), NULL);
	return 0;
}

void invocation_free(struct invocation *v)
{
	course_free(v->course);
	v->course = NULL;
}
