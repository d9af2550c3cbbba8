// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "trace/decode.h"
#include "trace/makers.h"
#include "trace/trail.h"

enum { FRAMES_MOST = 64, HEAD_BYTES = 1024, PATH_BYTES = 4096 };

struct lines {
	pid_t pid;
	Dwfl *dwfl;       /* NULL: nothing was read yet, or could be */
	uint64_t mapped;  /* what of the process it was made from */
	bool has_library; /* it is not a static program */
	struct buf file, function, called;
	struct trails trails; /* that were found in it */
};

struct lines *lines_open(pid_t pid)
{
	struct lines *l = mem_alloc(sizeof(*l));

	l->pid = pid;
	trails_begin(&l->trails);
	return l;
}

static void forget(struct lines *l)
{
	if (l->dwfl)
		dwfl_end(l->dwfl);
	l->dwfl = NULL;
	trails_forget(&l->trails);
}

void lines_close(struct lines *l)
{
	if (!l)
		return;
	forget(l);
	buf_free(&l->file);
	buf_free(&l->function);
	buf_free(&l->called);
	free(l);
}

/* ---- the files of the process ---- */

static bool is_named(const char *path, const char *const patterns[])
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	for (int i = 0; slash && patterns[i]; i++)
		if (!fnmatch(patterns[i], slash + 1, 0))
			return true;
	return false;
}

static bool is_loader(const char *path)
{
	static const char *const patterns[] = { "ld-linux*.so*", "ld-[0-9]*.so", "ld.so*",
		                                "ld64.so*", NULL };

	return is_named(path, patterns);
}

/* The C library and what belongs to it, of glibc and musl. */
static bool is_library(const char *path)
{
	static const char *const patterns[] = {
		"libc.so*",       "libc-[0-9]*.so",       "libc.musl-*", "ld-musl-*",
		"libpthread.so*", "libpthread-[0-9]*.so", "librt.so*",   "librt-[0-9]*.so",
		"libdl.so*",      "libdl-[0-9]*.so",      NULL,
	};

	return is_loader(path) || is_named(path, patterns);
}

/* Where the program that runs lies, also when its name is gone. */
static int open_exe(pid_t pid, const char *name)
{
	char link[64], target[PATH_BYTES];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	n = readlink(link, target, sizeof(target) - 1);
	if (n < 0)
		return -1;
	target[n] = '\0';
	return strcmp(target, name) ? -1 : open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* A file of that name may be another by now than the one that was mapped. */
static bool is_mapped(int fd, pid_t pid, uint64_t base)
{
	char file[HEAD_BYTES], memory[HEAD_BYTES];
	struct iovec here = { memory, sizeof(memory) },
		     there = { (void *)(uintptr_t)base, sizeof(memory) };
	struct stat status;
	ssize_t n;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode))
		return false;
	n = pread(fd, file, sizeof(file), 0);
	return n > EI_NIDENT && process_vm_readv(pid, &here, 1, &there, 1, 0) >= n &&
	       !memcmp(file, memory, (size_t)n);
}

/* What libdwfl asks for when a frame is in that file: it is read as far as it is needed, as a mapping of it could
   be cut off by its owner. */
static int find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
                    char **path, Elf **elf)
{
	const struct lines *l = *userdata;
	int fd;

	(void)module;
	if (!l || name[0] != '/')
		return -1;
	fd = open_exe(l->pid, name);
	if (fd < 0)
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -1;
	*elf = is_mapped(fd, l->pid, base) ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
	if (!*elf) {
		close(fd);
		return -1;
	}
	*path = mem_dup(name);
	return fd;
}

/* Only what is in the file itself. */
static int find_debuginfo(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
                          const char *file, const char *link, GElf_Word crc, char **path)
{
	(void)module, (void)userdata, (void)name, (void)base, (void)file, (void)link, (void)crc,
		(void)path;
	return -1;
}

static int look_at_module(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
                          void *context)
{
	struct lines *l = context;

	(void)module, (void)base;
	*userdata = l;
	l->has_library |= is_library(name);
	return DWARF_CB_OK;
}

static void read_modules(struct lines *l)
{
	static const Dwfl_Callbacks callbacks = { .find_elf = find_elf,
		                                  .find_debuginfo = find_debuginfo };

	forget(l);
	l->has_library = false;
	l->dwfl = dwfl_begin(&callbacks);
	if (!l->dwfl)
		return;
	if (dwfl_linux_proc_report(l->dwfl, l->pid) || dwfl_report_end(l->dwfl, NULL, NULL) ||
	    dwfl_getmodules(l->dwfl, look_at_module, l, 0) ||
	    dwfl_linux_proc_attach(l->dwfl, l->pid, true))
		forget(l);
}

/* A number for all code that is mapped from files; 0: it can't be read. */
static uint64_t hash_maps(pid_t pid)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	char path[64], line[PATH_BYTES + 128], *executable;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		executable = strchr(line, ' ');
		if (!executable || executable[3] != 'x')
			continue;
		for (const char *c = line; *c; c++)
			hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	}
	fclose(f);
	return hash;
}

static bool refresh(struct lines *l)
{
	uint64_t mapped = hash_maps(l->pid);

	if (!l->dwfl || mapped != l->mapped)
		read_modules(l);
	l->mapped = mapped;
	return l->dwfl && mapped;
}

/* ---- addresses ---- */

/* The unit of an address. A compiler need not write the table by which libdwfl finds it. */
static Dwarf_Die *unit_of(Dwfl_Module *module, Dwarf_Addr pc, Dwarf_Addr *bias)
{
	Dwarf_Die *unit = dwfl_module_addrdie(module, pc, bias);

	if (unit)
		return unit;
	while ((unit = dwfl_module_nextcu(module, unit, bias)))
		if (dwarf_haspc(unit, pc - *bias) > 0)
			return unit;
	return NULL;
}

/* A part of it is in another file (dwz(1)). libdw would open whatever has that name, and wait for it, were it a
   FIFO. Split units (.dwo) it opens for nothing that is asked of it here. */
static bool lies_elsewhere(Dwfl_Module *module)
{
	Dwarf_Addr bias;
	Dwarf *dwarf = dwfl_module_getdwarf(module, &bias);
	const char *name;
	const void *id;

	return dwarf && dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &id) != 0;
}

static bool find_line(struct lines *l, Dwfl_Module *module, Dwarf_Addr pc, struct place *place)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = lies_elsewhere(module) ? NULL : unit_of(module, pc, &bias);
	Dwarf_Line *line = unit ? dwarf_getsrc_die(unit, pc - bias) : NULL;
	const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL, *directory;
	Dwarf_Attribute attribute;
	int number;

	if (!file || dwarf_lineno(line, &number) || number <= 0)
		return false;
	directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
	buf_clear(&l->file);
	if (file[0] != '/' && directory)
		buf_printf(&l->file, "%s/", directory);
	buf_puts(&l->file, file);
	place->file = l->file.data;
	place->line = number;
	return true;
}

/* The function that has the address, not one that only lies before it; or NULL. */
static const char *function_of(Dwfl_Module *module, Dwarf_Addr pc, struct buf *name)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *found = dwfl_module_addrinfo(module, pc, &offset, &symbol, NULL, NULL, NULL);

	if (!found || offset >= symbol.st_size)
		return NULL;
	buf_clear(name);
	buf_puts(name, found);
	return name->data;
}

/* As a program calls it: of the names of a function one that is not for the C library only. */
static const char *public_name(Dwfl_Module *module, Dwarf_Addr pc, struct buf *name)
{
	const char *found = function_of(module, pc, name), *other;
	int n = found && found[0] == '_' ? dwfl_module_getsymtab(module) : 0;
	GElf_Addr start, address;
	GElf_Off offset;
	GElf_Sym symbol;

	if (n > 0)
		dwfl_module_addrinfo(module, pc, &offset, &symbol, NULL, NULL, NULL);
	start = pc - (n > 0 ? offset : 0);
	for (int i = 1; i < n; i++) {
		other = dwfl_module_getsym_info(module, i, &symbol, &address, NULL, NULL, NULL);
		if (!other || !other[0] || other[0] == '_' || address != start)
			continue;
		buf_clear(name);
		buf_puts(name, other);
		return name->data;
	}
	return found;
}

/* ---- frames ---- */

/* A walk from the innermost frame outwards. */
struct walk {
	struct lines *l;
	struct place *place;
	bool call;  /* a system call is made; else it was stopped before an instruction */
	int frames; /* that were passed by */
	Dwfl_Module *module, *inner;
	Dwarf_Addr pc, inner_pc; /* of the frame and the one before, which it called */
	bool loader;             /* one of these is in it */
	bool starts;             /* or is what a static program does before all else */
	bool found;              /* the frame is the one that is sought */
};

/* What the C library calls to make itself ready, in a static program. None of these calls a constructor. */
static bool makes_ready(struct walk *w)
{
	static const char *const names[] = { "__libc_setup_tls",     "__libc_early_init",
		                             "__libc_init_first",    "__libc_init_secure",
		                             "_dl_non_dynamic_init", "_dl_relocate_static_pie" };
	const char *name = function_of(w->module, w->pc, &w->l->function);

	for (size_t i = 0; name && i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool is_program(struct walk *w)
{
	const char *name =
		w->module ? dwfl_module_info(w->module, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
			  : NULL;
	bool line = w->module && !is_library(name) && find_line(w->l, w->module, w->pc, w->place);

	w->loader |= is_loader(name);
	w->starts |= w->module && !w->l->has_library && !line && makes_ready(w);
	return w->l->has_library ? !is_library(name) : line;
}

/* All return to behind what they have called, the innermost to behind its system call. True: it is the one. */
static bool look_at(struct walk *w, Dwarf_Addr pc)
{
	w->pc = pc - 1;
	w->module = dwfl_addrmodule(w->l->dwfl, w->pc);
	w->found = is_program(w);
	if (w->found)
		return true;
	w->inner = w->module;
	w->inner_pc = w->pc;
	w->frames++;
	return false;
}

static int look_at_frame(Dwfl_Frame *frame, void *context)
{
	struct walk *w = context;
	Dwarf_Addr pc;

	if (w->frames >= FRAMES_MOST || !dwfl_frame_pc(frame, &pc, NULL))
		return DWARF_CB_ABORT;
	return look_at(w, pc + (!w->frames && !w->call)) ? DWARF_CB_ABORT : DWARF_CB_OK;
}

/* The same, as long as all that must be known is where the stack ends. The trail is that of it. */
static bool walk_trail(struct walk *w, pid_t tid, uint64_t sp, struct trail *t)
{
	struct trail_step step;
	uint64_t at = 0;

	for (t->count = 1; !look_at(w, t->frames[t->count - 1].pc); t->count++) {
		struct trail_frame *next = &t->frames[t->count];

		if (t->count == TRAIL_FRAMES || !w->module ||
		    !trail_step(w->module, w->pc + (t->count == 1), &step))
			return false;
		next->at = at + step.at;
		at += step.end;
		if (!trail_word(tid, sp + next->at, &next->pc))
			return false;
	}
	return true;
}

/* The innermost frame outside is known. */
static enum place_by whose(struct walk *w, uint64_t number)
{
	if (w->frames <= 1)
		return BY_PROGRAM;
	if (!w->call)
		return BY_UNKNOWN;
	w->place->called = public_name(w->inner, w->inner_pc, &w->l->called);
	if (!w->place->called)
		return BY_UNKNOWN;
	return makers_has(w->place->called, number) ? BY_PROGRAM : BY_LIBRARY;
}

static void settle(struct walk *w, uint64_t number, bool outermost)
{
	struct place *place = w->place;

	if (w->found)
		place->by = whose(w, number);
	else if (outermost && w->l->has_library)
		place->by = BY_LIBRARY;
	/* what it has called is its own, but for constructors, which were found before it */
	if (w->loader || w->starts)
		place->by = BY_LIBRARY;
	if (w->found && w->module)
		place->function = function_of(w->module, w->pc, &w->l->function);
}

/* A trail that was found before. */
static bool find_trail(struct lines *l, pid_t tid, const struct lines_call *c, struct place *place)
{
	bool kernel;
	const struct trail *t = trails_find(&l->trails, tid, c->ip, c->sp, c->number, &kernel);

	if (!t || (!kernel && (!l->mapped || hash_maps(l->pid) != l->mapped)))
		return false;
	*place = t->place;
	return true;
}

/* By unwinding as far as it is simple; false: it is not. */
static bool take_trail(struct lines *l, pid_t tid, const struct lines_call *c, struct place *place)
{
	struct trail trail = { .number = c->number, .frames = { { .pc = c->ip } } };
	struct walk w = { .l = l, .place = place, .call = true };

	if (!walk_trail(&w, tid, c->sp, &trail))
		return false;
	settle(&w, c->number, false);
	trail.place = *place;
	trails_keep(&l->trails, tid, &trail);
	return true;
}

/* The system call that the thread is about to make. */
static bool current_call(pid_t tid, struct lines_call *c)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0 ||
	    (info.op != PTRACE_SYSCALL_INFO_ENTRY && info.op != PTRACE_SYSCALL_INFO_SECCOMP))
		return false;
	*c = (struct lines_call){ info.instruction_pointer, info.stack_pointer,
		                  info.entry.nr }; /* of both at the same place */
	return true;
}

bool lines_asleep(struct lines *l, pid_t tid, const struct lines_call *call, struct place *place)
{
	*place = (struct place){ .by = BY_UNKNOWN };
	if (!find_trail(l, tid, call, place) && (!refresh(l) || !take_trail(l, tid, call, place)))
		*place = (struct place){ .by = BY_UNKNOWN };
	return place->file || place->function;
}

bool lines_at(struct lines *l, pid_t tid, struct place *place)
{
	struct lines_call c = { .number = UINT64_MAX };
	bool call = current_call(tid, &c);
	struct walk w = { .l = l, .place = place, .call = call };
	int ended;

	*place = (struct place){ .by = BY_UNKNOWN };
	if (call && find_trail(l, tid, &c, place))
		return place->file || place->function;
	if (!refresh(l))
		return false;
	if (call && take_trail(l, tid, &c, place))
		return place->file || place->function;
	*place = (struct place){ .by = BY_UNKNOWN };
	ended = dwfl_getthread_frames(l->dwfl, tid, look_at_frame, &w);
	settle(&w, c.number, ended == 0);
	return place->file || place->function;
}
