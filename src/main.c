// SPDX-License-Identifier: GPL-3.0-or-later

/* The command line: it picks a mode. */

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
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

#ifndef IPCLENS_VERSION
#define IPCLENS_VERSION "0"
#endif

/* The options of the command line, and the course when it was needed. */
struct invocation {
	struct options options;
	struct course *course; /* or NULL */
};

/* What a command line can ask for. */
struct command {
	const char *name;      /* NULL: what is asked for without one */
	const char *arguments; /* as --help writes them, or NULL */
	const char *help;
	size_t lessons_min, lessons_max;
	unsigned options; /* bits of those that not every command takes */
	int (*run)(struct invocation *v, char **words, size_t count); /* the exit status */
};

/* Their table stands below what they run. */
static void offer_commands(struct nearest *n);

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
static bool load_course(struct invocation *v, bool quiet)
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

/* With its titles: for what shows them. */
static bool need_course(struct invocation *v)
{
	if (!load_course(v, false))
		return false;
	course_titles(v->course);
	return true;
}

static bool is_path(const char *lesson)
{
	size_t n = strlen(lesson);

	return strchr(lesson, '/') || (n > 3 && !strcmp(lesson + n - 3, ".md"));
}

static int complain_lesson(const struct invocation *v, const char *word, bool or_command)
{
	struct nearest n = { .word = word };
	const char *lesson = course_nearest(v->course, word);

	if (or_command)
		offer_commands(&n);
	if (lesson)
		nearest_offer(&n, lesson);
	return cli_complain(CLI_USAGE, word,
	                    or_command ? _("no such command or lesson") : _("no such lesson"),
	                    nearest_found(&n));
}

/* Finds what a word of the command line names: 0, or the exit status after a complaint. */
static int find_lesson(struct invocation *v, const char *word, bool or_command,
                       struct cli_lesson *out)
{
	const struct course_lesson *l;

	*out = (struct cli_lesson){ .label = word, .path = word };
	if (is_path(word))
		return 0;
	if (!load_course(v, false))
		return CLI_FAILED;
	l = course_find(v->course, word);
	if (!l)
		return complain_lesson(v, word, or_command);
	*out = (struct cli_lesson){ .label = l->name, .path = l->path, .title = l->title };
	return 0;
}

static bool is_host(const struct invocation *v)
{
	return v->options.value[OPTION_HOST] != NULL;
}

static enum glyphs glyphs(const struct invocation *v)
{
	bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");

	return v->options.value[OPTION_ASCII] || !utf8 ? GLYPHS_ASCII : GLYPHS_UNICODE;
}

static int run_check(struct invocation *v, char **words, size_t count)
{
	struct cli_lesson *lessons = NULL;
	size_t n = 0;
	int status = 0;

	for (size_t i = 0; i < count && !status; i++)
		status = find_lesson(v, words[i], false, MEM_PUSH(lessons, n));
	if (!count && !need_course(v))
		status = CLI_FAILED;
	for (size_t i = 0; !status && !count && i < v->course->nchapters; i++) {
		const struct course_chapter *chapter = &v->course->chapters[i];

		for (size_t j = 0; j < chapter->nlessons; j++) {
			const struct course_lesson *l = &chapter->lessons[j];

			*MEM_PUSH(lessons, n) = (struct cli_lesson){ l->name, l->path, l->title };
		}
	}
	if (!status)
		status = cli_check(lessons, n, is_host(v), glyphs(v));
	free(lessons);
	return status;
}

static int run_print(struct invocation *v, char **words, size_t count)
{
	struct cli_lesson lesson;
	int status = find_lesson(v, words[0], false, &lesson);

	(void)count; /* is 1 */
	return status ? status : cli_print(&lesson, is_host(v), glyphs(v));
}

static int run_list(struct invocation *v, char **words, size_t count)
{
	(void)words, (void)count; /* none */
	return need_course(v)
	               ? cli_list(v->course, v->options.value[OPTION_JSON] != NULL, glyphs(v))
	               : CLI_FAILED;
}

/* Says to the header which lesson of the course it is, if it is one. */
static void name_lesson(struct app_options *o, struct course *course)
{
	for (size_t i = 0; course && i < course->nchapters; i++) {
		struct course_chapter *chapter = &course->chapters[i];

		for (size_t j = 0; j < chapter->nlessons; j++)
			if (o->path == chapter->lessons[j].path) {
				course_chapter_title(chapter);
				o->number = chapter->lessons[j].name;
				o->chapter = chapter->title;
			}
	}
}

static int run_app(struct invocation *v, char **words, size_t count)
{
	const char *no_color = getenv("NO_COLOR");
	const char *const *value = v->options.value;
	struct app_options o = { .host = is_host(v),
		                 .ascii = value[OPTION_ASCII] != NULL,
		                 .color = !value[OPTION_NO_COLOR] && !(no_color && *no_color),
		                 .theme = value[OPTION_THEME] };
	struct cli_lesson lesson;
	int status;

	if (count == 0 && !need_course(v))
		return CLI_FAILED;
	if (count == 1) {
		status = find_lesson(v, words[0], true, &lesson);
		if (status)
			return status;
		o.path = lesson.path;
		load_course(v, true); /* for the glossary: a lesson of one's own needs none */
		name_lesson(&o, v->course);
	}
	o.course = v->course;
	return app_run(&o);
}

static const struct command commands[] = {
	{ .arguments = "[LESSON]",
	  .help = N_("starts at that lesson, or at the list of lessons"),
	  .lessons_max = 1,
	  .run = run_app },
	{ .name = "list",
	  .arguments = "[--json]",
	  .help = N_("writes chapters and lessons, one a line"),
	  .options = OPTION_BIT(OPTION_JSON),
	  .run = run_list },
	{ .name = "check",
	  .arguments = "[LESSON...]",
	  .help = N_("runs lessons (or all) and checks what they expect"),
	  .lessons_max = SIZE_MAX,
	  .run = run_check },
	{ .name = "print",
	  .arguments = "LESSON",
	  .help = N_("runs a lesson and prints it as plain text"),
	  .lessons_min = 1,
	  .lessons_max = 1,
	  .run = run_print },
};
enum { COMMANDS = sizeof(commands) / sizeof(*commands) };

static void offer_commands(struct nearest *n)
{
	for (size_t i = 1; i < COMMANDS; i++)
		nearest_offer(n, commands[i].name);
}

static int write_help(void)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command *c = &commands[i];
		struct buf b = { 0 };

		buf_printf(&b, "%s%s%s", c->name ? c->name : "", c->name ? " " : "", c->arguments);
		printf(i ? _("       ipclens [OPTION...] %s\n")
		         : _("Usage: ipclens [OPTION...] %s\n"),
		       b.data);
		buf_free(&b);
	}
	fputs(_("Lessons in System V IPC and mapped files, played by real processes.\n"
	        "\n"
	        "A LESSON is a number (3.2), a slug (semncnt) or a path (./mine.md).\n"),
	      stdout);
	putchar('\n');
	for (size_t i = 0; i < COMMANDS; i++)
		cli_help_line(commands[i].name ? commands[i].name : "ipclens [LESSON]",
		              _(commands[i].help));
	putchar('\n');
	options_help();
	putchar('\n');
	fputs(_("The exit status is 0 if all went well, 1 for a run that failed, 2 for a wrong\n"
	        "command line. See ipclens(1); how to write a lesson is told in ipclens-lesson(5).\n"),
	      stdout);
	return 0;
}

static int write_version(void)
{
	puts("ipclens " IPCLENS_VERSION);
	fputs(_("License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\n"
	        "This is free software: you are free to change and redistribute it.\n"
	        "There is NO WARRANTY, to the extent permitted by law.\n"),
	      stdout);
	return 0;
}

/* An option that another command takes. */
static int complain_option(enum option_id id)
{
	struct buf what = { 0 }, takers = { 0 }, why = { 0 };
	int status;

	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].options & OPTION_BIT(id))
			buf_printf(&takers, "%s%s", takers.len ? ", " : "", commands[i].name);
	buf_printf(&what, "--%s", options_name(id));
	buf_printf(&why, _("only with %s"), takers.data);
	status = cli_complain(CLI_USAGE, what.data, why.data, NULL);
	buf_free(&what);
	buf_free(&takers);
	buf_free(&why);
	return status;
}

static int complain_count(const struct command *c, char **words, size_t count)
{
	struct buf why = { 0 };
	int status;

	if (count < c->lessons_min)
		return cli_complain(CLI_USAGE, c->name, _("which lesson?"), NULL);
	if (!c->name)
		buf_puts(&why, _("one lesson at a time"));
	else if (c->lessons_max)
		buf_printf(&why, _("%s takes one lesson"), c->name);
	else
		buf_printf(&why, _("%s takes no lesson"), c->name);
	status = cli_complain(CLI_USAGE, words[c->lessons_max], why.data, NULL);
	buf_free(&why);
	return status;
}

static int run_command(struct invocation *v, char **words, size_t count)
{
	const struct command *c = &commands[0];
	enum option_id refused;

	if (v->options.value[OPTION_HELP])
		return write_help();
	if (v->options.value[OPTION_VERSION])
		return write_version();
	for (size_t i = 1; i < COMMANDS && count; i++)
		if (!strcmp(words[0], commands[i].name))
			c = &commands[i];
	if (c->name) {
		words++;
		count--;
	}
	refused = options_refused(&v->options, c->options);
	if (refused < OPTIONS)
		return complain_option(refused);
	if (count < c->lessons_min || count > c->lessons_max)
		return complain_count(c, words, count);
	return c->run(v, words, count);
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

static bool choose_language(const struct options *o, const char *catalogues)
{
	const char *language = o->value[OPTION_LANG];

	if (!language || intl_open(language, catalogues))
		return true;
	cli_complain(CLI_USAGE, language, _("not a language, such as zh or de_AT"), NULL);
	return false;
}

int main(int argc, char **argv)
{
	struct invocation v = { 0 };
	int status = CLI_USAGE;
	char *catalogues;

	if (argc > 1 && !strcmp(argv[1], STAGE_PROCESS_ARG))
		return process_main(argc, argv);
	open_standard();
	setlocale(LC_ALL, "");
	catalogues = default_locale();
	intl_open(NULL,
	          catalogues); /* what is wrong with the options is said in some language, too */
	if (options_parse(&v.options, argc, argv) && choose_language(&v.options, catalogues))
		status = run_command(&v, argv + optind, (size_t)(argc - optind));
	course_free(v.course);
	free(catalogues);
	return close_stdout(status);
}
