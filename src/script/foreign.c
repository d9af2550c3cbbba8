// SPDX-License-Identifier: GPL-3.0-or-later
#include "script/inside.h"

#include <string.h>

#include "base/intl.h"

/* What stands in C programs, and what a lesson has in its place. */

enum foreign_kind {
	WORD,
	OTHER
}; /* a word begins a statement; the others are calls, types, names */

static const struct foreign {
	const char *words; /* with a blank behind each */
	enum foreign_kind kind;
	const char *sentence; /* with %s for the word */
} foreigns[] = {
	{ "for ", WORD,
	  N_("%s is not in the lesson language: write repeat (10) { ... }, where i counts from 0, "
	     "or while (...) { ... }") },
	{ "do ", WORD, N_("%s is not in the lesson language: write while (...) { ... }") },
	{ "switch case default ", WORD,
	  N_("%s is not in the lesson language: write if (...) { ... } else { ... }") },
	{ "goto ", WORD,
	  N_("%s is not in the lesson language: write if (...) { ... } or while (...) { ... }") },
	{ "break continue ", WORD,
	  N_("%s is not in the lesson language: let the condition of the while end it") },
	{ "return ", WORD, N_("%s is not in the lesson language: a process ends with exit(0)") },
	{ "else ", WORD, N_("%s stands behind the } of its if") },
	{ "typedef ", WORD,
	  N_("%s is not in the lesson language: define struct name { ... }; and write struct name "
	     "for the type") },
	{ "static extern register volatile inline auto ", WORD, N_("leave %s out") },
	{ "always sometimes never goal ", OTHER,
	  N_("%s is said of the orders of a schedule: it stands in a fence ```c schedule, and in a "
	     "script it is assert(...)") },
	{ "enum ", WORD, N_("%s is not in the lesson language: write A: ONE = 1; for each name") },
	{ "sleep usleep ", OTHER,
	  N_("there is no %s: write nanosleep({1, 0}, NULL), which sleeps for a second and 0 "
	     "nanoseconds") },
	{ "setuid seteuid setreuid setresuid setgid setegid ", OTHER,
	  N_("there is no %s: write user(A, 1000, 1000); before the first step of A") },
	{ "printf fprintf sprintf snprintf dprintf putchar fputs fputc putc fflush ", OTHER,
	  N_("there is no %s: the result of each step is shown, and puts(p) shows the text at p") },
	{ "perror strerror err errx error ", OTHER,
	  N_("there is no %s: the error of a call is shown by its name, and the outcome says it: "
	     "// => -1 EACCES") },
	{ "errno ", OTHER,
	  N_("there is no %s: the outcome of a call says its error: // => -1 EACCES") },
	{ "malloc calloc realloc free alloca ", OTHER,
	  N_("there is no %s: declare a variable, such as char buf[100];") },
	{ "system popen execl execlp execle execv execvp execvpe posix_spawn ", OTHER,
	  N_("there is no %s: write execve(\"/bin/sh\", {\"sh\", \"-c\", \"...\", NULL}, NULL) in a "
	     "process of its own") },
	{ "abort ", OTHER, N_("there is no %s: write raise(SIGABRT)") },
	{ "vfork clone ", OTHER,
	  N_("there is no %s: write C = fork(), with a letter that is free") },
	{ "sem_t ", OTHER,
	  N_("leave the type %s out: write s = sem_open(...), an address without a type, or "
	     "sem_init(&s, 0, 1)") },
	{ "mqd_t ", OTHER,
	  N_("leave the type %s out: write d = mq_open(...), or int d = mq_open(...)") },
	{ "pthread_t pthread_create pthread_join pthread_exit pthread_self pthread_mutex_t "
	  "pthread_mutex_init pthread_mutex_lock pthread_mutex_unlock thrd_create ",
	  OTHER, N_("there is no %s: a lesson has processes, A to L, and no threads") },
	{ "poll ppoll select pselect epoll_create epoll_create1 epoll_ctl epoll_wait ", OTHER,
	  N_("there is no %s: each process waits in a call of its own, such as read") },
	{ "flock lockf ", OTHER,
	  N_("there is no %s: write fcntl(fd, F_SETLKW, {F_WRLCK, SEEK_SET, 0, 0}), which locks the "
	     "file") },
	{ "stat lstat fstatat statx ", OTHER,
	  N_("there is no %s: open the file and write fstat(fd, &st), or assert(fd.st_size == 0)") },
	{ "rename renameat renameat2 ", OTHER,
	  N_("there is no %s: write link(\"old\", \"new\"), and then unlink(\"old\")") },
	{ "mkfifo mkfifoat mknod ", OTHER,
	  N_("there is no %s: write pipe(fd) before the fork: the child has both ends too") },
	{ "dup dup3 ", OTHER,
	  N_("there is no %s: write dup2(fd, 10), where 10 is the new descriptor") },
	{ "mq_timedsend ", OTHER,
	  N_("there is no %s: write mq_send(q, \"text\", 4, 0), which waits as long as the queue is "
	     "full") },
	{ "scanf fscanf sscanf fgets gets getchar getc fgetc getline ", OTHER,
	  N_("there is no %s: nobody types in a lesson; write the value itself: x = 5; or "
	     "strcpy(p, \"text\");") },
	{ "strcmp strncmp memcmp ", OTHER,
	  N_("there is no %s: write p == \"text\", which compares the text at p") },
	{ "strcat strncat ", OTHER, N_("there is no %s: write strcpy(p + 5, \"text\")") },
	{ "time gettimeofday clock_gettime clock ", OTHER,
	  N_("there is no %s: NOW is the time in seconds, as in sem_timedwait(s, {NOW + 2, 0})") },
	{ "sigsuspend sigwait sigwaitinfo sigtimedwait ", OTHER,
	  N_("there is no %s: write pause(), which sleeps until a signal has been handled") },
	{ "atoi atol strtol rand srand random srandom ", OTHER,
	  N_("there is no %s: write the value itself, so that every run is the same") },
	{ "sysconf getpagesize ", OTHER, N_("there is no %s: PAGE is the size of a page") },
	{ "ipcs ipcrm ", OTHER,
	  N_("there is no %s: the panels show every object, and shmctl, semctl and msgctl remove "
	     "them") },
	{ "getppid ", OTHER, N_("there is no %s: the letter of a process is its pid: x = A;") },
	{ "getuid geteuid getgid getegid ", OTHER,
	  N_("there is no %s: who a process is, is said by user(A, 1000, 1000);") },
	{ "fopen fdopen freopen FILE ", OTHER,
	  N_("there is no %s: write fd = open(\"name\", O_RDWR | O_CREAT, 0600);") },
	{ "fread ", OTHER, N_("there is no %s: write read(fd, buf, 100)") },
	{ "fwrite ", OTHER, N_("there is no %s: write write(fd, \"text\", 4)") },
	{ "fclose ", OTHER, N_("there is no %s: write close(fd)") },
	{ "sigemptyset sigfillset sigaddset sigset_t ", OTHER,
	  N_("there is no %s: a set is written with its signals, sigprocmask(SIG_BLOCK, {SIGUSR1}, "
	     "NULL); that of {handler, SA_RESTART} is empty") },
	{ "argc argv stdin stdout stderr ", OTHER,
	  N_("there is no %s: a lesson has no command line and no terminal; write the value "
	     "itself") },
	{ "true ", OTHER, N_("there is no %s: write 1") },
	{ "false ", OTHER, N_("there is no %s: write 0") },
	{ "bool _Bool ", OTHER, N_("there is no %s: write int") },
	{ "float double ", OTHER, N_("there is no %s: values are whole numbers") },
	{ "uint8_t u_char ", OTHER, N_("there is no %s: write unsigned char") },
	{ "uint16_t u_short ", OTHER, N_("there is no %s: write unsigned short") },
	{ "uint32_t u_int uint ", OTHER, N_("there is no %s: write unsigned int") },
	{ "uint64_t uintptr_t u_long ulong ", OTHER, N_("there is no %s: write unsigned long") },
	{ "int8_t ", OTHER, N_("there is no %s: write signed char") },
	{ "int16_t ", OTHER, N_("there is no %s: write short") },
	{ "int32_t ", OTHER, N_("there is no %s: write int") },
	{ "int64_t intptr_t ", OTHER, N_("there is no %s: write long") },
};

/* The word is one of those. */
static bool is_among(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; *words; words += strcspn(words, " ") + 1)
		if (!strncmp(words, word, n) && words[n] == ' ')
			return true;
	return false;
}

static const struct foreign *find_foreign(const struct token *t)
{
	for (size_t i = 0; i < sizeof(foreigns) / sizeof(*foreigns) && t->kind == TOKEN_NAME; i++)
		if (is_among(foreigns[i].words, t->text))
			return &foreigns[i];
	return NULL;
}

/* sleep(3), usleep(100): the same with nanosleep. False if the number is not known. */
static bool fail_sleep(struct compiler *c, const struct token *t)
{
	const struct token *number = t + 2;
	int64_t unit = !strcmp(t->text, "sleep") ? 1 : 1000000;

	if ((unit > 1 && strcmp(t->text, "usleep")) || t[1].kind != TOKEN_SIGN ||
	    t[1].value != SIGN('(') || number->kind != TOKEN_NUMBER || number->value < 0 ||
	    number[1].kind != TOKEN_SIGN || number[1].value != SIGN(')'))
		return false;
	return !fail_at(c, t, _("there is no %s: write nanosleep({%lld, %lld}, NULL)"), t->text,
	                (long long)(number->value / unit),
	                (long long)(number->value % unit * (1000000000 / unit)));
}

bool fail_foreign(struct compiler *c, const struct token *t)
{
	const struct foreign *f = find_foreign(t);

	if (f && !fail_sleep(c, t))
		fail_at(c, t, _(f->sentence), t->text);
	return f != NULL;
}

bool fail_word(struct compiler *c)
{
	const struct foreign *f = find_foreign(token_here(c));

	return f && f->kind == WORD && fail_foreign(c, token_here(c));
}
