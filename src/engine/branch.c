// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/branch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/letters.h"

/* Where some order has been, after some letters. */
struct node {
	uint32_t parent;    /* the root is its own */
	uint32_t situation; /* its number */
	uint8_t letter;     /* that has led here */
};

/* An order to be made: to a node, then that letter. `length` letters are given. */
struct prefix {
	uint32_t preemptions, length;
	uint32_t node;
	uint8_t letter;
};

struct branch {
	struct branches *of;
	struct prefix prefix;
	uint32_t *nodes; /* of its prefix, from the root */
	uint32_t node;   /* where it was last */
	struct buf letters;
	char *given; /* the letters of its prefix */
	bool unlike;
	char *before, *now;
};

/* One that was made, and waits for those before it. */
struct done {
	struct prefix prefix;
	size_t end;
	char *order;
	bool unlike;
	char *before, *now;
};

struct branches {
	struct branch_bounds bounds;
	struct node *nodes;
	size_t nnodes;
	char **situations;
	size_t nsituations;
	uint32_t *table; /* of situations, by their hash: number and 1, or 0 */
	size_t ntable;

	struct prefix *waiting; /* a heap */
	size_t nwaiting;
	struct branch **under_way;
	size_t nunder_way;
	struct done *done;
	size_t ndone;

	struct branch_end *ends;
	size_t nends;
	struct branch_unlike unlike;
	uint64_t counted;
	bool left; /* some have too many preemptions */
};

/* Situations: of each there is one copy */

static size_t hash_of(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (size_t)(hash ^ hash >> 32);
}

static uint32_t *place_of(const struct branches *b, const char *text)
{
	size_t at = hash_of(text) & (b->ntable - 1);

	while (b->table[at] && strcmp(b->situations[b->table[at] - 1], text) != 0)
		at = (at + 1) & (b->ntable - 1);
	return &b->table[at];
}

static void grow_table(struct branches *b)
{
	enum { FIRST = 64 };

	if (b->ntable && 2 * b->nsituations < b->ntable)
		return;
	b->ntable = b->ntable ? 2 * b->ntable : FIRST;
	free(b->table);
	b->table = mem_alloc(b->ntable * sizeof(*b->table));
	for (size_t i = 0; i < b->nsituations; i++)
		*place_of(b, b->situations[i]) = (uint32_t)i + 1;
}

static uint32_t situation_of(struct branches *b, const char *text)
{
	uint32_t *place;

	grow_table(b);
	place = place_of(b, text);
	if (!*place) {
		*MEM_PUSH(b->situations, b->nsituations) = mem_dup(text);
		*place = (uint32_t)b->nsituations;
	}
	return *place - 1;
}

/* The sequence */

/* Of two ways of the same length, by their letters: what differs next to the root counts. */
static int compare_ways(const struct branches *b, const struct prefix *x, const struct prefix *y)
{
	uint32_t at_x = x->node, at_y = y->node;
	int found = (int)x->letter - (int)y->letter;

	while (at_x != at_y) {
		const struct node *n = &b->nodes[at_x], *m = &b->nodes[at_y];

		if (n->letter != m->letter)
			found = (int)n->letter - (int)m->letter;
		at_x = n->parent;
		at_y = m->parent;
	}
	return found;
}

static bool comes_before(const struct branches *b, const struct prefix *x, const struct prefix *y)
{
	if (x->preemptions != y->preemptions)
		return x->preemptions < y->preemptions;
	if (x->length != y->length)
		return x->length < y->length;
	return compare_ways(b, x, y) < 0;
}

static void swap(struct prefix *x, struct prefix *y)
{
	struct prefix z = *x;

	*x = *y;
	*y = z;
}

static void push(struct branches *b, struct prefix p)
{
	size_t i = b->nwaiting;

	*MEM_PUSH(b->waiting, b->nwaiting) = p;
	for (; i > 0 && comes_before(b, &b->waiting[i], &b->waiting[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&b->waiting[i], &b->waiting[(i - 1) / 2]);
}

static struct prefix pop(struct branches *b)
{
	struct prefix first = b->waiting[0];
	size_t i = 0, child;

	b->waiting[0] = b->waiting[--b->nwaiting];
	while ((child = 2 * i + 1) < b->nwaiting) {
		if (child + 1 < b->nwaiting &&
		    comes_before(b, &b->waiting[child + 1], &b->waiting[child]))
			child++;
		if (!comes_before(b, &b->waiting[child], &b->waiting[i]))
			break;
		swap(&b->waiting[child], &b->waiting[i]);
		i = child;
	}
	return first;
}

/* All */

struct branches *branches_new(const struct branch_bounds *bounds)
{
	struct branches *b = mem_alloc(sizeof(*b));

	b->bounds = *bounds;
	push(b, (struct prefix){ .length = 0 });
	return b;
}

static void done_free(struct done *d)
{
	free(d->order);
	free(d->before);
	free(d->now);
}

static void branch_free(struct branch *r)
{
	buf_free(&r->letters);
	free(r->nodes);
	free(r->given);
	free(r->before);
	free(r->now);
	free(r);
}

void branches_free(struct branches *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->nunder_way; i++)
		branch_free(b->under_way[i]);
	for (size_t i = 0; i < b->ndone; i++)
		done_free(&b->done[i]);
	for (size_t i = 0; i < b->nends; i++)
		free(b->ends[i].order);
	for (size_t i = 0; i < b->nsituations; i++)
		free(b->situations[i]);
	free(b->unlike.order);
	free(b->unlike.before);
	free(b->unlike.now);
	free(b->nodes);
	free(b->situations);
	free(b->table);
	free(b->waiting);
	free(b->under_way);
	free(b->done);
	free(b->ends);
	free(b);
}

/* One order */

/* The nodes and letters on the way to where it is to leave what was made before. */
static void find_way(struct branch *r)
{
	const struct branches *b = r->of;
	uint32_t at = r->prefix.node, length = r->prefix.length;

	r->nodes = mem_alloc((length + 1) * sizeof(*r->nodes));
	r->given = mem_alloc(length + 1);
	for (uint32_t i = length; i > 0; i--) {
		r->given[i - 1] = LETTER_CHAR(i == length ? r->prefix.letter : b->nodes[at].letter);
		at = i == length ? at : b->nodes[at].parent;
		r->nodes[i - 1] = at;
	}
}

/* Whether it would be counted, were all before it that are known: if not, it need not be made. */
static bool is_wanted(const struct branches *b, const struct prefix *p)
{
	uint64_t before = b->counted;

	for (size_t i = 0; i < b->nunder_way; i++)
		before += comes_before(b, &b->under_way[i]->prefix, p);
	for (size_t i = 0; i < b->ndone; i++)
		before += comes_before(b, &b->done[i].prefix, p);
	return before < b->bounds.orders;
}

struct branch *branch_begin(struct branches *b)
{
	struct branch *r;

	if (!b->nwaiting || !is_wanted(b, &b->waiting[0]))
		return NULL;
	r = mem_alloc(sizeof(*r));
	r->of = b;
	r->prefix = pop(b);
	find_way(r);
	*MEM_PUSH(b->under_way, b->nunder_way) = r;
	return r;
}

static unsigned in_turn(uint32_t ready, unsigned last)
{
	for (unsigned i = 1; i < LETTERS; i++)
		if (ready & LETTER_BIT((last + i) % LETTERS))
			return (last + i) % LETTERS;
	return last;
}

static void go(struct branch *r, unsigned who)
{
	buf_putc(&r->letters, LETTER_CHAR(who));
}

/* Others could go in its place. */
static void branch_off(struct branch *r, uint32_t ready, unsigned who, unsigned last)
{
	struct branches *b = r->of;

	for (unsigned other = 0; other < LETTERS; other++) {
		struct prefix p = { .preemptions = r->prefix.preemptions + (who == last),
			            .length = (uint32_t)r->letters.len + 1,
			            .node = r->node,
			            .letter = (uint8_t)other };

		if (other == who || !(ready & LETTER_BIT(other)))
			continue;
		if (p.preemptions > b->bounds.preemptions)
			b->left = true;
		else
			push(b, p);
	}
}

static void add_node(struct branch *r, const char *situation)
{
	struct branches *b = r->of;
	const char *letters = buf_str(&r->letters);
	size_t n = r->letters.len;
	uint32_t number = situation_of(b, situation), parent = r->node;

	if (n && n == r->prefix.length)
		parent = r->prefix.node;
	r->node = (uint32_t)b->nnodes;
	*MEM_PUSH(b->nodes, b->nnodes) =
		(struct node){ .parent = n ? parent : r->node,
		               .situation = number,
		               .letter = n ? (uint8_t)(letters[n - 1] - 'A') : 0 };
}

/* The first lines that are not the same. */
static int differ(struct branch *r, const char *before, const char *now)
{
	size_t n = strcspn(before, "\n"), m = strcspn(now, "\n");

	while (*before && n == m && !strncmp(before, now, n)) {
		before += n + (before[n] != 0);
		now += m + (now[m] != 0);
		n = strcspn(before, "\n");
		m = strcspn(now, "\n");
	}
	r->unlike = true;
	r->before = mem_dupn(before, n);
	r->now = mem_dupn(now, m);
	return BRANCH_UNLIKE;
}

int branch_next(struct branch *r, uint32_t ready, const char *situation)
{
	const struct branches *b = r->of;
	size_t n = r->letters.len;
	unsigned last = n ? (unsigned)(r->letters.data[n - 1] - 'A') : LETTERS, who;

	if (n < r->prefix.length) {
		const char *before = b->situations[b->nodes[r->nodes[n]].situation];

		if (strcmp(before, situation) != 0)
			return differ(r, before, situation);
		go(r, (unsigned)(r->given[n] - 'A'));
		return r->given[n] - 'A';
	}
	if (!ready)
		return BRANCH_OVER;
	add_node(r, situation);
	who = last < LETTERS && (ready & LETTER_BIT(last))
	              ? last
	              : in_turn(ready, last < LETTERS ? last : LETTERS - 1);
	branch_off(r, ready, who, last);
	go(r, who);
	return (int)who;
}

/* Counting */

static void count_unlike(struct branches *b, struct done *d)
{
	struct branch_unlike *u = &b->unlike;

	if (!u->count++) {
		*u = (struct branch_unlike){ 1, d->order, d->before, d->now };
		d->order = d->before = d->now = NULL;
	}
	done_free(d);
}

static void count(struct branches *b, struct done *d)
{
	struct branch_end *e;

	b->counted++;
	if (d->unlike) {
		count_unlike(b, d);
		return;
	}
	while (b->nends <= d->end)
		*MEM_PUSH(b->ends, b->nends) = (struct branch_end){ 0 };
	e = &b->ends[d->end];
	e->count++;
	if (e->order && strlen(e->order) <= strlen(d->order)) {
		done_free(d);
		return;
	}
	free(e->order);
	e->order = d->order;
	d->order = NULL;
	done_free(d);
}

/* The first of those that are made, if none can come before it any more. */
static struct done *next_done(struct branches *b)
{
	struct done *first = NULL;

	for (size_t i = 0; i < b->ndone; i++)
		if (!first || comes_before(b, &b->done[i].prefix, &first->prefix))
			first = &b->done[i];
	if (first && b->nwaiting && comes_before(b, &b->waiting[0], &first->prefix))
		return NULL;
	for (size_t i = 0; first && i < b->nunder_way; i++)
		if (comes_before(b, &b->under_way[i]->prefix, &first->prefix))
			return NULL;
	return first;
}

static void leave(struct branch *r)
{
	struct branches *b = r->of;
	size_t i = 0;

	while (b->under_way[i] != r)
		i++;
	b->under_way[i] = b->under_way[--b->nunder_way];
	branch_free(r);
}

void branch_end(struct branch *r, size_t end)
{
	struct branches *b = r->of;
	struct done *d = MEM_PUSH(b->done, b->ndone);

	*d = (struct done){ .prefix = r->prefix,
		            .end = end,
		            .order = buf_steal(&r->letters),
		            .unlike = r->unlike,
		            .before = r->before,
		            .now = r->now };
	r->before = r->now = NULL;
	leave(r);
	while (b->counted < b->bounds.orders && (d = next_done(b))) {
		count(b, d);
		*d = b->done[--b->ndone];
	}
}

/* What is known of all */

bool branches_over(const struct branches *b)
{
	return b->counted >= b->bounds.orders || (!b->nwaiting && !b->nunder_way);
}

uint64_t branches_counted(const struct branches *b)
{
	return b->counted - b->unlike.count;
}

const struct branch_end *branches_end(const struct branches *b, size_t end)
{
	return end < b->nends && b->ends[end].count ? &b->ends[end] : NULL;
}

const struct branch_unlike *branches_unlike(const struct branches *b)
{
	return &b->unlike;
}

enum branch_bound branches_bound(const struct branches *b)
{
	if (b->nwaiting || b->nunder_way || b->ndone)
		return BOUND_ORDERS;
	return b->left ? BOUND_PREEMPTIONS : BOUND_NONE;
}
