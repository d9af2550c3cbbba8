// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>

/* What names the result of a compilation by what goes into it: 32 hexadecimal digits. */
typedef char program_key[33];

/* command: the words of the compiler's command line, NULL behind them, of which the first ncompiler are its own name
   ("ccache gcc"). sources: the C files, NULL behind them. It depends on the words, on which file each name of the
   compiler is, with size and time; on the paths of the sources, and what they hold; and on the headers that lie beside
   them or in a folder of -I. A header that is named by a macro can't be found without the preprocessor: then the key is
   a new one each time. */
void program_key_of(program_key key, char *const *command, size_t ncompiler, char *const *sources);
