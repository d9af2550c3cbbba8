// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "lessons.h"
#include "machine.h"
#include "stage/exec.h"
#include "sys/names.h"
#include "suite.h"

/* What compiled scripts do: they are run here, in this very process, which stands for every
   process of the lesson. Each outcome and each assert must hold. */

struct worth {
	bool bound, declared;
	int64_t value;
};

static struct board_process page;

/* There is no stage that keeps books. */
static enum exec_refusal no_deed(struct exec *x, const struct wire_deed *deed)
{
	(void)x, (void)deed;
	return EXEC_MADE;
}

static struct exec executor = { .page = &page, .deed = no_deed };
static struct worth *worths; /* of name n in process w: [n * LETTERS + w] */
static const struct lesson *lesson;
static const struct step *current;

static struct worth *worth_of(uint16_t name, unsigned who)
{
	return &worths[name * LETTERS + who];
}

/* The worth of a name: one's own, or that of the only process that bound it. */
static const struct worth *find_worth(const struct code_slot *slot, int who, unsigned *owner)
{
	const struct worth *found = NULL;

	for (unsigned w = 0; w < LETTERS; w++) {
		if (!worth_of(slot->name, w)->bound)
			continue;
		if (!found || (int)w == who) {
			found = worth_of(slot->name, w);
			*owner = w;
		}
	}
	return found;
}

static void fill(const struct code *code, int self, int64_t *values, uint8_t *owners)
{
	for (size_t i = 0; i < code->nslots; i++) {
		const struct code_slot *slot = &code->slots[i];
		int who = slot->owner == SLOT_ANY ? self : slot->owner;
		unsigned owner = 0;
		const struct worth *w;

		values[i] = 0;
		owners[i] = (uint8_t)who;
		if (slot->kind == SLOT_LETTER) {
			values[i] = 1000 + who;
			continue;
		}
		if (slot->unset_ok)
			w = worth_of(slot->name, (unsigned)who);
		else
			w = find_worth(slot, who, &owner);
		ck_assert_msg(w || slot->unset_ok, "%s: %s has no value", current->text,
		              lesson->script.symbols[slot->name].name);
		if (!slot->declares || w->declared)
			values[i] = w->value;
		owners[i] = (uint8_t)(who >= 0 ? (unsigned)who : owner);
	}
}

/* The stage's part, as far as it can be played here. */
static int observe(void *context, const struct code_node *node, int64_t a, int64_t b, uint8_t owner,
                   const char *text, int64_t *value, const char **why)
{
	(void)context;
	(void)b;
	switch ((enum code_op)node->op) {
	case CODE_REMOTE:
		ck_assert_int_lt(owner, LETTERS);
		*value = scalar_load(node->scalar, (void *)(intptr_t)a);
		return 0;
	case CODE_REMOTE_SAME:
		ck_assert_int_lt(owner, LETTERS);
		*value = !strcmp((char *)(intptr_t)a, text);
		return 0;
	case CODE_HANDLED:
		*value = (int64_t)page.handled;
		return 0;
	case CODE_PLACE:
		ck_assert_int_lt(owner, LETTERS);
		*value = page.places[node->value - CODE_SELF];
		return 0;
	case CODE_SEMVAL:
		*value = semctl((int)a, (int)b, GETVAL);
		return 0;
	default:
		*why = "not in this test";
		return -1;
	}
}

static int64_t evaluate(const struct code *code, int self)
{
	int64_t values[CODE_SLOTS], value;
	uint8_t owners[CODE_SLOTS];
	struct code_run run = {
		.code = code, .values = values, .owners = owners, .observe = observe
	};

	fill(code, self, values, owners);
	value = code_eval(&run, code->root);
	ck_assert_msg(!run.why, "%s: %s", current->text, run.why);
	return value;
}

static void judge(const struct expect *e, const struct exec_result *r, unsigned who)
{
	bool good = !r->refused;

	switch (e ? e->kind : EXPECT_OK) {
	case EXPECT_OK:
		good &= !r->failed;
		break;
	case EXPECT_VALUE:
		good &= !r->failed && r->value == evaluate(&e->value, (int)who);
		break;
	case EXPECT_STRING:
		good &= r->has_text && !strcmp(r->text, e->text);
		break;
	case EXPECT_ERRNO:
		good &= r->failed && r->error == e->error;
		break;
	default:
		good = false;
	}
	ck_assert_msg(good, "%d: %s: got %lld, %s, \"%s\"", current->line, current->text,
	              (long long)r->value, r->failed ? errno_name(r->error) : "no error", r->text);
}

static const struct expect *expect_of(const struct step *step, unsigned who)
{
	const struct expect *all = NULL;

	for (size_t i = 0; i < step->outcome.nitems; i++) {
		if (step->outcome.items[i].who == who)
			return &step->outcome.items[i].expect;
		if (step->outcome.items[i].who == OUTCOME_ALL)
			all = &step->outcome.items[i].expect;
	}
	return all;
}

static void execute(const struct step *step, unsigned who, int64_t *values)
{
	const struct code *code = &step->code[who];
	struct exec_result r;

	executor.who = 0;
	exec_statement(&executor, code, values, &r);
	for (size_t i = 0; i < code->nslots; i++)
		if (r.bound[i])
			*worth_of(code->slots[i].name, who) =
				(struct worth){ true, code->slots[i].declares, values[i] };
	judge(expect_of(step, who), &r, who);
}

static void run_step(const struct step *step)
{
	static int64_t values[LETTERS][CODE_SLOTS];
	uint8_t owners[CODE_SLOTS];

	current = step;
	if (step->kind == STEP_ASSERT) {
		ck_assert_msg(evaluate(&step->code[0], -1), "%d: %s", step->line, step->text);
		return;
	}
	ck_assert_int_eq(step->kind, STEP_STATEMENT);
	/* all see what the names were worth before */
	for (unsigned who = 0; who < LETTERS; who++)
		if (step->who & LETTER_BIT(who))
			fill(&step->code[who], (int)who, values[who], owners);
	for (unsigned who = 0; who < LETTERS; who++)
		if (step->who & LETTER_BIT(who))
			execute(step, who, values[who]);
}

static void run(const char *script)
{
	struct lesson *l = lesson_of_script(script);

	lesson = l;
	worths = calloc((l->script.nsymbols + 1) * LETTERS, sizeof(*worths));
	exec_init(&executor);
	for (size_t i = 0; i < l->script.nsteps; i++)
		run_step(&l->script.steps[i]);
	free(worths);
	lesson_free(l);
}

/* C's precedence is what is tested here: the compiler need not warn of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wparentheses"

/* An expression means what the C compiler says. */
START_TEST(expressions)
{
#define E(...)                                       \
	{                                            \
#__VA_ARGS__, (int64_t)(__VA_ARGS__) \
	}
	/* clang-format off */
	static const struct {
		const char *text;
		int64_t value;
	} rows[] = {
		E(1LL + 2LL * 3LL - 4LL), E(10LL - 3LL - 2LL), E(100LL / 5LL / 2LL), E(2LL * 7LL % 4LL),
		E((1LL + 2LL) * 3LL), E(-7LL / 2LL), E(-7LL % 3LL), E(7LL % -3LL), E(1LL << 3LL + 1LL),
		E(256LL >> 2LL >> 1LL), E(1LL | 6LL ^ 3LL & 5LL), E((1LL | 6LL) ^ 3LL), E(~5LL & 0xffLL),
		E(1LL == 1LL != 0LL), E(3LL < 2LL < 1LL), E(5LL > 4LL == 1LL), E(2LL <= 2LL & 3LL >= 4LL),
		E(1LL || 0LL && 0LL), E((1LL || 0LL) && 0LL), E(0LL || 2LL), E(3LL && 4LL), E(!0LL + !5LL),
		E(!!7LL), E(- - -5LL), E(-~5LL), E(~-5LL), E(!-1LL), E(+5LL - +3LL), E(1LL ? 2LL : 3LL),
		E(0LL ? 2LL : 3LL), E(0LL ? 1LL : 0LL ? 2LL : 3LL), E(1LL ? 0LL ? 4LL : 5LL : 6LL),
		E(1LL + 1LL ? 2LL + 2LL : 3LL), E(0x7fffffffffffffffLL), E(-0x7fffffffffffffffLL - 1LL),
		E(0xffffffffffffffffULL), E(0777LL), E(0LL), E(00LL), E(0x0LL), E(0XaBcDeFLL),
		E('a'), E('\n' + '\t' + '\r' + '\a' + '\b' + '\f' + '\v'), E('\\' + '\'' + '"' + '\"'),
		E('\0'), E('\377'), E('\xff'), E('\x7f'), E('\101'), E('\?'), E('\x4' + '\7'),
		E(sizeof(char) + 2LL * sizeof(short) + 4LL * sizeof(int) + 8LL * sizeof(long)),
		E(sizeof(unsigned)), E(sizeof(unsigned char)), E(sizeof(unsigned short int)),
		E(sizeof(long long)), E(sizeof(char *)), E(sizeof(struct sembuf)),
		E(sizeof(struct shmid_ds)), E(sizeof(struct sembuf *)), E(sizeof(struct timespec)),
		E(1LL << 62LL), E(-8LL >> 1LL), E(5LL & -5LL), E(1LL - 1LL ? 5LL : 6LL), E(10LL % 4LL * 3LL),
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = { 0 };
		struct lesson *l;

		buf_printf(&b, "A: x = %s; // => %s", rows[i].text, rows[i].text);
		run(b.data);
		l = lesson_of_script(b.data);
		lesson = l;
		current = &l->script.steps[0];
		ck_assert_msg(evaluate(&l->script.steps[0].outcome.items[0].expect.value, 0) ==
		                      rows[i].value,
		              "%s", rows[i].text);
		lesson_free(l);
		buf_free(&b);
	}
}
END_TEST

#pragma GCC diagnostic pop

/* Arithmetic wraps where C's is undefined; && || ?: leave out what C leaves out. */
START_TEST(arithmetic)
{
	run("A: x = 0x7fffffffffffffff + 1; // => 1 << 63\n"
	    "A: x = -(1 << 63); // => 1 << 63\n"
	    "A: x = 7 / -1; // => -7\n"
	    "A: x = 7 % -1; // => 0\n"
	    "A: x = 0x7fffffffffffffff * 2; // => -2\n"
	    "A: x = 0 && *1; // => 0\n"
	    "A: x = 1 || *1; // => 1\n"
	    "A: x = 1 ? 5 : *1; // => 5\n"
	    "A: x = 0 ? *1 : 6; // => 6\n"
	    "assert(x == 6 && (x == 6 ? x == 6 : *x));");
}
END_TEST

START_TEST(names)
{
	run("A: t = 3 + 4 * 2; // => 11\n"
	    "A: t; // => 11\n"
	    "A: t += 4; // => 15\n"
	    "A: t++; // => 16\n"
	    "A: t += -20; // => 0 - 4\n"
	    "assert(t == -4 && A.t == -4 && B.t == -4);\n"
	    "B: t; // => 0 - 4\n"
	    "B: t += 5; // => 1\n"
	    "assert(A.t == -4 && B.t == 1);\n"
	    "A: t = B.t + 10; // => 11\n"
	    "A, B: t = t * 2; // => A => 22, B => 2\n"
	    "C: k = 5;\n"
	    "A, B: k = k + 1; // => 6\n"
	    "A, B: k++; // => 7\n"
	    "C: k; // => 5\n"
	    "A: i = 7;\n"
	    "A: repeat (3) { j = i; } // => ok\n"
	    "assert(j == 2 && i == 7);");
}
END_TEST

START_TEST(calls_bind)
{
	run("A: p = getpid(); // => ok\n"
	    "A: p = shmget(12345678, 1, 0); // => -1 ENOENT\n"
	    "A: q = p; // => p\n"
	    "assert(q > 0 && q == p);\n"
	    "A, B: pid = getpid(); // => q\n"
	    "A: int *z = getpid();\n"
	    "A: y = z + 1; // => q + 4\n"
	    "A: old = umask(077);\n"
	    "A: umask(old); // => 077");
}
END_TEST

/* A variable takes the result, as its type has it; the outcome is the call's own. */
START_TEST(calls_store)
{
	run("A: old = umask(0);\n"
	    "A: int x;\n"
	    "A: unsigned char c = 7;\n"
	    "A: umask(0777); // => ok\n"
	    "A: x = umask(0777); // => 0777\n"
	    "A: int x = umask(0776); // => 0777\n"
	    "A: c = umask(old); // => 0776\n"
	    "A: x; // => 0777\n"
	    "A: x = shmget(12345678, 1, 0); // => -1 ENOENT\n"
	    "A: x; // => 0 - 1\n"
	    "A: c; // => 0xfe\n"
	    "assert(A.x == -1 && A.c == 0xfe);\n"
	    "A: int *n;\n"
	    "A: n = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
	    "A: n[1] = 5;\n"
	    "assert(A.n[1] == 5 && A.n[0] == 0);\n"
	    "A: repeat (3) { int y; y = getpid(); } // => ok\n"
	    "A: getpid(); // => y");
}
END_TEST

/* What failed is seen in the variable, and leaves a bare name what it was. */
START_TEST(failures)
{
	run("A: int id = msgget(1234567, 0); // => -1 ENOENT\n"
	    "A: id; // => 0 - 1\n"
	    "assert(A.id == -1 && id == -1);\n"
	    "A: unsigned u;\n"
	    "A: u = msgget(1234567, 0); // => -1 ENOENT\n"
	    "A: u; // => 4294967295\n"
	    "A: char *p = mmap(NULL, 1, 1, 1, -1, 0); // => -1 EBADF\n"
	    "assert(A.p == MAP_FAILED && A.p == (void *)-1);\n"
	    "A: p = 5;\n"
	    "A: p = mmap(NULL, 1, 1, 1, -1, 0); // => -1 EBADF\n"
	    "assert(A.p == MAP_FAILED);\n"
	    "A: q = 5;\n"
	    "A: q = mmap(NULL, 1, 1, 1, -1, 0); // => -1 EBADF\n"
	    "assert(q == 5);\n"
	    "A: long t[2] = {7, 7};\n"
	    "A: t[1] = msgget(1234567, 0); // => -1 ENOENT\n"
	    "assert(A.t[0] == 7 && A.t[1] == -1);\n"
	    "A: repeat (3) { t[0] = msgget(1234567, 0); } // => -1 ENOENT\n"
	    "assert(A.t[0] == -1);\n"
	    "A: int one = 1, two = msgget(1234567, 0), three = 3; // => -1 ENOENT\n"
	    "assert(A.one == 1 && A.two == -1);");
}
END_TEST

START_TEST(casts)
{
	run("A: x = (char)0x1ff; // => 0 - 1\n"
	    "A: x = (unsigned char)0x1ff; // => 255\n"
	    "A: x = (short)0x18000; // => 0 - 0x8000\n"
	    "A: x = (int)0x1ffffffff; // => 0 - 1\n"
	    "A: x = (unsigned)-1; // => 0xffffffff\n"
	    "A: x = (key_t)0xffffffff; // => 0 - 1\n"
	    "A: x = (mode_t)-1; // => 0xffffffff\n"
	    "A: x = (ushort)-1; // => 0xffff\n"
	    "A: x = (size_t)-1; // => 0 - 1\n"
	    "A: x = (char)0x101 + 1; // => 2\n"
	    "A: x = -(char)0x101; // => 0 - 1\n"
	    "A: int n[2] = {0x01020304, -1};\n"
	    "A: *(unsigned char *)n; // => 4\n"
	    "A: ((char *)n)[4]; // => 0 - 1\n"
	    "A: ((unsigned short *)n)[1]; // => 0x102\n"
	    "A: *((char *)n + 1) = 9; // => 9\n"
	    "assert(A.n[0] == 0x01020904 && *(char *)A.n == 4);\n"
	    "A: c = (char *)n + 1;\n"
	    "A: c[0]; // => 9\n"
	    "A: old = umask(0777);\n"
	    "A: m = (char)umask(0777); // => 0777\n"
	    "assert(m == -1);\n"
	    "A: long w;\n"
	    "A: w = (unsigned char)umask(0777); // => 0777\n"
	    "assert(A.w == 255);\n"
	    "A: (void)umask(old); // => 0777");
}
END_TEST

START_TEST(declarators)
{
	run("A: struct sembuf sb = {1, -1, 2}, none;\n"
	    "assert(A.sb.sem_num == 1 && A.sb.sem_op == -1 && A.sb.sem_flg == 2 && A.none.sem_op == 0);\n"
	    "A: struct sembuf ops[] = {{1, 2, 3}, {.sem_op = 9}};\n"
	    "assert(A.ops[0].sem_flg == 3 && A.ops[1].sem_op == 9 && A.ops[1].sem_num == 0);\n"
	    "A: x = sizeof(ops) / sizeof(ops[0]); // => 2\n"
	    "A: int a = 1, *p = &a, t[3] = {7, 8};\n"
	    "A: *p += 4; // => 5\n"
	    "assert(A.a == 5 && A.t[0] == 7 && A.t[1] == 8 && A.t[2] == 0);\n"
	    "A: char s[] = \"abc\", u[5] = \"de\";\n"
	    "A: s; // => \"abc\"\n"
	    "assert(A.u == \"de\" && A.s[3] == 0);\n"
	    "A: x = sizeof s; // => 4\n"
	    "A: char b[] = {'x', 'y', 0};\n"
	    "assert(A.b == \"xy\");\n"
	    "A: repeat (3) { struct timespec ts = {i, 5}; t[i] = ts.tv_sec * 2; }\n"
	    "assert(A.t[2] == 4 && A.ts.tv_sec == 2 && A.ts.tv_nsec == 5);\n"
	    "A: union semun arg = {.val = 3};\n"
	    "assert(A.arg.val == 3);\n"
	    "A: arg.array = t;\n"
	    "assert(A.arg.array == &A.t[0] && A.arg.array == A.t);\n"
	    "A: x = 5;\n"
	    "A: int y = x, z = y + 1;\n"
	    "assert(A.z == 6);\n"
	    "A: x = sizeof(union semun); // => 8\n"
	    "A: x = sizeof(time_t) + sizeof(mode_t) + sizeof(ushort); // => 14");
}
END_TEST

/* The result of a call goes anywhere; --, -=. */
START_TEST(lvalues)
{
	run("struct s { char c; short id; };\n"
	    "A: old = umask(022);\n"
	    "A: long t[2];\n"
	    "A: t[1] = umask(022);\n"
	    "A: struct s v[2];\n"
	    "A: v[1].id = umask(022);\n"
	    "A: long *p = t;\n"
	    "A: *p = umask(022);\n"
	    "A: umask(old);\n"
	    "assert(A.t[0] == 022 && A.t[1] == 022 && A.v[1].id == 022 && A.v[1].c == 0);\n"
	    "A: t[0]--; // => 021\n"
	    "A: t[0] -= 010; // => 011\n"
	    "A: p++;\n"
	    "A: p--;\n"
	    "A: p += 2;\n"
	    "A: p -= 2;\n"
	    "assert(A.p == A.t);\n"
	    "A: k = 5;\n"
	    "A: k -= 3; // => 2\n"
	    "A: k--; // => 1\n"
	    "assert(k == 1);");
}
END_TEST

START_TEST(branches)
{
	run("A: int n[10], k = 0;\n"
	    "A: if (k == 0) { n[0] = 1; } // => ok\n"
	    "A: if (k) { n[0] = 2; } else { n[1] = 2; }\n"
	    "assert(A.n[0] == 1 && A.n[1] == 2);\n"
	    "A: if (k) { n[2] = 1; } else if (n[1] == 2) { n[2] = 2; } else { n[2] = 3; }\n"
	    "assert(A.n[2] == 2);\n"
	    "A: if (k) { n[2] = 1; } else if (k) { n[2] = 4; } else { n[2] = 3; }\n"
	    "assert(A.n[2] == 3);\n"
	    "A: while (k < 7) { k++; } // => ok\n"
	    "assert(A.k == 7);\n"
	    "A: while (k) { k -= 1; if (k == 3) { n[3] = k; } else { n[4]++; } }\n"
	    "assert(A.k == 0 && A.n[3] == 3 && A.n[4] == 6);\n"
	    "A: repeat (4) { k = i; while (k) { n[5] += i; k--; } }\n"
	    "assert(A.n[5] == 14);\n"
	    "A: i = 0;\n"
	    "A: while (i < 4) { n[6] += i; i++; }\n"
	    "assert(A.n[6] == 6 && A.i == 4);\n"
	    "A: while (1) { k++; msgget(1234567, 0); k = 99; } // => -1 ENOENT\n"
	    "assert(A.k == 1);\n"
	    "A: if (1) { msgget(1234567, 0); k = 99; } // => -1 ENOENT\n"
	    "A: if (0) { msgget(1234567, 0); } // => ok\n"
	    "A: repeat (3) { if (i) { msgget(1234567, 0); } k++; } // => -1 ENOENT\n"
	    "assert(A.k == 2);\n"
	    "A: y = 1;\n"
	    "A: if (0) { y = 2; z = 3; }\n"
	    "A: y; // => 1\n"
	    "A: if (1) { y = 2; z = 3; } // => 0\n"
	    "assert(y == 2 && z == 3);\n"
	    "A: while (0) { } // => ok\n"
	    "A: if (n[1]) { puts(\"x\"); }");
}
END_TEST

START_TEST(memory)
{
	run("A: int n[4];\n"
	    "A: n[0] = 5; // => 5\n"
	    "A: n[1] = n[0] + 1; // => 6\n"
	    "A: n[1]++; // => 7\n"
	    "A: n[1] += -10; // => -3\n"
	    "A: n[3] = 1 << 31; // => -2147483648\n"
	    "A: n[2] = 0xffffffff; // => 0 - 1\n"
	    "A: *n; // => 5\n"
	    "A: *n += n[1]; // => 2\n"
	    "A: *(n + 1); // => -3\n"
	    "A: n[n[0] - 1] = 9; // => 9\n"
	    "assert(A.n[0] == 2 && A.n[1] == 9 && *A.n == 2 && A.n[3] < 0);\n"
	    "A: char c = 200; // => -56\n"
	    "A: unsigned char u = 300; // => 44\n"
	    "A: u += 250; // => 38\n"
	    "A: short s = 0x18000; // => -32768\n"
	    "A: unsigned short h = -1; // => 65535\n"
	    "A: h++; // => 0\n"
	    "A: unsigned x = -1; // => 0xffffffff\n"
	    "A: unsigned long y = -1; // => 0 - 1\n"
	    "A: long z = 1 << 40; // => 1 << 40\n"
	    "assert(A.c == -56 && A.u == 38 && A.s == -32768 && A.h == 0 && A.x == 0xffffffff);\n"
	    "A: int w; // => ok\n"
	    "A: w; // => 0\n"
	    "B: int w = 5;\n"
	    "A: w = 3;\n"
	    "A: int w; // => ok\n"
	    "A: w; // => 3\n"
	    "A: int w = 3; // => 3\n"
	    "assert(A.w == 3 && B.w == 5);\n"
	    "A: repeat (3) { int r; r += i; } // => ok\n"
	    "assert(A.r == 3);");
}
END_TEST

/* A pointer counts what it points to; without a type, unsigned bytes. */
START_TEST(pointers)
{
	run("A: long m[8];\n"
	    "A: long *p = m;\n"
	    "A: p[3] = 0x0807060504030281; // => 0x0807060504030281\n"
	    "A: q = p + 3;\n"
	    "A: *q; // => p[3]\n"
	    "A: d = q - p; // => 3\n"
	    "A: q++; // => p + 4\n"
	    "A: q += -2; // => p + 2\n"
	    "A: q[1]; // => m[3]\n"
	    "A: *(1 + q); // => m[3]\n"
	    "A: (q - 1)[2]; // => m[3]\n"
	    "A: char *c = q + 1;\n"
	    "A: c[0]; // => -127\n"
	    "A: c[7]; // => 8\n"
	    "A: c += 3;\n"
	    "A: *c; // => 4\n"
	    "A: short *s = q + 1;\n"
	    "A: s[3]; // => 0x0807\n"
	    "A: x = p == q ? 0 : q;\n"
	    "A: x[1]; // => m[3]\n"
	    "A: y = 1 ? p : 0;\n"
	    "A: y[3]; // => m[3]\n"
	    "A: u = q & -1;\n" /* an address, but no pointer any more */
	    "A: u[8]; // => 0x81\n"
	    "A: u[8] = -1; // => 255\n"
	    "A: v = u + 8;\n"
	    "A: *v; // => 255\n"
	    "assert(*A.v == 255 && A.q[1] == A.m[3] && (A.p + 1)[2] == A.m[3]);\n"
	    "A: long *k;\n"
	    "A: k = p;\n"
	    "A: k++;\n"
	    "A: k += 2;\n"
	    "A: k[0]; // => m[3]\n"
	    "assert(A.k[0] == A.m[3]);\n"
	    "A: int *t[3];\n"
	    "A: t[2] = p;\n"
	    "A: t[2]++;\n"
	    "A: t[2][6]; // => 0x08070605\n"
	    "assert(A.t[2][6] == 0x08070605);");
}
END_TEST

START_TEST(structs)
{
	run("struct point { char c; int x; short y; };\n"
	    "struct line { char name[5]; struct point ends[2]; struct point *best; long n; };\n"
	    "A: struct line v[3];\n"
	    "A: struct line *t = v;\n"
	    "A: t[1].n = 7; // => 7\n"
	    "A: t[1].ends[1].x = 8;\n"
	    "A: t[1].ends[0].y += 3;\n"
	    "A: t[1].ends[0].y++; // => 4\n"
	    "A: v[1].ends[1].x; // => 8\n"
	    "A: (*(t + 1)).n; // => 7\n"
	    "A: t++;\n"
	    "A: t[0].n; // => 7\n"
	    "A: strcpy(t[0].name, \"abc\");\n"
	    "A: t[0].name; // => \"abc\"\n"
	    "A: puts(t[0].name); // => \"abc\"\n"
	    "A: t[0].name[1]; // => 'b'\n"
	    "A: t[0].best = t[0].ends;\n"
	    "A: t[0].best[1].x; // => 8\n"
	    "A: t[0].best++;\n"
	    "A: t[0].best[0].x; // => 8\n"
	    "A: b = t[0].ends + 1;\n"
	    "A: b[0].x; // => 8\n"
	    "assert(A.t[0].name == \"abc\" && A.v[1].best[0].x == 8 && A.t[0].name[3] == 0);\n"
	    "A: struct line w;\n"
	    "A: w.n = t[0].n * 2; // => 14\n"
	    "A: w.ends[1].c = 'x';\n"
	    "assert(A.w.n == 14 && A.w.ends[1].c == 'x');\n"
	    "A: struct sembuf op;\n"
	    "A: op.sem_op = -1;\n"
	    "A: op.sem_op; // => 0 - 1\n"
	    "A: memset(w.name, 'z', 4);\n"
	    "assert(A.w.name == \"zzzz\");");
}
END_TEST

START_TEST(loops)
{
	run("A: int n[10];\n"
	    "A: repeat (10) { n[i] = i * i; } // => ok\n"
	    "assert(A.n[0] == 0 && A.n[9] == 81);\n"
	    "A: repeat (3) {\n"
	    "\trepeat (i) { n[i] += 100; }\n"
	    "\tn[9] += i;\n"
	    "}\n"
	    "assert(A.n[0] == 200 && A.n[1] == 101 && A.n[2] == 4 && A.n[9] == 84);\n"
	    "A: k = 0;\n"
	    "A: repeat (4) { k += i; } // => ok\n"
	    "assert(k == 6);\n"
	    "A: repeat (4) { x = k; k = x + 1; }\n"
	    "assert(k == 10 && x == 9);\n"
	    "A: repeat (0) { k = 99; }\n"
	    "A: repeat (-5) { k = 99; }\n"
	    "A: repeat (5) { }\n"
	    "A: repeat (n[2] - 1) { k++; }\n"
	    "assert(k == 13);\n"
	    "A: while (k == 99); // => ok\n"
	    "A: repeat (5) { k++; shmget(12345678, 1, 0); k++; } // => -1 ENOENT\n"
	    "assert(k == 14);\n"
	    "A: repeat (3) { char *c = n + i; c[0] = 'a' + i; }\n"
	    "assert(A.n[2] == 'c');\n"
	    "A: repeat (3) { read(0 - 1, buf, 5); } // => -1 EBADF\n"
	    "A: repeat (2) { p = getpid(); q = p; }\n"
	    "assert(p == q && p > 0);");
}
END_TEST

START_TEST(texts)
{
	run("A: char line[16] = \"abc\";\n"
	    "A: line; // => \"abc\"\n"
	    "A: x = line == \"abc\"; // => 1\n"
	    "A: x = \"ab\" == line; // => 0\n"
	    "A: x = line != \"abcd\"; // => 1\n"
	    "A: x = line + 1 == \"bc\"; // => 1\n"
	    "assert(A.line == \"abc\" && A.line != \"abd\" && A.line + 1 == \"bc\");\n"
	    "assert(\"c\" == A.line + 2);\n"
	    "A: strcpy(line, \"x\\ty\\n\\x41\\101\\\"\");\n"
	    "A: puts(line); // => \"x\\ty\\nAA\\\"\"\n"
	    "A: char full[3] = \"abc\";\n"
	    "A: full[2]; // => 'c'\n"
	    "A: char two[4] = \"a\\0b\";\n"
	    "A: two[2]; // => 'b'\n"
	    "A: p = line;\n"
	    "A: p; // => \"x\\ty\\nAA\\\"\"\n"
	    "A: memset(buf, 'a', 3);\n"
	    "A: buf; // => \"aaa\"\n"
	    "A: buf[1] = 0;\n"
	    "A: puts(buf + 2); // => \"a\"\n"
	    "A: puts(\"\"); // => \"\"");
}
END_TEST

/* What calls are given: texts padded with zeros, braces by order and by name, variables. */
START_TEST(arguments)
{
	run("A: pipe(fd); // => 0\n"
	    "A: write(fd[1], \"ab\", 5); // => 5\n"
	    "A: memset(buf, 'z', 10);\n"
	    "A: read(fd[0], buf, 64); // => 5\n"
	    "assert(A.buf[0] == 'a' && A.buf[1] == 'b' && A.buf[2] == 0 && A.buf[4] == 0);\n"
	    "assert(A.buf[5] == 'z');\n"
	    "A: write(fd[1], {1, 2, 300, 'x'}, 6); // => 6\n"
	    "A: read(fd[0], &buf, 64); // => 6\n"
	    "assert(A.buf[1] == 2 && A.buf[2] == 44 && A.buf[3] == 'x' && A.buf[4] == 0);\n"
	    "A: int n[3];\n"
	    "A: n[2] = 4;\n"
	    "A: write(fd[1], \"\\x01\\x02\\x03\\x04\\x05\", n[2]); // => 4\n"
	    "A: read(fd[0], &n[1], 4); // => 4\n"
	    "assert(A.n[1] == 0x04030201 && A.n[0] == 0);\n"
	    "A: write(fd[1], n + 1, 4); // => 4\n"
	    "A: int x;\n"
	    "A: read(fd[0], &x, 4); // => 4\n"
	    "A: x; // => n[1]\n"
	    "A: write(fd[1], large, 100000 - 40000); // => 60000\n"
	    "A: read(fd[0], huge, 200000); // => 60000\n"
	    "A: huge[199999] = 1; // => 1\n"
	    "A: close(fd[0]);\n"
	    "A: close(fd[1]);\n"
	    "A: nanosleep({0, 1}, NULL); // => 0\n"
	    "A: nanosleep({.tv_nsec = 1000000000}, &rem); // => -1 EINVAL\n"
	    "A: nanosleep({}, rem); // => 0\n"
	    "A: nanosleep(rem, NULL); // => 0\n"
	    "A: rem.tv_sec; // => 0\n"
	    "A: setrlimit(RLIMIT_CORE, {.rlim_max = 5, .rlim_cur = 6}); // => -1 EINVAL");
}
END_TEST

START_TEST(handlers)
{
	run("A: sigaction(SIGUSR1, {handler, SA_RESTART}, NULL); // => 0\n"
	    "A: sigaction(SIGUSR1, NULL, &old); // => 0\n"
	    "assert(A.old.sa_flags & SA_RESTART && A.old.sa_handler != 0 && A.old.sa_mask == 0);\n"
	    "A: x = old.sa_handler == handler; // => 1\n"
	    "A: raise(SIGUSR1); // => 0\n"
	    "assert(A.handler == 1);\n"
	    "A: signal(SIGUSR1, SIG_IGN); // => ok\n"
	    "A: raise(SIGUSR1); // => 0\n"
	    "assert(A.handler == 1);\n"
	    "A: sigaction(SIGUSR1, {.sa_flags = SA_NODEFER, .sa_handler = handler}, old); // => 0\n"
	    "A: x = old.sa_handler; // => SIG_IGN\n"
	    "A: repeat (3) { raise(SIGUSR1); }\n"
	    "assert(A.handler == 4);");
}
END_TEST

/* What lies in the process that an outcome or the other side of a comparison tells. */
START_TEST(places)
{
	run("A: signal(SIGUSR1, handler); // => SIG_DFL\n"
	    "A: old = signal(SIGUSR1, handler); // => handler\n"
	    "A, B: signal(SIGUSR1, handler); // => handler\n"
	    "A: sigaction(SIGUSR1, NULL, &act); // => 0\n"
	    "assert(A.act.sa_handler == handler && handler == old && A.old != STACK);\n"
	    "A: s = STACK; // => STACK\n"
	    "A: s = STACK + 8; // => 8 + STACK\n"
	    "A: repeat (2) { s = STACK & PAGE - 1; }\n"
	    "assert(s == 0 && A.act.sa_handler != SELF);\n"
	    "A: s = SELF; // => SELF");
}
END_TEST

/* Objects of System V, in a namespace of their own. */
START_TEST(objects)
{
	own_ipc_namespace();
	run("A: sem = semget(IPC_PRIVATE, 3, 0600); // => ok\n"
	    "A: semctl(sem, 0, SETALL, {7}); // => 0\n"
	    "assert(sem[0].semval == 7 && sem[1].semval == 0 && sem[2].semval == 0);\n"
	    "A: semctl(sem, 0, SETALL, {1, 2, 3}); // => 0\n"
	    "A: semctl(sem, 0, GETALL, v); // => 0\n"
	    "assert(A.v[0] == 1 && A.v[1] == 2 && A.v[2] == 3);\n"
	    "A: v[1] = 9;\n"
	    "A: semctl(sem, 0, SETALL, v); // => 0\n"
	    "A: semctl(sem, 1, GETVAL); // => 9\n"
	    "A: semctl(sem, 1, SETVAL, 2 + 2); // => 0\n"
	    "A: semop(sem, {{0, -1, 0}, {.sem_num = 2, .sem_op = -3}, {1, 1}}, 3); // => 0\n"
	    "assert(sem[0].semval == 0 && sem[1].semval == 5 && sem[2].semval == 0);\n"
	    "A: semop(sem, {1, -2, 0}, 1); // => 0\n"
	    "assert(sem[1].semval == 3);\n"
	    "A: semop(sem, {{1, 1, 0}}, 2); // => 0\n" /* the second is {0, 0, 0} */
	    "A: semtimedop(sem, {{0, -1, 0}}, 1, {0, 1}); // => -1 EAGAIN\n"
	    "A: struct sembuf ops[2];\n"
	    "A: ops[0].sem_op = 5;\n"
	    "A: ops[1].sem_op = -5;\n"
	    "A: semop(sem, ops, 2); // => 0\n"
	    "A: semop(sem, &ops[0], 1); // => 0\n"
	    "assert(sem[0].semval == 5);\n"
	    "A: semctl(sem, 0, IPC_STAT, &ds); // => 0\n"
	    "A: ds.sem_nsems; // => 3\n"
	    "A: ds.sem_perm.mode; // => 0600\n"
	    "A: ds.sem_perm.mode = 0640;\n"
	    "A: semctl(sem, 0, IPC_SET, ds); // => 0\n"
	    "A: semctl(sem, 0, IPC_STAT, again); // => 0\n"
	    "assert(A.again.sem_perm.mode == 0640 && A.again.sem_otime >= 1);\n"
	    "A: semctl(sem, 0, IPC_RMID); // => 0\n"
	    "A: q = msgget(IPC_PRIVATE, 0600); // => ok\n"
	    "A: msgsnd(q, {2, \"text\"}, 8, 0); // => 0\n"
	    "A: msgsnd(q, {.mtext = \"x\", .mtype = 1}, 4096, 0); // => 0\n"
	    "A: msgsnd(q, {3, {1, 2, 3}}, 3, 0); // => 0\n"
	    "A: msgrcv(q, &m, 64, 2, 0); // => 8\n"
	    "assert(A.m.mtype == 2 && A.m.mtext == \"text\" && A.m.mtext[7] == 0);\n"
	    "A: msgrcv(q, m, 8192, 0, 0); // => 4096\n"
	    "assert(A.m.mtype == 1 && A.m.mtext[0] == 'x' && A.m.mtext[4095] == 0);\n"
	    "A: msgrcv(q, m, 3, 0, 0); // => 3\n"
	    "A: m.mtext[2]; // => 3\n"
	    "A: msgctl(q, IPC_STAT, &qs); // => 0\n"
	    "A: qs.msg_qnum; // => 0\n"
	    "A: msgctl(q, IPC_RMID, NULL); // => 0\n"
	    "A: seg = shmget(IPC_PRIVATE, 2 * PAGE, 0600); // => ok\n"
	    "A: p = shmat(seg, NULL, 0); // => ok\n"
	    "A: p[PAGE] = 300; // => 44\n"
	    "A: int *n = p;\n"
	    "A: n[PAGE / sizeof(int)]; // => 44\n"
	    "A: shmctl(seg, IPC_STAT, &ss); // => 0\n"
	    "A: ss.shm_segsz; // => 2 * PAGE\n"
	    "A: ss.shm_nattch; // => 1\n"
	    "A: shmdt(p + 1); // => -1 EINVAL\n"
	    "A: shmdt(p); // => 0\n"
	    "A: shmctl(seg, IPC_RMID, NULL); // => 0");
}
END_TEST

/* A struct of a lesson lies in memory as a C compiler has it. */
#define STRUCT(name, ...)        \
	struct name __VA_ARGS__; \
	static const char name##_text[] = "struct " #name " " #__VA_ARGS__ ";"

/* clang-format off */
STRUCT(s1, { char a; int b; });
STRUCT(s2, { char a; short b; char c; long d; char e; });
STRUCT(s3, { char a[3]; });
STRUCT(s4, { short a[3]; char b; unsigned short c; });
STRUCT(s5, { char a; struct s1 b; char c; });
STRUCT(s6, { struct s3 a[3]; struct s4 b[2]; long c; });
STRUCT(s7, { char a; char *b; unsigned char c; int *d[3]; struct s7 *e; short f; });
STRUCT(s8, { long a; char b; });
STRUCT(s9, { unsigned long a; unsigned b; unsigned short int c; long int d; long long e; char f; });
STRUCT(s10, { struct s8 a; struct s8 b[2]; char c; struct s9 d; });
STRUCT(s11, { char a; struct sembuf b; struct timespec c; struct rlimit d[2]; });
/* clang-format on */

static int64_t argument(const struct lesson *l)
{
	const struct step *step = &l->script.steps[l->script.nsteps - 1];
	const struct code *code = &step->code[0];
	int64_t values[CODE_SLOTS] = { 0 };
	struct code_run r = { .code = code, .values = values };

	return code_eval(&r, code->nodes[code->root].a);
}

START_TEST(layout)
{
#define M(name, member)                                                            \
	{                                                                          \
#name, #member, offsetof(struct name, member), sizeof(struct name) \
	}
	static const char *const texts_of[] = { s1_text, s2_text,  s3_text, s4_text,
		                                s5_text, s6_text,  s7_text, s8_text,
		                                s9_text, s10_text, s11_text };
	static const struct {
		const char *name, *member;
		size_t offset, size;
	} rows[] = {
		M(s1, a),
		M(s1, b),
		M(s2, b),
		M(s2, c),
		M(s2, d),
		M(s2, e),
		M(s3, a),
		M(s3, a[2]),
		M(s4, b),
		M(s4, c),
		M(s4, a[2]),
		M(s5, b),
		M(s5, b.b),
		M(s5, c),
		M(s6, a[2].a[1]),
		M(s6, b[1].c),
		M(s6, c),
		M(s7, b),
		M(s7, c),
		M(s7, d[2]),
		M(s7, e),
		M(s7, f),
		M(s8, b),
		M(s9, b),
		M(s9, c),
		M(s9, d),
		M(s9, e),
		M(s9, f),
		M(s10, b[1].b),
		M(s10, c),
		M(s10, d.c),
		M(s11, b),
		M(s11, b.sem_op),
		M(s11, c.tv_nsec),
		M(s11, d),
		M(s11, d[1].rlim_max),
		M(shmid_ds, shm_nattch),
		M(stat, st_size),
		M(sembuf, sem_flg),
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf b = { 0 };
		struct lesson *l;

		for (size_t j = 0; j < sizeof(texts_of) / sizeof(*texts_of); j++)
			buf_printf(&b, "%s\n", texts_of[j]);
		buf_printf(&b, "A: struct %s *t = 0;\nA: shmdt(&t[3].%s);", rows[i].name,
		           rows[i].member);
		l = lesson_of_script(b.data);
		ck_assert_msg(argument(l) == (int64_t)(3 * rows[i].size + rows[i].offset),
		              "struct %s: %s is at %lld", rows[i].name, rows[i].member,
		              (long long)argument(l) - (long long)(3 * rows[i].size));
		lesson_free(l);
		buf_free(&b);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("script_run");

	tcase_add_test(tc, expressions);
	tcase_add_test(tc, arithmetic);
	tcase_add_test(tc, names);
	tcase_add_test(tc, calls_bind);
	tcase_add_test(tc, calls_store);
	tcase_add_test(tc, failures);
	tcase_add_test(tc, casts);
	tcase_add_test(tc, declarators);
	tcase_add_test(tc, lvalues);
	tcase_add_test(tc, branches);
	tcase_add_test(tc, memory);
	tcase_add_test(tc, pointers);
	tcase_add_test(tc, structs);
	tcase_add_test(tc, loops);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, arguments);
	tcase_add_test(tc, handlers);
	tcase_add_test(tc, places);
	tcase_add_test(tc, objects);
	tcase_add_test(tc, layout);
	return suite_main(tc);
}
