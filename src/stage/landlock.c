// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in linux/landlock.h: the headers that this is built with may be older than the kernel that it
   runs on. The numbers are the same on every machine. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define FS_EXECUTE    (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE  (UINT64_C(1) << 2)
#define FS_READ_DIR   (UINT64_C(1) << 3)
#define FS_MAKE_CHAR  (UINT64_C(1) << 6)
#define FS_MAKE_BLOCK (UINT64_C(1) << 10)
#define FS_TRUNCATE   (UINT64_C(1) << 14)
#define FS_IOCTL_DEV  (UINT64_C(1) << 15)

/* What can be granted for a file that is no directory. */
#define FS_OF_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

#define READS  (FS_READ_FILE | FS_READ_DIR)
#define WRITES (~(FS_EXECUTE | FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_IOCTL_DEV))

struct ruleset {
	uint64_t fs, net, scoped;
};

struct beneath {
	uint64_t access;
	int32_t fd;
} __attribute__((packed));

/* What each version can refuse. */
static const struct ruleset versions[] = {
	{ 0, 0, 0 },                       /* none */
	{ (UINT64_C(1) << 13) - 1, 0, 0 }, /* Linux 5.13 */
	{ (UINT64_C(1) << 14) - 1, 0, 0 }, /* 5.19: renames between directories */
	{ (UINT64_C(1) << 15) - 1, 0, 0 }, /* 6.2: truncate */
	{ (UINT64_C(1) << 15) - 1, 3, 0 }, /* 6.7: bind and connect of TCP */
	{ (UINT64_C(1) << 16) - 1, 3, 0 }, /* 6.10: ioctl of devices */
	{ (UINT64_C(1) << 16) - 1, 3, 3 }, /* 6.12: abstract sockets, signals */
};
enum { VERSIONS = sizeof(versions) / sizeof(*versions) };

/* What programs and the C library need, and what of /proc tells of the process itself. */
static const struct readable {
	const char *path;
	uint64_t access;
} readable[] = {
	{ "/usr", READS | FS_EXECUTE },
	{ "/bin", READS | FS_EXECUTE },
	{ "/lib", READS | FS_EXECUTE },
	{ "/lib64", READS | FS_EXECUTE },
	{ "/nix/store", READS | FS_EXECUTE },
	{ "/proc/self/exe", READS | FS_EXECUTE },
	{ "/etc/ld.so.cache", READS },
	{ "/proc/self", READS },
	{ "/proc/version", READS },
	{ "/dev/null", READS | FS_WRITE_FILE | FS_TRUNCATE },
	{ "/dev/zero", READS | FS_WRITE_FILE | FS_TRUNCATE },
};

int landlock_version(void)
{
	long version = syscall(CREATE_RULESET, NULL, 0, CREATE_VERSION);

	return version < 0 ? 0 : (int)version;
}

static const struct ruleset *known(void)
{
	int version = landlock_version();

	return &versions[version < VERSIONS ? version : VERSIONS - 1];
}

/* A path that is not there needs no rule. */
static bool allow(int ruleset, const struct ruleset *all, const char *path, uint64_t access)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct beneath rule = { access & all->fs, fd };
	struct stat st;
	bool done;

	if (fd < 0)
		return true;
	if (!fstat(fd, &st) && !S_ISDIR(st.st_mode))
		rule.access &= FS_OF_FILE;
	done = !syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
	close(fd);
	return done;
}

static bool restrict_self(int ruleset)
{
	bool done = ruleset >= 0 && !syscall(RESTRICT_SELF, ruleset, 0);
	int error = errno;

	if (ruleset >= 0)
		close(ruleset);
	errno = error;
	return done;
}

static int create(const struct ruleset *rules)
{
	return (int)syscall(CREATE_RULESET, rules, sizeof(*rules), 0);
}

bool landlock_scope(void)
{
	const struct ruleset rules = { .scoped = known()->scoped };

	return !rules.scoped || restrict_self(create(&rules));
}

static bool allow_each(int ruleset, const struct ruleset *all, const char *const *paths,
                       uint64_t access)
{
	for (; paths && *paths; paths++)
		if (!allow(ruleset, all, *paths, access))
			return false;
	return true;
}

bool landlock_files(const struct landlock_reach *reach)
{
	const struct ruleset rules = { .fs = known()->fs, .net = reach->net ? 0 : known()->net };
	uint64_t executes = reach->executes ? FS_EXECUTE : 0;
	bool done = true;
	int ruleset;

	if (!rules.fs)
		return true;
	ruleset = create(&rules);
	if (ruleset < 0)
		return false;
	for (size_t i = 0; done && i < sizeof(readable) / sizeof(*readable); i++)
		done = allow(ruleset, &rules, readable[i].path, readable[i].access);
	done = done && allow_each(ruleset, &rules, reach->readable, READS | executes) &&
	       allow_each(ruleset, &rules, reach->writable, WRITES | executes);
	return restrict_self(done ? ruleset : -1);
}
