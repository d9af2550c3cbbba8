// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage/reads.h"

#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

/* How much a call has read into the memory of this process. The stage takes it from there, when the
   process waits for its next statement. */

/* semctl(2): GETALL does not say how many there are. Who may read their values may ask. */
static uint64_t set_size(int id)
{
	struct semid_ds ds;
	union {
		struct semid_ds *buf;
	} arg = { .buf = &ds };

	return semctl(id, 0, IPC_STAT, arg) ? 0 : ds.sem_nsems;
}

static uint64_t command_size(const struct call *row, int64_t command, const int64_t *args)
{
	const struct type *type = command_reads(row, command) ? param_ds(row->name, command) : NULL;

	if (!type)
		return 0;
	return type->kind == TYPE_ARRAY ? set_size((int)args[0]) * type_size(type->of)
	                                : type_size(type);
}

static uint64_t whole_size(const struct param *p)
{
	if (p->kind == PARAM_FDS)
		return 2 * sizeof(int);
	return p->record ? type_size(type_header_struct(p->record)) : 0;
}

static uint64_t size_of(const struct call *row, const struct call_read *read, int64_t command,
                        const int64_t *args, int64_t value)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	switch ((enum call_fill)read->fill) {
	case FILL_NONE:
		break;
	case FILL_BYTES:
		return (uint64_t)value;
	case FILL_MESSAGE:
		return sizeof(long) + (uint64_t)value;
	case FILL_WHOLE:
		return whole_size(&row->params[read->param]);
	case FILL_COMMAND:
		return command_size(row, command, args);
	case FILL_PAGES:
		return ((uint64_t)args[read->param - 1] + page - 1) / page;
	case FILL_INT:
		return sizeof(int);
	case FILL_STATUS:
		return value > 0 ? sizeof(int) : 0;
	}
	return 0;
}

void reads_find(struct exec_result *r, int64_t value)
{
	const struct call *row = call_at((size_t)r->call);
	int64_t command = r->args[call_command(row)];

	r->nreads = 0;
	for (uint8_t i = 0; i < CALL_READS && row->reads[i].fill; i++) {
		const struct exec_read read = {
			.address = (uint64_t)r->args[row->reads[i].param],
			.size = size_of(row, &row->reads[i], command, r->args, value),
			.which = i,
		};

		if (read.address && read.size)
			r->reads[r->nreads++] = read;
	}
}
