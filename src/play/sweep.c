// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "play/run.h"

/* Makes one order after the other. */
struct player {
	struct session session;
	struct branch *branch; /* NULL between two */
};

struct sweep {
	const struct program_specs *programs;
	struct branches *branches;
	struct player players[SWEEP_PLAYERS];
	unsigned nplayers, most; /* more than one only when it is known where they are made */
	struct fate **fates;     /* by their numbers */
	size_t nfates;
	bool over;
	char *trouble, *host_reason;
	bool skipped;
};

struct sweep *sweep_begin(const struct program_specs *programs, struct packed *packed,
                          const struct sweep_options *options)
{
	struct sweep *s = mem_alloc(sizeof(*s));

	s->programs = programs;
	s->branches = branches_new(&options->bounds);
	s->nplayers = 1;
	s->most = options->players;
	for (unsigned i = 0; i < s->most; i++)
		s->players[i].session = (struct session){
			.stage_options = options->stage_options,
			.patience.limit = UINT64_C(1000000000) * options->patience,
			.programs = packed,
		};
	return s;
}

void sweep_free(struct sweep *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->nplayers; i++)
		session_close(&s->players[i].session);
	branches_free(s->branches);
	for (size_t i = 0; i < s->nfates; i++)
		fate_free(s->fates[i]);
	free(s->fates);
	free(s->trouble);
	free(s->host_reason);
	free(s);
}

/* Ends */

/* Its number; it is kept, or freed if there is one like it. */
static size_t number_of(struct sweep *s, struct fate *f)
{
	for (size_t i = 0; i < s->nfates; i++)
		if (!strcmp(s->fates[i]->key, f->key)) {
			fate_free(f);
			return i;
		}
	*MEM_PUSH(s->fates, s->nfates) = f;
	return s->nfates - 1;
}

static void end(struct sweep *s, struct player *p, enum fate_kind cut)
{
	branch_end(p->branch, number_of(s, fate_of(p->session.engine, cut)));
	p->branch = NULL;
}

/* Players */

static bool begin_order(struct sweep *s, struct player *p)
{
	struct lesson *l;

	p->branch = branch_begin(s->branches);
	if (!p->branch)
		return false;
	l = run_lesson(s->programs, NULL);
	session_open_at(&p->session, l,
	                (struct lesson_place){ .position = run_begin(l), .scene = l->nscenes - 1 });
	return true;
}

static bool is_stuck(struct sweep *s, const struct player *p)
{
	enum engine_status status = engine_status(p->session.engine);

	if (status != ENGINE_BROKEN && status != ENGINE_SKIPPED)
		return false;
	s->skipped = status == ENGINE_SKIPPED;
	s->trouble = mem_dup(engine_message(p->session.engine));
	s->over = true;
	return true;
}

/* The stage of the first is there: it says where all are. */
static void find_place(struct sweep *s, const struct player *p)
{
	const char *why = session_host_reason(&p->session);

	if (s->host_reason || s->nplayers == s->most)
		return;
	if (why)
		s->host_reason = mem_dup(why);
	s->most = why ? 1 : s->most;
	s->nplayers = s->most;
}

static bool is_overdue(const struct player *p)
{
	char *why = session_overdue(&p->session, engine_position(p->session.engine) - 1);

	free(why);
	return why != NULL;
}

/* One that computes may do so for ever. */
static bool awaited_in_vain(const struct engine *e)
{
	size_t position = engine_position(e);

	return position && engine_lesson(e)->script.steps[position - 1].kind == STEP_AWAIT &&
	       !engine_record(e, position - 1)->nresults;
}

/* The order stands before its next call, or at its end. */
static void go_on(struct sweep *s, struct player *p)
{
	const struct engine *e = p->session.engine;
	uint32_t ready = 0;
	struct buf situation = { 0 };
	int who;

	find_place(s, p);
	if (is_overdue(p) || engine_position(e) >= s->programs->count + SWEEP_CALLS) {
		end(s, p, is_overdue(p) ? FATE_GIVEN_UP : FATE_ENDLESS);
		return;
	}
	for (unsigned i = 0; i < LETTERS; i++)
		ready |= run_is_ready(e, i) ? LETTER_BIT(i) : 0;
	if (!ready && !awaited_in_vain(e) && run_await(&p->session))
		return;
	fate_situation(e, &situation);
	who = branch_next(p->branch, ready, buf_str(&situation));
	buf_free(&situation);
	if (who >= 0) {
		run_step(&p->session, (unsigned)who);
	} else if (who == BRANCH_UNLIKE) {
		branch_end(p->branch, 0);
		p->branch = NULL;
	} else {
		end(s, p, FATE_KINDS);
	}
}

/* Until something takes its time, or there is nothing to do. */
static void advance(struct sweep *s, struct player *p)
{
	while (!s->over && !session_is_busy(&p->session)) {
		if (!p->branch && !begin_order(s, p))
			return;
		if (!session_is_busy(&p->session) && !is_stuck(s, p))
			go_on(s, p);
	}
}

void sweep_turn(struct sweep *s)
{
	for (unsigned i = 0; i < s->nplayers && !s->over; i++) {
		if (s->players[i].branch)
			session_turn(&s->players[i].session);
		advance(s, &s->players[i]);
		s->over |= branches_over(s->branches);
	}
}

bool sweep_over(const struct sweep *s)
{
	return s->over;
}

nfds_t sweep_fds(const struct sweep *s, struct pollfd *fds)
{
	nfds_t n = 0;

	for (unsigned i = 0; i < s->nplayers; i++)
		if (s->players[i].branch)
			fds[n++] = (struct pollfd){ .fd = session_fd(&s->players[i].session),
				                    .events = POLLIN };
	return n;
}

int sweep_timeout(const struct sweep *s)
{
	int timeout = -1;
	bool under_way = false;

	for (unsigned i = 0; i < s->nplayers; i++) {
		int left;

		if (!s->players[i].branch)
			continue;
		under_way = true;
		left = session_timeout(&s->players[i].session);
		if (left >= 0 && (timeout < 0 || left < timeout))
			timeout = left;
	}
	return under_way && !s->over ? timeout : 0;
}

/* What came of it */

const char *sweep_trouble(const struct sweep *s, bool *skipped)
{
	*skipped = s->skipped;
	return s->trouble;
}

const char *sweep_host_reason(const struct sweep *s)
{
	return s->host_reason;
}

const struct branches *sweep_branches(const struct sweep *s)
{
	return s->branches;
}

static int compare_ends(const void *x, const void *y)
{
	const struct sweep_end *a = x, *b = y;
	size_t n = strlen(a->of->order), m = strlen(b->of->order);

	if (a->fate->kind != b->fate->kind)
		return a->fate->kind < b->fate->kind ? -1 : 1;
	if (a->of->count != b->of->count)
		return a->of->count > b->of->count ? -1 : 1;
	return n != m ? (n < m ? -1 : 1) : strcmp(a->of->order, b->of->order);
}

struct sweep_end *sweep_ends(const struct sweep *s, size_t *count)
{
	struct sweep_end *ends = NULL;

	*count = 0;
	for (size_t i = 0; i < s->nfates; i++) {
		const struct branch_end *of = branches_end(s->branches, i);

		if (of)
			*MEM_PUSH(ends, *count) = (struct sweep_end){ s->fates[i], of };
	}
	if (ends)
		qsort(ends, *count, sizeof(*ends), compare_ends);
	return ends;
}
