// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"

/* The errno of what failed is the one that counts. */
static void let_go(int fd)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
}

/* Where */

char *keep_path(const char *name)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct buf b = { 0 };

	/* one that is not absolute is to be ignored, says the XDG Base Directory Specification */
	if (state && *state == '/') {
		if (!strcmp(state, "/dev/null"))
			return NULL;
		buf_printf(&b, "%s/ipclens/%s", state, name);
	} else if (home && *home == '/') {
		buf_printf(&b, "%s/.local/state/ipclens/%s", home, name);
	} else {
		return NULL;
	}
	return buf_steal(&b);
}

bool keep_make_folders(const char *path, int levels)
{
	char *folder = mem_dup(path), *slash = strrchr(folder, '/');
	bool made;

	*slash = '\0';
	made = levels == 0 || !*folder || !access(folder, F_OK) ||
	       (keep_make_folders(folder, levels - 1) && (!mkdir(folder, 0700) || errno == EEXIST));
	free(folder);
	return made;
}

/* Reading */

static bool read_all(int fd, struct buf *contents)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0 && contents->len <= KEEP_MAX)
		buf_add(contents, bytes, (size_t)n);
	if (n >= 0 && contents->len <= KEEP_MAX)
		return true;
	if (n >= 0)
		errno = EFBIG;
	return false;
}

static bool is_regular(const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return true;
	errno = S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
	return false;
}

/* Nothing that never ends, or is no file. */
static bool is_file(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && is_regular(&st);
}

static bool close_with(int fd, bool good)
{
	int error = errno;

	good &= !close(fd) || !good;
	errno = good ? 0 : error ? error : errno;
	return good;
}

bool keep_read(const char *path, struct buf *contents)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return errno == ENOENT;
	return close_with(fd, is_file(fd) && read_all(fd, contents));
}

/* The lock: a file beside it, which stays. */

/* Its holder closes it, or dies: then somebody else may have it. */
static bool wait_for_lock(int lock, const char *name, int patience)
{
	uint64_t end = clock_now() + (uint64_t)patience * 1000000, now;
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd fd = { .fd = watch, .events = POLLIN };
	bool locked = false, watched = watch >= 0 && inotify_add_watch(watch, name, IN_CLOSE) >= 0;
	char events[1024];

	while (!(locked = !flock(lock, LOCK_EX | LOCK_NB)) && errno == EWOULDBLOCK && watched &&
	       (now = clock_now()) < end) {
		poll(&fd, 1, (int)((end - now) / 1000000) + 1);
		while (read(watch, events, sizeof(events)) > 0)
			;
	}
	let_go(watch);
	return locked;
}

/* The descriptor that holds it, or -1. */
static int lock_beside(const char *path, int patience)
{
	struct buf name = { 0 };
	int lock;

	buf_printf(&name, "%s.lock", path);
	lock = open(name.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) &&
	    (errno != EWOULDBLOCK || !patience || !wait_for_lock(lock, name.data, patience))) {
		let_go(lock);
		lock = -1;
	}
	buf_free(&name);
	return lock;
}

/* Writing */

static bool write_all(int fd, const struct buf *contents)
{
	for (size_t at = 0; at < contents->len;) {
		ssize_t n = write(fd, contents->data + at, contents->len - at);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return !fsync(fd);
}

/* The name is new when the bytes are there, and not before. how: O_TRUNC or O_EXCL, for what is there
   of that name, which is the last one with a word behind it. A pipe there does not hang it. */
static bool replace(const char *path, const struct buf *contents, int how, mode_t mode)
{
	struct buf name = { 0 };
	bool good = false;
	int fd, error;

	buf_printf(&name, "%s.new", path);
	fd = open(name.data, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | how, mode);
	if (fd >= 0)
		good = close_with(fd, is_file(fd) && (how != O_EXCL || !fchmod(fd, mode)) &&
		                              write_all(fd, contents)) &&
		       !rename(name.data, path);
	error = errno;
	if (fd >= 0 && !good)
		unlink(name.data);
	errno = error;
	buf_free(&name);
	return good;
}

static bool create(const char *path, const struct buf *contents)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), error;

	if (fd < 0)
		return false;
	if (close_with(fd, write_all(fd, contents)))
		return true;
	error = errno;
	unlink(path);
	errno = error;
	return false;
}

/* In the place of a file, for those who could read that. */
static bool write_over(const char *path, const struct buf *contents)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT && create(path, contents);
	return is_regular(&st) && replace(path, contents, O_EXCL, st.st_mode & 0777);
}

/* A file that may not be so large is an error, not the end of the program. */
static void ignore_limit(struct sigaction *before)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGXFSZ, &ignore, before);
}

static void heed_limit(const struct sigaction *before)
{
	int error = errno;

	sigaction(SIGXFSZ, before, NULL);
	errno = error;
}

bool keep_new(const char *path, const struct buf *contents, bool over)
{
	struct sigaction before;
	bool good;

	ignore_limit(&before);
	good = over ? write_over(path, contents) : create(path, contents);
	heed_limit(&before);
	return good;
}

bool keep_could(const char *path)
{
	char *folder = path_folder(path);
	struct stat st;
	bool could = !lstat(path, &st) ? is_regular(&st) : errno == ENOENT && *path;
	int error;

	could = could && !faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS);
	error = errno;
	free(folder);
	errno = error;
	return could;
}

/* So that the new name is there after the machine has lost its power, too. What can't be done for it
   is no failure. */
static void sync_folder(const char *path)
{
	char *folder = path_folder(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

static bool rewrite_file(const char *path, keep_rewrite *rewrite, void *context)
{
	struct buf before = { 0 }, after = { 0 };
	bool good = keep_read(path, &before);
	int error;

	if (good) {
		rewrite(context, &before, &after);
		if (before.len != after.len ||
		    memcmp(buf_str(&before), buf_str(&after), after.len) != 0) {
			good = replace(path, &after, O_TRUNC, 0600);
			if (good)
				sync_folder(path);
		}
	}
	error = errno;
	buf_free(&before);
	buf_free(&after);
	errno = error;
	return good;
}

bool keep_change(const char *path, keep_rewrite *rewrite, void *context, int patience)
{
	enum { FOLDERS = 3 }; /* .local, state, ipclens */
	struct sigaction before;
	bool good;
	int lock;

	if (!keep_make_folders(path, FOLDERS))
		return false;
	lock = lock_beside(path, patience);
	if (lock < 0)
		return false;
	ignore_limit(&before);
	good = rewrite_file(path, rewrite, context);
	heed_limit(&before);
	let_go(lock);
	return good;
}

bool keep_remove(const char *path, int patience)
{
	bool good;
	int lock;

	if (access(path, F_OK))
		return errno == ENOENT || errno == ENOTDIR;
	lock = lock_beside(path, patience);
	if (lock < 0)
		return false;
	good = !unlink(path) || errno == ENOENT;
	let_go(lock);
	return good;
}
