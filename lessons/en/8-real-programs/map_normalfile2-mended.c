// SPDX-License-Identifier: CC-BY-SA-4.0

/* map_normalfile2.c, mended: it makes no file, and looks how long the one is
   that is there.
   usage: map_normalfile2-mended FILE */

#include "people.h"

int main(int argc, char **argv)
{
	struct stat st;
	people *p_map;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	fd = open(argv[1], O_RDONLY);
	if (fd == -1 || fstat(fd, &st) == -1)
		fail(argv[1]);
	if ((size_t)st.st_size < sizeof(people) * COUNT) {
		fprintf(stderr, "%s is too short\n", argv[1]);
		return 1;
	}
	p_map = mmap(NULL, sizeof(people) * COUNT, PROT_READ, MAP_SHARED, fd, 0);
	if (p_map == MAP_FAILED) /* which is not NULL */
		fail("mmap");
	close(fd);
	for (int i = 0; i < COUNT; i++)
		printf("name: %.4s age %d\n", p_map[i].name, p_map[i].age);
	munmap(p_map, sizeof(people) * COUNT);
	return 0;
}
