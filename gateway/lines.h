/*
 * lines.h - a log on disk that survives being killed at any moment.
 *
 * One file a day, STEM-20250314.log, in which each line is
 *
 *	1c291ca3 {"key":"maemae-41-1741910701",...}
 *
 * a checksum (CRC-32 of the rest, in hex), a blank, and a text without line
 * ends.  A line is appended with one write and synced before lines_append()
 * returns.  So whatever happens, a file is whole lines with perhaps a torn one
 * at the end, which is cut off when the log is opened again.  A bad line that
 * has a good one behind it was not torn: the file was damaged, and whoever
 * relies on it must not go on (lines_damage).
 */
#ifndef GATEWAY_LINES_H
#define GATEWAY_LINES_H

#include "base/err.h"
#include "base/types.h"

struct lines;

/*
 * Open the log and hand every line of its newest `days` files to `each`, in
 * their order; text is the callee's to read, not to keep.  Cuts off torn
 * ends.  NULL: E_FAIL, a file cannot be read or mended.
 */
struct lines *lines_open(const char *folder, const char *stem, int days,
    void (*each)(void *arg, ymd day, const char *text), void *arg,
    struct err *e);
void lines_close(struct lines *);

/* NULL, or what is damaged: "FILE:LINE". */
const char *lines_damage(const struct lines *);

/*
 * One line, on disk when this returns 0.  -1: E_FAIL; it may or may not be
 * there after a restart, and nothing can be appended until then, so that the
 * end of the file stays the only place where a line can be torn.
 */
int lines_append(struct lines *, ymd day, const char *text, struct err *e);
bool lines_failed(const struct lines *);

#endif
