// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "script/compile.h"
#include "script/complete.h"
#include "suite.h"

/* What may stand in a statement that is being typed. The place is marked by a bar. */

static const struct field fields[] = { { "turn", 0, &type_scalars[S_I32] } };
static const struct record record = { "shared", 4, 4, fields, 1 };
static const struct type shared = { .kind = TYPE_STRUCT, .record = &record };
static const struct type pointer = { .kind = TYPE_POINTER, .of = &shared };
static struct symbol symbols[] = {
	{ .name = (char *)"sem", .type = { &type_scalars[S_I64] } },
	{ .name = (char *)"page_table" },
	{ .name = (char *)"s", .type = { [3] = &shared } },
	{ .name = (char *)"p", .type = { &pointer } },
};
static const struct script script = { .symbols = symbols, .nsymbols = 4 };

static size_t without_bar(const char *line, char *out)
{
	size_t at = strcspn(line, "|");

	memcpy(out, line, at);
	strcpy(out + at, line + at + (line[at] == '|'));
	return at;
}

/* Frees them. */
static bool is_among(char **words, const char *word)
{
	bool found = false;

	for (size_t i = 0; words[i]; i++) {
		found |= !strcmp(words[i], word);
		if (i) /* in order, each once */
			ck_assert_int_lt(strcmp(words[i - 1], words[i]), 0);
	}
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	free(words);
	return found;
}

static bool has_of(const struct script *s, const char *line, const char *word)
{
	char text[200];
	size_t at = without_bar(line, text);

	return is_among(complete_candidates(s, text, at), word);
}

static bool has(const char *line, const char *word)
{
	return has_of(&script, line, word);
}

/* These words, and no others. */
static void only(const struct script *s, const char *line, const char *const *expected)
{
	char text[200], **words;
	size_t at = without_bar(line, text), i = 0;

	words = complete_candidates(s, text, at);
	for (; words[i] && expected[i]; i++)
		ck_assert_str_eq(words[i], expected[i]);
	ck_assert_msg(!words[i] && !expected[i], "%s: %s", line, words[i] ? words[i] : "too few");
	for (i = 0; words[i]; i++)
		free(words[i]);
	free(words);
}

START_TEST(what_may_stand_here)
{
	static const struct {
		const char *line, *there, *not_there;
	} rows[] = {
		{ "|", "A: ", "semop(" },
		{ "|", "help ", "semop" },
		{ "|", "man ", "EAGAIN" },
		{ "help |", "semop", "A: " },
		{ "help |", "EAGAIN", "IPC_CREAT" },
		{ "  help  |", "SIGBUS", "help " },
		{ "man |", "semop", "EAGAIN" },
		{ "help semop |", "B", "semop" },
		{ "|", "assert(", "IPC_CREAT" },
		{ "A, |", "B: ", "semop(" },
		{ "A: |", "semop(", "B: " },
		{ "A: |", "sem", "semval" },
		{ "A: |", "repeat (", "assert(" },
		{ "A: |", "int ", "BLOCKED" },
		{ "kill(|", "B", "IPC_CREAT" },
		{ "  await(|", "B", "semop(" },
		{ "A: kill(|", "B", "semop(" },
		{ "A: repeat (3) { getpid(); |", "semop(", "A: " },
		{ "A: x = |", "semget(", "A: " },
		{ "A: x = |", "PAGE", "repeat (" },
		{ "A: semop(|", "sem", "semop(" },
		{ "A: kill(B, |", "SIGKILL", "A: " },
		{ "A: semget(1, |", "IPC_CREAT", "semget(" },
		{ "A: semget(1, 1, IPC_CREAT | ", "IPC_EXCL", "semget(" },
		{ "assert(sem[0].|", "semncnt", "semop(" },
		{ "assert(sem.|", "sem_perm", "IPC_CREAT" },
		{ "assert(B.|", "state", "IPC_CREAT" },
		{ "assert(B.|", "page_table", "turn" },
		{ "D: s.|", "turn", "shm_nattch" },
		{ "assert(D.s. |", "turn", "page_table" },
		{ "D: s[0].|", "turn", "semval" },
		{ "assert(p.|", "resident", "turn" },
		{ "A: p[1 + 2].|", "turn", "semval" },
		{ "A: p[sem[1]].|", "turn", "semval" },
		{ "A: sem[p[1]].|", "semval", "turn" },
		{ "A: ].|", "semval", "turn" },
		{ "A: repeat (3) { |", "semop(", "assert(" },
		{ "assert(B.state == |", "BLOCKED", "semop(" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_assert_msg(has(rows[i].line, rows[i].there), "%s: no %s", rows[i].line,
		              rows[i].there);
		ck_assert_msg(!has(rows[i].line, rows[i].not_there), "%s: %s", rows[i].line,
		              rows[i].not_there);
	}
}
END_TEST

/* Of a name whose type is not known, the fields of all structures of the headers. */
START_TEST(every_field)
{
	const struct type *t;

	for (size_t i = 0; (t = type_header_struct_at(i)); i++)
		for (size_t j = 0; j < t->record->nfields; j++)
			ck_assert_msg(has("A: sem.|", t->record->fields[j].name), "%s of %s",
			              t->record->fields[j].name, t->record->name);
}
END_TEST

/* Of a name that is bound to an object, what the kernel has under its id. */
START_TEST(fields_of_an_id)
{
	static const char text[] = "A: set = semget(IPC_PRIVATE, 2, 0600);\n"
				   "A: seg = shmget(IPC_PRIVATE, 1, 0600);\n"
				   "A: q = msgget(IPC_PRIVATE, 0600);\n";
	static const struct {
		const char *line;
		const char *words[8];
	} rows[] = {
		{ "assert(set[0].|", { "semadj", "semncnt", "sempid", "semval", "semzcnt" } },
		{ "assert(set[0].semval == 0 && set[1].|",
		  { "semadj", "semncnt", "sempid", "semval", "semzcnt" } },
		{ "assert(set.|", { "sem_ctime", "sem_nsems", "sem_otime", "sem_perm" } },
	};
	struct script made = { 0 };
	struct script_lines lines = { 0 };
	struct diags d;
	struct compiler *c;

	diags_init(&d, "x.md");
	c = compiler_new(&made, &d);
	compile_fence(c, &(struct fence){ text, 1, 0, 0 }, &lines);
	compiler_free(c);
	ck_assert_uint_eq(d.count, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		only(&made, rows[i].line, rows[i].words);
	ck_assert(has_of(&made, "assert(seg.|", "rss"));
	ck_assert(has_of(&made, "assert(seg.|", "shm_nattch"));
	ck_assert(!has_of(&made, "assert(seg.|", "msg_qnum"));
	ck_assert(!has_of(&made, "assert(q.|", "rss"));
	for (size_t i = 0; i < lines.count; i++)
		free(lines.items[i].text);
	free(lines.items);
	script_free(&made);
	diags_free(&d);
}
END_TEST

START_TEST(nothing_behind_the_end)
{
	char **words = complete_candidates(&script, "A: getpid(); ", 13);

	ck_assert_ptr_null(words[0]);
	free(words);
}
END_TEST

START_TEST(which_argument)
{
	static const struct {
		const char *line, *call;
		int argument;
	} rows[] = {
		{ "A: semop(|", "semop", 0 },
		{ "A: semop(sem|", "semop", 0 },
		{ "A: semop(sem, |", "semop", 1 },
		{ "A: semop(sem, {{0, -1|", "semop", 1 },
		{ "A: semop(sem, {{0, -1, 0}, {1, |", "semop", 1 },
		{ "A: semop(sem, {{0, -1, 0}}, |", "semop", 2 },
		{ "A: semop(sem, (1 + 2), |", "semop", 2 },
		{ "A: semop(sem, sizeof(|", NULL, 0 },
		{ "A: semop(sem, 1, 1)|", NULL, 0 },
		{ "A: n = (|", NULL, 0 },
		{ "A: puts(\"x(, |", "puts", 0 },
		{ "A: execve(SELF, {\"a,\", ')', |", "execve", 1 },
		{ "(|", NULL, 0 },
		{ "assert(|", NULL, 0 },
		{ "A: repeat (10) { msgsnd(q, |", "msgsnd", 1 },
		{ "|", NULL, 0 },
		{ "A: averyveryveryverylongnamethatisnocallatall(|", NULL, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[200];
		size_t at = without_bar(rows[i].line, text);
		int argument;
		const struct call *c = complete_call(text, at, &argument);

		ck_assert_msg(!c == !rows[i].call, "%s", rows[i].line);
		if (!c)
			continue;
		ck_assert_str_eq(c->name, rows[i].call);
		ck_assert_msg(argument == rows[i].argument, "%s: %d", rows[i].line, argument);
	}
}
END_TEST

START_TEST(what_may_come)
{
	static const char *const words[] = { "ok",      "blocks", "runs",  "exit ",
		                             "killed ", "EIDRM",  "SIGBUS" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		ck_assert_msg(is_among(complete_outcomes(), words[i]), "%s", words[i]);
	ck_assert(!is_among(complete_outcomes(), "semop("));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("complete");

	tcase_add_test(tc, what_may_stand_here);
	tcase_add_test(tc, every_field);
	tcase_add_test(tc, fields_of_an_id);
	tcase_add_test(tc, nothing_behind_the_end);
	tcase_add_test(tc, which_argument);
	tcase_add_test(tc, what_may_come);
	return suite_main(tc);
}
