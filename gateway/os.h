/*
 * os.h - the few things that Windows and POSIX do differently and the
 * portable gateway needs.  Threads, mutexes and conditions are POSIX threads
 * on both (winpthreads, linked in); only the timed wait stands here.
 */
#ifndef GATEWAY_OS_H
#define GATEWAY_OS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Once, first of all: what the program prints is bytes, in UTF-8. */
void os_begin(void);

/* A folder that only its owner may enter; 0 also where it is already there. */
int os_mkdir(const char *path);
/* Open for appending, binary, private; made if it is not there.  fd or -1. */
int os_append(const char *path);
/* What was written is on disk when this returns 0. */
int os_sync(int fd);
/* The same for the names in a folder. */
int os_sync_folder(const char *path);
int os_truncate(int fd, int64_t size);

/* Hold a file's lock for the life of the process; -1 where another has it. */
int os_lock(const char *path);

/* May others than its owner read it?  (Windows keeps that in the folder.) */
bool os_is_private(const char *path);

/* Random bytes fit for a secret; 0 or -1. */
int os_random(void *buf, size_t n);

/* Wait for the condition, at most ms of monotonic time. */
void os_cond_wait(pthread_cond_t *, pthread_mutex_t *, int64_t ms);

#endif
