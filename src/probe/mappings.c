// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void path_copy(const struct probe *p, struct snap_mapping *m, const char *path, size_t n)
{
	size_t from = n < SNAP_PATH ? 0 : n - SNAP_PATH + 1;
	size_t name = strlen(p->board->directory) + 1;

	/* not in the middle of a character */
	while (from && from < n && ((unsigned char)path[from] & 0xc0) == 0x80)
		from++;
	memset(m->path, 0, SNAP_PATH);
	memcpy(m->path, path + from, n - from);
	if (m->is_file && name > from && path_is_in(path, n, p->board->directory))
		m->inside = (uint8_t)(name - from);
}

static bool any_runs(const struct probe *p)
{
	for (uint32_t i = 0; i < p->draft.head.nprocesses; i++)
		if (p->draft.processes[i].state == PROCESS_RUNNING)
			return true;
	return false;
}

/* Whose a segment is that a process outside of the namespace has mapped: it may have attached it before
   it left. It is not one of here, when there is none with its id, or that has another key: the
   mapping is named after the key that it was made with. */
static enum snap_whose whose_is(struct probe *p, const struct vma *v)
{
	const struct snap_segment *seg = segment_find(p, (int)v->inode);
	struct shmid_ds ds;
	const char *why;

	if (!seg && probe_segment(p, (int)v->inode, &ds, &why))
		return WHOSE_OTHER;
	if (seg && seg->perm.key &&
	    (uint32_t)seg->perm.key != strtoul(v->path + strlen("/SYSV"), NULL, 16))
		return WHOSE_OTHER;
	return WHOSE_EITHER;
}

static enum backing segment_mapped(struct probe *p, struct snap_mapping *m, const struct vma *v,
                                   bool here)
{
	struct snap_segment *seg = segment_find(p, m->shmid);
	struct shmid_ds ds;
	const char *why;

	if (!here) {
		m->whose = (uint8_t)whose_is(p, v);
		return BACKING_UNKNOWN;
	}
	if (!seg && probe_segment(p, m->shmid, &ds, &why))
		return BACKING_UNKNOWN;
	m->file_size = seg ? seg->segsz : ds.shm_segsz;
	return segment_reach(p, letter_of(p, m->task), v, m->file_size);
}

static uint8_t page_of(const struct probe *p, const struct snap_mapping *m, enum backing backing,
                       uint64_t index, const uint64_t *entry)
{
	uint8_t page =
		(uint8_t)page_classify(p, backing, m->file_size, m->offset + index * p->page);

	if (entry && pagemap_present(*entry))
		page |= PAGE_PRESENT;
	if (entry && m->is_file && !m->shared && pagemap_private(*entry))
		page |= PAGE_ANONYMOUS;
	return page;
}

/* The first pages one by one, those behind as runs. False: there is no room. */
static bool page_add(struct probe *p, struct snap_mapping *m, uint8_t page)
{
	struct snapshot *head = &p->draft.head;
	struct snap_run *last = m->nruns ? &p->draft.runs[head->nruns - 1] : NULL;

	if (m->nshown < SNAP_PAGES) {
		p->draft.pages[head->npages++] = page;
		m->nshown++;
	} else if (last && last->page == page) {
		last->count++;
	} else if (m->nruns < SNAP_RUNS && head->nruns < SNAP_PAGE_RUNS) {
		p->draft.runs[head->nruns++] = (struct snap_run){ 1, page };
		m->nruns++;
	} else {
		return false;
	}
	return true;
}

static void pages_read(struct probe *p, struct snap_mapping *m, enum backing backing)
{
	enum { CHUNK = 512 };
	uint64_t pages = (m->end - m->start) / p->page, entries[CHUNK];
	bool room = true;

	m->first = p->draft.head.npages;
	m->first_run = p->draft.head.nruns;
	if (pages > SNAP_PAGES_READ)
		pages = SNAP_PAGES_READ;
	for (uint64_t at = 0; at < pages && room; at += CHUNK) {
		size_t n = pages - at < CHUNK ? (size_t)(pages - at) : CHUNK;
		bool known =
			pagemap_read(p, letter_of(p, m->task), m->start + at * p->page, entries, n);

		for (size_t i = 0; i < n && room; i++)
			room = page_add(p, m,
			                page_of(p, m, backing, at + i, known ? &entries[i] : NULL));
	}
}

static void mapping_add(struct probe *p, uint32_t task, const struct made_list *made, size_t i)
{
	const struct vma one = made_at(made, i), *v = &one;
	bool here = made->here;
	struct snap_mapping *m = &p->draft.mappings[p->draft.head.nmappings++];
	enum backing backing = BACKING_NONE;
	struct behind file = { .size = 0 };

	memset(m, 0, sizeof(*m));
	m->task = task;
	m->locked = made->items[i].locked;
	m->prot = v->prot;
	m->shared = v->shared;
	m->start = v->start;
	m->end = v->end;
	m->offset = v->offset;
	if (vma_is_segment(v)) {
		m->is_segment = 1;
		m->shmid = (int32_t)v->inode;
		backing = segment_mapped(p, m, v, here);
	} else if (!vma_is_anonymous(v)) {
		m->is_file = 1;
		backing = file_pin(p, letter_of(p, task), v, &file);
		m->file_size = file.size;
		/* a memfd never had a name to lose */
		m->deleted = file.unlinked && !vma_starts(v, "/memfd:");
	}
	m->size_unknown = backing == BACKING_UNKNOWN;
	if (m->is_file)
		path_copy(p, m, file.name, strlen(file.name));
	else
		path_copy(p, m, v->path, name_length(v->path, v->npath));
	pages_read(p, m, backing);
}

/* A segment's tasks come one after the other, so only its latest may be this one. */
static void attached_count(struct probe *p, uint32_t task, const struct vma *v)
{
	struct snap_segment *seg = segment_find(p, (int)v->inode);
	uint32_t *last;

	if (!seg)
		return;
	last = &p->last_attachment[seg - p->draft.segments];
	if (*last && p->attachments[*last - 1].share.task == task) {
		p->attachments[*last - 1].share.value++;
	} else if (p->nattachments < SNAP_ATTACHED) {
		p->attachments[p->nattachments++] =
			(struct attachment){ .segment = (uint32_t)(seg - p->draft.segments),
			                     .share = { task, 1 } };
		*last = p->nattachments;
		seg->nattached++;
	} /* else there are too many mappings too: they are counted */
}

/* Those of each segment together, in the order of the tasks. */
static void attached_list(struct probe *p)
{
	struct draft *d = &p->draft;

	for (uint32_t i = 0; i < d->head.nsegments; i++) {
		d->segments[i].first = d->head.nattached;
		d->head.nattached += d->segments[i].nattached;
		d->segments[i].nattached = 0;
	}
	for (uint32_t i = 0; i < p->nattachments; i++) {
		struct snap_segment *seg = &d->segments[p->attachments[i].segment];

		d->attached[seg->first + seg->nattached++] = p->attachments[i].share;
	}
}

/* What of a segment's nattch those that are here don't account for. */
static uint64_t attached_elsewhere(const struct probe *p, const struct snap_segment *seg)
{
	uint64_t here = 0;

	for (uint32_t i = 0; i < seg->nattached; i++)
		here += (uint64_t)p->draft.attached[seg->first + i].value;
	return seg->nattch > here ? seg->nattch - here : 0;
}

/* Those that may be of either namespace are of the other one, when all that have the segment of this
   one attached are known. */
static void whose_settle(struct probe *p)
{
	bool still = !any_runs(p);

	for (uint32_t i = 0; still && i < p->draft.head.nmappings; i++) {
		struct snap_mapping *m = &p->draft.mappings[i];
		struct snap_segment *seg = m->whose ? segment_find(p, m->shmid) : NULL;

		if (seg && !attached_elsewhere(p, seg))
			m->whose = WHOSE_OTHER;
	}
}

static void process_mappings(struct probe *p, const struct snap_process *s)
{
	const struct made_list *made = made_list(p, letter_of(p, s->task), s);

	p->draft.head.hidden.mappings += p->board->pages[letter_of(p, s->task)]->unranged;
	for (size_t i = 0; i < made->count; i++) {
		struct vma v = made_at(made, i);

		if (vma_is_segment(&v) && made->here)
			attached_count(p, s->task, &v);
		if (p->draft.head.nmappings < SNAP_MAPPINGS)
			mapping_add(p, s->task, made, i);
		else
			p->draft.head.hidden.mappings++;
	}
}

/* The first bytes of a segment, from whoever has its first page in memory. */
static void bytes_read(struct probe *p, struct snap_segment *seg)
{
	size_t n = seg->segsz < SNAP_BYTES ? (size_t)seg->segsz : SNAP_BYTES;

	for (uint32_t i = 0; i < p->draft.head.nmappings; i++) {
		const struct snap_mapping *m = &p->draft.mappings[i];

		if (!m->is_segment || m->whose || m->shmid != seg->id || m->offset ||
		    !(m->prot & PROT_READ))
			continue;
		if (seg->bytes_state == BYTES_NONE)
			seg->bytes_state = BYTES_UNTOUCHED;
		if ((p->draft.pages[m->first] & PAGE_PRESENT) &&
		    memory_read(p, letter_of(p, m->task), m->start, seg->bytes, n)) {
			seg->bytes_state = BYTES_READ;
			return;
		}
	}
}

void mapping_list(struct probe *p)
{
	p->nattachments = 0;
	memset(p->last_attachment, 0, sizeof(p->last_attachment));
	pins_begin(p);
	for (uint32_t i = 0; i < p->draft.head.nprocesses; i++)
		process_mappings(p, &p->draft.processes[i]);
	pins_end(p);
	attached_list(p);
	whose_settle(p);
	for (uint32_t i = 0; i < p->draft.head.nsegments; i++)
		if (p->draft.segments[i].nattached)
			bytes_read(p, &p->draft.segments[i]);
}
