// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/utf8.h"

#define CONTROL(c) ((c)&0x1f)
enum { LONGEST = 2 };

#define ON(page) PAGE_BIT(PAGE_##page)
/* Where something is typed characters are no keys. */
#define ON_LISTED   (ON(FIND) | ON(GO))
#define ON_SCROLLED (ON(LIST) | ON(HELP) | ON(TOPIC) | ON(WORDS) | ON(THEMES) | ON(ORDERS))
#define ON_TYPED    (ON_LISTED | ON(SAVE))
#define ON_ALL      (PAGE_BIT(PAGES) - 1)
#define ON_OTHER    (ON_ALL & ~ON_TYPED & ~ON(POKE))

static const struct binding bindings[] = {
	{
		.action = ACTION_NEXT,
		.pages = ON(LESSON),
		.keys = { ' ', KEYS_PAGE_DOWN, KEYS_RIGHT },
		.footer = N_("next"),
		.off_script = N_("back to the script"),
		.stays = LONGEST,
		.help = N_(
			"Run the next step; after the last step of a scene, turn the page; after the "
			"last scene, open the next lesson."),
	},
	{
		.action = ACTION_CHOOSE,
		.counts = true,
		.pages = ON(RUN),
		.keys = { 'A', 'B', 'C', 'D', 'E', 'F' },
		.sign = "A-F",
		.footer = N_("goes"),
		.stays = LONGEST,
		.help = N_(
			"Let that process make the call before which it stands, and run on to the "
			"stop before its next one."),
	},
	{
		.action = ACTION_NEXT,
		.pages = ON(RUN),
		.keys = { ' ', KEYS_PAGE_DOWN, KEYS_RIGHT },
		.footer = N_("in turn"),
		.stays = LONGEST,
		.help = N_(
			"Let the marked one go: each in turn, but who can't; when nobody can, wait "
			"for one whose time is over soon."),
	},
	{
		.action = ACTION_THERE,
		.pages = ON(RUN),
		.keys = { '\r' },
		.footer = N_("go there"),
		.stays = LONGEST,
		.help = N_("The same; looking back, go to that moment, by replay."),
	},
	{
		.action = ACTION_BACK,
		.pages = ON(RUN),
		.keys = { KEYS_LEFT, KEYS_PAGE_UP, KEYS_BACKSPACE },
		.footer = N_("back"),
		.stays = 1,
		.help = N_("Take the last call back: on a fresh stage all others are made again."),
	},
	{
		.action = ACTION_STOP,
		.pages = ON(RUN),
		.keys = { KEYS_ESCAPE },
		.footer = N_("now"),
		.stays = LONGEST,
		.help = N_("Give up a step that waits; looking back, return to now."),
	},
	{
		.action = ACTION_SCENE_PREVIOUS,
		.pages = ON(RUN),
		.keys = { '[', 'r' },
		.footer = N_("start"),
		.stays = 1,
		.help = N_("Go to the start, where each stands before its first call."),
	},
	{
		.action = ACTION_AUTO,
		.pages = ON(RUN),
		.keys = { 'a' },
		.footer = N_("auto"),
		.help = N_("Let them go by themselves, in turn, a little over a second apart."),
	},
	{
		.action = ACTION_PROMPT,
		.pages = ON(RUN),
		.keys = { ':' },
		.footer = N_("try it"),
		.help = N_(
			"Try any statement by a process that is none of the programs, such as G: "
			"semctl(0, 0, GETVAL); or an assert; ← takes it back."),
	},
	{
		.action = ACTION_INPUT,
		.pages = ON(RUN),
		.keys = { 'i' },
		.footer = N_("input"),
		.stays = LONGEST,
		.help = N_(
			"Type a line for the one that reads its terminal; the statement of a lesson "
			"is input(A, \"...\"), and input(A, NULL) is the end of input."),
	},
	{
		.action = ACTION_SAVE,
		.pages = ON(RUN),
		.keys = { 's', 'S' },
		.footer = N_("save"),
		.stays = 1,
		.help = N_("Save what happened as a lesson, which checks that it happens again."),
	},
	{
		.action = ACTION_THERE,
		.pages = ON(LESSON),
		.keys = { '\r' },
		.footer = N_("go there"),
		.stays = LONGEST,
		.help = N_("Run the next step; looking back, go to that moment, by replay."),
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
			"Answer the question before the next step; after a wrong answer another number "
			"is the second try."),
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
		.footer = N_("now"),
		.stays = LONGEST,
		.help = N_("Give up a step that waits for something that does not come; looking "
	                   "back, return to now."),
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
		.action = ACTION_ORDERS,
		.pages = ON(LESSON),
		.keys = { 'o' },
		.footer = N_("orders"),
		.off_script = N_("orders"),
		.stays = LONGEST,
		.help = N_("At a schedule: make all its orders, and show what they come to."),
	},
	{
		.action = ACTION_CHOOSE,
		.counts = true,
		.pages = ON(LESSON),
		.keys = { 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L' },
		.help = N_("At a schedule: this process makes the next step of its list."),
	},
	{
		.action = ACTION_SAVE,
		.pages = ON(LESSON),
		.keys = { 'S' },
		.footer = N_("save"),
		.off_script = N_("save"),
		.help = N_("Save what was tried as a lesson, with what came of it."),
	},
	{
		.action = ACTION_TELL,
		.pages = ON(LESSON),
		.keys = { 'e' },
		.footer = N_("explain"),
		.stays = 1,
		.help = N_(
			"Explain what comes of what the page proposes to try; it is explained to who "
			"has tried it without. With the panel PAGES chosen: try a mapping by hand, "
			"byte by byte."),
	},
	{
		.action = ACTION_RESTART,
		.pages = ON(LESSON),
		.keys = { 'r' },
		.footer = N_("restart"),
		.off_script = N_("restart the scene"),
		.help = N_("Start this scene again, by replay; its questions are asked anew."),
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
		.action = ACTION_LOOK,
		.pages = ON(LESSON) | ON(RUN),
		.keys = { 't' },
		.footer = N_("past"),
		.help = N_("Look back: ↑ and ↓ go from step to step, and the panels show what was "
	                   "then. Nothing is run for it. Again, or Esc: return to now."),
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
		.action = ACTION_PREDICT,
		.pages = ON(LESSON),
		.keys = { 'p' },
		.footer = N_("predict"),
		.help = N_(
			"Predict: before a step say what will come of it, such as blocks, 0 or -1 "
			"EAGAIN; the kernel grades. The same key ends it."),
	},
	{
		.action = ACTION_PANEL,
		.pages = ON(LESSON) | ON(RUN),
		.keys = { '\t' },
		.footer = N_("panel"),
		.stays = 1,
		.help = N_("Go to the next panel and unfold it; ↑ and ↓ then scroll it."),
	},
	{
		.action = ACTION_PANEL_BACK,
		.pages = ON(LESSON) | ON(RUN),
		.keys = { KEYS_BACKTAB },
		.help = N_("Go to the panel before, or back to the lesson."),
	},
	{
		.action = ACTION_ZOOM,
		.pages = ON(LESSON) | ON(RUN),
		.keys = { '+' },
		.footer = N_("zoom"),
		.stays = 1,
		.help = N_("Give the chosen panel, or the lesson, all the room; again, to return."),
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
		.pages = ON(LESSON) | ON(RUN),
		.keys = { 'w' },
		.footer = N_("words"),
		.help = N_(
			"Explain the terms that are on the screen, those of the chosen panel first."),
	},
	{
		.action = ACTION_POKE_READ,
		.pages = ON(POKE),
		.keys = { 'r' },
		.footer = N_("read"),
		.stays = LONGEST,
		.help = N_(
			"Read the byte under the cursor, through this mapping, from the file, and "
			"through every other mapping of it."),
	},
	{
		.action = ACTION_POKE_WRITE,
		.pages = ON(POKE),
		.keys = { 'w' },
		.footer = N_("write"),
		.stays = LONGEST,
		.help = N_("Write a letter to the byte under the cursor, and read it elsewhere."),
	},
	{
		.action = ACTION_POKE_END,
		.pages = ON(POKE),
		.keys = { 't' },
		.footer = N_("end here"),
		.stays = 1,
		.help = N_("Make the file end before the cursor: ftruncate, to a shorter file or a "
	                   "longer one."),
	},
	{
		.action = ACTION_POKE_GROW,
		.pages = ON(POKE),
		.keys = { '+' },
		.sign = "+ -",
		.footer = N_("grow, shrink"),
		.stays = 1,
		.help = N_("Make the file a page longer."),
	},
	{
		.action = ACTION_POKE_SHRINK,
		.pages = ON(POKE),
		.keys = { '-' },
		.help = N_("Make the file a page shorter."),
	},
	{
		.action = ACTION_POKE_PROTECT,
		.pages = ON(POKE),
		.keys = { 'p' },
		.footer = N_("protect"),
		.stays = 1,
		.help = N_(
			"Protect the page under the cursor: first from writing, then from reading "
			"too, then not any more."),
	},
	{
		.action = ACTION_POKE_DROP,
		.pages = ON(POKE),
		.keys = { 'd' },
		.footer = N_("drop"),
		.help = N_("Take the page under the cursor out of the mapping: munmap."),
	},
	{
		.action = ACTION_POKE_SYNC,
		.pages = ON(POKE),
		.keys = { 'y' },
		.footer = N_("sync"),
		.help = N_("Write what was changed back to the file: msync."),
	},
	{
		.action = ACTION_POKE_PRIVATE,
		.pages = ON(POKE),
		.keys = { 'v' },
		.footer = N_("private"),
		.help = N_("Map it again in its place, private."),
	},
	{
		.action = ACTION_POKE_SHARE,
		.pages = ON(POKE),
		.keys = { 's' },
		.footer = N_("shared"),
		.help = N_("Map it again in its place, shared."),
	},
	{
		.action = ACTION_POKE_FURTHER,
		.pages = ON(POKE),
		.keys = { 'o' },
		.footer = N_("offset"),
		.help = N_("Map it again in its place, from a page further on in the file."),
	},
	{
		.action = ACTION_POKE_NEARER,
		.pages = ON(POKE),
		.keys = { 'O' },
		.help = N_("The same, from a page nearer to the start of the file."),
	},
	{
		.action = ACTION_POKE_SECOND,
		.pages = ON(POKE),
		.keys = { 'b' },
		.footer = N_("second mapping"),
		.help = N_("Let another process map the same."),
	},
	{
		.action = ACTION_BACK,
		.pages = ON(POKE),
		.keys = { KEYS_BACKSPACE, 'u' },
		.footer = N_("take back"),
		.stays = 1,
		.help = N_("Take the last statement back, by replay."),
	},
	{
		.action = ACTION_PANEL,
		.pages = ON(POKE),
		.keys = { '\t' },
		.footer = N_("next mapping"),
		.help = N_("Go to the next mapping that has a name."),
	},
	{
		.action = ACTION_PANEL_BACK,
		.pages = ON(POKE),
		.keys = { KEYS_BACKTAB },
		.help = N_("Go to the mapping before."),
	},
	{
		.action = ACTION_LEFT,
		.pages = ON(POKE),
		.keys = { KEYS_LEFT },
		.help = N_("Move the cursor to the byte before."),
	},
	{
		.action = ACTION_RIGHT,
		.pages = ON(POKE),
		.keys = { KEYS_RIGHT },
		.help = N_("Move the cursor to the next byte."),
	},
	{
		.action = ACTION_UP,
		.pages = ON(POKE),
		.keys = { KEYS_UP, 'k' },
		.help = N_("Move it back by a sixteenth of a page."),
	},
	{
		.action = ACTION_DOWN,
		.pages = ON(POKE),
		.keys = { KEYS_DOWN, 'j' },
		.help = N_("Move it on by a sixteenth of a page."),
	},
	{
		.action = ACTION_PAGE_UP,
		.pages = ON(POKE),
		.keys = { KEYS_PAGE_UP },
		.help = N_("Move it back by a page."),
	},
	{
		.action = ACTION_PAGE_DOWN,
		.pages = ON(POKE),
		.keys = { KEYS_PAGE_DOWN },
		.help = N_("Move it on by a page."),
	},
	{
		.action = ACTION_FIRST,
		.pages = ON(POKE),
		.keys = { KEYS_HOME },
		.help = N_("Go to the first byte of the page, and from there of the mapping."),
	},
	{
		.action = ACTION_LAST,
		.pages = ON(POKE),
		.keys = { KEYS_END },
		.help = N_("Go to the last byte of the page, and from there of the mapping."),
	},
	{
		.action = ACTION_POKE_EOF,
		.pages = ON(POKE),
		.keys = { 'f' },
		.footer = N_("to EOF"),
		.help = N_("Go to the first byte behind the end of the file."),
	},
	{
		.action = ACTION_PROMPT,
		.pages = ON(POKE),
		.keys = { ':' },
		.help = N_("Open the prompt, for any other statement."),
	},
	{
		.action = ACTION_STOP,
		.pages = ON(POKE),
		.keys = { KEYS_ESCAPE },
		.help = N_("Give up a statement that waits; or close the mapping."),
	},
	{
		.action = ACTION_OPEN,
		.pages = ON(ORDERS),
		.keys = { '\r' },
		.footer = N_("step through it"),
		.stays = LONGEST,
		.help = N_("Play that order step by step: each Space is a step."),
	},
	{
		.action = ACTION_STOP,
		.pages = ON(ORDERS),
		.keys = { KEYS_ESCAPE },
		.footer = N_("stop"),
		.stays = LONGEST,
		.help = N_("Make no more orders; or close the table."),
	},
	{
		.action = ACTION_CLOSE,
		.pages = ON(ORDERS),
		.keys = { 'q', 'o' },
		.footer = N_("close"),
		.stays = LONGEST,
		.help = N_("Close the table; what is not made yet is made meanwhile."),
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
		.pages = ON_OTHER,
		.keys = { KEYS_UP, 'k' },
		.help = N_("Move or scroll up."),
	},
	{
		.action = ACTION_DOWN,
		.pages = ON_SCROLLED,
		.keys = { KEYS_DOWN, 'j' },
		.sign = "↑ ↓",
		.footer = N_("move"),
		.help = N_("Move or scroll down."),
	},
	{
		.action = ACTION_DOWN,
		.pages = ON(LESSON) | ON(RUN),
		.keys = { KEYS_DOWN, 'j' },
		.sign = "↑ ↓",
		.footer = N_("step"),
		.stays = LONGEST,
		.help = N_("Move or scroll down."),
	},
	{
		.action = ACTION_PAGE_UP,
		.pages = ON_SCROLLED,
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
		.pages = ON(HELP) | ON(TOPIC) | ON(WORDS) | ON(THEMES),
		.keys = { KEYS_PAGE_DOWN, ' ' },
		.help = N_("Move down by a screenful."),
	},
	{
		.action = ACTION_FIRST,
		.pages = ON_OTHER | ON_LISTED,
		.keys = { KEYS_HOME },
		.help = N_("Go to the top."),
	},
	{
		.action = ACTION_LAST,
		.pages = ON_OTHER & ~ON(LESSON),
		.keys = { KEYS_END, 'G' },
		.help = N_("Go to the bottom."),
	},
	{
		.action = ACTION_LAST,
		.pages = ON(LESSON),
		.keys = { KEYS_END },
		.help = N_("Go to the bottom."),
	},
	{
		.action = ACTION_LAST,
		.pages = ON_LISTED,
		.keys = { KEYS_END },
		.help = N_("Go to the bottom."),
	},
	{
		.action = ACTION_FIND,
		.pages = ON(LIST),
		.keys = { '/' },
		.footer = N_("search"),
		.help = N_("Search the whole course: titles, scripts, prose, words and notes."),
	},
	{
		.action = ACTION_FIND,
		.pages = ON_OTHER & ~ON(LIST),
		.keys = { '/' },
		.help = N_("Search the whole course: titles, scripts, prose, words and notes."),
	},
	{
		.action = ACTION_GO,
		.pages = ON_OTHER,
		.keys = { 'g' },
		.help = N_("Go to a lesson: by its number, its slug or words of its title."),
	},
	{
		.action = ACTION_OPEN,
		.pages = ON(SAVE),
		.keys = { '\r' },
		.footer = N_("save"),
		.stays = LONGEST,
		.help = N_("Write the file."),
	},
	{
		.action = ACTION_OPEN,
		.pages = ON_LISTED,
		.keys = { '\r' },
		.footer = N_("go there"),
		.stays = LONGEST,
		.help = N_("Go there: to the scene, the entry or the lesson."),
	},
	{
		.action = ACTION_UP,
		.pages = ON_LISTED,
		.keys = { KEYS_UP, CONTROL('p') },
		.help = N_("Move up."),
	},
	{
		.action = ACTION_DOWN,
		.pages = ON_LISTED,
		.keys = { KEYS_DOWN, CONTROL('n') },
		.sign = "↑ ↓",
		.footer = N_("move"),
		.help = N_("Move down."),
	},
	{
		.action = ACTION_PAGE_UP,
		.pages = ON_LISTED,
		.keys = { KEYS_PAGE_UP },
		.help = N_("Move up by a screenful."),
	},
	{
		.action = ACTION_PAGE_DOWN,
		.pages = ON_LISTED,
		.keys = { KEYS_PAGE_DOWN },
		.help = N_("Move down by a screenful."),
	},
	{
		.action = ACTION_ERASE,
		.pages = ON_TYPED,
		.keys = { KEYS_BACKSPACE },
		.help = N_("Take back the last character."),
	},
	{
		.action = ACTION_CLEAR,
		.pages = ON_TYPED,
		.keys = { CONTROL('u') },
		.help = N_("Take back all that was typed."),
	},
	{
		.action = ACTION_HELP,
		.pages = ON_TYPED,
		.keys = { KEYS_F1 },
		.footer = N_("help"),
		.help = N_("Show this page."),
	},
	{
		.action = ACTION_CLOSE,
		.pages = ON_TYPED,
		.keys = { KEYS_ESCAPE },
		.footer = N_("back"),
		.stays = LONGEST,
		.help = N_("Back to where it was opened."),
	},
	{
		.action = ACTION_QUIT,
		.pages = ON_TYPED,
		.keys = { CONTROL('c') },
		.help = N_("Leave ipclens at once. Nothing stays behind."),
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
		.pages = ON(HELP) | ON(TOPIC),
		.keys = { 'w' },
		.help = N_("Open the glossary."),
	},
	{
		.action = ACTION_THEMES,
		.pages = ON(LIST) | ON(LESSON) | ON(RUN) | ON(HELP) | ON(WORDS),
		.keys = { 'T' },
		.help = N_("Choose the colours: a theme."),
	},
	{
		.action = ACTION_HELP,
		.pages = ON(LIST) | ON(LESSON) | ON(RUN) | ON(WORDS) | ON(THEMES) | ON(POKE) |
	                 ON(ORDERS),
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
		.pages = ON(TOPIC),
		.keys = { 'q', ':', KEYS_ESCAPE, '\r' },
		.footer = N_("back to the prompt"),
		.stays = LONGEST,
		.help = N_("Back to the prompt."),
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
		.pages = ON(THEMES),
		.keys = { '\r', 'q', 'T' },
		.footer = N_("take this one"),
		.stays = LONGEST,
		.help = N_("Keep the theme that the cursor is on."),
	},
	{
		.action = ACTION_CANCEL,
		.pages = ON(THEMES),
		.keys = { KEYS_ESCAPE },
		.footer = N_("as before"),
		.stays = LONGEST,
		.help = N_("Go back to the theme that it was."),
	},
	{
		.action = ACTION_CLOSE,
		.pages = ON(POKE),
		.keys = { 'q', 'e', '\r' },
		.footer = N_("close"),
		.stays = LONGEST,
		.help = N_("Close the mapping; what was done stays done."),
	},
	{
		.action = ACTION_CLOSE,
		.pages = ON(RUN),
		.keys = { 'q' },
		.footer = N_("quit"),
		.stays = LONGEST,
		.help = N_("Leave. The programs end, and nothing stays behind."),
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
		.pages = ON(LESSON) | ON(RUN) | ON(HELP) | ON(TOPIC) | ON(WORDS) | ON(THEMES) |
	                 ON(POKE) | ON(ORDERS),
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
