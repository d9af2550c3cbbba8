// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/plain.h"

/* What getopt_long() answers for the first of the table: more than any letter. */
enum { FIRST = UCHAR_MAX + 1 };

/* An option that says how things are done is taken by every command, so that it can stand in an
   alias of the shell; one that asks for something, only by those that have it in their row. */
static const struct {
	const char *name;
	const char *argument; /* as --help writes it, or NULL */
	const char *help;
	bool special;  /* not every command takes it */
	bool repeats;  /* each argument counts */
	bool may_lack; /* its argument can be left out: it stands behind a = only */
	char letter;   /* or 0 */
} table[OPTIONS] = {
	[OPTION_HOST] = { .name = "host",
	                  .help = N_("use the host's IPC namespace, where ipcs sees the objects") },
	[OPTION_ASCII] = { .name = "ascii", .help = N_("draw with ASCII characters only") },
	[OPTION_THEME] = { .name = "theme",
	                   .argument = "NAME",
	                   .help = N_("use this theme; help: lists them") },
	[OPTION_NO_COLOR] = { .name = "no-color",
	                      .help = N_("use no colours; so does NO_COLOR in the environment") },
	[OPTION_NO_MOUSE] = { .name = "no-mouse", .help = N_("leave the mouse to the terminal") },
	[OPTION_LANG] = { .name = "lang",
	                  .argument = "LL",
	                  .help = N_("use this language, and its lessons where there are some") },
	[OPTION_LESSONS] = { .name = "lessons",
	                     .argument = "DIR",
	                     .help = N_("take the lessons from DIR") },
	[OPTION_JSON] = { .name = "json",
	                  .help = N_("with list and run: write JSON"),
	                  .special = true },
	[OPTION_CONFINED] = { .name = "confined",
	                      .help = N_("with check: only where lessons can do no harm"),
	                      .special = true },
	[OPTION_PATIENCE] = { .name = "patience",
	                      .argument = "N",
	                      .help = N_(
				      "with check, print and run --orders: give a step up after N seconds"),
	                      .special = true },
	[OPTION_EVERY_ORDER] = { .name = "every-order",
	                         .help = N_(
					 "with check and print: make orders that can't differ too"),
	                         .special = true },
	[OPTION_ORDER] = { .name = "order",
	                   .argument = "LETTERS",
	                   .help = N_(
				   "with a lesson: go through this order of its schedule; with run: who goes"),
	                   .special = true },
	[OPTION_ORDERS] = { .name = "orders",
	                    .argument = "N",
	                    .help = N_("with run: make every order of the calls, at most N (2000)"),
	                    .special = true,
	                    .may_lack = true },
	[OPTION_PREEMPTIONS] = { .name = "preemptions",
	                         .argument = "K",
	                         .help = N_(
					 "with run --orders: of those with at most K preemptions"),
	                         .special = true },
	[OPTION_NOTES] = { .name = "notes",
	                   .help = N_("with print: the speaker's notes too"),
	                   .special = true },
	[OPTION_QUIZ] = { .name = "quiz",
	                  .help = N_("with print: what comes of a step only at the end"),
	                  .special = true },
	[OPTION_RESET] = { .name = "reset",
	                   .help = N_("with progress: forget it"),
	                   .special = true },
	[OPTION_PAGES] = { .name = "pages",
	                   .help = N_("with explore: begin with a mapped file, to try by hand"),
	                   .special = true },
	[OPTION_PRINT] = { .name = "print",
	                   .help = N_("with run: no screen, a transcript"),
	                   .special = true },
	[OPTION_QUIET] = { .name = "quiet",
	                   .help = N_(
				   "with run: no screen, only how it ends; with --orders: not each end"),
	                   .special = true },
	[OPTION_SAVE] = { .name = "save",
	                  .argument = "FILE.md",
	                  .help = N_("with run: what was done becomes a lesson"),
	                  .special = true },
	[OPTION_CALLS] = { .name = "calls",
	                   .argument = "LIST",
	                   .help = N_("with run: stop before these, such as sysv,mmap,read"),
	                   .special = true },
	[OPTION_INPUT] = { .name = "input",
	                   .argument = "A=FILE",
	                   .help = N_("with run: what A reads from its standard input"),
	                   .special = true,
	                   .repeats = true },
	[OPTION_ALLOW] = { .name = "allow",
	                   .argument = "PATH",
	                   .help = N_("with run: programs may read this, too"),
	                   .special = true,
	                   .repeats = true },
	[OPTION_ALLOW_WRITE] = { .name = "allow-write",
	                         .argument = "PATH",
	                         .help = N_("with run: and write this"),
	                         .special = true,
	                         .repeats = true },
	[OPTION_ALLOW_NET] = { .name = "allow-net",
	                       .help = N_("with run: and have the network"),
	                       .special = true },
	[OPTION_TRUST] = { .name = "trust",
	                   .help = N_("with run: nothing is kept from programs"),
	                   .special = true },
	[OPTION_HELP] = { .name = "help", .letter = 'h', .help = N_("write this, and exit") },
	[OPTION_VERSION] = { .name = "version", .help = N_("write the version, and exit") },
};

const char *options_name(enum option_id id)
{
	return table[id].name;
}

const char *options_argument(enum option_id id)
{
	return table[id].argument;
}

bool options_may_lack(enum option_id id)
{
	return table[id].may_lack;
}

const char *options_about(enum option_id id)
{
	return table[id].help;
}

void cli_help_line(const char *written, const char *does)
{
	printf("  %-20s %s\n", written, does);
}

void options_help(void)
{
	struct buf b = { 0 };

	for (int id = 0; id < OPTIONS; id++) {
		buf_clear(&b);
		if (table[id].letter)
			buf_printf(&b, "-%c, --%s", table[id].letter, table[id].name);
		else
			buf_printf(&b, "    --%s", table[id].name);
		if (table[id].argument)
			buf_printf(&b, table[id].may_lack ? "[=%s]" : " %s", table[id].argument);
		cli_help_line(b.data, _(table[id].help));
	}
	buf_free(&b);
}

int cli_complain(int status, const char *what, const char *why, const char *nearest)
{
	if (nearest)
		plain_printf(stderr, _("ipclens: %s: %s; did you mean %s?\n"), what, why, nearest);
	else
		plain_printf(stderr, "ipclens: %s: %s\n", what, why);
	return status;
}

static bool complain(const char *what, const char *why, const char *nearest)
{
	cli_complain(CLI_USAGE, what, why, nearest);
	return false;
}

/* A word that begins as an option does, and is none. */
static bool complain_word(const char *written)
{
	char *word = mem_dupn(written, strcspn(written, "="));
	struct nearest n = { .word = word + strspn(word, "-") };
	const char *found;
	char name[64];

	for (int id = 0; id < OPTIONS; id++)
		nearest_offer(&n, table[id].name);
	found = nearest_found(&n);
	snprintf(name, sizeof(name), "--%s", found ? found : "");
	complain(word, _("no such option"), found ? name : NULL);
	free(word);
	return false;
}

/* What getopt_long() found wrong. It has its own words, but not in our form. */
static bool complain_option(int answer, char **argv)
{
	char name[64];

	if (answer == ':')
		return complain(argv[optind - 1], _("needs an argument"), NULL);
	if (optopt > UCHAR_MAX) {
		snprintf(name, sizeof(name), "--%s", table[optopt - FIRST].name);
		return complain(name, _("takes no argument"), NULL);
	}
	if (optopt) {
		snprintf(name, sizeof(name), "-%c", optopt);
		return complain(name, _("no such option"), NULL);
	}
	return complain_word(argv[optind - 1]);
}

static int of_letter(int letter)
{
	int id = 0;

	while (id < OPTIONS && table[id].letter != letter)
		id++;
	return id;
}

/* The options up to the first word, or all of them. */
static bool parse(struct options *o, int argc, char **argv, bool first)
{
	struct option known[OPTIONS + 1] = { 0 };
	char letters[OPTIONS + 3] = "+:";
	const char *wanted = first ? letters : letters + 1;
	int answer;

	for (int id = 0; id < OPTIONS; id++)
		if (table[id].letter)
			strncat(letters, &table[id].letter, 1);
	for (int id = 0; id < OPTIONS; id++)
		known[id] = (struct option){ .name = table[id].name,
			                     .has_arg = table[id].may_lack   ? optional_argument
			                                : table[id].argument ? required_argument
			                                                     : no_argument,
			                     .val = FIRST + id };
	opterr = 0;
	/* after --help or --version the rest is not wanted */
	while (!o->value[OPTION_HELP] && !o->value[OPTION_VERSION] &&
	       (answer = getopt_long(argc, argv, wanted, known, NULL)) != -1) {
		if (answer != ':' && answer != '?' && answer < FIRST)
			answer = FIRST + of_letter(answer);
		if (answer < FIRST)
			return complain_option(answer, argv);
		o->value[answer - FIRST] = optarg ? optarg : "";
		if (table[answer - FIRST].repeats)
			*MEM_PUSH(o->given, o->ngiven) =
				(struct option_given){ (enum option_id)(answer - FIRST), optarg };
	}
	return true;
}

bool options_parse(struct options *o, int argc, char **argv, const char *programs)
{
	if (!parse(o, argc, argv, true))
		return false;
	if (optind >= argc || strcmp(argv[optind], programs) != 0) {
		options_free(o);
		*o = (struct options){ .given = NULL };
		optind = 0; /* from the start, with words and options in any order */
		return parse(o, argc, argv, false);
	}
	/* the word itself stays the first that is none */
	optind++;
	if (!parse(o, argc, argv, true))
		return false;
	argv[--optind] = (char *)(uintptr_t)programs;
	return true;
}

void options_free(struct options *o)
{
	free(o->given);
	o->given = NULL;
	o->ngiven = 0;
}

enum option_id options_refused(const struct options *o, unsigned taken)
{
	enum option_id id = 0;

	while (id < OPTIONS && !(o->value[id] && table[id].special && !(taken & OPTION_BIT(id))))
		id++;
	return id;
}
