// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dice.h"
#include "engine/orders.h"
#include "lesson/lesson.h"
#include "play/survey.h"
#include "stage_play.h"
#include "machine.h"
#include "suite.h"

/* Schedules made by chance: the orders that are played are compared with all orders, gone through one by one in a small
   model of the kernel's rules for semaphores (ipc/sem.c), and what real processes make of them with that. */

enum { LISTS = 4, STEPS = 4, SEMAPHORES = 3, ENDS = 512, LEAST = 2, PLANS = 200 };

enum kind { SEMOP, LOAD, STORE };

struct operation {
	int number, op;
};

struct statement {
	enum kind kind;
	struct operation ops[2];
	int nops;
	bool nowait;
};

struct plan {
	struct statement lists[LISTS][STEPS];
	int lengths[LISTS], nlists;
	int values[SEMAPHORES]; /* at the start */
	bool fine;
};

/* What stands after some steps. */
struct world {
	int values[SEMAPHORES], n, t[LISTS];
	int done[LISTS];
	int asleep[LISTS], nasleep; /* in the order in which they went to sleep */
	bool sleeps[LISTS], failed[LISTS][STEPS];
};

/* The model */

/* All of them or none: 1 when done, 0 when it has to wait. */
static bool perform(struct world *w, const struct statement *s)
{
	int values[SEMAPHORES];

	memcpy(values, w->values, sizeof(values));
	for (int i = 0; i < s->nops; i++) {
		int *v = &values[s->ops[i].number];

		if (s->ops[i].op ? *v + s->ops[i].op < 0 : *v != 0)
			return false;
		*v += s->ops[i].op;
	}
	memcpy(w->values, values, sizeof(values));
	return true;
}

static const struct statement *last_of(const struct plan *p, const struct world *w, int who)
{
	return &p->lists[who][w->done[who] - 1];
}

static bool alters(const struct statement *s)
{
	return s->ops[0].op || (s->nops > 1 && s->ops[1].op);
}

/* Those that wait for zero before those that take; of these whoever waits longest. woken: a mask. */
static void wake(const struct plan *p, struct world *w, unsigned *woken)
{
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < w->nasleep; i++) {
			int who = w->asleep[i];

			if (alters(last_of(p, w, who)) != (pass > 0) ||
			    !perform(w, last_of(p, w, who)))
				continue;
			w->nasleep--;
			memmove(&w->asleep[i], &w->asleep[i + 1],
			        (size_t)(w->nasleep - i) * sizeof(*w->asleep));
			w->sleeps[who] = false;
			*woken |= 1u << who;
			wake(p, w, woken);
			return;
		}
}

/* Whoever it is makes the next step; a mask of those that it wakes. */
static unsigned make(const struct plan *p, struct world *w, int who)
{
	const struct statement *s = &p->lists[who][w->done[who]++];
	unsigned woken = 0;

	if (s->kind == LOAD) {
		w->t[who] = w->n;
	} else if (s->kind == STORE) {
		w->n = w->t[who] + 1;
	} else if (perform(w, s)) {
		wake(p, w, &woken);
	} else if (s->nowait) {
		w->failed[who][w->done[who] - 1] = true;
	} else {
		w->sleeps[who] = true;
		w->asleep[w->nasleep++] = who;
	}
	return woken;
}

static uint32_t ready(const struct plan *p, const struct world *w)
{
	uint32_t mask = 0;

	for (int who = 0; who < p->nlists; who++)
		if (!w->sleeps[who])
			mask |= LETTER_BIT(who);
	return mask;
}

/* Plans */

static void put_statement(struct buf *b, const struct statement *s, int who)
{
	char letter = LETTER_CHAR(who);

	if (s->kind == LOAD) {
		buf_printf(b, "%c: t = n[0]", letter);
	} else if (s->kind == STORE) {
		buf_printf(b, "%c: n[0] = t + 1", letter);
	} else {
		buf_printf(b, "%c: semop(s, {", letter);
		for (int i = 0; i < s->nops; i++)
			buf_printf(b, "%s{%d, %d, %s}", i ? ", " : "", s->ops[i].number,
			           s->ops[i].op, s->nowait ? "IPC_NOWAIT" : "0");
		buf_printf(b, "}, %d)", s->nops);
	}
}

/* As survey.c says it. */
static char *text_of(const struct plan *p, const struct world *w)
{
	struct buf b = { 0 };

	for (int i = 0; i < SEMAPHORES; i++)
		buf_printf(&b, "s[%d].semval = %d, ", i, w->values[i]);
	buf_printf(&b, "A.n[0] = %d", w->n);
	for (int who = 0; who < p->nlists; who++) {
		for (int i = 0; i < p->lengths[who]; i++)
			if (w->failed[who][i]) {
				buf_puts(&b, ", ");
				put_statement(&b, &p->lists[who][i], who);
				buf_puts(&b, " => -1 EAGAIN");
			}
		if (w->sleeps[who]) {
			buf_puts(&b, ", ");
			put_statement(&b, last_of(p, w, who), who);
			buf_puts(&b, " sleeps");
		}
	}
	return buf_steal(&b);
}

static struct statement roll_semop(void)
{
	static const int ops[] = { -1, -1, -1, +1, +1, +2, -2, 0 };
	struct statement s = { .kind = SEMOP };

	/* one after the other: within an expression each compiler has its own order */
	s.nops = dice_roll(6) ? 1 : 2;
	s.nowait = !dice_roll(6);
	for (int i = 0; i < s.nops; i++) {
		s.ops[i].number = (int)dice_roll(SEMAPHORES);
		s.ops[i].op = ops[dice_roll(8)];
	}
	return s;
}

/* How many orders there are of lists that never sleep. */
static uint64_t count_orders(const int *lengths, int nlists)
{
	uint64_t count = 1;
	int all = 0;

	for (int who = 0; who < nlists; who++)
		for (int i = 1; i <= lengths[who]; i++)
			count = count * (uint64_t)++all / (uint64_t)i;
	return count;
}

/* Two to four lists of two to four statements, that have no more orders than so many. */
static int roll_lengths(int lengths[LISTS], uint64_t most)
{
	int nlists;

	do {
		nlists = 2 + (int)dice_roll(LISTS - 1);
		for (int who = 0; who < nlists; who++)
			lengths[who] = LEAST + (int)dice_roll(STEPS - LEAST + 1);
	} while (count_orders(lengths, nlists) > most);
	return nlists;
}

static struct plan roll_plan(uint64_t most)
{
	struct plan p = { .fine = true };

	p.nlists = roll_lengths(p.lengths, most);
	for (int i = 0; i < SEMAPHORES; i++)
		p.values[i] = (int)dice_roll(2);
	for (int who = 0; who < p.nlists; who++) {
		for (int i = 0; i < p.lengths[who]; i++) {
			struct statement *s = &p.lists[who][i];

			*s = dice_roll(3)
			             ? roll_semop()
			             : (struct statement){ .kind = dice_roll(2) ? LOAD : STORE };
			p.fine &= s->kind != SEMOP || s->nops == 1;
		}
	}
	return p;
}

static struct world world_of(const struct plan *p)
{
	struct world w = { 0 };

	memcpy(w.values, p->values, sizeof(w.values));
	return w;
}

/* Ends that are counted. */
struct tally {
	char *texts[ENDS];
	uint64_t counts[ENDS], all;
	size_t count, shortest[ENDS];
};

static void count_end(struct tally *t, const struct plan *p, const struct world *w, size_t steps)
{
	char *text = text_of(p, w);
	size_t i = 0;

	while (i < t->count && strcmp(t->texts[i], text) != 0)
		i++;
	ck_assert_uint_lt(i, ENDS);
	if (i == t->count) {
		t->texts[t->count++] = mem_dup(text);
		t->shortest[i] = steps;
	}
	if (steps < t->shortest[i])
		t->shortest[i] = steps;
	t->counts[i]++;
	t->all++;
	free(text);
}

/* Every order, one after the other. */
static void go_through(struct tally *t, const struct plan *p, const struct world *w, size_t steps)
{
	bool any = false;

	for (int who = 0; who < p->nlists; who++) {
		struct world next = *w;

		if (w->sleeps[who] || w->done[who] == p->lengths[who])
			continue;
		any = true;
		make(p, &next, who);
		go_through(t, p, &next, steps + 1);
	}
	if (!any)
		count_end(t, p, w, steps);
}

static void tally_free(struct tally *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->texts[i]);
}

/* The same ends, as often, and each by an order that leads there. */
static void compare(const struct plan *p, const struct tally *t, const struct orders *o)
{
	size_t n;
	const struct order_end *ends = orders_ends(o, &n);

	ck_assert_uint_eq(orders_counted(o), t->all);
	ck_assert_uint_eq(n, t->count);
	for (size_t i = 0; i < n; i++) {
		struct world w = world_of(p);
		size_t k = 0;
		char *text;

		while (k < t->count && strcmp(t->texts[k], ends[i].text) != 0)
			k++;
		ck_assert_msg(k < t->count, "no order leads there: %s", ends[i].text);
		ck_assert_uint_eq(ends[i].count, t->counts[k]);
		ck_assert_uint_eq(strlen(ends[i].order), t->shortest[k]);
		for (const char *c = ends[i].order; *c; c++)
			make(p, &w, *c - 'A');
		text = text_of(p, &w);
		ck_assert_str_eq(text, ends[i].text);
		free(text);
	}
}

/* Which orders there are */

static void touch(struct touches *t, enum touch_kind kind, int64_t of, bool writes, uint64_t from,
                  uint64_t to)
{
	touches_add(t, &(struct touch){ (uint8_t)kind, writes, of, from, to });
}

static void touch_statement(struct touches *t, const struct plan *p, const struct statement *s)
{
	if (s->kind != SEMOP)
		touch(t, TOUCH_MEMORY, 0, s->kind == STORE, 0, 4);
	else if (p->fine)
		touch(t, TOUCH_SET, 0, true, (uint64_t)s->ops[0].number,
		      (uint64_t)s->ops[0].number + 1);
	else
		touch(t, TOUCH_SET, 0, true, 0, UINT64_MAX);
}

static void play_in_model(const struct plan *p, struct order *r)
{
	struct world w = world_of(p);
	int who;

	order_stands(r, ready(p, &w));
	while ((who = order_next(r)) >= 0) {
		struct touches t = { 0 };
		unsigned woken = make(p, &w, who);

		touch(&t, TOUCH_PROCESS, who, true, 0, UINT64_MAX);
		touch_statement(&t, p, last_of(p, &w, who));
		for (int other = 0; other < p->nlists; other++)
			if (woken & (1u << other)) {
				touch(&t, TOUCH_PROCESS, other, true, 0, UINT64_MAX);
				touch_statement(&t, p, last_of(p, &w, other));
			}
		ck_assert(order_played(r, &t, ready(p, &w)));
	}
	if (order_is_spare(r)) {
		order_drop(r);
	} else {
		char *text = text_of(p, &w);

		order_end(r, text, "");
		free(text);
	}
}

static struct orders *orders_of(const struct plan *p, struct schedule *s, bool every)
{
	struct orders *o;
	struct order *r;

	for (int who = 0; who < p->nlists; who++)
		s->lengths[who] = (size_t)p->lengths[who];
	o = orders_new(s, every);
	while ((r = orders_begin(o)))
		play_in_model(p, r);
	ck_assert(orders_over(o));
	return o;
}

START_TEST(same_as_all_orders)
{
	size_t all = 0, played = 0;

	for (unsigned i = 0; i < PLANS; i++) {
		struct schedule s = { 0 };
		struct tally t = { 0 };
		struct plan p;
		struct world w;
		struct orders *every, *reduced;

		dice_seed(dice_setting("SEED", 1), i);
		p = roll_plan(i % 10 ? 500 : 5000);
		w = world_of(&p);
		go_through(&t, &p, &w, 0);
		every = orders_of(&p, &s, true);
		reduced = orders_of(&p, &s, false);
		compare(&p, &t, every);
		compare(&p, &t, reduced);
		ck_assert_uint_eq(orders_played(every), t.all);
		ck_assert_uint_le(orders_counted(every), orders_most(every));
		all += t.all;
		played += orders_played(reduced);
		orders_free(every);
		orders_free(reduced);
		tally_free(&t);
	}
	ck_assert_uint_lt(2 * played, all); /* it is for something */
}
END_TEST

/* What real processes make of them */

static char *lesson_text(const struct plan *p)
{
	struct buf b = { 0 };

	buf_puts(&b, "# T\n\n```c\nA: s = semget(IPC_PRIVATE, 3, 0600);\n"
	             "A: seg = shmget(IPC_PRIVATE, 4096, 0600);\n");
	buf_printf(&b, "A: semctl(s, 0, SETALL, {%d, %d, %d});\n", p->values[0], p->values[1],
	           p->values[2]);
	for (int who = 0; who < p->nlists; who++)
		buf_printf(&b, "%c: int *n = shmat(seg, NULL, 0);\n%c: t = 0;\n", 'A' + who,
		           'A' + who);
	buf_puts(&b, "A: n[0] = 0;\n```\n\n```c schedule\n");
	for (int who = 0; who < p->nlists; who++)
		for (int i = 0; i < p->lengths[who]; i++) {
			put_statement(&b, &p->lists[who][i], who);
			buf_puts(&b, ";\n");
		}
	buf_puts(
		&b,
		"always((s[0].semval + 1) * (s[1].semval + 1) * (s[2].semval + 1) * (A.n[0] + 1) > 0);\n"
		"```\n");
	return buf_steal(&b);
}

static struct survey *survey(const struct lesson *l, bool every, bool host)
{
	const struct survey_options options = { .stage_options = { .terminal_fd = -1,
		                                                   .forked = true },
		                                .every = every,
		                                .patience = 10,
		                                .players = host ? 1 : 2 };
	struct survey *s = survey_begin(l, l->script.nsteps - 1, &options);
	struct pollfd fds[SURVEY_PLAYERS];

	for (survey_turn(s); !survey_over(s); survey_turn(s))
		poll(fds, survey_fds(s, fds), survey_timeout(s));
	return s;
}

static struct lesson *parse(const char *text)
{
	struct diags d;
	struct lesson *l;

	diags_init(&d, "test.md");
	l = lesson_parse(text, strlen(text), &d);
	if (!l)
		ck_abort_msg("%s\n%s", text, diags_errors(&d));
	diags_free(&d);
	return l;
}

static void survey_plan(const struct plan *p, const struct tally *t, bool every, bool host)
{
	char *text = lesson_text(p);
	struct lesson *l = parse(text);
	struct survey *s = survey(l, every, host);
	int line, column;
	bool skipped;
	const char *why = survey_trouble(s, &line, &column, &skipped);

	if (why && skipped)
		SKIP("%s", why);
	if (why)
		ck_abort_msg("%s\n%d: %s", text, line, why);
	compare(p, t, survey_orders(s));
	survey_free(s);
	lesson_free(l);
	free(text);
}

/* So many plans that have several ends, and not too many orders. */
static void survey_plans(unsigned count, bool host)
{
	for (unsigned i = 0, made = 0; made < count; i++) {
		struct tally t = { 0 };
		struct plan p;
		struct world w;

		dice_seed(dice_setting("SEED", 2), i);
		p = roll_plan(100);
		w = world_of(&p);
		go_through(&t, &p, &w, 0);
		if (t.all > 2 && t.all < 40 && t.count > 1) {
			if (made % 10 == 0)
				survey_plan(&p, &t, true, host);
			survey_plan(&p, &t, false, host);
			made++;
		}
		tally_free(&t);
	}
}

START_TEST(same_in_the_kernel)
{
	survey_plans(40, false);
}
END_TEST

/* There each order has other ids. */
START_TEST(same_on_the_host)
{
	own_ipc_namespace();
	survey_plans(10, true);
}
END_TEST

/* What else steps can have in common: names, keys, queues, several objects, bytes beside each other, a death */

static const struct {
	const char *setup, *lists;
	size_t spared; /* orders that need not be made, at least */
} shared[] = {
	/* a name that one binds and the other uses */
	{ "A: x = 1;\n",
	  "A: x = 2;\nA: x = 3;\nB: y = x;\nB: z = x;\nalways(B.y <= B.z);\nsometimes(A.x == 3);\n",
	  0 },
	/* each its own name, and nothing in common */
	{ "A: x = 1;\nB: x = 1;\n",
	  "A: x = 2;\nA: x = x + 1;\nB: x = 5;\nB: x = x + 1;\nalways(A.x == 3 && B.x == 6);\n",
	  5 },
	/* who makes a set, and who gets it */
	{ "A: x = 1;\n",
	  "A: int a = semget(5, 1, IPC_CREAT | IPC_EXCL | 0600);\nB: int b = semget(5, 2, IPC_CREAT | 0600);\n"
	  "B: semop(b, {{0, 1, 0}}, 1);\nalways(B.b == 0);\nsometimes(A.a == 0);\nsometimes(A.a < 0);\n",
	  0 },
	/* two queues; ids are handed out in the order in which they are made */
	{ "A: q = msgget(IPC_PRIVATE, 0600);\nA: r = msgget(IPC_PRIVATE, 0600);\n",
	  "A: msgsnd(q, {1, \"a\"}, 2, 0);\nA: msgsnd(r, {1, \"a\"}, 2, 0);\nB: msgsnd(r, {2, \"b\"}, 2, 0);\n"
	  "B: msgsnd(q, {2, \"b\"}, 2, 0);\nC: msgrcv(q, &m, 64, 0, 0);\nalways(q.msg_qnum + r.msg_qnum == 3);\n"
	  "sometimes(C.m.mtype == 1);\nsometimes(C.m.mtype == 2);\n",
	  1 },
	/* bytes of one segment, beside each other and the same */
	{ "A: seg = shmget(IPC_PRIVATE, 4096, 0600);\nA, B, C: int *n = shmat(seg, NULL, 0);\nA: n[0] = 0;\n",
	  "A: n[0] = 1;\nA: n[1] = 1;\nB: n[0] = 2;\nB: t = n[1];\nC: n[2] = 3;\n"
	  "always(A.n[0] + A.n[1] + B.t + A.n[2] > 0);\n",
	  1 },
	/* one attaches, removes, looks */
	{ "A: seg = shmget(IPC_PRIVATE, 4096, 0600);\nB: p = 0;\n",
	  "A: shmctl(seg, IPC_RMID, NULL);\nB: void *p = shmat(seg, NULL, 0);\nB: if (p != MAP_FAILED) { p[0] = 1; }\n"
	  "never(deadlock);\n",
	  0 },
	/* a sleeper that is removed, or killed */
	{ "A: s = semget(IPC_PRIVATE, 2, 0600);\nB: getpid();\n",
	  "A: semctl(s, 0, IPC_RMID);\nB: semop(s, {{0, -1, 0}}, 1);\nB: semop(s, {{1, 0, 0}}, 1);\n"
	  "C: kill(B, SIGKILL);\nnever(blocked(B));\nsometimes(deadlock);\n",
	  0 },
	/* who is killed or stopped does not do what it would have done */
	{ "A: s = semget(IPC_PRIVATE, 1, 0600);\nB: x = 0;\n",
	  "A: kill(B, SIGKILL);\nB: semctl(s, 0, SETVAL, 7);\nalways(s[0].semval >= 0);\nsometimes(s[0].semval == 7);\n",
	  0 },
	{ "A: s = semget(IPC_PRIVATE, 1, 0600);\nB: x = 0;\nC: x = 0;\n",
	  "A: kill(B, SIGKILL);\nB: semop(s, {{0, -1, 0}}, 1);\nC: semop(s, {{0, 1, 0}}, 1);\n"
	  "always(s[0].semval >= 0);\nsometimes(s[0].semval == 0);\n",
	  0 },
	{ "A: s = semget(IPC_PRIVATE, 1, 0600);\nB: x = 0;\n",
	  "A: kill(B, SIGSTOP);\nB: semctl(s, 0, SETVAL, 7);\nB: semctl(s, 0, SETVAL, 8);\nalways(s[0].semval >= 0);\n",
	  0 },
	/* who is woken does the rest of its statement then */
	{ "A: s = semget(IPC_PRIVATE, 2, 0600);\nA: seg = shmget(IPC_PRIVATE, 4096, 0600);\n"
	  "A, B, C: int *n = shmat(seg, NULL, 0);\n",
	  "A: if (1) { semop(s, {{0, -1, 0}}, 1); n[0] = 7; }\nB: semop(s, {{0, 1, 0}}, 1);\nC: t = n[0];\n"
	  "C: semop(s, {{1, 1, 0}}, 1);\nalways(C.t == 0 || C.t == 7);\nsometimes(C.t == 7);\n",
	  1 },
};

static struct survey *survey_text(const char *setup, const char *lists, bool every,
                                  struct lesson **l)
{
	struct buf b = { 0 };
	struct survey *s;
	const char *why;
	int line, column;
	bool skipped;

	buf_printf(&b, "# T\n\n```c\n%s```\n\n```c schedule\n%s```\n", setup, lists);
	*l = parse(b.data);
	s = survey(*l, every, false);
	why = survey_trouble(s, &line, &column, &skipped);
	if (why && skipped)
		SKIP("%s", why);
	ck_assert_msg(!why, "%s\n%d: %s", b.data, line, why);
	buf_free(&b);
	return s;
}

/* How many orders of all were not made. */
static size_t spared(const char *setup, const char *lists)
{
	struct lesson *l[2];
	struct survey *every = survey_text(setup, lists, true, &l[0]);
	struct survey *reduced = survey_text(setup, lists, false, &l[1]);
	const struct orders *o = survey_orders(every), *r = survey_orders(reduced);
	size_t n, m, made, all;
	const struct order_end *a = orders_ends(o, &n), *b = orders_ends(r, &m);

	ck_assert_msg(orders_counted(o) == orders_counted(r) && n == m,
	              "%s%s: %zu orders with %zu ends, and %zu with %zu", setup, lists,
	              (size_t)orders_counted(o), n, (size_t)orders_counted(r), m);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < m &&
		       (strcmp(a[i].text, b[k].text) != 0 || strcmp(a[i].truths, b[k].truths) != 0))
			k++;
		ck_assert_msg(k < m, "%s%s: not found: %s", setup, lists, a[i].text);
		ck_assert_uint_eq(a[i].count, b[k].count);
		ck_assert_uint_eq(strlen(a[i].order), strlen(b[k].order));
	}
	made = orders_played(r);
	all = (size_t)orders_counted(o);
	survey_free(every);
	survey_free(reduced);
	lesson_free(l[0]);
	lesson_free(l[1]);
	return all - made;
}

START_TEST(same_as_every_order)
{
	size_t count = spared(shared[_i].setup, shared[_i].lists);

	/* on the host an object has another id in each order: less is known of what steps have in common */
	ck_assert_uint_ge(count, has_namespaces() ? shared[_i].spared : 0);
}
END_TEST

/* Lists made by chance of all of these, with two queues, two semaphores and a segment, against every order of them */

enum { CHUNKS = 8 };

static const char generated_setup[] =
	"A: s = semget(IPC_PRIVATE, 2, 0600);\nA: q = msgget(IPC_PRIVATE, 0600);\n"
	"A: r = msgget(IPC_PRIVATE, 0600);\nA: seg = shmget(IPC_PRIVATE, 4096, 0600);\n"
	"A, B, C, D: int *n = shmat(seg, NULL, 0);\nA, B, C, D: t = 0;\nA: n[0] = 0;\n";

static void roll_statement(struct buf *b, int who)
{
	static const char *const forms[] = {
		"semop(s, {{%u, -1, 0}}, 1)",
		"semop(s, {{%u, 1, 0}}, 1)",
		"semop(s, {{0, -1, 0}, {1, 1, IPC_NOWAIT}}, 2)",
		"semctl(s, %u, SETVAL, 1)",
		"msgsnd(q, {1 + %u, \"a\"}, 2, 0)",
		"msgsnd(r, {1 + %u, \"b\"}, 2, 0)",
		"msgrcv(q, &m, 64, %u, 0)",
		"msgrcv(r, &m, 64, 0, IPC_NOWAIT)",
		"t = n[%u]",
		"n[%u] = t + 1",
		"n[%u] = 5",
		"void *o = shmat(seg, NULL, SHM_RDONLY)",
		"shmdt(n)",
		"shmctl(seg, IPC_RMID, NULL)",
		"msgctl(q, IPC_RMID, NULL)",
	};

	unsigned form = dice_roll(sizeof(forms) / sizeof(*forms)), number = dice_roll(2);

	buf_printf(b, "%c: ", LETTER_CHAR(who));
	buf_printf(b, forms[form], number);
	buf_puts(b, ";\n");
}

START_TEST(generated)
{
	for (int i = _i; i < PLANS; i += CHUNKS) {
		struct buf lists = { 0 };
		int lengths[LISTS], nlists;

		dice_seed(dice_setting("SEED", 3), (unsigned)i);
		nlists = roll_lengths(lengths, i % 40 == 0 ? 90 : i % 5 == 0 ? 35 : 20);
		for (int who = 0; who < nlists; who++)
			for (int k = 0; k < lengths[who]; k++)
				roll_statement(&lists, who);
		buf_puts(&lists, "always(A.n[0] + A.n[1] + A.t + B.t >= 0);\n");
		spared(generated_setup, lists.data);
		buf_free(&lists);
	}
}
END_TEST

/* Deadlocks: found where one is, and none where none is */

/* Whether some order deadlocks; all of them were made, or those that count for all. */
static bool deadlocks(const char *setup, const char *lists)
{
	struct buf b = { 0 };
	struct lesson *l;
	struct survey *s;
	bool found;
	char *fault;

	buf_printf(&b, "%snever(deadlock);\n", lists);
	s = survey_text(setup, b.data, false, &l);
	ck_assert(orders_over(survey_orders(s)));
	fault = survey_fault(s, &l->script.steps[l->script.nsteps - 1].schedule->claims[0]);
	found = fault != NULL;
	ck_assert(!fault || strstr(fault, " deadlocks: "));
	free(fault);
	survey_free(s);
	lesson_free(l);
	buf_free(&b);
	return found;
}

/* Each takes the fork on his left and then that on his right; the last one the other way round, if told. */
static bool philosophers_deadlock(int n, bool mended)
{
	struct buf setup = { 0 }, lists = { 0 };
	bool found;

	buf_printf(&setup, "A: s = semget(IPC_PRIVATE, %d, 0600);\n", n);
	for (int i = 0; i < n; i++)
		buf_printf(&setup, "A: semctl(s, %d, SETVAL, 1);\n", i);
	for (int i = 0; i < n; i++) {
		bool turned = mended && i == n - 1;
		int left = i, right = (i + 1) % n, first = turned ? right : left,
		    second = turned ? left : right;

		buf_printf(&lists,
		           "%c: semop(s, {{%d, -1, 0}}, 1);\n%c: semop(s, {{%d, -1, 0}}, 1);\n",
		           'A' + i, first, 'A' + i, second);
		buf_printf(&lists,
		           "%c: semop(s, {{%d, 1, 0}}, 1);\n%c: semop(s, {{%d, 1, 0}}, 1);\n",
		           'A' + i, second, 'A' + i, first);
	}
	found = deadlocks(setup.data, lists.data);
	buf_free(&setup);
	buf_free(&lists);
	return found;
}

START_TEST(philosophers)
{
	ck_assert(philosophers_deadlock(_i, false));
	ck_assert(!philosophers_deadlock(_i, true));
}
END_TEST

static const struct {
	const char *setup, *wrong, *right;
} cases[] = {
	/* a bounded buffer of one place: the mutex is taken before the place, or after it */
	{ "A: s = semget(IPC_PRIVATE, 3, 0600);\nA: semctl(s, 0, SETALL, {1, 1, 0});\n",
	  "A: semop(s, {{0, -1, 0}}, 1);\nA: semop(s, {{1, -1, 0}}, 1);\nA: semop(s, {{2, 1, 0}}, 1);\n"
	  "A: semop(s, {{0, 1, 0}}, 1);\nB: semop(s, {{0, -1, 0}}, 1);\nB: semop(s, {{2, -1, 0}}, 1);\n"
	  "B: semop(s, {{1, 1, 0}}, 1);\nB: semop(s, {{0, 1, 0}}, 1);\n",
	  "A: semop(s, {{1, -1, 0}}, 1);\nA: semop(s, {{0, -1, 0}}, 1);\nA: semop(s, {{0, 1, 0}}, 1);\n"
	  "A: semop(s, {{2, 1, 0}}, 1);\nB: semop(s, {{2, -1, 0}}, 1);\nB: semop(s, {{0, -1, 0}}, 1);\n"
	  "B: semop(s, {{0, 1, 0}}, 1);\nB: semop(s, {{1, 1, 0}}, 1);\n" },
	/* two queues that two fill before either reads */
	{ "A: q = msgget(IPC_PRIVATE, 0600);\nA: r = msgget(IPC_PRIVATE, 0600);\n"
	  "A: msgctl(q, IPC_STAT, &ds);\nA: ds.msg_qbytes = 4;\nA: msgctl(q, IPC_SET, &ds);\n"
	  "A: msgctl(r, IPC_STAT, &ds);\nA: ds.msg_qbytes = 4;\nA: msgctl(r, IPC_SET, &ds);\n",
	  "A: msgsnd(q, {1, \"abc\"}, 4, 0);\nA: msgsnd(q, {1, \"abc\"}, 4, 0);\n"
	  "A: msgrcv(r, &m, 64, 0, 0);\nB: msgsnd(r, {1, \"abc\"}, 4, 0);\n"
	  "B: msgsnd(r, {1, \"abc\"}, 4, 0);\nB: msgrcv(q, &m, 64, 0, 0);\n",
	  "A: msgsnd(q, {1, \"abc\"}, 4, 0);\nA: msgrcv(r, &m, 64, 0, 0);\n"
	  "A: msgsnd(q, {1, \"abc\"}, 4, 0);\nB: msgsnd(r, {1, \"abc\"}, 4, 0);\n"
	  "B: msgrcv(q, &m, 64, 0, 0);\n" },
	/* A looks whether there is something to wait for and then sleeps; B wakes once, perhaps nobody */
	{ "A: seg = shmget(IPC_PRIVATE, 4096, 0600);\nA, B: int *n = shmat(seg, NULL, 0);\n"
	  "A: n[0] = 0;\nA: n[1] = 0;\nA: s = semget(IPC_PRIVATE, 1, 0600);\n",
	  "A: t = n[0];\nA: n[1] = 1;\nA: if (t == 0) { semop(s, {{0, -1, 0}}, 1); }\n"
	  "B: n[0] = 1;\nB: if (n[1]) { semop(s, {{0, 1, 0}}, 1); }\n",
	  "A: n[1] = 1;\nA: t = n[0];\nA: if (t == 0) { semop(s, {{0, -1, 0}}, 1); }\n"
	  "B: n[0] = 1;\nB: if (n[1]) { semop(s, {{0, 1, 0}}, 1); }\n" },
};

START_TEST(deadlock_or_none)
{
	ck_assert(deadlocks(cases[_i].setup, cases[_i].wrong));
	ck_assert(!deadlocks(cases[_i].setup, cases[_i].right));
}
END_TEST

int main(int argc, char **argv)
{
	TCase *tc = tcase_create("orders");

	tcase_set_timeout(tc, 300);
	tcase_add_test(tc, same_as_all_orders);
	tcase_add_test(tc, same_in_the_kernel);
	tcase_add_test(tc, same_on_the_host);
	tcase_add_loop_test(tc, same_as_every_order, 0, sizeof(shared) / sizeof(*shared));
	tcase_add_loop_test(tc, generated, 0, CHUNKS);
	tcase_add_loop_test(tc, philosophers, 2, 5);
	tcase_add_loop_test(tc, deadlock_or_none, 0, sizeof(cases) / sizeof(*cases));
	return play_main(argc, argv, tc);
}
