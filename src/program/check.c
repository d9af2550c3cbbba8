// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/check.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "program/find.h"

/* As far as the kernel follows scripts whose interpreters are scripts (fs/exec.c). */
enum { DEEPEST = 5 };

/* What the kernel reads to know what a file is. */
enum { HEAD = 256 };

static char *check(const char *path, int depth);

/* Scripts */

/* Why "#!/usr/bin/env NAME" will find nothing; NULL when it will, or when it says more than a name. */
static char *check_env(const char *path, const char *interpreter, const char *argument)
{
	const char *base = strrchr(interpreter, '/');
	char *found;

	if (!base || strcmp(base, "/env") != 0 || !*argument || *argument == '-' ||
	    strpbrk(argument, "= \t/"))
		return NULL;
	found = program_find_quietly(argument);
	if (!found)
		return buf_format(_("%s is a script for %s, which is in no folder of PATH"), path,
		                  argument);
	free(found);
	return NULL;
}

/* line: what is behind "#!". */
static char *check_script(const char *path, char *line, int depth)
{
	char *interpreter = line + strspn(line, " \t"), *argument, *end, *why, *inner;

	line[strcspn(line, "\n")] = '\0';
	argument = interpreter + strcspn(interpreter, " \t");
	if (*argument)
		*argument++ = '\0';
	argument += strspn(argument, " \t");
	for (end = argument + strlen(argument); end > argument && strchr(" \t", end[-1]);)
		*--end = '\0';
	if (strchr(interpreter, '\r') || strchr(argument, '\r'))
		return buf_format(_("%s is a script whose first line ends in CR LF, not in LF; "
		                    "dos2unix(1) mends that"),
		                  path);
	if (!*interpreter)
		return buf_format(_("%s is a script that names no interpreter behind #!"), path);
	if (access(interpreter, F_OK))
		return buf_format(_("%s is a script for %s, which is missing"), path, interpreter);
	if (depth == DEEPEST)
		return buf_format(_("%s is a script for a script, too many times"), path);
	if ((inner = check(interpreter, depth + 1)) && !depth) {
		why = buf_format(_("%s is a script, and its interpreter can't be executed: %s"),
		                 path, inner);
		free(inner);
		return why;
	}
	if (inner) /* the first one says the rest */
		return inner;
	return check_env(path, interpreter, argument);
}

/* ELF */

static const char *machine_name(unsigned machine)
{
	static const struct {
		unsigned machine;
		const char *name;
	} names[] = {
		{ EM_X86_64, "x86-64" },       { EM_AARCH64, "64-bit ARM" }, { EM_RISCV, "RISC-V" },
		{ EM_PPC64, "64-bit POWER" },  { EM_S390, "s390x" },         { EM_MIPS, "MIPS" },
		{ EM_SPARCV9, "SPARC" },
#ifdef EM_LOONGARCH
		{ EM_LOONGARCH, "LoongArch" },
#endif
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return NULL;
}

/* The header of this program: what it is, this machine can execute. */
static bool read_own(Elf64_Ehdr *own)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && read(fd, own, sizeof(*own)) == sizeof(*own);

	if (fd >= 0)
		close(fd);
	return good;
}

static char *why_other_machine(const char *path, unsigned machine)
{
	const char *name = machine_name(machine);

	return name ? buf_format(_("%s is a program for another machine (%s)"), path, name)
	            : buf_format(_("%s is a program for another machine (number %u in elf.h)"),
	                         path, machine);
}

/* The loader that a program asks for, when it is not there: execve(2) then says ENOENT, as if the program were not. */
static char *check_loader(const char *path, int fd, const Elf64_Ehdr *header)
{
	char loader[4096];

	for (size_t i = 0; i < header->e_phnum; i++) {
		Elf64_Phdr p;

		if (pread(fd, &p, sizeof(p), (off_t)(header->e_phoff + i * sizeof(p))) != sizeof(p))
			break;
		if (p.p_type != PT_INTERP || p.p_filesz < 2 || p.p_filesz > sizeof(loader))
			continue;
		if (pread(fd, loader, p.p_filesz, (off_t)p.p_offset) != (ssize_t)p.p_filesz)
			break;
		loader[p.p_filesz - 1] = '\0';
		if (access(loader, F_OK))
			return buf_format(_("%s needs %s, which is missing: it was built for "
			                    "another C library"),
			                  path, loader);
	}
	return NULL;
}

static char *check_elf(const char *path, int fd, const unsigned char *head, size_t n)
{
	Elf64_Ehdr header = { 0 }, own;

	memcpy(&header, head, n < sizeof(header) ? n : sizeof(header));
	if (header.e_ident[EI_CLASS] == ELFCLASS32)
		return buf_format(_("%s is a 32-bit program: only 64-bit ones can be followed"),
		                  path);
	if (!read_own(&own))
		return NULL;
	if (header.e_ident[EI_DATA] != own.e_ident[EI_DATA])
		return why_other_machine(path,
		                         (uint16_t)(header.e_machine << 8 | header.e_machine >> 8));
	if (header.e_machine != own.e_machine)
		return why_other_machine(path, header.e_machine);
	if (n < sizeof(header))
		return buf_format(_("%s is a program that was cut off"), path);
	if (header.e_type == ET_REL)
		return buf_format(_("%s is an object file, which has not been linked"), path);
	if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
		return buf_format(_("%s is an ELF file, but no program"), path);
	return check_loader(path, fd, &header);
}

/* Any file */

static char *check_contents(const char *path, int depth)
{
	unsigned char head[HEAD + 1] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, head, HEAD);
	char *why;

	if (n < 0)
		why = buf_format(_("%s can't be read: %s"), path, strerror(errno));
	else if (n > 4 && !memcmp(head, ELFMAG, SELFMAG))
		why = check_elf(path, fd, head, (size_t)n);
	else if (n > 2 && !memcmp(head, "#!", 2))
		why = check_script(path, (char *)head + 2, depth);
	else
		why = buf_format(_("%s is no program, and no script: its first line does not begin "
		                   "with #!"),
		                 path);
	if (fd >= 0)
		close(fd);
	return why;
}

static char *why_not_executable(const char *path, mode_t mode)
{
	struct statvfs fs;

	if (!(mode & 0111))
		return buf_format(_("%s is not executable; chmod +x makes it so"), path);
	if (!statvfs(path, &fs) && fs.f_flag & ST_NOEXEC)
		return buf_format(_("%s lies where nothing can be executed (mounted noexec)"),
		                  path);
	return buf_format(_("%s may not be executed by this user"), path);
}

static char *check(const char *path, int depth)
{
	struct stat st;

	if (stat(path, &st))
		return program_why_not(path, errno);
	if (S_ISDIR(st.st_mode))
		return buf_format(_("%s is a folder, not a program"), path);
	if (!S_ISREG(st.st_mode))
		return buf_format(_("%s is no file that can be executed"), path);
	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS))
		return why_not_executable(path, st.st_mode);
	return check_contents(path, depth);
}

char *program_check(const char *path)
{
	char *why = check(path, 0), *lesson = why ? program_why_lesson(path) : NULL;

	if (!lesson)
		return why;
	free(why);
	return lesson;
}

char *program_privilege(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return NULL;
	if (st.st_mode & S_ISUID && st.st_uid != geteuid())
		return buf_format(_("%s is setuid: it loses its privilege here"), path);
	if (st.st_mode & S_ISGID && st.st_mode & S_IXGRP && st.st_gid != getegid())
		return buf_format(_("%s is setgid: it loses its privilege here"), path);
	if (geteuid() && getxattr(path, "security.capability", NULL, 0) > 0)
		return buf_format(_("%s has capabilities of its own: it loses them here"), path);
	return NULL;
}
