// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "folder.h"
#include "lens.h"
#include "machine.h"
#include "suite.h"

/* Programs of all kinds, by whom they are started, and what can't be: one clear sentence and an exit status.
   tests/run: no valgrind */

static const char program[] =
	"#include <sys/ipc.h>\n#include <sys/msg.h>\n"
	"int main(void) { return msgctl(msgget(IPC_PRIVATE, 0600), IPC_RMID, 0); }\n";

/* Where the kernel has user namespaces for him, "setpriv" is what another user is started by; or "". */
static const char *other_user(void)
{
	if (geteuid())
		SKIP("only root can become another user");
	if (lens_shell("setpriv --reuid=65534 --regid=65534 --clear-groups test -x $IPCLENS"))
		SKIP("another user may not execute the program here");
	return "setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent TMPDIR=/tmp";
}

START_TEST(test_kinds)
{
	static const struct {
		const char *how, *line;
	} kinds[] = {
		{ "cc -g -o program program.c",
		  "A  program.c:3  msgget(IPC_PRIVATE, 0600)\n      => 0\n" },
		{ "cc -o program program.c", "A  msgget(IPC_PRIVATE, 0600)\n      => 0\n" },
		{ "cc -g -static -o program program.c",
		  "A  program.c:3  msgget(IPC_PRIVATE, 0600)\n      => 0\n" },
		{ "cc -static -s -o program program.c",
		  "A  msgget(IPC_PRIVATE, 0600)\n      => 0\n" },
		{ "cc -g -o program program.c && chmod 4755 program", "=> 0\n" },
		{ "cc -g -o made program.c && printf \"#!/bin/sh\\nexec ./made\\n\" >program && chmod 755 program",
		  "A  program.c:3  msgget(IPC_PRIVATE, 0600)\n      => 0\n" },
	};

	need_namespaces(); /* elsewhere the ids are those of the host */
	folder_put("program.c", program);
	if (lens_shell("%s", kinds[_i].how))
		SKIP("this can't be compiled here: %s", kinds[_i].how);
	ck_assert_int_eq(lens_shell("exec $LENS ./program"), 0);
	lens_expect(kinds[_i].line);
	lens_expect("A  exit(0)\n      => exit 0\n");
	lens_expect("All have ended.\n");
}
END_TEST

/* An ordinary user's program has his ids; root's has those of nobody outside. Neither has a right more. */
START_TEST(test_ids)
{
	const char *user = other_user();

	lens_shell("exec %s $LENS sh -c \"test \\`id -u\\`.\\`id -g\\` = 65534.65534 && "
	           "! grep -q Cap...:.*[1-9a-f] /proc/self/status\"",
	           user);
	lens_expect("A  exit(0)\n      => exit 0\n");
	lens_shell("exec $LENS sh -c \"! grep -q Cap...:.*[1-9a-f] /proc/self/status\"");
	lens_expect("A  exit(0)\n      => exit 0\n");
}
END_TEST

START_TEST(test_setuid)
{
	const char *user = other_user();

	folder_put("who.c", "#include <unistd.h>\nint main(void) { return geteuid() != 65534; }\n");
	ck_assert_int_eq(lens_shell("cc -o who who.c && chmod 4755 who && chmod 755 ."), 0);
	ck_assert_int_eq(lens_shell("exec %s $LENS ./who", user), 0);
	lens_expect("who is setuid: it loses its privilege here\n");
}
END_TEST

/* What a program would miss is said; one of the system that is only started there misses nothing. */
START_TEST(test_large_folder)
{
	folder_put("reads.c",
	           "#include <unistd.h>\nint main(void) { return access(\"data\", R_OK); }\n");
	ck_assert_int_eq(lens_shell("mkdir large && mv reads.c large && echo 1 >large/data && "
	                            "exec $LENS large/reads.c"),
	                 0);
	lens_expect_not("is not copied");
	ck_assert_int_eq(
		lens_shell("head -c 1100000 /dev/zero >large/data && exec $LENS large/reads.c"), 1);
	lens_expect(
		"large/reads.c: its folder has more than 1 MiB, and is not copied to where it runs\n");
	ck_assert_int_eq(lens_shell("cd large && exec $LENS true"), 0);
	lens_expect_not("is not copied");
}
END_TEST

/* Two programs, as another user, where there are no user namespaces: in a chroot. */
START_TEST(test_chroot)
{
	other_user();
	folder_put("program.c", program);
	if (lens_shell(
		    "cc -g -o program program.c && mkdir root && unshare --mount --pid --fork --ipc sh -euc \""
		    "mount --rbind / root; mount -t proc proc root/proc; "
		    "exec chroot --userspec=65534:65534 --groups= root sh -euc \\\"! unshare -r true 2>/dev/null\\\"\""))
		SKIP("nothing can be mounted here");
	lens_shell(
		"unshare --mount --pid --fork --ipc sh -euc \""
		"mount --rbind / root; mount -t proc proc root/proc; "
		"exec chroot --userspec=65534:65534 --groups= root sh -c "
		"\\\"cd $PWD; TMPDIR=/tmp $LENS ./program : ./program; ipcs -q | grep -c 0x\\\"\"");
	lens_expect("in the host's IPC namespace");
	lens_expect("A  program.c:3  msgget(IPC_PRIVATE, 0600)\n");
	lens_expect("B  program.c:3  msgget(IPC_PRIVATE, 0600)\n");
	lens_expect("All have ended.\n0\n");
}
END_TEST

START_TEST(test_written)
{
	ck_assert_int_eq(lens_shell("chmod 755 . && mkdir w && chmod 777 w"), 0);
	ck_assert_int_eq(lens_shell("exec $LENS sh -c \"! echo hello >$PWD/w/file\""), 0);
	ck_assert_int_eq(lens_shell("test -e w/file"), 1);
	ck_assert_int_eq(lens_shell("exec $LENS --allow-write w sh -c \"echo hello >$PWD/w/file\""),
	                 0);
	ck_assert_int_eq(lens_shell("grep -q hello w/file && rm -f w/file"), 0);
	ck_assert_int_eq(lens_shell("exec $LENS --trust sh -c \"echo hello >$PWD/w/file\""), 0);
	ck_assert_int_eq(lens_shell("grep -q hello w/file"), 0);
}
END_TEST

/* What can't be started. */
static const struct {
	const char *words;
	int status;
	const char *said;
} wrong[] = {
	{ "", 2, "ipclens: run: which program?\n" },
	{ ":", 2, "ipclens: run: program A is missing: a \":\" stands between two programs\n" },
	{ "good.c : : good.c", 2, "program B is missing" },
	{ "bad.c", 1, "ipclens: run: bad.c can't be compiled\n" },
	{ "bad.c", 1, "bad.c:1:" },
	{ "good.c : bad.c", 1, "ipclens: run: bad.c can't be compiled\n" },
	{ "nowhere.c", 1, "ipclens: run: nowhere.c: there is no such file\n" },
	{ "good.d", 1, "did you mean " },
	{ "./goodd.c", 1, "./goodd.c: there is no such file; did you mean ./good.c?\n" },
	{ "./folder", 1, "folder is a folder, not a program\n" },
	{ "./text", 1,
	  "text is no program, and no script: its first line does not begin with #!\n" },
	{ "./script", 1, "script is a script for /nowhere/sh, which is missing\n" },
	{ ".", 1, "ipclens: run: . is a folder, not a program\n" },
	{ "./x.md", 1, "/x.md is a lesson, not a program: \"ipclens /" },
	{ "./plain", 1, "plain is not executable; chmod +x makes it so\n" },
	{ "./small", 1, "small is a 32-bit program: only 64-bit ones can be followed\n" },
	{ "--order A1 good.c", 2,
	  "ipclens: --order: expected letters of programs, such as ABBA\n" },
	{ "--calls semopp good.c", 2, "ipclens: --calls: there is no call or group" },
	{ "--allow nowhere good.c", 2, "ipclens: --allow: nowhere: No such file or directory\n" },
	{ "--allow-write nowhere good.c", 2,
	  "ipclens: --allow-write: nowhere: No such file or directory\n" },
	/* before anything is compiled */
	{ "--save nowhere/x.md bad.c", 2,
	  "ipclens: --save: nowhere/x.md: No such file or directory\n" },
	{ "--save folder bad.c", 2, "ipclens: --save: folder: Is a directory\n" },
	{ "--save text/x.md bad.c", 2, "ipclens: --save: text/x.md: Not a directory\n" },
	{ "--input B=nowhere good.c : bad.c", 2,
	  "ipclens: --input: nowhere: No such file or directory\n" },
	{ "--input A=folder bad.c", 2, "ipclens: --input: folder: Is a directory\n" },
};

START_TEST(test_wrong)
{
	folder_put("good.c", "int main(void) { return 0; }\n");
	folder_put("bad.c", "int main(void) { return 0 }\n");
	folder_put("script", "#!/nowhere/sh\n");
	folder_put("text", "hello\n");
	folder_put("x.md", "# X\n");
	folder_put("plain", "#!/bin/sh\n");
	ck_assert_int_eq(
		lens_shell(
			"mkdir folder; printf \"\\177ELF\\001\\001\\001%%064d\" 0 >small; chmod +x script text small"),
		0);
	ck_assert_int_eq(lens_shell("exec $LENS %s", wrong[_i].words), wrong[_i].status);
	lens_expect(wrong[_i].said);
	lens_expect_not("process A");
}
END_TEST

START_TEST(test_no_compiler)
{
	folder_put("good.c", "int main(void) { return 0; }\n");
	ck_assert_int_eq(lens_shell("CC=nowherecc exec $LENS good.c"), 1);
	lens_expect(
		"ipclens: run: no C compiler: there is no nowherecc here; install one, or name it in the variable CC\n");
}
END_TEST

/* Of another way to call the kernel (x32) a program has none, or it would go round all that keeps it in. */
START_TEST(test_x32)
{
	folder_put(
		"x32.c",
		"#include <errno.h>\n#include <unistd.h>\n#include <sys/syscall.h>\n"
		"int main(void) { return syscall(0x40000000 + SYS_getpid) != -1 || errno != ENOSYS; }\n");
	ck_assert_int_eq(lens_shell("exec $LENS x32.c"), 0);
}
END_TEST

static void make(void)
{
	lens_make("");
}

int main(void)
{
	TCase *tests = tcase_create("programs");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, make, lens_clean);
	tcase_add_loop_test(tests, test_kinds, 0, 6);
	tcase_add_test(tests, test_ids);
	tcase_add_test(tests, test_setuid);
	tcase_add_test(tests, test_large_folder);
	tcase_add_test(tests, test_chroot);
	tcase_add_test(tests, test_written);
	tcase_add_loop_test(tests, test_wrong, 0, sizeof(wrong) / sizeof(*wrong));
	tcase_add_test(tests, test_no_compiler);
	tcase_add_test(tests, test_x32);
	return suite_main(tests);
}
