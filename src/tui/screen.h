// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <termios.h>

#include "paint/grid.h"
#include "pages/keymap.h"
#include "tui/key.h"

/* The terminal: shows grids, gives keys. There is one. Whatever happens to the program, the
   terminal is put back as it was: by screen_close(), by exit(), by the handlers of the
   signals that a bug raises; and whoever outlives a SIGKILL is told how. */
struct screen_options {
	bool color; /* false: no colours, only bold and the like */
	bool ascii;
	bool mouse;        /* clicks and the wheel are asked for */
	const char *theme; /* one that there is; NULL: "default" */
};

/* What puts the terminal back. */
struct screen_restore {
	struct termios modes;
	const char *text; /* what to write to it; lives as long as the program */
};

/* Is there a terminal that will do? It is not touched. What will put it back; NULL with a sentence
   in *why (the caller frees it) when there is none. */
const struct screen_restore *screen_find(const struct screen_options *options, char **why);

/* Takes the terminal that was found. False with a sentence as above. */
bool screen_open(char **why);
void screen_close(void);

enum glyphs screen_glyphs(void); /* can become others when the terminal answers */

void screen_size(int *rows, int *columns);
void screen_resized(void); /* the terminal has another size now */
void screen_redraw(void);  /* the next screen_show() draws everything */

/* Sends what differs from what is shown. */
void screen_show(const struct grid *g);

/* From the next screen_show() on. Unknown names change nothing. */
void screen_theme(const char *name);
const char *screen_theme_name(void);

/* The next key, or what the mouse did; or it is to be drawn anew, because the terminal has answered
   what it looks like. */
enum screen_event { SCREEN_NOTHING, SCREEN_KEY, SCREEN_MOUSE, SCREEN_DRAW };
enum screen_event screen_next(struct sent *s);

/* The same of bytes that somebody else has read, key_length() of them: false if they are a key. */
bool screen_answered(const char *bytes, size_t n);

/* After another library has looked up the terminal. */
void screen_reclaim(void);

/* Gives the terminal back for a while, and takes it again. */
void screen_suspend(void);
void screen_resume(void);
