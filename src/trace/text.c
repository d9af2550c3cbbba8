// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "base/plain.h"
#include "base/utf8.h"
#include "sys/flags.h"
#include "sys/names.h"
#include "sys/type.h"
#include "trace/decode.h"
#include "trace/inside.h"

/* A decoded call as C writes it. */

enum {
	BYTES_SHOWN = 64,
	ELEMENTS_SHOWN = 12,
	CHUNK = 1024,
	ZEROS_SOUGHT = 1 << 16, /* bytes behind those that are shown, that may all be zero */
};

/* One call being written. */
struct writer {
	struct buf text;
	const struct decoded *d;
	const struct decode_source *source;
};

/* struct sigaction as the kernel has it (arch/x86/include/asm/signal.h, include/linux/signal_types.h). */
struct kernel_sigaction {
	uint64_t sa_handler;
	uint64_t sa_flags;
#if defined(__x86_64__) || defined(__aarch64__)
	uint64_t sa_restorer;
#endif
	uint64_t sa_mask;
};

static const struct field kernel_sigaction_fields[] = {
	{ "sa_handler", offsetof(struct kernel_sigaction, sa_handler), &type_scalars[S_I64] },
	{ "sa_flags", offsetof(struct kernel_sigaction, sa_flags), &type_scalars[S_I64] },
	{ "sa_mask", offsetof(struct kernel_sigaction, sa_mask), &type_scalars[S_U64] },
};
static const struct record kernel_sigaction = {
	"kernel_sigaction", sizeof(struct kernel_sigaction), _Alignof(struct kernel_sigaction),
	kernel_sigaction_fields, sizeof(kernel_sigaction_fields) / sizeof(*kernel_sigaction_fields)
};

/* NULL for what the kernel has otherwise than C: nothing of it is written. */
static const struct record *record_of(const char *name)
{
	const struct type *t = type_header_struct(name);

	if (!strcmp(name, kernel_sigaction.name))
		return &kernel_sigaction;
	return t ? t->record : NULL;
}

static bool read_memory(const struct writer *w, uint64_t address, void *to, size_t size)
{
	return address + size >= address && w->source->read(w->source->context, address, to, size);
}

static void put_address(struct writer *w, uint64_t address)
{
	buf_printf(&w->text, address ? "0x%" PRIx64 : "NULL", address);
}

static void put_number(struct writer *w, const struct param *p, int64_t value)
{
	const struct decode_source *s = w->source;
	const char *name = s->name ? s->name(s->context, p->name, value) : NULL;

	if (name)
		buf_puts(&w->text, name);
	else if (p->kind == PARAM_ADDRESS)
		put_address(w, (uint64_t)value);
	else
		flags_put(&w->text, w->d->name, p->name, value);
}

/* Bytes in quotes; cut: there are more of them. No character is cut in two. */
static void put_quoted(struct writer *w, const char *bytes, size_t n, bool cut)
{
	for (size_t k = 1; cut && k <= 3 && k <= n; k++) {
		if ((unsigned char)bytes[n - k] < 0xc0)
			continue;
		n -= utf8_sequence(bytes + n - k, k) ? 0 : k;
		break;
	}
	plain_quote(&w->text, bytes, n);
	if (cut)
		buf_puts(&w->text, "...");
}

/* A text that ends with a zero. It may lie at the end of what can be read. */
static void put_string(struct writer *w, uint64_t address)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char bytes[BYTES_SHOWN + 1];
	size_t n = 0;

	while (n < sizeof(bytes) && !memchr(bytes, 0, n)) {
		uint64_t left = page - (address + n) % page;
		size_t part = left < sizeof(bytes) - n ? (size_t)left : sizeof(bytes) - n;

		if (!read_memory(w, address + n, bytes + n, part)) {
			put_address(w, address);
			return;
		}
		n += part;
	}
	if (w->d->entry->slash)
		memmove(bytes + 1, bytes, sizeof(bytes) - 1);
	bytes[0] = w->d->entry->slash ? '/' : bytes[0];
	n = strnlen(bytes, sizeof(bytes));
	put_quoted(w, bytes, n < BYTES_SHOWN ? n : BYTES_SHOWN, n > BYTES_SHOWN);
}

static bool is_zero(const struct writer *w, uint64_t address, uint64_t size)
{
	char bytes[CHUNK];

	if (size > ZEROS_SOUGHT)
		return false;
	while (size) {
		size_t part = size < sizeof(bytes) ? (size_t)size : sizeof(bytes);

		if (!read_memory(w, address, bytes, part))
			return false;
		for (size_t i = 0; i < part; i++)
			if (bytes[i])
				return false;
		address += part;
		size -= part;
	}
	return true;
}

/* So many bytes. Zeros at the end are not written, as a string has one there, and an array that a string
   initializes (padded) has only zeros behind it. */
static void put_bytes(struct writer *w, uint64_t address, uint64_t size, bool padded)
{
	char bytes[BYTES_SHOWN];
	size_t n = size < sizeof(bytes) ? (size_t)size : sizeof(bytes);
	bool cut = size > n && !(padded && is_zero(w, address + n, size - n));

	if (!address || (n && !read_memory(w, address, bytes, n))) {
		put_address(w, address);
		return;
	}
	for (bool more = !cut; more && n && !bytes[n - 1]; more = padded)
		n--;
	put_quoted(w, bytes, n, cut);
}

/* The members that are scalars. */
static void put_record(struct writer *w, const struct record *r, const char *bytes)
{
	const char *comma = "";

	buf_putc(&w->text, '{');
	for (size_t i = 0; i < r->nfields; i++) {
		const struct field *f = &r->fields[i];

		if (f->type->kind != TYPE_SCALAR)
			continue;
		buf_puts(&w->text, comma);
		flags_put(&w->text, w->d->name, f->name,
		          scalar_load(f->type->scalar, bytes + f->offset));
		comma = ", ";
	}
	buf_putc(&w->text, '}');
}

/* What IPC_SET takes of a structure: shmctl(2), semctl(2), msgctl(2). */
static void put_settings(struct writer *w, const struct record *r, const char *bytes)
{
	static const char *const taken[] = { "uid", "gid", "mode" };
	const struct field *perm = &r->fields[0];
	const struct field *qbytes = record_field(r, "msg_qbytes");

	buf_printf(&w->text, "{.%s = {", perm->name);
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		const struct field *f = record_field(perm->type->record, taken[i]);

		buf_printf(&w->text, i ? ", .%s = " : ".%s = ", f->name);
		flags_put(&w->text, w->d->name, f->name,
		          scalar_load(f->type->scalar, bytes + perm->offset + f->offset));
	}
	buf_putc(&w->text, '}');
	if (qbytes)
		buf_printf(&w->text, ", .%s = %" PRId64, qbytes->name,
		           scalar_load(qbytes->type->scalar, bytes + qbytes->offset));
	buf_putc(&w->text, '}');
}

typedef void put_struct(struct writer *w, const struct record *r, const char *bytes);

static void put_there(struct writer *w, const struct record *r, uint64_t address, put_struct *put)
{
	char bytes[CHUNK];

	if (address && r && r->size <= sizeof(bytes) && read_memory(w, address, bytes, r->size))
		put(w, r, bytes);
	else
		put_address(w, address);
}

/* An array of structures or of numbers. */
static void put_elements(struct writer *w, uint64_t address, uint64_t count, const struct type *of)
{
	size_t size = type_size(of),
	       shown = count < ELEMENTS_SHOWN ? (size_t)count : ELEMENTS_SHOWN;
	char bytes[CHUNK];

	if (!address || !shown || shown * size > sizeof(bytes) ||
	    !read_memory(w, address, bytes, shown * size)) {
		put_address(w, address);
		return;
	}
	for (size_t i = 0; i < shown; i++) {
		buf_puts(&w->text, i ? ", " : "{");
		if (of->kind == TYPE_STRUCT)
			put_record(w, of->record, bytes + i * size);
		else
			buf_printf(&w->text, "%" PRId64, scalar_load(of->scalar, bytes + i * size));
	}
	buf_puts(&w->text, count > shown ? ", ...}" : "}");
}

static void put_strings(struct writer *w, uint64_t address)
{
	size_t start = w->text.len;
	uint64_t one;

	for (uint64_t i = 0; read_memory(w, address + i * sizeof(one), &one, sizeof(one)); i++) {
		buf_puts(&w->text, i ? ", " : "{");
		if (!one || i == ELEMENTS_SHOWN) {
			buf_puts(&w->text, one ? "...}" : "NULL}");
			return;
		}
		put_string(w, one);
	}
	w->text.len = start;
	put_address(w, address);
}

static void put_set(struct writer *w, uint64_t address)
{
	uint64_t set;

	if (address && read_memory(w, address, &set, sizeof(set)))
		signals_put(&w->text, set);
	else
		put_address(w, address);
}

static void put_message(struct writer *w, uint64_t address, uint64_t size)
{
	int64_t type;

	if (!read_memory(w, address, &type, sizeof(type))) {
		put_address(w, address);
		return;
	}
	buf_printf(&w->text, "{%" PRId64 ", ", type);
	put_bytes(w, address + sizeof(type), size, true);
	buf_putc(&w->text, '}');
}

static const struct call *row_of(const struct decoded *d)
{
	return d->call >= 0 ? call_at((size_t)d->call) : NULL;
}

/* What the command of semctl, shmctl, msgctl or fcntl takes. */
static void put_ds(struct writer *w, const struct param *p, int64_t value)
{
	const struct call *row = row_of(w->d);
	int64_t command = w->d->args[call_command(row)];
	const struct type *type = param_ds(row->name, command);
	const struct decode_source *s = w->source;
	struct buf name = { 0 };

	flags_put(&name, row->name, "op", command);
	if (!type)
		put_address(w, (uint64_t)value);
	else if (type->kind == TYPE_SCALAR)
		flags_put(&w->text, row->name, buf_str(&name), (int32_t)value);
	else if (type->kind == TYPE_STRUCT)
		put_there(w, type->record, (uint64_t)value,
		          !strcmp(buf_str(&name), "IPC_SET") ? put_settings : put_record);
	else if (s->nsems && s->nsems(s->context, (int)w->d->args[0]))
		put_elements(w, (uint64_t)value, s->nsems(s->context, (int)w->d->args[0]),
		             type->of);
	else
		buf_puts(&w->text, value ? p->name : "NULL");
	buf_free(&name);
}

/* Does the call only write to where that argument points? */
static bool is_filled(const struct decoded *d, int i)
{
	const struct call *row = row_of(d);
	enum param_kind kind = d->params[i].kind;

	if (kind == PARAM_NUMBER || kind == PARAM_FDS)
		return true;
	if (kind == PARAM_DS) /* struct flock is read and written */
		return strcmp(row->name, "fcntl") != 0 &&
		       param_ds(row->name, d->args[call_command(row)]) &&
		       command_reads(row, d->args[call_command(row)]);
	for (int k = 0; row && k < CALL_READS && row->reads[k].fill; k++)
		if (row->reads[k].param == i)
			return kind != PARAM_INT && kind != PARAM_LONG;
	return false;
}

/* What nobody has set: nanosleep(2) writes it when a signal comes; and the environment, which is long. */
static bool is_named_only(const struct decoded *d, int i)
{
	const char *name = d->params[i].name;

	return is_filled(d, i) || (!strcmp(d->name, "nanosleep") && !strcmp(name, "rem")) ||
	       !strcmp(name, "envp");
}

/* An optional parameter, and those behind it, is there only with one of these bits of an argument. */
static const struct {
	const char *call;
	uint8_t arg;
	int64_t bits;
} optional[] = {
	{ "open", 1, O_CREAT | (O_TMPFILE & ~O_DIRECTORY) },
	{ "openat", 2, O_CREAT | (O_TMPFILE & ~O_DIRECTORY) },
	{ "mq_open", 1, O_CREAT },
	{ "mremap", 3, MREMAP_FIXED },
};

static bool is_left_out(const struct decoded *d, int i)
{
	const struct call *row = row_of(d);

	if (!d->params[i].optional)
		return false;
	if (d->params[i].kind == PARAM_DS)
		return !param_ds(row->name, d->args[call_command(row)]);
	for (size_t k = 0; k < sizeof(optional) / sizeof(*optional); k++)
		if (!strcmp(optional[k].call, d->name))
			return !(d->args[optional[k].arg] & optional[k].bits);
	return false;
}

/* The number behind a parameter: how many bytes or elements it has. */
static uint64_t size_behind(const struct decoded *d, int i)
{
	return i + 1 < CALL_PARAMS ? (uint64_t)d->args[i + 1] : 0;
}

static void put_argument(struct writer *w, int i)
{
	const struct param *p = &w->d->params[i];
	int64_t value = w->d->args[i];
	uint64_t address = (uint64_t)value;
	bool array = p->kind == PARAM_BYTES || p->kind == PARAM_FDS || p->kind == PARAM_STRINGS;

	if (is_named_only(w->d, i)) {
		buf_printf(&w->text, "%s%s", address && !array ? "&" : "",
		           address ? p->name : "NULL");
		return;
	}
	switch (p->kind) {
	case PARAM_STRING:
		put_string(w, address);
		break;
	case PARAM_STRINGS:
		put_strings(w, address);
		break;
	case PARAM_BYTES:
		put_bytes(w, address, size_behind(w->d, i), false);
		break;
	case PARAM_MESSAGE:
		put_message(w, address, size_behind(w->d, i));
		break;
	case PARAM_STRUCT:
		put_there(w, record_of(p->record), address, put_record);
		break;
	case PARAM_ARRAY:
		put_elements(w, address, size_behind(w->d, i), type_header_struct(p->record));
		break;
	case PARAM_SET:
		put_set(w, address);
		break;
	case PARAM_DS:
		put_ds(w, p, value);
		break;
	default:
		put_number(w, p, value);
		break;
	}
}

/* Not longer than it may be, and no character is cut in two. */
static char *bounded(struct buf *text)
{
	static const char more[] = "...";
	size_t n = DECODE_TEXT - sizeof(more);

	if (text->len >= DECODE_TEXT) {
		while (((unsigned char)text->data[n] & 0xc0) == 0x80)
			n--;
		text->len = n;
		buf_puts(text, more);
	}
	return buf_steal(text);
}

char *decode_text(const struct decoded *d, const struct decode_source *source)
{
	struct writer w = { .d = d, .source = source };
	bool known = d->entry->kernel;

	buf_printf(&w.text, "%s(", d->name);
	if (!known)
		buf_printf(&w.text, "%" PRIu64, d->number);
	for (int i = 0; i < CALL_PARAMS && d->params[i].kind != PARAM_NONE; i++) {
		if (is_left_out(d, i))
			break;
		buf_puts(&w.text, i || !known ? ", " : "");
		put_argument(&w, i);
	}
	buf_puts(&w.text, d->entry->more ? "...)" : ")");
	return bounded(&w.text);
}
