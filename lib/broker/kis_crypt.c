/* kis_crypt.c - see kis_crypt.h. */
#include "broker/kis_crypt.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dynlib.h"
#include "base/mem.h"
#include "base/types.h"
#include "base/utf8.h"

#define CRYPTO_CALLS(X)        \
	X(EVP_sha256)          \
	X(EVP_aes_256_cbc)     \
	X(EVP_Digest)          \
	X(EVP_DecodeBlock)     \
	X(EVP_CIPHER_CTX_new)  \
	X(EVP_CIPHER_CTX_free) \
	X(EVP_DecryptInit_ex)  \
	X(EVP_DecryptUpdate)   \
	X(EVP_DecryptFinal_ex)

struct crypto_calls {
#define CALL(name) __typeof__(name) *name;
	CRYPTO_CALLS(CALL)
#undef CALL
};

static const struct crypto_calls *
crypto_load(struct err *e)
{
	static const struct dynlib_call wanted[] = {
#define CALL(name) { #name, offsetof(struct crypto_calls, name) },
		CRYPTO_CALLS(CALL)
#undef CALL
	};
	static struct crypto_calls calls;
	static bool is_loaded;

	if (!is_loaded &&
	    dynlib_load(SONAME_CRYPTO, wanted, NELEM(wanted), &calls, e) == -1)
		return NULL;
	is_loaded = true;
	return &calls;
}

int
kis_digest(const char *text, char out[KIS_DIGEST_SIZE], struct err *e)
{
	const struct crypto_calls *lib = crypto_load(e);
	unsigned char sum[EVP_MAX_MD_SIZE];

	if (lib == NULL)
		return -1;
	if (lib->EVP_Digest(
		text, strlen(text), sum, NULL, lib->EVP_sha256(), NULL) != 1)
		return err_set(e, E_FAIL, "OpenSSL takes no digest");
	for (int i = 0; i < (KIS_DIGEST_SIZE - 1) / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
	return 0;
}

/* The bytes of a base64 text of n > 0 characters into *out; their number, or
 * -1.  Padding is counted, for EVP_DecodeBlock leaves its zeros in place. */
static int
from_base64(const struct crypto_calls *lib, const char *text, size_t n,
    unsigned char **out)
{
	int got;

	*out = NULL;
	if (n == 0 || n % 4 != 0 || n > (1u << 20))
		return -1;
	*out = xmalloc(n / 4 * 3 + 1);
	got = lib->EVP_DecodeBlock(*out, (const unsigned char *)text, (int)n);
	if (got > 0 && text[n - 1] == '=')
		got -= text[n - 2] == '=' ? 2 : 1;
	return got;
}

static int
decrypt(const struct crypto_calls *lib, const char *key, const char *iv,
    const unsigned char *bytes, int n, unsigned char *out)
{
	EVP_CIPHER_CTX *c = lib->EVP_CIPHER_CTX_new();
	int len = 0, rest = 0, rc = -1;

	if (c == NULL)
		mem_none_left();
	if (lib->EVP_DecryptInit_ex(c, lib->EVP_aes_256_cbc(), NULL,
		(const unsigned char *)key, (const unsigned char *)iv) == 1 &&
	    lib->EVP_DecryptUpdate(c, out, &len, bytes, n) == 1 &&
	    lib->EVP_DecryptFinal_ex(c, out + len, &rest) == 1)
		rc = len + rest;
	lib->EVP_CIPHER_CTX_free(c);
	return rc;
}

char *
kis_decrypt(const char *key, const char *iv, const char *base64, size_t n,
    struct err *e)
{
	const struct crypto_calls *lib = crypto_load(e);
	unsigned char *bytes = NULL;
	char *text = NULL;
	int have, len = -1;

	if (lib == NULL)
		return NULL;
	if (strlen(key) != KIS_KEY_BYTES || strlen(iv) != KIS_IV_BYTES) {
		err_set(e, E_DATA, "kis: no key to read notices with");
		return NULL;
	}
	have = from_base64(lib, base64, n, &bytes);
	if (have > 0 && have % KIS_IV_BYTES == 0) {
		text = xmalloc((size_t)have + KIS_IV_BYTES + 1);
		len = decrypt(lib, key, iv, bytes, have, (unsigned char *)text);
	}
	free(bytes);
	if (len >= 0 && memchr(text, '\0', (size_t)len) == NULL &&
	    utf8_valid(text, (size_t)len)) {
		text[len] = '\0';
		return text;
	}
	free(text);
	err_set(e, E_DATA, "kis: a notice that cannot be decrypted");
	return NULL;
}
