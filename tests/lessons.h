// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lesson/lesson.h"
#include "play/session.h"

/* A lesson of a test, which the caller frees: a whole one, from its text or a file, or one whose only scene has
   these statements. One that is wrong ends the test with what is wrong. */
struct lesson *lesson_of(const char *markdown);
struct lesson *lesson_at(const char *path);
struct lesson *lesson_of_script(const char *statements);

/* Plays it: until the step that is under way is over; from where it is to its end. */
void finish_step(struct session *s);
void play_session(struct session *s);
