// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/inside.h"
#include "stage/parcel.h"
#include "stage/stage.h"
#include "suite.h"

/* What travels on a wire arrives as it was; what is cut short is no message. */

static struct code_node nodes[] = { { .op = CODE_CONST, .value = 1 }, { .op = CODE_SLOT, .a = 1 } };
static struct code_slot slots[] = { { .kind = SLOT_NAME }, { .kind = SLOT_LETTER } };
static char pool[] = "text";
static const struct code code = { .nodes = nodes,
	                          .nnodes = 2,
	                          .slots = slots,
	                          .nslots = 2,
	                          .pool = pool,
	                          .npool = 5,
	                          .root = 1 };
static const int64_t values[] = { -5, 1ll << 40 };

static struct parcel parcel_of(const struct buf *b, size_t length)
{
	return (struct parcel){ b->data, length };
}

START_TEST(bytes)
{
	struct buf b = { 0 };
	struct parcel p;

	parcel_put(&b, "abc", 3);
	parcel_put(&b, NULL, 0);
	parcel_put(&b, "0123456789abcdef", 16);
	ck_assert_uint_eq(b.len, 32);
	p = parcel_of(&b, b.len);
	ck_assert_int_eq(memcmp(parcel_take(&p, 3), "abc", 3), 0);
	ck_assert_ptr_nonnull(parcel_take(&p, 0));
	ck_assert_ptr_null(parcel_take(&p, 17));
	ck_assert_ptr_null(parcel_take(&p, SIZE_MAX));
	ck_assert_int_eq(memcmp(parcel_take(&p, 16), "0123456789abcdef", 16), 0);
	ck_assert_uint_eq(p.left, 0);
	ck_assert_ptr_null(parcel_take(&p, 1));
	/* all of it is there, but not what it is padded with */
	p = parcel_of(&b, 15);
	ck_assert_ptr_null(parcel_take(&p, 3));
	buf_free(&b);
}
END_TEST

static void expect_code(const struct code *c, const int64_t *got)
{
	ck_assert_uint_eq(c->nnodes, 2);
	ck_assert_uint_eq(c->nslots, 2);
	ck_assert_uint_eq(c->npool, 5);
	ck_assert_uint_eq(c->root, 1);
	ck_assert_int_eq(memcmp(c->nodes, nodes, sizeof(nodes)), 0);
	ck_assert_int_eq(memcmp(c->slots, slots, sizeof(slots)), 0);
	ck_assert_str_eq(c->pool, "text");
	ck_assert_int_eq(memcmp(got, values, sizeof(values)), 0);
}

/* Code of two letters, with the owners of the first. */
START_TEST(requests)
{
	static const uint8_t owners[] = { 3, 4 };
	struct request r = { .kind = REQUEST_EVALUATE, .who = 5, .fork = -1, .number = 7 }, got;
	struct code codes[LETTERS];
	struct buf b = { 0 };
	struct parcel p;
	uint32_t number = 0;

	memset(r.name, 'x', sizeof(r.name));
	r.code[0] = r.code[3] = &code;
	r.values[0] = r.values[3] = values;
	r.owners = owners;
	parcel_put_request(&b, &r, 42);
	p = parcel_of(&b, b.len);
	ck_assert(parcel_take_request(&p, &got, codes, &number));
	ck_assert_uint_eq(p.left, 0);
	ck_assert_uint_eq(number, 42);
	ck_assert(got.kind == REQUEST_EVALUATE && got.who == 5 && got.fork == -1 &&
	          got.number == 7);
	ck_assert_uint_eq(strlen(got.name), sizeof(got.name) - 1);
	for (unsigned who = 0; who < LETTERS; who++)
		ck_assert(!got.code[who] == (who != 0 && who != 3));
	expect_code(got.code[0], got.values[0]);
	expect_code(got.code[3], got.values[3]);
	ck_assert_int_eq(memcmp(got.owners, owners, sizeof(owners)), 0);
	for (size_t length = 0; length < b.len; length++) {
		p = parcel_of(&b, length);
		ck_assert_msg(!parcel_take_request(&p, &got, codes, &number), "%zu bytes", length);
	}
	buf_free(&b);
}
END_TEST

/* Owners of no code are none: the address means nothing here. */
START_TEST(owners_of_nothing)
{
	static const uint8_t owners[] = { 3 };
	struct request r = { .kind = REQUEST_SAMPLE, .owners = owners }, got;
	struct code codes[LETTERS];
	struct buf b = { 0 };
	struct parcel p;
	uint32_t number;

	parcel_put_request(&b, &r, 1);
	p = parcel_of(&b, b.len);
	ck_assert(parcel_take_request(&p, &got, codes, &number));
	ck_assert_ptr_null(got.owners);
	buf_free(&b);
}
END_TEST

/* More than code can have. */
START_TEST(code_too_large)
{
	static const uint32_t heads[][4] = {
		{ CODE_NODES + 2, 1, 1, 0 },
		{ 1, CODE_SLOTS + 1, 1, 0 },
		{ 1, 1, CODE_POOL + 1, 0 },
		{ 1, 1, 1, 1 },
		{ 0, 0, 0, 0 },
	};
	static char zeros[1 << 20];

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		struct buf b = { 0 };
		struct code got;
		const int64_t *numbers;
		struct parcel p;

		parcel_put(&b, heads[i], sizeof(heads[i]));
		parcel_put(&b, zeros, sizeof(zeros));
		p = parcel_of(&b, b.len);
		ck_assert_msg(!parcel_take_code(&p, &got, &numbers), "row %zu", i);
		buf_free(&b);
	}
}
END_TEST

START_TEST(events)
{
	static struct draft draft;
	struct event e = { .kind = EVENT_QUIET, .who = 2, .nbindings = 1, .nseen = 1 }, *got;
	struct buf b = { 0 };
	struct parcel p;
	uint32_t number = 0;

	draft.head.clock = 77;
	memset(e.text, 'x', sizeof(e.text));
	e.bindings[0] = (struct event_binding){ .slot = 3, .value = 4 };
	e.seen[0].value = 9;
	e.snapshot = block_make(&draft);
	parcel_put_event(&b, &e, 42);
	p = parcel_of(&b, b.len);
	got = parcel_take_event(&p, &number);
	ck_assert_ptr_nonnull(got);
	ck_assert_uint_eq(number, 42);
	ck_assert(got->kind == EVENT_QUIET && got->who == 2 && got->bindings[0].value == 4);
	ck_assert(got->seen[0].value == 9 && got->snapshot->clock == 77);
	ck_assert_uint_eq(strlen(got->text), EVENT_TEXT - 1);
	event_free(got);
	for (size_t length = 0; length < b.len; length++) {
		p = parcel_of(&b, length);
		ck_assert_msg(!parcel_take_event(&p, &number), "%zu bytes", length);
	}
	free(e.snapshot);
	buf_free(&b);
}
END_TEST

/* One behind the other, as they are sent. */
START_TEST(events_together)
{
	static struct draft draft;
	struct event e = { .kind = EVENT_QUIET, .who = 2 };
	struct buf b = { 0 };
	struct parcel p;
	uint32_t number;

	struct snapshot *snapshot = block_make(&draft);

	for (uint32_t i = 0; i < 4; i++) {
		e.who = (uint8_t)i;
		e.snapshot = i % 2 ? snapshot : NULL;
		parcel_put_event(&b, &e, i);
	}
	p = parcel_of(&b, b.len);
	for (uint32_t i = 0; i < 4; i++) {
		struct event *got = parcel_take_event(&p, &number);

		ck_assert(got && got->who == i && number == i && !got->snapshot == !(i % 2));
		event_free(got);
	}
	ck_assert_uint_eq(p.left, 0);
	free(snapshot);
	buf_free(&b);
}
END_TEST

START_TEST(events_too_large)
{
	for (int i = 0; i < 4; i++) {
		struct event e = { .kind = EVENT_OUTPUT,
			           .nbindings = i ? 0 : CODE_SLOTS + 1,
			           .nseen = i == 1 ? EVENT_SEEN + 1 : 0,
			           .value = i == 2   ? EVENT_TEXT
			                    : i == 3 ? -1
			                             : 0 };
		struct buf b = { 0 };
		struct parcel p;
		uint32_t number;

		parcel_put_event(&b, &e, 1);
		p = parcel_of(&b, b.len);
		ck_assert_ptr_null(parcel_take_event(&p, &number));
		buf_free(&b);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("parcel");

	tcase_add_test(tests, bytes);
	tcase_add_test(tests, requests);
	tcase_add_test(tests, owners_of_nothing);
	tcase_add_test(tests, code_too_large);
	tcase_add_test(tests, events);
	tcase_add_test(tests, events_together);
	tcase_add_test(tests, events_too_large);
	return suite_main(tests);
}
