// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/* The synchronized output of terminals, mode 2026. */
#define BEGINS "\033[?2026h"
#define ENDS   "\033[?2026l"

static struct {
	FILE *out;  /* curses writes to its descriptor */
	int file;   /* which is that of this file while a frame is made; -1: there is none */
	bool begun; /* it is */
	bool marks;
} frame = { .file = -1 };

/* A descriptor of the terminal for curses alone, which can be turned elsewhere. */
FILE *frame_open(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	frame.out = fd < 0 ? NULL : fdopen(fd, "w");
	frame.file = memfd_create("ipclens-frame", MFD_CLOEXEC);
	return frame.out;
}

void frame_close(void)
{
	fclose(frame.out);
	close(frame.file);
}

static void write_all(const char *text, size_t size)
{
	while (size > 0) {
		struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };
		ssize_t n = write(STDOUT_FILENO, text, size);

		if (n >= 0) {
			text += n;
			size -= (size_t)n;
		} else if (errno == EAGAIN) {
			poll(&fd, 1, -1); /* somebody has made it so that it does not wait */
		} else if (errno != EINTR) {
			return; /* the terminal is gone: its hang-up ends the program */
		}
	}
}

void frame_write(const char *text)
{
	write_all(text, strlen(text));
}

void frame_begin(void)
{
	frame.begun = dup3(frame.file, fileno(frame.out), O_CLOEXEC) >= 0;
}

void frame_end(const char *more)
{
	struct buf all = { 0 };
	off_t size = 0;
	char *made;

	if (frame.begun) {
		dup3(STDOUT_FILENO, fileno(frame.out), O_CLOEXEC);
		size = lseek(frame.file, 0, SEEK_CUR);
	}
	made = mem_grow(NULL, (size_t)size + 1);
	if (size > 0 && pread(frame.file, made, (size_t)size, 0) == size) {
		buf_puts(&all, frame.marks ? BEGINS : "");
		buf_add(&all, made, (size_t)size);
		buf_puts(&all, frame.marks ? ENDS : "");
	}
	buf_puts(&all, more);
	if (all.len)
		write_all(all.data, all.len);
	if (frame.begun)
		lseek(frame.file, 0, SEEK_SET);
	frame.begun = false;
	buf_free(&all);
	free(made);
}

void frame_marks(bool has)
{
	frame.marks = has;
}
