// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trail.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"

enum { TRAILS_MOST = 256 };

/* The number that DWARF has for the register of the stack's end. */
#ifdef __aarch64__
enum { STACK_REGISTER = 31 };
#else
enum { STACK_REGISTER = 7 };
#endif

/* As in linux/fs.h since Linux 6.11: the headers that this is built with may be older. */
struct map_query {
	uint64_t size, flags, address;
	uint64_t start, end, map_flags, page_size, offset, inode;
	uint32_t major, minor, name_size, id_size;
	uint64_t name, id;
};
#define MAP_QUERY _IOWR('f', 17, struct map_query)

void trails_begin(struct trails *t)
{
	*t = (struct trails){ .maps = -1 };
}

static void trail_free(struct trail *t)
{
	free((char *)(uintptr_t)t->place.file);
	free((char *)(uintptr_t)t->place.function);
	free((char *)(uintptr_t)t->place.called);
}

void trails_forget(struct trails *t)
{
	for (size_t i = 0; i < t->count; i++)
		trail_free(&t->items[i]);
	free(t->items);
	if (t->maps >= 0)
		close(t->maps);
	trails_begin(t);
}

/* An open one belongs to the image that the process had then, which is that of its trails. */
static struct trail_map map_at(struct trails *t, pid_t tid, uint64_t address)
{
	struct map_query q = { .size = sizeof(q), .address = address };
	char path[64];

	if (t->maps < 0) {
		snprintf(path, sizeof(path), "/proc/%d/maps", (int)tid);
		t->maps = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (t->maps < 0 || ioctl(t->maps, MAP_QUERY, &q))
		return (struct trail_map){ .start = 0 };
	return (struct trail_map){ q.start, q.end, q.offset, q.inode, q.major, q.minor };
}

bool trail_word(pid_t tid, uint64_t address, uint64_t *word)
{
	struct iovec here = { word, sizeof(*word) },
		     there = { (void *)(uintptr_t)address, sizeof(*word) };

	return process_vm_readv(tid, &here, 1, &there, 1, 0) == sizeof(*word);
}

static bool same_map(const struct trail_map *a, const struct trail_map *b)
{
	return a->start == b->start && a->end == b->end && a->offset == b->offset &&
	       a->inode == b->inode && a->major == b->major && a->minor == b->minor;
}

/* The stack of a task that stands still: what was read of it, by frame. Trails from the same call part only where they
   were called from, and read the same words. */
struct stack {
	pid_t tid;
	uint64_t end;
	struct {
		uint64_t at, word;
		bool known;
	} read[TRAIL_FRAMES];
};

static bool has_frame(struct stack *s, const struct trail *t, size_t i)
{
	uint64_t at = t->frames[i].at;

	if (!s->read[i].known || s->read[i].at != at) {
		s->read[i].at = at;
		s->read[i].known = trail_word(s->tid, s->end + at, &s->read[i].word);
	}
	return s->read[i].known && s->read[i].word == t->frames[i].pc;
}

static bool has_frames(struct stack *s, const struct trail *t)
{
	for (size_t i = 1; i < t->count; i++)
		if (!has_frame(s, t, i))
			return false;
	return true;
}

static bool is_mapped(struct trails *all, const struct trail *t, pid_t tid)
{
	for (size_t i = 0; i < t->count; i++) {
		struct trail_map now = map_at(all, tid, t->frames[i].pc);

		if (!now.end || !same_map(&now, &t->frames[i].map))
			return false;
	}
	return true;
}

const struct trail *trails_find(struct trails *t, pid_t tid, uint64_t ip, uint64_t sp,
                                uint64_t number, bool *kernel)
{
	struct stack stack = { .tid = tid, .end = sp };

	for (size_t i = 0; i < t->count; i++) {
		const struct trail *one = &t->items[i];

		if (one->number != number || one->frames[0].pc != ip || !has_frames(&stack, one))
			continue;
		*kernel = is_mapped(t, one, tid);
		return one;
	}
	return NULL;
}

static const char *copy(const char *text)
{
	return text ? mem_dup(text) : NULL;
}

void trails_keep(struct trails *t, pid_t tid, const struct trail *trail)
{
	struct trail *kept;

	if (t->count == TRAILS_MOST)
		trails_forget(t);
	kept = MEM_PUSH(t->items, t->count);
	*kept = *trail;
	kept->place.file = copy(trail->place.file);
	kept->place.function = copy(trail->place.function);
	kept->place.called = copy(trail->place.called);
	for (size_t i = 0; i < kept->count; i++)
		kept->frames[i].map = map_at(t, tid, kept->frames[i].pc);
}

/* A distance from the stack's end in the frame. */
static bool read_end(Dwarf_Frame *frame, uint64_t *end)
{
	Dwarf_Op *ops;
	size_t n;

	if (dwarf_frame_cfa(frame, &ops, &n) || n != 1)
		return false;
	if (ops[0].atom == DW_OP_bregx && ops[0].number == STACK_REGISTER)
		*end = ops[0].number2;
	else if (ops[0].atom == DW_OP_breg0 + STACK_REGISTER)
		*end = ops[0].number;
	else
		return false;
	return true;
}

static bool read_return(Dwarf_Frame *frame, int reg, uint64_t *at)
{
	Dwarf_Op memory[3], *ops;
	size_t n;

	if (dwarf_frame_register(frame, reg, memory, &ops, &n) || n < 1 || n > 2 ||
	    ops[0].atom != DW_OP_call_frame_cfa)
		return false;
	if (n == 2 && ops[1].atom != DW_OP_plus_uconst)
		return false;
	*at = n == 2 ? ops[1].number : 0;
	return true;
}

static Dwarf_Frame *frame_of(Dwarf_CFI *cfi, uint64_t pc)
{
	Dwarf_Frame *frame;

	return cfi && !dwarf_cfi_addrframe(cfi, pc, &frame) ? frame : NULL;
}

bool trail_step(Dwfl_Module *module, uint64_t pc, struct trail_step *step)
{
	Dwarf_Addr bias;
	Dwarf_CFI *cfi = dwfl_module_eh_cfi(module, &bias);
	Dwarf_Frame *frame = frame_of(cfi, pc - (cfi ? bias : 0));
	bool signal, known;
	int reg;

	if (!frame) {
		cfi = dwfl_module_dwarf_cfi(module, &bias);
		frame = frame_of(cfi, pc - (cfi ? bias : 0));
	}
	if (!frame)
		return false;
	reg = dwarf_frame_info(frame, NULL, NULL, &signal);
	known = reg >= 0 && !signal && read_end(frame, &step->end) &&
	        read_return(frame, reg, &step->at);
	step->at += step->end;
	free(frame);
	return known;
}
