// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <string.h>

#include "suite.h"
#include "sys/letters.h"
#include "tui/key.h"
#include "pages/keymap.h"
#include "tui/theme.h"

/* Colours can be read: contrast as WCAG 2 has it, of the colours as xterm has them. Terminals let
   their users choose other ones for the first 16. */

enum { AA = 450 }; /* hundredths */

static unsigned rgb_of(int color)
{
	static const unsigned first[] = { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00,
		                          0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		                          0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
		                          0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff };
	static const unsigned levels[] = { 0, 95, 135, 175, 215, 255 };

	if (color < 16)
		return first[color];
	if (color < 232)
		return levels[(color - 16) / 36] << 16 | levels[(color - 16) / 6 % 6] << 8 |
		       levels[(color - 16) % 6];
	return 0x010101u * (unsigned)(8 + 10 * (color - 232));
}

static double linear(unsigned part)
{
	double c = part / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(unsigned rgb)
{
	return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) +
	       0.0722 * linear(rgb & 0xff);
}

static int contrast(unsigned rgb, unsigned other)
{
	double a = luminance(rgb), b = luminance(other);

	return (int)(100 * ((a > b ? a : b) + 0.05) / ((a > b ? b : a) + 0.05));
}

/* As xterm draws it: faint is two thirds. With eight colours, bold is the bright one. */
static unsigned drawn(const struct looks *looks, int role, uint8_t more, int colors, unsigned text)
{
	int color = looks->roles[role].color;
	uint8_t attributes = looks->roles[role].attributes | more;
	unsigned rgb;

	if (color == COLOR_NONE)
		color = looks->text;
	if (color >= 0 && color < 8 && !looks->bold)
		attributes &= (uint8_t)~STYLE_BOLD;
	if (color >= 0 && color < 8 && colors == 8 && attributes & STYLE_BOLD)
		color += 8;
	rgb = color == COLOR_NONE ? text : rgb_of(color);
	if (attributes & LOOK_DIM)
		rgb = (rgb >> 16) * 2 / 3 << 16 | (rgb >> 8 & 0xff) * 2 / 3 << 8 |
		      (rgb & 0xff) * 2 / 3;
	return rgb;
}

static void expect_read(const struct theme *t, enum ground ground, int colors, unsigned terminal)
{
	const struct looks *looks = theme_looks(t, ground, colors);
	unsigned back = looks->ground == COLOR_NONE ? terminal : rgb_of(looks->ground);

	for (int i = 0; i < 2 * ROLES; i++) {
		int role = i / 2;
		unsigned rgb = drawn(looks, role, i % 2 ? STYLE_BOLD : 0, colors, 0xffffff - back);
		int got = contrast(rgb, back);

		ck_assert_msg(got >= AA,
		              "%s, ground %d, %d colours, role %d: %06x on %06x: %d.%02d", t->name,
		              ground, colors, role, rgb, back, got / 100, got % 100);
	}
}

static const int colors[] = { 256, 16, 8, 0 };

/* Each on the ground that it is for; what is for any, on black and on white. */
START_TEST(every_role_is_read)
{
	const struct theme *t;
	const struct looks *looks;
	enum ground ground;

	for (unsigned i = 0; (t = theme_at(i)); i++)
		for (int g = 0; g < GROUNDS; g++)
			for (size_t c = 0; c < sizeof(colors) / sizeof(colors[0]); c++) {
				looks = theme_looks(t, (enum ground)g, colors[c]);
				ground = !strcmp(t->name, "dark")    ? GROUND_DARK
				         : !strcmp(t->name, "light") ? GROUND_LIGHT
				                                     : (enum ground)g;
				ck_assert_int_eq(looks->ground == COLOR_NONE,
				                 looks->text == COLOR_NONE);
				if (ground != GROUND_LIGHT)
					expect_read(t, (enum ground)g, colors[c], 0x000000);
				if (ground != GROUND_DARK)
					expect_read(t, (enum ground)g, colors[c], 0xffffff);
			}
}
END_TEST

/* What can't be: red on black with eight colours, where a terminal does not brighten bold. That
   it is there is why the test above counts the bright one. */
START_TEST(what_can_not_be)
{
	ck_assert_int_lt(contrast(rgb_of(1), 0), AA);
	for (int color = 0; color < 16; color++)
		ck_assert(contrast(rgb_of(color), 0) < AA ||
		          contrast(rgb_of(color), 0xffffff) < AA);
}
END_TEST

static bool same(const struct look *a, const struct look *b)
{
	return a->color == b->color && a->attributes == b->attributes;
}

/* The processes have looks that differ, of 256 colours all of them, of fewer those of A and B, and none
   has that of code. What has no colour is bold. */
static void expect_distinct(const char *theme, const struct look *roles, int last)
{
	for (int a = ROLE_PROCESS_A; a <= ROLE_PROCESS_L; a++) {
		const struct look *look = &roles[a];
		int letter = 'A' + a - ROLE_PROCESS_A;

		if (look->color == COLOR_NONE) {
			ck_assert_int_eq(look->attributes, STYLE_BOLD);
			continue;
		}
		ck_assert_msg(look->color != roles[ROLE_CODE].color, "%s: %c", theme, letter);
		for (int b = ROLE_PROCESS_A; b < a && a <= last; b++)
			ck_assert_msg(!same(look, &roles[b]), "%s: %c", theme, letter);
	}
}

START_TEST(processes_differ)
{
	const struct theme *t;

	ck_assert_int_eq(ROLE_PROCESS_L - ROLE_PROCESS_A, LETTERS - 1);
	for (unsigned i = 0; (t = theme_at(i)); i++)
		for (int g = 0; g < GROUNDS; g++)
			for (size_t c = 0; c < sizeof(colors) / sizeof(colors[0]); c++)
				expect_distinct(
					t->name, theme_looks(t, (enum ground)g, colors[c])->roles,
					colors[c] < 256 ? ROLE_PROCESS_A + 1 : ROLE_PROCESS_L);
}
END_TEST

START_TEST(grounds)
{
	ck_assert_int_eq(ground_named(NULL), GROUND_UNKNOWN);
	ck_assert_int_eq(ground_named(""), GROUND_UNKNOWN);
	ck_assert_int_eq(ground_named("15;"), GROUND_UNKNOWN);
	ck_assert_int_eq(ground_named("15;default"), GROUND_UNKNOWN);
	ck_assert_int_eq(ground_named("15;0"), GROUND_DARK);
	ck_assert_int_eq(ground_named("0;default;15"), GROUND_LIGHT);
	ck_assert_int_eq(ground_named("0;7"), GROUND_LIGHT);
	ck_assert_int_eq(ground_named("7;8"), GROUND_DARK);
	ck_assert_int_eq(ground_of(0, 0, 0), GROUND_DARK);
	ck_assert_int_eq(ground_of(1, 1, 1), GROUND_LIGHT);
	ck_assert_int_eq(ground_of(0, 0x2b / 255.0, 0x36 / 255.0), GROUND_DARK);
	ck_assert_int_eq(ground_of(0xfd / 255.0, 0xf6 / 255.0, 0xe3 / 255.0), GROUND_LIGHT);
}
END_TEST

/* What a terminal sends */

static struct sent sent(const char *bytes)
{
	size_t n = strlen(bytes);

	ck_assert_msg(key_length(bytes, n) == n, "%zu of %s", key_length(bytes, n), bytes + 1);
	/* and not before it is whole, but for what is Alt and a bracket as well */
	for (size_t i = 3; i < n; i++)
		ck_assert_msg(key_length(bytes, i) == 0, "%zu of %s", i, bytes + 1);
	return key_parse(bytes, n);
}

static void expect_key(const char *bytes, int key)
{
	struct sent s = sent(bytes);

	ck_assert_int_eq(s.kind, SENT_KEY);
	ck_assert_msg(s.key == key, "%s: %#x", bytes + 1, (unsigned)s.key);
}

START_TEST(keys)
{
	expect_key("a", 'a');
	expect_key("é", 0xe9);
	expect_key("\n", '\r');
	expect_key("\177", KEYS_BACKSPACE);
	/* End, of several terminals */
	expect_key("\033[F", KEYS_END);
	expect_key("\033OF", KEYS_END);
	expect_key("\033[4~", KEYS_END);
	expect_key("\033[8~", KEYS_END);
	expect_key("\033[[A", KEYS_F1);
	expect_key("\033[1;5F", KEYS_OTHER);
	expect_key("\033[200~", KEYS_OTHER);
	expect_key("\033x", KEYS_OTHER);
}
END_TEST

static void expect_mouse(const char *bytes, enum button button, int row, int column)
{
	struct sent s = sent(bytes);

	ck_assert_int_eq(s.kind, SENT_MOUSE);
	ck_assert_int_eq(s.button, button);
	ck_assert_int_eq(s.row, row);
	ck_assert_int_eq(s.column, column);
}

START_TEST(mouse)
{
	expect_mouse("\033[<0;12;3M", BUTTON_LEFT, 2, 11);
	expect_mouse("\033[<0;12;3m", BUTTON_OTHER, 2, 11); /* let go */
	expect_mouse("\033[<2;1;1M", BUTTON_OTHER, 0, 0);
	expect_mouse("\033[<64;200;60M", BUTTON_WHEEL_UP, 59, 199);
	expect_mouse("\033[<65;1;1M", BUTTON_WHEEL_DOWN, 0, 0);
	expect_mouse("\033[M !!", BUTTON_LEFT, 0, 0);
	expect_mouse("\033[M`a\"", BUTTON_WHEEL_UP, 1, 64);
	ck_assert_int_eq(sent("\033[<0;0;0M").kind, SENT_KEY);
}
END_TEST

static void expect_ground(const char *bytes, double red, double green, double blue)
{
	struct sent s = sent(bytes);

	ck_assert_int_eq(s.kind, SENT_GROUND);
	ck_assert_double_eq_tol(s.color[0], red, 1e-9);
	ck_assert_double_eq_tol(s.color[1], green, 1e-9);
	ck_assert_double_eq_tol(s.color[2], blue, 1e-9);
}

START_TEST(answers)
{
	struct sent s;

	expect_ground("\033]11;rgb:ffff/ffff/0000\033\\", 1, 1, 0);
	expect_ground("\033]11;rgb:00/80/ff\a", 0, 128 / 255.0, 1);
	expect_ground("\033]11;rgb:f/0/f\a", 1, 0, 1);
	ck_assert_int_eq(sent("\033]11;rgb:f/0\a").kind, SENT_KEY);
	s = sent("\033[1;3R");
	ck_assert_int_eq(s.kind, SENT_PLACE);
	ck_assert_int_eq(s.column, 2);
	s = sent("\033[?2026;2$y");
	ck_assert_int_eq(s.kind, SENT_MODE);
	ck_assert_int_eq((int)s.mode, 2026);
	ck_assert_int_eq((int)s.value, 2);
	ck_assert_int_eq(sent("\033[?64;1;2c").kind, SENT_END);
	/* Alt and a bracket before something else */
	ck_assert_uint_eq(key_length("\033]x", 3), 2);
	ck_assert_uint_eq(key_length("\033]12", 4), 2);
	/* cut short */
	ck_assert_uint_eq(key_length("\033]11;rgb:ff\033[A", 14), 11);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("theme");

	tcase_add_test(tc, every_role_is_read);
	tcase_add_test(tc, what_can_not_be);
	tcase_add_test(tc, processes_differ);
	tcase_add_test(tc, grounds);
	tcase_add_test(tc, keys);
	tcase_add_test(tc, mouse);
	tcase_add_test(tc, answers);
	return suite_main(tc);
}
