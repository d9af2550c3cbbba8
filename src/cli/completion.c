// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "cli/options.h"

/* Commands and options are those of the tables. Lessons and themes are asked of the program when they
   are completed. */

struct writer {
	const struct cli_command *commands;
	size_t count;
};

/* In quotes of a shell, where some characters are written otherwise. */
static void write_quoted(const char *text, const char *special, const char *quote)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			fputs(quote, stdout);
		else if (strchr(special, *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
	putchar('\'');
}

/* What an option's argument is. */
static bool is_folder(const char *argument)
{
	return !strcmp(argument, "DIR");
}

static bool is_file(const char *argument)
{
	return !strcmp(argument, "PATH") || !strncmp(argument, "FILE", 4);
}

/* bash */

/* Of the commands that take such words; WORDS_NONE: of all. */
static void write_names(const struct writer *w, enum cli_words words, const char *between)
{
	const char *before = "";

	for (size_t i = 0; i < w->count; i++)
		if (words == WORDS_NONE || w->commands[i].words == words) {
			printf("%s%s", before, w->commands[i].name);
			before = between;
		}
}

/* The words after which something else than a lesson stands. */
static void write_bash_arguments(void)
{
	for (enum option_id id = 0; id < OPTIONS; id++) {
		const char *argument = options_argument(id);

		if (!argument || options_may_lack(id))
			continue;
		printf("\t--%s)\n", options_name(id));
		if (id == OPTION_THEME)
			puts("\t\twords=$(\"${COMP_WORDS[0]}\" --theme help 2>/dev/null | sed 's/ "
			     ".*//')");
		else if (is_folder(argument))
			puts("\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")");
		else if (is_file(argument))
			puts("\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")");
		if (id == OPTION_THEME)
			puts("\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")");
		puts("\t\treturn\n\t\t;;");
	}
}

static void write_bash(const struct writer *w)
{
	puts("# bash completion for ipclens\n"
	     "_ipclens()\n{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words= command= word\n"
	     "\tCOMPREPLY=()\n"
	     "\tcase ${COMP_WORDS[COMP_CWORD-1]} in");
	write_bash_arguments();
	fputs("\tesac\n"
	      "\tif [[ $cur == -* ]]; then\n"
	      "\t\twords='",
	      stdout);
	for (enum option_id id = 0; id < OPTIONS; id++)
		printf("%s--%s", id ? " " : "", options_name(id));
	fputs("'\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	      "\t\tcase $word in\n"
	      "\t\t",
	      stdout);
	write_names(w, WORDS_NONE, "|");
	fputs(") command=$word; break ;;\n\t\tesac\n\tdone\n\tcase $command in\n\t'') words='",
	      stdout);
	write_names(w, WORDS_NONE, " ");
	fputs("' ;;\n\t", stdout);
	write_names(w, WORDS_LESSONS, "|");
	fputs(") ;;\n\t", stdout);
	write_names(w, WORDS_PROGRAMS, "|");
	puts(") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n"
	     "\t*) return ;;\n\tesac\n"
	     "\twords+=\" $(\"${COMP_WORDS[0]}\" list 2>/dev/null |\n"
	     "\t\tawk '{ print $1 } $1 ~ /[.]/ { print $2 }')\"\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"; "
	     "compgen -f -X '!*.md' -- \"$cur\"; compgen -d -- \"$cur\")\n"
	     "}\n"
	     "complete -o filenames -F _ipclens ipclens");
}

/* zsh */

static void write_zsh_option(enum option_id id)
{
	const char *argument = options_argument(id);

	printf(" \\\n\t'--%s%s%s['", options_name(id), argument ? "=" : "",
	       options_may_lack(id) ? "-" : "");
	write_quoted(_(options_about(id)), "[]:", "'\\''");
	fputs("']", stdout);
	if (id == OPTION_THEME)
		fputs(":theme:_ipclens_themes", stdout);
	else if (argument)
		printf("%s:%s:%s", options_may_lack(id) ? ":" : "", argument,
		       is_folder(argument) ? "_directories"
		       : is_file(argument) ? "_files"
		                           : "");
	putchar('\'');
}

static void write_zsh(const struct writer *w)
{
	puts("#compdef ipclens\n"
	     "_ipclens_themes() {\n"
	     "\tlocal -a themes\n"
	     "\tthemes=(${(f)\"$(ipclens --theme help 2>/dev/null | sed 's/  */:/')\"})\n"
	     "\t_describe theme themes\n}\n"
	     "_ipclens_lessons() {\n"
	     "\tlocal -a lessons\n"
	     "\tlessons=(${(f)\"$(ipclens list 2>/dev/null |\n"
	     "\t\tawk '{ n = $1; s = $2; sub(/^[^ ]+ +/, \"\"); print n \":\" $0 }\n"
	     "\t\t\tn ~ /[.]/ { sub(/^[^ ]+ +/, \"\"); print s \":\" $0 }')\"})\n"
	     "\t_describe lesson lessons\n"
	     "\t_files -g '*.md'\n}\n"
	     "_ipclens_words() {\n"
	     "\tlocal -a commands\n"
	     "\tcommands=(");
	for (size_t i = 0; i < w->count; i++) {
		printf("\t\t%s:", w->commands[i].name);
		write_quoted(_(w->commands[i].help), ":", "'\\''");
		putchar('\n');
	}
	fputs("\t)\n"
	      "\tcase ${words[(r)(",
	      stdout);
	write_names(w, WORDS_NONE, "|");
	fputs(")]} in\n\t'') _describe command commands; _ipclens_lessons ;;\n\t", stdout);
	write_names(w, WORDS_LESSONS, "|");
	fputs(") _ipclens_lessons ;;\n\t", stdout);
	write_names(w, WORDS_PROGRAMS, "|");
	fputs(") _files ;;\n\tesac\n}\n_arguments", stdout);
	for (enum option_id id = 0; id < OPTIONS; id++)
		write_zsh_option(id);
	puts(" \\\n\t'*:word:_ipclens_words'");
}

/* fish */

static void write_fish_option(const struct writer *w, enum option_id id)
{
	const char *argument = options_argument(id);
	bool special = false;

	printf("complete -c ipclens -l %s", options_name(id));
	for (size_t i = 0; i < w->count; i++)
		if (w->commands[i].options & OPTION_BIT(id)) {
			fputs(special ? "" : " -n '__fish_seen_subcommand_from", stdout);
			printf(" %s", w->commands[i].name);
			special = true;
		}
	fputs(special ? "'" : "", stdout);
	if (id == OPTION_THEME)
		fputs(" -x -a '(ipclens --theme help | string replace -r \" +\" \\t)'", stdout);
	else if (argument && !options_may_lack(id))
		fputs(is_folder(argument) ? " -x -a '(__fish_complete_directories)'"
		      : is_file(argument) ? " -r -F"
		                          : " -x",
		      stdout);
	fputs(" -d ", stdout);
	write_quoted(_(options_about(id)), "\\", "\\'");
	putchar('\n');
}

static void write_fish(const struct writer *w)
{
	puts("# fish completion for ipclens\n"
	     "function __ipclens_lessons\n"
	     "\tipclens list 2>/dev/null | string replace -r '^(\\S+) +' '$1\\t'\n"
	     "\tipclens list 2>/dev/null | string replace -rf '^\\S+[.]\\S+ +(\\S+) +' '$1\\t'\n"
	     "\t__fish_complete_suffix .md\n"
	     "end\n"
	     "complete -c ipclens -f");
	for (enum option_id id = 0; id < OPTIONS; id++)
		write_fish_option(w, id);
	for (size_t i = 0; i < w->count; i++) {
		printf("complete -c ipclens -n __fish_use_subcommand -a %s -d ",
		       w->commands[i].name);
		write_quoted(_(w->commands[i].help), "\\", "\\'");
		putchar('\n');
	}
	fputs("complete -c ipclens -n 'not __fish_seen_subcommand_from", stdout);
	for (size_t i = 0; i < w->count; i++)
		if (w->commands[i].words != WORDS_LESSONS)
			printf(" %s", w->commands[i].name);
	fputs("' -a '(__ipclens_lessons)'\ncomplete -c ipclens -n '__fish_seen_subcommand_from ",
	      stdout);
	write_names(w, WORDS_PROGRAMS, " ");
	puts("' -F");
}

int cli_completion(const char *shell, const struct cli_command *commands, size_t count)
{
	static const struct {
		const char *shell;
		void (*write)(const struct writer *w);
	} shells[] = { { "bash", write_bash }, { "zsh", write_zsh }, { "fish", write_fish } };
	struct writer w = { commands, count };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (!strcmp(shells[i].shell, shell)) {
			shells[i].write(&w);
			return 0;
		}
	return cli_complain(CLI_USAGE, shell, _("no such shell: there are bash, zsh and fish"),
	                    NULL);
}
