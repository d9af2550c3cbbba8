// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/intl.h"

#include <ctype.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANGUAGES = 16, LANGUAGE_SIZE = 32 };

static char languages[LANGUAGES][LANGUAGE_SIZE];
static unsigned count;
static bool translated; /* there is a catalogue */

/* It is looked for as a folder, so it can't be any text. */
static bool is_name(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
			return false;
	return length > 0 && length < LANGUAGE_SIZE && !(length == 1 && *name == 'C');
}

static void add(const char *name, size_t length)
{
	if (!is_name(name, length) || count == LANGUAGES)
		return;
	for (unsigned i = 0; i < count; i++)
		if (strlen(languages[i]) == length && !strncmp(languages[i], name, length))
			return;
	snprintf(languages[count++], LANGUAGE_SIZE, "%.*s", (int)length, name);
}

/* "zh_TW.UTF-8@x:de": zh_TW, zh, de. What follows English in the list is not wanted more. */
static void add_list(const char *list)
{
	while (*list) {
		size_t length = strcspn(list, ":"), name = strcspn(list, ":.@");
		size_t language = strcspn(list, ":.@_");

		if (language == 2 && !strncmp(list, "en", 2))
			return;
		add(list, name);
		add(list, language);
		list += length + (list[length] == ':');
	}
}

static bool speaks_c(const char *locale)
{
	return !locale || !strcmp(locale, "C") || !strcmp(locale, "POSIX");
}

bool intl_open(const char *language, const char *directory)
{
	const char *asked = language ? language : getenv("LANGUAGE");
	const char *head = ""; /* stands for that of a catalogue */

	if (language && !is_name(language, strlen(language)))
		return false;
	/* glibc asks for no language at all in the locale C; musl knows the locale's only, but takes
	   any */
	if (language) {
		setenv("LANGUAGE", language, 1);
		if (!setlocale(LC_MESSAGES, language) && speaks_c(setlocale(LC_MESSAGES, NULL)))
			setlocale(LC_MESSAGES, "C.UTF-8");
	}
	count = 0;
	if (asked && *asked && !speaks_c(setlocale(LC_MESSAGES, NULL)))
		add_list(asked);
	else if (!speaks_c(setlocale(LC_MESSAGES, NULL)))
		add_list(setlocale(LC_MESSAGES, NULL));
	bindtextdomain("ipclens", directory);
	bind_textdomain_codeset("ipclens", "UTF-8");
	textdomain("ipclens");
	translated = *gettext(head) != '\0';
	return true;
}

const char *intl_text(const char *text)
{
	return translated ? gettext(text) : text;
}

const char *intl_language(unsigned i)
{
	return i < count ? languages[i] : NULL;
}
