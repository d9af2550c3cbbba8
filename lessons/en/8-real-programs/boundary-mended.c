// SPDX-License-Identifier: CC-BY-SA-4.0

/* boundary1.c and boundary2.c, mended: it stores only in pages that the file
   has, and ends the whole mapping.
   usage: boundary-mended FILE [PAGE] */

#include "people.h"

int main(int argc, char **argv)
{
	long pagesize = sysconf(_SC_PAGESIZE), pages;
	long offset = argc == 3 ? atol(argv[2]) * pagesize : 0;
	long number = pagesize / sizeof(people);
	struct stat st;
	people *p_map;
	int fd;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: %s FILE [PAGE]\n", argv[0]);
		return 2;
	}
	fd = open(argv[1], O_CREAT | O_RDWR | O_TRUNC, 0600);
	if (fd == -1)
		fail(argv[1]);
	if (ftruncate(fd, pagesize * 2 - 99) == -1 || fstat(fd, &st) == -1)
		fail(argv[1]);
	p_map = mmap(NULL, pagesize * 3, PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, offset);
	if (p_map == MAP_FAILED)
		fail("mmap");
	close(fd);
	pages = (st.st_size - offset + pagesize - 1) / pagesize;
	for (long i = 1; i <= pages; i++) {
		p_map[number * i - 2].age = 100;
		p_map[number * i - 1].age = 100;
		if (i < pages)
			p_map[number * i].age = 100;
	}
	printf("%ld pages\n", pages);
	munmap(p_map, pagesize * 3);
	return 0;
}
