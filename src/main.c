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

#include "app/app.h"
#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/completion.h"
#include "cli/invocation.h"
#include "cli/run.h"
#include "app/follow.h"
#include "play/run.h"
#include "stage/stage.h"
#include "tui/theme.h"

#ifndef IPCLENS_VERSION
#define IPCLENS_VERSION "0"
#endif

/* Of no use to a user, who has what it writes by make install. */
#define COMPLETION_ARG "--completion"

/* The command whose words are those of other programs. */
#define RUN_COMMAND "run"

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

static struct cli_rules rules_of(const struct invocation *v)
{
	return (struct cli_rules){ .host = invocation_is_host(v),
		                   .patience = invocation_patience(v),
		                   .every = v->options.value[OPTION_EVERY_ORDER] != NULL };
}

static int run_check(struct invocation *v, char **words, size_t count)
{
	struct cli_lesson *lessons = NULL;
	const struct cli_rules rules = rules_of(v);
	size_t n = 0;
	int status = rules.patience ? 0 : CLI_USAGE;

	if (!status && v->options.value[OPTION_CONFINED])
		status = cli_confined(invocation_is_host(v));
	for (size_t i = 0; i < count && !status; i++)
		status = add_named(v, words[i], &lessons, &n);
	if (!status && !count && !invocation_titles(v))
		status = CLI_FAILED;
	for (size_t i = 0; !status && !count && i < v->course->nchapters; i++)
		add_chapter(&v->course->chapters[i], &lessons, &n);
	if (!status)
		status = cli_check(lessons, n, &rules, invocation_glyphs(v));
	free(lessons);
	return status;
}

static int run_print(struct invocation *v, char **words, size_t count)
{
	const struct cli_rules rules = rules_of(v);
	struct cli_lesson *lessons = NULL;
	size_t n = 0;
	int status = rules.patience ? add_named(v, words[0], &lessons, &n) : CLI_USAGE;
	const struct cli_paper paper = { .notes = v->options.value[OPTION_NOTES] != NULL,
		                         .quiz = v->options.value[OPTION_QUIZ] != NULL,
		                         .glyphs = invocation_glyphs(v) };

	(void)count; /* is 1 */
	for (size_t i = 0, all = status ? 0 : n; i < all; i++)
		if (cli_print(&lessons[i], &rules, &paper))
			status = CLI_FAILED;
	free(lessons);
	return status;
}

static int run_list(struct invocation *v, char **words, size_t count)
{
	(void)words, (void)count; /* none */
	return invocation_titles(v) ? cli_list(v->course, v->options.value[OPTION_JSON] != NULL,
	                                       invocation_glyphs(v))
	                            : CLI_FAILED;
}

static int run_progress(struct invocation *v, char **words, size_t count)
{
	bool reset = v->options.value[OPTION_RESET] != NULL;

	(void)words, (void)count; /* none */
	if (!reset && invocation_load(v, true))
		course_titles(v->course);
	return cli_progress(v->course, reset, invocation_glyphs(v));
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
		                     .mouse = !value[OPTION_NO_MOUSE],
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
	o.pages = v->options.value[OPTION_PAGES] != NULL;
	return app_run(&o);
}

static int run_notes(struct invocation *v, char **words, size_t count)
{
	struct app_options o = options_of(v);
	struct cli_lesson lesson = { 0 };
	int status = count ? invocation_lesson(v, words[0], NULL, &lesson) : 0;

	o.path = lesson.path;
	return status ? status : follow_run(&o, lesson.label);
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
	o.order = v->options.value[OPTION_ORDER];
	if (o.order && !o.path)
		return cli_complain(CLI_USAGE, "--order", _("which lesson?"), NULL);
	return app_run(&o);
}

/* On the screen: they are made before it is taken. */
static int run_programs(struct invocation *v, struct run_wish *wish)
{
	struct app_options o = options_of(v);
	struct app_programs p = { .how = &wish->how, .order = wish->order, .save = wish->save };
	int status = cli_run_make(wish, &p.packed);

	if (status) {
		packed_free(&p.packed);
		return status;
	}
	invocation_load(v, true); /* for the glossary */
	o.course = v->course;
	p.lesson = run_lesson(&wish->programs, wish->note);
	o.programs = &p;
	return app_run(&o);
}

static int run_run(struct invocation *v, char **words, size_t count)
{
	struct run_wish wish;
	int status = cli_run_wish(v, words, count, &wish);

	if (!status)
		status = wish.orders   ? cli_sweep(&wish)
		         : wish.prints ? cli_run(&wish)
		                       : run_programs(v, &wish);
	cli_run_free(&wish);
	return status;
}

static const struct command commands[] = {
	{ .arguments = "[LESSON]",
	  .help = N_("starts at that lesson, or at the list of lessons; 3: at that chapter"),
	  .options = OPTION_BIT(OPTION_ORDER),
	  .lessons_max = 1,
	  .run = run_app },
	{ .name = "explore",
	  .arguments = "[--pages]",
	  .help = N_("starts with an empty stage and the prompt"),
	  .options = OPTION_BIT(OPTION_PAGES),
	  .run = run_explore },
	{ .name = RUN_COMMAND,
	  .arguments = "[--print|--orders] PROGRAM [ARG...] [: PROGRAM...]",
	  .help = N_("starts your own programs, call by call; a .c file is compiled"),
	  .options = OPTION_BIT(OPTION_PRINT) | OPTION_BIT(OPTION_ORDER) |
	             OPTION_BIT(OPTION_QUIET) | OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_SAVE) |
	             OPTION_BIT(OPTION_CALLS) | OPTION_BIT(OPTION_INPUT) |
	             OPTION_BIT(OPTION_ALLOW) | OPTION_BIT(OPTION_ALLOW_WRITE) |
	             OPTION_BIT(OPTION_ALLOW_NET) | OPTION_BIT(OPTION_TRUST) |
	             OPTION_BIT(OPTION_ORDERS) | OPTION_BIT(OPTION_PREEMPTIONS) |
	             OPTION_BIT(OPTION_PATIENCE),
	  .lessons_min = 1,
	  .lessons_max = SIZE_MAX,
	  .run = run_run },
	{ .name = "notes",
	  .arguments = "[LESSON]",
	  .help = N_("follows another ipclens, with the speaker's notes"),
	  .lessons_max = 1,
	  .run = run_notes },
	{ .name = "list",
	  .arguments = "[--json]",
	  .help = N_("writes chapters and lessons, one a line"),
	  .options = OPTION_BIT(OPTION_JSON),
	  .run = run_list },
	{ .name = "progress",
	  .arguments = "[--reset]",
	  .help = N_("writes what was opened, finished and answered"),
	  .options = OPTION_BIT(OPTION_RESET),
	  .run = run_progress },
	{ .name = "check",
	  .arguments = "[LESSON...]",
	  .help = N_("runs lessons (3: a chapter; or all) and checks what they expect"),
	  .options = OPTION_BIT(OPTION_CONFINED) | OPTION_BIT(OPTION_PATIENCE) |
	             OPTION_BIT(OPTION_EVERY_ORDER),
	  .lessons_max = SIZE_MAX,
	  .run = run_check },
	{ .name = "print",
	  .arguments = "LESSON",
	  .help = N_("runs a lesson (3: all of a chapter) and prints it as plain text"),
	  .options = OPTION_BIT(OPTION_PATIENCE) | OPTION_BIT(OPTION_NOTES) |
	             OPTION_BIT(OPTION_QUIZ) | OPTION_BIT(OPTION_EVERY_ORDER),
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

static int write_themes(void)
{
	const struct theme *t;

	for (unsigned i = 0; (t = theme_at(i)); i++)
		printf("%-10s %s\n", t->name, _(t->help));
	return 0;
}

/* False after a complaint: there is none of that name. */
static bool has_theme(const char *name)
{
	struct buf names = { 0 }, why = { 0 };
	const struct theme *t;

	if (theme_by_name(name))
		return true;
	for (unsigned i = 0; (t = theme_at(i)); i++)
		buf_printf(&names, "%s%s", i ? ", " : "", t->name);
	buf_printf(&why, _("there is no theme \"%s\"; there are %s"), name, names.data);
	cli_complain(CLI_USAGE, "--theme", why.data, NULL);
	buf_free(&names);
	buf_free(&why);
	return false;
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
			buf_printf(&takers, "%s%s", takers.len ? ", " : "",
			           commands[i].name ? commands[i].name : _("a lesson alone"));
	buf_printf(&what, "--%s", options_name(id));
	buf_printf(&why, _("only with %s"), takers.data);
	status = cli_complain(CLI_USAGE, what.data, why.data, NULL);
	buf_free(&what);
	buf_free(&takers);
	buf_free(&why);
	return status;
}

static int complain_count(struct invocation *v, const struct command *c, char **words, size_t count)
{
	struct buf why = { 0 };
	struct cli_lesson lesson;
	int status;

	if (count < c->lessons_min)
		return cli_complain(CLI_USAGE, c->name,
		                    c->run == run_run ? _("which program?") : _("which lesson?"),
		                    NULL);
	/* it may be what is no command */
	if (!c->name && !(invocation_load(v, true) && course_find_chapter(v->course, words[0]))) {
		status = invocation_lesson(v, words[0], offer_commands, &lesson);
		if (status)
			return status;
	}
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
	if (v->options.value[OPTION_THEME] && !strcmp(v->options.value[OPTION_THEME], "help"))
		return write_themes();
	if (!has_theme(v->options.value[OPTION_THEME]))
		return CLI_USAGE;
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
		return complain_count(v, c, words, count);
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

/* How the completions of shells are made; make completion asks for it. */
static int write_completion(const char *shell)
{
	struct cli_command list[COMMANDS - 1];

	for (size_t i = 1; i < COMMANDS; i++) {
		const struct command *c = &commands[i];
		enum cli_words words = c->run == run_run    ? WORDS_PROGRAMS
		                       : c->lessons_max > 0 ? WORDS_LESSONS
		                                            : WORDS_NONE;

		list[i - 1] = (struct cli_command){ c->name, c->help, words, c->options };
	}
	return cli_completion(shell, list, COMMANDS - 1);
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

/* Of what is asked of a locale: each of the others would cost opening a file. */
static void choose_locale(void)
{
	static const int asked[] = { LC_CTYPE, LC_MESSAGES, LC_NUMERIC };

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		setlocale(asked[i], "");
}

int main(int argc, char **argv)
{
	struct invocation v = { 0 };
	int status = CLI_USAGE;
	char *catalogues;

	if (argc > 1 && !strcmp(argv[1], STAGE_PROCESS_ARG))
		return process_main(argc, argv);
	open_standard();
	choose_locale();
	if (argc == 3 && !strcmp(argv[1], COMPLETION_ARG))
		return close_stdout(write_completion(argv[2]));
	catalogues = invocation_catalogues();
	/* what is wrong with the options is said in some language, too */
	intl_open(NULL, catalogues);
	if (options_parse(&v.options, argc, argv, RUN_COMMAND) &&
	    choose_language(&v.options, catalogues))
		status = run_command(&v, argv + optind, (size_t)(argc - optind));
	options_free(&v.options);
	invocation_free(&v);
	free(catalogues);
	return close_stdout(status);
}
