// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/descriptor.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "sys/calls.h"

const char *descriptor_path(const struct snap_mapping *m)
{
	if (!m->is_file || m->deleted || !strncmp(m->path, "/memfd:", 7))
		return NULL;
	if (m->inside)
		return m->path + m->inside;
	return m->path[0] == '/' ? m->path : NULL;
}

static const struct result *result_of(const struct panel_context *c, size_t step, unsigned who)
{
	const struct step_record *r = engine_record(c->engine, step);

	for (size_t i = 0; i < r->nresults; i++)
		if (r->results[i].asked && r->results[i].who == who &&
		    r->results[i].kind == RESULT_RETURNED && !r->results[i].failed)
			return &r->results[i];
	return NULL;
}

/* A step gives a name of this process something else. */
static bool rebinds(const struct panel_context *c, size_t step, unsigned who, const char *name)
{
	const struct script *s = &engine_lesson(c->engine)->script;
	const struct code *code = &s->steps[step].code[who];

	if (s->steps[step].kind != STEP_STATEMENT || !(s->steps[step].who & LETTER_BIT(who)))
		return false;
	for (size_t k = 0; k < code->nslots; k++)
		if (code->slots[k].kind == SLOT_NAME && code->slots[k].binds &&
		    !strcmp(s->symbols[code->slots[k].name].name, name))
			return true;
	return false;
}

static bool closes(const struct panel_context *c, size_t step, unsigned who, int64_t fd)
{
	const struct result *r = result_of(c, step, who);

	return r && r->call == call_by_name("close") && (int32_t)r->args[0] == (int32_t)fd;
}

/* The name to which a step has given the descriptor of a file, opened to be written to, by the text
   of its call. False: it is no such step, or not so any more. */
static bool opens(const struct panel_context *c, size_t step, unsigned who, const char *path,
                  char name[POKE_NAME])
{
	const struct result *r = result_of(c, step, who);
	const char *text = engine_lesson(c->engine)->script.steps[step].text;
	struct buf call = { 0 };
	int end = 0;
	bool found;

	if (!r || r->call != call_by_name("open"))
		return false;
	buf_printf(&call, "open(\"%s\"", path);
	found = strstr(text, buf_str(&call)) && strstr(text, "O_RDWR") &&
	        sscanf(text, "%*[A-Z, ]: %63[a-z0-9_A-Z] =%n", name, &end) == 1 && end;
	buf_free(&call);
	for (size_t i = step + 1; found && i < c->at.position; i++)
		found = !rebinds(c, i, who, name) && !closes(c, i, who, r->value);
	return found;
}

/* A name for a descriptor that this process has not given to anything. */
static void fresh_name(const struct panel_context *c, unsigned who, char name[POKE_NAME])
{
	const struct script *s = &engine_lesson(c->engine)->script;
	bool taken = true;

	for (int n = 1; taken && n < 100; n++) {
		snprintf(name, POKE_NAME, n > 1 ? "fd%d" : "fd", n);
		taken = false;
		for (size_t i = 0; i < s->nsymbols; i++)
			taken |= !strcmp(s->symbols[i].name, name) && s->symbols[i].type[who];
	}
}

enum descriptor descriptor_of(const struct panel_context *c, const struct poke_target *t,
                              char name[POKE_NAME])
{
	const char *path = descriptor_path(&t->like);

	for (size_t i = c->at.position; path && i-- > 0;)
		if (opens(c, i, t->who, path, name))
			return DESCRIPTOR_OPEN;
	if (path) {
		fresh_name(c, t->who, name);
		return DESCRIPTOR_FRESH;
	}
	for (size_t i = c->at.position; i-- > 0;) {
		const struct result *r = result_of(c, i, t->who);
		bool open = r && r->call == call_by_name("mmap") && (uint64_t)r->value == t->base &&
		            (int32_t)r->args[4] >= 0;

		for (size_t k = i + 1; open && k < c->at.position; k++)
			open = !closes(c, k, t->who, (int32_t)r->args[4]);
		if (open) {
			snprintf(name, POKE_NAME, "%d", (int)r->args[4]);
			return DESCRIPTOR_OPEN;
		}
	}
	return DESCRIPTOR_NONE;
}
