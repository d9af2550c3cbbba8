// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The rows of one's own programs: two that hand each other a unit to and fro. Each says who it is, how often, and by
   which key; the one that takes last removes the set. */
static const char source[] = "#include <stdlib.h>\n"
			     "#include <sys/ipc.h>\n"
			     "#include <sys/sem.h>\n"
			     "int main(int argc, char **argv)\n"
			     "{\n"
			     "	int side = atoi(argv[1]), times = atoi(argv[2]);\n"
			     "	int set = semget(atoi(argv[3]), 2, IPC_CREAT | 0600);\n"
			     "	struct sembuf give = { (unsigned short)!side, 1, 0 };\n"
			     "	struct sembuf take = { (unsigned short)side, -1, 0 };\n"
			     "	for (int i = 0; argc && i < times; i++) {\n"
			     "		semop(set, side ? &take : &give, 1);\n"
			     "		semop(set, side ? &give : &take, 1);\n"
			     "	}\n"
			     "	return side ? 0 : semctl(set, 0, IPC_RMID);\n"
			     "}\n";

static char directory[] = "/tmp/ipclens-bench-XXXXXX";
static char programs[2][PATH_MAX], sources[2][PATH_MAX], key[16];

static const char times[] = "10000";

static void make_programs(void)
{
	char command[3 * PATH_MAX];

	if (!mkdtemp(directory))
		bench_skip("there is no folder for programs");
	snprintf(key, sizeof(key), "%d", (int)getpid());
	for (int i = 0; i < 2; i++) {
		FILE *f;

		snprintf(programs[i], sizeof(programs[i]), "%s/side%d", directory, i);
		snprintf(sources[i], sizeof(sources[i]), "%s/side%d.c", directory, i);
		f = fopen(sources[i], "w");
		if (!f)
			bench_skip("%s can't be written", sources[i]);
		fputs(source, f);
		fclose(f);
		snprintf(command, sizeof(command), "cc -g -O0 -Wall -pthread -o %s %s", programs[i],
		         sources[i]);
		if (system(command))
			bench_skip("there is no C compiler here");
	}
}

static void remove_programs(void)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "rm -r %s", directory);
	if (system(command))
		perror(directory);
}

static double time_shell(const char *before)
{
	char command[4 * PATH_MAX];

	snprintf(command, sizeof(command), "%s sh -c '%s 0 %s %s & %s 1 %s %s; wait'", before,
	         programs[0], times, key, programs[1], times, key);
	return bench_run((const char *const[]){ "sh", "-c", command, NULL });
}

static double time_strace(void)
{
	return time_shell("strace -f -e trace=ipc -o /dev/null");
}

static double time_bare(void)
{
	return time_shell("");
}

static double time_run(const char *how, const char *rounds)
{
	return bench_run((const char *const[]){ bench_ipclens(), "run", how, programs[0], "0",
	                                        rounds, key, ":", programs[1], "1", rounds, key,
	                                        NULL });
}

static double time_quiet(void)
{
	return time_run("--quiet", times);
}

static double time_print(void)
{
	return time_run("--print", times);
}

/* What a round costs, of so many. */
static double time_round_of(const char *rounds)
{
	return time_run("--print", rounds) / atoi(rounds);
}

static double round_of_4000(void)
{
	return time_round_of("4000");
}

static double round_of_400(void)
{
	return time_round_of("400");
}

/* From nothing until both stand before their first call. */
static double time_start(void)
{
	char command[4 * PATH_MAX], line[256] = "";
	double begin = bench_now(), took;
	FILE *said;

	snprintf(command, sizeof(command), "exec '%s' run --print %s 0 0 %s : %s 1 0 %s",
	         bench_ipclens(), sources[0], key, sources[1], key);
	said = popen(command, "r");
	if (!said)
		bench_skip("there is no shell");
	while (!strstr(line, "process B: ready"))
		if (!fgets(line, sizeof(line), said))
			bench_skip("B is not ready");
	took = bench_now() - begin;
	while (fgets(line, sizeof(line), said))
		;
	pclose(said);
	return took;
}

static double time_compiler(void)
{
	char command[8 * PATH_MAX];

	snprintf(command, sizeof(command),
	         "cc -g -O0 -Wall -pthread -o %s %s & cc -g -O0 -Wall -pthread -o %s %s; wait",
	         programs[0], sources[0], programs[1], sources[1]);
	return bench_run((const char *const[]){ "sh", "-c", command, NULL });
}

const struct bench bench_run_rows[] = {
	{ "run-quiet", "run --quiet: 10,000 rounds of semop of two programs / strace of them",
	  time_quiet, time_strace, make_programs, 7, 0.8, 0, remove_programs },
	{ "run-print", "the same with the transcript", time_print, time_strace, make_programs, 5, 3,
	  0, remove_programs },
	{ "run-bare", "run --quiet of the same / they alone", time_quiet, time_bare, make_programs,
	  7, 20, 0, remove_programs },
	{ "run-start", "run of two C files, until both stand before a call / cc of both",
	  time_start, time_compiler, make_programs, 15, 1.3, 0, remove_programs },
	{ "grows-run", "run --print, a round of two programs: 4,000 rounds / 400", round_of_4000,
	  round_of_400, make_programs, 7, 1.1, 0, remove_programs },
	{ 0 },
};
