// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Shows a manual page, such as "semop(2)", with man(1) and the pager that the user has, in place of the
   screen, and waits until he leaves it. NULL, or a sentence that the caller frees: there is no man, or it
   has no such page. */
char *manual_show(const char *page);
