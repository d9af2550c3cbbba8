// SPDX-License-Identifier: GPL-3.0-or-later

/* The command line: it picks a mode. */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/invocation.h"
#include "stage/stage.h"

#ifndef IPCLENS_VERSION
#define IPCLENS_VERSION "0"
#endif

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

static void add_chapter(const struct course_chapter *chapter, struct cli_lesson **lessons,
                        size_t *n)
{
	for (size_t i = 0; i < chapter->nlessons; i++) {
		const struct course_lesson *l = &chapter->lessons[i];

		*MEM_PUSH(*lessons, *n) = (struct cli_lesson){ l->name, l->path, l->title };
	}
}

/* What a word names: the lessons of a chapter, or one. The exit status. */
static int add_named(struct invocation *v, const char *word, struct cli_lesson **lessons, size_t *n)
{
	const struct course_chapter *chapter =
		invocation_load(v, true) ? course_find_chapter(v->course, word) : NULL;

	if (!chapter)
		return invocation_lesson(v, word, NULL, MEM_PUSH(*lessons, *n));
	if (!invocation_titles(v))
		return CLI_FAILED;
	add_chapter(chapter, lessons, n);
	return 0;
}

static int run_check(struct invocation *v, char **words, size_t count)
{
	struct cli_lesson *lessons = NULL;
	unsigned patience = invocation_patience(v);
	size_t n = 0;
	int status = patience ? 0 : CLI_USAGE;

	if (!status && v->options.value[OPTION_CONFINED])
		status = cli_confined(invocation_is_host(v));
	for (size_t i = 0; i < count && !status; i++)
		status = add_named(v, words[i], &lessons, &n);
	if (!status && !count && !invocation_titles(v))
		status = CLI_FAILED;
	for (size_t i = 0; !status && !count && i < v->course->nchapters; i++)
		add_chapter(&v->course->chapters[i], &lessons, &n);
	if (!status)
		status = cli_check(lessons, n, invocation_is_host(v), patience,
		                   invocation_glyphs(v));
	free(lessons);
	return status;
}

static int run_print(struct invocation *v, char **words, size_t count)
{
	unsigned patience = invocation_patience(v);
	struct cli_lesson lesson;
	int status = patience ? invocation_lesson(v, words[0], NULL, &lesson) : CLI_USAGE;

	(void)count; /* is 1 */
	return status ? status
	              : cli_print(&lesson, invocation_is_host(v), patience, invocation_glyphs(v));
}

static int run_list(struct invocation *v, char **words, size_t count)
{
	(void)words, (void)count; /* none */
	return invocation_titles(v) ? cli_list(v->course, v->options.value[OPTION_JSON] != NULL,
	                                       invocation_glyphs(v))
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

/* What is said of the screen. */
static struct app_options options_of(const struct invocation *v)
{
	const char *no_color = getenv("NO_COLOR");
	const char *const *value = v->options.value;

	return (struct app_options){ .host = invocation_is_host(v),
		                     .ascii = value[OPTION_ASCII] != NULL,
		                     .color = !value[OPTION_NO_COLOR] && !(no_color && *no_color),
		                     .theme = value[OPTION_THEME] };
}

static int run_explore(struct invocation *v, char **words, size_t count)
{
	struct app_options o = options_of(v);

	(void)words, (void)count; /* none */
	invocation_load(v, true); /* for the glossary */
	o.course = v->course;
	o.explore = true;
	return app_run(&o);
}

static int run_app(struct invocation *v, char **words, size_t count)
{
	struct app_options o = options_of(v);
	const struct course_chapter *chapter = NULL;
	struct cli_lesson lesson;
	int status;

	if (count == 1 && invocation_load(v, true))
		chapter = course_find_chapter(v->course, words[0]);
	if ((count == 0 || chapter) && !invocation_titles(v))
		return CLI_FAILED;
	if (chapter) {
		o.number = chapter->lessons[0].name;
	} else if (count == 1) {
		status = invocation_lesson(v, words[0], offer_commands, &lesson);
		if (status)
			return status;
		o.path = lesson.path;
		invocation_load(v, true); /* for the glossary: a lesson of one's own needs none */
		name_lesson(&o, v->course);
	}
	o.course = v->course;
	return app_run(&o);
}

static const struct command commands[] = {
	{ .arguments = "[LESSON]",
	  .help = N_("starts at that lesson, or at the list of lessons; 3: at that chapter"),
	  .lessons_max = 1,
	  .run = run_app },
	{ .name = "explore",
	  .help = N_("starts with an empty stage and the prompt"),
	  .run = run_explore },
	{ .name = "list",
	  .arguments = "[--json]",
	  .help = N_("writes chapters and lessons, one a line"),
	  .options = OPTION_BIT(OPTION_JSON),
	  .run = run_list },
	{ .name = "check",
	  .arguments = "[LESSON...]",
	  .help = N_("runs lessons (3: a chapter; or all) and checks what they expect"),
	  .options = OPTION_BIT(OPTION_CONFINED) | OPTION_BIT(OPTION_PATIENCE),
	  .lessons_max = SIZE_MAX,
	  .run = run_check },
	{ .name = "print",
	  .arguments = "LESSON",
	  .help = N_("runs a lesson and prints it as plain text"),
	  .options = OPTION_BIT(OPTION_PATIENCE),
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

		buf_printf(&b, "%s%s%s", c->name ? c->name : "", c->name && c->arguments ? " " : "",
		           c->arguments ? c->arguments : "");
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
	cli_tell_confined();
	return 0;
}

/* An option that another command takes. */
static int complain_not_taken(enum option_id id)
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
		return complain_not_taken(refused);
	if (count < c->lessons_min || count > c->lessons_max)
		return complain_count(c, words, count);
	return cli_needs_met() ? c->run(v, words, count) : CLI_FAILED;
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
	catalogues = invocation_catalogues();
	/* what is wrong with the options is said in some language, too */
	intl_open(NULL, catalogues);
	if (options_parse(&v.options, argc, argv) && choose_language(&v.options, catalogues))
		status = run_command(&v, argv + optind, (size_t)(argc - optind));
	invocation_free(&v);
	free(catalogues);
	return close_stdout(status);
}
