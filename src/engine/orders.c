// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/orders.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* What stands after some steps. Nodes are numbered from 1. */
struct node {
	uint32_t parent;         /* 0: of the first */
	uint32_t child[LETTERS]; /* after the next step of each; 0: not tried */
	uint32_t sleeps
		[LETTERS]; /* a letter whose next step need not be tried here: it was, before steps that
				     do not meet it, and led to this node; 0: it does not */
	uint32_t ready;          /* letters that can make a step, */
	uint32_t wanted;         /* of these such as have to, */
	uint32_t tried;          /* and such as did */
	bool queued;             /* it is pending */
	bool begun;              /* one is on the way here who has not made its step */
	struct touches touches;  /* of the step that leads here */
	uint16_t clock[LETTERS]; /* so many steps of each had to be before it, or are it */
	uint8_t letter;          /* who made it */
	uint16_t depth;          /* steps up to here */
	uint16_t turns;          /* how often the next one was another's */
};

struct orders {
	const struct schedule *schedule;
	bool every;
	struct node *nodes;
	size_t nnodes;
	uint32_t *pending; /* nodes with letters to be tried, that nobody has begun */
	size_t npending;
	size_t playing, played;
	uint64_t counted;
	struct order_end *ends;
	size_t nends;
};

struct order {
	struct orders *orders;
	uint32_t at;        /* node; 0 before the first */
	struct buf plan;    /* letters that lead to where something is new */
	struct buf letters; /* so far */
	size_t done[LETTERS];
};

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

struct orders *orders_new(const struct schedule *s, bool every)
{
	struct orders *o = mem_alloc(sizeof(*o));

	o->schedule = s;
	o->every = every;
	*MEM_PUSH(o->nodes, o->nnodes) = (struct node){ 0 }; /* number 0 is none */
	return o;
}

void orders_free(struct orders *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->nnodes; i++)
		touches_free(&o->nodes[i].touches);
	for (size_t i = 0; i < o->nends; i++) {
		free(o->ends[i].text);
		free(o->ends[i].truths);
		free(o->ends[i].order);
	}
	free(o->nodes);
	free(o->pending);
	free(o->ends);
	free(o);
}

/* Letters whose steps need not be tried. */
static uint32_t asleep(const struct node *n)
{
	uint32_t mask = 0;

	for (unsigned who = 0; who < LETTERS; who++)
		if (n->sleeps[who])
			mask |= LETTER_BIT(who);
	return mask;
}

/* Letters still to be tried at a node. */
static uint32_t left(const struct node *n)
{
	return n->wanted & n->ready & ~n->tried & ~asleep(n);
}

static void queue(struct orders *o, uint32_t node)
{
	struct node *n = &o->nodes[node];

	if (n->queued || n->begun || !left(n))
		return;
	n->queued = true;
	*MEM_PUSH(o->pending, o->npending) = node;
}

static unsigned turns_of(const struct node *n, unsigned who)
{
	return n->turns + (n->depth && n->letter != who);
}

/* The one with the fewest turns first: most mistakes show in few. */
static size_t best_pending(const struct orders *o)
{
	size_t best = 0;
	unsigned turns = UINT16_MAX;

	for (size_t i = 0; i < o->npending; i++) {
		const struct node *n = &o->nodes[o->pending[i]];
		unsigned now = turns_of(n, letter_first(left(n)));

		if (now < turns) {
			turns = now;
			best = i;
		}
	}
	return best;
}

static void plan_to(struct order *r, uint32_t node)
{
	const struct node *n = &r->orders->nodes[node];

	for (; n->parent; n = &r->orders->nodes[n->parent])
		buf_putc(&r->plan, LETTER_CHAR(n->letter));
	for (size_t i = 0; i < r->plan.len / 2; i++) {
		char *a = &r->plan.data[i], *b = &r->plan.data[r->plan.len - 1 - i], c = *a;

		*a = *b;
		*b = c;
	}
}

struct order *orders_begin(struct orders *o)
{
	bool first = o->nnodes == 1;
	struct order *r;

	if (!first && !o->npending)
		return NULL;
	r = mem_alloc(sizeof(*r));
	r->orders = o;
	o->playing++;
	if (first) {
		*MEM_PUSH(o->nodes, o->nnodes) = (struct node){ 0 };
	} else {
		size_t i = best_pending(o);
		uint32_t node = o->pending[i];
		unsigned who = letter_first(left(&o->nodes[node]));

		o->pending[i] = o->pending[--o->npending];
		o->nodes[node].queued = false;
		o->nodes[node].begun = true;
		o->nodes[node].tried |= LETTER_BIT(who);
		plan_to(r, node);
		buf_putc(&r->plan, LETTER_CHAR(who));
	}
	return r;
}

bool orders_over(const struct orders *o)
{
	return o->nnodes > 1 && !o->npending && !o->playing;
}

/* Of those that can make a step, who has one left. */
static uint32_t with_steps(const struct order *r, uint32_t ready)
{
	for (unsigned who = 0; who < LETTERS; who++)
		if (r->done[who] == r->orders->schedule->lengths[who])
			ready &= ~LETTER_BIT(who);
	return ready;
}

static uint32_t wanted(const struct orders *o)
{
	return o->every ? LETTER_BIT(LETTERS) - 1 : 0;
}

void order_stands(struct order *r, uint32_t ready)
{
	struct node *n = &r->orders->nodes[1];

	r->at = 1;
	n->ready = with_steps(r, ready);
	n->wanted |= wanted(r->orders);
}

/* Where nothing was tried yet whoever made the last step goes on. */
static int choose(const struct node *n)
{
	uint32_t mask = n->ready & ~asleep(n);

	if (!mask || n->tried)
		return -1;
	return n->depth && (mask & LETTER_BIT(n->letter)) ? n->letter : (int)letter_first(mask);
}

int order_next(const struct order *r)
{
	if (r->letters.len < r->plan.len)
		return r->plan.data[r->letters.len] - 'A';
	return choose(&r->orders->nodes[r->at]);
}

/* The steps that were tried before this one, and those that need not be, if they do not meet it. */
static void put_to_sleep(struct orders *o, const struct node *parent, unsigned who, struct node *n)
{
	for (unsigned other = 0; other < LETTERS && !o->every; other++) {
		bool tried = (parent->tried & LETTER_BIT(other)) && other != who;
		uint32_t led = tried ? parent->child[other] : parent->sleeps[other];

		if (led && other != who && !touches_meet(&o->nodes[led].touches, &n->touches))
			n->sleeps[other] = led;
	}
}

/* The nodes from the first step's up to this one, by their depths from 1. The caller frees it. */
static uint32_t *path_to(const struct orders *o, uint32_t node)
{
	uint32_t *path = mem_alloc(((size_t)o->nodes[node].depth + 1) * sizeof(*path));

	for (; node; node = o->nodes[node].parent)
		path[o->nodes[node].depth] = node;
	return path;
}

/* The step after another one had to be after it, through those between them or itself. */
static bool follows(const struct node *after, const struct node *n)
{
	return after->clock[n->letter] >= n->clock[n->letter];
}

static bool wakes(const struct node *n, unsigned who)
{
	for (size_t i = 0; i < n->touches.count; i++)
		if (n->touches.items[i].kind == TOUCH_PROCESS && n->touches.items[i].of == who)
			return true;
	return false;
}

/* The last step of a path could have been before another one of it, with those in between that do not follow
   that. Letters that could then be the first. */
static uint32_t initials(const struct orders *o, const uint32_t *path, size_t before, size_t last)
{
	uint32_t found = 0, seen = 0;

	for (size_t i = before + 1; i <= last; i++) {
		const struct node *n = &o->nodes[path[i]];
		bool first = true;

		if ((i < last && follows(n, &o->nodes[path[before]])) ||
		    (seen & LETTER_BIT(n->letter)))
			continue;
		seen |= LETTER_BIT(n->letter);
		for (size_t k = before + 1; k < i && first; k++)
			first = follows(&o->nodes[path[k]], &o->nodes[path[before]]) ||
			        !touches_meet(&o->nodes[path[k]].touches, &n->touches);
		if (first)
			found |= LETTER_BIT(n->letter);
	}
	return found;
}

/* Where two steps meet that nothing else puts in this order, the other order is wanted too. */
static void want_other_order(struct orders *o, const uint32_t *path, size_t before, size_t last)
{
	uint32_t parent = o->nodes[path[before]].parent, letters = initials(o, path, before, last);
	struct node *n = &o->nodes[parent];
	unsigned who = o->nodes[path[last]].letter;

	if (!letters || (letters & (n->wanted | n->tried)))
		return;
	n->wanted |=
		letters & LETTER_BIT(who) ? LETTER_BIT(who) : LETTER_BIT(letter_first(letters));
	queue(o, parent);
}

/* Which steps before the last one of a path had to be before it; and of these which need not. Source sets:
   Abdulla and others, Optimal Dynamic Partial Order Reduction, 2014. */
static void find_races(struct orders *o, uint32_t node)
{
	uint32_t *path = path_to(o, node);
	struct node *n = &o->nodes[node];
	size_t last = n->depth;

	for (size_t i = last - 1; i > 0; i--)
		if (o->nodes[path[i]].letter == n->letter) {
			memcpy(n->clock, o->nodes[path[i]].clock, sizeof(n->clock));
			break;
		}
	n->clock[n->letter]++;
	for (size_t i = last - 1; i > 0; i--) {
		const struct node *before = &o->nodes[path[i]];

		if (follows(n, before) || !touches_meet(&before->touches, &n->touches))
			continue;
		if (!o->every && !wakes(before, n->letter))
			want_other_order(o, path, i, last);
		for (unsigned who = 0; who < LETTERS; who++)
			if (before->clock[who] > n->clock[who])
				n->clock[who] = before->clock[who];
	}
	free(path);
}

static void add_node(struct order *r, unsigned who, struct touches *touched, uint32_t ready)
{
	struct orders *o = r->orders;
	struct node n = { .parent = r->at,
		          .ready = ready,
		          .wanted = wanted(o),
		          .touches = *touched,
		          .letter = (uint8_t)who };
	struct node *parent = &o->nodes[r->at];
	uint32_t at = r->at;

	*touched = (struct touches){ 0 };
	n.depth = (uint16_t)(parent->depth + 1);
	n.turns = (uint16_t)turns_of(parent, who);
	put_to_sleep(o, parent, who, &n);
	parent->tried |= LETTER_BIT(who);
	parent->child[who] = (uint32_t)o->nnodes;
	parent->begun = false;
	r->at = (uint32_t)o->nnodes;
	*MEM_PUSH(o->nodes, o->nnodes) = n;
	find_races(o, r->at);
	queue(o, at);
}

bool order_played(struct order *r, struct touches *touched, uint32_t ready)
{
	int who = order_next(r);
	uint32_t child = r->orders->nodes[r->at].child[who];

	r->done[who]++;
	buf_putc(&r->letters, LETTER_CHAR(who));
	ready = with_steps(r, ready);
	if (!child) {
		add_node(r, (unsigned)who, touched, ready);
		return true;
	}
	touches_free(touched);
	r->at = child;
	return r->orders->nodes[child].ready == ready;
}

bool order_is_spare(const struct order *r)
{
	return r->orders->nodes[r->at].ready != 0;
}

const char *order_letters(const struct order *r, size_t *length)
{
	*length = r->letters.len;
	return buf_str(&r->letters);
}

void order_drop(struct order *r)
{
	struct orders *o = r->orders;

	o->playing--;
	o->played++;
	buf_free(&r->plan);
	buf_free(&r->letters);
	free(r);
}

/* How many orders there are */

/* The steps of an order, and for each how many of every list have to be before it. */
struct counting {
	size_t lengths[LETTERS], strides[LETTERS], states;
	uint16_t (*needs[LETTERS])[LETTERS];
};

static void count_states(struct counting *c)
{
	c->states = 1;
	for (unsigned who = 0; who < LETTERS; who++) {
		c->strides[who] = c->states;
		c->states *= c->lengths[who] + 1;
		c->needs[who] = mem_alloc((c->lengths[who] + 1) * sizeof(*c->needs[who]));
	}
}

/* Whether a list's next step may come in a state: all that it meets, and that was before it, is. */
static bool may_come(const struct counting *c, const size_t done[LETTERS], unsigned who)
{
	const uint16_t *needs = c->needs[who][done[who]];

	for (unsigned other = 0; other < LETTERS; other++)
		if (other != who && done[other] < needs[other])
			return false;
	return true;
}

/* Counts on: the first list that is not at its end goes on, and those before it begin again. */
static void next_state(const struct counting *c, size_t done[LETTERS])
{
	for (unsigned who = 0; who < LETTERS; who++) {
		if (done[who]++ < c->lengths[who])
			return;
		done[who] = 0;
	}
}

/* In how many ways the lists can be gone through to their ends. Frees what *c has. */
static uint64_t count_ways(struct counting *c)
{
	uint64_t *ways = mem_alloc(c->states * sizeof(*ways)), all;
	size_t done[LETTERS] = { 0 };

	ways[0] = 1;
	for (size_t state = 0; state < c->states; state++, next_state(c, done))
		for (unsigned who = 0; who < LETTERS && ways[state]; who++)
			if (done[who] < c->lengths[who] && may_come(c, done, who))
				ways[state + c->strides[who]] =
					sum(ways[state + c->strides[who]], ways[state]);
	all = ways[c->states - 1];
	free(ways);
	for (unsigned who = 0; who < LETTERS; who++)
		free(c->needs[who]);
	return all;
}

uint64_t orders_most(const struct orders *o)
{
	struct counting c = { 0 };

	memcpy(c.lengths, o->schedule->lengths, sizeof(c.lengths));
	count_states(&c);
	return count_ways(&c);
}

/* The orders that this one counts for: those with the same steps, in which the steps that meet are in the same
   order. */
static uint64_t count_for(const struct order *r)
{
	const struct node *nodes = r->orders->nodes;
	uint32_t *path = path_to(r->orders, r->at);
	struct counting c = { 0 };

	memcpy(c.lengths, r->done, sizeof(c.lengths));
	count_states(&c);
	for (size_t i = 1; i <= nodes[r->at].depth; i++) {
		const struct node *n = &nodes[path[i]];

		memcpy(c.needs[n->letter][n->clock[n->letter] - 1], n->clock, sizeof(n->clock));
	}
	free(path);
	return count_ways(&c);
}

/* Ends */

static size_t turns(const char *order)
{
	size_t n = 0;

	for (size_t i = 1; order[0] && order[i]; i++)
		n += order[i] != order[i - 1];
	return n;
}

static bool is_shorter(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), ta = turns(a), tb = turns(b);

	if (la != lb)
		return la < lb;
	return ta != tb ? ta < tb : strcmp(a, b) < 0;
}

static struct order_end *end_of(struct orders *o, const char *text, const char *truths)
{
	struct order_end *e;

	for (size_t i = 0; i < o->nends; i++)
		if (!strcmp(o->ends[i].text, text) && !strcmp(o->ends[i].truths, truths))
			return &o->ends[i];
	e = MEM_PUSH(o->ends, o->nends);
	*e = (struct order_end){ .text = mem_dup(text), .truths = mem_dup(truths) };
	return e;
}

static int by_count(const void *a, const void *b)
{
	const struct order_end *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->text, y->text);
}

void order_end(struct order *r, const char *text, const char *truths)
{
	struct orders *o = r->orders;
	struct order_end *e = end_of(o, text, truths);
	uint64_t count = o->every ? 1 : count_for(r);

	e->count = sum(e->count, count);
	o->counted = sum(o->counted, count);
	e->played++;
	if (!e->order || is_shorter(buf_str(&r->letters), e->order)) {
		free(e->order);
		e->order = mem_dup(buf_str(&r->letters));
	}
	qsort(o->ends, o->nends, sizeof(*o->ends), by_count);
	order_drop(r);
}

const struct order_end *orders_ends(const struct orders *o, size_t *count)
{
	*count = o->nends;
	return o->ends;
}

uint64_t orders_counted(const struct orders *o)
{
	return o->counted;
}

size_t orders_waiting(const struct orders *o)
{
	return o->npending + o->playing;
}

size_t orders_played(const struct orders *o)
{
	return o->played;
}
