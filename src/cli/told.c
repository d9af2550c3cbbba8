// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/told.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "play/run.h"
#include "sys/calls.h"
#include "sys/names.h"

static void put_process(const char *before, unsigned who)
{
	printf("%s\"process\": \"%c\"", before, LETTER_CHAR(who));
}

/* The call before which one stands, or in it. */
static void put_stand(const struct snap_program *p)
{
	const struct board_program *now = &p->now;

	printf(", \"thread\": %" PRIu32, now->thread);
	if (now->call >= 0 && call_at((size_t)now->call))
		json_member("call", call_at((size_t)now->call)->name);
	json_member("text", now->text);
	if (now->line) {
		json_member("file", now->file);
		printf(", \"line\": %" PRId32, now->line);
	}
	if (now->function[0])
		json_member("function", now->function);
}

static void put_args(int call, const int64_t args[CALL_PARAMS])
{
	int n = call_at((size_t)call) ? call_nparams(call_at((size_t)call)) : 0;

	fputs(", \"args\": [", stdout);
	for (int i = 0; i < n; i++)
		printf("%s%" PRId64, i ? ", " : "", args[i]);
	putchar(']');
}

static void put_cause(struct end_cause cause)
{
	static const char *const kinds[] = {
		[CAUSE_CALL] = "call",         [CAUSE_END] = "end",
		[CAUSE_REMOVAL] = "removal",   [CAUSE_SIGNAL] = "signal",
		[CAUSE_OBSERVER] = "observer", [CAUSE_ALARM] = "alarm",
		[CAUSE_CHILD] = "child",       [CAUSE_TIME] = "time",
	};

	if (!cause.kind)
		return;
	printf(", \"cause\": {\"kind\": \"%s\"", kinds[cause.kind]);
	if (cause.by < LETTERS)
		printf(", \"by\": \"%c\"", LETTER_CHAR(cause.by));
	putchar('}');
}

static void put_returned(const struct playback *p, const struct result *r)
{
	char *read = engine_read_text(p->session.engine, r);

	printf(", \"value\": %" PRId64, r->value);
	if (r->failed)
		json_member("error", errno_name(r->error));
	if (r->made)
		json_member("text", r->made);
	if (r->call >= 0)
		put_args(r->call, r->args);
	if (read)
		json_member("read", read);
	free(read);
}

static void put_killed(const struct result *r)
{
	const char *code = r->si_code ? si_code_name(r->sig, r->si_code) : NULL;

	json_member("signal", signal_name(r->sig));
	if (code)
		json_member("code", code);
	if (r->si_code)
		printf(", \"address\": %" PRIu64, r->address);
}

static void put_result(const struct playback *p, const struct result *r)
{
	static const char *const kinds[] = {
		[RESULT_RETURNED] = "returned", [RESULT_BLOCKS] = "blocks",
		[RESULT_RUNS] = "runs",         [RESULT_STOPPED] = "stopped",
		[RESULT_EXIT] = "exit",         [RESULT_KILLED] = "killed",
	};

	put_process("{", r->who);
	printf(", \"asked\": %s", r->asked ? "true" : "false");
	json_member("result", kinds[r->kind]);
	if (r->kind == RESULT_RETURNED)
		put_returned(p, r);
	else if (r->kind == RESULT_EXIT)
		printf(", \"status\": %" PRId64, r->value);
	else if (r->kind == RESULT_KILLED)
		put_killed(r);
	put_cause(r->cause);
	putchar('}');
}

struct changes {
	bool any;
};

/* Behind the first a comma. */
static void put_change(const struct fact *now, const struct fact *then, void *context)
{
	struct changes *c = context;
	const struct fact *fact = now ? now : then;
	bool first = true;

	fputs(c->any ? ", {\"about\": " : "{\"about\": ", stdout);
	c->any = true;
	json_string(buf_str(&fact->about));
	if (!now) {
		fputs(", \"gone\": true}", stdout);
		return;
	}
	json_member("text", buf_str(&now->text));
	fputs(", \"values\": {", stdout);
	for (size_t i = 0; i < now->nsaid; i++) {
		if (!now->said[i].name)
			continue;
		fputs(first ? "" : ", ", stdout);
		json_string(now->said[i].name);
		fputs(": ", stdout);
		json_string(now->said[i].words);
		first = false;
	}
	fputs("}}", stdout);
}

void told_step(struct playback *p, size_t step)
{
	const struct engine *e = p->session.engine;
	const struct step *s = &engine_lesson(e)->script.steps[step];
	const struct step_record *r = engine_record(e, step);
	unsigned who = letter_first(s->who);
	const struct snap_program *stand =
		s->kind == STEP_NEXT ? snap_program_of(r->before, who) : NULL;
	struct changes changes = { false };

	if (r->verdict == VERDICT_NONE)
		return;
	printf("{\"step\": %zu", step + 1);
	put_process(", ", who);
	if (stand)
		put_stand(stand);
	else
		json_member("text", s->text);
	fputs(", \"results\": [", stdout);
	for (size_t i = 0; i < r->nresults; i++) {
		fputs(i ? ", " : "", stdout);
		put_result(p, &r->results[i]);
	}
	fputs("], \"changes\": [", stdout);
	playback_changes(p, step, put_change, &changes);
	fputs("]}\n", stdout);
	fflush(stdout);
}

void told_end(const struct playback *p, const char *how, const char *why, int status)
{
	static const char *const stands[] = {
		[STAND_NONE] = "ended",          [STAND_BEFORE] = "before", [STAND_IN] = "in",
		[STAND_ELSEWHERE] = "elsewhere", [STAND_RUNS] = "runs",     [STAND_HELD] = "stopped"
	};
	const struct snapshot *now = engine_snapshot(p->session.engine);

	fputs("{\"end\": ", stdout);
	json_string(how);
	if (why && *why)
		json_member("why", why);
	printf(", \"status\": %d, \"programs\": [", status);
	for (uint32_t i = 0; now && i < now->nprograms; i++) {
		const struct snap_program *one = &snap_programs(now)[i];

		put_process(i ? ", {" : "{", snap_letter(now, one->task));
		json_member("stand", stands[one->now.stand]);
		put_stand(one);
		putchar('}');
	}
	fputs("]}\n", stdout);
}
