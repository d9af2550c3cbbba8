// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/key.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "program/find.h"

/* FNV-1a with 128 bits (RFC 9923): no two texts have met by chance. */
__extension__ typedef unsigned __int128 hash;

struct keying {
	hash sum;
	char *const *command;
	char **files; /* those that go into it, each once; owned */
	size_t count;
};

static void add_bytes(struct keying *k, const void *bytes, size_t n)
{
	const hash prime = (hash)1 << 88 | 0x13b;
	const unsigned char *at = bytes;

	for (size_t i = 0; i < n; i++)
		k->sum = (k->sum ^ at[i]) * prime;
}

/* With its NUL, so that "ab", "c" is not "a", "bc". */
static void add_text(struct keying *k, const char *text)
{
	add_bytes(k, text, strlen(text) + 1);
}

/* The compiler: another version of it makes another program. */
static void add_compiler(struct keying *k, const char *name)
{
	char *path = program_find_quietly(name);
	struct stat st;

	if (path && !stat(path, &st)) {
		add_text(k, path);
		add_bytes(k, &st.st_size, sizeof(st.st_size));
		add_bytes(k, &st.st_mtim, sizeof(st.st_mtim));
	}
	free(path);
}

/* The files */

static bool read_file(const char *path, struct buf *contents)
{
	char bytes[16384];
	struct stat st;
	size_t n;
	FILE *f;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || !(f = fopen(path, "re")))
		return false;
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(contents, bytes, n);
	fclose(f);
	return true;
}

static void take_file(struct keying *k, char *path)
{
	for (size_t i = 0; i < k->count; i++)
		if (!strcmp(k->files[i], path)) {
			free(path);
			return;
		}
	*MEM_PUSH(k->files, k->count) = path;
}

/* Takes folder/name, if there is such a file. */
static bool try_file(struct keying *k, const char *folder, int length, const char *name)
{
	char *path = *name == '/' ? mem_dup(name) : buf_format("%.*s%s", length, folder, name);

	if (access(path, F_OK)) {
		free(path);
		return false;
	}
	take_file(k, path);
	return true;
}

/* What an option that has its value in the same word or in the next one has; NULL: word i is not that option. */
static const char *value_of(char *const *command, size_t i, const char *option)
{
	size_t n = strlen(option);

	if (strncmp(command[i], option, n) != 0)
		return NULL;
	return command[i][n] ? command[i] + n : command[i + 1];
}

/* All of the folders that it may be in: a file too many does no harm. */
static void find_header(struct keying *k, const char *from, const char *name, bool beside)
{
	static const char *const options[] = { "-I", "-iquote", "-isystem", "-idirafter" };
	const char *slash = strrchr(from, '/');

	if (beside)
		try_file(k, from, slash ? (int)(slash - from) + 1 : 0, name);
	for (size_t i = 0; k->command[i]; i++)
		for (size_t j = 0; j < sizeof(options) / sizeof(*options); j++) {
			const char *value = value_of(k->command, i, options[j]);
			char *folder = value ? buf_format("%s/", value) : NULL;

			if (folder)
				try_file(k, folder, (int)strlen(folder), name);
			free(folder);
		}
}

/* A line of a file, up to its end. */
static void read_line(struct keying *k, const char *from, const char *line, size_t n)
{
	static const char word[] = "include"; /* or include_next */
	const char *end = line + n, *name;
	char close, *header;

	while (line < end && strchr(" \t", *line))
		line++;
	if (line == end || *line++ != '#')
		return;
	while (line < end && strchr(" \t", *line))
		line++;
	if ((size_t)(end - line) < sizeof(word) || memcmp(line, word, sizeof(word) - 1) != 0)
		return;
	line += strcspn(line, " \t\"<\n");
	while (line < end && strchr(" \t", *line))
		line++;
	close = line == end ? '\0' : *line == '"' ? '"' : *line == '<' ? '>' : '\0';
	name = close ? memchr(line + 1, close, (size_t)(end - line) - 1) : NULL;
	if (!name) {
		uint64_t now = clock_now();

		add_bytes(k, &now, sizeof(now));
		return;
	}
	header = mem_dupn(line + 1, (size_t)(name - line) - 1);
	find_header(k, from, header, close == '"');
	free(header);
}

static void add_file(struct keying *k, const char *path)
{
	struct buf text = { 0 };
	const char *at, *end;
	bool good = read_file(path, &text);

	add_text(k, path);
	add_bytes(k, &good, sizeof(good));
	add_bytes(k, &text.len, sizeof(text.len));
	add_bytes(k, buf_str(&text), text.len);
	at = buf_str(&text);
	end = at + text.len;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t n = newline ? (size_t)(newline - at) : (size_t)(end - at);

		read_line(k, path, at, n);
		at += n + 1;
	}
	buf_free(&text);
}

/* Debugging information says where they are. */
static void take_source(struct keying *k, const char *source)
{
	char *path = realpath(source, NULL);

	if (path)
		add_text(k, path);
	free(path);
	take_file(k, mem_dup(source));
}

void program_key_of(program_key key, char *const *command, size_t ncompiler, char *const *sources)
{
	struct keying k = { .sum = (hash)0x6c62272e07bb0142 << 64 | 0x62b821756295c58d,
		            .command = command };

	for (size_t i = 0; command[i]; i++) {
		const char *included = value_of(command, i, "-include");

		add_text(&k, command[i]);
		if (i < ncompiler)
			add_compiler(&k, command[i]);
		if (included)
			try_file(&k, "", 0, included);
	}
	for (size_t i = 0; sources[i]; i++)
		take_source(&k, sources[i]);
	for (size_t i = 0; i < k.count; i++) /* which grows */
		add_file(&k, k.files[i]);
	snprintf(key, sizeof(program_key), "%016llx%016llx", (unsigned long long)(k.sum >> 64),
	         (unsigned long long)k.sum);
	for (size_t i = 0; i < k.count; i++)
		free(k.files[i]);
	free(k.files);
}
