/*
 * zip.h - a ZIP archive of one member, in memory.
 */
#ifndef SANDBOX_ZIP_H
#define SANDBOX_ZIP_H

#include <stddef.h>

/* The archive, which the caller frees, with its size. */
char *zip_one(const char *name, const char *data, size_t n, size_t *size);

#endif
