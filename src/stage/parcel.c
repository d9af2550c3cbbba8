// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/parcel.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/snapshot.h"
#include "stage/stage.h"

enum { PARCEL_ALIGN = 16 };

static size_t padded(size_t size)
{
	return (size + PARCEL_ALIGN - 1) & ~(size_t)(PARCEL_ALIGN - 1);
}

const void *parcel_take(struct parcel *p, size_t size)
{
	const char *at = p->at;

	if (size > p->left || padded(size) > p->left)
		return NULL;
	p->at += padded(size);
	p->left -= padded(size);
	return at;
}

void parcel_put(struct buf *b, const void *bytes, size_t size)
{
	static const char zeros[PARCEL_ALIGN];

	buf_add(b, bytes, size);
	buf_add(b, zeros, padded(size) - size);
}

struct code_head {
	uint32_t nnodes, nslots, npool, root;
};

void parcel_put_code(struct buf *b, const struct code *code, const int64_t *values)
{
	struct code_head head = { (uint32_t)code->nnodes, (uint32_t)code->nslots,
		                  (uint32_t)code->npool, code->root };

	parcel_put(b, &head, sizeof(head));
	parcel_put(b, code->nodes, code->nnodes * sizeof(*code->nodes));
	parcel_put(b, code->slots, code->nslots * sizeof(*code->slots));
	parcel_put(b, code->pool, code->npool);
	parcel_put(b, values, code->nslots * sizeof(*values));
}

/* The executor does not write to the code that it is given: the casts are for struct code,
   which owns what it points to elsewhere. */
bool parcel_take_code(struct parcel *p, struct code *code, const int64_t **values)
{
	const struct code_head *head = parcel_take(p, sizeof(*head));

	if (!head || head->nnodes > CODE_NODES + 1 || head->nslots > CODE_SLOTS ||
	    head->npool > CODE_POOL || head->root >= head->nnodes)
		return false;
	*code = (struct code){ .nnodes = head->nnodes,
		               .nslots = head->nslots,
		               .npool = head->npool,
		               .root = (uint16_t)head->root };
	code->nodes = (void *)(uintptr_t)parcel_take(p, code->nnodes * sizeof(*code->nodes));
	code->slots = (void *)(uintptr_t)parcel_take(p, code->nslots * sizeof(*code->slots));
	code->pool = (void *)(uintptr_t)parcel_take(p, code->npool);
	*values = parcel_take(p, code->nslots * sizeof(**values));
	return code->nodes && code->slots && code->pool && *values;
}

/* Behind the request: for each letter that has code, its code; then the owners of code[0]. */
struct request_head {
	uint32_t number;
	uint32_t present; /* letters that have code */
};

void parcel_put_request(struct buf *b, const struct request *r, uint32_t number)
{
	struct request_head head = { .number = number };

	for (unsigned who = 0; who < LETTERS; who++)
		if (r->code[who])
			head.present |= LETTER_BIT(who);
	parcel_put(b, &head, sizeof(head));
	parcel_put(b, r, sizeof(*r));
	for (unsigned who = 0; who < LETTERS; who++)
		if (r->code[who])
			parcel_put_code(b, r->code[who], r->values[who]);
	if (r->owners && r->code[0])
		parcel_put(b, r->owners, r->code[0]->nslots);
	if (r->words)
		parcel_put(b, r->words, r->nwords);
	if (r->files)
		parcel_put(b, r->files, r->nfiles);
}

bool parcel_take_request(struct parcel *p, struct request *r, struct code codes[LETTERS],
                         uint32_t *number)
{
	const struct request_head *head = parcel_take(p, sizeof(*head));
	const struct request *sent = head ? parcel_take(p, sizeof(*sent)) : NULL;

	if (!sent)
		return false;
	*number = head->number;
	*r = *sent;
	r->name[sizeof(r->name) - 1] = '\0';
	for (unsigned who = 0; who < LETTERS; who++) {
		r->code[who] = NULL;
		r->values[who] = NULL;
		if (!(head->present & LETTER_BIT(who)))
			continue;
		if (!parcel_take_code(p, &codes[who], &r->values[who]))
			return false;
		r->code[who] = &codes[who];
	}
	if (!r->code[0])
		r->owners = NULL;
	if (r->owners && !(r->owners = parcel_take(p, r->code[0]->nslots)))
		return false;
	if (r->words && !(r->words = parcel_take(p, r->nwords)))
		return false;
	if (r->files && !(r->files = parcel_take(p, r->nfiles)))
		return false;
	return !r->words || (r->nwords && !r->words[r->nwords - 1]);
}

void parcel_put_event(struct buf *b, const struct event *e, uint32_t number)
{
	parcel_put(b, &number, sizeof(number));
	parcel_put(b, e, sizeof(*e));
	if (e->snapshot)
		parcel_put(b, e->snapshot, e->snapshot->size);
}

struct event *parcel_take_event(struct parcel *p, uint32_t *number)
{
	const uint32_t *numbered = parcel_take(p, sizeof(*numbered));
	const struct event *sent = numbered ? parcel_take(p, sizeof(*sent)) : NULL;
	struct parcel behind = *p;
	const uint32_t *size;
	struct event *e;

	if (!sent || sent->nbindings > CODE_SLOTS || sent->nseen > EVENT_SEEN ||
	    sent->nreads > EVENT_READS ||
	    (sent->kind == EVENT_OUTPUT && (uint64_t)sent->value >= EVENT_TEXT))
		return NULL;
	*number = *numbered;
	e = mem_alloc(sizeof(*e));
	*e = *sent;
	e->snapshot = NULL;
	e->text[EVENT_TEXT - 1] = '\0';
	if (!sent->snapshot)
		return e;
	size = parcel_take(p, sizeof(*size));
	if (size && padded(*size) <= behind.left && snapshot_valid(size, *size)) {
		e->snapshot = mem_alloc(*size);
		memcpy(e->snapshot, size, *size);
		*p = behind;
		parcel_take(p, *size);
		return e;
	}
	event_free(e);
	return NULL;
}

void event_free(struct event *e)
{
	if (!e)
		return;
	free(e->snapshot);
	free(e);
}
