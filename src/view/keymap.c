// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/keymap.h"

#include <stddef.h>

#define CONTROL(c) ((c)&0x1f)

static const struct binding bindings[] = {
	{
		.action = ACTION_NEXT,
		.pages = PAGE_LESSON,
		.keys = { ' ', KEYS_PAGE_DOWN, KEYS_RIGHT, '\r' },
		.names = "Space, PageDown, →, Enter",
		.sign = "Space",
		.footer = "next",
		.stays = true,
		.help = "Run the next step; after the last step of a scene, turn the page.",
	},
	{
		.action = ACTION_ANSWER,
		.counts = true,
		.asked = true,
		.pages = PAGE_LESSON,
		.keys = { '1', '2', '3', '4', '5', '6', '7', '8', '9' },
		.names = "1 to 9",
		.sign = "1-9",
		.footer = "answer",
		.stays = true,
		.help = "Answer the question before the next step; another number changes the answer.",
	},
	{
		.action = ACTION_BACK,
		.pages = PAGE_LESSON,
		.keys = { KEYS_LEFT, KEYS_PAGE_UP, KEYS_BACKSPACE },
		.names = "←, PageUp, Backspace",
		.sign = "←",
		.footer = "back",
		.help = "Go back one step: a fresh stage replays the lesson up to there.",
	},
	{
		.action = ACTION_STOP,
		.pages = PAGE_LESSON,
		.keys = { KEYS_ESCAPE, 's' },
		.names = "Esc, s",
		.help = "Give up a step that waits for something that does not come.",
	},
	{
		.action = ACTION_RESTART,
		.pages = PAGE_LESSON,
		.keys = { 'r' },
		.names = "r",
		.sign = "r",
		.footer = "restart",
		.help = "Start this scene again, by replay.",
	},
	{
		.action = ACTION_SCENE_PREVIOUS,
		.pages = PAGE_LESSON,
		.keys = { '[' },
		.names = "[",
		.sign = "[ ]",
		.footer = "scene",
		.help = "Go to the start of this scene, or of the one before.",
	},
	{
		.action = ACTION_SCENE_NEXT,
		.pages = PAGE_LESSON,
		.keys = { ']' },
		.names = "]",
		.help = "Run on to the start of the next scene.",
	},
	{
		.action = ACTION_AUTO,
		.pages = PAGE_LESSON,
		.keys = { 'a' },
		.names = "a",
		.sign = "a",
		.footer = "auto",
		.help = "Let the steps run by themselves, a little over a second apart.",
	},
	{
		.action = ACTION_PANEL,
		.pages = PAGE_LESSON,
		.keys = { '\t' },
		.names = "Tab",
		.sign = "Tab",
		.footer = "panel",
		.stays = true,
		.help = "Go to the next panel; ↑ and ↓ then scroll the panels.",
	},
	{
		.action = ACTION_PANEL_BACK,
		.pages = PAGE_LESSON,
		.keys = { KEYS_BACKTAB },
		.names = "Shift-Tab",
		.help = "Go to the panel before, or back to the lesson.",
	},
	{
		.action = ACTION_NOTES,
		.pages = PAGE_LESSON,
		.keys = { 'n' },
		.names = "n",
		.sign = "n",
		.footer = "notes",
		.help = "Show the speaker's notes, or hide them.",
	},
	{
		.action = ACTION_WORDS,
		.pages = PAGE_LESSON,
		.keys = { 'w' },
		.names = "w",
		.sign = "w",
		.footer = "words",
		.help = "Explain the terms that are on the screen, those of the chosen panel first.",
	},
	{
		.action = ACTION_OPEN,
		.pages = PAGE_LIST,
		.keys = { '\r', ' ', KEYS_RIGHT },
		.names = "Enter, Space, →",
		.sign = "Enter",
		.footer = "open",
		.stays = true,
		.help = "Open the lesson.",
	},
	{
		.action = ACTION_UP,
		.pages = PAGE_LIST | PAGE_LESSON | PAGE_HELP | PAGE_WORDS,
		.keys = { KEYS_UP, 'k' },
		.names = "↑, k",
		.help = "Move or scroll up.",
	},
	{
		.action = ACTION_DOWN,
		.pages = PAGE_LIST | PAGE_HELP | PAGE_WORDS,
		.keys = { KEYS_DOWN, 'j' },
		.names = "↓, j",
		.sign = "↑ ↓",
		.footer = "move",
		.help = "Move or scroll down.",
	},
	{
		.action = ACTION_DOWN,
		.pages = PAGE_LESSON,
		.keys = { KEYS_DOWN, 'j' },
		.names = "↓, j",
		.help = "Move or scroll down.",
	},
	{
		.action = ACTION_PAGE_UP,
		.pages = PAGE_LIST | PAGE_HELP | PAGE_WORDS,
		.keys = { KEYS_PAGE_UP },
		.names = "PageUp",
		.help = "Move up by a screenful.",
	},
	{
		.action = ACTION_PAGE_DOWN,
		.pages = PAGE_LIST,
		.keys = { KEYS_PAGE_DOWN },
		.names = "PageDown",
		.help = "Move down by a screenful.",
	},
	{
		.action = ACTION_PAGE_DOWN,
		.pages = PAGE_HELP | PAGE_WORDS,
		.keys = { KEYS_PAGE_DOWN, ' ' },
		.names = "PageDown, Space",
		.help = "Move down by a screenful.",
	},
	{
		.action = ACTION_FIRST,
		.pages = PAGE_LIST | PAGE_LESSON | PAGE_HELP | PAGE_WORDS,
		.keys = { KEYS_HOME, 'g' },
		.names = "Home, g",
		.help = "Go to the top.",
	},
	{
		.action = ACTION_LAST,
		.pages = PAGE_LIST | PAGE_LESSON | PAGE_HELP | PAGE_WORDS,
		.keys = { KEYS_END, 'G' },
		.names = "End, G",
		.help = "Go to the bottom.",
	},
	{
		.action = ACTION_REDRAW,
		.pages = PAGE_LIST | PAGE_LESSON | PAGE_HELP | PAGE_WORDS,
		.keys = { CONTROL('l') },
		.names = "Ctrl-L",
		.help = "Draw the whole screen again.",
	},
	{
		.action = ACTION_WORDS,
		.pages = PAGE_LIST,
		.keys = { 'w' },
		.names = "w",
		.sign = "w",
		.footer = "words",
		.help = "Open the glossary.",
	},
	{
		.action = ACTION_HELP,
		.pages = PAGE_LIST | PAGE_LESSON | PAGE_WORDS,
		.keys = { '?', 'h' },
		.names = "?, h",
		.sign = "?",
		.footer = "help",
		.stays = true,
		.help = "Show this page.",
	},
	{
		.action = ACTION_CLOSE,
		.pages = PAGE_HELP,
		.keys = { 'q', '?', 'h', KEYS_ESCAPE, '\r' },
		.names = "q, ?, Esc, Enter",
		.sign = "q",
		.footer = "close help",
		.stays = true,
		.help = "Close the help.",
	},
	{
		.action = ACTION_CLOSE,
		.pages = PAGE_WORDS,
		.keys = { 'q', 'w', KEYS_ESCAPE, '\r' },
		.names = "q, w, Esc, Enter",
		.sign = "q",
		.footer = "close words",
		.stays = true,
		.help = "Close the words.",
	},
	{
		.action = ACTION_CLOSE,
		.pages = PAGE_LESSON,
		.keys = { 'q' },
		.names = "q",
		.sign = "q",
		.footer = "leave",
		.stays = true,
		.help = "Leave the lesson: to the list it was chosen from, or to the shell.",
	},
	{
		.action = ACTION_QUIT,
		.pages = PAGE_LIST,
		.keys = { 'q', 'Q' },
		.names = "q, Ctrl-C",
		.sign = "q",
		.footer = "quit",
		.stays = true,
		.help = "Leave ipclens. Nothing stays behind.",
	},
	{
		.action = ACTION_QUIT,
		.pages = PAGE_LESSON | PAGE_HELP | PAGE_WORDS,
		.keys = { 'Q' },
		.names = "Q, Ctrl-C",
		.help = "Leave ipclens at once. Nothing stays behind.",
	},
	{ .action = ACTION_NONE },
};

const struct binding *keymap_at(unsigned i)
{
	unsigned count = sizeof(bindings) / sizeof(bindings[0]) - 1;

	return i < count ? &bindings[i] : NULL;
}

enum action keymap_action(enum view_page page, int key)
{
	for (const struct binding *b = bindings; b->action != ACTION_NONE; b++)
		for (int i = 0; i < BINDING_KEYS && b->keys[i]; i++)
			if ((b->pages & page) && b->keys[i] == key)
				return b->counts ? b->action + (unsigned)i : b->action;
	return ACTION_NONE;
}
