// SPDX-License-Identifier: GPL-3.0-or-later
#include "lesson/explore.h"

#include <string.h>

#include "base/buf.h"
#include "base/intl.h"

/* What is proposed: each is complete, and what comes of it is worth a look. */
static const struct {
	const char *heading;
	const char *lines;
} beginnings[] = {
	{ N_("A semaphore on which B sleeps, until A lets it go:"),
	  "A: sem = semget(IPC_PRIVATE, 1, 0600);\n"
	  "B: semop(sem, {{0, -1, 0}}, 1);\n"
	  "A: semop(sem, {{0, +1, 0}}, 1);\n" },
	{ N_("A segment that both have attached:"), "A: seg = shmget(IPC_PRIVATE, PAGE, 0600);\n"
	                                            "A: p = shmat(seg, NULL, 0);\n"
	                                            "A: strcpy(p, \"hello\");\n"
	                                            "B: q = shmat(seg, NULL, SHM_RDONLY);\n" },
	{ N_("A queue, and a message of type 7:"), "A: que = msgget(IPC_PRIVATE, 0600);\n"
	                                           "A: msgsnd(que, {7, \"hello\"}, 5, 0);\n"
	                                           "B: msgrcv(que, &m, 64, 7, 0);\n" },
	{ N_("A mapped file that ends inside a page, and an access behind it:"),
	  "A: fd = open(\"file\", O_RDWR | O_CREAT, 0600);\n"
	  "A: ftruncate(fd, 100);\n"
	  "A: map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);\n"
	  "A: map[PAGE] = 1;\n" },
};

static struct lesson *parse(struct buf *text)
{
	struct diags d;
	struct lesson *l;

	diags_init(&d, "explore");
	l = lesson_parse(text->data, text->len, &d);
	diags_free(&d);
	buf_free(text);
	return l;
}

struct lesson *lesson_explore_pages(void)
{
	struct buf text = { 0 };

	buf_printf(&text, "# %s\n\n## %s\n\n%s\n\n```c\n%s```\n", _("Explore pages"),
	           _("A file that two have mapped"),
	           _("A and B have mapped three pages of a file that ends in the second. With the "
	             "panel PAGES chosen (Tab), e opens a mapping, to try it by hand."),
	           "A: fd = open(\"file\", O_RDWR | O_CREAT, 0600);\n"
	           "A: ftruncate(fd, 2 * PAGE - 99);\n"
	           "B: fd = open(\"file\", O_RDWR);\n"
	           "B: p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);\n"
	           "A: p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);\n");
	return parse(&text);
}

struct lesson *lesson_explore(void)
{
	struct buf text = { 0 };

	buf_printf(
		&text, "# %s\n\n## %s\n\n%s\n", _("Explore"), _("An empty stage"),
		_("Any statement by any process. A process is a letter, A to L, and starts when it "
	          "is named first; what it makes is shown beside this. Type help for what there is, "
	          "and help semop for a call. For a beginning, Tab brings these into an empty "
	          "line:"));
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		buf_printf(&text, "\n%s\n\n```c try\n%s```\n", _(beginnings[i].heading),
		           beginnings[i].lines);
	return parse(&text);
}
