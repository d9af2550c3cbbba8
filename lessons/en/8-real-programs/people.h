// SPDX-License-Identifier: CC-BY-SA-4.0

/* What the mended programs that share records have in common. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
	char name[4];
	int age;
} people;

enum { COUNT = 10 };

static void fail(const char *call)
{
	perror(call);
	exit(EXIT_FAILURE);
}
