// SPDX-License-Identifier: CC-BY-SA-4.0

/* Maps a file and reads ten records. With the bugs of its model;
   map_normalfile2-mended.c is without them.
   usage: map_normalfile2 FILE */

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

typedef struct {
	char name[4];
	int age;
} people;

int main(int argc, char **argv)
{
	int fd = open(argv[1], O_CREAT | O_RDWR, 0777);
	people *p_map = mmap(NULL, sizeof(people) * 10, PROT_READ | PROT_WRITE,
			     MAP_SHARED, fd, 0);

	for (int i = 0; i < 10; i++)
		printf("name: %s age %d\n", p_map[i].name, p_map[i].age);
	munmap(p_map, sizeof(people) * 10);
	return 0;
}
