// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/prompt.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* after stdio.h, which they need */
#include <readline/history.h>
#include <readline/readline.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tui/screen.h"

enum { END_OF_FILE = 4, ESCAPE = 27, ESCAPE_MS = 25, REST_MS = 100, EMACS = 1 };

static struct {
	bool ready; /* readline has been set up */
	bool open;
	prompt_words *words;
	void *context;
	struct buf typed; /* not edited yet: from next on */
	size_t next;
	char *line; /* that is done */
	bool ended; /* end of file was typed */
	struct typed shown;
} prompt;

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static void forget_matches(void)
{
	free_words(prompt.shown.matches);
	prompt.shown.matches = NULL;
}

/* readline's part */

/* A byte that was typed. The rest of a character, where readline needs one, is waited for; not for
   long: nothing else is done meanwhile. */
static int next_byte(FILE *stream)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	char byte;

	(void)stream;
	if (prompt.next < prompt.typed.len)
		return (unsigned char)prompt.typed.data[prompt.next++];
	if (poll(&fd, 1, REST_MS) != 1 || read(STDIN_FILENO, &byte, 1) != 1)
		return EOF;
	return (unsigned char)byte;
}

/* Else it would look for what follows an escape in the terminal. */
static int is_available(void)
{
	return prompt.next < prompt.typed.len;
}

static void take_line(char *line)
{
	prompt.line = line;
	prompt.ended = !line;
	if (line && *line)
		add_history(line);
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
		words = prompt.words(prompt.context, rl_line_buffer,
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
		*MEM_PUSH(prompt.shown.matches, n) = mem_dup(matches[i]);
	*MEM_PUSH(prompt.shown.matches, n) = NULL;
}

static int ignore(int count, int key)
{
	(void)count;
	(void)key;
	return 0;
}

static void set_up(void)
{
	static const char paste[] = "\033[200~";
	static char breaks[] = " \t\"'(){}[],;:.=+-*/%&|^~<>!?";

	if (prompt.ready)
		return;
	prompt.ready = true;
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
	rl_redisplay_function = nothing;
	rl_prep_term_function = nothing_prepared;
	rl_deprep_term_function = nothing;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_word_break_characters = breaks;
	rl_completer_quote_characters = "";
	rl_completion_query_items = 0; /* never asks whether to show them */
	rl_initialize();
	rl_variable_bind("bell-style", "none"); /* it would ring over the screen */
	/* Ctrl-X too: Readline 8.2 loses its way when one that begins longer keys ends a search */
	rl_variable_bind("isearch-terminators", "\\e\\C-j\\C-x");
	/* it reads, and waits, until the paste ends; the terminal is not asked to mark one */
	rl_bind_keyseq_in_map(paste, ignore, emacs_standard_keymap);
	rl_bind_keyseq_in_map(paste, ignore, vi_insertion_keymap);
	using_history();
	screen_reclaim();
}

/* Ours */

static void update(void)
{
	prompt.shown.label = rl_display_prompt ? rl_display_prompt : "";
	prompt.shown.text = rl_line_buffer ? rl_line_buffer : "";
	prompt.shown.cursor = (size_t)rl_point;
}

void prompt_open(prompt_words *words, void *context)
{
	set_up();
	prompt.words = words;
	prompt.context = context;
	prompt.open = true;
	rl_callback_handler_install(": ", take_line);
	update();
}

void prompt_close(void)
{
	if (!prompt.open)
		return;
	prompt.open = false;
	/* a search or a half command that is under way ends with it */
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_callback_handler_remove();
	forget_matches();
	buf_free(&prompt.typed);
	prompt.next = 0;
}

/* An escape key on its own is told from the start of a longer key as curses tells it. */
static bool is_escape(size_t from)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	return prompt.typed.len == from + 1 && prompt.typed.data[from] == ESCAPE &&
	       rl_editing_mode == EMACS && poll(&fd, 1, ESCAPE_MS) == 0;
}

static bool ends_line(char byte)
{
	return byte == '\r' || byte == '\n' || byte == END_OF_FILE;
}

bool prompt_read(bool line_waits)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	size_t before = prompt.typed.len;
	char byte;

	while (poll(&fd, 1, 0) == 1 && (fd.revents & POLLIN) && read(STDIN_FILENO, &byte, 1) == 1) {
		buf_putc(&prompt.typed, byte);
		if (is_escape(before)) {
			prompt.typed.len = before;
			return true;
		}
		if (ends_line(byte) && !line_waits)
			break;
	}
	return false;
}

enum prompt_event prompt_edit(char **line)
{
	prompt.ended = false;
	while (prompt.next < prompt.typed.len && !prompt.line && !prompt.ended) {
		forget_matches();
		rl_callback_read_char();
	}
	if (prompt.next == prompt.typed.len) {
		buf_clear(&prompt.typed);
		prompt.next = 0;
	}
	update();
	*line = prompt.line;
	prompt.line = NULL;
	return *line ? PROMPT_LINE : prompt.ended ? PROMPT_END : PROMPT_NOTHING;
}

void prompt_set(const char *line, size_t cursor)
{
	rl_replace_line(line, 1);
	rl_point = cursor < strlen(line) ? (int)cursor : rl_end;
	update();
}

const struct typed *prompt_shown(void)
{
	return &prompt.shown;
}
