// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage_play.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "stage/host.h"
#include "sys/ledger.h"

/* A stage where namespaces are refused, and one in the host's namespace; an IPC namespace of the
   test plays the host. tests/run: no valgrind */

static const struct stage_options as_it_goes = { .terminal_fd = -1 };
static const struct stage_options on_host = { .terminal_fd = -1, .host = true };

/* Has a system call fail with EPERM from now on, in this process and all it starts; if mask is
   not 0, only where argument n and the mask is value. */
static void refuse(int call, unsigned n, uint32_t mask, uint32_t value)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4),
		/* the low half, on little-endian machines */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		         (uint32_t)offsetof(struct seccomp_data, args) + 8 * n),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/* The stage is there, is the host's, says why, runs, and leaves nothing. */
static void runs_on_host(const char *reason)
{
	struct play *p =
		play_new("A: seg = shmget(0x1badcafe, 4096, IPC_CREAT | IPC_EXCL | 0600);\n"
	                 "A: p = shmat(seg, NULL, 0);\n"
	                 "A: open(\"page\", O_RDWR | O_CREAT, 0600);\n"
	                 "A: B = fork();\n"
	                 "A: p[0] = 7;\n"
	                 "assert(seg.shm_nattch == 2 && A.p[0] == 7);\n"
	                 "limit(\"shmmni\", 10);\n",
	                 &as_it_goes);
	char directory[64] = "", path[64];

	ck_assert_ptr_nonnull(stage_host_reason(p->stage));
	ck_assert_msg(strstr(stage_host_reason(p->stage), reason), "%s",
	              stage_host_reason(p->stage));
	play_steps(p, 6);
	play_true(p);
	ck_assert(play_quiet(p)->snapshot->host);
	ck_assert_int_eq(ipc_objects(), 1);
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)p->outer[A]);
	ck_assert_int_gt(readlink(path, directory, sizeof(directory) - 1), 0);
	ck_assert(!strncmp(directory, "/dev/shm/ipclens-", 17));
	ck_assert_int_eq(play_steps(p, 1)->kind, EVENT_SKIP);
	play_free(p);
	ck_assert_int_eq(ipc_objects(), 0);
	ck_assert_int_eq(access(directory, F_OK), -1);
}

START_TEST(clone_refused)
{
	own_ipc_namespace();
	refuse(SYS_clone, 0, CLONE_NEWUSER, CLONE_NEWUSER);
	runs_on_host("clone(CLONE_NEWUSER): Operation not permitted");
}
END_TEST

/* A wait that fails at once is not tried for ever. */
START_TEST(wait_refused)
{
	const struct stage_options options = { .terminal_fd = -1 };
	struct pollfd fd = { .events = POLLIN };
	struct event *e;
	char *why = NULL;
	struct stage *s;

#ifndef SYS_poll
	SKIP("this machine waits in no other way");
#endif
	refuse(SYS_ppoll, 0, 0, 0);
	s = stage_start(&options, &why);
	ck_assert_msg(s, "%s", why ? why : "");
	fd.fd = stage_fd(s);
	while (!(e = stage_receive(s)))
		poll(&fd, 1, -1);
	ck_assert_int_eq(e->kind, EVENT_ERROR);
	event_free(e);
	stage_stop(s);
}
END_TEST

/* As a distribution does it: user_namespaces(7). */
START_TEST(namespaces_used_up)
{
	need_namespaces();
	own_ipc_namespace();
	ck_assert(own_namespaces(0) && use_up_namespaces());
	runs_on_host("clone(CLONE_NEWUSER): No space left");
}
END_TEST

/* The files of /proc are the only ones that are opened for nothing but writing. */
START_TEST(map_refused)
{
	own_ipc_namespace();
	refuse(SYS_openat, 2, O_ACCMODE, O_WRONLY);
	runs_on_host("writing /proc/self/setgroups: Operation not permitted");
}
END_TEST

START_TEST(mount_refused)
{
	own_ipc_namespace();
	refuse(SYS_mount, 0, 0, 0);
	runs_on_host("mount(MS_PRIVATE): Operation not permitted");
}
END_TEST

START_TEST(shmget_refused)
{
	struct play *p;

	own_ipc_namespace();
	refuse(SYS_shmget, 1, UINT32_MAX, 1); /* the trial is one byte */
	p = play_new("A: getpid();\n", &as_it_goes);
	ck_assert_str_eq(stage_host_reason(p->stage), "shmget: Operation not permitted");
	play_free(p);
}
END_TEST

/* Who is not root maps one id only. */
START_TEST(one_id)
{
	struct play *p;

	if (geteuid() == 0) {
		ck_assert(!setgroups(0, NULL) && !setresgid(1000, 1000, 1000) &&
		          !setresuid(1000, 1000, 1000));
		/* as if it had been started so */
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	}
	p = play_new("A: shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	             "assert(A.state == READY);\n"
	             "A: p = shmat(0, NULL, 0);\n"
	             "A: p[0] = 3;\n"
	             "assert(A.p[0] == 3);\n"
	             "limit(\"semopm\", 2);\n"
	             "A: open(\"page\", O_RDWR | O_CREAT, 0600);\n"
	             "A: shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0000);\n"
	             "A: shmat(1, NULL, 0); // => -1 EACCES\n"
	             "user(B, 1, 1);\n",
	             &as_it_goes);
	if (stage_host_reason(p->stage)) {
		play_free(p);
		SKIP("this machine lets only root have namespaces");
	}
	play_steps(p, 1);
	play_returned(p, A, 0);
	play_steps(p, 4);
	play_true(p);
	play_steps(p, 2);
	play_returned(p, A, 3);
	play_steps(p, 2);
	play_failed(p, A, EACCES);
	ck_assert_int_eq(play_steps(p, 1)->kind, EVENT_SKIP);
	play_free(p);
}
END_TEST

static void skips(struct play *p, const char *why)
{
	const struct event *e = play_steps(p, 1);

	ck_assert_int_eq(e->kind, EVENT_SKIP);
	ck_assert_str_eq(e->text, why);
}

/* What is the host's is neither touched nor removed. */
START_TEST(host_has_its_own)
{
	char name[64], script[512];
	struct play *p;
	struct stat st;
	int id, fd;

	own_ipc_namespace();
	snprintf(name, sizeof(name), "/ipclens-own-%d", (int)getpid());
	snprintf(script, sizeof(script),
	         "A: seg = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);\n"
	         "A: shmget(0x1badcafe, 4096, IPC_CREAT | 0600);\n"
	         "A: fd = shm_open(\"%s\", O_RDWR | O_CREAT, 0600);\n"
	         "A: pwrite(fd, \"x\", 1, 99); // => 1\n"
	         "A: lseek(fd, 0, SEEK_END);\n",
	         name);
	fd = shm_open(name, O_RDWR | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	id = shmget(0x1badcafe, 4096, IPC_CREAT | 0600);
	ck_assert_int_ge(id, 0);
	p = play_new(script, &on_host);
	play_steps(p, 1);
	play_returned(p, A, id + 1);
	ck_assert_uint_eq(play_quiet(p)->snapshot->nsegments, 1);
	skips(p, "the host has an object with the key 0x1badcafe already");
	play_steps(p, 3); /* that is another one */
	play_returned(p, A, 100);
	play_free(p);
	ck_assert_int_eq(ipc_objects(), 1);
	ck_assert(!fstat(fd, &st) && st.st_size == 0 && st.st_nlink == 1);
	ck_assert_int_eq(shm_unlink(name), 0);
	close(fd);
	shmctl(id, IPC_RMID, NULL);
}
END_TEST

/* Processes that make the same object at once don't take it for the host's. */
START_TEST(made_at_once)
{
	enum { ROUNDS = 100 };
	char script[ROUNDS * 2 * 80];
	size_t n = 0;
	struct play *p;

	for (int i = 0; i < ROUNDS; i++)
		n += (size_t)snprintf(
			script + n, sizeof(script) - n,
			"A, B, C, D: semget(0x1bad%04x, 1, IPC_CREAT | 0600);\n"
			"A, B, C, D: shm_open(\"%sipclens-%d-%d\", O_RDWR | O_CREAT, 0600);\n",
			i, i % 2 ? "/" : "", (int)getpid(), i);
	own_ipc_namespace();
	p = play_new(script, &on_host);
	for (int i = 0; i < 2 * ROUNDS; i++)
		ck_assert_int_eq(play_steps(p, 1)->kind, EVENT_QUIET);
	ck_assert_uint_eq(play_quiet(p)->snapshot->nsets, ROUNDS);
	play_free(p);
	ck_assert_int_eq(ipc_objects(), 0);
	for (int i = 0; i < 2; i++) {
		snprintf(script, sizeof(script), "/dev/shm/ipclens-%d-%d", (int)getpid(), i);
		ck_assert_int_ne(access(script, F_OK), 0);
	}
}
END_TEST

/* Four make one semaphore at once: it has its value in all of them, and is not in /dev/shm. */
START_TEST(semaphore_made_at_once)
{
	enum { ROUNDS = 50 };
	char script[ROUNDS * 2 * 80];
	size_t n = 0;
	struct play *p;

	for (int i = 0; i < ROUNDS; i++)
		n += (size_t)snprintf(
			script + n, sizeof(script) - n,
			"A, B, C, D: s = sem_open(\"/ipclens-%d-%d\", O_CREAT, 0600, 4);\n"
			"A, B, C, D: sem_trywait(s);\n",
			(int)getpid(), i);
	p = play_new(script, &on_host);
	for (int i = 0; i < ROUNDS; i++) {
		ck_assert_int_eq(play_steps(p, 2)->kind, EVENT_QUIET);
		for (unsigned who = A; who <= D; who++)
			play_returned(p, who, 0);
	}
	snprintf(script, sizeof(script), "/dev/shm/sem.ipclens-%d-0", (int)getpid());
	ck_assert_int_ne(access(script, F_OK), 0);
	play_free(p);
}
END_TEST

START_TEST(no_posix_queues)
{
	struct play *p = play_new("A: mq_open(\"/box\", O_RDWR | O_CREAT, 0600, NULL);\n"
	                          "A: mq_unlink(\"/box\");\n",
	                          &on_host);

	skips(p, "POSIX queues are for a lesson with an IPC namespace of its own");
	skips(p, "POSIX queues are for a lesson with an IPC namespace of its own");
	play_free(p);
}
END_TEST

/* The name is the same with and without a slash. */
START_TEST(slashes)
{
	char script[400];
	struct play *p;

	snprintf(script, sizeof(script),
	         "A: shm_open(\"ipclens-slash-%d\", O_RDWR | O_CREAT, 0600);\n"
	         "A: shm_open(\"/ipclens-slash-%d\", O_RDWR | O_CREAT, 0600);\n"
	         "A: shm_unlink(\"//ipclens-slash-%d\");\n",
	         (int)getpid(), (int)getpid(), (int)getpid());
	p = play_new(script, &on_host);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(play_steps(p, 1)->kind, EVENT_QUIET);
	play_returned(p, A, 0);
	play_free(p);
}
END_TEST

/* A process that is killed inside a call, after the kernel has made the object. */
START_TEST(ledger_knows_keys)
{
	struct ledger *l = ledger_map(-1);

	ck_assert_ptr_nonnull(l);
	own_ipc_namespace();
	ledger_begin(l, 0, LEDGER_SEGMENT, 0x1badcafe);
	ledger_begin(l, 1, LEDGER_SEMAPHORES, 0x1badcafe);
	ledger_begin(l, 2, LEDGER_QUEUE, 0x1badcafe);
	ledger_begin(l, 3, LEDGER_QUEUE, 0x1badcaff); /* it did not come to that */
	ck_assert(ledger_has_key(l, LEDGER_QUEUE, 0x1badcaff));
	ledger_settle(l, 3);
	ck_assert(!ledger_has_key(l, LEDGER_QUEUE, 0x1badcaff));
	ck_assert_int_ge(shmget(0x1badcafe, 1, IPC_CREAT | 0600), 0);
	ck_assert_int_ge(semget(0x1badcafe, 1, IPC_CREAT | 0600), 0);
	ck_assert_int_ge(msgget(0x1badcafe, IPC_CREAT | 0600), 0);
	ledger_clear(l);
	ck_assert_int_eq(ipc_objects(), 0);
	ledger_unmap(l);
}
END_TEST

START_TEST(ledger_has_room_again)
{
	struct ledger *l = ledger_map(-1);

	ck_assert_ptr_nonnull(l);
	for (int i = 0; i < 3 * LEDGER_MAX; i++) {
		ck_assert(ledger_begin(l, 0, LEDGER_QUEUE, IPC_PRIVATE));
		ledger_end(l, 0, i);
		ck_assert(ledger_has(l, LEDGER_QUEUE, i));
		ledger_leave(l, LEDGER_QUEUE, i);
		ck_assert(!ledger_has(l, LEDGER_QUEUE, i));
	}
	/* one entry an object is enough */
	for (int i = 0; i < 3 * LEDGER_MAX; i++) {
		ck_assert(ledger_begin(l, 0, LEDGER_QUEUE, 7));
		ledger_end(l, 0, 7);
	}
	ledger_leave(l, LEDGER_QUEUE, 7);
	ck_assert(!ledger_has_key(l, LEDGER_QUEUE, 7));
	for (int i = 0; i < LEDGER_MAX; i++)
		ck_assert(ledger_begin(l, 0, LEDGER_QUEUE, IPC_PRIVATE));
	ck_assert(!ledger_begin(l, 0, LEDGER_QUEUE, IPC_PRIVATE));
	ledger_unmap(l);
}
END_TEST

/* A file that is no ledger, or that somebody else has filled. */
START_TEST(ledger_of_anybody)
{
	int fd = memfd_create("ledger", MFD_CLOEXEC);
	struct ledger *l;

	ck_assert_ptr_null(ledger_map(fd));
	ck_assert_int_eq(ftruncate(fd, sizeof(*l)), 0);
	l = ledger_map(fd);
	ck_assert_ptr_nonnull(l);
	memset(l, 0x7f, sizeof(*l));
	ck_assert(!ledger_has(l, LEDGER_SEGMENT, 0));
	ledger_clear(l);
	ck_assert_int_eq(l->entry[LEDGER_MAX - 1].kind, LEDGER_FREE);
	ledger_unmap(l);
	close(fd);
}
END_TEST

/* A container may refuse it: then nobody is wrong. */
START_TEST(reading_refused)
{
	struct play *p;

	refuse(SYS_process_vm_readv, 0, 0, 0);
	p = play_new("A: char c[8];\nA: strcpy(c, \"x\");\nassert(A.c[0] == 'x');\n", &as_it_goes);
	play_steps(p, 2);
	skips(p, "this system does not let the memory of A be read");
	play_free(p);
}
END_TEST

/* A lesson can't reach what is not its own, though its user could. */
START_TEST(strangers_are_safe)
{
	struct play *p = play_new("A: kill(A, 0);\n"
	                          "A: kill(-1, SIGCONT);\n",
	                          &on_host);

	play_steps(p, 1);
	play_returned(p, A, 0);
	skips(p, "kill(-1) reaches processes that are not the lesson's");
	play_free(p);
}
END_TEST

/* Nothing of the stage's privileges gets into a process. */
START_TEST(processes_are_ordinary)
{
	struct play *p = play_new("A: getpid();\n"
	                          "A: execve(SELF, NULL, NULL);\n"
	                          "A: unshare(CLONE_NEWIPC); // => -1 EPERM\n"
	                          "A: umask(0);\n"
	                          "A: unshare(CLONE_NEWUSER | CLONE_NEWIPC);\n",
	                          NULL);
	char text[4096], path[64];
	FILE *f;

	play_steps(p, 1);
	for (int again = 0; again < 2; again++) {
		snprintf(path, sizeof(path), "/proc/%d/status", (int)p->outer[A]);
		f = fopen(path, "re");
		ck_assert_ptr_nonnull(f);
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		fclose(f);
		ck_assert_ptr_nonnull(strstr(text, "CapPrm:\t0000000000000000"));
		ck_assert_ptr_nonnull(strstr(text, "CapEff:\t0000000000000000"));
		ck_assert_ptr_nonnull(strstr(text, "CapBnd:\t0000000000000000"));
		ck_assert_ptr_nonnull(strstr(text, "NoNewPrivs:\t1"));
		ck_assert_ptr_nonnull(strstr(text, "SigBlk:\t0000000000000000"));
		ck_assert_ptr_nonnull(strstr(text, "SigIgn:\t0000000000000000"));
		if (!again)
			play_steps(p, 1);
	}
	play_steps(p, 1);
	play_failed(p, A, EPERM);
	play_steps(p, 1);
	play_returned(p, A, 022);
	play_steps(p, 1);
	play_returned(p, A, 0);
	play_free(p);
}
END_TEST

/* Who dies with the stage can't clear: who comes next does. */
static void die_together(void *context)
{
	struct play *p = play_new("A: shmget(0x1badcafe, 4096, IPC_CREAT | 0600);\n"
	                          "A: semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);\n"
	                          "A: open(\"page\", O_RDWR | O_CREAT, 0600);\n"
	                          "A: shm_open(\"/page\", O_RDWR | O_CREAT, 0600);\n",
	                          &on_host);

	play_steps(p, 4);
	*(pid_t *)context = p->outer[A];
	program_ready();
	for (;;)
		pause();
}

static int directories(void)
{
	DIR *d = opendir("/dev/shm");
	struct dirent *e;
	int n = 0;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)))
		n += !strncmp(e->d_name, "ipclens-", 8);
	closedir(d);
	return n;
}

/* Both are killed. False: there is no place for that. */
static bool leave_objects(void)
{
	pid_t *lesson = mmap(NULL, sizeof(*lesson), PROT_READ | PROT_WRITE,
	                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t program, stage;

	if (!own_shm())
		return false;
	program = program_start(die_together, lesson);
	stage = parent_of(*lesson);
	kill(stage, SIGSTOP); /* so that it can't see the other's end */
	kill(program, SIGKILL);
	kill(stage, SIGKILL);
	wait_gone(program);
	wait_dead(stage);
	wait_dead(*lesson);
	ck_assert_int_eq(directories(), 1);
	ck_assert_int_eq(ipc_objects(), 2);
	return true;
}

START_TEST(killed_together)
{
	if (!leave_objects())
		SKIP("no /dev/shm of its own");
	play_free(play_new("A: getpid();\n", &on_host));
	ck_assert_int_eq(ipc_objects(), 0);
	ck_assert_int_eq(directories(), 0);
}
END_TEST

static ino_t number_of_namespace(void)
{
	struct stat st;

	ck_assert_int_eq(stat("/proc/self/ns/ipc", &st), 0);
	return st.st_ino;
}

/* What has the ids of those that went with their namespace, in another that has its number now. */
START_TEST(number_again)
{
	int fd = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	uint64_t id, end = clock_now() + (uint64_t)DEADLINE * 1000000;
	bool knows = !ioctl(fd, _IOR(0xb7, 13, uint64_t), &id);
	ino_t before;

	close(fd);
	if (!knows)
		SKIP("no NS_GET_ID (Linux 6.18): a namespace can't be told from the one before");
	if (!leave_objects())
		SKIP("no /dev/shm of its own");
	before = number_of_namespace();
	do
		ck_assert_int_eq(unshare(CLONE_NEWIPC), 0);
	while (number_of_namespace() != before && clock_now() < end);
	if (number_of_namespace() != before)
		SKIP("the number was not given again");
	ck_assert_int_eq(shmget(0x1badcafe, 4096, IPC_CREAT | 0600), 0);
	ck_assert_int_eq(semget(IPC_PRIVATE, 1, IPC_CREAT | 0600), 0);
	host_files_sweep();
	ck_assert_int_eq(ipc_objects(), 2);
}
END_TEST

/* Nobody else gets in; root's lessons can be others, who get through. */
START_TEST(directory_is_closed)
{
	struct play *p;
	char path[64], directory[64] = "";
	struct stat st;

	own_ipc_namespace();
	p = play_new("A: getpid();\n", &on_host);
	play_steps(p, 1);
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)p->outer[A]);
	ck_assert_int_gt(readlink(path, directory, sizeof(directory) - 1), 0);
	ck_assert(!strncmp(directory, "/dev/shm/ipclens-", 17));
	*strchr(directory + 9, '/') = '\0';
	ck_assert_int_eq(stat(directory, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, geteuid() == 0 ? 0711 : 0700);
	strcat(directory, "/ledger");
	ck_assert_int_eq(stat(directory, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	play_free(p);
}
END_TEST

/* Who lives keeps what it has. */
START_TEST(not_swept)
{
	struct play *p, *other;

	own_ipc_namespace();
	p = play_new("A: shmget(0x1badcafe, 4096, IPC_CREAT | 0600);\nassert(A.state == READY);\n",
	             &on_host);
	play_steps(p, 1);
	other = play_new("A: getpid();\n", &on_host);
	host_files_sweep();
	play_free(other);
	ck_assert_int_eq(ipc_objects(), 1);
	play_steps(p, 1);
	play_true(p);
	play_free(p);
}
END_TEST

/* What root's lesson finds belongs to others. */
START_TEST(root_is_nobody)
{
	char victim[] = "/tmp/ipclens-victim-XXXXXX", script[512];
	int fd = mkstemp(victim);
	struct play *p;

	if (geteuid() != 0)
		SKIP("only root's lessons could be root");
	ck_assert_int_ge(fd, 0);
	snprintf(script, sizeof(script),
	         "A: open(\"%s\", O_RDONLY); // => -1 EACCES\n"
	         "A: unlink(\"%s\");\n"
	         "A: open(\"page\", O_RDWR | O_CREAT, 0600);\n"
	         "user(B, 1000, 1000);\n"
	         "B: open(\"page\", O_RDWR); // => -1 EACCES\n",
	         victim, victim);
	p = play_new(script, NULL);
	play_steps(p, 1);
	play_failed(p, A, EACCES);
	play_steps(p, 1);
	ck_assert(play_find(p, EVENT_RETURNED, A)->failed);
	play_steps(p, 1);
	play_returned(p, A, 3);
	play_steps(p, 2);
	play_failed(p, B, EACCES);
	play_free(p);
	ck_assert_int_eq(unlink(victim), 0);
	close(fd);
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tests = tcase_create("host");

	tcase_add_test(tests, clone_refused);
	tcase_add_test(tests, wait_refused);
	tcase_add_test(tests, namespaces_used_up);
	tcase_add_test(tests, map_refused);
	tcase_add_test(tests, mount_refused);
	tcase_add_test(tests, shmget_refused);
	tcase_add_test(tests, one_id);
	tcase_add_test(tests, host_has_its_own);
	tcase_add_test(tests, made_at_once);
	tcase_add_test(tests, semaphore_made_at_once);
	tcase_add_test(tests, no_posix_queues);
	tcase_add_test(tests, slashes);
	tcase_add_test(tests, ledger_knows_keys);
	tcase_add_test(tests, ledger_has_room_again);
	tcase_add_test(tests, ledger_of_anybody);
	tcase_add_test(tests, reading_refused);
	tcase_add_test(tests, strangers_are_safe);
	tcase_add_test(tests, processes_are_ordinary);
	tcase_add_test(tests, root_is_nobody);
	tcase_add_test(tests, killed_together);
	tcase_add_test(tests, number_again);
	tcase_add_test(tests, not_swept);
	tcase_add_test(tests, directory_is_closed);
	return play_main(argc, argv, tests);
}
