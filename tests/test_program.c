// SPDX-License-Identifier: GPL-3.0-or-later
#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "machine.h"
#include "program/build.h"
#include "program/cache.h"
#include "program/check.h"
#include "program/find.h"
#include "program/spec.h"
#include "suite.h"

/* Programs of one's own: a command line to something that can be executed, or one clear sentence.
   tests/run: no valgrind */

static char directory[] = "/tmp/ipclens-program-XXXXXX";
static char path_before[4096];

static void clean(void)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	ck_assert_int_eq(system(command), 0);
}

static void make(void)
{
	strcpy(directory, "/tmp/ipclens-program-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chmod(directory, 0755), 0);
	ck_assert_int_eq(chdir(directory), 0);
	ck_assert_int_eq(mkdir("kept", 0755), 0);
	snprintf(path_before, sizeof(path_before), "%s", getenv("PATH"));
	unsetenv("CC");
	unsetenv("CFLAGS");
	unsetenv("XDG_CACHE_HOME");
}

/* Nothing runs after that. */
static void skip(const char *why)
{
	clean();
	SKIP("%s", why);
}

static void put(const char *name, mode_t mode, const void *bytes, size_t n)
{
	FILE *f = fopen(name, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(name, mode), 0);
}

static void put_text(const char *name, mode_t mode, const char *text)
{
	put(name, mode, text, strlen(text));
}

/* The command line */

enum { WORDS = 24 };

/* Words that bars part; an empty one between two bars is one. */
static size_t split(char *text, char **words)
{
	size_t n = 0;

	if (!*text)
		return 0;
	do {
		ck_assert_uint_lt(n, WORDS);
		words[n++] = text;
		text = strchr(text, '|');
		if (text)
			*text++ = '\0';
	} while (text);
	return n;
}

/* What was read, as text: sources in brackets, then argv; programs parted by a newline. Or "! " and the sentence. */
static char *read_line(const char *line)
{
	char text[500], *words[WORDS], *why = NULL;
	struct program_specs s;
	struct buf b = { 0 };

	snprintf(text, sizeof(text), "%s", line);
	if (!program_specs_read(&s, words, split(text, words), &why)) {
		buf_printf(&b, "! %s", why);
		free(why);
		ck_assert_uint_eq(s.count, 0);
		return buf_steal(&b);
	}
	for (size_t i = 0; i < s.count; i++) {
		char **sources = s.items[i].sources;

		buf_puts(&b, i ? "\n" : "");
		for (size_t k = 0; sources && sources[k]; k++)
			buf_printf(&b, "[%s]", sources[k]);
		for (size_t k = 0; s.items[i].args[k]; k++)
			buf_printf(&b, "%s%s", k ? "|" : "", s.items[i].args[k]);
	}
	program_specs_free(&s);
	return buf_steal(&b);
}

static const struct {
	const char *line, *read;
} lines[] = {
	{ "server.c", "[server.c]./server" },
	{ "server.c|:|client.c", "[server.c]./server\n[client.c]./client" },
	{ "ipc/a.c|-v|:|./b|x|y", "[ipc/a.c]ipc/a|-v\n./b|x|y" },
	{ "a b.c|c d", "[a b.c]./a b|c d" },
	{ "a.c+util.c+x/y.c|z", "[a.c][util.c][x/y.c]./a|z" },
	{ "c++.c", "[c++.c]./c++" },
	{ "a+b.c", "[a+b.c]./a+b" },
	{ "g++|a.c", "g++|a.c" },
	{ "./a|\\:|:|b|\\\\:|\\\\|:x|a:b|", "./a|:\nb|\\:|\\\\|:x|a:b|" },
	{ "a||b", "a||b" },
	{ ".c|:|x/.c", ".c\nx/.c" },
	{ "a|:|b|:|c|:|d|:|e|:|f", "a\nb\nc\nd\ne\nf" },
	{ "", "! the name of a program is missing" },
	{ ":", "! program A is missing: a \":\" stands between two programs" },
	{ ":|a.c", "! program A is missing: a \":\" stands between two programs" },
	{ "a.c|:", "! program B is missing: a \":\" stands between two programs" },
	{ "a.c|:|:|b.c", "! program B is missing: a \":\" stands between two programs" },
	{ "a|:||x", "! the name of a program is empty" },
	{ "a|:|b|:|c|:|d|:|e|:|f|:|g", "! more than 6 programs: there are the letters A to F" },
	{ "a.c+util.h", "! a.c+util.h: \"+\" joins names that end in .c, and \"util.h\" does not" },
	{ "a.c+", "! a.c+: \"+\" joins names that end in .c, and \"\" does not" },
};

START_TEST(test_lines)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char *got = read_line(lines[i].line);

		ck_assert_str_eq(got, lines[i].read);
		free(got);
	}
}
END_TEST

/* Of a lesson: no colon and no backslash means anything. */
START_TEST(test_one)
{
	char *words[] = { "a.c", ":", "\\:" }, *why;
	struct program_spec p;

	ck_assert(program_spec_read(&p, words, 3, &why));
	ck_assert_str_eq(p.args[1], ":");
	ck_assert_str_eq(p.args[2], "\\:");
	ck_assert_ptr_null(p.args[3]);
	ck_assert_ptr_null(p.sources[1]);
	program_spec_free(&p);
}
END_TEST

/* Making */

static struct program made[PROGRAMS_MAX];
static size_t made_count;

static bool build_in(const char *folder, const char *line)
{
	char text[500], *words[WORDS], *why = NULL;
	struct program_specs s;
	bool good;

	for (size_t i = 0; i < made_count; i++)
		program_free(&made[i]);
	snprintf(text, sizeof(text), "%s", line);
	ck_assert(program_specs_read(&s, words, split(text, words), &why));
	made_count = s.count;
	good = programs_make(made, s.items, s.count, folder);
	for (size_t i = 0; i < s.count; i++) {
		ck_assert(!made[i].path == !!made[i].why);
		ck_assert_ptr_nonnull(made[i].said);
	}
	program_specs_free(&s);
	return good;
}

static bool build(const char *line)
{
	return build_in("kept", line);
}

static void must_build(const char *line)
{
	if (build(line))
		return;
	for (size_t i = 0; i < made_count; i++)
		ck_assert_msg(!made[i].why, "%s: %s\n%s", line, made[i].why, made[i].said);
}

/* The one program of a line can't be executed, for this reason. */
static void expect_why(const char *line, const char *why)
{
	ck_assert(!build(line));
	ck_assert_str_eq(made[0].why, why);
}

static int run(const char *program)
{
	pid_t child = fork();
	int status;

	if (!child) {
		if (chdir("/")) /* its path is good in any folder */
			_exit(126);
		execl(program, program, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* How many entries a folder has, of these that are hidden. */
static int entries(const char *pattern)
{
	char command[300];
	int n = -1;
	FILE *f;

	snprintf(command, sizeof(command), "find %s | wc -l", pattern);
	f = popen(command, "re");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

static const char seven[] = "int main(void)\n{\n\treturn 7;\n}\n";

START_TEST(test_compiled)
{
	put_text("server.c", 0644, seven);
	put_text("my client.c", 0644, "int util(void);\nint main(void) { return util(); }\n");
	put_text("util.c", 0644, "int util(void) { return 9; }\n");
	must_build("server.c|:|my client.c+util.c|x");
	ck_assert_int_eq(run(made[0].path), 7);
	ck_assert_int_eq(run(made[1].path), 9);
	ck_assert_str_eq(made[0].said, "");
	ck_assert_str_eq(strrchr(made[1].path, '/'), "/my client");
	ck_assert_int_eq(*made[0].path, '/');
	/* nothing else is left, and the sources' folder is as it was */
	ck_assert_int_eq(entries("kept -type d"), 3);
	ck_assert_int_eq(entries("kept -type f"), 4);
	ck_assert_int_eq(entries(". -maxdepth 1"), 5);
}
END_TEST

START_TEST(test_names)
{
	put_text("-x.c", 0644, seven);
	put_text("@x.c", 0644, seven);
	put_text(".x.c", 0644, seven);
	put_text("$(id) 'a\".c", 0644, seven);
	must_build("-x.c|:|@x.c|:|.x.c|:|$(id) 'a\".c");
	for (size_t i = 0; i < made_count; i++)
		ck_assert_int_eq(run(made[i].path), 7);
}
END_TEST

START_TEST(test_said)
{
	static const char source[] = "int main(void)\n{\n\tint unused;\n\treturn 0;\n}\n";
	char *said;

	put_text("warned.c", 0644, source);
	must_build("warned.c");
	ck_assert_ptr_nonnull(strstr(made[0].said, "warned.c:3:"));
	ck_assert_ptr_nonnull(strstr(made[0].said, "unused"));
	said = strdup(made[0].said);
	must_build("warned.c"); /* which is there already, and it is said again */
	ck_assert_str_eq(made[0].said, said);
	free(said);

	put_text("bad.c", 0644, "int main(void)\n{\n\treturn x;\n}\n");
	expect_why("bad.c", "bad.c can't be compiled");
	ck_assert_ptr_nonnull(strstr(made[0].said, "bad.c:3:"));
	/* the good one is made beside it, and of a bad one nothing is left */
	put_text("good.c", 0644, seven);
	ck_assert(!build("bad.c|:|good.c|:|bad.c"));
	ck_assert_ptr_null(made[1].why);
	ck_assert_int_eq(run(made[1].path), 7);
	ck_assert_str_eq(made[2].why, "bad.c can't be compiled");
	ck_assert_str_eq(made[2].said, "");
	ck_assert_int_eq(entries("kept -mindepth 1 -type d"), 2);
}
END_TEST

/* A compiler that counts how often it is called. */
static void count_compilations(void)
{
	put_text("cc counted", 0755, "#!/bin/sh\necho called >>calls\nexec cc \"$@\"\n");
	ck_assert_int_eq(rename("cc counted", "counted"), 0);
	setenv("CC", "./counted", 1);
}

static int calls(void)
{
	char line[100];
	FILE *f = fopen("calls", "re");
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n++;
	if (f)
		fclose(f);
	return n;
}

START_TEST(test_same_twice)
{
	put_text("phil.c", 0644, seven);
	count_compilations();
	must_build("phil.c|0|:|phil.c|1|:|phil.c|2");
	ck_assert_int_eq(calls(), 1);
	ck_assert_str_eq(made[0].path, made[2].path);
	ck_assert_int_eq(run(made[2].path), 7);
}
END_TEST

static void expect_compiles(int times, const char *change)
{
	int before = calls();

	must_build("main.c");
	ck_assert_msg(calls() == before + times, "%s", change);
}

/* By all that goes into it, and by nothing else. */
START_TEST(test_kept)
{
	count_compilations();
	ck_assert_int_eq(mkdir("inc", 0755), 0);
	put_text("main.c", 0644,
	         "#include <stdio.h>\n#include \"a.h\"\nint main(void) { return A; }\n");
	put_text("a.h", 0644, "  #\tinclude  <deep.h> /* x */\n#define A DEEP\n");
	put_text("inc/deep.h", 0644, "#define DEEP 1\n");
	put_text("beside.h", 0644, "\n");
	setenv("CFLAGS", "-I inc", 1);
	expect_compiles(1, "first");
	ck_assert_int_eq(run(made[0].path), 1);
	put_text("beside.h", 0644, "#error\n");
	expect_compiles(0, "nothing that concerns it");
	put_text("inc/deep.h", 0644, "#define DEEP 2\n");
	expect_compiles(1, "a header of a header");
	ck_assert_int_eq(run(made[0].path), 2);
	put_text("inc/deep.h", 0644, "#define DEEP 1\n");
	expect_compiles(0, "what it was before");
	ck_assert_int_eq(run(made[0].path), 1);
	put_text("deep.h", 0644, "#define DEEP 3\n");
	setenv("CFLAGS", "-I. -Iinc", 1);
	expect_compiles(1, "flags");
	ck_assert_int_eq(run(made[0].path), 3);
	put_text("main.c", 0644, "#define H \"a.h\"\n#include H\nint main(void) { return A; }\n");
	expect_compiles(1, "a header by a macro");
	expect_compiles(1, "a header by a macro, again");
	put_text("pre.h", 0644, "#define A 5\n");
	put_text("main.c", 0644, "int main(void) { return A; }\n");
	setenv("CFLAGS", "-include pre.h", 1);
	expect_compiles(1, "a header by option");
	put_text("pre.h", 0644, "#define A 6\n");
	expect_compiles(1, "a header by option, changed");
	ck_assert_int_eq(run(made[0].path), 6);
	put_text("counted", 0755, "#!/bin/sh\necho called >>calls\nexec cc  \"$@\"\n");
	expect_compiles(1, "another compiler");
}
END_TEST

/* What was begun and lost its program is made anew. */
START_TEST(test_broken)
{
	put_text("main.c", 0644, seven);
	must_build("main.c");
	ck_assert_int_eq(unlink(made[0].path), 0);
	must_build("main.c");
	ck_assert_int_eq(run(made[0].path), 7);
	ck_assert_int_eq(entries("kept -type f"), 2);
}
END_TEST

/* Several programs of the same name in one folder, at the same time. */
START_TEST(test_at_once)
{
	enum { AT_ONCE = 4 };
	int status;

	put_text("main.c", 0644, seven);
	for (int i = 0; i < AT_ONCE; i++)
		if (!fork())
			_exit(build("main.c") ? run(made[0].path) : 1);
	for (int i = 0; i < AT_ONCE; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	}
	ck_assert_int_eq(entries("kept -type f"), 2);
}
END_TEST

/* Two that wait for each other can be compiled only when both are being compiled. */
START_TEST(test_in_parallel)
{
	put_text(
		"meet", 0755,
		"#!/bin/sh\nfor w; do case $w in a.c) echo x >ab; cat ba;; b.c) cat ab; echo x >ba;; "
		"esac; done >/dev/null\nexec cc \"$@\"\n");
	put_text("a.c", 0644, seven);
	put_text("b.c", 0644, seven);
	ck_assert(!mkfifo("ab", 0600) && !mkfifo("ba", 0600));
	setenv("CC", "./meet", 1);
	must_build("a.c|:|b.c");
}
END_TEST

START_TEST(test_compiler)
{
	put_text("main.c", 0644,
	         "#include <math.h>\n#include <stdlib.h>\nint main(int argc, char **argv)\n"
	         "{ return X + (argc > 1 ? (int)cos(atof(argv[1])) : 0); }\n");
	setenv("CC", " \t", 1); /* none */
	setenv("CFLAGS", "  -DX=1\t-O1  -lm ", 1);
	must_build("main.c");
	ck_assert_int_eq(run(made[0].path), 1);
	setenv("CC", "env cc", 1);
	setenv("CFLAGS", "-DX=2 -lm", 1);
	must_build("main.c");
	ck_assert_int_eq(run(made[0].path), 2);
	setenv("CFLAGS", "-lm -DX=`echo 2`", 1); /* by no shell */
	ck_assert(!build("main.c"));

	setenv("CC", "no-such-cc -m64", 1);
	expect_why("main.c",
	           "no C compiler: there is no no-such-cc here; install one, or name it in "
	           "the variable CC");
	setenv("CC", "true", 1);
	expect_why("main.c", "the compiler true has made no program");
	put_text("killed", 0755, "#!/bin/sh\nkill -9 $$\n");
	setenv("CC", "./killed", 1);
	expect_why("main.c", "the compiler was killed by signal 9 (Killed)");
	put_text("broken", 0755, "#!/no/such\n");
	setenv("CC", "./broken", 1);
	ck_assert(!build("main.c"));
	ck_assert_str_eq(made[0].said, "./broken: No such file or directory\n");
	ck_assert_int_eq(entries("kept -name '*.*' -type d"), 0);
}
END_TEST

START_TEST(test_ccache)
{
	char *ccache = program_find_quietly("ccache");
	char folder[400];

	if (!ccache)
		skip("no ccache here");
	free(ccache);
	snprintf(folder, sizeof(folder), "%s/cache", directory);
	setenv("CCACHE_DIR", folder, 1);
	setenv("CC", "ccache gcc", 1);
	put_text("main.c", 0644, seven);
	must_build("main.c");
	ck_assert_int_eq(run(made[0].path), 7);
}
END_TEST

START_TEST(test_cache)
{
	char place[400], *cache;

	setenv("XDG_CACHE_HOME", directory, 1);
	cache = cache_folder();
	snprintf(place, sizeof(place), "%s/ipclens", directory);
	ck_assert_str_eq(cache, place);
	ck_assert_int_eq(access(place, W_OK), 0);
	put_text("main.c", 0644, seven);
	ck_assert(build_in(cache, "main.c"));
	ck_assert_int_eq(strncmp(made[0].path, place, strlen(place)), 0);
	free(cache);
	setenv("XDG_CACHE_HOME", "relative", 1); /* is none */
	setenv("HOME", directory, 1);
	cache = cache_folder();
	snprintf(place, sizeof(place), "%s/.cache/ipclens", directory);
	ck_assert_str_eq(cache, place);
	free(cache);
	setenv("HOME", "/proc/none", 1);
	ck_assert_ptr_null(cache_folder());
	unsetenv("HOME");
	ck_assert_ptr_null(cache_folder());
	ck_assert(!build_in("none", "main.c"));
	ck_assert_str_eq(made[0].why, "none: No such file or directory");
}
END_TEST

/* A program that was kept so many seconds ago. */
static void keep_one(unsigned key, time_t age)
{
	struct timespec times[2] = { { .tv_sec = time(NULL) - age },
		                     { .tv_sec = time(NULL) - age } };
	char path[100];

	snprintf(path, sizeof(path), "kept/%032x", key);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	strcat(path, "/main");
	put_text(path, 0755, "#!/bin/sh\n");
	*strrchr(path, '/') = '\0';
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static bool is_kept(unsigned key)
{
	char path[100];

	snprintf(path, sizeof(path), "kept/%032x", key);
	return !access(path, F_OK);
}

/* Those that were not used for the longest time go, but for what somebody uses; and nothing that is not ours. */
START_TEST(test_tidy)
{
	enum { MANY = 70 };
	char beside[] = "kept/00000000000000000000000000000001.XXXXXX";
	int held, making;

	for (unsigned i = 0; i < MANY; i++)
		keep_one(i, 10000 - i);
	held = cache_hold("kept/00000000000000000000000000000003", "main"); /* the newest now */
	ck_assert_int_gt(held, 2);
	keep_one(MANY, 20000);
	ck_assert_int_gt(cache_hold("kept/00000000000000000000000000000046", "main"), 2);
	ck_assert_int_eq(mkdir("kept/mine", 0700), 0);
	ck_assert_int_eq(cache_hold("kept/00000000000000000000000000000004", "other"), 0);
	ck_assert_int_eq(mkdir("kept/00000000000000000000000000000005.abcdef", 0700), 0);
	put_text("kept/00000000000000000000000000000005.abcdef/main", 0755, "half");
	making = cache_make(beside);
	ck_assert_int_gt(making, 2);
	put_text("main.c", 0644, seven);
	must_build("main.c");
	ck_assert_int_eq(run(made[0].path), 7);
	ck_assert_int_eq(entries("kept -mindepth 1 -type d"), 64 + 2);
	ck_assert(access("kept/00000000000000000000000000000005.abcdef", F_OK) != 0);
	ck_assert_int_eq(access(beside, F_OK), 0);
	ck_assert(!is_kept(0) && !is_kept(2) && is_kept(3) && !is_kept(7) && !is_kept(8));
	ck_assert(is_kept(9) && is_kept(MANY - 1) && is_kept(MANY));
	close(held);
	close(making);
}
END_TEST

/* All that there are too many of are in use: they stay. */
START_TEST(test_in_use)
{
	enum { MANY = 70 };
	int held[MANY];
	char path[100];

	for (unsigned i = 0; i < MANY; i++) {
		keep_one(i, 10000);
		snprintf(path, sizeof(path), "kept/%032x", i);
		held[i] = cache_hold(path, "main");
		ck_assert_int_gt(held[i], 2);
	}
	cache_tidy("kept");
	ck_assert_int_eq(entries("kept -mindepth 1 -type d"), MANY);
	for (unsigned i = 0; i < MANY; i++)
		close(held[i]);
	cache_tidy("kept");
	ck_assert_int_eq(entries("kept -mindepth 1 -type d"), 64);
	cache_tidy("none");
}
END_TEST

/* Many take and give up the same few programs, and others tidy. */
START_TEST(test_tidied_at_once)
{
	enum { AT_ONCE = 4, ROUNDS = 12, MANY = 64 };
	char flags[40];
	int status;

	put_text("main.c", 0644, seven);
	for (unsigned i = 0; i < MANY; i++)
		keep_one(i, 10000);
	for (int i = 0; i < AT_ONCE; i++) {
		if (fork())
			continue;
		for (int k = 0; k < ROUNDS; k++) {
			snprintf(flags, sizeof(flags), "-DX=%d", (i + k) % 5);
			setenv("CFLAGS", flags, 1);
			if (!build("main.c") || run(made[0].path) != 7)
				_exit(1);
			cache_tidy("kept");
		}
		_exit(0);
	}
	for (int i = 0; i < AT_ONCE; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	}
	ck_assert_int_le(entries("kept -mindepth 1 -type d"), 64);
}
END_TEST

/* Who is killed while the compiler runs leaves a folder, which the next one takes away. */
START_TEST(test_killed)
{
	pid_t child;
	int status;

	put_text("slow", 0755, "#!/bin/sh\necho >>begun\nread line <never\n");
	ck_assert_int_eq(mkfifo("never", 0600), 0);
	ck_assert_int_eq(mkfifo("begun", 0600), 0);
	put_text("main.c", 0644, seven);
	child = fork();
	if (!child) {
		setenv("CC", "./slow", 1);
		build("main.c");
		_exit(0);
	}
	ck_assert_int_eq(system("read line <begun"), 0);
	must_build("main.c");
	ck_assert_int_eq(entries("kept -mindepth 1 -type d"), 2);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	put_text("other.c", 0644, seven);
	must_build("other.c");
	ck_assert_int_eq(entries("kept -mindepth 1 -type d"), 2);
}
END_TEST

/* Looking for it */

START_TEST(test_found)
{
	char place[400];

	put_text("tool", 0755, "#!/bin/sh\nexit 3\n");
	expect_why("tool", "tool is in no folder of PATH; did you mean ./tool?");
	must_build("./tool|x");
	snprintf(place, sizeof(place), "%s/tool", directory);
	ck_assert_str_eq(made[0].path, place);
	ck_assert_int_eq(run(made[0].path), 3);
	must_build("sh");
	ck_assert_int_eq(*made[0].path, '/');
	/* the first that can be executed; an empty folder is this one */
	ck_assert(!mkdir("a", 0755) && !mkdir("b", 0755) && !mkdir("a/other", 0755));
	put_text("a/tool", 0644, "#!/bin/sh\nexit 4\n");
	put_text("b/tool", 0755, "#!/bin/sh\nexit 5\n");
	setenv("PATH", "a:b:/bin", 1);
	must_build("tool");
	ck_assert_int_eq(run(made[0].path), 5);
	setenv("PATH", "a::/bin", 1);
	must_build("tool");
	ck_assert_int_eq(run(made[0].path), 3);
	setenv("PATH", "a", 1);
	ck_assert(!build("tool"));
	ck_assert_ptr_nonnull(
		strstr(made[0].why, "/a/tool is not executable; chmod +x makes it so"));
	ck_assert(!build("other")); /* a folder is no command */
	ck_assert_str_eq(made[0].why, "other is in no folder of PATH");
	setenv("PATH", path_before, 1);
}
END_TEST

START_TEST(test_missing)
{
	put_text("server.c", 0644, seven);
	put_text("a.c", 0644, seven);
	ck_assert_int_eq(mkdir("folder.c", 0755), 0);
	expect_why("sever.c", "sever.c: there is no such file; did you mean server.c?");
	expect_why("./sever.c", "./sever.c: there is no such file; did you mean ./server.c?");
	expect_why("./server", "./server: there is no such file; did you mean ./server.c?");
	expect_why("server", "server is in no folder of PATH; did you mean server.c?");
	expect_why("a", "a is in no folder of PATH; did you mean a.c?");
	expect_why("quite/else.c", "quite/else.c: there is no such file");
	expect_why("nothing-like-it", "nothing-like-it is in no folder of PATH");
	expect_why("server.c/x.c", "server.c/x.c: Not a directory");
	expect_why("folder.c", "folder.c is no file that can be compiled");
	expect_why("server.c+uti.c", "uti.c: there is no such file");
	/* a folder, and a lesson, is not a slip of another name */
	expect_why(".", ". is a folder, not a program");
	ck_assert_int_eq(mkdir("unam", 0755), 0);
	expect_why("unam", "unam is a folder, not a program");
	ck_assert_int_eq(rmdir("unam"), 0);
	put_text("x.md", 0644, "# X\n");
	expect_why("x.md", "x.md is a lesson, not a program: \"ipclens x.md\" plays it");
	ck_assert(!build("unam"));
	ck_assert_str_eq(made[0].why, "unam is in no folder of PATH; did you mean uname?");
}
END_TEST

/* What it is */

static void expect_checked(const char *name, const char *why)
{
	char *got = program_check(name);

	ck_assert_msg(got ? why && !strcmp(got, why) : !why, "%s: expected %s, got %s", name,
	              why ? why : "nothing", got ? got : "nothing");
	free(got);
}

START_TEST(test_files)
{
	put_text("text", 0755, "hello\n");
	put_text("empty", 0755, "");
	put_text("plain", 0644, "#!/bin/sh\n");
	ck_assert_int_eq(mkfifo("pipe", 0755), 0);
	expect_checked("/bin/sh", NULL);
	expect_checked("/proc/self/exe", NULL);
	expect_checked("kept", "kept is a folder, not a program");
	expect_checked("pipe", "pipe is no file that can be executed");
	expect_checked("plain", "plain is not executable; chmod +x makes it so");
	put_text("y.md", 0644, "# Y\n");
	expect_checked("./y.md", "./y.md is a lesson, not a program: \"ipclens ./y.md\" plays it");
	put_text("script.md", 0755, "#!/bin/sh\n");
	expect_checked("script.md", NULL);
	expect_checked("text",
	               "text is no program, and no script: its first line does not begin with #!");
	expect_checked("empty",
	               "empty is no program, and no script: its first line does not begin with #!");
	expect_checked("emty", "emty: there is no such file; did you mean empty?");
}
END_TEST

START_TEST(test_scripts)
{
	put_text("good", 0755, "#! /bin/sh -e \necho\n");
	put_text("none", 0755, "#!/usr/bin/pyton3\n");
	put_text("dos", 0755, "#!/bin/sh\r\n");
	put_text("nameless", 0755, "#! \n");
	put_text("env", 0755, "#!/usr/bin/env no-such-thing\n");
	put_text("env-sh", 0755, "#!/usr/bin/env sh\n");
	put_text("env-S", 0755, "#!/usr/bin/env -S sh -e\n");
	put_text("folder", 0755, "#!/tmp\n");
	put_text("last", 0755, "#!/bin/sh"); /* without an end of line */
	put_text("itself", 0755, "#!./itself\n");
	expect_checked("good", NULL);
	expect_checked("last", NULL);
	expect_checked("env-sh", NULL);
	expect_checked("env-S", NULL);
	expect_checked("none", "none is a script for /usr/bin/pyton3, which is missing");
	expect_checked("dos",
	               "dos is a script whose first line ends in CR LF, not in LF; dos2unix(1) "
	               "mends that");
	expect_checked("nameless", "nameless is a script that names no interpreter behind #!");
	expect_checked("env", "env is a script for no-such-thing, which is in no folder of PATH");
	expect_checked("folder",
	               "folder is a script, and its interpreter can't be executed: /tmp is a "
	               "folder, not a program");
	expect_checked("itself",
	               "itself is a script, and its interpreter can't be executed: ./itself is a "
	               "script for a script, too many times");
}
END_TEST

/* A header of a program as this one, but for what is changed in it. */
static Elf64_Ehdr own_header(void)
{
	Elf64_Ehdr h;
	FILE *f = fopen("/proc/self/exe", "re");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fread(&h, sizeof(h), 1, f), 1);
	fclose(f);
	h.e_phnum = 0;
	return h;
}

START_TEST(test_elf)
{
	static const char loader[] = "/lib/ld-none.so.1";
	Elf64_Ehdr h = own_header();
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr program;
		char loader[sizeof(loader)];
	} foreign = { .header = h };
	unsigned other = h.e_machine == EM_S390 ? EM_RISCV : EM_S390;

	put("good", 0755, &h, sizeof(h));
	expect_checked("good", NULL);
	put("cut", 0755, &h, 20);
	expect_checked("cut", "cut is a program that was cut off");
	h.e_type = ET_REL;
	put("object", 0755, &h, sizeof(h));
	expect_checked("object", "object is an object file, which has not been linked");
	h.e_type = ET_CORE;
	put("core", 0755, &h, sizeof(h));
	expect_checked("core", "core is an ELF file, but no program");
	h.e_machine = (Elf64_Half)other;
	put("other", 0755, &h, sizeof(h));
	expect_checked("other", other == EM_S390
	                                ? "other is a program for another machine (s390x)"
	                                : "other is a program for another machine (RISC-V)");
	h.e_machine = 0x1234;
	put("odd", 0755, &h, sizeof(h));
	expect_checked("odd", "odd is a program for another machine (number 4660 in elf.h)");
	h.e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	put("turned", 0755, &h, sizeof(h));
	expect_checked("turned", "turned is a program for another machine (number 13330 in elf.h)");
	h.e_ident[EI_CLASS] = ELFCLASS32;
	put("short", 0755, &h, sizeof(Elf32_Ehdr));
	expect_checked("short", "short is a 32-bit program: only 64-bit ones can be followed");

	foreign.header.e_phnum = 1;
	foreign.header.e_phoff = sizeof(Elf64_Ehdr);
	foreign.program = (Elf64_Phdr){ .p_type = PT_INTERP,
		                        .p_offset = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
		                        .p_filesz = sizeof(loader) };
	memcpy(foreign.loader, loader, sizeof(loader));
	put("foreign", 0755, &foreign, sizeof(foreign));
	expect_checked("foreign",
	               "foreign needs /lib/ld-none.so.1, which is missing: it was built for "
	               "another C library");
}
END_TEST

/* A real one, where the compiler makes them. */
START_TEST(test_32_bit)
{
	put_text("main.c", 0644, seven);
	if (system("cc -m32 -o small main.c 2>/dev/null") != 0)
		skip("the compiler makes no 32-bit programs");
	expect_checked("small", "small is a 32-bit program: only 64-bit ones can be followed");
}
END_TEST

static void must_say(char *got, const char *said)
{
	if (got && !strcmp(got, said))
		return;
	fprintf(stderr, "%s, not %s\n", got ? got : "nothing", said);
	_exit(1);
}

static void be_another(void)
{
	if (geteuid() || setgid(65534) || setuid(65534))
		_exit(77);
	must_say(program_check("mine"), "mine may not be executed by this user");
	must_say(program_check("unread"), "unread can't be read: Permission denied");
	must_say(program_privilege("setuid"), "setuid is setuid: it loses its privilege here");
	must_say(program_privilege("setgid"), "setgid is setgid: it loses its privilege here");
	_exit(program_privilege("mine") != NULL);
}

START_TEST(test_privilege)
{
	put_text("mine", 0700, "#!/bin/sh\n");
	put_text("unread", 0711, "#!/bin/sh\n");
	put_text("setuid", 04755, "#!/bin/sh\n");
	put_text("setgid", 02755, "#!/bin/sh\n");
	ck_assert_ptr_null(program_privilege("setuid")); /* its own user's */
	if (!in_child(be_another))
		skip("no other user, or no mounts, here");
}
END_TEST

/* One with privilege is executed all the same. */
static void build_as_another(void)
{
	char said[400];

	if (geteuid() || setgid(65534) || setuid(65534))
		_exit(77);
	if (!build("./setuid"))
		_exit(1);
	snprintf(said, sizeof(said), "%s/setuid is setuid: it loses its privilege here", directory);
	must_say(made[0].note, said);
	_exit(0);
}

START_TEST(test_note)
{
	put_text("setuid", 04755, "#!/bin/sh\n");
	if (!in_child(build_as_another))
		skip("no other user, or no mounts, here");
}
END_TEST

static void mount_noexec(void)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "kept", "tmpfs", MS_NOEXEC, NULL))
		_exit(77);
	put_text("kept/tool", 0755, "#!/bin/sh\n");
	must_say(program_check("kept/tool"),
	         "kept/tool lies where nothing can be executed (mounted noexec)");
	_exit(0);
}

START_TEST(test_noexec)
{
	if (!in_child(mount_noexec))
		skip("no other user, or no mounts, here");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("program");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, make, clean);
	tcase_add_test(tests, test_lines);
	tcase_add_test(tests, test_one);
	tcase_add_test(tests, test_compiled);
	tcase_add_test(tests, test_names);
	tcase_add_test(tests, test_said);
	tcase_add_test(tests, test_same_twice);
	tcase_add_test(tests, test_kept);
	tcase_add_test(tests, test_broken);
	tcase_add_test(tests, test_at_once);
	tcase_add_test(tests, test_in_parallel);
	tcase_add_test(tests, test_compiler);
	tcase_add_test(tests, test_ccache);
	tcase_add_test(tests, test_cache);
	tcase_add_test(tests, test_tidy);
	tcase_add_test(tests, test_in_use);
	tcase_add_test(tests, test_tidied_at_once);
	tcase_add_test(tests, test_killed);
	tcase_add_test(tests, test_found);
	tcase_add_test(tests, test_missing);
	tcase_add_test(tests, test_files);
	tcase_add_test(tests, test_scripts);
	tcase_add_test(tests, test_elf);
	tcase_add_test(tests, test_32_bit);
	tcase_add_test(tests, test_privilege);
	tcase_add_test(tests, test_note);
	tcase_add_test(tests, test_noexec);
	return suite_main(tests);
}
