// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <getopt.h>
#include <limits.h>
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
	bool special; /* not every command takes it */
} table[OPTIONS] = {
	[OPTION_HOST] = { .name = "host",
	                  .help = N_("use the host's IPC namespace, where ipcs sees the objects") },
	[OPTION_ASCII] = { .name = "ascii", .help = N_("draw with ASCII characters only") },
	[OPTION_THEME] = { .name = "theme", .argument = "NAME", .help = N_("use this theme") },
	[OPTION_NO_COLOR] = { .name = "no-color",
	                      .help = N_("use no colours; so does NO_COLOR in the environment") },
	[OPTION_LANG] = { .name = "lang",
	                  .argument = "LL",
	                  .help = N_("use this language, and its lessons where there are some") },
	[OPTION_LESSONS] = { .name = "lessons",
	                     .argument = "DIR",
	                     .help = N_("take the lessons from DIR") },
	[OPTION_JSON] = { .name = "json", .help = N_("with list: write JSON"), .special = true },
	[OPTION_CONFINED] = { .name = "confined",
	                      .help = N_("with check: only where lessons can do no harm"),
	                      .special = true },
	[OPTION_PATIENCE] = { .name = "patience",
	                      .argument = "N",
	                      .help = N_("with check and print: give a step up after N seconds"),
	                      .special = true },
	[OPTION_HELP] = { .name = "help", .help = N_("write this, and exit") },
	[OPTION_VERSION] = { .name = "version", .help = N_("write the version, and exit") },
};

const char *options_name(enum option_id id)
{
	return table[id].name;
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
		buf_printf(&b, "    --%s", table[id].name);
		if (table[id].argument)
			buf_printf(&b, " %s", table[id].argument);
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

bool options_parse(struct options *o, int argc, char **argv)
{
	struct option known[OPTIONS + 1] = { 0 };
	int answer;

	for (int id = 0; id < OPTIONS; id++)
		known[id] = (struct option){ .name = table[id].name,
			                     .has_arg = table[id].argument != NULL,
			                     .val = FIRST + id };
	opterr = 0;
	/* after --help or --version the rest is not wanted */
	while (!o->value[OPTION_HELP] && !o->value[OPTION_VERSION] &&
	       (answer = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		if (answer < FIRST)
			return complain_option(answer, argv);
		o->value[answer - FIRST] = optarg ? optarg : "";
	}
	return true;
}

enum option_id options_refused(const struct options *o, unsigned taken)
{
	enum option_id id = 0;

	while (id < OPTIONS && !(o->value[id] && table[id].special && !(taken & OPTION_BIT(id))))
		id++;
	return id;
}
