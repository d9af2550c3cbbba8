// SPDX-License-Identifier: GPL-3.0-or-later
#include <curses.h>
#include <locale.h>

/* The least that a program in a terminal does: what the bench compares the first frame with. */
int main(void)
{
	setlocale(LC_ALL, "");
	initscr();
	addstr("hello");
	refresh();
	getch();
	return endwin() == ERR;
}
