// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/packed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "program/build.h"
#include "program/cache.h"
#include "program/spec.h"
#include "stage/cleanup.h"

enum { FOLDER_MAX = 1 << 20, EXECUTABLE_MAX = 32 << 20, DEPTH = 4 };

/* Of what the compiler said: so much fits in an event, with the sentence before it and the one behind it. */
enum { SAID_LINES = 6, SAID_BYTES = 700 };

struct packed_program {
	struct buf asked;        /* the words that it was asked for by */
	struct program made;     /* its path is NULL if it can't be had */
	struct buf words, files; /* what is sent */
	struct buf why;          /* or why it can't be had, with what the compiler said */
	struct buf note;         /* what who starts it should know */
};

static char *joined(const char *folder, const char *name)
{
	return strcmp(folder, ".") ? buf_format("%s/%s", folder, name) : mem_dup(name);
}

char *packed_path(const struct packed *p, const char *name)
{
	char *path, *original;

	if (*name == '/' || !p->sources)
		return mem_dup(name);
	path = joined(p->sources, name);
	if (!p->original || !access(path, F_OK))
		return path;
	original = joined(p->original, name);
	if (access(original, F_OK)) { /* then it is missed where it should be */
		free(original);
		return path;
	}
	free(path);
	return original;
}

/* What of a program is sent */

static void add_file(struct buf *files, const char *name, const struct stat *st, const char *bytes,
                     size_t size)
{
	static const char zeros[8];
	struct request_file f = { .nname = (uint32_t)strlen(name) + 1,
		                  .mode = (st->st_mode & 0700) | (st->st_mode & 0700) >> 3 |
		                          (st->st_mode & 0700) >> 6,
		                  .size = size };

	buf_add(files, &f, sizeof(f));
	buf_add(files, name, f.nname);
	buf_add(files, bytes, size);
	buf_add(files, zeros, (8 - files->len % 8) % 8);
}

/* A file that is no longer what it was when it was looked at is as it is read. */
static bool add_path(struct buf *files, const char *path, const char *name, size_t most)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *bytes = NULL;
	size_t size = 0;
	ssize_t n = 1;
	bool done = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && (size_t)st.st_size <= most;

	if (done)
		bytes = mem_alloc((size_t)st.st_size + 1);
	while (done && size < (size_t)st.st_size &&
	       (n = read(fd, bytes + size, (size_t)st.st_size - size)) > 0)
		size += (size_t)n;
	if (done && n >= 0)
		add_file(files, name, &st, bytes, size);
	free(bytes);
	if (fd >= 0)
		close(fd);
	return done;
}

/* All of a folder, or false when that is too much. Hidden files and links stay behind. */
static bool add_folder(struct buf *files, const char *folder, const char *under, int depth)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	bool fits = true;

	while (d && fits && (entry = readdir(d))) {
		char *path, *name;
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		path = buf_format("%s/%s", folder, entry->d_name);
		name = buf_format("%s%s", under, entry->d_name);
		if (!lstat(path, &st) && S_ISREG(st.st_mode)) {
			fits = add_path(files, path, name, FOLDER_MAX) && files->len <= FOLDER_MAX;
		} else if (S_ISDIR(st.st_mode) && depth < DEPTH) {
			char *below = buf_format("%s/", name);

			fits = add_folder(files, path, below, depth + 1);
			free(below);
		}
		free(path);
		free(name);
	}
	if (d)
		closedir(d);
	return fits;
}

/* Where it is too large the program does without. That is told of its own, not of one where it only is started. */
static void pack_folder(struct packed_program *p, const char *folder, bool own)
{
	size_t before = p->files.len;

	if (add_folder(&p->files, folder, "", 0))
		return;
	p->files.len = before;
	if (!own)
		return;
	buf_puts(&p->note, p->note.len ? "; " : "");
	buf_puts(&p->note, _("its folder has more than 1 MiB, and is not copied to where it runs"));
}

/* Where a program's files are: beside it, or where it is looked up in PATH beside the lesson. */
static char *folder_of(const struct packed *p, const struct program_spec *spec)
{
	const char *name = spec->sources ? spec->sources[0] : spec->args[0],
		   *slash = strrchr(name, '/');

	if (slash)
		return mem_dupn(name, (size_t)(slash - name));
	return mem_dup(spec->sources ? "." : p->sources);
}

/* Whoever the stage is, it can execute it there: what is below /usr, and so on. */
static bool is_systems(const char *path)
{
	static const char *const folders[] = { "/usr/", "/bin/", "/lib/", "/lib64/",
		                               "/nix/store/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			return true;
	return false;
}

static void pack(struct packed_program *p, const struct program_spec *spec, const char *folder,
                 size_t number)
{
	const char *name = strrchr(p->made.path, '/') + 1;
	char *path = buf_format(".%zu/%s", number, name);

	if (!is_systems(p->made.path) && add_path(&p->files, p->made.path, path, EXECUTABLE_MAX))
		buf_printf(&p->words, "./%s", path);
	else
		buf_puts(&p->words, p->made.path);
	buf_putc(&p->words, '\0');
	for (size_t i = 0; spec->args[i]; i++) {
		const char *word = i || spec->sources ? spec->args[i] : p->asked.data;

		buf_add(&p->words, word, strlen(word) + 1);
	}
	pack_folder(p, folder, spec->sources || strchr(spec->args[0], '/'));
	free(path);
}

/* Making them */

static struct packed_program *find(struct packed *p, const char *words, size_t nwords)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].asked.len == nwords &&
		    !memcmp(p->items[i].asked.data, words, nwords))
			return &p->items[i];
	return NULL;
}

/* The words as a list that ends with NULL; the caller frees the list. */
static char **list_of(const char *words, size_t nwords, size_t *n)
{
	char **list = NULL;

	*n = 0;
	for (const char *end = words + nwords; words < end; words += strlen(words) + 1)
		*MEM_PUSH(list, *n) = (char *)(uintptr_t)words;
	return list;
}

static void find_file(const struct packed *p, char **name)
{
	char *path = packed_path(p, *name);

	free(*name);
	*name = path;
}

/* Files are named from the folder of the lesson; what has no slash and is no source is looked up in PATH. */
static bool read_spec(const struct packed *p, const struct packed_words *w,
                      struct program_spec *spec, char **why)
{
	size_t n;
	char **list = list_of(w->words, w->nwords, &n);
	bool good = program_spec_read(spec, list, n, why);

	free(list);
	for (size_t i = 0; good && spec->sources && spec->sources[i]; i++)
		find_file(p, &spec->sources[i]);
	if (good && !spec->sources && strchr(spec->args[0], '/'))
		find_file(p, &spec->args[0]);
	return good;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return n;
}

/* The first lines of what the compiler said, and how many there are more. */
static void add_said(struct buf *b, const char *said)
{
	size_t begin = b->len, more = count_lines(said);

	for (int n = 0; more && n < SAID_LINES; n++, more--) {
		size_t length = strcspn(said, "\n"), before = b->len;

		buf_putc(b, '\n');
		plain_show(b, said, length);
		if (b->len - begin > SAID_BYTES) {
			b->data[b->len = before] = '\0';
			break;
		}
		said += length + (said[length] == '\n');
	}
	if (!more)
		return;
	buf_putc(b, '\n');
	buf_printf(b, ngettext("… and %zu line more", "… and %zu lines more", more), more);
}

static void keep(struct packed *p, struct packed_words *w, struct program made,
                 const struct program_spec *spec)
{
	struct packed_program *item = MEM_PUSH(p->items, p->count);
	char *folder = made.path ? folder_of(p, spec) : NULL;

	*item = (struct packed_program){ .made = made };
	buf_add(&item->asked, w->words, w->nwords);
	buf_puts(&item->why, made.why ? made.why : "");
	buf_puts(&item->note, made.note ? made.note : "");
	if (made.why && made.said)
		add_said(&item->why, made.said);
	if (folder)
		pack(item, spec, folder, p->count);
	free(folder);
	w->said = made.said ? made.said : "";
	w->note = item->note.len ? item->note.data : NULL;
	w->why = made.why;
}

/* Where they are made; NULL with *why. */
static char *place(struct packed *p, char **why)
{
	const char *tmp = getenv("TMPDIR");
	char *cache = p->directory ? mem_dup(p->directory) : cache_folder();

	if (cache || p->own)
		return cache ? cache : mem_dup(p->own);
	p->own = buf_format("%s/ipclens-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (mkdtemp(p->own))
		return mem_dup(p->own);
	*why = buf_format("%s: %s", p->own, strerror(errno));
	free(p->own);
	p->own = NULL;
	return NULL;
}

bool packed_make(struct packed *p, struct packed_words *words, size_t count)
{
	struct program_spec specs[LETTERS];
	struct program made[LETTERS];
	char *why = NULL, *directory = place(p, &why);
	size_t n = 0;
	bool good = directory != NULL;

	for (; n < count && n < LETTERS && good; n += good)
		good = read_spec(p, &words[n], &specs[n], &why);
	if (good)
		good = programs_make(made, specs, n, directory);
	else
		keep(p, &words[n], (struct program){ .why = why }, NULL);
	for (size_t i = 0; i < n; i++) {
		if (!why)
			keep(p, &words[i], made[i], &specs[i]);
		program_spec_free(&specs[i]);
	}
	free(directory);
	return good;
}

const char *packed_fill(struct packed *p, struct request *r, bool *skip)
{
	struct packed_words w = { .words = r->words, .nwords = r->nwords };
	struct packed_program *item = find(p, w.words, w.nwords);

	*skip = false;
	if (!item) {
		packed_make(p, &w, 1);
		item = &p->items[p->count - 1];
	}
	if (!item->made.path) {
		*skip = item->made.lacks;
		return item->why.data;
	}
	r->words = item->words.data;
	r->nwords = item->words.len;
	r->files = item->files.data;
	r->nfiles = item->files.len;
	return NULL;
}

void packed_free(struct packed *p)
{
	for (size_t i = 0; i < p->count; i++) {
		program_free(&p->items[i].made);
		buf_free(&p->items[i].asked);
		buf_free(&p->items[i].words);
		buf_free(&p->items[i].files);
		buf_free(&p->items[i].why);
		buf_free(&p->items[i].note);
	}
	free(p->items);
	if (p->own)
		cleanup_directory(p->own);
	free(p->own);
	p->own = NULL;
	p->items = NULL;
	p->count = 0;
}
