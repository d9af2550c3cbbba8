// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/calls.h"

/* A filter of system calls, seccomp(2), written by hand: it is one tree over one table, less than
   what a library for it would take to be told. Each process has the kernel compile it anew, so calls
   that stand together and are treated alike are one leaf. */

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define MACHINE AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

enum rule { ALLOW, EQUALS, WITHIN, WITHOUT, COMMANDS, FAILS, STOPS };

struct row {
	uint32_t call;
	enum rule rule;
	uint32_t value;
};

/* The name goes nowhere else: to a C library it may be a macro of its own. */
#define ALLOWED(name)           { __NR_##name, ALLOW, 0 },
#define CHECKED(name, how, arg) { __NR_##name, how, arg },

static const struct row rows[] = {
#include "stage/seccomp.def"
};

/* A C library that meets a call newer than itself takes ENOSYS for an old kernel, and does without.
   So it is for those that came with Linux 5.1 and later: they have the same numbers everywhere. */
enum { ROWS = sizeof(rows) / sizeof(*rows), NEWER = 424, SPANS = 2 * ROWS + 1, NEAR = 16 };

static const struct row denied[] = {
#include "stage/seccomp_program.def"
};
enum { DENIED = sizeof(denied) / sizeof(*denied) };

enum { INSTRUCTIONS = 8 * SPANS };

/* All calls from the first row's number to that of the next. */
struct spans {
	struct row from[SPANS];
	size_t count;
};

struct filter {
	struct sock_filter code[INSTRUCTIONS];
	unsigned length;
};

static void put(struct filter *p, uint16_t code, uint8_t yes, uint8_t no, uint32_t k)
{
	p->code[p->length++] = (struct sock_filter){ code, yes, no, k };
}

static void put_load(struct filter *p, size_t offset)
{
	put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void put_answer(struct filter *p, uint32_t answer)
{
	put(p, BPF_RET | BPF_K, 0, 0, answer);
}

static void put_allow_if(struct filter *p, uint16_t jump, uint32_t k)
{
	put(p, BPF_JMP | jump | BPF_K, 0, 1, k);
	put_answer(p, SECCOMP_RET_ALLOW);
}

static void put_commands(struct filter *p)
{
	for (size_t i = 0; fcntl_command_at(i) >= 0; i++)
		put_allow_if(p, BPF_JEQ, (uint32_t)fcntl_command_at(i));
	put_answer(p, SECCOMP_RET_ERRNO | EPERM);
}

static bool is_answer(enum rule rule)
{
	return rule == ALLOW || rule == FAILS || rule == STOPS;
}

/* The call is this one. Flags, pids and commands are in the low half of an argument. */
static void put_rule(struct filter *p, const struct row *row)
{
	size_t argument =
		offsetof(struct seccomp_data, args) + (row->rule == COMMANDS) * sizeof(uint64_t);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	argument += sizeof(uint32_t);
#endif
	if (is_answer(row->rule)) {
		put_answer(p, row->rule == ALLOW   ? SECCOMP_RET_ALLOW
		              : row->rule == STOPS ? SECCOMP_RET_TRACE
		                                   : SECCOMP_RET_ERRNO | row->value);
		return;
	}
	put_load(p, argument);
	if (row->rule == COMMANDS) {
		put_commands(p);
		return;
	}
	if (row->rule != EQUALS)
		put(p, BPF_ALU | BPF_AND | BPF_K, 0, 0,
		    row->rule == WITHIN ? ~row->value : row->value);
	put_allow_if(p, BPF_JEQ, row->rule == EQUALS ? row->value : 0);
	put_answer(p, SECCOMP_RET_ERRNO | EPERM);
}

/* Halves the spans until one is left. A jump reaches 255 instructions, one that is no branch any. */
static void put_tree(struct filter *p, const struct row *from, size_t n)
{
	unsigned at = p->length;
	bool far = n > NEAR;

	if (n == 1) {
		put_rule(p, from);
		return;
	}
	put(p, BPF_JMP | BPF_JGE | BPF_K, 0, far, from[n / 2].call);
	if (far)
		put(p, BPF_JMP | BPF_JA, 0, 0, 0);
	put_tree(p, from, n / 2);
	if (far)
		p->code[at + 1].k = p->length - (at + 2);
	else
		p->code[at].jt = (uint8_t)(p->length - (at + 1));
	put_tree(p, from + n / 2, n - n / 2);
}

static void add_span(struct spans *s, struct row row)
{
	const struct row *last = s->count ? &s->from[s->count - 1] : NULL;

	if (!last || !is_answer(row.rule) || last->rule != row.rule || last->value != row.value)
		s->from[s->count++] = row;
}

/* Without a sort: qsort(3) asks the C library how much memory there is, which takes longer than all else here. */
static void find_spans(struct spans *s)
{
	const struct row *known[NEWER] = { NULL };

	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].call < NEWER)
			known[rows[i].call] = &rows[i];
	s->count = 0;
	for (uint32_t call = 0; call < NEWER; call++)
		add_span(s, known[call] ? *known[call] : (struct row){ call, FAILS, EPERM });
}

/* What stops is judged by its tracer, which lets it go on. */
static void find_program_spans(struct spans *s, const struct seccomp_program *wanted)
{
	const struct row *known[DECODE_NUMBERS] = { NULL };

	for (size_t i = 0; i < DENIED && !wanted->trusted; i++)
		if (denied[i].call < DECODE_NUMBERS && !(wanted->net && denied[i].rule == EQUALS))
			known[denied[i].call] = &denied[i];
	s->count = 0;
	for (uint32_t call = 0; call < DECODE_NUMBERS; call++) {
		enum rule rule = decode_has(&wanted->stops, call) ? STOPS : ALLOW;

		add_span(s, known[call] ? *known[call] : (struct row){ call, rule, 0 });
	}
}

/* Calls from a number on are all answered alike. */
static void put_program(struct filter *p, const struct spans *spans, uint32_t from, uint32_t answer)
{
#ifdef MACHINE
	put_load(p, offsetof(struct seccomp_data, arch));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, MACHINE);
	put_answer(p, SECCOMP_RET_ERRNO | EPERM);
#endif
	put_load(p, offsetof(struct seccomp_data, nr));
	put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, from);
	put_answer(p, answer);
	put_tree(p, spans->from, spans->count);
}

bool seccomp_available(void)
{
	const uint32_t answer = SECCOMP_RET_ERRNO;

	return !syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &answer);
}

/* The list does not have seccomp(2), but prctl(2). */
bool seccomp_no_ipc(void)
{
	static const int calls[] = {
		__NR_shmget,
		__NR_shmat,
		__NR_shmctl,
		__NR_semget,
		__NR_semctl,
		__NR_msgget,
		__NR_msgsnd,
		__NR_msgrcv,
		__NR_msgctl,
		__NR_mq_open,
		__NR_mq_unlink,
#ifdef __NR_semop
		__NR_semop,
#endif
#ifdef __NR_semtimedop
		__NR_semtimedop,
#endif
#ifdef __NR_semtimedop_time64
		__NR_semtimedop_time64,
#endif
#ifdef __NR_ipc
		__NR_ipc,
#endif
	};
	struct filter p; /* long, and little of it is used */
	struct sock_fprog all;

	p.length = 0;
	put_load(&p, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		put(&p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (uint32_t)calls[i]);
		put_answer(&p, SECCOMP_RET_ERRNO | EPERM);
	}
	put_answer(&p, SECCOMP_RET_ALLOW);
	all = (struct sock_fprog){ (unsigned short)p.length, p.code };
	return prctl(PR_GET_SECCOMP) < 0 || !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all);
}

/* A filter would bring this processor's guard against speculation with it, which makes all else slow:
   there is nothing here that a lesson could learn. */
static bool filter_set(struct filter *p)
{
	struct sock_fprog filter = { (unsigned short)p->length, p->code };

	return !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
	                &filter);
}

bool seccomp_calls(void)
{
	struct filter p; /* long, and little of it is used */
	struct spans spans;

	if (!seccomp_available())
		return true;
	find_spans(&spans);
	p.length = 0;
	put_program(&p, &spans, NEWER, SECCOMP_RET_ERRNO | ENOSYS);
	return filter_set(&p);
}

bool seccomp_program(const struct seccomp_program *wanted)
{
	struct filter p;
	struct spans spans;

	find_program_spans(&spans, wanted);
	p.length = 0;
	/* none is so large but those of another way to call this kernel (x32) */
	put_program(&p, &spans, DECODE_NUMBERS, SECCOMP_RET_ERRNO | ENOSYS);
	return filter_set(&p);
}
