// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dice.h"
#include "suite.h"
#include "trace/decode.h"
#include "trace/lines.h"

/* A program that is compiled here, and traced: where is it when it makes a call? Its first getppid() says that
   it has begun. */
static const char program[] = "#define _GNU_SOURCE\n"
			      "#include <stdio.h>\n"
			      "#include <stdlib.h>\n"
			      "#include <string.h>\n"
			      "#include <sys/ipc.h>\n"
			      "#include <sys/mman.h>\n"
			      "#include <sys/msg.h>\n"
			      "#include <sys/syscall.h>\n"
			      "#include <unistd.h>\n"
			      "static void *map(void)\n"
			      "{\n"
			      "	return mmap(NULL, 4096, PROT_NONE,\n"
			      "	            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
			      "}\n"
			      "int main(int argc, char **argv)\n"
			      "{\n"
			      "	struct { long type; char text[4]; } m = { 1, \"abc\" };\n"
			      "	getppid();\n"
			      "	if (!map())\n"
			      "		return 1;\n"
			      "	char *big = malloc(1 << 22); /* malloc */\n"
			      "	big[argc] = 1;\n"
			      "	msgsnd(-1, &m, 4, 0); /* msgsnd */\n"
			      "	usleep(1); /* usleep */\n"
			      "	syscall(SYS_munmap, 4096, 4096); /* munmap */\n"
			      "	free(big); /* free */\n"
			      "	if (argc > 1) {\n"
			      "		argv[1] = NULL;\n"
			      "		execv(argv[0], argv); /* execv */\n"
			      "	}\n"
			      "	return 0;\n"
			      "}\n";

static char directory[] = "/tmp/ipclens-lines-XXXXXX";
static char path[PATH_MAX];
static bool garbled; /* its file says anything */

static void write_file(const char *name, const char *text)
{
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert(!fclose(f));
}

static void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	if (system("${CC:-cc} --version >/dev/null 2>&1"))
		SKIP("there is no C compiler here");
	write_file("program.c", program);
}

static void tear_down(void)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	ck_assert(!system(command));
}

/* False: this compiler can't. */
static bool compile(const char *flags)
{
	char command[PATH_MAX];

	snprintf(
		command, sizeof(command),
		"cd '%s' && ${CC:-cc} -O0 -fno-omit-frame-pointer %s -o program program.c >cc.log 2>&1",
		directory, flags);
	snprintf(path, sizeof(path), "%s/program", directory);
	return !system(command);
}

static int line_with(const char *text)
{
	const char *at = strstr(program, text);
	int line = 1;

	ck_assert_ptr_nonnull(at);
	for (const char *c = program; c < at; c++)
		line += *c == '\n';
	return line;
}

static pid_t start(const char *argument)
{
	pid_t child = fork();
	int status;

	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(77);
		execl(path, path, argument, (char *)NULL);
		_exit(78);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		SKIP("a process may not be traced here");
	ck_assert(WIFSTOPPED(status));
	ck_assert(!ptrace(PTRACE_SETOPTIONS, child, NULL,
	                  PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC));
	return child;
}

/* The number of its next call; -1: it has ended. */
static long next_call(pid_t child)
{
	struct __ptrace_syscall_info info;
	int status;

	for (;;) {
		ck_assert(!ptrace(PTRACE_SYSCALL, child, NULL, NULL));
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		if (!WIFSTOPPED(status))
			return -1;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		ck_assert(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) > 0);
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			return (long)info.entry.nr;
	}
}

static void say(struct buf *all, long number, bool known, const struct place *p)
{
	static const char *const by[] = { "unknown", "program", "library" };
	const struct decode_source none = { 0 };
	struct decoded d = decode_call((uint64_t)number, (const uint64_t[6]){ 0 }, &none);

	ck_assert(known == (p->file || p->function));
	ck_assert(!p->file == !p->line);
	ck_assert(garbled || !p->file || (p->file[0] == '/' && !access(p->file, R_OK)));
	buf_printf(all, "%s %s", d.name, by[p->by]);
	if (p->file)
		buf_printf(all, " %s:%d",
		           strrchr(p->file, '/') ? strrchr(p->file, '/') + 1 : p->file, p->line);
	buf_printf(all, " %s%s%s\n", p->function ? p->function : "-", p->called ? " " : "",
	           p->called ? p->called : "");
}

static char *text_of(const struct place *p)
{
	return buf_format("%d %s:%d %s %s", p->by, p->file ? p->file : "-", p->line,
	                  p->function ? p->function : "-", p->called ? p->called : "-");
}

/* Asked again it says the same; and if it sleeps there, the same or nothing. */
static void check_again(struct lines *l, pid_t child, const struct place *first)
{
	char *once = text_of(first), *again;
	struct __ptrace_syscall_info info;
	struct lines_call call;
	struct place place;

	lines_at(l, child, &place);
	again = text_of(&place);
	ck_assert_str_eq(once, again);
	free(again);
	ck_assert(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) > 0);
	call = (struct lines_call){ info.instruction_pointer, info.stack_pointer, info.entry.nr };
	lines_asleep(l, child, &call, &place);
	again = text_of(&place);
	if (place.file || place.function)
		ck_assert_str_eq(once, again);
	free(again);
	free(once);
}

/* What it calls of these, behind its first getppid(): "mmap program program.c:12 map", a line each. */
static char *calls_of(pid_t child)
{
	struct lines *l = lines_open(child);
	struct decode_set set = { 0 };
	struct buf all = { 0 };
	bool begun = false;
	struct place place;
	long number;

	ck_assert_ptr_null(
		decode_calls("mmap,msgsnd,clock_nanosleep,nanosleep,munmap,execve,exit", &set));
	while ((number = next_call(child)) >= 0) {
		begun |= number == SYS_getppid;
		if (!begun || !decode_has(&set, (uint64_t)number) || number == SYS_mprotect)
			continue;
		if (!lines_at(l, child, &place))
			ck_assert(!place.file && !place.line && !place.function);
		say(&all, number, place.file || place.function, &place);
		check_again(l, child, &place);
		begun &= number != SYS_execve;
	}
	lines_close(l);
	return buf_steal(&all);
}

enum { LINES = 1, FUNCTIONS = 2 };

/* What the program is to be found doing, as far as its file tells it. */
static char *expected(unsigned what)
{
	static const struct {
		const char *call, *text, *function;
	} calls[] = {
		{ "mmap program", "return mmap", "map" },
		{ "mmap library", "malloc(1", "main malloc" },
		{ "msgsnd program", "msgsnd(-1", "main" },
		{ "nanosleep program", "usleep(1", "main usleep" },
		{ "munmap program", "syscall(SYS", "main" },
		{ "munmap library", "free(big", "main free" },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		const char *called = strchr(calls[i].function, ' ');

		buf_puts(&b, calls[i].call);
		if (what & LINES)
			buf_printf(&b, " program.c:%d", line_with(calls[i].text));
		if (what & FUNCTIONS)
			buf_printf(&b, " %s\n", calls[i].function);
		else
			buf_printf(&b, " -%s\n", called ? called : "");
	}
	return buf_steal(&b);
}

static void check_calls(pid_t child, unsigned what, const char *end)
{
	char *got = calls_of(child), *once = expected(what);
	struct buf all = { 0 };

	buf_printf(&all, "%s%s", once, end);
	ck_assert_str_eq(got, buf_str(&all));
	buf_free(&all);
	free(once);
	free(got);
}

#define END "exit program _start __libc_start_main\n"

/* With the tables of DWARF that compilers write, one for each turn of the loop. */
static const char *const flags[] = { "-g",
	                             "-g -no-pie",
	                             "-g -fno-pie -no-pie -O1 -fno-inline",
	                             "-gdwarf-4",
	                             "-gdwarf-5",
	                             "-g -gz",
	                             "-g -fPIE -pie",
	                             "-ggdb3 -fno-asynchronous-unwind-tables" };

START_TEST(lines)
{
	if (!compile(flags[_i]))
		SKIP("this compiler has no %s", flags[_i]);
	check_calls(start(NULL), LINES | FUNCTIONS, END);
}
END_TEST

START_TEST(without_debug_information)
{
	ck_assert(compile(""));
	check_calls(start(NULL), FUNCTIONS, END);
	ck_assert(compile("-s"));
	check_calls(start(NULL), 0, "exit program - __libc_start_main\n");
}
END_TEST

START_TEST(static_program)
{
	char *got;

	if (!compile("-g -static"))
		SKIP("there is no static C library here");
	check_calls(start(NULL), LINES | FUNCTIONS, "exit unknown -\n");
	ck_assert(compile("-static -s"));
	got = calls_of(start(NULL));
	ck_assert_ptr_nonnull(strstr(got, "msgsnd unknown -\n"));
	ck_assert_ptr_null(strstr(got, "program"));
	ck_assert_ptr_null(strstr(got, "library"));
	free(got);
}
END_TEST

static const char constructs[] = "#include <sys/mman.h>\n"
				 "#include <unistd.h>\n"
				 "__attribute__((constructor)) static void begin(void)\n"
				 "{\n"
				 "	munmap((void *)4096, 4096);\n"
				 "}\n"
				 "int main(void)\n"
				 "{\n"
				 "	return getppid() < 0;\n"
				 "}\n";

/* What the loader and the C library do before main() is theirs; a constructor is the program's. */
START_TEST(before_main)
{
	struct buf all = { 0 };
	struct lines *l;
	struct place place;
	pid_t child;
	long number;

	write_file("program.c", constructs);
	if (!compile(_i ? "-g -static" : "-g"))
		SKIP("there is no static C library here");
	child = start(NULL);
	l = lines_open(child);
	while ((number = next_call(child)) != SYS_getppid) {
		ck_assert_int_ge(number, 0);
		lines_at(l, child, &place);
		if (place.by != BY_LIBRARY)
			say(&all, number, place.file || place.function, &place);
	}
	ck_assert_str_eq(buf_str(&all), "munmap program program.c:5 begin\n");
	while (next_call(child) >= 0)
		;
	buf_free(&all);
	lines_close(l);
}
END_TEST

/* Files that the program names as those of its debug information are not opened: it may have made a FIFO of
   one, which is waited for. */
START_TEST(other_file_of_units)
{
	char command[2 * PATH_MAX];

	if (!compile("-g -gsplit-dwarf"))
		SKIP("this compiler has no -gsplit-dwarf");
	snprintf(command, sizeof(command),
	         "cd '%s' && for f in *.dwo; do rm \"$f\" && mkfifo \"$f\"; done", directory);
	ck_assert(!system(command));
	check_calls(start(NULL), LINES | FUNCTIONS, END);
}
END_TEST

/* The same, of dwz(1): the folder of the compilation is a text in that file. */
START_TEST(other_file_of_texts)
{
	char command[3 * PATH_MAX];

	if (!compile("-g -gdwarf-5 -S"))
		SKIP("this compiler has no DWARF 5");
	snprintf(
		command, sizeof(command),
		"cd '%s' && mkfifo alt && mv program all.s && awk '/\\.debug_abbrev/ { on = 1 } "
		"{ print on && was == \"0x1b\" ? \"\\t.uleb128 0x1f21\" : $0; was = $2 }' all.s >program.s && "
		"{ echo '.section .gnu_debugaltlink,\"\",@progbits'; echo '.string \"%s/alt\"'; "
		"echo '.ascii \"01234567890123456789\"'; } >>program.s && "
		"${CC:-cc} -o program program.s && ! cmp -s all.s program.s",
		directory, directory);
	if (system(command))
		SKIP("this assembler is another");
	check_calls(start(NULL), FUNCTIONS, END);
}
END_TEST

/* Clang writes no .debug_aranges. */
START_TEST(without_table_of_addresses)
{
	char command[2 * PATH_MAX];

	ck_assert(compile("-g"));
	snprintf(command, sizeof(command), "objcopy -R .debug_aranges '%s' 2>/dev/null", path);
	if (system(command))
		SKIP("there is no objcopy here");
	check_calls(start(NULL), LINES | FUNCTIONS, END);
}
END_TEST

/* The same program again, at other addresses. */
START_TEST(after_exec)
{
	char *once = expected(LINES | FUNCTIONS), *got;
	struct buf all = { 0 };

	ck_assert(compile("-g"));
	got = calls_of(start("again"));
	buf_printf(&all, "%sexecve program program.c:%d main\n%s" END, once,
	           line_with("execv(argv"), once);
	ck_assert_str_eq(got, buf_str(&all));
	buf_free(&all);
	free(once);
	free(got);
}
END_TEST

/* Its file has gone, or there is another under its name: the lines are those of what runs. */
START_TEST(file_is_another)
{
	struct buf longer = { 0 };
	pid_t child;

	ck_assert(compile("-g"));
	child = start(NULL);
	ck_assert(!unlink(path));
	check_calls(child, LINES | FUNCTIONS, END);

	ck_assert(compile("-g"));
	child = start(NULL);
	ck_assert(!unlink(path));
	buf_printf(&longer, "\n\n\n%s", program);
	write_file("program.c", buf_str(&longer));
	ck_assert(compile("-g"));
	check_calls(child, LINES | FUNCTIONS, END);
	buf_free(&longer);
}
END_TEST

static const char threads[] = "#include <pthread.h>\n"
			      "#include <sys/mman.h>\n"
			      "static void *run(void *p)\n"
			      "{\n"
			      "	munmap((void *)4096, 4096);\n"
			      "	return p;\n"
			      "}\n"
			      "int main(void)\n"
			      "{\n"
			      "	pthread_t thread;\n"
			      "	pthread_create(&thread, NULL, run, NULL);\n"
			      "	pthread_join(thread, NULL);\n"
			      "	return 0;\n"
			      "}\n";

/* A thread that is not the first of its process. */
START_TEST(thread)
{
	struct __ptrace_syscall_info info;
	struct lines *l;
	struct place place;
	bool found = false;
	int status;
	pid_t child, who;

	write_file("program.c", threads);
	ck_assert(compile("-g -pthread"));
	child = start(NULL);
	l = lines_open(child);
	ck_assert(!ptrace(PTRACE_SETOPTIONS, child, NULL,
	                  PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE));
	ck_assert(!ptrace(PTRACE_SYSCALL, child, NULL, NULL));
	while ((who = waitpid(-1, &status, __WALL)) > 0) {
		if (!WIFSTOPPED(status))
			continue;
		if (who != child && WSTOPSIG(status) == (SIGTRAP | 0x80) &&
		    ptrace(PTRACE_GET_SYSCALL_INFO, who, sizeof(info), &info) > 0 &&
		    info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == SYS_munmap &&
		    info.entry.args[0] == 4096) {
			ck_assert(lines_at(l, who, &place));
			ck_assert(place.line == 5 && place.by == BY_PROGRAM);
			ck_assert_str_eq(place.function, "run");
			found = true;
		}
		ck_assert(!ptrace(PTRACE_SYSCALL, who, NULL, NULL));
	}
	ck_assert(found);
	lines_close(l);
}
END_TEST

/* What a library brings that was not there before. */
static const char plugin[] = "#include <stddef.h>\n"
			     "#include <sys/mman.h>\n"
			     "void *plugin(void *p);\n"
			     "void *plugin(void *p)\n"
			     "{\n"
			     "	mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
			     "	return p;\n"
			     "}\n";
static const char loads[] = "#include <dlfcn.h>\n"
			    "#include <sys/mman.h>\n"
			    "#include <unistd.h>\n"
			    "int main(int argc, char **argv)\n"
			    "{\n"
			    "	getppid();\n"
			    "	mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
			    "	void *library = dlopen(argv[argc - 1], RTLD_NOW);\n"
			    "	((void *(*)(void *))dlsym(library, \"plugin\"))(NULL);\n"
			    "	return 0;\n"
			    "}\n";

START_TEST(after_dlopen)
{
	char library[PATH_MAX], *got;

	write_file("program.c", plugin);
	ck_assert(compile("-g -shared -fPIC"));
	snprintf(library, sizeof(library), "%s/plugin.so", directory);
	ck_assert(!rename(path, library));
	write_file("program.c", loads);
	if (!compile("-g -ldl"))
		SKIP("there is no dlopen here");
	got = calls_of(start(library));
	ck_assert_msg(!strncmp(got, "mmap program program.c:7 main\n", 30), "%s", got);
	ck_assert_msg(strstr(got, "\nmmap library "), "%s", got);
	ck_assert_msg(strstr(got, "\nmmap program program.c:6 plugin\n"), "%s", got);
	free(got);
}
END_TEST

static const char reloads[] =
	"#include <dlfcn.h>\n"
	"#include <unistd.h>\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	getppid();\n"
	"	for (int i = 0; i < 4 && !chdir(argv[argc - 1]); i++) {\n"
	"		void *library = dlopen(i % 2 ? \"./b.so\" : \"./a.so\", RTLD_NOW);\n"
	"		((void *(*)(void *))dlsym(library, \"plugin\"))(NULL);\n"
	"		dlclose(library);\n"
	"	}\n"
	"	return 0;\n"
	"}\n";

static void make_library(const char *name, const char *text)
{
	char library[PATH_MAX];

	write_file("program.c", text);
	ck_assert(compile("-g -shared -fPIC"));
	snprintf(library, sizeof(library), "%s/%s", directory, name);
	ck_assert(!rename(path, library));
}

/* Where one library was there is another, with other lines. */
START_TEST(after_dlclose)
{
	struct buf longer = { 0 };
	const char *at;
	char *got;

	make_library("a.so", plugin);
	buf_printf(&longer, "\n\n\n%s", plugin);
	make_library("b.so", buf_str(&longer));
	write_file("program.c", reloads);
	if (!compile("-g -ldl"))
		SKIP("there is no dlopen here");
	got = calls_of(start(directory));
	at = got;
	for (int i = 0; i < 4; i++) {
		at = strstr(at, "\nmmap program ");
		ck_assert_msg(at, "%s", got);
		at += strlen("\nmmap program ");
		ck_assert_msg(!strncmp(at, i % 2 ? "program.c:9 plugin" : "program.c:6 plugin", 18),
		              "%d: %s", i, got);
	}
	free(got);
	buf_free(&longer);
}
END_TEST

/* Whatever the tables say: something or nothing comes of it, and soon. */
START_TEST(garbage)
{
	unsigned rounds = 20 * dice_setting("FUZZ", 1);
	struct stat status;
	char *bytes;
	int fd;

	ck_assert(compile("-g"));
	fd = open(path, O_RDONLY);
	ck_assert(fd >= 0 && !fstat(fd, &status));
	bytes = mem_alloc((size_t)status.st_size);
	ck_assert(read(fd, bytes, (size_t)status.st_size) == status.st_size);
	close(fd);
	garbled = true;
	dice_seed(dice_setting("SEED", 1), 0);
	for (unsigned round = 0; round < rounds; round++) {
		/* what is not loaded lies at the end */
		unsigned size = (unsigned)status.st_size, from = size / 4 * 3;
		char *copy = mem_alloc(size);

		memcpy(copy, bytes, size);
		for (unsigned n = dice_roll(200) + 1; n > 0; n--)
			copy[from + dice_roll(size - from)] = (char)dice_roll(256);
		ck_assert(!unlink(path));
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0700);
		ck_assert(write(fd, copy, size) == (ssize_t)size);
		close(fd);
		free(copy);
		free(calls_of(start(NULL)));
	}
	free(bytes);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("lines");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, lines, 0, sizeof(flags) / sizeof(*flags));
	tcase_add_test(tests, without_debug_information);
	tcase_add_test(tests, static_program);
	tcase_add_loop_test(tests, before_main, 0, 2);
	tcase_add_test(tests, other_file_of_units);
	tcase_add_test(tests, other_file_of_texts);
	tcase_add_test(tests, without_table_of_addresses);
	tcase_add_test(tests, after_exec);
	tcase_add_test(tests, file_is_another);
	tcase_add_test(tests, thread);
	tcase_add_test(tests, after_dlopen);
	tcase_add_test(tests, after_dlclose);
	tcase_add_test(tests, garbage);
	return suite_main(tests);
}
