// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/flags.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "sys/names.h"

/* How what has no name is written. */
enum rest { REST_HEX, REST_OCTAL, REST_DECIMAL, REST_SIGNAL, REST_SIGNALS, REST_PAGES };

enum { WORD_BYTES = 40, WHOLE = -1 };

/* SA_RESTORER (asm/signal.h): the C library's own, which no program sets. */
enum { OF_LIBRARY = 0x04000000 };

/* Lists have blanks between their words. */
static const struct flags {
	const char *calls; /* NULL: any */
	const char *what;
	int64_t field;    /* these bits together are one of the ways, or flags as the others */
	const char *ways; /* a way that is 0 is said where these bits are 0 */
	const char *bits; /* those that are several before those that these are */
	enum rest rest;
	int64_t hidden; /* bits that are not said */
} table[] = {
	{ NULL, "key", WHOLE, "IPC_PRIVATE", NULL, REST_HEX, 0 },
	{ "shmget", "shmflg", 0, NULL, "IPC_CREAT IPC_EXCL SHM_HUGETLB SHM_NORESERVE", REST_OCTAL,
	  0 },
	{ "shmat", "shmflg", 0, NULL, "SHM_RDONLY SHM_RND SHM_REMAP SHM_EXEC", REST_OCTAL, 0 },
	{ "semget", "semflg", 0, NULL, "IPC_CREAT IPC_EXCL", REST_OCTAL, 0 },
	{ "msgget", "msgflg", 0, NULL, "IPC_CREAT IPC_EXCL", REST_OCTAL, 0 },
	{ "msgsnd msgrcv", "msgflg", 0, NULL, "IPC_NOWAIT MSG_NOERROR MSG_EXCEPT MSG_COPY",
	  REST_OCTAL, 0 },
	{ NULL, "sem_flg", 0, NULL, "SEM_UNDO IPC_NOWAIT", REST_OCTAL, 0 },
	{ "shmctl", "op", WHOLE,
	  "IPC_RMID IPC_SET IPC_STAT IPC_INFO SHM_STAT SHM_STAT_ANY SHM_INFO SHM_LOCK SHM_UNLOCK",
	  NULL, REST_DECIMAL, 0 },
	{ "semctl", "op", WHOLE,
	  "IPC_RMID IPC_SET IPC_STAT IPC_INFO SEM_STAT SEM_STAT_ANY SEM_INFO GETALL GETNCNT GETPID "
	  "GETVAL GETZCNT SETALL SETVAL",
	  NULL, REST_DECIMAL, 0 },
	{ "msgctl", "op", WHOLE,
	  "IPC_RMID IPC_SET IPC_STAT IPC_INFO MSG_STAT MSG_STAT_ANY MSG_INFO", NULL, REST_DECIMAL,
	  0 },

	{ NULL, "prot", 7, "PROT_NONE", "PROT_READ PROT_WRITE PROT_EXEC PROT_GROWSDOWN", REST_HEX,
	  0 },
	{ "mmap", "flags", 15, "MAP_SHARED MAP_PRIVATE MAP_SHARED_VALIDATE",
	  "MAP_ANONYMOUS MAP_FIXED MAP_FIXED_NOREPLACE MAP_NORESERVE MAP_POPULATE MAP_LOCKED "
	  "MAP_GROWSDOWN MAP_STACK MAP_HUGETLB MAP_NONBLOCK MAP_DENYWRITE MAP_SYNC",
	  REST_HEX, 0 },
	{ "mremap", "flags", 0, NULL, "MREMAP_MAYMOVE MREMAP_FIXED MREMAP_DONTUNMAP", REST_HEX, 0 },
	{ "msync", "flags", 0, NULL, "MS_SYNC MS_ASYNC MS_INVALIDATE", REST_HEX, 0 },
	{ "madvise", "advice", WHOLE,
	  "MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED MADV_FREE "
	  "MADV_REMOVE MADV_DONTFORK MADV_DOFORK MADV_MERGEABLE MADV_UNMERGEABLE MADV_HUGEPAGE "
	  "MADV_NOHUGEPAGE MADV_DONTDUMP MADV_DODUMP MADV_WIPEONFORK MADV_KEEPONFORK MADV_COLD "
	  "MADV_PAGEOUT",
	  NULL, REST_DECIMAL, 0 },
	{ "mmap munmap msync madvise mincore", "length", 0, NULL, NULL, REST_PAGES, 0 },
	{ "mmap", "offset", 0, NULL, NULL, REST_PAGES, 0 },
	{ "mprotect mlock mlock2 munlock", "len", 0, NULL, NULL, REST_PAGES, 0 },
	{ "mremap", "old_size", 0, NULL, NULL, REST_PAGES, 0 },
	{ "mremap", "new_size", 0, NULL, NULL, REST_PAGES, 0 },

	{ "open openat", "flags", 3, "O_RDONLY O_WRONLY O_RDWR",
	  "O_CREAT O_EXCL O_TRUNC O_APPEND O_NONBLOCK O_CLOEXEC O_TMPFILE O_DIRECTORY O_NOFOLLOW "
	  "O_SYNC O_DSYNC O_NOCTTY O_PATH",
	  REST_HEX, 0 },
	{ "mq_open", "oflag", 3, "O_RDONLY O_WRONLY O_RDWR", "O_CREAT O_EXCL O_NONBLOCK O_CLOEXEC",
	  REST_HEX, 0 },
	{ "fcntl", "F_SETFL", 3, "O_RDONLY O_WRONLY O_RDWR", "O_APPEND O_NONBLOCK O_SYNC O_DSYNC",
	  REST_HEX, 0 },
	{ "fcntl", "F_SETFD", 0, NULL, "FD_CLOEXEC", REST_HEX, 0 },
	{ "fcntl", "F_ADD_SEALS", 0, NULL,
	  "F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE F_SEAL_FUTURE_WRITE F_SEAL_EXEC",
	  REST_HEX, 0 },
	{ "fcntl", "op", WHOLE,
	  "F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW "
	  "F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_GETPIPE_SZ F_SETPIPE_SZ F_ADD_SEALS F_GET_SEALS",
	  NULL, REST_DECIMAL, 0 },
	{ "pipe2 dup3", "flags", 0, NULL, "O_NONBLOCK O_CLOEXEC", REST_HEX, 0 },
	{ "memfd_create", "flags", 0, NULL, "MFD_CLOEXEC MFD_ALLOW_SEALING MFD_HUGETLB", REST_HEX,
	  0 },
	{ NULL, "whence", WHOLE, "SEEK_SET SEEK_CUR SEEK_END SEEK_DATA SEEK_HOLE", NULL,
	  REST_DECIMAL, 0 },
	{ NULL, "l_type", WHOLE, "F_RDLCK F_WRLCK F_UNLCK", NULL, REST_DECIMAL, 0 },
	{ NULL, "l_whence", WHOLE, "SEEK_SET SEEK_CUR SEEK_END", NULL, REST_DECIMAL, 0 },
	{ "access faccessat fallocate", "mode", 0, NULL, NULL, REST_DECIMAL, 0 },
	{ NULL, "mode", 0, NULL, NULL, REST_OCTAL, 0 },
	{ "umask", "mask", 0, NULL, NULL, REST_OCTAL, 0 },

	{ "waitpid wait4", "options", 0, NULL, "WNOHANG WUNTRACED WCONTINUED", REST_HEX, 0 },
	{ NULL, "sig", WHOLE, NULL, NULL, REST_SIGNAL, 0 },
	{ NULL, "signum", WHOLE, NULL, NULL, REST_SIGNAL, 0 },
	{ NULL, "sigev_signo", WHOLE, NULL, NULL, REST_SIGNAL, 0 },
	{ NULL, "sigev_notify", WHOLE, "SIGEV_NONE SIGEV_SIGNAL SIGEV_THREAD", NULL, REST_DECIMAL,
	  0 },
	{ "sigprocmask", "how", WHOLE, "SIG_BLOCK SIG_UNBLOCK SIG_SETMASK", NULL, REST_DECIMAL, 0 },
	{ NULL, "sa_handler", WHOLE, "SIG_DFL SIG_IGN", NULL, REST_HEX, 0 },
	{ NULL, "sa_mask", 0, NULL, NULL, REST_SIGNALS, 0 },
	{ NULL, "sa_flags", 0, NULL,
	  "SA_RESTART SA_NODEFER SA_RESETHAND SA_NOCLDSTOP SA_NOCLDWAIT SA_SIGINFO SA_ONSTACK",
	  REST_HEX, OF_LIBRARY },
	{ NULL, "rlim_cur", WHOLE, "RLIM_INFINITY", NULL, REST_DECIMAL, 0 },
	{ NULL, "rlim_max", WHOLE, "RLIM_INFINITY", NULL, REST_DECIMAL, 0 },
	{ NULL, "resource", WHOLE,
	  "RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_LOCKS RLIMIT_MEMLOCK "
	  "RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO "
	  "RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK",
	  NULL, REST_DECIMAL, 0 },
	{ "clone", "flags", 0, NULL, NULL, REST_HEX, 0 },
	{ "ioctl", "op", 0, NULL, NULL, REST_HEX, 0 },
	{ "unshare", "flags", 0, NULL,
	  "CLONE_NEWUSER CLONE_NEWIPC CLONE_NEWNS CLONE_NEWPID CLONE_NEWNET CLONE_NEWUTS "
	  "CLONE_NEWCGROUP CLONE_SYSVSEM CLONE_FS CLONE_FILES",
	  REST_HEX, 0 },
};

/* Takes a word off a list. False at its end. */
static bool take_word(const char **list, char word[WORD_BYTES])
{
	size_t n;

	if (!*list)
		return false;
	*list += strspn(*list, " ");
	n = strcspn(*list, " ");
	if (n == 0 || n >= WORD_BYTES)
		return false;
	memcpy(word, *list, n);
	word[n] = '\0';
	*list += n;
	return true;
}

static bool has_word(const char *list, const char *wanted)
{
	char word[WORD_BYTES];

	while (take_word(&list, word))
		if (!strcmp(word, wanted))
			return true;
	return false;
}

static const struct flags *find(const char *call, const char *what)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (!strcmp(table[i].what, what) &&
		    (!table[i].calls || has_word(table[i].calls, call)))
			return &table[i];
	return NULL;
}

static void put_name(struct buf *b, const char *name, size_t start)
{
	buf_printf(b, b->len > start ? " | %s" : "%s", name);
}

/* The way that the field is, and the bits that have names; what is left of the value. */
static int64_t put_names(struct buf *b, const struct flags *f, int64_t value)
{
	const char *ways = f->ways, *bits = f->bits;
	size_t start = b->len;
	char word[WORD_BYTES];
	int64_t is;

	while (take_word(&ways, word)) {
		if (!constant_by_name(word, &is) || is != (value & f->field))
			continue;
		put_name(b, word, start);
		value &= ~f->field;
		break;
	}
	while (take_word(&bits, word)) {
		if (!constant_by_name(word, &is) || !is || (value & is) != is)
			continue;
		put_name(b, word, start);
		value &= ~is;
	}
	return value;
}

/* One without a name is its number. */
static void put_signal(struct buf *b, int64_t sig)
{
	const char *name = sig > 0 && sig <= 64 ? signal_name((int)sig) : "";

	if (signal_by_name(name))
		buf_puts(b, name);
	else
		buf_printf(b, "%" PRId64, sig);
}

void signals_put(struct buf *b, uint64_t set)
{
	const char *comma = "";

	buf_putc(b, '{');
	for (int sig = 1; sig <= 64; sig++) {
		if (!(set >> (sig - 1) & 1))
			continue;
		buf_puts(b, comma);
		put_signal(b, sig);
		comma = ", ";
	}
	buf_putc(b, '}');
}

static void put_pages(struct buf *b, int64_t bytes)
{
	int64_t page = sysconf(_SC_PAGESIZE);

	if (bytes == page)
		buf_puts(b, "PAGE");
	else if (bytes > 0 && bytes % page == 0)
		buf_printf(b, "%" PRId64 " * PAGE", bytes / page);
	else
		buf_printf(b, "%" PRId64, bytes);
}

/* The bits of a negative int are those of an int. */
static void put_rest(struct buf *b, enum rest rest, int64_t value)
{
	uint64_t bits = value < 0 && value >= INT32_MIN ? (uint32_t)value : (uint64_t)value;

	switch (rest) {
	case REST_HEX:
		buf_printf(b, "%#" PRIx64, bits);
		break;
	case REST_OCTAL:
		buf_printf(b, "%#" PRIo64, bits);
		break;
	case REST_DECIMAL:
		buf_printf(b, "%" PRId64, value);
		break;
	case REST_SIGNAL:
		put_signal(b, value);
		break;
	case REST_SIGNALS:
		signals_put(b, (uint64_t)value);
		break;
	case REST_PAGES:
		put_pages(b, value);
		break;
	}
}

void flags_put(struct buf *b, const char *call, const char *what, int64_t value)
{
	const struct flags *f = find(call, what);
	size_t start = b->len;

	if (!f) {
		buf_printf(b, "%" PRId64, value);
		return;
	}
	value = put_names(b, f, value & ~f->hidden);
	if (b->len > start && value)
		buf_puts(b, " | ");
	if (b->len == start || value)
		put_rest(b, f->rest, value);
}
