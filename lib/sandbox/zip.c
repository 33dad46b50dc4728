/*
 * zip.c - see zip.h.
 *
 * Local header, deflated data, central directory, its end: the format's
 * smallest form, without time stamps (PKWARE's APPNOTE, 4.3).
 */
#include "sandbox/zip.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"

#define LOCAL_SIZE   30
#define CENTRAL_SIZE 46
#define END_SIZE     22
#define VERSION_MADE 20
#define METHOD       8 /* deflate */

/* Bytes that grow to the right; the room is reckoned before. */
struct writer {
	unsigned char *at;
};

static void
le(struct writer *w, uint32_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*w->at++ = (unsigned char)(v >> 8 * i);
}

static void
bytes(struct writer *w, const void *p, size_t n)
{
	memcpy(w->at, p, n);
	w->at += n;
}

/* What local header and directory have in common, from "version needed". */
static void
common(struct writer *w, uint32_t crc, size_t packed, size_t n, size_t name)
{
	le(w, VERSION_MADE, 2);
	le(w, 0, 2); /* flags */
	le(w, METHOD, 2);
	le(w, 0, 2);    /* time */
	le(w, 0x21, 2); /* date: 1980-01-01 */
	le(w, crc, 4);
	le(w, (uint32_t)packed, 4);
	le(w, (uint32_t)n, 4);
	le(w, (uint32_t)name, 2);
	le(w, 0, 2); /* extra */
}

static size_t
deflate_raw(const char *data, size_t n, unsigned char *out, size_t room)
{
	z_stream z = { 0 };
	int rc = deflateInit2(
	    &z, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);

	assert(rc == Z_OK);
	z.next_in = (unsigned char *)(uintptr_t)data;
	z.avail_in = (unsigned)n;
	z.next_out = out;
	z.avail_out = (unsigned)room;
	rc = deflate(&z, Z_FINISH);
	assert(rc == Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

char *
zip_one(const char *name, const char *data, size_t n, size_t *size)
{
	size_t nname = strlen(name), room = compressBound((uLong)n) + 64;
	unsigned char *out = xmalloc(
	    LOCAL_SIZE + CENTRAL_SIZE + END_SIZE + 2 * nname + room);
	unsigned char *body = out + LOCAL_SIZE + nname;
	uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)data, (uInt)n);
	size_t packed = deflate_raw(data, n, body, room);
	struct writer w = { out };

	bytes(&w, "PK\3\4", 4);
	common(&w, crc, packed, n, nname);
	bytes(&w, name, nname);
	w.at += packed;
	bytes(&w, "PK\1\2", 4);
	le(&w, VERSION_MADE, 2);
	common(&w, crc, packed, n, nname);
	le(&w, 0, 2); /* comment */
	le(&w, 0, 2); /* disk */
	le(&w, 0, 2); /* attributes inside ... */
	le(&w, 0, 4); /* ... and outside */
	le(&w, 0, 4); /* where the local header is */
	bytes(&w, name, nname);
	bytes(&w, "PK\5\6", 4);
	le(&w, 0, 4); /* disks */
	le(&w, 1, 2); /* members, here and in all */
	le(&w, 1, 2);
	le(&w, (uint32_t)(CENTRAL_SIZE + nname), 4);
	le(&w, (uint32_t)(LOCAL_SIZE + nname + packed), 4);
	le(&w, 0, 2); /* comment */
	*size = (size_t)(w.at - out);
	return (char *)out;
}
