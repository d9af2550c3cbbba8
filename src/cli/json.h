// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* JSON on standard output. A text may hold any bytes; JSON is UTF-8. */
void json_string(const char *s);

/* , "name": "value" */
void json_member(const char *name, const char *value);
