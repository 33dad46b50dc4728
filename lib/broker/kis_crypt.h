/*
 * kis_crypt.h - what of OpenSSL the adapter uses: the one file that does.
 */
#ifndef BROKER_KIS_CRYPT_H
#define BROKER_KIS_CRYPT_H

#include <stddef.h>

#include "base/err.h"

#define KIS_DIGEST_SIZE 17
#define KIS_KEY_BYTES   32
#define KIS_IV_BYTES    16

/* Sixteen hexadecimal digits that stand for a secret in names of files and
 * buckets, and say nothing of it: the head of its SHA-256. */
int kis_digest(const char *text, char out[KIS_DIGEST_SIZE], struct err *);

/*
 * A notice's payload: base64 of AES-256-CBC with PKCS#7 padding.  Key and IV
 * are the ASCII texts that the server gave, of just those lengths.  The text,
 * which the caller frees; NULL, E_DATA where anything is not as it should be.
 */
char *kis_decrypt(const char *key, const char *iv, const char *base64, size_t n,
    struct err *);

#endif
