// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/editor.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* after stdio.h, which they need */
#include <readline/history.h>
#include <readline/readline.h>

#include "base/intl.h"
#include "base/mem.h"
#include "tui/history.h"
#include "tui/key.h"
#include "tui/screen.h"

enum { EMACS = 1, KEYS = 256 };

static struct {
	bool ready; /* readline has been set up */
	editor_words *words;
	void *context;
	const char *key; /* what readline has not read of it: n bytes */
	size_t n;
	char *line; /* that is done */
	bool keeps; /* it is for the history */
	bool done;
	struct typed shown;
} editor;

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static void forget_matches(void)
{
	free_words(editor.shown.matches);
	editor.shown.matches = NULL;
}

/* What readline calls */

static int next_byte(FILE *stream)
{
	(void)stream;
	if (!editor.n)
		return EOF;
	editor.n--;
	return (unsigned char)*editor.key++;
}

/* Else it would look for what follows in the terminal. */
static int is_available(void)
{
	return editor.n > 0;
}

static void take_line(char *line)
{
	editor.line = line;
	editor.done = true;
	if (line && *line && editor.keeps) {
		add_history(line);
		history_line(line);
	}
}

/* After each command. Readline 8.2 lets the lists of what can be undone belong to lines of its
   history, and frees some of them twice: there is none when it looks. */
static void forget_undo(void)
{
	rl_free_undo_list();
}

static void nothing(void)
{
}

static void nothing_prepared(int meta)
{
	(void)meta;
}

static char *generate(const char *text, int state)
{
	static char **words;
	static size_t next;
	size_t n = strlen(text);

	if (!state) {
		free_words(words);
		words = editor.words(editor.context, rl_line_buffer,
		                     (size_t)rl_point > n ? (size_t)rl_point - n : 0);
		next = 0;
	}
	while (words[next])
		if (!strncmp(words[next++], text, n))
			return strdup(words[next - 1]);
	return NULL;
}

static char **complete(const char *text, int start, int end)
{
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1; /* no names of files */
	rl_completion_append_character = '\0';
	return rl_completion_matches(text, generate);
}

/* The first of matches is what they have in common. */
static void show_matches(char **matches, int count, int longest)
{
	size_t n = 0;

	(void)longest;
	forget_matches();
	for (int i = 1; i <= count; i++)
		*MEM_PUSH(editor.shown.matches, n) = mem_dup(matches[i]);
	*MEM_PUSH(editor.shown.matches, n) = NULL;
}

/* Keys */

static int ignore(int count, int key)
{
	(void)count;
	(void)key;
	return 0;
}

/* What may be bound. The others ask for more keys, write, undo, or change how the line is edited. */
static rl_command_func_t *const wanted[] = {
	rl_insert,
	rl_newline,
	rl_do_lowercase_version,
	/* moving */
	rl_beg_of_line,
	rl_end_of_line,
	rl_forward_char,
	rl_backward_char,
	rl_forward_byte,
	rl_backward_byte,
	rl_forward_word,
	rl_backward_word,
	/* deleting */
	rl_delete,
	rl_rubout,
	rl_delete_horizontal_space,
	rl_kill_line,
	rl_backward_kill_line,
	rl_kill_full_line,
	rl_kill_word,
	rl_backward_kill_word,
	rl_unix_word_rubout,
	rl_unix_filename_rubout,
	rl_unix_line_discard,
	rl_yank,
	/* changing */
	rl_upcase_word,
	rl_downcase_word,
	rl_capitalize_word,
	rl_transpose_words,
	rl_transpose_chars,
	/* the history */
	rl_get_previous_history,
	rl_get_next_history,
	rl_beginning_of_history,
	rl_end_of_history,
	rl_reverse_search_history,
	rl_forward_search_history,
	rl_history_search_backward,
	rl_history_search_forward,
	rl_history_substr_search_backward,
	rl_history_substr_search_forward,
	/* completing */
	rl_complete,
	rl_possible_completions,
	rl_menu_complete,
	rl_backward_menu_complete,
};

static bool is_wanted(rl_command_func_t *function)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (function == wanted[i])
			return true;
	return false;
}

/* A key without a function would abort what is under way. Brackets are inserted without a look at
   their partner: it waits. */
static void keep_wanted(Keymap map)
{
	for (int key = 0; key < KEYS; key++) {
		KEYMAP_ENTRY *entry = &map[key];

		if (entry->type == ISKMAP)
			keep_wanted(__extension__(Keymap) entry->function);
		else if (entry->type == ISFUNC && entry->function == rl_insert_close)
			entry->function = rl_insert;
		else if (entry->type == ISFUNC && !is_wanted(entry->function))
			entry->function = ignore;
	}
}

/* What no terminal description tells readline. */
static void bind_more(void)
{
	static const struct {
		const char *key;
		rl_command_func_t *function;
	} more[] = {
		{ "\033[3~", rl_delete },          { "\033[1~", rl_beg_of_line },
		{ "\033[7~", rl_beg_of_line },     { "\033[4~", rl_end_of_line },
		{ "\033[8~", rl_end_of_line },     { "\033[1;5C", rl_forward_word },
		{ "\033[1;5D", rl_backward_word },
	};

	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		rl_bind_keyseq_if_unbound(more[i].key, more[i].function);
}

/* Of a key of several bytes readline may stop at the first that leads nowhere, and take the others
   as text. */
static bool is_bound(const char *bytes, size_t n)
{
	int type = ISKMAP;
	rl_command_func_t *function;

	if ((unsigned char)*bytes >= 0x80)
		return n > 1 && MB_CUR_MAX > 1;
	if (n == 1)
		return true;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)bytes[i] >= 0x80)
			return false;
	function = rl_function_of_keyseq_len(bytes, n, NULL, &type);
	return function && function != ignore && type != ISKMAP;
}

/* Setting up */

/* readline reads whatever it is told to the end, though it never ends. */
static bool is_endless(const char *path)
{
	struct stat file;

	return !stat(path, &file) && !S_ISREG(file.st_mode) && !S_ISDIR(file.st_mode);
}

static void initialize(void)
{
	const char *given = getenv("INPUTRC"), *home = getenv("HOME");
	char *before = given ? mem_dup(given) : NULL, path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/.inputrc", home ? home : "");
	if (is_endless(given && *given ? given : path))
		setenv("INPUTRC", "/dev/null", 1);
	rl_initialize();
	if (before)
		setenv("INPUTRC", before, 1);
	else
		unsetenv("INPUTRC");
	free(before);
}

static void set_up(void)
{
	static char breaks[] = " \t\"'(){}[],;:.=+-*/%&|^~<>!?";

	editor.ready = true;
	rl_readline_name = "ipclens";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_instream = stdin;
	rl_outstream = fopen("/dev/null", "we");
	if (!rl_outstream)
		rl_outstream = stderr;
	rl_getc_function = next_byte;
	rl_input_available_hook = is_available;
	rl_redisplay_function = forget_undo;
	rl_prep_term_function = nothing_prepared;
	rl_deprep_term_function = nothing;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_word_break_characters = breaks;
	rl_completer_quote_characters = "";
	rl_completion_query_items = 0; /* never asks whether to show them */
	initialize();
	rl_variable_bind("bell-style", "none");           /* it would ring over the screen */
	rl_variable_bind("revert-all-at-newline", "off"); /* it undoes */
	/* Ctrl-X too: Readline 8.2 loses its way when one that begins longer keys ends a search */
	rl_variable_bind("isearch-terminators", "\\e\\C-j\\C-x");
	using_history();
	history_read(add_history);
	screen_reclaim();
}

/* Its functions crash: Readline 8.2 and "x", Esc, "[2J". */
static const char *refuse_vi(void)
{
	bool vi = rl_editing_mode != EMACS;

	if (vi)
		rl_variable_bind("editing-mode", "emacs");
	bind_more();
	keep_wanted(emacs_standard_keymap);
	return vi ? _("your inputrc asks for vi's mode, which the prompt does not have: "
	              "it edits as Emacs does")
	          : NULL;
}

/* Ours */

static void update(void)
{
	editor.shown.label = rl_display_prompt ? rl_display_prompt : "";
	editor.shown.text = rl_line_buffer ? rl_line_buffer : "";
	editor.shown.cursor = (size_t)rl_point;
}

const char *editor_open(editor_words *words, void *context, const char *label)
{
	const char *note = NULL;

	if (!editor.ready) {
		set_up();
		note = refuse_vi();
	}
	editor.words = words;
	editor.context = context;
	editor.keeps = !label;
	rl_callback_handler_install(label ? label : ": ", take_line);
	update();
	return note;
}

void editor_close(void)
{
	/* a search or a half command that is under way ends with it */
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_callback_handler_remove();
	forget_matches();
	history_write();
}

/* The key that opens the line, where it is open already: nothing that is typed begins with it, but what is
   searched for can. */
static bool opens(const char *bytes, size_t n)
{
	return n == 1 && *bytes == ':' && !rl_end && !RL_ISSTATE(RL_STATE_ISEARCH);
}

enum edited editor_key(const char *bytes, size_t n, char **line)
{
	editor.done = false;
	forget_matches();
	if (!opens(bytes, n) && is_bound(bytes, n)) {
		editor.key = bytes;
		editor.n = n;
		while (editor.n)
			rl_callback_read_char();
	}
	update();
	if (!editor.done)
		return EDITED;
	*line = editor.line;
	return *line ? EDITED_LINE : EDITED_END;
}

void editor_set(const char *line, size_t cursor)
{
	rl_replace_line(line, 1);
	rl_point = cursor < strlen(line) ? (int)cursor : rl_end;
	update();
}

const struct typed *editor_shown(void)
{
	return &editor.shown;
}
