/*
 * AES-256-GCM by the OpenSSL that Node has inside, with one context for each data key: a chunk costs no object, no key
 * schedule and no memory of its own. Where a Node does not export these functions, there is no native sealer.
 */
#include <stddef.h>
#include <string.h>

#include "values.h"

/* OpenSSL's lasting interface (EVP_EncryptInit(3)), declared here: its headers are no part of Node's for addons. */
#pragma GCC visibility push(default)
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct engine_st ENGINE;
#define IF_THERE __attribute__((weak))
IF_THERE extern EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
IF_THERE extern void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *);
IF_THERE extern int EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *, int, int, void *);
IF_THERE extern const EVP_CIPHER *EVP_aes_256_gcm(void);
IF_THERE extern int EVP_EncryptInit_ex(EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *,
                                       const unsigned char *);
IF_THERE extern int EVP_EncryptUpdate(EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int);
IF_THERE extern int EVP_EncryptFinal_ex(EVP_CIPHER_CTX *, unsigned char *, int *);
#pragma GCC visibility pop
#define EVP_CTRL_AEAD_GET_TAG 0x10

#define KEY_BYTES 32
#define NONCE_BYTES 12
#define TAG_BYTES 16
/* A chunk holds one unit of 32 MiB at most. */
#define PLAIN_BYTES_MAX (64u << 20)

static const napi_type_tag key_tag = {0x746163657473656cULL, 0x6165732d67636d31ULL};

static void finalize_key(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  /* It overwrites the key schedule. */
  EVP_CIPHER_CTX_free(data);
}

/* sealingKey(bytes) -> key */
static napi_value sealing_key(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  size_t length = 0;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok || count < 1) {
    return fail(env, "ERR_INVALID_ARG_TYPE", "too few arguments");
  }
  const uint8_t *bytes = array(env, argument, napi_uint8_array, KEY_BYTES, &length);
  if (bytes == NULL || length != KEY_BYTES) return fail(env, "ERR_INVALID_ARG_VALUE", "a key has 32 bytes");
  EVP_CIPHER_CTX *key = EVP_CIPHER_CTX_new();
  if (key == NULL || EVP_EncryptInit_ex(key, EVP_aes_256_gcm(), NULL, bytes, NULL) != 1) {
    EVP_CIPHER_CTX_free(key);
    return fail(env, "ERR_SEAL", "no key");
  }
  napi_value value = NULL;
  if (napi_create_external(env, key, finalize_key, NULL, &value) != napi_ok) {
    EVP_CIPHER_CTX_free(key);
    return fail(env, "ERR_NAPI", "no key");
  }
  /* From here on the finalizer owns it. */
  if (napi_type_tag_object(env, value, &key_tag) != napi_ok) return fail(env, "ERR_NAPI", "no tag");
  return value;
}

static EVP_CIPHER_CTX *key_of(napi_env env, napi_value value) {
  bool is_ours = false;
  napi_valuetype type = napi_undefined;
  void *data = NULL;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external ||
      napi_check_object_type_tag(env, value, &key_tag, &is_ours) != napi_ok || !is_ours ||
      napi_get_value_external(env, value, &data) != napi_ok) {
    return NULL;
  }
  return data;
}

/* seal(key, nonce, label, plain, into): the ciphertext stands in `into`, and behind it the tag */
static napi_value seal(napi_env env, napi_callback_info info) {
  napi_value values[5];
  size_t count = 5;
  size_t lengths[4] = {0, 0, SIZE_MAX, 0};
  if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok || count < 5) {
    return fail(env, "ERR_INVALID_ARG_TYPE", "too few arguments");
  }
  EVP_CIPHER_CTX *key = key_of(env, values[0]);
  const uint8_t *nonce = array(env, values[1], napi_uint8_array, NONCE_BYTES, &lengths[0]);
  const uint8_t *label = array(env, values[2], napi_uint8_array, 1, &lengths[1]);
  const uint8_t *plain = array(env, values[3], napi_uint8_array, 0, &lengths[2]);
  if (lengths[2] > PLAIN_BYTES_MAX) return fail(env, "ERR_INVALID_ARG_VALUE", "a text of bearable length is wanted");
  uint8_t *into = array(env, values[4], napi_uint8_array, lengths[2] + TAG_BYTES, &lengths[3]);
  if (key == NULL || nonce == NULL || lengths[0] != NONCE_BYTES || label == NULL || lengths[1] > PLAIN_BYTES_MAX ||
      (plain == NULL && lengths[2] > 0) || into == NULL) {
    return fail(env, "ERR_INVALID_ARG_VALUE", "a key, a nonce, a label, a text and room for its seal are wanted");
  }
  int labelled = 0;
  int done = 0;
  int rest = 0;
  bool is_sealed = EVP_EncryptInit_ex(key, NULL, NULL, NULL, nonce) == 1 &&
                   EVP_EncryptUpdate(key, NULL, &labelled, label, (int)lengths[1]) == 1 &&
                   (lengths[2] == 0 || EVP_EncryptUpdate(key, into, &done, plain, (int)lengths[2]) == 1) &&
                   (size_t)done == lengths[2] &&
                   EVP_EncryptFinal_ex(key, into + done, &rest) == 1 && rest == 0 &&
                   EVP_CIPHER_CTX_ctrl(key, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, into + done) == 1;
  if (!is_sealed) {
    memset(into, 0, lengths[2] + TAG_BYTES);
    return fail(env, "ERR_SEAL", "not sealed");
  }
  return NULL;
}

bool add_sealer(napi_env env, napi_value exports) {
  bool is_there = EVP_CIPHER_CTX_new != NULL && EVP_CIPHER_CTX_free != NULL && EVP_CIPHER_CTX_ctrl != NULL &&
                  EVP_aes_256_gcm != NULL && EVP_EncryptInit_ex != NULL && EVP_EncryptUpdate != NULL &&
                  EVP_EncryptFinal_ex != NULL;
  return !is_there || (add_door(env, exports, "sealingKey", sealing_key) && add_door(env, exports, "seal", seal));
}
