// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>

/* Tells when a file was saved: written where it stands, or put in its place under another name, as editors do.
   It may be gone meanwhile, and come back. Nothing wakes as long as nobody writes in its folder. */
struct saved;

struct saved *saved_open(const char *path); /* NULL: it can't be told */
void saved_close(struct saved *s);
int saved_fd(const struct saved *s); /* to be polled for reading; -1: none */
bool saved_turn(struct saved *s);    /* takes what has come: was it saved? */
