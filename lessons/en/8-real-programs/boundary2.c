// SPDX-License-Identifier: CC-BY-SA-4.0

/* Maps three pages of a file that ends in its second one, from its second on,
   and stores around the end of each page. With the bugs of its model;
   boundary-mended.c is without them.
   usage: boundary2 FILE */

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
	char name[4];
	int age;
} people;

int main(int argc, char **argv)
{
	int pagesize = sysconf(_SC_PAGESIZE), offset = pagesize;
	int number = pagesize / sizeof(people);
	int fd = open(argv[1], O_CREAT | O_RDWR | O_TRUNC, 0777);
	people *p_map;

	lseek(fd, pagesize * 2 - 100, SEEK_SET);
	write(fd, "", 1);
	p_map = mmap(NULL, pagesize * 3, PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, offset);
	close(fd);
	for (int i = 1; i < 10; i++) {
		p_map[number * i - 2].age = 100;
		printf("page %d: its last record but one\n", i);
		p_map[number * i - 1].age = 100;
		printf("page %d: its last record\n", i);
		p_map[number * i].age = 100;
		printf("page %d: its first record\n", i + 1);
	}
	munmap(p_map, sizeof(people) * 10);
	return 0;
}
