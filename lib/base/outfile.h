/*
 * outfile.h - write a file so that it is whole or not there at all.
 */
#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include <stdio.h>

#include "base/err.h"

/*
 * Have `fill` write the file `path`.  It is written under another name in the
 * same folder and takes its name when it is complete and on disk, so that a
 * full disk or a kill leaves the old one.  What is no plain file (a pipe, a
 * device) is written straight; "-" is stdout, which the caller flushes.
 * 0, or -1 (E_FAIL) naming the path.
 */
int outfile_write(const char *path, void (*fill)(FILE *f, const void *arg),
    const void *arg, struct err *e);

#endif
