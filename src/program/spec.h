// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* One's own programs as a command line or a lesson names them. A name that ends in .c is of a C file, which has to
   be compiled; "a.c+util.c" is one program of two. Any other is looked up as a shell would. */
struct program_spec {
	char **sources; /* the C files it is made of, NULL behind them; NULL: it is not compiled */
	char **args; /* its argv, NULL behind it. args[0] is the name as it was given, or for a program that is
	                   compiled what a shell would call it: "./server" of server.c, "ipc/server" of ipc/server.c */
};

/* The letters A to F: of so many a command line can have programs. */
enum { PROGRAMS_MAX = 6 };

/* Owns all that its items hold. All zero is none. */
struct program_specs {
	struct program_spec items[PROGRAMS_MAX];
	size_t count;
};

/* One program: words[0] is its name, the other words are its arguments, as they are. It owns copies of them;
   program_spec_free() frees these. False, with a sentence that the caller frees, when the name can't be one;
   nothing is to be freed then. */
bool program_spec_read(struct program_spec *p, char *const *words, size_t count, char **why);
void program_spec_free(struct program_spec *p);

/* Programs with their arguments: ":" alone stands between two, as with the launchers of MPI (mpirun(1)). "\:" is an
   argument that is a colon, "\\:" one that is "\:". False with a sentence, as above. */
bool program_specs_read(struct program_specs *s, char *const *words, size_t count, char **why);
void program_specs_free(struct program_specs *s);
