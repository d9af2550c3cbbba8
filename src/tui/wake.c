// SPDX-License-Identifier: GPL-3.0-or-later
#include "tui/wake.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const int signals[] = {
	SIGWINCH, SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGQUIT
};

static void block(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(how, &set, NULL);
}

static int signal_descriptor(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

bool wake_open(struct wake *w)
{
	*w = (struct wake){ .signals = -1, .ticker = -1, .pace = -1, .age = -1 };
	block(SIG_BLOCK);
	w->signals = signal_descriptor();
	w->ticker = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	w->pace = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	w->age = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	return w->signals >= 0 && w->ticker >= 0 && w->pace >= 0 && w->age >= 0;
}

void wake_close(struct wake *w)
{
	int fds[] = { w->signals, w->ticker, w->pace, w->age };

	for (unsigned i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void wake_die(int sig)
{
	if (!sig)
		return;
	signal(sig, SIG_DFL);
	raise(sig);
	block(SIG_UNBLOCK);
}

int wake_signal(struct wake *w)
{
	struct signalfd_siginfo info;

	return read(w->signals, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}

static struct timespec time_of(int milliseconds)
{
	return (struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000L };
}

void wake_tick(struct wake *w, int milliseconds)
{
	struct itimerspec t = { time_of(milliseconds), time_of(milliseconds) };

	if (w->ticks == milliseconds)
		return;
	w->ticks = milliseconds;
	timerfd_settime(w->ticker, 0, &t, NULL);
}

void wake_age(struct wake *w, uint64_t time)
{
	struct itimerspec t = { .it_value = { (time_t)(time / 1000000000),
		                              (long)(time % 1000000000) } };

	if (w->aged == time)
		return;
	w->aged = time;
	timerfd_settime(w->age, TFD_TIMER_ABSTIME, &t, NULL);
}

void wake_pace(struct wake *w, int milliseconds)
{
	struct itimerspec t = { .it_value = time_of(milliseconds) };

	timerfd_settime(w->pace, 0, &t, NULL);
}

static bool expired(int timer)
{
	uint64_t times;

	return read(timer, &times, sizeof(times)) == sizeof(times);
}

bool wake_ticked(struct wake *w)
{
	return expired(w->ticker);
}

bool wake_paced(struct wake *w)
{
	return expired(w->pace);
}

bool wake_aged(struct wake *w)
{
	return expired(w->age);
}
