// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "folder.h"
#include "lens.h"
#include "machine.h"
#include "suite.h"

/* Programs of others under the lens, where they are installed ("make deps-programs").
   tests/run: no valgrind */

static void need(const char *command, const char *package)
{
	char *test =
		buf_format("PATH=/usr/bin:/bin:/usr/sbin:/sbin command -v %s >/dev/null", command);
	int status = system(test);

	free(test);
	if (status)
		SKIP("%s is not installed (%s)", command, package);
}

/* The first process has ended well, whatever others did. */
static void ends_well(void)
{
	lens_expect("A  exit(0)\n      => exit 0\n");
	lens_expect("All have ended");
}

START_TEST(test_tools)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	need("ipcmk", "util-linux");
	ck_assert_int_eq(
		lens_shell(
			"exec $LENS sh -c \"ipcmk -Q && ipcmk -S 2 && ipcmk -M 100 && ipcrm -a\""),
		0);
	lens_expect("msgget(0x");
	lens_expect("semget(0x");
	lens_expect("shmget(0x");
	lens_expect("msgctl(0, IPC_RMID, NULL)\n      => 0\n");
	lens_expect("semctl(0, 0, IPC_RMID)\n      => 0\n");
	lens_expect("shmctl(0, IPC_RMID, NULL)\n      => 0\n");
	ends_well();
}
END_TEST

START_TEST(test_perl)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	need("perl", "perl");
	ck_assert_int_eq(
		lens_shell(
			"exec $LENS perl -e \"\\$q = msgget(4660, 01600); msgsnd(\\$q, pack(q(l!a*), 7, q(hello)), 0); "
			"msgrcv(\\$q, \\$m, 9, 0, 0); exit(msgctl(\\$q, 0, 0) ? 0 : 1);\""),
		0);
	lens_expect("msgget(0x1234, IPC_CREAT | 0600)");
	lens_expect("msgsnd(0, {7, \"hello\"}, 5, 0)\n      => 0\n");
	lens_expect("=> 5: type 7 \"hello\"\n");
	ends_well();
}
END_TEST

START_TEST(test_python)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	need("python3", "python3");
	folder_put("ipc.py", "import ctypes\n"
	                     "c = ctypes.CDLL(None)\n"
	                     "sem = c.semget(0, 2, 0o1600)\n"
	                     "c.semctl(sem, 1, 16, 5)\n"
	                     "assert c.semctl(sem, 1, 12) == 5\n"
	                     "assert c.semctl(sem, 0, 0) == 0\n");
	ck_assert_int_eq(
		lens_shell("chmod 644 ipc.py; PATH=/usr/bin:/bin exec $LENS python3 ipc.py"), 0);
	lens_expect("semget(IPC_PRIVATE, 2, IPC_CREAT | 0600)\n      => 0\n");
	lens_expect("semctl(0, 1, SETVAL, 5)\n      => 0\n");
	lens_expect("semctl(0, 1, GETVAL)\n      => 5\n");
	ends_well();
}
END_TEST

START_TEST(test_fakeroot)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	need("fakeroot-sysv", "fakeroot");
	lens_shell(
		"exec $LENS fakeroot-sysv sh -c \"chown 5:6 .; stat -c %%u:%%g . >seen; cat seen; test `cat seen` = 5:6\"");
	lens_expect("msgget(0x");
	lens_expect("semget(0x");
	lens_expect("msgrcv(0, &msgp, ");
	lens_expect("msgctl(1, IPC_RMID, NULL)\n      => 0\n");
	lens_expect("All have ended");
}
END_TEST

static const struct {
	const char *name, *options, *said;
} stressors[] = {
	{ "sem-sysv", "", "semop(0, {" },
	{ "shm-sysv", "", "  shmat(" },
	{ "msg", "--quiet", "All have ended.\n" },
};

/* Bounded by its operations. */
START_TEST(test_stress)
{
	const char *name = stressors[_i].name;

	need_namespaces(); /* elsewhere the ids are those of the host */
	need("stress-ng", "stress-ng");
	lens_shell("exec $LENS --calls sysv %s stress-ng --%s 1 --%s-ops 10 --timeout 30",
	           stressors[_i].options, name, name);
	lens_expect(stressors[_i].said);
	lens_expect("All have ended");
}
END_TEST

/* It refuses root, so it is another user whose ids the program has. */
START_TEST(test_postgres)
{
	const char *user = geteuid() ? "" : "setpriv --reuid=65534 --regid=65534 --clear-groups";

	need_namespaces(); /* elsewhere the ids are those of the host */
	if (lens_shell("ls /usr/lib/postgresql/*/bin/initdb"))
		SKIP("initdb is not installed (postgresql)");
	if (lens_shell("chmod 777 . && %s test -x $IPCLENS", user))
		SKIP("another user may not execute the program here");
	lens_shell(
		"PATH=`echo /usr/lib/postgresql/*/bin | cut -d\" \" -f1`:$PATH HOME=$PWD exec %s $LENS --calls sysv sh -c "
		"\"initdb -D data -N --auth=trust && echo select 6 \\\\* 7 | postgres --single -D data postgres >said; "
		"grep -q 42 said\"",
		user);
	lens_expect("shmget(0x");
	lens_expect("shmat(0, NULL, 0)");
	lens_expect("shmctl(0, IPC_RMID, NULL)");
	lens_expect("=> exit 0");
	lens_expect("All have ended.\n");
}
END_TEST

static void make(void)
{
	lens_make("");
}

int main(void)
{
	TCase *tests = tcase_create("strangers");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, make, lens_clean);
	tcase_add_test(tests, test_tools);
	tcase_add_test(tests, test_perl);
	tcase_add_test(tests, test_python);
	tcase_add_test(tests, test_fakeroot);
	tcase_add_loop_test(tests, test_stress, 0, sizeof(stressors) / sizeof(*stressors));
	tcase_add_test(tests, test_postgres);
	return suite_main(tests);
}
