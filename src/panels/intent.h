// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lesson/course.h"
#include "panels/moment.h"

/* What the learner asks for: the key table of the pages says by which keys. */
enum action {
	ACTION_NONE,
	ACTION_NEXT,
	ACTION_BACK,
	ACTION_RESTART,
	ACTION_SCENE_NEXT,
	ACTION_SCENE_PREVIOUS,
	ACTION_LESSON_NEXT,
	ACTION_LESSON_PREVIOUS,
	ACTION_AUTO,
	ACTION_LOOK,  /* back at what was, or no more */
	ACTION_THERE, /* to where the page looks */
	ACTION_PANEL,
	ACTION_PANEL_BACK,
	ACTION_ZOOM,
	ACTION_NOTES,
	ACTION_ANSWER, /* the first one to the question, and so on up to the ninth */
	ACTION_ANSWER_LAST = ACTION_ANSWER + 8,
	ACTION_CHOOSE, /* A makes its next call, or the next step of its list, and so on up to L */
	ACTION_CHOOSE_LAST = ACTION_CHOOSE + 11,
	ACTION_ORDERS, /* all of a schedule */
	ACTION_PREDICT,
	ACTION_PROMPT,
	ACTION_INPUT, /* a line for a program */
	ACTION_TELL,  /* what comes of what the page proposes to try */
	ACTION_WORDS,
	ACTION_THEMES,
	ACTION_HELP,
	ACTION_FIND,  /* words in the whole course */
	ACTION_GO,    /* to a lesson that is named */
	ACTION_SAVE,  /* what was tried */
	ACTION_ERASE, /* the last character of what is typed on the page; all of it */
	ACTION_CLEAR,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_OPEN,
	ACTION_CLOSE,  /* the page: back to where it was opened from */
	ACTION_CANCEL, /* what was chosen on the page, and close it */
	ACTION_STOP,   /* the step that waits */
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_POKE,     /* a mapping is to be tried by hand; there: */
	ACTION_POKE_EOF, /* go to the end of the file */
	ACTION_POKE_READ,
	ACTION_POKE_WRITE,
	ACTION_POKE_END, /* of the file is to be here */
	ACTION_POKE_GROW,
	ACTION_POKE_SHRINK,
	ACTION_POKE_PROTECT,
	ACTION_POKE_SYNC,
	ACTION_POKE_DROP,
	ACTION_POKE_SHARE,
	ACTION_POKE_PRIVATE,
	ACTION_POKE_FURTHER, /* the mapping is to begin a page further on in the file */
	ACTION_POKE_NEARER,
	ACTION_POKE_SECOND, /* another process is to map the same */
	ACTION_REDRAW,
	ACTION_QUIT,
};

/* What comes of an action: whoever has the engine and the pages carries it out. */
enum intent_kind {
	INTENT_NONE,   /* nothing: the action means here what it means elsewhere */
	INTENT_TAKEN,  /* it is done, and means nothing else */
	INTENT_TRY,    /* a statement is to be run, as if it was typed at the prompt */
	INTENT_ACTION, /* what another action means anywhere; the message: why it means nothing */

	/* of pages only: */
	INTENT_SHOW,    /* of a click: a moment is shown, and there is something to read */
	INTENT_LATER,   /* the same action is to be asked again once no step runs */
	INTENT_COMMAND, /* of the engine */
	INTENT_REPLAY,  /* the lesson is to be brought to a moment, by replay */
	INTENT_AUTO,    /* steps are to run by themselves, or no more */
	INTENT_PREDICT, /* what comes of steps is to be predicted, or no more */
	INTENT_NOTES,   /* the speaker's notes are to be shown, or no more */
	INTENT_PROMPT,  /* the prompt is to be opened */
	INTENT_INPUT,   /* a line for a program is to be typed */
	INTENT_ORDER,   /* a process is to make the next step of its list */
	INTENT_SURVEY,  /* all orders of the schedule are to be made, or no more */
	INTENT_PLAN,    /* an order is to be played step by step: text; the page closes */
	INTENT_LESSON,  /* a lesson is to be opened, at a place of it */
	INTENT_SAVE,    /* what was tried is to be written to a file */
	INTENT_TERM,    /* an entry of the glossary is to be shown */
	INTENT_THEME,   /* it is to be used; and the page to be closed if action is CLOSE */
	INTENT_LEAVE,   /* the lesson is to be left */
	INTENT_CLOSE,   /* the page is to be closed */
	INTENT_REDRAW,
	INTENT_QUIT,
};

struct intent {
	enum intent_kind kind;
	unsigned letter; /* ORDER */
	char *text; /* TRY: "A: p[0] = 1;"; SAVE: the file's name; PLAN: letters; owned by whoever receives it */
	struct moment moment; /* REPLAY */
	const char *message;  /* what is to be said, or NULL */
	enum action action;   /* LATER, ACTION, THEME */
	const char *theme;    /* THEME: its name, borrowed */
	enum engine_command command;
	const struct course_lesson *lesson; /* LESSON: borrowed of the course, like its chapter */
	const struct course_chapter *chapter;
	size_t scene, step; /* LESSON: where; 0 and 0 is its beginning */
	unsigned who;       /* INPUT */
	size_t term;        /* TERM: the entry's number, from 0 */
};
