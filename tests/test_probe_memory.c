// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_scene.h"

static bool resident(unsigned who, uint64_t at)
{
	bool present = false;

	ck_assert_msg(!probe_resident(probe, who, at, &present, &why), "%s", why);
	return present;
}

static enum page_class class_of(unsigned who, uint64_t at)
{
	enum page_class class = PAGE_UNMAPPED;

	ck_assert_msg(!probe_page(probe, who, at, &class, &why), "%s", why);
	return class;
}

START_TEST(segment_untouched)
{
	struct snapshot *s;
	char byte;

	seg = shmget(0x77, PAGE + 100, IPC_CREAT | 0640);
	start(A, attach_touch_detach);
	for (int i = 0; i < 100; i++) {
		s = snapshot();
		ck_assert_uint_eq(s->nsegments, 1);
		ck_assert_int_eq(snap_segments(s)->id, seg);
		ck_assert_int_eq(snap_segments(s)->perm.key, 0x77);
		ck_assert_uint_eq(snap_segments(s)->perm.mode, 0640);
		ck_assert_uint_eq(snap_segments(s)->segsz, PAGE + 100);
		ck_assert_uint_eq(snap_segments(s)->nattch, 1);
		ck_assert_uint_eq(snap_segments(s)->rss, 0);
		ck_assert_str_eq(attached(s, snap_segments(s)), "A 1");
		ck_assert_int_eq(snap_segments(s)->bytes_state, BYTES_UNTOUCHED);
		ck_assert_int_eq(snap_segments(s)->lpid, processes[A].pid);
		free(s);
		ck_assert_int_eq(probe_read(probe, A, told(A)[0], &byte, 1, &why), -1);
		ck_assert_str_eq(why, "A has not touched this page: let A read it first");
		ck_assert(!resident(A, told(A)[0]));
	}
	ck_assert_uint_eq(rss_of(seg), 0);
}
END_TEST

START_TEST(segment_touched)
{
	const struct snap_segment *g;
	char text[6];
	struct snapshot *s;

	seg = shmget(IPC_PRIVATE, PAGE + 100, 0600);
	start(B, attach_touch_detach);
	start(A, attach_touch_detach);
	go_on(A);
	wait_for(A);
	s = snapshot();
	g = snap_segments(s);
	ck_assert_uint_eq(g->nattch, 2);
	ck_assert_str_eq(attached(s, g), "A 1, B 1");
	ck_assert_uint_eq(g->rss, PAGE);
	ck_assert_int_eq(g->bytes_state, BYTES_READ);
	ck_assert_str_eq((const char *)g->bytes, "hello");
	free(s);

	ck_assert_msg(!probe_read(probe, A, told(A)[0], text, 6, &why), "%s", why);
	ck_assert_str_eq(text, "hello");
	ck_assert(resident(A, told(A)[0]) && !resident(B, told(B)[0]));
	ck_assert_int_eq(probe_read(probe, B, told(B)[0], text, 6, &why), -1);
	ck_assert_str_eq(why, "B has not touched this page: let B read it first");
	/* the second of two pages is the one that is not there */
	ck_assert_int_eq(probe_read(probe, A, told(A)[0] + PAGE - 3, text, 6, &why), -1);

	go_on(A);
	wait_for(A);
	ck_assert_uint_eq(rss_of(seg), 2 * PAGE);
	ck_assert_msg(!probe_read(probe, A, told(A)[0] + PAGE - 3, text, 6, &why), "%s", why);
	ck_assert_int_eq(text[3], 1);
	go_on(A);
	wait_for(A);
	ck_assert(!shmctl(seg, IPC_RMID, NULL));
	s = snapshot();
	g = snap_segments(s);
	ck_assert_str_eq(attached(s, g), "B 1");
	ck_assert_int_eq(snap_maps(s, g, snap_task(s, process_of(s, A)->task)), 0);
	ck_assert_uint_eq(g->perm.mode, 0600 | SHM_DEST);
	free(s);
}
END_TEST

START_TEST(segment_pages)
{
	const struct snap_mapping *m;
	struct snapshot *s;

	seg = shmget(IPC_PRIVATE, PAGE + 100, 0600);
	start(A, attach_touch_detach);
	go_on(A);
	wait_for(A);
	s = snapshot();
	ck_assert_uint_eq(s->nmappings, 1); /* and not the board */
	m = snap_mappings(s);
	ck_assert(m->is_segment && m->shared && !m->is_file && !m->size_unknown);
	ck_assert_int_eq(m->prot, PROT_READ | PROT_WRITE);
	ck_assert_int_eq(m->shmid, seg);
	ck_assert_uint_eq(m->file_size, PAGE + 100);
	ck_assert_uint_eq(m->start, told(A)[0]);
	ck_assert_str_eq(m->path, "/SYSV00000000");
	ck_assert_uint_eq(m->nshown, 2);
	ck_assert_int_eq(snap_pages(s)[m->first], PAGE_IN_FILE | PAGE_PRESENT);
	ck_assert_int_eq(snap_pages(s)[m->first + 1], PAGE_TAIL);
	free(s);
	ck_assert_int_eq(class_of(A, told(A)[0] + PAGE - 1), PAGE_IN_FILE);
	ck_assert_int_eq(class_of(A, told(A)[0] + PAGE), PAGE_TAIL);
}
END_TEST

/* Of several a mapping is of that one which has its id, and no other's size or bytes are told of it. */
START_TEST(segments_apart)
{
	const struct snap_segment *g;
	const struct snap_mapping *m;
	struct snapshot *s;
	int other = shmget(IPC_PRIVATE, 3 * PAGE, 0600);

	seg = shmget(IPC_PRIVATE, PAGE + 100, 0600);
	start(A, attach_touch_detach);
	go_on(A);
	wait_for(A);
	s = snapshot();
	ck_assert_uint_eq(s->nsegments, 2);
	ck_assert_uint_eq(s->nmappings, 1);
	m = snap_mappings(s);
	ck_assert_int_eq(m->shmid, seg);
	ck_assert_uint_eq(m->file_size, PAGE + 100);
	ck_assert_int_eq(snap_pages(s)[m->first + 1], PAGE_TAIL);
	g = snap_segments(s);
	ck_assert_int_eq(g[0].id, other);
	ck_assert_int_eq(g[0].bytes_state, BYTES_NONE);
	ck_assert_int_eq(g[1].id, seg);
	ck_assert_int_eq(g[1].bytes_state, BYTES_READ);
	ck_assert_str_eq((const char *)g[1].bytes, "hello");
	free(s);
}
END_TEST

/* The rss of each of several is in /proc/sysvipc/shm; an index is free between them. */
START_TEST(segments_rss)
{
	struct snapshot *s;
	int hole, other;

	seg = shmget(IPC_PRIVATE, 2 * PAGE, 0600);
	hole = shmget(IPC_PRIVATE, PAGE, 0600);
	other = shmget(IPC_PRIVATE, PAGE, 0600);
	shmctl(hole, IPC_RMID, NULL);
	start(A, attach_touch_detach);
	go_on(A);
	wait_for(A);
	go_on(A);
	wait_for(A);
	s = snapshot();
	ck_assert_uint_eq(s->nsegments, 2);
	ck_assert_uint_eq(snap_segments(s)[0].rss, 2 * PAGE);
	ck_assert_int_eq(snap_segments(s)[1].id, other);
	ck_assert_uint_eq(snap_segments(s)[1].rss, 0);
	ck_assert_int_eq(snap_segments(s)[1].bytes_state, BYTES_NONE);
	free(s);
}
END_TEST

/* mprotect of the middle page of three makes three mappings of one. */
static void split(void)
{
	volatile char *p = attach();

	meet();
	enter("mprotect", 0, 0, 0, 0, 0);
	mprotect((char *)(uintptr_t)p + PAGE, PAGE, PROT_NONE);
	leave();
}

START_TEST(mapping_split)
{
	struct snapshot *s;
	char byte;

	seg = shmget(IPC_PRIVATE, 3 * PAGE, 0600);
	start(A, split);
	free(snapshot());
	go_on(A);
	wait_for(A);
	s = snapshot();
	ck_assert_uint_eq(snap_segments(s)->nattch, 3);
	ck_assert_str_eq(attached(s, snap_segments(s)), "A 3");
	ck_assert_uint_eq(s->nmappings, 3);
	ck_assert_int_eq(snap_mappings(s)[1].prot, PROT_NONE);
	ck_assert_uint_eq(snap_mappings(s)[1].offset, PAGE);
	free(s);
	ck_assert_int_eq(probe_read(probe, A, told(A)[0] + PAGE, &byte, 1, &why), -1);
}
END_TEST

static void attach_longer(void)
{
	volatile char *p = attach();

	enter("mremap", 0, 0, 0, 0, 0);
	p = mremap((void *)(uintptr_t)p, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
	leave();
	tell(0, p);
}

/* shmat() maps a segment to the end of its last page; mremap() can map more. */
START_TEST(segment_mapped_longer)
{
	const struct snap_mapping *m;
	struct snapshot *s;

	seg = shmget(IPC_PRIVATE, 100, 0600);
	start(A, attach_longer);
	s = snapshot();
	ck_assert_uint_eq(s->nmappings, 1);
	m = snap_mappings(s);
	ck_assert(m->is_segment && !m->is_file);
	ck_assert_uint_eq(m->nshown, 3);
	ck_assert_int_eq(snap_pages(s)[m->first] & ~PAGE_PRESENT, PAGE_TAIL);
	ck_assert_int_eq(snap_pages(s)[m->first + 1], PAGE_PAST_EOF);
	ck_assert_int_eq(snap_pages(s)[m->first + 2], PAGE_PAST_EOF);
	free(s);
	ck_assert_int_eq(class_of(A, told(A)[0]), PAGE_TAIL);
	ck_assert_int_eq(class_of(A, told(A)[0] + PAGE), PAGE_PAST_EOF);
}
END_TEST

/* Maps of many pages of text. */
static void map_much(void)
{
	for (int i = 0; i < 400; i++)
		mmap(NULL, PAGE, i & 1 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	attach();
}

START_TEST(maps_long)
{
	struct snapshot *s;

	seg = shmget(IPC_PRIVATE, PAGE, 0600);
	start(A, map_much);
	s = snapshot();
	ck_assert_uint_eq(s->nmappings, 1);
	ck_assert_str_eq(attached(s, snap_segments(s)), "A 1");
	free(s);
}
END_TEST

/* The file of design.md, mapped shared and private, and a page unmapped behind. */
static void map_file(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	volatile char *p, *q;

	if (ftruncate(fd, 2 * PAGE - 99))
		_exit(1);
	p = map(fd, 4 * PAGE, MAP_SHARED);
	munmap((char *)(uintptr_t)p + 3 * PAGE, PAGE);
	q = map(fd, 2 * PAGE, MAP_PRIVATE);
	tell(0, p);
	tell(1, q);
	told(me)[2] = (uint64_t)fd;
	meet();
	q[0] = 'q';
	meet();
	if (ftruncate(fd, 3 * PAGE))
		_exit(1);
	meet();
	unlink("file");
	meet();
	close(fd);
}

static const struct snap_mapping *mapping_at(const struct snapshot *s, uint64_t start)
{
	for (uint32_t i = 0; i < s->nmappings; i++)
		if (snap_mappings(s)[i].start == start)
			return &snap_mappings(s)[i];
	ck_abort_msg("no mapping at %#llx", (unsigned long long)start);
	return NULL;
}

static int page_at(const struct snapshot *s, const struct snap_mapping *m, uint32_t i)
{
	ck_assert_uint_lt(i, m->nshown);
	return snap_pages(s)[m->first + i];
}

static void expect_size(uint64_t size, bool unlinked)
{
	struct snapshot *s = snapshot();
	const struct snap_mapping *m = mapping_at(s, told(A)[0]);

	ck_assert(!m->size_unknown);
	ck_assert_uint_eq(m->file_size, size);
	ck_assert_int_eq(m->deleted, unlinked);
	ck_assert_str_eq(strrchr(m->path, '/'), "/file");
	ck_assert_str_eq(m->path + m->inside, "file");
	free(s);
}

START_TEST(file_pages)
{
	const struct snap_mapping *m;
	struct snapshot *s;
	struct stat st;
	uint64_t p;
	char byte;

	start(A, map_file);
	p = told(A)[0];
	s = snapshot();
	ck_assert_uint_eq(s->nmappings, 2);
	m = mapping_at(s, p);
	ck_assert(m->is_file && m->shared && !m->is_segment && !m->deleted);
	ck_assert_uint_eq(m->nshown, 3);
	for (uint32_t i = 0; i < 3; i++) {
		ck_assert_int_eq(page_at(s, m, i), (int)(PAGE_IN_FILE + i));
		ck_assert_int_eq(class_of(A, p + i * PAGE), (int)(PAGE_IN_FILE + i));
	}
	free(s);
	ck_assert_int_eq(class_of(A, p + 3 * PAGE), PAGE_UNMAPPED);
	ck_assert_int_eq(probe_read(probe, A, p + 3 * PAGE, &byte, 1, &why), -1);
	ck_assert_ptr_nonnull(strstr(why, "nothing mapped"));
	ck_assert_int_eq(probe_read(probe, A, p + 2 * PAGE, &byte, 1, &why), -1);
	ck_assert_ptr_nonnull(strstr(why, "past the end"));
	ck_assert(!resident(A, p + 3 * PAGE));
	ck_assert(!probe_file(probe, A, (int)told(A)[2], &st, &why));
	ck_assert_int_eq(st.st_size, 2 * PAGE - 99);
	ck_assert_int_eq(probe_file(probe, A, 999, &st, &why), -1);
	ck_assert_str_eq(why, "A has no descriptor 999");
}
END_TEST

START_TEST(file_copied)
{
	const struct snap_mapping *m;
	struct snapshot *s;

	start(A, map_file);
	go_on(A);
	wait_for(A);
	s = snapshot();
	m = mapping_at(s, told(A)[1]);
	ck_assert(!m->shared);
	ck_assert_int_eq(page_at(s, m, 0), PAGE_IN_FILE | PAGE_PRESENT | PAGE_ANONYMOUS);
	ck_assert_int_eq(page_at(s, m, 1), PAGE_TAIL);
	free(s);
}
END_TEST

/* Grown, unlinked, closed: the size is told all the same. */
START_TEST(file_unlinked)
{
	start(A, map_file);
	go_on(A);
	wait_for(A);
	expect_size(2 * PAGE - 99, false);
	go_on(A);
	wait_for(A);
	expect_size(3 * PAGE, false);
	ck_assert_int_eq(class_of(A, told(A)[0] + 2 * PAGE), PAGE_IN_FILE);
	go_on(A);
	wait_for(A);
	expect_size(3 * PAGE, true);
	/* a file made meanwhile is not mistaken for it */
	close(open("file", O_RDWR | O_CREAT, 0600));
	expect_size(3 * PAGE, true);
	go_on(A);
	wait_for(A);
	expect_size(3 * PAGE, true);
	ck_assert_int_eq(class_of(A, told(A)[0] + 2 * PAGE), PAGE_IN_FILE);
}
END_TEST

/* Nobody looked before it was unlinked: a descriptor will do. */
START_TEST(file_by_descriptor)
{
	start(A, map_file);
	for (int i = 0; i < 3; i++) {
		go_on(A);
		wait_for(A);
	}
	ck_assert_int_eq(class_of(A, told(A)[0] + 2 * PAGE), PAGE_IN_FILE);
	expect_size(3 * PAGE, true);
}
END_TEST

/* As sem_open(3) does it: made under one name, linked to another, the first one removed. */
static void map_linked(void)
{
	int fd = open("first", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (ftruncate(fd, 32))
		_exit(1);
	tell(0, map(fd, PAGE, MAP_SHARED));
	close(fd);
	if (link("first", "file"))
		_exit(1);
	unlink("first");
	meet();
	unlink("file");
}

START_TEST(file_linked)
{
	start(A, map_linked);
	ck_assert_int_eq(class_of(A, told(A)[0]), PAGE_TAIL);
	expect_size(32, false);
	go_on(A);
	wait_for(A);
	expect_size(32, true);
}
END_TEST

static char long_name[80];

static void map_long_name(void)
{
	int fd = open(long_name, O_RDWR | O_CREAT, 0600);

	if (ftruncate(fd, 32))
		_exit(1);
	tell(0, map(fd, PAGE, MAP_SHARED));
}

/* Of a long path the end is kept, and what of it is the name in the lesson's directory is told as
   long as that is there as a whole. */
START_TEST(file_long_name)
{
	for (unsigned who = A; who <= B; who++) {
		const struct snap_mapping *m;
		struct snapshot *s;

		memset(long_name, 'n', who == A ? SNAP_PATH - 10 : SNAP_PATH + 10);
		start(who, map_long_name);
		s = snapshot();
		ck_assert_uint_eq(s->nmappings, who + 1);
		m = snap_mappings(s) + who;
		ck_assert_int_eq(m->inside > 0, who == A);
		if (who == A)
			ck_assert_str_eq(m->path + m->inside, long_name);
		free(s);
	}
}
END_TEST

/* Nor before it was closed. */
START_TEST(file_unknown)
{
	enum page_class class;
	struct snapshot *s;

	start(A, map_file);
	for (int i = 0; i < 4; i++) {
		go_on(A);
		wait_for(A);
	}
	ck_assert_int_eq(probe_page(probe, A, told(A)[0], &class, &why), -1);
	s = snapshot();
	ck_assert(mapping_at(s, told(A)[0])->size_unknown);
	ck_assert(mapping_at(s, told(A)[0])->deleted);
	free(s);
}
END_TEST

static void map_memories(void)
{
	int fd = memfd_create("mine", 0);

	if (ftruncate(fd, PAGE + 1))
		_exit(1);
	tell(0, map(fd, 3 * PAGE, MAP_SHARED));
	tell(1, map(-1, PAGE, MAP_SHARED | MAP_ANONYMOUS));
	tell(2, map(-1, PAGE, MAP_PRIVATE | MAP_ANONYMOUS));
	meet();
	close(fd);
}

START_TEST(memory_pages)
{
	const struct snap_mapping *m;
	struct snapshot *s;

	start(A, map_memories);
	for (int i = 0; i < 2; i++) {
		s = snapshot();
		ck_assert_uint_eq(s->nmappings, 2); /* private anonymous memory is not shown */
		m = mapping_at(s, told(A)[0]);
		ck_assert(m->is_file && !m->deleted);
		ck_assert_str_eq(m->path, "/memfd:mine");
		ck_assert_int_eq(page_at(s, m, 1), PAGE_TAIL);
		ck_assert_int_eq(page_at(s, m, 2), PAGE_PAST_EOF);
		m = mapping_at(s, told(A)[1]);
		ck_assert(m->shared && !m->is_file && !m->size_unknown);
		ck_assert_int_eq(page_at(s, m, 0), PAGE_IN_FILE);
		free(s);
		ck_assert_int_eq(class_of(A, told(A)[0] + 2 * PAGE), PAGE_PAST_EOF);
		ck_assert_int_eq(class_of(A, told(A)[1]), PAGE_IN_FILE);
		ck_assert_int_eq(class_of(A, told(A)[2]), PAGE_IN_FILE);
		go_on(A);
		wait_for(A);
	}
}
END_TEST

/* Another image, the same pid: what was kept open belongs to the old one. */
static void become_cat(void)
{
	attach();
	meet();
	enter("execve", 0, 0, 0, 0, 0);
	dup2(processes[me].to, 0);
	execlp("cat", "cat", (char *)NULL);
	_exit(1);
}

START_TEST(other_image)
{
	struct shmid_ds ds;
	struct snapshot *s;
	bool present;

	seg = shmget(IPC_PRIVATE, PAGE, 0600);
	start(A, become_cat);
	free(snapshot());
	ck_assert(!resident(A, told(A)[0]));
	go_on(A);
	do
		ck_assert(!probe_segment(probe, seg, &ds, &why));
	while (ds.shm_nattch);
	/* between two images it has the new one's memory, or none */
	while (probe_resident(probe, A, told(A)[0], &present, &why))
		sched_yield();
	ck_assert_int_eq(class_of(A, told(A)[0]), PAGE_UNMAPPED);
	s = snapshot();
	ck_assert_uint_eq(snap_segments(s)->nattached, 0);
	ck_assert_uint_eq(s->nmappings, 0);
	ck_assert_int_eq(process_of(s, A)->state, PROCESS_RUNNING);
	free(s);
}
END_TEST

/* In another namespace the same id is another object. */
static void leave_namespace(void)
{
	struct sembuf p = { 0, -1, 0 };

	enter("unshare", CLONE_NEWIPC, 0, 0, 0, 0);
	if (unshare(CLONE_NEWIPC))
		_exit(1);
	leave();
	seg = shmget(IPC_PRIVATE, PAGE, 0600);
	attach()[0] = 1;
	sem = semget(IPC_PRIVATE, 1, 0600);
	meet();
	semop_here(&p, 1, NULL);
}

static void leave_namespace_met(void)
{
	meet();
	leave_namespace();
}

START_TEST(other_namespace)
{
	struct snapshot *s;

	seg = shmget(IPC_PRIVATE, 2 * PAGE, 0600);
	sem = semget(IPC_PRIVATE, 1, 0600);
	start(A, leave_namespace_met);
	start(B, detached);
	s = snapshot();
	ck_assert(snap_task(s, process_of(s, A)->task)->here);
	free(s);
	go_on(A);
	wait_for(A);
	go_on(A);
	wait_blocked(A);
	s = snapshot();
	ck_assert(!snap_task(s, process_of(s, A)->task)->here);
	ck_assert(snap_task(s, process_of(s, B)->task)->here);
	ck_assert_int_eq(snap_segments(s)->id, seg);
	ck_assert_uint_eq(snap_segments(s)->nattached, 0);
	ck_assert_uint_eq(s->nmappings, 1);
	ck_assert_int_eq(snap_mappings(s)->whose, WHOSE_OTHER);
	ck_assert(snap_mappings(s)->size_unknown);
	ck_assert_uint_eq(s->nwaiters, 0);
	free(s);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("memory");

	tcase_add_test(tests, segment_untouched);
	tcase_add_test(tests, segment_touched);
	tcase_add_test(tests, segment_pages);
	tcase_add_test(tests, segments_apart);
	tcase_add_test(tests, segments_rss);
	tcase_add_test(tests, mapping_split);
	tcase_add_test(tests, segment_mapped_longer);
	tcase_add_test(tests, maps_long);
	tcase_add_test(tests, file_pages);
	tcase_add_test(tests, file_copied);
	tcase_add_test(tests, file_unlinked);
	tcase_add_test(tests, file_by_descriptor);
	tcase_add_test(tests, file_linked);
	tcase_add_test(tests, file_long_name);
	tcase_add_test(tests, file_unknown);
	tcase_add_test(tests, memory_pages);
	tcase_add_test(tests, other_image);
	tcase_add_test(tests, other_namespace);
	return run_suite(tests);
}
