// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "dice.h"
#include "suite.h"
#include "tui/key.h"
#include "tui/prompt.h"

/* The prompt without a terminal: keys come through a pipe. */

static int keyboard;
static char inputrc[] = "/tmp/ipclens-inputrc-XXXXXX";

static void type(const char *bytes, size_t n)
{
	ck_assert_int_eq(write(keyboard, bytes, n), (ssize_t)n);
}

static char **words(void *context, const char *line, size_t at)
{
	static const char *const some[] = { "semget(", "semctl(", "semop(", "semtimedop(", "é" };
	size_t count = sizeof(some) / sizeof(*some), n = 0;
	char **list = NULL;

	(void)context;
	for (size_t i = 0; i < count && line[at] != 'Q'; i++)
		*MEM_PUSH(list, n) = mem_dup(some[i]);
	*MEM_PUSH(list, n) = NULL;
	return list;
}

/* With this inputrc. */
static void set_up(const char *text)
{
	int fds[2], fd = mkstemp(inputrc);

	ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	setenv("INPUTRC", inputrc, 1);
	ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
	dup2(fds[0], STDIN_FILENO);
	keyboard = fds[1];
	prompt_open(words, NULL, NULL);
	unlink(inputrc);
}

static enum edited edit(char **line)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	enum edited event = EDITED;

	while (event == EDITED && poll(&fd, 1, 0) == 1) {
		ck_assert(!prompt_read(false, -1));
		event = prompt_edit(line);
	}
	return event;
}

/* What is typed becomes this line. */
static void expect_line(const char *keys, const char *expected)
{
	char *line = NULL;

	type(keys, strlen(keys));
	ck_assert_int_eq(edit(&line), EDITED_LINE);
	ck_assert_str_eq(line, expected);
	free(line);
}

static void expect_keys(const char *bytes, const char *lengths)
{
	size_t n = strlen(bytes);

	for (const char *length = lengths; *length; length++) {
		size_t got = key_length(bytes, n);

		ck_assert_msg(got == (size_t)(*length - '0'), "%s: %zu of %s", lengths, got, bytes);
		bytes += got;
		n -= got;
	}
}

START_TEST(whole_keys)
{
	expect_keys("aé€\xf0\x9f\x98\x80z", "12341");
	/* no UTF-8: alone, cut short by another, overlong, a surrogate, too large */
	expect_keys("\x80x\xe2\x80x\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80", "11111111111111");
	expect_keys("\033[A\033OA\033[3~\033[1;5C\033[[A\033x\033é\033\033[A", "33464234");
	/* not whole yet */
	expect_keys("\xe2\x82", "0");
	expect_keys("\033", "0");
	expect_keys("\033[", "0");
	expect_keys("\033[1;", "0");
	expect_keys("\033O", "0");
	expect_keys("\033\033", "0");
	expect_keys("\033\xc3", "0");
	/* cut short by another */
	expect_keys("\033[1\033[A\033O\033[A\033\033\033[A", "332314");
}
END_TEST

/* What is bound edits; what is not does nothing, and leaves nothing behind. */
START_TEST(only_what_is_wanted)
{
	set_up("");
	expect_line("abc\001x\r", "xabc");
	expect_line("abc\033[D\033[Dx\r", "axbc");
	expect_line("abc\033[D\033[3~\r", "ab");
	expect_line("one two\033[1~\033d\r", " two");
	expect_line("a\033[2Jb\033[15~c\033[[Ad\033Oxe\033xf\033[200~g\r", "abcdefg");
	expect_line("a\033\x12\033#\033n\033p\017\033\r\033\nb\r", "ab");
	expect_line("a\xe2\x80 \xffz\xc3\xa9\r", "a zé");
	expect_line("Q[]{}()\r", "Q[]{}()");
	expect_line("\0339\0339\0339x\r", "x");
	prompt_close();
}
END_TEST

/* The key that opens the prompt does nothing in an empty line; in a search it is looked for. */
START_TEST(opened_again)
{
	set_up("");
	expect_line(":a:b\r", "a:b");
	expect_line("::x\r", "x");
	expect_line("x\177:\r", "");
	expect_line("\022:\001\r", "a:b");
	prompt_close();
}
END_TEST

/* A key that comes in pieces is one key. */
START_TEST(in_pieces)
{
	static const char *const pieces[] = { "ab\xc3", "\xa9", "\033[", "1;", "5D", "x\r" };
	enum edited event = EDITED;
	char *line = NULL;

	set_up("");
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		ck_assert_int_eq(event, EDITED);
		type(pieces[i], strlen(pieces[i]));
		event = edit(&line);
	}
	ck_assert_int_eq(event, EDITED_LINE);
	ck_assert_str_eq(line, "xabé");
	free(line);
	prompt_close();
}
END_TEST

START_TEST(an_inputrc)
{
	set_up("\"\\C-t\": beginning-of-line\n\"\\C-xq\": \"quick \"\n\"\\C-b\": menu-complete\n"
	       "\"\\C-g\": vi-editing-mode\n$if ipclens\n\"\\C-o\": kill-whole-line\n$endif\n");
	expect_line("abc\024x\030q\r", "xquick abc");
	expect_line("semg\002\r", "semget(");
	expect_line("abc\007\017d\r", "d");
	prompt_close();
}
END_TEST

START_TEST(vi_is_refused)
{
	set_up("set editing-mode vi\n");
	prompt_close();
	ck_assert_ptr_null(prompt_open(words, NULL, NULL)); /* said once */
	expect_line("ab\001c\r", "cab");
	prompt_close();
}
END_TEST

/* What is typed behind Ctrl-C is not read before that. */
START_TEST(behind_a_signal)
{
	int fds[2];

	set_up("");
	type("x", 1);
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "", 1), 1);
	ck_assert(!prompt_read(false, fds[0]));
	ck_assert_str_eq(prompt_shown()->text, "");
	close(fds[0]);
	close(fds[1]);
	expect_line("\r", "x");
}
END_TEST

/* A line is set to be mended, and what was typed behind it is not typed into it. */
START_TEST(behind_a_wrong_line)
{
	static const char typed[] = "wrong\rA: x = 1\rA: y = 2\r";
	char *line = NULL;

	set_up("");
	type(typed, strlen(typed));
	prompt_read(true, -1);
	ck_assert_int_eq(prompt_edit(&line), EDITED_LINE);
	prompt_set(line, 0);
	free(line);
	ck_assert_int_eq(prompt_edit(&line), EDITED);
	ck_assert_str_eq(prompt_shown()->text, "wrong");
	expect_line("not \r", "not wrong");
	prompt_close();
}
END_TEST

/* Some thousand Tabs at once complete as three do. */
static unsigned asked;

static char **counted(void *context, const char *line, size_t at)
{
	asked++;
	return words(context, line, at);
}

START_TEST(many_tabs)
{
	char *line = NULL;

	set_up("");
	prompt_close();
	prompt_open(counted, NULL, NULL);
	type("s", 1);
	for (int i = 0; i < 10000; i++)
		type("\t", 1);
	ck_assert_int_eq(edit(&line), EDITED);
	ck_assert_uint_le(asked, 3);
	ck_assert_ptr_nonnull(prompt_shown()->matches);
	prompt_close();
}
END_TEST

/* Keys at random: nothing crashes, hangs or is left over. KEYS says how many (5,000), SEED which. */

static const char *const inputrcs[] = {
	"",
	"\"\\e[3~\": delete-char\n\"\\e[2~\": quoted-insert\n\"\\e[5~\": history-search-backward\n"
	"\"\\e[6~\": history-substring-search-forward\nTAB: menu-complete\n"
	"\"\\e[Z\": menu-complete-backward\nset show-all-if-ambiguous on\n",
	"set editing-mode vi\nset show-mode-in-prompt on\nset blink-matching-paren on\n"
	"set revert-all-at-newline on\nset mark-modified-lines on\nset history-size 5\n"
	"set enable-bracketed-paste on\nset convert-meta on\nset input-meta off\n"
	"set menu-complete-display-prefix on\nset history-preserve-point on\n"
	"set skip-completed-text on\nset horizontal-scroll-mode on\nset keyseq-timeout 1\n"
	"\"\\C-o\": operate-and-get-next\n\"\\C-t\": \"\\C-p\\C-b x\\C-m\"\n\"x\\C-t\": undo\n",
};

static const char *const tokens[] = {
	"\r",      "\n",      "\t",       "\177",        "\b",          "é",
	"€",       "\xe2",    "\x80",     "\xff",        "\033[A",      "\033[B",
	"\033[C",  "\033[D",  "\033OA",   "\033[H",      "\033[3~",     "\033[5~",
	"\033[6~", "\033[2J", "\033[1P",  "\033[",       "\033[1;",     "\033O",
	"\033\r",  "\033\n",  "\033#",    "\033<",       "\033>",       "\033n",
	"\033p",   "\033y",   "\033.",    "\033\177",    "\030\030",    "\030(",
	"\030)",   "\030e",   "\030\177", "\030u",       "\033[200~",   "\033[201~",
	"\033[Z",  "\0337",   "\033-",    "A: getpid()", "semop(sem, ", "{{0, -1, 0}}",
	"\022sem", "\023ge",  "\004",     "\033\033",    "\033b",       "\033f",
	"\033d",   "\033t",
};

static void add_token(struct buf *b)
{
	unsigned which = dice_roll(10);
	char32_t c = dice_roll(0x3000) + 1;
	char utf8[4];

	if (which < 4)
		buf_puts(b, tokens[dice_roll(sizeof(tokens) / sizeof(*tokens))]);
	else if (which < 6)
		buf_putc(b, (char)(1 + dice_roll(31)));
	else if (which < 7)
		buf_putc(b, (char)(1 + dice_roll(255)));
	else if (which < 8)
		buf_add(b, utf8, (size_t)utf8_encode(c, utf8));
	else
		buf_putc(b, (char)(' ' + dice_roll(95)));
}

static void come_back(enum edited event, char *line)
{
	if (event == EDITED_LINE && !dice_roll(3))
		prompt_set(line, dice_roll(20));
	if (event == EDITED_LINE)
		free(line);
	if (event != EDITED_END && dice_roll(40))
		return;
	prompt_close();
	prompt_open(words, NULL, NULL);
}

static void press(struct buf *b)
{
	bool line_waits = !dice_roll(4), more;
	enum edited event;
	char *line;

	if (b->data[b->len - 1] == KEY_ESCAPE && dice_roll(100))
		buf_putc(b, 'x'); /* an escape alone takes its time */
	type(b->data, b->len);
	buf_clear(b);
	do {
		more = prompt_read(line_waits, -1);
		do {
			event = prompt_edit(&line);
			come_back(event, line);
		} while (event == EDITED_LINE);
	} while (more);
}

START_TEST(at_random)
{
	unsigned keys = dice_setting("KEYS", 5000) / 3;
	struct buf b = { 0 };
	char rest[64];

	dice_seed(dice_setting("SEED", 1), (unsigned)_i);
	set_up(inputrcs[_i]);
	for (unsigned i = 0; i < keys; i++) {
		add_token(&b);
		if (!dice_roll(8))
			press(&b);
		if (i % 100)
			continue;
		prompt_close();
		prompt_open(words, NULL, NULL);
		while (read(STDIN_FILENO, rest, sizeof(rest)) > 0)
			;
		buf_clear(&b);
		expect_line("it works\r", "it works");
	}
	buf_free(&b);
	prompt_close();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("prompt");

	tcase_add_test(tests, whole_keys);
	tcase_add_test(tests, only_what_is_wanted);
	tcase_add_test(tests, opened_again);
	tcase_add_test(tests, in_pieces);
	tcase_add_test(tests, an_inputrc);
	tcase_add_test(tests, vi_is_refused);
	tcase_add_test(tests, behind_a_signal);
	tcase_add_test(tests, behind_a_wrong_line);
	tcase_add_test(tests, many_tabs);
	tcase_add_loop_test(tests, at_random, 0, sizeof(inputrcs) / sizeof(*inputrcs));
	return suite_main(tests);
}
