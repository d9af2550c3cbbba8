// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
#include "base/intl.h"

void format_mode(char *out, size_t size, uint32_t mode)
{
	static const char letters[] = "rwxrwxrwx";
	char text[] = "---------";

	for (int i = 0; i < 9; i++)
		if (mode & (0400u >> i))
			text[i] = letters[i];
	snprintf(out, size, "%s", text);
}

void format_key(char *out, size_t size, int32_t key)
{
	snprintf(out, size, key ? "0x%" PRIx32 : "0", (uint32_t)key);
}

void format_duration(char *out, size_t size, uint64_t ns)
{
	uint64_t s = ns / 1000000000;

	if (ns < 1000000)
		snprintf(out, size, _("%" PRIu64 " µs"), ns / 1000);
	else if (ns < 100000000)
		snprintf(out, size, _("%" PRIu64 " ms"), ns / 1000000);
	else if (s < 60)
		snprintf(out, size, _("%.1f s"), (double)ns / 1e9);
	else if (s < 3600)
		snprintf(out, size, _("%" PRIu64 " min %" PRIu64 " s"), s / 60, s % 60);
	else
		snprintf(out, size, _("%" PRIu64 " h %" PRIu64 " min"), s / 3600, s / 60 % 60);
}

void format_time(char *out, size_t size, int64_t time, int64_t clock)
{
	time_t when = (time_t)time, today = (time_t)clock;
	struct tm t, now;

	if (time == 0 || !localtime_r(&when, &t) || !localtime_r(&today, &now))
		snprintf(out, size, "-");
	else if (t.tm_year == now.tm_year && t.tm_yday == now.tm_yday)
		strftime(out, size, "%H:%M:%S", &t);
	else
		strftime(out, size, "%F", &t);
}

char *format_bytes(const uint8_t *bytes, size_t n, bool cut)
{
	struct buf b = { 0 };

	buf_putc(&b, '"');
	for (size_t i = 0; i < n; i++) {
		if (!bytes[i])
			buf_puts(&b, "\\0");
		else
			buf_putc(&b, bytes[i] >= ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '.');
	}
	buf_puts(&b, cut ? "…" : "\"");
	return buf_steal(&b);
}
