// SPDX-License-Identifier: GPL-3.0-or-later
#include "play/survey.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"
#include "lesson/order.h"
#include "play/ending.h"

/* Plays one order after the other. */
struct player {
	struct session session;
	struct order *order;    /* NULL between two */
	unsigned how;           /* enum touch_look */
	bool begun, ended;      /* it has come to the schedule; to its end */
	struct touches touches; /* of the step under way */
};

struct survey {
	const struct lesson *lesson;
	size_t stop;
	const struct schedule *schedule;
	struct survey_options options;
	struct orders *orders;
	struct player players[SURVEY_PLAYERS];
	unsigned nplayers;
	double began; /* process time */
	bool cut;
	bool over;
	char *trouble;
	int line, column;
	bool skipped;
};

/* Seconds that this program and its children have used, those of the survey up to now, others when they have ended. */
static double process_time(const struct survey *s)
{
	double sum = 0;

	for (int i = 0; i < 2; i++) {
		struct rusage u;

		getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &u);
		sum += (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		       1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
	}
	for (unsigned i = 0; i < s->nplayers; i++)
		sum += s->players[i].session.stage ? stage_used(s->players[i].session.stage) : 0;
	return sum;
}

struct survey *survey_begin(const struct lesson *lesson, size_t step,
                            const struct survey_options *options)
{
	struct survey *s = mem_alloc(sizeof(*s));

	s->lesson = lesson;
	s->stop = step;
	s->schedule = lesson->script.steps[step].schedule;
	s->options = *options;
	s->orders =
		orders_new(s->schedule, options->every || !schedule_is_undisturbed(s->schedule));
	s->nplayers = options->players;
	s->began = process_time(s);
	for (unsigned i = 0; i < s->nplayers; i++)
		s->players[i].session = (struct session){
			.stage_options = options->stage_options,
			.bare = schedule_needs(s->schedule) != NEEDS_EACH,
			.bare_schedules = schedule_needs(s->schedule) == NEEDS_NONE,
			.renews = schedule_leaves_nothing(&lesson->script, step),
			.patience.limit = UINT64_C(1000000000) * options->patience,
		};
	return s;
}

static void leave(struct player *p)
{
	if (p->order)
		order_drop(p->order);
	p->order = NULL;
	touches_free(&p->touches);
}

void survey_free(struct survey *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->nplayers; i++) {
		leave(&s->players[i]);
		session_close(&s->players[i].session);
	}
	orders_free(s->orders);
	free(s->trouble);
	free(s);
}

/* Of the order, the one under way too. */
static size_t count_steps(const struct player *p, size_t stop)
{
	return engine_lesson(p->session.engine)->script.nsteps - stop - 1;
}

/* It can't go on: why, behind the letters of the order in which that shows, with the step under way. */
static void give_up(struct survey *s, const struct player *p, const struct step *step,
                    const char *why)
{
	struct buf b = { 0 };
	size_t n;
	const char *letters = order_letters(p->order, &n);

	if (s->over)
		return;
	if (step->kind == STEP_STATEMENT && count_steps(p, s->stop) > n)
		buf_printf(&b, _("after %s%c: %s"), letters, LETTER_CHAR(letter_first(step->who)),
		           why);
	else if (step->kind == STEP_STATEMENT)
		buf_printf(&b, _("after %s: %s"), letters, why);
	else
		buf_puts(&b, why);
	s->over = true;
	s->trouble = buf_steal(&b);
	s->line = step->line;
	s->column = step->column;
}

static const struct step_record *last_record(const struct player *p)
{
	return engine_record(p->session.engine, engine_position(p->session.engine) - 1);
}

static const struct step *last_step(const struct player *p)
{
	const struct engine *e = p->session.engine;

	return &engine_lesson(e)->script.steps[engine_position(e) - 1];
}

static bool make_step(struct survey *s, struct player *p)
{
	int who = order_next(p->order);
	struct buf letters = { 0 };
	size_t n;

	if (who < 0)
		return false;
	buf_puts(&letters, order_letters(p->order, &n));
	touches_free(&p->touches);
	engine_touches(p->session.engine,
	               schedule_next(s->schedule, buf_str(&letters), (unsigned)who), p->how,
	               &p->touches);
	buf_putc(&letters, LETTER_CHAR(who));
	session_play_order(&p->session, s->stop, letters.data, false);
	buf_free(&letters);
	return true;
}

/* Those that were woken have done what they had begun, and whoever dies takes part in everything. */
static void add_others(struct player *p)
{
	const struct step_record *r = last_record(p);
	const struct script *script = &engine_lesson(p->session.engine)->script;

	for (size_t i = 0; i < r->nresults; i++) {
		const struct result *result = &r->results[i];

		if (result->kind == RESULT_KILLED || result->kind == RESULT_EXIT)
			touches_add(&p->touches, &(struct touch){ .kind = TOUCH_ALL });
		if (result->asked)
			continue;
		touches_add(&p->touches, &(struct touch){ .kind = TOUCH_PROCESS,
		                                          .writes = true,
		                                          .of = result->who,
		                                          .to = UINT64_MAX });
		if (result->of >= 0)
			engine_touches(p->session.engine, &script->steps[result->of], p->how,
			               &p->touches);
	}
}

/* The step that was made last is taken in. */
static void take_step(struct survey *s, struct player *p)
{
	const struct step_record *r = last_record(p);
	char *overdue = session_overdue(&p->session, engine_position(p->session.engine) - 1);

	if (overdue || r->verdict == VERDICT_FAILED) {
		give_up(s, p, last_step(p), overdue ? overdue : r->message);
		free(overdue);
		return;
	}
	add_others(p);
	if (!order_played(p->order, &p->touches, letters_in(p->session.engine, PROCESS_READY)))
		give_up(s, p, last_step(p),
		        _("the same steps have come to something else before: an order "
		          "has to be repeatable"));
}

static void end_order(struct survey *s, struct player *p)
{
	struct ending e = ending_of(p->session.engine, s->stop);

	order_end(p->order, e.text, e.truths);
	p->order = NULL;
	leave(p);
	ending_free(&e);
}

/* Players */

static bool is_time_over(struct survey *s)
{
	if (orders_played(s->orders) >= SURVEY_SURE && process_time(s) - s->began >= SURVEY_SECONDS)
		s->cut = true;
	return s->cut;
}

/* The next order from the lesson's start. False when there is none for this player now. */
static bool begin_order(struct survey *s, struct player *p)
{
	p->order = is_time_over(s) ? NULL : orders_begin(s->orders);
	if (!p->order)
		return false;
	p->begun = p->ended = false;
	session_open_at(&p->session, order_lesson(s->lesson, s->stop, "", false),
	                (struct lesson_place){ .position = s->stop + 1,
	                                       .scene = s->lesson->script.steps[s->stop].scene });
	return true;
}

/* At the schedule. Of who sleeps already it is not known for how many semaphores. */
static void stand(struct survey *s, struct player *p)
{
	p->how = 0;
	if (schedule_is_fine(s->schedule) && !letters_in(p->session.engine, PROCESS_BLOCKED))
		p->how |= TOUCH_FINE;
	if (session_host_reason(&p->session))
		p->how |= TOUCH_BLUR;
	p->begun = true;
	order_stands(p->order, letters_in(p->session.engine, PROCESS_READY));
}

/* The order has come to its next stop. */
static void go_on(struct survey *s, struct player *p)
{
	if (p->ended) {
		end_order(s, p);
		return;
	}
	if (p->begun)
		take_step(s, p);
	else
		stand(s, p);
	if (s->over || make_step(s, p))
		return;
	if (order_is_spare(p->order)) {
		leave(p);
		return;
	}
	p->ended = true;
	session_play_order(&p->session, s->stop, order_letters(p->order, &(size_t){ 0 }), true);
}

static bool is_stuck(struct survey *s, struct player *p)
{
	enum engine_status status = engine_status(p->session.engine);

	if (status != ENGINE_BROKEN && status != ENGINE_SKIPPED)
		return false;
	s->skipped = status == ENGINE_SKIPPED;
	give_up(s, p, &s->lesson->script.steps[s->stop], engine_message(p->session.engine));
	return true;
}

/* Until something takes its time, or there is nothing to do. */
static void advance(struct survey *s, struct player *p)
{
	while (!s->over && !session_is_busy(&p->session)) {
		if (!p->order && !begin_order(s, p))
			return;
		if (!session_is_busy(&p->session) && !is_stuck(s, p))
			go_on(s, p);
	}
}

static bool is_playing(const struct survey *s)
{
	for (unsigned i = 0; i < s->nplayers; i++)
		if (s->players[i].order)
			return true;
	return false;
}

void survey_turn(struct survey *s)
{
	for (unsigned i = 0; i < s->nplayers && !s->over; i++) {
		if (s->players[i].order)
			session_turn(&s->players[i].session);
		advance(s, &s->players[i]);
	}
	s->over |= !is_playing(s) && (s->cut || orders_over(s->orders));
}

bool survey_over(const struct survey *s)
{
	return s->over;
}

nfds_t survey_fds(const struct survey *s, struct pollfd *fds)
{
	nfds_t n = 0;

	for (unsigned i = 0; i < s->nplayers; i++)
		if (s->players[i].order)
			fds[n++] = (struct pollfd){ .fd = session_fd(&s->players[i].session),
				                    .events = POLLIN };
	return n;
}

int survey_timeout(const struct survey *s)
{
	int timeout = s->over ? 0 : -1;

	for (unsigned i = 0; i < s->nplayers; i++) {
		int left = s->players[i].order ? session_timeout(&s->players[i].session) : -1;

		if (left >= 0 && (timeout < 0 || left < timeout))
			timeout = left;
	}
	return is_playing(s) ? timeout : 0;
}

void survey_stop(struct survey *s)
{
	for (unsigned i = 0; i < s->nplayers; i++) {
		leave(&s->players[i]);
		session_close(&s->players[i].session);
	}
	s->cut |= !orders_over(s->orders);
	s->over = true;
}

/* What came of it */

size_t survey_step(const struct survey *s)
{
	return s->stop;
}

const struct schedule *survey_schedule(const struct survey *s)
{
	return s->schedule;
}

const struct orders *survey_orders(const struct survey *s)
{
	return s->orders;
}

bool survey_is_cut(const struct survey *s)
{
	return s->cut && !orders_over(s->orders);
}

const char *survey_trouble(const struct survey *s, int *line, int *column, bool *skipped)
{
	*line = s->line;
	*column = s->column;
	*skipped = s->skipped;
	return s->trouble;
}

/* The shortest end at which a claim has this truth, or NULL. */
static const struct order_end *find_end(const struct survey *s, size_t claim, char truth)
{
	const struct order_end *found = NULL;
	size_t n;
	const struct order_end *ends = orders_ends(s->orders, &n);

	for (size_t i = 0; i < n; i++)
		if (ends[i].truths[claim] == truth &&
		    (!found || strlen(ends[i].order) < strlen(found->order)))
			found = &ends[i];
	return found;
}

static bool is_deadlock(const struct claim *claim)
{
	return claim->step.nsubject == strlen("deadlock") &&
	       !strncmp(claim->step.text + claim->step.subject, "deadlock", claim->step.nsubject);
}

static char *no_end(const struct survey *s)
{
	char *orders = survey_summary(s);
	struct buf b = { 0 };

	buf_printf(&b, _("it is so after none of them: %s"), orders);
	free(orders);
	return buf_steal(&b);
}

static char *wrong_end(const struct claim *claim, const struct order_end *e, char truth)
{
	struct buf b = { 0 };

	if (truth == '?')
		buf_printf(&b, _("after %s it can't be read: %s"), e->order, e->text);
	else if (claim->kind == CLAIM_NEVER && is_deadlock(claim))
		buf_printf(&b, _("%s deadlocks: %s"), e->order, e->text);
	else if (claim->kind == CLAIM_NEVER)
		buf_printf(&b, _("after %s it is so: %s"), e->order, e->text);
	else
		buf_printf(&b, _("after %s it is not so: %s"), e->order, e->text);
	return buf_steal(&b);
}

char *survey_fault(const struct survey *s, const struct claim *claim)
{
	size_t i = (size_t)(claim - s->schedule->claims);
	char wrong = claim->kind == CLAIM_NEVER ? '1' : '0';
	const struct order_end *e;

	if (claim->kind == CLAIM_SOMETIMES || claim->kind == CLAIM_GOAL)
		return find_end(s, i, '1') ? NULL : no_end(s);
	e = find_end(s, i, wrong);
	if (e)
		return wrong_end(claim, e, wrong);
	e = find_end(s, i, '?');
	return e ? wrong_end(claim, e, '?') : NULL;
}

void survey_share(const struct survey *s, const struct order_end *end, struct buf *b)
{
	unsigned long long all = orders_counted(s->orders), n = end->count;

	if (all == UINT64_MAX)
		buf_puts(b, n == all ? _("nearly all orders") : _("some orders"));
	else
		buf_printf(b, ngettext("%llu of %llu order", "%llu of %llu orders", all), n, all);
}

char *survey_summary(const struct survey *s)
{
	uint64_t made = orders_counted(s->orders), most = orders_most(s->orders);
	unsigned long long n = made;
	size_t nends, played = 0;
	const struct order_end *ends = orders_ends(s->orders, &nends);
	struct buf b = { 0 };

	for (size_t i = 0; i < nends; i++)
		played += ends[i].played;
	if (!s->over)
		buf_printf(&b, ngettext("%llu order so far", "%llu orders so far", n), n);
	else if (!survey_is_cut(s) && made < UINT64_MAX && played < made)
		buf_printf(&b, _("%llu of %llu orders, by %zu of them"), n, n, played);
	else if (!survey_is_cut(s) && made < UINT64_MAX)
		buf_printf(&b, ngettext("%llu of %llu order", "%llu of %llu orders", n), n, n);
	else if (made == UINT64_MAX)
		buf_printf(&b, _("more orders than can be counted, by %zu of them%s"), played,
		           survey_is_cut(s) ? _(", not all there are") : "");
	else if (most < UINT64_MAX)
		buf_printf(&b, _("%llu of at most %llu orders"), n, (unsigned long long)most);
	else
		buf_printf(&b, _("%llu orders, not all there are"), n);
	return buf_steal(&b);
}
