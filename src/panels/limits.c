// SPDX-License-Identifier: GPL-3.0-or-later
#include <errno.h>
#include <string.h>

#include "base/intl.h"
#include "panels/extent.h"
#include "panels/panel.h"
#include "panels/reasons.h"
#include "sys/calls.h"

/* The limits of the namespace, when the step that has just run has set one, or an error came of one. */

#define AT(field) offsetof(struct snap_limits, field)

enum { NOTHING_COUNTS = -1 };

static const struct row {
	const char *name;
	size_t most;
	long used; /* where what counts against it is; or NOTHING_COUNTS: each call alone does */
} rows[] = {
	{ "semmsl", AT(semmsl), NOTHING_COUNTS },
	{ "semmns", AT(semmns), AT(semaphores) },
	{ "semopm", AT(semopm), NOTHING_COUNTS },
	{ "semmni", AT(semmni), AT(sets) },
	{ "shmmax", AT(shmmax), NOTHING_COUNTS },
	{ "shmall", AT(shmall), AT(pages) },
	{ "shmmni", AT(shmmni), AT(segments) },
	{ "msgmax", AT(msgmax), NOTHING_COUNTS },
	{ "msgmnb", AT(msgmnb), NOTHING_COUNTS },
	{ "msgmni", AT(msgmni), AT(queues) },
	{ "msg_max", AT(msg_max), NOTHING_COUNTS },
	{ "msgsize_max", AT(msgsize_max), NOTHING_COUNTS },
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* What a row has to say: asked is what the call asked for, 0 if none did; reached: that was too much. */
struct said {
	bool told, reached;
	uint64_t asked;
};

static uint64_t value_at(const struct snapshot *s, size_t place)
{
	uint64_t value;

	memcpy(&value, (const char *)&s->limits + place, sizeof(value));
	return value;
}

static uint64_t used(const struct snapshot *s, const struct row *row)
{
	return row->used == NOTHING_COUNTS ? 0 : value_at(s, (size_t)row->used);
}

static uint64_t one(const int64_t *args)
{
	(void)args;
	return 1;
}

static uint64_t pages_of(const int64_t *args)
{
	uint64_t page = extent_page_size(), size = (uint64_t)args[1];

	return size / page + (size % page != 0);
}

static uint64_t size_of(const int64_t *args)
{
	return (uint64_t)args[1];
}

/* Less than none is an error of its own. */
static uint64_t nsems(const int64_t *args)
{
	return (int)args[1] < 0 ? 0 : (uint64_t)(int)args[1];
}

static uint64_t msgsz(const int64_t *args)
{
	return args[2] < 0 ? 0 : (uint64_t)args[2];
}

/* Of a POSIX queue that is to be made, behind the arguments. Less than one is an error of its own. */
static uint64_t maxmsg(const int64_t *args)
{
	return args[4] < 0 ? 0 : (uint64_t)args[4];
}

/* That IPC_SET asks for; without it 0. */
static uint64_t qbytes(const int64_t *args)
{
	return (uint64_t)args[5];
}

static uint64_t msgsize(const int64_t *args)
{
	return args[5] < 0 ? 0 : (uint64_t)args[5];
}

static uint64_t nsops(const int64_t *args)
{
	return (uint32_t)args[2]; /* the kernel's type */
}

/* Errors that a limit can be the cause of, in the order in which the kernel looks: ksys_shmget() and
   newseg() in ipc/shm.c, ksys_semget(), newary() and __do_semtimedop() in ipc/sem.c, newque(),
   do_msgsnd() and msgctl_down() in ipc/msg.c, mqueue_get_inode() in ipc/mqueue.c. */
static const struct cause {
	const char *call;
	int error;
	const char *limit;
	uint64_t (*asked)(const int64_t *args);
	enum {
		AT_ANY,
		AT_NEW, /* only a new object is looked at */
		AT_OWN, /* only its owner gets so far, and others get the same error */
	} looks;
} causes[] = {
	{ "shmget", EINVAL, "shmmax", size_of, AT_NEW },
	{ "shmget", ENOSPC, "shmall", pages_of, AT_NEW },
	{ "shmget", ENOSPC, "shmmni", one, AT_NEW },
	{ "semget", EINVAL, "semmsl", nsems, AT_ANY },
	{ "semget", ENOSPC, "semmns", nsems, AT_NEW },
	{ "semget", ENOSPC, "semmni", one, AT_NEW },
	{ "semop", E2BIG, "semopm", nsops, AT_ANY },
	{ "semtimedop", E2BIG, "semopm", nsops, AT_ANY },
	{ "msgget", ENOSPC, "msgmni", one, AT_NEW },
	{ "msgsnd", EINVAL, "msgmax", msgsz, AT_ANY },
	{ "msgctl", EPERM, "msgmnb", qbytes, AT_OWN },
	{ "mq_open", EINVAL, "msg_max", maxmsg, AT_ANY },
	{ "mq_open", EINVAL, "msgsize_max", msgsize, AT_ANY },
};

/* With a key that there is, shmget(2) looks at the object that has it. */
static bool creates(const struct snapshot *s, const struct result *r)
{
	int32_t key = (int32_t)r->args[0];

	if (r->error == ENOSPC || !key)
		return true;
	for (uint32_t i = 0; i < s->nsegments; i++)
		if (snap_segments(s)[i].perm.key == key)
			return false;
	return !s->hidden.segments && !s->host;
}

static void tell_cause(const struct snapshot *s, const struct cause *cause, const struct result *r,
                       struct said *said, bool *found)
{
	for (int i = 0; i < ROWS; i++) {
		uint64_t asked = cause->asked(r->args), most = value_at(s, rows[i].most);
		bool reached = used(s, &rows[i]) > most || asked > most - used(s, &rows[i]);

		if (strcmp(rows[i].name, cause->limit) != 0 ||
		    (cause->looks == AT_NEW && !creates(s, r)) ||
		    (rows[i].used == NOTHING_COUNTS && !reached))
			continue;
		said[i] = (struct said){ true, reached && !*found, asked };
		*found |= reached;
	}
}

/* Its limits are those of its namespace. */
static bool is_here(const struct snapshot *s, unsigned who)
{
	const struct snap_process *p = snap_process_of(s, who);

	return p && snap_task(s, p->task)->here;
}

/* All processes are one user's, and so whoever asks is the owner: ipcctl_obtain_check() lets the one
   who made an object pass too. */
static bool has_one_user(const struct engine *e)
{
	const struct script *script = &engine_lesson(e)->script;

	for (size_t i = 0; i < script->nsteps; i++)
		if (script->steps[i].kind == STEP_USER)
			return false;
	return true;
}

static void tell_result(const struct panel_context *c, const struct result *r, struct said *said)
{
	const struct snapshot *s = c->at.now;
	const char *call = r->call >= 0 ? call_at((size_t)r->call)->name : NULL;
	bool found = false;

	if (r->kind != RESULT_RETURNED || !r->failed || !call || !is_here(s, r->who))
		return;
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++)
		if (causes[i].error == r->error && !strcmp(causes[i].call, call) &&
		    (causes[i].looks != AT_OWN || has_one_user(c->engine)))
			tell_cause(s, &causes[i], r, said, &found);
}

/* The limit that was set, and those of its kind that something counts against. */
static void tell_set(const char *name, struct said *said)
{
	bool known = false;

	for (int i = 0; i < ROWS; i++)
		known |= !strcmp(rows[i].name, name);
	for (int i = 0; i < ROWS && known; i++)
		said[i].told |= !strcmp(rows[i].name, name) ||
		                (rows[i].used != NOTHING_COUNTS && !strncmp(rows[i].name, name, 3));
}

/* False: nothing. */
static bool say(const struct panel_context *c, struct said said[ROWS])
{
	size_t step = c->at.position - 1;
	const struct step_record *r;
	bool any = false;

	memset(said, 0, ROWS * sizeof(*said));
	if (!c->engine || !c->at.position)
		return false;
	r = engine_record(c->engine, step);
	if (engine_lesson(c->engine)->script.steps[step].kind == STEP_LIMIT)
		tell_set(engine_lesson(c->engine)->script.steps[step].name, said);
	for (size_t i = 0; i < r->nresults; i++)
		tell_result(c, &r->results[i], said);
	for (int i = 0; i < ROWS; i++)
		any |= said[i].told;
	return any;
}

static void add_row(const struct snapshot *s, int i, const struct said *said, struct style style,
                    struct flow *f)
{
	struct part name = part_text(style, rows[i].name),
		    most = part_count(style, value_at(s, rows[i].most)),
		    now = part_count(style, used(s, &rows[i])),
		    asked = part_count(style, said->asked);

	if (rows[i].used == NOTHING_COUNTS && said->reached)
		flow_sentence(f, style, _("%1$s %2$s: less than the %3$s that are asked for"), name,
		              most, asked);
	else if (rows[i].used == NOTHING_COUNTS)
		flow_sentence(f, style, "%s %s", name, most);
	else if (said->reached)
		flow_sentence(f, style, _("%1$s %2$s of %3$s: no room for %4$s more"), name, now,
		              most, asked);
	else
		flow_sentence(f, style, _("%1$s %2$s of %3$s"), name, now, most);
}

static bool exists(const struct panel_context *c)
{
	struct said said[ROWS];

	return say(c, said) || reasons_each(c, NULL, NULL);
}

static void draw_reason(const struct panel_context *c, struct flow *words, void *arg)
{
	(void)arg;
	flow_write(words, c->sheet, (struct place){ 2, 4, c->sheet->grid.columns });
}

static void tell_reason(const struct panel_context *c, struct flow *words, void *arg)
{
	(void)c;
	facts_say_apart((struct facts *)arg, "%s", part_flow(words));
}

static void draw(const struct panel_context *c)
{
	struct said said[ROWS];

	say(c, said);
	panel_title(c, &panel_limits);
	for (int i = 0; i < ROWS; i++) {
		struct flow f = { .glyphs = c->sheet->grid.glyphs };

		if (!said[i].told)
			continue;
		add_row(c->at.now, i, &said[i], STYLE(said[i].reached ? ROLE_AMBER : ROLE_TEXT),
		        &f);
		flow_write(&f, c->sheet, (struct place){ 2, 4, c->sheet->grid.columns });
		flow_free(&f);
	}
	reasons_each(c, draw_reason, NULL);
}

/* Of this step alone: it is nothing that could be gone after it. */
static void facts(const struct panel_context *c, struct facts *f)
{
	struct said said[ROWS];

	if (say(c, said))
		facts_begin(f, true, "%s", _("limits"));
	for (int i = 0; i < ROWS; i++) {
		struct flow words = { 0 };

		if (!said[i].told)
			continue;
		add_row(c->at.now, i, &said[i], PLAIN, &words);
		facts_say_apart(f, "%s", part_flow(&words));
		flow_free(&words);
	}
	if (reasons_each(c, NULL, NULL))
		facts_begin(f, true, "%s", _("note"));
	reasons_each(c, tell_reason, f);
}

const struct panel panel_limits = { .place = PLACE_OBJECTS,
	                            .title = N_("LIMITS"),
	                            .exists = exists,
	                            .draw = draw,
	                            .facts = facts };
