// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "folder.h"
#include "lens.h"
#include "machine.h"
#include "stage_play.h"
#include "suite.h"
#include "terminal.h"

/* Every order of the calls of real programs (programs/orders.c).
   tests/run: no valgrind */

/* With the words of the programs: the same each time, and what it says of them. */
static int orders(const char *words)
{
	return lens_shell("export COLUMNS=200; exec $IPCLENS run --orders %s", words);
}

#define CROSSED "./orders left : ./orders right"

/* The deadlock is the first thing that is said, with a shortest order, calls and lines. */
START_TEST(test_deadlock)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	ck_assert_int_eq(orders(CROSSED), 1);
	ck_assert_ptr_eq(
		strstr(lens_said,
	               "deadlock in 20 of 125 orders; shortest: B B A A A A B; A sleeps in "
	               "semop(sem, {{1, -1, 0}}, 1) at orders.c:39, B sleeps in semop(sem, {{0, "
	               "-1, 0}}, 1) at orders.c:39\n"
	               "  ipclens run --order BBAAAAB " CROSSED "\n"
	               "125 of 125 orders\n"),
		lens_said);
	lens_expect("20 of 125 orders, such as BBAAAAB: deadlock\n");
	lens_expect("105 of 125 orders, such as AAAAAABBBBB: all have ended with 0\n");
	lens_expect("  A exit 0, B exit 0\n  | sem (key 0x1bc0): semval 1 1\n"
	            "  > A has printed \"has both\\n\"\n  > B has printed \"has both\\n\"\n");
	ck_assert_int_eq(lens_count("such as"), 2);
}
END_TEST

/* On the screen an order comes to that. */
static void see(const char *words, const char *text)
{
	char *command = buf_format("cd %s && exec $IPCLENS run %s", test_folder, words);
	const char *const argv[] = { "sh", "-c", command, NULL };
	struct terminal *t = terminal_start(40, 120, argv, NULL);

	expect_text(t, text);
	terminal_free(t);
	free(command);
}

/* The line that it gives shows it: as a transcript, and on the screen. */
START_TEST(test_order_shows_it)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	ck_assert_int_eq(lens_shell("exec $LENS --quiet --order BBAAAAB " CROSSED), 1);
	lens_expect("Nobody can go on:\n  A sleeps in semop(0, {{1, -1, 0}}, 1) at orders.c:39\n"
	            "  B sleeps in semop(0, {{0, -1, 0}}, 1) at orders.c:39\n");
	see("--order BBAAAAB " CROSSED, "nobody can go on: A sleeps in semop");
}
END_TEST

/* Of twenty, which is fewer than there are, and of those with one preemption. */
START_TEST(test_bounds)
{
	lens_shell("exec $IPCLENS run --orders=20 --quiet " CROSSED);
	lens_expect("20 orders: there are more than --orders=20\n");
	lens_shell("exec $IPCLENS run --orders --preemptions 1 --quiet " CROSSED);
	lens_expect("deadlock in 4 of 10 orders");
	lens_expect("10 orders: all with no more than --preemptions=1\n");
	lens_shell("exec $IPCLENS run --orders --preemptions 0 --quiet " CROSSED);
	lens_expect("2 orders: all with no more than --preemptions=0\n");
}
END_TEST

/* A call between load and store loses an addition. */
START_TEST(test_lost_update)
{
	ck_assert_int_eq(orders("./orders adder : ./orders adder"), 0);
	lens_expect("70 of 70 orders\n36 of 70 orders, such as AABBBBAA: all have ended with 0\n");
	lens_expect("  > A has printed \"n = 1\\n\"\n  > B has printed \"n = 1\\n\"\n");
	lens_expect("17 of 70 orders, such as AAAABBBB: ");
	lens_expect("17 of 70 orders, such as BBBBAAAA: ");
	lens_shell("exec $LENS --order AABBBBAA ./orders adder : ./orders adder");
	ck_assert_int_eq(lens_count(" writes: n = 1\n"), 2);
}
END_TEST

/* The client that starts first finds no queue, and its server waits for ever. */
START_TEST(test_client_first)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	ck_assert_int_eq(orders("./orders server : ./orders client"), 1);
	lens_expect("deadlock in 3 of 13 orders; shortest: B B A A; A sleeps in msgrcv(que, ");
	lens_expect(" at orders.c:84, B exit 94\n");
	lens_expect("  | que (key 0x1bc0): msg_qnum 0\n");
	lens_shell("exec $LENS --order BBAA ./orders server : ./orders client");
	lens_expect("B  orders.c:91  msgget(0x1bc0, 0)\n      => -1 ENOENT");
	lens_expect("Nobody can go on:\n  A sleeps in msgrcv(0, ");
	lens_expect(" | que: msg_qnum 0, "); /* a call that finds none takes no name away */
}
END_TEST

/* The server that ends with the queue full leaves its client asleep, whoever goes first. */
START_TEST(test_queue_full)
{
	ck_assert_int_eq(orders("--preemptions 2 ./orders lazy : ./orders eager"), 1);
	lens_expect("A exit 0, B sleeps in msgsnd(que, {1, \"work\"}, 8, 0) at orders.c:124\n");
	lens_expect("  | que (key 0x1bc0): msg_qnum 1: type 1 \"work\"\n");
	ck_assert_int_eq(lens_count("such as"), 1);
}
END_TEST

/* Children have letters, and go in every order too. */
START_TEST(test_child)
{
	ck_assert_int_eq(orders("./orders parent"), 0);
	lens_expect("5 of 5 orders\n5 of 5 orders, such as AAABBAA: all have ended with 0\n");
	lens_expect("  > on the terminal of A and its children stands \"child\\n\"\n");
}
END_TEST

/* Who makes another call each time is said, once, with the call, and counted apart. */
START_TEST(test_unlike)
{
	orders("./orders chance : ./orders chance");
	lens_expect("2 orders\nnot repeatable: 4 more orders were left where they came to another "
	            "call; after A first \"A semctl(sem, 0, SETVAL, ");
	ck_assert_int_eq(lens_count("not repeatable"), 1);
	lens_expect("1 of 2 orders, such as AAABBB: ");
}
END_TEST

/* What a program prints of addresses is the same in all orders. */
START_TEST(test_addresses)
{
	if (personality(ADDR_NO_RANDOMIZE) < 0) /* so are some containers */
		SKIP("personality: %s", strerror(errno));
	personality(0);
	ck_assert_int_eq(orders("./orders places : ./orders places"), 0);
	lens_expect("6 of 6 orders, such as AABB: all have ended with 0\n");
}
END_TEST

/* A time ends a sleep, before the next letter of an order too; who computes is left running; who never ends is left. */
START_TEST(test_bounded)
{
	need_namespaces(); /* elsewhere the ids are those of the host */
	ck_assert_int_eq(orders("./orders patient"), 0);
	lens_expect("1 of 1 order, such as AAA: all have ended with 0\n");
	ck_assert_int_eq(lens_shell("exec $LENS --quiet --order AAA ./orders patient"), 0);
	see("--order AAA ./orders patient", "all have ended");
	ck_assert_int_eq(orders("./orders busy"), 1);
	lens_expect("1 of 1 order, such as A: nobody can go on\n  A runs\n");
	ck_assert_int_eq(orders("./orders endless"), 1);
	lens_expect("such as AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…: still under way");
	ck_assert_int_eq(orders("--ascii ./orders endless"), 1);
	lens_expect("such as AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA...: still under way");
}
END_TEST

/* One object a line, and behind the ends how many orders there were. */
START_TEST(test_json)
{
	ck_assert_int_eq(orders("--json ./orders server : ./orders client"), 1);
	lens_expect(
		"{\"end\": \"deadlock\", \"orders\": 3, \"order\": \"BBAA\", \"processes\": "
		"[{\"process\": \"A\", \"thread\": 1, \"state\": \"sleeps\", \"call\": \"msgrcv(que, ");
	lens_expect("\"file\": \"orders.c\", \"line\": 84}, {\"process\": \"B\", \"thread\": 1, "
	            "\"state\": \"ended\", \"end\": \"exit 94\"}], \"left\": [\"que (key 0x1bc0): "
	            "msg_qnum 0\"], \"printed\": {}}\n");
	lens_expect("{\"orders\": 13, \"bound\": null, \"not repeatable\": 0}\n");
}
END_TEST

/* What is wrong with the words is said before anything runs. */
START_TEST(test_complaints)
{
	static const struct {
		const char *words, *said;
	} cases[] = {
		{ "--orders=none", "--orders: expected how many, such as --orders=500" },
		{ "--orders=0", "--orders: expected how many" },
		{ "--orders --preemptions few", "--preemptions: expected how many, such as 2" },
		{ "--preemptions 2", "--preemptions: only with --orders" },
		{ "--patience 2", "--patience: with run only with --orders" },
		{ "--orders --order AB", "--order: not with --orders" },
		{ "--orders --save x.md", "--save: not with --orders" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ck_assert_int_eq(lens_shell("exec $IPCLENS run %s ./orders left", cases[i].words),
		                 2);
		lens_expect(cases[i].said);
	}
	ck_assert_int_eq(lens_shell("exec $IPCLENS run --orders ./nothing"), 1);
}
END_TEST

/* The same beside two that compute, and in the host's namespace; and nothing is left there. */
START_TEST(test_same)
{
	char *before;

	orders("--quiet ./orders server : ./orders client");
	before = strdup(lens_said);
	lens_shell(
		"timeout 20 sh -c \"while :; do :; done\" & one=$!; "
		"timeout 20 sh -c \"while :; do :; done\" & two=$!; "
		"export COLUMNS=200; $IPCLENS run --orders --quiet ./orders server : ./orders client;"
		"kill $one $two");
	ck_assert_str_eq(lens_said, before);
	free(before);
	orders("./orders adder : ./orders adder");
	before = strdup(lens_said);
	orders("./orders adder : ./orders adder");
	ck_assert_str_eq(lens_said, before);
	free(before);
}
END_TEST

/* In the host's namespace it comes to the same, and nothing is left there, also of calls that nobody chose. */
START_TEST(test_host)
{
	char *before;

	own_ipc_namespace();
	orders("--json ./orders server : ./orders client");
	before = strdup(lens_said);
	orders("--json --host ./orders server : ./orders client");
	ck_assert_str_eq(lens_said, before);
	free(before);
	orders("--host --preemptions 0 " CROSSED);
	lens_expect("  | sem (key 0x1bc0): semval 1 1\n");
	orders("--host --calls exit --preemptions 0 " CROSSED);
	ck_assert_int_eq(ipc_objects(), 0);
}
END_TEST

/* Ends it while it makes orders: nobody is left, and no file; the exit status. */
static int strike(const char *signal, const char *option)
{
	int status = lens_shell(
		"mkdir -p tmp; export TMPDIR=$PWD/tmp MARK=$$.orders; "
		"env - PATH=\"$PATH\" TMPDIR=$TMPDIR MARK=$MARK $IPCLENS run --orders=1000000 %s "
		"./orders adder : ./orders adder : ./orders adder & "
		"until grep -lsz \"^MARK=$MARK\" /proc/[0-9]*/environ | xargs -r -n 1 dirname | "
		"xargs -r -I {} cat {}/comm | grep -q orders; do :; done; "
		"kill -%s $!; wait $!; status=$?; "
		"while grep -lsz \"^MARK=$MARK\" /proc/[0-9]*/environ; do :; done >/dev/null; "
		"echo left: $(ls tmp); exit $status",
		option, signal);

	lens_expect("left:\n");
	return status;
}

START_TEST(test_interrupted)
{
	ck_assert_int_eq(strike("TERM", ""), 128 + SIGTERM);
	lens_expect("interrupted after ");
	ck_assert_int_eq(strike("KILL", ""), 128 + SIGKILL);
}
END_TEST

START_TEST(test_interrupted_host)
{
	own_ipc_namespace();
	ck_assert_int_eq(strike("HUP", "--host"), 128 + SIGHUP);
	lens_expect("interrupted after ");
	ck_assert_int_eq(strike("KILL", "--host"), 128 + SIGKILL);
	ck_assert_int_eq(ipc_objects(), 0);
}
END_TEST

/* Not as root: root becomes nobody. */
START_TEST(test_user)
{
	if (!geteuid())
		ck_assert(!setgroups(0, NULL) && !setgid(65534) && !setuid(65534));
	if (lens_shell("exec $IPCLENS --version") || lens_shell("exec unshare -U true"))
		SKIP("an ordinary user can't start it here");
	orders("./orders server : ./orders client");
	lens_expect("deadlock in 3 of 13 orders; shortest: B B A A; ");
}
END_TEST

static void make(void)
{
	lens_make("orders");
}

int main(void)
{
	TCase *tests = tcase_create("run_orders");

	tcase_set_timeout(tests, 120);
	tcase_add_unchecked_fixture(tests, make, lens_clean);
	tcase_add_test(tests, test_deadlock);
	tcase_add_test(tests, test_order_shows_it);
	tcase_add_test(tests, test_bounds);
	tcase_add_test(tests, test_lost_update);
	tcase_add_test(tests, test_client_first);
	tcase_add_test(tests, test_queue_full);
	tcase_add_test(tests, test_child);
	tcase_add_test(tests, test_unlike);
	tcase_add_test(tests, test_addresses);
	tcase_add_test(tests, test_bounded);
	tcase_add_test(tests, test_json);
	tcase_add_test(tests, test_complaints);
	tcase_add_test(tests, test_same);
	tcase_add_test(tests, test_host);
	tcase_add_test(tests, test_interrupted);
	tcase_add_test(tests, test_interrupted_host);
	tcase_add_test(tests, test_user);
	return suite_main(tests);
}
