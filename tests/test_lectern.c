// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lectern/inside.h"
#include "folder.h"
#include "machine.h"
#include "suite.h"

/* The socket of the speaker's notes: who says, who follows, and who must not. */

static char *folder;

static void begin(void)
{
	char *why = NULL;

	folder_make();
	setenv("XDG_RUNTIME_DIR", test_folder, 1);
	folder = lectern_folder(&why);
	ck_assert_msg(folder && !strncmp(folder, test_folder, strlen(test_folder)), "%s", why);
}

static void end(void)
{
	ck_assert_int_eq(rmdir(folder), 0); /* nothing is left in it */
	folder_remove();
	free(folder);
}

static struct lectern *l;

static void wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	ck_assert_int_eq(poll(&p, 1, 20000), 1);
}

static int follow(void)
{
	int fd = lectern_follow(folder);

	ck_assert_int_ge(fd, 0);
	wait_for(lectern_fd(l));
	lectern_turn(l);
	return fd;
}

static void expect_heard(int fd, const char *text)
{
	bool gone;
	char *heard;

	wait_for(fd);
	heard = lectern_hear(fd, &gone);
	ck_assert(!gone);
	ck_assert_str_eq(heard, text);
	free(heard);
}

static void expect_gone(int fd)
{
	bool gone;

	ck_assert_ptr_null(lectern_hear(fd, &gone));
	ck_assert(gone);
	close(fd);
}

START_TEST(test_said)
{
	int one, two;
	bool gone;

	ck_assert_int_lt(lectern_follow(folder), 0);
	l = lectern_open();
	ck_assert_ptr_nonnull(l);
	ck_assert(!lectern_heard(l));
	lectern_say(l, "before");
	one = follow();
	ck_assert(lectern_heard(l));
	lectern_say(l, "before");
	expect_heard(one, "before");
	lectern_say(l, "before"); /* it is known */
	ck_assert_ptr_null(lectern_hear(one, &gone));
	ck_assert(!gone);
	two = follow();
	lectern_say(l, "now");
	expect_heard(one, "now");
	expect_heard(two, "now");
	close(two);
	wait_for(lectern_fd(l));
	lectern_turn(l);
	ck_assert(lectern_heard(l));
	lectern_say(l, "end");
	expect_heard(one, "end");
	lectern_close(l);
	expect_gone(one);
	ck_assert_int_lt(lectern_follow(folder), 0);
}
END_TEST

/* Who does not read holds nobody up, and hears the last of it. */
START_TEST(test_slow)
{
	static char text[LECTERN_TEXT_MAX];
	int fd;
	bool gone;

	l = lectern_open();
	fd = follow();
	for (int i = 0; i < 1000; i++) {
		memset(text, 'a' + i % 26, sizeof(text) - 1);
		lectern_say(l, text);
	}
	lectern_say(l, "last");
	/* as long as there is no room nothing wakes the program */
	for (bool heard = false; !heard;) {
		char *got;

		wait_for(fd);
		got = lectern_hear(fd, &gone);
		ck_assert(!gone);
		heard = got && !strcmp(got, "last");
		free(got);
		lectern_turn(l);
	}
	ck_assert_int_eq(poll(&(struct pollfd){ .fd = lectern_fd(l), .events = POLLIN }, 1, 0), 0);
	close(fd);
	lectern_close(l);
}
END_TEST

/* Those for whom there is no room are not sent away, or they would come again and again: they wait until
   somebody leaves, and wake nobody meanwhile. */
START_TEST(test_crowd)
{
	enum { MANY = 18 };
	int fds[MANY], places = 0;

	l = lectern_open();
	lectern_say(l, "before");
	for (int i = 0; i < MANY; i++) {
		fds[i] = lectern_follow(folder);
		ck_assert_int_ge(fds[i], 0);
		lectern_turn(l);
	}
	lectern_say(l, "now");
	for (int i = 0; i < MANY; i++) {
		struct pollfd p = { .fd = fds[i], .events = POLLIN };

		places += poll(&p, 1, 0);
		ck_assert(!(p.revents & (POLLHUP | POLLERR)));
		ck_assert_int_eq(poll(&p, 1, 0) > 0, i < places);
	}
	ck_assert_int_gt(places, 1);
	ck_assert_int_lt(places, MANY - 1);
	ck_assert_int_eq(poll(&(struct pollfd){ .fd = lectern_fd(l), .events = POLLIN }, 1, 0), 0);
	close(fds[0]); /* seen when it is looked at */
	wait_for(lectern_fd(l));
	lectern_turn(l);
	lectern_say(l, "now");
	expect_heard(fds[places], "now");
	close(fds[1]); /* seen when it is spoken to */
	lectern_say(l, "then");
	wait_for(lectern_fd(l));
	lectern_turn(l);
	lectern_say(l, "then");
	expect_heard(fds[places + 1], "then");
	for (int i = 2; i < MANY; i++)
		close(fds[i]);
	lectern_close(l);
}
END_TEST

/* What is longer than a text may be is cut. */
START_TEST(test_long)
{
	static char text[LECTERN_TEXT_MAX + 1000];
	bool gone;
	char *got;
	int fd;

	memset(text, 'x', sizeof(text) - 1);
	l = lectern_open();
	fd = follow();
	lectern_say(l, text);
	wait_for(fd);
	got = lectern_hear(fd, &gone);
	ck_assert_uint_eq(strlen(got), LECTERN_TEXT_MAX);
	free(got);
	close(fd);
	lectern_close(l);
}
END_TEST

/* A program that was killed leaves its socket; the next one takes it away. */
START_TEST(test_killed)
{
	int ready[2], status;
	pid_t pid;
	char byte, other[256];

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		lectern_open();
		(void)!write(ready[1], "x", 1);
		pause();
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(count_files(folder), 1);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(count_files(folder), 1);
	ck_assert_int_lt(lectern_follow(folder), 0);
	snprintf(other, sizeof(other), "%s/notes-of-mine", folder);
	ck_assert_int_eq(mkfifo(other, 0600), 0);
	l = lectern_open();
	ck_assert_int_eq(count_files(folder), 2);
	lectern_close(l);
	ck_assert_int_eq(count_files(folder), 1);
	ck_assert_int_eq(unlink(other), 0); /* what is no socket stays */
}
END_TEST

/* A socket that has not got its name yet: nobody's is taken away; one who is there may be about
   to listen, and what has no number is nobody's business. */
START_TEST(test_unnamed)
{
	static const char *const names[] = { ".999999999", ".1", ".mine" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct sockaddr_un a = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

		snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", folder, names[i]);
		ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
		close(fd);
	}
	l = lectern_open();
	ck_assert_int_eq(count_files(folder), 3);
	lectern_close(l);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[256];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		ck_assert_int_eq(unlink(path), i ? 0 : -1);
	}
}
END_TEST

/* Only where nobody listens may a socket be taken away: what is not even tried does not look so. */
START_TEST(test_refused)
{
	char path[256];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	errno = ECONNREFUSED;
	ck_assert_int_lt(lectern_connect(path), 0);
	ck_assert_int_eq(errno, EACCES);
}
END_TEST

/* It is for nobody else; a folder that others can enter, or a link, is not used. */
START_TEST(test_private)
{
	struct stat st;
	char path[256], *other, *why = NULL;

	l = lectern_open();
	snprintf(path, sizeof(path), "%s/notes-%ld", folder, (long)getpid());
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(stat(folder, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	lectern_close(l);
	chmod(folder, 0755);
	other = lectern_folder(&why);
	ck_assert(!other || strncmp(other, test_folder, strlen(test_folder)) != 0);
	free(other);
	rmdir(folder);
	ck_assert_int_eq(symlink("/", folder), 0);
	other = lectern_folder(&why);
	ck_assert(!other || strncmp(other, test_folder, strlen(test_folder)) != 0);
	free(other);
	unlink(folder);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	chmod(test_folder, 0755);
	other = lectern_folder(&why);
	ck_assert(!other || strncmp(other, test_folder, strlen(test_folder)) != 0);
	if (other)
		rmdir(other);
	free(other);
	free(why);
}
END_TEST

/* That there is no socket is no failure. */
START_TEST(test_none)
{
	lectern_say(NULL, "x");
	lectern_turn(NULL);
	lectern_close(NULL);
	ck_assert(!lectern_heard(NULL));
	ck_assert_int_eq(lectern_fd(NULL), -1);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("lectern");

	signal(SIGPIPE, SIG_DFL);
	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, test_said);
	tcase_add_test(tc, test_slow);
	tcase_add_test(tc, test_crowd);
	tcase_add_test(tc, test_long);
	tcase_add_test(tc, test_killed);
	tcase_add_test(tc, test_unnamed);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_private);
	tcase_add_test(tc, test_none);
	return suite_main(tc);
}
