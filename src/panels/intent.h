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
	ACTION_PANEL,
	ACTION_PANEL_BACK,
	ACTION_NOTES,
	ACTION_ANSWER, /* the first one to the question, and so on up to the ninth */
	ACTION_ANSWER_LAST = ACTION_ANSWER + 8,
	ACTION_PROMPT,
	ACTION_TELL, /* what comes of what the page proposes to try */
	ACTION_WORDS,
	ACTION_HELP,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_OPEN,
	ACTION_CLOSE, /* the page: back to where it was opened from */
	ACTION_STOP,  /* the step that waits */
	ACTION_REDRAW,
	ACTION_QUIT,
};

/* What comes of an action: whoever has the engine and the pages carries it out. */
enum intent_kind {
	INTENT_NONE,  /* nothing: the action means here what it means elsewhere */
	INTENT_TAKEN, /* it is done, and means nothing else */
	INTENT_TRY,   /* a statement is to be run, as if it was typed at the prompt */
	INTENT_SHOW,  /* a moment is to be shown */

	/* of pages only: */
	INTENT_LATER,   /* the same action is to be asked again once no step runs */
	INTENT_COMMAND, /* of the engine */
	INTENT_AUTO,    /* steps are to run by themselves, or no more */
	INTENT_NOTES,   /* the speaker's notes are to be shown, or no more */
	INTENT_PROMPT,  /* the prompt is to be opened */
	INTENT_LESSON,  /* a lesson is to be opened */
	INTENT_LEAVE,   /* the lesson is to be left */
	INTENT_CLOSE,   /* the page is to be closed */
	INTENT_REDRAW,
	INTENT_QUIT,
};

struct intent {
	enum intent_kind kind;
	char *text;           /* TRY: "A: p[0] = 1;", owned by whoever receives it */
	struct moment moment; /* SHOW */
	const char *message;  /* what is to be said, or NULL */
	enum action action;   /* LATER */
	enum engine_command command;
	const struct course_lesson *lesson; /* LESSON: borrowed of the course, like its chapter */
	const struct course_chapter *chapter;
};
