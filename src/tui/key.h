// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What a terminal sends: a key, which is a character or a sequence that begins with an escape; what
   the mouse does; answers to what it was asked. */
enum { KEY_ESCAPE = 27, KEY_LONGEST = 64 };

/* The bytes of the first of them among n > 0 bytes; 0 when it has not come whole. What is none, as a
   byte that is no UTF-8, counts as one: nothing is bound to it. */
size_t key_length(const char *bytes, size_t n);

enum sent_kind {
	SENT_KEY,
	SENT_MOUSE,
	SENT_GROUND, /* an answer: the colour of the background */
	SENT_MODE,   /* an answer: whether it has a mode */
	SENT_PLACE,  /* an answer: where its cursor is; or F3, with a key held down */
	SENT_END,    /* the answer to what was asked last */
};

enum button { BUTTON_OTHER, BUTTON_LEFT, BUTTON_WHEEL_UP, BUTTON_WHEEL_DOWN };

struct sent {
	enum sent_kind kind;
	int key;         /* KEY: as the key table has it */
	int row, column; /* MOUSE, PLACE: of the screen, from 0 */
	enum button button;
	double color[3]; /* GROUND: red, green, blue, from 0 to 1 */
	unsigned mode;   /* MODE: which; value: 1 on, 2 off, else it can't be had */
	unsigned value;
};

/* What so many bytes mean, as key_length() says. */
struct sent key_parse(const char *bytes, size_t n);

/* What the terminal sends for a key, by its description; lives as long as the program. */
void key_learn(const char *sequence, int key);
