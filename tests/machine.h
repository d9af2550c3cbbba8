// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* What this machine has. Asked of the kernel, never of the program under test, so that what is skipped
   for want of it is not a fault of the program's. */

/* An IPC namespace of its own for the process of this test, so that what it leaves there can be
   counted. Skips the test where that can't be had. */
void own_ipc_namespace(void);

/* A user namespace in which 0 is the user, and these others. */
bool own_namespaces(int others);

/* These and a /dev/shm of its own, so that what is left there goes with the test. */
bool own_shm(void);

/* In this one there will be no other: user_namespaces(7). */
bool use_up_namespaces(void);
bool use_up_pid_namespaces(void);

/* As in a container that covers a part of its /proc: nobody below gets another one
   (mount_too_revealing() in fs/namespace.c). */
bool cover_proc(void);

/* Whether a stage can have namespaces of its own; skips the test where it can have none. */
bool has_namespaces(void);
void need_namespaces(void);

/* Which of ours a process says it is, by its name. CAST_OTHER: also what a sanitizer starts at the end of one, which
   waits for that for ever. */
enum cast { CAST_OTHER, CAST_STAGE, CAST_PROCESS };
enum cast cast_of(pid_t pid);

/* The first child of a process, or 0. */
pid_t child_of(pid_t pid);

/* Runs it in a child, which exits with 0 or the test has failed. False: with 77, it can't be done on this machine. */
bool in_child(void (*test)(void));

/* How often a process went to sleep (voluntary_ctxt_switches of proc(5)); -1: there is none. */
long sleeps_of(pid_t pid);

/* How many names a directory has, besides . and .. */
int count_files(const char *directory);
