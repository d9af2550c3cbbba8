// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/watched.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stage/booked.h"

/* Calls that a program is stopped at although nobody chose them, and nobody is told of: those that set its timers,
   without which nobody could know whether its sleep will end by itself, and what it needs so that being traced
   changes nothing for it.

   That is its signals. An ignored signal is thrown away, and wakes nobody; but not if it is for a process that is
   traced (sig_ignored() in kernel/signal.c): there it ends a sleep like any other, so that a semop(2) fails with
   EINTR, and msgrcv(2), which is made again, waits at the end of the line. So, while it sleeps in such a call, the
   signals that it ignores are blocked: they wait until it comes out, and are thrown away then. */

/* A timer's key is its kind, and its number there. */
enum timer_kind { TIMER_REAL = 1, TIMER_ID, TIMER_FD, TIMER_KINDS };

static bool is_one_of(uint64_t number, const long *list)
{
	for (; *list >= 0; list++)
		if ((uint64_t)*list == number)
			return true;
	return false;
}

static const long timers[] = {
#ifdef SYS_alarm
	SYS_alarm,
#endif
	SYS_setitimer, SYS_timer_settime, SYS_timer_delete, SYS_timerfd_settime, -1,
};

static const long actions[] = { SYS_rt_sigaction, -1 };

/* These say EINTR whatever the signal, or are not made again where they were: signal(7). */
static const long watched_sleeps[] = {
#ifdef SYS_epoll_wait
	SYS_epoll_wait,
#endif
	SYS_epoll_pwait,
	SYS_rt_sigtimedwait,
	-1,
};

static const long sleeps[] = {
#ifdef SYS_semop
	SYS_semop,
#endif
#ifdef SYS_semtimedop
	SYS_semtimedop,
#endif
	SYS_msgsnd,
	SYS_msgrcv,
	SYS_mq_timedsend,
	SYS_mq_timedreceive,
	SYS_wait4,
	SYS_waitid,
	SYS_futex,
	SYS_nanosleep,
	SYS_clock_nanosleep,
#ifdef SYS_pause
	SYS_pause,
#endif
	-1,
};

bool watched_is(uint64_t number)
{
	return is_one_of(number, timers) || is_one_of(number, actions) ||
	       is_one_of(number, watched_sleeps);
}

void watched_add(const struct server *s, struct decode_set *set)
{
	for (uint64_t number = 0; number < DECODE_NUMBERS; number++)
		if (watched_is(number) || booked_is(s, number))
			set->bits[number / 64] |= UINT64_C(1) << number % 64;
}

/* Signals that are ignored */

static uint64_t bit_of(int sig)
{
	return UINT64_C(1) << (sig - 1);
}

static uint64_t status_set(const char *line)
{
	uint64_t set = 0;

	sscanf(strchr(line, ':') + 1, " %" SCNx64, &set);
	return set;
}

/* proc(5): SigIgn, SigCgt; and those that are ignored where nothing is said of them: signal(7). */
static uint64_t ignored_by(pid_t pid)
{
	const uint64_t silent =
		bit_of(SIGCHLD) | bit_of(SIGCONT) | bit_of(SIGURG) | bit_of(SIGWINCH);
	uint64_t ignored = 0, caught = ~UINT64_C(0);
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "SigIgn:", 7))
			ignored = status_set(line);
		else if (!strncmp(line, "SigCgt:", 7))
			caught = status_set(line);
	}
	fclose(f);
	return ignored | (silent & ~caught);
}

void watched_forget(struct actor *a)
{
	a->ignores_known = false;
}

/* Its handlers are gone, and timers that timer_create(2) has made. */
void watched_executed(struct actor *a)
{
	watched_forget(a);
	for (size_t i = 0; i < ACTOR_TIMERS; i++)
		if (a->timers[i].key % TIMER_KINDS == TIMER_ID)
			a->timers[i] = (struct actor_timer){ 0 };
}

/* Where a call has a mask of its own for its time, that counts. */
static bool can_be_shielded(const struct tracee *t)
{
	return (is_one_of(t->call.number, sleeps) || is_one_of(t->call.number, watched_sleeps)) &&
	       (t->call.number != SYS_epoll_pwait || !t->raw[4]);
}

void watched_shield(struct server *s, struct tracee *t)
{
	struct actor *a = &s->actors[t->who];
	uint64_t mask;

	if (!can_be_shielded(t))
		return;
	if (!a->ignores_known) {
		a->ignores = ignored_by(a->pid);
		a->ignores_known = true;
	}
	if (ptrace(PTRACE_GETSIGMASK, t->tid, (void *)sizeof(t->blocked), &t->blocked))
		return;
	mask = t->blocked | a->ignores;
	t->shielded = mask != t->blocked &&
	              !ptrace(PTRACE_SETSIGMASK, t->tid, (void *)sizeof(mask), &mask);
}

void watched_bare(struct tracee *t)
{
	if (t->shielded)
		ptrace(PTRACE_SETSIGMASK, t->tid, (void *)sizeof(t->blocked), &t->blocked);
	t->shielded = false;
}

/* Timers */

static uint64_t ns_of(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * UINT64_C(1000000000) + (uint64_t)t->tv_nsec;
}

static struct actor_timer *timer_of(struct actor *a, uint64_t key)
{
	struct actor_timer *free = NULL;

	for (size_t i = 0; i < ACTOR_TIMERS; i++) {
		if (a->timers[i].key == key)
			return &a->timers[i];
		if (!free && !a->timers[i].until)
			free = &a->timers[i];
	}
	return free;
}

/* In so many ns from now, 0 for never. Of more timers than there is room for the end is not known. */
static void set_timer(struct actor *a, uint64_t key, uint64_t value, uint64_t every)
{
	struct actor_timer *timer = timer_of(a, key);

	if (timer)
		*timer = (struct actor_timer){ key, value ? clock_now() + value : 0, every };
}

/* A time of the clock on the wall is larger than one since the machine's start. */
static uint64_t from_now(uint64_t when)
{
	struct timespec monotonic, real;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	clock_gettime(CLOCK_REALTIME, &real);
	now = when < ns_of(&real) / 2 ? ns_of(&monotonic) : ns_of(&real);
	return when > now ? when - now : 1;
}

static uint64_t key_of(enum timer_kind kind, uint64_t number)
{
	return kind + TIMER_KINDS * (number & UINT32_MAX);
}

static void take_itimer(struct actor *a, const struct decode_source *from, uint64_t at)
{
	struct itimerval v;

	if (at && from->read(from->context, at, &v, sizeof(v)))
		set_timer(a, key_of(TIMER_REAL, 0),
		          (uint64_t)v.it_value.tv_sec * UINT64_C(1000000000) +
		                  (uint64_t)v.it_value.tv_usec * 1000,
		          (uint64_t)v.it_interval.tv_sec * UINT64_C(1000000000) +
		                  (uint64_t)v.it_interval.tv_usec * 1000);
}

static void take_timer(struct actor *a, const struct decode_source *from, uint64_t key,
                       uint64_t flags, uint64_t at)
{
	struct itimerspec v;
	uint64_t value;

	if (!from->read(from->context, at, &v, sizeof(v)))
		return;
	value = ns_of(&v.it_value);
	set_timer(a, key, value && (flags & TIMER_ABSTIME) ? from_now(value) : value,
	          ns_of(&v.it_interval));
}

void watched_returned(struct server *s, struct tracee *t, int64_t value)
{
	struct actor *a;
	struct decode_source from;

	if (t->who >= LETTERS)
		return;
	a = &s->actors[t->who];
	from = trace_source(s, t->who);
	if (is_one_of(t->call.number, actions))
		watched_forget(a);
	if (value < 0)
		return;
	switch (t->call.number) {
#ifdef SYS_alarm
	case SYS_alarm:
		set_timer(a, key_of(TIMER_REAL, 0), (t->raw[0] & UINT32_MAX) * 1000000000, 0);
		break;
#endif
	case SYS_setitimer:
		if ((int)t->raw[0] == ITIMER_REAL)
			take_itimer(a, &from, t->raw[1]);
		break;
	case SYS_timer_settime:
		take_timer(a, &from, key_of(TIMER_ID, t->raw[0]), t->raw[1], t->raw[2]);
		break;
	case SYS_timer_delete:
		set_timer(a, key_of(TIMER_ID, t->raw[0]), 0, 0);
		break;
	case SYS_timerfd_settime:
		take_timer(a, &from, key_of(TIMER_FD, t->raw[0]), t->raw[1], t->raw[2]);
		break;
	}
}

/* By when the next of them has expired, if one has not; 0 for none. */
uint64_t watched_rings(const struct actor *a)
{
	uint64_t now = clock_now(), next = 0;

	for (size_t i = 0; i < ACTOR_TIMERS; i++) {
		const struct actor_timer *t = &a->timers[i];
		uint64_t until = t->until;

		if (until && t->every && until < now)
			until += ((now - until) / t->every + 1) * t->every;
		if (until > now && (!next || until < next))
			next = until;
	}
	return next;
}
