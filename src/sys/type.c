// SPDX-License-Identifier: GPL-3.0-or-later
#include "sys/type.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>

const struct type type_scalars[SCALARS] = {
	[S_I8] = { .scalar = S_I8 },   [S_U8] = { .scalar = S_U8 },   [S_I16] = { .scalar = S_I16 },
	[S_U16] = { .scalar = S_U16 }, [S_I32] = { .scalar = S_I32 }, [S_U32] = { .scalar = S_U32 },
	[S_I64] = { .scalar = S_I64 }, [S_U64] = { .scalar = S_U64 },
};

const struct type type_bytes = { .kind = TYPE_POINTER, .of = &type_scalars[S_U8] };
const struct type type_string = { .kind = TYPE_POINTER, .of = &type_scalars[S_I8] };

#define FIELD_AS(T, f, shown)                                                            \
	{                                                                                \
		shown, offsetof(T, f), &type_scalars[SCALAR_OF(__typeof__(((T *)0)->f))] \
	}
#define FIELD(T, f) FIELD_AS(T, f, #f)

#define RECORD(id, T, list)                                                           \
	static const struct record record_##id = { #id, sizeof(T), _Alignof(T), list, \
		                                   sizeof(list) / sizeof(*list) };    \
	static const struct type type_##id = { .kind = TYPE_STRUCT, .record = &record_##id }

/* glibc names the first and the last member __key and __seq; the manual's names are used, and glibc's
   understood. */
static const struct field ipc_perm_fields[] = {
	FIELD_AS(struct ipc_perm, __key, "key"),
	FIELD(struct ipc_perm, uid),
	FIELD(struct ipc_perm, gid),
	FIELD(struct ipc_perm, cuid),
	FIELD(struct ipc_perm, cgid),
	FIELD(struct ipc_perm, mode),
	FIELD_AS(struct ipc_perm, __seq, "seq"),
};
RECORD(ipc_perm, struct ipc_perm, ipc_perm_fields);

static const struct field shmid_ds_fields[] = {
	{ "shm_perm", offsetof(struct shmid_ds, shm_perm), &type_ipc_perm },
	FIELD(struct shmid_ds, shm_segsz),
	FIELD(struct shmid_ds, shm_atime),
	FIELD(struct shmid_ds, shm_dtime),
	FIELD(struct shmid_ds, shm_ctime),
	FIELD(struct shmid_ds, shm_cpid),
	FIELD(struct shmid_ds, shm_lpid),
	FIELD(struct shmid_ds, shm_nattch),
};
RECORD(shmid_ds, struct shmid_ds, shmid_ds_fields);

static const struct field semid_ds_fields[] = {
	{ "sem_perm", offsetof(struct semid_ds, sem_perm), &type_ipc_perm },
	FIELD(struct semid_ds, sem_otime),
	FIELD(struct semid_ds, sem_ctime),
	FIELD(struct semid_ds, sem_nsems),
};
RECORD(semid_ds, struct semid_ds, semid_ds_fields);

static const struct field msqid_ds_fields[] = {
	{ "msg_perm", offsetof(struct msqid_ds, msg_perm), &type_ipc_perm },
	FIELD(struct msqid_ds, msg_stime),
	FIELD(struct msqid_ds, msg_rtime),
	FIELD(struct msqid_ds, msg_ctime),
	FIELD_AS(struct msqid_ds, __msg_cbytes, "msg_cbytes"),
	FIELD(struct msqid_ds, msg_qnum),
	FIELD(struct msqid_ds, msg_qbytes),
	FIELD(struct msqid_ds, msg_lspid),
	FIELD(struct msqid_ds, msg_lrpid),
};
RECORD(msqid_ds, struct msqid_ds, msqid_ds_fields);

static const struct field stat_fields[] = {
	FIELD(struct stat, st_dev),
	FIELD(struct stat, st_ino),
	FIELD(struct stat, st_mode),
	FIELD(struct stat, st_nlink),
	FIELD(struct stat, st_uid),
	FIELD(struct stat, st_gid),
	FIELD(struct stat, st_rdev),
	FIELD(struct stat, st_size),
	FIELD(struct stat, st_blksize),
	FIELD(struct stat, st_blocks),
	FIELD_AS(struct stat, st_atim.tv_sec, "st_atime"),
	FIELD_AS(struct stat, st_mtim.tv_sec, "st_mtime"),
	FIELD_AS(struct stat, st_ctim.tv_sec, "st_ctime"),
};
RECORD(stat, struct stat, stat_fields);

static const struct field shminfo_fields[] = {
	FIELD(struct shminfo, shmmax), FIELD(struct shminfo, shmmin), FIELD(struct shminfo, shmmni),
	FIELD(struct shminfo, shmseg), FIELD(struct shminfo, shmall),
};
RECORD(shminfo, struct shminfo, shminfo_fields);

static const struct field shm_info_fields[] = {
	FIELD(struct shm_info, used_ids),      FIELD(struct shm_info, shm_tot),
	FIELD(struct shm_info, shm_rss),       FIELD(struct shm_info, shm_swp),
	FIELD(struct shm_info, swap_attempts), FIELD(struct shm_info, swap_successes),
};
RECORD(shm_info, struct shm_info, shm_info_fields);

static const struct field seminfo_fields[] = {
	FIELD(struct seminfo, semmap), FIELD(struct seminfo, semmni), FIELD(struct seminfo, semmns),
	FIELD(struct seminfo, semmnu), FIELD(struct seminfo, semmsl), FIELD(struct seminfo, semopm),
	FIELD(struct seminfo, semume), FIELD(struct seminfo, semusz), FIELD(struct seminfo, semvmx),
	FIELD(struct seminfo, semaem),
};
RECORD(seminfo, struct seminfo, seminfo_fields);

static const struct field msginfo_fields[] = {
	FIELD(struct msginfo, msgpool), FIELD(struct msginfo, msgmap),
	FIELD(struct msginfo, msgmax),  FIELD(struct msginfo, msgmnb),
	FIELD(struct msginfo, msgmni),  FIELD(struct msginfo, msgssz),
	FIELD(struct msginfo, msgtql),  FIELD(struct msginfo, msgseg),
};
RECORD(msginfo, struct msginfo, msginfo_fields);

static const struct field sembuf_fields[] = {
	FIELD(struct sembuf, sem_num),
	FIELD(struct sembuf, sem_op),
	FIELD(struct sembuf, sem_flg),
};
RECORD(sembuf, struct sembuf, sembuf_fields);

enum { MESSAGE_TEXT = 65536 };

struct msgbuf_64k {
	long mtype;
	char mtext[MESSAGE_TEXT];
};

static const struct type type_mtext = { .kind = TYPE_ARRAY,
	                                .of = &type_scalars[S_I8],
	                                .count = MESSAGE_TEXT };
static const struct field msgbuf_fields[] = {
	FIELD(struct msgbuf_64k, mtype),
	{ "mtext", offsetof(struct msgbuf_64k, mtext), &type_mtext },
};
RECORD(msgbuf, struct msgbuf_64k, msgbuf_fields);

static const struct field timespec_fields[] = {
	FIELD(struct timespec, tv_sec),
	FIELD(struct timespec, tv_nsec),
};
RECORD(timespec, struct timespec, timespec_fields);

/* {handler, SA_RESTART} is the handler and the flags. The mask keeps its first word only:
   a lesson has no function that fills a set. */
static const struct field sigaction_fields[] = {
	{ "sa_handler", offsetof(struct sigaction, sa_handler), &type_scalars[S_I64] },
	FIELD(struct sigaction, sa_flags),
	{ "sa_mask", offsetof(struct sigaction, sa_mask), &type_scalars[S_U64] },
};
RECORD(sigaction, struct sigaction, sigaction_fields);

/* Its first word has all signals. */
static const struct field sigset_t_fields[] = {
	{ "sig", 0, &type_scalars[S_U64] },
};
RECORD(sigset_t, sigset_t, sigset_t_fields);

static const struct field rlimit_fields[] = {
	FIELD(struct rlimit, rlim_cur),
	FIELD(struct rlimit, rlim_max),
};
RECORD(rlimit, struct rlimit, rlimit_fields);

static const struct field flock_fields[] = {
	FIELD(struct flock, l_type), FIELD(struct flock, l_whence), FIELD(struct flock, l_start),
	FIELD(struct flock, l_len),  FIELD(struct flock, l_pid),
};
RECORD(flock, struct flock, flock_fields);

static const struct type type_of_buf = { .kind = TYPE_POINTER, .of = &type_semid_ds };
static const struct type type_of_array = { .kind = TYPE_POINTER, .of = &type_scalars[S_U16] };
static const struct type type_of_info = { .kind = TYPE_POINTER, .of = &type_seminfo };
static const struct field semun_fields[] = {
	{ "val", 0, &type_scalars[S_I32] },
	{ "buf", 0, &type_of_buf },
	{ "array", 0, &type_of_array },
	{ "__buf", 0, &type_of_info },
};
static const struct record record_semun = { "semun", sizeof(void *), sizeof(void *), semun_fields,
	                                    sizeof(semun_fields) / sizeof(*semun_fields) };
const struct type type_semun = { .kind = TYPE_STRUCT, .record = &record_semun };

static const struct field mq_attr_fields[] = {
	FIELD(struct mq_attr, mq_flags),
	FIELD(struct mq_attr, mq_maxmsg),
	FIELD(struct mq_attr, mq_msgsize),
	FIELD(struct mq_attr, mq_curmsgs),
};
RECORD(mq_attr, struct mq_attr, mq_attr_fields);

static const struct field sigevent_fields[] = {
	FIELD(struct sigevent, sigev_notify),
	FIELD(struct sigevent, sigev_signo),
};
RECORD(sigevent, struct sigevent, sigevent_fields);

static const struct type *const header_structs[] = {
	&type_shmid_ds, &type_semid_ds, &type_msqid_ds,  &type_ipc_perm, &type_stat,
	&type_shminfo,  &type_shm_info, &type_seminfo,   &type_msginfo,  &type_sembuf,
	&type_msgbuf,   &type_timespec, &type_sigaction, &type_rlimit,   &type_flock,
	&type_mq_attr,  &type_sigevent, &type_sigset_t,  NULL,
};

const struct type *type_header_struct_at(size_t i)
{
	return header_structs[i];
}

const struct type *type_header_struct(const char *name)
{
	for (size_t i = 0; header_structs[i]; i++)
		if (!strcmp(header_structs[i]->record->name, name))
			return header_structs[i];
	return NULL;
}

/* The manual's name of a member that glibc has with __. */
static const char *plain_name(const struct record *r, const char *name)
{
	bool own = r == &record_ipc_perm ? !strcmp(name, "__key") || !strcmp(name, "__seq")
	                                 : r == &record_msqid_ds && !strcmp(name, "__msg_cbytes");

	return own ? name + 2 : name;
}

const struct field *record_field(const struct record *r, const char *name)
{
	name = plain_name(r, name);
	for (size_t i = 0; i < r->nfields; i++)
		if (!strcmp(r->fields[i].name, name))
			return &r->fields[i];
	return NULL;
}

size_t scalar_size(enum scalar s)
{
	return (size_t)1 << (s / 2);
}

int64_t scalar_convert(enum scalar s, int64_t value)
{
	switch (s) {
	case S_I8:
		return (int8_t)value;
	case S_U8:
		return (uint8_t)value;
	case S_I16:
		return (int16_t)value;
	case S_U16:
		return (uint16_t)value;
	case S_I32:
		return (int32_t)value;
	case S_U32:
		return (uint32_t)value;
	default:
		return value;
	}
}

/* The address is a lesson's: it may be odd, or not exist at all. */
#define LESSON_ACCESS \
	__attribute__((no_sanitize_address, no_sanitize("alignment"), no_sanitize("null")))

LESSON_ACCESS int64_t scalar_load(enum scalar s, const void *p)
{
	switch (s) {
	case S_I8:
		return *(const volatile int8_t *)p;
	case S_U8:
		return *(const volatile uint8_t *)p;
	case S_I16:
		return *(const volatile int16_t *)p;
	case S_U16:
		return *(const volatile uint16_t *)p;
	case S_I32:
		return *(const volatile int32_t *)p;
	case S_U32:
		return *(const volatile uint32_t *)p;
	default:
		return *(const volatile int64_t *)p;
	}
}

LESSON_ACCESS void scalar_store(enum scalar s, void *p, int64_t value)
{
	switch (scalar_size(s)) {
	case 1:
		*(volatile int8_t *)p = (int8_t)value;
		break;
	case 2:
		*(volatile int16_t *)p = (int16_t)value;
		break;
	case 4:
		*(volatile int32_t *)p = (int32_t)value;
		break;
	default:
		*(volatile int64_t *)p = value;
	}
}

size_t type_size(const struct type *t)
{
	switch (t->kind) {
	case TYPE_SCALAR:
		return scalar_size(t->scalar);
	case TYPE_POINTER:
		return sizeof(void *);
	case TYPE_ARRAY:
		return t->count * type_size(t->of);
	default:
		return t->record->size;
	}
}

size_t type_align(const struct type *t)
{
	switch (t->kind) {
	case TYPE_SCALAR:
		return scalar_size(t->scalar);
	case TYPE_POINTER:
		return sizeof(void *);
	case TYPE_ARRAY:
		return type_align(t->of);
	default:
		return t->record->align;
	}
}
