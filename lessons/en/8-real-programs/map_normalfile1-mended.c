// SPDX-License-Identifier: CC-BY-SA-4.0

/* map_normalfile1.c, mended: the file is as long as what is written, so what
   is written is in the file. Nobody has to be quick, and nobody sleeps.
   usage: map_normalfile1-mended FILE */

#include "people.h"

int main(int argc, char **argv)
{
	people *p_map;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	fd = open(argv[1], O_CREAT | O_RDWR, 0600);
	if (fd == -1)
		fail(argv[1]);
	if (ftruncate(fd, sizeof(people) * COUNT) == -1)
		fail("ftruncate");
	p_map = mmap(NULL, sizeof(people) * COUNT, PROT_READ | PROT_WRITE,
		     MAP_SHARED, fd, 0);
	if (p_map == MAP_FAILED) /* which is not NULL */
		fail("mmap");
	close(fd);
	for (int i = 0; i < COUNT; i++) {
		snprintf(p_map[i].name, sizeof(p_map[i].name), "%c", 'b' + i);
		p_map[i].age = 20 + i;
	}
	munmap(p_map, sizeof(people) * COUNT);
	return 0;
}
