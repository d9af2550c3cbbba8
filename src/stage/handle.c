// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/intl.h"
#include "base/mem.h"
#include "stage/cleanup.h"
#include "stage/parcel.h"
#include "stage/host.h"
#include "stage/inside.h"
#include "stage/wire.h"
#include "sys/ledger.h"
#include "sys/names.h"

/* How long a stage may take to start or to end, in ms: it is there to end a hang. */
enum { START_DEADLINE = 10000, END_DEADLINE = 5000 };

/* Where a stage can be, the best place first. */
enum place { PLACE_PIDS, PLACE_NAMESPACES, PLACE_HOST, PLACES };

struct stage {
	struct stage_options options;
	enum place place;      /* PLACES: nowhere */
	bool stands;           /* it has said so */
	char why[PARCEL_TEXT]; /* it is not at the place before */
	pid_t pid;             /* 0 when it was waited for */
	bool pids;             /* it is pid 1 of a namespace */
	int status;            /* then */
	struct wire wire;      /* fd is -1 when the stage is gone and that was told */
	struct parcel in;      /* the events of its message that are not taken yet */
	struct ledger *ledger;
	char *host_reason;    /* or NULL */
	uint32_t missing;     /* enum stage_part, as bits */
	char *lacks;          /* in words, or NULL */
	uint32_t number;      /* of the last request sent; samples have none of their own */
	struct event **early; /* events that arrived while a request was being sent */
	size_t nearly, told;
};

static bool write_map(pid_t pid, const char *file, const char *map)
{
	char path[64];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = write(fd, map, strlen(map)) == (ssize_t)strlen(map);
	close(fd);
	return done;
}

/* Somebody who owns nothing here must be able to execute this program. */
static bool is_public(void)
{
	struct stat st;

	return !stat("/proc/self/exe", &st) && (st.st_mode & S_IROTH) && (st.st_mode & S_IXOTH);
}

static bool write_maps_of(pid_t pid, const char *map)
{
	return write_map(pid, "gid_map", map) && write_map(pid, "uid_map", map);
}

/* The root of a stage is nobody outside: whatever a lesson finds there, it owns nothing of it. Where
   those ids can't be had (a container has fewer) it is root, without capabilities. */
static void write_maps(struct stage *s)
{
	bool nobody = is_public() && write_maps_of(s->pid, "0 100000 65536\n");
	struct wire_mapped answer = { .done = nobody || write_maps_of(s->pid, "0 0 65536\n") };

	if (!nobody)
		s->missing |= 1u << STAGE_NOBODY;
	wire_send(s->wire.fd, WIRE_MAPPED, &answer, sizeof(answer), NULL);
}

/* Waits for the end that its stage makes; true when it was seen to close the socket. */
static bool wait_for_close(struct stage *s, int deadline)
{
	struct pollfd fd = { .fd = s->wire.fd, .events = POLLIN };
	int got;

	while (poll(&fd, 1, deadline) > 0 || errno == EINTR) {
		do
			got = wire_receive(&s->wire, MSG_DONTWAIT);
		while (got > 0);
		if (got < 0)
			return true;
		errno = 0;
	}
	return false;
}

/* By now it is ending by itself; the signal is for one that isn't. */
static void reap(struct stage *s)
{
	if (!s->pid)
		return;
	kill(s->pid, SIGKILL);
	while (waitpid(s->pid, &s->status, 0) < 0)
		if (errno != EINTR) {
			s->status = 0;
			break;
		}
	s->pid = 0;
}

/* Ends what is at its place. */
static void put_away(struct stage *s)
{
	if (s->wire.fd >= 0) {
		shutdown(s->wire.fd, SHUT_WR);
		wait_for_close(s, END_DEADLINE);
	}
	reap(s);
	if (!WIFEXITED(s->status) || WEXITSTATUS(s->status)) { /* it could not do this itself */
		if (!s->pids)                                  /* else the kernel has done it */
			cleanup_orphans(s->ledger);
		if (s->ledger->directory[0])
			host_files_clear(s->ledger->directory);
	}
	wire_close(&s->wire);
	ledger_unmap(s->ledger);
}

void stage_stop(struct stage *s)
{
	if (!s)
		return;
	put_away(s);
	while (s->told < s->nearly)
		event_free(s->early[s->told++]);
	free(s->early);
	free(s->host_reason);
	free(s->lacks);
	free(s);
}

/* fork(2), into namespaces. The C library's fork knows none; it would prepare for threads, of which
   there are none. */
static pid_t fork_into(enum place place)
{
	static const unsigned long namespaces[] = {
		[PLACE_PIDS] = CLONE_NEWUSER | CLONE_NEWPID,
		[PLACE_NAMESPACES] = CLONE_NEWUSER,
	};

	if (place == PLACE_HOST)
		return fork();
	return (pid_t)syscall(SYS_clone, namespaces[place] | SIGCHLD, 0, 0, 0, 0);
}

/* The child of the fork lives in server_main() only. */
static bool fork_stage(struct stage *s)
{
	const struct birth birth = { s->place == PLACE_PIDS, geteuid(), getegid() };
	sigset_t all, before;
	int fds[2];

	s->options.host = s->place == PLACE_HOST;
	if (wire_pair(fds))
		return false;
	wire_init(&s->wire, fds[0]);
	/* orphans of a stage that was killed come here */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	s->pids = birth.pids;
	s->pid = fork_into(s->place);
	if (s->pid == 0)
		server_main(fds[1], s->ledger, &s->options, birth);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fds[1]);
	if (s->pid < 0) {
		s->pid = 0;
		return false;
	}
	if (s->place != PLACE_HOST && birth.uid == 0)
		write_maps(s);
	return true;
}

static char *name_missing(uint32_t missing)
{
	static const char *const names[STAGE_PARTS] = {
		[STAGE_NAMESPACES] = N_("namespaces of its own"),
		[STAGE_NOBODY] = N_("ids that own nothing here"),
		[STAGE_READ_ONLY] = N_("a read-only tree (Linux 5.12)"),
		[STAGE_FILES] = N_("Landlock (Linux 5.13)"),
		[STAGE_SIGNALS] = N_("a PID namespace, or Landlock for signals (Linux 6.12)"),
		[STAGE_CALLS] = N_("seccomp"),
		[STAGE_LIMITS] = N_("limits of the IPC namespace (Linux 5.19)"),
	};
	struct buf b = { 0 };

	for (int part = 0; part < STAGE_PARTS; part++)
		if (missing & (1u << part))
			buf_printf(&b, "%s%s", b.len ? ", " : "", _(names[part]));
	return missing ? buf_steal(&b) : NULL;
}

/* False with a sentence in s->why; s has nothing then. */
static bool launch(struct stage *s)
{
	s->missing = 0;
	s->status = 0;
	wire_init(&s->wire, -1);
	s->ledger = ledger_map(-1);
	if (!s->ledger) {
		snprintf(s->why, sizeof(s->why), "mmap: %s", strerror(errno));
		return false;
	}
	if (fork_stage(s))
		return true;
	snprintf(s->why, sizeof(s->why), "%s: %s",
	         s->place == PLACE_HOST ? "fork" : "clone(CLONE_NEWUSER)", strerror(errno));
	wire_close(&s->wire);
	ledger_unmap(s->ledger);
	s->ledger = NULL;
	return false;
}

/* Some machines have no pid namespace for an ordinary user, or no /proc for it: containers cover parts
   of theirs. One that has said so, and has namespaces without, is not asked again. */
static bool pids_refused, no_pids;

/* At its place, or the next that can be had. */
static void launch_somewhere(struct stage *s)
{
	bool done = false;

	for (; s->place < PLACES && !done; s->place += !done) {
		if (s->place == PLACE_HOST && !s->host_reason)
			s->host_reason = mem_dup(s->why);
		done = launch(s);
		pids_refused |= !done && s->place == PLACE_PIDS;
	}
}

/* Nothing can be read there but the end. */
static void stand_nowhere(struct stage *s)
{
	int fds[2];

	s->place = PLACES;
	if (wire_pair(fds))
		return;
	close(fds[1]);
	wire_init(&s->wire, fds[0]);
}

/* The one that failed goes when there is another: one of them restores the terminal. */
static void fall_back(struct stage *s, const char *why)
{
	struct stage failed = *s;

	snprintf(s->why, sizeof(s->why), "%.*s", PARCEL_TEXT - 1, why);
	s->place++;
	launch_somewhere(s);
	if (s->place == PLACES)
		stand_nowhere(s);
	put_away(&failed);
}

/* What a stage says first. */
static void take_started(struct stage *s, int got)
{
	const struct wire_started *started = (const void *)s->wire.body;

	if (got < 0 || s->wire.type != WIRE_STARTED || s->wire.size != sizeof(*started)) {
		fall_back(s, _("the stage did not start"));
		return;
	}
	if (!started->ok) {
		pids_refused |= s->place == PLACE_PIDS;
		fall_back(s, started->text);
		return;
	}
	s->stands = true;
	s->missing |= started->missing;
	s->lacks = name_missing(s->missing);
	no_pids |= s->place == PLACE_NAMESPACES && pids_refused;
}

/* Takes what a stage that rises says; waits until it stands, or only looks. */
static void rise(struct stage *s, bool wait)
{
	while (!s->stands && s->place < PLACES) {
		struct pollfd fd = { .fd = s->wire.fd, .events = POLLIN };
		int got = wire_receive(&s->wire, MSG_DONTWAIT), polled;

		if (got) {
			take_started(s, got);
			continue;
		}
		if (!wait)
			return;
		polled = poll(&fd, 1, START_DEADLINE);
		if (polled == 0 || (polled < 0 && errno != EINTR))
			fall_back(s, _("the stage did not start"));
	}
}

struct stage *stage_start(const struct stage_options *options, char **why)
{
	static bool swept;
	struct stage *s = mem_alloc(sizeof(*s));

	if (!swept)
		host_files_sweep();
	swept = true;
	s->options = *options;
	s->place = options->host ? PLACE_HOST : no_pids ? PLACE_NAMESPACES : PLACE_PIDS;
	snprintf(s->why, sizeof(s->why), "%s", _("the host's namespace was asked for"));
	launch_somewhere(s);
	if (s->place < PLACES)
		return s;
	*why = mem_dup(s->why);
	free(s->host_reason);
	free(s);
	return NULL;
}

bool stage_stands(const struct stage *s)
{
	return s->stands || s->place == PLACES;
}

bool stage_renew(struct stage *s)
{
	const struct request r = { .kind = REQUEST_RENEW, .fork = -1 };

	if (!s->stands || !s->pids || s->wire.fd < 0)
		return false;
	stage_send(s, &r);
	return s->wire.fd >= 0;
}

double stage_used(const struct stage *s)
{
	unsigned long used[4] = { 0 }; /* proc(5): utime, stime, cutime, cstime */
	char path[64], text[1024] = "";
	const char *rest;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)s->pid);
	fd = s->pid ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	rest = n > 0 ? strrchr(text, ')') : NULL;
	if (!rest || sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
	                    &used[0], &used[1], &used[2], &used[3]) != 4)
		return 0;
	return (double)(used[0] + used[1] + used[2] + used[3]) / (double)sysconf(_SC_CLK_TCK);
}

void stage_join(const struct stage *s)
{
	cpu_set_t cpus;

	if (s->pid && !sched_getaffinity(s->pid, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) == 1)
		sched_setaffinity(0, sizeof(cpus), &cpus);
}

int stage_fd(const struct stage *s)
{
	return s->wire.fd;
}

const char *stage_host_reason(struct stage *s)
{
	rise(s, true);
	return s->host_reason;
}

const char *stage_lacks(struct stage *s)
{
	rise(s, true);
	return s->stands ? s->lacks : s->why;
}

static struct event *gone(struct stage *s)
{
	struct event *e = mem_alloc(sizeof(*e));

	reap(s);
	wire_close(&s->wire);
	s->in.left = 0;
	e->kind = EVENT_ERROR;
	e->status = s->status;
	if (s->place == PLACES)
		snprintf(e->text, sizeof(e->text), "%s", s->why);
	else if (WIFSIGNALED(s->status))
		snprintf(e->text, sizeof(e->text), _("the stage was killed by %s"),
		         signal_name(WTERMSIG(s->status)));
	else
		snprintf(e->text, sizeof(e->text), "%s", _("the stage ended unasked"));
	return e;
}

/* The end of a request that was given up: it was under way when the next one was sent. */
static bool is_stale(const struct stage *s, const struct event *e, uint32_t number)
{
	return number != s->number &&
	       (e->kind == EVENT_QUIET || e->kind == EVENT_VALUE || e->kind == EVENT_MEASURED ||
	        e->kind == EVENT_SKIP || e->kind == EVENT_NEWS);
}

static struct event *receive_now(struct stage *s)
{
	rise(s, false);
	if (!stage_stands(s))
		return NULL;
	while (s->wire.fd >= 0) {
		int got = s->in.left ? 1 : wire_receive(&s->wire, MSG_DONTWAIT);
		struct event *e = NULL;
		uint32_t number;

		if (got == 0)
			return NULL;
		if (got > 0 && !s->in.left && s->wire.type == WIRE_EVENTS)
			s->in = (struct parcel){ s->wire.body, s->wire.size };
		if (got > 0)
			e = parcel_take_event(&s->in, &number);
		if (!e)
			return gone(s);
		if (!is_stale(s, e, number))
			return e;
		event_free(e);
	}
	return NULL;
}

struct event *stage_receive(struct stage *s)
{
	struct event *e;

	if (s->told == s->nearly)
		return receive_now(s);
	e = s->early[s->told++];
	if (s->told == s->nearly)
		s->told = s->nearly = 0;
	return e;
}

/* While there is no room for the request the stage may be waiting for room itself. The events
   that are taken meanwhile come before the answer to this request, so nobody waits in vain. */
static void wait_for_room(struct stage *s)
{
	struct pollfd fd = { .fd = s->wire.fd, .events = POLLIN | POLLOUT };
	struct event *e;

	poll(&fd, 1, -1);
	if (!(fd.revents & POLLIN))
		return;
	while ((e = receive_now(s)))
		*MEM_PUSH(s->early, s->nearly) = e;
}

void stage_send(struct stage *s, const struct request *r)
{
	struct buf b = { 0 };
	size_t at = 0;

	rise(s, true);
	if (r->kind != REQUEST_SAMPLE)
		s->number++;
	parcel_put_request(&b, r, s->number);
	while (s->wire.fd >= 0) {
		int sent = wire_send_part(s->wire.fd, WIRE_REQUEST, b.data, b.len, NULL, &at,
		                          MSG_DONTWAIT);

		if (sent)
			break;
		if (errno == EAGAIN)
			wait_for_room(s);
	}
	buf_free(&b);
}
