// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dice.h"
#include "engine/branch.h"
#include "suite.h"
#include "sys/letters.h"

/* The orders that are made are compared with all orders of a small model, gone through one by one: programs made by
   chance, of calls that take from a semaphore, give to one, or end. */

enum { PROGRAMS = 3, CALLS = 4, SEMAPHORES = 2, MOST = 60000 };

struct plan {
	int calls[PROGRAMS][CALLS]; /* a semaphore and 1: gives; negative: takes */
	int lengths[PROGRAMS], n;
};

struct world {
	int values[SEMAPHORES], done[PROGRAMS];
	bool sleeps[PROGRAMS];
};

static const struct plan empty;
static const struct world start;

static struct plan make_plan(void)
{
	struct plan p = empty;

	p.n = 2 + (int)dice_roll(PROGRAMS - 1);
	for (int who = 0; who < p.n; who++) {
		p.lengths[who] = 1 + (int)dice_roll(p.n == 2 ? CALLS : 2);
		for (int i = 0; i < p.lengths[who]; i++) {
			int number = 1 + (int)dice_roll(SEMAPHORES);

			p.calls[who][i] = dice_roll(2) ? number : -number;
		}
	}
	return p;
}

static uint32_t ready(const struct plan *p, const struct world *w)
{
	uint32_t mask = 0;

	for (int who = 0; who < p->n; who++)
		if (!w->sleeps[who] && w->done[who] < p->lengths[who])
			mask |= LETTER_BIT((unsigned)who);
	return mask;
}

static bool take(const struct plan *p, struct world *w, int who)
{
	int call = p->calls[who][w->done[who]], number = abs(call) - 1;

	if (call < 0 && !w->values[number])
		return false;
	w->values[number] += call < 0 ? -1 : 1;
	w->done[who]++;
	w->sleeps[who] = false;
	return true;
}

static void go(const struct plan *p, struct world *w, int who)
{
	w->sleeps[who] = !take(p, w, who);
	for (int other = 0; other < p->n; other++)
		if (w->sleeps[other] && other != who)
			take(p, w, other);
}

static void situation(const struct plan *p, const struct world *w, struct buf *b)
{
	for (int who = 0; who < p->n; who++)
		if (ready(p, w) & LETTER_BIT((unsigned)who))
			buf_printf(b, "%c call %d\n", 'A' + who, p->calls[who][w->done[who]]);
}

/* All of them, by the model alone, in the sequence that is promised: by preemptions, given letters, letters. */

struct made {
	char letters[PROGRAMS * CALLS + 1];
	unsigned preemptions, given;
};

struct list {
	struct made *items;
	size_t n;
};

/* Whom it would be without a choice. */
static int by_default(uint32_t mask, int last)
{
	if (last >= 0 && (mask & LETTER_BIT((unsigned)last)))
		return last;
	for (int i = 1; i <= (int)LETTERS; i++)
		if (mask & LETTER_BIT((unsigned)(last + i) % LETTERS))
			return (last + i) % (int)LETTERS;
	return -1;
}

static void all(const struct plan *p, struct world w, struct made so_far, struct list *l)
{
	size_t n = strlen(so_far.letters);
	int last = n ? so_far.letters[n - 1] - 'A' : -1;
	uint32_t mask = ready(p, &w);

	if (!mask)
		*MEM_PUSH(l->items, l->n) = so_far;
	for (int who = 0; who < p->n; who++) {
		struct world next = w;
		struct made m = so_far;

		if (!(mask & LETTER_BIT((unsigned)who)))
			continue;
		m.letters[n] = (char)('A' + who);
		if (who != by_default(mask, last)) {
			m.given = (unsigned)n + 1;
			m.preemptions += last >= 0 && (mask & LETTER_BIT((unsigned)last));
		}
		go(p, &next, who);
		all(p, next, m, l);
	}
}

static int compare_made(const void *x, const void *y)
{
	const struct made *a = x, *b = y;

	if (a->preemptions != b->preemptions)
		return a->preemptions < b->preemptions ? -1 : 1;
	if (a->given != b->given)
		return a->given < b->given ? -1 : 1;
	return strncmp(a->letters, b->letters, a->given);
}

static struct list all_of(const struct plan *p)
{
	struct list l = { NULL, 0 };

	all(p, start, (struct made){ .given = 0 }, &l);
	qsort(l.items, l.n, sizeof(*l.items), compare_made);
	return l;
}

/* Several under way, whoever the dice say going on; each end has the number of its order in the list. */

struct run {
	struct branch *branch;
	struct world world;
	struct buf letters;
};

static size_t number_of(const struct list *l, const char *letters)
{
	size_t i = 0;

	while (i < l->n && strcmp(l->items[i].letters, letters) != 0)
		i++;
	ck_assert_msg(i < l->n, "%s is no order", letters);
	return i;
}

static void play(const struct plan *p, const struct list *l, struct branches *b, unsigned at_once)
{
	struct run runs[4] = { { .branch = NULL } };

	while (!branches_over(b)) {
		struct run *r = &runs[dice_roll(at_once)];
		struct buf text = { 0 };
		int who;

		if (!r->branch) {
			r->branch = branch_begin(b);
			r->world = start;
			buf_clear(&r->letters);
		}
		if (!r->branch)
			continue;
		situation(p, &r->world, &text);
		who = branch_next(r->branch, ready(p, &r->world), buf_str(&text));
		buf_free(&text);
		ck_assert_int_ne(who, BRANCH_UNLIKE);
		if (who >= 0) {
			go(p, &r->world, who);
			buf_putc(&r->letters, (char)('A' + who));
			continue;
		}
		branch_end(r->branch, number_of(l, buf_str(&r->letters)));
		r->branch = NULL;
	}
	for (unsigned i = 0; i < at_once; i++)
		buf_free(&runs[i].letters);
}

/* The first so many of the list are counted, each once, and no other. */
static void expect_first(const struct branches *b, const struct list *l, size_t n)
{
	ck_assert_uint_eq(branches_counted(b), n);
	for (size_t i = 0; i < l->n; i++) {
		const struct branch_end *e = branches_end(b, i);

		ck_assert_msg(!e == (i >= n), "%s is number %zu of %zu", l->items[i].letters, i, n);
		ck_assert(!e || e->count == 1);
		ck_assert(!e || !strcmp(e->order, l->items[i].letters));
	}
}

static void check_plan(void)
{
	struct plan p = make_plan();
	struct list l = all_of(&p);
	uint64_t most = 1 + dice_roll((unsigned)l.n);
	unsigned preemptions = dice_roll(4);
	size_t few = 0;
	struct branch_bounds none = { MOST, UINT_MAX }, some = { most, UINT_MAX },
			     bound = { MOST, preemptions };
	const struct branch_bounds *bounds[] = { &none, &some, &bound };

	while (few < l.n && l.items[few].preemptions <= preemptions)
		few++;
	for (size_t i = 0; i < 3; i++) {
		struct branches *b = branches_new(bounds[i]);

		play(&p, &l, b, 1 + dice_roll(4));
		expect_first(b, &l, i == 0 ? l.n : i == 1 ? most : few);
		ck_assert_int_eq(branches_bound(b), i == 1 && most < l.n  ? BOUND_ORDERS
		                                    : i == 2 && few < l.n ? BOUND_PREEMPTIONS
		                                                          : BOUND_NONE);
		branches_free(b);
	}
	free(l.items);
}

START_TEST(test_model)
{
	for (unsigned i = 0; i < 150; i++) {
		dice_seed(1, i);
		check_plan();
	}
}
END_TEST

/* Three calls each: 6 of 3 and 3. */
START_TEST(test_count)
{
	struct plan p = { .calls = { { 1, 1, 1 }, { 1, 1, 1 } }, .lengths = { 3, 3 }, .n = 2 };
	struct list l = all_of(&p);

	ck_assert_uint_eq(l.n, 20);
	ck_assert_str_eq(l.items[0].letters, "AAABBB");
	ck_assert_str_eq(l.items[1].letters, "BBBAAA");
	free(l.items);
}
END_TEST

/* What is the same whoever made it is one end, with a shortest order. */
START_TEST(test_ends)
{
	struct branches *b = branches_new(&(struct branch_bounds){ 10, UINT_MAX });
	const char *const lines[] = { "A x\nB y\n", "B y\n", "" };
	const uint32_t masks[] = { 3, 2, 0 };
	struct branch *r = branch_begin(b);

	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(branch_next(r, masks[i], lines[i]), i < 2 ? (int)i : BRANCH_OVER);
	branch_end(r, 5);
	r = branch_begin(b);
	ck_assert_int_eq(branch_next(r, 3, lines[0]), 1);
	ck_assert_int_eq(branch_next(r, 0, ""), BRANCH_OVER);
	branch_end(r, 5);
	ck_assert(branches_over(b));
	ck_assert_uint_eq(branches_end(b, 5)->count, 2);
	ck_assert_str_eq(branches_end(b, 5)->order, "B");
	ck_assert_ptr_null(branches_end(b, 0));
	branches_free(b);
}
END_TEST

/* The same letters, and another call: it is said, and counted apart. */
START_TEST(test_unlike)
{
	struct branches *b = branches_new(&(struct branch_bounds){ 10, UINT_MAX });
	struct branch *r = branch_begin(b);
	const struct branch_unlike *u = branches_unlike(b);

	ck_assert_int_eq(branch_next(r, 1, "A x\n"), 0);
	ck_assert_int_eq(branch_next(r, 3, "A y\nB z\n"), 0);
	ck_assert_int_eq(branch_next(r, 0, ""), BRANCH_OVER);
	branch_end(r, 0);
	r = branch_begin(b);
	ck_assert_int_eq(branch_next(r, 1, "A x\n"), 0);
	ck_assert_int_eq(branch_next(r, 3, "A y\nB w\n"), BRANCH_UNLIKE);
	branch_end(r, 0);
	ck_assert(branches_over(b));
	ck_assert_uint_eq(branches_counted(b), 1);
	ck_assert_uint_eq(u->count, 1);
	ck_assert_str_eq(u->order, "A");
	ck_assert_str_eq(u->before, "B z");
	ck_assert_str_eq(u->now, "B w");
	branches_free(b);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("branch");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, test_model);
	tcase_add_test(tests, test_count);
	tcase_add_test(tests, test_ends);
	tcase_add_test(tests, test_unlike);
	return suite_main(tests);
}
