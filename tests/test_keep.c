// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/keep.h"
#include "folder.h"
#include "machine.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dice.h"
#include "play/progress.h"

/* Files that outlive the program: what they hold, whatever happens while they are written.
   tests/run: no valgrind */

enum { PATIENCE = 20000 };

static char path[300];

static void make(void)
{
	folder_make();
	ck_assert_int_eq(chmod(test_folder, 0755), 0);
	setenv("XDG_STATE_HOME", test_folder, 1);
	snprintf(path, sizeof(path), "%s/ipclens/progress", test_folder);
}

static void put(const char *bytes, size_t n)
{
	char folder[400];
	FILE *f;

	snprintf(folder, sizeof(folder), "%s/ipclens", test_folder);
	mkdir(folder, 0700);
	f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static char *contents(void)
{
	struct buf b = { 0 };

	ck_assert(keep_read(path, &b));
	return buf_steal(&b);
}

static void append(void *line, const struct buf *before, struct buf *after)
{
	buf_add(after, buf_str(before), before->len);
	buf_printf(after, "%s\n", (const char *)line);
}

static bool add(const char *line)
{
	return keep_change(path, append, (void *)line, PATIENCE);
}

static void expect(const char *text)
{
	char *got = contents();

	ck_assert_str_eq(got, text);
	free(got);
}

/* Where it is */

START_TEST(test_place)
{
	char *p = keep_path("progress");

	ck_assert_str_eq(p, path);
	free(p);
	setenv("XDG_STATE_HOME", "relative", 1); /* is none */
	setenv("HOME", "/home/x", 1);
	p = keep_path("history");
	ck_assert_str_eq(p, "/home/x/.local/state/ipclens/history");
	free(p);
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	ck_assert_ptr_null(keep_path("progress"));
	setenv("XDG_STATE_HOME", "/dev/null", 1);
	ck_assert_ptr_null(keep_path("progress"));
	expect(""); /* nothing there is nothing wrong */
	ck_assert(add("one"));
	ck_assert(add("two"));
	expect("one\ntwo\n");
	ck_assert(keep_remove(path, 0));
	ck_assert(keep_remove(path, 0));
	expect("");
}
END_TEST

static void expect_fails(int error)
{
	errno = 0;
	ck_assert(!add("more"));
	ck_assert_int_eq(errno, error);
}

/* What is no file of ours; and a home that is not there is not made. */
START_TEST(test_in_its_place)
{
	struct buf b = { 0 };
	char home[100], name[400];
	struct stat st;

	ck_assert(add("one"));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(!keep_read(path, &b));
	ck_assert_int_eq(errno, EISDIR);
	expect_fails(EISDIR);
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	expect_fails(EINVAL);
	ck_assert_int_eq(unlink(path), 0);
	snprintf(name, sizeof(name), "%s.new", path);
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	expect_fails(ENXIO);
	ck_assert_int_eq(unlink(name), 0);
	put("", 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink(path, path), 0);
	expect_fails(ELOOP);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink("/dev/zero", path), 0);
	expect_fails(EINVAL);
	ck_assert_int_eq(unlink(path), 0);
	put("", 0);
	ck_assert_int_eq(truncate(path, KEEP_MAX + 1), 0);
	expect_fails(EFBIG);
	buf_free(&b);

	snprintf(home, sizeof(home), "%s/none", test_folder);
	setenv("HOME", home, 1);
	unsetenv("XDG_STATE_HOME");
	snprintf(path, sizeof(path), "%s/.local/state/ipclens/progress", home);
	expect_fails(ENOENT);
	ck_assert_int_ne(stat(home, &st), 0);
	ck_assert_int_eq(mkdir(home, 0700), 0);
	ck_assert(add("one"));
	expect("one\n");
}
END_TEST

/* Whoever is killed */

/* Kills a child that makes a change when it is about to make its n-th system call, or has made it. False if it
   came to its end before. */
static bool kill_at(int n, const char *line)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(2);
		raise(SIGSTOP);
		_exit(!add(line));
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		SKIP("no ptrace(2) here");
	for (int i = 0; i < n && WIFSTOPPED(status); i++) {
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
	}
	if (!WIFSTOPPED(status)) {
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), 0);
		return false;
	}
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return true;
}

/* At any moment it is as it was, or as it is to be; the next one finds nothing in its way. */
START_TEST(test_killed)
{
	int n = 0;
	bool was_killed;

	do {
		char *got;

		put("before\n", 7);
		was_killed = kill_at(n++, "after");
		got = contents();
		ck_assert_msg(!strcmp(got, "before\nafter\n") ||
		                      (was_killed && !strcmp(got, "before\n")),
		              "killed at %d: %s", n, got);
		free(got);
		ck_assert(add("later"));
		got = contents();
		ck_assert_msg(!strcmp(got, "before\nlater\n") ||
		                      !strcmp(got, "before\nafter\nlater\n"),
		              "killed at %d: %s", n, got);
		free(got);
	} while (was_killed);
	ck_assert_int_gt(n, 20);
}
END_TEST

/* The first one, when not even the folder is there. */
START_TEST(test_killed_at_first)
{
	for (int n = 0; kill_at(n, "after"); n++) {
		char *got = contents();

		ck_assert(!strcmp(got, "") || !strcmp(got, "after\n"));
		free(got);
		folder_remove();
		make();
	}
	expect("after\n");
}
END_TEST

/* Between two bytes that it writes: so much of the new file is there. */
START_TEST(test_killed_between_bytes)
{
	static const char whole[] = "before\nafter\n";
	char name[400];

	put("", 0);
	snprintf(name, sizeof(name), "%s.new", path);
	for (size_t n = 0; n < sizeof(whole); n++) {
		FILE *f = fopen(name, "we");

		ck_assert_ptr_nonnull(f);
		fwrite(whole, 1, n, f);
		fclose(f);
		put("before\n", 7);
		expect("before\n");
		ck_assert(add("later"));
		expect("before\nlater\n");
		ck_assert_int_ne(access(name, F_OK), 0);
	}
}
END_TEST

/* Several at once */

START_TEST(test_at_once)
{
	enum { PROGRAMS = 4, CHANGES = 40 };
	char *got;
	int status;

	for (int i = 0; i < PROGRAMS; i++)
		if (!fork()) {
			char line[64];

			for (int k = 0; k < CHANGES; k++) {
				snprintf(line, sizeof(line), "program %d change %d.", i, k);
				if (!add(line))
					_exit(1);
			}
			_exit(0);
		}
	for (int i = 0; i < PROGRAMS; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	got = contents();
	for (int i = 0; i < PROGRAMS; i++)
		for (int k = 0; k < CHANGES; k++) {
			char line[64];

			snprintf(line, sizeof(line), "program %d change %d.\n", i, k);
			ck_assert_ptr_nonnull(strstr(got, line));
		}
	free(got);
}
END_TEST

/* Who holds the lock and stands still is not waited for for ever. */
START_TEST(test_locked)
{
	char name[400];
	int lock;

	ck_assert(add("one"));
	snprintf(name, sizeof(name), "%s.lock", path);
	lock = open(name, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(flock(lock, LOCK_EX), 0);
	ck_assert(!keep_change(path, append, (void *)"two", 0));
	ck_assert_int_eq(errno, EWOULDBLOCK);
	ck_assert(!keep_change(path, append, (void *)"two", 1));
	ck_assert_int_eq(errno, EWOULDBLOCK);
	ck_assert(!keep_remove(path, 1));
	close(lock);
	ck_assert(keep_change(path, append, (void *)"three", 0));
	expect("one\nthree\n");
}
END_TEST

/* No room */

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(1);
}

/* Not by libcheck, which writes files of its own. */
static void must_hold(const char *text)
{
	struct buf b = { 0 };

	must(keep_read(path, &b) && !strcmp(buf_str(&b), text), text);
	buf_free(&b);
}

static void fill_disk(void)
{
	char name[400], block[4096] = "";
	int fd;

	if (unshare(CLONE_NEWNS) && !own_namespaces(CLONE_NEWNS))
		_exit(77);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("none", test_folder, "tmpfs", 0, "size=64k"))
		_exit(77);
	must(add("one"), "one");
	snprintf(name, sizeof(name), "%s/filler", test_folder);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, block, sizeof(block)) == sizeof(block))
		;
	must(errno == ENOSPC, "filled");
	close(fd);
	must(!add("two") && errno == ENOSPC, "two is refused");
	must(!add("two") && errno == ENOSPC, "two is refused again");
	must(!unlink(name), "unlink");
	must(add("three"), "three");
	must_hold("one\nthree\n");
}

START_TEST(test_full_disk)
{
	if (!in_child(fill_disk))
		SKIP("no mounts, or no other user, here");
}
END_TEST

static void limit_size(void)
{
	struct rlimit limit = { 8, 8 };

	must(add("one"), "one");
	must(!setrlimit(RLIMIT_FSIZE, &limit), "setrlimit");
	must(!add("longer than eight bytes") && errno == EFBIG, "refused");
	must_hold("one\n");
}

START_TEST(test_limited_size)
{
	if (!in_child(limit_size))
		SKIP("no mounts, or no other user, here");
}
END_TEST

static void be_somebody(void)
{
	char folder[400];

	must(add("one"), "one");
	snprintf(folder, sizeof(folder), "%s/ipclens", test_folder);
	must(!chmod(path, 0444) && !chmod(folder, 0555), "chmod");
	if (!geteuid() && (setgid(65534) || setuid(65534)))
		_exit(77);
	must(!add("two") && errno == EACCES, "refused");
	must_hold("one\n");
}

START_TEST(test_read_only)
{
	char folder[400];

	snprintf(folder, sizeof(folder), "%s/ipclens", test_folder);
	if (!in_child(be_somebody))
		SKIP("no mounts, or no other user, here");
	ck_assert_int_eq(chmod(folder, 0700), 0); /* for who removes it */
}
END_TEST

/* A file of the user's: never in the place of another unless that is asked for. */
START_TEST(test_new)
{
	char name[400], beside[410];
	struct buf one = { 0 }, two = { 0 };
	struct stat st;

	buf_puts(&one, "one\n");
	buf_puts(&two, "two\n");
	snprintf(name, sizeof(name), "%s/mine.md", test_folder);
	snprintf(beside, sizeof(beside), "%s.new", name);
	strcpy(path, name);
	ck_assert(keep_new(name, &one, false));
	ck_assert(!keep_new(name, &two, false));
	ck_assert_int_eq(errno, EEXIST);
	expect("one\n");
	ck_assert(keep_new(name, &two, true));
	expect("two\n");
	ck_assert_int_ne(access(beside, F_OK), 0);
	/* who could not read it can't do so afterwards, and who could can */
	ck_assert_int_eq(chmod(name, 0602), 0);
	ck_assert(keep_new(name, &one, true));
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0602);
	/* what is no file stays what it is */
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(mkfifo(name, 0600), 0);
	ck_assert(!keep_new(name, &one, true));
	ck_assert(lstat(name, &st) == 0 && S_ISFIFO(st.st_mode));
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(symlink("/dev/null", name), 0);
	ck_assert(!keep_new(name, &one, true));
	ck_assert(lstat(name, &st) == 0 && S_ISLNK(st.st_mode));
	ck_assert_int_eq(unlink(name), 0);
	ck_assert(keep_new(name, &two, true));
	/* nor of one that is beside it */
	strcpy(path, beside);
	ck_assert(keep_new(beside, &one, false));
	ck_assert(!keep_new(name, &one, true));
	expect("one\n");
	ck_assert(!keep_new("/proc/none/mine.md", &one, false));
	ck_assert(!keep_could("/proc/none/mine.md"));
	ck_assert(!keep_new(test_folder, &one, false));
	ck_assert(!keep_new(test_folder, &one, true));
	ck_assert(!keep_new("/dev/full/x", &one, false));
	buf_free(&one);
	buf_free(&two);
}
END_TEST

/* Progress */

static char *merge(struct progress *p, const char *before, size_t n)
{
	struct buf b = { 0 }, after = { 0 };

	buf_add(&b, before, n);
	progress_merge(p, &b, &after);
	buf_free(&b);
	return buf_steal(&after);
}

static void expect_merged(struct progress *p, const char *before, const char *after)
{
	char *got = merge(p, before, strlen(before));

	ck_assert_str_eq(got, after);
	free(got);
}

static bool note(struct progress *p, const char *slug, size_t scene, size_t step, int64_t when,
                 bool finished, const char *answers)
{
	return progress_note(p, &(struct progress_lesson){ .slug = (char *)slug,
	                                                   .scene = scene,
	                                                   .step = step,
	                                                   .when = when,
	                                                   .finished = finished,
	                                                   .answers = (char *)answers });
}

START_TEST(test_noted)
{
	struct progress p = { 0 };
	size_t questions, answered, right;

	ck_assert(note(&p, "semncnt", 0, 0, 5, false, "..."));
	ck_assert(!note(&p, "semncnt", 0, 0, 6, false, "..."));
	expect_merged(&p, "", "1 semncnt when=5 scene=0 step=0 answers=...\n");
	ck_assert(!note(&p, "semncnt", 0, 1, 7, false, "...")); /* but a step */
	ck_assert(note(&p, "semncnt", 0, 1, 8, false, "-.."));
	ck_assert(note(&p, "semncnt", 0, 1, 8, false, "+.."));
	ck_assert(!note(&p, "semncnt", 0, 1, 8, false, "-.."));
	ck_assert(note(&p, "semncnt", 1, 4, 9, false, "+.-"));
	ck_assert(note(&p, "semncnt", 2, 9, 10, true, "..."));
	ck_assert(note(&p, "semncnt", 0, 1, 11, false, "..."));
	/* who opens it only is where he was */
	ck_assert(!note(&p, "semncnt", 0, 0, 12, false, "..."));
	expect_merged(&p, "", "1 semncnt when=11 scene=0 step=1 finished=1 answers=+.-\n");
	progress_answers(&p.lessons[0], &questions, &answered, &right);
	ck_assert(questions == 3 && answered == 2 && right == 1);
	ck_assert(!note(&p, "my lesson", 0, 1, 12, false, NULL));
	ck_assert(!note(&p, "a=b", 0, 1, 12, false, NULL));
	ck_assert(note(&p, "other", 0, 1, 12, false, NULL));
	ck_assert_str_eq(progress_latest(&p)->slug, "other");
	progress_free(&p);
}
END_TEST

START_TEST(test_merged)
{
	struct progress p = { 0 };

	/* what others have written since */
	note(&p, "semncnt", 1, 4, 100, false, "+..");
	expect_merged(&p,
	              "1 semncnt when=90 scene=3 step=9 finished=1 answers=.-.\n"
	              "1 other when=95 scene=0 step=1\n",
	              "1 semncnt when=100 scene=1 step=4 finished=1 answers=+-.\n"
	              "1 other when=95 scene=0 step=1\n");
	expect_merged(&p, "1 semncnt when=110 scene=3 step=9\n",
	              "1 semncnt when=110 scene=3 step=9 answers=+..\n");
	/* a lesson that has another question now */
	expect_merged(&p, "1 semncnt when=90 answers=-+.-\n",
	              "1 semncnt when=100 scene=1 step=4 answers=++.-\n");
	progress_free(&p);
	/* lines of other programs, words of newer ones, the same lesson twice */
	expect_merged(&p,
	              "2 semncnt some=thing\n1 a when=1 scene=0 step=1 stars=3 hat=\n# remark\n"
	              "1 a when=2 scene=0 step=2\n1\n1 x=y\n1 b",
	              "2 semncnt some=thing\n# remark\n1\n1 x=y\n"
	              "1 a when=2 scene=0 step=2 stars=3 hat=\n1 b when=0 scene=0 step=0\n");
	/* values that can't be are words of others */
	expect_merged(&p, "1 a when=-1 scene=x step=99999999999999999999 answers=q finished=\n",
	              "1 a when=0 scene=0 step=0 when=-1 scene=x step=99999999999999999999 "
	              "answers=q finished=\n");
}
END_TEST

/* Whatever the file holds: nothing of it is lost, and merging it again changes nothing. */
START_TEST(test_random_bytes)
{
	static const char *const parts[] = { "1 ",   "2 ", "semncnt", " when=", "\n",
		                             "\n",   " ",  "9",       "step=",  "+-.",
		                             "\xff", "=",  "answers=" };
	struct progress none = { 0 };

	for (unsigned i = 0; i < 5000; i++) {
		struct buf b = { 0 };
		char *once, *twice;

		dice_seed(dice_setting("SEED", 1), i);
		for (unsigned k = dice_roll(60); k; k--)
			if (dice_roll(2))
				buf_putc(&b, (char)dice_roll(256));
			else
				buf_puts(&b, parts[dice_roll(sizeof(parts) / sizeof(*parts))]);
		once = merge(&none, buf_str(&b), b.len);
		twice = merge(&none, once, strlen(once));
		if (!memchr(buf_str(&b), '\0', b.len))
			ck_assert_str_eq(once, twice);
		free(once);
		free(twice);
		buf_free(&b);
	}
}
END_TEST

/* How often two strings were compared, by whomever. */
static size_t compared;

int strcmp(const char *a, const char *b)
{
	compared++;
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

/* As large as a file may be: twice the lines take twice as long to read, and not four times. */
START_TEST(test_many)
{
	enum { MANY = 20000 };
	struct progress none = { 0 }, all = { 0 };
	struct buf before = { 0 };
	char slug[20];

	for (int i = 0; i < MANY; i++)
		buf_printf(&before, "1 lesson-%d when=1 scene=0 step=1\n", i);
	compared = 0;
	expect_merged(&none, buf_str(&before), buf_str(&before));
	ck_assert_uint_lt(compared, 10 * MANY);
	put(before.data, before.len);
	ck_assert(progress_load(&all));
	compared = 0;
	for (int i = 0; i < MANY; i++) {
		snprintf(slug, sizeof(slug), "lesson-%d", i);
		ck_assert_ptr_eq(progress_find(&all, slug), &all.lessons[i]);
	}
	ck_assert_uint_lt(compared, 5 * MANY);
	ck_assert_ptr_null(progress_find(&all, "lesson"));
	progress_free(&all);
	buf_free(&before);
}
END_TEST

/* The same of words that a newer program wrote, on one line. */
START_TEST(test_many_words)
{
	struct progress none = { 0 };
	struct buf before = { 0 };

	buf_puts(&before, "1 a when=1 scene=0 step=1");
	while (before.len < KEEP_MAX - 2)
		buf_puts(&before, " x");
	buf_putc(&before, '\n');
	expect_merged(&none, buf_str(&before), buf_str(&before));
	buf_free(&before);
}
END_TEST

/* Through the file: two programs, and one that forgets all between. */
START_TEST(test_saved)
{
	struct progress a = { 0 }, b = { 0 };
	static const char bytes[] = "\0\1\xff\n1 c when=3 scene=0 step=1\n";

	ck_assert(progress_load(&a));
	ck_assert(progress_load(&b));
	note(&a, "a", 1, 2, 3, false, NULL);
	note(&b, "b", 1, 2, 4, true, NULL);
	ck_assert(progress_save(&a, PATIENCE));
	ck_assert(progress_save(&b, PATIENCE));
	ck_assert(progress_save(&b, PATIENCE));
	expect("1 a when=3 scene=1 step=2\n1 b when=4 scene=1 step=2 finished=1\n");
	ck_assert(progress_reset(PATIENCE));
	ck_assert_int_ne(access(path, F_OK), 0);
	note(&b, "b", 2, 3, 5, false, NULL);
	ck_assert(progress_save(&b, PATIENCE)); /* not what it knows of others */
	expect("1 b when=5 scene=2 step=3 finished=1\n");
	put(bytes, sizeof(bytes) - 1);
	note(&a, "a", 2, 3, 6, false, NULL);
	ck_assert(progress_save(&a, PATIENCE));
	progress_free(&a);
	ck_assert(progress_load(&a));
	ck_assert_ptr_nonnull(progress_find(&a, "c"));
	ck_assert_str_eq(progress_latest(&a)->slug, "a");
	progress_free(&a);
	progress_free(&b);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("keep");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, make, folder_remove);
	tcase_add_test(tests, test_place);
	tcase_add_test(tests, test_in_its_place);
	tcase_add_test(tests, test_killed);
	tcase_add_test(tests, test_killed_at_first);
	tcase_add_test(tests, test_killed_between_bytes);
	tcase_add_test(tests, test_at_once);
	tcase_add_test(tests, test_locked);
	tcase_add_test(tests, test_full_disk);
	tcase_add_test(tests, test_limited_size);
	tcase_add_test(tests, test_read_only);
	tcase_add_test(tests, test_new);
	tcase_add_test(tests, test_noted);
	tcase_add_test(tests, test_merged);
	tcase_add_test(tests, test_random_bytes);
	tcase_add_test(tests, test_many);
	tcase_add_test(tests, test_many_words);
	tcase_add_test(tests, test_saved);
	return suite_main(tests);
}
