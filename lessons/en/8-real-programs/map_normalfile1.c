// SPDX-License-Identifier: CC-BY-SA-4.0

/* Makes a file as long as five records, maps it, and writes ten. With the bugs
   of its model; map_normalfile1-mended.c is without them.
   usage: map_normalfile1 FILE */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
	char name[4];
	int age;
} people;

int main(int argc, char **argv)
{
	char temp = 'a';
	people *p_map;
	int fd = open(argv[1], O_CREAT | O_RDWR | O_TRUNC, 0777);

	lseek(fd, sizeof(people) * 5 - 1, SEEK_SET);
	write(fd, "", 1);
	p_map = mmap(NULL, sizeof(people) * 10, PROT_READ | PROT_WRITE,
		     MAP_SHARED, fd, 0);
	close(fd);
	for (int i = 0; i < 10; i++) {
		temp++;
		memcpy(p_map[i].name, &temp, 2);
		p_map[i].age = 20 + i;
	}
	printf("ten records are written\n");
	sleep(10);
	munmap(p_map, sizeof(people) * 10);
	printf("the mapping is gone\n");
	return 0;
}
