// SPDX-License-Identifier: GPL-3.0-or-later

/* The command line: it picks a mode. */

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "lesson/course.h"
#include "stage/stage.h"

#ifndef IPCLENS_DATADIR
#define IPCLENS_DATADIR "/usr/local/share/ipclens"
#endif
#ifndef IPCLENS_LOCALEDIR
#define IPCLENS_LOCALEDIR "/usr/local/share/locale"
#endif

static const char *const commands[] = { "list", "check", "print" };
enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

/* The command line, and the course when it was needed. */
struct command {
	struct options options;
	struct course *course; /* or NULL */
};

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
static char *default_locale(void)
{
	static const char *const places[] = { "locale", "../build/locale", "../share/locale" };

	return own_directory(places, IPCLENS_LOCALEDIR);
}

/* Loads the course if it has not been yet. False when there is none, after a complaint
   unless it is quiet. */
static bool load_course(struct command *c, bool quiet)
{
	char *directory, *why = NULL;

	if (c->course)
		return true;
	directory = c->options.lessons ? mem_dup(c->options.lessons) : default_lessons();
	c->course = course_load(directory, &why);
	if (!c->course && !quiet)
		cli_complain(CLI_FAILED, directory, why, NULL);
	free(why);
	free(directory);
	return c->course != NULL;
}

/* With its titles: for what shows them. */
static bool need_course(struct command *c)
{
	if (!load_course(c, false))
		return false;
	course_titles(c->course);
	return true;
}

static bool is_path(const char *lesson)
{
	size_t n = strlen(lesson);

	return strchr(lesson, '/') || (n > 3 && !strcmp(lesson + n - 3, ".md"));
}

static int complain_lesson(const struct command *c, const char *word, bool or_command)
{
	struct nearest n = { .word = word };
	const char *lesson = course_nearest(c->course, word);

	for (size_t i = 0; or_command && i < COMMANDS; i++)
		nearest_offer(&n, commands[i]);
	if (lesson)
		nearest_offer(&n, lesson);
	return cli_complain(CLI_USAGE, word,
	                    or_command ? _("no such command or lesson") : _("no such lesson"),
	                    nearest_found(&n));
}

/* Finds what a word of the command line names: 0, or the exit status after a complaint. */
static int find_lesson(struct command *c, const char *word, bool or_command, struct cli_lesson *out)
{
	const struct course_lesson *l;

	*out = (struct cli_lesson){ .label = word, .path = word };
	if (is_path(word))
		return 0;
	if (!load_course(c, false))
		return CLI_FAILED;
	l = course_find(c->course, word);
	if (!l)
		return complain_lesson(c, word, or_command);
	*out = (struct cli_lesson){ .label = l->name, .path = l->path, .title = l->title };
	return 0;
}

static enum glyphs glyphs(const struct command *c)
{
	bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");

	return c->options.ascii || !utf8 ? GLYPHS_ASCII : GLYPHS_UNICODE;
}

static int run_check(struct command *c, char **words, size_t count)
{
	struct cli_lesson *lessons = NULL;
	size_t n = 0;
	int status = 0;

	for (size_t i = 0; i < count && !status; i++)
		status = find_lesson(c, words[i], false, MEM_PUSH(lessons, n));
	if (!count && !need_course(c))
		status = CLI_FAILED;
	for (size_t i = 0; !status && !count && i < c->course->nchapters; i++) {
		const struct course_chapter *chapter = &c->course->chapters[i];

		for (size_t j = 0; j < chapter->nlessons; j++) {
			const struct course_lesson *l = &chapter->lessons[j];

			*MEM_PUSH(lessons, n) = (struct cli_lesson){ l->name, l->path, l->title };
		}
	}
	if (!status)
		status = cli_check(lessons, n, c->options.host, glyphs(c));
	free(lessons);
	return status;
}

static int run_print(struct command *c, char **words, size_t count)
{
	struct cli_lesson lesson;
	int status;

	if (count == 0)
		return cli_complain(CLI_USAGE, "print", _("which lesson?"), NULL);
	if (count > 1)
		return cli_complain(CLI_USAGE, words[1], _("print takes one lesson"), NULL);
	status = find_lesson(c, words[0], false, &lesson);
	return status ? status : cli_print(&lesson, c->options.host, glyphs(c));
}

static int run_list(struct command *c, char **words, size_t count)
{
	if (count)
		return cli_complain(CLI_USAGE, words[0], _("list takes no lesson"), NULL);
	return need_course(c) ? cli_list(c->course, c->options.json, glyphs(c)) : CLI_FAILED;
}

static int run_app(struct command *c, char **words, size_t count)
{
	const char *no_color = getenv("NO_COLOR");
	struct app_options o = { .host = c->options.host,
		                 .ascii = c->options.ascii,
		                 .color = !c->options.no_color && !(no_color && *no_color),
		                 .theme = c->options.theme };
	struct cli_lesson lesson;
	int status;

	if (count > 1)
		return cli_complain(CLI_USAGE, words[1], _("one lesson at a time"), NULL);
	if (count == 0 && !need_course(c))
		return CLI_FAILED;
	if (count == 1) {
		status = find_lesson(c, words[0], true, &lesson);
		if (status)
			return status;
		o.path = lesson.path;
		load_course(c, true); /* for the glossary: a lesson of one's own needs none */
	}
	o.course = c->course;
	for (size_t i = 0; o.path && c->course && i < c->course->nchapters; i++) {
		struct course_chapter *chapter = &c->course->chapters[i];

		for (size_t j = 0; j < chapter->nlessons; j++)
			if (o.path == chapter->lessons[j].path) {
				course_chapter_title(chapter);
				o.number = chapter->lessons[j].name;
				o.chapter = chapter->title;
			}
	}
	return app_run(&o);
}

static int run_command(struct command *c, char **words, size_t count)
{
	static int (*const run[COMMANDS])(struct command * c, char **words,
	                                  size_t count) = { run_list, run_check, run_print };
	size_t i = 0;

	while (i < COMMANDS && !(count && !strcmp(words[0], commands[i])))
		i++;
	if (c->options.json && i != 0)
		return cli_complain(CLI_USAGE, "--json", _("only with list"), NULL);
	return i < COMMANDS ? run[i](c, words + 1, count - 1) : run_app(c, words, count);
}

/* A descriptor 0, 1 or 2 that is closed would be taken by the next open, and a stage's socket
   be written to as standard error. Opened the wrong way round, reading and writing still
   fail. */
static void open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* What could not be written is a failure, also if that shows only at the end. */
static int close_stdout(int status)
{
	bool failed = ferror(stdout) != 0;

	errno = 0;
	if (fclose(stdout) == 0 && !failed)
		return status;
	return cli_complain(status ? status : CLI_FAILED, _("standard output"),
	                    errno ? strerror(errno) : _("write error"), NULL);
}

int main(int argc, char **argv)
{
	struct command c = { 0 };
	char *locale;
	int status;

	if (argc > 1 && !strcmp(argv[1], STAGE_PROCESS_ARG))
		return process_main(argc, argv);
	open_standard();
	setlocale(LC_ALL, "");
	c.options.locale = locale = default_locale();
	intl_open(NULL, locale);
	status = options_parse(&c.options, argc, argv);
	if (status < 0)
		status = run_command(&c, argv + optind, (size_t)(argc - optind));
	course_free(c.course);
	free(locale);
	return close_stdout(status);
}
