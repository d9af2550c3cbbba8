// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/inside.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "base/intl.h"

/* The 64 bits of a page in /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define PM_FILE    (UINT64_C(1) << 61) /* a page of a file, or shared memory */
#define PM_SWAP    (UINT64_C(1) << 62)
#define PM_PRESENT (UINT64_C(1) << 63)

enum { CHUNK = 64 }; /* pages looked at in one go */

bool pagemap_read(struct probe *p, unsigned who, uint64_t address, uint64_t *entries, size_t n)
{
	size_t size = n * sizeof(*entries);
	ssize_t got = kept_read(p, who, KEPT_PAGEMAP, entries, size,
	                        address / p->page * sizeof(*entries));

	return got >= 0 && (size_t)got == size;
}

bool pagemap_present(uint64_t entry)
{
	return entry & PM_PRESENT;
}

bool pagemap_private(uint64_t entry)
{
	return (entry & (PM_PRESENT | PM_SWAP)) && !(entry & PM_FILE);
}

/* How many bytes from the address on lie in pages that are present, up to size. */
static size_t present_bytes(struct probe *p, unsigned who, uint64_t address, size_t size)
{
	uint64_t entries[CHUNK];
	uint64_t first = address / p->page;
	size_t pages = (size_t)((address + size - 1) / p->page - first) + 1;
	size_t n = pages < CHUNK ? pages : CHUNK;
	size_t i = 0;
	uint64_t end;

	if (!pagemap_read(p, who, address, entries, n))
		return 0;
	while (i < n && pagemap_present(entries[i]))
		i++;
	if (!i)
		return 0;
	end = (first + i) * p->page;
	return end - address < size ? (size_t)(end - address) : size;
}

/* process_vm_readv(2) would bring in a page that is not there: so only what has just been seen
   to be present is read. In between a running process may give a page back; nothing in the
   kernel reads memory of another without that gap. Returns how many bytes were read, and sets
   errno when it was not all that is present. */
static size_t read_present(struct probe *p, unsigned who, uint64_t address, void *to, size_t size)
{
	size_t done = 0;

	errno = 0;
	while (done < size) {
		size_t n = present_bytes(p, who, address + done, size - done);
		struct iovec local = { (char *)to + done, n };
		struct iovec remote = { (void *)(uintptr_t)(address + done), n };
		ssize_t got;

		if (!n)
			break;
		got = process_vm_readv(probe_pid(p, who), &local, 1, &remote, 1, 0);
		if (got > 0)
			done += (size_t)got;
		if (got != (ssize_t)n)
			break;
	}
	return done;
}

bool memory_read(struct probe *p, unsigned who, uint64_t address, void *to, size_t size)
{
	return probe_pid(p, who) && size && address + size > address &&
	       read_present(p, who, address, to, size) == size;
}

static int no_memory(struct probe *p, unsigned who, const char **why)
{
	return probe_fail(p, why, _("%c is not alive: it has no memory"), LETTER_CHAR(who));
}

/* Why the byte at an address could not be read. */
static int explain(struct probe *p, unsigned who, uint64_t address, int error, const char **why)
{
	char letter = LETTER_CHAR(who);
	enum page_class class;
	bool present;

	p->refused = error == EPERM || error == ENOSYS;
	if (p->refused)
		return probe_fail(p, why, _("this system does not let the memory of %c be read"),
		                  letter);
	if (probe_page(p, who, address, &class, why))
		return -1;
	if (class == PAGE_UNMAPPED)
		return probe_fail(p, why, _("%c has nothing mapped at %#llx"), letter,
		                  (unsigned long long)address);
	if (class == PAGE_PAST_EOF)
		return probe_fail(p, why, _("this page lies past the end of what %c has mapped"),
		                  letter);
	if (probe_resident(p, who, address, &present, why))
		return -1;
	if (present)
		return probe_fail(p, why, _("%c may not read this page itself"), letter);
	return probe_fail(p, why, _("%c has not touched this page: let %c read it first"), letter,
	                  letter);
}

int probe_read(struct probe *p, unsigned who, uint64_t address, void *to, size_t size,
               const char **why)
{
	size_t got;
	int error;

	p->refused = false;
	if (!probe_pid(p, who))
		return no_memory(p, who, why);
	if (!size)
		return 0;
	if (address + size < address)
		return probe_fail(p, why, _("%#llx is no address"), (unsigned long long)address);
	got = read_present(p, who, address, to, size);
	error = errno;
	return got == size ? 0 : explain(p, who, address + got, error, why);
}

bool probe_refused(const struct probe *p)
{
	return p->refused;
}

int probe_resident(struct probe *p, unsigned who, uint64_t address, bool *present, const char **why)
{
	uint64_t entry;

	if (!probe_pid(p, who))
		return no_memory(p, who, why);
	if (!pagemap_read(p, who, address, &entry, 1))
		return probe_fail(p, why, _("the page tables of %c can't be read here"),
		                  LETTER_CHAR(who));
	*present = pagemap_present(entry);
	return 0;
}

int probe_page(struct probe *p, unsigned who, uint64_t address, enum page_class *class,
               const char **why)
{
	enum backing backing;
	uint64_t size = 0;
	struct vma v;

	if (!probe_pid(p, who))
		return no_memory(p, who, why);
	if (!maps_read(p, who))
		return probe_fail(p, why, _("the mappings of %c can't be read here"),
		                  LETTER_CHAR(who));
	*class = PAGE_UNMAPPED;
	if (!maps_find(p, address, &v))
		return 0;
	backing = file_backing(p, who, &v, &size);
	if (backing == BACKING_UNKNOWN && vma_is_segment(&v))
		return probe_fail(p, why,
		                  _("the segment mapped there may be of another IPC namespace: its "
		                    "size can't be told"));
	if (backing == BACKING_UNKNOWN)
		return probe_fail(
			p, why,
			_("the size of the file mapped there can't be told: no process has it "
		          "open, and it has no name"));
	*class = page_classify(p, backing, size, v.offset + (address - v.start));
	return 0;
}
