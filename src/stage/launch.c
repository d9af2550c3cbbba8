// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intl.h"
#include "stage/inside.h"
#include "stage/process.h"
#include "stage/program.h"
#include "stage/terminal.h"
#include "stage/watched.h"

/* How a program of one's own is started: its files are put into the lesson's directory, it gets a terminal
   of its own, is seized by its tracer, and is told what to become. */

static bool write_all(int fd, const char *bytes, uint64_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n <= 0)
			return false;
		bytes += n;
		size -= (uint64_t)n;
	}
	return true;
}

/* The folders of a file's name: "a/b/c". */
static void make_folders(int directory, const char *name)
{
	char path[256];

	for (const char *at = strchr(name, '/'); at; at = strchr(at + 1, '/')) {
		snprintf(path, sizeof(path), "%.*s", (int)(at - name), name);
		mkdirat(directory, path, 0777);
	}
}

/* Another program may have brought it already. */
static bool put_file(int directory, const struct request_file *f, const char *name,
                     const char *bytes)
{
	int fd =
		openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool done;

	if (fd < 0)
		return errno == EEXIST;
	done = write_all(fd, bytes, f->size) && !fchmod(fd, f->mode & 0777);
	close(fd);
	return done;
}

static bool is_inside(const char *name)
{
	return *name && *name != '/' && strncmp(name, "../", 3) != 0 && !strstr(name, "/../");
}

static bool put_files(struct server *s, const struct request *r)
{
	const char *at = r->files, *end = r->files + r->nfiles;
	int directory = open(s->board->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = directory >= 0;

	while (done && at && (size_t)(end - at) >= sizeof(struct request_file)) {
		const struct request_file *f = (const void *)at;
		const char *name = at + sizeof(*f), *bytes = name + f->nname;

		if (!f->nname || f->nname > 256 || f->size > (uint64_t)(end - bytes) ||
		    name[f->nname - 1] || !is_inside(name))
			break;
		make_folders(directory, name);
		done = put_file(directory, f, name, bytes);
		at = bytes + f->size;
		at += (8 - (at - r->files) % 8) % 8;
	}
	if (directory >= 0)
		close(directory);
	return done || report_error(s, _("writing the files of a program: %s"), strerror(errno));
}

static void put_list(struct buf *b, const char *const *list)
{
	for (; list && *list; list++)
		buf_add(b, *list, strlen(*list) + 1);
}

/* What it is to become. */
static bool tell(struct server *s, unsigned who)
{
	static const struct stage_programs of_lesson;
	const struct stage_programs *p = s->options->programs ? s->options->programs : &of_lesson;
	const char *input[] = { p->input[who], NULL };
	struct wire_program head = {
		.calls = { .stops = p->stops, .trusted = p->trusted, .net = p->net },
		.fixed = p->fixed,
		.own_ids = !s->host && s->birth.uid != 0,
		.uid = s->birth.uid,
		.gid = s->birth.gid
	};
	struct buf lists[PROGRAM_LISTS] = { { 0 } }, b = { 0 };
	bool done;

	if (!s->options->programs)
		free(decode_calls(STAGE_PROGRAM_CALLS, &head.calls.stops));
	s->stops = head.calls.stops;
	watched_add(s, &head.calls.stops);
	buf_add(&lists[PROGRAM_WORDS], s->request.words, s->request.nwords);
	put_list(&lists[PROGRAM_READABLE], p->readable);
	put_list(&lists[PROGRAM_WRITABLE], p->writable);
	put_list(&lists[PROGRAM_INPUT], input);
	for (size_t i = 0; i < PROGRAM_LISTS; i++)
		head.sizes[i] = lists[i].len;
	parcel_put(&b, &head, sizeof(head));
	for (size_t i = 0; i < PROGRAM_LISTS; i++) {
		parcel_put(&b, lists[i].data, lists[i].len);
		buf_free(&lists[i]);
	}
	done = wire_send(s->actors[who].wire.fd, WIRE_PROGRAM, b.data, b.len, NULL);
	buf_free(&b);
	return done;
}

bool program_launch(struct server *s, unsigned who)
{
	if (!put_files(s, &s->request))
		return false;
	if (!terminal_open(s, who))
		return report_error(s, _("no terminal for %c: %s"), LETTER_CHAR(who),
		                    strerror(errno));
	s->actors[who].program = true;
	return actor_make(s, who, PROCESS_PROGRAM, s->actors[who].terminal->slave) &&
	       trace_begin(s, who) &&
	       (tell(s, who) ||
	        report_error(s, _("starting %c: %s"), LETTER_CHAR(who), _("it ended too early")));
}
