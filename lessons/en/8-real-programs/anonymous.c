// SPDX-License-Identifier: CC-BY-SA-4.0

/* A parent and its child share memory that has no file. With the bugs of its
   model; anonymous-mended.c is without them. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
	char name[4];
	int age;
} people;

int main(void)
{
	char temp = 'a';
	people *p_map = mmap(NULL, sizeof(people) * 10, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (fork() == 0) {
		sleep(2);
		for (int i = 0; i < 5; i++)
			printf("child: number %d is %d years old\n", i + 1,
			       p_map[i].age);
		p_map->age = 100;
		munmap(p_map, sizeof(people) * 10);
		exit(0);
	}
	for (int i = 0; i < 5; i++) {
		temp++;
		memcpy(p_map[i].name, &temp, 2);
		p_map[i].age = 20 + i;
	}
	sleep(5);
	printf("parent: the first is %d years old\n", p_map->age);
	munmap(p_map, sizeof(people) * 10);
	return 0;
}
