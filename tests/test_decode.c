// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "dice.h"
#include "suite.h"
#include "sys/flags.h"
#include "trace/decode.h"
#include "trace/inside.h"

/* What the tests read is their own memory, or that of a child, which may have a garbage address too. */
static bool read_of(void *context, uint64_t address, void *to, size_t size)
{
	struct iovec here = { to, size }, there = { (void *)(uintptr_t)address, size };

	return process_vm_readv(*(pid_t *)context, &here, 1, &there, 1, 0) == (ssize_t)size;
}

static pid_t self;

static struct decode_source own(void)
{
	self = getpid();
	return (struct decode_source){ .context = &self, .read = read_of };
}

static char *text_with(const struct decode_source *source, long number, const uint64_t args[6])
{
	struct decoded d = decode_call((uint64_t)number, args, source);

	return decode_text(&d, source);
}

#define TEXT(expected, number, ...)                            \
	do {                                                   \
		const uint64_t args[6] = { __VA_ARGS__ };      \
		const struct decode_source source = own();     \
		char *text = text_with(&source, number, args); \
                                                               \
		ck_assert_str_eq(text, expected);              \
		free(text);                                    \
	} while (0)

#define AT(p) ((uint64_t)(uintptr_t)(p))

START_TEST(system_v_ipc)
{
	struct sembuf ops[14] = { { 0, -1, SEM_UNDO }, { 1, 2, SEM_UNDO | IPC_NOWAIT } };
	struct {
		long type;
		char text[200];
	} m = { 1, "hello" };
	struct msqid_ds ds = { .msg_perm = { .uid = 7, .gid = 8, .mode = 0600 },
		               .msg_qbytes = 100 };

	TEXT("semop(0, {{0, -1, SEM_UNDO}}, 1)", SYS_semop, 0, AT(ops), 1);
	TEXT("semop(5, {{0, -1, SEM_UNDO}, {1, 2, SEM_UNDO | IPC_NOWAIT}}, 2)", SYS_semtimedop, 5,
	     AT(ops), 2, 0);
	TEXT("semop(0, {{0, -1, SEM_UNDO}, {1, 2, SEM_UNDO | IPC_NOWAIT}, {0, 0, 0}, {0, 0, 0}, "
	     "{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, "
	     "...}, 14)",
	     SYS_semop, 0, AT(ops), 14);
	TEXT("semop(0, 0x10, 1)", SYS_semop, 0, 0x10, 1);
	TEXT("semop(0, NULL, 0)", SYS_semop, 0, 0, 0);
	TEXT("semtimedop(0, {{0, -1, SEM_UNDO}}, 1, {2, 500})", SYS_semtimedop, 0, AT(ops), 1,
	     AT(&((struct timespec){ 2, 500 })));
	TEXT("msgsnd(0, {1, \"hello\"}, 5, 0)", SYS_msgsnd, 0, AT(&m), 5, 0);
	TEXT("msgsnd(0, {1, \"hello\"}, 200, IPC_NOWAIT)", SYS_msgsnd, 0, AT(&m), 200, IPC_NOWAIT);
	TEXT("msgrcv(0, &msgp, 200, -3, MSG_NOERROR)", SYS_msgrcv, 0, AT(&m), 200, (uint64_t)-3,
	     MSG_NOERROR);
	TEXT("semctl(0, 0, SETVAL, 1)", SYS_semctl, 0, 0, SETVAL, 1);
	TEXT("semctl(0, 0, GETVAL)", SYS_semctl, 0, 0, GETVAL, 0x1234);
	TEXT("semctl(0, 0, SETALL, arg)", SYS_semctl, 0, 0, SETALL, AT(ops));
	TEXT("semctl(0, 0, IPC_STAT, &arg)", SYS_semctl, 0, 0, IPC_STAT, AT(ops));
	TEXT("shmctl(0, IPC_RMID, NULL)", SYS_shmctl, 0, IPC_RMID, 0);
	TEXT("shmctl(0, IPC_STAT, &buf)", SYS_shmctl, 0, IPC_STAT, AT(ops));
	TEXT("msgctl(3, IPC_SET, {.msg_perm = {.uid = 7, .gid = 8, .mode = 0600}, .msg_qbytes = 100})",
	     SYS_msgctl, 3, IPC_SET, AT(&ds));
	TEXT("msgctl(3, 77, NULL)", SYS_msgctl, 3, 77, 0);
	TEXT("semget(0x1234, 2, IPC_CREAT | 0600)", SYS_semget, 0x1234, 2, IPC_CREAT | 0600);
	TEXT("semget(0xfffffffe, 2, 0)", SYS_semget, 0xfffffffe, 2, 0);
	TEXT("shmget(IPC_PRIVATE, 4096, IPC_CREAT | IPC_EXCL)", SYS_shmget, 0, 4096,
	     IPC_CREAT | IPC_EXCL);
	TEXT("shmat(0, NULL, SHM_RDONLY)", SYS_shmat, 0, 0, SHM_RDONLY);
	TEXT("shmdt(0x7f0000001000)", SYS_shmdt, 0x7f0000001000);
}
END_TEST

START_TEST(memory_and_files)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), minus_one = 0xffffffff;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5 };
	char *last =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	TEXT("mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)", SYS_mmap, 0,
	     3 * page, 3, MAP_SHARED, 3, 0);
	TEXT("mmap(NULL, 100, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, PAGE)", SYS_mmap, 0, 100,
	     0, MAP_PRIVATE | MAP_ANONYMOUS, minus_one, page);
	TEXT("mmap(0x10000, PAGE, PROT_READ, MAP_FIXED | 0x4, -1, 0)", SYS_mmap, 0x10000, page,
	     PROT_READ, MAP_FIXED | 4, minus_one, 0);
	TEXT("mremap(0x10000, PAGE, 2 * PAGE, MREMAP_MAYMOVE)", SYS_mremap, 0x10000, page, 2 * page,
	     1, 77);
	TEXT("mremap(0x10000, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x20000)", SYS_mremap,
	     0x10000, page, page, 3, 0x20000);
	TEXT("msync(0x10000, PAGE, MS_SYNC)", SYS_msync, 0x10000, page, MS_SYNC);
	TEXT("mincore(0x10000, PAGE, vec)", SYS_mincore, 0x10000, page, AT(last));
	TEXT("madvise(0x10000, PAGE, MADV_DONTNEED)", SYS_madvise, 0x10000, page, MADV_DONTNEED);
	TEXT("open(\"f\", O_RDWR | O_CREAT | O_TRUNC, 0644)", SYS_openat, (uint32_t)AT_FDCWD,
	     AT("f"), O_RDWR | O_CREAT | O_TRUNC, 0644);
	TEXT("open(\"f\", O_RDONLY)", SYS_openat, (uint64_t)AT_FDCWD, AT("f"), O_RDONLY, 0777);
	TEXT("openat(4, \"f\", O_WRONLY)", SYS_openat, 4, AT("f"), O_WRONLY);
	TEXT("write(1, \"a\\tb\\033[2J\\377\", 8)", SYS_write, 1, AT("a\tb\033[2J\377"), 8);
	TEXT("write(1, \"zero\", 5)", SYS_write, 1, AT("zero"), 5);
	TEXT("write(1, \"zero\\0\", 6)", SYS_write, 1, AT("zero\0\0"), 6);
	TEXT("write(1, NULL, 0)", SYS_write, 1, 0, 0);
	TEXT("read(0, buf, 64)", SYS_read, 0, AT(last), 64);
	TEXT("lseek(3, -1, SEEK_END)", SYS_lseek, 3, UINT64_MAX, SEEK_END);
	TEXT("fcntl(3, F_SETLKW, {F_WRLCK, SEEK_SET, 10, 5, 0})", SYS_fcntl, 3, F_SETLKW,
	     AT(&lock));
	TEXT("fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK)", SYS_fcntl, 3, F_SETFL, O_RDWR | O_NONBLOCK);
	TEXT("fcntl(3, F_GETFL)", SYS_fcntl, 3, F_GETFL, 99);
	TEXT("pipe(pipefd)", SYS_pipe2, AT(last), 0);
	TEXT("umask(022)", SYS_umask, 022);

	/* a text at the end of what can be read */
	munmap(last + page, page);
	memcpy(last + page - 3, "ab", 3);
	TEXT("unlink(\"ab\")", SYS_unlinkat, (uint32_t)AT_FDCWD, AT(last + page - 3), 0);
	memset(last, 'x', page);
	TEXT("unlink(\""
	     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	     "\"...)",
	     SYS_unlinkat, (uint32_t)AT_FDCWD, AT(last), 0);
	memcpy(last + 63, "\303\244", 2);
	TEXT("unlink(\""
	     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	     "\"...)",
	     SYS_unlinkat, (uint32_t)AT_FDCWD, AT(last), 0);
	munmap(last, page);
}
END_TEST

START_TEST(queues_signals_processes)
{
	struct mq_attr attr = { .mq_maxmsg = 10, .mq_msgsize = 64 };
	uint64_t set = 1 << (SIGUSR1 - 1) | 1 << (SIGINT - 1) | (uint64_t)1 << 63;
	uint64_t act[] = { 0x401136, SA_RESTART | 0x04000000, 0, 1 << (SIGINT - 1) };
	const char *const argv[] = { "ls", "-l", NULL };
	uint64_t clone_args[11] = { [0] = 0x01200000, [4] = SIGCHLD };

	TEXT("mq_open(\"/q\", O_RDWR | O_CREAT, 0600, {0, 10, 64, 0})", SYS_mq_open, AT("q"),
	     O_RDWR | O_CREAT, 0600, AT(&attr));
	TEXT("mq_open(\"/q\", O_RDONLY)", SYS_mq_open, AT("q"), O_RDONLY, 1, 2);
	TEXT("mq_unlink(\"/q\")", SYS_mq_unlink, AT("q"));
	TEXT("mq_send(3, \"hi\", 2, 7)", SYS_mq_timedsend, 3, AT("hi"), 2, 7, 0);
	TEXT("mq_timedsend(3, \"hi\", 2, 7, {9, 0})", SYS_mq_timedsend, 3, AT("hi"), 2, 7,
	     AT(&((struct timespec){ 9, 0 })));
	TEXT("mq_receive(3, msg_ptr, 64, NULL)", SYS_mq_timedreceive, 3, AT(argv), 64, 0, 0);
	TEXT("mq_getattr(3, &attr)", SYS_mq_getsetattr, 3, 0, AT(&attr));
	TEXT("kill(-5, SIGUSR1)", SYS_kill, (uint32_t)-5, SIGUSR1);
	TEXT("kill(5, 40)", SYS_kill, 5, 40);
	TEXT("kill(5, 0)", SYS_kill, 5, 0);
	TEXT("sigprocmask(SIG_BLOCK, {SIGINT, SIGUSR1, 64}, NULL)", SYS_rt_sigprocmask, SIG_BLOCK,
	     AT(&set), 0, 8);
	TEXT("sigaction(SIGINT, {0x401136, SA_RESTART, {SIGINT}}, &oldact)", SYS_rt_sigaction,
	     SIGINT, AT(act), AT(act), 8);
	TEXT("fork()", SYS_clone, 0x01200000 | SIGCHLD, 0, 0, 0x7f0000000000);
	TEXT("pthread_create(...)", SYS_clone, 0x3d0f00, 0x7f0000000000);
	TEXT("vfork()", SYS_clone, 0x4100 | SIGCHLD, 0);
#ifdef SYS_clone3
	TEXT("fork()", SYS_clone3, AT(clone_args), sizeof(clone_args));
	clone_args[0] = 0x3d0f00;
	TEXT("pthread_create(...)", SYS_clone3, AT(clone_args), sizeof(clone_args));
	TEXT("clone3(0x3d0f00, 88)", SYS_clone3, 0x3d0f00, 88);
#endif
	TEXT("execve(\"/bin/ls\", {\"ls\", \"-l\", NULL}, envp)", SYS_execve, AT("/bin/ls"),
	     AT(argv), AT(argv));
	TEXT("wait(&wstatus)", SYS_wait4, (uint32_t)-1, AT(argv), 0, 0);
	TEXT("wait(NULL)", SYS_wait4, UINT64_MAX, 0, 0, 0);
	TEXT("waitpid(-1, NULL, WNOHANG)", SYS_wait4, UINT64_MAX, 0, WNOHANG, 0);
	TEXT("nanosleep({5, 0}, &rem)", SYS_clock_nanosleep, CLOCK_REALTIME, 0,
	     AT(&((struct timespec){ 5, 0 })), AT(argv));
	TEXT("exit(3)", SYS_exit_group, 3);
	TEXT("setrlimit(RLIMIT_NOFILE, {10, RLIM_INFINITY})", SYS_prlimit64, 0, RLIMIT_NOFILE,
	     AT(&((struct rlimit){ 10, RLIM_INFINITY })), 0);
	TEXT("syscall(1000, 1, 2, -1, 0, 0, 0)", 1000, 1, 2, UINT64_MAX);
}
END_TEST

static const char *name_seg(void *context, const char *param, int64_t value)
{
	(void)context;
	return !strcmp(param, "semid") && value == 5 ? "sem"
	       : !strcmp(param, "shmaddr") && value  ? "seg"
	                                             : NULL;
}

static uint64_t three(void *context, int semid)
{
	(void)context;
	return semid == 5 ? 3 : 0;
}

START_TEST(names_of_the_caller)
{
	const uint16_t values[] = { 1, 2, 65535 };
	struct decode_source source = own();
	char *text;

	source.name = name_seg;
	source.nsems = three;
	text = text_with(&source, SYS_semctl, (uint64_t[6]){ 5, 0, SETALL, AT(values) });
	ck_assert_str_eq(text, "semctl(sem, 0, SETALL, {1, 2, 65535})");
	free(text);
	text = text_with(&source, SYS_shmdt, (uint64_t[6]){ 4096 });
	ck_assert_str_eq(text, "shmdt(seg)");
	free(text);
}
END_TEST

/* The arguments are those of the row of the call table. */
START_TEST(arguments_of_the_row)
{
	const struct decode_source source = own();
	struct decoded d = decode_call(
		SYS_openat, (uint64_t[6]){ (uint32_t)AT_FDCWD, 0x1000, O_RDWR, 0600 }, &source);

	ck_assert_int_eq(d.call, call_by_name("open"));
	ck_assert(d.args[0] == 0x1000 && d.args[1] == O_RDWR && d.args[2] == 0600 && d.reads);
	d = decode_call(SYS_mmap, (uint64_t[6]){ 0, 1, 2, 3, 0xffffffff, 5 }, &source);
	ck_assert(d.args[4] == -1 && d.args[5] == 5);
	d = decode_call(SYS_rt_sigaction, (uint64_t[6]){ SIGINT, 0, 0x1000 }, &source);
	ck_assert(d.call == call_by_name("sigaction") && !d.reads);
	d = decode_call(SYS_openat, (uint64_t[6]){ 3 }, &source);
	ck_assert_int_eq(d.call, -1);
	ck_assert_str_eq(d.name, "openat");
}
END_TEST

static bool chosen(const char *list, long number)
{
	struct decode_set set = { 0 };
	char *error = decode_calls(list, &set);

	ck_assert_msg(!error, "%s", error);
	return decode_has(&set, (uint64_t)number);
}

static void refused(const char *list, const char *expected)
{
	struct decode_set set = { 0 };
	char *error = decode_calls(list, &set);

	ck_assert_ptr_nonnull(error);
	ck_assert_str_eq(error, expected);
	free(error);
}

START_TEST(lists_of_calls)
{
	ck_assert(chosen("sysv", SYS_semop) && chosen("sysv", SYS_shmdt));
	ck_assert(!chosen("sysv", SYS_mmap) && chosen("sysv,mmap", SYS_mmap));
	ck_assert(chosen("mq_send", SYS_mq_timedsend) && chosen("mq_timedsend", SYS_mq_timedsend));
	ck_assert(chosen("open", SYS_openat) && !chosen("open", SYS_close));
	ck_assert(chosen("process", SYS_exit_group) && !chosen("process", SYS_brk));
	ck_assert(chosen("all", SYS_brk) && chosen("all", SYS_futex));
	ck_assert(!chosen("all", DECODE_NUMBERS) && !chosen("all", DECODE_NUMBERS + 1000000));
	refused("sysv,semopp", "there is no call or group 'semopp': did you mean 'semop'?");
	refused("sysvv", "there is no call or group 'sysvv': did you mean 'sysv'?");
	refused("",
	        "there is no call or group '': write calls, such as semop, or sysv, mmap, posix, "
	        "signal, file, process, all, with commas between them");
	refused("sysv,", "there is no call or group '': write calls, such as semop, or sysv, mmap, "
	                 "posix, signal, file, process, all, with commas between them");
}
END_TEST

/* Every name can be had, has a row or parameters of its own, and takes as many arguments as there are. */
START_TEST(table_is_sound)
{
	const struct decode_source source = own();

	for (size_t i = 0; decode_name_at(i); i++) {
		struct decode_set set = { 0 };
		bool some = false;

		ck_assert_ptr_null(decode_calls(decode_name_at(i), &set));
		for (uint64_t n = 0; n < DECODE_NUMBERS; n++) {
			struct decoded d;

			if (!decode_has(&set, n))
				continue;
			some = true;
			d = decode_call(n, (uint64_t[6]){ 0 }, &source);
			ck_assert(d.entry->kernel);
			ck_assert(d.entry->number == (long)n);
			for (int k = 0; d.entry->take && k < CALL_PARAMS && d.params[k].kind; k++)
				ck_assert_msg(d.entry->take[k] >= '0' && d.entry->take[k] < '6',
				              "%s: TAKE is too short", d.name);
		}
		ck_assert(some);
	}
}
END_TEST

/* Whatever is in registers and memory: a text, short, of one line, UTF-8. */
START_TEST(garbage)
{
	static uint64_t memory[4096];
	const struct decode_source source = own();
	unsigned rounds = 5000 * dice_setting("FUZZ", 1);

	dice_seed(dice_setting("SEED", 1), 0);
	for (unsigned round = 0; round < rounds; round++) {
		uint64_t args[6], number = dice_roll(480);
		struct decoded d;
		char *text;

		for (int i = 0; i < 8; i++)
			memory[dice_roll(4096)] = dice_roll(3) ? (uint64_t)dice_roll(2000000000)
			                                                 << dice_roll(33)
			                                       : AT(memory + dice_roll(4096));
		for (int i = 0; i < 6; i++)
			args[i] = dice_roll(3) == 0 ? AT(memory + dice_roll(4096)) + dice_roll(8)
			          : dice_roll(2)    ? dice_roll(20)
			                         : (uint64_t)dice_roll(2000000000) << dice_roll(34);
		if (dice_roll(20) == 0)
			args[dice_roll(6)] = UINT64_MAX - dice_roll(20);
		d = decode_call(number, args, &source);
		text = decode_text(&d, &source);
		ck_assert_uint_lt(strlen(text), DECODE_TEXT);
		for (const char *p = text; *p;) {
			size_t n = utf8_sequence(p, strlen(p));

			ck_assert_msg(n && (unsigned char)*p >= ' ' && *p != 127, "%s", text);
			p += n;
		}
		free(text);
	}
}
END_TEST

START_TEST(long_texts_are_bounded)
{
	char word[100];
	const char *argv[20];
	const struct decode_source source = own();
	char *text;

	memset(word, '\377', sizeof(word));
	for (int i = 0; i < 20; i++)
		argv[i] = word;
	text = text_with(&source, SYS_execve, (uint64_t[6]){ AT(word), AT(argv), 0 });
	ck_assert_uint_eq(strlen(text), DECODE_TEXT - 1);
	ck_assert_str_eq(text + strlen(text) - 3, "...");
	free(text);
}
END_TEST

/* ---- what this C library asks the kernel for ---- */

static void call_all(void)
{
	struct sembuf op = { 1, -1, IPC_NOWAIT };
	struct {
		long type;
		char text[8];
	} m = { 1, "hello" };
	struct timespec no_time = { 0, 1 };
	sigset_t set;
	int fd[2];

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	shmget(0x12345678, 10, 0);
	shmctl(-1, IPC_RMID, NULL);
	shmat(-1, NULL, 0);
	shmdt((void *)4096);
	semget(0x12345678, 1, 0);
	semop(-1, &op, 1);
	semtimedop(-1, &op, 1, &no_time);
	semctl(-1, 0, GETVAL);
	msgget(0x12345678, 0);
	msgsnd(-1, &m, 5, IPC_NOWAIT);
	if (msgrcv(-1, &m, 5, 0, IPC_NOWAIT) < 0)
		msgctl(-1, IPC_RMID, NULL);
	mprotect((void *)4096, 5, PROT_NONE);
	msync((void *)4096, 5, MS_ASYNC);
	mq_unlink("/ipclens-no-such-queue");
	mq_open("/ipclens-no-such-queue", O_RDONLY);
	mq_send(-1, "x", 1, 0);
	mq_receive(-1, m.text, 8, NULL);
	open("/nonexistent/file", O_RDONLY);
	close(-1);
	if (ftruncate(-1, 5) < 0 && pread(-1, fd, 4, 8) < 0)
		lseek(-1, 0, SEEK_SET);
	fcntl(-1, F_GETFL);
	dup2(-1, 5);
	if (link("/nonexistent/a", "/nonexistent/b"))
		unlink("/nonexistent/a");
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(INT_MAX, 0);
	waitpid(-1, NULL, WNOHANG);
	nanosleep(&no_time, NULL);
	sched_yield();
	_exit(0);
}

static const char *const made[] = {
	"shmget(0x12345678, 10, 0)",
	"shmctl(-1, IPC_RMID, NULL)",
	"shmat(-1, NULL, 0)",
	"shmdt(0x1000)",
	"semget(0x12345678, 1, 0)",
	"semop(-1, {{1, -1, IPC_NOWAIT}}, 1)",
	"semtimedop(-1, {{1, -1, IPC_NOWAIT}}, 1, {0, 1})",
	"semctl(-1, 0, GETVAL)",
	"msgget(0x12345678, 0)",
	"msgsnd(-1, {1, \"hello\"}, 5, IPC_NOWAIT)",
	"msgrcv(-1, &msgp, 5, 0, IPC_NOWAIT)",
	"msgctl(-1, IPC_RMID, NULL)",
	"mprotect(0x1000, 5, PROT_NONE)",
	"msync(0x1000, 5, MS_ASYNC)",
	"mq_unlink(\"/ipclens-no-such-queue\")",
	"mq_open(\"/ipclens-no-such-queue\", O_RDONLY)",
	"mq_send(-1, \"x\", 1, 0)",
	"mq_receive(-1, msg_ptr, 8, NULL)",
	"open(\"/nonexistent/file\", O_RDONLY)",
	"close(-1)",
	"ftruncate(-1, 5)",
	"pread(-1, buf, 4, 8)",
	"lseek(-1, 0, SEEK_SET)",
	"fcntl(-1, F_GETFL)",
	"dup2(-1, 5)",
	"link(\"/nonexistent/a\", \"/nonexistent/b\")",
	"unlink(\"/nonexistent/a\")",
	"sigprocmask(SIG_BLOCK, {SIGUSR1}, NULL)",
	"kill(2147483647, 0)",
	"waitpid(-1, NULL, WNOHANG)",
	"nanosleep({0, 1}, NULL)",
	"sched_yield()",
	"exit(0)",
};

static bool next_entry(pid_t child, struct __ptrace_syscall_info *info)
{
	int status;

	for (;;) {
		ck_assert(!ptrace(PTRACE_SYSCALL, child, NULL, NULL));
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		if (!WIFSTOPPED(status))
			return false;
		ck_assert(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(*info), info) > 0);
		if (info->op == PTRACE_SYSCALL_INFO_ENTRY)
			return true;
	}
}

/* The C library chooses what to ask the kernel for; it is said as the program called it. */
START_TEST(calls_of_the_library)
{
	struct __ptrace_syscall_info info;
	struct decode_source source;
	pid_t child = fork();
	size_t at = 0;
	int status;

	if (!child) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(77);
		raise(SIGSTOP);
		call_all();
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		SKIP("a process may not be traced here");
	ck_assert(WIFSTOPPED(status));
	ck_assert(
		!ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD));
	source = (struct decode_source){ .context = &child, .read = read_of };
	while (next_entry(child, &info)) {
		char *text =
			text_with(&source, (long)info.entry.nr, (const uint64_t *)info.entry.args);

		/* a sanitizer has calls of its own */
		if (at < sizeof(made) / sizeof(*made) && !strcmp(text, made[at]))
			at++;
		free(text);
	}
	ck_assert_msg(at == sizeof(made) / sizeof(*made), "%s was not made", made[at]);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("decode");

	tcase_add_test(tests, system_v_ipc);
	tcase_add_test(tests, memory_and_files);
	tcase_add_test(tests, queues_signals_processes);
	tcase_add_test(tests, names_of_the_caller);
	tcase_add_test(tests, arguments_of_the_row);
	tcase_add_test(tests, lists_of_calls);
	tcase_add_test(tests, table_is_sound);
	tcase_add_test(tests, garbage);
	tcase_add_test(tests, long_texts_are_bounded);
	tcase_add_test(tests, calls_of_the_library);
	return suite_main(tests);
}
