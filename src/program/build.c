// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/keep.h"
#include "base/mem.h"
#include "base/path.h"
#include "program/cache.h"
#include "program/check.h"
#include "program/find.h"
#include "program/key.h"
#include "program/wait.h"

/* What the compiler said, beside the program. No program is called so: names with a dot in front are not taken. */
#define SAID ".said"

/* A compilation. */
struct job {
	char **command; /* its words, owned, NULL behind them; NULL: nothing is compiled */
	program_key key;
	char *name; /* of the program in its folder */
	char *making; /* the folder in which it is being made; NULL: it is there, or its twin makes it */
	int hold;               /* of cache_hold() or cache_make(); 0: none */
	const struct job *twin; /* one before it that comes to the same; or NULL */
	pid_t pid;
};

/* The command */

/* Adds the words of a text, which blanks part. */
static void add_words(char ***command, size_t *n, const char *text)
{
	static const char blanks[] = " \t\n";

	for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
		size_t length = strcspn(text, blanks);

		*MEM_PUSH(*command, *n) = mem_dupn(text, length);
		text += length;
	}
}

/* A file's name that is neither an option nor a list of them. */
static char *as_operand(const char *source)
{
	return buf_format("%s%s", strchr("-@", *source) ? "./" : "", source);
}

static const char *compiler(void)
{
	const char *cc = getenv("CC");

	return cc && cc[strspn(cc, " \t\n")] ? cc : "cc";
}

/* CFLAGS come behind the sources, so that a library of them is taken. *ncompiler: of so many words is CC. */
static char **make_command(char *const *sources, size_t *ncompiler)
{
	const char *flags = getenv("CFLAGS");
	char **command = NULL;
	size_t n = 0;

	add_words(&command, &n, compiler());
	*ncompiler = n;
	add_words(&command, &n, "-g -O0 -Wall");
	for (size_t i = 0; sources[i]; i++)
		*MEM_PUSH(command, n) = as_operand(sources[i]);
	add_words(&command, &n, flags ? flags : "");
	add_words(&command, &n, "-pthread -o");
	mem_room(&command, n, sizeof(*command));     /* where it goes to: known last */
	mem_room(&command, n + 1, sizeof(*command)); /* the NULL */
	return command;
}

static char *why_no_compiler(const char *name)
{
	char *path = program_find_quietly(name), *why = NULL;

	if (!path)
		why = buf_format(_("no C compiler: there is no %s here; install one, or name it in "
		                   "the variable CC"),
		                 name);
	free(path);
	return why;
}

/* "server" of "ipc/server.c" */
static char *name_of(const char *source)
{
	const char *base = path_name(source);

	return *base == '.' ? mem_dup("a.out") : mem_dupn(base, strlen(base) - 2);
}

static char *why_no_source(const char *source)
{
	struct stat st;

	if (stat(source, &st))
		return program_why_not(source, errno);
	if (!S_ISREG(st.st_mode))
		return buf_format(_("%s is no file that can be compiled"), source);
	if (faccessat(AT_FDCWD, source, R_OK, AT_EACCESS))
		return buf_format(_("%s can't be read: %s"), source, strerror(errno));
	return NULL;
}

/* Folders */

static char *place_of(const char *directory, const struct job *job, const char *name)
{
	return buf_format("%s/%s/%s", directory, job->key, name);
}

static int hold_place(const char *directory, const struct job *job)
{
	char *folder = buf_format("%s/%s", directory, job->key);
	int hold = cache_hold(folder, job->name);

	free(folder);
	return hold;
}

static char *read_said(const char *folder)
{
	char *path = buf_format("%s/" SAID, folder);
	struct buf said = { 0 };

	keep_read(path, &said);
	free(path);
	return buf_steal(&said);
}

/* Compiling */

static _Noreturn void become_compiler(const struct job *job, pid_t parent)
{
	char *said = buf_format("%s/" SAID, job->making);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out = open(said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	wait_child(parent);
	setenv("TMPDIR", job->making, 1); /* what it leaves goes with the folder */
	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	execvp(job->command[0], job->command);
	dprintf(2, "%s: %s\n", job->command[0], strerror(errno));
	_exit(127);
}

static char *start_compiler(struct job *job, const char *directory)
{
	size_t n = 0;
	pid_t self = getpid();
	char *why = NULL;

	job->making = buf_format("%s/%s.XXXXXX", directory, job->key);
	job->hold = cache_make(job->making);
	if (!job->hold) {
		why = buf_format("%s: %s", directory, strerror(errno));
		free(job->making);
		job->making = NULL;
		return why;
	}
	while (job->command[n])
		n++;
	job->command[n] = buf_format("%s/%s", job->making, job->name);
	job->pid = fork();
	if (!job->pid)
		become_compiler(job, self);
	if (job->pid < 0) {
		why = buf_format(_("no process for the compiler: %s"), strerror(errno));
		cache_remove(job->making);
	}
	return why;
}

/* Those before it have been started. */
static char *start(struct job *jobs, size_t i, const struct program_spec *spec,
                   const char *directory, bool *lacks)
{
	struct job *job = &jobs[i];
	size_t ncompiler;
	char *why;

	for (size_t k = 0; spec->sources[k]; k++)
		if ((why = why_no_source(spec->sources[k])))
			return why;
	job->command = make_command(spec->sources, &ncompiler);
	why = why_no_compiler(job->command[0]);
	*lacks = why != NULL;
	if (why)
		return why;
	job->name = name_of(spec->sources[0]);
	program_key_of(job->key, job->command, ncompiler, spec->sources);
	for (size_t k = 0; k < i && !job->twin; k++)
		if (!strcmp(jobs[k].key, job->key))
			job->twin = &jobs[k];
	if (!job->twin)
		job->hold = hold_place(directory, job);
	return job->twin || job->hold ? NULL : start_compiler(job, directory);
}

/* Waits for it: NULL, or why it has made nothing. */
static char *end_compiler(const struct job *job, const struct wait *w, const char *source)
{
	char *target;
	int status;
	bool made;

	if (!wait_for(w, job->pid, &status))
		return buf_format(_("the compiler was lost: %s"), strerror(errno));
	if (WIFSIGNALED(status))
		return buf_format(_("the compiler was killed by signal %d (%s)"), WTERMSIG(status),
		                  strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return buf_format(_("%s can't be compiled"), source);
	target = buf_format("%s/%s", job->making, job->name);
	made = !access(target, F_OK);
	free(target);
	return made ? NULL : buf_format(_("the compiler %s has made no program"), compiler());
}

/* Holds what somebody else has put in its place meanwhile. */
static bool take_others(struct job *job, const char *directory)
{
	int hold = hold_place(directory, job);

	if (!hold)
		return false;
	close(job->hold);
	job->hold = hold;
	return true;
}

/* Puts it in its place, unless somebody else has put the same there meanwhile. What is there without the program is
   the rest of one. */
static char *put(struct job *job, const char *directory)
{
	char *place = buf_format("%s/%s", directory, job->key), *why = NULL;
	bool good = !rename(job->making, place);

	if (!good && (errno == ENOTEMPTY || errno == EEXIST)) {
		good = take_others(job, directory);
		if (!good) {
			cache_remove(place);
			good = !rename(job->making, place);
		}
	}
	if (!good)
		why = buf_format("%s: %s", place, strerror(errno));
	free(place);
	return why;
}

static char *finish_making(struct job *job, const struct wait *w, const char *source,
                           const char *directory, char **said)
{
	char *why = end_compiler(job, w, source);

	*said = read_said(job->making);
	if (!why)
		why = put(job, directory);
	cache_remove(job->making); /* if it is there still */
	return why;
}

/* Its path, as it is when the current folder is another. */
static char *whole_place(const char *directory, const struct job *job)
{
	char *whole = realpath(directory, NULL);
	char *path = place_of(whole ? whole : directory, job, job->name);

	free(whole);
	return path;
}

static char *said_before(const char *directory, const struct job *job)
{
	char *folder = buf_format("%s/%s", directory, job->key), *said = read_said(folder);

	free(folder);
	return said;
}

/* One that is compiled, and has been started. */
static void finish_compiled(struct program *p, struct job *job, const struct wait *w,
                            const struct program *twin, const char *source, const char *directory)
{
	if (twin)
		p->why = twin->why ? mem_dup(twin->why) : NULL; /* its compiler has spoken */
	else if (job->making)
		p->why = finish_making(job, w, source, directory, &p->said);
	else
		p->said = said_before(directory, job);
	if (twin && !p->why)
		job->hold = hold_place(directory, job);
	if (p->why)
		return;
	p->path = whole_place(directory, job);
	p->hold = job->hold;
	job->hold = 0;
}

/* It is known where it is: what is to be said of it. */
static void look_at(struct program *p)
{
	if (p->path)
		p->why = program_check(p->path);
	if (p->path && !p->why)
		p->note = program_privilege(p->path);
	if (p->why) {
		free(p->path);
		p->path = NULL;
	}
	if (!p->said)
		p->said = mem_dup("");
}

static void job_free(struct job *job)
{
	for (size_t i = 0; job->command && job->command[i]; i++)
		free(job->command[i]);
	free(job->command);
	free(job->name);
	free(job->making);
	if (job->hold)
		close(job->hold);
}

bool programs_make(struct program *made, const struct program_spec *specs, size_t count,
                   const char *directory)
{
	struct job *jobs = mem_alloc(count * sizeof(*jobs));
	bool good = true, compiled = false;
	struct wait w;

	wait_begin(&w);
	for (size_t i = 0; i < count; i++) {
		made[i] = (struct program){ 0 };
		if (specs[i].sources)
			made[i].why = start(jobs, i, &specs[i], directory, &made[i].lacks);
	}
	for (size_t i = 0; i < count; i++) {
		struct program *p = &made[i];
		const struct job *twin = jobs[i].twin;

		if (!specs[i].sources)
			p->path = program_find(specs[i].args[0], &p->why);
		else if (!p->why)
			finish_compiled(p, &jobs[i], &w, twin ? &made[twin - jobs] : NULL,
			                specs[i].sources[0], directory);
		look_at(p);
		good &= !p->why;
		compiled |= jobs[i].making != NULL;
	}
	for (size_t i = 0; i < count; i++)
		job_free(&jobs[i]);
	if (compiled)
		cache_tidy(directory);
	free(jobs);
	wait_end(&w);
	return good;
}

void program_free(struct program *p)
{
	free(p->path);
	free(p->said);
	free(p->note);
	free(p->why);
	if (p->hold)
		close(p->hold);
	*p = (struct program){ 0 };
}
