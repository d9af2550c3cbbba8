// SPDX-License-Identifier: GPL-3.0-or-later
#include <ctype.h>
#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "machine.h"
#include "folder.h"
#include "suite.h"
#include "sys/calls.h"
#include "terminal.h"

/* The program in a language that is not one (pseudo.awk): every message stands between 【 and 】, in
   full-width letters. So what is not translated is in plain letters, and what is cut without an
   ellipsis, or written over, has lost a bracket. The lesson's prose is Chinese.
   tests/run: no valgrind */

static const char lesson[] =
	"# 信号量与睡眠\n\n一个进程要的比有的多，就睡着。\n\n"
	"## 第一场\n\n> **说法：** 信号量不会小于零，睡着的进程另外计数。\n\n"
	"<!-- 给老师的话。 -->\n\n接下来会怎样？\n\n"
	"- [ ] 出错\n\n  不会出错。\n\n- [x] 睡着\n\n  数量不够，所以睡着。\n\n- [x] 也对\n\n"
	"```c\n"
	"A: seg = shmget(IPC_PRIVATE, 8192, IPC_CREAT | 0600);  // => ok\n"
	"A: p = shmat(seg, NULL, 0);                            // => ok\n"
	"A: strcpy(p, \"abc\");\n"
	"A: shmctl(seg, SHM_LOCK, NULL);                        // => may A => 0\n"
	"A: sem = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);     // => ok\n"
	"B: semop(sem, {{0, -1, SEM_UNDO}}, 1);                 // => blocks\n"
	"C: semop(sem, {{0, -3, 0}, {1, +1, 0}}, 2);            // => blocks\n"
	"assert(sem[0].semncnt == 2 && sem[0].semval == 0);\n"
	"A: q = msgget(IPC_PRIVATE, IPC_CREAT | 0600);          // => ok\n"
	"A: msgsnd(q, {7, \"seven\"}, 5, 0);                      // => 0\n"
	"D: msgrcv(q, &m, 64, 3, 0);                            // => blocks\n"
	"A: shmctl(seg, IPC_RMID, NULL);                        // => 0\n"
	"```\n\n"
	"## 第二场\n\n文件映射。\n\n"
	"```c\n"
	"A: fd = open(\"page\", O_RDWR | O_CREAT | O_TRUNC, 0600);\n"
	"A: ftruncate(fd, PAGE + 99);                           // => 0\n"
	"A: n = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);\n"
	"A: n[0] = 'x';\n"
	"A: t = n[PAGE];\n"
	"A: semctl(sem, 0, SETVAL, 1);                          // => 0, B => 0\n"
	"kill(B, SIGKILL);                                      // => B => killed SIGKILL\n"
	"A: n[2 * PAGE] = 'x';                                  // => killed SIGBUS\n"
	"C: getpid();                                           // => C\n"
	"D: getpid();                                           // => 7\n"
	"```\n\n"
	"## 第三场\n\n试试。\n\n"
	"```c try\n"
	"E: getpid();\n"
	"```\n";

static const char glossary[] = "# 词\n\n## 信号量，semaphore\n\n一个数。\n\n## 睡着\n\n等待。\n";

/* What is the same in every language, besides what has a _ in it, calls, and the code of the lesson.
   It has no step that fails with an errno: those are told in the words of the C library. */
static const char names[] =
	" ipclens explore notes list progress check print run LESSON PROGRAM NAME LL DIR "
	" ABBA LETTERS FILE md LIST PATH ARG sysv mmap read "     /* the command line */
	" ok FAIL skip passed failed skipped "                    /* for programs too */
	" semval semncnt semzcnt sempid semadj semid sops nsops " /* the manual's */
	" uid gid cuid cgid cpid lpid rss swap inode "
	" BLOCKED READY runs " /* as a script names them */
	" rw F1 "              /* a mode; a key */
	" AB ABC ABD ABCD ";   /* lanes of processes */

static struct terminal *t;
static struct buf found; /* what is wrong with a screen */

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
	struct buf b = { 0 };
	va_list args;

	va_start(args, format);
	buf_vprintf(&b, format, args);
	va_end(args);
	ck_assert_msg(system(b.data) == 0, "%s", b.data);
	buf_free(&b);
}

/* Later glibc has no translations in C.UTF-8, which is the only locale that is everywhere. The text of
   the empty message is what a catalogue says of itself. */
static bool is_translated(void)
{
	char folder[100];

	snprintf(folder, sizeof(folder), "%s/share/locale", test_folder);
	setenv("LANGUAGE", "qq", 1);
	setlocale(LC_ALL, "C.UTF-8");
	bindtextdomain("ipclens", folder);
	return *dgettext("ipclens", "") != '\0';
}

/* The program with its catalogue, as they would be installed. */
static void setup(void)
{
	need_namespaces(); /* else the host's is told of, with what the C library says */
	folder_make();
	run("mkdir -p %s/bin %s/share/locale/qq/LC_MESSAGES %s/course/qq/1-a", test_folder,
	    test_folder, test_folder);
	run("cp %s %s/bin/ipclens", terminal_ipclens(), test_folder);
	run("awk -f tests/pseudo.awk po/ipclens.pot >%s/qq.po", test_folder);
	run("msgfmt --check-format -o %s/share/locale/qq/LC_MESSAGES/ipclens.mo %s/qq.po",
	    test_folder, test_folder);
	if (!is_translated()) {
		folder_remove();
		SKIP("this C library has no translations in C.UTF-8");
	}
	folder_put("course/qq/1-a/README.md", "# 信号量\n\n会让进程睡着的数。\n");
	folder_put("course/qq/1-a/1-b.md", lesson);
	folder_put("course/qq/glossary.md", glossary);
}

static void teardown(void)
{
	folder_remove();
	buf_free(&found);
}

/* Plain letters as that language writes them. The caller frees it. */
static char *wide(const char *ascii)
{
	struct buf b = { 0 };

	for (; *ascii; ascii++) {
		unsigned c = (unsigned char)*ascii;

		if (islower((int)c))
			buf_printf(&b, "\xef\xbd%c", (int)(c - 'a' + 0x81));
		else if (isupper((int)c))
			buf_printf(&b, "\xef\xbc%c", (int)(c - 'A' + 0xa1));
		else
			buf_putc(&b, (char)c);
	}
	return buf_steal(&b);
}

/* Waits until the screen says it in that language. */
static void expect_wide(const char *ascii)
{
	char *text = wide(ascii);

	expect_text(t, text);
	free(text);
}

static bool is_same_everywhere(const char *word)
{
	char padded[104];

	if (strlen(word) < 2 || strchr(word, '_') || call_by_name(word) >= 0 ||
	    strstr(lesson, word) || strstr(glossary, word))
		return true;
	snprintf(padded, sizeof(padded), " %s ", word);
	return strstr(names, padded) != NULL;
}

/* Plain words that are not the same everywhere. Addresses, paths and --options are no words. */
static void check_words(const char *screen, const char *text)
{
	char before = ' ';

	while (*text) {
		size_t n = 0;
		char word[100];

		while (isalnum((unsigned char)text[n]) || text[n] == '_')
			n++;
		snprintf(word, sizeof(word), "%.*s", (int)n, text);
		if (!isdigit((unsigned char)*word) && !strchr("/-.", before) && text[n] != '/' &&
		    !is_same_everywhere(word))
			buf_printf(&found, "%s: \"%s\" is not translated\n", screen, word);
		text += n ? n : 1;
		before = text[-1];
	}
}

static bool takes(const char **s, const char *sign)
{
	size_t n = strlen(sign);

	if (strncmp(*s, sign, n))
		return false;
	*s += n;
	return true;
}

/* Every message of an area is whole, or ends in an ellipsis, or below the area's end; and has a
   blank or a sign before and after it. */
static void check_messages(const char *screen, const char *text)
{
	bool goes_on = strstr(text, "▼"), began = strstr(text, "▲");
	const char *s = text;
	char before = ' ';
	int open = 0;

	while (*s) {
		if (takes(&s, "【")) {
			if (!open && isalnum((unsigned char)before))
				buf_printf(&found, "%s: runs into what is before it\n", screen);
			open++;
			before = ' ';
		} else if (takes(&s, "】")) {
			open--;
			if (open < 0 && !began)
				buf_printf(&found, "%s: has no beginning\n", screen);
			if (open <= 0 && (isalnum((unsigned char)*s) || !strncmp(s, "【", 3)))
				buf_printf(&found, "%s: runs into what follows\n", screen);
			open = open < 0 ? 0 : open;
			before = ' ';
		} else if (takes(&s, "…")) {
			open = 0;
		} else {
			before = *s++;
		}
	}
	if (open && !goes_on)
		buf_printf(&found, "%s: has no end\n", screen);
}

static void check_area(const char *screen, struct buf *area)
{
	if (!area->len)
		return;
	check_words(screen, area->data);
	check_messages(screen, area->data);
	buf_clear(area);
}

/* The row up to a column, and a newline. */
static int add_cells(struct buf *b, int row, int from, int to)
{
	for (int col = from; col < to; col++)
		buf_puts(b, terminal_cell(t, row, col).text);
	buf_putc(b, '\n');
	return to;
}

/* The column of the frame that parts the screen in two; its width where there is none. */
static int border(int row, int columns)
{
	for (int col = 20; col < columns; col++)
		if (!strcmp(terminal_cell(t, row, col).text, "│"))
			return col;
	return columns;
}

/* Nothing is found on the screen as it is now. */
static bool is_clean(struct terminal *terminal, void *screen)
{
	struct buf left = { 0 }, right = { 0 };
	int rows, columns;

	buf_clear(&found);
	terminal_size(terminal, &rows, &columns);
	for (int row = 0; row < rows; row++) {
		int middle = border(row, columns);

		if (!strcmp(terminal_cell(terminal, row, 0).text, "─")) {
			check_area(screen, &left);
			check_area(screen, &right);
			continue;
		}
		add_cells(&left, row, 0, middle);
		if (middle < columns)
			add_cells(&right, row, middle + 1, columns);
	}
	check_area(screen, &left);
	check_area(screen, &right);
	buf_free(&left);
	buf_free(&right);
	return !found.len;
}

/* Says what was found, and where. A message of a test would be too short for it. */
static void give_up(const char *text)
{
	fprintf(stderr, "%s%s\n", found.data, text);
	ck_abort_msg("%s", found.data);
}

/* Waits for it, as a part of the screen may still be on its way. */
static void check_screen(char *screen)
{
	if (!terminal_wait(t, is_clean, screen, TERMINAL_DEADLINE))
		give_up(terminal_dump(t));
}

static void start(const char *argument)
{
	char program[100], course[100];
	const char *const argv[] = { program, "--lessons", course, argument, NULL };
	const char *const env[] = { "LANGUAGE=qq", NULL };

	snprintf(program, sizeof(program), "%s/bin/ipclens", test_folder);
	snprintf(course, sizeof(course), "%s/course", test_folder);
	t = terminal_start(24, 80, argv, env);
}

static void quit(void)
{
	expect_quit(t);
}

static void step_to(int n)
{
	char text[32];

	terminal_keys(t, " ");
	snprintf(text, sizeof(text), "step %d/", n);
	expect_wide(text);
}

static bool is_other_row(struct terminal *terminal, void *before)
{
	return strcmp(terminal_row_text(terminal, 2), before) != 0;
}

static void page_down(void)
{
	char before[400];

	snprintf(before, sizeof(before), "%s", terminal_row_text(t, 2));
	terminal_keys(t, TERMINAL_PAGE_DOWN);
	ck_assert(terminal_wait(t, is_other_row, before, TERMINAL_DEADLINE));
}

START_TEST(test_pages)
{
	start(NULL);
	expect_text(t, "1.1");
	check_screen("list");
	terminal_keys(t, "?");
	expect_wide("Open the lesson.");
	check_screen("help in the list");
	page_down();
	expect_wide("Leave ipclens. ");
	check_screen("help in the list, below");
	terminal_keys(t, "qw");
	expect_text(t, "一个数");
	check_screen("glossary");
	terminal_keys(t, "q\r");
	expect_wide("step 1/");
	check_screen("lesson");
	terminal_keys(t, "?");
	expect_wide("Run the next step");
	check_screen("help");
	for (int i = 0; i < 3; i++) {
		page_down();
		check_screen("help below");
	}
	terminal_keys(t, TERMINAL_END);
	expect_wide("Leave ipclens at once.");
	check_screen("help at its end");
	terminal_keys(t, "q");
	expect_wide("step 1/");
	quit();
}
END_TEST

START_TEST(test_lesson)
{
	start("1.1");
	expect_wide("step 1/");
	terminal_keys(t, "n");
	expect_text(t, "给老师的话");
	check_screen("note");
	terminal_keys(t, "n1");
	expect_wide("Wrong");
	check_screen("wrong answer");
	terminal_keys(t, "2");
	expect_wide("Right");
	check_screen("right answer");
	terminal_keys(t, "9");
	expect_wide("has no such answer");
	check_screen("no such answer");
	for (int i = 2; i <= 12; i++) {
		step_to(i);
		check_screen("lesson");
	}
	for (int i = 0; i < 6; i++) {
		terminal_keys(t, TERMINAL_TAB);
		check_screen("panel");
	}
	terminal_keys(t, "w");
	expect_wide("close words");
	check_screen("words");
	terminal_keys(t, "q");
	step_to(13);
	terminal_keys(t, " ");
	expect_wide("scene 2/");
	for (int i = 14; i <= 22; i++) {
		step_to(i);
		check_screen("lesson");
	}
	terminal_keys(t, " ");
	expect_text(t, "✗");
	check_screen("failed step");
	terminal_keys(t, " ");
	expect_wide("scene 3/");
	expect_wide("end of the lesson");
	check_screen("end of the lesson");
	quit();
}
END_TEST

START_TEST(test_prompt)
{
	start("1.1");
	expect_wide("step 1/");
	step_to(2);
	terminal_keys(t, ":");
	expect_wide("Any statement by ");
	check_screen("prompt");
	terminal_keys(t, "A: semop(");
	expect_text(t, "semop(semid, sops, nsops)");
	check_screen("prompt with a call");
	terminal_keys(t, "1)\r");
	expect_wide("column");
	check_screen("prompt with an error");
	terminal_keys(t, "\005\025A: sem\t\t"); /* Ctrl-E, Ctrl-U */
	expect_text(t, "semtimedop(");
	check_screen("completions");
	terminal_keys(t, "\005\025A: getpid()\r");
	expect_wide("off the script");
	check_screen("prompt off the script");
	terminal_keys(t, TERMINAL_ESCAPE);
	expect_wide("back to the script");
	check_screen("off the script");
	terminal_resize(t, 11, 39);
	expect_wide("This window is ");
	check_screen("too small");
	quit();
}
END_TEST

/* What the program writes, both outputs. */
static void check_command(const char *arguments)
{
	struct buf output = { 0 }, command = { 0 };
	char chunk[4096];
	size_t n;
	FILE *f;

	buf_printf(&command,
	           "cd %s && LC_ALL=C.UTF-8 LANGUAGE=qq bin/ipclens --lessons course %s 2>&1",
	           test_folder, arguments);
	f = popen(command.data, "r");
	ck_assert_ptr_nonnull(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&output, chunk, n);
	pclose(f);
	ck_assert_msg(strstr(buf_str(&output), "【") != NULL, "%s", buf_str(&output));
	check_words(arguments, output.data);
	check_messages(arguments, output.data);
	if (found.len)
		give_up(output.data);
	buf_free(&output);
	buf_free(&command);
}

START_TEST(test_commands)
{
	folder_put("wrong.md", "# 错\n\n```c\nA: getpid(1);\nA: x = y + 1\n```\n\n> ```c\n> ```\n");
	check_command("--help");
	check_command("check 1.1");
	check_command("check ./wrong.md");
	check_command("print 1.1");
	check_command("print 7.7");
	check_command("1.12");
	check_command("--hots");
	check_command("--json check");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("languages");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_pages);
	tcase_add_test(tc, test_lesson);
	tcase_add_test(tc, test_prompt);
	tcase_add_test(tc, test_commands);
	return suite_main(tc);
}
