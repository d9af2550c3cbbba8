// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_scene.h"

/* Everything countable, as text. pids as letters and, if asked, times only as set or not: so
   two runs can be compared. */
struct counters {
	char text[16384];
	size_t n;
	bool times;
};

__attribute__((format(printf, 2, 3))) static void add(struct counters *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	c->n += (size_t)vsnprintf(c->text + c->n, sizeof(c->text) - c->n, format, args);
	va_end(args);
	ck_assert_uint_lt(c->n, sizeof(c->text));
}

static int letter(pid_t pid)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (pid && pid == processes[who].pid)
			return LETTER_CHAR(who);
	return pid == getpid() ? 's' : pid ? '?' : '-';
}

static long long when(const struct counters *c, time_t t)
{
	return c->times ? t : t != 0;
}

static void count_objects(struct counters *c)
{
	struct shmid_ds m;
	struct semid_ds d;
	struct msqid_ds q;

	shmctl(seg, IPC_STAT, &m);
	add(c, "shm mode %o nattch %lu cpid %c lpid %c %lld %lld %lld rss %llu\n", m.shm_perm.mode,
	    (unsigned long)m.shm_nattch, letter(m.shm_cpid), letter(m.shm_lpid),
	    when(c, m.shm_atime), when(c, m.shm_dtime), when(c, m.shm_ctime),
	    (unsigned long long)rss_of(seg));
	semctl(sem, 0, IPC_STAT, (union semun){ .buf = &d });
	add(c, "sem mode %o %lld %lld", d.sem_perm.mode, when(c, d.sem_otime),
	    when(c, d.sem_ctime));
	for (int i = 0; i < 3; i++)
		add(c, " (%d %d %d %c)", semctl(sem, i, GETVAL), semctl(sem, i, GETNCNT),
		    semctl(sem, i, GETZCNT), letter(semctl(sem, i, GETPID)));
	msgctl(queue, IPC_STAT, &q);
	add(c, "\nmsg %lu %lu %lu %c %c %lld %lld %lld\n", (unsigned long)q.__msg_cbytes,
	    (unsigned long)q.msg_qnum, (unsigned long)q.msg_qbytes, letter(q.msg_lspid),
	    letter(q.msg_lrpid), when(c, q.msg_stime), when(c, q.msg_rtime), when(c, q.msg_ctime));
}

/* Lines of a file of /proc/PID that begin with one of the words. */
static void count_lines(struct counters *c, pid_t pid, const char *file, const char *const *words)
{
	char path[64], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f))
		for (int i = 0; words[i]; i++)
			if (!strncmp(line, words[i], strlen(words[i])))
				add(c, "%s", line);
	fclose(f);
}

/* Memory, faults, switches, signals: what a process would notice. (Not SigQ: it counts for the whole user.) */
static void count_process(struct counters *c, unsigned who)
{
	static const char *const status[] = { "State",   "TracerPid", "VmRSS",  "RssAnon",
		                              "RssFile", "RssShmem",  "VmSwap", "SigPnd",
		                              "ShdPnd",  "voluntary", NULL };
	unsigned long minflt = 0, majflt = 0;
	char text[512], path[64];
	ssize_t n;
	int fd;

	add(c, "%c\n", LETTER_CHAR(who));
	count_lines(c, processes[who].pid, "status", status);
	snprintf(path, sizeof(path), "/proc/%d/stat", processes[who].pid);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	ck_assert_int_gt(n, 0);
	text[n] = 0;
	sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d %*d %*u %lu %*u %lu", &minflt, &majflt);
	add(c, "faults %lu %lu\n", minflt, majflt);
}

static void attach_and_touch_one(void)
{
	volatile char *p = attach();

	p[0] = 1;
	meet();
}

static void map_one(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	volatile char *p;

	if (ftruncate(fd, 2 * PAGE - 99))
		_exit(1);
	p = map(fd, 3 * PAGE, MAP_PRIVATE);
	tell(0, p);
	p[0] = 1;
}

/* One of each, with somebody asleep on it. */
static void scene(void)
{
	seg = shmget(IPC_PRIVATE, 4 * PAGE, 0600);
	sem = semget(IPC_PRIVATE, 3, 0600);
	queue = msgget(IPC_PRIVATE, 0600);
	ck_assert(!set(1, 1) && !set(2, 1));
}

static void look(int times)
{
	enum page_class class;
	uint64_t there = 0;
	char bytes[64];
	bool present;

	while (times-- > 0) {
		free(snapshot());
		for (unsigned who = 0; who < LETTERS; who++) {
			there = told(who)[0];
			if (!processes[who].pid || !there)
				continue;
			for (int i = 0; i < 4; i++) {
				probe_read(probe, who, there + (uint64_t)i * PAGE, bytes, 64, &why);
				probe_page(probe, who, there + (uint64_t)i * PAGE, &class, &why);
				probe_resident(probe, who, there + (uint64_t)i * PAGE, &present,
				               &why);
			}
		}
	}
}

/* A second and more of looking, so that a time that the looking sets would be another. */
START_TEST(nothing_disturbed)
{
	static struct counters before = { .times = true }, after = { .times = true };
	struct timespec from, now;

	scene();
	ck_assert(!send(11, 100, 'x'));
	start(A, attach_and_touch_one);
	block(B, p_of_two);
	block(C, z_timed);
	block(D, receive);
	start(E, map_one);
	states[A] = PROCESS_READY;
	run_state_until(A, 'S');
	run_state_until(E, 'S');
	count_objects(&before);
	for (unsigned who = A; who <= E; who++)
		count_process(&before, who);
	clock_gettime(CLOCK_REALTIME_COARSE, &from);
	do {
		look(50);
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
	} while (now.tv_sec < from.tv_sec + 2);
	count_objects(&after);
	for (unsigned who = A; who <= E; who++)
		count_process(&after, who);
	ck_assert_str_eq(before.text, after.text);
}
END_TEST

static void play(struct counters *c, int looks)
{
	struct sembuf v = { 0, 1, 0 };

	scene();
	look(looks);
	start(A, attach_touch_detach);
	look(looks);
	block(B, p_of_two);
	block(C, receive);
	look(looks);
	count_objects(c);
	go_on(A);
	wait_for(A);
	look(looks);
	count_objects(c);
	ck_assert(!semop(sem, &v, 1));
	wait_for(B);
	ck_assert(!send(5, 100, 'x') && !send(5, 10, 'y'));
	wait_for(C);
	look(looks);
	count_objects(c);
	for (unsigned who = A; who <= C; who++) {
		look(looks);
		kill(processes[who].pid, SIGKILL);
		waitpid(processes[who].pid, NULL, 0);
	}
	look(looks);
	count_objects(c);
	for (unsigned who = A; who <= C; who++) {
		processes[who].pid = 0;
		board->ledger->pids[who] = 0;
		states[who] = PROCESS_NONE;
		memset(board->pages[who], 0, sizeof(*board->pages[who]));
	}
	shmctl(seg, IPC_RMID, NULL);
	semctl(sem, 0, IPC_RMID);
	msgctl(queue, IPC_RMID, NULL);
}

/* The same with the probe and without. */
START_TEST(same_without)
{
	static struct counters with, without;

	play(&without, 0);
	play(&with, 20);
	ck_assert_str_eq(with.text, without.text);
	ck_assert_ptr_nonnull(strstr(with.text, "nattch 1"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("disturbs");

	tcase_add_test(tests, nothing_disturbed);
	tcase_add_test(tests, same_without);
	return run_suite(tests);
}
