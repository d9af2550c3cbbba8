// SPDX-License-Identifier: GPL-3.0-or-later
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/intl.h"
#include "base/plain.h"
#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/out.h"
#include "cli/run.h"
#include "play/run.h"
#include "play/sweep.h"
#include "sys/board.h"

/* Every order of the calls of one's own programs, and what they come to. */

struct report {
	const struct run_wish *wish;
	const struct sweep *sweep;
	bool cut; /* it was interrupted, or could not go on */
	struct sweep_end *ends;
	size_t nends;
	unsigned long long counted;
	int width;
};

static void say(const struct report *r, const char *lead, const char *words)
{
	out_wrapped(words, lead, r->width, r->wish->glyphs);
}

static unsigned at_once(void)
{
	cpu_set_t set;
	int cpus = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return cpus < SWEEP_PLAYERS ? (unsigned)cpus : SWEEP_PLAYERS;
}

/* The command that shows one */

/* A word of a shell. */
static void add_word(struct buf *b, const char *word)
{
	size_t plain = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "0123456789_-+=:,./@%");

	buf_putc(b, ' ');
	if (*word && !word[plain]) {
		buf_puts(b, word);
		return;
	}
	buf_putc(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_puts(b, "'\\'");
		buf_putc(b, *word);
	}
	buf_putc(b, '\'');
}

static void add_option(struct buf *b, enum option_id id, const char *value)
{
	buf_printf(b, " --%s", options_name(id));
	if (value)
		add_word(b, value);
}

/* With those options by which the programs come to the same. */
static char *command_of(const struct run_wish *w, const char *order)
{
	static const enum option_id once[] = { OPTION_HOST, OPTION_CALLS, OPTION_ALLOW_NET,
		                               OPTION_TRUST };
	const struct options *o = w->options;
	struct buf b = { 0 };

	buf_puts(&b, "ipclens run");
	for (size_t i = 0; i < sizeof(once) / sizeof(*once); i++)
		if (o->value[once[i]])
			add_option(&b, once[i],
			           options_argument(once[i]) ? o->value[once[i]] : NULL);
	for (size_t i = 0; i < o->ngiven; i++)
		add_option(&b, o->given[i].id, o->given[i].value);
	buf_printf(&b, " --order %s", order);
	for (size_t i = 0; i < w->nwords; i++)
		add_word(&b, w->words[i]);
	return buf_steal(&b);
}

/* In words */

_Static_assert(SWEEP_CALLS == 1000, "it is said below");

static const struct {
	const char *name, *words;
} kinds[FATE_KINDS] = {
	[FATE_DEADLOCK] = { "deadlock", N_("deadlock") },
	[FATE_STUCK] = { "stuck", N_("nobody can go on") },
	[FATE_ENDLESS] = { "endless", N_("still under way after 1,000 calls") },
	[FATE_GIVEN_UP] = { "given up", N_("a step took too long and was given up") },
	[FATE_FAILED] = { "failed", N_("all have ended, not all with 0") },
	[FATE_ENDED] = { "ended", N_("all have ended with 0") },
};

/* "A A B B" */
static void add_letters(struct buf *b, const char *order)
{
	for (const char *at = order; *at; at++)
		buf_printf(b, "%s%c", at > order ? " " : "", *at);
}

static void say_processes(struct buf *b, const struct fate *f)
{
	for (size_t i = 0; i < f->nprocesses; i++) {
		buf_puts(b, i ? ", " : "");
		fate_add_process(&f->processes[i], b);
	}
}

/* The first thing that is said: they stand first. */
static void say_deadlock(const struct report *r)
{
	const struct sweep_end *shortest = NULL;
	unsigned long long n = 0;
	struct buf b = { 0 };
	char *command;

	for (size_t i = 0; i < r->nends && r->ends[i].fate->kind == FATE_DEADLOCK; i++) {
		n += r->ends[i].of->count;
		if (!shortest || strlen(r->ends[i].of->order) < strlen(shortest->of->order))
			shortest = &r->ends[i];
	}
	if (!shortest)
		return;
	buf_printf(&b,
	           ngettext("deadlock in %llu of %llu order; shortest: ",
	                    "deadlock in %llu of %llu orders; shortest: ", r->counted),
	           n, r->counted);
	add_letters(&b, shortest->of->order);
	buf_puts(&b, "; ");
	say_processes(&b, shortest->fate);
	say(r, "", b.data);
	buf_free(&b);
	command = command_of(r->wish, shortest->of->order);
	plain_printf(stdout, "  %s\n", command);
	free(command);
}

/* One that was left has more letters than anybody reads. */
static void add_order(struct buf *b, const struct sweep_end *e)
{
	enum { SHOWN = 40 };
	const char *order = e->of->order;
	bool whole = e->fate->kind != FATE_ENDLESS || strlen(order) <= SHOWN;

	buf_printf(b, "%.*s%s", whole ? SWEEP_CALLS : SHOWN, order, whole ? "" : "…");
}

static void say_end(const struct report *r, const struct sweep_end *e)
{
	struct buf b = { 0 }, order = { 0 };

	add_order(&order, e);
	buf_printf(&b,
	           ngettext("%llu of %llu order, such as %s: %s",
	                    "%llu of %llu orders, such as %s: %s", r->counted),
	           (unsigned long long)e->of->count, r->counted, order.data,
	           _(kinds[e->fate->kind].words));
	buf_free(&order);
	say(r, "", b.data);
	buf_clear(&b);
	say_processes(&b, e->fate);
	say(r, "  ", buf_str(&b));
	if (e->fate->unnamed) {
		buf_clear(&b);
		run_unnamed(&b, e->fate->unnamed);
		say(r, "  ", b.data);
	}
	for (size_t i = 0; i < e->fate->nobjects; i++)
		say(r, "  | ", e->fate->objects[i]);
	for (unsigned who = 0; who < LETTERS; who++) {
		const char *printed = e->fate->printed[who];

		if (!printed)
			continue;
		buf_clear(&b);
		buf_printf(&b,
		           e->fate->writers[who] == LETTER_BIT(who)
		                   ? _("%c has printed ")
		                   : _("on the terminal of %c and its children stands "),
		           LETTER_CHAR(who));
		plain_quote(&b, printed, strlen(printed));
		say(r, "  > ", b.data);
	}
	buf_free(&b);
}

static void say_unlike(const struct report *r)
{
	const struct branch_unlike *u = branches_unlike(sweep_branches(r->sweep));
	struct buf b = { 0 };

	if (!u->count)
		return;
	buf_printf(
		&b,
		ngettext(
			"not repeatable: %llu more order was left where it came to another call",
			"not repeatable: %llu more orders were left where they came to another call",
			u->count),
		(unsigned long long)u->count);
	if (*u->order)
		buf_printf(&b, _("; after %s"), u->order);
	else
		buf_puts(&b, _("; at the start"));
	buf_printf(&b, _(" first \"%s\", then \"%s\""), *u->before ? u->before : _("nothing"),
	           *u->now ? u->now : _("nothing"));
	say(r, "", b.data);
	buf_free(&b);
}

/* How far it came, and by which bound. */
static void say_summary(const struct report *r)
{
	const struct branches *all = sweep_branches(r->sweep);
	const struct run_wish *w = r->wish;
	unsigned long long n = r->counted;
	struct buf b = { 0 };

	if (r->cut)
		buf_printf(&b,
		           ngettext("interrupted after %llu order", "interrupted after %llu orders",
		                    n),
		           n);
	else if (branches_bound(all) == BOUND_ORDERS)
		buf_printf(&b,
		           ngettext("%llu order: there are more than --orders=%llu",
		                    "%llu orders: there are more than --orders=%llu", n),
		           n, (unsigned long long)w->bounds.orders);
	else if (branches_bound(all) == BOUND_PREEMPTIONS)
		buf_printf(&b,
		           ngettext("%llu order: all with no more than --preemptions=%u",
		                    "%llu orders: all with no more than --preemptions=%u", n),
		           n, w->bounds.preemptions);
	else if (branches_unlike(all)->count)
		buf_printf(&b, ngettext("%llu order", "%llu orders", n), n);
	else
		buf_printf(&b, ngettext("%llu of %llu order", "%llu of %llu orders", n), n, n);
	say(r, "", b.data);
	buf_free(&b);
}

static void write_text(const struct report *r)
{
	say_deadlock(r);
	say_summary(r);
	say_unlike(r);
	for (size_t i = 0; i < r->nends && !r->wish->quiet; i++)
		say_end(r, &r->ends[i]);
}

/* As JSON */

static void put(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	json_string(value);
}

static void put_process(const struct fate_process *p)
{
	static const char *const states[] = {
		[STAND_NONE] = "ended",       [STAND_BEFORE] = "before", [STAND_IN] = "sleeps",
		[STAND_ELSEWHERE] = "sleeps", [STAND_RUNS] = "runs",     [STAND_HELD] = "stopped",
	};

	printf("{\"process\": \"%c\", \"thread\": %u", LETTER_CHAR(p->who), p->thread + 1);
	put("state", states[p->stand]);
	put(p->stand == STAND_NONE ? "end" : "call", p->text);
	if (p->file) {
		put("file", p->file);
		printf(", \"line\": %d", p->line);
	}
	putchar('}');
}

static void put_end(const struct sweep_end *e)
{
	const struct fate *f = e->fate;
	bool first = true;

	fputs("{\"end\": ", stdout);
	json_string(kinds[f->kind].name);
	printf(", \"orders\": %llu", (unsigned long long)e->of->count);
	put("order", e->of->order);
	fputs(", \"processes\": [", stdout);
	for (size_t i = 0; i < f->nprocesses; i++) {
		fputs(i ? ", " : "", stdout);
		put_process(&f->processes[i]);
	}
	fputs("], \"left\": [", stdout);
	for (size_t i = 0; i < f->nobjects; i++) {
		fputs(i ? ", " : "", stdout);
		json_string(f->objects[i]);
	}
	fputs("], \"printed\": {", stdout);
	for (unsigned who = 0; who < LETTERS; who++) {
		if (!f->printed[who])
			continue;
		printf("%s\"%c\": ", first ? "" : ", ", LETTER_CHAR(who));
		json_string(f->printed[who]);
		first = false;
	}
	puts("}}");
}

/* An end a line, and behind them how many orders there were. */
static void write_json(const struct report *r)
{
	static const char *const bounds[] = { [BOUND_NONE] = "null",
		                              [BOUND_ORDERS] = "\"orders\"",
		                              [BOUND_PREEMPTIONS] = "\"preemptions\"" };
	const struct branches *all = sweep_branches(r->sweep);
	const struct branch_unlike *u = branches_unlike(all);

	for (size_t i = 0; i < r->nends; i++)
		put_end(&r->ends[i]);
	printf("{\"orders\": %llu, \"bound\": %s, \"not repeatable\": %llu", r->counted,
	       r->cut ? "\"interrupted\"" : bounds[branches_bound(all)],
	       (unsigned long long)u->count);
	if (u->count) {
		put("order", u->order);
		put("before", u->before);
		put("now", u->now);
	}
	puts("}");
}

/* Either */

static int write_report(const struct run_wish *w, const struct sweep *s)
{
	bool skipped;
	struct report r = { .wish = w,
		            .sweep = s,
		            .cut = !sweep_over(s) || sweep_trouble(s, &skipped),
		            .counted = branches_counted(sweep_branches(s)),
		            .width = out_width() };
	int status = 0;

	r.ends = sweep_ends(s, &r.nends);
	for (size_t i = 0; i < r.nends; i++)
		if (r.ends[i].fate->kind != FATE_ENDED)
			status = CLI_FAILED;
	if (w->json)
		write_json(&r);
	else
		write_text(&r);
	free(r.ends);
	return status;
}

/* Why it can't go on, and where it goes. */
static int complain(const struct sweep *s)
{
	bool skipped;
	const char *why = sweep_trouble(s, &skipped), *host = sweep_host_reason(s);

	if (host)
		cli_complain(0, _("in the host's IPC namespace"), host, NULL);
	return why ? cli_complain(CLI_FAILED, "run", why, NULL) : 0;
}

enum { PROGRESS = 40 }; /* columns */

/* How far it is, a few times a second, for who looks at a terminal. */
static void show_progress(const struct sweep *s, uint64_t *shown)
{
	enum { BETWEEN = 200000000 }; /* ns */
	unsigned long long n = branches_counted(sweep_branches(s));
	uint64_t now = clock_now();

	if (now < *shown + BETWEEN)
		return;
	*shown = now;
	plain_printf(stderr, ngettext("%llu order so far", "%llu orders so far", n), n);
	fputs("\r", stderr);
	fflush(stderr);
}

int cli_sweep(struct run_wish *w)
{
	struct packed packed = { 0 };
	struct sweep_options options = {
		.stage_options = { .host = w->host,
		                   .terminal_fd = -1,
		                   .programs = &w->how,
		                   .time = CLI_TIMES * w->patience },
		.bounds = w->bounds,
		.patience = w->patience,
		.players = w->host ? 1 : at_once(),
	};
	struct pollfd fds[SWEEP_PLAYERS];
	struct sweep *s;
	bool progress = isatty(STDERR_FILENO);
	uint64_t shown = 0;
	int status = cli_run_make(w, &packed);

	if (status) {
		packed_free(&packed);
		return status;
	}
	interrupt_begin();
	s = sweep_begin(&w->programs, &packed, &options);
	for (sweep_turn(s); !sweep_over(s) && !interrupt_signal(); sweep_turn(s)) {
		if (progress)
			show_progress(s, &shown);
		interrupt_poll(fds, sweep_fds(s, fds), sweep_timeout(s));
	}
	if (progress)
		fprintf(stderr, "%*s\r", PROGRESS, "");
	status = complain(s);
	if (!status || branches_counted(sweep_branches(s)))
		status |= write_report(w, s);
	sweep_free(s);
	packed_free(&packed);
	interrupt_end();
	return status;
}
