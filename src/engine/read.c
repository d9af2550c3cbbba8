// SPDX-License-Identifier: GPL-3.0-or-later
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>

#include "base/intl.h"
#include "base/mem.h"
#include "base/plain.h"
#include "engine/inside.h"
#include "sys/calls.h"
#include "sys/flags.h"
#include "sys/names.h"

/* What calls have read, in words. */

enum { TEXT_SHOWN = 48, BYTES_SHOWN = 16, NUMBERS_SHOWN = 12, FIELDS_SHOWN = 4 };

static void say_more(uint64_t more, struct buf *text)
{
	if (!more)
		return;
	buf_putc(text, ' ');
	buf_printf(text, ngettext("and %s more", "and %s more", more),
	           text_count((char[TEXT_COUNT]){ 0 }, more));
}

/* As text when it is text, in hexadecimal when not; zeros at the end are counted, if there is more than
   that of a string. */
static void say_bytes(const uint8_t *bytes, size_t count, uint64_t size, struct buf *text)
{
	size_t n = count, most;
	bool words;

	while (count == size && n && !bytes[n - 1])
		n--;
	if (n + 1 == size)
		n++;
	words = plain_is_text(bytes, n, n > 0);
	if (!words && size <= BYTES_SHOWN)
		n = count;
	most = words ? TEXT_SHOWN : BYTES_SHOWN;
	if (n == 0 && size) {
		buf_printf(text, ngettext("%s zero byte", "%s zero bytes", size),
		           text_count((char[TEXT_COUNT]){ 0 }, size));
		return;
	}
	if (words)
		plain_quote(text, (const char *)bytes, n < most ? n : most);
	for (size_t i = 0; !words && i < n && i < most; i++)
		buf_printf(text, i ? " %02x" : "%02x", bytes[i]);
	if (n > most || count < size)
		say_more(size - (n < most ? n : most), text);
	else if (n < size)
		buf_printf(text, _(" and %s zero bytes"),
		           text_count((char[TEXT_COUNT]){ 0 }, size - n));
}

/* Numbers of one size: the values of a set, descriptors, the bits of mincore(2), of which the rest
   is reserved. */
static void say_numbers(const struct event_read *read, enum scalar scalar, int64_t mask,
                        struct buf *text)
{
	size_t size = scalar_size(scalar), n = read->count / size;
	uint64_t all = read->size / size;
	size_t shown = n < NUMBERS_SHOWN ? n : NUMBERS_SHOWN;

	buf_putc(text, '{');
	for (size_t i = 0; i < shown; i++)
		buf_printf(text, i ? ", %" PRId64 : "%" PRId64,
		           scalar_load(scalar, read->bytes + i * size) & mask);
	if (all > shown)
		buf_puts(text, ", …");
	buf_putc(text, '}');
	say_more(all - shown, text);
}

/* The members that say most, by name; of a structure that is not here the first ones. */
static const struct {
	const char *record;
	int command; /* 0: any */
	const char *members[FIELDS_SHOWN + 1];
} main_members[] = {
	{ "shmid_ds", 0, { "shm_segsz", "shm_nattch", "shm_cpid", "shm_lpid", "shm_perm.mode" } },
	{ "semid_ds", 0, { "sem_nsems", "sem_otime", "sem_perm.mode" } },
	{ "msqid_ds", 0, { "msg_qnum", "msg_qbytes", "msg_lspid", "msg_lrpid", "msg_perm.mode" } },
	{ "seminfo", SEM_INFO, { "semusz", "semaem" } },
	{ "seminfo", 0, { "semmni", "semmns", "semmsl", "semopm" } },
	{ "shm_info", 0, { "used_ids", "shm_tot", "shm_rss" } },
	{ "shminfo", 0, { "shmmax", "shmmni", "shmall" } },
	{ "msginfo", MSG_INFO, { "msgpool", "msgmap", "msgtql" } },
	{ "msginfo", 0, { "msgmni", "msgmnb", "msgmax" } },
	{ "stat", 0, { "st_size", "st_mode", "st_nlink" } },
	{ "flock", 0, { "l_type", "l_pid", "l_start", "l_len" } },
};

static void say_member(const struct engine *e, const struct event_read *read,
                       const struct field *field, size_t offset, struct buf *text)
{
	int64_t value;

	if (field->type->kind != TYPE_SCALAR ||
	    offset + field->offset + scalar_size(field->type->scalar) > read->count)
		return;
	value = scalar_load(field->type->scalar, read->bytes + offset + field->offset);
	buf_puts(text, text->len ? _(", ") : "");
	buf_printf(text, "%s ", field->name);
	if (!strcmp(field->name, "sem_otime") && value) /* another number in each run */
		buf_puts(text, _("is set"));
	else
		text_field(e, field->name, value, field->type->scalar, text);
}

/* "shm_perm.mode" is a member of a member. */
static void say_named(const struct engine *e, const struct event_read *read,
                      const struct record *record, const char *name, struct buf *text)
{
	const char *dot = strchr(name, '.');
	char *first = dot ? mem_dupn(name, (size_t)(dot - name)) : mem_dup(name);
	const struct field *field = record_field(record, first), *in;

	free(first);
	if (!field)
		return;
	in = dot ? record_field(field->type->record, dot + 1) : NULL;
	if (in)
		say_member(e, read, in, field->offset, text);
	else
		say_member(e, read, field, 0, text);
}

static void say_record(const struct engine *e, const struct event_read *read,
                       const struct record *record, int64_t command, struct buf *text)
{
	struct buf members = { 0 };

	for (size_t i = 0; i < sizeof(main_members) / sizeof(*main_members); i++) {
		if (strcmp(main_members[i].record, record->name) != 0 ||
		    (main_members[i].command && main_members[i].command != command))
			continue;
		for (size_t k = 0; k <= FIELDS_SHOWN && main_members[i].members[k]; k++)
			say_named(e, read, record, main_members[i].members[k], &members);
		break;
	}
	if (!members.len)
		for (size_t i = 0; i < record->nfields && i < FIELDS_SHOWN; i++)
			say_member(e, read, &record->fields[i], 0, &members);
	buf_puts(text, buf_str(&members));
	buf_free(&members);
}

/* As a lesson writes one: {handler, SA_RESTART}. */
static void say_sigaction(const struct event_read *read, struct buf *text)
{
	struct sigaction act;

	memcpy(&act, read->bytes, sizeof(act));
	if (act.sa_handler == SIG_DFL)
		buf_puts(text, "{SIG_DFL, ");
	else if (act.sa_handler == SIG_IGN)
		buf_puts(text, "{SIG_IGN, ");
	else if ((uintptr_t)act.sa_handler == read->handler)
		buf_puts(text, "{handler, ");
	else
		buf_printf(text, "{%#" PRIxPTR ", ", (uintptr_t)act.sa_handler);
	flags_put(text, "sigaction", "sa_flags", act.sa_flags);
	buf_putc(text, '}');
}

/* As an outcome says it. */
static void say_status(const struct event_read *read, struct buf *text)
{
	int status = (int)scalar_load(S_I32, read->bytes);

	if (WIFEXITED(status))
		buf_printf(text, "exit %d", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		buf_printf(text, "killed %s", signal_name(WTERMSIG(status)));
	else if (WIFSTOPPED(status))
		buf_printf(text, _("stopped by %s"), signal_name(WSTOPSIG(status)));
	else if (WIFCONTINUED(status))
		buf_puts(text, _("continued"));
}

static void say_message(const struct engine *e, const struct event_read *read, struct buf *text)
{
	size_t head = sizeof(long);
	struct buf type = { 0 }, bytes = { 0 };

	text_pid(e, scalar_load(S_I64, read->bytes), &type);
	say_bytes(read->bytes + head, read->count - head, read->size - head, &bytes);
	buf_printf(text, _("type %s %s"), buf_str(&type), buf_str(&bytes));
	buf_free(&type);
	buf_free(&bytes);
}

/* What a command has read: a structure, or the values of a set. */
static void say_typed(const struct engine *e, const struct event_read *read,
                      const struct type *type, int64_t command, struct buf *text)
{
	if (!type || type->kind == TYPE_SCALAR)
		return;
	if (type->kind == TYPE_ARRAY)
		say_numbers(read, type->of->scalar, -1, text);
	else if (!strcmp(type->record->name, "sigaction") &&
	         read->count >= sizeof(struct sigaction))
		say_sigaction(read, text);
	else if (!strcmp(type->record->name, "sigset_t") && read->count >= sizeof(uint64_t))
		signals_put(text, (uint64_t)scalar_load(S_U64, read->bytes));
	else
		say_record(e, read, type->record, command, text);
}

/* The bytes and the place in the table come from a process: what does not fit is nothing. */
static void say_read(const struct engine *e, const struct result *r, const struct event_read *read,
                     struct buf *text)
{
	const struct call *call = r->call >= 0 ? call_at((size_t)r->call) : NULL;
	const struct call_read *what =
		call && read->which < CALL_READS ? &call->reads[read->which] : NULL;
	int64_t command = call ? r->args[call_command(call)] : 0;
	const struct param *param = what ? &call->params[what->param] : NULL;

	if (!what || (what->fill >= FILL_INT && read->count < sizeof(int)) ||
	    (what->fill == FILL_MESSAGE && read->count < sizeof(long)))
		return;
	switch ((enum call_fill)what->fill) {
	case FILL_NONE:
		break;
	case FILL_BYTES:
		say_bytes(read->bytes, read->count, read->size, text);
		break;
	case FILL_MESSAGE:
		say_message(e, read, text);
		break;
	case FILL_WHOLE:
		if (param->kind == PARAM_FDS)
			say_numbers(read, S_I32, -1, text);
		else
			say_typed(e, read, type_header_struct(param->record), 0, text);
		break;
	case FILL_COMMAND:
		say_typed(e, read, param_ds(call->name, command), command, text);
		break;
	case FILL_PAGES:
		say_numbers(read, S_U8, 1, text);
		break;
	case FILL_INT:
		buf_printf(text, "%s %" PRId64, param->name, scalar_load(S_I32, read->bytes));
		break;
	case FILL_STATUS:
		say_status(read, text);
		break;
	}
}

char *engine_read_text(const struct engine *e, const struct result *r)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < r->nreads; i++) {
		struct buf one = { 0 };

		say_read(e, r, &r->reads[i], &one);
		if (one.len && text.len)
			buf_puts(&text, _(", "));
		buf_puts(&text, buf_str(&one));
		buf_free(&one);
	}
	if (text.len && text_is_loop(e, r)) { /* of all rounds the last */
		char *last = buf_steal(&text);

		buf_printf(&text, _("last %s"), last);
		free(last);
	}
	return text.len ? buf_steal(&text) : NULL;
}
