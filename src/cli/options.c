// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/nearest.h"

#ifndef IPCLENS_VERSION
#define IPCLENS_VERSION "0"
#endif

static const char usage[] =
	N_("Usage: ipclens [OPTION...] [LESSON]\n"
           "       ipclens [OPTION...] list [--json]\n"
           "       ipclens [OPTION...] check [LESSON...]\n"
           "       ipclens [OPTION...] print LESSON\n"
           "Lessons in System V IPC and mapped files, played by real processes.\n"
           "\n"
           "A LESSON is a number (3.2), a slug (semncnt) or a path (./mine.md).\n"
           "\n"
           "  ipclens              starts at the list of lessons\n"
           "  ipclens LESSON       starts at that lesson\n"
           "  list                 writes chapters and lessons, one a line\n"
           "  check                runs lessons (or all) and checks what they expect\n"
           "  print                runs a lesson and prints it as plain text\n"
           "\n"
           "      --host           use the host's IPC namespace, where ipcs sees the objects\n"
           "      --ascii          draw with ASCII characters only\n"
           "      --theme NAME     use this theme\n"
           "      --no-color       use no colours; so does NO_COLOR in the environment\n"
           "      --lang LL        use this language, and its lessons where there are some\n"
           "      --lessons DIR    take the lessons from DIR\n"
           "      --json           with list: write JSON\n"
           "      --help           write this, and exit\n"
           "      --version        write the version, and exit\n"
           "\n"
           "The exit status is 0 if all went well, 1 for a run that failed, 2 for a wrong\n"
           "command line. See ipclens(1); how to write a lesson is told in ipclens-lesson(5).\n");

static const char license[] =
	N_("License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\n"
           "This is free software: you are free to change and redistribute it.\n"
           "There is NO WARRANTY, to the extent permitted by law.\n");

enum option_code {
	OPTION_HOST = 256,
	OPTION_ASCII,
	OPTION_THEME,
	OPTION_NO_COLOR,
	OPTION_LANG,
	OPTION_LESSONS,
	OPTION_JSON,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct option table[] = {
	{ "host", no_argument, NULL, OPTION_HOST },
	{ "ascii", no_argument, NULL, OPTION_ASCII },
	{ "theme", required_argument, NULL, OPTION_THEME },
	{ "no-color", no_argument, NULL, OPTION_NO_COLOR },
	{ "lang", required_argument, NULL, OPTION_LANG },
	{ "lessons", required_argument, NULL, OPTION_LESSONS },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

int cli_complain(int status, const char *what, const char *why, const char *nearest)
{
	if (nearest)
		fprintf(stderr, _("ipclens: %s: %s; did you mean %s?\n"), what, why, nearest);
	else
		fprintf(stderr, "ipclens: %s: %s\n", what, why);
	return status;
}

/* What getopt_long() found wrong. It has its own words, but not in our form. */
static int complain_option(int answer, char **argv)
{
	struct nearest n = { 0 };
	const char *found;
	char *word;
	char name[64];
	int status;

	if (answer == ':')
		return cli_complain(CLI_USAGE, argv[optind - 1], _("needs an argument"), NULL);
	for (const struct option *o = table; optopt && o->name; o++) {
		if (o->val != optopt)
			continue;
		snprintf(name, sizeof(name), "--%s", o->name);
		return cli_complain(CLI_USAGE, name, _("takes no argument"), NULL);
	}
	if (optopt) {
		snprintf(name, sizeof(name), "-%c", optopt);
		return cli_complain(CLI_USAGE, name, _("no such option"), NULL);
	}
	word = mem_dupn(argv[optind - 1], strcspn(argv[optind - 1], "="));
	n.word = word + strspn(word, "-");
	for (const struct option *o = table; o->name; o++)
		nearest_offer(&n, o->name);
	found = nearest_found(&n);
	snprintf(name, sizeof(name), "--%s", found ? found : "");
	status = cli_complain(CLI_USAGE, word, _("no such option"), found ? name : NULL);
	free(word);
	return status;
}

int options_parse(struct options *o, int argc, char **argv)
{
	int answer;

	opterr = 0;
	while ((answer = getopt_long(argc, argv, ":", table, NULL)) != -1) {
		switch (answer) {
		case OPTION_HOST:
			o->host = true;
			break;
		case OPTION_ASCII:
			o->ascii = true;
			break;
		case OPTION_THEME:
			o->theme = optarg;
			break;
		case OPTION_NO_COLOR:
			o->no_color = true;
			break;
		case OPTION_LANG:
			if (!intl_open(optarg, o->locale))
				return cli_complain(CLI_USAGE, optarg,
				                    _("not a language, such as zh or de_AT"), NULL);
			break;
		case OPTION_LESSONS:
			o->lessons = optarg;
			break;
		case OPTION_JSON:
			o->json = true;
			break;
		case OPTION_HELP:
			fputs(_(usage), stdout);
			return 0;
		case OPTION_VERSION:
			printf("ipclens %s\n%s", IPCLENS_VERSION, _(license));
			return 0;
		default:
			return complain_option(answer, argv);
		}
	}
	return -1;
}
