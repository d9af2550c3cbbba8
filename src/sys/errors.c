// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/errors.h"

#include <string.h>

#include "base/intl.h"

#define MADE(statements) .made = (statements)
#define CANT(why)        .cant = (why)

#define ERROR(c, e, m, a, how) { .call = #c, .error = #e, .means = (m), .avoid = (a), how },
#define SURE(c, e, m, a, how) \
	{ .call = #c, .error = #e, .means = (m), .avoid = (a), .sure = true, how },
static const struct call_error errors[] = {
#include "sys/errors.def"
};

#define EXAMPLE(c, statements) { #c, statements },
static const struct {
	const char *call, *statements;
} examples[] = {
#include "sys/examples.def"
};

const struct call_error *call_error_at(size_t i)
{
	return i < sizeof(errors) / sizeof(*errors) ? &errors[i] : NULL;
}

const char *call_example(const char *call)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		if (!strcmp(examples[i].call, call))
			return examples[i].statements;
	return NULL;
}

const struct call_error *call_error_sure(const char *call, const char *error)
{
	const struct call_error *found = NULL, *e;

	for (size_t i = 0; (e = call_error_at(i)); i++)
		if (!strcmp(e->call, call) && !strcmp(e->error, error)) {
			if (found)
				return NULL;
			found = e;
		}
	return found && found->sure ? found : NULL;
}
