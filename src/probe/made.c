// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* memfds of the program itself: the board */
static const char own_memfd[] = "/memfd:ipclens-";

/* What is hidden there are the images of programs. */
static bool is_visible(const struct vma *v, const char *directory)
{
	return v->path[strlen(directory) + 1] != '.';
}

/* Whether the lesson made it. Of private anonymous memory the board says so. */
static bool is_lessons(const struct probe *p, const struct vma *v)
{
	if (vma_is_anonymous(v))
		return v->shared && v->npath && v->path[0] == '/';
	if (vma_starts(v, "/memfd:"))
		return !vma_starts(v, own_memfd);
	if (path_is_in(v->path, v->npath, p->board->directory))
		return is_visible(v, p->board->directory);
	return vma_is_segment(v) || vma_starts(v, "/dev/shm/");
}

void made_free(struct made_list *l)
{
	free(l->items);
	buf_free(&l->paths);
}

struct vma made_at(const struct made_list *l, size_t i)
{
	struct vma v = l->items[i].vma;

	v.path = l->paths.data + l->items[i].path;
	return v;
}

static void item_add(struct made_list *l, const struct vma *v)
{
	if (l->count == l->room)
		l->items = mem_grow(l->items, (l->room += SNAP_MAPPINGS) * sizeof(*l->items));
	l->items[l->count++] = (struct made){ .vma = *v, .path = l->paths.len };
	buf_add(&l->paths, v->path, v->npath);
}

/* Where a range of the board goes on at an address, or the next one begins: its end; 0: nowhere below. */
static uint64_t range_from(const struct board_process *b, uint64_t *at, uint64_t below)
{
	uint64_t end = 0, first = below;

	for (uint32_t i = 0; i < board_range_count(b); i++) {
		uint64_t start = b->range[i].start > *at ? b->range[i].start : *at;

		if (start < first && b->range[i].end > start) {
			first = start;
			end = b->range[i].end;
		}
	}
	*at = first;
	return end < below ? end : below;
}

/* The kernel joins private anonymous memory that lies side by side: the lesson's pieces of it. */
static void pieces_add(const struct probe *p, unsigned who, struct made_list *l,
                       const struct vma *v)
{
	const struct board_process *b = p->board->pages[who];
	struct vma piece = *v;
	uint64_t at = v->start, end;

	while (at < v->end && (end = range_from(b, &at, v->end)) && at < v->end) {
		bool joins = l->count && at > v->start && l->items[l->count - 1].vma.end == at;

		piece.start = at;
		piece.end = end;
		if (joins)
			l->items[l->count - 1].vma.end = end;
		else
			item_add(l, &piece);
		at = end;
	}
}

static bool is_private_memory(const struct vma *v)
{
	return vma_is_anonymous(v) && !v->shared && !v->npath;
}

static void locked_set(struct made_list *l, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < l->count; i++)
		l->items[i].locked |= l->items[i].vma.start >= start && l->items[i].vma.end <= end;
}

/* The flag "lo" of smaps (proc(5)), which costs much: only when a call may have locked something. */
static void locked_mark(struct probe *p, unsigned who, struct made_list *l)
{
	uint64_t start = 0, end = 0;
	char path[64], line[512];
	FILE *f;

	if (!l->count || !p->locks[who])
		return;
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)probe_pid(p, who));
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end);
		if (!strncmp(line, "VmFlags:", 8) && strstr(line, " lo"))
			locked_set(l, start, end);
	}
	if (f)
		fclose(f);
}

/* An id in the maps of a process that has left the namespace may be of either: it counts for
   nothing then. Asked only when there is a segment. */
static void made_read(struct probe *p, unsigned who, bool own, struct made_list *l)
{
	const char *at;
	bool segments = false;
	struct vma v;

	l->count = 0;
	buf_clear(&l->paths);
	if (!maps_read(p, who))
		return;
	at = p->text;
	while (maps_next(&at, &v)) {
		if (own && is_private_memory(&v))
			pieces_add(p, who, l, &v);
		if (!is_lessons(p, &v))
			continue;
		segments |= vma_is_segment(&v);
		item_add(l, &v);
	}
	l->here = !segments || probe_here(p, who);
	locked_mark(p, who, l);
}

/* Whether the maps are still those that were read: a process that has made no call since has
   mapped nothing. Call k is the one in which its seq is 2k + 1; touched is how many were in
   progress then, or begun later. Of one alone the board tells which it is, but for a running
   process, which may just be writing there what it calls next. One that sleeps in a call does
   no mapping in it; another program makes calls that no board shows. */
static bool made_current(const struct probe *p, unsigned who, const struct snap_process *s,
                         const struct made_list *l)
{
	uint32_t seq = p->seq[who];
	uint32_t touched = (seq + 1) / 2 - l->seq / 2;

	if (l->pid != probe_pid(p, who) || s->call == p->execve || touched > 1)
		return false;
	if (touched == 0 || (seq == l->seq && s->state == PROCESS_BLOCKED))
		return true;
	return p->maps_nothing[(uint32_t)s->call % CALLS_MAX] &&
	       (s->in_call || s->state == PROCESS_READY);
}

const struct made_list *made_list(struct probe *p, unsigned who, const struct snap_process *s)
{
	struct made_list *l = &p->made[who];

	if (!made_current(p, who, s, l))
		made_read(p, who, !(s->in_call && s->call == p->execve), l);
	l->pid = probe_pid(p, who);
	l->seq = p->seq[who];
	return l;
}
