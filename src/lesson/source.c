// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/utf8.h"
#include "lesson/lesson.h"

/* cmark looks at every open list for every blank line, so a deep one would take hours. */
enum { NESTING_MAX = 100 };

/* Reads until the end, or until there is more than a lesson may have. */
static int read_all(int fd, struct buf *b)
{
	char chunk[65536];

	while (b->len <= LESSON_SIZE_MAX) {
		size_t room = LESSON_SIZE_MAX + 1 - b->len;
		ssize_t n = read(fd, chunk, room < sizeof(chunk) ? room : sizeof(chunk));

		if (n == 0)
			break;
		if (n > 0) {
			buf_add(b, chunk, (size_t)n);
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

/* A folder can be opened, and says what it is when it is read. */
static bool is_device(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 || !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

static char *read_source(const char *path, bool any, size_t *size, struct diags *d)
{
	/* a pipe is welcome (<(...)), but one that nobody writes to must not hang the open */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct buf b = { 0 };

	if (fd < 0) {
		diag_add(d, DIAG_ERROR, 0, 0, "%s", strerror(errno));
		return NULL;
	}
	if (!any && is_device(fd))
		diag_add(d, DIAG_ERROR, 0, 0, _("not a regular file"));
	else if (read_all(fd, &b))
		diag_add(d, DIAG_ERROR, 0, 0, "%s", strerror(errno));
	else if (b.len > LESSON_SIZE_MAX)
		diag_add(d, DIAG_ERROR, 0, 0, _("larger than a lesson may be (1 MiB)"));
	else if (b.len == 0)
		diag_add(d, DIAG_ERROR, 0, 0, _("the file is empty"));
	else
		*size = b.len;
	close(fd);
	if (b.len == 0 || b.len > LESSON_SIZE_MAX || d->errors) {
		buf_free(&b);
		return NULL;
	}
	return buf_steal(&b);
}

char *source_read(const char *path, size_t *size, struct diags *d)
{
	return read_source(path, false, size, d);
}

char *source_read_any(const char *path, size_t *size, struct diags *d)
{
	return read_source(path, true, size, d);
}

/* The character at s is one that no lesson has: it would go to the reader's terminal. */
static bool is_control(const unsigned char *s)
{
	if (s[0] == 0xc2)
		return s[1] < 0xa0;
	return s[0] == 0x7f || (s[0] < 0x20 && !strchr("\t\n\f\r", s[0]));
}

static bool check_bytes(const char *s, size_t n, struct diags *d)
{
	size_t bol = 0;
	int line = 1;

	for (size_t i = 0, length; i < n; i += length) {
		unsigned char c = (unsigned char)s[i];

		length = utf8_sequence(s + i, n - i);
		if (!length) {
			diag_add(d, DIAG_ERROR, line, (int)(i - bol) + 1,
			         _("not UTF-8: byte 0x%02x"), c);
			return false;
		}
		if (!c) {
			diag_add(d, DIAG_ERROR, line, (int)(i - bol) + 1,
			         _("not a text file: it has NUL bytes"));
			return false;
		}
		if (is_control((const unsigned char *)s + i)) {
			diag_add(d, DIAG_ERROR, line, (int)(i - bol) + 1,
			         _("not text: control character 0x%02x"),
			         length == 1 ? c : (unsigned char)s[i + 1]);
			return false;
		}
		if (c == '\n') {
			line++;
			bol = i + 1;
		}
	}
	return true;
}

/* The length of a list's or quote's marker at s, or 0. */
static size_t marker_at(const char *s)
{
	size_t n = 1;

	if (*s == '>')
		return 1;
	if (*s >= '0' && *s <= '9') {
		n = strspn(s, "0123456789");
		if (s[n] != '.' && s[n] != ')')
			return 0;
		n++;
	} else if (!*s || !strchr("-+*", *s)) {
		return 0;
	}
	return strchr(" \t\n", s[n]) ? n : 0; /* and the 0 at the end */
}

/* How deep the line at s can at most be nested: two columns make a level. */
static size_t nesting(const char *s)
{
	size_t columns = 0, markers = 0, n;

	for (;;) {
		for (; *s == ' ' || *s == '\t'; s++)
			if (!markers)
				columns += *s == '\t' ? 4 : 1;
		n = marker_at(s);
		if (!n)
			break;
		markers++;
		s += n;
	}
	return markers ? columns / 2 + markers : 0;
}

static bool check_nesting(const char *s, struct diags *d)
{
	int line = 1;

	while (s) {
		if (nesting(s) > NESTING_MAX) {
			diag_add(d, DIAG_ERROR, line, 0,
			         _("lists and quotes are nested more than %d deep"), NESTING_MAX);
			return false;
		}
		s = strchr(s, '\n');
		if (s)
			s++;
		line++;
	}
	return true;
}

char *source_check(const char *bytes, size_t *size, struct diags *d)
{
	struct buf b = { 0 };
	size_t n = *size;

	buf_add(&b, "", 0);
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] != '\r')
			buf_putc(&b, bytes[i]);
		else if (i + 1 == n || bytes[i + 1] != '\n')
			buf_putc(&b, '\n');
	}
	if (!check_bytes(b.data, b.len, d) || !check_nesting(b.data, d)) {
		buf_free(&b);
		return NULL;
	}
	*size = b.len;
	return buf_steal(&b);
}

size_t source_before(const char *text, int line)
{
	const char *p = text;

	for (; line > 1 && *p; line--) {
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return line ? (size_t)(p - text) : strlen(text);
}

void source_close_fence(struct buf *b, const char *text, int line)
{
	const char *fence = text + source_before(text, line);

	fence += strspn(fence, " ");
	buf_add(b, fence, strspn(fence, *fence == '~' ? "~" : "`"));
	buf_putc(b, '\n');
}
