// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/utf8.h"

#define CONTROL(c) ((c)&0x1f)
enum { LONGEST = 2 };

#define ON(page) PAGE_BIT(PAGE_##page)
#define ON_ALL   (PAGE_BIT(PAGES) - 1)

static const struct binding bindings[] = {
	{
		.action = ACTION_NEXT,
		.pages = ON(LESSON),
		.keys = { ' ', KEYS_PAGE_DOWN, KEYS_RIGHT, '\r' },
		.footer = N_("next"),
		.off_script = N_("back to the script"),
		.stays = LONGEST,
		.help = N_(
			"Run the next step; after the last step of a scene, turn the page; after the "
			"last scene, open the next lesson."),
	},
	{
		.action = ACTION_ANSWER,
		.counts = true,
		.pages = ON(LESSON),
		.keys = { '1', '2', '3', '4', '5', '6', '7', '8', '9' },
		.sign = "1-9",
		.footer = N_("answer"),
		.stays = LONGEST,
		.help = N_(
			"Answer the question before the next step; another number changes the answer."),
	},
	{
		.action = ACTION_BACK,
		.pages = ON(LESSON),
		.keys = { KEYS_LEFT, KEYS_PAGE_UP, KEYS_BACKSPACE },
		.footer = N_("back"),
		.off_script = N_("take back"),
		.help = N_("Go back one step: a fresh stage replays the lesson up to there."),
	},
	{
		.action = ACTION_STOP,
		.pages = ON(LESSON),
		.keys = { KEYS_ESCAPE, 's' },
		.help = N_("Give up a step that waits for something that does not come."),
	},
	{
		.action = ACTION_PROMPT,
		.pages = ON(LESSON),
		.keys = { ':' },
		.footer = N_("try it"),
		.off_script = N_("try more"),
		.help = N_(
			"Try any statement by any process, such as B: getpid(); then ← takes it back, "
			"and Space returns to the script."),
	},
	{
		.action = ACTION_TELL,
		.pages = ON(LESSON),
		.keys = { 'e' },
		.footer = N_("explain"),
		.stays = 1,
		.help = N_(
			"Explain what comes of what the page proposes to try; it is explained to who "
			"has tried it without."),
	},
	{
		.action = ACTION_RESTART,
		.pages = ON(LESSON),
		.keys = { 'r' },
		.footer = N_("restart"),
		.off_script = N_("restart the scene"),
		.help = N_("Start this scene again, by replay."),
	},
	{
		.action = ACTION_SCENE_PREVIOUS,
		.pages = ON(LESSON),
		.keys = { '[' },
		.sign = "[ ]",
		.footer = N_("scene"),
		.help = N_("Go to the start of this scene, or of the one before."),
	},
	{
		.action = ACTION_SCENE_NEXT,
		.pages = ON(LESSON),
		.keys = { ']' },
		.help = N_("Run on to the start of the next scene."),
	},
	{
		.action = ACTION_LESSON_NEXT,
		.pages = ON(LESSON),
		.keys = { '>' },
		.help = N_("Open the next lesson."),
	},
	{
		.action = ACTION_LESSON_PREVIOUS,
		.pages = ON(LESSON),
		.keys = { '<' },
		.help = N_("Open the lesson before."),
	},
	{
		.action = ACTION_AUTO,
		.pages = ON(LESSON),
		.keys = { 'a' },
		.footer = N_("auto"),
		.help = N_(
			"Let the steps run by themselves, a little over a second apart; they stop at a "
			"question, until it is answered or this key is pressed again."),
	},
	{
		.action = ACTION_PANEL,
		.pages = ON(LESSON),
		.keys = { '\t' },
		.footer = N_("panel"),
		.stays = 1,
		.help = N_("Go to the next panel; ↑ and ↓ then scroll the panels."),
	},
	{
		.action = ACTION_PANEL_BACK,
		.pages = ON(LESSON),
		.keys = { KEYS_BACKTAB },
		.help = N_("Go to the panel before, or back to the lesson."),
	},
	{
		.action = ACTION_NOTES,
		.pages = ON(LESSON),
		.keys = { 'n' },
		.footer = N_("notes"),
		.help = N_("Show the speaker's notes, or hide them."),
	},
	{
		.action = ACTION_WORDS,
		.pages = ON(LESSON),
		.keys = { 'w' },
		.footer = N_("words"),
		.help = N_(
			"Explain the terms that are on the screen, those of the chosen panel first."),
	},
	{
		.action = ACTION_OPEN,
		.pages = ON(LIST),
		.keys = { '\r', ' ', KEYS_RIGHT },
		.footer = N_("open"),
		.stays = LONGEST,
		.help = N_("Open the lesson."),
	},
	{
		.action = ACTION_UP,
		.pages = ON_ALL,
		.keys = { KEYS_UP, 'k' },
		.help = N_("Move or scroll up."),
	},
	{
		.action = ACTION_DOWN,
		.pages = ON(LIST) | ON(HELP) | ON(WORDS),
		.keys = { KEYS_DOWN, 'j' },
		.sign = "↑ ↓",
		.footer = N_("move"),
		.help = N_("Move or scroll down."),
	},
	{
		.action = ACTION_DOWN,
		.pages = ON(LESSON),
		.keys = { KEYS_DOWN, 'j' },
		.help = N_("Move or scroll down."),
	},
	{
		.action = ACTION_PAGE_UP,
		.pages = ON(LIST) | ON(HELP) | ON(WORDS),
		.keys = { KEYS_PAGE_UP },
		.help = N_("Move up by a screenful."),
	},
	{
		.action = ACTION_PAGE_DOWN,
		.pages = ON(LIST),
		.keys = { KEYS_PAGE_DOWN },
		.help = N_("Move down by a screenful."),
	},
	{
		.action = ACTION_PAGE_DOWN,
		.pages = ON(HELP) | ON(WORDS),
		.keys = { KEYS_PAGE_DOWN, ' ' },
		.help = N_("Move down by a screenful."),
	},
	{
		.action = ACTION_FIRST,
		.pages = ON_ALL,
		.keys = { KEYS_HOME, 'g' },
		.help = N_("Go to the top."),
	},
	{
		.action = ACTION_LAST,
		.pages = ON_ALL,
		.keys = { KEYS_END, 'G' },
		.help = N_("Go to the bottom."),
	},
	{
		.action = ACTION_REDRAW,
		.pages = ON_ALL,
		.keys = { CONTROL('l') },
		.help = N_("Draw the whole screen again."),
	},
	{
		.action = ACTION_WORDS,
		.pages = ON(LIST),
		.keys = { 'w' },
		.footer = N_("words"),
		.help = N_("Open the glossary."),
	},
	{
		.action = ACTION_WORDS,
		.pages = ON(HELP),
		.keys = { 'w' },
		.help = N_("Open the glossary."),
	},
	{
		.action = ACTION_HELP,
		.pages = ON(LIST) | ON(LESSON) | ON(WORDS),
		.keys = { '?', 'h', KEYS_F1 },
		.footer = N_("help"),
		.stays = LONGEST,
		.help = N_("Show this page."),
	},
	{
		.action = ACTION_CLOSE,
		.pages = ON(HELP),
		.keys = { 'q', '?', 'h', KEYS_F1, KEYS_ESCAPE, '\r' },
		.footer = N_("close help"),
		.stays = LONGEST,
		.help = N_("Close the help."),
	},
	{
		.action = ACTION_CLOSE,
		.pages = ON(WORDS),
		.keys = { 'q', 'w', KEYS_ESCAPE, '\r' },
		.footer = N_("close words"),
		.stays = LONGEST,
		.help = N_("Close the words."),
	},
	{
		.action = ACTION_CLOSE,
		.pages = ON(LESSON),
		.keys = { 'q' },
		.footer = N_("leave"),
		.stays = LONGEST,
		.help = N_("Leave the lesson: to the list it was chosen from, or to the shell."),
	},
	{
		.action = ACTION_QUIT,
		.pages = ON(LIST),
		.keys = { 'q', 'Q', CONTROL('c') },
		.footer = N_("quit"),
		.stays = LONGEST,
		.help = N_("Leave ipclens. Nothing stays behind."),
	},
	{
		.action = ACTION_QUIT,
		.pages = ON(LESSON) | ON(HELP) | ON(WORDS),
		.keys = { 'Q', CONTROL('c') },
		.help = N_("Leave ipclens at once. Nothing stays behind."),
	},
	{ .action = ACTION_NONE },
};

const struct binding *keymap_at(unsigned i)
{
	unsigned count = sizeof(bindings) / sizeof(bindings[0]) - 1;

	return i < count ? &bindings[i] : NULL;
}

enum action keymap_action(enum page_id page, int key)
{
	for (const struct binding *b = bindings; b->action != ACTION_NONE; b++)
		for (int i = 0; i < BINDING_KEYS && b->keys[i]; i++)
			if ((b->pages & PAGE_BIT(page)) && b->keys[i] == key)
				return b->counts ? b->action + (unsigned)i : b->action;
	return ACTION_NONE;
}

/* Those that are not called as they are written. */
static const struct {
	int key;
	const char *name;
} names[] = {
	{ ' ', N_("Space") },
	{ '\r', N_("Enter") },
	{ '\t', N_("Tab") },
	{ KEYS_ESCAPE, N_("Esc") },
	{ KEYS_BACKTAB, N_("Shift-Tab") },
	{ KEYS_BACKSPACE, N_("Backspace") },
	{ KEYS_PAGE_UP, N_("PageUp") },
	{ KEYS_PAGE_DOWN, N_("PageDown") },
	{ KEYS_HOME, N_("Home") },
	{ KEYS_END, N_("End") },
	{ KEYS_UP, "↑" },
	{ KEYS_DOWN, "↓" },
	{ KEYS_F1, "F1" },
	{ KEYS_LEFT, "←" },
	{ KEYS_RIGHT, "→" },
};

void keymap_name(int key, char *out, size_t size)
{
	char utf8[5] = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key) {
			snprintf(out, size, "%s", _(names[i].name));
			return;
		}
	if (key < ' ') {
		snprintf(out, size, _("Ctrl-%c"), key | 0x40);
		return;
	}
	utf8_encode((char32_t)key, utf8);
	snprintf(out, size, "%s", utf8);
}

void keymap_names(const struct binding *b, char *out, size_t size)
{
	char name[KEY_NAME_SIZE], last[KEY_NAME_SIZE];
	size_t used = 0;
	int count = 0;

	while (count < BINDING_KEYS && b->keys[count])
		count++;
	if (b->counts) {
		keymap_name(b->keys[0], name, sizeof(name));
		keymap_name(b->keys[count - 1], last, sizeof(last));
		snprintf(out, size, _("%s to %s"), name, last);
		return;
	}
	out[0] = '\0';
	for (int i = 0; i < count && used < size; i++) {
		keymap_name(b->keys[i], name, sizeof(name));
		used += (size_t)snprintf(out + used, size - used, i ? ", %s" : "%s", name);
	}
}
